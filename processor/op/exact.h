/* exact.h -- sums of doubles without rounding: non-overlapping partials (Shewchuk).
 *
 * The sum is kept as the exact sum of a few doubles that grow in size, so neither the order of what
 * is added nor what was taken back in between can show. A sum that leaves the range of double is
 * infinite for good: partials are then that one. Pure functions; no state, no store.
 */
#ifndef MR_OP_EXACT_H
#define MR_OP_EXACT_H

#include "base/buf.h"

#include <stdint.h>

/* Partials of one sum: 2^-1074..2^1024 in pieces of 53 bits. Arrays have room for one more. */
enum { MR_PARTIALS_MAX = 48 };

/* Adds x (finite) to the n partials; returns how many there are. */
uint32_t mr_exact_add(double *p, uint32_t n, double x);
/* Adds a * b, exactly as far as products do not underflow; below that, the same for the same a, b.
 */
uint32_t mr_exact_add_product(double *p, uint32_t n, double a, double b);
double mr_exact_round(const double *p, uint32_t n); /* the nearest double */
struct mr_partials {
    double p[MR_PARTIALS_MAX + 1];
    uint32_t n;
};
struct mr_partials mr_partials_of(struct mr_str bytes); /* doubles, one behind the other */
void mr_partials_add(struct mr_partials *to, const struct mr_partials *from);

struct mr_moments { /* as bytes: u64 n of the sum, its partials, those of the squares */
    struct mr_partials sum, squares;
};
struct mr_moments mr_moments_of(struct mr_str bytes); /* n == 0: of nothing */
void mr_moments_write(const struct mr_moments *m, struct mr_buf *to);
/* The standard deviation of a sample of count > 1 values; a function of the two exact numbers and
 * not of their partials. */
double mr_exact_stddev(int64_t count, const struct mr_moments *m);

#endif

/* quantiles.h -- percentiles of numbers within 1 %: DDSketch.
 *
 * Values are counted in bins whose bounds are so near that each value of a bin is within 1 % of
 * what stands for the bin. Bins cut each power of two into BINS_PER_OCTAVE parts of equal width,
 * which is integer arithmetic on the bits of a double: no logarithm, that machines round
 * differently, decides where a value goes. Bin numbers, in the order of the values:
 *   -inf   -102,350     negative   -(number of the absolute value)
 *   0      0; what is nearer to 0 than 2^-1022 counts as 0
 *   positive   50 (exponent + 1023) + the part, 50..102,349
 *   inf    102,350      NaN        102,351: behind all numbers, as elsewhere in the language
 * At most MR_QUANTILES_BINS bins are kept: of more, the lowest are counted in the lowest kept. A
 * percentile in that bin is then too high; those above keep their 1 %. 2,048 bins are 40 powers of
 * two: positive values within a factor of 10^12 never get there.
 *
 * Bytes of a state, little-endian, a format on disk; no bytes: nothing was added.
 *   u8 version = 1, 3 x 0, u32 n of bins, double least, double greatest value (NaN left out;
 *   inf, -inf: there was none), n x i32 number of the bin, ascending, 4 x 0 when n is odd,
 *   n x u64 count
 *
 * Q1  The bytes are a function of the bag of values, neither of their order nor of how they were
 *     split between states that are merged.
 * Q2  Reading never leaves the bytes it is given, whatever they hold (mr_quantiles_ok looks at
 *     version and length only).
 */
#ifndef MR_OP_QUANTILES_H
#define MR_OP_QUANTILES_H

#include "base/buf.h"

#include <stdint.h>

enum { MR_QUANTILES_BINS = 2048 };

bool mr_quantiles_ok(struct mr_str have); /* can be read; "" can */
/* Would adding leave the length as it is? Then mr_quantiles_set adds in place. */
bool mr_quantiles_fits(struct mr_str have, double x);
void mr_quantiles_set(char *p, size_t n, double x);
/* Append the state with one value more; the state of what two states were made of. */
void mr_quantiles_add(struct mr_str have, double x, struct mr_buf *to);
void mr_quantiles_merge(struct mr_str x, struct mr_str y, struct mr_buf *to);
/* The value of rank floor(q (n - 1)), the least having rank 0: exact for the least and the greatest
 * of all, and nowhere beyond them. false: there is none. */
bool mr_quantiles_read(struct mr_str have, double q, double *ret);

#endif

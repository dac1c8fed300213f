/* exact.c -- see exact.h. */
#include "processor/op/exact.h"

#include <assert.h>
#include <math.h>
#include <string.h>

uint32_t mr_exact_add(double *p, uint32_t n, double x) {
    uint32_t kept = 0;
    if (n && !isfinite(p[0])) return n; /* out of range for good */
    for (uint32_t i = 0; i < n; i++) {
        double y = p[i];
        if (fabs(x) < fabs(y)) {
            double t = x;
            x = y;
            y = t;
        }
        double hi = x + y;
        double lo = y - (hi - x);
        if (!isfinite(hi)) {
            p[0] = hi;
            return 1;
        }
        if (lo != 0) p[kept++] = lo;
        x = hi;
    }
    assert(kept < MR_PARTIALS_MAX);
    if (x != 0) p[kept++] = x;
    return kept;
}

uint32_t mr_exact_add_product(double *p, uint32_t n, double a, double b) {
    double hi = a * b;
    if (!isfinite(hi)) {
        p[0] = hi;
        return 1;
    }
    n = mr_exact_add(p, n, fma(a, b, -hi));
    return mr_exact_add(p, n, hi);
}

/* Partials grow in size, so all but a tie is decided by the two at the top; a tie by the sign of
 * what is below. */
double mr_exact_round(const double *p, uint32_t n) {
    if (n == 0) return 0;
    double hi = p[--n], lo = 0;
    while (n > 0) {
        double x = hi, y = p[--n];
        hi = x + y;
        lo = y - (hi - x);
        if (lo != 0) break;
    }
    if (n > 0 && ((lo < 0 && p[n - 1] < 0) || (lo > 0 && p[n - 1] > 0))) {
        double y = lo * 2, x = hi + y;
        if (y == x - hi) hi = x;
    }
    return hi;
}

/* The number as the nearest double, what remains as the nearest, and so on: equal numbers have
 * equal digits, however they came about. */
static uint32_t digits(const double *p, uint32_t n, double *to) {
    double rest[MR_PARTIALS_MAX + 1];
    uint32_t n_to = 0;
    memcpy(rest, p, n * sizeof *rest);
    while (n && n_to < MR_PARTIALS_MAX) {
        double d = mr_exact_round(rest, n);
        to[n_to++] = d;
        if (!isfinite(d)) break;
        n = mr_exact_add(rest, n, -d);
    }
    return n_to;
}

struct mr_partials mr_partials_of(struct mr_str bytes) {
    struct mr_partials to = {.n = (uint32_t)(bytes.n / sizeof *to.p)};
    if (bytes.n) memcpy(to.p, bytes.p, bytes.n);
    return to;
}

void mr_partials_add(struct mr_partials *to, const struct mr_partials *from) {
    for (uint32_t i = 0; i < from->n; i++) to->n = mr_exact_add(to->p, to->n, from->p[i]);
}

struct mr_moments mr_moments_of(struct mr_str bytes) {
    struct mr_moments m;
    uint64_t n;
    m.sum.n = m.squares.n = 0;
    if (!bytes.n) return m;
    memcpy(&n, bytes.p, sizeof n);
    m.sum = mr_partials_of((struct mr_str){bytes.p + sizeof n, n * sizeof(double)});
    size_t head = sizeof n + n * sizeof(double);
    m.squares = mr_partials_of((struct mr_str){bytes.p + head, bytes.n - head});
    return m;
}

void mr_moments_write(const struct mr_moments *m, struct mr_buf *to) {
    uint64_t n = m->sum.n;
    mr_buf_add(to, &n, sizeof n);
    mr_buf_add(to, m->sum.p, m->sum.n * sizeof(double));
    mr_buf_add(to, m->squares.p, m->squares.n * sizeof(double));
}

double mr_exact_stddev(int64_t count, const struct mr_moments *m) {
    double s[MR_PARTIALS_MAX], q[MR_PARTIALS_MAX], d[MR_PARTIALS_MAX + 1];
    double n = (double)count;
    uint32_t n_d = 0, n_s = digits(m->sum.p, m->sum.n, s);
    uint32_t n_q = digits(m->squares.p, m->squares.n, q);
    for (uint32_t i = 0; i < n_q; i++) n_d = mr_exact_add_product(d, n_d, n, q[i]);
    for (uint32_t i = 0; i < n_s; i++)
        for (uint32_t k = 0; k < n_s; k++) n_d = mr_exact_add_product(d, n_d, -s[i], s[k]);
    double spread = mr_exact_round(d, n_d); /* n x squares - sum^2, which is not below 0 */
    return spread > 0 ? sqrt(spread / n / (n - 1)) : spread < 0 ? 0 : spread;
}

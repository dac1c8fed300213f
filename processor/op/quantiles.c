/* quantiles.c -- see quantiles.h.
 *
 * C. Masson, J. E. Rim, H. K. Lee, DDSketch: a fast and fully-mergeable quantile sketch with
 * relative-error guarantees (VLDB 2019). What stands for a bin [l, u) is 2 l u / (l + u), off by at
 * most (u - l) / (u + l); here l = 2^e (1 + k / 50), so by 1 / (101 + 2 k) < 1 %. Collapsing keeps
 * the MR_QUANTILES_BINS highest of all bins that ever had a value, which is what makes Q1 hold: a
 * bin that has gone would be one of the lower ones ever after.
 */
#include "processor/op/quantiles.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

enum {
    VERSION = 1,
    HEAD = 24,
    BINS_PER_OCTAVE = 50,
    BIAS = 1023,
    BIN_INF = (BIAS + 1024) * BINS_PER_OCTAVE,
    BIN_NAN,
};

static int32_t bin_of(double x) {
    uint64_t bits;
    if (isnan(x)) return BIN_NAN;
    if (fabs(x) < DBL_MIN) return 0;
    memcpy(&bits, &x, 8);
    uint64_t exponent = bits >> 52 & 2047, rest = bits & ((UINT64_C(1) << 52) - 1);
    int32_t bin = (int32_t)(exponent * BINS_PER_OCTAVE + (rest * BINS_PER_OCTAVE >> 52));
    return x < 0 ? -bin : bin;
}

static double value_of(int32_t bin) {
    if (bin == 0) return 0;
    if (bin == BIN_NAN) return NAN;
    int32_t size = bin <= -BIN_INF ? BIN_INF : bin < 0 ? -bin : bin; /* whatever the bytes say */
    if (size >= BIN_INF) return bin < 0 ? -INFINITY : INFINITY;
    int k = size % BINS_PER_OCTAVE, n = BINS_PER_OCTAVE;
    double x = (2.0 * (n + k) * (n + k + 1)) / (n * (2.0 * (n + k) + 1));
    return ldexp(bin < 0 ? -x : x, size / n - BIAS);
}

/* ---- bytes */

struct sketch { /* a view of bytes */
    const char *p;
    uint32_t n;
    double least, greatest;
};

static size_t counts_at(uint32_t n) {
    return HEAD + ((size_t)n * 4 + 7) / 8 * 8;
}

bool mr_quantiles_ok(struct mr_str have) {
    uint32_t n;
    if (have.n == 0) return true;
    if (have.n < HEAD || have.p[0] != VERSION) return false;
    memcpy(&n, have.p + 4, 4);
    return n <= MR_QUANTILES_BINS && have.n == counts_at(n) + (size_t)n * 8;
}

static struct sketch open_bytes(struct mr_str have) {
    struct sketch s = {.p = have.p, .least = INFINITY, .greatest = -INFINITY};
    assert(mr_quantiles_ok(have)); /* we wrote it */
    if (have.n == 0) return s;
    memcpy(&s.n, have.p + 4, 4);
    memcpy(&s.least, have.p + 8, 8);
    memcpy(&s.greatest, have.p + 16, 8);
    return s;
}

static int32_t bin_at(const struct sketch *s, uint32_t i) {
    int32_t bin;
    memcpy(&bin, s->p + HEAD + (size_t)i * 4, 4);
    return bin;
}

static uint64_t count_at(const struct sketch *s, uint32_t i) {
    uint64_t count;
    memcpy(&count, s->p + counts_at(s->n) + (size_t)i * 8, 8);
    return count;
}

static void stretch(struct sketch *s, double least, double greatest) {
    if (least < s->least) s->least = least + 0.0; /* one zero */
    if (greatest > s->greatest) s->greatest = greatest + 0.0;
}

/* Where a value is counted, or n: a bin must be made for it. */
static uint32_t place(const struct sketch *s, int32_t bin) {
    uint32_t from = 0, to = s->n;
    if (s->n == MR_QUANTILES_BINS && bin < bin_at(s, 0)) return 0;
    while (from < to) {
        uint32_t mid = (from + to) / 2;
        if (bin_at(s, mid) < bin)
            from = mid + 1;
        else
            to = mid;
    }
    return from < s->n && bin_at(s, from) == bin ? from : s->n;
}

/* ---- adding */

bool mr_quantiles_fits(struct mr_str have, double x) {
    struct sketch s = open_bytes(have);
    return place(&s, bin_of(x)) < s.n;
}

void mr_quantiles_set(char *p, size_t n, double x) {
    struct sketch s = open_bytes((struct mr_str){p, n});
    uint32_t i = place(&s, bin_of(x));
    uint64_t count = count_at(&s, i) + 1;
    if (!isnan(x)) stretch(&s, x, x);
    memcpy(p + 8, &s.least, 8);
    memcpy(p + 16, &s.greatest, 8);
    memcpy(p + counts_at(s.n) + (size_t)i * 8, &count, 8);
}

struct bins { /* of two states */
    uint32_t n;
    int32_t bin[2 * MR_QUANTILES_BINS];
    uint64_t count[2 * MR_QUANTILES_BINS];
};

static void unite(const struct sketch *x, const struct sketch *y, struct bins *to) {
    to->n = 0;
    for (uint32_t i = 0, k = 0; i < x->n || k < y->n; to->n++) {
        int32_t a = i < x->n ? bin_at(x, i) : INT32_MAX, b = k < y->n ? bin_at(y, k) : INT32_MAX;
        to->bin[to->n] = a < b ? a : b;
        to->count[to->n] = 0;
        if (i < x->n && a <= b) to->count[to->n] += count_at(x, i++);
        if (k < y->n && b <= a) to->count[to->n] += count_at(y, k++);
    }
}

static void write_bins(struct bins *b, const struct sketch *ends, struct mr_buf *to) {
    uint32_t first = b->n > MR_QUANTILES_BINS ? b->n - MR_QUANTILES_BINS : 0, n = b->n - first;
    char head[HEAD] = {VERSION};
    for (uint32_t i = 0; i < first; i++) b->count[first] += b->count[i];
    memcpy(head + 4, &n, 4);
    memcpy(head + 8, &ends->least, 8);
    memcpy(head + 16, &ends->greatest, 8);
    mr_buf_add(to, head, HEAD);
    mr_buf_add(to, b->bin + first, (size_t)n * 4);
    mr_buf_add(to, "\0\0\0", n % 2 * 4);
    mr_buf_add(to, b->count + first, (size_t)n * 8);
}

void mr_quantiles_merge(struct mr_str x, struct mr_str y, struct mr_buf *to) {
    struct sketch a = open_bytes(x), b = open_bytes(y);
    struct bins bins;
    if (x.n == 0 || y.n == 0) return mr_buf_str(to, x.n ? x : y);
    unite(&a, &b, &bins);
    stretch(&a, b.least, b.greatest);
    write_bins(&bins, &a, to);
}

void mr_quantiles_add(struct mr_str have, double x, struct mr_buf *to) {
    char one[HEAD + 16] = {VERSION};
    uint32_t n = 1;
    int32_t bin = bin_of(x);
    uint64_t count = 1;
    struct sketch ends = open_bytes((struct mr_str){NULL, 0});
    if (!isnan(x)) stretch(&ends, x, x);
    memcpy(one + 4, &n, 4);
    memcpy(one + 8, &ends.least, 8);
    memcpy(one + 16, &ends.greatest, 8);
    memcpy(one + HEAD, &bin, 4);
    memcpy(one + HEAD + 8, &count, 8);
    mr_quantiles_merge(have, (struct mr_str){one, sizeof one}, to);
}

/* ---- results */

bool mr_quantiles_read(struct mr_str have, double q, double *ret) {
    struct sketch s = open_bytes(have);
    uint64_t n = 0, seen = 0;
    for (uint32_t i = 0; i < s.n; i++) n += count_at(&s, i);
    if (n == 0) return false;
    double rank = floor(q * (double)(n - 1));
    uint32_t i = 0;
    for (; i + 1 < s.n; i++) {
        seen += count_at(&s, i);
        if (rank < (double)seen) break;
    }
    double x = value_of(bin_at(&s, i));
    if (rank < 1 || x < s.least) x = isnan(x) ? x : s.least;
    if (rank == (double)(n - 1) || x > s.greatest) x = isnan(x) ? x : s.greatest;
    *ret = x;
    return true;
}

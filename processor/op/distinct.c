/* distinct.c -- see distinct.h.
 *
 * Registers as in P. Flajolet and others, HyperLogLog (2007), with the 64-bit hashes of S. Heule
 * and others, HyperLogLog in Practice (2013). The estimate is the improved raw estimator of
 * O. Ertl, New cardinality estimation algorithms for HyperLogLog sketches (arXiv:1702.01284,
 * 2017), algorithm 6: unbiased over the whole range, without tables or thresholds.
 */
#include "processor/op/distinct.h"

#include "base/hash.h"
#include "processor/op/picks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    VERSION = 1,
    HEAD = 8,
    P = 14,
    M = 1 << P,
    Q = 64 - P, /* bits of a hash behind its register; registers hold 0..Q + 1 */
    BITS = 6,
    DENSE = M * BITS / 8,
};

uint64_t mr_distinct_hash(const struct mr_value *v) {
    if (v->tag == MR_V_STRING || v->tag == MR_V_BYTES) return mr_hash_disk(v->p, v->len);
    char space[16]; /* others take at most 12 bytes */
    struct mr_buf bytes = {.p = space, .cap = sizeof space - 1, .max = sizeof space - 1};
    mr_order_bytes(v, &bytes);
    assert(!bytes.full);
    return mr_hash_disk(bytes.p, bytes.n);
}

/* ---- bytes */

static bool is_dense(struct mr_str have) {
    return have.n && have.p[1] == 1;
}

static uint32_t n_hashes(struct mr_str have) {
    uint32_t n = 0;
    if (have.n) memcpy(&n, have.p + 4, 4);
    return n;
}

static uint64_t hash_at(struct mr_str have, uint32_t i) {
    uint64_t h;
    memcpy(&h, have.p + HEAD + (size_t)i * 8, 8);
    return h;
}

bool mr_distinct_ok(struct mr_str have) {
    if (have.n == 0) return true;
    if (have.n < HEAD || have.p[0] != VERSION) return false;
    if (is_dense(have)) return have.n == HEAD + DENSE && n_hashes(have) == 0;
    uint32_t n = n_hashes(have);
    return have.p[1] == 0 && n <= MR_DISTINCT_EXACT && have.n == HEAD + (size_t)n * 8;
}

static void put_head(struct mr_buf *to, bool dense, uint32_t n) {
    char head[HEAD] = {VERSION, dense};
    memcpy(head + 4, &n, 4);
    mr_buf_add(to, head, HEAD);
}

/* ---- hashes */

/* Where the hash stands, or would. */
static uint32_t place(struct mr_str have, uint64_t hash, bool *found) {
    uint32_t from = 0, to = n_hashes(have);
    while (from < to) {
        uint32_t mid = (from + to) / 2;
        if (hash_at(have, mid) < hash)
            from = mid + 1;
        else
            to = mid;
    }
    *found = from < n_hashes(have) && hash_at(have, from) == hash;
    return from;
}

/* ---- registers: four in three bytes */

static uint32_t load4(const char *p, uint32_t i) {
    const unsigned char *at = (const unsigned char *)p + HEAD + i / 4 * 3;
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
}

static void raise_register(char *p, uint32_t i, uint32_t to) {
    uint32_t four = load4(p, i), shift = i % 4 * BITS;
    if ((four >> shift & 63) >= to) return;
    four = (four & ~(UINT32_C(63) << shift)) | to << shift;
    unsigned char *at = (unsigned char *)p + HEAD + i / 4 * 3;
    at[0] = (unsigned char)four;
    at[1] = (unsigned char)(four >> 8);
    at[2] = (unsigned char)(four >> 16);
}

static void set(char *p, uint64_t hash) {
    uint64_t rest = hash << P | UINT64_C(1) << (P - 1); /* ends the run of zeros */
    raise_register(p, (uint32_t)(hash >> Q), (uint32_t)__builtin_clzll(rest) + 1);
}

static void raise_by(char *p, struct mr_str have) {
    if (is_dense(have)) {
        for (uint32_t i = 0; i < M; i++) {
            uint32_t v = load4(have.p, i) >> i % 4 * BITS & 63;
            if (v) raise_register(p, i, v);
        }
        return;
    }
    for (uint32_t i = 0, n = n_hashes(have); i < n; i++) set(p, hash_at(have, i));
}

/* Appends registers; they may move until they are all there. */
static char *put_dense(struct mr_buf *to, struct mr_str have) {
    static const char zeros[DENSE];
    if (is_dense(have)) {
        mr_buf_str(to, have);
        return to->p + to->n - have.n;
    }
    put_head(to, true, 0);
    mr_buf_add(to, zeros, DENSE);
    char *p = to->p + to->n - HEAD - DENSE;
    raise_by(p, have);
    return p;
}

/* ---- adding */

bool mr_distinct_fits(struct mr_str have, uint64_t hash) {
    bool found;
    assert(mr_distinct_ok(have)); /* we wrote it */
    if (is_dense(have)) return true;
    place(have, hash, &found);
    return found;
}

void mr_distinct_set(char *p, size_t n, uint64_t hash) {
    if (is_dense((struct mr_str){p, n})) set(p, hash);
}

void mr_distinct_add(struct mr_str have, uint64_t hash, struct mr_buf *to) {
    bool found;
    assert(mr_distinct_ok(have));
    if (is_dense(have)) return set(put_dense(to, have), hash);
    uint32_t n = n_hashes(have), at = place(have, hash, &found);
    if (found) return mr_buf_str(to, have);
    if (n == MR_DISTINCT_EXACT) return set(put_dense(to, have), hash);
    size_t before = (size_t)at * 8, all = (size_t)n * 8;
    put_head(to, false, n + 1);
    if (n) mr_buf_add(to, have.p + HEAD, before);
    mr_buf_add(to, &hash, 8);
    if (n) mr_buf_add(to, have.p + HEAD + before, all - before);
}

/* The hashes of both, once each. false: too many, and nothing is appended. */
static bool unite(struct mr_str x, struct mr_str y, struct mr_buf *to) {
    size_t start = to->n;
    uint32_t n = 0, i = 0, k = 0, n_x = n_hashes(x), n_y = n_hashes(y);
    put_head(to, false, 0);
    for (; i < n_x || k < n_y; n++) {
        uint64_t a = i < n_x ? hash_at(x, i) : UINT64_MAX, b = k < n_y ? hash_at(y, k) : UINT64_MAX;
        uint64_t least = a < b ? a : b;
        i += i < n_x && a == least;
        k += k < n_y && b == least;
        if (n < MR_DISTINCT_EXACT) mr_buf_add(to, &least, 8);
    }
    if (n > MR_DISTINCT_EXACT) {
        to->n = start;
        return false;
    }
    memcpy(to->p + start + 4, &n, 4);
    return true;
}

void mr_distinct_merge(struct mr_str x, struct mr_str y, struct mr_buf *to) {
    assert(mr_distinct_ok(x) && mr_distinct_ok(y));
    if (x.n == 0 || y.n == 0) return mr_buf_str(to, x.n ? x : y);
    if (!is_dense(x) && !is_dense(y) && unite(x, y, to)) return;
    if (is_dense(y)) return raise_by(put_dense(to, y), x);
    raise_by(put_dense(to, x), y);
}

/* ---- the estimate */

/* x + sum of x^(2^k) 2^(k - 1) over k > 0; for x < 1. */
static double sigma(double x) {
    double y = 1, z = x, before;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

/* (1 - x - sum of (1 - x^(2^-k))^2 2^-k over k > 0) / 3 */
static double tau(double x) {
    double y = 1, z = 1 - x, before;
    if (x == 0 || x == 1) return 0;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

int64_t mr_distinct_count(struct mr_str have) {
    uint32_t of[64] = {0}; /* registers by what they hold */
    assert(mr_distinct_ok(have));
    if (!is_dense(have)) return n_hashes(have);
    for (uint32_t i = 0; i < M; i += 4) {
        uint32_t four = load4(have.p, i);
        for (unsigned k = 0; k < 4; k++) of[four >> k * BITS & 63]++;
    }
    if (of[0] == M) return 0;
    double z = M * tau(1 - of[Q + 1] / (double)M);
    for (int k = Q; k > 0; k--) z = 0.5 * (z + of[k]);
    z += M * sigma(of[0] / (double)M);
    if (!(z > 0)) return INT64_MAX; /* every register full */
    double n = (double)M / z * M / (2 * M_LN2);
    return n < 0x1p63 ? llround(n) : INT64_MAX;
}

/* Bytes -> states of sketches. What can be read stays inside its bytes, whatever it holds, and what
 * is made of it can be read again. */
#include "processor/op/distinct.h"
#include "processor/op/quantiles.h"
#include "tests/fuzz/fuzz_help.h"

static void try_distinct(struct mr_str x, struct mr_str y, uint64_t hash) {
    if (!mr_distinct_ok(x) || !mr_distinct_ok(y)) return;
    struct mr_buf b = {0}, c = {0};
    mr_distinct_add(x, hash, &b);
    assert(mr_distinct_ok(mr_buf_view(&b)));
    mr_distinct_merge(mr_buf_view(&b), y, &c);
    assert(mr_distinct_ok(mr_buf_view(&c)));
    if (mr_distinct_fits(mr_buf_view(&c), ~hash)) mr_distinct_set(c.p, c.n, ~hash);
    assert(mr_distinct_count(mr_buf_view(&c)) >= 0);
    mr_buf_done(&b);
    mr_buf_done(&c);
}

static void try_quantiles(struct mr_str x, struct mr_str y, double v) {
    double ret;
    if (!mr_quantiles_ok(x) || !mr_quantiles_ok(y)) return;
    struct mr_buf b = {0}, c = {0};
    mr_quantiles_add(x, v, &b);
    assert(mr_quantiles_ok(mr_buf_view(&b)));
    mr_quantiles_merge(mr_buf_view(&b), y, &c);
    assert(mr_quantiles_ok(mr_buf_view(&c)));
    if (mr_quantiles_fits(mr_buf_view(&c), -v)) mr_quantiles_set(c.p, c.n, -v);
    for (double q = 0; q <= 1; q += 0.25) mr_quantiles_read(mr_buf_view(&c), q, &ret);
    mr_buf_done(&b);
    mr_buf_done(&c);
}

/* u8 what, u64 a hash or double, u16 length of the first state, the two states. Dense ones are as
 * long as they must be: zeros follow. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char dense[2][8 + 12288];
    uint64_t bits;
    double v;
    if (size < 11) return 0;
    memcpy(&bits, data + 1, 8);
    memcpy(&v, data + 1, 8);
    const char *p = (const char *)data + 11;
    size_t rest = size - 11, n = data[9] | (size_t)data[10] << 8;
    if (n > rest) n = rest;
    struct mr_str s[2] = {{p, n}, {p + n, rest - n}};
    for (int i = 0; i < 2; i++) {
        if (!(data[0] & 2 << i)) continue;
        memset(dense[i], 0, sizeof dense[i]);
        memcpy(dense[i], s[i].p, s[i].n < sizeof dense[i] ? s[i].n : sizeof dense[i]);
        s[i] = (struct mr_str){dense[i], sizeof dense[i]};
    }
    if (data[0] & 1)
        try_quantiles(s[0], s[1], v);
    else
        try_distinct(s[0], s[1], bits);
    return 0;
}

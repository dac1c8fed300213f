/* picks.c -- see picks.h. */
#include "processor/op/picks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { COUNT_BYTES = 4, HEAD_BYTES = 12 };

/* ---- bytes in order */

static void put_be(uint64_t v, unsigned bytes, struct mr_buf *to) {
    while (bytes-- > 0) mr_buf_byte(to, (uint8_t)(v >> (8 * bytes)));
}

void mr_order_int(int64_t i, struct mr_buf *to) {
    put_be((uint64_t)i ^ (UINT64_C(1) << 63), 8, to);
}

static void put_double(double d, struct mr_buf *to) {
    uint64_t bits;
    if (d == 0) d = 0;                                /* one zero */
    if (isnan(d)) return put_be(~UINT64_C(0), 8, to); /* behind all numbers */
    memcpy(&bits, &d, 8);
    put_be(bits >> 63 ? ~bits : bits | UINT64_C(1) << 63, 8, to);
}

void mr_order_bytes(const struct mr_value *v, struct mr_buf *to) {
    switch ((enum mr_tag)v->tag) {
    case MR_V_BOOL: mr_buf_byte(to, v->b); return;
    case MR_V_INT:
    case MR_V_DURATION: mr_order_int(v->i, to); return;
    case MR_V_UINT: put_be(v->u, 8, to); return;
    case MR_V_DOUBLE: put_double(v->d, to); return;
    case MR_V_STRING:
    case MR_V_BYTES: mr_buf_add(to, v->p, v->len); return;
    case MR_V_TIMESTAMP:
        mr_order_int(v->i, to);
        put_be(v->aux, 4, to);
        return;
    default: break;
    }
    assert(!"types are checked by mr_slot_key_ok");
}

/* ---- lists */

static struct mr_pick element(struct mr_str list, size_t *at) {
    uint32_t n[3];
    memcpy(n, list.p + *at, sizeof n);
    const char *p = list.p + *at + HEAD_BYTES;
    *at += HEAD_BYTES + (size_t)n[0] + n[1] + n[2];
    return (struct mr_pick){{p, n[0]}, {p + n[0], n[1]}, {p + n[0] + n[1], n[2]}};
}

static void put(struct mr_buf *to, const struct mr_pick *e) {
    uint32_t n[3] = {(uint32_t)e->key.n, (uint32_t)e->prov.n, (uint32_t)e->value.n};
    mr_buf_add(to, n, sizeof n);
    mr_buf_str(to, e->key);
    mr_buf_str(to, e->prov);
    mr_buf_str(to, e->value);
}

uint32_t mr_picks_count(struct mr_str list) {
    uint32_t n = 0;
    if (list.n) memcpy(&n, list.p, COUNT_BYTES);
    return n;
}

struct mr_str mr_picks_next(struct mr_str list, size_t *at) {
    if (*at == 0) *at = COUNT_BYTES;
    return element(list, at).value;
}

/* < 0: a stands before b. */
static int rank(const struct mr_pick_rule *rule, const struct mr_pick *a, const struct mr_pick *b) {
    int c = rule->by ? rule->by * mr_str_cmp(a->key, b->key) : 0;
    if (c) return c;
    c = mr_str_cmp(a->prov, b->prov);
    return rule->latest ? -c : c;
}

static bool is_before(const struct mr_pick_rule *rule, const struct mr_pick *new,
                      const struct mr_pick *old) {
    int c = rank(rule, new, old);
    return rule->latest ? c <= 0 : c < 0;
}

/* A list that is being written: elements come in order of rank. */
struct writing {
    const struct mr_pick_rule *rule;
    struct mr_buf *to;
    size_t start;
    uint32_t n;
};

static struct writing begin(const struct mr_pick_rule *rule, struct mr_buf *to) {
    struct writing w = {.rule = rule, .to = to, .start = to->n};
    mr_buf_add(to, &w.n, COUNT_BYTES);
    return w;
}

static bool has(const struct writing *w, struct mr_str value) {
    struct mr_str list = {w->to->p + w->start, w->to->n - w->start};
    size_t at = COUNT_BYTES;
    for (uint32_t i = 0; i < w->n; i++)
        if (mr_str_eq(element(list, &at).value, value)) return true;
    return false;
}

static void write(struct writing *w, const struct mr_pick *e) {
    if (w->n == w->rule->limit || (w->rule->distinct && has(w, e->value))) return;
    put(w->to, e);
    w->n++;
}

static void end(struct writing *w) {
    memcpy(w->to->p + w->start, &w->n, COUNT_BYTES);
}

void mr_picks_add(const struct mr_pick_rule *rule, struct mr_str have, const struct mr_pick *e,
                  struct mr_buf *to) {
    struct writing w = begin(rule, to);
    bool placed = false, hidden = false; /* hidden: an earlier one has the same value */
    size_t at = COUNT_BYTES;
    for (uint32_t n = mr_picks_count(have); n > 0 && w.n < rule->limit; n--) {
        struct mr_pick old = element(have, &at);
        bool same = rule->distinct && mr_str_eq(old.value, e->value);
        if (!placed && !hidden && is_before(rule, e, &old)) {
            put(to, e);
            w.n++;
            placed = true;
        }
        hidden |= same;
        if ((same && placed) || w.n == rule->limit) continue;
        put(to, &old);
        w.n++;
    }
    if (!placed && !hidden && w.n < rule->limit) {
        put(to, e);
        w.n++;
    }
    end(&w);
}

void mr_picks_merge(const struct mr_pick_rule *rule, struct mr_str a, struct mr_str b,
                    struct mr_buf *to) {
    struct writing w = begin(rule, to);
    uint32_t n_a = mr_picks_count(a), n_b = mr_picks_count(b);
    size_t at_a = COUNT_BYTES, at_b = COUNT_BYTES;
    while (n_a + n_b > 0 && w.n < rule->limit) {
        size_t next_a = at_a, next_b = at_b;
        struct mr_pick x = {0}, y = {0};
        if (n_a) x = element(a, &next_a);
        if (n_b) y = element(b, &next_b);
        bool take_b = n_b && (!n_a || is_before(rule, &y, &x));
        write(&w, take_b ? &y : &x);
        if (take_b) {
            at_b = next_b;
            n_b--;
        } else {
            at_a = next_a;
            n_a--;
        }
    }
    end(&w);
}

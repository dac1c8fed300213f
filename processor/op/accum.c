/* accum.c -- accumulators; the layout is in the head of accum.h. */
#include "processor/op/accum.h"

#include <assert.h>
#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "state is little-endian");

/* Non-overlapping doubles of one sum: 2^-1074..2^1024 in pieces of 53 bits. */
enum { PARTIALS_MAX = 48 };

/* Words of a slot. COUNT: n. SUM of integers: the sum. AVG of integers: n, 128-bit sum. SUM, AVG of
 * doubles: n, the sum of what is not finite. MIN, MAX: nanoseconds << 1 | present, the value. */
struct words {
    int64_t w[3];
};

static uint32_t n_words(const struct mr_slot *s) {
    switch (s->fn) {
    case MR_AGG_COUNT:
    case MR_AGG_COUNT_IF: return 1;
    case MR_AGG_SUM: return s->type->kind == MR_T_DOUBLE ? 2 : 1;
    case MR_AGG_AVG: return s->type->kind == MR_T_DOUBLE ? 2 : 3;
    case MR_AGG_MIN:
    case MR_AGG_MAX: return 2;
    }
    return 0;
}

static bool is_number(const struct mr_type *t) {
    return t->kind == MR_T_INT || t->kind == MR_T_UINT || t->kind == MR_T_DOUBLE;
}

static bool is_text(const struct mr_type *t) {
    return t->kind == MR_T_STRING || t->kind == MR_T_BYTES;
}

bool mr_slot_ok(enum mr_agg_fn fn, const struct mr_type *t) {
    switch (fn) {
    case MR_AGG_COUNT: return t == NULL;
    case MR_AGG_COUNT_IF: return t && t->kind == MR_T_BOOL;
    case MR_AGG_SUM: return t && (is_number(t) || t->kind == MR_T_DURATION);
    case MR_AGG_AVG: return t && is_number(t);
    case MR_AGG_MIN:
    case MR_AGG_MAX:
        return t && (is_number(t) || is_text(t) || t->kind == MR_T_TIMESTAMP ||
                     t->kind == MR_T_DURATION || t->kind == MR_T_BOOL);
    }
    return false;
}

const struct mr_type *mr_slot_type(const struct mr_slot *s) {
    switch (s->fn) {
    case MR_AGG_COUNT:
    case MR_AGG_COUNT_IF: return &mr_type_int;
    case MR_AGG_AVG: return &mr_type_double;
    case MR_AGG_SUM:
    case MR_AGG_MIN:
    case MR_AGG_MAX: break;
    }
    return s->type;
}

bool mr_slot_may_be_absent(const struct mr_slot *s) {
    return s->optional && (s->fn == MR_AGG_AVG || s->fn == MR_AGG_MIN || s->fn == MR_AGG_MAX);
}

void mr_accum_layout(struct mr_accum *a, struct mr_slot *slots, uint32_t n) {
    *a = (struct mr_accum){.slots = slots, .n = n};
    for (uint32_t i = 0; i < n; i++) {
        struct mr_slot *s = &slots[i];
        bool least = s->fn == MR_AGG_MIN || s->fn == MR_AGG_MAX;
        bool total = s->fn == MR_AGG_SUM || s->fn == MR_AGG_AVG;
        s->off = a->fixed;
        s->var =
            s->type && ((least && is_text(s->type)) || (total && s->type->kind == MR_T_DOUBLE));
        a->var |= s->var;
        a->fixed += n_words(s) * 8;
    }
}

/* ---- exact sums of doubles */

static uint32_t grow(double *p, uint32_t n, double x) {
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
    assert(kept < PARTIALS_MAX);
    if (x != 0) p[kept++] = x;
    return kept;
}

/* The correctly rounded sum: partials grow in size, so all but a tie is decided by the two at the
 * top; a tie by the sign of what is below. */
static double rounded(const double *p, uint32_t n) {
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

static double total(const struct words *w, const double *p, uint32_t n) {
    double special;
    memcpy(&special, &w->w[1], 8);
    return special != 0 ? special : rounded(p, n);
}

/* ---- fixed parts */

static void load(const struct mr_slot *s, const char *state, struct words *w) {
    memset(w, 0, sizeof *w);
    if (state) memcpy(w, state + s->off, n_words(s) * 8);
}

static bool is_better(const struct mr_slot *s, const struct mr_value *v,
                      const struct mr_value *than) {
    int c = mr_value_cmp(v, than);
    return s->fn == MR_AGG_MIN ? c < 0 : c > 0;
}

static struct mr_value extreme_of(const struct mr_slot *s, const struct words *w) {
    struct mr_value v = {0};
    v.i = w->w[1];
    switch (s->type->kind) {
    case MR_T_BOOL: return mr_bool(w->w[1] != 0);
    case MR_T_UINT: v.tag = MR_V_UINT; break;
    case MR_T_DOUBLE: v.tag = MR_V_DOUBLE; break;
    case MR_T_DURATION: v.tag = MR_V_DURATION; break;
    case MR_T_TIMESTAMP:
        v.tag = MR_V_TIMESTAMP;
        v.aux = (uint32_t)(w->w[0] >> 1);
        break;
    default: v.tag = MR_V_INT; break;
    }
    return v;
}

static void add_extreme(const struct mr_slot *s, struct words *w, const struct mr_value *v) {
    if (w->w[0] & 1) {
        struct mr_value have = extreme_of(s, w);
        if (!is_better(s, v, &have)) return;
    }
    w->w[0] = 1;
    if (v->tag == MR_V_TIMESTAMP) w->w[0] |= (int64_t)v->aux << 1;
    w->w[1] = v->tag == MR_V_BOOL ? v->b : v->i;
}

static void add_to_sum128(struct words *w, const struct mr_value *v) {
    __int128 sum;
    memcpy(&sum, &w->w[1], sizeof sum);
    sum += v->tag == MR_V_UINT ? (__int128)v->u : (__int128)v->i;
    memcpy(&w->w[1], &sum, sizeof sum);
    w->w[0]++;
}

static void add_special(struct words *w, double x) {
    double special;
    w->w[0]++;
    if (isfinite(x)) return;
    memcpy(&special, &w->w[1], 8);
    special += x;
    memcpy(&w->w[1], &special, 8);
}

static void add_words(const struct mr_slot *s, struct words *w, const struct mr_value *v) {
    switch (s->fn) {
    case MR_AGG_COUNT: w->w[0]++; break;
    case MR_AGG_COUNT_IF: w->w[0] += v->tag == MR_V_BOOL && v->b; break;
    case MR_AGG_SUM:
        if (v->tag == MR_V_ABSENT) break;
        if (s->var)
            add_special(w, v->d);
        else
            w->w[0] = (int64_t)((uint64_t)w->w[0] + v->u);
        break;
    case MR_AGG_AVG:
        if (v->tag == MR_V_ABSENT) break;
        if (s->var)
            add_special(w, v->d);
        else
            add_to_sum128(w, v);
        break;
    case MR_AGG_MIN:
    case MR_AGG_MAX:
        if (v->tag == MR_V_ABSENT) break;
        if (s->var)
            w->w[0] = 1;
        else
            add_extreme(s, w, v);
        break;
    }
}

const char *mr_accum_error(const struct mr_accum *a, struct mr_str state,
                           const struct mr_value *args) {
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        if (s->fn != MR_AGG_SUM || s->var || args[i].tag == MR_V_ABSENT) continue;
        struct words w;
        load(s, state.n ? state.p : NULL, &w);
        uint64_t u;
        int64_t sum;
        if (s->type->kind == MR_T_UINT) {
            if (__builtin_add_overflow((uint64_t)w.w[0], args[i].u, &u))
                return "sum: exceeds the range of uint";
        } else if (__builtin_add_overflow(w.w[0], args[i].i, &sum)) {
            return s->type->kind == MR_T_INT ? "sum: exceeds the range of int"
                                             : "sum: exceeds the range of duration";
        }
    }
    return NULL;
}

void mr_accum_add_fixed(const struct mr_accum *a, char *state, const struct mr_value *args) {
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        struct words w;
        load(s, state, &w);
        add_words(s, &w, &args[i]);
        memcpy(state + s->off, &w, n_words(s) * 8);
    }
}

/* ---- variable parts */

static struct mr_str next_part(const struct mr_accum *a, struct mr_str state, size_t *at) {
    uint32_t len;
    if (state.n == 0) return (struct mr_str){NULL, 0};
    if (*at == 0) *at = a->fixed;
    memcpy(&len, state.p + *at, 4);
    struct mr_str part = {state.p + *at + 8, len};
    *at += 8 + ((len + 7u) & ~7u);
    return part;
}

static void put_part(struct mr_buf *to, struct mr_str part) {
    static const char zeros[8];
    uint32_t head[2] = {(uint32_t)part.n, 0};
    mr_buf_add(to, head, sizeof head);
    mr_buf_str(to, part);
    mr_buf_add(to, zeros, (8 - part.n % 8) % 8);
}

static void add_part(const struct mr_slot *s, struct mr_str have, bool present,
                     const struct mr_value *v, struct mr_buf *to) {
    if (v->tag == MR_V_ABSENT) return put_part(to, have);
    if (s->fn == MR_AGG_SUM || s->fn == MR_AGG_AVG) {
        double p[PARTIALS_MAX + 1];
        uint32_t n = (uint32_t)(have.n / 8);
        if (have.n) memcpy(p, have.p, have.n);
        if (isfinite(v->d)) n = grow(p, n, v->d);
        return put_part(to, (struct mr_str){(const char *)p, n * 8});
    }
    struct mr_value old = *v;
    old.p = have.p;
    old.len = (uint32_t)have.n;
    old.flags = 0;
    bool take = !present || is_better(s, v, &old);
    put_part(to, take ? (struct mr_str){v->p, v->len} : have);
}

void mr_accum_add(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                  struct mr_buf *to) {
    static const char zeros[64];
    size_t start = to->n, at = 0;
    if (state.n) {
        mr_buf_add(to, state.p, a->fixed);
    } else {
        for (uint32_t left = a->fixed; left;) {
            uint32_t n = left < sizeof zeros ? left : (uint32_t)sizeof zeros;
            mr_buf_add(to, zeros, n);
            left -= n;
        }
    }
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        if (!s->var) continue;
        struct words w;
        load(s, state.n ? state.p : NULL, &w);
        add_part(s, next_part(a, state, &at), w.w[0] & 1, &args[i], to);
    }
    mr_accum_add_fixed(a, to->p + start, args);
}

/* ---- results */

static struct mr_value total_of(const struct mr_slot *s, const struct words *w,
                                struct mr_str part) {
    double p[PARTIALS_MAX];
    memcpy(p, part.p ? part.p : "", part.n);
    double sum = total(w, p, (uint32_t)(part.n / 8));
    return mr_double(s->fn == MR_AGG_SUM ? sum : sum / (double)w->w[0]);
}

static struct mr_value mean_of(const struct words *w) {
    __int128 sum;
    memcpy(&sum, &w->w[1], sizeof sum);
    return mr_double((double)sum / (double)w->w[0]);
}

static struct mr_value sum_of(const struct mr_slot *s, int64_t sum) {
    if (s->type->kind == MR_T_UINT) return mr_uint((uint64_t)sum);
    struct mr_value v = mr_int(sum);
    if (s->type->kind == MR_T_DURATION) v.tag = MR_V_DURATION;
    return v;
}

static struct mr_value result_of(const struct mr_slot *s, const struct words *w,
                                 struct mr_str part) {
    switch (s->fn) {
    case MR_AGG_COUNT:
    case MR_AGG_COUNT_IF: return mr_int(w->w[0]);
    case MR_AGG_SUM: return s->var ? total_of(s, w, part) : sum_of(s, w->w[0]);
    case MR_AGG_AVG:
        if (w->w[0] == 0) return MR_ABSENT;
        return s->var ? total_of(s, w, part) : mean_of(w);
    case MR_AGG_MIN:
    case MR_AGG_MAX: break;
    }
    if (!(w->w[0] & 1)) return MR_ABSENT;
    if (!s->var) return extreme_of(s, w);
    struct mr_str text = {part.p, part.n};
    return s->type->kind == MR_T_STRING ? mr_string(text) : mr_bytesv(text);
}

void mr_accum_result(const struct mr_accum *a, struct mr_str state, struct mr_value *ret) {
    size_t at = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        struct words w;
        struct mr_str part = {NULL, 0};
        load(s, state.p, &w);
        if (s->var) part = next_part(a, state, &at);
        ret[i] = result_of(s, &w, part);
    }
}

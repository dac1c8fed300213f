/* accum.c -- accumulators; the layout is in the head of accum.h.
 *
 * Each slot has words, which change in place, and may have a part of variable length:
 *   COUNT, COUNT_IF, ANY, EVERY   how many rows, of them true, true, false
 *   SUM of integers               the sum; with `back` 128 bits of it
 *   AVG of integers               n, 128 bits of sum
 *   SUM, AVG of doubles           n, the sum of what is not finite; part: partials
 *     with `back`                 n, how many are inf, -inf, NaN
 *   STDDEV                        n, how many have no finite square; part: u64 n of the partials
 *                                 of the sum, those, partials of the sum of squares
 *   MIN, MAX                      nanoseconds << 1 | present, the value; of texts the part holds it
 *   APPROX_DISTINCT               no words; part: distinct.h
 *   PERCENTILE                    no words; part: quantiles.h; of one argument one slot has it
 *   the others                    no words; part: picks.h
 */
#include "processor/op/accum.h"

#include "processor/expr/codec.h"
#include "processor/op/distinct.h"
#include "processor/op/exact.h"
#include "processor/op/picks.h"
#include "processor/op/quantiles.h"

#include <assert.h>
#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "state is little-endian");

struct words {
    int64_t w[4];
};

/* ---- fixed parts */

static void load(const struct mr_slot *s, const char *state, struct words *w) {
    memset(w, 0, sizeof *w);
    if (state) memcpy(w, state + s->off, s->words * 8);
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

static __int128 load128(const int64_t *at) {
    __int128 v;
    memcpy(&v, at, sizeof v);
    return v;
}

static void store128(int64_t *at, __int128 v) {
    memcpy(at, &v, sizeof v);
}

static __int128 wide(const struct mr_value *v) {
    return v->tag == MR_V_UINT ? (__int128)v->u : (__int128)v->i;
}

static double real(const struct mr_value *v) {
    return v->tag == MR_V_DOUBLE ? v->d : v->tag == MR_V_UINT ? (double)v->u : (double)v->i;
}

static bool has_square(double x) {
    return isfinite(x * x);
}

/* What is not finite, beside the partials. */
static void add_special(const struct mr_slot *s, struct words *w, double x, int sign) {
    double special;
    w->w[0] += sign;
    if (isfinite(x)) return;
    if (s->back) {
        w->w[isnan(x) ? 3 : x > 0 ? 1 : 2] += sign;
        return;
    }
    memcpy(&special, &w->w[1], 8);
    special += x;
    memcpy(&w->w[1], &special, 8);
}

static void add_sum(const struct mr_slot *s, struct words *w, const struct mr_value *v, int sign) {
    if (s->var)
        add_special(s, w, v->d, sign);
    else if (s->back)
        store128(&w->w[0], load128(&w->w[0]) + sign * wide(v));
    else
        w->w[0] = (int64_t)((uint64_t)w->w[0] + v->u);
}

static void add_mean(const struct mr_slot *s, struct words *w, const struct mr_value *v, int sign) {
    if (s->var) return add_special(s, w, v->d, sign);
    store128(&w->w[1], load128(&w->w[1]) + sign * wide(v));
    w->w[0] += sign;
}

/* sign: 1 adds, -1 takes out. */
static void add_words(const struct mr_slot *s, struct words *w, const struct mr_value *v,
                      int sign) {
    bool is_true = v->tag == MR_V_BOOL && v->b, is_false = v->tag == MR_V_BOOL && !v->b;
    if (s->fn == MR_AGG_COUNT) w->w[0] += sign;
    if (v->tag == MR_V_ABSENT) return;
    switch (s->fn) {
    case MR_AGG_COUNT_IF:
    case MR_AGG_ANY: w->w[0] += sign * is_true; break;
    case MR_AGG_EVERY: w->w[0] += sign * is_false; break;
    case MR_AGG_SUM: add_sum(s, w, v, sign); break;
    case MR_AGG_AVG: add_mean(s, w, v, sign); break;
    case MR_AGG_STDDEV:
        w->w[0] += sign;
        w->w[1] += has_square(real(v)) ? 0 : sign;
        break;
    case MR_AGG_MIN:
    case MR_AGG_MAX:
        if (s->var)
            w->w[0] = 1;
        else
            add_extreme(s, w, v);
        break;
    default: break;
    }
}

static const char *sum_error(const struct mr_slot *s, int64_t have, const struct mr_value *v) {
    uint64_t u;
    int64_t sum;
    if (s->type->kind == MR_T_UINT) {
        if (__builtin_add_overflow((uint64_t)have, v->u, &u))
            return "sum: exceeds the range of uint";
    } else if (__builtin_add_overflow(have, v->i, &sum)) {
        return s->type->kind == MR_T_INT ? "sum: exceeds the range of int"
                                         : "sum: exceeds the range of duration";
    }
    return NULL;
}

const char *mr_accum_error(const struct mr_accum *a, struct mr_str state,
                           const struct mr_value *args) {
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        if (s->fn != MR_AGG_SUM || s->var || s->back || args[s->arg].tag == MR_V_ABSENT) continue;
        struct words w;
        load(s, state.n ? state.p : NULL, &w);
        const char *error = sum_error(s, w.w[0], &args[s->arg]);
        if (error) return error;
    }
    return NULL;
}

static void change_fixed(const struct mr_accum *a, char *state, const struct mr_value *args,
                         int sign) {
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        struct words w;
        load(s, state, &w);
        add_words(s, &w, &args[s->arg], sign);
        memcpy(state + s->off, &w, s->words * 8);
    }
}

void mr_accum_add_fixed(const struct mr_accum *a, char *state, const struct mr_value *args) {
    change_fixed(a, state, args, 1);
}

void mr_accum_sub_fixed(const struct mr_accum *a, char *state, const struct mr_value *args) {
    change_fixed(a, state, args, -1);
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

/* A part is written behind its head, whose length is known at the end. */
static size_t begin_part(struct mr_buf *to) {
    static const char head[8];
    mr_buf_add(to, head, sizeof head);
    return to->n;
}

static void end_part(struct mr_buf *to, size_t start) {
    static const char zeros[8];
    uint32_t len = (uint32_t)(to->n - start);
    memcpy(to->p + start - 8, &len, 4);
    mr_buf_add(to, zeros, (8 - len % 8) % 8);
}

static void put_part(struct mr_buf *to, struct mr_str part) {
    size_t start = begin_part(to);
    mr_buf_str(to, part);
    end_part(to, start);
}

static struct mr_str bytes_of(const struct mr_partials *p) {
    return (struct mr_str){(const char *)p->p, p->n * sizeof *p->p};
}

static void put_moments(struct mr_buf *to, const struct mr_moments *m) {
    size_t start = begin_part(to);
    mr_moments_write(m, to);
    end_part(to, start);
}

static void change_moments(struct mr_str have, double x, int sign, struct mr_buf *to) {
    struct mr_moments m = mr_moments_of(have);
    if (has_square(x)) {
        m.sum.n = mr_exact_add(m.sum.p, m.sum.n, sign * x);
        m.squares.n = mr_exact_add_product(m.squares.p, m.squares.n, sign * x, x);
    }
    put_moments(to, &m);
}

/* args: of the slot; prov: BYTES. The element is made at the end of `to`, then moved over. */
static void pick(const struct mr_slot *s, struct mr_str have, const struct mr_value *args,
                 const struct mr_value *prov, struct mr_buf *to) {
    struct mr_pick_rule rule = mr_slot_pick_rule(s);
    size_t scratch = to->n;
    if (rule.by) mr_order_bytes(&args[1], to);
    size_t key = to->n - scratch;
    mr_row_pack(s->row, args, to);
    size_t all = to->n - scratch;
    mr_buf_grow(to, have.n + all + prov->len + 64); /* so that it does not move below */
    const char *p = to->p + scratch;
    struct mr_pick e = {{p, key}, {prov->p, prov->len}, {p + key, all - key}};
    size_t start = begin_part(to);
    mr_picks_add(&rule, have, &e, to);
    end_part(to, start);
    memmove(to->p + scratch, to->p + scratch + all, to->n - scratch - all);
    to->n -= all;
}

static void add_to_sketch(const struct mr_slot *s, struct mr_str have, const struct mr_value *v,
                          struct mr_buf *to) {
    size_t start = begin_part(to);
    if (s->fn == MR_AGG_PERCENTILE)
        mr_quantiles_add(have, real(v), to);
    else
        mr_distinct_add(have, mr_distinct_hash(v), to);
    end_part(to, start);
}

static void change_part(const struct mr_slot *s, struct mr_str have, bool present,
                        const struct mr_value *args, const struct mr_value *prov, int sign,
                        struct mr_buf *to) {
    const struct mr_value *v = &args[0];
    bool skip = v->tag == MR_V_ABSENT;
    if (mr_agg_fns[s->fn].n_args > 1) skip |= args[1].tag == MR_V_ABSENT;
    if (skip) return put_part(to, have);
    if (mr_slot_is_pick(s->fn)) return pick(s, have, args, prov, to);
    if (mr_slot_is_sketch(s)) return add_to_sketch(s, have, v, to);
    if (s->fn == MR_AGG_STDDEV) return change_moments(have, real(v), sign, to);
    if (mr_slot_is_double_sum(s)) {
        struct mr_partials p = mr_partials_of(have);
        if (isfinite(v->d)) p.n = mr_exact_add(p.p, p.n, sign * v->d);
        return put_part(to, bytes_of(&p));
    }
    struct mr_value old = *v;
    old.p = have.p;
    old.len = (uint32_t)have.n;
    old.flags = 0;
    bool take = !present || is_better(s, v, &old);
    put_part(to, take ? (struct mr_str){v->p, v->len} : have);
}

static void put_zeros(struct mr_buf *to, size_t n) {
    static const char zeros[64];
    for (; n > sizeof zeros; n -= sizeof zeros) mr_buf_add(to, zeros, sizeof zeros);
    mr_buf_add(to, zeros, n);
}

static void change(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                   int sign, struct mr_buf *to) {
    size_t start = to->n, at = 0;
    if (state.n)
        mr_buf_add(to, state.p, a->fixed);
    else
        put_zeros(to, a->fixed);
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        if (!s->var) continue;
        struct words w;
        load(s, state.n ? state.p : NULL, &w);
        change_part(s, next_part(a, state, &at), w.w[0] & 1, &args[s->arg], &args[a->n_args], sign,
                    to);
    }
    change_fixed(a, to->p + start, args, sign);
}

void mr_accum_add(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                  struct mr_buf *to) {
    change(a, state, args, 1, to);
}

void mr_accum_sub(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                  struct mr_buf *to) {
    change(a, state, args, -1, to);
}

/* ---- large parts: a state that changes where it lies
 *
 * A patch: the new parts of the slots that are no sketches, one behind the other. */

static bool fits(const struct mr_slot *s, struct mr_str part, const struct mr_value *v) {
    if (v->tag == MR_V_ABSENT) return true;
    return s->fn == MR_AGG_PERCENTILE ? mr_quantiles_fits(part, real(v))
                                      : mr_distinct_fits(part, mr_distinct_hash(v));
}

static void add_in_place(const struct mr_slot *s, char *part, size_t n, const struct mr_value *v) {
    if (v->tag == MR_V_ABSENT) return;
    if (s->fn == MR_AGG_PERCENTILE)
        mr_quantiles_set(part, n, real(v));
    else
        mr_distinct_set(part, n, mr_distinct_hash(v));
}

static size_t padded(size_t len) {
    return (len + 7) & ~(size_t)7;
}

bool mr_accum_patch(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                    struct mr_buf *to) {
    size_t at = 0, start = to->n;
    bool ok = true;
    for (uint32_t i = 0; i < a->n && ok; i++) {
        const struct mr_slot *s = &a->slots[i];
        if (!s->var) continue;
        struct mr_str part = next_part(a, state, &at);
        if (mr_slot_is_sketch(s)) {
            ok = fits(s, part, &args[s->arg]);
            continue;
        }
        struct words w;
        load(s, state.p, &w);
        size_t from = to->n;
        change_part(s, part, w.w[0] & 1, &args[s->arg], &args[a->n_args], 1, to);
        ok = to->n - from == 8 + padded(part.n);
    }
    if (!ok) to->n = start;
    return ok;
}

void mr_accum_apply(const struct mr_accum *a, char *state, struct mr_str patch,
                    const struct mr_value *args) {
    size_t at = 0, used = 0;
    struct mr_str whole = {state, SIZE_MAX};
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        if (!s->var) continue;
        struct mr_str part = next_part(a, whole, &at);
        char *p = (char *)part.p;
        if (mr_slot_is_sketch(s)) {
            add_in_place(s, p, part.n, &args[s->arg]);
            continue;
        }
        size_t room = 8 + padded(part.n);
        memcpy(p - 8, patch.p + used, room);
        used += room;
    }
    change_fixed(a, state, args, 1);
}

/* ---- two states in one */

static const char *merge_words(const struct mr_slot *s, struct words *w, const struct words *y) {
    double p, q;
    if (mr_slot_is_extreme(s)) {
        struct mr_value v = extreme_of(s, y);
        if (s->var)
            w->w[0] |= y->w[0];
        else if (y->w[0] & 1)
            add_extreme(s, w, &v);
    } else if (mr_slot_is_double_sum(s) && !s->back) {
        memcpy(&p, &w->w[1], 8);
        memcpy(&q, &y->w[1], 8);
        p += q;
        memcpy(&w->w[1], &p, 8);
        w->w[0] += y->w[0];
    } else if (s->fn == MR_AGG_SUM && !s->var && !s->back) {
        struct mr_value v = mr_int(y->w[0]);
        const char *error = sum_error(s, w->w[0], &v);
        if (error) return error;
        w->w[0] = (int64_t)((uint64_t)w->w[0] + (uint64_t)y->w[0]);
    } else if ((s->fn == MR_AGG_SUM || s->fn == MR_AGG_AVG) && !s->var) {
        unsigned at = s->fn == MR_AGG_AVG;
        store128(&w->w[at], load128(&w->w[at]) + load128(&y->w[at]));
        if (at) w->w[0] += y->w[0];
    } else {
        for (uint32_t i = 0; i < s->words; i++) w->w[i] += y->w[i];
    }
    return NULL;
}

static void merge_part(const struct mr_slot *s, struct mr_str x, bool x_is_there, struct mr_str y,
                       bool y_is_there, struct mr_buf *to) {
    if (mr_slot_is_pick(s->fn)) {
        struct mr_pick_rule rule = mr_slot_pick_rule(s);
        size_t start = begin_part(to);
        mr_picks_merge(&rule, x, y, to);
        return end_part(to, start);
    }
    if (mr_slot_is_sketch(s)) {
        size_t start = begin_part(to);
        if (s->fn == MR_AGG_PERCENTILE)
            mr_quantiles_merge(x, y, to);
        else
            mr_distinct_merge(x, y, to);
        return end_part(to, start);
    }
    if (s->fn == MR_AGG_STDDEV) {
        struct mr_moments m = mr_moments_of(x), with = mr_moments_of(y);
        mr_partials_add(&m.sum, &with.sum);
        mr_partials_add(&m.squares, &with.squares);
        return put_moments(to, &m);
    }
    if (mr_slot_is_double_sum(s)) {
        struct mr_partials p = mr_partials_of(x), with = mr_partials_of(y);
        mr_partials_add(&p, &with);
        return put_part(to, bytes_of(&p));
    }
    struct mr_value a = mr_bytesv(x), b = mr_bytesv(y);
    put_part(to, !x_is_there || (y_is_there && is_better(s, &b, &a)) ? y : x);
}

const char *mr_accum_merge(const struct mr_accum *a, struct mr_str x, struct mr_str y,
                           struct mr_buf *to) {
    size_t start = to->n, at_x = 0, at_y = 0;
    mr_buf_add(to, x.p, a->fixed);
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        struct words w, v;
        load(s, x.p, &w);
        load(s, y.p, &v);
        if (s->var)
            merge_part(s, next_part(a, x, &at_x), w.w[0] & 1, next_part(a, y, &at_y), v.w[0] & 1,
                       to);
        const char *error = merge_words(s, &w, &v);
        if (error) return error;
        memcpy(to->p + start + s->off, &w, s->words * 8);
    }
    return NULL;
}

/* ---- results */

static double special_of(const struct mr_slot *s, const struct words *w) {
    double special;
    if (!s->back) {
        memcpy(&special, &w->w[1], 8);
        return special;
    }
    if (w->w[3] || (w->w[1] && w->w[2])) return NAN;
    return w->w[1] ? INFINITY : w->w[2] ? -INFINITY : 0;
}

static struct mr_value total_of(const struct mr_slot *s, const struct words *w,
                                struct mr_str part) {
    double sum = special_of(s, w);
    if (sum == 0) {
        struct mr_partials p = mr_partials_of(part);
        sum = mr_exact_round(p.p, p.n);
    }
    return mr_double(s->fn == MR_AGG_SUM ? sum : sum / (double)w->w[0]);
}

static struct mr_value sum_of(const struct mr_slot *s, const struct words *w,
                              struct mr_arena *arena) {
    __int128 sum = s->back                      ? load128(&w->w[0])
                   : s->type->kind == MR_T_UINT ? (__int128)(uint64_t)w->w[0]
                                                : (__int128)w->w[0];
    bool is_uint = s->type->kind == MR_T_UINT;
    if (is_uint ? sum < 0 || sum > UINT64_MAX : sum < INT64_MIN || sum > INT64_MAX)
        return mr_error_value(arena, MR_R_NUM_OVERFLOW, "sum: exceeds its range");
    if (is_uint) return mr_uint((uint64_t)sum);
    struct mr_value v = mr_int((int64_t)sum);
    if (s->type->kind == MR_T_DURATION) v.tag = MR_V_DURATION;
    return v;
}

static struct mr_value stddev_of(const struct words *w, struct mr_str part) {
    if (w->w[0] < 2) return MR_ABSENT;
    if (w->w[1]) return mr_double(NAN);
    struct mr_moments m = mr_moments_of(part);
    return mr_double(mr_exact_stddev(w->w[0], &m));
}

static struct mr_value picked(const struct mr_slot *s, struct mr_str part, struct mr_arena *arena) {
    uint32_t n = mr_picks_count(part);
    size_t at = 0;
    if (n == 0 && !s->list) return MR_ABSENT;
    struct mr_value *list = mr_arena_alloc(arena, (n + 1) * sizeof *list);
    for (uint32_t i = 0; i < n; i++) {
        bool ok = mr_row_unpack(s->row, mr_picks_next(part, &at), NULL, &list[i], arena);
        assert(ok); /* we wrote it */
    }
    if (!s->list) return list[0];
    return (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
}

static struct mr_value percentile_of(const struct mr_slot *s, struct mr_str part) {
    double x;
    if (!mr_quantiles_read(part, s->rank, &x)) return MR_ABSENT;
    if (s->type->kind != MR_T_DURATION) return mr_double(x);
    struct mr_value v = mr_int(x < 0x1p63 ? llround(x) : INT64_MAX);
    v.tag = MR_V_DURATION;
    return v;
}

static struct mr_value result_of(const struct mr_slot *s, const struct words *w, struct mr_str part,
                                 struct mr_arena *arena) {
    switch (s->fn) {
    case MR_AGG_COUNT:
    case MR_AGG_COUNT_IF: return mr_int(w->w[0]);
    case MR_AGG_ANY: return mr_bool(w->w[0] > 0);
    case MR_AGG_EVERY: return mr_bool(w->w[0] == 0);
    case MR_AGG_SUM: return s->var ? total_of(s, w, part) : sum_of(s, w, arena);
    case MR_AGG_AVG:
        if (w->w[0] == 0) return MR_ABSENT;
        return s->var ? total_of(s, w, part)
                      : mr_double((double)load128(&w->w[1]) / (double)w->w[0]);
    case MR_AGG_STDDEV: return stddev_of(w, part);
    case MR_AGG_APPROX_DISTINCT: return mr_int(mr_distinct_count(part));
    case MR_AGG_PERCENTILE: return percentile_of(s, part);
    case MR_AGG_MIN:
    case MR_AGG_MAX: break;
    default: return picked(s, part, arena);
    }
    if (!(w->w[0] & 1)) return MR_ABSENT;
    if (!s->var) return extreme_of(s, w);
    struct mr_str text = {part.p, part.n};
    return s->type->kind == MR_T_STRING ? mr_string(text) : mr_bytesv(text);
}

void mr_accum_result(const struct mr_accum *a, struct mr_str state, struct mr_arena *arena,
                     struct mr_value *ret) {
    size_t at = 0;
    struct mr_str *parts = mr_arena_alloc(arena, (a->n + 1) * sizeof *parts);
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        struct words w;
        load(s, state.p, &w);
        parts[i] = s->shares ? parts[s->shares - 1] : (struct mr_str){NULL, 0};
        if (s->var) parts[i] = next_part(a, state, &at);
        ret[i] = result_of(s, &w, parts[i], arena);
    }
}

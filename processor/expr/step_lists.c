/* step_lists.c -- the functions over lists: CEL's lists extension, Kubernetes' sum, min and max,
 * and millrace's ratio, clamp and bucket. What looks for equal elements is in step_sets.c.
 *
 * Order is that of `<`, made total: numbers of all types on one line, NaN behind
 * all of them, so what is sorted does not depend on how it came. Elements of other different types
 * have no order. Lists of `json` may hold undecoded text; it is opened here, where it is looked at.
 */
#include "processor/expr/run.h"

#include <math.h>

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static struct mr_value list_of(const struct mr_value *list, uint32_t len) {
    return (struct mr_value){.tag = MR_V_LIST, .len = len, .list = list};
}

/* The static type of the elements of the first argument, or NULL. */
static const struct mr_type *elem_type(const struct mr_run *r, const struct mr_expr_step *s) {
    const struct mr_type *t = r->p->types[s->place];
    return t->kind == MR_T_LIST ? t->elem : NULL;
}

/* ---- parts */

STEP_FN_OF(list_first) {
    *dst = a->len ? a->list[0] : MR_ABSENT;
    return true;
}

STEP_FN_OF(list_last) {
    *dst = a->len ? a->list[a->len - 1] : MR_ABSENT;
    return true;
}

STEP_FN_OF(list_slice) {
    int64_t from = b[0].i, to = b[1].i;
    if (from < 0 || to < from || to > a->len) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no slice from %lld to %lld of %u elements",
                           (long long)from, (long long)to, a->len);
    }
    *dst = list_of(to > from ? a->list + from : NULL, (uint32_t)(to - from));
    return true;
}

STEP_FN_OF(range) {
    if (a->i < 0) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a range of %lld", (long long)a->i);
    size_t n = (size_t)a->i;
    if (!mr_run_charge(r, s, n)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, n * sizeof *list);
    for (size_t i = 0; i < n; i++) list[i] = mr_int((int64_t)i);
    *dst = list_of(list, (uint32_t)n);
    return true;
}

/* ---- flatten */

struct out {
    struct mr_value *list;
    uint32_t n, cap;
};

static void put(struct mr_run *r, struct out *o, const struct mr_value *v) {
    if (o->n == o->cap) {
        uint32_t cap = o->cap ? o->cap * 2 : 8;
        struct mr_value *list = mr_arena_alloc(r->f->arena, cap * sizeof *list);
        if (o->n) memcpy(list, o->list, o->n * sizeof *list);
        o->list = list;
        o->cap = cap;
    }
    o->list[o->n++] = *v;
}

/* Recursion ends with the values: their depth is that of an expression or of JSON, both limited. */
static bool flatten(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *list,
                    int64_t depth, struct out *o) {
    if (!mr_run_charge(r, s, list->len)) return false;
    for (uint32_t i = 0; i < list->len; i++) {
        const struct mr_value *v = &list->list[i];
        struct mr_value x = depth > 0 ? mr_run_plain(r, s, v) : *v;
        if (depth > 0 && x.tag == MR_V_LIST) {
            if (!flatten(r, s, &x, depth - 1, o)) return false;
        } else {
            put(r, o, v);
        }
    }
    return true;
}

STEP_FN_OF(flatten) {
    struct out o = {0};
    if (!flatten(r, s, a, 1, &o)) return false;
    *dst = list_of(o.list, o.n);
    return true;
}

STEP_FN_OF(flatten_depth) {
    struct out o = {0};
    if (b->i < 0) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a depth below 0");
    if (!flatten(r, s, a, b->i, &o)) return false;
    *dst = list_of(o.list, o.n);
    return true;
}

/* ---- by order */

static bool is_number(const struct mr_value *v) {
    return v->tag == MR_V_INT || v->tag == MR_V_UINT || v->tag == MR_V_DOUBLE;
}

static bool is_nan(const struct mr_value *v) {
    return v->tag == MR_V_DOUBLE && isnan(v->d);
}

static bool have_order(const struct mr_value *x, const struct mr_value *y) {
    if (is_number(x)) return is_number(y);
    return x->tag == y->tag &&
           (x->tag == MR_V_BOOL || x->tag == MR_V_STRING || x->tag == MR_V_BYTES ||
            x->tag == MR_V_TIMESTAMP || x->tag == MR_V_DURATION);
}

struct mr_value *mr_run_comparable(struct mr_run *r, const struct mr_expr_step *s,
                                   const struct mr_value *list) {
    if (!mr_run_charge(r, s, list->len)) return NULL;
    struct mr_value *to = mr_arena_alloc(r->f->arena, (list->len + 1) * sizeof *to);
    for (uint32_t i = 0; i < list->len; i++) {
        to[i] = mr_run_plain(r, s, &list->list[i]);
        bool mixed = to[0].tag != to[i].tag && !r->p->wide; /* strict: one type */
        if (mixed || !have_order(&to[0], &to[i])) {
            mr_run_no_overload(r, s, &to[0], &to[i]);
            return NULL;
        }
    }
    return mr_run_charge(r, s, mr_run_weight(to, list->len) - list->len) ? to : NULL;
}

static void merge(struct mr_value *to, const struct mr_value *x, uint32_t nx,
                  const struct mr_value *y, uint32_t ny) {
    while (nx && ny) {
        if (mr_value_cmp(y, x) < 0) {
            *to++ = *y++;
            ny--;
        } else { /* of equal ones the first stays first */
            *to++ = *x++;
            nx--;
        }
    }
    memcpy(to, nx ? x : y, (nx + ny) * sizeof *to);
}

/* Merges runs of 1, 2, 4, ... elements, there and back; each pass is charged. */
STEP_FN_OF(sort) {
    uint32_t n = a->len;
    struct mr_value *from = mr_run_comparable(r, s, a);
    if (!from) return false;
    size_t pass = mr_run_weight(from, n); /* each comparison passes one of its two */
    struct mr_value *to = mr_arena_alloc(r->f->arena, (n + 1) * sizeof *to);
    for (size_t run = 1; run < n; run *= 2) {
        if (!mr_run_charge(r, s, pass)) return false;
        for (size_t i = 0; i < n; i += 2 * run) {
            size_t nx = n - i < run ? n - i : run, left = n - i - nx;
            merge(to + i, from + i, (uint32_t)nx, from + i + nx,
                  (uint32_t)(left < run ? left : run));
        }
        struct mr_value *t = from;
        from = to;
        to = t;
    }
    *dst = list_of(from, n);
    return true;
}

STEP_FN_OF(is_sorted) {
    const struct mr_value *list = mr_run_comparable(r, s, a);
    if (!list) return false;
    bool sorted = true;
    for (uint32_t i = 1; i < a->len && sorted; i++) {
        sorted = mr_value_cmp(&list[i - 1], &list[i]) <= 0;
    }
    *dst = mr_bool(sorted);
    return true;
}

/* sign 1: the greatest, -1: the least; of equal ones the first. */
static bool extreme(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                    int sign, struct mr_value *dst) {
    const struct mr_value *list = mr_run_comparable(r, s, a), *best = list;
    if (!list) return false;
    if (a->len == 0) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the list is empty");
    for (uint32_t i = 1; i < a->len; i++) {
        if (mr_value_cmp(&list[i], best) * sign > 0) best = &list[i];
    }
    *dst = *best;
    return true;
}

STEP_FN_OF(list_min) {
    return extreme(r, s, a, -1, dst);
}

STEP_FN_OF(list_max) {
    return extreme(r, s, a, 1, dst);
}

/* ---- sum */

static bool is_mixed(const struct mr_value *x, const struct mr_value *y) {
    return (x->tag == MR_V_INT && y->tag == MR_V_DOUBLE) ||
           (x->tag == MR_V_DOUBLE && y->tag == MR_V_INT);
}

/* *sum: 0 of the type that the sum of the list has. */
static bool sum_type(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *list,
                     struct mr_value *sum) {
    const struct mr_type *t = elem_type(r, s);
    int tag = t ? mr_type_tag(t) : -1;
    *sum = mr_int(0); /* of nothing, too */
    if (tag == MR_V_UINT || tag == MR_V_DOUBLE || tag == MR_V_DURATION) sum->tag = (uint8_t)tag;
    for (uint32_t i = 0; i < list->len; i++) {
        struct mr_value v = mr_run_plain(r, s, &list->list[i]);
        if (!is_number(&v) && v.tag != MR_V_DURATION) return mr_run_no_overload(r, s, &v, NULL);
        if (i == 0) sum->tag = v.tag;
        if (v.tag == sum->tag) continue;
        if (!r->p->wide || !is_mixed(&v, sum)) return mr_run_no_overload(r, s, sum, &v);
        sum->tag = MR_V_DOUBLE;
    }
    if (sum->tag == MR_V_DOUBLE) sum->d = 0;
    return true;
}

STEP_FN_OF(list_sum) {
    struct mr_value sum;
    if (!mr_run_charge(r, s, a->len) || !sum_type(r, s, a, &sum)) return false;
    for (uint32_t i = 0; i < a->len; i++) {
        struct mr_value v = mr_run_plain(r, s, &a->list[i]);
        bool over = false;
        if (sum.tag == MR_V_DOUBLE) {
            sum.d += v.tag == MR_V_INT ? (double)v.i : v.d;
        } else if (sum.tag == MR_V_UINT) {
            over = __builtin_add_overflow(sum.u, v.u, &sum.u);
        } else {
            over = __builtin_add_overflow(sum.i, v.i, &sum.i);
        }
        if (over) return mr_run_fail(r, s, MR_R_NUM_OVERFLOW, "%s overflow", mr_tag_name(&sum));
    }
    *dst = sum;
    return true;
}

/* ---- of millrace */

static double as_double(const struct mr_value *v) {
    if (v->tag == MR_V_DOUBLE) return v->d;
    return v->tag == MR_V_INT ? (double)v->i : (double)v->u;
}

STEP_FN_OF(ratio) { /* absent: of nothing there is no part */
    if (!is_number(a) || !is_number(b)) return mr_run_no_overload(r, s, a, b);
    double x = as_double(a), y = as_double(b);
    *dst = y == 0 ? MR_ABSENT : mr_double(x / y);
    return true;
}

static void widen(struct mr_value *v) {
    if (v->tag == MR_V_INT) *v = mr_double((double)v->i);
}

STEP_FN_OF(clamp) {
    struct mr_value x = *a, low = b[0], high = b[1];
    if (!mr_run_charge(r, s, mr_run_weight(&x, 1) + mr_run_weight(&low, 1))) return false;
    if (r->p->wide && (is_mixed(&x, &low) || is_mixed(&x, &high) || is_mixed(&low, &high))) {
        widen(&x);
        widen(&low);
        widen(&high);
    }
    if (x.tag != low.tag || !have_order(&x, &low)) return mr_run_no_overload(r, s, &x, &low);
    if (x.tag != high.tag) return mr_run_no_overload(r, s, &x, &high);
    if (is_nan(&low) || is_nan(&high) || mr_value_cmp(&low, &high) > 0) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the bounds are not in order");
    }
    *dst = x; /* NaN stays */
    if (is_nan(&x)) return true;
    if (mr_value_cmp(&x, &low) < 0) *dst = low;
    if (mr_value_cmp(&x, &high) > 0) *dst = high;
    return true;
}

/* How many bounds are not above a: bucket i holds what is at or above bound i - 1 and below i. */
STEP_FN_OF(bucket) {
    const struct mr_value *bounds = mr_run_comparable(r, s, b);
    if (!bounds) return false;
    if (b->len && !have_order(&bounds[0], a)) return mr_run_no_overload(r, s, a, &bounds[0]);
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->len; i++) {
        if (is_nan(&bounds[i]) || (i && mr_value_cmp(&bounds[i - 1], &bounds[i]) >= 0)) {
            return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the bounds do not rise");
        }
        if (mr_value_cmp(a, &bounds[i]) >= 0) n = i + 1;
    }
    *dst = mr_int(n);
    return true;
}

/* step_num.c -- steps on numbers, order and equality. */
#include "processor/expr/run.h"

#include <math.h>

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static bool overflow(struct mr_run *r, const struct mr_expr_step *s, const char *type) {
    return mr_run_fail(r, s, MR_R_NUM_OVERFLOW, "%s overflow", type);
}

static bool by_zero(struct mr_run *r, const struct mr_expr_step *s) {
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "division by zero");
}

/* ---- int */

STEP_FN_OF(neg_i64) {
    if (a->i == INT64_MIN) return overflow(r, s, "int");
    *dst = mr_int(-a->i);
    return true;
}

STEP_FN_OF(div_i64) {
    if (b->i == 0) return by_zero(r, s);
    if (a->i == INT64_MIN && b->i == -1) return overflow(r, s, "int");
    *dst = mr_int(a->i / b->i);
    return true;
}

STEP_FN_OF(mod_i64) {
    if (b->i == 0) return by_zero(r, s);
    if (a->i == INT64_MIN && b->i == -1) return overflow(r, s, "int");
    *dst = mr_int(a->i % b->i);
    return true;
}

STEP_FN_OF(neg_f64) {
    *dst = mr_double(-a->d);
    return true;
}

/* ---- uint */

STEP_FN_OF(add_u64) {
    uint64_t x;
    if (__builtin_add_overflow(a->u, b->u, &x)) return overflow(r, s, "uint");
    *dst = mr_uint(x);
    return true;
}

STEP_FN_OF(sub_u64) {
    if (b->u > a->u) return overflow(r, s, "uint");
    *dst = mr_uint(a->u - b->u);
    return true;
}

STEP_FN_OF(mul_u64) {
    uint64_t x;
    if (__builtin_mul_overflow(a->u, b->u, &x)) return overflow(r, s, "uint");
    *dst = mr_uint(x);
    return true;
}

STEP_FN_OF(div_u64) {
    if (b->u == 0) return by_zero(r, s);
    *dst = mr_uint(a->u / b->u);
    return true;
}

STEP_FN_OF(mod_u64) {
    if (b->u == 0) return by_zero(r, s);
    *dst = mr_uint(a->u % b->u);
    return true;
}

/* ---- conversions between numbers: cut towards zero, range checked */

static bool out_of_range(struct mr_run *r, const struct mr_expr_step *s, const char *type) {
    return mr_run_fail(r, s, MR_R_NUM_RANGE, "out of the range of %s", type);
}

STEP_FN_OF(u64_to_i64) {
    if (a->u > INT64_MAX) return out_of_range(r, s, "int");
    *dst = mr_int((int64_t)a->u);
    return true;
}

STEP_FN_OF(f64_to_i64) {
    /* Both ends excluded, as CEL: what rounded to 2^63 might have been outside. */
    if (!(a->d > -0x1p63 && a->d < 0x1p63)) return out_of_range(r, s, "int");
    *dst = mr_int((int64_t)a->d);
    return true;
}

STEP_FN_OF(i64_to_u64) {
    if (a->i < 0) return out_of_range(r, s, "uint");
    *dst = mr_uint((uint64_t)a->i);
    return true;
}

STEP_FN_OF(f64_to_u64) {
    if (!(a->d >= 0 && a->d < 0x1p64)) return out_of_range(r, s, "uint");
    *dst = mr_uint((uint64_t)a->d);
    return true;
}

STEP_FN_OF(u64_to_f64) {
    *dst = mr_double((double)a->u);
    return true;
}

/* ---- order */

static bool is_number(const struct mr_value *v) {
    return v->tag == MR_V_INT || v->tag == MR_V_UINT || v->tag == MR_V_DOUBLE;
}

/* As CEL's reference: beside a double an int or uint is the nearest double, unless the double lies
 * outside its range. (Neither is NaN.) */
static int number_cmp(const struct mr_value *a, const struct mr_value *b) {
    if (a->tag == b->tag || (a->tag != MR_V_DOUBLE && b->tag != MR_V_DOUBLE)) {
        return mr_value_cmp(a, b);
    }
    if (a->tag == MR_V_DOUBLE) return -number_cmp(b, a);
    double x = a->tag == MR_V_INT ? (double)a->i : (double)a->u;
    return (x > b->d) - (x < b->d);
}

static bool is_nan(const struct mr_value *v) {
    return v->tag == MR_V_DOUBLE && isnan(v->d);
}

size_t mr_run_weight(const struct mr_value *list, size_t n) {
    size_t all = n;
    for (size_t i = 0; i < n; i++) {
        bool text = list[i].tag == MR_V_STRING || list[i].tag == MR_V_BYTES;
        all += text ? list[i].len / 16 : 0;
    }
    return all;
}

/* *ret: below, at or above 0; *ret_ordered false: NaN has no order. */
static bool order(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                  const struct mr_value *b, int *ret, bool *ret_ordered) {
    struct mr_value x = mr_run_plain(r, s, a), y = mr_run_plain(r, s, b);
    bool numbers = is_number(&x) && is_number(&y);
    bool ordered = x.tag == MR_V_BOOL || x.tag == MR_V_STRING || x.tag == MR_V_BYTES ||
                   x.tag == MR_V_TIMESTAMP || x.tag == MR_V_DURATION;
    if (!numbers && (x.tag != y.tag || !ordered)) return mr_run_no_overload(r, s, &x, &y);
    if (!mr_run_charge(r, s, mr_run_weight(&x, 1))) return false;
    *ret_ordered = !is_nan(&x) && !is_nan(&y);
    *ret = numbers ? number_cmp(&x, &y) : mr_value_cmp(&x, &y);
    return true;
}

#define ORDER(name, test)                                                                          \
    STEP_FN_OF(name) {                                                                             \
        int c = 0;                                                                                 \
        bool ordered = false;                                                                      \
        if (!order(r, s, a, b, &c, &ordered)) return false;                                        \
        *dst = mr_bool(ordered && (test));                                                         \
        return true;                                                                               \
    }
ORDER(lt_any, c < 0)
ORDER(le_any, c <= 0)
ORDER(gt_any, c > 0)
ORDER(ge_any, c >= 0)

/* ---- equality */

bool mr_run_eq(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
               const struct mr_value *b, const struct mr_type *t, bool *ret) {
    *ret = mr_value_eq_within(r->f->arena, &r->fuel, a, b, t);
    if (r->fuel >= 0) return true;
    r->fuel = 0;
    return mr_run_charge(r, s, 1);
}

STEP_FN_OF(eq_any) {
    bool same;
    if (!mr_run_charge(r, s, 1)) return false;
    if (is_number(a) && is_number(b)) {
        *dst = mr_bool(!is_nan(a) && !is_nan(b) && number_cmp(a, b) == 0);
        return true;
    }
    if (!mr_run_eq(r, s, a, b, r->p->types[s->place], &same)) return false;
    *dst = mr_bool(same);
    return true;
}

STEP_FN_OF(ne_any) {
    if (!mr_step_eq_any(r, s, dst, a, b)) return false;
    dst->b = !dst->b;
    return true;
}

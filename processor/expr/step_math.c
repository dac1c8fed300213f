/* step_math.c -- the steps of CEL's math extension (cel-go, ext/math.go, is its definition).
 *
 * Doubles follow IEEE 754 as C has it; nothing here depends on the locale or the rounding mode.
 * Numbers of different types are compared on one line, exactly. NaN has no order: it is an error
 * where it would have to be compared.
 */
#include "processor/expr/run.h"

#include <math.h>

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

/* ---- greatest and least */

static bool is_number(const struct mr_value *v) {
    return v->tag == MR_V_INT || v->tag == MR_V_UINT || v->tag == MR_V_DOUBLE;
}

static bool is_nan(const struct mr_value *v) {
    return v->tag == MR_V_DOUBLE && isnan(v->d);
}

/* sign 1: is y greater than *best? -1: less? Of equal ones the first stays. */
static bool better(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *best,
                   const struct mr_value *y, int sign, bool *ret) {
    if (is_nan(best) || is_nan(y)) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "NaN has no order");
    *ret = mr_value_cmp(y, best) * sign > 0;
    return true;
}

static bool pair(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                 const struct mr_value *b, int sign, struct mr_value *dst) {
    bool second = false;
    if (!better(r, s, a, b, sign, &second)) return false;
    *dst = second ? *b : *a;
    return true;
}

static bool of_list(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *list,
                    int sign, struct mr_value *dst) {
    struct mr_value best = MR_ABSENT;
    if (list->len == 0) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the list is empty");
    if (!mr_run_charge(r, s, list->len)) return false;
    for (uint32_t i = 0; i < list->len; i++) {
        struct mr_value v = mr_run_plain(r, s, &list->list[i]);
        bool next = i == 0;
        if (!is_number(&v)) return mr_run_no_overload(r, s, &v, NULL);
        if (i && !better(r, s, &best, &v, sign, &next)) return false;
        if (next) best = v;
    }
    *dst = best;
    return true;
}

STEP_FN_OF(greatest) {
    return pair(r, s, a, b, 1, dst);
}

STEP_FN_OF(least) {
    return pair(r, s, a, b, -1, dst);
}

STEP_FN_OF(greatest_of) {
    return of_list(r, s, a, 1, dst);
}

STEP_FN_OF(least_of) {
    return of_list(r, s, a, -1, dst);
}

/* ---- doubles */

STEP_FN_OF(ceil) {
    *dst = mr_double(ceil(a->d));
    return true;
}

STEP_FN_OF(floor) {
    *dst = mr_double(floor(a->d));
    return true;
}

STEP_FN_OF(round) { /* halves away from zero */
    *dst = mr_double(round(a->d));
    return true;
}

STEP_FN_OF(trunc) {
    *dst = mr_double(trunc(a->d));
    return true;
}

STEP_FN_OF(is_nan) {
    *dst = mr_bool(isnan(a->d));
    return true;
}

STEP_FN_OF(is_inf) {
    *dst = mr_bool(isinf(a->d));
    return true;
}

STEP_FN_OF(is_finite) {
    *dst = mr_bool(isfinite(a->d));
    return true;
}

STEP_FN_OF(sqrt_f64) {
    *dst = mr_double(sqrt(a->d));
    return true;
}

STEP_FN_OF(sqrt_i64) {
    *dst = mr_double(sqrt((double)a->i));
    return true;
}

STEP_FN_OF(sqrt_u64) {
    *dst = mr_double(sqrt((double)a->u));
    return true;
}

/* ---- size and sign */

STEP_FN_OF(abs_f64) {
    *dst = mr_double(fabs(a->d));
    return true;
}

STEP_FN_OF(abs_i64) {
    if (a->i == INT64_MIN) return mr_run_fail(r, s, MR_R_NUM_OVERFLOW, "int overflow");
    *dst = mr_int(a->i < 0 ? -a->i : a->i);
    return true;
}

STEP_FN_OF(sign_f64) { /* of NaN: NaN, of -0.0: 0.0 */
    *dst = isnan(a->d) ? *a : mr_double((a->d > 0) - (a->d < 0));
    return true;
}

STEP_FN_OF(sign_i64) {
    *dst = mr_int((a->i > 0) - (a->i < 0));
    return true;
}

STEP_FN_OF(sign_u64) {
    *dst = mr_uint(a->u > 0);
    return true;
}

/* ---- bits: of an int those of its two's complement; the type stays */

static struct mr_value bits(const struct mr_value *like, uint64_t u) {
    return (struct mr_value){.tag = like->tag, .u = u};
}

STEP_FN_OF(bit_and) {
    *dst = bits(a, a->u & b->u);
    return true;
}

STEP_FN_OF(bit_or) {
    *dst = bits(a, a->u | b->u);
    return true;
}

STEP_FN_OF(bit_xor) {
    *dst = bits(a, a->u ^ b->u);
    return true;
}

STEP_FN_OF(bit_not) {
    *dst = bits(a, ~a->u);
    return true;
}

static bool is_offset(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *b) {
    if (b->i >= 0) return true;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a negative offset %lld", (long long)b->i);
}

STEP_FN_OF(bit_shift_left) {
    if (!is_offset(r, s, b)) return false;
    *dst = bits(a, b->i < 64 ? a->u << b->i : 0);
    return true;
}

STEP_FN_OF(bit_shift_right) { /* zeros come in from the left, also into an int */
    if (!is_offset(r, s, b)) return false;
    *dst = bits(a, b->i < 64 ? a->u >> b->i : 0);
    return true;
}

/* value_eq.c -- equality (CEL's) and order of values. */
#include "processor/expr/json.h"
#include "processor/expr/value.h"

#include <math.h>

static bool is_number(const struct mr_value *v) {
    return v->tag == MR_V_INT || v->tag == MR_V_UINT || v->tag == MR_V_DOUBLE;
}

/* ---- numbers, exactly: a double is never rounded to an int nor an int to a double */

static int cmp_int(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}
static int cmp_uint(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

static int cmp_double(double a, double b) {
    if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int cmp_int_double(int64_t i, double d) {
    if (isnan(d) || d >= 0x1p63) return -1;
    if (d < -0x1p63) return 1;
    int64_t whole = (int64_t)d;
    if (i != whole) return cmp_int(i, whole);
    return cmp_double(0, d - (double)whole);
}

static int cmp_uint_double(uint64_t u, double d) {
    if (isnan(d) || d >= 0x1p64) return -1;
    if (d < 0) return 1;
    uint64_t whole = (uint64_t)d;
    if (u != whole) return cmp_uint(u, whole);
    return cmp_double(0, d - (double)whole);
}

static int cmp_number(const struct mr_value *a, const struct mr_value *b) {
    if (a->tag > b->tag) return -cmp_number(b, a); /* INT < UINT < DOUBLE */
    if (a->tag == MR_V_INT) {
        if (b->tag == MR_V_INT) return cmp_int(a->i, b->i);
        if (b->tag == MR_V_DOUBLE) return cmp_int_double(a->i, b->d);
        return a->i < 0 ? -1 : cmp_uint((uint64_t)a->i, b->u);
    }
    if (a->tag == MR_V_UINT)
        return b->tag == MR_V_UINT ? cmp_uint(a->u, b->u) : cmp_uint_double(a->u, b->d);
    return cmp_double(a->d, b->d);
}

static bool has_nan(const struct mr_value *v) {
    return v->tag == MR_V_DOUBLE && isnan(v->d);
}

/* ---- equality */

struct with {
    struct mr_arena *a; /* for what undecoded JSON turns into */
    int64_t *fuel;
};

/* Out of fuel nothing is equal. */
static bool charge(const struct with *w, size_t n) {
    *w->fuel = (int64_t)n <= *w->fuel ? *w->fuel - (int64_t)n : -1;
    return *w->fuel >= 0;
}

static bool eq(const struct with *w, const struct mr_value *x, const struct mr_value *y,
               const struct mr_type *t);

static bool eq_bytes(const struct with *w, const struct mr_value *x, const struct mr_value *y) {
    if (x->len != y->len || !charge(w, x->len / 16)) return false;
    return x->len == 0 || memcmp(x->p, y->p, x->len) == 0;
}

static bool eq_list(const struct with *w, const struct mr_value *x, const struct mr_value *y,
                    const struct mr_type *t) {
    if (x->len != y->len || !charge(w, x->len)) return false;
    for (uint32_t i = 0; i < x->len; i++)
        if (!eq(w, &x->list[i], &y->list[i], t ? t->elem : NULL)) return false;
    return true;
}

static bool eq_map(const struct with *w, const struct mr_value *x, const struct mr_value *y,
                   const struct mr_type *t) {
    if (x->len != y->len) return false;
    for (uint32_t i = 0; i < x->len; i++) {
        const struct mr_map_entry *e = &x->map[i], *found = NULL;
        for (uint32_t k = 0; k < y->len && !found; k++) {
            uint32_t at = (i + k) % y->len; /* most often both are in the same order */
            if (!charge(w, 1)) return false;
            if (eq(w, &e->key, &y->map[at].key, t ? t->key : NULL)) found = &y->map[at];
        }
        if (!found || !eq(w, &e->value, &found->value, t ? t->elem : NULL)) return false;
    }
    return true;
}

static bool has_any(const struct mr_type *t) {
    return t == &mr_type_any || (t->kind == MR_T_LIST && t->elem == &mr_type_any);
}

/* In messages an Any of an Int64Value is not one of a UInt64Value. */
static bool same_tags(const struct mr_value *x, const struct mr_value *y) {
    if (x->tag != y->tag) return false;
    if (x->tag != MR_V_LIST || x->len != y->len) return true;
    for (uint32_t i = 0; i < x->len; i++)
        if (x->list[i].tag != y->list[i].tag) return false;
    return true;
}

static bool eq_row(const struct with *w, const struct mr_value *x, const struct mr_value *y,
                   const struct mr_type *t) {
    uint32_t n = mr_value_n_fields(x, t);
    if (n != mr_value_n_fields(y, t) || !charge(w, n)) return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct mr_type *f = mr_value_field_type(t, i);
        if (f && has_any(f) && !same_tags(&x->row[i], &y->row[i])) return false;
        if (!eq(w, &x->row[i], &y->row[i], f)) return false;
    }
    return true;
}

static bool eq_json(const struct with *w, const struct mr_value *x, const struct mr_value *y) {
    struct mr_value u = *x, v = *y;
    size_t n = (u.tag == MR_V_JSON ? u.len : 0) + (size_t)(v.tag == MR_V_JSON ? v.len : 0);
    if (!charge(w, n / 16)) return false;
    if (u.tag == MR_V_JSON) u = mr_json_open(w->a, (struct mr_str){u.p, u.len});
    if (v.tag == MR_V_JSON) v = mr_json_open(w->a, (struct mr_str){v.p, v.len});
    return eq(w, &u, &v, NULL);
}

static size_t cost_of_opening(const struct mr_value *v) {
    return v->tag == MR_V_RECORD ? mr_record_elements(v) : 0;
}

/* Records of one type by field, else as the maps that they are unless they are messages. */
static bool eq_record(const struct with *w, const struct mr_value *x, const struct mr_value *y) {
    if (x->tag == y->tag && mr_type_eq(x->record->type, y->record->type)) {
        struct mr_value u = mr_struct(x->record->row), v = mr_struct(y->record->row);
        return eq_row(w, &u, &v, x->record->type);
    }
    struct mr_value u = *x, v = *y;
    if (!charge(w, cost_of_opening(&u) + cost_of_opening(&v))) return false;
    if (u.tag == MR_V_RECORD) u = mr_record_open(w->a, &u);
    if (v.tag == MR_V_RECORD) v = mr_record_open(w->a, &v);
    return u.tag != MR_V_RECORD && v.tag != MR_V_RECORD && eq(w, &u, &v, NULL);
}

static bool eq(const struct with *w, const struct mr_value *x, const struct mr_value *y,
               const struct mr_type *t) {
    while (t && t->kind == MR_T_OPTIONAL) t = t->elem;
    if (is_number(x) && is_number(y)) return !has_nan(x) && cmp_number(x, y) == 0;
    if (x->tag == MR_V_JSON || y->tag == MR_V_JSON) return eq_json(w, x, y);
    if (x->tag == MR_V_RECORD || y->tag == MR_V_RECORD) return eq_record(w, x, y);
    if (x->tag != y->tag) return false;
    switch ((enum mr_tag)x->tag) {
    case MR_V_BOOL: return x->b == y->b;
    case MR_V_STRING:
    case MR_V_IP:
    case MR_V_CIDR:
    case MR_V_BYTES: return eq_bytes(w, x, y);
    case MR_V_TIMESTAMP: return x->i == y->i && x->aux == y->aux;
    case MR_V_DURATION: return x->i == y->i;
    case MR_V_LIST: return eq_list(w, x, y, t);
    case MR_V_MAP: return eq_map(w, x, y, t);
    case MR_V_STRUCT: return eq_row(w, x, y, t);
    case MR_V_TYPE: return mr_type_eq(x->type, y->type);
    case MR_V_ERROR: return false;
    case MR_V_OPTIONAL: return eq_list(w, x, y, NULL);
    default: return true; /* ABSENT, NULL */
    }
}

bool mr_value_eq_within(struct mr_arena *a, int64_t *fuel, const struct mr_value *x,
                        const struct mr_value *y, const struct mr_type *t) {
    struct with w = {a, fuel};
    return eq(&w, x, y, t) && *fuel >= 0;
}

bool mr_value_eq(const struct mr_value *a, const struct mr_value *b, const struct mr_type *t) {
    struct mr_arena tmp;
    int64_t fuel = INT64_MAX;
    mr_arena_init(&tmp);
    bool same = mr_value_eq_within(&tmp, &fuel, a, b, t);
    mr_arena_done(&tmp);
    return same;
}

bool mr_json_eq(struct mr_str a, struct mr_str b) {
    struct mr_value x = {.tag = MR_V_JSON, .len = (uint32_t)a.n, .p = a.p};
    struct mr_value y = {.tag = MR_V_JSON, .len = (uint32_t)b.n, .p = b.p};
    return mr_value_eq(&x, &y, NULL);
}

/* ---- order */

static int cmp_list(const struct mr_value *a, const struct mr_value *b) {
    for (uint32_t i = 0; i < a->len && i < b->len; i++) {
        int c = mr_value_cmp(&a->list[i], &b->list[i]);
        if (c) return c;
    }
    return cmp_uint(a->len, b->len);
}

static int cmp_row(const struct mr_value *a, const struct mr_value *b) {
    for (uint32_t i = 0; i < a->len && i < b->len; i++) {
        int c = mr_value_cmp(&a->row[i], &b->row[i]);
        if (c) return c;
    }
    return cmp_uint(a->len, b->len);
}

int mr_value_cmp(const struct mr_value *a, const struct mr_value *b) {
    if (is_number(a) && is_number(b)) return cmp_number(a, b);
    if (a->tag != b->tag) return cmp_int(a->tag, b->tag);
    switch ((enum mr_tag)a->tag) {
    case MR_V_BOOL: return a->b - b->b;
    case MR_V_STRING:
    case MR_V_BYTES:
    case MR_V_IP:
    case MR_V_CIDR:
    case MR_V_JSON: return mr_str_cmp((struct mr_str){a->p, a->len}, (struct mr_str){b->p, b->len});
    case MR_V_TIMESTAMP: return a->i != b->i ? cmp_int(a->i, b->i) : cmp_uint(a->aux, b->aux);
    case MR_V_DURATION: return cmp_int(a->i, b->i);
    case MR_V_LIST: return cmp_list(a, b);
    case MR_V_STRUCT: return cmp_row(a, b);
    default: return 0;
    }
}

/* reference_value.c -- the values of the reference evaluator: equality, order, text. */
#include "tests/expr/reference.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

const struct ref ref_failed = {.tag = REF_ERROR}, ref_none = {.tag = REF_NONE};

struct ref ref_bool(bool b) {
    return (struct ref){.tag = REF_BOOL, .b = b};
}
struct ref ref_int(int64_t i) {
    return (struct ref){.tag = REF_INT, .i = i};
}
struct ref ref_uint(uint64_t u) {
    return (struct ref){.tag = REF_UINT, .u = u};
}
struct ref ref_double(double d) {
    return (struct ref){.tag = REF_DOUBLE, .d = d};
}
struct ref ref_text(enum ref_tag t, const char *p, size_t n) {
    return (struct ref){.tag = t, .p = n ? p : "", .n = n};
}
struct ref ref_duration(int64_t nanos) {
    return (struct ref){.tag = REF_DURATION, .i = nanos};
}

/* 0001-01-01T00:00:00Z .. 9999-12-31T23:59:59.999999999Z */
struct ref ref_time(int64_t seconds, int64_t nanos) {
    const int64_t giga = 1000000000;
    int64_t carry = nanos / giga - (nanos % giga < 0);
    seconds += carry;
    nanos -= carry * giga;
    if (seconds < -62135596800 || seconds > 253402300799) return ref_failed;
    return (struct ref){.tag = REF_TIMESTAMP, .i = seconds, .u = (uint64_t)nanos};
}

struct ref ref_seq(struct ref_env *env, enum ref_tag t, size_t n) {
    size_t slots = t == REF_LIST || t == REF_SOME ? n : 2 * n;
    env->work += (uint32_t)n;
    return (struct ref){
        .tag = t, .n = n, .at = mr_arena_calloc(env->arena, slots + 1, sizeof(struct ref))};
}

struct ref ref_some(struct ref_env *env, struct ref v) {
    struct ref r = ref_seq(env, REF_SOME, 1);
    r.at[0] = v;
    return r;
}

struct ref ref_unknown(struct ref_env *env, const char *what) {
    if (!env->unknown) env->unknown = what;
    return ref_failed;
}

bool ref_is_number(const struct ref *v) {
    return v->tag == REF_INT || v->tag == REF_UINT || v->tag == REF_DOUBLE;
}

long double ref_number(const struct ref *v) {
    if (v->tag == REF_DOUBLE) return v->d;
    return v->tag == REF_INT ? (long double)v->i : (long double)v->u;
}

static bool is_map(const struct ref *v) {
    return v->tag == REF_MAP || v->tag == REF_RECORD;
}

const struct ref *ref_lookup(const struct ref *map, const struct ref *key) {
    for (size_t i = 0; i < map->n; i++) {
        if (ref_eq(&map->at[2 * i], key)) return &map->at[2 * i + 1];
    }
    return NULL;
}

bool ref_eq(const struct ref *a, const struct ref *b) {
    if (ref_is_number(a) && ref_is_number(b)) return ref_number(a) == ref_number(b);
    if (is_map(a) && is_map(b)) {
        for (size_t i = 0; i < a->n; i++) {
            const struct ref *other = ref_lookup(b, &a->at[2 * i]);
            if (!other || !ref_eq(&a->at[2 * i + 1], other)) return false;
        }
        return a->n == b->n;
    }
    if (a->tag != b->tag) return false;
    switch (a->tag) {
    case REF_NONE:
    case REF_NULL: return true;
    case REF_BOOL: return a->b == b->b;
    case REF_STRING:
    case REF_BYTES:
    case REF_TYPE: return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
    case REF_TIMESTAMP: return a->i == b->i && a->u == b->u;
    case REF_DURATION: return a->i == b->i;
    case REF_SOME:
    case REF_LIST:
        for (size_t i = 0; a->n == b->n && i < a->n; i++) {
            if (!ref_eq(&a->at[i], &b->at[i])) return false;
        }
        return a->n == b->n;
    default: return false;
    }
}

static int sign(int less, int greater) {
    return greater - less;
}

int ref_cmp(const struct ref *a, const struct ref *b) {
    if (ref_is_number(a) && ref_is_number(b)) {
        long double x = ref_number(a), y = ref_number(b);
        return isnan(x) || isnan(y) ? 2 : sign(x<y, x> y);
    }
    if (a->tag != b->tag) return 3;
    switch (a->tag) {
    case REF_BOOL: return sign(a->b<b->b, a->b> b->b);
    case REF_STRING:
    case REF_BYTES: {
        int c = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
        return c ? sign(c<0, c> 0) : sign(a->n<b->n, a->n> b->n);
    }
    case REF_TIMESTAMP:
        return a->i != b->i ? sign(a->i<b->i, a->i> b->i) : sign(a->u<b->u, a->u> b->u);
    case REF_DURATION: return sign(a->i<b->i, a->i> b->i);
    default: return 3;
    }
}

/* ---- beside the values of the product */

struct mr_value ref_to_value(struct mr_arena *a, const struct ref *v) {
    struct mr_str s = {v->p, v->n};
    switch (v->tag) {
    case REF_ERROR: return mr_error_value(a, MR_R_DECODE_TYPE, "it is something else");
    case REF_NULL: return (struct mr_value){.tag = MR_V_NULL};
    case REF_BOOL: return mr_bool(v->b);
    case REF_INT: return mr_int(v->i);
    case REF_UINT: return mr_uint(v->u);
    case REF_DOUBLE: return mr_double(v->d);
    case REF_STRING: return mr_string(s);
    case REF_BYTES: return mr_bytesv(s);
    case REF_TIMESTAMP:
        return (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = (uint32_t)v->u, .i = v->i};
    case REF_DURATION: return (struct mr_value){.tag = MR_V_DURATION, .i = v->i};
    case REF_LIST: {
        struct mr_value *l = mr_arena_calloc(a, v->n + 1, sizeof *l);
        for (size_t i = 0; i < v->n; i++) l[i] = ref_to_value(a, &v->at[i]);
        return (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)v->n, .list = l};
    }
    case REF_MAP: {
        struct mr_map_entry *m = mr_arena_calloc(a, v->n + 1, sizeof *m);
        for (size_t i = 0; i < v->n; i++) {
            m[i].key = ref_to_value(a, &v->at[2 * i]);
            m[i].value = ref_to_value(a, &v->at[2 * i + 1]);
        }
        return (struct mr_value){.tag = MR_V_MAP, .len = (uint32_t)v->n, .map = m};
    }
    case REF_RECORD: {
        struct mr_value *row = mr_arena_calloc(a, v->n + 1, sizeof *row);
        for (size_t i = 0; i < v->n; i++) row[i] = ref_to_value(a, &v->at[2 * i + 1]);
        struct mr_value r = mr_struct(row);
        r.len = (uint32_t)v->n;
        return r;
    }
    default: return MR_ABSENT;
    }
}

static bool same_double(double a, double b) {
    return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

/* In the order of the entries: it is defined, too. */
static bool same_parts(const struct ref *want, const struct mr_value *got) {
    if (want->n != got->len) return false;
    for (uint32_t i = 0; i < got->len; i++) {
        if (got->tag == MR_V_LIST && !ref_same(&want->at[i], &got->list[i])) return false;
        if (got->tag == MR_V_STRUCT && !ref_same(&want->at[2 * i + 1], &got->row[i])) return false;
        if (got->tag == MR_V_MAP && (!ref_same(&want->at[2 * i], &got->map[i].key) ||
                                     !ref_same(&want->at[2 * i + 1], &got->map[i].value)))
            return false;
    }
    return true;
}

bool ref_same(const struct ref *want, const struct mr_value *got) {
    if (got->tag == MR_V_OPTIONAL) {
        if (got->len == 0) return want->tag == REF_NONE;
        return want->tag == REF_SOME && ref_same(&want->at[0], &got->list[0]);
    }
    switch (want->tag) {
    case REF_ERROR: return got->tag == MR_V_ERROR;
    case REF_NONE: return got->tag == MR_V_ABSENT;
    case REF_SOME: return ref_same(&want->at[0], got);
    case REF_NULL: return got->tag == MR_V_NULL;
    case REF_BOOL: return got->tag == MR_V_BOOL && got->b == want->b;
    case REF_INT: return got->tag == MR_V_INT && got->i == want->i;
    case REF_UINT: return got->tag == MR_V_UINT && got->u == want->u;
    case REF_DOUBLE: return got->tag == MR_V_DOUBLE && same_double(got->d, want->d);
    case REF_STRING:
    case REF_BYTES:
        return got->tag == (want->tag == REF_STRING ? MR_V_STRING : MR_V_BYTES) &&
               got->len == want->n && (want->n == 0 || memcmp(got->p, want->p, want->n) == 0);
    case REF_TIMESTAMP:
        return got->tag == MR_V_TIMESTAMP && got->i == want->i && got->aux == want->u;
    case REF_DURATION: return got->tag == MR_V_DURATION && got->i == want->i;
    case REF_LIST: return got->tag == MR_V_LIST && same_parts(want, got);
    case REF_MAP: return got->tag == MR_V_MAP && same_parts(want, got);
    case REF_RECORD: return got->tag == MR_V_STRUCT && same_parts(want, got);
    case REF_TYPE: return got->tag == MR_V_TYPE;
    }
    return false;
}

void ref_print(const struct ref *v, struct mr_buf *to) {
    switch (v->tag) {
    case REF_ERROR: mr_buf_cat(to, "error"); return;
    case REF_NONE: mr_buf_cat(to, "absent"); return;
    case REF_NULL: mr_buf_cat(to, "null"); return;
    case REF_BOOL: mr_buf_cat(to, v->b ? "true" : "false"); return;
    case REF_INT: mr_buf_printf(to, "%" PRId64, v->i); return;
    case REF_UINT: mr_buf_printf(to, "%" PRIu64 "u", v->u); return;
    case REF_DOUBLE: mr_buf_printf(to, "%.17g (double)", v->d); return;
    case REF_TYPE:
    case REF_STRING: mr_buf_printf(to, "\"%.*s\"", (int)v->n, v->p); return;
    case REF_BYTES:
        mr_buf_cat(to, "b");
        for (size_t i = 0; i < v->n; i++) mr_buf_printf(to, "\\x%02x", (uint8_t)v->p[i]);
        return;
    case REF_TIMESTAMP: mr_buf_printf(to, "%" PRId64 "s+%" PRIu64 "ns", v->i, v->u); return;
    case REF_DURATION: mr_buf_printf(to, "%" PRId64 "ns", v->i); return;
    default: break;
    }
    size_t parts = v->tag == REF_LIST || v->tag == REF_SOME ? v->n : 2 * v->n;
    mr_buf_cat(to, v->tag == REF_LIST ? "[" : v->tag == REF_SOME ? "some(" : "{");
    for (size_t i = 0; i < parts; i++) {
        if (i) mr_buf_cat(to, ", ");
        ref_print(&v->at[i], to);
    }
    mr_buf_cat(to, v->tag == REF_LIST ? "]" : v->tag == REF_SOME ? ")" : "}");
}

/* step_text.c -- steps on strings and bytes, and conversions from and to text. */
#include "processor/expr/run.h"

#include "processor/expr/civil.h"
#include "processor/expr/json.h"
#include "processor/expr/numtext.h"
#include "processor/expr/utf8.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static struct mr_str text(const struct mr_value *v) {
    return (struct mr_str){v->p, v->len};
}

STEP_FN_OF(concat) {
    size_t n = (size_t)a->len + b->len;
    struct mr_value v = *a;
    if (b->len == 0) {
        *dst = v;
        return true;
    }
    char *p = mr_run_bytes(r, s, n);
    if (!p) return false;
    if (a->len) memcpy(p, a->p, a->len);
    memcpy(p + a->len, b->p, b->len);
    v.p = p;
    v.len = (uint32_t)n;
    v.flags = a->flags & b->flags;
    *dst = v;
    return true;
}

STEP_FN_OF(size_str) {
    size_t n = a->len;
    if (!mr_run_charge(r, s, n / 16)) return false;
    if (!(a->flags & MR_VF_ASCII)) {
        for (uint32_t i = 0; i < a->len; i++) n -= (a->p[i] & 0xc0) == 0x80;
    }
    *dst = mr_int((int64_t)n);
    return true;
}

STEP_FN_OF(size_len) {
    *dst = mr_int(a->len);
    return true;
}

STEP_FN_OF(size_dyn) {
    if (a->tag == MR_V_JSON) {
        char kind = mr_json_kind(text(a));
        if (!mr_run_charge(r, s, a->len / 4)) return false;
        if (kind == '[' || kind == '{') {
            *dst = mr_int((int64_t)mr_json_size_in(r->f->arena, text(a)));
            return true;
        }
    }
    struct mr_value v = mr_run_plain(r, s, a);
    if (v.tag == MR_V_STRING) return mr_step_size_str(r, s, dst, &v, b);
    if (v.tag != MR_V_LIST && v.tag != MR_V_MAP && v.tag != MR_V_BYTES) {
        return mr_run_no_overload(r, s, &v, NULL);
    }
    *dst = mr_int(v.len);
    return true;
}

STEP_FN_OF(starts_with) {
    if (!mr_run_charge(r, s, b->len / 16)) return false;
    *dst = mr_bool(a->len >= b->len && (b->len == 0 || memcmp(a->p, b->p, b->len) == 0));
    return true;
}

STEP_FN_OF(ends_with) {
    if (!mr_run_charge(r, s, b->len / 16)) return false;
    *dst = mr_bool(a->len >= b->len &&
                   (b->len == 0 || memcmp(a->p + a->len - b->len, b->p, b->len) == 0));
    return true;
}

STEP_FN_OF(contains) {
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    *dst = mr_bool(b->len == 0 || (a->len >= b->len && memmem(a->p, a->len, b->p, b->len)));
    return true;
}

/* ---- from text */

static bool not_a(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v,
                  const char *what) {
    int n = v->len > 40 ? 40 : (int)v->len;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "\"%.*s\" is no %s", n, v->p ? v->p : "", what);
}

STEP_FN_OF(str_to_i64) {
    int64_t x;
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    if (!mr_parse_int(text(a), &x)) return not_a(r, s, a, "int");
    *dst = mr_int(x);
    return true;
}

STEP_FN_OF(str_to_u64) {
    uint64_t x;
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    if (!mr_parse_uint(text(a), &x)) return not_a(r, s, a, "uint");
    *dst = mr_uint(x);
    return true;
}

STEP_FN_OF(str_to_f64) {
    double x;
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    if (!mr_parse_double(text(a), &x)) return not_a(r, s, a, "double");
    *dst = mr_double(x);
    return true;
}

STEP_FN_OF(str_to_bool) {
    static const char *const words[] = {"false", "False", "FALSE", "f", "0",
                                        "true",  "True",  "TRUE",  "t", "1"};
    for (int i = 0; i < 10; i++) {
        if (!mr_str_is(text(a), words[i])) continue;
        *dst = mr_bool(i >= 5);
        return true;
    }
    return not_a(r, s, a, "bool");
}

STEP_FN_OF(str_to_bytes) {
    struct mr_value v = *a;
    v.tag = MR_V_BYTES;
    v.flags = 0;
    *dst = v;
    return true;
}

STEP_FN_OF(bytes_to_str) {
    bool ascii;
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    if (!mr_utf8_valid(text(a), &ascii)) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the bytes are not valid UTF-8");
    }
    struct mr_value v = *a;
    v.tag = MR_V_STRING;
    v.flags = ascii ? MR_VF_ASCII : 0;
    *dst = v;
    return true;
}

STEP_FN_OF(str_to_ts) {
    struct mr_value v = {.tag = MR_V_TIMESTAMP};
    uint32_t ns;
    if (!mr_parse_rfc3339(text(a), &v.i, &ns)) return not_a(r, s, a, "timestamp (RFC 3339)");
    v.aux = ns;
    *dst = v;
    return true;
}

STEP_FN_OF(str_to_dur) {
    struct mr_value v = {.tag = MR_V_DURATION};
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    bool days = !r->p->wide && a->len && memchr(a->p, 'd', a->len); /* not in strict CEL */
    if (days || !mr_parse_cel_duration(text(a), &v.i)) return not_a(r, s, a, "duration");
    *dst = v;
    return true;
}

/* ---- to text */

enum { TEXT_MAX = 64 };

static bool put(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst, const char *p,
                size_t n) {
    char *to = mr_run_bytes(r, s, n);
    if (!to) return false;
    memcpy(to, p, n);
    *dst = (struct mr_value){.tag = MR_V_STRING, .flags = MR_VF_ASCII, .len = (uint32_t)n, .p = to};
    return true;
}

STEP_FN_OF(i64_to_str) {
    char p[MR_NUMBER_MAX];
    return put(r, s, dst, p, mr_print_int(a->i, p));
}

STEP_FN_OF(u64_to_str) {
    char p[MR_NUMBER_MAX];
    return put(r, s, dst, p, mr_print_uint(a->u, p));
}

STEP_FN_OF(f64_to_str) {
    char p[MR_NUMBER_MAX];
    return put(r, s, dst, p, mr_print_double(a->d, p));
}

STEP_FN_OF(bool_to_str) {
    return a->b ? put(r, s, dst, "true", 4) : put(r, s, dst, "false", 5);
}

/* The printers of civil.h append to a buffer; this one lives on the stack and cannot grow. */
STEP_FN_OF(ts_to_str) {
    char p[TEXT_MAX];
    struct mr_buf buf = {.p = p, .cap = sizeof p, .max = sizeof p};
    mr_print_rfc3339(a->i, a->aux, &buf);
    return put(r, s, dst, buf.p, buf.n);
}

STEP_FN_OF(dur_to_str) {
    char p[TEXT_MAX];
    struct mr_buf buf = {.p = p, .cap = sizeof p, .max = sizeof p};
    mr_print_cel_duration(a->i, &buf);
    return put(r, s, dst, buf.p, buf.n);
}

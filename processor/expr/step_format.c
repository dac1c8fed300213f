/* step_format.c -- `format` of CEL's strings extension: "%s: %.2f".format([name, x]).
 *
 * The text is put twice: measured first, then written into one piece of the arena. Both passes see
 * the same values, so what is written has the measured size.
 */
#include "processor/expr/run.h"

#include "base/mem.h"
#include "processor/expr/civil.h"
#include "processor/expr/ip.h"
#include "processor/expr/numtext.h"
#include "processor/expr/utf8.h"

#include <math.h>
#include <stdio.h>

enum {
    FORMAT_DEPTH = 64,      /* lists and maps inside of each other */
    FORMAT_PRECISION = 100, /* digits behind the point */
    FORMAT_DOUBLE = 512     /* bytes: 309 digits, the precision, sign and point */
};

struct out {
    struct mr_run *r;
    const struct mr_expr_step *s;
    char *to; /* NULL: only measures */
    size_t n;
};

static bool put_value(struct out *o, const struct mr_value *value, int depth);

static bool put(struct out *o, const char *p, size_t n) {
    if (o->to && p && n) memcpy(o->to + o->n, p, n);
    o->n += n;
    return true;
}

static bool fail(struct out *o, char clause, const struct mr_value *v) {
    return mr_run_fail(o->r, o->s, MR_R_EXPR_ERROR, "%%%c cannot take %s", clause, mr_tag_name(v));
}

/* ---- %s */

struct entry {
    struct mr_str key; /* as text */
    const struct mr_value *value;
};

static bool text_of(struct out *o, const struct mr_value *v, int depth, struct mr_str *ret) {
    struct out size = {.r = o->r, .s = o->s};
    if (!put_value(&size, v, depth)) return false;
    struct out written = size;
    written.n = 0;
    written.to = mr_run_bytes(o->r, o->s, size.n);
    if (!written.to || !put_value(&written, v, depth)) return false;
    *ret = (struct mr_str){written.to, written.n};
    return true;
}

static bool is_before(struct mr_str x, struct mr_str y) {
    size_t n = x.n < y.n ? x.n : y.n;
    int c = n ? memcmp(x.p, y.p, n) : 0;
    return c < 0 || (c == 0 && x.n < y.n);
}

/* Entries in the order of their keys as text. Not qsort(): it may take memory of its own. */
static bool put_map(struct out *o, const struct mr_value *map, int depth) {
    size_t n = map->len;
    if (!mr_run_charge(o->r, o->s, n * n / 2 + n)) return false;
    struct entry *list = mr_arena_alloc(o->r->f->arena, n * sizeof *list);
    for (size_t i = 0; i < n; i++) {
        struct entry e = {.value = &map->map[i].value};
        if (!text_of(o, &map->map[i].key, depth, &e.key)) return false;
        size_t k = i;
        for (; k && is_before(e.key, list[k - 1].key); k--) list[k] = list[k - 1];
        list[k] = e;
    }
    put(o, "{", 1);
    for (size_t i = 0; i < n; i++) {
        put(o, ", ", i ? 2 : 0);
        put(o, list[i].key.p, list[i].key.n);
        put(o, ": ", 2);
        if (!put_value(o, list[i].value, depth)) return false;
    }
    return put(o, "}", 1);
}

static bool put_list(struct out *o, const struct mr_value *list, int depth) {
    if (!mr_run_charge(o->r, o->s, list->len)) return false;
    put(o, "[", 1);
    for (uint32_t i = 0; i < list->len; i++) {
        put(o, ", ", i ? 2 : 0);
        if (!put_value(o, &list->list[i], depth)) return false;
    }
    return put(o, "]", 1);
}

static bool put_bytes(struct out *o, const struct mr_value *v) {
    if (!mr_run_charge(o->r, o->s, v->len / 16)) return false;
    if (!o->to && !mr_utf8_valid((struct mr_str){v->p, v->len}, NULL)) {
        return mr_run_fail(o->r, o->s, MR_R_EXPR_ERROR, "the bytes are not valid UTF-8");
    }
    return put(o, v->p, v->len);
}

/* CEL's names; those of scalars are ours, too. */
static void print_type(const struct mr_type *t, struct mr_buf *to) {
    static const char *const names[] = {
        [MR_T_NULL] = "null_type",
        [MR_T_TIMESTAMP] = "google.protobuf.Timestamp",
        [MR_T_DURATION] = "google.protobuf.Duration",
        [MR_T_LIST] = "list",
        [MR_T_MAP] = "map",
        [MR_T_OPTIONAL] = "optional_type",
        [MR_T_TYPE] = "type",
        [MR_T_WRAPPER] = "wrapper",
    };
    const char *name = t->kind < MR_ARRAY_LEN(names) ? names[t->kind] : NULL;
    if (name) {
        mr_buf_cat(to, name);
    } else {
        mr_type_print(t, to);
    }
}

/* The printers of others append to a buffer; this one lives on the stack and cannot grow. */
static bool put_printed(struct out *o, const struct mr_value *v) {
    char p[64];
    struct mr_buf buf = {.p = p, .cap = sizeof p, .max = sizeof p};
    if (v->tag == MR_V_TIMESTAMP) {
        mr_print_rfc3339(v->i, v->aux, &buf);
    } else if (v->tag == MR_V_DURATION) {
        mr_print_cel_duration(v->i, &buf);
    } else {
        print_type(v->type, &buf);
    }
    return put(o, buf.p, buf.n);
}

static bool put_net(struct out *o, const struct mr_value *v) {
    char text[MR_IP_TEXT_MAX];
    return put(o, text, mr_ip_value_print(v, text));
}

static bool put_value(struct out *o, const struct mr_value *value, int depth) {
    char p[MR_NUMBER_MAX];
    struct mr_value v = mr_run_plain(o->r, o->s, value);
    if (depth > FORMAT_DEPTH) {
        return mr_run_fail(o->r, o->s, MR_R_EXPR_ERROR, "lists and maps are nested too deep");
    }
    switch ((enum mr_tag)v.tag) {
    case MR_V_NULL: return put(o, "null", 4);
    case MR_V_BOOL: return v.b ? put(o, "true", 4) : put(o, "false", 5);
    case MR_V_INT: return put(o, p, mr_print_int(v.i, p));
    case MR_V_UINT: return put(o, p, mr_print_uint(v.u, p));
    case MR_V_DOUBLE: return put(o, p, mr_print_double(v.d, p));
    case MR_V_STRING: return put(o, v.p, v.len);
    case MR_V_BYTES: return put_bytes(o, &v);
    case MR_V_TIMESTAMP:
    case MR_V_DURATION:
    case MR_V_TYPE: return put_printed(o, &v);
    case MR_V_IP:
    case MR_V_CIDR: return put_net(o, &v);
    case MR_V_LIST: return put_list(o, &v, depth + 1);
    case MR_V_MAP: return put_map(o, &v, depth + 1);
    default: return fail(o, 's', &v);
    }
}

/* ---- the other clauses */

/* Digits of another base, with the sign in front. */
static bool put_based(struct out *o, uint64_t x, bool negative, unsigned bits, bool upper) {
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char p[72], *at = p + sizeof p;
    do {
        *--at = digits[x & ((1u << bits) - 1)];
        x >>= bits;
    } while (x);
    if (negative) *--at = '-';
    return put(o, at, (size_t)(p + sizeof p - at));
}

static bool put_hex(struct out *o, const struct mr_value *v, bool upper) {
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    if (!o->to) {
        o->n += 2 * (size_t)v->len;
        return true;
    }
    for (uint32_t i = 0; i < v->len; i++) {
        unsigned char c = (unsigned char)v->p[i];
        char pair[2] = {digits[c >> 4], digits[c & 15]};
        put(o, pair, 2);
    }
    return true;
}

/* b, o, x, X, d */
static bool put_whole(struct out *o, char clause, const struct mr_value *v) {
    char p[MR_NUMBER_MAX];
    bool text = v->tag == MR_V_STRING || v->tag == MR_V_BYTES, hex = clause == 'x' || clause == 'X';
    unsigned bits = clause == 'b' ? 1 : clause == 'o' ? 3 : 4;
    if (hex && text) return put_hex(o, v, clause == 'X');
    if (clause == 'b' && v->tag == MR_V_BOOL) return put(o, v->b ? "1" : "0", 1);
    if (clause == 'd' && v->tag == MR_V_DOUBLE && !isfinite(v->d)) {
        return put(o, p, mr_print_double(v->d, p));
    }
    if (v->tag != MR_V_INT && v->tag != MR_V_UINT) return fail(o, clause, v);
    bool negative = v->tag == MR_V_INT && v->i < 0;
    if (clause == 'd') {
        return put(o, p, v->tag == MR_V_INT ? mr_print_int(v->i, p) : mr_print_uint(v->u, p));
    }
    return put_based(o, negative ? -v->u : v->u, negative, bits, clause == 'X');
}

/* e, f: correctly rounded by the C library, in the C locale. */
static bool put_double(struct out *o, char clause, int precision, const struct mr_value *v) {
    char p[FORMAT_DOUBLE];
    double d = v->d;
    if (v->tag == MR_V_INT) {
        d = (double)v->i;
    } else if (v->tag == MR_V_UINT) {
        d = (double)v->u;
    } else if (v->tag != MR_V_DOUBLE) {
        return fail(o, clause, v);
    }
    if (!isfinite(d)) return put(o, p, mr_print_double(d, p));
    int n = snprintf(p, sizeof p, clause == 'e' ? "%.*e" : "%.*f", precision, d);
    return put(o, p, (size_t)n);
}

/* ---- the format */

/* The clause behind `%` at byte *at: [.digits]letter. */
static bool put_clause(struct out *o, struct mr_str f, size_t *at, const struct mr_value *args,
                       uint32_t *next) {
    size_t i = *at;
    int precision = 6;
    if (i < f.n && f.p[i] == '.') {
        size_t first = ++i;
        for (precision = 0; i < f.n && f.p[i] >= '0' && f.p[i] <= '9'; i++) {
            precision = precision * 10 + (f.p[i] - '0');
            if (precision > FORMAT_PRECISION) break;
        }
        if (i == first || precision > FORMAT_PRECISION) {
            return mr_run_fail(o->r, o->s, MR_R_EXPR_ERROR, "a precision is a number up to %d",
                               FORMAT_PRECISION);
        }
    }
    char clause = i < f.n ? f.p[i] : '\0';
    if (clause == '\0' || !strchr("sdboxXef", clause)) {
        return mr_run_fail(o->r, o->s, MR_R_EXPR_ERROR,
                           "behind %% stands one of s d b o x X e f %%");
    }
    if (*next >= args->len) {
        return mr_run_fail(o->r, o->s, MR_R_EXPR_ERROR, "there is no value %u for %%%c", *next + 1,
                           clause);
    }
    struct mr_value v = mr_run_plain(o->r, o->s, &args->list[(*next)++]);
    *at = i + 1;
    if (clause == 's') return put_value(o, &v, 0);
    if (clause == 'e' || clause == 'f') return put_double(o, clause, precision, &v);
    return put_whole(o, clause, &v);
}

static bool put_format(struct out *o, struct mr_str f, const struct mr_value *args) {
    uint32_t next = 0;
    for (size_t i = 0; i < f.n;) {
        const char *p = memchr(f.p + i, '%', f.n - i);
        size_t n = p ? (size_t)(p - f.p) - i : f.n - i;
        put(o, f.p + i, n);
        i += n + 1;
        if (!p) break;
        if (!mr_run_charge(o->r, o->s, 1)) return false;
        if (i < f.n && f.p[i] == '%') {
            put(o, "%", 1);
            i++;
        } else if (!put_clause(o, f, &i, args, &next)) {
            return false;
        }
    }
    return true;
}

bool mr_step_format(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    const struct mr_value *a, const struct mr_value *b) {
    struct mr_str f = {a->p, a->len};
    struct out size = {.r = r, .s = s};
    if (!mr_run_charge(r, s, f.n / 16) || !put_format(&size, f, b)) return false;
    struct out written = {.r = r, .s = s, .to = mr_run_bytes(r, s, size.n)};
    if (!written.to || !put_format(&written, f, b)) return false;
    struct mr_str made = {written.to, written.n};
    struct mr_value v = mr_string(made);
    v.flags = mr_utf8_ascii_prefix(made) == made.n ? MR_VF_ASCII : 0;
    *dst = v;
    return true;
}

/* reference_fns.c -- the reference evaluator: operators, conversions, math, time. */
#include "tests/expr/reference_text.h"

#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef __int128 wide;

/* ---- operators */

static struct ref of_int(wide v) {
    return v < INT64_MIN || v > INT64_MAX ? ref_failed : ref_int((int64_t)v);
}

static struct ref of_uint(wide v) {
    return v < 0 || v > UINT64_MAX ? ref_failed : ref_uint((uint64_t)v);
}

static bool whole(char op, wide a, wide b, wide *ret) {
    if ((op == '/' || op == '%') && b == 0) return false;
    if (op == '%' && a == INT64_MIN && b == -1)
        return false; /* as cel-go: the quotient overflows */
    *ret = op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : op == '/' ? a / b : a % b;
    return true;
}

static struct ref joined(struct ref_env *env, const struct ref *a, const struct ref *b) {
    if (a->tag == REF_LIST) {
        struct ref r = ref_seq(env, REF_LIST, a->n + b->n);
        for (size_t i = 0; i < a->n; i++) r.at[i] = a->at[i];
        for (size_t i = 0; i < b->n; i++) r.at[a->n + i] = b->at[i];
        return r;
    }
    char *p = mr_arena_alloc(env->arena, a->n + b->n + 1);
    memcpy(p, a->p, a->n);
    memcpy(p + a->n, b->p, b->n);
    env->work += (uint32_t)(a->n + b->n);
    return ref_text(a->tag, p, a->n + b->n);
}

/* Times: t - t, t +- d, d + t, d +- d. */
static struct ref times(char op, const struct ref *a, const struct ref *b) {
    bool ta = a->tag == REF_TIMESTAMP, tb = b->tag == REF_TIMESTAMP;
    wide sign = op == '+' ? 1 : -1;
    struct ref r;
    if ((op != '+' && op != '-') || (ta && tb && op == '+') || (!ta && tb && op == '-'))
        return ref_failed;
    if (!ta && !tb) {
        r = of_int(a->i + sign * b->i);
    } else if (ta && tb) {
        wide giga = 1000000000;
        r = of_int((a->i - (wide)b->i) * giga + (wide)a->u - (wide)b->u);
    } else {
        const struct ref *t = ta ? a : b, *d = ta ? b : a;
        wide nanos = (wide)t->u + sign * d->i, s = nanos / 1000000000;
        return ref_time(t->i + (int64_t)s, (int64_t)(nanos % 1000000000));
    }
    return r.tag == REF_ERROR ? r : ref_duration(r.i);
}

struct ref ref_arith(struct ref_env *env, char op, const struct ref *a, const struct ref *b) {
    bool time_a = a->tag == REF_TIMESTAMP || a->tag == REF_DURATION;
    bool time_b = b->tag == REF_TIMESTAMP || b->tag == REF_DURATION;
    wide r;
    if (time_a && time_b) return times(op, a, b);
    if (a->tag == REF_INT && b->tag == REF_INT)
        return whole(op, a->i, b->i, &r) ? of_int(r) : ref_failed;
    if (a->tag == REF_UINT && b->tag == REF_UINT) {
        if (op == '*' && a->u && b->u > UINT64_MAX / a->u) return ref_failed;
        return whole(op, (wide)a->u, (wide)b->u, &r) ? of_uint(r) : ref_failed;
    }
    bool mixed = a->tag != b->tag;
    if (ref_is_number(a) && ref_is_number(b)) {
        if (op == '%' || a->tag == REF_UINT || b->tag == REF_UINT || (mixed && env->strict))
            return ref_failed;
        double x = a->tag == REF_INT ? (double)a->i : a->d;
        double y = b->tag == REF_INT ? (double)b->i : b->d;
        return ref_double(op == '+' ? x + y : op == '-' ? x - y : op == '*' ? x * y : x / y);
    }
    bool joins = a->tag == REF_STRING || a->tag == REF_BYTES || a->tag == REF_LIST;
    return op == '+' && joins && !mixed ? joined(env, a, b) : ref_failed;
}

static struct ref negated(const struct ref *v) {
    if (v->tag == REF_DOUBLE) return ref_double(-v->d);
    return v->tag == REF_INT ? of_int(-(wide)v->i) : ref_failed;
}

static struct ref in(const struct ref *x, const struct ref *of) {
    bool found = false;
    if (of->tag != REF_LIST && of->tag != REF_MAP) return ref_failed;
    if (of->tag == REF_MAP) return ref_bool(ref_lookup(of, x) != NULL);
    for (size_t i = 0; i < of->n; i++) found = found || ref_eq(&of->at[i], x);
    return ref_bool(found);
}

static bool operator(struct ref_env *env, const char *op, const struct ref *a, size_t n,
                     struct ref *ret) {
    if (n == 1 && strchr("-!", op[0])) {
        *ret = op[0] == '-' ? negated(a) : a->tag == REF_BOOL ? ref_bool(!a->b) : ref_failed;
        return true;
    }
    if (n != 2) return false;
    if (!op[1] && strchr("+-*/%", op[0])) {
        *ret = ref_arith(env, op[0], a, a + 1);
    } else if (!strcmp(op, "==") || !strcmp(op, "!=")) {
        *ret = ref_bool(ref_eq(a, a + 1) == (op[0] == '='));
    } else if (!strcmp(op, "in")) {
        *ret = in(a, a + 1);
    } else if (op[0] == '<' || op[0] == '>') {
        int c = ref_cmp(a, a + 1);
        bool yes = c == (op[0] == '<' ? -1 : 1) || (op[1] && c == 0);
        *ret = c == 3 ? ref_failed : ref_bool(yes);
    } else {
        return false;
    }
    return true;
}

/* ---- conversions */

/* [+-]digits, all of it. */
static struct ref parse_whole(struct ref_env *env, const struct ref *v, bool is_unsigned) {
    char *end, *text = mr_arena_strndup(env->arena, v->p, v->n);
    bool minus = text[0] == '-' && !is_unsigned;
    if (memchr(v->p, '\0', v->n) || text[0] == '+') return ref_unknown(env, "odd numbers");
    if (text[minus] < '0' || text[minus] > '9') return ref_failed;
    errno = 0;
    int64_t i = strtoll(text, &end, 10);
    if (!is_unsigned) return errno || *end ? ref_failed : ref_int(i);
    errno = 0;
    uint64_t u = strtoull(text, &end, 10);
    return errno || *end ? ref_failed : ref_uint(u);
}

static struct ref to_int(struct ref_env *env, const struct ref *v) {
    switch (v->tag) {
    case REF_INT: return *v;
    case REF_UINT: return of_int((wide)v->u);
    case REF_DOUBLE: return v->d > -0x1p63 && v->d < 0x1p63 ? ref_int((int64_t)v->d) : ref_failed;
    case REF_STRING: return parse_whole(env, v, false);
    case REF_TIMESTAMP: return ref_int(v->i);
    default: return ref_failed;
    }
}

static struct ref to_uint(struct ref_env *env, const struct ref *v) {
    switch (v->tag) {
    case REF_UINT: return *v;
    case REF_INT: return of_uint(v->i);
    case REF_DOUBLE:
        if (v->d > -1 && v->d < 0) return ref_unknown(env, "uint of a negative fraction");
        return v->d >= 0 && v->d < 0x1p64 ? ref_uint((uint64_t)v->d) : ref_failed;
    case REF_STRING: return parse_whole(env, v, true);
    default: return ref_failed;
    }
}

static struct ref to_double(struct ref_env *env, const struct ref *v) {
    char *end, *text;
    if (v->tag == REF_DOUBLE) return *v;
    if (v->tag == REF_INT) return ref_double((double)v->i);
    if (v->tag == REF_UINT) return ref_double((double)v->u);
    if (v->tag != REF_STRING) return ref_failed;
    text = mr_arena_strndup(env->arena, v->p, v->n);
    if (!v->n) return ref_failed;
    if (strspn(text, "0123456789.eE-") != v->n) return ref_unknown(env, "odd numbers");
    double d = strtod(text, &end);
    if (isinf(d)) return ref_unknown(env, "doubles out of range");
    return *end ? ref_failed : ref_double(d);
}

/* The fewest digits that read back the same; not the form with an exponent. */
static struct ref double_text(struct ref_env *env, double d) {
    double size = fabs(d);
    if (!(size < 1e15) || (size < 1e-4 && size > 0)) return ref_unknown(env, "text of a double");
    for (int digits = 0; digits < 24; digits++) {
        char *text = mr_arena_printf(env->arena, "%.*f", digits, d);
        if (strtod(text, NULL) == d) return ref_text(REF_STRING, text, strlen(text));
    }
    return ref_unknown(env, "text of a double");
}

/* `.25`, or nothing. */
static const char *fraction(struct ref_env *env, uint64_t nanos) {
    char *text = mr_arena_printf(env->arena, ".%09" PRIu64, nanos);
    for (char *end = text + 9; end >= text && (*end == '0' || *end == '.'); end--) *end = '\0';
    return text;
}

static struct ref to_string(struct ref_env *env, const struct ref *v) {
    struct tm tm;
    char *text = NULL;
    switch (v->tag) {
    case REF_STRING: return *v;
    case REF_BYTES: return ref_utf8(v) ? ref_text(REF_STRING, v->p, v->n) : ref_failed;
    case REF_DOUBLE: return double_text(env, v->d);
    case REF_BOOL: text = v->b ? "true" : "false"; break;
    case REF_INT: text = mr_arena_printf(env->arena, "%" PRId64, v->i); break;
    case REF_UINT: text = mr_arena_printf(env->arena, "%" PRIu64, v->u); break;
    case REF_TIMESTAMP:
        gmtime_r(&(time_t){v->i}, &tm);
        text = mr_arena_printf(env->arena, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", tm.tm_year + 1900,
                               tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                               fraction(env, v->u));
        break;
    case REF_DURATION: {
        uint64_t n = v->i < 0 ? 0 - (uint64_t)v->i : (uint64_t)v->i;
        text = mr_arena_printf(env->arena, "%s%" PRIu64 "%ss", v->i < 0 ? "-" : "", n / 1000000000,
                               fraction(env, n % 1000000000));
        break;
    }
    default: return ref_failed;
    }
    return ref_text(REF_STRING, text, strlen(text));
}

static struct ref to_bool(const struct ref *v) {
    static const char *const yes[] = {"true", "True", "TRUE", "t", "1"}, *const no[] = {
                                                                             "false", "False",
                                                                             "FALSE", "f", "0"};
    if (v->tag == REF_BOOL) return *v;
    for (size_t i = 0; v->tag == REF_STRING && i < 5; i++) {
        struct mr_str s = {v->p, v->n};
        if (mr_str_is(s, yes[i]) || mr_str_is(s, no[i])) return ref_bool(mr_str_is(s, yes[i]));
    }
    return ref_failed;
}

/* 2026-01-31T01:02:03[.5](Z|+01:00) */
static struct ref to_timestamp(struct ref_env *env, const struct ref *v) {
    int y, mo, d, h, mi, s, used = 0, zh = 0, zm = 0, end = 0;
    uint64_t nanos = 0;
    if (v->tag == REF_TIMESTAMP) return *v;
    if (v->tag == REF_INT) return ref_time(v->i, 0);
    if (v->tag != REF_STRING) return ref_failed;
    const char *p = mr_arena_strndup(env->arena, v->p, v->n);
    if (strlen(p) < 20 ||
        sscanf(p, "%4d-%2d-%2dT%2d:%2d:%2d%n", &y, &mo, &d, &h, &mi, &s, &used) < 6 || used != 19)
        return ref_unknown(env, "odd times");
    p += used;
    if (*p == '.') {
        uint64_t unit = 100000000;
        for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10) nanos += unit * (uint64_t)(*p - '0');
    }
    char sign = *p;
    if (sign == '+' || sign == '-') sscanf(p + 1, "%2d:%2d%n", &zh, &zm, &end);
    bool zone = (sign == 'Z' && !p[1]) || (end == 5 && !p[6]);
    if (!zone || y < 1 || mo < 1 || mo > 12 || d < 1 || d > 28 || h > 23 || mi > 59 || s > 59)
        return ref_unknown(env, "odd times");
    struct tm tm = {.tm_year = y - 1900,
                    .tm_mon = mo - 1,
                    .tm_mday = d,
                    .tm_hour = h,
                    .tm_min = mi,
                    .tm_sec = s};
    int64_t east = (zh * 60 + zm) * 60;
    return ref_time((int64_t)timegm(&tm) - (sign == '-' ? -east : east), (int64_t)nanos);
}

/* [-](digits unit)+, without fractions. */
static struct ref to_duration(struct ref_env *env, const struct ref *v) {
    static const struct {
        const char *name;
        int64_t nanos;
    } units[] = {{"h", 3600000000000}, {"ms", 1000000}, {"m", 60000000000},
                 {"s", 1000000000},    {"us", 1000},    {"ns", 1}};
    if (v->tag == REF_DURATION) return *v;
    if (v->tag != REF_STRING) return ref_failed;
    char *p = mr_arena_strndup(env->arena, v->p, v->n);
    bool minus = *p == '-';
    wide sum = 0;
    if (v->n == (size_t)minus) return ref_failed;
    for (p += minus; *p;) {
        char *end;
        size_t u = 0;
        if (*p < '0' || *p > '9') return ref_unknown(env, "odd durations");
        wide count = strtoull(p, &end, 10);
        while (u < 6 && strncmp(end, units[u].name, strlen(units[u].name))) u++;
        if (u == 6 || end - p > 19) return ref_unknown(env, "odd durations");
        sum += count * units[u].nanos;
        p = end + strlen(units[u].name);
    }
    struct ref r = of_int(minus ? -sum : sum);
    return r.tag == REF_ERROR ? r : ref_duration(r.i);
}

static bool convert(struct ref_env *env, struct mr_str name, const struct ref *a, struct ref *ret) {
    static const char *const types[] = {
        [REF_NULL] = "null_type", [REF_BOOL] = "bool",     [REF_INT] = "int",
        [REF_UINT] = "uint",      [REF_DOUBLE] = "double", [REF_STRING] = "string",
        [REF_BYTES] = "bytes"};
    if (mr_str_is(name, "int")) {
        *ret = to_int(env, a);
    } else if (mr_str_is(name, "uint")) {
        *ret = to_uint(env, a);
    } else if (mr_str_is(name, "double")) {
        *ret = to_double(env, a);
    } else if (mr_str_is(name, "string")) {
        *ret = to_string(env, a);
    } else if (mr_str_is(name, "bytes")) {
        bool fits = a->tag == REF_BYTES || a->tag == REF_STRING;
        *ret = fits ? ref_text(REF_BYTES, a->p, a->n) : ref_failed;
    } else if (mr_str_is(name, "bool")) {
        *ret = to_bool(a);
    } else if (mr_str_is(name, "timestamp")) {
        *ret = to_timestamp(env, a);
    } else if (mr_str_is(name, "duration")) {
        *ret = to_duration(env, a);
    } else if (mr_str_is(name, "dyn") || mr_str_is(name, "optional.of")) {
        *ret = name.n == 3 ? *a : ref_some(env, *a);
    } else if (mr_str_is(name, "type")) {
        const char *t = a->tag < MR_ARRAY_LEN(types) ? types[a->tag] : NULL;
        *ret = t ? ref_text(REF_TYPE, t, strlen(t)) : ref_unknown(env, "a type");
    } else {
        return false;
    }
    return true;
}

/* ---- math */

static struct ref extreme(struct ref_env *env, const struct ref *a, size_t n, int want) {
    if (n == 1 && a->tag == REF_LIST) {
        n = a->n;
        a = a->at;
    }
    for (size_t i = 0; i < n; i++) {
        if (!ref_is_number(&a[i])) return ref_failed;
        if (a[i].tag == REF_DOUBLE && isnan(a[i].d)) return ref_unknown(env, "greatest of NaN");
    }
    if (n == 0) return ref_failed;
    const struct ref *best = a;
    for (size_t i = 1; i < n; i++) {
        if (ref_cmp(&a[i], best) == want) best = &a[i];
    }
    return *best;
}

static struct ref bits(const char *op, const struct ref *a, const struct ref *b) {
    uint64_t x = a->tag == REF_INT ? (uint64_t)a->i : a->u;
    uint64_t y = b->tag == REF_INT ? (uint64_t)b->i : b->u, r;
    bool numbers =
             (a->tag == REF_INT || a->tag == REF_UINT) && (b->tag == REF_INT || b->tag == REF_UINT),
         shift = !strncmp(op, "Shift", 5);
    if (!numbers || (shift ? b->tag != REF_INT || b->i < 0 : a->tag != b->tag)) return ref_failed;
    if (shift) {
        r = y > 63 ? 0 : !strcmp(op, "ShiftLeft") ? x << y : x >> y;
    } else {
        r = !strcmp(op, "And")   ? x & y
            : !strcmp(op, "Or")  ? x | y
            : !strcmp(op, "Xor") ? x ^ y
                                 : ~x;
    }
    return a->tag == REF_INT ? ref_int((int64_t)r) : ref_uint(r);
}

static struct ref rounded(const char *op, double d, bool *ret_known) {
    static const struct {
        const char *name;
        double (*fn)(double);
    } fns[] = {{"ceil", ceil}, {"floor", floor}, {"round", round}, {"trunc", trunc}};
    for (size_t i = 0; i < MR_ARRAY_LEN(fns); i++) {
        if (!strcmp(op, fns[i].name)) return ref_double(fns[i].fn(d));
    }
    if (!strcmp(op, "isNaN")) return ref_bool(isnan(d));
    if (!strcmp(op, "isInf")) return ref_bool(isinf(d));
    if (!strcmp(op, "isFinite")) return ref_bool(isfinite(d));
    *ret_known = false;
    return ref_failed;
}

static bool math(struct ref_env *env, const char *op, const struct ref *a, size_t n,
                 struct ref *ret) {
    bool known = true;
    if (!strcmp(op, "greatest") || !strcmp(op, "least")) {
        *ret = extreme(env, a, n, op[0] == 'g' ? 1 : -1);
    } else if (!strncmp(op, "bit", 3)) {
        *ret = bits(op + 3, a, n == 2 ? a + 1 : a);
    } else if (!strcmp(op, "sqrt")) {
        *ret = ref_is_number(a) ? ref_double(sqrt((double)ref_number(a))) : ref_failed;
    } else if (!strcmp(op, "abs")) {
        struct ref minus = a->tag == REF_UINT ? *a : negated(a);
        bool negative = a->tag == REF_INT ? a->i < 0 : a->tag == REF_DOUBLE && signbit(a->d);
        *ret = !ref_is_number(a) ? ref_failed : negative ? minus : *a;
    } else if (!strcmp(op, "sign")) {
        int s = ref_is_number(a) ? (ref_number(a) > 0) - (ref_number(a) < 0) : 0;
        *ret = a->tag == REF_INT      ? ref_int(s)
               : a->tag == REF_UINT   ? ref_uint((uint64_t)s)
               : a->tag != REF_DOUBLE ? ref_failed
               : isnan(a->d)          ? *a
                                      : ref_double(s);
        if (a->tag == REF_DOUBLE && a->d == 0) ref_unknown(env, "sign of 0.0");
    } else {
        *ret = a->tag == REF_DOUBLE ? rounded(op, a->d, &known) : ref_failed;
    }
    return known;
}

/* ---- time, in UTC */

static bool part_of_time(struct ref_env *env, const char *op, const struct ref *t,
                         struct ref *ret) {
    struct tm tm;
    gmtime_r(&(time_t){t->i}, &tm);
    const struct {
        const char *name;
        int64_t value;
    } parts[] = {{"FullYear", tm.tm_year + 1900},
                 {"Month", tm.tm_mon},
                 {"Date", tm.tm_mday},
                 {"DayOfMonth", tm.tm_mday - 1},
                 {"DayOfWeek", tm.tm_wday},
                 {"DayOfYear", tm.tm_yday},
                 {"Hours", tm.tm_hour},
                 {"Minutes", tm.tm_min},
                 {"Seconds", tm.tm_sec},
                 {"Milliseconds", (int64_t)(t->u / 1000000)}},
      totals[] = {{"Hours", t->i / 3600000000000},
                  {"Minutes", t->i / 60000000000},
                  {"Seconds", t->i / 1000000000},
                  {"Milliseconds", t->i / 1000000 % 1000}};
    bool time = t->tag == REF_TIMESTAMP;
    if (!time && t->tag != REF_DURATION) return false;
    for (size_t i = 0; i < (time ? 10 : 4); i++) {
        if (strcmp(op, time ? parts[i].name : totals[i].name)) continue;
        *ret = ref_int(time ? parts[i].value : totals[i].value);
        return true;
    }
    return false;
}

struct ref ref_call(struct ref_env *env, struct mr_str name, const struct ref *a, size_t n) {
    struct ref r = ref_failed;
    for (size_t i = 0; i < n; i++) { /* an absent field where a value is needed: not by itself */
        if (a[i].tag == REF_NONE && strcmp(name.p, "==") && strcmp(name.p, "!="))
            return ref_unknown(env, "absent arguments");
    }
    if (operator(env, name.p, a, n, &r)) return r;
    if (n == 1 && convert(env, name, a, &r)) return r;
    if (n >= 1 && !strncmp(name.p, "math.", 5) && math(env, name.p + 5, a, n, &r)) return r;
    if (n == 1 && !strncmp(name.p, "get", 3) && part_of_time(env, name.p + 3, a, &r)) return r;
    if (ref_text_call(env, name, a, n, &r) || ref_list_call(env, name, a, n, &r)) return r;
    if (mr_str_is(name, "optional.none") && n == 0) return ref_none;
    return ref_unknown(env, name.p);
}

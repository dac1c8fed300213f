/* naive.c -- the operators of the naive evaluator. */
#include "tests/expr/naive.h"

#include <math.h>

static struct mr_value arith_int(enum kind k, int64_t a, int64_t b) {
    __int128 r = 0;
    if ((k == DIV || k == MOD) && b == 0) return FAILED;
    if (k == ADD) r = (__int128)a + b;
    if (k == SUB) r = (__int128)a - b;
    if (k == MUL) r = (__int128)a * b;
    if (k == DIV || k == MOD) r = (__int128)a / b;
    if (r > INT64_MAX || r < INT64_MIN) return FAILED;
    if (k == MOD) r = (__int128)a % b;
    return mr_int((int64_t)r);
}

static struct mr_value join(struct mr_arena *arena, struct mr_value a, struct mr_value b) {
    if (a.tag == MR_V_LIST) {
        struct mr_value *list = mr_arena_alloc(arena, (a.len + b.len + 1) * sizeof *list);
        for (uint32_t i = 0; i < a.len; i++) list[i] = a.list[i];
        for (uint32_t i = 0; i < b.len; i++) list[a.len + i] = b.list[i];
        return (struct mr_value){.tag = MR_V_LIST, .len = a.len + b.len, .list = list};
    }
    char *p = mr_arena_printf(arena, "%.*s%.*s", (int)a.len, a.p, (int)b.len, b.p);
    struct mr_str s = mr_str(p);
    return mr_string(s);
}

static double num(struct mr_value v) {
    return v.tag == MR_V_INT ? (double)v.i : v.d;
}

static struct mr_value arith(struct mr_arena *arena, enum kind k, struct mr_value a,
                             struct mr_value b) {
    if (a.tag == MR_V_LIST || a.tag == MR_V_STRING) return join(arena, a, b);
    if (a.tag == MR_V_INT && b.tag == MR_V_INT) return arith_int(k, a.i, b.i);
    double x = num(a), y = num(b);
    return mr_double(k == ADD ? x + y : k == SUB ? x - y : k == MUL ? x * y : x / y);
}

static struct mr_value compare(enum kind k, struct mr_value a, struct mr_value b) {
    bool less, equal;
    if (a.tag == MR_V_STRING) {
        int c = mr_str_cmp((struct mr_str){a.p, a.len}, (struct mr_str){b.p, b.len});
        less = c < 0;
        equal = c == 0;
    } else if (a.tag == MR_V_INT && b.tag == MR_V_INT) {
        less = a.i < b.i;
        equal = a.i == b.i;
    } else {
        double x = num(a), y = num(b);
        if (isnan(x) || isnan(y)) return mr_bool(k == NE);
        less = x < y;
        equal = x == y;
    }
    bool r = k == EQ   ? equal
             : k == NE ? !equal
             : k == LT ? less
             : k == LE ? less || equal
             : k == GT ? !less && !equal
                       : !less;
    return mr_bool(r);
}

static bool found(struct mr_value s, struct mr_value t, enum kind k) {
    if (t.len > s.len) return false;
    for (uint32_t i = 0; i + t.len <= s.len; i++) {
        if (k == STARTS && i > 0) return false;
        if (k == ENDS && i + t.len != s.len) continue;
        if (strncmp(s.p + i, t.p, t.len) == 0) return true;
    }
    return false;
}

static struct mr_value size_of(struct mr_value v) {
    int64_t n = 0;
    if (v.tag == MR_V_LIST) return mr_int(v.len);
    for (uint32_t i = 0; i < v.len; i++) n += (v.p[i] & 0xc0) != 0x80;
    return mr_int(n);
}

struct mr_value naive_apply(struct mr_arena *arena, enum kind k, struct mr_value a,
                            struct mr_value b) {
    switch (k) {
    case NOT: return mr_bool(!a.b);
    case NEG:
        if (a.tag == MR_V_DOUBLE) return mr_double(-a.d);
        return a.i == INT64_MIN ? FAILED : mr_int(-a.i);
    case IN:
        for (uint32_t i = 0; i < b.len; i++) {
            if (b.list[i].i == a.i) return mr_bool(true);
        }
        return mr_bool(false);
    case HAS: return mr_bool(a.tag != MR_V_ABSENT);
    case SIZE: return size_of(a);
    case INDEX: return b.i >= 0 && b.i < a.len ? a.list[b.i] : FAILED;
    case INDEX_OPT: return b.i >= 0 && b.i < a.len ? a.list[b.i] : MR_ABSENT;
    case TO_INT: return a.d > -0x1p63 && a.d < 0x1p63 ? mr_int((int64_t)a.d) : FAILED;
    case TO_DOUBLE: return mr_double((double)a.i);
    case TO_STRING: {
        struct mr_str s = mr_str(mr_arena_printf(arena, "%lld", (long long)a.i));
        return mr_string(s);
    }
    case STARTS:
    case ENDS:
    case CONTAINS: return mr_bool(found(a, b, k));
    case EQ:
    case NE:
    case LT:
    case LE:
    case GT:
    case GE: return compare(k, a, b);
    default: return arith(arena, k, a, b);
    }
}

/* reference_list.c -- the reference evaluator: functions of lists, maps and sets. */
#include "tests/expr/reference_text.h"

#include <math.h>

static bool is(struct mr_str name, const char *word) {
    return mr_str_is(name, word);
}

static int64_t place(const struct ref *l, const struct ref *x, bool last) {
    int64_t at = -1;
    for (size_t i = 0; i < l->n; i++) {
        if (ref_eq(&l->at[i], x) && (last || at < 0)) at = (int64_t)i;
    }
    return at;
}

static bool covers(const struct ref *a, const struct ref *b) {
    for (size_t i = 0; i < b->n; i++) {
        if (place(a, &b->at[i], false) < 0) return false;
    }
    return true;
}

static struct ref sets(const char *op, const struct ref *a, const struct ref *b) {
    bool any = false;
    for (size_t i = 0; i < b->n; i++) any = any || place(a, &b->at[i], false) >= 0;
    if (!strcmp(op, "contains")) return ref_bool(covers(a, b));
    if (!strcmp(op, "equivalent")) return ref_bool(covers(a, b) && covers(b, a));
    return ref_bool(any);
}

/* NaN behind all numbers; 3: there is no order. */
static int order(const struct ref *a, const struct ref *b) {
    int c = ref_cmp(a, b);
    if (c != 2) return c;
    return (int)isnan((double)ref_number(a)) - (int)isnan((double)ref_number(b));
}

/* Can every two be compared? In strict mode they are of one type. */
static bool ordered(const struct ref_env *env, const struct ref *l) {
    for (size_t i = 0; i < l->n; i++) {
        for (size_t k = 0; k < l->n; k++) {
            if (order(&l->at[i], &l->at[k]) == 3) return false;
            if (env->strict && l->at[i].tag != l->at[k].tag) return false;
        }
    }
    return true;
}

static struct ref sorted(struct ref_env *env, const struct ref *l) {
    struct ref r = ref_seq(env, REF_LIST, l->n);
    for (size_t i = 0; i < l->n; i++) {
        size_t at = i;
        for (; at > 0 && order(&r.at[at - 1], &l->at[i]) > 0; at--) r.at[at] = r.at[at - 1];
        r.at[at] = l->at[i];
    }
    return r;
}

static struct ref distinct(struct ref_env *env, const struct ref *l) {
    struct ref r = ref_seq(env, REF_LIST, l->n);
    r.n = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (place(&r, &l->at[i], false) < 0) r.at[r.n++] = l->at[i];
    }
    return r;
}

static struct ref flat(struct ref_env *env, const struct ref *l, int64_t depth) {
    struct ref r = ref_seq(env, REF_LIST, 0);
    for (size_t i = 0; i < l->n; i++) {
        struct ref part = l->at[i], one = {.tag = REF_LIST, .n = 1, .at = &part};
        if (part.tag == REF_LIST && depth > 1) part = flat(env, &part, depth - 1);
        r = ref_arith(env, '+', &r, part.tag == REF_LIST && depth > 0 ? &part : &one);
    }
    return r;
}

static struct ref sum(struct ref_env *env, const struct ref *l) {
    struct ref r = l->n ? l->at[0] : ref_unknown(env, "sum of nothing");
    if (!ref_is_number(&r) && r.tag != REF_DURATION) return ref_failed;
    for (size_t i = 1; r.tag != REF_ERROR && i < l->n; i++) r = ref_arith(env, '+', &r, &l->at[i]);
    if (r.tag == REF_DOUBLE && r.d == 0) return ref_unknown(env, "the sign of a sum");
    return r;
}

static struct ref avg(struct ref_env *env, const struct ref *l) {
    double all = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (l->at[i].tag != REF_INT) return ref_unknown(env, "avg of doubles");
        if (l->at[i].i > INT64_C(1) << 40 || l->at[i].i < -(INT64_C(1) << 40))
            return ref_unknown(env, "avg of large ints");
        all += (double)l->at[i].i;
    }
    return l->n ? ref_some(env, ref_double(all / (double)l->n)) : ref_none;
}

/* ---- one list */

static bool of_list(struct ref_env *env, struct mr_str name, const struct ref *l, struct ref *ret) {
    if (is(name, "size")) {
        *ret = ref_int((int64_t)l->n);
    } else if (is(name, "first") || is(name, "last")) {
        *ret = l->n ? ref_some(env, l->at[is(name, "first") ? 0 : l->n - 1]) : ref_none;
    } else if (is(name, "reverse")) {
        *ret = ref_seq(env, REF_LIST, l->n);
        for (size_t i = 0; i < l->n; i++) ret->at[i] = l->at[l->n - 1 - i];
    } else if (is(name, "distinct")) {
        *ret = distinct(env, l);
    } else if (is(name, "flatten")) {
        *ret = flat(env, l, 1);
    } else if (is(name, "sum") || is(name, "lists.sum")) {
        *ret = sum(env, l);
    } else if (is(name, "avg") || is(name, "lists.avg")) {
        *ret = avg(env, l);
    } else if (is(name, "sort")) {
        *ret = ordered(env, l) ? sorted(env, l) : ref_failed;
    } else if (is(name, "isSorted")) {
        bool up = true;
        for (size_t i = 1; i < l->n; i++) up = up && order(&l->at[i - 1], &l->at[i]) <= 0;
        *ret = ordered(env, l) ? ref_bool(up) : ref_failed;
    } else if (is(name, "min") || is(name, "max") || is(name, "lists.min") ||
               is(name, "lists.max")) {
        bool max = name.p[name.n - 1] == 'x';
        const struct ref *best = l->at;
        for (size_t i = 1; i < l->n; i++) {
            if (order(&l->at[i], best) == (max ? 1 : -1)) best = &l->at[i];
        }
        *ret = l->n && ordered(env, l) ? *best : ref_failed;
    } else {
        return false;
    }
    return true;
}

/* ---- maps */

static struct ref with(struct ref_env *env, const struct ref *a, const struct ref *b) {
    struct ref r = ref_seq(env, REF_MAP, a->n + b->n);
    r.n = 0;
    for (size_t i = 0; i < a->n + b->n; i++) {
        const struct ref *e = i < a->n ? &a->at[2 * i] : &b->at[2 * (i - a->n)];
        const struct ref *old = ref_lookup(&r, e), *now = ref_lookup(b, e);
        if (old) continue;
        r.at[2 * r.n] = e[0];
        r.at[2 * r.n++ + 1] = now ? *now : e[1];
    }
    return r;
}

static struct ref without(struct ref_env *env, const struct ref *m, const struct ref *keys) {
    struct ref r = ref_seq(env, REF_MAP, m->n);
    r.n = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct ref *k = &m->at[2 * i];
        if (keys->tag == REF_LIST ? place(keys, k, false) >= 0 : ref_eq(keys, k)) continue;
        r.at[2 * r.n] = k[0];
        r.at[2 * r.n++ + 1] = k[1];
    }
    return r;
}

/* ---- numbers and bounds */

static struct ref clamp(struct ref_env *env, const struct ref *a) {
    bool mixed = a[0].tag != a[1].tag || a[0].tag != a[2].tag;
    for (int i = 0; i < 3; i++) {
        if (ref_is_number(&a[i]) && isnan((double)ref_number(&a[i])))
            return ref_unknown(env, "clamp of NaN");
    }
    if (mixed) return ref_unknown(env, "clamp of mixed numbers");
    if (ref_cmp(&a[1], &a[2]) > 0 || ref_cmp(&a[0], &a[1]) == 3) return ref_failed;
    return ref_cmp(&a[0], &a[1]) < 0 ? a[1] : ref_cmp(&a[0], &a[2]) > 0 ? a[2] : a[0];
}

static struct ref ratio(struct ref_env *env, const struct ref *a, const struct ref *b) {
    if (!ref_is_number(a) || !ref_is_number(b)) return ref_failed;
    if (ref_number(b) == 0) return ref_none;
    return ref_some(env, ref_double((double)ref_number(a) / (double)ref_number(b)));
}

static struct ref range(struct ref_env *env, int64_t n) {
    if (n > 10000) return ref_unknown(env, "a long range");
    struct ref r = ref_seq(env, REF_LIST, n > 0 ? (size_t)n : 0);
    for (size_t i = 0; i < r.n; i++) r.at[i] = ref_int((int64_t)i);
    return n < 0 ? ref_unknown(env, "a range below 0") : r;
}

static struct ref slice(struct ref_env *env, const struct ref *l, int64_t from, int64_t to) {
    if (from < 0 || to < from || to > (int64_t)l->n) return ref_failed;
    struct ref r = ref_seq(env, REF_LIST, (size_t)(to - from));
    for (size_t i = 0; i < r.n; i++) r.at[i] = l->at[from + (int64_t)i];
    return r;
}

static bool non_zero(const struct ref *v) {
    return v->n || v->b || v->u || (v->tag == REF_DOUBLE ? v->d != 0 : v->i != 0);
}

bool ref_list_call(struct ref_env *env, struct mr_str name, const struct ref *a, size_t n,
                   struct ref *ret) {
    bool list = n && a[0].tag == REF_LIST, map = n && a[0].tag == REF_MAP;
    if (n == 1 && list) return of_list(env, name, a, ret);
    if (is(name, "size") && n == 1 && (map || a->tag == REF_BYTES)) {
        *ret = ref_int((int64_t)a->n);
    } else if (is(name, "lists.range") && n == 1 && a->tag == REF_INT) {
        *ret = range(env, a->i);
    } else if (is(name, "optional.ofNonZeroValue") && n == 1) {
        if (a->tag == REF_TIMESTAMP) ref_unknown(env, "the zero of timestamps");
        *ret = non_zero(a) ? ref_some(env, *a) : ref_none;
    } else if (n == 2 && list && a[1].tag == REF_LIST && !strncmp(name.p, "sets.", 5)) {
        *ret = sets(name.p + 5, &a[0], &a[1]);
    } else if (n == 2 && list && (is(name, "indexOf") || is(name, "lastIndexOf"))) {
        *ret = ref_int(place(&a[0], &a[1], name.p[0] == 'l'));
    } else if (n == 3 && list && is(name, "slice")) {
        *ret = slice(env, &a[0], a[1].i, a[2].i);
    } else if (n == 2 && map && a[1].tag == REF_MAP && is(name, "with")) {
        *ret = with(env, &a[0], &a[1]);
    } else if (n == 2 && map && is(name, "without")) {
        *ret = without(env, &a[0], &a[1]);
    } else if (n == 2 && is(name, "ratio")) {
        *ret = ratio(env, &a[0], &a[1]);
    } else if (n == 3 && is(name, "clamp")) {
        *ret = clamp(env, a);
    } else if (n == 2 && is(name, "implies")) {
        *ret = ref_unknown(env, "implies");
    } else {
        return false;
    }
    return true;
}

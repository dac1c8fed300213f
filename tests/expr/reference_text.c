/* reference_text.c -- the reference evaluator: functions of strings. Every string is taken apart
 * into code points first, and searched one place after the other. */
#include "tests/expr/reference_text.h"

struct runes {
    uint32_t *at;
    size_t n;
};

/* How many bytes the code point at p has; 0: it is none. RFC 3629. */
static size_t rune(const char *p, size_t left, uint32_t *ret) {
    const uint8_t *b = (const uint8_t *)p;
    size_t n = b[0] < 0x80 ? 1 : b[0] < 0xc0 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (n == 0 || n > left || b[0] > 0xf4) return 0;
    *ret = n == 1 ? b[0] : b[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((b[i] & 0xc0) != 0x80) return 0;
        *ret = *ret << 6 | (b[i] & 0x3f);
    }
    bool surrogate = *ret >= 0xd800 && *ret < 0xe000;
    return *ret < least[n] || surrogate || *ret > 0x10ffff ? 0 : n;
}

bool ref_utf8(const struct ref *v) {
    uint32_t r;
    for (size_t i = 0, n; i < v->n; i += n) {
        n = rune(v->p + i, v->n - i, &r);
        if (n == 0) return false;
    }
    return true;
}

static struct runes apart(struct ref_env *env, const struct ref *s) {
    struct runes r = {mr_arena_alloc(env->arena, (s->n + 1) * sizeof(uint32_t)), 0};
    env->work += (uint32_t)s->n;
    for (size_t i = 0; i < s->n;) {
        size_t n = rune(s->p + i, s->n - i, &r.at[r.n++]);
        i += n ? n : s->n;
    }
    return r;
}

static struct ref together(struct ref_env *env, const uint32_t *at, size_t n) {
    char *p = mr_arena_alloc(env->arena, 4 * n + 1);
    size_t used = 0;
    env->work += (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = at[i];
        if (c < 0x80) {
            p[used++] = (char)c;
            continue;
        }
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        p[used++] = (char)((0xff00u >> (more + 1)) | (c >> (6 * more)));
        while (more-- > 0) p[used++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
    }
    return ref_text(REF_STRING, p, used);
}

static bool stands_at(const struct runes *s, const struct runes *part, size_t i) {
    return i + part->n <= s->n && memcmp(s->at + i, part->at, part->n * sizeof *part->at) == 0;
}

/* ---- where something is */

static struct ref where(const struct runes *s, const struct runes *part, bool last,
                        const struct ref *from) {
    int64_t best = -1, size = (int64_t)s->n;
    if (from && (from->tag != REF_INT || from->i < 0 || from->i > size)) return ref_failed;
    for (int64_t i = 0; i <= size; i++) {
        if (!stands_at(s, part, (size_t)i)) continue;
        if (from && (last ? i > from->i : i < from->i)) continue;
        if (last || best < 0) best = i;
    }
    return ref_int(best);
}

static struct ref cut(struct ref_env *env, const struct runes *s, const struct ref *from,
                      const struct ref *to) {
    int64_t size = (int64_t)s->n, end = to ? to->i : size;
    if (from->tag != REF_INT || (to && to->tag != REF_INT)) return ref_failed;
    if (from->i < 0 || from->i > size || end < from->i || end > size) return ref_failed;
    return together(env, s->at + from->i, (size_t)(end - from->i));
}

/* ---- parts */

static struct ref split(struct ref_env *env, const struct runes *s, const struct runes *by,
                        int64_t limit) {
    struct ref r = ref_seq(env, REF_LIST, s->n + 1);
    size_t from = 0, i = 0;
    r.n = 0;
    if (limit == 0) return r;
    while (i < s->n && (limit < 0 || (int64_t)r.n + 1 < limit)) {
        bool here = by->n ? stands_at(s, by, i) : i > from;
        if (!here) {
            i++;
            continue;
        }
        r.at[r.n++] = together(env, s->at + from, i - from);
        from = i += by->n;
    }
    if (by->n || s->n) r.at[r.n++] = together(env, s->at + from, s->n - from);
    return r;
}

static struct ref replace(struct ref_env *env, const struct runes *s, const struct runes *old,
                          const struct runes *by, int64_t limit) {
    size_t n = 0;
    uint32_t *to = mr_arena_alloc(env->arena, (s->n + (s->n + 1) * by->n + 1) * sizeof *to);
    for (size_t i = 0; i <= s->n;) {
        bool here = limit != 0 && stands_at(s, old, i);
        if (here) {
            limit -= limit > 0;
            for (size_t k = 0; k < by->n; k++) to[n++] = by->at[k];
            i += old->n;
        }
        if ((here && old->n) || i > s->n) continue;
        if (i < s->n) to[n++] = s->at[i];
        i++;
    }
    return together(env, to, n);
}

static bool is_space(uint32_t c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

static struct ref changed(struct ref_env *env, struct mr_str name, struct runes s) {
    if (mr_str_is(name, "trim")) {
        while (s.n && is_space(s.at[s.n - 1])) s.n--;
        while (s.n && is_space(s.at[0])) s = (struct runes){s.at + 1, s.n - 1};
        return together(env, s.at, s.n);
    }
    for (size_t i = 0; mr_str_is(name, "reverse") && i < s.n / 2; i++) {
        uint32_t c = s.at[i];
        s.at[i] = s.at[s.n - 1 - i];
        s.at[s.n - 1 - i] = c;
    }
    for (size_t i = 0; i < s.n; i++) {
        uint32_t *c = &s.at[i];
        if (mr_str_is(name, "lowerAscii") && *c >= 'A' && *c <= 'Z') *c += 'a' - 'A';
        if (mr_str_is(name, "upperAscii") && *c >= 'a' && *c <= 'z') *c -= 'a' - 'A';
    }
    return together(env, s.at, s.n);
}

/* Functions of one string, or of it and another: */
static bool with_part(struct ref_env *env, struct mr_str name, const struct ref *a, size_t n,
                      struct ref *ret) {
    struct runes s = apart(env, &a[0]), part = apart(env, &a[1]);
    struct ref first = where(&s, &part, false, NULL), last = where(&s, &part, true, NULL);
    const struct ref *third = n > 2 ? &a[2] : NULL;
    if (mr_str_is(name, "contains")) {
        *ret = ref_bool(first.i >= 0);
    } else if (mr_str_is(name, "startsWith")) {
        *ret = ref_bool(first.i == 0);
    } else if (mr_str_is(name, "endsWith")) {
        *ret = ref_bool(last.i >= 0 && (size_t)last.i + part.n == s.n);
    } else if (mr_str_is(name, "indexOf")) {
        *ret = where(&s, &part, false, third);
    } else if (mr_str_is(name, "lastIndexOf")) {
        *ret = where(&s, &part, true, third);
    } else if (mr_str_is(name, "split")) {
        *ret = split(env, &s, &part, third ? third->i : -1);
    } else if (mr_str_is(name, "replace") && n >= 3 && third->tag == REF_STRING) {
        struct runes by = apart(env, third);
        *ret = replace(env, &s, &part, &by, n > 3 ? a[3].i : -1);
    } else {
        return false;
    }
    return true;
}

static struct ref join(struct ref_env *env, const struct ref *l, const struct ref *by) {
    struct ref all = ref_text(REF_STRING, "", 0);
    for (size_t i = 0; i < l->n; i++) {
        if (l->at[i].tag != REF_STRING) return ref_failed;
        if (i && by) all = ref_arith(env, '+', &all, by);
        all = ref_arith(env, '+', &all, &l->at[i]);
    }
    return all;
}

bool ref_text_call(struct ref_env *env, struct mr_str name, const struct ref *a, size_t n,
                   struct ref *ret) {
    if (n >= 1 && n <= 2 && mr_str_is(name, "join") && a[0].tag == REF_LIST &&
        (n == 1 || a[1].tag == REF_STRING)) {
        *ret = join(env, a, n == 2 ? &a[1] : NULL);
        return true;
    }
    if (n == 0 || a[0].tag != REF_STRING) return false;
    struct runes s = apart(env, &a[0]);
    if (mr_str_is(name, "size") && n == 1) {
        *ret = ref_int((int64_t)s.n);
    } else if (mr_str_is(name, "charAt") && n == 2) {
        struct ref end = ref_int(a[1].i < (int64_t)s.n ? a[1].i + 1 : a[1].i);
        *ret = a[1].i == INT64_MAX ? ref_failed : cut(env, &s, &a[1], &end);
    } else if (mr_str_is(name, "substring") && (n == 2 || n == 3)) {
        *ret = cut(env, &s, &a[1], n == 3 ? &a[2] : NULL);
    } else if (n == 1 && (mr_str_is(name, "trim") || mr_str_is(name, "reverse") ||
                          mr_str_is(name, "lowerAscii") || mr_str_is(name, "upperAscii"))) {
        *ret = changed(env, name, s);
    } else {
        return n >= 2 && a[1].tag == REF_STRING && with_part(env, name, a, n, ret);
    }
    return true;
}

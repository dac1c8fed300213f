/* step_strings.c -- the steps of CEL's strings extension: places in strings, parts of them, and
 * strings made of others.
 *
 * Places count code points. What is a part of a string (substring, trim, split) stays where it is;
 * nothing is copied. Finding compares bytes: in UTF-8 no character begins inside another.
 */
#include "processor/expr/run.h"

#include "processor/expr/utf8.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

#define NOWHERE SIZE_MAX

static struct mr_str text(const struct mr_value *v) {
    return (struct mr_str){v->len ? v->p : "", v->len};
}

/* n bytes of a from byte `at` on. */
static struct mr_value part(const struct mr_value *a, size_t at, size_t n) {
    struct mr_value v = {.tag = MR_V_STRING, .flags = a->flags & MR_VF_ASCII, .len = (uint32_t)n};
    v.p = n ? a->p + at : "";
    return v;
}

/* ---- code points */

/* Where the code point that begins at byte i (not the end) ends. */
static size_t behind(struct mr_str t, size_t i) {
    i++;
    while (i < t.n && (t.p[i] & 0xc0) == 0x80) i++;
    return i;
}

/* Where the code point that ends at byte i (not 0) begins. */
static size_t before(struct mr_str t, size_t i) {
    i--;
    while (i && (t.p[i] & 0xc0) == 0x80) i--;
    return i;
}

static int64_t count(const struct mr_value *a, size_t from, size_t to) {
    size_t n = to - from;
    if (a->flags & MR_VF_ASCII) return (int64_t)n;
    for (size_t i = from; i < to; i++) n -= (a->p[i] & 0xc0) == 0x80;
    return (int64_t)n;
}

/* The byte where code point i of a begins; the end counts as one. false: there is none. */
static bool place(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                  int64_t i, size_t *ret) {
    struct mr_str t = text(a);
    bool ascii = a->flags & MR_VF_ASCII;
    if (!ascii && !mr_run_charge(r, s, t.n / 16)) return false;
    size_t at = ascii ? t.n : mr_utf8_ascii_prefix(t);
    if (i >= 0 && (uint64_t)i <= at) {
        *ret = (size_t)i;
        return true;
    }
    int64_t left = i < 0 ? 1 : i - (int64_t)at;
    for (; i > 0 && left > 0 && at < t.n; left--) at = behind(t, at);
    if (left > 0) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "index %lld is out of range", (long long)i);
    }
    *ret = at;
    return true;
}

STEP_FN_OF(char_at) {
    size_t at;
    if (!place(r, s, a, b->i, &at)) return false;
    *dst = part(a, at, at < a->len ? behind(text(a), at) - at : 0);
    return true;
}

STEP_FN_OF(substring) {
    size_t at;
    if (!place(r, s, a, b->i, &at)) return false;
    *dst = part(a, at, a->len - at);
    return true;
}

STEP_FN_OF(substring_to) {
    size_t from, to;
    if (!place(r, s, a, b[0].i, &from) || !place(r, s, a, b[1].i, &to)) return false;
    if (from > to) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the end %lld is before the start %lld",
                           (long long)b[1].i, (long long)b[0].i);
    }
    *dst = part(a, from, to - from);
    return true;
}

/* ---- finding */

/* The first `what` in t from byte `from` on. An empty one is at once there. */
static size_t find(struct mr_str t, size_t from, struct mr_str what) {
    if (from > t.n || what.n > t.n - from) return NOWHERE;
    if (what.n == 0) return from;
    const char *p = memmem(t.p + from, t.n - from, what.p, what.n);
    return p ? (size_t)(p - t.p) : NOWHERE;
}

/* Where to look for the next, after one at byte `at`: an empty one comes once a code point. */
static size_t after(struct mr_str t, size_t at, struct mr_str what) {
    if (what.n) return at + what.n;
    return at < t.n ? behind(t, at) : NOWHERE;
}

static bool first_from(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                       const struct mr_value *a, const struct mr_value *b, int64_t from) {
    size_t at;
    if (!mr_run_charge(r, s, a->len / 16) || !place(r, s, a, from, &at)) return false;
    size_t found = find(text(a), at, text(b));
    *dst = mr_int(found == NOWHERE ? -1 : from + count(a, at, found));
    return true;
}

/* The last one that begins at byte `at` or before it. */
static bool last_to(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    const struct mr_value *a, const struct mr_value *b, size_t at) {
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    size_t room = a->len < b->len ? 0 : a->len - b->len + 1; /* places where it could begin */
    if (at + 1 < room) room = at + 1;
    bool found = room && b->len == 0;
    while (room && !found) {
        const char *p = memrchr(a->p, *b->p, room);
        if (!p) break;
        if (!mr_run_charge(r, s, b->len / 16)) return false;
        room = (size_t)(p - a->p);
        found = memcmp(p, b->p, b->len) == 0;
        if (found) room++;
    }
    *dst = mr_int(found ? count(a, 0, room - 1) : -1);
    return true;
}

STEP_FN_OF(index_of) {
    return first_from(r, s, dst, a, b, 0);
}

STEP_FN_OF(index_of_from) {
    return first_from(r, s, dst, a, &b[0], b[1].i);
}

STEP_FN_OF(last_index_of) {
    return last_to(r, s, dst, a, b, a->len);
}

STEP_FN_OF(last_index_of_from) {
    size_t at;
    return place(r, s, a, b[1].i, &at) && last_to(r, s, dst, a, &b[0], at);
}

/* ---- parts */

/* Bytes of the white space (Unicode's White_Space) that t begins with, or 0. */
static size_t space(struct mr_str t) {
    const unsigned char *p = (const unsigned char *)t.p;
    if (t.n == 0) return 0;
    if (p[0] < 0x80) return p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r');
    if (t.n >= 2 && p[0] == 0xc2) return p[1] == 0x85 || p[1] == 0xa0 ? 2 : 0;
    if (t.n < 3) return 0;
    bool is = false;
    switch (p[0] << 8 | p[1]) {
    case 0xe19a: is = p[2] == 0x80; break; /* U+1680 */
    case 0xe280:                           /* U+2000 .. U+200A, U+2028, U+2029, U+202F */
        is = p[2] <= 0x8a || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf;
        break;
    case 0xe281: is = p[2] == 0x9f; break; /* U+205F */
    case 0xe380: is = p[2] == 0x80; break; /* U+3000 */
    default: break;
    }
    return is ? 3 : 0;
}

STEP_FN_OF(trim) {
    struct mr_str t = text(a);
    size_t from = 0, to = t.n, n;
    if (!mr_run_charge(r, s, t.n / 16)) return false;
    while ((n = space((struct mr_str){t.p + from, t.n - from}))) from += n;
    while (to > from) {
        size_t last = before(t, to);
        if (!space((struct mr_str){t.p + last, to - last})) break;
        to = last;
    }
    *dst = part(a, from, to - from);
    return true;
}

/* Go's strings.SplitN: at most `limit` parts, the last is the rest; below 0 there is no limit. */
static bool split(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                  const struct mr_value *a, const struct mr_value *b, int64_t limit) {
    struct mr_str t = text(a), by = text(b);
    bool none = limit == 0 || (t.n == 0 && by.n == 0);
    size_t max = limit < 0 ? SIZE_MAX : (size_t)limit, n = none ? 0 : 1;
    size_t first = by.n ? 0 : none ? NOWHERE : after(t, 0, by);
    if (!mr_run_charge(r, s, t.n / 16)) return false;
    for (size_t at = first; n && n < max; n++) {
        at = find(t, at, by);
        if (at == NOWHERE || (by.n == 0 && at == t.n)) break;
        at = after(t, at, by);
    }
    if (!mr_run_charge(r, s, n)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, n * sizeof *list);
    size_t from = 0, look = first;
    for (size_t i = 0; i < n; i++) {
        size_t end = i + 1 < n ? find(t, look, by) : t.n;
        list[i] = part(a, from, end - from);
        from = end + by.n;
        if (i + 1 < n) look = after(t, end, by);
    }
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)n, .list = list};
    return true;
}

STEP_FN_OF(split) {
    return split(r, s, dst, a, b, -1);
}

STEP_FN_OF(split_limit) {
    return split(r, s, dst, a, &b[0], b[1].i);
}

/* ---- strings made of others */

static void append(char **to, const char *p, size_t n) {
    if (n) memcpy(*to, p, n);
    *to += n;
}

/* Go's strings.Replace: an empty `what` is before each code point and at the end. */
static bool replace(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    const struct mr_value *a, const struct mr_value *b, int64_t limit) {
    struct mr_str t = text(a), what = text(&b[0]), with = text(&b[1]);
    size_t max = limit < 0 ? SIZE_MAX : (size_t)limit, n = 0;
    if (!mr_run_charge(r, s, t.n / 16)) return false;
    for (size_t at = 0; n < max; n++) {
        at = find(t, at, what);
        if (at == NOWHERE) break;
        at = after(t, at, what);
    }
    struct mr_value v = *a;
    if (n == 0) {
        *dst = v;
        return true;
    }
    v.len = (uint32_t)(t.n - n * what.n + n * with.n);
    if (!mr_run_charge(r, s, n)) return false;
    char *to = mr_run_bytes(r, s, t.n - n * what.n + n * with.n);
    if (!to) return false;
    v.p = to;
    v.flags = a->flags & b[1].flags;
    size_t from = 0, look = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = find(t, look, what);
        append(&to, t.p + from, at - from);
        append(&to, with.p, with.n);
        from = at + what.n;
        look = after(t, at, what);
    }
    append(&to, t.p + from, t.n - from);
    *dst = v;
    return true;
}

STEP_FN_OF(replace) {
    return replace(r, s, dst, a, b, -1);
}

STEP_FN_OF(replace_limit) {
    return replace(r, s, dst, a, b, b[2].i);
}

static bool join(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                 const struct mr_value *list, struct mr_str by) {
    size_t n = list->len ? (list->len - 1) * by.n : 0;
    if (!mr_run_charge(r, s, list->len)) return false;
    for (uint32_t i = 0; i < list->len; i++) {
        struct mr_value x = mr_run_plain(r, s, &list->list[i]);
        if (x.tag != MR_V_STRING) {
            return mr_run_fail(r, s, MR_R_EXPR_ERROR, "join needs strings, this is %s",
                               mr_tag_name(&x));
        }
        n += x.len;
    }
    char *to = mr_run_bytes(r, s, n);
    if (!to) return false;
    const char *start = to;
    for (uint32_t i = 0; i < list->len; i++) {
        struct mr_value x = mr_run_plain(r, s, &list->list[i]);
        if (i) append(&to, by.p, by.n);
        append(&to, x.p, x.len);
    }
    bool ascii = mr_utf8_ascii_prefix((struct mr_str){start, n}) == n;
    *dst = (struct mr_value){.tag = MR_V_STRING, .len = (uint32_t)n, .p = start};
    dst->flags = ascii ? MR_VF_ASCII : 0;
    return true;
}

STEP_FN_OF(join) {
    return join(r, s, dst, a, (struct mr_str){NULL, 0});
}

STEP_FN_OF(join_by) {
    return join(r, s, dst, a, text(b));
}

/* The bytes from `first` to `first + 25` become those of the other case. */
static bool turn_case(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                      const struct mr_value *a, char first) {
    struct mr_value v = *a;
    char *to = mr_run_bytes(r, s, a->len);
    if (!to) return false;
    for (uint32_t i = 0; i < a->len; i++) {
        unsigned char c = (unsigned char)a->p[i];
        to[i] = (char)(c ^ ((unsigned char)(c - first) < 26 ? 0x20 : 0));
    }
    v.p = to;
    *dst = v;
    return true;
}

STEP_FN_OF(lower_ascii) {
    return turn_case(r, s, dst, a, 'A');
}

STEP_FN_OF(upper_ascii) {
    return turn_case(r, s, dst, a, 'a');
}

STEP_FN_OF(reverse) {
    struct mr_value v = *a;
    struct mr_str t = text(a);
    char *to = mr_run_bytes(r, s, t.n);
    if (!to) return false;
    v.p = to;
    for (size_t end = t.n; end;) {
        size_t from = before(t, end);
        append(&to, t.p + from, end - from);
        end = from;
    }
    *dst = v;
    return true;
}

STEP_FN_OF(reverse_list) {
    struct mr_value v = *a;
    if (!mr_run_charge(r, s, v.len)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, v.len * sizeof *list);
    for (uint32_t i = 0; i < v.len; i++) list[i] = v.list[v.len - 1 - i];
    v.list = list;
    *dst = v;
    return true;
}

/* The letter behind `\`, or 0: the byte stands for itself. */
static char escape(char c) {
    static const char letters[] = {'a', 'b', 't', 'n', 'v', 'f', 'r'};
    if (c >= '\a' && c <= '\r') return letters[c - '\a'];
    return c == '"' || c == '\\' ? c : 0;
}

STEP_FN_OF(quote) {
    struct mr_value v = *a;
    size_t n = (size_t)a->len + 2;
    for (uint32_t i = 0; i < a->len; i++) n += escape(a->p[i]) != 0;
    char *to = mr_run_bytes(r, s, n);
    if (!to) return false;
    v.p = to;
    v.len = (uint32_t)n;
    *to++ = '"';
    for (uint32_t i = 0; i < a->len; i++) {
        char e = escape(a->p[i]);
        if (e) *to++ = '\\';
        *to++ = e ? e : a->p[i];
    }
    *to = '"';
    *dst = v;
    return true;
}

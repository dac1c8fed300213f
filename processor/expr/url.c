/* url.c -- see url.h. Where the parts are cut: RFC 3986, appendix B; the query is decoded as forms
 * are (WHATWG URL, application/x-www-form-urlencoded). */
#include "processor/expr/url.h"

#include "base/mem.h"
#include "processor/expr/utf8.h"

static const struct mr_type query_type = {
    .kind = MR_T_MAP, .key = &mr_type_string, .elem = &mr_type_string};
static const struct mr_field fields[] = {
    {.name = MR_STR("scheme"), .type = &mr_type_string},
    {.name = MR_STR("host"), .type = &mr_type_string},
    {.name = MR_STR("port"), .type = &mr_type_int, .optional = true},
    {.name = MR_STR("path"), .type = &mr_type_string},
    {.name = MR_STR("query"), .type = &query_type},
    {.name = MR_STR("fragment"), .type = &mr_type_string, .optional = true},
};
enum part { SCHEME, HOST, PORT, PATH, QUERY, FRAGMENT, N_PARTS };
const struct mr_type mr_type_url = {.kind = MR_T_STRUCT, .n_fields = N_PARTS, .fields = fields};

static struct mr_value string(struct mr_str s) {
    struct mr_value v = mr_string(s);
    v.flags = mr_utf8_ascii_prefix(s) == s.n ? MR_VF_ASCII : 0;
    return v;
}

/* Cuts s at byte i, which is in neither side; returns what is behind. */
static struct mr_str cut(struct mr_str *s, size_t i) {
    struct mr_str rest = {s->p + i + 1, s->n - i - 1};
    s->n = i;
    return rest;
}

/* Where c is in s, or its end. */
static size_t find(struct mr_str s, char c) {
    const char *p = s.n ? memchr(s.p, c, s.n) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

static struct mr_str lower(struct mr_arena *a, struct mr_str s) {
    bool same = true;
    for (size_t i = 0; i < s.n; i++) same = same && (s.p[i] < 'A' || s.p[i] > 'Z');
    if (same) return s;
    char *to = mr_arena_alloc(a, s.n);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        to[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return (struct mr_str){to, s.n};
}

/* ---- scheme and authority */

/* Bytes of the scheme before its colon; 0: there is none. */
static size_t scheme_of(struct mr_str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter) continue;
        if (c == ':') return i;
        bool later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (i == 0 || !later) return 0;
    }
    return 0;
}

static struct mr_value port_of(struct mr_str s) {
    int64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return MR_ABSENT;
        v = v * 10 + (s.p[i] - '0');
        if (v > 65535) return MR_ABSENT;
    }
    return s.n ? mr_int(v) : MR_ABSENT;
}

/* `user:password@host:port` */
static void authority(struct mr_arena *a, struct mr_str s, struct mr_value *parts) {
    const char *user = s.n ? memrchr(s.p, '@', s.n) : NULL;
    if (user) s = (struct mr_str){user + 1, s.n - (size_t)(user + 1 - s.p)};
    size_t close = find(s, ']');
    if (s.n && *s.p == '[' && close < s.n) {
        struct mr_str rest = cut(&s, close);
        s = (struct mr_str){s.p + 1, s.n - 1};
        if (rest.n && *rest.p == ':')
            parts[PORT] = port_of((struct mr_str){rest.p + 1, rest.n - 1});
    } else {
        size_t colon = find(s, ':');
        if (colon < s.n) parts[PORT] = port_of(cut(&s, colon));
    }
    parts[HOST] = string(lower(a, s));
}

/* ---- query */

static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Valid UTF-8 of bytes: what is not becomes U+FFFD, once for each run that began like a character
 * (as the WHATWG and Python decode). */
static struct mr_str repaired(struct mr_arena *a, struct mr_str s) {
    char *to = mr_arena_alloc(a, 3 * s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t len = 0, begun = mr_utf8_begun((struct mr_str){s.p + i, s.n - i}, &len);
        if (len) {
            memcpy(to + n, s.p + i, len);
            n += len;
        } else {
            n += mr_utf8_put(to + n, 0xFFFD);
        }
        i += begun;
    }
    return (struct mr_str){to, n};
}

static struct mr_value decoded(struct mr_arena *a, struct mr_str s) {
    if (find(s, '%') == s.n && find(s, '+') == s.n) return string(s);
    char *to = mr_arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex(s.p[i + 2]) : -1;
        to[n++] = low >= 0 ? (char)(high << 4 | low) : s.p[i] == '+' ? ' ' : s.p[i];
        if (low >= 0) i += 2;
    }
    struct mr_str made = {to, n};
    return string(mr_utf8_valid(made, NULL) ? made : repaired(a, made));
}

static struct mr_value query(struct mr_arena *a, struct mr_str s) {
    size_t max = 1, n = 0;
    for (size_t i = 0; i < s.n; i++) max += s.p[i] == '&';
    if (max > MR_URL_PARAMS) max = MR_URL_PARAMS;
    struct mr_map_entry *map = mr_arena_alloc(a, max * sizeof *map);
    while (s.n && n < max) {
        size_t end = find(s, '&');
        struct mr_str one = s, value = {"", 0};
        s = end < s.n ? cut(&one, end) : (struct mr_str){NULL, 0};
        size_t equals = find(one, '=');
        if (equals < one.n) value = cut(&one, equals);
        if (one.n) map[n++] = (struct mr_map_entry){decoded(a, one), decoded(a, value)};
    }
    n = mr_map_unique(a, map, n, false);
    return (struct mr_value){.tag = MR_V_MAP, .len = (uint32_t)n, .map = map};
}

/* ---- the whole */

static bool is_outside(char c) {
    return (unsigned char)c <= ' ';
}

struct mr_value mr_url_parse(struct mr_arena *a, struct mr_str s) {
    struct mr_value *parts = mr_arena_calloc(a, N_PARTS, sizeof *parts);
    struct mr_str none = {"", 0}, params = none;
    while (s.n && is_outside(s.p[s.n - 1])) s.n--;
    while (s.n && is_outside(*s.p)) s = (struct mr_str){s.p + 1, s.n - 1};
    size_t i = find(s, '#');
    if (i < s.n) parts[FRAGMENT] = string(cut(&s, i));
    i = find(s, '?');
    if (i < s.n) params = cut(&s, i);
    parts[SCHEME] = parts[HOST] = string(none);
    i = scheme_of(s);
    if (i) {
        struct mr_str rest = cut(&s, i);
        parts[SCHEME] = string(lower(a, s));
        s = rest;
    }
    if (s.n >= 2 && s.p[0] == '/' && s.p[1] == '/') {
        s = (struct mr_str){s.p + 2, s.n - 2};
        struct mr_str host = s;
        host.n = find(s, '/');
        s = (struct mr_str){s.p + host.n, s.n - host.n};
        authority(a, host, parts);
    }
    parts[PATH] = string(s);
    parts[QUERY] = query(a, params);
    struct mr_value v = mr_struct(parts);
    v.len = N_PARTS;
    return v;
}

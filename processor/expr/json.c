/* json.c -- the scanner of json.h: strings, skipping, checking. All of it iterative: nesting is a
 * stack of bits (1 = object), so depth is a limit and not a danger.
 */
#include "processor/expr/json.h"
#include "processor/expr/utf8.h"

bool mr_json_fail(struct mr_json *j, enum mr_reason r, const char *where, const char *problem) {
    j->reason = r;
    j->where = where;
    j->problem = problem;
    return false;
}

static bool fail_end(struct mr_json *j) {
    return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->end, "the text ends here");
}

static int hex4(const char *p, const char *end) {
    int v = 0;
    if (end - p < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        v = v * 16 + digit;
    }
    return v;
}

/* The length of the escape at p (a backslash), 0 = malformed. */
static size_t escape(const char *p, const char *end) {
    if (end - p < 2) return 0;
    if (p[1] == 'u') return hex4(p + 2, end) < 0 ? 0 : 6;
    return strchr("\"\\/bfnrt", p[1]) && p[1] ? 2 : 0;
}

bool mr_json_string(struct mr_json *j, struct mr_json_string *ret) {
    const char *first = j->at + 1, *p = first;
    bool escaped = false, ascii = true;
    for (;;) {
        p = mr_json_plain_end(p, j->end, true);
        if (p == j->end) return fail_end(j);
        if (*p == '"') break;
        if (*p == '\\') {
            size_t n = escape(p, j->end);
            if (n == 0) return mr_json_fail(j, MR_R_DECODE_SYNTAX, p, "not an escape");
            escaped = true;
            p += n;
        } else if ((unsigned char)*p < ' ') {
            return mr_json_fail(j, MR_R_DECODE_SYNTAX, p, "a control character inside a string");
        } else {
            ascii = false;
            while (p < j->end && (*p & 0x80)) p++;
        }
    }
    ret->raw = (struct mr_str){first, (size_t)(p - first)};
    ret->escaped = escaped;
    ret->ascii = ascii;
    if (!ascii && !mr_utf8_valid(ret->raw, NULL))
        return mr_json_fail(j, MR_R_DECODE_UTF8, first, "the string is not valid UTF-8");
    j->at = p + 1;
    return true;
}

bool mr_json_skip_string(struct mr_json *j) {
    const char *p = j->at + 1;
    for (;;) {
        p = mr_json_plain_end(p, j->end, false);
        if (j->end - p < 1) return fail_end(j);
        if (*p == '"') break;
        if (j->end - p < 2) return fail_end(j);
        p += 2;
    }
    j->at = p + 1;
    return true;
}

bool mr_json_word(struct mr_json *j, const char *word, size_t n) {
    if ((size_t)(j->end - j->at) < n || memcmp(j->at, word, n) != 0)
        return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "not a JSON value");
    j->at += n;
    return true;
}

/* ---- skipping */

/* Bytes of numbers and words: everything up to white space, a comma or a bracket. */
static bool skip_atom(struct mr_json *j) {
    const char *p = j->at;
    while (p<j->end && * p> ' ' && *p != ',' && *p != ']' && *p != '}' && *p != ':' && *p != '"')
        p++;
    if (p == j->at) return mr_json_fail(j, MR_R_DECODE_SYNTAX, p, "not a JSON value");
    j->at = p;
    return true;
}

/* The first quote or bracket. */
static inline const char *structure(const char *p, const char *end) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), bit = _mm_set1_epi8(0x20);
    const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}'); /* `[`, `]` plus the bit */
    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)p), w = _mm_or_si128(v, bit);
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(w, open), _mm_cmpeq_epi8(w, close));
        int mask = _mm_movemask_epi8(_mm_or_si128(hit, _mm_cmpeq_epi8(v, quote)));
        if (mask) return p + __builtin_ctz((unsigned)mask);
    }
#endif
    while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}') p++;
    return p;
}

static bool skip_nested(struct mr_json *j) {
    uint64_t objects = 0;
    int depth = 0;
    for (;;) {
        j->at = structure(j->at, j->end);
        if (j->at == j->end) return fail_end(j);
        char c = *j->at;
        if (c == '"') {
            const char *end = mr_json_plain_end(j->at + 1, j->end, false);
            if (end < j->end && *end == '"')
                j->at = end + 1; /* most strings have no escapes */
            else if (!mr_json_skip_string(j))
                return false;
            continue;
        }
        j->at++;
        if (c == '{' || c == '[') {
            if (++depth > MR_JSON_DEPTH)
                return mr_json_fail(j, MR_R_DECODE_LIMIT, j->at - 1, "nested too deeply");
            objects = objects << 1 | (c == '{');
        } else if (c == '}' || c == ']') {
            if ((objects & 1) != (c == '}'))
                return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at - 1, "the wrong closing bracket");
            objects >>= 1;
            if (--depth == 0) return true;
        }
    }
}

bool mr_json_skip(struct mr_json *j) {
    mr_json_space(j);
    if (j->at == j->end) return fail_end(j);
    switch (*j->at) {
    case '"': return mr_json_skip_string(j);
    case '{':
    case '[': return skip_nested(j);
    default: return skip_atom(j);
    }
}

/* ---- checking in full */

static bool check_scalar(struct mr_json *j) {
    struct mr_json_string s;
    struct mr_decimal d;
    switch (*j->at) {
    case '"': return mr_json_string(j, &s);
    case 't': return mr_json_word(j, "true", 4);
    case 'f': return mr_json_word(j, "false", 5);
    case 'n': return mr_json_word(j, "null", 4);
    default: break;
    }
    size_t n = mr_decimal_scan(j->at, (size_t)(j->end - j->at), &d);
    if (n == 0) return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "not a JSON value");
    j->at += n;
    return true;
}

/* The key of an object and its colon. */
static bool check_key(struct mr_json *j) {
    struct mr_json_string s;
    mr_json_space(j);
    if (j->at == j->end) return fail_end(j);
    if (*j->at != '"') return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "a key is missing");
    if (!mr_json_string(j, &s)) return false;
    mr_json_space(j);
    if (j->at == j->end) return fail_end(j);
    if (*j->at != ':') return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "`:` is missing");
    j->at++;
    return true;
}

/* Behind a value: closes what ends here. *ret_more: a comma, another element follows. */
static bool check_close(struct mr_json *j, uint64_t *objects, int *depth, bool *ret_more) {
    *ret_more = false;
    while (*depth > 0) {
        mr_json_space(j);
        if (j->at == j->end) return fail_end(j);
        char c = *j->at;
        if (c == ',') {
            j->at++;
            *ret_more = true;
            return true;
        }
        if (c != (*objects & 1 ? '}' : ']'))
            return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at,
                                "`,` or a closing bracket is missing");
        j->at++;
        *objects >>= 1;
        --*depth;
    }
    return true;
}

bool mr_json_check(struct mr_json *j) {
    uint64_t objects = 0;
    int depth = 0;
    for (bool more = true; more;) {
        if (depth && (objects & 1) && !check_key(j)) return false;
        mr_json_space(j);
        if (j->at == j->end) return fail_end(j);
        char c = *j->at;
        if (c == '{' || c == '[') {
            if (++depth > MR_JSON_DEPTH)
                return mr_json_fail(j, MR_R_DECODE_LIMIT, j->at, "nested too deeply");
            objects = objects << 1 | (c == '{');
            j->at++;
            mr_json_space(j);
            if (j->at == j->end) return fail_end(j);
            if (*j->at != (c == '{' ? '}' : ']')) continue; /* its first element */
        } else if (!check_scalar(j)) {
            return false;
        }
        if (!check_close(j, &objects, &depth, &more)) return false;
    }
    return true;
}

/* ---- strings */

static const char unescaped[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};

/* \uXXXX at p, with the low half behind a high one. Bytes taken, 0 = half a pair. */
static size_t unescape_u(const char *p, const char *end, uint32_t *ret) {
    int c = hex4(p + 2, end);
    if (c < 0 || (c >= 0xDC00 && c <= 0xDFFF)) return 0;
    *ret = (uint32_t)c;
    if (c < 0xD800 || c > 0xDBFF) return 6;
    if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return 0;
    int low = hex4(p + 8, end);
    if (low < 0xDC00 || low > 0xDFFF) return 0;
    *ret = 0x10000 + (((uint32_t)c & 0x3FF) << 10) + ((uint32_t)low & 0x3FF);
    return 12;
}

/* What stands at *p (before the end), in up to 4 bytes; 0: half of a surrogate pair, or cut. */
static size_t next_meant(const char **p, const char *end, char *to) {
    const char *at = *p;
    uint32_t c;
    if (*at != '\\') {
        *to = *at;
        *p = at + 1;
        return 1;
    }
    if (end - at < 2) return 0;
    if (at[1] != 'u') {
        *to = unescaped[(unsigned char)at[1]];
        *p = at + 2;
        return 1;
    }
    size_t taken = unescape_u(at, end, &c);
    *p = at + taken;
    return taken ? mr_utf8_put(to, c) : 0;
}

bool mr_json_means(struct mr_str raw, struct mr_str text) {
    size_t n = 0;
    for (const char *p = raw.p, *end = p + raw.n; p < end;) {
        char one[4];
        size_t len = next_meant(&p, end, one);
        if (len == 0 || len > text.n - n || memcmp(text.p + n, one, len) != 0) return false;
        n += len;
    }
    return n == text.n;
}

bool mr_json_unescape(struct mr_arena *a, struct mr_str raw, struct mr_str *ret) {
    char *to = mr_arena_alloc(a, raw.n + 1);
    size_t n = 0;
    for (const char *p = raw.p, *end = p + raw.n; p < end;) {
        size_t len = next_meant(&p, end, to + n);
        if (len == 0) return false;
        n += len;
    }
    to[n] = 0;
    *ret = (struct mr_str){to, n};
    return true;
}

bool mr_json_string_value(struct mr_json *j, struct mr_arena *a, struct mr_value *ret) {
    struct mr_json_string s;
    if (!mr_json_string(j, &s)) return false;
    struct mr_str text = s.raw;
    if (s.escaped && !mr_json_unescape(a, s.raw, &text))
        return mr_json_fail(j, MR_R_DECODE_UTF8, s.raw.p, "half of a surrogate pair in a string");
    *ret = mr_string(text);
    if (s.ascii && !s.escaped) ret->flags = MR_VF_ASCII;
    return true;
}

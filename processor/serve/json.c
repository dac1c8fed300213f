/* json.c -- see json.h. */
#include "processor/serve/json.h"
#include "processor/expr/numtext.h"
#include "processor/expr/utf8.h"

static bool fail(struct mr_json *j, const char *why) {
    if (!j->error) j->error = why;
    return false;
}

void mr_json_space(struct mr_json *j) {
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r'))
        j->at++;
}

bool mr_json_take(struct mr_json *j, char c) {
    mr_json_space(j);
    if (j->at == j->end || *j->at != c) return false;
    j->at++;
    return true;
}

bool mr_json_ended(struct mr_json *j) {
    mr_json_space(j);
    return j->at == j->end;
}

static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool skip_string(struct mr_json *j) {
    const char *start = ++j->at;
    while (j->at < j->end && *j->at != '"') {
        if ((unsigned char)*j->at < 0x20) return fail(j, "a control character in a string");
        if (*j->at++ != '\\') continue;
        if (j->at == j->end) break;
        char c = *j->at++;
        if (c == 'u') {
            for (int i = 0; i < 4; i++, j->at++)
                if (j->at == j->end || hex(*j->at) < 0) return fail(j, "\\u needs four digits");
        } else if (!strchr("\"\\/bfnrt", c) || c == 0) {
            return fail(j, "unknown escape in a string");
        }
    }
    if (j->at == j->end) return fail(j, "a string does not end");
    struct mr_str inside = {start, (size_t)(j->at - start)};
    j->at++;
    return mr_utf8_valid(inside, NULL) || fail(j, "a string is not valid UTF-8");
}

static bool skip_word(struct mr_json *j) {
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(j->end - j->at);
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if (left >= n && memcmp(j->at, words[i], n) == 0) {
            j->at += n;
            return true;
        }
    }
    struct mr_decimal number;
    size_t n = mr_decimal_scan(j->at, left, &number);
    j->at += n;
    return n > 0 || fail(j, "a value is expected");
}

static bool skip(struct mr_json *j, int depth);

static bool skip_member(struct mr_json *j, bool map, int depth) {
    if (map) {
        mr_json_space(j);
        if (j->at == j->end || *j->at != '"') return fail(j, "a key is expected");
        if (!skip_string(j)) return false;
        if (!mr_json_take(j, ':')) return fail(j, "`:` is expected");
    }
    return skip(j, depth + 1);
}

static bool skip(struct mr_json *j, int depth) {
    if (depth > MR_JSON_DEPTH) return fail(j, "nested too deep");
    mr_json_space(j);
    if (j->at == j->end) return fail(j, "a value is expected");
    if (*j->at == '"') return skip_string(j);
    if (*j->at != '{' && *j->at != '[') return skip_word(j);
    bool map = *j->at++ == '{';
    char close = map ? '}' : ']';
    if (mr_json_take(j, close)) return true;
    do {
        if (!skip_member(j, map, depth)) return false;
    } while (mr_json_take(j, ','));
    return mr_json_take(j, close) || fail(j, map ? "`,` or `}` is expected" : "`,` or `]` is expected");
}

struct mr_str mr_json_value(struct mr_json *j) {
    mr_json_space(j);
    const char *start = j->at;
    if (!skip(j, 0)) return (struct mr_str){0};
    return (struct mr_str){start, (size_t)(j->at - start)};
}

bool mr_json_valid(struct mr_str text) {
    struct mr_json j = {text.p, text.p + text.n, NULL};
    struct mr_str value = mr_json_value(&j);
    return value.p == text.p && value.n == text.n && text.n > 0;
}

static uint32_t four_hex(const char *p) {
    return (uint32_t)(hex(p[0]) << 12 | hex(p[1]) << 8 | hex(p[2]) << 4 | hex(p[3]));
}

/* p is at the digits of \uXXXX; returns how far it has read, NULL = lone surrogate. */
static const char *unescape_unicode(const char *p, const char *end, struct mr_buf *to) {
    uint32_t c = four_hex(p);
    p += 4;
    if (c >= 0xdc00 && c < 0xe000) return NULL;
    if (c >= 0xd800 && c < 0xdc00) {
        if (end - p < 6 || p[0] != '\\' || p[1] != 'u') return NULL;
        uint32_t low = four_hex(p + 2);
        if (low < 0xdc00 || low >= 0xe000) return NULL;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        p += 6;
    }
    char utf8[4];
    mr_buf_add(to, utf8, mr_utf8_put(utf8, c));
    return p;
}

bool mr_json_unquote(struct mr_str text, struct mr_buf *to) {
    static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
    const char *end = text.p + text.n - 1;
    for (const char *p = text.p + 1; p < end;) {
        if (*p != '\\') {
            mr_buf_byte(to, (uint8_t)*p++);
            continue;
        }
        char c = p[1];
        p += 2;
        const char *known = strchr(from, c);
        if (c == 'u') p = unescape_unicode(p, end, to);
        else mr_buf_byte(to, (uint8_t)(known ? into[known - from] : c));
        if (!p) return false;
    }
    return true;
}

void mr_json_quote(struct mr_str s, struct mr_buf *to) {
    mr_buf_byte(to, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') mr_buf_printf(to, "\\%c", c);
        else if (c == '\n') mr_buf_cat(to, "\\n");
        else if (c == '\t') mr_buf_cat(to, "\\t");
        else if (c < 0x20) mr_buf_printf(to, "\\u%04x", c);
        else mr_buf_byte(to, c);
    }
    mr_buf_byte(to, '"');
}

/* ---- trees */

struct builder {
    struct mr_arena *arena;
    struct mr_json j;
    const char *start;
};

static bool unquoted(struct builder *b, struct mr_str text, struct mr_str *ret) {
    struct mr_buf s;
    mr_buf_init(&s, 0);
    bool ok = mr_json_unquote(text, &s);
    *ret = mr_arena_str(b->arena, mr_buf_view(&s));
    mr_buf_done(&s);
    return ok;
}

static bool scalar(struct builder *b, struct mr_tree *ret) {
    ret->pos = (struct mr_pos){1, (uint32_t)(b->j.at - b->start) + 1};
    struct mr_str text = mr_json_value(&b->j);
    if (!text.p) return false;
    ret->kind = MR_TREE_SCALAR;
    ret->style = *text.p == '"' ? MR_STYLE_QUOTED : MR_STYLE_PLAIN;
    if (ret->style == MR_STYLE_QUOTED) return unquoted(b, text, &ret->text);
    ret->text = mr_arena_str(b->arena, text);
    return true;
}

/* How many members the list or map at j has (j is a copy; the text is known to be valid). */
static uint32_t count_members(struct mr_json j, bool map) {
    uint32_t n = 0;
    j.at++;
    if (mr_json_take(&j, map ? '}' : ']')) return 0;
    do {
        if (map) mr_json_value(&j), mr_json_take(&j, ':');
        mr_json_value(&j);
        n++;
    } while (mr_json_take(&j, ','));
    return n;
}

static bool build(struct builder *b, struct mr_tree *ret) {
    *ret = (struct mr_tree){0};
    mr_json_space(&b->j);
    if (*b->j.at != '{' && *b->j.at != '[') return scalar(b, ret);
    bool map = *b->j.at == '{';
    ret->kind = map ? MR_TREE_MAP : MR_TREE_LIST;
    ret->pos = (struct mr_pos){1, (uint32_t)(b->j.at - b->start) + 1};
    ret->n = count_members(b->j, map);
    ret->items = mr_arena_calloc(b->arena, ret->n, sizeof *ret->items);
    if (map) ret->keys = mr_arena_calloc(b->arena, ret->n, sizeof *ret->keys);
    b->j.at++;
    for (uint32_t i = 0; i < ret->n; i++) {
        if (i) mr_json_take(&b->j, ',');
        mr_json_space(&b->j);
        if (map && !scalar(b, &ret->keys[i])) return false;
        if (map) mr_json_take(&b->j, ':');
        if (!build(b, &ret->items[i])) return false;
    }
    return mr_json_take(&b->j, map ? '}' : ']');
}

bool mr_json_tree(struct mr_arena *a, struct mr_str text, struct mr_tree *ret) {
    struct mr_json check = {text.p, text.p + text.n, NULL};
    if (!mr_json_value(&check).p || !mr_json_ended(&check)) return false;
    struct builder b = {a, {text.p, text.p + text.n, NULL}, text.p};
    return build(&b, ret);
}

/* ---- base64 (RFC 4648, section 4) */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void mr_base64(struct mr_str s, struct mr_buf *to) {
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        uint32_t x = (uint32_t)p[i] << 16;
        if (left > 1) x |= (uint32_t)p[i + 1] << 8;
        if (left > 2) x |= p[i + 2];
        char out[4] = {digits[x >> 18], digits[x >> 12 & 63], digits[x >> 6 & 63], digits[x & 63]};
        if (left < 3) out[3] = '=';
        if (left < 2) out[2] = '=';
        mr_buf_add(to, out, 4);
    }
}

bool mr_base64_read(struct mr_str text, struct mr_buf *to) {
    if (text.n % 4) return false;
    for (size_t i = 0; i < text.n; i += 4) {
        uint32_t x = 0;
        int pad = 0;
        for (int k = 0; k < 4; k++) {
            char c = text.p[i + (size_t)k];
            const char *d = c ? strchr(digits, c) : NULL;
            bool padding = c == '=' && i + 4 == text.n && k >= 2;
            if ((!d && !padding) || (d && pad)) return false;
            pad += padding;
            x = x << 6 | (d ? (uint32_t)(d - digits) : 0);
        }
        if ((pad == 1 && (x & 0xff)) || (pad == 2 && (x & 0xffff))) return false;
        char out[3] = {(char)(x >> 16), (char)(x >> 8), (char)x};
        mr_buf_add(to, out, (size_t)(3 - pad));
    }
    return true;
}

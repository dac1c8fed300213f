/* lex.c -- CEL text -> tokens. The text must be valid UTF-8 (the parser checks once). */
#include "processor/expr/lex.h"

#include "processor/expr/hints.h"
#include "processor/expr/numtext.h"
#include "processor/expr/utf8.h"

static const char *const token_texts[MR_N_TOKS] = {
#define TOKEN(id, text) [MR_TOK_##id] = text,
#include "processor/expr/tokens.def"
#undef TOKEN
};

const char *mr_tok_text(enum mr_tok t) {
    return token_texts[t];
}

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}
static bool is_alpha(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int hex_digit(int c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static int peek(const struct mr_lexer *l, size_t i) {
    return l->at + i < l->text.n ? (unsigned char)l->text.p[l->at + i] : -1;
}

static const char *textf(struct mr_lexer *l, const char *form, size_t n, const char *p) {
    return mr_arena_printf(l->arena, form, (int)n, p);
}

static void fail(struct mr_lexer *l, struct mr_token *t, const char *error, const char *hint) {
    t->kind = t->meant = MR_TOK_ERROR;
    t->error = error;
    t->hint = hint;
    t->len = (uint32_t)(l->at - t->off);
}

/* `n // 2` of other languages: the rest of the line is one literal. */
static void note_comment(struct mr_lexer *l, size_t from) {
    size_t i = from + 2, end = l->at;
    while (i < end && l->text.p[i] == ' ') i++;
    while (end > i && (l->text.p[end - 1] == ' ' || l->text.p[end - 1] == '\r')) end--;
    if (i == end || from == 0 || l->comment.n) return;
    bool number = true;
    for (size_t k = i; k < end; k++)
        number = number && (is_digit(l->text.p[k]) || l->text.p[k] == '.');
    if (number) l->comment = (struct mr_str){l->text.p + from, end - from};
}

static void skip_space(struct mr_lexer *l) {
    for (;;) {
        int c = peek(l, 0);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
            l->at++;
        } else if (c == '/' && peek(l, 1) == '/') {
            size_t from = l->at;
            while (peek(l, 0) >= 0 && peek(l, 0) != '\n') l->at++;
            note_comment(l, from);
        } else {
            return;
        }
    }
}

/* ---- numbers */

/* A number that goes on in letters; t->off: where it begins. */
static void fail_letters(struct mr_lexer *l, struct mr_token *t) {
    static const char *const units[] = {"ms", "s", "m", "h", "d"};
    const char *p = l->text.p + t->off;
    size_t digits = 0;
    while (is_alpha(peek(l, 0)) || is_digit(peek(l, 0))) l->at++;
    struct mr_str all = {p, l->at - t->off};
    while (digits < all.n && (is_digit(p[digits]) || p[digits] == '.')) digits++;
    struct mr_str rest = {p + digits, all.n - digits};
    const char *hint = "names cannot begin with a digit";
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (mr_str_is(rest, units[i]))
            hint = textf(l, "a length of time is `duration(\"%.*s\")`", all.n, p);
    }
    if (rest.n > 1 && rest.p[0] == '_') hint = "the digits of a number stand together: 1000000";
    if (rest.n == 1 && strchr("lLfFnN", rest.p[0]))
        hint = textf(l, "no letter but `u` ends a number: write `%.*s`", digits, p);
    fail(l, t, "a number ends in letters", hint);
}

static void int_suffix(struct mr_lexer *l, struct mr_token *t, bool fits) {
    t->kind = MR_TOK_INT;
    if (peek(l, 0) == 'u' || peek(l, 0) == 'U') {
        l->at++;
        t->kind = MR_TOK_UINT;
    }
    if (is_alpha(peek(l, 0)) || is_digit(peek(l, 0))) {
        fail_letters(l, t);
    } else if (!fits || (t->kind == MR_TOK_INT && t->u > (uint64_t)INT64_MAX + 1)) {
        fail(l, t, "number out of range", "int and uint have 64 bits");
    }
}

static void lex_hex(struct mr_lexer *l, struct mr_token *t) {
    size_t digits = 0;
    l->at += 2;
    for (; hex_digit(peek(l, 0)) >= 0; l->at++) {
        if (digits || peek(l, 0) != '0') digits++;
        t->u = t->u << 4 | (uint64_t)hex_digit(peek(l, 0));
    }
    int_suffix(l, t, digits <= 16);
}

static void lex_decimal(struct mr_lexer *l, struct mr_token *t) {
    size_t from = l->at;
    bool fits = true, fraction = false;
    for (; is_digit(peek(l, 0)); l->at++) {
        fits = fits && !__builtin_mul_overflow(t->u, 10, &t->u) &&
               !__builtin_add_overflow(t->u, (uint64_t)(peek(l, 0) - '0'), &t->u);
    }
    if (peek(l, 0) == '.' && is_digit(peek(l, 1))) {
        fraction = true;
        l->at++;
        while (is_digit(peek(l, 0))) l->at++;
    }
    int e = peek(l, 0), sign = peek(l, 1) == '+' || peek(l, 1) == '-';
    if ((e == 'e' || e == 'E') && is_digit(peek(l, 1 + (size_t)sign))) {
        fraction = true;
        l->at += 1 + (size_t)sign;
        while (is_digit(peek(l, 0))) l->at++;
    }
    if (!fraction) {
        int_suffix(l, t, fits);
        return;
    }
    t->kind = MR_TOK_DOUBLE;
    if (is_alpha(peek(l, 0))) {
        fail_letters(l, t);
    } else if (!mr_parse_double((struct mr_str){l->text.p + from, l->at - from}, &t->d)) {
        fail(l, t, "number out of range", NULL);
    }
}

/* ---- strings */

struct string_form {
    bool raw, bytes;
    char quote;
    size_t quotes; /* 1 or 3 */
};

static bool read_hex(struct mr_lexer *l, size_t n, uint32_t *ret) {
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++) {
        int d = hex_digit(peek(l, i));
        if (d < 0) return false;
        v = v << 4 | (uint32_t)d;
    }
    l->at += n;
    *ret = v;
    return true;
}

static bool read_octal(struct mr_lexer *l, uint32_t *ret) {
    uint32_t v = 0;
    for (size_t i = 0; i < 3; i++) {
        int c = peek(l, i);
        if (c < '0' || c > (i ? '7' : '3')) return false;
        v = v << 3 | (uint32_t)(c - '0');
    }
    l->at += 3;
    *ret = v;
    return true;
}

/* After the backslash. Appends to `to`; NULL, or what is wrong. */
static const char *lex_escape(struct mr_lexer *l, bool bytes, char *to, size_t *n) {
    static const char from[] = "abfnrtv\\?\"'`", into[] = "\a\b\f\n\r\t\v\\?\"'`";
    int c = peek(l, 0);
    const char *simple = c > 0 ? strchr(from, c) : NULL;
    if (simple) {
        l->at++;
        to[(*n)++] = into[simple - from];
        return NULL;
    }
    uint32_t v;
    bool unicode = c == 'u' || c == 'U';
    if (is_digit(c)) {
        if (!read_octal(l, &v)) return "an octal escape is \\000 to \\377";
    } else if (c == 'x' || c == 'X' || unicode) {
        l->at++;
        if (!read_hex(l, c == 'U' ? 8 : c == 'u' ? 4 : 2, &v)) return "too few hex digits";
    } else {
        return "unknown escape";
    }
    if (bytes && unicode) return "no \\u in bytes";
    if (v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) return "not a Unicode code point";
    if (bytes) {
        to[(*n)++] = (char)v;
    } else {
        *n += mr_utf8_put(to + *n, v);
    }
    return NULL;
}

static bool at_quotes(const struct mr_lexer *l, const struct string_form *f) {
    for (size_t i = 0; i < f->quotes; i++) {
        if (peek(l, i) != f->quote) return false;
    }
    return true;
}

/* The first escape that is wrong, at byte `at`. */
static void fail_escape(struct mr_lexer *l, struct mr_token *t, const char *wrong, size_t at,
                        size_t end) {
    char c = l->text.p[at + 1];
    bool unknown = !strcmp(wrong, "unknown escape");
    const char *hint = "raw strings (r\"...\") have no escapes";
    if (unknown && (unsigned char)c < 0x80) {
        hint = textf(l, "write `\\\\%.*s`, or r\"...\", where a backslash is only that", 1, &c);
        wrong = textf(l, "unknown escape `\\%.*s`", 1, &c);
    }
    fail(l, t, wrong, hint);
    t->error_off = (uint32_t)at;
    t->error_len = (uint32_t)(end - at);
}

/* At the opening quote. */
static void lex_string(struct mr_lexer *l, struct mr_token *t, struct string_form f) {
    const char *wrong = NULL;
    size_t wrong_at = 0, wrong_end = 0;
    size_t quote = l->at;
    f.quote = (char)peek(l, 0);
    f.quotes = peek(l, 1) == f.quote && peek(l, 2) == f.quote ? 3 : 1;
    l->at += f.quotes;
    /* All decoded strings go into one buffer as long as the text: decoding never makes a string
     * longer (the shortest escape of n bytes of UTF-8 has more than n), the NUL is its quote. */
    if (!l->decoded) l->decoded = mr_arena_alloc(l->arena, l->text.n + 1);
    char *to = l->decoded + l->n_decoded;
    size_t n = 0;
    while (!at_quotes(l, &f)) {
        int c = peek(l, 0);
        if (c < 0 || (f.quotes == 1 && (c == '\n' || c == '\r'))) {
            fail(l, t, "unterminated string",
                 c < 0 ? textf(l, "the closing `%.*s` is missing", f.quotes, l->text.p + quote)
                       : "a string over several lines stands in '''...'''");
            return;
        }
        l->at++;
        if (c != '\\' || f.raw) {
            to[n++] = (char)c;
            continue;
        }
        size_t at = l->at - 1;
        const char *w = lex_escape(l, f.bytes, to, &n);
        if (w && peek(l, 0) >= 0 && peek(l, 0) != f.quote) l->at++;
        if (!w || wrong) continue;
        wrong = w;
        wrong_at = at;
        wrong_end = l->at > at + 2 ? l->at : at + 2;
    }
    l->at += f.quotes;
    if (wrong) {
        fail_escape(l, t, wrong, wrong_at, wrong_end);
        return;
    }
    to[n] = 0;
    l->n_decoded += n + 1;
    t->kind = f.bytes ? MR_TOK_BYTES : MR_TOK_STRING;
    t->text = (struct mr_str){to, n};
}

/* r"..", b"..", br"..": true when a string begins here. */
static bool string_prefix(const struct mr_lexer *l, struct string_form *f, size_t *ret_n) {
    size_t i = 0;
    *f = (struct string_form){0};
    if (peek(l, i) == 'b' || peek(l, i) == 'B') {
        f->bytes = true;
        i++;
    }
    if (peek(l, i) == 'r' || peek(l, i) == 'R') {
        f->raw = true;
        i++;
    }
    *ret_n = i;
    return peek(l, i) == '"' || peek(l, i) == '\'';
}

/* ---- names and punctuation */

static void lex_name(struct mr_lexer *l, struct mr_token *t) {
    size_t from = l->at;
    while (is_alpha(peek(l, 0)) || is_digit(peek(l, 0))) l->at++;
    t->kind = MR_TOK_IDENT;
    t->text =
        (struct mr_str){mr_arena_strndup(l->arena, l->text.p + from, l->at - from), l->at - from};
    if (mr_str_is(t->text, "in")) t->kind = MR_TOK_IN;
}

static bool quoted_char(int c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
}

static void lex_quoted(struct mr_lexer *l, struct mr_token *t) {
    size_t from = ++l->at;
    while (quoted_char(peek(l, 0))) l->at++;
    size_t n = l->at - from;
    if (peek(l, 0) != '`' || n == 0) {
        while (peek(l, 0) >= 0 && peek(l, 0) != '`') l->at++;
        l->at += peek(l, 0) == '`';
        fail(l, t, "a quoted name holds letters, digits, `_`, `.`, `-`, `/` and spaces",
             "a text stands in \"...\" or '...' and is put together with `+`");
        return;
    }
    l->at++;
    t->kind = MR_TOK_QUOTED;
    t->text = (struct mr_str){mr_arena_strndup(l->arena, l->text.p + from, n), n};
}

/* What a wrong token is read as, so that the rest is read. */
static void mean(struct mr_lexer *l, struct mr_token *t) {
    static const struct {
        char text[4];
        uint8_t kind;
    } rows[] = {{"=", MR_TOK_EQ},    {"===", MR_TOK_EQ},   {"<>", MR_TOK_NE},
                {"!==", MR_TOK_NE},  {"=<", MR_TOK_LE},    {"&", MR_TOK_AND},
                {"+=", MR_TOK_PLUS}, {"-=", MR_TOK_MINUS}, {"**", MR_TOK_STAR},
                {"^", MR_TOK_STAR},  {"=>", MR_TOK_COMMA}, {"->", MR_TOK_COMMA}};
    struct mr_str s = {l->text.p + t->off, t->len};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (mr_str_is(s, rows[i].text)) t->meant = rows[i].kind;
    }
    if (!mr_str_is(s, "/*")) return;
    while (peek(l, 0) >= 0 && !(peek(l, 0) == '*' && peek(l, 1) == '/')) l->at++;
    if (peek(l, 0) >= 0) l->at += 2;
    t->meant = MR_TOK_END; /* nothing */
}

static void lex_punctuation(struct mr_lexer *l, struct mr_token *t) {
    static const struct {
        char text[3];
        uint8_t kind;
    } rows[] = {
        {"??", MR_TOK_COALESCE}, {"&&", MR_TOK_AND},     {"||", MR_TOK_OR},
        {"<=", MR_TOK_LE},       {">=", MR_TOK_GE},      {"==", MR_TOK_EQ},
        {"!=", MR_TOK_NE},       {"(", MR_TOK_LPAREN},   {")", MR_TOK_RPAREN},
        {"[", MR_TOK_LBRACKET},  {"]", MR_TOK_RBRACKET}, {"{", MR_TOK_LBRACE},
        {"}", MR_TOK_RBRACE},    {".", MR_TOK_DOT},      {",", MR_TOK_COMMA},
        {":", MR_TOK_COLON},     {"?", MR_TOK_QUESTION}, {"+", MR_TOK_PLUS},
        {"-", MR_TOK_MINUS},     {"*", MR_TOK_STAR},     {"/", MR_TOK_SLASH},
        {"%", MR_TOK_PERCENT},   {"!", MR_TOK_NOT},      {"<", MR_TOK_LT},
        {">", MR_TOK_GT},
    };
    size_t n_wrong;
    struct mr_str rest = {l->text.p + l->at, l->text.n - l->at};
    const char *hint = mr_hint_text(rest, &n_wrong);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].text);
        if (n < n_wrong || rest.n < n || memcmp(rest.p, rows[i].text, n)) continue;
        l->at += n;
        t->kind = rows[i].kind;
        return;
    }
    l->at += n_wrong ? n_wrong : 1;
    while ((peek(l, 0) & 0xc0) == 0x80 && peek(l, 0) >= 0) l->at++;
    bool control = (unsigned char)rest.p[0] < 0x20 || rest.p[0] == 0x7f;
    fail(l, t,
         control ? "unexpected character" : textf(l, "unexpected `%.*s`", l->at - t->off, rest.p),
         hint);
    mean(l, t);
}

void mr_lex_next(struct mr_lexer *l, struct mr_token *ret) {
    struct string_form f;
    size_t prefix;
    skip_space(l);
    *ret = (struct mr_token){.kind = MR_TOK_END, .off = (uint32_t)l->at};
    int c = peek(l, 0);
    if (c < 0) return;
    if (string_prefix(l, &f, &prefix)) {
        l->at += prefix;
        lex_string(l, ret, f);
    } else if (c == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X') && hex_digit(peek(l, 2)) >= 0) {
        lex_hex(l, ret);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(l, 1)))) {
        lex_decimal(l, ret);
    } else if (is_alpha(c)) {
        lex_name(l, ret);
    } else if (c == '`') {
        lex_quoted(l, ret);
    } else {
        lex_punctuation(l, ret);
    }
    if (ret->kind != MR_TOK_ERROR) ret->len = (uint32_t)(l->at - ret->off);
}

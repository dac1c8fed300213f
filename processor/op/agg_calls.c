/* agg_calls.c -- a scanner of words, quotes and brackets; see agg_calls.h. */
#include "processor/op/agg_calls.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>

static const char *const names[] = {
#define ACCUM(id, name, arguments, behind, back) name,
#include "processor/op/accums.def"
#undef ACCUM
};

bool mr_agg_is_name(struct mr_str word) {
    for (size_t i = 0; i < MR_ARRAY_LEN(names); i++)
        if (mr_str_is(word, names[i])) return true;
    return false;
}

static bool word_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

#define NO_END ((size_t)-1)

/* The place behind a string literal that starts at `at` with its quote, or NO_END. */
static size_t skip_string(struct mr_str t, size_t at, bool raw) {
    char q = t.p[at];
    size_t quotes = at + 2 < t.n && t.p[at + 1] == q && t.p[at + 2] == q ? 3 : 1;
    for (size_t i = at + quotes; i < t.n; i++) {
        if (t.p[i] == '\\' && !raw) {
            i++;
        } else if (t.p[i] == q) {
            if (quotes == 1) return i + 1;
            if (i + 2 < t.n && t.p[i + 1] == q && t.p[i + 2] == q) return i + 3;
        }
    }
    return NO_END;
}

static size_t skip_comment(struct mr_str t, size_t at) {
    while (at < t.n && t.p[at] != '\n') at++;
    return at;
}

/* The place behind whatever starts at `at` and is opaque to the scanner (string, comment), or
 * `at` itself. NO_END: a string that does not end. */
static size_t skip_opaque(struct mr_str t, size_t at) {
    char c = t.p[at];
    if (c == '"' || c == '\'') return skip_string(t, at, false);
    if (c == '`') {
        const char *end = memchr(t.p + at + 1, '`', t.n - at - 1);
        return end ? (size_t)(end - t.p) + 1 : NO_END;
    }
    if (c == '/' && at + 1 < t.n && t.p[at + 1] == '/') return skip_comment(t, at);
    return at;
}

/* A word may be the prefix of a string: r"..", b"..", rb"..". */
static size_t skip_word(struct mr_str t, size_t at) {
    size_t end = at;
    bool raw = false, prefix = true;
    while (end < t.n && word_char(t.p[end])) {
        char c = t.p[end++];
        raw |= c == 'r' || c == 'R';
        prefix &= c == 'r' || c == 'R' || c == 'b' || c == 'B';
    }
    if (prefix && end - at <= 2 && end < t.n && (t.p[end] == '"' || t.p[end] == '\''))
        return skip_string(t, end, raw);
    return end;
}

/* From the opening bracket to behind the closing one, or NO_END. Notes top-level commas. */
static size_t skip_brackets(struct mr_str t, size_t at, struct mr_agg_call *call) {
    int depth = 0;
    call->commas = 0;
    while (at < t.n) {
        char c = t.p[at];
        size_t next = skip_opaque(t, at);
        if (next == at && word_char(c)) next = skip_word(t, at);
        if (next == NO_END) return NO_END;
        if (next > at) {
            at = next;
            continue;
        }
        if (c == '(' || c == '[' || c == '{') depth++;
        if (c == ')' || c == ']' || c == '}') depth--;
        if (c == ',' && depth == 1) {
            if (call->commas < MR_ARRAY_LEN(call->comma_at)) call->comma_at[call->commas] = at;
            call->commas++;
        }
        at++;
        if (depth == 0) return at;
    }
    return NO_END;
}

static struct mr_str trimmed(struct mr_str s) {
    while (s.n && isspace((unsigned char)s.p[0])) s = (struct mr_str){s.p + 1, s.n - 1};
    while (s.n && isspace((unsigned char)s.p[s.n - 1])) s.n--;
    return s;
}

static bool after_dot(struct mr_str t, size_t at) {
    while (at > 0 && isspace((unsigned char)t.p[at - 1])) at--;
    return at > 0 && (t.p[at - 1] == '.' || (t.p[at - 1] == '?' && at > 1 && t.p[at - 2] == '.'));
}

/* A call of an aggregator whose name is [at, end). 0: it is none. */
static size_t read_call(struct mr_str t, size_t at, size_t end, struct mr_agg_call *c, bool *bad) {
    struct mr_str word = {t.p + at, end - at};
    size_t open = end;
    while (open < t.n && isspace((unsigned char)t.p[open])) open++;
    if (open == t.n || t.p[open] != '(' || !mr_agg_is_name(word) || after_dot(t, at)) return 0;
    size_t close = skip_brackets(t, open, c);
    if (close == NO_END) {
        *bad = true;
        return 0;
    }
    c->at = at;
    c->len = close - at;
    c->name = word;
    c->arg = trimmed((struct mr_str){t.p + open + 1, close - open - 2});
    c->arg_at = (size_t)(c->arg.p - t.p);
    return close;
}

bool mr_agg_scan(struct mr_arena *a, struct mr_str t, struct mr_agg_call **ret, uint32_t *ret_n) {
    struct mr_agg_call *list = mr_arena_calloc(a, t.n / 5 + 1, sizeof *list); /* "any()" */
    uint32_t n = 0;
    size_t inside = 0; /* end of the call that was found last at the outer level */
    bool bad = false;
    for (size_t at = 0; at < t.n;) {
        size_t next = skip_opaque(t, at);
        if (next == NO_END) return false;
        if (next > at) {
            at = next;
            continue;
        }
        if (!word_char(t.p[at])) {
            at++;
            continue;
        }
        next = skip_word(t, at);
        if (next == NO_END) return false;
        struct mr_agg_call *c = &list[n];
        size_t close = read_call(t, at, next, c, &bad);
        if (bad) return false;
        if (close) {
            c->nested = at < inside;
            if (!c->nested) inside = close;
            n++;
        }
        at = next;
    }
    *ret = list;
    *ret_n = n;
    return true;
}

struct mr_str mr_agg_replace(struct mr_arena *a, struct mr_str text,
                             const struct mr_agg_call *calls, const uint32_t *slot, uint32_t n) {
    char *p = mr_arena_strndup(a, text.p, text.n);
    for (uint32_t i = 0; i < n; i++) {
        char name[16];
        size_t len = (size_t)snprintf(name, sizeof name, "_a%u", slot[i]);
        for (size_t k = 0; k < calls[i].len; k++) {
            char *c = &p[calls[i].at + k];
            if (k < len)
                *c = name[k];
            else if (*c != '\n')
                *c = ' ';
        }
    }
    return (struct mr_str){p, text.n};
}

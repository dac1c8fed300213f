/* regex.h -- regular expressions: RE2's syntax, patterns checked and compiled, searched in UTF-8.
 *
 * A pattern of the text of a program is compiled with the program, lives in its arena and is shared
 * by threads. Searching takes time linear in the text. Nobody here knows expressions.
 */
#ifndef MR_EXPR_REGEX_H
#define MR_EXPR_REGEX_H

#include "base/arena.h"
#include "processor/expr/mr_re.h"

enum {
    MR_REGEX_PATTERN_MAX = 4096,      /* bytes of one pattern */
    MR_REGEX_LIST_MAX = 64 * 1024,    /* of all patterns of a list */
    MR_REGEX_MEMORY = 8 * 1024 * 1024 /* bytes a pattern compiles to, with what searches keep */
};

struct mr_regex {
    const void *key; /* text of the pattern, or the elements of the list, as the program has it */
    size_t n;        /* bytes, or elements */
    bool list;
    bool inside; /* has a \B, which RE2 also finds between the bytes of a character */
    struct mr_re *re;
    int groups; /* that are taken out: without `(?:...)` */
};

/* What is wrong with a pattern. */
struct mr_regex_error {
    size_t off, len;  /* where in the pattern */
    const char *text; /* one line; static */
    const char *hint; /* static, or NULL */
};

/* Compiles; free with mr_regex_done. false: ret_error says why. */
bool mr_regex_init(struct mr_regex *ret, struct mr_str pattern, struct mr_regex_error *ret_error);
void mr_regex_done(struct mr_regex *x);
/* The same in a, freed with it. NULL: ret_error says why. */
const struct mr_regex *mr_regex_new(struct mr_arena *a, struct mr_str pattern,
                                    struct mr_regex_error *ret_error);
/* One that finds what any of n patterns finds; each must compile alone. No pattern finds nothing.
 */
const struct mr_regex *mr_regex_any(struct mr_arena *a, const void *key,
                                    const struct mr_str *patterns, size_t n,
                                    struct mr_regex_error *ret_error);
/* Is `with` a replacement: \0 to \9 stand for groups that there are, \\ for a backslash?
 * *ret_spans: how many spans of a match it needs. false: ret_error says why not. */
bool mr_regex_replacement(const struct mr_regex *x, struct mr_str with, int *ret_spans,
                          struct mr_regex_error *ret_error);

static inline bool mr_regex_search(const struct mr_regex *x, struct mr_str text, size_t from,
                                   struct mr_re_span *spans, int n_spans) {
    return mr_re_search(x->re, text.p, text.n, from, spans, n_spans);
}

enum mr_regex_plain {
    MR_REGEX_NOT_PLAIN,
    MR_REGEX_CONTAINS,
    MR_REGEX_STARTS, /* ^text */
    MR_REGEX_ENDS,   /* text$ */
    MR_REGEX_EQUALS  /* ^text$ */
};

/* Is the (good) pattern just a text to look for? *ret: that text, in a. */
enum mr_regex_plain mr_regex_plain(struct mr_arena *a, struct mr_str pattern, struct mr_str *ret);

#endif

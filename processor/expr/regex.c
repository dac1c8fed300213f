/* regex.c -- compiling patterns: limits, what is wrong with one and where, patterns that are plain
 * text.
 *
 * RE2 says what part of a pattern is wrong, as a text; where that stands is found by compiling what
 * ends with it. \C (any byte) is refused, as in Go: matches are UTF-8.
 */
#include "processor/expr/regex.h"

#include "base/buf.h"

enum { DEPTH = 64 }; /* of groups, while looking for the one that is not closed */

static const char *const problems[MR_RE_N_PROBLEMS] = {
    [MR_RE_INTERNAL] = "the pattern cannot be compiled",
    [MR_RE_BAD_ESCAPE] = "unknown escape in a pattern",
    [MR_RE_BAD_CLASS] = "wrong character class",
    [MR_RE_BAD_RANGE] = "wrong range or name of a character class",
    [MR_RE_MISSING_BRACKET] = "`[` is not closed",
    [MR_RE_MISSING_PAREN] = "`(` is not closed",
    [MR_RE_UNEXPECTED_PAREN] = "`)` closes nothing",
    [MR_RE_TRAILING_BACKSLASH] = "a pattern cannot end with `\\`",
    [MR_RE_REPEAT_ARGUMENT] = "nothing stands before the repetition",
    [MR_RE_REPEAT_SIZE] = "too many repetitions",
    [MR_RE_REPEAT_OP] = "two repetitions in a row",
    [MR_RE_BAD_GROUP] = "unknown kind of group",
    [MR_RE_BAD_UTF8] = "not UTF-8",
    [MR_RE_BAD_NAME] = "wrong name of a group",
    [MR_RE_TOO_LARGE] = "the pattern is too large when compiled",
};

/* By what the wrong part begins with (what the pattern goes on with counts): the first that fits.
 */
static const struct {
    enum mr_re_problem problem;
    const char *begin, *hint;
} hints[] = {
    {MR_RE_BAD_GROUP,
     "(?=", "RE2 has no look-ahead: use two patterns, a.matches(x) && a.matches(y)"},
    {MR_RE_BAD_GROUP, "(?!",
     "RE2 has no look-ahead: use two patterns, a.matches(x) && !a.matches(y)"},
    {MR_RE_BAD_GROUP, "(?<=", "RE2 has no look-behind: match what is before, take out a group"},
    {MR_RE_BAD_GROUP, "(?<!", "RE2 has no look-behind: match what is before, take out a group"},
    {MR_RE_BAD_GROUP, "(?<", "a named group is `(?P<name>...)`"},
    {MR_RE_BAD_GROUP, "(?>", "RE2 never backtracks: a plain group `(?:...)` does"},
    {MR_RE_BAD_GROUP, "(?P", "RE2 has no back-references: take out two groups and compare them"},
    {MR_RE_BAD_GROUP, "(?(", "RE2 has no conditions: use two patterns"},
    {MR_RE_BAD_GROUP, "(?#", "patterns have no comments"},
    {MR_RE_BAD_GROUP, "", "the kinds are `(...)`, `(?:...)`, `(?P<name>...)` and flags `(?i)`"},
    {MR_RE_BAD_NAME, "", "a named group is `(?P<name>...)`, of letters, digits and `_`"},
    {MR_RE_BAD_ESCAPE, "\\1", "RE2 has no back-references: take out two groups and compare them"},
    {MR_RE_BAD_ESCAPE, "\\k", "RE2 has no back-references: take out two groups and compare them"},
    {MR_RE_BAD_ESCAPE, "\\Z", "the end of the text is `$` or `\\z`"},
    {MR_RE_BAD_ESCAPE, "\\u", "a character by its number is `\\x{20AC}`"},
    {MR_RE_BAD_ESCAPE, "\\C", "`.` is any character; parts of one cannot be matched"},
    {MR_RE_BAD_ESCAPE, "\\h", "spaces and tabs are `[ \\t]`"},
    {MR_RE_BAD_ESCAPE, "\\R", "the end of a line is `\\r?\\n`"},
    {MR_RE_BAD_ESCAPE, "",
     "classes are `\\d \\w \\s \\b \\pL`; `\\` before punctuation is that sign"},
    {MR_RE_BAD_RANGE, "\\p", "a class by name is `\\pL`, `\\p{Lu}`, `\\p{Greek}`"},
    {MR_RE_BAD_RANGE, "[:", "a class by name is `[[:alpha:]]`, `[[:digit:]]`, `[[:space:]]`"},
    {MR_RE_BAD_RANGE, "", "a range goes up: `[a-z]`; a `-` itself is written `\\-`"},
    {MR_RE_MISSING_BRACKET, "", "a `[` itself is written `\\[`"},
    {MR_RE_MISSING_PAREN, "", "a `(` itself is written `\\(`"},
    {MR_RE_UNEXPECTED_PAREN, "", "a `)` itself is written `\\)`"},
    {MR_RE_TRAILING_BACKSLASH, "",
     "a `\\` itself is written `\\\\`, best in a raw string: r\"\\\\\""},
    {MR_RE_REPEAT_ARGUMENT, "*", "any text is `.*`; a `*` itself is written `\\*`"},
    {MR_RE_REPEAT_ARGUMENT, "", "the sign itself is written with a `\\` before it"},
    {MR_RE_REPEAT_SIZE, "", "at most 1000, those inside each other multiplied"},
    {MR_RE_REPEAT_OP, "++", "RE2 never backtracks: `+` alone does"},
    {MR_RE_REPEAT_OP, "*+", "RE2 never backtracks: `*` alone does"},
    {MR_RE_REPEAT_OP, "", "put the first into a group: `(?:a*)*`"},
    {MR_RE_TOO_LARGE, "", "make its counts `{n}` smaller"},
};

/* ---- where */

/* The end of the unit (escape, quoted part, class, character) at byte i. *ret_class: a class. */
static size_t unit_end(struct mr_str p, size_t i) {
    if (p.p[i] == '\\' && i + 1 < p.n) {
        if (p.p[i + 1] != 'Q') return i + 2;
        const char *e = memmem(p.p + i, p.n - i, "\\E", 2);
        return e ? (size_t)(e - p.p) + 2 : p.n;
    }
    if (p.p[i] != '[') return i + 1;
    i++;
    if (i < p.n && p.p[i] == '^') i++;
    if (i < p.n && p.p[i] == ']') i++;
    while (i < p.n && p.p[i] != ']') {
        const char *e = NULL;
        if (p.p[i] == '[' && i + 1 < p.n && p.p[i + 1] == ':')
            e = memmem(p.p + i, p.n - i, ":]", 2);
        i = e ? (size_t)(e - p.p) + 2 : i + (p.p[i] == '\\' ? 2 : 1);
    }
    return i < p.n ? i + 1 : p.n;
}

/* The parenthesis that has no other: the last `(`, or the first `)`. */
static size_t lonely_paren(struct mr_str p) {
    size_t open[DEPTH], depth = 0;
    for (size_t i = 0; i < p.n; i = unit_end(p, i)) {
        if (p.p[i] == '(') {
            if (depth < DEPTH) open[depth] = i;
            depth++;
        } else if (p.p[i] == ')') {
            if (depth == 0) return i;
            depth--;
        }
    }
    return depth == 0 ? 0 : open[(depth < DEPTH ? depth : DEPTH) - 1];
}

/* Where RE2's complaint about `part` stands. */
static size_t place_of(struct mr_str p, struct mr_str part, enum mr_re_problem problem) {
    const char *first = memmem(p.p, p.n, part.p, part.n);
    for (const char *at = first; at;
         at = memmem(at + 1, (size_t)(p.p + p.n - at) - 1, part.p, part.n)) {
        struct mr_re *re = mr_re_new(p.p, (size_t)(at - p.p) + part.n, MR_REGEX_MEMORY);
        bool same = mr_re_problem(re) == problem;
        mr_re_free(re);
        if (same) return (size_t)(at - p.p);
        if (at + 1 >= p.p + p.n) break;
    }
    return first ? (size_t)(first - p.p) : 0;
}

static const char *hint_of(enum mr_re_problem problem, struct mr_str rest) {
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        size_t n = strlen(hints[i].begin);
        if (hints[i].problem == problem && n <= rest.n && !memcmp(hints[i].begin, rest.p, n)) {
            return hints[i].hint;
        }
    }
    return NULL;
}

static void explain(struct mr_str p, enum mr_re_problem problem, struct mr_str part,
                    struct mr_regex_error *ret) {
    size_t off = 0, len = part.n ? part.n : p.n;
    if (problem == MR_RE_MISSING_PAREN || problem == MR_RE_UNEXPECTED_PAREN) {
        off = lonely_paren(p);
        len = 1;
    } else if (problem == MR_RE_TRAILING_BACKSLASH) {
        off = p.n - 1;
        len = 1;
    } else if (part.n) {
        off = place_of(p, part, problem);
    }
    const char *hint = hint_of(problem, (struct mr_str){p.p + off, p.n - off});
    *ret = (struct mr_regex_error){off, len, problems[problem], hint};
}

static bool has_any_byte(struct mr_str p, struct mr_regex_error *ret) {
    for (size_t i = 0; i < p.n; i = unit_end(p, i)) {
        if (p.p[i] != '\\' || i + 1 >= p.n || p.p[i + 1] != 'C') continue;
        explain((struct mr_str){p.p, i + 2}, MR_RE_BAD_ESCAPE, (struct mr_str){p.p + i, 2}, ret);
        ret->off = i;
        ret->hint = hint_of(MR_RE_BAD_ESCAPE, (struct mr_str){p.p + i, 2});
        return true;
    }
    return false;
}

/* ---- compiling */

static bool compile(struct mr_regex *ret, struct mr_str pattern, struct mr_regex_error *ret_error) {
    struct mr_re *re = mr_re_new(pattern.p, pattern.n, MR_REGEX_MEMORY);
    enum mr_re_problem problem = mr_re_problem(re);
    if (problem == MR_RE_OK) {
        *ret = (struct mr_regex){.key = pattern.p, .n = pattern.n, .re = re};
        ret->inside = memmem(pattern.p, pattern.n, "\\B", 2) != NULL;
        ret->groups = mr_re_groups(re);
        return true;
    }
    struct mr_str part;
    part.p = mr_re_culprit(re, &part.n);
    explain(pattern, problem, part, ret_error);
    mr_re_free(re);
    return false;
}

bool mr_regex_init(struct mr_regex *ret, struct mr_str pattern, struct mr_regex_error *ret_error) {
    if (pattern.n > MR_REGEX_PATTERN_MAX) {
        *ret_error =
            (struct mr_regex_error){0, pattern.n, "a pattern has at most 4096 bytes", NULL};
        return false;
    }
    return !has_any_byte(pattern, ret_error) && compile(ret, pattern, ret_error);
}

void mr_regex_done(struct mr_regex *x) {
    mr_re_free(x->re);
    x->re = NULL;
}

static void done_cb(void *x) {
    mr_regex_done(x);
}

static const struct mr_regex *keep(struct mr_arena *a, const struct mr_regex *x) {
    struct mr_regex *kept = mr_arena_dup(a, x, sizeof *x);
    mr_arena_own(a, kept, done_cb);
    return kept;
}

const struct mr_regex *mr_regex_new(struct mr_arena *a, struct mr_str pattern,
                                    struct mr_regex_error *ret_error) {
    struct mr_regex x;
    return mr_regex_init(&x, pattern, ret_error) ? keep(a, &x) : NULL;
}

/* Does a `\Q` go on behind the end? */
static bool quotes_on(struct mr_str p) {
    size_t last = 0;
    for (size_t i = 0; i < p.n; i = unit_end(p, i)) last = i;
    struct mr_str unit = {p.p + last, p.n - last};
    return unit.n > 1 && unit.p[0] == '\\' && unit.p[1] == 'Q' &&
           (unit.n < 4 || memcmp(unit.p + unit.n - 2, "\\E", 2));
}

/* One alternation and not an RE2::Set: which one matched is not asked, a search ends with the
 * first, and it still has an answer when the memory of the DFA is used up. */
const struct mr_regex *mr_regex_any(struct mr_arena *a, const void *key,
                                    const struct mr_str *patterns, size_t n,
                                    struct mr_regex_error *ret_error) {
    struct mr_buf all;
    struct mr_regex x;
    bool good = false;
    mr_buf_init(&all, 0);
    for (size_t i = 0; i < n; i++) {
        mr_buf_cat(&all, i ? "|(?:" : "(?:");
        mr_buf_str(&all, patterns[i]);
        mr_buf_cat(&all, quotes_on(patterns[i]) ? "\\E)" : ")");
    }
    if (n == 0) mr_buf_cat(&all, "[^\\x00-\\x{10FFFF}]"); /* nothing is that */
    struct mr_str text = mr_buf_view(&all);
    if (text.n > MR_REGEX_LIST_MAX) {
        *ret_error = (struct mr_regex_error){0, 0, "the patterns have more than 64 KiB", NULL};
    } else {
        good = compile(&x, text, ret_error);
    }
    mr_buf_done(&all);
    if (!good) return NULL;
    x.key = key;
    x.n = n;
    x.list = true;
    return keep(a, &x);
}

bool mr_regex_replacement(const struct mr_regex *x, struct mr_str with, int *ret_spans,
                          struct mr_regex_error *ret_error) {
    *ret_error = (struct mr_regex_error){.len = 2};
    *ret_spans = 1;
    for (size_t i = 0; i < with.n; i++) {
        if (with.p[i] != '\\') continue;
        ret_error->off = i++;
        char c = i < with.n ? with.p[i] : 0;
        if (c == '\\') continue;
        if (c < '0' || c > '9') {
            ret_error->len = 1;
            ret_error->text = "no digit and no `\\` behind a `\\`";
            ret_error->hint =
                "`\\1` is the first group, `\\\\` a backslash, best in raw strings: r\"\\1\"";
            return false;
        }
        if (c - '0' > x->groups) {
            ret_error->text = "a group that the pattern does not have";
            ret_error->hint = "groups are `(...)`, counted by their `(`; `\\0` is the whole match";
            return false;
        }
        if (c - '0' >= *ret_spans) *ret_spans = c - '0' + 1;
    }
    return true;
}

/* ---- plain text */

static bool is_punct(char c) {
    return strchr("\\.+*?()|[]{}^$", c) && c;
}

enum mr_regex_plain mr_regex_plain(struct mr_arena *a, struct mr_str pattern, struct mr_str *ret) {
    bool starts = false, ends = false;
    char *text = mr_arena_alloc(a, pattern.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        if (c == '^' && i == 0) {
            starts = true;
        } else if (c == '$' && i + 1 == pattern.n) {
            ends = true;
        } else if (c == '\\' && i + 1 < pattern.n && is_punct(pattern.p[i + 1])) {
            text[n++] = pattern.p[++i];
        } else if (is_punct(c)) {
            return MR_REGEX_NOT_PLAIN;
        } else {
            text[n++] = c;
        }
    }
    *ret = (struct mr_str){text, n};
    return starts && ends ? MR_REGEX_EQUALS
           : starts       ? MR_REGEX_STARTS
           : ends         ? MR_REGEX_ENDS
                          : MR_REGEX_CONTAINS;
}

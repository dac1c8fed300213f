/* mr_re.h -- what mr_re.cc shows of RE2 to C. For regex.c only. */
#ifndef MR_EXPR_MR_RE_H
#define MR_EXPR_MR_RE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define MR_RE_NOEXCEPT noexcept
extern "C" {
#else
#define MR_RE_NOEXCEPT
#endif

/* RE2::ErrorCode, in its order. */
enum mr_re_problem {
    MR_RE_OK,
    MR_RE_INTERNAL,
    MR_RE_BAD_ESCAPE,
    MR_RE_BAD_CLASS,
    MR_RE_BAD_RANGE,
    MR_RE_MISSING_BRACKET,
    MR_RE_MISSING_PAREN,
    MR_RE_UNEXPECTED_PAREN,
    MR_RE_TRAILING_BACKSLASH,
    MR_RE_REPEAT_ARGUMENT,
    MR_RE_REPEAT_SIZE,
    MR_RE_REPEAT_OP,
    MR_RE_BAD_GROUP,
    MR_RE_BAD_UTF8,
    MR_RE_BAD_NAME,
    MR_RE_TOO_LARGE,
    MR_RE_N_PROBLEMS
};

enum { MR_RE_GROUPS_MAX = 10 }; /* spans of a search: the whole match, groups 1 to 9 */

/* A place of the text; from < 0: the group took no part in the match. */
struct mr_re_span {
    int64_t from, to;
};

struct mr_re;

/* Never NULL: what is wrong is told by mr_re_problem. max_mem bounds what the pattern compiles to
 * and what searches keep, in bytes. Returns owned. */
struct mr_re *mr_re_new(const char *pattern, size_t n, int64_t max_mem) MR_RE_NOEXCEPT;
void mr_re_free(struct mr_re *re) MR_RE_NOEXCEPT; /* NULL is fine */
enum mr_re_problem mr_re_problem(const struct mr_re *re) MR_RE_NOEXCEPT;
/* The part of the pattern that is wrong, borrowed from re; may be empty or the whole. */
const char *mr_re_culprit(const struct mr_re *re, size_t *ret_n) MR_RE_NOEXCEPT;
int mr_re_groups(const struct mr_re *re) MR_RE_NOEXCEPT;
/* The leftmost match in text[from, n); what is before `from` is seen by ^ and \b. Sets the first
 * n_spans (0 to MR_RE_GROUPS_MAX) of spans. @thread any, several at once. */
bool mr_re_search(const struct mr_re *re, const char *text, size_t n, size_t from,
                  struct mr_re_span *spans, int n_spans) MR_RE_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif

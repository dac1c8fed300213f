/* mr_re.cc -- RE2 for C: the only file in C++.
 *
 * No exception leaves it: everything is noexcept, so that memory which cannot be had ends the
 * process as mr_alloc does. RE2 finds in time that is linear in the text, whatever the pattern. A
 * search without groups fills a DFA that stays inside max_mem and is kept for the next search:
 * memory of the pattern, not of the evaluation. Groups of patterns that are not "one-pass" take a
 * scratch buffer that is freed before the search returns.
 */
#include "processor/expr/mr_re.h"

#include <re2/re2.h>

struct mr_re {
    RE2 re2;
    mr_re(re2::StringPiece pattern, const RE2::Options &o) : re2(pattern, o) {}
};

static_assert(MR_RE_BAD_ESCAPE == static_cast<int>(RE2::ErrorBadEscape) &&
                  MR_RE_UNEXPECTED_PAREN == static_cast<int>(RE2::ErrorUnexpectedParen) &&
                  MR_RE_BAD_GROUP == static_cast<int>(RE2::ErrorBadPerlOp) &&
                  MR_RE_TOO_LARGE == static_cast<int>(RE2::ErrorPatternTooLarge),
              "enum mr_re_problem is RE2::ErrorCode");

extern "C" struct mr_re *mr_re_new(const char *pattern, size_t n, int64_t max_mem) MR_RE_NOEXCEPT {
    RE2::Options o;
    o.set_log_errors(false);
    o.set_max_mem(max_mem);
    return new mr_re(re2::StringPiece(pattern, n), o);
}

extern "C" void mr_re_free(struct mr_re *re) MR_RE_NOEXCEPT {
    delete re;
}

extern "C" enum mr_re_problem mr_re_problem(const struct mr_re *re) MR_RE_NOEXCEPT {
    return static_cast<enum mr_re_problem>(re->re2.error_code());
}

extern "C" const char *mr_re_culprit(const struct mr_re *re, size_t *ret_n) MR_RE_NOEXCEPT {
    *ret_n = re->re2.error_arg().size();
    return re->re2.error_arg().data();
}

extern "C" int mr_re_groups(const struct mr_re *re) MR_RE_NOEXCEPT {
    return re->re2.NumberOfCapturingGroups();
}

extern "C" bool mr_re_search(const struct mr_re *re, const char *text, size_t n, size_t from,
                             struct mr_re_span *spans, int n_spans) MR_RE_NOEXCEPT {
    re2::StringPiece found[MR_RE_GROUPS_MAX];
    if (!re->re2.Match(re2::StringPiece(text, n), from, n, RE2::UNANCHORED, found, n_spans)) {
        return false;
    }
    for (int i = 0; i < n_spans; i++) {
        int64_t at = found[i].data() ? found[i].data() - text : -1;
        spans[i] = {at, at < 0 ? -1 : at + static_cast<int64_t>(found[i].size())};
    }
    return true;
}

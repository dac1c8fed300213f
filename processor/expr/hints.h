/* hints.h -- what words of other languages are called here (hints.def). */
#ifndef MR_EXPR_HINTS_H
#define MR_EXPR_HINTS_H

#include "base/str.h"

enum mr_hint_kind { MR_HINT_CALL, MR_HINT_NAME, MR_HINT_WORD, MR_HINT_TEXT };

/* The hint for a word (not TEXT), or NULL. */
const char *mr_hint(enum mr_hint_kind k, struct mr_str word);
/* The hint for the characters that `rest` begins with, *ret_n of them; or NULL. */
const char *mr_hint_text(struct mr_str rest, size_t *ret_n);

#endif

/* parse_hint.h -- what may have been meant where the parser finds what it cannot use. */
#ifndef MR_EXPR_PARSE_HINT_H
#define MR_EXPR_PARSE_HINT_H

#include "processor/expr/lex.h"

/* The hint for `tok` behind `last`, or NULL. */
const char *mr_parse_hint(const struct mr_token *last, const struct mr_token *tok);
/* The hint for a reserved word that is used as a name. */
const char *mr_parse_reserved(struct mr_arena *a, struct mr_str word, const struct mr_token *next,
                              bool *ret_value_follows);
bool mr_parse_is_reserved(struct mr_str word);

#endif

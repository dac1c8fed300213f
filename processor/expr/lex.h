/* lex.h -- CEL text -> tokens, one at a time.
 *
 * Literals are decoded here: escapes, raw and triple quoted strings, numbers. A number has no sign
 * (the parser joins it), so an INT may be 2^63. Errors are tokens: the parser reports them.
 */
#ifndef MR_EXPR_LEX_H
#define MR_EXPR_LEX_H

#include "base/arena.h"

#include <stdint.h>

enum mr_tok {
#define TOKEN(id, text) MR_TOK_##id,
#include "processor/expr/tokens.def"
#undef TOKEN
    MR_N_TOKS
};

struct mr_token {
    enum mr_tok kind;
    uint32_t off, len;             /* in the text */
    struct mr_str text;            /* IDENT, QUOTED: the name; STRING, BYTES: the decoded value */
    uint64_t u;                    /* INT, UINT: magnitude */
    double d;                      /* DOUBLE */
    const char *error;             /* ERROR: one line */
    const char *hint;              /* ERROR: or NULL */
    uint32_t error_off, error_len; /* ERROR: the wrong part; 0: all of it */
    enum mr_tok meant; /* ERROR: it is read as this; ERROR: as a value, END: as nothing */
};

struct mr_lexer {
    struct mr_arena *arena; /* decoded strings and names */
    struct mr_str text;     /* borrowed */
    size_t at;
    char *decoded; /* of all strings so far; NULL = none yet */
    size_t n_decoded;
    struct mr_str comment; /* the first that is only a number: `n // 2`; n == 0: none */
};

void mr_lex_next(struct mr_lexer *l, struct mr_token *ret);
const char *mr_tok_text(enum mr_tok t); /* "`)`", "a name" */

#endif

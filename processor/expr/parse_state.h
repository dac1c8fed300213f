/* parse_state.h -- inside of the parser: its state, and what all of its parts use.
 *
 * parse.c (operators), parse_member.c (literals, names, calls, members), parse_state.c (tokens,
 * nodes, errors and recovery). Nobody else includes it.
 */
#ifndef MR_EXPR_PARSE_STATE_H
#define MR_EXPR_PARSE_STATE_H

#include "base/diag.h"
#include "processor/expr/ast.h"
#include "processor/expr/lex.h"

enum { MR_PARSE_MAX_ERRORS = 8 };

struct mr_parser {
    struct mr_arena *arena;
    struct mr_diags *diags;
    const struct mr_tree *src;
    struct mr_lexer lexer;
    struct mr_token tok;  /* the next token */
    struct mr_token last; /* the one before it */
    uint32_t last_end;    /* end of that */
    uint32_t open;        /* where the innermost open bracket stands, + 1; 0: none is open */
    uint32_t depth;
    uint32_t *nodes;
    uint32_t errors;
    uint32_t error_off; /* of the last one */
    bool strict;
    bool stop; /* a limit was met: tok is END for good */
};

struct mr_asts { /* children in the making */
    struct mr_ast **args;
    bool *opts;
    uint32_t n, cap;
};

/* ---- parse_state.c */

struct mr_diag *mr_parser_report(struct mr_parser *p, const char *code, uint32_t off, uint32_t len,
                                 const char *text);
void mr_parser_stop(struct mr_parser *p, const char *text, const char *hint);
void mr_parser_next(struct mr_parser *p);
bool mr_parser_take(struct mr_parser *p, enum mr_tok t);
struct mr_ast *mr_parser_node(struct mr_parser *p, enum mr_ast_kind kind, uint32_t off);
struct mr_ast *mr_parser_bad(struct mr_parser *p, uint32_t off);
void mr_parser_set_args(struct mr_parser *p, struct mr_ast *e, struct mr_ast *const *args,
                        uint32_t n);
void mr_parser_push(struct mr_parser *p, struct mr_asts *l, struct mr_ast *e, bool opt);
void mr_parser_skip(struct mr_parser *p);
void mr_parser_unexpected(struct mr_parser *p, const char *wanted);
void mr_parser_unexpected_but(struct mr_parser *p, const char *wanted, const char *hint);
bool mr_parser_expect(struct mr_parser *p, enum mr_tok t);
void mr_parser_next_quietly(struct mr_parser *p);
bool mr_parser_starts_value(const struct mr_parser *p);
struct mr_ast *mr_parser_spanning(struct mr_parser *p, struct mr_ast *e, uint32_t off);

/* ---- parse.c, parse_member.c */

struct mr_ast *mr_parse_expr(struct mr_parser *p);
struct mr_ast *mr_parse_unary(struct mr_parser *p);
struct mr_ast *mr_parse_member(struct mr_parser *p);
struct mr_ast *mr_parse_number(struct mr_parser *p, bool negative);

#endif

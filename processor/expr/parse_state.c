/* parse_state.c -- the parser's tokens, nodes, errors and recovery. */
#include "processor/expr/parse_state.h"

#include "processor/expr/parse.h"
#include "processor/expr/parse_hint.h"

/* ---- errors */

struct mr_diag *mr_parser_report(struct mr_parser *p, const char *code, uint32_t off, uint32_t len,
                                 const char *text) {
    p->error_off = off;
    if (++p->errors > MR_PARSE_MAX_ERRORS) return NULL;
    struct mr_diag *g = mr_error(p->diags, code, mr_tree_pos(p->src, off), "%s", text);
    g->len = mr_tree_len(p->src, off, len);
    return g;
}

void mr_parser_stop(struct mr_parser *p, const char *text, const char *hint) {
    if (p->stop) return;
    struct mr_diag *g = mr_parser_report(p, "E-LIMIT", p->tok.off, p->tok.len, text);
    if (g) mr_diag_hint(p->diags, g, "%s", hint);
    p->stop = true;
    p->tok.kind = MR_TOK_END;
}

/* Reports a wrong token; it becomes what it is meant to be. */
static void lexer_error(struct mr_parser *p) {
    struct mr_token *t = &p->tok;
    bool part = t->error_len != 0;
    struct mr_diag *g = mr_parser_report(p, "E-SYNTAX", part ? t->error_off : t->off,
                                         part ? t->error_len : t->len, t->error);
    if (g && t->hint) mr_diag_hint(p->diags, g, "%s", t->hint);
    bool stays = t->meant == MR_TOK_END || (t->meant == MR_TOK_COMMA && !p->open);
    if (!stays) t->kind = t->meant;
}

void mr_parser_next(struct mr_parser *p) {
    p->last_end = p->tok.off + p->tok.len;
    p->last = p->tok;
    if (p->stop) {
        p->tok.kind = MR_TOK_END;
        return;
    }
    do {
        mr_lex_next(&p->lexer, &p->tok);
        if (p->tok.kind == MR_TOK_ERROR) lexer_error(p);
    } while (p->tok.kind == MR_TOK_ERROR && p->tok.meant == MR_TOK_END);
}

bool mr_parser_take(struct mr_parser *p, enum mr_tok t) {
    if (p->tok.kind != t) return false;
    mr_parser_next(p);
    return true;
}

/* ---- nodes */

struct mr_ast *mr_parser_node(struct mr_parser *p, enum mr_ast_kind kind, uint32_t off) {
    struct mr_ast *e = mr_arena_calloc(p->arena, 1, sizeof *e);
    e->kind = (uint8_t)kind;
    e->src = p->src;
    e->off = off;
    e->len = p->last_end > off ? p->last_end - off : off < p->src->text.n; /* of nothing: 0 */
    e->depth = 1;
    if (++*p->nodes > MR_EXPR_MAX_NODES) {
        mr_parser_stop(p, "the expression is too large",
                       "split it, or move parts into a node before");
    }
    return e;
}

struct mr_ast *mr_parser_bad(struct mr_parser *p, uint32_t off) {
    return mr_parser_node(p, MR_AST_ERROR, off);
}

void mr_parser_set_args(struct mr_parser *p, struct mr_ast *e, struct mr_ast *const *args,
                        uint32_t n) {
    e->args = n ? mr_arena_dup(p->arena, args, n * sizeof *args) : NULL;
    e->n = n;
    for (uint32_t i = 0; i < n; i++) {
        if (args[i]->depth >= e->depth) e->depth = args[i]->depth + 1;
    }
    if (e->depth > MR_EXPR_MAX_TREE)
        mr_parser_stop(p, "the expression is too deep", "use `let` for its parts");
}

void mr_parser_push(struct mr_parser *p, struct mr_asts *l, struct mr_ast *e, bool opt) {
    if (l->n == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : 4;
        struct mr_ast **args = mr_arena_alloc(p->arena, cap * sizeof *args);
        bool *opts = mr_arena_alloc(p->arena, cap * sizeof *opts);
        if (l->n) {
            memcpy(args, l->args, l->n * sizeof *args);
            memcpy(opts, l->opts, l->n * sizeof *opts);
        }
        *l = (struct mr_asts){args, opts, l->n, cap};
    }
    l->args[l->n] = e;
    l->opts[l->n++] = opt;
}

/* A node that begins at `off`, also where its first part stands in parentheses. */
struct mr_ast *mr_parser_spanning(struct mr_parser *p, struct mr_ast *e, uint32_t off) {
    e->off = off;
    e->len = p->last_end > off ? p->last_end - off : off < p->src->text.n; /* of nothing: 0 */
    return e;
}

/* ---- recovery */

/* Skips to a `,` or closing bracket of this level, or to the end. */
void mr_parser_skip(struct mr_parser *p) {
    uint32_t open = 0;
    for (; p->tok.kind != MR_TOK_END; mr_parser_next(p)) {
        enum mr_tok t = p->tok.kind;
        if (t == MR_TOK_LPAREN || t == MR_TOK_LBRACKET || t == MR_TOK_LBRACE) open++;
        bool close = t == MR_TOK_RPAREN || t == MR_TOK_RBRACKET || t == MR_TOK_RBRACE;
        if (!open && (close || t == MR_TOK_COMMA)) return;
        if (close) open--;
    }
}

void mr_parser_unexpected(struct mr_parser *p, const char *wanted) {
    if (p->stop || p->tok.kind == MR_TOK_ERROR) return;
    if (p->errors && p->error_off == p->tok.off) return; /* still the same one */
    const char *text =
        mr_arena_printf(p->arena, "expected %s, found %s", wanted, mr_tok_text(p->tok.kind));
    struct mr_diag *g = mr_parser_report(p, "E-SYNTAX", p->tok.off, p->tok.len, text);
    const char *hint = mr_parse_hint(&p->last, &p->tok);
    if (p->tok.kind == MR_TOK_END && p->open) {
        struct mr_pos at = mr_tree_pos(p->src, p->open - 1);
        hint = mr_arena_printf(p->arena, "the `%c` of line %u, column %u is not closed",
                               p->src->text.p[p->open - 1], at.line, at.col);
    }
    if (g && hint) mr_diag_hint(p->diags, g, "%s", hint);
}

void mr_parser_unexpected_but(struct mr_parser *p, const char *wanted, const char *hint) {
    uint32_t errors = p->errors;
    size_t at = p->diags->n;
    mr_parser_unexpected(p, wanted);
    if (p->errors > errors && p->diags->n > at)
        mr_diag_hint(p->diags, &p->diags->list[at], "%s", hint);
}

bool mr_parser_expect(struct mr_parser *p, enum mr_tok t) {
    if (mr_parser_take(p, t)) return true;
    mr_parser_unexpected(p, mr_tok_text(t));
    mr_parser_skip(p);
    return mr_parser_take(p, t);
}

/* What is wrong behind something wrong is no news. */
void mr_parser_next_quietly(struct mr_parser *p) {
    uint32_t errors = p->errors;
    size_t n = p->diags->n, n_errors = p->diags->n_errors;
    mr_parser_next(p);
    p->errors = errors;
    p->diags->n = n;
    p->diags->n_errors = n_errors;
}

bool mr_parser_starts_value(const struct mr_parser *p) {
    enum mr_tok t = p->tok.kind;
    return t == MR_TOK_IDENT || t == MR_TOK_INT || t == MR_TOK_DOUBLE || t == MR_TOK_STRING;
}

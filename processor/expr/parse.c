/* parse.c -- a Pratt parser for CEL and `??`.
 *
 * Recovers from errors at the next `,` or closing bracket, so several can be reported at once.
 * Recursion is bounded by MR_EXPR_MAX_DEPTH; the depth of the tree too (chains of one operator are
 * deep on their left), so every later walk may recurse.
 */
#include "processor/expr/parse.h"

#include "processor/expr/parse_state.h"
#include "processor/expr/utf8.h"

#include <strings.h>

static struct mr_ast *operator(struct mr_parser *p, const char *name, uint32_t name_off,
                               struct mr_ast *a, struct mr_ast *b) {
    struct mr_ast *e = mr_parser_node(p, MR_AST_CALL, a && b ? a->off : name_off);
    struct mr_ast *args[2] = {a, b};
    e->style = MR_CALL_OPERATOR;
    e->name = mr_str(name);
    e->name_off = name_off;
    mr_parser_set_args(p, e, args, b ? 2 : 1);
    return e;
}

/* ---- operators */

struct mr_ast *mr_parse_unary(struct mr_parser *p) {
    enum mr_tok t = p->tok.kind;
    if (t != MR_TOK_MINUS && t != MR_TOK_NOT) return mr_parse_member(p);
    uint32_t off = p->tok.off, count = 0;
    bool number_follows = false;
    struct mr_ast *e = NULL;
    for (; p->tok.kind == t; count++) {
        mr_parser_next(p);
        enum mr_tok k = p->tok.kind;
        number_follows = t == MR_TOK_MINUS && (k == MR_TOK_INT || k == MR_TOK_DOUBLE);
        if (!number_follows) continue;
        /* The sign belongs to the literal: -9223372036854775808. */
        e = mr_parse_number(p, true);
        e->off = off;
        e->len = p->last_end - off;
        break;
    }
    if (!e) {
        if (p->tok.kind == MR_TOK_MINUS || p->tok.kind == MR_TOK_NOT) {
            mr_parser_unexpected(p, "an operand (`!` and `-` need parentheses between them)");
            mr_parser_skip(p);
            return mr_parser_bad(p, off);
        }
        e = mr_parse_member(p);
    }
    /* An even number of signs cancels out, but the operand must be a number or bool: two stay. */
    if (count > 2 && !number_follows) count = 2 - count % 2;
    for (uint32_t i = 0; i < count; i++) {
        e = operator(p, t == MR_TOK_MINUS ? "-" : "!", off, e, NULL);
    }
    return e;
}

static const struct {
    uint8_t tok, level;
    const char *name;
} binary_ops[] = {
    {MR_TOK_OR, 1, NULL},       {MR_TOK_AND, 2, NULL},  {MR_TOK_LT, 3, "<"},
    {MR_TOK_LE, 3, "<="},       {MR_TOK_GT, 3, ">"},    {MR_TOK_GE, 3, ">="},
    {MR_TOK_EQ, 3, "=="},       {MR_TOK_NE, 3, "!="},   {MR_TOK_IN, 3, "in"},
    {MR_TOK_COALESCE, 4, NULL}, {MR_TOK_PLUS, 5, "+"},  {MR_TOK_MINUS, 5, "-"},
    {MR_TOK_STAR, 6, "*"},      {MR_TOK_SLASH, 6, "/"}, {MR_TOK_PERCENT, 6, "%"},
};

static int binary_op(enum mr_tok t) {
    for (size_t i = 0; i < sizeof binary_ops / sizeof binary_ops[0]; i++) {
        if (binary_ops[i].tok == t) return (int)i;
    }
    return -1;
}

static struct mr_ast *binary(struct mr_parser *p, uint8_t level);

/* All recursion of the parser comes through here. */
static bool too_deep(struct mr_parser *p) {
    if (p->depth <= MR_EXPR_MAX_DEPTH) return p->stop;
    mr_parser_stop(p, "the expression is nested too deeply", "use `let` for its parts");
    return true;
}

/* a && b && c: one node, so chains are flat. */
static struct mr_ast *chain(struct mr_parser *p, struct mr_ast *first, enum mr_tok t,
                            uint8_t level) {
    struct mr_asts l = {0};
    mr_parser_push(p, &l, first, false);
    while (mr_parser_take(p, t)) mr_parser_push(p, &l, binary(p, level + 1), false);
    struct mr_ast *e = mr_parser_node(p, t == MR_TOK_AND ? MR_AST_AND : MR_AST_OR, first->off);
    mr_parser_set_args(p, e, l.args, l.n);
    return e;
}

static struct mr_ast *coalesce(struct mr_parser *p, struct mr_ast *left, uint8_t level) {
    uint32_t off = p->tok.off;
    if (p->strict) mr_parser_report(p, "E-SYNTAX", off, p->tok.len, "`??` is not CEL");
    mr_parser_next(p);
    struct mr_ast *args[2] = {left, NULL};
    p->depth++;
    args[1] = too_deep(p) ? mr_parser_bad(p, off) : binary(p, level); /* right-associative */
    p->depth--;
    struct mr_ast *e = mr_parser_node(p, MR_AST_COALESCE, left->off);
    e->name_off = off;
    e->name = MR_STR("??");
    mr_parser_set_args(p, e, args, 2);
    return e;
}

static bool word_is(struct mr_str s, const char *word) {
    return s.n == strlen(word) && !strncasecmp(s.p, word, s.n);
}

/* `and`, `or` and `not in` are reported and read as what they mean. */
static void operator_word(struct mr_parser *p) {
    bool is_and = word_is(p->tok.text, "and"), is_or = word_is(p->tok.text, "or");
    bool is_not = word_is(p->tok.text, "not");
    if (!is_and && !is_or && !is_not) return;
    struct mr_lexer ahead = p->lexer;
    struct mr_token then;
    mr_lex_next(&ahead, &then);
    if (is_not && then.kind != MR_TOK_IN) return;
    mr_parser_unexpected(p, "an operator or the end");
    if (is_not) {
        mr_parser_next(p);
    } else {
        p->tok.kind = is_and ? MR_TOK_AND : MR_TOK_OR;
    }
}

/* `word x`: that is wrong, not that there is no field `word`. */
static bool follows_word(const struct mr_parser *p) {
    return mr_parser_starts_value(p) && p->last.kind == MR_TOK_IDENT;
}

static struct mr_ast *binary(struct mr_parser *p, uint8_t level) {
    if (level == 7) return mr_parse_unary(p);
    uint32_t first = p->tok.off;
    struct mr_ast *e = binary(p, level + 1);
    for (;;) {
        if (p->tok.kind == MR_TOK_IDENT) operator_word(p);
        if (e->kind == MR_AST_IDENT && follows_word(p)) e->kind = MR_AST_ERROR;
        int op = binary_op(p->tok.kind);
        if (op < 0 || binary_ops[op].level != level) break;
        enum mr_tok t = p->tok.kind;
        if (t == MR_TOK_AND || t == MR_TOK_OR) {
            e = chain(p, e, t, level);
        } else if (t == MR_TOK_COALESCE) {
            e = coalesce(p, e, level);
        } else {
            uint32_t off = p->tok.off;
            mr_parser_next(p);
            struct mr_ast *b = binary(p, level + 1);
            e = operator(p, binary_ops[op].name, off, e, b);
        }
        mr_parser_spanning(p, e, first);
    }
    return e;
}

static struct mr_ast *wrong_question(struct mr_parser *p, uint32_t off, const char *text,
                                     const char *hint) {
    struct mr_diag *g = mr_parser_report(p, "E-SYNTAX", off, 2, text);
    if (g) mr_diag_hint(p->diags, g, "%s", hint);
    mr_parser_skip(p);
    return mr_parser_bad(p, off);
}

static struct mr_ast *conditional(struct mr_parser *p) {
    uint32_t off = p->tok.off;
    struct mr_ast *e = binary(p, 1);
    uint32_t mark = p->tok.off;
    if (!mr_parser_take(p, MR_TOK_QUESTION)) return e;
    bool touches = p->tok.off == mark + 1;
    if (touches && p->tok.kind == MR_TOK_COLON)
        return wrong_question(p, mark, "unexpected `?:`", "a default is `a ?? b`");
    bool step = touches && p->tok.kind == MR_TOK_DOT;
    struct mr_ast *args[3] = {e, binary(p, 1), NULL};
    if (step && p->tok.kind != MR_TOK_COLON)
        return wrong_question(p, mark, "unexpected `?.`",
                              "what may be missing is read with `.?`: a.?b");
    if (p->tok.kind == MR_TOK_END) {
        mr_parser_unexpected_but(p, "`:`", "both cases are needed: `condition ? a : b`");
        return mr_parser_bad(p, off);
    }
    if (p->tok.kind == MR_TOK_QUESTION) {
        mr_parser_unexpected_but(p, "`:`", "a `?:` in the middle stands in parentheses");
        mr_parser_skip(p);
        return mr_parser_bad(p, off);
    }
    args[2] = mr_parser_expect(p, MR_TOK_COLON) ? mr_parse_expr(p) : mr_parser_bad(p, p->last_end);
    struct mr_ast *c = mr_parser_node(p, MR_AST_COND, off);
    mr_parser_set_args(p, c, args, 3);
    return c;
}

struct mr_ast *mr_parse_expr(struct mr_parser *p) {
    p->depth++;
    struct mr_ast *e = too_deep(p) ? mr_parser_bad(p, p->tok.off) : conditional(p);
    p->depth--;
    return e;
}

/* `n // 2` divides elsewhere. */
static void comment(struct mr_parser *p) {
    struct mr_str s = p->lexer.comment;
    if (s.n == 0 || p->strict || p->errors) return;
    struct mr_diag *g =
        mr_diag_add(p->diags, MR_WARNING, "W-COMMENT",
                    mr_tree_pos(p->src, (size_t)(s.p - p->src->text.p)), "`//` begins a comment");
    g->len = (uint32_t)s.n;
    mr_diag_hint(p->diags, g, "int / int is cut to a whole number already: write `/`");
}

struct mr_ast *mr_parse(struct mr_arena *a, struct mr_diags *d, const struct mr_tree *src,
                        bool strict, uint32_t *nodes) {
    struct mr_parser p = {.arena = a, .diags = d, .src = src, .nodes = nodes, .strict = strict};
    p.lexer = (struct mr_lexer){.arena = a, .text = src->text};
    if (src->text.n > MR_EXPR_MAX_TEXT) {
        mr_parser_stop(&p, "the expression is too long", "at most 100,000 bytes");
        return mr_parser_bad(&p, 0);
    }
    if (!mr_utf8_valid(src->text, NULL)) {
        mr_parser_report(&p, "E-SYNTAX", 0, 1, "the expression is not valid UTF-8");
        return mr_parser_bad(&p, 0);
    }
    mr_parser_next(&p);
    if (p.tok.kind == MR_TOK_END) {
        mr_parser_report(&p, "E-SYNTAX", 0, 1, "the expression is empty");
        return mr_parser_bad(&p, 0);
    }
    struct mr_ast *e = mr_parse_expr(&p);
    enum mr_tok t = p.tok.kind;
    const char *open = t == MR_TOK_RPAREN ? "(" : t == MR_TOK_RBRACKET ? "[" : "{";
    if (t == MR_TOK_RPAREN || t == MR_TOK_RBRACKET || t == MR_TOK_RBRACE) {
        mr_parser_unexpected_but(&p, "an operator or the end",
                                 mr_arena_printf(a, "there is no `%s` for it", open));
    } else if (t != MR_TOK_END && !p.stop) {
        mr_parser_unexpected(&p, "an operator or the end");
    }
    comment(&p);
    return e;
}

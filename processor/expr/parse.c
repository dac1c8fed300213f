/* parse.c -- a Pratt parser for CEL and `??`.
 *
 * Recovers from errors at the next `,` or closing bracket, so several can be reported at once.
 * Recursion is bounded by MR_EXPR_MAX_DEPTH; the depth of the tree too (chains of one operator are
 * deep on their left), so every later walk may recurse.
 */
#include "processor/expr/parse.h"

#include "processor/expr/hints.h"
#include "processor/expr/lex.h"
#include "processor/expr/utf8.h"

enum { MAX_ERRORS = 8, MAX_TREE_DEPTH = 600 };

struct parser {
    struct mr_arena *arena;
    struct mr_diags *diags;
    const struct mr_tree *src;
    struct mr_lexer lexer;
    struct mr_token tok;     /* the next token */
    uint32_t last_end;       /* end of the token before it */
    struct mr_str last_word; /* that token, if it is a name */
    uint32_t depth;
    uint32_t *nodes;
    uint32_t errors;
    bool strict;
    bool stop; /* a limit was met: tok is END for good */
};

struct list { /* children in the making */
    struct mr_ast **args;
    bool *opts;
    uint32_t n, cap;
};

static struct mr_ast *parse_expr(struct parser *p);

/* ---- errors */

static struct mr_diag *report(struct parser *p, const char *code, uint32_t off, uint32_t len,
                              const char *text) {
    if (++p->errors > MAX_ERRORS) return NULL;
    struct mr_diag *g = mr_error(p->diags, code, mr_tree_pos(p->src, off), "%s", text);
    g->len = len;
    return g;
}

static void stop(struct parser *p, const char *text, const char *hint) {
    if (p->stop) return;
    struct mr_diag *g = report(p, "E-LIMIT", p->tok.off, p->tok.len, text);
    if (g) mr_diag_hint(p->diags, g, "%s", hint);
    p->stop = true;
    p->tok.kind = MR_TOK_END;
}

static void next(struct parser *p) {
    p->last_end = p->tok.off + p->tok.len;
    p->last_word = p->tok.kind == MR_TOK_IDENT ? p->tok.text : (struct mr_str){NULL, 0};
    if (p->stop) {
        p->tok.kind = MR_TOK_END;
        return;
    }
    mr_lex_next(&p->lexer, &p->tok);
    if (p->tok.kind != MR_TOK_ERROR) return;
    struct mr_diag *g = report(p, "E-SYNTAX", p->tok.off, p->tok.len, p->tok.error);
    if (g && p->tok.hint) mr_diag_hint(p->diags, g, "%s", p->tok.hint);
}

static bool take(struct parser *p, enum mr_tok t) {
    if (p->tok.kind != t) return false;
    next(p);
    return true;
}

/* ---- nodes */

static struct mr_ast *node(struct parser *p, enum mr_ast_kind kind, uint32_t off) {
    struct mr_ast *e = mr_arena_calloc(p->arena, 1, sizeof *e);
    e->kind = (uint8_t)kind;
    e->src = p->src;
    e->off = off;
    e->len = p->last_end > off ? p->last_end - off : 1;
    e->depth = 1;
    if (++*p->nodes > MR_EXPR_MAX_NODES) {
        stop(p, "the expression is too large", "split it, or move parts into a node before");
    }
    return e;
}

static struct mr_ast *bad(struct parser *p, uint32_t off) {
    return node(p, MR_AST_ERROR, off);
}

static void set_args(struct parser *p, struct mr_ast *e, struct mr_ast *const *args, uint32_t n) {
    e->args = n ? mr_arena_dup(p->arena, args, n * sizeof *args) : NULL;
    e->n = n;
    for (uint32_t i = 0; i < n; i++) {
        if (args[i]->depth >= e->depth) e->depth = args[i]->depth + 1;
    }
    if (e->depth > MAX_TREE_DEPTH) stop(p, "the expression is too deep", "use `let` for its parts");
}

static void push(struct parser *p, struct list *l, struct mr_ast *e, bool opt) {
    if (l->n == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : 4;
        struct mr_ast **args = mr_arena_alloc(p->arena, cap * sizeof *args);
        bool *opts = mr_arena_alloc(p->arena, cap * sizeof *opts);
        if (l->n) {
            memcpy(args, l->args, l->n * sizeof *args);
            memcpy(opts, l->opts, l->n * sizeof *opts);
        }
        *l = (struct list){args, opts, l->n, cap};
    }
    l->args[l->n] = e;
    l->opts[l->n++] = opt;
}

static struct mr_ast *operator(struct parser *p, const char *name, uint32_t name_off,
                               struct mr_ast *a, struct mr_ast *b) {
    struct mr_ast *e = node(p, MR_AST_CALL, a && b ? a->off : name_off);
    struct mr_ast *args[2] = {a, b};
    e->style = MR_CALL_OPERATOR;
    e->name = mr_str(name);
    e->name_off = name_off;
    set_args(p, e, args, b ? 2 : 1);
    return e;
}

/* ---- recovery */

/* Skips to a `,` or closing bracket of this level, or to the end. */
static void skip(struct parser *p) {
    uint32_t open = 0;
    for (; p->tok.kind != MR_TOK_END; next(p)) {
        enum mr_tok t = p->tok.kind;
        if (t == MR_TOK_LPAREN || t == MR_TOK_LBRACKET || t == MR_TOK_LBRACE) open++;
        bool close = t == MR_TOK_RPAREN || t == MR_TOK_RBRACKET || t == MR_TOK_RBRACE;
        if (!open && (close || t == MR_TOK_COMMA)) return;
        if (close) open--;
    }
}

static void unexpected(struct parser *p, const char *wanted) {
    bool end = p->tok.kind == MR_TOK_END;
    const char *hint = NULL;
    if (p->stop || p->tok.kind == MR_TOK_ERROR) return;
    const char *text =
        mr_arena_printf(p->arena, "expected %s, found %s", wanted, mr_tok_text(p->tok.kind));
    struct mr_diag *g = report(p, "E-SYNTAX", p->tok.off, p->tok.len, text);
    if (g && end) mr_diag_hint(p->diags, g, "the expression is not complete");
    if (p->tok.kind == MR_TOK_IDENT) hint = mr_hint(MR_HINT_WORD, p->tok.text);
    if (!hint && !end) hint = mr_hint(MR_HINT_WORD, p->last_word);
    if (g && hint) mr_diag_hint(p->diags, g, "%s", hint);
}

static bool expect(struct parser *p, enum mr_tok t) {
    if (take(p, t)) return true;
    unexpected(p, mr_tok_text(t));
    skip(p);
    return take(p, t);
}

/* ---- primary */

static struct mr_ast *literal(struct parser *p, struct mr_value v) {
    struct mr_token t = p->tok;
    next(p);
    struct mr_ast *e = node(p, MR_AST_LIT, t.off);
    e->value = v;
    return e;
}

static struct mr_ast *number(struct parser *p, bool negative) {
    const struct mr_token t = p->tok;
    if (t.kind == MR_TOK_DOUBLE) return literal(p, mr_double(negative ? -t.d : t.d));
    if (t.kind == MR_TOK_UINT) return literal(p, mr_uint(t.u));
    if (!negative && t.u > INT64_MAX) {
        report(p, "E-SYNTAX", t.off, t.len, "number out of range");
        return literal(p, mr_int(0));
    }
    return literal(p, mr_int((int64_t)(negative ? 0 - t.u : t.u)));
}

/* Elements up to `close`; entries of maps are pushed as key, value. */
static void elements(struct parser *p, struct list *l, enum mr_tok close, bool map, bool marks) {
    bool reported = false;
    while (p->tok.kind != close && p->tok.kind != MR_TOK_END) {
        bool opt = marks && take(p, MR_TOK_QUESTION);
        struct mr_ast *e = parse_expr(p);
        push(p, l, e, opt);
        if (map) {
            struct mr_ast *v = expect(p, MR_TOK_COLON) ? parse_expr(p) : bad(p, p->last_end);
            push(p, l, v, opt);
        }
        if (p->tok.kind == close) break;
        if (!take(p, MR_TOK_COMMA)) {
            unexpected(p, mr_arena_printf(p->arena, "`,` or %s", mr_tok_text(close)));
            reported = true;
            skip(p);
            if (!take(p, MR_TOK_COMMA)) break;
        }
    }
    if (take(p, close)) return;
    if (!reported) unexpected(p, mr_tok_text(close));
    if (p->tok.kind != MR_TOK_END) next(p); /* the wrong bracket */
}

static struct mr_ast *collection(struct parser *p, enum mr_ast_kind kind, enum mr_tok close) {
    struct list l = {0};
    uint32_t off = p->tok.off;
    next(p);
    elements(p, &l, close, kind == MR_AST_MAP, true);
    struct mr_ast *e = node(p, kind, off);
    set_args(p, e, l.args, l.n);
    for (uint32_t i = 0; i < l.n; i++) {
        if (l.opts[i]) e->opts = l.opts;
    }
    if (kind == MR_AST_MAP && e->opts) { /* one mark an entry */
        for (uint32_t i = 0; i < l.n / 2; i++) e->opts[i] = l.opts[2 * i];
    }
    return e;
}

static struct mr_ast *call(struct parser *p, struct mr_ast *receiver, struct mr_str name,
                           uint32_t name_off) {
    struct list l = {0};
    uint32_t open = p->tok.off;
    if (receiver) push(p, &l, receiver, false);
    next(p);
    if (p->tok.kind == MR_TOK_COMMA) unexpected(p, "an argument");
    elements(p, &l, MR_TOK_RPAREN, false, false);
    struct mr_ast *e = node(p, MR_AST_CALL, receiver ? receiver->off : name_off);
    e->name = name;
    e->name_off = name_off;
    e->style = receiver ? MR_CALL_METHOD : MR_CALL_GLOBAL;
    set_args(p, e, l.args, l.n);
    if (receiver || !mr_str_is(name, "has")) return e;
    enum mr_ast_kind k = l.n == 1 ? (enum mr_ast_kind)l.args[0]->kind : MR_AST_ERROR;
    bool fits = k == MR_AST_SELECT || (k == MR_AST_IDENT && !p->strict);
    if (l.n == 1 && k == MR_AST_ERROR) return bad(p, name_off);
    if (!fits) {
        report(p, "E-SYNTAX", open, p->last_end - open, "has() takes a field, as in has(a.b)");
        return bad(p, name_off);
    }
    e->kind = MR_AST_HAS;
    return e;
}

static bool is_reserved(struct mr_str s) {
    static const char *const words[] = {
        "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
        "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mr_str_is(s, words[i])) return true;
    }
    return false;
}

static struct mr_ast *name_or_call(struct parser *p) {
    struct mr_token t = p->tok;
    next(p);
    static const struct {
        const char *word;
        struct mr_value value;
    } words[] = {{"true", {.tag = MR_V_BOOL, .b = true}},
                 {"false", {.tag = MR_V_BOOL}},
                 {"null", {.tag = MR_V_NULL}}};
    for (size_t i = 0; i < 3; i++) {
        if (!mr_str_is(t.text, words[i].word)) continue;
        struct mr_ast *e = node(p, MR_AST_LIT, t.off);
        e->value = words[i].value;
        return e;
    }
    bool reserved = is_reserved(t.text), is_call = p->tok.kind == MR_TOK_LPAREN;
    if (reserved) {
        struct mr_diag *g = report(p, "E-SYNTAX", t.off, t.len, "reserved word used as a name");
        const char *hint = is_call ? mr_hint(MR_HINT_CALL, t.text) : NULL;
        if (g && hint) {
            mr_diag_hint(p->diags, g, "%s", hint);
        } else if (g) {
            mr_diag_hint(p->diags, g, "a field of this name is read as `this.%s`", t.text.p);
        }
    }
    if (is_call) {
        struct mr_ast *f = call(p, NULL, t.text, t.off);
        if (reserved) f->kind = MR_AST_ERROR;
        return f;
    }
    struct mr_ast *e = node(p, MR_AST_IDENT, t.off);
    e->name = t.text;
    e->name_off = t.off;
    return e;
}

static struct mr_ast *primary(struct parser *p) {
    uint32_t off = p->tok.off;
    struct mr_ast *e;
    switch (p->tok.kind) {
    case MR_TOK_INT:
    case MR_TOK_UINT:
    case MR_TOK_DOUBLE: return number(p, false);
    case MR_TOK_STRING: return literal(p, mr_string(p->tok.text));
    case MR_TOK_BYTES: return literal(p, mr_bytesv(p->tok.text));
    case MR_TOK_LBRACKET: return collection(p, MR_AST_LIST, MR_TOK_RBRACKET);
    case MR_TOK_LBRACE: return collection(p, MR_AST_MAP, MR_TOK_RBRACE);
    case MR_TOK_DOT: /* root scope */
        next(p);
        if (p->tok.kind == MR_TOK_IDENT) {
            e = name_or_call(p);
            e->rooted = true;
            return e;
        }
        unexpected(p, "a name");
        skip(p);
        return bad(p, off);
    case MR_TOK_IDENT: return name_or_call(p);
    case MR_TOK_LPAREN:
        next(p);
        e = parse_expr(p);
        expect(p, MR_TOK_RPAREN);
        return e;
    case MR_TOK_QUOTED:
        report(p, "E-SYNTAX", off, p->tok.len, "a quoted name stands behind a dot");
        next(p);
        return bad(p, off);
    case MR_TOK_ERROR: /* a bad literal still stands for a value: one message, not two */
        next(p);
        return bad(p, off);
    default:
        unexpected(p, "a value");
        skip(p);
        return bad(p, off);
    }
}

/* ---- member */

static struct mr_ast *select_field(struct parser *p, struct mr_ast *e) {
    next(p);
    bool opt = take(p, MR_TOK_QUESTION);
    struct mr_token t = p->tok;
    if (t.kind != MR_TOK_IDENT && t.kind != MR_TOK_QUOTED) {
        unexpected(p, "a field name");
        skip(p);
        return bad(p, e->off);
    }
    next(p);
    if (p->tok.kind == MR_TOK_LPAREN && !opt && t.kind == MR_TOK_IDENT) {
        return call(p, e, t.text, t.off);
    }
    struct mr_ast *s = node(p, MR_AST_SELECT, e->off);
    s->name = t.text;
    s->name_off = t.off;
    s->opt = opt;
    set_args(p, s, &e, 1);
    return s;
}

static struct mr_ast *index_of(struct parser *p, struct mr_ast *e) {
    next(p);
    bool opt = take(p, MR_TOK_QUESTION);
    struct mr_ast *key = parse_expr(p);
    expect(p, MR_TOK_RBRACKET);
    struct mr_ast *s = node(p, MR_AST_INDEX, e->off);
    s->opt = opt;
    struct mr_ast *args[2] = {e, key};
    set_args(p, s, args, 2);
    return s;
}

/* `a.b.Name` as text; NULL: something else stands there. */
static const char *message_name(struct parser *p, const struct mr_ast *e, bool *ret_rooted) {
    *ret_rooted = e->rooted;
    if (e->kind == MR_AST_IDENT) return e->name.p;
    if (e->kind != MR_AST_SELECT || e->opt) return NULL;
    const char *left = message_name(p, e->args[0], ret_rooted);
    return left ? mr_arena_printf(p->arena, "%s.%s", left, e->name.p) : NULL;
}

/* The name of a field, as a string. */
static struct mr_ast *message_field(struct parser *p) {
    struct mr_token t = p->tok;
    if (t.kind != MR_TOK_IDENT && t.kind != MR_TOK_QUOTED) {
        unexpected(p, "a field name");
        skip(p);
        return bad(p, t.off);
    }
    next(p);
    struct mr_ast *key = node(p, MR_AST_LIT, t.off);
    key->value = mr_string(t.text);
    key->name = t.text;
    return key;
}

/* `Name{field: value, ?field: optional}`; e: the name. args: as of a map. */
static struct mr_ast *message(struct parser *p, struct mr_ast *e) {
    struct list l = {0};
    bool rooted = false;
    const char *name = message_name(p, e, &rooted);
    next(p);
    while (p->tok.kind != MR_TOK_RBRACE && p->tok.kind != MR_TOK_END && !p->stop) {
        bool opt = take(p, MR_TOK_QUESTION);
        push(p, &l, message_field(p), opt);
        push(p, &l, expect(p, MR_TOK_COLON) ? parse_expr(p) : bad(p, p->last_end), opt);
        if (!take(p, MR_TOK_COMMA)) break;
    }
    expect(p, MR_TOK_RBRACE);
    if (!name) return bad(p, e->off);
    struct mr_ast *m = node(p, MR_AST_MESSAGE, e->off);
    m->name = mr_str(name);
    m->name_off = e->off;
    m->rooted = rooted;
    set_args(p, m, l.args, l.n);
    m->opts = mr_arena_calloc(p->arena, l.n / 2 + 1, sizeof *m->opts);
    for (uint32_t i = 0; i < l.n; i += 2) m->opts[i / 2] = l.opts[i];
    return m;
}

/* A node that begins at `off`, also where its first part stands in parentheses. */
static struct mr_ast *spanning(struct parser *p, struct mr_ast *e, uint32_t off) {
    e->off = off;
    e->len = p->last_end > off ? p->last_end - off : 1;
    return e;
}

static struct mr_ast *member(struct parser *p) {
    uint32_t off = p->tok.off;
    struct mr_ast *e = primary(p);
    for (;;) {
        if (p->tok.kind == MR_TOK_DOT) {
            e = spanning(p, select_field(p, e), off);
        } else if (p->tok.kind == MR_TOK_LBRACKET) {
            e = spanning(p, index_of(p, e), off);
        } else if (p->tok.kind == MR_TOK_LBRACE &&
                   (e->kind == MR_AST_IDENT || e->kind == MR_AST_SELECT)) {
            e = message(p, e);
        } else {
            return e;
        }
    }
}

/* ---- operators */

static struct mr_ast *unary(struct parser *p) {
    enum mr_tok t = p->tok.kind;
    if (t != MR_TOK_MINUS && t != MR_TOK_NOT) return member(p);
    uint32_t off = p->tok.off, count = 0;
    bool number_follows = false;
    struct mr_ast *e = NULL;
    for (; p->tok.kind == t; count++) {
        next(p);
        enum mr_tok k = p->tok.kind;
        number_follows = t == MR_TOK_MINUS && (k == MR_TOK_INT || k == MR_TOK_DOUBLE);
        if (!number_follows) continue;
        /* The sign belongs to the literal: -9223372036854775808. */
        e = number(p, true);
        e->off = off;
        e->len = p->last_end - off;
        break;
    }
    if (!e) {
        if (p->tok.kind == MR_TOK_MINUS || p->tok.kind == MR_TOK_NOT) {
            unexpected(p, "an operand (`!` and `-` need parentheses between them)");
            skip(p);
            return bad(p, off);
        }
        e = member(p);
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

static struct mr_ast *binary(struct parser *p, uint8_t level);

/* All recursion of the parser comes through here. */
static bool too_deep(struct parser *p) {
    if (p->depth <= MR_EXPR_MAX_DEPTH) return p->stop;
    stop(p, "the expression is nested too deeply", "use `let` for its parts");
    return true;
}

/* a && b && c: one node, so chains are flat. */
static struct mr_ast *chain(struct parser *p, struct mr_ast *first, enum mr_tok t, uint8_t level) {
    struct list l = {0};
    push(p, &l, first, false);
    while (take(p, t)) push(p, &l, binary(p, level + 1), false);
    struct mr_ast *e = node(p, t == MR_TOK_AND ? MR_AST_AND : MR_AST_OR, first->off);
    set_args(p, e, l.args, l.n);
    return e;
}

static struct mr_ast *coalesce(struct parser *p, struct mr_ast *left, uint8_t level) {
    uint32_t off = p->tok.off;
    if (p->strict) report(p, "E-SYNTAX", off, p->tok.len, "`??` is not CEL");
    next(p);
    struct mr_ast *args[2] = {left, NULL};
    p->depth++;
    args[1] = too_deep(p) ? bad(p, off) : binary(p, level); /* right-associative */
    p->depth--;
    struct mr_ast *e = node(p, MR_AST_COALESCE, left->off);
    e->name_off = off;
    e->name = MR_STR("??");
    set_args(p, e, args, 2);
    return e;
}

static struct mr_ast *binary(struct parser *p, uint8_t level) {
    if (level == 7) return unary(p);
    uint32_t first = p->tok.off;
    struct mr_ast *e = binary(p, level + 1);
    for (;;) {
        int op = binary_op(p->tok.kind);
        if (op < 0 || binary_ops[op].level != level) break;
        enum mr_tok t = p->tok.kind;
        if (t == MR_TOK_AND || t == MR_TOK_OR) {
            e = chain(p, e, t, level);
        } else if (t == MR_TOK_COALESCE) {
            e = coalesce(p, e, level);
        } else {
            uint32_t off = p->tok.off;
            next(p);
            struct mr_ast *b = binary(p, level + 1);
            e = operator(p, binary_ops[op].name, off, e, b);
        }
        spanning(p, e, first);
    }
    return e;
}

static struct mr_ast *conditional(struct parser *p) {
    uint32_t off = p->tok.off;
    struct mr_ast *e = binary(p, 1);
    if (!take(p, MR_TOK_QUESTION)) return e;
    struct mr_ast *args[3] = {e, binary(p, 1), NULL};
    args[2] = expect(p, MR_TOK_COLON) ? parse_expr(p) : bad(p, p->last_end);
    struct mr_ast *c = node(p, MR_AST_COND, off);
    set_args(p, c, args, 3);
    return c;
}

static struct mr_ast *parse_expr(struct parser *p) {
    p->depth++;
    struct mr_ast *e = too_deep(p) ? bad(p, p->tok.off) : conditional(p);
    p->depth--;
    return e;
}

struct mr_ast *mr_parse(struct mr_arena *a, struct mr_diags *d, const struct mr_tree *src,
                        bool strict, uint32_t *nodes) {
    struct parser p = {.arena = a, .diags = d, .src = src, .nodes = nodes, .strict = strict};
    p.lexer = (struct mr_lexer){.arena = a, .text = src->text};
    if (src->text.n > MR_EXPR_MAX_TEXT) {
        stop(&p, "the expression is too long", "at most 100,000 bytes");
        return bad(&p, 0);
    }
    if (!mr_utf8_valid(src->text, NULL)) {
        report(&p, "E-SYNTAX", 0, 1, "the expression is not valid UTF-8");
        return bad(&p, 0);
    }
    next(&p);
    if (p.tok.kind == MR_TOK_END) {
        report(&p, "E-SYNTAX", 0, 1, "the expression is empty");
        return bad(&p, 0);
    }
    struct mr_ast *e = parse_expr(&p);
    if (p.tok.kind != MR_TOK_END && !p.stop) unexpected(&p, "an operator or the end");
    return e;
}

/* parse_member.c -- literals, names, calls, and what stands behind a dot or in brackets. */
#include "processor/expr/parse_state.h"

#include "processor/expr/parse_hint.h"

/* ---- primary */

static struct mr_ast *literal(struct mr_parser *p, struct mr_value v) {
    struct mr_token t = p->tok;
    mr_parser_next(p);
    struct mr_ast *e = mr_parser_node(p, MR_AST_LIT, t.off);
    e->value = v;
    return e;
}

struct mr_ast *mr_parse_number(struct mr_parser *p, bool negative) {
    const struct mr_token t = p->tok;
    if (t.kind == MR_TOK_DOUBLE) return literal(p, mr_double(negative ? -t.d : t.d));
    if (t.kind == MR_TOK_UINT) return literal(p, mr_uint(t.u));
    if (!negative && t.u > INT64_MAX) {
        mr_parser_report(p, "E-SYNTAX", t.off, t.len, "number out of range");
        return literal(p, mr_int(0));
    }
    return literal(p, mr_int((int64_t)(negative ? 0 - t.u : t.u)));
}

/* Elements up to `close`; entries of maps are pushed as key, value. */
static void mr_parser_elements(struct mr_parser *p, struct mr_asts *l, enum mr_tok close, bool map,
                               bool marks) {
    bool reported = false;
    while (p->tok.kind != close && p->tok.kind != MR_TOK_END) {
        bool opt = marks && mr_parser_take(p, MR_TOK_QUESTION);
        struct mr_ast *e = mr_parse_expr(p);
        mr_parser_push(p, l, e, opt);
        if (map) {
            struct mr_ast *v = mr_parser_expect(p, MR_TOK_COLON) ? mr_parse_expr(p)
                                                                 : mr_parser_bad(p, p->last_end);
            mr_parser_push(p, l, v, opt);
        }
        if (p->tok.kind == close) break;
        if (!mr_parser_take(p, MR_TOK_COMMA)) {
            mr_parser_unexpected(p, mr_arena_printf(p->arena, "`,` or %s", mr_tok_text(close)));
            reported = true;
            mr_parser_skip(p);
            if (!map) mr_parser_push(p, l, mr_parser_bad(p, p->last_end), false);
            if (!mr_parser_take(p, MR_TOK_COMMA)) break;
        }
    }
    if (mr_parser_take(p, close)) return;
    if (!reported) mr_parser_unexpected(p, mr_tok_text(close));
    if (p->tok.kind != MR_TOK_END) mr_parser_next(p); /* the wrong bracket */
}

/* `{{ name }}`, as templates have it. A map in a key has a colon before any `}}`. */
static bool is_template(const struct mr_parser *p) {
    struct mr_str rest = {p->src->text.p + p->tok.off, p->src->text.n - p->tok.off};
    const char *end = memmem(rest.p, rest.n, "}}", 2);
    return end && !memchr(rest.p, ':', (size_t)(end - rest.p));
}

static struct mr_ast *collection(struct mr_parser *p, enum mr_ast_kind kind, enum mr_tok close) {
    struct mr_asts l = {0};
    uint32_t off = p->tok.off, outer = p->open;
    p->open = off + 1;
    mr_parser_next(p);
    if (kind == MR_AST_MAP && p->tok.kind == MR_TOK_LBRACE && is_template(p)) {
        mr_parser_unexpected_but(p, "a key", "an expression stands without braces");
        p->errors += MR_PARSE_MAX_ERRORS; /* no more of it */
    }
    mr_parser_elements(p, &l, close, kind == MR_AST_MAP, true);
    p->open = outer;
    struct mr_ast *e = mr_parser_node(p, kind, off);
    mr_parser_set_args(p, e, l.args, l.n);
    for (uint32_t i = 0; i < l.n; i++) {
        if (l.opts[i]) e->opts = l.opts;
    }
    if (kind == MR_AST_MAP && e->opts) { /* one mark an entry */
        for (uint32_t i = 0; i < l.n / 2; i++) e->opts[i] = l.opts[2 * i];
    }
    return e;
}

static struct mr_ast *wrong_has(struct mr_parser *p, const struct mr_ast *e, uint32_t off) {
    const struct mr_ast *x = e->n == 1 ? e->args[0] : e;
    struct mr_diag *g =
        mr_parser_report(p, "E-SYNTAX", x->off, x->len, "has() takes a field, as in has(a.b)");
    const char *s = p->src->text.p + x->off;
    int n = (int)x->len;
    if (!g || x == e || n > 60) return mr_parser_bad(p, off);
    if (x->kind == MR_AST_LIT && x->value.tag == MR_V_STRING) {
        mr_diag_hint(p->diags, g, "without quotes: `has(%.*s)`", (int)x->value.len, x->value.p);
    } else if (x->kind == MR_AST_INDEX) {
        const struct mr_ast *k = x->args[1];
        mr_diag_hint(p->diags, g, "write `%.*s[?%.*s].hasValue()`", (int)x->args[0]->len,
                     p->src->text.p + x->args[0]->off, (int)k->len, p->src->text.p + k->off);
    } else if (x->kind == MR_AST_CALL && x->style == MR_CALL_OPERATOR) {
        bool truth = strchr("=!<>i", x->name.p[0]) != NULL;
        if (truth) mr_diag_hint(p->diags, g, "what is true needs no has(): `%.*s`", n, s);
        if (!truth) mr_diag_hint(p->diags, g, "ask for each of its fields: has(a) && has(b)");
    }
    return mr_parser_bad(p, off);
}

static struct mr_ast *call(struct mr_parser *p, struct mr_ast *receiver, struct mr_str name,
                           uint32_t name_off) {
    struct mr_asts l = {0};
    uint32_t outer = p->open;
    if (receiver) mr_parser_push(p, &l, receiver, false);
    p->open = p->tok.off + 1;
    mr_parser_next(p);
    if (p->tok.kind == MR_TOK_COMMA) mr_parser_unexpected(p, "an argument");
    bool star = p->tok.kind == MR_TOK_STAR && mr_str_is(name, "count");
    if (star)
        mr_parser_unexpected_but(p, "a condition or `)`",
                                 "it is written `count()`, in `aggregate:`");
    if (star) mr_parser_next(p);
    mr_parser_elements(p, &l, MR_TOK_RPAREN, false, false);
    p->open = outer;
    if (star) return mr_parser_bad(p, name_off);
    struct mr_ast *e = mr_parser_node(p, MR_AST_CALL, receiver ? receiver->off : name_off);
    e->name = name;
    e->name_off = name_off;
    e->style = receiver ? MR_CALL_METHOD : MR_CALL_GLOBAL;
    mr_parser_set_args(p, e, l.args, l.n);
    if (receiver || !mr_str_is(name, "has")) return e;
    enum mr_ast_kind k = l.n == 1 ? (enum mr_ast_kind)l.args[0]->kind : MR_AST_ERROR;
    bool fits = k == MR_AST_SELECT || (k == MR_AST_IDENT && !p->strict);
    if (l.n == 1 && k == MR_AST_ERROR) return mr_parser_bad(p, name_off);
    if (!fits) return wrong_has(p, e, name_off);
    e->kind = MR_AST_HAS;
    return e;
}

/* Behind a token that is none: is this a part of it, as in `@name` and `${name}`? */
static bool may_go_on(const struct mr_parser *p) {
    enum mr_tok t = p->tok.kind;
    return mr_parser_starts_value(p) || t == MR_TOK_ERROR || t == MR_TOK_LBRACE ||
           (t == MR_TOK_RBRACE && p->src->text.p[p->last.off] != '{' && !p->open);
}

/* `return x` is read as x; of `let x = 1`, `for x in y` nothing can be said. */
static struct mr_ast *words_follow(struct mr_parser *p, struct mr_token t) {
    if (mr_str_is(t.text, "return")) return mr_parse_unary(p);
    while (p->tok.kind != MR_TOK_END) mr_parser_next_quietly(p);
    return mr_parser_bad(p, t.off);
}

static struct mr_ast *name_or_call(struct mr_parser *p) {
    struct mr_token t = p->tok;
    mr_parser_next(p);
    static const struct {
        const char *word;
        struct mr_value value;
    } words[] = {{"true", {.tag = MR_V_BOOL, .b = true}},
                 {"false", {.tag = MR_V_BOOL}},
                 {"null", {.tag = MR_V_NULL}}};
    for (size_t i = 0; i < 3; i++) {
        if (!mr_str_is(t.text, words[i].word)) continue;
        struct mr_ast *e = mr_parser_node(p, MR_AST_LIT, t.off);
        e->value = words[i].value;
        return e;
    }
    bool reserved = mr_parse_is_reserved(t.text), is_call = p->tok.kind == MR_TOK_LPAREN, value;
    if (reserved) {
        struct mr_diag *g =
            mr_parser_report(p, "E-SYNTAX", t.off, t.len, "reserved word used as a name");
        const char *hint = mr_parse_reserved(p->arena, t.text, &p->tok, &value);
        if (g) mr_diag_hint(p->diags, g, "%s", hint);
        if (value) return words_follow(p, t);
    }
    if (mr_str_is(t.text, "not") && !is_call && mr_parser_starts_value(p)) {
        struct mr_diag *g =
            mr_parser_report(p, "E-SYNTAX", t.off, t.len, "expected a value, found the word `not`");
        if (g) mr_diag_hint(p->diags, g, "write `!a`, `!(x in list)`");
        return mr_parse_unary(p);
    }
    if (is_call) {
        struct mr_ast *f = call(p, NULL, t.text, t.off);
        if (reserved) f->kind = MR_AST_ERROR;
        return f;
    }
    struct mr_ast *e = mr_parser_node(p, MR_AST_IDENT, t.off);
    e->name = t.text;
    e->name_off = t.off;
    return e;
}

/* `(a, b)` is a list of other languages. */
static struct mr_ast *tuple(struct mr_parser *p, struct mr_ast *first, uint32_t off) {
    struct mr_asts l = {0};
    uint32_t comma = p->tok.off, from = off + 1;
    mr_parser_push(p, &l, first, false);
    mr_parser_next(p);
    mr_parser_elements(p, &l, MR_TOK_RPAREN, false, false);
    struct mr_diag *g = mr_parser_report(p, "E-SYNTAX", comma, 1, "expected `)`, found `,`");
    uint32_t n = p->last_end > from + 1 ? p->last_end - 1 - from : 0;
    if (g && n < 60)
        mr_diag_hint(p->diags, g, "a list stands in brackets: `[%.*s]`", (int)n,
                     p->src->text.p + from);
    struct mr_ast *e = mr_parser_node(p, MR_AST_LIST, off);
    mr_parser_set_args(p, e, l.args, l.n);
    return e;
}

static struct mr_ast *parens(struct mr_parser *p) {
    uint32_t off = p->tok.off, outer = p->open;
    p->open = off + 1;
    mr_parser_next(p);
    struct mr_ast *e = mr_parse_expr(p);
    if (p->tok.kind == MR_TOK_COMMA && p->tok.len == 1 && !p->stop) {
        e = tuple(p, e, off);
    } else {
        mr_parser_expect(p, MR_TOK_RPAREN);
    }
    p->open = outer;
    return e;
}

static struct mr_ast *primary(struct mr_parser *p) {
    uint32_t off = p->tok.off;
    struct mr_ast *e;
    switch (p->tok.kind) {
    case MR_TOK_INT:
    case MR_TOK_UINT:
    case MR_TOK_DOUBLE: return mr_parse_number(p, false);
    case MR_TOK_STRING: return literal(p, mr_string(p->tok.text));
    case MR_TOK_BYTES: return literal(p, mr_bytesv(p->tok.text));
    case MR_TOK_LBRACKET: return collection(p, MR_AST_LIST, MR_TOK_RBRACKET);
    case MR_TOK_LBRACE: return collection(p, MR_AST_MAP, MR_TOK_RBRACE);
    case MR_TOK_DOT: /* root scope */
        mr_parser_next(p);
        if (p->tok.kind == MR_TOK_IDENT) {
            e = name_or_call(p);
            e->rooted = true;
            return e;
        }
        mr_parser_unexpected(p, "a name");
        mr_parser_skip(p);
        return mr_parser_bad(p, off);
    case MR_TOK_IDENT: return name_or_call(p);
    case MR_TOK_LPAREN: return parens(p);
    case MR_TOK_QUOTED:
        mr_parser_report(p, "E-SYNTAX", off, p->tok.len, "a quoted name stands behind a dot");
        mr_parser_next(p);
        return mr_parser_bad(p, off);
    case MR_TOK_ERROR: /* a bad literal still stands for a value: one message, not two */
        mr_parser_next(p);
        while (p->tok.off == p->last_end && may_go_on(p)) mr_parser_next_quietly(p);
        return mr_parser_bad(p, off);
    default:
        mr_parser_unexpected(p, "a value");
        mr_parser_skip(p);
        return mr_parser_bad(p, off);
    }
}

/* ---- member */

static struct mr_ast *select_field(struct mr_parser *p, struct mr_ast *e) {
    mr_parser_next(p);
    bool opt = mr_parser_take(p, MR_TOK_QUESTION);
    struct mr_token t = p->tok;
    if (t.kind != MR_TOK_IDENT && t.kind != MR_TOK_QUOTED) {
        mr_parser_unexpected(p, "a field name");
        mr_parser_skip(p);
        return mr_parser_bad(p, e->off);
    }
    mr_parser_next(p);
    if (p->tok.kind == MR_TOK_LPAREN && !opt && t.kind == MR_TOK_IDENT) {
        return call(p, e, t.text, t.off);
    }
    struct mr_ast *s = mr_parser_node(p, MR_AST_SELECT, e->off);
    s->name = t.text;
    s->name_off = t.off;
    s->opt = opt;
    mr_parser_set_args(p, s, &e, 1);
    return s;
}

static struct mr_ast *index_of(struct mr_parser *p, struct mr_ast *e) {
    uint32_t outer = p->open;
    p->open = p->tok.off + 1;
    mr_parser_next(p);
    bool opt = mr_parser_take(p, MR_TOK_QUESTION);
    if (p->tok.kind == MR_TOK_STAR || p->tok.kind == MR_TOK_RBRACKET) {
        mr_parser_unexpected_but(p, "a value", "each element: `list.map(x, value)`");
        if (p->tok.kind == MR_TOK_STAR) mr_parser_next(p);
        mr_parser_take(p, MR_TOK_RBRACKET);
        p->open = outer;
        return mr_parser_bad(p, e->off);
    }
    struct mr_ast *key = mr_parse_expr(p);
    if (p->tok.kind == MR_TOK_COLON) {
        mr_parser_unexpected_but(p, "`]`",
                                 "a part is text.substring(from, to) or list.slice(from, to)");
        mr_parser_skip(p);
        mr_parser_take(p, MR_TOK_RBRACKET);
        p->open = outer;
        return mr_parser_bad(p, e->off);
    }
    mr_parser_expect(p, MR_TOK_RBRACKET);
    p->open = outer;
    struct mr_ast *s = mr_parser_node(p, MR_AST_INDEX, e->off);
    s->opt = opt;
    struct mr_ast *args[2] = {e, key};
    mr_parser_set_args(p, s, args, 2);
    return s;
}

/* `a.b.Name` as text; NULL: something else stands there. */
static const char *message_name(struct mr_parser *p, const struct mr_ast *e, bool *ret_rooted) {
    *ret_rooted = e->rooted;
    if (e->kind == MR_AST_IDENT) return e->name.p;
    if (e->kind != MR_AST_SELECT || e->opt) return NULL;
    const char *left = message_name(p, e->args[0], ret_rooted);
    return left ? mr_arena_printf(p->arena, "%s.%s", left, e->name.p) : NULL;
}

/* The name of a field, as a string. */
static struct mr_ast *message_field(struct mr_parser *p) {
    struct mr_token t = p->tok;
    if (t.kind != MR_TOK_IDENT && t.kind != MR_TOK_QUOTED) {
        mr_parser_unexpected(p, "a field name");
        mr_parser_skip(p);
        return mr_parser_bad(p, t.off);
    }
    mr_parser_next(p);
    struct mr_ast *key = mr_parser_node(p, MR_AST_LIT, t.off);
    key->value = mr_string(t.text);
    key->name = t.text;
    return key;
}

/* `Name{field: value, ?field: optional}`; e: the name. args: as of a map. */
static struct mr_ast *message(struct mr_parser *p, struct mr_ast *e) {
    struct mr_asts l = {0};
    bool rooted = false;
    const char *name = message_name(p, e, &rooted);
    mr_parser_next(p);
    while (p->tok.kind != MR_TOK_RBRACE && p->tok.kind != MR_TOK_END && !p->stop) {
        bool opt = mr_parser_take(p, MR_TOK_QUESTION);
        mr_parser_push(p, &l, message_field(p), opt);
        mr_parser_push(p, &l,
                       mr_parser_expect(p, MR_TOK_COLON) ? mr_parse_expr(p)
                                                         : mr_parser_bad(p, p->last_end),
                       opt);
        if (!mr_parser_take(p, MR_TOK_COMMA)) break;
    }
    mr_parser_expect(p, MR_TOK_RBRACE);
    if (!name) return mr_parser_bad(p, e->off);
    struct mr_ast *m = mr_parser_node(p, MR_AST_MESSAGE, e->off);
    m->name = mr_str(name);
    m->name_off = e->off;
    m->rooted = rooted;
    mr_parser_set_args(p, m, l.args, l.n);
    m->opts = mr_arena_calloc(p->arena, l.n / 2 + 1, sizeof *m->opts);
    for (uint32_t i = 0; i < l.n; i += 2) m->opts[i / 2] = l.opts[i];
    return m;
}

struct mr_ast *mr_parse_member(struct mr_parser *p) {
    uint32_t off = p->tok.off;
    struct mr_ast *e = primary(p);
    for (;;) {
        if (p->tok.kind == MR_TOK_DOT) {
            e = mr_parser_spanning(p, select_field(p, e), off);
        } else if (p->tok.kind == MR_TOK_LBRACKET) {
            e = mr_parser_spanning(p, index_of(p, e), off);
        } else if (p->tok.kind == MR_TOK_LBRACE &&
                   (e->kind == MR_AST_IDENT || e->kind == MR_AST_SELECT)) {
            e = message(p, e);
        } else {
            return e;
        }
    }
}

/* check_meant.c -- what means something else in other languages, told where it is written. */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/hints.h"

#include <strings.h>

static bool is_null(const struct mr_ast *e) {
    return e->kind == MR_AST_LIT && e->value.tag == MR_V_NULL;
}

static bool is_unknown(const struct mr_checker *c, const struct mr_ast *e) {
    return e->kind == MR_AST_IDENT && !mr_check_declared(c, e->name);
}

/* ---- calls */

const struct mr_type *mr_check_beside_null(struct mr_checker *c, struct mr_ast *e, uint32_t i) {
    bool equal = mr_str_is(e->name, "=="), unequal = mr_str_is(e->name, "!=");
    bool operator= e->style == MR_CALL_OPERATOR && e->n == 2;
    struct mr_ast *x = e->args[i];
    if (!operator||(!equal && !unequal) || !is_null(e->args[1 - i])) return mr_check_value(c, x);
    const char *s = mr_check_quote(c, x);
    const struct mr_type *t = mr_check_ast(c, x);
    if (t->kind != MR_T_OPTIONAL || !x->soft) return t;
    struct mr_diag *g =
        mr_check_error(c, "E-ABSENT", e, "`%s` may be absent, and is never null", s);
    if (g) mr_diag_hint(c->diags, g, "write `%shas(%s)`", equal ? "!" : "", s);
    return mr_check_bad(x);
}

/* user-id, a field of that name, reads as a difference. */
static bool is_dashed(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *row = c->scope->row;
    const struct mr_ast *left = e->args[0];
    if (!row || e->n != 2 || !mr_str_is(e->name, "-")) return false;
    while (left->kind == MR_AST_CALL && left->n == 2) left = left->args[0];
    struct mr_str all = {e->src->text.p + e->off, e->len};
    if (left->kind != MR_AST_IDENT || mr_type_field(row, all) < 0) return false;
    if (!is_unknown(c, left) && !is_unknown(c, e->args[1])) return false;
    struct mr_diag *g = mr_check_error(c, "E-NAME", e, "`-` is a minus here");
    if (g) mr_diag_hint(c->diags, g, "the field is read as this.`%.*s`", MR_STR_ARG(all));
    mr_check_bad(e);
    return true;
}

/* Math.floor(x), JSON.parse(s): the name of a place for functions elsewhere. */
static bool is_space(struct mr_checker *c, struct mr_ast *e) {
    if (e->style != MR_CALL_METHOD || !is_unknown(c, e->args[0])) return false;
    struct mr_ast *x = e->args[0];
    struct mr_str lower = {mr_arena_strndup(c->arena, x->name.p, x->name.n), x->name.n};
    for (char *p = (char *)lower.p; *p; p++) *p |= *p >= 'A' && *p <= 'Z' ? 0x20 : 0;
    struct mr_str whole = mr_str(mr_arena_printf(c->arena, "%s.%s", lower.p, e->name.p));
    if (!mr_fns_known(MR_CALL_GLOBAL, whole)) return false;
    struct mr_diag *g = mr_check_error(c, "E-NAME", x, "no field or name `%s` here", x->name.p);
    if (g) mr_diag_hint(c->diags, g, "did you mean `%s(...)`?", whole.p);
    mr_check_bad(e);
    return true;
}

bool mr_check_meant(struct mr_checker *c, struct mr_ast *e) {
    if (e->style == MR_CALL_OPERATOR) return is_dashed(c, e);
    return is_space(c, e);
}

/* ---- a || b */

static bool is_text(const struct mr_ast *e) {
    return e->kind == MR_AST_LIT && e->value.tag == MR_V_STRING;
}

static bool is_value(const struct mr_ast *e) {
    return e->kind == MR_AST_LIT && e->value.tag != MR_V_BOOL;
}

/* A literal that is no bool among the parts tells what is meant. */
enum mr_meant mr_check_default(struct mr_checker *c, struct mr_ast *e) {
    bool text = false, value = false;
    for (uint32_t i = 0; i < e->n; i++) {
        text = text || is_text(e->args[i]);
        value = value || is_value(e->args[i]);
    }
    if (e->kind != MR_AST_OR || !value || c->scope->unchecked || c->scope->strict)
        return MR_MEANT_NOTHING;
    struct mr_ast *x = e->args[0];
    const char *s = mr_check_quote(c, x), *y = mr_check_quote(c, e->args[1]);
    const struct mr_type *t = mr_check_ast(c, x);
    bool optional = t->kind == MR_T_OPTIONAL;
    if (t->kind == MR_T_ERROR) return MR_MEANT_WRONG;
    if (t->kind == MR_T_BOOL || t->kind == MR_T_DYN) return MR_MEANT_FIRST;
    struct mr_diag *g = mr_check_error(c, "E-TYPE", x, "a condition is `bool`, this is `%s`",
                                       mr_check_type_text(c, optional ? t->elem : t));
    if (g && (optional || !text)) {
        mr_diag_hint(c->diags, g, "a default is `%s ?? %s`", s, y);
    } else if (g) {
        mr_diag_hint(c->diags, g, "texts are put together with `+`: `%s + %s`", s, y);
    }
    return MR_MEANT_WRONG;
}

/* ---- names */

bool mr_check_bare_key(struct mr_checker *c, struct mr_ast *key) {
    const struct mr_scope *s = c->scope;
    if (s->strict || s->loose || s->unchecked || !is_unknown(c, key)) return false;
    struct mr_diag *g = mr_check_error(c, "E-NAME", key, "no field or name `%s` here", key->name.p);
    if (g) mr_diag_hint(c->diags, g, "a key is a text: `\"%s\": ...`", key->name.p);
    mr_check_bad(key);
    key->kind = MR_AST_LIT;
    key->value = mr_string(key->name);
    return true;
}

/* ---- what a value has */

bool mr_check_before_first(struct mr_checker *c, struct mr_ast *e, const struct mr_type *list) {
    const struct mr_ast *k = e->args[1];
    if (list->kind != MR_T_LIST || k->kind != MR_AST_LIT || k->value.tag != MR_V_INT) return false;
    if (k->value.i >= 0 || e->opt) return false;
    const char *s = mr_check_quote(c, e->args[0]);
    struct mr_diag *g = mr_check_error(c, "E-CONST", k, "places are counted from 0 on");
    if (g && k->value.i == -1) {
        mr_diag_hint(c->diags, g, "the last one, if there is one: `%s.last()`", s);
    } else if (g) {
        mr_diag_hint(c->diags, g, "from the end: `%s.reverse()[%lld]`", s,
                     (long long)-(k->value.i + 1));
    }
    mr_check_bad(e);
    return true;
}

void mr_check_hint_index(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e,
                         const struct mr_type *receiver) {
    const char *s = mr_check_quote(c, e->args[0]), *k = mr_check_quote(c, e->args[1]);
    const struct mr_type *t = e->args[1]->type;
    if (receiver->kind == MR_T_LIST && t && t->kind == MR_T_STRING &&
        receiver->elem->kind == MR_T_STRUCT) {
        mr_diag_hint(c->diags, g, "of each element: `%s.map(x, x[%s])`", s, k);
    } else if (receiver->kind == MR_T_LIST) {
        mr_diag_hint(c->diags, g, "an index is an int");
    } else if (receiver->kind == MR_T_STRING) {
        mr_diag_hint(c->diags, g, "one character is `%s.charAt(%s)`", s, k);
    } else if (receiver->kind == MR_T_MAP) {
        const char *how = mr_check_convert(c, e->args[1], t, receiver->key->kind);
        if (how) mr_diag_hint(c->diags, g, "%s", how);
    }
}

static void hint_fields(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e,
                        const struct mr_type *t) {
    enum { SHOWN = 8 };
    const char *list = "";
    for (uint32_t i = 0; i < t->n_fields; i++) {
        struct mr_str f = t->fields[i].name;
        if (f.n == e->name.n && !strncasecmp(f.p, e->name.p, f.n)) {
            mr_diag_hint(c->diags, g, "did you mean `%s`?", f.p);
            return;
        }
        if (i < SHOWN) list = mr_arena_printf(c->arena, "%s%s`%s`", list, i ? ", " : "", f.p);
    }
    const char *more =
        t->n_fields > SHOWN ? mr_arena_printf(c->arena, ", ... (%u)", t->n_fields) : "";
    if (t->n_fields) mr_diag_hint(c->diags, g, "its fields are %s%s", list, more);
}

void mr_check_hint_field(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e,
                         const struct mr_type *t) {
    const char *s = mr_check_quote(c, e->args[0]), *name = e->name.p;
    const char *known = mr_hint(MR_HINT_CALL, e->name);
    if (t->kind == MR_T_STRUCT && memchr(name, '.', e->name.n)) return; /* an extension */
    if (t->kind == MR_T_STRUCT) {
        hint_fields(c, g, e, t);
        return;
    }
    if (t->kind == MR_T_LIST && t->elem->kind == MR_T_STRUCT &&
        mr_type_field(t->elem, e->name) >= 0) {
        mr_diag_hint(c->diags, g, "of each element: `%s.map(x, x.%s)`", s, name);
    } else if (mr_fns_takes_at(MR_CALL_METHOD, e->name, 0, t)) {
        mr_diag_hint(c->diags, g, "a method is called: `%s.%s()`", s, name);
    } else if (known) {
        mr_diag_hint(c->diags, g, "%s", known);
    } else if (t->kind == MR_T_STRING) {
        mr_diag_hint(c->diags, g, "if it holds JSON: `json.parse(%s).%s`", s, name);
    }
}

/* ---- two sides */

const char *mr_check_agree(struct mr_checker *c, const struct mr_ast *a, const struct mr_ast *b,
                           const struct mr_type *x, const struct mr_type *y) {
    if (x->kind == MR_T_NULL || y->kind == MR_T_NULL) {
        const char *s = mr_check_quote(c, x->kind == MR_T_NULL ? b : a);
        return mr_arena_printf(c->arena, "a value or none: `optional.of(%s)`, `optional.none()`",
                               s);
    }
    if (x->kind == MR_T_STRING) return mr_check_convert(c, b, y, MR_T_STRING);
    if (y->kind == MR_T_STRING) return mr_check_convert(c, a, x, MR_T_STRING);
    return NULL;
}

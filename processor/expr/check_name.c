/* check_name.c -- names that mean nothing here, or something else than is meant: says so, and what
 * could have been meant. */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/hints.h"
#include "processor/expr/macro.h"

const char *mr_check_near_field(struct mr_checker *c, const struct mr_type *t, struct mr_str name) {
    const char **names = mr_arena_alloc(c->arena, (t->n_fields + 1) * sizeof *names);
    for (uint32_t i = 0; i < t->n_fields; i++) names[i] = t->fields[i].name.p;
    return mr_str_nearest(name.p, names, t->n_fields);
}

static const char *nearest_name(struct mr_checker *c, struct mr_str name) {
    const struct mr_scope *s = c->scope;
    size_t n = 0, n_fields = s->row ? s->row->n_fields : 0;
    size_t n_vars = 0;
    for (const struct mr_var *v = c->vars; v; v = v->outer) n_vars++;
    const char **names =
        mr_arena_alloc(c->arena, (n_fields + s->n_extras + c->n_lets + n_vars + 3) * sizeof *names);
    for (const struct mr_var *v = c->vars; v; v = v->outer) names[n++] = v->name.p;
    for (size_t i = 0; i < n_fields; i++) names[n++] = s->row->fields[i].name.p;
    for (size_t i = 0; i < s->n_extras; i++) {
        if (s->extras[i].name.n == 0) continue; /* a place that is not used here */
        names[n++] = mr_arena_strndup(c->arena, s->extras[i].name.p, s->extras[i].name.n);
    }
    for (size_t i = 0; i < c->n_lets; i++) {
        names[n++] = mr_arena_strndup(c->arena, s->lets[i].name.p, s->lets[i].name.n);
    }
    names[n++] = "this";
    names[n++] = "meta";
    names[n++] = "params";
    return mr_str_nearest(name.p, names, n);
}

/* What there is, when nothing is near: clauses apply in the language's order, so a field may be
 * gone (or not yet there) without its reader seeing why. */
static void hint_fields(struct mr_checker *c, struct mr_diag *g) {
    enum { SHOWN = 8 };
    const struct mr_type *row = c->scope->row;
    if (!g || !row || !row->n_fields) return;
    struct mr_buf list;
    mr_buf_init(&list, 0);
    for (uint32_t i = 0; i < row->n_fields && i < SHOWN; i++)
        mr_buf_printf(&list, "%s`%s`", i ? ", " : "", row->fields[i].name.p);
    if (row->n_fields > SHOWN) mr_buf_printf(&list, ", ... (%u)", (unsigned)row->n_fields);
    mr_diag_hint(c->diags, g, "the fields here are %s", mr_buf_cstr(&list));
    mr_buf_done(&list);
}

/* Scope `loose`: the record is the row's one field; `amount` is `this.amount`. */
static const struct mr_type *loose(struct mr_checker *c, struct mr_ast *e) {
    if (mr_str_is(e->name, "this")) {
        e->kind = MR_AST_FIELD;
        e->index = 0;
        e->type = &mr_type_dyn;
        if (e->opt) e->type = mr_type_optional(c->arena, e->type);
        return e->type;
    }
    struct mr_ast *record = mr_arena_dup(c->arena, e, sizeof *e);
    record->name = MR_STR("this");
    record->opt = false;
    e->args = mr_arena_dup(c->arena, &record, sizeof record);
    e->n = 1;
    e->kind = MR_AST_SELECT;
    e->name_off = e->off;
    return mr_check_ast(c, e);
}

const struct mr_type *mr_check_unknown(struct mr_checker *c, struct mr_ast *e) {
    if (c->scope->loose) return loose(c, e);
    if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "undeclared name `%s`", e->name.p);
        return e->type;
    }
    struct mr_diag *g = mr_check_error(c, "E-NAME", e, "no field or name `%s` here", e->name.p);
    const char *near = nearest_name(c, e->name), *known = mr_hint(MR_HINT_NAME, e->name);
    if (g && known)
        mr_diag_hint(c->diags, g, "%s", known);
    else if (g && near)
        mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    else if (g && mr_fns_known(MR_CALL_GLOBAL, e->name)) {
        mr_diag_hint(c->diags, g, "`%s` is a function: %s(...)", e->name.p, e->name.p);
    } else {
        hint_fields(c, g);
    }
    return mr_check_bad(e);
}

/* Names that the language gives a meaning at other places. */
static bool is_elsewhere(struct mr_str name) {
    static const char *const names[] = {"after", "fired_at", "window", "key", "acc"};
    for (size_t i = 0; i < MR_ARRAY_LEN(names); i++) {
        if (mr_str_is(name, names[i])) return true;
    }
    return false;
}

/* event.amount where amount is a field of the record */
bool mr_check_whole(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_scope *s = c->scope;
    struct mr_ast *x = e->args[0];
    if (s->strict || s->loose || s->unchecked || !s->row || x->kind != MR_AST_IDENT) return false;
    if (mr_check_declared(c, x->name) || mr_type_field(s->row, e->name) < 0) return false;
    if (nearest_name(c, x->name) || is_elsewhere(x->name)) return false;
    struct mr_diag *g = mr_check_error(c, "E-NAME", x, "no field or name `%s` here", x->name.p);
    if (g)
        mr_diag_hint(c->diags, g, "fields stand bare: `%s`; the whole record is `this`", e->name.p);
    mr_check_bad(e);
    return true;
}

const struct mr_type *mr_check_no_value(struct mr_checker *c, struct mr_ast *e) {
    const char *what = e->name.p[0] == 'm' ? "meta.timestamp" : "params.name";
    struct mr_diag *g = mr_check_error(c, "E-NAME", e, "`%s` is no value of its own", e->name.p);
    if (g) mr_diag_hint(c->diags, g, "read one of its fields: `%s`", what);
    return mr_check_bad(e);
}

/* A `let` stands before the node's `key:`, so it means the key before it, which is gone behind it.
 */
bool mr_check_old_key(struct mr_checker *c, const struct mr_ast *e) {
    const struct mr_scope *s = c->scope;
    if (!s->rekeyed || c->n_lets >= s->n_lets || !mr_str_is(e->name, "key")) return false;
    struct mr_str let = s->lets[c->n_lets].name;
    struct mr_diag *g = mr_check_error(c, "E-NOTYET", e,
                                       "`key` in a `let` that is read behind `key:` would be the "
                                       "new key; to keep the old one is not there yet");
    if (g)
        mr_diag_hint(c->diags, g, "make it a field before: `add: {%.*s: '%.*s'}`", MR_STR_ARG(let),
                     MR_STR_ARG(let));
    return true;
}

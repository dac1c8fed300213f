/* macro.c -- checks CEL's macros: their variables, what they go over, what their parts must be.
 *
 * A macro is a call whose first arguments are names. It stays one node (MR_AST_MACRO: what it goes
 * over, then its parts without the names), so messages quote what was written; code.c makes a loop
 * of it. Variables hide fields, extras and lets, never `this`, `meta` and `params`, through which
 * hidden ones are still read. The text of a `let` does not see them (check.c).
 */
#include "processor/expr/macro.h"

#include "base/mem.h"
#include "processor/expr/check.h"
#include "processor/expr/fns.h"

static const struct mr_macro rows[] = {
#define MACRO(id, style, name, n_vars, n_args, form)                                               \
    {MR_MACRO_##id, MR_CALL_##style, name, n_vars, n_args, form},
#include "processor/expr/macros.def"
#undef MACRO
};

const struct mr_macro *mr_macro_row(uint16_t row) {
    return &rows[row];
}

bool mr_macro_known(enum mr_call_style style, struct mr_str name) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (rows[i].style == style && mr_str_is(name, rows[i].name)) return true;
    }
    return false;
}

/* ---- which one */

/* The row of a call, or NULL. args without the receiver. */
static const struct mr_macro *find(const struct mr_ast *e) {
    uint32_t n = e->n - (e->style == MR_CALL_METHOD);
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        const struct mr_macro *m = &rows[i];
        if (m->style == e->style && mr_str_is(e->name, m->name) && n == m->n_vars + m->n_args)
            return m;
    }
    return NULL;
}

static void wrong_count(struct mr_checker *c, struct mr_ast *e) {
    const char *forms = "";
    for (uint32_t i = 0; i < e->n; i++) {
        if (e->args[i]->kind != MR_AST_ERROR) continue;
        mr_check_bad(e); /* reported by the parser */
        return;
    }
    struct mr_diag *g =
        mr_check_at(c, MR_ERROR, "E-TYPE", e, e->name_off, (uint32_t)e->name.n,
                    mr_arena_printf(c->arena, "`%s` takes another number of arguments", e->name.p));
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (rows[i].style != e->style || !mr_str_is(e->name, rows[i].name)) continue;
        forms = mr_arena_printf(c->arena, "%s%s`%s`", forms, *forms ? ", " : "", rows[i].form);
    }
    if (g) mr_diag_hint(c->diags, g, "it is written %s", forms);
    mr_check_bad(e);
}

/* ---- variables */

static bool check_names(struct mr_checker *c, const struct mr_macro *m, struct mr_ast *const *x) {
    bool good = true;
    for (uint32_t i = 0; i < m->n_vars; i++) {
        if (x[i]->kind == MR_AST_ERROR) {
            good = false; /* reported by the parser */
        } else if (x[i]->kind != MR_AST_IDENT) {
            struct mr_diag *g = mr_check_error(c, "E-SYNTAX", x[i], "a variable is a plain name");
            if (g) mr_diag_hint(c->diags, g, "it is written `%s`", m->form);
            good = false;
        } else if (mr_check_is_special(c, x[i]->name)) {
            mr_check_error(c, "E-NAME", x[i], "`%s` cannot name a variable", x[i]->name.p);
            good = false;
        } else if (i && x[0]->kind == MR_AST_IDENT && mr_str_eq(x[0]->name, x[i]->name)) {
            mr_check_error(c, "E-NAME", x[i], "`%s` names both variables", x[i]->name.p);
            good = false;
        }
    }
    return good;
}

/* Makes the variables of e, visible from now on. */
static void declare(struct mr_checker *c, struct mr_ast *e, const struct mr_macro *m,
                    struct mr_ast *const *names, const struct mr_type *const *types) {
    e->var = mr_arena_calloc(c->arena, m->n_vars, sizeof *e->var);
    e->index = c->n_vars;
    for (uint32_t i = 0; i < m->n_vars; i++) {
        e->var[i] = (struct mr_var){names[i]->name, types[i], c->vars, c->n_vars++, 0};
        c->vars = &e->var[i];
    }
}

/* ---- what it goes over */

/* The types of the variables, one for each. */
static bool check_range(struct mr_checker *c, struct mr_ast *e, const struct mr_macro *m,
                        const struct mr_type **ret) {
    struct mr_ast *x = e->args[0];
    const struct mr_type *t = mr_check_value(c, x);
    bool two = m->n_vars == 2;
    bool list = m->id == MR_MACRO_SORT_BY; /* has an order to be changed */
    switch (list && t->kind == MR_T_MAP ? MR_T_NULL : t->kind) {
    case MR_T_LIST:
        ret[0] = two ? &mr_type_int : t->elem;
        ret[1] = t->elem;
        return true;
    case MR_T_MAP:
        ret[0] = t->key;
        ret[1] = t->elem;
        return true;
    case MR_T_DYN: ret[0] = ret[1] = &mr_type_dyn; return true;
    case MR_T_ERROR: mr_check_bad(e); return false;
    default: break;
    }
    if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "`%s` goes over a list%s", e->name.p, list ? "" : " or a map");
    } else if (t->kind == MR_T_OPTIONAL) {
        mr_check_absent(c, x);
        mr_check_bad(e);
    } else {
        mr_check_error(c, "E-TYPE", x, "`%s` goes over a list%s, this is `%s`", e->name.p,
                       list ? "" : " or a map", mr_check_type_text(c, t));
        mr_check_bad(e);
    }
    return false;
}

static bool check_optional(struct mr_checker *c, struct mr_ast *e, const struct mr_type **ret) {
    struct mr_ast *x = e->args[0];
    const struct mr_type *t = mr_check_ast(c, x);
    bool good = mr_check_as_optional(c, x);
    if (good) ret[0] = x->type->elem;
    if (good) return true;
    if (t->kind == MR_T_ERROR) {
        mr_check_bad(e);
    } else if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "`%s` is a method of optionals", e->name.p);
    } else {
        struct mr_diag *g = mr_check_error(c, "E-TYPE", x, "this is never absent");
        if (g) mr_diag_hint(c->diags, g, "%s() is a method of optionals", e->name.p);
        mr_check_bad(e);
    }
    return false;
}

/* ---- its parts */

static bool nests_too_deeply(struct mr_checker *c, struct mr_ast *e) {
    if (c->loops < MR_MACRO_MAX_NESTED) return false;
    struct mr_diag *g = mr_check_at(c, MR_ERROR, "E-LIMIT", e, e->name_off, (uint32_t)e->name.n,
                                    "macros over lists and maps are nested more than 3 deep");
    if (g) mr_diag_hint(c->diags, g, "make the inner list in a node before");
    return true;
}

static const struct mr_type *entries_type(struct mr_checker *c, struct mr_ast *x,
                                          const struct mr_type *t) {
    if (t->kind == MR_T_MAP) return t;
    if (t->kind == MR_T_DYN || c->scope->unchecked)
        return mr_type_map(c->arena, &mr_type_dyn, &mr_type_dyn);
    if (t->kind != MR_T_ERROR) {
        mr_check_error(c, "E-TYPE", x, "the entries are a map, this is `%s`",
                       mr_check_type_text(c, t));
    }
    return &mr_type_error;
}

/* The key must be of a type that `<` takes. */
static const struct mr_type *sorted_type(struct mr_checker *c, struct mr_ast *e,
                                         const struct mr_type *key) {
    const struct mr_type *types[] = {key, key}, *elem = e->var[0].type;
    struct mr_fit_result r;
    if (mr_fns_fit(c->arena, MR_CALL_OPERATOR, MR_STR("<"), 2, types, false, &r) == MR_FIT_NONE &&
        !c->scope->unchecked) {
        mr_check_error(c, "E-TYPE", e->args[1], "`sortBy` needs a key with an order, this is `%s`",
                       mr_check_type_text(c, key));
        return &mr_type_error;
    }
    return mr_type_list(c->arena, elem);
}

/* The result's type; ERROR after a report. */
static const struct mr_type *check_body(struct mr_checker *c, struct mr_ast *e,
                                        const struct mr_macro *m) {
    bool makes = m->id == MR_MACRO_MAP || m->id == MR_MACRO_TO_MAP ||
                 m->id == MR_MACRO_TO_ENTRIES || m->id == MR_MACRO_SORT_BY;
    struct mr_ast *last = e->args[e->n - 1];
    size_t facts = c->n_facts;
    if (!makes) {
        if (!mr_check_bool(c, last)) return &mr_type_error;
        return m->id == MR_MACRO_FILTER ? mr_type_list(c->arena, e->var[0].type) : &mr_type_bool;
    }
    bool good = e->n < 3 || mr_check_bool(c, e->args[1]);
    if (e->n == 3) mr_presence_assume(c, e->args[1], true);
    const struct mr_type *t = mr_check_value(c, last);
    mr_presence_forget(c, facts);
    if (!good || t->kind == MR_T_ERROR) return &mr_type_error;
    if (m->id == MR_MACRO_MAP) return mr_type_list(c->arena, t);
    if (m->id == MR_MACRO_SORT_BY) return sorted_type(c, e, t);
    if (m->id == MR_MACRO_TO_MAP) return mr_type_map(c->arena, e->var[0].type, t);
    return entries_type(c, last, t);
}

static const struct mr_type *check_opt_body(struct mr_checker *c, struct mr_ast *e,
                                            const struct mr_macro *m) {
    struct mr_ast *x = e->args[1];
    bool flat = m->id == MR_MACRO_OPT_FLAT_MAP;
    const struct mr_type *t = flat ? mr_check_ast(c, x) : mr_check_value(c, x);
    if (t->kind == MR_T_ERROR) return t;
    if (!flat) {
        if (t->kind == MR_T_OPTIONAL) mr_check_coerce(c, x, &mr_type_dyn);
        return mr_type_optional(c->arena, t);
    }
    if (mr_check_as_optional(c, x)) return x->type;
    mr_check_error(c, "E-TYPE", x, "optFlatMap() makes an optional, this is `%s`",
                   mr_check_type_text(c, t));
    return &mr_type_error;
}

bool mr_check_macro(struct mr_checker *c, struct mr_ast *e) {
    if (c->scope->no_macros || !mr_macro_known((enum mr_call_style)e->style, e->name)) return false;
    const struct mr_macro *m = find(e);
    if (!m) {
        wrong_count(c, e);
        return true;
    }
    bool bind = m->id == MR_MACRO_BIND;
    bool loop = m->id < MR_MACRO_BIND;
    struct mr_ast *const *names = e->args + !bind;
    struct mr_ast **parts = mr_arena_alloc(c->arena, (1u + m->n_args) * sizeof *parts);
    const struct mr_type *types[2], *t;
    if (!check_names(c, m, names) || (loop && nests_too_deeply(c, e))) {
        mr_check_bad(e);
        return true;
    }
    uint32_t n = 0;
    if (!bind) parts[n++] = e->args[0];
    for (uint32_t i = 0; i < m->n_args; i++) parts[n++] = names[m->n_vars + i];
    e->args = parts;
    e->n = n;
    if (loop && !check_range(c, e, m, types)) return true;
    if (!loop && !bind && !check_optional(c, e, types)) return true;
    if (bind) types[0] = mr_check_value(c, parts[0]);
    const struct mr_var *outer = c->vars;
    declare(c, e, m, names, types);
    c->loops += loop;
    t = bind ? mr_check_ast(c, parts[1]) : loop ? check_body(c, e, m) : check_opt_body(c, e, m);
    c->loops -= loop;
    c->vars = outer;
    if (t->kind == MR_T_ERROR || types[0]->kind == MR_T_ERROR) {
        mr_check_bad(e);
        return true;
    }
    e->kind = MR_AST_MACRO;
    e->fn = (uint16_t)(m - rows);
    e->type = t;
    e->soft = bind && parts[1]->soft;
    return true;
}

/* check_control.c -- conditions and alternatives: && || ?: ?? or() orValue(). What two sides agree
 * on, and what is known to be there in each of them (presence.c).
 */
#include "processor/expr/check.h"

#include "processor/expr/fns.h"

/* ---- alternatives */

/* Brings two alternatives to one type (without optional); NULL after a report. */
static const struct mr_type *agree(struct mr_checker *c, struct mr_ast *e, struct mr_ast *a,
                                   struct mr_ast *b, const struct mr_type *x,
                                   const struct mr_type *y) {
    bool mixed = !c->scope->strict && ((x->kind == MR_T_INT && y->kind == MR_T_DOUBLE) ||
                                       (x->kind == MR_T_DOUBLE && y->kind == MR_T_INT));
    struct mr_ast *narrow = x->kind == MR_T_INT ? a : b;
    if (mixed && narrow->type->kind != MR_T_OPTIONAL) {
        mr_check_widen(c, narrow);
        return &mr_type_double;
    }
    const struct mr_type *j = mr_type_join(c->arena, y, x);
    if (j || c->scope->unchecked) return j ? j : &mr_type_dyn;
    struct mr_diag *g = mr_check_error(c, "E-TYPE", e, "the two sides differ: `%s` and `%s`",
                                       mr_check_type_text(c, x), mr_check_type_text(c, y));
    const char *how = mr_check_agree(c, a, b, x, y);
    if (g && mixed) mr_diag_hint(c->diags, g, "write the int side as `double(...)`");
    if (g && !mixed && how) mr_diag_hint(c->diags, g, "%s", how);
    return NULL;
}

static const struct mr_type *plain(const struct mr_type *t) {
    return t->kind == MR_T_OPTIONAL ? t->elem : t;
}

/* The left side of `??`, or() and orValue(). */
static bool coalesces(struct mr_checker *c, struct mr_ast *e, bool sugar) {
    struct mr_ast *a = e->args[0];
    if (a->type->kind == MR_T_OPTIONAL || (!sugar && mr_check_as_optional(c, a))) return true;
    if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "%s() is a method of optionals", e->name.p);
        return false;
    }
    struct mr_diag *g =
        mr_check_error(c, "E-TYPE", a, "`%s` is never absent", mr_check_path_text(c, a));
    uint32_t from = sugar ? e->name_off : e->name_off - 1, end = e->off + e->len;
    if (g && end > from && end - from < 60)
        mr_diag_hint(c->diags, g, "leave `%.*s` out", (int)(end - from), e->src->text.p + from);
    mr_check_bad(e);
    return false;
}

/* or(): both are optionals. */
static const struct mr_type *check_or(struct mr_checker *c, struct mr_ast *e) {
    struct mr_ast *a = e->args[0], *b = e->args[1];
    if (!mr_check_as_optional(c, b)) {
        struct mr_diag *g = mr_check_error(c, "E-TYPE", b, "or() takes an optional");
        if (g) mr_diag_hint(c->diags, g, "orValue() takes a plain value");
        return mr_check_bad(e);
    }
    const struct mr_type *t = agree(c, e, a, b, a->type->elem, b->type->elem);
    if (!t) return mr_check_bad(e);
    t = mr_type_optional(c->arena, t);
    mr_check_coerce(c, a, t);
    mr_check_coerce(c, b, t);
    e->soft = false;
    return e->type = t;
}

const struct mr_type *mr_check_coalesce(struct mr_checker *c, struct mr_ast *e) {
    struct mr_ast *a = e->args[0], *b = e->args[1];
    bool sugar = mr_str_is(e->name, "??");
    if (sugar) mr_check_mark_path(a);
    const struct mr_type *x = mr_check_ast(c, a), *y = mr_check_ast(c, b);
    if (x->kind == MR_T_ERROR || y->kind == MR_T_ERROR) return mr_check_bad(e);
    if (!coalesces(c, e, sugar)) return e->type;
    if (mr_str_is(e->name, "or")) return check_or(c, e);
    x = a->type->elem;
    bool nested = x->kind == MR_T_OPTIONAL, may = y->kind == MR_T_OPTIONAL && !nested;
    if (!sugar && may && !c->scope->strict) {
        mr_check_absent(c, b);
        return mr_check_bad(e);
    }
    const struct mr_type *t = agree(c, e, a, b, x, may && sugar ? y->elem : y);
    if (!t) return mr_check_bad(e);
    mr_check_coerce(c, a, mr_type_optional(c->arena, t));
    e->soft = may && sugar;
    e->type = may && sugar ? mr_type_optional(c->arena, t) : t;
    mr_check_coerce(c, b, nested ? &mr_type_dyn : e->type);
    if (nested && t->kind == MR_T_OPTIONAL) mr_check_unbox(c, e);
    return e->type;
}

/* ---- conditions */

bool mr_check_bool(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *t = mr_check_value(c, e);
    if (t->kind == MR_T_WRAPPER) t = t->elem; /* null is found out when it runs */
    bool fits = t->kind == MR_T_BOOL || t->kind == MR_T_DYN || t->kind == MR_T_ERROR;
    if (fits || c->scope->unchecked) return t->kind != MR_T_ERROR;
    if (t->kind == MR_T_OPTIONAL && !c->scope->strict) {
        mr_check_absent(c, e);
    } else {
        struct mr_diag *g = mr_check_error(c, "E-TYPE", e, "a condition is `bool`, this is `%s`",
                                           mr_check_type_text(c, t));
        const char *how = mr_check_convert(c, e, t, MR_T_BOOL);
        if (g && how) mr_diag_hint(c->diags, g, "%s", how);
    }
    return false;
}

const struct mr_type *mr_check_logic(struct mr_checker *c, struct mr_ast *e) {
    size_t facts = c->n_facts;
    bool good = true;
    enum mr_meant meant = mr_check_default(c, e);
    if (meant == MR_MEANT_WRONG) return mr_check_bad(e);
    for (uint32_t i = 0; i < e->n; i++) {
        bool checked = i == 0 && meant == MR_MEANT_FIRST;
        good = (checked || mr_check_bool(c, e->args[i])) && good;
        mr_presence_assume(c, e->args[i], e->kind == MR_AST_AND);
    }
    mr_presence_forget(c, facts);
    return good ? (e->type = &mr_type_bool) : mr_check_bad(e);
}

const struct mr_type *mr_check_cond(struct mr_checker *c, struct mr_ast *e) {
    bool good = mr_check_bool(c, e->args[0]);
    size_t facts = mr_presence_assume(c, e->args[0], true);
    const struct mr_type *x = mr_check_ast(c, e->args[1]);
    mr_presence_forget(c, facts);
    mr_presence_assume(c, e->args[0], false);
    const struct mr_type *y = mr_check_ast(c, e->args[2]);
    mr_presence_forget(c, facts);
    if (!good || x->kind == MR_T_ERROR || y->kind == MR_T_ERROR) return mr_check_bad(e);
    bool optional = x->kind == MR_T_OPTIONAL || y->kind == MR_T_OPTIONAL;
    bool both = x->kind == y->kind;
    bool soft = e->args[1]->soft || e->args[2]->soft;
    bool null = !soft && (x->kind == MR_T_NULL || y->kind == MR_T_NULL);
    bool whole = !both && (c->scope->strict || null); /* as optionals, not as what may be absent */
    const struct mr_type *t = whole ? agree(c, e, e->args[1], e->args[2], x, y)
                                    : agree(c, e, e->args[1], e->args[2], plain(x), plain(y));
    if (!t) return mr_check_bad(e);
    e->soft = soft || (optional && !both);
    e->type = optional && !whole ? mr_type_optional(c->arena, t) : t;
    mr_check_coerce(c, e->args[1], e->type);
    mr_check_coerce(c, e->args[2], e->type);
    return e->type;
}

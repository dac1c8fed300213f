/* check_literal.c -- lists and maps: the type of their elements is the one that all agree with,
 * else dyn, in which records and optionals are boxed.
 */
#include "processor/expr/check.h"

#include "processor/expr/fns.h"

/* The common type of elements: dyn when they differ. */
static const struct mr_type *common(struct mr_checker *c, const struct mr_type *a,
                                    const struct mr_type *b) {
    const struct mr_type *j = mr_type_join(c->arena, a, b);
    return j ? j : &mr_type_dyn;
}

static const struct mr_type *check_element(struct mr_checker *c, struct mr_ast *x, bool opt) {
    if (!opt) return mr_check_value(c, x);
    const struct mr_type *t = mr_check_ast(c, x);
    if (mr_check_as_optional(c, x)) { /* a list would hold the one in it without its box */
        return x->type->elem->kind == MR_T_OPTIONAL ? mr_type_dyn_of(c->arena, x->type->elem)
                                                    : x->type->elem;
    }
    if (t->kind == MR_T_ERROR) return t;
    struct mr_diag *g =
        mr_check_error(c, "E-TYPE", x, "an element with `?` is an optional, this is `%s`",
                       mr_check_type_text(c, t));
    if (g) mr_diag_hint(c->diags, g, "leave the `?` out");
    return mr_check_bad(x);
}

/* Of a marked one: what is in it. In an optional an optional is boxed, as an element it is not. */
static void coerce_element(struct mr_checker *c, struct mr_ast *x, const struct mr_type *elem,
                           bool opt) {
    mr_check_coerce(c, x, opt ? mr_type_optional(c->arena, elem) : elem);
}

const struct mr_type *mr_check_list(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *elem = &mr_type_bottom;
    for (uint32_t i = 0; i < e->n; i++) {
        elem = common(c, elem, check_element(c, e->args[i], e->opts && e->opts[i]));
    }
    if (elem->kind == MR_T_ERROR) return mr_check_bad(e);
    for (uint32_t i = 0; i < e->n; i++) coerce_element(c, e->args[i], elem, e->opts && e->opts[i]);
    return e->type = mr_type_list(c->arena, elem);
}

const struct mr_type *mr_check_map(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *key = &mr_type_bottom, *elem = &mr_type_bottom;
    for (uint32_t i = 0; i < e->n; i += 2) {
        if (mr_check_bare_key(c, e->args[i])) key = &mr_type_error;
        const struct mr_type *k = mr_check_value(c, e->args[i]);
        bool fits = k->kind == MR_T_INT || k->kind == MR_T_UINT || k->kind == MR_T_BOOL ||
                    k->kind == MR_T_STRING || k->kind == MR_T_DYN || k->kind == MR_T_ERROR;
        if (!fits && !c->scope->unchecked) {
            const char *word = mr_check_quote(c, e->args[i]);
            struct mr_diag *g = mr_check_error(
                c, "E-TYPE", e->args[i], "a key is an int, uint, bool or string, this is `%s`",
                mr_check_type_text(c, k));
            if (g && e->args[i]->kind == MR_AST_FIELD)
                mr_diag_hint(c->diags, g, "a key that is a word stands in quotes: `\"%s\"`", word);
            k = &mr_type_error;
        }
        key = common(c, key, k);
        elem = common(c, elem, check_element(c, e->args[i + 1], e->opts && e->opts[i / 2]));
    }
    if (key->kind == MR_T_ERROR || elem->kind == MR_T_ERROR) return mr_check_bad(e);
    for (uint32_t i = 0; i < e->n; i += 2)
        coerce_element(c, e->args[i + 1], elem, e->opts && e->opts[i / 2]);
    return e->type = mr_type_map(c->arena, key, elem);
}

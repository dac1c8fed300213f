/* check_math.c -- math.greatest and math.least: any number of arguments, or one list.
 *
 * As cel-go's macros of these names: what is plainly no number is refused where it is written; more
 * than two arguments become one list. The rest is overloads (fns.def): numbers of one type give
 * that type, of several types dyn.
 */
#include "processor/expr/check.h"

#include "base/mem.h"

static bool is_extreme(const struct mr_ast *e) {
    return e->style == MR_CALL_GLOBAL &&
           (mr_str_is(e->name, "math.greatest") || mr_str_is(e->name, "math.least"));
}

static bool may_be_number(const struct mr_ast *x) {
    switch ((enum mr_ast_kind)x->kind) {
    case MR_AST_LIT:
        return x->value.tag == MR_V_INT || x->value.tag == MR_V_UINT || x->value.tag == MR_V_DOUBLE;
    case MR_AST_LIST:
    case MR_AST_MAP: return false;
    default: return true;
    }
}

static bool numbers(struct mr_checker *c, const struct mr_ast *e, struct mr_ast *const *args,
                    uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (may_be_number(args[i])) continue;
        struct mr_diag *g =
            mr_check_error(c, "E-TYPE", args[i], "`%s` compares numbers", e->name.p);
        if (g && args[i]->kind == MR_AST_LIST && n > 1)
            mr_diag_hint(c->diags, g, "it takes numbers, or one list of numbers");
        return false;
    }
    return true;
}

static struct mr_ast *list_of(struct mr_checker *c, const struct mr_ast *e) {
    const struct mr_ast *first = e->args[0], *last = e->args[e->n - 1];
    struct mr_ast *list = mr_arena_calloc(c->arena, 1, sizeof *list);
    list->kind = MR_AST_LIST;
    list->src = e->src;
    list->off = first->off;
    list->len = last->off + last->len - first->off;
    list->depth = e->depth;
    list->args = e->args;
    list->n = e->n;
    return list;
}

bool mr_check_variadic(struct mr_checker *c, struct mr_ast *e) {
    if (!is_extreme(e)) return true;
    const struct mr_ast *only = e->n == 1 ? e->args[0] : NULL;
    bool list = only && only->kind == MR_AST_LIST && only->n > 0;
    bool good = list ? numbers(c, e, only->args, only->n) : numbers(c, e, e->args, e->n);
    if (e->n == 0) {
        mr_check_at(c, MR_ERROR, "E-TYPE", e, e->name_off, (uint32_t)e->name.n,
                    mr_arena_printf(c->arena, "`%s` takes at least one number", e->name.p));
        good = false;
    }
    if (good && e->n > 2) {
        struct mr_ast *l = list_of(c, e);
        e->args = mr_arena_dup(c->arena, &l, sizeof l);
        e->n = 1;
        e->depth++;
    }
    if (!good) mr_check_bad(e);
    return good;
}

/* A list of several types is one of dyn, which would hide this until it runs. */
bool mr_check_numbers(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *list = e->n == 1 ? e->args[0] : NULL;
    if (!is_extreme(e) || c->scope->strict || !list || list->kind != MR_AST_LIST) return true;
    for (uint32_t i = 0; i < list->n; i++) {
        const struct mr_type *t = list->args[i]->type;
        if (t->kind == MR_T_INT || t->kind == MR_T_UINT || t->kind == MR_T_DOUBLE ||
            t->kind == MR_T_DYN) {
            continue;
        }
        mr_check_error(c, "E-TYPE", list->args[i], "`%s` compares numbers, this is `%s`", e->name.p,
                       mr_check_type_text(c, t));
        mr_check_bad(e);
        return false;
    }
    return true;
}

/* check_box.c -- where a value comes to stand in a place of type dyn, or comes back: the steps that
 * box records and optionals (value_box.c). They are made only where the static type holds some.
 */
#include "processor/expr/check.h"

#include "processor/expr/fns.h"

void mr_check_wrap(struct mr_checker *c, struct mr_ast *e, enum mr_op_code op, const char *name,
                   const struct mr_type *type) {
    struct mr_ast *inner = mr_arena_dup(c->arena, e, sizeof *e);
    e->args = mr_arena_dup(c->arena, &inner, sizeof inner);
    e->n = 1;
    e->kind = MR_AST_CALL;
    e->style = MR_CALL_GLOBAL;
    e->name = mr_str(name);
    e->op = (uint16_t)op;
    e->type = type;
    e->opts = NULL;
    e->opt = false;
    e->depth++;
}

void mr_check_coerce(struct mr_checker *c, struct mr_ast *e, const struct mr_type *to) {
    if (to && e->kind != MR_AST_ERROR && mr_type_coerces(e->type, to))
        mr_check_wrap(c, e, MR_OP_BOX, "dyn", to);
}

void mr_check_unbox(struct mr_checker *c, struct mr_ast *e) {
    if (e->kind != MR_AST_ERROR && mr_type_boxes(e->type))
        mr_check_wrap(c, e, MR_OP_UNBOX, "dyn", e->type);
}

bool mr_check_as_optional(struct mr_checker *c, struct mr_ast *e) {
    bool path = e->kind == MR_AST_INDEX || e->kind == MR_AST_GET || e->kind == MR_AST_FIELD ||
                e->kind == MR_AST_EXTRA;
    if (e->type->kind == MR_T_OPTIONAL) return true;
    /* A field of JSON is none, so outside of strict mode it is a mistake. */
    if (e->type->kind != MR_T_DYN || (path && !c->scope->strict)) return false;
    mr_check_wrap(c, e, MR_OP_AS_OPTIONAL, "dyn", mr_type_optional(c->arena, &mr_type_dyn));
    return true;
}

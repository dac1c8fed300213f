/* step_box.c -- steps of boxed values: into boxes, out of them (value_box.c has the rules). */
#include "processor/expr/run.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

STEP_FN_OF(box) { /* b: the type that it has; imm: the constant of the type that it gets */
    const struct mr_type *to = r->p->constants[s->imm].type;
    if (!mr_run_charge(r, s, mr_value_elements(a, b->type))) return false;
    *dst = mr_value_coerce(r->f->arena, a, b->type, to);
    return true;
}

STEP_FN_OF(unbox) { /* b: the type that it gets */
    if (!mr_run_charge(r, s, mr_value_elements(a, b->type))) return false;
    *dst = mr_value_unbox(r->f->arena, a, b->type);
    return true;
}

STEP_FN_OF(as_optional) { /* of dyn, of which nobody knows whether it is an optional */
    if (a->tag != MR_V_OPTIONAL)
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "an optional is needed, this is %s",
                           mr_tag_name(a));
    *dst = a->len ? *a->list : MR_ABSENT;
    return true;
}

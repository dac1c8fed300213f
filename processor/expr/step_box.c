/* step_box.c -- steps of boxed values: into boxes, out of them (value_box.c has the rules). */
#include "processor/expr/run.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

/* How many elements are touched: those of lists and maps that hold what is boxed. */
static size_t elements(const struct mr_value *v, const struct mr_type *t) {
    size_t n = 1;
    bool list = t->kind == MR_T_LIST && v->tag == MR_V_LIST;
    bool map = t->kind == MR_T_MAP && v->tag == MR_V_MAP;
    if (t->kind == MR_T_OPTIONAL && v->tag != MR_V_OPTIONAL) return elements(v, t->elem);
    for (uint32_t i = 0; i < v->len && (list || map); i++)
        n += mr_type_boxes(t->elem) ? elements(list ? &v->list[i] : &v->map[i].value, t->elem) : 1;
    return n;
}

STEP_FN_OF(box) { /* b: the type that it has; imm: the constant of the type that it gets */
    const struct mr_type *to = r->p->constants[s->imm].type;
    if (!mr_run_charge(r, s, elements(a, b->type))) return false;
    *dst = mr_value_coerce(r->f->arena, a, b->type, to);
    return true;
}

STEP_FN_OF(unbox) { /* b: the type that it gets */
    if (!mr_run_charge(r, s, elements(a, b->type))) return false;
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

/* where.c -- `where: expr`: keeps the rows for which it is true.
 *
 * Conf: struct mr_filter, made by mr_filter_check; `having` is the same over aggregates. An error
 * in the expression is an error of the record, not false. Over a table a retraction is judged by
 * the same expression, so what never passed is never taken back.
 */
#include "processor/op/internal.h"

bool mr_filter_check(struct mr_check *c, const char *clause) {
    struct mr_filter *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    mr_env_begin(c, &conf->env);
    if (c->clause->kind != MR_TREE_SCALAR) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`%s` takes one expression", clause);
        mr_diag_hint(c->diags, g, "join conditions with &&: '%s: a > 1 && b'", clause);
        return false;
    }
    conf->program = mr_env_expr(c, &conf->env, c->clause, &mr_type_bool);
    if (!conf->program) return false;
    if (mr_program_optional(conf->program)) {
        struct mr_diag *g = mr_error(c->diags, "E-ABSENT", c->clause->pos,
                                     "the condition of `%s` can be absent", clause);
        mr_diag_hint(c->diags, g, "say what counts then: '... ?? false'");
        return false;
    }
    c->conf = conf;
    return true;
}

void mr_filter_process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct mr_filter *conf = op->step->conf;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_env_frame f;
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (!r->row) {
            mr_null_value(r);
            continue;
        }
        struct mr_value v = mr_eval(conf->program, mr_env_frame(&conf->env, r, a, &f));
        if (v.tag == MR_V_ERROR)
            mr_failed(r, &v);
        else if (v.tag == MR_V_BOOL && v.b)
            mr_emit(op, r, *r);
        else
            mr_filtered(r);
    }
}

void mr_filter_explain(const struct mr_step *s, struct mr_buf *to) {
    const struct mr_filter *conf = s->conf;
    mr_print_text(mr_program_text(conf->program), to);
}

static bool check(struct mr_check *c) {
    return mr_filter_check(c, "where");
}

const struct mr_op_desc mr_op_where = {
    .name = "where",
    .clause = "where",
    .looks_at_sign = true,
    .check = check,
    .process = mr_filter_process,
    .explain = mr_filter_explain,
};

/* output.c -- `output: {field: expr}`: shapes the result of an aggregate; `select` over its rows.
 */
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    struct mr_shape *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    mr_env_begin(c, &conf->env);
    if (c->clause->kind != MR_TREE_MAP || c->clause->n == 0) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`output` takes a map of fields");
        mr_diag_hint(c->diags, g, "output: {field: 'expression', ...}");
        return false;
    }
    conf->n = c->clause->n;
    conf->fields = mr_arena_calloc(c->arena, conf->n, sizeof *conf->fields);
    if (!mr_named_check(c, &conf->env, c->clause, conf->fields)) return false;
    conf->type = mr_named_type(c, conf->fields, conf->n);
    c->out.row = conf->type;
    c->out.value_format = NULL;
    c->conf = conf;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    mr_shape_process(op->step->conf, op, recs, n);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    mr_shape_explain(s->conf, to);
}

const struct mr_op_desc mr_op_output = {
    .name = "output",
    .clause = "output",
    .builds_row = true,
    .check = check,
    .process = process,
    .explain = explain,
};

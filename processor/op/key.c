/* key.c -- `key: expr` (or a list or map of names): re-keys a stream.
 *
 * Repartitions before the next stateful step or join, unless it is just `key`.
 */
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    if (c->in.table) {
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", c->clause->pos,
                                     "`key` over a table: its key is its identity");
        mr_diag_hint(c->diags, g, "regroup it with `group_by` and `aggregate`");
        return false;
    }
    struct mr_keys *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    if (c->clause->kind != MR_TREE_SCALAR && c->clause->n == 0) {
        struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`key` is empty");
        mr_diag_hint(c->diags, g, "key: 'expression', or key: [field, field]");
        return false;
    }
    if (!mr_keys_check(c, conf, c->clause)) return false;
    c->conf = conf;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    mr_keys_process(op->step->conf, op, recs, n);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    mr_keys_explain(s->conf, to);
}

const struct mr_op_desc mr_op_key = {
    .name = "key",
    .clause = "key",
    .check = check,
    .process = process,
    .explain = explain,
};

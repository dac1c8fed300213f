/* branch.c -- one branch of a split, `node.name`: what its readers read.
 *
 * The choice is the split's; the wrapper hands on only the rows of this branch (mr_edge.branch).
 */
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    c->store_kind = -1;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) mr_emit(op, &recs[i], recs[i]);
}

const struct mr_op_desc mr_op_branch = {
    .name = "branch",
    .check = check,
    .process = process,
};

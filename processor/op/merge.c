/* merge.c -- `from: [a, b]`: the rows of several inputs, in the order in which they were taken.
 *
 * The order is made by the wrapper, which gives every step its edges merged.
 */
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    c->store_kind = -1;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) mr_emit(op, &recs[i], recs[i]);
}

const struct mr_op_desc mr_op_merge = {
    .name = "merge",
    .check = check,
    .process = process,
};

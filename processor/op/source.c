/* source.c -- the records of an input topic: what could not be read is dead, the rest passes. */
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    c->store_kind = -1;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (r->reason != MR_R_NONE)
            r->fate = MR_DEAD;
        else
            mr_emit(op, r, *r);
    }
}

const struct mr_op_desc mr_op_source = {
    .name = "source",
    .check = check,
    .process = process,
};

/* current.c -- what operators share that keep one entry per key in the only bucket of a store. */
#include "processor/op/internal.h"

const uint64_t *mr_current_hashes(struct mr_op *op, const struct mr_rec *recs, size_t n) {
    struct mr_bucket *b = mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
    uint64_t *hash = mr_arena_alloc(mr_op_arena(op), n * sizeof *hash);
    for (size_t i = 0; i < n; i++) {
        hash[i] = recs[i].key.p ? mr_store_hash(recs[i].key) : 0;
        if (recs[i].key.p) mr_bucket_prefetch(b, hash[i]);
    }
    return hash;
}

void mr_current_tell(struct mr_op *op, struct mr_rec *r, const struct mr_type *type,
                     struct mr_str old, bool deleted) {
    if (old.p && (deleted || op->step->retract)) {
        struct mr_rec out = *r;
        out.row = mr_row_own(type, old, NULL, mr_op_arena(op));
        out.flags = (uint8_t)((out.flags | MR_RF_RETRACT) & ~MR_RF_RECORD);
        mr_emit(op, r, out);
    }
    if (!deleted) mr_emit(op, r, *r);
}

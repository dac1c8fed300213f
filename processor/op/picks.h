/* picks.h -- the values that first, last, min_by, max_by, topk, collect_list and collect_set keep.
 *
 * A list of elements in order of rank, at most `limit`, so that what is kept depends only on what
 * was added and not on its order. Ranks: the second argument (least or greatest first), then
 * provenance (earliest first; `last`: latest first). Both are bytes that compare as what they stand
 * for. Elements of equal rank: the one that came first (`last`: that came last). A list is bytes:
 *   u32 count, then by element u32 key length, u32 provenance length, u32 value length, bytes
 */
#ifndef MR_OP_PICKS_H
#define MR_OP_PICKS_H

#include "base/buf.h"
#include "processor/expr/value.h"

struct mr_pick_rule {
    int8_t by;      /* 0: no second argument; 1: the least first, -1: the greatest first */
    bool latest;    /* of equal keys the latest provenance first */
    bool distinct;  /* of equal values the first one */
    uint32_t limit; /* elements kept, > 0 */
};

struct mr_pick { /* what is added */
    struct mr_str key, prov, value;
};

/* Appends the list with e in it, or as it was, to `to`. have.n == 0: an empty one. */
void mr_picks_add(const struct mr_pick_rule *rule, struct mr_str have, const struct mr_pick *e,
                  struct mr_buf *to);
/* Appends the list of what two lists were made of. */
void mr_picks_merge(const struct mr_pick_rule *rule, struct mr_str a, struct mr_str b,
                    struct mr_buf *to);
uint32_t mr_picks_count(struct mr_str list);
/* The next element's value; *at starts at 0. */
struct mr_str mr_picks_next(struct mr_str list, size_t *at);

/* Appends a scalar as bytes that compare as mr_value_cmp compares values of its type. */
void mr_order_bytes(const struct mr_value *v, struct mr_buf *to);
/* An integer as eight bytes that compare like it. */
void mr_order_int(int64_t i, struct mr_buf *to);

#endif

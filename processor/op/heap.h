/* heap.h -- what is to be done when, in memory: a heap of (instant, key).
 *
 * Made anew from the store whenever it may not be true any more (open, abort), so it is no state.
 * Knows nothing of stores; whoever takes an item out looks whether it still holds. due.c loads it
 * bucket by bucket.
 */
#ifndef MR_OP_HEAP_H
#define MR_OP_HEAP_H

#include "base/arena.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct mr_heap_item {
    int64_t at;
    struct mr_str key; /* orders items of one instant */
    int64_t tag;       /* the owner's; not compared */
};

struct mr_heap {
    struct mr_heap_item *v; /* the least (at, key) first; owned */
    size_t n, cap;
    size_t live;          /* bytes of the keys in it */
    struct mr_arena keys; /* of the keys; written anew when most of it has gone */
};

void mr_heap_init(struct mr_heap *h);
void mr_heap_done(struct mr_heap *h);
void mr_heap_clear(struct mr_heap *h);
void mr_heap_push(struct mr_heap *h, int64_t at, struct mr_str key, int64_t tag); /* copies key */
/* The least item, if it is due at `upto`. Its key is copied into a. */
bool mr_heap_pop(struct mr_heap *h, int64_t upto, struct mr_arena *a, struct mr_heap_item *ret);
static inline int64_t mr_heap_next(const struct mr_heap *h) {
    return h->n ? h->v[0].at : INT64_MAX;
}

#endif

/* overlay.h -- the hash table of one bucket: key -> entry, in memory.
 *
 * Open addressing, linear probing; a slot is one word: pointer (48 bits) and 16 bits of the hash,
 * so that a probe looks at an entry only when it is almost surely the one. Entries live in the
 * bucket's slab. Knows entries and their keys, but nothing of transactions, disks or flags.
 *
 * Prefetching works in two steps: mr_overlay_prefetch(hash) fetches the slot, and the entry behind
 * the slot of the hash given RING calls before. Both are only hints.
 */
#ifndef MR_STATE_OVERLAY_H
#define MR_STATE_OVERLAY_H

#include "state/slab.h"
#include "state/state.h"

enum { MR_OVERLAY_RING = 16 };

struct mr_overlay {
    uint64_t *slots; /* 0 = empty, REMOVED, or tag << 48 | pointer */
    void *block;     /* owned: what holds the slots */
    size_t mask;     /* slots - 1 */
    size_t used;     /* slots that are not empty */
    size_t n;        /* entries */
    size_t hand;     /* of the eviction clock: a slot */
    size_t *count;   /* entries, shared with other overlays */
    struct mr_slab slab;
    unsigned ring_at;
    uint64_t ring[MR_OVERLAY_RING]; /* hashes whose slot has been asked for */
};

/* count, live: counters that many overlays share (of a store). */
void mr_overlay_init(struct mr_overlay *o, size_t *count, size_t *live);
void mr_overlay_done(struct mr_overlay *o);
struct mr_entry *mr_overlay_find(const struct mr_overlay *o, struct mr_str key, uint64_t hash);
/* A new entry with room for value_len bytes, not zeroed; flags 0. The key must be absent. */
struct mr_entry *mr_overlay_insert(struct mr_overlay *o, struct mr_str key, uint64_t hash,
                                   uint32_t value_len);
void mr_overlay_remove(struct mr_overlay *o, struct mr_entry *e); /* and frees it */
/* A larger block for e, with its fields, key and old value; e must then be freed by
 * mr_overlay_free, after the new value has been copied (it may lie in e). */
struct mr_entry *mr_overlay_move(struct mr_overlay *o, struct mr_entry *e, uint32_t value_len);
void mr_overlay_free(struct mr_overlay *o, struct mr_entry *e);
void mr_overlay_prefetch(struct mr_overlay *o, uint64_t hash);
void mr_overlay_shrink(struct mr_overlay *o); /* after many removals */

/* The next entry at or behind slot *at, which moves on; NULL at the end. Removing the entry just
 * given is fine, inserting is not. */
struct mr_entry *mr_overlay_each(const struct mr_overlay *o, size_t *at);

static inline uint32_t mr_entry_cap(const struct mr_entry *e) {
    size_t n = mr_slab_size(e, e->class) - sizeof *e - ((e->key_len + 7u) & ~7u);
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

#endif

/* evict.c -- memory back: clean entries leave, by a clock over the slots of each bucket.
 *
 * An entry may go when it is on disk as it is (clean, S3), not listed in the open transaction, and
 * has not been used since the hand last came by. It is counted in b->cold (S5), so that a later
 * miss asks the disk.
 */
#include "state/internal.h"

static bool may_go(const struct mr_entry *e) {
    return !e->committed && !(e->flags & (MR_EF_DIRTY | MR_EF_DELETED));
}

/* One turn of the hand over a bucket's slots. Returns whether anything could still go. */
static bool turn(struct mr_store *s, struct mr_bucket *b, size_t bytes) {
    bool more = false;
    struct mr_entry *e;
    size_t slots = b->overlay.mask + 1;
    size_t from = b->overlay.hand <= b->overlay.mask ? b->overlay.hand : 0;
    for (size_t at = from, end = slots, wrapped = 0; mr_store_memory(s) > bytes;) {
        size_t next = at;
        e = mr_overlay_each(&b->overlay, &next);
        if (!e || next > end) {
            if (wrapped++) break;
            at = 0;
            end = from;
            continue;
        }
        b->overlay.hand = at = next;
        if (!may_go(e)) continue;
        if (e->flags & MR_EF_REF) {
            e->flags &= (uint8_t)~MR_EF_REF;
            more = true;
            continue;
        }
        if (!b->unknown) b->cold++;
        mr_overlay_remove(&b->overlay, e);
    }
    return more;
}

void mr_store_evict(struct mr_store *s, size_t bytes) {
    bool more = true;
    for (int turns = 0; turns < 2 && more; turns++) {
        more = false;
        for (size_t i = 0; i < s->n_buckets && mr_store_memory(s) > bytes; i++)
            if (turn(s, s->buckets[i], bytes)) more = true;
    }
    for (size_t i = 0; i < s->n_buckets; i++) mr_overlay_shrink(&s->buckets[i]->overlay);
}

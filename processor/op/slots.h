/* slots.h -- what a key has over time, in a window store: items with an instant each.
 *
 * Time is cut into slots of equal width; a slot is a bucket of the store, named by its last
 * instant, so that a bucket may go when its name is past. An entry of a slot holds the key's items
 * in it, in order of (at, sub): [at (8 bytes), sub (8), length (4), 0 (4), value, padding to 8]...
 * The width is part of the state format.
 */
#ifndef MR_OP_SLOTS_H
#define MR_OP_SLOTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "state/state.h"

struct mr_slot_item {
    int64_t at, sub;     /* (at, sub) is unique within a key */
    struct mr_str value; /* read: a copy in the arena */
};

struct mr_slots { /* a view; nothing of its own */
    struct mr_store *store;
    int64_t width_ms;
};

struct mr_slot_items { /* grows in an arena */
    struct mr_slot_item *v;
    size_t n, cap;
};

/* The name of the slot that holds an instant >= 0. */
int64_t mr_slots_name(const struct mr_slots *s, int64_t at);
/* First instant of a slot. */
int64_t mr_slots_first(const struct mr_slots *s, int64_t name);
/* Adds a key's items of one bucket to the list. */
void mr_slots_read(struct mr_str entry, struct mr_arena *a, struct mr_slot_items *to);
/* Items of a key with from <= at <= to, by (at, sub). */
void mr_slots_range(const struct mr_slots *s, struct mr_str key, uint64_t hash, int64_t from,
                    int64_t to, struct mr_arena *a, struct mr_slot_items *ret);
/* Puts an item in, in the place of the one with its (at, sub). false: the slot's entry and `room`
 * bytes more would not fit in the changelog; nothing is changed. */
bool mr_slots_put(const struct mr_slots *s, struct mr_str key, uint64_t hash,
                  const struct mr_slot_item *in, size_t room, struct mr_arena *a);
void mr_slots_delete(const struct mr_slots *s, struct mr_str key, uint64_t hash, int64_t at,
                     int64_t sub, struct mr_arena *a);
/* Closes the slots whose last instant is at or before `upto`. Returns the name of the newest one
 * closed, or INT64_MIN. */
int64_t mr_slots_close(const struct mr_slots *s, int64_t upto);

#endif

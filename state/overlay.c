#include "state/overlay.h"
#include "base/mem.h"

#include <assert.h>
#include <sys/mman.h>

#ifdef MR_TINY
enum { FIRST_SLOTS = 2 };
#else
enum { FIRST_SLOTS = 16 };
#endif
enum { PTR_BITS = 48, REMOVED = 1 };

_Static_assert(offsetof(struct mr_entry, data) % 8 == 0, "values are 8-byte aligned");
_Static_assert(sizeof(struct mr_entry) == offsetof(struct mr_entry, data), "no padding");

/* Never 0, so that a tag never looks like an empty or a removed slot. */
static inline uint64_t tag_of(uint64_t hash) {
    return hash >> PTR_BITS | 1;
}

static inline struct mr_entry *entry_of(uint64_t slot) {
    return (struct mr_entry *)(uintptr_t)(slot & (((uint64_t)1 << PTR_BITS) - 1));
}

static inline uint64_t slot_of(const struct mr_entry *e) {
    return tag_of(e->hash) << PTR_BITS | (uint64_t)(uintptr_t)e;
}

/* Large tables are aligned to huge pages; *ret_block is what must be freed. */
static uint64_t *slots_new(size_t n, void **ret_block) {
    enum { HUGE = 2 << 20 };
    size_t bytes = n * sizeof(uint64_t);
    if (bytes < HUGE) return *ret_block = mr_calloc(n, sizeof(uint64_t));
    *ret_block = mr_alloc(bytes + HUGE);
    uint64_t *slots = (uint64_t *)(((uintptr_t)*ret_block + HUGE - 1) & ~(uintptr_t)(HUGE - 1));
    madvise(slots, bytes, MADV_HUGEPAGE); /* a hint */
    return memset(slots, 0, bytes);
}

void mr_overlay_init(struct mr_overlay *o, size_t *count, size_t *live) {
    *o = (struct mr_overlay){.mask = FIRST_SLOTS - 1};
    o->slots = slots_new(FIRST_SLOTS, &o->block);
    o->count = count;
    mr_slab_init(&o->slab, live);
    *live += FIRST_SLOTS * sizeof *o->slots;
}

void mr_overlay_done(struct mr_overlay *o) {
    *o->slab.live -= (o->mask + 1) * sizeof *o->slots;
    *o->count -= o->n;
    mr_slab_done(&o->slab);
    mr_free(o->block);
    o->slots = o->block = NULL;
}

static inline bool is_key(const struct mr_entry *e, struct mr_str key, uint64_t hash) {
    return e->hash == hash && e->key_len == key.n &&
           (key.n == 0 || memcmp(e->data, key.p, key.n) == 0);
}

struct mr_entry *mr_overlay_find(const struct mr_overlay *o, struct mr_str key, uint64_t hash) {
    uint64_t tag = tag_of(hash);
    for (size_t i = hash & o->mask;; i = (i + 1) & o->mask) {
        uint64_t slot = o->slots[i];
        if (slot == 0) return NULL;
        if (slot >> PTR_BITS == tag && is_key(entry_of(slot), key, hash)) return entry_of(slot);
    }
}

static void place(struct mr_overlay *o, const struct mr_entry *e) {
    size_t i = e->hash & o->mask;
    while (o->slots[i] > REMOVED) i = (i + 1) & o->mask;
    if (o->slots[i] == 0) o->used++;
    o->slots[i] = slot_of(e);
}

/* The hash is in the entry, so growing touches every entry: they are fetched ahead. */
static void resize(struct mr_overlay *o, size_t n_slots) {
    enum { AHEAD = 24 };
    uint64_t *old = o->slots;
    void *old_block = o->block;
    size_t n_old = o->mask + 1;
    *o->slab.live += n_slots * sizeof *old;
    *o->slab.live -= n_old * sizeof *old;
    o->slots = slots_new(n_slots, &o->block);
    o->mask = n_slots - 1;
    o->used = 0;
    o->hand = 0;
    for (size_t i = 0; i < n_old; i++) {
        if (i + AHEAD < n_old && old[i + AHEAD] > REMOVED)
            __builtin_prefetch(entry_of(old[i + AHEAD]));
        if (old[i] > REMOVED) place(o, entry_of(old[i]));
    }
    mr_free(old_block);
}

/* At most 5/8 of the slots are in use, so every probe ends. */
static void make_room(struct mr_overlay *o) {
    size_t n_slots = o->mask + 1;
    if ((o->used + 1) * 8 <= n_slots * 5) return;
    while ((o->n + 1) * 2 > n_slots) n_slots *= 2;
    resize(o, n_slots);
}

void mr_overlay_shrink(struct mr_overlay *o) {
    size_t n_slots = o->mask + 1, want = FIRST_SLOTS;
    while ((o->n + 1) * 2 > want) want *= 2;
    if (want * 4 <= n_slots) resize(o, want);
}

static struct mr_entry *entry_new(struct mr_overlay *o, uint32_t key_len, uint32_t value_len) {
    size_t n = sizeof(struct mr_entry) + ((key_len + (size_t)7) & ~(size_t)7) + value_len;
    uint8_t class;
    struct mr_entry *e = mr_slab_alloc(&o->slab, n, &class);
    assert((uintptr_t)e >> PTR_BITS == 0);
    e->class = class;
    return e;
}

struct mr_entry *mr_overlay_insert(struct mr_overlay *o, struct mr_str key, uint64_t hash,
                                   uint32_t value_len) {
    make_room(o);
    struct mr_entry *e = entry_new(o, (uint32_t)key.n, value_len);
    e->hash = hash;
    e->committed = NULL;
    e->key_len = (uint32_t)key.n;
    e->value_len = value_len;
    e->dirty_at = 0;
    e->flags = 0;
    if (key.n) memcpy(e->data, key.p, key.n);
    memset(e->data + key.n, 0, (size_t)(-(intptr_t)key.n & 7));
    place(o, e);
    o->n++;
    ++*o->count;
    return e;
}

static size_t index_of(const struct mr_overlay *o, const struct mr_entry *e) {
    uint64_t slot = slot_of(e);
    size_t i = e->hash & o->mask;
    while (o->slots[i] != slot) {
        assert(o->slots[i] != 0);
        i = (i + 1) & o->mask;
    }
    return i;
}

void mr_overlay_remove(struct mr_overlay *o, struct mr_entry *e) {
    size_t i = index_of(o, e);
    /* Before an empty slot no probe goes on, so the removed one and those before it are empty. */
    o->slots[i] = REMOVED;
    if (o->slots[(i + 1) & o->mask] == 0)
        for (; o->slots[i] == REMOVED; i = (i - 1) & o->mask) {
            o->slots[i] = 0;
            o->used--;
        }
    o->n--;
    --*o->count;
    mr_overlay_free(o, e);
}

struct mr_entry *mr_overlay_move(struct mr_overlay *o, struct mr_entry *e, uint32_t value_len) {
    struct mr_entry *to = entry_new(o, e->key_len, value_len);
    uint8_t class = to->class;
    memcpy(to, e, sizeof *e + ((e->key_len + (size_t)7) & ~(size_t)7) + e->value_len);
    to->class = class;
    o->slots[index_of(o, e)] = slot_of(to);
    return to;
}

void mr_overlay_free(struct mr_overlay *o, struct mr_entry *e) {
    mr_slab_free(&o->slab, e, e->class);
}

void mr_overlay_prefetch(struct mr_overlay *o, uint64_t hash) {
    unsigned at = o->ring_at++ & (MR_OVERLAY_RING - 1);
    uint64_t before = o->ring[at], tag = tag_of(before);
    o->ring[at] = hash;
    __builtin_prefetch(&o->slots[hash & o->mask]);
    size_t i = before & o->mask;
    for (int probes = 0; probes < 8 && o->slots[i]; probes++, i = (i + 1) & o->mask) {
        if (o->slots[i] >> PTR_BITS != tag) continue;
        const char *e = (const char *)entry_of(o->slots[i]);
        __builtin_prefetch(e, 1);
        __builtin_prefetch(e + 63, 1);
        return;
    }
}

struct mr_entry *mr_overlay_each(const struct mr_overlay *o, size_t *at) {
    while (*at <= o->mask) {
        uint64_t slot = o->slots[(*at)++];
        if (slot > REMOVED) return entry_of(slot);
    }
    return NULL;
}

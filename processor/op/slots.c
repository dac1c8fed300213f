/* slots.c -- items of a key by time; see slots.h. */
#include "processor/op/slots.h"
#include "base/mem.h"

#include <assert.h>

enum { ITEM_HEAD = 24 };

int64_t mr_slots_name(const struct mr_slots *s, int64_t at) {
    assert(at >= 0);
    int64_t first = at - at % s->width_ms, last;
    if (__builtin_add_overflow(first, s->width_ms - 1, &last) || last >= MR_BUCKET_SIDE)
        return MR_BUCKET_SIDE - 1;
    return last;
}

int64_t mr_slots_first(const struct mr_slots *s, int64_t name) {
    return name - name % s->width_ms;
}

static void add(struct mr_slot_items *to, struct mr_arena *a, struct mr_slot_item item) {
    if (to->n == to->cap) {
        size_t cap = to->cap ? to->cap * 2 : 8;
        struct mr_slot_item *v = mr_arena_alloc(a, cap * sizeof *v);
        if (to->n) memcpy(v, to->v, to->n * sizeof *v);
        to->v = v;
        to->cap = cap;
    }
    to->v[to->n++] = item;
}

void mr_slots_read(struct mr_str entry, struct mr_arena *a, struct mr_slot_items *to) {
    entry.p = mr_arena_dup(a, entry.p, entry.n);
    for (size_t i = 0; i + ITEM_HEAD <= entry.n;) {
        struct mr_slot_item item;
        uint32_t len;
        memcpy(&item.at, entry.p + i, 8);
        memcpy(&item.sub, entry.p + i + 8, 8);
        memcpy(&len, entry.p + i + 16, 4);
        item.value = (struct mr_str){entry.p + i + ITEM_HEAD, len};
        i += ITEM_HEAD + ((len + 7u) & ~(size_t)7);
        assert(i <= entry.n);
        add(to, a, item);
    }
}

static struct mr_str entry_of(const struct mr_slots *s, struct mr_bucket *b, struct mr_str key,
                              uint64_t hash) {
    const struct mr_entry *e = mr_bucket_find(s->store, b, key, hash);
    if (!e) return (struct mr_str){NULL, 0};
    return (struct mr_str){mr_entry_value(e), e->value_len};
}

void mr_slots_range(const struct mr_slots *s, struct mr_str key, uint64_t hash, int64_t from,
                    int64_t to, struct mr_arena *a, struct mr_slot_items *ret) {
    *ret = (struct mr_slot_items){0};
    if (from < 0) from = 0;
    if (to < from) return;
    int64_t last = mr_slots_name(s, to);
    for (struct mr_bucket *b = mr_store_from(s->store, mr_slots_name(s, from));
         b && mr_bucket_start(b) <= last; b = mr_bucket_next(s->store, b)) {
        struct mr_str entry = entry_of(s, b, key, hash);
        if (!entry.p) continue;
        size_t had = ret->n, kept = had;
        mr_slots_read(entry, a, ret);
        for (size_t i = had; i < ret->n; i++)
            if (ret->v[i].at >= from && ret->v[i].at <= to) ret->v[kept++] = ret->v[i];
        ret->n = kept;
    }
}

static void write(struct mr_buf *to, const struct mr_slot_item *item) {
    static const char zeros[8];
    uint32_t len[2] = {(uint32_t)item->value.n, 0};
    mr_buf_add(to, &item->at, 8);
    mr_buf_add(to, &item->sub, 8);
    mr_buf_add(to, len, sizeof len);
    mr_buf_str(to, item->value);
    mr_buf_add(to, zeros, -item->value.n & 7);
}

static struct mr_buf room_for(struct mr_arena *a, size_t n) {
    return (struct mr_buf){.p = mr_arena_alloc(a, n), .cap = n, .max = n};
}

static int compare(const struct mr_slot_item *x, int64_t at, int64_t sub) {
    if (x->at != at) return x->at < at ? -1 : 1;
    return x->sub < sub ? -1 : x->sub > sub;
}

bool mr_slots_put(const struct mr_slots *s, struct mr_str key, uint64_t hash,
                  const struct mr_slot_item *in, size_t room, struct mr_arena *a) {
    struct mr_slot_items items = {0};
    struct mr_bucket *b = mr_store_bucket(s->store, mr_slots_name(s, in->at), true);
    struct mr_str entry = entry_of(s, b, key, hash);
    struct mr_buf to = room_for(a, entry.n + ITEM_HEAD + in->value.n + 8);
    if (entry.p) mr_slots_read(entry, a, &items);
    size_t i = 0;
    for (; i < items.n && compare(&items.v[i], in->at, in->sub) < 0; i++) write(&to, &items.v[i]);
    write(&to, in);
    if (i < items.n && compare(&items.v[i], in->at, in->sub) == 0) i++;
    for (; i < items.n; i++) write(&to, &items.v[i]);
    if (!mr_store_fits(s->store, key, to.n + room)) return false;
    return mr_bucket_put(s->store, b, key, hash, mr_buf_view(&to));
}

void mr_slots_delete(const struct mr_slots *s, struct mr_str key, uint64_t hash, int64_t at,
                     int64_t sub, struct mr_arena *a) {
    struct mr_slot_items items = {0};
    struct mr_bucket *b = mr_store_bucket(s->store, mr_slots_name(s, at), false);
    struct mr_str entry = b ? entry_of(s, b, key, hash) : (struct mr_str){NULL, 0};
    if (!entry.p) return;
    struct mr_buf to = room_for(a, entry.n);
    mr_slots_read(entry, a, &items);
    for (size_t i = 0; i < items.n; i++)
        if (compare(&items.v[i], at, sub) != 0) write(&to, &items.v[i]);
    if (to.n)
        mr_bucket_put(s->store, b, key, hash, mr_buf_view(&to));
    else
        mr_bucket_delete(s->store, b, key, hash);
}

int64_t mr_slots_close(const struct mr_slots *s, int64_t upto) {
    int64_t closed = INT64_MIN;
    for (struct mr_bucket *b; (b = mr_store_oldest(s->store));) {
        if (mr_bucket_start(b) > upto) break;
        closed = mr_bucket_start(b);
        mr_bucket_close(s->store, b);
    }
    return closed;
}

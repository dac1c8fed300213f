/* heap.c -- a binary heap; see heap.h. */
#include "processor/op/heap.h"
#include "base/mem.h"

enum { SLACK_BYTES = 64 << 10 };

void mr_heap_init(struct mr_heap *h) {
    *h = (struct mr_heap){0};
    mr_arena_init(&h->keys);
}

void mr_heap_done(struct mr_heap *h) {
    mr_free(h->v);
    mr_arena_done(&h->keys);
}

void mr_heap_clear(struct mr_heap *h) {
    h->n = h->live = 0;
    mr_arena_reset(&h->keys);
}

static bool before(const struct mr_heap_item *x, const struct mr_heap_item *y) {
    if (x->at != y->at) return x->at < y->at;
    return mr_str_cmp(x->key, y->key) < 0;
}

static size_t room_of(struct mr_str key) { /* in the arena */
    return (key.n + 15 + !key.n) & ~(size_t)15;
}

static struct mr_str copy(struct mr_arena *a, struct mr_str key) {
    return (struct mr_str){mr_arena_dup(a, key.p, key.n), key.n};
}

/* Keys of items that have gone are given back once they are most of the arena. */
static void tidy(struct mr_heap *h) {
    if (h->keys.used <= 2 * h->live + SLACK_BYTES) return;
    struct mr_arena fresh;
    mr_arena_init(&fresh);
    for (size_t i = 0; i < h->n; i++) h->v[i].key = copy(&fresh, h->v[i].key);
    mr_arena_done(&h->keys);
    h->keys = fresh;
}

void mr_heap_push(struct mr_heap *h, int64_t at, struct mr_str key, int64_t tag) {
    tidy(h);
    if (h->n == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 64;
        h->v = mr_realloc(h->v, h->cap * sizeof *h->v);
    }
    struct mr_heap_item item = {at, copy(&h->keys, key), tag};
    h->live += room_of(key);
    size_t i = h->n++;
    for (size_t up; i > 0 && (up = (i - 1) / 2, before(&item, &h->v[up])); i = up)
        h->v[i] = h->v[up];
    h->v[i] = item;
}

bool mr_heap_pop(struct mr_heap *h, int64_t upto, struct mr_arena *a, struct mr_heap_item *ret) {
    if (!h->n || h->v[0].at > upto) return false;
    *ret = h->v[0];
    ret->key = copy(a, ret->key);
    h->live -= room_of(ret->key);
    struct mr_heap_item last = h->v[--h->n];
    size_t i = 0;
    for (size_t down; (down = 2 * i + 1) < h->n; i = down) {
        if (down + 1 < h->n && before(&h->v[down + 1], &h->v[down])) down++;
        if (!before(&h->v[down], &last)) break;
        h->v[i] = h->v[down];
    }
    if (h->n) h->v[i] = last;
    return true;
}

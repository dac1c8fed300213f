/* due.c -- the records of a window store in order of time; see held.h.
 *
 * Only buckets up to `front` are in the heap, so memory holds what is about to be due, not all that
 * is kept; a bucket behind the front is loaded when its start could be due. A record put into a
 * bucket behind the front is only noted.
 */
#include "base/mem.h"
#include "processor/op/held.h"

void mr_dues_init(struct mr_dues *q) {
    *q = (struct mr_dues){.front = MR_NO_TIME, .next = INT64_MAX};
    mr_heap_init(&q->heap);
}

void mr_dues_done(struct mr_dues *q) {
    mr_heap_done(&q->heap);
    mr_buf_done(&q->id);
}

void mr_dues_open(struct mr_dues *q, struct mr_op *op) {
    struct mr_bucket *b = mr_store_oldest(op->store);
    mr_heap_clear(&q->heap);
    q->front = MR_NO_TIME;
    q->next = b ? mr_bucket_start(b) : INT64_MAX;
}

void mr_dues_add(struct mr_dues *q, int64_t ts, int64_t bucket, struct mr_str sort,
                 struct mr_str key) {
    if (bucket > q->front) {
        if (bucket < q->next) q->next = bucket;
        return;
    }
    mr_buf_clear(&q->id);
    mr_buf_str(&q->id, sort);
    mr_buf_str(&q->id, key);
    mr_heap_push(&q->heap, ts, mr_buf_view(&q->id), (int64_t)sort.n);
}

int64_t mr_dues_least(const struct mr_dues *q) {
    int64_t least = mr_heap_next(&q->heap);
    return least < q->next ? least : q->next;
}

static void load_next(struct mr_dues *q, struct mr_op *op, mr_dues_load_cb load) {
    struct mr_bucket *b = mr_store_bucket(op->store, q->next, false);
    q->front = q->next;
    struct mr_bucket *behind = b ? mr_bucket_next(op->store, b) : NULL;
    q->next = behind ? mr_bucket_start(behind) : INT64_MAX;
    if (b) load(op, b);
}

bool mr_dues_take(struct mr_dues *q, struct mr_op *op, int64_t before, mr_dues_load_cb load,
                  struct mr_due *ret) {
    struct mr_heap_item item;
    while (q->next < before && q->next <= mr_heap_next(&q->heap)) load_next(q, op, load);
    if (mr_heap_next(&q->heap) >= before) return false;
    if (!mr_heap_pop(&q->heap, before, mr_op_arena(op), &item)) return false;
    size_t n = (size_t)item.tag;
    *ret = (struct mr_due){item.at, {item.key.p, n}, {item.key.p + n, item.key.n - n}};
    return true;
}

/* due.c -- the records of a window store in order of time; see held.h.
 *
 * A binary heap over (ts, sort bytes). Only buckets up to `front` are in it, so memory holds what
 * is about to be due, not all that is kept; a bucket behind the front is loaded when its start
 * could be due. A record put into a bucket behind the front is only noted.
 */
#include "base/mem.h"
#include "processor/op/held.h"

enum { COMPACT_BYTES = 1 << 16 };

static bool is_before(const struct mr_dues *q, const struct mr_due *a, const struct mr_due *b) {
    if (a->ts != b->ts) return a->ts < b->ts;
    return mr_str_cmp((struct mr_str){q->bytes.p + a->at, a->n_sort},
                      (struct mr_str){q->bytes.p + b->at, b->n_sort}) < 0;
}

static void sift_up(struct mr_dues *q, size_t i) {
    struct mr_due x = q->heap[i];
    for (; i > 0 && is_before(q, &x, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        q->heap[i] = q->heap[(i - 1) / 2];
    q->heap[i] = x;
}

static void sift_down(struct mr_dues *q, size_t i) {
    struct mr_due x = q->heap[i];
    for (size_t k; (k = 2 * i + 1) < q->n; i = k) {
        if (k + 1 < q->n && is_before(q, &q->heap[k + 1], &q->heap[k])) k++;
        if (!is_before(q, &q->heap[k], &x)) break;
        q->heap[i] = q->heap[k];
    }
    q->heap[i] = x;
}

/* Bytes of what was taken are given back when they are more than half. */
static void compact(struct mr_dues *q) {
    if (q->n == 0) mr_buf_clear(&q->bytes);
    if (q->bytes.n < COMPACT_BYTES || q->live > q->bytes.n / 2) return;
    struct mr_buf to = {0};
    for (size_t i = 0; i < q->n; i++) {
        size_t at = to.n;
        mr_buf_add(&to, q->bytes.p + q->heap[i].at, q->heap[i].n);
        q->heap[i].at = (uint32_t)at;
    }
    mr_buf_done(&q->bytes);
    q->bytes = to;
}

void mr_dues_open(struct mr_dues *q, struct mr_op *op) {
    struct mr_bucket *b = mr_store_oldest(op->store);
    q->n = q->live = 0;
    mr_buf_clear(&q->bytes);
    q->front = MR_NO_TIME;
    q->next = b ? mr_bucket_start(b) : INT64_MAX;
}

void mr_dues_done(struct mr_dues *q) {
    mr_free(q->heap);
    mr_buf_done(&q->bytes);
}

void mr_dues_add(struct mr_dues *q, int64_t ts, int64_t bucket, struct mr_str sort,
                 struct mr_str key) {
    if (bucket > q->front) {
        if (bucket < q->next) q->next = bucket;
        return;
    }
    compact(q);
    if (q->n == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 64;
        q->heap = mr_realloc(q->heap, q->cap * sizeof *q->heap);
    }
    q->heap[q->n] = (struct mr_due){.ts = ts,
                                    .bucket = bucket,
                                    .at = (uint32_t)q->bytes.n,
                                    .n_sort = (uint32_t)sort.n,
                                    .n = (uint32_t)(sort.n + key.n)};
    mr_buf_str(&q->bytes, sort);
    mr_buf_str(&q->bytes, key);
    q->live += sort.n + key.n;
    sift_up(q, q->n++);
}

int64_t mr_dues_least(const struct mr_dues *q) {
    return q->n && q->heap[0].ts < q->next ? q->heap[0].ts : q->next;
}

static void load_next(struct mr_dues *q, struct mr_op *op, mr_dues_load_cb load) {
    struct mr_bucket *b = mr_store_bucket(op->store, q->next, false);
    q->front = q->next;
    struct mr_bucket *behind = b ? mr_bucket_next(op->store, b) : NULL;
    q->next = behind ? mr_bucket_start(behind) : INT64_MAX;
    if (b) load(op, b);
}

bool mr_dues_take(struct mr_dues *q, struct mr_op *op, int64_t before, mr_dues_load_cb load,
                  struct mr_due *ret, struct mr_str *ret_key) {
    while (q->next < before && (!q->n || q->next <= q->heap[0].ts)) load_next(q, op, load);
    if (!q->n || q->heap[0].ts >= before) return false;
    *ret = q->heap[0];
    *ret_key = (struct mr_str){
        mr_arena_dup(mr_op_arena(op), q->bytes.p + ret->at + ret->n_sort, ret->n - ret->n_sort),
        ret->n - ret->n_sort};
    q->live -= ret->n;
    q->heap[0] = q->heap[--q->n];
    if (q->n) sift_down(q, 0);
    return true;
}

/* window.c -- the buckets of a store: found by start, closed by a transaction, dropped whole.
 *
 * Buckets stand in an array sorted by start. A closed bucket stays until the commit that closed it
 * is known (mr_store_commit); an abort opens it again, and takes back buckets that the transaction
 * has made (EOS-2).
 */
#include "state/internal.h"
#include "base/mem.h"

#include <assert.h>

size_t mr_bucket_index(const struct mr_store *s, int64_t start) {
    size_t lo = 0, hi = s->n_buckets;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->buckets[mid]->start < start)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct mr_bucket *mr_bucket_add(struct mr_store *s, int64_t start) {
    size_t i = mr_bucket_index(s, start);
    struct mr_bucket *b = mr_calloc(1, sizeof *b);
    b->start = start;
    b->low = -1;
    mr_overlay_init(&b->overlay, &s->n_entries, &s->bytes);
    if (s->n_buckets == s->cap_buckets) {
        s->cap_buckets = s->cap_buckets ? s->cap_buckets * 2 : 8;
        s->buckets = mr_realloc(s->buckets, s->cap_buckets * sizeof(struct mr_bucket *));
    }
    memmove(s->buckets + i + 1, s->buckets + i, (s->n_buckets - i) * sizeof(struct mr_bucket *));
    s->buckets[i] = b;
    s->n_buckets++;
    return b;
}

struct mr_bucket *mr_store_bucket(struct mr_store *s, int64_t start, bool create) {
    struct mr_bucket *b = s->last;
    if (!b || b->start != start) {
        size_t i = mr_bucket_index(s, start);
        b = i < s->n_buckets ? s->buckets[i] : NULL;
        if (b && b->start != start) b = NULL;
    }
    if (!b && create) {
        b = mr_bucket_add(s, start);
        b->fresh = true;
        s->n_marked++;
    }
    if (!b) return NULL;
    assert(!b->closed || !create); /* whoever closes a window judges lateness by it */
    if (b->closed) return NULL;
    return s->last = b;
}

int64_t mr_bucket_start(const struct mr_bucket *b) {
    return b->start;
}

static struct mr_bucket *open_from(struct mr_store *s, size_t i) {
    while (i < s->n_buckets && s->buckets[i]->closed) i++;
    if (i == s->n_buckets || s->buckets[i]->start == MR_BUCKET_SIDE) return NULL;
    return s->buckets[i];
}

struct mr_bucket *mr_store_oldest(struct mr_store *s) {
    return open_from(s, 0);
}

struct mr_bucket *mr_bucket_next(struct mr_store *s, struct mr_bucket *b) {
    return open_from(s, mr_bucket_index(s, b->start) + 1);
}

struct mr_bucket *mr_store_from(struct mr_store *s, int64_t start) {
    return open_from(s, mr_bucket_index(s, start));
}

void mr_bucket_close(struct mr_store *s, struct mr_bucket *b) {
    assert(s->spec.kind == MR_STORE_WINDOW && b->start != MR_BUCKET_SIDE);
    if (b->closed) return;
    b->closed = true;
    s->n_closed++;
}

void mr_bucket_prefetch(const struct mr_bucket *b, uint64_t hash) {
    mr_overlay_prefetch((struct mr_overlay *)&b->overlay,
                        hash); /* only its ring of hints changes */
}

void mr_bucket_forget(struct mr_store *s, size_t i) {
    struct mr_bucket *b = s->buckets[i];
    if (s->last == b) s->last = NULL;
    memmove(s->buckets + i, s->buckets + i + 1,
            (s->n_buckets - i - 1) * sizeof(struct mr_bucket *));
    s->n_buckets--;
    mr_overlay_done(&b->overlay);
    mr_free(b->dirty.v);
    mr_free(b->round.v);
    mr_free(b);
}

static void drop_rows(struct mr_store *s, struct mr_bucket *b) {
    struct mr_err err;
    if (!b->has_rows || s->failed) return;
    mr_buf_clear(&s->row);
    mr_buf_clear(&s->value);
    mr_key_row(&s->row, mr_store_prefix(s), MR_ROW_ENTRY, b->start, MR_STR(""));
    if (b->start < INT64_MAX)
        mr_key_row(&s->value, mr_store_prefix(s), MR_ROW_ENTRY, b->start + 1, MR_STR(""));
    else
        mr_key_class(&s->value, mr_store_prefix(s), MR_ROW_ENTRY + 1);
    mr_batch_clear(&s->batch);
    mr_batch_delete_range(&s->batch, mr_buf_view(&s->row), mr_buf_view(&s->value));
    if (s->engine->vt->write(s->engine, &s->batch, &err) != MR_OK) mr_store_fail(s, &err);
}

void mr_bucket_drop(struct mr_store *s, size_t i) {
    drop_rows(s, s->buckets[i]);
    mr_bucket_forget(s, i);
}

int64_t mr_store_low(const struct mr_store *s) {
    int64_t low = s->clock_low;
    for (size_t i = 0; i < s->n_buckets; i++) {
        int64_t of = s->buckets[i]->low;
        if (of >= 0 && (low < 0 || of < low)) low = of;
    }
    return low;
}

/* The clock counts as an open bucket: its last record must stay, whatever has been closed. */
bool mr_store_trim_point(struct mr_store *s, int64_t *ret_offset) {
    if (s->spec.kind != MR_STORE_WINDOW) return false;
    int64_t low = mr_store_low(s);
    if (low <= 0) return false;
    *ret_offset = low;
    return true;
}

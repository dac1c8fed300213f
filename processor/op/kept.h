/* kept.h -- the rows that a stream-stream join keeps: per side and key, in buckets of time.
 *
 * A bucket (state/window.c) holds the rows of SIZE ms of event time. An entry of it is a chunk of
 * the rows of one side and key, in order of arrival; what an update writes again is one chunk: key
 * side (1 byte), number of the chunk (4, big-endian), key bytes value  rows in it (4), number of
 * the last chunk (4, of chunk 0 only), then the rows, each ts (8), time (8), length (4), matched
 * (4), packed bytes, padding to 8
 */
#ifndef MR_OP_KEPT_H
#define MR_OP_KEPT_H

#include "base/arena.h"
#include "base/buf.h"
#include "processor/op/time.h"
#include "state/state.h"

struct mr_kept {
    struct mr_store *store;
    int64_t size_ms;    /* of a bucket */
    struct mr_buf id;   /* scratch: the key of an entry */
    struct mr_buf next; /* scratch: its new value */
};

struct mr_kept_at { /* where a row lies; good while its bucket lives */
    int64_t bucket;
    uint32_t chunk, offset;
};

struct mr_kept_row {
    int64_t ts, time;
    bool matched;
    struct mr_str row; /* packed */
    struct mr_kept_at at;
};

struct mr_kept_rows { /* in an arena */
    struct mr_kept_row *v;
    size_t n, cap;
};

void mr_kept_init(struct mr_kept *k, struct mr_store *store, int64_t size_ms);
void mr_kept_done(struct mr_kept *k);
int64_t mr_kept_bucket(const struct mr_kept *k, int64_t ts); /* start of the bucket of a time */

/* The rows of a side and key with from <= ts <= to, by (ts, arrival); bytes are copied into a. */
void mr_kept_find(struct mr_kept *k, unsigned side, struct mr_str key, int64_t from, int64_t to,
                  struct mr_arena *a, struct mr_kept_rows *ret);
/* row.at is not read. false: it exceeds what the changelog takes, nothing changed. */
bool mr_kept_add(struct mr_kept *k, unsigned side, struct mr_str key, const struct mr_kept_row *row,
                 struct mr_kept_at *ret_at);
void mr_kept_set_matched(struct mr_kept *k, unsigned side, struct mr_str key, struct mr_kept_at at);
/* One row; bytes are copied into a. It must be there. */
struct mr_kept_row mr_kept_read(struct mr_kept *k, unsigned side, struct mr_str key,
                                struct mr_kept_at at, struct mr_arena *a);
/* Calls for every row of a bucket that is not matched, sides and keys in the order of their bytes,
 * within them by arrival. key: borrowed for the call; the store must not be used in it. */
void mr_kept_unmatched(struct mr_kept *k, struct mr_bucket *b, struct mr_arena *a,
                       void (*cb)(void *arg, unsigned side, struct mr_str key, int64_t ts,
                                  struct mr_kept_at at),
                       void *arg);
/* Asks for the memory of a key's first chunk in the bucket of a time. */
void mr_kept_prefetch(struct mr_kept *k, unsigned side, struct mr_str key, int64_t ts);

#endif

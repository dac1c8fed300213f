/* held.h -- records that a step keeps and emits later: their bytes in a store, and which is next.
 *
 *   held   a record as bytes and back: row, timestamps, origin, headers (not its key)
 *   due    the records of a window store in order of time: those of the oldest buckets in a heap in
 *          memory, the others only in the store. It is made anew from the store after a start and
 *          after an abort, so nothing in it needs to be durable.
 */
#ifndef MR_OP_HELD_H
#define MR_OP_HELD_H

#include "processor/op/heap.h"
#include "processor/op/internal.h"

/* ---- a record as bytes */

struct mr_held_conf {
    const struct mr_type *row;
    const struct mr_type *row_and_key;      /* with the record's key (op.h), if there is one */
    const struct mr_record_key *record_key; /* or NULL */
    struct mr_key_codec meta_key;
};

/* Rows are kept whole, so all fields of the step's input are read. */
void mr_held_check(struct mr_check *c, struct mr_held_conf *conf);
void mr_held_write(const struct mr_held_conf *conf, const struct mr_rec *r, struct mr_buf *to);
/* Borrows from bytes; the rest is in a. key and passed stay as they are in ret. */
void mr_held_read(const struct mr_held_conf *conf, struct mr_str bytes, struct mr_arena *a,
                  struct mr_rec *ret);
/* Key bytes so that they compare as a whole, whatever follows. */
void mr_held_sortable(struct mr_buf *to, struct mr_str key);
/* The low bytes of a number, the largest first, so that they compare like it. */
void mr_held_big(struct mr_buf *to, uint64_t v, unsigned bytes);
/* Bytes by which records of one timestamp are ordered: provenance, then the row. */
void mr_held_provenance(const struct mr_held_conf *conf, const struct mr_rec *r, struct mr_buf *to);

/* ---- which is next */

struct mr_due { /* a record that is due */
    int64_t ts;
    struct mr_str sort; /* bytes by which equal timestamps are ordered */
    struct mr_str key;  /* of its entry in the store */
};

struct mr_dues {
    struct mr_heap heap; /* of (ts, sort bytes and key); tag: how many are sort bytes */
    struct mr_buf id;    /* scratch */
    int64_t front;       /* buckets up to this start are in the heap; MR_NO_TIME = none */
    int64_t next;        /* start of the oldest bucket behind the front; INT64_MAX = none */
};

void mr_dues_init(struct mr_dues *q);
void mr_dues_done(struct mr_dues *q);
/* From the store: at the start, and anew after an abort. */
void mr_dues_open(struct mr_dues *q, struct mr_op *op);
/* A record was put into a bucket. */
void mr_dues_add(struct mr_dues *q, int64_t ts, int64_t bucket, struct mr_str sort,
                 struct mr_str key);
/* The smallest timestamp that may be held; INT64_MAX = none. */
int64_t mr_dues_least(const struct mr_dues *q);
/* Adds all records of a bucket. */
typedef void (*mr_dues_load_cb)(struct mr_op *op, struct mr_bucket *b);
/* Takes the first record if its ts < before. What ret points to is in the batch's arena. */
bool mr_dues_take(struct mr_dues *q, struct mr_op *op, int64_t before, mr_dues_load_cb load,
                  struct mr_due *ret);

#endif

/* agg_run.h -- a running fold of groups, as agg_run.c, agg_row.c, agg_emit.c and window_*.c share
 * it; an operator has its descriptor point to the functions here.
 *
 *   agg_run.c       the step; windows that are known from a record's timestamp (tumbling, hopping)
 *   window_hopping.c  those that overlap and send a row once, kept in slides
 *   window_*.c      windows that follow the records (sliding, session), behind mr_agg_ranges
 *   agg_row.c       rows and their keys; the rows of a close in their order
 *   agg_emit.c      which changes become rows, and when (updates, each, every)
 *
 * A value is what is known of a row: head, then the state that mr_agg_fold made.
 */
#ifndef MR_OP_AGG_RUN_H
#define MR_OP_AGG_RUN_H

#include "processor/op/agg.h"

enum { MR_AGG_HEAD = 16 }; /* largest ts in it (8 bytes), time of what changed it last (8) */

struct mr_agg {
    struct mr_buf buf, half, key; /* half: the state without the old row; of a merge */
    int64_t committed;            /* updates: O as of the last commit */
    int64_t settled;              /* the same, as of the last transaction that was settled */
    int64_t close_at;             /* O at which windows have work to do; INT64_MAX = none */
    struct mr_agg_queue *queue;   /* emit: every */
    void *ranges;                 /* of the kind of window */
};

static inline const struct mr_agg_conf *mr_agg_conf_of(const struct mr_op *op) {
    return op->step->conf;
}

static inline int64_t mr_agg_word(struct mr_str value, unsigned i) { /* of the head */
    int64_t w;
    memcpy(&w, value.p + 8 * i, 8);
    return w;
}

static inline struct mr_str mr_agg_state(struct mr_str value) { /* n == 0: none */
    if (!value.p) return value;
    return (struct mr_str){value.p + MR_AGG_HEAD, value.n - MR_AGG_HEAD};
}

/* ---- the step (agg_run.c): for descriptors; its conf is a mr_agg_conf */

void mr_agg_open(struct mr_op *op);
void mr_agg_process(struct mr_op *op, struct mr_rec *recs, size_t n);
void mr_agg_advance_time(struct mr_op *op);
void mr_agg_commit(struct mr_op *op);
int64_t mr_agg_passes(struct mr_op *op, int64_t O);
void mr_agg_settle(struct mr_op *op, bool committed);
void mr_agg_close(struct mr_op *op);

/* ---- rows (agg_row.c) */

struct mr_agg_change { /* of the row of a group (and window) */
    struct mr_str key; /* of the group */
    int64_t start;     /* of the window, or MR_BUCKET_PLAIN */
    struct mr_str old; /* its value before, p == NULL: there was no row; may be missing when
                          !mr_agg_wants_old */
    struct mr_str now; /* its value; p == NULL: there is no row any more */
    int64_t ts, time;  /* of the row */
};

bool mr_agg_wants_old(const struct mr_op *op);
/* Over a table: the last member has gone. */
bool mr_agg_is_empty(const struct mr_agg_conf *conf, struct mr_str value);
/* A retraction of the old row, and the new one. Bytes of the change live in the batch. */
void mr_agg_emit_change(struct mr_op *op, const struct mr_rec *cause,
                        const struct mr_agg_change *c);

struct mr_agg_final { /* a row of a close */
    int64_t end;
    struct mr_str key; /* bytes of the output row's key */
    const struct mr_value *row;
};
struct mr_agg_final mr_agg_final_of(struct mr_op *op, struct mr_str key, int64_t start,
                                    struct mr_str value);
/* In order of (end, bytes of the row's key), time going on before each row. Equal ones once. */
void mr_agg_emit_final(struct mr_op *op, struct mr_agg_final *list, size_t n);

/* ---- changes (agg_emit.c) */

/* A row has changed because of r: emitted now (each), or noted. Not for `updates` of windows that
 * are buckets: there the store's own list of changes does. */
void mr_agg_changed(struct mr_op *op, const struct mr_rec *r, const struct mr_agg_change *c);
void mr_agg_commit_changes(struct mr_op *op);    /* updates: what has been noted */
int64_t mr_agg_queue_at(const struct mr_op *op); /* every: O at which rows are due */
void mr_agg_serve_queue(struct mr_op *op, int64_t O);
void mr_agg_open_queue(struct mr_op *op); /* also after an abort */
void mr_agg_close_queue(struct mr_op *op);

/* ---- windows whose states are merged, so only accumulators have them */

static inline const struct mr_accum *mr_agg_accum_of(const struct mr_op *op) {
    return &((const struct mr_agg_accums *)mr_agg_conf_of(op)->of)->accum;
}

/* What two states were made of, borrowed until the next call; x may be what the last one gave. */
struct mr_str mr_agg_merge(struct mr_op *op, struct mr_str x, struct mr_str y);

/* Hopping windows in slides (window_hopping.c). */
int64_t mr_hopping_slide(const struct mr_agg_conf *conf); /* length of one; 0: not kept so */
/* The bucket of a record whose windows before `first` are closed, or it is late for them. */
int64_t mr_hopping_bucket(const struct mr_agg_conf *conf, int64_t ts, int64_t first);
/* O at which the next window of a bucket closes; of all buckets. INT64_MAX: none. */
int64_t mr_hopping_closes_at(const struct mr_op *op, int64_t bucket);
int64_t mr_hopping_next(struct mr_op *op);
void mr_hopping_close_up_to(struct mr_op *op, int64_t O);

/* Windows that follow the records. */

struct mr_agg_ranges {
    void (*open)(struct mr_op *op);
    void (*close)(struct mr_op *op);
    void (*settle)(struct mr_op *op, bool committed); /* memory beside the store follows */
    void (*prefetch)(struct mr_op *op, const struct mr_rec *r, uint64_t hash);
    /* A record that is not late. Sets its fate, notes changes, sets close_at. */
    void (*add)(struct mr_op *op, struct mr_rec *r, uint64_t hash, const struct mr_value *args);
    /* The value of a row, borrowed until the next call; p == NULL: none. ts: that of the row. */
    struct mr_str (*find)(struct mr_op *op, struct mr_str key, int64_t start, int64_t ts);
    void (*advance)(struct mr_op *op, int64_t O); /* closes; sets close_at */
    void (*commit)(struct mr_op *op);             /* what could not be dropped before the commit */
};

#endif

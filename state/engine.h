/* engine.h -- the seam to what is on disk: an ordered map of bytes, written in batches.
 *
 * Internal to state/. Two implementations: rocks.c, and mem.c (its twin for tests, the simulator
 * and the embedded broker). What both promise, and all that checkpoint.c builds on:
 *   - a batch is atomic;
 *   - a crash loses a suffix of the batches, never a middle; a flush that has ended moves the
 *     earliest possible loss behind it;
 *   - reads see every batch written.
 * Any failure is FATAL: the store that met it is of no more use (the changelog rebuilds it).
 */
#ifndef MR_STATE_ENGINE_H
#define MR_STATE_ENGINE_H

#include "base/buf.h"
#include "state/state.h"

#include <pthread.h>

enum mr_batch_op { MR_BATCH_PUT, MR_BATCH_DELETE, MR_BATCH_DELETE_RANGE };

struct mr_batch {
    struct mr_buf ops; /* op byte, two lengths, two runs of bytes; see mr_batch_next */
    size_t n;
};

void mr_batch_init(struct mr_batch *b);
void mr_batch_done(struct mr_batch *b);
void mr_batch_clear(struct mr_batch *b);
void mr_batch_put(struct mr_batch *b, struct mr_str key, struct mr_str value);
void mr_batch_delete(struct mr_batch *b, struct mr_str key);
void mr_batch_delete_range(struct mr_batch *b, struct mr_str from,
                           struct mr_str to); /* to: excl. */
/* DELETE: *ret_b empty; DELETE_RANGE: a, b = from, to. *at starts at 0. */
bool mr_batch_next(const struct mr_batch *b, size_t *at, enum mr_batch_op *ret_op,
                   struct mr_str *ret_a, struct mr_str *ret_b);

/* Row by row in key order; false ends the scan. Borrowed during the call; must not write. */
typedef bool (*mr_scan_cb)(void *arg, struct mr_str key, struct mr_str value);

struct mr_engine_vt {
    enum mr_class (*get)(struct mr_engine *e, struct mr_str key, struct mr_buf *ret,
                         bool *ret_found, struct mr_err *err);
    enum mr_class (*scan)(struct mr_engine *e, struct mr_str from, struct mr_str to, mr_scan_cb cb,
                          void *arg, struct mr_err *err); /* to: exclusive */
    enum mr_class (*write)(struct mr_engine *e, const struct mr_batch *b, struct mr_err *err);
    enum mr_class (*flush)(struct mr_engine *e, bool wait, struct mr_err *err);
    void (*close)(struct mr_engine *e); /* without a flush; frees e */
};

struct mr_engine { /* first member of both implementations */
    const struct mr_engine_vt *vt;
    char instance[9];
    pthread_mutex_t lock; /* of the list below */
    struct mr_str *held;  /* row prefixes of open stores; owned by the stores */
    size_t n_held, cap_held;
};

void mr_engine_init(struct mr_engine *e, const struct mr_engine_vt *vt);
void mr_engine_done(struct mr_engine *e);
/* A store is held by one object at a time. false: it is held. @thread any */
bool mr_engine_hold(struct mr_engine *e, struct mr_str prefix);
void mr_engine_let_go(struct mr_engine *e, struct mr_str prefix);

#endif

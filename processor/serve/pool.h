/* pool.h -- the worker threads of a process: started, watched, stopped.
 *
 * Each thread opens its worker, steps it, and closes it (or, failed, leaves it alone): a worker is
 * touched by its own thread only. What others may ask (state, health) is atomic or behind the lock.
 */
#ifndef MR_SERVE_POOL_H
#define MR_SERVE_POOL_H

#include "base/config.h"
#include "processor/task/worker.h"

struct mr_pool;

struct mr_pool_conf {
    struct mr_worker_conf worker; /* as a pattern: index is set here; shared things are borrowed */
    int n_workers;
};

struct mr_pool_state {
    int n;      /* workers */
    int done;   /* last step said: all inputs have ended */
    int quiet;  /* nothing to do for a while (QUIET_STEPS idle steps in a row) */
    int ended;  /* threads that have returned */
    int failed; /* workers that gave up */
};

struct mr_pool *mr_pool_start(const struct mr_pool_conf *conf);
struct mr_pool_state mr_pool_state(struct mr_pool *p);
/* Asks every worker for a commit at its next step. @thread any */
void mr_pool_flush(struct mr_pool *p);
/* Asks the threads to close their workers and return; does not wait. */
void mr_pool_stop(struct mr_pool *p);
/* Waits for the threads (all must have been stopped or failed). Returns the exit code: 0, or that
 * of the first worker that failed, with its error in *err. */
int mr_pool_join(struct mr_pool *p, struct mr_err *err);

/* For /ready: true = ready, else reasons, one a line. @thread any */
bool mr_pool_ready(struct mr_pool *p, struct mr_buf *reasons);
/* For /live: every loop has made progress lately; a broker call may take in_call_ms. @thread any */
bool mr_pool_live(struct mr_pool *p, int64_t step_ms, int64_t in_call_ms, struct mr_buf *reasons);

#endif

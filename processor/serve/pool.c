/* pool.c -- see pool.h. */
#include "processor/serve/pool.h"
#include "base/log.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WAIT_MS = 50, QUIET_STEPS = 5, OPEN_TRIES = 10, OPEN_WAIT_MS = 500 };

struct member {
    struct mr_pool *pool;
    pthread_t thread;
    int index;
    pthread_mutex_t lock;      /* of worker */
    struct mr_worker *worker;  /* NULL before open and from close on */
    atomic_bool done, ended, flush;
    atomic_int idle_steps;     /* in a row */
    int exit_code;             /* written by the thread before `ended` */
    struct mr_err err;
};

struct mr_pool {
    struct mr_pool_conf conf;
    atomic_bool stop;
    struct member members[];
};

static void set_worker(struct member *m, struct mr_worker *w) {
    pthread_mutex_lock(&m->lock);
    m->worker = w;
    pthread_mutex_unlock(&m->lock);
}

static struct mr_worker *open_worker(struct member *m) {
    struct mr_worker_conf conf = m->pool->conf.worker;
    struct mr_worker *w = NULL;
    conf.index = m->index;
    for (int i = 0; i < OPEN_TRIES && !m->pool->stop; i++) {
        enum mr_class rc = mr_worker_open(&conf, &w, &m->err);
        if (rc == MR_OK) return w;
        m->exit_code = rc == MR_RETRY ? 75 : 1;
        if (rc != MR_RETRY) break;
        mr_log_warn("worker.open", "worker %d: %s; trying again", m->index, m->err.text);
        usleep_ms(OPEN_WAIT_MS);
    }
    return NULL;
}

static void run_worker(struct member *m, struct mr_worker *w) {
    while (!m->pool->stop) {
        if (atomic_exchange(&m->flush, false)) mr_worker_flush(w);
        enum mr_step_result r = mr_worker_step(w, WAIT_MS);
        m->done = r == MR_STEP_DONE;
        m->idle_steps = r == MR_STEP_WORKED ? 0 : m->idle_steps + 1;
        if (r != MR_STEP_FAILED) continue;
        m->err = *mr_worker_error(w, &m->exit_code);
        if (m->exit_code == 0) m->exit_code = 1;
        break;
    }
}

static void *thread_main(void *arg) {
    struct member *m = arg;
    struct mr_worker *w = open_worker(m);
    if (w) {
        m->exit_code = 0;
        set_worker(m, w);
        run_worker(m, w);
        set_worker(m, NULL);
        mr_worker_close(w); /* after a failure it only leaves: nothing is committed */
    }
    m->ended = true;
    return NULL;
}

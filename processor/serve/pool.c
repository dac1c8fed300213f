/* pool.c -- see pool.h. */
#include "processor/serve/pool.h"
#include "base/log.h"
#include "base/mem.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

enum { WAIT_MS = 50, QUIET_STEPS = 5, OPEN_TRIES = 10, OPEN_WAIT_MS = 500 };

struct member {
    struct mr_pool *pool;
    pthread_t thread;
    int index;
    pthread_mutex_t lock;     /* of worker */
    struct mr_worker *worker; /* NULL before open and from close on */
    atomic_bool done, ended, flush;
    atomic_int idle_steps; /* in a row */
    int exit_code;         /* written by the thread before `ended` */
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
        m->exit_code = rc == MR_RETRY ? 75 : 78;
        if (rc != MR_RETRY) break;
        mr_log_warn("worker.open", "worker %d: %s; trying again", m->index, m->err.text);
        poll(NULL, 0, OPEN_WAIT_MS);
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

struct mr_pool *mr_pool_start(const struct mr_pool_conf *conf) {
    size_t n = (size_t)conf->n_workers;
    struct mr_pool *p = mr_calloc(1, sizeof *p + n * sizeof *p->members);
    p->conf = *conf;
    for (size_t i = 0; i < n; i++) {
        struct member *m = &p->members[i];
        m->pool = p;
        m->index = (int)i;
        pthread_mutex_init(&m->lock, NULL);
        pthread_create(&m->thread, NULL, thread_main, m);
    }
    return p;
}

struct mr_pool_state mr_pool_state(struct mr_pool *p) {
    struct mr_pool_state s = {.n = p->conf.n_workers};
    for (int i = 0; i < s.n; i++) {
        struct member *m = &p->members[i];
        s.done += m->done;
        s.quiet += m->idle_steps >= QUIET_STEPS;
        s.ended += m->ended;
        s.failed += m->ended && m->exit_code;
    }
    return s;
}

void mr_pool_flush(struct mr_pool *p) {
    for (int i = 0; i < p->conf.n_workers; i++) {
        p->members[i].idle_steps = 0;
        p->members[i].flush = true;
    }
}

void mr_pool_stop(struct mr_pool *p) {
    p->stop = true;
}

int mr_pool_join(struct mr_pool *p, struct mr_err *err) {
    int code = 0;
    for (int i = 0; i < p->conf.n_workers; i++) {
        struct member *m = &p->members[i];
        pthread_join(m->thread, NULL);
        pthread_mutex_destroy(&m->lock);
        if (code || !m->exit_code) continue;
        code = m->exit_code;
        *err = m->err;
    }
    mr_free(p);
    return code;
}

bool mr_pool_ready(struct mr_pool *p, struct mr_buf *reasons) {
    bool ready = true;
    for (int i = 0; i < p->conf.n_workers; i++) {
        struct member *m = &p->members[i];
        pthread_mutex_lock(&m->lock);
        if (!m->worker) mr_buf_printf(reasons, "worker %d is not running\n", i);
        if (!m->worker || mr_worker_unready(m->worker, reasons)) ready = false;
        pthread_mutex_unlock(&m->lock);
    }
    return ready;
}

bool mr_pool_live(struct mr_pool *p, int64_t step_ms, int64_t in_call_ms, struct mr_buf *reasons) {
    struct mr_clock *clock = p->conf.worker.clock;
    bool live = true;
    for (int i = 0; i < p->conf.n_workers; i++) {
        struct member *m = &p->members[i];
        bool in_call = false;
        pthread_mutex_lock(&m->lock);
        int64_t now = clock->mono_ms(clock);
        int64_t at = m->worker ? mr_worker_alive_ms(m->worker, &in_call) : now;
        pthread_mutex_unlock(&m->lock);
        if (m->ended && m->exit_code)
            mr_buf_printf(reasons, "worker %d has failed\n", i);
        else if (now - at <= (in_call ? in_call_ms : step_ms))
            continue;
        else
            mr_buf_printf(reasons, "worker %d: no step for %lld ms\n", i, (long long)(now - at));
        live = false;
    }
    return live;
}

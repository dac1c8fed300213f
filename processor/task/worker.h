/* worker.h -- a worker: group consumer + transactional producer + its tasks, as a step machine.
 *
 * A worker sees the world only through four seams: broker, store engine, clock, randomness. One
 * thread calls it; several may live in one thread (tests, simulator).
 */
#ifndef MR_TASK_WORKER_H
#define MR_TASK_WORKER_H

#include "base/clock.h"
#include "base/metrics.h"
#include "base/rand.h"
#include "processor/broker/broker.h"
#include "processor/op/plan.h"

struct mr_worker;

/* Which tasks have seen the end of all input (embedded runs, tests). Shared by the workers of a
 * process: a task that moves from one to another stays finished. Thread-safe. */
struct mr_progress;
struct mr_progress *mr_progress_new(const struct mr_plan *plan);
void mr_progress_free(struct mr_progress *p);

struct mr_worker_conf {
    const char *app;            /* group = prefix of topics and transactional ids */
    int index;                  /* number of the worker in its process */
    const struct mr_plan *plan; /* shared */
    struct mr_broker *broker;   /* shared */
    struct mr_engine *engine;   /* shared */
    struct mr_clock *clock;
    uint64_t seed;              /* incarnations */
    struct mr_metrics *metrics; /* shared; may be NULL */
    int64_t commit_interval_ms;
    int64_t flush_interval_ms;    /* of write-behind rounds */
    size_t batch;                 /* records per batch at most */
    struct mr_progress *progress; /* shared by all workers of the process; NULL = not watched */
    int64_t max_skew_ms;          /* of event time ahead of other tasks (align.c); 0 = any */
    size_t memory_bytes;          /* this worker's share */
    bool accept_reset;            /* offsets without metadata are taken as they are */
    bool static_member; /* group.instance.id from the state directory: restarts move nothing */
    bool steady;        /* `updates` and commits only when asked (tests): no interval */
};

enum mr_step_result {
    MR_STEP_WORKED, /* call again at once */
    MR_STEP_IDLE,   /* nothing to do: mr_worker_step has waited (at most wait_ms) */
    MR_STEP_DONE,   /* all inputs have ended for ever and everything is committed */
    MR_STEP_FAILED, /* give up: mr_worker_error; exit code with it */
};

enum mr_class mr_worker_open(const struct mr_worker_conf *conf, struct mr_worker **ret,
                             struct mr_err *err);
enum mr_step_result mr_worker_step(struct mr_worker *w, int wait_ms);
/* Asks for a commit at the next step (tests: {flush: true}). */
void mr_worker_flush(struct mr_worker *w);
/* Finish the batch, commit, flush, leave. deadline_ms: mono time after which it gives up (75). */
void mr_worker_close(struct mr_worker *w);
void mr_worker_crash(struct mr_worker *w); /* tests: forget everything, no leave, no abort */
const struct mr_err *mr_worker_error(const struct mr_worker *w, int *ret_exit_code);

/* For /ready: NULL = ready; else reasons, one per line ("restoring per_segment/2 41%"). @thread any
 */
const char *mr_worker_unready(struct mr_worker *w, struct mr_buf *to);
/* Time of the last finished step, mono ms; and whether a broker call is under way. @thread any */
int64_t mr_worker_alive_ms(const struct mr_worker *w, bool *ret_in_call);

/* Start-up: checks and creates topics for a plan; every problem at once, one line each, in
 * problems. Returns OK, RETRY (brokers cannot be reached, or not enough of them: exit 75), FATAL
 * (exit 78; err->code MR_PREPARE_MISSING: a topic is missing among others, which brokers say for a
 * moment of one that has just been created). It may be called again, with empty problems. */
enum { MR_PREPARE_MISSING = 1 };
enum mr_class mr_prepare(const struct mr_plan *plan, const char *app, struct mr_broker *broker,
                         struct mr_buf *problems, struct mr_buf *warnings, struct mr_err *err);

#endif

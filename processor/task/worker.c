/* worker.c -- the step machine of a worker: events, opening tasks, batches, commits, upkeep.
 *
 * One step does a bounded amount of work: it serves the group, advances tasks that are opening,
 * runs one batch of the task with the least input time, and commits when the interval is over.
 * It holds no lock and shares nothing but what worker.h says.
 */
#include "processor/task/internal.h"

#include "base/log.h"
#include "base/mem.h"
#include "processor/broker/sim.h"
#include "processor/task/progress.h"

#include <stdarg.h>
#include <stdio.h>

enum { HOURLY_MS = 3600 * 1000, WARM_MS = 100, OPEN_MS = 100 };

int64_t mr_worker_now(const struct mr_worker *w) {
    return w->conf.clock->mono_ms(w->conf.clock);
}

struct mr_cell *mr_worker_cell(struct mr_worker *w, enum mr_metric m, const char *fmt, ...) {
    static struct mr_cell nowhere; /* without metrics: written, never read */
    char labels[256];
    va_list ap;
    if (!w->conf.metrics) return &nowhere;
    va_start(ap, fmt);
    vsnprintf(labels, sizeof labels, fmt, ap);
    va_end(ap);
    return mr_metrics_cell(w->conf.metrics, m, labels);
}

enum mr_class mr_worker_fail(struct mr_worker *w, int exit_code, const struct mr_err *err) {
    if (!w->exit_code) {
        w->exit_code = exit_code;
        w->error = *err;
        w->error.class = MR_FATAL;
        mr_log_error("worker.fails", "%s", err->text);
    }
    return MR_FATAL;
}

const struct mr_err *mr_worker_error(const struct mr_worker *w, int *ret_exit_code) {
    *ret_exit_code = w->exit_code;
    return &w->error;
}

int mr_worker_tag(struct mr_worker *w, struct mr_in *in) {
    size_t i = 0;
    while (i < w->n_tags && w->tags[i]) i++;
    if (i == w->n_tags) {
        w->n_tags = w->n_tags ? w->n_tags * 2 : 16;
        w->tags = mr_realloc(w->tags, w->n_tags * sizeof *w->tags);
        memset(w->tags + i, 0, (w->n_tags - i) * sizeof *w->tags);
    }
    w->tags[i] = in;
    return (int)i;
}

struct mr_producer *mr_worker_producer(struct mr_worker *w, struct mr_err *err) {
    if (w->producer) return w->producer;
    char id[300];
    snprintf(id, sizeof id, "%s-%s-%d", w->conf.app, mr_engine_instance(w->conf.engine),
             w->conf.index);
    enum mr_class rc =
        mr_producer_open(w->conf.broker, id, w->conf.memory_bytes / 8, &w->producer, err);
    return rc == MR_OK ? w->producer : NULL;
}

/* ---- facts about topics, read once */

static enum mr_class facts(struct mr_worker *w, const char *name, struct mr_topic_facts *ret,
                           struct mr_err *err) {
    enum mr_class rc;
    int tries = 0;
    ret->id = mr_broker_topic(w->conf.broker, name);
    do rc = mr_broker_describe(w->conf.broker, ret->id, &ret->info, err);
    while (rc == MR_RETRY && ++tries < 3);
    if (rc == MR_OK && ret->info.partitions == 0)
        return mr_err_set(err, MR_FATAL, 0, "topic `%s` does not exist", name);
    return rc;
}

static enum mr_class sub_facts(struct mr_worker *w, const struct mr_sub *sub, struct mr_err *err) {
    struct mr_arena *a = &w->arena;
    const char *app = w->conf.app;
    uint16_t s = sub->id;
    enum mr_class rc = MR_OK;
    w->ins[s] = mr_arena_calloc(a, sub->n_inputs, sizeof *w->ins[s]);
    w->outs[s] = mr_arena_calloc(a, sub->n_outs, sizeof *w->outs[s]);
    w->logs[s] = mr_arena_calloc(a, sub->n_stores, sizeof *w->logs[s]);
    w->out_info[s] = mr_arena_calloc(a, sub->n_outs, sizeof *w->out_info[s]);
    w->in_partitions[s] = mr_arena_calloc(a, sub->n_inputs, sizeof *w->in_partitions[s]);
    for (uint16_t i = 0; i < sub->n_inputs && rc == MR_OK; i++) {
        const struct mr_input *in = &sub->inputs[i];
        rc = facts(w, mr_name_input(a, app, in), &w->ins[s][i], err);
        w->in_partitions[s][i] = w->ins[s][i].info.partitions;
    }
    if (rc == MR_OK) w->partitions[s] = w->ins[s][sub->anchor].info.partitions;
    for (uint16_t i = 0; i < sub->n_outs && rc == MR_OK; i++) {
        const struct mr_output *out = &sub->outs[i];
        rc = facts(w, mr_name_output(a, app, w->conf.plan, out), &w->outs[s][i], err);
        const struct mr_topic_info *info = &w->outs[s][i].info;
        w->out_info[s][i] = (struct mr_out_info){info->partitions, info->max_message_bytes,
                                                 info->timestamp_after_max_ms};
    }
    for (uint16_t i = 0; i < sub->n_stores && rc == MR_OK; i++)
        rc = facts(w, mr_name_changelog(a, app, sub->stores[i].name), &w->logs[s][i], err);
    return rc;
}

/* Of a repartition topic: the tasks that write it, which may be those that read it. */
static void count_senders(struct mr_worker *w, const struct mr_sub *sub) {
    for (uint16_t i = 0; i < sub->n_inputs; i++)
        if (sub->inputs[i].kind == MR_IN_REPARTITION)
            w->in_partitions[sub->id][i] = w->partitions[sub->inputs[i].from_sub];
}

static enum mr_class all_facts(struct mr_worker *w, struct mr_err *err) {
    const struct mr_plan *p = w->conf.plan;
    struct mr_arena *a = &w->arena;
    w->ins = mr_arena_calloc(a, p->n_subs, sizeof *w->ins);
    w->outs = mr_arena_calloc(a, p->n_subs, sizeof *w->outs);
    w->logs = mr_arena_calloc(a, p->n_subs, sizeof *w->logs);
    w->out_info = mr_arena_calloc(a, p->n_subs, sizeof *w->out_info);
    w->in_partitions = mr_arena_calloc(a, p->n_subs, sizeof *w->in_partitions);
    w->partitions = mr_arena_calloc(a, p->n_subs, sizeof *w->partitions);
    for (uint16_t s = 0; s < p->n_subs; s++) {
        enum mr_class rc = sub_facts(w, &p->subs[s], err);
        if (rc != MR_OK) return rc;
        if (w->conf.progress) mr_progress_expect(w->conf.progress, s, w->partitions[s]);
    }
    for (uint16_t s = 0; s < p->n_subs; s++) count_senders(w, &p->subs[s]);
    return MR_OK;
}

/* ---- open and close */

static enum mr_class open_consumer(struct mr_worker *w, struct mr_err *err) {
    const struct mr_plan *p = w->conf.plan;
    int *anchors = mr_arena_calloc(&w->arena, p->n_subs, sizeof *anchors);
    for (uint16_t s = 0; s < p->n_subs; s++) anchors[s] = w->ins[s][p->subs[s].anchor].id;
    struct mr_consumer_conf conf = {
        .group = w->conf.app,
        .member = mr_arena_printf(&w->arena, "%s-%s-%d", w->conf.app,
                                  mr_engine_instance(w->conf.engine), w->conf.index),
        .static_member = w->conf.static_member,
        .anchors = anchors,
        .n_anchors = p->n_subs,
        .events = mr_assign_events(w),
        .queue_bytes = w->conf.memory_bytes / 8,
    };
    return mr_consumer_open(w->conf.broker, &conf, &w->consumer, err);
}

static void worker_free(struct mr_worker *w) {
    mr_free(w->tags);
    mr_free(w->outs_buf);
    mr_buf_done(&w->unready);
    pthread_mutex_destroy(&w->lock);
    mr_arena_done(&w->txn);
    mr_arena_done(&w->arena);
    mr_free(w);
}

enum mr_class mr_worker_open(const struct mr_worker_conf *conf, struct mr_worker **ret,
                             struct mr_err *err) {
    struct mr_worker *w = mr_calloc(1, sizeof *w);
    w->conf = *conf;
    mr_arena_init(&w->arena);
    mr_arena_init(&w->txn);
    mr_buf_init(&w->unready, 0);
    pthread_mutex_init(&w->lock, NULL);
    mr_rand_seed(&w->rand, conf->seed + (uint64_t)conf->index * 0x9e3779b97f4a7c15u);
    w->others_least = MR_INF_TIME;
    /* Twice the largest grace, or late records of one partition would be held by another's. */
    int64_t least_skew = 2 * conf->plan->grace_ms;
    w->max_skew_ms =
        conf->max_skew_ms && conf->max_skew_ms < least_skew ? least_skew : conf->max_skew_ms;
    w->writer = (uint32_t)mr_rand_next(&w->rand) | 1;
    static const char *const results[] = {"ok", "aborted", "unknown"};
    for (int i = 0; i < 3; i++)
        w->cells[i] =
            mr_worker_cell(w, MR_M_COMMITS, "worker=\"%d\",result=\"%s\"", conf->index, results[i]);
    w->cells[3] = mr_worker_cell(w, MR_M_COMMIT_MS, "worker=\"%d\"", conf->index);
    enum mr_class rc = all_facts(w, err);
    if (rc == MR_OK) rc = open_consumer(w, err);
    if (rc != MR_OK) {
        worker_free(w);
        return rc;
    }
    int64_t now = mr_worker_now(w);
    w->next_flush_ms = now + conf->flush_interval_ms;
    w->next_recommit_ms = now + HOURLY_MS;
    w->alive_ms = now;
    *ret = w;
    return MR_OK;
}

static void free_tasks(struct mr_worker *w) {
    while (w->tasks) {
        struct mr_task *t = w->tasks;
        w->tasks = t->next;
        mr_task_free(t);
    }
}

/* So that the next start replays next to nothing. */
static void write_all(struct mr_worker *w) {
    struct mr_err err;
    for (struct mr_task *t = w->tasks; t; t = t->next)
        for (uint16_t i = 0; t->graph && !t->first && i < t->sub->n_stores; i++) {
            bool done = false;
            while (!done && mr_store_write_behind(t->stores[i], 100000, &done, &err) == MR_OK) {
            }
        }
}

/* A consumer is closed only when nothing borrows from it. */
static void drop_queues(struct mr_worker *w) {
    for (struct mr_task *t = w->tasks; t; t = t->next)
        for (uint16_t i = 0; i < t->sub->n_inputs; i++) mr_in_drop_queue(&t->ins[i]);
}

void mr_worker_close(struct mr_worker *w) {
    struct mr_err err;
    w->closing = true;
    for (int i = 0; i < 2 && !w->exit_code;
         i++) { /* the second makes the positions asked for good */
        w->next_ask_ms = 0;
        for (struct mr_task *t = w->tasks; i && t; t = t->next)
            if (t->graph && !t->astray) t->touched = w->touched = true;
        if (mr_commit(w, &err) == MR_OK) continue;
        mr_log_warn("worker.close", "%s", err.text);
        break;
    }
    write_all(w);
    drop_queues(w);
    mr_consumer_close(w->consumer); /* the last revoke frees the tasks */
    free_tasks(w);
    if (w->reader) mr_consumer_close(w->reader);
    if (w->producer) mr_producer_close(w->producer);
    worker_free(w);
}

void mr_worker_crash(struct mr_worker *w) {
    drop_queues(w);
    free_tasks(w);
    if (w->consumer) mr_sim_kill_consumer(w->consumer);
    if (w->reader) mr_consumer_close(w->reader);
    if (w->producer) mr_sim_kill_producer(w->producer);
    worker_free(w);
}

/* A consumer of no use any more (fatal): everything of the open interval is taken back. */
static enum mr_class rebuild_consumer(struct mr_worker *w, struct mr_err *err) {
    struct mr_err ignored;
    mr_log_warn("consumer.rebuild", "%s", err->text);
    w->in_callback = true;
    if (mr_commit_pending(w)) mr_commit_abort(w, &ignored);
    w->in_callback = false;
    drop_queues(w);
    free_tasks(w);
    mr_consumer_close(w->consumer);
    w->consumer = NULL;
    w->joined = false;
    enum mr_class rc = open_consumer(w, err);
    return rc == MR_OK ? MR_OK : mr_worker_fail(w, 75, err);
}

/* ---- a step */

static struct mr_task *least(struct mr_worker *w) {
    struct mr_task *best = NULL;
    int64_t best_order = MR_INF_TIME;
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (t->state != MR_TASK_RUNNING) continue;
        int64_t order = mr_task_order(t);
        if (!best || order < best_order) {
            best = t;
            best_order = order;
        }
    }
    return best;
}

/* The one whose last turn is longest ago; NULL: each has had one since `turn`, or must wait. */
static struct mr_task *next_to_open(struct mr_worker *w, uint64_t turn, int64_t now_ms) {
    struct mr_task *best = NULL;
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (t->state > MR_TASK_RESTORING || now_ms < t->retry_at_ms || t->open_turn > turn)
            continue;
        if (!best || t->open_turn < best->open_turn) best = t;
    }
    return best;
}

/* Some of them: opening a hundred takes longer than the group waits for a member, and running tasks
 * go on meanwhile. */
static void open_tasks(struct mr_worker *w, int64_t now_ms, bool *worked) {
    uint64_t turn = w->open_turns;
    struct mr_task *t;
    while (mr_worker_now(w) <= now_ms + OPEN_MS && (t = next_to_open(w, turn, now_ms))) {
        struct mr_err err = {0};
        t->open_turn = ++w->open_turns;
        enum mr_class rc = mr_task_open_step(t, &err);
        if (rc == MR_RETRY) {
            mr_log_debug("task.open", "%s/%d: %s", t->sub->name, t->partition, err.text);
            continue;
        }
        if (rc != MR_OK) {
            mr_worker_fail(w, 75, &err);
            return;
        }
        *worked = true;
    }
}

/* A task's first transaction holds its start positions and nothing else; when it was aborted it is
 * still to come. */
static bool first_ones(struct mr_worker *w) {
    bool any = false;
    for (struct mr_task *t = w->tasks; t; t = t->next)
        if (t->graph && t->first) any = t->touched = w->touched = w->flush = true;
    return any;
}

/* Tries tasks by input time until one had something to do. */
static enum mr_class run_one(struct mr_worker *w, bool *worked, struct mr_err *err) {
    struct mr_task *first = least(w);
    size_t n = 0;
    enum mr_class rc = MR_OK;
    if (!first) return MR_OK;
    rc = mr_task_run(first, w->conf.batch, &n, err);
    if (rc == MR_OK && n) rc = mr_commit_send(w, first, err);
    for (struct mr_task *t = w->tasks; t && !n && rc == MR_OK; t = t->next) {
        if (t->state != MR_TASK_RUNNING || t == first) continue;
        rc = mr_task_run(t, w->conf.batch, &n, err);
        if (rc == MR_OK && n) rc = mr_commit_send(w, t, err);
    }
    *worked |= n > 0;
    return rc;
}

static bool commit_due(struct mr_worker *w, int64_t now_ms) {
    if (!mr_commit_pending(w)) return false;
    if (w->flush) return true;
    if (w->conf.steady) return false;
    return now_ms - w->begun_ms >= w->conf.commit_interval_ms ||
           w->txn_bytes > w->conf.memory_bytes / 8;
}

/* All positions of all tasks, moved or not, once an hour: siblings' offsets would expire. */
static void hourly(struct mr_worker *w, int64_t now_ms) {
    if (now_ms < w->next_recommit_ms) return;
    w->next_recommit_ms = now_ms + HOURLY_MS;
    for (struct mr_task *t = w->tasks; t; t = t->next)
        if (t->graph) t->touched = w->touched = true;
}

static enum mr_class work(struct mr_worker *w, bool *worked, struct mr_err *err) {
    int64_t now = mr_worker_now(w);
    bool pending = mr_commit_pending(w);
    enum mr_class rc = MR_OK;
    open_tasks(w, now, worked);
    if (w->exit_code) return MR_FATAL;
    hourly(w, now);
    if (!first_ones(w)) {
        rc = run_one(w, worked, err);
        for (struct mr_task *t = w->tasks; t && rc == MR_OK; t = t->next) {
            mr_align_say(t, now);
            if (t->state != MR_TASK_RUNNING) continue;
            rc = mr_task_idleness(t, now, err);
            if (rc == MR_OK) rc = mr_commit_send(w, t, err);
        }
    }
    if (!pending && mr_commit_pending(w)) w->begun_ms = now;
    if (rc == MR_OK && commit_due(w, mr_worker_now(w))) {
        *worked = true;
        rc = mr_commit(w, err);
    } else if (rc != MR_OK) {
        /* A stop, a failed send: the interval is taken back and done again. */
        rc = mr_commit_abort(w, err);
        *worked = true;
    }
    return rc;
}

/* Inside a group event nothing can be built anew; a task that was given away needs it no more. */
static enum mr_class any_astray(struct mr_worker *w, struct mr_err *err) {
    for (struct mr_task *t = w->tasks; t; t = t->next)
        if (t->astray)
            return mr_err_set(err, MR_FATAL, 0, "%s/%d is astray", t->sub->name, t->partition);
    return MR_OK;
}

static bool finished(struct mr_worker *w) {
    if (!w->conf.progress || mr_commit_pending(w)) return false;
    for (struct mr_task *t = w->tasks; t; t = t->next)
        if (t->finished) mr_progress_finish(w->conf.progress, t->sub->id, t->partition);
    return mr_progress_complete(w->conf.progress);
}

static void say_unready(struct mr_worker *w) {
    pthread_mutex_lock(&w->lock);
    mr_buf_clear(&w->unready);
    if (!w->joined) mr_buf_printf(&w->unready, "joining worker %d\n", w->conf.index);
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (t->state == MR_TASK_RUNNING) continue;
        mr_buf_printf(&w->unready, "%s %s/%d", mr_task_state_name(t->state), t->sub->name,
                      t->partition);
        if (t->restore) mr_buf_printf(&w->unready, " %d%%", mr_restore_percent(t->restore));
        if (t->state == MR_TASK_STOPPED) mr_buf_printf(&w->unready, ": %s", t->stop_text);
        mr_buf_cat(&w->unready, "\n");
    }
    pthread_mutex_unlock(&w->lock);
}

const char *mr_worker_unready(struct mr_worker *w, struct mr_buf *to) {
    pthread_mutex_lock(&w->lock);
    mr_buf_add(to, w->unready.p, w->unready.n);
    bool any = w->unready.n > 0;
    pthread_mutex_unlock(&w->lock);
    return any ? mr_buf_cstr(to) : NULL;
}

int64_t mr_worker_alive_ms(const struct mr_worker *w, bool *ret_in_call) {
    *ret_in_call = w->in_call;
    return w->alive_ms;
}

void mr_worker_flush(struct mr_worker *w) {
    w->flush = true;
}

/* How long may be waited: not past the next commit. */
static int patience(const struct mr_worker *w, int wait_ms, bool worked) {
    if (worked) return 0;
    if (!mr_commit_pending(w) || w->conf.steady) return wait_ms;
    int64_t left = w->begun_ms + w->conf.commit_interval_ms - mr_worker_now(w);
    return left < 0 ? 0 : left < wait_ms ? (int)left : wait_ms;
}

enum mr_step_result mr_worker_step(struct mr_worker *w, int wait_ms) {
    struct mr_err err = {0};
    bool worked = false;
    if (w->exit_code) return MR_STEP_FAILED;
    w->step_ms = mr_worker_now(w);
    enum mr_class rc =
        mr_consumer_serve(w->consumer, w->was_idle ? patience(w, wait_ms, false) : 0, &err);
    if (rc == MR_OK || rc == MR_RETRY) rc = any_astray(w, &err);
    if (rc == MR_OK) rc = work(w, &worked, &err);
    if (rc == MR_FATAL && !w->exit_code) rc = rebuild_consumer(w, &err);
    if (w->exit_code) return MR_STEP_FAILED;
    mr_upkeep(w, mr_worker_now(w));
    if (w->exit_code) return MR_STEP_FAILED;
    w->alive_ms = mr_worker_now(w);
    w->was_idle = !worked;
    if (w->alive_ms >= w->said_ms + WARM_MS || worked != w->said_worked) {
        say_unready(w);
        w->said_ms = w->alive_ms;
        w->said_worked = worked;
    }
    if (finished(w)) return MR_STEP_DONE;
    return worked ? MR_STEP_WORKED : MR_STEP_IDLE;
}

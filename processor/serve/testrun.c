/* testrun.c -- see testrun.h.
 *
 * The broker has a clock of its own, which only a crash moves: a jump of hours would end the
 * session of the worker that lives, and a task that is taken over starts to count idleness anew;
 * the dead worker's session must end without moving the time that makes inputs idle.
 */
#include "processor/serve/testrun.h"
#include "base/mem.h"
#include "processor/serve/jtext.h"
#include "processor/serve/service.h"
#include "processor/task/worker.h"

#include <stdlib.h>

enum {
    IDLE_IN_A_ROW = 3,    /* joining the group takes steps in which nothing is done */
    STEPS_MAX = 10000000, /* a run that never comes to rest is a bug */
    SESSION_MS = 300000,  /* longer than any session or transaction time-out */
    MEMORY = 256 << 20,
    MOMENTS_MAX = 4096,
};

struct run {
    struct mr_arena *arena;
    const struct mr_plan *plan;
    const struct mr_test *test;
    const struct mr_test_conf *conf;
    struct mr_embed embed;
    struct mr_clock_manual clock;        /* the worker's: idleness */
    struct mr_clock_manual broker_clock; /* sessions */
    struct mr_metrics *metrics;
    struct mr_progress *progress;
    struct mr_engine *engine;
    struct mr_buf dir; /* of the engine on disk */
    struct mr_worker *worker;
    int64_t commits; /* seen so far */
    unsigned restarts;
    int64_t *moments; /* worker clock at which something was taken: idleness starts there */
    size_t n_moments;
    struct mr_err *err;
};

static bool open_worker(struct run *r) {
    struct mr_worker_conf conf = {.app = r->embed.app,
                                  .plan = r->plan,
                                  .broker = r->embed.broker,
                                  .engine = r->engine,
                                  .clock = &r->clock.base,
                                  .seed = 1 + r->restarts,
                                  .metrics = r->metrics,
                                  .commit_interval_ms = 100,
                                  .flush_interval_ms = 60000,
                                  .batch = r->conf->batch,
                                  .progress = r->progress,
                                  .memory_bytes = MEMORY,
                                  .steady = true};
    return mr_worker_open(&conf, &r->worker, r->err) == MR_OK;
}

/* Steps until nothing is left to do; *ret_done: all inputs have ended. */
static bool settle(struct run *r, bool *ret_done) {
    int idle = 0;
    for (long i = 0; i < STEPS_MAX; i++) {
        int code;
        enum mr_step_result result = mr_worker_step(r->worker, 0);
        *ret_done = result == MR_STEP_DONE;
        if (result == MR_STEP_FAILED) *r->err = *mr_worker_error(r->worker, &code);
        if (result == MR_STEP_FAILED) return false;
        idle = result == MR_STEP_WORKED ? 0 : idle + 1;
        if (*ret_done || idle >= IDLE_IN_A_ROW) return true;
    }
    mr_err_set(r->err, MR_FATAL, 0, "the run does not come to rest");
    return false;
}

/* Takes turns between leaving properly and falling dead. */
static bool restart(struct run *r) {
    if (r->restarts++ % 2) {
        mr_worker_close(r->worker);
    } else {
        mr_worker_crash(r->worker);
        if (!r->conf->rocks) mr_engine_mem_crash(r->engine);
        r->broker_clock.now_ms += SESSION_MS;
        mr_sim_tick(r->embed.broker);
    }
    r->worker = NULL;
    return open_worker(r);
}

/* Comes to rest; with `restart`, a commit on the way is followed by a restart. What the new worker
 * commits when it takes its tasks over is not one: else every step would end with a restart. */
static bool rest(struct run *r, bool *ret_done) {
    if (!settle(r, ret_done)) return false;
    if (!r->conf->restart || mr_metrics_sum(r->metrics, MR_M_COMMITS) == r->commits) return true;
    if (!restart(r) || !settle(r, ret_done)) return false;
    r->commits = mr_metrics_sum(r->metrics, MR_M_COMMITS);
    return true;
}

static bool flush(struct run *r, bool *ret_done) {
    mr_worker_flush(r->worker);
    return rest(r, ret_done);
}

/* ---- the virtual clock */

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static bool move_clock(struct run *r, int64_t to) {
    bool done;
    r->clock.now_ms = to;
    return rest(r, &done);
}

static void remember_moment(struct run *r) {
    if (r->n_moments && r->moments[r->n_moments - 1] == r->clock.now_ms) return;
    if (r->n_moments < MOMENTS_MAX) r->moments[r->n_moments++] = r->clock.now_ms;
}

/* Stops at every instant at which an input may become idle, so that the task sees each of them
 * when it comes, as a task in real time would. */
static bool advance(struct run *r, int64_t ms) {
    int64_t end = r->clock.now_ms + ms;
    size_t n = 0, n_inputs = 0;
    for (uint16_t s = 0; s < r->plan->n_subs; s++) n_inputs += r->plan->subs[s].n_inputs;
    int64_t *stops = mr_alloc(r->n_moments * n_inputs * sizeof *stops);
    for (size_t m = 0; m < r->n_moments; m++)
        for (uint16_t s = 0; s < r->plan->n_subs; s++)
            for (uint16_t i = 0; i < r->plan->subs[s].n_inputs; i++) {
                const struct mr_input *in = &r->plan->subs[s].inputs[i];
                int64_t at = r->moments[m] + in->idle_after_ms;
                if (in->idle_after_ms >= 0 && at > r->clock.now_ms && at < end) stops[n++] = at;
            }
    qsort(stops, n, sizeof *stops, by_value);
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++)
        if (stops[i] > r->clock.now_ms) ok = move_clock(r, stops[i]);
    mr_free(stops);
    ok = ok && move_clock(r, end);
    remember_moment(r);
    return ok;
}

/* ---- the test */

static bool run_event(struct run *r, const struct mr_test_event *e) {
    bool done;
    struct mr_feed_rec rec = e->rec;
    switch (e->kind) {
    case MR_TEST_ADVANCE: return advance(r, e->advance_ms);
    case MR_TEST_FLUSH: return flush(r, &done);
    case MR_TEST_RECORD: break;
    }
    /* A test says nothing of partitions: one. Told to use several: as a producer would. */
    if (rec.partition < 0 && r->conf->partitions <= 1) rec.partition = 0;
    remember_moment(r);
    return mr_embed_append(&r->embed, e->input, &rec, r->err) && rest(r, &done);
}

static bool run_events(struct run *r) {
    bool done = false;
    if (!rest(r, &done)) return false;
    remember_moment(r);
    for (size_t i = 0; i < r->test->n_events; i++)
        if (!run_event(r, &r->test->events[i])) return false;
    if (!flush(r, &done)) return false;
    if (r->test->keep_open) { /* a commit on, as far as rows can go */
        for (uint16_t i = 1; i < r->plan->n_subs; i++)
            if (!flush(r, &done)) return false;
        return true;
    }
    mr_embed_end_feeds(&r->embed);
    for (int i = 0; i < 1000 && !done; i++)
        if (!flush(r, &done)) return false;
    if (!done) mr_err_set(r->err, MR_FATAL, 0, "the run does not end");
    return done;
}

static bool open_engine(struct run *r) {
    if (!r->conf->rocks) {
        r->engine = mr_engine_open_mem();
        return true;
    }
    return mr_make_temp_dir(&r->dir, r->err) &&
           mr_engine_open_rocks(mr_buf_cstr(&r->dir), r->embed.app, MEMORY, &r->engine, r->err) ==
               MR_OK;
}

struct collecting {
    struct run *run;
    struct mr_test_rows *rows;
    struct mr_feed_form form;
};

static bool collect_row(void *arg, int32_t partition, const struct mr_msg *m) {
    struct collecting *c = arg;
    struct mr_test_rows *rows = c->rows;
    struct mr_arena *a = c->run->arena;
    if (rows->n == rows->cap) {
        struct mr_test_rows old = *rows;
        rows->cap = rows->cap ? rows->cap * 2 : 8;
        rows->lines = mr_arena_calloc(a, rows->cap, sizeof *rows->lines);
        rows->trees = mr_arena_calloc(a, rows->cap, sizeof *rows->trees);
        if (old.n) memcpy(rows->lines, old.lines, old.n * sizeof *old.lines);
        if (old.n) memcpy(rows->trees, old.trees, old.n * sizeof *old.trees);
    }
    struct mr_buf line;
    mr_buf_init(&line, 0);
    mr_feed_write(&c->form, m, partition, a, &line);
    struct mr_str text = mr_arena_str(a, (struct mr_str){line.p, line.n - 1});
    mr_buf_done(&line);
    rows->lines[rows->n] = text;
    return mr_jtext_tree(a, text, &rows->trees[rows->n++]);
}

static void collect(struct run *r, struct mr_test_result *ret) {
    const struct mr_output **outs = mr_embed_outputs(&r->embed, &ret->n_sinks);
    ret->sinks = mr_arena_calloc(r->arena, ret->n_sinks, sizeof *ret->sinks);
    for (size_t i = 0; i < ret->n_sinks; i++) {
        struct collecting c = {r, &ret->sinks[i], mr_embed_output_form(outs[i])};
        c.rows->out = outs[i];
        mr_embed_read(&r->embed, outs[i], collect_row, &c);
    }
}

static void run_done(struct run *r) {
    if (r->worker) mr_worker_close(r->worker);
    if (r->engine) mr_engine_close(r->engine);
    if (r->dir.n) mr_remove_dir(mr_buf_cstr(&r->dir));
    mr_buf_done(&r->dir);
    if (r->progress) mr_progress_free(r->progress);
    mr_embed_done(&r->embed);
    mr_metrics_free(r->metrics);
    mr_free(r->moments);
}

bool mr_test_run(struct mr_arena *a, const struct mr_plan *plan, const struct mr_test *test,
                 const struct mr_test_conf *conf, struct mr_test_result *ret, struct mr_err *err) {
    struct run r = {.arena = a, .plan = plan, .test = test, .conf = conf, .err = err};
    r.moments = mr_alloc(MOMENTS_MAX * sizeof *r.moments);
    mr_clock_manual_init(&r.clock, MR_TEST_DAY_MS);
    mr_clock_manual_init(&r.broker_clock, MR_TEST_DAY_MS);
    r.metrics = mr_metrics_new();
    r.progress = mr_progress_new(plan);
    ret->partitions = conf->partitions > test->partitions ? conf->partitions : test->partitions;
    bool ok = mr_embed_open(&r.embed, plan, plan->name, &r.broker_clock.base, ret->partitions, err);
    if (ok) mr_sim_no_wait(r.embed.broker);
    ok = ok && open_engine(&r) && open_worker(&r) && run_events(&r);
    if (ok) {
        mr_worker_close(r.worker); /* with keep_open it has nothing to commit: all is flushed */
        r.worker = NULL;
        ret->restarts = r.restarts;
        collect(&r, ret);
    }
    run_done(&r);
    return ok;
}

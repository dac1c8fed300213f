/* task_sim.h -- the main job in small on the in-process broker, driven step by step in one thread.
 *
 * Workers are processes of their own: each has an engine, so that one may crash without the others.
 * The workers' clock moves by STEP_MS each turn, so commits and rounds of write-behind come in
 * every run at the same turns; the broker has a clock of its own that only a crash moves
 * (sessions).
 */
#ifndef MR_TESTS_TASK_SIM_H
#define MR_TESTS_TASK_SIM_H

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "processor/broker/sim_internal.h"
#include "processor/serve/embed.h"
#include "processor/task/internal.h"
#include "processor/topology/compile.h"
#include "state/state.h"
#include "tests/check_main.h"

#include <stdlib.h>

enum { TS_WORKERS = 3, TS_STEP_MS = 5, TS_STEPS_MAX = 6000, TS_SESSION_MS = 300000 };

struct ts_rec { /* a record of the feed; value NULL: none */
    const char *input;
    int32_t partition;
    const char *key, *value;
    int64_t ts;
};

struct ts { /* a run */
    struct mr_arena arena;
    struct mr_plan *plan; /* borrowed */
    struct mr_embed embed;
    struct mr_clock_manual clock, broker_clock;
    struct mr_metrics *metrics;
    struct mr_progress *progress;
    struct mr_engine *engines[TS_WORKERS];
    struct mr_worker *workers[TS_WORKERS]; /* NULL: not running */
    bool done[TS_WORKERS];                 /* its last step said so */
    bool accept_reset;
    int64_t max_skew_ms;
    uint64_t seeds;
    unsigned failures; /* workers that gave up and were opened again */
};

static inline struct mr_plan *ts_compile(const char *text) {
    struct mr_arena a;
    struct mr_diags d;
    mr_arena_init(&a);
    mr_diags_init(&d, &a, "job.yaml", mr_str(text));
    struct mr_compile_conf conf = {.file = "job.yaml", .text = mr_str(text)};
    struct mr_plan *plan = mr_compile(&conf, &d);
    if (!plan) {
        struct mr_buf b;
        mr_buf_init(&b, 0);
        mr_diags_print(&d, &b);
        ck_abort_msg("%s", mr_buf_cstr(&b));
    }
    mr_diags_done(&d);
    mr_arena_done(&a);
    return plan;
}

static inline void ts_init(struct ts *t, struct mr_plan *plan, int32_t partitions) {
    struct mr_err err = {0};
    *t = (struct ts){.plan = plan};
    mr_arena_init(&t->arena);
    mr_clock_manual_init(&t->clock, 1000000);
    mr_clock_manual_init(&t->broker_clock, 1000000);
    t->metrics = mr_metrics_new();
    t->progress = mr_progress_new(plan);
    ck_assert_msg(
        mr_embed_open(&t->embed, plan, plan->name, &t->broker_clock.base, partitions, &err), "%s",
        err.text);
    mr_sim_no_wait(t->embed.broker);
    mr_sim_timeouts(t->embed.broker, TS_SESSION_MS / 2, INT64_MAX);
    for (int i = 0; i < TS_WORKERS; i++) t->engines[i] = mr_engine_open_mem();
}

static inline void ts_feed(struct ts *t, const struct ts_rec *recs, size_t n) {
    struct mr_err err = {0};
    for (size_t i = 0; i < n; i++) {
        struct mr_feed_rec rec = {.key = mr_str(recs[i].key), .ts = recs[i].ts};
        if (recs[i].value) rec.value = mr_str(recs[i].value);
        rec.partition = recs[i].partition;
        const struct mr_input *in = mr_embed_input(t->plan, recs[i].input);
        ck_assert_msg(mr_embed_append(&t->embed, in, &rec, &err), "%s", err.text);
    }
}

static inline void ts_open(struct ts *t, int i) {
    struct mr_err err = {0};
    struct mr_worker_conf conf = {.app = t->embed.app,
                                  .index = i,
                                  .plan = t->plan,
                                  .broker = t->embed.broker,
                                  .engine = t->engines[i],
                                  .clock = &t->clock.base,
                                  .seed = ++t->seeds,
                                  .metrics = t->metrics,
                                  .commit_interval_ms = 4 * TS_STEP_MS,
                                  .flush_interval_ms = 10 * TS_STEP_MS,
                                  .batch = 2,
                                  .max_skew_ms = t->max_skew_ms,
                                  .progress = t->progress,
                                  .accept_reset = t->accept_reset,
                                  .memory_bytes = 64 << 20};
    ck_assert_msg(mr_worker_open(&conf, &t->workers[i], &err) == MR_OK, "%s", err.text);
    t->done[i] = false;
}

static inline void ts_close(struct ts *t, int i) {
    if (t->workers[i]) mr_worker_close(t->workers[i]);
    t->workers[i] = NULL;
}

/* The process dies: the first `keep` unflushed batches of its engine survive. */
static inline void ts_crash(struct ts *t, int i, size_t keep) {
    mr_worker_crash(t->workers[i]);
    mr_engine_mem_crash_keep(t->engines[i], keep);
    t->workers[i] = NULL;
}

/* One turn of one worker. A worker that gave up is started again, unless exit is asked for. */
static inline bool ts_step(struct ts *t, int i, int *ret_exit) {
    if (!t->workers[i]) return true;
    t->clock.now_ms += TS_STEP_MS;
    enum mr_step_result r = mr_worker_step(t->workers[i], 0);
    t->done[i] = r == MR_STEP_DONE;
    if (r != MR_STEP_FAILED) return true;
    int code;
    const struct mr_err *err = mr_worker_error(t->workers[i], &code);
    if (ret_exit) *ret_exit = code;
    if (ret_exit) return false;
    ck_assert_msg(code == 75, "exit %d: %s", code, err->text);
    t->failures++;
    ts_close(t, i);
    ts_open(t, i);
    return true;
}

/* The dead members' sessions end: the living serve first. */
static inline void ts_expire(struct ts *t) {
    t->broker_clock.now_ms += TS_SESSION_MS;
    for (int i = 0; i < TS_WORKERS; i++) ts_step(t, i, NULL);
    mr_sim_tick(t->embed.broker);
}

static inline bool ts_finished(const struct ts *t) {
    for (int i = 0; i < TS_WORKERS; i++)
        if (t->workers[i] && !t->done[i]) return false;
    return true;
}

static inline void ts_done(struct ts *t) {
    for (int i = 0; i < TS_WORKERS; i++) ts_close(t, i);
    for (int i = 0; i < TS_WORKERS; i++) mr_engine_close(t->engines[i]);
    mr_progress_free(t->progress);
    mr_embed_done(&t->embed);
    mr_metrics_free(t->metrics);
    mr_arena_done(&t->arena);
}

/* ---- what came out */

struct ts_line {
    size_t number;
    const char *group, *text;
};

static inline int ts_by_group(const void *a, const void *b) {
    const struct ts_line *x = a, *y = b;
    int c = strcmp(x->group, y->group);
    return c ? c : x->number < y->number ? -1 : x->number > y->number;
}

static inline int ts_by_text(const void *a, const void *b) {
    const struct ts_line *x = a, *y = b;
    int c = strcmp(x->group, y->group);
    return c ? c : strcmp(x->text, y->text);
}

enum ts_order { TS_IN_ORDER, TS_ANY_ORDER, TS_LAST };

/* All committed rows of a topic, by partition and key: "<key> <value> @<timestamp>" lines. In order
 * per key; where several inputs meet without a close, in any order; of updates, the last per key.
 */
static inline void ts_rows(struct ts *t, const char *topic, enum ts_order order,
                           struct mr_buf *to) {
    struct ts_line lines[256];
    struct mr_topic_info info = {0};
    struct mr_err err;
    size_t n = 0;
    int id = mr_broker_topic(t->embed.broker, topic);
    ck_assert(mr_broker_describe(t->embed.broker, id, &info, &err) == MR_OK);
    for (int32_t p = 0; p < info.partitions; p++) {
        struct mr_msg m;
        int64_t offset = 0;
        while (mr_sim_read(t->embed.broker, (struct mr_tp){id, p}, &offset, &m)) {
            ck_assert_uint_lt(n, 256);
            lines[n].number = n;
            lines[n].group = mr_arena_printf(&t->arena, "%.*s", (int)m.key.n, m.key.p);
            lines[n].text = mr_arena_printf(&t->arena, "%s %.*s @%lld", lines[n].group,
                                            m.value.p ? (int)m.value.n : 4,
                                            m.value.p ? m.value.p : "null", (long long)m.ts);
            n++;
        }
    }
    qsort(lines, n, sizeof *lines, order == TS_ANY_ORDER ? ts_by_text : ts_by_group);
    mr_buf_printf(to, "%s\n", topic);
    for (size_t i = 0; i < n; i++)
        if (order != TS_LAST || i + 1 == n || strcmp(lines[i].group, lines[i + 1].group) != 0)
            mr_buf_printf(to, "  %s\n", lines[i].text);
}

#endif

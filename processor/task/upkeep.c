/* upkeep.c -- what goes on between transactions: write-behind, memory, trimming of internal topics.
 *
 * None of it can change a result, so all of it may be late, skipped and repeated. Trimming uses
 * committed positions only (KAFKA-10357, KAFKA-17635: never what is merely read or written).
 */
#include "processor/task/internal.h"

#include "base/log.h"

enum { SLICE = 4000, TRIM_INTERVAL_MS = 60000, TRIM_RECORDS = 10000 };

/* A round: every store writes what was dirty when it began, then its position. One slice per call,
 * so that a round never holds up records for long. */
static void write_behind(struct mr_worker *w, int64_t now_ms) {
    if (!w->round && now_ms < w->next_flush_ms) return;
    w->round = true;
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        /* Before its first transaction is known nothing may say that a new task has state. */
        if (!t->graph || t->first) continue;
        for (uint16_t i = 0; i < t->sub->n_stores; i++) {
            if (t->logs[i].written) continue;
            struct mr_err err;
            bool done = false;
            if (mr_store_write_behind(t->stores[i], SLICE, &done, &err) != MR_OK) {
                mr_log_warn("state.write_behind", "%s/%d: %s", t->sub->stores[i].name, t->partition,
                            err.text);
                done = true; /* give_up_stores ends the process */
            }
            t->logs[i].written = done;
            return;
        }
    }
    for (struct mr_task *t = w->tasks; t; t = t->next)
        for (uint16_t i = 0; i < t->sub->n_stores; i++) t->logs[i].written = false;
    w->round = false;
    w->next_flush_ms = now_ms + w->conf.flush_interval_ms;
    mr_cell_add(mr_worker_cell(w, MR_M_CHECKPOINTS, "%s", ""), 1);
}

/* What is in memory of a store whose disk has failed is incomplete, and cannot be written: nothing
 * of it may be committed any more (mr_store_changelog asserts it), its position would stay for
 * ever. A task without work must not wait for its next commit to find that out. */
static bool give_up_stores(struct mr_worker *w, const struct mr_task *t) {
    struct mr_err err;
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        if (mr_store_health(t->stores[i], &err) == MR_OK) continue;
        mr_worker_fail(w, 75, &err);
        return true;
    }
    return false;
}

static void hold_memory(struct mr_worker *w) {
    size_t used = 0, budget = w->conf.memory_bytes / 2;
    for (struct mr_task *t = w->tasks; t; t = t->next)
        for (uint16_t i = 0; t->graph && i < t->sub->n_stores; i++)
            used += mr_store_memory(t->stores[i]);
    if (used <= budget) return;
    w->next_flush_ms = 0; /* clean entries can be given back, dirty ones must be written first */
    for (struct mr_task *t = w->tasks; t; t = t->next)
        for (uint16_t i = 0; t->graph && i < t->sub->n_stores; i++) {
            size_t own = mr_store_memory(t->stores[i]);
            mr_store_evict(t->stores[i], (size_t)((double)own * (double)budget / (double)used));
        }
}

static void trim_input(struct mr_worker *w, struct mr_in *in, int64_t now_ms) {
    if (in->plan->kind != MR_IN_REPARTITION || in->committed <= in->trimmed) return;
    bool many = in->committed - in->trimmed >= TRIM_RECORDS;
    if (now_ms - in->trimmed_ms < (many ? 1000 : TRIM_INTERVAL_MS)) return;
    struct mr_err err;
    in->trimmed_ms = now_ms;
    if (mr_broker_trim(w->conf.broker, in->tp, in->committed, &err) == MR_OK)
        in->trimmed = in->committed;
    else
        mr_log_warn("topic.trim", "%s/%d: %s", in->topic, in->tp.partition, err.text);
}

/* The log of a window store is its open windows and nothing else. */
static void trim_changelog(struct mr_worker *w, struct mr_task *t, uint16_t i, int64_t now_ms) {
    struct mr_changelog *log = &t->logs[i];
    int64_t before;
    if (t->sub->stores[i].kind != MR_STORE_WINDOW) return;
    if (now_ms - log->trimmed_ms < TRIM_INTERVAL_MS) return;
    if (!mr_store_trim_point(t->stores[i], &before) || before <= log->low) return;
    struct mr_err err;
    log->trimmed_ms = now_ms;
    if (mr_broker_trim(w->conf.broker, log->tp, before, &err) == MR_OK)
        log->low = before;
    else
        mr_log_warn("topic.trim", "%s changelog/%d: %s", t->sub->stores[i].name, t->partition,
                    err.text);
}

/* Who holds back the time of a step: the living upstreams that have reached the least. */
static void publish_held(struct mr_worker *w, struct mr_task *t, const struct mr_op *op) {
    int64_t least = MR_INF_TIME;
    for (uint16_t u = 0; u < op->time.n; u++)
        if (!op->time.heard[u].idle && op->time.heard[u].time < least)
            least = op->time.heard[u].time;
    for (uint16_t u = 0; u < op->time.n; u++) {
        const struct mr_heard *h = &op->time.heard[u];
        mr_cell_set(mr_worker_cell(w, MR_M_TIME_HELD, "node=\"%s/%d\",upstream=\"%u\"",
                                   op->step->name, t->partition, u),
                    !h->idle && h->time == least && least != MR_INF_TIME);
    }
}

static void publish(struct mr_worker *w, struct mr_task *t) {
    for (uint16_t i = 0; i < t->sub->n_steps; i++) {
        const struct mr_op *op = mr_graph_op(t->graph, i);
        if (op->time.n > 1) publish_held(w, t, op);
    }
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        const char *name = t->sub->stores[i].name;
        int p = t->partition;
        mr_cell_set(mr_worker_cell(w, MR_M_STATE_BYTES, "store=\"%s/%d\"", name, p),
                    (int64_t)mr_store_memory(t->stores[i]));
        mr_cell_set(mr_worker_cell(w, MR_M_STATE_ENTRIES, "store=\"%s/%d\"", name, p),
                    (int64_t)mr_store_entries(t->stores[i]));
    }
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        const struct mr_in *in = &t->ins[i];
        int p = t->partition;
        if (in->end_high >= 0)
            mr_cell_set(mr_worker_cell(w, MR_M_LAG, "topic=\"%s\",partition=\"%d\"", in->topic, p),
                        in->end_high > in->position ? in->end_high - in->position : 0);
        if (in->time.time != MR_NO_TIME)
            mr_cell_set(
                mr_worker_cell(w, MR_M_SOURCE_TIME, "topic=\"%s\",partition=\"%d\"", in->topic, p),
                in->time.time);
    }
}

static void publish_states(struct mr_worker *w) {
    int64_t n[MR_N_TASK_STATES] = {0};
    for (struct mr_task *t = w->tasks; t; t = t->next) n[t->state]++;
    for (int s = 0; s < MR_N_TASK_STATES; s++)
        mr_cell_set(mr_worker_cell(w, MR_M_TASKS, "worker=\"%d\",state=\"%s\"", w->conf.index,
                                   mr_task_state_name(s)),
                    n[s]);
    mr_cell_set(mr_worker_cell(w, MR_M_HELD, "worker=\"%d\"", w->conf.index), w->n_held);
}

void mr_upkeep(struct mr_worker *w, int64_t now_ms) {
    write_behind(w, now_ms);
    if (now_ms < w->next_upkeep_ms) return;
    w->next_upkeep_ms = now_ms + 200;
    hold_memory(w);
    if (w->conf.metrics) publish_states(w);
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (!t->graph) continue;
        if (give_up_stores(w, t)) return;
        for (uint16_t i = 0; i < t->sub->n_inputs; i++) trim_input(w, &t->ins[i], now_ms);
        for (uint16_t i = 0; i < t->sub->n_stores; i++) trim_changelog(w, t, i, now_ms);
        if (w->conf.metrics) publish(w, t);
    }
}

/* task.c -- a task: one sub-topology for one partition; inputs, stores and the running graph.
 *
 *   CREATED --open_step--> RESTORING --open_step--> RUNNING --run--> STOPPED
 *      |                       |                       |                |
 *      +-----------------------+----- free (revoked, lost, closed) -----+
 *
 * mr_task_set_state is the only place that changes the state; a STOPPED task keeps its position
 * and goes on after a restart of the process (language.md 7, on_error: stop).
 */
#include "processor/task/internal.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>

const char *mr_task_state_name(enum mr_task_state s) {
    static const char *const names[MR_N_TASK_STATES] = {
#define STATE(id, name, doc) name,
#include "processor/task/task_states.def"
#undef STATE
    };
    return names[s];
}

void mr_task_set_state(struct mr_task *t, enum mr_task_state to) {
    static const uint8_t from[MR_N_TASK_STATES] = {
        [MR_TASK_RESTORING] = 1 << MR_TASK_CREATED,
        [MR_TASK_RUNNING] = 1 << MR_TASK_RESTORING,
        [MR_TASK_STOPPED] = 1 << MR_TASK_RUNNING,
    };
    assert(from[to] & 1 << t->state);
    mr_log_debug("task.state", "%s/%d: %s -> %s", t->sub->name, t->partition,
                 mr_task_state_name(t->state), mr_task_state_name(to));
    t->state = to;
}

struct mr_task *mr_task_new(struct mr_worker *w, const struct mr_sub *sub, int32_t partition) {
    struct mr_task *t = mr_calloc(1, sizeof *t);
    t->worker = w;
    t->sub = sub;
    t->partition = partition;
    t->stop_input = -1;
    t->said_next = t->saying_next = MR_INF_TIME;
    t->open_since_ms = mr_worker_now(w);
    mr_arena_init(&t->arena);
    t->ins = mr_arena_calloc(&t->arena, sub->n_inputs, sizeof *t->ins);
    for (uint16_t i = 0; i < sub->n_inputs; i++) mr_in_init(&t->ins[i], t, i);
    t->stores = mr_arena_calloc(&t->arena, sub->n_stores, sizeof *t->stores);
    t->written = mr_arena_calloc(&t->arena, sub->n_outs, sizeof *t->written);
    t->logs = mr_arena_calloc(&t->arena, sub->n_stores, sizeof *t->logs);
    return t;
}

void mr_task_free(struct mr_task *t) {
    if (t->held) t->worker->n_held--;
    if (t->graph) mr_graph_close(t->graph);
    mr_restore_free(t->restore);
    for (uint16_t i = 0; i < t->sub->n_stores; i++)
        if (t->stores[i]) mr_store_close(t->stores[i]);
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) mr_in_done(&t->ins[i]);
    mr_free(t->taken);
    mr_arena_done(&t->arena);
    mr_free(t);
}

/* ---- opening: the deferred way, so that running tasks of the worker go on (design.md 5) */

static enum mr_class open_stores(struct mr_task *t, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        if (t->stores[i]) continue;
        const struct mr_store_plan *p = &t->sub->stores[i];
        struct mr_topic_facts *facts = &w->logs[t->sub->id][i];
        struct mr_store_spec *spec = mr_arena_calloc(&t->arena, 1, sizeof *spec);
        *spec = (struct mr_store_spec){
            .app = w->conf.app,
            .name = p->name,
            .partition = t->partition,
            .kind = p->kind,
            .fingerprint = p->fingerprint,
            .max_record_bytes = (size_t)facts->info.max_message_bytes,
        };
        enum mr_class rc = mr_store_open(w->conf.engine, spec, &t->stores[i], err);
        if (rc != MR_OK) return rc;
        t->logs[i].tp = (struct mr_tp){facts->id, t->partition};
    }
    return MR_OK;
}

/* Steps without a store know their time from the committed times of the sources only. Run at once:
 * what is only put before the graph would be gone with a commit that comes before a record. */
static void hear_committed(struct mr_task *t) {
    uint32_t seq;
    const char *text;
    mr_graph_begin(t->graph);
    for (uint16_t i = 0; i < t->sub->n_inputs; i++)
        if (t->ins[i].plan->kind != MR_IN_REPARTITION && t->ins[i].time.time != MR_NO_TIME)
            mr_graph_hear(t->graph, i, t->ins[i].time.time, false);
    mr_graph_run(t->graph, &seq, &text);
    mr_graph_begin(t->graph);
}

/* Stores hold the committed state: build the graph on them and start reading. */
static enum mr_class start_running(struct mr_task *t, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    uint16_t n = t->sub->n_inputs, id = t->sub->id;
    t->graph = mr_graph_open(&(struct mr_graph_conf){
        .app = w->conf.app,
        .sub = t->sub,
        .partition = t->partition,
        .stores = t->stores,
        .out_info = w->out_info[id],
        .in_partitions = w->in_partitions[id],
        .clock = w->conf.clock,
    });
    struct mr_offset *at = mr_arena_calloc(&t->arena, n, sizeof *at);
    int *tags = mr_arena_calloc(&t->arena, n, sizeof *tags);
    for (uint16_t i = 0; i < n; i++) {
        struct mr_in *in = &t->ins[i];
        at[i] = (struct mr_offset){.tp = in->tp, .offset = in->position};
        tags[i] = in->tag;
        in->last_taken_ms = mr_worker_now(w);
    }
    enum mr_class rc = mr_consumer_add(w->consumer, at, tags, n, err);
    if (rc != MR_OK) {
        mr_graph_close(t->graph);
        t->graph = NULL;
        return rc;
    }
    hear_committed(t);
    t->first = true;
    mr_task_set_state(t, MR_TASK_RUNNING);
    mr_log_info("task.running", "%s/%d runs after %lld ms", t->sub->name, t->partition,
                (long long)(mr_worker_now(w) - t->open_since_ms));
    return MR_OK;
}

enum mr_class mr_task_open_step(struct mr_task *t, struct mr_err *err) {
    enum mr_class rc = MR_OK;
    if (t->state == MR_TASK_CREATED) {
        /* A new producer settles what a former life of this worker left open: else its offsets and
         * changelog records would be waited for until the transaction times out. */
        if (!mr_worker_producer(t->worker, err)) rc = err->class == MR_FATAL ? MR_FATAL : MR_RETRY;
        if (rc == MR_OK) rc = open_stores(t, err);
        if (rc == MR_OK) rc = mr_assign_positions(t, err);
        if (rc == MR_OK) rc = mr_restore_begin(t, err);
        if (rc == MR_OK) mr_task_set_state(t, MR_TASK_RESTORING);
    }
    if (rc == MR_OK && t->state == MR_TASK_RESTORING) {
        bool done = true;
        if (t->restore) rc = mr_restore_step(t, &done, err);
        if (rc == MR_OK && done) {
            mr_restore_free(t->restore);
            t->restore = NULL;
            rc = start_running(t, err);
        }
    }
    if (rc == MR_RETRY) t->retry_at_ms = mr_worker_now(t->worker) + 20;
    return rc;
}

/* ---- choice of the next record (language.md 5, "Input choice") */

static bool in_at_end(const struct mr_in *in) {
    bool idle = in->plan->kind == MR_IN_REPARTITION ? false : in->idle;
    return in->queued == 0 && (idle || in->end == MR_END_FINAL);
}

/* As-of: no row that the head could see can still come. Time alone waits, too: it may fire timers
 * and close windows, whose rows look into the table. */
static bool wait_over(struct mr_task *t, const struct mr_wait *wait, int64_t until) {
    const struct mr_in *table = &t->ins[wait->input];
    if (in_at_end(table)) return true;
    until = mr_time_add(until, wait->disorder_ms);
    if (table->plan->kind == MR_IN_REPARTITION)
        return mr_graph_input_past(t->graph, wait->input, until, table->queued == 0);
    return table->time.time > until;
}

/* max_wait: what is still to come of the table is counted as idle where it takes effect. */
static bool gives_up(const struct mr_in *in, const struct mr_wait *wait) {
    return wait->max_wait_ms >= 0 && in->queued &&
           mr_worker_now(in->task->worker) - in->head_since_ms >= wait->max_wait_ms;
}

static bool waits_over(struct mr_task *t, const struct mr_in *in, int64_t until) {
    for (uint16_t k = 0; k < in->plan->n_waits; k++) {
        const struct mr_wait *wait = &in->plan->waits[k];
        if (wait->input != in->index && !wait_over(t, wait, until) && !gives_up(in, wait))
            return false;
    }
    return true;
}

static int64_t order_key(const struct mr_in *in) {
    return in->head_ts < in->head_time ? in->head_ts : in->head_time;
}

/* A topic that is both stands between tables and streams. */
static int rank(const struct mr_input *plan) {
    return plan->kind == MR_IN_TABLE ? 0 : plan->table ? 1 : 2;
}

/* Tables first, then topic, partition: the order of equal heads is the same in every run. */
static bool goes_first(const struct mr_in *a, const struct mr_in *b) {
    int64_t ka = order_key(a), kb = order_key(b);
    if (ka != kb) return ka < kb;
    int ra = rank(a->plan), rb = rank(b->plan);
    if (ra != rb) return ra < rb;
    return strcmp(a->topic, b->topic) < 0;
}

/* NULL: nothing can be taken now. */
static struct mr_in *choose(struct mr_task *t) {
    struct mr_in *best = NULL;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        struct mr_in *in = &t->ins[i];
        if (in->queued == 0) {
            /* Waited for until its end is confirmed: a record of it might go first. */
            if (in->end == MR_END_NOT) return NULL;
            continue;
        }
        if ((!best || goes_first(in, best)) && waits_over(t, in, in->head_time)) best = in;
    }
    return best;
}

int64_t mr_task_next(struct mr_task *t) {
    const struct mr_in *in = choose(t);
    if (in) return order_key(in);
    int64_t least = MR_INF_TIME;
    bool unheard = false;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        in = &t->ins[i];
        bool waits = in->queued == 0 && in->end == MR_END_NOT;
        int64_t from = in->queued ? order_key(in) : in->time.time;
        unheard |= waits;
        if ((in->queued || waits) && from != MR_NO_TIME && from < least) least = from;
    }
    return unheard ? least : MR_INF_TIME;
}

int64_t mr_task_order(const struct mr_task *t) {
    int64_t least = MR_INF_TIME;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++)
        if (t->ins[i].queued && order_key(&t->ins[i]) < least) least = order_key(&t->ins[i]);
    return least;
}

/* ---- one batch */

static void note_taken(struct mr_task *t, size_t seq, const struct mr_in *in, int64_t offset) {
    if (seq >= t->taken_cap) {
        t->taken_cap = t->taken_cap ? t->taken_cap * 2 : 1024;
        t->taken = mr_realloc(t->taken, t->taken_cap * sizeof *t->taken);
    }
    t->taken[seq].input = in->index;
    t->taken[seq].offset = offset;
}

/* on_error: stop. The record may not pass: the transaction is taken back and repeated up to it. */
static enum mr_class stop_before(struct mr_task *t, uint32_t seq, const char *text,
                                 struct mr_err *err) {
    t->stop_input = t->taken[seq].input;
    t->stop_offset = t->taken[seq].offset;
    t->stop_text = mr_arena_strdup(&t->arena, text ? text : "on_error: stop");
    mr_log_error("task.stops", "%s/%d stops before %s/%d offset %lld: %s", t->sub->name,
                 t->partition, t->ins[t->stop_input].topic, t->partition, (long long)t->stop_offset,
                 t->stop_text);
    return mr_err_set(err, MR_ABORT, 0, "%s/%d: %s", t->sub->name, t->partition, t->stop_text);
}

static bool stands_before_stop(struct mr_task *t, const struct mr_in *in) {
    return t->stop_input == in->index && mr_in_head_offset(in) == t->stop_offset;
}

static enum mr_class fill(struct mr_task *t, size_t max, struct mr_err *err) {
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        enum mr_class rc = mr_in_fill(&t->ins[i], max, err);
        if (rc == MR_FATAL) { /* the consumer is of no use any more */
            mr_log_warn("task.fetch", "%s/%d: %s", t->sub->name, t->partition, err->text);
            t->astray = true;
        }
        if (rc != MR_OK) return rc;
    }
    return MR_OK;
}

static bool leads_to_table(const struct mr_input *in) {
    return mr_input_to_table(in) || in->table;
}

static bool leads_to_stream(const struct mr_input *in) {
    return mr_input_to_stream(in) || (in->table && mr_input_to_stream(in->table));
}

enum mr_class mr_task_run(struct mr_task *t, size_t max, size_t *ret_n, struct mr_err *err) {
    size_t n = 0;
    bool stream_seen = false;
    *ret_n = 0;
    enum mr_class rc = fill(t, max, err);
    if (rc != MR_OK) return rc;
    if (t->sub->cut_each) max = 1;
    int64_t limit = choose(t) ? mr_align_limit(t) : MR_INF_TIME;
    bool ahead = false;
    while (n < max) {
        struct mr_in *in = choose(t);
        if (!in) break;
        ahead = order_key(in) > limit;
        if (ahead) break;
        if (stands_before_stop(t, in)) {
            if (n == 0) mr_task_set_state(t, MR_TASK_STOPPED);
            break;
        }
        if (leads_to_table(in->plan) && stream_seen && t->sub->cut_tables) break;
        stream_seen |= leads_to_stream(in->plan);
        note_taken(t, n, in, mr_in_head_offset(in));
        if (!mr_in_take(in)) return MR_FATAL;
        n++;
    }
    mr_align_hold(t, ahead && n == 0);
    if (n == 0) return MR_OK;
    uint32_t seq;
    const char *text;
    t->touched = t->worker->touched = true;
    bool ok = mr_graph_run(t->graph, &seq, &text);
    if (!ok) rc = stop_before(t, seq, text, err);
    mr_graph_begin(t->graph);
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) mr_in_batch_done(&t->ins[i]);
    *ret_n = n;
    return rc;
}

/* ---- idleness and the end (language.md 5, "Idle") */

static bool is_idle(const struct mr_in *in, int64_t now_ms, int64_t *ret_since_ms) {
    if (in->plan->idle_after_ms < 0 || in->queued || in->end == MR_END_NOT) return false;
    int64_t since = in->last_taken_ms + in->plan->idle_after_ms;
    if (in->end_since_ms > since) since = in->end_since_ms;
    *ret_since_ms = since;
    return now_ms >= since;
}

/* The smallest operator time at which some step has work. */
static int64_t deadline(const struct mr_task *t) {
    int64_t least = INT64_MAX;
    for (uint16_t i = 0; i < t->sub->n_steps; i++) {
        const struct mr_op *op = mr_graph_op(t->graph, i);
        if (op->deadline < least) least = op->deadline;
    }
    return least;
}

/* Do other tasks hear its operator time? */
static bool tells_time(const struct mr_sub *sub) {
    for (uint16_t i = 0; i < sub->n_outs; i++)
        if (sub->outs[i].kind == MR_OUT_REPARTITION && !sub->outs[i].broadcast) return true;
    return false;
}

/* All inputs are idle: time goes on with the clock since the last of them became idle, but it is
 * said only when it has an effect here, or once a second to tasks downstream. */
static bool go_on_with_clock(struct mr_task *t, int64_t now_ms, int64_t since_ms) {
    int64_t latest = MR_NO_TIME;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        if (t->ins[i].plan->hold_when_idle) return false;
        if (t->ins[i].time.time > latest) latest = t->ins[i].time.time;
    }
    int64_t to = mr_time_add(latest, now_ms - since_ms);
    if (to == MR_NO_TIME || now_ms <= since_ms) return false;
    bool due = tells_time(t->sub) && now_ms - t->idle_said_ms >= 1000;
    if (to < deadline(t) && !due) return false;
    if (now_ms == t->idle_said_ms) return false;
    t->idle_said_ms = now_ms;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++)
        mr_graph_hear(t->graph, i, mr_time_add(t->ins[i].time.time, now_ms - since_ms), true);
    return true;
}

/* A row that time alone brought about met on_error: stop. From then on the task moves its time only
 * with records, up to the last that is there. */
static enum mr_class stop_in_time(struct mr_task *t, const char *text, struct mr_err *err) {
    t->stop_in_time = true;
    t->stop_text = mr_arena_strdup(&t->arena, text ? text : "on_error: stop");
    mr_log_error("task.stops", "%s/%d stops before its time moves on: %s", t->sub->name,
                 t->partition, t->stop_text);
    return mr_err_set(err, MR_ABORT, 0, "%s/%d: %s", t->sub->name, t->partition, t->stop_text);
}

static bool all_taken(const struct mr_task *t) {
    for (uint16_t i = 0; i < t->sub->n_inputs; i++)
        if (t->ins[i].queued || t->ins[i].end == MR_END_NOT) return false;
    return true;
}

enum mr_class mr_task_idleness(struct mr_task *t, int64_t now_ms, struct mr_err *err) {
    if (t->stop_in_time) {
        if (all_taken(t)) mr_task_set_state(t, MR_TASK_STOPPED);
        return MR_OK;
    }
    bool said = false, all_idle = true, sources = true;
    int64_t last_since = 0;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        struct mr_in *in = &t->ins[i];
        if (in->plan->kind == MR_IN_REPARTITION) {
            sources = false;
            continue;
        }
        if (in->told_inf) continue;
        if (in->end == MR_END_FINAL && in->queued == 0) {
            bool over = waits_over(t, in, MR_INF_TIME);
            all_idle &= over;
            if (!over) continue;
            mr_graph_hear(t->graph, i, MR_INF_TIME, false);
            in->told_inf = said = true;
            continue;
        }
        int64_t since = 0;
        bool idle = is_idle(in, now_ms, &since);
        if (since > last_since) last_since = since;
        all_idle &= idle;
        if (idle != in->idle) {
            in->idle = idle;
            mr_graph_hear(t->graph, i, in->time.time, idle);
            said = true;
        }
    }
    if (all_idle && sources && last_since && !mr_task_at_end(t))
        said |= go_on_with_clock(t, now_ms, last_since);
    if (!said) return MR_OK;
    uint32_t seq;
    const char *text;
    t->touched = t->worker->touched = true;
    bool ok = mr_graph_run(t->graph, &seq, &text);
    enum mr_class rc = ok ? MR_OK : stop_in_time(t, text, err);
    mr_graph_begin(t->graph);
    return rc;
}

bool mr_task_at_end(const struct mr_task *t) {
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        const struct mr_in *in = &t->ins[i];
        bool idle;
        if (in->plan->kind == MR_IN_REPARTITION) {
            if (mr_graph_input_time(t->graph, i, &idle) != MR_INF_TIME || in->queued) return false;
        } else if (!in->told_inf) {
            return false;
        }
    }
    return true;
}

/* ---- after a transaction */

void mr_task_rewind(struct mr_task *t) {
    if (!t->graph) return;
    for (uint16_t i = 0; i < t->sub->n_stores; i++) mr_store_abort(t->stores[i]);
    mr_graph_abort(t->graph);
    mr_graph_clear(t->graph);
    t->sent = 0;
    t->touched = false;
    memset(t->written, 0, t->sub->n_outs * sizeof *t->written);
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        mr_in_rewind(&t->ins[i]);
        t->ins[i].idle = false;
    }
    hear_committed(t);
}

static void count_in_and_out(struct mr_task *t) {
    struct mr_worker *w = t->worker;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        struct mr_in *in = &t->ins[i];
        if (in->taken)
            mr_cell_add(mr_worker_cell(w, MR_M_RECORDS_IN, "topic=\"%s\",partition=\"%d\"",
                                       in->topic, t->partition),
                        in->taken);
        in->taken = 0;
    }
    for (uint16_t i = 0; i < t->sub->n_outs; i++) {
        if (t->written[i])
            mr_cell_add(mr_worker_cell(w, MR_M_RECORDS_OUT, "sink=\"%s\"", t->sub->outs[i].name),
                        t->written[i]);
        t->written[i] = 0;
    }
}

void mr_task_committed(struct mr_task *t) {
    struct mr_worker *w = t->worker;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
        t->ins[i].committed = t->ins[i].position;
        t->ins[i].committed_time = t->ins[i].time;
    }
    count_in_and_out(t);
    mr_graph_committed(t->graph);
    mr_graph_clear(t->graph);
    if (w->conf.metrics) mr_graph_publish(t->graph, w->conf.metrics);
    t->sent = 0;
    t->said_next = t->saying_next;
    t->commit++;
    t->touched = t->first = false;
    t->finished = mr_task_at_end(t);
}

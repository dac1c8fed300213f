/* commit.c -- THE exactly-once file: how an interval of a worker becomes visible, or never was.
 *
 * An interval is everything that the worker's tasks did since the last transaction: rows for sinks
 * and repartition topics, dead letters, changelog records, moved input positions, moved clocks.
 *
 *   COLLECT   rows that wait for the commit, time marks, changelogs        -> producer
 *   OFFSETS   positions of every touched task, with metadata               -> group coordinator
 *   COMMIT    the transaction                                              -> COMMITTED
 *   ABORT     something failed before that                                 -> ABORTED
 *   REBUILD   a new producer of the same id: settles what the old one left
 *   READBACK  the committed metadata say which it was                      -> COMMITTED | ABORTED
 *
 * The table is commit_states.def. Every call may return every class; `commit_phase` is the only
 * place that moves on. Why the invariants hold (design.md 5):
 *
 *   EOS-1  mr_commit_send, send_changelogs and send_offsets all write within the one transaction
 *          that `begin` opened; nothing else in the tree has the producer.
 *   EOS-2  stores, graphs and positions are told of success in `committed` only, which is reached
 *          only from COMMIT with OK or from READBACK with "reached"; `aborted` puts back all three.
 *   EOS-3  mr_store_commit is called in `committed` with a changelog offset asked for between two
 *          earlier transactions, once the second has proved that the task was still ours: all
 *          records below it are decided, and are in the store.
 *   EOS-4  on_revoke (assign.c) runs mr_commit before it frees a task; on_lost aborts. The offsets
 *          are fenced by the group generation inside mr_producer_offsets.
 *   EOS-5  after an unknown outcome the decision is the commit number AND the writer on an anchor's
 *          metadata: another member that took over and reached the same number is not us.
 *   EOS-6  clocks are entries of the stores, source times ride in the metadata: both are part of
 *          the same transaction.
 *   EOS-9  every touched task sends its anchor's offset, moved or not, with the next number.
 *
 * May block as long as the broker calls do. RETRY is repeated for RETRY_MS, less inside a group
 * event, then the producer is rebuilt, which is always right.
 */
#include "processor/task/internal.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

#include <assert.h>

enum phase {
#define PHASE(id, name, ok, retry, abort, unknown, fatal) P_##id,
#include "processor/task/commit_states.def"
#undef PHASE
    N_PHASES
};

static const uint8_t next_phase[N_PHASES][MR_N_CLASSES] = {
#define PHASE(id, name, ok, retry, abort, unknown, fatal)                                          \
    [P_##id] = {P_##ok, P_##retry, P_##abort, P_##unknown, P_##fatal},
#include "processor/task/commit_states.def"
#undef PHASE
};

static const char *const phase_names[N_PHASES] = {
#define PHASE(id, name, ok, retry, abort, unknown, fatal) name,
#include "processor/task/commit_states.def"
#undef PHASE
};

enum { RETRY_MS = 15000, RETRY_IN_CALLBACK_MS = 5000 };

bool mr_commit_pending(const struct mr_worker *w) {
    return w->begun || w->touched;
}

/* ---- what goes into the transaction */

static enum mr_class begin(struct mr_worker *w, struct mr_err *err) {
    if (w->begun) return MR_OK;
    struct mr_producer *p = mr_worker_producer(w, err);
    if (!p) return err->class;
    enum mr_class rc = mr_producer_begin(p, err);
    w->begun = rc == MR_OK;
    if (rc == MR_FATAL || rc == MR_UNKNOWN) { /* of no use any more, and nothing to be aborted */
        mr_producer_close(p);
        w->producer = NULL;
    }
    return rc;
}

static struct mr_out *room(struct mr_worker *w, size_t n) {
    if (n > w->outs_cap) {
        w->outs_cap = n * 2;
        w->outs_buf = mr_realloc(w->outs_buf, w->outs_cap * sizeof *w->outs_buf);
    }
    return w->outs_buf;
}

static enum mr_class send(struct mr_worker *w, size_t n, struct mr_err *err) {
    if (n == 0) return MR_OK;
    enum mr_class rc = begin(w, err);
    if (rc != MR_OK) return rc;
    for (size_t i = 0; i < n; i++) w->txn_bytes += w->outs_buf[i].key.n + w->outs_buf[i].value.n;
    return mr_producer_send(w->producer, w->outs_buf, n, err);
}

static int32_t place(const struct mr_emitted *e, int32_t own, int32_t partitions) {
    if (e->partition >= 0) return e->partition % partitions;
    if (e->place.p) return mr_partition_of(e->place.p, e->place.n, partitions);
    return own % partitions;
}

enum mr_class mr_commit_send(struct mr_worker *w, struct mr_task *t, struct mr_err *err) {
    size_t n;
    const struct mr_emitted *e = mr_graph_emitted(t->graph, &n);
    struct mr_out *out = room(w, n - t->sent);
    struct mr_topic_facts *facts = w->outs[t->sub->id];
    size_t k = 0;
    for (size_t i = t->sent; i < n; i++, k++) {
        const struct mr_topic_facts *to = &facts[e[i].out];
        t->written[e[i].out]++;
        out[k] = (struct mr_out){
            .tp = {to->id, place(&e[i], t->partition, to->info.partitions)},
            .key = e[i].key,
            .value = e[i].value,
            .hdrs = (const struct mr_hdr *)e[i].headers,
            .n_hdrs = e[i].n_headers,
            .ts = e[i].ts,
        };
    }
    t->sent = n;
    return send(w, k, err);
}

struct log_arg {
    struct mr_worker *w;
    struct mr_tp tp;
    size_t n;
};

static void add_changelog(void *arg, struct mr_str key, struct mr_str value) {
    struct log_arg *l = arg;
    if (l->n == l->w->outs_cap) { /* grows, keeping what is there */
        l->w->outs_cap = l->n ? l->n * 2 : 1024;
        l->w->outs_buf = mr_realloc(l->w->outs_buf, l->w->outs_cap * sizeof *l->w->outs_buf);
    }
    l->w->outs_buf[l->n++] = (struct mr_out){.tp = l->tp, .key = key, .value = value, .ts = -1};
}

static enum mr_class send_changelogs(struct mr_worker *w, struct mr_task *t, struct mr_err *err) {
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        if (mr_store_health(t->stores[i], err) != MR_OK) return mr_worker_fail(w, 75, err);
        struct log_arg arg = {w, t->logs[i].tp, 0};
        mr_store_changelog(t->stores[i], add_changelog, &arg);
        enum mr_class rc = send(w, arg.n, err);
        if (rc != MR_OK) return rc;
    }
    return MR_OK;
}

static enum mr_class collect(struct mr_worker *w, struct mr_err *err) {
    enum mr_class rc = begin(w, err);
    for (struct mr_task *t = w->tasks; t && rc == MR_OK; t = t->next) {
        if (!t->touched) continue;
        mr_graph_commit(t->graph, t->first);
        const char *broken = mr_graph_ledger_error(t->graph);
        if (broken) mr_log_error("ledger.broken", "%s/%d: %s", t->sub->name, t->partition, broken);
        assert(!broken); /* EOS-7 */
        rc = mr_commit_send(w, t, err);
        if (rc == MR_OK) rc = send_changelogs(w, t, err);
    }
    return rc;
}

/* ---- offsets and their metadata (EOS-6) */

static struct mr_str metadata(struct mr_worker *w, struct mr_task *t, const struct mr_in *in) {
    struct mr_buf text, source_time, incarnations;
    struct mr_offset_meta meta = {0};
    mr_buf_init(&text, MR_META_MAX);
    mr_buf_init(&source_time, 0);
    mr_buf_init(&incarnations, 0);
    if (in->plan->kind != MR_IN_REPARTITION) {
        mr_source_time_print(&in->time, &source_time);
        meta.source_time = mr_buf_view(&source_time);
    }
    if (in->index == t->sub->anchor) {
        meta.commit = t->commit + 1;
        meta.writer = w->writer;
        t->saying_next = mr_align_next(t);
        meta.has_next = t->saying_next != MR_INF_TIME;
        meta.next = t->saying_next;
        meta.incarnations = mr_str(mr_assign_incarnations(t, &incarnations));
    }
    mr_offset_meta_write(&meta, &text);
    assert(!text.full);
    struct mr_str copy = mr_arena_str(&w->txn, mr_buf_view(&text));
    mr_buf_done(&text);
    mr_buf_done(&source_time);
    mr_buf_done(&incarnations);
    return copy;
}

static enum mr_class send_offsets(struct mr_worker *w, struct mr_err *err) {
    size_t n = 0, k = 0;
    for (struct mr_task *t = w->tasks; t; t = t->next) n += t->touched ? t->sub->n_inputs : 0;
    struct mr_offset *at = mr_arena_calloc(&w->txn, n, sizeof *at);
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (!t->touched) continue;
        for (uint16_t i = 0; i < t->sub->n_inputs; i++) {
            struct mr_in *in = &t->ins[i];
            at[k++] = (struct mr_offset){in->tp, in->position, metadata(w, t, in)};
        }
    }
    assert(n > 0); /* EOS-9: never a transaction without an offset, it would not be fenced */
    return mr_producer_offsets(w->producer, w->consumer, at, n, err);
}

/* ---- the unknown outcome (EOS-5) */

/* OK: the transaction took effect; ABORT: it did not. */
static enum mr_class read_back(struct mr_worker *w, struct mr_err *err) {
    size_t n = 0, k = 0;
    for (struct mr_task *t = w->tasks; t; t = t->next) n += t->touched;
    struct mr_tp *tps = mr_arena_calloc(&w->txn, n, sizeof *tps);
    struct mr_offset *at = mr_arena_calloc(&w->txn, n, sizeof *at);
    for (struct mr_task *t = w->tasks; t; t = t->next)
        if (t->touched) tps[k++] = t->ins[t->sub->anchor].tp;
    enum mr_class rc = mr_broker_committed(w->conf.broker, w->conf.app, tps, n, at, &w->txn, err);
    if (rc == MR_ABORT) return MR_UNKNOWN; /* no answer: only the metadata decide */
    if (rc != MR_OK) return rc;
    /* One is proof for all. One alone is none: another member may have committed it since. */
    bool reached = false;
    k = 0;
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (!t->touched) continue;
        const struct mr_offset *o = &at[k++];
        struct mr_offset_meta meta;
        reached |= o->offset >= 0 && mr_offset_meta_read(o->meta, &meta) &&
                   meta.commit == t->commit + 1 && meta.writer == w->writer;
    }
    mr_log_warn("commit.readback", "worker %d: the transaction was %scommitted", w->conf.index,
                reached ? "" : "not ");
    return reached ? MR_OK : mr_err_set(err, MR_ABORT, 0, "the transaction was not committed");
}

static enum mr_class rebuild(struct mr_worker *w, enum mr_class cause, struct mr_err *err) {
    if (w->producer) {
        mr_producer_close(w->producer);
        w->producer = NULL;
        mr_cell_add(mr_worker_cell(w, MR_M_PRODUCER_RESETS, "worker=\"%d\",reason=\"%s\"",
                                   w->conf.index, mr_class_name(cause)),
                    1);
    }
    return mr_worker_producer(w, err) ? MR_OK : err->class;
}

/* ---- the end of an interval */

static void interval_over(struct mr_worker *w) {
    w->begun = w->touched = w->flush = false;
    w->txn_bytes = 0;
    mr_arena_reset(&w->txn);
}

/* All records below the high watermark are decided now: nothing of the next transaction is there
 * yet, and this worker is the only writer - if it still owns the task, which only the next commit
 * proves (a process that stood still for a session would see its successor's records). */
static void ask_positions(struct mr_worker *w, struct mr_task *t) {
    struct mr_err err;
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        int64_t low, high;
        if (mr_broker_watermarks(w->conf.broker, t->logs[i].tp, &low, &high, &err) != MR_OK)
            continue; /* an older position is right, too */
        t->logs[i].asked = high;
        t->logs[i].low = low;
    }
}

static void committed(struct mr_worker *w) {
    int64_t wall = w->conf.clock->wall_ms(w->conf.clock);
    bool ask = mr_worker_now(w) >= w->next_ask_ms && !w->in_callback;
    if (ask) w->next_ask_ms = mr_worker_now(w) + w->conf.flush_interval_ms / 2;
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (!t->touched) continue;
        for (uint16_t i = 0; i < t->sub->n_stores; i++) {
            struct mr_changelog *log = &t->logs[i];
            if (log->asked > log->next) log->next = log->asked;
            mr_store_commit(t->stores[i], log->next, wall);
        }
        if (ask) ask_positions(w, t);
        mr_task_committed(t);
    }
    interval_over(w);
}

static enum mr_class aborted(struct mr_worker *w, struct mr_err *err) {
    enum mr_class rc = MR_OK;
    for (struct mr_task *t = w->tasks; t; t = t->next) {
        if (!t->touched) continue;
        mr_task_rewind(t);
        uint16_t n = t->sub->n_inputs;
        struct mr_offset *at = mr_arena_calloc(&w->txn, n, sizeof *at);
        for (uint16_t i = 0; i < n; i++)
            at[i] = (struct mr_offset){.tp = t->ins[i].tp, .offset = t->ins[i].position};
        if (mr_consumer_seek(w->consumer, at, n, err) == MR_OK) continue;
        t->astray = true; /* reading on would skip records; if it is lost it goes anyway */
        if (!w->in_callback) rc = MR_FATAL;
    }
    interval_over(w);
    return rc;
}

/* ---- the machine */

/* cause: what the phase before has returned */
static enum mr_class call(struct mr_worker *w, enum phase p, enum mr_class cause,
                          struct mr_err *err) {
    switch (p) {
    case P_COLLECT: return collect(w, err);
    case P_OFFSETS: return send_offsets(w, err);
    case P_COMMIT: return mr_producer_commit(w->producer, err);
    case P_ABORT: return w->begun ? mr_producer_abort(w->producer, err) : MR_OK;
    case P_REBUILD: return rebuild(w, cause, err);
    case P_READBACK: return read_back(w, err);
    default: assert(!"an end phase makes no call"); return MR_FATAL;
    }
}

static bool is_end(enum phase p) {
    return p == P_COMMITTED || p == P_ABORTED || p == P_FAILED;
}

static void note(struct mr_worker *w, enum phase p, enum mr_class rc, const struct mr_err *err) {
    if (rc == MR_OK || p == P_READBACK) return;
    if (rc == MR_RETRY || rc == MR_ABORT) /* rebalances do this every day (broker-facts 1) */
        mr_log_debug("commit.phase", "%s: %s: %s", phase_names[p], mr_class_name(rc), err->text);
    else
        mr_log_warn("commit.phase", "%s: %s: %s", phase_names[p], mr_class_name(rc), err->text);
    (void)w;
}

/* Runs from a phase to an end. */
static enum phase commit_phase(struct mr_worker *w, enum phase p, struct mr_err *err) {
    int64_t budget = w->in_callback ? RETRY_IN_CALLBACK_MS : RETRY_MS;
    int64_t until = mr_worker_now(w) + budget;
    enum mr_class rc = MR_OK;
    while (!is_end(p)) {
        err->class = MR_OK;
        w->alive_ms = mr_worker_now(w); /* the machine may take many calls: /live is about each */
        rc = call(w, p, rc, err);
        note(w, p, rc, err);
        enum phase to = next_phase[p][rc];
        if (to == p && mr_worker_now(w) >= until) {
            if (p == P_REBUILD || p == P_READBACK) return P_FAILED;
            to = P_REBUILD;
            until = mr_worker_now(w) + budget;
        }
        p = to;
    }
    return p;
}

static enum mr_class finish(struct mr_worker *w, enum phase from, struct mr_err *err) {
    int64_t start = mr_worker_now(w);
    bool asked = from == P_COLLECT;
    w->in_call = true;
    enum phase end = commit_phase(w, from, err);
    w->in_call = false;
    if (w->cells[3]) mr_cell_add(w->cells[3], mr_worker_now(w) - start);
    switch (end) {
    case P_COMMITTED:
        if (w->cells[0]) mr_cell_add(w->cells[0], 1);
        committed(w);
        return MR_OK;
    case P_ABORTED:
        if (w->cells[1]) mr_cell_add(w->cells[1], 1);
        if (asked) mr_log_debug("commit.aborted", "%s", err->text);
        return aborted(w, err);
    default:
        if (w->cells[2]) mr_cell_add(w->cells[2], 1);
        for (struct mr_task *t = w->tasks; t; t = t->next) t->astray |= t->touched;
        interval_over(w);
        return mr_err_set(err, MR_FATAL, err->code, "%s", err->text);
    }
}

enum mr_class mr_commit(struct mr_worker *w, struct mr_err *err) {
    if (!mr_commit_pending(w)) return MR_OK;
    return finish(w, P_COLLECT, err);
}

enum mr_class mr_commit_abort(struct mr_worker *w, struct mr_err *err) {
    return finish(w, P_ABORT, err);
}

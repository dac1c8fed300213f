/* graph.c -- the wrapper around operators: batches, merged inputs, time, runs, what leaves.
 *
 * A batch is a list of events: records, frames and changes of time of the inputs, numbered in
 * choice order. Steps run one after the other in topological order, each over the whole batch; the
 * result equals one event at a time, depth first, because
 *   (1) every record carries the number of its event, and a step takes its inputs merged by
 *       (event, time before row, edge, place);
 *   (2) time goes first: what an event's time closes comes before its row. A row's `passed` is
 * heard before the row, at a merge before every row of its event; (3) where a step reads a table's
 * store, the batch is cut (must_cut). Where some step merges times (exact_time) every change of
 * time is told on its own; in plain chains a later row may carry it, which cannot be told apart
 * downstream.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "processor/op/internal.h"

#include <assert.h>

static uint32_t event_of(uint32_t seq) {
    return seq >> 1;
}

struct mr_rec *mr_recs_add(struct mr_recs *v) {
    if (v->n == v->cap) {
        v->cap = v->cap ? v->cap * 2 : 64;
        v->v = mr_realloc(v->v, v->cap * sizeof *v->v);
    }
    return &v->v[v->n++];
}

/* ---- what operators may ask */

struct mr_arena *mr_op_arena(struct mr_op *op) {
    return &op->graph->arena;
}

struct mr_str mr_op_keep(struct mr_op *op, struct mr_str s) {
    return s.p ? (struct mr_str){mr_arena_dup(mr_op_arena(op), s.p, s.n), s.n} : s;
}

struct mr_op *mr_op_other(struct mr_op *op, uint16_t step) {
    return &op->graph->runs[step].op;
}

void mr_dead(struct mr_rec *r, enum mr_reason reason, const char *text) {
    r->fate = MR_DEAD;
    r->reason = (uint8_t)reason;
    r->detail = text;
}

void mr_fault_of(struct mr_rec *r, const struct mr_value *error) {
    enum mr_reason reason = (enum mr_reason)error->aux;
    const char *text = NULL;
    if (error->fault) {
        reason = error->fault->reason;
        text = error->fault->text;
    }
    mr_dead(r, reason, text);
}

void mr_op_time_first(struct mr_op *op, const struct mr_rec *r) {
    mr_run_of(op)->cur_seq = r->seq & ~1u;
}

static int64_t passes(struct mr_op *op, int64_t O) {
    const struct mr_op_desc *d = op->step->op;
    return d->passes ? d->passes(op, O) : O;
}

/* Says (pend_time, pend_idle) as a record of its own. */
static void tell_pending(struct mr_run *r) {
    struct mr_rec *t = mr_recs_add(&r->out);
    *t = (struct mr_rec){.kind = MR_TIME,
                         .flags = r->pend_idle ? MR_RF_IDLE : 0,
                         .edge = r->op.step->n_outs == 1 ? r->op.step->outs[0].edge : 0,
                         .seq = r->pend_seq,
                         .passed = r->pend_time};
    r->sent_time = r->pend_time;
    r->sent_idle = r->pend_idle;
    r->pending = false;
}

void mr_emit(struct mr_op *op, const struct mr_rec *cause, struct mr_rec out) {
    struct mr_run *r = mr_run_of(op);
    int64_t passed = cause ? passes(op, cause->passed) : out.passed;
    if (passed < op->time.out) passed = op->time.out;
    op->time.out = passed;
    out.kind = MR_ROW;
    out.fate = MR_USED;
    out.reason = MR_R_NONE;
    out.detail = NULL;
    out.seq = cause ? cause->seq : r->cur_seq;
    out.passed = passed;
    out.flags = (uint8_t)((out.flags & ~MR_RF_IDLE) | (r->told_idle ? MR_RF_IDLE : 0));
    out.edge = op->step->n_outs == 1 ? op->step->outs[0].edge : 0;
    if (out.seq != r->index_seq) r->index = 0;
    r->index_seq = out.seq;
    out.index = r->index++;
    r->counts.sent++;
    if (r->counts.sent_to) r->counts.sent_to[out.which]++;
    if (op->step->n_outs == 0) return;
    if (r->pending && op->graph->exact_time && event_of(r->pend_seq) != event_of(out.seq))
        tell_pending(r);
    r->pending = false;
    r->sent_time = passed;
    r->sent_idle = r->told_idle;
    *mr_recs_add(&r->out) = out;
}

/* ---- time */

/* What the step passes on has become max(out, passes(O)), with an idle flag. */
static void tell(struct mr_run *r, bool idle) {
    struct mr_op *op = &r->op;
    int64_t t = passes(op, op->time.now);
    if (t < op->time.out) t = op->time.out;
    op->time.out = t;
    r->told_idle = idle;
    if (op->step->n_outs == 0) return;
    if (r->pending && op->graph->exact_time && event_of(r->pend_seq) != event_of(r->cur_seq))
        tell_pending(r);
    if (t == r->sent_time && idle == r->sent_idle) {
        r->pending = false; /* what was pending has been taken back within the event */
        return;
    }
    r->pending = true;
    r->pend_time = t;
    r->pend_idle = idle;
    r->pend_seq = r->cur_seq;
}

/* Operator time has moved, or the idle flag has changed. */
static void time_moved(struct mr_run *r, uint32_t seq) {
    struct mr_op *op = &r->op;
    const struct mr_op_desc *d = op->step->op;
    r->cur_seq = seq & ~1u;
    if (r->told_idle && !op->time.idle) r->told_idle = false; /* awake first: time counts again */
    if (d->advance_time && op->time.now >= op->deadline) d->advance_time(op);
    tell(r, op->time.idle);
}

static bool hear(struct mr_run *r, const struct mr_rec *rec) {
    if (!r->time_edge[rec->edge]) return false;
    return mr_op_time_hear(&r->op.time, rec->edge, rec->passed, rec->flags & MR_RF_IDLE);
}

/* ---- fates */

static void stop_at(struct mr_graph *g, const struct mr_rec *rec) {
    if (g->stopped && rec->seq >= g->stop_seq) return;
    const char *text = rec->detail ? rec->detail : mr_reason_name((enum mr_reason)rec->reason);
    g->stopped = true;
    g->stop_seq = rec->seq;
    g->stop_text = text;
}

/* on_error: stop cannot stop before a record once the commit is being made: a dead letter then. */
static void settle_dead(struct mr_graph *g, struct mr_run *r, const struct mr_rec *rec) {
    int out = rec->reason == MR_R_INVALID && r->op.step->invalid_out >= 0 ? r->op.step->invalid_out
                                                                          : g->dlq_out;
    bool policy =
        rec->reason != MR_R_KEY_NULL && rec->reason != MR_R_INVALID; /* these have theirs */
    if (policy && r->op.step->on_error == MR_ERR_SKIP) return;
    if (policy && r->op.step->on_error == MR_ERR_STOP && !g->committing) {
        stop_at(g, rec);
        return;
    }
    mr_dead_letter(g, r, rec, out);
}

static void settle_fates(struct mr_run *r, const struct mr_rec *recs, size_t n) {
    struct mr_graph *g = r->op.graph;
    for (size_t i = 0; i < n; i++) {
        mr_ledger_row(r, &recs[i]);
        if (recs[i].fate == MR_DEAD) settle_dead(g, r, &recs[i]);
        if (recs[i].fate == MR_LATE && r->op.step->late_out >= 0)
            mr_dead_letter(g, r, &recs[i], r->op.step->late_out);
    }
}

/* ---- a step over its records */

static void came_into_node(struct mr_rec *rec) {
    rec->input = rec->row;
    rec->flags &= (uint8_t)~MR_RF_INPUT;
    if (rec->flags & MR_RF_RECORD) rec->flags |= MR_RF_INPUT;
}

static void enter(struct mr_run *r, struct mr_rec *rec) {
    if (r->node_entry) came_into_node(rec);
    rec->passed = r->op.time.now;
}

static void run_step(struct mr_run *r, struct mr_rec *recs, size_t n) {
    const struct mr_op_desc *d = r->op.step->op;
    struct mr_graph *g = r->op.graph;
    size_t i = 0;
    bool moved = false; /* recs[i] has been heard, and moved time */
    while (i < n) {
        moved |= hear(r, &recs[i]);
        if (moved) time_moved(r, recs[i].seq);
        moved = false;
        if (recs[i].kind == MR_TIME) {
            i++;
            continue;
        }
        size_t j = i;
        bool quiet = true; /* time has moved without being told, within the run */
        for (;;) {
            enter(r, &recs[j++]);
            if (j == n || recs[j].kind != MR_ROW) break;
            bool idle = r->op.time.idle;
            if (!hear(r, &recs[j])) continue;
            moved = g->exact_time || r->op.time.idle != idle || r->op.time.now >= r->op.deadline;
            if (moved) break;
            quiet = false;
        }
        d->process(&r->op, &recs[i], j - i);
        settle_fates(r, &recs[i], j - i);
        if (!quiet) {
            r->cur_seq = recs[j - 1].seq & ~1u;
            if (!moved) tell(r, r->op.time.idle);
        }
        i = j;
    }
}

/* ---- inputs of a step */

struct cursor {
    const struct mr_recs *from;
    size_t at;
    uint16_t edge;
    int64_t time; /* last heard along the edge in this batch */
    bool idle, any;
};

/* A row's time goes before every row of its event. */
static void tell_before(struct mr_run *r, struct cursor *c, const struct mr_rec *rec) {
    bool idle = rec->flags & MR_RF_IDLE;
    if (!r->time_edge[c->edge]) return;
    if (c->any && c->time == rec->passed && c->idle == idle) return;
    struct mr_rec *t = mr_recs_add(&r->in);
    *t = (struct mr_rec){.kind = MR_TIME,
                         .flags = idle ? MR_RF_IDLE : 0,
                         .edge = c->edge,
                         .seq = rec->seq & ~1u,
                         .passed = rec->passed};
    c->time = rec->passed;
    c->idle = idle;
    c->any = true;
}

static void take(struct mr_run *r, struct cursor *c) {
    struct mr_rec *to = mr_recs_add(&r->in);
    *to = c->from->v[c->at++];
    to->edge = c->edge;
    c->time = to->passed;
    c->idle = to->flags & MR_RF_IDLE;
    c->any = true;
    if (to->kind == MR_ROW) r->counts.received[c->edge]++;
}

/* All edges, merged by (event, time before row, edge). */
static void merge_inputs(struct mr_run *r) {
    const struct mr_step *s = r->op.step;
    struct mr_graph *g = r->op.graph;
    struct cursor *c = mr_arena_calloc(&g->arena, s->n_ins, sizeof *c);
    for (uint16_t i = 0; i < s->n_ins; i++)
        c[i] = (struct cursor){.from = &g->runs[s->ins[i].step].out, .edge = i};
    uint32_t rows_of = UINT32_MAX; /* event whose rows have been announced */
    for (;;) {
        struct cursor *best = NULL;
        for (uint16_t i = 0; i < s->n_ins; i++)
            if (c[i].at < c[i].from->n &&
                (!best || c[i].from->v[c[i].at].seq < best->from->v[best->at].seq))
                best = &c[i];
        if (!best) return;
        uint32_t seq = best->from->v[best->at].seq;
        if ((seq & 1) && event_of(seq) != rows_of) {
            rows_of = event_of(seq);
            for (uint16_t i = 0; i < s->n_ins; i++)
                if (c[i].at < c[i].from->n && c[i].from->v[c[i].at].seq == seq)
                    tell_before(r, &c[i], &c[i].from->v[c[i].at]);
        }
        take(r, best);
    }
}

/* The one edge's records, copied: the producer has other consumers, too. */
static void copy_input(struct mr_run *r, const struct mr_recs *from) {
    for (size_t i = 0; i < from->n; i++) {
        struct mr_rec *to = mr_recs_add(&r->in);
        *to = from->v[i];
        to->edge = 0;
    }
}

/* The rows of one branch of a split; of the others only the time that they carry. */
static void copy_branch(struct mr_run *r, const struct mr_recs *from) {
    struct mr_rec time = {.kind = MR_ROW}; /* MR_TIME: not told yet */
    uint16_t branch = r->op.step->ins[0].branch;
    for (size_t i = 0; i < from->n; i++) {
        const struct mr_rec *rec = &from->v[i];
        bool mine = rec->kind == MR_TIME || rec->which == branch;
        if (time.kind == MR_TIME && (mine || r->op.graph->exact_time)) {
            if (r->op.graph->exact_time) *mr_recs_add(&r->in) = time;
            time.kind = MR_ROW;
        }
        if (!mine) {
            time = *rec;
            time.kind = MR_TIME;
            time.edge = 0;
            continue;
        }
        struct mr_rec *to = mr_recs_add(&r->in);
        *to = *rec;
        to->edge = 0;
        r->counts.received[0] += rec->kind == MR_ROW;
    }
    if (time.kind == MR_TIME) *mr_recs_add(&r->in) = time;
}

static struct mr_recs *step_input(struct mr_run *r) {
    const struct mr_step *s = r->op.step;
    struct mr_graph *g = r->op.graph;
    r->in.n = 0;
    assert(s->n_ins > 0);
    if (s->n_ins > 1) {
        merge_inputs(r);
        return &r->in;
    }
    struct mr_run *from = &g->runs[s->ins[0].step];
    if (s->ins[0].branch) {
        copy_branch(r, &from->out);
        return &r->in;
    }
    for (size_t i = 0; i < from->out.n; i++) r->counts.received[0] += from->out.v[i].kind == MR_ROW;
    if (r->sole_consumer) return &from->out;
    copy_input(r, &from->out);
    return &r->in;
}

/* Records of an entry step, up to the cut. */
static void run_entry(struct mr_run *r, uint32_t until) {
    struct mr_pushed *p = r->pushed;
    size_t to = p->at;
    while (to < p->recs.n && event_of(p->recs.v[to].seq) < until) to++;
    run_step(r, p->recs.v + p->at, to - p->at);
    p->at = to;
}

static void run_segment(struct mr_graph *g, uint32_t until) {
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        struct mr_run *r = &g->runs[i];
        if (r->input >= 0) {
            run_entry(r, until);
        } else {
            struct mr_recs *in = step_input(r);
            run_step(r, in->v, in->n);
        }
        if (r->pending) tell_pending(r);
    }
    for (uint16_t i = 0; i < g->sub->n_steps; i++) g->runs[i].out.n = 0;
}

/* ---- batches */

void mr_graph_begin(struct mr_graph *g) {
    mr_arena_reset(&g->arena);
    g->event = g->n_pushed = 0;
    g->push_no.n = g->cuts.n = 0;
    g->has_stream = g->has_lookup = false;
    g->stopped = false;
    for (uint16_t i = 0; i < g->sub->n_inputs; i++) {
        g->pushed[i].recs.n = g->pushed[i].at = 0;
        g->tables[i].recs.n = g->tables[i].at = 0;
        g->stream_time[i] = MR_NO_TIME;
    }
}

struct mr_arena *mr_graph_arena(struct mr_graph *g) {
    return &g->arena;
}

static void add_u32(struct mr_u32s *v, uint32_t x) {
    if (v->n == v->cap) {
        v->cap = v->cap ? v->cap * 2 : 64;
        v->v = mr_realloc(v->v, v->cap * sizeof *v->v);
    }
    v->v[v->n++] = x;
}

/* Before an event of an input: must what came before have run through the joins? A row of an as-of
 * table that takes effect at or before a lookup of the batch must not be seen by it; only idleness
 * can bring that about. */
static bool must_cut(struct mr_graph *g, uint16_t input, const struct mr_input *as,
                     const struct mr_rec *rec) {
    const struct mr_sub *sub = g->sub;
    if (g->event == 0) return false;
    if (sub->cut_each) return true;
    if (!mr_input_to_table(as) || !g->has_stream) return false;
    if (rec->kind != MR_ROW && as->kind == MR_IN_TABLE) return false;
    if (sub->cut_tables) return true;
    if (!g->as_of_input[input] || !g->has_lookup) return false;
    int64_t from = mr_time_add(rec->time, -g->disorder[input]);
    if (rec->ts > from) from = rec->ts;
    return from <= g->max_lookup;
}

static void note_event(struct mr_graph *g, uint16_t input, const struct mr_input *as,
                       const struct mr_rec *rec) {
    if (must_cut(g, input, as, rec)) {
        add_u32(&g->cuts, g->event);
        g->has_stream = g->has_lookup = false;
    }
    if (!mr_input_to_stream(as)) return;
    g->has_stream = true;
    if (rec->kind != MR_ROW) return;
    int64_t at = rec->time; /* up to there looks what its time brings about */
    if (rec->ts < at && at <= g->stream_time[input]) at = rec->ts;
    if (rec->time > g->stream_time[input]) g->stream_time[input] = rec->time;
    if (!g->has_lookup || at > g->max_lookup) g->max_lookup = at;
    g->has_lookup = true;
}

/* as: the input, or its table: then the record goes to that one's entry step. */
static void push(struct mr_graph *g, uint16_t input, const struct mr_input *as, struct mr_rec rec,
                 uint16_t sender) {
    struct mr_op_time *taken = &g->pushed[input].taken;
    bool itself = as == &g->sub->inputs[input];
    note_event(g, input, as, &rec);
    rec.edge = sender;
    rec.seq = g->event * 2 + (rec.kind == MR_ROW);
    add_u32(&g->push_no, g->n_pushed);
    g->event++;
    if (rec.passed < taken->heard[sender].time) rec.passed = taken->heard[sender].time;
    mr_op_time_hear(taken, sender, rec.passed, rec.flags & MR_RF_IDLE);
    *mr_recs_add(itself ? &g->pushed[input].recs : &g->tables[input].recs) = rec;
}

static void push_record(struct mr_graph *g, uint16_t input, const struct mr_input *as,
                        const struct mr_rec *rec) {
    struct mr_rec r = *rec;
    r.kind = MR_ROW;
    r.fate = MR_USED;
    r.index = 0;
    r.input = NULL;
    r.shares = NULL;
    r.flags &= (uint8_t)~MR_RF_IDLE;
    if (r.origin) r.flags |= MR_RF_RECORD;
    push(g, input, as, r, 0);
}

void mr_graph_push_table(struct mr_graph *g, uint16_t input, const struct mr_rec *rec) {
    push_record(g, input, g->sub->inputs[input].table, rec);
}

void mr_graph_push(struct mr_graph *g, uint16_t input, const struct mr_rec *rec) {
    push_record(g, input, &g->sub->inputs[input], rec);
    g->n_pushed++;
}

void mr_graph_hear(struct mr_graph *g, uint16_t input, int64_t time, bool idle) {
    const struct mr_input *in = &g->sub->inputs[input];
    if (in->kind == MR_IN_REPARTITION) return; /* its senders say their times */
    struct mr_rec rec = {
        .kind = MR_TIME, .flags = idle ? MR_RF_IDLE : 0, .ts = time, .time = time, .passed = time};
    if (in->table) push(g, input, in->table, rec, 0);
    push(g, input, in, rec, 0);
}

/* The row that the last record replaces goes before it, in the same event. */
static void push_old_before(struct mr_recs *recs, const struct mr_value *old) {
    struct mr_rec *last = mr_recs_add(recs);
    *last = last[-1];
    last[-1].row = old;
    last[-1].flags |= MR_RF_RETRACT;
}

bool mr_graph_push_frame(struct mr_graph *g, uint16_t input, struct mr_str key, struct mr_str value,
                         const struct mr_header *headers, uint32_t n_headers) {
    struct mr_rec rec = {.key = key};
    const struct mr_value *old = NULL;
    uint16_t sender;
    if (!mr_repartition_read(g, input, value, &g->arena, &rec, &old, &sender)) return false;
    if (rec.origin) {
        struct mr_origin *o = mr_arena_dup(&g->arena, rec.origin, sizeof *o);
        o->headers = headers;
        o->n_headers = n_headers;
        rec.origin = o;
    }
    push(g, input, &g->sub->inputs[input], rec, sender);
    g->n_pushed++;
    if (old) push_old_before(&g->pushed[input].recs, old);
    return true;
}

bool mr_graph_peek_frame(struct mr_graph *g, uint16_t input, struct mr_str value, int64_t *ret_ts,
                         int64_t *ret_time) {
    struct mr_rec rec = {0};
    const struct mr_value *old;
    uint16_t sender;
    if (!mr_repartition_read(g, input, value, NULL, &rec, &old, &sender)) return false;
    *ret_ts = rec.kind == MR_ROW ? rec.ts : rec.passed;
    *ret_time = rec.kind == MR_ROW ? rec.time : rec.passed;
    return true;
}

int64_t mr_graph_input_time(struct mr_graph *g, uint16_t input, bool *ret_idle) {
    *ret_idle = g->pushed[input].taken.idle;
    return g->pushed[input].taken.now;
}

bool mr_graph_input_past(const struct mr_graph *g, uint16_t input, int64_t until, bool empty) {
    const struct mr_op_time *t = &g->pushed[input].taken;
    bool left_out = false, ended = false;
    for (uint16_t i = 0; i < t->n; i++) {
        const struct mr_heard *h = &t->heard[i];
        bool end = h->time == MR_INF_TIME;
        bool idle = !end && h->idle && empty;
        if (!end && !idle && h->time <= until) return false;
        left_out |= idle;
        ended |= end;
    }
    return until != MR_INF_TIME || !left_out || !ended; /* the end is when all have said so */
}

bool mr_graph_run(struct mr_graph *g, uint32_t *ret_seq, const char **ret_text) {
    g->run_start = g->n_emitted;
    for (size_t i = 0; i < g->cuts.n; i++) run_segment(g, g->cuts.v[i]);
    run_segment(g, UINT32_MAX);
    mr_sends_sort(g);
    g->cuts.n = 0;
    if (!g->stopped) return true;
    uint32_t event = event_of(g->stop_seq);
    *ret_seq = event < g->push_no.n ? g->push_no.v[event] : 0;
    *ret_text = g->stop_text;
    return false;
}

/* A commit's rows go through the steps like an event of their own per step, so that what a step
 * emits reaches the steps behind before their own commit. */
void mr_graph_commit(struct mr_graph *g, bool all_marks) {
    mr_graph_begin(g);
    g->committing = true;
    g->all_marks = all_marks;
    g->run_start = g->n_emitted;
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        struct mr_run *r = &g->runs[i];
        const struct mr_op_desc *d = r->op.step->op;
        if (r->input < 0) {
            struct mr_recs *in = step_input(r);
            run_step(r, in->v, in->n);
        }
        r->cur_seq = 2u * i + 1;
        if (d->commit) d->commit(&r->op);
        r->cur_seq = 2u * i + 2;
        tell(r, r->op.time.idle);
        if (r->pending) tell_pending(r);
    }
    for (uint16_t i = 0; i < g->sub->n_steps; i++) g->runs[i].out.n = 0;
    mr_sends_sort(g);
    mr_clock_write(g);
    g->committing = false;
}

static void settle(struct mr_graph *g, bool committed) {
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        struct mr_op *op = &g->runs[i].op;
        if (op->step->op->settle) op->step->op->settle(op, committed);
    }
}

void mr_graph_abort(struct mr_graph *g) {
    mr_graph_begin(g);
    mr_ledger_abort(g);
    mr_clock_abort(g);
    settle(g, false);
}

void mr_graph_committed(struct mr_graph *g) {
    mr_ledger_committed(g);
    mr_clock_committed(g);
    settle(g, true);
}

const struct mr_op *mr_graph_op(const struct mr_graph *g, uint16_t step) {
    return &g->runs[step].op;
}

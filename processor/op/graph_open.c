/* graph_open.c -- builds the running steps of a task from its sub-topology, and takes them down. */
#include "base/mem.h"
#include "processor/op/internal.h"

static bool is_input_op(const struct mr_step *s) {
    return s->n_ins == 0;
}

/* Which input an entry step reads, and where its records of a batch lie. */
static void find_input(struct mr_graph *g, struct mr_run *r) {
    r->input = -1;
    if (!is_input_op(r->op.step)) return;
    for (uint16_t i = 0; i < g->sub->n_inputs; i++) {
        const struct mr_input *in = &g->sub->inputs[i];
        if (in->step == r->op.step->id)
            r->pushed = &g->pushed[i];
        else if (in->table && in->table->step == r->op.step->id)
            r->pushed = &g->tables[i];
        else
            continue;
        r->input = i;
        return;
    }
}

static struct mr_op_time new_time(struct mr_arena *a, uint16_t n, bool hold) {
    struct mr_op_time t = {.now = MR_NO_TIME, .out = MR_NO_TIME, .n = n, .hold = hold};
    t.heard = mr_arena_calloc(a, n + 1u, sizeof *t.heard);
    for (uint16_t i = 0; i < n; i++) t.heard[i].time = MR_NO_TIME;
    return t;
}

static uint16_t upstreams_of_input(const struct mr_graph *g, int input) {
    if (g->sub->inputs[input].kind != MR_IN_REPARTITION) return 1;
    return (uint16_t)g->conf.in_partitions[input];
}

/* Edges that carry no time count as idle upstreams that have ended. */
static void open_time(struct mr_graph *g, struct mr_run *r, bool hold) {
    const struct mr_step *s = r->op.step;
    uint16_t n = r->input >= 0 ? upstreams_of_input(g, r->input) : s->n_ins;
    bool *edge = mr_arena_calloc(&g->fixed, n + 1u, sizeof *edge);
    unsigned merged = 0;
    r->op.time = new_time(&g->fixed, n, hold);
    for (uint16_t i = 0; i < n; i++) {
        edge[i] = r->input >= 0 || s->ins[i].time;
        if (!edge[i]) r->op.time.heard[i] = (struct mr_heard){MR_INF_TIME, true};
        merged += edge[i] && r->input < 0;
    }
    r->time_edge = edge;
    g->exact_time |= merged > 1;
}

static const struct mr_step *stream_producer(const struct mr_sub *sub, const struct mr_step *s) {
    for (uint16_t i = 0; i < s->n_ins; i++)
        if (s->ins[i].port == 0) return &sub->steps[s->ins[i].step];
    return NULL;
}

static void open_step(struct mr_graph *g, uint16_t i, bool hold) {
    const struct mr_step *s = &g->sub->steps[i];
    struct mr_run *r = &g->runs[i];
    r->op = (struct mr_op){.step = s,
                           .graph = g,
                           .store = s->store >= 0 ? g->conf.stores[s->store] : NULL,
                           .deadline = INT64_MAX,
                           .closed = MR_NO_TIME};
    find_input(g, r);
    r->sent_time = MR_NO_TIME;
    r->index_seq = UINT32_MAX;
    open_time(g, r, hold);
    const struct mr_step *from = stream_producer(g->sub, s);
    r->sole_consumer = s->n_ins == 1 && g->sub->steps[s->ins[0].step].n_outs == 1;
    /* Behind a join of two live sides the node's input row is the joined one. */
    bool joined = from && (from->two_sided || from->op == &mr_op_fk_result);
    r->node_entry = !from || strcmp(from->node, s->node) != 0 || is_input_op(from) || joined;
    r->node_in = r->node_entry ? (s->in ? s->in : s->out) : g->runs[from->id].node_in;
}

static void open_inputs(struct mr_graph *g, bool hold) {
    const struct mr_sub *sub = g->sub;
    g->as_of_input = mr_arena_calloc(&g->fixed, sub->n_inputs, sizeof *g->as_of_input);
    g->disorder = mr_arena_calloc(&g->fixed, sub->n_inputs, sizeof *g->disorder);
    g->stream_time = mr_arena_calloc(&g->fixed, sub->n_inputs, sizeof *g->stream_time);
    for (uint16_t i = 0; i < sub->n_inputs; i++) g->stream_time[i] = MR_NO_TIME;
    for (uint16_t i = 0; i < sub->n_inputs; i++)
        g->pushed[i].taken = new_time(&g->fixed, upstreams_of_input(g, i), hold);
    for (uint16_t i = 0; i < sub->n_inputs; i++)
        for (uint16_t k = 0; k < sub->inputs[i].n_waits; k++) {
            const struct mr_wait *w = &sub->inputs[i].waits[k];
            g->as_of_input[w->input] = true;
            if (w->disorder_ms > g->disorder[w->input]) g->disorder[w->input] = w->disorder_ms;
        }
}

struct mr_graph *mr_graph_open(const struct mr_graph_conf *conf) {
    const struct mr_sub *sub = conf->sub;
    struct mr_graph *g = mr_calloc(1, sizeof *g);
    bool hold = false;
    g->conf = *conf;
    g->sub = sub;
    g->dlq_out = -1;
    mr_arena_init(&g->arena);
    mr_arena_init(&g->fixed);
    mr_arena_init(&g->emit_arena);
    for (uint16_t i = 0; i < sub->n_outs; i++)
        if (sub->outs[i].kind == MR_OUT_DLQ) g->dlq_out = i;
    for (uint16_t i = 0; i < sub->n_inputs; i++) hold |= sub->inputs[i].hold_when_idle;
    g->runs = mr_arena_calloc(&g->fixed, sub->n_steps, sizeof *g->runs);
    g->pushed = mr_arena_calloc(&g->fixed, sub->n_inputs, sizeof *g->pushed);
    g->tables = mr_arena_calloc(&g->fixed, sub->n_inputs, sizeof *g->tables);
    for (uint16_t i = 0; i < sub->n_steps; i++) open_step(g, i, hold);
    open_inputs(g, hold);
    mr_ledger_open(g);
    mr_clock_open(g);
    for (uint16_t i = 0; i < sub->n_steps; i++)
        if (sub->steps[i].op->open) sub->steps[i].op->open(&g->runs[i].op);
    mr_clock_committed(g);
    return g;
}

void mr_graph_close(struct mr_graph *g) {
    if (!g) return;
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        struct mr_run *r = &g->runs[i];
        if (r->op.step->op->close) r->op.step->op->close(&r->op);
        mr_free(r->in.v);
        mr_free(r->out.v);
    }
    for (uint16_t i = 0; i < g->sub->n_inputs; i++) {
        mr_free(g->pushed[i].recs.v);
        mr_free(g->tables[i].recs.v);
    }
    mr_free(g->push_no.v);
    mr_free(g->cuts.v);
    mr_free(g->emitted);
    mr_free(g->emitted_seq);
    mr_buf_done(&g->buf);
    mr_buf_done(&g->error);
    mr_arena_done(&g->arena);
    mr_arena_done(&g->emit_arena);
    mr_arena_done(&g->fixed);
    mr_free(g);
}

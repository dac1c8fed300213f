/* ledger.c -- every node's books (EOS-7): in = used + filtered + late + dead + held; along every
 * edge, sent = received. Only what was committed is published; an abort takes back the rest.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

#include <inttypes.h>

void mr_ledger_row(struct mr_run *r, const struct mr_rec *rec) {
    r->op.in++;
    r->op.fates[rec->fate]++;
    if (rec->fate == MR_LATE && rec->reason == MR_R_IDLE) r->op.idle++;
    if (rec->fate == MR_DEAD) r->counts.dead[rec->reason]++;
}

static struct mr_counts *new_counts(struct mr_graph *g) {
    struct mr_counts *c = mr_arena_calloc(&g->fixed, g->sub->n_steps, sizeof *c);
    for (uint16_t i = 0; i < g->sub->n_steps; i++)
        c[i].received =
            mr_arena_calloc(&g->fixed, g->sub->steps[i].n_ins + 1, sizeof *c[i].received);
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        const struct mr_step *s = &g->sub->steps[i];
        if (s->op == &mr_op_split)
            c[i].sent_to = mr_arena_calloc(&g->fixed, s->n_outs + 1u, sizeof *c[i].sent_to);
    }
    return c;
}

void mr_ledger_open(struct mr_graph *g) {
    struct mr_counts *live = new_counts(g);
    for (uint16_t i = 0; i < g->sub->n_steps; i++) g->runs[i].counts = live[i];
    g->committed = new_counts(g);
    g->published = new_counts(g);
}

static void copy(struct mr_counts *to, const struct mr_counts *from, const struct mr_step *s) {
    int64_t *received = to->received, *sent_to = to->sent_to;
    *to = *from;
    to->received = received;
    to->sent_to = sent_to;
    memcpy(received, from->received, s->n_ins * sizeof *received);
    if (sent_to) memcpy(sent_to, from->sent_to, (s->n_outs + 1u) * sizeof *sent_to);
}

/* What a step has sent along an edge out of it. */
static int64_t sent_along(const struct mr_counts *c, const struct mr_edge *in) {
    return in->branch ? c->sent_to[in->branch] : c->sent;
}

void mr_ledger_committed(struct mr_graph *g) {
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        struct mr_run *r = &g->runs[i];
        memcpy(r->counts.fates, r->op.fates, sizeof r->op.fates);
        r->counts.in = r->op.in;
        r->counts.idle = r->op.idle;
        copy(&g->committed[i], &r->counts, r->op.step);
    }
}

void mr_ledger_abort(struct mr_graph *g) {
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        struct mr_run *r = &g->runs[i];
        copy(&r->counts, &g->committed[i], r->op.step);
        memcpy(r->op.fates, r->counts.fates, sizeof r->op.fates);
        r->op.in = r->counts.in;
        r->op.idle = r->counts.idle;
    }
}

static const char *books_of(struct mr_graph *g, const struct mr_run *r) {
    const struct mr_op *op = &r->op;
    int64_t sum = 0;
    for (unsigned f = 0; f < MR_N_FATES; f++) sum += op->fates[f];
    if (sum != op->in) {
        mr_buf_printf(&g->error, "%s: in %" PRId64 ", fates %" PRId64, op->step->name, op->in, sum);
        return mr_buf_cstr(&g->error);
    }
    int64_t received = 0;
    for (uint16_t k = 0; k < op->step->n_ins; k++) {
        const struct mr_run *from = &g->runs[op->step->ins[k].step];
        received += r->counts.received[k];
        int64_t sent = sent_along(&from->counts, &op->step->ins[k]);
        if (r->counts.received[k] == sent) continue;
        mr_buf_printf(&g->error, "%s -> %s: sent %" PRId64 ", received %" PRId64,
                      from->op.step->name, op->step->name, sent, r->counts.received[k]);
        return mr_buf_cstr(&g->error);
    }
    if (r->input >= 0 || received == op->in) return NULL;
    mr_buf_printf(&g->error, "%s: received %" PRId64 ", in %" PRId64, op->step->name, received,
                  op->in);
    return mr_buf_cstr(&g->error);
}

const char *mr_graph_ledger_error(struct mr_graph *g) {
    mr_buf_clear(&g->error);
    for (uint16_t i = 0; i < g->sub->n_steps; i++) {
        const char *error = books_of(g, &g->runs[i]);
        if (error) return error;
    }
    return NULL;
}

/* ---- metrics */

static void add_cell(struct mr_metrics *m, enum mr_metric id, struct mr_buf *labels, int64_t n) {
    if (n) mr_cell_add(mr_metrics_cell(m, id, mr_buf_cstr(labels)), n);
    mr_buf_clear(labels);
}

static void publish_step(struct mr_graph *g, const struct mr_step *s, struct mr_metrics *m,
                         struct mr_buf *b) {
    static const char *const fates[MR_N_FATES] = {"used", "filtered", "late", "dead", "held"};
    const struct mr_counts *now = &g->committed[s->id], *was = &g->published[s->id];
    mr_buf_printf(b, "node=\"%s\",fate=\"in\"", s->name);
    add_cell(m, MR_M_FATE, b, now->in - was->in);
    for (unsigned f = 0; f < MR_N_FATES; f++) {
        mr_buf_printf(b, "node=\"%s\",fate=\"%s\"", s->name, fates[f]);
        add_cell(m, MR_M_FATE, b, now->fates[f] - was->fates[f]);
    }
    mr_buf_printf(b, "node=\"%s\"", s->name);
    add_cell(m, MR_M_IDLE, b, now->idle - was->idle);
    for (unsigned r = 0; r < MR_N_REASONS; r++) {
        if (now->dead[r] == was->dead[r]) continue;
        mr_buf_printf(b, "node=\"%s\",reason=\"%s\"", s->name, mr_reason_name((enum mr_reason)r));
        add_cell(m, MR_M_DEAD, b, now->dead[r] - was->dead[r]);
    }
    for (uint16_t k = 0; k < s->n_ins; k++) {
        uint16_t from = s->ins[k].step;
        const char *name = g->sub->steps[from].name;
        mr_buf_printf(b, "from=\"%s\",to=\"%s\",side=\"sent\"", name, s->name);
        add_cell(m, MR_M_EDGE, b,
                 sent_along(&g->committed[from], &s->ins[k]) -
                     sent_along(&g->published[from], &s->ins[k]));
        mr_buf_printf(b, "from=\"%s\",to=\"%s\",side=\"received\"", name, s->name);
        add_cell(m, MR_M_EDGE, b, now->received[k] - was->received[k]);
    }
}

void mr_graph_publish(struct mr_graph *g, struct mr_metrics *m) {
    MR_CLEANUP(mr_buf_done) struct mr_buf b = {0};
    for (uint16_t i = 0; i < g->sub->n_steps; i++) publish_step(g, &g->sub->steps[i], m, &b);
    for (uint16_t i = 0; i < g->sub->n_steps; i++)
        copy(&g->published[i], &g->committed[i], &g->sub->steps[i]);
}

/* reads.c -- one pass against the stream: what is read of each row, and who needs retractions.
 *
 *   needed       fields of a step's input that it or anything behind it reads; those of an entry
 *                step are what its reader fills, nothing else is decoded
 *   meta_needed  the same for `meta`: kept by inputs, carried by repartition frames
 *   retract      a step over a table must send the old row before the new one
 *   mark_ms      interval of time marks: a tenth of the smallest size or grace behind them; of a
 *                broadcast, which records wait for: none
 *
 * A node whose input is not the record that was read shows its whole input row in dead letters
 * (language.md 7), so it needs all of it. What is merely shown, or kept by a join of two
 * streams, is not read: a first pass without that says what such a join must find decoded.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

enum { MARK_MIN_MS = 1000, MARK_UNSAID_MS = 60000 };

/* Rows come into their node here, and are not (or no longer) the record that was read. */
static bool shows_row(const struct mr_gstep *s) {
    if (s->thing->kind != MR_THING_NODE || s->in.value_format) return false;
    if (s->op == &mr_op_repartition_in) return true;
    return s->n_ins > 0 && mr_gstep_ins((struct mr_gstep *)s)[0].from->thing != s->thing;
}

static int64_t least(int64_t a, int64_t b) {
    return !a ? b : !b ? a : a < b ? a : b;
}

/* out: needs of s's output row, complete when s is reached. */
static void finish_step(struct mr_gstep *s, const struct mr_needs *out, bool shown) {
    if (shown || s->op != &mr_op_stream_join) mr_needs_or(&s->needed, &s->reads);
    if (shown && shows_row(s)) mr_needs_all(&s->needed);
    if (s->op == &mr_op_repartition_out) {
        mr_needs_or(&s->needed, &s->peer->needed);
        s->meta_needed |= s->peer->meta_needed;
        s->mark_ms = least(s->mark_ms, s->peer->mark_ms);
        s->retract |= s->peer->retract;
    } else if (!s->op->builds_row) {
        mr_needs_back(&s->needed, out);
    }
    s->meta_needed |= s->meta_reads;
}

/* outs: by step, needs of its output row. */
static void tell_upstream(struct mr_gstep *s, struct mr_needs *outs, bool shown) {
    struct mr_gedge *ins = mr_gstep_ins(s);
    for (uint16_t e = 0; e < s->n_ins; e++) {
        struct mr_gstep *from = ins[e].from;
        if (ins[e].port && s->two_sided && (shown || s->op != &mr_op_stream_join)) {
            mr_needs_all(&outs[from->id]); /* kept whole, as those of port 0 */
            from->mark_ms = least(from->mark_ms, s->mark_ms);
            continue;
        }
        if (ins[e].port) {
            mr_needs_back(&outs[from->id], &outs[s->id]);
            continue;
        }
        mr_needs_or(&outs[from->id], &s->needed);
        from->meta_needed |= s->meta_needed;
        from->mark_ms = least(from->mark_ms, s->mark_ms);
        if (s->in.table) from->retract |= s->retract || s->op->looks_at_sign;
    }
}

static void finish_repartition(struct mr_gstep *s) {
    struct mr_repartition_conf *conf = s->rconf;
    conf->mark_ms = s->mark_ms ? s->mark_ms / 10 : MARK_UNSAID_MS;
    if (conf->mark_ms < MARK_MIN_MS) conf->mark_ms = MARK_MIN_MS;
    if (conf->broadcast) conf->mark_ms = 0;
    conf->meta = s->meta_needed;
}

/* shown: with what is merely shown or kept. Adds to what a pass before has found. */
static void find(struct mr_compiler *c, bool shown) {
    struct mr_needs *outs = mr_arena_calloc(c->arena, c->n_steps + 1, sizeof *outs);
    for (size_t i = 0; i < c->n_steps; i++) {
        c->steps[i]->id =
            (uint16_t)i; /* for these passes; split.c numbers them within their subs */
        outs[i] = mr_needs_new(c->arena, c->steps[i]->out.row);
    }
    for (size_t i = c->n_steps; i-- > 0;) {
        struct mr_gstep *s = c->steps[i];
        finish_step(s, &outs[i], shown);
        if (s->joins && shown) s->side_reads[1] = outs[i].parts[s->out.row->n_fields - 1];
        for (int k = 0; s->two_sided && !shown && k < 2; k++) s->side_reads[k] = outs[i].parts[k];
        tell_upstream(c->steps[i], outs, shown);
    }
}

void mr_find_reads(struct mr_compiler *c) {
    find(c, false);
    find(c, true);
    for (size_t i = 0; i < c->n_steps; i++)
        if (c->steps[i]->op == &mr_op_repartition_in) finish_repartition(c->steps[i]);
}

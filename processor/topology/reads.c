/* reads.c -- one pass against the stream: what is read of each row, and who needs retractions.
 *
 *   needed       fields of a step's input that it or anything behind it reads; those of an entry
 *                step are what its reader fills, nothing else is decoded
 *   meta_needed  the same for `meta`: kept by inputs, carried by repartition frames
 *   retract      a step over a table must send the old row before the new one
 *   mark_ms      interval of time marks: a tenth of the smallest size or grace behind them
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

enum { MARK_MIN_MS = 1000, MARK_UNSAID_MS = 60000 };

/* Makes a new row from expressions, so that nothing passes but what these read. */
static bool builds_row(const struct mr_gstep *s) {
    static const char *const clauses[] = {"select", "output", "aggregate"};
    for (size_t i = 0; i < MR_ARRAY_LEN(clauses); i++)
        if (strcmp(s->clause, clauses[i]) == 0) return true;
    return s->op == &mr_op_sink;
}

/* Looks at the sign of rows, so it must see the old row go. */
static bool looks_at_sign(const struct mr_gstep *s) {
    static const char *const clauses[] = {"where", "having", "group_by", "aggregate"};
    for (size_t i = 0; i < MR_ARRAY_LEN(clauses); i++)
        if (strcmp(s->clause, clauses[i]) == 0) return true;
    return false;
}

static void need_all(bool *needed, const struct mr_type *row) {
    for (uint32_t i = 0; i < row->n_fields; i++) needed[i] = true;
}

/* of[]: needs of a step's output row. Adds what that means for a row that goes into it. */
static void pass_back(const struct mr_type *out, const bool *of, const struct mr_type *in,
                      bool *needed) {
    for (uint32_t o = 0; o < out->n_fields; o++) {
        if (!of[o]) continue;
        if (out == in) {
            needed[o] = true;
            continue;
        }
        if (out->fields[o].type == in) need_all(needed, in); /* a whole side of a join */
        int i = mr_type_field(in, out->fields[o].name);
        if (i >= 0 && mr_type_eq(in->fields[i].type, out->fields[o].type)) needed[i] = true;
    }
}

static int64_t least(int64_t a, int64_t b) {
    return !a ? b : !b ? a : a < b ? a : b;
}

/* out_needs: by field of s->out.row, complete when s is reached. */
static void finish_step(struct mr_gstep *s, const bool *out_needs) {
    if (s->in.row)
        for (uint32_t i = 0; i < s->in.row->n_fields; i++) s->needed[i] |= s->reads[i];
    if (s->peer && s->op == &mr_op_repartition_out) {
        for (uint32_t i = 0; i < s->in.row->n_fields; i++) s->needed[i] |= s->peer->needed[i];
        s->meta_needed |= s->peer->meta_needed;
        s->mark_ms = least(s->mark_ms, s->peer->mark_ms);
        s->retract |= s->peer->retract;
    } else if (!builds_row(s) && s->out.row) {
        pass_back(s->out.row, out_needs, s->in.row, s->needed);
    }
    s->meta_needed |= s->meta_reads;
}

static void tell_upstream(struct mr_gstep *s, bool **out_needs) {
    struct mr_gedge *ins = mr_gstep_ins(s);
    for (uint16_t e = 0; e < s->n_ins; e++) {
        struct mr_gstep *from = ins[e].from;
        bool *needs = out_needs[from->id];
        if (ins[e].port) {
            pass_back(s->out.row, out_needs[s->id], from->out.row, needs);
            continue;
        }
        for (uint32_t i = 0; i < s->in.row->n_fields; i++) needs[i] |= s->needed[i];
        from->meta_needed |= s->meta_needed;
        from->mark_ms = least(from->mark_ms, s->mark_ms);
        if (s->in.table) from->retract |= s->retract || looks_at_sign(s);
    }
}

void mr_find_reads(struct mr_compiler *c) {
    bool **out_needs = mr_arena_calloc(c->arena, c->n_steps + 1, sizeof *out_needs);
    for (size_t i = 0; i < c->n_steps; i++) {
        struct mr_gstep *s = c->steps[i];
        s->id = (uint16_t)i; /* for this pass; plan.c numbers them within their subs */
        out_needs[i] = mr_arena_calloc(c->arena, s->out.row ? s->out.row->n_fields + 1 : 1, 1);
    }
    for (size_t i = c->n_steps; i-- > 0;) {
        finish_step(c->steps[i], out_needs[i]);
        tell_upstream(c->steps[i], out_needs);
    }
    for (size_t i = 0; i < c->n_steps; i++) {
        struct mr_repartition_conf *conf = c->steps[i]->rconf;
        if (!conf) continue;
        int64_t smallest = c->steps[i]->mark_ms;
        conf->mark_ms = smallest ? smallest / 10 : MARK_UNSAID_MS;
        if (conf->mark_ms < MARK_MIN_MS) conf->mark_ms = MARK_MIN_MS;
        conf->meta = c->steps[i]->meta_needed;
    }
}

/* plan.c -- sub-topologies -> the plan: everything numbered, then const.
 *
 * Order of a sub's outs: sinks by name, repartitions, topics for late records by name, the
 * dead-letter topic (every sub has one).
 */
#include "base/hash.h"
#include "base/mem.h"
#include "processor/topology/graph.h"

struct making { /* one sub while it is made */
    struct mr_compiler *c;
    struct mr_gsub *from;
    struct mr_sub *to;
    struct mr_output *outs;
    struct mr_store_plan *stores;
};

/* ---- outs */

static void add_outs(struct making *m, const struct mr_op_desc *op) {
    for (uint16_t i = 0; i < m->from->n_steps; i++) {
        struct mr_gstep *s = m->from->steps[i];
        if (s->op != op) continue;
        s->out_index = m->to->n_outs;
        struct mr_output *out = &m->outs[m->to->n_outs++];
        if (op == &mr_op_sink) {
            *out = s->thing->output;
            continue;
        }
        *out = (struct mr_output){.kind = MR_OUT_REPARTITION,
                                  .name = s->rconf->name,
                                  .topic = s->rconf->name,
                                  .to_sub = s->peer->sub,
                                  .to_input = s->peer->input,
                                  .broadcast = s->rconf->broadcast};
        s->rconf->out = s->out_index;
    }
}

/* Only these compare a record with what is closed or gone. */
static bool judges_late(const struct mr_gstep *s) {
    return s->thing->late && (s->as_of || s->store_kind == MR_STORE_WINDOW);
}

/* The sink for what a step finds to break a rule; NULL = the dead letters. */
static const struct mr_thing *invalid_sink(const struct mr_gstep *s) {
    return s->op == &mr_op_validate ? s->thing->invalid : NULL;
}

static int find_out(const struct making *m, const struct mr_thing *late) {
    for (uint16_t i = 0; i < m->to->n_outs; i++)
        if (m->outs[i].kind == MR_OUT_LATE && m->outs[i].name == late->name) return i;
    return -1;
}

static void add_late(struct making *m) {
    for (size_t t = 0; t < m->c->n_things; t++) {
        const struct mr_thing *late = m->c->things[t];
        bool found = false;
        for (uint16_t i = 0; i < m->from->n_steps; i++)
            found |= (judges_late(m->from->steps[i]) && m->from->steps[i]->thing->late == late) ||
                     invalid_sink(m->from->steps[i]) == late;
        if (found) m->outs[m->to->n_outs++] = late->output;
    }
}

static void make_outs(struct making *m) {
    m->outs = mr_arena_calloc(m->c->arena, m->from->n_steps + m->c->n_things + 1u, sizeof *m->outs);
    add_outs(m, &mr_op_sink);
    add_outs(m, &mr_op_repartition_out);
    add_late(m);
    m->outs[m->to->n_outs++] =
        (struct mr_output){.kind = MR_OUT_DLQ, .name = "dlq", .topic = m->c->defaults.dlq};
    m->to->outs = m->outs;
}

/* ---- stores */

/* What is stored of a table are the fields that are read, so these are part of its shape. */
static uint64_t fingerprint(const struct mr_gstep *s) {
    struct mr_buf text;
    mr_buf_init(&text, 0);
    mr_buf_printf(&text, "1 %s\nkey ", s->op->name);
    if (s->in.key) mr_type_print(s->in.key, &text);
    mr_buf_cat(&text, "\n");
    mr_buf_str(&text, s->shape);
    if (s->op == &mr_op_table)
        for (uint32_t i = 0; i < s->in.row->n_fields; i++)
            if (s->needed.fields[i])
                mr_buf_printf(&text, "\nreads %.*s", MR_STR_ARG(s->in.row->fields[i].name));
    if (s->in.record_key && s->in.record_key->read) mr_buf_cat(&text, "\nwith the record's key");
    uint64_t hash = mr_hash(text.p, text.n, 0);
    mr_buf_done(&text);
    return hash;
}

static int add_store(struct making *m, const struct mr_gstep *s) {
    if (s->store_kind < 0) return -1;
    m->stores[m->to->n_stores] = (struct mr_store_plan){
        .name = s->store ? s->store : s->node,
        .kind = (enum mr_store_kind)s->store_kind,
        .fingerprint = fingerprint(s),
        .step = s->id,
        .renamed_from = s->store ? s->renamed_store : s->thing->renamed_from,
    };
    return m->to->n_stores++;
}

/* ---- steps */

static const struct mr_edge *make_ins(struct making *m, struct mr_gstep *s) {
    struct mr_edge *ins = mr_arena_calloc(m->c->arena, s->n_ins + 1u, sizeof *ins);
    struct mr_gedge *from = mr_gstep_ins(s);
    for (uint16_t e = 0; e < s->n_ins; e++)
        ins[e] = (struct mr_edge){.step = from[e].from->id,
                                  .port = from[e].port,
                                  .time = from[e].port == 0 || s->two_sided,
                                  .branch = from[e].branch};
    return ins;
}

/* The edges out of each step, by consumer. */
static void make_outs_of_steps(struct making *m, struct mr_step *steps) {
    uint16_t n = m->from->n_steps;
    for (uint16_t i = 0; i < n; i++)
        for (uint16_t e = 0; e < steps[i].n_ins; e++) steps[steps[i].ins[e].step].n_outs++;
    struct mr_edge **at = mr_arena_alloc(m->c->arena, n * sizeof(struct mr_edge *));
    for (uint16_t i = 0; i < n; i++)
        steps[i].outs = at[i] = mr_arena_calloc(m->c->arena, steps[i].n_outs + 1u, sizeof **at);
    for (uint16_t i = 0; i < n; i++)
        for (uint16_t e = 0; e < steps[i].n_ins; e++) {
            const struct mr_edge *in = &steps[i].ins[e];
            *at[in->step]++ = (struct mr_edge){
                .step = i, .edge = e, .port = in->port, .time = in->time, .branch = in->branch};
        }
}

static struct mr_step make_step(struct making *m, struct mr_gstep *s) {
    if (s->joins) s->joins->step = s->ins[1].from->id;
    return (struct mr_step){
        .id = s->id,
        .name = s->name,
        .node = s->node,
        .clause = s->clause,
        .op = s->op,
        .conf = s->conf,
        .in = s->in.row,
        .out = s->op == &mr_op_sink ? NULL : s->out.row,
        .in_key = s->in.key,
        .out_key = s->out.key,
        .two_sided = s->two_sided,
        .side_reads = {s->side_reads[0], s->side_reads[1]},
        .in_table = s->in.table,
        .out_table = s->out.table,
        .retract = s->retract,
        .exact = s->out.exact,
        .why_not = s->out.exact ? NULL : s->out.why_not,
        .on_error = s->thing->on_error,
        .on_null_key = s->on_null_key,
        .late_out = judges_late(s) ? find_out(m, s->thing->late) : -1,
        .invalid_out = invalid_sink(s) ? find_out(m, invalid_sink(s)) : -1,
        .store = add_store(m, s),
        .n_ins = s->n_ins,
        .ins = make_ins(m, s),
    };
}

static void make_steps(struct making *m) {
    uint16_t n = m->from->n_steps;
    struct mr_step *steps = mr_arena_calloc(m->c->arena, n, sizeof *steps);
    m->stores = mr_arena_calloc(m->c->arena, n, sizeof *m->stores);
    for (uint16_t i = 0; i < n; i++) steps[i] = make_step(m, m->from->steps[i]);
    make_outs_of_steps(m, steps);
    m->to->steps = steps;
    m->to->n_steps = n;
    m->to->stores = m->stores;
}

/* ---- inputs */

static void make_waits(struct making *m, const struct mr_gstep *s, struct mr_input *in) {
    for (const struct mr_gwait *w = s->waits; w; w = w->next) in->n_waits++;
    struct mr_wait *waits = mr_arena_calloc(m->c->arena, in->n_waits + 1u, sizeof *waits);
    uint16_t i = 0;
    for (const struct mr_gwait *w = s->waits; w; w = w->next)
        waits[i++] = (struct mr_wait){w->on->input, w->disorder_ms, w->max_wait_ms};
    in->waits = waits;
}

/* What an entry step's records are, and where they lead. */
static struct mr_input make_entry(struct making *m, const struct mr_gstep *s) {
    struct mr_input in = {.kind = MR_IN_REPARTITION, .max_jump_ms = -1, .idle_after_ms = -1};
    if (s->rconf) {
        in.source = s->node;
        in.topic = s->rconf->name;
        in.mark_ms = s->rconf->mark_ms;
        in.from_sub = s->peer->sub;
        s->rconf->input = s->input;
    } else {
        in = s->thing->input;
        in.key_reader = mr_reader_new(m->c->arena, in.key, NULL);
        in.reader = mr_reader_new(m->c->arena, in.value, s->needed.fields);
    }
    in.step = s->id;
    in.meta = s->meta_needed;
    in.to_table = s->to_table;
    in.to_stream = s->to_stream;
    return in;
}

static void make_input(struct making *m, const struct mr_gstep *s, struct mr_input *in) {
    *in = make_entry(m, s);
    make_waits(m, s, in);
    if (!s->twin) return;
    struct mr_input table = make_entry(m, s->twin);
    in->table = mr_arena_dup(m->c->arena, &table, sizeof table);
}

static void make_inputs(struct making *m) {
    struct mr_gsub *from = m->from;
    struct mr_input *inputs = mr_arena_calloc(m->c->arena, from->n_inputs, sizeof *inputs);
    for (uint16_t i = 0; i < from->n_inputs; i++) make_input(m, from->inputs[i], &inputs[i]);
    m->to->inputs = inputs;
    m->to->n_inputs = from->n_inputs;
}

static int64_t largest_grace(const struct mr_compiler *c) {
    int64_t most = 0;
    for (size_t i = 0; i < c->n_steps; i++)
        if (c->steps[i]->grace_ms > most) most = c->steps[i]->grace_ms;
    return most;
}

void mr_plan_make(struct mr_compiler *c, struct mr_plan_box *box) {
    struct mr_sub *subs = mr_arena_calloc(c->arena, c->n_subs, sizeof *subs);
    for (uint16_t i = 0; i < c->n_subs; i++) {
        struct making m = {.c = c, .from = &c->subs[i], .to = &subs[i]};
        subs[i] = (struct mr_sub){.name = c->subs[i].name,
                                  .id = i,
                                  .anchor = c->subs[i].anchor->input,
                                  .cut_tables = c->subs[i].cut_tables,
                                  .cut_each = c->subs[i].cut_each};
        make_outs(&m);
        make_steps(&m);
        make_inputs(&m);
    }
    box->plan = (struct mr_plan){.name = c->name,
                                 .file = mr_arena_strdup(c->arena, c->conf->file),
                                 .dlq = c->defaults.dlq,
                                 .grace_ms = largest_grace(c),
                                 .n_subs = c->n_subs,
                                 .subs = subs,
                                 .arena = c->arena};
    box->tests = c->tests;
    box->subs = c->subs;
}

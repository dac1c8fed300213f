/* split.c -- graph -> sub-topologies.
 *
 * A step that needs its rows partitioned by key, behind one that changed the key, gets them
 * through a repartition topic: repartition_out at the end of what stands above, repartition_in
 * at the start of what stands below. What is still joined by edges is one sub-topology.
 *
 * Waits (as-of): the inputs above an as-of join's stream wait for the inputs above its table; a
 * cycle of waits, also by way of a repartition, is E-WAIT, since no head could ever be taken.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"
#include "proto/offset_meta.h"

#include <stdlib.h>

/* ---- repartition steps */

/* side: of a join of two live inputs, whose ends are `join.<side>.repartition_...`; else NULL. */
static struct mr_gstep *new_end(struct mr_compiler *c, struct mr_gstep *s, const char *side,
                                const char *clause, const struct mr_op_desc *op,
                                const struct mr_flow *flow) {
    size_t n = c->n_steps;
    if (strncmp(s->clause, "join", 4) == 0)
        clause = side ? mr_arena_printf(c->arena, "join.%s.%s", side, clause)
                      : mr_arena_printf(c->arena, "join.%s", clause);
    struct mr_gstep *end = mr_gstep_add(c, s->thing, clause, op, flow);
    c->n_steps = n; /* its place in the list is the caller's */
    end->out = end->in;
    end->on_null_key = MR_NULL_KEY_PASS;
    return end;
}

/* The edge goes through a topic: "<node>-repartition", of a join "<node>-<side>-repartition". */
static void cut(struct mr_compiler *c, struct mr_gstep *s, uint16_t edge, struct mr_gstep **ret_out,
                struct mr_gstep **ret_in) {
    struct mr_gstep *from = s->ins[edge].from;
    struct mr_flow flow = edge ? from->out : s->in;
    const char *side = s->side[edge], *end = s->two_sided || s->broadcast ? side : NULL;
    struct mr_gstep *out = new_end(c, s, end, "repartition_out", &mr_op_repartition_out, &flow);
    flow.key_moved = false;
    flow.value_format = NULL;
    struct mr_gstep *in = new_end(c, s, end, "repartition_in", &mr_op_repartition_in, &flow);
    if (!side && s->joins) side = s->joins->name; /* further joins with tables: by their table */
    bool join = strncmp(s->clause, "join", 4) == 0 && side;
    struct mr_repartition_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    conf->name = join ? mr_arena_printf(c->arena, "%s-%s-repartition", s->node, side)
                      : mr_arena_printf(c->arena, "%s-repartition", s->node);
    conf->row = mr_flow_packed(c->arena, flow.row, flow.record_key);
    conf->broadcast = s->broadcast;
    conf->meta_key = from->meta_key;
    out->meta_key = in->meta_key = from->meta_key;
    out->ins[0].from = from;
    out->n_ins = 1;
    s->ins[edge].from = in;
    if (edge == 0) s->in = flow;
    out->peer = in;
    in->peer = out;
    out->conf = in->conf = out->rconf = in->rconf = conf;
    *ret_out = out;
    *ret_in = in;
}

static bool is_read(const struct mr_compiler *c, const struct mr_gstep *s) {
    for (size_t i = 0; i < c->n_steps; i++)
        for (uint16_t e = 0; e < c->steps[i]->n_ins; e++)
            if (mr_gstep_ins(c->steps[i])[e].from == s) return true;
    return false;
}

static bool is_dropped(const struct mr_compiler *c, const struct mr_gstep *s) {
    const struct mr_thing *t = s->thing;
    if (t->kind != MR_THING_SOURCE && t->kind != MR_THING_TABLE) return false;
    return !t->used || (t->every && s == t->rows && !is_read(c, s));
}

static void drop_unread(struct mr_compiler *c) {
    size_t n = 0;
    bool *drop = mr_arena_alloc(c->arena, c->n_steps + 1);
    for (size_t i = 0; i < c->n_steps; i++) drop[i] = is_dropped(c, c->steps[i]);
    for (size_t i = 0; i < c->n_steps; i++)
        if (!drop[i]) c->steps[n++] = c->steps[i];
    c->n_steps = n;
}

/* The list again, with repartitions in. */
static void insert_repartitions(struct mr_compiler *c) {
    struct mr_gstep **old = c->steps;
    size_t n_old = c->n_steps, n = 0;
    struct mr_gstep **steps = mr_arena_alloc(c->arena, (5 * n_old + 1) * sizeof(struct mr_gstep *));
    c->cap_steps = c->n_steps = 0;
    for (size_t i = 0; i < n_old; i++) {
        struct mr_gstep *s = old[i];
        bool itself = s->two_sided && s->ins[1].from == s->ins[0].from;
        for (uint16_t e = 0; e < 2; e++) {
            if (!s->repartition[e]) continue;
            if (e == 1 && itself) {
                s->ins[1].from = s->ins[0].from; /* one topic for both sides */
                continue;
            }
            cut(c, s, e, &steps[n], &steps[n + 1]);
            n += 2;
        }
        steps[n++] = s;
    }
    c->steps = steps;
    c->n_steps = c->cap_steps = n;
}

/* ---- sub-topologies */

/* A topic is read once: as a source and as a table it has two entry steps in one sub. */
static void find_twins(struct mr_compiler *c) {
    for (size_t i = 0; i < c->n_steps; i++) {
        struct mr_gstep *s = c->steps[i];
        struct mr_thing *twin = s->thing->twin;
        if (s->n_ins == 0 && twin && twin->used) s->twin = twin->every ? twin->every : twin->last;
    }
}

static struct mr_gstep *root_of(struct mr_gstep *s) {
    while (s->group != s) s = s->group = s->group->group;
    return s;
}

static void unite(struct mr_compiler *c) {
    for (size_t i = 0; i < c->n_steps; i++) c->steps[i]->group = c->steps[i];
    for (size_t i = 0; i < c->n_steps; i++) {
        struct mr_gstep *s = c->steps[i];
        struct mr_gedge *ins = mr_gstep_ins(s);
        for (uint16_t e = 0; e < s->n_ins; e++) root_of(ins[e].from)->group = root_of(s);
        if (s->twin) root_of(s->twin)->group = root_of(s);
    }
}

/* Streams before repartitions before tables, then by name: the first is the anchor. */
static int rank(const struct mr_gstep *s) {
    return s->op == &mr_op_source ? 0 : s->op == &mr_op_repartition_in ? 1 : 2;
}

/* What an input is called: its thing, or its topic without "-repartition". */
static const char *input_name(struct mr_compiler *c, const struct mr_gstep *s) {
    if (!s->rconf) return s->name;
    size_t n = strlen(s->rconf->name) - strlen("-repartition");
    return mr_arena_strndup(c->arena, s->rconf->name, n);
}

static int by_name(const void *a, const void *b) {
    const struct mr_gstep *x = *(struct mr_gstep *const *)a, *y = *(struct mr_gstep *const *)b;
    const char *name_x = x->rconf ? x->rconf->name : x->name;
    const char *name_y = y->rconf ? y->rconf->name : y->name;
    return strcmp(name_x, name_y);
}

static void fill_sub(struct mr_compiler *c, struct mr_gsub *sub, const struct mr_gstep *root) {
    size_t n = 0;
    for (size_t i = 0; i < c->n_steps; i++) n += root_of(c->steps[i]) == root;
    sub->steps = mr_arena_alloc(c->arena, n * sizeof(struct mr_gstep *));
    sub->inputs = mr_arena_alloc(c->arena, n * sizeof(struct mr_gstep *));
    for (size_t i = 0; i < c->n_steps; i++) {
        struct mr_gstep *s = c->steps[i];
        if (root_of(s) != root) continue;
        sub->steps[sub->n_steps++] = s;
        sub->cut_tables |= s->needs_batch_cut;
        if (s->n_ins == 0 && mr_gstep_input(s) == s) sub->inputs[sub->n_inputs++] = s;
    }
    qsort(sub->inputs, sub->n_inputs, sizeof *sub->inputs, by_name);
    sub->anchor = sub->inputs[0];
    for (uint16_t i = 1; i < sub->n_inputs; i++)
        if (rank(sub->inputs[i]) < rank(sub->anchor)) sub->anchor = sub->inputs[i];
    sub->name = input_name(c, sub->anchor);
}

/* Are all that send to it placed? A sub that sends to itself does not wait for itself. */
static bool is_ready(const struct mr_gsub *subs, const struct mr_gsub *sub) {
    for (uint16_t i = 0; i < sub->n_inputs; i++) {
        struct mr_gstep *peer = sub->inputs[i]->peer;
        const struct mr_gsub *from = peer ? &subs[root_of(peer)->sub] : sub;
        if (from != sub && !from->placed) return false;
    }
    return true;
}

/* Upstream before downstream, by name where that leaves a choice (or there is a cycle). */
static void order_subs(struct mr_compiler *c, struct mr_gsub *subs) {
    c->subs = mr_arena_alloc(c->arena, c->n_subs * sizeof *c->subs);
    for (uint16_t placed = 0; placed < c->n_subs; placed++) {
        struct mr_gsub *next = NULL;
        bool next_ready = false;
        for (uint16_t i = 0; i < c->n_subs; i++) {
            struct mr_gsub *s = &subs[i];
            if (s->placed) continue;
            bool ready = is_ready(subs, s);
            bool better = !next || ready > next_ready ||
                          (ready == next_ready && strcmp(s->name, next->name) < 0);
            if (!better) continue;
            next = s;
            next_ready = ready;
        }
        next->placed = true;
        c->subs[placed] = *next;
    }
}

static void find_subs(struct mr_compiler *c) {
    find_twins(c);
    unite(c);
    for (size_t i = 0; i < c->n_steps; i++) c->n_subs += root_of(c->steps[i]) == c->steps[i];
    struct mr_gsub *subs = mr_arena_calloc(c->arena, c->n_subs, sizeof *subs);
    uint16_t n = 0;
    for (size_t i = 0; i < c->n_steps; i++) {
        struct mr_gstep *root = c->steps[i];
        if (root_of(root) != root) continue;
        root->sub = n; /* until they are ordered */
        fill_sub(c, &subs[n++], root);
    }
    order_subs(c, subs);
    for (uint16_t i = 0; i < c->n_subs; i++) {
        for (uint16_t k = 0; k < c->subs[i].n_steps; k++) {
            c->subs[i].steps[k]->sub = i;
            c->subs[i].steps[k]->id = k;
        }
        for (uint16_t k = 0; k < c->subs[i].n_inputs; k++) c->subs[i].inputs[k]->input = k;
    }
}

/* ---- waits */

/* Marks by id, within s's sub, s and everything above it; a global table that is only looked into
 * says nothing to what stands behind. time: only what its time comes from. */
static void find_above(const struct mr_gsub *sub, const struct mr_gstep *s, bool time,
                       bool *above) {
    above[s->id] = true;
    for (uint16_t i = (uint16_t)(s->id + 1); i-- > 0;) {
        if (!above[i]) continue;
        struct mr_gedge *ins = mr_gstep_ins(sub->steps[i]);
        const struct mr_check_table *table = sub->steps[i]->joins;
        for (uint16_t e = 0; e < sub->steps[i]->n_ins; e++)
            if (!ins[e].port || !table || !(table->global || time)) above[ins[e].from->id] = true;
    }
}

/* One wait per pair of inputs: the longest disorder, and for ever if one join says so. */
static void add_wait(struct mr_compiler *c, struct mr_gstep *input, struct mr_gstep *on,
                     const struct mr_gstep *join, bool by_position) {
    struct mr_gwait *w = input->waits;
    while (w && w->on != on) w = w->next;
    if (!w) {
        struct mr_gwait **end = &input->waits;
        while (*end) end = &(*end)->next;
        w = *end = mr_arena_calloc(c->arena, 1, sizeof *w);
        w->on = on;
        w->max_wait_ms = join->max_wait_ms;
        w->at = mr_tree_get(join->thing->tree, "join");
        w->by_position = true;
        w->global = join->joins->global;
    }
    w->by_position &= by_position;
    if (join->joins->disorder_ms > w->disorder_ms) w->disorder_ms = join->joins->disorder_ms;
    if (join->max_wait_ms < 0 || w->max_wait_ms < 0)
        w->max_wait_ms = -1;
    else if (join->max_wait_ms > w->max_wait_ms)
        w->max_wait_ms = join->max_wait_ms;
}

/* The stream of a join and its table come from the entry steps s and t.
 *
 * Twins: a record's row stands in the table when the record comes to the join. There is nothing to
 * wait for, what is behind it in the partition cannot come first: its own position decides, and a
 * batch is cut before a row that could be seen too early (graph.c, must_cut). */
static void join_entries(struct mr_compiler *c, struct mr_gsub *sub, struct mr_gstep *join,
                         struct mr_gstep *s, struct mr_gstep *t) {
    bool twins = s->twin == t;
    if (twins) join->joins->beside = s->thing->input.topic;
    join->joins->beside_all &= twins;
    if (s == t) sub->cut_each = join->ins[1].from->own_table = true;
    s->to_stream = t->to_table = true;
    if (!join->as_of && !join->joins->global) return;
    add_wait(c, mr_gstep_input(s), mr_gstep_input(t), join, twins);
}

/* Do some of the marked steps send rows later than at their records' own position? */
static bool holds_rows(const struct mr_gsub *sub, const bool *marked) {
    for (uint16_t i = 0; i < sub->n_steps; i++)
        if (marked[i] && sub->steps[i]->op->passes) return true;
    return false;
}

static void find_waits(struct mr_compiler *c, struct mr_gsub *sub) {
    for (uint16_t i = 0; i < sub->n_steps; i++) {
        struct mr_gstep *join = sub->steps[i];
        if (!join->joins) continue;
        bool *stream = mr_arena_calloc(c->arena, sub->n_steps, 1);
        bool *table = mr_arena_calloc(c->arena, sub->n_steps, 1);
        find_above(sub, join->ins[0].from, false, stream);
        find_above(sub, join->ins[1].from, false, table);
        join->joins->beside_all = true;
        join->joins->held = holds_rows(sub, stream);
        for (uint16_t s = 0; s < sub->n_steps; s++)
            for (uint16_t t = 0; t < sub->n_steps; t++) {
                bool entries = !sub->steps[s]->n_ins && !sub->steps[t]->n_ins;
                if (!entries || !stream[s] || !table[t]) continue;
                join_entries(c, sub, join, sub->steps[s], sub->steps[t]);
            }
    }
}

/* A record meets the row before it: what it makes of the table comes into the store when the joins
 * have run (one record per batch: cut_each). So here, and only here, a join stands before the step
 * that it reads. */
static void put_own_tables_last(struct mr_compiler *c, struct mr_gsub *sub) {
    struct mr_gstep **last = mr_arena_alloc(c->arena, sub->n_steps * sizeof(struct mr_gstep *));
    uint16_t n = 0, n_last = 0;
    for (uint16_t i = 0; i < sub->n_steps; i++) {
        struct mr_gstep *s = sub->steps[i];
        if (s->own_table && s->thing->kind == MR_THING_NODE && s->op == &mr_op_table)
            last[n_last++] = s;
        else
            sub->steps[n++] = s;
    }
    for (uint16_t i = 0; i < n_last; i++) sub->steps[n++] = last[i];
    for (uint16_t i = 0; i < n; i++) sub->steps[i]->id = i;
}

struct waiting { /* the last wait on the path of a search; every cycle has one */
    const struct mr_gstep *input;
    const struct mr_gwait *wait;
};

static bool say_cycle(struct mr_compiler *c, const struct waiting *last) {
    const struct mr_gwait *w = last->wait;
    struct mr_diag *g =
        mr_error(c->diags, "E-WAIT", w->at->pos, "`%s` would wait for `%s`, which waits for it",
                 last->input->name, input_name(c, w->on));
    mr_diag_hint(c->diags, g,
                 w->global && last->input->twin
                     ? "leave `global` out: the stream goes to the table's rows then"
                     : "write one of them to a topic and read it as a table");
    return false;
}

/* What an input needs to go on: those that it waits for, and behind a repartition those that its
 * senders read. false: a cycle. */
static bool visit_waits(struct mr_compiler *c, struct mr_gstep *input, struct waiting last) {
    if (input->seen == 2) return true;
    if (input->seen == 1) return say_cycle(c, &last);
    input->seen = 1;
    for (struct mr_gwait *w = input->waits; w; w = w->next)
        if (!w->by_position && !visit_waits(c, w->on, (struct waiting){input, w})) return false;
    if (input->peer) {
        const struct mr_gsub *from = &c->subs[input->peer->sub];
        bool *above = mr_arena_calloc(c->arena, from->n_steps, 1);
        find_above(from, input->peer, true, above);
        for (uint16_t i = 0; i < from->n_steps; i++)
            if (above[i] && from->steps[i]->n_ins == 0 &&
                !visit_waits(c, mr_gstep_input(from->steps[i]), last))
                return false;
    }
    input->seen = 2;
    return true;
}

static bool check_waits(struct mr_compiler *c, const struct mr_gsub *sub) {
    for (uint16_t i = 0; i < sub->n_inputs; i++)
        if (!visit_waits(c, sub->inputs[i], (struct waiting){0})) return false;
    return true;
}

/* Every store of a task has its incarnation in the metadata of one offset (proto/offset_meta.h). */
static bool check_stores(struct mr_compiler *c, const struct mr_gsub *sub) {
    const struct mr_gstep *last = NULL;
    int n = 0;
    for (uint16_t i = 0; i < sub->n_steps; i++) {
        if (sub->steps[i]->store_kind < 0) continue;
        last = sub->steps[i];
        n++;
    }
    if (n <= MR_META_STORES) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-LIMIT", last->thing->at->pos,
                 "%d tables and stateful nodes read the same partitions; at most %d "
                 "can be committed together",
                 n, MR_META_STORES);
    mr_diag_hint(c->diags, g, "let some of them read a topic that others write, or split the file");
    return false;
}

bool mr_split(struct mr_compiler *c) {
    bool ok = true;
    drop_unread(c);
    insert_repartitions(c);
    mr_find_reads(c);
    find_subs(c);
    for (uint16_t i = 0; i < c->n_subs; i++) {
        find_waits(c, &c->subs[i]);
        put_own_tables_last(c, &c->subs[i]);
        ok &= check_stores(c, &c->subs[i]);
    }
    for (uint16_t i = 0; i < c->n_subs && ok; i++) ok = check_waits(c, &c->subs[i]);
    return ok;
}

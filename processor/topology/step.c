/* step.c -- making a step: the world of an operator's check, and what the check says.
 *
 * Implements the functions of op.h that an operator's check calls about expressions and tables.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "processor/topology/graph.h"

/* ---- what a check may ask */

static const struct mr_checking *checking(const struct mr_check *c) {
    return c->compiler;
}

/* Expressions are strings; anything else gets an error that says how to quote it. */
static bool is_expression(struct mr_diags *d, const struct mr_tree *t) {
    static const char *const kinds[] = {
        [MR_CORE_NULL] = "empty",
        [MR_CORE_BOOL] = "a bool",
        [MR_CORE_INT] = "a number",
        [MR_CORE_DOUBLE] = "a number",
    };
    enum mr_core core = mr_yaml_core(t);
    if (t->kind == MR_TREE_SCALAR && core == MR_CORE_STRING) return true;
    const char *kind = t->kind == MR_TREE_MAP    ? "a map"
                       : t->kind == MR_TREE_LIST ? "a list"
                                                 : kinds[core];
    struct mr_diag *g =
        mr_error(d, "E-QUOTE", t->pos, "an expression is needed here, this is %s", kind);
    if (t->kind != MR_TREE_SCALAR)
        mr_diag_hint(d, g, "write it in single quotes: '%s'",
                     t->kind == MR_TREE_MAP ? "{...}" : "[...]");
    else if (core == MR_CORE_NULL)
        mr_diag_hint(d, g, "expressions stand in single quotes: 'price > 100'");
    else
        mr_diag_hint(d, g, "write it in single quotes: '%s'", t->text.p);
    if (t->kind == MR_TREE_SCALAR) g->len = (uint32_t)t->text.n;
    return false;
}

static void note_program(struct mr_arena *a, struct mr_gstep *s, const struct mr_program *p) {
    struct mr_gprogram **end = &s->programs;
    while (*end) end = &(*end)->next;
    *end = mr_arena_alloc(a, sizeof **end);
    **end = (struct mr_gprogram){NULL, p};
}

struct mr_program *mr_check_expr(struct mr_check *c, const struct mr_tree *text,
                                 const struct mr_type *want) {
    if (!is_expression(c->diags, text)) return NULL;
    struct mr_scope scope = c->scope;
    if (scope.row != c->in.row) scope.shared = NULL; /* lets are about the row that comes in */
    struct mr_program *p = mr_expr_compile(c->arena, c->diags, text, &scope, want);
    if (!p) return NULL;
    const struct mr_checking *ing = checking(c);
    ing->step->meta_reads |= mr_program_meta(p);
    note_program(c->arena, ing->step, p);
    if (c->scope.row == c->in.row) mr_needs_program(&ing->step->reads, p, &c->scope);
    return p;
}

static void no_such_table(struct mr_compiler *c, const struct mr_tree *name) {
    const char **names = mr_arena_alloc(c->arena, (c->n_things + 1) * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < c->n_things; i++)
        if (c->things[i]->kind == MR_THING_TABLE) names[n++] = c->things[i]->name;
    struct mr_diag *g =
        mr_error(c->diags, "E-NAME", name->pos, "there is no table `%s`", name->text.p);
    g->len = (uint32_t)name->text.n;
    const char *near = mr_str_nearest(name->text.p, names, n);
    if (near) mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
}

/* A name in a join: the thing, marked as used; NULL after a diagnostic. */
static struct mr_thing *joined_thing(struct mr_compiler *c, const struct mr_tree *name,
                                     const char *what) {
    if (!mr_read_string(c->diags, name, what)) return NULL;
    struct mr_thing *t = mr_thing_find(c, name->text);
    if (t) t->used = true;
    return t;
}

/* The list keeps its topological order: the last step goes before `before`. */
static void move_before(struct mr_compiler *c, const struct mr_gstep *before) {
    size_t i = c->n_steps - 1;
    struct mr_gstep *s = c->steps[i];
    do {
        c->steps[i] = c->steps[i - 1];
        i--;
    } while (c->steps[i] != before);
    c->steps[i] = s;
}

/* The rows of a node's table, in a store of their own, `<node>-table`, made for the first join that
 * reads it: what the node keeps are not the rows that it sends (`having`, `output`, emission). */
static bool keep_rows(struct mr_check *k, struct mr_thing *t) {
    struct mr_compiler *c = checking(k)->compiler;
    if (!t->rows && t->last->store_kind == MR_STORE_VERSIONED) t->rows = t->last;
    if (t->rows) return true;
    struct mr_gstep *s = mr_gstep_add(c, t, "table", &mr_op_table, &t->last->out);
    move_before(c, checking(k)->step);
    s->meta_key = t->last->meta_key;
    s->ins[0].from = t->last;
    s->n_ins = 1;
    s->store = mr_arena_printf(c->arena, "%s-table", t->name);
    if (t->renamed_from) s->renamed_store = mr_arena_printf(c->arena, "%s-table", t->renamed_from);
    struct mr_checking ing;
    struct mr_check w;
    mr_gstep_world(c, s, &ing, &w);
    t->rows = s;
    return mr_gstep_check(s, &w);
}

/* All rows of a global table, for one join: sent to every partition of its stream, and kept there
 * in a store of their own, `<node>-<table>`. */
static struct mr_gstep *keep_copy(struct mr_check *k, const struct mr_thing *t) {
    struct mr_compiler *c = checking(k)->compiler;
    struct mr_thing *node = checking(k)->step->thing;
    const char *clause = mr_arena_printf(c->arena, "join.%s.rows", t->name);
    struct mr_gstep *s = mr_gstep_add(c, node, clause, &mr_op_table, &t->every->out);
    move_before(c, checking(k)->step);
    s->meta_key = t->every->meta_key;
    s->ins[0].from = t->every;
    s->n_ins = 1;
    s->side[0] = t->name;
    s->store = mr_arena_printf(c->arena, "%s-%s", node->name, t->name);
    if (node->renamed_from)
        s->renamed_store = mr_arena_printf(c->arena, "%s-%s", node->renamed_from, t->name);
    struct mr_checking ing;
    struct mr_check w;
    mr_gstep_world(c, s, &ing, &w);
    w.tree = t->tree;
    if (!mr_gstep_check(s, &w)) return NULL;
    s->repartition[0] = s->broadcast = true;
    return s;
}

static bool is_joinable(struct mr_diags *d, const struct mr_thing *t, const struct mr_tree *name) {
    struct mr_diag *g;
    if (t->kind == MR_THING_SOURCE || t->kind == MR_THING_SINK) {
        g = mr_error(d, "E-NAME", name->pos, "`%s` is a %s, not a table", t->name,
                     t->kind == MR_THING_SINK ? "sink" : "source");
        mr_diag_hint(d, g, "tables are declared under `tables:`");
    } else if (!t->last->out.table) {
        g = mr_error(d, "E-TABLE", name->pos, "`%s` makes a stream, not a table", t->name);
        mr_diag_hint(d, g, "an aggregate makes a table, unless it has `emit: final`");
    } else if (t->last->out.windowed) {
        g = mr_error(d, "E-TABLE", name->pos,
                     "`%s` makes a table of windows: no record's key finds its rows", t->name);
        mr_diag_hint(d, g, "aggregate without `window` for one row per key");
    } else {
        return true;
    }
    g->len = (uint32_t)name->text.n;
    return false;
}

const struct mr_check_table *mr_check_find_table(struct mr_check *k, const struct mr_tree *name) {
    struct mr_compiler *c = checking(k)->compiler;
    struct mr_thing *t = joined_thing(c, name, "the name of a table");
    if (!t && name->kind == MR_TREE_SCALAR) no_such_table(c, name);
    if (!t) return NULL;
    bool broken = t->kind != MR_THING_SINK && (t->broken || !t->last); /* its errors are told */
    if (broken || !is_joinable(c->diags, t, name) || (!t->global && !keep_rows(k, t))) return NULL;
    struct mr_gstep *rows = t->global ? keep_copy(k, t) : t->rows;
    if (!rows) return NULL;
    checking(k)->step->table_rows = rows;
    struct mr_check_table *table = mr_arena_alloc(c->arena, sizeof *table);
    *table = (struct mr_check_table){
        .name = t->name,
        .step = UINT16_MAX, /* plan.c knows it */
        .flow = t->last->out,
        .history_ms = t->history_ms,
        .disorder_ms = t->disorder_ms,
        .idle_after_ms = t->input.idle_after_ms,
        .global = t->global,
    };
    return table;
}

const struct mr_check_side *mr_check_find_side(struct mr_check *k, const struct mr_tree *name) {
    struct mr_compiler *c = checking(k)->compiler;
    struct mr_thing *t = joined_thing(c, name, "the name of a source, table or node");
    if (!t && name->kind == MR_TREE_SCALAR) mr_thing_missing(c, name);
    if (!t) return NULL;
    if (t->kind == MR_THING_SINK) {
        mr_error(c->diags, "E-NAME", name->pos, "`%s` is a sink: nothing reads it", t->name)->len =
            (uint32_t)name->text.n;
        return NULL;
    }
    if (t->broken || !t->last) return NULL; /* its own errors are told */
    struct mr_check_side *side = mr_arena_alloc(c->arena, sizeof *side);
    *side = (struct mr_check_side){.name = t->name, .flow = t->last->out};
    return side;
}

/* ---- steps */

struct mr_thing *mr_thing_find(const struct mr_compiler *c, struct mr_str name) {
    size_t low = 0, high = c->n_things;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int cmp = mr_str_cmp(mr_str(c->things[mid]->name), name);
        if (cmp == 0) return c->things[mid];
        if (cmp < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

struct mr_gstep *mr_gstep_add(struct mr_compiler *c, struct mr_thing *t, const char *clause,
                              const struct mr_op_desc *op, const struct mr_flow *in) {
    struct mr_gstep *s = mr_arena_calloc(c->arena, 1, sizeof *s);
    s->thing = t;
    s->node = t->name;
    s->clause = clause;
    s->name = *clause ? mr_arena_printf(c->arena, "%s.%s", t->name, clause) : t->name;
    s->op = op;
    s->in = *in;
    s->store_kind = -1;
    s->max_wait_ms = -1;
    s->reads = mr_needs_new(c->arena, in->row);
    s->needed = mr_needs_new(c->arena, in->row);
    if (c->n_steps == c->cap_steps) {
        size_t cap = c->cap_steps ? c->cap_steps * 2 : 32;
        struct mr_gstep **more = mr_arena_alloc(c->arena, cap * sizeof(struct mr_gstep *));
        if (c->n_steps) memcpy(more, c->steps, c->n_steps * sizeof(struct mr_gstep *));
        c->steps = more;
        c->cap_steps = cap;
    }
    c->steps[c->n_steps++] = s;
    return s;
}

/* `window` in expressions: {start, end}. */
static const struct mr_type *window_type(struct mr_arena *a) {
    static const struct mr_field fields[2] = {
        {.name = {"start", 5}, .type = &mr_type_timestamp},
        {.name = {"end", 3}, .type = &mr_type_timestamp},
    };
    return mr_type_struct(a, "window", 2, fields);
}

void mr_gstep_world(struct mr_compiler *c, struct mr_gstep *s, struct mr_checking *ing,
                    struct mr_check *k) {
    struct mr_extra *extras = mr_arena_calloc(c->arena, 4, sizeof *extras);
    bool fired = s->in.fired && strcmp(s->in.fired, s->node) == 0;
    const struct mr_type *key = s->in.record_key ? s->in.record_key->type : s->in.key;
    extras[0] = (struct mr_extra){.name = MR_STR("key"), .type = key ? key : &mr_type_bytes};
    if (s->in.windowed)
        extras[1] = (struct mr_extra){.name = MR_STR("window"), .type = window_type(c->arena)};
    if (fired) {
        extras[2] = (struct mr_extra){.name = MR_STR("after"), .type = s->in.row};
        extras[3] = (struct mr_extra){.name = MR_STR("fired_at"), .type = &mr_type_timestamp};
    }
    *ing = (struct mr_checking){c, s};
    *k = (struct mr_check){
        .arena = c->arena,
        .diags = c->diags,
        .name = s->node,
        .tree = s->thing->tree,
        .defaults = c->defaults.tree,
        .in = s->in,
        .scope =
            {
                .row = s->in.row,
                .extras = extras,
                .n_extras = fired            ? 4
                            : s->in.windowed ? 2
                                             : 1,
                .params = c->params,
                .n_params = c->n_params,
                .messages = c->messages,
                .meta = s->in.meta,
                .meta_key = s->meta_key ? s->meta_key : &mr_type_bytes,
            },
        .compiler = ing,
        .types = c->types,
        .dir = c->dir,
        .out = s->in,
        .store_kind = -1,
        .max_wait_ms = -1,
        .null_key_default = MR_NULL_KEY_DLQ,
        .row_fields_read =
            s->in.row ? mr_arena_calloc(c->arena, s->in.row->n_fields + 1, sizeof(bool)) : NULL,
    };
    k->out.key_moved = false; /* what the step does itself; added up afterwards */
}

static void take_joined(struct mr_gstep *s, const struct mr_check *k) {
    if (!k->joins) return;
    s->joins = (struct mr_check_table *)k->joins; /* made by mr_check_find_table, so ours */
    s->ins[s->n_ins++] = (struct mr_gedge){.from = s->table_rows, .port = 1};
}

static void take_other(struct mr_gstep *s, const struct mr_check *k) {
    if (!k->other) return;
    struct mr_thing *other = mr_thing_find(checking(k)->compiler, mr_str(k->other->name));
    s->ins[s->n_ins++] = (struct mr_gedge){.from = other->last, .port = 1};
    s->two_sided = true;
    s->side[1] = k->other->name;
    s->repartition[1] = k->keyed && k->other->flow.key_moved;
}

/* A store beside the node's own. */
static void name_store(struct mr_gstep *s, const struct mr_check *k) {
    const char *old = s->thing->renamed_from;
    s->store = mr_arena_printf(k->arena, "%s-%s", s->node, k->store_part);
    if (old) s->renamed_store = mr_arena_printf(k->arena, "%s-%s", old, k->store_part);
}

bool mr_gstep_check(struct mr_gstep *s, struct mr_check *k) {
    size_t errors = k->diags->n_errors;
    struct mr_buf shape;
    mr_buf_init(&shape, 0);
    k->shape = &shape;
    bool ok = !s->op->check || s->op->check(k);
    s->shape =
        (struct mr_str){mr_arena_strndup(k->arena, shape.p ? shape.p : "", shape.n), shape.n};
    mr_buf_done(&shape);
    if (!ok || k->diags->n_errors > errors) return false;

    for (uint32_t i = 0; s->in.row && i < s->in.row->n_fields; i++)
        if (k->row_fields_read[i]) mr_needs_field(&s->reads, i);
    s->conf = k->conf;
    s->out = k->out;
    s->keyed = k->keyed;
    s->repartition[0] = k->keyed && s->in.key_moved;
    s->out.key_moved = k->out.key_moved || (s->in.key_moved && !k->keyed);
    if (s->repartition[0] && s->out.row == s->in.row) s->out.value_format = NULL;
    if (s->out.row != s->in.row) s->out.fired = NULL;
    if (s->out.row != s->in.row) s->out.record_key = NULL; /* the group key is the row's own */
    s->out.mixed = k->out.mixed || s->repartition[0] || s->repartition[1];
    for (uint16_t e = 1; e < s->n_ins; e++) s->out.mixed |= !mr_gstep_ins(s)[e].from->out.table;
    if (k->ordered) s->out.mixed = false;
    bool kept = k->store_kind >= 0 && s->op != &mr_op_table;
    if (kept || s->repartition[0] || k->other) s->out.topic = NULL;
    s->needs_batch_cut = k->needs_batch_cut;
    s->store_kind = k->store_kind;
    if (k->store_part) name_store(s, k);
    s->as_of = k->as_of;
    s->max_wait_ms = k->max_wait_ms;
    s->mark_ms = k->mark_ms;
    s->grace_ms = k->grace_ms;
    int policy = s->thing->on_null_key;
    bool judges = k->keyed || (k->joins && k->joins->global);
    s->on_null_key = !judges       ? MR_NULL_KEY_PASS
                     : policy >= 0 ? (enum mr_on_null_key)policy
                                   : k->null_key_default;
    take_joined(s, k);
    take_other(s, k);
    return true;
}

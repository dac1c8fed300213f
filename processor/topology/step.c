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

struct mr_program *mr_check_expr(struct mr_check *c, const struct mr_tree *text,
                                 const struct mr_type *want) {
    if (!is_expression(c->diags, text)) return NULL;
    struct mr_program *p = mr_expr_compile(c->arena, c->diags, text, &c->scope, want);
    if (!p) return NULL;
    const struct mr_checking *ing = checking(c);
    ing->step->meta_reads |= mr_program_meta(p);
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

const struct mr_check_table *mr_check_find_table(struct mr_check *k, const struct mr_tree *name) {
    struct mr_compiler *c = checking(k)->compiler;
    if (!mr_read_string(c->diags, name, "the name of a table")) return NULL;
    struct mr_thing *t = mr_thing_find(c, name->text);
    if (!t) {
        no_such_table(c, name);
        return NULL;
    }
    t->used = true;
    if (t->kind == MR_THING_NODE) {
        mr_error(c->diags, "E-NOTYET", name->pos,
                 "`%s` is a node: joins with the table that a node makes are not there yet",
                 t->name)
            ->len = (uint32_t)name->text.n;
        return NULL;
    }
    if (t->kind != MR_THING_TABLE) {
        struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos, "`%s` is a %s, not a table",
                                     t->name, t->kind == MR_THING_SINK ? "sink" : "source");
        g->len = (uint32_t)name->text.n;
        mr_diag_hint(c->diags, g, "tables are declared under `tables:`");
        return NULL;
    }
    if (t->broken || !t->last) return NULL; /* its own errors are told */
    struct mr_check_table *table = mr_arena_alloc(c->arena, sizeof *table);
    *table = (struct mr_check_table){
        .name = t->name,
        .step = UINT16_MAX, /* plan.c knows it */
        .flow = t->last->out,
        .history_ms = t->history_ms,
        .disorder_ms = t->disorder_ms,
        .idle_after_ms = t->input.idle_after_ms,
    };
    return table;
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
    struct mr_extra *extras = mr_arena_calloc(c->arena, 2, sizeof *extras);
    extras[0] =
        (struct mr_extra){.name = MR_STR("key"), .type = s->in.key ? s->in.key : &mr_type_bytes};
    if (s->in.windowed)
        extras[1] = (struct mr_extra){.name = MR_STR("window"), .type = window_type(c->arena)};
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
                .n_extras = s->in.windowed ? 2 : 1,
                .params = c->params,
                .n_params = c->n_params,
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
    struct mr_compiler *c = checking(k)->compiler;
    s->joins = (struct mr_check_table *)k->joins; /* made by mr_check_find_table, so ours */
    struct mr_thing *table = mr_thing_find(c, mr_str(k->joins->name));
    s->ins[s->n_ins++] = (struct mr_gedge){.from = table->last, .port = 1};
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
    s->repartition = k->keyed && s->in.key_moved;
    s->out.key_moved = k->out.key_moved || (s->in.key_moved && !k->keyed);
    if (s->repartition && s->out.row == s->in.row) s->out.value_format = NULL;
    s->needs_batch_cut = k->needs_batch_cut;
    s->store_kind = k->store_kind;
    s->as_of = k->as_of;
    s->max_wait_ms = k->max_wait_ms;
    s->mark_ms = k->mark_ms;
    int policy = s->thing->on_null_key;
    s->on_null_key = !k->keyed     ? MR_NULL_KEY_PASS
                     : policy >= 0 ? (enum mr_on_null_key)policy
                                   : k->null_key_default;
    take_joined(s, k);
    return true;
}

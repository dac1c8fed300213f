/* nodes.c -- the clauses of one node -> its steps, in the order of ops.def.
 *
 * What is about one operator is in its check; here is what is about the node: which clauses go
 * together, the merge of several inputs, `let`, policies, one stateful step.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

static const struct mr_op_desc *const ops[] = {
#define OP(name) &mr_op_##name,
#include "processor/op/ops.def"
#undef OP
};

/* ---- which keys go together */

static bool lists(const struct mr_op_desc *op, const char *key) {
    for (const char *const *k = op->keys; k && *k; k++)
        if (strcmp(*k, key) == 0) return true;
    return false;
}

/* A key that only goes with a clause which the node does not have. */
static void check_belongs(struct mr_compiler *c, const struct mr_tree *node,
                          const struct mr_tree *key) {
    const char *clause = NULL;
    if (mr_op_find_clause(key->text.p)) return; /* a clause itself */
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++) {
        if (!ops[i]->clause || !lists(ops[i], key->text.p)) continue;
        if (mr_tree_get(node, ops[i]->clause)) return;
        if (!clause) clause = ops[i]->clause;
    }
    if (!clause) return;
    mr_error(c->diags, "E-KEY", key->pos, "`%s` goes with `%s`, which this node does not have",
             key->text.p, clause)
        ->len = (uint32_t)key->text.n;
}

/* At most one clause that keeps state of its own; joins with tables are not counted. */
static bool check_stateful(struct mr_compiler *c, const struct mr_tree *node) {
    const char *first = NULL;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct mr_tree *key = &node->keys[i];
        const struct mr_op_desc *op = mr_op_find_clause(key->text.p);
        if (!op || !op->stateful) continue;
        if (!first) {
            first = op->clause;
            continue;
        }
        struct mr_diag *g =
            mr_error(c->diags, "E-STATEFUL", key->pos,
                     "a node has one stateful clause, and this one has `%s`", first);
        g->len = (uint32_t)key->text.n;
        mr_diag_hint(c->diags, g, "make `%s` a node of its own", key->text.p);
        return false;
    }
    return true;
}

static bool check_pair(struct mr_compiler *c, const struct mr_tree *node, const char *key,
                       const char *needs, const char *hint) {
    if (!mr_tree_get(node, key) || mr_tree_get(node, needs)) return true;
    for (uint32_t i = 0; i < node->n; i++) {
        if (!mr_str_is(node->keys[i].text, key)) continue;
        struct mr_diag *g = mr_error(c->diags, "E-MISSING", node->keys[i].pos,
                                     "`%s` needs `%s` beside it", key, needs);
        g->len = (uint32_t)node->keys[i].text.n;
        mr_diag_hint(c->diags, g, "%s", hint);
    }
    return false;
}

static bool check_clauses(struct mr_compiler *c, const struct mr_thing *t) {
    size_t errors = c->diags->n_errors;
    if (!check_stateful(c, t->tree) ||
        !mr_words_check(c->diags, t->tree, MR_PLACE_NODE, "a node", NULL))
        return false;
    for (uint32_t i = 0; i < t->tree->n; i++) check_belongs(c, t->tree, &t->tree->keys[i]);
    if (!mr_tree_get(t->tree, "reduce"))
        check_pair(c, t->tree, "group_by", "aggregate", "aggregate: {n: 'count()'}");
    check_pair(c, t->tree, "aggregate", "group_by",
               "group_by: [field], or [] for one group of all records");
    check_pair(c, t->tree, "reduce", "group_by", "group_by: [field], or {name: key} for its own");
    return c->diags->n_errors == errors;
}

/* ---- policies */

/* Late is judged by the operators that say so, and by lookups in a table's history. */
static bool can_be_late(const struct mr_tree *node) {
    const struct mr_tree *join = mr_tree_get(node, "join");
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++)
        if (ops[i]->late_key && mr_tree_get(node, ops[i]->late_key)) return true;
    if (mr_tree_get(join, "as_of") || mr_tree_get(join, "stream")) return true;
    for (uint32_t i = 0; join && join->kind == MR_TREE_LIST && i < join->n; i++)
        if (mr_tree_get(&join->items[i], "as_of")) return true;
    return false;
}

/* A sink without `from`: what: "late", for the hint. NULL after a diagnostic. */
static const struct mr_thing *find_target(struct mr_compiler *c, const struct mr_tree *name,
                                          const char *what) {
    struct mr_thing *sink = mr_thing_find(c, name->text);
    struct mr_diag *g;
    if (!sink || sink->kind != MR_THING_SINK) {
        g = mr_error(c->diags, "E-NAME", name->pos, "there is no sink `%s`", name->text.p);
        mr_diag_hint(c->diags, g, "%s records go to a sink without `from`: `%s: {topic: ...}`",
                     what, sink ? what : name->text.p);
    } else if (mr_tree_get(sink->tree, "from")) {
        g = mr_error(c->diags, "E-NAME", name->pos, "the sink `%s` has a `from`", name->text.p);
        mr_diag_hint(c->diags, g, "%s records go to a sink without `from`", what);
    } else {
        sink->used = true;
        return sink;
    }
    g->len = (uint32_t)name->text.n;
    return NULL;
}

static bool find_late(struct mr_compiler *c, struct mr_thing *t, const struct mr_tree *name) {
    if (!mr_read_string(c->diags, name, "the name of a sink")) return false;
    if (!can_be_late(t->tree)) {
        struct mr_diag *useless =
            mr_error(c->diags, "E-KEY", name->pos, "nothing is late at `%s`", t->name);
        mr_diag_hint(c->diags, useless,
                     "`on_late` goes with `window`, `absence`, `order` or a join with `as_of`");
        return false;
    }
    t->late = find_target(c, name, "late");
    return t->late != NULL;
}

static bool read_policies(struct mr_compiler *c, struct mr_thing *t) {
    const struct mr_tree *error = mr_tree_get(t->tree, "on_error");
    const struct mr_tree *null_key = mr_tree_get(t->tree, "on_null_key");
    const struct mr_tree *late = mr_tree_get(t->tree, "on_late");
    const struct mr_tree *invalid = mr_tree_get(t->tree, "on_invalid");
    bool ok = true;
    int word = (int)t->on_error;
    if (error) ok &= mr_read_word(c->diags, error, mr_words_on_error, 3, &word);
    t->on_error = (enum mr_on_error)word;
    if (null_key) ok &= mr_read_word(c->diags, null_key, mr_words_on_null_key, 3, &t->on_null_key);
    if (late) ok &= find_late(c, t, late);
    if (!invalid) return ok;
    t->invalid = mr_read_string(c->diags, invalid, "the name of a sink")
                     ? find_target(c, invalid, "invalid")
                     : NULL;
    return ok && t->invalid;
}

/* ---- the input */

/* Two rows can be merged when they have the same fields, by name and type, in the same order. */
static bool same_rows(struct mr_compiler *c, const struct mr_thing *t, uint32_t i) {
    const struct mr_thing *a = t->from[0], *b = t->from[i];
    const struct mr_type *x = a->last->out.row, *y = b->last->out.row;
    if (mr_type_eq(x, y)) return true;
    struct mr_buf types;
    mr_buf_init(&types, 0);
    mr_buf_printf(&types, "`%s` has ", a->name);
    mr_type_print(x, &types);
    mr_buf_printf(&types, ", `%s` has ", b->name);
    mr_type_print(y, &types);
    struct mr_diag *g =
        mr_error(c->diags, "E-MERGE", t->from_at[i]->pos,
                 "`%s` and `%s` cannot be merged: their fields differ", a->name, b->name);
    g->len = (uint32_t)t->from_at[i]->text.n;
    mr_diag_hint(c->diags, g, "%s", mr_buf_cstr(&types));
    mr_buf_done(&types);
    return false;
}

/* What is the same in all of them. */
static void meet(struct mr_flow *to, const struct mr_flow *with) {
    bool same_key = to->key && with->key && mr_type_eq(to->key, with->key);
    if (!same_key) to->key = NULL;
    if (!same_key || !mr_format_same(to->key_format, with->key_format)) to->key_format = NULL;
    if (!mr_format_same(to->value_format, with->value_format)) to->value_format = NULL;
    to->windowed &= with->windowed && same_key;
    to->key_moved |= with->key_moved;
    to->meta &= with->meta;
    if (to->topic && (!with->topic || strcmp(to->topic, with->topic) != 0)) to->topic = NULL;
    if (to->exact && !with->exact) to->why_not = with->why_not;
    to->exact &= with->exact;
}

static bool merge_inputs(struct mr_compiler *c, struct mr_thing *t) {
    struct mr_flow flow = t->from[0]->last->out;
    const struct mr_type *meta_key = t->from[0]->last->meta_key;
    bool ok = true;
    for (uint32_t i = 0; i < t->n_from; i++) {
        const struct mr_gstep *from = t->from[i]->last;
        if (from->out.table) {
            struct mr_diag *g =
                mr_error(c->diags, "E-TABLE", t->from_at[i]->pos,
                         "`%s` is a table, and only streams can be merged", t->from[i]->name);
            g->len = (uint32_t)t->from_at[i]->text.n;
            ok = false;
            continue;
        }
        if (i == 0) continue;
        ok &= same_rows(c, t, i);
        meet(&flow, &from->out);
        if (!meta_key || !from->meta_key || !mr_type_eq(meta_key, from->meta_key)) meta_key = NULL;
    }
    if (!ok) return false;
    struct mr_gstep *s = mr_gstep_add(c, t, "from", &mr_op_merge, &flow);
    s->meta_key = meta_key;
    s->many = mr_arena_calloc(c->arena, t->n_from, sizeof *s->many);
    for (uint32_t i = 0; i < t->n_from; i++) s->many[i].from = t->from[i]->last;
    s->n_ins = (uint16_t)t->n_from;
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, s, &ing, &k);
    t->last = s;
    return mr_gstep_check(s, &k);
}

/* The name that the input has as a side of a join. */
static bool input_name(struct mr_compiler *c, const struct mr_thing *t, const char **ret) {
    const struct mr_tree *as = mr_tree_get(t->tree, "as"), *join = mr_tree_get(t->tree, "join");
    *ret = t->n_from == 1 ? t->from[0]->name : NULL;
    if (as) {
        if (!mr_read_string(c->diags, as, "a name") ||
            !mr_name_ok(c->diags, as, "a side of a join"))
            return false;
        *ret = as->text.p;
    }
    if (*ret || !join) return true;
    struct mr_diag *g = mr_error(c->diags, "E-MISSING", join->pos,
                                 "a join over several inputs needs a name for them");
    mr_diag_hint(c->diags, g, "write `as: name` beside `from`");
    return false;
}

/* ---- clauses */

struct building { /* a node while its steps are made */
    struct mr_compiler *c;
    struct mr_thing *t;
    const char *input_name;
    struct mr_let *lets;
    size_t n_lets;
    const struct mr_type *lets_row; /* the row that they were written for; NULL: not yet read */
    struct mr_shared *shared;       /* what programs over that row may share */
    bool rekeyed;                   /* by `key:`: lets that read the key mean another one */
    const char *stateful;           /* clause of its step that has a store, or NULL */
};

/* A join of two live sides keeps state as much as an aggregate does; `order` only puts off. */
static bool one_store(struct building *b, const struct mr_gstep *s, const struct mr_tree *value) {
    if (!s->op->stateful) return true;
    if (b->stateful) {
        struct mr_diag *g =
            mr_error(b->c->diags, "E-STATEFUL", value->pos,
                     "a node has one stateful clause, and this one has `%s`", b->stateful);
        mr_diag_hint(b->c->diags, g, "make `%s` a node of its own", s->clause);
        return false;
    }
    b->stateful = s->clause;
    return true;
}

/* Within a join's `on`, the stream's own name stands for its record: `on: 'clicks.campaign'`. */
static void name_input(struct building *b, struct mr_check *k, const struct mr_tree *on,
                       const char *input) {
    if (!input || mr_type_field(k->in.row, mr_str(input)) >= 0) return;
    struct mr_tree *record = mr_arena_calloc(b->c->arena, 1, sizeof *record);
    *record = (struct mr_tree){.kind = MR_TREE_SCALAR, .text = MR_STR("this"), .pos = on->pos};
    struct mr_let *let = mr_arena_alloc(b->c->arena, sizeof *let);
    *let = (struct mr_let){mr_str(input), record};
    k->scope.lets = let;
    k->scope.n_lets = 1;
}

/* A step that reads what the node has so far, and the world of its check. */
static struct mr_gstep *new_step(struct building *b, const char *clause,
                                 const struct mr_op_desc *op, const struct mr_tree *value,
                                 const char *input, struct mr_checking *ing, struct mr_check *k) {
    struct mr_gstep *from = b->t->last;
    struct mr_gstep *s = mr_gstep_add(b->c, b->t, clause, op, &from->out);
    s->meta_key = from->meta_key;
    s->ins[0].from = from;
    s->n_ins = 1;
    s->side[0] = input;
    mr_gstep_world(b->c, s, ing, k);
    k->clause = value;
    k->input_name = input;
    return s;
}

static const struct mr_op_desc *pick_operator(const struct building *b,
                                              const struct mr_op_desc *first,
                                              const struct mr_tree *value) {
    const struct mr_op_desc *op = mr_op_pick(first, b->t->tree, value, b->t->last->out.table);
    if (op) return op;
    struct mr_diag *g = mr_error(b->c->diags, "E-NOTYET", value->pos,
                                 "`%s` is not there yet as this node has it", first->clause);
    mr_diag_hint(b->c->diags, g, "`%s` alone is there; another key of the node changes it",
                 first->clause);
    return NULL;
}

static bool add_step(struct building *b, const char *clause, const struct mr_op_desc *op,
                     const struct mr_tree *value, const char *input) {
    op = pick_operator(b, op, value);
    if (!op) return false;
    struct mr_checking ing;
    struct mr_check k;
    struct mr_gstep *s = new_step(b, clause, op, value, input, &ing, &k);
    if (b->lets_row && b->lets_row == s->in.row) {
        k.scope.lets = b->lets;
        k.scope.n_lets = b->n_lets;
        k.scope.shared = b->shared;
        k.scope.rekeyed = b->rekeyed;
    }
    const struct mr_tree *on = op == &mr_op_join ? mr_tree_get(value, "on") : NULL;
    if (on) name_input(b, &k, on, input);
    b->t->last = s;
    if (!mr_gstep_check(s, &k) || !one_store(b, s, value)) return false;
    b->rekeyed |= op == &mr_op_key && k.out.key_moved;
    if (op == &mr_op_each && k.scope.lets) b->lets_row = s->out.row; /* all its names stay */
    return true;
}

/* `on: expr`: a step of its own before the join, which then finds a moved key. Of a stream: `key`;
 * of a table: what a left row says to its foreign key. */
static bool add_on(struct building *b, const char *join, const struct mr_tree *on,
                   const char *input) {
    bool table = b->t->last->out.table;
    if (!on || (on->kind == MR_TREE_SCALAR && mr_str_is(on->text, "key"))) return true;
    if (on->kind != MR_TREE_SCALAR) {
        struct mr_diag *g = mr_error(b->c->diags, "E-KIND", on->pos, "`on` is one expression");
        mr_diag_hint(b->c->diags, g,
                     table ? "a foreign key is one value: that of the other table's key"
                           : "for a key of several values write `key: [a, b]` in a node before");
        return false;
    }
    const char *clause = mr_arena_printf(b->c->arena, "%s.on", join);
    const struct mr_op_desc *op = table ? &mr_op_fk_subscribe : &mr_op_key;
    struct mr_checking ing;
    struct mr_check k;
    struct mr_gstep *s = new_step(b, clause, op, on, input, &ing, &k);
    k.null_key_ok = true;
    name_input(b, &k, on, input);
    b->t->last = s;
    if (!mr_gstep_check(s, &k)) return false;
    if (!table) s->out.meta |= 1u << MR_META_ORIGIN_KEY;
    if (table && b->t->on_null_key >= 0) s->on_null_key = (enum mr_on_null_key)b->t->on_null_key;
    return true;
}

/* Behind a join by foreign key: its answers go back to the left key, and become one row there. */
static bool add_result(struct building *b) {
    struct mr_gstep *join = b->t->last, *left = join->ins[0].from;
    join->out.key = left->in.key;
    join->out.key_format = left->in.key_format;
    struct mr_gstep *s = mr_gstep_add(b->c, b->t, "join.result", &mr_op_fk_result, &join->out);
    s->ins[0].from = join;
    s->n_ins = 1;
    s->store = mr_arena_printf(b->c->arena, "%s-result", b->t->name);
    if (b->t->renamed_from)
        s->renamed_store = mr_arena_printf(b->c->arena, "%s-result", b->t->renamed_from);
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(b->c, s, &ing, &k);
    b->t->last = s;
    return mr_gstep_check(s, &k);
}

static bool joins_global(const struct mr_compiler *c, const struct mr_tree *join) {
    const struct mr_tree *name = join->kind == MR_TREE_MAP ? mr_tree_get(join, "table") : NULL;
    const struct mr_thing *t =
        name && name->kind == MR_TREE_SCALAR ? mr_thing_find(c, name->text) : NULL;
    return t && t->global;
}

static bool add_join(struct building *b, const char *clause, const struct mr_op_desc *op,
                     const struct mr_tree *join, const char *input) {
    const struct mr_tree *on = join->kind == MR_TREE_MAP ? mr_tree_get(join, "on") : NULL;
    if (!b->t->last->out.table && joins_global(b->c, join))
        return add_step(b, clause, op, join, input); /* `on` moves nothing */
    if (!add_on(b, clause, on, input) || !add_step(b, clause, op, join, input)) return false;
    return b->t->last->op != &mr_op_fk_join || add_result(b);
}

/* A list of joins: a step each, `node.join.table`. */
static bool add_joins(struct building *b, const struct mr_op_desc *op, const struct mr_tree *list) {
    if (list->n == 0) {
        mr_error(b->c->diags, "E-KIND", list->pos, "`join` is an empty list");
        return false;
    }
    for (uint32_t i = 0; i < list->n; i++) {
        const struct mr_tree *table = mr_tree_get(&list->items[i], "table");
        const char *clause = "join";
        if (list->n > 1 && table && table->kind == MR_TREE_SCALAR)
            clause = mr_arena_printf(b->c->arena, "join.%s", table->text.p);
        if (!add_join(b, clause, op, &list->items[i], i ? NULL : b->input_name)) return false;
    }
    return true;
}

/* Each `let` is compiled once for its errors; where it is read it is compiled in place. */
static bool read_lets(struct building *b) {
    const struct mr_tree *map = mr_tree_get(b->t->tree, "let");
    struct mr_compiler *c = b->c;
    if (!map) return true;
    if (!mr_is_map(c->diags, map, "`let`")) return false;
    struct mr_gstep probe = *b->t->last;
    probe.in = probe.out;
    probe.reads = mr_needs_new(c->arena, probe.in.row);
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, &probe, &ing, &k);
    b->lets = mr_arena_calloc(c->arena, map->n + 1, sizeof *b->lets);
    b->lets_row = probe.in.row;
    b->shared = k.scope.shared = mr_shared_new(c->arena);
    k.scope.is_let = true;
    bool ok = true;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_tree *name = &map->keys[i];
        bool good = mr_name_ok(c->diags, name, "a `let`");
        if (good && mr_type_field(probe.in.row, name->text) >= 0) {
            mr_error(c->diags, "E-NAME", name->pos, "`%s` is a field of the record already",
                     name->text.p)
                ->len = (uint32_t)name->text.n;
            good = false;
        }
        k.scope.lets = b->lets;
        k.scope.n_lets = b->n_lets;
        good = good && mr_check_expr(&k, &map->items[i], NULL);
        if (good) b->lets[b->n_lets++] = (struct mr_let){name->text, &map->items[i]};
        ok &= good;
    }
    return ok;
}

/* `add` and `drop` make the step that `select` makes. */
static const struct mr_tree *clause_of(const struct mr_tree *node, const char *clause) {
    const struct mr_tree *value = mr_tree_get(node, clause);
    if (value || strcmp(clause, "select") != 0) return value;
    value = mr_tree_get(node, "add");
    return value ? value : mr_tree_get(node, "drop");
}

/* Clauses that see what `absence` has found, so they stand behind it. */
static bool sees_fired(const char *clause) {
    return strcmp(clause, "where") == 0 || strcmp(clause, "select") == 0;
}

static bool before_let(const char *clause) {
    static const char *const clauses[] = {"changes", "validate", "join"};
    for (size_t i = 0; i < MR_ARRAY_LEN(clauses); i++)
        if (strcmp(clause, clauses[i]) == 0) return true;
    return false;
}

static bool add_behind_absence(struct building *b) {
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++) {
        const char *clause = ops[i]->clause;
        if (!clause || !sees_fired(clause)) continue;
        const struct mr_tree *value = clause_of(b->t->tree, clause);
        if (value && !add_step(b, clause, ops[i], value, b->input_name)) return false;
    }
    return true;
}

static bool add_clauses(struct building *b) {
    const struct mr_tree *node = b->t->tree, *absence = mr_tree_get(node, "absence");
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++) {
        const char *clause = ops[i]->clause;
        if (clause && mr_op_find_clause(clause) != ops[i]) continue; /* add_step picks */
        /* `let` stands behind these and before all other clauses */
        if (clause && !before_let(clause) && !b->lets_row && !read_lets(b)) return false;
        const struct mr_tree *value = clause ? clause_of(node, clause) : NULL;
        if (!value || (absence && sees_fired(clause))) continue;
        bool join = strcmp(clause, "join") == 0;
        bool ok = join && value->kind == MR_TREE_LIST ? add_joins(b, ops[i], value)
                  : join ? add_join(b, clause, ops[i], value, b->input_name)
                         : add_step(b, clause, ops[i], value, b->input_name);
        if (!ok) return false;
        if (value == absence && !add_behind_absence(b)) return false;
    }
    return true;
}

/* `window` over a table has no meaning: its rows have no time that they belong to. */
static bool check_table_input(struct mr_compiler *c, const struct mr_thing *t) {
    if (!t->last->out.table || mr_tree_get(t->tree, "changes")) return true;
    for (uint32_t i = 0; i < t->tree->n; i++) {
        const struct mr_tree *key = &t->tree->keys[i];
        if (!mr_str_is(key->text, "window")) continue;
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", key->pos,
                                     "`window` over a table: `%s` has no events, only current rows",
                                     t->from[0]->name);
        g->len = (uint32_t)key->text.n;
        return false;
    }
    return true;
}

bool mr_check_node(struct mr_compiler *c, struct mr_thing *t) {
    bool ok = check_clauses(c, t);
    ok &= read_policies(c, t);
    for (uint32_t i = 0; i < t->n_from; i++)
        if (t->from[i]->broken) return false;
    for (uint32_t i = 0; i < t->n_sides; i++)
        if (t->sides[i]->broken) return false;
    if (!ok || t->n_from == 0) return false;

    struct building b = {.c = c, .t = t};
    if (t->n_from > 1) {
        if (!merge_inputs(c, t)) return false;
    } else {
        t->last = t->from[0]->last;
    }
    if (!check_table_input(c, t)) return false;
    if (!input_name(c, t, &b.input_name) || !add_clauses(&b)) return false;
    if (t->last->store_kind == MR_STORE_VERSIONED) /* `latest` with history: as a table has it */
        return mr_read_duration(c->diags, mr_tree_get(t->tree, "history"), &t->history_ms);
    return true;
}

bool mr_check_branch(struct mr_compiler *c, struct mr_thing *t) {
    const struct mr_thing *node = t->from[0];
    if (node->broken || !node->last) return false;
    struct mr_gstep *from = node->last;
    struct mr_gstep *s = mr_gstep_add(c, t, "", &mr_op_branch, &from->out);
    s->node = node->name;
    s->meta_key = from->meta_key;
    s->ins[0] = (struct mr_gedge){.from = from, .branch = t->branch};
    s->n_ins = 1;
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, s, &ing, &k);
    t->last = s;
    return mr_gstep_check(s, &k);
}

/* join.c -- `join: {table: T}`: a stream row with the table's row, current or as of event time.
 *
 * `on:` is not seen here: the planner re-keys the stream before the join (topology/nodes.c). But
 * with a global table: all its rows are in this task, so `on` just says which one is looked up, the
 * stream stays where it is, and so does its key. At a start the stream waits for the table as an
 * as-of join does, so that no record finds it empty only because it was not there yet.
 *
 * Port 0 is the stream, port 1 the table; the table's rows are read from its store. As-of: the
 * lookup is made at min(ts, time) of the stream row; the waiting that makes it exact is input
 * choice (task layer). A lookup more than `history` behind its own record's time is late. The
 * join's operator time is kept in the table's store (clock.c), and versions that every join of the
 * table has left behind are dropped before each commit.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/internal.h"

#include <assert.h>

struct join_conf {
    const char *table;
    const struct mr_type *in, *row; /* row: of the table */
    bool left;
    bool as_of;
    bool adds;   /* the input is a joined row already: one more field */
    bool global; /* the key of a lookup is `on`, not the record's */
    struct mr_keys on;
    int64_t history_ms; /* of the table, -1 = none */
    const struct mr_check_table *with;
};

static const char *const join_keys[] = {"table", "kind", "on", "as_of", "max_wait"};

/* ---- check */

/* With a stream, or over a table, it is a join of two live sides: other operators. */
static bool takes(const struct mr_tree *node, const struct mr_tree *join, bool table) {
    return !table && !mr_side_is_stream(join);
}

static bool check_as_of(struct mr_check *c, const struct mr_tree *t, const struct join_conf *conf) {
    static const char *const words[] = {"event_time"};
    int word;
    if (!mr_check_word(c, t, words, MR_ARRAY_LEN(words), &word)) return false;
    if (conf->history_ms >= 0) return true;
    struct mr_diag *g = mr_error(c->diags, "E-HISTORY", t->pos,
                                 "table `%s` keeps no history to look into", conf->table);
    mr_diag_hint(c->diags, g, "add `history: 30d` to the table, or leave `as_of` out");
    return false;
}

static const struct mr_type *joined_type(struct mr_check *c, const struct join_conf *conf) {
    const struct mr_type *in = c->in.row;
    uint32_t n = conf->adds ? in->n_fields : 1;
    struct mr_field *to = mr_arena_calloc(c->arena, n + 1, sizeof *to);
    if (conf->adds)
        memcpy(to, in->fields, n * sizeof *to);
    else
        to[0] =
            (struct mr_field){.name = mr_arena_str(c->arena, mr_str(c->input_name)), .type = in};
    to[n] = (struct mr_field){.name = mr_arena_str(c->arena, mr_str(conf->table)),
                              .type = conf->row,
                              .optional = conf->left};
    return mr_type_struct(c->arena, "", n + 1, to);
}

static bool check_names(struct mr_check *c, const struct mr_tree *at,
                        const struct join_conf *conf) {
    bool taken = conf->adds ? mr_type_field(c->in.row, mr_str(conf->table)) >= 0
                            : strcmp(c->input_name, conf->table) == 0;
    if (!taken) return true;
    mr_error(c->diags, "E-NAME", at->pos, "`%s` names another side of this join already",
             conf->table);
    return false;
}

static bool check_shape_of_clause(struct mr_check *c) {
    if (c->clause->kind != MR_TREE_MAP) {
        struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`join` takes a map");
        mr_diag_hint(c->diags, g, "join: {table: name, kind: left}");
        return false;
    }
    if (!mr_check_keys(c, c->clause, "join", join_keys, MR_ARRAY_LEN(join_keys))) return false;
    if (!mr_tree_get(c->clause, "table")) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`join` does not say with what");
        mr_diag_hint(c->diags, g, "join: {table: name}");
        return false;
    }
    return true;
}

/* Stream and table are one topic: each record finds the rows up to its own, in every run. */
static bool is_beside(const struct mr_check *c, const struct mr_check_table *t) {
    const char *stream = c->in.key_moved ? NULL : c->in.topic, *table = t->flow.topic;
    return stream && table && !t->global && t->flow.exact && strcmp(stream, table) == 0;
}

static void say_results(struct mr_check *c, const struct join_conf *conf,
                        const struct mr_check_table *t) {
    c->out.row = joined_type(c, conf);
    c->out.value_format = NULL;
    c->keyed = !t->global;
    c->joins = t;
    c->as_of = conf->as_of;
    c->needs_batch_cut = !conf->as_of;
    c->null_key_default = conf->left ? MR_NULL_KEY_PASS : MR_NULL_KEY_DLQ;
    if (!conf->as_of && c->out.exact && !is_beside(c, t)) {
        c->out.exact = false;
        c->out.why_not = mr_arena_printf(
            c->arena, "joins the current row of `%s`, whichever came first", conf->table);
    }
}

/* The record's key, or of a global table what `on` gives. */
static bool check_key(struct mr_check *c, struct join_conf *conf, const struct mr_check_table *t) {
    const struct mr_tree *on = mr_tree_get(c->clause, "on");
    conf->global = t->global && on && !mr_str_is(on->text, "key");
    if (!conf->global)
        return mr_sides_keyed_alike(c, mr_tree_get(c->clause, "table"), t->name, &t->flow);
    if (on->kind != MR_TREE_SCALAR) {
        struct mr_diag *g = mr_error(c->diags, "E-KIND", on->pos, "`on` is one expression");
        mr_diag_hint(c->diags, g, "it gives the key of `%s`", t->name);
        return false;
    }
    struct mr_flow out = c->out;
    c->null_key_ok = true;
    bool ok = mr_keys_check(c, &conf->on, on);
    c->out = out; /* the stream keeps its key */
    return ok && mr_side_refers(c, on, conf->on.type, t->name, &t->flow);
}

static bool check(struct mr_check *c) {
    static const char *const kinds[] = {"inner", "left"};
    if (!check_shape_of_clause(c)) return false;
    const struct mr_tree *name = mr_tree_get(c->clause, "table");
    const struct mr_tree *kind = mr_tree_get(c->clause, "kind");
    const struct mr_tree *as_of = mr_tree_get(c->clause, "as_of");
    const struct mr_tree *max_wait = mr_tree_get(c->clause, "max_wait");
    const struct mr_check_table *t = mr_check_find_table(c, name);
    if (!t) return false;
    struct join_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    int word = 0;
    if (kind && !mr_check_word(c, kind, kinds, MR_ARRAY_LEN(kinds), &word)) return false;
    *conf = (struct join_conf){.table = t->name,
                               .in = c->in.row,
                               .row = t->flow.row,
                               .left = word == 1,
                               .as_of = as_of != NULL,
                               .adds = c->input_name == NULL,
                               .history_ms = t->history_ms,
                               .with = t};
    c->max_wait_ms = -1;
    if (max_wait && !mr_check_duration(c, max_wait, &c->max_wait_ms)) return false;
    if (as_of && !check_as_of(c, as_of, conf)) return false;
    if (!check_key(c, conf, t) || !check_names(c, name, conf)) return false;
    say_results(c, conf, t);
    c->conf = conf;
    return true;
}

/* ---- run */

static struct mr_op *table_of(struct mr_op *op) {
    const struct mr_step *s = op->step;
    for (uint16_t i = 0; i < s->n_ins; i++)
        if (s->ins[i].port == 1) return mr_op_other(op, s->ins[i].step);
    assert(!"a join has a table");
    return NULL;
}

static void open(struct mr_op *op) {
    op->state = table_of(op);
}

/* Is it a record of the table's own topic? Then rows that take effect where it has looked may well
 * come behind it: they are not late. But a row that was held, and comes while the topic's partition
 * is idle, has been brought by that. */
static bool comes_beside(const struct join_conf *conf, const struct mr_op *table,
                         const struct mr_rec *r) {
    const char *topic = conf->with->beside;
    if (conf->with->held && table->time.idle) return false;
    if (!topic || conf->with->beside_all) return topic != NULL;
    return mr_origin_is_read(r->origin) && strcmp(r->origin->topic, topic) == 0;
}

/* The table's row for a record, packed. false: none. */
static bool look_up(const struct join_conf *conf, struct mr_op *table, const struct mr_rec *r,
                    struct mr_str key, uint64_t hash, struct mr_str *ret) {
    struct mr_store *s = table->store;
    if (conf->history_ms < 0) {
        struct mr_bucket *b = mr_store_bucket(s, MR_BUCKET_PLAIN, false);
        const struct mr_entry *e = b ? mr_bucket_find(s, b, key, hash) : NULL;
        if (e) *ret = (struct mr_str){mr_entry_value(e), e->value_len};
        return e != NULL;
    }
    if (conf->as_of) {
        int64_t at = r->ts < r->time ? r->ts : r->time;
        if (at > table->closed && !comes_beside(conf, table, r)) table->closed = at;
        return mr_version_at(s, key, hash, at, ret);
    }
    struct mr_version v;
    if (!mr_version_latest(s, key, hash, &v) || !v.value.p) return false;
    *ret = v.value;
    return true;
}

/* A node's `latest` may have more beside its rows. */
static struct mr_str row_of(const struct mr_op *table, struct mr_str stored) {
    return table->step->op == &mr_op_latest ? mr_latest_packed(table->step, stored) : stored;
}

static enum mr_late lateness(const struct join_conf *conf, const struct mr_rec *r) {
    if (!conf->as_of) return MR_NOT_LATE;
    int64_t at = r->ts < r->time ? r->ts : r->time;
    return mr_judge(mr_time_add(at, conf->history_ms + 1), r->time, r->passed);
}

/* packed: bytes of the table's row, or p == NULL: no match. */
static void emit_joined(struct mr_op *op, const struct join_conf *conf, struct mr_rec *r,
                        struct mr_str packed) {
    struct mr_arena *a = mr_op_arena(op);
    uint32_t n = conf->adds ? conf->in->n_fields : 1;
    struct mr_value *row = mr_arena_alloc(a, (n + 1) * sizeof *row);
    struct mr_rec out = *r;
    if (conf->adds) {
        memcpy(row, r->row, n * sizeof *row);
    } else {
        row[0] = mr_struct(r->row);
        row[0].len = conf->in->n_fields;
    }
    row[n] = MR_ABSENT;
    if (packed.p) { /* borrowed from the store only until its next call */
        struct mr_str bytes = {mr_arena_dup(a, packed.p, packed.n), packed.n};
        row[n] = mr_row_own_struct(conf->row, bytes, op->step->side_reads[1], a);
    }
    out.row = row;
    out.flags &= (uint8_t)~MR_RF_RECORD;
    mr_emit(op, r, out);
}

static void join_one(struct mr_op *op, const struct join_conf *conf, struct mr_rec *r,
                     struct mr_str key, uint64_t hash) {
    const struct mr_str none = {NULL, 0};
    if (!key.p) {
        if (!mr_null_key(op, r)) return;
        if (conf->left) return emit_joined(op, conf, r, none);
        return mr_filtered(r);
    }
    enum mr_late why = lateness(conf, r);
    if (why != MR_NOT_LATE) return mr_is_late(r, why);
    struct mr_str packed = none;
    if (look_up(conf, op->state, r, key, hash, &packed)) packed = row_of(op->state, packed);
    if (packed.p || conf->left)
        emit_joined(op, conf, r, packed);
    else
        mr_filtered(r);
}

/* The key that is looked up, p == NULL: null. false: the record has its fate. */
static bool key_of(struct mr_op *op, const struct join_conf *conf, struct mr_rec *r,
                   struct mr_buf *buf, struct mr_str *ret) {
    if (!r->row) {
        mr_null_value(r);
        return false;
    }
    *ret = r->key;
    return !conf->global || mr_keys_make(&conf->on, op, r, buf, ret);
}

struct asked { /* what a record looks up */
    struct mr_str key;
    uint64_t hash;
    bool judged; /* it has its fate, or is a row of the table */
};

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    MR_CLEANUP(mr_buf_done) struct mr_buf buf = {0};
    const struct join_conf *conf = op->step->conf;
    struct mr_op *table = op->state;
    struct mr_bucket *b = mr_store_bucket(table->store, MR_BUCKET_PLAIN, true);
    struct asked *a = mr_arena_calloc(mr_op_arena(op), n, sizeof *a);
    for (size_t i = 0; i < n; i++) {
        a[i].judged =
            op->step->ins[recs[i].edge].port != 0 || !key_of(op, conf, &recs[i], &buf, &a[i].key);
        if (a[i].judged || !a[i].key.p) continue;
        a[i].hash = mr_store_hash(a[i].key);
        mr_bucket_prefetch(b, a[i].hash);
    }
    for (size_t i = 0; i < n; i++)
        if (!a[i].judged) join_one(op, conf, &recs[i], a[i].key, a[i].hash);
}

/* Drops versions that every as-of join of the table has left `history` behind. */
static void commit(struct mr_op *op) {
    const struct join_conf *conf = op->step->conf;
    if (!conf->as_of) return;
    struct mr_op *table = op->state;
    int64_t least = MR_INF_TIME;
    for (uint16_t i = 0; i < table->step->n_outs; i++) {
        if (table->step->outs[i].port != 1) continue;
        struct mr_op *join = mr_op_other(op, table->step->outs[i].step);
        if (join->time.now < least) least = join->time.now;
    }
    if (least == MR_NO_TIME || least == MR_INF_TIME) return;
    int64_t first =
        table->step->op == &mr_op_latest ? mr_latest_first(table) : mr_table_first(table);
    mr_version_prune(table->store, mr_time_add(least, -conf->history_ms), first);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct join_conf *conf = s->conf;
    mr_buf_printf(to, "%s join with table %s, ", conf->left ? "left" : "inner", conf->table);
    if (conf->global) {
        mr_buf_cat(to, "on ");
        mr_keys_explain(&conf->on, to);
        mr_buf_cat(to, ", ");
    }
    if (!conf->as_of) {
        mr_buf_cat(to, "its current row");
        return;
    }
    mr_buf_cat(to, "the row valid at event time, history ");
    mr_print_duration(conf->history_ms, to);
}

const struct mr_op_desc mr_op_join = {
    .name = "join",
    .clause = "join",
    .takes = takes,
    .check = check,
    .open = open,
    .process = process,
    .commit = commit,
    .explain = explain,
};

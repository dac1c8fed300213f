/* table_join.c -- `join: {table: T}` over a table: the rows of two tables with equal keys. (With a
 * foreign key in `on`: fk_join.c.)
 *
 * Both sides are live: port 0 is the node's input, port 1 the other table. An entry of the store
 * holds what both have said last of a key, so the old result of an update is known here and nobody
 * upstream needs to send it: a retraction with its replacement behind it is one update, one alone a
 * delete. What changes no result says nothing. Rows: ts = the larger of both (of the update alone
 * when the other side has no row), time = that of the cause.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

enum side { LEFT, RIGHT };

struct table_join_conf {
    const char *name[2];
    const struct mr_type *row[2];
    bool keeps[2]; /* a row of this side has a result without the other */
};

struct table_join {
    struct mr_buf packed, entry;
};

static const char *const kinds[] = {"inner", "left", "outer"};

/* ---- check */

static bool takes(const struct mr_tree *node, const struct mr_tree *join, bool table) {
    return table && !mr_side_is_stream(join) && !mr_side_is_foreign(join);
}

static bool check_clause(struct mr_check *c) {
    static const char *const keys[] = {"table", "kind", "on"};
    struct mr_diag *g;
    if (c->clause->kind != MR_TREE_MAP || !mr_tree_get(c->clause, "table")) {
        g = mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`join` does not say with what");
        mr_diag_hint(c->diags, g, "over a table: join: {table: name, kind: left}");
        return false;
    }
    if (!mr_check_keys(c, c->clause, "a join of two tables", keys, MR_ARRAY_LEN(keys)))
        return false;
    if (c->input_name) return true;
    g = mr_error(c->diags, "E-STATEFUL", c->clause->pos,
                 "a join of two tables keeps state, and a node has one of these");
    mr_diag_hint(c->diags, g, "make the second join a node of its own");
    return false;
}

static bool check_other(struct mr_check *c, const struct mr_tree *at,
                        const struct mr_check_side *other) {
    if (!other->flow.table) {
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", at->pos,
                                     "`%s` is a stream, and the input is a table", other->name);
        mr_diag_hint(c->diags, g, "join the other way round: `from: %s`, `join: {table: %s}`",
                     other->name, c->input_name);
        return false;
    }
    return mr_sides_named(c, at, other->name) &&
           mr_sides_keyed_alike(c, at, other->name, &other->flow);
}

static void say_results(struct mr_check *c, const struct table_join_conf *conf,
                        const struct mr_check_side *other) {
    c->other = other;
    c->out.row = mr_sides_type(c, other, conf->keeps[RIGHT], conf->keeps[LEFT]);
    c->out.value_format = NULL;
    c->out.meta = 0;
    c->keyed = true;
    c->store_kind = MR_STORE_PLAIN;
    for (uint32_t i = 0; i < c->in.row->n_fields; i++) c->row_fields_read[i] = true;
    mr_buf_cat(c->shape, "table join ");
    mr_type_print(conf->row[LEFT], c->shape);
    mr_buf_cat(c->shape, " ");
    mr_type_print(conf->row[RIGHT], c->shape);
    if (!c->out.exact) return;
    c->out.exact = false;
    c->out.why_not = other->flow.exact
                         ? "rows between the last ones depend on the order of the inputs"
                         : other->flow.why_not;
}

static bool check(struct mr_check *c) {
    if (!check_clause(c)) return false;
    const struct mr_tree *name = mr_tree_get(c->clause, "table");
    const struct mr_tree *kind = mr_tree_get(c->clause, "kind");
    int word = 0;
    if (kind && !mr_check_word(c, kind, kinds, MR_ARRAY_LEN(kinds), &word)) return false;
    const struct mr_check_side *other = mr_check_find_side(c, name);
    if (!other || !check_other(c, name, other)) return false;
    struct table_join_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    *conf = (struct table_join_conf){.name = {c->input_name, other->name},
                                     .row = {c->in.row, other->flow.row},
                                     .keeps = {word >= 1, word == 2}};
    say_results(c, conf, other);
    c->conf = conf;
    return true;
}

/* ---- entries: ts and length of each side (NONE = no row), then their bytes */

struct head {
    int64_t ts[2];
    uint32_t len[2];
};
#define NONE UINT32_MAX

struct entry { /* what both sides have said of a key */
    int64_t ts[2];
    struct mr_str row[2]; /* p == NULL: none */
};

static struct entry read_entry(struct mr_str bytes) {
    struct entry e = {0};
    if (!bytes.p) return e;
    struct head h;
    memcpy(&h, bytes.p, sizeof h);
    const char *p = bytes.p + sizeof h;
    for (int k = 0; k < 2; k++) {
        e.ts[k] = h.ts[k];
        if (h.len[k] == NONE) continue;
        e.row[k] = (struct mr_str){p, h.len[k]};
        p += h.len[k];
    }
    return e;
}

static struct mr_str write_entry(const struct entry *e, struct mr_buf *to) {
    struct head h;
    memset(&h, 0, sizeof h);
    for (int k = 0; k < 2; k++) {
        h.ts[k] = e->row[k].p ? e->ts[k] : 0;
        h.len[k] = e->row[k].p ? (uint32_t)e->row[k].n : NONE;
    }
    mr_buf_clear(to);
    mr_buf_add(to, &h, sizeof h);
    for (int k = 0; k < 2; k++)
        if (e->row[k].p) mr_buf_str(to, e->row[k]);
    return mr_buf_view(to);
}

static struct entry find(struct mr_op *op, struct mr_bucket *b, struct mr_str key, uint64_t hash) {
    const struct mr_entry *e = mr_bucket_find(op->store, b, key, hash);
    struct mr_str none = {NULL, 0};
    if (!e) return read_entry(none);
    /* rows are read out of it after the store has changed */
    const char *copy = mr_arena_dup(mr_op_arena(op), mr_entry_value(e), e->value_len);
    return read_entry((struct mr_str){copy, e->value_len});
}

/* false: too large, nothing changed. */
static bool store(struct mr_op *op, struct mr_bucket *b, struct mr_str key, uint64_t hash,
                  const struct entry *e) {
    struct table_join *s = op->state;
    if (e->row[LEFT].p || e->row[RIGHT].p)
        return mr_bucket_put(op->store, b, key, hash, write_entry(e, &s->entry));
    mr_bucket_delete(op->store, b, key, hash);
    return true;
}

/* ---- results */

static bool has_result(const struct table_join_conf *conf, const struct entry *e) {
    bool left = e->row[LEFT].p, right = e->row[RIGHT].p;
    return (left && right) || (left && conf->keeps[LEFT]) || (right && conf->keeps[RIGHT]);
}

static const struct mr_value *make_row(struct mr_op *op, const struct entry *e) {
    const struct table_join_conf *conf = op->step->conf;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_value *row = mr_arena_alloc(a, 2 * sizeof *row);
    for (int k = 0; k < 2; k++) {
        row[k] = e->row[k].p ? mr_row_own_struct(conf->row[k], e->row[k], NULL, a) : MR_ABSENT;
    }
    return row;
}

static void emit_change(struct mr_op *op, const struct mr_rec *r, const struct entry *was,
                        const struct entry *now, int64_t ts) {
    const struct table_join_conf *conf = op->step->conf;
    bool had = has_result(conf, was), has = has_result(conf, now);
    struct mr_rec out = *r;
    out.ts = ts;
    out.origin = NULL;
    out.flags &= (uint8_t) ~(MR_RF_RECORD | MR_RF_INPUT | MR_RF_RETRACT);
    if (had && (!has || op->step->retract)) {
        struct mr_rec gone = out;
        gone.flags |= MR_RF_RETRACT;
        gone.row = make_row(op, was);
        mr_emit(op, r, gone);
    }
    if (!has) return;
    out.row = make_row(op, now);
    mr_emit(op, r, out);
}

/* ---- updates */

/* The row that an update brings; p == NULL: a delete. What cannot be computed is absent. */
static struct mr_str new_row(struct mr_op *op, struct mr_rec *r, enum side k) {
    const struct table_join_conf *conf = op->step->conf;
    struct table_join *s = op->state;
    struct mr_str none = {NULL, 0};
    if (!r->row || (r->flags & MR_RF_RETRACT)) return none;
    for (uint32_t i = 0; i < conf->row[k]->n_fields; i++)
        if (r->row[i].tag == MR_V_ERROR) {
            mr_fault_of(r, &r->row[i]);
            return none;
        }
    mr_buf_clear(&s->packed);
    mr_row_pack(conf->row[k], r->row, &s->packed);
    struct mr_str packed = mr_buf_view(&s->packed);
    return (struct mr_str){packed.n ? mr_arena_dup(mr_op_arena(op), packed.p, packed.n) : "",
                           packed.n};
}

static void update(struct mr_op *op, struct mr_bucket *b, struct mr_rec *r, uint64_t hash) {
    enum side k = op->step->ins[r->edge].port ? RIGHT : LEFT;
    struct mr_str row = new_row(op, r, k);
    struct entry was = find(op, b, r->key, hash), now = was;
    if (!row.p && !was.row[k].p) { /* a delete of what is not there */
        if (r->fate == MR_USED) mr_filtered(r);
        return;
    }
    now.row[k] = row;
    now.ts[k] = r->ts;
    if (!store(op, b, r->key, hash, &now))
        return mr_dead(r, MR_R_SIZE, "both rows exceed the changelog's max.message.bytes");
    int64_t ts = r->ts;
    if (was.row[!k].p && was.ts[!k] > ts) ts = was.ts[!k];
    emit_change(op, r, &was, &now, ts);
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    struct mr_bucket *b = mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
    const uint64_t *hash = mr_current_hashes(op, recs, n);
    for (size_t i = 0; i < n; i++) {
        if (mr_is_replaced(recs, i, n)) continue;
        if (recs[i].key.p)
            update(op, b, &recs[i], hash[i]);
        else if (mr_null_key(op, &recs[i]))
            mr_filtered(&recs[i]);
    }
}

static void open(struct mr_op *op) {
    op->state = mr_calloc(1, sizeof(struct table_join));
}

static void close(struct mr_op *op) {
    struct table_join *s = op->state;
    if (!s) return;
    mr_buf_done(&s->packed);
    mr_buf_done(&s->entry);
    mr_free(s);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct table_join_conf *conf = s->conf;
    mr_buf_printf(to, "%s join of tables %s and %s",
                  kinds[conf->keeps[RIGHT]  ? 2
                        : conf->keeps[LEFT] ? 1
                                            : 0],
                  conf->name[LEFT], conf->name[RIGHT]);
}

const struct mr_op_desc mr_op_table_join = {
    .name = "table_join",
    .clause = "join",
    .takes = takes,
    .stateful = true,
    .check = check,
    .open = open,
    .process = process,
    .close = close,
    .explain = explain,
};

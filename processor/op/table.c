/* table.c -- a source table: the current row per key, or its versions (`history:`). Also the rows
 * of a table that a node makes, for the joins that read it: there deletes are retractions. And a
 * global table: where its topic is read rows are only judged and sent on (no store); each join has
 * a copy of them all, behind a broadcast.
 *
 * Rows are packed (mr_row_pack) as they came. Without history offset order decides; with history a
 * row is valid from max(ts, its own time - disorder). What cannot be decoded leaves the old row.
 * Joins read the store themselves; rows are emitted only for consumers that follow the
 * table's changes. op->closed is the latest instant looked up: a row that takes effect at or
 * before it came too late, which only idleness can do, and is counted. It must not be there behind
 * a delete either: a delete stays until no row can take effect before it.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/internal.h"

struct table {
    struct mr_buf buf;
    bool followed;        /* somebody reads its changes */
    int64_t time;         /* own time of the last row since the start */
    int64_t settled_time; /* the same, as of the last transaction that was settled */
};

static bool check_times(struct mr_check *c, struct mr_table_conf *conf) {
    const struct mr_tree *history = mr_tree_get(c->tree, "history");
    const struct mr_tree *disorder = mr_tree_get(c->tree, "disorder");
    conf->history_ms = -1;
    if (history && !mr_check_duration(c, history, &conf->history_ms)) return false;
    if (disorder && !mr_check_duration(c, disorder, &conf->disorder_ms)) return false;
    if (!disorder || history) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-HISTORY", disorder->pos,
                 "`disorder` says when versions take effect, and this table has none");
    mr_diag_hint(c->diags, g, "add `history: 30d`, or leave `disorder` out");
    return false;
}

static bool check_delete(struct mr_check *c, struct mr_table_conf *conf) {
    const struct mr_tree *t = mr_tree_get(c->tree, "delete");
    if (!t) return true;
    conf->delete_if = mr_env_expr(c, &conf->env, t, &mr_type_bool);
    if (!conf->delete_if) return false;
    if (!mr_program_optional(conf->delete_if)) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-ABSENT", t->pos, "the condition of `delete` can be absent");
    mr_diag_hint(c->diags, g, "say what counts then: '... ?? false'");
    return false;
}

static bool check(struct mr_check *c) {
    struct mr_table_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    mr_env_begin(c, &conf->env);
    if (!check_times(c, conf) || !check_delete(c, conf)) return false;
    conf->row = c->in.row;
    /* Rows are stored whole: another plan over the same state may read other fields. */
    for (uint32_t i = 0; c->row_fields_read && i < c->in.row->n_fields; i++)
        c->row_fields_read[i] = true;
    c->conf = conf;
    c->out.table = true;
    c->store_kind = conf->history_ms >= 0 ? MR_STORE_VERSIONED : MR_STORE_PLAIN;
    if (c->shape) {
        mr_buf_cat(c->shape, "table ");
        mr_type_print(c->in.row, c->shape);
        if (conf->history_ms >= 0) mr_buf_cat(c->shape, " history");
    }
    return true;
}

static void open(struct mr_op *op) {
    struct table *t = mr_calloc(1, sizeof *t);
    t->time = t->settled_time = MR_NO_TIME;
    for (uint16_t i = 0; i < op->step->n_outs; i++) t->followed |= op->step->outs[i].time;
    op->state = t;
}

static bool is_delete(const struct mr_table_conf *conf, struct mr_op *op, struct mr_rec *r,
                      bool *ret_failed) {
    *ret_failed = false;
    if (!r->row || (r->flags & MR_RF_RETRACT)) return true;
    for (uint32_t i = 0; i < conf->row->n_fields; i++) {
        if (r->row[i].tag != MR_V_ERROR) continue;
        mr_fault_of(r, &r->row[i]);
        *ret_failed = true;
        return false;
    }
    if (!conf->delete_if) return false;
    struct mr_env_frame f;
    struct mr_value v = mr_eval(conf->delete_if, mr_env_frame(&conf->env, r, mr_op_arena(op), &f));
    if (v.tag == MR_V_ERROR) {
        mr_fault_of(r, &v);
        *ret_failed = true;
    }
    return v.tag == MR_V_BOOL && v.b;
}

static void put_plain(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct mr_str value) {
    struct table *t = op->state;
    const struct mr_table_conf *conf = op->step->conf;
    struct mr_bucket *b = mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
    struct mr_str old = {NULL, 0};
    const struct mr_entry *e =
        t->followed || !value.p ? mr_bucket_find(op->store, b, r->key, hash) : NULL;
    if (e) old = mr_op_keep(op, (struct mr_str){mr_entry_value(e), e->value_len});
    if (!value.p && !old.p) return mr_filtered(r); /* a delete of what is not there */
    if (!value.p)
        mr_bucket_delete(op->store, b, r->key, hash);
    else if (!mr_bucket_put(op->store, b, r->key, hash, value))
        return mr_dead(r, MR_R_SIZE, "the row exceeds the changelog's max.message.bytes");
    if (t->followed) mr_current_tell(op, r, conf->row, old, !value.p);
}

static void put_version(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct mr_str value) {
    struct table *t = op->state;
    const struct mr_table_conf *conf = op->step->conf;
    int64_t from = mr_time_add(r->time, -conf->disorder_ms);
    if (r->ts > from) from = r->ts;
    if (op->closed != MR_NO_TIME && from <= op->closed) op->idle++;
    struct mr_version was;
    bool had = t->followed && mr_version_latest(op->store, r->key, hash, &was);
    struct mr_str old = {NULL, 0};
    bool current = !had || was.valid_from <= from;
    if (had && current) old = mr_op_keep(op, was.value);
    if (!mr_version_put(op->store, r->key, hash, from, value))
        return mr_dead(r, MR_R_SIZE, "the row exceeds the changelog's max.message.bytes");
    if (t->followed && current && (value.p || old.p))
        mr_current_tell(op, r, conf->row, old, !value.p);
}

/* Of a global table every row goes to its copies, which keep them. A delete may have no row. */
static void pass_on(struct mr_op *op, struct mr_rec *r, bool deleted) {
    struct mr_rec out = *r;
    if (deleted) {
        if (!r->row)
            out.row = mr_arena_calloc(mr_op_arena(op), op->step->in->n_fields + 1, sizeof *r->row);
        out.flags = (uint8_t)((out.flags | MR_RF_RETRACT) & ~MR_RF_RECORD);
    }
    mr_emit(op, r, out);
}

static void put(struct mr_op *op, struct mr_rec *r, uint64_t hash, bool deleted) {
    struct table *t = op->state;
    const struct mr_table_conf *conf = op->step->conf;
    struct mr_str value = {NULL, 0};
    if (!deleted) {
        mr_buf_clear(&t->buf);
        mr_row_pack(conf->row, r->row, &t->buf);
        value = mr_buf_view(&t->buf);
        if (!value.p) value.p = "";
    }
    if (conf->history_ms >= 0)
        put_version(op, r, hash, value);
    else
        put_plain(op, r, hash, value);
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    struct table *t = op->state;
    const struct mr_table_conf *conf = op->step->conf;
    const uint64_t *hash = op->store ? mr_current_hashes(op, recs, n) : NULL;
    t->time = recs[n - 1].time;
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        bool failed;
        if (mr_is_replaced(recs, i, n)) continue;
        if (r->reason != MR_R_NONE) {
            r->fate = MR_DEAD;
            continue;
        }
        if (!r->key.p) {
            mr_dead(r, MR_R_KEY_NULL, "a table row needs a key");
            continue;
        }
        bool gone = is_delete(conf, op, r, &failed);
        if (failed) continue;
        if (op->store)
            put(op, r, hash[i], gone);
        else
            pass_on(op, r, gone);
    }
}

int64_t mr_table_source_time(const struct mr_op *op) {
    const struct table *t = op->state;
    return t->time;
}

/* Of a copy: where the partitions stand, idle ones, too; those that had no record yet have no
 * deletes. */
static int64_t least_source_time(const struct mr_op *op) {
    if (op->step->n_ins == 0) return mr_table_source_time(op);
    const struct mr_op_time *from = &op->graph->runs[op->step->ins[0].step].op.time;
    int64_t least = MR_NO_TIME;
    for (uint16_t i = 0; i < from->n; i++) {
        int64_t time = from->heard[i].time;
        if (time != MR_NO_TIME && (least == MR_NO_TIME || time < least)) least = time;
    }
    return least;
}

int64_t mr_table_first(const struct mr_op *op) {
    const struct mr_table_conf *conf = op->step->conf;
    return mr_time_add(least_source_time(op), -conf->disorder_ms);
}

static void settle(struct mr_op *op, bool committed) {
    struct table *t = op->state;
    if (committed)
        t->settled_time = t->time;
    else
        t->time = t->settled_time;
}

static void close(struct mr_op *op) {
    struct table *t = op->state;
    if (t) mr_buf_done(&t->buf);
    mr_free(t);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct mr_table_conf *conf = s->conf;
    if (s->store < 0) {
        mr_buf_cat(to, "every row, to keep elsewhere");
    } else if (conf->history_ms >= 0) {
        mr_buf_cat(to, "history ");
        mr_print_duration(conf->history_ms, to);
        mr_buf_cat(to, ", disorder ");
        mr_print_duration(conf->disorder_ms, to);
    } else {
        mr_buf_cat(to, "current row");
    }
    if (conf->delete_if) {
        mr_buf_cat(to, ", delete: ");
        mr_print_text(mr_program_text(conf->delete_if), to);
    }
}

const struct mr_op_desc mr_op_table = {
    .name = "table",
    .keys = (const char *const[]){"history", "disorder", "delete", NULL},
    .check = check,
    .open = open,
    .process = process,
    .settle = settle,
    .close = close,
    .explain = explain,
};

/* reduce.c -- `reduce: {field: expr}`: a general fold of a group's records, in order of arrival,
 * without a window.
 *
 * An entry: timestamp of the record that changed it last (8 bytes), its time (8), the fields
 * packed. What is emitted: the group names and the fields, for each record or (updates) once per
 * changed key at each commit, which passes O as of the last commit. A record whose expressions fail
 * is dead and changes nothing.
 */
#include "processor/op/reduce.h"

#include "base/mem.h"

enum { HEAD = 16 };

struct reduce {
    struct mr_buf buf;
    int64_t committed; /* updates: O as of the last commit */
    int64_t settled;   /* the same, as of the last transaction that was settled */
};

static const struct mr_reduce_conf *conf_of(const struct mr_op *op) {
    return op->step->conf;
}

/* ---- one record */

bool mr_reducer_add(const struct mr_reducer *f, struct mr_rec *r, struct mr_str before,
                    struct mr_arena *a, struct mr_buf *to) {
    struct mr_env_frame env;
    struct mr_value extras[MR_REDUCE_EXTRAS];
    struct mr_frame frame = *mr_env_frame(&f->env, r, a, &env);
    const struct mr_value *acc = before.n ? mr_row_own(f->acc, before, NULL, a) : f->init;
    memcpy(extras, env.extras, sizeof env.extras);
    extras[MR_REDUCE_ACC] = acc ? mr_struct(acc) : MR_ABSENT;
    if (acc) extras[MR_REDUCE_ACC].len = f->n;
    frame.extras = extras;
    struct mr_value *next = mr_arena_alloc(a, f->n * sizeof *next);
    for (uint32_t i = 0; i < f->n; i++) {
        next[i] = mr_eval(f->fields[i], &frame);
        if (next[i].tag != MR_V_ERROR) continue;
        mr_fault_of(r, &next[i]);
        return false;
    }
    mr_row_pack(f->acc, next, to);
    return true;
}

/* ---- rows */

static struct mr_str acc_of(struct mr_str value) {
    return value.p ? (struct mr_str){value.p + HEAD, value.n - HEAD} : value;
}

static const struct mr_value *make_row(const struct mr_reduce_conf *conf, struct mr_str key,
                                       struct mr_str value, struct mr_arena *a) {
    struct mr_value *row = mr_arena_alloc(a, conf->row->n_fields * sizeof *row);
    struct mr_value group = mr_key_read(&conf->codec, key, a);
    bool whole = conf->n_groups != 1 && group.tag == MR_V_STRUCT;
    for (uint32_t i = 0; i < conf->n_groups; i++) row[i] = whole ? group.row[i] : group;
    const struct mr_value *acc = mr_row_own(conf->of.acc, acc_of(value), NULL, a);
    memcpy(row + conf->n_groups, acc, conf->of.n * sizeof *row);
    return row;
}

static int64_t head_word(struct mr_str value, unsigned i) {
    int64_t w;
    memcpy(&w, value.p + 8 * i, 8);
    return w;
}

/* old, now: values of the entry, in the batch; old.p == NULL: there was none. */
static void emit_change(struct mr_op *op, const struct mr_rec *cause, struct mr_str key,
                        struct mr_str old, struct mr_str now) {
    const struct mr_reduce_conf *conf = conf_of(op);
    struct mr_rec out = {
        .key = key, .ts = head_word(now, 0), .time = head_word(now, 1), .passed = op->time.out};
    if (old.p && op->step->retract) {
        struct mr_rec gone = out;
        gone.row = make_row(conf, key, old, mr_op_arena(op));
        gone.flags = MR_RF_RETRACT;
        mr_emit(op, cause, gone);
    }
    out.row = make_row(conf, key, now, mr_op_arena(op));
    mr_emit(op, cause, out);
}

/* ---- records */

static void add(struct mr_op *op, struct mr_rec *r, uint64_t hash) {
    struct reduce *s = op->state;
    struct mr_bucket *b = mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
    const struct mr_entry *e = mr_bucket_find(op->store, b, r->key, hash);
    struct mr_str old = {NULL, 0};
    if (e) old = mr_op_keep(op, (struct mr_str){mr_entry_value(e), e->value_len});
    mr_buf_clear(&s->buf);
    mr_buf_add(&s->buf, &r->ts, 8);
    mr_buf_add(&s->buf, &r->time, 8);
    if (!mr_reducer_add(&conf_of(op)->of, r, acc_of(old), mr_op_arena(op), &s->buf)) return;
    if (!mr_bucket_put(op->store, b, r->key, hash, mr_buf_view(&s->buf)))
        return mr_dead(r, MR_R_SIZE, "the group exceeds the changelog's max.message.bytes");
    if (conf_of(op)->each)
        emit_change(op, r, mr_op_keep(op, r->key), old, mr_op_keep(op, mr_buf_view(&s->buf)));
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const uint64_t *hash = mr_current_hashes(op, recs, n);
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (!r->row)
            mr_null_value(r);
        else if (r->key.p)
            add(op, r, hash[i]);
        else if (mr_null_key(op, r))
            mr_dead(r, MR_R_KEY_NULL, "a group needs a key");
    }
}

/* ---- commit */

static void commit(struct mr_op *op) {
    struct reduce *s = op->state;
    if (conf_of(op)->each) return;
    size_t n = mr_store_n_changes(op->store);
    for (size_t i = 0; i < n; i++) {
        struct mr_change c = mr_store_change(op->store, i);
        if (!c.present.p) continue;
        struct mr_str key = mr_op_keep(op, c.key), old = mr_op_keep(op, c.committed);
        emit_change(op, NULL, key, old, mr_op_keep(op, c.present));
    }
    s->committed = op->time.now;
}

static int64_t passes(struct mr_op *op, int64_t O) {
    const struct reduce *s = op->state;
    return conf_of(op)->each ? O : s->committed;
}

static void settle(struct mr_op *op, bool committed) {
    struct reduce *s = op->state;
    if (committed)
        s->settled = s->committed;
    else
        s->committed = s->settled;
}

static void open(struct mr_op *op) {
    struct reduce *s = mr_calloc(1, sizeof *s);
    op->state = s;
    s->committed = s->settled = op->time.now; /* of the clock: written with the last commit */
}

static void close(struct mr_op *op) {
    struct reduce *s = op->state;
    if (s) mr_buf_done(&s->buf);
    mr_free(s);
}

/* In windows and with `emit: {every: D}` values are more than one per key, or wait: another
 * operator of the clause. */
static bool takes(const struct mr_tree *node, const struct mr_tree *value, bool table) {
    const struct mr_tree *emit = mr_tree_get(node, "emit");
    return !mr_tree_get(node, "window") && !(emit && emit->kind == MR_TREE_MAP);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct mr_reduce_conf *conf = step->conf;
    mr_reducer_explain(&conf->of, to);
    mr_buf_cat(to, conf->each ? ", emit each" : ", emit updates");
}

const struct mr_op_desc mr_op_reduce = {
    .name = "reduce",
    .clause = "reduce",
    .stateful = true,
    .takes = takes,
    .builds_row = true,
    .keys = (const char *const[]){"init", "emit", "group_by", NULL},
    .check = mr_reduce_check,
    .open = open,
    .process = process,
    .commit = commit,
    .passes = passes,
    .settle = settle,
    .close = close,
    .explain = explain,
};

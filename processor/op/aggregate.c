/* aggregate.c -- `group_by` + `aggregate:`: accumulators per group, or per group and window.
 *
 * An entry: largest ts in it (8 bytes), time of the record that changed it last (8), accumulators
 * (accum.h). Its key: the group key's bytes; windows are buckets by start. What is emitted:
 *   each     on every record      ts = largest in the entry, time = the record's
 *   updates  at each commit       the same, one row per changed key; passes O of the last commit
 *   final    when a window closes ts = time = end - 1, in order of (end, bytes of the row's key);
 *            time goes on row by row, before the row; passes O - grace
 * Over a table a row's old value is taken out of its group and the new one goes in, as one change
 * when the group stays. A group without members has no row: its entry goes when that is said.
 * op->closed: start of the newest window that is closed. A record's own time closes first: a
 * deadline that comes up inside a run is served by process itself.
 */
#include "base/mem.h"
#include "processor/op/agg.h"

#include <assert.h>
#include <stdlib.h>

enum { HEAD = 16 }; /* bytes before the accumulators */

struct agg {
    struct mr_buf buf, half, key; /* half: the state without the old row */
    int64_t committed;            /* updates: O as of the last commit */
    int64_t settled;              /* the same, as of the last transaction that was settled */
};

static const struct mr_agg_conf *conf_of(const struct mr_op *op) {
    return op->step->conf;
}

static int64_t start_of(const struct mr_agg_conf *conf, int64_t ts) {
    int64_t m = ts % conf->size_ms;
    return ts - (m < 0 ? m + conf->size_ms : m);
}

static int64_t closes_at(const struct mr_agg_conf *conf, int64_t start) {
    return mr_time_add(mr_time_add(start, conf->size_ms), conf->grace_ms);
}

/* ---- result rows */

static void group_values(const struct mr_agg_conf *conf, struct mr_str key, struct mr_arena *a,
                         struct mr_value *to) {
    struct mr_value v = mr_key_read(&conf->codec, key, a);
    if (conf->n_groups == 1) {
        to[0] = v;
        return;
    }
    for (uint32_t i = 0; i < conf->n_groups; i++) to[i] = v.tag == MR_V_STRUCT ? v.row[i] : v;
}

/* The result for an entry's value. It may hold ERROR values: the node that reads them says so. */
static const struct mr_value *make_row(const struct mr_agg_conf *conf, struct mr_str key,
                                       struct mr_str value, int64_t start, struct mr_arena *a) {
    struct mr_value *finish = mr_arena_alloc(a, (conf->finish->n_fields + 1) * sizeof *finish);
    struct mr_value *row = mr_arena_alloc(a, conf->row->n_fields * sizeof *row);
    group_values(conf, key, a, finish);
    mr_accum_result(&conf->accum, (struct mr_str){value.p + HEAD, value.n - HEAD}, a,
                    finish + conf->n_groups);
    memcpy(row, finish, conf->n_groups * sizeof *row);
    struct mr_frame f = {.row = finish, .arena = a};
    uint32_t n = conf->n_groups;
    for (uint32_t i = 0; i < conf->n_fields; i++) {
        const struct mr_agg_field *field = &conf->fields[i];
        row[n++] = field->field >= 0 ? finish[field->field] : mr_eval(field->finish, &f);
    }
    if (conf->windowed) {
        row[n++] = mr_timestamp_ms(start);
        row[n++] = mr_timestamp_ms(start + conf->size_ms);
    }
    return row;
}

/* Bytes of the output row's key. */
static struct mr_str make_key(struct mr_op *op, struct mr_str key, const struct mr_value *row,
                              int64_t start) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct agg *s = op->state;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_fault fault;
    if (!conf->windowed) return (struct mr_str){mr_arena_dup(a, key.p, key.n), key.n};
    struct mr_value *v = mr_arena_alloc(a, (conf->n_groups + 1) * sizeof *v);
    memcpy(v, row, conf->n_groups * sizeof *v);
    v[conf->n_groups] = mr_timestamp_ms(start);
    struct mr_value whole = mr_struct(v);
    whole.len = conf->n_groups + 1;
    mr_buf_clear(&s->key);
    if (!mr_write_key(conf->out_key, &whole, &s->key, &fault)) mr_buf_str(&s->key, key);
    return (struct mr_str){mr_arena_dup(a, s->key.p, s->key.n), s->key.n};
}

static int64_t head_word(struct mr_str value, unsigned i) {
    int64_t w;
    memcpy(&w, value.p + 8 * i, 8);
    return w;
}

static struct mr_str keep(struct mr_op *op, struct mr_str s) {
    return s.p ? (struct mr_str){mr_arena_dup(mr_op_arena(op), s.p, s.n), s.n} : s;
}

/* Over a table: the last member has gone. */
static bool is_empty(const struct mr_agg_conf *conf, struct mr_str value) {
    int64_t n;
    if (!conf->table) return false;
    memcpy(&n, value.p + HEAD + conf->accum.slots[conf->members].off, 8);
    return n == 0;
}

/* A changed entry, as a retraction of its old value and its new one; bytes live in the batch. */
static void emit_change(struct mr_op *op, const struct mr_rec *cause, struct mr_str key,
                        int64_t start, struct mr_str old, struct mr_str now) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    bool had = old.p && !is_empty(conf, old), has = !is_empty(conf, now);
    if (!had && !has) return;
    const struct mr_value *row = make_row(conf, key, has ? now : old, start, a);
    struct mr_rec out = {
        .ts = head_word(now, 0), .time = head_word(now, 1), .passed = op->time.out};
    out.key = make_key(op, key, row, start);
    if (had && (op->step->retract || !has)) {
        struct mr_rec gone = out;
        gone.row = has ? make_row(conf, key, old, start, a) : row;
        gone.flags = MR_RF_RETRACT;
        mr_emit(op, cause, gone);
    }
    if (!has) return;
    out.row = row;
    mr_emit(op, cause, out);
}

/* ---- closing */

struct closing {
    struct mr_str key; /* bytes of the output row's key */
    const struct mr_value *row;
};

static int by_key(const void *a, const void *b) {
    return mr_str_cmp(((const struct closing *)a)->key, ((const struct closing *)b)->key);
}

static void emit_final(struct mr_op *op, struct mr_bucket *b, int64_t start) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(op->store, b, a, &n);
    struct closing *list = mr_arena_alloc(a, (n + 1) * sizeof *list);
    bool sorted = true;
    for (size_t i = 0; i < n; i++) {
        struct mr_str key = keep(op, mr_entry_key(e[i]));
        struct mr_str value = keep(op, (struct mr_str){mr_entry_value(e[i]), e[i]->value_len});
        list[i].row = make_row(conf, key, value, start, a);
        list[i].key = make_key(op, key, list[i].row, start);
        sorted &= i == 0 || by_key(&list[i - 1], &list[i]) <= 0;
    }
    if (!sorted) qsort(list, n, sizeof *list, by_key);
    int64_t ts = start + conf->size_ms - 1;
    for (size_t i = 0; i < n; i++)
        mr_emit(op, NULL,
                (struct mr_rec){.key = list[i].key,
                                .row = list[i].row,
                                .ts = ts,
                                .time = ts,
                                .passed = ts,
                                .origin = mr_origin_made(op, list[i].key, ts)});
}

static void set_deadline(struct mr_op *op) {
    struct mr_bucket *b = mr_store_oldest(op->store);
    op->deadline = b ? closes_at(conf_of(op), mr_bucket_start(b)) : INT64_MAX;
}

/* Closes every window whose end + grace has been reached. */
static void close_up_to(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = conf_of(op);
    for (struct mr_bucket *b; (b = mr_store_oldest(op->store));) {
        int64_t start = mr_bucket_start(b);
        if (closes_at(conf, start) > O) break;
        if (conf->emit == MR_EMIT_FINAL) emit_final(op, b, start);
        mr_bucket_close(op->store, b);
        if (start > op->closed) op->closed = start;
    }
    set_deadline(op);
}

static void advance_time(struct mr_op *op) {
    if (conf_of(op)->windowed) close_up_to(op, op->time.now);
}

/* ---- records */

/* true: the record has its fate already. */
static bool by_time(struct mr_op *op, const struct mr_agg_conf *conf, struct mr_rec *r,
                    int64_t start) {
    enum mr_late why = mr_judge(closes_at(conf, start), r->time, r->passed);
    if (why == MR_NOT_LATE && op->closed != MR_NO_TIME && start <= op->closed)
        why = MR_IS_IDLE; /* closed under a smaller grace than now */
    if (why != MR_NOT_LATE) {
        mr_is_late(r, why);
        return true;
    }
    int64_t ref = r->time;
    if (ref == MR_NO_TIME && r->origin) ref = r->origin->appended >= 0 ? r->origin->appended : ref;
    int64_t reach;
    if (ref == MR_NO_TIME || __builtin_mul_overflow(conf->max_ahead, conf->size_ms, &reach) ||
        start <= mr_time_add(ref, reach))
        return false;
    mr_dead(r, MR_R_TIME_AHEAD, "its window lies too far after the record's own time (max_ahead)");
    return true;
}

/* Arguments of a record; NULL: it has its fate. */
static struct mr_value *arguments(struct mr_op *op, const struct mr_agg_conf *conf,
                                  struct mr_rec *r) {
    struct mr_arena *a = mr_op_arena(op);
    struct mr_env_frame f;
    uint32_t n = conf->accum.n_args;
    struct mr_value *args = mr_arena_alloc(a, (n + 1) * sizeof *args);
    const struct mr_frame *frame = mr_env_frame(&conf->env, r, a, &f);
    for (uint32_t i = 0; i < n; i++) {
        args[i] = conf->args[i] ? mr_eval(conf->args[i], frame) : MR_ABSENT;
        if (args[i].tag != MR_V_ERROR) continue;
        mr_failed(r, &args[i]);
        return NULL;
    }
    if (conf->accum.ordered) args[n] = mr_bytesv(mr_provenance(r, a));
    return args;
}

static void write_head(char *to, struct mr_str old, const struct mr_rec *r) {
    int64_t ts = old.p && head_word(old, 0) > r->ts ? head_word(old, 0) : r->ts;
    memcpy(to, &ts, 8);
    memcpy(to + 8, &r->time, 8);
}

struct change {                 /* of an entry, by one record */
    const struct mr_value *out; /* arguments of the row that leaves, or NULL */
    const struct mr_value *in;  /* of the one that comes, or NULL */
};

static void update_fixed(struct mr_op *op, struct mr_bucket *b, const struct mr_rec *r,
                         uint64_t hash, const struct change *c) {
    const struct mr_agg_conf *conf = conf_of(op);
    uint32_t len = HEAD + conf->accum.fixed;
    bool new;
    struct mr_entry *e = mr_bucket_touch(op->store, b, r->key, hash, len, &new);
    char *p = mr_entry_value(e);
    if (!new &&is_empty(conf, (struct mr_str){p, len})) {
        memset(p, 0, len);
        new = true;
    }
    write_head(p, new ? (struct mr_str){NULL, 0} : (struct mr_str){p, HEAD}, r);
    if (c->out) mr_accum_sub_fixed(&conf->accum, p + HEAD, c->out);
    if (c->in) mr_accum_add_fixed(&conf->accum, p + HEAD, c->in);
}

/* The new value of the entry, in place when every accumulator has a fixed size. old is borrowed
 * from the store. false: too large. */
static bool update(struct mr_op *op, struct mr_bucket *b, const struct mr_rec *r, uint64_t hash,
                   const struct change *c, struct mr_str old) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct agg *s = op->state;
    if (!conf->accum.var) {
        update_fixed(op, b, r, hash, c);
        return true;
    }
    char head[HEAD];
    if (old.p && is_empty(conf, old)) old = (struct mr_str){NULL, 0};
    write_head(head, old, r);
    mr_buf_clear(&s->buf);
    mr_buf_add(&s->buf, head, HEAD);
    struct mr_str state = old.p ? (struct mr_str){old.p + HEAD, old.n - HEAD} : old;
    if (c->out && c->in) {
        mr_buf_clear(&s->half);
        mr_accum_sub(&conf->accum, state, c->out, &s->half);
        state = mr_buf_view(&s->half);
    }
    if (c->in)
        mr_accum_add(&conf->accum, state, c->in, &s->buf);
    else
        mr_accum_sub(&conf->accum, state, c->out, &s->buf);
    return mr_bucket_put(op->store, b, r->key, hash, mr_buf_view(&s->buf));
}

static struct mr_str value_of(const struct mr_entry *e) {
    return e ? (struct mr_str){mr_entry_value(e), e->value_len} : (struct mr_str){NULL, 0};
}

static bool needs_old(const struct mr_agg_conf *conf, const struct mr_op *op) {
    if (conf->accum.var || conf->table || (conf->emit == MR_EMIT_EACH && op->step->retract))
        return true;
    for (uint32_t i = 0; i < conf->accum.n; i++)
        if (conf->accum.slots[i].fn == MR_AGG_SUM) return true; /* may overflow */
    return false;
}

static void apply(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct change c) {
    const struct mr_agg_conf *conf = conf_of(op);
    int64_t start = conf->windowed ? start_of(conf, r->ts) : MR_BUCKET_PLAIN;
    bool each = conf->emit == MR_EMIT_EACH;
    struct mr_bucket *b = mr_store_bucket(op->store, start, true);
    struct mr_str old = {NULL, 0};
    if (needs_old(conf, op)) {
        old = value_of(mr_bucket_find(op->store, b, r->key, hash));
        const char *error =
            c.in ? mr_accum_error(&conf->accum,
                                  old.p ? (struct mr_str){old.p + HEAD, old.n - HEAD} : old, c.in)
                 : NULL;
        if (error) return mr_dead(r, MR_R_NUM_OVERFLOW, error);
        if (each) old = keep(op, old);
    }
    if (!old.p || is_empty(conf, old)) c.out = NULL; /* it had been refused */
    if (!c.in && !c.out) return mr_filtered(r);
    if (!update(op, b, r, hash, &c, old))
        return mr_refused(r, MR_R_SIZE, "the group exceeds the changelog's max.message.bytes");
    if (conf->windowed && closes_at(conf, start) < op->deadline)
        op->deadline = closes_at(conf, start);
    if (!each) return;
    struct mr_str now = keep(op, value_of(mr_bucket_find(op->store, b, r->key, hash)));
    emit_change(op, r, keep(op, r->key), start, old, now);
    if (is_empty(conf, now)) mr_bucket_delete(op->store, b, r->key, hash);
}

/* Record i, with its replacement when that comes next. Returns how many were used. */
static size_t apply_next(struct mr_op *op, struct mr_rec *recs, size_t i, size_t n,
                         struct mr_value **args, const uint64_t *hash) {
    struct mr_rec *r = &recs[i];
    if (!(r->flags & MR_RF_RETRACT) || !conf_of(op)->table) {
        if (args[i]) apply(op, r, hash[i], (struct change){.in = args[i]});
        return 1;
    }
    bool replaced = mr_is_replaced(recs, i, n);
    const struct mr_value *in = replaced ? args[i + 1] : NULL;
    size_t at = in ? i + 1 : i;
    if (in || args[i]) apply(op, &recs[at], hash[at], (struct change){.out = args[i], .in = in});
    return replaced ? 2 : 1;
}

/* Arguments and hashes of the whole run first, so that the store's memory is on its way. */
static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    uint64_t *hash = mr_arena_alloc(a, n * sizeof *hash);
    struct mr_value **args = mr_arena_alloc(a, n * sizeof(struct mr_value *));
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        args[i] = NULL;
        if (!r->key.p && r->row) {
            if (mr_null_key(op, r)) mr_refused(r, MR_R_KEY_NULL, "a group needs a key");
            continue;
        }
        if (!r->row) {
            mr_null_value(r);
            continue;
        }
        if (conf->windowed && by_time(op, conf, r, start_of(conf, r->ts))) continue;
        args[i] = arguments(op, conf, r);
        if (!args[i]) continue;
        hash[i] = mr_store_hash(r->key);
        struct mr_bucket *b = mr_store_bucket(
            op->store, conf->windowed ? start_of(conf, r->ts) : MR_BUCKET_PLAIN, false);
        if (b) mr_bucket_prefetch(b, hash[i]);
    }
    for (size_t i = 0; i < n;) {
        if (conf->windowed && recs[i].passed != MR_NO_TIME && recs[i].passed >= op->deadline) {
            mr_op_time_first(op, &recs[i]);
            close_up_to(op, recs[i].passed);
        }
        i += apply_next(op, recs, i, n, args, hash);
    }
}

/* ---- commit */

static void commit(struct mr_op *op) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct agg *s = op->state;
    if (conf->emit != MR_EMIT_UPDATES) return;
    size_t n = mr_store_n_changes(op->store);
    for (size_t i = 0; i < n; i++) {
        struct mr_change c = mr_store_change(op->store, i);
        if (!c.present.p) continue;
        struct mr_str key = keep(op, c.key), old = keep(op, c.committed), now = keep(op, c.present);
        emit_change(op, NULL, key, c.bucket, old, now);
        if (is_empty(conf, now))
            mr_bucket_delete(op->store, mr_store_bucket(op->store, c.bucket, true), key,
                             mr_store_hash(key));
    }
    s->committed = op->time.now;
}

static int64_t passes(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = conf_of(op);
    const struct agg *s = op->state;
    switch (conf->emit) {
    case MR_EMIT_UPDATES: return s->committed;
    case MR_EMIT_FINAL: return mr_time_add(O, -conf->grace_ms);
    case MR_EMIT_EACH: break;
    }
    return O;
}

static void settle(struct mr_op *op, bool committed) {
    struct agg *s = op->state;
    if (committed)
        s->settled = s->committed;
    else
        s->committed = s->settled;
    if (conf_of(op)->windowed) set_deadline(op);
}

static void open(struct mr_op *op) {
    struct agg *s = mr_calloc(1, sizeof *s);
    op->state = s;
    s->committed = s->settled = op->time.now; /* of the clock: written with the last commit */
    if (conf_of(op)->windowed) set_deadline(op);
}

static void close(struct mr_op *op) {
    struct agg *s = op->state;
    if (!s) return;
    mr_buf_done(&s->buf);
    mr_buf_done(&s->half);
    mr_buf_done(&s->key);
    mr_free(s);
}

const struct mr_op_desc mr_op_aggregate = {
    .name = "aggregate",
    .clause = "aggregate",
    .stateful = true,
    .late_key = "window",
    .keys = (const char *const[]){"window", "emit", "group_by", NULL},
    .check = mr_agg_check,
    .open = open,
    .process = process,
    .advance_time = advance_time,
    .commit = commit,
    .passes = passes,
    .settle = settle,
    .close = close,
    .explain = mr_agg_explain,
};

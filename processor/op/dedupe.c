/* dedupe.c -- `dedupe: {by: expr, within: D}`: within one record key the first of equal ids passes.
 *
 * An id that passed at t hides those with abs(ts - t) <= within while their time is not past
 * t + within. What passed is kept by record key and id, as a list of timestamps, in buckets of
 * `within` by timestamp; a bucket goes when operator time has left all of it `within` behind.
 * Whether that has been done never shows: what operator time has left behind hides nothing either,
 * which only idleness can tell apart (counted).
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/internal.h"

struct dedupe_conf {
    struct mr_keys by;
    int64_t within_ms;
    int64_t width_ms; /* of a bucket */
};

struct dedupe {
    struct mr_buf key, id, list;
};

/* ---- check */

static bool check_shape_of_clause(struct mr_check *c) {
    static const char *const keys[] = {"by", "within"};
    const struct mr_tree *t = c->clause;
    if (c->in.table) {
        struct mr_diag *g =
            mr_error(c->diags, "E-TABLE", t->pos, "`dedupe` over a table: it has one row per key");
        mr_diag_hint(c->diags, g, "`changes: true` makes a stream of its new rows");
        return false;
    }
    if (t->kind == MR_TREE_MAP && !mr_check_keys(c, t, "`dedupe`", keys, MR_ARRAY_LEN(keys)))
        return false;
    if (t->kind == MR_TREE_MAP && mr_tree_get(t, "by") && mr_tree_get(t, "within")) return true;
    struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", t->pos,
                                 "`dedupe` needs `by`, what is equal, and `within`, for how long");
    mr_diag_hint(c->diags, g, "dedupe: {by: 'order_id', within: 1h}");
    return false;
}

static bool check(struct mr_check *c) {
    if (!check_shape_of_clause(c)) return false;
    struct dedupe_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    struct mr_flow out = c->out; /* the id is no key of the row */
    if (!mr_keys_check(c, &conf->by, mr_tree_get(c->clause, "by")) ||
        !mr_check_duration(c, mr_tree_get(c->clause, "within"), &conf->within_ms))
        return false;
    c->out = out;
    conf->width_ms = conf->within_ms > 0 ? conf->within_ms : 1;
    mr_not_exact_when_mixed(c, "which of equal ids passes");
    c->conf = conf;
    c->keyed = true;
    c->store_kind = MR_STORE_WINDOW;
    c->mark_ms = conf->width_ms;
    if (!c->shape) return true;
    mr_buf_printf(c->shape, "dedupe %lld by ", (long long)conf->within_ms);
    mr_type_print(conf->by.type, c->shape);
    return true;
}

/* ---- state */

static const struct dedupe_conf *conf_of(const struct mr_op *op) {
    return op->step->conf;
}

static int64_t start_of(const struct dedupe_conf *conf, int64_t ts) {
    return mr_time_floor(ts, conf->width_ms);
}

/* The O at which nothing in a bucket hides anything any more. */
static int64_t gone_at(const struct dedupe_conf *conf, int64_t start) {
    return mr_time_add(mr_time_add(start, conf->width_ms), conf->within_ms);
}

static void set_deadline(struct mr_op *op) {
    struct mr_bucket *b = mr_store_oldest(op->store);
    op->deadline = b ? gone_at(conf_of(op), mr_bucket_start(b)) : INT64_MAX;
}

static void advance_time(struct mr_op *op) {
    for (struct mr_bucket *b; (b = mr_store_oldest(op->store));) {
        int64_t start = mr_bucket_start(b);
        if (gone_at(conf_of(op), start) > op->time.now) break;
        mr_bucket_close(op->store, b);
        if (start > op->closed) op->closed = start;
    }
    set_deadline(op);
}

static void settle(struct mr_op *op, bool committed) {
    if (!committed) set_deadline(op);
}

static void open(struct mr_op *op) {
    op->state = mr_calloc(1, sizeof(struct dedupe));
    set_deadline(op);
}

static void close(struct mr_op *op) {
    struct dedupe *s = op->state;
    if (!s) return;
    mr_buf_done(&s->key);
    mr_buf_done(&s->id);
    mr_buf_done(&s->list);
    mr_free(s);
}

/* ---- records */

static int64_t time_at(struct mr_str list, size_t i) {
    int64_t t;
    memcpy(&t, list.p + 8 * i, 8);
    return t;
}

static bool is_past(int64_t t, int64_t time) {
    return t < time; /* none is INT64_MIN */
}

static struct mr_str find(struct mr_op *op, int64_t start, struct mr_str key, uint64_t hash) {
    struct mr_bucket *b = mr_store_bucket(op->store, start, false);
    const struct mr_entry *e = b ? mr_bucket_find(op->store, b, key, hash) : NULL;
    return e ? (struct mr_str){mr_entry_value(e), e->value_len} : (struct mr_str){NULL, 0};
}

static bool is_hidden(struct mr_op *op, const struct mr_rec *r, struct mr_str key, uint64_t hash) {
    const struct dedupe_conf *conf = conf_of(op);
    int64_t within = conf->within_ms, least = mr_time_add(r->ts, -within);
    int64_t most = mr_time_add(r->ts, within);
    for (int64_t start = start_of(conf, least); start <= most; start += conf->width_ms) {
        struct mr_str list = find(op, start, key, hash);
        for (size_t i = 0; i < list.n / 8; i++) {
            int64_t t = time_at(list, i), until = mr_time_add(t, within);
            if (t < least || t > most || is_past(until, r->time)) continue;
            if (!is_past(until, r->passed)) return true;
        }
    }
    return false;
}

/* Could it have been hidden by an id that only operator time has left behind? */
static bool lost_by_idleness(const struct dedupe_conf *conf, const struct mr_rec *r) {
    if (r->passed == MR_NO_TIME || r->time == MR_NO_TIME || r->time >= r->passed) return false;
    int64_t from = mr_time_add(r->time < r->ts ? r->ts : r->time, -conf->within_ms);
    return from <= mr_time_add(r->ts, conf->within_ms) &&
           from < mr_time_add(r->passed, -conf->within_ms);
}

/* Keeps that an id has passed. false: too large. */
static bool keep(struct mr_op *op, const struct mr_rec *r, struct mr_str key, uint64_t hash) {
    const struct dedupe_conf *conf = conf_of(op);
    struct dedupe *s = op->state;
    if (is_past(mr_time_add(r->ts, conf->within_ms), r->passed)) return true; /* hides nothing */
    int64_t start = start_of(conf, r->ts);
    struct mr_str list = find(op, start, key, hash);
    mr_buf_clear(&s->list);
    for (size_t i = 0; i < list.n / 8; i++) {
        int64_t t = time_at(list, i);
        if (t == r->ts) return true;
        if (!is_past(mr_time_add(t, conf->within_ms), r->passed)) mr_buf_add(&s->list, &t, 8);
    }
    mr_buf_add(&s->list, &r->ts, 8);
    struct mr_bucket *b = mr_store_bucket(op->store, start, true);
    if (!mr_bucket_put(op->store, b, key, hash, mr_buf_view(&s->list))) return false;
    if (gone_at(conf, start) < op->deadline) op->deadline = gone_at(conf, start);
    return true;
}

/* Key of the store: length of the record key, record key, id. false: the record has its fate. */
static bool make_key(struct mr_op *op, struct mr_rec *r, struct mr_str *ret) {
    struct dedupe *s = op->state;
    struct mr_str id;
    uint32_t n = (uint32_t)r->key.n;
    if (!mr_keys_make(&conf_of(op)->by, op, r, &s->id, &id)) return false;
    mr_buf_clear(&s->key);
    mr_buf_add(&s->key, &n, sizeof n);
    mr_buf_str(&s->key, r->key);
    mr_buf_str(&s->key, id);
    *ret = (struct mr_str){mr_arena_dup(mr_op_arena(op), s->key.p, s->key.n), s->key.n};
    return true;
}

static void decide(struct mr_op *op, struct mr_rec *r, struct mr_str key, uint64_t hash) {
    if (is_hidden(op, r, key, hash)) return mr_filtered(r);
    if (lost_by_idleness(conf_of(op), r)) op->idle++;
    if (!keep(op, r, key, hash))
        return mr_dead(r, MR_R_SIZE, "the id exceeds the changelog's max.message.bytes");
    mr_emit(op, r, *r);
}

/* Keys and hashes of the whole run first, so that the store's memory is on its way. */
static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct dedupe_conf *conf = conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    struct mr_str *key = mr_arena_calloc(a, n, sizeof *key);
    uint64_t *hash = mr_arena_alloc(a, n * sizeof *hash);
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (!r->row) {
            mr_null_value(r);
        } else if (!r->key.p) {
            if (mr_null_key(op, r)) mr_emit(op, r, *r);
        } else if (make_key(op, r, &key[i])) {
            hash[i] = mr_store_hash(key[i]);
            struct mr_bucket *b = mr_store_bucket(op->store, start_of(conf, r->ts), false);
            if (b) mr_bucket_prefetch(b, hash[i]);
        }
    }
    for (size_t i = 0; i < n; i++)
        if (key[i].p) decide(op, &recs[i], key[i], hash[i]);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct dedupe_conf *conf = s->conf;
    mr_buf_cat(to, "by ");
    mr_keys_explain(&conf->by, to);
    mr_buf_cat(to, " within ");
    mr_print_duration(conf->within_ms, to);
}

const struct mr_op_desc mr_op_dedupe = {
    .name = "dedupe",
    .clause = "dedupe",
    .stateful = true,
    .check = check,
    .open = open,
    .process = process,
    .advance_time = advance_time,
    .settle = settle,
    .close = close,
    .explain = explain,
};

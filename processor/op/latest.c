/* latest.c -- `latest: true`: a stream as a table, its latest row per key; `history: D`: versions.
 *
 * A record without a value deletes. From one input partition the rows of a key come in the order
 * of their offsets, and the later one wins. Where they come from several (behind a repartition, a
 * merge) arrival says nothing: the greatest provenance wins, and stays beside what is stored:
 *   packed row                                        offset order
 *   packed row (none: deleted), provenance, its length   provenance order
 *   packed row, valid from, provenance, its length    the same with history
 * With history a row is valid from max(ts, its own time), of equal instants the one that wins above
 * (a delete: the one that came last); an older version is history and not the current row. Versions
 * are dropped by the as-of joins that read them (join.c), or here where there is none. But a delete
 * stays while a row could take effect before it, or that row would be there again: from one
 * partition until time has passed it; where they come from several always, as it does without
 * history, since one that was idle, or has never sent a row, may come with any time.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/internal.h"

struct latest_conf {
    const struct mr_type *row;
    int64_t history_ms; /* -1 = none */
    bool by_provenance;
};

struct latest {
    struct mr_buf buf;
    bool joined;          /* an as-of join drops old versions */
    int64_t time;         /* own time of the last row since the start */
    int64_t settled_time; /* the same, as of the last transaction that was settled */
};

/* ---- check */

static bool check_input(struct mr_check *c) {
    if (c->clause->kind != MR_TREE_SCALAR || !mr_str_is(c->clause->text, "true")) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`latest` is `true` or left out");
        mr_diag_hint(c->diags, g, "latest: true");
        return false;
    }
    if (!c->in.table) return true;
    struct mr_diag *g = mr_error(c->diags, "E-TABLE", c->clause->pos,
                                 "`latest` over a table: it has its latest rows already");
    mr_diag_hint(c->diags, g, "leave `latest` out");
    return false;
}

static bool check(struct mr_check *c) {
    const struct mr_tree *history = mr_tree_get(c->tree, "history");
    struct latest_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    if (!check_input(c)) return false;
    conf->history_ms = -1;
    if (history && !mr_check_duration(c, history, &conf->history_ms)) return false;
    conf->row = c->in.row;
    conf->by_provenance = c->in.mixed || c->in.key_moved;
    for (uint32_t i = 0; c->row_fields_read && i < c->in.row->n_fields; i++)
        c->row_fields_read[i] = true;
    c->conf = conf;
    c->keyed = true;
    c->null_key_default = MR_NULL_KEY_DLQ;
    c->out.table = true;
    c->out.key_moved = false;
    c->store_kind = conf->history_ms >= 0 ? MR_STORE_VERSIONED : MR_STORE_PLAIN;
    if (c->out.exact && conf->by_provenance) {
        c->out.exact = false;
        c->out.why_not = "rows between the last ones depend on the order of the inputs";
    }
    if (c->shape) {
        mr_buf_cat(c->shape, "latest ");
        mr_type_print(c->in.row, c->shape);
        if (conf->history_ms >= 0) mr_buf_cat(c->shape, " history");
        if (conf->by_provenance) mr_buf_cat(c->shape, " by provenance");
    }
    return true;
}

/* ---- what is stored */

static uint32_t prov_len(struct mr_str value) {
    uint32_t n;
    memcpy(&n, value.p + value.n - sizeof n, sizeof n);
    return n;
}

static struct mr_str prov_of(struct mr_str value) {
    uint32_t n = prov_len(value);
    return (struct mr_str){value.p + value.n - sizeof n - n, n};
}

/* The instant that stands before the provenance. */
static int64_t from_of(struct mr_str value) {
    int64_t from;
    memcpy(&from, prov_of(value).p - sizeof from, sizeof from);
    return from;
}

struct mr_str mr_latest_packed(const struct mr_step *step, struct mr_str value) {
    const struct latest_conf *conf = step->conf;
    if (!value.p || !conf->by_provenance) return value;
    value.n -= sizeof(uint32_t) + prov_len(value) + (conf->history_ms >= 0 ? sizeof(int64_t) : 0);
    if (value.n == 0) value.p = NULL;
    return value;
}

/* The bytes for a row (NULL: a delete); p == NULL: nothing is kept of it. */
static struct mr_str stored(struct mr_op *op, const struct mr_value *row, int64_t from,
                            struct mr_str prov) {
    const struct latest_conf *conf = op->step->conf;
    struct latest *s = op->state;
    uint32_t len = (uint32_t)prov.n;
    bool versions = conf->history_ms >= 0;
    if (!row && (versions || !conf->by_provenance)) return (struct mr_str){NULL, 0};
    mr_buf_clear(&s->buf);
    if (row) mr_row_pack(conf->row, row, &s->buf);
    if (conf->by_provenance) {
        if (versions) mr_buf_add(&s->buf, &from, sizeof from);
        mr_buf_str(&s->buf, prov);
        mr_buf_add(&s->buf, &len, sizeof len);
    }
    return mr_buf_view(&s->buf);
}

/* ---- records */

static void too_large(struct mr_rec *r) {
    mr_dead(r, MR_R_SIZE, "the row exceeds the changelog's max.message.bytes");
}

static void put_plain(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct mr_str prov) {
    const struct latest_conf *conf = op->step->conf;
    struct mr_bucket *b = mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
    const struct mr_entry *e = mr_bucket_find(op->store, b, r->key, hash);
    struct mr_str was = {NULL, 0};
    if (e) was = mr_op_keep(op, (struct mr_str){mr_entry_value(e), e->value_len});
    if (was.p && conf->by_provenance && mr_str_cmp(prov_of(was), prov) > 0) return;
    struct mr_str old = mr_latest_packed(op->step, was);
    struct mr_str now = stored(op, r->row, 0, prov);
    if (!now.p && !was.p) return mr_filtered(r); /* a delete of what is not there */
    if (!now.p)
        mr_bucket_delete(op->store, b, r->key, hash);
    else if (!mr_bucket_put(op->store, b, r->key, hash, now))
        return too_large(r);
    mr_current_tell(op, r, conf->row, old, !r->row);
}

static void put_version(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct mr_str prov) {
    const struct latest_conf *conf = op->step->conf;
    int64_t from = r->ts > r->time ? r->ts : r->time;
    struct mr_version was;
    struct mr_str at;
    if (op->closed != MR_NO_TIME && from <= op->closed) op->idle++;
    if (conf->by_provenance && mr_version_at(op->store, r->key, hash, from, &at) && at.p &&
        from_of(at) == from && mr_str_cmp(prov_of(at), prov) > 0)
        return;
    bool had = mr_version_latest(op->store, r->key, hash, &was);
    bool current = !had || was.valid_from <= from;
    struct mr_str old = {NULL, 0};
    if (had && current) old = mr_latest_packed(op->step, mr_op_keep(op, was.value));
    if (!mr_version_put(op->store, r->key, hash, from, stored(op, r->row, from, prov)))
        return too_large(r);
    if (current) mr_current_tell(op, r, conf->row, old, !r->row);
}

/* Every field is stored, so every field is judged. */
static bool is_sound(const struct latest_conf *conf, struct mr_rec *r) {
    for (uint32_t i = 0; r->row && i < conf->row->n_fields; i++) {
        if (r->row[i].tag != MR_V_ERROR) continue;
        mr_fault_of(r, &r->row[i]);
        return false;
    }
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct latest_conf *conf = op->step->conf;
    struct latest *s = op->state;
    const uint64_t *hash = mr_current_hashes(op, recs, n);
    s->time = recs[n - 1].time;
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        struct mr_str prov = {NULL, 0};
        if (!r->key.p) {
            if (mr_null_key(op, r)) mr_dead(r, MR_R_KEY_NULL, "a row of a table needs a key");
            continue;
        }
        if (!is_sound(conf, r)) continue;
        if (conf->by_provenance) prov = mr_provenance(r, mr_op_arena(op));
        if (conf->history_ms >= 0)
            put_version(op, r, hash[i], prov);
        else
            put_plain(op, r, hash[i], prov);
    }
}

int64_t mr_latest_first(const struct mr_op *op) {
    const struct latest_conf *conf = op->step->conf;
    const struct latest *s = op->state;
    return conf->by_provenance ? MR_NO_TIME : s->time;
}

static void settle(struct mr_op *op, bool committed) {
    struct latest *s = op->state;
    if (committed)
        s->settled_time = s->time;
    else
        s->time = s->settled_time;
}

static void commit(struct mr_op *op) {
    const struct latest_conf *conf = op->step->conf;
    const struct latest *s = op->state;
    int64_t now = op->time.now;
    if (conf->history_ms < 0 || s->joined || now == MR_NO_TIME || now == MR_INF_TIME) return;
    mr_version_prune(op->store, mr_time_add(now, -conf->history_ms), mr_latest_first(op));
}

static void open(struct mr_op *op) {
    struct latest *s = mr_calloc(1, sizeof *s);
    s->time = s->settled_time = MR_NO_TIME;
    for (uint16_t i = 0; i < op->step->n_outs; i++) s->joined |= op->step->outs[i].port == 1;
    op->state = s;
}

static void close(struct mr_op *op) {
    struct latest *s = op->state;
    if (s) mr_buf_done(&s->buf);
    mr_free(s);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct latest_conf *conf = step->conf;
    mr_buf_cat(to, conf->by_provenance ? "by provenance" : "by offset");
    if (conf->history_ms < 0) return;
    mr_buf_cat(to, ", history ");
    mr_print_duration(conf->history_ms, to);
}

const struct mr_op_desc mr_op_latest = {
    .name = "latest",
    .clause = "latest",
    .stateful = true,
    .keys = (const char *const[]){"history", NULL},
    .check = check,
    .open = open,
    .process = process,
    .commit = commit,
    .settle = settle,
    .close = close,
    .explain = explain,
};

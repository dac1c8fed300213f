/* order.c -- `order: event_time`: records are held until time has passed them, and leave in order.
 *
 * A record waits until operator time has passed ts + grace; it leaves with its ts as its time, in
 * order of (ts, provenance), so what stands behind sees the same order in every run. It is late
 * when its own time has passed ts + grace.
 *
 * Each record is an entry of its own, whose key is what it is sorted by, in a bucket by its ts.
 * Nothing is deleted when it leaves: what has left is what lies before the time that was passed on,
 * which is part of the clock; a bucket goes when all of it has left. An entry is a list, because
 * rows that nothing tells apart (no provenance, equal in all) have the same key. Of each:
 *   number of bytes behind it, flags, key, the bytes of the record's value, the node's input row
 *   (each with its length, -1 = none), held record (held.h)
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/held.h"

#include <assert.h>

/* A bucket's width shapes the state, so it does not depend on the grace. */
enum { WIDTH_MS = 10000, FLAGS = MR_RF_RECORD | MR_RF_INPUT, NO_ROW = 0x80 };

struct order_conf {
    int64_t grace_ms;
    struct mr_held_conf held;
};

struct order {
    struct mr_dues dues;
    struct mr_buf sort, item, row;
};

/* ---- check */

static bool clause_error(struct mr_check *c, const char *code, const char *text, const char *hint) {
    struct mr_diag *g = mr_error(c->diags, code, c->clause->pos, "%s", text);
    mr_diag_hint(c->diags, g, "%s", hint);
    return false;
}

static bool check_clause(struct mr_check *c, struct order_conf *conf) {
    const struct mr_tree *t = c->clause;
    if (t->kind != MR_TREE_SCALAR || !mr_str_is(t->text, "event_time"))
        return clause_error(c, "E-CLAUSE", "`order` is by event time", "order: event_time");
    if (c->in.table)
        return clause_error(c, "E-TABLE", "`order` over a table: its rows are no events",
                            "`changes: true` makes a stream of its new rows");
    return mr_check_grace(c, c->tree, "`order`", &conf->grace_ms);
}

static bool check(struct mr_check *c) {
    struct order_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    if (!check_clause(c, conf)) return false;
    mr_held_check(c, &conf->held);
    c->conf = conf;
    c->keyed = true;
    c->ordered = true;
    c->null_key_default = MR_NULL_KEY_PASS;
    c->out.value_format = c->in.value_format; /* a record is kept as it was read */
    c->store_kind = MR_STORE_WINDOW;
    c->store_part = "order";
    c->grace_ms = conf->grace_ms;
    c->mark_ms = conf->grace_ms > 0 ? conf->grace_ms : WIDTH_MS;
    if (!c->shape) return true;
    mr_buf_cat(c->shape, "order ");
    mr_type_print(conf->held.row, c->shape);
    return true;
}

/* ---- items */

static const struct order_conf *conf_of(const struct mr_op *op) {
    return op->step->conf;
}

static int64_t start_of(int64_t ts) {
    return mr_time_floor(ts, WIDTH_MS);
}

static void put_bytes(struct mr_buf *to, struct mr_str s) {
    int32_t n = s.p ? (int32_t)s.n : -1;
    mr_buf_add(to, &n, sizeof n);
    if (s.p) mr_buf_str(to, s);
}

static struct mr_str get_bytes(struct mr_str *from) {
    int32_t n;
    assert(from->n >= sizeof n); /* we wrote it */
    memcpy(&n, from->p, sizeof n);
    *from = (struct mr_str){from->p + sizeof n, from->n - sizeof n};
    if (n < 0) return (struct mr_str){NULL, 0};
    struct mr_str ret = {from->p, (size_t)n};
    assert(from->n >= ret.n);
    *from = (struct mr_str){from->p + n, from->n - ret.n};
    return ret;
}

/* The input row is for dead letters of the steps behind; mostly it is the row itself. */
static struct mr_str pack_input(struct mr_op *op, const struct mr_rec *r) {
    struct order *s = op->state;
    const struct mr_type *type = mr_run_of(op)->node_in;
    if (!r->input || r->input == r->row || (r->flags & MR_RF_INPUT) || !type)
        return (struct mr_str){NULL, 0};
    mr_buf_clear(&s->row);
    mr_row_pack(type, r->input, &s->row);
    return mr_buf_view(&s->row);
}

static const struct mr_value *no_row(struct mr_op *op) {
    uint32_t n = conf_of(op)->held.row->n_fields;
    struct mr_value *row = mr_arena_calloc(mr_op_arena(op), n + 1, sizeof *row);
    for (uint32_t i = 0; i < n; i++) row[i] = MR_ABSENT;
    return row;
}

static void put_item(struct mr_op *op, const struct mr_rec *r, struct mr_buf *to) {
    size_t at = to->n;
    uint32_t n = 0;
    bool own = r->origin && (r->flags & FLAGS);
    mr_buf_add(to, &n, sizeof n);
    mr_buf_byte(to, (uint8_t)((own ? r->flags & FLAGS : 0) | (r->row ? 0 : NO_ROW)));
    put_bytes(to, r->key);
    put_bytes(to, own ? r->origin->value : (struct mr_str){NULL, 0});
    put_bytes(to, pack_input(op, r));
    struct mr_rec held = *r;
    if (!held.row) held.row = no_row(op);
    mr_held_write(&conf_of(op)->held, &held, to);
    n = (uint32_t)(to->n - at - sizeof n);
    memcpy(to->p + at, &n, sizeof n);
}

/* false: the row is of another type than it is now. */
static const struct mr_value *unpack_input(struct mr_op *op, struct mr_str bytes) {
    const struct mr_type *type = mr_run_of(op)->node_in;
    struct mr_arena *a = mr_op_arena(op);
    if (!bytes.p || !type) return NULL;
    struct mr_value *row = mr_arena_alloc(a, (type->n_fields + 1) * sizeof *row);
    return mr_row_unpack(type, bytes, NULL, row, a) ? row : NULL;
}

static struct mr_rec get_item(struct mr_op *op, struct mr_str *list) {
    uint32_t n;
    struct mr_rec out = {0};
    memcpy(&n, list->p, sizeof n);
    struct mr_str item = {list->p + sizeof n, n};
    *list = (struct mr_str){item.p + n, list->n - sizeof n - n};
    uint8_t flags = (uint8_t)*item.p;
    item = (struct mr_str){item.p + 1, item.n - 1};
    out.key = get_bytes(&item);
    struct mr_str value = get_bytes(&item), input = get_bytes(&item);
    mr_held_read(&conf_of(op)->held, item, mr_op_arena(op), &out);
    if (flags & NO_ROW) out.row = NULL;
    out.flags = flags & FLAGS;
    out.input = input.p ? unpack_input(op, input) : out.row;
    if (out.flags) ((struct mr_origin *)out.origin)->value = value;
    return out;
}

/* ---- leaving */

static void set_deadline(struct mr_op *op) {
    const struct order_conf *conf = conf_of(op);
    const struct order *s = op->state;
    struct mr_bucket *b = mr_store_oldest(op->store);
    int64_t closes = b ? mr_time_add(mr_bucket_start(b), WIDTH_MS + conf->grace_ms) : INT64_MAX;
    op->deadline = mr_time_add(mr_dues_least(&s->dues), conf->grace_ms + 1);
    if (closes < op->deadline) op->deadline = closes;
}

static int64_t ts_of(struct mr_str key) {
    uint64_t v = 0;
    for (unsigned i = 0; i < 8; i++) v = v << 8 | (uint8_t)key.p[i];
    return (int64_t)(v ^ UINT64_C(1) << 63);
}

static void load(struct mr_op *op, struct mr_bucket *b) {
    struct order *s = op->state;
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(op->store, b, mr_op_arena(op), &n);
    for (size_t i = 0; i < n; i++) {
        struct mr_str key = mr_entry_key(e[i]);
        if (ts_of(key) < op->time.out) continue; /* has left */
        mr_dues_add(&s->dues, ts_of(key), mr_bucket_start(b), key, (struct mr_str){"", 0});
    }
}

static void emit_all(struct mr_op *op, const struct mr_due *due) {
    struct mr_bucket *b = mr_store_bucket(op->store, start_of(due->ts), false);
    const struct mr_entry *e =
        b ? mr_bucket_find(op->store, b, due->sort, mr_store_hash(due->sort)) : NULL;
    assert(e);
    struct mr_str list = {mr_arena_dup(mr_op_arena(op), mr_entry_value(e), e->value_len),
                          e->value_len};
    while (list.n) {
        struct mr_rec out = get_item(op, &list);
        out.time = out.passed = out.ts;
        mr_emit(op, NULL, out);
    }
}

static void leave_up_to(struct mr_op *op, int64_t O) {
    const struct order_conf *conf = conf_of(op);
    struct order *s = op->state;
    struct mr_due due;
    int64_t before = mr_time_add(O, -conf->grace_ms);
    while (mr_dues_take(&s->dues, op, before, load, &due)) emit_all(op, &due);
    for (struct mr_bucket *b; (b = mr_store_oldest(op->store));) {
        int64_t start = mr_bucket_start(b);
        if (mr_time_add(start, WIDTH_MS) > before) break;
        mr_bucket_close(op->store, b);
        if (start > op->closed) op->closed = start;
    }
    set_deadline(op);
}

static void advance_time(struct mr_op *op) {
    leave_up_to(op, op->time.now);
}

/* ---- records */

static void put_ts(struct mr_buf *to, int64_t ts) {
    uint64_t v = (uint64_t)ts ^ UINT64_C(1) << 63;
    for (int shift = 56; shift >= 0; shift -= 8) mr_buf_byte(to, (uint8_t)(v >> shift));
}

/* false: too large. */
static bool keep(struct mr_op *op, const struct mr_rec *r) {
    struct order *s = op->state;
    int64_t start = start_of(r->ts);
    struct mr_bucket *b = mr_store_bucket(op->store, start, true);
    mr_buf_clear(&s->sort);
    put_ts(&s->sort, r->ts);
    mr_held_provenance(&conf_of(op)->held, r, &s->sort);
    if (r->key.p) mr_held_sortable(&s->sort, r->key);
    struct mr_str key = mr_buf_view(&s->sort);
    uint64_t hash = mr_store_hash(key);
    const struct mr_entry *e = mr_bucket_find(op->store, b, key, hash);
    mr_buf_clear(&s->item);
    if (e) mr_buf_add(&s->item, mr_entry_value(e), e->value_len);
    put_item(op, r, &s->item);
    if (!mr_bucket_put(op->store, b, key, hash, mr_buf_view(&s->item))) return false;
    if (!e) mr_dues_add(&s->dues, r->ts, start, key, (struct mr_str){"", 0});
    return true;
}

static void take(struct mr_op *op, struct mr_rec *r) {
    const struct order_conf *conf = conf_of(op);
    enum mr_late why = mr_judge(mr_time_add(r->ts, conf->grace_ms + 1), r->time, r->passed);
    if (why == MR_NOT_LATE && r->ts < op->time.out)
        why = MR_IS_IDLE; /* its place has gone by under a smaller grace than now */
    if (why != MR_NOT_LATE) return mr_is_late(r, why);
    if (!keep(op, r))
        return mr_dead(r, MR_R_SIZE, "what waits exceeds the changelog's max.message.bytes");
    r->fate = MR_HELD;
    int64_t leaves = mr_time_add(r->ts, conf->grace_ms + 1);
    if (leaves < op->deadline) op->deadline = leaves;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (r->passed != MR_NO_TIME && r->passed >= op->deadline) {
            mr_op_time_first(op, r);
            leave_up_to(op, r->passed);
        }
        if (r->key.p || mr_null_key(op, r)) take(op, r);
    }
}

static int64_t passes(struct mr_op *op, int64_t O) {
    return mr_time_add(O, -conf_of(op)->grace_ms);
}

static void settle(struct mr_op *op, bool committed) {
    struct order *s = op->state;
    if (committed) return;
    mr_dues_open(&s->dues, op);
    set_deadline(op);
}

static void open(struct mr_op *op) {
    struct order *s = mr_calloc(1, sizeof *s);
    op->state = s;
    mr_dues_init(&s->dues);
    mr_dues_open(&s->dues, op);
    set_deadline(op);
}

static void close(struct mr_op *op) {
    struct order *s = op->state;
    if (!s) return;
    mr_dues_done(&s->dues);
    mr_buf_done(&s->sort);
    mr_buf_done(&s->item);
    mr_buf_done(&s->row);
    mr_free(s);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct order_conf *conf = step->conf;
    mr_buf_cat(to, "by event time, grace ");
    mr_print_duration(conf->grace_ms, to);
}

const struct mr_op_desc mr_op_order = {
    .name = "order",
    .clause = "order",
    .late_key = "order",
    .keys = (const char *const[]){"grace", NULL},
    .check = check,
    .open = open,
    .process = process,
    .advance_time = advance_time,
    .passes = passes,
    .settle = settle,
    .close = close,
    .explain = explain,
};

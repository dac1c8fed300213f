/* absence.c -- `absence: {after: A, without: B, within: D, by: expr, restart: first | each,
 * grace: D}`: fires when A was seen and no B with A.ts <= B.ts <= A.ts + within.
 *
 * Timers are state: an A waits in the store, by record key and id, in a bucket by its timestamp; so
 * do the Bs that an A out of order may still come before. It fires when operator time has passed
 * A.ts + within + grace, in order of (A.ts, key, provenance); which of them is next is in memory
 * only (due.c). A is late when its own time has passed that; a B counts for an A while B's time has
 * not. A bucket goes when all of it has passed.
 *
 * An entry is a list of items: kind, number of bytes, ts, time; of an A also the sort bytes
 * (provenance) and the held record. Bs in order of ts; one between two others that hides nothing
 * which they do not is left out.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/held.h"

#include <assert.h>

enum { WIDTH_MIN_MS = 60000, ITEM_HEAD = 24 };

struct absence_conf {
    struct mr_env env;
    const struct mr_program *after, *without;
    bool has_by;
    struct mr_keys by;
    bool each; /* restart: each A has its own timer */
    int64_t within_ms, grace_ms;
    int64_t delay_ms; /* within + grace */
    int64_t width_ms; /* of a bucket */
    struct mr_held_conf held;
};

struct item {
    char kind; /* 'A', 'B'; 0 = none */
    uint32_t n_sort;
    int64_t ts, time;
    struct mr_str sort, held; /* A */
    uint32_t n;               /* bytes of the item */
};

struct absence {
    struct mr_dues dues;
    struct mr_buf key, id, list, sort;
};

/* ---- check */

static bool clause_error(struct mr_check *c, struct mr_pos pos, const char *code,
                         const char *text) {
    struct mr_diag *g = mr_error(c->diags, code, pos, "%s", text);
    mr_diag_hint(c->diags, g,
                 "absence: {after: 'condition', without: 'condition', within: 30m, "
                 "grace: 1m}");
    return false;
}

static bool check_shape_of_clause(struct mr_check *c) {
    static const char *const keys[] = {"after", "without", "within", "by", "restart", "grace"};
    const struct mr_tree *t = c->clause;
    if (c->in.table) {
        struct mr_diag *g =
            mr_error(c->diags, "E-TABLE", t->pos, "`absence` over a table: its rows are no events");
        mr_diag_hint(c->diags, g, "`changes: true` makes a stream of its new rows");
        return false;
    }
    if (t->kind != MR_TREE_MAP) return clause_error(c, t->pos, "E-CLAUSE", "`absence` takes a map");
    if (!mr_check_keys(c, t, "`absence`", keys, MR_ARRAY_LEN(keys))) return false;
    for (int i = 0; i < 3; i++) {
        if (mr_tree_get(t, keys[i])) continue;
        return clause_error(c, t->pos, "E-CLAUSE",
                            mr_arena_printf(c->arena, "`absence` without `%s`", keys[i]));
    }
    return true;
}

static bool check_times(struct mr_check *c, struct absence_conf *conf) {
    if (!mr_check_grace(c, c->clause, "`absence`", &conf->grace_ms) ||
        !mr_check_duration(c, mr_tree_get(c->clause, "within"), &conf->within_ms))
        return false;
    conf->delay_ms = mr_time_add(conf->within_ms, conf->grace_ms);
    conf->width_ms = conf->within_ms > WIDTH_MIN_MS ? conf->within_ms : WIDTH_MIN_MS;
    return true;
}

static bool check_conditions(struct mr_check *c, struct absence_conf *conf) {
    static const char *const restarts[] = {"first", "each"};
    const struct mr_tree *by = mr_tree_get(c->clause, "by");
    int word = 0;
    bool ok = mr_check_word(c, mr_tree_get(c->clause, "restart"), restarts, 2, &word);
    conf->each = word == 1;
    mr_env_begin(c, &conf->env);
    conf->after = mr_env_expr(c, &conf->env, mr_tree_get(c->clause, "after"), &mr_type_bool);
    conf->without = mr_env_expr(c, &conf->env, mr_tree_get(c->clause, "without"), &mr_type_bool);
    conf->has_by = by != NULL;
    struct mr_flow out = c->out; /* the id is no key of the row */
    if (by) ok = mr_keys_check(c, &conf->by, by) && ok;
    c->out = out;
    return ok && conf->after && conf->without;
}

static bool check(struct mr_check *c) {
    if (!check_shape_of_clause(c)) return false;
    struct absence_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    bool ok = check_times(c, conf);
    if (!check_conditions(c, conf) || !ok) return false;
    mr_held_check(c, &conf->held);
    mr_not_exact_when_mixed(c, "what is found to be absent");
    c->conf = conf;
    c->keyed = true;
    c->out.mixed = false; /* in order of time */
    c->out.fired = c->name;
    c->store_kind = MR_STORE_WINDOW;
    c->grace_ms = conf->grace_ms;
    c->mark_ms = conf->grace_ms > 0 ? conf->grace_ms : conf->within_ms;
    if (!c->shape) return true;
    mr_buf_printf(c->shape, "absence %lld %s ", (long long)conf->within_ms,
                  conf->each ? "each" : "first");
    mr_type_print(conf->held.row, c->shape);
    mr_buf_cat(c->shape, " by ");
    if (conf->has_by) mr_type_print(conf->by.type, c->shape);
    return true;
}

/* ---- entries */

static const struct absence_conf *conf_of(const struct mr_op *op) {
    return op->step->conf;
}

static int64_t start_of(const struct absence_conf *conf, int64_t ts) {
    return mr_time_floor(ts, conf->width_ms);
}

static bool next_item(struct mr_str *list, struct item *ret) {
    uint32_t head[2];
    if (!list->n) return false;
    assert(list->n >= ITEM_HEAD); /* we wrote it */
    memcpy(head, list->p, 8);
    memcpy(&ret->ts, list->p + 8, 8);
    memcpy(&ret->time, list->p + 16, 8);
    ret->n = head[0];
    ret->kind = (char)(head[1] >> 24);
    ret->n_sort = head[1] & 0xffffff;
    assert(list->n >= ret->n && ret->n >= ITEM_HEAD + ret->n_sort);
    ret->sort = (struct mr_str){list->p + ITEM_HEAD, ret->n_sort};
    ret->held = (struct mr_str){ret->sort.p + ret->n_sort, ret->n - ITEM_HEAD - ret->n_sort};
    *list = (struct mr_str){list->p + ret->n, list->n - ret->n};
    return true;
}

static void put_item(struct mr_buf *to, const struct item *x) {
    uint32_t head[2] = {(uint32_t)(ITEM_HEAD + x->sort.n + x->held.n),
                        (uint32_t)x->kind << 24 | (uint32_t)x->sort.n};
    mr_buf_add(to, head, 8);
    mr_buf_add(to, &x->ts, 8);
    mr_buf_add(to, &x->time, 8);
    mr_buf_str(to, x->sort);
    mr_buf_str(to, x->held);
}

struct at { /* a record's key in the store */
    struct mr_str key;
    uint64_t hash;
};

/* The entry's items, in the batch arena: the store may be written while they are read. */
static struct mr_str items_of(struct mr_op *op, int64_t start, const struct at *at) {
    struct mr_bucket *b = mr_store_bucket(op->store, start, false);
    const struct mr_entry *e = b ? mr_bucket_find(op->store, b, at->key, at->hash) : NULL;
    if (!e) return (struct mr_str){NULL, 0};
    return (struct mr_str){mr_arena_dup(mr_op_arena(op), mr_entry_value(e), e->value_len),
                           e->value_len};
}

/* false: too large, nothing has changed. */
static bool put_items(struct mr_op *op, int64_t start, const struct at *at, struct mr_str items) {
    struct mr_bucket *b = mr_store_bucket(op->store, start, true);
    if (items.n) return mr_bucket_put(op->store, b, at->key, at->hash, items);
    mr_bucket_delete(op->store, b, at->key, at->hash);
    return true;
}

/* ---- firing */

static int64_t closes_at(const struct absence_conf *conf, int64_t start) {
    return mr_time_add(mr_time_add(start, conf->width_ms), conf->delay_ms);
}

static void set_deadline(struct mr_op *op) {
    const struct absence_conf *conf = conf_of(op);
    const struct absence *s = op->state;
    struct mr_bucket *b = mr_store_oldest(op->store);
    int64_t closes = b ? closes_at(conf, mr_bucket_start(b)) : INT64_MAX;
    op->deadline = mr_time_add(mr_dues_least(&s->dues), conf->delay_ms + 1);
    if (closes < op->deadline) op->deadline = closes;
}

static void load(struct mr_op *op, struct mr_bucket *b) {
    struct absence *s = op->state;
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(op->store, b, mr_op_arena(op), &n);
    for (size_t i = 0; i < n; i++) {
        struct mr_str list = {mr_entry_value(e[i]), e[i]->value_len};
        for (struct item x; next_item(&list, &x);)
            if (x.kind == 'A')
                mr_dues_add(&s->dues, x.ts, mr_bucket_start(b), x.sort, mr_entry_key(e[i]));
    }
}

static struct mr_str record_key(struct mr_str key) {
    uint32_t n;
    memcpy(&n, key.p, sizeof n);
    return (struct mr_str){key.p + sizeof n, n};
}

static void emit_fired(struct mr_op *op, const struct at *at, const struct item *x) {
    const struct absence_conf *conf = conf_of(op);
    struct mr_rec out = {.key = record_key(at->key)};
    mr_held_read(&conf->held, x->held, mr_op_arena(op), &out);
    out.ts = out.time = out.passed = mr_time_add(x->ts, conf->within_ms);
    mr_emit(op, NULL, out);
}

/* What has been silenced since is not there any more. */
static void fire(struct mr_op *op, const struct mr_due *due) {
    struct absence *s = op->state;
    struct at at = {due->key, mr_store_hash(due->key)};
    int64_t start = start_of(conf_of(op), due->ts);
    struct mr_str list = items_of(op, start, &at);
    struct item found = {0};
    mr_buf_clear(&s->list);
    for (struct item x; next_item(&list, &x);) {
        if (!found.kind && x.kind == 'A' && x.ts == due->ts && mr_str_eq(x.sort, due->sort))
            found = x;
        else
            put_item(&s->list, &x);
    }
    if (!found.kind) return;
    put_items(op, start, &at, mr_buf_view(&s->list));
    emit_fired(op, &at, &found);
}

static void fire_up_to(struct mr_op *op, int64_t O) {
    const struct absence_conf *conf = conf_of(op);
    struct absence *s = op->state;
    struct mr_due due;
    int64_t before = mr_time_add(O, -conf->delay_ms);
    while (mr_dues_take(&s->dues, op, before, load, &due)) fire(op, &due);
    for (struct mr_bucket *b; (b = mr_store_oldest(op->store));) {
        int64_t start = mr_bucket_start(b);
        if (closes_at(conf, start) > O) break;
        mr_bucket_close(op->store, b);
        if (start > op->closed) op->closed = start;
    }
    set_deadline(op);
}

static void advance_time(struct mr_op *op) {
    fire_up_to(op, op->time.now);
}

/* ---- records */

/* b takes back the As that it comes in time for. */
static void silence(struct mr_op *op, const struct mr_rec *r, const struct at *at) {
    const struct absence_conf *conf = conf_of(op);
    struct absence *s = op->state;
    int64_t least = mr_time_add(r->ts, -conf->within_ms);
    for (int64_t start = start_of(conf, least); start <= r->ts; start += conf->width_ms) {
        struct mr_str list = items_of(op, start, at);
        bool any = false;
        mr_buf_clear(&s->list);
        for (struct item x; next_item(&list, &x);) {
            bool hit = x.kind == 'A' && x.ts >= least && x.ts <= r->ts &&
                       mr_time_add(x.ts, conf->delay_ms) >= r->time;
            any |= hit;
            if (!hit) put_item(&s->list, &x);
        }
        if (any) put_items(op, start, at, mr_buf_view(&s->list));
    }
}

/* Is there a B that came before the A that it silences? */
static bool is_silenced(struct mr_op *op, const struct mr_rec *r, const struct at *at) {
    const struct absence_conf *conf = conf_of(op);
    int64_t most = mr_time_add(r->ts, conf->within_ms);
    for (int64_t start = start_of(conf, r->ts); start <= most; start += conf->width_ms) {
        struct mr_str list = items_of(op, start, at);
        for (struct item x; next_item(&list, &x);)
            if (x.kind == 'B' && x.ts >= r->ts && x.ts <= most &&
                mr_time_add(r->ts, conf->delay_ms) >= x.time)
                return true;
    }
    return false;
}

static bool has_timer(struct mr_op *op, const struct at *at) {
    for (struct mr_bucket *b = mr_store_oldest(op->store); b; b = mr_bucket_next(op->store, b)) {
        struct mr_str list = items_of(op, mr_bucket_start(b), at);
        for (struct item x; next_item(&list, &x);)
            if (x.kind == 'A') return true;
    }
    return false;
}

/* It counts for every A that could come, by the A's own numbers. */
static bool is_free(const struct absence_conf *conf, const struct item *b) {
    return b->time <= mr_time_add(b->ts, conf->grace_ms);
}

/* Bs in order of ts, without those that hide nothing which their neighbours do not. */
static size_t add_b(const struct absence_conf *conf, struct item *b, size_t n, struct item x) {
    size_t at = n, k = 0;
    for (; at > 0 && b[at - 1].ts > x.ts; at--) b[at] = b[at - 1];
    b[at] = x;
    for (size_t i = 0; i <= n; i++) {
        if (k && b[k - 1].ts == b[i].ts) {
            if (b[i].time < b[k - 1].time) b[k - 1] = b[i];
            continue;
        }
        while (k >= 2 && b[i].ts - b[k - 2].ts <= conf->within_ms && is_free(conf, &b[i]) &&
               is_free(conf, &b[k - 2]))
            k--;
        b[k++] = b[i];
    }
    return k;
}

/* Keeps a B for As that come later; false: too large. */
static bool keep_b(struct mr_op *op, const struct mr_rec *r, const struct at *at) {
    const struct absence_conf *conf = conf_of(op);
    struct absence *s = op->state;
    int64_t start = start_of(conf, r->ts);
    if (mr_time_add(r->ts, conf->delay_ms) < r->passed || start <= op->closed)
        return true; /* those are late */
    struct mr_str list = items_of(op, start, at), rest = list;
    size_t n = 0;
    for (struct item x; next_item(&rest, &x);) n += x.kind == 'B';
    struct item *b = mr_arena_alloc(mr_op_arena(op), (n + 1) * sizeof *b);
    n = 0;
    mr_buf_clear(&s->list);
    rest = list;
    for (struct item x; next_item(&rest, &x);) {
        if (x.kind == 'B')
            b[n++] = x;
        else
            put_item(&s->list, &x);
    }
    n = add_b(conf, b, n, (struct item){.kind = 'B', .ts = r->ts, .time = r->time});
    for (size_t i = 0; i < n; i++) put_item(&s->list, &b[i]);
    return put_items(op, start, at, mr_buf_view(&s->list));
}

static bool keep_a(struct mr_op *op, const struct mr_rec *r, const struct at *at) {
    const struct absence_conf *conf = conf_of(op);
    struct absence *s = op->state;
    int64_t start = start_of(conf, r->ts);
    struct mr_str list = items_of(op, start, at);
    mr_buf_clear(&s->sort);
    mr_held_sortable(&s->sort, r->key);
    mr_held_provenance(&conf->held, r, &s->sort);
    mr_buf_clear(&s->id);
    mr_held_write(&conf->held, r, &s->id);
    mr_buf_clear(&s->list);
    mr_buf_str(&s->list, list);
    put_item(&s->list, &(struct item){.kind = 'A',
                                      .ts = r->ts,
                                      .time = r->time,
                                      .sort = mr_buf_view(&s->sort),
                                      .held = mr_buf_view(&s->id)});
    if (!put_items(op, start, at, mr_buf_view(&s->list))) return false;
    mr_dues_add(&s->dues, r->ts, start, mr_buf_view(&s->sort), at->key);
    return true;
}

enum { SEEN_A = 1, SEEN_B = 2 };

static void see_a(struct mr_op *op, struct mr_rec *r, const struct at *at) {
    const struct absence_conf *conf = conf_of(op);
    enum mr_late why = mr_judge(mr_time_add(r->ts, conf->delay_ms + 1), r->time, r->passed);
    if (why == MR_NOT_LATE && start_of(conf, r->ts) <= op->closed)
        why = MR_IS_IDLE; /* closed under a smaller grace than now */
    if (why != MR_NOT_LATE) return mr_is_late(r, why);
    if (is_silenced(op, r, at) || (!conf->each && has_timer(op, at))) return mr_filtered(r);
    if (!conf->each && r->time < r->passed) op->idle++; /* a timer that hid it may have fired */
    if (!keep_a(op, r, at))
        return mr_dead(r, MR_R_SIZE, "what waits exceeds the changelog's max.message.bytes");
    r->fate = MR_HELD;
}

/* A record that is both does not silence itself: what it is as B is kept after it was looked at as
 * A. */
static void see(struct mr_op *op, struct mr_rec *r, const struct at *at, unsigned seen) {
    const struct absence_conf *conf = conf_of(op);
    bool b = seen & SEEN_B;
    if (b) silence(op, r, at);
    if (b && r->time < r->passed && mr_time_add(r->ts, conf->grace_ms) < r->passed &&
        mr_time_add(r->ts, conf->delay_ms) >= r->time)
        op->idle++; /* an A that it should have silenced may have fired */
    if (seen & SEEN_A) see_a(op, r, at);
    if (b && r->fate == MR_FILTERED) r->fate = MR_USED;
    if (b && r->fate != MR_DEAD && !keep_b(op, r, at))
        mr_dead(r, MR_R_SIZE, "what waits exceeds the changelog's max.message.bytes");
    set_deadline(op);
}

/* ---- runs */

/* Key of the store: length of the record key, record key, id. false: the record has its fate. */
static bool make_key(struct mr_op *op, struct mr_rec *r, struct at *ret) {
    const struct absence_conf *conf = conf_of(op);
    struct absence *s = op->state;
    struct mr_str id = {NULL, 0};
    uint32_t n = (uint32_t)r->key.n;
    if (conf->has_by && !mr_keys_make(&conf->by, op, r, &s->id, &id)) return false;
    mr_buf_clear(&s->key);
    mr_buf_add(&s->key, &n, sizeof n);
    mr_buf_str(&s->key, r->key);
    mr_buf_str(&s->key, id);
    ret->key = (struct mr_str){mr_arena_dup(mr_op_arena(op), s->key.p, s->key.n), s->key.n};
    ret->hash = mr_store_hash(ret->key);
    return true;
}

/* What a record is; 0: it has its fate. */
static unsigned look_at(struct mr_op *op, struct mr_rec *r, struct at *ret) {
    const struct absence_conf *conf = conf_of(op);
    struct mr_env_frame f;
    unsigned seen = 0;
    if (!r->row) {
        mr_null_value(r);
        return 0;
    }
    if (!r->key.p) {
        if (mr_null_key(op, r)) mr_filtered(r);
        return 0;
    }
    const struct mr_frame *frame = mr_env_frame(&conf->env, r, mr_op_arena(op), &f);
    struct mr_value a = mr_eval(conf->after, frame), b = mr_eval(conf->without, frame);
    if (a.tag == MR_V_ERROR || b.tag == MR_V_ERROR) {
        mr_fault_of(r, a.tag == MR_V_ERROR ? &a : &b);
        return 0;
    }
    if (a.tag == MR_V_BOOL && a.b) seen |= SEEN_A;
    if (b.tag == MR_V_BOOL && b.b) seen |= SEEN_B;
    if (!seen) mr_filtered(r);
    return seen && make_key(op, r, ret) ? seen : 0;
}

/* Keys and hashes of the whole run first, so that the store's memory is on its way. */
static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct absence_conf *conf = conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    struct at *at = mr_arena_calloc(a, n, sizeof *at);
    unsigned *seen = mr_arena_calloc(a, n, sizeof *seen);
    for (size_t i = 0; i < n; i++) {
        seen[i] = look_at(op, &recs[i], &at[i]);
        if (!seen[i]) continue;
        struct mr_bucket *b = mr_store_bucket(op->store, start_of(conf, recs[i].ts), false);
        if (b) mr_bucket_prefetch(b, at[i].hash);
    }
    for (size_t i = 0; i < n; i++) {
        if (recs[i].passed != MR_NO_TIME && recs[i].passed >= op->deadline) {
            mr_op_time_first(op, &recs[i]);
            fire_up_to(op, recs[i].passed);
        }
        if (seen[i]) see(op, &recs[i], &at[i], seen[i]);
    }
}

static int64_t passes(struct mr_op *op, int64_t O) {
    return mr_time_add(O, -conf_of(op)->grace_ms);
}

static void settle(struct mr_op *op, bool committed) {
    struct absence *s = op->state;
    if (committed) return;
    mr_dues_open(&s->dues, op);
    set_deadline(op);
}

static void open(struct mr_op *op) {
    struct absence *s = mr_calloc(1, sizeof *s);
    op->state = s;
    mr_dues_init(&s->dues);
    mr_dues_open(&s->dues, op);
    set_deadline(op);
}

static void close(struct mr_op *op) {
    struct absence *s = op->state;
    if (!s) return;
    mr_dues_done(&s->dues);
    mr_buf_done(&s->key);
    mr_buf_done(&s->id);
    mr_buf_done(&s->list);
    mr_buf_done(&s->sort);
    mr_free(s);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct absence_conf *conf = step->conf;
    mr_print_text(mr_program_text(conf->after), to);
    mr_buf_cat(to, ", without ");
    mr_print_text(mr_program_text(conf->without), to);
    mr_buf_cat(to, ", within ");
    mr_print_duration(conf->within_ms, to);
    mr_buf_cat(to, " grace ");
    mr_print_duration(conf->grace_ms, to);
    if (conf->has_by) {
        mr_buf_cat(to, ", by ");
        mr_keys_explain(&conf->by, to);
    }
    mr_buf_printf(to, ", restart %s", conf->each ? "each" : "first");
}

const struct mr_op_desc mr_op_absence = {
    .name = "absence",
    .clause = "absence",
    .stateful = true,
    .late_key = "absence",
    .check = check,
    .open = open,
    .process = process,
    .advance_time = advance_time,
    .passes = passes,
    .settle = settle,
    .close = close,
    .explain = explain,
};

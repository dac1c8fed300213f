/* window_session.c -- sessions: records of a key at most `gap` apart; both ends are inclusive.
 *
 * A session is an item of its key (slots.h) at its end, told apart by its start: [end, start,
 * value]. Sessions of a key lie more than a gap apart, so a record meets at most two, and joins
 * them. The row's key is (group, start): a session whose start has gone into another one is taken
 * back, with the timestamp of its old end. A session is closed when end + gap + grace < O; a record
 * that is not late (ts + grace >= O) never meets a closed one. op->closed: instant up to which ends
 * are closed (final: and sent), or dropped (every).
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"
#include "processor/op/heap.h"
#include "processor/op/slots.h"

enum { WIDTH_MIN_MS = 1000, NOTE_ROOM = 64 };

struct sessions {
    struct mr_slots slots;
    struct mr_heap due; /* final: ends in the slots that are open here, with their keys */
    int64_t open_to;    /* final: newest slot whose sessions are in due */
};

static int64_t minus(int64_t t, int64_t ms) { /* t - ms, not before 1970 */
    return t < ms ? 0 : t - ms;
}

static int64_t wait_ms(const struct mr_agg_conf *conf) { /* it is closed when end + this < O */
    return conf->size_ms + conf->grace_ms;
}

static struct mr_slot_item *near_of(struct mr_op *op, const struct mr_rec *r, uint64_t hash,
                                    size_t *ret_n) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct sessions *s = ((struct mr_agg *)op->state)->ranges;
    int64_t from = minus(r->ts, conf->size_ms), to = mr_time_add(r->ts, conf->size_ms);
    struct mr_slot_items items = {0};
    size_t n = 0;
    bool done = false;
    for (struct mr_bucket *b = mr_store_from(op->store, mr_slots_name(&s->slots, from)); b && !done;
         b = mr_bucket_next(op->store, b)) {
        const struct mr_entry *e = mr_bucket_find(op->store, b, r->key, hash);
        if (!e) continue;
        size_t had = items.n, kept = n;
        mr_slots_read((struct mr_str){mr_entry_value(e), e->value_len}, mr_op_arena(op), &items);
        for (size_t i = had; i < items.n; i++) {
            done |= items.v[i].at >= r->ts; /* the next one starts more than a gap behind it */
            if (items.v[i].at < from || items.v[i].sub > to || items.v[i].at <= op->closed)
                continue;
            items.v[kept++] = items.v[i];
        }
        n = items.n = kept;
    }
    *ret_n = n;
    return items.v;
}

/* The value of the session that the record makes of those near it, in s->buf. NULL: an error, the
 * record has its fate. */
static bool make_value(struct mr_op *op, struct mr_rec *r, const struct mr_value *args,
                       const struct mr_slot_item *near, size_t n) {
    const struct mr_accum *accum = mr_agg_accum_of(op);
    struct mr_agg *s = op->state;
    struct mr_str state = {NULL, 0};
    const char *error = NULL;
    int64_t end = r->ts;
    if (n) state = mr_agg_state(near[0].value);
    for (size_t i = 0; i < n; i++)
        if (near[i].at > end) end = near[i].at;
    for (size_t i = 1; i < n && !error; i++) {
        mr_buf_clear(&s->half);
        error = mr_accum_merge(accum, state, mr_agg_state(near[i].value), &s->half);
        state = mr_op_keep(op, mr_buf_view(&s->half));
    }
    if (!error) error = mr_accum_error(accum, state, args);
    if (error) {
        mr_dead(r, MR_R_NUM_OVERFLOW, error);
        return false;
    }
    mr_buf_clear(&s->buf);
    mr_buf_add(&s->buf, &end, 8);
    mr_buf_add(&s->buf, &r->time, 8);
    mr_accum_add(accum, state, args, &s->buf);
    return true;
}

static void note_changes(struct mr_op *op, const struct mr_rec *r, const struct mr_slot_item *now,
                         const struct mr_slot_item *near, size_t n) {
    struct mr_agg_change c = {.key = mr_op_keep(op, r->key), .time = r->time};
    struct mr_str same = {NULL, 0};
    for (size_t i = 0; i < n; i++) {
        if (near[i].sub == now->sub) {
            same = near[i].value;
            continue;
        }
        c.start = near[i].sub; /* that row is no more */
        c.old = near[i].value;
        c.ts = near[i].at;
        mr_agg_changed(op, r, &c);
    }
    c.start = now->sub;
    c.old = same;
    c.now = now->value;
    c.ts = now->at;
    mr_agg_changed(op, r, &c);
}

static void note_end(struct mr_op *op, int64_t end, struct mr_str key);

static void add(struct mr_op *op, struct mr_rec *r, uint64_t hash, const struct mr_value *args) {
    struct mr_agg *s = op->state;
    struct sessions *ss = s->ranges;
    struct mr_arena *a = mr_op_arena(op);
    size_t n;
    struct mr_slot_item *near = near_of(op, r, hash, &n);
    if (!make_value(op, r, args, near, n)) return;
    struct mr_slot_item now = {.sub = r->ts, .value = mr_op_keep(op, mr_buf_view(&s->buf))};
    now.at = mr_agg_word(now.value, 0);
    for (size_t i = 0; i < n; i++)
        if (near[i].sub < now.sub) now.sub = near[i].sub;
    if (!mr_slots_put(&ss->slots, r->key, hash, &now, NOTE_ROOM, a))
        return mr_dead(r, MR_R_SIZE, "the group exceeds the changelog's max.message.bytes");
    for (size_t i = 0; i < n; i++)
        if (near[i].at != now.at || near[i].sub != now.sub)
            mr_slots_delete(&ss->slots, r->key, hash, near[i].at, near[i].sub, a);
    note_end(op, now.at, r->key);
    if (mr_agg_conf_of(op)->emit != MR_EMIT_FINAL) note_changes(op, r, &now, near, n);
}

static void prefetch(struct mr_op *op, const struct mr_rec *r, uint64_t hash) {
    struct sessions *s = ((struct mr_agg *)op->state)->ranges;
    struct mr_bucket *b = mr_store_bucket(op->store, mr_slots_name(&s->slots, r->ts), false);
    if (b) mr_bucket_prefetch(b, hash);
}

/* The row's timestamp is its end; `start` tells it apart. */
static struct mr_str find(struct mr_op *op, struct mr_str key, int64_t start, int64_t ts) {
    struct sessions *s = ((struct mr_agg *)op->state)->ranges;
    struct mr_slot_items items;
    mr_slots_range(&s->slots, key, mr_store_hash(key), ts, ts, mr_op_arena(op), &items);
    for (size_t i = 0; i < items.n; i++)
        if (items.v[i].sub == start) return items.v[i].value;
    return (struct mr_str){NULL, 0};
}

/* ---- closing */

static void find_close(struct mr_op *op) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_agg *s = op->state;
    struct sessions *ss = s->ranges;
    s->close_at = INT64_MAX;
    struct mr_bucket *b = mr_store_oldest(op->store);
    if (!b || conf->emit == MR_EMIT_UPDATES) return; /* those go at the commit */
    int64_t at = mr_bucket_start(b);
    if (conf->emit == MR_EMIT_FINAL) {
        if (mr_heap_next(&ss->due) < at) at = mr_heap_next(&ss->due);
        b = ss->open_to == INT64_MIN ? b : mr_store_from(op->store, ss->open_to + 1);
        if (b && mr_slots_first(&ss->slots, mr_bucket_start(b)) < at)
            at = mr_slots_first(&ss->slots, mr_bucket_start(b));
    }
    s->close_at = mr_time_add(at, wait_ms(conf) + conf->every_ms + 1);
}

/* A session ends here now. */
static void note_end(struct mr_op *op, int64_t end, struct mr_str key) {
    struct mr_agg *s = op->state;
    struct sessions *ss = s->ranges;
    if (mr_slots_name(&ss->slots, end) <= ss->open_to) mr_heap_push(&ss->due, end, key, 0);
    find_close(op);
}

/* Ends of the sessions of slots that have begun to close. */
static void open_slots(struct mr_op *op, int64_t upto) {
    struct sessions *ss = ((struct mr_agg *)op->state)->ranges;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_bucket *b = ss->open_to == INT64_MIN ? mr_store_oldest(op->store)
                                                   : mr_store_from(op->store, ss->open_to + 1);
    for (; b && mr_slots_first(&ss->slots, mr_bucket_start(b)) <= upto;
         b = mr_bucket_next(op->store, b)) {
        size_t n;
        const struct mr_entry **e = mr_bucket_sorted(op->store, b, a, &n);
        for (size_t i = 0; i < n; i++) {
            struct mr_slot_items items = {0};
            mr_slots_read((struct mr_str){mr_entry_value(e[i]), e[i]->value_len}, a, &items);
            for (size_t k = 0; k < items.n; k++)
                if (items.v[k].at > op->closed)
                    mr_heap_push(&ss->due, items.v[k].at, mr_entry_key(e[i]), 0);
        }
        ss->open_to = mr_bucket_start(b);
    }
}

static void emit_closed(struct mr_op *op, int64_t upto) {
    struct sessions *ss = ((struct mr_agg *)op->state)->ranges;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_heap_item due;
    struct mr_agg_final *list = NULL;
    size_t n = 0, cap = 0;
    while (mr_heap_pop(&ss->due, upto, a, &due)) {
        struct mr_slot_items items;
        mr_slots_range(&ss->slots, due.key, mr_store_hash(due.key), due.at, due.at, a, &items);
        for (size_t i = 0; i < items.n; i++) { /* one, or none: it has grown since */
            if (n == cap) {
                struct mr_agg_final *more =
                    mr_arena_alloc(a, (cap = cap ? 2 * cap : 64) * sizeof *more);
                if (n) memcpy(more, list, n * sizeof *more);
                list = more;
            }
            list[n++] = mr_agg_final_of(op, due.key, items.v[i].sub, items.v[i].value);
        }
    }
    mr_agg_emit_final(op, list, n);
}

static void drop(struct mr_op *op, int64_t upto) {
    struct sessions *ss = ((struct mr_agg *)op->state)->ranges;
    mr_slots_close(&ss->slots, upto);
    if (upto > op->closed) op->closed = upto;
}

static int64_t closed_upto(const struct mr_agg_conf *conf, int64_t O) {
    int64_t upto = mr_time_add(O, -(wait_ms(conf) + conf->every_ms + 1));
    return upto == MR_INF_TIME ? MR_BUCKET_SIDE - 1 : upto;
}

static void advance(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    int64_t upto = closed_upto(conf, O);
    if (O == MR_NO_TIME || conf->emit == MR_EMIT_UPDATES) return;
    if (conf->emit == MR_EMIT_FINAL) {
        open_slots(op, upto);
        emit_closed(op, upto);
    }
    drop(op, upto);
    find_close(op);
}

static void commit(struct mr_op *op) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    if (conf->emit == MR_EMIT_UPDATES && op->time.now != MR_NO_TIME)
        drop(op, closed_upto(conf, op->time.now));
}

/* ---- open, close */

static void settle(struct mr_op *op, bool committed) {
    struct sessions *ss = ((struct mr_agg *)op->state)->ranges;
    if (!committed) {
        mr_heap_clear(&ss->due);
        ss->open_to = INT64_MIN;
    }
    find_close(op);
}

static void open(struct mr_op *op) {
    struct mr_agg *s = op->state;
    struct sessions *ss = mr_calloc(1, sizeof *ss);
    int64_t gap = mr_agg_conf_of(op)->size_ms;
    s->ranges = ss;
    ss->slots = (struct mr_slots){op->store, gap > WIDTH_MIN_MS ? gap : WIDTH_MIN_MS};
    mr_heap_init(&ss->due);
    settle(op, false);
}

static void close(struct mr_op *op) {
    struct sessions *ss = ((struct mr_agg *)op->state)->ranges;
    if (!ss) return;
    mr_heap_done(&ss->due);
    mr_free(ss);
}

const struct mr_agg_ranges mr_agg_sessions = {
    .open = open,
    .close = close,
    .settle = settle,
    .prefetch = prefetch,
    .add = add,
    .find = find,
    .advance = advance,
    .commit = commit,
};

/* window_sliding.c -- sliding windows [start, start + size], both ends inclusive.
 *
 * The windows of a key: for each instant t of its records the one that ends at t (where t < size:
 * [0, size]), unless the record is late for it, and, if it holds records, the one that starts at
 * t + 1. A record counts in each of them that it is not late for: whose end is at or behind
 * `sub` = its own time - grace (O - grace, where idleness has closed more). So a point of a key is
 * an item (slots.h) [t, sub, accumulators] of the records that have these two numbers in common,
 * and a window is made of points when it is sent: nothing is kept per window. A window is closed
 * when end + grace < O. op->closed: instant up to which points are dropped: no open window can hold
 * them or start behind them.
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"
#include "processor/op/heap.h"
#include "processor/op/slots.h"

#include <assert.h>
#include <stdlib.h>

enum { WIDTH_MIN_MS = 1000, SLOTS_PER_SIZE = 8, NOTE_ROOM = 64 };

struct ends { /* final: ends of windows to come, of the points in slots that are open here */
    struct mr_heap due;
    int64_t open_to; /* newest such slot */
    int64_t behind;  /* first end of a slot - its first instant */
};

struct sliding {
    struct mr_slots slots;
    struct ends left, right; /* windows that end at a point; that start behind one */
};

static struct sliding *of(const struct mr_op *op) {
    return ((const struct mr_agg *)op->state)->ranges;
}

static int64_t size_of(const struct mr_op *op) {
    return mr_agg_conf_of(op)->size_ms;
}

static int64_t left_start(int64_t t, int64_t size) {
    return t < size ? 0 : t - size;
}

/* Ends at or before it are closed, as far as the store says. */
static int64_t closed_end(const struct mr_op *op) {
    return op->closed == MR_NO_TIME ? MR_NO_TIME : mr_time_add(op->closed, size_of(op) + 1);
}

/* ---- windows of points */

static bool starts_at(const struct mr_slot_item *p, int64_t start, int64_t size) {
    if (p->at + 1 == start) return true;
    return left_start(p->at, size) == start && start + size >= p->sub;
}

static bool is_inside(const struct mr_slot_item *p, int64_t start, int64_t size) {
    return start <= p->at && p->at <= start + size && p->sub <= start + size;
}

static bool is_window(const struct mr_slot_items *points, int64_t start, int64_t size) {
    for (size_t i = 0; i < points->n; i++)
        if (starts_at(&points->v[i], start, size)) return true;
    return false;
}

/* The value of a window; p == NULL: it is empty. In the batch's arena. */
static struct mr_str fold(struct mr_op *op, const struct mr_slot_items *points, int64_t start) {
    struct mr_str state = {NULL, 0};
    int64_t head[2] = {0};
    for (size_t i = 0; i < points->n; i++) {
        if (!is_inside(&points->v[i], start, size_of(op))) continue;
        head[0] = points->v[i].at; /* they are in order */
        if (!state.p) {
            state = points->v[i].value;
            continue;
        }
        state = mr_agg_merge(op, state, points->v[i].value);
    }
    if (!state.p) return state;
    char *p = mr_arena_alloc(mr_op_arena(op), sizeof head + state.n);
    memcpy(p, head, sizeof head);
    memcpy(p + sizeof head, state.p, state.n);
    return (struct mr_str){p, sizeof head + state.n};
}

static void read_points(struct mr_op *op, struct mr_str key, uint64_t hash, int64_t from,
                        int64_t to, struct mr_slot_items *ret) {
    mr_slots_range(&of(op)->slots, key, hash, from, to, mr_op_arena(op), ret);
}

static struct mr_str find(struct mr_op *op, struct mr_str key, int64_t start, int64_t ts) {
    struct mr_slot_items points;
    read_points(op, key, mr_store_hash(key), start, mr_time_add(start, size_of(op)), &points);
    return fold(op, &points, start);
}

/* ---- changes */

static int by_start(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Starts of the open windows that a record has changed, in order. now: with its point. */
static size_t changed_starts(struct mr_op *op, const struct mr_rec *r, int64_t sub,
                             const struct mr_slot_items *before, const struct mr_slot_items *now,
                             int64_t *to) {
    const struct mr_slot_item self = {.at = r->ts, .sub = sub};
    int64_t size = size_of(op), grace = mr_agg_conf_of(op)->grace_ms;
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < now->n; i++) {
        int64_t starts[2] = {left_start(now->v[i].at, size), now->v[i].at + 1};
        for (int k = 0; k < 2; k++)
            if (starts_at(&now->v[i], starts[k], size) && is_inside(&self, starts[k], size))
                to[n++] = starts[k];
    }
    if (!is_window(before, r->ts + 1, size)) to[n++] = r->ts + 1;
    if (n) qsort(to, n, sizeof *to, by_start);
    for (size_t i = 0; i < n; i++) {
        int64_t end = to[i] + size;
        if (kept && to[kept - 1] == to[i]) continue;
        if (mr_time_add(end, grace) < r->passed || end <= closed_end(op)) continue;
        to[kept++] = to[i];
    }
    return kept;
}

static void note_changes(struct mr_op *op, const struct mr_rec *r, int64_t sub,
                         const struct mr_slot_items *before, const struct mr_slot_items *now) {
    int64_t *starts = mr_arena_alloc(mr_op_arena(op), (2 * now->n + 1) * sizeof *starts);
    size_t n = changed_starts(op, r, sub, before, now, starts);
    struct mr_agg_change c = {.key = mr_op_keep(op, r->key), .time = r->time};
    for (size_t i = 0; i < n; i++) {
        c.start = starts[i];
        c.now = fold(op, now, starts[i]);
        if (!c.now.p) continue; /* nothing behind the record */
        c.ts = mr_agg_word(c.now, 0);
        c.old = (struct mr_str){NULL, 0};
        if (mr_agg_wants_old(op) && is_window(before, starts[i], size_of(op)))
            c.old = fold(op, before, starts[i]);
        mr_agg_changed(op, r, &c);
    }
}

/* ---- records */

/* Of the windows that hold ts and are not closed at a time. */
static int64_t least_end(const struct mr_op *op, int64_t ts, int64_t time) {
    int64_t end = mr_time_add(time, -mr_agg_conf_of(op)->grace_ms);
    return end > ts ? end : ts;
}

/* The point of (at, sub) with a new value. */
static struct mr_slot_items with_point(struct mr_op *op, const struct mr_slot_items *points,
                                       const struct mr_slot_item *p) {
    struct mr_slot_items to = {.cap = points->n + 1};
    to.v = mr_arena_alloc(mr_op_arena(op), to.cap * sizeof *to.v);
    size_t i = 0;
    for (; i < points->n; i++) {
        const struct mr_slot_item *have = &points->v[i];
        if (have->at > p->at || (have->at == p->at && have->sub >= p->sub)) break;
        to.v[to.n++] = *have;
    }
    to.v[to.n++] = *p;
    if (i < points->n && points->v[i].at == p->at && points->v[i].sub == p->sub) i++;
    for (; i < points->n; i++) to.v[to.n++] = points->v[i];
    return to;
}

static void note_ends(struct mr_op *op, const struct mr_slot_item *p, struct mr_str key);

static void add(struct mr_op *op, struct mr_rec *r, uint64_t hash, const struct mr_value *args) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    const struct mr_accum *accum = mr_agg_accum_of(op);
    struct mr_agg *s = op->state;
    bool final = conf->emit == MR_EMIT_FINAL;
    int64_t reach = final ? 0 : conf->size_ms + 1;
    struct mr_slot_items points;
    int64_t least = least_end(op, r->ts, r->time);
    struct mr_slot_item p = {.at = r->ts, .sub = least_end(op, r->ts, r->passed)};
    struct mr_str state = {NULL, 0};
    if (p.sub < least) p.sub = least;
    read_points(op, r->key, hash, r->ts < reach ? 0 : r->ts - reach, mr_time_add(r->ts, reach),
                &points);
    for (size_t i = 0; i < points.n; i++)
        if (points.v[i].at == p.at && points.v[i].sub == p.sub) state = points.v[i].value;
    const char *error = mr_accum_error(accum, state, args);
    if (error) return mr_dead(r, MR_R_NUM_OVERFLOW, error);
    mr_buf_clear(&s->buf);
    mr_accum_add(accum, state, args, &s->buf);
    p.value = mr_op_keep(op, mr_buf_view(&s->buf));
    if (!mr_slots_put(&of(op)->slots, r->key, hash, &p, NOTE_ROOM, mr_op_arena(op)))
        return mr_dead(r, MR_R_SIZE, "the group exceeds the changelog's max.message.bytes");
    if (p.sub > least || least <= closed_end(op)) op->idle++; /* it is not late for a closed one */
    note_ends(op, &p, r->key);
    if (final) return;
    struct mr_slot_items now = with_point(op, &points, &p);
    note_changes(op, r, p.sub, &points, &now);
}

static void prefetch(struct mr_op *op, const struct mr_rec *r, uint64_t hash) {
    struct mr_bucket *b = mr_store_bucket(op->store, mr_slots_name(&of(op)->slots, r->ts), false);
    if (b) mr_bucket_prefetch(b, hash);
}

/* ---- closing */

/* First O at which a slot that is not open yet has an end that closes, and the heap's. */
static int64_t next_end(struct mr_op *op, const struct ends *e) {
    int64_t at = mr_heap_next(&e->due);
    struct mr_bucket *b = e->open_to == INT64_MIN ? mr_store_oldest(op->store)
                                                  : mr_store_from(op->store, e->open_to + 1);
    if (!b) return at;
    int64_t first = mr_time_add(mr_slots_first(&of(op)->slots, mr_bucket_start(b)), e->behind);
    return first < at ? first : at;
}

static void find_close(struct mr_op *op) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_agg *s = op->state;
    s->close_at = INT64_MAX;
    struct mr_bucket *b = mr_store_oldest(op->store);
    if (!b || conf->emit == MR_EMIT_UPDATES) return; /* those go at the commit */
    int64_t at = mr_time_add(mr_bucket_start(b), conf->size_ms + 1 + conf->every_ms);
    if (conf->emit == MR_EMIT_FINAL) {
        int64_t left = next_end(op, &of(op)->left), right = next_end(op, &of(op)->right);
        if (left < at) at = left;
        if (right < at) at = right;
    }
    s->close_at = mr_time_add(at, conf->grace_ms + 1);
}

static void push_end(struct mr_op *op, struct ends *e, const struct mr_slot_item *p,
                     struct mr_str key) {
    int64_t size = size_of(op);
    int64_t end = e == &of(op)->right ? mr_time_add(p->at, size + 1) : p->at < size ? size : p->at;
    if (end > closed_end(op)) mr_heap_push(&e->due, end, key, 0);
}

/* There is a point here now. */
static void note_ends(struct mr_op *op, const struct mr_slot_item *p, struct mr_str key) {
    struct sliding *sl = of(op);
    int64_t name = mr_slots_name(&sl->slots, p->at);
    if (name <= sl->left.open_to) push_end(op, &sl->left, p, key);
    if (name <= sl->right.open_to) push_end(op, &sl->right, p, key);
    find_close(op);
}

static void open_slots(struct mr_op *op, struct ends *e, int64_t upto) {
    struct mr_arena *a = mr_op_arena(op);
    struct mr_bucket *b = e->open_to == INT64_MIN ? mr_store_oldest(op->store)
                                                  : mr_store_from(op->store, e->open_to + 1);
    for (; b; b = mr_bucket_next(op->store, b)) {
        int64_t first = mr_slots_first(&of(op)->slots, mr_bucket_start(b));
        if (mr_time_add(first, e->behind) > upto) return;
        size_t n;
        const struct mr_entry **list = mr_bucket_sorted(op->store, b, a, &n);
        for (size_t i = 0; i < n; i++) {
            struct mr_slot_items points = {0};
            mr_slots_read((struct mr_str){mr_entry_value(list[i]), list[i]->value_len}, a, &points);
            for (size_t k = 0; k < points.n; k++)
                push_end(op, e, &points.v[k], mr_entry_key(list[i]));
        }
        e->open_to = mr_bucket_start(b);
    }
}

struct finals { /* grows in the batch's arena */
    struct mr_agg_final *v;
    size_t n, cap;
};

static void add_final(struct mr_op *op, struct finals *to, const struct mr_heap_item *due) {
    int64_t size = size_of(op), start = due->at - size;
    struct mr_slot_items points;
    read_points(op, due->key, mr_store_hash(due->key), start ? start - 1 : 0, due->at, &points);
    if (!is_window(&points, start, size)) return;
    struct mr_str value = fold(op, &points, start);
    if (!value.p) return;
    if (to->n == to->cap) {
        to->cap = to->cap ? 2 * to->cap : 64;
        struct mr_agg_final *v = mr_arena_alloc(mr_op_arena(op), to->cap * sizeof *v);
        if (to->n) memcpy(v, to->v, to->n * sizeof *v);
        to->v = v;
    }
    to->v[to->n++] = mr_agg_final_of(op, due->key, start, value);
}

static void emit_closed(struct mr_op *op, int64_t upto) {
    struct ends *ends[] = {&of(op)->left, &of(op)->right};
    struct finals list = {0};
    struct mr_heap_item due;
    for (size_t i = 0; i < MR_ARRAY_LEN(ends); i++) {
        open_slots(op, ends[i], upto);
        while (mr_heap_pop(&ends[i]->due, upto, mr_op_arena(op), &due)) add_final(op, &list, &due);
    }
    mr_agg_emit_final(op, list.v, list.n);
}

/* upto: the largest end that is closed. */
static void drop(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    int64_t upto = mr_time_add(O, -(conf->grace_ms + 1 + conf->size_ms + 1 + conf->every_ms));
    if (upto == MR_INF_TIME) upto = MR_BUCKET_SIDE - 1;
    mr_slots_close(&of(op)->slots, upto);
    if (upto > op->closed) op->closed = upto;
}

static void advance(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    if (O == MR_NO_TIME || conf->emit == MR_EMIT_UPDATES) return;
    if (conf->emit == MR_EMIT_FINAL) emit_closed(op, mr_time_add(O, -(conf->grace_ms + 1)));
    drop(op, O);
    find_close(op);
}

static void commit(struct mr_op *op) {
    if (mr_agg_conf_of(op)->emit == MR_EMIT_UPDATES && op->time.now != MR_NO_TIME)
        drop(op, op->time.now);
}

/* ---- open, close */

static void settle(struct mr_op *op, bool committed) {
    struct ends *ends[] = {&of(op)->left, &of(op)->right};
    for (size_t i = 0; i < MR_ARRAY_LEN(ends) && !committed; i++) {
        mr_heap_clear(&ends[i]->due);
        ends[i]->open_to = INT64_MIN;
    }
    find_close(op);
}

static void open(struct mr_op *op) {
    struct mr_agg *s = op->state;
    struct sliding *sl = mr_calloc(1, sizeof *sl);
    int64_t width = size_of(op) / SLOTS_PER_SIZE;
    s->ranges = sl;
    sl->slots = (struct mr_slots){op->store, width > WIDTH_MIN_MS ? width : WIDTH_MIN_MS};
    sl->right.behind = size_of(op) + 1;
    mr_heap_init(&sl->left.due);
    mr_heap_init(&sl->right.due);
    settle(op, false);
}

static void close(struct mr_op *op) {
    struct sliding *sl = of(op);
    if (!sl) return;
    mr_heap_done(&sl->left.due);
    mr_heap_done(&sl->right.due);
    mr_free(sl);
}

const struct mr_agg_ranges mr_agg_sliding = {
    .open = open,
    .close = close,
    .settle = settle,
    .prefetch = prefetch,
    .add = add,
    .find = find,
    .advance = advance,
    .commit = commit,
};

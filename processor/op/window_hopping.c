/* window_hopping.c -- hopping windows that send a row once, when they close: kept in slides.
 *
 * A slide is the stretch of time that size and step of the windows have as greatest common divisor,
 * so its records are in the same windows, and a record changes one entry, not one per window: an
 * hour every minute keeps a sixtieth of the entries and writes a sixtieth of the changelog. When a
 * window closes the partials of its slides are merged (as Arroyo does it).
 *
 * Late is judged per window: a record may have missed the oldest windows of its slide. Records
 * that have missed as many have a bucket together: its start is that of the slide + `missed`, which
 * is less than the length of a slide. op->closed: the last instant before the next window that can
 * be open starts; buckets up to there go, for they are in no window any more, and a restore drops
 * them by this number.
 *
 * Rows that are sent before the close (each, updates, every) would need a merge for each of them;
 * there a window is a bucket (agg_run.c), as it is for `fold`, which has no merge.
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"

#include <assert.h>

int64_t mr_hopping_slide(const struct mr_agg_conf *conf) {
    int64_t a = conf->size_ms, b = conf->step_ms;
    if (conf->window != MR_WIN_HOPPING || conf->emit != MR_EMIT_FINAL) return 0;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    int64_t windows = (conf->size_ms - 1) / conf->step_ms + 1;
    return windows <= a ? a : 0; /* `missed` has to fit */
}

/* ---- windows of a slide. They do not start before 1970; those that would are passed over. */

static int64_t oldest(const struct mr_agg_conf *conf, int64_t slide) {
    return mr_time_floor(slide - conf->size_ms + conf->step_ms, conf->step_ms);
}

static int64_t newest(const struct mr_agg_conf *conf, int64_t slide) {
    return mr_time_floor(slide, conf->step_ms);
}

/* The oldest window that the records of a bucket count in. */
static int64_t first_of(const struct mr_agg_conf *conf, int64_t bucket) {
    int64_t slide = mr_time_floor(bucket, conf->slide_ms);
    int64_t start = oldest(conf, slide) + (bucket - slide) * conf->step_ms;
    return start < 0 ? 0 : start;
}

int64_t mr_hopping_bucket(const struct mr_agg_conf *conf, int64_t ts, int64_t first) {
    int64_t slide = mr_time_floor(ts, conf->slide_ms), from = oldest(conf, slide);
    return first == 0 && from < 0 ? slide : slide + (first - from) / conf->step_ms;
}

/* The oldest open window of a bucket; INT64_MAX: all are closed. */
static int64_t open_window(const struct mr_op *op, int64_t bucket) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    int64_t start = first_of(conf, bucket);
    if (op->closed != MR_NO_TIME && start <= op->closed) start = op->closed + 1;
    return start <= newest(conf, mr_time_floor(bucket, conf->slide_ms)) ? start : INT64_MAX;
}

static int64_t closes_at(const struct mr_op *op, int64_t start) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    if (start == INT64_MAX) return start;
    return mr_time_add(mr_time_add(start, conf->size_ms), conf->grace_ms);
}

int64_t mr_hopping_closes_at(const struct mr_op *op, int64_t bucket) {
    return closes_at(op, open_window(op, bucket));
}

/* ---- a close */

struct part { /* what one bucket has of a group */
    uint64_t hash;
    struct mr_str key, value;
    struct part *more; /* of the same group */
};

struct parts { /* of a window; in an arena that goes with it */
    struct mr_arena *a;
    struct part **v;
    size_t n, cap;
};

static void take_bucket(struct mr_op *op, struct mr_bucket *b, struct parts *to) {
    size_t n;
    const struct mr_entry **e = mr_bucket_entries(op->store, b, to->a, &n);
    struct part *p = mr_arena_alloc(to->a, n * sizeof *p);
    if (to->n + n > to->cap) {
        to->cap = 2 * (to->n + n);
        struct part **v = mr_arena_alloc(to->a, to->cap * sizeof(struct part *));
        if (to->n) memcpy(v, to->v, to->n * sizeof(struct part *));
        to->v = v;
    }
    for (size_t i = 0; i < n; i++) { /* copies: the next bucket may have to be read in */
        struct mr_str value = {mr_entry_value(e[i]), e[i]->value_len};
        p[i] = (struct part){.hash = e[i]->hash,
                             .key = mr_arena_str(to->a, mr_entry_key(e[i])),
                             .value = mr_arena_str(to->a, value)};
        to->v[to->n++] = &p[i];
    }
}

/* One part per group is left, with the others behind it. */
static void group_parts(struct parts *parts) {
    size_t mask = 15, n = 0;
    while (mask < 2 * parts->n) mask = 2 * mask + 1;
    struct part **table = mr_arena_calloc(parts->a, mask + 1, sizeof(struct part *));
    for (size_t i = 0; i < parts->n; i++) {
        struct part *p = parts->v[i];
        size_t at = p->hash & mask;
        while (table[at] && !mr_str_eq(table[at]->key, p->key)) at = (at + 1) & mask;
        if (table[at]) {
            p->more = table[at]->more;
            table[at]->more = p;
            continue;
        }
        table[at] = parts->v[n++] = p;
    }
    parts->n = n;
}

/* The value of a group in the window, in the batch's arena. */
static struct mr_str merge(struct mr_op *op, const struct part *p) {
    if (!p->more) return mr_op_keep(op, p->value);
    struct mr_str state = mr_agg_state(p->value);
    for (const struct part *q = p->more; q; q = q->more)
        state = mr_agg_merge(op, state, mr_agg_state(q->value));
    char *value = mr_arena_alloc(mr_op_arena(op), MR_AGG_HEAD + state.n);
    memcpy(value, p->value.p, MR_AGG_HEAD); /* of no meaning in a row of a close */
    memcpy(value + MR_AGG_HEAD, state.p, state.n);
    return (struct mr_str){value, MR_AGG_HEAD + state.n};
}

static void emit(struct mr_op *op, int64_t start) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_arena MR_CLEANUP(mr_arena_done) a;
    mr_arena_init(&a);
    struct parts parts = {.a = &a};
    struct mr_bucket *b = mr_store_from(op->store, start);
    for (; b && mr_bucket_start(b) < start + conf->size_ms; b = mr_bucket_next(op->store, b))
        if (first_of(conf, mr_bucket_start(b)) <= start) take_bucket(op, b, &parts);
    group_parts(&parts);
    struct mr_agg_final *list = mr_arena_alloc(mr_op_arena(op), (parts.n + 1) * sizeof *list);
    for (size_t i = 0; i < parts.n; i++) {
        const struct part *p = parts.v[i];
        list[i] = mr_agg_final_of(op, mr_op_keep(op, p->key), start, merge(op, p));
    }
    mr_agg_emit_final(op, list, parts.n);
}

static void drop_closed(struct mr_op *op) {
    for (struct mr_bucket *b; (b = mr_store_oldest(op->store));) {
        if (open_window(op, mr_bucket_start(b)) != INT64_MAX) return;
        mr_bucket_close(op->store, b);
    }
}

/* The oldest window that is open and has records; INT64_MAX: none. */
static int64_t next_window(struct mr_op *op) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    int64_t least = INT64_MAX;
    struct mr_bucket *b = mr_store_oldest(op->store);
    for (; b && oldest(conf, mr_bucket_start(b)) < least; b = mr_bucket_next(op->store, b)) {
        int64_t start = open_window(op, mr_bucket_start(b));
        if (start < least) least = start;
    }
    return least;
}

int64_t mr_hopping_next(struct mr_op *op) {
    return closes_at(op, next_window(op));
}

void mr_hopping_close_up_to(struct mr_op *op, int64_t O) {
    for (;;) {
        drop_closed(op);
        int64_t start = next_window(op);
        if (start == INT64_MAX || closes_at(op, start) > O) return;
        emit(op, start);
        op->closed = start + mr_agg_conf_of(op)->step_ms - 1;
    }
}

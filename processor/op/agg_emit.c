/* agg_emit.c -- which changes of an aggregate become rows, and when: each, updates, every.
 *
 * What waits is noted in the store's side bucket, so that an abort takes it back and a restart
 * finds it. A note:
 *
 *   key    mode, start of the window (big-endian), group key
 *   value  last   every: O when the row was sent last
 *          ts, time   of the row to be sent
 *          flags
 *          the row's value as it was sent last, if somebody wants it
 *
 * `updates` notes what the transaction has changed and takes the notes away at its commit: nothing
 * of them is ever written. `every` keeps a note for D after a row was sent: a row that changes in
 * that time is PENDING; then it is sent, or the note goes.
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"
#include "processor/op/heap.h"

enum { PENDING = 1, GONE = 2 /* the pending row is a delete */, HAD = 4 /* there was a row */ };

struct note {
    int64_t last, ts, time;
    uint32_t flags, pad;
};
_Static_assert(sizeof(struct note) == 32, "part of the state format");

enum { NOTE_HEAD = 1 + 8 };

struct mr_agg_queue {
    struct mr_heap due; /* of the notes: last + D */
};

static struct mr_str note_key(struct mr_op *op, char mode, struct mr_str key, int64_t start) {
    char *p = mr_arena_alloc(mr_op_arena(op), NOTE_HEAD + key.n);
    p[0] = mode;
    uint64_t be = __builtin_bswap64((uint64_t)start);
    memcpy(p + 1, &be, 8);
    if (key.n) memcpy(p + NOTE_HEAD, key.p, key.n);
    return (struct mr_str){p, NOTE_HEAD + key.n};
}

static int64_t start_of(struct mr_str note_key) {
    uint64_t be;
    memcpy(&be, note_key.p + 1, 8);
    return (int64_t)__builtin_bswap64(be);
}

static struct mr_str group_of(struct mr_str note_key) {
    return (struct mr_str){note_key.p + NOTE_HEAD, note_key.n - NOTE_HEAD};
}

static struct mr_bucket *side_of(struct mr_op *op) {
    return mr_store_bucket(op->store, MR_BUCKET_SIDE, true);
}

static bool read_note(struct mr_op *op, struct mr_str key, struct note *ret, struct mr_str *old) {
    const struct mr_entry *e = mr_bucket_find(op->store, side_of(op), key, mr_store_hash(key));
    if (!e || e->value_len < sizeof *ret) return false;
    memcpy(ret, mr_entry_value(e), sizeof *ret);
    *old = (struct mr_str){mr_entry_value(e) + sizeof *ret, e->value_len - sizeof *ret};
    if (!old->n) old->p = NULL;
    return true;
}

/* A note that is too large for the changelog is not kept: its row goes out again on its next
 * change. */
static void put_note(struct mr_op *op, struct mr_str key, const struct note *note,
                     struct mr_str value) {
    struct mr_agg *s = op->state;
    mr_buf_clear(&s->key);
    mr_buf_add(&s->key, note, sizeof *note);
    if (value.p && mr_agg_wants_old(op)) mr_buf_str(&s->key, value);
    mr_bucket_put(op->store, side_of(op), key, mr_store_hash(key), mr_buf_view(&s->key));
}

static void take_note_away(struct mr_op *op, struct mr_str key) {
    mr_bucket_delete(op->store, side_of(op), key, mr_store_hash(key));
}

/* Writes the head of a note that is there. */
static void change_note(struct mr_op *op, struct mr_str key, const struct note *note) {
    bool new;
    struct mr_entry *e =
        mr_bucket_touch(op->store, side_of(op), key, mr_store_hash(key), sizeof *note, &new);
    memcpy(mr_entry_value(e), note, sizeof *note);
}

/* The value of a row as it is now; a copy. */
static struct mr_str value_now(struct mr_op *op, struct mr_str key, int64_t start, int64_t ts) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    if (conf->ranges) return mr_op_keep(op, conf->ranges->find(op, key, start, ts));
    struct mr_bucket *b = mr_store_bucket(op->store, start, false);
    const struct mr_entry *e = b ? mr_bucket_find(op->store, b, key, mr_store_hash(key)) : NULL;
    if (!e) return (struct mr_str){NULL, 0};
    return mr_op_keep(op, (struct mr_str){mr_entry_value(e), e->value_len});
}

static bool has_row(const struct mr_agg_conf *conf, struct mr_str value) {
    return value.p && !mr_agg_is_empty(conf, value);
}

/* ---- every */

static int64_t due_at(const struct mr_op *op, int64_t last) {
    return mr_time_add(last, mr_agg_conf_of(op)->every_ms);
}

/* The row has been sent at O, or taken back. */
static void sent(struct mr_op *op, struct mr_str note, int64_t O, struct mr_str now) {
    struct mr_agg *s = op->state;
    struct note n = {.last = O, .flags = now.p ? HAD : 0};
    put_note(op, note, &n, now);
    if (due_at(op, O) > O) mr_heap_push(&s->queue->due, due_at(op, O), note, 0);
}

static void changed_every(struct mr_op *op, const struct mr_rec *r, const struct mr_agg_change *c) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_str key = note_key(op, 'e', c->key, c->start), old;
    struct note n;
    bool has = has_row(conf, c->now);
    if (read_note(op, key, &n, &old) && due_at(op, n.last) > r->passed) {
        n.flags = (n.flags & HAD) | PENDING | (has ? 0 : GONE);
        n.ts = c->ts;
        n.time = c->time;
        change_note(op, key, &n);
        return;
    }
    if (!has && !has_row(conf, c->old)) return;
    mr_agg_emit_change(op, r, c);
    sent(op, key, r->passed, has ? c->now : (struct mr_str){NULL, 0});
}

static void serve(struct mr_op *op, struct mr_str key, int64_t due, int64_t O) {
    struct note n;
    struct mr_str old;
    if (!read_note(op, key, &n, &old) || due_at(op, n.last) != due) return;
    if (!(n.flags & PENDING)) return take_note_away(op, key);
    struct mr_agg_change c = {.key = group_of(key),
                              .start = start_of(key),
                              .old = mr_op_keep(op, old),
                              .ts = n.ts,
                              .time = n.time};
    if (!(n.flags & GONE)) c.now = value_now(op, c.key, c.start, n.ts);
    mr_agg_emit_change(op, NULL, &c);
    sent(op, key, O, c.now);
}

int64_t mr_agg_queue_at(const struct mr_op *op) {
    const struct mr_agg *s = op->state;
    return s->queue ? mr_heap_next(&s->queue->due) : INT64_MAX;
}

void mr_agg_serve_queue(struct mr_op *op, int64_t O) {
    struct mr_agg *s = op->state;
    struct mr_heap_item item;
    while (s->queue && mr_heap_pop(&s->queue->due, O, mr_op_arena(op), &item))
        serve(op, item.key, item.at, O);
}

void mr_agg_close_queue(struct mr_op *op) {
    struct mr_agg *s = op->state;
    if (!s->queue) return;
    mr_heap_done(&s->queue->due);
    mr_free(s->queue);
}

void mr_agg_open_queue(struct mr_op *op) {
    struct mr_agg *s = op->state;
    if (mr_agg_conf_of(op)->emit != MR_EMIT_EVERY) return;
    if (!s->queue) {
        s->queue = mr_calloc(1, sizeof *s->queue);
        mr_heap_init(&s->queue->due);
    }
    mr_heap_clear(&s->queue->due);
    struct mr_bucket *side = mr_store_bucket(op->store, MR_BUCKET_SIDE, false);
    if (!side) return;
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(op->store, side, mr_op_arena(op), &n);
    for (size_t i = 0; i < n; i++) {
        struct note note;
        if (*mr_entry_key(e[i]).p != 'e' || e[i]->value_len < sizeof note) continue;
        memcpy(&note, mr_entry_value(e[i]), sizeof note);
        mr_heap_push(&s->queue->due, due_at(op, note.last), mr_entry_key(e[i]), 0);
    }
}

/* ---- updates of windows that follow the records */

static void changed_updates(struct mr_op *op, const struct mr_agg_change *c) {
    struct mr_str key = note_key(op, 'u', c->key, c->start), old;
    struct note n = {0};
    bool is_new = !read_note(op, key, &n, &old);
    if (is_new) n.flags = c->old.p ? HAD : 0;
    n.flags = (n.flags & HAD) | PENDING | (c->now.p ? 0 : GONE);
    n.ts = c->ts;
    n.time = c->time;
    if (is_new)
        put_note(op, key, &n, c->old);
    else
        change_note(op, key, &n);
}

void mr_agg_commit_changes(struct mr_op *op) {
    size_t n = mr_store_n_changes(op->store);
    for (size_t i = 0; i < n; i++) {
        struct mr_change at = mr_store_change(op->store, i);
        if (at.bucket != MR_BUCKET_SIDE || !at.present.p || *at.key.p != 'u') continue;
        struct mr_str key = mr_op_keep(op, at.key), old;
        struct note note;
        if (!read_note(op, key, &note, &old)) continue;
        struct mr_agg_change c = {.key = group_of(key),
                                  .start = start_of(key),
                                  .old = mr_op_keep(op, old),
                                  .ts = note.ts,
                                  .time = note.time};
        if (!(note.flags & GONE)) c.now = value_now(op, c.key, c.start, note.ts);
        mr_agg_emit_change(op, NULL, &c);
        take_note_away(op, key);
    }
}

/* ---- all of them */

void mr_agg_changed(struct mr_op *op, const struct mr_rec *r, const struct mr_agg_change *c) {
    switch (mr_agg_conf_of(op)->emit) {
    case MR_EMIT_EACH: return mr_agg_emit_change(op, r, c);
    case MR_EMIT_EVERY: return changed_every(op, r, c);
    case MR_EMIT_UPDATES: return changed_updates(op, c);
    case MR_EMIT_FINAL: break;
    }
}

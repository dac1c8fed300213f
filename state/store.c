/* store.c -- opening and closing a store, its identity, its clock. */
#include "state/internal.h"
#include "base/mem.h"
#include "proto/checkpoint.h"

#include <assert.h>

struct mr_str mr_store_prefix(const struct mr_store *s) {
    return mr_buf_view(&s->prefix);
}

void mr_store_fail(struct mr_store *s, const struct mr_err *err) {
    if (!s->failed) s->err = *err;
    s->failed = true;
}

enum mr_class mr_store_health(const struct mr_store *s, struct mr_err *err) {
    if (!s->failed) return MR_OK;
    if (err) *err = s->err;
    return MR_FATAL;
}

/* ---- opening */

static bool any_row(void *arg, struct mr_str key, struct mr_str value) {
    *(bool *)arg = true;
    return false;
}

/* From the first to behind the last row of the store. */
static void range(struct mr_store *s, struct mr_buf *ret_from, struct mr_buf *ret_to) {
    mr_buf_clear(ret_from);
    mr_buf_clear(ret_to);
    mr_key_class(ret_from, mr_store_prefix(s), MR_ROW_IDENTITY);
    mr_key_class(ret_to, mr_store_prefix(s), MR_ROW_END);
}

static enum mr_class has_rows(struct mr_store *s, bool *ret, struct mr_err *err) {
    *ret = false;
    range(s, &s->row, &s->value);
    return s->engine->vt->scan(s->engine, mr_buf_view(&s->row), mr_buf_view(&s->value), any_row,
                               ret, err);
}

static enum mr_class delete_rows(struct mr_store *s, struct mr_err *err) {
    range(s, &s->row, &s->value);
    mr_batch_clear(&s->batch);
    mr_batch_delete_range(&s->batch, mr_buf_view(&s->row), mr_buf_view(&s->value));
    return s->engine->vt->write(s->engine, &s->batch, err);
}

static enum mr_class get_row(struct mr_store *s, enum mr_row_class class, bool *ret_found,
                             struct mr_err *err) {
    mr_buf_clear(&s->row);
    mr_buf_clear(&s->value);
    mr_key_class(&s->row, mr_store_prefix(s), class);
    return s->engine->vt->get(s->engine, mr_buf_view(&s->row), &s->value, ret_found, err);
}

/* Buckets on disk: the first row at or behind a start, then on behind that bucket. */
struct seen_bucket {
    size_t at; /* where the eight bytes stand */
    bool found;
    int64_t start;
};

static bool see_bucket(void *arg, struct mr_str key, struct mr_str value) {
    struct seen_bucket *seen = arg;
    if (key.n < seen->at + 8) return true;
    seen->found = true;
    seen->start = mr_be64_read(key.p + seen->at);
    return false;
}

static enum mr_class find_buckets(struct mr_store *s, int64_t low, struct mr_err *err) {
    struct seen_bucket seen = {.at = s->prefix.n + 1};
    for (int64_t from = INT64_MIN;; from = seen.start + 1) {
        seen.found = false;
        mr_buf_clear(&s->row);
        mr_buf_clear(&s->value);
        mr_key_row(&s->row, mr_store_prefix(s), MR_ROW_ENTRY, from, MR_STR(""));
        mr_key_class(&s->value, mr_store_prefix(s), MR_ROW_ENTRY + 1);
        enum mr_class c = s->engine->vt->scan(s->engine, mr_buf_view(&s->row),
                                              mr_buf_view(&s->value), see_bucket, &seen, err);
        if (c != MR_OK || !seen.found) return c;
        struct mr_bucket *b = mr_bucket_add(s, seen.start);
        b->unknown = b->has_rows = true;
        b->low = low;
        if (seen.start == INT64_MAX) return MR_OK;
    }
}

/* Nothing stored: what an unfinished first round has left is cleared away, because a replay from
 * the start of a compacted changelog does not touch what was deleted long ago. */
static enum mr_class open_new(struct mr_store *s, struct mr_err *err) {
    bool rows;
    s->identity = MR_ID_NEW;
    enum mr_class c = has_rows(s, &rows, err);
    return c != MR_OK || !rows ? c : delete_rows(s, err);
}

static enum mr_class open_known(struct mr_store *s, int64_t low, struct mr_err *err) {
    bool found;
    s->identity = MR_ID_KNOWN;
    enum mr_class c = get_row(s, MR_ROW_CLOCK, &found, err);
    if (c != MR_OK) return c;
    if (found) {
        mr_buf_str(&s->clock, mr_buf_view(&s->value));
        mr_buf_str(&s->clock_committed, mr_buf_view(&s->value));
        s->clock_low = low;
    }
    return find_buckets(s, low, err);
}

static enum mr_class open_rows(struct mr_store *s, struct mr_err *err) {
    bool found;
    struct mr_checkpoint p;
    enum mr_class c = get_row(s, MR_ROW_IDENTITY, &found, err);
    if (c != MR_OK) return c;
    if (!found) return open_new(s, err);
    if (!mr_checkpoint_read(mr_buf_view(&s->value), &p))
        return mr_err_set(err, MR_FATAL, 0, "store %s/%d: the identity row cannot be read",
                          s->spec.name, (int)s->spec.partition);
    s->stored = true;
    s->next = s->stored_position = p.position;
    s->wall_ms = s->stored_wall_ms = p.wall_ms;
    if (p.incarnation.n) {
        memcpy(s->incarnation, p.incarnation.p, p.incarnation.n);
        s->has_incarnation = s->stored_incarnation = true;
    }
    if (p.fingerprint != s->spec.fingerprint || !mr_str_is(p.app, s->spec.app)) {
        s->identity = MR_ID_FINGERPRINT;
        return MR_OK;
    }
    return open_known(s, p.low, err);
}

static void add_plain(struct mr_store *s) {
    if (s->spec.kind == MR_STORE_WINDOW) return;
    if (s->n_buckets && s->buckets[0]->start == MR_BUCKET_PLAIN)
        return; /* beside: MR_BUCKET_SIDE */
    mr_bucket_add(s, MR_BUCKET_PLAIN);
}

enum mr_class mr_store_open(struct mr_engine *e, const struct mr_store_spec *spec,
                            struct mr_store **ret, struct mr_err *err) {
    struct mr_store *s = mr_calloc(1, sizeof *s);
    s->engine = e;
    s->spec = *spec;
    s->clock_low = -1;
    s->horizon = s->horizon_committed = (struct mr_horizon){INT64_MIN, INT64_MIN};
    mr_arena_init(&s->arena);
    mr_key_prefix(&s->prefix, spec->name, spec->partition);
    if (!mr_engine_hold(e, mr_store_prefix(s))) {
        mr_buf_done(&s->prefix);
        mr_free(s);
        return mr_err_set(err, MR_RETRY, 0, "store %s/%d is still held by another task", spec->name,
                          (int)spec->partition);
    }
    enum mr_class c = open_rows(s, err);
    if (c != MR_OK) {
        mr_store_close(s);
        return c;
    }
    add_plain(s);
    *ret = s;
    return MR_OK;
}

static void forget_all(struct mr_store *s) {
    while (s->n_buckets) mr_bucket_forget(s, s->n_buckets - 1);
}

void mr_store_close(struct mr_store *s) {
    if (!s) return;
    forget_all(s); /* nothing of an open transaction has left the memory */
    mr_engine_let_go(s->engine, mr_store_prefix(s));
    mr_arena_done(&s->arena);
    mr_batch_done(&s->batch);
    struct mr_buf *bufs[] = {&s->prefix, &s->clock, &s->clock_committed,
                             &s->row,    &s->value, &s->pack};
    for (size_t i = 0; i < MR_ARRAY_LEN(bufs); i++) mr_buf_done(bufs[i]);
    mr_free(s->buckets);
    mr_free(s->undo);
    mr_free(s);
}

/* ---- identity */

enum mr_identity mr_store_identity(struct mr_store *s, struct mr_str *ret_incarnation,
                                   int64_t *ret_position, int64_t *ret_wall_ms) {
    *ret_incarnation = (struct mr_str){s->incarnation, s->has_incarnation ? MR_INCARNATION_LEN : 0};
    *ret_position = s->next;
    *ret_wall_ms = s->wall_ms;
    return s->identity;
}

void mr_store_set_incarnation(struct mr_store *s, struct mr_str sixteen_bytes) {
    assert(sixteen_bytes.n == MR_INCARNATION_LEN);
    memcpy(s->incarnation, sixteen_bytes.p, MR_INCARNATION_LEN);
    s->has_incarnation = true;
    s->stored_incarnation = false;
}

void mr_store_wipe(struct mr_store *s) {
    assert(!mr_store_dirty(s));
    struct mr_err err;
    forget_all(s);
    if (delete_rows(s, &err) != MR_OK) mr_store_fail(s, &err);
    mr_buf_clear(&s->clock);
    mr_buf_clear(&s->clock_committed);
    s->clock_dirty = s->has_incarnation = s->stored = s->stored_incarnation = false;
    s->clock_low = -1;
    s->next = s->wall_ms = s->stored_position = s->stored_wall_ms = 0;
    s->round = (struct mr_round){0};
    s->identity = MR_ID_NEW;
    s->horizon = s->horizon_committed = (struct mr_horizon){INT64_MIN, INT64_MIN};
    add_plain(s);
}

/* ---- the clock */

void mr_store_set_clock(struct mr_store *s, struct mr_str clock) {
    if (mr_str_eq(clock, mr_buf_view(&s->clock))) return;
    assert(clock.n <= 16384);
    mr_buf_clear(&s->clock);
    mr_buf_str(&s->clock, clock);
    s->clock_changed = !mr_str_eq(clock, mr_buf_view(&s->clock_committed));
}

struct mr_str mr_store_clock(const struct mr_store *s) {
    return mr_buf_view(&s->clock);
}

/* ---- figures */

size_t mr_store_memory(const struct mr_store *s) {
    return s->bytes + s->arena.used + s->n_buckets * sizeof(struct mr_bucket);
}

size_t mr_store_entries(const struct mr_store *s) {
    return s->n_entries;
}

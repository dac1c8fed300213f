/* agg_run.c -- records folded into values, one per group, or per group and window.
 *
 * What a value is made of and how a record changes it is the operator's (mr_agg_fold). Here: groups
 * without a window (one bucket of the store) and windows that are known from a timestamp, tumbling
 * and hopping (a bucket each, by start; its entries by the group key's bytes). Sliding windows and
 * sessions follow the records: window_sliding.c, window_session.c. What is emitted:
 *
 *   each     on every record       ts = largest in it, time = the record's
 *   updates  at each commit        the same, one row per changed key; passes O of the last commit
 *   every    D after the last one  the same, at most one per key and D; passes O - D
 *   final    when a window closes  ts = time = its last instant, in order of (end, bytes of the
 *            row's key); time goes on row by row, before the row; passes O - grace
 *
 * Over a table a row's old value is taken out of its group and the new one goes in, as one change
 * when the group stays. A group without members has no row: its entry goes when that is said.
 * A record counts in every window that it is not late for, in all or (when it is an error) in none.
 * op->closed: start of the newest window that is closed. A record's own time closes first: a
 * deadline that comes up inside a run is served by process itself.
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"

#include <assert.h>

enum { NOTE_ROOM = 64 }; /* agg_emit.c keeps a value again, with a head */

static const struct mr_agg_conf *conf_of(const struct mr_op *op) {
    return mr_agg_conf_of(op);
}

/* Start of the newest window that holds ts. */
static int64_t last_start(const struct mr_agg_conf *conf, int64_t ts) {
    return mr_time_floor(ts, conf->step_ms);
}

/* Start of the oldest one. Windows do not start before 1970, but for those that lie there. */
static int64_t first_start(const struct mr_agg_conf *conf, int64_t ts) {
    if (conf->window == MR_WIN_TUMBLING) return last_start(conf, ts);
    int64_t from = ts - conf->size_ms + conf->step_ms;
    return from < 0 ? 0 : last_start(conf, from);
}

static int64_t closes_at(const struct mr_agg_conf *conf, int64_t start) {
    return mr_time_add(mr_time_add(start, conf->size_ms), conf->grace_ms);
}

/* Its rows are sent (every: until D after the last change), so it may go. */
static int64_t drops_at(const struct mr_agg_conf *conf, int64_t start) {
    return mr_time_add(closes_at(conf, start), conf->every_ms);
}

/* ---- closing */

static void emit_final(struct mr_op *op, struct mr_bucket *b) {
    struct mr_arena *a = mr_op_arena(op);
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(op->store, b, a, &n);
    struct mr_agg_final *list = mr_arena_alloc(a, (n + 1) * sizeof *list);
    for (size_t i = 0; i < n; i++) {
        struct mr_str value = {mr_entry_value(e[i]), e[i]->value_len};
        list[i] = mr_agg_final_of(op, mr_op_keep(op, mr_entry_key(e[i])), mr_bucket_start(b),
                                  mr_op_keep(op, value));
    }
    mr_agg_emit_final(op, list, n);
}

static void find_close(struct mr_op *op) {
    struct mr_agg *s = op->state;
    struct mr_bucket *b = conf_of(op)->windowed ? mr_store_oldest(op->store) : NULL;
    if (conf_of(op)->slide_ms)
        s->close_at = mr_hopping_next(op);
    else
        s->close_at = b ? drops_at(conf_of(op), mr_bucket_start(b)) : INT64_MAX;
}

/* Closes every window whose end + grace has been reached. */
static void close_up_to(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = conf_of(op);
    if (!conf->windowed) return;
    if (conf->slide_ms) mr_hopping_close_up_to(op, O);
    for (struct mr_bucket *b; !conf->slide_ms && (b = mr_store_oldest(op->store));) {
        int64_t start = mr_bucket_start(b);
        if (drops_at(conf, start) > O) break;
        if (conf->emit == MR_EMIT_FINAL) emit_final(op, b);
        mr_bucket_close(op->store, b);
        if (start > op->closed) op->closed = start;
    }
    find_close(op);
}

static void set_deadline(struct mr_op *op) {
    const struct mr_agg *s = op->state;
    int64_t queue = mr_agg_queue_at(op);
    op->deadline = queue < s->close_at ? queue : s->close_at;
}

static void serve(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = conf_of(op);
    mr_agg_serve_queue(op, O);
    if (conf->ranges)
        conf->ranges->advance(op, O);
    else
        close_up_to(op, O);
    set_deadline(op);
}

void mr_agg_advance_time(struct mr_op *op) {
    serve(op, op->time.now);
}

/* ---- records */

/* The time at which it is too late for every window of a record. */
static int64_t too_late_at(const struct mr_agg_conf *conf, int64_t ts) {
    if (!conf->ranges) return closes_at(conf, last_start(conf, ts));
    int64_t end = conf->window == MR_WIN_SESSION ? ts : mr_time_add(ts, conf->size_ms);
    return mr_time_add(mr_time_add(end, conf->grace_ms), 1); /* ends are inclusive */
}

/* Closed under a smaller grace than now. */
static bool is_closed(const struct mr_op *op, int64_t ts) {
    const struct mr_agg_conf *conf = conf_of(op);
    if (op->closed == MR_NO_TIME) return false;
    if (!conf->ranges) return last_start(conf, ts) <= op->closed;
    return (conf->window == MR_WIN_SESSION ? ts : ts - 1) <= op->closed;
}

/* true: the record has its fate already. */
static bool by_time(struct mr_op *op, const struct mr_agg_conf *conf, struct mr_rec *r) {
    enum mr_late why = mr_judge(too_late_at(conf, r->ts), r->time, r->passed);
    if (why == MR_NOT_LATE && is_closed(op, r->ts)) why = MR_IS_IDLE;
    if (why != MR_NOT_LATE) {
        mr_is_late(r, why);
        return true;
    }
    int64_t start = conf->ranges ? r->ts : last_start(conf, r->ts);
    int64_t ref = r->time;
    if (ref == MR_NO_TIME && r->origin) ref = r->origin->appended >= 0 ? r->origin->appended : ref;
    int64_t reach;
    if (ref == MR_NO_TIME || __builtin_mul_overflow(conf->max_ahead, conf->size_ms, &reach) ||
        start <= mr_time_add(ref, reach))
        return false;
    mr_dead(r, MR_R_TIME_AHEAD, "its window lies too far after the record's own time (max_ahead)");
    return true;
}

static void write_head(char *to, struct mr_str old, const struct mr_rec *r) {
    int64_t ts = old.p && mr_agg_word(old, 0) > r->ts ? mr_agg_word(old, 0) : r->ts;
    memcpy(to, &ts, 8);
    memcpy(to + 8, &r->time, 8);
}

static struct mr_str value_of(const struct mr_entry *e) {
    return e ? (struct mr_str){mr_entry_value(e), e->value_len} : (struct mr_str){NULL, 0};
}

struct target { /* an entry that a record changes */
    int64_t start;
    struct mr_bucket *b;
    struct mr_str old; /* a copy, when rows are sent on changes and want it */
    size_t at, n;      /* not in place: the new value in s->buf, or */
    bool patch;        /* what the fold needs to change the old one where it lies */
};

static void update_fixed(struct mr_op *op, struct mr_bucket *b, const struct mr_rec *r,
                         uint64_t hash, const struct mr_agg_args *args) {
    const struct mr_agg_conf *conf = conf_of(op);
    uint32_t len = MR_AGG_HEAD + conf->fixed;
    bool new;
    struct mr_entry *e = mr_bucket_touch(op->store, b, r->key, hash, len, &new);
    char *p = mr_entry_value(e);
    if (!new &&mr_agg_is_empty(conf, (struct mr_str){p, len})) {
        memset(p, 0, len);
        new = true;
    }
    write_head(p, new ? (struct mr_str){NULL, 0} : (struct mr_str){p, MR_AGG_HEAD}, r);
    conf->fold->change(conf->of, p + MR_AGG_HEAD, args);
}

static void update_patched(struct mr_op *op, const struct target *t, const struct mr_rec *r,
                           uint64_t hash, const struct mr_agg_args *args) {
    const struct mr_agg_conf *conf = conf_of(op);
    const struct mr_agg *s = op->state;
    bool new;
    struct mr_entry *e = mr_bucket_touch(op->store, t->b, r->key, hash, 0, &new);
    char *p = mr_entry_value(e);
    write_head(p, (struct mr_str){p, MR_AGG_HEAD}, r);
    conf->fold->apply(conf->of, p + MR_AGG_HEAD, (struct mr_str){s->buf.p + t->at, t->n}, args);
}

/* Appends the new value to s->buf. false: the record has its fate. */
static bool compose(struct mr_op *op, struct mr_rec *r, const struct mr_agg_args *args,
                    struct mr_str old) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_agg *s = op->state;
    char head[MR_AGG_HEAD];
    if (old.p && mr_agg_is_empty(conf, old)) old = (struct mr_str){NULL, 0};
    write_head(head, old, r);
    mr_buf_add(&s->buf, head, MR_AGG_HEAD);
    return conf->fold->compose(op, r, mr_agg_state(old), args, &s->buf);
}

static bool sends_changes(const struct mr_agg_conf *conf) {
    return conf->emit == MR_EMIT_EACH || conf->emit == MR_EMIT_EVERY;
}

static bool needs_old(const struct mr_agg_conf *conf, const struct mr_op *op) {
    return conf->needs_state || conf->table || (sends_changes(conf) && mr_agg_wants_old(op));
}

/* What the record makes of an entry, without changing it. false: the record has its fate. */
static bool prepare(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct mr_agg_args *args,
                    struct target *t) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_agg *s = op->state;
    struct mr_str old = {NULL, 0};
    t->b = mr_store_bucket(op->store, t->start, true);
    t->old = old;
    if (needs_old(conf, op)) {
        old = value_of(mr_bucket_find(op->store, t->b, r->key, hash));
        if (conf->fold->takes && !conf->fold->takes(conf->of, r, mr_agg_state(old), args))
            return false;
    }
    if (!old.p || mr_agg_is_empty(conf, old)) args->out = NULL; /* it had been refused */
    if (!args->in && !args->out) {
        mr_filtered(r);
        return false;
    }
    if (conf->large && old.p) {
        t->at = s->buf.n;
        t->patch = conf->fold->patch(conf->of, mr_agg_state(old), args, &s->buf);
        t->n = s->buf.n - t->at;
    }
    if (!conf->in_place && !t->patch) {
        t->at = s->buf.n;
        if (!compose(op, r, args, old)) return false;
        t->n = s->buf.n - t->at;
        if (!mr_store_fits(op->store, r->key, t->n + NOTE_ROOM)) {
            mr_refused(r, MR_R_SIZE, "the group exceeds the changelog's max.message.bytes");
            return false;
        }
    }
    if (sends_changes(conf)) t->old = mr_op_keep(op, old);
    return true;
}

static void change(struct mr_op *op, const struct mr_rec *r, uint64_t hash,
                   const struct mr_agg_args *args, const struct target *t) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_agg *s = op->state;
    if (conf->in_place)
        update_fixed(op, t->b, r, hash, args);
    else if (t->patch)
        update_patched(op, t, r, hash, args);
    else
        mr_bucket_put(op->store, t->b, r->key, hash, (struct mr_str){s->buf.p + t->at, t->n});
    int64_t due = conf->slide_ms ? mr_hopping_closes_at(op, t->start) : drops_at(conf, t->start);
    if (conf->windowed && due < s->close_at) s->close_at = due;
    if (!sends_changes(conf)) return;
    struct mr_str now = mr_op_keep(op, value_of(mr_bucket_find(op->store, t->b, r->key, hash)));
    mr_agg_changed(op, r,
                   &(struct mr_agg_change){.key = mr_op_keep(op, r->key),
                                           .start = t->start,
                                           .old = t->old,
                                           .now = now,
                                           .ts = mr_agg_word(now, 0),
                                           .time = mr_agg_word(now, 1)});
    if (mr_agg_is_empty(conf, now)) mr_bucket_delete(op->store, t->b, r->key, hash);
}

/* The windows of a record that it is not late for, by start. */
static struct target *targets(struct mr_op *op, const struct mr_rec *r, struct target *one,
                              size_t *ret_n) {
    const struct mr_agg_conf *conf = conf_of(op);
    *one = (struct target){.start = conf->windowed ? last_start(conf, r->ts) : MR_BUCKET_PLAIN};
    *ret_n = 1;
    if (conf->window != MR_WIN_HOPPING) return one;
    int64_t start = first_start(conf, r->ts);
    bool idle = false;
    for (; start < one->start; start += conf->step_ms) {
        enum mr_late why = mr_judge(closes_at(conf, start), r->time, r->passed);
        if (why == MR_NOT_LATE && (op->closed == MR_NO_TIME || start > op->closed)) break;
        idle |= why != MR_IS_LATE;
    }
    if (idle) op->idle++;
    if (conf->slide_ms) {
        one->start = mr_hopping_bucket(conf, r->ts, start);
        return one;
    }
    size_t n = (size_t)((one->start - start) / conf->step_ms) + 1;
    struct target *list = mr_arena_alloc(mr_op_arena(op), n * sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct target){.start = start + (int64_t)i * conf->step_ms};
    *ret_n = n;
    return list;
}

static void apply(struct mr_op *op, struct mr_rec *r, uint64_t hash, struct mr_agg_args args) {
    struct mr_agg *s = op->state;
    struct target one;
    size_t n;
    struct target *t = targets(op, r, &one, &n);
    mr_buf_clear(&s->buf);
    for (size_t i = 0; i < n; i++)
        if (!prepare(op, r, hash, &args, &t[i])) return;
    for (size_t i = 0; i < n; i++) change(op, r, hash, &args, &t[i]);
}

/* Record i, with its replacement when that comes next. Returns how many were used. */
static size_t apply_next(struct mr_op *op, struct mr_rec *recs, size_t i, size_t n,
                         const struct mr_value **args, const uint64_t *hash) {
    struct mr_rec *r = &recs[i];
    if (conf_of(op)->ranges) {
        if (args[i]) conf_of(op)->ranges->add(op, r, hash[i], args[i]);
        return 1;
    }
    if (!(r->flags & MR_RF_RETRACT) || !conf_of(op)->table) {
        if (args[i]) apply(op, r, hash[i], (struct mr_agg_args){.in = args[i]});
        return 1;
    }
    bool replaced = mr_is_replaced(recs, i, n);
    const struct mr_value *in = replaced ? args[i + 1] : NULL;
    size_t at = in ? i + 1 : i;
    if (in || args[i])
        apply(op, &recs[at], hash[at], (struct mr_agg_args){.out = args[i], .in = in});
    return replaced ? 2 : 1;
}

static void prefetch(struct mr_op *op, const struct mr_rec *r, uint64_t hash) {
    const struct mr_agg_conf *conf = conf_of(op);
    if (conf->ranges) return conf->ranges->prefetch(op, r, hash);
    int64_t start = conf->slide_ms   ? mr_time_floor(r->ts, conf->slide_ms)
                    : conf->windowed ? last_start(conf, r->ts)
                                     : MR_BUCKET_PLAIN;
    struct mr_bucket *b = mr_store_bucket(op->store, start, false);
    if (b) mr_bucket_prefetch(b, hash);
}

/* Arguments and hashes of the whole run first, so that the store's memory is on its way. */
void mr_agg_process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    uint64_t *hash = mr_arena_alloc(a, n * sizeof *hash);
    const struct mr_value **args = mr_arena_alloc(a, n * sizeof(struct mr_value *));
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
        if (conf->windowed && by_time(op, conf, r)) continue;
        args[i] = conf->fold->arguments(op, r);
        if (!args[i]) continue;
        hash[i] = mr_store_hash(r->key);
        prefetch(op, r, hash[i]);
    }
    for (size_t i = 0; i < n;) {
        if (recs[i].passed != MR_NO_TIME && recs[i].passed >= op->deadline) {
            mr_op_time_first(op, &recs[i]);
            serve(op, recs[i].passed);
        }
        i += apply_next(op, recs, i, n, args, hash);
        set_deadline(op);
    }
}

/* ---- commit */

/* What the transaction has changed, as the store lists it. */
static void emit_changes(struct mr_op *op) {
    const struct mr_agg_conf *conf = conf_of(op);
    size_t n = mr_store_n_changes(op->store);
    for (size_t i = 0; i < n; i++) {
        struct mr_change c = mr_store_change(op->store, i);
        if (!c.present.p || c.bucket == MR_BUCKET_SIDE) continue;
        struct mr_agg_change to = {.key = mr_op_keep(op, c.key),
                                   .start = c.bucket,
                                   .old = mr_op_keep(op, c.committed),
                                   .now = mr_op_keep(op, c.present)};
        to.ts = mr_agg_word(to.now, 0);
        to.time = mr_agg_word(to.now, 1);
        mr_agg_emit_change(op, NULL, &to);
        if (mr_agg_is_empty(conf, to.now))
            mr_bucket_delete(op->store, mr_store_bucket(op->store, c.bucket, true), to.key,
                             mr_store_hash(to.key));
    }
}

void mr_agg_commit(struct mr_op *op) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_agg *s = op->state;
    if (conf->emit == MR_EMIT_UPDATES && !conf->ranges) emit_changes(op);
    if (conf->emit == MR_EMIT_UPDATES && conf->ranges) mr_agg_commit_changes(op);
    if (conf->ranges) conf->ranges->commit(op);
    if (conf->emit == MR_EMIT_UPDATES) s->committed = op->time.now;
    if (conf->emit == MR_EMIT_EVERY) {
        struct mr_bucket *side = mr_store_bucket(op->store, MR_BUCKET_SIDE, false);
        if (side) mr_bucket_freshen(op->store, side);
    }
}

int64_t mr_agg_passes(struct mr_op *op, int64_t O) {
    const struct mr_agg_conf *conf = conf_of(op);
    const struct mr_agg *s = op->state;
    switch (conf->emit) {
    case MR_EMIT_UPDATES: return s->committed;
    case MR_EMIT_EVERY: return mr_time_add(O, -conf->every_ms);
    case MR_EMIT_EACH: break;
    case MR_EMIT_FINAL:
        if (conf->window == MR_WIN_SESSION) O = mr_time_add(O, -conf->size_ms);
        return mr_time_add(O, -conf->grace_ms);
    }
    return O;
}

void mr_agg_settle(struct mr_op *op, bool committed) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_agg *s = op->state;
    if (committed)
        s->settled = s->committed;
    else
        s->committed = s->settled;
    if (!committed) mr_agg_open_queue(op);
    if (conf->ranges)
        conf->ranges->settle(op, committed);
    else
        find_close(op);
    set_deadline(op);
}

void mr_agg_open(struct mr_op *op) {
    const struct mr_agg_conf *conf = conf_of(op);
    struct mr_agg *s = mr_calloc(1, sizeof *s);
    op->state = s;
    s->committed = s->settled = op->time.now; /* of the clock: written with the last commit */
    mr_agg_open_queue(op);
    if (conf->ranges)
        conf->ranges->open(op);
    else
        find_close(op);
    set_deadline(op);
}

void mr_agg_close(struct mr_op *op) {
    struct mr_agg *s = op->state;
    if (!s) return;
    if (conf_of(op)->ranges) conf_of(op)->ranges->close(op);
    mr_agg_close_queue(op);
    mr_buf_done(&s->buf);
    mr_buf_done(&s->half);
    mr_buf_done(&s->key);
    mr_free(s);
}

/* sim_txn.c -- transactional ids, and the producer side of the seam.
 *
 *   T1  one open transaction per transactional.id; only the newest epoch may use it
 *   T2  an older epoch is told FATAL by every call that a broker would see; `begin` is local in
 *       real clients and is told only if the producer already knows
 *   T3  a decision (commit, abort, time-out) writes one marker to each partition with records, and
 *       settles each pending offset, in one step under the lock
 *
 * States of a producer:
 *
 *   READY --begin--> OPEN --commit, abort--> READY
 *                    OPEN --any ABORT--> SPOILED --abort--> READY
 *   any --FATAL, UNKNOWN--> DEAD
 */
#include "processor/broker/sim_internal.h"

#include "base/mem.h"

#include <assert.h>

enum state { READY, OPEN, SPOILED, DEAD };

struct sim_producer {
    struct mr_producer base; /* first */
    struct sim_broker *s;
    struct sim_txn *txn; /* borrowed from the broker */
    int64_t epoch;
    enum state state;
    bool decided; /* a commit took effect, but its answer was RETRY (a fault) */
};

/* ---- transactions */

static struct sim_txn *txn_of(struct sim_broker *s, const char *id) {
    for (size_t i = 0; i < s->n_txns; i++)
        if (strcmp(s->txns[i]->id, id) == 0) return s->txns[i];
    mr_sim_room(&s->txns, s->n_txns, &s->cap_txns, sizeof(struct sim_txn *));
    struct sim_txn *t = mr_calloc(1, sizeof *t);
    t->id = mr_strdup(id);
    return s->txns[s->n_txns++] = t;
}

void mr_sim_txn_free(struct sim_txn *t) {
    for (size_t i = 0; i < t->n_pending; i++) mr_free((char *)t->pending[i].meta.p);
    mr_free(t->pending);
    mr_free(t->parts.p);
    mr_free(t->id);
    mr_free(t);
}

static void decide(struct sim_broker *s, struct sim_txn *t, bool commit) {
    if (!t->number) return;
    for (size_t i = 0; i < t->parts.n; i++)
        mr_sim_log_end_txn(sim_part(s, t->parts.p[i]), t->number, commit);
    for (size_t i = 0; i < t->n_pending; i++) {
        struct sim_pending *p = &t->pending[i];
        struct sim_committed *o = mr_sim_group_offset(p->group, p->tp);
        o->pending--;
        if (commit) {
            mr_free((char *)o->meta.p);
            o->offset = p->offset;
            o->meta = p->meta;
        } else {
            mr_free((char *)p->meta.p);
        }
    }
    t->parts.n = 0;
    t->n_pending = 0;
    t->number = 0;
    mr_sim_wake(s);
}

/* The broker's part of a transaction starts with the first record or offset, as on Kafka. */
static void ensure_open(struct sim_broker *s, struct sim_txn *t) {
    if (t->number) return;
    t->number = ++s->txn_numbers;
    t->started_ms = s->clock->mono_ms(s->clock);
}

void mr_sim_txn_expire(struct sim_broker *s, struct sim_txn *t, int64_t now_ms) {
    if (!t->number || now_ms - t->started_ms <= s->txn_ms) return;
    t->epoch++;
    decide(s, t, false);
}

/* ---- producers */

enum mr_class mr_sim_producer_open(struct mr_broker *b, const char *transactional_id,
                                   size_t queue_bytes, struct mr_producer **ret,
                                   struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    struct sim_producer *p = mr_calloc(1, sizeof *p);
    p->base.ops = b->ops;
    p->s = s;
    pthread_mutex_lock(&s->lock);
    p->txn = txn_of(s, transactional_id);
    p->epoch = ++p->txn->epoch;
    decide(s, p->txn, false);
    pthread_mutex_unlock(&s->lock);
    *ret = &p->base;
    return MR_OK;
}

void mr_sim_producer_close(struct mr_producer *p) {
    mr_free(p);
}

void mr_sim_kill_producer(struct mr_producer *p) {
    mr_sim_producer_close(p);
}

static enum mr_class die(struct sim_producer *p, struct mr_err *err, const char *why) {
    p->state = DEAD;
    return mr_err_set(err, MR_FATAL, 0, "%s: %s", p->txn->id, why);
}

static enum mr_class spoil(struct sim_producer *p, struct mr_err *err, const char *why) {
    p->state = SPOILED;
    return mr_err_set(err, MR_ABORT, 0, "%s: %s", p->txn->id, why);
}

/* What every call on an open transaction asks first. */
static enum mr_class check_open(struct sim_producer *p, struct mr_err *err) {
    if (p->state == DEAD) return die(p, err, "the producer has failed before");
    if (p->epoch != p->txn->epoch) return die(p, err, "fenced by a newer producer or a time-out");
    if (p->state == READY) return die(p, err, "no transaction is open");
    if (p->state == SPOILED) return spoil(p, err, "the transaction must be aborted");
    return MR_OK;
}

/* A fault of any call but commit: it took no effect. */
static enum mr_class apply_fault(struct sim_producer *p, const struct sim_fault *f,
                                 struct mr_err *err) {
    if (f->class == MR_ABORT && p->state == OPEN) p->state = SPOILED;
    if (f->class == MR_FATAL || f->class == MR_UNKNOWN) p->state = DEAD;
    return mr_sim_failed(f, err);
}

enum mr_class mr_sim_begin(struct mr_producer *pp, struct mr_err *err) {
    struct sim_producer *p = (struct sim_producer *)pp;
    pthread_mutex_lock(&p->s->lock);
    const struct sim_fault *f = mr_sim_fault(p->s, MR_SIM_BEGIN);
    enum mr_class c = MR_OK;
    if (f)
        c = apply_fault(p, f, err);
    else if (p->state != READY)
        c = die(p, err, p->state == DEAD ? "the producer has failed before" : "already open");
    else
        p->state = OPEN;
    pthread_mutex_unlock(&p->s->lock);
    return c;
}

/* ---- records */

static size_t size_of(const struct mr_out *r) {
    size_t n = r->key.n + r->value.n + 70; /* at most: a batch header of its own */
    for (uint32_t i = 0; i < r->n_hdrs; i++) n += r->hdrs[i].name.n + r->hdrs[i].value.n + 6;
    return n;
}

/* NULL: the broker takes the record. */
static const char *refusal(const struct sim_topic *t, const struct mr_out *r, int64_t wall_ms) {
    if (r->key.n + r->value.n + 70 > (size_t)t->info.max_message_bytes ||
        size_of(r) > (size_t)t->info.max_message_bytes)
        return "a record is larger than max.message.bytes";
    if (t->info.compact && !r->key.p) return "a record without a key for a compacted topic";
    int64_t most = t->info.timestamp_after_max_ms;
    if (!t->info.log_append_time && most != INT64_MAX && r->ts - wall_ms > most)
        return "a timestamp too far ahead";
    return NULL;
}

static enum mr_class check_records(struct sim_producer *p, const struct mr_out *recs, size_t n,
                                   int64_t wall_ms, struct mr_err *err) {
    for (size_t i = 0; i < n; i++) {
        struct sim_topic *t = sim_topic(p->s, recs[i].tp.topic);
        if (!t || !sim_part(p->s, recs[i].tp)) return die(p, err, "no such topic or partition");
        if (t->ended) return die(p, err, "the feed of the topic has ended");
        const char *why = refusal(t, &recs[i], wall_ms);
        if (why) return spoil(p, err, why);
    }
    return MR_OK;
}

static void write_records(struct sim_producer *p, const struct mr_out *recs, size_t n,
                          int64_t wall_ms) {
    struct sim_txn *t = p->txn;
    ensure_open(p->s, t);
    for (size_t i = 0; i < n; i++) {
        struct sim_part *part = sim_part(p->s, recs[i].tp);
        bool append_time = sim_topic(p->s, recs[i].tp.topic)->info.log_append_time;
        size_t open = part->n_open;
        mr_sim_log_append(part, &recs[i], append_time ? wall_ms : recs[i].ts, t->number);
        if (part->n_open == open) continue; /* not its first record there */
        mr_sim_room(&t->parts.p, t->parts.n, &t->parts.cap, sizeof recs[i].tp);
        t->parts.p[t->parts.n++] = recs[i].tp;
    }
    mr_sim_wake(p->s);
}

enum mr_class mr_sim_send(struct mr_producer *pp, const struct mr_out *recs, size_t n,
                          struct mr_err *err) {
    struct sim_producer *p = (struct sim_producer *)pp;
    pthread_mutex_lock(&p->s->lock);
    const struct sim_fault *f = mr_sim_fault(p->s, MR_SIM_SEND);
    int64_t wall_ms = p->s->clock->wall_ms(p->s->clock);
    enum mr_class c = f ? apply_fault(p, f, err) : check_open(p, err);
    if (c == MR_OK) c = check_records(p, recs, n, wall_ms, err);
    if (c == MR_OK && n) write_records(p, recs, n, wall_ms);
    pthread_mutex_unlock(&p->s->lock);
    return c;
}

/* ---- offsets */

/* As real Kafka fences, but for one thing: it takes empty group metadata, we never send them. */
static enum mr_class check_member(struct sim_producer *p, struct sim_consumer *c,
                                  struct mr_err *err) {
    if (!c->group) return die(p, err, "offsets need a member of a group");
    if (c->dead) return spoil(p, err, "the consumer has failed");
    if (!c->member || c->member->out) return spoil(p, err, "not a member of the group (any more)");
    if (c->member->generation != c->group->generation)
        return spoil(p, err, "the group has a newer generation");
    return MR_OK;
}

static void note_offset(struct sim_txn *t, struct sim_group *g, const struct mr_offset *o) {
    struct sim_pending *at = NULL;
    for (size_t i = 0; i < t->n_pending && !at; i++)
        if (t->pending[i].group == g && sim_tp_eq(t->pending[i].tp, o->tp)) at = &t->pending[i];
    if (at) {
        mr_free((char *)at->meta.p);
    } else {
        mr_sim_room(&t->pending, t->n_pending, &t->cap_pending, sizeof *t->pending);
        at = &t->pending[t->n_pending++];
        mr_sim_group_offset(g, o->tp)->pending++;
    }
    char *meta = mr_alloc(o->meta.n + 1);
    if (o->meta.n) memcpy(meta, o->meta.p, o->meta.n);
    meta[o->meta.n] = 0;
    *at = (struct sim_pending){g, o->tp, o->offset, {meta, o->meta.n}};
}

enum mr_class mr_sim_offsets(struct mr_producer *pp, struct mr_consumer *cc,
                             const struct mr_offset *offsets, size_t n, struct mr_err *err) {
    struct sim_producer *p = (struct sim_producer *)pp;
    struct sim_consumer *c = (struct sim_consumer *)cc;
    pthread_mutex_lock(&p->s->lock);
    const struct sim_fault *f = mr_sim_fault(p->s, MR_SIM_OFFSETS);
    enum mr_class r = f ? apply_fault(p, f, err) : check_open(p, err);
    if (r == MR_OK && n == 0) r = die(p, err, "an empty list of offsets fences nothing");
    if (r == MR_OK) r = check_member(p, c, err);
    for (size_t i = 0; r == MR_OK && i < n; i++)
        if (!sim_part(p->s, offsets[i].tp)) r = die(p, err, "offset of an unknown partition");
    if (r == MR_OK) {
        ensure_open(p->s, p->txn);
        for (size_t i = 0; i < n; i++) note_offset(p->txn, c->group, &offsets[i]);
    }
    pthread_mutex_unlock(&p->s->lock);
    return r;
}

/* ---- the end of a transaction */

static enum mr_class commit_fault(struct sim_producer *p, const struct sim_fault *f,
                                  struct mr_err *err) {
    bool applies = f->applied && (f->class == MR_UNKNOWN || f->class == MR_RETRY);
    if (applies && p->state == OPEN && p->epoch == p->txn->epoch) {
        decide(p->s, p->txn, true);
        p->decided = true;
    }
    return apply_fault(p, f, err);
}

enum mr_class mr_sim_commit(struct mr_producer *pp, struct mr_err *err) {
    struct sim_producer *p = (struct sim_producer *)pp;
    pthread_mutex_lock(&p->s->lock);
    const struct sim_fault *f = mr_sim_fault(p->s, MR_SIM_COMMIT);
    enum mr_class c = f ? commit_fault(p, f, err) : check_open(p, err);
    if (c == MR_OK) {
        decide(p->s, p->txn, true);
        p->decided = false;
        p->state = READY;
    }
    pthread_mutex_unlock(&p->s->lock);
    return c;
}

enum mr_class mr_sim_abort(struct mr_producer *pp, struct mr_err *err) {
    struct sim_producer *p = (struct sim_producer *)pp;
    pthread_mutex_lock(&p->s->lock);
    const struct sim_fault *f = mr_sim_fault(p->s, MR_SIM_ABORT);
    enum mr_class c = f ? apply_fault(p, f, err) : check_open(p, err);
    if (!f && c == MR_ABORT) c = MR_OK; /* SPOILED: this is the way out */
    if (c == MR_OK && p->decided) c = die(p, err, "abort after a commit that has taken effect");
    if (c == MR_OK) {
        decide(p->s, p->txn, false);
        p->state = READY;
    }
    pthread_mutex_unlock(&p->s->lock);
    return c;
}

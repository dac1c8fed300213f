/* sim_consumer.c -- the consumer side of the seam: positions, fetches, waiting.
 *
 * A fetch is a pointer into a segment of the log, so it costs two binary searches and no copy. All
 * readers are read_committed. A position outside of the log (trimmed away, or beyond its end) is
 * FATAL, as with auto.offset.reset=error: nothing is ever skipped silently.
 */
#include "processor/broker/sim_internal.h"

#include "base/mem.h"

#include <assert.h>

/* ---- open and close */

enum mr_class mr_sim_consumer_open(struct mr_broker *b, const struct mr_consumer_conf *conf,
                                   struct mr_consumer **ret, struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    struct sim_consumer *c = mr_calloc(1, sizeof *c);
    c->base.ops = b->ops;
    c->s = s;
    if (conf->group) {
        c->events = conf->events;
        c->topics = mr_alloc(conf->n_anchors * sizeof *c->topics);
        c->n_topics = conf->n_anchors;
        if (c->n_topics) memcpy(c->topics, conf->anchors, c->n_topics * sizeof *c->topics);
        c->member = mr_sim_member_new(c); /* joins at the first serve */
        pthread_mutex_lock(&s->lock);
        c->group = mr_sim_group(s, conf->group);
        pthread_mutex_unlock(&s->lock);
    }
    *ret = &c->base;
    return MR_OK;
}

static void free_fetches(struct sim_fetch *f) {
    for (struct sim_fetch *next; f; f = next) {
        next = f->next;
        mr_free(f);
    }
}

static void consumer_free(struct sim_consumer *c) {
    for (struct sim_fetch *f = c->live; f; f = f->next)
        if (f->seg) mr_sim_log_unref(f->seg);
    free_fetches(c->live);
    free_fetches(c->spare);
    mr_free(c->reads);
    mr_free(c->topics);
    mr_free(c);
}

void mr_sim_consumer_close(struct mr_consumer *cc) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    pthread_mutex_lock(&c->s->lock);
    if (c->group) {
        mr_sim_member_leave(c->s, c);
        mr_sim_member_free(c->member);
    }
    pthread_mutex_unlock(&c->s->lock);
    assert(!c->live); /* a borrowed fetch would dangle */
    consumer_free(c);
}

void mr_sim_kill_consumer(struct mr_consumer *cc) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    struct sim_broker *s = c->s;
    pthread_mutex_lock(&s->lock);
    struct sim_member *m = c->member;
    if (m) {
        m->c = NULL;
        c->topics = NULL; /* the member keeps them */
        if (m->out) mr_sim_member_free(m);
    }
    consumer_free(c);
    pthread_mutex_unlock(&s->lock);
}

/* ---- what is read */

static struct sim_reading *reading(struct sim_consumer *c, struct mr_tp tp) {
    for (size_t i = 0; i < c->n_reads; i++)
        if (sim_tp_eq(c->reads[i].tp, tp)) return &c->reads[i];
    return NULL;
}

static struct sim_reading *reading_tag(struct sim_consumer *c, int tag) {
    for (size_t i = 0; i < c->n_reads; i++)
        if (c->reads[i].tag == tag) return &c->reads[i];
    return NULL;
}

void mr_sim_consumer_drop(struct sim_consumer *c, struct mr_tp tp) {
    struct sim_reading *r = reading(c, tp);
    if (r) *r = c->reads[--c->n_reads];
}

static enum mr_class fail(struct sim_consumer *c, struct mr_tp tp, const char *why,
                          struct mr_err *err) {
    return mr_err_set(err, MR_FATAL, 0, "topic %d partition %d: %s", tp.topic, tp.partition, why);
}

/* All or nothing. */
enum mr_class mr_sim_add(struct mr_consumer *cc, const struct mr_offset *at, const int *tags,
                         size_t n, struct mr_err *err) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    pthread_mutex_lock(&c->s->lock);
    enum mr_class r = MR_OK;
    for (size_t i = 0; r == MR_OK && i < n; i++) {
        if (!sim_part(c->s, at[i].tp))
            r = fail(c, at[i].tp, "does not exist", err);
        else if (reading(c, at[i].tp))
            r = fail(c, at[i].tp, "is read already", err);
        else if (at[i].offset < 0)
            r = fail(c, at[i].tp, "needs an explicit offset", err);
        assert(!reading_tag(c, tags[i]));
    }
    for (size_t i = 0; r == MR_OK && i < n; i++) {
        mr_sim_room(&c->reads, c->n_reads, &c->cap_reads, sizeof *c->reads);
        c->reads[c->n_reads++] = (struct sim_reading){
            .tp = at[i].tp, .part = sim_part(c->s, at[i].tp), .tag = tags[i], .at = at[i].offset};
    }
    pthread_mutex_unlock(&c->s->lock);
    return r;
}

enum mr_class mr_sim_remove(struct mr_consumer *cc, const struct mr_tp *tps, size_t n,
                            struct mr_err *err) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    pthread_mutex_lock(&c->s->lock);
    enum mr_class r = MR_OK;
    for (size_t i = 0; r == MR_OK && i < n; i++)
        if (!reading(c, tps[i])) r = fail(c, tps[i], "is not read", err);
    for (size_t i = 0; r == MR_OK && i < n; i++) mr_sim_consumer_drop(c, tps[i]);
    pthread_mutex_unlock(&c->s->lock);
    return r;
}

enum mr_class mr_sim_seek(struct mr_consumer *cc, const struct mr_offset *at, size_t n,
                          struct mr_err *err) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    pthread_mutex_lock(&c->s->lock);
    enum mr_class r = MR_OK;
    for (size_t i = 0; r == MR_OK && i < n; i++)
        if (!reading(c, at[i].tp)) r = fail(c, at[i].tp, "is not read", err);
    for (size_t i = 0; r == MR_OK && i < n; i++) {
        struct sim_reading *rd = reading(c, at[i].tp);
        rd->at = at[i].offset;
        rd->end = MR_END_NOT; /* told again */
    }
    pthread_mutex_unlock(&c->s->lock);
    return r;
}

/* ---- fetching */

/* What holds for a reader that has seen everything visible. */
static enum mr_end end_of(const struct sim_consumer *c, const struct sim_reading *r) {
    if (mr_sim_log_lso(r->part) != r->part->high) return MR_END_NOT;
    return sim_topic(c->s, r->tp.topic)->ended ? MR_END_FINAL : MR_END_HERE;
}

static bool is_outside(const struct sim_reading *r) {
    return r->at < r->part->low || r->at > r->part->high;
}

static bool is_new_end(const struct sim_reading *r, enum mr_end end) {
    return end != MR_END_NOT && (end != r->end || r->end_at != r->part->high);
}

static bool has_something(const struct sim_consumer *c, const struct sim_reading *r) {
    return is_outside(r) || mr_sim_log_find(r->part, r->at, 1).n || is_new_end(r, end_of(c, r));
}

static struct sim_fetch *fetch_new(struct sim_consumer *c) {
    struct sim_fetch *f = c->spare;
    if (f)
        c->spare = f->next;
    else
        f = mr_alloc(sizeof *f);
    *f = (struct sim_fetch){.next = c->live};
    if (c->live) c->live->prev = f;
    return c->live = f;
}

static struct sim_fetch *take(struct sim_consumer *c, struct sim_reading *r, size_t max) {
    struct sim_part *p = r->part;
    struct sim_run run = mr_sim_log_find(p, r->at, max);
    int64_t next = run.n ? run.seg->msgs[run.at + run.n - 1].offset + 1 : r->at;
    enum mr_end end = mr_sim_log_find(p, next, 1).n ? MR_END_NOT : end_of(c, r);
    if (!run.n && !is_new_end(r, end)) return NULL;
    if (end != MR_END_NOT) {
        next = p->high;
        r->end = end;
        r->end_at = next;
    }
    r->at = next;
    struct sim_fetch *f = fetch_new(c);
    f->pub = (struct mr_fetch){.tp = r->tp, .n = run.n, .next = next, .end = end, .high = p->high};
    if (run.n) {
        f->pub.msgs = run.seg->msgs + run.at;
        f->seg = run.seg;
        run.seg->refs++;
    }
    return f;
}

enum mr_class mr_sim_fetch(struct mr_consumer *cc, int tag, size_t max, struct mr_fetch **ret,
                           struct mr_err *err) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    *ret = NULL;
    pthread_mutex_lock(&c->s->lock);
    const struct sim_fault *f = mr_sim_fault(c->s, MR_SIM_FETCH);
    struct sim_reading *r = reading_tag(c, tag);
    enum mr_class class = MR_OK;
    if (f && f->class == MR_FATAL) c->dead = true;
    if (f) {
        class = mr_sim_failed(f, err);
    } else if (c->dead) {
        class = mr_err_set(err, MR_FATAL, 0, "the consumer has failed before");
    } else if (r && is_outside(r)) {
        class = fail(c, r->tp, "the position is outside of the log", err);
    } else if (r && max) {
        struct sim_fetch *got = take(c, r, max);
        if (got) *ret = &got->pub;
    }
    pthread_mutex_unlock(&c->s->lock);
    return class;
}

void mr_sim_release(struct mr_consumer *cc, struct mr_fetch *fetch) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    struct sim_fetch *f = (struct sim_fetch *)fetch;
    pthread_mutex_lock(&c->s->lock);
    if (f->seg) mr_sim_log_unref(f->seg);
    if (f->prev)
        f->prev->next = f->next;
    else
        c->live = f->next;
    if (f->next) f->next->prev = f->prev;
    f->next = c->spare;
    c->spare = f;
    pthread_mutex_unlock(&c->s->lock);
}

void mr_sim_pause(struct mr_consumer *cc, int tag, bool paused) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    pthread_mutex_lock(&c->s->lock);
    struct sim_reading *r = reading_tag(c, tag);
    if (r) r->is_paused = paused;
    pthread_mutex_unlock(&c->s->lock);
}

/* ---- serving */

static bool has_any(const struct sim_consumer *c) {
    for (size_t i = 0; i < c->n_reads; i++)
        if (!c->reads[i].is_paused && has_something(c, &c->reads[i])) return true;
    return false;
}

enum mr_class mr_sim_serve(struct mr_consumer *cc, int timeout_ms, struct mr_err *err) {
    struct sim_consumer *c = (struct sim_consumer *)cc;
    struct sim_broker *s = c->s;
    pthread_mutex_lock(&s->lock);
    const struct sim_fault *f = mr_sim_fault(s, MR_SIM_SERVE);
    enum mr_class class = MR_OK;
    if (f && f->class == MR_FATAL) c->dead = true;
    if (f)
        class = mr_sim_failed(f, err);
    else if (c->dead)
        class = mr_err_set(err, MR_FATAL, 0, "the consumer has failed before");
    int64_t until = class == MR_OK ? mr_sim_real_ms() + timeout_ms : 0;
    while (class == MR_OK) {
        bool told = c->group && mr_sim_member_step(s, c);
        mr_sim_time_outs(s);
        if (told || has_any(c) || !mr_sim_wait(s, until)) break;
    }
    pthread_mutex_unlock(&s->lock);
    return class;
}

/* seam.c -- between a worker and the in-process broker: time passes, faults happen, others go on.
 *
 * A process has a broker of its own with the topic ids of the real one; what it opens are objects
 * of the in-process broker whose table of functions is replaced. So mr_worker_crash finds what it
 * expects, and every call comes by here.
 */
#include "tests/sim/sim.h"

#include "base/mem.h"

#include <assert.h>

enum { NONE = -1 };

static const struct {
    const char *name;
    int fault; /* enum mr_sim_call, or NONE */
} calls[SIM_N_CALLS] = {
#define CALL(id, name, fault) {name, fault},
#include "tests/sim/calls.def"
#undef CALL
};

const struct sim_fault_row sim_faults[] = {
#define FAULT(name, call, effect, class, weight, most)                                             \
    {#name, SIM_##call, SIM_##effect, MR_##class, weight, most},
#include "tests/sim/faults.def"
#undef FAULT
};
const size_t sim_n_faults = MR_ARRAY_LEN(sim_faults);

static struct mr_broker *real_of(const struct sim_proc *p) {
    return &p->world->broker->base;
}

/* ---- whose object is it? */

static void own(struct sim_proc *p, void *object) {
    struct sim_world *w = p->world;
    size_t i = 0;
    while (i < SIM_OBJECTS && w->objects[i].object) i++;
    assert(i < SIM_OBJECTS);
    w->objects[i].object = object;
    w->objects[i].proc = p;
}

static struct sim_world *the_world; /* one at a time */

static struct sim_proc *owner_of(const void *object) {
    for (size_t i = 0; i < SIM_OBJECTS; i++)
        if (the_world->objects[i].object == object) return the_world->objects[i].proc;
    assert(!"an object of nobody");
    return NULL;
}

static void disown(const void *object) {
    for (size_t i = 0; i < SIM_OBJECTS; i++)
        if (the_world->objects[i].object == object) the_world->objects[i].object = NULL;
}

/* ---- every call */

static const struct sim_event *event_at(struct sim_world *w, enum sim_call call) {
    uint32_t n = ++w->calls[call];
    if (w->calm) return NULL;
    for (size_t i = 0; i < w->sc->n_events; i++) {
        const struct sim_event *e = &w->sc->events[i];
        if (sim_faults[e->row].call != call || e->at != n || w->fired[i]) continue;
        w->fired[i] = true;
        sim_trace(w, "-- %s (%u)", sim_faults[e->row].name, e->arg);
        return e;
    }
    return NULL;
}

static enum mr_class dead(struct mr_err *err) {
    return mr_err_set(err, MR_FATAL, 0, "the process is dead");
}

/* Several time-outs or a part of one. */
static int64_t pause_ms(const struct sim_world *w, uint32_t arg) {
    return 1 + arg % (3 * (w->sc->session_ms + w->sc->txn_ms));
}

static void stand_still(struct sim_proc *p, int64_t ms) {
    struct sim_world *w = p->world;
    if (w->depth >= SIM_DEPTH || w->failure[0]) return;
    sim_trace(w, "-- %d stands still for %lld ms", p->index, (long long)ms);
    sim_turns_until(w, w->clock.now_ms + ms);
}

static void others_go_on(struct sim_proc *p) {
    struct sim_world *w = p->world;
    if (w->calm || w->depth >= SIM_DEPTH) return;
    if (mr_rand_below(&w->rand, 1000) >= (uint32_t)w->sc->yield) return;
    struct sim_worker *me = w->current;
    w->depth++;
    for (uint32_t n = 1 + mr_rand_below(&w->rand, 6); n && !w->failure[0]; n--) sim_turn(w);
    w->depth--;
    w->current = me;
}

static bool is_often(enum sim_call call) {
    return call == SIM_FETCH || call == SIM_STORE_GET || call == SIM_SERVE;
}

bool sim_enter(struct sim_proc *p, enum sim_call call, struct sim_visit *v, enum mr_class *ret,
               struct mr_err *err) {
    struct sim_world *w = p->world;
    *v = (struct sim_visit){0};
    *ret = dead(err);
    if (p->dead) return false;
    v->event = event_at(w, call);
    if (w->current && !is_often(call)) sim_sample_idle(w->current);
    if (!is_often(call)) {
        w->clock.now_ms += mr_rand_below(&w->rand, 2);
        others_go_on(p);
    }
    const struct sim_fault_row *f = v->event ? &sim_faults[v->event->row] : NULL;
    if (f && f->effect == SIM_PAUSE_BEFORE) stand_still(p, pause_ms(w, v->event->arg));
    if (f && f->effect == SIM_CRASH_BEFORE && !p->dead)
        sim_kill(p, v->event->arg % (p->engine->batches + 1), false);
    if (p->dead) return false;
    if (!f || (f->effect != SIM_FAIL && f->effect != SIM_FAIL_APPLIED)) return true;
    if (calls[call].fault != NONE) {
        mr_sim_fail(real_of(p), (enum mr_sim_call)calls[call].fault, 1, f->class,
                    f->effect == SIM_FAIL_APPLIED);
        return true; /* the broker does it */
    }
    *ret = mr_err_set(err, f->class, 0, "injected fault (%s)", mr_class_name(f->class));
    sim_leave(p, call, v, *ret, err);
    return false;
}

enum mr_class sim_leave(struct sim_proc *p, enum sim_call call, const struct sim_visit *v,
                        enum mr_class got, struct mr_err *err) {
    struct sim_world *w = p->world;
    if (p->dead) return dead(err); /* killed by a nested turn (a group event) */
    if (!is_often(call) || got != MR_OK) {
        uint32_t said[4] = {(uint32_t)p->index, (uint32_t)call, (uint32_t)got, 0};
        sim_mix(w, said, sizeof said);
        sim_mix(w, &w->clock.now_ms, sizeof w->clock.now_ms);
        if (w->trace) sim_trace(w, "%s -> %s", calls[call].name, mr_class_name(got));
    }
    /* Waiting for somebody takes time, else a loop of retries would never end. */
    if (got == MR_RETRY) {
        w->clock.now_ms += 5;
        if (w->depth < SIM_DEPTH && !w->calm)
            stand_still(p, 1 + mr_rand_below(&w->rand, 40));
        else
            w->clock.now_ms += 20;
    }
    if (p->dead) return dead(err);
    if (!v->event) return got;
    if (sim_faults[v->event->row].effect == SIM_PAUSE_AFTER)
        stand_still(p, pause_ms(w, v->event->arg));
    if (sim_faults[v->event->row].effect == SIM_CRASH_AFTER && !p->dead)
        sim_kill(p, v->event->arg % (p->engine->batches + 1), false);
    return p->dead ? dead(err) : got;
}

/* expr: the call itself, made when nothing prevents it. */
#define VISIT(proc, call, expr)                                                                    \
    struct sim_visit visit;                                                                        \
    enum mr_class class;                                                                           \
    if (!sim_enter(proc, call, &visit, &class, err)) return class;                                 \
    class = (expr);                                                                                \
    return sim_leave(proc, call, &visit, class, err)

/* ---- the broker */

static enum mr_class describe(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                              struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    VISIT(p, SIM_DESCRIBE, p->world->real->describe(real_of(p), topic, ret, err));
}

static enum mr_class trim(struct mr_broker *b, struct mr_tp tp, int64_t before,
                          struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    VISIT(p, SIM_TRIM, p->world->real->trim(real_of(p), tp, before, err));
}

static enum mr_class watermarks(struct mr_broker *b, struct mr_tp tp, int64_t *ret_low,
                                int64_t *ret_high, struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    VISIT(p, SIM_WATERMARKS, p->world->real->watermarks(real_of(p), tp, ret_low, ret_high, err));
}

static enum mr_class offset_at(struct mr_broker *b, struct mr_tp tp, int64_t ts, int64_t *ret,
                               struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    VISIT(p, SIM_OFFSET_AT, p->world->real->offset_at(real_of(p), tp, ts, ret, err));
}

static enum mr_class committed(struct mr_broker *b, const char *group, const struct mr_tp *tps,
                               size_t n, struct mr_offset *ret, struct mr_arena *a,
                               struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    VISIT(p, SIM_COMMITTED, p->world->real->committed(real_of(p), group, tps, n, ret, a, err));
}

/* ---- consumers */

static const struct mr_broker_ops ops;

static enum mr_class open_consumer(struct sim_proc *p, const struct mr_consumer_conf *conf,
                                   struct mr_consumer **ret, struct mr_err *err) {
    enum mr_class rc = p->world->real->consumer_open(real_of(p), conf, ret, err);
    if (rc == MR_OK) {
        (*ret)->ops = &ops;
        own(p, *ret);
    }
    return rc;
}

static enum mr_class consumer_open(struct mr_broker *b, const struct mr_consumer_conf *conf,
                                   struct mr_consumer **ret, struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    struct sim_visit visit;
    enum mr_class class;
    if (!sim_enter(p, SIM_CONSUMER_OPEN, &visit, &class, err)) return class;
    class = open_consumer(p, conf, ret, err);
    enum mr_class said = sim_leave(p, SIM_CONSUMER_OPEN, &visit, class, err);
    if (said != MR_OK && class == MR_OK) { /* dead: nobody holds it */
        disown(*ret);
        mr_sim_kill_consumer(*ret);
        *ret = NULL;
    }
    return said;
}

static void consumer_close(struct mr_consumer *c) {
    struct sim_proc *p = owner_of(c);
    if (p->dead)
        mr_sim_kill_consumer(c);
    else
        p->world->real->consumer_close(c);
    disown(c);
}

static enum mr_class add(struct mr_consumer *c, const struct mr_offset *at, const int *tags,
                         size_t n, struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_ADD, p->world->real->add(c, at, tags, n, err));
}

static enum mr_class remove_tps(struct mr_consumer *c, const struct mr_tp *tps, size_t n,
                                struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_REMOVE, p->world->real->remove(c, tps, n, err));
}

static enum mr_class seek(struct mr_consumer *c, const struct mr_offset *at, size_t n,
                          struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_SEEK, p->world->real->seek(c, at, n, err));
}

static enum mr_class serve(struct mr_consumer *c, int timeout_ms, struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_SERVE, p->world->real->serve(c, timeout_ms, err));
}

static enum mr_class fetch(struct mr_consumer *c, int tag, size_t max, struct mr_fetch **ret,
                           struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    struct sim_visit visit;
    enum mr_class class;
    *ret = NULL;
    if (!sim_enter(p, SIM_FETCH, &visit, &class, err)) return class;
    class = p->world->real->fetch(c, tag, max, ret, err);
    class = sim_leave(p, SIM_FETCH, &visit, class, err);
    if (class != MR_OK && *ret) {
        p->world->real->release(c, *ret);
        *ret = NULL;
    }
    return class;
}

static void release(struct mr_consumer *c, struct mr_fetch *f) {
    owner_of(c)->world->real->release(c, f);
}

static void pause_(struct mr_consumer *c, int tag, bool paused) {
    owner_of(c)->world->real->pause(c, tag, paused);
}

/* ---- producers */

static enum mr_class producer_open(struct mr_broker *b, const char *id, size_t queue_bytes,
                                   struct mr_producer **ret, struct mr_err *err) {
    struct sim_proc *p = (struct sim_proc *)b;
    struct sim_visit visit;
    enum mr_class class;
    if (!sim_enter(p, SIM_PRODUCER_OPEN, &visit, &class, err)) return class;
    class = p->world->real->producer_open(real_of(p), id, queue_bytes, ret, err);
    if (class == MR_OK) {
        (*ret)->ops = &ops;
        own(p, *ret);
    }
    enum mr_class said = sim_leave(p, SIM_PRODUCER_OPEN, &visit, class, err);
    if (said != MR_OK && class == MR_OK) {
        disown(*ret);
        mr_sim_kill_producer(*ret);
        *ret = NULL;
    }
    return said;
}

static void producer_close(struct mr_producer *c) {
    owner_of(c)->world->real->producer_close(c);
    disown(c);
}

static enum mr_class begin(struct mr_producer *c, struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_BEGIN, p->world->real->begin(c, err));
}

static enum mr_class send(struct mr_producer *c, const struct mr_out *recs, size_t n,
                          struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    struct sim_world *w = p->world;
    for (size_t i = 0; i < n && !p->dead; i++) {
        sim_mix(w, recs[i].key.p, recs[i].key.n);
        sim_mix(w, recs[i].value.p, recs[i].value.n);
        if (w->trace)
            sim_trace(w, "send %s/%d", mr_broker_topic_name(real_of(p), recs[i].tp.topic),
                      recs[i].tp.partition);
    }
    VISIT(p, SIM_SEND, w->real->send(c, recs, n, err));
}

static enum mr_class offsets(struct mr_producer *c, struct mr_consumer *cc,
                             const struct mr_offset *list, size_t n, struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    for (size_t i = 0; i < n && p->world->trace && !p->dead; i++)
        sim_trace(p->world, "offset %s/%d %lld %.*s",
                  mr_broker_topic_name(real_of(p), list[i].tp.topic), list[i].tp.partition,
                  (long long)list[i].offset, MR_STR_ARG(list[i].meta));
    struct sim_visit visit;
    enum mr_class class;
    if (!sim_enter(p, SIM_OFFSETS, &visit, &class, err)) return class;
    class = p->world->real->offsets(c, cc, list, n, err);
    if (class == MR_OK) sim_check_offsets(p->world, (struct sim_consumer *)cc, list, n);
    return sim_leave(p, SIM_OFFSETS, &visit, class, err);
}

/* The start of the in-process broker's own struct: enough to see the transaction. */
struct producer_view {
    struct mr_producer base;
    struct sim_broker *s;
    struct sim_txn *txn;
};

static enum mr_class commit_watched(struct sim_proc *p, struct mr_producer *c, struct mr_err *err) {
    struct sim_txn *t = ((struct producer_view *)c)->txn, before = *t;
    before.pending = mr_arena_dup(&p->world->arena, t->pending, t->n_pending * sizeof *t->pending);
    for (size_t i = 0; i < before.n_pending; i++)
        before.pending[i].meta = mr_arena_str(&p->world->arena, t->pending[i].meta);
    before.parts.p = mr_arena_dup(&p->world->arena, t->parts.p, t->parts.n * sizeof *t->parts.p);
    before.parts.n = t->parts.n;
    enum mr_class rc = p->world->real->commit(c, err);
    if (before.number && !t->number) sim_check_decided(p->world, &before);
    return rc;
}

static enum mr_class commit(struct mr_producer *c, struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_COMMIT, commit_watched(p, c, err));
}

static enum mr_class abort_txn(struct mr_producer *c, struct mr_err *err) {
    struct sim_proc *p = owner_of(c);
    VISIT(p, SIM_ABORT, p->world->real->abort(c, err));
}

static const struct mr_broker_ops ops = {
    .describe = describe,
    .trim = trim,
    .watermarks = watermarks,
    .offset_at = offset_at,
    .committed = committed,
    .consumer_open = consumer_open,
    .consumer_close = consumer_close,
    .add = add,
    .remove = remove_tps,
    .seek = seek,
    .serve = serve,
    .fetch = fetch,
    .release = release,
    .pause = pause_,
    .producer_open = producer_open,
    .producer_close = producer_close,
    .begin = begin,
    .send = send,
    .offsets = offsets,
    .commit = commit,
    .abort = abort_txn,
};

/* The same names in the same order: the same ids. */
void sim_seam_init(struct sim_proc *p) {
    struct mr_broker *real = real_of(p);
    the_world = p->world;
    p->world->real = real->ops;
    mr_broker_base_init(&p->broker, &ops);
    for (size_t i = 0; i < real->n_names; i++) mr_broker_topic(&p->broker, real->names[i]);
}

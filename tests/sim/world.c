/* world.c -- processes and their workers as step machines in one thread; the driver's turns.
 *
 * A turn moves the clock a little, feeds, starts what is to be started, and steps one worker that
 * is not inside a call. Turns nest: the seam calls sim_turn while a worker stands still inside. One
 * generator of random numbers decides everything, so a seed is a schedule.
 */
#include "tests/sim/sim.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>

enum { TURNS_MAX = 60000, START_MS = 1000000 };

void sim_fail(struct sim_world *w, const char *fmt, ...) {
    va_list ap;
    if (w->failure[0]) return;
    va_start(ap, fmt);
    vsnprintf(w->failure, sizeof w->failure, fmt, ap);
    va_end(ap);
    sim_trace(w, "FAILURE %s", w->failure);
}

void sim_trace(struct sim_world *w, const char *fmt, ...) {
    va_list ap;
    if (!w->trace) return;
    fprintf(w->trace, "%6u %7lld ", w->turns, (long long)(w->clock.now_ms - START_MS));
    if (w->current)
        fprintf(w->trace, "%*s%d.%d ", (int)w->depth * 2, "", w->current->proc->index,
                (int)(w->current - w->current->proc->workers));
    va_start(ap, fmt);
    vfprintf(w->trace, fmt, ap);
    va_end(ap);
    fputc('\n', w->trace);
}

void sim_mix(struct sim_world *w, const void *p, size_t n) {
    w->hash = mr_hash(p ? p : "", p ? n : 0, w->hash + n);
}

/* ---- processes */

static void open_worker(struct sim_worker *s) {
    struct sim_proc *p = s->proc;
    struct sim_world *w = p->world;
    const struct sim_scenario *sc = w->sc;
    struct mr_err err = {0};
    struct mr_worker_conf conf = {.app = w->embed.app,
                                  .index = (int)(s - p->workers),
                                  .plan = sc->plan,
                                  .broker = &p->broker,
                                  .engine = &p->engine->base,
                                  .clock = &w->clock.base,
                                  .seed = sc->seed + 1000 * p->lives + 100 * (unsigned)p->index,
                                  .commit_interval_ms = sc->commit_ms,
                                  .flush_interval_ms = sc->flush_ms,
                                  .batch = (size_t)sc->batch,
                                  .max_skew_ms = sc->max_skew,
                                  .progress = w->progress,
                                  .memory_bytes = (size_t)sc->memory << 10};
    struct sim_worker *before = w->current;
    struct mr_worker *opened = NULL;
    w->current = s;
    s->inside = true;
    p->inside++;
    s->done = false;
    enum mr_class rc = mr_worker_open(&conf, &opened, &err);
    p->inside--;
    s->inside = false;
    w->current = before;
    if (rc == MR_OK) s->w = opened;
    if (rc != MR_OK && !p->dead) sim_kill(p, SIZE_MAX, false); /* tried again */
}

static void open_proc(struct sim_proc *p) {
    struct sim_world *w = p->world;
    p->lives++;
    if (!p->disk) p->disk = mr_engine_open_mem();
    p->engine = sim_store_open(p);
    sim_trace(w, "-- process %d starts", p->index);
    for (int i = 0; i < w->sc->workers && !p->dead; i++) open_worker(&p->workers[i]);
}

void sim_kill(struct sim_proc *p, size_t kept, bool disk_lost) {
    if (p->dead) return;
    sim_trace(p->world, "-- process %d dies, %zu batches are kept%s", p->index, kept,
              disk_lost ? ", its disk is lost" : "");
    p->dead = true;
    p->kept = kept;
    p->disk_lost = disk_lost;
}

static void forget_objects(struct sim_proc *p) {
    for (size_t i = 0; i < SIM_OBJECTS; i++)
        if (p->world->objects[i].proc == p) p->world->objects[i].object = NULL;
}

/* Without a flush. */
static void drop_engine(struct sim_proc *p) {
    p->engine->base.vt->close(&p->engine->base);
    p->engine = NULL;
}

/* What a dead process has left in memory goes; its disk is what a crash leaves. */
static void bury(struct sim_proc *p) {
    struct sim_world *w = p->world;
    for (int i = 0; i < SIM_WORKERS; i++) {
        if (p->workers[i].w) mr_worker_crash(p->workers[i].w);
        p->workers[i].w = NULL;
    }
    forget_objects(p);
    drop_engine(p);
    if (p->disk_lost) {
        mr_engine_close(p->disk);
        p->disk = NULL;
    } else {
        mr_engine_mem_crash_keep(p->disk, p->kept);
        sim_check_disk(p);
    }
    p->dead = false;
    p->open_at = w->clock.now_ms + (w->calm ? 0 : mr_rand_below(&w->rand, 2000));
}

/* SIGTERM: commit, flush, leave. */
static void close_proc(struct sim_proc *p) {
    struct sim_world *w = p->world;
    struct sim_worker *before = w->current;
    struct mr_err err = {0};
    p->inside++;
    for (int i = 0; i < SIM_WORKERS && !p->dead; i++) {
        struct sim_worker *s = &p->workers[i];
        if (!s->w) continue;
        w->current = s;
        s->inside = true;
        mr_worker_close(s->w);
        s->w = NULL;
        s->inside = false;
    }
    w->current = before;
    if (!p->dead) mr_engine_flush(&p->engine->base, &err);
    p->inside--;
    if (p->dead) return; /* it died on the way */
    drop_engine(p);
    sim_trace(w, "-- process %d has left", p->index);
    p->open_at = w->clock.now_ms + (w->calm ? 0 : mr_rand_below(&w->rand, 1000));
}

/* ---- a step of a worker */

static void step(struct sim_worker *s) {
    struct sim_proc *p = s->proc;
    struct sim_world *w = p->world;
    struct sim_worker *before = w->current;
    w->current = s;
    s->inside = true;
    p->inside++;
    enum mr_step_result r = mr_worker_step(s->w, 0);
    p->inside--;
    s->inside = false;
    if (!p->dead) {
        int code = 0;
        s->done = r == MR_STEP_DONE;
        if (r == MR_STEP_FAILED) {
            const struct mr_err *err = mr_worker_error(s->w, &code);
            sim_trace(w, "-- gives up (%d): %s", code, err->text);
            if (code != 75) sim_fail(w, "a worker gives up with exit code %d: %s", code, err->text);
            sim_kill(p, SIZE_MAX, false);
        } else {
            sim_sample_idle(s);
            sim_check_worker(s);
        }
    }
    w->current = before;
}

/* ---- the feed */

static void feed_one(struct sim_world *w) {
    const struct sim_rec *r = &w->sc->recs[w->fed++];
    struct mr_err err = {0};
    const struct mr_input *in = mr_embed_input(w->sc->plan, r->input);
    if (!in || !mr_embed_append(&w->embed, in, &r->rec, &err))
        sim_fail(w, "record %zu: %s", w->fed, in ? err.text : "no such input");
}

static void feed(struct sim_world *w) {
    const struct sim_scenario *sc = w->sc;
    for (int64_t n = sc->pace; w->fed < sc->n_recs && (n-- > 0 || sc->pace == 0 || w->calm);) {
        if (sc->pace && !w->calm && mr_rand_below(&w->rand, 4)) continue;
        feed_one(w);
    }
    if (w->ended || w->fed < sc->n_recs || (w->turns < sc->end_turn && !w->calm)) return;
    w->ended = true;
    sim_trace(w, "-- the feeds have ended");
    mr_embed_end_feeds(&w->embed);
}

/* ---- turns */

/* Those that may be stepped now. */
static size_t runnable(struct sim_world *w, struct sim_worker *ret[SIM_PROCS * SIM_WORKERS]) {
    size_t n = 0;
    for (int i = 0; i < SIM_PROCS; i++)
        for (int k = 0; k < SIM_WORKERS; k++) {
            struct sim_worker *s = &w->procs[i].workers[k];
            if (s->w && !s->inside && !s->proc->dead) ret[n++] = s;
        }
    return n;
}

static struct sim_proc *pick(struct sim_world *w, uint32_t arg, bool running) {
    struct sim_proc *of[SIM_PROCS];
    size_t n = 0;
    for (int i = 0; i < SIM_PROCS; i++) {
        struct sim_proc *p = &w->procs[i];
        if (p->dead || p->wanted != running || (p->engine != NULL) != running) continue;
        of[n++] = p;
    }
    return n ? of[arg % n] : NULL;
}

/* Everybody goes on meanwhile, so nobody's session ends who is not standing still. */
static void jump(struct sim_world *w, int64_t ms) {
    int64_t until = w->clock.now_ms + ms, slice = w->sc->session_ms / 3 + 1;
    while (w->clock.now_ms < until) {
        struct sim_worker *of[SIM_PROCS * SIM_WORKERS];
        w->clock.now_ms += slice;
        size_t n = runnable(w, of);
        for (size_t i = 0; i < n; i++)
            if (of[i]->w && !of[i]->inside && !of[i]->proc->dead) step(of[i]);
        if (!n) break;
    }
}

static void happen(struct sim_world *w, const struct sim_event *e) {
    struct sim_proc *p = NULL;
    enum sim_effect effect = sim_faults[e->row].effect;
    switch (effect) {
    case SIM_JOIN:
        if ((p = pick(w, e->arg, false))) p->wanted = true;
        break;
    case SIM_LEAVE:
        if ((p = pick(w, e->arg, true)) && !p->inside) {
            p->wanted = e->arg & 1;
            close_proc(p);
        }
        break;
    case SIM_KILL:
    case SIM_WIPE:
        if ((p = pick(w, e->arg, true)))
            sim_kill(p, (e->arg >> 4) % (p->engine->batches + 1), effect == SIM_WIPE);
        break;
    case SIM_JUMP:
        if (w->depth == 0) jump(w, e->arg % 2 ? 1000 + e->arg % 14000 : e->arg % 130000);
        break;
    case SIM_COMPACT: sim_compact_changelogs(w); break;
    default: break;
    }
}

static void turn_events(struct sim_world *w) {
    uint32_t n = ++w->calls[SIM_TURN];
    for (size_t i = 0; i < w->sc->n_events && !w->calm; i++) {
        const struct sim_event *e = &w->sc->events[i];
        if (sim_faults[e->row].call != SIM_TURN || e->at != n || w->fired[i]) continue;
        w->fired[i] = true;
        sim_trace(w, "-- %s (%u)", sim_faults[e->row].name, e->arg);
        happen(w, e);
    }
}

static bool any_wanted(const struct sim_world *w) {
    for (int i = 0; i < SIM_PROCS; i++)
        if (w->procs[i].wanted) return true;
    return false;
}

static void tend(struct sim_world *w) {
    for (int i = 0; i < SIM_PROCS; i++) {
        struct sim_proc *p = &w->procs[i];
        if (p->dead && !p->inside && p->engine) bury(p);
    }
    if (!any_wanted(w)) w->procs[0].wanted = true; /* the supervisor */
    for (int i = 0; i < SIM_PROCS; i++) {
        struct sim_proc *p = &w->procs[i];
        if (p->wanted && !p->engine && w->clock.now_ms >= p->open_at) open_proc(p);
    }
}

void sim_turn(struct sim_world *w) {
    struct sim_worker *of[SIM_PROCS * SIM_WORKERS], *before = w->current;
    w->turns++;
    w->current = NULL;
    w->clock.now_ms += mr_rand_below(&w->rand, (uint32_t)w->sc->step_ms + 1);
    turn_events(w);
    feed(w);
    tend(w);
    size_t n = runnable(w, of);
    if (n)
        step(of[mr_rand_below(&w->rand, (uint32_t)n)]);
    else
        w->clock.now_ms += 10;
    if (w->turns % 8 == 0) mr_sim_tick(&w->broker->base);
    w->current = before;
}

void sim_turns_until(struct sim_world *w, int64_t clock_ms) {
    struct sim_worker *before = w->current;
    w->depth++;
    while (w->clock.now_ms < clock_ms && w->turns < TURNS_MAX && !w->failure[0]) {
        /* Long pauses are not worth a turn for each millisecond. */
        w->clock.now_ms += (clock_ms - w->clock.now_ms) / 40;
        sim_turn(w);
    }
    w->depth--;
    w->current = before;
}

/* ---- a run */

/* A worker is done when its tasks' time is infinite; behind an input that was idle for a while that
 * may be said before its last records are taken. */
static bool all_done(struct sim_world *w) {
    for (int i = 0; i < SIM_PROCS; i++) {
        struct sim_proc *p = &w->procs[i];
        if (p->dead || (p->wanted && !p->engine)) return false;
        for (int k = 0; k < SIM_WORKERS; k++)
            if (p->workers[k].w && !p->workers[k].done) return false;
    }
    return sim_all_taken(w);
}

static bool open_world(struct sim_world *w, const struct sim_scenario *sc, FILE *trace) {
    struct mr_err err = {0};
    *w = (struct sim_world){.sc = sc, .trace = trace};
    mr_arena_init(&w->arena);
    mr_rand_seed(&w->rand, sc->seed);
    mr_clock_manual_init(&w->clock, START_MS);
    w->progress = mr_progress_new(sc->plan);
    w->fired = mr_arena_calloc(&w->arena, sc->n_events + 1, sizeof *w->fired);
    if (!mr_embed_open(&w->embed, sc->plan, sc->plan->name, &w->clock.base, (int32_t)sc->partitions,
                       &err)) {
        sim_fail(w, "%s", err.text);
        return false;
    }
    w->broker = (struct sim_broker *)w->embed.broker;
    mr_sim_no_wait(&w->broker->base);
    mr_sim_timeouts(&w->broker->base, sc->session_ms, sc->txn_ms);
    for (int i = 0; i < SIM_PROCS; i++) {
        struct sim_proc *p = &w->procs[i];
        p->world = w;
        p->index = i;
        p->wanted = i < sc->procs;
        for (int k = 0; k < SIM_WORKERS; k++) p->workers[k].proc = p;
        sim_seam_init(p);
    }
    sim_check_begin(w);
    return true;
}

static void come_to_end(struct sim_world *w) {
    unsigned most = w->turns + TURNS_MAX;
    while (!w->failure[0] && !(w->ended && all_done(w)) && w->turns < most) sim_turn(w);
    if (!w->failure[0] && !(w->ended && all_done(w)))
        sim_fail(w, "it does not come to its end in calm");
}

/* Nothing is disturbed any more: everything must come to its end. Who meets an earlier fault only
 * in the jump (a disk that has failed) gives up there; its successor must come to the end, too. */
static void heal(struct sim_world *w) {
    w->calm = true;
    sim_trace(w, "-- calm");
    do {
        come_to_end(w);
        jump(w, w->sc->txn_ms + 1000); /* what the dead left open hides records behind it */
        mr_sim_tick(&w->broker->base);
    } while (!w->failure[0] && !all_done(w));
}

bool sim_world_run(struct sim_world *w, const struct sim_scenario *sc, FILE *trace) {
    if (!open_world(w, sc, trace)) return false;
    while (!w->failure[0] && !(w->ended && all_done(w) && w->turns > 20) &&
           w->turns < TURNS_MAX / 4)
        sim_turn(w);
    if (!w->failure[0]) heal(w);
    if (!w->failure[0]) sim_check_end(w);
    return !w->failure[0];
}

void sim_world_done(struct sim_world *w) {
    w->calm = true;
    w->trace = NULL;
    for (int i = 0; i < SIM_PROCS; i++) {
        struct sim_proc *p = &w->procs[i];
        if (!p->world) continue;
        if (p->engine) {
            p->dead = true;
            for (int k = 0; k < SIM_WORKERS; k++)
                if (p->workers[k].w) mr_worker_crash(p->workers[k].w);
            forget_objects(p);
            drop_engine(p);
        }
        if (p->disk) mr_engine_close(p->disk);
        mr_broker_base_done(&p->broker);
    }
    mr_progress_free(w->progress);
    mr_embed_done(&w->embed);
    mr_arena_done(&w->arena);
}

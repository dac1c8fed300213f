/* run.c -- one scenario judged: the world itself, the oracle, an undisturbed run, the same again.
 */
#include "tests/sim/sim.h"

#include "base/mem.h"

static void undisturbed(struct sim_scenario *to, const struct sim_scenario *s) {
    sim_scenario_copy(to, s, NULL, NULL);
    to->n_events = 0;
    to->procs = to->workers = 1;
    to->batch = s->batch > 10 ? 1 : 1000;
    to->yield = to->pace = to->end_turn = 0;
    to->commit_ms = 20;
    to->flush_ms = 1000;
    to->session_ms = to->txn_ms = 60000;
    to->step_ms = 2;
    to->memory = 65536;
}

static bool compare_undisturbed(const struct sim_scenario *sc, const struct sim_outcome *got,
                                struct mr_arena *a, struct mr_buf *why) {
    struct sim_scenario calm;
    struct sim_world w;
    struct sim_outcome want;
    undisturbed(&calm, sc);
    bool ok = sim_world_run(&w, &calm, NULL);
    if (!ok) mr_buf_printf(why, "undisturbed: %s", w.failure);
    if (ok && !w.idled) {
        sim_outcome_read(&w, a, &want);
        ok = sim_outcome_equal(sc, got, &want, why);
    }
    sim_world_done(&w);
    sim_scenario_done(&calm, false);
    return ok;
}

static bool compare_oracle(const struct sim_scenario *sc, const struct sim_outcome *got,
                           struct mr_arena *a, struct mr_buf *why) {
    if (!sc->gen || !sc->gen->oracle) return true;
    struct sim_expected want = {.arena = a};
    sc->gen->oracle(sc, &want);
    return sim_outcome_expected(got, &want, why);
}

static bool same_again(const struct sim_scenario *sc, uint64_t hash, struct mr_buf *why) {
    struct sim_world w;
    bool ok = sim_world_run(&w, sc, NULL);
    if (!ok || w.hash != hash)
        mr_buf_printf(why, "not deterministic: a second run of the seed has another trace%s%s",
                      ok ? "" : ": ", w.failure);
    ok = ok && w.hash == hash;
    sim_world_done(&w);
    return ok;
}

static void add_stats(struct sim_stats *to, const struct sim_world *w,
                      const struct sim_outcome *got) {
    to->turns += w->turns;
    to->idle += w->idle_inputs;
    to->idled += w->idled;
    to->ahead += w->runs;
    for (int i = 0; i < SIM_N_CALLS; i++) to->calls += w->calls[i];
    for (size_t i = 0; i < w->sc->n_events; i++) {
        to->events += w->fired[i];
        to->fired[w->sc->events[i].row] += w->fired[i];
    }
    for (size_t i = 0; i < got->n_sinks; i++) {
        to->rows += got->sinks[i].n;
        if (!strncmp(got->sinks[i].name, "late", 4)) to->late += got->sinks[i].n;
    }
}

bool sim_judge(const struct sim_scenario *sc, bool twice, FILE *trace, struct mr_buf *why,
               struct sim_stats *stats) {
    struct mr_arena a;
    struct sim_world w;
    struct sim_outcome got = {0};
    mr_arena_init(&a);
    bool ok = sim_world_run(&w, sc, trace);
    if (!ok) mr_buf_printf(why, "%s", w.failure);
    if (ok) sim_outcome_read(&w, &a, &got);
    stats->runs++;
    add_stats(stats, &w, &got);
    bool idled = w.idled;
    uint64_t hash = w.hash;
    sim_world_done(&w);
    if (ok && !idled) {
        stats->oracle += sc->gen && sc->gen->oracle;
        ok = compare_oracle(sc, &got, &a, why);
        ok = ok && compare_undisturbed(sc, &got, &a, why);
    }
    if (ok && twice) {
        stats->twice++;
        ok = same_again(sc, hash, why);
    }
    mr_arena_done(&a);
    return ok;
}

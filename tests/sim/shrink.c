/* shrink.c -- a failing scenario made small: fewer events, fewer records, plainer settings.
 *
 * What is kept is the kind of the failure: its text up to the first colon. Every trial runs in a
 * process of its own, since a failure may be an assertion.
 */
#include "tests/sim/sim.h"

#include "base/mem.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIALS_MAX = 600 };

bool sim_judge_apart(const struct sim_scenario *sc, bool twice, struct mr_buf *why) {
    int ends[2], status = 0;
    char buf[2000];
    ssize_t n;
    fflush(stdout);
    if (pipe(ends) != 0) return true;
    pid_t child = fork();
    if (child == 0) {
        struct sim_stats stats = {0};
        struct mr_buf said;
        mr_buf_init(&said, 0);
        bool ok = sim_judge(sc, twice, NULL, &said, &stats);
        if (!ok && write(ends[1], said.p, said.n) < 0) _exit(2);
        _exit(!ok);
    }
    close(ends[1]);
    while ((n = read(ends[0], buf, sizeof buf)) > 0) mr_buf_add(why, buf, (size_t)n);
    close(ends[0]);
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) mr_buf_printf(why, "signal %d: an assertion?", WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool same_kind(const char *a, const char *b) {
    size_t n = strcspn(a, ":");
    return n == strcspn(b, ":") && !strncmp(a, b, n);
}

struct shrinking {
    const char *why;
    unsigned trials;
};

static bool still_fails(struct shrinking *s, const struct sim_scenario *sc) {
    struct mr_buf why;
    if (s->trials++ >= TRIALS_MAX) return false;
    mr_buf_init(&why, 0);
    bool again = !sim_judge_apart(sc, !strncmp(s->why, "not det", 7), &why) &&
                 same_kind(mr_buf_cstr(&why), s->why);
    mr_buf_done(&why);
    return again;
}

/* Takes away runs of the list, large ones first. events: of the events, else of the records. */
static bool thin_out(struct shrinking *s, struct sim_scenario *sc, bool events) {
    size_t n = events ? sc->n_events : sc->n_recs;
    bool any = false;
    for (size_t size = n; size > 0; size /= 2)
        for (size_t at = 0; at < (events ? sc->n_events : sc->n_recs);) {
            n = events ? sc->n_events : sc->n_recs;
            struct sim_scenario less;
            bool *keep = mr_alloc(n);
            for (size_t i = 0; i < n; i++) keep[i] = i < at || i >= at + size;
            sim_scenario_copy(&less, sc, events ? NULL : keep, events ? keep : NULL);
            mr_free(keep);
            if (!still_fails(s, &less)) {
                sim_scenario_done(&less, false);
                at += size;
                continue;
            }
            any = true;
            *sc = less; /* the old arena holds the bytes of its records: it is kept */
        }
    return any;
}

static bool plainer(struct shrinking *s, struct sim_scenario *sc) {
    static const struct {
        size_t offset;
        int64_t value;
    } plain[] = {
        {offsetof(struct sim_scenario, yield), 0},
        {offsetof(struct sim_scenario, pace), 0},
        {offsetof(struct sim_scenario, end_turn), 0},
        {offsetof(struct sim_scenario, workers), 1},
        {offsetof(struct sim_scenario, procs), 1},
        {offsetof(struct sim_scenario, procs), 2},
        {offsetof(struct sim_scenario, memory), 65536},
        {offsetof(struct sim_scenario, batch), 1000},
    };
    bool any = false;
    for (size_t i = 0; i < MR_ARRAY_LEN(plain); i++) {
        int64_t *at = (int64_t *)((char *)sc + plain[i].offset), old = *at;
        if (old == plain[i].value) continue;
        *at = plain[i].value;
        if (still_fails(s, sc))
            any = true;
        else
            *at = old;
    }
    return any;
}

void sim_shrink(const struct sim_scenario *from, const char *why, FILE *to) {
    struct shrinking s = {.why = why};
    struct sim_scenario sc;
    sim_scenario_copy(&sc, from, NULL, NULL);
    while ((thin_out(&s, &sc, true) | plainer(&s, &sc) | thin_out(&s, &sc, false)) &&
           s.trials < TRIALS_MAX) {
    }
    struct mr_buf now;
    mr_buf_init(&now, 0);
    sim_judge_apart(&sc, true, &now);
    for (char *c = (char *)mr_buf_cstr(&now); *c; c++)
        if (*c == '\n') *c = ' ';
    fprintf(to, "# %s\n", mr_buf_cstr(&now));
    sim_scenario_write(&sc, to);
    mr_buf_done(&now);
}

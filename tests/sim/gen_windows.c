/* gen_windows.c -- facts counted by group in hopping, sliding or session windows; each window once,
 * or as it stands at each commit.
 *
 * Whatever came first: to the oracle a window is a list of the facts that are in it and not late
 * for it. A session grows from any of its facts.
 */
#include "tests/sim/facts.h"

#include "base/mem.h"

enum { KIND = SIM_FEED_PARAMS, SIZE_S, EVERY_S, GRACE_S, UPDATES };
enum { HOPPING, SLIDING, SESSION };

#define P(s, name) ((s)->params[name])

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int sizes[] = {3, 12, 60}, graces[] = {0, 2, 10, 60};
    sim_feed_params(r, s, 200);
    s->params[KIND] = mr_rand_below(r, 3);
    s->params[SIZE_S] = sizes[mr_rand_below(r, 3)];
    s->params[EVERY_S] = s->params[SIZE_S] / (1 + mr_rand_below(r, 3));
    s->params[GRACE_S] = graces[mr_rand_below(r, 4)];
    s->params[UPDATES] = mr_rand_below(r, 3) == 0;
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    static const char *const kinds[] = {"hopping", "sliding", "session"};
    struct sim_feed f = sim_feed_of(s);
    mr_buf_cat(to, "topology: windows\nsources:\n");
    sim_feed_source(&f, "facts", to);
    mr_buf_printf(to,
                  "nodes:\n  plain: {from: facts, select: {g: g, n: n}}\n"
                  "  counted:\n    from: plain\n    group_by: {g: g}\n    window: {%s: %llds, ",
                  kinds[P(s, KIND)], (long long)P(s, SIZE_S));
    if (P(s, KIND) == HOPPING) mr_buf_printf(to, "every: %llds, ", (long long)P(s, EVERY_S));
    mr_buf_printf(
        to,
        "grace: %llds, max_ahead: 1000000}\n"
        "    aggregate: {c: 'count()', s: 'sum(n)'}\n    emit: %s\n    on_late: late\n"
        "sinks:\n  out: {from: counted, topic: out, value: json}\n  late: {topic: late}\n",
        (long long)P(s, GRACE_S), P(s, UPDATES) ? "updates" : "final");
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    struct sim_feed f = sim_feed_of(s);
    sim_feed_draw(r, s, &f);
}

/* ---- the oracle */

struct looking {
    const struct sim_scenario *s;
    struct sim_expected *to;
    const struct sim_fact *facts;
    size_t n;
    int64_t size, every, grace;
    bool *done; /* by fact: its session has been said */
};

static bool usable(const struct sim_fact *f) {
    return f->has_value && !f->broken && f->ts >= 0;
}

/* Whether it may be in a window with that last instant; hopping windows end 1 ms behind it. */
static bool in_time(const struct looking *l, const struct sim_fact *f, int64_t last) {
    int64_t until = last + l->grace;
    return P(l->s, KIND) == HOPPING ? f->time < until + 1 : f->time <= until;
}

static void expect(struct looking *l, const char *g, int64_t start, int64_t end, int64_t ts,
                   int64_t c, int64_t sum) {
    const char *from = sim_iso(l->to->arena, start), *until = sim_iso(l->to->arena, end);
    sim_expect(l->to, "out",
               "{\"g\":\"%s\",\"window_start\":\"%s\"} {\"g\":\"%s\",\"c\":%lld,\"s\":%lld,"
               "\"window_start\":\"%s\",\"window_end\":\"%s\"} @%lld",
               g, from, g, (long long)c, (long long)sum, from, until, (long long)ts);
}

/* The window [start, last] of a group, if somebody is in it. */
static void window(struct looking *l, const char *g, int64_t start, int64_t last) {
    int64_t c = 0, sum = 0, newest = 0;
    for (size_t i = 0; i < l->n; i++) {
        const struct sim_fact *f = &l->facts[i];
        if (!usable(f) || strcmp(f->g, g) || f->ts < start || f->ts > last || !in_time(l, f, last))
            continue;
        c++, sum += f->n;
        if (f->ts > newest) newest = f->ts;
    }
    if (c)
        expect(l, g, start, P(l->s, KIND) == HOPPING ? last + 1 : last,
               P(l->s, UPDATES) ? newest : last, c, sum);
}

/* Every start once: said by the first fact that has it. */
static bool is_first_to_say(const struct looking *l, size_t at, int64_t start,
                            bool (*starts)(const struct looking *l, const struct sim_fact *f,
                                           int64_t start)) {
    for (size_t i = 0; i < at; i++)
        if (usable(&l->facts[i]) && !strcmp(l->facts[i].g, l->facts[at].g) &&
            starts(l, &l->facts[i], start))
            return false;
    return starts(l, &l->facts[at], start);
}

static bool hops(const struct looking *l, const struct sim_fact *f, int64_t start) {
    return f->ts >= start && f->ts < start + l->size && in_time(l, f, start + l->size - 1);
}

static int64_t left_of(const struct looking *l, const struct sim_fact *f) {
    return f->ts < l->size ? 0 : f->ts - l->size;
}

static bool slides(const struct looking *l, const struct sim_fact *f, int64_t start) {
    if (!in_time(l, f, f->ts + l->size)) return false; /* late: it says nothing */
    return start == f->ts + 1 || (start == left_of(l, f) && in_time(l, f, left_of(l, f) + l->size));
}

/* From a fact to all that are near, to all that are near these. */
static void session(struct looking *l, size_t at) {
    int64_t c = 0, sum = 0, first = l->facts[at].ts, last = first;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < l->n; i++) {
            const struct sim_fact *f = &l->facts[i];
            if (l->done[i] || !usable(f) || strcmp(f->g, l->facts[at].g) || !in_time(l, f, f->ts) ||
                f->ts < first - l->size || f->ts > last + l->size)
                continue;
            l->done[i] = more = true;
            c++, sum += f->n;
            if (f->ts < first) first = f->ts;
            if (f->ts > last) last = f->ts;
        }
    }
    expect(l, l->facts[at].g, first, last, last, c, sum);
}

static bool is_late(const struct looking *l, const struct sim_fact *f) {
    switch (P(l->s, KIND)) {
    case HOPPING: return !in_time(l, f, f->ts / l->every * l->every + l->size - 1);
    case SLIDING: return !in_time(l, f, f->ts + l->size);
    default: return !in_time(l, f, f->ts);
    }
}

static void look(struct looking *l, size_t at) {
    const struct sim_fact *f = &l->facts[at];
    if (!usable(f)) return;
    if (is_late(l, f)) {
        sim_expect(l->to, "late", "%s {\"g\":\"%s\",\"n\":%lld} @%lld", f->g, f->g, (long long)f->n,
                   (long long)f->ts);
        return;
    }
    if (P(l->s, KIND) == SESSION) {
        if (!l->done[at]) session(l, at);
    } else if (P(l->s, KIND) == SLIDING) {
        int64_t starts[] = {left_of(l, f), f->ts + 1};
        for (int i = 0; i < 2; i++)
            if (is_first_to_say(l, at, starts[i], slides))
                window(l, f->g, starts[i], starts[i] + l->size);
    } else {
        for (int64_t start = f->ts / l->every * l->every; start >= 0 && start + l->size > f->ts;
             start -= l->every)
            if (is_first_to_say(l, at, start, hops)) window(l, f->g, start, start + l->size - 1);
    }
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct sim_feed f = sim_feed_of(s);
    struct looking l = {.s = s,
                        .to = to,
                        .facts = sim_facts(s, &f, to->arena),
                        .n = s->n_recs,
                        .size = P(s, SIZE_S) * 1000,
                        .every = P(s, EVERY_S) * 1000,
                        .grace = P(s, GRACE_S) * 1000,
                        .done = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof(bool))};
    sim_expect_sink(to, "out", P(s, UPDATES));
    sim_expect_sink(to, "late", false);
    for (size_t i = 0; i < s->n_recs; i++) look(&l, i);
}

const struct sim_gen sim_gen_windows = {.name = "windows",
                                        .weight = 3,
                                        .draw = draw,
                                        .topology = topology,
                                        .feed = feed,
                                        .oracle = oracle};

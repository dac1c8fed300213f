/* gen_chain.c -- three tasks in a chain: facts counted by group, the counts counted by parity, both
 * in windows: two repartitions, and a time that has to pass both.
 *
 * The oracle counts facts in a list of windows, then the windows in another. Rows of a window are
 * never late.
 */
#include "tests/sim/facts.h"

#include "base/mem.h"

enum { SIZE_S = SIM_FEED_PARAMS, GRACE_S, TIMES, GRACE2_S };

#define P(s, name) ((s)->params[name])

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int sizes[] = {2, 10, 60}, graces[] = {0, 2, 10, 60};
    sim_feed_params(r, s, 250);
    s->params[SIZE_S] = sizes[mr_rand_below(r, 3)];
    s->params[GRACE_S] = graces[mr_rand_below(r, 4)];
    s->params[TIMES] = 1 + mr_rand_below(r, 5);
    s->params[GRACE2_S] = graces[mr_rand_below(r, 4)];
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    struct sim_feed f = sim_feed_of(s);
    mr_buf_cat(to, "topology: chain\nsources:\n");
    sim_feed_source(&f, "facts", to);
    mr_buf_printf(to,
                  "nodes:\n  plain: {from: facts, select: {g: g, n: n}}\n"
                  "  first:\n    from: plain\n    group_by: {g: g}\n"
                  "    window: {tumbling: %llds, grace: %llds, max_ahead: 1000000}\n"
                  "    aggregate: {c: 'count()', s: 'sum(n)'}\n    emit: final\n    on_late: late\n"
                  "  second:\n    from: first\n    group_by: {odd: 'c %% 2 == 1'}\n"
                  "    window: {tumbling: %llds, grace: %llds, max_ahead: 1000000}\n"
                  "    aggregate: {rows: 'count()', c: 'sum(c)', s: 'sum(s)'}\n    emit: final\n"
                  "    on_late: late2\n"
                  "sinks:\n  out1: {from: first, topic: out1, value: json}\n"
                  "  out2: {from: second, topic: out2, value: json}\n"
                  "  late: {topic: late}\n  late2: {topic: late2}\n",
                  (long long)P(s, SIZE_S), (long long)P(s, GRACE_S),
                  (long long)(P(s, SIZE_S) * P(s, TIMES)), (long long)P(s, GRACE2_S));
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    struct sim_feed f = sim_feed_of(s);
    sim_feed_draw(r, s, &f);
}

/* ---- the oracle */

struct window {
    const char *group;
    int64_t start, rows, c, s;
};

static struct window *window_of(struct window *of, size_t *n, const char *group, int64_t start) {
    for (size_t i = 0; i < *n; i++)
        if (of[i].start == start && !strcmp(of[i].group, group)) return &of[i];
    of[*n] = (struct window){.group = group, .start = start};
    return &of[(*n)++];
}

static void expect(struct sim_expected *to, const char *sink, const char *names,
                   const struct window *w, int64_t size, bool first) {
    const char *from = sim_iso(to->arena, w->start), *until = sim_iso(to->arena, w->start + size);
    const char *rows =
        first ? "" : mr_arena_printf(to->arena, "\"rows\":%lld,", (long long)w->rows);
    sim_expect(to, sink,
               "{\"%s\":%s,\"window_start\":\"%s\"} {\"%s\":%s,%s\"c\":%lld,\"s\":%lld,"
               "\"window_start\":\"%s\",\"window_end\":\"%s\"} @%lld",
               names, w->group, from, names, w->group, rows, (long long)w->c, (long long)w->s, from,
               until, (long long)(w->start + size - 1));
}

static size_t count_facts(const struct sim_scenario *s, struct sim_expected *to,
                          struct window *windows) {
    struct sim_feed f = sim_feed_of(s);
    const struct sim_fact *facts = sim_facts(s, &f, to->arena);
    int64_t size = P(s, SIZE_S) * 1000, grace = P(s, GRACE_S) * 1000;
    size_t n = 0;
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct sim_fact *fact = &facts[i];
        if (!fact->has_value || fact->broken) continue;
        int64_t start = fact->ts / size * size;
        if (start + size + grace <= fact->time) {
            sim_expect(to, "late", "%s {\"g\":\"%s\",\"n\":%lld} @%lld", fact->g, fact->g,
                       (long long)fact->n, (long long)fact->ts);
            continue;
        }
        const char *group = mr_arena_printf(to->arena, "\"%s\"", fact->g);
        struct window *w = window_of(windows, &n, group, start);
        w->c++, w->s += fact->n;
    }
    return n;
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct window *first = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof *first);
    struct window *second = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof *second);
    int64_t size = P(s, SIZE_S) * 1000, size2 = size * P(s, TIMES);
    sim_expect_sink(to, "out1", false);
    sim_expect_sink(to, "out2", false);
    sim_expect_sink(to, "late", false);
    sim_expect_sink(to, "late2", false);
    size_t n = count_facts(s, to, first), m = 0;
    for (size_t i = 0; i < n; i++) {
        expect(to, "out1", "g", &first[i], size, true);
        int64_t ts = first[i].start + size - 1;
        struct window *w =
            window_of(second, &m, first[i].c % 2 ? "true" : "false", ts / size2 * size2);
        w->rows++, w->c += first[i].c, w->s += first[i].s;
    }
    for (size_t i = 0; i < m; i++) expect(to, "out2", "odd", &second[i], size2, false);
}

const struct sim_gen sim_gen_chain = {.name = "chain",
                                      .weight = 2,
                                      .draw = draw,
                                      .topology = topology,
                                      .feed = feed,
                                      .oracle = oracle};

/* gen_folds.c -- what depends on order, behind a repartition: the latest fact of a group, and a
 * fold over its facts in order of event time. Of one source or of two.
 *
 * To the oracle both are one list: the facts by (timestamp, source, partition, offset). The fold
 * takes those that are not late, one by one; the latest is the last of all.
 */
#include "tests/sim/facts.h"

#include "base/mem.h"

#include <stdlib.h>

enum { MERGED = SIM_FEED_PARAMS, GRACE_S };
enum { GROUPS = 4, MOD = 1000003 };

#define P(s, name) ((s)->params[name])

static struct sim_feed feed_of(const struct sim_scenario *s) {
    struct sim_feed f = sim_feed_of(s);
    if (P(s, MERGED)) f.inputs[1] = "other";
    return f;
}

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int graces[] = {0, 2, 10, 60};
    sim_feed_params(r, s, 200);
    s->params[MERGED] = mr_rand_below(r, 2);
    s->params[GRACE_S] = graces[mr_rand_below(r, 4)];
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    struct sim_feed f = feed_of(s);
    mr_buf_cat(to, "topology: folds\nsources:\n");
    for (int i = 0; i < 2 && f.inputs[i]; i++) sim_feed_source(&f, f.inputs[i], to);
    mr_buf_printf(to,
                  "nodes:\n  plain: {from: %s, select: {id: id, g: g, n: n}}\n"
                  "  newest: {from: plain, key: g, latest: true}\n"
                  "  folded:\n    from: plain\n    group_by: {g: g}\n    order: event_time\n"
                  "    grace: %llds\n    on_late: late\n"
                  "    reduce: {c: '(acc.c ?? 0) + 1', s: '(acc.s ?? 0) * 31 %% %d + n'}\n"
                  "sinks:\n  newest_out: {from: newest, topic: newest_out, value: json}\n"
                  "  folded_out: {from: folded, topic: folded_out, value: json}\n"
                  "  late: {topic: late}\n",
                  P(s, MERGED) ? "[facts, other]" : "facts", (long long)P(s, GRACE_S), MOD);
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    struct sim_feed f = feed_of(s);
    sim_feed_draw(r, s, &f);
}

/* ---- the oracle */

/* Facts of one partition lie in one array, in order of their offsets. */
static int by_provenance(const void *a, const void *b) {
    const struct sim_fact *x = *(const struct sim_fact *const *)a;
    const struct sim_fact *y = *(const struct sim_fact *const *)b;
    int c = x->ts < y->ts ? -1 : x->ts > y->ts;
    if (!c) c = strcmp(x->input, y->input);
    if (!c) c = x->partition - y->partition;
    return c ? c : x < y ? -1 : x > y;
}

static void say_late(struct sim_expected *to, const struct sim_fact *f) {
    sim_expect(to, "late", "%s {\"id\":\"%s\",\"g\":\"%s\",\"n\":%lld} @%lld", f->g, f->id, f->g,
               (long long)f->n, (long long)f->ts);
}

static void say_group(const struct sim_scenario *s, struct sim_expected *to, const char *g,
                      const struct sim_fact *const *order, size_t n) {
    const struct sim_fact *newest = NULL, *last = NULL;
    int64_t count = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        const struct sim_fact *f = order[i];
        if (strcmp(f->g, g)) continue;
        newest = f;
        if (f->ts + P(s, GRACE_S) * 1000 < f->time) {
            say_late(to, f);
            continue;
        }
        last = f;
        count++, sum = sum * 31 % MOD + f->n;
    }
    if (newest)
        sim_expect(to, "newest_out", "%s {\"id\":\"%s\",\"g\":\"%s\",\"n\":%lld} @%lld", g,
                   newest->id, g, (long long)newest->n, (long long)newest->ts);
    if (last)
        sim_expect(to, "folded_out", "%s {\"g\":\"%s\",\"c\":%lld,\"s\":%lld} @%lld", g, g,
                   (long long)count, (long long)sum, (long long)last->ts);
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct sim_feed f = feed_of(s);
    const struct sim_fact *facts = sim_facts(s, &f, to->arena);
    const struct sim_fact **order = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof *order);
    size_t n = 0;
    for (size_t i = 0; i < s->n_recs; i++)
        if (facts[i].has_value && !facts[i].broken && facts[i].ts >= 0) order[n++] = &facts[i];
    qsort(order, n, sizeof *order, by_provenance);
    sim_expect_sink(to, "newest_out", true);
    sim_expect_sink(to, "folded_out", true);
    sim_expect_sink(to, "late", false);
    for (int g = 0; g < GROUPS; g++)
        say_group(s, to, mr_arena_printf(to->arena, "g%d", g), order, n);
}

const struct sim_gen sim_gen_folds = {.name = "folds",
                                      .weight = 2,
                                      .draw = draw,
                                      .topology = topology,
                                      .feed = feed,
                                      .oracle = oracle};

/* gen_watch.c -- one stream looked at three ways: absence of a fact after another, the first of
 * equal ids, and both counted in windows.
 *
 * Each partition is a list to the oracle, in the order of its offsets: with one input the operator
 * time at a record is the record's own time, and what it closes goes before it.
 */
#include "tests/sim/facts.h"

#include "base/mem.h"

#include <stdlib.h>

enum { WITHIN_S = SIM_FEED_PARAMS, GRACE_S, EACH, BY_ID, DEDUPE_S, SIZE_S };
enum { A_BELOW = 8, B_FROM = 12 }; /* n < A_BELOW starts a wait, n >= B_FROM ends it */

#define P(s, name) ((s)->params[name])

static struct sim_feed feed_of(const struct sim_scenario *s) {
    struct sim_feed f = sim_feed_of(s);
    f.ids = 3;
    return f;
}

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int within[] = {1, 10, 60, 600}, graces[] = {0, 2, 20};
    sim_feed_params(r, s, 300);
    s->params[WITHIN_S] = within[mr_rand_below(r, 4)];
    s->params[GRACE_S] = graces[mr_rand_below(r, 3)];
    s->params[EACH] = mr_rand_below(r, 2);
    s->params[BY_ID] = mr_rand_below(r, 2);
    s->params[DEDUPE_S] = within[mr_rand_below(r, 4)];
    s->params[SIZE_S] = within[1 + mr_rand_below(r, 3)];
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    struct sim_feed f = feed_of(s);
    mr_buf_cat(to, "topology: watch\nsources:\n");
    sim_feed_source(&f, "facts", to);
    mr_buf_printf(
        to,
        "nodes:\n  plain: {from: facts, select: {id: id, n: n}}\n  gone:\n    from: plain\n"
        "    absence: {after: 'n < %d', without: 'n >= %d', within: %llds, %srestart: %s, "
        "grace: %llds}\n    select: {id: 'after.id', n: 'after.n'}\n    on_late: late\n"
        "  once: {from: plain, dedupe: {by: id, within: %llds}}\n"
        "  counted:\n    from: gone\n    group_by: {id: id}\n    window: {tumbling: %llds, grace: "
        "0s}\n    aggregate: {c: 'count()', s: 'sum(n)'}\n    emit: final\n"
        "sinks:\n  gone_out: {from: gone, topic: gone_out, value: json}\n"
        "  once_out: {from: once, topic: once_out, value: json}\n"
        "  out: {from: counted, topic: out, value: json}\n  late: {topic: late}\n",
        A_BELOW, B_FROM, (long long)P(s, WITHIN_S), P(s, BY_ID) ? "by: id, " : "",
        P(s, EACH) ? "each" : "first", (long long)P(s, GRACE_S), (long long)P(s, DEDUPE_S),
        (long long)P(s, SIZE_S));
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    struct sim_feed f = feed_of(s);
    sim_feed_draw(r, s, &f);
}

/* ---- the oracle */

struct wait { /* of an A for its B */
    const struct sim_fact *a;
    bool over; /* fired, or a B came */
    bool fired;
};

static bool usable(const struct sim_fact *f) {
    return f->has_value && !f->broken && f->ts >= 0 && f->key;
}

static bool same(const struct sim_scenario *s, const struct sim_fact *x, const struct sim_fact *y) {
    return x->partition == y->partition && !strcmp(x->key, y->key) &&
           (!P(s, BY_ID) || !strcmp(x->id, y->id));
}

static int64_t deadline(const struct sim_scenario *s, const struct sim_fact *a) {
    return a->ts + (P(s, WITHIN_S) + P(s, GRACE_S)) * 1000;
}

static bool silences(const struct sim_scenario *s, const struct sim_fact *b,
                     const struct sim_fact *a) {
    return same(s, a, b) && a->ts <= b->ts && b->ts <= a->ts + P(s, WITHIN_S) * 1000 &&
           b->time <= deadline(s, a);
}

static const char *value_of(struct mr_arena *a, const struct sim_fact *f) {
    return mr_arena_printf(a, "{\"id\":\"%s\",\"n\":%lld}", f->id, (long long)f->n);
}

static size_t absences(const struct sim_scenario *s, struct sim_expected *to,
                       const struct sim_fact *facts, struct wait *waits) {
    size_t n = 0;
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct sim_fact *f = &facts[i];
        for (size_t k = 0; k < n; k++) /* every record's time, whatever else it is */
            if (!waits[k].over && waits[k].a->partition == f->partition &&
                deadline(s, waits[k].a) < f->time)
                waits[k].over = waits[k].fired = true;
        if (!usable(f)) continue;
        for (size_t k = 0; k < n && f->n >= B_FROM; k++)
            if (!waits[k].over && silences(s, f, waits[k].a)) waits[k].over = true;
        if (f->n >= A_BELOW) continue;
        if (deadline(s, f) < f->time) {
            sim_expect(to, "late", "%s %s @%lld", f->key, value_of(to->arena, f), (long long)f->ts);
            continue;
        }
        bool not_waited = false;
        for (size_t k = 0; k < i; k++)
            not_waited |= usable(&facts[k]) && facts[k].n >= B_FROM && silences(s, &facts[k], f);
        for (size_t k = 0; k < n && !P(s, EACH); k++)
            not_waited |= !waits[k].over && same(s, waits[k].a, f);
        if (!not_waited) waits[n++] = (struct wait){.a = f};
    }
    for (size_t k = 0; k < n; k++) waits[k].fired |= !waits[k].over;
    return n;
}

static void expect_absences(const struct sim_scenario *s, struct sim_expected *to,
                            const struct wait *waits, size_t n) {
    int64_t within = P(s, WITHIN_S) * 1000, size = P(s, SIZE_S) * 1000;
    for (size_t i = 0; i < n; i++) {
        if (!waits[i].fired) continue;
        const struct sim_fact *a = waits[i].a;
        sim_expect(to, "gone_out", "%s %s @%lld", a->key, value_of(to->arena, a),
                   (long long)(a->ts + within));
        int64_t start = (a->ts + within) / size * size, c = 0, sum = 0;
        bool first = true;
        for (size_t k = 0; k < n; k++) {
            const struct sim_fact *b = waits[k].a;
            if (!waits[k].fired || strcmp(a->id, b->id) || (b->ts + within) / size * size != start)
                continue;
            first &= k >= i;
            c++, sum += b->n;
        }
        if (!first) continue;
        const char *from = sim_iso(to->arena, start), *until = sim_iso(to->arena, start + size);
        sim_expect(to, "out",
                   "{\"id\":\"%s\",\"window_start\":\"%s\"} {\"id\":\"%s\",\"c\":%lld,\"s\":%lld,"
                   "\"window_start\":\"%s\",\"window_end\":\"%s\"} @%lld",
                   a->id, from, a->id, (long long)c, (long long)sum, from, until,
                   (long long)(start + size - 1));
    }
}

static void expect_once(const struct sim_scenario *s, struct sim_expected *to,
                        const struct sim_fact *facts) {
    int64_t within = P(s, DEDUPE_S) * 1000;
    bool *passed = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof *passed);
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct sim_fact *f = &facts[i];
        if (!usable(f)) continue;
        bool hidden = false;
        for (size_t k = 0; k < i; k++) {
            const struct sim_fact *o = &facts[k];
            hidden |= passed[k] && !strcmp(o->key, f->key) && !strcmp(o->id, f->id) &&
                      llabs(o->ts - f->ts) <= within && f->time <= o->ts + within;
        }
        passed[i] = !hidden;
        if (!hidden)
            sim_expect(to, "once_out", "%s %s @%lld", f->key, value_of(to->arena, f),
                       (long long)f->ts);
    }
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct sim_feed f = feed_of(s);
    struct sim_fact *facts = sim_facts(s, &f, to->arena);
    struct wait *waits = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof *waits);
    sim_expect_sink(to, "gone_out", false);
    sim_expect_sink(to, "once_out", false);
    sim_expect_sink(to, "out", false);
    sim_expect_sink(to, "late", false);
    size_t n = absences(s, to, facts, waits);
    expect_absences(s, to, waits, n);
    expect_once(s, to, facts);
}

const struct sim_gen sim_gen_watch = {.name = "watch",
                                      .weight = 3,
                                      .draw = draw,
                                      .topology = topology,
                                      .feed = feed,
                                      .oracle = oracle};

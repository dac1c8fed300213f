/* gen_pair.c -- two streams joined: inner, left or outer, by the key that they came with or by
 * another; what comes out is counted in windows.
 *
 * The oracle looks at every pair of facts: it matches or not by their own numbers. A fact that is
 * late has no part in it; one that nobody matches is a null result, if its side has such.
 */
#include "tests/sim/facts.h"

#include "base/mem.h"

enum { KIND, BEFORE_S, AFTER_S, GRACE_S, BY_G, DECLARED, MAX_JUMP_S, IDLE_MS, N };
enum { INNER, LEFT, OUTER };

#define P(s, name) ((s)->params[name])

static const char *const kinds[] = {"inner", "left", "outer"};

static struct sim_feed feed_of(const struct sim_scenario *s) {
    return (struct sim_feed){.inputs = {"left", "right"},
                             .n = P(s, N),
                             .declared = P(s, DECLARED),
                             .max_jump_ms = P(s, MAX_JUMP_S) ? P(s, MAX_JUMP_S) * 1000 : SIM_NONE,
                             .idle_ms = P(s, IDLE_MS),
                             .gap = 3000};
}

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int reach[] = {0, 2, 10, 60}, graces[] = {0, 1, 5, 60}, jumps[] = {0, 30, 3600};
    s->params[KIND] = mr_rand_below(r, 3);
    s->params[BEFORE_S] = reach[mr_rand_below(r, 4)];
    s->params[AFTER_S] = reach[mr_rand_below(r, 4)];
    s->params[GRACE_S] = graces[mr_rand_below(r, 4)];
    s->params[BY_G] = mr_rand_below(r, 3) == 0;
    s->params[DECLARED] = mr_rand_below(r, 2);
    s->params[MAX_JUMP_S] = jumps[mr_rand_below(r, 3)];
    s->params[IDLE_MS] = sim_draw_idle_ms(r);
    s->params[N] = 10 + mr_rand_below(r, mr_rand_below(r, 4) ? 60 : 200);
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    static const char *const sides[] = {"left", "right"};
    struct sim_feed f = feed_of(s);
    mr_buf_cat(to, "topology: pair\nsources:\n");
    for (int i = 0; i < 2; i++) {
        mr_buf_printf(to,
                      "  %s: {topic: %s, key: string, value: {json: {id: string, g: string, n: "
                      "int, ts: timestamp_ms}}",
                      sides[i], sides[i]);
        sim_feed_clauses(&f, to);
        mr_buf_cat(to, "}\n");
    }
    mr_buf_cat(to, "nodes:\n");
    for (int i = 0; i < 2; i++)
        mr_buf_printf(to, "  %c: {from: %s, select: {id: id, g: g, n: n}%s}\n", sides[i][0],
                      sides[i], P(s, BY_G) ? ", key: g" : "");
    mr_buf_printf(to,
                  "  pairs:\n    from: l\n    join: {stream: r, within: {before: %llds, after: "
                  "%llds}, grace: %llds, kind: %s}\n    select: {l: '%s', r: '%s'}\n"
                  "    on_late: late\n",
                  (long long)P(s, BEFORE_S), (long long)P(s, AFTER_S), (long long)P(s, GRACE_S),
                  kinds[P(s, KIND)], P(s, KIND) == OUTER ? "l.id ?? \"-\"" : "l.id",
                  P(s, KIND) == INNER ? "r.id" : "r.id ?? \"-\"");
    mr_buf_cat(to, "  counted:\n    from: pairs\n    group_by: {all: '\"x\"'}\n    aggregate: {c: "
                   "'count()', alone: 'count_if(l == \"-\" || r == \"-\")'}\n"
                   "sinks:\n  out: {from: pairs, topic: out, value: json}\n"
                   "  sum: {from: counted, topic: sum, value: json}\n  late: {topic: late}\n");
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    struct sim_feed f = feed_of(s);
    sim_feed_draw(r, s, &f);
}

/* ---- the oracle */

struct judge {
    const struct sim_scenario *s;
    struct sim_expected *to;
    int64_t rows, alone;
};

static const char *key_of(const struct judge *j, const struct sim_fact *f) {
    return P(j->s, BY_G) ? f->g : f->key;
}

static void result(struct judge *j, const char *key, const struct sim_fact *l,
                   const struct sim_fact *r) {
    int64_t ts = !l ? r->ts : !r ? l->ts : l->ts > r->ts ? l->ts : r->ts;
    j->rows++;
    j->alone += !l || !r;
    sim_expect(j->to, "out", "%s {\"l\":\"%s\",\"r\":\"%s\"} @%lld", key ? key : "(null)",
               l ? l->id : "-", r ? r->id : "-", (long long)ts);
}

static bool is_there(const struct sim_fact *f) {
    return f->has_value && !f->broken && f->ts >= 0;
}

static bool is_left(const struct sim_fact *f) {
    return !strcmp(f->input, "left");
}

static bool is_late(const struct judge *j, const struct sim_fact *f) {
    int64_t reach = (is_left(f) ? P(j->s, AFTER_S) : P(j->s, BEFORE_S)) + P(j->s, GRACE_S);
    return f->ts + reach * 1000 < f->time;
}

static bool match(const struct judge *j, const struct sim_fact *l, const struct sim_fact *r) {
    return !strcmp(key_of(j, l), key_of(j, r)) && l->ts - P(j->s, BEFORE_S) * 1000 <= r->ts &&
           r->ts <= l->ts + P(j->s, AFTER_S) * 1000;
}

/* The part of a fact: late, or every match of a left one, and its null result. */
static void judge(struct judge *j, const struct sim_fact *facts, size_t n, size_t at) {
    const struct sim_fact *own = &facts[at];
    bool left = is_left(own), met = false;
    const char *key = key_of(j, own);
    bool nulls = P(j->s, KIND) == OUTER || (P(j->s, KIND) == LEFT && left);
    if (!is_there(own) || (!key && !nulls)) return;
    if (key && is_late(j, own)) {
        sim_expect(j->to, "late", "%s {\"id\":\"%s\",\"g\":\"%s\",\"n\":%lld} @%lld", key, own->id,
                   own->g, (long long)own->n, (long long)own->ts);
        return;
    }
    for (size_t i = 0; key && i < n; i++) {
        const struct sim_fact *other = &facts[i];
        if (!is_there(other) || is_left(other) == left || !key_of(j, other) || is_late(j, other) ||
            !match(j, left ? own : other, left ? other : own))
            continue;
        met = true;
        if (left) result(j, key, own, other);
    }
    if (!met && nulls) result(j, key, left ? own : NULL, left ? NULL : own);
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct sim_feed f = feed_of(s);
    struct sim_fact *facts = sim_facts(s, &f, to->arena);
    struct judge j = {.s = s, .to = to};
    sim_expect_sink(to, "out", false);
    sim_expect_sink(to, "late", false);
    sim_expect_sink(to, "sum", true);
    for (size_t i = 0; i < s->n_recs; i++) judge(&j, facts, s->n_recs, i);
    if (j.rows)
        sim_expect(to, "sum", "x {\"all\":\"x\",\"c\":%lld,\"alone\":%lld}", (long long)j.rows,
                   (long long)j.alone);
}

const struct sim_gen sim_gen_pair = {.name = "pair",
                                     .weight = 3,
                                     .draw = draw,
                                     .topology = topology,
                                     .feed = feed,
                                     .oracle = oracle};

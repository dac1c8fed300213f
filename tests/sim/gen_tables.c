/* gen_tables.c -- two tables joined: inner, left or outer, and the joined table grouped anew.
 *
 * To the oracle a table is the last fact of each key; what is grouped is what is there in the end.
 */
#include "tests/sim/facts.h"

#include "base/mem.h"

#include <stdlib.h>

enum { KIND, DECLARED, MAX_JUMP_S, IDLE_MS, LEAST_N, N };
enum { INNER, LEFT, OUTER };
enum { KEYS = 8, GROUPS = 5 };

#define P(s, name) ((s)->params[name])

static const char *const kinds[] = {"inner", "left", "outer"};

static struct sim_feed feed_of(const struct sim_scenario *s) {
    return (struct sim_feed){.inputs = {"a", "b"},
                             .n = P(s, N),
                             .declared = P(s, DECLARED),
                             .max_jump_ms = P(s, MAX_JUMP_S) ? P(s, MAX_JUMP_S) * 1000 : SIM_NONE,
                             .idle_ms = P(s, IDLE_MS),
                             .gap = 4000,
                             .tables = true};
}

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int jumps[] = {0, 60, 3600};
    s->params[KIND] = mr_rand_below(r, 3);
    s->params[DECLARED] = mr_rand_below(r, 2);
    s->params[MAX_JUMP_S] = jumps[mr_rand_below(r, 3)];
    s->params[IDLE_MS] = mr_rand_below(r, 2) ? 0 : sim_draw_idle_ms(r);
    s->params[LEAST_N] = mr_rand_below(r, 2) ? 0 : mr_rand_below(r, 15);
    s->params[N] = 10 + mr_rand_below(r, mr_rand_below(r, 4) ? 80 : 300);
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    struct sim_feed f = feed_of(s);
    mr_buf_cat(to, "topology: tables\ntables:\n");
    for (const char *name = "ab"; *name; name++) {
        mr_buf_printf(to,
                      "  %c: {topic: %c, key: string, value: {json: {id: string, g: string, n: "
                      "int, ts: timestamp_ms}}",
                      *name, *name);
        sim_feed_clauses(&f, to);
        mr_buf_cat(to, "}\n");
    }
    bool no_a = P(s, KIND) == OUTER, no_b = P(s, KIND) != INNER;
    mr_buf_printf(to,
                  "nodes:\n  joined:\n    from: a\n    join: {table: b, kind: %s}\n"
                  "    where: '%s >= %lld'\n    select: {a: '%s', b: '%s', g: '%s', n: '%s + %s'}\n"
                  "  groups:\n    from: joined\n    group_by: {g: g}\n"
                  "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
                  "sinks:\n  out: {from: joined, topic: out, value: json}\n"
                  "  sums: {from: groups, topic: sums, value: json}\n",
                  kinds[P(s, KIND)], no_a ? "(a.n ?? 99)" : "a.n", (long long)P(s, LEAST_N),
                  no_a ? "a.id ?? \"-\"" : "a.id", no_b ? "b.id ?? \"-\"" : "b.id",
                  no_a ? "a.g ?? \"-\"" : "a.g", no_a ? "(a.n ?? 0)" : "a.n",
                  no_b ? "(b.n ?? 0)" : "b.n");
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    struct sim_feed f = feed_of(s);
    sim_feed_draw(r, s, &f);
}

/* ---- the oracle */

struct joined { /* of a key */
    const struct sim_fact *side[2];
    int64_t ts; /* of the last row that was sent */
};

static bool has_row(const struct sim_scenario *s, const struct joined *j) {
    if (!j->side[0] && (P(s, KIND) != OUTER || !j->side[1])) return false;
    if (!j->side[1] && P(s, KIND) == INNER) return false;
    return (j->side[0] ? j->side[0]->n : 99) >= P(s, LEAST_N);
}

static void take(const struct sim_scenario *s, struct joined *j, const struct sim_fact *f) {
    bool right = !strcmp(f->input, "b");
    const struct sim_fact *other = j->side[!right];
    if (f->broken || f->ts < 0 || (!f->has_value && !j->side[right])) return;
    bool before = has_row(s, j);
    j->side[right] = f->has_value ? f : NULL;
    if (before || has_row(s, j)) j->ts = other && other->ts > f->ts ? other->ts : f->ts;
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct sim_feed f = feed_of(s);
    struct sim_fact *facts = sim_facts(s, &f, to->arena);
    const struct sim_fact **order = mr_arena_calloc(to->arena, s->n_recs + 1, sizeof *order);
    struct joined keys[KEYS] = {0};
    int64_t count[GROUPS] = {0}, sum[GROUPS] = {0};
    for (int32_t p = 0; p < s->partitions; p++) {
        size_t n = sim_facts_of_task(facts, s->n_recs, f.inputs, p, order);
        for (size_t i = 0; i < n; i++) take(s, &keys[atoi(order[i]->key + 1)], order[i]);
    }
    sim_expect_sink(to, "out", true);
    sim_expect_sink(to, "sums", true);
    for (int k = 0; k < KEYS; k++) {
        const struct sim_fact *a = keys[k].side[0], *b = keys[k].side[1];
        if (!has_row(s, &keys[k])) continue;
        int g = a ? a->g[1] - '0' : GROUPS - 1;
        int64_t n = (a ? a->n : 0) + (b ? b->n : 0);
        count[g]++, sum[g] += n;
        const char *row =
            mr_arena_printf(to->arena, "k%d {\"a\":\"%s\",\"b\":\"%s\",\"g\":\"%s\",\"n\":%lld}", k,
                            a ? a->id : "-", b ? b->id : "-", a ? a->g : "-", (long long)n);
        if (s->pace) /* the timestamp goes by the order in which the two came */
            sim_expect(to, "out", "%s", row);
        else
            sim_expect(to, "out", "%s @%lld", row, (long long)keys[k].ts);
    }
    for (int g = 0; g < GROUPS; g++) {
        const char *name = g == GROUPS - 1 ? "-" : mr_arena_printf(to->arena, "g%d", g);
        if (count[g])
            sim_expect(to, "sums", "%s {\"g\":\"%s\",\"c\":%lld,\"s\":%lld}", name, name,
                       (long long)count[g], (long long)sum[g]);
    }
}

const struct sim_gen sim_gen_tables = {.name = "tables",
                                       .weight = 2,
                                       .draw = draw,
                                       .topology = topology,
                                       .feed = feed,
                                       .oracle = oracle};

/* gen_shop.c -- clicks, enriched from profiles or not, filtered, counted in windows and in all.
 *
 * The oracle is naive: it looks at the records of the feed as lists and does what language.md 5
 * says, one sentence at a time. It knows partitions (source time is of a partition) but no tasks,
 * batches, commits or waits.
 */
#include "tests/sim/facts.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

enum { JOIN_NONE, JOIN_AS_OF, JOIN_CURRENT };
enum { JOIN, INNER, LEAST_N, SIZE_S, GRACE_S, DISORDER_S, BY_USER, TABLE_IDLE, N_CLICKS };

#define P(s, name) ((s)->params[name])

static void draw(struct mr_rand *r, struct sim_scenario *s) {
    static const int sizes[] = {5, 10, 60, 300}, graces[] = {0, 2, 10, 60};
    s->params[JOIN] = mr_rand_below(r, 3);
    s->params[INNER] = mr_rand_below(r, 3) == 0;
    s->params[LEAST_N] = mr_rand_below(r, 3) ? 0 : mr_rand_below(r, 20);
    s->params[SIZE_S] = sizes[mr_rand_below(r, 4)];
    s->params[GRACE_S] = graces[mr_rand_below(r, 4)];
    s->params[DISORDER_S] = mr_rand_below(r, 2) ? 0 : mr_rand_below(r, 20);
    s->params[BY_USER] = mr_rand_below(r, 2);
    s->params[TABLE_IDLE] = mr_rand_below(r, 2);
    s->params[N_CLICKS] = 10 + mr_rand_below(r, mr_rand_below(r, 4) ? 60 : 300);
}

static void topology(const struct sim_scenario *s, struct mr_buf *to) {
    bool join = P(s, JOIN) != JOIN_NONE;
    mr_buf_printf(to, "topology: shop\n"
                      "sources:\n"
                      "  clicks: {topic: clicks, key: string, value: {json: {user: string, n: int, "
                      "ts: timestamp_ms}}, event_time: ts, idle_after: 30s, max_jump: none}\n");
    if (join)
        mr_buf_printf(to,
                      "tables:\n"
                      "  profiles: {topic: profiles, key: string, value: {json: {seg: string, ts: "
                      "timestamp_ms}}, event_time: ts, max_jump: none, idle_after: %s%s",
                      P(s, TABLE_IDLE) ? "0s" : "1h",
                      P(s, JOIN) == JOIN_AS_OF ? ", history: 300d" : "");
    if (join && P(s, JOIN) == JOIN_AS_OF && P(s, DISORDER_S))
        mr_buf_printf(to, ", disorder: %llds", (long long)P(s, DISORDER_S));
    mr_buf_printf(to, "%snodes:\n  enriched:\n    from: clicks\n", join ? "}\n" : "");
    if (join)
        mr_buf_printf(to, "    join: {table: profiles, %skind: %s}\n",
                      P(s, JOIN) == JOIN_AS_OF ? "as_of: event_time, " : "",
                      P(s, INNER) ? "inner" : "left");
    const char *n = join ? "clicks.n" : "n";
    if (P(s, LEAST_N)) mr_buf_printf(to, "    where: '%s >= %lld'\n", n, (long long)P(s, LEAST_N));
    mr_buf_printf(to, "    select: {user: %s, seg: '%s', n: %s}\n", join ? "clicks.user" : "user",
                  !join         ? "\"none\""
                  : P(s, INNER) ? "profiles.seg"
                                : "profiles.seg ?? \"none\"",
                  n);
    mr_buf_printf(to,
                  "  windows:\n    from: enriched\n    group_by: {g: this.%s}\n"
                  "    window: {tumbling: %llds, grace: %llds}\n"
                  "    aggregate: {c: 'count()', s: 'sum(n)'}\n    emit: final\n    on_late: late\n"
                  "  totals:\n    from: enriched\n    group_by: {user: this.user}\n"
                  "    aggregate: {c: 'count()', s: 'sum(n)'}\n    emit: updates\n"
                  "sinks:\n  rows: {from: enriched, topic: rows, value: json}\n"
                  "  out: {from: windows, topic: out, value: json}\n"
                  "  all: {from: totals, topic: all, value: json}\n  late: {topic: late}\n",
                  P(s, BY_USER) ? "user" : "seg", (long long)P(s, SIZE_S),
                  (long long)P(s, GRACE_S));
}

/* ---- the feed */

static const char *const users[] = {"u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7"};
static const char *const segs[] = {"red", "blue", "gold"};

static int64_t move_time(struct mr_rand *r, int64_t now) {
    switch (mr_rand_below(r, 40)) {
    case 0: return now + 60000 + mr_rand_below(r, 7200000);
    case 1: return now + 3600000;
    default: return now + mr_rand_below(r, 4000);
    }
}

static int64_t stamp(struct mr_rand *r, int64_t now) {
    if (mr_rand_below(r, 4)) return now;
    int64_t ts = now - mr_rand_below(r, mr_rand_below(r, 3) ? 5000 : 90000);
    return ts < 0 ? 0 : ts;
}

static void one(struct mr_rand *r, struct sim_scenario *s, bool profile, int64_t now) {
    const char *user = users[mr_rand_below(r, 8)];
    int64_t ts = stamp(r, now);
    struct mr_feed_rec rec = {.ts = ts, .partition = -1};
    if (profile || mr_rand_below(r, 40)) rec.key = mr_str(user);
    if (!rec.key.p) rec.partition = (int32_t)mr_rand_below(r, (uint32_t)s->partitions);
    switch (mr_rand_below(r, profile ? 10 : 30)) {
    case 0: break; /* none: deletes */
    case 1:
        if (mr_rand_below(r, 2)) {
            rec.value = MR_STR("{\"user\": 7");
            break;
        }
        /* fall through */
    default:
        rec.value =
            mr_str(profile ? mr_arena_printf(&s->arena, "{\"seg\":\"%s\",\"ts\":%lld}",
                                             segs[mr_rand_below(r, 3)], (long long)ts)
                           : mr_arena_printf(&s->arena, "{\"user\":\"%s\",\"n\":%u,\"ts\":%lld}",
                                             user, mr_rand_below(r, 30), (long long)ts));
    }
    sim_add_rec(s, profile ? "profiles" : "clicks", &rec);
}

static void feed(struct mr_rand *r, struct sim_scenario *s) {
    int64_t now = 100000 + mr_rand_below(r, 100000);
    for (int64_t i = 0; i < P(s, N_CLICKS); i++) {
        now = move_time(r, now);
        one(r, s, P(s, JOIN) != JOIN_NONE && mr_rand_below(r, 4) == 0, now);
    }
}

/* ---- the oracle */

struct rec { /* of the feed, as the oracle reads it */
    const char *key, *user, *seg;
    int64_t n, ts, time; /* ts < 0: it has none; time: source time at its own position */
    int64_t from;        /* of a profile: valid from */
    bool has_value, broken, is_click;
    int32_t partition;
    int64_t order; /* by which a task takes it */
};

static struct rec *read_feed(const struct sim_scenario *s, struct mr_arena *a) {
    struct rec *recs = mr_arena_calloc(a, s->n_recs + 1, sizeof *recs);
    int64_t reached[2][64];
    for (int i = 0; i < 64; i++) reached[0][i] = reached[1][i] = -1;
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct mr_feed_rec *f = &s->recs[i].rec;
        struct rec *r = &recs[i];
        struct mr_str v = f->value;
        r->is_click = !strcmp(s->recs[i].input, "clicks");
        r->key = f->key.p ? mr_arena_strndup(a, f->key.p, f->key.n) : NULL;
        r->partition = f->partition >= 0
                           ? f->partition
                           : mr_partition_of(f->key.p, f->key.n, (int32_t)s->partitions);
        r->has_value = v.p != NULL;
        r->broken = v.p && v.p[v.n - 1] != '}';
        r->ts = r->broken ? -1 : v.p ? sim_number_in(v, "\"ts\":") : f->ts;
        r->n = v.p ? sim_number_in(v, "\"n\":") : 0;
        r->user = v.p && !r->broken ? sim_text_in(a, v, "\"user\":\"") : NULL;
        r->seg = v.p && !r->broken ? sim_text_in(a, v, "\"seg\":\"") : NULL;
        int64_t *time = &reached[r->is_click][r->partition];
        if (r->ts > *time) *time = r->ts;
        r->time = *time;
        r->order = r->ts; /* broken ones: at once */
        int64_t least = r->time - P(s, DISORDER_S) * 1000;
        r->from = r->ts > least ? r->ts : least;
    }
    return recs;
}

/* The row that was valid at the record's event time: all rows of the partition are looked at. */
static const char *as_of(const struct rec *recs, size_t n, const struct rec *click) {
    const struct rec *best = NULL;
    int64_t at = click->ts < click->time ? click->ts : click->time;
    for (size_t i = 0; i < n; i++) {
        const struct rec *r = &recs[i];
        if (r->is_click || r->broken || r->partition != click->partition) continue;
        if (!click->key || strcmp(r->key, click->key) || r->from > at) continue;
        if (!best || r->from >= best->from) best = r;
    }
    return best ? best->seg : NULL;
}

/* A task has two lists, clicks and profiles of its partition, and takes the head with the lesser
 * time, the profile of equal ones; a head whose time cannot be computed goes at once. */
static void join_current(const struct sim_scenario *s, const struct rec *recs, const char **found) {
    for (int32_t p = 0; p < s->partitions; p++) {
        const char *rows[8] = {0};
        size_t c = 0, t = 0;
        for (;;) {
            while (c < s->n_recs && (recs[c].partition != p || !recs[c].is_click)) c++;
            while (t < s->n_recs && (recs[t].partition != p || recs[t].is_click)) t++;
            if (c == s->n_recs && t == s->n_recs) break;
            bool table = c == s->n_recs || (t < s->n_recs && recs[t].order <= recs[c].order);
            if (table && !recs[t].broken) rows[recs[t].key[1] - '0'] = recs[t].seg;
            if (!table && recs[c].key) found[c] = rows[recs[c].key[1] - '0'];
            if (table)
                t++;
            else
                c++;
        }
    }
}

struct count {
    const char *group;
    int64_t start, c, s, ts;
};

static struct count *count_of(struct count *of, size_t *n, const char *group, int64_t start) {
    for (size_t i = 0; i < *n; i++)
        if (of[i].start == start && !strcmp(of[i].group, group)) return &of[i];
    of[*n] = (struct count){.group = group, .start = start, .ts = -1};
    return &of[(*n)++];
}

static void expect_counts(struct sim_expected *to, const struct count *windows, size_t n,
                          const struct count *totals, size_t m, int64_t size) {
    for (size_t i = 0; i < n; i++) {
        const struct count *c = &windows[i];
        const char *from = sim_iso(to->arena, c->start),
                   *until = sim_iso(to->arena, c->start + size);
        sim_expect(to, "out",
                   "{\"g\":\"%s\",\"window_start\":\"%s\"} {\"g\":\"%s\",\"c\":%lld,\"s\":%lld,"
                   "\"window_start\":\"%s\",\"window_end\":\"%s\"} @%lld",
                   c->group, from, c->group, (long long)c->c, (long long)c->s, from, until,
                   (long long)(c->start + size - 1));
    }
    for (size_t i = 0; i < m; i++)
        sim_expect(to, "all", "%s {\"user\":\"%s\",\"c\":%lld,\"s\":%lld} @%lld", totals[i].group,
                   totals[i].group, (long long)totals[i].c, (long long)totals[i].s,
                   (long long)totals[i].ts);
}

static void oracle(const struct sim_scenario *s, struct sim_expected *to) {
    struct mr_arena *a = to->arena;
    struct rec *recs = read_feed(s, a);
    const char **found = mr_arena_calloc(a, s->n_recs + 1, sizeof *found);
    struct count *windows = mr_arena_calloc(a, s->n_recs + 1, sizeof *windows);
    struct count *totals = mr_arena_calloc(a, s->n_recs + 1, sizeof *totals);
    size_t n_windows = 0, n_totals = 0;
    int64_t size = P(s, SIZE_S) * 1000, grace = P(s, GRACE_S) * 1000;
    if (P(s, JOIN) == JOIN_CURRENT) {
        if (s->pace) return; /* which row is current depends on what has come */
        join_current(s, recs, found);
    }
    sim_expect_sink(to, "rows", false);
    sim_expect_sink(to, "out", false);
    sim_expect_sink(to, "all", true);
    sim_expect_sink(to, "late", false);
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct rec *r = &recs[i];
        if (!r->is_click || r->broken || !r->has_value) continue;
        if (P(s, JOIN) == JOIN_AS_OF) found[i] = as_of(recs, s->n_recs, r);
        if (P(s, JOIN) != JOIN_NONE && P(s, INNER) && !found[i]) continue;
        if (r->n < P(s, LEAST_N)) continue;
        const char *seg = found[i] ? found[i] : "none";
        const char *row = mr_arena_printf(a, "{\"user\":\"%s\",\"seg\":\"%s\",\"n\":%lld}", r->user,
                                          seg, (long long)r->n);
        sim_expect(to, "rows", "%s %s @%lld", r->key ? r->key : "(null)", row, (long long)r->ts);
        struct count *c = count_of(totals, &n_totals, r->user, 0);
        c->c++, c->s += r->n;
        if (r->ts > c->ts) c->ts = r->ts;
        int64_t start = r->ts / size * size;
        const char *group = P(s, BY_USER) ? r->user : seg;
        if (start + size + grace <= r->time) {
            sim_expect(to, "late", "%s %s @%lld", group, row, (long long)r->ts);
            continue;
        }
        c = count_of(windows, &n_windows, group, start);
        c->c++, c->s += r->n;
    }
    expect_counts(to, windows, n_windows, totals, n_totals, size);
}

const struct sim_gen sim_gen_shop = {.name = "shop",
                                     .weight = 3,
                                     .draw = draw,
                                     .topology = topology,
                                     .feed = feed,
                                     .oracle = oracle};

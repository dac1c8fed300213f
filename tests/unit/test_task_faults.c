/* Proves processor/task: whatever call of the broker fails, whoever crashes, comes or goes, the
 * outputs are those of a straight run, and those are the ones worked out by hand below.
 *
 * Windows of 10 s, grace 2 s; S is the greatest time so far in the partition of the click:
 *   partition 0   a1@1s red, c2@2s none, a3@9s red, a4@11s red, a5@5s (S 11 < 12) red,
 *                 a6@16s blue, a7@6s (S 16 >= 12) late, c?@17s not JSON, c8@31s none
 *   partition 1   b10@3s blue, b20@14s blue, b30@8s (S 14 >= 12) late, b40@21s, b50@25s none
 *                 (b's profile is deleted at 20 s)
 */
#include "proto/frame.h"
#include "tests/unit/task_sim.h"

static const char topology[] =
    "topology: job\n"
    "sources:\n"
    "  clicks:\n"
    "    topic: clicks\n"
    "    key: string\n"
    "    value: {json: {user: string, n: int, ts: timestamp_ms}}\n"
    "    event_time: ts\n"
    "    idle_after: 1h\n"
    "tables:\n"
    "  profiles:\n"
    "    topic: profiles\n"
    "    key: string\n"
    "    value: {json: {seg: string, ts: timestamp_ms}}\n"
    "    event_time: ts\n"
    "    idle_after: 1h\n"
    "    history: 1d\n"
    "nodes:\n"
    "  enriched:\n"
    "    from: clicks\n"
    "    join: {table: profiles, as_of: event_time, kind: left}\n"
    "    select: {user: clicks.user, seg: 'profiles.seg ?? \"none\"', n: clicks.n}\n"
    "  per_seg:\n"
    "    from: enriched\n"
    "    group_by: {seg: this.seg}\n"
    "    window: {tumbling: 10s, grace: 2s}\n"
    "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
    "    emit: final\n"
    "    on_late: late\n"
    "  per_user:\n"
    "    from: enriched\n"
    "    group_by: {user: this.user}\n"
    "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
    "    emit: updates\n"
    "sinks:\n"
    "  out: {from: per_seg, topic: out, value: json}\n"
    "  totals: {from: per_user, topic: totals, value: json}\n"
    "  late: {topic: late}\n";

#define CLICK(p, user, n, ms)                                                                      \
    { "clicks", p, user, "{\"user\":\"" user "\",\"n\":" #n ",\"ts\":" #ms "}", ms }
#define PROFILE(p, user, seg, ms)                                                                  \
    { "profiles", p, user, "{\"seg\":\"" seg "\",\"ts\":" #ms "}", ms }

static const struct ts_rec feed[] = {
    PROFILE(0, "a", "red", 0),  PROFILE(0, "a", "blue", 15000),
    PROFILE(1, "b", "blue", 0), {"profiles", 1, "b", NULL, 20000},
    CLICK(0, "a", 1, 1000),     CLICK(0, "c", 2, 2000),
    CLICK(0, "a", 3, 9000),     CLICK(0, "a", 4, 11000),
    CLICK(0, "a", 5, 5000),     CLICK(0, "a", 6, 16000),
    CLICK(0, "a", 7, 6000),     {"clicks", 0, "c", "{", 17000},
    CLICK(0, "c", 8, 31000),    CLICK(1, "b", 10, 3000),
    CLICK(1, "b", 20, 14000),   CLICK(1, "b", 30, 8000),
    CLICK(1, "b", 40, 21000),   CLICK(1, "b", 50, 25000),
};

/* Times of rows: of a window, its last millisecond; else the record's. */
#define AT(s) "1970-01-01T00:00:" s ".000Z"
#define WINDOW(seg, from, to, ts, c, s)                                                            \
    "  {\"seg\":\"" seg "\",\"window_start\":\"" AT(                                               \
        from) "\"} {\"seg\":\"" seg "\",\"c\":" #c ",\"s\":" #s                                    \
              ",\"window_start\":\"" AT(from) "\",\"window_end\":\"" AT(to) "\"} @" ts "\n"
#define TOTAL(user, c, s, ts)                                                                      \
    "  " user " {\"user\":\"" user "\",\"c\":" #c ",\"s\":" #s "} @" ts "\n"

static const char expected[] =
    "out\n" WINDOW("blue", "00", "10", "9999", 1, 10) WINDOW("blue", "10", "20", "19999", 2, 26)
        WINDOW("none", "00", "10", "9999", 1, 2) WINDOW("none", "20", "30", "29999", 2, 90)
            WINDOW("none", "30", "40", "39999", 1, 8) WINDOW("red", "00", "10", "9999", 3, 9)
                WINDOW("red", "10", "20", "19999", 1,
                       4) "late\n"
                          "  blue {\"user\":\"b\",\"seg\":\"blue\",\"n\":30} @8000\n"
                          "  red {\"user\":\"a\",\"seg\":\"red\",\"n\":7} @6000\n"
                          "totals\n" TOTAL("a", 6, 26, "16000") TOTAL("b", 5, 150, "25000")
                              TOTAL("c", 2, 10, "31000") "job-dlq\n"
                                                         "  c { @17000\n";

static struct mr_plan *plan;
static uint64_t seed;
static bool is_full; /* every n, every step */

/* ---- a run */

static void start(struct ts *t) {
    ts_init(t, plan, 2);
    ts_feed(t, feed, MR_ARRAY_LEN(feed));
    mr_embed_end_feeds(&t->embed);
    ts_open(t, 0);
    ts_open(t, 1);
}

/* A task that was started anew says its time again, which nobody needs to hear at the end. */
static bool is_mark(const struct mr_input *in, const struct mr_msg *m) {
    struct mr_rframe f;
    return in->kind == MR_IN_REPARTITION && mr_rframe_read(m->value, &f) && !f.has_row;
}

/* Positions of the group: of feeds their ends; of repartition topics: no row is left behind them.
 */
static void check_positions(struct ts *t) {
    struct mr_err err = {0};
    for (uint16_t s = 0; s < plan->n_subs; s++)
        for (uint16_t i = 0; i < plan->subs[s].n_inputs; i++)
            for (int32_t p = 0; p < 2; p++) {
                const char *name = mr_name_input(&t->arena, t->embed.app, &plan->subs[s].inputs[i]);
                struct mr_tp tp = {mr_broker_topic(t->embed.broker, name), p};
                struct mr_offset at;
                struct mr_msg m;
                enum mr_class rc = MR_RETRY; /* a fault may still wait for its call */
                for (int k = 0; k < 2 && rc != MR_OK; k++)
                    rc = mr_broker_committed(t->embed.broker, t->embed.app, &tp, 1, &at, &t->arena,
                                             &err);
                ck_assert(rc == MR_OK);
                ck_assert_msg(at.offset >= 0, "%s/%d: no offset", name, p);
                while (mr_sim_read(t->embed.broker, tp, &at.offset, &m))
                    ck_assert_msg(is_mark(&plan->subs[s].inputs[i], &m), "%s/%d: a row is left",
                                  name, p);
            }
}

/* Every change of a total is one click more: a click counted twice would show in between. */
static void check_updates(struct ts *t) {
    int id = mr_broker_topic(t->embed.broker, "totals");
    for (int32_t p = 0; p < 2; p++) {
        int64_t offset = 0;
        long seen[256] = {0};
        struct mr_msg m;
        while (mr_sim_read(t->embed.broker, (struct mr_tp){id, p}, &offset, &m)) {
            const char *c = memmem(m.value.p, m.value.n, "\"c\":", 4);
            ck_assert(c && m.key.n == 1);
            long n = strtol(c + 4, NULL, 10);
            uint8_t user = (uint8_t)m.key.p[0];
            ck_assert_msg(n > seen[user], "total of %c falls or repeats: %ld", user, n);
            seen[user] = n;
        }
    }
}

static void check_outputs(struct ts *t, const char *what) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    ts_rows(t, "out", TS_IN_ORDER, &b);
    ts_rows(t, "late", TS_ANY_ORDER, &b);
    ts_rows(t, "totals", TS_LAST, &b);
    ts_rows(t, "job-dlq", TS_IN_ORDER, &b);
    ck_assert_msg(strcmp(mr_buf_cstr(&b), expected) == 0, "%s\nseed %llu\ngot:\n%s\nexpected:\n%s",
                  what, (unsigned long long)seed, mr_buf_cstr(&b), expected);
    mr_buf_done(&b);
    check_updates(t);
    check_positions(t);
}

/* Steps all workers in turn until everything is done. */
static void run_out(struct ts *t, const char *what) {
    for (int i = 0; !ts_finished(t); i++) {
        ck_assert_msg(i < TS_STEPS_MAX, "%s: does not come to its end (seed %llu)", what,
                      (unsigned long long)seed);
        ts_step(t, i % TS_WORKERS, NULL);
    }
}

static uint64_t calls_of(struct ts *t, enum mr_sim_call call) {
    return ((struct sim_broker *)t->embed.broker)->calls[call].n;
}

/* ---- the straight run */

START_TEST(straight) {
    struct ts t;
    start(&t);
    run_out(&t, "straight");
    check_outputs(&t, "straight");
    ck_assert_uint_eq(t.failures, 0);
    ts_done(&t);
}
END_TEST

/* ---- failing calls */

struct fault {
    enum mr_sim_call call;
    enum mr_class class;
    bool applied;
    bool after_abort; /* an abort is brought about first, so that there is a call to fail */
};

static const char *const call_names[MR_SIM_N_CALLS] = {"begin", "send",  "offsets", "commit",
                                                       "abort", "fetch", "serve",   "committed"};

/* How many calls of the kind the run needed. */
static uint64_t run_fault(const struct fault *f, unsigned n) {
    struct ts t;
    char what[200];
    snprintf(what, sizeof what, "%s of call %u of %s%s", mr_class_name(f->class), n,
             call_names[f->call], f->applied ? " (applied)" : "");
    start(&t);
    mr_sim_fail(t.embed.broker, f->call, n, f->class, f->applied);
    for (unsigned i = 1; f->after_abort && i < 12; i++)
        mr_sim_fail(t.embed.broker, MR_SIM_OFFSETS, 2 * i, MR_ABORT, false);
    run_out(&t, what);
    uint64_t calls = calls_of(&t, f->call);
    check_outputs(&t, what);
    ts_done(&t);
    return calls;
}

static void run_faults(enum mr_sim_call call, const struct fault *faults, size_t n_faults) {
    struct mr_rand r;
    mr_rand_seed(&r, seed + call);
    unsigned most = is_full ? UINT32_MAX : 16, runs = 0;
    uint64_t calls = 1;
    for (size_t i = 0; i < n_faults; i++) {
        uint64_t stride = 1;
        for (unsigned n = 1; n <= calls; n += (unsigned)stride, runs++) {
            calls = run_fault(&faults[i], n);
            /* The first ones all, then a sample. */
            stride = n < 4 || calls <= most ? 1 : 1 + mr_rand_next(&r) % (2 * (calls / most) + 1);
        }
    }
    printf("%s: %u runs, %llu calls\n", call_names[call], runs, (unsigned long long)calls);
}

#define FAULTS(...)                                                                                \
    (struct fault[]) {                                                                             \
        __VA_ARGS__                                                                                \
    }
#define RUN_FAULTS(call, ...)                                                                      \
    run_faults(call, FAULTS(__VA_ARGS__), sizeof(FAULTS(__VA_ARGS__)) / sizeof(struct fault))

START_TEST(begin_fails) {
    RUN_FAULTS(MR_SIM_BEGIN, {MR_SIM_BEGIN, MR_RETRY}, {MR_SIM_BEGIN, MR_ABORT},
               {MR_SIM_BEGIN, MR_FATAL});
}
END_TEST
START_TEST(send_fails) {
    RUN_FAULTS(MR_SIM_SEND, {MR_SIM_SEND, MR_RETRY}, {MR_SIM_SEND, MR_ABORT},
               {MR_SIM_SEND, MR_FATAL});
}
END_TEST
START_TEST(offsets_fail) {
    RUN_FAULTS(MR_SIM_OFFSETS, {MR_SIM_OFFSETS, MR_RETRY}, {MR_SIM_OFFSETS, MR_ABORT},
               {MR_SIM_OFFSETS, MR_UNKNOWN}, {MR_SIM_OFFSETS, MR_FATAL});
}
END_TEST
START_TEST(commit_fails) {
    RUN_FAULTS(MR_SIM_COMMIT, {MR_SIM_COMMIT, MR_RETRY}, {MR_SIM_COMMIT, MR_RETRY, true},
               {MR_SIM_COMMIT, MR_ABORT}, {MR_SIM_COMMIT, MR_UNKNOWN},
               {MR_SIM_COMMIT, MR_UNKNOWN, true}, {MR_SIM_COMMIT, MR_FATAL});
}
END_TEST
START_TEST(abort_fails) {
    RUN_FAULTS(MR_SIM_ABORT, {MR_SIM_ABORT, MR_RETRY, false, true},
               {MR_SIM_ABORT, MR_UNKNOWN, false, true}, {MR_SIM_ABORT, MR_FATAL, false, true});
}
END_TEST
START_TEST(fetch_fails) {
    RUN_FAULTS(MR_SIM_FETCH, {MR_SIM_FETCH, MR_RETRY}, {MR_SIM_FETCH, MR_FATAL});
}
END_TEST
START_TEST(serve_fails) {
    RUN_FAULTS(MR_SIM_SERVE, {MR_SIM_SERVE, MR_RETRY}, {MR_SIM_SERVE, MR_FATAL});
}
END_TEST
START_TEST(committed_fails) {
    RUN_FAULTS(MR_SIM_COMMITTED, {MR_SIM_COMMITTED, MR_RETRY}, {MR_SIM_COMMITTED, MR_ABORT},
               {MR_SIM_COMMITTED, MR_FATAL});
}
END_TEST

/* The answer to "was it committed?" fails, too. */
START_TEST(readback_fails) {
    static const enum mr_class classes[] = {MR_RETRY, MR_ABORT, MR_UNKNOWN, MR_FATAL};
    for (size_t c = 0; c < MR_ARRAY_LEN(classes); c++)
        for (unsigned n = 3; n < 9; n++)
            for (int applied = 0; applied < 2; applied++) {
                struct ts t;
                char what[100];
                snprintf(what, sizeof what, "unknown commit %u (%d), read back: %s", n, applied,
                         mr_class_name(classes[c]));
                start(&t);
                while (calls_of(&t, MR_SIM_COMMIT) < n)
                    ts_step(&t, (int)(t.clock.now_ms / 5 % 2), NULL);
                mr_sim_fail(t.embed.broker, MR_SIM_COMMIT, 1, MR_UNKNOWN, applied);
                mr_sim_fail(t.embed.broker, MR_SIM_COMMITTED, 1, classes[c], false);
                run_out(&t, what);
                check_outputs(&t, what);
                ts_done(&t);
            }
}
END_TEST

/* ---- crashes and rebalances */

/* Goes k steps; false: the run has ended before. */
static bool go(struct ts *t, unsigned k) {
    for (unsigned i = 0; i < k; i++) {
        if (ts_finished(t)) return false;
        ts_step(t, (int)(i % 2), NULL);
    }
    return !ts_finished(t);
}

static unsigned sample(struct mr_rand *r, unsigned k) {
    return is_full || k < 8 ? 1 : 1 + (unsigned)(mr_rand_next(r) % 3);
}

START_TEST(a_worker_crashes) {
    struct mr_rand r;
    unsigned runs = 0;
    mr_rand_seed(&r, seed);
    for (unsigned k = 1;; k += sample(&r, k), runs++) {
        struct ts t;
        char what[100];
        int victim = (int)(mr_rand_next(&r) % 2);
        size_t keep = mr_rand_next(&r) % 8;
        snprintf(what, sizeof what, "worker %d crashes at step %u, %zu batches kept", victim, k,
                 keep);
        start(&t);
        bool under_way = go(&t, k);
        if (under_way) {
            ts_crash(&t, victim, keep);
            if (mr_rand_next(&r) % 2) ts_open(&t, victim); /* before the old session has ended */
            for (int i = 0; i < 4; i++) ts_step(&t, i % 2, NULL);
            ts_expire(&t);
            if (!t.workers[victim]) ts_open(&t, victim);
            run_out(&t, what);
        }
        check_outputs(&t, what);
        ck_assert_msg(t.failures == 0, "%s: a worker gave up", what);
        ts_done(&t);
        if (!under_way) break;
    }
    printf("crash: %u runs\n", runs);
}
END_TEST

/* What it left open must not hold up its next life until the transaction times out: here it never
 * does. */
START_TEST(a_lone_worker_crashes) {
    for (unsigned k = 1;; k += is_full ? 1 : 2) {
        struct ts t;
        char what[100];
        snprintf(what, sizeof what, "the only worker crashes at step %u", k);
        start(&t);
        ts_close(&t, 1);
        bool under_way = go(&t, k);
        if (under_way) {
            ts_crash(&t, 0, k % 8);
            ts_expire(&t);
            ts_open(&t, 0);
            run_out(&t, what);
        }
        check_outputs(&t, what);
        ck_assert_msg(t.failures == 0, "%s: it gave up", what);
        ts_done(&t);
        if (!under_way) break;
    }
}
END_TEST

START_TEST(a_worker_joins_and_leaves) {
    struct mr_rand r;
    unsigned runs = 0;
    mr_rand_seed(&r, seed + 1);
    for (unsigned k = 1;; k += sample(&r, k), runs++) {
        struct ts t;
        char what[100];
        unsigned stay = (unsigned)(mr_rand_next(&r) % 40);
        snprintf(what, sizeof what, "a third worker joins at step %u and leaves %u later", k, stay);
        start(&t);
        bool under_way = go(&t, k);
        if (under_way) {
            ts_open(&t, 2);
            for (unsigned i = 0; i < stay; i++) ts_step(&t, (int)(i % 3), NULL);
            ts_close(&t, (int)(mr_rand_next(&r) % 3));
            run_out(&t, what);
        }
        check_outputs(&t, what);
        ck_assert_msg(t.failures == 0, "%s: a worker gave up", what);
        ts_done(&t);
        if (!under_way) break;
    }
    printf("rebalance: %u runs\n", runs);
}
END_TEST

/* A rebalance whose commit inside the callback fails. */
START_TEST(a_revoke_meets_a_fault) {
    static const struct fault faults[] = {
        {MR_SIM_OFFSETS, MR_ABORT},        {MR_SIM_OFFSETS, MR_FATAL}, {MR_SIM_COMMIT, MR_UNKNOWN},
        {MR_SIM_COMMIT, MR_UNKNOWN, true}, {MR_SIM_COMMIT, MR_ABORT},  {MR_SIM_SEND, MR_FATAL},
    };
    for (size_t f = 0; f < MR_ARRAY_LEN(faults); f++)
        for (unsigned k = 10; k < 60; k += is_full ? 1 : 6)
            for (int readback = 0; readback < 2; readback++) {
                struct ts t;
                char what[120];
                snprintf(what, sizeof what, "joins at step %u, %s of %s (%d)%s", k,
                         mr_class_name(faults[f].class), call_names[faults[f].call],
                         faults[f].applied, readback ? ", read back fails" : "");
                start(&t);
                if (go(&t, k)) {
                    ts_open(&t, 2);
                    ts_step(&t, 2, NULL);
                    mr_sim_fail(t.embed.broker, faults[f].call, 1, faults[f].class,
                                faults[f].applied);
                    if (readback) mr_sim_fail(t.embed.broker, MR_SIM_COMMITTED, 1, MR_FATAL, false);
                    run_out(&t, what);
                }
                check_outputs(&t, what);
                ts_done(&t);
            }
}
END_TEST

int main(void) {
    const char *given = getenv("MR_SEED");
    is_full = getenv("MR_FULL") != NULL;
    seed = given ? strtoull(given, NULL, 10) : 1;
    printf("MR_SEED=%llu%s\n", (unsigned long long)seed, is_full ? " (full)" : "");
    fflush(stdout);
    mr_log_open(getenv("MR_LOG") ? MR_LOG_DEBUG : MR_LOG_ERROR, MR_LOG_TEXT);
    plan = ts_compile(topology);
    Suite *s = suite_create("task_faults");
    TCase *c = tcase_create("faults");
    tcase_set_timeout(c, 600);
    tcase_add_test(c, straight);
    tcase_add_test(c, begin_fails);
    tcase_add_test(c, send_fails);
    tcase_add_test(c, offsets_fail);
    tcase_add_test(c, commit_fails);
    tcase_add_test(c, abort_fails);
    tcase_add_test(c, fetch_fails);
    tcase_add_test(c, serve_fails);
    tcase_add_test(c, committed_fails);
    tcase_add_test(c, readback_fails);
    tcase_add_test(c, a_worker_crashes);
    tcase_add_test(c, a_lone_worker_crashes);
    tcase_add_test(c, a_worker_joins_and_leaves);
    tcase_add_test(c, a_revoke_meets_a_fault);
    suite_add_tcase(s, c);
    int failed = mr_check_run(s);
    mr_plan_free(plan);
    return failed;
}

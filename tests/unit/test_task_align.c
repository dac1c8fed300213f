/* Proves align.c: who goes how far ahead, and that nobody waits for ever. */
#include "tests/unit/task_sim.h"

enum { PARTITIONS = 2, RECORDS = 40, SKEW_MS = 100 };

static const char job[] =
    "topology: job\n"
    "sources:\n"
    "  a: {topic: a, key: string, value: {json: {n: int}}, idle_after: never}\n"
    "sinks:\n"
    "  out: {from: a, topic: out}\n";

/* As-of: the head waits for a table whose next row lies far ahead of it. */
static const char waits[] =
    "topology: job\n"
    "sources:\n"
    "  a: {topic: a, key: string, value: {json: {n: int}}, idle_after: never}\n"
    "tables:\n"
    "  t: {topic: t, key: string, value: {json: {n: int}}, history: 1d, idle_after: never}\n"
    "nodes:\n"
    "  j: {from: a, join: {table: t, as_of: event_time, kind: left}, select: {n: 'a.n'}}\n"
    "sinks:\n"
    "  out: {from: j, topic: out}\n";

static void feed(struct ts *t, const char *input, int32_t partition, int64_t ts) {
    struct ts_rec rec = {input, partition, "k", "{\"n\":1}", ts};
    ts_feed(t, &rec, 1);
}

static void start(struct ts *t, struct mr_plan *plan, int workers) {
    ts_init(t, plan, PARTITIONS);
    t->max_skew_ms = SKEW_MS;
    for (int i = 0; i < workers; i++) ts_open(t, i);
}

static void stop(struct ts *t) {
    struct mr_plan *plan = t->plan;
    ts_done(t);
    mr_plan_free(plan);
}

static struct mr_task *task_of(struct ts *t, int32_t partition) {
    for (int i = 0; i < TS_WORKERS; i++)
        for (struct mr_task *k = t->workers[i] ? t->workers[i]->tasks : NULL; k; k = k->next)
            if (k->partition == partition && k->state == MR_TASK_RUNNING) return k;
    return NULL;
}

static int64_t reached(struct ts *t, int32_t partition) {
    struct mr_task *k = task_of(t, partition);
    return k ? k->ins[k->sub->anchor].time.time : MR_NO_TIME;
}

static size_t rows(struct ts *t) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    ts_rows(t, "out", TS_ANY_ORDER, &b);
    size_t n = 0;
    for (const char *p = mr_buf_cstr(&b); *p; p++) n += *p == '@';
    mr_buf_done(&b);
    return n;
}

static void run_all(struct ts *t, int workers, int turns, size_t expected) {
    for (int k = 0; k < turns && rows(t) < expected; k++)
        for (int i = 0; i < workers; i++) ts_step(t, i, NULL);
    ck_assert_uint_eq(rows(t), expected);
}

/* Worker 1 is slower than worker 0, whose task stays near it all the same. */
START_TEST(stays_near) {
    struct ts t;
    int64_t most = 0;
    int held = 0;
    start(&t, ts_compile(job), 2);
    for (int i = 0; i < 400 && !(task_of(&t, 0) && task_of(&t, 1)); i++) ts_step(&t, i & 1, NULL);
    for (int n = 0; n < RECORDS; n++)
        for (int32_t p = 0; p < PARTITIONS; p++) feed(&t, "a", p, 1000 + 20 * n);
    struct mr_worker *slow = task_of(&t, 1)->worker;
    int s = slow == t.workers[1];
    for (int k = 0; k < 3000 && rows(&t) < PARTITIONS * RECORDS; k++) {
        ts_step(&t, k % 40 ? !s : s, NULL);
        int64_t fast = reached(&t, 0), other = reached(&t, 1);
        held += task_of(&t, 0)->held;
        if (other == MR_NO_TIME || fast == MR_NO_TIME) continue;
        if (fast - other > most && other < 1000 + 20 * (RECORDS - 1)) most = fast - other;
    }
    ck_assert_uint_eq(rows(&t), PARTITIONS * RECORDS);
    ck_assert_int_gt(held, 0);
    ck_assert_int_gt(most, 0);
    ck_assert_int_le(most, SKEW_MS + 40); /* what it stands before, not what it has reached */
    stop(&t);
}
END_TEST

/* Gaps far wider than max_skew, for each other and for all at once; a partition that has nothing
 * does not count, although it is never idle. */
START_TEST(gaps_are_passed) {
    for (int workers = 1; workers <= 2; workers++) {
        struct ts t;
        start(&t, ts_compile(job), workers);
        for (int n = 0; n < 6; n++) {
            feed(&t, "a", 0, 1000 + 1000000 * n);
            if (n < 3) feed(&t, "a", 1, 500000 + 1700000 * n);
        }
        run_all(&t, workers, 3000, 9);
        stop(&t);
    }
}
END_TEST

START_TEST(waits_for_a_table) {
    for (int workers = 1; workers <= 2; workers++) {
        struct ts t;
        start(&t, ts_compile(waits), workers);
        for (int32_t p = 0; p < PARTITIONS; p++) {
            for (int n = 0; n < 4; n++) feed(&t, "a", p, 5000 * p + 10000 + 10000 * n);
            for (int n = 0; n < 3; n++) feed(&t, "t", p, 1000 + 40000 * n);
        }
        run_all(&t, workers, 3000, 8);
        stop(&t);
    }
}
END_TEST

/* A head that waits for a table which has ended, but never counts as idle, can go nowhere: it does
 * not hold those that can. */
START_TEST(the_stuck_do_not_count) {
    for (int workers = 1; workers <= 2; workers++) {
        struct ts t;
        start(&t, ts_compile(waits), workers);
        feed(&t, "a", 0, 10000);
        for (int n = 0; n < 4; n++) feed(&t, "a", 1, 1000000 + 10 * n);
        for (int n = 0; n < 2; n++) feed(&t, "t", 1, 1000 + 2000000 * n);
        run_all(&t, workers, 3000, 4);
        stop(&t);
    }
}
END_TEST

/* A worker that is gone does not hold the others for longer than its session. */
START_TEST(the_dead_do_not_count) {
    struct ts t;
    start(&t, ts_compile(job), 2);
    for (int i = 0; i < 400 && !(task_of(&t, 0) && task_of(&t, 1)); i++) ts_step(&t, i & 1, NULL);
    for (int n = 0; n < RECORDS; n++)
        for (int32_t p = 0; p < PARTITIONS; p++) feed(&t, "a", p, 1000 + 20 * n);
    for (int i = 0; i < 20; i++) ts_step(&t, i & 1, NULL);
    int dead = task_of(&t, 1)->worker == t.workers[1];
    ts_crash(&t, dead, 0);
    for (int i = 0; i < 200; i++) ts_step(&t, !dead, NULL);
    ck_assert_uint_lt(rows(&t), PARTITIONS * RECORDS);
    ts_expire(&t);
    ts_open(&t, dead); /* settles what it had open; its task may be with either */
    run_all(&t, 2, 3000, PARTITIONS * RECORDS);
    stop(&t);
}
END_TEST

int main(void) {
    mr_log_open(getenv("MR_LOG") ? MR_LOG_DEBUG : MR_LOG_ERROR, MR_LOG_TEXT);
    Suite *s = suite_create("task_align");
    TCase *tc = tcase_create("align");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, stays_near);
    tcase_add_test(tc, gaps_are_passed);
    tcase_add_test(tc, waits_for_a_table);
    tcase_add_test(tc, the_stuck_do_not_count);
    tcase_add_test(tc, the_dead_do_not_count);
    suite_add_tcase(s, tc);
    return mr_check_run(s);
}

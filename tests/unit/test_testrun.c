/* Proves processor/serve/testrun.c: what the virtual clock and restarts do, on a whole topology.
 * Expected windows by hand: a click at 12:00:30 is idle 10 s later, and [12:00, 12:05) closes at
 * 12:05:30, so 5 minutes and 10 seconds of clock are needed, not 5 minutes. */
#include "processor/serve/testcmp.h"
#include "processor/topology/compile.h"
#include "tests/check_main.h"

static const char text[] =
    "topology: idle\n"
    "sources:\n"
    "  clicks: {topic: c, key: string, value: {json: {a: string}}}\n"
    "nodes:\n"
    "  counted:\n"
    "    from: clicks\n"
    "    group_by: {k: this.a}\n"
    "    window: {tumbling: 5m, grace: 30s}\n"
    "    aggregate: {n: 'count()'}\n"
    "    emit: final\n"
    "sinks:\n"
    "  out: {from: counted, topic: o, value: json}\n"
    "tests:\n"
    "  - name: one jump of the clock does not end the worker's session\n"
    "    keep_open: true\n"
    "    steps: [{at: \"12:00:30\", clicks: {key: u, value: {a: x}}}, {advance: 6m}]\n"
    "    expect: {out: [{value: {k: x, n: 1, window_start: \"12:00\", window_end: \"12:05\"}}]}\n"
    "  - name: with a commit on the way\n"
    "    keep_open: true\n"
    "    steps: [{at: \"12:00:30\", clicks: {key: u, value: {a: x}}}, {flush: true}, {advance: "
    "6m}]\n"
    "    expect: {out: [{value: {k: x, n: 1, window_start: \"12:00\", window_end: \"12:05\"}}]}\n"
    "  - name: too short\n"
    "    keep_open: true\n"
    "    steps: [{at: \"12:00:30\", clicks: {key: u, value: {a: x}}}, {advance: 5m}]\n"
    "    expect: {out: []}\n"
    "  - name: time goes to infinity\n"
    "    steps: [{at: \"12:00:30\", clicks: {key: u, value: {a: x}}}]\n"
    "    expect: {out: [{value: {k: x, n: 1, window_start: \"12:00\", window_end: \"12:05\"}}]}\n";

static void run_all(const struct mr_test_conf *conf, unsigned least_restarts) {
    struct mr_arena a;
    struct mr_diags d;
    struct mr_test *tests;
    size_t n;
    mr_arena_init(&a);
    mr_diags_init(&d, &a, "idle.yaml", mr_str(text));
    struct mr_compile_conf compile = {.file = "idle.yaml", .text = mr_str(text)};
    struct mr_plan *plan = mr_compile(&compile, &d);
    ck_assert_ptr_nonnull(plan);
    ck_assert(mr_test_read(&a, &d, plan, mr_plan_tests(plan), &tests, &n));
    ck_assert_uint_eq(n, 4);
    for (size_t i = 0; i < n; i++) {
        struct mr_test_result result;
        struct mr_err err = {0};
        struct mr_buf diff;
        mr_buf_init(&diff, 0);
        ck_assert_msg(mr_test_run(&a, plan, &tests[i], conf, &result, &err), "%s", err.text);
        size_t different = mr_test_compare("idle.yaml", &tests[i], &result, &diff);
        ck_assert_msg(different == 0, "%s\n%s", tests[i].name, mr_buf_cstr(&diff));
        ck_assert_uint_ge(result.restarts, least_restarts);
        ck_assert(conf->restart || result.restarts == 0);
        mr_buf_done(&diff);
    }
    mr_diags_done(&d);
    mr_plan_free(plan);
    mr_arena_done(&a);
}

START_TEST(straight) {
    run_all(&(struct mr_test_conf){.batch = 1000}, 0);
}
END_TEST
START_TEST(batches_of_one) {
    run_all(&(struct mr_test_conf){.batch = 1}, 0);
}
END_TEST
/* At the start and after the last step at least. */
START_TEST(restarted) {
    run_all(&(struct mr_test_conf){.batch = 1000, .restart = true}, 2);
}
END_TEST
START_TEST(restarted_on_disk) {
    run_all(&(struct mr_test_conf){.batch = 1, .restart = true, .rocks = true}, 2);
}
END_TEST

int main(void) {
    Suite *s = suite_create("testrun");
    TCase *t = tcase_create("testrun");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, straight);
    tcase_add_test(t, batches_of_one);
    tcase_add_test(t, restarted);
    tcase_add_test(t, restarted_on_disk);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

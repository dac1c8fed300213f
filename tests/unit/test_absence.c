/* test_absence.c -- absence beside what random cases say of it: what is counted as idle. */
#include "tests/unit/ops_bench.h"

#include "tests/check_main.h"

static const char text[] =
    "topology: t\n"
    "sources:\n"
    "  clicks: {topic: c, key: string, value: {json: {n: int}}, max_jump: none}\n"
    "nodes:\n"
    "  quiet:\n"
    "    from: clicks\n"
    "    absence: {after: n > 0, without: n < 0, within: 10ms, grace: 0s}\n"
    "    select: {n: after.n}\n"
    "sinks:\n"
    "  out: {from: quiet, topic: out}\n";

static int64_t idle_of(const struct ops_bench *b) {
    int64_t idle = 0;
    for (uint16_t i = 0; i < b->sub->n_steps; i++) idle += mr_graph_op(b->graph, i)->idle;
    return idle;
}

/* The second one's own time is not past the deadline of the first: where nothing is idle that one
 * hides it. */
START_TEST(fired_by_idleness) {
    struct ops_bench b = {0};
    bench_open(&b, text);
    bench_feed(&b, "clicks", "a", "{\"n\":1}", 100);
    if (_i) mr_graph_hear(b.graph, bench_input(&b, "clicks"), 120, true);
    bench_run(&b);
    bench_feed(&b, "clicks", "a", "{\"n\":2}", 110);
    bench_end(&b);
    bench_is(&b, _i ? "out a {\"n\":1} @110\nout a {\"n\":2} @120\n" : "out a {\"n\":1} @110\n");
    ck_assert_int_eq(idle_of(&b), _i);
    bench_close(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("absence");
    TCase *t = tcase_create("absence");
    tcase_add_loop_test(t, fired_by_idleness, 0, 2);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* test_window_hopping.c -- hopping windows in slides: their rows, what is kept for them, and when
 * it goes. Expected lines are written by hand from language.md; ts in ms of 1970-01-01.
 */
#include "tests/unit/ops_bench.h"

#include "tests/check_main.h"

static const char job[] = "topology: t\n"
                          "sources:\n"
                          "  clicks: {topic: c, key: string, value: {json: {n: int}}}\n"
                          "nodes:\n"
                          "  per:\n"
                          "    from: clicks\n"
                          "    group_by: {user: key}\n"
                          "    window: {hopping: 30ms, every: 10ms, grace: 5ms}\n"
                          "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
                          "    emit: final\n"
                          "sinks:\n"
                          "  out: {from: per, topic: out}\n";

#define ROW(user, c, s, from, to, ts)                                                              \
    "out {\"user\":\"" user "\",\"window_start\":\"1970-01-01T00:00:00.0" from                     \
    "Z\"} {\"user\":\"" user "\",\"c\":" c ",\"s\":" s                                             \
    ",\"window_start\":\"1970-01-01T00:00:00.0" from                                               \
    "Z\",\"window_end\":\"1970-01-01T00:00:00.0" to "Z\"} @" ts "\n"

/* An entry per slide of 10 ms, another one where windows were missed; it goes when its newest
 * window has closed. */
START_TEST(test_slides) {
    struct ops_bench b = {.batch = (unsigned)_i};
    bench_open(&b, job);
    bench_feed(&b, "clicks", "a", "{\"n\":2}", 3);
    bench_feed(&b, "clicks", "a", "{\"n\":5}", 12);
    bench_feed(&b, "clicks", "a", "{\"n\":1}", 13);
    bench_commit(&b);
    ck_assert_uint_eq(mr_store_entries(b.stores[0]), 2);
    bench_feed(&b, "clicks", "b", "{\"n\":1}", 36); /* closes [0, 30) */
    bench_feed(&b, "clicks", "a", "{\"n\":4}", 25); /* late for it alone */
    bench_commit(&b);
    bench_is(&b, ROW("a", "3", "8", "00", "30", "29"));
    ck_assert_uint_eq(mr_store_entries(b.stores[0]), 3);
    bench_end(&b);
    bench_is(&b, ROW("a", "3", "10", "10", "40", "39") ROW("b", "1", "1", "10", "40", "39")
                     ROW("a", "1", "4", "20", "50", "49") ROW("b", "1", "1", "20", "50", "49")
                         ROW("b", "1", "1", "30", "60", "59"));
    bench_commit(&b);
    ck_assert_uint_eq(mr_store_entries(b.stores[0]), 0);
    bench_close(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("window_hopping");
    TCase *t = tcase_create("window_hopping");
    tcase_add_loop_test(t, test_slides, 1, 7);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

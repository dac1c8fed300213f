/* test_ops.c -- operators in a running graph: YAML -> plan -> records in, lines out.
 *
 * Expected lines are written by hand from language.md; ts in ms of 1970-01-01.
 */
#include "tests/unit/ops_bench.h"

#include "base/rand.h"
#include "tests/check_main.h"

static const char clicks[] = "sources:\n"
                             "  clicks:\n"
                             "    topic: c\n"
                             "    key: string\n"
                             "    value: {json: {user: string, n: int, tag: 'string?'}}\n"
                             "    max_jump: none\n";

static const char *yaml(const char *rest) {
    static char text[4096];
    snprintf(text, sizeof text, "topology: t\n%s%s", clicks, rest);
    return text;
}

/* ---- stateless */

START_TEST(test_where_select) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("nodes:\n"
                        "  big: {from: clicks, where: 'n > 10 / (n - 1)'}\n"
                        "  short: {from: big, select: {u: user, twice: 'n * 2', tag: tag}}\n"
                        "sinks:\n"
                        "  same: {from: big, topic: same}\n"
                        "  out: {from: short, topic: out}\n"));
    bench_feed(&b, "clicks", "k1", "{ \"n\": 9, \"user\": \"a\" }", 5);
    bench_feed(&b, "clicks", "k2", "{\"user\":\"b\",\"n\":2}", 6);
    bench_feed(&b, "clicks", "k3", NULL, 7);
    bench_feed(&b, "clicks", "k4", "{\"user\":\"b\",\"n\":1}", 8);
    bench_feed(&b, "clicks", NULL, "{\"user\":\"c\",\"n\":20,\"tag\":\"x\"}", 9);
    bench_is(&b, "out k1 {\"u\":\"a\",\"twice\":18} @5\n"
                 "same k1 { \"n\": 9, \"user\": \"a\" } @5\n"
                 "dlq k4 {\"user\":\"b\",\"n\":1} @8 expr.error record\n"
                 "out null {\"u\":\"c\",\"twice\":40,\"tag\":\"x\"} @9\n"
                 "same null {\"user\":\"c\",\"n\":20,\"tag\":\"x\"} @9\n");
    bench_close(&b);
}
END_TEST

START_TEST(test_a_field_that_cannot_be_read) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("nodes:\n"
                        "  some: {from: clicks, where: 'n > 1'}\n"
                        "sinks:\n"
                        "  out: {from: some, topic: out}\n"));
    bench_feed(&b, "clicks", "k", "{\"n\":2,\"user\":7}", 5); /* nobody reads user */
    bench_feed(&b, "clicks", "k", "{\"n\":\"x\"}", 6);
    bench_feed(&b, "clicks", "k", "{\"n\":", 7);
    bench_is(&b, "out k {\"n\":2,\"user\":7} @5\n"
                 "dlq k {\"n\":\"x\"} @6 decode.type record\n"
                 "dlq k {\"n\": @7 decode.syntax record\n");
    bench_close(&b);
}
END_TEST

/* A changed value: the dead letter is the node's input row as JSON. */
START_TEST(test_dead_letter_of_a_changed_row) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("nodes:\n"
                        "  first: {from: clicks, select: {m: 'n - 1', u: user}}\n"
                        "  second: {from: first, key: u, select: {r: '10 / m', u: u}}\n"
                        "sinks:\n"
                        "  out: {from: second, topic: out}\n"));
    bench_feed(&b, "clicks", "k", "{\"n\":1,\"user\":\"a\"}", 5);
    bench_feed(&b, "clicks", "k", "{\"n\":3,\"user\":\"a\"}", 6);
    bench_is(&b, "dlq k {\"m\":0,\"u\":\"a\"} @5 expr.error row\n"
                 "out a {\"r\":5,\"u\":\"a\"} @6\n");
    bench_close(&b);
}
END_TEST

/* Changed within the node only: the node's input is still the record, and the letter is that. */
START_TEST(test_dead_letter_of_a_nodes_own_change) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("nodes:\n"
                        "  one: {from: clicks, select: {m: 'n - 1'}, key: 'string(10 / m)'}\n"
                        "sinks:\n"
                        "  out: {from: one, topic: out}\n"));
    bench_feed(&b, "clicks", "k", "{\"n\":1, \"user\":\"a\"}", 5);
    bench_feed(&b, "clicks", "k", "{\"n\":3, \"user\":\"a\"}", 6);
    bench_is(&b, "dlq k {\"n\":1, \"user\":\"a\"} @5 expr.error record\n"
                 "out 5 {\"m\":2} @6\n");
    bench_close(&b);
}
END_TEST

START_TEST(test_oversized_rows) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("sinks:\n"
                        "  out: {from: clicks, topic: out}\n"));
    static char big[3000];
    memset(big, ' ', sizeof big - 1);
    memcpy(big, "{\"user\":\"a\",\"n\":1}", 18);
    for (unsigned i = 0; i < BENCH_OUTS; i++) b.out_info[i].max_bytes = 1000;
    bench_feed(&b, "clicks", "k", big, 5);
    bench_run(&b);
    size_t n;
    const struct mr_emitted *e = mr_graph_emitted(b.graph, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_ptr_null(e->value.p);
    ck_assert(mr_str_is(bench_header(e, "mr.reason"), "size"));
    ck_assert(mr_str_is(bench_header(e, "mr.size"), "2999"));
    ck_assert_uint_eq(bench_header(e, "mr.sha256").n, 64);
    bench_close(&b);
}
END_TEST

/* ---- joins */

static const char profiles[] = "tables:\n"
                               "  profiles:\n"
                               "    topic: p\n"
                               "    key: string\n"
                               "    value: {json: {seg: string, gone: 'bool?'}}\n"
                               "    delete: 'gone ?? false'\n"
                               "    max_jump: none\n";

static const char *joined(const char *table, const char *join) {
    static char text[2048];
    snprintf(text, sizeof text,
             "%s%snodes:\n"
             "  both:\n"
             "    from: clicks\n"
             "    join: {table: profiles%s}\n"
             "    select: {n: clicks.n, seg: 'profiles.seg ?? \"?\"'}\n"
             "sinks:\n"
             "  out: {from: both, topic: out}\n",
             profiles, table, join);
    return yaml(text);
}

START_TEST(test_join_with_the_current_row) {
    struct ops_bench b = {.batch = 100};
    bench_open(&b, joined("", ", kind: left"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 5);
    bench_feed(&b, "profiles", "a", "{\"seg\":\"gold\"}", 6);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 5);
    bench_feed(&b, "profiles", "a", "{\"seg\":7}", 6); /* leaves the old row */
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":3}", 5);
    bench_feed(&b, "profiles", "a", "{\"seg\":\"x\",\"gone\":true}", 6);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 5);
    bench_feed(&b, "profiles", "a", "{\"seg\":\"new\"}", 6);
    bench_feed(&b, "profiles", "a", "null", 6);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":5}", 5);
    bench_feed(&b, "profiles", NULL, "{\"seg\":\"new\"}", 6);
    bench_feed(&b, "clicks", NULL, "{\"user\":\"a\",\"n\":6}", 5);
    bench_is(&b, "out a {\"n\":1,\"seg\":\"?\"} @5\n"
                 "out a {\"n\":2,\"seg\":\"gold\"} @5\n"
                 "dlq a {\"seg\":7} @6 decode.type record\n"
                 "out a {\"n\":3,\"seg\":\"gold\"} @5\n"
                 "out a {\"n\":4,\"seg\":\"?\"} @5\n"
                 "out a {\"n\":5,\"seg\":\"?\"} @5\n"
                 "dlq null {\"seg\":\"new\"} @6 key.null record\n"
                 "out null {\"n\":6,\"seg\":\"?\"} @5\n");
    bench_close(&b);
}
END_TEST

START_TEST(test_inner_join_null_key) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("tables:\n"
                        "  t: {topic: p, key: string, value: {json: {seg: string}}}\n"
                        "nodes:\n"
                        "  both: {from: clicks, join: {table: t}, select: {s: t.seg}}\n"
                        "sinks:\n"
                        "  out: {from: both, topic: out}\n"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 5);
    bench_feed(&b, "clicks", NULL, "{\"user\":\"a\",\"n\":1}", 5);
    bench_feed(&b, "t", "a", "{\"seg\":\"gold\"}", 5);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 6);
    bench_is(&b, "dlq null {\"user\":\"a\",\"n\":1} @5 key.null record\n"
                 "out a {\"s\":\"gold\"} @6\n");
    bench_close(&b);
}
END_TEST

START_TEST(test_as_of_join) {
    struct ops_bench b = {.batch = 100};
    bench_open(
        &b, joined("    history: 100ms\n    disorder: 10ms\n", ", as_of: event_time, kind: left"));
    bench_feed(&b, "profiles", "a", "{\"seg\":\"old\"}", 100);
    bench_feed(&b, "profiles", "a", "{\"seg\":\"new\"}", 200);
    bench_feed(&b, "profiles", "a", "{\"seg\":\"mid\"}",
               150); /* from 190 on: own time - disorder */
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 99);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 189);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":3}", 195);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 201);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":5}", 101); /* just within history */
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":6}", 100); /* late */
    bench_feed(&b, "profiles", "a", "{\"seg\":\"tie\"}", 200); /* the later offset wins; idle */
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":7}", 201);
    bench_is(&b, "out a {\"n\":1,\"seg\":\"?\"} @99\n"
                 "out a {\"n\":2,\"seg\":\"old\"} @189\n"
                 "out a {\"n\":3,\"seg\":\"mid\"} @195\n"
                 "out a {\"n\":4,\"seg\":\"new\"} @201\n"
                 "out a {\"n\":5,\"seg\":\"old\"} @101\n"
                 "out a {\"n\":7,\"seg\":\"tie\"} @201\n");
    int64_t late = 0, idle = 0;
    for (uint16_t i = 0; i < b.sub->n_steps; i++) {
        late += mr_graph_op(b.graph, i)->fates[MR_LATE];
        idle += mr_graph_op(b.graph, i)->idle;
    }
    ck_assert_int_eq(late, 1);
    ck_assert_int_eq(idle, 1);
    bench_close(&b);
}
END_TEST

/* ---- aggregates */

static const char windows[] = "nodes:\n"
                              "  per:\n"
                              "    from: clicks\n"
                              "    group_by: {user: key}\n"
                              "    window: {tumbling: 10ms, grace: 5ms}\n"
                              "    aggregate: {c: 'count()', s: 'sum(n)', m: 'sum(n) / count()'}\n"
                              "    emit: %s\n"
                              "    on_late: late\n"
                              "sinks:\n"
                              "  out: {from: per, topic: out}\n"
                              "  late: {topic: l}\n";

static const char *windowed(const char *emit) {
    static char text[1024];
    snprintf(text, sizeof text, windows, emit);
    return yaml(text);
}

#define W(user, c, s, m, from, to)                                                                 \
    "out {\"user\":\"" user "\",\"window_start\":\"1970-01-01T00:00:00." from                      \
    "Z\"} {\"user\":\"" user "\",\"c\":" c ",\"s\":" s ",\"m\":" m                                 \
    ",\"window_start\":\"1970-01-01T00:00:00." from "Z\",\"window_end\":\"1970-01-01T00:00:00." to \
    "Z\"}"

START_TEST(test_final_windows) {
    struct ops_bench b = {.batch = (unsigned)_i};
    bench_open(&b, windowed("final"));
    bench_feed(&b, "clicks", "b", "{\"user\":\"b\",\"n\":1}", 1);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 3);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":5}", 12);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 4);   /* within grace */
    bench_feed(&b, "clicks", "a b", "{\"user\":\"a\",\"n\":4}", 9); /* sorts before "a" as JSON */
    bench_feed(&b, "clicks", "c", "{\"user\":\"c\",\"n\":9}", 15);  /* closes [0, 10) first */
    bench_feed(&b, "clicks", "d", "{\"user\":\"d\",\"n\":9}", 2);   /* late */
    bench_feed(&b, "clicks", NULL, "{\"user\":\"d\",\"n\":9}", 20);
    bench_is(
        &b,
        W("a b", "1", "4", "4", "000", "010") " @9\n" W("a", "2", "6", "3", "000", "010") " @9\n" W(
            "b", "1", "1", "1", "000",
            "010") " @9\n"
                   "late d {\"user\":\"d\",\"n\":9} @2 late record\n"
                   "dlq null {\"user\":\"d\",\"n\":9} @20 key.null record\n");
    bench_end(&b);
    bench_is(&b, W("a", "1", "5", "5", "010", "020") " @19\n" W("c", "1", "9", "9", "010",
                                                                "020") " @19\n");
    bench_close(&b);
}
END_TEST

START_TEST(test_each) {
    struct ops_bench b = {0};
    bench_open(&b, windowed("each"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 3);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 1);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 15);
    bench_is(&b, W("a", "1", "2", "2", "000",
                   "010") " @3\n" W("a", "2", "6", "3", "000",
                                    "010") " @3\n" W("a", "1", "1", "1", "010", "020") " @15\n");
    bench_close(&b);
}
END_TEST

/* The last value per key at each commit, also of a window that closed in the meantime. */
START_TEST(test_updates) {
    struct ops_bench b = {0};
    bench_open(&b, windowed("updates"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 3);
    bench_feed(&b, "clicks", "b", "{\"user\":\"b\",\"n\":7}", 4);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 1);
    bench_is(&b, "");
    bench_commit(&b);
    bench_is(&b, W("a", "2", "6", "3", "000", "010") " @3\n" W("b", "1", "7", "7", "000",
                                                               "010") " @4\n");
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":6}", 5);
    bench_feed(&b, "clicks", "c", "{\"user\":\"c\",\"n\":6}", 30);
    bench_commit(&b);
    bench_is(&b, W("a", "3", "12", "4", "000", "010") " @5\n" W("c", "1", "6", "6", "030",
                                                                "040") " @30\n");
    bench_close(&b);
}
END_TEST

/* Filters of a table: what no longer passes is deleted, what never passed is not. */
START_TEST(test_having_over_a_table) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("nodes:\n"
                        "  per:\n"
                        "    from: clicks\n"
                        "    group_by: {user: key}\n"
                        "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
                        "    having: 's > 5'\n"
                        "    output: {k: key, s: s}\n"
                        "sinks:\n"
                        "  out: {from: per, topic: out}\n"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":3}", 3);
    bench_commit(&b);
    bench_is(&b, "");
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":3}", 4);
    bench_commit(&b);
    bench_is(&b, "out a {\"k\":\"a\",\"s\":6} @4\n");
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":3}", 5);
    bench_commit(&b);
    bench_is(&b, "out a {\"k\":\"a\",\"s\":9} @5\n");
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":-8}", 6);
    bench_commit(&b);
    bench_is(&b, "out a null @6\n");
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":-8}", 7);
    bench_commit(&b);
    bench_is(&b, "");
    bench_close(&b);
}
END_TEST

/* A row of a table that cannot be computed is absent downstream, and reported once. */
START_TEST(test_error_over_a_table) {
    struct ops_bench b = {.batch = (unsigned)_i};
    bench_open(&b, yaml("nodes:\n"
                        "  per:\n"
                        "    from: clicks\n"
                        "    group_by: {user: key}\n"
                        "    aggregate: {s: 'sum(n)'}\n"
                        "    emit: each\n"
                        "    having: '10 / s > 0'\n"
                        "sinks:\n"
                        "  out: {from: per, topic: out}\n"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":5}", 1);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":-5}", 2);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":3}", 3);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 4);
    bench_is(&b, "out a {\"user\":\"a\",\"s\":5} @1\n"
                 "dlq a {\"user\":\"a\",\"s\":0} @2 expr.error row\n"
                 "out a null @2\n"
                 "out a {\"user\":\"a\",\"s\":3} @3\n"
                 "out a {\"user\":\"a\",\"s\":4} @4\n");
    bench_close(&b);
}
END_TEST

/* Rows of a commit go before its time: until then `updates` holds its time back. */
START_TEST(test_updates_pass_time_at_commits) {
    struct ops_bench b = {0};
    bench_open(&b, windowed("updates"));
    const struct mr_op *out = NULL;
    for (uint16_t i = 0; i < b.sub->n_steps; i++)
        if (strcmp(b.sub->steps[i].name, "out") == 0) out = mr_graph_op(b.graph, i);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 3);
    bench_run(&b);
    ck_assert_int_eq(out->time.now, MR_NO_TIME);
    bench_commit(&b);
    ck_assert_int_eq(out->time.now, 3);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 8);
    bench_run(&b);
    mr_graph_commit(b.graph, false);
    ck_assert_int_eq(out->time.now, 8);
    bench_abort(&b);
    ck_assert_int_eq(out->time.now, 3);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 7);
    bench_run(&b);
    ck_assert_int_eq(out->time.now, 3);
    bench_commit(&b);
    ck_assert_int_eq(out->time.now, 7);
    bench_close(&b);
}
END_TEST

START_TEST(test_errors_of_an_aggregate) {
    struct ops_bench b = {0};
    bench_open(&b, yaml("nodes:\n"
                        "  per:\n"
                        "    from: clicks\n"
                        "    group_by: {user: key}\n"
                        "    window: {tumbling: 10ms, grace: 0s, max_ahead: 3}\n"
                        "    aggregate: {s: 'sum(100 / n)', t: 'sum(n)'}\n"
                        "    emit: each\n"
                        "sinks:\n"
                        "  out: {from: per, topic: out}\n"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":9223372036854775807}", 1);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":1}", 2);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":0}", 2);
    bench_is(&b, "out {\"user\":\"a\",\"window_start\":\"1970-01-01T00:00:00.000Z\"} "
                 "{\"user\":\"a\",\"s\":0,\"t\":9223372036854775807,"
                 "\"window_start\":\"1970-01-01T00:00:00.000Z\","
                 "\"window_end\":\"1970-01-01T00:00:00.010Z\"} @1\n"
                 "dlq a {\"user\":\"a\",\"n\":1} @2 num.overflow record\n"
                 "dlq a {\"user\":\"a\",\"n\":0} @2 expr.error record\n");
    bench_close(&b);
}
END_TEST

START_TEST(test_max_ahead) {
    struct ops_bench b = {0};
    bench_open(&b, "topology: t\n"
                   "sources:\n"
                   "  s: {topic: s, key: string, value: {json: {n: int}}, max_jump: 20ms}\n"
                   "nodes:\n"
                   "  per:\n"
                   "    from: s\n"
                   "    group_by: {user: key}\n"
                   "    window: {tumbling: 10ms, grace: 0s, max_ahead: 3}\n"
                   "    aggregate: {c: 'count()'}\n"
                   "    emit: final\n"
                   "sinks:\n"
                   "  out: {from: per, topic: out}\n");
    bench_feed(&b, "s", "a", "{\"n\":1}", 5);
    bench_feed(&b, "s", "a", "{\"n\":2}", 39); /* ahead, its window starts 25 ms after its time */
    bench_feed(&b, "s", "a", "{\"n\":3}", 40); /* 35 ms: more than 3 windows */
    bench_is(&b, "dlq a {\"n\":3} @40 time.ahead record\n");
    bench_close(&b);
}
END_TEST

/* ---- transactions, restarts */

START_TEST(test_abort_and_restart) {
    struct ops_bench b = {0};
    bench_open(&b, windowed("final"));
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 3);
    bench_commit(&b);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 4);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":2}", 40); /* closes [0, 10) */
    bench_abort(&b);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 5);
    bench_is(&b, "");
    bench_feed(&b, "clicks", "b", "{\"user\":\"b\",\"n\":4}", 15);
    bench_is(&b, W("a", "2", "6", "3", "000", "010") " @9\n");
    bench_commit(&b);
    bench_restart(&b);
    bench_feed(&b, "clicks", "a", "{\"user\":\"a\",\"n\":4}", 6);
    bench_is(&b, "late a {\"user\":\"a\",\"n\":4} @6 late record\n");
    const struct mr_store_plan *p = &b.sub->stores[0];
    ck_assert_int_eq(mr_clock_closed(p, &b.sub->steps[p->step], mr_store_clock(b.stores[0])), 0);
    bench_commit(&b);
    ck_assert_int_eq(mr_clock_closed(p, &b.sub->steps[p->step], mr_store_clock(b.stores[0])), 0);
    bench_end(&b);
    bench_is(&b, W("b", "1", "4", "4", "010", "020") " @19\n");
    bench_close(&b);
}
END_TEST

/* ---- repartition: two upstream tasks, one downstream */

static const char rekeyed[] = "nodes:\n"
                              "  per:\n"
                              "    from: clicks\n"
                              "    group_by: [user]\n"
                              "    window: {tumbling: 10ms, grace: 5ms}\n"
                              "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
                              "    emit: final\n"
                              "    on_late: late\n"
                              "sinks:\n"
                              "  out: {from: per, topic: out}\n"
                              "  late: {topic: l}\n";

/* Moves what an upstream task has sent, as another sender. */
static void carry(struct ops_bench *up, struct ops_bench *down) {
    size_t n;
    mr_graph_commit(up->graph, false);
    const struct mr_emitted *e = mr_graph_emitted(up->graph, &n);
    for (size_t i = 0; i < n; i++) {
        struct mr_str key = e[i].key, value = e[i].value;
        int64_t ts, time;
        value.p = mr_arena_dup(&down->arena, value.p, value.n);
        if (key.p) key.p = mr_arena_dup(&down->arena, key.p, key.n);
        ck_assert(mr_graph_peek_frame(down->graph, 0, value, &ts, &time));
        ck_assert(mr_graph_push_frame(down->graph, 0, key, value, NULL, 0));
    }
    mr_graph_committed(up->graph);
    mr_graph_clear(up->graph);
    bench_run(down);
}

static void open_sender(struct ops_bench *b, const char *text, int32_t partition) {
    bench_open_sub(b, text, 0);
    mr_graph_close(b->graph);
    b->graph = mr_graph_open(&(struct mr_graph_conf){.app = "app",
                                                     .sub = b->sub,
                                                     .partition = partition,
                                                     .stores = b->stores,
                                                     .out_info = b->out_info,
                                                     .in_partitions = b->in_partitions});
    mr_graph_begin(b->graph);
}

START_TEST(test_repartition) {
    struct ops_bench up[2] = {{0}, {0}}, down = {0};
    open_sender(&up[0], yaml(rekeyed), 0);
    open_sender(&up[1], yaml(rekeyed), 1);
    bench_open_sub(&down, yaml(rekeyed), 1);
    mr_graph_close(down.graph);
    down.in_partitions[0] = 2;
    bench_graph(&down);
    bench_feed(&up[0], "clicks", "x", "{\"user\":\"a\",\"n\":2}", 3);
    bench_feed(&up[0], "clicks", "x", "{\"user\":\"b\",\"n\":2}", 30);
    bench_feed(&up[1], "clicks", "y", "{\"user\":\"a\",\"n\":3}", 4);
    carry(&up[0], &down);
    bench_is(&down, ""); /* the other sender has said nothing */
    carry(&up[1], &down);
    bench_is(&down, "");
    bench_feed(&up[1], "clicks", "y", "{\"user\":\"a\",\"n\":5}", 5);
    bench_feed(&up[1], "clicks", "y", "{\"user\":\"c\",\"n\":5}", 15);
    bench_feed(&up[1], "clicks", "y", "{\"user\":\"c\",\"n\":5}", 9); /* late by its own numbers */
    carry(&up[1], &down);
    bench_is(&down,
             "out {\"user\":\"a\",\"window_start\":\"1970-01-01T00:00:00.000Z\"} "
             "{\"user\":\"a\",\"c\":3,\"s\":10,\"window_start\":\"1970-01-01T00:00:00.000Z\","
             "\"window_end\":\"1970-01-01T00:00:00.010Z\"} @9\n"
             "late c {\"user\":\"c\",\"n\":5} @9 late row\n");
    /* Nothing more from the second: idle. Its mark lets time go on. */
    bench_idle(&up[1], "clicks", true);
    bench_run(&up[1]);
    carry(&up[1], &down);
    bench_is(&down, "out {\"user\":\"c\",\"window_start\":\"1970-01-01T00:00:00.010Z\"} "
                    "{\"user\":\"c\",\"c\":1,\"s\":5,\"window_start\":\"1970-01-01T00:00:00.010Z\","
                    "\"window_end\":\"1970-01-01T00:00:00.020Z\"} @19\n");
    ck_assert(!mr_graph_push_frame(down.graph, 0, MR_STR("k"), MR_STR("rubbish"), NULL, 0));
    bench_close(&up[0]);
    bench_close(&up[1]);
    bench_close(&down);
}
END_TEST

/* ---- batches change nothing: the main example with random input */

static const char example[] =
    "topology: t\n"
    "sources:\n"
    "  clicks: {topic: c, key: string, value: {json: {n: int, tag: string}}, max_jump: none}\n"
    "tables:\n"
    "  profiles: {topic: p, key: string, value: {json: {seg: string}}, history: 40ms, max_jump: "
    "none}\n"
    "  limits: {topic: l, key: string, value: {json: {max: int}}, max_jump: none}\n"
    "nodes:\n"
    "  enriched:\n"
    "    from: clicks\n"
    "    join:\n"
    "      - {table: profiles, as_of: event_time, kind: left}\n"
    "      - {table: limits, kind: left}\n"
    "    where: 'clicks.n < (limits.max ?? 1000)'\n"
    "    select: {seg: 'profiles.seg ?? \"?\"', n: clicks.n}\n"
    "  per:\n"
    "    from: enriched\n"
    "    group_by: {user: key}\n"
    "    window: {tumbling: 10ms, grace: 8ms}\n"
    "    aggregate: {c: 'count()', d: 'sum(double(n) / 7.0)', top: 'max(seg)', f: 'sum(100 / n)'}\n"
    "    emit: %s\n"
    "    on_late: late\n"
    "sinks:\n"
    "  rows: {from: enriched, topic: rows}\n"
    "  out: {from: per, topic: out}\n"
    "  late: {topic: late}\n";

static void play(struct ops_bench *b, uint64_t seed, unsigned batch, const char *emit) {
    static char text[sizeof example + 16];
    struct mr_rand rng;
    char key[8], value[64];
    mr_rand_seed(&rng, seed);
    *b = (struct ops_bench){.batch = batch};
    snprintf(text, sizeof text, example, emit);
    bench_open(b, text);
    for (int i = 0; i < 400; i++) {
        unsigned kind = mr_rand_below(&rng, 12), ts = (unsigned)i + mr_rand_below(&rng, 30);
        snprintf(key, sizeof key, "k%u", mr_rand_below(&rng, 6));
        const char *k = mr_rand_below(&rng, 40) ? key : NULL;
        if (kind < 8) {
            snprintf(value, sizeof value, "{\"n\":%u,\"tag\":\"x\"}", mr_rand_below(&rng, 9));
            bench_feed(b, "clicks", k, mr_rand_below(&rng, 30) ? value : NULL, ts);
        } else if (kind < 10) {
            snprintf(value, sizeof value, "{\"seg\":\"s%u\"}", mr_rand_below(&rng, 9));
            bench_feed(b, "profiles", k, mr_rand_below(&rng, 5) ? value : NULL, ts);
        } else if (kind < 11) {
            snprintf(value, sizeof value, "{\"max\":%u}", mr_rand_below(&rng, 9));
            bench_feed(b, "limits", k, mr_rand_below(&rng, 5) ? value : NULL, ts);
        } else {
            bench_idle(b, "profiles", mr_rand_below(&rng, 2));
        }
        if (i % 100 == 99) {
            bench_run(b);
            bench_commit(b);
        }
    }
    bench_end(b);
    bench_commit(b);
    bench_print(b);
}

START_TEST(test_batches_change_nothing) {
    static const char *const emits[] = {"final", "updates", "each"};
    static const unsigned sizes[] = {2, 7, 1000};
    uint64_t seed = 100 + (uint64_t)_i;
    struct ops_bench one, many;
    play(&one, seed, 1, emits[_i % 3]);
    ck_assert_uint_gt(one.out.n, 5000);
    for (unsigned k = 0; k < 3; k++) {
        play(&many, seed, sizes[k], emits[_i % 3]);
        size_t at = 0, line = 0;
        while (at < one.out.n && at < many.out.n && one.out.p[at] == many.out.p[at])
            if (one.out.p[at++] == '\n') line = at;
        ck_assert_msg(at == one.out.n && at == many.out.n,
                      "seed %llu batch %u: %.150s, want %.150s", (unsigned long long)seed, sizes[k],
                      mr_buf_cstr(&many.out) + line, mr_buf_cstr(&one.out) + line);
        bench_close(&many);
    }
    bench_close(&one);
}
END_TEST

int main(void) {
    Suite *s = suite_create("ops");
    TCase *t = tcase_create("ops");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_where_select);
    tcase_add_test(t, test_a_field_that_cannot_be_read);
    tcase_add_test(t, test_dead_letter_of_a_changed_row);
    tcase_add_test(t, test_dead_letter_of_a_nodes_own_change);
    tcase_add_test(t, test_oversized_rows);
    tcase_add_test(t, test_join_with_the_current_row);
    tcase_add_test(t, test_inner_join_null_key);
    tcase_add_test(t, test_as_of_join);
    tcase_add_loop_test(t, test_final_windows, 1, 9);
    tcase_add_test(t, test_each);
    tcase_add_test(t, test_updates);
    tcase_add_test(t, test_having_over_a_table);
    tcase_add_loop_test(t, test_error_over_a_table, 1, 6);
    tcase_add_test(t, test_updates_pass_time_at_commits);
    tcase_add_test(t, test_errors_of_an_aggregate);
    tcase_add_test(t, test_max_ahead);
    tcase_add_test(t, test_abort_and_restart);
    tcase_add_test(t, test_repartition);
    tcase_add_loop_test(t, test_batches_change_nothing, 0, 12);
    suite_add_tcase(s, t);
    printf("seeds 100 to 111\n");
    return mr_check_run(s);
}

/* Proves where a task stands still, and what start-up says: on_error: stop at a record, and at a
 * close that time alone brought about; a foreign record in a repartition topic; topics that are
 * missing. Expected: by hand, from language.md 7. */
#include "processor/serve/embed.h"
#include "tests/unit/task_sim.h"

#define SOURCE                                                                                     \
    "topology: job\n"                                                                              \
    "sources:\n"                                                                                   \
    "  clicks:\n"                                                                                  \
    "    topic: clicks\n"                                                                          \
    "    key: string\n"                                                                            \
    "    value: {json: {user: string, n: int, ts: timestamp_ms}}\n"                                \
    "    event_time: ts\n"                                                                         \
    "    idle_after: 1h\n"

static const char divides[] = SOURCE "nodes:\n"
                                     "  divided:\n"
                                     "    from: clicks\n"
                                     "    select: {x: '100 / this.n'}\n"
                                     "    on_error: stop\n"
                                     "sinks:\n"
                                     "  out: {from: divided, topic: out, value: json}\n";

static const char divides_at_close[] = SOURCE "nodes:\n"
                                              "  counted:\n"
                                              "    from: clicks\n"
                                              "    group_by: {user: key}\n"
                                              "    window: {tumbling: 10s, grace: 0s}\n"
                                              "    aggregate: {c: 'count()', s: 'sum(n)'}\n"
                                              "    emit: final\n"
                                              "    output: {x: '100 / s'}\n"
                                              "    on_error: stop\n"
                                              "sinks:\n"
                                              "  out: {from: counted, topic: out, value: json}\n";

static const char two_late[] = SOURCE "nodes:\n"
                                      "  by_user:\n"
                                      "    from: clicks\n"
                                      "    group_by: {user: this.user}\n"
                                      "    window: {tumbling: 10s, grace: 0s}\n"
                                      "    aggregate: {c: 'count()'}\n"
                                      "    emit: final\n"
                                      "    on_late: late\n"
                                      "  by_n:\n"
                                      "    from: clicks\n"
                                      "    group_by: {n: this.n}\n"
                                      "    window: {tumbling: 10s, grace: 0s}\n"
                                      "    aggregate: {c: 'count()'}\n"
                                      "    emit: final\n"
                                      "    on_late: late\n"
                                      "sinks:\n"
                                      "  users: {from: by_user, topic: users, value: json}\n"
                                      "  numbers: {from: by_n, topic: numbers, value: json}\n"
                                      "  late: {topic: late}\n";

#define CLICK(user, n, ms)                                                                         \
    { "clicks", 0, user, "{\"user\":\"" user "\",\"n\":" #n ",\"ts\":" #ms "}", ms }

static int rest(struct ts *t) {
    int code = 0;
    for (int k = 0; k < 80; k++)
        if (!ts_step(t, 0, &code)) return code;
    return 0;
}

static void check_rows(struct ts *t, const char *topic, const char *expected) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    ts_rows(t, topic, TS_IN_ORDER, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), expected);
    mr_buf_done(&b);
}

static void check_stands(struct ts *t) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    t->clock.now_ms += 1000; /* readiness is said every now and then */
    ck_assert_int_eq(rest(t), 0);
    const char *why = mr_worker_unready(t->workers[0], &b);
    ck_assert_msg(why && strstr(why, "stopped"), "%s", why ? why : "ready");
    ck_assert(!ts_finished(t));
    mr_buf_done(&b);
}

/* The third record cannot be computed: what stands before it comes out, it and the rest do not. */
START_TEST(stops_before_a_record) {
    static const struct ts_rec feed[] = {CLICK("a", 1, 1000), CLICK("a", 2, 2000),
                                         CLICK("a", 0, 3000), CLICK("a", 4, 4000)};
    struct mr_plan *plan = ts_compile(divides);
    struct ts t;
    ts_init(&t, plan, 1);
    ts_feed(&t, feed, MR_ARRAY_LEN(feed));
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t), 0);
    check_stands(&t);
    for (int i = 0; i < 2; i++) {
        check_rows(&t, "out", "out\n  a {\"x\":100} @1000\n  a {\"x\":50} @2000\n");
        check_rows(&t, "job-dlq", "job-dlq\n");
        ts_close(&t, 0);
        ts_open(&t, 0); /* again up to there, and not over it */
        ck_assert_int_eq(rest(&t), 0);
        check_stands(&t);
    }
    ts_done(&t);
    mr_plan_free(plan);
}
END_TEST

/* The first window's row can be computed, the second's not; only the end of input closes them. */
START_TEST(stops_where_time_moves) {
    static const struct ts_rec feed[] = {CLICK("a", 4, 1000), CLICK("a", 0, 11000)};
    struct mr_plan *plan = ts_compile(divides_at_close);
    struct ts t;
    ts_init(&t, plan, 1);
    ts_feed(&t, feed, MR_ARRAY_LEN(feed));
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t), 0);
    check_rows(
        &t, "out",
        "out\n  {\"user\":\"a\",\"window_start\":\"1970-01-01T00:00:00.000Z\"} {\"x\":25} @9999\n");
    mr_embed_end_feeds(&t.embed);
    ck_assert_int_eq(rest(&t), 0);
    check_stands(&t);
    check_rows(
        &t, "out",
        "out\n  {\"user\":\"a\",\"window_start\":\"1970-01-01T00:00:00.000Z\"} {\"x\":25} @9999\n");
    check_rows(&t, "job-dlq", "job-dlq\n");
    ts_done(&t);
    mr_plan_free(plan);
}
END_TEST

START_TEST(a_foreign_frame_is_not_skipped) {
    struct mr_plan *plan = ts_compile(two_late);
    struct mr_err err;
    struct ts t;
    int code;
    ts_init(&t, plan, 1);
    int topic = mr_broker_topic(t.embed.broker, "job-by_user-repartition");
    struct mr_out rec = {.tp = {topic, 0}, .key = MR_STR("a"), .value = MR_STR("{}"), .ts = 1000};
    ck_assert_int_ge(mr_sim_append(t.embed.broker, topic, 0, &rec), 0);
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t), 78);
    err = *mr_worker_error(t.workers[0], &code);
    ck_assert_msg(strstr(err.text, "not a frame") != NULL, "%s", err.text);
    ts_done(&t);
    mr_plan_free(plan);
}
END_TEST

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (; (text = strstr(text, part)); text++) n++;
    return n;
}

START_TEST(each_problem_is_said_once) {
    struct mr_plan *plan = ts_compile(two_late);
    struct mr_clock_manual clock;
    struct mr_buf problems, warnings;
    struct mr_err err;
    mr_clock_manual_init(&clock, 1000);
    mr_buf_init(&problems, 0);
    mr_buf_init(&warnings, 0);
    struct mr_broker *b = mr_broker_open_sim(&clock.base);
    ck_assert(mr_prepare(plan, "job", b, &problems, &warnings, &err) == MR_FATAL);
    const char *text = mr_buf_cstr(&problems);
    ck_assert_uint_eq(count(text, "`late`"), 2); /* topic and sink of the same line */
    ck_assert_uint_eq(count(text, "\n"), 4);     /* clicks, users, numbers, late */
    ck_assert_int_eq(err.code, MR_PREPARE_MISSING);
    mr_broker_close(b);
    mr_buf_done(&problems);
    mr_buf_done(&warnings);
    mr_plan_free(plan);
}
END_TEST

/* ---- brokers that have just come up */

static const struct mr_broker_ops *sim_ops;
static int fenced, unheard; /* calls that still go wrong */

static enum mr_class create_later(struct mr_broker *b, const struct mr_topic_spec *spec,
                                  struct mr_err *err) {
    if (fenced-- > 0) return mr_err_set(err, MR_RETRY, 38, "All brokers are currently fenced");
    return sim_ops->create(b, spec, err);
}

static enum mr_class describe_later(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                                    struct mr_err *err) {
    enum mr_class rc = sim_ops->describe(b, topic, ret, err);
    if (strcmp(mr_broker_topic_name(b, topic), "clicks") == 0 && unheard-- > 0)
        *ret = (struct mr_topic_info){0};
    return rc;
}

/* A topic that its broker has not heard of, then brokers too few to create one: neither is a fault
 * of the topology, and asked again all is well. */
START_TEST(start_up_may_be_tried_again) {
    struct mr_plan *plan = ts_compile(two_late);
    struct mr_clock_manual clock;
    struct mr_buf problems, warnings;
    struct mr_err err = {0};
    mr_clock_manual_init(&clock, 1000);
    mr_buf_init(&problems, 0);
    mr_buf_init(&warnings, 0);
    struct mr_broker *b = mr_broker_open_sim(&clock.base);
    static const char *const topics[] = {"clicks", "users", "numbers", "late"};
    for (size_t i = 0; i < 4; i++)
        ck_assert(mr_broker_create(b, &(struct mr_topic_spec){topics[i], 2, NULL}, &err) == MR_OK);
    sim_ops = b->ops;
    struct mr_broker_ops ops = *sim_ops;
    ops.create = create_later;
    ops.describe = describe_later;
    b->ops = &ops;
    unheard = fenced = 1;
    ck_assert(mr_prepare(plan, "job", b, &problems, &warnings, &err) == MR_FATAL);
    ck_assert_int_eq(err.code, MR_PREPARE_MISSING);
    ck_assert_uint_eq(count(mr_buf_cstr(&problems), "\n"), 1);
    mr_buf_clear(&problems);
    ck_assert(mr_prepare(plan, "job", b, &problems, &warnings, &err) == MR_RETRY);
    ck_assert_uint_eq(problems.n, 0);
    ck_assert(mr_prepare(plan, "job", b, &problems, &warnings, &err) == MR_OK);
    b->ops = sim_ops;
    mr_broker_close(b);
    mr_buf_done(&problems);
    mr_buf_done(&warnings);
    mr_plan_free(plan);
}
END_TEST

int main(void) {
    mr_log_open(getenv("MR_LOG") ? MR_LOG_DEBUG : MR_LOG_ERROR, MR_LOG_TEXT);
    Suite *s = suite_create("task_stop");
    TCase *c = tcase_create("stop");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, stops_before_a_record);
    tcase_add_test(c, stops_where_time_moves);
    tcase_add_test(c, a_foreign_frame_is_not_skipped);
    tcase_add_test(c, each_problem_is_said_once);
    tcase_add_test(c, start_up_may_be_tried_again);
    suite_add_tcase(s, c);
    return mr_check_run(s);
}

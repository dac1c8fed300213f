/* test_sim_txn.c -- faults, time-outs and the states of the in-process broker's producers. */
#include "tests/unit/sim_test.h"

#include "base/mem.h"

static struct mr_tp tp;
static struct mr_producer *p;

static void open_one(void) {
    setup();
    tp = (struct mr_tp){topic_of("t", 1, NULL), 0};
    p = producer_of("p");
}

static void close_one(void) {
    mr_producer_close(p);
    teardown();
}

static int count(void) {
    struct mr_msg m;
    int64_t at = 0;
    int n = 0;
    while (mr_sim_read(b, tp, &at, &m)) n++;
    return n;
}

static void begin_and_send(void) {
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_OK);
    ck_assert_int_eq(send_kv(p, tp, "k", "v"), MR_OK);
}

START_TEST(fault_hits_the_nth_call) {
    mr_sim_fail(b, MR_SIM_SEND, 3, MR_RETRY, false);
    mr_sim_fail(b, MR_SIM_SEND, 1, MR_RETRY, false);
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_OK);
    ck_assert_int_eq(send_kv(p, tp, "k", "1"), MR_RETRY);
    ck_assert_int_eq(send_kv(p, tp, "k", "1"), MR_OK);
    ck_assert_int_eq(send_kv(p, tp, "k", "2"), MR_RETRY);
    ck_assert_int_eq(send_kv(p, tp, "k", "2"), MR_OK);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    ck_assert_int_eq(count(), 2);
}
END_TEST

START_TEST(abort_fault_spoils_until_abort) {
    mr_sim_fail(b, MR_SIM_SEND, 2, MR_ABORT, false);
    begin_and_send();
    ck_assert_int_eq(send_kv(p, tp, "k", "v"), MR_ABORT);
    ck_assert_int_eq(send_kv(p, tp, "k", "v"), MR_ABORT);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_ABORT);
    mr_sim_fail(b, MR_SIM_ABORT, 1, MR_RETRY, false);
    ck_assert_int_eq(mr_producer_abort(p, NULL), MR_RETRY);
    ck_assert_int_eq(mr_producer_abort(p, NULL), MR_OK);
    begin_and_send();
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(fatal_leaves_the_transaction_to_the_next) {
    begin_and_send();
    mr_sim_fail(b, MR_SIM_COMMIT, 1, MR_FATAL, true);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_FATAL);
    ck_assert_int_eq(mr_producer_abort(p, NULL), MR_FATAL);
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_FATAL);
    append_kv(tp, "k", "behind");
    ck_assert_int_eq(count(), 0);
    mr_producer_close(p);
    p = producer_of("p");
    ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(unknown_commit) { /* _i: whether it took effect */
    begin_and_send();
    mr_sim_fail(b, MR_SIM_COMMIT, 1, MR_UNKNOWN, _i == 1);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_UNKNOWN);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_FATAL);
    mr_producer_close(p);
    p = producer_of("p");
    ck_assert_int_eq(count(), _i);
    int64_t low, high;
    mr_broker_watermarks(b, tp, &low, &high, NULL);
    ck_assert_int_eq(high, 2); /* one record, one marker of either kind */
}
END_TEST

START_TEST(retried_commit) { /* _i: whether the first one took effect */
    begin_and_send();
    mr_sim_fail(b, MR_SIM_COMMIT, 1, MR_RETRY, _i == 1);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_RETRY);
    ck_assert_int_eq(count(), _i);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    ck_assert_int_eq(count(), 1);
    begin_and_send();
    ck_assert_int_eq(mr_producer_abort(p, NULL), MR_OK);
    ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(transaction_time_out_by_the_clock) {
    begin_and_send();
    pass_ms(10000);
    ck_assert_int_eq(send_kv(p, tp, "k", "v"), MR_OK); /* exactly the time-out: not yet */
    pass_ms(1);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_FATAL);
    ck_assert_int_eq(count(), 0);
    append_kv(tp, "k", "free again");
    ck_assert_int_eq(count(), 1);
    mr_producer_close(p);
    p = producer_of("p");
    clk.now_ms += 100000; /* between transactions time does not count */
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_OK);
    pass_ms(100000); /* begin is local: nothing is open at the broker */
    ck_assert_int_eq(send_kv(p, tp, "k", "v"), MR_OK);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    ck_assert_int_eq(count(), 2);
}
END_TEST

START_TEST(wrong_order_is_fatal) {
    ck_assert_int_eq(_i ? mr_producer_abort(p, NULL) : mr_producer_commit(p, NULL), MR_FATAL);
    mr_producer_close(p);
    p = producer_of("p");
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_OK);
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_FATAL);
}
END_TEST

START_TEST(send_is_all_or_nothing) {
    const char *const config[] = {"max.message.bytes", "200", NULL};
    char big[300] = {0};
    struct mr_tp small = {topic_of("small", 1, config), 0};
    struct mr_out out[2] = {{.tp = tp, .value = MR_STR("a"), .ts = 1},
                            {.tp = small, .value = {big, sizeof big}, .ts = 1}};
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_OK);
    ck_assert_int_eq(mr_producer_send(p, out, 2, NULL), MR_ABORT);
    int64_t low, high;
    mr_broker_watermarks(b, tp, &low, &high, NULL);
    ck_assert_int_eq(high, 0);
}
END_TEST

START_TEST(timestamp_ahead_of_the_clock) {
    const char *const config[] = {"message.timestamp.after.max.ms", "1000", NULL};
    struct mr_tp t = {topic_of("strict", 1, config), 0};
    struct mr_out o = {.tp = t, .value = MR_STR("a"), .ts = clk.now_ms + 1000};
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_OK);
    ck_assert_int_eq(mr_producer_send(p, &o, 1, NULL), MR_OK);
    o.ts++;
    ck_assert_int_eq(mr_producer_send(p, &o, 1, NULL), MR_ABORT);
}
END_TEST

START_TEST(other_faults) {
    struct mr_consumer *c = reader_of(tp, 0);
    struct mr_fetch *f;
    struct mr_offset o;
    struct mr_arena a;
    mr_arena_init(&a);
    append_kv(tp, "k", "v");
    mr_sim_fail(b, MR_SIM_FETCH, 1, MR_RETRY, false);
    ck_assert_int_eq(mr_consumer_fetch(c, 0, 5, &f, NULL), MR_RETRY);
    ck_assert_ptr_null(f);
    ck_assert_int_eq(mr_consumer_fetch(c, 0, 5, &f, NULL), MR_OK);
    ck_assert_ptr_nonnull(f);
    mr_consumer_release(c, f);
    mr_sim_fail(b, MR_SIM_COMMITTED, 1, MR_RETRY, false);
    ck_assert_int_eq(mr_broker_committed(b, "g", &tp, 1, &o, &a, NULL), MR_RETRY);
    mr_sim_fail(b, MR_SIM_BEGIN, 1, MR_FATAL, false);
    ck_assert_int_eq(mr_producer_begin(p, NULL), MR_FATAL);
    mr_sim_fail(b, MR_SIM_FETCH, 1, MR_FATAL, false);
    ck_assert_int_eq(mr_consumer_fetch(c, 0, 5, &f, NULL), MR_FATAL);
    ck_assert_int_eq(mr_consumer_serve(c, 0, NULL), MR_FATAL);
    mr_consumer_close(c);
    mr_arena_done(&a);
}
END_TEST

int main(void) {
    Suite *s = suite_create("sim_txn");
    TCase *t = tcase_create("sim_txn");
    tcase_add_checked_fixture(t, open_one, close_one);
    tcase_add_test(t, fault_hits_the_nth_call);
    tcase_add_test(t, abort_fault_spoils_until_abort);
    tcase_add_test(t, fatal_leaves_the_transaction_to_the_next);
    tcase_add_loop_test(t, unknown_commit, 0, 2);
    tcase_add_loop_test(t, retried_commit, 0, 2);
    tcase_add_test(t, transaction_time_out_by_the_clock);
    tcase_add_loop_test(t, wrong_order_is_fatal, 0, 2);
    tcase_add_test(t, send_is_all_or_nothing);
    tcase_add_test(t, timestamp_ahead_of_the_clock);
    tcase_add_test(t, other_faults);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* test_window.c -- buckets: order, closing, aborting, trimming. */
#include "state_help.h"

static void expect_buckets(const char *want) {
    struct mr_buf b = {0};
    for (struct mr_bucket *x = mr_store_oldest(store); x; x = mr_bucket_next(store, x))
        mr_buf_printf(&b, "%lld ", (long long)mr_bucket_start(x));
    ck_assert_str_eq(mr_buf_cstr(&b), want);
    mr_buf_done(&b);
}

START_TEST(by_start) {
    begin(MR_STORE_WINDOW);
    ck_assert_ptr_null(mr_store_oldest(store));
    ck_assert_ptr_null(mr_store_bucket(store, 10, false));
    put(20, "k", "20");
    put(-10, "k", "-10");
    put(10, "k", "10");
    expect_buckets("-10 10 20 ");
    expect(20, "k", "20");
    expect(-10, "k", "-10");
    expect_changelog("w20:k=20;w-10:k=-10;w10:k=10;");
    mr_store_abort(store); /* the buckets were new */
    expect_buckets("");
    finish();
}
END_TEST

/* proves EOS-2 for buckets */
START_TEST(close_and_abort) {
    begin(MR_STORE_WINDOW);
    put(10, "k", "a");
    put(20, "k", "b");
    mr_store_commit(store, 2, 1);
    put(10, "k", "changed");
    mr_bucket_close(store, mr_store_oldest(store));
    expect_buckets("20 ");
    ck_assert_ptr_null(mr_store_bucket(store, 10, false));
    ck_assert(mr_store_dirty(store));
    expect_changelog(""); /* what closes needs no record: the clock says it */
    mr_store_abort(store);
    expect_buckets("10 20 ");
    expect(10, "k", "a");
    round_of_write_behind();
    ck_assert_uint_eq(rows_on_disk(MR_ROW_ENTRY), 2);
    mr_bucket_close(store, mr_store_oldest(store));
    ck_assert_uint_eq(rows_on_disk(MR_ROW_ENTRY), 2); /* until the commit is known */
    mr_store_commit(store, 3, 1);
    expect_buckets("20 ");
    expect(10, "k", NULL);
    ck_assert_uint_eq(rows_on_disk(MR_ROW_ENTRY), 1);
    ck_assert_uint_eq(mr_store_entries(store), 1);
    finish();
}
END_TEST

/* Offsets by hand: the records of a commit lie at or behind the position of the one before. */
START_TEST(trim_point) {
    int64_t at = -1;
    begin(MR_STORE_WINDOW);
    mr_store_commit(store, 100, 1);
    ck_assert(!mr_store_trim_point(store, &at));
    put(10, "k", "a");
    mr_store_set_clock(store, MR_STR("1"));
    mr_store_commit(store, 110, 1); /* bucket 10 and the clock: from 100 */
    ck_assert(mr_store_trim_point(store, &at));
    ck_assert_int_eq(at, 100);
    put(20, "k", "b");
    mr_store_set_clock(store, MR_STR("2"));
    mr_store_commit(store, 120, 1); /* bucket 20, clock: from 110 */
    put(10, "k", "c");
    mr_store_commit(store, 130, 1);
    mr_store_trim_point(store, &at);
    ck_assert_int_eq(at, 100);
    mr_bucket_close(store, mr_store_oldest(store));
    put(30, "k", "c");
    mr_store_commit(store, 140, 1); /* clock unchanged: its record is the one from 110 */
    mr_store_trim_point(store, &at);
    ck_assert_int_eq(at, 110);
    mr_bucket_close(store, mr_store_oldest(store));
    mr_store_commit(store, 150, 1);
    mr_store_trim_point(store, &at);
    ck_assert_int_eq(at, 110); /* still the clock */
    mr_store_set_clock(store, MR_STR("3"));
    mr_store_commit(store, 160, 1);
    mr_store_trim_point(store, &at);
    ck_assert_int_eq(at, 130); /* bucket 30 */
    mr_bucket_rewrite(store, mr_store_oldest(store));
    expect_changelog("w30:k=c;");
    mr_store_abort(store);
    mr_store_trim_point(store, &at);
    ck_assert_int_eq(at, 130);
    mr_bucket_rewrite(store, mr_store_oldest(store));
    mr_store_commit(store, 170, 1); /* its records: from 160; the clock's: from 150 */
    mr_store_trim_point(store, &at);
    ck_assert_int_eq(at, 150);
    finish();
}
END_TEST

/* After a crash the trim point is not ahead of what the buckets on disk need. */
START_TEST(trim_point_survives) {
    int64_t at = -1;
    begin(MR_STORE_WINDOW);
    mr_store_commit(store, 100, 1);
    put(10, "k", "a");
    mr_store_commit(store, 110, 1);
    put(20, "k", "a");
    mr_store_commit(store, 120, 1);
    round_of_write_behind();
    mr_store_close(store);
    mr_engine_mem_crash(engine);
    ck_assert_int_eq(open_kind(MR_STORE_WINDOW), MR_OK);
    ck_assert_int_eq(replay_one(MR_CL_WINDOW, 30, "k", "c", 125), MR_OK);
    mr_store_restored(store, 130, 10); /* bucket 10 is closed */
    expect_buckets("20 30 ");
    ck_assert(mr_store_trim_point(store, &at));
    ck_assert_int_eq(at, 100);
    mr_bucket_close(store, mr_store_oldest(store));
    mr_store_commit(store, 140, 1);
    ck_assert(mr_store_trim_point(store, &at));
    ck_assert_int_eq(at, 125);
    finish();
}
END_TEST

/* The clock's record must stay, too: it was in the changelog before the crash. */
START_TEST(trim_point_of_a_stored_clock) {
    int64_t at = -1;
    begin(MR_STORE_WINDOW);
    mr_store_commit(store, 100, 1);
    mr_store_set_clock(store, MR_STR("1"));
    mr_store_commit(store, 110, 1);
    round_of_write_behind();
    mr_store_close(store);
    mr_engine_mem_crash(engine);
    ck_assert_int_eq(open_kind(MR_STORE_WINDOW), MR_OK);
    mr_store_restored(store, 200, INT64_MIN);
    put(10, "k", "a");
    mr_store_commit(store, 210, 1);
    ck_assert(mr_store_trim_point(store, &at));
    ck_assert_int_eq(at, 100);
    finish();
}
END_TEST

int main(void) {
    Suite *s = suite_create("window");
    TCase *t = tcase_create("window");
    tcase_add_test(t, by_start);
    tcase_add_test(t, close_and_abort);
    tcase_add_test(t, trim_point);
    tcase_add_test(t, trim_point_survives);
    tcase_add_test(t, trim_point_of_a_stored_clock);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* test_checkpoint.c -- write-behind: what is on disk after a crash at every batch. */
#include "state_help.h"

#define P MR_BUCKET_PLAIN

static void reopen(size_t keep) {
    mr_store_close(store);
    mr_engine_mem_crash_keep(engine, keep);
    ck_assert_int_eq(open_kind(MR_STORE_PLAIN), MR_OK);
}

static enum mr_identity position(int64_t *ret) {
    struct mr_str id;
    int64_t wall;
    return mr_store_identity(store, &id, ret, &wall);
}

/* proves EOS-2: a round within an open transaction writes the committed values. */
START_TEST(committed_values_only) {
    bool done;
    int64_t at;
    begin(MR_STORE_PLAIN);
    put(P, "a", "committed");
    put(P, "b", "committed");
    mr_store_set_clock(store, MR_STR("committed"));
    mr_store_commit(store, 3, 1);
    put(P, "a", "open");
    delete_key(P, "b");
    put(P, "c", "open");
    mr_store_set_clock(store, MR_STR("open"));
    ck_assert_int_eq(mr_store_write_behind(store, 100, &done, NULL), MR_OK);
    ck_assert(done);
    reopen(0);
    ck_assert_int_eq(position(&at), MR_ID_KNOWN);
    ck_assert_int_eq(at, 3);
    expect(P, "a", "committed");
    expect(P, "b", "committed");
    expect(P, "c", NULL);
    ck_assert(mr_str_is(mr_store_clock(store), "committed"));
    finish();
}
END_TEST

/* An unfinished first round leaves nothing: its rows could be of keys deleted long ago. */
START_TEST(unfinished_first_round) {
    bool done;
    int64_t at;
    begin(MR_STORE_PLAIN);
    put(P, "a", "1");
    put(P, "b", "1");
    mr_store_commit(store, 2, 1);
    ck_assert_int_eq(mr_store_write_behind(store, 1, &done, NULL), MR_OK);
    ck_assert(!done);
    reopen(100); /* everything written survives */
    ck_assert_int_eq(position(&at), MR_ID_NEW);
    expect(P, "a", NULL);
    expect(P, "b", NULL);
    ck_assert_uint_eq(rows_on_disk(MR_ROW_ENTRY), 0);
    put(P, "c", "1");
    mr_store_commit(store, 9, 1);
    round_of_write_behind();
    reopen(0);
    expect(P, "a", NULL);
    expect(P, "b", NULL);
    expect(P, "c", "1");
    finish();
}
END_TEST

/* proves EOS-3: the stored position is that of the round's begin, at whatever batch it is cut. */
START_TEST(position_is_of_the_begin) {
    bool done;
    int64_t at;
    for (size_t keep = 0; keep < 4; keep++) {
        begin(MR_STORE_PLAIN);
        put(P, "x", "0");
        mr_store_commit(store, 1, 1);
        round_of_write_behind(); /* position 1, flushed */
        put(P, "a", "1");
        put(P, "b", "1");
        put(P, "c", "1");
        mr_store_commit(store, 4, 2);
        mr_store_write_behind(store, 1, &done, NULL); /* batch 0 of the second round */
        put(P, "a", "2");
        put(P, "d", "2");
        mr_store_commit(store, 6, 3);
        mr_store_write_behind(store, 1, &done, NULL); /* batch 1 */
        ck_assert(!done);
        reopen(keep);
        ck_assert_int_eq(position(&at), MR_ID_KNOWN);
        ck_assert_int_eq(at, 1);
        /* The changelog from there: a, b, c, then a, d. */
        replay_one(MR_CL_ENTRY, 0, "a", "1", 1);
        replay_one(MR_CL_ENTRY, 0, "b", "1", 2);
        replay_one(MR_CL_ENTRY, 0, "c", "1", 3);
        replay_one(MR_CL_ENTRY, 0, "a", "2", 4);
        replay_one(MR_CL_ENTRY, 0, "d", "2", 5);
        mr_store_restored(store, 6, INT64_MIN);
        expect(P, "a", "2");
        expect(P, "b", "1");
        expect(P, "c", "1");
        expect(P, "d", "2");
        expect(P, "x", "0");
        finish();
    }
}
END_TEST

START_TEST(rounds_end) {
    bool done = false;
    int64_t at;
    begin(MR_STORE_PLAIN);
    for (int i = 0; i < 10; i++) {
        char key[8];
        snprintf(key, sizeof key, "%d", i);
        put(P, key, "v");
    }
    mr_store_commit(store, 10, 1);
    int calls = 0;
    for (; !done; calls++) {
        put(P, "busy", calls % 2 ? "x" : "y"); /* new work is for the next round */
        mr_store_commit(store, 11 + calls, 1);
        ck_assert_int_eq(mr_store_write_behind(store, 3, &done, NULL), MR_OK);
    }
    ck_assert_int_eq(calls, 4); /* `busy` was dirty when the round began: 11 entries by threes */
    reopen(0);
    position(&at);
    ck_assert_int_eq(at, 11);
    mr_store_write_behind(store, 3, &done, NULL);
    ck_assert(done); /* nothing to do */
    finish();
}
END_TEST

START_TEST(deletes_reach_the_disk) {
    begin(MR_STORE_PLAIN);
    put(P, "a", "1");
    put(P, "b", "1");
    mr_store_commit(store, 2, 1);
    round_of_write_behind();
    delete_key(P, "a");
    mr_store_commit(store, 3, 1);
    round_of_write_behind();
    ck_assert_uint_eq(mr_store_entries(store), 1); /* a tombstone goes once it is written */
    reopen(0);
    expect(P, "a", NULL);
    expect(P, "b", "1");
    finish();
}
END_TEST

int main(void) {
    Suite *s = suite_create("checkpoint");
    TCase *t = tcase_create("checkpoint");
    tcase_add_test(t, committed_values_only);
    tcase_add_test(t, unfinished_first_round);
    tcase_add_test(t, position_is_of_the_begin);
    tcase_add_test(t, rounds_end);
    tcase_add_test(t, deletes_reach_the_disk);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

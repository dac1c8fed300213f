/* test_versioned.c -- versions of a key: lookups, replacement, pruning, changelog, chunks. */
#include "state_help.h"

static void vput(const char *key, int64_t from, const char *value) {
    struct mr_str k = mr_str(key);
    ck_assert(mr_version_put(store, k, mr_store_hash(k), from, mr_str(value)));
}

static void at(const char *key, int64_t t, const char *want) {
    struct mr_str k = mr_str(key), got;
    bool found = mr_version_at(store, k, mr_store_hash(k), t, &got);
    ck_assert_msg(found == (want != NULL), "%s at %lld", key, (long long)t);
    if (found) ck_assert(mr_str_is(got, want));
}

START_TEST(lookups) {
    struct mr_version v;
    struct mr_str k = MR_STR("k");
    begin(MR_STORE_VERSIONED);
    at("k", 100, NULL);
    ck_assert(!mr_version_latest(store, k, mr_store_hash(k), &v));
    vput("k", 100, "a");
    vput("k", 300, "c");
    vput("k", 200, "b"); /* out of order */
    vput("k", 400, NULL);
    at("k", 99, NULL);
    at("k", 100, "a");
    at("k", 199, "a");
    at("k", 200, "b");
    at("k", 399, "c");
    at("k", 400, NULL);
    at("k", INT64_MAX, NULL);
    vput("k", 200, "B"); /* the later one wins */
    at("k", 250, "B");
    ck_assert(mr_version_latest(store, k, mr_store_hash(k), &v));
    ck_assert(v.valid_from == 400 && !v.value.p);
    vput("k", 500, "");
    at("k", 500, "");
    ck_assert(mr_version_latest(store, k, mr_store_hash(k), &v));
    ck_assert(v.valid_from == 500 && v.value.p && v.value.n == 0);
    finish();
}
END_TEST

START_TEST(changelog_per_version) {
    begin(MR_STORE_VERSIONED);
    vput("k", 100, "a");
    vput("k", 200, NULL);
    expect_changelog("v100:k=a;v200:k deleted;");
    mr_store_commit(store, 2, 1);
    vput("k", 150, "x");
    vput("k", 100, "a");
    expect_changelog("v150:k=x;");
    mr_store_abort(store);
    at("k", 150, "a");
    vput("k", 200, "back");
    vput("k", 50, "first");
    expect_changelog("v50:k=first;v200:k=back;");
    mr_store_commit(store, 4, 1);
    finish();
}
END_TEST

/* By hand: horizon 250: 100 ended at 200, 200 is valid at the horizon, 300 comes after. */
START_TEST(prune) {
    begin(MR_STORE_VERSIONED);
    vput("k", 100, "a");
    vput("k", 200, "b");
    vput("k", 300, "c");
    vput("d", 100, "a");
    vput("d", 200, NULL);
    mr_store_commit(store, 5, 1);
    mr_version_prune(store, 199, 201);
    expect_changelog("");
    for (int i = 0; i < 4; i++) mr_version_prune(store, 200, 201); /* a few keys at a time */
    struct mr_buf b = {0};
    mr_store_changelog(store, to_text, &b);
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&b), "v100:k gone;"));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&b), "v100:d gone;v200:d gone;")); /* lone delete */
    ck_assert_uint_eq(b.n, strlen("v100:k gone;v100:d gone;v200:d gone;"));
    mr_buf_done(&b);
    mr_store_commit(store, 8, 1);
    at("k", 200, "b");
    at("k", 150, NULL);
    vput("k", 400, "d"); /* a touched key is pruned at once */
    for (int i = 0; i < 4; i++) mr_version_prune(store, 450, 450);
    at("k", 450, "d");
    at("k", 399, NULL);
    finish();
}
END_TEST

/* By hand: a version may still come from 200 on, so the delete at 200 stays, whatever has ended;
 * the version from 150, put later, ends at it. From 201 on the delete goes. An abort puts it back.
 */
START_TEST(delete_stays) {
    begin(MR_STORE_VERSIONED);
    vput("d", 100, "a");
    vput("d", 200, NULL);
    mr_store_commit(store, 2, 1);
    for (int i = 0; i < 4; i++) mr_version_prune(store, 300, INT64_MIN);
    expect_changelog("v100:d gone;");
    for (int i = 0; i < 4; i++) mr_version_prune(store, 300, 200);
    expect_changelog("v100:d gone;");
    mr_store_commit(store, 3, 1);
    vput("d", 150, "late");
    at("d", 300, NULL);
    expect_changelog("");
    for (int i = 0; i < 4; i++) mr_version_prune(store, 300, 201);
    expect_changelog("v200:d gone;");
    mr_store_abort(store);
    vput("d", 150, "late");
    at("d", 300, NULL);
    expect_changelog("");
    finish();
}
END_TEST

START_TEST(replay) {
    begin(MR_STORE_VERSIONED);
    ck_assert_int_eq(replay_one(MR_CL_VERSION, 100, "k", "a", 0), MR_OK);
    ck_assert_int_eq(replay_one(MR_CL_VERSION, 200, "k", "b", 1), MR_OK);
    ck_assert_int_eq(replay_one(MR_CL_VERSION, 100, "k", NULL, 2), MR_OK);
    at("k", 150, NULL);
    at("k", 200, "b");
    ck_assert_int_eq(replay_one(MR_CL_VERSION, 200, "k", NULL, 3), MR_OK);
    at("k", 200, NULL);
    round_of_write_behind();
    ck_assert_uint_eq(mr_store_entries(store), 0);
    finish();
}
END_TEST

/* 200 versions and 40 KiB: several rows on disk; fewer of them after pruning. */
START_TEST(chunks_on_disk) {
    char value[200];
    begin(MR_STORE_VERSIONED);
    for (int i = 0; i < 200; i++) {
        memset(value, 'a' + i % 26, sizeof value - 1);
        value[199] = 0;
        vput("big", i, value);
    }
    vput("bi", 0, "a key that is a prefix");
    mr_store_commit(store, 10, 1);
    round_of_write_behind();
    ck_assert_uint_eq(rows_on_disk(MR_ROW_ENTRY), 2);
    ck_assert_uint_ge(rows_on_disk(MR_ROW_CHUNK), 3); /* 200 versions by at most 64 */
    mr_store_evict(store, 0);
    ck_assert_uint_eq(mr_store_entries(store), 0);
    for (int i = 0; i < 200; i++) {
        memset(value, 'a' + i % 26, sizeof value - 1);
        at("big", i, value);
    }
    at("bi", 0, "a key that is a prefix");
    for (int i = 0; i < 3; i++) mr_version_prune(store, 190, 190);
    mr_store_commit(store, 300, 2);
    round_of_write_behind();
#ifndef MR_TINY
    ck_assert_uint_eq(rows_on_disk(MR_ROW_CHUNK), 0); /* ten versions fit in one row */
#endif
    mr_store_close(store);
    mr_engine_mem_crash(engine);
    ck_assert_int_eq(open_kind(MR_STORE_VERSIONED), MR_OK);
    at("big", 189, NULL);
    memset(value, 'a' + 190 % 26, sizeof value - 1);
    at("big", 190, value);
    struct mr_str k = MR_STR("big");
    mr_bucket_delete(store, mr_store_bucket(store, MR_BUCKET_PLAIN, false), k, mr_store_hash(k));
    mr_store_commit(store, 400, 3);
    round_of_write_behind();
    ck_assert_uint_eq(rows_on_disk(MR_ROW_ENTRY), 1);
    ck_assert_uint_eq(rows_on_disk(MR_ROW_CHUNK), 0);
    mr_store_evict(store, 0);
    at("big", 199, NULL);
    finish();
}
END_TEST

int main(void) {
    Suite *s = suite_create("versioned");
    TCase *t = tcase_create("versioned");
    tcase_add_test(t, lookups);
    tcase_add_test(t, changelog_per_version);
    tcase_add_test(t, prune);
    tcase_add_test(t, delete_stays);
    tcase_add_test(t, replay);
    tcase_add_test(t, chunks_on_disk);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

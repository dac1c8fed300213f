/* test_store.c -- a plain store: transactions, changes, changelog, clock, identity, limits. */
#include "state_help.h"

#define P MR_BUCKET_PLAIN

/* proves EOS-2: an abort puts back values, created and deleted entries, the clock. */
START_TEST(abort_puts_back) {
    begin(MR_STORE_PLAIN);
    put(P, "a", "one");
    put(P, "b", "two");
    mr_store_set_clock(store, MR_STR("t1"));
    mr_store_commit(store, 3, 1);
    put(P, "a", "a much longer value than before, which makes the entry move to another block");
    put(P, "a", "x");
    delete_key(P, "b");
    put(P, "c", "new");
    put(P, "d", "new");
    delete_key(P, "d");
    mr_store_set_clock(store, MR_STR("t2"));
    ck_assert(mr_store_dirty(store));
    expect(P, "a", "x");
    expect(P, "b", NULL);
    expect(P, "c", "new");
    mr_store_abort(store);
    ck_assert(!mr_store_dirty(store));
    expect(P, "a", "one");
    expect(P, "b", "two");
    expect(P, "c", NULL);
    expect(P, "d", NULL);
    ck_assert(mr_str_is(mr_store_clock(store), "t1"));
    ck_assert_uint_eq(mr_store_entries(store), 2);
    finish();
}
END_TEST

START_TEST(touch_keeps_and_makes) {
    bool new;
    struct mr_str k = MR_STR("k");
    begin(MR_STORE_PLAIN);
    struct mr_entry *e = mr_bucket_touch(store, bucket(P), k, mr_store_hash(k), 4, &new);
    ck_assert(new && e->value_len == 4 && memcmp(mr_entry_value(e), "\0\0\0\0", 4) == 0);
    memcpy(mr_entry_value(e), "abcd", 4);
    mr_store_commit(store, 1, 1);
    e = mr_bucket_touch(store, bucket(P), k, mr_store_hash(k), 9, &new);
    ck_assert(!new && e->value_len == 4 && memcmp(mr_entry_value(e), "abcd", 4) == 0);
    mr_bucket_delete(store, bucket(P), k, mr_store_hash(k));
    e = mr_bucket_touch(store, bucket(P), k, mr_store_hash(k), 100, &new);
    ck_assert(new && e->value_len == 100 && mr_entry_value(e)[0] == 0);
    mr_store_abort(store);
    expect(P, "k", "abcd");
    finish();
}
END_TEST

static void expect_change(size_t i, const char *key, const char *committed, const char *present) {
    struct mr_change c = mr_store_change(store, i);
    ck_assert(mr_str_is(c.key, key));
    ck_assert_int_eq(c.committed.p != NULL, committed != NULL);
    ck_assert_int_eq(c.present.p != NULL, present != NULL);
    ck_assert(mr_str_is(c.committed, committed));
    ck_assert(mr_str_is(c.present, present));
}

START_TEST(changes_in_order_of_first_touch) {
    begin(MR_STORE_PLAIN);
    put(P, "b", "1");
    put(P, "a", "1");
    mr_store_commit(store, 2, 1);
    put(P, "z", "new");
    put(P, "b", "2");
    delete_key(P, "a");
    put(P, "z", "newer");
    put(P, "e", "");
    ck_assert_uint_eq(mr_store_n_changes(store), 4);
    expect_change(0, "z", NULL, "newer");
    expect_change(1, "b", "1", "2");
    expect_change(2, "a", "1", NULL);
    expect_change(3, "e", NULL, "");
    finish();
}
END_TEST

START_TEST(changelog_is_one_record_per_changed_key) {
    begin(MR_STORE_PLAIN);
    put(P, "a", "1");
    put(P, "b", "1");
    put(P, "a", "2");
    put(P, "t", "x");
    delete_key(P, "t"); /* made and gone within: no record */
    mr_store_set_clock(store, MR_STR("c1"));
    expect_changelog("ea=2;eb=1;c=c1;");
    expect_changelog("ea=2;eb=1;c=c1;"); /* asking again changes nothing */
    mr_store_commit(store, 3, 1);
    put(P, "a", "2"); /* as it was: no record */
    delete_key(P, "b");
    delete_key(P, "nobody");
    mr_store_set_clock(store, MR_STR("c2"));
    mr_store_set_clock(store, MR_STR("c1"));
    expect_changelog("eb gone;");
    mr_store_commit(store, 4, 1);
    expect_changelog("");
    finish();
}
END_TEST

START_TEST(sorted_by_key_bytes) {
    static const char *const keys[] = {"b", "",     "abcdefghij", "abcdefgh",
                                       "a", "\xff", "abcdefghia"};
    static const char *const want[] = {"",           "a", "abcdefgh", "abcdefghia",
                                       "abcdefghij", "b", "\xff"};
    struct mr_arena a;
    size_t n;
    mr_arena_init(&a);
    begin(MR_STORE_PLAIN);
    for (size_t i = 0; i < MR_ARRAY_LEN(keys); i++) put(P, keys[i], "v");
    put(P, "gone", "v");
    delete_key(P, "gone");
    const struct mr_entry **list = mr_bucket_sorted(store, bucket(P), &a, &n);
    ck_assert_uint_eq(n, MR_ARRAY_LEN(want));
    for (size_t i = 0; i < n; i++) ck_assert(mr_str_is(mr_entry_key(list[i]), want[i]));
    mr_arena_done(&a);
    finish();
}
END_TEST

START_TEST(no_record_above_the_limit) {
    static char big[10000];
    struct mr_str k = MR_STR("key");
    uint64_t h = mr_store_hash(k);
    begin(MR_STORE_PLAIN); /* limit 10,000 */
    put(P, "key", "small");
    size_t most = 10000 - 3 - MR_CHANGELOG_OVERHEAD;
    ck_assert(!mr_bucket_put(store, bucket(P), k, h, (struct mr_str){big, most + 1}));
    expect(P, "key", "small");
    ck_assert(mr_bucket_put(store, bucket(P), k, h, (struct mr_str){big, most}));
    finish();
}
END_TEST

START_TEST(a_store_is_held_once) {
    struct mr_store *other;
    struct mr_store_spec spec = spec_of(MR_STORE_PLAIN);
    begin(MR_STORE_PLAIN);
    ck_assert_int_eq(mr_store_open(engine, &spec, &other, NULL), MR_RETRY);
    spec.partition = 2;
    ck_assert_int_eq(mr_store_open(engine, &spec, &other, NULL), MR_OK);
    mr_store_close(other);
    mr_store_close(store);
    ck_assert_int_eq(open_kind(MR_STORE_PLAIN), MR_OK);
    finish();
}
END_TEST

static enum mr_identity identity(int64_t *position, int64_t *wall) {
    struct mr_str id;
    enum mr_identity is = mr_store_identity(store, &id, position, wall);
    if (is == MR_ID_KNOWN) ck_assert(mr_str_is(id, SIXTEEN));
    return is;
}

START_TEST(identities) {
    int64_t position, wall;
    begin(MR_STORE_PLAIN);
    ck_assert_int_eq(identity(&position, &wall), MR_ID_NEW);
    put(P, "a", "1");
    mr_store_commit(store, 7, 1234);
    round_of_write_behind();
    mr_store_close(store);
    ck_assert_int_eq(open_kind(MR_STORE_PLAIN), MR_OK);
    ck_assert_int_eq(identity(&position, &wall), MR_ID_KNOWN);
    ck_assert_int_eq(position, 7);
    ck_assert_int_eq(wall, 1234);
    expect(P, "a", "1");
    mr_store_close(store);

    struct mr_store_spec spec = spec_of(MR_STORE_PLAIN);
    spec.fingerprint = 6;
    ck_assert_int_eq(mr_store_open(engine, &spec, &store, NULL), MR_OK);
    ck_assert_int_eq(identity(&position, &wall), MR_ID_FINGERPRINT);
    mr_store_wipe(store);
    ck_assert_int_eq(identity(&position, &wall), MR_ID_NEW);
    ck_assert_int_eq(position, 0);
    expect(P, "a", NULL);
    mr_store_close(store);
    ck_assert_int_eq(open_kind(MR_STORE_PLAIN), MR_OK);
    ck_assert_int_eq(identity(&position, &wall), MR_ID_NEW);
    finish();
}
END_TEST

START_TEST(replay_refuses) {
    struct mr_buf k = {0}, v = {0};
    begin(MR_STORE_PLAIN);
    ck_assert_int_eq(replay_one(MR_CL_ENTRY, 0, "a", "1", 10), MR_OK);
    ck_assert_int_eq(replay_one(MR_CL_WINDOW, 0, "a", "1", 11), MR_FATAL); /* kind of store */
    ck_assert_int_eq(replay_one(MR_CL_CLOCK, 0, "", "tick", 12), MR_OK);
    ck_assert_int_eq(replay_one(MR_CL_ENTRY, 0, "a", NULL, 13), MR_OK);
    expect(P, "a", NULL);
    ck_assert(mr_str_is(mr_store_clock(store), "tick"));
    mr_changelog_key_write(&(struct mr_changelog_key){MR_CL_ENTRY, 0, MR_STR("a")}, &k);
    mr_changelog_value_write(&(struct mr_changelog_value){MR_STR("fedcba9876543210"), MR_STR("1")},
                             &v);
    ck_assert_int_eq(mr_store_replay(store, mr_buf_view(&k), mr_buf_view(&v), 14, NULL), MR_FATAL);
    ck_assert_int_eq(mr_store_replay(store, mr_buf_view(&k), MR_STR("junk"), 14, NULL), MR_FATAL);
    ck_assert_int_eq(mr_store_replay(store, MR_STR("?"), MR_STR(""), 14, NULL), MR_FATAL);
    int64_t position, wall;
    identity(&position, &wall);
    ck_assert_int_eq(position, 14);
    mr_buf_done(&k);
    mr_buf_done(&v);
    finish();
}
END_TEST

/* Eviction gives clean entries back, never others, and they are read in again. */
START_TEST(eviction) {
    begin(MR_STORE_PLAIN);
    for (int i = 0; i < 100; i++) {
        char key[8];
        snprintf(key, sizeof key, "%d", i);
        put(P, key, key);
    }
    mr_store_evict(store, 0);
    ck_assert_uint_eq(mr_store_entries(store), 100); /* the open transaction's */
    mr_store_commit(store, 100, 1);
    mr_store_evict(store, 0);
    ck_assert_uint_eq(mr_store_entries(store), 100); /* dirty */
    round_of_write_behind();
    put(P, "5", "listed");
    size_t before = mr_store_memory(store);
    mr_store_evict(store, 0);
    ck_assert_uint_eq(mr_store_entries(store), 1);
    ck_assert_uint_lt(mr_store_memory(store), before);
    expect(P, "17", "17");
    expect(P, "nobody", NULL);
    ck_assert_uint_eq(mr_store_entries(store), 2);
    mr_store_abort(store);
    expect(P, "5", "5");
    finish();
}
END_TEST

int main(void) {
    Suite *s = suite_create("store");
    TCase *t = tcase_create("store");
    tcase_add_test(t, abort_puts_back);
    tcase_add_test(t, touch_keeps_and_makes);
    tcase_add_test(t, changes_in_order_of_first_touch);
    tcase_add_test(t, changelog_is_one_record_per_changed_key);
    tcase_add_test(t, sorted_by_key_bytes);
    tcase_add_test(t, no_record_above_the_limit);
    tcase_add_test(t, a_store_is_held_once);
    tcase_add_test(t, identities);
    tcase_add_test(t, replay_refuses);
    tcase_add_test(t, eviction);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

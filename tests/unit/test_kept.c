/* test_kept.c -- the rows that a stream join keeps: chunks, ranges, order, marks; against a list.
 */
#include "processor/op/kept.h"
#include "state_help.h"

#include <stdlib.h>

static struct mr_kept kept;
static struct mr_arena arena;
static char dir[200]; /* of RocksDB; "" = in memory */

/* _i: 0 in memory, 1 on RocksDB. */
static void start(int rocks) {
    struct mr_err err;
    const char *base = getenv("TMPDIR");
    dir[0] = '\0';
    if (!rocks) {
        begin(MR_STORE_WINDOW);
    } else {
        snprintf(dir, sizeof dir, "%s/mr-kept-XXXXXX", base ? base : "/tmp");
        ck_assert_ptr_nonnull(mkdtemp(dir));
        ck_assert_int_eq(mr_engine_open_rocks(dir, "app", 16 << 20, &engine, &err), MR_OK);
        ck_assert_int_eq(open_kind(MR_STORE_WINDOW), MR_OK);
        mr_store_set_incarnation(store, mr_str(SIXTEEN));
    }
    mr_kept_init(&kept, store, 100);
    mr_arena_init(&arena);
}

static void stop(void) {
    char command[250];
    mr_kept_done(&kept);
    mr_arena_done(&arena);
    finish();
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (dir[0]) ck_assert_int_eq(system(command), 0);
}

static struct mr_kept_at add(unsigned side, const char *key, int64_t ts, const char *row) {
    struct mr_kept_row r = {.ts = ts, .time = ts + 1, .row = mr_str(row)};
    struct mr_kept_at at;
    ck_assert(mr_kept_add(&kept, side, mr_str(key), &r, &at));
    return at;
}

static void expect_rows(unsigned side, const char *key, int64_t from, int64_t to,
                        const char *want) {
    struct mr_buf b = {0};
    struct mr_kept_rows rows;
    mr_kept_find(&kept, side, mr_str(key), from, to, &arena, &rows);
    for (size_t i = 0; i < rows.n; i++) {
        ck_assert_int_eq(rows.v[i].time, rows.v[i].ts + 1);
        mr_buf_printf(&b, "%.*s%s ", MR_STR_ARG(rows.v[i].row), rows.v[i].matched ? "!" : "");
    }
    ck_assert_str_eq(mr_buf_cstr(&b), want);
    mr_buf_done(&b);
}

START_TEST(range_and_order) {
    start(_i);
    add(0, "k", 150, "c");
    add(0, "k", 90, "a");
    add(0, "k", 150, "d");
    add(0, "k", 149, "b");
    add(0, "kk", 150, "other key");
    add(1, "k", 150, "other side");
    expect_rows(0, "k", 90, 150, "a b c d ");
    expect_rows(0, "k", 91, 149, "b ");
    expect_rows(0, "k", 151, 900, "");
    expect_rows(1, "k", 0, 1000, "other side ");
    expect_rows(1, "", 0, 1000, "");
    stop();
}
END_TEST

/* proves EOS-2 for kept rows: an abort takes back rows, chunks and marks */
START_TEST(marks_and_abort) {
    start(_i);
    struct mr_kept_at a = add(0, "k", 10, "a");
    add(0, "k", 20, "b");
    mr_store_commit(store, 2, 1);
    mr_kept_set_matched(&kept, 0, mr_str("k"), a);
    add(0, "k", 30, "c");
    expect_rows(0, "k", 0, 99, "a! b c ");
    mr_store_abort(store);
    expect_rows(0, "k", 0, 99, "a b ");
    mr_kept_set_matched(&kept, 0, mr_str("k"), a);
    mr_store_commit(store, 3, 1);
    expect_rows(0, "k", 0, 99, "a! b ");
    stop();
}
END_TEST

/* A key with many rows is many chunks; an update writes one of them again. */
START_TEST(many_rows) {
    enum { N = 300 };
    struct mr_kept_at at[N];
    struct mr_buf want = {0}, name = {0};
    start(_i);
    for (int i = 0; i < N; i++) {
        mr_buf_clear(&name);
        mr_buf_printf(&name, "row-%d", i);
        at[i] = add(1, "hot", 5, mr_buf_cstr(&name));
    }
    ck_assert_uint_gt(mr_store_entries(store), 2);
    mr_store_commit(store, 2, 1);
    round_of_write_behind();
    mr_store_evict(store, 0);
    for (int i = 0; i < N; i++) {
        if (i % 7 == 0) mr_kept_set_matched(&kept, 1, mr_str("hot"), at[i]);
        mr_buf_printf(&want, "row-%d%s ", i, i % 7 ? "" : "!");
    }
    expect_rows(1, "hot", 5, 5, mr_buf_cstr(&want));
    struct mr_kept_row r = mr_kept_read(&kept, 1, mr_str("hot"), at[N - 1], &arena);
    ck_assert(mr_str_is(r.row, "row-299"));
    mr_buf_done(&want);
    mr_buf_done(&name);
    stop();
}
END_TEST

static void to_list(void *arg, unsigned side, struct mr_str key, int64_t ts, struct mr_kept_at at) {
    mr_buf_printf(arg, "%u %.*s@%lld ", side, MR_STR_ARG(key), (long long)ts);
}

START_TEST(unmatched_of_a_bucket) {
    struct mr_buf list = {0};
    start(_i);
    add(1, "b", 30, "x");
    mr_kept_set_matched(&kept, 0, mr_str("b"), add(0, "b", 10, "x"));
    add(0, "b", 40, "x");
    add(0, "a", 50, "x");
    add(0, "a", 120, "in the next bucket");
    mr_store_commit(store, 2, 1);
    round_of_write_behind();
    mr_store_evict(store, 0);
    mr_kept_unmatched(&kept, mr_store_oldest(store), &arena, to_list, &list);
    ck_assert_str_eq(mr_buf_cstr(&list), "0 a@50 0 b@40 1 b@30 ");
    mr_buf_done(&list);
    stop();
}
END_TEST

/* What the changelog would refuse changes nothing. */
START_TEST(too_large) {
    struct mr_buf big = {0};
    struct mr_kept_at at;
    start(_i);
    add(0, "k", 10, "a");
    for (int i = 0; i < 11000; i++) mr_buf_byte(&big, 'x');
    struct mr_kept_row r = {.ts = 11, .row = mr_buf_view(&big)};
    ck_assert(!mr_kept_add(&kept, 0, mr_str("k"), &r, &at));
    expect_rows(0, "k", 0, 99, "a ");
    r.row.n = 6000; /* two of these do not fit one chunk under the limit of the topic */
    ck_assert(mr_kept_add(&kept, 0, mr_str("k"), &r, &at));
    ck_assert(mr_kept_add(&kept, 0, mr_str("k"), &r, &at));
    ck_assert_uint_eq(at.chunk, 1);
    mr_buf_done(&big);
    stop();
}
END_TEST

int main(void) {
    Suite *s = suite_create("kept");
    TCase *t = tcase_create("kept");
    tcase_add_loop_test(t, range_and_order, 0, 2);
    tcase_add_loop_test(t, marks_and_abort, 0, 2);
    tcase_add_loop_test(t, many_rows, 0, 2);
    tcase_add_loop_test(t, unmatched_of_a_bucket, 0, 2);
    tcase_add_loop_test(t, too_large, 0, 2);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

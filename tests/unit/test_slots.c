/* test_slots.c -- items of a key by time: order, ranges, replacing, deleting, closing; the side
 * bucket stays out of it. */
#include "processor/op/slots.h"
#include "state_help.h"

static struct mr_slots slots;
static struct mr_arena arena;

static void start(void) {
    begin(MR_STORE_WINDOW);
    mr_arena_init(&arena);
    slots = (struct mr_slots){store, 100};
}

static void stop(void) {
    mr_arena_done(&arena);
    finish();
}

static void put_item(const char *key, int64_t at, int64_t sub, const char *value) {
    struct mr_slot_item item = {at, sub, mr_str(value)};
    ck_assert(mr_slots_put(&slots, mr_str(key), mr_store_hash(mr_str(key)), &item, 0, &arena));
}

static void delete_item(const char *key, int64_t at, int64_t sub) {
    mr_slots_delete(&slots, mr_str(key), mr_store_hash(mr_str(key)), at, sub, &arena);
}

static void expect_items(const char *key, int64_t from, int64_t to, const char *want) {
    struct mr_slot_items items;
    struct mr_buf b = {0};
    mr_slots_range(&slots, mr_str(key), mr_store_hash(mr_str(key)), from, to, &arena, &items);
    for (size_t i = 0; i < items.n; i++)
        mr_buf_printf(&b, "%lld/%lld=%.*s ", (long long)items.v[i].at, (long long)items.v[i].sub,
                      MR_STR_ARG(items.v[i].value));
    ck_assert_str_eq(mr_buf_cstr(&b), want);
    mr_buf_done(&b);
}

START_TEST(names) {
    start();
    ck_assert_int_eq(mr_slots_name(&slots, 0), 99);
    ck_assert_int_eq(mr_slots_name(&slots, 99), 99);
    ck_assert_int_eq(mr_slots_name(&slots, 100), 199);
    ck_assert_int_eq(mr_slots_first(&slots, 199), 100);
    ck_assert_int_eq(mr_slots_name(&slots, INT64_MAX), MR_BUCKET_SIDE - 1);
    stop();
}
END_TEST

START_TEST(order_and_ranges) {
    start();
    put_item("k", 250, 1, "d");
    put_item("k", 120, 9, "b");
    put_item("k", 120, 3, "a");
    put_item("k", 199, 0, "a longer value than the others");
    put_item("other", 150, 0, "x");
    expect_items("k", 0, 999, "120/3=a 120/9=b 199/0=a longer value than the others 250/1=d ");
    expect_items("k", 121, 199, "199/0=a longer value than the others ");
    expect_items("k", 121, 198, "");
    expect_items("k", 251, INT64_MAX, "");
    expect_items("k", -5, 120, "120/3=a 120/9=b ");
    put_item("k", 120, 3, "");
    expect_items("k", 100, 130, "120/3= 120/9=b ");
    delete_item("k", 120, 9);
    delete_item("k", 120, 8);
    delete_item("k", 250, 1);
    delete_item("none", 250, 1);
    expect_items("k", 0, 999, "120/3= 199/0=a longer value than the others ");
    ck_assert_int_eq(mr_bucket_start(mr_store_oldest(store)), 199);
    stop();
}
END_TEST

/* An item that does not fit with the room asked for changes nothing. */
START_TEST(limits) {
    static char big[8000];
    struct mr_slot_item item = {10, 0, {big, sizeof big}};
    start();
    put_item("k", 5, 0, "small");
    ck_assert(!mr_slots_put(&slots, mr_str("k"), mr_store_hash(mr_str("k")), &item, 4000, &arena));
    expect_items("k", 0, 99, "5/0=small ");
    ck_assert(mr_slots_put(&slots, mr_str("k"), mr_store_hash(mr_str("k")), &item, 64, &arena));
    stop();
}
END_TEST

/* proves EOS-2 for slots: an abort opens them again; a side bucket is neither oldest nor closed */
START_TEST(closing) {
    start();
    put(MR_BUCKET_SIDE, "note", "stays");
    put_item("k", 10, 0, "a");
    put_item("k", 110, 0, "b");
    put_item("k", 210, 0, "c");
    mr_store_commit(store, 2, 1);
    ck_assert_int_eq(mr_slots_close(&slots, 98), INT64_MIN);
    ck_assert_int_eq(mr_slots_close(&slots, 250), 199);
    expect_items("k", 0, 999, "210/0=c ");
    mr_store_abort(store);
    expect_items("k", 0, 999, "10/0=a 110/0=b 210/0=c ");
    ck_assert_int_eq(mr_slots_close(&slots, MR_BUCKET_SIDE - 1), 299);
    mr_store_commit(store, 3, 1);
    expect_items("k", 0, 999, "");
    ck_assert_ptr_null(mr_store_oldest(store));
    ck_assert_ptr_null(mr_store_from(store, 0));
    expect(MR_BUCKET_SIDE, "note", "stays");
    stop();
}
END_TEST

int main(void) {
    Suite *s = suite_create("slots");
    TCase *t = tcase_create("slots");
    tcase_add_test(t, names);
    tcase_add_test(t, order_and_ranges);
    tcase_add_test(t, limits);
    tcase_add_test(t, closing);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* Proves base/buf.c and base/str.c. */
#include "base/buf.h"
#include "base/mem.h"
#include "tests/check_main.h"

START_TEST(grows_and_prints) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    for (int i = 0; i < 1000; i++) mr_buf_printf(&b, "%03d", i);
    mr_buf_byte(&b, 'x');
    mr_buf_str(&b, MR_STR("yz"));
    ck_assert_uint_eq(b.n, 3003);
    ck_assert_int_eq(memcmp(b.p + 2997, "999xyz", 6), 0);
    ck_assert_uint_eq(strlen(mr_buf_cstr(&b)), 3003);
    mr_buf_clear(&b);
    ck_assert_str_eq(mr_buf_cstr(&b), "");
    mr_buf_done(&b);
}
END_TEST

START_TEST(limit_is_said_once_and_kept) {
    struct mr_buf b;
    mr_buf_init(&b, 5);
    mr_buf_cat(&b, "abc");
    ck_assert(!b.full);
    mr_buf_cat(&b, "def");
    ck_assert(b.full);
    ck_assert_str_eq(mr_buf_cstr(&b), "abc");
    mr_buf_clear(&b);
    mr_buf_cat(&b, "12345");
    ck_assert(!b.full);
    ck_assert_uint_eq(b.n, 5);
    mr_buf_cstr(&b);
    mr_buf_byte(&b, '6');
    ck_assert(b.full);
    mr_buf_clear(&b);
    mr_buf_printf(&b, "%d", 12345);
    ck_assert(!b.full);
    ck_assert_str_eq(mr_buf_cstr(&b), "12345");
    mr_buf_done(&b);
}
END_TEST

START_TEST(order_of_strings) {
    ck_assert_int_lt(mr_str_cmp(MR_STR("a"), MR_STR("ab")), 0);
    ck_assert_int_gt(mr_str_cmp(MR_STR("\xff"), MR_STR("a")), 0);
    ck_assert_int_eq(mr_str_cmp(MR_STR(""), (struct mr_str){0}), 0);
    ck_assert(mr_str_eq(MR_STR("x"), mr_str("x")) && !mr_str_is(MR_STR("x"), "xy"));
}
END_TEST

START_TEST(nearest_word) {
    static const char *const words[] = {"user_id", "url", "type", "price_cents"};
    ck_assert_str_eq(mr_str_nearest("usr_id", words, 4), "user_id");
    ck_assert_str_eq(mr_str_nearest("tpye", words, 4), "type");
    ck_assert_str_eq(mr_str_nearest("price_cent", words, 4), "price_cents");
    ck_assert_str_eq(mr_str_nearest("usr_di", words, 4), "user_id"); /* two edits */
    ck_assert_ptr_null(mr_str_nearest("us_di", words, 4));           /* three */
    ck_assert_ptr_null(mr_str_nearest("xyz", words, 4));
    ck_assert_ptr_null(mr_str_nearest("u", words, 4));
    ck_assert_ptr_null(mr_str_nearest("", words, 4));
}
END_TEST

int main(void) {
    Suite *s = suite_create("buf");
    TCase *t = tcase_create("buf");
    tcase_add_test(t, grows_and_prints);
    tcase_add_test(t, limit_is_said_once_and_kept);
    tcase_add_test(t, order_of_strings);
    tcase_add_test(t, nearest_word);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

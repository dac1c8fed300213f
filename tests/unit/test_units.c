/* Proves base/units.c: values by hand. */
#include "base/units.h"
#include "tests/check_main.h"

static const struct {
    const char *text;
    int64_t ms;
} good[] = {{"250ms", 250},    {"30s", 30000},
            {"5m", 300000},    {"1h", 3600000},
            {"7d", 604800000}, {"0s", 0},
            {"007s", 7000},    {"106751991167d", 106751991167ll * 86400000}};

static const char *const bad[] = {"",
                                  "5",
                                  "s",
                                  "5 s",
                                  "-5s",
                                  "1.5h",
                                  "5S",
                                  "5sec",
                                  "+5s",
                                  "106751991168d",
                                  "9223372036854775808ms"};

START_TEST(durations_read) {
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t ms = -1;
        ck_assert_msg(mr_parse_duration(mr_str(good[i].text), &ms), "%s", good[i].text);
        ck_assert_int_eq(ms, good[i].ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms;
        ck_assert_msg(!mr_parse_duration(mr_str(bad[i]), &ms), "%s", bad[i]);
    }
}
END_TEST

START_TEST(sizes_read) {
    int64_t n;
    ck_assert(mr_parse_size(MR_STR("64KiB"), &n) && n == 65536);
    ck_assert(mr_parse_size(MR_STR("2GiB"), &n) && n == 2147483648ll);
    ck_assert(mr_parse_size(MR_STR("12B"), &n) && n == 12);
    ck_assert(mr_parse_size(MR_STR("3TiB"), &n) && n == 3298534883328ll);
    ck_assert(!mr_parse_size(MR_STR("64KB"), &n));
    ck_assert(!mr_parse_size(MR_STR("64"), &n));
    ck_assert(!mr_parse_size(MR_STR("8388608TiB"), &n)); /* 2^63 */
    ck_assert(mr_parse_size(MR_STR("8388607TiB"), &n));
}
END_TEST

static void prints(void (*print)(int64_t, struct mr_buf *), int64_t n, const char *text) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    print(n, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), text);
    mr_buf_done(&b);
}

START_TEST(largest_exact_unit_is_printed) {
    prints(mr_print_duration, 90000, "90s");
    prints(mr_print_duration, 3600000, "1h");
    prints(mr_print_duration, 604800000, "7d");
    prints(mr_print_duration, 1001, "1001ms");
    prints(mr_print_duration, 0, "0s");
    prints(mr_print_duration, -90000, "-90s");
    prints(mr_print_size, 65536, "64KiB");
    prints(mr_print_size, 65537, "65537B");
    prints(mr_print_size, 0, "0B");
}
END_TEST

int main(void) {
    Suite *s = suite_create("units");
    TCase *t = tcase_create("units");
    tcase_add_test(t, durations_read);
    tcase_add_test(t, sizes_read);
    tcase_add_test(t, largest_exact_unit_is_printed);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* Proves base/clock.c. */
#include "base/clock.h"
#include "tests/check_main.h"

START_TEST(manual_clock_moves_by_hand_only) {
    struct mr_clock_manual c;
    mr_clock_manual_init(&c, 86400000);
    ck_assert_int_eq(c.base.wall_ms(&c.base), 86400000);
    ck_assert_int_eq(c.base.mono_ms(&c.base), 86400000);
    c.now_ms += 5;
    ck_assert_int_eq(c.base.wall_ms(&c.base), 86400005);
    ck_assert_int_eq(c.base.mono_ms(&c.base), 86400005);
}
END_TEST

START_TEST(real_clock_is_sane) {
    struct mr_clock *c = mr_clock_real();
    int64_t before = c->mono_ms(c);
    ck_assert_int_gt(c->wall_ms(c), 1577836800000); /* 2020 */
    ck_assert_int_lt(c->wall_ms(c), 4102444800000); /* 2100 */
    ck_assert_int_ge(c->mono_ms(c), before);
    ck_assert_ptr_eq(c, mr_clock_real());
}
END_TEST

int main(void) {
    Suite *s = suite_create("clock");
    TCase *t = tcase_create("clock");
    tcase_add_test(t, manual_clock_moves_by_hand_only);
    tcase_add_test(t, real_clock_is_sane);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* Proves base/rand.c against published vectors: splitmix64 of seed 1234567 (Vigna's reference
 * output) for the seeding, xoshiro256** from state {1, 2, 3, 4} for the generator. */
#include "base/rand.h"
#include "tests/check_main.h"

#include <stdlib.h>

START_TEST(seeding_is_splitmix64) {
    struct mr_rand r;
    mr_rand_seed(&r, 1234567);
    ck_assert_uint_eq(r.s[0], 6457827717110365317u);
    ck_assert_uint_eq(r.s[1], 3203168211198807973u);
    ck_assert_uint_eq(r.s[2], 9817491932198370423u);
    ck_assert_uint_eq(r.s[3], 4593380528125082431u);
}
END_TEST

START_TEST(generator_is_xoshiro256ss) {
    static const uint64_t expected[] = {
        11520u, 0u, 1509978240u, 1215971899390074240u, 1216172134540287360u, 607988272756665600u};
    struct mr_rand r = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        ck_assert_uint_eq(mr_rand_next(&r), expected[i]);
}
END_TEST

START_TEST(below_is_in_range_and_even) {
    enum { N = 7, DRAWS = 70000 };
    int seen[N] = {0};
    struct mr_rand r;
    mr_rand_seed(&r, 42);
    for (int i = 0; i < DRAWS; i++) {
        uint32_t x = mr_rand_below(&r, N);
        ck_assert_uint_lt(x, N);
        seen[x]++;
    }
    /* 10,000 each; 500 is five standard deviations */
    for (int i = 0; i < N; i++) ck_assert_int_le(abs(seen[i] - DRAWS / N), 500);
    ck_assert_uint_eq(mr_rand_below(&r, 1), 0);
}
END_TEST

START_TEST(os_gives_different_numbers) {
    ck_assert_uint_ne(mr_rand_os(), mr_rand_os());
}
END_TEST

int main(void) {
    Suite *s = suite_create("rand");
    TCase *t = tcase_create("rand");
    tcase_add_test(t, seeding_is_splitmix64);
    tcase_add_test(t, generator_is_xoshiro256ss);
    tcase_add_test(t, below_is_in_range_and_even);
    tcase_add_test(t, os_gives_different_numbers);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

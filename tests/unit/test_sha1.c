/* test_sha1.c -- the examples of FIPS 180-4; lengths around the padding's borders from hashlib. */
#include "base/mem.h"
#include "base/sha1.h"
#include "tests/check_main.h"

static void is(struct mr_str a, struct mr_str b, const char *want) {
    uint8_t d[20];
    char hex[41];
    mr_sha1(a, b, d);
    for (int i = 0; i < 20; i++) snprintf(hex + 2 * i, 3, "%02x", d[i]);
    ck_assert_str_eq(hex, want);
}

START_TEST(test_fips) {
    is(MR_STR(""), MR_STR(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    is(MR_STR("abc"), MR_STR(""), "a9993e364706816aba3e25717850c26c9cd0d89d");
    is(MR_STR("abcdbcdecdefdefgefghfghighijhi"), MR_STR("jkijkljklmklmnlmnomnopnopq"),
       "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}
END_TEST

START_TEST(test_a_million_a) {
    char *p = mr_alloc(1000000);
    memset(p, 'a', 1000000);
    is(MR_STR("a"), (struct mr_str){p, 999999}, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    mr_free(p);
}
END_TEST

START_TEST(test_borders) {
    static const struct {
        size_t n;
        const char *want;
    } cases[] = {
        {55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1"},
        {56, "901305367c259952f4e7af8323f480d59f81335b"},
        {57, "025ecbd5d70f8fb3c5457cd96bab13fda305dc59"},
        {63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec"},
        {64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"},
        {65, "78c741ddc482e4cdf8c474a0876347a0905b6233"},
        {111, "ebcb0b3e48c9ef45a6cea955e622bad8c29ff4e7"},
        {119, "4300320394f7ee239bcdce7d3b8bcee173a0cd5c"},
        {120, "ceb2821639c4b6dcb10bce0e522ca2e608ce056d"},
        {128, "150fa3fbdc899bd0b8f95a9fb6027f564d953762"},
    };
    char p[130];
    memset(p, 'x', sizeof p);
    for (size_t i = 0; i < MR_ARRAY_LEN(cases); i++) {
        for (size_t first = 0; first <= cases[i].n; first += 11) {
            is((struct mr_str){p, first}, (struct mr_str){p + first, cases[i].n - first},
               cases[i].want);
        }
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("sha1");
    TCase *t = tcase_create("sha1");
    tcase_add_test(t, test_fips);
    tcase_add_test(t, test_a_million_a);
    tcase_add_test(t, test_borders);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* test_sha256.c -- the examples of FIPS 180-4 and of NIST's test vectors. */
#include "base/mem.h"
#include "base/sha256.h"
#include "tests/check_main.h"

static void is(struct mr_str text, const char *want) {
    char hex[65];
    mr_sha256_hex(text, hex);
    ck_assert_str_eq(hex, want);
}

START_TEST(test_fips) {
    is(MR_STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    is(MR_STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    is(MR_STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    is(MR_STR("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
              "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}
END_TEST

START_TEST(test_a_million_a) {
    char *p = mr_alloc(1000000);
    memset(p, 'a', 1000000);
    is((struct mr_str){p, 1000000},
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    mr_free(p);
}
END_TEST

/* Lengths around the padding's borders; expected values from Python's hashlib. */
START_TEST(test_borders) {
    static const struct {
        size_t n;
        const char *want;
    } cases[] = {
#include "tests/unit/sha256_borders.h"
    };
    char p[130];
    memset(p, 'x', sizeof p);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is((struct mr_str){p, cases[i].n}, cases[i].want);
}
END_TEST

int main(void) {
    Suite *s = suite_create("sha256");
    TCase *t = tcase_create("sha256");
    tcase_add_test(t, test_fips);
    tcase_add_test(t, test_a_million_a);
    tcase_add_test(t, test_borders);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

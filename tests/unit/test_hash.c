/* Proves base/hash.c: murmur2 against the vectors of Kafka's own UtilsTest.testMurmur2. */
#include "base/hash.h"
#include "tests/check_main.h"

#include <string.h>

static const struct {
    const char *key;
    int32_t hash;
} vectors[] = {
    {"21", -973932308},
    {"foobar", -790332482},
    {"a-little-bit-long-string", -985981536},
    {"a-little-bit-longer-string", -1486304829},
    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
    {"abc", 479470107},
};

START_TEST(murmur2_is_kafkas) {
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        ck_assert_int_eq((int32_t)mr_murmur2(vectors[i].key, strlen(vectors[i].key)),
                         vectors[i].hash);
}
END_TEST

START_TEST(partition_is_the_positive_hash_modulo) {
    /* -973932308 & 0x7fffffff = 1173551340 */
    ck_assert_int_eq(mr_partition_of("21", 2, 7), 1173551340 % 7);
    ck_assert_int_eq(mr_partition_of("abc", 3, 1), 0);
    ck_assert_int_eq(mr_partition_of("abc", 3, 1000), 479470107 % 1000);
}
END_TEST

START_TEST(table_hash_depends_on_all) {
    ck_assert_uint_ne(mr_hash("a", 1, 0), mr_hash("b", 1, 0));
    ck_assert_uint_ne(mr_hash("a", 1, 0), mr_hash("a", 1, 1));
    ck_assert_uint_eq(mr_hash("ab", 1, 0), mr_hash("ac", 1, 0));
}
END_TEST

int main(void) {
    Suite *s = suite_create("hash");
    TCase *t = tcase_create("hash");
    tcase_add_test(t, murmur2_is_kafkas);
    tcase_add_test(t, partition_is_the_positive_hash_modulo);
    tcase_add_test(t, table_hash_depends_on_all);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

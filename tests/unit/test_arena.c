/* Proves base/arena.c. */
#include "base/arena.h"
#include "tests/check_main.h"

#include <stdint.h>

static struct mr_arena a;

START_TEST(pieces_are_aligned_and_apart) {
    mr_arena_init(&a);
    unsigned char *p[2000];
    for (size_t i = 0; i < 2000; i++) {
        p[i] = mr_arena_alloc(&a, i % 97 + 1);
        ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
        memset(p[i], (int)(i & 255), i % 97 + 1);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t j = 0; j < i % 97 + 1; j++) ck_assert_uint_eq(p[i][j], i & 255);
    mr_arena_done(&a);
}
END_TEST

START_TEST(reset_uses_memory_again) {
    mr_arena_init(&a);
    for (int i = 0; i < 10000; i++) mr_arena_alloc(&a, 100);
    ck_assert_uint_eq(a.used, 10000 * 112);
    mr_arena_reset(&a);
    ck_assert_uint_eq(a.used, 0);
    const void *first = mr_arena_alloc(&a, 1);
    mr_arena_reset(&a);
    ck_assert_ptr_eq(mr_arena_alloc(&a, 1), first);
    mr_arena_done(&a);
    mr_arena_done(&a);
}
END_TEST

static int freed[8], n_freed;

static void free_cb(void *p) {
    freed[n_freed++] = *(int *)p;
}

/* Each once, the newest first, and only then the memory of the arena. */
START_TEST(frees_what_it_owns) {
    mr_arena_init(&a);
    for (int i = 1; i <= 3; i++) {
        int *p = mr_arena_alloc(&a, 100000);
        *p = i;
        mr_arena_own(&a, p, free_cb);
    }
    mr_arena_reset(&a);
    ck_assert_int_eq(n_freed, 3);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(freed[i], 3 - i);
    int *p = mr_arena_alloc(&a, sizeof *p);
    *p = 7;
    mr_arena_own(&a, p, free_cb);
    mr_arena_done(&a);
    mr_arena_done(&a);
    ck_assert_int_eq(n_freed, 4);
    ck_assert_int_eq(freed[3], 7);
}
END_TEST

START_TEST(texts) {
    mr_arena_init(&a);
    ck_assert_str_eq(mr_arena_strdup(&a, "abc"), "abc");
    ck_assert_str_eq(mr_arena_strndup(&a, "abcdef", 2), "ab");
    ck_assert_str_eq(mr_arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    struct mr_str copy = mr_arena_str(&a, MR_STR("xy"));
    ck_assert(mr_str_is(copy, "xy") && copy.p[2] == 0);
    const char *zero = mr_arena_calloc(&a, 3, 5);
    for (int i = 0; i < 15; i++) ck_assert_int_eq(zero[i], 0);
    ck_assert_int_eq(memcmp(mr_arena_dup(&a, "q\0r", 3), "q\0r", 3), 0);
    mr_arena_done(&a);
}
END_TEST

START_TEST(large_pieces) {
    mr_arena_init(&a);
    char *p = mr_arena_alloc(&a, 3 << 20);
    memset(p, 1, 3 << 20);
    char *q = mr_arena_alloc(&a, 8);
    memset(q, 2, 8);
    ck_assert_int_eq(p[(3 << 20) - 1], 1);
    mr_arena_done(&a);
}
END_TEST

int main(void) {
    Suite *s = suite_create("arena");
    TCase *t = tcase_create("arena");
    tcase_add_test(t, pieces_are_aligned_and_apart);
    tcase_add_test(t, reset_uses_memory_again);
    tcase_add_test(t, frees_what_it_owns);
    tcase_add_test(t, texts);
    tcase_add_test(t, large_pieces);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

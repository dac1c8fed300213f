/* test_heap.c -- what is due first, against a sorted list; keys are copies. */
#include "processor/op/heap.h"
#include "base/buf.h"
#include "tests/check_main.h"

#include <stdlib.h>

static int by_item(const void *a, const void *b) {
    const struct mr_heap_item *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return mr_str_cmp(x->key, y->key);
}

START_TEST(in_order) {
    enum { N = 3000 };
    struct mr_heap h;
    struct mr_arena a;
    struct mr_heap_item *want = malloc(N * sizeof *want), got;
    unsigned seed = 7;
    mr_heap_init(&h);
    mr_arena_init(&a);
    ck_assert_int_eq(mr_heap_next(&h), INT64_MAX);
    for (int i = 0; i < N; i++) {
        char key[20];
        int n = snprintf(key, sizeof key, "key-%u", (unsigned)rand_r(&seed) % 1000);
        want[i].at = rand_r(&seed) % 50;
        want[i].key = (struct mr_str){mr_arena_dup(&a, key, (size_t)n), (size_t)n};
        mr_heap_push(&h, want[i].at, (struct mr_str){key, (size_t)n}, i);
    }
    qsort(want, N, sizeof *want, by_item);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(mr_heap_next(&h), want[i].at);
        ck_assert(!mr_heap_pop(&h, want[i].at - 1, &a, &got));
        ck_assert(mr_heap_pop(&h, want[i].at, &a, &got));
        ck_assert_int_eq(by_item(&got, &want[i]), 0);
    }
    ck_assert(!mr_heap_pop(&h, INT64_MAX, &a, &got));
    free(want);
    mr_arena_done(&a);
    mr_heap_done(&h);
}
END_TEST

/* Items come and go for ever: memory follows what is in it. */
START_TEST(gives_back) {
    struct mr_heap h;
    struct mr_arena a;
    struct mr_heap_item got;
    mr_heap_init(&h);
    mr_arena_init(&a);
    mr_heap_push(&h, INT64_MAX, MR_STR("stays"), 42);
    for (int i = 0; i < 100000; i++) {
        mr_heap_push(&h, i, MR_STR("comes and goes"), 0);
        ck_assert(mr_heap_pop(&h, i, &a, &got));
        mr_arena_reset(&a);
    }
    ck_assert_uint_lt(h.keys.used, 100000);
    ck_assert(mr_heap_pop(&h, INT64_MAX, &a, &got));
    ck_assert(mr_str_is(got.key, "stays"));
    ck_assert_int_eq(got.tag, 42);
    mr_heap_push(&h, 1, MR_STR("x"), 0);
    mr_heap_clear(&h);
    ck_assert(!mr_heap_pop(&h, INT64_MAX, &a, &got));
    mr_arena_done(&a);
    mr_heap_done(&h);
}
END_TEST

int main(void) {
    Suite *s = suite_create("heap");
    TCase *t = tcase_create("heap");
    tcase_add_test(t, in_order);
    tcase_add_test(t, gives_back);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

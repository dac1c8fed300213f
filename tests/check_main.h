/* check_main.h -- the main of a Check program: runs one suite, ends with `N passed, N failed`. */
#ifndef MR_TESTS_CHECK_MAIN_H
#define MR_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>

/* Check's own macros write to a pipe for each assertion that holds, which in a model test of
 * millions of steps is nearly all of the time. These say something only when they fail. */
#undef ck_assert
#undef _ck_assert_int
#undef _ck_assert_uint
#undef _ck_assert_ptr
#define ck_assert(x) ((x) ? (void)0 : ck_abort_msg("%s", #x))
#define _ck_assert_int(x, op, y)                                                                   \
    do {                                                                                           \
        intmax_t x_ = (x), y_ = (y);                                                               \
        if (!(x_ op y_)) ck_abort_msg("%s: %jd, %s: %jd", #x " " #op " " #y, x_, #y, y_);          \
    } while (0)
#define _ck_assert_uint(x, op, y)                                                                  \
    do {                                                                                           \
        uintmax_t x_ = (x), y_ = (y);                                                              \
        if (!(x_ op y_)) ck_abort_msg("%s: %ju, %s: %ju", #x " " #op " " #y, x_, #y, y_);          \
    } while (0)
#define _ck_assert_ptr(x, op, y)                                                                   \
    do {                                                                                           \
        const void *x_ = (x), *y_ = (y);                                                           \
        if (!(x_ op y_)) ck_abort_msg("%s: %p, %p", #x " " #op " " #y, x_, y_);                    \
    } while (0)

static inline int mr_check_run(Suite *s) {
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r), run = srunner_ntests_run(r);
    srunner_free(r);
    printf("%d passed, %d failed\n", run - failed, failed);
    return failed != 0;
}

#endif

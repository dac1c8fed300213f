/* check_main.h -- the main of a Check program: runs one suite, ends with `N passed, N failed`. */
#ifndef MR_TESTS_CHECK_MAIN_H
#define MR_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdio.h>

static inline int mr_check_run(Suite *s) {
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r), run = srunner_ntests_run(r);
    srunner_free(r);
    printf("%d passed, %d failed\n", run - failed, failed);
    return failed != 0;
}

#endif

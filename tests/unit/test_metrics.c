/* Proves base/metrics.c: the page is written by hand from the Prometheus text format. */
#include "base/metrics.h"
#include "tests/check_main.h"

#include <pthread.h>

START_TEST(page_is_sorted_and_complete) {
    struct mr_metrics *m = mr_metrics_new();
    mr_cell_set(mr_metrics_cell(m, MR_M_TASKS, "worker=\"0\",state=\"running\""), 3);
    mr_cell_add(mr_metrics_cell(m, MR_M_CHECKPOINTS, ""), 2);
    mr_cell_add(mr_metrics_cell(m, MR_M_RECORDS_OUT, "sink=\"b\""), 5);
    mr_cell_add(mr_metrics_cell(m, MR_M_RECORDS_OUT, "sink=\"a\""), 7);
    mr_cell_add(mr_metrics_cell(m, MR_M_RECORDS_OUT, "sink=\"b\""), 1);
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_metrics_print(m, &b);
    ck_assert_str_eq(mr_buf_cstr(&b),
                     "# HELP millrace_records_out_total records written to a sink, committed\n"
                     "# TYPE millrace_records_out_total counter\n"
                     "millrace_records_out_total{sink=\"a\"} 7\n"
                     "millrace_records_out_total{sink=\"b\"} 6\n"
                     "# HELP millrace_checkpoints_total finished rounds of write-behind\n"
                     "# TYPE millrace_checkpoints_total counter\n"
                     "millrace_checkpoints_total 2\n"
                     "# HELP millrace_tasks tasks per state\n"
                     "# TYPE millrace_tasks gauge\n"
                     "millrace_tasks{worker=\"0\",state=\"running\"} 3\n");
    ck_assert_int_eq(mr_metrics_sum(m, MR_M_RECORDS_OUT), 13);
    ck_assert_int_eq(mr_metrics_sum(m, MR_M_COMMITS), 0);
    mr_buf_done(&b);
    mr_metrics_free(m);
}
END_TEST

START_TEST(cells_stay_where_they_are) {
    struct mr_metrics *m = mr_metrics_new();
    struct mr_cell *first = mr_metrics_cell(m, MR_M_LAG, "x=\"50\"");
    for (int i = 0; i < 100; i++) {
        char labels[16];
        snprintf(labels, sizeof labels, "x=\"%d\"", i);
        mr_cell_add(mr_metrics_cell(m, MR_M_LAG, labels), i);
    }
    ck_assert_ptr_eq(first, mr_metrics_cell(m, MR_M_LAG, "x=\"50\""));
    ck_assert_int_eq(mr_metrics_sum(m, MR_M_LAG), 4950);
    mr_metrics_free(m);
}
END_TEST

static void *adder(void *m) {
    for (int i = 0; i < 1000; i++)
        mr_cell_add(mr_metrics_cell(m, MR_M_COMMITS, i % 2 ? "a" : "b"), 1);
    return NULL;
}

START_TEST(threads_may_share) {
    struct mr_metrics *m = mr_metrics_new();
    pthread_t t[4];
    for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, adder, m);
    for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
    ck_assert_int_eq(mr_metrics_sum(m, MR_M_COMMITS), 4000);
    mr_metrics_free(m);
    mr_metrics_free(NULL);
}
END_TEST

int main(void) {
    Suite *s = suite_create("metrics");
    TCase *t = tcase_create("metrics");
    tcase_add_test(t, page_is_sorted_and_complete);
    tcase_add_test(t, cells_stay_where_they_are);
    tcase_add_test(t, threads_may_share);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

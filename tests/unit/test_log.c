/* Proves base/log.c: standard error goes to a file, the clock is moved by hand. */
#include "base/clock.h"
#include "base/log.h"
#include "tests/check_main.h"

#include <string.h>
#include <unistd.h>

static struct mr_clock_manual now;
static FILE *file;
static int saved;
static char text[65536];

static void begin(enum mr_level level, enum mr_log_form form) {
    mr_clock_manual_init(&now, 1000000000123); /* 2001-09-09T01:46:40.123Z */
    mr_log_clock(&now.base);
    file = tmpfile();
    saved = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    mr_log_open(level, form);
}

static const char *logged(void) {
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

START_TEST(json_lines) {
    begin(MR_LOG_INFO, MR_LOG_JSON);
    mr_log_info("task.restored", "%s \"50%%\"\n\\ \x01", "per_segment/2");
    mr_log_debug("x", "not at this level");
    mr_log_error("y", "z");
    ck_assert_str_eq(logged(),
                     "{\"ts\":\"2001-09-09T01:46:40.123Z\",\"level\":\"info\",\"event\":"
                     "\"task.restored\",\"msg\":\"per_segment/2 \\\"50%\\\"\\n\\\\ \\u0001\"}\n"
                     "{\"ts\":\"2001-09-09T01:46:40.123Z\",\"level\":\"error\",\"event\":\"y\","
                     "\"msg\":\"z\"}\n");
}
END_TEST

START_TEST(text_lines) {
    begin(MR_LOG_DEBUG, MR_LOG_TEXT);
    mr_log_warn("a.b", "two\nlines \"quoted\"");
    mr_log_debug("c", "d");
    ck_assert_str_eq(logged(), "2001-09-09T01:46:40.123Z warn  a.b: two\\nlines \"quoted\"\n"
                               "2001-09-09T01:46:40.123Z debug c: d\n");
}
END_TEST

START_TEST(a_file_is_not_a_terminal) {
    begin(MR_LOG_INFO, MR_LOG_AUTO);
    mr_log_info("a", "b");
    ck_assert_int_eq(logged()[0], '{');
}
END_TEST

static void line(const char *event, int i) {
    mr_log_info(event, "%d", i);
}

START_TEST(repeats_are_limited_and_counted) {
    static const char noisy[] = "noisy.event", other[] = "other.event";
    begin(MR_LOG_INFO, MR_LOG_TEXT);
    for (int i = 0; i < 25; i++) line(noisy, i);
    line(other, 100);
    now.now_ms += 999;
    line(noisy, 26);
    now.now_ms += 1;
    line(noisy, 27);
    line(noisy, 28);
    const char *all = logged();
    int lines = 0;
    for (const char *p = all; *p; p++) lines += *p == '\n';
    ck_assert_int_eq(lines, 13); /* 10, other, 27, 28 */
    ck_assert_ptr_nonnull(strstr(all, "noisy.event: 9\n"));
    ck_assert_ptr_null(strstr(all, "noisy.event: 10\n"));
    ck_assert_ptr_nonnull(strstr(all, "other.event: 100\n"));
    ck_assert_ptr_nonnull(strstr(all, "noisy.event: 27 (suppressed: 16)\n"));
    ck_assert_ptr_nonnull(strstr(all, "noisy.event: 28\n"));
}
END_TEST

START_TEST(long_lines_end) {
    begin(MR_LOG_INFO, MR_LOG_JSON);
    char big[5000];
    memset(big, '\n', sizeof big - 1);
    big[sizeof big - 1] = 0;
    mr_log_info("big", "%s", big);
    const char *all = logged();
    ck_assert_str_eq(all + strlen(all) - 5, "\\n\"}\n");
}
END_TEST

int main(void) {
    Suite *s = suite_create("log");
    TCase *t = tcase_create("log");
    tcase_add_test(t, json_lines);
    tcase_add_test(t, text_lines);
    tcase_add_test(t, a_file_is_not_a_terminal);
    tcase_add_test(t, repeats_are_limited_and_counted);
    tcase_add_test(t, long_lines_end);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

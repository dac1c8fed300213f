/* Proves base/config.c: priorities, ranges, messages. */
#include "base/config.h"
#include "base/mem.h"
#include "tests/check_main.h"

static struct mr_config c;
static struct mr_buf error;

static void setup(void) {
    mr_config_init(&c);
    mr_buf_init(&error, 0);
}

static void teardown(void) {
    mr_config_done(&c);
    mr_buf_done(&error);
}

static bool set(enum mr_config_from from, const char *name, const char *text) {
    mr_buf_clear(&error);
    return mr_config_set(&c, from, mr_config_find(name), text, &error);
}

START_TEST(defaults) {
    ck_assert_str_eq(c.brokers, "");
    ck_assert_str_eq(c.http, "127.0.0.1:8080");
    ck_assert_int_eq(c.commit_interval, 100);
    ck_assert_int_eq(c.flush_interval, 60000);
    ck_assert_int_eq(c.batch, 1000);
    ck_assert_int_eq(c.memory, 0);
    ck_assert(!c.insecure);
}
END_TEST

START_TEST(names) {
    ck_assert_int_eq(mr_config_find("state_dir"), MR_C_state_dir);
    ck_assert_int_eq(mr_config_find("state-dir"), MR_C_state_dir);
    ck_assert_int_eq(mr_config_find("state"), -1);
    ck_assert_int_eq(mr_config_find("state_dirs"), -1);
}
END_TEST

START_TEST(types) {
    ck_assert(set(MR_FROM_FLAG, "workers", "4") && c.workers == 4);
    ck_assert(set(MR_FROM_FLAG, "memory", "2GiB") && c.memory == 2147483648ll);
    ck_assert(set(MR_FROM_FLAG, "insecure", "true") && c.insecure);
    ck_assert(set(MR_FROM_FLAG, "commit-interval", "2s") && c.commit_interval == 2000);
    ck_assert(set(MR_FROM_FLAG, "app", "x") && strcmp(c.app, "x") == 0);
    ck_assert(set(MR_FROM_FLAG, "app", "y") && strcmp(c.app, "y") == 0);
}
END_TEST

static void refused(const char *name, const char *text, const char *message) {
    ck_assert(!set(MR_FROM_FLAG, name, text));
    ck_assert_str_eq(mr_buf_cstr(&error), message);
}

START_TEST(clear_errors) {
    refused("workers", "0", "workers: 0 is not between 1 and 256");
    refused("workers", "four", "workers: `four` is not a whole number");
    refused("workers", " 4", "workers: ` 4` is not a whole number");
    refused("workers", "99999999999999999999",
            "workers: `99999999999999999999` is not a whole "
            "number");
    refused("commit_interval", "100",
            "commit_interval: `100` is not a duration with a unit (250ms 30s 5m 1h)");
    refused("commit_interval", "2m", "commit_interval: 2m is not between 1ms and 5s");
    refused("memory", "2GB", "memory: `2GB` is not a size with a unit (64KiB 512MiB 2GiB)");
    refused("insecure", "yes", "insecure: `yes` is not true or false");
    ck_assert_int_eq(c.workers, 1);
    ck_assert_int_eq(c.commit_interval, 100);
}
END_TEST

/* Every order of reading gives the value of the highest rank. */
START_TEST(priority_does_not_depend_on_order) {
    static const struct {
        enum mr_config_from from;
        const char *text;
    } given[] = {{MR_FROM_FLAG, "5"}, {MR_FROM_ENV, "6"}, {MR_FROM_FILE, "7"}};
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int o = 0; o < 6; o++) {
        teardown();
        setup();
        for (int i = 0; i < 3; i++)
            ck_assert(set(given[orders[o][i]].from, "batch", given[orders[o][i]].text));
        ck_assert_int_eq(c.batch, 5);
        ck_assert_int_eq(c.from[MR_C_batch], MR_FROM_FLAG);
    }
    ck_assert(set(MR_FROM_ENV, "workers", "2") && set(MR_FROM_FILE, "workers", "3"));
    ck_assert_int_eq(c.workers, 2);
}
END_TEST

static const char *fake_env(void *arg, const char *name) {
    if (strcmp(name, "MILLRACE_STATE_DIR") == 0) return "/state";
    if (strcmp(name, "MILLRACE_WORKERS") == 0) return "many";
    if (strcmp(name, "MILLRACE_BATCH") == 0) return "0";
    return NULL;
}

START_TEST(environment_reports_all_at_once) {
    ck_assert(!mr_config_env(&c, fake_env, NULL, &error));
    ck_assert_str_eq(c.state_dir, "/state");
    ck_assert_str_eq(mr_buf_cstr(&error),
                     "workers: `many` is not a whole number (environment MILLRACE_WORKERS)\n"
                     "batch: 0 is not between 1 and 100000 (environment MILLRACE_BATCH)\n");
}
END_TEST

/* workers: 3 / kafka: x / wokers: 4 / batch: 0 */
START_TEST(file_reports_all_at_once) {
    const char *text = "workers: 3\nkafka: x\nstate_dri: d\nbatch: 0\n";
    struct mr_tree keys[4], items[4];
    static const char *const words[4][2] = {
        {"workers", "3"}, {"kafka", "x"}, {"state_dri", "d"}, {"batch", "0"}};
    for (uint32_t i = 0; i < 4; i++) {
        keys[i] = (struct mr_tree){.pos = {i + 1, 1}, .text = mr_str(words[i][0])};
        items[i] = (struct mr_tree){.pos = {i + 1, (uint32_t)strlen(words[i][0]) + 3},
                                    .text = mr_str(words[i][1])};
    }
    struct mr_tree map = {.kind = MR_TREE_MAP, .n = 4, .keys = keys, .items = items};
    struct mr_arena a;
    struct mr_diags d;
    mr_arena_init(&a);
    mr_diags_init(&d, &a, "run.yaml", mr_str(text));
    ck_assert(!mr_config_tree(&c, &map, (const char *const[]){"kafka"}, 1, &d));
    ck_assert_int_eq(c.workers, 3);
    mr_diags_print(&d, &error);
    ck_assert_str_eq(mr_buf_cstr(&error),
                     "run.yaml:3:1: error[E-KEY]: unknown setting `state_dri`\n"
                     "    3 | state_dri: d\n"
                     "      | ^~~~~~~~~\n"
                     "      = did you mean `state_dir`?\n"
                     "run.yaml:4:8: error[E-VALUE]: batch: 0 is not between 1 and 100000\n"
                     "    4 | batch: 0\n"
                     "      |        ^\n");
    mr_diags_done(&d);
    mr_arena_done(&a);
}
END_TEST

int main(void) {
    Suite *s = suite_create("config");
    TCase *t = tcase_create("config");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, defaults);
    tcase_add_test(t, names);
    tcase_add_test(t, types);
    tcase_add_test(t, clear_errors);
    tcase_add_test(t, priority_does_not_depend_on_order);
    tcase_add_test(t, environment_reports_all_at_once);
    tcase_add_test(t, file_reports_all_at_once);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

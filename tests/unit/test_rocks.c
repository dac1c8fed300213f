/* test_rocks.c -- one suite for both engines, then what only RocksDB has: directory, lock, owner.
 */
#include "state/engine.h"
#include "base/mem.h"
#include "tests/check_main.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[200];

static void make_dir(void) {
    const char *base = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/mr-rocks-XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void) {
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

static struct mr_engine *open_rocks(const char *app) {
    struct mr_engine *e;
    struct mr_err err = {0};
    if (mr_engine_open_rocks(dir, app, 16 << 20, &e, &err) != MR_OK) ck_abort_msg("%s", err.text);
    return e;
}

static bool collect(void *arg, struct mr_str key, struct mr_str value) {
    mr_buf_printf(arg, "%.*s=%.*s ", MR_STR_ARG(key), MR_STR_ARG(value));
    return !mr_str_is(key, "stop");
}

static void expect_rows(struct mr_engine *e, const char *from, const char *to, const char *want) {
    struct mr_buf b = {0};
    ck_assert_int_eq(e->vt->scan(e, mr_str(from), mr_str(to), collect, &b, NULL), MR_OK);
    ck_assert_str_eq(mr_buf_cstr(&b), want);
    mr_buf_done(&b);
}

static void write_abc(struct mr_engine *e) {
    struct mr_batch b;
    mr_batch_init(&b);
    mr_batch_put(&b, MR_STR("b"), MR_STR("2"));
    mr_batch_put(&b, MR_STR("a"), MR_STR("0"));
    mr_batch_put(&b, MR_STR("a"), MR_STR("1"));
    mr_batch_put(&b, MR_STR("c"), MR_STR(""));
    mr_batch_put(&b, MR_STR("d"), MR_STR("4"));
    mr_batch_delete(&b, MR_STR("d"));
    mr_batch_delete(&b, MR_STR("nothing"));
    ck_assert_uint_eq(b.n, 7);
    ck_assert_int_eq(e->vt->write(e, &b, NULL), MR_OK);
    mr_batch_done(&b);
}

START_TEST(both_engines) {
    make_dir();
    struct mr_engine *e = _i ? open_rocks("app") : mr_engine_open_mem();
    struct mr_buf v = {0};
    struct mr_batch b;
    bool found;
    write_abc(e);
    expect_rows(e, "a", "z", "a=1 b=2 c= ");
    expect_rows(e, "a\001", "c", "b=2 ");
    ck_assert_int_eq(e->vt->get(e, MR_STR("b"), &v, &found, NULL), MR_OK);
    ck_assert(found && mr_str_is(mr_buf_view(&v), "2"));
    mr_buf_clear(&v);
    ck_assert_int_eq(e->vt->get(e, MR_STR("d"), &v, &found, NULL), MR_OK);
    ck_assert(!found);
    ck_assert_int_eq(mr_engine_flush(e, NULL), MR_OK);
    mr_batch_init(&b);
    mr_batch_put(&b, MR_STR("stop"), MR_STR("!"));
    mr_batch_put(&b, MR_STR("x"), MR_STR("!"));
    mr_batch_delete_range(&b, MR_STR("a"), MR_STR("c"));
    ck_assert_int_eq(e->vt->write(e, &b, NULL), MR_OK);
    expect_rows(e, "a", "z", "c= stop=! ");
    mr_batch_done(&b);
    mr_buf_done(&v);
    mr_engine_close(e);
    remove_dir();
}
END_TEST

START_TEST(mem_crash_loses_a_suffix) {
    struct mr_engine *e = mr_engine_open_mem();
    struct mr_batch b;
    mr_batch_init(&b);
    write_abc(e);
    mr_engine_flush(e, NULL);
    mr_batch_put(&b, MR_STR("b"), MR_STR("new"));
    e->vt->write(e, &b, NULL);
    mr_batch_clear(&b);
    mr_batch_delete_range(&b, MR_STR("a"), MR_STR("z"));
    mr_batch_put(&b, MR_STR("e"), MR_STR("5"));
    e->vt->write(e, &b, NULL);
    expect_rows(e, "a", "z", "e=5 ");
    mr_engine_mem_crash_keep(e, 1);
    expect_rows(e, "a", "z", "a=1 b=new c= ");
    e->vt->write(e, &b, NULL);
    mr_engine_mem_crash(e); /* what survived the first crash is on disk */
    expect_rows(e, "a", "z", "a=1 b=new c= ");
    mr_batch_done(&b);
    mr_engine_close(e);
}
END_TEST

START_TEST(instances) {
    char id[9];
    make_dir();
    struct mr_engine *e = open_rocks("app");
    snprintf(id, sizeof id, "%s", mr_engine_instance(e));
    ck_assert_uint_eq(strlen(id), 8);
    ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 8);
    mr_engine_close(e);
    e = open_rocks("app");
    ck_assert_str_eq(mr_engine_instance(e), id);
    mr_engine_close(e);
    remove_dir();
    struct mr_engine *m = mr_engine_open_mem(), *n = mr_engine_open_mem();
    ck_assert_str_ne(mr_engine_instance(m), mr_engine_instance(n));
    mr_engine_close(m);
    mr_engine_close(n);
}
END_TEST

START_TEST(locked) {
    struct mr_engine *other;
    struct mr_err err = {0};
    char pid[32];
    make_dir();
    struct mr_engine *e = open_rocks("app");
    ck_assert_int_eq(mr_engine_open_rocks(dir, "app", 16 << 20, &other, &err), MR_FATAL);
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    ck_assert_ptr_nonnull(strstr(err.text, pid));
    mr_engine_close(e);
    e = open_rocks("app");
    mr_engine_close(e);
    ck_assert_int_eq(mr_engine_open_rocks(dir, "app2", 16 << 20, &other, &err), MR_FATAL);
    ck_assert_ptr_nonnull(strstr(err.text, "app2"));
    remove_dir();
    ck_assert_int_eq(mr_engine_open_rocks("/proc/nowhere/x", "a", 0, &other, &err), MR_FATAL);
}
END_TEST

/* A killed process leaves a lock file but no lock, what was flushed, and nothing else. */
START_TEST(killed) {
    make_dir();
    pid_t pid = fork();
    if (pid == 0) {
        struct mr_engine *e = open_rocks("app");
        struct mr_batch b;
        mr_batch_init(&b);
        write_abc(e);
        mr_engine_flush(e, NULL);
        mr_batch_put(&b, MR_STR("lost"), MR_STR("1"));
        e->vt->write(e, &b, NULL);
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    struct mr_engine *e = open_rocks("app");
    expect_rows(e, "a", "z", "a=1 b=2 c= ");
    mr_engine_close(e);
    remove_dir();
}
END_TEST

int main(void) {
    Suite *s = suite_create("rocks");
    TCase *t = tcase_create("rocks");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, both_engines, 0, 2);
    tcase_add_test(t, mem_crash_loses_a_suffix);
    tcase_add_test(t, instances);
    tcase_add_test(t, locked);
    tcase_add_test(t, killed);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

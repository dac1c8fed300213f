/* Proves processor/serve/pool.c and service.c: workers and engine are fakes that do what each test
 * says, threads and signals are real. */
#include "base/mem.h"
#include "processor/serve/pool.h"
#include "processor/serve/service.h"
#include "state/state.h"
#include "tests/check_main.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* ---- the fakes */

struct mr_worker {
    int index;
    int steps;
};

static struct {
    enum mr_step_result then; /* what a step says after the first ten */
    int failing;              /* index of a worker whose tenth step fails, -1 = none */
    int exit_code;            /* with which it fails */
    bool raise;               /* worker 0 sends SIGTERM at its tenth step */
    enum mr_class open;
    const char *unready;
    int64_t alive_ms;
    bool in_call;
} fake = {.failing = -1};

static atomic_int opened, closed, flushed, engines;
static char engine_;

enum mr_class mr_worker_open(const struct mr_worker_conf *conf, struct mr_worker **ret,
                             struct mr_err *err) {
    if (fake.open) return mr_err_set(err, fake.open, 0, "cannot open");
    *ret = mr_calloc(1, sizeof **ret);
    (*ret)->index = conf->index;
    opened++;
    return MR_OK;
}

enum mr_step_result mr_worker_step(struct mr_worker *w, int wait_ms) {
    if (++w->steps < 10) return MR_STEP_WORKED;
    if (w->index == fake.failing) return MR_STEP_FAILED;
    if (fake.raise && w->index == 0 && w->steps == 10) kill(getpid(), SIGTERM);
    usleep(100); /* a step waits when there is nothing to do */
    return fake.then;
}

void mr_worker_flush(struct mr_worker *w) {
    flushed++;
}

void mr_worker_close(struct mr_worker *w) {
    closed++;
    mr_free(w);
}

const struct mr_err *mr_worker_error(const struct mr_worker *w, int *ret_exit_code) {
    static const struct mr_err err = {MR_FATAL, 0, "the fake failed"};
    *ret_exit_code = fake.exit_code;
    return &err;
}

const char *mr_worker_unready(struct mr_worker *w, struct mr_buf *to) {
    if (fake.unready) mr_buf_cat(to, fake.unready);
    return fake.unready;
}

int64_t mr_worker_alive_ms(const struct mr_worker *w, bool *ret_in_call) {
    *ret_in_call = fake.in_call;
    return fake.alive_ms;
}

struct mr_progress *mr_progress_new(const struct mr_plan *plan) {
    return mr_alloc(1);
}
void mr_progress_free(struct mr_progress *p) {
    mr_free(p);
}

enum mr_class mr_engine_open_rocks(const char *dir, const char *app, size_t memory_bytes,
                                   struct mr_engine **ret, struct mr_err *err) {
    if (strcmp(dir, "locked") == 0) return mr_err_set(err, MR_FATAL, 0, "locked");
    engines++;
    *ret = (struct mr_engine *)&engine_;
    return MR_OK;
}
enum mr_class mr_engine_flush(struct mr_engine *e, struct mr_err *err) {
    return MR_OK;
}
void mr_engine_close(struct mr_engine *e) {
    engines--;
}

/* ---- tests */

static int run_service(int workers, enum mr_until until, const char *dir) {
    struct mr_config config;
    mr_config_init(&config);
    config.workers = workers;
    struct mr_metrics *metrics = mr_metrics_new();
    struct mr_service_conf conf = {.app = "x",
                                   .clock = mr_clock_real(),
                                   .config = &config,
                                   .state_dir = dir,
                                   .metrics = metrics,
                                   .until = until};
    mr_service_block_signals();
    int code = mr_service_run(&conf);
    mr_metrics_free(metrics);
    mr_config_done(&config);
    return code;
}

START_TEST(ends_when_all_is_done) {
    fake.then = MR_STEP_DONE;
    ck_assert_int_eq(run_service(3, MR_UNTIL_DONE, "d"), 0);
    ck_assert_int_eq(opened, 3);
    ck_assert_int_eq(closed, 3);
    ck_assert_int_eq(engines, 0);
}
END_TEST

START_TEST(ends_when_quiet_after_a_commit) {
    fake.then = MR_STEP_IDLE;
    ck_assert_int_eq(run_service(2, MR_UNTIL_QUIET, "d"), 0);
    ck_assert_int_eq(flushed, 2);
    ck_assert_int_eq(closed, 2);
}
END_TEST

START_TEST(a_failed_worker_ends_the_process_with_its_code) {
    fake.then = MR_STEP_IDLE;
    fake.failing = 1;
    fake.exit_code = 78;
    ck_assert_int_eq(run_service(3, MR_UNTIL_SIGNAL, "d"), 78);
    ck_assert_int_eq(closed, opened); /* not 3: it may end before the last has begun */
}
END_TEST

START_TEST(a_signal_ends_a_service_with_0) {
    fake.then = MR_STEP_IDLE;
    fake.raise = true;
    ck_assert_int_eq(run_service(2, MR_UNTIL_SIGNAL, "d"), 0);
    ck_assert_int_eq(closed, opened);
}
END_TEST

START_TEST(a_signal_ends_a_batch_run_with_1) {
    fake.then = MR_STEP_IDLE;
    fake.raise = true;
    ck_assert_int_eq(run_service(1, MR_UNTIL_DONE, "d"), 1);
}
END_TEST

START_TEST(what_cannot_be_opened) {
    ck_assert_int_eq(run_service(1, MR_UNTIL_SIGNAL, "locked"), 78);
    fake.open = MR_FATAL;
    ck_assert_int_eq(run_service(2, MR_UNTIL_SIGNAL, "d"), 78);
    ck_assert_int_eq(closed, 0);
}
END_TEST

/* Real threads: wait (bounded) until the pool has come to a state. */
static void wait_ready(struct mr_pool *p, struct mr_buf *b, bool want) {
    bool is = !want;
    for (int i = 0; i < 100000 && is != want; i++) {
        mr_buf_clear(b);
        is = mr_pool_ready(p, b);
        usleep(100);
    }
    ck_assert(is == want);
}

START_TEST(health) {
    struct mr_clock_manual clock;
    struct mr_buf b;
    struct mr_err err;
    mr_clock_manual_init(&clock, 100000);
    mr_buf_init(&b, 0);
    fake.then = MR_STEP_IDLE;
    fake.alive_ms = 100000;
    struct mr_pool_conf conf = {.n_workers = 1, .worker = {.clock = &clock.base}};
    struct mr_pool *p = mr_pool_start(&conf);
    wait_ready(p, &b, true);
    ck_assert_uint_eq(b.n, 0);
    ck_assert(mr_pool_live(p, 1000, 5000, &b));
    __atomic_store_n(&clock.now_ms, 101001, __ATOMIC_RELAXED);
    ck_assert(!mr_pool_live(p, 1000, 5000, &b));
    ck_assert_str_eq(mr_buf_cstr(&b), "worker 0: no step for 1001 ms\n");
    fake.in_call = true; /* a broker call may take longer */
    ck_assert(mr_pool_live(p, 1000, 5000, &b));
    fake.unready = "restoring x/0 41%\n";
    wait_ready(p, &b, false);
    ck_assert_str_eq(mr_buf_cstr(&b), "restoring x/0 41%\n");
    mr_pool_stop(p);
    for (int i = 0; i < 100000 && mr_pool_state(p).ended < 1; i++) usleep(100);
    mr_buf_clear(&b);
    ck_assert(!mr_pool_ready(p, &b));
    ck_assert_str_eq(mr_buf_cstr(&b), "worker 0 is not running\n");
    ck_assert_int_eq(mr_pool_join(p, &err), 0);
    mr_buf_done(&b);
}
END_TEST

START_TEST(directories) {
    struct mr_buf b;
    struct mr_err err;
    char deep[512], file[600];
    mr_buf_init(&b, 0);
    ck_assert(mr_make_temp_dir(&b, &err));
    snprintf(deep, sizeof deep, "%s/a/b", mr_buf_cstr(&b));
    ck_assert(mr_make_dir(deep, &err) && mr_make_dir(deep, &err));
    snprintf(file, sizeof file, "%s/f", deep);
    FILE *f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    fclose(f);
    ck_assert(!mr_make_dir(strcat(file, "/c"), &err));
    mr_remove_dir(mr_buf_cstr(&b));
    ck_assert_int_ne(access(mr_buf_cstr(&b), F_OK), 0);
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("service");
    TCase *t = tcase_create("service");
    tcase_add_test(t, ends_when_all_is_done);
    tcase_add_test(t, ends_when_quiet_after_a_commit);
    tcase_add_test(t, a_failed_worker_ends_the_process_with_its_code);
    tcase_add_test(t, a_signal_ends_a_service_with_0);
    tcase_add_test(t, a_signal_ends_a_batch_run_with_1);
    tcase_add_test(t, what_cannot_be_opened);
    tcase_add_test(t, health);
    tcase_add_test(t, directories);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

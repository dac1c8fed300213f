/* service.c -- see service.h. */
#include "processor/serve/service.h"
#include "base/log.h"
#include "base/rand.h"
#include "processor/serve/http.h"
#include "processor/serve/pool.h"
#include "state/state.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TICK_MS = 50,
    STOP_MS = 25000,
    STEP_MS = 30000, /* /live: a step that calls nobody must end within this */
    IN_CALL_MS = MR_TXN_TIMEOUT_MS + 20000, /* and a call of the broker within this */
};

struct service {
    const struct mr_service_conf *conf;
    struct mr_engine *engine;
    struct mr_progress *progress;
    struct mr_pool *pool;
    struct mr_http *http;
};

/* ---- memory */

static int64_t read_number(const char *path) {
    char text[64] = "";
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = 0;
    fclose(f);
    return strtoll(text, NULL, 10); /* "max": 0 */
}

/* 60 % of what the container, or else the machine, has. */
static int64_t default_memory(void) {
    int64_t machine = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGE_SIZE);
    int64_t group = read_number("/sys/fs/cgroup/memory.max");
    if (group == 0) group = read_number("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    return (group > 0 && group < machine ? group : machine) / 10 * 6;
}

/* ---- HTTP */

static bool live(void *arg, struct mr_buf *body) {
    struct service *s = arg;
    return mr_pool_live(s->pool, STEP_MS, IN_CALL_MS, body);
}

static bool ready(void *arg, struct mr_buf *body) {
    struct service *s = arg;
    return mr_pool_ready(s->pool, body);
}

static void metrics(void *arg, struct mr_buf *body) {
    struct service *s = arg;
    mr_metrics_print(s->conf->metrics, body);
}

static enum mr_class open_http(struct service *s, struct mr_err *err) {
    const struct mr_config *c = s->conf->config;
    if (!s->conf->http || strcmp(c->http, "none") == 0) return MR_OK;
    struct mr_http_conf conf = {c->http, c->http_token, c->insecure, s, live, ready, metrics};
    enum mr_class rc = mr_http_open(&conf, &s->http, err);
    const char *port = strrchr(c->http, ':'); /* 0 in the settings: any free one */
    if (rc == MR_OK)
        mr_log_info("http.open", "listening on %.*s:%u", (int)(port - c->http), c->http,
                    mr_http_port(s->http));
    return rc;
}

/* ---- start, watch, stop */

void mr_service_block_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool mr_service_signalled(int wait_ms) {
    sigset_t set;
    struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000L};
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return sigtimedwait(&set, NULL, &wait) > 0;
}

static void start_pool(struct service *s, int64_t memory) {
    const struct mr_service_conf *c = s->conf;
    struct mr_pool_conf conf = {
        .n_workers = (int)c->config->workers,
        .worker = {.app = c->app,
                   .plan = c->plan,
                   .broker = c->broker,
                   .engine = s->engine,
                   .clock = c->clock,
                   .seed = mr_rand_os(),
                   .metrics = c->metrics,
                   .commit_interval_ms = c->config->commit_interval,
                   .flush_interval_ms = c->config->flush_interval,
                   .batch = (size_t)c->config->batch,
                   .max_skew_ms = c->until == MR_UNTIL_SIGNAL ? c->config->max_skew : 0,
                   .progress = s->progress,
                   .memory_bytes = (size_t)(memory / 2 / c->config->workers),
                   .accept_reset = c->config->accept_reset,
                   .static_member = c->config->static_member},
    };
    s->pool = mr_pool_start(&conf);
}

/* Until it is time to stop. Returns whether a signal was the reason. */
static bool watch(struct service *s) {
    bool flushed = false;
    for (;;) {
        if (mr_service_signalled(TICK_MS)) return true;
        if (s->conf->tick) s->conf->tick(s->conf->tick_arg);
        struct mr_pool_state state = mr_pool_state(s->pool);
        if (state.failed || state.ended == state.n) return false;
        if (s->conf->until == MR_UNTIL_DONE && state.done == state.n) return false;
        if (s->conf->until == MR_UNTIL_QUIET && state.quiet == state.n) {
            if (flushed) return false;
            mr_pool_flush(s->pool); /* what it commits may be input of others: once more */
            flushed = true;
        }
    }
}

static void stop_pool(struct service *s) {
    struct mr_clock *clock = mr_clock_real();
    int64_t deadline = clock->mono_ms(clock) + STOP_MS;
    mr_pool_stop(s->pool);
    while (mr_pool_state(s->pool).ended < mr_pool_state(s->pool).n) {
        if (clock->mono_ms(clock) >= deadline) {
            mr_log_error("service.stuck", "a broker call blocks: giving up after 25 s");
            _exit(75);
        }
        mr_service_signalled(TICK_MS); /* the tick; further signals change nothing */
    }
}

static int run_opened(struct service *s, int64_t memory) {
    struct mr_err err = {0};
    start_pool(s, memory);
    bool by_signal = false;
    if (open_http(s, &err) == MR_OK) by_signal = watch(s);
    if (by_signal) mr_log_info("service.stop", "a signal: finishing");
    stop_pool(s);
    mr_http_close(s->http);
    int code = err.class ? 78 : 0;
    int pool_code = mr_pool_join(s->pool, &err);
    if (pool_code) code = pool_code;
    if (code) mr_log_error("service.failed", "%s", err.text);
    if (!code && by_signal && s->conf->until != MR_UNTIL_SIGNAL) code = 1;
    return code;
}

int mr_service_run(const struct mr_service_conf *conf) {
    struct service s = {.conf = conf};
    struct mr_err err = {0};
    int64_t memory = conf->config->memory ? conf->config->memory : default_memory();
    enum mr_class rc =
        mr_engine_open_rocks(conf->state_dir, conf->app, (size_t)memory / 4, &s.engine, &err);
    if (rc != MR_OK) {
        mr_log_error("state.open", "%s", err.text);
        return rc == MR_RETRY ? 75 : 78;
    }
    if (conf->until == MR_UNTIL_DONE) s.progress = mr_progress_new(conf->plan);
    mr_cell_set(mr_metrics_cell(conf->metrics, MR_M_UP, "version=\"" MR_VERSION "\""), 1);
    int code = run_opened(&s, memory);
    if (mr_engine_flush(s.engine, &err) != MR_OK) mr_log_error("state.flush", "%s", err.text);
    mr_engine_close(s.engine);
    if (s.progress) mr_progress_free(s.progress);
    return code;
}

/* ---- directories */

bool mr_make_temp_dir(struct mr_buf *path, struct mr_err *err) {
    const char *top = getenv("TMPDIR");
    mr_buf_printf(path, "%s/millrace-XXXXXX", top && *top ? top : "/tmp");
    mr_buf_cstr(path);
    if (mkdtemp(path->p)) return true;
    mr_err_set(err, MR_FATAL, errno, "%s: %s", path->p, strerror(errno));
    return false;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at) {
    return remove(path);
}

void mr_remove_dir(const char *path) {
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool mr_make_dir(const char *path, struct mr_err *err) {
    char part[PATH_MAX];
    size_t n = strlen(path);
    for (size_t i = 1; i <= n && n < sizeof part; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0777) == 0 || errno == EEXIST) continue;
        mr_err_set(err, MR_FATAL, errno, "%s: %s", part, strerror(errno));
        return false;
    }
    if (n < sizeof part) return true;
    mr_err_set(err, MR_FATAL, 0, "the path is too long");
    return false;
}

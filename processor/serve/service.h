/* service.h -- a process that runs a plan: engine, worker threads, HTTP, signals, the end.
 *
 * SIGTERM and SIGINT: the workers finish their batch, commit, flush and leave; if they have not
 * returned within STOP_MS, the process ends with 75 (a crash is a tested path).
 */
#ifndef MR_SERVE_SERVICE_H
#define MR_SERVE_SERVICE_H

#include "base/config.h"
#include "base/metrics.h"
#include "processor/broker/broker.h"
#include "processor/op/plan.h"

enum mr_until {
    MR_UNTIL_SIGNAL, /* a service */
    MR_UNTIL_DONE,   /* all inputs have ended (embedded) */
    MR_UNTIL_QUIET,  /* nothing is left to do now (embedded, --keep-open) */
};

struct mr_service_conf {
    const struct mr_plan *plan;
    const char *app;
    struct mr_broker *broker;
    struct mr_clock *clock;
    const struct mr_config *config;
    const char *state_dir; /* of this run; the configured one may be replaced */
    struct mr_metrics *metrics;
    enum mr_until until;
    bool http;               /* serve config->http */
    void (*tick)(void *arg); /* about 20 times a second; may be NULL */
    void *tick_arg;
};

/* Blocks the signals above in this and all later threads: call before anything makes threads. */
void mr_service_block_signals(void);
/* Waits; true at once when one of the signals that are blocked has come. */
bool mr_service_signalled(int wait_ms);
/* Returns an exit code; problems are logged. A signal ends MR_UNTIL_SIGNAL with 0, others with 1.
 */
int mr_service_run(const struct mr_service_conf *conf);

/* A new directory under $TMPDIR; false: *err. mr_remove_dir removes it with all that is in it. */
bool mr_make_temp_dir(struct mr_buf *path, struct mr_err *err);
void mr_remove_dir(const char *path);
/* Makes a directory with the ones above it; existing ones are fine. */
bool mr_make_dir(const char *path, struct mr_err *err);

#endif

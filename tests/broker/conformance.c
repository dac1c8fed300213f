/* conformance.c -- one suite for every implementation of the seam (processor/broker/broker.h).
 *
 *   conformance --sim
 *   conformance --brokers HOST:PORT [--property name=value]... [RULE...]
 *
 * Prints `ok NAME` or `FAILED NAME: why` per rule, ends with `N passed, N failed`. What real Kafka
 * does is what the model must do: a rule that fails on Kafka is wrong, one that fails on sim only
 * has found a mistake in sim. `--list` prints what each rule proves.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "processor/broker/sim.h"
#include "tests/broker/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RULE(name, proves, facts) void rule_##name(struct world *w);
#include "tests/broker/rules.def"
#undef RULE

static const struct rule rules[] = {
#define RULE(name, proves, facts) {#name, rule_##name, proves, facts},
#include "tests/broker/rules.def"
#undef RULE
};

/* Short time-outs for Kafka; a member that does not serve is thrown out by max.poll.interval.ms. */
static const struct mr_property short_timeouts[] = {{"session.timeout.ms", "6000"},
                                                    {"max.poll.interval.ms", "8000"}};

static struct mr_clock_manual sim_clock;

/* ---- time */

static int64_t real_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

struct patience patience(struct world *w) {
    return (struct patience){w, w->sim ? 0 : real_ms() + PATIENCE_MS, 200};
}

bool again(struct patience *p) {
    if (p->w->failed) return false;
    return p->w->sim ? p->turns-- > 0 : real_ms() < p->until_ms;
}

void let_time_pass(struct world *w, struct reader *alive) {
    for (int i = 0; w->sim && i < 6; i++) {
        sim_clock.now_ms += 10000;
        if (alive) pump(alive);
        mr_sim_tick(w->b);
    }
}

void run_cleaner(struct world *w, int topic_id) {
    if (w->sim) mr_sim_compact(w->b, topic_id);
}

/* ---- running */

static bool run(struct world *w, const struct rule *r) {
    snprintf(w->rule, sizeof w->rule, "%s", r->name);
    w->failed = false;
    mr_arena_init(&w->arena);
    mr_buf_init(&w->log, 1 << 16);
    w->producers = NULL;
    w->readers = NULL;
    r->run(w);
    for (struct reader *m = w->readers; m; m = m->next_reader) mr_consumer_close(m->c);
    for (struct producer *p = w->producers; p; p = p->next) mr_producer_close(p->p);
    mr_buf_done(&w->log);
    mr_arena_done(&w->arena);
    if (w->failed)
        printf("FAILED %s: %s\n", r->name, w->why);
    else
        printf("ok %s\n", r->name);
    fflush(stdout);
    return !w->failed;
}

static bool is_asked(const char *name, char **asked, int n) {
    for (int i = 0; i < n; i++)
        if (strcmp(name, asked[i]) == 0) return true;
    return n == 0;
}

static int list(void) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rules); i++)
        printf("%-28s %s [%s]\n", rules[i].name, rules[i].proves,
               *rules[i].facts ? rules[i].facts : "own rule");
    return 0;
}

static int usage(void) {
    fprintf(stderr, "usage: conformance --sim | --brokers HOST:PORT "
                    "[--property NAME=VALUE]... [--list] [RULE...]\n");
    return 64;
}

static enum mr_class open_broker(struct world *w, const char *brokers,
                                 const struct mr_property *props, size_t n, struct mr_err *err) {
    if (w->sim) {
        mr_clock_manual_init(&sim_clock, 1700000000000);
        w->b = mr_broker_open_sim(&sim_clock.base);
        mr_sim_no_wait(w->b);
        return MR_OK;
    }
    struct mr_broker_conf conf = {.brokers = brokers,
                                  .props = props,
                                  .n_props = n,
                                  .clock = mr_clock_real(),
                                  .client_id = "conformance"};
    return mr_broker_open_kafka(&conf, &w->b, err);
}

int main(int argc, char **argv) {
    struct mr_property props[32];
    size_t n_props = 0, n_asked = 0;
    for (size_t i = 0; i < MR_ARRAY_LEN(short_timeouts); i++) props[n_props++] = short_timeouts[i];
    struct world w = {0};
    const char *brokers = NULL;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--list") == 0) return list();
        if (strcmp(argv[i], "--sim") == 0) {
            w.sim = true;
        } else if (strcmp(argv[i], "--brokers") == 0 && more) {
            brokers = argv[++i];
        } else if (strcmp(argv[i], "--property") == 0 && more && n_props < 32) {
            char *eq = strchr(argv[++i], '=');
            if (!eq) return usage();
            *eq = 0;
            props[n_props++] = (struct mr_property){argv[i], eq + 1};
        } else if (argv[i][0] == '-') {
            return usage();
        } else {
            argv[n_asked++] = argv[i];
        }
    }
    if (w.sim == (brokers != NULL)) return usage();
    snprintf(w.run, sizeof w.run, "%d-%llx", (int)getpid(),
             w.sim ? 0 : (unsigned long long)real_ms());
    struct mr_err err = {0};
    if (open_broker(&w, brokers, props, n_props, &err) != MR_OK) {
        fprintf(stderr, "conformance: %s\n", err.text);
        return 1;
    }
    unsigned passed = 0, failed = 0;
    for (size_t i = 0; i < MR_ARRAY_LEN(rules); i++) {
        if (!is_asked(rules[i].name, argv, (int)n_asked)) continue;
        if (run(&w, &rules[i]))
            passed++;
        else
            failed++;
    }
    mr_broker_close(w.b);
    printf("%u passed, %u failed\n", passed, failed);
    return failed || passed == 0;
}

/* cmd_run.c -- `millrace run`: as a service on Kafka, or from files to files (--embedded). */
#include "base/log.h"
#include "processor/serve/embed.h"
#include "processor/serve/load.h"
#include "processor/serve/http.h"
#include "processor/serve/service.h"
#include "processor/task/worker.h"

struct running {
    const struct mr_args *args;
    struct mr_loaded loaded;
    struct mr_run_conf conf;
    const char *app;
    struct mr_metrics *metrics;
};

static int problem(const struct running *r, int code, const char *text) {
    fprintf(r->args->err, "millrace run: %s\n", text);
    return code;
}

static bool open_log(const struct running *r) {
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    static const char *const forms[] = {"auto", "text", "json"};
    size_t level = 0, form = 0;
    while (level < 4 && strcmp(levels[level], r->conf.config.log_level) != 0) level++;
    while (form < 3 && strcmp(forms[form], r->conf.config.log_form) != 0) form++;
    if (level == 4) problem(r, 0, "log_level: error, warn, info or debug is needed");
    if (form == 3) problem(r, 0, "log_form: text, json or auto is needed");
    if (level == 4 || form == 3) return false;
    bool quiet =
        mr_args_has(r->args, "embedded") && r->conf.config.from[MR_C_log_level] == MR_FROM_DEFAULT;
    mr_log_open(quiet ? MR_LOG_WARN : (enum mr_level)level, (enum mr_log_form)form);
    return true;
}

/* ---- from files to files */

static bool feed_all(const struct running *r, struct mr_embed *e, struct mr_err *err) {
    for (size_t i = 0; i < r->args->n_given; i++) {
        const struct mr_given *g = &r->args->given[i];
        if (strcmp(g->flag->name, "feed") != 0) continue;
        const char *equals = strchr(g->value, '=');
        if (!equals) {
            mr_err_set(err, MR_FATAL, 0, "--feed %s: NAME=FILE is needed", g->value);
            return false;
        }
        int64_t n = 0;
        const char *name = mr_arena_strndup(&e->arena, g->value, (size_t)(equals - g->value));
        if (!mr_embed_feed(e, name, equals + 1, &n, err)) return false;
        mr_log_info("feed.read", "%lld records from %s into `%s`", (long long)n, equals + 1, name);
    }
    return true;
}

static int run_embedded_in(struct running *r, struct mr_embed *e, const char *state_dir) {
    struct mr_err err = {0};
    const char *out = mr_args_value(r->args, "out");
    bool keep_open = mr_args_has(r->args, "keep-open");
    if (out && !mr_make_dir(out, &err)) return problem(r, MR_EXIT_CONFIG, err.text);
    if (!feed_all(r, e, &err)) return problem(r, MR_EXIT_FAILED, err.text);
    if (!keep_open) mr_embed_end_feeds(e);
    struct mr_service_conf conf = {
        .plan = r->loaded.plan,
        .app = r->app,
        .broker = e->broker,
        .clock = mr_clock_real(),
        .config = &r->conf.config,
        .state_dir = state_dir,
        .metrics = r->metrics,
        .until = keep_open ? MR_UNTIL_QUIET : MR_UNTIL_DONE,
        .http = r->conf.config.from[MR_C_http] != MR_FROM_DEFAULT,
    };
    int code = mr_service_run(&conf);
    if (code == MR_EXIT_OK && out && !mr_embed_write_files(e, out, &err))
        return problem(r, MR_EXIT_FAILED, err.text);
    return code;
}

static int run_embedded(struct running *r) {
    long partitions;
    if (!mr_args_number(r->args, "partitions", 1, 1000, 4, &partitions)) return MR_EXIT_USAGE;
    struct mr_embed e;
    struct mr_err err = {0};
    struct mr_buf dir;
    mr_buf_init(&dir, 0);
    bool temporary = r->conf.config.from[MR_C_state_dir] == MR_FROM_DEFAULT;
    bool made = temporary && mr_make_temp_dir(&dir, &err);
    int code = MR_EXIT_CONFIG;
    if (temporary && !made) {
        problem(r, code, err.text);
    } else {
        bool ok =
            mr_embed_open(&e, r->loaded.plan, r->app, mr_clock_real(), (int32_t)partitions, &err);
        code = ok ? run_embedded_in(r, &e, made ? mr_buf_cstr(&dir) : r->conf.config.state_dir)
                  : problem(r, MR_EXIT_CONFIG, err.text);
        mr_embed_done(&e);
    }
    if (made) mr_remove_dir(mr_buf_cstr(&dir));
    mr_buf_done(&dir);
    return code;
}

/* ---- on Kafka */

enum { MISSING_MS = 3000, BUSY_MS = 10000, AGAIN_MS = 100 };

/* Brokers hear of a topic somewhat later than whoever has created it, and are out of each other's
 * sight for a moment when they start: what may pass by itself is looked at again for a while. */
static bool may_pass(enum mr_class rc, const struct mr_err *err, int64_t since) {
    int64_t waited = mr_clock_real()->mono_ms(mr_clock_real()) - since;
    if (rc == MR_RETRY) return waited < BUSY_MS;
    return rc == MR_FATAL && err->code == MR_PREPARE_MISSING && waited < MISSING_MS;
}

/* Every topic is looked at before anybody joins the group; all problems at once. */
static int prepare(struct running *r, struct mr_broker *broker) {
    struct mr_err err = {0};
    struct mr_buf problems, warnings;
    mr_buf_init(&problems, 0);
    mr_buf_init(&warnings, 0);
    int64_t since = mr_clock_real()->mono_ms(mr_clock_real());
    enum mr_class rc;
    for (;;) {
        rc = mr_prepare(r->loaded.plan, r->app, broker, &problems, &warnings, &err);
        if (!may_pass(rc, &err, since) || mr_service_signalled(AGAIN_MS)) break;
        mr_buf_clear(&problems);
        mr_buf_clear(&warnings);
    }
    if (warnings.n) fprintf(r->args->err, "%s", mr_buf_cstr(&warnings));
    if (problems.n) fprintf(r->args->err, "%s", mr_buf_cstr(&problems));
    if (rc != MR_OK) problem(r, 0, err.text);
    mr_buf_done(&problems);
    mr_buf_done(&warnings);
    return rc == MR_OK ? MR_EXIT_OK : rc == MR_RETRY ? MR_EXIT_TEMPORARY : MR_EXIT_CONFIG;
}

static int run_service(struct running *r) {
    const struct mr_config *c = &r->conf.config;
    struct mr_err err = {0};
    struct mr_broker *broker = NULL;
    struct mr_http_conf http = {c->http, c->http_token, c->insecure};
    if (strcmp(c->http, "none") != 0 && mr_http_check(&http, &err) != MR_OK)
        return problem(r, MR_EXIT_CONFIG, err.text);
    struct mr_broker_conf broker_conf = {.brokers = c->brokers,
                                         .props = r->conf.props,
                                         .n_props = r->conf.n_props,
                                         .clock = mr_clock_real(),
                                         .client_id = r->app};
    enum mr_class rc = mr_broker_open_kafka(&broker_conf, &broker, &err);
    if (rc != MR_OK)
        return problem(r, rc == MR_RETRY ? MR_EXIT_TEMPORARY : MR_EXIT_CONFIG, err.text);
    int code = prepare(r, broker);
    if (code == MR_EXIT_OK && !mr_make_dir(c->state_dir, &err))
        code = problem(r, MR_EXIT_CONFIG, err.text);
    if (code == MR_EXIT_OK) {
        struct mr_service_conf conf = {.plan = r->loaded.plan,
                                       .app = r->app,
                                       .broker = broker,
                                       .clock = mr_clock_real(),
                                       .config = c,
                                       .state_dir = c->state_dir,
                                       .metrics = r->metrics,
                                       .until = MR_UNTIL_SIGNAL,
                                       .http = true};
        code = mr_service_run(&conf);
    }
    mr_broker_close(broker);
    return code;
}

/* ---- both */

static int check_flags(const struct mr_args *a, const struct mr_config *c) {
    bool embedded = mr_args_has(a, "embedded");
    static const char *const only_embedded[] = {"feed", "out", "partitions", "keep-open"};
    for (size_t i = 0; i < 4 && !embedded; i++)
        if (mr_args_has(a, only_embedded[i]))
            return mr_usage(a, "--%s needs --embedded", only_embedded[i]);
    if (!embedded && !*c->brokers)
        return mr_usage(a, "no brokers: give --brokers HOST:PORT, or --embedded to run on files");
    return MR_EXIT_OK;
}

static int run(const struct mr_args *a) {
    struct running r = {.args = a};
    int code = mr_load_config(a, &r.conf);
    if (code == MR_EXIT_OK) code = check_flags(a, &r.conf.config);
    if (code == MR_EXIT_OK && !open_log(&r)) code = MR_EXIT_CONFIG;
    if (code == MR_EXIT_OK) {
        code = mr_load(a, a->operands[0], &r.loaded);
        if (code == MR_EXIT_OK) {
            r.app = *r.conf.config.app ? r.conf.config.app : r.loaded.plan->name;
            r.metrics = mr_metrics_new();
            mr_service_block_signals();
            code = mr_args_has(a, "embedded") ? run_embedded(&r) : run_service(&r);
            mr_metrics_free(r.metrics);
        }
        mr_loaded_done(&r.loaded);
    }
    mr_run_conf_done(&r.conf);
    return code;
}

static const struct mr_flag flags[] = {
    {"config", "FILE", "run.yaml: settings, and `kafka:` properties (TLS, SASL, ...)"},
    {"param", "NAME=VALUE", "give a `params:` constant another value (may be repeated)"},
    {"embedded", NULL, "no Kafka: an in-process broker, from files to files"},
    {"feed", "NAME=FILE", "records of a source or table, one JSON a line; - = standard input"},
    {"out", "DIR", "where <sink>.jsonl and dlq.jsonl are written"},
    {"partitions", "N", "partitions of every topic of the in-process broker [4]"},
    {"keep-open", NULL, "do not let time go to infinity behind the feeds: windows stay open"},
};

const struct mr_command mr_cmd_run = {
    .name = "run",
    .summary = "run a topology on Kafka, or from files to files",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .flags = flags,
    .n_flags = sizeof flags / sizeof *flags,
    .takes_config = true,
    .examples = "  millrace run shop.yaml --brokers localhost:9092\n"
                "  millrace run shop.yaml --config run.yaml --workers 4\n"
                "  millrace run shop.yaml --embedded --feed clicks=clicks.jsonl \\\n"
                "      --feed profiles=profiles.jsonl --out results\n"
                "  echo '{\"key\":\"u1\",\"value\":{\"url\":\"/a\"},\"ts\":1700000000000}' |\n"
                "      millrace run shop.yaml --embedded --feed clicks=- --out results\n",
    .run = run,
};

/* cmd_demo.c -- `millrace demo`: the main job on the in-process broker, over files that are made
 * first, so that everything it does can be done again by hand. */
#include "base/log.h"
#include "processor/serve/demo_data.h"
#include "processor/serve/embed.h"
#include "processor/serve/load.h"
#include "processor/serve/service.h"

#include <errno.h>
#include <unistd.h>

enum { PARTITIONS = 4, FIRST_ROWS = 5, SHOW_EVERY = 5 /* ticks */ };

struct demo {
    const struct mr_args *args;
    const char *dir;
    struct mr_arena arena;
    struct mr_metrics *metrics;
    struct mr_embed embed;
    int64_t clicks, profiles;
    unsigned ticks;
    bool terminal;
};

static const char *path_of(struct demo *d, const char *name) {
    return mr_arena_printf(&d->arena, "%s/%s", d->dir, name);
}

static bool write_file(const char *path, struct mr_str text, struct mr_err *err) {
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(text.p, 1, text.n, f) == text.n;
    if (f) ok = fclose(f) == 0 && ok;
    if (!ok) mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
    return ok;
}

static bool write_sample(struct demo *d, struct mr_err *err) {
    struct mr_buf profiles, clicks;
    mr_buf_init(&profiles, 0);
    mr_buf_init(&clicks, 0);
    mr_demo_profiles(&profiles);
    mr_demo_clicks(&clicks);
    bool ok = mr_make_dir(path_of(d, "out"), err) &&
              write_file(path_of(d, "demo.yaml"), mr_str(mr_demo_topology), err) &&
              write_file(path_of(d, "profiles.jsonl"), mr_buf_view(&profiles), err) &&
              write_file(path_of(d, "clicks.jsonl"), mr_buf_view(&clicks), err);
    mr_buf_done(&profiles);
    mr_buf_done(&clicks);
    return ok;
}

/* Of the ledger: rows that a step has been given, committed. */
static int64_t rows_in(struct demo *d, const char *step) {
    const char *labels = mr_arena_printf(&d->arena, "node=\"%s\",fate=\"in\"", step);
    struct mr_cell *c = mr_metrics_cell(d->metrics, MR_M_FATE, labels);
    return __atomic_load_n((int64_t *)&c->v, __ATOMIC_RELAXED);
}

static void show_progress(void *arg) {
    struct demo *d = arg;
    if (!d->terminal || d->ticks++ % SHOW_EVERY) return;
    fprintf(d->args->out, "\r  %lld of %lld records taken, %lld rows written ",
            (long long)(rows_in(d, "clicks") + rows_in(d, "profiles")),
            (long long)(d->clicks + d->profiles), (long long)rows_in(d, "clicks_by_segment_5m"));
    fflush(d->args->out);
}

/* ---- what came out */

struct counting {
    struct demo *demo;
    struct mr_feed_form form;
    int64_t rows;
    int64_t clicks; /* sum of the field `clicks` */
    int show;
};

static bool count_row(void *arg, int32_t partition, const struct mr_msg *m) {
    static const char field[] = "\"clicks\":";
    struct counting *c = arg;
    c->rows++;
    if (m->value.p) {
        const char *at = memmem(m->value.p, m->value.n, field, sizeof field - 1);
        const char *end = m->value.p + m->value.n;
        int64_t n = 0;
        for (at = at ? at + sizeof field - 1 : end; at < end && *at >= '0' && *at <= '9'; at++)
            n = n * 10 + (*at - '0');
        c->clicks += n;
    }
    if (c->show-- > 0 && m->value.p) fprintf(c->demo->args->out, "  %.*s\n", MR_STR_ARG(m->value));
    return true;
}

static struct counting count(struct demo *d, const char *sink, int show) {
    struct counting c = {.demo = d, .show = show};
    size_t n;
    const struct mr_output **outs = mr_embed_outputs(&d->embed, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(outs[i]->name, sink) == 0) mr_embed_read(&d->embed, outs[i], count_row, &c);
    return c;
}

static void report(struct demo *d) {
    FILE *out = d->args->out;
    fprintf(out, "%sFirst result rows (clicks per segment in five minutes):\n",
            d->terminal ? "\r\033[K" : "");
    struct counting result = count(d, "clicks_by_segment_5m", FIRST_ROWS);
    struct counting late = count(d, "late", 0), dead = count(d, "dlq", 0);
    fprintf(out, "\n  %8lld clicks in, %lld profile versions\n", (long long)d->clicks,
            (long long)d->profiles);
    fprintf(out, "  %8lld joined with the profile valid at click time, and counted in %lld rows\n",
            (long long)result.clicks, (long long)result.rows);
    fprintf(out, "  %8lld filtered: no consent, or no profile\n",
            (long long)(d->clicks - result.clicks - late.rows - dead.rows));
    fprintf(out, "  %8lld late, with their reason in %s\n", (long long)late.rows,
            path_of(d, "out/late.jsonl"));
    fprintf(out, "  %8lld dead letters (malformed), in %s\n\n", (long long)dead.rows,
            path_of(d, "out/dlq.jsonl"));
    fprintf(out,
            "Where to look next:\n"
            "  less %s\n"
            "  millrace plan %s\n"
            "  millrace test %s\n"
            "  millrace run %s --embedded --feed clicks=%s \\\n"
            "      --feed profiles=%s --out %s\n",
            path_of(d, "demo.yaml"), path_of(d, "demo.yaml"), path_of(d, "demo.yaml"),
            path_of(d, "demo.yaml"), path_of(d, "clicks.jsonl"), path_of(d, "profiles.jsonl"),
            path_of(d, "out"));
}

/* ---- the run */

static int run_plan(struct demo *d, const struct mr_loaded *l, struct mr_err *err) {
    struct mr_buf state_dir;
    mr_buf_init(&state_dir, 0);
    int code = MR_EXIT_FAILED;
    if (mr_embed_open(&d->embed, l->plan, l->plan->name, mr_clock_real(), PARTITIONS, err) &&
        mr_embed_feed(&d->embed, "profiles", path_of(d, "profiles.jsonl"), &d->profiles, err) &&
        mr_embed_feed(&d->embed, "clicks", path_of(d, "clicks.jsonl"), &d->clicks, err) &&
        mr_make_temp_dir(&state_dir, err)) {
        mr_embed_end_feeds(&d->embed);
        struct mr_service_conf conf = {.plan = l->plan,
                                       .app = l->plan->name,
                                       .broker = d->embed.broker,
                                       .clock = mr_clock_real(),
                                       .config = &d->args->config,
                                       .state_dir = mr_buf_cstr(&state_dir),
                                       .metrics = d->metrics,
                                       .until = MR_UNTIL_DONE,
                                       .tick = show_progress,
                                       .tick_arg = d};
        code = mr_service_run(&conf);
        mr_remove_dir(mr_buf_cstr(&state_dir));
    }
    if (code == MR_EXIT_OK && !mr_embed_write_files(&d->embed, path_of(d, "out"), err))
        code = MR_EXIT_FAILED;
    if (code == MR_EXIT_OK) report(d);
    mr_embed_done(&d->embed);
    mr_buf_done(&state_dir);
    return code;
}

static int run(const struct mr_args *a) {
    const char *dir = mr_args_value(a, "dir");
    struct demo d = {.args = a, .dir = dir ? dir : "millrace-demo"};
    struct mr_err err = {0};
    mr_arena_init(&d.arena);
    d.terminal = isatty(fileno(a->out));
    mr_log_open(MR_LOG_WARN, MR_LOG_TEXT);
    mr_service_block_signals();
    fprintf(a->out, "Making a sample of one morning in a shop in %s ...\n", d.dir);
    int code = MR_EXIT_FAILED;
    if (write_sample(&d, &err)) {
        struct mr_loaded l;
        code = mr_load(a, path_of(&d, "demo.yaml"), &l);
        d.metrics = mr_metrics_new();
        fprintf(a->out, "Running it on an in-process broker with %d partitions ...\n", PARTITIONS);
        if (code == MR_EXIT_OK) code = run_plan(&d, &l, &err);
        mr_metrics_free(d.metrics);
        mr_loaded_done(&l);
    }
    if (err.class) fprintf(a->err, "millrace demo: %s\n", err.text);
    mr_arena_done(&d.arena);
    return code;
}

static const struct mr_flag flags[] = {
    {"dir", "DIR", "where the sample and its results are written [millrace-demo]"},
};

const struct mr_command mr_cmd_demo = {
    .name = "demo",
    .summary = "see it work on a bundled sample, without a broker",
    .operands = "",
    .flags = flags,
    .n_flags = 1,
    .takes_config = true,
    .examples = "  millrace demo\n"
                "  millrace demo --dir /tmp/demo --workers 2\n",
    .run = run,
};

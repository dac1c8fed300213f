/* embed.c -- see embed.h. */
#include "processor/serve/embed.h"
#include "base/mem.h"
#include "processor/task/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool create(struct mr_embed *e, const char *topic, int32_t partitions,
                   const char *const *config, struct mr_err *err) {
    struct mr_topic_spec spec = {topic, partitions, config};
    return mr_broker_create(e->broker, &spec, err) == MR_OK;
}

static bool create_inputs(struct mr_embed *e, int32_t partitions, struct mr_err *err) {
    static const char *const stream[] = {"message.timestamp.after.max.ms", "9223372036854775807",
                                         "retention.ms", "-1", NULL};
    static const char *const table[] = {"message.timestamp.after.max.ms", "9223372036854775807",
                                        "cleanup.policy", "compact", NULL};
    for (uint16_t s = 0; s < e->plan->n_subs; s++)
        for (uint16_t i = 0; i < e->plan->subs[s].n_inputs; i++) {
            const struct mr_input *in = &e->plan->subs[s].inputs[i];
            const char *const *config = in->kind == MR_IN_TABLE ? table : stream;
            if (in->kind == MR_IN_REPARTITION) continue;
            if (!create(e, in->topic, partitions, config, err)) return false;
        }
    return true;
}

static bool create_outputs(struct mr_embed *e, int32_t partitions, struct mr_err *err) {
    static const char *const any_time[] = {"message.timestamp.after.max.ms", "9223372036854775807",
                                           "retention.ms", "-1", NULL};
    size_t n;
    const struct mr_output **outs = mr_embed_outputs(e, &n);
    for (size_t i = 0; i < n; i++) {
        if (outs[i]->kind == MR_OUT_DLQ) continue; /* mr_prepare makes it */
        int32_t count = outs[i]->create_partitions > 0 ? outs[i]->create_partitions : partitions;
        if (!create(e, outs[i]->topic, count, any_time, err)) return false;
    }
    return true;
}

bool mr_embed_open(struct mr_embed *e, const struct mr_plan *plan, const char *app,
                   struct mr_clock *clock, int32_t partitions, struct mr_err *err) {
    *e = (struct mr_embed){.plan = plan, .app = app, .broker = mr_broker_open_sim(clock)};
    mr_arena_init(&e->arena);
    if (!create_inputs(e, partitions, err) || !create_outputs(e, partitions, err)) return false;
    struct mr_buf problems, warnings;
    mr_buf_init(&problems, 0);
    mr_buf_init(&warnings, 0);
    bool ok = mr_prepare(plan, app, e->broker, &problems, &warnings, err) == MR_OK;
    if (!ok && problems.n) mr_err_set(err, MR_FATAL, 0, "%s", mr_buf_cstr(&problems));
    mr_buf_done(&problems);
    mr_buf_done(&warnings);
    return ok;
}

void mr_embed_done(struct mr_embed *e) {
    if (e->broker) mr_broker_close(e->broker);
    mr_arena_done(&e->arena);
    e->broker = NULL;
}

static bool is_listed(const struct mr_output **outs, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(outs[i]->name, name) == 0) return true;
    return false;
}

const struct mr_output **mr_embed_plan_outputs(struct mr_arena *a, const struct mr_plan *plan,
                                               size_t *ret_n) {
    static const struct mr_output dlq = {.kind = MR_OUT_DLQ, .name = "dlq"};
    size_t n = 0, cap = 1;
    for (uint16_t s = 0; s < plan->n_subs; s++) cap += plan->subs[s].n_outs;
    const struct mr_output **outs = mr_arena_calloc(a, cap, sizeof *outs);
    for (uint16_t s = 0; s < plan->n_subs; s++)
        for (uint16_t i = 0; i < plan->subs[s].n_outs; i++) {
            const struct mr_output *out = &plan->subs[s].outs[i];
            bool sink = out->kind == MR_OUT_SINK || out->kind == MR_OUT_LATE;
            if (sink && !is_listed(outs, n, out->name)) outs[n++] = out;
        }
    outs[n++] = &dlq; /* there whether a sub writes it or not */
    *ret_n = n;
    return outs;
}

const struct mr_output **mr_embed_outputs(struct mr_embed *e, size_t *ret_n) {
    return mr_embed_plan_outputs(&e->arena, e->plan, ret_n);
}

const char *mr_embed_topic_name(struct mr_embed *e, const struct mr_output *out) {
    if (out->kind != MR_OUT_DLQ) return out->topic;
    return e->plan->dlq ? e->plan->dlq : mr_arena_printf(&e->arena, "%s-dlq", e->app);
}

/* ---- in */

bool mr_embed_append(struct mr_embed *e, const struct mr_input *in, const struct mr_feed_rec *rec,
                     struct mr_err *err) {
    int topic = mr_broker_topic(e->broker, in->topic);
    struct mr_out out = {.tp = {topic, rec->partition},
                         .key = rec->key,
                         .value = rec->value,
                         .hdrs = rec->hdrs,
                         .n_hdrs = rec->n_hdrs,
                         .ts = rec->ts};
    if (mr_sim_append(e->broker, topic, rec->partition, &out) >= 0) return true;
    mr_err_set(err, MR_FATAL, 0, "topic `%s` has no partition %d", in->topic, (int)rec->partition);
    return false;
}

static bool is_blank(struct mr_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!memchr(" \t\r\n", s.p[i], 4)) return false;
    return true;
}

static bool feed_stream(struct mr_embed *e, const struct mr_input *in, FILE *f, const char *path,
                        int64_t *ret_n, struct mr_err *err) {
    struct mr_feed_form form = mr_embed_input_form(in);
    struct mr_arena arena;
    char *line = NULL;
    size_t cap = 0;
    ssize_t got;
    bool ok = true;
    mr_arena_init(&arena);
    for (int64_t number = 1; ok && (got = getline(&line, &cap, f)) >= 0; number++) {
        struct mr_feed_rec rec;
        struct mr_err why = {0};
        const char *problem = NULL;
        struct mr_str text = {line, (size_t)got};
        if (is_blank(text)) continue;
        mr_arena_reset(&arena);
        ok = mr_feed_read(&arena, &form, text, &rec, &problem);
        if (ok && !mr_embed_append(e, in, &rec, &why)) ok = false, problem = why.text;
        if (ok)
            ++*ret_n;
        else
            mr_err_set(err, MR_FATAL, 0, "%s:%lld: %s", path, (long long)number, problem);
    }
    mr_arena_done(&arena);
    free(line); /* getline's */
    return ok;
}

static bool no_such_feed(struct mr_embed *e, const char *name, struct mr_err *err) {
    const char *names[256];
    size_t n = 0;
    for (uint16_t s = 0; s < e->plan->n_subs; s++)
        for (uint16_t i = 0; i < e->plan->subs[s].n_inputs && n + 1 < MR_ARRAY_LEN(names); i++) {
            const struct mr_input *in = &e->plan->subs[s].inputs[i];
            if (in->kind == MR_IN_REPARTITION) continue;
            names[n++] = in->source;
            if (in->table) names[n++] = in->table->source;
        }
    const char *near = mr_str_nearest(name, names, n);
    if (near)
        mr_err_set(err, MR_FATAL, 0, "no source `%s`; did you mean `%s`?", name, near);
    else
        mr_err_set(err, MR_FATAL, 0, "no source or table is named `%s`", name);
    return false;
}

bool mr_embed_feed(struct mr_embed *e, const char *name, const char *path, int64_t *ret_n,
                   struct mr_err *err) {
    const struct mr_input *in = mr_embed_input(e->plan, name);
    if (!in) return no_such_feed(e, name, err);
    bool standard_input = strcmp(path, "-") == 0;
    FILE *f = standard_input ? stdin : fopen(path, "rb");
    if (!f) {
        mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
        return false;
    }
    bool ok = feed_stream(e, in, f, path, ret_n, err);
    if (ok && ferror(f)) {
        mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
        ok = false;
    }
    if (!standard_input) fclose(f);
    return ok;
}

void mr_embed_end_feeds(struct mr_embed *e) {
    for (uint16_t s = 0; s < e->plan->n_subs; s++)
        for (uint16_t i = 0; i < e->plan->subs[s].n_inputs; i++) {
            const struct mr_input *in = &e->plan->subs[s].inputs[i];
            if (in->kind != MR_IN_REPARTITION)
                mr_sim_end_feed(e->broker, mr_broker_topic(e->broker, in->topic));
        }
}

/* ---- out */

void mr_embed_read(struct mr_embed *e, const struct mr_output *out, mr_embed_cb cb, void *arg) {
    struct mr_topic_info info = {0};
    struct mr_err err;
    int topic = mr_broker_topic(e->broker, mr_embed_topic_name(e, out));
    if (mr_broker_describe(e->broker, topic, &info, &err) != MR_OK) return;
    for (int32_t p = 0; p < info.partitions; p++) {
        int64_t offset = 0;
        struct mr_msg m;
        while (mr_sim_read(e->broker, (struct mr_tp){topic, p}, &offset, &m))
            if (!cb(arg, p, &m)) return;
    }
}

struct writing {
    FILE *file;
    struct mr_feed_form form;
    struct mr_arena arena;
    struct mr_buf line;
};

static bool write_line(void *arg, int32_t partition, const struct mr_msg *m) {
    struct writing *w = arg;
    mr_buf_clear(&w->line);
    mr_arena_reset(&w->arena);
    mr_feed_write(&w->form, m, partition, &w->arena, &w->line);
    return fwrite(w->line.p, 1, w->line.n, w->file) == w->line.n;
}

static bool write_file(struct mr_embed *e, const struct mr_output *out, const char *path,
                       struct mr_err *err) {
    struct writing w = {.file = fopen(path, "wb"), .form = mr_embed_output_form(out)};
    bool ok = w.file != NULL;
    if (ok) {
        mr_arena_init(&w.arena);
        mr_buf_init(&w.line, 0);
        mr_embed_read(e, out, write_line, &w);
        mr_arena_done(&w.arena);
        mr_buf_done(&w.line);
        ok = !ferror(w.file);
        ok = fclose(w.file) == 0 && ok;
    }
    if (!ok) mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
    return ok;
}

bool mr_embed_write_files(struct mr_embed *e, const char *dir, struct mr_err *err) {
    size_t n;
    const struct mr_output **outs = mr_embed_outputs(e, &n);
    for (size_t i = 0; i < n; i++) {
        const char *path = mr_arena_printf(&e->arena, "%s/%s.jsonl", dir, outs[i]->name);
        if (!write_file(e, outs[i], path, err)) return false;
    }
    return true;
}

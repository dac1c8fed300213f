/* prepare.c -- start-up: every topic of a plan is looked at and internal ones are created, before
 * anybody joins the group. All problems are reported at once.
 *
 * Internal topics (design.md 4, 5):
 *   repartition  delete, retention.ms=-1, LogAppendTime; trimmed by the tasks
 *   changelog    compact (plain, versioned) or compact,delete (windows), retention.ms=-1
 *   dead letters as many partitions as the largest input, max.message.bytes + 16 KiB, any timestamp
 */
#include "processor/task/internal.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { DLQ_ROOM = 16 << 10 };

struct prepare {
    const struct mr_plan *plan;
    const char *app;
    struct mr_broker *broker;
    struct mr_buf *problems, *warnings;
    struct mr_arena arena;
    int32_t *partitions;   /* [sub]: 0 = not known because of a problem */
    int32_t most;          /* partitions of the largest input */
    int64_t largest_bytes; /* largest max.message.bytes of the inputs */
    bool missing;          /* a topic that somebody else has to create */
};

static enum mr_class describe(struct prepare *p, const char *topic, struct mr_topic_info *ret,
                              struct mr_err *err) {
    enum mr_class rc;
    int tries = 0;
    do rc = mr_broker_describe(p->broker, mr_broker_topic(p->broker, topic), ret, err);
    while (rc == MR_RETRY && ++tries < 3);
    return rc;
}

/* Adds a line. A topic that several sub-topologies name has each of its problems once. */
static void __attribute__((format(printf, 2, 3))) say(struct mr_buf *to, const char *fmt, ...) {
    char line[1200]; /* a few names of at most 249 bytes */
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    const char *said = mr_buf_cstr(to), *at = strstr(said, line);
    while (at && at != said && at[-1] != '\n') at = strstr(at + 1, line);
    if (!at) mr_buf_cat(to, line);
}

/* ---- what the user's topics must be */

static enum mr_class check_input(struct prepare *p, const struct mr_sub *sub,
                                 const struct mr_input *in, struct mr_err *err) {
    struct mr_topic_info info;
    enum mr_class rc = describe(p, in->topic, &info, err);
    if (rc != MR_OK) return rc;
    if (info.partitions == 0) {
        say(p->problems, "topic `%s` (%s `%s`) does not exist: create it\n", in->topic,
            in->kind == MR_IN_TABLE ? "table" : "source", in->source);
        p->missing = true;
        return MR_OK;
    }
    int32_t *n = &p->partitions[sub->id];
    if (*n && *n != info.partitions)
        say(p->problems,
            "topic `%s` has %d partitions, but `%s` joined with it has %d: topics of one "
            "task need equal counts (`key:` on the stream side makes a repartition)\n",
            in->topic, info.partitions, sub->inputs[sub->anchor].topic, *n);
    if (!*n) *n = info.partitions;
    if (info.partitions > p->most) p->most = info.partitions;
    if (info.max_message_bytes > p->largest_bytes) p->largest_bytes = info.max_message_bytes;
    const struct mr_input *table = in->kind == MR_IN_TABLE ? in : in->table;
    if (table && !info.compact && info.retention_ms >= 0)
        say(p->warnings,
            "topic `%s` of table `%s` is not compacted and loses rows after "
            "retention.ms=%" PRId64 "\n",
            in->topic, table->source, info.retention_ms);
    return MR_OK;
}

static enum mr_class create(struct prepare *p, const char *name, int32_t partitions,
                            const char *const *config, struct mr_err *err) {
    if (p->problems->n) return MR_OK; /* nothing is made for a topology that will not start */
    struct mr_topic_spec spec = {name, partitions, config};
    enum mr_class rc = mr_broker_create(p->broker, &spec, err);
    if (rc != MR_FATAL) return rc;
    say(p->problems, "topic `%s` cannot be created: %s\n", name, err->text);
    return MR_OK;
}

static enum mr_class check_sink(struct prepare *p, const struct mr_output *out,
                                struct mr_err *err) {
    static const char *const any_time[] = {"message.timestamp.after.max.ms", "9223372036854775807",
                                           NULL};
    struct mr_topic_info info;
    enum mr_class rc = describe(p, out->topic, &info, err);
    if (rc != MR_OK) return rc;
    if (info.partitions == 0 && out->create) {
        int32_t n = out->create_partitions > 0 ? out->create_partitions : p->most;
        size_t k = 0;
        while (out->create_config && out->create_config[k]) k++;
        const char **config = mr_arena_calloc(&p->arena, k + 3, sizeof *config);
        memcpy(config, any_time, 2 * sizeof *config);
        if (k) memcpy(config + 2, out->create_config, k * sizeof *config);
        return create(p, out->topic, n ? n : 1, config, err);
    }
    if (info.partitions == 0) {
        say(p->problems, "topic `%s` (sink `%s`) does not exist: create it, or add `create: {}`\n",
            out->topic, out->name);
        p->missing = true;
    } else if (info.timestamp_after_max_ms < (int64_t)365 * 86400 * 1000) {
        say(p->warnings,
            "topic `%s` (sink `%s`) refuses timestamps more than %" PRId64
            " ms ahead of its clock: such rows become dead letters (time.topic)\n",
            out->topic, out->name, info.timestamp_after_max_ms);
    }
    return MR_OK;
}

/* ---- what millrace makes for itself */

/* Partitions of a sub behind a repartition: of the topics it is joined with, else the most of the
 * source topics above it. Subs come in order, upstream first. */
static void count_partitions(struct prepare *p, const struct mr_sub *sub) {
    if (p->partitions[sub->id]) return;
    int32_t most = 0;
    for (uint16_t i = 0; i < sub->n_inputs; i++)
        if (sub->inputs[i].kind == MR_IN_REPARTITION &&
            p->partitions[sub->inputs[i].from_sub] > most)
            most = p->partitions[sub->inputs[i].from_sub];
    p->partitions[sub->id] = most;
}

static enum mr_class internal_topic(struct prepare *p, const char *name, int32_t partitions,
                                    bool compact, const char *const *config, struct mr_err *err) {
    struct mr_topic_info info;
    if (partitions == 0) return MR_OK; /* a problem was reported already */
    enum mr_class rc = describe(p, name, &info, err);
    if (rc != MR_OK) return rc;
    if (info.partitions == 0) return create(p, name, partitions, config, err);
    if (info.partitions != partitions)
        say(p->problems,
            "internal topic `%s` has %d partitions, %d are needed: the inputs' counts "
            "have changed; start anew with another --app\n",
            name, info.partitions, partitions);
    if (info.compact != compact)
        say(p->problems, "internal topic `%s` has the wrong cleanup.policy: %s\n", name,
            compact ? "it must be compacted" : "it must not be compacted");
    if (!compact && info.retention_ms >= 0)
        say(p->problems, "internal topic `%s` has retention.ms=%" PRId64 ", not -1\n", name,
            info.retention_ms);
    return MR_OK;
}

static enum mr_class internal_topics(struct prepare *p, const struct mr_sub *sub,
                                     struct mr_err *err) {
    static const char *const repartition[] = {
        "cleanup.policy", "delete", "retention.ms", "-1", "message.timestamp.type",
        "LogAppendTime",  NULL};
    static const char *const compacted[] = {
        "cleanup.policy", "compact", "retention.ms", "-1", "message.timestamp.type",
        "LogAppendTime",  NULL};
    static const char *const windows[] = {"cleanup.policy",
                                          "compact,delete",
                                          "retention.ms",
                                          "-1",
                                          "message.timestamp.type",
                                          "LogAppendTime",
                                          NULL};
    int32_t n = p->partitions[sub->id];
    enum mr_class rc = MR_OK;
    for (uint16_t i = 0; i < sub->n_inputs && rc == MR_OK; i++)
        if (sub->inputs[i].kind == MR_IN_REPARTITION)
            rc = internal_topic(p, mr_name_input(&p->arena, p->app, &sub->inputs[i]), n, false,
                                repartition, err);
    for (uint16_t i = 0; i < sub->n_stores && rc == MR_OK; i++)
        rc = internal_topic(p, mr_name_changelog(&p->arena, p->app, sub->stores[i].name), n, true,
                            sub->stores[i].kind == MR_STORE_WINDOW ? windows : compacted, err);
    return rc;
}

static enum mr_class dead_letters(struct prepare *p, struct mr_err *err) {
    struct mr_topic_info info;
    const char *name = mr_name_dlq(&p->arena, p->app, p->plan);
    enum mr_class rc = describe(p, name, &info, err);
    if (rc != MR_OK || p->most == 0) return rc;
    if (info.partitions == 0) {
        const char *config[] = {"max.message.bytes",
                                mr_arena_printf(&p->arena, "%" PRId64, p->largest_bytes + DLQ_ROOM),
                                "message.timestamp.after.max.ms", "9223372036854775807", NULL};
        return create(p, name, p->most, config, err);
    }
    if (info.max_message_bytes < p->largest_bytes + DLQ_ROOM)
        say(p->warnings,
            "dead letter topic `%s` takes records of %" PRId64
            " bytes: larger ones are written without their value\n",
            name, info.max_message_bytes);
    return MR_OK;
}

static enum mr_class all(struct prepare *p, struct mr_err *err) {
    enum mr_class rc = MR_OK;
    for (uint16_t s = 0; s < p->plan->n_subs; s++) {
        const struct mr_sub *sub = &p->plan->subs[s];
        for (uint16_t i = 0; i < sub->n_inputs && rc == MR_OK; i++)
            if (sub->inputs[i].kind != MR_IN_REPARTITION)
                rc = check_input(p, sub, &sub->inputs[i], err);
    }
    for (uint16_t s = 0; s < p->plan->n_subs && rc == MR_OK; s++) {
        const struct mr_sub *sub = &p->plan->subs[s];
        count_partitions(p, sub);
        for (uint16_t i = 0; i < sub->n_outs && rc == MR_OK; i++)
            if (sub->outs[i].kind == MR_OUT_SINK || sub->outs[i].kind == MR_OUT_LATE)
                rc = check_sink(p, &sub->outs[i], err);
        if (rc == MR_OK) rc = internal_topics(p, sub, err);
    }
    return rc == MR_OK ? dead_letters(p, err) : rc;
}

enum mr_class mr_prepare(const struct mr_plan *plan, const char *app, struct mr_broker *broker,
                         struct mr_buf *problems, struct mr_buf *warnings, struct mr_err *err) {
    struct prepare p = {plan, app, broker, problems, warnings, {0}, NULL, 0, 0, false};
    mr_arena_init(&p.arena);
    p.partitions = mr_arena_calloc(&p.arena, plan->n_subs, sizeof *p.partitions);
    enum mr_class rc = all(&p, err);
    mr_arena_done(&p.arena);
    if (rc == MR_OK && problems->n)
        return mr_err_set(err, MR_FATAL, p.missing ? MR_PREPARE_MISSING : 0,
                          "the topics do not fit the topology");
    return rc;
}

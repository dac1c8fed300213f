/* kafka.c -- the `kafka` implementation of the seam: opening, and the questions that need no
 * consumer of ours: topics (describe, create, trim), watermarks, committed offsets.
 *
 * One read_uncommitted handle serves all of them except committed offsets, which need a handle with
 * the group's id (it never joins). Invariants:
 *  1. Watermarks are the broker's high watermark, never the last stable offset (N9): the handle is
 *     read_uncommitted.
 *  2. No committed offset is looked at before the call and each partition said "no error" (N3): a
 *     time-out leaves -1001 in the list, which means nothing.
 *  3. Topics are only created and described, never altered (section 9).
 *
 * Shared by all threads: librdkafka's handles are thread-safe; our own tables have a lock.
 */
#include "processor/broker/kafka.h"

#include "base/mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ASK_MS = 5000,    /* a question to the cluster */
    ADMIN_MS = 15000, /* create, delete records */
    READY_MS = 15000, /* a created topic gets its leaders */
    END_MS = 5000,    /* a handle's end */
    OFFSETS_MS = 5000 /* offsets held back by an open transaction */
};

static void list_freep(rd_kafka_topic_partition_list_t **l) {
    if (*l) rd_kafka_topic_partition_list_destroy(*l);
}

static void event_freep(rd_kafka_event_t **e) {
    if (*e) rd_kafka_event_destroy(*e);
}

static void queue_freep(rd_kafka_queue_t **q) {
    if (*q) rd_kafka_queue_destroy(*q);
}

static void options_freep(rd_kafka_AdminOptions_t **o) {
    if (*o) rd_kafka_AdminOptions_destroy(*o);
}

/* ---- opening */

static void kafka_close(struct mr_broker *base) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    for (size_t i = 0; i < b->n_groups; i++) {
        mr_kafka_destroy(b->groups[i].rk, END_MS);
        mr_free(b->groups[i].group);
    }
    mr_kafka_destroy(b->admin, END_MS);
    for (size_t i = 0; i < b->n_props; i++) {
        mr_free((char *)b->props[i].name);
        mr_free((char *)b->props[i].value);
    }
    mr_free(b->props);
    mr_free(b->groups);
    mr_free(b->partitions);
    mr_free(b->brokers);
    mr_free(b->client_id);
    pthread_mutex_destroy(&b->lock);
    mr_broker_base_done(&b->base);
    mr_free(b);
}

static enum mr_class kafka_watermarks(struct mr_broker *b, struct mr_tp tp, int64_t *ret_low,
                                      int64_t *ret_high, struct mr_err *err);
static enum mr_class kafka_offset_at(struct mr_broker *b, struct mr_tp tp, int64_t ts,
                                     int64_t *ret_offset, struct mr_err *err);
static enum mr_class kafka_committed(struct mr_broker *b, const char *group,
                                     const struct mr_tp *tps, size_t n, struct mr_offset *ret,
                                     struct mr_arena *a, struct mr_err *err);

static const struct mr_broker_ops ops = {
    .close = kafka_close,
    .describe = mr_kafka_describe,
    .create = mr_kafka_create,
    .trim = mr_kafka_trim,
    .watermarks = kafka_watermarks,
    .offset_at = kafka_offset_at,
    .committed = kafka_committed,
    .consumer_open = mr_kafka_consumer_open,
    .consumer_close = mr_kafka_consumer_close,
    .add = mr_kafka_add,
    .remove = mr_kafka_remove,
    .seek = mr_kafka_seek,
    .serve = mr_kafka_serve,
    .fetch = mr_kafka_fetch,
    .release = mr_kafka_release,
    .pause = mr_kafka_pause,
    .producer_open = mr_kafka_producer_open,
    .producer_close = mr_kafka_producer_close,
    .begin = mr_kafka_begin,
    .send = mr_kafka_send,
    .offsets = mr_kafka_offsets,
    .commit = mr_kafka_commit,
    .abort = mr_kafka_abort,
};

enum mr_class mr_broker_open_kafka(const struct mr_broker_conf *conf, struct mr_broker **ret,
                                   struct mr_err *err) {
    enum mr_class r = mr_kafka_check_props(conf->props, conf->n_props, err);
    if (r != MR_OK) return r;
    struct kafka_broker *b = mr_calloc(1, sizeof *b);
    mr_broker_base_init(&b->base, &ops);
    pthread_mutex_init(&b->lock, NULL);
    b->clock = conf->clock ? conf->clock : mr_clock_real();
    b->brokers = mr_strdup(conf->brokers);
    b->client_id = mr_strdup(conf->client_id ? conf->client_id : "millrace");
    b->props = mr_calloc(conf->n_props ? conf->n_props : 1, sizeof *b->props);
    for (; b->n_props < conf->n_props; b->n_props++)
        b->props[b->n_props] = (struct mr_property){mr_strdup(conf->props[b->n_props].name),
                                                    mr_strdup(conf->props[b->n_props].value)};
    r = mr_kafka_new(RD_KAFKA_CONSUMER, mr_kafka_conf(b, MR_KAFKA_FOR_ADMIN, "admin"), &b->admin,
                     err);
    if (r != MR_OK) {
        kafka_close(&b->base);
        return r;
    }
    *ret = &b->base;
    return MR_OK;
}

/* ---- topics: how many partitions, and all that is known */

static enum mr_class metadata(rd_kafka_t *rk, const char *name, int32_t *ret_partitions,
                              bool *ret_ready, struct mr_err *err) {
    const struct rd_kafka_metadata *md = NULL;
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, name, NULL);
    *ret_partitions = 0;
    *ret_ready = false;
    if (!t) return mr_kafka_fail(err, MR_KAFKA_ADMIN, rd_kafka_last_error(), name);
    rd_kafka_resp_err_t e = rd_kafka_metadata(rk, 0, t, &md, ASK_MS);
    rd_kafka_topic_destroy(t);
    if (!e && md->topic_cnt == 1) {
        const struct rd_kafka_metadata_topic *m = &md->topics[0];
        e = m->err;
        *ret_partitions = m->partition_cnt;
        *ret_ready = m->partition_cnt > 0;
        for (int i = 0; i < m->partition_cnt; i++)
            if (m->partitions[i].err || m->partitions[i].leader < 0) *ret_ready = false;
    }
    if (md) rd_kafka_metadata_destroy(md);
    if (e == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return MR_OK;
    return mr_kafka_fail(err, MR_KAFKA_ADMIN, e, name);
}

enum mr_class mr_kafka_partitions(struct kafka_broker *b, int topic, int32_t *ret,
                                  struct mr_err *err) {
    pthread_mutex_lock(&b->lock);
    *ret = (size_t)topic < b->n_partitions ? b->partitions[topic] : 0;
    pthread_mutex_unlock(&b->lock);
    if (*ret) return MR_OK;
    bool ready;
    enum mr_class r = metadata(b->admin, mr_broker_topic_name(&b->base, topic), ret, &ready, err);
    if (r != MR_OK) return r;
    pthread_mutex_lock(&b->lock);
    if ((size_t)topic >= b->n_partitions) {
        size_t n = (size_t)topic + 16;
        b->partitions = mr_realloc(b->partitions, n * sizeof *b->partitions);
        memset(b->partitions + b->n_partitions, 0, (n - b->n_partitions) * sizeof *b->partitions);
        b->n_partitions = n;
    }
    b->partitions[topic] = *ret;
    pthread_mutex_unlock(&b->lock);
    return MR_OK;
}

void mr_kafka_forget_partitions(struct kafka_broker *b, int topic) {
    pthread_mutex_lock(&b->lock);
    if ((size_t)topic < b->n_partitions) b->partitions[topic] = 0;
    pthread_mutex_unlock(&b->lock);
}

/* Starts an admin request by `start`, waits for its result. *ret is owned by the caller. */
static enum mr_class admin_wait(struct kafka_broker *b, rd_kafka_queue_t *q, const char *what,
                                rd_kafka_event_t **ret, struct mr_err *err) {
    rd_kafka_event_t *e = rd_kafka_queue_poll(q, ADMIN_MS + 2000);
    if (!e) return mr_kafka_fail(err, MR_KAFKA_ADMIN, RD_KAFKA_RESP_ERR__TIMED_OUT, what);
    rd_kafka_resp_err_t code = rd_kafka_event_error(e); /* then there is no result (section 9) */
    if (code) {
        enum mr_class r = mr_kafka_fail(err, MR_KAFKA_ADMIN, code, what);
        rd_kafka_event_destroy(e);
        return r;
    }
    *ret = e;
    return MR_OK;
}

static rd_kafka_AdminOptions_t *admin_options(struct kafka_broker *b, rd_kafka_admin_op_t op) {
    rd_kafka_AdminOptions_t *o = rd_kafka_AdminOptions_new(b->admin, op);
    char why[100];
    rd_kafka_AdminOptions_set_request_timeout(o, ADMIN_MS, why, sizeof why);
    return o;
}

static int64_t number(const char *value) {
    long long v = strtoll(value, NULL, 10);
    return v == -1 ? INT64_MAX : v; /* -1: for ever */
}

static void take_config(const char *name, const char *value, struct mr_topic_info *to) {
    if (!value) return;
    if (!strcmp(name, "max.message.bytes")) to->max_message_bytes = number(value);
    if (!strcmp(name, "retention.ms")) to->retention_ms = strtoll(value, NULL, 10);
    if (!strcmp(name, "delete.retention.ms")) to->delete_retention_ms = number(value);
    if (!strcmp(name, "message.timestamp.after.max.ms")) to->timestamp_after_max_ms = number(value);
    if (!strcmp(name, "message.timestamp.type")) to->log_append_time = value[0] == 'L';
    if (!strcmp(name, "cleanup.policy")) {
        to->compact = strstr(value, "compact") != NULL;
        to->delete_ = strstr(value, "delete") != NULL;
    }
}

static enum mr_class describe_config(struct kafka_broker *b, const char *name,
                                     struct mr_topic_info *to, struct mr_err *err) {
    MR_CLEANUP(queue_freep) rd_kafka_queue_t *q = rd_kafka_queue_new(b->admin);
    MR_CLEANUP(options_freep)
    rd_kafka_AdminOptions_t *o = admin_options(b, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_ConfigResource_t *ask = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name);
    rd_kafka_DescribeConfigs(b->admin, &ask, 1, o, q);
    rd_kafka_ConfigResource_destroy(ask);
    MR_CLEANUP(event_freep) rd_kafka_event_t *e = NULL;
    enum mr_class r = admin_wait(b, q, name, &e, err);
    if (r != MR_OK) return r;
    size_t n = 0, n_entries = 0;
    const rd_kafka_ConfigResource_t **res =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(e), &n);
    assert(n == 1);
    rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(res[0]);
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) { /* this broker has not heard of it yet */
        to->partitions = 0;
        return MR_OK;
    }
    r = mr_kafka_fail(err, MR_KAFKA_ADMIN, code, name);
    if (r != MR_OK) return r;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(res[0], &n_entries);
    for (size_t i = 0; i < n_entries; i++)
        take_config(rd_kafka_ConfigEntry_name(entries[i]), rd_kafka_ConfigEntry_value(entries[i]),
                    to);
    return MR_OK;
}

enum mr_class mr_kafka_describe(struct mr_broker *base, int topic, struct mr_topic_info *ret,
                                struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    const char *name = mr_broker_topic_name(base, topic);
    struct mr_topic_info info = {.timestamp_after_max_ms = INT64_MAX};
    mr_kafka_forget_partitions(b, topic);
    enum mr_class r = mr_kafka_partitions(b, topic, &info.partitions, err);
    if (r == MR_OK && info.partitions) r = describe_config(b, name, &info, err);
    if (r == MR_OK) *ret = info;
    return r;
}

/* ---- create, trim */

/* Leaders are named in the metadata before they know it themselves: ask each of them. */
static enum mr_class ask_leaders(struct kafka_broker *b, const char *name, int32_t n,
                                 bool *ret_ready, struct mr_err *err) {
    enum mr_class r = MR_OK;
    int64_t low, high;
    for (int32_t i = 0; r == MR_OK && i < n; i++)
        r = mr_kafka_fail(err, MR_KAFKA_READ,
                          rd_kafka_query_watermark_offsets(b->admin, name, i, &low, &high, ASK_MS),
                          name);
    *ret_ready = r == MR_OK;
    return r;
}

static enum mr_class wait_ready(struct kafka_broker *b, const char *name, struct mr_err *err) {
    int64_t until = b->clock->mono_ms(b->clock) + READY_MS;
    for (;;) {
        int32_t n;
        bool ready;
        enum mr_class r = metadata(b->admin, name, &n, &ready, err);
        if (r == MR_OK && ready) r = ask_leaders(b, name, n, &ready, err);
        if (r == MR_FATAL || (r == MR_OK && ready)) return r;
        if (b->clock->mono_ms(b->clock) > until)
            return mr_err_set(err, MR_RETRY, 0, "topic %s is created but has no leaders", name);
        struct timespec pause = {.tv_nsec = 20000000};
        nanosleep(&pause, NULL);
    }
}

enum mr_class mr_kafka_create(struct mr_broker *base, const struct mr_topic_spec *spec,
                              struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    char why[200] = "";
    rd_kafka_NewTopic_t *t =
        rd_kafka_NewTopic_new(spec->name, spec->partitions, -1, why, sizeof why);
    if (!t) return mr_err_set(err, MR_FATAL, 0, "topic %s: %s", spec->name, why);
    for (const char *const *c = spec->config; c && c[0]; c += 2)
        rd_kafka_NewTopic_set_config(t, c[0], c[1]);
    MR_CLEANUP(queue_freep) rd_kafka_queue_t *q = rd_kafka_queue_new(b->admin);
    MR_CLEANUP(options_freep)
    rd_kafka_AdminOptions_t *o = admin_options(b, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(b->admin, &t, 1, o, q);
    rd_kafka_NewTopic_destroy(t);
    MR_CLEANUP(event_freep) rd_kafka_event_t *e = NULL;
    enum mr_class r = admin_wait(b, q, spec->name, &e, err);
    if (r != MR_OK) return r;
    size_t n = 0;
    const rd_kafka_topic_result_t **res =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(e), &n);
    assert(n == 1);
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(res[0]);
    struct mr_kafka_fault f = {.code = code};
    if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return mr_err_set(err, mr_kafka_classify(MR_KAFKA_ADMIN, &f), code, "topic %s: %s",
                          spec->name, rd_kafka_topic_result_error_string(res[0]));
    return wait_ready(b, spec->name, err);
}

enum mr_class mr_kafka_trim(struct mr_broker *base, struct mr_tp tp, int64_t before,
                            struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    const char *name = mr_broker_topic_name(base, tp.topic);
    if (before < 0) /* to librdkafka -1 would be "all" */
        return mr_err_set(err, MR_FATAL, 0, "%s: offset %lld is out of range", name,
                          (long long)before);
    MR_CLEANUP(list_freep)
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(l, name, tp.partition)->offset = before;
    rd_kafka_DeleteRecords_t *del = rd_kafka_DeleteRecords_new(l);
    MR_CLEANUP(queue_freep) rd_kafka_queue_t *q = rd_kafka_queue_new(b->admin);
    MR_CLEANUP(options_freep)
    rd_kafka_AdminOptions_t *o = admin_options(b, RD_KAFKA_ADMIN_OP_DELETERECORDS);
    rd_kafka_DeleteRecords(b->admin, &del, 1, o, q);
    rd_kafka_DeleteRecords_destroy(del);
    MR_CLEANUP(event_freep) rd_kafka_event_t *e = NULL;
    enum mr_class r = admin_wait(b, q, name, &e, err);
    if (r != MR_OK) return r;
    const rd_kafka_topic_partition_list_t *res =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(e));
    assert(res->cnt == 1);
    return mr_kafka_fail(err, MR_KAFKA_ADMIN, res->elems[0].err, name);
}

/* ---- offsets */

static enum mr_class kafka_watermarks(struct mr_broker *base, struct mr_tp tp, int64_t *ret_low,
                                      int64_t *ret_high, struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    const char *name = mr_broker_topic_name(base, tp.topic);
    int64_t low, high;
    enum mr_class r = mr_kafka_fail(
        err, MR_KAFKA_ADMIN,
        rd_kafka_query_watermark_offsets(b->admin, name, tp.partition, &low, &high, ASK_MS), name);
    if (r != MR_OK) return r;
    *ret_low = low;
    *ret_high = high;
    return MR_OK;
}

static enum mr_class kafka_offset_at(struct mr_broker *base, struct mr_tp tp, int64_t ts,
                                     int64_t *ret_offset, struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    const char *name = mr_broker_topic_name(base, tp.topic);
    MR_CLEANUP(list_freep)
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *e = rd_kafka_topic_partition_list_add(l, name, tp.partition);
    e->offset = ts < 0 ? 0 : ts; /* negative times are special to the protocol */
    enum mr_class r =
        mr_kafka_fail(err, MR_KAFKA_ADMIN, rd_kafka_offsets_for_times(b->admin, l, ASK_MS), name);
    if (r == MR_OK) r = mr_kafka_fail(err, MR_KAFKA_ADMIN, e->err, name);
    if (r != MR_OK) return r;
    int64_t low;
    if (e->offset < 0) return kafka_watermarks(base, tp, &low, ret_offset, err);
    *ret_offset = e->offset;
    return MR_OK;
}

static enum mr_class group_handle(struct kafka_broker *b, const char *group, rd_kafka_t **ret,
                                  struct mr_err *err) {
    enum mr_class r = MR_OK;
    *ret = NULL;
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < b->n_groups; i++)
        if (!strcmp(b->groups[i].group, group)) *ret = b->groups[i].rk;
    if (!*ret) {
        rd_kafka_conf_t *conf = mr_kafka_conf(b, MR_KAFKA_FOR_GROUP, "offsets");
        mr_kafka_set(conf, "group.id", group);
        r = mr_kafka_new(RD_KAFKA_CONSUMER, conf, ret, err);
        if (r == MR_OK) {
            b->groups = mr_realloc(b->groups, (b->n_groups + 1) * sizeof *b->groups);
            b->groups[b->n_groups++] = (struct kafka_group){mr_strdup(group), *ret};
        }
    }
    pthread_mutex_unlock(&b->lock);
    return r;
}

static enum mr_class kafka_committed(struct mr_broker *base, const char *group,
                                     const struct mr_tp *tps, size_t n, struct mr_offset *ret,
                                     struct mr_arena *a, struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    rd_kafka_t *rk;
    if (!n) return MR_OK;
    enum mr_class r = group_handle(b, group, &rk, err);
    if (r != MR_OK) return r;
    MR_CLEANUP(list_freep)
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++)
        rd_kafka_topic_partition_list_add(l, mr_broker_topic_name(base, tps[i].topic),
                                          tps[i].partition);
    r = mr_kafka_fail(err, MR_KAFKA_READ, rd_kafka_committed(rk, l, OFFSETS_MS),
                      "committed offsets");
    for (size_t i = 0; r == MR_OK && i < n; i++)
        r = mr_kafka_fail(err, MR_KAFKA_READ, l->elems[i].err, l->elems[i].topic);
    if (r != MR_OK) return r;
    assert((size_t)l->cnt == n);
    for (size_t i = 0; i < n; i++) {
        const rd_kafka_topic_partition_t *e = &l->elems[i];
        assert(e->partition == tps[i].partition &&
               !strcmp(e->topic, mr_broker_topic_name(base, tps[i].topic)));
        struct mr_str meta = {e->metadata ? e->metadata : "", e->metadata_size};
        ret[i] = (struct mr_offset){
            .tp = tps[i], .offset = e->offset < 0 ? -1 : e->offset, .meta = mr_arena_str(a, meta)};
    }
    return MR_OK;
}

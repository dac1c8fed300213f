/* sim.c -- the in-process broker itself: topics, admin, feeding, faults, time-outs, waiting.
 *
 * One mutex guards everything; a call that waits does so on one condition, in slices, because
 * time-outs are measured with the broker's clock and nobody else may be there to notice them.
 * In a single-threaded driver (mr_sim_no_wait) nothing ever waits.
 *
 * What it leaves out of Kafka: replicas, quotas, authorization, deleting topics, adding
 * partitions, static members.
 */
#include "processor/broker/sim_internal.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum {
    SESSION_MS = 30000,
    SLICE_MS = 50, /* how late a time-out may be noticed by a waiting call */
};

/* ---- growing, waiting, faults */

void mr_sim_room(void *array, size_t n, size_t *cap, size_t size) {
    if (n < *cap) return;
    void **p = array;
    *cap = *cap ? *cap * 2 : 8;
    *p = mr_realloc(*p, *cap * size);
}

int64_t mr_sim_real_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void mr_sim_wake(struct sim_broker *s) {
    if (s->waiting) pthread_cond_broadcast(&s->changed);
}

bool mr_sim_wait(struct sim_broker *s, int64_t until_ms) {
    int64_t now = mr_sim_real_ms();
    if (s->no_wait || now >= until_ms) return false;
    int64_t to = until_ms - now > SLICE_MS ? now + SLICE_MS : until_ms;
    struct timespec at = {to / 1000, (to % 1000) * 1000000};
    s->waiting++;
    pthread_cond_timedwait(&s->changed, &s->lock, &at);
    s->waiting--;
    return true;
}

const struct sim_fault *mr_sim_fault(struct sim_broker *s, enum mr_sim_call call) {
    struct sim_calls *c = &s->calls[call];
    c->n++;
    for (size_t i = 0; i < c->n_faults; i++)
        if (c->faults[i].at == c->n) return &c->faults[i];
    return NULL;
}

enum mr_class mr_sim_failed(const struct sim_fault *f, struct mr_err *err) {
    return mr_err_set(err, f->class, 0, "injected fault (%s)", mr_class_name(f->class));
}

void mr_sim_fail(struct mr_broker *b, enum mr_sim_call call, unsigned n, enum mr_class c,
                 bool applied) {
    struct sim_broker *s = (struct sim_broker *)b;
    assert(n > 0 && c != MR_OK);
    pthread_mutex_lock(&s->lock);
    struct sim_calls *k = &s->calls[call];
    size_t to = 0; /* those that have fired make room */
    for (size_t i = 0; i < k->n_faults; i++)
        if (k->faults[i].at > k->n) k->faults[to++] = k->faults[i];
    k->n_faults = to;
    mr_sim_room(&k->faults, k->n_faults, &k->cap_faults, sizeof *k->faults);
    k->faults[k->n_faults++] = (struct sim_fault){k->n + n, c, applied};
    pthread_mutex_unlock(&s->lock);
}

/* ---- time */

void mr_sim_time_outs(struct sim_broker *s) {
    int64_t now = s->clock->mono_ms(s->clock);
    for (size_t i = 0; i < s->n_groups; i++) mr_sim_group_expire(s, s->groups[i], now);
    for (size_t i = 0; i < s->n_txns; i++) mr_sim_txn_expire(s, s->txns[i], now);
}

void mr_sim_tick(struct mr_broker *b) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    mr_sim_time_outs(s);
    int64_t wall = s->clock->wall_ms(s->clock);
    for (size_t i = 0; i < s->n_topics; i++) {
        struct sim_topic *t = s->topics[i];
        if (!t || !t->info.delete_ || t->info.retention_ms < 0) continue;
        for (int32_t p = 0; p < t->info.partitions; p++)
            mr_sim_log_expire(&t->parts[p], wall - t->info.retention_ms);
    }
    pthread_mutex_unlock(&s->lock);
}

void mr_sim_timeouts(struct mr_broker *b, int64_t session_ms, int64_t txn_ms) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    s->session_ms = session_ms;
    s->txn_ms = txn_ms;
    pthread_mutex_unlock(&s->lock);
}

void mr_sim_no_wait(struct mr_broker *b) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    s->no_wait = true;
    pthread_mutex_unlock(&s->lock);
}

/* ---- feeding and reading */

int64_t mr_sim_append(struct mr_broker *b, int topic, int32_t partition, const struct mr_out *rec) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_topic *t = sim_topic(s, topic);
    if (t && partition < 0)
        partition = rec->key.p ? mr_partition_of(rec->key.p, rec->key.n, t->info.partitions) : 0;
    struct sim_part *p = sim_part(s, (struct mr_tp){topic, partition});
    int64_t offset = -1;
    if (p) {
        assert(!t->ended);
        int64_t ts = t->info.log_append_time ? s->clock->wall_ms(s->clock) : rec->ts;
        offset = mr_sim_log_append(p, rec, ts, 0);
        mr_sim_wake(s);
    }
    pthread_mutex_unlock(&s->lock);
    return offset;
}

void mr_sim_end_feed(struct mr_broker *b, int topic) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_topic *t = sim_topic(s, topic);
    if (t) t->ended = true;
    mr_sim_wake(s);
    pthread_mutex_unlock(&s->lock);
}

bool mr_sim_read(struct mr_broker *b, struct mr_tp tp, int64_t *offset, struct mr_msg *ret) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_part *p = sim_part(s, tp);
    struct sim_run run = p ? mr_sim_log_find(p, *offset, 1) : (struct sim_run){0};
    if (run.n) {
        *ret = run.seg->msgs[run.at];
        *offset = ret->offset + 1;
    }
    pthread_mutex_unlock(&s->lock);
    return run.n > 0;
}

void mr_sim_compact(struct mr_broker *b, int topic) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_topic *t = sim_topic(s, topic);
    int64_t wall = s->clock->wall_ms(s->clock);
    for (int32_t p = 0; t && t->info.compact && p < t->info.partitions; p++)
        mr_sim_log_compact(&t->parts[p], t->info.delete_retention_ms, wall);
    pthread_mutex_unlock(&s->lock);
}

/* ---- topic configuration */

static bool read_number(const char *value, int64_t *ret) {
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (errno || end == value || *end) return false;
    *ret = n;
    return true;
}

static bool read_policy(const char *value, struct mr_topic_info *info) {
    info->compact = info->delete_ = false;
    for (const char *at = value; *at;) {
        size_t n = strcspn(at, ",");
        struct mr_str word = {at, n};
        if (mr_str_is(word, "compact"))
            info->compact = true;
        else if (mr_str_is(word, "delete"))
            info->delete_ = true;
        else
            return false;
        at += n + (at[n] == ',');
    }
    return info->compact || info->delete_;
}

/* Settings of topics that mean nothing here: one copy, no segments, no disk. */
static const char *const without_effect[] = {
    "compression.type",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "index.interval.bytes",
    "max.compaction.lag.ms",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "min.insync.replicas",
    "preallocate",
    "retention.bytes",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "message.timestamp.before.max.ms",
};

static bool configure(struct mr_topic_info *info, const char *name, const char *value) {
    if (!strcmp(name, "cleanup.policy")) return read_policy(value, info);
    if (!strcmp(name, "message.timestamp.type")) {
        info->log_append_time = !strcmp(value, "LogAppendTime");
        return info->log_append_time || !strcmp(value, "CreateTime");
    }
    if (!strcmp(name, "retention.ms")) return read_number(value, &info->retention_ms);
    if (!strcmp(name, "delete.retention.ms")) return read_number(value, &info->delete_retention_ms);
    if (!strcmp(name, "max.message.bytes")) return read_number(value, &info->max_message_bytes);
    if (!strcmp(name, "message.timestamp.after.max.ms"))
        return read_number(value, &info->timestamp_after_max_ms);
    for (size_t i = 0; i < MR_ARRAY_LEN(without_effect); i++)
        if (!strcmp(name, without_effect[i])) return true;
    return false;
}

/* ---- admin */

static void put_topic(struct sim_broker *s, int topic, const struct mr_topic_info *info) {
    if ((size_t)topic >= s->n_topics) {
        size_t n = (size_t)topic + 1;
        s->topics = mr_realloc(s->topics, n * sizeof(struct sim_topic *));
        memset(s->topics + s->n_topics, 0, (n - s->n_topics) * sizeof(struct sim_topic *));
        s->n_topics = n;
    }
    struct sim_topic *t = mr_calloc(1, sizeof *t);
    t->info = *info;
    t->parts = mr_calloc((size_t)info->partitions, sizeof *t->parts);
    s->topics[topic] = t;
    for (size_t i = 0; i < s->n_groups; i++) mr_sim_group_topic_made(s->groups[i], topic);
    mr_sim_wake(s);
}

/* Retention is endless unless asked for: feeds are often older than Kafka's 7 days. */
static enum mr_class create(struct mr_broker *b, const struct mr_topic_spec *spec,
                            struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    struct mr_topic_info info = {.partitions = spec->partitions > 0 ? spec->partitions : 1,
                                 .max_message_bytes = 1048588,
                                 .retention_ms = -1,
                                 .delete_retention_ms = 86400000,
                                 .timestamp_after_max_ms = INT64_MAX,
                                 .delete_ = true};
    for (const char *const *c = spec->config; c && *c; c += 2)
        if (!configure(&info, c[0], c[1]))
            return mr_err_set(err, MR_FATAL, 0, "topic %s: %s=%s is not valid", spec->name, c[0],
                              c[1]);
    int topic = mr_broker_topic(b, spec->name);
    pthread_mutex_lock(&s->lock);
    if (!sim_topic(s, topic)) put_topic(s, topic, &info);
    pthread_mutex_unlock(&s->lock);
    return MR_OK;
}

static enum mr_class describe(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                              struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_topic *t = sim_topic(s, topic);
    *ret = t ? t->info : (struct mr_topic_info){0};
    pthread_mutex_unlock(&s->lock);
    return MR_OK;
}

static enum mr_class unknown_part(struct mr_tp tp, struct mr_err *err) {
    return mr_err_set(err, MR_FATAL, 0, "topic %d partition %d does not exist", tp.topic,
                      tp.partition);
}

static enum mr_class trim(struct mr_broker *b, struct mr_tp tp, int64_t before,
                          struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    enum mr_class r = MR_OK;
    pthread_mutex_lock(&s->lock);
    struct sim_part *p = sim_part(s, tp);
    if (!p)
        r = unknown_part(tp, err);
    else if (!sim_topic(s, tp.topic)->info.delete_)
        r = mr_err_set(err, MR_FATAL, 0, "cleanup.policy does not allow to delete records");
    else if (before < 0 || before > p->high)
        r = mr_err_set(err, MR_FATAL, 0, "offset %lld is out of range", (long long)before);
    else
        mr_sim_log_trim(p, before);
    pthread_mutex_unlock(&s->lock);
    return r;
}

static enum mr_class watermarks(struct mr_broker *b, struct mr_tp tp, int64_t *ret_low,
                                int64_t *ret_high, struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_part *p = sim_part(s, tp);
    if (p) {
        *ret_low = p->low;
        *ret_high = p->high;
    }
    pthread_mutex_unlock(&s->lock);
    return p ? MR_OK : unknown_part(tp, err);
}

static enum mr_class offset_at(struct mr_broker *b, struct mr_tp tp, int64_t ts,
                               int64_t *ret_offset, struct mr_err *err) {
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    struct sim_part *p = sim_part(s, tp);
    if (p) *ret_offset = mr_sim_log_offset_at(p, ts);
    pthread_mutex_unlock(&s->lock);
    return p ? MR_OK : unknown_part(tp, err);
}

/* ---- the broker */

static void sim_close(struct mr_broker *b) {
    struct sim_broker *s = (struct sim_broker *)b;
    for (size_t i = 0; i < s->n_topics; i++) {
        struct sim_topic *t = s->topics[i];
        for (int32_t p = 0; t && p < t->info.partitions; p++) mr_sim_log_done(&t->parts[p]);
        if (t) mr_free(t->parts);
        mr_free(t);
    }
    for (size_t i = 0; i < s->n_groups; i++) mr_sim_group_free(s->groups[i]);
    for (size_t i = 0; i < s->n_txns; i++) mr_sim_txn_free(s->txns[i]);
    for (size_t i = 0; i < MR_SIM_N_CALLS; i++) mr_free(s->calls[i].faults);
    mr_free(s->topics);
    mr_free(s->groups);
    mr_free(s->txns);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    mr_broker_base_done(b);
    mr_free(s);
}

static const struct mr_broker_ops sim_ops = {
    .close = sim_close,
    .describe = describe,
    .create = create,
    .trim = trim,
    .watermarks = watermarks,
    .offset_at = offset_at,
    .committed = mr_sim_committed,
    .consumer_open = mr_sim_consumer_open,
    .consumer_close = mr_sim_consumer_close,
    .add = mr_sim_add,
    .remove = mr_sim_remove,
    .seek = mr_sim_seek,
    .serve = mr_sim_serve,
    .fetch = mr_sim_fetch,
    .release = mr_sim_release,
    .pause = mr_sim_pause,
    .producer_open = mr_sim_producer_open,
    .producer_close = mr_sim_producer_close,
    .begin = mr_sim_begin,
    .send = mr_sim_send,
    .offsets = mr_sim_offsets,
    .commit = mr_sim_commit,
    .abort = mr_sim_abort,
};

struct mr_broker *mr_broker_open_sim(struct mr_clock *clock) {
    struct sim_broker *s = mr_calloc(1, sizeof *s);
    mr_broker_base_init(&s->base, &sim_ops);
    s->clock = clock;
    s->session_ms = SESSION_MS;
    s->txn_ms = MR_TXN_TIMEOUT_MS;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &attr);
    pthread_condattr_destroy(&attr);
    return &s->base;
}

/* broker.c -- the seam's front: topic names, and one indirect call per function of broker.h.
 *
 * It must not know any implementation.
 */
#include "processor/broker/internal.h"

#include "base/mem.h"

#include <assert.h>

void mr_broker_base_init(struct mr_broker *b, const struct mr_broker_ops *ops) {
    *b = (struct mr_broker){.ops = ops};
    pthread_mutex_init(&b->names_lock, NULL);
}

void mr_broker_base_done(struct mr_broker *b) {
    for (size_t i = 0; i < b->n_names; i++) mr_free(b->names[i]);
    mr_free(b->names);
    pthread_mutex_destroy(&b->names_lock);
}

void mr_broker_close(struct mr_broker *b) {
    if (b) b->ops->close(b);
}

int mr_broker_topic(struct mr_broker *b, const char *name) {
    pthread_mutex_lock(&b->names_lock);
    size_t i = 0;
    while (i < b->n_names && strcmp(b->names[i], name) != 0) i++;
    if (i == b->n_names) {
        if (b->n_names == b->cap_names) {
            b->cap_names = b->cap_names ? b->cap_names * 2 : 16;
            b->names = mr_realloc(b->names, b->cap_names * sizeof *b->names);
        }
        b->names[b->n_names++] = mr_strdup(name);
    }
    pthread_mutex_unlock(&b->names_lock);
    return (int)i;
}

const char *mr_broker_topic_name(struct mr_broker *b, int topic) {
    pthread_mutex_lock(&b->names_lock);
    assert(topic >= 0 && (size_t)topic < b->n_names);
    const char *name = b->names[topic];
    pthread_mutex_unlock(&b->names_lock);
    return name;
}

enum mr_class mr_broker_describe(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                                 struct mr_err *err) {
    return b->ops->describe(b, topic, ret, err);
}

enum mr_class mr_broker_create(struct mr_broker *b, const struct mr_topic_spec *spec,
                               struct mr_err *err) {
    return b->ops->create(b, spec, err);
}

enum mr_class mr_broker_trim(struct mr_broker *b, struct mr_tp tp, int64_t before,
                             struct mr_err *err) {
    return b->ops->trim(b, tp, before, err);
}

enum mr_class mr_broker_watermarks(struct mr_broker *b, struct mr_tp tp, int64_t *ret_low,
                                   int64_t *ret_high, struct mr_err *err) {
    return b->ops->watermarks(b, tp, ret_low, ret_high, err);
}

enum mr_class mr_broker_offset_at(struct mr_broker *b, struct mr_tp tp, int64_t ts,
                                  int64_t *ret_offset, struct mr_err *err) {
    return b->ops->offset_at(b, tp, ts, ret_offset, err);
}

enum mr_class mr_broker_committed(struct mr_broker *b, const char *group, const struct mr_tp *tps,
                                  size_t n, struct mr_offset *ret, struct mr_arena *a,
                                  struct mr_err *err) {
    return b->ops->committed(b, group, tps, n, ret, a, err);
}

enum mr_class mr_consumer_open(struct mr_broker *b, const struct mr_consumer_conf *conf,
                               struct mr_consumer **ret, struct mr_err *err) {
    return b->ops->consumer_open(b, conf, ret, err);
}

void mr_consumer_close(struct mr_consumer *c) {
    if (c) c->ops->consumer_close(c);
}

enum mr_class mr_consumer_add(struct mr_consumer *c, const struct mr_offset *at, const int *tags,
                              size_t n, struct mr_err *err) {
    return c->ops->add(c, at, tags, n, err);
}

enum mr_class mr_consumer_remove(struct mr_consumer *c, const struct mr_tp *tps, size_t n,
                                 struct mr_err *err) {
    return c->ops->remove(c, tps, n, err);
}

enum mr_class mr_consumer_seek(struct mr_consumer *c, const struct mr_offset *at, size_t n,
                               struct mr_err *err) {
    return c->ops->seek(c, at, n, err);
}

enum mr_class mr_consumer_serve(struct mr_consumer *c, int timeout_ms, struct mr_err *err) {
    return c->ops->serve(c, timeout_ms, err);
}

enum mr_class mr_consumer_fetch(struct mr_consumer *c, int tag, size_t max, struct mr_fetch **ret,
                                struct mr_err *err) {
    return c->ops->fetch(c, tag, max, ret, err);
}

void mr_consumer_release(struct mr_consumer *c, struct mr_fetch *f) {
    c->ops->release(c, f);
}

void mr_consumer_pause(struct mr_consumer *c, int tag, bool paused) {
    c->ops->pause(c, tag, paused);
}

enum mr_class mr_producer_open(struct mr_broker *b, const char *transactional_id,
                               size_t queue_bytes, struct mr_producer **ret, struct mr_err *err) {
    return b->ops->producer_open(b, transactional_id, queue_bytes, ret, err);
}

void mr_producer_close(struct mr_producer *p) {
    if (p) p->ops->producer_close(p);
}

enum mr_class mr_producer_begin(struct mr_producer *p, struct mr_err *err) {
    return p->ops->begin(p, err);
}

enum mr_class mr_producer_send(struct mr_producer *p, const struct mr_out *recs, size_t n,
                               struct mr_err *err) {
    return p->ops->send(p, recs, n, err);
}

enum mr_class mr_producer_offsets(struct mr_producer *p, struct mr_consumer *c,
                                  const struct mr_offset *offsets, size_t n, struct mr_err *err) {
    return p->ops->offsets(p, c, offsets, n, err);
}

enum mr_class mr_producer_commit(struct mr_producer *p, struct mr_err *err) {
    return p->ops->commit(p, err);
}

enum mr_class mr_producer_abort(struct mr_producer *p, struct mr_err *err) {
    return p->ops->abort(p, err);
}

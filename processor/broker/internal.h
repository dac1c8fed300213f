/* internal.h -- what the implementations of the seam share: one table of functions per
 * implementation, and the names of topics.
 *
 * An implementation embeds struct mr_broker, mr_consumer, mr_producer as the FIRST member of its
 * own struct; broker.c calls through the table and does nothing else.
 */
#ifndef MR_BROKER_INTERNAL_H
#define MR_BROKER_INTERNAL_H

#include "processor/broker/broker.h"

#include <pthread.h>

struct mr_broker_ops {                  /* one function per call of broker.h, same contract */
    void (*close)(struct mr_broker *b); /* ends with mr_broker_base_done and frees b */

    enum mr_class (*describe)(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                              struct mr_err *err);
    enum mr_class (*create)(struct mr_broker *b, const struct mr_topic_spec *spec,
                            struct mr_err *err);
    enum mr_class (*trim)(struct mr_broker *b, struct mr_tp tp, int64_t before, struct mr_err *err);
    enum mr_class (*watermarks)(struct mr_broker *b, struct mr_tp tp, int64_t *ret_low,
                                int64_t *ret_high, struct mr_err *err);
    enum mr_class (*offset_at)(struct mr_broker *b, struct mr_tp tp, int64_t ts,
                               int64_t *ret_offset, struct mr_err *err);
    enum mr_class (*committed)(struct mr_broker *b, const char *group, const struct mr_tp *tps,
                               size_t n, struct mr_offset *ret, struct mr_arena *a,
                               struct mr_err *err);

    enum mr_class (*consumer_open)(struct mr_broker *b, const struct mr_consumer_conf *conf,
                                   struct mr_consumer **ret, struct mr_err *err);
    void (*consumer_close)(struct mr_consumer *c);
    enum mr_class (*add)(struct mr_consumer *c, const struct mr_offset *at, const int *tags,
                         size_t n, struct mr_err *err);
    enum mr_class (*remove)(struct mr_consumer *c, const struct mr_tp *tps, size_t n,
                            struct mr_err *err);
    enum mr_class (*seek)(struct mr_consumer *c, const struct mr_offset *at, size_t n,
                          struct mr_err *err);
    enum mr_class (*serve)(struct mr_consumer *c, int timeout_ms, struct mr_err *err);
    enum mr_class (*fetch)(struct mr_consumer *c, int tag, size_t max, struct mr_fetch **ret,
                           struct mr_err *err);
    void (*release)(struct mr_consumer *c, struct mr_fetch *f);
    void (*pause)(struct mr_consumer *c, int tag, bool paused);

    enum mr_class (*producer_open)(struct mr_broker *b, const char *transactional_id,
                                   size_t queue_bytes, struct mr_producer **ret,
                                   struct mr_err *err);
    void (*producer_close)(struct mr_producer *p);
    enum mr_class (*begin)(struct mr_producer *p, struct mr_err *err);
    enum mr_class (*send)(struct mr_producer *p, const struct mr_out *recs, size_t n,
                          struct mr_err *err);
    enum mr_class (*offsets)(struct mr_producer *p, struct mr_consumer *c,
                             const struct mr_offset *offsets, size_t n, struct mr_err *err);
    enum mr_class (*commit)(struct mr_producer *p, struct mr_err *err);
    enum mr_class (*abort)(struct mr_producer *p, struct mr_err *err);
};

struct mr_broker {
    const struct mr_broker_ops *ops;
    pthread_mutex_t names_lock;
    char **names; /* owned; topic id -> name; entries never move or change */
    size_t n_names, cap_names;
};

struct mr_consumer {
    const struct mr_broker_ops *ops;
};

struct mr_producer {
    const struct mr_broker_ops *ops;
};

void mr_broker_base_init(struct mr_broker *b, const struct mr_broker_ops *ops);
void mr_broker_base_done(struct mr_broker *b);

#endif

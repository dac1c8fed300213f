/* kafka.h -- what the files of the `kafka` implementation share. They are the only ones that know
 * librdkafka.
 *
 * Rules (N1-N14, section numbers): reference/broker-facts.md; the list of librdkafka.md section 0.
 */
#ifndef MR_BROKER_KAFKA_H
#define MR_BROKER_KAFKA_H

#include "processor/broker/internal.h"

#include <librdkafka/rdkafka.h>

/* ---- errors (kafka_err.c) */

enum mr_kafka_call { /* what was asked: the same error means different things */
                     MR_KAFKA_ADMIN,
                     MR_KAFKA_READ, /* consumer: serve, fetch, add, remove, seek; committed offsets
                                     */
                     MR_KAFKA_INIT,
                     MR_KAFKA_BEGIN,
                     MR_KAFKA_SEND,
                     MR_KAFKA_OFFSETS,
                     MR_KAFKA_COMMIT,
                     MR_KAFKA_ABORT,
                     MR_KAFKA_N_CALLS
};

struct mr_kafka_fault { /* an error as the library describes it */
    rd_kafka_resp_err_t code;
    bool fatal, abortable, retriable; /* flags of rd_kafka_error_t; false where there is none */
};

enum mr_class mr_kafka_classify(enum mr_kafka_call call, const struct mr_kafka_fault *f);
/* Fills err with "what: text"; returns the class. */
enum mr_class mr_kafka_fail(struct mr_err *err, enum mr_kafka_call call, rd_kafka_resp_err_t code,
                            const char *what);
/* The same for an error object, which it takes (destroys); NULL is MR_OK. */
enum mr_class mr_kafka_result(struct mr_err *err, enum mr_kafka_call call, rd_kafka_error_t *e,
                              const char *what);

/* ---- settings (kafka_conf.c) */

enum mr_kafka_role { /* bits: which handles a setting belongs to */
                     MR_KAFKA_FOR_ADMIN = 1,
                     MR_KAFKA_FOR_GROUP = 2,
                     MR_KAFKA_FOR_READER = 4,
                     MR_KAFKA_FOR_PRODUCER = 8,
};

struct kafka_group { /* a handle that asks for the offsets of a group and never joins it */
    char *group;     /* owned */
    rd_kafka_t *rk;  /* owned */
};

struct kafka_broker {
    struct mr_broker base;
    struct mr_clock *clock;
    char *brokers, *client_id; /* owned */
    struct mr_property *props; /* owned; checked */
    size_t n_props;
    rd_kafka_t *admin; /* owned; a read_uncommitted reader without group or assignment */

    pthread_mutex_t lock; /* the rest */
    struct kafka_group *groups;
    size_t n_groups;
    int32_t *partitions; /* by topic id: how many are known to exist, 0 = not known */
    size_t n_partitions;
};

/* A property of the user that millrace fixes, or that the library does not know, is FATAL. */
enum mr_class mr_kafka_check_props(const struct mr_property *props, size_t n, struct mr_err *err);
/* Settings for a role, in the order: our defaults, the user's, ours that are fixed. name: the end
 * of client.id, may be NULL. Never fails after mr_kafka_check_props. Returns owned. */
rd_kafka_conf_t *mr_kafka_conf(const struct kafka_broker *b, enum mr_kafka_role role,
                               const char *name);
void mr_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value);
void mr_kafka_set_int(rd_kafka_conf_t *conf, const char *name, int64_t value, int64_t min,
                      int64_t max);
/* Takes conf. */
enum mr_class mr_kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret,
                           struct mr_err *err);
/* Takes rk; bounded: a handle that does not end in time is left behind (N6 and known hangs). */
bool mr_kafka_destroy(rd_kafka_t *rk, int timeout_ms);

/* ---- shared by consumer and producer (kafka.c) */

/* How many partitions a topic has; asks the brokers the first time. 0 = it does not exist. */
enum mr_class mr_kafka_partitions(struct kafka_broker *b, int topic, int32_t *ret,
                                  struct mr_err *err);
void mr_kafka_forget_partitions(struct kafka_broker *b, int topic); /* asked for again next time */

/* ---- the table of functions; one file per block */

enum mr_class mr_kafka_describe(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                                struct mr_err *err);
enum mr_class mr_kafka_create(struct mr_broker *b, const struct mr_topic_spec *spec,
                              struct mr_err *err);
enum mr_class mr_kafka_trim(struct mr_broker *b, struct mr_tp tp, int64_t before,
                            struct mr_err *err);

enum mr_class mr_kafka_consumer_open(struct mr_broker *b, const struct mr_consumer_conf *conf,
                                     struct mr_consumer **ret, struct mr_err *err);
void mr_kafka_consumer_close(struct mr_consumer *c);
enum mr_class mr_kafka_add(struct mr_consumer *c, const struct mr_offset *at, const int *tags,
                           size_t n, struct mr_err *err);
enum mr_class mr_kafka_remove(struct mr_consumer *c, const struct mr_tp *tps, size_t n,
                              struct mr_err *err);
enum mr_class mr_kafka_seek(struct mr_consumer *c, const struct mr_offset *at, size_t n,
                            struct mr_err *err);
enum mr_class mr_kafka_serve(struct mr_consumer *c, int timeout_ms, struct mr_err *err);
enum mr_class mr_kafka_fetch(struct mr_consumer *c, int tag, size_t max, struct mr_fetch **ret,
                             struct mr_err *err);
void mr_kafka_release(struct mr_consumer *c, struct mr_fetch *f);
void mr_kafka_pause(struct mr_consumer *c, int tag, bool paused);
/* For the group's metadata: borrowed; NULL when the consumer was not told of an assignment. */
rd_kafka_t *mr_kafka_member(struct mr_consumer *c);

enum mr_class mr_kafka_producer_open(struct mr_broker *b, const char *transactional_id,
                                     size_t queue_bytes, struct mr_producer **ret,
                                     struct mr_err *err);
void mr_kafka_producer_close(struct mr_producer *p);
enum mr_class mr_kafka_begin(struct mr_producer *p, struct mr_err *err);
enum mr_class mr_kafka_send(struct mr_producer *p, const struct mr_out *recs, size_t n,
                            struct mr_err *err);
enum mr_class mr_kafka_offsets(struct mr_producer *p, struct mr_consumer *c,
                               const struct mr_offset *offsets, size_t n, struct mr_err *err);
enum mr_class mr_kafka_commit(struct mr_producer *p, struct mr_err *err);
enum mr_class mr_kafka_abort(struct mr_producer *p, struct mr_err *err);

#endif

/* broker.h -- the seam: everything that the task layer knows of Kafka.
 *
 * Two implementations: `kafka` (librdkafka) and `sim` (in process). One conformance suite
 * (tests/broker) runs against both: what real Kafka does is what the model must do.
 *
 * The seam is batch-shaped: a fetch gives arrays of borrowed records, valid until released; a
 * produce takes arrays whose bytes must stay until the transaction has ended. Calls may block; each
 * returns one class (base/err.h): OK, RETRY, ABORT, UNKNOWN, FATAL. Topics are named by small ids
 * that mr_broker_topic gives out.
 *
 * Threads: a broker is shared by all threads; a consumer and a producer belong to one thread.
 */
#ifndef MR_BROKER_BROKER_H
#define MR_BROKER_BROKER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

/* transaction.timeout.ms of every producer: what a dead one left open ends by itself after this. */
#define MR_TXN_TIMEOUT_MS 10000

struct mr_broker;
struct mr_consumer;
struct mr_producer;

struct mr_tp { /* a partition of a topic */
    int topic;
    int32_t partition;
};

struct mr_hdr {
    struct mr_str name;
    struct mr_str value; /* p == NULL: null */
};

struct mr_msg {               /* a record as read */
    struct mr_str key, value; /* p == NULL: null */
    const struct mr_hdr *hdrs;
    uint32_t n_hdrs;
    int64_t offset;
    int64_t ts; /* Kafka timestamp, ms; -1 = none */
};

enum mr_end {
    MR_END_NOT,   /* nothing said about the end */
    MR_END_HERE,  /* the broker confirmed: no readable record behind the ones given (and none held
                     back by an open transaction: position = high watermark) */
    MR_END_FINAL, /* and there never will be: the feed has ended (sim only) */
};

struct mr_fetch { /* a run of records of one partition; owned by the consumer until released */
    struct mr_tp tp;
    const struct mr_msg *msgs;
    size_t n;
    int64_t next;    /* offset behind this run; markers and holes skipped when at an end */
    enum mr_end end; /* holds behind the last message of this run */
    int64_t high;    /* high watermark last heard of, -1 = unknown (lag) */
};

struct mr_out { /* a record to write */
    struct mr_tp tp;
    struct mr_str key, value; /* p == NULL: null; borrowed until commit or abort has returned */
    const struct mr_hdr *hdrs;
    uint32_t n_hdrs;
    int64_t ts;
};

struct mr_offset { /* a committed position */
    struct mr_tp tp;
    int64_t offset;     /* next to read; -1 = none committed */
    struct mr_str meta; /* ASCII <= 512 bytes; "" = none. Read: in the caller's arena */
};

struct mr_topic_info {
    int32_t partitions; /* 0 = the topic does not exist */
    int64_t max_message_bytes;
    int64_t retention_ms, delete_retention_ms;
    int64_t timestamp_after_max_ms; /* message.timestamp.after.max.ms; INT64_MAX = any */
    bool compact, delete_;          /* cleanup.policy */
    bool log_append_time;
};

struct mr_topic_spec { /* to create */
    const char *name;
    int32_t partitions;
    const char *const *config; /* name, value, ..., NULL */
};

struct mr_property { /* kafka: properties of run.yaml, passed through */
    const char *name, *value;
};

struct mr_broker_conf {
    const char *brokers; /* host:port,... */
    const struct mr_property *props;
    size_t n_props;
    struct mr_clock *clock;
    const char *client_id;
};

/* Configuration errors (unknown property, one that millrace sets itself) are FATAL. */
enum mr_class mr_broker_open_kafka(const struct mr_broker_conf *conf, struct mr_broker **ret,
                                   struct mr_err *err);
/* An empty in-process broker; see sim.h for feeding and reading it. */
struct mr_broker *mr_broker_open_sim(struct mr_clock *clock);
void mr_broker_close(struct mr_broker *b);

int mr_broker_topic(struct mr_broker *b, const char *name); /* same name, same id */
const char *mr_broker_topic_name(struct mr_broker *b, int topic);

/* ---- admin */

enum mr_class mr_broker_describe(struct mr_broker *b, int topic, struct mr_topic_info *ret,
                                 struct mr_err *err);
/* Existing topics are OK and left as they are. Waits until the topic can be used. */
enum mr_class mr_broker_create(struct mr_broker *b, const struct mr_topic_spec *spec,
                               struct mr_err *err);
/* Deletes records below `before`. FATAL: not allowed (policy, rights). */
enum mr_class mr_broker_trim(struct mr_broker *b, struct mr_tp tp, int64_t before,
                             struct mr_err *err);
/* First offset, and the high watermark as a read_uncommitted reader sees it. */
enum mr_class mr_broker_watermarks(struct mr_broker *b, struct mr_tp tp, int64_t *ret_low,
                                   int64_t *ret_high, struct mr_err *err);
/* The first offset with timestamp >= ts, or the end. */
enum mr_class mr_broker_offset_at(struct mr_broker *b, struct mr_tp tp, int64_t ts,
                                  int64_t *ret_offset, struct mr_err *err);

/* ---- consumers: members of the group, or free readers (restore, tools) */

struct mr_group_events {
    void *arg;
    /* All are called inside mr_consumer_serve or _close, in the consumer's thread. After `assign`
     * the partitions belong to the member, but nothing is read until mr_consumer_add. During
     * `revoke` the member still owns them and may commit; when it returns they are gone.
     * `lost`: gone already; abort (also a close in the middle of a rebalance). Lists hold anchor
     * partitions only. */
    void (*assign)(void *arg, const struct mr_tp *anchors, size_t n);
    void (*revoke)(void *arg, const struct mr_tp *anchors, size_t n);
    void (*lost)(void *arg, const struct mr_tp *anchors, size_t n);
};

struct mr_consumer_conf {
    const char *group;  /* NULL: a free reader, read_committed */
    const char *member; /* name for logs and, where static, group.instance.id */
    bool static_member; /* a restart within the session time-out keeps its partitions */
    const int *anchors; /* group: topics subscribed */
    size_t n_anchors;
    struct mr_group_events events; /* group */
    size_t queue_bytes;            /* prefetch limit for the whole consumer */
};

enum mr_class mr_consumer_open(struct mr_broker *b, const struct mr_consumer_conf *conf,
                               struct mr_consumer **ret, struct mr_err *err);
/* Leaves the group cleanly (last revoke inside), bounded time. */
void mr_consumer_close(struct mr_consumer *c);
/* Starts reading partitions at explicit offsets. Ids for fetch are the caller's own `tag`s. */
enum mr_class mr_consumer_add(struct mr_consumer *c, const struct mr_offset *at, const int *tags,
                              size_t n, struct mr_err *err);
/* Stops reading (revoke does this by itself for anchors, not for siblings: remove them first). */
enum mr_class mr_consumer_remove(struct mr_consumer *c, const struct mr_tp *tps, size_t n,
                                 struct mr_err *err);
/* After an abort: the next fetch of each starts at the offset. */
enum mr_class mr_consumer_seek(struct mr_consumer *c, const struct mr_offset *at, size_t n,
                               struct mr_err *err);
/* Serves group events, then waits until a partition has something to fetch (records or an end not
 * yet reported) or the timeout is over. FATAL: build the consumer anew. */
enum mr_class mr_consumer_serve(struct mr_consumer *c, int timeout_ms, struct mr_err *err);
/* What is there for one partition, at most max records, never waits; *ret = NULL when nothing.
 * Records below the position asked for are never given; an end is reported once per change. */
enum mr_class mr_consumer_fetch(struct mr_consumer *c, int tag, size_t max, struct mr_fetch **ret,
                                struct mr_err *err);
void mr_consumer_release(struct mr_consumer *c, struct mr_fetch *f);
/* What is there of a paused partition does not end the wait of serve; it may still be fetched. A
 * partition that is added anew is not paused. Unknown tags are ignored. */
void mr_consumer_pause(struct mr_consumer *c, int tag, bool paused);

/* The group's committed offsets with metadata, stable (waits for open transactions of others). */
enum mr_class mr_broker_committed(struct mr_broker *b, const char *group, const struct mr_tp *tps,
                                  size_t n, struct mr_offset *ret, struct mr_arena *a,
                                  struct mr_err *err);

/* ---- transactional producer: begin, produce..., offsets, commit | abort */

/* init: settles an open transaction of the same id and fences its owner. Blocks up to ~25 s. */
enum mr_class mr_producer_open(struct mr_broker *b, const char *transactional_id,
                               size_t queue_bytes, struct mr_producer **ret, struct mr_err *err);
void mr_producer_close(struct mr_producer *p); /* an open transaction is left to be aborted */
enum mr_class mr_producer_begin(struct mr_producer *p, struct mr_err *err);
/* All or an error; blocks while the client's queue is full. Records of one partition keep order. */
enum mr_class mr_producer_send(struct mr_producer *p, const struct mr_out *recs, size_t n,
                               struct mr_err *err);
/* Offsets of partitions owned in the present generation; fenced by it (EOS-4, EOS-9). n > 0.
 * Metadata of the group are taken now; ABORT when the member has lost them. */
enum mr_class mr_producer_offsets(struct mr_producer *p, struct mr_consumer *c,
                                  const struct mr_offset *offsets, size_t n, struct mr_err *err);
/* OK: committed. ABORT: not committed, abort next. RETRY: call again, nothing else. UNKNOWN or
 * FATAL: close the producer, open a new one, read back (EOS-5). */
enum mr_class mr_producer_commit(struct mr_producer *p, struct mr_err *err);
enum mr_class mr_producer_abort(struct mr_producer *p, struct mr_err *err);

#endif

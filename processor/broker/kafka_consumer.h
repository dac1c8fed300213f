/* kafka_consumer.h -- a consumer from inside: shared by kafka_consumer.c (group events, positions)
 * and kafka_fetch.c (what the library gives -> fetches).
 */
#ifndef MR_BROKER_KAFKA_CONSUMER_H
#define MR_BROKER_KAFKA_CONSUMER_H

#include "processor/broker/kafka.h"

enum mr_kafka_state {
    WAITING, /* added inside an event; assigned when it is over */
    READING,
    LEAVING, /* removed inside an event; part of its answer */
    PARKED,  /* removed outside an event by a group member */
};

struct kafka_part {
    struct mr_tp tp;
    int tag;
    enum mr_kafka_state state;
    const char *topic;   /* borrowed from the broker */
    rd_kafka_queue_t *q; /* owned; NULL while WAITING */
    int64_t next;        /* own position */
    int64_t told_end;    /* end that was told last; -1 = none since the last seek */
    bool is_paused;      /* what is there wakes nobody */
    bool is_adrift;      /* the library is not known to stand at `next`: seek before reading */
};

struct kafka_fetch {
    struct mr_fetch pub;      /* first */
    struct kafka_fetch *next; /* list of spares, or of those given out */
    struct kafka_fetch *prev;
    rd_kafka_message_t **raw; /* owned array; the first n_raw are owned messages */
    size_t n_raw, cap;
    struct mr_msg *msgs; /* owned array */
    struct mr_arena hdrs;
};

struct kafka_consumer {
    struct mr_consumer base;
    struct kafka_broker *b;
    rd_kafka_t *rk;
    bool is_member;
    struct mr_group_events events;
    int wake; /* eventfd */
    struct kafka_part *parts;
    size_t n_parts, cap_parts;
    int *by_tag; /* tag -> index of parts, -1 = none */
    size_t n_tags;
    struct kafka_fetch *spare, *live;
    bool in_event;     /* inside a callback of the caller */
    bool is_moved;     /* an event was served: seek what stays */
    bool was_assigned; /* ever */
    bool in_group;     /* between an assignment and a loss, as told to the caller */
    bool dead;
    struct mr_err failed; /* class of an error met inside an event; MR_OK = none */
};

struct kafka_part *mr_kafka_part_by_tag(struct kafka_consumer *c, int tag);
/* Remembers a fatal error: from then on the consumer is of no use. Returns r. */
enum mr_class mr_kafka_keep(struct kafka_consumer *c, enum mr_class r, const struct mr_err *err);
enum mr_class mr_kafka_dead(struct kafka_consumer *c, struct mr_err *err); /* says it again */
void mr_kafka_fetches_free(struct kafka_fetch *list);

#endif

/* sim_internal.h -- the parts of the in-process broker, shared by the sim*.c files only.
 *
 *   sim_log.c       a partition: records, markers, LSO, aborted, removed, trimmed
 *   sim_txn.c       transactional ids and the producer side of the seam
 *   sim_group.c     members, generations, assignment, committed offsets
 *   sim_consumer.c  the consumer side of the seam: positions, fetches, waiting
 *   sim.c           the broker itself: topics, admin, faults, time-outs
 *
 * One mutex (sim_broker.lock) guards everything. Every function here expects it to be held unless
 * it says otherwise; the functions of the ops table take it.
 */
#ifndef MR_BROKER_SIM_INTERNAL_H
#define MR_BROKER_SIM_INTERNAL_H

#include "processor/broker/internal.h"
#include "processor/broker/sim.h"

/* ---- sim_log.c: a partition */

enum sim_state { SIM_LIVE, SIM_ABORTED, SIM_REMOVED }; /* of a record; removed: compaction */

struct sim_seg {           /* a run of slots for records, in offset order; never moves in memory */
    unsigned refs;         /* shared: the partition and every fetch that borrows from it */
    uint32_t n, cap;       /* slots in use, slots */
    uint32_t n_dead;       /* slots that are not SIM_LIVE */
    int64_t max_ts;        /* over all slots */
    struct mr_msg *msgs;   /* owned; markers have no slot, only an offset */
    uint32_t *txn;         /* owned; number of the transaction that wrote the slot, 0 = none */
    uint8_t *state;        /* owned; enum sim_state */
    struct mr_arena bytes; /* keys, values, headers */
};

struct sim_open { /* a transaction that has records in a partition and is not decided */
    uint32_t txn;
    int64_t first; /* offset of its first record here */
};

struct sim_round {      /* a run of the cleaner that got further than the ones before */
    int64_t end, at_ms; /* cleaned below `end`, at this wall time */
};

struct sim_part {
    struct sim_seg **segs; /* owned; none is empty */
    size_t n_segs, cap_segs;
    int64_t low, high; /* log start offset, high watermark (= log end: one replica) */
    struct sim_open *open;
    size_t n_open, cap_open;
    struct sim_round *rounds;
    size_t n_rounds, cap_rounds;
};

struct sim_run { /* visible records next to each other in one segment */
    struct sim_seg *seg;
    uint32_t at, n;
};

void mr_sim_log_done(struct sim_part *p);
/* Copies the record. txn 0: outside any transaction, visible once everything before is decided. */
int64_t mr_sim_log_append(struct sim_part *p, const struct mr_out *rec, int64_t ts, uint32_t txn);
void mr_sim_log_end_txn(struct sim_part *p, uint32_t txn, bool commit); /* writes the marker */
int64_t mr_sim_log_lso(const struct sim_part *p);
/* The first run at or after `offset` that a read_committed reader may see; n = 0: none. */
struct sim_run mr_sim_log_find(const struct sim_part *p, int64_t offset, size_t max);
int64_t mr_sim_log_offset_at(const struct sim_part *p, int64_t ts);
void mr_sim_log_trim(struct sim_part *p, int64_t before);
void mr_sim_log_expire(struct sim_part *p, int64_t before_ts); /* retention */
void mr_sim_log_compact(struct sim_part *p, int64_t delete_retention_ms, int64_t now_ms);
void mr_sim_log_unref(struct sim_seg *s);

/* ---- sim_group.c */

struct sim_committed {  /* a group's offset of one partition */
    int64_t offset;     /* -1 = none */
    struct mr_str meta; /* owned */
    unsigned pending;   /* open transactions that want to change it: unstable while > 0 */
};

struct sim_group_topic {
    struct sim_committed *parts; /* owned; by partition */
    int32_t n;
};

struct sim_tps { /* a set of partitions, in order of (topic name, partition) where it matters */
    struct mr_tp *p;
    size_t n, cap;
};

struct sim_consumer;

struct sim_member {
    struct sim_consumer *c; /* NULL: killed */
    uint64_t number;        /* order of joining */
    int64_t seen_ms;        /* mono time of its last serve */
    int64_t given;          /* last generation that it is a part of; 0 = none */
    int64_t generation;     /* last one it has heard of */
    bool joined;            /* has answered the rebalance under way */
    bool out;               /* not in the group (not yet, or thrown out): owned by c */
    const int *topics;      /* borrowed from c, or owned copy of a killed one */
    size_t n_topics;
    struct sim_tps owned;    /* between assign and revoke */
    struct sim_tps assigned; /* by the present generation */
};

struct sim_group {
    char *name;
    int64_t generation;
    bool rebalancing;            /* waits until every member has joined */
    struct sim_member **members; /* owned; by number */
    size_t n_members, cap_members;
    struct sim_group_topic *topics; /* owned; by topic id */
    size_t n_topics;
};

struct sim_broker;

struct sim_group *mr_sim_group(struct sim_broker *s, const char *name); /* made when new */
void mr_sim_group_free(struct sim_group *g);
struct sim_committed *mr_sim_group_offset(struct sim_group *g, struct mr_tp tp);
struct sim_member *mr_sim_member_new(struct sim_consumer *c);
void mr_sim_member_free(struct sim_member *m);
/* Whatever the group has for the member at this moment; calls its events with the lock open.
 * True: an event was given. */
bool mr_sim_member_step(struct sim_broker *s, struct sim_consumer *c);
void mr_sim_member_leave(struct sim_broker *s, struct sim_consumer *c); /* with its last event */
void mr_sim_group_expire(struct sim_broker *s, struct sim_group *g, int64_t now_ms);
void mr_sim_group_topic_made(struct sim_group *g, int topic);

/* ---- sim_txn.c */

struct sim_pending { /* an offset inside an open transaction */
    struct sim_group *group;
    struct mr_tp tp;
    int64_t offset;
    struct mr_str meta; /* owned */
};

struct sim_txn { /* a transactional.id */
    char *id;
    int64_t epoch;               /* of its newest producer; an older one is fenced */
    uint32_t number;             /* of the open transaction, 0 = none */
    int64_t started_ms;          /* mono */
    struct sim_tps parts;        /* with records of the open transaction */
    struct sim_pending *pending; /* owned */
    size_t n_pending, cap_pending;
};

void mr_sim_txn_expire(struct sim_broker *s, struct sim_txn *t, int64_t now_ms);
void mr_sim_txn_free(struct sim_txn *t);

/* ---- sim_consumer.c */

struct sim_fetch {
    struct mr_fetch pub;    /* first */
    struct sim_seg *seg;    /* shared; NULL when there is no record */
    struct sim_fetch *next; /* in live or spare */
    struct sim_fetch *prev; /* in live */
};

struct sim_reading { /* a partition that a consumer reads */
    struct mr_tp tp;
    struct sim_part *part; /* borrowed: topics are never deleted */
    int tag;
    int64_t at;      /* next offset */
    enum mr_end end; /* last one told, */
    int64_t end_at;  /* and where */
    bool is_paused;
};

struct sim_consumer {
    struct mr_consumer base; /* first */
    struct sim_broker *s;
    struct sim_group *group;   /* NULL: free reader */
    struct sim_member *member; /* owned while out or closing, else the group's */
    struct mr_group_events events;
    int *topics;
    size_t n_topics;
    struct sim_reading *reads;
    size_t n_reads, cap_reads;
    struct sim_fetch *live, *spare;
    bool dead; /* a FATAL fault: every later call fails */
};

void mr_sim_consumer_drop(struct sim_consumer *c, struct mr_tp tp); /* stops reading it */

/* ---- sim.c */

struct sim_topic {
    struct mr_topic_info info;
    bool ended; /* mr_sim_end_feed */
    struct sim_part *parts;
};

struct sim_fault {
    uint64_t at; /* fires at this call number */
    enum mr_class class;
    bool applied;
};

struct sim_calls { /* of one kind */
    uint64_t n;    /* calls so far */
    struct sim_fault *faults;
    size_t n_faults, cap_faults;
};

struct sim_broker {
    struct mr_broker base; /* first */
    struct mr_clock *clock;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* something that a waiting call could wait for */
    unsigned waiting;
    bool no_wait;
    int64_t session_ms, txn_ms;
    uint32_t txn_numbers;
    uint64_t member_numbers;
    struct sim_topic **topics; /* by topic id; NULL: does not exist */
    size_t n_topics;
    struct sim_group **groups;
    size_t n_groups, cap_groups;
    struct sim_txn **txns;
    size_t n_txns, cap_txns;
    struct sim_calls calls[MR_SIM_N_CALLS];
};

static inline struct sim_topic *sim_topic(const struct sim_broker *s, int topic) {
    return topic >= 0 && (size_t)topic < s->n_topics ? s->topics[topic] : NULL;
}
static inline struct sim_part *sim_part(const struct sim_broker *s, struct mr_tp tp) {
    struct sim_topic *t = sim_topic(s, tp.topic);
    return t && tp.partition >= 0 && tp.partition < t->info.partitions ? &t->parts[tp.partition]
                                                                       : NULL;
}
static inline bool sim_tp_eq(struct mr_tp a, struct mr_tp b) {
    return a.topic == b.topic && a.partition == b.partition;
}

/* Counts a call; not NULL: the fault that hits it (borrowed until the next call of the kind). */
const struct sim_fault *mr_sim_fault(struct sim_broker *s, enum mr_sim_call call);
enum mr_class mr_sim_failed(const struct sim_fault *f, struct mr_err *err);
void mr_sim_time_outs(struct sim_broker *s);
void mr_sim_wake(struct sim_broker *s);
/* Waits for a change or until the real mono time; false: the time is over, or no_wait. */
bool mr_sim_wait(struct sim_broker *s, int64_t until_ms);
int64_t mr_sim_real_ms(void);
/* Makes room for one more element. */
void mr_sim_room(void *array, size_t n, size_t *cap, size_t size);

/* The functions of the ops table that are not in sim.c. They take the lock. */
enum mr_class mr_sim_committed(struct mr_broker *b, const char *group, const struct mr_tp *tps,
                               size_t n, struct mr_offset *ret, struct mr_arena *a,
                               struct mr_err *err);
enum mr_class mr_sim_consumer_open(struct mr_broker *b, const struct mr_consumer_conf *conf,
                                   struct mr_consumer **ret, struct mr_err *err);
void mr_sim_consumer_close(struct mr_consumer *c);
enum mr_class mr_sim_add(struct mr_consumer *c, const struct mr_offset *at, const int *tags,
                         size_t n, struct mr_err *err);
enum mr_class mr_sim_remove(struct mr_consumer *c, const struct mr_tp *tps, size_t n,
                            struct mr_err *err);
enum mr_class mr_sim_seek(struct mr_consumer *c, const struct mr_offset *at, size_t n,
                          struct mr_err *err);
enum mr_class mr_sim_serve(struct mr_consumer *c, int timeout_ms, struct mr_err *err);
enum mr_class mr_sim_fetch(struct mr_consumer *c, int tag, size_t max, struct mr_fetch **ret,
                           struct mr_err *err);
void mr_sim_release(struct mr_consumer *c, struct mr_fetch *f);
void mr_sim_pause(struct mr_consumer *c, int tag, bool paused);
enum mr_class mr_sim_producer_open(struct mr_broker *b, const char *transactional_id,
                                   size_t queue_bytes, struct mr_producer **ret,
                                   struct mr_err *err);
void mr_sim_producer_close(struct mr_producer *p);
enum mr_class mr_sim_begin(struct mr_producer *p, struct mr_err *err);
enum mr_class mr_sim_send(struct mr_producer *p, const struct mr_out *recs, size_t n,
                          struct mr_err *err);
enum mr_class mr_sim_offsets(struct mr_producer *p, struct mr_consumer *c,
                             const struct mr_offset *offsets, size_t n, struct mr_err *err);
enum mr_class mr_sim_commit(struct mr_producer *p, struct mr_err *err);
enum mr_class mr_sim_abort(struct mr_producer *p, struct mr_err *err);

#endif

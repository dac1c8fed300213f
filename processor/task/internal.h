/* internal.h -- the structs of the task layer: worker -> task -> input. Private to this folder.
 *
 * Everything here belongs to one worker and is touched by its thread only.
 */
#ifndef MR_TASK_INTERNAL_H
#define MR_TASK_INTERNAL_H

#include "base/arena.h"
#include "processor/broker/broker.h"
#include "processor/op/graph.h"
#include "processor/task/worker.h"
#include "proto/offset_meta.h"
#include "state/state.h"

#include <pthread.h>

/* ---- names of internal topics (design.md 5) */

const char *mr_name_changelog(struct mr_arena *a, const char *app, const char *store);
const char *mr_name_repartition(struct mr_arena *a, const char *app, const char *suffix);
const char *mr_name_dlq(struct mr_arena *a, const char *app, const struct mr_plan *plan);
const char *mr_name_input(struct mr_arena *a, const char *app, const struct mr_input *in);
const char *mr_name_output(struct mr_arena *a, const char *app, const struct mr_plan *plan,
                           const struct mr_output *out);

/* ---- input: one partition that a task reads (input.c) */

struct mr_task;

struct mr_chunk { /* a fetched run, decoded */
    struct mr_chunk *next;
    struct mr_fetch *fetch;    /* owned until released to the consumer */
    struct mr_rec *recs;       /* source, table: one per message, in arena */
    struct mr_origin *origins; /* one per message */
    struct mr_rec *table_recs; /* the same for the table on the topic (plan->table), or NULL */
    struct mr_origin *table_origins;
    size_t at;             /* next message to take */
    int64_t since_ms;      /* mono; when it was fetched */
    struct mr_arena arena; /* decoded rows */
};

struct mr_in {
    const struct mr_input *plan;
    struct mr_task *task;
    uint16_t index; /* in plan->subs[].inputs */
    struct mr_tp tp;
    const char *topic; /* full name; owned by the worker's arena */
    int tag;           /* names it to the consumer */
    struct mr_source_time time, committed_time;
    int64_t position;              /* next offset to take */
    int64_t committed;             /* as of the last commit that is known */
    int64_t trimmed, trimmed_ms;   /* repartition: deleted below this offset; mono time of it */
    int64_t end_high;              /* high watermark last heard of; -1 = unknown */
    struct mr_chunk *first, *last; /* queue */
    struct mr_chunk *spent;        /* taken whole; the running batch borrows from them */
    struct mr_chunk *free;         /* spare ones keep their arenas */
    size_t queued;                 /* records in the queue */
    int64_t taken;                 /* records taken since the last commit */
    enum mr_end end;               /* behind the last record of the queue */
    int64_t last_taken_ms;         /* mono; of the last record taken, or of the take-over */
    int64_t end_since_ms;          /* mono; when the end was last confirmed */
    bool idle;                     /* as told to the graph */
    bool told_inf;                 /* the end of all input was told */
    /* the head, while the queue is not empty */
    int64_t head_ts, head_time; /* by which the next record is chosen; MR_NO_TIME: at once */
    int64_t head_since_ms;      /* mono; since when it could be taken, but for waits */
};

void mr_in_init(struct mr_in *in, struct mr_task *t, uint16_t index);
void mr_in_done(struct mr_in *in); /* releases what is queued */
/* Fetches more when less than a batch is queued; decodes. */
enum mr_class mr_in_fill(struct mr_in *in, size_t batch, struct mr_err *err);
/* Takes the head: moves source time, puts it before the graph. false: it is a frame that cannot be
 * read; w->error says so (78). */
bool mr_in_take(struct mr_in *in);
void mr_in_batch_done(struct mr_in *in); /* nothing borrows from what was taken any more */
void mr_in_drop_queue(struct mr_in *in);
/* Position and source time back to the last commit; the caller seeks the consumer. */
void mr_in_rewind(struct mr_in *in);
int64_t mr_in_head_offset(const struct mr_in *in);

/* ---- task: a sub-topology for one partition (task.c) */

enum mr_task_state {
#define STATE(id, name, doc) MR_TASK_##id,
#include "processor/task/task_states.def"
#undef STATE
    MR_N_TASK_STATES
};
const char *mr_task_state_name(enum mr_task_state s);

struct mr_restore;

struct mr_changelog { /* the changelog of one store of a task */
    struct mr_tp tp;
    int64_t next;              /* lower bound of the offset behind its last committed record */
    int64_t asked;             /* the next `next`, right if the next commit succeeds; 0 = none */
    int64_t low;               /* trimmed up to here, as far as known */
    int64_t trimmed_ms;        /* mono; of the last DeleteRecords */
    bool written;              /* its store is through with the present round of write-behind */
    struct mr_str incarnation; /* 16 bytes in the task's arena; n == 0: none chosen yet */
};

struct mr_task {
    struct mr_task *next; /* of the worker */
    struct mr_worker *worker;
    const struct mr_sub *sub;
    int32_t partition;
    enum mr_task_state state;
    struct mr_arena arena;      /* lifetime: the task */
    struct mr_in *ins;          /* by index of sub->inputs */
    struct mr_store **stores;   /* by index of sub->stores */
    struct mr_changelog *logs;  /* by index of sub->stores */
    struct mr_str chosen;       /* incarnation of those that had none; n == 0: not needed */
    struct mr_graph *graph;     /* RUNNING only */
    struct mr_restore *restore; /* RESTORING only */
    int64_t commit;             /* commit number of the last known commit (EOS-5, EOS-9) */
    bool touched;               /* has effects in the open transaction */
    bool is_new;                /* nothing of it existed anywhere when it was assigned */
    bool first;                 /* its first transaction is still to come: positions, all marks */
    bool astray;                /* what it has done, or where its consumer stands, is not known any
                                   more: everything is built anew at the next step */
    bool finished;              /* all input has ended and everything is committed */
    int64_t *written;           /* by index of sub->outs: records in the open transaction */
    size_t sent;                /* emitted records of the graph already handed to the producer */
    int stop_input;             /* on_error: stop: input and offset it may not pass; -1 = none */
    int64_t stop_offset;
    const char *stop_text; /* in arena */
    bool stop_in_time;     /* on_error: stop was met where time moved without a record */
    int64_t retry_at_ms;   /* mono: opening failed with RETRY, again then */
    uint64_t open_turn;    /* of the worker: its last one of being opened */
    int64_t open_since_ms;
    bool held;                      /* it takes nothing: too far ahead of the others (align.c) */
    int64_t said_next, saying_next; /* where its next record stands, as committed; as of the commit
                                       under way; MR_INF_TIME: it does not count */
    int64_t said_next_ms;           /* mono: when a commit was last asked for to say it */
    int64_t idle_said_ms;           /* mono: when the time of an all-idle task was last moved on */
    struct {
        uint16_t input;
        int64_t offset;
    } * taken; /* of the batch, by seq */
    size_t taken_cap;
};

struct mr_task *mr_task_new(struct mr_worker *w, const struct mr_sub *sub, int32_t partition);
void mr_task_free(struct mr_task *t); /* closes graph and stores; the consumer was told already */
void mr_task_set_state(struct mr_task *t, enum mr_task_state to);
/* CREATED -> RESTORING -> RUNNING: offsets, identities, restore. FATAL: w->error says why (78). */
enum mr_class mr_task_open_step(struct mr_task *t, struct mr_err *err);
/* Runs one batch. *ret_n: records taken; 0 = none can be. ABORT: a record met on_error: stop. */
enum mr_class mr_task_run(struct mr_task *t, size_t max, size_t *ret_n, struct mr_err *err);
/* Idleness and the end of input, told to the graph when they have changed. ABORT: as mr_task_run.
 */
enum mr_class mr_task_idleness(struct mr_task *t, int64_t now_ms, struct mr_err *err);
/* By which the record that it takes next is chosen; when an input has yet to be heard of, at most
 * that. MR_NO_TIME: at once; MR_INF_TIME: it can take nothing. */
int64_t mr_task_next(struct mr_task *t);
/* The smallest event time that its next record could have: the least goes first. */
int64_t mr_task_order(const struct mr_task *t);
bool mr_task_at_end(const struct mr_task *t); /* all inputs told infinity */
void mr_task_rewind(struct mr_task *t);       /* after an abort: stores, graph, inputs */
void mr_task_committed(struct mr_task *t);    /* after a commit that is known */

/* ---- assign.c: what the group gives and takes */

struct mr_group_events mr_assign_events(struct mr_worker *w);
enum mr_class mr_assign_positions(struct mr_task *t, struct mr_err *err); /* committed offsets */
/* State without offsets: exit 78. FATAL; RETRY: there are offsets now, the task is astray. */
enum mr_class mr_assign_refuse_state(struct mr_task *t, struct mr_err *err);
const char *mr_assign_incarnations(struct mr_task *t, struct mr_buf *to); /* for the anchor */

/* ---- restore.c */

enum mr_class mr_restore_begin(struct mr_task *t, struct mr_err *err);
enum mr_class mr_restore_step(struct mr_task *t, bool *ret_done, struct mr_err *err);
void mr_restore_free(struct mr_restore *r); /* stops reading what it has not read to its end */
int mr_restore_percent(const struct mr_restore *r);

/* ---- commit.c: THE exactly-once file */

/* Makes the transaction durable and lets the effects be seen, or takes them all back.
 * OK: nothing of the interval is pending any more (committed or rolled back). FATAL: give up. */
enum mr_class mr_commit(struct mr_worker *w, struct mr_err *err);
enum mr_class mr_commit_abort(struct mr_worker *w, struct mr_err *err);
/* Sends what the task has emitted since the last call; begins the transaction when needed. */
enum mr_class mr_commit_send(struct mr_worker *w, struct mr_task *t, struct mr_err *err);
bool mr_commit_pending(const struct mr_worker *w);

/* ---- align.c: max_skew */

/* Where its next record stands, for the others; MR_INF_TIME: it does not count. */
int64_t mr_align_next(struct mr_task *t);
/* Records that stand behind this are not taken now. */
int64_t mr_align_limit(struct mr_task *t);
void mr_align_hold(struct mr_task *t, bool held);
/* Asks for a commit where the others must hear something that no commit would say. */
void mr_align_say(struct mr_task *t, int64_t now_ms);

/* ---- upkeep.c: write-behind, eviction, trimming: between transactions */

void mr_upkeep(struct mr_worker *w, int64_t now_ms);

/* ---- worker */

struct mr_topic_facts { /* of a plan's topics, read once at start */
    int id;
    struct mr_topic_info info;
};

struct mr_worker {
    struct mr_worker_conf conf;
    struct mr_arena arena; /* lifetime: the worker */
    struct mr_arena txn;   /* lifetime: the transaction */
    const char *dlq;
    struct mr_topic_facts **ins, **outs, **logs; /* [sub][input | output | store] */
    int32_t *partitions;                         /* [sub]: of its anchor */
    struct mr_out_info **out_info;               /* [sub][output] */
    int32_t **in_partitions;                     /* [sub][input]: repartition: number of senders */
    struct mr_consumer *consumer;
    struct mr_consumer *reader;   /* of restores; NULL until needed */
    struct mr_producer *producer; /* NULL: to be built */
    struct mr_task *tasks;
    struct mr_in **tags; /* tag -> input; NULL = free */
    size_t n_tags;
    struct mr_rand rand;
    uint32_t writer;     /* random id of this worker's life, in the metadata (EOS-5) */
    int rtags;           /* counter of tags of the reader */
    uint64_t open_turns; /* of tasks that were opened a step further */
    bool joined;         /* the group has spoken */
    /* the transaction */
    bool begun;              /* at the broker */
    bool touched;            /* some task has effects */
    int64_t begun_ms;        /* mono: when the first effect came */
    size_t txn_bytes;        /* handed to the producer */
    struct mr_out *outs_buf; /* scratch for sends */
    size_t outs_cap;
    bool flush;               /* commit at the next step */
    bool in_callback;         /* inside a group event */
    int64_t next_recommit_ms; /* mono: hourly commit of all positions */
    int64_t next_flush_ms;    /* mono: next round of write-behind */
    int64_t next_ask_ms;      /* mono: next question for changelog positions */
    int64_t next_upkeep_ms;   /* mono: next look at memory, trims and gauges */
    int64_t max_skew_ms;      /* 0 = off */
    int64_t others_least;     /* what tasks of other workers said last (align.c) */
    int64_t next_skew_ms;     /* mono: when they are asked again */
    int n_held;               /* tasks that are held */
    bool round;               /* a round of write-behind is under way */
    int64_t step_ms;  /* mono: when the present step began; near enough for idleness, read once */
    bool was_idle;    /* the last step found nothing to do: the next may wait */
    bool said_worked; /* for say_unready: changes are said at once */
    int64_t said_ms;
    /* outcome */
    struct mr_err error;
    int exit_code; /* 0 = running */
    bool closing;
    /* said to other threads */
    _Atomic int64_t alive_ms;
    _Atomic bool in_call;
    pthread_mutex_t lock; /* guards unready */
    struct mr_buf unready;
    struct mr_cell *cells[4]; /* commits ok, aborted, unknown; commit_ms */
};

struct mr_producer *mr_worker_producer(struct mr_worker *w, struct mr_err *err); /* NULL: *err */
int mr_worker_tag(struct mr_worker *w, struct mr_in *in);
int64_t mr_worker_now(const struct mr_worker *w); /* mono ms */
enum mr_class mr_worker_fail(struct mr_worker *w, int exit_code, const struct mr_err *err);
struct mr_cell *mr_worker_cell(struct mr_worker *w, enum mr_metric m, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif

/* graph.h -- the running steps of one task: a sub-topology for one partition.
 *
 * The wrapper around operators: runs a batch through the steps in topological order, moves time,
 * keeps the ledger, routes late and dead records. The result equals one-record-at-a-time,
 * depth-first processing at every batch size. Never sees Kafka: what leaves the task is put on a
 * list that the task layer sends.
 */
#ifndef MR_OP_GRAPH_H
#define MR_OP_GRAPH_H

#include "base/clock.h"
#include "base/metrics.h"
#include "processor/op/op.h"

struct mr_emitted {           /* a record that leaves the task */
    uint16_t out;             /* index of sub.outs */
    int32_t partition;        /* -1: murmur2 of place; place none: input partition % count */
    struct mr_str place;      /* bytes that decide the partition; p == NULL: none */
    struct mr_str key, value; /* p == NULL: null */
    struct mr_header *headers;
    uint32_t n_headers;
    int64_t ts;
};

struct mr_out_info { /* of a topic written, known at start-up */
    int32_t partitions;
    int64_t max_bytes;    /* max.message.bytes */
    int64_t max_ahead_ms; /* message.timestamp.after.max.ms; INT64_MAX = any */
};

struct mr_graph_conf {
    const char *app;
    const struct mr_sub *sub;
    int32_t partition;
    struct mr_store *const *stores;     /* by index of sub.stores */
    const struct mr_out_info *out_info; /* by index of sub.outs */
    const int32_t *in_partitions;       /* by index of sub.inputs; repartition: number of senders */
    struct mr_clock *clock;             /* for time.topic only */
};

struct mr_graph *mr_graph_open(const struct mr_graph_conf *conf); /* restores clocks from stores */
void mr_graph_close(struct mr_graph *g);

/* Starts a batch: the arena of the last one is reset. */
void mr_graph_begin(struct mr_graph *g);
struct mr_arena *mr_graph_arena(struct mr_graph *g);
/* Puts a record before an input's entry step; rec.row, key, origin borrowed until run has returned.
 * rec.passed = the input's time with it, rec.reason != NONE: it could not be read (fate DEAD). */
void mr_graph_push(struct mr_graph *g, uint16_t input, const struct mr_rec *rec);
/* The same for the table on the input's topic (mr_input.table): an event of its own, so that all
 * that it leads to goes first; the next push to the input is the same record for the source. */
void mr_graph_push_table(struct mr_graph *g, uint16_t input, const struct mr_rec *rec);
/* The input's time or idle flag without a record. */
void mr_graph_hear(struct mr_graph *g, uint16_t input, int64_t time, bool idle);
/* A repartition frame (proto/frame.h): senders' times are kept by repartition_in. false: malformed
 */
bool mr_graph_push_frame(struct mr_graph *g, uint16_t input, struct mr_str key, struct mr_str value,
                         const struct mr_header *headers, uint32_t n_headers);
/* The (ts, time) by which a frame at the head of an input is chosen. false: malformed. */
bool mr_graph_peek_frame(struct mr_graph *g, uint16_t input, struct mr_str value, int64_t *ret_ts,
                         int64_t *ret_time);
/* The time that an input has reached as its own operator time (repartition: over all senders). */
int64_t mr_graph_input_time(struct mr_graph *g, uint16_t input, bool *ret_idle);
/* Of a repartition: has every sender passed `until`? Idle ones are left out when nothing of theirs
 * is queued (`empty`). */
bool mr_graph_input_past(const struct mr_graph *g, uint16_t input, int64_t until, bool empty);
/* Runs everything pushed. false: a record met on_error: stop; *ret_seq = its number in the batch;
 * the transaction must be aborted and taken again up to before it. */
bool mr_graph_run(struct mr_graph *g, uint32_t *ret_seq, const char **ret_text);
/* Before a commit: rows of `updates`, time marks; then clocks into the stores. all_marks: a mark
 * to every partition (the first transaction after a start). */
void mr_graph_commit(struct mr_graph *g, bool all_marks);
/* After an abort of the transaction: clocks as in the stores (already aborted) again. */
void mr_graph_abort(struct mr_graph *g);
void mr_graph_committed(struct mr_graph *g);

/* What has left since the last clear; bytes live until clear. */
const struct mr_emitted *mr_graph_emitted(struct mr_graph *g, size_t *ret_n);
void mr_graph_clear(struct mr_graph *g); /* after commit or abort */
size_t mr_graph_emitted_bytes(const struct mr_graph *g);

/* Ledger of a step, committed part only changes with mr_graph_committed. */
const struct mr_op *mr_graph_op(const struct mr_graph *g, uint16_t step);
/* Adds what was committed since the last call to the metrics. */
void mr_graph_publish(struct mr_graph *g, struct mr_metrics *m);
/* The bucket start up to which a store's windows are closed by the committed clock. */
int64_t mr_clock_closed(const struct mr_store_plan *p, const struct mr_step *owner,
                        struct mr_str clock);
/* Text form of the first imbalance of the ledger (debug builds assert on it), or NULL. */
const char *mr_graph_ledger_error(struct mr_graph *g);

#endif

/* sim.h -- the in-process broker: what its owner may do beside the seam.
 *
 * The log of every partition is real: offsets with markers, transactions, last stable offset,
 * aborted ranges, producer epochs and fencing, groups with cooperative rebalancing and
 * generations, compaction, retention, DeleteRecords. Thread-safe (one mutex).
 */
#ifndef MR_BROKER_SIM_H
#define MR_BROKER_SIM_H

#include "processor/broker/broker.h"

/* Appends a record outside any transaction (a feed). partition < 0: murmur2 of the key, null key:
 * partition 0. Returns its offset, -1 = no such topic or partition. */
int64_t mr_sim_append(struct mr_broker *b, int topic, int32_t partition, const struct mr_out *rec);
/* No more will be appended to the topic by anybody: readers at the end hear MR_END_FINAL. */
void mr_sim_end_feed(struct mr_broker *b, int topic);
/* Committed records of a partition in offset order from *offset on; false at the end. Borrowed
 * until the topic is trimmed, compacted or ticked, or the broker closed. */
bool mr_sim_read(struct mr_broker *b, struct mr_tp tp, int64_t *offset, struct mr_msg *ret);
/* Time-outs (transactions, sessions) and retention are measured with the broker's clock; call
 * after moving it. A member that serves before the tick has not timed out. */
void mr_sim_tick(struct mr_broker *b);
/* Of all groups and producers; 30 s and 10 s unless set. INT64_MAX: never. */
void mr_sim_timeouts(struct mr_broker *b, int64_t session_ms, int64_t txn_ms);
void mr_sim_compact(struct mr_broker *b, int topic); /* runs the cleaner now */
/* Single-threaded drivers: serve never waits; returns at once when nothing is there. */
void mr_sim_no_wait(struct mr_broker *b);

/* Faults: fail the n-th next call of a kind (counted from now over the whole broker). applied: for
 * a commit of class UNKNOWN, whether it took effect. */
enum mr_sim_call {
    MR_SIM_BEGIN,
    MR_SIM_SEND,
    MR_SIM_OFFSETS,
    MR_SIM_COMMIT,
    MR_SIM_ABORT,
    MR_SIM_FETCH,
    MR_SIM_SERVE,
    MR_SIM_COMMITTED,
    MR_SIM_N_CALLS
};
void mr_sim_fail(struct mr_broker *b, enum mr_sim_call call, unsigned n, enum mr_class c,
                 bool applied);
/* A member that is killed: no leave, no abort; its session and transaction time out. The object and
 * its fetches are gone. */
void mr_sim_kill_consumer(struct mr_consumer *c);
void mr_sim_kill_producer(struct mr_producer *p);

#endif

/* kafka_err.c -- errors of librdkafka and of brokers -> the five classes of base/err.h.
 *
 * Order: the codes table (what the library misjudges, and all calls whose errors carry no flags),
 * then the library's flags fatal, abortable, retriable, then none of them (= fatal). Sources:
 * broker-facts.md section 3 (fencing), 6 (errors seen around broker faults), librdkafka.md 1.4
 * (injected errors). Invariants:
 *  1. A commit that said neither "committed" nor "must be aborted" is UNKNOWN: only the committed
 *     offsets decide (EOS-5). The same goes for FATAL: `_FENCED` proves neither a second instance
 *     (a time-out looks the same) nor that an EndTxn sent before had no effect.
 *  2. An abort that is not clean is FATAL (the producer is built anew); that settles the
 *     transaction and no late EndTxn can hit the next one (librdkafka speaks transactions V1).
 *  3. RETRY is given only where the same call may be made again.
 */
#include "processor/broker/kafka.h"

#include <assert.h>

#define CALL(c) (1u << MR_KAFKA_##c)
#define PRODUCER                                                                                   \
    (CALL(INIT) | CALL(BEGIN) | CALL(SEND) | CALL(OFFSETS) | CALL(COMMIT) | CALL(ABORT))
#define OTHER   (CALL(ADMIN) | CALL(READ))
#define E(name) RD_KAFKA_RESP_ERR_##name

struct code {
    rd_kafka_resp_err_t code;
    unsigned calls;
    enum mr_class class;
};

static const struct code codes[] = {
    /* Fenced: abortable in one request, fatal in others (librdkafka.md 1.4). */
    {E(_FENCED), PRODUCER, MR_FATAL},
    {E(PRODUCER_FENCED), PRODUCER, MR_FATAL},
    {E(INVALID_PRODUCER_EPOCH), PRODUCER, MR_FATAL},
    /* The library recovers with a new id, which can break exactly-once (KAFKA-18019). */
    {E(INVALID_PRODUCER_ID_MAPPING), PRODUCER, MR_FATAL},
    /* The group has gone on without us: everyday events at a rebalance (section 1). */
    {E(ILLEGAL_GENERATION), CALL(OFFSETS), MR_ABORT},
    {E(UNKNOWN_MEMBER_ID), CALL(OFFSETS), MR_ABORT},
    {E(FENCED_INSTANCE_ID), CALL(OFFSETS), MR_ABORT},
    {E(REBALANCE_IN_PROGRESS), CALL(OFFSETS), MR_ABORT},
    /* The cluster or the link is busy; no flags are given by these calls. */
    {E(_TRANSPORT), OTHER, MR_RETRY},
    {E(_ALL_BROKERS_DOWN), OTHER, MR_RETRY},
    {E(_RESOLVE), OTHER, MR_RETRY},
    {E(_TIMED_OUT), OTHER, MR_RETRY},
    {E(_TIMED_OUT_QUEUE), OTHER, MR_RETRY},
    {E(_MSG_TIMED_OUT), OTHER, MR_RETRY},
    {E(_WAIT_COORD), OTHER, MR_RETRY},
    {E(_WAIT_CACHE), OTHER, MR_RETRY},
    {E(_IN_PROGRESS), OTHER, MR_RETRY},
    {E(_PREV_IN_PROGRESS), OTHER, MR_RETRY},
    {E(_MAX_POLL_EXCEEDED), CALL(READ), MR_RETRY}, /* the loss comes as an event */
    {E(REQUEST_TIMED_OUT), OTHER, MR_RETRY},
    {E(NETWORK_EXCEPTION), OTHER, MR_RETRY},
    {E(LEADER_NOT_AVAILABLE), OTHER, MR_RETRY},
    {E(NOT_LEADER_FOR_PARTITION), OTHER, MR_RETRY},
    {E(REPLICA_NOT_AVAILABLE), OTHER, MR_RETRY},
    {E(BROKER_NOT_AVAILABLE), OTHER, MR_RETRY},
    {E(FENCED_LEADER_EPOCH), OTHER, MR_RETRY},
    {E(UNKNOWN_LEADER_EPOCH), OTHER, MR_RETRY},
    {E(OFFSET_NOT_AVAILABLE), OTHER, MR_RETRY},
    {E(COORDINATOR_LOAD_IN_PROGRESS), OTHER, MR_RETRY},
    {E(COORDINATOR_NOT_AVAILABLE), OTHER, MR_RETRY},
    {E(NOT_COORDINATOR), OTHER, MR_RETRY},
    {E(NOT_CONTROLLER), OTHER, MR_RETRY},
    {E(UNSTABLE_OFFSET_COMMIT), OTHER, MR_RETRY},
    {E(NOT_ENOUGH_REPLICAS), OTHER, MR_RETRY},
    /* We ask for the cluster's own factor, so it says that too few brokers are up ("fenced"). */
    {E(INVALID_REPLICATION_FACTOR), OTHER, MR_RETRY},
    {E(KAFKA_STORAGE_ERROR), OTHER, MR_RETRY},
    {E(THROTTLING_QUOTA_EXCEEDED), OTHER, MR_RETRY},
    {E(REBALANCE_IN_PROGRESS), OTHER, MR_RETRY},
    /* A topic may be missing for a moment in the metadata of one broker (librdkafka.md 2.3). */
    {E(UNKNOWN_TOPIC_OR_PART), CALL(READ), MR_RETRY},
    {E(_UNKNOWN_TOPIC), CALL(READ), MR_RETRY},
    {E(_UNKNOWN_PARTITION), CALL(READ), MR_RETRY},
};

/* By the library's flags; the first that is set. */
static const struct {
    enum mr_class fatal, abortable, retriable, none;
} by_flag[MR_KAFKA_N_CALLS] = {
    [MR_KAFKA_ADMIN] = {MR_FATAL, MR_FATAL, MR_RETRY, MR_FATAL},
    [MR_KAFKA_READ] = {MR_FATAL, MR_FATAL, MR_RETRY, MR_FATAL},
    [MR_KAFKA_INIT] = {MR_FATAL, MR_FATAL, MR_RETRY, MR_FATAL},
    [MR_KAFKA_BEGIN] = {MR_FATAL, MR_FATAL, MR_FATAL, MR_FATAL},
    [MR_KAFKA_SEND] = {MR_FATAL, MR_ABORT, MR_ABORT, MR_ABORT},
    [MR_KAFKA_OFFSETS] = {MR_FATAL, MR_ABORT, MR_RETRY, MR_FATAL},
    [MR_KAFKA_COMMIT] = {MR_UNKNOWN, MR_ABORT, MR_UNKNOWN, MR_UNKNOWN},
    [MR_KAFKA_ABORT] = {MR_FATAL, MR_FATAL, MR_FATAL, MR_FATAL},
};

enum mr_class mr_kafka_classify(enum mr_kafka_call call, const struct mr_kafka_fault *f) {
    assert(call < MR_KAFKA_N_CALLS);
    if (f->code == RD_KAFKA_RESP_ERR_NO_ERROR) return MR_OK;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == f->code && codes[i].calls & 1u << call) return codes[i].class;
    if (f->fatal) return by_flag[call].fatal;
    if (f->abortable) return by_flag[call].abortable;
    if (f->retriable) return by_flag[call].retriable;
    return by_flag[call].none;
}

enum mr_class mr_kafka_fail(struct mr_err *err, enum mr_kafka_call call, rd_kafka_resp_err_t code,
                            const char *what) {
    struct mr_kafka_fault f = {.code = code};
    enum mr_class c = mr_kafka_classify(call, &f);
    return c == MR_OK ? c : mr_err_set(err, c, code, "%s: %s", what, rd_kafka_err2str(code));
}

enum mr_class mr_kafka_result(struct mr_err *err, enum mr_kafka_call call, rd_kafka_error_t *e,
                              const char *what) {
    if (!e) return MR_OK;
    struct mr_kafka_fault f = {.code = rd_kafka_error_code(e),
                               .fatal = rd_kafka_error_is_fatal(e),
                               .abortable = rd_kafka_error_txn_requires_abort(e),
                               .retriable = rd_kafka_error_is_retriable(e)};
    enum mr_class c = mr_kafka_classify(call, &f);
    mr_err_set(err, c, f.code, "%s: %s (%s)", what, rd_kafka_error_string(e),
               rd_kafka_error_name(e));
    rd_kafka_error_destroy(e);
    return c;
}

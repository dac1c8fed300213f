/* kafka_producer.c -- the transactional producer on librdkafka.
 *
 * Invariants:
 *  1. Records are borrowed (flags 0): commit and abort return, whatever their class (except ABORT
 *     of a commit, which an abort must follow), only when every record has had its delivery report:
 *     then the library has let go of the bytes.
 *  2. An error of one record sticks to its transaction: it can only be aborted.
 *  3. librdkafka speaks transactions V1: an EndTxn or a produce request that was delayed on the
 *     way can hit the NEXT transaction of the same epoch. So after an end that was not clean and
 *     quick (slow, a record that failed, a broken connection) the producer is stale: begin is
 *     FATAL, a new one has a new epoch. (A record that the broker refused even leaves a gap in the
 *     sequence, which fails the next transaction.) A commit that did not say how it ended is
 *     UNKNOWN and condemns the producer at once.
 *  4. Offsets travel only with metadata of a group that we are in (N8), and never for a topic that
 *     does not exist: the library would ask for ever (N7).
 *  5. Every call is bounded, also while no broker answers (N10). That commit and abort should be
 *     called again after a time-out does not matter: the producer is not used again.
 */
#include "processor/broker/kafka.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

enum {
    INIT_MS = MR_TXN_TIMEOUT_MS + 15000, /* below what /live allows a call */
    INIT_STEP_MS = 10000,
    ASK_MS = 5000,
    OFFSETS_MS = 10000, /* with -1 the call can last as long as the broker is away */
    END_MS = 15000,     /* commit, abort: then the producer is given up */
    FULL_MS = 5,        /* a wait for room in the client's queue */
    CLEAN_MS = 1000,    /* an end that took longer was retried on the way */
    ADDED_MS = 100,     /* until the broker knows of the transaction */
    DRAIN_MS = 20000,
    DESTROY_MS = 5000,
};

struct topic {
    rd_kafka_topic_t *rkt; /* owned; NULL = not used yet */
    int32_t partitions;
};

enum { V_TOPIC, V_PARTITION, V_VALUE, V_KEY, V_TIME, V_HEADERS, N_ARGS };

struct producer {
    struct mr_producer base;
    struct kafka_broker *b;
    rd_kafka_t *rk;
    struct topic *topics; /* by topic id */
    size_t n_topics;
    rd_kafka_message_t *batch; /* owned scratch */
    size_t cap_batch;
    rd_kafka_vu_t args[N_ARGS]; /* of a single record: types set once, the struct is large */
    uint64_t sent, reported;    /* records given to the library, and given back */
    rd_kafka_resp_err_t failed; /* of the first failed record in the transaction */
    uint64_t reported_before;   /* at begin */
    bool in_txn, has_offsets;
    bool stale; /* no further transaction (invariant 3) */
    bool dead;  /* nothing but close */
};

static void list_freep(rd_kafka_topic_partition_list_t **l) {
    if (*l) rd_kafka_topic_partition_list_destroy(*l);
}

static void metadata_freep(rd_kafka_consumer_group_metadata_t **m) {
    if (*m) rd_kafka_consumer_group_metadata_destroy(*m);
}

/* ---- what the library tells */

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *arg) {
    struct producer *p = arg;
    p->reported++;
    if (__builtin_expect(m->err == 0, 1)) return;
    if (!p->failed) p->failed = m->err;
    if (m->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE) p->stale = true; /* was it sent? invariant 3 */
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg) {
    struct producer *p = arg;
    mr_log_debug("kafka.producer", "%s: %s", rd_kafka_err2name(code), reason);
    if (p->in_txn) p->stale = true; /* a request may have been sent twice */
}

/* ---- open, close */

static enum mr_class init(struct producer *p, struct mr_err *err) {
    struct mr_clock *clock = p->b->clock;
    int64_t until = clock->mono_ms(clock) + INIT_MS;
    for (;;) {
        enum mr_class r = mr_kafka_result(err, MR_KAFKA_INIT,
                                          rd_kafka_init_transactions(p->rk, INIT_STEP_MS), "init");
        if (r != MR_RETRY || clock->mono_ms(clock) >= until) return r;
    }
}

static void args_init(rd_kafka_vu_t *v) {
    v[V_TOPIC].vtype = RD_KAFKA_VTYPE_RKT;
    v[V_PARTITION].vtype = RD_KAFKA_VTYPE_PARTITION;
    v[V_VALUE].vtype = RD_KAFKA_VTYPE_VALUE;
    v[V_KEY].vtype = RD_KAFKA_VTYPE_KEY;
    v[V_TIME].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    v[V_HEADERS].vtype = RD_KAFKA_VTYPE_HEADERS;
}

enum mr_class mr_kafka_producer_open(struct mr_broker *base, const char *transactional_id,
                                     size_t queue_bytes, struct mr_producer **ret,
                                     struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    struct producer *p = mr_calloc(1, sizeof *p);
    p->base.ops = base->ops;
    p->b = b;
    args_init(p->args);
    rd_kafka_conf_t *conf = mr_kafka_conf(b, MR_KAFKA_FOR_PRODUCER, transactional_id);
    mr_kafka_set(conf, "transactional.id", transactional_id);
    mr_kafka_set_int(conf, "queue.buffering.max.kbytes", (int64_t)queue_bytes / 1024, 64,
                     2147483647);
    rd_kafka_conf_set_opaque(conf, p);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report); /* also saves 10 ms a commit (section 4) */
    rd_kafka_conf_set_error_cb(conf, on_error);
    enum mr_class r = mr_kafka_new(RD_KAFKA_PRODUCER, conf, &p->rk, err);
    if (r == MR_OK) r = init(p, err);
    if (r != MR_OK) {
        mr_kafka_producer_close(&p->base);
        return r;
    }
    *ret = &p->base;
    return MR_OK;
}

/* Makes the library let go of all records. Only for a producer that is given up: purging what is in
 * flight leaves a gap in the sequence. */
static void drain(struct producer *p) {
    struct mr_clock *clock = p->b->clock;
    int64_t until = clock->mono_ms(clock) + DRAIN_MS;
    p->dead = true;
    while (p->reported != p->sent) {
        rd_kafka_purge(p->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                  RD_KAFKA_PURGE_F_NON_BLOCKING);
        rd_kafka_poll(p->rk, 10);
        if (clock->mono_ms(clock) < until) continue;
        /* The bytes are the caller's and will be used again: better no process than that. */
        mr_log_error("kafka.stuck", "the client does not let go of %llu records",
                     (unsigned long long)(p->sent - p->reported));
        abort();
    }
}

void mr_kafka_producer_close(struct mr_producer *base) {
    struct producer *p = (struct producer *)base;
    bool ended = true;
    if (p->rk) {
        drain(p);
        for (size_t i = 0; i < p->n_topics; i++)
            if (p->topics[i].rkt) rd_kafka_topic_destroy(p->topics[i].rkt);
        ended = mr_kafka_destroy(p->rk, DESTROY_MS);
    }
    mr_free(p->topics);
    mr_free(p->batch);
    if (ended) mr_free(p); /* else its thread may still report */
}

static enum mr_class is_dead(struct mr_err *err) {
    return mr_err_set(err, MR_FATAL, 0, "the producer must be built anew");
}

/* ---- begin, send */

enum mr_class mr_kafka_begin(struct mr_producer *base, struct mr_err *err) {
    struct producer *p = (struct producer *)base;
    if (p->dead || p->stale) return is_dead(err);
    enum mr_class r =
        mr_kafka_result(err, MR_KAFKA_BEGIN, rd_kafka_begin_transaction(p->rk), "begin");
    if (r != MR_OK) {
        p->dead = true;
        return r;
    }
    p->in_txn = true;
    p->has_offsets = false;
    p->reported_before = p->reported;
    p->failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    return MR_OK;
}

/* Without this question the first record of a topic waits a second (librdkafka.md 1.2). */
static enum mr_class ask_topic(struct producer *p, int id, struct mr_err *err) {
    const char *name = mr_broker_topic_name(&p->b->base, id);
    if ((size_t)id >= p->n_topics) {
        size_t n = (size_t)id + 16;
        p->topics = mr_realloc(p->topics, n * sizeof *p->topics);
        memset(p->topics + p->n_topics, 0, (n - p->n_topics) * sizeof *p->topics);
        p->n_topics = n;
    }
    struct topic *t = &p->topics[id];
    if (!t->rkt) t->rkt = rd_kafka_topic_new(p->rk, name, NULL);
    assert(t->rkt);
    const struct rd_kafka_metadata *md;
    rd_kafka_resp_err_t e = rd_kafka_metadata(p->rk, 0, t->rkt, &md, ASK_MS);
    if (e) return mr_kafka_fail(err, MR_KAFKA_SEND, e, name);
    e = md->topic_cnt == 1 ? md->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    if (!e) t->partitions = md->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(md);
    return mr_kafka_fail(err, MR_KAFKA_SEND, e, name);
}

static enum mr_class topic_of(struct producer *p, struct mr_tp tp, rd_kafka_topic_t **ret,
                              struct mr_err *err) {
    size_t id = (size_t)tp.topic;
    if (id >= p->n_topics || tp.partition >= p->topics[id].partitions) {
        enum mr_class r = ask_topic(p, tp.topic, err);
        if (r != MR_OK) return r;
    }
    if (tp.partition < 0 || tp.partition >= p->topics[id].partitions)
        return mr_err_set(err, MR_ABORT, 0, "%s has no partition %d",
                          mr_broker_topic_name(&p->b->base, tp.topic), tp.partition);
    *ret = p->topics[id].rkt;
    return MR_OK;
}

static enum mr_class has_failed(struct producer *p, struct mr_err *err) {
    char text[160] = "";
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(p->rk, text, sizeof text);
    if (code) return mr_err_set(err, MR_FATAL, code, "producer: %s", text);
    if (!p->failed) return MR_OK;
    return mr_err_set(err, MR_ABORT, p->failed, "a record was not written: %s",
                      rd_kafka_err2str(p->failed));
}

/* Room in the queue, or the reason why there will be none. */
static enum mr_class wait_room(struct producer *p, struct mr_err *err) {
    rd_kafka_poll(p->rk, FULL_MS);
    return has_failed(p, err);
}

static enum mr_class refused(struct producer *p, rd_kafka_resp_err_t code, struct mr_err *err) {
    enum mr_class r = has_failed(p, err);
    return r != MR_OK ? r : mr_kafka_fail(err, MR_KAFKA_SEND, code, "send");
}

/* The library takes a batch for a topic at once, but can give it neither headers nor times. */
static bool is_plain(const struct mr_out *r) {
    return !r->n_hdrs && r->ts < 0;
}

static enum mr_class send_batch(struct producer *p, rd_kafka_topic_t *rkt,
                                const struct mr_out *recs, size_t n, struct mr_err *err) {
    if (p->cap_batch < n) {
        p->batch = mr_realloc(p->batch, n * sizeof *p->batch);
        p->cap_batch = n;
    }
    for (size_t i = 0; i < n; i++) {
        const struct mr_out *r = &recs[i];
        p->batch[i] = (rd_kafka_message_t){.partition = r->tp.partition,
                                           .payload = (void *)r->value.p,
                                           .len = r->value.n,
                                           .key = (void *)r->key.p,
                                           .key_len = r->key.n};
    }
    for (size_t at = 0; at < n;) {
        rd_kafka_message_t *m = p->batch + at;
        size_t left = n - at, done = 0;
        int taken = rd_kafka_produce_batch(rkt, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_PARTITION, m,
                                           (int)left);
        while (done < left && !m[done].err) done++;
        p->sent += (uint64_t)taken;
        at += done;
        if (at == n) break;
        if ((size_t)taken != done) { /* one behind the refused was taken: the order is broken */
            p->failed = m[done].err;
            return has_failed(p, err);
        }
        enum mr_class r = m[done].err == RD_KAFKA_RESP_ERR__QUEUE_FULL
                              ? wait_room(p, err)
                              : refused(p, m[done].err, err);
        if (r != MR_OK) return r;
        for (size_t i = at; i < n; i++) p->batch[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    return MR_OK;
}

static rd_kafka_headers_t *headers(const struct mr_out *r) {
    rd_kafka_headers_t *h = rd_kafka_headers_new(r->n_hdrs);
    for (uint32_t i = 0; i < r->n_hdrs; i++)
        rd_kafka_header_add(h, r->hdrs[i].name.p, (ssize_t)r->hdrs[i].name.n, r->hdrs[i].value.p,
                            (ssize_t)r->hdrs[i].value.n);
    return h;
}

static enum mr_class send_one(struct producer *p, rd_kafka_topic_t *rkt, const struct mr_out *r,
                              struct mr_err *err) {
    rd_kafka_vu_t *v = p->args;
    v[V_TOPIC].u.rkt = rkt;
    v[V_PARTITION].u.i32 = r->tp.partition;
    v[V_VALUE].u.mem.ptr = (void *)r->value.p;
    v[V_VALUE].u.mem.size = r->value.n;
    v[V_KEY].u.mem.ptr = (void *)r->key.p;
    v[V_KEY].u.mem.size = r->key.n;
    v[V_TIME].u.i64 = r->ts < 0 ? 0 : r->ts;
    if (r->n_hdrs) v[V_HEADERS].u.headers = headers(r);
    for (;;) {
        rd_kafka_error_t *e = rd_kafka_produceva(p->rk, v, r->n_hdrs ? N_ARGS : V_HEADERS);
        if (__builtin_expect(!e, 1)) {
            p->sent++;
            return MR_OK;
        }
        rd_kafka_resp_err_t code = rd_kafka_error_code(e);
        rd_kafka_error_destroy(e);
        enum mr_class c =
            code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? wait_room(p, err) : refused(p, code, err);
        if (c == MR_OK) continue;
        if (r->n_hdrs) rd_kafka_headers_destroy(v[V_HEADERS].u.headers); /* taken on success only */
        return c;
    }
}

enum mr_class mr_kafka_send(struct mr_producer *base, const struct mr_out *recs, size_t n,
                            struct mr_err *err) {
    struct producer *p = (struct producer *)base;
    if (p->dead) return is_dead(err);
    enum mr_class r = MR_OK;
    for (size_t i = 0, end; r == MR_OK && i < n; i = end) {
        rd_kafka_topic_t *rkt = NULL;
        for (end = i; end < n && recs[end].tp.topic == recs[i].tp.topic; end++) {
            if (is_plain(&recs[end]) != is_plain(&recs[i])) break;
            r = topic_of(p, recs[end].tp, &rkt, err);
            if (r != MR_OK) return r;
        }
        if (is_plain(&recs[i])) {
            r = send_batch(p, rkt, recs + i, end - i, err);
            continue;
        }
        for (size_t k = i; r == MR_OK && k < end; k++) r = send_one(p, rkt, &recs[k], err);
    }
    rd_kafka_poll(p->rk, 0);
    return r == MR_OK ? has_failed(p, err) : r;
}

/* ---- offsets, commit, abort */

/* NULL: we are not in the group now. Two looks at the member id, because the library clears id and
 * generation one after the other (librdkafka.md 1.3). */
static rd_kafka_consumer_group_metadata_t *group_metadata(rd_kafka_t *rk) {
    if (!rk) return NULL;
    char *before = rd_kafka_memberid(rk);
    rd_kafka_consumer_group_metadata_t *m = rd_kafka_consumer_group_metadata(rk);
    char *after = rd_kafka_memberid(rk);
    bool in = before && after && *before && !strcmp(before, after) && !rd_kafka_assignment_lost(rk);
    if (before) rd_kafka_mem_free(rk, before);
    if (after) rd_kafka_mem_free(rk, after);
    if (in || !m) return m;
    rd_kafka_consumer_group_metadata_destroy(m);
    return NULL;
}

static enum mr_class check_known(struct producer *p, struct mr_tp tp, struct mr_err *err) {
    int32_t n;
    enum mr_class r = mr_kafka_partitions(p->b, tp.topic, &n, err);
    if (r == MR_RETRY || (r == MR_OK && tp.partition < n)) return r;
    mr_kafka_forget_partitions(p->b, tp.topic);
    return mr_err_set(err, MR_ABORT, 0, "%s/%d does not exist",
                      mr_broker_topic_name(&p->b->base, tp.topic), tp.partition);
}

enum mr_class mr_kafka_offsets(struct mr_producer *base, struct mr_consumer *c,
                               const struct mr_offset *offsets, size_t n, struct mr_err *err) {
    struct producer *p = (struct producer *)base;
    if (p->dead) return is_dead(err);
    if (!n) return mr_err_set(err, MR_ABORT, 0, "offsets: an empty list fences nobody (N8)");
    MR_CLEANUP(list_freep)
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++) {
        const struct mr_offset *o = &offsets[i];
        enum mr_class r = check_known(p, o->tp, err);
        if (r != MR_OK) return r;
        rd_kafka_topic_partition_t *e = rd_kafka_topic_partition_list_add(
            l, mr_broker_topic_name(&p->b->base, o->tp.topic), o->tp.partition);
        e->offset = o->offset;
        if (!o->meta.n) continue;
        e->metadata = rd_kafka_mem_malloc(p->rk, o->meta.n); /* the list frees it */
        memcpy(e->metadata, o->meta.p, o->meta.n);
        e->metadata_size = o->meta.n;
    }
    MR_CLEANUP(metadata_freep)
    rd_kafka_consumer_group_metadata_t *m = group_metadata(mr_kafka_member(c));
    if (!m) return mr_err_set(err, MR_ABORT, 0, "offsets: not a member of the group now");
    enum mr_class r =
        mr_kafka_result(err, MR_KAFKA_OFFSETS,
                        rd_kafka_send_offsets_to_transaction(p->rk, l, m, OFFSETS_MS), "offsets");
    if (r == MR_FATAL) p->dead = true;
    if (r == MR_OK) p->has_offsets = true;
    return r;
}

/* After a commit or abort: clean and quick, or the last one of this producer. */
static void ended(struct producer *p, int64_t start) {
    struct mr_clock *clock = p->b->clock;
    rd_kafka_poll(p->rk, 0); /* errors met meanwhile; in_txn is still set */
    while (p->reported != p->sent) rd_kafka_poll(p->rk, 1);
    if (clock->mono_ms(clock) - start > CLEAN_MS) p->stale = true;
    p->in_txn = false;
}

enum mr_class mr_kafka_commit(struct mr_producer *base, struct mr_err *err) {
    struct producer *p = (struct producer *)base;
    int64_t start = p->b->clock->mono_ms(p->b->clock);
    if (p->dead) return is_dead(err);
    rd_kafka_poll(p->rk, 0);
    enum mr_class r = has_failed(p, err);
    if (r == MR_ABORT) return r;
    r = mr_kafka_result(err, MR_KAFKA_COMMIT, rd_kafka_commit_transaction(p->rk, END_MS), "commit");
    if (r == MR_OK)
        ended(p, start);
    else if (r != MR_ABORT)
        drain(p);
    return r;
}

/* An abort that overtakes the first record is an abort of nothing to the broker: after a committed
 * transaction that is INVALID_TXN_STATE and fatal. A first report shows that it knows better. */
static void wait_added(struct producer *p) {
    struct mr_clock *clock = p->b->clock;
    int64_t until = clock->mono_ms(clock) + ADDED_MS;
    while (!p->has_offsets && p->reported == p->reported_before && p->sent != p->reported &&
           clock->mono_ms(clock) < until)
        rd_kafka_poll(p->rk, 1);
}

enum mr_class mr_kafka_abort(struct mr_producer *base, struct mr_err *err) {
    struct producer *p = (struct producer *)base;
    int64_t start = p->b->clock->mono_ms(p->b->clock);
    if (p->dead) return is_dead(err);
    wait_added(p);
    enum mr_class r =
        mr_kafka_result(err, MR_KAFKA_ABORT, rd_kafka_abort_transaction(p->rk, END_MS), "abort");
    if (r == MR_OK)
        ended(p, start);
    else
        drain(p);
    return r;
}

/* kafka_consumer.c -- group members and free readers on librdkafka.
 *
 * Each partition has its own queue, cut off from the consumer's queue, and is read in batches with
 * timeout 0 by the thread that also serves the rebalance events; the library's other queue brings
 * events and errors (N4, N5; section 8). All queues wake one eventfd.
 *
 * Invariants:
 *  1. Our own position is the truth: what the library gives below it is dropped, and after each
 *     rebalance event the partitions that stay are sought to it (the library has thrown away
 *     what it had fetched, and may have moved its own position).
 *  2. A rebalance event is answered by exactly one incremental (un)assign, also when empty. ASSIGN
 *     is answered with an empty list; what mr_consumer_add names is assigned later (section 12).
 *     REVOKE is answered with all that the caller removes inside, and the anchors.
 *  3. Outside an event a group member never unassigns: an event that waits in the queue would take
 *     it as its answer, and the group would give away partitions that we still commit for. Such a
 *     partition is parked: not read any more; it leaves with the next revoke.
 *  4. No rd_kafka_commit, ever: offsets travel in transactions.
 */
#include "processor/broker/kafka_consumer.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    SLICE_MS = 20,   /* the longest sleep without a look at the queues: a wake-up can be lost when
                        the library purges a queue that has announced itself */
    CLOSE_MS = 8000, /* leaving the group */
    FIRST_MS = 3000, /* before 2.3.0 a close between join and first assignment aborts (4381) */
    DESTROY_MS = 5000,
    SEEK_MS = 2000,
    READER_PARTITIONS = 8, /* share of the prefetch budget when the number is not known */
};

static void list_freep(rd_kafka_topic_partition_list_t **l) {
    if (*l) rd_kafka_topic_partition_list_destroy(*l);
}
#define LIST MR_CLEANUP(list_freep) rd_kafka_topic_partition_list_t

/* ---- the table of partitions */

static struct kafka_part *part_of(struct kafka_consumer *c, struct mr_tp tp) {
    for (size_t i = 0; i < c->n_parts; i++)
        if (c->parts[i].tp.topic == tp.topic && c->parts[i].tp.partition == tp.partition)
            return &c->parts[i];
    return NULL;
}

struct kafka_part *mr_kafka_part_by_tag(struct kafka_consumer *c, int tag) {
    if (tag < 0 || (size_t)tag >= c->n_tags || c->by_tag[tag] < 0) return NULL;
    return &c->parts[c->by_tag[tag]];
}

static void set_tag(struct kafka_consumer *c, int tag, int index) {
    assert(tag >= 0 && tag < 1 << 24);
    if ((size_t)tag >= c->n_tags) {
        size_t n = (size_t)tag + 64;
        c->by_tag = mr_realloc(c->by_tag, n * sizeof *c->by_tag);
        for (size_t i = c->n_tags; i < n; i++) c->by_tag[i] = -1;
        c->n_tags = n;
    }
    c->by_tag[tag] = index;
}

static struct kafka_part *part_new(struct kafka_consumer *c, const struct mr_offset *at, int tag) {
    if (c->n_parts == c->cap_parts) {
        c->cap_parts = c->cap_parts ? c->cap_parts * 2 : 16;
        c->parts = mr_realloc(c->parts, c->cap_parts * sizeof *c->parts);
    }
    struct kafka_part *p = &c->parts[c->n_parts++];
    *p = (struct kafka_part){.tp = at->tp,
                             .tag = tag,
                             .state = WAITING,
                             .next = at->offset,
                             .told_end = -1,
                             .topic = mr_broker_topic_name(&c->b->base, at->tp.topic)};
    set_tag(c, tag, (int)(p - c->parts));
    return p;
}

static void part_free(struct kafka_consumer *c, struct kafka_part *p) {
    if (p->q) {
        rd_kafka_queue_io_event_enable(p->q, -1, NULL, 0);
        rd_kafka_queue_destroy(p->q);
    }
    if (p->tag >= 0) set_tag(c, p->tag, -1);
    struct kafka_part *last = &c->parts[--c->n_parts];
    if (p == last) return;
    *p = *last;
    if (p->tag >= 0) set_tag(c, p->tag, (int)(p - c->parts));
}

static void wake_by(struct kafka_consumer *c, rd_kafka_queue_t *q) {
    static const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(q, c->wake, &one, sizeof one);
}

/* ---- errors that stay */

enum mr_class mr_kafka_keep(struct kafka_consumer *c, enum mr_class r, const struct mr_err *err) {
    if (r != MR_FATAL || c->dead) return r;
    c->dead = true;
    if (err && err != &c->failed) c->failed = *err;
    return r;
}

enum mr_class mr_kafka_dead(struct kafka_consumer *c, struct mr_err *err) {
    if (err) *err = c->failed;
    if (err && err->class != MR_FATAL) mr_err_set(err, MR_FATAL, 0, "the consumer has failed");
    return MR_FATAL;
}

/* ---- assigning, unassigning, seeking: the only places */

/* Assigns all that wait. */
static enum mr_class assign_waiting(struct kafka_consumer *c, struct mr_err *err) {
    LIST *l = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < c->n_parts; i++) {
        struct kafka_part *p = &c->parts[i];
        if (p->state != WAITING) continue;
        p->q = rd_kafka_queue_get_partition(c->rk, p->topic, p->tp.partition);
        assert(p->q);
        rd_kafka_queue_forward(p->q, NULL); /* before the assign: nothing reaches the other queue */
        wake_by(c, p->q);
        p->state = READING;
        rd_kafka_topic_partition_list_add(l, p->topic, p->tp.partition)->offset = p->next;
    }
    if (!l->cnt) return MR_OK;
    return mr_kafka_result(err, MR_KAFKA_READ, rd_kafka_incremental_assign(c->rk, l), "assign");
}

static enum mr_class unassign_leaving(struct kafka_consumer *c, bool answer, struct mr_err *err) {
    LIST *l = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < c->n_parts; i++) {
        struct kafka_part *p = &c->parts[i];
        if (p->state == LEAVING) rd_kafka_topic_partition_list_add(l, p->topic, p->tp.partition);
    }
    enum mr_class r = MR_OK;
    if (l->cnt || answer)
        r = mr_kafka_result(err, MR_KAFKA_READ, rd_kafka_incremental_unassign(c->rk, l),
                            "unassign");
    for (size_t i = c->n_parts; i-- > 0;)
        if (c->parts[i].state == LEAVING) part_free(c, &c->parts[i]);
    return r;
}

/* A partition that the library could not seek (it is still being started or stopped) stays adrift,
 * is not read, and is tried again at the next serve: reading on would skip records. */
static enum mr_class seek_adrift(struct kafka_consumer *c, struct mr_err *err) {
    LIST *l = rd_kafka_topic_partition_list_new((int)c->n_parts);
    for (size_t i = 0; i < c->n_parts; i++) {
        struct kafka_part *p = &c->parts[i];
        if (p->is_adrift && p->state == READING)
            rd_kafka_topic_partition_list_add(l, p->topic, p->tp.partition)->offset = p->next;
    }
    if (!l->cnt) return MR_OK;
    int unit = rd_kafka_version() < 0x02010000 ? 1000 : 1; /* before 2.1.0 it is taken as us */
    rd_kafka_error_t *e = rd_kafka_seek_partitions(c->rk, l, SEEK_MS * unit);
    for (size_t i = 0, k = 0; i < c->n_parts; i++) {
        struct kafka_part *p = &c->parts[i];
        if (!p->is_adrift || p->state != READING) continue;
        rd_kafka_resp_err_t code = l->elems[k++].err;
        p->is_adrift = code != RD_KAFKA_RESP_ERR_NO_ERROR;
        if (code)
            mr_log_debug("kafka.consumer", "seek %s/%d: %s", p->topic, p->tp.partition,
                         rd_kafka_err2name(code));
    }
    enum mr_class r = mr_kafka_result(err, MR_KAFKA_READ, e, "seek");
    return r == MR_RETRY ? MR_OK : r;
}

static void set_adrift(struct kafka_part *p) {
    p->told_end = -1;
    p->is_adrift = true;
}

/* Brings the library to where we stand: after events, and when something was added. */
static enum mr_class settle(struct kafka_consumer *c, struct mr_err *err) {
    for (size_t i = 0; c->is_moved && i < c->n_parts; i++)
        if (c->parts[i].state == READING) set_adrift(&c->parts[i]);
    c->is_moved = false;
    enum mr_class r = seek_adrift(c, err);
    return r == MR_OK ? assign_waiting(c, err) : r;
}

/* ---- rebalance events */

static struct mr_tp *anchors_of(struct kafka_consumer *c,
                                const rd_kafka_topic_partition_list_t *l) {
    struct mr_tp *tps = mr_alloc(((size_t)l->cnt + 1) * sizeof *tps);
    for (int i = 0; i < l->cnt; i++)
        tps[i] =
            (struct mr_tp){mr_broker_topic(&c->b->base, l->elems[i].topic), l->elems[i].partition};
    return tps;
}

static void on_assign(struct kafka_consumer *c, const struct mr_tp *tps, size_t n) {
    LIST *none = rd_kafka_topic_partition_list_new(0);
    mr_kafka_keep(c,
                  mr_kafka_result(&c->failed, MR_KAFKA_READ,
                                  rd_kafka_incremental_assign(c->rk, none), "assign"),
                  &c->failed);
    c->was_assigned = c->in_group = true;
    if (n && c->events.assign) c->events.assign(c->events.arg, tps, n);
}

/* A close in the middle of a rebalance may leave the group before the last revoke gets here: the
 * library does not call that lost, but offsets would not be fenced any more. */
static bool has_left(struct kafka_consumer *c) {
    char *id = rd_kafka_memberid(c->rk);
    bool left = !id || !*id;
    if (id) rd_kafka_mem_free(c->rk, id);
    return left;
}

static void on_revoke(struct kafka_consumer *c, const struct mr_tp *tps, size_t n) {
    bool lost = rd_kafka_assignment_lost(c->rk) || has_left(c);
    void (*told)(void *, const struct mr_tp *, size_t) = lost ? c->events.lost : c->events.revoke;
    if (lost) c->in_group = false;
    if (n && told) told(c->events.arg, tps, n);
    for (size_t i = 0; i < n; i++) {
        struct kafka_part *p = part_of(c, tps[i]);
        if (p && p->state == WAITING)
            part_free(c, p);
        else if (p)
            p->state = LEAVING;
    }
    for (size_t i = 0; i < c->n_parts; i++)
        if (c->parts[i].state == PARKED) c->parts[i].state = LEAVING;
    mr_kafka_keep(c, unassign_leaving(c, true, &c->failed), &c->failed);
}

static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *l, void *arg) {
    struct kafka_consumer *c = arg;
    struct mr_tp *tps = anchors_of(c, l);
    c->in_event = true;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        on_assign(c, tps, (size_t)l->cnt);
    else
        on_revoke(c, tps, (size_t)l->cnt);
    c->in_event = false;
    c->is_moved = true;
    mr_free(tps);
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg) {
    struct kafka_consumer *c = arg;
    mr_log_debug("kafka.consumer", "%s: %s", rd_kafka_err2name(code), reason);
    if (code != RD_KAFKA_RESP_ERR__FATAL) return;
    char text[200];
    rd_kafka_resp_err_t why = rd_kafka_fatal_error(rk, text, sizeof text);
    mr_err_set(&c->failed, MR_FATAL, why, "consumer: %s (%s)", text, rd_kafka_err2name(why));
    c->dead = true;
}

/* ---- open */

/* With a queue per partition the library's limit is per partition: share the budget. */
static enum mr_class set_budget(struct kafka_broker *b, rd_kafka_conf_t *conf,
                                const struct mr_consumer_conf *cc, struct mr_err *err) {
    int64_t n = cc->group ? 0 : READER_PARTITIONS;
    for (size_t i = 0; cc->group && i < cc->n_anchors; i++) {
        int32_t k;
        enum mr_class r = mr_kafka_partitions(b, cc->anchors[i], &k, err);
        if (r != MR_OK) return r;
        n += 2 * k; /* anchors and siblings */
    }
    int64_t bytes = (int64_t)cc->queue_bytes, each = bytes / (n ? n : 1);
    mr_kafka_set_int(conf, "queued.max.messages.kbytes", each / 1024, 64, 2097151);
    mr_kafka_set_int(conf, "max.partition.fetch.bytes", each, 64 << 10, 4 << 20);
    mr_kafka_set_int(conf, "fetch.max.bytes", bytes, 1 << 20, 64 << 20);
    return MR_OK;
}

static enum mr_class subscribe(struct kafka_consumer *c, const struct mr_consumer_conf *cc,
                               struct mr_err *err) {
    LIST *l = rd_kafka_topic_partition_list_new((int)cc->n_anchors);
    for (size_t i = 0; i < cc->n_anchors; i++)
        rd_kafka_topic_partition_list_add(l, mr_broker_topic_name(&c->b->base, cc->anchors[i]),
                                          RD_KAFKA_PARTITION_UA);
    return mr_kafka_fail(err, MR_KAFKA_READ, rd_kafka_subscribe(c->rk, l), "subscribe");
}

enum mr_class mr_kafka_consumer_open(struct mr_broker *base, const struct mr_consumer_conf *cc,
                                     struct mr_consumer **ret, struct mr_err *err) {
    struct kafka_broker *b = (struct kafka_broker *)base;
    rd_kafka_conf_t *conf =
        mr_kafka_conf(b, cc->group ? MR_KAFKA_FOR_GROUP : MR_KAFKA_FOR_READER, cc->member);
    enum mr_class r = set_budget(b, conf, cc, err);
    if (r != MR_OK) {
        rd_kafka_conf_destroy(conf);
        return r;
    }
    struct kafka_consumer *c = mr_calloc(1, sizeof *c);
    c->base.ops = base->ops;
    c->b = b;
    c->is_member = cc->group != NULL;
    c->events = cc->events;
    c->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(c->wake >= 0);
    rd_kafka_conf_set_opaque(conf, c);
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (c->is_member) rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    if (cc->static_member) mr_kafka_set(conf, "group.instance.id", cc->member);
    mr_kafka_set(conf, "group.id", c->is_member ? cc->group : b->client_id); /* reader: not used */
    r = mr_kafka_new(RD_KAFKA_CONSUMER, conf, &c->rk, err);
    if (r == MR_OK) {
        rd_kafka_poll_set_consumer(c->rk);
        rd_kafka_queue_t *q = rd_kafka_queue_get_consumer(c->rk);
        wake_by(c, q);
        rd_kafka_queue_destroy(q);
        if (c->is_member) r = subscribe(c, cc, err);
    }
    if (r != MR_OK) {
        mr_kafka_consumer_close(&c->base);
        return r;
    }
    *ret = &c->base;
    return MR_OK;
}

/* ---- add, remove, seek */

enum mr_class mr_kafka_add(struct mr_consumer *cc, const struct mr_offset *at, const int *tags,
                           size_t n, struct mr_err *err) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    for (size_t i = 0; i < n; i++) { /* all or nothing */
        const struct kafka_part *p = part_of(c, at[i].tp);
        int32_t count;
        enum mr_class r = mr_kafka_partitions(c->b, at[i].tp.topic, &count, err);
        if (r != MR_OK) return r;
        const char *why = p && p->state != PARKED       ? "is read already"
                          : at[i].offset < 0            ? "needs an explicit offset"
                          : at[i].tp.partition >= count ? "does not exist"
                                                        : NULL;
        if (why)
            return mr_err_set(err, MR_FATAL, 0, "%s/%d %s",
                              mr_broker_topic_name(&c->b->base, at[i].tp.topic), at[i].tp.partition,
                              why);
        assert(!mr_kafka_part_by_tag(c, tags[i]));
    }
    for (size_t i = 0; i < n; i++) {
        struct kafka_part *p = part_of(c, at[i].tp);
        if (!p) {
            part_new(c, &at[i], tags[i]);
            continue;
        }
        p->state = READING; /* parked: it is still assigned */
        p->next = at[i].offset;
        p->tag = tags[i];
        set_tag(c, p->tag, (int)(p - c->parts));
        set_adrift(p);
    }
    if (c->in_event) return MR_OK; /* done when it is over */
    return mr_kafka_keep(c, settle(c, err), err);
}

enum mr_class mr_kafka_remove(struct mr_consumer *cc, const struct mr_tp *tps, size_t n,
                              struct mr_err *err) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    for (size_t i = 0; i < n; i++) {
        const struct kafka_part *p = part_of(c, tps[i]);
        if (!p || p->state == PARKED || p->state == LEAVING)
            return mr_err_set(err, MR_FATAL, 0, "%s/%d is not read",
                              mr_broker_topic_name(&c->b->base, tps[i].topic), tps[i].partition);
    }
    for (size_t i = 0; i < n; i++) {
        struct kafka_part *p = part_of(c, tps[i]);
        if (p->state == WAITING) {
            part_free(c, p);
            continue;
        }
        p->state = c->in_event || !c->is_member ? LEAVING : PARKED;
        set_tag(c, p->tag, -1);
        p->tag = -1;
    }
    return c->is_member ? MR_OK : mr_kafka_keep(c, unassign_leaving(c, false, err), err);
}

enum mr_class mr_kafka_seek(struct mr_consumer *cc, const struct mr_offset *at, size_t n,
                            struct mr_err *err) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    for (size_t i = 0; i < n; i++) {
        const struct kafka_part *p = part_of(c, at[i].tp);
        if (!p || p->state == PARKED || p->state == LEAVING)
            return mr_err_set(err, MR_FATAL, 0, "%s/%d is not read",
                              mr_broker_topic_name(&c->b->base, at[i].tp.topic),
                              at[i].tp.partition);
    }
    for (size_t i = 0; i < n; i++) {
        struct kafka_part *p = part_of(c, at[i].tp);
        p->next = at[i].offset;
        if (p->state == READING) set_adrift(p); /* waiting: assigned there */
    }
    return c->in_event ? MR_OK : mr_kafka_keep(c, seek_adrift(c, err), err);
}

/* ---- serve */

static void serve_events(struct kafka_consumer *c) {
    for (;;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(c->rk, 0);
        if (!m) return;
        struct mr_err e = {0};
        if (m->err)
            mr_kafka_keep(c, mr_kafka_fail(&e, MR_KAFKA_READ, m->err, rd_kafka_message_errstr(m)),
                          &e);
        else
            c->is_moved = true; /* a record that took the wrong way: read it again */
        rd_kafka_message_destroy(m);
    }
}

static bool has_any(struct kafka_consumer *c) {
    for (size_t i = 0; i < c->n_parts; i++)
        if (c->parts[i].state == READING && !c->parts[i].is_adrift && !c->parts[i].is_paused &&
            rd_kafka_queue_length(c->parts[i].q))
            return true;
    return false;
}

void mr_kafka_pause(struct mr_consumer *cc, int tag, bool paused) {
    struct kafka_part *p = mr_kafka_part_by_tag((struct kafka_consumer *)cc, tag);
    if (p) p->is_paused = paused;
}

static void sleep_until_woken(struct kafka_consumer *c, int ms) {
    struct pollfd fd = {.fd = c->wake, .events = POLLIN};
    uint64_t n;
    if (poll(&fd, 1, ms) > 0 && read(c->wake, &n, sizeof n) < 0) assert(errno == EAGAIN);
}

enum mr_class mr_kafka_serve(struct mr_consumer *cc, int timeout_ms, struct mr_err *err) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    struct mr_clock *clock = c->b->clock;
    int64_t until = timeout_ms > 0 ? clock->mono_ms(clock) + timeout_ms : 0;
    for (;;) {
        serve_events(c);
        if (c->dead) return mr_kafka_dead(c, err);
        bool told = c->is_moved;
        enum mr_class r = mr_kafka_keep(c, settle(c, err), err);
        if (r != MR_OK || told || timeout_ms <= 0 || has_any(c)) return r;
        int64_t left = until - clock->mono_ms(clock);
        if (left <= 0) return MR_OK;
        sleep_until_woken(c, left < SLICE_MS ? (int)left : SLICE_MS);
    }
}

rd_kafka_t *mr_kafka_member(struct mr_consumer *cc) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    return c->in_group ? c->rk : NULL;
}

/* ---- close */

/* Leaves the group in this thread, so that the last revoke comes here; bounded. False: the handle
 * must not be destroyed. */
static bool leave(struct kafka_consumer *c) {
    struct mr_clock *clock = c->b->clock;
    int64_t start = clock->mono_ms(clock);
    while (!c->was_assigned && !c->dead && clock->mono_ms(clock) < start + FIRST_MS) {
        serve_events(c);
        sleep_until_woken(c, SLICE_MS);
    }
    if (!c->was_assigned && rd_kafka_version() < 0x02030000) return false;
    if (!c->dead) serve_events(c); /* answered after the close, an assign ends the membership */
    rd_kafka_queue_t *q = rd_kafka_queue_new(c->rk);
    rd_kafka_error_t *e = rd_kafka_consumer_close_queue(c->rk, q);
    if (e) {
        mr_log_debug("kafka.consumer", "close: %s", rd_kafka_error_string(e));
        rd_kafka_error_destroy(e);
    } else {
        while (!rd_kafka_consumer_closed(c->rk) && clock->mono_ms(clock) < start + CLOSE_MS)
            rd_kafka_queue_poll_callback(q, SLICE_MS);
    }
    bool closed = e || rd_kafka_consumer_closed(c->rk);
    rd_kafka_queue_destroy(q);
    return closed;
}

void mr_kafka_consumer_close(struct mr_consumer *cc) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    assert(!c->live && !c->in_event);
    if (!c->was_assigned) c->events = (struct mr_group_events){0}; /* what comes now is not told */
    bool closed = !c->rk || !c->is_member || leave(c);
    while (c->n_parts) part_free(c, &c->parts[c->n_parts - 1]);
    mr_kafka_fetches_free(c->spare);
    if (c->rk && closed) closed = mr_kafka_destroy(c->rk, DESTROY_MS);
    if (closed) {
        close(c->wake);
        mr_free(c->by_tag);
        mr_free(c->parts);
        mr_free(c);
    } /* else left behind with its eventfd: the library's threads may still call us */
}

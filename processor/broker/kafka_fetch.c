/* kafka_fetch.c -- what librdkafka gives for a partition -> batches of borrowed records.
 *
 * A batch is a run of the library's messages, kept until the caller releases it, and an array that
 * points into them: no byte is copied. Invariants:
 *  1. Nothing below the own position is given; the position moves with what is given.
 *  2. The end of a partition is told only if the end-of-partition offset is the high watermark of
 *     the same fetch (broker-facts section 7): an open transaction holds the last stable offset
 *     below it. Another one comes when the transaction has ended.
 *  3. Batches are read with timeout 0 (N4): a call that waits can lose records in 2.0.2.
 */
#include "processor/broker/kafka_consumer.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>

static struct kafka_fetch *fetch_new(struct kafka_consumer *c, size_t max) {
    struct kafka_fetch *f = c->spare;
    if (f)
        c->spare = f->next;
    else {
        f = mr_calloc(1, sizeof *f);
        mr_arena_init(&f->hdrs);
    }
    if (f->cap < max) {
        f->raw = mr_realloc(f->raw, max * sizeof(rd_kafka_message_t *));
        f->msgs = mr_realloc(f->msgs, max * sizeof *f->msgs);
        f->cap = max;
    }
    f->n_raw = 0;
    return f;
}

static void drop_raw(struct kafka_fetch *f) {
    for (size_t i = 0; i < f->n_raw; i++) rd_kafka_message_destroy(f->raw[i]);
    f->n_raw = 0;
    if (f->hdrs.used) mr_arena_reset(&f->hdrs);
}

static void headers(struct kafka_fetch *f, rd_kafka_message_t *raw, struct mr_msg *m) {
    rd_kafka_headers_t *h;
    m->hdrs = NULL;
    m->n_hdrs = 0;
    if (rd_kafka_message_headers(raw, &h) || !h) return;
    size_t n = rd_kafka_header_cnt(h);
    struct mr_hdr *to = mr_arena_alloc(&f->hdrs, n * sizeof *to);
    for (size_t i = 0; i < n; i++) {
        const char *name;
        const void *value;
        size_t size;
        if (rd_kafka_header_get_all(h, i, &name, &value, &size)) break;
        to[m->n_hdrs++] = (struct mr_hdr){mr_str(name), {value, value ? size : 0}};
    }
    m->hdrs = to;
}

static void take_record(struct kafka_fetch *f, rd_kafka_message_t *raw) {
    struct mr_msg *m = (struct mr_msg *)f->pub.msgs + f->pub.n++;
    rd_kafka_timestamp_type_t type;
    m->key = (struct mr_str){raw->key, raw->key_len};
    m->value = (struct mr_str){raw->payload, raw->len};
    m->offset = raw->offset;
    m->ts = rd_kafka_message_timestamp(raw, &type);
    headers(f, raw, m);
}

/* An error in a partition's queue: the end, or that the position is not in the log. */
static enum mr_class take_error(struct kafka_consumer *c, struct kafka_part *p,
                                const rd_kafka_message_t *raw, struct mr_err *err) {
    struct mr_err e = {0};
    enum mr_class r = mr_kafka_fail(&e, MR_KAFKA_READ, raw->err, rd_kafka_message_errstr(raw));
    if (r == MR_RETRY) {
        mr_log_debug("kafka.consumer", "%s/%d: %s", p->topic, p->tp.partition, e.text);
        return MR_OK; /* the library goes on by itself */
    }
    mr_err_set(&e, r, raw->err, "%s/%d at %lld: %s", p->topic, p->tp.partition, (long long)p->next,
               rd_kafka_message_errstr(raw));
    if (err) *err = e;
    return mr_kafka_keep(c, r, &e);
}

/* Sorts what the library gave: records, and the end if nothing stands behind it. */
static enum mr_class take(struct kafka_consumer *c, struct kafka_part *p, struct kafka_fetch *f,
                          int64_t *ret_eof, struct mr_err *err) {
    enum mr_class r = MR_OK;
    for (size_t i = 0; r == MR_OK && i < f->n_raw; i++) {
        rd_kafka_message_t *raw = f->raw[i];
        if (raw->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            *ret_eof = raw->offset;
        } else if (raw->err) {
            r = take_error(c, p, raw, err);
        } else if (raw->offset >= p->next) {
            take_record(f, raw);
            p->next = raw->offset + 1;
            *ret_eof = -1;
        }
    }
    return r;
}

/* As heard with the last fetch; -1 = not yet. An end always comes behind its fetch. */
static int64_t high_of(struct kafka_consumer *c, const struct kafka_part *p) {
    int64_t low, high;
    if (rd_kafka_get_watermark_offsets(c->rk, p->topic, p->tp.partition, &low, &high)) return -1;
    return high < 0 ? -1 : high;
}

static void give(struct kafka_consumer *c, struct kafka_fetch *f, struct mr_fetch **ret) {
    f->next = c->live;
    f->prev = NULL;
    if (f->next) f->next->prev = f;
    c->live = f;
    *ret = &f->pub;
}

static void spare(struct kafka_consumer *c, struct kafka_fetch *f) {
    drop_raw(f);
    f->next = c->spare;
    c->spare = f;
}

enum mr_class mr_kafka_fetch(struct mr_consumer *cc, int tag, size_t max, struct mr_fetch **ret,
                             struct mr_err *err) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    struct kafka_part *p = mr_kafka_part_by_tag(c, tag);
    *ret = NULL;
    if (c->dead) return mr_kafka_dead(c, err);
    if (!p || p->state != READING || p->is_adrift || !max) return MR_OK;
    struct kafka_fetch *f = fetch_new(c, max);
    for (;;) {
        int64_t eof = -1;
        ssize_t n = rd_kafka_consume_batch_queue(p->q, 0, f->raw, max);
        f->n_raw = n < 0 ? 0 : (size_t)n;
        f->pub = (struct mr_fetch){.tp = p->tp, .msgs = f->msgs, .high = -1};
        enum mr_class r = take(c, p, f, &eof, err);
        f->pub.high = high_of(c, p);
        if (eof >= p->next && eof >= f->pub.high && eof != p->told_end) {
            assert(f->pub.high >= 0);
            f->pub.end = MR_END_HERE;
            p->next = p->told_end = eof;
        }
        f->pub.next = p->next;
        if (r == MR_OK && (f->pub.n || f->pub.end != MR_END_NOT)) {
            give(c, f, ret);
            return MR_OK;
        }
        bool more = r == MR_OK && f->n_raw; /* all of it was stale */
        if (more) {
            drop_raw(f);
            continue;
        }
        spare(c, f);
        return r;
    }
}

void mr_kafka_release(struct mr_consumer *cc, struct mr_fetch *pub) {
    struct kafka_consumer *c = (struct kafka_consumer *)cc;
    struct kafka_fetch *f = (struct kafka_fetch *)pub;
    if (f->prev)
        f->prev->next = f->next;
    else
        c->live = f->next;
    if (f->next) f->next->prev = f->prev;
    spare(c, f);
}

void mr_kafka_fetches_free(struct kafka_fetch *f) {
    for (struct kafka_fetch *next; f; f = next) {
        next = f->next;
        drop_raw(f);
        mr_arena_done(&f->hdrs);
        mr_free(f->raw);
        mr_free(f->msgs);
        mr_free(f);
    }
}

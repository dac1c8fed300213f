/* assign.c -- what the group gives and takes: tasks, and the positions they start from.
 *
 * Rules (design.md 5): a partition without a committed offset is new only when nothing of its task
 * exists anywhere: no committed record in its changelogs, an empty local store, no offset on a
 * sibling. An offset without our metadata was reset by hand. An offset below the start of the log
 * means that records were deleted before they were read. These refusals end the process with exit
 * code 78 and the command that decides; guessing here would lose or double events.
 */
#include "processor/task/internal.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- incarnations in the anchor's metadata: "<store>+<store>:<32 hex>,<store>:<32 hex>", a store
 * being 8 hex digits of a hash of its name. Those chosen together are one (restore.c), so a store
 * costs 9 bytes; one that came later 42 (offset_meta.h has the sum). */

static void hex(struct mr_buf *to, struct mr_str bytes) {
    for (size_t i = 0; i < bytes.n; i++) mr_buf_printf(to, "%02x", (uint8_t)bytes.p[i]);
}

static uint32_t name_hash(const char *name) {
    return (uint32_t)mr_hash(name, strlen(name), 0x6d72);
}

const char *mr_assign_incarnations(struct mr_task *t, struct mr_buf *to) {
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        struct mr_str id = t->logs[i].incarnation;
        uint16_t k = 0;
        while (k < i && !mr_str_eq(t->logs[k].incarnation, id)) k++;
        if (!id.n || k < i) continue; /* said with an earlier one */
        if (to->n) mr_buf_byte(to, ',');
        for (; k < t->sub->n_stores; k++)
            if (mr_str_eq(t->logs[k].incarnation, id))
                mr_buf_printf(to, "%s%08x", k > i ? "+" : "", name_hash(t->sub->stores[k].name));
        mr_buf_byte(to, ':');
        hex(to, id);
    }
    return mr_buf_cstr(to);
}

static int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unhex16(const char *p, char *to) {
    for (int i = 0; i < 16; i++) {
        int hi = nibble(p[2 * i]), lo = nibble(p[2 * i + 1]);
        if (hi < 0 || lo < 0) return false;
        to[i] = (char)(hi << 4 | lo);
    }
    return true;
}

/* The incarnations that the last committed transaction knew of. */
static void read_incarnations(struct mr_task *t, struct mr_str text) {
    const char *end = text.p + text.n;
    for (const char *p = text.p; p < end;) {
        const char *colon = memchr(p, ':', (size_t)(end - p));
        char *id = mr_arena_alloc(&t->arena, 16);
        if (!colon || end - colon < 33 || !unhex16(colon + 1, id)) return;
        for (; p + 8 <= colon; p += 9) {
            char head[9] = {0};
            memcpy(head, p, 8);
            uint32_t h = (uint32_t)strtoul(head, NULL, 16);
            for (uint16_t i = 0; i < t->sub->n_stores; i++)
                if (h == name_hash(t->sub->stores[i].name))
                    t->logs[i].incarnation = (struct mr_str){id, 16};
        }
        p = colon + 34; /* behind the comma */
    }
}

/* ---- positions */

static enum mr_class refuse(struct mr_task *t, struct mr_err *err, const char *what,
                            const char *topic) {
    mr_err_set(err, MR_FATAL, 0, "%s/%d: %s (topic %s)", t->sub->name, t->partition, what, topic);
    return mr_worker_fail(t->worker, 78, err);
}

static enum mr_class start_position(struct mr_task *t, struct mr_in *in, struct mr_err *err) {
    struct mr_broker *b = t->worker->conf.broker;
    int64_t low, high;
    enum mr_class rc = mr_broker_watermarks(b, in->tp, &low, &high, err);
    if (rc != MR_OK) return rc;
    switch (in->plan->start) {
    case MR_START_EARLIEST: in->position = low; break;
    case MR_START_LATEST: in->position = high; break;
    case MR_START_TIMESTAMP:
        rc = mr_broker_offset_at(b, in->tp, in->plan->start_ms, &in->position, err);
        if (rc != MR_OK) return rc;
        break;
    }
    return MR_OK;
}

/* A process that stood still for a session may see what its successor has written or deleted since.
 * The offset is asked for once more, and if it is another one now, everything is built anew. */
static enum mr_class ask_again(struct mr_task *t, const struct mr_in *in, int64_t had,
                               struct mr_err *err) {
    struct mr_worker *w = t->worker;
    struct mr_offset at;
    enum mr_class rc =
        mr_broker_committed(w->conf.broker, w->conf.app, &in->tp, 1, &at, &t->arena, err);
    if (rc == MR_OK && (at.offset == had || (at.offset < 0 && had < 0))) return MR_OK;
    t->astray = true;
    return mr_err_set(err, MR_RETRY, 0, "%s/%d: another member has taken it over", t->sub->name,
                      t->partition);
}

enum mr_class mr_assign_refuse_state(struct mr_task *t, struct mr_err *err) {
    const struct mr_in *anchor = &t->ins[t->sub->anchor];
    enum mr_class rc = ask_again(t, anchor, -1, err);
    if (rc != MR_OK) return rc;
    return refuse(t, err,
                  "it has state but the group has no committed offset for it: restore the offsets, "
                  "or start anew with another --app and an empty --state-dir",
                  anchor->topic);
}

/* Is there local state of this task? (restore.c looks for committed changelog records: the high
 * watermark alone does not tell them from the markers of aborted transactions.) */
static bool has_state(struct mr_task *t) {
    for (uint16_t i = 0; i < t->sub->n_stores; i++) {
        struct mr_str incarnation;
        int64_t position, wall;
        if (mr_store_identity(t->stores[i], &incarnation, &position, &wall) != MR_ID_NEW)
            return true;
    }
    return false;
}

static enum mr_class take_offset(struct mr_task *t, struct mr_in *in, const struct mr_offset *o,
                                 struct mr_err *err) {
    struct mr_offset_meta meta;
    in->position = in->committed = o->offset;
    if (!mr_offset_meta_read(o->meta, &meta)) {
        if (t->worker->conf.accept_reset) return MR_OK;
        return refuse(t, err,
                      "its committed offset was set by hand (no metadata of millrace); run once "
                      "with --accept-reset to take it as it is",
                      in->topic);
    }
    if (meta.source_time.n) mr_source_time_parse(&in->time, meta.source_time);
    in->committed_time = in->time;
    if (in->index == t->sub->anchor) {
        t->commit = meta.commit;
        read_incarnations(t, meta.incarnations);
    }
    return MR_OK;
}

/* Retention has passed the position: at a start, or while the task was behind (the consumer could
 * not read on, was built anew, and the task comes through here again). */
static enum mr_class check_start(struct mr_task *t, struct mr_in *in, struct mr_err *err) {
    int64_t low, high;
    enum mr_class rc = mr_broker_watermarks(t->worker->conf.broker, in->tp, &low, &high, err);
    if (rc != MR_OK || in->position >= low) return rc;
    rc = ask_again(t, in, in->position, err);
    if (rc != MR_OK) return rc;
    long long at = (long long)in->position, lost = (long long)(low - in->position);
    if (t->worker->conf.accept_reset) {
        mr_log_warn("task.deleted", "%s/%d: goes on at offset %lld: %lld offsets were deleted",
                    in->topic, in->tp.partition, (long long)low, lost);
        in->position = low;
        return MR_OK;
    }
    mr_err_set(err, MR_FATAL, 0,
               "%s/%d: records were deleted before they were read: the committed offset is %lld, "
               "the log starts at %lld; run once with --accept-reset to go on there without these "
               "%lld offsets, and give the topic a longer retention",
               in->topic, in->tp.partition, at, (long long)low, lost);
    return mr_worker_fail(t->worker, 78, err);
}

enum mr_class mr_assign_positions(struct mr_task *t, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    uint16_t n = t->sub->n_inputs, known = 0;
    struct mr_tp *tps = mr_arena_calloc(&t->arena, n, sizeof *tps);
    struct mr_offset *at = mr_arena_calloc(&t->arena, n, sizeof *at);
    for (uint16_t i = 0; i < n; i++) tps[i] = t->ins[i].tp;
    enum mr_class rc = mr_broker_committed(w->conf.broker, w->conf.app, tps, n, at, &t->arena, err);
    if (rc != MR_OK) return rc;
    for (uint16_t i = 0; i < n; i++) known += at[i].offset >= 0;
    if (known == 0 && has_state(t)) return mr_assign_refuse_state(t, err);
    t->is_new = known == 0;
    for (uint16_t i = 0; i < n; i++) {
        struct mr_in *in = &t->ins[i];
        if (at[i].offset >= 0)
            rc = take_offset(t, in, &at[i], err);
        else if (known && !w->conf.accept_reset)
            rc = refuse(t, err,
                        "it has no committed offset although others of its task have: restore it, "
                        "or run once with --accept-reset to read it from `start:`",
                        in->topic);
        else
            rc = start_position(t, in, err);
        if (rc == MR_OK && at[i].offset >= 0) rc = check_start(t, in, err);
        in->committed = in->position;
        if (rc != MR_OK) return rc;
    }
    return MR_OK;
}

/* ---- group events, inside mr_consumer_serve or _close */

static const struct mr_sub *sub_of_anchor(const struct mr_worker *w, int topic) {
    const struct mr_plan *p = w->conf.plan;
    for (uint16_t s = 0; s < p->n_subs; s++)
        if (w->ins[s][p->subs[s].anchor].id == topic) return &p->subs[s];
    return NULL;
}

static struct mr_task **find(struct mr_worker *w, const struct mr_sub *sub, int32_t partition) {
    for (struct mr_task **at = &w->tasks; *at; at = &(*at)->next)
        if ((*at)->sub == sub && (*at)->partition == partition) return at;
    return NULL;
}

static void on_assign(void *arg, const struct mr_tp *anchors, size_t n) {
    struct mr_worker *w = arg;
    w->joined = true;
    for (size_t i = 0; i < n; i++) {
        const struct mr_sub *sub = sub_of_anchor(w, anchors[i].topic);
        if (!sub || find(w, sub, anchors[i].partition)) continue;
        struct mr_task *t = mr_task_new(w, sub, anchors[i].partition);
        struct mr_task **at = &w->tasks; /* in order of (sub, partition): the same in every run */
        while (*at &&
               ((*at)->sub->id < sub->id || ((*at)->sub == sub && (*at)->partition < t->partition)))
            at = &(*at)->next;
        t->next = *at;
        *at = t;
        mr_log_info("task.assigned", "%s/%d", sub->name, t->partition);
    }
    mr_cell_add(mr_worker_cell(w, MR_M_REBALANCES, "worker=\"%d\",event=\"assign\"", w->conf.index),
                1);
}

/* The consumer is told about everything the task has added, anchors and siblings alike. */
static void let_go(struct mr_worker *w, const struct mr_tp *anchors, size_t n) {
    struct mr_err err;
    for (size_t i = 0; i < n; i++) {
        const struct mr_sub *sub = sub_of_anchor(w, anchors[i].topic);
        struct mr_task **at = sub ? find(w, sub, anchors[i].partition) : NULL;
        if (!at) continue;
        struct mr_task *t = *at;
        *at = t->next;
        if (t->graph) {
            struct mr_tp *tps = mr_arena_calloc(&t->arena, sub->n_inputs, sizeof *tps);
            for (uint16_t k = 0; k < sub->n_inputs; k++) tps[k] = t->ins[k].tp;
            for (uint16_t k = 0; k < sub->n_inputs; k++) mr_in_drop_queue(&t->ins[k]);
            if (mr_consumer_remove(w->consumer, tps, sub->n_inputs, &err) != MR_OK)
                mr_log_warn("task.remove", "%s/%d: %s", sub->name, t->partition, err.text);
        }
        mr_log_info("task.revoked", "%s/%d", sub->name, t->partition);
        mr_task_free(t);
    }
}

static void on_revoke(void *arg, const struct mr_tp *anchors, size_t n) {
    struct mr_worker *w = arg;
    struct mr_err err;
    if (n) {
        w->in_callback = true;
        if (mr_commit(w, &err) != MR_OK) /* EOS-4: commit, else everything is taken back */
            mr_log_warn("revoke.commit", "%s", err.text);
        w->in_callback = false;
    }
    let_go(w, anchors, n);
    mr_cell_add(mr_worker_cell(w, MR_M_REBALANCES, "worker=\"%d\",event=\"revoke\"", w->conf.index),
                1);
}

static void on_lost(void *arg, const struct mr_tp *anchors, size_t n) {
    struct mr_worker *w = arg;
    struct mr_err err;
    if (mr_commit_pending(w)) {
        w->in_callback = true;
        if (mr_commit_abort(w, &err) != MR_OK) mr_log_warn("lost.abort", "%s", err.text);
        w->in_callback = false;
    }
    let_go(w, anchors, n);
    mr_cell_add(mr_worker_cell(w, MR_M_REBALANCES, "worker=\"%d\",event=\"lost\"", w->conf.index),
                1);
}

struct mr_group_events mr_assign_events(struct mr_worker *w) {
    return (struct mr_group_events){
        .arg = w, .assign = on_assign, .revoke = on_revoke, .lost = on_lost};
}

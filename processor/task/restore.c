/* restore.c -- a task's changelogs are replayed from the stored position to their ends (EOS-3).
 *
 * Order: own the task, read stable committed offsets (assign.c), ask for the high watermark as a
 * read_uncommitted reader sees it, replay read_committed up to it. The first end of partition may
 * come too early: an open transaction below the watermark must be decided first.
 *
 * A store is wiped, and says so, only when its position is outside the changelog, is older than
 * the topic's delete.retention.ms less one hour (tombstones may be gone), or belongs to another
 * incarnation of the topic. A trimmed start is no reason: what was trimmed is closed.
 */
#include "processor/task/internal.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>

struct mr_restore {
    struct mr_consumer *reader; /* the worker's */
    uint16_t n;
    struct one {
        struct mr_tp tp;
        uint16_t store;
        int tag;
        int64_t from, at, target;
        bool is_read; /* added to the reader */
        bool done;
    } of[];
};

enum { RESTORE_RUN = 10000, HOUR_MS = 3600 * 1000 };

void mr_restore_free(struct mr_restore *r) {
    struct mr_err err;
    for (uint16_t i = 0; r && i < r->n; i++)
        if (r->of[i].is_read && mr_consumer_remove(r->reader, &r->of[i].tp, 1, &err) != MR_OK)
            mr_log_warn("restore.remove", "%s", err.text);
    mr_free(r);
}

static void restore_freep(struct mr_restore **r) {
    mr_restore_free(*r);
}

int mr_restore_percent(const struct mr_restore *r) {
    int64_t span = 0, done = 0;
    for (uint16_t i = 0; r && i < r->n; i++) {
        span += r->of[i].target - r->of[i].from;
        done += (r->of[i].at < r->of[i].target ? r->of[i].at : r->of[i].target) - r->of[i].from;
    }
    return span > 0 ? (int)(done * 100 / span) : 100;
}

static void count(struct mr_task *t, enum mr_metric m, uint16_t store, const char *more,
                  int64_t n) {
    mr_cell_add(mr_worker_cell(t->worker, m, "store=\"%s\"%s", t->sub->stores[store].name, more),
                n);
}

static void wipe(struct mr_task *t, uint16_t i, const char *reason, const char *text) {
    char more[64];
    snprintf(more, sizeof more, ",reason=\"%s\"", reason);
    mr_log_warn("state.wipe", "%s/%d: local state is thrown away and rebuilt: %s",
                t->sub->stores[i].name, t->partition, text);
    count(t, MR_M_WIPES, i, more, 1);
    mr_store_wipe(t->stores[i]);
}

static enum mr_class refuse(struct mr_task *t, uint16_t i, struct mr_err *err, const char *text) {
    mr_err_set(err, MR_FATAL, 0, "%s/%d: %s", t->sub->stores[i].name, t->partition, text);
    return mr_worker_fail(t->worker, 78, err);
}

/* Where the replay of one store starts; decides about a wipe. *pos: -1 = from the low mark. */
static enum mr_class identify(struct mr_task *t, uint16_t i, int64_t low, int64_t high,
                              int64_t *pos, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    struct mr_str incarnation, want = t->logs[i].incarnation;
    int64_t wall;
    enum mr_identity id = mr_store_identity(t->stores[i], &incarnation, pos, &wall);
    if (id == MR_ID_FINGERPRINT)
        return refuse(t, i, err,
                      "its state was made by other logic (group_by, window, aggregate or history "
                      "changed): replay under another --app, or name the node anew");
    if (want.n && high == 0)
        return refuse(t, i, err,
                      "its changelog topic is empty but was not: it has been deleted or recreated; "
                      "restore it, or start anew with another --app");
    const struct mr_topic_info *info = &w->logs[t->sub->id][i].info;
    int64_t age = w->conf.clock->wall_ms(w->conf.clock) - wall;
    const char *reason = NULL, *text = NULL;
    if (id == MR_ID_NEW) {
        *pos = -1;
    } else if (incarnation.n && want.n && !mr_str_eq(incarnation, want)) {
        reason = "incarnation", text = "it belongs to another incarnation of its changelog";
    } else if (*pos > high) {
        reason = "position", text = "its position is behind the end of its changelog";
    } else if (info->compact && age > info->delete_retention_ms - HOUR_MS && *pos < high) {
        reason = "age", text = "it is older than the tombstones of its changelog";
    }
    if (reason) {
        wipe(t, i, reason, text);
        *pos = -1;
    }
    if (want.n) mr_store_set_incarnation(t->stores[i], want);
    if (*pos < low) *pos = low;
    return MR_OK;
}

/* A changelog that nothing was ever committed to: this task chooses its incarnation. One choice for
 * all that need one: see the metadata in assign.c. */
static void choose_incarnation(struct mr_task *t, uint16_t i) {
    if (!t->chosen.n) {
        uint64_t *id = mr_arena_alloc(&t->arena, 16);
        id[0] = mr_rand_next(&t->worker->rand);
        id[1] = mr_rand_next(&t->worker->rand);
        t->chosen = (struct mr_str){(const char *)id, 16};
    }
    t->logs[i].incarnation = t->chosen;
    mr_store_set_incarnation(t->stores[i], t->chosen);
}

enum mr_class mr_restore_begin(struct mr_task *t, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    uint16_t n = t->sub->n_stores;
    MR_CLEANUP(restore_freep)
    struct mr_restore *r = mr_calloc(1, sizeof *r + n * sizeof r->of[0]);
    for (uint16_t i = 0; i < n; i++) {
        struct one *o = &r->of[i];
        int64_t low, pos;
        o->store = i;
        o->tp = t->logs[i].tp;
        enum mr_class rc = mr_broker_watermarks(w->conf.broker, o->tp, &low, &o->target, err);
        if (rc == MR_OK) rc = identify(t, i, low, o->target, &pos, err);
        if (rc != MR_OK) return rc;
        o->from = o->at = pos;
        o->done = pos >= o->target;
        t->logs[i].low = low;
        t->logs[i].next = pos;
        count(t, MR_M_RESTORE_TOTAL, i, "", o->target - low);
    }
    struct mr_consumer_conf conf = {.member = "restore", .queue_bytes = 64 << 20};
    if (!w->reader) {
        enum mr_class rc = mr_consumer_open(w->conf.broker, &conf, &w->reader, err);
        if (rc != MR_OK) return rc;
    }
    r->reader = w->reader;
    r->n = n;
    for (uint16_t i = 0; i < n; i++) {
        struct one *o = &r->of[i];
        if (o->done) continue;
        o->tag = w->rtags++;
        struct mr_offset at = {.tp = o->tp, .offset = o->from};
        enum mr_class rc = mr_consumer_add(w->reader, &at, &o->tag, 1, err);
        if (rc != MR_OK) return rc;
        o->is_read = true;
    }
    t->restore = mr_take(&r);
    return MR_OK;
}

static enum mr_class replay(struct mr_task *t, struct one *o, const struct mr_fetch *f,
                            struct mr_err *err) {
    if (f->n && t->is_new) return mr_assign_refuse_state(t, err);
    for (size_t i = 0; i < f->n; i++) {
        const struct mr_msg *m = &f->msgs[i];
        enum mr_class rc = mr_store_replay(t->stores[o->store], m->key, m->value, m->offset, err);
        if (mr_store_health(t->stores[o->store], err) != MR_OK) /* the disk, not the record */
            return mr_worker_fail(t->worker, 75, err);
        if (rc != MR_OK) {
            mr_err_set(err, MR_FATAL, 0, "%s/%d: changelog offset %lld: not a record of this state",
                       t->sub->stores[o->store].name, t->partition, (long long)m->offset);
            return mr_worker_fail(t->worker, 78, err);
        }
    }
    if (f->next > o->at) o->at = f->next;
    count(t, MR_M_RESTORED, o->store, "", (int64_t)f->n);
    return MR_OK;
}

static enum mr_class restore_one(struct mr_task *t, struct one *o, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    for (int i = 0; i < 4 && !o->done; i++) {
        struct mr_fetch *f = NULL;
        enum mr_class rc = mr_consumer_fetch(w->reader, o->tag, RESTORE_RUN, &f, err);
        if (rc != MR_OK || !f) return rc;
        rc = replay(t, o, f, err);
        o->done = o->at >= o->target;
        mr_consumer_release(w->reader, f);
        if (rc != MR_OK) return rc;
        if (!o->done) continue;
        o->is_read = false;
        return mr_consumer_remove(w->reader, &o->tp, 1, err);
    }
    return MR_OK;
}

/* The metadata did not say (new, --accept-reset, or only aborted records were there): what the
 * local state or the replayed frames said, else a new one. */
static void adopt_incarnation(struct mr_task *t, uint16_t i) {
    struct mr_str said;
    int64_t position, wall;
    if (t->logs[i].incarnation.n) return;
    mr_store_identity(t->stores[i], &said, &position, &wall);
    if (said.n == 16)
        t->logs[i].incarnation = mr_arena_str(&t->arena, said);
    else
        choose_incarnation(t, i);
}

static const struct mr_step *owner(const struct mr_task *t, uint16_t store) {
    return &t->sub->steps[t->sub->stores[store].step];
}

enum mr_class mr_restore_step(struct mr_task *t, bool *ret_done, struct mr_err *err) {
    struct mr_worker *w = t->worker;
    struct mr_restore *r = t->restore;
    bool all = true;
    enum mr_class rc = mr_consumer_serve(w->reader, 0, err);
    for (uint16_t i = 0; i < r->n && rc == MR_OK; i++) {
        if (!r->of[i].done) rc = restore_one(t, &r->of[i], err);
        all &= r->of[i].done;
    }
    *ret_done = all && rc == MR_OK;
    if (!*ret_done) return rc;
    for (uint16_t i = 0; i < r->n; i++) {
        struct mr_store *s = t->stores[i];
        t->logs[i].next = r->of[i].at;
        adopt_incarnation(t, i);
        mr_store_restored(s, r->of[i].at,
                          mr_clock_closed(&t->sub->stores[i], owner(t, i), mr_store_clock(s)));
    }
    return MR_OK;
}

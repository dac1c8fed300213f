/* align.c -- alignment: no task goes more than max_skew of event time ahead of the others.
 *
 * It affects speed, never results: without it a long replay holds weeks of windows open, because
 * some partitions are read faster than others. A task that reads sources or tables says with every
 * commit where its next record stands (metadata of its anchor), and takes none that stands more
 * than max_skew behind the least that anybody says.
 *
 * Nothing can wait for ever: what counts is the record that the task would take next, not what it
 * has reached, so a gap in the input is passed by all; a task that can take nothing (its inputs
 * have ended, its head waits for a table, it was stopped) does not count; a task that is held says
 * anew where it stands, so the least of all is always free to go. Tasks behind repartition topics
 * alone are never held: they follow those that are.
 *
 * Must not know: windows, idleness. An input with a record waiting is not idle (task.c), so being
 * held never makes anything late.
 */
#include "processor/task/internal.h"

#include "base/log.h"

enum { ASK_MS = 1000, SAY_MS = 1000 };

static bool takes_part(const struct mr_task *t) {
    return t->ins[t->sub->anchor].plan->kind != MR_IN_REPARTITION;
}

int64_t mr_align_next(struct mr_task *t) {
    if (!t->worker->max_skew_ms || !takes_part(t) || t->state != MR_TASK_RUNNING)
        return MR_INF_TIME;
    int64_t next = mr_task_next(t);
    return next < 0 ? MR_INF_TIME : next; /* a record without a time goes at once */
}

/* ---- what the others say */

static bool is_own(const struct mr_worker *w, const struct mr_sub *sub, int32_t partition) {
    for (const struct mr_task *t = w->tasks; t; t = t->next)
        if (t->sub == sub && t->partition == partition) return true;
    return false;
}

static size_t list_others(const struct mr_worker *w, struct mr_arena *a, struct mr_tp **ret) {
    const struct mr_plan *p = w->conf.plan;
    size_t n = 0, room = 0;
    for (uint16_t s = 0; s < p->n_subs; s++) room += (size_t)w->partitions[s];
    *ret = mr_arena_calloc(a, room + 1, sizeof **ret);
    for (uint16_t s = 0; s < p->n_subs; s++) {
        const struct mr_sub *sub = &p->subs[s];
        if (sub->inputs[sub->anchor].kind == MR_IN_REPARTITION) continue;
        for (int32_t i = 0; i < w->partitions[s]; i++)
            if (!is_own(w, sub, i)) (*ret)[n++] = (struct mr_tp){w->ins[s][sub->anchor].id, i};
    }
    return n;
}

/* Where nothing is heard, what was heard last stays. Between transactions only: the answer may wait
 * for what others have open. */
static void ask(struct mr_worker *w, int64_t now_ms) {
    if (w->begun || now_ms < w->next_skew_ms) return;
    bool hurry = w->was_idle && w->n_held; /* nothing to do but to wait for them */
    int64_t every =
        hurry && w->conf.commit_interval_ms < ASK_MS ? w->conf.commit_interval_ms : ASK_MS;
    w->next_skew_ms = now_ms + every;
    struct mr_arena a;
    struct mr_tp *tps;
    struct mr_err err;
    mr_arena_init(&a);
    size_t n = list_others(w, &a, &tps);
    struct mr_offset *at = mr_arena_calloc(&a, n + 1, sizeof *at);
    int64_t least = MR_INF_TIME;
    enum mr_class rc =
        n ? mr_broker_committed(w->conf.broker, w->conf.app, tps, n, at, &a, &err) : MR_OK;
    for (size_t i = 0; i < n && rc == MR_OK; i++) {
        struct mr_offset_meta meta;
        if (at[i].offset < 0 || !mr_offset_meta_read(at[i].meta, &meta)) continue;
        if (meta.has_next && meta.next < least) least = meta.next;
    }
    if (rc == MR_OK)
        w->others_least = least;
    else
        mr_log_debug("align.ask", "%s", err.text);
    mr_arena_done(&a);
}

/* Asked by a task that has a record to take, and only then: what an idle one would have heard is
 * old when its records come, and a thousand of them may be taken before it asks again. */
int64_t mr_align_limit(struct mr_task *t) {
    struct mr_worker *w = t->worker;
    if (!w->max_skew_ms || !takes_part(t)) return MR_INF_TIME;
    ask(w, w->step_ms);
    int64_t least = w->others_least;
    for (struct mr_task *o = w->tasks; o; o = o->next) {
        int64_t next = o == t ? MR_INF_TIME : mr_align_next(o);
        if (next < least) least = next;
    }
    return mr_time_add(least, w->max_skew_ms);
}

/* ---- what we say */

void mr_align_hold(struct mr_task *t, bool held) {
    struct mr_worker *w = t->worker;
    if (t->held == held) return;
    t->held = held;
    w->n_held += held ? 1 : -1;
    for (uint16_t i = 0; i < t->sub->n_inputs; i++)
        mr_consumer_pause(w->consumer, t->ins[i].tag, held);
}

/* A commit says it anyway; one that does not come must be asked for. */
void mr_align_say(struct mr_task *t, int64_t now_ms) {
    struct mr_worker *w = t->worker;
    if (!w->max_skew_ms || !takes_part(t) || !t->graph || t->first || t->touched) return;
    int64_t next = mr_align_next(t);
    if (next == t->said_next || (!t->held && next != MR_INF_TIME)) return;
    if (now_ms - t->said_next_ms < (t->held ? w->conf.commit_interval_ms : SAY_MS)) return;
    t->said_next_ms = now_ms;
    t->touched = w->touched = true;
}

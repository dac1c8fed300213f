/* clock.c -- clocks are state (EOS-6): the times of steps in the stores, and their image in memory.
 *
 * A store's clock is a list of entries, one per step whose time belongs to it: its owner, the joins
 * that read it, and every repartition_in of the sub. Steps without one need none: their time
 * follows from what the inputs say after a start. An entry:
 *   name hash (8 bytes LE), n upstreams, then times as varints: now, out, closed, and for each
 *   upstream its time (relative to now) and idle flag
 * Unknown entries are skipped, missing ones start from nothing. After an abort times are as in the
 * image taken at the last commit, which is what the stores hold.
 */
#include "base/mem.h"
#include "processor/op/agg.h"

#include <assert.h>
#include <xxhash.h>

enum { CLOCK_VERSION = 1 };

/* ---- varints */

static void put_uint(struct mr_buf *to, uint64_t v) {
    for (; v >= 0x80; v >>= 7) mr_buf_byte(to, (uint8_t)(v | 0x80));
    mr_buf_byte(to, (uint8_t)v);
}

static bool get_uint(struct mr_str *s, uint64_t *ret) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (!s->n) return false;
        uint8_t c = (uint8_t)*s->p;
        *s = (struct mr_str){s->p + 1, s->n - 1};
        v |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80) {
            *ret = v;
            return true;
        }
    }
    return false;
}

/* 0 = none, 1 = infinity, else 2 + zigzag of the distance to base (modulo 2^64, shifted by 2). */
static void put_time(struct mr_buf *to, int64_t t, int64_t base) {
    if (t == MR_NO_TIME || t == MR_INF_TIME) {
        put_uint(to, t == MR_INF_TIME);
        return;
    }
    uint64_t d = (uint64_t)t - (uint64_t)base;
    put_uint(to, ((d << 1) ^ (d >> 63 ? ~UINT64_C(0) : 0)) + 2);
}

static bool get_time(struct mr_str *s, int64_t base, int64_t *ret) {
    uint64_t v;
    if (!get_uint(s, &v)) return false;
    if (v < 2) {
        *ret = v ? MR_INF_TIME : MR_NO_TIME;
        return true;
    }
    v -= 2;
    *ret = (int64_t)((uint64_t)base + ((v >> 1) ^ (v & 1 ? ~UINT64_C(0) : 0)));
    return true;
}

static int64_t base_of(int64_t now) {
    return now == MR_NO_TIME || now == MR_INF_TIME ? 0 : now;
}

/* ---- entries */

static uint64_t name_hash(const struct mr_step *s) {
    return XXH64(s->name, strlen(s->name), 0);
}

static void put_entry(struct mr_buf *to, const struct mr_run *r) {
    const struct mr_op_time *t = &r->op.time;
    uint64_t name = name_hash(r->op.step);
    int64_t base = base_of(t->now);
    mr_buf_add(to, &name, 8);
    put_uint(to, t->n);
    put_uint(to, (uint64_t)t->idle | (uint64_t)r->told_idle << 1);
    put_time(to, t->now, 0);
    put_time(to, t->out, base);
    put_time(to, r->op.closed, base);
    for (uint16_t i = 0; i < t->n; i++) {
        put_time(to, t->heard[i].time, base);
        put_uint(to, t->heard[i].idle);
    }
}

struct entry {
    uint64_t name, n, flags;
    int64_t now, out, closed;
    struct mr_heard *heard;
};

static bool get_entry(struct mr_str *s, struct mr_arena *a, struct entry *ret) {
    if (s->n < 8) return false;
    memcpy(&ret->name, s->p, 8);
    *s = (struct mr_str){s->p + 8, s->n - 8};
    if (!get_uint(s, &ret->n) || ret->n > UINT16_MAX || !get_uint(s, &ret->flags) ||
        !get_time(s, 0, &ret->now))
        return false;
    int64_t base = base_of(ret->now);
    if (!get_time(s, base, &ret->out) || !get_time(s, base, &ret->closed)) return false;
    ret->heard = mr_arena_calloc(a, ret->n + 1, sizeof *ret->heard);
    for (uint64_t i = 0; i < ret->n; i++) {
        uint64_t idle;
        if (!get_time(s, base, &ret->heard[i].time) || !get_uint(s, &idle)) return false;
        ret->heard[i].idle = idle;
    }
    return true;
}

static void restore(struct mr_run *r, const struct entry *e) {
    struct mr_op_time *t = &r->op.time;
    t->now = e->now;
    t->out = e->out;
    r->op.closed = e->closed;
    if (e->n == t->n) memcpy(t->heard, e->heard, t->n * sizeof *t->heard);
    if (r->input < 0) { /* whether they are idle is for the inputs to say anew */
        for (uint16_t i = 0; i < t->n; i++)
            if (r->time_edge[i]) t->heard[i].idle = false;
    } else if (e->n == t->n) { /* upstream tasks: they go on */
        t->idle = e->flags & 1;
        r->told_idle = e->flags >> 1 & 1;
        struct mr_op_time *taken = &r->op.graph->pushed[r->input].taken;
        memcpy(taken->heard, t->heard, t->n * sizeof *t->heard);
        taken->now = t->now;
        taken->idle = t->idle;
    }
    /* Steps behind have no clock of their own: they hear it at the first run. */
    if (t->out == MR_NO_TIME && !r->told_idle) return;
    r->pending = true;
    r->pend_time = t->out;
    r->pend_idle = r->told_idle;
    r->pend_seq = 0;
}

/* ---- which step's time is in which store */

static bool belongs(const struct mr_graph *g, const struct mr_step *s, int store) {
    if (s->op == &mr_op_repartition_in) return true;
    if (s->store >= 0) return s->store == store;
    if (s->op != &mr_op_join) return false;
    for (uint16_t i = 0; i < s->n_ins; i++)
        if (s->ins[i].port == 1) return g->sub->steps[s->ins[i].step].store == store;
    return false;
}

static void restore_from(struct mr_graph *g, struct mr_str clock) {
    struct entry e;
    if (!clock.n || *clock.p != CLOCK_VERSION) return;
    clock = (struct mr_str){clock.p + 1, clock.n - 1};
    while (clock.n && get_entry(&clock, &g->arena, &e))
        for (uint16_t i = 0; i < g->sub->n_steps; i++)
            if (name_hash(&g->sub->steps[i]) == e.name) restore(&g->runs[i], &e);
}

void mr_clock_write(struct mr_graph *g) {
    for (uint16_t k = 0; k < g->sub->n_stores; k++) {
        mr_buf_clear(&g->buf);
        mr_buf_byte(&g->buf, CLOCK_VERSION);
        for (uint16_t i = 0; i < g->sub->n_steps; i++)
            if (belongs(g, &g->sub->steps[i], k)) put_entry(&g->buf, &g->runs[i]);
        mr_store_set_clock(g->conf.stores[k], mr_buf_view(&g->buf));
    }
}

int64_t mr_clock_closed(const struct mr_store_plan *p, const struct mr_step *owner,
                        struct mr_str clock) {
    struct entry e;
    struct mr_arena a;
    int64_t closed = INT64_MIN;
    if (p->kind != MR_STORE_WINDOW || !clock.n || *clock.p != CLOCK_VERSION) return closed;
    clock = (struct mr_str){clock.p + 1, clock.n - 1};
    mr_arena_init(&a);
    while (clock.n && get_entry(&clock, &a, &e))
        if (e.name == name_hash(owner)) closed = e.closed;
    mr_arena_done(&a);
    return closed;
}

/* ---- the image */

struct mr_image {
    int64_t now, out, closed, deadline, sent_time, pend_time;
    bool idle, told_idle, sent_idle, pending, pend_idle;
    uint32_t pend_seq;
    struct mr_heard *heard;
};

static void take_time(struct mr_image *m, const struct mr_op_time *t) {
    m->now = t->now;
    m->out = t->out;
    m->idle = t->idle;
    memcpy(m->heard, t->heard, t->n * sizeof *t->heard);
}

static void give_time(const struct mr_image *m, struct mr_op_time *t) {
    t->now = m->now;
    t->out = m->out;
    t->idle = m->idle;
    memcpy(t->heard, m->heard, t->n * sizeof *t->heard);
}

void mr_clock_committed(struct mr_graph *g) {
    struct mr_image *m = g->image;
    for (uint16_t i = 0; i < g->sub->n_steps; i++, m++) {
        const struct mr_run *r = &g->runs[i];
        take_time(m, &r->op.time);
        m->closed = r->op.closed;
        m->deadline = r->op.deadline;
        m->sent_time = r->sent_time;
        m->pend_time = r->pend_time;
        m->told_idle = r->told_idle;
        m->sent_idle = r->sent_idle;
        m->pending = r->pending;
        m->pend_idle = r->pend_idle;
        m->pend_seq = 0;
    }
    for (uint16_t i = 0; i < g->sub->n_inputs; i++, m++) take_time(m, &g->pushed[i].taken);
}

void mr_clock_abort(struct mr_graph *g) {
    const struct mr_image *m = g->image;
    for (uint16_t i = 0; i < g->sub->n_steps; i++, m++) {
        struct mr_run *r = &g->runs[i];
        give_time(m, &r->op.time);
        r->op.closed = m->closed;
        r->op.deadline = m->deadline;
        r->sent_time = m->sent_time;
        r->pend_time = m->pend_time;
        r->told_idle = m->told_idle;
        r->sent_idle = m->sent_idle;
        r->pending = m->pending;
        r->pend_idle = m->pend_idle;
        r->pend_seq = 0;
    }
    for (uint16_t i = 0; i < g->sub->n_inputs; i++, m++) give_time(m, &g->pushed[i].taken);
}

void mr_clock_open(struct mr_graph *g) {
    for (uint16_t k = 0; k < g->sub->n_stores; k++)
        restore_from(g, mr_store_clock(g->conf.stores[k]));
    g->image =
        mr_arena_calloc(&g->fixed, (size_t)g->sub->n_steps + g->sub->n_inputs, sizeof *g->image);
    struct mr_image *m = g->image;
    for (uint16_t i = 0; i < g->sub->n_steps; i++, m++)
        m->heard = mr_arena_calloc(&g->fixed, g->runs[i].op.time.n + 1u, sizeof *m->heard);
    for (uint16_t i = 0; i < g->sub->n_inputs; i++, m++)
        m->heard = mr_arena_calloc(&g->fixed, g->pushed[i].taken.n + 1u, sizeof *m->heard);
}

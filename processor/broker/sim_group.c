/* sim_group.c -- groups: members, generations, cooperative-sticky assignment, committed offsets.
 *
 * A rebalance goes as in Kafka: it begins when a member comes, goes or has revoked something
 * (PREPARING); when every member has joined it, the generation rises by one and every partition
 * gets a member. A partition that somebody else still owns is left out: its owner hears `revoke`,
 * joins again, and the next generation gives the partition away. Members that keep a partition
 * hear nothing and go on reading.
 *
 *   G1  a partition is owned by one live member at most (thrown-out members only believe it)
 *   G2  a member's offsets are taken while its generation is the group's
 *   G3  events are called with the lock open, in the member's own thread, inside serve or close
 *
 * Members act only inside their own calls: there is no background thread, a heartbeat is a serve.
 */
#include "processor/broker/sim_internal.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

/* ---- sets of partitions */

static void tps_add(struct sim_tps *s, struct mr_tp tp) {
    mr_sim_room(&s->p, s->n, &s->cap, sizeof tp);
    s->p[s->n++] = tp;
}

static bool tps_has(const struct sim_tps *s, struct mr_tp tp) {
    for (size_t i = 0; i < s->n; i++)
        if (sim_tp_eq(s->p[i], tp)) return true;
    return false;
}

/* In a, not in b. */
static struct sim_tps tps_minus(const struct sim_tps *a, const struct sim_tps *b) {
    struct sim_tps r = {0};
    for (size_t i = 0; i < a->n; i++)
        if (!tps_has(b, a->p[i])) tps_add(&r, a->p[i]);
    return r;
}

static void tps_set(struct sim_tps *to, const struct sim_tps *from) {
    to->n = 0;
    for (size_t i = 0; i < from->n; i++) tps_add(to, from->p[i]);
}

static void tps_done(struct sim_tps *s) {
    mr_free(s->p);
}

/* ---- groups and offsets */

struct sim_group *mr_sim_group(struct sim_broker *s, const char *name) {
    for (size_t i = 0; i < s->n_groups; i++)
        if (strcmp(s->groups[i]->name, name) == 0) return s->groups[i];
    mr_sim_room(&s->groups, s->n_groups, &s->cap_groups, sizeof(struct sim_group *));
    struct sim_group *g = mr_calloc(1, sizeof *g);
    g->name = mr_strdup(name);
    return s->groups[s->n_groups++] = g;
}

void mr_sim_group_free(struct sim_group *g) {
    for (size_t i = 0; i < g->n_members; i++) mr_sim_member_free(g->members[i]);
    for (size_t i = 0; i < g->n_topics; i++) {
        for (int32_t j = 0; j < g->topics[i].n; j++) mr_free((char *)g->topics[i].parts[j].meta.p);
        mr_free(g->topics[i].parts);
    }
    mr_free(g->topics);
    mr_free(g->members);
    mr_free(g->name);
    mr_free(g);
}

struct sim_committed *mr_sim_group_offset(struct sim_group *g, struct mr_tp tp) {
    if ((size_t)tp.topic >= g->n_topics) {
        size_t n = (size_t)tp.topic + 1;
        g->topics = mr_realloc(g->topics, n * sizeof *g->topics);
        memset(g->topics + g->n_topics, 0, (n - g->n_topics) * sizeof *g->topics);
        g->n_topics = n;
    }
    struct sim_group_topic *t = &g->topics[tp.topic];
    if (tp.partition >= t->n) {
        t->parts = mr_realloc(t->parts, (size_t)(tp.partition + 1) * sizeof *t->parts);
        for (; t->n <= tp.partition; t->n++) t->parts[t->n] = (struct sim_committed){.offset = -1};
    }
    return &t->parts[tp.partition];
}

static bool is_stable(struct sim_group *g, const struct mr_tp *tps, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (mr_sim_group_offset(g, tps[i])->pending) return false;
    return true;
}

enum mr_class mr_sim_committed(struct mr_broker *b, const char *group, const struct mr_tp *tps,
                               size_t n, struct mr_offset *ret, struct mr_arena *a,
                               struct mr_err *err) {
    enum { MOST_MS = 30000 };
    struct sim_broker *s = (struct sim_broker *)b;
    pthread_mutex_lock(&s->lock);
    const struct sim_fault *f = mr_sim_fault(s, MR_SIM_COMMITTED);
    enum mr_class r = f ? mr_sim_failed(f, err) : MR_OK;
    for (size_t i = 0; r == MR_OK && i < n; i++)
        if (!sim_part(s, tps[i])) r = mr_err_set(err, MR_FATAL, 0, "no such topic or partition");
    struct sim_group *g = r == MR_OK ? mr_sim_group(s, group) : NULL;
    int64_t until = mr_sim_real_ms() + MOST_MS;
    if (g) mr_sim_time_outs(s);
    while (g && !is_stable(g, tps, n)) {
        if (!mr_sim_wait(s, until)) {
            r = mr_err_set(err, MR_RETRY, 0, "offsets wait for an open transaction");
            break;
        }
        mr_sim_time_outs(s);
    }
    for (size_t i = 0; r == MR_OK && i < n; i++) {
        const struct sim_committed *o = mr_sim_group_offset(g, tps[i]);
        ret[i] = (struct mr_offset){tps[i], o->offset, mr_arena_str(a, o->meta)};
    }
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* ---- members */

struct sim_member *mr_sim_member_new(struct sim_consumer *c) {
    struct sim_member *m = mr_calloc(1, sizeof *m);
    *m = (struct sim_member){.c = c, .out = true, .topics = c->topics, .n_topics = c->n_topics};
    return m;
}

void mr_sim_member_free(struct sim_member *m) {
    if (!m) return;
    if (!m->c) mr_free((int *)m->topics);
    tps_done(&m->owned);
    tps_done(&m->assigned);
    mr_free(m);
}

static void rebalance(struct sim_group *g) {
    if (g->rebalancing) return;
    g->rebalancing = true;
    for (size_t i = 0; i < g->n_members; i++) g->members[i]->joined = false;
}

static void take_out(struct sim_group *g, struct sim_member *m) {
    size_t i = 0;
    while (g->members[i] != m) i++;
    memmove(&g->members[i], &g->members[i + 1], (g->n_members - i - 1) * sizeof(m));
    g->n_members--;
    m->out = true;
    m->joined = false;
    m->given = m->generation = 0;
    m->assigned.n = 0;
    rebalance(g);
}

static void put_in(struct sim_broker *s, struct sim_group *g, struct sim_member *m) {
    mr_sim_room(&g->members, g->n_members, &g->cap_members, sizeof m);
    g->members[g->n_members++] = m;
    m->number = ++s->member_numbers;
    m->out = false;
    rebalance(g);
    mr_sim_wake(s); /* the others have to join */
}

void mr_sim_group_expire(struct sim_broker *s, struct sim_group *g, int64_t now_ms) {
    for (size_t i = 0; i < g->n_members;) {
        struct sim_member *m = g->members[i];
        if (now_ms - m->seen_ms <= s->session_ms) {
            i++;
            continue;
        }
        take_out(g, m);
        if (!m->c) mr_sim_member_free(m); /* a living one hears `lost` and is then its own */
        mr_sim_wake(s);
    }
}

static bool subscribes(const struct sim_member *m, int topic) {
    for (size_t i = 0; i < m->n_topics; i++)
        if (m->topics[i] == topic) return true;
    return false;
}

void mr_sim_group_topic_made(struct sim_group *g, int topic) {
    for (size_t i = 0; i < g->n_members; i++)
        if (subscribes(g->members[i], topic)) rebalance(g);
}

/* ---- assignment */

struct slot { /* a partition in an assignment under way */
    struct mr_tp tp;
    struct sim_member *owner; /* who owns it now, NULL = nobody */
    struct sim_member *to;    /* who shall */
};

struct slots {
    struct slot *p;
    size_t n, cap;
};

static struct sim_member *owner_of(const struct sim_group *g, struct mr_tp tp) {
    for (size_t i = 0; i < g->n_members; i++)
        if (tps_has(&g->members[i]->owned, tp)) return g->members[i];
    return NULL;
}

static size_t load_of(const struct slots *s, const struct sim_member *m) {
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) n += s->p[i].to == m;
    return n;
}

/* The subscriber with the fewest partitions; the oldest of equals. */
static struct sim_member *least_loaded(const struct sim_group *g, const struct slots *s,
                                       int topic) {
    struct sim_member *best = NULL;
    size_t least = 0;
    for (size_t i = 0; i < g->n_members; i++) {
        struct sim_member *m = g->members[i];
        if (!subscribes(m, topic)) continue;
        size_t n = load_of(s, m);
        if (best && n >= least) continue;
        best = m;
        least = n;
    }
    return best;
}

static int by_topic(const void *a, const void *b, void *arg) {
    const int *x = a, *y = b;
    return strcmp(mr_broker_topic_name(arg, *x), mr_broker_topic_name(arg, *y));
}

/* All partitions somebody subscribes, by (topic name, partition): the same for any history. */
static struct slots slots_of(struct sim_broker *s, const struct sim_group *g) {
    struct slots r = {0};
    int *topics = mr_alloc(s->n_topics * sizeof *topics);
    size_t n = 0;
    for (size_t t = 0; t < s->n_topics; t++) {
        bool wanted = false;
        for (size_t i = 0; i < g->n_members && s->topics[t]; i++)
            wanted = wanted || subscribes(g->members[i], (int)t);
        if (wanted) topics[n++] = (int)t;
    }
    if (n) qsort_r(topics, n, sizeof *topics, by_topic, s);
    for (size_t i = 0; i < n; i++)
        for (int32_t p = 0; p < s->topics[topics[i]]->info.partitions; p++) {
            struct mr_tp tp = {topics[i], p};
            mr_sim_room(&r.p, r.n, &r.cap, sizeof *r.p);
            r.p[r.n++] = (struct slot){.tp = tp, .owner = owner_of(g, tp)};
        }
    mr_free(topics);
    return r;
}

/* Moves partitions from the loaded to the idle until no move makes it more even. */
static void even_out(const struct sim_group *g, struct slots *s) {
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = s->n; i-- > 0 && !moved;) {
            if (!s->p[i].to) continue;
            struct sim_member *to = least_loaded(g, s, s->p[i].tp.topic);
            if (load_of(s, s->p[i].to) <= load_of(s, to) + 1) continue;
            s->p[i].to = to;
            moved = true;
        }
    }
}

static void new_generation(struct sim_broker *s, struct sim_group *g) {
    struct slots slots = slots_of(s, g);
    for (size_t i = 0; i < slots.n; i++) slots.p[i].to = slots.p[i].owner;
    for (size_t i = 0; i < slots.n; i++)
        if (!slots.p[i].to) slots.p[i].to = least_loaded(g, &slots, slots.p[i].tp.topic);
    even_out(g, &slots);
    g->generation++;
    g->rebalancing = false;
    for (size_t i = 0; i < g->n_members; i++) {
        struct sim_member *m = g->members[i];
        m->given = g->generation;
        m->assigned.n = 0;
        for (size_t j = 0; j < slots.n; j++) /* what another one owns comes when it has let go */
            if (slots.p[j].to == m && (!slots.p[j].owner || slots.p[j].owner == m))
                tps_add(&m->assigned, slots.p[j].tp);
    }
    mr_free(slots.p);
    mr_sim_wake(s);
}

static bool all_joined(const struct sim_group *g) {
    for (size_t i = 0; i < g->n_members; i++)
        if (!g->members[i]->joined) return false;
    return g->n_members > 0;
}

/* ---- a member's turn */

static void call(struct sim_broker *s, struct sim_consumer *c,
                 void (*event)(void *arg, const struct mr_tp *anchors, size_t n),
                 const struct sim_tps *list) {
    pthread_mutex_unlock(&s->lock);
    if (event) event(c->events.arg, list->p, list->n);
    pthread_mutex_lock(&s->lock);
}

/* Gives up everything: `revoke` while it is a member, `lost` when it was thrown out or failed. */
static bool give_up(struct sim_broker *s, struct sim_consumer *c) {
    struct sim_member *m = c->member;
    if (m->owned.n == 0) return false;
    struct sim_tps list = {0};
    tps_set(&list, &m->owned);
    bool out = m->out || c->dead;
    call(s, c, out ? c->events.lost : c->events.revoke, &list);
    if (!out && m->out) call(s, c, c->events.lost, &list); /* thrown out while it revoked */
    for (size_t i = 0; i < list.n; i++) mr_sim_consumer_drop(c, list.p[i]);
    tps_done(&list);
    m->owned.n = 0;
    return true;
}

/* Hears of a new generation. True: an event was given. */
static bool sync_member(struct sim_broker *s, struct sim_consumer *c) {
    struct sim_member *m = c->member;
    m->generation = m->given;
    struct sim_tps revoked = tps_minus(&m->owned, &m->assigned);
    struct sim_tps added = tps_minus(&m->assigned, &m->owned);
    bool told = revoked.n || added.n;
    if (revoked.n) {
        call(s, c, c->events.revoke, &revoked);
        if (!m->out) { /* else everything is lost, which the next step says */
            for (size_t i = 0; i < revoked.n; i++) mr_sim_consumer_drop(c, revoked.p[i]);
            struct sim_tps kept = tps_minus(&m->owned, &revoked);
            tps_done(&m->owned);
            m->owned = kept;
            rebalance(c->group);
            mr_sim_wake(s);
        }
    }
    if (added.n && !m->out) {
        for (size_t i = 0; i < added.n; i++) tps_add(&m->owned, added.p[i]);
        call(s, c, c->events.assign, &added);
    }
    tps_done(&revoked);
    tps_done(&added);
    return told;
}

bool mr_sim_member_step(struct sim_broker *s, struct sim_consumer *c) {
    struct sim_group *g = c->group;
    struct sim_member *m = c->member;
    bool told = false;
    for (;;) {
        m->seen_ms = s->clock->mono_ms(s->clock);
        if (m->out) {
            told = give_up(s, c) || told;
            put_in(s, g, m);
        }
        if (m->generation != m->given) { /* even if the next one is under way */
            told = sync_member(s, c) || told;
            continue;
        }
        if (g->rebalancing) m->joined = true;
        if (!g->rebalancing || !all_joined(g)) return told;
        new_generation(s, g);
    }
}

void mr_sim_member_leave(struct sim_broker *s, struct sim_consumer *c) {
    struct sim_member *m = c->member;
    if (!m->out) { /* no new generation until it has gone: its last commit counts */
        m->joined = false;
        m->generation = m->given;
    }
    give_up(s, c);
    if (!m->out) take_out(c->group, m);
    mr_sim_wake(s);
}

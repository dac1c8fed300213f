/* check.c -- the invariants of design.md 5 while the world runs. README.md lists which is where.
 *
 * What the broker has decided is the truth: a shadow of commit numbers and positions is kept from
 * the transactions that it committed, and workers and disks are held against it.
 */
#include "tests/sim/sim.h"

#include "base/mem.h"
#include "proto/frame.h"

static int topic_id(struct sim_world *w, const char *name) {
    return mr_broker_topic(&w->broker->base, name);
}

static int input_topic(struct sim_world *w, const struct mr_input *in) {
    return topic_id(w, mr_name_input(&w->arena, w->embed.app, in));
}

static int changelog_topic(struct sim_world *w, const struct mr_store_plan *s) {
    return topic_id(w, mr_name_changelog(&w->arena, w->embed.app, s->name));
}

struct place { /* what a topic is to the plan */
    const struct mr_sub *sub;
    int input; /* of the sub, or -1: a changelog */
};

static struct place *places; /* by topic id; of the one world */
static size_t n_places;

static struct place *place_of(int topic) {
    return (size_t)topic < n_places && places[topic].sub ? &places[topic] : NULL;
}

static void put_place(struct sim_world *w, int topic, const struct mr_sub *sub, int input) {
    if ((size_t)topic < n_places && places) places[topic] = (struct place){sub, input};
}

void sim_check_begin(struct sim_world *w) {
    const struct mr_plan *plan = w->sc->plan;
    n_places = w->broker->base.n_names + 64;
    places = mr_arena_calloc(&w->arena, n_places, sizeof *places);
    for (uint16_t s = 0; s < plan->n_subs; s++) {
        const struct mr_sub *sub = &plan->subs[s];
        for (uint16_t i = 0; i < sub->n_inputs; i++)
            put_place(w, input_topic(w, &sub->inputs[i]), sub, i);
        for (uint16_t i = 0; i < sub->n_stores; i++)
            put_place(w, changelog_topic(w, &sub->stores[i]), sub, -1);
        w->anchors[s] =
            mr_arena_calloc(&w->arena, (size_t)w->sc->partitions + 1, sizeof *w->anchors[s]);
    }
}

static struct sim_anchor *anchor_of(struct sim_world *w, const struct mr_sub *sub,
                                    int32_t partition) {
    return partition < w->sc->partitions ? &w->anchors[sub->id][partition] : NULL;
}

static const char *topic_name(struct sim_world *w, int topic) {
    return mr_broker_topic_name(&w->broker->base, topic);
}

/* ---- transactions: EOS-1, EOS-4, EOS-5, EOS-9 */

static const struct sim_pending *pending_anchor(const struct sim_txn *t, const struct mr_sub *sub,
                                                int32_t partition) {
    for (size_t i = 0; i < t->n_pending; i++) {
        const struct place *at = place_of(t->pending[i].tp.topic);
        if (at && at->sub == sub && at->input == sub->anchor &&
            t->pending[i].tp.partition == partition)
            return &t->pending[i];
    }
    return NULL;
}

static void decided_offset(struct sim_world *w, const struct sim_txn *t,
                           const struct sim_pending *p) {
    const struct place *at = place_of(p->tp.topic);
    struct sim_anchor *shadow =
        at && at->input >= 0 ? anchor_of(w, at->sub, p->tp.partition) : NULL;
    struct mr_offset_meta meta;
    if (!shadow || at->input >= 16) return;
    if (p->offset < shadow->offsets[at->input])
        sim_fail(w, "EOS-1: the position of %s/%d goes back from %lld to %lld",
                 topic_name(w, p->tp.topic), p->tp.partition, (long long)shadow->offsets[at->input],
                 (long long)p->offset);
    shadow->offsets[at->input] = p->offset;
    if (at->input != at->sub->anchor) {
        if (!pending_anchor(t, at->sub, p->tp.partition))
            sim_fail(w, "EOS-9: %s/%d is committed without its anchor", topic_name(w, p->tp.topic),
                     p->tp.partition);
        return;
    }
    if (!mr_offset_meta_read(p->meta, &meta))
        sim_fail(w, "EOS-6: metadata of %s/%d cannot be read", topic_name(w, p->tp.topic),
                 p->tp.partition);
    else if (meta.commit != shadow->commit + 1)
        sim_fail(w, "EOS-9: commit number of %s/%d is %lld after %lld", topic_name(w, p->tp.topic),
                 p->tp.partition, (long long)meta.commit, (long long)shadow->commit);
    shadow->commit = meta.commit;
}

void sim_check_decided(struct sim_world *w, const struct sim_txn *t) {
    if (t->n_pending == 0)
        sim_fail(w, "EOS-1: %s commits %zu partitions without an offset", t->id, t->parts.n);
    for (size_t i = 0; i < t->parts.n; i++) {
        const struct place *at = place_of(t->parts.p[i].topic);
        if (at && at->input < 0 && !pending_anchor(t, at->sub, t->parts.p[i].partition))
            sim_fail(w, "EOS-1: %s/%d is written without the offset of its task",
                     topic_name(w, t->parts.p[i].topic), t->parts.p[i].partition);
    }
    for (size_t i = 0; i < t->n_pending; i++) decided_offset(w, t, &t->pending[i]);
}

static bool owns(const struct sim_consumer *c, struct mr_tp tp) {
    for (size_t i = 0; c->member && i < c->member->owned.n; i++)
        if (sim_tp_eq(c->member->owned.p[i], tp)) return true;
    return false;
}

void sim_check_offsets(struct sim_world *w, const struct sim_consumer *c,
                       const struct mr_offset *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct place *p = place_of(at[i].tp.topic);
        if (!p) continue;
        struct mr_tp anchor = {input_topic(w, &p->sub->inputs[p->sub->anchor]), at[i].tp.partition};
        if (!owns(c, anchor))
            sim_fail(w, "EOS-4: an offset of %s/%d, which the member does not own",
                     topic_name(w, at[i].tp.topic), at[i].tp.partition);
    }
}

/* ---- a worker between two steps: EOS-5, EOS-6 */

static void check_input(struct sim_world *w, const struct mr_in *in,
                        const struct sim_committed *o) {
    if (o->offset >= 0 && in->committed != o->offset)
        sim_fail(w, "EOS-2: %s/%d: the task stands at %lld, committed is %lld", in->topic,
                 in->tp.partition, (long long)in->committed, (long long)o->offset);
    struct mr_offset_meta meta;
    if (in->plan->kind == MR_IN_REPARTITION || !mr_offset_meta_read(o->meta, &meta)) return;
    const struct mr_source_time *own = &in->committed_time;
    struct mr_source_time said = *own;
    bool same = mr_source_time_parse(&said, meta.source_time) && said.time == own->time &&
                said.n_run == own->n_run;
    for (unsigned i = 0; same && i < said.n_run; i++)
        same = said.run[i].ts == own->run[i].ts && said.run[i].key == own->run[i].key;
    if (!same)
        sim_fail(w, "EOS-6: %s/%d: source time is %lld, run of %u; committed is `%.*s`", in->topic,
                 in->tp.partition, (long long)own->time, own->n_run, MR_STR_ARG(meta.source_time));
}

/* Not so: it may be a zombie and not know it. */
static bool is_owned(const struct mr_task *t) {
    const struct sim_consumer *c = (const struct sim_consumer *)t->worker->consumer;
    if (!t->graph || t->astray || t->touched || !c->member || c->member->out) return false;
    return c->member->generation == c->group->generation && owns(c, t->ins[t->sub->anchor].tp);
}

static void check_task(struct sim_world *w, const struct mr_task *t) {
    const struct sim_consumer *c = (const struct sim_consumer *)t->worker->consumer;
    struct mr_tp anchor = t->ins[t->sub->anchor].tp;
    if (!is_owned(t)) return;
    struct sim_committed *o = mr_sim_group_offset(c->group, anchor);
    struct mr_offset_meta meta = {0};
    if (o->pending) return;
    if (o->offset >= 0) mr_offset_meta_read(o->meta, &meta);
    if (meta.commit != t->commit)
        sim_fail(w, "EOS-5: %s/%d believes in commit %lld, the broker has %lld", t->sub->name,
                 t->partition, (long long)t->commit, (long long)meta.commit);
    for (uint16_t i = 0; i < t->sub->n_inputs; i++)
        check_input(w, &t->ins[i], mr_sim_group_offset(c->group, t->ins[i].tp));
}

void sim_check_worker(struct sim_worker *s) {
    for (const struct mr_task *t = s->w->tasks; t; t = t->next) check_task(s->proc->world, t);
}

/* A record can be late by idleness only after some input was idle (language.md 5, "Idle"). */
void sim_sample_idle(struct sim_worker *s) {
    struct sim_world *w = s->proc->world;
    for (const struct mr_task *t = s->w ? s->w->tasks : NULL; t; t = t->next) {
        for (uint16_t i = 0; t->graph && i < t->sub->n_inputs; i++) {
            w->idle_inputs |= t->ins[i].idle;
            w->runs |= t->ins[i].committed_time.n_run > 0;
        }
        for (uint16_t i = 0; t->graph && i < t->sub->n_steps; i++)
            if (mr_graph_op(t->graph, i)->idle) w->idled = true;
    }
    if (w->idled && !w->idle_inputs)
        sim_fail(w, "EOS-6: something is counted as late by idleness, but no input was ever idle");
}

/* ---- state: EOS-2, EOS-3 */

static void dump_bucket(struct mr_store *s, struct mr_bucket *b, struct mr_arena *a,
                        struct mr_buf *to) {
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(s, b, a, &n);
    if (n) mr_buf_printf(to, "[%lld]", (long long)mr_bucket_start(b));
    for (size_t i = 0; i < n; i++) {
        struct mr_str key = mr_entry_key(e[i]);
        uint32_t len[2] = {(uint32_t)key.n, e[i]->value_len};
        mr_buf_add(to, len, sizeof len);
        mr_buf_str(to, key);
        mr_buf_add(to, mr_entry_value(e[i]), e[i]->value_len);
    }
}

static void dump(struct mr_store *s, enum mr_store_kind kind, struct mr_arena *a,
                 struct mr_buf *to) {
    mr_buf_str(to, mr_store_clock(s));
    if (kind != MR_STORE_WINDOW) {
        struct mr_bucket *b = mr_store_bucket(s, MR_BUCKET_PLAIN, false);
        if (b) dump_bucket(s, b, a, to);
        return;
    }
    for (struct mr_bucket *b = mr_store_oldest(s); b; b = mr_bucket_next(s, b))
        dump_bucket(s, b, a, to);
}

struct holding { /* a store of the plan, in one partition */
    const struct mr_sub *sub;
    const struct mr_store_plan *plan;
    int32_t partition;
    struct mr_tp log;
};

static struct mr_store_spec spec_of(struct sim_world *w, const struct holding *h) {
    return (struct mr_store_spec){.app = w->embed.app,
                                  .name = h->plan->name,
                                  .partition = h->partition,
                                  .kind = h->plan->kind,
                                  .fingerprint = h->plan->fingerprint,
                                  .max_record_bytes = 1 << 20};
}

/* Replays what is committed from `from` on, as restore.c does. */
static bool replay(struct sim_world *w, const struct holding *h, struct mr_store *s, int64_t from) {
    struct mr_msg m;
    struct mr_err err = {0};
    int64_t offset = from;
    while (mr_sim_read(&w->broker->base, h->log, &offset, &m)) {
        struct mr_changelog_value v;
        if (m.value.p && mr_changelog_value_read(m.value, &v))
            mr_store_set_incarnation(s, v.incarnation);
        if (mr_store_replay(s, m.key, m.value, m.offset, &err) == MR_OK) continue;
        sim_fail(w, "EOS-3: %s/%d: changelog offset %lld: %s", h->plan->name, h->partition,
                 (long long)m.offset, err.text);
        return false;
    }
    const struct mr_step *owner = &h->sub->steps[h->plan->step];
    mr_store_restored(s, offset, mr_clock_closed(h->plan, owner, mr_store_clock(s)));
    return true;
}

/* The whole committed changelog, read into an empty store. */
static void dump_changelog(struct sim_world *w, const struct holding *h, struct mr_arena *a,
                           struct mr_buf *to) {
    struct mr_engine *e = mr_engine_open_mem();
    struct mr_store_spec spec = spec_of(w, h);
    struct mr_store *s;
    struct mr_err err = {0};
    if (mr_store_open(e, &spec, &s, &err) != MR_OK) {
        sim_fail(w, "%s", err.text);
    } else {
        if (replay(w, h, s, 0)) dump(s, h->plan->kind, a, to);
        mr_store_close(s);
    }
    mr_engine_close(e);
}

static void compare_state(struct sim_world *w, const struct holding *h, struct mr_store *s,
                          const char *what) {
    struct mr_arena a;
    struct mr_buf want, got;
    mr_arena_init(&a);
    mr_buf_init(&want, 0);
    mr_buf_init(&got, 0);
    dump(s, h->plan->kind, &a, &got);
    dump_changelog(w, h, &a, &want);
    if (!w->failure[0] && !mr_str_eq(mr_buf_view(&got), mr_buf_view(&want)))
        sim_fail(w, "EOS-3: %s/%d: %s is not the committed changelog (%zu bytes, not %zu)",
                 h->plan->name, h->partition, what, got.n, want.n);
    mr_buf_done(&want);
    mr_buf_done(&got);
    mr_arena_done(&a);
}

static void check_disk_store(struct sim_proc *p, const struct holding *h) {
    struct sim_world *w = p->world;
    struct mr_store_spec spec = spec_of(w, h);
    struct mr_store *s;
    struct mr_err err = {0};
    struct mr_str incarnation;
    int64_t position, wall;
    if (mr_store_open(p->disk, &spec, &s, &err) != MR_OK) {
        sim_fail(w, "EOS-3: %s", err.text);
        return;
    }
    /* Behind an open transaction (of a zombie, perhaps) nothing can be read yet: a restore waits.
     */
    const struct sim_part *part = sim_part(w->broker, h->log);
    bool decided = mr_sim_log_lso(part) == part->high;
    if (decided && mr_store_identity(s, &incarnation, &position, &wall) == MR_ID_KNOWN) {
        if (position > part->high)
            sim_fail(w, "EOS-3: %s/%d: the disk says %lld, the changelog ends at %lld",
                     h->plan->name, h->partition, (long long)position, (long long)part->high);
        else if (replay(w, h, s, position))
            compare_state(w, h, s, "disk and changelog from its position");
    }
    mr_store_close(s);
}

static void for_stores(struct sim_world *w, void (*call)(void *arg, const struct holding *h),
                       void *arg) {
    const struct mr_plan *plan = w->sc->plan;
    for (uint16_t s = 0; s < plan->n_subs; s++)
        for (uint16_t i = 0; i < plan->subs[s].n_stores; i++)
            for (int32_t p = 0; p < w->sc->partitions; p++) {
                const struct mr_store_plan *store = &plan->subs[s].stores[i];
                struct mr_tp log = {changelog_topic(w, store), p};
                struct holding h = {&plan->subs[s], store, p, log};
                if (sim_part(w->broker, log) && !w->failure[0]) call(arg, &h);
            }
}

static void disk_store(void *arg, const struct holding *h) {
    check_disk_store(arg, h);
}

static void compact(void *arg, const struct holding *h) {
    struct sim_world *w = arg;
    if (h->partition == 0) mr_sim_compact(&w->broker->base, h->log.topic);
}

void sim_compact_changelogs(struct sim_world *w) {
    for_stores(w, compact, w);
}

void sim_check_disk(struct sim_proc *p) {
    for_stores(p->world, disk_store, p);
}

/* ---- the end */

static void check_living(struct sim_world *w, const struct mr_task *t) {
    for (uint16_t i = 0; is_owned(t) && i < t->sub->n_stores; i++) {
        struct holding h = {t->sub, &t->sub->stores[i], t->partition, t->logs[i].tp};
        struct mr_err err;
        if (mr_store_health(t->stores[i], &err) == MR_OK) /* the comparison may read, too */
            compare_state(w, &h, t->stores[i], "the state of the living task");
        if (mr_store_health(t->stores[i], &err) != MR_OK)
            sim_fail(w, "EOS-3: %s/%d: a task lives on although its disk has failed: %s",
                     h.plan->name, h.partition, err.text);
    }
    const char *broken = t->graph ? mr_graph_ledger_error(t->graph) : NULL;
    if (broken) sim_fail(w, "EOS-7: %s/%d: %s", t->sub->name, t->partition, broken);
}

/* Time marks may stay: a task that starts again says its time although nobody needs it. */
static bool is_mark(const struct mr_msg *m) {
    struct mr_rframe f;
    return m->value.p && mr_rframe_read(m->value, &f) && !f.has_row;
}

/* The next record from there on; -1: none. */
static int64_t next_record(struct sim_world *w, struct mr_tp tp, bool frames, int64_t from) {
    struct mr_msg m;
    while (mr_sim_read(&w->broker->base, tp, &from, &m))
        if (!frames || !is_mark(&m)) return m.offset;
    return -1;
}

/* NULL: every record of every input is taken, and committed as taken. */
static const char *not_taken(struct sim_world *w) {
    struct sim_group *g = mr_sim_group(w->broker, w->embed.app);
    for (size_t topic = 0; topic < n_places; topic++) {
        const struct place *at = place_of((int)topic);
        for (int32_t p = 0; at && at->input >= 0 && p < w->sc->partitions; p++) {
            struct mr_tp tp = {(int)topic, p};
            if (!sim_part(w->broker, tp)) continue;
            bool frames = at->sub->inputs[at->input].kind == MR_IN_REPARTITION;
            int64_t offset = mr_sim_group_offset(g, tp)->offset;
            const char *name = topic_name(w, tp.topic);
            if (offset < 0)
                return mr_arena_printf(&w->arena, "%s/%d has no committed position", name, p);
            int64_t next = next_record(w, tp, frames, offset);
            if (next < 0) continue;
            return mr_arena_printf(&w->arena, "EOS-1: %s/%d: offset %lld was never taken", name, p,
                                   (long long)next);
        }
    }
    return NULL;
}

bool sim_all_taken(struct sim_world *w) {
    return !not_taken(w);
}

void sim_check_end(struct sim_world *w) {
    const char *left = not_taken(w);
    if (left) sim_fail(w, "%s", left);
    for (int i = 0; i < SIM_PROCS; i++)
        for (int k = 0; k < SIM_WORKERS; k++) {
            struct sim_worker *s = &w->procs[i].workers[k];
            if (!s->w) continue;
            w->current = s; /* its stores may read its disk */
            for (const struct mr_task *t = s->w->tasks; t; t = t->next) check_living(w, t);
        }
    w->current = NULL;
}

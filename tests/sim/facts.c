/* facts.c -- feeds of the generators, and the same records as an oracle reads them; see facts.h. */
#include "tests/sim/facts.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

void sim_feed_clauses(const struct sim_feed *f, struct mr_buf *to) {
    if (f->declared) mr_buf_cat(to, ", event_time: ts");
    if (f->max_jump_ms < 0)
        mr_buf_cat(to, ", max_jump: none");
    else
        mr_buf_printf(to, ", max_jump: %lldms", (long long)f->max_jump_ms);
    if (f->idle_ms) mr_buf_printf(to, ", idle_after: %lldms", (long long)f->idle_ms);
}

/* Short ones pass while a slow feed goes on. */
int64_t sim_draw_idle_ms(struct mr_rand *r) {
    static const int of[] = {50, 300, 2000, 30000, 30000};
    return of[mr_rand_below(r, 5)];
}

void sim_feed_source(const struct sim_feed *f, const char *name, struct mr_buf *to) {
    mr_buf_printf(to,
                  "  %s: {topic: %s, key: string, value: {json: {id: string, g: string, n: int, "
                  "ts: timestamp_ms}}",
                  name, name);
    sim_feed_clauses(f, to);
    mr_buf_cat(to, "}\n");
}

void sim_feed_params(struct mr_rand *r, struct sim_scenario *s, unsigned most) {
    static const int jumps[] = {0, 60, 3600};
    s->params[SIM_FEED_DECLARED] = mr_rand_below(r, 2);
    s->params[SIM_FEED_MAX_JUMP_S] = jumps[mr_rand_below(r, 3)];
    s->params[SIM_FEED_IDLE_MS] = sim_draw_idle_ms(r);
    s->params[SIM_FEED_N] = 10 + mr_rand_below(r, mr_rand_below(r, 4) ? 60 : most);
}

struct sim_feed sim_feed_of(const struct sim_scenario *s) {
    int64_t jump = s->params[SIM_FEED_MAX_JUMP_S];
    return (struct sim_feed){.inputs = {"facts"},
                             .n = s->params[SIM_FEED_N],
                             .declared = s->params[SIM_FEED_DECLARED],
                             .max_jump_ms = jump ? jump * 1000 : SIM_NONE,
                             .idle_ms = s->params[SIM_FEED_IDLE_MS],
                             .gap = 4000};
}

/* ---- a feed */

struct drawing {
    struct mr_rand *r;
    struct sim_scenario *s;
    const struct sim_feed *f;
    int64_t now;
    unsigned burst; /* so many more records are ahead of time */
    int64_t ahead;  /* by so much */
};

static void move(struct drawing *d) {
    switch (mr_rand_below(d->r, 50)) {
    case 0: d->now += 60000 + mr_rand_below(d->r, 7200000); break;
    case 1: d->now += 3600000; break;
    default: d->now += mr_rand_below(d->r, d->f->gap); break;
    }
    if (d->burst && --d->burst == 0 && mr_rand_below(d->r, 2)) d->now += d->ahead;
    if (d->burst || d->f->max_jump_ms < 0 || mr_rand_below(d->r, 12)) return;
    d->burst = mr_rand_below(d->r, 2) ? 1 : 2 + mr_rand_below(d->r, 12);
    d->ahead = d->f->max_jump_ms + 1 + mr_rand_below(d->r, (uint32_t)d->f->max_jump_ms * 2);
}

static int64_t stamp(struct drawing *d) {
    if (d->burst) return d->now + d->ahead;
    if (mr_rand_below(d->r, 4)) return d->now;
    int64_t ts = d->now - mr_rand_below(d->r, mr_rand_below(d->r, 3) ? 5000 : 90000);
    return ts < 0 ? 0 : ts;
}

/* Of a record with an event time of its own: it may agree, be the clock's, or be none. */
static int64_t kafka_stamp(struct drawing *d, int64_t ts) {
    if (!d->f->declared || !d->burst) return ts;
    static const int of[] = {0, 0, 1, 1, 2};
    int64_t stamps[] = {ts, d->now, SIM_NONE};
    return stamps[of[mr_rand_below(d->r, 5)]];
}

static void draw_one(struct drawing *d) {
    struct mr_arena *a = &d->s->arena;
    const struct sim_feed *f = d->f;
    int64_t ts = stamp(d);
    struct mr_feed_rec rec = {.ts = ts, .partition = -1};
    if (f->tables || mr_rand_below(d->r, 40))
        rec.key = mr_str(mr_arena_printf(a, "k%u", mr_rand_below(d->r, 8)));
    else
        rec.partition = (int32_t)mr_rand_below(d->r, (uint32_t)d->s->partitions);
    unsigned id = f->ids ? mr_rand_below(d->r, f->ids) : (unsigned)d->s->n_recs;
    switch (mr_rand_below(d->r, f->tables ? 12 : 40)) {
    case 0: break; /* no value */
    case 1:
        if (mr_rand_below(d->r, 2)) {
            rec.value = MR_STR("{\"id\": 7");
            break;
        }
        /* fall through */
    default:
        rec.value =
            mr_str(mr_arena_printf(a, "{\"id\":\"%u\",\"g\":\"g%u\",\"n\":%u,\"ts\":%lld}", id,
                                   mr_rand_below(d->r, 4), mr_rand_below(d->r, 20), (long long)ts));
        rec.ts = kafka_stamp(d, ts);
    }
    sim_add_rec(d->s, f->inputs[f->inputs[1] && mr_rand_below(d->r, 2)], &rec);
}

void sim_feed_draw(struct mr_rand *r, struct sim_scenario *s, const struct sim_feed *f) {
    struct drawing d = {.r = r, .s = s, .f = f, .now = 100000 + mr_rand_below(r, 100000)};
    for (int64_t i = 0; i < f->n; i++) {
        move(&d);
        draw_one(&d);
    }
}

/* ---- source time, sentence by sentence */

static void run_add(struct sim_source_time *t, int64_t ts, const char *key) {
    t->run[t->n].ts = ts;
    t->run[t->n++].key = key;
}

static void run_take(struct sim_source_time *t, size_t i) {
    t->time = t->run[i].ts;
    t->run[i] = t->run[--t->n];
}

static size_t run_least(const struct sim_source_time *t) {
    size_t least = 0;
    for (size_t i = 1; i < t->n; i++)
        if (t->run[i].ts < t->run[least].ts) least = i;
    return least;
}

static bool run_holds(const struct sim_source_time *t) {
    bool two_keys = false;
    for (size_t i = 1; i < t->n; i++) two_keys |= strcmp(t->run[i].key, t->run[0].key) != 0;
    return two_keys || t->n >= 10;
}

void sim_source_time(struct sim_source_time *t, const struct sim_feed *f, int64_t ts,
                     int64_t kafka_ts, const char *key) {
    int64_t jump = f->max_jump_ms;
    int64_t from = t->time >= 0 ? t->time : kafka_ts >= 0 ? kafka_ts : ts;
    if (jump < 0 || ts <= from + jump) { /* an ordinary one: it ends a run */
        t->n = 0;
        if (ts > t->time) t->time = ts;
        return;
    }
    if (f->declared && kafka_ts >= 0) {
        if (ts > kafka_ts + jump) return; /* (2) */
        if (ts >= kafka_ts - jump) {      /* (1) */
            t->n = 0;
            t->time = ts;
            return;
        }
    }
    run_add(t, ts, key ? key : "");
    while (run_holds(t)) {
        run_take(t, run_least(t));
        while (t->n && t->run[run_least(t)].ts <= t->time + jump) run_take(t, run_least(t));
    }
}

/* ---- facts */

int64_t sim_number_in(struct mr_str text, const char *name) {
    const char *at = memmem(text.p, text.n, name, strlen(name));
    return at ? strtoll(at + strlen(name), NULL, 10) : -1;
}

const char *sim_text_in(struct mr_arena *a, struct mr_str text, const char *name) {
    const char *at = memmem(text.p, text.n, name, strlen(name));
    if (!at) return NULL;
    at += strlen(name);
    return mr_arena_strndup(a, at, (size_t)(strchr(at, '"') - at));
}

const char *sim_iso(struct mr_arena *a, int64_t ms) {
    time_t s = ms / 1000;
    struct tm t;
    char text[32];
    gmtime_r(&s, &t);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
    return mr_arena_printf(a, "%s.%03dZ", text, (int)(ms % 1000));
}

struct sim_fact *sim_facts(const struct sim_scenario *s, const struct sim_feed *f,
                           struct mr_arena *a) {
    struct sim_fact *facts = mr_arena_calloc(a, s->n_recs + 1, sizeof *facts);
    struct sim_source_time times[2][64];
    for (int i = 0; i < 64; i++) times[0][i].time = times[1][i].time = SIM_NONE;
    for (int i = 0; i < 64; i++) times[0][i].n = times[1][i].n = 0;
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct mr_feed_rec *from = &s->recs[i].rec;
        struct mr_str v = from->value;
        struct sim_fact *to = &facts[i];
        to->input = s->recs[i].input;
        to->key = from->key.p ? mr_arena_strndup(a, from->key.p, from->key.n) : NULL;
        to->partition = from->partition >= 0
                            ? from->partition
                            : mr_partition_of(from->key.p, from->key.n, (int32_t)s->partitions);
        to->has_value = v.p != NULL;
        to->broken = v.p && (!v.n || v.p[v.n - 1] != '}');
        to->ts = from->ts;
        if (v.p && f->declared) to->ts = to->broken ? SIM_NONE : sim_number_in(v, "\"ts\":");
        if (v.p && !to->broken) {
            to->id = sim_text_in(a, v, "\"id\":\"");
            to->g = sim_text_in(a, v, "\"g\":\"");
            to->n = sim_number_in(v, "\"n\":");
        }
        struct sim_source_time *t =
            &times[f->inputs[1] && !strcmp(to->input, f->inputs[1])][to->partition];
        if (to->ts >= 0) sim_source_time(t, f, to->ts, from->ts, to->key);
        to->time = t->time;
    }
    return facts;
}

static int64_t turn_of(const struct sim_fact *f) {
    if (f->ts < 0) return SIM_NONE;
    return f->ts < f->time ? f->ts : f->time;
}

size_t sim_facts_of_task(const struct sim_fact *facts, size_t n, const char *const inputs[2],
                         int32_t partition, const struct sim_fact **ret) {
    size_t at[2] = {0, 0}, k = 0;
    for (;;) {
        const struct sim_fact *head[2] = {NULL, NULL};
        for (int i = 0; i < 2 && inputs[i]; i++) {
            while (at[i] < n &&
                   (facts[at[i]].partition != partition || strcmp(facts[at[i]].input, inputs[i])))
                at[i]++;
            if (at[i] < n) head[i] = &facts[at[i]];
        }
        if (!head[0] && !head[1]) return k;
        bool second = !head[0] || (head[1] && turn_of(head[1]) < turn_of(head[0]));
        ret[k++] = head[second];
        at[second]++;
    }
}

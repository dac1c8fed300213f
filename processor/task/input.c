/* input.c -- one partition that a task reads: queue, event times, position.
 *
 * Records are decoded a fetched run at a time, because the choice of the next record needs event
 * times before a record is taken. Source time (op/time.h) moves only when a record is taken. The
 * task's own position is the truth, never the client library's.
 */
#include "processor/task/internal.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>

_Static_assert(sizeof(struct mr_hdr) == sizeof(struct mr_header),
               "headers pass the seam as they are");

void mr_in_init(struct mr_in *in, struct mr_task *t, uint16_t index) {
    const struct mr_input *plan = &t->sub->inputs[index];
    struct mr_worker *w = t->worker;
    *in = (struct mr_in){
        .plan = plan,
        .task = t,
        .index = index,
        .tp = {w->ins[t->sub->id][index].id, t->partition},
        .position = -1,
        .committed = -1,
        .end_high = -1,
        .head_ts = MR_NO_TIME,
        .head_time = MR_NO_TIME,
    };
    in->topic = mr_broker_topic_name(w->conf.broker, in->tp.topic);
    in->tag = mr_worker_tag(w, in);
    mr_source_time_init(&in->time, plan->max_jump_ms, mr_input_clock(plan)->event_time != NULL);
    in->committed_time = in->time;
    in->last_taken_ms = mr_worker_now(w);
}

static void chunk_release(struct mr_in *in, struct mr_chunk *c) {
    mr_consumer_release(in->task->worker->consumer, c->fetch);
    mr_arena_reset(&c->arena);
    c->fetch = NULL;
    c->next = in->free;
    in->free = c;
}

void mr_in_batch_done(struct mr_in *in) {
    for (struct mr_chunk *c = in->spent, *next; c; c = next) {
        next = c->next;
        chunk_release(in, c);
    }
    in->spent = NULL;
}

void mr_in_drop_queue(struct mr_in *in) {
    mr_in_batch_done(in);
    for (struct mr_chunk *c = in->first, *next; c; c = next) {
        next = c->next;
        chunk_release(in, c);
    }
    in->first = in->last = NULL;
    in->queued = 0;
    in->end = MR_END_NOT;
}

void mr_in_done(struct mr_in *in) {
    if (!in->task) return; /* never initialised */
    mr_in_drop_queue(in);
    for (struct mr_chunk *c = in->free, *next; c; c = next) {
        next = c->next;
        mr_arena_done(&c->arena);
        mr_free(c);
    }
    in->free = NULL;
    in->task->worker->tags[in->tag] = NULL;
}

void mr_in_rewind(struct mr_in *in) {
    mr_in_drop_queue(in);
    in->position = in->committed;
    in->time = in->committed_time;
    in->told_inf = false;
    in->taken = 0;
}

/* ---- decoding */

/* Event time of a record, or why it has none (language.md 3: negative, missing or failing). */
static int64_t event_time(const struct mr_input *plan, struct mr_chunk *c, struct mr_rec *r,
                          bool has_row) {
    if (!plan->event_time || (plan->event_time_value && !has_row)) {
        if (r->origin->appended < 0) mr_dead(r, MR_R_TIME_MISSING, "the record has no timestamp");
        return r->origin->appended;
    }
    struct mr_frame f = {.row = r->row, .origin = r->origin, .arena = &c->arena};
    struct mr_value v = mr_eval(plan->event_time, &f);
    int64_t ms;
    if (v.tag == MR_V_ERROR) {
        mr_fault_of(r, &v);
        bool missing = v.flags & MR_VF_MISSING;
        if (missing) r->reason = MR_R_TIME_MISSING;
        return -1;
    }
    if (v.tag == MR_V_ABSENT || !mr_value_ms(&v, &ms)) {
        mr_dead(r, MR_R_TIME_MISSING, "event_time gives no timestamp");
        return -1;
    }
    if (ms < 0) mr_dead(r, MR_R_TIME_NEGATIVE, "event_time is before 1970");
    return ms;
}

/* Which schema of a registry the value has, where the record says so beside it. */
static struct mr_str schema_id(const struct mr_reader *r, const struct mr_msg *m) {
    struct mr_str id = {NULL, 0};
    for (uint32_t i = 0; mr_reader_wants_id(r) && i < m->n_hdrs; i++)
        if (mr_str_is(m->hdrs[i].name, "__value_schema_id")) id = m->hdrs[i].value;
    return id;
}

/* A message as the input's record, or as that of the table on the same topic: what it holds is each
 * one's own business. */
static void decode(struct mr_in *in, struct mr_chunk *c, const struct mr_input *as,
                   const struct mr_msg *m, struct mr_rec *r, struct mr_origin *o) {
    *o = (struct mr_origin){
        .source = as->source,
        .topic = in->topic,
        .partition = in->tp.partition,
        .offset = m->offset,
        .appended = m->ts,
        .key = m->key,
        .value = m->value,
        .headers = (const struct mr_header *)m->hdrs,
        .n_headers = m->n_hdrs,
    };
    *r = (struct mr_rec){
        .kind = MR_ROW, .flags = MR_RF_RECORD, .key = m->key, .origin = o, .ts = m->ts};
    bool has_row = m->value.p && !mr_reader_is_null(as->reader, m->value);
    if (has_row) {
        uint32_t n = mr_reader_slots(as->reader);
        struct mr_value *slots = mr_arena_alloc(&c->arena, n * sizeof *slots);
        mr_reader_read_id(as->reader, m->value, schema_id(as->reader, m), slots, &c->arena);
        r->row = slots;
    }
    if (as->key_reader && m->key.p && as->meta & 1u << MR_META_KEY) {
        struct mr_value *key =
            mr_arena_calloc(&c->arena, mr_reader_slots(as->key_reader), sizeof *key);
        mr_reader_read(as->key_reader, m->key, key, &c->arena);
        o->meta_key = as->key->kind == MR_F_STRUCT ? mr_struct(key) : key[0];
    }
    if (as == mr_input_clock(in->plan)) o->timestamp = r->ts = event_time(as, c, r, has_row);
}

/* A partition has one time: the other record of a message takes it over, or why there is none. */
static void same_time(struct mr_rec *to, struct mr_origin *o, const struct mr_rec *from) {
    o->timestamp = to->ts = from->ts;
    to->fate = from->fate;
    to->reason = from->reason;
    to->detail = from->detail;
}

static void decode_both(struct mr_in *in, struct mr_chunk *c, const struct mr_msg *m, size_t i) {
    const struct mr_input *plan = in->plan, *table = plan->table;
    struct mr_rec *recs[] = {&c->recs[i], &c->table_recs[i]};
    struct mr_origin *origins[] = {&c->origins[i], &c->table_origins[i]};
    bool clock = mr_input_clock(plan) == table; /* which of the two has computed the time */
    decode(in, c, plan, m, recs[0], origins[0]);
    decode(in, c, table, m, recs[1], origins[1]);
    same_time(recs[!clock], origins[!clock], recs[clock]);
}

static struct mr_chunk *chunk_new(struct mr_in *in, struct mr_fetch *f) {
    struct mr_chunk *c = in->free;
    if (c) {
        in->free = c->next;
    } else {
        c = mr_calloc(1, sizeof *c);
        mr_arena_init(&c->arena);
    }
    c->next = NULL;
    c->fetch = f;
    c->at = 0;
    c->since_ms = mr_worker_now(in->task->worker);
    c->recs = c->table_recs = NULL;
    if (in->plan->kind == MR_IN_REPARTITION) return c;
    c->recs = mr_arena_alloc(&c->arena, f->n * sizeof *c->recs);
    c->origins = mr_arena_alloc(&c->arena, f->n * sizeof *c->origins);
    if (!in->plan->table) {
        for (size_t i = 0; i < f->n; i++)
            decode(in, c, in->plan, &f->msgs[i], &c->recs[i], &c->origins[i]);
        return c;
    }
    c->table_recs = mr_arena_alloc(&c->arena, f->n * sizeof *c->table_recs);
    c->table_origins = mr_arena_alloc(&c->arena, f->n * sizeof *c->table_origins);
    for (size_t i = 0; i < f->n; i++) decode_both(in, c, &f->msgs[i], i);
    return c;
}

/* ---- the head */

/* Record keys are compared by hash within a run of records ahead (op/time.h). */
static uint64_t jump_key(const struct mr_in *in, const struct mr_rec *r) {
    return in->plan->max_jump_ms < 0 ? 0 : mr_source_time_key(r->key);
}

static void look_at_head(struct mr_in *in) {
    struct mr_chunk *c = in->first;
    in->head_ts = in->head_time = MR_NO_TIME;
    if (!c) return;
    in->head_since_ms = c->since_ms;
    if (!c->recs) {
        mr_graph_peek_frame(in->task->graph, in->index, c->fetch->msgs[c->at].value, &in->head_ts,
                            &in->head_time);
        return;
    }
    const struct mr_rec *r = &c->recs[c->at];
    if (r->reason != MR_R_NONE) return; /* cannot be used: taken at once, moves nothing */
    in->head_ts = r->ts;
    in->head_time = mr_source_time_peek(&in->time, r->ts, r->origin->appended, jump_key(in, r));
}

/* Chunks without records (an end only) never stay in the queue. */
static void enqueue(struct mr_in *in, struct mr_fetch *f) {
    struct mr_worker *w = in->task->worker;
    in->end = f->end;
    if (f->end != MR_END_NOT) in->end_since_ms = mr_worker_now(w);
    if (f->high >= 0) in->end_high = f->high;
    if (f->n == 0) {
        if (in->queued == 0 && f->next > in->position) in->position = f->next;
        mr_consumer_release(w->consumer, f);
        return;
    }
    struct mr_chunk *c = chunk_new(in, f);
    *(in->last ? &in->last->next : &in->first) = c;
    in->last = c;
    in->queued += f->n;
    if (in->first == c) look_at_head(in);
}

enum mr_class mr_in_fill(struct mr_in *in, size_t batch, struct mr_err *err) {
    struct mr_worker *w = in->task->worker;
    for (int i = 0; i < 4 && in->queued < batch; i++) {
        struct mr_fetch *f = NULL;
        enum mr_class rc = mr_consumer_fetch(w->consumer, in->tag, batch, &f, err);
        if (rc != MR_OK || !f) return rc;
        enqueue(in, f);
    }
    return MR_OK;
}

int64_t mr_in_head_offset(const struct mr_in *in) {
    return in->first->fetch->msgs[in->first->at].offset;
}

/* Nobody but this application writes there: to skip it would lose a record. */
static bool refuse_frame(struct mr_in *in, const struct mr_msg *m) {
    struct mr_err err;
    mr_err_set(&err, MR_FATAL, 0, "%s/%d: offset %lld: not a frame of this application", in->topic,
               in->tp.partition, (long long)m->offset);
    mr_worker_fail(in->task->worker, 78, &err);
    return false;
}

bool mr_in_take(struct mr_in *in) {
    struct mr_chunk *c = in->first;
    const struct mr_msg *m = &c->fetch->msgs[c->at];
    struct mr_graph *g = in->task->graph;
    assert(m->offset >= in->position);
    if (c->recs) {
        struct mr_rec *r = &c->recs[c->at];
        if (r->reason == MR_R_NONE)
            r->time = mr_source_time_take(&in->time, r->ts, r->origin->appended, jump_key(in, r));
        else
            r->time = in->time.time;
        r->passed = r->time;
        if (c->table_recs) {
            struct mr_rec *row = &c->table_recs[c->at];
            row->time = row->passed = r->time;
            mr_graph_push_table(g, in->index, row);
        }
        mr_graph_push(g, in->index, r);
    } else if (!mr_graph_push_frame(g, in->index, m->key, m->value,
                                    (const struct mr_header *)m->hdrs, m->n_hdrs)) {
        return refuse_frame(in, m);
    }
    in->position = m->offset + 1;
    in->queued--;
    in->taken++;
    c->at++;
    in->idle = false;
    in->last_taken_ms = in->task->worker->step_ms;
    if (c->at == c->fetch->n) {
        /* Behind the last record may stand markers: the run's own end is the position. The chunk
         * itself must outlive the batch, so it goes to the task's spent list. */
        in->position = c->fetch->next;
        in->first = c->next;
        if (!in->first) in->last = NULL;
        c->next = in->spent;
        in->spent = c;
    }
    look_at_head(in);
    return true;
}

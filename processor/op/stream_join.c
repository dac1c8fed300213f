/* stream_join.c -- `join: {stream: S, within: ...}`: rows of two streams that are near in time.
 *
 * Both sides are live: port 0 left (the node's input), port 1 right; they match when
 * left.ts - before <= right.ts <= left.ts + after. W = before + after + grace. A row is late when
 * its own time has passed ts + after + grace (left), ts + before + grace (right). Matches of a row
 * come in order of the other's (ts, arrival), with ts and time the larger of both.
 *
 * A row is judged when it comes: what anything behind the join reads of it must be decoded, else it
 * is a dead letter itself, is not kept and meets nobody. (An error that came out with a match would
 * be blamed on a row of two sides, and the other side would have lost its null result.)
 *
 * Rows are kept (kept.h) until O has passed ts + W. One that has not met another by then, on a side
 * that has results of its own (left: left; outer: both), is a null result with its own ts and time;
 * in order of (ts, right before left, key bytes, arrival). So a null result never goes with a
 * match. The rows in the store are the timers: of the bucket that is due next the unmatched ones
 * are listed in memory (`due`), which is made anew after an abort or a start. What has been sent is
 * known by time alone: the step passes on O - W, and every row before that has had its turn.
 * op->closed: start of the newest bucket that is closed.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/held.h"
#include "processor/op/kept.h"

enum side { LEFT, RIGHT };
enum { BUCKET_MIN_MS = 10000 };

struct stream_join_conf {
    const char *name[2];
    const struct mr_type *row[2];
    int64_t reach_ms[2]; /* how far after its ts a row looks for others: left after, right before */
    int64_t grace_ms;
    bool nulls[2]; /* a row of this side that meets nobody is a result */
};

struct stream_join {
    struct mr_kept kept;
    struct mr_buf packed;
    bool listed;        /* due holds the unmatched rows of the oldest bucket */
    struct mr_heap due; /* null results to come, if they are not matched by then; see add_due */
    struct mr_buf id;   /* scratch: a key of due */
};

static const char *const kinds[] = {"inner", "left", "outer"};

static const struct stream_join_conf *conf_of(const struct mr_op *op) {
    return op->step->conf;
}

/* ---- check */

static bool takes(const struct mr_tree *node, const struct mr_tree *join, bool table) {
    return mr_side_is_stream(join);
}

static bool check_clause(struct mr_check *c) {
    static const char *const keys[] = {"stream", "within", "grace", "kind"};
    struct mr_diag *g;
    if (!mr_check_keys(c, c->clause, "a join of two streams", keys, MR_ARRAY_LEN(keys)))
        return false;
    if (c->in.table) {
        g = mr_error(c->diags, "E-TABLE", c->clause->pos,
                     "the input is a table: its rows have no time at which they meet others");
        mr_diag_hint(c->diags, g, "a table is joined with `table:`");
        return false;
    }
    if (c->input_name) return true;
    g = mr_error(c->diags, "E-STATEFUL", c->clause->pos,
                 "a list of joins is for tables, this is a join with a stream");
    mr_diag_hint(c->diags, g, "make it a node of its own");
    return false;
}

static bool check_within(struct mr_check *c, struct stream_join_conf *conf) {
    static const char *const keys[] = {"before", "after"};
    const struct mr_tree *within = mr_tree_get(c->clause, "within");
    if (!within) {
        struct mr_diag *g = mr_error(c->diags, "E-WINDOW", c->clause->pos,
                                     "the join does not say how near the rows must be");
        mr_diag_hint(c->diags, g, "within: 10m, or within: {before: 10m, after: 1h}");
        return false;
    }
    if (within->kind != MR_TREE_MAP) {
        bool ok = mr_check_duration(c, within, &conf->reach_ms[LEFT]);
        conf->reach_ms[RIGHT] = conf->reach_ms[LEFT];
        return ok;
    }
    return mr_check_keys(c, within, "`within`", keys, MR_ARRAY_LEN(keys)) &&
           mr_check_duration(c, mr_tree_get(within, "after"), &conf->reach_ms[LEFT]) &&
           mr_check_duration(c, mr_tree_get(within, "before"), &conf->reach_ms[RIGHT]);
}

static bool check_other(struct mr_check *c, const struct mr_tree *at,
                        const struct mr_check_side *other) {
    if (other->flow.table) {
        struct mr_diag *g =
            mr_error(c->diags, "E-TABLE", at->pos, "`%s` is a table, not a stream", other->name);
        mr_diag_hint(c->diags, g, "join: {table: %s}", other->name);
        return false;
    }
    return mr_sides_named(c, at, other->name) &&
           mr_sides_keyed_alike(c, at, other->name, &other->flow);
}

static int64_t least_but_0(int64_t a, int64_t b) {
    return b > 0 && (a == 0 || b < a) ? b : a;
}

static void say_results(struct mr_check *c, const struct stream_join_conf *conf,
                        const struct mr_check_side *other) {
    c->other = other;
    c->out.row = mr_sides_type(c, other, conf->nulls[RIGHT], conf->nulls[LEFT]);
    c->out.value_format = NULL;
    c->out.meta = 0;
    c->keyed = true;
    c->store_kind = MR_STORE_WINDOW;
    c->null_key_default = conf->nulls[LEFT] ? MR_NULL_KEY_PASS : MR_NULL_KEY_DLQ;
    c->grace_ms = conf->grace_ms;
    c->mark_ms = least_but_0(conf->reach_ms[LEFT] + conf->reach_ms[RIGHT], conf->grace_ms);
    for (uint32_t i = 0; i < c->in.row->n_fields; i++) c->row_fields_read[i] = true;
    mr_buf_printf(c->shape, "stream join %lld %lld %d%d ", (long long)conf->reach_ms[LEFT],
                  (long long)conf->reach_ms[RIGHT], conf->nulls[LEFT], conf->nulls[RIGHT]);
    mr_type_print(conf->row[LEFT], c->shape);
    mr_buf_cat(c->shape, " ");
    mr_type_print(conf->row[RIGHT], c->shape);
    if (c->out.exact && !other->flow.exact) {
        c->out.exact = false;
        c->out.why_not = other->flow.why_not;
    }
}

static bool check(struct mr_check *c) {
    if (!check_clause(c)) return false;
    const struct mr_tree *name = mr_tree_get(c->clause, "stream");
    const struct mr_tree *kind = mr_tree_get(c->clause, "kind");
    struct stream_join_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    int word = 0;
    bool ok = !kind || mr_check_word(c, kind, kinds, MR_ARRAY_LEN(kinds), &word);
    ok &= check_within(c, conf);
    ok &= mr_check_grace(c, c->clause, "the join", &conf->grace_ms);
    const struct mr_check_side *other = mr_check_find_side(c, name);
    if (!ok || !other || !check_other(c, name, other)) return false;
    conf->name[LEFT] = c->input_name;
    conf->name[RIGHT] = other->name;
    conf->row[LEFT] = c->in.row;
    conf->row[RIGHT] = other->flow.row;
    conf->nulls[LEFT] = word >= 1;
    conf->nulls[RIGHT] = word == 2;
    say_results(c, conf, other);
    c->conf = conf;
    return true;
}

/* ---- time */

static int64_t window_of(const struct stream_join_conf *conf) { /* W */
    return mr_time_add(conf->reach_ms[LEFT] + conf->reach_ms[RIGHT], conf->grace_ms);
}

static int64_t bucket_size(const struct stream_join_conf *conf) {
    int64_t half = (conf->reach_ms[LEFT] + conf->reach_ms[RIGHT]) / 2;
    return half > BUCKET_MIN_MS ? half : BUCKET_MIN_MS;
}

/* The least O that has passed ts + W. */
static int64_t turn_of(const struct stream_join_conf *conf, int64_t ts) {
    return mr_time_add(mr_time_add(ts, window_of(conf)), 1);
}

static int64_t closes_at(const struct mr_op *op, int64_t start) {
    const struct stream_join *s = op->state;
    return turn_of(conf_of(op), mr_time_add(start, s->kept.size_ms - 1));
}

static void set_deadline(struct mr_op *op) {
    const struct stream_join_conf *conf = conf_of(op);
    const struct stream_join *s = op->state;
    struct mr_bucket *b = mr_store_oldest(op->store);
    if (!b)
        op->deadline = INT64_MAX;
    else if (!conf->nulls[LEFT] || (s->listed && !s->due.n))
        op->deadline = closes_at(op, mr_bucket_start(b));
    else
        op->deadline = turn_of(conf, s->listed ? mr_heap_next(&s->due) : mr_bucket_start(b));
}

static int64_t passes(struct mr_op *op, int64_t O) {
    const struct stream_join_conf *conf = conf_of(op);
    return conf->nulls[LEFT] ? mr_time_add(O, -window_of(conf)) : O;
}

/* ---- results */

static struct mr_value unpack(struct mr_op *op, enum side side, struct mr_str packed) {
    return mr_row_own_struct(conf_of(op)->row[side], packed, NULL, mr_op_arena(op));
}

static struct mr_value *new_row(struct mr_op *op) {
    struct mr_value *row = mr_arena_alloc(mr_op_arena(op), 2 * sizeof *row);
    row[LEFT] = row[RIGHT] = MR_ABSENT;
    return row;
}

/* r with another (NULL: a null result, of a null key). */
static void emit_match(struct mr_op *op, const struct mr_rec *r, enum side side,
                       const struct mr_kept_row *other) {
    struct mr_value *row = new_row(op);
    struct mr_rec out = *r;
    row[side] = mr_struct(r->row);
    row[side].len = conf_of(op)->row[side]->n_fields;
    if (other) {
        row[!side] = unpack(op, !side, other->row);
        if (other->ts > out.ts) out.ts = other->ts;
        if (other->time > out.time) out.time = other->time;
    }
    out.row = row;
    out.origin = NULL;
    out.flags &= (uint8_t) ~(MR_RF_RECORD | MR_RF_INPUT);
    mr_emit(op, r, out);
}

/* ---- what is due */

/* A key of `due` orders the rows of one timestamp: right before left, key bytes, arrival (chunk and
 * offset in the bucket). The key itself stands behind; the tag is its length. */
static void add_due(struct stream_join *s, unsigned side, struct mr_str key, int64_t ts,
                    struct mr_kept_at at) {
    mr_buf_clear(&s->id);
    mr_buf_byte(&s->id, side == LEFT);
    mr_held_sortable(&s->id, key);
    mr_held_big(&s->id, at.chunk, 4);
    mr_held_big(&s->id, at.offset, 4);
    mr_buf_str(&s->id, key);
    mr_heap_push(&s->due, ts, mr_buf_view(&s->id), (int64_t)key.n);
}

static uint32_t get_big(const char *p) {
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) v = v << 8 | (uint8_t)p[i];
    return v;
}

static void emit_null(struct mr_op *op, int64_t bucket, const struct mr_heap_item *due) {
    struct stream_join *s = op->state;
    struct mr_arena *a = mr_op_arena(op);
    enum side side = *due->key.p ? LEFT : RIGHT;
    size_t n = (size_t)due->tag;
    struct mr_str key = {due->key.p + due->key.n - n, n};
    struct mr_kept_at at = {bucket, get_big(key.p - 8), get_big(key.p - 4)};
    struct mr_kept_row kept = mr_kept_read(&s->kept, side, key, at, a);
    if (kept.matched) return;
    struct mr_value *row = new_row(op);
    row[side] = unpack(op, side, kept.row);
    mr_emit(op, NULL,
            (struct mr_rec){
                .key = key, .row = row, .ts = kept.ts, .time = kept.time, .passed = op->time.out});
}

static void forget_due(struct stream_join *s) {
    mr_heap_clear(&s->due);
    s->listed = false;
}

static void list_one(void *arg, unsigned side, struct mr_str key, int64_t ts,
                     struct mr_kept_at at) {
    struct mr_op *op = arg;
    if (!conf_of(op)->nulls[side] || ts < op->time.out) return;
    add_due(op->state, side, key, ts, at);
}

/* Every null result whose turn has come, and every bucket that nobody can meet any more. */
static void serve(struct mr_op *op, int64_t O) {
    const struct stream_join_conf *conf = conf_of(op);
    struct stream_join *s = op->state;
    for (struct mr_bucket *b; (b = mr_store_oldest(op->store));) {
        int64_t start = mr_bucket_start(b);
        if (conf->nulls[LEFT] && !s->listed) {
            if (turn_of(conf, start) > O) break;
            mr_kept_unmatched(&s->kept, b, mr_op_arena(op), list_one, op);
            s->listed = true;
        }
        struct mr_heap_item due;
        while (s->due.n && turn_of(conf, mr_heap_next(&s->due)) <= O &&
               mr_heap_pop(&s->due, INT64_MAX, mr_op_arena(op), &due))
            emit_null(op, start, &due);
        if (closes_at(op, start) > O) break;
        mr_bucket_close(op->store, b);
        if (start > op->closed) op->closed = start;
        forget_due(s);
    }
    set_deadline(op);
}

static void advance_time(struct mr_op *op) {
    serve(op, op->time.now);
}

/* ---- records */

static enum mr_late lateness(const struct mr_op *op, const struct mr_rec *r, enum side side) {
    const struct stream_join_conf *conf = conf_of(op);
    const struct stream_join *s = op->state;
    int64_t reach = mr_time_add(conf->reach_ms[side], conf->grace_ms);
    enum mr_late why = mr_judge(mr_time_add(mr_time_add(r->ts, reach), 1), r->time, r->passed);
    if (why != MR_NOT_LATE) return why;
    /* under a smaller grace than now its time has been passed on, or its bucket closed */
    bool gone = op->closed != MR_NO_TIME && mr_kept_bucket(&s->kept, r->ts) <= op->closed;
    gone |= conf->nulls[LEFT] && op->time.out != MR_NO_TIME && r->ts < op->time.out;
    return gone ? MR_IS_IDLE : MR_NOT_LATE;
}

static void null_key(struct mr_op *op, struct mr_rec *r, enum side side) {
    const struct stream_join_conf *conf = conf_of(op);
    if (!mr_null_key(op, r)) return;
    if (conf->nulls[side])
        emit_match(op, r, side, NULL);
    else if (conf->nulls[LEFT]) /* `pass` of a left join is about the left side */
        mr_dead(r, MR_R_KEY_NULL, "the key is null, and this side has no results of its own");
    else
        mr_filtered(r);
}

static struct mr_str packed_row(struct mr_op *op, const struct mr_rec *r, enum side side) {
    struct stream_join *s = op->state;
    mr_buf_clear(&s->packed);
    mr_row_pack(conf_of(op)->row[side], r->row, &s->packed);
    return mr_buf_view(&s->packed);
}

/* false: something that is read of it cannot be; the record has its fate. */
static bool is_decoded(struct mr_op *op, struct mr_rec *r, enum side side) {
    const bool *reads = op->step->side_reads[side];
    for (uint32_t i = 0; i < conf_of(op)->row[side]->n_fields; i++) {
        if (r->row[i].tag != MR_V_ERROR || (reads && !reads[i])) continue;
        mr_fault_of(r, &r->row[i]);
        return false;
    }
    return true;
}

static void join_one(struct mr_op *op, struct mr_rec *r, enum side side) {
    const struct stream_join_conf *conf = conf_of(op);
    struct stream_join *s = op->state;
    if (!r->row) return mr_null_value(r);
    if (!is_decoded(op, r, side)) return;
    if (!r->key.p) return null_key(op, r, side);
    enum mr_late why = lateness(op, r, side);
    if (why != MR_NOT_LATE) return mr_is_late(r, why);
    struct mr_kept_rows hits;
    mr_kept_find(&s->kept, !side, r->key, mr_time_add(r->ts, -conf->reach_ms[!side]),
                 mr_time_add(r->ts, conf->reach_ms[side]), mr_op_arena(op), &hits);
    struct mr_kept_row own = {.ts = r->ts,
                              .time = r->time,
                              .matched = hits.n > 0 || !conf->nulls[side],
                              .row = packed_row(op, r, side)};
    if (!mr_kept_add(&s->kept, side, r->key, &own, &own.at))
        return mr_dead(r, MR_R_SIZE, "the row exceeds the changelog's max.message.bytes");
    if (!own.matched && s->listed && own.at.bucket == mr_bucket_start(mr_store_oldest(op->store)))
        add_due(s, side, r->key, r->ts, own.at);
    for (size_t i = 0; i < hits.n; i++) {
        if (!hits.v[i].matched) mr_kept_set_matched(&s->kept, !side, r->key, hits.v[i].at);
        emit_match(op, r, side, &hits.v[i]);
    }
    set_deadline(op);
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    struct stream_join *s = op->state;
    const struct mr_edge *ins = op->step->ins;
    for (size_t i = 0; i < n; i++) {
        if (!recs[i].key.p) continue;
        enum side side = ins[recs[i].edge].port ? RIGHT : LEFT;
        mr_kept_prefetch(&s->kept, side, recs[i].key, recs[i].ts);
        mr_kept_prefetch(&s->kept, !side, recs[i].key, recs[i].ts);
    }
    for (size_t i = 0; i < n; i++) {
        if (recs[i].passed != MR_NO_TIME && recs[i].passed >= op->deadline) {
            mr_op_time_first(op, &recs[i]);
            serve(op, recs[i].passed);
        }
        join_one(op, &recs[i], ins[recs[i].edge].port ? RIGHT : LEFT);
    }
}

/* ---- open, settle, close */

static void open(struct mr_op *op) {
    struct stream_join *s = mr_calloc(1, sizeof *s);
    op->state = s;
    mr_kept_init(&s->kept, op->store, bucket_size(conf_of(op)));
    mr_heap_init(&s->due);
    set_deadline(op);
}

/* What is listed may have been taken back with the store: it is listed again when needed. */
static void settle(struct mr_op *op, bool committed) {
    if (!committed) forget_due(op->state);
    set_deadline(op);
}

static void close(struct mr_op *op) {
    struct stream_join *s = op->state;
    if (!s) return;
    mr_kept_done(&s->kept);
    mr_buf_done(&s->packed);
    mr_heap_done(&s->due);
    mr_buf_done(&s->id);
    mr_free(s);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct stream_join_conf *conf = step->conf;
    mr_buf_printf(to, "%s join of streams %s and %s, before ",
                  kinds[conf->nulls[RIGHT]  ? 2
                        : conf->nulls[LEFT] ? 1
                                            : 0],
                  conf->name[LEFT], conf->name[RIGHT]);
    mr_print_duration(conf->reach_ms[RIGHT], to);
    mr_buf_cat(to, ", after ");
    mr_print_duration(conf->reach_ms[LEFT], to);
    mr_buf_cat(to, ", grace ");
    mr_print_duration(conf->grace_ms, to);
}

const struct mr_op_desc mr_op_stream_join = {
    .name = "stream_join",
    .clause = "join",
    .takes = takes,
    .stateful = true,
    .check = check,
    .open = open,
    .process = process,
    .advance_time = advance_time,
    .passes = passes,
    .settle = settle,
    .close = close,
    .explain = explain,
};

/* repartition_out.c -- the upstream half of a repartition: rows and time marks as frames.
 *
 * A frame carries the row, its own times, and the time that this task passes on with it; so the
 * receiver judges a row by its own numbers and closes by what its senders have reached. A partition
 * that was not written to hears of time by a mark: at a commit when the idle flag has changed,
 * time has ended, the mark interval has passed, or after a start (all_marks). A row of a table and
 * the one that it replaces go in one frame when their key is the same, so that a commit downstream
 * never sees one without the other.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/internal.h"
#include "proto/frame.h"

struct told { /* what a partition has heard from this task */
    int64_t time;
    bool idle;
};

struct repartition {
    int32_t partitions;
    const struct mr_out_info *info;
    struct told *told, *settled; /* by partition; settled: as of the last transaction */
    struct mr_buf row, old, frame;
};

static void open(struct mr_op *op) {
    const struct mr_repartition_conf *conf = op->step->conf;
    struct repartition *s = mr_calloc(1, sizeof *s);
    s->info = op->graph->conf.out_info ? &op->graph->conf.out_info[conf->out] : NULL;
    s->partitions = s->info && s->info->partitions > 0 ? s->info->partitions : 1;
    s->told = mr_calloc((size_t)s->partitions, sizeof *s->told);
    s->settled = mr_calloc((size_t)s->partitions, sizeof *s->settled);
    for (int32_t p = 0; p < s->partitions; p++) s->told[p].time = s->settled[p].time = MR_NO_TIME;
    op->state = s;
}

/* What the rows of a broadcast are waited for by is where their table stands in its topic: its
 * source time, which no clock moves. Else it is operator time. */
static int64_t time_of(const struct mr_op *op) {
    const struct mr_repartition_conf *conf = op->step->conf;
    if (!conf->broadcast || op->time.now == MR_INF_TIME) return op->time.now;
    return mr_table_source_time(&op->graph->runs[op->step->ins[0].step].op);
}

static struct mr_header *copy_headers(struct mr_graph *g, const struct mr_origin *o,
                                      uint32_t *ret) {
    *ret = o ? o->n_headers : 0;
    if (!*ret) return NULL;
    struct mr_header *h = mr_arena_alloc(&g->emit_arena, *ret * sizeof *h);
    for (uint32_t i = 0; i < *ret; i++)
        h[i] = (struct mr_header){mr_send_bytes(g, o->headers[i].name),
                                  mr_send_bytes(g, o->headers[i].value)};
    return h;
}

static void write_frame(struct mr_op *op, const struct mr_rframe *f, struct mr_emitted *e) {
    struct repartition *s = op->state;
    mr_buf_clear(&s->frame);
    mr_rframe_write(f, &s->frame);
    e->value = mr_send_bytes(op->graph, mr_buf_view(&s->frame));
}

/* old: the row that it replaces, or NULL. */
static void send_row(struct mr_op *op, struct mr_rec *r, const struct mr_value *old) {
    const struct mr_repartition_conf *conf = op->step->conf;
    struct repartition *s = op->state;
    struct mr_graph *g = op->graph;
    int32_t p = r->key.p ? mr_partition_of(r->key.p, r->key.n, s->partitions)
                         : g->conf.partition % s->partitions;
    struct told now = {conf->broadcast ? r->time : r->passed, mr_run_of(op)->told_idle};
    struct mr_rframe f = {.version = MR_FRAME_VERSION,
                          .sender = g->conf.partition,
                          .sender_time = now.time,
                          .sender_idle = now.idle,
                          .has_row = true,
                          .retract = r->flags & MR_RF_RETRACT,
                          .row_time = r->time,
                          .row_ts = r->ts};
    mr_origin_to_frame(r->origin, conf->meta, r->index, &f);
    mr_buf_clear(&s->row);
    mr_row_pack(conf->row, r->row, &s->row);
    f.row = mr_buf_view(&s->row);
    mr_buf_clear(&s->old);
    if (old) {
        mr_row_pack(conf->row, old, &s->old);
        f.old_row = mr_buf_view(&s->old);
    }
    struct mr_emitted e = {.out = (uint16_t)conf->out, .partition = p, .ts = r->ts};
    e.key = mr_send_bytes(g, r->key);
    e.place = e.key;
    e.headers = copy_headers(g, r->origin, &e.n_headers);
    write_frame(op, &f, &e);
    if (s->info && s->info->max_bytes > 0 && mr_emitted_size(&e) > (size_t)s->info->max_bytes)
        return mr_refused(r, MR_R_SIZE, "exceeds max.message.bytes of the repartition topic");
    int32_t end = conf->broadcast ? s->partitions : p + 1;
    for (p = conf->broadcast ? 0 : p; p < end; p++) {
        e.partition = p;
        struct mr_emitted *to = mr_send(g, r->seq, e.out);
        *to = e;
        mr_send_done(g, to);
        s->told[p] = now;
    }
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (!r->row)
            mr_null_value(r);
        else if (mr_is_replaced(recs, i, n))
            send_row(op, &recs[++i], r->row);
        else if (r->key.p || mr_null_key(op, r))
            send_row(op, r, NULL);
    }
}

/* ---- time marks */

static bool needs_mark(const struct mr_op *op, const struct told *told, struct told now) {
    const struct mr_repartition_conf *conf = op->step->conf;
    if (op->graph->all_marks || told->idle != now.idle) return true;
    if (told->time == now.time) return false;
    if (now.time == MR_INF_TIME) return true;
    return now.time >= mr_time_add(told->time, conf->mark_ms);
}

static void commit(struct mr_op *op) {
    const struct mr_repartition_conf *conf = op->step->conf;
    struct repartition *s = op->state;
    struct mr_graph *g = op->graph;
    struct told now = {time_of(op), mr_run_of(op)->told_idle};
    for (int32_t p = 0; p < s->partitions; p++) {
        if (!needs_mark(op, &s->told[p], now)) continue;
        struct mr_rframe f = {.version = MR_FRAME_VERSION,
                              .sender = g->conf.partition,
                              .sender_time = now.time,
                              .sender_idle = now.idle};
        struct mr_emitted *e = mr_send(g, mr_run_of(op)->cur_seq, (uint16_t)conf->out);
        e->partition = p;
        e->ts = now.time == MR_NO_TIME || now.time == MR_INF_TIME || now.time < 0 ? 0 : now.time;
        write_frame(op, &f, e);
        mr_send_done(g, e);
        s->told[p] = now;
    }
}

static void settle(struct mr_op *op, bool committed) {
    struct repartition *s = op->state;
    size_t bytes = (size_t)s->partitions * sizeof *s->told;
    if (committed)
        memcpy(s->settled, s->told, bytes);
    else
        memcpy(s->told, s->settled, bytes);
}

static void close(struct mr_op *op) {
    struct repartition *s = op->state;
    if (!s) return;
    mr_free(s->told);
    mr_free(s->settled);
    mr_buf_done(&s->row);
    mr_buf_done(&s->old);
    mr_buf_done(&s->frame);
    mr_free(s);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct mr_repartition_conf *conf = step->conf;
    if (conf->broadcast) {
        mr_buf_printf(to, "to every partition of %s, with the table's source time", conf->name);
        return;
    }
    mr_buf_printf(to, "to %s, time marks every ", conf->name);
    mr_print_duration(conf->mark_ms, to);
}

const struct mr_op_desc mr_op_repartition_out = {
    .name = "repartition_out",
    .open = open,
    .process = process,
    .commit = commit,
    .settle = settle,
    .close = close,
    .explain = explain,
};

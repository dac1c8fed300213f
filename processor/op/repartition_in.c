/* repartition_in.c -- the downstream half of a repartition: frames back into rows.
 *
 * The upstreams of its operator time are the senders: what each has reached is heard with every
 * frame, and their least passes on (idle ones left out).
 */
#include "processor/op/internal.h"
#include "proto/frame.h"

static void open(struct mr_op *op) {
    const struct mr_repartition_conf *conf = op->step->conf;
    struct mr_key_codec *codec = mr_arena_alloc(&op->graph->fixed, sizeof *codec);
    mr_key_codec_init(codec, &op->graph->fixed, conf->meta_key, NULL);
    op->state = codec;
}

static const struct mr_value *read_row(const struct mr_repartition_conf *conf, struct mr_str bytes,
                                       struct mr_arena *a) {
    struct mr_value *row = mr_arena_alloc(a, (conf->row->n_fields + 1) * sizeof *row);
    return mr_row_unpack(conf->row, bytes, NULL, row, a) ? row : NULL;
}

bool mr_repartition_read(const struct mr_graph *g, uint16_t input, struct mr_str value,
                         struct mr_arena *a, struct mr_rec *ret, const struct mr_value **ret_old,
                         uint16_t *ret_sender) {
    const struct mr_op *op = &g->runs[g->sub->inputs[input].step].op;
    const struct mr_repartition_conf *conf = op->step->conf;
    struct mr_rframe f;
    if (!value.p || !mr_rframe_read(value, &f)) return false;
    if (f.sender < 0 || f.sender >= g->conf.in_partitions[input]) return false;
    *ret_sender = (uint16_t)f.sender;
    ret->kind = f.has_row ? MR_ROW : MR_TIME;
    ret->passed = f.sender_time;
    ret->flags = f.sender_idle ? MR_RF_IDLE : 0;
    if (!f.has_row) return true;
    ret->ts = f.row_ts;
    ret->time = f.row_time;
    if (f.retract) ret->flags |= MR_RF_RETRACT;
    if (!a) return true;
    ret->row = read_row(conf, f.row, a);
    *ret_old = f.old_row.p ? read_row(conf, f.old_row, a) : NULL;
    if (!ret->row || (f.old_row.p && !*ret_old)) return false;
    ret->origin = mr_origin_from_frame(op->state, &f, a);
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) mr_emit(op, &recs[i], recs[i]);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct mr_repartition_conf *conf = step->conf;
    mr_buf_printf(to, "from %s", conf->name);
}

const struct mr_op_desc mr_op_repartition_in = {
    .name = "repartition_in",
    .open = open,
    .process = process,
    .explain = explain,
};

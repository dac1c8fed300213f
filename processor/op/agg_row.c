/* agg_row.c -- rows of an aggregate: values made of states, keys, and the rows of a close. */
#include "base/mem.h"
#include "processor/op/agg_run.h"

#include <stdlib.h>

/* ---- rows */

static void group_values(const struct mr_agg_conf *conf, struct mr_str key, struct mr_arena *a,
                         struct mr_value *to) {
    struct mr_value v = mr_key_read(&conf->codec, key, a);
    if (conf->n_groups == 1) {
        to[0] = v;
        return;
    }
    for (uint32_t i = 0; i < conf->n_groups; i++) to[i] = v.tag == MR_V_STRUCT ? v.row[i] : v;
}

/* window_end: behind the window, or where its end is inclusive its last instant. */
static int64_t end_of(const struct mr_agg_conf *conf, struct mr_str value, int64_t start) {
    return conf->window == MR_WIN_SESSION ? mr_agg_word(value, 0) : start + conf->size_ms;
}

/* The result for a value. It may hold ERROR values: the node that reads them says so. */
static const struct mr_value *make_row(const struct mr_agg_conf *conf, struct mr_str key,
                                       struct mr_str value, int64_t start, struct mr_arena *a) {
    struct mr_value *finish = mr_arena_alloc(a, (conf->finish->n_fields + 1) * sizeof *finish);
    struct mr_value *row = mr_arena_alloc(a, conf->row->n_fields * sizeof *row);
    group_values(conf, key, a, finish);
    conf->fold->result(conf->of, mr_agg_state(value), a, finish + conf->n_groups);
    memcpy(row, finish, conf->n_groups * sizeof *row);
    struct mr_frame f = {.row = finish, .arena = a};
    uint32_t n = conf->n_groups;
    for (uint32_t i = 0; i < conf->n_fields; i++) {
        const struct mr_agg_field *field = &conf->fields[i];
        row[n++] = field->field >= 0 ? finish[field->field] : mr_eval(field->finish, &f);
    }
    if (conf->windowed) {
        row[n++] = mr_timestamp_ms(start);
        row[n++] = mr_timestamp_ms(end_of(conf, value, start));
    }
    return row;
}

/* Bytes of the output row's key. */
static struct mr_str make_key(struct mr_op *op, struct mr_str key, const struct mr_value *row,
                              int64_t start) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_agg *s = op->state;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_fault fault;
    if (!conf->windowed) return mr_op_keep(op, key);
    struct mr_value *v = mr_arena_alloc(a, (conf->n_groups + 1) * sizeof *v);
    memcpy(v, row, conf->n_groups * sizeof *v);
    v[conf->n_groups] = mr_timestamp_ms(start);
    struct mr_value whole = mr_struct(v);
    whole.len = conf->n_groups + 1;
    mr_buf_clear(&s->key);
    if (!mr_write_key(conf->out_key, &whole, &s->key, &fault)) mr_buf_str(&s->key, key);
    return mr_op_keep(op, mr_buf_view(&s->key));
}

/* ---- changes */

bool mr_agg_is_empty(const struct mr_agg_conf *conf, struct mr_str value) {
    int64_t n;
    if (!conf->table) return false;
    memcpy(&n, value.p + MR_AGG_HEAD + conf->members, 8);
    return n == 0;
}

bool mr_agg_wants_old(const struct mr_op *op) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    return op->step->retract || conf->table || conf->window == MR_WIN_SESSION;
}

void mr_agg_emit_change(struct mr_op *op, const struct mr_rec *cause,
                        const struct mr_agg_change *c) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_arena *a = mr_op_arena(op);
    bool had = c->old.p && !mr_agg_is_empty(conf, c->old);
    bool has = c->now.p && !mr_agg_is_empty(conf, c->now);
    if (!had && !has) return;
    const struct mr_value *row = make_row(conf, c->key, has ? c->now : c->old, c->start, a);
    struct mr_rec out = {.ts = c->ts, .time = c->time, .passed = op->time.out};
    out.key = make_key(op, c->key, row, c->start);
    if (had && (op->step->retract || !has)) {
        struct mr_rec gone = out;
        gone.row = has ? make_row(conf, c->key, c->old, c->start, a) : row;
        gone.flags = MR_RF_RETRACT;
        mr_emit(op, cause, gone);
    }
    if (!has) return;
    out.row = row;
    mr_emit(op, cause, out);
}

/* ---- closing */

struct mr_agg_final mr_agg_final_of(struct mr_op *op, struct mr_str key, int64_t start,
                                    struct mr_str value) {
    const struct mr_agg_conf *conf = mr_agg_conf_of(op);
    struct mr_agg_final f = {.end = end_of(conf, value, start)};
    f.row = make_row(conf, key, value, start, mr_op_arena(op));
    f.key = make_key(op, key, f.row, start);
    return f;
}

static int by_end(const void *a, const void *b) {
    const struct mr_agg_final *x = a, *y = b;
    if (x->end != y->end) return x->end < y->end ? -1 : 1;
    return mr_str_cmp(x->key, y->key);
}

void mr_agg_emit_final(struct mr_op *op, struct mr_agg_final *list, size_t n) {
    int64_t less = mr_agg_conf_of(op)->ranges ? 0 : 1; /* the last instant inside */
    bool sorted = true;
    for (size_t i = 1; i < n && sorted; i++) sorted = by_end(&list[i - 1], &list[i]) <= 0;
    if (!sorted) qsort(list, n, sizeof *list, by_end);
    for (size_t i = 0; i < n; i++) {
        if (i && by_end(&list[i - 1], &list[i]) == 0) continue;
        int64_t ts = list[i].end - less;
        mr_emit(op, NULL,
                (struct mr_rec){.key = list[i].key,
                                .row = list[i].row,
                                .ts = ts,
                                .time = ts,
                                .passed = ts,
                                .origin = mr_origin_made(op, list[i].key, ts)});
    }
}

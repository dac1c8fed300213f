/* aggregate.c -- `group_by` + `aggregate:`: accumulators per group, or per group and window.
 *
 * Runs on the engine of agg_run.h: here is how a record changes accumulators (accum.h). Over a
 * table a row's old value is taken out of its group and the new one goes in, as one change when
 * the group stays.
 */
#include "processor/op/agg_run.h"

#include <assert.h>

static const struct mr_value *arguments(struct mr_op *op, struct mr_rec *r) {
    const struct mr_agg_accums *of = mr_agg_conf_of(op)->of;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_env_frame f;
    uint32_t n = of->accum.n_args;
    struct mr_value *args = mr_arena_alloc(a, (n + 1) * sizeof *args);
    const struct mr_frame *frame = mr_env_frame(&of->env, r, a, &f);
    for (uint32_t i = 0; i < n; i++) {
        args[i] = of->args[i] ? mr_eval(of->args[i], frame) : MR_ABSENT;
        if (args[i].tag != MR_V_ERROR) continue;
        mr_failed(r, &args[i]);
        return NULL;
    }
    if (of->accum.ordered) args[n] = mr_bytesv(mr_provenance(r, a));
    return args;
}

static bool takes(const void *conf, struct mr_rec *r, struct mr_str state,
                  const struct mr_agg_args *args) {
    const struct mr_agg_accums *of = conf;
    const char *error = args->in ? mr_accum_error(&of->accum, state, args->in) : NULL;
    if (error) mr_dead(r, MR_R_NUM_OVERFLOW, error);
    return !error;
}

static void change(const void *conf, char *state, const struct mr_agg_args *args) {
    const struct mr_agg_accums *of = conf;
    if (args->out) mr_accum_sub_fixed(&of->accum, state, args->out);
    if (args->in) mr_accum_add_fixed(&of->accum, state, args->in);
}

static bool compose(struct mr_op *op, struct mr_rec *r, struct mr_str state,
                    const struct mr_agg_args *args, struct mr_buf *to) {
    const struct mr_accum *accum = mr_agg_accum_of(op);
    struct mr_agg *s = op->state;
    if (args->out && args->in) {
        mr_buf_clear(&s->half);
        mr_accum_sub(accum, state, args->out, &s->half);
        state = mr_buf_view(&s->half);
    }
    if (args->in)
        mr_accum_add(accum, state, args->in, to);
    else
        mr_accum_sub(accum, state, args->out, to);
    return true;
}

static bool patch(const void *conf, struct mr_str state, const struct mr_agg_args *args,
                  struct mr_buf *to) {
    const struct mr_agg_accums *of = conf;
    return mr_accum_patch(&of->accum, state, args->in, to);
}

static void apply(const void *conf, char *state, struct mr_str patch,
                  const struct mr_agg_args *args) {
    const struct mr_agg_accums *of = conf;
    mr_accum_apply(&of->accum, state, patch, args->in);
}

static void result(const void *conf, struct mr_str state, struct mr_arena *a, struct mr_value *to) {
    const struct mr_agg_accums *of = conf;
    mr_accum_result(&of->accum, state, a, to);
}

struct mr_str mr_agg_merge(struct mr_op *op, struct mr_str x, struct mr_str y) {
    struct mr_agg *s = op->state;
    mr_buf_clear(&s->half);
    const char *error = mr_accum_merge(mr_agg_accum_of(op), x, y, &s->half);
    assert(!error); /* sums are wide where this is called: agg_check.c */
    struct mr_buf t = s->buf;
    s->buf = s->half;
    s->half = t;
    return mr_buf_view(&s->buf);
}

const struct mr_agg_fold mr_agg_accum_fold = {
    .arguments = arguments,
    .takes = takes,
    .change = change,
    .compose = compose,
    .patch = patch,
    .apply = apply,
    .result = result,
};

const struct mr_op_desc mr_op_aggregate = {
    .name = "aggregate",
    .clause = "aggregate",
    .stateful = true,
    .late_key = "window",
    .builds_row = true,
    .looks_at_sign = true,
    .keys = (const char *const[]){"window", "emit", "group_by", NULL},
    .check = mr_agg_check,
    .open = mr_agg_open,
    .process = mr_agg_process,
    .advance_time = mr_agg_advance_time,
    .commit = mr_agg_commit,
    .passes = mr_agg_passes,
    .settle = mr_agg_settle,
    .close = mr_agg_close,
    .explain = mr_agg_explain,
};

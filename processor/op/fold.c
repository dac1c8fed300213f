/* fold.c -- `reduce: {field: expr}` in tumbling and hopping windows, and with `emit: {every: D}`.
 *
 * Runs on the engine of agg_run.h: the state of a group (and window) is acc, packed, and a record
 * makes the next one of it, in order of arrival. Without a window and `every`: reduce.c. A record
 * whose expressions fail in one of its windows is dead and changes none.
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"
#include "processor/op/reduce.h"

/* ---- check */

static bool is_bounded(struct mr_check *c, const struct mr_agg_conf *conf) {
    if (!conf->ranges) return true;
    bool session = conf->window == MR_WIN_SESSION;
    struct mr_diag *g =
        mr_error(c->diags, "E-WINDOW", mr_tree_get(c->tree, "window")->pos,
                 session ? "`reduce` in a session window: a record may join two sessions, and two "
                           "values of `acc` cannot be made one"
                         : "`reduce` in a sliding window: it is put together of parts, and two "
                           "values of `acc` cannot be made one");
    mr_diag_hint(c->diags, g,
                 "`aggregate` can (count, sum, collect_list and others); `reduce` goes with "
                 "tumbling and hopping windows");
    return false;
}

/* The finish row is group values and acc, and the result shows all of it. */
static bool make_fields(struct mr_check *c, struct mr_agg_conf *conf, const struct mr_reducer *of,
                        const struct mr_field *groups) {
    uint32_t n = conf->n_groups;
    struct mr_field *finish = mr_arena_calloc(c->arena, n + of->n, sizeof *finish);
    bool ok = true;
    memcpy(finish, groups, n * sizeof *finish);
    memcpy(finish + n, of->acc->fields, of->n * sizeof *finish);
    conf->finish = mr_type_struct(c->arena, "", n + of->n, finish);
    conf->n_fields = of->n;
    conf->fields = mr_arena_calloc(c->arena, of->n, sizeof *conf->fields);
    for (uint32_t i = 0; i < of->n; i++) {
        ok = mr_agg_name_is_free(c, conf, groups, &c->clause->keys[i]) && ok;
        conf->fields[i] =
            (struct mr_agg_field){.name = of->acc->fields[i].name, .field = (int)(n + i)};
    }
    return ok;
}

static const struct mr_agg_fold fold;

static bool check(struct mr_check *c) {
    struct mr_agg_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    struct mr_reducer *of = mr_arena_calloc(c->arena, 1, sizeof *of);
    struct mr_field *groups;
    bool ok = mr_reducer_check(c, of);
    ok = mr_agg_check_window(c, conf) && ok;
    ok = mr_agg_check_emit(c, conf) && ok;
    if (!is_bounded(c, conf) || !ok || !mr_agg_check_groups(c, conf, &groups)) return false;
    conf->fold = &fold;
    conf->of = of;
    conf->needs_state = true;
    if (!make_fields(c, conf, of, groups)) return false;
    mr_agg_result_type(c, conf, groups);
    mr_not_exact_when_mixed(c, "`reduce`");
    mr_agg_say_results(c, conf);
    if (!c->shape) return true;
    mr_agg_shape(c, conf, "reduce");
    mr_reducer_shape(of, c->shape);
    return true;
}

/* ---- records */

/* What acc becomes depends on the record and on acc alone. */
static const struct mr_value *arguments(struct mr_op *op, struct mr_rec *r) {
    return r->row;
}

static bool compose(struct mr_op *op, struct mr_rec *r, struct mr_str state,
                    const struct mr_agg_args *args, struct mr_buf *to) {
    return mr_reducer_add(mr_agg_conf_of(op)->of, r, state, mr_op_arena(op), to);
}

static void result(const void *conf, struct mr_str state, struct mr_arena *a, struct mr_value *to) {
    const struct mr_reducer *of = conf;
    memcpy(to, mr_row_own(of->acc, state, NULL, a), of->n * sizeof *to);
}

static const struct mr_agg_fold fold = {
    .arguments = arguments,
    .compose = compose,
    .result = result,
};

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct mr_agg_conf *conf = step->conf;
    mr_agg_window_explain(conf, to);
    mr_reducer_explain(conf->of, to);
    mr_buf_cat(to, ", ");
    mr_agg_emit_explain(conf, to);
}

const struct mr_op_desc mr_op_fold = {
    .name = "fold",
    .clause = "reduce",
    .stateful = true,
    .late_key = "window",
    .builds_row = true,
    .keys = (const char *const[]){"init", "window", "emit", "group_by", NULL},
    .check = check,
    .open = mr_agg_open,
    .process = mr_agg_process,
    .advance_time = mr_agg_advance_time,
    .commit = mr_agg_commit,
    .passes = mr_agg_passes,
    .settle = mr_agg_settle,
    .close = mr_agg_close,
    .explain = explain,
};

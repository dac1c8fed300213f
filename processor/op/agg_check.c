/* agg_check.c -- `aggregate:` -> struct mr_agg_conf; `window:` and `emit:` are agg_window.c's.
 * What operators on the same engine share is in agg.h.
 *
 * Aggregator calls become slots (agg_slots.c); what is left of an expression is a finish program
 * over group values and slots (_a0, _a1, ...).
 */
#include "base/mem.h"
#include "processor/op/agg_run.h"

/* ---- types */

bool mr_agg_check_groups(struct mr_check *c, struct mr_agg_conf *conf, struct mr_field **ret) {
    const struct mr_tree *by = mr_tree_get(c->tree, "group_by");
    if (!by) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`aggregate` without `group_by`");
        mr_diag_hint(c->diags, g, "group_by: [field], or group_by: [] for one group of everything");
        return false;
    }
    struct mr_str *names;
    conf->n_groups = mr_group_names(c, by, &names);
    conf->key = c->in.key ? c->in.key : &mr_type_bytes;
    struct mr_field *fields = mr_arena_calloc(c->arena, conf->n_groups + 1, sizeof *fields);
    bool whole = conf->key->kind == MR_T_STRUCT && conf->key->n_fields == conf->n_groups &&
                 conf->n_groups != 1;
    for (uint32_t i = 0; i < conf->n_groups; i++) {
        if (whole)
            fields[i] = conf->key->fields[i];
        else
            fields[i].type = conf->key;
        fields[i].name = names[i];
    }
    mr_key_codec_init(&conf->codec, c->arena, c->in.key, c->in.key_format);
    *ret = fields;
    return true;
}

bool mr_agg_name_is_free(struct mr_check *c, const struct mr_agg_conf *conf,
                         const struct mr_field *groups, const struct mr_tree *name) {
    bool taken = conf->windowed &&
                 (mr_str_is(name->text, "window_start") || mr_str_is(name->text, "window_end"));
    for (uint32_t i = 0; i < conf->n_groups; i++) taken |= mr_str_eq(groups[i].name, name->text);
    if (!taken) return true;
    struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos,
                                 "`%s` is a field of the result already", name->text.p);
    mr_diag_hint(c->diags, g, "the result has the group's names, these fields and the window");
    return false;
}

static void finish_type(struct mr_check *c, struct mr_agg_conf *conf, const struct mr_accum *accum,
                        const struct mr_field *groups) {
    uint32_t n = conf->n_groups + accum->n;
    struct mr_field *f = mr_arena_calloc(c->arena, n + 1, sizeof *f);
    memcpy(f, groups, conf->n_groups * sizeof *f);
    for (uint32_t i = 0; i < accum->n; i++) {
        const struct mr_slot *s = &accum->slots[i];
        f[conf->n_groups + i] =
            (struct mr_field){.name = mr_str(mr_arena_printf(c->arena, "_a%u", i)),
                              .type = mr_slot_type(s),
                              .optional = mr_slot_may_be_absent(s)};
    }
    conf->finish = mr_type_struct(c->arena, "", n, f);
}

/* Finish programs see group names, slots and params; nothing of a record. */
static bool check_finish(struct mr_check *c, struct mr_agg_conf *conf,
                         const struct mr_tree *const *texts) {
    const struct mr_tree *map = c->clause;
    const struct mr_scope of_records = c->scope;
    c->scope = (struct mr_scope){.row = conf->finish,
                                 .params = of_records.params,
                                 .n_params = of_records.n_params,
                                 .messages = of_records.messages,
                                 .meta_key = of_records.meta_key};
    bool ok = true;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_program *p = mr_check_expr(c, texts[i], NULL);
        conf->fields[i] = (struct mr_agg_field){.name = map->keys[i].text, .finish = p};
        ok &= p != NULL;
        if (p) conf->fields[i].field = mr_program_is_field(p);
    }
    c->scope = of_records;
    return ok;
}

void mr_agg_result_type(struct mr_check *c, struct mr_agg_conf *conf,
                        const struct mr_field *groups) {
    static const struct mr_field bounds[2] = {
        {.name = {"window_start", 12}, .type = &mr_type_timestamp},
        {.name = {"window_end", 10}, .type = &mr_type_timestamp},
    };
    uint32_t n = conf->n_groups;
    struct mr_field *f = mr_arena_calloc(c->arena, n + conf->n_fields + 3, sizeof *f);
    struct mr_field *key = mr_arena_calloc(c->arena, n + 1, sizeof *key);
    memcpy(f, groups, n * sizeof *f);
    memcpy(key, groups, n * sizeof *key);
    for (uint32_t i = 0; i < conf->n_fields; i++) {
        const struct mr_agg_field *of = &conf->fields[i];
        const struct mr_field *same = of->field >= 0 ? &conf->finish->fields[of->field] : NULL;
        f[n + i] =
            (struct mr_field){.name = of->name,
                              .type = same ? same->type : mr_program_type(of->finish),
                              .optional = same ? same->optional : mr_program_optional(of->finish)};
    }
    uint32_t all = n + conf->n_fields;
    if (conf->windowed) {
        memcpy(&f[all], bounds, sizeof bounds);
        all += 2;
        key[n] = bounds[0];
        conf->out_key = mr_type_struct(c->arena, "", n + 1, key);
    }
    conf->row = mr_type_struct(c->arena, "", all, f);
}

/* ---- results */

void mr_agg_shape(struct mr_check *c, const struct mr_agg_conf *conf, const char *clause) {
    mr_buf_printf(c->shape, "%s key ", clause);
    mr_type_print(conf->key, c->shape);
    if (conf->table) mr_buf_cat(c->shape, " of a table");
    mr_agg_window_shape(conf, c->shape);
}

static void say_shape(struct mr_check *c, const struct mr_agg_conf *conf,
                      const struct mr_agg_slots *b) {
    if (!c->shape) return;
    mr_agg_shape(c, conf, "aggregate");
    for (uint32_t i = 0; i < b->n; i++) {
        if (b->slots[i].shares) continue;
        mr_buf_byte(c->shape, ' ');
        mr_buf_str(c->shape, b->states[i]);
        if (!b->slots[i].type) continue;
        mr_buf_byte(c->shape, ':');
        mr_type_print(b->slots[i].type, c->shape);
        if (!b->slots[i].key) continue;
        mr_buf_cat(c->shape, " by ");
        mr_type_print(b->slots[i].key, c->shape);
    }
}

void mr_agg_say_results(struct mr_check *c, struct mr_agg_conf *conf) {
    c->conf = conf;
    c->out.row = conf->row;
    c->out.value_format = NULL;
    c->out.meta = 0;
    c->out.table = conf->emit != MR_EMIT_FINAL;
    c->ordered = conf->emit == MR_EMIT_FINAL; /* by their ends */
    c->out.windowed = conf->windowed;
    c->out.key_moved = false;
    c->ordered = conf->emit == MR_EMIT_FINAL; /* of ends */
    if (conf->windowed) {
        c->out.key = conf->out_key;
        c->out.key_format = NULL;
        c->grace_ms = conf->grace_ms;
        c->mark_ms = mr_agg_mark_ms(conf);
    }
    if (c->out.exact && conf->emit != MR_EMIT_FINAL) {
        c->out.exact = false;
        c->out.why_not =
            conf->emit == MR_EMIT_EACH
                ? "rows between the last ones depend on the order of the inputs"
            : conf->emit == MR_EMIT_EVERY
                ? "rows between the last ones depend on how far the inputs have been read"
                : "rows between the last ones depend on when commits are made";
    }
    c->keyed = true;
    c->null_key_default = MR_NULL_KEY_DLQ;
    c->store_kind = conf->windowed ? MR_STORE_WINDOW : MR_STORE_PLAIN;
}

/* Rows of sliding windows and of slides are merged when they are made: an overflow is found only
 * then, and the result is the error. */
static void widen_sums(struct mr_agg_slots *b) {
    for (uint32_t i = 0; i < b->n; i++)
        if (b->slots[i].fn == MR_AGG_SUM && b->slots[i].type->kind != MR_T_DOUBLE)
            b->slots[i].back = true;
}

static void fold_by(struct mr_agg_conf *conf, const struct mr_agg_accums *accums) {
    const struct mr_accum *a = &accums->accum;
    conf->fold = &mr_agg_accum_fold;
    conf->of = accums;
    conf->in_place = !a->var;
    conf->large = a->large;
    conf->fixed = a->fixed;
    conf->needs_state = a->var;
    for (uint32_t i = 0; i < a->n; i++)
        conf->needs_state |= a->slots[i].fn == MR_AGG_SUM; /* may overflow */
}

bool mr_agg_check(struct mr_check *c) {
    struct mr_agg_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    struct mr_agg_accums *accums = mr_arena_calloc(c->arena, 1, sizeof *accums);
    struct mr_field *groups;
    if (c->clause->kind != MR_TREE_MAP || c->clause->n == 0) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`aggregate` takes a map of fields");
        mr_diag_hint(c->diags, g, "aggregate: {n: 'count()', total: 'sum(cents)'}");
        return false;
    }
    conf->table = c->in.table;
    mr_env_begin(c, &accums->env);
    bool ok = mr_agg_check_window(c, conf);
    ok = mr_agg_check_emit(c, conf) && ok;
    if (!mr_agg_check_groups(c, conf, &groups)) return false;
    struct mr_agg_slots b;
    mr_agg_slots_begin(c, &b);
    const struct mr_tree **texts =
        mr_arena_calloc(c->arena, c->clause->n, sizeof(struct mr_tree *));
    for (uint32_t i = 0; i < c->clause->n; i++) {
        ok = mr_agg_name_is_free(c, conf, groups, &c->clause->keys[i]) && ok;
        texts[i] = mr_agg_hoist(c, &accums->env, &b, &c->clause->items[i]);
        ok &= texts[i] != NULL;
    }
    if (!ok) return false;
    conf->slide_ms = mr_hopping_slide(conf);
    if (conf->window == MR_WIN_SLIDING || conf->slide_ms) widen_sums(&b);
    uint32_t members = conf->table ? mr_agg_count_slot(&b) : 0;
    accums->args = b.args;
    mr_accum_layout(&accums->accum, b.slots, b.n);
    fold_by(conf, accums);
    if (conf->table) conf->members = accums->accum.slots[members].off;
    conf->n_fields = c->clause->n;
    conf->fields = mr_arena_calloc(c->arena, conf->n_fields, sizeof *conf->fields);
    finish_type(c, conf, &accums->accum, groups);
    if (!check_finish(c, conf, texts)) return false;
    mr_agg_result_type(c, conf, groups);
    say_shape(c, conf, &b);
    mr_agg_say_results(c, conf);
    return true;
}

void mr_agg_explain(const struct mr_step *s, struct mr_buf *to) {
    const struct mr_agg_conf *conf = s->conf;
    mr_agg_window_explain(conf, to);
    const struct mr_accum *a = &((const struct mr_agg_accums *)conf->of)->accum;
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->n; i++) n += !a->slots[i].shares;
    mr_buf_printf(to, "%u accumulator%s, ", n, n == 1 ? "" : "s");
    mr_agg_emit_explain(conf, to);
}

/* agg_check.c -- `aggregate:`, `window:` and `emit:` -> struct mr_agg_conf.
 *
 * Aggregator calls become slots (agg_slots.c); what is left of an expression is a finish program
 * over group values and slots (_a0, _a1, ...).
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/agg.h"

#include <ctype.h>
#include <limits.h>

/* ---- window and emit */

static const struct mr_tree *default_of(const struct mr_check *c, const char *key) {
    return c->defaults ? mr_tree_get(c->defaults, key) : NULL;
}

static bool check_grace(struct mr_check *c, struct mr_agg_conf *conf,
                        const struct mr_tree *window) {
    const struct mr_tree *grace = mr_tree_get(window, "grace");
    if (!grace) grace = default_of(c, "grace");
    if (grace) return mr_check_duration(c, grace, &conf->grace_ms);
    struct mr_diag *g = mr_error(c->diags, "E-GRACE", window->pos,
                                 "the window does not say how long it waits for late records");
    mr_diag_hint(c->diags, g, "add `grace: 30s` (or `grace: 0s`), or `defaults: {grace: 30s}`");
    return false;
}

static bool check_max_ahead(struct mr_check *c, struct mr_agg_conf *conf, const struct mr_tree *t) {
    conf->max_ahead = 10000;
    if (!t) return true;
    bool ok = t->kind == MR_TREE_SCALAR && t->text.n > 0 && t->text.n < 10;
    int64_t n = 0;
    for (size_t i = 0; ok && i < t->text.n; i++) {
        ok = isdigit((unsigned char)t->text.p[i]);
        n = n * 10 + (t->text.p[i] - '0');
    }
    conf->max_ahead = n;
    if (ok && n > 0) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-CLAUSE", t->pos, "`max_ahead` takes a number of window lengths");
    mr_diag_hint(c->diags, g, "max_ahead: 10000");
    return false;
}

static bool check_window(struct mr_check *c, struct mr_agg_conf *conf) {
    static const char *const keys[] = {"tumbling", "hopping", "sliding", "session", "every",
                                       "max",      "zone",    "offset",  "grace",   "max_ahead"};
    static const char *const later[] = {"hopping", "sliding", "session", "every",
                                        "max",     "zone",    "offset"};
    const struct mr_tree *w = mr_tree_get(c->tree, "window");
    if (!w) return true;
    if (w->kind != MR_TREE_MAP) {
        struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", w->pos, "`window` takes a map");
        mr_diag_hint(c->diags, g, "window: {tumbling: 5m, grace: 30s}");
        return false;
    }
    if (!mr_check_keys(c, w, "window", keys, MR_ARRAY_LEN(keys))) return false;
    for (size_t i = 0; i < MR_ARRAY_LEN(later); i++) {
        if (!mr_tree_get(w, later[i])) continue;
        struct mr_diag *g = mr_error(c->diags, "E-NOTYET", mr_tree_get(w, later[i])->pos,
                                     "`%s` of a window is not there yet", later[i]);
        mr_diag_hint(c->diags, g, "there is {tumbling: D, grace: D}");
        return false;
    }
    const struct mr_tree *size = mr_tree_get(w, "tumbling");
    if (!size) {
        struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", w->pos, "the window has no size");
        mr_diag_hint(c->diags, g, "window: {tumbling: 5m, grace: 30s}");
        return false;
    }
    conf->windowed = true;
    if (!mr_check_duration(c, size, &conf->size_ms) || !check_grace(c, conf, w) ||
        !check_max_ahead(c, conf, mr_tree_get(w, "max_ahead")))
        return false;
    if (conf->size_ms > 0) return true;
    mr_error(c->diags, "E-CLAUSE", size->pos, "a window of no length");
    return false;
}

static bool check_emit(struct mr_check *c, struct mr_agg_conf *conf) {
    static const char *const words[] = {"updates", "each", "final"};
    const struct mr_tree *t = mr_tree_get(c->tree, "emit");
    int word = MR_EMIT_UPDATES;
    if (t && t->kind == MR_TREE_MAP) {
        struct mr_diag *g =
            mr_error(c->diags, "E-NOTYET", t->pos, "`emit: {every: D}` is not there yet");
        mr_diag_hint(c->diags, g, "there are updates, each and final");
        return false;
    }
    if (t && !mr_check_word(c, t, words, MR_ARRAY_LEN(words), &word)) return false;
    conf->emit = (enum mr_agg_emit)word;
    if (conf->emit != MR_EMIT_FINAL || conf->windowed) return true;
    struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", t->pos,
                                 "`emit: final` needs a window: without one nothing ever closes");
    mr_diag_hint(c->diags, g, "add `window: {tumbling: 5m, grace: 30s}`, or leave `emit` out");
    return false;
}

/* ---- types */

static bool group_fields(struct mr_check *c, struct mr_agg_conf *conf, struct mr_field **ret) {
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

static bool name_is_free(struct mr_check *c, const struct mr_agg_conf *conf,
                         const struct mr_field *groups, const struct mr_tree *name) {
    bool taken = conf->windowed &&
                 (mr_str_is(name->text, "window_start") || mr_str_is(name->text, "window_end"));
    for (uint32_t i = 0; i < conf->n_groups; i++) taken |= mr_str_eq(groups[i].name, name->text);
    if (!taken) return true;
    struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos,
                                 "`%s` is a field of the result already", name->text.p);
    mr_diag_hint(c->diags, g, "the result has the group's names, the aggregates and the window");
    return false;
}

static void finish_type(struct mr_check *c, struct mr_agg_conf *conf,
                        const struct mr_field *groups) {
    uint32_t n = conf->n_groups + conf->accum.n;
    struct mr_field *f = mr_arena_calloc(c->arena, n + 1, sizeof *f);
    memcpy(f, groups, conf->n_groups * sizeof *f);
    for (uint32_t i = 0; i < conf->accum.n; i++) {
        const struct mr_slot *s = &conf->accum.slots[i];
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

static void result_types(struct mr_check *c, struct mr_agg_conf *conf,
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
        const struct mr_program *p = conf->fields[i].finish;
        f[n + i] = (struct mr_field){.name = conf->fields[i].name,
                                     .type = mr_program_type(p),
                                     .optional = mr_program_optional(p)};
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

static void say_shape(struct mr_check *c, const struct mr_agg_conf *conf,
                      const struct mr_agg_slots *b) {
    if (!c->shape) return;
    mr_buf_cat(c->shape, "aggregate key ");
    mr_type_print(conf->key, c->shape);
    if (conf->table) mr_buf_cat(c->shape, " of a table");
    if (conf->windowed) mr_buf_printf(c->shape, " tumbling %lld", (long long)conf->size_ms);
    for (uint32_t i = 0; i < b->n; i++) {
        mr_buf_byte(c->shape, ' ');
        mr_buf_str(c->shape, b->texts[i]);
        if (!b->slots[i].type) continue;
        mr_buf_byte(c->shape, ':');
        mr_type_print(b->slots[i].type, c->shape);
        if (!b->slots[i].key) continue;
        mr_buf_cat(c->shape, " by ");
        mr_type_print(b->slots[i].key, c->shape);
    }
}

static void say_results(struct mr_check *c, struct mr_agg_conf *conf) {
    c->out.row = conf->row;
    c->out.value_format = NULL;
    c->out.meta = 0;
    c->out.table = conf->emit != MR_EMIT_FINAL;
    c->out.windowed = conf->windowed;
    c->out.key_moved = false;
    if (conf->windowed) {
        c->out.key = conf->out_key;
        c->out.key_format = NULL;
        c->grace_ms = conf->grace_ms;
        c->mark_ms =
            conf->grace_ms > 0 && conf->grace_ms < conf->size_ms ? conf->grace_ms : conf->size_ms;
    }
    if (c->out.exact && conf->emit != MR_EMIT_FINAL) {
        c->out.exact = false;
        c->out.why_not = conf->emit == MR_EMIT_EACH
                             ? "rows between the last ones depend on the order of the inputs"
                             : "rows between the last ones depend on when commits are made";
    }
    c->keyed = true;
    c->null_key_default = MR_NULL_KEY_DLQ;
    c->store_kind = conf->windowed ? MR_STORE_WINDOW : MR_STORE_PLAIN;
}

bool mr_agg_check(struct mr_check *c) {
    struct mr_agg_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    struct mr_field *groups;
    if (c->clause->kind != MR_TREE_MAP || c->clause->n == 0) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`aggregate` takes a map of fields");
        mr_diag_hint(c->diags, g, "aggregate: {n: 'count()', total: 'sum(cents)'}");
        return false;
    }
    conf->table = c->in.table;
    mr_env_begin(c, &conf->env);
    bool ok = check_window(c, conf);
    ok = check_emit(c, conf) && ok;
    if (!group_fields(c, conf, &groups)) return false;
    struct mr_agg_slots b;
    mr_agg_slots_begin(c, &b);
    const struct mr_tree **texts =
        mr_arena_calloc(c->arena, c->clause->n, sizeof(struct mr_tree *));
    for (uint32_t i = 0; i < c->clause->n; i++) {
        ok = name_is_free(c, conf, groups, &c->clause->keys[i]) && ok;
        texts[i] = mr_agg_hoist(c, &conf->env, &b, &c->clause->items[i]);
        ok &= texts[i] != NULL;
    }
    if (!ok) return false;
    if (conf->table) conf->members = mr_agg_count_slot(&b);
    mr_accum_layout(&conf->accum, b.slots, b.n);
    conf->args = b.args;
    conf->n_fields = c->clause->n;
    conf->fields = mr_arena_calloc(c->arena, conf->n_fields, sizeof *conf->fields);
    finish_type(c, conf, groups);
    if (!check_finish(c, conf, texts)) return false;
    result_types(c, conf, groups);
    say_shape(c, conf, &b);
    say_results(c, conf);
    c->conf = conf;
    return true;
}

void mr_agg_explain(const struct mr_step *s, struct mr_buf *to) {
    static const char *const emits[] = {"updates", "each", "final"};
    const struct mr_agg_conf *conf = s->conf;
    if (conf->windowed) {
        mr_buf_cat(to, "tumbling ");
        mr_print_duration(conf->size_ms, to);
        mr_buf_cat(to, " grace ");
        mr_print_duration(conf->grace_ms, to);
        mr_buf_cat(to, ", ");
    }
    mr_buf_printf(to, "%u accumulator%s, emit %s", conf->accum.n, conf->accum.n == 1 ? "" : "s",
                  emits[conf->emit]);
}

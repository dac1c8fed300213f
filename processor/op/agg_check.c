/* agg_check.c -- `aggregate:`, `window:` and `emit:` -> struct mr_agg_conf.
 *
 * Each distinct aggregator call becomes a slot whose argument is a program over the record; what is
 * left of an expression is a finish program over group values and slots (_a0, _a1, ...).
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/agg.h"
#include "processor/op/agg_calls.h"

#include <ctype.h>
#include <limits.h>

struct building { /* slots found so far */
    struct mr_slot *slots;
    struct mr_str *texts; /* "sum cents": equal calls share a slot */
    const struct mr_program **args;
    uint32_t n, cap;
};

/* ---- aggregator calls */

static const struct {
    const char *name;
    enum mr_agg_fn fn;
} aggregators[] = {
    {"count", MR_AGG_COUNT}, {"count_if", MR_AGG_COUNT_IF}, {"sum", MR_AGG_SUM},
    {"avg", MR_AGG_AVG},     {"min", MR_AGG_MIN},           {"max", MR_AGG_MAX},
};

static bool find_fn(struct mr_str name, enum mr_agg_fn *ret) {
    for (size_t i = 0; i < MR_ARRAY_LEN(aggregators); i++) {
        if (!mr_str_is(name, aggregators[i].name)) continue;
        *ret = aggregators[i].fn;
        return true;
    }
    return false;
}

/* A scalar of the file that is a part of another one; carets stay true. */
static const struct mr_tree *part_of(struct mr_arena *a, const struct mr_tree *whole, size_t at,
                                     struct mr_str text) {
    struct mr_tree *t = mr_arena_alloc(a, sizeof *t);
    *t = *whole;
    t->text = (struct mr_str){mr_arena_strndup(a, text.p, text.n), text.n};
    t->pos = mr_tree_pos(whole, at);
    if (!whole->lines) return t;
    uint32_t line = t->pos.line - whole->pos.line;
    t->n_lines = whole->n_lines - line;
    uint32_t *lines = mr_arena_dup(a, whole->lines + line, t->n_lines * sizeof *lines);
    lines[0] = t->pos.col;
    t->lines = lines;
    return t;
}

static bool bad_call(struct mr_check *c, const struct mr_tree *text, const struct mr_agg_call *call,
                     const char *code, const char *what, const char *hint) {
    struct mr_diag *g = mr_error(c->diags, code, mr_tree_pos(text, call->at), "%.*s(): %s",
                                 MR_STR_ARG(call->name), what);
    g->len = (uint32_t)call->len;
    mr_diag_hint(c->diags, g, "%s", hint);
    return false;
}

static bool check_type(struct mr_check *c, const struct mr_tree *text,
                       const struct mr_agg_call *call, const struct mr_slot *s) {
    if (s->type->kind == MR_T_ERROR || mr_slot_ok(s->fn, s->type)) return true;
    MR_CLEANUP(mr_buf_done) struct mr_buf what = {0};
    mr_buf_cat(&what, "cannot be made of values of type ");
    mr_type_print(s->type, &what);
    return bad_call(c, text, call, "E-TYPE", mr_buf_cstr(&what),
                    s->fn == MR_AGG_SUM || s->fn == MR_AGG_AVG
                        ? "it takes int, uint or double (sum: durations, too)"
                        : "it takes numbers, strings, bytes, bools, timestamps or durations");
}

static bool call_is_sound(struct mr_check *c, const struct mr_tree *text,
                          const struct mr_agg_call *call, enum mr_agg_fn *ret) {
    if (call->nested)
        return bad_call(c, text, call, "E-AGG", "an aggregator inside another one",
                        "aggregate first, then compute with the result in `output:`");
    if (!find_fn(call->name, ret))
        return bad_call(c, text, call, "E-NOTYET", "is not there yet",
                        "there are count, count_if, sum, avg, min and max");
    if (*ret == MR_AGG_COUNT && call->arg.n)
        return bad_call(c, text, call, "E-AGG", "counts records and takes no argument",
                        "count_if(condition) counts those that fulfil a condition");
    if (*ret != MR_AGG_COUNT && (!call->arg.n || call->commas))
        return bad_call(c, text, call, "E-AGG", "takes one argument", "for instance sum(cents)");
    return true;
}

static bool find_slot(const struct building *b, struct mr_str text, uint32_t *ret) {
    for (*ret = 0; *ret < b->n; ++*ret)
        if (mr_str_eq(b->texts[*ret], text)) return true;
    return false;
}

static struct mr_str call_text(struct mr_arena *a, const struct mr_agg_call *call) {
    MR_CLEANUP(mr_buf_done) struct mr_buf b = {0};
    mr_buf_str(&b, call->name);
    mr_buf_byte(&b, '(');
    mr_print_text(call->arg, &b);
    mr_buf_byte(&b, ')');
    return mr_arena_str(a, mr_buf_view(&b));
}

static bool add_slot(struct mr_check *c, struct mr_agg_conf *conf, struct building *b,
                     const struct mr_tree *text, const struct mr_agg_call *call, uint32_t *ret) {
    struct mr_slot s = {0};
    const struct mr_program *p = NULL;
    if (!call_is_sound(c, text, call, &s.fn)) return false;
    struct mr_str name = call_text(c->arena, call);
    if (find_slot(b, name, ret)) return true;
    if (s.fn != MR_AGG_COUNT) {
        const struct mr_type *want = s.fn == MR_AGG_COUNT_IF ? &mr_type_bool : NULL;
        p = mr_env_expr(c, &conf->env, part_of(c->arena, text, call->arg_at, call->arg), want);
        if (!p) return false;
        s.type = mr_program_type(p);
        s.optional = mr_program_optional(p);
        if (!check_type(c, text, call, &s)) return false;
    }
    b->slots[b->n] = s;
    b->args[b->n] = p;
    b->texts[b->n] = name;
    *ret = b->n++;
    return true;
}

/* The expression with its calls replaced by names of slots; NULL after diagnostics. */
static const struct mr_tree *hoist(struct mr_check *c, struct mr_agg_conf *conf, struct building *b,
                                   const struct mr_tree *text) {
    struct mr_agg_call *calls;
    uint32_t n;
    if (text->kind != MR_TREE_SCALAR || !mr_agg_scan(c->arena, text->text, &calls, &n)) {
        mr_check_expr(c, text, NULL); /* says what is wrong with it */
        if (text->kind == MR_TREE_SCALAR)
            mr_error(c->diags, "E-SYNTAX", text->pos, "quotes or brackets do not match");
        return NULL;
    }
    uint32_t *slot = mr_arena_calloc(c->arena, n + 1, sizeof *slot);
    bool ok = true;
    if (n > b->cap - b->n) {
        mr_error(c->diags, "E-AGG", text->pos, "more than %u aggregator calls", b->cap);
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) ok = add_slot(c, conf, b, text, &calls[i], &slot[i]) && ok;
    if (!ok) return NULL;
    return part_of(c->arena, text, 0, mr_agg_replace(c->arena, text->text, calls, slot, n));
}

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
                      const struct building *b) {
    if (!c->shape) return;
    mr_buf_cat(c->shape, "aggregate key ");
    mr_type_print(conf->key, c->shape);
    if (conf->windowed) mr_buf_printf(c->shape, " tumbling %lld", (long long)conf->size_ms);
    for (uint32_t i = 0; i < b->n; i++) {
        mr_buf_byte(c->shape, ' ');
        mr_buf_str(c->shape, b->texts[i]);
        if (!b->slots[i].type) continue;
        mr_buf_byte(c->shape, ':');
        mr_type_print(b->slots[i].type, c->shape);
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
    enum { SLOTS_MAX = 1000 };
    struct mr_agg_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    struct mr_field *groups;
    if (c->clause->kind != MR_TREE_MAP || c->clause->n == 0) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`aggregate` takes a map of fields");
        mr_diag_hint(c->diags, g, "aggregate: {n: 'count()', total: 'sum(cents)'}");
        return false;
    }
    if (c->in.table) {
        mr_error(c->diags, "E-NOTYET", c->clause->pos, "`aggregate` over a table is not there yet");
        return false;
    }
    mr_env_begin(c, &conf->env);
    bool ok = check_window(c, conf);
    ok = check_emit(c, conf) && ok;
    if (!group_fields(c, conf, &groups)) return false;
    struct building b = {.cap = SLOTS_MAX};
    b.slots = mr_arena_calloc(c->arena, b.cap, sizeof *b.slots);
    b.texts = mr_arena_calloc(c->arena, b.cap, sizeof *b.texts);
    b.args = mr_arena_calloc(c->arena, b.cap, sizeof(struct mr_program *));
    const struct mr_tree **texts =
        mr_arena_calloc(c->arena, c->clause->n, sizeof(struct mr_tree *));
    for (uint32_t i = 0; i < c->clause->n; i++) {
        ok = name_is_free(c, conf, groups, &c->clause->keys[i]) && ok;
        texts[i] = hoist(c, conf, &b, &c->clause->items[i]);
        ok &= texts[i] != NULL;
    }
    if (!ok) return false;
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

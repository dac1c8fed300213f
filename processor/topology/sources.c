/* sources.c -- sources and tables: what a topic holds, how its time is read, its entry step.
 *
 * A topic that is declared as a source and as a table is read once, so what is said of it (of its
 * key, its clock, where it begins) is said once: in one of the two, and holds for both.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

enum { META_ALL = (1u << MR_N_META) - 1, ORIGIN_KEY = 1u << MR_META_ORIGIN_KEY };

/* What concerns the topic, whichever way its records are read. */
static const char *const of_topic[] = {"key",      "event_time", "start",
                                       "max_jump", "idle_after", "when_idle"};

/* ---- source and table of one topic */

static bool same_tree(const struct mr_tree *a, const struct mr_tree *b) {
    if (a->kind != b->kind) return false;
    if (a->kind == MR_TREE_SCALAR) return mr_str_eq(a->text, b->text);
    if (a->n != b->n) return false;
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_tree *other = &b->items[i];
        if (a->kind == MR_TREE_MAP) other = mr_tree_get(b, a->keys[i].text.p);
        if (!other || !same_tree(&a->items[i], other)) return false;
    }
    return true;
}

static bool same_of_topic(struct mr_compiler *c, const struct mr_thing *t) {
    bool ok = true;
    for (size_t i = 0; i < MR_ARRAY_LEN(of_topic); i++) {
        const struct mr_tree *mine = mr_tree_get(t->tree, of_topic[i]);
        const struct mr_tree *other = mr_tree_get(t->twin->tree, of_topic[i]);
        if (!mine || !other || same_tree(mine, other)) continue;
        struct mr_diag *g =
            mr_error(c->diags, "E-TOPIC", mine->pos,
                     "`%s` reads the same topic and says another `%s`", t->twin->name, of_topic[i]);
        mr_diag_hint(c->diags, g,
                     "a topic is read once, with one clock: leave `%s` out here, what `%s` says "
                     "holds for both",
                     of_topic[i], t->twin->name);
        ok = false;
    }
    return ok;
}

static const struct mr_tree *topic_of(const struct mr_thing *t) {
    bool input = t->kind == MR_THING_SOURCE || t->kind == MR_THING_TABLE;
    const struct mr_tree *topic = input && !t->broken ? mr_tree_get(t->tree, "topic") : NULL;
    return topic && topic->kind == MR_TREE_SCALAR ? topic : NULL;
}

static bool check_pair(struct mr_compiler *c, struct mr_thing *a, struct mr_thing *b) {
    const struct mr_tree *at = topic_of(a);
    if (a->kind != b->kind) {
        struct mr_thing *table = a->kind == MR_THING_TABLE ? a : b;
        a->twin = b;
        b->twin = a;
        table->broken = !same_of_topic(c, table);
        return !table->broken;
    }
    struct mr_diag *g =
        mr_error(c->diags, "E-DUP", at->pos, "the topic is read by `%s` already", b->name);
    g->len = (uint32_t)at->text.n;
    mr_diag_hint(c->diags, g, "a topic is read once: use `%s`", b->name);
    return false;
}

bool mr_check_topics(struct mr_compiler *c) {
    bool ok = true;
    for (size_t i = 0; i < c->n_things; i++) {
        const struct mr_tree *mine = topic_of(c->things[i]);
        for (size_t k = 0; k < i && mine; k++) {
            const struct mr_tree *other = topic_of(c->things[k]);
            if (!other || !mr_str_eq(mine->text, other->text)) continue;
            ok &= check_pair(c, c->things[i], c->things[k]);
        }
    }
    return ok;
}

/* Only what is read is decoded. */
bool mr_check_clocks(struct mr_compiler *c) {
    bool ok = true;
    for (size_t i = 0; i < c->n_things; i++) {
        const struct mr_thing *t = c->things[i];
        if (!t->twin || t->used || !t->twin->used) continue;
        if (!t->input.event_time || t->twin->input.event_time) continue;
        struct mr_diag *g = mr_error(c->diags, "E-TOPIC", mr_tree_get(t->tree, "event_time")->pos,
                                     "nothing reads `%s`, so nothing computes this", t->name);
        mr_diag_hint(c->diags, g, "say it at `%s`", t->twin->name);
        ok = false;
    }
    return ok;
}

/* What the source of two has read stands for both: sources are checked first. */
static bool is_second(const struct mr_thing *t) {
    return t->twin && t->kind == MR_THING_TABLE;
}

/* A key of the declaration, or of the other one of the same topic. */
static const struct mr_tree *said(const struct mr_thing *t, const char *key) {
    const struct mr_tree *v = mr_tree_get(t->tree, key);
    return v || !t->twin ? v : mr_tree_get(t->twin->tree, key);
}

/* ---- what is said */

/* A value that is not a struct is a row of one field. */
static const struct mr_type *row_of(struct mr_arena *a, const struct mr_format *f) {
    if (f->type->kind == MR_T_STRUCT) return f->type;
    struct mr_field *field = mr_arena_calloc(a, 1, sizeof *field);
    *field = (struct mr_field){.name = MR_STR("value"), .type = f->type};
    return mr_type_struct(a, "", 1, field);
}

static const struct mr_tree *required(struct mr_compiler *c, const struct mr_thing *t,
                                      const char *key, const char *hint) {
    const struct mr_tree *value = mr_tree_get(t->tree, key);
    if (value) return value;
    struct mr_diag *g =
        mr_error(c->diags, "E-MISSING", t->at->pos, "`%s` has no `%s`", t->name, key);
    g->len = (uint32_t)t->at->text.n;
    mr_diag_hint(c->diags, g, "%s", hint);
    return NULL;
}

static bool read_formats(struct mr_compiler *c, struct mr_thing *t) {
    static const struct mr_format bytes = {.kind = MR_F_BYTES, .type = &mr_type_bytes};
    const struct mr_tree *key = said(t, "key");
    const struct mr_tree *value = required(
        c, t, "value", "say what it holds: `value: {json: {field: type}}`, `value: string`");
    struct mr_input *in = &t->input;
    if (is_second(t))
        in->key = t->twin->input.key;
    else
        in->key = key ? mr_format_compile(c->arena, c->diags, key, c->types, c->dir) : &bytes;
    in->value = value ? mr_format_compile(c->arena, c->diags, value, c->types, c->dir) : NULL;
    if (!in->key || !in->value || !in->key->registry) return in->key && in->value;
    mr_error(c->diags, "E-NOTYET", key->pos,
             "`registry: true` of a key is not there yet: keys are compared as bytes");
    return false;
}

/* `start: 2026-01-31T00:00:00Z`: read by the expression compiler, which knows RFC 3339. */
static bool parse_timestamp(struct mr_arena *a, const struct mr_tree *t, int64_t *ret_ms) {
    const char *text = mr_arena_printf(a, "timestamp(\"%s\")", t->text.p);
    if (strpbrk(t->text.p, "\"\\")) return false;
    struct mr_tree call = {.kind = MR_TREE_SCALAR, .style = MR_STYLE_QUOTED, .text = mr_str(text)};
    struct mr_diags scratch;
    mr_diags_init(&scratch, a, "", call.text);
    struct mr_scope scope = {0};
    const struct mr_program *p = mr_expr_compile(a, &scratch, &call, &scope, &mr_type_timestamp);
    mr_diags_done(&scratch);
    const struct mr_value *v = p ? mr_program_constant(p) : NULL;
    return v && v->tag == MR_V_TIMESTAMP && mr_value_ms(v, ret_ms);
}

static bool read_start(struct mr_compiler *c, struct mr_input *in, const struct mr_tree *t) {
    in->start = MR_START_EARLIEST;
    const char *text = mr_read_string(c->diags, t, "`earliest`, `latest` or a timestamp");
    if (!text) return !t;
    if (mr_str_is(t->text, "earliest")) return true;
    in->start = mr_str_is(t->text, "latest") ? MR_START_LATEST : MR_START_TIMESTAMP;
    if (in->start == MR_START_LATEST || parse_timestamp(c->arena, t, &in->start_ms)) return true;
    struct mr_diag *g = mr_error(c->diags, "E-VALUE", t->pos,
                                 "`%s` is not `earliest`, `latest` or a timestamp", text);
    g->len = (uint32_t)t->text.n;
    mr_diag_hint(c->diags, g, "timestamps look like 2026-01-31T00:00:00Z");
    return false;
}

static bool read_global(struct mr_compiler *c, struct mr_thing *t) {
    static const char *const words[] = {"false", "true"};
    const struct mr_tree *v = mr_tree_get(t->tree, "global");
    int word = 0;
    if (v && !mr_read_word(c->diags, v, words, MR_ARRAY_LEN(words), &word)) return false;
    t->global = word == 1;
    return true;
}

static bool read_clock(struct mr_compiler *c, struct mr_thing *t) {
    static const char *const when_idle[] = {"hold"};
    const struct mr_defaults *defaults = &c->defaults;
    struct mr_input *in = &t->input;
    bool ok = true;
    int word;
    in->max_jump_ms = defaults->max_jump_ms;
    in->idle_after_ms =
        t->kind == MR_THING_TABLE ? defaults->table_idle_ms : defaults->source_idle_ms;
    const struct mr_tree *v = said(t, "max_jump");
    if (v) ok &= mr_read_duration_or(c->diags, v, "none", &in->max_jump_ms);
    v = said(t, "idle_after");
    if (v) ok &= mr_read_duration_or(c->diags, v, "never", &in->idle_after_ms);
    v = said(t, "when_idle");
    if (v) {
        in->hold_when_idle = mr_read_word(c->diags, v, when_idle, 1, &word);
        ok &= in->hold_when_idle;
    }
    return read_start(c, in, said(t, "start")) && ok;
}

static void copy_clock(struct mr_input *in, const struct mr_input *from) {
    in->max_jump_ms = from->max_jump_ms;
    in->idle_after_ms = from->idle_after_ms;
    in->hold_when_idle = from->hold_when_idle;
    in->start = from->start;
    in->start_ms = from->start_ms;
}

static bool read_times(struct mr_compiler *c, struct mr_thing *t) {
    bool ok = true;
    if (is_second(t))
        copy_clock(&t->input, &t->twin->input);
    else
        ok = read_clock(c, t);
    t->history_ms = -1;
    const struct mr_tree *v = mr_tree_get(t->tree, "history");
    if (v) ok &= mr_read_duration(c->diags, v, &t->history_ms);
    v = mr_tree_get(t->tree, "disorder");
    if (v) ok &= mr_read_duration(c->diags, v, &t->disorder_ms);
    return read_global(c, t) && ok;
}

static bool read_event_time(struct mr_compiler *c, struct mr_thing *t, struct mr_gstep *s) {
    const struct mr_tree *text = mr_tree_get(t->tree, "event_time");
    if (!text) return true;
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, s, &ing, &k);
    k.scope.meta &= ~(1u << MR_META_TIMESTAMP); /* that is what is being said */
    struct mr_program *p = mr_check_expr(&k, text, &mr_type_timestamp);
    t->input.event_time = p;
    if (!p) return false;
    for (uint32_t i = 0; i < s->in.row->n_fields; i++)
        t->input.event_time_value |= mr_program_uses_field(p, i);
    return true;
}

static void read_flow(struct mr_compiler *c, const struct mr_thing *t, struct mr_flow *flow) {
    *flow = (struct mr_flow){
        .row = row_of(c->arena, t->input.value),
        .key = t->input.key->type,
        .key_format = t->input.key,
        .value_format = t->input.value,
        .table = t->kind == MR_THING_TABLE,
        .meta = META_ALL & ~ORIGIN_KEY,
        .exact = true,
        .topic = t->input.topic,
    };
}

/* A global table keeps its rows in the copies of its joins (step.c), and only for those who follow
 * its changes here, too. */
static bool add_rows(struct mr_compiler *c, struct mr_thing *t) {
    t->every = t->last;
    t->every->store_kind = -1;
    struct mr_gstep *s = mr_gstep_add(c, t, "rows", &mr_op_table, &t->every->out);
    s->meta_key = t->every->meta_key;
    s->ins[0].from = t->every;
    s->n_ins = 1;
    t->last = t->rows = s;
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, s, &ing, &k);
    return mr_gstep_check(s, &k);
}

bool mr_check_input(struct mr_compiler *c, struct mr_thing *t) {
    bool table = t->kind == MR_THING_TABLE;
    const struct mr_op_desc *op = table ? &mr_op_table : &mr_op_source;
    bool ok = mr_words_check(c->diags, t->tree, table ? MR_PLACE_TABLE : MR_PLACE_SOURCE,
                             table ? "a table" : "a source", NULL);
    const struct mr_tree *topic =
        required(c, t, "topic", "the topic that it is read from: `topic: shop.clicks`");
    ok &= topic && mr_read_topic(c->diags, topic, &t->input.topic);
    ok &= read_times(c, t);
    ok &= read_formats(c, t);
    if (!ok) return false;

    t->input.kind = table ? MR_IN_TABLE : MR_IN_SOURCE;
    t->input.source = t->name;
    struct mr_flow flow;
    read_flow(c, t, &flow);
    struct mr_gstep *s = mr_gstep_add(c, t, "", op, &flow);
    s->meta_key = t->input.key->type;
    ok = read_event_time(c, t, s);
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, s, &ing, &k);
    if (!mr_gstep_check(s, &k) || !ok) return false;
    t->last = s;
    if (table) t->rows = s;
    return !t->global || add_rows(c, t);
}

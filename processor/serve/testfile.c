/* testfile.c -- see testfile.h. */
#include "processor/serve/testfile.h"
#include "base/units.h"
#include "processor/expr/civil.h"
#include "processor/expr/numtext.h"
#include "processor/serve/embed.h"
#include "processor/serve/jtext.h"

/* ---- values */

static bool two_digits(struct mr_str *s, size_t max, int64_t limit, int64_t *ret) {
    size_t i = 0;
    *ret = 0;
    for (; i < s->n && i < max && s->p[i] >= '0' && s->p[i] <= '9'; i++)
        *ret = *ret * 10 + (s->p[i] - '0');
    s->p += i;
    s->n -= i;
    return i >= 2 && *ret <= limit;
}

static bool take(struct mr_str *s, char c) {
    if (s->n == 0 || *s->p != c) return false;
    s->p++, s->n--;
    return true;
}

bool mr_test_time(struct mr_str text, int64_t *ret_ms) {
    int64_t hours, minutes, seconds = 0, ms = 0;
    if (!two_digits(&text, 5, 99999, &hours) || !take(&text, ':')) return false;
    if (!two_digits(&text, 2, 59, &minutes)) return false;
    if (take(&text, ':') && !two_digits(&text, 2, 59, &seconds)) return false;
    if (take(&text, '.')) {
        int64_t place = 100;
        if (text.n == 0 || text.n > 3) return false;
        for (; text.n && *text.p >= '0' && *text.p <= '9'; text.p++, text.n--, place /= 10)
            ms += (*text.p - '0') * place;
    }
    *ret_ms = MR_TEST_DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
    return text.n == 0;
}

enum mr_plain mr_test_plain(const struct mr_tree *scalar) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    struct mr_decimal d;
    if (scalar->style != MR_STYLE_PLAIN) return MR_PLAIN_STRING;
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        if (mr_str_is(scalar->text, nulls[i])) return MR_PLAIN_NULL;
    for (size_t i = 0; i < sizeof bools / sizeof *bools; i++)
        if (mr_str_is(scalar->text, bools[i])) return MR_PLAIN_BOOL;
    size_t n = mr_decimal_scan(scalar->text.p, scalar->text.n, &d);
    return n > 0 && n == scalar->text.n ? MR_PLAIN_NUMBER : MR_PLAIN_STRING;
}

static void time_json(int64_t ms, enum mr_wire wire, struct mr_buf *to) {
    switch (wire) {
    case MR_WIRE_MS: mr_buf_printf(to, "%lld", (long long)ms); return;
    case MR_WIRE_S: mr_buf_printf(to, "%lld", (long long)(ms / 1000)); return;
    case MR_WIRE_US: mr_buf_printf(to, "%lld", (long long)ms * 1000); return;
    case MR_WIRE_DEFAULT: break;
    }
    mr_buf_byte(to, '"');
    mr_print_rfc3339_ms(ms / 1000, (uint32_t)(ms % 1000) * 1000000, to);
    mr_buf_byte(to, '"');
}

static void scalar_json(const struct mr_tree *t, const struct mr_type *type, enum mr_wire wire,
                        struct mr_buf *to) {
    int64_t ms;
    if (type && type->kind == MR_T_TIMESTAMP && mr_test_time(t->text, &ms)) {
        time_json(ms, wire, to);
        return;
    }
    switch (mr_test_plain(t)) {
    case MR_PLAIN_STRING: mr_jtext_quote(t->text, to); break;
    case MR_PLAIN_NULL: mr_buf_cat(to, "null"); break;
    case MR_PLAIN_BOOL:
        mr_buf_cat(to, *t->text.p == 't' || *t->text.p == 'T' ? "true" : "false");
        break;
    case MR_PLAIN_NUMBER: mr_buf_str(to, t->text); break;
    }
}

static void member_json(const struct mr_tree *map, uint32_t i, const struct mr_type *type,
                        struct mr_buf *to) {
    const struct mr_type *of = NULL;
    enum mr_wire wire = MR_WIRE_DEFAULT;
    if (type && type->kind == MR_T_MAP) of = type->elem;
    int f = type && type->kind == MR_T_STRUCT ? mr_type_field(type, map->keys[i].text) : -1;
    if (f >= 0) {
        of = type->fields[f].type;
        wire = type->fields[f].wire;
    }
    mr_jtext_quote(map->keys[i].text, to);
    mr_buf_byte(to, ':');
    mr_test_json(&map->items[i], of, wire, to);
}

void mr_test_json(const struct mr_tree *t, const struct mr_type *type, enum mr_wire wire,
                  struct mr_buf *to) {
    if (t->kind == MR_TREE_SCALAR) {
        scalar_json(t, type, wire, to);
        return;
    }
    bool map = t->kind == MR_TREE_MAP;
    const struct mr_type *elem = type && type->kind == MR_T_LIST ? type->elem : NULL;
    mr_buf_byte(to, map ? '{' : '[');
    for (uint32_t i = 0; i < t->n; i++) {
        if (i) mr_buf_byte(to, ',');
        if (map)
            member_json(t, i, type, to);
        else
            mr_test_json(&t->items[i], elem, wire, to);
    }
    mr_buf_byte(to, map ? '}' : ']');
}

/* ---- tests */

struct reading {
    struct mr_arena *arena;
    struct mr_diags *diags;
    const struct mr_plan *plan;
    struct mr_test *test; /* the one that is read */
    size_t cap;           /* of its events */
    int64_t at;           /* of the last step that said it */
};

static struct mr_test_event *add_event(struct reading *r, enum mr_test_kind kind) {
    struct mr_test *t = r->test;
    if (t->n_events == r->cap) {
        struct mr_test_event *old = t->events;
        r->cap = r->cap ? r->cap * 2 : 16;
        t->events = mr_arena_alloc(r->arena, r->cap * sizeof *t->events);
        if (t->n_events) memcpy(t->events, old, t->n_events * sizeof *old);
    }
    t->events[t->n_events] = (struct mr_test_event){.kind = kind};
    return &t->events[t->n_events++];
}

/* One side (`key`, `value`) as it stands in a feed line. */
static void side_json(const struct mr_tree *t, const struct mr_format *f, struct mr_buf *to) {
    bool text = f && (f->kind == MR_F_STRING || f->kind == MR_F_BYTES);
    if (text && t->kind == MR_TREE_SCALAR && mr_test_plain(t) != MR_PLAIN_NULL)
        mr_jtext_quote(t->text, to);
    else
        mr_test_json(t, f ? f->type : NULL, MR_WIRE_DEFAULT, to);
}

/* The record as a feed line, without `key_text` and `value_text`. */
static void record_line(const struct mr_tree *map, struct mr_feed_form form, struct mr_buf *to) {
    bool first = true;
    mr_buf_byte(to, '{');
    for (uint32_t i = 0; i < map->n; i++) {
        struct mr_str name = map->keys[i].text;
        if (mr_str_is(name, "key_text") || mr_str_is(name, "value_text")) continue;
        if (!first) mr_buf_byte(to, ',');
        first = false;
        mr_jtext_quote(name, to);
        mr_buf_byte(to, ':');
        if (mr_str_is(name, "key"))
            side_json(&map->items[i], form.key, to);
        else if (mr_str_is(name, "value"))
            side_json(&map->items[i], form.value, to);
        else
            mr_test_json(&map->items[i], NULL, MR_WIRE_DEFAULT, to);
    }
    mr_buf_byte(to, '}');
}

static void read_record(struct reading *r, const struct mr_tree *name, const struct mr_tree *map) {
    const struct mr_input *in = mr_embed_input(r->plan, name->text.p);
    if (!in) {
        struct mr_diag *g = mr_error(r->diags, "E-TEST", name->pos,
                                     "no source or table is named `%s`", name->text.p);
        g->len = (uint32_t)name->text.n;
        return;
    }
    if (map->kind != MR_TREE_MAP) {
        mr_error(r->diags, "E-TEST", map->pos, "a record is a map: {key: ..., value: ...}");
        return;
    }
    struct mr_feed_form form = mr_embed_input_form(in);
    struct mr_buf line;
    mr_buf_init(&line, MR_FEED_LINE_MAX);
    record_line(map, form, &line);
    struct mr_test_event *e = add_event(r, MR_TEST_RECORD);
    const char *problem = NULL;
    e->input = in;
    struct mr_str text = mr_arena_str(r->arena, mr_buf_view(&line)); /* values borrow from it */
    mr_buf_done(&line);
    if (!mr_feed_read(r->arena, &form, text, &e->rec, &problem))
        mr_error(r->diags, "E-TEST", map->pos, "%s", problem);
    const struct mr_tree *key = mr_tree_get(map, "key_text");
    const struct mr_tree *value = mr_tree_get(map, "value_text");
    if (key) e->rec.key = key->text;
    if (value) e->rec.value = value->text;
    if (e->rec.ts < 0) e->rec.ts = r->at;
    if (e->rec.partition >= r->test->partitions) r->test->partitions = e->rec.partition + 1;
}

static void read_advance(struct reading *r, const struct mr_tree *value) {
    struct mr_test_event *e = add_event(r, MR_TEST_ADVANCE);
    if (value->kind != MR_TREE_SCALAR || !mr_parse_duration(value->text, &e->advance_ms))
        mr_error(r->diags, "E-TEST", value->pos, "advance: a duration is needed (30s, 6m)");
}

static void read_at(struct reading *r, const struct mr_tree *value) {
    int64_t s;
    uint32_t ns;
    if (value->kind == MR_TREE_SCALAR && mr_test_time(value->text, &r->at)) return;
    if (value->kind == MR_TREE_SCALAR && mr_parse_rfc3339(value->text, &s, &ns)) {
        r->at = s * 1000 + ns / 1000000;
        return;
    }
    mr_error(r->diags, "E-TEST", value->pos, "at: a time is needed (\"12:00:30\")");
}

static void read_step(struct reading *r, const struct mr_tree *step) {
    if (step->kind != MR_TREE_MAP) {
        mr_error(r->diags, "E-TEST", step->pos, "a step is a map");
        return;
    }
    const struct mr_tree *at = mr_tree_get(step, "at");
    if (at) read_at(r, at);
    for (uint32_t i = 0; i < step->n; i++) {
        const struct mr_tree *key = &step->keys[i], *value = &step->items[i];
        if (value == at) continue;
        if (mr_str_is(key->text, "advance"))
            read_advance(r, value);
        else if (mr_str_is(key->text, "flush"))
            add_event(r, MR_TEST_FLUSH);
        else
            read_record(r, key, value);
    }
}

static void read_steps(struct reading *r, const struct mr_tree *list) {
    if (list->kind != MR_TREE_LIST) {
        mr_error(r->diags, "E-TEST", list->pos, "steps: a list is needed");
        return;
    }
    for (uint32_t i = 0; i < list->n; i++) read_step(r, &list->items[i]);
}

static void unknown_key(struct reading *r, const struct mr_tree *key) {
    static const char *const known[] = {"name", "steps", "expect", "keep_open"};
    struct mr_diag *g =
        mr_error(r->diags, "E-KEY", key->pos, "unknown key `%s` in a test", key->text.p);
    g->len = (uint32_t)key->text.n;
    const char *near = mr_str_nearest(key->text.p, known, 4);
    if (near) mr_diag_hint(r->diags, g, "did you mean `%s`?", near);
}

/* A sink that nothing is expected of would not be compared, so its name has to be right. */
static void read_expect(struct reading *r, const struct mr_tree *expect) {
    size_t n;
    if (expect->kind != MR_TREE_MAP) {
        mr_error(r->diags, "E-TEST", expect->pos, "expect: a map of sinks is needed");
        return;
    }
    const struct mr_output **outs = mr_embed_plan_outputs(r->arena, r->plan, &n);
    const char **names = mr_arena_alloc(r->arena, n * sizeof *names);
    for (size_t i = 0; i < n; i++) names[i] = outs[i]->name;
    for (uint32_t i = 0; i < expect->n; i++) {
        const struct mr_tree *key = &expect->keys[i];
        size_t at = 0;
        while (at < n && !mr_str_is(key->text, names[at])) at++;
        if (at < n && expect->items[i].kind == MR_TREE_LIST) continue;
        struct mr_diag *g = mr_error(
            r->diags, "E-TEST", key->pos,
            at < n ? "%s: a list of rows is needed" : "no sink is named `%s`", key->text.p);
        g->len = (uint32_t)key->text.n;
        const char *near = at < n ? NULL : mr_str_nearest(key->text.p, names, n);
        if (near) mr_diag_hint(r->diags, g, "did you mean `%s`?", near);
    }
}

static void read_test(struct reading *r, const struct mr_tree *tree) {
    struct mr_test *t = r->test;
    *t = (struct mr_test){.tree = tree, .name = "(no name)", .partitions = 1};
    r->cap = 0;
    r->at = MR_TEST_DAY_MS;
    if (tree->kind != MR_TREE_MAP) {
        mr_error(r->diags, "E-TEST", tree->pos, "a test is a map with name, steps, expect");
        return;
    }
    for (uint32_t i = 0; i < tree->n; i++) {
        const struct mr_tree *key = &tree->keys[i], *value = &tree->items[i];
        if (mr_str_is(key->text, "name"))
            t->name = value->text.p;
        else if (mr_str_is(key->text, "steps"))
            read_steps(r, value);
        else if (mr_str_is(key->text, "keep_open"))
            t->keep_open = mr_str_is(value->text, "true");
        else if (mr_str_is(key->text, "expect"))
            t->expect = value;
        else
            unknown_key(r, key);
    }
    if (t->expect) read_expect(r, t->expect);
}

bool mr_test_read(struct mr_arena *a, struct mr_diags *d, const struct mr_plan *plan,
                  const struct mr_tree *list, struct mr_test **ret, size_t *ret_n) {
    size_t before = d->n_errors;
    if (list->kind != MR_TREE_LIST) {
        mr_error(d, "E-TEST", list->pos, "tests: a list is needed");
        return false;
    }
    struct mr_test *tests = mr_arena_calloc(a, list->n, sizeof *tests);
    struct reading r = {.arena = a, .diags = d, .plan = plan};
    for (uint32_t i = 0; i < list->n; i++) {
        r.test = &tests[i];
        read_test(&r, &list->items[i]);
    }
    *ret = tests;
    *ret_n = list->n;
    return d->n_errors == before;
}

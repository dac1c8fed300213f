/* check.c -- tree -> graph: the top level, names, defaults, who reads whom, cycles, order.
 *
 * Things are checked in an order that does not depend on the file's: sources and tables by name,
 * nodes upstream first (by name where that leaves a choice), sinks by name. A thing with errors
 * is `broken`, and what reads it is not checked, so that one mistake is told once.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

#include <stdlib.h>

/* ---- the top level */

static bool read_head(struct mr_compiler *c, const struct mr_tree *root) {
    bool ok = mr_words_check(c->diags, root, MR_PLACE_TOP, "a topology", NULL);
    const struct mr_tree *name = mr_tree_get(root, "topology");
    if (!name) {
        struct mr_diag *g =
            mr_error(c->diags, "E-MISSING", root->pos, "the file has no `topology`");
        mr_diag_hint(c->diags, g, "begin with its name: `topology: segment_clicks`");
        ok = false;
    } else if (!mr_read_string(c->diags, name, "a name") ||
               !mr_name_ok(c->diags, name, "a topology")) {
        ok = false;
    } else {
        c->name = name->text.p;
    }
    const struct mr_tree *version = mr_tree_get(root, "version");
    if (version && !(version->kind == MR_TREE_SCALAR && mr_str_is(version->text, "1"))) {
        struct mr_diag *g = mr_error(c->diags, "E-VALUE", version->pos,
                                     "this version of the language is not known");
        mr_diag_hint(c->diags, g, "the only one so far is `version: 1`");
        ok = false;
    }
    c->tests = mr_tree_get(root, "tests");
    return ok;
}

/* Every named type once, so that a mistake in it is told once. */
static bool read_types(struct mr_compiler *c, const struct mr_tree *types) {
    bool ok = true;
    if (!types) return true;
    if (!mr_is_map(c->diags, types, "`types`")) return false;
    c->types = types;
    for (uint32_t i = 0; i < types->n; i++) {
        bool optional;
        enum mr_wire wire;
        ok &= mr_name_ok(c->diags, &types->keys[i], "a type");
        ok &=
            mr_type_compile(c->arena, c->diags, &types->items[i], types, &optional, &wire) != NULL;
    }
    return ok;
}

static bool read_defaults(struct mr_compiler *c, const struct mr_tree *t) {
    enum { HOUR_MS = 3600000, SOURCE_IDLE_MS = 10000 };
    struct mr_defaults *to = &c->defaults;
    *to = (struct mr_defaults){
        .max_jump_ms = HOUR_MS, .source_idle_ms = SOURCE_IDLE_MS, .on_null_key = -1};
    if (!t) return true;
    if (!mr_is_map(c->diags, t, "`defaults`")) return false;
    to->tree = t;
    bool ok = mr_words_check(c->diags, t, MR_PLACE_DEFAULTS, "`defaults`", NULL);
    const struct mr_tree *v = mr_tree_get(t, "max_jump");
    if (v) ok &= mr_read_duration_or(c->diags, v, "none", &to->max_jump_ms);
    v = mr_tree_get(t, "idle_after");
    if (v) {
        ok &= mr_read_duration_or(c->diags, v, "never", &to->source_idle_ms);
        to->table_idle_ms = to->source_idle_ms;
    }
    int64_t grace;
    v = mr_tree_get(t, "grace");
    if (v) ok &= mr_read_duration(c->diags, v, &grace);
    int word = 0;
    v = mr_tree_get(t, "on_error");
    if (v) ok &= mr_read_word(c->diags, v, mr_words_on_error, 3, &word);
    to->on_error = (enum mr_on_error)word;
    v = mr_tree_get(t, "on_null_key");
    if (v) ok &= mr_read_word(c->diags, v, mr_words_on_null_key, 3, &to->on_null_key);
    v = mr_tree_get(t, "dlq");
    if (v) ok &= mr_read_topic(c->diags, v, &to->dlq);
    return ok;
}

/* ---- names */

static const struct {
    const char *key, *what;
    enum mr_thing_kind kind;
} sections[] = {
    {"sources", "a source", MR_THING_SOURCE},
    {"tables", "a table", MR_THING_TABLE},
    {"nodes", "a node", MR_THING_NODE},
    {"sinks", "a sink", MR_THING_SINK},
};

static int by_name(const void *a, const void *b) {
    const struct mr_thing *x = *(struct mr_thing *const *)a, *y = *(struct mr_thing *const *)b;
    return strcmp(x->name, y->name);
}

static bool add_thing(struct mr_compiler *c, enum mr_thing_kind kind, const char *what,
                      const struct mr_tree *at, const struct mr_tree *tree) {
    if (!mr_name_ok(c->diags, at, what)) return false;
    for (size_t i = 0; i < c->n_things; i++) {
        if (!mr_str_is(at->text, c->things[i]->name)) continue;
        struct mr_diag *g =
            mr_error(c->diags, "E-DUP", at->pos, "the name `%s` is taken", at->text.p);
        g->len = (uint32_t)at->text.n;
        mr_diag_hint(c->diags, g, "line %u has it already; names are unique in the file",
                     c->things[i]->at->pos.line);
        return false;
    }
    struct mr_thing *t = mr_arena_calloc(c->arena, 1, sizeof *t);
    *t = (struct mr_thing){.kind = kind,
                           .name = at->text.p,
                           .at = at,
                           .tree = tree,
                           .on_error = c->defaults.on_error,
                           .on_null_key = c->defaults.on_null_key,
                           .history_ms = -1};
    c->things[c->n_things++] = t;
    if (mr_is_map(c->diags, tree, what)) return true;
    t->broken = true;
    return false;
}

static uint32_t n_branches(const struct mr_tree *node) {
    const struct mr_tree *split = mr_tree_get(node, "split");
    return split && split->kind == MR_TREE_MAP ? split->n : 0;
}

/* Each branch of a split can be read: `from: node.name`. Its name is checked by the operator. */
static void add_branches(struct mr_compiler *c, struct mr_thing *node) {
    uint32_t n = n_branches(node->tree);
    const struct mr_tree *split = n ? mr_tree_get(node->tree, "split") : NULL;
    for (uint32_t i = 0; i < n; i++) {
        struct mr_thing *t = mr_arena_calloc(c->arena, 1, sizeof *t);
        const struct mr_tree *at = &split->keys[i];
        *t = (struct mr_thing){
            .kind = MR_THING_BRANCH,
            .name = mr_arena_printf(c->arena, "%s.%s", node->name, at->text.p),
            .at = at,
            .tree = node->tree,
            .n_from = 1,
            .branch = (uint16_t)(i + 1),
            .on_null_key = -1,
        };
        t->from = mr_arena_dup(c->arena, &node, sizeof(struct mr_thing *));
        t->from_at = mr_arena_dup(c->arena, &at, sizeof(struct mr_tree *));
        c->things[c->n_things++] = t;
    }
}

static bool find_things(struct mr_compiler *c, const struct mr_tree *root) {
    size_t n = 0;
    bool ok = true;
    for (size_t s = 0; s < MR_ARRAY_LEN(sections); s++) {
        const struct mr_tree *map = mr_tree_get(root, sections[s].key);
        n += map ? map->n : 0;
        for (uint32_t i = 0; map && i < map->n; i++) n += n_branches(&map->items[i]);
    }
    c->things = mr_arena_alloc(c->arena, (n + 1) * sizeof(struct mr_thing *));
    for (size_t s = 0; s < MR_ARRAY_LEN(sections); s++) {
        const struct mr_tree *map = mr_tree_get(root, sections[s].key);
        if (!map) continue;
        if (!mr_is_map(c->diags, map, mr_arena_printf(c->arena, "`%s`", sections[s].key))) {
            ok = false;
            continue;
        }
        for (uint32_t i = 0; i < map->n; i++)
            if (!add_thing(c, sections[s].kind, sections[s].what, &map->keys[i], &map->items[i]))
                ok = false;
            else if (sections[s].kind == MR_THING_NODE)
                add_branches(c, c->things[c->n_things - 1]);
    }
    qsort(c->things, c->n_things, sizeof *c->things, by_name);
    return ok;
}

static bool read_renamed(struct mr_compiler *c, struct mr_thing *t) {
    const struct mr_tree *old = mr_tree_get(t->tree, "renamed_from");
    if (!old) return true;
    if (!mr_read_string(c->diags, old, "a name") || !mr_name_ok(c->diags, old, "a node"))
        return false;
    t->renamed_from = old->text.p;
    if (!mr_thing_find(c, old->text)) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-NAME", old->pos,
                 "`%s` is still in the file, its state cannot go to `%s`", old->text.p, t->name);
    g->len = (uint32_t)old->text.n;
    return false;
}

/* ---- who reads whom */

void mr_thing_missing(struct mr_compiler *c, const struct mr_tree *name) {
    const char **names = mr_arena_alloc(c->arena, (c->n_things + 1) * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < c->n_things; i++)
        if (c->things[i]->kind != MR_THING_SINK) names[n++] = c->things[i]->name;
    struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos,
                                 "there is no source, table or node `%s`", name->text.p);
    g->len = (uint32_t)name->text.n;
    const char *near = mr_str_nearest(name->text.p, names, n);
    if (near) mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
}

static bool add_from(struct mr_compiler *c, struct mr_thing *t, const struct mr_tree *name) {
    if (!mr_read_string(c->diags, name, "the name of a source, table or node")) return false;
    struct mr_thing *from = mr_thing_find(c, name->text);
    if (!from) {
        mr_thing_missing(c, name);
        return false;
    }
    if (from->kind == MR_THING_SINK) {
        struct mr_diag *g =
            mr_error(c->diags, "E-NAME", name->pos, "`%s` is a sink: nothing reads it", from->name);
        g->len = (uint32_t)name->text.n;
        mr_diag_hint(c->diags, g, "read what it reads, or declare its topic as a source");
        return false;
    }
    if (from->kind == MR_THING_NODE && n_branches(from->tree)) {
        struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos,
                                     "`%s` is split: say which branch is read", from->name);
        g->len = (uint32_t)name->text.n;
        mr_diag_hint(c->diags, g, "from: %s.%s", from->name,
                     mr_tree_get(from->tree, "split")->keys[0].text.p);
        return false;
    }
    for (uint32_t i = 0; i < t->n_from; i++) {
        if (t->from[i] != from) continue;
        mr_error(c->diags, "E-DUP", name->pos, "`%s` stands twice in `from`", from->name)->len =
            (uint32_t)name->text.n;
        return false;
    }
    from->used = true;
    t->from_at[t->n_from] = name;
    t->from[t->n_from++] = from;
    return true;
}

static bool read_from(struct mr_compiler *c, struct mr_thing *t) {
    const struct mr_tree *from = mr_tree_get(t->tree, "from");
    bool node = t->kind == MR_THING_NODE;
    if (!from) {
        if (!node) return true; /* a sink for late records */
        struct mr_diag *g =
            mr_error(c->diags, "E-MISSING", t->at->pos, "`%s` has no `from`", t->name);
        g->len = (uint32_t)t->at->text.n;
        mr_diag_hint(c->diags, g, "say what it reads: `from: clicks`");
        return false;
    }
    uint32_t n = from->kind == MR_TREE_LIST ? from->n : 1;
    t->from = mr_arena_calloc(c->arena, n + 1, sizeof(struct mr_thing *));
    t->from_at = mr_arena_calloc(c->arena, n + 1, sizeof(struct mr_tree *));
    if (from->kind != MR_TREE_LIST) return add_from(c, t, from);
    if (!node || n == 0) {
        struct mr_diag *g = mr_error(c->diags, "E-KIND", from->pos, "%s",
                                     node ? "`from` is an empty list" : "a sink reads one node");
        if (!node) mr_diag_hint(c->diags, g, "merge them in a node: `from: [a, b]`");
        return false;
    }
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) ok &= add_from(c, t, &from->items[i]);
    return ok;
}

/* What the joins of a node name, as far as it is there: the joins themselves say what is wrong. */
static void read_sides(struct mr_compiler *c, struct mr_thing *t) {
    static const char *const keys[] = {"table", "stream"};
    const struct mr_tree *join = mr_tree_get(t->tree, "join");
    bool list = join && join->kind == MR_TREE_LIST;
    uint32_t n = !join ? 0 : list ? join->n : 1;
    t->sides = mr_arena_calloc(c->arena, 2 * n + 1, sizeof(struct mr_thing *));
    for (uint32_t i = 0; i < n; i++)
        for (size_t k = 0; k < MR_ARRAY_LEN(keys); k++) {
            const struct mr_tree *name = mr_tree_get(list ? &join->items[i] : join, keys[k]);
            if (!name || name->kind != MR_TREE_SCALAR) continue;
            struct mr_thing *side = mr_thing_find(c, name->text);
            if (side && side->kind != MR_THING_SINK) t->sides[t->n_sides++] = side;
        }
}

/* ---- order */

struct walk { /* the path that is being followed, for the message */
    struct mr_compiler *c;
    const struct mr_thing **path;
    size_t n;
    struct mr_thing **order;
    size_t n_order;
};

static void tell_cycle(struct walk *w, const struct mr_thing *t) {
    size_t i = w->n;
    while (i > 0 && w->path[i - 1] != t) i--;
    struct mr_buf text;
    mr_buf_init(&text, 0);
    for (size_t k = w->n; k >= i && k > 0; k--)
        mr_buf_printf(&text, "%s -> ", w->path[k - 1]->name);
    mr_buf_cat(&text, w->path[w->n - 1]->name);
    struct mr_diag *g =
        mr_error(w->c->diags, "E-CYCLE", t->at->pos, "`%s` reads what is made of it", t->name);
    g->len = (uint32_t)t->at->text.n;
    mr_diag_hint(w->c->diags, g, "%s", mr_buf_cstr(&text));
    mr_buf_done(&text);
}

/* Upstream first. false: a cycle, told once. Depth <= number of things, which YAML limits. */
static bool visit(struct walk *w, struct mr_thing *t) {
    if (t->mark == 2) return true;
    if (t->mark == 1) {
        tell_cycle(w, t);
        return false;
    }
    t->mark = 1;
    w->path[w->n++] = t;
    bool ok = true;
    for (uint32_t i = 0; i < t->n_from && ok; i++) ok = visit(w, t->from[i]);
    for (uint32_t i = 0; i < t->n_sides && ok; i++) ok = visit(w, t->sides[i]);
    w->n--;
    t->mark = 2;
    if (!ok) t->broken = true;
    w->order[w->n_order++] = t;
    return ok;
}

static struct mr_thing **order_things(struct mr_compiler *c, bool *ret_ok) {
    struct walk w = {.c = c};
    w.path = mr_arena_alloc(c->arena, (c->n_things + 1) * sizeof(struct mr_thing *));
    w.order = mr_arena_alloc(c->arena, (c->n_things + 1) * sizeof(struct mr_thing *));
    *ret_ok = true;
    for (int kind = MR_THING_SOURCE; kind <= MR_THING_SINK; kind++)
        for (size_t i = 0; i < c->n_things; i++)
            if ((int)c->things[i]->kind == kind) *ret_ok &= visit(&w, c->things[i]);
    return w.order;
}

static bool check_things(struct mr_compiler *c) {
    static bool (*const checks[])(struct mr_compiler *, struct mr_thing *) = {
        [MR_THING_SOURCE] = mr_check_input, [MR_THING_TABLE] = mr_check_input,
        [MR_THING_NODE] = mr_check_node,    [MR_THING_BRANCH] = mr_check_branch,
        [MR_THING_SINK] = mr_check_sink,
    };
    bool ok;
    struct mr_thing **order = order_things(c, &ok);
    for (size_t i = 0; i < c->n_things; i++) {
        struct mr_thing *t = order[i];
        if (!t->broken) t->broken = !checks[t->kind](c, t);
        ok &= !t->broken;
    }
    return ok;
}

static void warn_unused(struct mr_compiler *c) {
    for (size_t i = 0; i < c->n_things; i++) {
        const struct mr_thing *t = c->things[i];
        bool late = t->kind == MR_THING_SINK && t->output.kind == MR_OUT_LATE;
        bool input = t->kind == MR_THING_SOURCE || t->kind == MR_THING_TABLE;
        if (t->used || (!input && t->kind != MR_THING_BRANCH && !late)) continue;
        struct mr_diag *g = mr_diag_add(
            c->diags, MR_WARNING, "W-UNUSED", t->at->pos,
            late ? "no `on_late` or `on_invalid` names `%s`" : "nothing reads `%s`", t->name);
        g->len = (uint32_t)t->at->text.n;
    }
}

bool mr_check_file(struct mr_compiler *c, const struct mr_tree *root) {
    if (!mr_is_map(c->diags, root, "a topology")) return false;
    bool ok = read_head(c, root);
    ok &= mr_check_params(c, mr_tree_get(root, "params"));
    ok &= read_defaults(c, mr_tree_get(root, "defaults"));
    ok &= read_types(c, mr_tree_get(root, "types"));
    c->messages = mr_format_messages(c->arena, root, c->dir);
    ok &= find_things(c, root);
    for (size_t i = 0; i < c->n_things; i++) {
        struct mr_thing *t = c->things[i];
        if (t->broken || t->kind == MR_THING_BRANCH) continue;
        bool fine = read_renamed(c, t);
        if (t->kind >= MR_THING_NODE) fine &= read_from(c, t);
        if (t->kind == MR_THING_NODE) read_sides(c, t);
        t->broken = !fine;
        ok &= fine;
    }
    ok &= mr_check_topics(c);
    ok &= check_things(c);
    ok = ok && mr_check_clocks(c);
    if (ok && c->n_steps == 0) {
        mr_error(c->diags, "E-MISSING", root->pos, "the topology reads nothing");
        ok = false;
    }
    if (ok) warn_unused(c);
    return ok;
}

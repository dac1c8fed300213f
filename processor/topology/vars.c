/* vars.c -- ${NAME}, ${NAME:-default}, ${NAME:?message} in string scalars (language.md 2).
 *
 * Works on the tree, after YAML: a value can never become structure, a key, a number or null.
 * Expressions are left alone (`${` has no meaning there), and so are `tests:`, whose scalars are
 * data. As in a shell, `:-` and `:?` take an empty variable for an unset one.
 */
#include "processor/topology/graph.h"

struct vars {
    mr_env_cb *env; /* NULL: none is set */
    void *env_arg;
    struct mr_arena *arena;
    struct mr_diags *diags;
};

static bool is_name_byte(char c, bool first) {
    return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (!first && c >= '0' && c <= '9');
}

static const char *value_of(const struct vars *v, struct mr_str name) {
    return v->env ? v->env(v->env_arg, mr_arena_strndup(v->arena, name.p, name.n)) : NULL;
}

static struct mr_diag *fail(struct vars *v, const struct mr_tree *t, size_t off, size_t len,
                            const char *text) {
    struct mr_diag *g = mr_error(v->diags, "E-ENV", mr_tree_pos(t, off), "%s", text);
    g->len = (uint32_t)len;
    return g;
}

/* What stands behind the name of `${NAME...}`: rest is empty, ":-default" or ":?message". */
static void put_value(struct vars *v, const struct mr_tree *t, size_t off, size_t len,
                      struct mr_str name, struct mr_str rest, struct mr_buf *to) {
    const char *value = value_of(v, name);
    bool missing = !value || (rest.n && !*value);
    if (!missing) {
        mr_buf_cat(to, value);
        return;
    }
    struct mr_str more = rest.n ? (struct mr_str){rest.p + 2, rest.n - 2} : rest;
    if (rest.n && rest.p[1] == '-') {
        mr_buf_str(to, more);
        return;
    }
    if (rest.n) {
        fail(v, t, off, len,
             mr_arena_printf(v->arena, "`%.*s` is not set: %.*s", MR_STR_ARG(name),
                             MR_STR_ARG(more)));
        return;
    }
    struct mr_diag *g =
        fail(v, t, off, len,
             mr_arena_printf(v->arena, "the variable `%.*s` is not set", MR_STR_ARG(name)));
    mr_diag_hint(v->diags, g, "set it, or write a default: ${%.*s:-...}", MR_STR_ARG(name));
}

/* text.p[off] is the `$` of a `${`. Returns the offset behind the `}`. */
static size_t expand_one(struct vars *v, const struct mr_tree *t, size_t off, struct mr_buf *to) {
    struct mr_str s = t->text;
    const char *close = memchr(s.p + off, '}', s.n - off);
    size_t end = close ? (size_t)(close - s.p) + 1 : s.n;
    struct mr_str inside = {s.p + off + 2, close ? (size_t)(close - s.p) - off - 2 : 0};
    size_t n = 0;
    while (n < inside.n && is_name_byte(inside.p[n], n == 0)) n++;
    struct mr_str name = {inside.p, n}, rest = {inside.p + n, inside.n - n};
    bool form =
        rest.n == 0 || (rest.n >= 2 && rest.p[0] == ':' && (rest.p[1] == '-' || rest.p[1] == '?'));
    if (!close || n == 0 || !form) {
        struct mr_diag *g = fail(v, t, off, end - off, "this is not a variable");
        mr_diag_hint(v->diags, g, "write ${NAME}, ${NAME:-default} or ${NAME:?message}");
        return end;
    }
    put_value(v, t, off, end - off, name, rest, to);
    return end;
}

static void expand(struct vars *v, struct mr_tree *t) {
    struct mr_str s = t->text;
    struct mr_buf to;
    mr_buf_init(&to, 0);
    bool found = false;
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] == '$' && i + 1 < s.n && s.p[i + 1] == '{') {
            i = expand_one(v, t, i, &to);
            found = true;
        } else {
            mr_buf_byte(&to, (uint8_t)s.p[i++]);
        }
    }
    if (found) {
        t->text = (struct mr_str){mr_arena_strndup(v->arena, to.p ? to.p : "", to.n), to.n};
        t->style = MR_STYLE_QUOTED; /* a string, whatever it looks like */
        t->lines = NULL;
    }
    mr_buf_done(&to);
}

static void walk(struct vars *v, struct mr_tree *t) {
    if (t->kind == MR_TREE_SCALAR) {
        expand(v, t);
        return;
    }
    for (uint32_t i = 0; i < t->n; i++) walk(v, &t->items[i]);
}

/* Keys of place MR_PLACE_INNER are expressions, all else is not. Lists: each element. */
static void walk_inner(struct vars *v, struct mr_tree *t) {
    if (t->kind != MR_TREE_MAP) {
        for (uint32_t i = 0; i < t->n; i++) walk_inner(v, &t->items[i]);
        if (t->kind == MR_TREE_SCALAR) walk(v, t);
        return;
    }
    for (uint32_t i = 0; i < t->n; i++)
        if (!mr_word_find(MR_PLACE_INNER, t->keys[i].text)) walk(v, &t->items[i]);
}

static void walk_thing(struct vars *v, struct mr_tree *thing, enum mr_place place) {
    if (thing->kind != MR_TREE_MAP) return;
    for (uint32_t i = 0; i < thing->n; i++) {
        struct mr_tree *value = &thing->items[i];
        const struct mr_key_row *row = mr_word_find(place, thing->keys[i].text);
        enum mr_slot slot = row ? row->slot : MR_SLOT_VALUE;
        if (slot == MR_SLOT_EXPR || (slot == MR_SLOT_NAMED && value->kind == MR_TREE_MAP)) continue;
        if (slot == MR_SLOT_INNER)
            walk_inner(v, value);
        else
            walk(v, value);
    }
}

static void walk_top(struct vars *v, struct mr_str key, struct mr_tree *t) {
    static const struct {
        const char *key;
        enum mr_place place;
    } maps[] = {
        {"sources", MR_PLACE_SOURCE},
        {"tables", MR_PLACE_TABLE},
        {"nodes", MR_PLACE_NODE},
        {"sinks", MR_PLACE_SINK},
    };
    if (mr_str_is(key, "tests")) return;
    for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
        if (!mr_str_is(key, maps[m].key) || t->kind != MR_TREE_MAP) continue;
        for (uint32_t i = 0; i < t->n; i++) walk_thing(v, &t->items[i], maps[m].place);
        return;
    }
    walk(v, t);
}

/* A copy that may be changed; scalars share their texts. */
static void copy(struct mr_arena *a, const struct mr_tree *from, struct mr_tree *to) {
    *to = *from;
    if (from->kind == MR_TREE_SCALAR || from->n == 0) return;
    to->items = mr_arena_alloc(a, from->n * sizeof *to->items);
    for (uint32_t i = 0; i < from->n; i++) copy(a, &from->items[i], &to->items[i]);
}

const struct mr_tree *mr_vars_resolve(const struct mr_compile_conf *conf, struct mr_arena *a,
                                      struct mr_diags *d, const struct mr_tree *root) {
    if (root->kind != MR_TREE_MAP) return root;
    struct vars v = {conf->env, conf->env_arg, a, d};
    struct mr_tree *to = mr_arena_alloc(a, sizeof *to);
    copy(a, root, to);
    for (uint32_t i = 0; i < to->n; i++) walk_top(&v, to->keys[i].text, &to->items[i]);
    return to;
}

const struct mr_tree *mr_vars_everywhere(mr_env_cb *env, void *env_arg, struct mr_arena *a,
                                         struct mr_diags *d, const struct mr_tree *root) {
    struct vars v = {env, env_arg, a, d};
    struct mr_tree *to = mr_arena_alloc(a, sizeof *to);
    copy(a, root, to);
    walk(&v, to);
    return to;
}

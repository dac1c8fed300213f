/* type_text.c -- types as the file writes them (language.md 3) -> struct mr_type.
 *
 * A type stands in YAML as a scalar (`int?`, `'[string]'`), a list of one (`[string]`), or a map:
 * `{string: T}` is a map type, every other map is a struct. Scalars may hold the same brackets as
 * text, so that `'[string]?'` can be optional. Names are looked up in the file's `types:`, where a
 * type may not contain itself.
 */
#include "processor/expr/access.h"

struct compile {
    struct mr_arena *a;
    struct mr_diags *d;
    const struct mr_tree *types;     /* may be NULL */
    const char *open[MR_TYPE_DEPTH]; /* names of `types:` being compiled */
    int depth;
};

/* What stands behind a type in its field. */
struct suffix {
    bool optional;
    enum mr_wire wire;
};

struct cursor { /* in the text of a scalar */
    const struct mr_tree *t;
    size_t at;
};

static const struct {
    const char *name;
    const struct mr_type *type;
    enum mr_wire wire;
} builtins[] = {
    {"bool", &mr_type_bool, MR_WIRE_DEFAULT},
    {"int", &mr_type_int, MR_WIRE_DEFAULT},
    {"uint", &mr_type_uint, MR_WIRE_DEFAULT},
    {"double", &mr_type_double, MR_WIRE_DEFAULT},
    {"string", &mr_type_string, MR_WIRE_DEFAULT},
    {"bytes", &mr_type_bytes, MR_WIRE_DEFAULT},
    {"timestamp", &mr_type_timestamp, MR_WIRE_DEFAULT},
    {"timestamp_ms", &mr_type_timestamp, MR_WIRE_MS},
    {"timestamp_s", &mr_type_timestamp, MR_WIRE_S},
    {"timestamp_us", &mr_type_timestamp, MR_WIRE_US},
    {"duration", &mr_type_duration, MR_WIRE_DEFAULT},
    {"json", &mr_type_dyn, MR_WIRE_DEFAULT},
};
enum { N_BUILTINS = sizeof builtins / sizeof *builtins };

static const struct mr_type *type_of(struct compile *c, const struct mr_tree *t, struct suffix *s);
static const struct mr_type *text_type(struct compile *c, struct cursor *k, struct suffix *s);

static const struct mr_type *fail(struct compile *c, struct mr_pos pos, const char *text) {
    mr_error(c->d, "E-TYPE", pos, "%s", text);
    return NULL;
}

/* Inside of lists and maps there is nothing to be optional, and no field to hold the wire form. */
static const struct mr_type *element(struct compile *c, const struct mr_type *t,
                                     const struct suffix *s, struct mr_pos pos) {
    if (!t) return NULL;
    if (s->optional) return fail(c, pos, "elements of lists and maps cannot be optional");
    if (s->wire != MR_WIRE_DEFAULT)
        return fail(c, pos, "timestamp_ms, _s and _us can only be the type of a field");
    return t;
}

/* ---- names */

static void unknown_type(struct compile *c, struct mr_str name, struct mr_pos pos) {
    enum { MANY = 256 };
    const char *names[MANY];
    size_t n = 0;
    for (; n < N_BUILTINS; n++) names[n] = builtins[n].name;
    for (uint32_t i = 0; c->types && i < c->types->n && n < MANY; i++)
        names[n++] = c->types->keys[i].text.p;
    struct mr_diag *g = mr_error(c->d, "E-TYPE", pos, "no type `%.*s`", MR_STR_ARG(name));
    g->len = (uint32_t)name.n;
    const char *near = mr_str_nearest(mr_arena_strndup(c->a, name.p, name.n), names, n);
    if (near) mr_diag_hint(c->d, g, "did you mean `%s`?", near);
}

static const struct mr_type *rename_struct(struct compile *c, const struct mr_type *t,
                                           const char *name) {
    if (!t || t->kind != MR_T_STRUCT || t->name.n) return t;
    struct mr_type *copy = mr_arena_dup(c->a, t, sizeof *t);
    copy->name = mr_str(name);
    return copy;
}

static const struct mr_type *declared_type(struct compile *c, const char *name,
                                           const struct mr_tree *t, struct mr_pos pos,
                                           struct suffix *s) {
    for (int i = 0; i < c->depth; i++)
        if (strcmp(c->open[i], name) == 0) return fail(c, pos, "a type cannot contain itself");
    if (c->depth == MR_TYPE_DEPTH) return fail(c, pos, "types are nested too deeply");
    c->open[c->depth++] = name;
    const struct mr_type *type = type_of(c, t, s);
    c->depth--;
    if (type && s->optional)
        return fail(c, t->pos, "`?` belongs to the field that uses the type, not into `types:`");
    return rename_struct(c, type, name);
}

static const struct mr_type *named_type(struct compile *c, struct mr_str name, struct mr_pos pos,
                                        struct suffix *s) {
    for (size_t i = 0; i < N_BUILTINS; i++) {
        if (!mr_str_is(name, builtins[i].name)) continue;
        s->wire = builtins[i].wire;
        return builtins[i].type;
    }
    const char *key = mr_arena_strndup(c->a, name.p, name.n);
    const struct mr_tree *t =
        c->types && c->types->kind == MR_TREE_MAP ? mr_tree_get(c->types, key) : NULL;
    if (t) return declared_type(c, key, t, pos, s);
    unknown_type(c, name, pos);
    return NULL;
}

/* ---- fields */

static bool add_field(struct compile *c, struct mr_field *fields, uint32_t *n, struct mr_str name,
                      struct mr_pos pos, const struct mr_type *t, const struct suffix *s) {
    if (!t) return false;
    if (name.n == 0) return fail(c, pos, "a field needs a name") != NULL;
    for (uint32_t i = 0; i < *n; i++)
        if (mr_str_eq(fields[i].name, name)) return fail(c, pos, "this field comes twice") != NULL;
    fields[(*n)++] = (struct mr_field){
        .name = mr_arena_str(c->a, name), .type = t, .optional = s->optional, .wire = s->wire};
    return true;
}

static const struct mr_type *struct_type(struct compile *c, const struct mr_tree *t) {
    struct mr_field *fields = mr_arena_calloc(c->a, t->n, sizeof *fields);
    uint32_t n = 0;
    bool ok = true;
    for (uint32_t i = 0; i < t->n; i++) {
        struct suffix s = {0};
        const struct mr_type *type = type_of(c, &t->items[i], &s);
        ok = add_field(c, fields, &n, t->keys[i].text, t->keys[i].pos, type, &s) && ok;
    }
    return ok ? mr_type_struct(c->a, "", n, fields) : NULL;
}

/* ---- types as text inside a scalar */

static void skip_space(struct cursor *k) {
    while (k->at < k->t->text.n && strchr(" \t\n", k->t->text.p[k->at])) k->at++;
}

static bool take(struct cursor *k, char c) {
    skip_space(k);
    if (k->at == k->t->text.n || k->t->text.p[k->at] != c) return false;
    k->at++;
    return true;
}

static const struct mr_type *fail_at(struct compile *c, const struct cursor *k, const char *text) {
    return fail(c, mr_tree_pos(k->t, k->at), text);
}

static struct mr_str take_name(struct cursor *k) {
    skip_space(k);
    size_t first = k->at;
    while (k->at < k->t->text.n && !strchr(" \t\n[]{}:,?", k->t->text.p[k->at])) k->at++;
    return (struct mr_str){k->t->text.p + first, k->at - first};
}

static const struct mr_type *text_list(struct compile *c, struct cursor *k) {
    struct suffix s = {0};
    struct mr_pos pos = mr_tree_pos(k->t, k->at);
    const struct mr_type *t = element(c, text_type(c, k, &s), &s, pos);
    if (!t) return NULL;
    if (!take(k, ']')) return fail_at(c, k, "`]` is missing");
    return mr_type_list(c->a, t);
}

static const struct mr_type *text_braces(struct compile *c, struct cursor *k) {
    struct mr_field *fields = NULL;
    uint32_t n = 0;
    do {
        struct suffix s = {0};
        struct mr_pos pos = mr_tree_pos(k->t, k->at);
        struct mr_str name = take_name(k);
        if (!take(k, ':')) return fail_at(c, k, "`:` is missing behind the name of a field");
        const struct mr_type *t = text_type(c, k, &s);
        struct mr_field *more = mr_arena_calloc(c->a, n + 1, sizeof *more);
        if (n) memcpy(more, fields, n * sizeof *more);
        fields = more;
        if (!add_field(c, fields, &n, name, pos, t, &s)) return NULL;
        if (n == 1 && mr_str_is(name, "string") && take(k, '}')) {
            t = element(c, t, &s, pos);
            return t ? mr_type_map(c->a, &mr_type_string, t) : NULL;
        }
    } while (take(k, ','));
    if (!take(k, '}')) return fail_at(c, k, "`}` is missing");
    return mr_type_struct(c->a, "", n, fields);
}

static const struct mr_type *text_type(struct compile *c, struct cursor *k, struct suffix *s) {
    const struct mr_type *t;
    if (c->depth == MR_TYPE_DEPTH) return fail_at(c, k, "types are nested too deeply");
    c->open[c->depth++] = ""; /* counts the nesting; no type has this name */
    if (take(k, '[')) {
        t = text_list(c, k);
    } else if (take(k, '{')) {
        t = text_braces(c, k);
    } else {
        struct mr_str name = take_name(k);
        struct mr_pos pos = mr_tree_pos(k->t, (size_t)(name.p - k->t->text.p));
        t = name.n ? named_type(c, name, pos, s) : fail_at(c, k, "a type is missing");
    }
    c->depth--;
    if (t && take(k, '?')) s->optional = true;
    return t;
}

static const struct mr_type *scalar_type(struct compile *c, const struct mr_tree *t,
                                         struct suffix *s) {
    struct cursor k = {t, 0};
    const struct mr_type *type = text_type(c, &k, s);
    skip_space(&k);
    if (type && k.at != t->text.n) return fail_at(c, &k, "text behind the type");
    return type;
}

/* ---- types as YAML */

static const struct mr_type *type_of(struct compile *c, const struct mr_tree *t, struct suffix *s) {
    struct suffix inner = {0};
    const struct mr_type *type;
    if (t->kind == MR_TREE_SCALAR) return scalar_type(c, t, s);
    if (c->depth == MR_TYPE_DEPTH) return fail(c, t->pos, "types are nested too deeply");
    c->open[c->depth++] = "";
    if (t->kind == MR_TREE_LIST && t->n != 1) {
        type = fail(c, t->pos, "a list type names the type of its elements: [string]");
    } else if (t->kind == MR_TREE_LIST) {
        type = element(c, type_of(c, &t->items[0], &inner), &inner, t->items[0].pos);
        if (type) type = mr_type_list(c->a, type);
    } else if (t->n == 1 && mr_str_is(t->keys[0].text, "string")) {
        type = element(c, type_of(c, &t->items[0], &inner), &inner, t->items[0].pos);
        if (type) type = mr_type_map(c->a, &mr_type_string, type);
    } else {
        type = struct_type(c, t);
    }
    c->depth--;
    return type;
}

const struct mr_type *mr_type_compile(struct mr_arena *a, struct mr_diags *d,
                                      const struct mr_tree *t, const struct mr_tree *types,
                                      bool *ret_optional, enum mr_wire *ret_wire) {
    struct compile c = {.a = a, .d = d, .types = types};
    struct suffix s = {0};
    const struct mr_type *type = type_of(&c, t, &s);
    if (!type) return NULL;
    if (s.optional && !ret_optional) return fail(&c, t->pos, "`?` is not possible here");
    if (ret_optional) *ret_optional = s.optional;
    if (ret_wire) *ret_wire = s.wire;
    return type;
}

/* check.c -- names and fields: what each part is and whether it may be absent.
 *
 * Reading a field that is declared optional gives optional(T) with the flag `soft`: where a value
 * is needed that is E-ABSENT, unless presence.c knows better. Selecting from an optional gives an
 * optional. Static types are promises: a step of a type runs on values of its tag only, so dyn
 * never passes for another type without a CHECK step.
 */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/macro.h"
#include "processor/expr/parse.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- reports */

struct mr_diag *mr_check_at(struct mr_checker *c, enum mr_severity s, const char *code,
                            const struct mr_ast *e, uint32_t off, uint32_t len, const char *text) {
    struct mr_pos pos = mr_tree_pos(e->src, off);
    if (s == MR_ERROR) c->failed = true;
    for (size_t i = 0; i < c->diags->n; i++) {
        const struct mr_diag *g = &c->diags->list[i];
        if (g->pos.line == pos.line && g->pos.col == pos.col && !strcmp(g->code, code) &&
            !strcmp(g->text, text)) {
            return NULL;
        }
    }
    struct mr_diag *g = mr_diag_add(c->diags, s, code, pos, "%s", text);
    g->len = mr_tree_len(e->src, off, len);
    return g;
}

struct mr_diag *mr_check_error(struct mr_checker *c, const char *code, const struct mr_ast *e,
                               const char *fmt, ...) {
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return mr_check_at(c, MR_ERROR, code, e, e->off, e->len, text);
}

static void hint(struct mr_checker *c, struct mr_diag *g, const char *near) {
    if (g && near) mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
}

const struct mr_type *mr_check_bad(struct mr_ast *e) {
    e->kind = MR_AST_ERROR;
    return e->type = &mr_type_error;
}

void mr_check_fail_later(struct mr_checker *c, struct mr_ast *e, const char *fmt, ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    e->kind = MR_AST_FAIL;
    e->n = 0; /* parts that were not checked are not looked at any more */
    e->name = mr_str(mr_arena_strdup(c->arena, text));
    e->type = &mr_type_dyn;
}

const char *mr_check_path_text(struct mr_checker *c, const struct mr_ast *e) {
    return mr_arena_strndup(c->arena, e->src->text.p + e->off, e->len < 60 ? e->len : 60);
}

void mr_check_absent(struct mr_checker *c, const struct mr_ast *e) {
    const char *s = mr_check_path_text(c, e);
    struct mr_diag *g = mr_check_error(c, "E-ABSENT", e, "`%s` may be absent", s);
    bool path = e->kind == MR_AST_FIELD || e->kind == MR_AST_GET || e->kind == MR_AST_EXTRA;
    if (!g) return;
    if (path) {
        mr_diag_hint(c->diags, g, "use `%s ?? default`, `has(%s)` or `.?`", s, s);
    } else {
        mr_diag_hint(c->diags, g, "use `?? default` or `.orValue(default)`");
    }
}

const struct mr_type *mr_check_value(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *t = mr_check_ast(c, e);
    if (t->kind != MR_T_OPTIONAL || !e->soft) return t;
    mr_check_absent(c, e);
    return mr_check_bad(e);
}

static const struct mr_type *optional_of(struct mr_checker *c, const struct mr_type *t) {
    return t->kind == MR_T_OPTIONAL ? t : mr_type_optional(c->arena, t);
}

/* ---- names */

static int find_let(const struct mr_checker *c, struct mr_str name) {
    for (size_t i = 0; i < c->n_lets; i++) {
        if (mr_str_eq(c->scope->lets[i].name, name)) return (int)i;
    }
    return -1;
}

int mr_check_find_extra(const struct mr_checker *c, struct mr_str name) {
    for (size_t i = 0; i < c->scope->n_extras; i++) {
        if (name.n && mr_str_eq(c->scope->extras[i].name, name)) return (int)i;
    }
    return -1;
}

static const struct mr_var *find_var(const struct mr_checker *c, struct mr_str name) {
    const struct mr_var *v = c->vars;
    while (v && !mr_str_eq(v->name, name)) v = v->outer;
    return v;
}

bool mr_check_is_var(const struct mr_checker *c, struct mr_str name) {
    return find_var(c, name) != NULL;
}

bool mr_check_is_special(const struct mr_checker *c, struct mr_str name) {
    return !c->scope->strict &&
           (mr_str_is(name, "this") || mr_str_is(name, "meta") || mr_str_is(name, "params"));
}

bool mr_check_declared(const struct mr_checker *c, struct mr_str name) {
    if (find_var(c, name)) return true;
    if (mr_check_find_extra(c, name) >= 0 || find_let(c, name) >= 0) return true;
    if (c->scope->row && mr_type_field(c->scope->row, name) >= 0) return true;
    return mr_check_is_special(c, name);
}

static const struct mr_type list_any = {.kind = MR_T_LIST, .elem = &mr_type_bottom};
static const struct mr_type map_any = {
    .kind = MR_T_MAP, .key = &mr_type_bottom, .elem = &mr_type_bottom};
static const struct mr_type type_any = {.kind = MR_T_TYPE};
static const struct mr_type optional_any = {.kind = MR_T_OPTIONAL, .elem = &mr_type_bottom};

const struct mr_type *const mr_type_of_tag[] = {
    [MR_V_ABSENT] = &optional_any,
    [MR_V_NULL] = &mr_type_null,
    [MR_V_BOOL] = &mr_type_bool,
    [MR_V_INT] = &mr_type_int,
    [MR_V_UINT] = &mr_type_uint,
    [MR_V_DOUBLE] = &mr_type_double,
    [MR_V_STRING] = &mr_type_string,
    [MR_V_BYTES] = &mr_type_bytes,
    [MR_V_TIMESTAMP] = &mr_type_timestamp,
    [MR_V_DURATION] = &mr_type_duration,
    [MR_V_LIST] = &list_any,
    [MR_V_MAP] = &map_any,
    [MR_V_STRUCT] = &map_any,
    [MR_V_JSON] = &map_any,
    [MR_V_TYPE] = &type_any,
    [MR_V_IP] = &mr_type_ip,
    [MR_V_CIDR] = &mr_type_cidr,
    [MR_V_ERROR] = &mr_type_error,
    [MR_V_RECORD] = &map_any,
    [MR_V_OPTIONAL] = &optional_any,
};

static const struct {
    const char *name;
    const struct mr_type *type;
} type_names[] = {
    {"bool", &mr_type_bool},
    {"int", &mr_type_int},
    {"uint", &mr_type_uint},
    {"double", &mr_type_double},
    {"string", &mr_type_string},
    {"bytes", &mr_type_bytes},
    {"list", &list_any},
    {"map", &map_any},
    {"null_type", &mr_type_null},
    {"type", &type_any},
    {"optional_type", &optional_any},
    {"net.IP", &mr_type_ip},
    {"net.CIDR", &mr_type_cidr},
    {"google.protobuf.Timestamp", &mr_type_timestamp},
    {"google.protobuf.Duration", &mr_type_duration},
};

bool mr_check_type_name(struct mr_checker *c, struct mr_ast *e, const char *name) {
    for (size_t i = 0; i < MR_ARRAY_LEN(type_names); i++) {
        if (strcmp(type_names[i].name, name)) continue;
        e->kind = MR_AST_LIT;
        e->value = (struct mr_value){.tag = MR_V_TYPE, .type = type_names[i].type};
        e->type = mr_type_type(c->arena, type_names[i].type);
        return true;
    }
    return mr_check_message_name(c, e, mr_str(name));
}

/* A read of something declared: OPTIONAL when it may be absent and is not known to be there. */
static const struct mr_type *read_path(struct mr_checker *c, struct mr_ast *e,
                                       const struct mr_type *t, bool optional, bool soft) {
    e->type = t;
    e->soft = false;
    if (!e->opt && (!optional || mr_presence_known(c, e))) return t;
    e->soft = soft && !e->opt;
    return e->type = optional_of(c, t);
}

const struct mr_type *mr_check_extra(struct mr_checker *c, struct mr_ast *e, int i) {
    const struct mr_extra *x = &c->scope->extras[i];
    if (mr_check_old_key(c, e)) return mr_check_bad(e);
    e->kind = MR_AST_EXTRA;
    e->index = i;
    return read_path(c, e, x->type, x->optional, true);
}

static const struct mr_type *check_let(struct mr_checker *c, struct mr_ast *e, int let) {
    size_t n_lets = c->n_lets;
    bool opt = e->opt;
    struct mr_ast *body =
        mr_parse(c->arena, c->diags, c->scope->lets[let].text, c->scope->strict, &c->nodes);
    if (c->depth + body->depth > MR_EXPR_MAX_TREE) {
        struct mr_diag *g = mr_check_error(c, "E-LIMIT", e, "the expression is too deep with `%s`",
                                           mr_check_path_text(c, e));
        if (g) mr_diag_hint(c->diags, g, "move parts into a node before");
        return mr_check_bad(e);
    }
    *e = *body;
    if (opt) mr_check_mark_path(e);
    const struct mr_var *vars = c->vars;
    c->n_lets = (size_t)let; /* earlier ones are visible to later ones: no cycles */
    c->vars = NULL;          /* a name in it means the same wherever it is read */
    const struct mr_type *t = mr_check_ast(c, e);
    c->n_lets = n_lets;
    c->vars = vars;
    return t;
}

static const struct mr_type *check_ident(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_scope *s = c->scope;
    int i;
    const struct mr_var *v = e->rooted ? NULL : find_var(c, e->name);
    if (v) {
        e->kind = MR_AST_VAR;
        e->index = v->id;
        e->var = (struct mr_var *)v; /* code.c gives it its register */
        return read_path(c, e, v->type, false, false);
    }
    if (!s->strict && !s->loose && s->row && mr_str_is(e->name, "this")) {
        e->kind = MR_AST_THIS;
        return e->type = s->row;
    }
    if (!s->strict && (mr_str_is(e->name, "meta") || mr_str_is(e->name, "params")))
        return mr_check_no_value(c, e);
    const struct mr_type *t = mr_check_qualified(c, e);
    if (t) return t;
    if ((i = mr_check_find_extra(c, e->name)) >= 0) return mr_check_extra(c, e, i);
    if ((i = find_let(c, e->name)) >= 0) return check_let(c, e, i);
    if (s->row && (i = mr_type_field(s->row, e->name)) >= 0) {
        e->kind = MR_AST_FIELD;
        e->index = i;
        return read_path(c, e, s->row->fields[i].type, s->row->fields[i].optional, true);
    }
    if (mr_check_type_name(c, e, e->name.p)) return e->type;
    return mr_check_unknown(c, e);
}

/* ---- meta and params */

static const struct mr_type *meta_type(struct mr_checker *c, enum mr_meta_field f, bool *optional) {
    *optional = f == MR_META_APPENDED || f == MR_META_ORIGIN_KEY;
    switch (f) {
    case MR_META_TOPIC:
    case MR_META_SOURCE: return &mr_type_string;
    case MR_META_PARTITION:
    case MR_META_OFFSET: return &mr_type_int;
    case MR_META_TIMESTAMP:
    case MR_META_APPENDED: return &mr_type_timestamp;
    case MR_META_HEADERS:
        return mr_type_map(c->arena, &mr_type_string, mr_type_list(c->arena, &mr_type_bytes));
    default: return c->scope->meta_key ? c->scope->meta_key : &mr_type_bytes;
    }
}

static const struct mr_type *check_meta(struct mr_checker *c, struct mr_ast *e) {
    static const char *const names[MR_N_META] = {
        [MR_META_KEY] = "key",
        [MR_META_TOPIC] = "topic",
        [MR_META_PARTITION] = "partition",
        [MR_META_OFFSET] = "offset",
        [MR_META_TIMESTAMP] = "timestamp",
        [MR_META_APPENDED] = "appended",
        [MR_META_HEADERS] = "headers",
        [MR_META_SOURCE] = "source",
        [MR_META_ORIGIN_KEY] = "origin_key",
    };
    for (int i = 0; i < MR_N_META; i++) {
        if (!mr_str_is(e->name, names[i])) continue;
        if (!(c->scope->meta >> i & 1)) {
            struct mr_diag *g =
                mr_check_error(c, "E-META", e, "`meta.%s` does not exist here", names[i]);
            if (g && !c->scope->meta) {
                mr_diag_hint(c->diags, g, "rows of an aggregate come from many records");
            }
            return mr_check_bad(e);
        }
        bool optional;
        const struct mr_type *t = meta_type(c, (enum mr_meta_field)i, &optional);
        e->kind = MR_AST_META;
        e->index = i;
        return read_path(c, e, t, optional, true);
    }
    char text[200];
    snprintf(text, sizeof text, "`meta` has no field `%s`", e->name.p);
    hint(c, mr_check_at(c, MR_ERROR, "E-FIELD", e, e->name_off, (uint32_t)e->name.n, text),
         mr_str_nearest(e->name.p, names, MR_N_META));
    return mr_check_bad(e);
}

static const struct mr_type *check_param(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_scope *s = c->scope;
    const char **names = mr_arena_alloc(c->arena, (s->n_params + 1) * sizeof *names);
    for (size_t i = 0; i < s->n_params; i++) {
        names[i] = mr_arena_strndup(c->arena, s->params[i].name.p, s->params[i].name.n);
        if (!mr_str_eq(s->params[i].name, e->name)) continue;
        bool opt = e->opt;
        e->kind = MR_AST_LIT;
        e->type = s->params[i].type;
        e->value = mr_value_copy(c->arena, &s->params[i].value, e->type);
        return e->type = opt ? optional_of(c, e->type) : e->type;
    }
    char text[200];
    snprintf(text, sizeof text, "no parameter `%s`", e->name.p);
    struct mr_diag *g =
        mr_check_at(c, MR_ERROR, "E-FIELD", e, e->name_off, (uint32_t)e->name.n, text);
    const char *near = mr_str_nearest(e->name.p, names, s->n_params);
    if (near)
        hint(c, g, near);
    else if (g)
        mr_diag_hint(c->diags, g, "parameters are declared in `params:`");
    return mr_check_bad(e);
}

/* ---- select */

static const struct mr_type *no_field(struct mr_checker *c, struct mr_ast *e,
                                      const struct mr_type *t) {
    const char *of =
        e->args[0]->kind == MR_AST_THIS ? "the record" : mr_check_path_text(c, e->args[0]);
    char text[256];
    if (t->kind == MR_T_STRUCT) {
        const char *q = e->args[0]->kind == MR_AST_THIS ? "" : "`";
        snprintf(text, sizeof text, "no field `%s` in %s%s%s", e->name.p, q, of, q);
    } else {
        snprintf(text, sizeof text, "`%s` is %s and has no fields", of, mr_check_type_text(c, t));
    }
    if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "%s", text);
        return e->type;
    }
    struct mr_diag *g =
        mr_check_at(c, MR_ERROR, "E-FIELD", e, e->name_off, (uint32_t)e->name.n, text);
    const char *near = mr_check_near_field(c, t, e->name);
    if (near || !g)
        hint(c, g, near);
    else
        mr_check_hint_field(c, g, e, t);
    return mr_check_bad(e);
}

static const struct mr_type *select_struct(struct mr_checker *c, struct mr_ast *e,
                                           const struct mr_type *t, bool through) {
    int i = mr_type_field(t, e->name);
    if (i < 0 && t->open) {
        mr_check_error(c, "E-NOTYET", e, "undeclared fields are not readable yet");
        return mr_check_bad(e);
    }
    if (i < 0) return no_field(c, e, t);
    const struct mr_field own = mr_check_field(c, t, (uint32_t)i), *f = &own;
    bool soft = f->optional || (through && e->args[0]->soft);
    e->kind = e->args[0]->kind == MR_AST_THIS ? MR_AST_FIELD : MR_AST_GET;
    e->index = i;
    if (through) { /* never narrowed: a known parent is no optional any more */
        e->type = optional_of(c, f->type);
        e->soft = soft && !e->opt;
        return e->type;
    }
    return read_path(c, e, f->type, f->optional, soft);
}

/* map.f and dyn.f are map["f"] and dyn["f"]. */
static void select_to_index(struct mr_checker *c, struct mr_ast *e) {
    struct mr_ast *key = mr_arena_calloc(c->arena, 1, sizeof *key);
    struct mr_ast **args = mr_arena_alloc(c->arena, 2 * sizeof *args);
    key->kind = MR_AST_LIT;
    key->src = e->src;
    key->off = e->name_off;
    key->len = (uint32_t)e->name.n;
    key->depth = 1;
    key->value = mr_string(e->name);
    key->type = &mr_type_string;
    args[0] = e->args[0];
    args[1] = key;
    e->kind = MR_AST_INDEX;
    e->args = args;
    e->n = 2;
}

static const struct mr_type *check_select(struct mr_checker *c, struct mr_ast *e) {
    struct mr_ast *left = e->args[0];
    if (!c->scope->strict && left->kind == MR_AST_IDENT) {
        if (mr_str_is(left->name, "meta")) return check_meta(c, e);
        if (mr_str_is(left->name, "params")) return check_param(c, e);
    }
    const struct mr_type *t = mr_check_qualified(c, e);
    if (t) return t;
    if (mr_check_whole(c, e)) return e->type;
    t = mr_check_ast(c, left);
    bool through = t->kind == MR_T_OPTIONAL;
    if (through) t = t->elem;
    switch (t->kind) {
    case MR_T_ERROR: return mr_check_bad(e);
    case MR_T_STRUCT: return select_struct(c, e, t, through);
    case MR_T_MAP:
    case MR_T_DYN:
        select_to_index(c, e);
        mr_check_index(c, e, t);
        return e->type;
    default: return no_field(c, e, t);
    }
}

static const struct mr_type *check_index(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *t = mr_check_ast(c, e->args[0]);
    bool through = t->kind == MR_T_OPTIONAL;
    if (through) t = t->elem;
    const struct mr_type *k = mr_check_value(c, e->args[1]);
    if (t->kind == MR_T_ERROR || k->kind == MR_T_ERROR) return mr_check_bad(e);
    if (t->kind != MR_T_STRUCT) {
        mr_check_index(c, e, t);
        return e->type;
    }
    const struct mr_ast *key = e->args[1];
    if (key->kind != MR_AST_LIT || key->value.tag != MR_V_STRING) {
        struct mr_diag *g =
            mr_check_error(c, "E-TYPE", key, "a field of a record is named by a constant string");
        if (g && t->n_fields)
            mr_diag_hint(c->diags, g, "write `%s.%s`, or declare it as a map: `{string: ...}`",
                         mr_check_quote(c, e->args[0]), t->fields[0].name.p);
        return mr_check_bad(e);
    }
    e->kind = MR_AST_SELECT;
    e->name =
        (struct mr_str){mr_arena_strndup(c->arena, key->value.p, key->value.len), key->value.len};
    e->name_off = key->off;
    e->n = 1;
    return select_struct(c, e, t, through);
}

/* ---- has, ?? */

bool mr_check_mark_path(struct mr_ast *e) {
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_SELECT:
    case MR_AST_INDEX:
        e->opt = true;
        mr_check_mark_path(e->args[0]); /* what is no path below is read as it is */
        return true;
    case MR_AST_IDENT: e->opt = true; return true;
    default: return false;
    }
}

static const struct mr_type *check_has(struct mr_checker *c, struct mr_ast *e) {
    struct mr_ast *x = e->args[0];
    bool select = x->kind == MR_AST_SELECT;
    if (c->scope->no_macros) {
        mr_check_error(c, "E-FUNC", e, "no function `has`");
        return mr_check_bad(e);
    }
    x->opt = true;
    const struct mr_type *t = mr_check_ast(c, x);
    if (t->kind == MR_T_ERROR) return mr_check_bad(e);
    e->op = MR_OP_ISSET;
    if (select && x->kind == MR_AST_INDEX) x->op = MR_OP_HAS_KEY;
    const struct mr_field *f = x->kind == MR_AST_FIELD ? &c->scope->row->fields[x->index] : NULL;
    if (x->kind == MR_AST_GET) {
        const struct mr_type *s = x->args[0]->type;
        if (s->kind == MR_T_OPTIONAL) s = s->elem;
        f = s->message ? NULL : &s->fields[x->index]; /* there a default is absent */
    }
    /* protobuf without presence: has() is "not the default" */
    if (f && f->number && !f->optional) e->op = MR_OP_NON_ZERO;
    if (t->kind != MR_T_OPTIONAL && x->kind != MR_AST_FAIL) {
        mr_check_error(c, "E-TYPE", x, "has() takes a field, as in has(a.b)");
        return mr_check_bad(e);
    }
    return e->type = &mr_type_bool;
}

static const struct mr_type *check_node(struct mr_checker *c, struct mr_ast *e) {
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_LIT: return e->type = mr_type_of_tag[e->value.tag];
    case MR_AST_IDENT: return check_ident(c, e);
    case MR_AST_SELECT: return check_select(c, e);
    case MR_AST_INDEX: return check_index(c, e);
    case MR_AST_CALL: mr_check_call(c, e); return e->type;
    case MR_AST_LIST: return mr_check_list(c, e);
    case MR_AST_MAP: return mr_check_map(c, e);
    case MR_AST_MESSAGE: return mr_check_message(c, e);
    case MR_AST_COND: return mr_check_cond(c, e);
    case MR_AST_AND:
    case MR_AST_OR: return mr_check_logic(c, e);
    case MR_AST_COALESCE: return mr_check_coalesce(c, e);
    case MR_AST_HAS: return check_has(c, e);
    default: c->failed = true; return mr_check_bad(e);
    }
}

const struct mr_type *mr_check_ast(struct mr_checker *c, struct mr_ast *e) {
    c->depth++;
    const struct mr_type *t = check_node(c, e);
    c->depth--;
    return t;
}

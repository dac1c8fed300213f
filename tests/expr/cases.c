/* cases.c -- reads the scopes of *.t files. */
#include "tests/expr/cases.h"
#include "tests/expr/cel_messages.h"

#include <stdio.h>
#include <stdlib.h>

static void die(const char *what, const char *at) {
    fprintf(stderr, "bad case file: %s at `%s`\n", what, at);
    exit(1);
}

static void space(const char **p) {
    while (**p == ' ') ++*p;
}

static struct mr_str word(struct mr_arena *a, const char **p) {
    const char *from = *p;
    while ((**p >= 'a' && **p <= 'z') || (**p >= '0' && **p <= '9') || **p == '_' || **p == '-' ||
           **p == '.')
        ++*p;
    size_t n = (size_t)(*p - from);
    return (struct mr_str){mr_arena_strndup(a, from, n), n};
}

static const struct mr_type *type_at(struct mr_arena *a, const char **p, bool *ret_optional);

static const struct mr_type *record_at(struct mr_arena *a, const char **p) {
    struct mr_field *fields = mr_arena_calloc(a, CASE_MAX, sizeof *fields);
    uint32_t n = 0;
    while (**p != '}') {
        fields[n].name = word(a, p);
        if (*(*p)++ != ':') die("`:`", *p);
        fields[n].type = type_at(a, p, &fields[n].optional);
        n++;
        space(p);
        if (**p == ',') ++*p;
        space(p);
    }
    ++*p;
    return mr_type_struct(a, "", n, fields);
}

static const struct mr_type *type_at(struct mr_arena *a, const char **p, bool *ret_optional) {
    static const struct mr_type *const scalars[] = {
        &mr_type_bool,  &mr_type_int,       &mr_type_uint,     &mr_type_double, &mr_type_string,
        &mr_type_bytes, &mr_type_timestamp, &mr_type_duration, &mr_type_dyn};
    static const char *const names[] = {"bool",  "int",       "uint",     "double", "string",
                                        "bytes", "timestamp", "duration", "json"};
    const struct mr_type *t = NULL;
    bool optional = false;
    space(p);
    if (**p == '[') {
        ++*p;
        t = mr_type_list(a, type_at(a, p, &optional));
        if (*(*p)++ != ']') die("`]`", *p);
    } else if (**p == '{' && strncmp(*p, "{string:", 8) == 0) {
        *p += 8;
        t = mr_type_map(a, &mr_type_string, type_at(a, p, &optional));
        if (*(*p)++ != '}') die("`}`", *p);
    } else if (**p == '{') {
        ++*p;
        t = record_at(a, p);
    } else {
        struct mr_str w = word(a, p);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (mr_str_is(w, names[i])) t = scalars[i];
        }
        if (!t) die("a type", w.p);
    }
    *ret_optional = **p == '?';
    if (*ret_optional) ++*p;
    return t;
}

const struct mr_type *case_type(struct mr_arena *a, const char *text, bool *ret_optional) {
    return type_at(a, &text, ret_optional);
}

/* Map literals become rows where the type says so. */
static struct mr_value shape(struct mr_arena *a, const struct mr_type *t, struct mr_value v) {
    if (t->kind == MR_T_LIST && v.tag == MR_V_LIST) {
        struct mr_value *list = mr_arena_alloc(a, v.len * sizeof *list);
        for (uint32_t i = 0; i < v.len; i++) list[i] = shape(a, t->elem, v.list[i]);
        v.list = list;
    }
    if (t->kind == MR_T_DOUBLE && v.tag == MR_V_INT) return mr_double((double)v.i);
    if (t->kind != MR_T_STRUCT || v.tag != MR_V_MAP) return v;
    struct mr_value *row = mr_arena_calloc(a, t->n_fields, sizeof *row);
    for (uint32_t i = 0; i < v.len; i++) {
        int f = mr_type_field(t, (struct mr_str){v.map[i].key.p, v.map[i].key.len});
        if (f < 0) die("a field", v.map[i].key.p);
        row[f] = shape(a, t->fields[f].type, v.map[i].value);
    }
    struct mr_value r = mr_struct(row);
    r.len = t->n_fields;
    return r;
}

struct mr_value case_value(struct case_scope *c, const struct mr_type *t, const char *text) {
    if (!strcmp(text, "absent")) return MR_ABSENT;
    if (!strcmp(text, "error")) {
        return mr_error_value(&c->arena, MR_R_DECODE_TYPE, "a string stands there");
    }
    if (t->kind == MR_T_DYN) { /* JSON text */
        return (struct mr_value){.tag = MR_V_JSON, .len = (uint32_t)strlen(text), .p = text};
    }
    struct mr_diags d;
    struct mr_scope none = {.strict = true};
    struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    mr_diags_init(&d, &c->arena, "value", tree.text);
    const struct mr_program *p = mr_expr_compile(&c->arena, &d, &tree, &none, NULL);
    if (!p || !mr_program_constant(p)) die(d.n ? d.list[0].text : "a constant", text);
    mr_diags_done(&d);
    return shape(&c->arena, t, *mr_program_constant(p));
}

void case_reset(struct case_scope *c) {
    struct mr_arena arena = c->arena;
    memset(c, 0, sizeof *c);
    c->arena = arena;
    c->scope.extras = c->extras;
    c->scope.lets = c->lets;
    c->scope.params = c->params;
    c->origin = (struct mr_origin){.source = "clicks",
                                   .topic = "shop.clicks",
                                   .partition = 3,
                                   .offset = 42,
                                   .timestamp = 1700000000123,
                                   .appended = -1};
    c->origin.meta_key = mr_string(MR_STR("k1"));
    static const struct mr_header headers[] = {
        {MR_STR("a"), MR_STR("1")}, {MR_STR("b"), MR_STR("2")}, {MR_STR("a"), MR_STR("3")}};
    c->origin.headers = headers;
    c->origin.n_headers = 3;
    c->frame = (struct mr_frame){.row = c->row, .extras = c->extra_values, .origin = &c->origin};
}

/* NAME TYPE = VALUE */
static struct mr_value named(struct case_scope *c, const char *p, struct mr_str *name,
                             const struct mr_type **type, bool *optional) {
    space(&p);
    *name = word(&c->arena, &p);
    *type = type_at(&c->arena, &p, optional);
    space(&p);
    if (*p++ != '=') die("`=`", p);
    space(&p);
    return case_value(c, *type, mr_arena_strdup(&c->arena, p));
}

static void let(struct case_scope *c, const char *p) {
    space(&p);
    struct mr_str name = word(&c->arena, &p);
    space(&p);
    if (*p++ != '=') die("`=`", p);
    space(&p);
    struct mr_tree *t = mr_arena_calloc(&c->arena, 1, sizeof *t);
    *t = (struct mr_tree){.kind = MR_TREE_SCALAR,
                          .pos = {100 + (uint32_t)c->scope.n_lets, 1},
                          .text = mr_str(mr_arena_strdup(&c->arena, p))};
    c->lets[c->scope.n_lets++] = (struct mr_let){name, t};
}

static const char *after(const char *line, const char *directive) {
    size_t n = strlen(directive);
    return strncmp(line, directive, n) ? NULL : line + n;
}

void case_directive(struct case_scope *c, const char *line) {
    const char *p;
    bool optional;
    struct mr_str name;
    const struct mr_type *t;
    struct mr_value v;
    if ((p = after(line, "%row "))) {
        v = named(c, p, &name, &t, &optional);
        c->row[c->n_fields] = v;
        c->fields[c->n_fields++] = (struct mr_field){.name = name, .type = t, .optional = optional};
        c->scope.row = mr_type_struct(&c->arena, "", c->n_fields, c->fields);
    } else if ((p = after(line, "%extra "))) {
        v = named(c, p, &name, &t, &optional);
        c->extra_values[c->scope.n_extras] = v;
        c->extras[c->scope.n_extras++] = (struct mr_extra){name, t, optional};
    } else if ((p = after(line, "%param "))) {
        v = named(c, p, &name, &t, &optional);
        c->params[c->scope.n_params++] = (struct mr_param){name, t, v};
    } else if ((p = after(line, "%let "))) {
        let(c, p);
    } else if ((p = after(line, "%want"))) {
        space(&p);
        c->want = *p ? case_type(&c->arena, p, &optional) : NULL;
        if (c->want && optional) c->want = mr_type_optional(&c->arena, c->want);
    } else if ((p = after(line, "%meta "))) {
        c->scope.meta = strcmp(p, "on") ? 0 : (1u << MR_N_META) - 1;
        c->scope.meta_key = &mr_type_string;
    } else if ((p = after(line, "%strict "))) {
        c->scope.strict = !strcmp(p, "on");
    } else if ((p = after(line, "%container"))) {
        space(&p);
        c->scope.container = mr_str(mr_arena_strdup(&c->arena, p));
    } else if ((p = after(line, "%messages "))) {
        c->scope.messages = strcmp(p, "on") ? NULL : cel_messages();
    } else if (after(line, "%reset")) {
        case_reset(c);
    } else {
        die("directive", line);
    }
}

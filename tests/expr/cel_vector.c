/* cel_vector.c -- reads conformance vectors: types, values, scopes. */
#include "tests/expr/cel_vector.h"

#include "base/mem.h"
#include "processor/expr/base64.h"
#include "processor/expr/fns.h"
#include "processor/expr/json.h"
#include "tests/expr/cel_messages.h"

#include <math.h>
#include <stdlib.h>

struct mr_str vector_member(struct mr_str object, const char *name) {
    struct mr_str s = {NULL, 0};
    if (!object.p || !mr_json_get(object, mr_str(name), &s)) s.p = NULL;
    return s;
}

struct mr_str vector_text(struct mr_arena *a, struct mr_str json) {
    if (!json.p) return (struct mr_str){"", 0};
    struct mr_value v = mr_json_scalar(a, json);
    if (v.tag != MR_V_STRING) return (struct mr_str){"", 0};
    return (struct mr_str){mr_arena_strndup(a, v.p, v.len), v.len};
}

bool vector_flag(struct vector *v, const char *flag) {
    struct mr_str flags = vector_member(v->json, "flags"), f;
    for (size_t i = 0; flags.p && i < mr_json_size(flags); i++) {
        if (mr_json_at(flags, i, &f) && mr_str_is(vector_text(&v->arena, f), flag)) return true;
    }
    return false;
}

static void unknown(struct vector *v, const char *what, struct mr_str name) {
    if (!v->unknown) v->unknown = mr_arena_printf(&v->arena, "%s %.*s", what, MR_STR_ARG(name));
}

/* ---- types: int, list(int), map(string,dyn), abs(tuple,int,param(T)), msg(a.B) */

static const struct {
    const char *name;
    const struct mr_type *type;
} plain_types[] = {
    {"int", &mr_type_int},           {"uint", &mr_type_uint},     {"double", &mr_type_double},
    {"bool", &mr_type_bool},         {"string", &mr_type_string}, {"bytes", &mr_type_bytes},
    {"null", &mr_type_null},         {"dyn", &mr_type_dyn},       {"timestamp", &mr_type_timestamp},
    {"duration", &mr_type_duration}, {"any", &mr_type_any},
};

static const struct mr_type *named_type(struct vector *v, struct mr_str name) {
    const struct mr_type *t = cel_message_type(name);
    if (t) return t;
    unknown(v, "the message", name);
    return &mr_type_dyn;
}

static const struct mr_type *parse_type(struct vector *v, const char **at);

/* The types up to the closing parenthesis. */
static uint32_t parse_types(struct vector *v, const char **at, const struct mr_type **to,
                            uint32_t max) {
    uint32_t n = 0;
    while (**at && **at != ')' && n < max) {
        to[n++] = parse_type(v, at);
        if (**at == ',') (*at)++;
    }
    if (**at == ')') (*at)++;
    return n;
}

static const struct mr_type *parse_type(struct vector *v, const char **at) {
    enum { MAX = 8 };
    const struct mr_type *args[MAX] = {&mr_type_dyn, &mr_type_dyn};
    struct mr_arena *a = &v->arena;
    size_t n = strcspn(*at, "(),");
    struct mr_str name = {mr_arena_strndup(a, *at, n), n}, first;
    *at += n;
    for (size_t i = 0; i < MR_ARRAY_LEN(plain_types); i++) {
        if (mr_str_is(name, plain_types[i].name)) return plain_types[i].type;
    }
    if (**at == '(') (*at)++;
    bool text = mr_str_is(name, "msg") || mr_str_is(name, "abs") || mr_str_is(name, "param");
    size_t len = text ? strcspn(*at, "(),") : 0;
    first = (struct mr_str){mr_arena_strndup(a, *at, len), len};
    *at += len;
    if (text && **at == ',') (*at)++;
    uint32_t n_args = parse_types(v, at, args, MAX);
    if (mr_str_is(name, "list")) return mr_type_list(a, args[0]);
    if (mr_str_is(name, "map")) return mr_type_map(a, args[0], args[1]);
    if (mr_str_is(name, "wrapper")) return mr_type_wrapper(args[0]);
    if (mr_str_is(name, "param")) return mr_type_param(a, first);
    if (mr_str_is(name, "msg")) return named_type(v, first);
    if (mr_str_is(first, "optional_type")) return mr_type_optional(a, args[0]);
    if (mr_str_is(name, "abs")) return mr_type_abstract(a, first, n_args, args);
    unknown(v, "the type", name);
    return &mr_type_dyn;
}

const struct mr_type *vector_type(struct vector *v, struct mr_str text) {
    const char *at = mr_arena_strndup(&v->arena, text.p, text.n);
    return parse_type(v, &at);
}

static void print_args(const char *name, const struct mr_type *a, const struct mr_type *b,
                       struct mr_buf *to) {
    mr_buf_printf(to, "%s(", name);
    if (a) vector_print_type(a, to);
    if (b) mr_buf_byte(to, ',');
    if (b) vector_print_type(b, to);
    mr_buf_byte(to, ')');
}

void vector_print_type(const struct mr_type *t, struct mr_buf *to) {
    switch (t->kind) {
    case MR_T_LIST: print_args("list", t->elem, NULL, to); return;
    case MR_T_MAP: print_args("map", t->key, t->elem, to); return;
    case MR_T_TYPE: print_args("type", t->elem, NULL, to); return;
    case MR_T_OPTIONAL:
        mr_buf_cat(to, "abs(optional_type,");
        vector_print_type(t->elem, to);
        mr_buf_byte(to, ')');
        return;
    case MR_T_WRAPPER: print_args("wrapper", t->elem, NULL, to); return;
    case MR_T_DYN:
        if (t == &mr_type_any)
            mr_buf_cat(to, "any");
        else if (t->elem)
            vector_print_type(t->elem, to);
        else
            mr_buf_cat(to, "dyn");
        return;
    case MR_T_STRUCT: mr_buf_printf(to, "msg(%.*s)", MR_STR_ARG(t->name)); return;
    case MR_T_ABSTRACT:
        mr_buf_printf(to, "abs(%.*s", MR_STR_ARG(t->name));
        for (uint32_t i = 0; i < t->n_fields; i++) {
            mr_buf_byte(to, ',');
            vector_print_type(t->fields[i].type, to);
        }
        mr_buf_byte(to, ')');
        return;
    default: break;
    }
    for (size_t i = 0; i < MR_ARRAY_LEN(plain_types); i++) {
        if (plain_types[i].type->kind != t->kind) continue;
        mr_buf_cat(to, plain_types[i].name);
        return;
    }
    mr_type_print(t, to);
}

/* ---- values */

static struct mr_value parse_object(struct vector *v, struct mr_str json) {
    struct mr_str type = vector_text(&v->arena, vector_member(json, "type"));
    struct mr_str wire = vector_text(&v->arena, vector_member(json, "wire")), raw;
    struct mr_value value = MR_ABSENT;
    if (!mr_base64_read(&v->arena, wire, &raw) || !cel_message_value(&v->arena, type, raw, &value))
        unknown(v, "the message", type);
    return value;
}

static struct mr_value parse_list(struct vector *v, struct mr_str json) {
    struct mr_json_iter it;
    struct mr_str item;
    size_t n = mr_json_size(json), i = 0;
    struct mr_value *list = mr_arena_alloc(&v->arena, (n + 1) * sizeof *list);
    if (mr_json_iter(json, &it)) {
        while (i < n && mr_json_next(&it, NULL, &item)) list[i++] = vector_value(v, item);
    }
    return (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)i, .list = list};
}

static struct mr_value parse_map(struct vector *v, struct mr_str json) {
    size_t n = mr_json_size(json);
    struct mr_map_entry *map = mr_arena_alloc(&v->arena, (n + 1) * sizeof *map);
    for (size_t i = 0; i < n; i++) {
        struct mr_str pair, k, x;
        if (!mr_json_at(json, i, &pair) || !mr_json_at(pair, 0, &k) || !mr_json_at(pair, 1, &x)) {
            unknown(v, "the map", json);
            n = 0;
            break;
        }
        map[i] = (struct mr_map_entry){vector_value(v, k), vector_value(v, x)};
    }
    return (struct mr_value){.tag = MR_V_MAP, .len = (uint32_t)n, .map = map};
}

static struct mr_value parse_type_value(struct vector *v, struct mr_str name) {
    static const struct {
        const char *name;
        int tag;
    } rows[] = {{"bool", MR_V_BOOL},
                {"int", MR_V_INT},
                {"uint", MR_V_UINT},
                {"double", MR_V_DOUBLE},
                {"string", MR_V_STRING},
                {"bytes", MR_V_BYTES},
                {"list", MR_V_LIST},
                {"map", MR_V_MAP},
                {"null_type", MR_V_NULL},
                {"type", MR_V_TYPE},
                {"google.protobuf.Timestamp", MR_V_TIMESTAMP},
                {"google.protobuf.Duration", MR_V_DURATION},
                {"optional_type", MR_V_OPTIONAL}};
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (!mr_str_is(name, rows[i].name)) continue;
        return (struct mr_value){.tag = MR_V_TYPE, .type = mr_type_of_tag[rows[i].tag]};
    }
    const struct mr_type *t = cel_message_type(name);
    if (t) return (struct mr_value){.tag = MR_V_TYPE, .type = t};
    unknown(v, "the type", name);
    return MR_ABSENT;
}

struct mr_value vector_value(struct vector *v, struct mr_str json) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str x, raw;
    if (!mr_json_iter(json, &it) || !mr_json_next(&it, &key, &x)) {
        unknown(v, "the value", json);
        return MR_ABSENT;
    }
    struct mr_str k = key.raw, t = vector_text(&v->arena, x);
    if (mr_str_is(k, "null")) return (struct mr_value){.tag = MR_V_NULL};
    if (mr_str_is(k, "bool")) return mr_bool(x.n == 4);
    if (mr_str_is(k, "int")) return mr_int(strtoll(t.p, NULL, 10));
    if (mr_str_is(k, "uint")) return mr_uint(strtoull(t.p, NULL, 10));
    if (mr_str_is(k, "double")) return mr_double(strtod(t.p, NULL));
    if (mr_str_is(k, "string")) return mr_string(t);
    if (mr_str_is(k, "list")) return parse_list(v, x);
    if (mr_str_is(k, "map")) return parse_map(v, x);
    if (mr_str_is(k, "type")) return parse_type_value(v, t);
    if (mr_str_is(k, "object")) return parse_object(v, x);
    if (mr_str_is(k, "bytes") && mr_base64_read(&v->arena, t, &raw)) return mr_bytesv(raw);
    unknown(v, "the value", json);
    return MR_ABSENT;
}

static bool same_maps(const struct mr_value *a, const struct mr_value *b) {
    for (uint32_t i = 0; i < a->len; i++) {
        uint32_t k = 0;
        while (k < b->len && !(vector_same(&a->map[i].key, &b->map[k].key) &&
                               vector_same(&a->map[i].value, &b->map[k].value))) {
            k++;
        }
        if (k == b->len) return false;
    }
    return a->len == b->len;
}

bool vector_same(const struct mr_value *a, const struct mr_value *b) {
    if (a->tag != b->tag) return false;
    switch ((enum mr_tag)a->tag) {
    case MR_V_DOUBLE:
        return (isnan(a->d) && isnan(b->d)) || (a->d == b->d && signbit(a->d) == signbit(b->d));
    case MR_V_TYPE: /* what is in a list is no part of the value `list` */
        return a->type->kind == b->type->kind &&
               (a->type->kind != MR_T_STRUCT || mr_type_eq(a->type, b->type));
    case MR_V_LIST:
    case MR_V_OPTIONAL:
        for (uint32_t i = 0; a->len == b->len && i < a->len; i++) {
            if (!vector_same(&a->list[i], &b->list[i])) return false;
        }
        return a->len == b->len;
    case MR_V_MAP: return same_maps(a, b);
    default: return mr_value_eq(a, b, NULL);
    }
}

/* ---- the scope */

static void add_name(struct vector *v, struct mr_str name, const struct mr_type *t,
                     struct mr_str value) {
    if (v->n_extras == VECTOR_NAMES) {
        unknown(v, "so many names as", name);
        return;
    }
    struct mr_value x = value.p ? vector_value(v, value) : MR_ABSENT;
    v->values[v->n_extras] = mr_value_unbox(&v->arena, &x, t);
    v->extras[v->n_extras++] = (struct mr_extra){.name = name, .type = t};
}

static void add_functions(struct vector *v, struct mr_str name, struct mr_str overloads) {
    size_t n = mr_json_size(overloads), had = v->scope.n_fns;
    struct mr_fn_decl *fns = mr_arena_calloc(&v->arena, had + n, sizeof *fns);
    if (had) memcpy(fns, v->scope.fns, had * sizeof *fns);
    for (size_t i = 0; i < n; i++) {
        struct mr_str o, p;
        if (!mr_json_at(overloads, i, &o)) continue;
        struct mr_str params = vector_member(o, "params");
        uint32_t n_params = params.p ? (uint32_t)mr_json_size(params) : 0;
        const struct mr_type **types = mr_arena_alloc(&v->arena, (n_params + 1) * sizeof *types);
        for (uint32_t k = 0; k < n_params; k++) {
            if (mr_json_at(params, k, &p)) types[k] = vector_type(v, vector_text(&v->arena, p));
        }
        fns[had + i] = (struct mr_fn_decl){
            .name = name,
            .method = mr_str_is(vector_member(o, "member"), "true"),
            .n_params = n_params,
            .params = types,
            .result = vector_type(v, vector_text(&v->arena, vector_member(o, "result")))};
    }
    v->scope.fns = fns;
    v->scope.n_fns = had + n;
}

static bool has_name(const struct vector *v, struct mr_str name) {
    for (size_t i = 0; i < v->n_extras; i++) {
        if (mr_str_eq(v->extras[i].name, name)) return true;
    }
    return false;
}

static void read_names(struct vector *v) {
    struct mr_str env = vector_member(v->json, "type_env"), decl, value;
    struct mr_str bindings = vector_member(v->json, "bindings");
    for (size_t i = 0; env.p && i < mr_json_size(env); i++) {
        if (!mr_json_at(env, i, &decl)) break;
        struct mr_str name = vector_text(&v->arena, vector_member(decl, "name"));
        struct mr_str ident = vector_text(&v->arena, vector_member(decl, "ident"));
        struct mr_str fn = vector_member(decl, "function");
        if (fn.p) add_functions(v, name, fn);
        if (ident.n) add_name(v, name, vector_type(v, ident), vector_member(bindings, name.p));
    }
    struct mr_json_iter it;
    struct mr_json_string key;
    if (!bindings.p || !mr_json_iter(bindings, &it)) return;
    while (mr_json_next(&it, &key, &value)) {
        struct mr_str name = mr_arena_str(&v->arena, key.raw);
        if (!has_name(v, name)) add_name(v, name, &mr_type_dyn, value);
    }
}

void vector_read(struct vector *v) {
    v->expr = vector_text(&v->arena, vector_member(v->json, "expr"));
    v->id = vector_text(&v->arena, vector_member(v->json, "id"));
    read_names(v);
    v->scope.extras = v->extras;
    v->scope.n_extras = v->n_extras;
    v->scope.container = vector_text(&v->arena, vector_member(v->json, "container"));
    v->scope.messages = cel_messages();
    v->scope.strict = true;
    v->scope.unchecked = vector_flag(v, "disable_check");
    v->scope.no_macros = vector_flag(v, "disable_macros");
    v->scope.test_macros = true;
}

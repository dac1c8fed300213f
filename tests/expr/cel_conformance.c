/* cel_conformance.c -- runs conformance vectors of CEL in strict mode.
 *
 *   cel_conformance FILE.jsonl [--types] [NAME...]     NAME: only vectors of these files
 *
 * One JSON object a line: expr, expect{value|error}, flags, type_env, bindings, cel_go{type}. An
 * expression that is E-NOTYET is counted apart; --types also compares the type that we deduce with
 * the one that the reference checker does. Prints each failure, then `N passed, N failed`.
 */
#include "base/mem.h"
#include "processor/expr/base64.h"
#include "processor/expr/expr.h"
#include "processor/expr/fns.h"
#include "processor/expr/json.h"
#include "tests/expr/cel_messages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct counts {
    int passed, failed, notyet, types_same, types_differ;
};

struct vector {
    struct mr_arena arena;
    struct mr_str json, expr, id;
    struct mr_extra extras[16];
    struct mr_value values[16];
    size_t n_extras;
    bool unsupported;
};

static struct mr_str member(struct mr_str object, const char *name) {
    struct mr_str s = {NULL, 0};
    if (!object.p || !mr_json_get(object, mr_str(name), &s)) s.p = NULL;
    return s;
}

static struct mr_str text_of(struct mr_arena *a, struct mr_str json) {
    if (!json.p) return (struct mr_str){"", 0};
    struct mr_value v = mr_json_scalar(a, json);
    if (v.tag != MR_V_STRING) return (struct mr_str){"", 0};
    return (struct mr_str){mr_arena_strndup(a, v.p, v.len), v.len};
}

/* ---- types: int, list(int), map(string,dyn), wrapper(int), msg(...) */

static const struct mr_type *parse_message(const char **at) {
    const char *end = strchr(*at, ')');
    struct mr_str name = {*at, end ? (size_t)(end - *at) : 0};
    *at += name.n + 1;
    return end ? cel_message_type(name) : NULL;
}

static const struct mr_type *parse_type(struct mr_arena *a, const char **at) {
    static const struct {
        const char *name;
        const struct mr_type *type;
    } rows[] = {{"int", &mr_type_int},
                {"uint", &mr_type_uint},
                {"double", &mr_type_double},
                {"bool", &mr_type_bool},
                {"string", &mr_type_string},
                {"bytes", &mr_type_bytes},
                {"null", &mr_type_null},
                {"dyn", &mr_type_dyn},
                {"timestamp", &mr_type_timestamp},
                {"duration", &mr_type_duration},
                {"any", &mr_type_any}};
    if (!strncmp(*at, "msg(", 4)) {
        *at += 4;
        return parse_message(at);
    }
    if (!strncmp(*at, "wrapper(", 8)) {
        *at += 8;
        const struct mr_type *e = parse_type(a, at);
        if (!e || *(*at)++ != ')') return NULL;
        return mr_type_wrapper(e);
    }
    if (!strncmp(*at, "list(", 5)) {
        *at += 5;
        const struct mr_type *e = parse_type(a, at);
        if (!e || *(*at)++ != ')') return NULL;
        return mr_type_list(a, e);
    }
    if (!strncmp(*at, "map(", 4)) {
        *at += 4;
        const struct mr_type *k = parse_type(a, at);
        if (!k || *(*at)++ != ',') return NULL;
        const struct mr_type *e = parse_type(a, at);
        if (!e || *(*at)++ != ')') return NULL;
        return mr_type_map(a, k, e);
    }
    size_t best = MR_ARRAY_LEN(rows);
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        size_t n = strlen(rows[i].name);
        bool longer = best == MR_ARRAY_LEN(rows) || n > strlen(rows[best].name);
        if (!strncmp(*at, rows[i].name, n) && longer) best = i;
    }
    if (best == MR_ARRAY_LEN(rows)) return NULL;
    *at += strlen(rows[best].name);
    return rows[best].type;
}

static void print_type(const struct mr_type *t, bool optional, struct mr_buf *to) {
    static const char *const names[] = {
        [MR_T_NULL] = "null",     [MR_T_BOOL] = "bool",           [MR_T_INT] = "int",
        [MR_T_UINT] = "uint",     [MR_T_DOUBLE] = "double",       [MR_T_STRING] = "string",
        [MR_T_BYTES] = "bytes",   [MR_T_TIMESTAMP] = "timestamp", [MR_T_DURATION] = "duration",
        [MR_T_DYN] = "dyn",       [MR_T_TYPE] = "type",           [MR_T_ERROR] = "!error",
        [MR_T_STRUCT] = "struct", [MR_T_IP] = "net.IP",           [MR_T_CIDR] = "net.CIDR"};
    if (t == &mr_type_any) {
        mr_buf_cat(to, "any");
    } else if (t->kind == MR_T_STRUCT && t->message) {
        mr_buf_printf(to, "msg(%.*s)", MR_STR_ARG(t->name));
    } else if (t->kind == MR_T_WRAPPER) {
        mr_buf_cat(to, "wrapper(");
        print_type(t->elem, false, to);
        mr_buf_byte(to, ')');
    } else if (optional) {
        mr_buf_cat(to, "abs(optional_type,");
        print_type(t, false, to);
        mr_buf_byte(to, ')');
    } else if (t->kind == MR_T_LIST) {
        mr_buf_cat(to, "list(");
        print_type(t->elem, false, to);
        mr_buf_byte(to, ')');
    } else if (t->kind == MR_T_MAP) {
        mr_buf_cat(to, "map(");
        print_type(t->key, false, to);
        mr_buf_byte(to, ',');
        print_type(t->elem, false, to);
        mr_buf_byte(to, ')');
    } else if (t->kind == MR_T_OPTIONAL) {
        print_type(t->elem, true, to);
    } else {
        mr_buf_cat(to, names[t->kind]);
    }
}

/* ---- values: one tagged key */

static struct mr_value parse_value(struct vector *v, struct mr_str json);

static struct mr_value parse_object(struct vector *v, struct mr_str json) {
    struct mr_str type = text_of(&v->arena, member(json, "type"));
    struct mr_str wire = text_of(&v->arena, member(json, "wire")), raw;
    struct mr_value value = MR_ABSENT;
    v->unsupported |=
        !mr_base64_read(&v->arena, wire, &raw) || !cel_message_value(&v->arena, type, raw, &value);
    return value;
}

static struct mr_value parse_list(struct vector *v, struct mr_str json) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str item;
    size_t n = mr_json_size(json), i = 0;
    struct mr_value *list = mr_arena_alloc(&v->arena, (n + 1) * sizeof *list);
    if (mr_json_iter(json, &it)) {
        while (i < n && mr_json_next(&it, &key, &item)) list[i++] = parse_value(v, item);
    }
    return (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)i, .list = list};
}

static struct mr_value parse_map(struct vector *v, struct mr_str json) {
    size_t n = mr_json_size(json);
    struct mr_map_entry *map = mr_arena_alloc(&v->arena, (n + 1) * sizeof *map);
    for (size_t i = 0; i < n; i++) {
        struct mr_str pair, k, x;
        if (!mr_json_at(json, i, &pair) || !mr_json_at(pair, 0, &k) || !mr_json_at(pair, 1, &x)) {
            v->unsupported = true;
            n = 0;
            break;
        }
        map[i] = (struct mr_map_entry){parse_value(v, k), parse_value(v, x)};
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
                {"optional_type", MR_V_ABSENT}};
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (!mr_str_is(name, rows[i].name)) continue;
        return (struct mr_value){.tag = MR_V_TYPE, .type = mr_type_of_tag[rows[i].tag]};
    }
    const struct mr_type *t = cel_message_type(name);
    if (t) return (struct mr_value){.tag = MR_V_TYPE, .type = t};
    v->unsupported = true;
    return MR_ABSENT;
}

static struct mr_value parse_value(struct vector *v, struct mr_str json) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str x, t;
    if (!mr_json_iter(json, &it) || !mr_json_next(&it, &key, &x)) {
        v->unsupported = true;
        return MR_ABSENT;
    }
    struct mr_str k = key.raw;
    t = text_of(&v->arena, x);
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
    struct mr_str raw;
    if (mr_str_is(k, "bytes") && mr_base64_read(&v->arena, t, &raw)) return mr_bytesv(raw);
    v->unsupported = true;
    return MR_ABSENT;
}

/* Same type and value; NaN is NaN, -0.0 is not 0.0. */
static bool same(const struct mr_value *a, const struct mr_value *b) {
    if (a->tag != b->tag) return false;
    if (a->tag == MR_V_DOUBLE) {
        return (isnan(a->d) && isnan(b->d)) || (a->d == b->d && signbit(a->d) == signbit(b->d));
    }
    if (a->tag == MR_V_TYPE && a->type->kind != MR_T_STRUCT) return a->type->kind == b->type->kind;
    if (a->tag == MR_V_LIST) {
        for (uint32_t i = 0; a->len == b->len && i < a->len; i++) {
            if (!same(&a->list[i], &b->list[i])) return false;
        }
        return a->len == b->len;
    }
    if (a->tag == MR_V_MAP) {
        for (uint32_t i = 0; i < a->len; i++) {
            uint32_t k = 0;
            while (k < b->len && !(same(&a->map[i].key, &b->map[k].key) &&
                                   same(&a->map[i].value, &b->map[k].value))) {
                k++;
            }
            if (k == b->len) return false;
        }
        return a->len == b->len;
    }
    return mr_value_eq(a, b, NULL);
}

/* ---- one vector */

static void read_env(struct vector *v) {
    struct mr_str env = member(v->json, "type_env"), bindings = member(v->json, "bindings");
    if (bindings.p && !env.p) v->unsupported = true; /* a value without a type: an enum */
    for (size_t i = 0; env.p && i < mr_json_size(env); i++) {
        struct mr_str decl;
        if (!mr_json_at(env, i, &decl) || v->n_extras == MR_ARRAY_LEN(v->extras)) break;
        struct mr_str name = text_of(&v->arena, member(decl, "name"));
        bool qualified = memchr(name.p, '.', name.n) != NULL;
        bool plain = member(v->json, "container").p && !member(v->json, "needs").p;
        if (qualified || plain) v->unsupported = true;
        const char *type = text_of(&v->arena, member(decl, "ident")).p;
        const struct mr_type *t = *type ? parse_type(&v->arena, &type) : NULL;
        if (!t || *type) {
            v->unsupported = true;
            continue;
        }
        struct mr_str value = member(bindings, name.p);
        v->values[v->n_extras] = value.p ? parse_value(v, value) : MR_ABSENT;
        v->values[v->n_extras] = mr_value_unbox(&v->arena, &v->values[v->n_extras], t);
        v->extras[v->n_extras++] = (struct mr_extra){.name = name, .type = t};
    }
}

static bool has_flag(struct vector *v, const char *flag) {
    struct mr_str flags = member(v->json, "flags");
    for (size_t i = 0; flags.p && i < mr_json_size(flags); i++) {
        struct mr_str f;
        if (mr_json_at(flags, i, &f) && mr_str_is(text_of(&v->arena, f), flag)) return true;
    }
    return false;
}

static void complain(struct vector *v, const char *what, const struct mr_value *got,
                     struct mr_diags *d) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    if (got) mr_value_print(got, NULL, &b);
    if (d) mr_diags_print(d, &b);
    printf("FAIL %.*s: %.*s\n     %s: %s\n     expected %.*s\n", MR_STR_ARG(v->id),
           MR_STR_ARG(v->expr), what, mr_buf_cstr(&b), MR_STR_ARG(member(v->json, "expect")));
    mr_buf_done(&b);
}

static void compare_type(struct vector *v, const struct mr_program *p, struct counts *n) {
    struct mr_str want = text_of(&v->arena, member(member(v->json, "cel_go"), "type"));
    struct mr_buf b;
    mr_buf_init(&b, 0);
    print_type(mr_program_type(p), mr_program_optional(p), &b);
    bool is_type = want.n > 4 && !strncmp(want.p, "type(", 5) && mr_str_is(mr_buf_view(&b), "type");
    if (mr_str_eq(want, mr_buf_view(&b)) || is_type) {
        n->types_same++;
    } else {
        n->types_differ++;
        printf("TYPE %.*s: %.*s\n     is %s, cel-go: %s\n", MR_STR_ARG(v->id), MR_STR_ARG(v->expr),
               mr_buf_cstr(&b), want.p);
    }
    mr_buf_done(&b);
}

static bool is_notyet(const struct mr_diags *d) {
    for (size_t i = 0; i < d->n; i++) {
        if (!strcmp(d->list[i].code, "E-NOTYET")) return true;
    }
    return false;
}

static void judge(struct vector *v, const struct mr_program *p, struct mr_diags *d,
                  struct counts *n) {
    struct mr_str expect = member(v->json, "expect"), want = member(expect, "value");
    struct mr_frame f = {.extras = v->values, .arena = &v->arena};
    if (!p) {
        bool error = member(expect, "error").p != NULL;
        /* cel.iterVar makes variables that are no names: a macro of cel-go's own tests. */
        bool test_macro = memmem(v->expr.p, v->expr.n, "cel.iterVar", 11) != NULL;
        bool strong_enum = member(v->json, "container").p && !strcmp(d->list[0].code, "E-FUNC");
        if (is_notyet(d) || test_macro || strong_enum) {
            n->notyet++;
        } else if (error) {
            n->passed++;
        } else {
            n->failed++;
            complain(v, "does not compile", NULL, d);
        }
        return;
    }
    struct mr_value got = mr_eval(p, &f);
    got = mr_value_coerce(&v->arena, &got, mr_program_type(p), &mr_type_dyn);
    struct mr_value wanted = want.p ? parse_value(v, want) : mr_bool(true);
    if (v->unsupported) {
        n->notyet++;
    } else if (member(expect, "error").p ? got.tag == MR_V_ERROR : same(&got, &wanted)) {
        n->passed++;
    } else {
        n->failed++;
        complain(v, "got", &got, NULL);
    }
}

static void run_vector(struct mr_str line, char *const *names, int n_names, bool types,
                       struct counts *n) {
    struct vector v = {.json = line};
    mr_arena_init(&v.arena);
    struct mr_str file = text_of(&v.arena, member(line, "file"));
    bool wanted = n_names == 0;
    for (int i = 0; i < n_names; i++) wanted = wanted || mr_str_is(file, names[i]);
    v.expr = text_of(&v.arena, member(line, "expr"));
    v.id = text_of(&v.arena, member(line, "id"));
    if (wanted && !has_flag(&v, "check_only")) {
        read_env(&v);
        struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = v.expr};
        struct mr_scope scope = {.extras = v.extras,
                                 .n_extras = v.n_extras,
                                 .strict = true,
                                 .messages = cel_messages(),
                                 .container = text_of(&v.arena, member(line, "container")),
                                 .unchecked = has_flag(&v, "disable_check")};
        struct mr_diags d;
        mr_diags_init(&d, &v.arena, "vector", v.expr);
        struct mr_program *p =
            v.unsupported ? NULL : mr_expr_compile(&v.arena, &d, &tree, &scope, NULL);
        if (v.unsupported)
            n->notyet++;
        else
            judge(&v, p, &d, n);
        if (p && types && !scope.unchecked) compare_type(&v, p, n);
        mr_diags_done(&d);
    }
    mr_arena_done(&v.arena);
}

int main(int argc, char **argv) {
    struct counts n = {0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    bool types = argc > 2 && !strcmp(argv[2], "--types");
    int first = types ? 3 : 2;
    FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!f) {
        fprintf(stderr, "usage: cel_conformance FILE.jsonl [--types] [NAME...]\n");
        return 64;
    }
    while ((len = getline(&line, &cap, f)) > 0) {
        run_vector((struct mr_str){line, (size_t)len}, argv + first, argc - first, types, &n);
    }
    free(line);
    fclose(f);
    if (types) printf("types: %d same, %d different\n", n.types_same, n.types_differ);
    printf("not yet: %d\n%d passed, %d failed\n", n.notyet, n.passed, n.failed);
    return n.failed != 0;
}

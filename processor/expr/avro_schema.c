/* avro_schema.c -- the text of an Avro schema -> its nodes and the row type.
 *
 * What becomes what: int, long -> int; float, double -> double; enum -> string; fixed -> bytes;
 * record -> struct; a union with null -> an optional field (in a map: an entry that may be left
 * out). timestamp-millis, -micros, -nanos and date (midnight UTC) -> timestamp; of other logical
 * types the type below counts, as the specification has it (decimal: bytes; uuid: string).
 * Aliases and defaults are for readers whose schema is not the writer's: here both are one.
 *
 * Not read: other unions, null elements of lists, records that contain themselves. Names are
 * defined before they are used. Limits: JSON's depth, MR_TYPE_DEPTH, FIELDS_MAX, WEIGHT_MAX.
 */
#include "processor/expr/access.h"
#include "processor/expr/avro.h"
#include "processor/expr/json.h"

#include <stdarg.h>

enum { NAMES_MAX = 4096, FIELDS_MAX = 4096, WEIGHT_MAX = 100000, FIXED_MAX = 1024 * 1024 };

struct named {
    struct named *next;
    struct mr_str name; /* full */
    const struct mr_avro *node;
};

struct parser {
    const struct mr_schema_file *f;
    struct named *names;
    uint32_t n_names;
    int depth; /* of records, arrays and maps that are open */
};

static const struct {
    const char *name;
    enum mr_avro_kind kind;
    const struct mr_type *type;
    uint32_t least;
    bool even;
} primitives[] = {
    {"null", MR_AVRO_NULL, &mr_type_dyn, 0, true},
    {"boolean", MR_AVRO_BOOLEAN, &mr_type_bool, 1, true},
    {"int", MR_AVRO_INT, &mr_type_int, 1, false},
    {"long", MR_AVRO_LONG, &mr_type_int, 1, false},
    {"float", MR_AVRO_FLOAT, &mr_type_double, 4, true},
    {"double", MR_AVRO_DOUBLE, &mr_type_double, 8, true},
    {"bytes", MR_AVRO_BYTES, &mr_type_bytes, 1, false},
    {"string", MR_AVRO_STRING, &mr_type_string, 1, false},
};
enum { N_PRIMITIVES = sizeof primitives / sizeof *primitives };

static bool parse_use(struct parser *p, struct mr_str text, struct mr_str space,
                      struct mr_avro_use *ret);

#define fail(p, at, ...)       (mr_schema_error((p)->f, "E-SCHEMA", (at).p, __VA_ARGS__), false)
#define fail_later(p, at, ...) (mr_schema_error((p)->f, "E-NOTYET", (at).p, __VA_ARGS__), false)

/* ---- names */

/* An attribute that must be a string. */
static bool attribute(struct parser *p, struct mr_str object, const char *name,
                      struct mr_str *ret) {
    struct mr_str json;
    if (!mr_json_get(object, mr_str(name), &json)) return fail(p, object, "`%s` is missing", name);
    return mr_schema_string(p->f, json, ret) || fail(p, json, "`%s` is not a string", name);
}

static bool is_name(struct mr_str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i], lower = (char)(c | 0x20);
        bool letter = (lower >= 'a' && lower <= 'z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9')) return false;
    }
    return s.n > 0;
}

static struct mr_str in_space(struct parser *p, struct mr_str space, struct mr_str name) {
    bool full = memchr(name.p, '.', name.n) != NULL;
    if (full || space.n == 0) return name;
    return mr_str(mr_arena_printf(p->f->a, "%.*s.%.*s", MR_STR_ARG(space), MR_STR_ARG(name)));
}

static const struct mr_avro *find(const struct parser *p, struct mr_str full) {
    for (const struct named *n = p->names; n; n = n->next)
        if (mr_str_eq(n->name, full)) return n->node;
    return NULL;
}

/* The full name of a record, enum or fixed, and its namespace; node is known by it from now on. */
static bool define(struct parser *p, struct mr_str object, struct mr_str *space,
                   const struct mr_avro *node, struct mr_str *ret) {
    struct mr_str name, given;
    if (!attribute(p, object, "name", &name)) return false;
    if (mr_json_get(object, MR_STR("namespace"), &given) && mr_json_kind(given) != 'n' &&
        !attribute(p, object, "namespace", space))
        return false;
    *ret = in_space(p, *space, name);
    const char *dot = memrchr(ret->p, '.', ret->n);
    struct mr_str last = dot ? (struct mr_str){dot + 1, (size_t)(ret->p + ret->n - dot - 1)} : *ret;
    *space = (struct mr_str){ret->p, dot ? (size_t)(dot - ret->p) : 0};
    if (!is_name(last)) return fail(p, object, "`%.*s` is not a name", MR_STR_ARG(name));
    if (find(p, *ret)) return fail(p, object, "`%.*s` is defined twice", MR_STR_ARG(*ret));
    if (p->n_names++ == NAMES_MAX) return fail(p, object, "too many named types");
    struct named *n = mr_arena_alloc(p->f->a, sizeof *n);
    *n = (struct named){p->names, *ret, node};
    p->names = n;
    return true;
}

static struct mr_avro *new_node(struct parser *p, enum mr_avro_kind kind) {
    struct mr_avro *node = mr_arena_calloc(p->f->a, 1, sizeof *node);
    node->kind = kind;
    node->weight = 1;
    return node;
}

static bool primitive(struct parser *p, struct mr_str name, const struct mr_avro **ret) {
    for (size_t i = 0; i < N_PRIMITIVES; i++) {
        if (!mr_str_is(name, primitives[i].name)) continue;
        struct mr_avro *node = new_node(p, primitives[i].kind);
        node->type = primitives[i].type;
        node->least = primitives[i].least;
        node->even = primitives[i].even;
        node->empty = node->kind == MR_AVRO_NULL;
        *ret = node;
        return true;
    }
    return false;
}

/* A primitive type, or one that was defined before. */
static bool by_name(struct parser *p, struct mr_str at, struct mr_str name, struct mr_str space,
                    const struct mr_avro **ret) {
    static const char *const known[] = {"null",   "boolean", "int",    "long",   "float",
                                        "double", "bytes",   "string", "record", "array",
                                        "map",    "fixed",   "enum"};
    if (primitive(p, name, ret)) return true;
    *ret = find(p, in_space(p, space, name));
    if (!*ret) *ret = find(p, name);
    if (*ret && (*ret)->type) return true;
    if (*ret) return fail_later(p, at, "`%.*s` contains itself: not there yet", MR_STR_ARG(name));
    struct mr_diag *g = mr_schema_error(p->f, "E-SCHEMA", at.p, "no type `%.*s`", MR_STR_ARG(name));
    const char *near = mr_str_nearest(name.p, known, sizeof known / sizeof *known);
    if (near) mr_diag_hint(p->f->d, g, "did you mean `%s`?", near);
    return false;
}

/* ---- types with attributes */

static bool parse_fixed(struct parser *p, struct mr_str object, struct mr_str space,
                        const struct mr_avro **ret) {
    struct mr_avro *node = new_node(p, MR_AVRO_FIXED);
    struct mr_str name, json = object;
    if (!define(p, object, &space, node, &name)) return false;
    bool has = mr_json_get(object, MR_STR("size"), &json);
    struct mr_value v = has ? mr_json_scalar(p->f->a, json) : MR_ABSENT;
    if (v.tag != MR_V_INT || v.i < 0 || v.i > FIXED_MAX)
        return fail(p, json, "`size` of a fixed is a number from 0 to 1048576");
    node->type = &mr_type_bytes;
    node->n = node->least = (uint32_t)v.i;
    node->even = true;
    node->empty = v.i == 0;
    *ret = node;
    return true;
}

static bool parse_enum(struct parser *p, struct mr_str object, struct mr_str space,
                       const struct mr_avro **ret) {
    struct mr_avro *node = new_node(p, MR_AVRO_ENUM);
    struct mr_str name, json;
    struct mr_json_iter it;
    uint32_t n = 0;
    if (!define(p, object, &space, node, &name)) return false;
    if (!mr_json_get(object, MR_STR("symbols"), &json) || mr_json_kind(json) != '[')
        return fail(p, object, "an enum has a list of `symbols`");
    struct mr_str *symbols = mr_arena_calloc(p->f->a, mr_json_size(json), sizeof *symbols);
    mr_json_iter(json, &it);
    for (struct mr_str one; mr_json_next(&it, NULL, &one); n++)
        if (!mr_schema_string(p->f, one, &symbols[n]))
            return fail(p, one, "a symbol is not a string");
    if (n == 0) return fail(p, json, "an enum without symbols");
    node->type = &mr_type_string;
    node->n = n;
    node->symbols = symbols;
    node->least = 1;
    *ret = node;
    return true;
}

/* What a container takes over from what is in it. */
static void enclose(struct mr_avro *node, const struct mr_avro_use *use) {
    const struct mr_avro *of = use->of;
    uint64_t weight = (uint64_t)node->weight + of->weight;
    node->weight = weight < WEIGHT_MAX ? (uint32_t)weight : WEIGHT_MAX;
    if (of->height >= node->height) node->height = of->height + 1;
}

static bool checked(struct parser *p, struct mr_str at, const struct mr_avro *node) {
    if (p->depth + node->height > MR_TYPE_DEPTH) return fail(p, at, "nested too deeply");
    if (node->weight == WEIGHT_MAX) return fail(p, at, "too many fields in all");
    return true;
}

static bool parse_container(struct parser *p, enum mr_avro_kind kind, struct mr_str object,
                            struct mr_str space, const struct mr_avro **ret) {
    bool map = kind == MR_AVRO_MAP;
    const char *name = map ? "values" : "items";
    struct mr_avro *node = new_node(p, kind);
    struct mr_str json;
    if (!mr_json_get(object, mr_str(name), &json)) return fail(p, object, "`%s` is missing", name);
    if (!parse_use(p, json, space, &node->elem)) return false;
    const struct mr_avro_use *elem = &node->elem;
    if (!map && (elem->branches == 2 || elem->of->kind == MR_AVRO_NULL))
        return fail_later(p, json, "lists whose elements may be null are not there yet");
    if (elem->of->kind == MR_AVRO_NULL)
        return fail_later(p, json, "maps of nothing but null are not there yet");
    node->type = map ? mr_type_map(p->f->a, &mr_type_string, elem->of->type)
                     : mr_type_list(p->f->a, elem->of->type);
    node->least = 1;
    enclose(node, elem);
    *ret = node;
    return checked(p, object, node);
}

static bool parse_field(struct parser *p, struct mr_str object, struct mr_str space,
                        const struct mr_field *before, uint32_t n, struct mr_field *to,
                        struct mr_avro_use *use) {
    struct mr_str type;
    if (mr_json_kind(object) != '{') return fail(p, object, "a field is an object");
    if (!attribute(p, object, "name", &to->name)) return false;
    if (!is_name(to->name)) return fail(p, object, "`%.*s` is not a name", MR_STR_ARG(to->name));
    for (uint32_t i = 0; i < n; i++)
        if (mr_str_eq(before[i].name, to->name))
            return fail(p, object, "field `%.*s` comes twice", MR_STR_ARG(to->name));
    if (!mr_json_get(object, MR_STR("type"), &type))
        return fail(p, object, "field `%.*s` has no `type`", MR_STR_ARG(to->name));
    if (!parse_use(p, type, space, use)) return false;
    to->type = use->of->type;
    to->optional = use->branches == 2 || use->of->kind == MR_AVRO_NULL;
    to->proto_explicit = !to->optional;
    return true;
}

static bool parse_record(struct parser *p, struct mr_str object, struct mr_str space,
                         const struct mr_avro **ret) {
    struct mr_avro *node = new_node(p, MR_AVRO_RECORD);
    struct mr_str name, json;
    struct mr_json_iter it;
    uint64_t least = 0;
    if (!define(p, object, &space, node, &name)) return false;
    if (!mr_json_get(object, MR_STR("fields"), &json) || mr_json_kind(json) != '[')
        return fail(p, object, "a record has a list of `fields`");
    size_t n = mr_json_size(json);
    if (n > FIELDS_MAX) return fail(p, json, "more than %d fields", FIELDS_MAX);
    struct mr_field *fields = mr_arena_calloc(p->f->a, n, sizeof *fields);
    struct mr_avro_use *uses = mr_arena_calloc(p->f->a, n, sizeof *uses);
    node->even = true;
    mr_json_iter(json, &it);
    for (struct mr_str one; mr_json_next(&it, NULL, &one); node->n++) {
        struct mr_avro_use *use = &uses[node->n];
        if (!parse_field(p, one, space, fields, node->n, &fields[node->n], use)) return false;
        least += use->branches ? 1 : use->of->least;
        node->even &= !use->branches && use->of->even;
        if (!use->branches) node->empty += use->of->empty; /* bounded as the weight is */
        enclose(node, use);
        if (!checked(p, one, node)) return false;
    }
    if (least > MR_JSON_MAX) return fail(p, object, "a value takes more than 64 MiB");
    node->least = (uint32_t)least;
    if (least == 0) node->empty++;
    node->fields = uses;
    node->type = mr_type_struct(p->f->a, name.p, node->n, fields);
    *ret = node;
    return true;
}

/* The logical type of a primitive, where it is one that means a time. */
static void logical(struct parser *p, struct mr_str object, const struct mr_avro **node) {
    static const struct {
        const char *name;
        enum mr_avro_kind of;
        enum mr_avro_time time;
    } times[] = {
        {"date", MR_AVRO_INT, MR_AVRO_DATE},
        {"timestamp-millis", MR_AVRO_LONG, MR_AVRO_MS},
        {"timestamp-micros", MR_AVRO_LONG, MR_AVRO_US},
        {"timestamp-nanos", MR_AVRO_LONG, MR_AVRO_NS},
    };
    struct mr_str json, name;
    if (!mr_json_get(object, MR_STR("logicalType"), &json)) return;
    if (!mr_schema_string(p->f, json, &name)) return;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        if (times[i].of != (*node)->kind || !mr_str_is(name, times[i].name)) continue;
        struct mr_avro *timed = mr_arena_dup(p->f->a, *node, sizeof *timed);
        timed->time = times[i].time;
        timed->type = &mr_type_timestamp;
        *node = timed;
    }
}

static bool nested(struct parser *p, struct mr_str kind, struct mr_str object, struct mr_str space,
                   const struct mr_avro **ret) {
    if (mr_str_is(kind, "record") || mr_str_is(kind, "error"))
        return parse_record(p, object, space, ret);
    if (mr_str_is(kind, "array")) return parse_container(p, MR_AVRO_ARRAY, object, space, ret);
    return parse_container(p, MR_AVRO_MAP, object, space, ret);
}

static bool parse_object(struct parser *p, struct mr_str object, struct mr_str space,
                         struct mr_avro_use *ret) {
    struct mr_str type, kind;
    if (!mr_json_get(object, MR_STR("type"), &type)) return fail(p, object, "`type` is missing");
    if (mr_json_kind(type) != '"') return parse_use(p, type, space, ret);
    if (!attribute(p, object, "type", &kind)) return false;
    if (mr_str_is(kind, "fixed")) return parse_fixed(p, object, space, &ret->of);
    if (mr_str_is(kind, "enum")) return parse_enum(p, object, space, &ret->of);
    if (mr_str_is(kind, "record") || mr_str_is(kind, "error") || mr_str_is(kind, "array") ||
        mr_str_is(kind, "map")) {
        if (p->depth == MR_TYPE_DEPTH) return fail(p, object, "nested too deeply");
        p->depth++;
        bool ok = nested(p, kind, object, space, &ret->of);
        p->depth--;
        return ok;
    }
    if (!by_name(p, type, kind, space, &ret->of)) return false;
    logical(p, object, &ret->of);
    return true;
}

static bool parse_union(struct parser *p, struct mr_str list, struct mr_str space,
                        struct mr_avro_use *ret) {
    struct mr_json_iter it;
    unsigned n = 0, values = 0;
    mr_json_iter(list, &it);
    for (struct mr_str one; mr_json_next(&it, NULL, &one); n++) {
        struct mr_avro_use branch = {0};
        if (mr_json_kind(one) == '[') return fail(p, one, "a union inside a union");
        if (!parse_use(p, one, space, &branch)) return false;
        if (branch.branches) return fail(p, one, "a union inside a union");
        bool null = branch.of->kind == MR_AVRO_NULL;
        if (!null && values++)
            return fail_later(p, one, "a union of more than null and one type: not there yet");
        if (null && n > values) return fail(p, one, "null comes twice in a union");
        if (null && ret->of) continue;
        *ret = (struct mr_avro_use){.of = branch.of, .value = (uint8_t)n};
    }
    if (n == 0) return fail(p, list, "a union of nothing");
    ret->branches = (uint8_t)n;
    return true;
}

static bool parse_use(struct parser *p, struct mr_str text, struct mr_str space,
                      struct mr_avro_use *ret) {
    struct mr_str name;
    switch (mr_json_kind(text)) {
    case '[': return parse_union(p, text, space, ret);
    case '{': return parse_object(p, text, space, ret);
    default: break;
    }
    if (!mr_schema_string(p->f, text, &name)) return fail(p, text, "not a type");
    return by_name(p, text, name, space, &ret->of);
}

const struct mr_avro *mr_avro_parse(const struct mr_schema_file *f) {
    struct parser p = {.f = f};
    struct mr_avro_use use = {0};
    if (!parse_use(&p, f->text, MR_STR(""), &use)) return NULL;
    if (use.branches || use.of->kind == MR_AVRO_NULL) {
        mr_schema_error(f, "E-NOTYET", f->text.p, "a value that may be null: not there yet");
        return NULL;
    }
    return use.of;
}

/* ---- comparing */

static bool same_use(const struct mr_avro_use *a, const struct mr_avro_use *b) {
    return a->branches == b->branches && a->value == b->value && mr_avro_same(a->of, b->of);
}

bool mr_avro_same(const struct mr_avro *a, const struct mr_avro *b) {
    if (a == b) return true;
    if (a->kind != b->kind || a->time != b->time || a->n != b->n) return false;
    if (a->kind == MR_AVRO_ARRAY || a->kind == MR_AVRO_MAP) return same_use(&a->elem, &b->elem);
    for (uint32_t i = 0; a->kind == MR_AVRO_ENUM && i < a->n; i++)
        if (!mr_str_eq(a->symbols[i], b->symbols[i])) return false;
    for (uint32_t i = 0; a->kind == MR_AVRO_RECORD && i < a->n; i++) {
        if (!mr_str_eq(a->type->fields[i].name, b->type->fields[i].name)) return false;
        if (!same_use(&a->fields[i], &b->fields[i])) return false;
    }
    return true;
}

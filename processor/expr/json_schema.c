/* json_schema.c -- JSON Schema (draft 2020-12, a subset) -> the struct type of a row.
 *
 * A schema says what is valid; here it only says what type a field has. Whatever merely narrows
 * values (lengths, ranges, patterns, formats but date-time) is left to its owner and not checked.
 * Optional is what is not `required` or may be null. What has no type of its own here (several
 * types, oneOf, a schema that contains itself) becomes `json`, with a warning.
 *
 * Limits: JSON's depth, MR_TYPE_DEPTH, SCHEMAS_MAX uses of schemas, references counted each time.
 */
#include "processor/expr/access.h"
#include "processor/expr/json.h"
#include "processor/expr/schema.h"

enum { SCHEMAS_MAX = 20000, FIELDS_MAX = 4096, WARNINGS_MAX = 64 };

struct parser {
    const struct mr_schema_file *f;
    const char *open[MR_TYPE_DEPTH]; /* schemas that are being read, by their first byte */
    int n_open;
    uint32_t n; /* schemas read so far */
    uint32_t n_warned;
    const char *warned[WARNINGS_MAX]; /* places of warnings */
};

/* What a schema says of a field. */
struct meaning {
    const struct mr_type *type;
    bool null; /* null is valid, too */
};

/* Bits for the values of `type`. */
enum {
    T_NULL = 1,
    T_BOOLEAN = 2,
    T_INTEGER = 4,
    T_NUMBER = 8,
    T_STRING = 16,
    T_ARRAY = 32,
    T_OBJECT = 64
};

static const char *const type_names[] = {"null",   "boolean", "integer", "number",
                                         "string", "array",   "object"};
enum { N_TYPE_NAMES = sizeof type_names / sizeof *type_names };

static bool parse(struct parser *p, struct mr_str schema, struct meaning *ret);

#define fail(p, at, ...) (mr_schema_error((p)->f, "E-SCHEMA", (at).p, __VA_ARGS__), false)

/* Once for each place: a schema that is referred to is read each time. NULL: said before. */
static struct mr_diag *warn(struct parser *p, const char *at, const char *text, struct mr_str of) {
    for (uint32_t i = 0; i < p->n_warned; i++)
        if (p->warned[i] == at) return NULL;
    if (p->n_warned == WARNINGS_MAX) return NULL;
    p->warned[p->n_warned++] = at;
    return mr_schema_error(p->f, "W-SCHEMA", at, "%s%.*s%s", of.n ? "`" : "", MR_STR_ARG(of), text);
}

static bool as_json(struct parser *p, struct mr_str at, const char *why, struct meaning *ret) {
    ret->type = &mr_type_dyn;
    warn(p, at.p, why, MR_STR(""));
    return true;
}

static bool get(struct mr_str schema, const char *name, struct mr_str *ret) {
    return mr_json_get(schema, mr_str(name), ret);
}

/* ---- keywords */

/* Those that are read, and those that say nothing about the type. */
static const char *const keywords[] = {"type",
                                       "properties",
                                       "required",
                                       "items",
                                       "enum",
                                       "const",
                                       "format",
                                       "additionalProperties",
                                       "$defs",
                                       "definitions",
                                       "$ref",
                                       "anyOf",
                                       "oneOf",
                                       "allOf",
                                       "nullable",
                                       "contentEncoding",
                                       "prefixItems",
                                       "patternProperties",
                                       "$dynamicRef",
                                       "$recursiveRef",
                                       "title",
                                       "description",
                                       "default",
                                       "examples",
                                       "example",
                                       "$schema",
                                       "$id",
                                       "$comment",
                                       "$anchor",
                                       "$dynamicAnchor",
                                       "$vocabulary",
                                       "deprecated",
                                       "readOnly",
                                       "writeOnly",
                                       "contentMediaType",
                                       "contentSchema",
                                       "minLength",
                                       "maxLength",
                                       "pattern",
                                       "minimum",
                                       "maximum",
                                       "exclusiveMinimum",
                                       "exclusiveMaximum",
                                       "multipleOf",
                                       "minItems",
                                       "maxItems",
                                       "uniqueItems",
                                       "contains",
                                       "minContains",
                                       "maxContains",
                                       "minProperties",
                                       "maxProperties",
                                       "propertyNames",
                                       "dependentRequired",
                                       "dependentSchemas",
                                       "if",
                                       "then",
                                       "else",
                                       "not",
                                       "unevaluatedProperties",
                                       "unevaluatedItems"};
enum { N_KEYWORDS = sizeof keywords / sizeof *keywords };

/* A word that nobody knows may be a slip of the pen that changes what is meant. */
static void check_keywords(struct parser *p, struct mr_str schema) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str value;
    mr_json_iter(schema, &it);
    while (mr_json_next(&it, &key, &value)) {
        bool known = key.escaped || memchr(key.raw.p, '.', key.raw.n) ||
                     (key.raw.n > 2 && memcmp(key.raw.p, "x-", 2) == 0); /* other people's */
        for (size_t i = 0; i < N_KEYWORDS && !known; i++) known = mr_str_is(key.raw, keywords[i]);
        if (known) continue;
        struct mr_diag *g = warn(p, key.raw.p, "` is not looked at", key.raw);
        const char *near = mr_str_nearest(mr_arena_str(p->f->a, key.raw).p, keywords, N_KEYWORDS);
        if (g && near) mr_diag_hint(p->f->d, g, "did you mean `%s`?", near);
    }
}

static bool type_bit(struct parser *p, struct mr_str json, unsigned *ret) {
    struct mr_str name;
    if (!mr_schema_string(p->f, json, &name))
        return fail(p, json, "`type` takes a name or a list of names");
    for (size_t i = 0; i < N_TYPE_NAMES; i++)
        if (mr_str_is(name, type_names[i])) {
            *ret |= 1u << i;
            return true;
        }
    struct mr_diag *g =
        mr_schema_error(p->f, "E-SCHEMA", json.p, "no type `%.*s`", MR_STR_ARG(name));
    const char *near = mr_str_nearest(name.p, type_names, N_TYPE_NAMES);
    if (near) mr_diag_hint(p->f->d, g, "did you mean `%s`?", near);
    return false;
}

/* The types of the values that `enum` or `const` list. */
static void value_bit(struct mr_str json, unsigned *ret) {
    static const char kinds[] = "nt0\"[{";
    static const unsigned bits[] = {T_NULL, T_BOOLEAN, T_NUMBER, T_STRING, T_ARRAY, T_OBJECT};
    struct mr_json j = mr_json_of(json);
    struct mr_decimal d;
    int64_t i;
    char kind = mr_json_kind(json);
    if (kind == 'f') kind = 't';
    if (kind == '0' && mr_decimal_scan(j.at, json.n, &d) && mr_decimal_int(&d, &i))
        *ret |= T_INTEGER;
    else if (kind)
        *ret |= bits[strchr(kinds, kind) - kinds];
}

static bool types_of(struct parser *p, struct mr_str schema, unsigned *ret) {
    struct mr_str json;
    struct mr_json_iter it;
    *ret = 0;
    if (get(schema, "type", &json)) {
        if (mr_json_kind(json) != '[') return type_bit(p, json, ret);
        mr_json_iter(json, &it);
        for (struct mr_str one; mr_json_next(&it, NULL, &one);)
            if (!type_bit(p, one, ret)) return false;
        return *ret || fail(p, json, "`type` lists no type");
    }
    if (get(schema, "const", &json)) value_bit(json, ret);
    if (get(schema, "enum", &json) && mr_json_iter(json, &it))
        for (struct mr_str one; mr_json_next(&it, NULL, &one);) value_bit(one, ret);
    if (*ret == 0 &&
        (get(schema, "properties", &json) || get(schema, "additionalProperties", &json)))
        *ret = T_OBJECT;
    if (*ret == 0 && get(schema, "items", &json)) *ret = T_ARRAY;
    return true;
}

/* ---- references */

/* One part of a JSON pointer, with ~0 and ~1. */
static struct mr_str pointer_part(struct mr_arena *a, struct mr_str part) {
    char *to = mr_arena_alloc(a, part.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < part.n; i++) {
        char c = part.p[i];
        bool escape = c == '~' && i + 1 < part.n && (part.p[i + 1] == '0' || part.p[i + 1] == '1');
        to[n++] = escape ? (part.p[++i] == '0' ? '~' : '/') : c;
    }
    to[n] = 0;
    return (struct mr_str){to, n};
}

static bool follow(struct parser *p, struct mr_str at, struct mr_str *ret) {
    struct mr_str ref, to = p->f->text;
    if (!mr_schema_string(p->f, at, &ref)) return fail(p, at, "`$ref` is not a string");
    bool local = ref.n && ref.p[0] == '#' && (ref.n == 1 || ref.p[1] == '/');
    if (!local) {
        mr_schema_error(p->f, "E-NOTYET", at.p,
                        "`$ref` can only name a place in this file (#/$defs/name) yet");
        return false;
    }
    for (size_t i = 1; i < ref.n;) {
        const char *first = ref.p + i + 1, *end = memchr(first, '/', ref.n - i - 1);
        size_t n = end ? (size_t)(end - first) : ref.n - i - 1;
        struct mr_str part = pointer_part(p->f->a, (struct mr_str){first, n});
        if (!mr_json_get(to, part, &to))
            return fail(p, at, "`%.*s`: there is nothing in this file", MR_STR_ARG(ref));
        i += n + 1;
    }
    *ret = to;
    return true;
}

/* ---- types */

static bool parse_string(struct mr_str schema, struct parser *p, struct meaning *ret) {
    struct mr_str json, text;
    ret->type = &mr_type_string;
    if (get(schema, "format", &json) && mr_schema_string(p->f, json, &text) &&
        mr_str_is(text, "date-time"))
        ret->type = &mr_type_timestamp;
    if (get(schema, "contentEncoding", &json) && mr_schema_string(p->f, json, &text) &&
        mr_str_is(text, "base64"))
        ret->type = &mr_type_bytes;
    return true;
}

/* Elements of lists and maps. */
static bool parse_element(struct parser *p, struct mr_str schema, bool list,
                          const struct mr_type **ret) {
    struct meaning m = {0};
    if (!parse(p, schema, &m)) return false;
    if (m.null && list && m.type->kind != MR_T_DYN &&
        !as_json(p, schema, "elements may be null: the type is `json`", &m))
        return false;
    *ret = m.type;
    return true;
}

static bool parse_array(struct parser *p, struct mr_str schema, struct meaning *ret) {
    struct mr_str json;
    const struct mr_type *elem = &mr_type_dyn;
    if (get(schema, "prefixItems", &json) ||
        (get(schema, "items", &json) && mr_json_kind(json) == '[')) {
        struct meaning m;
        as_json(p, json, "elements of several types: the type is `json`", &m);
    } else if (get(schema, "items", &json) && !parse_element(p, json, true, &elem)) {
        return false;
    }
    ret->type = mr_type_list(p->f->a, elem);
    return true;
}

/* An object without declared properties. */
static bool parse_map(struct parser *p, struct mr_str schema, struct meaning *ret) {
    struct mr_str json;
    const struct mr_type *elem = &mr_type_dyn;
    if (get(schema, "additionalProperties", &json) && mr_json_kind(json) == '{' &&
        !parse_element(p, json, false, &elem))
        return false;
    ret->type = mr_type_map(p->f->a, &mr_type_string, elem);
    return true;
}

static bool is_required(struct parser *p, struct mr_str schema, struct mr_str name) {
    struct mr_str json, text;
    struct mr_json_iter it;
    if (!get(schema, "required", &json) || !mr_json_iter(json, &it)) return false;
    for (struct mr_str one; mr_json_next(&it, NULL, &one);)
        if (mr_schema_string(p->f, one, &text) && mr_str_eq(text, name)) return true;
    return false;
}

static bool parse_property(struct parser *p, struct mr_str schema, const struct mr_json_string *key,
                           struct mr_str value, struct mr_field *to) {
    struct meaning m = {0};
    struct mr_str name = key->raw;
    if (key->escaped && !mr_json_unescape(p->f->a, key->raw, &name))
        return fail(p, key->raw, "half of a surrogate pair in a name");
    if (name.n == 0) return fail(p, key->raw, "a property needs a name");
    if (!parse(p, value, &m)) return false;
    to->name = mr_arena_str(p->f->a, name);
    to->type = m.type;
    to->optional = m.null || !is_required(p, schema, name);
    return true;
}

static bool parse_object(struct parser *p, struct mr_str schema, struct meaning *ret) {
    struct mr_str json;
    struct mr_json_iter it;
    struct mr_json_string key;
    uint32_t n = 0;
    if (!get(schema, "properties", &json)) return parse_map(p, schema, ret);
    if (mr_json_kind(json) != '{') return fail(p, json, "`properties` is not an object");
    size_t most = mr_json_size(json);
    if (most > FIELDS_MAX) return fail(p, json, "more than %d properties", FIELDS_MAX);
    struct mr_field *fields = mr_arena_calloc(p->f->a, most, sizeof *fields);
    mr_json_iter(json, &it);
    for (struct mr_str value; mr_json_next(&it, &key, &value); n++) {
        if (n == most) return fail(p, json, "a property comes twice"); /* they count once */
        if (!parse_property(p, schema, &key, value, &fields[n])) return false;
    }
    ret->type = mr_type_struct(p->f->a, "", n, fields);
    return true;
}

/* anyOf, oneOf, allOf: of one schema beside null that schema, else no type of ours. */
static bool parse_choice(struct parser *p, struct mr_str list, bool all, struct meaning *ret) {
    struct mr_json_iter it;
    struct mr_str only = {NULL, 0};
    unsigned n = 0;
    if (!mr_json_iter(list, &it) || it.kind != '[')
        return fail(p, list, "a list of schemas is expected");
    for (struct mr_str one; mr_json_next(&it, NULL, &one);) {
        unsigned types = 0;
        if (mr_json_kind(one) == '{' && !types_of(p, one, &types)) return false;
        if (types == T_NULL && !all) {
            ret->null = true;
            continue;
        }
        only = one;
        n++;
    }
    if (n == 1) return parse(p, only, ret);
    return as_json(
        p, list, all ? "allOf of several: the type is `json`" : "several types: the type is `json`",
        ret);
}

static bool parse_types(struct parser *p, struct mr_str schema, struct meaning *ret) {
    unsigned types;
    if (!types_of(p, schema, &types)) return false;
    if (types & T_NULL) ret->null = true;
    types &= ~(unsigned)T_NULL;
    if (types & T_NUMBER) types &= ~(unsigned)T_INTEGER;
    ret->type = &mr_type_dyn;
    switch (types) {
    case 0: return true; /* anything, or only null */
    case T_BOOLEAN: ret->type = &mr_type_bool; return true;
    case T_INTEGER: ret->type = &mr_type_int; return true;
    case T_NUMBER: ret->type = &mr_type_double; return true;
    case T_STRING: return parse_string(schema, p, ret);
    case T_ARRAY: return parse_array(p, schema, ret);
    case T_OBJECT: return parse_object(p, schema, ret);
    default: return as_json(p, schema, "several types: the type is `json`", ret);
    }
}

static bool parse_inside(struct parser *p, struct mr_str schema, struct meaning *ret) {
    struct mr_str json;
    check_keywords(p, schema);
    if (get(schema, "nullable", &json) && mr_json_kind(json) == 't') ret->null = true;
    if (get(schema, "$dynamicRef", &json) || get(schema, "$recursiveRef", &json))
        return as_json(p, json, "a dynamic reference: the type is `json`", ret);
    if (get(schema, "$ref", &json)) return follow(p, json, &json) && parse(p, json, ret);
    if (get(schema, "type", &json)) return parse_types(p, schema, ret);
    if (get(schema, "anyOf", &json) || get(schema, "oneOf", &json))
        return parse_choice(p, json, false, ret);
    if (get(schema, "allOf", &json)) return parse_choice(p, json, true, ret);
    return parse_types(p, schema, ret);
}

static bool parse(struct parser *p, struct mr_str schema, struct meaning *ret) {
    char kind = mr_json_kind(schema);
    ret->type = &mr_type_dyn;
    if (kind == 't') return true; /* anything */
    if (kind == 'f') return fail(p, schema, "nothing is valid here");
    if (kind != '{') return fail(p, schema, "not a schema");
    if (p->n++ == SCHEMAS_MAX) return fail(p, schema, "too many schemas in all");
    for (int i = 0; i < p->n_open; i++)
        if (p->open[i] == schema.p)
            return as_json(p, schema, "this schema contains itself: the type is `json`", ret);
    if (p->n_open == MR_TYPE_DEPTH) return fail(p, schema, "nested too deeply");
    p->open[p->n_open++] = schema.p;
    bool ok = parse_inside(p, schema, ret);
    p->n_open--;
    return ok;
}

const struct mr_type *mr_json_schema_type(const struct mr_schema_file *f) {
    struct parser p = {.f = f};
    struct meaning m = {0};
    if (!parse(&p, f->text, &m)) return NULL;
    if (m.type->kind == MR_T_STRUCT) return m.type;
    mr_schema_error(f, "E-SCHEMA", f->text.p,
                    "the value of a topic is an object with `properties`");
    return NULL;
}

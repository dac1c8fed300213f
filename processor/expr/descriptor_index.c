/* descriptor_index.c -- a FileDescriptorSet (protoc --descriptor_set_out) -> its messages, enums
 * and extensions by full name.
 *
 * A small reader of its own: of descriptor.proto only names, numbers, kinds, presence, defaults and
 * map entries matter here.
 */
#include "processor/expr/descriptor.h"
#include "processor/expr/utf8.h"

#include <stdlib.h>

enum { NAME_DEPTH = 32, THINGS_MAX = 20000, NUMBER_MAX = 536870911 };

bool mr_desc_fail(struct mr_desc_set *s, const char *problem) {
    if (!s->problem) s->problem = problem;
    return false;
}

static bool malformed(struct mr_desc_set *s) {
    return mr_desc_fail(s, "not a FileDescriptorSet (protoc -o)");
}

bool mr_desc_next(struct mr_proto_in *in, uint32_t *number, uint32_t *wire, struct mr_str *ret,
                  uint64_t *ret_v, bool *ok) {
    if (in->at == in->end) return false;
    *ok = mr_proto_tag(in, number, wire);
    if (!*ok) return false;
    *ret = (struct mr_str){NULL, 0};
    *ret_v = 0;
    if (*wire == MR_PW_BYTES)
        *ok = mr_proto_bytes(in, ret);
    else if (*wire == MR_PW_VARINT)
        *ok = mr_proto_varint(in, ret_v);
    else
        *ok = mr_proto_skip(in, *number, *wire);
    return *ok;
}

/* ---- collecting */

static struct mr_str join_name(struct mr_arena *a, struct mr_str scope, struct mr_str name) {
    if (scope.n == 0) return mr_arena_str(a, name);
    return mr_str(mr_arena_printf(a, "%.*s.%.*s", MR_STR_ARG(scope), MR_STR_ARG(name)));
}

static bool is_map_entry(struct mr_str options, bool *ok) {
    struct mr_proto_in in = mr_proto_in(options);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool entry = false;
    while (mr_desc_next(&in, &number, &wire, &s, &v, ok))
        if (number == 7 && wire == MR_PW_VARINT) entry = v != 0;
    return entry;
}

static struct mr_str name_of(struct mr_str message, bool *ok) {
    struct mr_proto_in in = mr_proto_in(message);
    uint32_t number, wire;
    struct mr_str s, name = MR_STR("");
    uint64_t v;
    while (mr_desc_next(&in, &number, &wire, &s, &v, ok))
        if (number == 1 && wire == MR_PW_BYTES) name = s;
    return name;
}

/* Room for one more; NULL: too many. */
static void *one_more(struct mr_desc_set *set, void *list, size_t *n, size_t *cap, size_t size) {
    void *p = list;
    if (*n == THINGS_MAX) {
        mr_desc_fail(set, "too many messages");
        return NULL;
    }
    if (*n == *cap) {
        size_t more = *cap ? *cap * 2 : 16;
        p = mr_arena_calloc(set->a, more, size);
        if (*n) memcpy(p, list, *n * size);
        *cap = more;
    }
    ++*n;
    return p;
}

static bool add_enum(struct mr_desc_set *set, struct mr_str scope, struct mr_str bytes) {
    bool ok = true;
    struct mr_desc_enum *list =
        one_more(set, set->enums, &set->n_enums, &set->cap_enums, sizeof *list);
    if (!list) return false;
    set->enums = list;
    list[set->n_enums - 1] =
        (struct mr_desc_enum){join_name(set->a, scope, name_of(bytes, &ok)), bytes};
    return ok || malformed(set);
}

static bool add_extension(struct mr_desc_set *set, struct mr_str scope, struct mr_str bytes) {
    struct mr_desc_extension *list =
        one_more(set, set->extensions, &set->n_extensions, &set->cap_extensions, sizeof *list);
    if (!list) return false;
    set->extensions = list;
    list[set->n_extensions - 1] = (struct mr_desc_extension){scope, bytes};
    return true;
}

static bool add_message(struct mr_desc_set *set, struct mr_str scope, struct mr_str bytes,
                        bool proto3, int depth) {
    bool ok = true;
    if (depth == NAME_DEPTH) return mr_desc_fail(set, "too many messages");
    struct mr_desc_message *list =
        one_more(set, set->messages, &set->n_messages, &set->cap_messages, sizeof *list);
    if (!list) return false;
    set->messages = list;
    size_t at = set->n_messages - 1;
    struct mr_str name = join_name(set->a, scope, name_of(bytes, &ok));
    list[at] = (struct mr_desc_message){.full_name = name, .bytes = bytes, .proto3 = proto3};
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    while (ok && mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        if (wire != MR_PW_BYTES) continue;
        if (number == 7) set->messages[at].map_entry = is_map_entry(s, &ok);
        if (number == 3 && !add_message(set, name, s, proto3, depth + 1)) return false;
        if (number == 4 && !add_enum(set, name, s)) return false;
        if (number == 6 && !add_extension(set, name, s)) return false;
    }
    return ok || malformed(set);
}

static bool add_file(struct mr_desc_set *set, struct mr_str file) {
    struct mr_str package = MR_STR(""), syntax = MR_STR("proto2"), s;
    uint32_t number, wire;
    uint64_t v;
    bool ok = true;
    struct mr_proto_in in = mr_proto_in(file);
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        if (number == 2 && wire == MR_PW_BYTES) package = s;
        if (number == 12 && wire == MR_PW_BYTES) syntax = s;
    }
    if (!ok) return malformed(set);
    bool proto3 = mr_str_is(syntax, "proto3");
    if (!proto3 && !mr_str_is(syntax, "proto2"))
        return mr_desc_fail(set, "only proto2 and proto3 are read, no editions yet");
    in = mr_proto_in(file);
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        if (wire != MR_PW_BYTES) continue;
        if (number == 4 && !add_message(set, package, s, proto3, 0)) return false;
        if (number == 5 && !add_enum(set, package, s)) return false;
        if (number == 7 && !add_extension(set, package, s)) return false;
    }
    return true;
}

/* ---- looking up */

static int cmp_messages(const void *a, const void *b) {
    return mr_str_cmp(((const struct mr_desc_message *)a)->full_name,
                      ((const struct mr_desc_message *)b)->full_name);
}

static int cmp_enums(const void *a, const void *b) {
    return mr_str_cmp(((const struct mr_desc_enum *)a)->full_name,
                      ((const struct mr_desc_enum *)b)->full_name);
}

bool mr_desc_read(struct mr_desc_set *set, struct mr_str bytes) {
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    while (ok && mr_desc_next(&in, &number, &wire, &s, &v, &ok))
        if (number == 1 && wire == MR_PW_BYTES) ok = add_file(set, s);
    if (!ok) malformed(set);
    if (set->n_messages) qsort(set->messages, set->n_messages, sizeof *set->messages, cmp_messages);
    if (set->n_enums) qsort(set->enums, set->n_enums, sizeof *set->enums, cmp_enums);
    return !set->problem;
}

static struct mr_str without_dot(struct mr_str name) {
    if (name.n && name.p[0] == '.') return (struct mr_str){name.p + 1, name.n - 1};
    return name;
}

struct mr_desc_message *mr_desc_find(const struct mr_desc_set *set, struct mr_str name) {
    struct mr_desc_message key = {.full_name = without_dot(name)};
    if (!set->n_messages) return NULL;
    return bsearch(&key, set->messages, set->n_messages, sizeof key, cmp_messages);
}

const struct mr_desc_enum *mr_desc_find_enum(const struct mr_desc_set *set, struct mr_str name) {
    struct mr_desc_enum key = {.full_name = without_dot(name)};
    if (!set->n_enums) return NULL;
    return bsearch(&key, set->enums, set->n_enums, sizeof key, cmp_enums);
}

/* ---- parts of them */

bool mr_desc_field(struct mr_desc_set *set, struct mr_str bytes, struct mr_desc_field *ret) {
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    struct mr_str s, empty = MR_STR("");
    uint64_t v;
    bool ok = true;
    *ret = (struct mr_desc_field){
        .name = empty, .type_name = empty, .extendee = empty, .default_value = empty};
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        bool text = wire == MR_PW_BYTES;
        if (number == 1 && text) ret->name = s;
        if (number == 2 && text) ret->extendee = s;
        if (number == 3 && !text) ret->number = v;
        if (number == 4 && !text) ret->label = v;
        if (number == 5 && !text) ret->kind = v;
        if (number == 6 && text) ret->type_name = s;
        if (number == 7 && text) ret->default_value = s;
        if (number == 7 && text) ret->has_default = true;
        if (number == 9 && !text) ret->oneof = v;
        if (number == 9 && !text) ret->in_oneof = true;
        if (number == 17 && !text) ret->proto3_optional = v != 0;
    }
    ok = ok && ret->name.n && mr_utf8_valid(ret->name, NULL) && ret->number >= 1 &&
         ret->number <= NUMBER_MAX && ret->kind >= 1 && ret->kind < MR_N_PK &&
         ret->oneof < UINT16_MAX;
    return ok || malformed(set);
}

bool mr_desc_enum_value(const struct mr_desc_enum *e, uint32_t i, struct mr_str *ret_name,
                        int32_t *ret_number) {
    struct mr_proto_in in = mr_proto_in(e->bytes);
    uint32_t number, wire;
    struct mr_str s, value = {NULL, 0};
    uint64_t v;
    bool ok = true;
    while (!value.p && mr_desc_next(&in, &number, &wire, &s, &v, &ok))
        if (number == 2 && wire == MR_PW_BYTES && i-- == 0) value = s;
    if (!value.p) return false;
    *ret_name = MR_STR("");
    *ret_number = 0;
    in = mr_proto_in(value);
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        if (number == 1 && wire == MR_PW_BYTES) *ret_name = s;
        if (number == 2 && wire == MR_PW_VARINT) *ret_number = (int32_t)v;
    }
    return ok;
}

const struct mr_type *mr_desc_scalar(uint64_t kind) {
    static const struct mr_type *const types[MR_N_PK] = {
        [MR_PK_DOUBLE] = &mr_type_double, [MR_PK_FLOAT] = &mr_type_double,
        [MR_PK_INT64] = &mr_type_int,     [MR_PK_INT32] = &mr_type_int,
        [MR_PK_SINT64] = &mr_type_int,    [MR_PK_SINT32] = &mr_type_int,
        [MR_PK_SFIXED64] = &mr_type_int,  [MR_PK_SFIXED32] = &mr_type_int,
        [MR_PK_UINT64] = &mr_type_uint,   [MR_PK_UINT32] = &mr_type_uint,
        [MR_PK_FIXED64] = &mr_type_uint,  [MR_PK_FIXED32] = &mr_type_uint,
        [MR_PK_BOOL] = &mr_type_bool,     [MR_PK_STRING] = &mr_type_string,
        [MR_PK_BYTES] = &mr_type_bytes,   [MR_PK_ENUM] = &mr_type_int};
    return types[kind];
}

uint8_t mr_desc_wrapped(struct mr_str name) {
    static const struct {
        const char *name;
        uint8_t kind;
    } wrappers[] = {{"google.protobuf.DoubleValue", MR_PK_DOUBLE},
                    {"google.protobuf.FloatValue", MR_PK_FLOAT},
                    {"google.protobuf.Int64Value", MR_PK_INT64},
                    {"google.protobuf.UInt64Value", MR_PK_UINT64},
                    {"google.protobuf.Int32Value", MR_PK_INT32},
                    {"google.protobuf.UInt32Value", MR_PK_UINT32},
                    {"google.protobuf.BoolValue", MR_PK_BOOL},
                    {"google.protobuf.StringValue", MR_PK_STRING},
                    {"google.protobuf.BytesValue", MR_PK_BYTES}};
    name = without_dot(name);
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        if (mr_str_is(name, wrappers[i].name)) return wrappers[i].kind;
    return 0;
}

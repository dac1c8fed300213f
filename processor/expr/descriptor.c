/* descriptor.c -- a FileDescriptorSet (protoc --descriptor_set_out) -> struct types of messages.
 *
 * A small reader of its own: of descriptor.proto only names, numbers, kinds, presence and map
 * entries matter here. What does not become a type:
 *   - a field through which a message contains itself becomes `bytes` (its encoded form), so that
 *     types stay acyclic;
 *   - groups are left out.
 * google.protobuf.Timestamp and Duration become timestamp and duration, its wrappers (Int64Value
 * ...) optional scalars. Fields with presence (message, oneof, `optional`) are optional.
 */
#include "processor/expr/access.h"
#include "processor/expr/protobuf.h"
#include "processor/expr/utf8.h"

enum { NAME_DEPTH = 32, MESSAGES_MAX = 20000, NUMBER_MAX = 536870911 };

struct message {
    struct mr_str full_name; /* without a leading dot */
    struct mr_str bytes;     /* DescriptorProto */
    bool proto3;
    bool map_entry;
    bool open;  /* its type is being made */
    int height; /* of the finished type */
    const struct mr_type *type;
    struct message *next;
};

struct set {
    struct mr_arena *a;
    struct message *messages;
    size_t n;
    const char *problem;
};

/* One FieldDescriptorProto. */
struct field {
    struct mr_str name, type_name;
    uint64_t number, label, kind;
    bool in_oneof, proto3_optional;
    uint64_t oneof;
};
enum { LABEL_REQUIRED = 2, LABEL_REPEATED = 3 };

static bool fail(struct set *s, const char *problem) {
    if (!s->problem) s->problem = problem;
    return false;
}

static bool malformed(struct set *s) {
    return fail(s, "not a FileDescriptorSet (protoc -o)");
}

/* The next field: *ret for length-delimited ones, *ret_v for varints. false: end or malformed. */
static bool next(struct mr_proto_in *in, uint32_t *number, uint32_t *wire, struct mr_str *ret,
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

/* ---- the index of messages */

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
    while (next(&in, &number, &wire, &s, &v, ok))
        if (number == 7 && wire == MR_PW_VARINT) entry = v != 0;
    return entry;
}

static struct mr_str name_of(struct mr_str message, bool *ok) {
    struct mr_proto_in in = mr_proto_in(message);
    uint32_t number, wire;
    struct mr_str s, name = MR_STR("");
    uint64_t v;
    while (next(&in, &number, &wire, &s, &v, ok))
        if (number == 1 && wire == MR_PW_BYTES) name = s;
    return name;
}

static bool index_message(struct set *set, struct mr_str scope, struct mr_str bytes, bool proto3,
                          int depth) {
    bool ok = true;
    if (depth == NAME_DEPTH || set->n == MESSAGES_MAX) return fail(set, "too many messages");
    struct message *m = mr_arena_calloc(set->a, 1, sizeof *m);
    m->full_name = join_name(set->a, scope, name_of(bytes, &ok));
    m->bytes = bytes;
    m->proto3 = proto3;
    m->next = set->messages;
    set->messages = m;
    set->n++;
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    while (ok && next(&in, &number, &wire, &s, &v, &ok)) {
        if (wire != MR_PW_BYTES) continue;
        if (number == 7) m->map_entry = is_map_entry(s, &ok);
        if (number == 3 && !index_message(set, m->full_name, s, proto3, depth + 1)) return false;
    }
    return ok || malformed(set);
}

static bool index_file(struct set *set, struct mr_str file) {
    struct mr_str package = MR_STR(""), syntax = MR_STR("proto2"), s;
    uint32_t number, wire;
    uint64_t v;
    bool ok = true;
    struct mr_proto_in in = mr_proto_in(file);
    while (next(&in, &number, &wire, &s, &v, &ok)) {
        if (number == 2 && wire == MR_PW_BYTES) package = s;
        if (number == 12 && wire == MR_PW_BYTES) syntax = s;
    }
    if (!ok) return malformed(set);
    if (!mr_str_is(syntax, "proto2") && !mr_str_is(syntax, "proto3"))
        return fail(set, "only proto2 and proto3 are read, no editions yet");
    in = mr_proto_in(file);
    while (next(&in, &number, &wire, &s, &v, &ok)) {
        if (number != 4 || wire != MR_PW_BYTES) continue;
        if (!index_message(set, package, s, mr_str_is(syntax, "proto3"), 0)) return false;
    }
    return true;
}

static struct message *find(struct set *set, struct mr_str name) {
    if (name.n && name.p[0] == '.') name = (struct mr_str){name.p + 1, name.n - 1};
    for (struct message *m = set->messages; m; m = m->next)
        if (mr_str_eq(m->full_name, name)) return m;
    return NULL;
}

/* ---- fields */

static bool read_field(struct set *set, struct mr_str bytes, struct field *ret) {
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    *ret = (struct field){.name = MR_STR(""), .type_name = MR_STR("")};
    while (next(&in, &number, &wire, &s, &v, &ok)) {
        bool text = wire == MR_PW_BYTES;
        if (number == 1 && text) ret->name = s;
        if (number == 3 && !text) ret->number = v;
        if (number == 4 && !text) ret->label = v;
        if (number == 5 && !text) ret->kind = v;
        if (number == 6 && text) ret->type_name = s;
        if (number == 9 && !text) ret->oneof = v;
        if (number == 9 && !text) ret->in_oneof = true;
        if (number == 17 && !text) ret->proto3_optional = v != 0;
    }
    ok = ok && ret->name.n && mr_utf8_valid(ret->name, NULL) && ret->number >= 1 &&
         ret->number <= NUMBER_MAX && ret->kind >= 1 && ret->kind < MR_N_PK &&
         ret->oneof < UINT16_MAX;
    return ok || malformed(set);
}

static const struct mr_type *scalar(uint64_t kind) {
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

/* Messages with a meaning of their own. *ret_value: kind of a wrapper's value, else 0. */
static const struct mr_type *well_known(struct mr_str name, uint8_t *ret_value) {
    static const struct {
        const char *name;
        enum mr_proto_kind kind;
    } wrappers[] = {
        {"DoubleValue", MR_PK_DOUBLE}, {"FloatValue", MR_PK_FLOAT},   {"Int64Value", MR_PK_INT64},
        {"UInt64Value", MR_PK_UINT64}, {"Int32Value", MR_PK_INT32},   {"UInt32Value", MR_PK_UINT32},
        {"BoolValue", MR_PK_BOOL},     {"StringValue", MR_PK_STRING}, {"BytesValue", MR_PK_BYTES}};
    static const char prefix[] = ".google.protobuf.";
    size_t n = sizeof prefix - 1;
    *ret_value = 0;
    if (name.n < n || memcmp(name.p, prefix, n) != 0) return NULL;
    name = (struct mr_str){name.p + n, name.n - n};
    if (mr_str_is(name, "Timestamp")) return &mr_type_timestamp;
    if (mr_str_is(name, "Duration")) return &mr_type_duration;
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        if (!mr_str_is(name, wrappers[i].name)) continue;
        *ret_value = (uint8_t)wrappers[i].kind;
        return scalar(wrappers[i].kind);
    }
    return NULL;
}

static bool make_type(struct set *set, struct message *m, int depth);

/* The type of a message field, without its label. */
static const struct mr_type *message_type(struct set *set, const struct field *f, int depth,
                                          uint8_t *ret_value, int *height) {
    const struct mr_type *t = well_known(f->type_name, ret_value);
    if (t) return t;
    struct message *m = find(set, f->type_name);
    if (!m) {
        fail(set, mr_arena_printf(set->a, "no message %.*s in it (protoc --include_imports?)",
                                  MR_STR_ARG(f->type_name)));
        return NULL;
    }
    if (m->open) return &mr_type_bytes; /* it contains itself */
    if (!make_type(set, m, depth + 1)) return NULL;
    if (m->height + 1 > *height) *height = m->height + 1;
    return m->type;
}

static const struct mr_type *map_type(struct set *set, struct message *entry, struct mr_field *to,
                                      int depth, int *height) {
    if (!make_type(set, entry, depth + 1)) return NULL;
    int key = mr_type_field(entry->type, MR_STR("key"));
    int value = mr_type_field(entry->type, MR_STR("value"));
    if (key < 0 || value < 0) {
        malformed(set);
        return NULL;
    }
    const struct mr_field *k = &entry->type->fields[key], *v = &entry->type->fields[value];
    if (v->proto_value) return &mr_type_bytes; /* maps of wrappers: their entries, undecoded */
    if (entry->height + 1 > *height) *height = entry->height + 1;
    to->proto_key = k->proto_type;
    to->proto_value = v->proto_type;
    return mr_type_map(set->a, k->type, v->type);
}

static bool add_field(struct set *set, const struct message *m, const struct field *f, int depth,
                      struct mr_field *to, int *height) {
    bool repeated = f->label == LABEL_REPEATED, message = f->kind == MR_PK_MESSAGE;
    struct message *entry = repeated && message ? find(set, f->type_name) : NULL;
    *to = (struct mr_field){.name = mr_arena_str(set->a, f->name),
                            .number = (uint32_t)f->number,
                            .proto_type = (uint8_t)f->kind};
    if (entry && entry->map_entry) {
        to->type = map_type(set, entry, to, depth, height);
        if (to->type && to->type->kind != MR_T_MAP) to->type = mr_type_list(set->a, to->type);
        return to->type != NULL;
    }
    to->type = message ? message_type(set, f, depth, &to->proto_value, height) : scalar(f->kind);
    if (!to->type) return false;
    if (repeated) {
        to->type = mr_type_list(set->a, to->type);
        return true;
    }
    to->proto_explicit = !m->proto3 && f->label == LABEL_REQUIRED;
    to->optional =
        !to->proto_explicit && (message || f->in_oneof || f->proto3_optional || !m->proto3);
    if (f->in_oneof && !f->proto3_optional) to->proto_oneof = (uint16_t)(f->oneof + 1);
    return true;
}

static bool make_type(struct set *set, struct message *m, int depth) {
    if (m->type)
        return depth + m->height <= MR_TYPE_DEPTH || fail(set, "messages are nested too deeply");
    if (depth == MR_TYPE_DEPTH) return fail(set, "messages are nested too deeply");
    m->open = true;
    size_t count = 0, n = 0;
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    struct mr_proto_in in = mr_proto_in(m->bytes);
    while (next(&in, &number, &wire, &s, &v, &ok)) count += number == 2 && wire == MR_PW_BYTES;
    struct mr_field *fields = mr_arena_calloc(set->a, count, sizeof *fields);
    int height = 0;
    in = mr_proto_in(m->bytes);
    while (next(&in, &number, &wire, &s, &v, &ok)) {
        struct field f;
        if (number != 2 || wire != MR_PW_BYTES) continue;
        if (!read_field(set, s, &f)) return false;
        if (f.kind == MR_PK_GROUP) continue;
        if (!add_field(set, m, &f, depth, &fields[n], &height)) return false;
        n++;
    }
    m->open = false;
    m->height = height;
    m->type = mr_type_struct(set->a, m->full_name.p, (uint32_t)n, fields);
    return true;
}

const struct mr_type *mr_descriptor_type(struct mr_arena *a, struct mr_str bytes,
                                         struct mr_str message, const char **ret_problem) {
    struct set set = {.a = a};
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    while (ok && next(&in, &number, &wire, &s, &v, &ok))
        if (number == 1 && wire == MR_PW_BYTES) ok = index_file(&set, s);
    if (!ok) malformed(&set);
    struct message *m = set.problem ? NULL : find(&set, message);
    if (!m) fail(&set, mr_arena_printf(a, "no message `%.*s` in it", MR_STR_ARG(message)));
    if (!m || !make_type(&set, m, 0)) {
        *ret_problem = set.problem;
        return NULL;
    }
    return m->type;
}

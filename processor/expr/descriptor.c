/* descriptor.c -- a FileDescriptorSet (protoc --descriptor_set_out) -> struct types of messages, as
 * columns have them.
 *
 * What does not become a type:
 *   - a field through which a message contains itself becomes `bytes` (its encoded form), so that
 *     types stay acyclic;
 *   - groups are left out.
 * google.protobuf.Timestamp and Duration become timestamp and duration, its wrappers (Int64Value
 * ...) optional scalars. Fields with presence (message, oneof, `optional`) are optional.
 */
#include "processor/expr/access.h"
#include "processor/expr/descriptor.h"

/* Messages with a meaning of their own. *ret_value: kind of a wrapper's value, else 0. */
static const struct mr_type *well_known(struct mr_str name, uint8_t *ret_value) {
    *ret_value = mr_desc_wrapped(name);
    if (*ret_value) return mr_desc_scalar(*ret_value);
    if (mr_str_is(name, ".google.protobuf.Timestamp")) return &mr_type_timestamp;
    if (mr_str_is(name, ".google.protobuf.Duration")) return &mr_type_duration;
    return NULL;
}

static bool make_type(struct mr_desc_set *set, struct mr_desc_message *m, int depth);

/* The type of a message field, without its label. */
static const struct mr_type *message_type(struct mr_desc_set *set, const struct mr_desc_field *f,
                                          int depth, uint8_t *ret_value, int *height) {
    const struct mr_type *t = well_known(f->type_name, ret_value);
    if (t) return t;
    struct mr_desc_message *m = mr_desc_find(set, f->type_name);
    if (!m) {
        mr_desc_fail(set,
                     mr_arena_printf(set->a, "no message %.*s in it (protoc --include_imports?)",
                                     MR_STR_ARG(f->type_name)));
        return NULL;
    }
    if (m->open) return &mr_type_bytes; /* it contains itself */
    if (!make_type(set, m, depth + 1)) return NULL;
    if (m->height + 1 > *height) *height = m->height + 1;
    return m->type;
}

static const struct mr_type *map_type(struct mr_desc_set *set, struct mr_desc_message *entry,
                                      struct mr_field *to, int depth, int *height) {
    if (!make_type(set, entry, depth + 1)) return NULL;
    int key = mr_type_field(entry->type, MR_STR("key"));
    int value = mr_type_field(entry->type, MR_STR("value"));
    if (key < 0 || value < 0) {
        mr_desc_fail(set, "not a FileDescriptorSet (protoc -o)");
        return NULL;
    }
    const struct mr_field *k = &entry->type->fields[key], *v = &entry->type->fields[value];
    if (v->proto_value) return &mr_type_bytes; /* maps of wrappers: their entries, undecoded */
    if (entry->height + 1 > *height) *height = entry->height + 1;
    to->proto_key = k->proto_type;
    to->proto_value = v->proto_type;
    return mr_type_map(set->a, k->type, v->type);
}

static bool add_field(struct mr_desc_set *set, const struct mr_desc_message *m,
                      const struct mr_desc_field *f, int depth, struct mr_field *to, int *height) {
    bool repeated = f->label == MR_DESC_REPEATED, message = f->kind == MR_PK_MESSAGE;
    struct mr_desc_message *entry = repeated && message ? mr_desc_find(set, f->type_name) : NULL;
    *to = (struct mr_field){.name = mr_arena_str(set->a, f->name),
                            .number = (uint32_t)f->number,
                            .proto_type = (uint8_t)f->kind};
    if (entry && entry->map_entry) {
        to->type = map_type(set, entry, to, depth, height);
        if (to->type && to->type->kind != MR_T_MAP) to->type = mr_type_list(set->a, to->type);
        return to->type != NULL;
    }
    to->type =
        message ? message_type(set, f, depth, &to->proto_value, height) : mr_desc_scalar(f->kind);
    if (!to->type) return false;
    if (repeated) {
        to->type = mr_type_list(set->a, to->type);
        return true;
    }
    to->proto_explicit = !m->proto3 && f->label == MR_DESC_REQUIRED;
    to->optional =
        !to->proto_explicit && (message || f->in_oneof || f->proto3_optional || !m->proto3);
    if (f->in_oneof && !f->proto3_optional) to->proto_oneof = (uint16_t)(f->oneof + 1);
    return true;
}

static bool make_type(struct mr_desc_set *set, struct mr_desc_message *m, int depth) {
    if (m->type)
        return depth + m->height <= MR_TYPE_DEPTH ||
               mr_desc_fail(set, "messages are nested too deeply");
    if (depth == MR_TYPE_DEPTH) return mr_desc_fail(set, "messages are nested too deeply");
    m->open = true;
    size_t count = 0, n = 0;
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    struct mr_proto_in in = mr_proto_in(m->bytes);
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok))
        count += number == 2 && wire == MR_PW_BYTES;
    struct mr_field *fields = mr_arena_calloc(set->a, count, sizeof *fields);
    int height = 0;
    in = mr_proto_in(m->bytes);
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        struct mr_desc_field f;
        if (number != 2 || wire != MR_PW_BYTES) continue;
        if (!mr_desc_field(set, s, &f)) return false;
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
    struct mr_desc_set set = {.a = a};
    mr_desc_read(&set, bytes);
    struct mr_desc_message *m = set.problem ? NULL : mr_desc_find(&set, message);
    if (!m && !set.problem)
        mr_desc_fail(&set, mr_arena_printf(a, "no message `%.*s` in it", MR_STR_ARG(message)));
    if (!m || !make_type(&set, m, 0)) {
        *ret_problem = set.problem;
        return NULL;
    }
    return m->type;
}

/* descriptor.h -- what a FileDescriptorSet holds: messages, enums and extensions by full name.
 *
 * Inside of record access only. Everything borrows the bytes of the set; descriptor.c makes types
 * of columns of it, message.c the messages of expressions.
 */
#ifndef MR_EXPR_DESCRIPTOR_H
#define MR_EXPR_DESCRIPTOR_H

#include "base/arena.h"
#include "processor/expr/protobuf.h"
#include "processor/expr/type.h"

struct mr_desc_message {
    struct mr_str full_name; /* without a leading dot */
    struct mr_str bytes;     /* DescriptorProto */
    bool proto3;
    bool map_entry;
    /* of whoever makes types */
    bool open;      /* its type is being made */
    int height;     /* of the finished type */
    int extensions; /* how many there are of it */
    const struct mr_type *type;
};

struct mr_desc_enum {
    struct mr_str full_name;
    struct mr_str bytes; /* EnumDescriptorProto */
};

struct mr_desc_extension {
    struct mr_str scope; /* the package or message it is declared in: full_name = scope.name */
    struct mr_str bytes; /* FieldDescriptorProto */
};

struct mr_desc_set {
    struct mr_arena *a;
    struct mr_desc_message *messages; /* by name */
    struct mr_desc_enum *enums;       /* by name */
    struct mr_desc_extension *extensions;
    size_t n_messages, n_enums, n_extensions;
    size_t cap_messages, cap_enums, cap_extensions;
    const char *problem; /* the first, in a or static */
};

/* One FieldDescriptorProto. */
struct mr_desc_field {
    struct mr_str name, type_name, extendee, default_value;
    uint64_t number, label, kind;
    bool in_oneof, proto3_optional, has_default;
    uint64_t oneof;
};
enum { MR_DESC_REQUIRED = 2, MR_DESC_REPEATED = 3 };

/* Reads a set. false: set->problem. */
bool mr_desc_read(struct mr_desc_set *set, struct mr_str bytes);
struct mr_desc_message *mr_desc_find(const struct mr_desc_set *set, struct mr_str name);
const struct mr_desc_enum *mr_desc_find_enum(const struct mr_desc_set *set, struct mr_str name);
bool mr_desc_field(struct mr_desc_set *set, struct mr_str bytes, struct mr_desc_field *ret);
/* The next field of a message of descriptor.proto: *ret for length-delimited ones, *ret_v for
 * varints. false: the end, or malformed (*ok). */
bool mr_desc_next(struct mr_proto_in *in, uint32_t *number, uint32_t *wire, struct mr_str *ret,
                  uint64_t *ret_v, bool *ok);
/* Value i of an enum, from 0 on. false: there are fewer. */
bool mr_desc_enum_value(const struct mr_desc_enum *e, uint32_t i, struct mr_str *ret_name,
                        int32_t *ret_number);
/* The type of a scalar (bytes, strings and enums are some), NULL for messages and groups. */
const struct mr_type *mr_desc_scalar(uint64_t kind);
/* google.protobuf.XValue: the kind of X, else 0. name: with or without a leading dot. */
uint8_t mr_desc_wrapped(struct mr_str name);
bool mr_desc_fail(struct mr_desc_set *set, const char *problem); /* always false */

#endif

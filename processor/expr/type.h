/* type.h -- types of fields, expressions and rows.
 *
 * A row type is a struct type: named fields in order. Types are immutable, live in the arena they
 * were made in, and are compared with mr_type_eq (structural; messages of one pool by identity).
 */
#ifndef MR_EXPR_TYPE_H
#define MR_EXPR_TYPE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

enum mr_type_kind {
    MR_T_NULL,
    MR_T_BOOL,
    MR_T_INT,  /* int64 */
    MR_T_UINT, /* uint64 */
    MR_T_DOUBLE,
    MR_T_STRING, /* valid UTF-8 */
    MR_T_BYTES,
    MR_T_TIMESTAMP,
    MR_T_DURATION,
    MR_T_LIST,     /* elem */
    MR_T_MAP,      /* key, elem */
    MR_T_STRUCT,   /* fields: an inline JSON schema, a protobuf message, the value of a node */
    MR_T_OPTIONAL, /* elem: optional_type(T) of CEL; a joined side that may be missing */
    MR_T_DYN,      /* `json`, and CEL's dyn; elem: what the reference checker would call it */
    MR_T_TYPE,     /* CEL's type(T) */
    MR_T_WRAPPER,  /* elem, or null: CEL's wrapper(T), a google.protobuf.Int64Value ... */
    MR_T_IP,       /* net.IP of CEL's network extension */
    MR_T_CIDR,     /* net.CIDR */
    MR_T_ERROR,    /* already reported: everything with it type-checks silently */
    MR_T_ABSTRACT, /* of declared functions only: a name, and the types of fields: its parameters */
    MR_T_PARAM,    /* the same: a type parameter of that name */
};

/* How a timestamp stands in JSON or a number on the wire. */
enum mr_wire { MR_WIRE_DEFAULT, MR_WIRE_MS, MR_WIRE_S, MR_WIRE_US };

struct mr_type;
struct mr_message;

struct mr_field {
    struct mr_str name;         /* NUL-terminated */
    const struct mr_type *type; /* without the `?` */
    bool optional;              /* declared with `?`: may be absent, must be handled */
    enum mr_wire wire;
    uint32_t number;      /* protobuf field number, else 0 */
    uint8_t proto_type;   /* FieldDescriptorProto.Type 1..18 (of an element), else 0 */
    uint8_t proto_key;    /* protobuf map: the same of its keys */
    uint8_t proto_value;  /* protobuf map: of its values; google.protobuf.XValue: of X */
    bool proto_explicit;  /* must be written: proto2 required; Avro without a null branch */
    uint16_t proto_oneof; /* protobuf: member of this oneof of the message, from 1; else 0 */
};

struct mr_type {
    enum mr_type_kind kind;
    const struct mr_type *elem; /* LIST, MAP (value), OPTIONAL, TYPE, WRAPPER */
    const struct mr_type *key;  /* MAP */
    struct mr_str name;         /* STRUCT: message or `types:` name, may be empty */
    uint32_t n_fields;          /* STRUCT */
    const struct mr_field *fields;
    bool open; /* STRUCT: undeclared fields are kept, type json */
    /* STRUCT: a protobuf message as CEL sees it (message.h); NULL: any other. It may contain
     * itself, and a field that is ABSENT in a row of it reads as its default. */
    const struct mr_message *message;
};

extern const struct mr_type mr_type_null, mr_type_bool, mr_type_int, mr_type_uint, mr_type_double,
    mr_type_string, mr_type_bytes, mr_type_timestamp, mr_type_duration, mr_type_dyn, mr_type_error,
    mr_type_ip, mr_type_cidr;
extern const struct mr_type mr_type_any; /* dyn that comes from a google.protobuf.Any */

bool mr_type_eq(const struct mr_type *a, const struct mr_type *b);
const struct mr_type *mr_type_list(struct mr_arena *a, const struct mr_type *elem);
const struct mr_type *mr_type_map(struct mr_arena *a, const struct mr_type *key,
                                  const struct mr_type *elem);
const struct mr_type *mr_type_optional(struct mr_arena *a, const struct mr_type *elem);
const struct mr_type *mr_type_wrapper(const struct mr_type *elem); /* of a scalar; static */
/* CEL's type(T): of the values that are types */
const struct mr_type *mr_type_type(struct mr_arena *a, const struct mr_type *elem);
/* dyn of which more is known than can be relied on: null, or t */
const struct mr_type *mr_type_dyn_of(struct mr_arena *a, const struct mr_type *t);
/* fields: borrowed by the type for its whole life */
const struct mr_type *mr_type_struct(struct mr_arena *a, const char *name, uint32_t n,
                                     const struct mr_field *fields);
const struct mr_type *mr_type_abstract(struct mr_arena *a, struct mr_str name, uint32_t n,
                                       const struct mr_type *const *params);
const struct mr_type *mr_type_param(struct mr_arena *a, struct mr_str name);
int mr_type_field(const struct mr_type *t, struct mr_str name); /* index, or -1 */
/* `int`, `[string]`, `{string: int}`, `string?`, `{user_id: string, ...}`, optional(int) */
void mr_type_print(const struct mr_type *t, struct mr_buf *to);

#endif

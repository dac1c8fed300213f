/* message.h -- protobuf messages in expressions: the messages, enums and extensions of a descriptor
 * set, as CEL sees them.
 *
 * A message is a struct type with `message` set; a value of it is a row like that of any struct:
 *
 *   1. A field that is not set is ABSENT. So is a scalar without presence that holds its default,
 *      and an empty list or map: two messages are equal when their rows are, and has() is "not
 *      ABSENT".
 *   2. Reading an ABSENT field gives the field's `unset`: its default, an empty message, or null.
 *   3. Values of google.protobuf.Any, Value, Struct, ListValue, Timestamp, Duration and the
 *      wrappers never stand in a row: what they mean does. Only an Any whose content is of no
 *      known type, or broken, stays the record that it is; to read it is an error.
 *   4. Extensions are fields behind those of the message; their name is the full one.
 *   5. Messages nest at most MR_MESSAGE_DEPTH deep, what is inside of an Any counts.
 *
 * Columns of topologies have types of their own (descriptor.c).
 */
#ifndef MR_EXPR_MESSAGE_H
#define MR_EXPR_MESSAGE_H

#include "processor/expr/type.h"
#include "processor/expr/value.h"

enum { MR_MESSAGE_DEPTH = 64 };

enum mr_well_known {
    MR_WK_NONE,
    MR_WK_WRAPPER,
    MR_WK_TIMESTAMP,
    MR_WK_DURATION,
    MR_WK_ANY,
    MR_WK_STRUCT,
    MR_WK_VALUE,
    MR_WK_LIST,
    MR_WK_EMPTY, /* from here on a value is the message itself; JSON has a form of its own */
    MR_WK_FIELD_MASK,
};

/* One value of a field. */
struct mr_message_item {
    uint8_t kind;                           /* enum mr_proto_kind */
    bool null_value;                        /* ENUM: google.protobuf.NullValue */
    const struct mr_desc_enum *enumeration; /* ENUM */
    const struct mr_type *message; /* MESSAGE, GROUP: the struct, of well-known ones, too */
    const struct mr_type *type;    /* in CEL */
};

enum mr_message_shape { MR_MESSAGE_ONE, MR_MESSAGE_LIST, MR_MESSAGE_MAP };

struct mr_message_field {
    uint8_t shape;                    /* enum mr_message_shape */
    bool implicit;                    /* a scalar without presence */
    uint16_t oneof;                   /* member of this oneof, from 1; else 0 */
    struct mr_message_item key, item; /* MAP has both */
    struct mr_value unset;            /* what an ABSENT one reads as */
};

struct mr_messages;

struct mr_message {
    const struct mr_messages *pool;
    uint8_t well_known;        /* enum mr_well_known */
    uint8_t wrapped;           /* WRAPPER: kind of its value */
    const struct mr_type *cel; /* of a value: the struct, or timestamp, wrapper(int) ... */
    const struct mr_message_field *fields; /* by index of the struct type */
    const uint32_t *by_number;             /* the indexes in order of field numbers */
    const struct mr_value *blank;          /* a row of ABSENT */
};

/* The messages of a FileDescriptorSet, in a; borrows the bytes. NULL: *ret_problem says why. */
const struct mr_messages *mr_messages_new(struct mr_arena *a, struct mr_str set,
                                          const char **ret_problem);
/* The struct type of a message by its full name, or NULL. */
const struct mr_type *mr_messages_find(const struct mr_messages *pool, struct mr_str name);
/* `pkg.Enum.NAME`. false: there is none. */
bool mr_messages_enum(const struct mr_messages *pool, struct mr_str name, int32_t *ret);
/* The message whose full name is nearest to it (or whose last part is), one of the package first;
 * NULL: none is near. */
const char *mr_messages_nearest(const struct mr_messages *pool, struct mr_str name,
                                struct mr_str package);

/* The field of a number, or -1. */
int mr_message_field_of(const struct mr_type *t, uint32_t number);
/* Sets one field of a row to what a field may hold, by rule 1; siblings of a oneof are cleared. */
void mr_message_put(const struct mr_type *t, struct mr_value *row, uint32_t field,
                    struct mr_value v);
/* Can it be told apart whether the field is set? */
bool mr_message_has_presence(const struct mr_type *t, uint32_t field);
bool mr_message_is_default(const struct mr_value *v);
/* An Any that could not be unpacked: to read it is an error. */
bool mr_message_is_raw_any(const struct mr_value *v);

/* ---- message_read.c */

/* Wire bytes -> what a value of the message is in CEL, boxed where that is dyn (Any); a message
 * is a STRUCT. false: *ret_problem (static) says why. */
bool mr_message_read(struct mr_arena *a, const struct mr_type *t, struct mr_str bytes,
                     struct mr_value *ret, const char **ret_problem);
/* What the row of a well-known message means, its own fields as rule 3 has them. An Any of no
 * known type becomes a RECORD of itself. false: *ret_problem. */
bool mr_message_unwrap(struct mr_arena *a, const struct mr_type *t, const struct mr_value *row,
                       struct mr_value *ret, const char **ret_problem);

/* ---- message_write.c */

/* A row of a message -> its wire bytes. false: *ret says why (nested too deeply). */
bool mr_message_write(const struct mr_type *t, const struct mr_value *row, struct mr_buf *to,
                      struct mr_fault *ret);

/* ---- message_json.c */

/* v as google.protobuf.Value holds it: null, bool, double, string, list, map. RECORDs of messages
 * by protobuf's JSON mapping. *fuel: of mr_run, is charged. false: *ret_problem (static). */
bool mr_message_to_json(struct mr_arena *a, const struct mr_value *v, int64_t *fuel,
                        struct mr_value *ret, const char **ret_problem);

#endif

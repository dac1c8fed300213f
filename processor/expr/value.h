/* value.h -- a value in 16 bytes, and rows of values.
 *
 * Strings, bytes and JSON texts are borrowed: from the input record (valid until its fetch is
 * released), from the plan (constants), or from the batch arena. Lists, maps and structs are
 * arrays in such memory. Nothing is counted and nothing is freed one by one.
 */
#ifndef MR_EXPR_VALUE_H
#define MR_EXPR_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "processor/expr/type.h"

#include <stdint.h>

enum mr_tag {
    MR_V_ABSENT, /* an optional field without a value, optional.none(), a missing joined side */
    MR_V_NULL,   /* JSON null inside a `json` value */
    MR_V_BOOL,
    MR_V_INT,
    MR_V_UINT,
    MR_V_DOUBLE,
    MR_V_STRING,
    MR_V_BYTES,
    MR_V_TIMESTAMP, /* i = seconds since 1970, aux = nanoseconds 0..999,999,999 */
    MR_V_DURATION,  /* i = nanoseconds */
    MR_V_LIST,      /* len values at list */
    MR_V_MAP,       /* len entries at map, in literal or wire order */
    MR_V_STRUCT,    /* values at row, one per field of the static type */
    MR_V_JSON,      /* undecoded JSON text: p, len (type `json`) */
    MR_V_TYPE,      /* a CEL type value: type */
    MR_V_IP,        /* an address: len (4 or 16) bytes at p (ip.h) */
    MR_V_CIDR,      /* the same and a byte, how many bits count: len is 5 or 17 */
    MR_V_ERROR,     /* i = enum mr_reason, aux = arena-independent detail; p via mr_fault */
    MR_V_RECORD,    /* a struct in a place of type dyn (value_box.c): record */
    MR_V_OPTIONAL,  /* an optional there, or in an optional: len 0, or 1 and its value at list */
};

struct mr_value;
struct mr_map_entry;
struct mr_record;

struct mr_value {
    uint8_t tag;   /* enum mr_tag */
    uint8_t flags; /* MR_VF_... */
    uint16_t pad;  /* always 0 */
    union {
        uint32_t len; /* STRING, BYTES, JSON, IP, CIDR: bytes; LIST, MAP, OPTIONAL: elements;
                         STRUCT: fields */
        uint32_t aux; /* TIMESTAMP: nanoseconds; ERROR: enum mr_reason */
    };
    union {
        bool b;
        int64_t i;
        uint64_t u;
        double d;
        const char *p;
        const struct mr_value *list;
        const struct mr_map_entry *map;
        const struct mr_value *row;
        const struct mr_record *record;
        const struct mr_type *type;
        const struct mr_fault *fault; /* ERROR: what and where; NULL = only the reason is known */
    };
};

enum {
    MR_VF_ASCII = 1,   /* STRING: known to hold only ASCII */
    MR_VF_MISSING = 2, /* ERROR: a required field that is not there at all */
};

struct mr_map_entry {
    struct mr_value key, value;
};

struct mr_record {
    const struct mr_type *type; /* a struct */
    const struct mr_value *row;
};

/* Why a record could not be used: mr.reason of language.md 7, one row each in reasons.def. */
enum mr_reason {
#define REASON(id, name) MR_R_##id,
#include "processor/expr/reasons.def"
#undef REASON
    MR_N_REASONS
};
const char *mr_reason_name(enum mr_reason r); /* "decode.type" */

struct mr_fault {
    enum mr_reason reason;
    const char *text; /* one line for a person, in the batch arena or static */
    /* JSON: a field that is not what it is declared to be, as it stands in the record (p == NULL:
     * not known), so that a dead letter can show it. Its syntax may be wrong further inside. */
    struct mr_str raw;
};

#define MR_ABSENT    ((struct mr_value){.tag = MR_V_ABSENT})
#define mr_bool(x)   ((struct mr_value){.tag = MR_V_BOOL, .b = (x)})
#define mr_int(x)    ((struct mr_value){.tag = MR_V_INT, .i = (x)})
#define mr_uint(x)   ((struct mr_value){.tag = MR_V_UINT, .u = (x)})
#define mr_double(x) ((struct mr_value){.tag = MR_V_DOUBLE, .d = (x)})
#define mr_string(s) ((struct mr_value){.tag = MR_V_STRING, .len = (uint32_t)(s).n, .p = (s).p})
#define mr_bytesv(s) ((struct mr_value){.tag = MR_V_BYTES, .len = (uint32_t)(s).n, .p = (s).p})
#define mr_struct(v) ((struct mr_value){.tag = MR_V_STRUCT, .row = (v)})

struct mr_value mr_timestamp_ms(int64_t ms); /* since 1970 */
/* Milliseconds, rounded down; false when outside int64 or not a timestamp. */
bool mr_value_ms(const struct mr_value *v, int64_t *ret_ms);
/* An error value: its fault is made in a. */
struct mr_value mr_error_value(struct mr_arena *a, enum mr_reason r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same error (one with a fault) with what stood in the record; raw is borrowed. */
struct mr_value mr_error_with(struct mr_arena *a, const struct mr_value *error, struct mr_str raw);

/* STRUCT: how many fields, and the type of one; t decides, NULL (inside dyn): v->len, unknown. */
uint32_t mr_value_n_fields(const struct mr_value *v, const struct mr_type *t);
const struct mr_type *mr_value_field_type(const struct mr_type *t, uint32_t i);

/* As CEL: deep; int, uint and double on one number line; NaN is unequal to all; different types
 * are unequal. An undecoded JSON value equals what it would decode to. t may be NULL (dyn). */
bool mr_value_eq(const struct mr_value *a, const struct mr_value *b, const struct mr_type *t);
/* The same with memory from an arena, and *fuel less what was touched (elements, 16 bytes each);
 * below 0: it was not enough, and the result is false. */
bool mr_value_eq_within(struct mr_arena *a, int64_t *fuel, const struct mr_value *x,
                        const struct mr_value *y, const struct mr_type *t);
/* Total order within one type (numbers numerically, strings and bytes by bytes, false < true;
 * NaN behind all numbers; lists element by element; different tags by tag). */
int mr_value_cmp(const struct mr_value *a, const struct mr_value *b);
/* Deep copy into a: nothing borrowed any more except static memory. */
struct mr_value mr_value_copy(struct mr_arena *a, const struct mr_value *v,
                              const struct mr_type *t);
/* Of map entries with equal keys one stays, at the place of the first, with the value of the first
 * (last_wins: of the last). Returns how many are left. Keys: strings, or scalars of one type. */
size_t mr_map_unique(struct mr_arena *a, struct mr_map_entry *map, size_t n, bool last_wins);
/* ---- value_box.c */

/* Would a value of this type be boxed in a place of type dyn, it or what is in it? */
bool mr_type_boxes(const struct mr_type *t);
/* Does a value of `from` change when it comes to stand where `to` is the static type? */
bool mr_type_coerces(const struct mr_type *from, const struct mr_type *to);
/* How many elements that touches: those of lists and maps that hold what is boxed. */
size_t mr_value_elements(const struct mr_value *v, const struct mr_type *t);
size_t mr_record_elements(const struct mr_value *v); /* RECORD: opening it */
struct mr_value mr_value_coerce(struct mr_arena *a, const struct mr_value *v,
                                const struct mr_type *from, const struct mr_type *to);
/* What is boxed as it is where `to`, its type, is the static type. */
struct mr_value mr_value_unbox(struct mr_arena *a, const struct mr_value *v,
                               const struct mr_type *to);
bool mr_type_is_message(const struct mr_type *t); /* of protobuf; else a row of JSON: a map */
/* RECORD: a field (boxed; ABSENT: none, or not set; ERROR), and the whole as a map: of a message
 * itself. Its fields may not be read: ERROR. */
struct mr_value mr_record_get(struct mr_arena *a, const struct mr_value *v, struct mr_str name);
/* Is the field set? false: there is no such field. */
bool mr_record_has(const struct mr_value *v, struct mr_str name, bool *ret_set);
struct mr_value mr_record_open(struct mr_arena *a, const struct mr_value *v);

/* For messages, traces and tests: CEL-like text, strings quoted. */
void mr_value_print(const struct mr_value *v, const struct mr_type *t, struct mr_buf *to);

#endif

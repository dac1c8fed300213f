/* codec.h -- bytes of topics <-> rows and keys: record access, lazy and one pass.
 *
 * A format is what `key:` and `value:` say. A reader is a format plus the set of fields that a
 * plan reads of it; it fills those slots in one pass over the bytes and stops behind the last.
 * A field that cannot be decoded becomes an ERROR value in its slot: the node that reads it
 * decides. Slots that are not wanted are ABSENT and must not be read.
 * An error inside a nested value (a list, a struct) is the error of the whole slot: only top-level
 * slots can be ERROR. Values of type `json` stay text (MR_V_JSON, json.h opens them).
 */
#ifndef MR_EXPR_CODEC_H
#define MR_EXPR_CODEC_H

#include "base/diag.h"
#include "processor/expr/type.h"
#include "processor/expr/value.h"

enum mr_format_kind {
    MR_F_STRING, /* UTF-8 */
    MR_F_BYTES,
    MR_F_INT,      /* 8 bytes, big-endian */
    MR_F_JSON,     /* any JSON: type dyn */
    MR_F_JSON_ROW, /* {json: {field: type}} */
    MR_F_PROTOBUF, /* {protobuf: pkg.Message, descriptor: file} */
    MR_F_STRUCT,   /* canonical JSON of a struct key */
    MR_F_AVRO,     /* {avro: file}: Avro binary */
};

struct mr_messages; /* message.h */

struct mr_format {
    enum mr_format_kind kind;
    const struct mr_type *type; /* scalar, dyn, or struct */
    struct mr_str message;      /* protobuf: its full name; Avro: the file */
    const struct mr_avro *avro; /* Avro: how it is encoded */
    struct mr_str set;          /* protobuf: the bytes of the descriptor file */
    bool registry;              /* Confluent's header stands before it (confluent.h) */
};

/* Reads `key:` or `value:`. types: the file's named types. dir: of the file, for descriptors.
 * NULL after a diagnostic. What is not there yet (open) is E-NOTYET. */
const struct mr_format *mr_format_compile(struct mr_arena *a, struct mr_diags *d,
                                          const struct mr_tree *t, const struct mr_tree *types,
                                          const char *dir);
const struct mr_type *mr_type_compile(struct mr_arena *a, struct mr_diags *d,
                                      const struct mr_tree *t, const struct mr_tree *types,
                                      bool *ret_optional, enum mr_wire *ret_wire);
/* Are bytes of the one bytes of the other? */
bool mr_format_same(const struct mr_format *a, const struct mr_format *b);
/* The messages of all descriptor files that are named in t (a format, or a whole topology): what
 * expressions may make. NULL: none is named, or they cannot be read, which their formats report. */
const struct mr_messages *mr_format_messages(struct mr_arena *a, const struct mr_tree *t,
                                             const char *dir);
void mr_format_print(const struct mr_format *f, struct mr_buf *to); /* as the file says it */
/* Can values of type t be written in this format, as far as types tell? For sinks. false: why (may
 * hold text already) gets one line: "`item.n`: string does not go into int". */
bool mr_format_accepts(const struct mr_format *f, const struct mr_type *t, struct mr_buf *why);

/* ---- reading */

struct mr_reader;
/* wanted[i]: field i of the row type is read; NULL = all. For scalar formats there is one slot. */
struct mr_reader *mr_reader_new(struct mr_arena *a, const struct mr_format *f, const bool *wanted);
uint32_t mr_reader_slots(const struct mr_reader *r); /* fields of the row, or 1 */
/* Fills slots (all of them: unwanted ones ABSENT) from bytes. Borrows bytes; makes nested values
 * in a. Never fails as a whole: what cannot be read is an ERROR value in its slot. */
void mr_reader_read(const struct mr_reader *r, struct mr_str bytes, struct mr_value *slots,
                    struct mr_arena *a);
/* The same where the format has `registry: true` (wants_id): id is the value of the record header
 * `__value_schema_id`, p NULL if there is none; then the id stands before the bytes. */
bool mr_reader_wants_id(const struct mr_reader *r);
void mr_reader_read_id(const struct mr_reader *r, struct mr_str bytes, struct mr_str id,
                       struct mr_value *slots, struct mr_arena *a);
/* The raw JSON text `null` counts as no value (language.md 3). */
bool mr_reader_is_null(const struct mr_reader *r, struct mr_str bytes);

/* ---- writing */

/* Appends the bytes of a value of type t. Rows are STRUCT values: JSON has their fields in the
 * order of t, absent ones left out; a message has its own, found by name. Timestamps go as the
 * format's field declares them (timestamp_ms ...), else as the row's field does. false: cannot be
 * written in this format (NaN in JSON, over the limit of the buffer); *ret says why, and the buffer
 * is as it was. */
bool mr_write(const struct mr_format *f, const struct mr_type *t, const struct mr_value *v,
              struct mr_buf *to, struct mr_fault *ret);
/* JSON of any value, as the file form and dead letters use it. */
bool mr_write_json(const struct mr_type *t, const struct mr_value *v, struct mr_buf *to,
                   struct mr_fault *ret);
/* Key bytes of a group: one value: string = its UTF-8, int = 8 bytes big-endian, bytes = itself,
 * others and several: canonical JSON. No value: reason key.null. */
bool mr_write_key(const struct mr_type *t, const struct mr_value *v, struct mr_buf *to,
                  struct mr_fault *ret);

/* ---- rows in state and in repartition frames: our own compact form, versioned by its users.
 * ERROR values go through, so that the node that reads the field can still judge it. Every value
 * carries its tag; ABSENT is one byte. Reading has limits and never trusts lengths. */
void mr_row_pack(const struct mr_type *row, const struct mr_value *values, struct mr_buf *to);
/* values: n_fields slots; nested values in a; strings borrow from bytes. wanted: by field, NULL =
 * all; the others are stepped over and ABSENT. false = malformed. */
bool mr_row_unpack(const struct mr_type *row, struct mr_str bytes, const bool *wanted,
                   struct mr_value *values, struct mr_arena *a);
/* Rows that we packed ourselves, so they must be sound: their fields in a, and as a struct. */
struct mr_value *mr_row_own(const struct mr_type *row, struct mr_str bytes, const bool *wanted,
                            struct mr_arena *a);
struct mr_value mr_row_own_struct(const struct mr_type *row, struct mr_str bytes,
                                  const bool *wanted, struct mr_arena *a);

#endif

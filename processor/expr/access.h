/* access.h -- inside of record access: what codec.c shares with the readers and writers.
 *
 * Not for other folders, and not for the expression compiler.
 */
#ifndef MR_EXPR_ACCESS_H
#define MR_EXPR_ACCESS_H

#include "processor/expr/codec.h"

/* Memory for the values of one record: an empty object of many optional fields takes two bytes
 * there and sixteen here for each field. */
enum { MR_RECORD_MEMORY = 256 * 1024 * 1024 };
enum { MR_TYPE_DEPTH = 32 }; /* nesting of declared types; so typed readers may recurse */

/* ---- json_read.c: objects of declared fields */

struct mr_json_plan;
/* wanted: as mr_reader_new. */
const struct mr_json_plan *mr_json_plan_new(struct mr_arena *a, const struct mr_type *row,
                                            const bool *wanted);
/* Fills one slot per field of the row. */
void mr_json_read_row(const struct mr_json_plan *plan, struct mr_str text, struct mr_value *slots,
                      struct mr_arena *a);
/* The whole text as one value of type `json`. */
struct mr_value mr_json_read_any(struct mr_str text, struct mr_arena *a);

/* ---- protobuf_read.c */

struct mr_proto_in;

struct mr_proto_plan;
const struct mr_proto_plan *mr_proto_plan_new(struct mr_arena *a, const struct mr_type *row,
                                              const bool *wanted);
void mr_proto_read_row(const struct mr_proto_plan *plan, struct mr_str bytes,
                       struct mr_value *slots, struct mr_arena *a);

/* A scalar that is no string or bytes, of wire type mr_proto_wire_of(kind). false: malformed. */
bool mr_proto_read_number(struct mr_proto_in *in, uint8_t kind, struct mr_value *to);

/* ---- protobuf_write.c */

/* message: the type that carries field numbers; row, v: what is written, fields by name. */
bool mr_proto_write_row(const struct mr_type *message, const struct mr_type *row,
                        const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret);

/* The value alone, without its tag (strings and bytes: with their length). */
bool mr_proto_put_scalar(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                         struct mr_fault *ret);
/* The content of google.protobuf.Timestamp or Duration. */
void mr_proto_put_time(const struct mr_value *v, struct mr_buf *to);
/* Puts the length of everything behind `from` in front of it. */
void mr_proto_put_length_before(struct mr_buf *to, size_t from);

/* ---- avro_read.c, avro_write.c (avro.h: the schema) */

struct mr_avro;
/* Fills one slot per field of a record, or one. false: the bytes are not of this schema. */
bool mr_avro_read(const struct mr_avro *schema, const bool *wanted, struct mr_str bytes,
                  struct mr_value *slots, struct mr_arena *a);
/* Can the bytes be walked to their end? Values are not looked at. */
bool mr_avro_fits(const struct mr_avro *schema, struct mr_str bytes);
bool mr_avro_write(const struct mr_avro *schema, const struct mr_type *row,
                   const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret);

/* ---- json_schema.c */

struct mr_schema_file;
/* The struct type of a JSON Schema; NULL after diagnostics. */
const struct mr_type *mr_json_schema_type(const struct mr_schema_file *f);

/* ---- descriptor.c */

/* The struct type of a message of a FileDescriptorSet. NULL: *ret_problem says why (in a). */
const struct mr_type *mr_descriptor_type(struct mr_arena *a, struct mr_str set,
                                         struct mr_str message, const char **ret_problem);

/* ---- write.c */

/* Sets *ret and returns false. */
bool mr_write_fail(struct mr_fault *ret, enum mr_reason r, const char *text);
/* wire: of the field that holds the value. */
bool mr_write_json_value(const struct mr_type *t, enum mr_wire wire, const struct mr_value *v,
                         struct mr_buf *to, struct mr_fault *ret);

#endif

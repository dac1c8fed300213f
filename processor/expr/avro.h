/* avro.h -- Avro schemas as the reader and the writer need them (Apache Avro 1.11 specification).
 *
 * A schema is a graph of shared nodes without cycles. The bytes of Avro carry no tags: only the
 * schema tells what stands where, so there is nothing to find and everything is walked in order.
 */
#ifndef MR_EXPR_AVRO_H
#define MR_EXPR_AVRO_H

#include "processor/expr/schema.h"
#include "processor/expr/type.h"

enum mr_avro_kind {
    MR_AVRO_NULL, /* no bytes */
    MR_AVRO_BOOLEAN,
    MR_AVRO_INT,  /* zigzag varint of 32 bits */
    MR_AVRO_LONG, /* of 64 */
    MR_AVRO_FLOAT,
    MR_AVRO_DOUBLE,
    MR_AVRO_BYTES, /* long length, bytes */
    MR_AVRO_STRING,
    MR_AVRO_FIXED, /* n bytes */
    MR_AVRO_ENUM,  /* int: index of a symbol */
    MR_AVRO_ARRAY, /* blocks: count, elements; negative count: count, bytes, elements; 0 ends */
    MR_AVRO_MAP,   /* the same, each element a string and a value */
    MR_AVRO_RECORD,
};

/* Logical types that make a timestamp of an int or long. All others are what lies below them. */
enum mr_avro_time { MR_AVRO_NO_TIME, MR_AVRO_DATE, MR_AVRO_MS, MR_AVRO_US, MR_AVRO_NS };

struct mr_avro;

/* A type where it is used: as it is, or in a union with null. */
struct mr_avro_use {
    const struct mr_avro *of;
    uint8_t branches; /* of the union: 1 or 2; 0: there is none */
    uint8_t value;    /* index of the branch that is `of` */
};

struct mr_avro {
    enum mr_avro_kind kind;
    enum mr_avro_time time;           /* INT, LONG */
    const struct mr_type *type;       /* NULL: a record that is still being read */
    uint32_t n;                       /* RECORD: fields; ENUM: symbols; FIXED: bytes */
    const struct mr_avro_use *fields; /* RECORD: beside type->fields */
    const struct mr_str *symbols;     /* ENUM */
    struct mr_avro_use elem;          /* ARRAY, MAP */
    uint32_t least;                   /* bytes that a value takes at least */
    bool even;                        /* every value takes exactly `least` bytes */
    uint32_t empty;                   /* values in it that take no bytes (null, empty records) */
    uint32_t weight;                  /* nodes below it, each as often as it is used */
    int height;                       /* of records, arrays and maps */
};

/* The schema of a checked JSON text; NULL after diagnostics. */
const struct mr_avro *mr_avro_parse(const struct mr_schema_file *f);
/* Are bytes of the one bytes of the other, with the same meaning? */
bool mr_avro_same(const struct mr_avro *a, const struct mr_avro *b);

#endif

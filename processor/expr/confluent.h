/* confluent.h -- what Confluent's serializers put before a record: which schema it was written
 * with.
 *
 * Version 0: byte 0, id (4 bytes, big-endian). Version 1: byte 1, GUID (16 bytes). Protobuf adds
 * which message of the file it is: a count and as many indexes, zigzag varints; one 0 is [0].
 * Serializers that write headers put the same bytes (mostly version 1) into the record header
 * `__value_schema_id` or `__key_schema_id`, and the record itself begins with its first byte.
 * (Read from the serializers of confluent-kafka-python 2.11, schema_registry/schema_id.)
 */
#ifndef MR_EXPR_CONFLUENT_H
#define MR_EXPR_CONFLUENT_H

#include "base/buf.h"

/* The bytes behind what stands before them. NULL: fine, else what is wrong, in one line. */
const char *mr_confluent_strip(struct mr_str bytes, bool protobuf, struct mr_str *ret);
/* The value of a record header that holds an id. NULL: fine, else what is wrong. */
const char *mr_confluent_check(struct mr_str header, bool protobuf);
/* Is this a header of version 0? For bytes that have turned out not to be what they should. */
bool mr_confluent_looks(struct mr_str bytes, uint32_t *ret_id);
/* Version 0; of a protobuf file its first message. */
void mr_confluent_put(struct mr_buf *to, uint32_t id, bool protobuf);

#endif

/* eval_schema.h -- what the records of `millrace eval` look like: the text of --schema.
 *
 *   {user_id: string, amount: 'double?'}      fields, as topologies declare them
 *   {protobuf: pkg.Message, descriptor: FILE} any format of topologies
 *   shop.yaml#orders                          a source or table of a topology
 *   shop.bin#pkg.Order                        a message of a descriptor set
 *   order.json                                a JSON schema
 */
#ifndef MR_SERVE_EVAL_SCHEMA_H
#define MR_SERVE_EVAL_SCHEMA_H

#include "processor/expr/codec.h"
#include "processor/serve/load.h"

/* Returns an exit code, after a message. The format lives as long as a (the arena) and l, which
 * the caller ends with mr_loaded_done in any case. */
int mr_eval_schema(const struct mr_args *args, struct mr_arena *a, const char *text,
                   struct mr_loaded *l, const struct mr_format **ret);

#endif

/* uuid.h -- UUIDs as text (RFC 9562). */
#ifndef MR_EXPR_UUID_H
#define MR_EXPR_UUID_H

#include "base/str.h"

#include <stdint.h>

/* `6ba7b810-9dad-11d1-80b4-00c04fd430c8`, letters in either case. */
bool mr_uuid_parse(struct mr_str text, uint8_t ret[16]);
/* The same, or one of RFC 9562's own: `dns`, `url`, `oid`, `x500`. */
bool mr_uuid_namespace(struct mr_str text, uint8_t ret[16]);

#endif

/* base64.h -- bytes inside JSON, as proto JSON does it: written with the standard alphabet and
 * padding; read in the standard or the URL alphabet, padded or not. */
#ifndef MR_EXPR_BASE64_H
#define MR_EXPR_BASE64_H

#include "base/arena.h"
#include "base/buf.h"

void mr_base64_write(struct mr_str bytes, struct mr_buf *to);
bool mr_base64_read(struct mr_arena *a, struct mr_str text, struct mr_str *ret);

#endif

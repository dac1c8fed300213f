/* utf8.h -- is this run of bytes valid UTF-8? (RFC 3629: no surrogates, no overlong forms) */
#ifndef MR_EXPR_UTF8_H
#define MR_EXPR_UTF8_H

#include "base/str.h"

#include <stdint.h>

/* Bytes before the first that is not ASCII. */
size_t mr_utf8_ascii_prefix(struct mr_str s);
/* *ret_ascii (may be NULL): it holds only ASCII. */
bool mr_utf8_valid(struct mr_str s, bool *ret_ascii);
/* How many bytes at s (n > 0) belong together: a character (*ret_valid = its length), or those that
 * began like one and can only be replaced as a whole (*ret_valid = 0). */
size_t mr_utf8_begun(struct mr_str s, size_t *ret_valid);
/* Appends one code point (a valid one) at to, up to 4 bytes; returns their number. */
size_t mr_utf8_put(char *to, uint32_t code_point);

#endif

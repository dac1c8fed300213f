/* sha256.h -- SHA-256 (FIPS 180-4), of dead letters that do not fit their topic, and of
 * expressions. */
#ifndef MR_BASE_SHA256_H
#define MR_BASE_SHA256_H

#include "base/str.h"

#include <stdint.h>

void mr_sha256(struct mr_str bytes, uint8_t ret[32]);
void mr_sha256_hex(struct mr_str bytes, char ret[65]); /* lower case, NUL-terminated */

#endif

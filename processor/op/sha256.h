/* sha256.h -- SHA-256 (FIPS 180-4), for dead letters whose record does not fit its topic. */
#ifndef MR_OP_SHA256_H
#define MR_OP_SHA256_H

#include "base/str.h"

#include <stdint.h>

void mr_sha256(struct mr_str bytes, uint8_t ret[32]);
void mr_sha256_hex(struct mr_str bytes, char ret[65]); /* lower case, NUL-terminated */

#endif

/* sha1.h -- SHA-1 (FIPS 180-4). Broken as a secret's keeper: for name-based UUIDs (RFC 9562) only.
 */
#ifndef MR_BASE_SHA1_H
#define MR_BASE_SHA1_H

#include "base/str.h"

#include <stdint.h>

/* Of the bytes of a and, behind them, those of b. */
void mr_sha1(struct mr_str a, struct mr_str b, uint8_t ret[20]);

#endif

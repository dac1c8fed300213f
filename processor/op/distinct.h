/* distinct.h -- how many distinct values there were: HyperLogLog with 2^14 registers.
 *
 * Bytes of a state, little-endian, a format on disk; no bytes: nothing was added.
 *   u8 version = 1, u8 dense, u16 0, u32 n of hashes (dense: 0), then
 *     dense == 0   the n distinct 64-bit hashes, ascending, n <= MR_DISTINCT_EXACT
 *     dense == 1   12,288 bytes: 16,384 registers of 6 bits; register i at bit 6 i
 * Hashes are mr_hash_disk of mr_order_bytes of the values: equal values have one, so up to
 * MR_DISTINCT_EXACT distinct values are counted exactly, and beyond that with a standard error of
 * 1.04 / sqrt(2^14) = 0.81 %.
 *
 * D1  The bytes are a function of the set of values: neither order, repetition nor how the values
 *     were split between states that are merged can show.
 * D2  Reading never leaves the bytes it is given, whatever they hold (mr_distinct_ok looks at
 *     version and length only).
 */
#ifndef MR_OP_DISTINCT_H
#define MR_OP_DISTINCT_H

#include "base/buf.h"
#include "processor/expr/value.h"

#include <stdint.h>

enum { MR_DISTINCT_EXACT = 1024 };

uint64_t mr_distinct_hash(const struct mr_value *v); /* a scalar, as mr_order_bytes takes it */
bool mr_distinct_ok(struct mr_str have);             /* can be read; "" can */
/* Would adding leave the length as it is? Then mr_distinct_set adds in place. */
bool mr_distinct_fits(struct mr_str have, uint64_t hash);
void mr_distinct_set(char *p, size_t n, uint64_t hash);
/* Append the state with one value more; the state of what two states were made of. */
void mr_distinct_add(struct mr_str have, uint64_t hash, struct mr_buf *to);
void mr_distinct_merge(struct mr_str x, struct mr_str y, struct mr_buf *to);
int64_t mr_distinct_count(struct mr_str have);

#endif

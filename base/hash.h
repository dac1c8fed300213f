/* hash.h -- the hashes of millrace.
 *
 * mr_hash     tables in memory; never in anything that can reach an output or a disk
 * mr_xxh64    XXH64 with seed 0, for users: its values are in their outputs
 * mr_hash_disk  what state holds hashes of: XXH3, 64 bits, seed 0 (stable since xxHash 0.8.0)
 * mr_murmur2  placement of keys, byte-equal to Kafka's Java client
 *             (org.apache.kafka.common.utils.Utils.murmur2; partition = toPositive(h) % n)
 */
#ifndef MR_BASE_HASH_H
#define MR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t mr_hash(const void *p, size_t n, uint64_t seed);
uint64_t mr_xxh64(const void *p, size_t n);
uint64_t mr_hash_disk(const void *p, size_t n);
uint32_t mr_murmur2(const void *p, size_t n);
int32_t mr_partition_of(const void *key, size_t n, int32_t partitions);

#endif

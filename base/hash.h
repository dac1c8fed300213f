/* hash.h -- the two hashes of millrace.
 *
 * mr_hash     tables in memory; never in anything that can reach an output or a disk
 * mr_murmur2  placement of keys, byte-equal to Kafka's Java client
 *             (org.apache.kafka.common.utils.Utils.murmur2; partition = toPositive(h) % n)
 */
#ifndef MR_BASE_HASH_H
#define MR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t mr_hash(const void *p, size_t n, uint64_t seed);
uint32_t mr_murmur2(const void *p, size_t n);
int32_t mr_partition_of(const void *key, size_t n, int32_t partitions);

#endif

#include "base/hash.h"

#include <string.h>
#include <xxhash.h>

uint64_t mr_hash(const void *p, size_t n, uint64_t seed) {
    return XXH3_64bits_withSeed(p, n, seed);
}

uint64_t mr_xxh64(const void *p, size_t n) {
    return XXH64(p, n, 0);
}

uint64_t mr_hash_disk(const void *p, size_t n) {
    return XXH3_64bits(p, n);
}

uint32_t mr_murmur2(const void *p, size_t n) {
    const uint32_t m = 0x5bd1e995;
    const uint8_t *d = p;
    uint32_t h = 0x9747b28cu ^ (uint32_t)n;
    for (; n >= 4; n -= 4, d += 4) {
        uint32_t k;
        memcpy(&k, d, 4);
        k *= m;
        k ^= k >> 24;
        k *= m;
        h = h * m ^ k;
    }
    switch (n) {
    case 3: h ^= (uint32_t)d[2] << 16; /* fallthrough */
    case 2: h ^= (uint32_t)d[1] << 8;  /* fallthrough */
    case 1: h = (h ^ d[0]) * m;
    }
    h = (h ^ h >> 13) * m;
    return h ^ h >> 15;
}

int32_t mr_partition_of(const void *key, size_t n, int32_t partitions) {
    return (int32_t)((mr_murmur2(key, n) & 0x7fffffff) % (uint32_t)partitions);
}

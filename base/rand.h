/* rand.h -- the randomness seam: xoshiro256** from a seed that is always given and printable. */
#ifndef MR_BASE_RAND_H
#define MR_BASE_RAND_H

#include <stdint.h>

struct mr_rand {
    uint64_t s[4];
};

void mr_rand_seed(struct mr_rand *r, uint64_t seed);
uint64_t mr_rand_next(struct mr_rand *r);
uint32_t mr_rand_below(struct mr_rand *r, uint32_t n); /* 0 <= x < n */
uint64_t mr_rand_os(void); /* from the operating system: incarnations, instance ids, seeds */

#endif

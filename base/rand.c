/* rand.c -- xoshiro256** (Blackman, Vigna), seeded through splitmix64; see rand.h. */
#include "base/rand.h"

#include <assert.h>
#include <sys/random.h>

static uint64_t rotl(uint64_t x, int k) {
    return x << k | x >> (64 - k);
}

static uint64_t splitmix(uint64_t *at) {
    uint64_t z = *at += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void mr_rand_seed(struct mr_rand *r, uint64_t seed) {
    for (int i = 0; i < 4; i++) r->s[i] = splitmix(&seed);
}

uint64_t mr_rand_next(struct mr_rand *r) {
    uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

/* Multiply and reject (Lemire): no bias. */
uint32_t mr_rand_below(struct mr_rand *r, uint32_t n) {
    assert(n > 0);
    uint32_t reject = -n % n;
    for (;;) {
        uint64_t m = (mr_rand_next(r) >> 32) * n;
        if ((uint32_t)m >= reject) return (uint32_t)(m >> 32);
    }
}

uint64_t mr_rand_os(void) {
    uint64_t x = 0;
    ssize_t got = getrandom(&x, sizeof x, 0);
    assert(got == (ssize_t)sizeof x);
    return x;
}

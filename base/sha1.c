/* sha1.c -- see sha1.h. Bytes are collected into blocks of 64. */
#include "base/sha1.h"

struct sha1 {
    uint32_t h[5];
    uint8_t block[64];
    uint64_t n; /* bytes so far */
};

static uint32_t rotl(uint32_t x, unsigned n) {
    return x << n | x >> (32 - n);
}

/* FIPS 180-4, 4.1.1 and 4.2.1. */
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d) {
    switch (round / 20) {
    case 0: return ((b & c) ^ (~b & d)) + 0x5a827999;
    case 1: return (b ^ c ^ d) + 0x6ed9eba1;
    case 2: return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
    default: return (b ^ c ^ d) + 0xca62c1d6;
    }
}

static void compress(struct sha1 *s) {
    uint32_t w[80], v[5];
    for (unsigned i = 0; i < 16; i++) {
        const uint8_t *p = s->block + 4 * i;
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (unsigned i = 16; i < 80; i++) w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, s->h, sizeof v);
    for (unsigned i = 0; i < 80; i++) {
        uint32_t t = rotl(v[0], 5) + mix(i, v[1], v[2], v[3]) + v[4] + w[i];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = rotl(v[1], 30);
        v[1] = v[0];
        v[0] = t;
    }
    for (unsigned i = 0; i < 5; i++) s->h[i] += v[i];
}

static void add(struct sha1 *s, const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    while (n) {
        size_t at = s->n % 64, take = n < 64 - at ? n : 64 - at;
        memcpy(s->block + at, p, take);
        p += take;
        n -= take;
        s->n += take;
        if (at + take == 64) compress(s);
    }
}

void mr_sha1(struct mr_str a, struct mr_str b, uint8_t ret[20]) {
    struct sha1 s = {.h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
    static const uint8_t padding[64] = {0x80};
    uint8_t length[8];
    add(&s, a.p, a.n);
    add(&s, b.p, b.n);
    uint64_t bits = s.n * 8;
    for (unsigned i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
    add(&s, padding, 1 + (119 - s.n % 64) % 64);
    add(&s, length, sizeof length);
    for (unsigned i = 0; i < 20; i++) ret[i] = (uint8_t)(s.h[i / 4] >> (24 - 8 * (i % 4)));
}

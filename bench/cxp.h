/* cxp.h -- seeded generator of the CxP stream: clicks x profiles. Header-only, so that the filler,
 * oracles and peers draw the very same records. Topics, sizes and skew: bench/README.md. */
#ifndef CXP_GEN_H
#define CXP_GEN_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

typedef struct {
    uint64_t s[4];
} Rng;
static inline uint64_t splitmix(uint64_t *x) {
    uint64_t z = (*x += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}
static inline uint64_t mix64(uint64_t x) {
    return splitmix(&x);
}
static inline void rng_seed(Rng *r, uint64_t seed) {
    for (int i = 0; i < 4; i++) r->s[i] = splitmix(&seed);
}
static inline uint64_t rotl(uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
}
static inline uint64_t rng_next(Rng *r) {
    uint64_t *s = r->s, res = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return res;
}
static inline uint32_t rng_below(Rng *r, uint32_t n) {
    return (uint32_t)(((rng_next(r) >> 32) * (uint64_t)n) >> 32);
}

typedef struct {
    uint32_t n;
    uint32_t *alias;
    uint32_t *prob;
} Zipf; /* Walker alias table */
static void zipf_init(Zipf *z, uint32_t n, double s) {
    double *w = malloc(n * sizeof *w), sum = 0;
    uint32_t *st = malloc(n * 4), *lg = malloc(n * 4), ns = 0, nl = 0;
    z->n = n;
    z->alias = malloc(n * 4);
    z->prob = malloc(n * 4);
    for (uint32_t i = 0; i < n; i++) {
        w[i] = pow((double)(i + 1), -s);
        sum += w[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        w[i] = w[i] * n / sum;
        if (w[i] < 1)
            st[ns++] = i;
        else
            lg[nl++] = i;
    }
    while (ns && nl) {
        uint32_t a = st[--ns], b = lg[--nl];
        z->prob[a] = (uint32_t)(w[a] * 4294967295.0);
        z->alias[a] = b;
        w[b] = (w[b] + w[a]) - 1;
        if (w[b] < 1)
            st[ns++] = b;
        else
            lg[nl++] = b;
    }
    while (nl) {
        uint32_t b = lg[--nl];
        z->prob[b] = 0xffffffffu;
        z->alias[b] = b;
    }
    while (ns) {
        uint32_t a = st[--ns];
        z->prob[a] = 0xffffffffu;
        z->alias[a] = a;
    }
    free(w);
    free(st);
    free(lg);
}
static inline uint32_t zipf_next(Zipf *z, Rng *r) {
    uint64_t x = rng_next(r);
    uint32_t i = (uint32_t)(((x >> 32) * (uint64_t)z->n) >> 32);
    return (uint32_t)x <= z->prob[i] ? i : z->alias[i];
}

typedef struct {
    uint64_t seed, nclicks;
    uint32_t users;
    int64_t base_ms;
    uint32_t per_ms2; /* clicks per 2 ms of event time */
    int64_t late_max_ms;
    double late_frac, beyond_frac;
    uint32_t clicks_per_update;
} GenCfg;
static inline GenCfg gen_default(void) {
    GenCfg c = {42, 5000000, 1000000, 1790000000000ll, 200, 30000, 0.01, 0.0005, 50};
    return c;
}

enum { T_VIEW = 0, T_CLICK = 1, T_CART = 2, T_PURCHASE = 3 };
typedef struct {
    uint64_t user;
    int64_t ts;
    uint32_t type;
    int64_t price;
    uint32_t campaign, ua, geo;
} Click;
typedef struct {
    uint64_t user;
    int64_t ts;
    int tomb;
    uint32_t segment, country, tier, consent, version;
} Profile;
typedef struct {
    int topic; /* 0 clicks 1 profiles */
    uint64_t user;
    int64_t ts;
    uint8_t v[512];
    uint32_t vlen;
    Click c;
    Profile p;
} Rec;
typedef struct {
    GenCfg c;
    Rng r;
    Zipf zu, zp, zc;
    uint64_t i;
    uint32_t loaded;
    int upd_done;
    uint32_t *ver;
} Gen;

#define USER_BASE 10000000000ull
static inline uint64_t gen_user(Gen *g, uint32_t rank) {
    return USER_BASE + ((uint64_t)rank * 0x9E3779B1u + 12345u) % g->c.users;
} /* odd prime multiplier: a bijection on [0,users) for users without that factor */
static inline uint8_t *pv(uint8_t *p, uint64_t x) {
    while (x >= 0x80) {
        *p++ = (uint8_t)x | 0x80;
        x >>= 7;
    }
    *p++ = (uint8_t)x;
    return p;
}
static inline void be64(uint8_t *p, uint64_t x) {
    for (int i = 7; i >= 0; i--) {
        p[i] = (uint8_t)x;
        x >>= 8;
    }
}
static inline uint64_t rbe64(const uint8_t *p) {
    uint64_t x = 0;
    for (int i = 0; i < 8; i++) x = x << 8 | p[i];
    return x;
}
static const char GEN_AL[] = "abcdefghijklmnopqrstuvwxyz0123456789-_/abcdefghijklmnopqrstuvwxy";

static void gen_init(Gen *g, GenCfg c) {
    memset(g, 0, sizeof *g);
    g->c = c;
    rng_seed(&g->r, c.seed);
    zipf_init(&g->zu, c.users, 0.99);
    zipf_init(&g->zp, 50000, 1.0);
    zipf_init(&g->zc, 10000, 0.8);
    g->ver = calloc(c.users, 4);
}
static inline uint8_t *enc_click(uint8_t *p, const Click *k, const uint8_t ses[16], uint32_t page,
                                 uint32_t reflen, uint64_t refseed) {
    *p++ = 0x08;
    p = pv(p, k->user);
    *p++ = 0x10;
    p = pv(p, (uint64_t)k->ts);
    *p++ = 0x1a;
    *p++ = 16;
    memcpy(p, ses, 16);
    p += 16;
    uint64_t h = mix64(page + 777);
    uint32_t ul = 20 + (uint32_t)(h % 61);
    *p++ = 0x22;
    *p++ = (uint8_t)ul;
    memcpy(p, "https://shop.io/", 16);
    for (uint32_t j = 16; j < ul; j++) {
        if ((j & 7) == 0) h = mix64(h);
        p[j] = GEN_AL[(h >> ((j & 7) * 8)) & 63];
    }
    p += ul;
    if (reflen) {
        *p++ = 0x2a;
        *p++ = (uint8_t)reflen;
        for (uint32_t j = 0; j < reflen; j++) {
            if ((j & 7) == 0) refseed = mix64(refseed);
            p[j] = GEN_AL[(refseed >> ((j & 7) * 8)) & 63];
        }
        p += reflen;
    }
    if (k->type) {
        *p++ = 0x30;
        p = pv(p, k->type);
    }
    if (k->price) {
        *p++ = 0x38;
        p = pv(p, (uint64_t)k->price);
    }
    if (k->campaign) {
        *p++ = 0x40;
        p = pv(p, k->campaign);
    }
    if (k->ua) {
        *p++ = 0x48;
        p = pv(p, k->ua);
    }
    if (k->geo) {
        *p++ = 0x50;
        p = pv(p, k->geo);
    }
    return p;
}
static void gen_profile(Gen *g, Rec *o, uint64_t user, int64_t ts) {
    uint32_t idx = (uint32_t)(user - USER_BASE), ver = g->ver[idx]++;
    uint64_t h = mix64(user * 1315423911u + ver * 0x51ED27ull + g->c.seed);
    Profile *q = &o->p;
    o->topic = 1;
    o->user = q->user = user;
    o->ts = q->ts = ts;
    q->version = ver;
    q->segment = h % 64;
    q->country = mix64(user) % 200;
    q->tier = (h >> 8) & 3;
    q->consent = ((h >> 16) % 1000) >= 100;
    q->tomb = ((h >> 32) % 1000) == 0;
    if (q->tomb) {
        o->vlen = 0;
        return;
    }
    uint8_t *p = o->v;
    *p++ = 0x08;
    p = pv(p, q->segment);
    *p++ = 0x10;
    p = pv(p, q->country);
    *p++ = 0x18;
    *p++ = (uint8_t)q->tier;
    *p++ = 0x20;
    *p++ = (uint8_t)q->consent; /* fields 1-4 and 8 always written */
    *p++ = 0x28;
    p = pv(p, 1600000000000ull + (h >> 20) % 100000000000ull);
    *p++ = 0x31;
    double ltv = (double)((h >> 12) % 10000000) / 100;
    memcpy(p, &ltv, 8);
    p += 8;
    uint64_t x = h;
    for (int j = 0; j < 8; j++) {
        x = mix64(x);
        uint32_t l = 14 + (x >> 56) % 10;
        *p++ = 0x3a;
        *p++ = (uint8_t)l;
        for (uint32_t k = 0; k < l; k++) {
            if ((k & 7) == 0) x = mix64(x);
            p[k] = GEN_AL[(x >> ((k & 7) * 8)) & 63];
        }
        p += l;
    }
    *p++ = 0x40;
    p = pv(p, ver);
    o->vlen = (uint32_t)(p - o->v);
}
/* next record of the stream, 0 at the end */
static int gen_next(Gen *g, Rec *o) {
    if (g->loaded < g->c.users) {
        uint32_t u = g->loaded++;
        gen_profile(g, o, USER_BASE + u, g->c.base_ms - 200000 - 2 * (int64_t)(g->c.users - u));
        return 1;
    }
    if (g->i >= g->c.nclicks) return 0;
    int64_t slot = 2 * (int64_t)(g->i / g->c.per_ms2);
    if (g->i % g->c.clicks_per_update == 0 && !g->upd_done) {
        g->upd_done = 1;
        gen_profile(g, o, gen_user(g, zipf_next(&g->zu, &g->r)), g->c.base_ms + slot);
        return 1;
    }
    g->upd_done = 0;
    g->i++;
    Rng *r = &g->r;
    Click *k = &o->c;
    o->topic = 0;
    k->user = o->user = gen_user(g, zipf_next(&g->zu, r));
    int64_t t = g->c.base_ms + slot + 1;
    double d = (double)(rng_next(r) >> 11) * 0x1p-53;
    if (d < g->c.beyond_frac)
        t -= 41000 + (int64_t)rng_below(r, 59000);
    else if (d < g->c.beyond_frac + g->c.late_frac)
        t -= rng_below(r, (uint32_t)g->c.late_max_ms + 1);
    if (!(t & 1)) t -= 1;
    k->ts = o->ts = t;
    uint32_t y = rng_below(r, 100);
    k->type = y < 80 ? T_VIEW : y < 95 ? T_CLICK : y < 99 ? T_CART : T_PURCHASE;
    k->price = 1 + rng_below(r, 50000);
    k->campaign = zipf_next(&g->zc, r);
    k->ua = rng_below(r, 300);
    k->geo = rng_below(r, 200);
    uint8_t ses[16];
    uint64_t s1 = mix64(k->user ^ (uint64_t)(t / 600000)), s2 = mix64(s1);
    memcpy(ses, &s1, 8);
    memcpy(ses + 8, &s2, 8);
    uint32_t page = zipf_next(&g->zp, r), rl = rng_below(r, 31);
    uint64_t rs = rng_next(r);
    o->vlen = (uint32_t)(enc_click(o->v, k, ses, page, rl, rs) - o->v);
    return 1;
}
/* Kafka's murmur2 (Java client's default partitioner) */
static inline uint32_t murmur2(const uint8_t *d, int len) {
    const uint32_t m = 0x5bd1e995;
    uint32_t h = 0x9747b28cu ^ (uint32_t)len;
    int n4 = len / 4;
    for (int i = 0; i < n4; i++) {
        uint32_t k;
        memcpy(&k, d + i * 4, 4);
        k *= m;
        k ^= k >> 24;
        k *= m;
        h *= m;
        h ^= k;
    }
    const uint8_t *t = d + n4 * 4;
    switch (len & 3) {
    case 3: h ^= (uint32_t)t[2] << 16; /* fallthrough */
    case 2: h ^= (uint32_t)t[1] << 8;  /* fallthrough */
    case 1: h ^= t[0]; h *= m;
    }
    h ^= h >> 13;
    h *= m;
    h ^= h >> 15;
    return h;
}
static inline int key_part(uint64_t user, int P) {
    uint8_t k[8];
    be64(k, user);
    return (int)((murmur2(k, 8) & 0x7fffffff) % (uint32_t)P);
}
#endif

/* in_set.h -- `x in [constants]`: sets of strings or whole numbers, made when the expression is.
 *
 * Open addressing, at most half full, so a value that is not there is told after a slot or two.
 * Strings of up to 16 bytes are decided by two words and their length, without a call: `memcmp`
 * alone was a third of a look-up.
 */
#ifndef MR_EXPR_IN_SET_H
#define MR_EXPR_IN_SET_H

#include "processor/expr/ast.h"

struct mr_in_slot {
    uint64_t first, last; /* strings: mr_in_words; numbers: the number, 0 */
    uint32_t len;         /* strings */
    bool used;
    const char *p; /* strings */
};

struct mr_in_set {
    bool strings;
    uint32_t mask; /* slots - 1 */
    const struct mr_in_slot *slots;
};

/* The set of a checked `x in [...]`; NULL: not of constants of one such type. */
const struct mr_in_set *mr_in_set_new(struct mr_arena *a, const struct mr_ast *e);

/* The first and last bytes of a string; with its length they say all of one of up to 16 bytes. */
static inline void mr_in_words(const char *p, uint32_t n, uint64_t *ret_first, uint64_t *ret_last) {
    *ret_first = *ret_last = 0;
    if (n >= 8) {
        memcpy(ret_first, p, 8);
        memcpy(ret_last, p + n - 8, 8);
    } else if (n >= 4) {
        memcpy(ret_first, p, 4);
        memcpy(ret_last, p + n - 4, 4);
    } else if (n) {
        *ret_first = (uint64_t)(uint8_t)p[0] | (uint64_t)(uint8_t)p[n / 2] << 8 |
                     (uint64_t)(uint8_t)p[n - 1] << 16;
    }
}

/* Are two strings of one length the same? */
static inline bool mr_in_same(const char *p, const char *q, uint32_t n) {
    uint64_t a, b, c, d;
    if (n > 16) return *p == *q && memcmp(p, q, n) == 0;
    mr_in_words(p, n, &a, &b);
    mr_in_words(q, n, &c, &d);
    return a == c && b == d;
}

static inline uint32_t mr_in_hash(uint64_t first, uint64_t last, uint32_t n) {
    uint64_t h = (first + n) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 32 ^ last) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(h >> 32);
}

/* v is of the set's type. */
static inline bool mr_in_set_has(const struct mr_in_set *set, const struct mr_value *v) {
    uint64_t first = v->u, last = 0;
    uint32_t n = 0;
    if (set->strings) {
        n = v->len;
        mr_in_words(v->p, n, &first, &last);
    }
    for (uint32_t i = mr_in_hash(first, last, n);; i++) {
        const struct mr_in_slot *s = &set->slots[i & set->mask];
        if (!s->used) return false;
        if (s->first != first || s->last != last || s->len != n) continue;
        if (n <= 16 || memcmp(s->p, v->p, n) == 0) return true;
    }
}

#endif

/* str.h -- a borrowed run of bytes. Not NUL-terminated unless its maker says so. */
#ifndef MR_BASE_STR_H
#define MR_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct mr_str {
    const char *p; /* borrowed; NULL means "none" where the user of the field says so */
    size_t n;
};

#define MR_STR(lit) ((struct mr_str){"" lit, sizeof(lit) - 1})

static inline struct mr_str mr_str(const char *s) {
    return (struct mr_str){s, s ? strlen(s) : 0};
}

static inline bool mr_str_eq(struct mr_str a, struct mr_str b) {
    return a.n == b.n && (a.n == 0 || (a.p && b.p && memcmp(a.p, b.p, a.n) == 0));
}

static inline bool mr_str_is(struct mr_str a, const char *s) {
    return mr_str_eq(a, mr_str(s));
}

/* Byte order; a prefix sorts first. */
static inline int mr_str_cmp(struct mr_str a, struct mr_str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* For printf("%.*s"). */
#define MR_STR_ARG(s) (int)(s).n, (s).p

/* The candidate nearest to `word` by edit distance, or NULL when none is near enough
 * (distance <= 2, and less than half of the word). Ties: the first. */
const char *mr_str_nearest(const char *word, const char *const *candidates, size_t n);

#endif

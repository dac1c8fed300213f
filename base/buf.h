/* buf.h -- a growing run of bytes with a limit.
 *
 * Writing past the limit sets `full` and drops the bytes: callers check once, at the end. The
 * memory stays when a buffer is cleared, so a buffer that is used again does not allocate.
 */
#ifndef MR_BASE_BUF_H
#define MR_BASE_BUF_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct mr_buf {
    char *p;    /* owned; not NUL-terminated (mr_buf_cstr adds one) */
    size_t n;   /* bytes in use */
    size_t cap; /* bytes that fit; <= max. One more is allocated, for a NUL */
    size_t max; /* limit; 0 = none */
    bool full;  /* something did not fit */
};

void mr_buf_init(struct mr_buf *b, size_t max);
void mr_buf_done(struct mr_buf *b);
bool mr_buf_grow(struct mr_buf *b, size_t more); /* room for `more`; false = over the limit */
void mr_buf_printf(struct mr_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *mr_buf_cstr(struct mr_buf *b); /* borrowed until the next write */

static inline void mr_buf_clear(struct mr_buf *b) {
    b->n = 0;
    b->full = false;
}

static inline void mr_buf_add(struct mr_buf *b, const void *p, size_t n) {
    if (b->cap - b->n < n && !mr_buf_grow(b, n)) return;
    if (n) memcpy(b->p + b->n, p, n);
    b->n += n;
}

static inline void mr_buf_byte(struct mr_buf *b, uint8_t c) {
    mr_buf_add(b, &c, 1);
}
static inline void mr_buf_cat(struct mr_buf *b, const char *s) {
    mr_buf_add(b, s, strlen(s));
}
static inline void mr_buf_str(struct mr_buf *b, struct mr_str s) {
    mr_buf_add(b, s.p, s.n);
}
static inline struct mr_str mr_buf_view(const struct mr_buf *b) {
    return (struct mr_str){b->p, b->n};
}

#endif

#include "base/buf.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

void mr_buf_init(struct mr_buf *b, size_t max) {
    *b = (struct mr_buf){.max = max};
}

void mr_buf_done(struct mr_buf *b) {
    mr_free(b->p);
    *b = (struct mr_buf){.max = b->max};
}

bool mr_buf_grow(struct mr_buf *b, size_t more) {
    if (b->full || (b->max && more > b->max - b->n)) {
        b->full = true;
        return false;
    }
    if (b->cap - b->n >= more) return true;
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->n < more) cap *= 2;
    if (b->max && cap > b->max) cap = b->max; /* mr_buf_add looks at cap alone */
    b->p = mr_realloc(b->p, cap + 1);         /* one more for a NUL */
    b->cap = cap;
    return true;
}

void mr_buf_printf(struct mr_buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0 && mr_buf_grow(b, (size_t)n) && b->p) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

const char *mr_buf_cstr(struct mr_buf *b) {
    if (!b->p) b->p = mr_alloc(1);
    b->p[b->n] = 0;
    return b->p;
}

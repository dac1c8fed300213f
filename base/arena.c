#include "base/arena.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct mr_arena_chunk {
    struct mr_arena_chunk *next;
    size_t n; /* usable bytes behind the header */
    _Alignas(16) char data[];
};

struct mr_arena_owned {
    struct mr_arena_owned *next;
    void *p;
    void (*free_fn)(void *p);
};

/* Tiny chunks in the `tiny` build give bugs at chunk borders a chance. */
#ifdef MR_TINY
enum { FIRST_CHUNK = 64, LARGEST_CHUNK = 256 };
#else
enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20 };
#endif

void mr_arena_init(struct mr_arena *a) {
    *a = (struct mr_arena){.chunk_bytes = FIRST_CHUNK};
}

void mr_arena_own(struct mr_arena *a, void *p, void (*free_fn)(void *p)) {
    struct mr_arena_owned *o = mr_arena_alloc(a, sizeof *o);
    *o = (struct mr_arena_owned){a->owned, p, free_fn};
    a->owned = o;
}

static void free_owned(struct mr_arena *a) {
    for (struct mr_arena_owned *o = a->owned; o; o = o->next) o->free_fn(o->p);
    a->owned = NULL;
}

void mr_arena_done(struct mr_arena *a) {
    free_owned(a);
    for (struct mr_arena_chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        mr_free(c);
    }
    mr_arena_init(a);
}

void mr_arena_reset(struct mr_arena *a) {
    free_owned(a);
    struct mr_arena_chunk *keep = NULL;
    for (struct mr_arena_chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        if (!keep || c->n > keep->n) {
            mr_free(keep);
            keep = c;
        } else {
            mr_free(c);
        }
    }
    a->chunks = keep;
    a->used = 0;
    if (keep) {
        keep->next = NULL;
        a->at = keep->data;
        a->end = keep->data + keep->n;
    }
}

void *mr_arena_more(struct mr_arena *a, size_t n) {
    if (a->chunk_bytes == 0) a->chunk_bytes = FIRST_CHUNK;
    size_t want = n > a->chunk_bytes ? n : a->chunk_bytes;
    struct mr_arena_chunk *c = mr_alloc(sizeof *c + want);
    c->n = want;
    c->next = a->chunks;
    a->chunks = c;
    a->at = c->data + n;
    a->end = c->data + want;
    a->used += n;
    if (a->chunk_bytes < LARGEST_CHUNK) a->chunk_bytes *= 2;
    return c->data;
}

void *mr_arena_calloc(struct mr_arena *a, size_t n, size_t size) {
    void *p = mr_arena_alloc(a, n * size);
    return memset(p, 0, n * size);
}

void *mr_arena_dup(struct mr_arena *a, const void *p, size_t n) {
    void *to = mr_arena_alloc(a, n);
    return n ? memcpy(to, p, n) : to;
}

char *mr_arena_strndup(struct mr_arena *a, const char *s, size_t n) {
    char *to = mr_arena_alloc(a, n + 1);
    if (n) memcpy(to, s, n);
    to[n] = 0;
    return to;
}

char *mr_arena_strdup(struct mr_arena *a, const char *s) {
    return mr_arena_strndup(a, s, strlen(s));
}

struct mr_str mr_arena_str(struct mr_arena *a, struct mr_str s) {
    return (struct mr_str){mr_arena_strndup(a, s.p, s.n), s.n};
}

char *mr_arena_printf(struct mr_arena *a, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *to = mr_arena_alloc(a, (size_t)n + 1);
    vsnprintf(to, (size_t)n + 1, fmt, again);
    va_end(again);
    return to;
}

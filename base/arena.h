/* arena.h -- memory that is freed as a whole.
 *
 * The four lifetimes of the program (process, plan, task, batch) are arenas or owners. The arena
 * is always a parameter, never "current". Memory is 16-byte aligned and not zeroed unless asked.
 */
#ifndef MR_BASE_ARENA_H
#define MR_BASE_ARENA_H

#include "base/str.h"

#include <stddef.h>

struct mr_arena_chunk;
struct mr_arena_owned;

struct mr_arena {
    struct mr_arena_chunk *chunks; /* newest first; owned */
    char *at, *end;                /* free part of the newest chunk */
    size_t used;                   /* bytes handed out since the last reset */
    size_t chunk_bytes;            /* size of the next chunk; doubles up to 1 MiB */
    struct mr_arena_owned *owned;  /* what is freed with it, newest first; lives in the chunks */
};

void mr_arena_init(struct mr_arena *a);
void mr_arena_done(struct mr_arena *a);
void mr_arena_reset(struct mr_arena *a);           /* keeps the largest chunk */
void *mr_arena_more(struct mr_arena *a, size_t n); /* slow path of mr_arena_alloc */

static inline void *mr_arena_alloc(struct mr_arena *a, size_t n) {
    n = (n + 15 + !n) & ~(size_t)15; /* never NULL: an empty key is not "no key" */
    if (__builtin_expect((size_t)(a->end - a->at) < n, 0)) return mr_arena_more(a, n);
    void *p = a->at;
    a->at += n;
    a->used += n;
    return p;
}

/* The arena takes p, which is memory of something else (a library): free_fn(p) is called when the
 * arena is reset or done, of several the newest first. */
void mr_arena_own(struct mr_arena *a, void *p, void (*free_fn)(void *p));
void *mr_arena_calloc(struct mr_arena *a, size_t n, size_t size);
void *mr_arena_dup(struct mr_arena *a, const void *p, size_t n);
char *mr_arena_strdup(struct mr_arena *a, const char *s);
char *mr_arena_strndup(struct mr_arena *a, const char *s, size_t n); /* NUL added */
char *mr_arena_printf(struct mr_arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
struct mr_str mr_arena_str(struct mr_arena *a, struct mr_str s); /* a copy */

#endif

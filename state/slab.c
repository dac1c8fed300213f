#include "state/slab.h"
#include "base/mem.h"

#include <assert.h>
#include <stdbool.h>
#include <sys/mman.h>

#ifdef MR_TINY
enum { FIRST_CHUNK = 256, LARGEST_CHUNK = 1024 };
#else
enum { FIRST_CHUNK = 2048, LARGEST_CHUNK = 4 << 20 };
#endif
enum { LARGEST_BLOCK = 32768 };

enum { LINE = 64, HUGE = 2 << 20 };

struct mr_slab_chunk {
    struct mr_slab_chunk *next;
    void *block; /* as allocated; the chunk is aligned within */
    _Alignas(LINE) char data[];
};

struct mr_slab_big {
    struct mr_slab_big *next, *prev;
    size_t size; /* of data */
    uint64_t pad;
    _Alignas(16) char data[];
};

void mr_slab_init(struct mr_slab *s, size_t *live) {
    *s = (struct mr_slab){.chunk_bytes = FIRST_CHUNK, .live = live};
}

void mr_slab_done(struct mr_slab *s) {
    for (struct mr_slab_chunk *c = s->chunks, *next; c; c = next) {
        next = c->next;
        mr_free(c->block);
    }
    for (struct mr_slab_big *b = s->bigs, *next; b; b = next) {
        next = b->next;
        mr_free(b);
    }
    *s->live -= s->own;
    mr_slab_init(s, s->live);
}

/* Steps of 16 bytes up to 128, then four classes per doubling. A small entry gets a whole cache
 * line: one miss instead of one and a half. */
static uint8_t class_of(size_t n) {
    if (n > LARGEST_BLOCK) return MR_SLAB_BIG;
    if (n > 32 && n <= LINE) n = LINE;
    if (n <= 128) return (uint8_t)((n - 1) >> 4);
    unsigned shift = 61 - (unsigned)__builtin_clzll(n - 1);
    return (uint8_t)(8 + (shift - 5) * 4 + ((n - 1) >> shift) - 4);
}

static void *big_alloc(struct mr_slab *s, size_t n) {
    n = (n + n / 4 + 15) & ~(size_t)15; /* what has grown so far will grow on */
    struct mr_slab_big *b = mr_alloc(sizeof *b + n);
    *b = (struct mr_slab_big){.next = s->bigs, .size = n};
    if (s->bigs) s->bigs->prev = b;
    s->bigs = b;
    s->own += n;
    *s->live += n;
    return b->data;
}

static struct mr_slab_big *big_of(const void *p) {
    return (struct mr_slab_big *)((char *)p - offsetof(struct mr_slab_big, data));
}

size_t mr_slab_big_size(const void *p) {
    return big_of(p)->size;
}

static void big_free(struct mr_slab *s, void *p) {
    struct mr_slab_big *b = big_of(p);
    if (b->prev)
        b->prev->next = b->next;
    else
        s->bigs = b->next;
    if (b->next) b->next->prev = b->prev;
    s->own -= b->size;
    *s->live -= b->size;
    mr_free(b);
}

/* Large chunks are aligned to huge pages; what lies before is never touched, so it costs nothing.
 */
static void add_chunk(struct mr_slab *s, size_t at_least) {
    size_t n = s->chunk_bytes > at_least ? s->chunk_bytes : at_least;
    bool large = n >= HUGE;
    size_t align = large ? HUGE : LINE;
    n = (n + LINE - 1) & ~(size_t)(LINE - 1);
    void *block = mr_alloc(n + align);
    struct mr_slab_chunk *c =
        (struct mr_slab_chunk *)(((uintptr_t)block + align - 1) & ~(uintptr_t)(align - 1));
    if (large) madvise(c, n, MADV_HUGEPAGE); /* a hint */
    c->next = s->chunks;
    c->block = block;
    s->chunks = c;
    s->at = c->data;
    s->end = (char *)c + n;
    if (s->chunk_bytes < LARGEST_CHUNK) s->chunk_bytes *= 2;
}

static void push_free(struct mr_slab *s, void *p, uint8_t class) {
    void **block = p;
    *block = s->free[class];
    s->free[class] = block;
}

/* What is left of a chunk becomes blocks of the classes that fit, so nothing is lost. */
static void spend_rest(struct mr_slab *s) {
    while (s->end - s->at >= 16) {
        size_t rest = (size_t)(s->end - s->at);
        uint8_t class = class_of(rest < LARGEST_BLOCK ? rest : LARGEST_BLOCK);
        if (mr_slab_size(NULL, class) > rest) class --;
        assert(class < MR_SLAB_CLASSES);
        push_free(s, s->at, class);
        s->at += mr_slab_size(NULL, class);
    }
}

/* The bytes up to the next line become small blocks. */
static void align_line(struct mr_slab *s) {
    for (; (uintptr_t)s->at & (LINE - 1) && s->end - s->at >= 16; s->at += 16)
        push_free(s, s->at, 0);
}

void *mr_slab_alloc(struct mr_slab *s, size_t n, uint8_t *ret_class) {
    assert(n > 0);
    uint8_t class = *ret_class = class_of(n);
    if (class == MR_SLAB_BIG) return big_alloc(s, n);
    size_t size = mr_slab_size(NULL, class);
    void **p = s->free[class];
    if (p) {
        s->free[class] = *p;
    } else {
        if (size == LINE) align_line(s);
        if ((size_t)(s->end - s->at) < size) {
            spend_rest(s);
            add_chunk(s, size + LINE);
        }
        p = (void **)s->at;
        s->at += size;
    }
    s->own += size;
    *s->live += size;
    return p;
}

void mr_slab_free(struct mr_slab *s, void *p, uint8_t class) {
    if (class == MR_SLAB_BIG) {
        big_free(s, p);
        return;
    }
    size_t size = mr_slab_size(NULL, class);
    s->own -= size;
    *s->live -= size;
    push_free(s, p, class);
}

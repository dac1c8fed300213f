/* slab.h -- memory for the entries of one bucket: freed one by one into size classes, or as a
 * whole when the bucket goes.
 *
 * No malloc per event: blocks are cut from chunks, freed blocks go to the list of their class.
 * Chunks grow from small (a bucket may hold three entries) to 4 MiB, where huge pages are asked
 * for: a random touch of a large table is bound by the TLB. Blocks above the largest class are
 * allocated alone. Knows nothing of entries.
 */
#ifndef MR_STATE_SLAB_H
#define MR_STATE_SLAB_H

#include <stddef.h>
#include <stdint.h>

enum { MR_SLAB_CLASSES = 40, MR_SLAB_BIG = 255 }; /* 16 bytes .. 32 KiB */

struct mr_slab_chunk;
struct mr_slab_big;

struct mr_slab {
    struct mr_slab_chunk *chunks; /* owned */
    struct mr_slab_big *bigs;     /* owned; doubly linked */
    char *at, *end;               /* free part of the newest chunk */
    size_t chunk_bytes;           /* of the next chunk */
    size_t *live;                 /* bytes of blocks in use; shared with other slabs */
    size_t own;                   /* this slab's part of *live */
    void *free[MR_SLAB_CLASSES];
};

void mr_slab_init(struct mr_slab *s, size_t *live);
void mr_slab_done(struct mr_slab *s);
/* At least n bytes, 16-byte aligned, not zeroed. */
void *mr_slab_alloc(struct mr_slab *s, size_t n, uint8_t *ret_class);
void mr_slab_free(struct mr_slab *s, void *p, uint8_t class);
size_t mr_slab_big_size(const void *p);

/* Bytes that a block really has. */
static inline size_t mr_slab_size(const void *p, uint8_t class) {
    if (class < 8) return (size_t)(class + 1) * 16;
    if (class == MR_SLAB_BIG) return mr_slab_big_size(p);
    return (size_t)(5 + (class - 8) % 4) << (5 + (class - 8) / 4);
}

#endif

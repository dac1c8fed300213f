/* keys.h -- the bytes of rows on disk.
 *
 *   store name, NUL, partition be32 | class | bucket be64 order-preserving | key bytes
 *   `--------- prefix of a store --'
 *
 *   class 1  identity row (proto/checkpoint.h); nothing follows
 *         2  the node's clock; nothing follows
 *         3  an entry; bucket = window start; MR_BUCKET_PLAIN, MR_BUCKET_SIDE
 *         4  a further chunk of an entry's value; in the place of the bucket its number (1...)
 * No row of the engine itself ("\0...") can be a store's: names are not empty.
 */
#ifndef MR_STATE_KEYS_H
#define MR_STATE_KEYS_H

#include "base/buf.h"
#include "proto/changelog.h"

enum mr_row_class { MR_ROW_IDENTITY = 1, MR_ROW_CLOCK, MR_ROW_ENTRY, MR_ROW_CHUNK, MR_ROW_END };

static inline void mr_key_prefix(struct mr_buf *to, const char *name, int32_t partition) {
    mr_buf_add(to, name, strlen(name) + 1);
    for (int shift = 24; shift >= 0; shift -= 8)
        mr_buf_byte(to, (uint8_t)((uint32_t)partition >> shift));
}

/* Appends what follows a prefix. */
static inline void mr_key_class(struct mr_buf *to, struct mr_str prefix, enum mr_row_class c) {
    mr_buf_str(to, prefix);
    mr_buf_byte(to, (uint8_t)c);
}

static inline void mr_key_row(struct mr_buf *to, struct mr_str prefix, enum mr_row_class c,
                              int64_t number, struct mr_str key) {
    char be[8];
    mr_be64_order(number, be);
    mr_key_class(to, prefix, c);
    mr_buf_add(to, be, sizeof be);
    mr_buf_str(to, key);
}

/* Of a row of class ENTRY or CHUNK: length of what stands before the key. */
static inline size_t mr_key_at(struct mr_str prefix) {
    return prefix.n + 1 + 8;
}

#endif

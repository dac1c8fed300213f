/* changelog.h -- keys and values of changelog records (proto/millrace/v1/changelog.proto).
 *
 * A changelog holds absolute values, never deltas, so that reading a part of it twice changes
 * nothing (EOS-3). Every value carries the incarnation of its changelog: records of another topic
 * under the same name are recognised.
 */
#ifndef MR_PROTO_CHANGELOG_H
#define MR_PROTO_CHANGELOG_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

enum { MR_CHANGELOG_VERSION = 1, MR_INCARNATION_LEN = 16 };

/* What a record costs beyond the entry's key and value, at most: class and number (9), frame (29),
 * and the batch and record headers of Kafka around a lone record (61 + 21). */
enum { MR_CHANGELOG_OVERHEAD = 128 };

enum mr_changelog_class {
    MR_CL_CLOCK = 'c',
    MR_CL_ENTRY = 'e',
    MR_CL_WINDOW = 'w',
    MR_CL_VERSION = 'v',
};

struct mr_changelog_key {
    enum mr_changelog_class class;
    int64_t number;    /* WINDOW: start; VERSION: valid from; else 0 */
    struct mr_str key; /* CLOCK: empty */
};

struct mr_changelog_value {
    struct mr_str incarnation; /* 16 bytes */
    struct mr_str value;       /* p == NULL: absent (a version that says: deleted) */
};

/* Order-preserving: the byte order of the eight bytes is the order of the numbers. */
static inline void mr_be64_order(int64_t v, char *to) {
    uint64_t u = (uint64_t)v ^ (uint64_t)1 << 63;
    for (int i = 0; i < 8; i++) to[i] = (char)(u >> 8 * (7 - i));
}

static inline int64_t mr_be64_read(const char *p) {
    uint64_t u = 0;
    for (int i = 0; i < 8; i++) u = u << 8 | (uint8_t)p[i];
    return (int64_t)(u ^ (uint64_t)1 << 63);
}

void mr_changelog_key_write(const struct mr_changelog_key *k, struct mr_buf *to);
bool mr_changelog_key_read(struct mr_str bytes, struct mr_changelog_key *ret); /* borrows */
void mr_changelog_value_write(const struct mr_changelog_value *v, struct mr_buf *to);
/* Borrows. false: malformed, unknown version, an incarnation that is not 16 bytes. */
bool mr_changelog_value_read(struct mr_str bytes, struct mr_changelog_value *ret);

#endif

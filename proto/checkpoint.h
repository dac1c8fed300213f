/* checkpoint.h -- the identity row of a store on disk (proto/millrace/v1/checkpoint.proto). */
#ifndef MR_PROTO_CHECKPOINT_H
#define MR_PROTO_CHECKPOINT_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

enum { MR_CHECKPOINT_VERSION = 1 };

struct mr_checkpoint {
    struct mr_str app, name;
    int32_t partition;
    uint64_t fingerprint;
    struct mr_str incarnation; /* 16 bytes; n == 0: not chosen yet */
    int64_t position;          /* next changelog offset to replay */
    int64_t wall_ms;           /* wall clock of the commit that position belongs to */
    int64_t low;               /* first changelog offset that an open bucket or the clock needs */
};

void mr_checkpoint_write(const struct mr_checkpoint *c, struct mr_buf *to);
bool mr_checkpoint_read(struct mr_str bytes, struct mr_checkpoint *ret); /* borrows */

#endif

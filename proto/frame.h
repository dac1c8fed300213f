/* frame.h -- the value of a repartition record (proto/millrace/v1/repartition.proto).
 *
 * Written and read by hand in protobuf wire format, because protobuf-c allocates per message; the
 * unit test holds the bytes equal to protobuf-c's. A frame without a row is a time mark. A frame
 * with an old row is of version 2, all others are of version 1, which has none.
 */
#ifndef MR_PROTO_FRAME_H
#define MR_PROTO_FRAME_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

enum { MR_FRAME_VERSION = 1, MR_FRAME_VERSION_OLD_ROW = 2 };

struct mr_frame_origin {         /* provenance, and the meta fields that are read downstream */
    struct mr_str source, topic; /* p == NULL: not carried */
    int32_t partition;
    int64_t offset;
    int64_t timestamp, appended;
    struct mr_str key;        /* raw; p == NULL: null or not carried */
    struct mr_str origin_key; /* p == NULL: none */
    uint32_t index;           /* among the rows made of the same record */
};

struct mr_rframe {
    uint32_t version;
    int32_t sender;      /* partition of the upstream task */
    int64_t sender_time; /* INT64_MIN = none yet, INT64_MAX = end of all input */
    bool sender_idle;
    bool has_row;
    bool retract;
    int64_t row_time, row_ts;
    bool has_origin;
    struct mr_frame_origin origin;
    struct mr_str row;     /* processor/expr/codec.h mr_row_pack */
    struct mr_str old_row; /* what it replaces; p == NULL: nothing, or that went before */
};

void mr_rframe_write(const struct mr_rframe *f, struct mr_buf *to);
/* Borrows from bytes. false: malformed, unknown version, or a field twice. */
bool mr_rframe_read(struct mr_str bytes, struct mr_rframe *ret);

#endif

/* offset_meta.h -- the metadata that ride with a committed offset (EOS-5, EOS-6): ASCII.
 *
 *   mr1 n=<commit number> w=<8 hex digits> i=<incarnations>[ a=<time>] s=<source time, op/time.h>
 *
 * n: of the task, on its anchor partition; one higher in each transaction in which the task has
 * any effect. w: the worker that committed (EOS-5), anchor only. i: "<store>:<32 hex digits>"
 * joined by commas, anchor only; each store is named by 8 hex digits of a hash of its name. a:
 * where the next record of the task stands in event time, if it counts (task/align.c), anchor only.
 * Missing parts are empty.
 *
 * Brokers take 4,096 bytes (offset.metadata.max.bytes). The worst case fits: MR_META_STORES stores
 * with an incarnation each (42 bytes) beside a full run of source time (352) and the rest (64). The
 * usual one is some 100 bytes: stores chosen together share an incarnation.
 */
#ifndef MR_PROTO_OFFSET_META_H
#define MR_PROTO_OFFSET_META_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

enum { MR_META_MAX = 4000, MR_META_STORES = 80 };

struct mr_offset_meta {
    int64_t commit;             /* 0 = none yet */
    uint32_t writer;            /* 0 = not said */
    struct mr_str incarnations; /* opaque here */
    struct mr_str source_time;
    bool has_next; /* `a` is there */
    int64_t next;
};

void mr_offset_meta_write(const struct mr_offset_meta *m, struct mr_buf *to);
bool mr_offset_meta_read(struct mr_str text, struct mr_offset_meta *ret); /* false: not ours */

#endif

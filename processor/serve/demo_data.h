/* demo_data.h -- the sample of `millrace demo`: a topology, and seeded feeds of one morning in a
 * shop. The same bytes on every machine: integer arithmetic and one seed. */
#ifndef MR_SERVE_DEMO_DATA_H
#define MR_SERVE_DEMO_DATA_H

#include "base/buf.h"

#include <stdint.h>

struct mr_demo_counts {
    int64_t records;   /* lines */
    int64_t late;      /* clicks that come minutes after their time */
    int64_t malformed; /* that become dead letters */
};

extern const char mr_demo_topology[]; /* demo.yaml, with a test in it */

/* Append feed lines (feed.h). */
struct mr_demo_counts mr_demo_profiles(struct mr_buf *to);
struct mr_demo_counts mr_demo_clicks(struct mr_buf *to);

#endif

/* metrics.h -- counters and gauges, printed as Prometheus text.
 *
 * The names are API: one row each in metrics.def, from which METRICS.md is generated. A cell is an
 * atomic that its owner writes with relaxed order (once per batch or commit, never per event);
 * /metrics reads it from another thread.
 */
#ifndef MR_BASE_METRICS_H
#define MR_BASE_METRICS_H

#include "base/buf.h"

#include <stdint.h>

enum mr_metric {
#define METRIC(id, kind, name, labels, help) MR_M_##id,
#include "base/metrics.def"
#undef METRIC
    MR_N_METRICS
};

struct mr_cell {
    _Atomic int64_t v;
};

struct mr_metrics; /* thread-safe */

struct mr_metrics *mr_metrics_new(void);
void mr_metrics_free(struct mr_metrics *m);
/* The cell of a metric for one set of label values ("node=\"x\",fate=\"late\"", "" for none);
 * made at the first call, lives as long as m. Not for the hot path. */
struct mr_cell *mr_metrics_cell(struct mr_metrics *m, enum mr_metric id, const char *labels);
void mr_metrics_print(struct mr_metrics *m, struct mr_buf *to);
int64_t mr_metrics_sum(struct mr_metrics *m, enum mr_metric id); /* over all label sets */

static inline void mr_cell_add(struct mr_cell *c, int64_t n) {
    __atomic_fetch_add((int64_t *)&c->v, n, __ATOMIC_RELAXED);
}
static inline void mr_cell_set(struct mr_cell *c, int64_t n) {
    __atomic_store_n((int64_t *)&c->v, n, __ATOMIC_RELAXED);
}

#endif

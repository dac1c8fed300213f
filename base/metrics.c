/* metrics.c -- the cells behind metrics.h: per metric a list sorted by labels, so that the page is
 * the same whatever thread made its cells first. */
#include "base/metrics.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdlib.h>

enum kind { COUNTER, GAUGE };

static const struct {
    enum kind kind;
    const char *name, *help;
} rows[MR_N_METRICS] = {
#define METRIC(id, kind, name, labels, help) {kind, name, help},
#include "base/metrics.def"
#undef METRIC
};

struct labelled {
    char *labels;         /* owned */
    struct mr_cell *cell; /* owned; on its own, because its address is given out */
};

struct mr_metrics {
    pthread_mutex_t lock; /* of the lists; the cells are atomics */
    struct {
        struct labelled *list; /* sorted by labels */
        size_t n, cap;
    } of[MR_N_METRICS];
};

struct mr_metrics *mr_metrics_new(void) {
    struct mr_metrics *m = mr_calloc(1, sizeof *m);
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

void mr_metrics_free(struct mr_metrics *m) {
    if (!m) return;
    for (int id = 0; id < MR_N_METRICS; id++) {
        for (size_t i = 0; i < m->of[id].n; i++) {
            mr_free(m->of[id].list[i].labels);
            mr_free(m->of[id].list[i].cell);
        }
        mr_free(m->of[id].list);
    }
    pthread_mutex_destroy(&m->lock);
    mr_free(m);
}

static struct mr_cell *find_or_make(struct mr_metrics *m, enum mr_metric id, const char *labels) {
    size_t low = 0, high = m->of[id].n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = strcmp(m->of[id].list[mid].labels, labels);
        if (c == 0) return m->of[id].list[mid].cell;
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (m->of[id].n == m->of[id].cap) {
        m->of[id].cap = m->of[id].cap ? m->of[id].cap * 2 : 4;
        m->of[id].list = mr_realloc(m->of[id].list, m->of[id].cap * sizeof *m->of[id].list);
    }
    struct labelled *at = &m->of[id].list[low];
    memmove(at + 1, at, (m->of[id].n++ - low) * sizeof *at);
    *at = (struct labelled){mr_strdup(labels), mr_calloc(1, sizeof *at->cell)};
    return at->cell;
}

struct mr_cell *mr_metrics_cell(struct mr_metrics *m, enum mr_metric id, const char *labels) {
    pthread_mutex_lock(&m->lock);
    struct mr_cell *cell = find_or_make(m, id, labels);
    pthread_mutex_unlock(&m->lock);
    return cell;
}

static long long value(struct mr_cell *c) {
    return __atomic_load_n((int64_t *)&c->v, __ATOMIC_RELAXED);
}

void mr_metrics_print(struct mr_metrics *m, struct mr_buf *to) {
    pthread_mutex_lock(&m->lock);
    for (int id = 0; id < MR_N_METRICS; id++) {
        if (m->of[id].n == 0) continue;
        mr_buf_printf(to, "# HELP %s %s\n# TYPE %s %s\n", rows[id].name, rows[id].help,
                      rows[id].name, rows[id].kind == COUNTER ? "counter" : "gauge");
        for (size_t i = 0; i < m->of[id].n; i++) {
            struct labelled *l = &m->of[id].list[i];
            const char *open = *l->labels ? "{" : "", *close = *l->labels ? "}" : "";
            mr_buf_printf(to, "%s%s%s%s %lld\n", rows[id].name, open, l->labels, close,
                          value(l->cell));
        }
    }
    pthread_mutex_unlock(&m->lock);
}

int64_t mr_metrics_sum(struct mr_metrics *m, enum mr_metric id) {
    int64_t sum = 0;
    pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < m->of[id].n; i++) sum += value(m->of[id].list[i].cell);
    pthread_mutex_unlock(&m->lock);
    return sum;
}

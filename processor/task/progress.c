/* progress.c -- which tasks of a process have seen the end of all input (embedded runs, tests).
 *
 * A task that moves from one worker to another between its end and theirs stays finished, so the
 * process can stop when all are.
 */
#include "processor/task/internal.h"

#include "base/mem.h"
#include "processor/task/progress.h"

struct mr_progress {
    pthread_mutex_t lock;
    uint16_t n_subs;
    int32_t *partitions; /* [sub]: 0 = not known yet */
    bool **finished;     /* [sub][partition] */
};

struct mr_progress *mr_progress_new(const struct mr_plan *plan) {
    struct mr_progress *p = mr_calloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    p->n_subs = plan->n_subs;
    p->partitions = mr_calloc(plan->n_subs, sizeof *p->partitions);
    p->finished = mr_calloc(plan->n_subs, sizeof *p->finished);
    return p;
}

void mr_progress_free(struct mr_progress *p) {
    if (!p) return;
    for (uint16_t s = 0; s < p->n_subs; s++) mr_free(p->finished[s]);
    mr_free(p->finished);
    mr_free(p->partitions);
    pthread_mutex_destroy(&p->lock);
    mr_free(p);
}

void mr_progress_expect(struct mr_progress *p, uint16_t sub, int32_t partitions) {
    pthread_mutex_lock(&p->lock);
    if (!p->partitions[sub]) {
        p->partitions[sub] = partitions;
        p->finished[sub] = mr_calloc((size_t)partitions, sizeof(bool));
    }
    pthread_mutex_unlock(&p->lock);
}

void mr_progress_finish(struct mr_progress *p, uint16_t sub, int32_t partition) {
    pthread_mutex_lock(&p->lock);
    p->finished[sub][partition] = true;
    pthread_mutex_unlock(&p->lock);
}

bool mr_progress_complete(struct mr_progress *p) {
    bool all = true;
    pthread_mutex_lock(&p->lock);
    for (uint16_t s = 0; s < p->n_subs && all; s++) {
        all = p->partitions[s] > 0;
        for (int32_t i = 0; i < p->partitions[s] && all; i++) all = p->finished[s][i];
    }
    pthread_mutex_unlock(&p->lock);
    return all;
}

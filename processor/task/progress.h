/* progress.h -- used by workers; see progress.c. @thread any */
#ifndef MR_TASK_PROGRESS_H
#define MR_TASK_PROGRESS_H

#include "processor/task/worker.h"

void mr_progress_expect(struct mr_progress *p, uint16_t sub, int32_t partitions);
void mr_progress_finish(struct mr_progress *p, uint16_t sub, int32_t partition);
bool mr_progress_complete(struct mr_progress *p);

#endif

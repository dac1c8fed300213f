/* testrun.h -- runs one test of a topology on the in-process broker with a clock that is moved by
 * hand, one worker in this thread. */
#ifndef MR_SERVE_TESTRUN_H
#define MR_SERVE_TESTRUN_H

#include "base/tree.h"
#include "processor/serve/embed.h"
#include "processor/serve/testfile.h"

struct mr_test_conf { /* ways of running that must not change a result */
    size_t batch;
    int32_t partitions; /* 0: as the test says */
    bool restart;       /* the worker is closed or crashed after every commit, then opened again */
    bool rocks;         /* RocksDB instead of the engine in memory */
};

struct mr_test_rows { /* what came out of a sink, in log order, partition by partition */
    const struct mr_output *out;
    struct mr_str *lines;  /* as output files have them, without the line break */
    struct mr_tree *trees; /* the same */
    size_t n, cap;
};

struct mr_test_result {
    struct mr_test_rows *sinks; /* with "dlq" as the last; in the arena */
    size_t n_sinks;
    int32_t partitions;
    unsigned restarts; /* how often the worker was closed or crashed */
};

/* false: the run itself failed (*err). Everything is made in a. */
bool mr_test_run(struct mr_arena *a, const struct mr_plan *plan, const struct mr_test *test,
                 const struct mr_test_conf *conf, struct mr_test_result *ret, struct mr_err *err);

#endif

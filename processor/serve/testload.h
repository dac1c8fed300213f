/* testload.h -- where the tests of a topology stand: in its own file, and in FILE_test.yaml beside
 * it, which holds nothing else.
 *
 * Problems are printed as diagnostics, all of a file at once. Runs nothing.
 */
#ifndef MR_SERVE_TESTLOAD_H
#define MR_SERVE_TESTLOAD_H

#include "processor/serve/load.h"
#include "processor/serve/testfile.h"

struct mr_tests { /* of one file */
    const char *file;
    struct mr_str text;    /* of the whole file, in the arena or the topology's */
    struct mr_test *tests; /* in the arena */
    size_t n;
};

/* X.yaml when `file` is called X_test.yaml and does not say `topology:` itself; else NULL. */
const char *mr_tests_topology(struct mr_arena *a, const char *file);
/* FILE_test.yaml beside the topology FILE.yaml, or NULL where there is none. */
const char *mr_tests_beside(struct mr_arena *a, const char *topology);

/* The tests that stand in the topology itself; none is no problem. false after diagnostics. */
bool mr_tests_inside(struct mr_arena *a, const struct mr_loaded *l, FILE *err,
                     struct mr_tests *ret);
/* The tests of a file that holds nothing else. false after diagnostics. */
bool mr_tests_load(struct mr_arena *a, const struct mr_plan *plan, const char *file, FILE *err,
                   struct mr_tests *ret);

#endif

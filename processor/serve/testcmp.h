/* testcmp.h -- what a test expected and what came out: compared field by field, and written back.
 *
 * One partition: exact ordered lists. Several: rows are paired by key, each key's in order.
 */
#ifndef MR_SERVE_TESTCMP_H
#define MR_SERVE_TESTCMP_H

#include "base/buf.h"
#include "processor/serve/testrun.h"

/* Appends a readable difference per problem; returns how many there are (0 = passed). file: for
 * the positions of expectations. */
size_t mr_test_compare(const char *file, const struct mr_test *test,
                       const struct mr_test_result *result, struct mr_buf *to);

/* Is this value what the (YAML) expectation says? Times of the virtual day stand for RFC 3339 and
 * for milliseconds. */
bool mr_test_same(const struct mr_tree *expected, const struct mr_tree *actual);

/* The text of a file in which the `expect:` of each test is what came out. results[i] belongs to
 * tests[i]; NULL: left as it is. Only tests in block style can be rewritten; false: *ret_problem.
 */
bool mr_test_update(struct mr_str text, const struct mr_test *tests, size_t n,
                    const struct mr_test_result *const *results, struct mr_buf *to,
                    const struct mr_test **ret_problem);

#endif

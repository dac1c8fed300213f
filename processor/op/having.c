/* having.c -- `having: expr`: `where` over the rows of an aggregate.
 *
 * Sees group names, aggregates, `key` = the group key, `window.start` and `window.end`. Over a
 * table (updates, each) a row that no longer passes is taken back, as with `where`.
 */
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    return mr_filter_check(c, "having");
}

const struct mr_op_desc mr_op_having = {
    .name = "having",
    .clause = "having",
    .looks_at_sign = true,
    .check = check,
    .process = mr_filter_process,
    .explain = mr_filter_explain,
};

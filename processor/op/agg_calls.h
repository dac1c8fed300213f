/* agg_calls.h -- finds aggregator calls in the text of an `aggregate:` expression.
 *
 * `sum(cents) * 100 / count()` becomes `_a0        * 100 / _a1    ` and two calls: the text keeps
 * its length, so that carets stay true. Knows quotes, comments and brackets of CEL, not its
 * grammar.
 */
#ifndef MR_OP_AGG_CALLS_H
#define MR_OP_AGG_CALLS_H

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>

struct mr_agg_call {
    size_t at, len;     /* in the text: from the name to the closing bracket */
    struct mr_str name; /* "sum" */
    size_t arg_at;      /* behind the opening bracket */
    struct mr_str arg;  /* what stands between the brackets, without space around it */
    bool nested;        /* stands inside another aggregator's arguments */
    uint32_t commas;    /* arguments - 1, at bracket depth 0 */
    size_t comma_at[2]; /* of the first ones */
};

/* Is it the name of an aggregator? */
bool mr_agg_is_name(struct mr_str word);
/* All calls in order of their names' places. false: quotes or brackets do not match (the compiler
 * of expressions says it better). */
bool mr_agg_scan(struct mr_arena *a, struct mr_str text, struct mr_agg_call **ret, uint32_t *ret_n);
/* The text with call i replaced by `_a<slot[i]>` and spaces; line ends stay. */
struct mr_str mr_agg_replace(struct mr_arena *a, struct mr_str text,
                             const struct mr_agg_call *calls, const uint32_t *slot, uint32_t n);

#endif

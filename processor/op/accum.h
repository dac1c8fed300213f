/* accum.h -- accumulators: the running state of aggregator calls, as bytes of a store entry.
 *
 *   [fixed part: words of each slot][variable parts: u32 length, bytes, padding to 8]...
 *
 * Sums and averages of doubles are exact (non-overlapping partials, Shewchuk) and rounded once, so
 * order cannot show. Integers overflow as an error, found before anything is changed. The bytes
 * are little-endian and part of the state format. Const after mr_accum_layout; no store, no record.
 */
#ifndef MR_OP_ACCUM_H
#define MR_OP_ACCUM_H

#include "base/buf.h"
#include "processor/expr/value.h"

enum mr_agg_fn { MR_AGG_COUNT, MR_AGG_COUNT_IF, MR_AGG_SUM, MR_AGG_AVG, MR_AGG_MIN, MR_AGG_MAX };

struct mr_slot { /* one distinct aggregator call */
    enum mr_agg_fn fn;
    const struct mr_type *type; /* of the argument; COUNT: NULL */
    bool optional;              /* the argument may be absent, then it is skipped */
    uint32_t off;               /* of its words in the fixed part; set by layout */
    bool var;                   /* has a variable part; set by layout */
};

struct mr_accum {
    const struct mr_slot *slots;
    uint32_t n;
    uint32_t fixed; /* bytes */
    bool var;       /* some slot has a variable part */
};

/* false: no such aggregator for this type of argument. */
bool mr_slot_ok(enum mr_agg_fn fn, const struct mr_type *type);
const struct mr_type *mr_slot_type(const struct mr_slot *s); /* of the result */
bool mr_slot_may_be_absent(const struct mr_slot *s);
void mr_accum_layout(struct mr_accum *a, struct mr_slot *slots, uint32_t n);

/* The text of the error that adding args would be, or NULL. state.n == 0: a new entry. */
const char *mr_accum_error(const struct mr_accum *a, struct mr_str state,
                           const struct mr_value *args);
/* Adds in place: only the fixed parts; enough when !a->var. A new entry is zero bytes. */
void mr_accum_add_fixed(const struct mr_accum *a, char *state, const struct mr_value *args);
/* Appends the new state to `to`. */
void mr_accum_add(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                  struct mr_buf *to);
/* One value per slot; strings borrow from state. */
void mr_accum_result(const struct mr_accum *a, struct mr_str state, struct mr_value *ret);

#endif

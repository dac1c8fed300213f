/* accum.h -- accumulators: the running state of aggregator calls, as bytes of a store entry.
 *
 *   [fixed part: words of each slot][variable parts: u32 length, bytes, padding to 8]...
 *
 * Sums of doubles and of their squares are exact (exact.h) and rounded once, and what is picked
 * from the records depends on ranks alone (picks.h), sketches on what was added alone (distinct.h,
 * quantiles.h), so order cannot show. Integers overflow as an
 * error, found before anything is changed; over tables sums are wide, since a row that was refused
 * could not be taken back, and the result is the error. The bytes are little-endian and part of the
 * state format. Const after mr_accum_layout; no store, no record.
 */
#ifndef MR_OP_ACCUM_H
#define MR_OP_ACCUM_H

#include "base/buf.h"
#include "processor/expr/value.h"
#include "processor/op/picks.h"

enum mr_agg_fn {
#define ACCUM(id, name, arguments, behind, back) MR_AGG_##id,
#include "processor/op/accums.def"
#undef ACCUM
    MR_N_AGG_FNS
};

enum mr_agg_behind { MR_BEHIND_NOTHING, MR_BEHIND_BOUND, MR_BEHIND_RANK };

struct mr_agg_fn_row { /* accums.def */
    const char *name;
    uint8_t n_args;
    enum mr_agg_behind behind;
    bool back;
};
extern const struct mr_agg_fn_row mr_agg_fns[MR_N_AGG_FNS];

enum { MR_PICKS_LIMIT = 10000 }; /* the largest bound */

struct mr_slot { /* one distinct aggregator call */
    enum mr_agg_fn fn;
    const struct mr_type *type; /* of the first argument; COUNT: NULL */
    const struct mr_type *key;  /* of what it is ranked by, or NULL */
    const struct mr_type *row;  /* picks: a struct of one field of that type, as they are packed */
    const struct mr_type *list; /* topk, collect_...: type of the result */
    uint32_t limit;             /* the same: elements kept */
    double rank;                /* percentile: 0..1 */
    uint32_t shares;            /* i + 1: it has no state, slot i before it has; 0: its own */
    bool optional;              /* an argument may be absent, then the record is skipped */
    bool back;                  /* rows are taken out again: sums are wide */
    uint32_t arg;               /* place of its arguments; set by layout */
    uint32_t off, words;        /* of its words in the fixed part; set by layout */
    bool var;                   /* has a variable part; set by layout */
};

struct mr_accum {
    const struct mr_slot *slots;
    uint32_t n;
    uint32_t n_args; /* places of arguments: at least one per slot */
    uint32_t fixed;  /* bytes */
    bool var;        /* some slot has a variable part */
    bool large;      /* some part is so large that it should change in place (mr_accum_patch) */
    bool ordered;    /* some slot needs provenance: bytes behind the arguments */
};

/* ---- slots (accum_slot.c) */

/* false: no such aggregator for this type of argument; of key: no order by it. */
bool mr_slot_ok(enum mr_agg_fn fn, const struct mr_type *type);
bool mr_slot_key_ok(const struct mr_type *key);
bool mr_slot_is_pick(enum mr_agg_fn fn);
const struct mr_type *mr_slot_type(const struct mr_slot *s); /* of the result */
bool mr_slot_may_be_absent(const struct mr_slot *s);
void mr_accum_layout(struct mr_accum *a, struct mr_slot *slots, uint32_t n);

static inline bool mr_slot_is_double_sum(const struct mr_slot *s) {
    return (s->fn == MR_AGG_SUM || s->fn == MR_AGG_AVG) && s->type->kind == MR_T_DOUBLE;
}
static inline bool mr_slot_is_extreme(const struct mr_slot *s) {
    return s->fn == MR_AGG_MIN || s->fn == MR_AGG_MAX;
}
static inline bool mr_slot_is_sketch(const struct mr_slot *s) {
    return s->fn == MR_AGG_APPROX_DISTINCT || s->fn == MR_AGG_PERCENTILE;
}
struct mr_pick_rule mr_slot_pick_rule(const struct mr_slot *s); /* picks.h */

/* ---- states (accum.c) */

/* args below: n_args values; when `ordered` one more, BYTES: the record's provenance. */

/* The text of the error that adding args would be, or NULL. state.n == 0: a new entry. */
const char *mr_accum_error(const struct mr_accum *a, struct mr_str state,
                           const struct mr_value *args);
/* Adds in place: only the fixed parts; enough when !a->var. A new entry is zero bytes. */
void mr_accum_add_fixed(const struct mr_accum *a, char *state, const struct mr_value *args);
/* Appends the new state to `to`. */
void mr_accum_add(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                  struct mr_buf *to);
/* The same for states with large parts, in two steps, so that not all of it is copied: appends what
 * mr_accum_apply then needs to change the state where it lies. false: its length would change, and
 * nothing is appended. state.n > 0. */
bool mr_accum_patch(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                    struct mr_buf *to);
void mr_accum_apply(const struct mr_accum *a, char *state, struct mr_str patch,
                    const struct mr_value *args);
/* Takes out what was added (slots with `back` only); the same two forms. */
void mr_accum_sub_fixed(const struct mr_accum *a, char *state, const struct mr_value *args);
void mr_accum_sub(const struct mr_accum *a, struct mr_str state, const struct mr_value *args,
                  struct mr_buf *to);
/* Appends the state of what two states were made of. The text of an error, or NULL. */
const char *mr_accum_merge(const struct mr_accum *a, struct mr_str x, struct mr_str y,
                           struct mr_buf *to);
/* One value per slot; strings borrow from state, lists are made in arena. */
void mr_accum_result(const struct mr_accum *a, struct mr_str state, struct mr_arena *arena,
                     struct mr_value *ret);

#endif

/* reduce.h -- `reduce:` and `init:`, compiled (reduce_check.c) and run (reduce.c), for the
 * operators that keep what it makes.
 */
#ifndef MR_OP_REDUCE_H
#define MR_OP_REDUCE_H

#include "processor/op/internal.h"

enum { MR_REDUCE_ACC = MR_N_EXTRAS, MR_REDUCE_EXTRAS }; /* place of `acc` beside key and window */

struct mr_reducer {
    struct mr_env env; /* of the programs */
    uint32_t n;
    const struct mr_program **fields; /* by field of acc */
    const struct mr_type *acc;        /* the fields */
    const struct mr_value *init;      /* the first acc; NULL: absent */
};

/* From the clause and its node. false after a diagnostic. */
bool mr_reducer_check(struct mr_check *c, struct mr_reducer *ret);
void mr_reducer_shape(const struct mr_reducer *f, struct mr_buf *to);
void mr_reducer_explain(const struct mr_reducer *f, struct mr_buf *to);
/* Appends acc, packed, as r makes it of the one before (n == 0: there is none). false: r has its
 * fate. */
bool mr_reducer_add(const struct mr_reducer *f, struct mr_rec *r, struct mr_str before,
                    struct mr_arena *a, struct mr_buf *to);

struct mr_reduce_conf { /* of the operator `reduce` */
    struct mr_reducer of;
    uint32_t n_groups; /* group names */
    const struct mr_type *key;
    struct mr_key_codec codec; /* of the group key */
    const struct mr_type *row; /* group names, then fields of acc */
    bool each;                 /* emit: each, else updates */
};

bool mr_reduce_check(struct mr_check *c);

#endif

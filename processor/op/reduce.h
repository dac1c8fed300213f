/* reduce.h -- the conf of a reduce step, between reduce_check.c (compile) and reduce.c (run). */
#ifndef MR_OP_REDUCE_H
#define MR_OP_REDUCE_H

#include "processor/op/internal.h"

enum { MR_REDUCE_ACC = MR_N_EXTRAS, MR_REDUCE_EXTRAS }; /* place of `acc` beside key and window */

struct mr_reduce_conf {
    struct mr_env env; /* of the programs */
    uint32_t n_groups; /* group names */
    const struct mr_type *key;
    struct mr_key_codec codec; /* of the group key */
    uint32_t n;
    const struct mr_program **fields; /* by field of acc */
    const struct mr_type *acc;        /* the fields */
    const struct mr_value *init;      /* the first acc; NULL: absent */
    const struct mr_type *row;        /* group names, then fields */
    bool each;                        /* emit: each, else updates */
};

bool mr_reduce_check(struct mr_check *c);

#endif

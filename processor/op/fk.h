/* fk.h -- the rows that the three steps of a foreign-key join send to each other (fk_join.c). */
#ifndef MR_OP_FK_H
#define MR_OP_FK_H

#include "processor/op/internal.h"

/* From fk_subscribe to fk_join, keyed by the foreign key. A retraction has no row: the left row
 * does not refer to this key any more, because it is deleted or refers to another one now. */
enum { MR_FK_KEY, MR_FK_ROW, MR_FK_DELETED, MR_FK_N_SUBSCRIPTION };

/* From fk_join to fk_result, keyed by the left key. A retraction has only BY. */
enum {
    MR_FK_BY,     /* bytes of the foreign key that it comes from; absent: of none */
    MR_FK_CHOSEN, /* bool: the left row has caused it: this foreign key is its present one */
    MR_FK_RESULT, /* the row of both sides */
    MR_FK_N_ANSWER
};

#endif

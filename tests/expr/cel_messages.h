/* cel_messages.h -- the messages that the conformance vectors are about (conformance/). */
#ifndef MR_TESTS_EXPR_CEL_MESSAGES_H
#define MR_TESTS_EXPR_CEL_MESSAGES_H

#include "processor/expr/message.h"

/* Read once, from the descriptor set that the build makes. Exits with a message without it. */
const struct mr_messages *cel_messages(void);
/* A message's type in CEL, or NULL. */
const struct mr_type *cel_message_type(struct mr_str name);
/* The value of the bytes of a message, boxed (as dyn has it). false: there is no such message, or
 * they are none. */
bool cel_message_value(struct mr_arena *a, struct mr_str name, struct mr_str wire,
                       struct mr_value *ret);

#endif

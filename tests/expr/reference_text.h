/* reference_text.h -- inside of the reference evaluator: functions of strings and of lists. */
#ifndef MR_TESTS_EXPR_REFERENCE_TEXT_H
#define MR_TESTS_EXPR_REFERENCE_TEXT_H

#include "tests/expr/reference.h"

bool ref_utf8(const struct ref *bytes);
/* false: there is no such function here. */
bool ref_text_call(struct ref_env *env, struct mr_str name, const struct ref *a, size_t n,
                   struct ref *ret);
bool ref_list_call(struct ref_env *env, struct mr_str name, const struct ref *a, size_t n,
                   struct ref *ret);

#endif

/* cases.h -- a scope written as text: types, values, and what is beside the row. For *.t files and
 * the random tests. */
#ifndef MR_TESTS_EXPR_CASES_H
#define MR_TESTS_EXPR_CASES_H

#include "processor/expr/expr.h"

enum { CASE_MAX = 32 };

struct case_scope {
    struct mr_arena arena;
    struct mr_field fields[CASE_MAX];
    struct mr_value row[CASE_MAX], extra_values[CASE_MAX];
    struct mr_extra extras[CASE_MAX];
    struct mr_let lets[CASE_MAX];
    struct mr_param params[CASE_MAX];
    struct mr_origin origin;
    struct mr_scope scope;
    struct mr_frame frame;
    uint32_t n_fields;
    const struct mr_type *want;
};

void case_reset(struct case_scope *c); /* empties everything; the arena must be initialised */
/* `int`, `[string]`, `{string: int}`, `{a: int, b: string?}`, `?` behind: *ret_optional. */
const struct mr_type *case_type(struct mr_arena *a, const char *text, bool *ret_optional);
/* The value of a literal of a type: CEL, records as map literals, `absent`, `error`. */
struct mr_value case_value(struct case_scope *c, const struct mr_type *t, const char *text);
/* One line `%row NAME TYPE = VALUE`, `%extra ...`, `%param ...`, `%let NAME = TEXT`, `%want TYPE`,
 * `%meta on|off`, `%strict on|off`, `%container a.b`, `%messages on|off` (cel_messages.h),
 * `%reset`. Exits with a message when it is wrong. */
void case_directive(struct case_scope *c, const char *line);

#endif

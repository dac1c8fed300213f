/* cel_vector.h -- a conformance vector: its JSON, its scope, its values.
 *
 * A vector is one JSON object a line: id, file, expr, expect{value|error, deduced_type}, flags,
 * container, type_env, bindings, cel_go{type}. Types are text (`list(int)`, `msg(a.B)`), values
 * objects of one tagged key (`{"int": "1"}`).
 */
#ifndef MR_TESTS_EXPR_CEL_VECTOR_H
#define MR_TESTS_EXPR_CEL_VECTOR_H

#include "processor/expr/expr.h"

enum { VECTOR_NAMES = 16 };

struct vector {
    struct mr_arena arena;
    struct mr_str json, expr, id;
    struct mr_extra extras[VECTOR_NAMES]; /* type_env, then bindings without a type as dyn */
    struct mr_value values[VECTOR_NAMES];
    size_t n_extras;
    struct mr_scope scope;
    const char *unknown; /* what the runner does not know; such a vector fails */
};

/* Of an object; p == NULL: not there. */
struct mr_str vector_member(struct mr_str object, const char *name);
/* A JSON string; "" when it is none. */
struct mr_str vector_text(struct mr_arena *a, struct mr_str json);
bool vector_flag(struct vector *v, const char *flag);

/* Reads id, expr and the scope of v->json. */
void vector_read(struct vector *v);
struct mr_value vector_value(struct vector *v, struct mr_str json);
/* NULL: no such type, v->unknown says so. */
const struct mr_type *vector_type(struct vector *v, struct mr_str text);
void vector_print_type(const struct mr_type *t, struct mr_buf *to);
/* Same type and value; NaN is NaN, -0.0 is not 0.0. */
bool vector_same(const struct mr_value *a, const struct mr_value *b);

#endif

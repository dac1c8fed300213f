/* reference.h -- a slow evaluator of CEL over the tree that the parser makes: what the compiled
 * steps are compared with.
 *
 * It walks the tree before anything is checked, with values of its own; every rule is looked up
 * when it is needed, nothing is prepared. Written from cel-spec's language definition, cel-go's
 * documentation of the extensions and topologies/README.md; it must not use the checker, the
 * folder, steps, or what they share. What it does not know it says (`unknown`), and the result
 * means nothing then.
 */
#ifndef MR_TESTS_EXPR_REFERENCE_H
#define MR_TESTS_EXPR_REFERENCE_H

#include "processor/expr/ast.h"

enum ref_tag {
    REF_ERROR,
    REF_NONE, /* optional.none(), and a field that is absent */
    REF_SOME, /* optional.of(at[0]) */
    REF_NULL,
    REF_BOOL,
    REF_INT,
    REF_UINT,
    REF_DOUBLE,
    REF_STRING,
    REF_BYTES,
    REF_TIMESTAMP, /* i: seconds, u: nanoseconds */
    REF_DURATION,  /* i: nanoseconds */
    REF_LIST,      /* at[0 .. n) */
    REF_MAP,       /* key, value, key, value ...: at[0 .. 2n) */
    REF_RECORD,    /* the same; its keys are names, and a value may be NONE */
    REF_TYPE,      /* p, n: the name of the type */
};

struct ref {
    enum ref_tag tag;
    bool b;
    int64_t i;
    uint64_t u;
    double d;
    const char *p; /* STRING, BYTES */
    size_t n;      /* bytes, elements, entries */
    struct ref *at;
};

/* A name and its value: a field of the row, or a variable of a macro. */
struct ref_name {
    struct mr_str name;
    struct ref value;
    const struct ref_name *next; /* further out */
};

struct ref_env {
    struct mr_arena *arena;
    const struct ref_name *vars; /* of the macros around, the innermost first */
    struct ref row;              /* RECORD: bare names */
    bool strict;                 /* int and double do not mix; no `this` */
    const char *unknown;         /* what is not known here; NULL: all was */
    uint32_t work;               /* done so far; too much is unknown */
};

struct ref ref_eval(struct ref_env *env, const struct mr_ast *e);

/* ---- values */

extern const struct ref ref_failed, ref_none;
struct ref ref_bool(bool b);
struct ref ref_int(int64_t i);
struct ref ref_uint(uint64_t u);
struct ref ref_double(double d);
struct ref ref_text(enum ref_tag t, const char *p, size_t n); /* STRING, BYTES, TYPE */
struct ref ref_time(int64_t seconds, int64_t nanos);
struct ref ref_duration(int64_t nanos);
struct ref ref_seq(struct ref_env *env, enum ref_tag t, size_t n); /* to be filled */
struct ref ref_some(struct ref_env *env, struct ref v);
struct ref ref_unknown(struct ref_env *env, const char *what);
bool ref_eq(const struct ref *a, const struct ref *b);
/* -1, 0, 1; 2: unordered (NaN); 3: there is no order between them */
int ref_cmp(const struct ref *a, const struct ref *b);
/* The value under a key of a MAP or RECORD; NULL: none. */
const struct ref *ref_lookup(const struct ref *map, const struct ref *key);
bool ref_is_number(const struct ref *v);
long double ref_number(const struct ref *v); /* exact where long double has 64 bits */

/* reference_fns.c: a function, or a method whose receiver is args[0]; operators, too. */
struct ref ref_call(struct ref_env *env, struct mr_str name, const struct ref *args, size_t n);
struct ref ref_arith(struct ref_env *env, char op, const struct ref *a, const struct ref *b);

/* ---- beside the values of the product */

struct mr_value ref_to_value(struct mr_arena *a, const struct ref *v);
/* Is `got` the same? Optionals are as their values, an error is as any other error. */
bool ref_same(const struct ref *want, const struct mr_value *got);
void ref_print(const struct ref *v, struct mr_buf *to);

#endif

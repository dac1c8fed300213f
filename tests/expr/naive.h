/* naive.h -- the operators of the naive evaluator: CEL's rules on values, written plainly. */
#ifndef MR_TESTS_EXPR_NAIVE_H
#define MR_TESTS_EXPR_NAIVE_H

#include "processor/expr/value.h"

enum kind {
    LIT,
    FIELD,
    ADD,
    SUB,
    MUL,
    DIV,
    MOD,
    NEG,
    COND,
    COALESCE,
    AND,
    OR,
    NOT,
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    IN,
    HAS,
    SIZE,
    INDEX,
    INDEX_OPT,
    TO_INT,
    TO_DOUBLE,
    TO_STRING,
    STARTS,
    ENDS,
    CONTAINS,
    MAKE,
    VAR,
    ALL,
    EXISTS,
    ONE,
    MAP,
    MAP_IF,
    FILTER,
};

static const struct mr_value FAILED = {.tag = MR_V_ERROR, .aux = MR_R_EXPR_ERROR};

/* Strict operators: every operand is a value. What is made is in `arena`. */
struct mr_value naive_apply(struct mr_arena *arena, enum kind k, struct mr_value a,
                            struct mr_value b);

#endif

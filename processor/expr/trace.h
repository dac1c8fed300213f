/* trace.h -- what each part of an expression gave: `millrace eval --trace`, and where an error was.
 *
 * A program of a scope with `trace` has a step behind each of its parts that tells the frame's
 * mr_trace the value. Constants are not folded there, so that their parts are seen, too. Other
 * programs have no such steps and pay nothing.
 */
#ifndef MR_EXPR_TRACE_H
#define MR_EXPR_TRACE_H

#include "processor/expr/ast.h"
#include "processor/expr/run.h"

struct mr_trace_node { /* a part; they stand in source order, each before its own parts */
    uint32_t off, len; /* in the text of the expression */
    uint32_t depth;
    const struct mr_type *type; /* without optional */
};

struct mr_trace_value {
    int32_t node;
    struct mr_value value; /* ERROR: it failed here */
};

/* What one evaluation told; all of it lives in the arena. Start with {.arena = ...}. */
struct mr_trace {
    struct mr_arena *arena;
    struct mr_trace_value *values; /* in the order of evaluation; loops tell one a turn */
    uint32_t n, cap;
};

/* The part whose own step failed with this error, or NULL. */
const struct mr_trace_node *mr_trace_origin(const struct mr_program *p, const struct mr_trace *t,
                                            const struct mr_value *error);
/* All parts with their values, as a tree. */
void mr_trace_print(const struct mr_program *p, const struct mr_trace *t, struct mr_buf *to);
/* A value as people read it: JSON; `absent`, `error`; CEL's text where JSON has no such value. */
void mr_trace_value_print(const struct mr_type *type, const struct mr_value *v, struct mr_buf *to);

/* ---- for code.c and eval.c */

struct mr_trace_plan;
struct mr_trace_plan *mr_trace_plan_new(struct mr_arena *a);
/* A part whose parts come now. -1: not worth telling (a literal, the same text again). */
int32_t mr_trace_begin(struct mr_trace_plan *t, const struct mr_ast *e);
void mr_trace_end(struct mr_trace_plan *t);
void mr_trace_place(struct mr_trace_plan *t, uint32_t place); /* belongs to the open part */
void mr_trace_planned(struct mr_trace_plan *t, struct mr_program *p);
void mr_trace_failed(struct mr_run *r, const struct mr_expr_step *s);

#endif

/* run.h -- the state of one evaluation, and the functions behind STEP_FN of steps.def.
 *
 * A function gets its operands (of more than two, b is the first of the others) and sets *dst; dst
 * may be the same register as a, so it reads before it writes. false: it failed, through
 * mr_run_fail. Memory comes from the frame's arena only.
 */
#ifndef MR_EXPR_RUN_H
#define MR_EXPR_RUN_H

#include "processor/expr/steps.h"

enum {
    MR_RUN_FUEL = 1000000,          /* bytes and elements touched, steps */
    MR_RUN_STRING_MAX = 1024 * 1024 /* of a string or bytes that is made */
};

struct mr_run {
    const struct mr_program *p;
    const struct mr_frame *f;
    struct mr_value *regs; /* MR_ARGS_MAX more than the program has */
    int64_t fuel;
    struct mr_value error; /* after a failure */
};

#define STEP(id, text, form)
#define STEP_FN(id, text, form, fn)                                                                \
    bool mr_step_##fn(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,        \
                      const struct mr_value *a, const struct mr_value *b);
#include "processor/expr/steps.def"
#undef STEP
#undef STEP_FN

/* Sets the error " ... in `a + b`". Always false. */
bool mr_run_fail(struct mr_run *r, const struct mr_expr_step *s, enum mr_reason reason,
                 const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool mr_run_no_overload(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                        const struct mr_value *b); /* b may be NULL */
/* false: out of fuel; the error is set. */
bool mr_run_charge(struct mr_run *r, const struct mr_expr_step *s, size_t n);
/* Room for a string of n bytes; NULL: too long; the error is set. */
char *mr_run_bytes(struct mr_run *r, const struct mr_expr_step *s, size_t n);
/* JSON text becomes a scalar, or a list or map one level deep, a record that is no message a map;
 * others stay. Charges for what it opens. ERROR: it cannot be read, or out of fuel. */
struct mr_value mr_run_plain(struct mr_run *r, const struct mr_expr_step *s,
                             const struct mr_value *v);
/* step_num.c: mr_value_eq, charged. false: out of fuel. */
bool mr_run_eq(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
               const struct mr_value *b, const struct mr_type *t, bool *ret);
/* step_num.c: what comparing each of n values once may touch. */
size_t mr_run_weight(const struct mr_value *list, size_t n);
/* step_lists.c: a copy of the list, its elements opened and comparable with each other (`<`,
 * numbers of all types on one line); NULL: they are not; the error is set. */
struct mr_value *mr_run_comparable(struct mr_run *r, const struct mr_expr_step *s,
                                   const struct mr_value *list);
/* step_loop.c: the next of a loop into its variables. false: out of fuel. */
bool mr_run_next(struct mr_run *r, const struct mr_expr_step *s, bool *ret_done);
/* step_time.c: how far a zone is east of UTC: that of the step, or the one that is named. */
bool mr_run_zone(struct mr_run *r, const struct mr_expr_step *s, int64_t seconds,
                 const struct mr_value *name, int64_t *ret_s);
const char *mr_tag_name(const struct mr_value *v); /* "int", "a list" */

#endif

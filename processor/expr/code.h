/* code.h -- the stages behind the checker: constants (fold.c), equal parts (cse.c), steps (code.c).
 */
#ifndef MR_EXPR_CODE_H
#define MR_EXPR_CODE_H

#include "processor/expr/ast.h"
#include "processor/expr/check.h"
#include "processor/expr/steps.h"

struct mr_memo { /* parts of a tree that are equal */
    const struct mr_ast *first;
    uint32_t hash;
    uint32_t reads;       /* places where one is evaluated or taken from the register */
    uint32_t number;      /* 1..; 0: none yet */
    uint16_t let;         /* its number among the shared lets: it has no register; 0: it is none */
    struct mr_memo *next; /* while they are found */
};

/* Gives equal parts of e that are worth it a common memo, as it does those that are equal to lets
 * of the scope; returns how many memos need a register. */
uint32_t mr_cse(struct mr_arena *a, const struct mr_scope *scope, struct mr_ast *e);

/* Makes the program of a checked tree with so many memos in a. NULL: it has more registers than
 * there can be. */
struct mr_program *mr_code(struct mr_arena *a, const struct mr_scope *scope, const struct mr_ast *e,
                           uint32_t n_memos);

/* Evaluates constant parts in place, by running their steps: fold(e) == eval(e) by construction.
 * A constant part that fails is E-CONST (in strict mode it is left to fail at run time). */
void mr_fold(struct mr_checker *c, struct mr_ast *e);
/* const_args.c: reports written arguments with which the call e could only fail. */
void mr_check_const_args(struct mr_checker *c, const struct mr_ast *e);

/* fold_regex.c: before the parts of e are folded: patterns that are written in a list. */
void mr_fold_written_patterns(struct mr_checker *c, const struct mr_ast *e);
/* Behind them: compiles the pattern of e where it has one. Wrong is reported, as is (not in strict
 * mode) a pattern that is not constant. */
void mr_fold_pattern(struct mr_checker *c, struct mr_ast *e);

#endif

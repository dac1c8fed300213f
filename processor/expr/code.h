/* code.h -- checked AST -> steps. fold.h -- constants first: both are stages behind the checker. */
#ifndef MR_EXPR_CODE_H
#define MR_EXPR_CODE_H

#include "processor/expr/ast.h"
#include "processor/expr/check.h"
#include "processor/expr/steps.h"

/* Makes the program of a checked tree in a. NULL: it has more registers than there can be. */
struct mr_program *mr_code(struct mr_arena *a, const struct mr_scope *scope,
                           const struct mr_ast *e);

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

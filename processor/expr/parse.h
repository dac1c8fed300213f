/* parse.h -- CEL text -> AST. Says nothing about names and types. */
#ifndef MR_EXPR_PARSE_H
#define MR_EXPR_PARSE_H

#include "base/diag.h"
#include "processor/expr/ast.h"

enum {
    MR_EXPR_MAX_TEXT = 100000, /* bytes of one expression */
    MR_EXPR_MAX_DEPTH = 250,   /* of nesting */
    MR_EXPR_MAX_TREE = 600,    /* levels of a tree, with its lets: walks recurse */
    MR_EXPR_MAX_NODES = 50000, /* of one expression with its lets */
};

/* Parses the scalar src. *nodes counts nodes over several calls (lets) and is checked. Reports
 * E-SYNTAX (several) and E-LIMIT, E-NOTYET; parts that are wrong become MR_AST_ERROR. */
struct mr_ast *mr_parse(struct mr_arena *a, struct mr_diags *d, const struct mr_tree *src,
                        bool strict, uint32_t *nodes);

#endif

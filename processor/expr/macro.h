/* macro.h -- CEL's macros (macros.def): what they are called and which one a call is. */
#ifndef MR_EXPR_MACRO_H
#define MR_EXPR_MACRO_H

#include "processor/expr/ast.h"

enum {
#define MACRO(id, style, name, n_vars, n_args, form) +1
    MR_N_MACROS = 0
#include "processor/expr/macros.def"
#undef MACRO
};

enum { MR_MACRO_MAX_NESTED = 3 }; /* loops inside loops: their work multiplies */

enum mr_macro_id {
    MR_MACRO_ALL,
    MR_MACRO_EXISTS,
    MR_MACRO_EXISTS_ONE,
    MR_MACRO_MAP, /* also transformList */
    MR_MACRO_FILTER,
    MR_MACRO_SORT_BY,
    MR_MACRO_TO_MAP,     /* transformMap */
    MR_MACRO_TO_ENTRIES, /* transformMapEntry */
    MR_MACRO_BIND,
    MR_MACRO_OPT_MAP,
    MR_MACRO_OPT_FLAT_MAP,
};

/* A variable of a macro: made by the checker; an AST node names it by its address. */
struct mr_var {
    struct mr_str name;
    const struct mr_type *type;
    const struct mr_var *outer; /* the variables around it */
    int32_t id;                 /* unique in the expression; of inner ones: higher */
    uint16_t reg;               /* set by code.c: where its value is */
};

struct mr_macro {
    uint8_t id;    /* enum mr_macro_id */
    uint8_t style; /* enum mr_call_style */
    const char *name;
    uint8_t n_vars, n_args;
    const char *form;
};

const struct mr_macro *mr_macro_row(uint16_t row);
bool mr_macro_known(enum mr_call_style style, struct mr_str name);

#endif

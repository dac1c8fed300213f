/* steps.h -- what a program consists of: flat typed steps over registers.
 *
 * An operand is a register, or a constant when its top bit is set. Register 0 is the result. A step
 * that fails puts the error into the register of its landing pad and goes on there: the end of the
 * program, or the && or || that may absorb it. Nothing tests tags on the way.
 */
#ifndef MR_EXPR_STEPS_H
#define MR_EXPR_STEPS_H

#include "processor/expr/expr.h"
#include "processor/expr/regex.h"
#include "processor/expr/zone.h"

enum mr_op_code {
#define STEP(id, text, form)        MR_OP_##id,
#define STEP_FN(id, text, form, fn) MR_OP_##id,
#include "processor/expr/steps.def"
#undef STEP
#undef STEP_FN
    MR_N_OPS
};

enum {
    MR_OPERAND_CONST = 0x8000,
    MR_OPERAND_MAX = 0x7fff, /* registers, constants */
    MR_PLACE_MAX = 64,       /* bytes of a subexpression that a message quotes */
    MR_ARGS_MAX = 4,         /* arguments of a function, the receiver is one */
};

struct mr_expr_step { /* 16 bytes */
    uint16_t op;      /* enum mr_op_code */
    uint16_t dst;     /* register */
    uint16_t a, b;    /* operands; loads: b = the tag that must be there */
    int32_t imm;      /* step to go to, number of a field, ... (steps.def) */
    uint16_t pad;     /* landing pad */
    uint16_t place;   /* what to quote in an error */
};

struct mr_pad {
    uint32_t step;
    uint16_t reg;
};

struct mr_make { /* a message literal */
    const struct mr_type *type;
    uint32_t n;
    const uint32_t *fields; /* of each value: the field of the type */
    const bool *opts;       /* of each value: it may be absent; NULL: none is */
};

struct mr_program {
    const struct mr_type *type; /* of the result, without optional */
    bool optional;
    bool is_constant; /* constant is the result */
    bool shares;      /* has parts that are lets of the scope's `shared` */
    bool wide;        /* int and double mix at run time, too (not strict) */
    int field;        /* the whole program is this field of the row; -1 */
    struct mr_value constant;
    uint32_t n_steps, n_regs, n_constants, n_pads, n_places;
    const struct mr_expr_step *steps; /* the last is END */
    const struct mr_value *constants;
    const struct mr_pad *pads;
    const struct mr_str *places;        /* subexpressions: n whole, MR_PLACE_MAX bytes there */
    const struct mr_type *row;          /* of the scope; NULL = none */
    const struct mr_type *const *types; /* of places: the static type where a step needs it */
    const struct mr_extra *extras;      /* copy; names for --disasm */
    uint32_t n_extras, meta;
    bool *fields; /* which fields of the row are read */
    bool *extras_used;
    const struct mr_zone **fixed_zones; /* that are written in the text; a step's imm: 1 + index */
    uint32_t n_fixed_zones;
    const struct mr_in_set **sets; /* of `x in [constants]`; a step's imm: the index */
    uint32_t n_sets;
    const struct mr_zones *zones;    /* for those that are not; NULL: none is */
    const struct mr_regex **regexes; /* of constant patterns; a step finds its own by the key */
    uint32_t n_regexes;
    const struct mr_make **makes; /* a step's imm: index */
    uint32_t n_makes;
    struct mr_str text;
    const struct mr_trace_node *trace_nodes; /* `trace`: its parts, in source order; else NULL */
    const uint32_t *place_nodes;             /* `trace`: of each place, the part it belongs to */
    uint32_t n_trace_nodes;
};

/* The tag that values of a type have, or -1: dyn, null, optional. */
int mr_type_tag(const struct mr_type *t);
const char *mr_op_text(enum mr_op_code op);

#endif

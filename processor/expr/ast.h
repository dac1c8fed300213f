/* ast.h -- the tree of an expression, made by parse.c, annotated in place by check.c, then fold.c.
 *
 * Nodes live in the arena of the compilation. `off` and `len` are bytes of the scalar `src` (a
 * `let` that is named has its own), so every message finds its place in the file.
 */
#ifndef MR_EXPR_AST_H
#define MR_EXPR_AST_H

#include "base/tree.h"
#include "processor/expr/value.h"

enum mr_ast_kind {
    MR_AST_ERROR,   /* already reported */
    MR_AST_LIT,     /* value */
    MR_AST_IDENT,   /* name */
    MR_AST_SELECT,  /* args[0].name; opt: .?name */
    MR_AST_INDEX,   /* args[0][args[1]]; opt: [?k] */
    MR_AST_CALL,    /* name(args); style */
    MR_AST_LIST,    /* args; opts[i]: `?` before the element */
    MR_AST_MAP,     /* args: key, value, ...; opts[i]: `?` before entry i */
    MR_AST_MESSAGE, /* name{args}: as MAP, the keys are strings; after checking: only values */
    MR_AST_COND,    /* args[0] ? args[1] : args[2] */
    MR_AST_AND,     /* args[0] && args[1] && ... */
    MR_AST_OR,
    MR_AST_COALESCE, /* args[0] ?? args[1]; also orValue and or */
    MR_AST_HAS,      /* has(args[0]): a select; after checking: any path */
    /* only after checking */
    MR_AST_FIELD, /* field `index` of the row */
    MR_AST_EXTRA, /* extra `index` of the scope */
    MR_AST_META,  /* enum mr_meta_field `index` */
    MR_AST_THIS,  /* the whole row */
    MR_AST_GET,   /* field `index` of the struct args[0] */
    MR_AST_VAR,   /* the variable `var` of a macro; index: its id */
    MR_AST_ROW,   /* args[0] with other fields; value: b of the step `record` */
    MR_AST_MACRO, /* macros.def: args: what it goes over, then its parts; var: its variables */
    MR_AST_FAIL,  /* unchecked mode: fails when it is reached; name = the text */
};

enum mr_call_style { MR_CALL_OPERATOR, MR_CALL_GLOBAL, MR_CALL_METHOD };

struct mr_var;  /* macro.h */
struct mr_make; /* steps.h */
struct mr_memo; /* code.h */

struct mr_ast {
    uint8_t kind;   /* enum mr_ast_kind */
    uint8_t style;  /* CALL: enum mr_call_style; METHOD: args[0] is the receiver */
    bool rooted;    /* IDENT, CALL: it has a leading dot */
    bool opt;       /* SELECT, INDEX, after checking GET: reads what may be missing as absent */
    uint16_t depth; /* 1 + the deepest child; bounded, so walks may recurse */
    uint32_t off, len;
    uint32_t name_off; /* SELECT, CALL: where the name stands */
    uint32_t n;
    struct mr_ast **args;
    bool *opts;         /* LIST, MAP, MESSAGE; NULL = none */
    struct mr_str name; /* NUL-terminated */
    struct mr_value value;
    const struct mr_tree *src;

    /* set by the checker */
    const struct mr_type *type; /* OPTIONAL(T) when it may be absent */
    bool soft;     /* optional because a field is declared so: E-ABSENT where a value is needed */
    bool wide;     /* CALL of OP_CALL_DYN: int and double mix */
    uint16_t op;   /* CALL, INDEX: enum mr_op_code */
    uint16_t fn;   /* CALL of OP_CALL_DYN: row of the first overload; MACRO: row of macros.def */
    int32_t index; /* FIELD, EXTRA, META, GET; VAR: its id, MACRO: of its first variable */
    struct mr_var *var;         /* VAR, MACRO */
    const struct mr_make *make; /* MESSAGE */

    /* set by fold.c: CALL with a time zone: the one that is written, or those to look in */
    const struct mr_zone *zone;
    const struct mr_zones *zones;
    const struct mr_regex *regex; /* set by fold_regex.c: CALL with a constant pattern; or NULL */

    struct mr_memo *memo; /* set by cse.c: equal parts share it; NULL: evaluated where it stands */
};

#endif

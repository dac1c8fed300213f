/* fns.h -- functions, methods and operators: the overloads of fns.def and how one is chosen. */
#ifndef MR_EXPR_FNS_H
#define MR_EXPR_FNS_H

#include "processor/expr/ast.h"
#include "processor/expr/steps.h"

enum mr_sig {
    MR_SIG_NONE, /* no such argument */
#define SIG(id, type, tag, words, text) MR_SIG_##id,
#include "processor/expr/sigs.def"
#undef SIG
};

struct mr_overload {
    uint8_t style; /* enum mr_call_style */
    const char *name;
    uint16_t op;
    uint8_t result;
    uint8_t args[MR_ARGS_MAX];
};

/* The type of `[]` elements and of optional.none(): agrees with any other. Its kind is DYN. */
extern const struct mr_type mr_type_bottom;

enum mr_fit {
    MR_FIT_UNKNOWN, /* no function of that name and style */
    MR_FIT_NONE,    /* none for these types */
    MR_FIT_STATIC,  /* op and type are known */
    MR_FIT_DYNAMIC, /* chosen at run time among the rows from `row` on */
};

/* By tag: the type of a value, as type() gives it. */
extern const struct mr_type *const mr_type_of_tag[];

struct mr_fit_result {
    const struct mr_type *type;
    uint16_t op;
    uint16_t row; /* DYNAMIC: the first of the name */
    bool through; /* the result may be absent because an argument may be */
    const struct mr_type *args[MR_ARGS_MAX]; /* what records and optionals come to stand as */
};

enum mr_fit mr_fns_fit(struct mr_arena *a, enum mr_call_style style, struct mr_str name,
                       uint32_t n_args, const struct mr_type *const *types, bool strict,
                       struct mr_fit_result *ret);
/* Argument i is mr_type_bottom, which fits anywhere: the type that the call gives it, or NULL. As
 * in cel-go, that of the overload that fits and comes first by the names of types
 * (checker/checker.go, resolveOverload: the first that fits binds a free type parameter). */
const struct mr_type *mr_fns_first_type(struct mr_arena *a, enum mr_call_style style,
                                        struct mr_str name, uint32_t n,
                                        const struct mr_type *const *types, uint32_t i);
/* At run time: the op for these n values, from row `first` on; -1 = none. *ret_widen: ints become
 * doubles first. */
int mr_fns_choose(uint16_t first, const struct mr_value *args, uint32_t n, bool wide,
                  bool *ret_widen);
const struct mr_overload *mr_fns_row(uint16_t row);
/* The step of a checked call; of one that is chosen at run time, that of its first overload. */
uint16_t mr_fns_op(const struct mr_ast *call);
/* May argument i of a function of that name be absent? */
bool mr_fns_takes_absent(enum mr_call_style style, struct mr_str name, uint32_t i);
uint16_t mr_fns_count(void);
/* Signatures of all there is to call, a line each: fns_list.c. */
void mr_fns_list(struct mr_buf *to);
/* The first row of a name and style with n arguments (unchecked mode), or -1. */
int mr_fns_first(enum mr_call_style style, struct mr_str name, uint32_t n_args);
bool mr_fns_known(enum mr_call_style style, struct mr_str name);
/* "math.abs": does any function begin with "math."? */
bool mr_fns_space(struct mr_str name);
bool mr_fns_notyet(struct mr_str name);
bool mr_fns_aggregator(struct mr_str name); /* it stands in `aggregate:` only */
const char *mr_fns_nearest(enum mr_call_style style, struct mr_str name); /* or NULL */
uint32_t mr_fns_arity(const struct mr_overload *o);
bool mr_fns_arg_fits(const struct mr_overload *o, uint32_t arg, const struct mr_type *t);
const char *mr_sig_name(uint8_t sig);

/* ---- fns_tell.c: for messages */

/* "(int, int), (double, double)", "string.size()": what a name takes. */
const char *mr_fns_takes(struct mr_arena *a, enum mr_call_style style, struct mr_str name);
/* "string or list": what a method is one of. */
const char *mr_fns_receivers(struct mr_arena *a, struct mr_str name);
/* Numbers of arguments, the receiver counted. */
void mr_fns_counts(enum mr_call_style style, struct mr_str name, uint32_t *least, uint32_t *most);
bool mr_fns_takes_at(enum mr_call_style style, struct mr_str name, uint32_t arg,
                     const struct mr_type *t);
/* The next row behind `after` (-1: the first) that all arguments but one fit; -1: none. */
int mr_fns_row_but(const struct mr_ast *e, const struct mr_type *const *types, uint32_t but,
                   int after);

/* The type both agree with, or NULL. dyn swallows everything; bottom nothing. Of two types of types
 * (type(int), type(string)) the first. */
const struct mr_type *mr_type_join(struct mr_arena *a, const struct mr_type *x,
                                   const struct mr_type *y);

#endif

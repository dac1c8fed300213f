/* check.h -- the checker: names, types, overloads and presence. Annotates the AST in place.
 *
 * Shared by check.c (names, fields), check_control.c, check_literal.c, check_call.c (functions and
 * operators), macro.c and presence.c (what is known to be there). Nobody else includes it but
 * program.c and the tests.
 */
#ifndef MR_EXPR_CHECK_H
#define MR_EXPR_CHECK_H

#include "base/diag.h"
#include "processor/expr/ast.h"
#include "processor/expr/expr.h"
#include "processor/expr/steps.h"

struct mr_checker {
    struct mr_arena *arena;
    struct mr_diags *diags;
    const struct mr_scope *scope;
    size_t n_lets;               /* visible here: the lets before the one being compiled */
    uint32_t nodes;              /* parsed so far, lets included */
    uint32_t depth;              /* nodes around this place, lets included */
    bool failed;                 /* an error was reported */
    const struct mr_ast **facts; /* paths that are known to be present here */
    size_t n_facts, cap_facts;
    const struct mr_zones *zones; /* all, once a zone is not written in the text; else NULL */
    const struct mr_var *vars;    /* of the macros around this place, the innermost first */
    int32_t n_vars;               /* made so far: the next id */
    uint32_t loops;               /* macros around this place that go over something */
};

/* Checks e and everything below; returns its type (OPTIONAL(T) when it may be absent). */
const struct mr_type *mr_check_ast(struct mr_checker *c, struct mr_ast *e);
/* The same where a value is needed: a declared-optional field is E-ABSENT. */
const struct mr_type *mr_check_value(struct mr_checker *c, struct mr_ast *e);
void mr_check_call(struct mr_checker *c, struct mr_ast *e); /* check_call.c */
/* A condition. false: reported. */
bool mr_check_bool(struct mr_checker *c, struct mr_ast *e);
/* macro.c: checks a call that is a macro; false: it is none. */
bool mr_check_macro(struct mr_checker *c, struct mr_ast *e);
/* `[]` of a receiver and key that are checked; e->opt is respected. */
void mr_check_index(struct mr_checker *c, struct mr_ast *e, const struct mr_type *receiver);
/* Makes an int expression a double one. */
void mr_check_widen(struct mr_checker *c, struct mr_ast *e);
/* Marks a path (names, fields, indexes) as read with `.?` all along. false: no path. */
bool mr_check_mark_path(struct mr_ast *e);
/* `this`, `meta`, `params`: always what they are; not in strict mode. */
bool mr_check_is_special(const struct mr_checker *c, struct mr_str name);
/* Is this name of the single scope (variable, row, extra, let, this, meta, params)? */
bool mr_check_declared(const struct mr_checker *c, struct mr_str name);

/* Report at a node, or at `len` bytes from `off` of its source. A place inside a `let` that is
 * named twice is reported once: NULL then. */
struct mr_diag *mr_check_error(struct mr_checker *c, const char *code, const struct mr_ast *e,
                               const char *fmt, ...) __attribute__((format(printf, 4, 5)));
struct mr_diag *mr_check_at(struct mr_checker *c, enum mr_severity s, const char *code,
                            const struct mr_ast *e, uint32_t off, uint32_t len, const char *text);
/* The beginning of what is written there. */
const char *mr_check_path_text(struct mr_checker *c, const struct mr_ast *e);
const char *mr_check_type_text(struct mr_checker *c, const struct mr_type *t);
void mr_check_absent(struct mr_checker *c, const struct mr_ast *e); /* reports E-ABSENT */
/* The node is wrong and reported: everything with it checks silently. */
const struct mr_type *mr_check_bad(struct mr_ast *e);
/* Unchecked mode: fails when it is reached. */
void mr_check_fail_later(struct mr_checker *c, struct mr_ast *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- check_wrong.c: calls that fit no function */

void mr_check_unknown_function(struct mr_checker *c, struct mr_ast *e); /* E-FUNC */
void mr_check_no_overload(struct mr_checker *c, struct mr_ast *e,
                          const struct mr_type *const *types);
struct mr_diag *mr_check_at_name(struct mr_checker *c, const char *code, const struct mr_ast *e,
                                 const char *text);
/* How e becomes a `want`, as a hint; NULL: not known. */
const char *mr_check_convert(struct mr_checker *c, const struct mr_ast *e,
                             const struct mr_type *got, enum mr_type_kind want);
const char *mr_check_quote(struct mr_checker *c, const struct mr_ast *e); /* as it was written */
/* ---- check_meant.c: what is written as elsewhere. true: reported */

bool mr_check_meant(struct mr_checker *c, struct mr_ast *e); /* a call, before its arguments */
/* Argument i as a value, or what is compared with null. */
const struct mr_type *mr_check_beside_null(struct mr_checker *c, struct mr_ast *e, uint32_t i);
enum mr_meant {
    MR_MEANT_NOTHING, /* nothing was checked */
    MR_MEANT_FIRST,   /* the first part is checked */
    MR_MEANT_WRONG,   /* reported */
};
enum mr_meant mr_check_default(struct mr_checker *c, struct mr_ast *e); /* `||` for `??`, `+` */
bool mr_check_bare_key(struct mr_checker *c, struct mr_ast *key);       /* {a: 1} */
bool mr_check_before_first(struct mr_checker *c, struct mr_ast *e, const struct mr_type *list);
void mr_check_hint_index(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e,
                         const struct mr_type *receiver);
/* e selects a field that t, no record, does not have. */
void mr_check_hint_field(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e,
                         const struct mr_type *t);
const char *mr_check_agree(struct mr_checker *c, const struct mr_ast *a, const struct mr_ast *b,
                           const struct mr_type *x, const struct mr_type *y);

/* check_operator.c: the same for an operator */
void mr_check_wrong_operator(struct mr_checker *c, const struct mr_ast *e,
                             const struct mr_type *const *types);

/* ---- check_math.c: the functions of any number of arguments. false: reported */

/* Before the arguments are checked: more than two become one list. */
bool mr_check_variadic(struct mr_checker *c, struct mr_ast *e);
bool mr_check_numbers(struct mr_checker *c, struct mr_ast *e); /* after */
/* ---- check_special.c */

/* Functions that types alone do not decide. true: e is done; else *ret_args_checked says whether
 * its arguments have been checked (all are good then). */
bool mr_check_special(struct mr_checker *c, struct mr_ast *e, bool *ret_args_checked);
bool mr_check_reads_headers(const struct mr_ast *e); /* so it is no constant */

/* ---- check_scope.c */

/* What a name can mean here, i-th; NULL: no more. rooted: it has a leading dot. */
const char *mr_check_candidate(struct mr_checker *c, struct mr_str name, bool rooted, uint32_t i);
/* A name, or selects of names, that are one name together. NULL: nothing of that name is declared.
 */
const struct mr_type *mr_check_qualified(struct mr_checker *c, struct mr_ast *e);
/* A call of a function of scope->fns. */
bool mr_check_is_declared_fn(struct mr_checker *c, const struct mr_ast *e);
/* With checked arguments; false: none of that name takes them. */
bool mr_check_declared_fn(struct mr_checker *c, struct mr_ast *e);
void mr_test_macros(struct mr_checker *c, struct mr_ast *e); /* test_macro.c */

/* ---- check.c, for check_scope.c */

bool mr_check_is_var(const struct mr_checker *c, struct mr_str name);    /* of a macro */
int mr_check_find_extra(const struct mr_checker *c, struct mr_str name); /* or -1 */
const struct mr_type *mr_check_extra(struct mr_checker *c, struct mr_ast *e, int i);
bool mr_check_type_name(struct mr_checker *c, struct mr_ast *e,
                        const char *name); /* e becomes it */

/* ---- check_control.c */

const struct mr_type *mr_check_logic(struct mr_checker *c, struct mr_ast *e);
const struct mr_type *mr_check_cond(struct mr_checker *c, struct mr_ast *e);
const struct mr_type *mr_check_coalesce(struct mr_checker *c, struct mr_ast *e);

/* ---- check_literal.c */

const struct mr_type *mr_check_list(struct mr_checker *c, struct mr_ast *e);
const struct mr_type *mr_check_map(struct mr_checker *c, struct mr_ast *e);

/* ---- check_message.c */

const struct mr_type *mr_check_message(struct mr_checker *c, struct mr_ast *e);
/* A field as it reads here: in millrace mode what a message may not have is optional. */
struct mr_field mr_check_field(const struct mr_checker *c, const struct mr_type *t, uint32_t i);
/* A full name of a message (its type is the value) or of a value of an enum. false: of neither. */
bool mr_check_message_name(struct mr_checker *c, struct mr_ast *e, struct mr_str name);
/* proto.getExt(m, a.b.name) and proto.hasExt() become a select. false: it is neither. */
bool mr_check_extension(struct mr_checker *c, struct mr_ast *e);

/* ---- check_box.c */

/* e becomes a step of one argument: what it was. name: as messages call it. */
void mr_check_wrap(struct mr_checker *c, struct mr_ast *e, enum mr_op_code op, const char *name,
                   const struct mr_type *type);
/* e, checked, comes to stand where `to` is the static type (NULL: as it is). */
void mr_check_coerce(struct mr_checker *c, struct mr_ast *e, const struct mr_type *to);
/* e makes what is boxed, and its type says what that is. */
void mr_check_unbox(struct mr_checker *c, struct mr_ast *e);
/* e is an optional, or a dyn that is looked at when it runs. false: neither. */
bool mr_check_as_optional(struct mr_checker *c, struct mr_ast *e);

/* ---- check_name.c */

const struct mr_type *mr_check_unknown(struct mr_checker *c, struct mr_ast *e);  /* E-NAME */
const struct mr_type *mr_check_no_value(struct mr_checker *c, struct mr_ast *e); /* `meta` alone */
bool mr_check_whole(struct mr_checker *c, struct mr_ast *e); /* `event.amount`: reported */
/* The field of t whose name is near, or NULL. */
const char *mr_check_near_field(struct mr_checker *c, const struct mr_type *t, struct mr_str name);
bool mr_check_old_key(struct mr_checker *c, const struct mr_ast *e); /* reported: E-NOTYET */

/* ---- presence.c */

bool mr_presence_known(const struct mr_checker *c, const struct mr_ast *path);
/* What follows for the rest when e (checked) came out as `truth`. Returns n_facts before. */
size_t mr_presence_assume(struct mr_checker *c, const struct mr_ast *e, bool truth);
void mr_presence_forget(struct mr_checker *c, size_t n_facts);

#endif

/* check_call.c -- functions, methods and operators: finds the overload, or says what is wrong. */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/hints.h"
#include "processor/expr/macro.h"

/* ---- messages */

const char *mr_check_type_text(struct mr_checker *c, const struct mr_type *t) {
    struct mr_buf b;
    mr_buf_init(&b, 200);
    mr_type_print(t, &b);
    const char *s = mr_arena_strndup(c->arena, b.p, b.n);
    mr_buf_done(&b);
    return s;
}

static void not_yet(struct mr_checker *c, struct mr_ast *e, const char *name, const char *what) {
    const char *text = mr_arena_printf(c->arena, "`%s`%s is not supported yet", name, what);
    mr_check_at_name(c, "E-NOTYET", e, text);
    mr_check_bad(e);
}

/* ---- names with a dot: optional.of(x) parses as a method of `optional` */

static bool is_namespace(struct mr_str name) {
    static const char *const spaces[] = {"optional", "math",   "strings", "sets",  "lists",
                                         "regex",    "cel",    "url",     "hash",  "json",
                                         "time",     "base64", "geo",     "proto", "net"};
    for (size_t i = 0; i < MR_ARRAY_LEN(spaces); i++) {
        if (mr_str_is(name, spaces[i])) return true;
    }
    return false;
}

static void join_namespace(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *left = e->n ? e->args[0] : NULL;
    if (e->style != MR_CALL_METHOD || left->kind != MR_AST_IDENT) return;
    if (c->scope->n_fns && mr_check_is_declared_fn(c, e)) return;
    struct mr_str name = mr_str(mr_arena_printf(c->arena, "%s.%s", left->name.p, e->name.p));
    /* What can only be this function is it, also beside a field that is called as its namespace. */
    bool sure = mr_fns_known(MR_CALL_GLOBAL, name) && !mr_fns_known(MR_CALL_METHOD, e->name);
    if (!sure && (mr_check_declared(c, left->name) || !is_namespace(left->name))) return;
    e->name = name;
    e->name_off = left->off;
    e->style = MR_CALL_GLOBAL;
    e->args++;
    e->n--;
}

/* ---- the call */

void mr_check_widen(struct mr_checker *c, struct mr_ast *e) {
    if (e->kind == MR_AST_LIT && e->value.tag == MR_V_INT) {
        e->value = mr_double((double)e->value.i);
        e->type = &mr_type_double;
        return;
    }
    if (e->kind == MR_AST_CALL && e->op == MR_OP_DIV_I64) {
        struct mr_diag *g = mr_check_at(c, MR_WARNING, "W-INTDIV", e, e->off, e->len,
                                        "int / int is cut to a whole number before it is widened");
        if (g) mr_diag_hint(c->diags, g, "make one side a double: double(a) / b");
    }
    mr_check_wrap(c, e, MR_OP_I64_TO_F64, "double", &mr_type_double);
}

/* An int literal beside a double is a double. */
static void widen_literals(struct mr_checker *c, struct mr_ast *e) {
    if (c->scope->strict || e->style != MR_CALL_OPERATOR || e->n != 2) return;
    for (int i = 0; i < 2; i++) {
        struct mr_ast *x = e->args[i], *y = e->args[1 - i];
        bool literal = x->kind == MR_AST_LIT && x->value.tag == MR_V_INT;
        if (literal && y->type->kind == MR_T_DOUBLE && x->value.i > -(INT64_C(1) << 53) &&
            x->value.i < INT64_C(1) << 53) {
            mr_check_widen(c, x);
        }
    }
}

static bool is_arithmetic(struct mr_str name) {
    return name.n == 1 && strchr("+-*/", name.p[0]) != NULL;
}

/* int op double: the int side becomes a double. */
static bool widen_mixed(struct mr_checker *c, struct mr_ast *e) {
    if (c->scope->strict || e->style != MR_CALL_OPERATOR || e->n != 2 || !is_arithmetic(e->name)) {
        return false;
    }
    enum mr_type_kind x = e->args[0]->type->kind, y = e->args[1]->type->kind;
    if (x == MR_T_INT && y == MR_T_DOUBLE) {
        mr_check_widen(c, e->args[0]);
    } else if (x == MR_T_DOUBLE && y == MR_T_INT) {
        mr_check_widen(c, e->args[1]);
    } else {
        return false;
    }
    return true;
}

static void warn_int_division(struct mr_checker *c, const struct mr_ast *e) {
    for (uint32_t i = 0; e->op == MR_OP_MUL_I64 && i < 2; i++) {
        const struct mr_ast *x = e->args[i];
        if (x->kind != MR_AST_CALL || x->op != MR_OP_DIV_I64) continue;
        struct mr_diag *g =
            mr_check_at(c, MR_WARNING, "W-INTDIV", x, x->off, x->len,
                        "int / int is cut to a whole number before it is multiplied");
        if (g) mr_diag_hint(c->diags, g, "multiply first, or make one side a double");
    }
}

/* The variable of a macro over `[]` or `{}` has no type of its own: it gets that of its first use.
 * (No step ever runs on it: there is no element.) */
static void type_by_use(struct mr_checker *c, struct mr_ast *e, const struct mr_type **types) {
    for (uint32_t i = 0; i < e->n && e->n <= MR_ARGS_MAX; i++) {
        struct mr_ast *x = e->args[i];
        if (x->kind != MR_AST_VAR || types[i] != &mr_type_bottom) continue;
        const struct mr_type *t =
            mr_fns_first_type(c->arena, (enum mr_call_style)e->style, e->name, e->n, types, i);
        if (t) types[i] = x->type = x->var->type = t;
    }
}

static void apply(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *types[MR_ARGS_MAX] = {NULL};
    struct mr_fit_result r;
    widen_literals(c, e);
    widen_mixed(c, e);
    for (uint32_t i = 0; i < e->n && i < MR_ARGS_MAX; i++) types[i] = e->args[i]->type;
    type_by_use(c, e, types);
    switch (mr_fns_fit(c->arena, (enum mr_call_style)e->style, e->name, e->n, types,
                       c->scope->strict, &r)) {
    case MR_FIT_UNKNOWN: mr_check_unknown_function(c, e); return;
    case MR_FIT_NONE: mr_check_no_overload(c, e, types); return;
    default: break;
    }
    e->op = r.op;
    e->fn = r.row;
    e->type = r.type;
    e->wide = !c->scope->strict;
    for (uint32_t i = 0; i < e->n && r.through; i++) e->soft = e->soft || e->args[i]->soft;
    warn_int_division(c, e);
    if (e->op == MR_OP_TYPE_OF) e->type = mr_type_type(c->arena, types[0]);
    for (uint32_t i = 0; i < e->n; i++) mr_check_coerce(c, e->args[i], r.args[i]);
    if (e->op == MR_OP_OPT_VALUE && e->type->kind == MR_T_OPTIONAL) mr_check_unbox(c, e);
}

static bool check_args(struct mr_checker *c, struct mr_ast *e) {
    bool good = true;
    for (uint32_t i = 0; i < e->n; i++) {
        bool absent = mr_fns_takes_absent((enum mr_call_style)e->style, e->name, i);
        const struct mr_type *t =
            absent ? mr_check_ast(c, e->args[i]) : mr_check_beside_null(c, e, i);
        good = good && t->kind != MR_T_ERROR;
        bool receiver = e->style == MR_CALL_METHOD && absent;
        if (receiver && good) mr_check_as_optional(c, e->args[i]);
    }
    return good;
}

void mr_check_call(struct mr_checker *c, struct mr_ast *e) {
    join_namespace(c, e);
    if (!mr_check_variadic(c, e)) return;
    if (mr_check_macro(c, e) || mr_check_extension(c, e)) return;
    if (c->scope->n_fns && mr_check_is_declared_fn(c, e)) {
        if (!check_args(c, e))
            mr_check_bad(e);
        else if (!mr_check_declared_fn(c, e))
            apply(c, e);
        return;
    }
    if (!c->scope->strict && mr_check_meant(c, e)) return;
    bool known = mr_fns_known((enum mr_call_style)e->style, e->name);
    bool method = e->style == MR_CALL_METHOD;
    if (method && e->n == 2 && (mr_str_is(e->name, "orValue") || mr_str_is(e->name, "or"))) {
        e->kind = MR_AST_COALESCE;
        mr_check_ast(c, e);
        return;
    }
    if (e->style == MR_CALL_GLOBAL && mr_str_is(e->name, "optional.none") && e->n == 0) {
        e->kind = MR_AST_LIT;
        e->value = MR_ABSENT;
        e->type = mr_type_of_tag[MR_V_ABSENT];
        return;
    }
    bool aggregator = !method && mr_fns_aggregator(e->name);
    bool spaced = memchr(e->name.p, '.', e->name.n) && !mr_fns_space(e->name);
    if (!known && !aggregator && !mr_hint(MR_HINT_CALL, e->name) &&
        (mr_fns_notyet(e->name) || spaced)) {
        not_yet(c, e, e->name.p, "");
        return;
    }
    bool special = !method && mr_str_is(e->name, "implies"); /* no row: it is an operator */
    if (!known && !special && !c->scope->unchecked) {
        mr_check_unknown_function(c, e);
        return;
    }
    bool checked;
    if (mr_check_special(c, e, &checked)) return;
    if (!checked && !check_args(c, e)) {
        mr_check_bad(e);
        return;
    }
    if (!mr_check_numbers(c, e)) return;
    apply(c, e);
}

/* ---- index */

static const struct {
    uint16_t plain, opt;
} index_ops[] = {
    {MR_OP_LIST_GET, MR_OP_LIST_GET_OPT},
    {MR_OP_MAP_GET, MR_OP_MAP_GET_OPT},
    {MR_OP_DYN_GET, MR_OP_DYN_GET_OPT},
};

/* The receiver as the step needs it: what is in an optional of an optional is boxed. */
static void coerce_index(struct mr_checker *c, struct mr_ast *e, const struct mr_fit_result *r,
                         bool opt) {
    const struct mr_type *to = r->args[0];
    bool nested = opt && r->type->kind == MR_T_OPTIONAL;
    if (nested && to->kind == MR_T_LIST) to = mr_type_list(c->arena, &mr_type_dyn);
    if (nested && to->kind == MR_T_MAP) to = mr_type_map(c->arena, to->key, &mr_type_dyn);
    if (e->args[0]->type->kind == MR_T_OPTIONAL) to = mr_type_optional(c->arena, to);
    mr_check_coerce(c, e->args[0], to);
    mr_check_coerce(c, e->args[1], r->args[1]);
}

void mr_check_index(struct mr_checker *c, struct mr_ast *e, const struct mr_type *receiver) {
    const struct mr_type *types[2] = {receiver, e->args[1]->type};
    bool through = e->args[0]->type->kind == MR_T_OPTIONAL;
    bool opt = e->opt || through;
    struct mr_fit_result r;
    if (!c->scope->strict && mr_check_before_first(c, e, receiver)) return;
    enum mr_fit fit =
        mr_fns_fit(c->arena, MR_CALL_OPERATOR, MR_STR("[]"), 2, types, c->scope->strict, &r);
    if (fit == MR_FIT_NONE && c->scope->unchecked) {
        r = (struct mr_fit_result){
            .type = &mr_type_dyn, .op = MR_OP_DYN_GET, .args = {&mr_type_dyn, &mr_type_dyn}};
        fit = MR_FIT_STATIC;
    }
    if (receiver == &mr_type_bottom) r.type = receiver; /* of nothing: agrees with any other */
    if (fit == MR_FIT_NONE) {
        struct mr_diag *g =
            mr_check_error(c, "E-TYPE", e->args[1], "`%s` cannot be indexed by `%s`",
                           mr_check_type_text(c, receiver), mr_check_type_text(c, types[1]));
        if (g) mr_check_hint_index(c, g, e, receiver);
        mr_check_bad(e);
        return;
    }
    /* A dyn side is found out by the step itself. */
    e->op = fit == MR_FIT_DYNAMIC ? MR_OP_DYN_GET : r.op;
    for (size_t i = 0; i < MR_ARRAY_LEN(index_ops) && opt; i++) {
        if (index_ops[i].plain == e->op) e->op = index_ops[i].opt;
    }
    e->type = r.type;
    e->wide = !c->scope->strict;
    e->soft = through && e->args[0]->soft && !e->opt;
    /* A dyn index of a list still finds one of its elements. */
    bool listed = receiver->kind == MR_T_LIST && !mr_type_boxes(receiver->elem);
    if (listed) r.type = e->type = receiver->elem;
    coerce_index(c, e, &r, opt);
    if (opt) e->type = mr_type_optional(c->arena, r.type);
}

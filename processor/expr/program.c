/* program.c -- compiling one expression from text to program, and what a program tells of itself.
 */
#include "base/mem.h"
#include "processor/expr/check.h"
#include "processor/expr/code.h"
#include "processor/expr/fns.h"
#include "processor/expr/parse.h"

static void mismatch(struct mr_checker *c, const struct mr_ast *e, const struct mr_type *t,
                     const struct mr_type *want) {
    struct mr_diag *g = mr_check_error(c, "E-TYPE", e, "`%s` is needed here, this is `%s`",
                                       mr_check_type_text(c, want), mr_check_type_text(c, t));
    if (!g) return;
    const char *how = mr_check_convert(c, e, t, want->kind);
    if (how) mr_diag_hint(c->diags, g, "%s", how);
}

/* The slot's type: int widens, dyn is looked at when it runs. */
static bool fit_want(struct mr_checker *c, struct mr_ast *e, const struct mr_type *want) {
    const struct mr_type *t = e->type, *whole = want;
    bool optional = t->kind == MR_T_OPTIONAL;
    if (optional && want->kind != MR_T_OPTIONAL) {
        mr_check_absent(c, e);
        return false;
    }
    if (optional) t = t->elem;
    if (want->kind == MR_T_OPTIONAL) want = want->elem;
    if (want->kind == MR_T_DYN) mr_check_coerce(c, e, whole);
    if (want->kind == MR_T_DYN || t == &mr_type_bottom || mr_type_eq(t, want)) return true;
    if (t->kind == MR_T_INT && want->kind == MR_T_DOUBLE && !optional) {
        mr_check_widen(c, e);
        return true;
    }
    if (t->kind == MR_T_DYN && mr_type_tag(want) >= 0 && want->elem == NULL && !want->n_fields &&
        !optional) {
        mr_check_wrap(c, e, MR_OP_CHECK, "dyn", want);
        return true;
    }
    const struct mr_type *j = mr_type_join(c->arena, t, want);
    if (j && mr_type_eq(j, want)) return true; /* [] where a list is wanted */
    mismatch(c, e, t, want);
    return false;
}

struct mr_program *mr_expr_compile(struct mr_arena *a, struct mr_diags *d,
                                   const struct mr_tree *text, const struct mr_scope *scope,
                                   const struct mr_type *want) {
    struct mr_checker c = {.arena = a, .diags = d, .scope = scope, .n_lets = scope->n_lets};
    if (text->kind != MR_TREE_SCALAR) {
        struct mr_diag *g = mr_error(d, "E-SYNTAX", text->pos, "an expression is a string");
        mr_diag_hint(d, g, "put it in single quotes");
        return NULL;
    }
    size_t errors = d->n_errors;
    struct mr_ast *e = mr_parse(a, d, text, scope->strict, &c.nodes);
    if (scope->test_macros) mr_test_macros(&c, e);
    mr_check_ast(&c, e);
    if (c.failed || d->n_errors > errors) return NULL;
    if (want && !fit_want(&c, e, want)) return NULL;
    const struct mr_type *type =
        e->type; /* an arm that is left over may know more: not for users */
    mr_fold(&c, e);
    if (c.failed) return NULL;
    uint32_t n_memos = scope->trace ? 0 : mr_cse(a, scope, e); /* a trace shows each part */
    struct mr_program *p = mr_code(a, scope, e, n_memos);
    if (!p) {
        mr_check_error(&c, "E-LIMIT", e, "the expression is too large");
        return NULL;
    }
    p->optional = type->kind == MR_T_OPTIONAL;
    p->type = p->optional ? type->elem : type;
    p->text = mr_arena_str(a, text->text);
    return p;
}

/* ---- what it tells */

const struct mr_type *mr_program_type(const struct mr_program *p) {
    return p->type;
}
bool mr_program_optional(const struct mr_program *p) {
    return p->optional;
}
uint32_t mr_program_meta(const struct mr_program *p) {
    return p->meta;
}
int mr_program_is_field(const struct mr_program *p) {
    return p->field;
}
bool mr_program_shares(const struct mr_program *p) {
    return p->shares;
}
struct mr_str mr_program_text(const struct mr_program *p) {
    return p->text;
}

const struct mr_value *mr_program_constant(const struct mr_program *p) {
    return p->is_constant ? &p->constant : NULL;
}

bool mr_program_uses_field(const struct mr_program *p, uint32_t field) {
    return p->row && field < p->row->n_fields && p->fields[field];
}

bool mr_program_uses_extra(const struct mr_program *p, uint32_t extra) {
    return extra < p->n_extras && p->extras_used[extra];
}

/* test_macro.c -- cel.block, cel.index and cel.iterVar: how cel-spec's tests write down expressions
 * after the elimination of common parts. Only where the scope says so: not for users.
 *
 *   cel.block([a, b], e)   e and later elements see cel.index(0) = a, cel.index(1) = b, all dyn
 *   cel.iterVar(i, j)      a variable of a macro
 *
 * Rewritten before the check: names that nobody can write, and cel.bind.
 */
#include "processor/expr/check.h"

static bool is_call(const struct mr_ast *e, const char *name, uint32_t n) {
    return e->kind == MR_AST_CALL && e->style == MR_CALL_METHOD && e->n == n + 1 &&
           mr_str_is(e->name, name) && e->args[0]->kind == MR_AST_IDENT &&
           mr_str_is(e->args[0]->name, "cel");
}

static bool is_int(const struct mr_ast *e) {
    return e->kind == MR_AST_LIT && e->value.tag == MR_V_INT;
}

static void to_name(struct mr_ast *e, const char *name) {
    e->kind = MR_AST_IDENT;
    e->name = mr_str(name);
    e->n = 0;
    e->depth = 1;
}

static struct mr_ast *call(struct mr_checker *c, const struct mr_ast *at, const char *name,
                           uint32_t n, struct mr_ast *const *args) {
    struct mr_ast *e = mr_arena_dup(c->arena, at, sizeof *at);
    e->kind = MR_AST_CALL;
    e->style = MR_CALL_GLOBAL;
    e->name = mr_str(name);
    e->opts = NULL;
    e->n = n;
    e->args = mr_arena_dup(c->arena, args, n * sizeof *args);
    e->depth = 1;
    for (uint32_t i = 0; i < n; i++)
        if (e->depth <= args[i]->depth) e->depth = (uint16_t)(args[i]->depth + 1);
    return e;
}

static void block(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *list = e->args[1];
    struct mr_ast *body = e->args[2];
    for (uint32_t i = list->n; i-- > 0;) {
        struct mr_ast *x = call(c, list->args[i], "dyn", 1, &list->args[i]);
        struct mr_ast *name = mr_arena_dup(c->arena, x, sizeof *x);
        to_name(name, mr_arena_printf(c->arena, "@index%u", i));
        struct mr_ast *args[] = {name, x, body};
        body = call(c, e, "cel.bind", 3, args);
    }
    *e = *body;
}

void mr_test_macros(struct mr_checker *c, struct mr_ast *e) {
    for (uint32_t i = 0; i < e->n; i++) mr_test_macros(c, e->args[i]);
    if (is_call(e, "index", 1) && is_int(e->args[1])) {
        to_name(e, mr_arena_printf(c->arena, "@index%lld", (long long)e->args[1]->value.i));
    } else if (is_call(e, "iterVar", 2) && is_int(e->args[1]) && is_int(e->args[2])) {
        to_name(e, mr_arena_printf(c->arena, "@it%lld:%lld", (long long)e->args[1]->value.i,
                                   (long long)e->args[2]->value.i));
    } else if (is_call(e, "block", 2) && e->args[1]->kind == MR_AST_LIST && !e->args[1]->opts) {
        block(c, e);
    }
}

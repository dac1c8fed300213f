/* presence.c -- narrowing: which optional fields are known to be there at a place.
 *
 * Facts are paths (fields, extras, variables and what is selected from them). They hold to the
 * right of `&&` and `||` and in the arms of `?:` only. The right side also runs when the left one
 * failed; a fact is then true or its own has() failed, so the read fails as well (loads check the
 * tag).
 */
#include "processor/expr/check.h"
#include "processor/expr/steps.h"

static bool is_path(const struct mr_ast *e) {
    while (e->kind == MR_AST_GET) e = e->args[0];
    return e->kind == MR_AST_FIELD || e->kind == MR_AST_EXTRA || e->kind == MR_AST_META ||
           e->kind == MR_AST_VAR;
}

static bool same(const struct mr_ast *a, const struct mr_ast *b) {
    while (a->kind == b->kind && a->index == b->index) {
        if (a->kind != MR_AST_GET) return true;
        a = a->args[0];
        b = b->args[0];
    }
    return false;
}

bool mr_presence_known(const struct mr_checker *c, const struct mr_ast *path) {
    if (!is_path(path)) return false;
    for (size_t i = 0; i < c->n_facts; i++) {
        if (same(c->facts[i], path)) return true;
    }
    return false;
}

/* A path that is present has all its parents present. */
static void push(struct mr_checker *c, const struct mr_ast *path) {
    if (!is_path(path)) return;
    for (;; path = path->args[0]) {
        if (c->n_facts == c->cap_facts) {
            size_t cap = c->cap_facts ? c->cap_facts * 2 : 8;
            const struct mr_ast **more = mr_arena_alloc(c->arena, cap * sizeof *more);
            if (c->n_facts) memcpy(more, c->facts, c->n_facts * sizeof *more);
            c->facts = more;
            c->cap_facts = cap;
        }
        c->facts[c->n_facts++] = path;
        if (path->kind != MR_AST_GET) return;
    }
}

static void assume(struct mr_checker *c, const struct mr_ast *e, bool truth) {
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_HAS:
        if (truth) push(c, e->args[0]);
        return;
    case MR_AST_CALL:
        if (e->op == MR_OP_NOT) assume(c, e->args[0], !truth);
        if (e->op == MR_OP_ISSET && truth) push(c, e->args[0]);
        return;
    case MR_AST_AND:
    case MR_AST_OR:
        if (truth != (e->kind == MR_AST_AND)) return;
        for (uint32_t i = 0; i < e->n; i++) assume(c, e->args[i], truth);
        return;
    default: return;
    }
}

size_t mr_presence_assume(struct mr_checker *c, const struct mr_ast *e, bool truth) {
    size_t before = c->n_facts;
    assume(c, e, truth);
    return before;
}

void mr_presence_forget(struct mr_checker *c, size_t n_facts) {
    c->n_facts = n_facts;
}

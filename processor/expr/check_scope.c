/* check_scope.c -- names with dots: containers, and what is declared with such a name.
 *
 * CEL's rule: in the container `a.b`, `x.y` means the first of a.b.x.y, a.x.y and x.y that there
 * is; of a chain of selects the longest name wins. A leading dot leaves the container and the
 * variables of macros out; those come first elsewhere, whatever is selected from them.
 */
#include "processor/expr/check.h"

#include "processor/expr/fns.h"
#include "processor/expr/macro.h"

const char *mr_check_candidate(struct mr_checker *c, struct mr_str name, bool rooted, uint32_t i) {
    struct mr_str in = c->scope->container;
    if (rooted) in.n = 0;
    for (; i && in.n; i--) {
        while (in.n && in.p[in.n - 1] != '.') in.n--;
        if (in.n) in.n--;
        if (in.n == 0 && i == 1) return mr_arena_str(c->arena, name).p;
    }
    if (i) return NULL;
    return mr_arena_printf(c->arena, "%.*s%s%.*s", MR_STR_ARG(in), in.n ? "." : "",
                           MR_STR_ARG(name));
}

/* "a.b.c" of plain selects, else NULL; *ret_root: `a`. */
static const char *spelled(struct mr_checker *c, const struct mr_ast *e,
                           const struct mr_ast **ret_root) {
    enum { DEPTH = 16 };
    if (e->kind == MR_AST_IDENT) {
        *ret_root = e;
        return e->name.p;
    }
    if (e->kind != MR_AST_SELECT || e->opt || e->depth > DEPTH) return NULL;
    const char *left = spelled(c, e->args[0], ret_root);
    return left ? mr_arena_printf(c->arena, "%s.%s", left, e->name.p) : NULL;
}

const struct mr_type *mr_check_qualified(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *root;
    const char *text = spelled(c, e, &root), *name;
    if (!text || (!root->rooted && mr_check_is_var(c, root->name))) return NULL;
    bool declared = mr_check_declared(c, root->name), ident = e->kind == MR_AST_IDENT;
    for (uint32_t i = 0; (name = mr_check_candidate(c, mr_str(text), root->rooted, i)); i++) {
        bool bare = mr_str_is(mr_str(text), name);
        if (bare && ident) return NULL; /* among fields and lets: check.c */
        int extra = mr_check_find_extra(c, mr_str(name));
        if (extra >= 0) {
            e->n = 0;
            return mr_check_extra(c, e, extra);
        }
        if ((!bare || !declared) && mr_check_type_name(c, e, name)) return e->type;
    }
    return NULL;
}

/* ---- declared functions */

/* Type parameters and what they stand for, by place. */
struct params {
    struct mr_arena *arena;
    struct mr_str names[8];
    const struct mr_type *types[8];
    uint32_t n;
};

static const struct mr_type **bound(struct params *p, struct mr_str name) {
    for (uint32_t i = 0; i < p->n; i++) {
        if (mr_str_eq(p->names[i], name)) return &p->types[i];
    }
    if (p->n == 8) return NULL;
    p->names[p->n] = name;
    p->types[p->n] = &mr_type_bottom;
    return &p->types[p->n++];
}

/* Does an argument of type t fit `want`? Binds parameters. */
static bool fits(struct params *p, const struct mr_type *want, const struct mr_type *t) {
    if (want->kind == MR_T_PARAM) {
        const struct mr_type **to = bound(p, want->name);
        const struct mr_type *j = to ? mr_type_join(p->arena, *to, t) : NULL;
        if (j) *to = j;
        return j != NULL;
    }
    if (want->kind == MR_T_DYN || t->kind == MR_T_DYN) return true;
    if (want->kind != t->kind) return false;
    if (want->kind == MR_T_ABSTRACT) {
        if (!mr_str_eq(want->name, t->name) || want->n_fields != t->n_fields) return false;
        for (uint32_t i = 0; i < want->n_fields; i++) {
            if (!fits(p, want->fields[i].type, t->fields[i].type)) return false;
        }
        return true;
    }
    if (want->kind == MR_T_MAP && !fits(p, want->key, t->key)) return false;
    return want->elem && t->elem ? fits(p, want->elem, t->elem) : mr_type_eq(want, t);
}

static const struct mr_type *filled(struct params *p, const struct mr_type *t) {
    const struct mr_type *args[8], **to;
    switch (t->kind) {
    case MR_T_PARAM: to = bound(p, t->name); return to ? *to : &mr_type_dyn;
    case MR_T_LIST: return mr_type_list(p->arena, filled(p, t->elem));
    case MR_T_MAP: return mr_type_map(p->arena, filled(p, t->key), filled(p, t->elem));
    case MR_T_OPTIONAL: return mr_type_optional(p->arena, filled(p, t->elem));
    case MR_T_ABSTRACT:
        for (uint32_t i = 0; i < t->n_fields && i < 8; i++) args[i] = filled(p, t->fields[i].type);
        return mr_type_abstract(p->arena, t->name, t->n_fields < 8 ? t->n_fields : 8, args);
    default: return t;
    }
}

static bool is_named(struct mr_checker *c, const struct mr_ast *e, const struct mr_fn_decl *f) {
    const char *name;
    if (f->method != (e->style == MR_CALL_METHOD)) return false;
    if (f->method) return mr_str_eq(f->name, e->name);
    for (uint32_t i = 0; (name = mr_check_candidate(c, e->name, e->rooted, i)); i++) {
        if (mr_str_is(f->name, name)) return true;
    }
    return false;
}

bool mr_check_is_declared_fn(struct mr_checker *c, const struct mr_ast *e) {
    for (size_t i = 0; i < c->scope->n_fns && e->style != MR_CALL_OPERATOR; i++) {
        if (is_named(c, e, &c->scope->fns[i])) return true;
    }
    return false;
}

bool mr_check_declared_fn(struct mr_checker *c, struct mr_ast *e) {
    for (size_t i = 0; i < c->scope->n_fns; i++) {
        const struct mr_fn_decl *f = &c->scope->fns[i];
        struct params p = {.arena = c->arena};
        bool fit = is_named(c, e, f) && e->n == f->n_params;
        for (uint32_t k = 0; k < e->n && fit; k++) fit = fits(&p, f->params[k], e->args[k]->type);
        if (!fit) continue;
        const struct mr_type *t = filled(&p, f->result);
        mr_check_fail_later(c, e, "`%s` is only declared", e->name.p);
        e->type = t;
        return true;
    }
    return false;
}

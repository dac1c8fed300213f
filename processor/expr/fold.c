/* fold.c -- constants: parts without names are evaluated once, by the steps that they compile to.
 */
#include "processor/expr/code.h"
#include "processor/expr/fns.h"

static bool all_constant(const struct mr_ast *e) {
    if (mr_check_reads_headers(e)) return false;
    for (uint32_t i = 0; i < e->n; i++) {
        if (e->args[i]->kind != MR_AST_LIT) return false;
    }
    return true;
}

static void evaluate(struct mr_checker *c, struct mr_ast *e) {
    struct mr_frame frame = {.arena = c->arena};
    if (c->scope->trace) return; /* its parts are to be seen */
    struct mr_program *p = mr_code(c->arena, c->scope, e, 0);
    if (!p) return;
    struct mr_value v = mr_eval(p, &frame);
    if (v.tag != MR_V_ERROR) {
        e->kind = MR_AST_LIT;
        e->value = v;
        e->n = 0;
    } else if (!c->scope->strict) {
        struct mr_diag *g =
            mr_check_error(c, "E-CONST", e, "%s", v.fault ? v.fault->text : "this always fails");
        const char *form = e->op == MR_OP_STR_TO_TS    ? "\"2026-01-31T00:00:00Z\""
                           : e->op == MR_OP_STR_TO_DUR ? "\"90s\", \"1h30m\", \"250ms\" or \"7d\""
                                                       : NULL;
        if (g && form) mr_diag_hint(c->diags, g, "it is written %s", form);
    }
}

/* ---- time zones: found now, so that no event waits for a file */

_Static_assert(MR_OP_TS_MILLIS_IN - MR_OP_TS_YEAR_IN == 9,
               "the ten parts of a time stand together");

/* Its last argument. */
static bool takes_zone(const struct mr_ast *e) {
    if (e->kind != MR_AST_CALL || e->style == MR_CALL_OPERATOR) return false;
    uint16_t op = mr_fns_op(e);
    if (op == MR_OP_TIME_FLOOR_IN || op == MR_OP_TS_FORMAT_IN) return e->n == 3;
    return e->n == 2 && op >= MR_OP_TS_YEAR_IN && op <= MR_OP_TS_MILLIS_IN;
}

static void no_zone(struct mr_checker *c, const struct mr_ast *arg) {
    size_t n;
    struct mr_str name = {arg->value.p, arg->value.len};
    const char *const *names = mr_zone_names(c->arena, &n);
    const char *near = NULL;
    if (name.n <= MR_ZONE_NAME_MAX) {
        near = mr_str_nearest(mr_arena_strndup(c->arena, name.p, name.n), names, n);
    }
    struct mr_diag *g = mr_check_error(c, "E-CONST", arg, "no such time zone");
    if (!g) return;
    if (n == 0) {
        mr_diag_hint(c->diags, g, "this system has no time zones (package tzdata; TZDIR)");
    } else if (near) {
        mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    } else {
        mr_diag_hint(c->diags, g, "a zone is `Europe/Paris`, `UTC` or `+05:30`");
    }
}

static void find_zone(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *arg = e->args[e->n - 1];
    bool written = arg->kind == MR_AST_LIT && arg->value.tag == MR_V_STRING;
    const struct mr_zone *z = NULL;
    if (written) z = mr_zone_read(c->arena, (struct mr_str){arg->value.p, arg->value.len});
    if (z && e->op != MR_OP_CALL_DYN) {
        e->zone = z;
    } else if (written && !z && !c->scope->strict) {
        no_zone(c, arg);
    } else {
        if (!c->zones) c->zones = mr_zones_read(c->arena);
        e->zones = c->zones;
    }
}

/* ---- addresses: one that is written is read now; what is wrong with it is an error of the file */

static void fold_address(struct mr_checker *c, struct mr_ast *e) {
    bool ip = e->op == MR_OP_CIDR_CONTAINS_IP_STR;
    if (e->kind != MR_AST_CALL || (!ip && e->op != MR_OP_CIDR_CONTAINS_CIDR_STR)) return;
    if (e->args[1]->kind != MR_AST_LIT) return;
    struct mr_ast *call = mr_arena_dup(c->arena, e->args[1], sizeof *call);
    call->kind = MR_AST_CALL;
    call->style = MR_CALL_GLOBAL;
    call->op = ip ? MR_OP_STR_TO_IP : MR_OP_STR_TO_CIDR;
    call->type = ip ? &mr_type_ip : &mr_type_cidr;
    call->args = mr_arena_dup(c->arena, &e->args[1], sizeof *call->args);
    call->n = 1;
    evaluate(c, call);
    if (call->kind != MR_AST_LIT) return; /* strict: fails when it runs */
    e->args[1] = call;
    e->op = MR_OP_CIDR_CONTAINS;
}

/* Does nothing in e come from outside but constants? Variables from `id` on are its own. */
static bool closed(const struct mr_ast *e, int32_t id) {
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_LIT: return true;
    case MR_AST_VAR: return e->index >= id;
    case MR_AST_FIELD:
    case MR_AST_EXTRA:
    case MR_AST_META:
    case MR_AST_THIS:
    case MR_AST_FAIL: return false;
    case MR_AST_CALL:
        if (mr_check_reads_headers(e)) return false;
        break;
    default: break;
    }
    for (uint32_t i = 0; i < e->n; i++) {
        if (!closed(e->args[i], id)) return false;
    }
    return true;
}

/* One constant operand that decides, or those that do not matter. */
static void fold_logic(struct mr_ast *e) {
    bool decides = e->kind == MR_AST_OR;
    uint32_t n = 0;
    for (uint32_t i = 0; i < e->n; i++) {
        struct mr_ast *x = e->args[i];
        bool known = x->kind == MR_AST_LIT && x->value.tag == MR_V_BOOL;
        if (known && x->value.b == decides) {
            e->kind = MR_AST_LIT;
            e->value = mr_bool(decides);
            e->n = 0;
            return;
        }
        if (!known) e->args[n++] = x;
    }
    e->n = n;
    if (n == 0) {
        e->kind = MR_AST_LIT;
        e->value = mr_bool(!decides);
    } else if (n == 1 && e->args[0]->type->kind == MR_T_BOOL) {
        *e = *e->args[0];
    }
}

/* e becomes its part i. A constant keeps the type of the whole: T may stand for optional(T). */
static void become(struct mr_ast *e, uint32_t i) {
    const struct mr_type *t = e->type;
    *e = *e->args[i];
    if (e->kind == MR_AST_LIT) e->type = t;
}

static void fold_cond(struct mr_ast *e) {
    const struct mr_ast *x = e->args[0];
    if (x->kind == MR_AST_LIT && x->value.tag == MR_V_BOOL) become(e, x->value.b ? 1 : 2);
}

static void fold_coalesce(struct mr_ast *e) {
    const struct mr_ast *a = e->args[0];
    if (a->kind == MR_AST_LIT) become(e, a->value.tag == MR_V_ABSENT ? 1 : 0);
}

void mr_fold(struct mr_checker *c, struct mr_ast *e) {
    /* The member that has() asks for is not read: only the parts below it. */
    bool member = e->kind == MR_AST_HAS && e->args[0]->kind == MR_AST_INDEX;
    const struct mr_ast *parts = member ? e->args[0] : e;
    mr_fold_written_patterns(c, e);
    for (uint32_t i = 0; i < parts->n; i++) mr_fold(c, parts->args[i]);
    mr_fold_pattern(c, e);
    if (c->failed) return;
    if (takes_zone(e)) {
        find_zone(c, e);
        if (c->failed) return;
    }
    fold_address(c, e);
    if (c->failed) return;
    if (!c->scope->strict && !all_constant(e)) mr_check_const_args(c, e);
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_AND:
    case MR_AST_OR: fold_logic(e); return;
    case MR_AST_COND: fold_cond(e); return;
    case MR_AST_CALL:
    case MR_AST_INDEX:
    case MR_AST_LIST:
    case MR_AST_MAP:
    case MR_AST_MESSAGE:
        if (all_constant(e)) evaluate(c, e);
        return;
    case MR_AST_HAS:
        if (all_constant(parts)) evaluate(c, e);
        return;
    case MR_AST_MACRO:
        if (closed(e, e->index)) evaluate(c, e);
        return;
    case MR_AST_COALESCE: fold_coalesce(e); return;
    default: return;
    }
}

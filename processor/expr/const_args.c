/* const_args.c -- arguments that are written in the text are looked at while it is compiled, though
 * others of the call are not known yet: what could only fail is an error of the file. */
#include "processor/expr/code.h"

#include "base/mem.h"
#include "processor/expr/timetext.h"
#include "processor/expr/uuid.h"

static void wrong_pattern(struct mr_checker *c, const struct mr_ast *arg) {
    struct mr_str f = {arg->value.p, arg->value.len};
    size_t n = 0;
    if (f.n == 0 || mr_time_format(f, 0, 0, 0, NULL, &n)) return;
    int len = f.n - n < 2 ? 1 : 2;
    struct mr_diag *g =
        mr_check_error(c, "E-CONST", arg, "`%.*s` is no part of a time", len, f.p + n);
    if (g) {
        mr_diag_hint(c->diags, g, "there are %s",
                     "%Y %y %m %d %e %j %H %I %p %M %S %L %f %N %A %a %u %w %B "
                     "%b %G %V %z %:z %s %F %T %R %%");
    }
}

static void wrong_namespace(struct mr_checker *c, const struct mr_ast *arg) {
    uint8_t space[16];
    if (mr_uuid_namespace((struct mr_str){arg->value.p, arg->value.len}, space)) return;
    struct mr_diag *g = mr_check_error(c, "E-CONST", arg, "the namespace is no UUID");
    if (g) mr_diag_hint(c->diags, g, "it is a UUID as text, or `dns`, `url`, `oid`, `x500`");
}

static void wrong_unit(struct mr_checker *c, const struct mr_ast *arg) {
    if (arg->value.i > 0) return;
    struct mr_diag *g =
        mr_check_error(c, "E-CONST", arg, "time is rounded down to a duration above 0");
    if (g) mr_diag_hint(c->diags, g, "such as duration(\"1h\") or duration(\"1d\")");
}

static const struct {
    uint16_t op;
    uint8_t arg, tag;
    void (*check)(struct mr_checker *c, const struct mr_ast *arg);
} rows[] = {
    {MR_OP_TS_FORMAT, 1, MR_V_STRING, wrong_pattern},
    {MR_OP_TS_FORMAT_IN, 1, MR_V_STRING, wrong_pattern},
    {MR_OP_UUID5, 0, MR_V_STRING, wrong_namespace},
    {MR_OP_TIME_FLOOR, 1, MR_V_DURATION, wrong_unit},
    {MR_OP_TIME_FLOOR_IN, 1, MR_V_DURATION, wrong_unit},
};

void mr_check_const_args(struct mr_checker *c, const struct mr_ast *e) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows) && e->kind == MR_AST_CALL; i++) {
        if (rows[i].op != e->op || rows[i].arg >= e->n) continue;
        const struct mr_ast *arg = e->args[rows[i].arg];
        if (arg->kind == MR_AST_LIT && arg->value.tag == rows[i].tag) rows[i].check(c, arg);
    }
}

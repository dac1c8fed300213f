/* disasm.c -- a program as text: `--disasm`, and what a person checks a compiler by. */
#include "processor/expr/fns.h"

enum form {
    NONE,
    N,
    JDA,
    D,
    DA,
    DAB,
    DABN,
    J,
    JA,
    JD,
    DI,
    DI2,
    DAI,
    DN,
    DABF,
    A,
    DAT,
    DABZ,
    DFB,
    JDL,
    LA
};

static const struct {
    const char *text;
    uint8_t form;
} ops[MR_N_OPS] = {
#define STEP(id, text, form)        [MR_OP_##id] = {text, form},
#define STEP_FN(id, text, form, fn) [MR_OP_##id] = {text, form},
#include "processor/expr/steps.def"
#undef STEP
#undef STEP_FN
};

const char *mr_op_text(enum mr_op_code op) {
    return ops[op].text;
}

static void operand(const struct mr_program *p, uint16_t x, struct mr_buf *to) {
    if (x & MR_OPERAND_CONST) {
        mr_value_print(&p->constants[x & MR_OPERAND_MAX], NULL, to);
    } else {
        mr_buf_printf(to, "r%u", x);
    }
}

static void operands(const struct mr_program *p, const struct mr_expr_step *s, uint32_t n,
                     struct mr_buf *to) {
    mr_buf_byte(to, ' ');
    operand(p, s->a, to);
    for (uint32_t i = 1; i < n; i++) {
        mr_buf_cat(to, ", ");
        operand(p, (uint16_t)(s->b + i - 1), to);
    }
}

static void member(const struct mr_program *p, const struct mr_expr_step *s, struct mr_buf *to) {
    bool field =
        s->op == MR_OP_LOAD_FIELD || s->op == MR_OP_LOAD_FIELD_ANY || s->op == MR_OP_LOAD_FIELD_OPT;
    if (field) {
        mr_buf_str(to, p->row->fields[s->imm].name);
    } else if (s->op == MR_OP_META) {
        mr_buf_printf(to, "%d", s->imm);
    } else {
        mr_buf_str(to, p->extras[s->imm].name);
    }
}

static void arguments(const struct mr_program *p, const struct mr_expr_step *s, struct mr_buf *to) {
    bool has_dst = ops[s->op].form != J && ops[s->op].form != JA && ops[s->op].form != A &&
                   ops[s->op].form != NONE && ops[s->op].form != N && ops[s->op].form != LA;
    if (has_dst) mr_buf_printf(to, " r%u <-", s->dst);
    switch ((enum form)ops[s->op].form) {
    case NONE:
    case D: break;
    case J: mr_buf_printf(to, " %d", s->imm); break;
    case JA:
        mr_buf_printf(to, " %d if ", s->imm);
        operand(p, s->a, to);
        break;
    case DI:
        mr_buf_byte(to, ' ');
        member(p, s, to);
        break;
    case DI2: {
        const struct mr_field *f = &p->row->fields[s->a];
        mr_buf_printf(to, " %.*s.%.*s", MR_STR_ARG(f->name),
                      MR_STR_ARG(f->type->fields[s->b].name));
        break;
    }
    case DAI: mr_buf_printf(to, " r%u.%d", s->a, s->imm); break;
    case JD: mr_buf_printf(to, " r%u, or %d", s->a, s->imm); break;
    case N: mr_buf_printf(to, " r%u, %d", s->a, s->imm); break;
    case JDA: mr_buf_printf(to, " r%u, to %d", s->a, s->imm); break;
    case JDL: mr_buf_printf(to, " let %u, to %d", s->a, s->imm); break;
    case LA: mr_buf_printf(to, " let %u <- r%u", s->dst, s->a); break;
    case DN: mr_buf_printf(to, " r%u, %d", s->a, s->imm); break;
    case DAT: mr_buf_printf(to, " r%u, tag %d", s->a, s->imm); break;
    case DABZ: operands(p, s, 3, to); break;
    case DABF:
        mr_buf_printf(to, " `%s`", mr_fns_row((uint16_t)s->imm)->name);
        operands(p, s, s->imm >> 16 & 7, to);
        break;
    case DABN: operands(p, s, (uint32_t)s->imm, to); break;
    case DAB: operands(p, s, 2, to); break;
    case DFB:
        mr_buf_printf(to, " %.*s, ", MR_STR_ARG(p->row->fields[s->a].name));
        operand(p, s->b, to);
        break;
    case A:
    case DA: operands(p, s, 1, to); break;
    }
}

void mr_program_disasm(const struct mr_program *p, struct mr_buf *to) {
    for (uint32_t i = 0; i < p->n_steps; i++) {
        const struct mr_expr_step *s = &p->steps[i];
        mr_buf_printf(to, "%3u  %s", i, ops[s->op].text);
        arguments(p, s, to);
        if (s->pad) mr_buf_printf(to, "  ! %u", p->pads[s->pad].step);
        mr_buf_byte(to, '\n');
    }
}

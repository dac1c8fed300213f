/* eval.c -- runs the steps of a program. The hot ones are here, the others in step_*.c.
 *
 * No malloc: the registers are on the stack (in the arena when there are many), what is made is in
 * the frame's arena. Programs have no backward jumps, so steps need no counting; functions that
 * touch many bytes or elements charge fuel.
 */
#include "processor/expr/run.h"

#include "processor/expr/fns.h"
#include "processor/expr/json.h"

#include <stdarg.h>
#include <stdio.h>

enum { STACK_REGS = 48 };

typedef bool step_fn(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                     const struct mr_value *a, const struct mr_value *b);

static step_fn *const step_fns[MR_N_OPS] = {
#define STEP(id, text, form)
#define STEP_FN(id, text, form, fn) [MR_OP_##id] = mr_step_##fn,
#include "processor/expr/steps.def"
#undef STEP
#undef STEP_FN
};

/* ---- failing */

const char *mr_tag_name(const struct mr_value *v) {
    static const char *const names[] = {
        "absent", "null",      "bool",     "int",    "uint",  "double", "string", "bytes",
        "timestamp", "duration", "a list", "a map", "a record", "json", "a type", "an error"};
    return names[v->tag];
}

bool mr_run_fail(struct mr_run *r, const struct mr_expr_step *s, enum mr_reason reason,
                 const char *fmt, ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct mr_str at = r->p->places[s->place];
    for (size_t i = 0; i < at.n; i++) { /* one line */
        if (at.p[i] == '\n') at.n = i;
    }
    size_t n = at.n > 60 ? 60 : at.n;
    while (n < at.n && n && (at.p[n] & 0xc0) == 0x80) n--;
    r->error = mr_error_value(r->f->arena, reason, "%s in `%.*s%s`", text, (int)n, at.p,
                              n < at.n ? "..." : "");
    return false;
}

bool mr_run_no_overload(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                        const struct mr_value *b) {
    if (!b) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "cannot take %s", mr_tag_name(a));
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "cannot take %s and %s", mr_tag_name(a),
                       mr_tag_name(b));
}

bool mr_run_charge(struct mr_run *r, const struct mr_expr_step *s, size_t n) {
    if (n <= (size_t)r->fuel) {
        r->fuel -= (int64_t)n;
        return true;
    }
    r->fuel = 0;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the expression does too much work");
}

char *mr_run_bytes(struct mr_run *r, const struct mr_expr_step *s, size_t n) {
    if (n > MR_RUN_STRING_MAX) {
        mr_run_fail(r, s, MR_R_EXPR_ERROR, "a string gets longer than 1 MiB");
        return NULL;
    }
    if (!mr_run_charge(r, s, n / 16)) return NULL;
    return mr_arena_alloc(r->f->arena, n + 1);
}

struct mr_value mr_run_plain(struct mr_run *r, const struct mr_value *v) {
    if (v->tag != MR_V_JSON) return *v;
    return mr_json_open(r->f->arena, (struct mr_str){v->p, v->len});
}

/* ---- reads that did not find what they need */

static bool bad_read(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v) {
    if (v->tag == MR_V_ERROR) {
        r->error = *v; /* with its own reason: it could not be decoded */
        return false;
    }
    if (v->tag == MR_V_ABSENT) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no value");
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "unexpected %s", mr_tag_name(v));
}

bool mr_step_fail(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                  const struct mr_value *a, const struct mr_value *b) {
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%.*s", (int)a->len, a->p);
}

/* Picks the overload for the values; their op is run in place of CALL_DYN. -1: failed. */
static int choose(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value **a,
                  const struct mr_value **b) {
    bool two = (s->imm >> 16 & 3) == 2, wide = s->imm >> 20 & 1, widen;
    r->tmp[0] = mr_run_plain(r, *a);
    if (two) r->tmp[1] = mr_run_plain(r, *b);
    *a = &r->tmp[0];
    *b = &r->tmp[1];
    int op = mr_fns_choose((uint16_t)s->imm, *a, two ? *b : NULL, wide, &widen);
    for (int i = 0; op >= 0 && widen && i < 2; i++) {
        if (r->tmp[i].tag == MR_V_INT) r->tmp[i] = mr_double((double)r->tmp[i].i);
    }
    if (op < 0) mr_run_no_overload(r, s, *a, two ? *b : NULL);
    return op;
}

/* ---- the loop */

static inline bool eq_str(const struct mr_value *a, const struct mr_value *b) {
    return a->len == b->len && (a->len == 0 || memcmp(a->p, b->p, a->len) == 0);
}

/* Optional reads: absent, or of its type (b: ERROR stands for any). */
static inline bool may_be(const struct mr_value *v, const struct mr_expr_step *s) {
    if (v->tag == s->b) return v->tag != MR_V_ERROR;
    return v->tag == MR_V_ABSENT || (s->b == MR_V_ERROR && v->tag != MR_V_ERROR);
}

#define AT(x) (&r->bank[(x) >> 15][(x) & MR_OPERAND_MAX])
#define LOAD(from, test)                                                                           \
    {                                                                                              \
        const struct mr_value *v = &(from);                                                        \
        if (__builtin_expect(!(test), 0)) {                                                        \
            if (bad_read(r, s, v)) continue;                                                       \
            break;                                                                                 \
        }                                                                                          \
        *dst = *v;                                                                                 \
        continue;                                                                                  \
    }
#define ARITH(builtin, name)                                                                       \
    {                                                                                              \
        int64_t x;                                                                                 \
        if (builtin(a->i, b->i, &x)) {                                                             \
            mr_run_fail(r, s, MR_R_NUM_OVERFLOW, "int overflow");                                  \
            break;                                                                                 \
        }                                                                                          \
        *dst = mr_int(x);                                                                          \
        continue;                                                                                  \
    }

/* One function with one case a step: the exception to the length of functions. `continue` goes to
 * the next step, `break` to the landing pad. */
static void run(struct mr_run *r) {
    const struct mr_expr_step *const steps = r->p->steps, *s = steps - 1;
    const struct mr_value *const row = r->f->row;
    for (;;) {
        s++;
        struct mr_value *dst = &r->regs[s->dst];
        const struct mr_value *a = AT(s->a), *b = AT(s->b);
        int op = s->op;
    again:
        switch (op) {
        case MR_OP_END: return;
        case MR_OP_JMP: s = steps + s->imm - 1; continue;
        case MR_OP_JF:
            if (a->tag == MR_V_BOOL && !a->b) s = steps + s->imm - 1;
            continue;
        case MR_OP_JT:
            if (a->tag == MR_V_BOOL && a->b) s = steps + s->imm - 1;
            continue;
        case MR_OP_JABSENT:
            if (a->tag == MR_V_ABSENT) s = steps + s->imm - 1;
            continue;
        case MR_OP_JPRESENT:
            if (a->tag != MR_V_ABSENT) s = steps + s->imm - 1;
            continue;
        case MR_OP_AND2: /* dst: true or an error; imm: the last operand */
            if (!a->b) *dst = mr_bool(false);
            else if (dst->tag == MR_V_ERROR && s->imm) {
                r->error = *dst;
                break;
            }
            continue;
        case MR_OP_OR2:
            if (a->b) *dst = mr_bool(true);
            else if (dst->tag == MR_V_ERROR && s->imm) {
                r->error = *dst;
                break;
            }
            continue;
        case MR_OP_MOVE: *dst = *a; continue;
        case MR_OP_ISSET: *dst = mr_bool(a->tag != MR_V_ABSENT); continue;
        case MR_OP_LOAD_FIELD: LOAD(row[s->imm], v->tag == s->b)
        case MR_OP_LOAD_FIELD_ANY:
            LOAD(row[s->imm], v->tag != MR_V_ERROR && v->tag != MR_V_ABSENT)
        case MR_OP_LOAD_FIELD_OPT: LOAD(row[s->imm], may_be(v, s))
        case MR_OP_LOAD_FIELD2: {
            const struct mr_value *side = &row[s->a];
            if (side->tag != MR_V_STRUCT) {
                bad_read(r, s, side);
                break;
            }
            LOAD(side->row[s->b], v->tag == s->imm)
        }
        case MR_OP_LOAD_EXTRA: LOAD(r->f->extras[s->imm], v->tag == s->b)
        case MR_OP_LOAD_EXTRA_ANY:
            LOAD(r->f->extras[s->imm], v->tag != MR_V_ERROR && v->tag != MR_V_ABSENT)
        case MR_OP_LOAD_EXTRA_OPT: LOAD(r->f->extras[s->imm], may_be(v, s))
        case MR_OP_GET: LOAD(a->row[s->imm], v->tag == s->b)
        case MR_OP_GET_ANY: LOAD(a->row[s->imm], v->tag != MR_V_ERROR && v->tag != MR_V_ABSENT)
        case MR_OP_GET_OPT: LOAD(a->row[s->imm], may_be(v, s))
        case MR_OP_THIS:
            *dst = mr_struct(row);
            dst->len = r->p->row->n_fields;
            continue;
        case MR_OP_ADD_I64: ARITH(__builtin_add_overflow, "+")
        case MR_OP_SUB_I64: ARITH(__builtin_sub_overflow, "-")
        case MR_OP_MUL_I64: ARITH(__builtin_mul_overflow, "*")
        case MR_OP_ADD_F64: *dst = mr_double(a->d + b->d); continue;
        case MR_OP_SUB_F64: *dst = mr_double(a->d - b->d); continue;
        case MR_OP_MUL_F64: *dst = mr_double(a->d * b->d); continue;
        case MR_OP_DIV_F64: *dst = mr_double(a->d / b->d); continue;
        case MR_OP_EQ_I64: *dst = mr_bool(a->i == b->i); continue;
        case MR_OP_NE_I64: *dst = mr_bool(a->i != b->i); continue;
        case MR_OP_LT_I64: *dst = mr_bool(a->i < b->i); continue;
        case MR_OP_LE_I64: *dst = mr_bool(a->i <= b->i); continue;
        case MR_OP_GT_I64: *dst = mr_bool(a->i > b->i); continue;
        case MR_OP_GE_I64: *dst = mr_bool(a->i >= b->i); continue;
        case MR_OP_EQ_F64: *dst = mr_bool(a->d == b->d); continue;
        case MR_OP_NE_F64: *dst = mr_bool(a->d != b->d); continue;
        case MR_OP_LT_F64: *dst = mr_bool(a->d < b->d); continue;
        case MR_OP_LE_F64: *dst = mr_bool(a->d <= b->d); continue;
        case MR_OP_GT_F64: *dst = mr_bool(a->d > b->d); continue;
        case MR_OP_GE_F64: *dst = mr_bool(a->d >= b->d); continue;
        case MR_OP_EQ_STR: *dst = mr_bool(eq_str(a, b)); continue;
        case MR_OP_NE_STR: *dst = mr_bool(!eq_str(a, b)); continue;
        case MR_OP_NOT: *dst = mr_bool(!a->b); continue;
        case MR_OP_I64_TO_F64: *dst = mr_double((double)a->i); continue;
        case MR_OP_CALL_DYN:
            op = choose(r, s, &a, &b);
            if (op < 0) break;
            goto again;
        default:
            if (step_fns[op](r, s, dst, a, b)) continue;
            break;
        }
        const struct mr_pad *pad = &r->p->pads[s->pad];
        r->regs[pad->reg] = r->error;
        s = steps + pad->step - 1;
    }
}

static struct mr_value run_with(struct mr_run *r, struct mr_value *regs) {
    r->regs = regs;
    r->bank[0] = regs;
    run(r);
    return regs[0];
}

struct mr_value mr_eval(const struct mr_program *p, const struct mr_frame *f) {
    if (p->is_constant) return p->constant;
    if (p->field >= 0 && (p->optional || f->row[p->field].tag != MR_V_ABSENT)) {
        return f->row[p->field];
    }
    struct mr_run r;
    r.p = p;
    r.f = f;
    r.fuel = MR_RUN_FUEL;
    r.bank[1] = p->constants;
    if (p->n_regs <= STACK_REGS) {
        struct mr_value regs[STACK_REGS];
        return run_with(&r, regs);
    }
    return run_with(&r, mr_arena_alloc(f->arena, p->n_regs * sizeof(struct mr_value)));
}

/* eval.c -- runs the steps of a program. The hot ones are here, the others in step_*.c.
 *
 * No malloc: the registers are on the stack (in the arena when there are many), what is made is in
 * the frame's arena. Only loops of macros jump backwards, to a step that charges what the body has
 * steps; else steps need no counting. Functions that touch many bytes or elements charge fuel.
 *
 * One call is one record. A call for a run of them would save 3 to 4.5 ns of a call's set-up, and
 * the frames that operators would have to lay out for it cost more (measured: bench/results.md).
 */
#include "processor/expr/run.h"

#include "processor/expr/fns.h"
#include "processor/expr/in_set.h"
#include "processor/expr/json.h"
#include "processor/expr/trace.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum { STACK_REGS = 48, LONG_STRING = 1024 };

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
        [MR_V_ABSENT] = "absent",       [MR_V_NULL] = "null",
        [MR_V_BOOL] = "bool",           [MR_V_INT] = "int",
        [MR_V_UINT] = "uint",           [MR_V_DOUBLE] = "double",
        [MR_V_STRING] = "string",       [MR_V_BYTES] = "bytes",
        [MR_V_TIMESTAMP] = "timestamp", [MR_V_DURATION] = "duration",
        [MR_V_LIST] = "a list",         [MR_V_MAP] = "a map",
        [MR_V_STRUCT] = "a record",     [MR_V_JSON] = "json",
        [MR_V_TYPE] = "a type",         [MR_V_IP] = "net.IP",
        [MR_V_CIDR] = "net.CIDR",       [MR_V_ERROR] = "an error",
        [MR_V_RECORD] = "a record",     [MR_V_OPTIONAL] = "an optional",
    };
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
    size_t n = at.n > MR_PLACE_MAX ? MR_PLACE_MAX - 3 : at.n;
    while (n < at.n && n && (at.p[n] & 0xc0) == 0x80) n--;
    char quote[MR_PLACE_MAX + 1] = "";
    for (size_t i = 0; i < n; i++) quote[i] = at.p[i] == '\n' ? ' ' : at.p[i]; /* one line */
    r->error =
        mr_error_value(r->f->arena, reason, "%s in `%s%s`", text, quote, n < at.n ? "..." : "");
    return false;
}

bool mr_run_no_overload(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                        const struct mr_value *b) {
    const struct mr_value *error = a->tag == MR_V_ERROR ? a : b && b->tag == MR_V_ERROR ? b : NULL;
    if (error) { /* of mr_run_plain */
        r->error = *error;
        return false;
    }
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

struct mr_value mr_run_plain(struct mr_run *r, const struct mr_expr_step *s,
                             const struct mr_value *v) {
    if (v->tag == MR_V_RECORD) {
        if (!mr_run_charge(r, s, mr_record_elements(v))) return r->error;
        return mr_record_open(r->f->arena, v);
    }
    if (v->tag != MR_V_JSON) return *v;
    if (!mr_run_charge(r, s, v->len / 16)) return r->error;
    return mr_json_open(r->f->arena, (struct mr_str){v->p, v->len});
}

/* ---- reads that did not find what they need */

static void bad_read(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v) {
    if (v->tag == MR_V_ERROR) {
        r->error = *v; /* with its own reason: it could not be decoded */
    } else if (v->tag == MR_V_ABSENT && s->op == MR_OP_LOAD_EXTRA &&
               mr_str_is(r->p->extras[s->imm].name, "key")) {
        mr_run_fail(r, s, MR_R_KEY_NULL, "the record has no key");
    } else {
        mr_run_fail(r, s, MR_R_EXPR_ERROR, v->tag == MR_V_ABSENT ? "no value" : "unexpected %s",
                    mr_tag_name(v));
    }
}

bool mr_step_fail(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                  const struct mr_value *a, const struct mr_value *b) {
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%.*s", (int)a->len, a->p);
}

/* Picks the overload for the values of a CALL_DYN and makes the step that it stands for; its
 * operands are the registers above those of the program. */
static bool choose(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                   const struct mr_value *b, struct mr_expr_step *ret) {
    uint32_t n = s->imm >> 16 & 7;
    bool wide = s->imm >> 20 & 1, widen;
    struct mr_value *x = &r->regs[r->p->n_regs], *y = x + 1;
    *x = mr_run_plain(r, s, a);
    for (uint32_t i = 1; i < n; i++) x[i] = mr_run_plain(r, s, &b[i - 1]);
    int op = mr_fns_choose((uint16_t)s->imm, x, n, wide, &widen);
    if (op < 0) return mr_run_no_overload(r, s, x, n > 1 ? y : NULL);
    if (widen && x->tag == MR_V_INT) *x = mr_double((double)x->i);
    if (widen && y->tag == MR_V_INT) *y = mr_double((double)y->i);
    *ret = *s;
    ret->op = (uint16_t)op;
    ret->a = (uint16_t)r->p->n_regs;
    ret->b = (uint16_t)(r->p->n_regs + 1);
    ret->imm = 0;
    return true;
}

/* ---- the loop */

static inline bool eq_str(const struct mr_value *a, const struct mr_value *b) {
    return a->len == b->len && mr_in_same(a->p, b->p, a->len);
}

static inline bool is_there(const struct mr_value *v) {
    return v->tag != MR_V_ERROR && v->tag != MR_V_ABSENT;
}

/* Optional reads: absent, or of its type (b: ERROR stands for any). */
static inline bool may_be(const struct mr_value *v, const struct mr_expr_step *s) {
    if (v->tag == s->b) return v->tag != MR_V_ERROR;
    return v->tag == MR_V_ABSENT || (s->b == MR_V_ERROR && v->tag != MR_V_ERROR);
}

/* In two words, as they are read again: a load that spans two stores has to wait for both. */
static inline void set(struct mr_value *dst, uint64_t tag, uint64_t payload) {
    uint64_t words[2] = {tag, payload};
    memcpy(dst, words, sizeof words);
}

static inline void set_double(struct mr_value *dst, double d) {
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    set(dst, MR_V_DOUBLE, bits);
}

_Static_assert(sizeof(struct mr_value) == 16 && offsetof(struct mr_value, tag) == 0 &&
                   __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "set() writes the tag as the first byte of a word");

#define AT(x) (((x)&MR_OPERAND_CONST ? constants : regs) + ((x)&MR_OPERAND_MAX))
#define DST   (&regs[s->dst])
#define A     AT(s->a)
#define B     AT(s->b)
#define LOAD(from, test)                                                                           \
    {                                                                                              \
        const struct mr_value *v = &(from);                                                        \
        if (__builtin_expect(!(test), 0)) {                                                        \
            bad_read(r, s, v);                                                                     \
            goto FAILED;                                                                           \
        }                                                                                          \
        *DST = *v;                                                                                 \
        NEXT;                                                                                      \
    }
#define ARITH(builtin)                                                                             \
    {                                                                                              \
        int64_t x;                                                                                 \
        if (__builtin_expect(builtin(A->i, B->i, &x), 0)) {                                        \
            mr_run_fail(r, s, MR_R_NUM_OVERFLOW, "int overflow");                                  \
            goto FAILED;                                                                           \
        }                                                                                          \
        set(DST, MR_V_INT, (uint64_t)x);                                                           \
        NEXT;                                                                                      \
    }
/* Strings are rarely as long as what counts. */
#define CHARGE_LONG(v)                                                                             \
    if (__builtin_expect((v)->len > LONG_STRING, 0) && !mr_run_charge(r, s, (v)->len / 16))        \
    goto FAILED
#define BOOL(x)                                                                                    \
    set(DST, MR_V_BOOL, (x));                                                                      \
    NEXT
#define DOUBLE(x)                                                                                  \
    set_double(DST, (x));                                                                          \
    NEXT
#define LOGIC(decides)                                                                             \
    {                                                                                              \
        struct mr_value *known = DST;                                                              \
        if (A->b == (decides)) {                                                                   \
            set(known, MR_V_BOOL, (decides));                                                      \
        } else if (known->tag == MR_V_ERROR && s->imm) {                                           \
            r->error = *known;                                                                     \
            goto FAILED;                                                                           \
        }                                                                                          \
        NEXT;                                                                                      \
    }

#define FIELD(compare)                                                                             \
    {                                                                                              \
        const struct mr_value *v = &row[s->a];                                                     \
        if (__builtin_expect(v->tag != s->imm, 0)) {                                               \
            bad_read(r, s, v);                                                                     \
            goto FAILED;                                                                           \
        }                                                                                          \
        BOOL(compare);                                                                             \
    }

/* gcc merges the ends of steps that look alike, and so their jumps. */
#ifdef __clang__
#define ONE_JUMP_EACH
#else
#define ONE_JUMP_EACH __attribute__((optimize("no-crossjumping", "no-tree-tail-merge", "no-gcse")))
#endif

#define NEXT                                                                                       \
    do {                                                                                           \
        s = next++;                                                                                \
        goto *labels[s->op];                                                                       \
    } while (0)

/* One function with one label a step: the exception to the length of functions. Jumping from the
 * end of each step to the next (not back to one switch) was measured: 16 against 24 ns for
 * `amount > 100.0 && country == "US"`, because every jump is predicted on its own. */
ONE_JUMP_EACH static void run(struct mr_run *r) {
    const struct mr_expr_step *const steps = r->p->steps, *next = steps, *s;
    const struct mr_value *const row = r->f->row;
    struct mr_value *const regs = r->regs;
    const struct mr_value *const constants = r->p->constants;
    struct mr_expr_step call;
    static const void *const labels[MR_N_OPS] = {
#define STEP(id, text, form)        [MR_OP_##id] = &&id,
#define STEP_FN(id, text, form, fn) [MR_OP_##id] = &&FUNCTION,
#include "processor/expr/steps.def"
#undef STEP
#undef STEP_FN
    };
    NEXT;
END:
    return;
JMP:
    next = steps + s->imm;
    NEXT;
JF:
    if (A->tag == MR_V_BOOL && !A->b) next = steps + s->imm;
    NEXT;
JT:
    if (A->tag == MR_V_BOOL && A->b) next = steps + s->imm;
    NEXT;
JABSENT:
    if (A->tag == MR_V_ABSENT) next = steps + s->imm;
    NEXT;
JPRESENT:
    if (A->tag != MR_V_ABSENT) next = steps + s->imm;
    NEXT;
JKNOWN: /* ERROR: nothing yet; a failure never leaves one there */
    if (A->tag != MR_V_ERROR) {
        *DST = *A;
        next = steps + s->imm;
    }
    NEXT;
FORGET:
    for (int32_t i = 0; i < s->imm; i++) regs[s->a + i].tag = MR_V_ERROR;
    NEXT;
JSHARED : {
    const struct mr_value *v = r->f->shared ? &r->f->shared[s->a] : NULL;
    if (v && v->tag != MR_V_ERROR) {
        *DST = *v;
        next = steps + s->imm;
    }
    NEXT;
}
SHARE:
    if (r->f->shared) r->f->shared[s->dst] = *A;
    NEXT;
AND2:
    LOGIC(false) /* dst: true or an error; imm: the last operand */
OR2:
    LOGIC(true)
MOVE:
    *DST = *A;
    NEXT;
ISSET:
    BOOL(A->tag != MR_V_ABSENT);
LOAD_FIELD:
    LOAD(row[s->imm], v->tag == s->b)
LOAD_FIELD_ANY:
    LOAD(row[s->imm], is_there(v))
LOAD_FIELD_OPT:
    LOAD(row[s->imm], may_be(v, s))
LOAD_FIELD2 : {
    const struct mr_value *side = &row[s->a];
    if (side->tag != MR_V_STRUCT) {
        bad_read(r, s, side);
        goto FAILED;
    }
    LOAD(side->row[s->b], v->tag == s->imm)
}
LOAD_EXTRA:
    LOAD(r->f->extras[s->imm], v->tag == s->b)
LOAD_EXTRA_ANY:
    LOAD(r->f->extras[s->imm], is_there(v))
LOAD_EXTRA_OPT:
    LOAD(r->f->extras[s->imm], may_be(v, s))
GET:
    LOAD(A->row[s->imm], v->tag == s->b)
GET_ANY:
    LOAD(A->row[s->imm], is_there(v))
GET_OPT:
    LOAD(A->row[s->imm], may_be(v, s))
THIS:
    *DST = mr_struct(row);
    DST->len = r->p->row->n_fields;
    NEXT;
ADD_I64:
    ARITH(__builtin_add_overflow)
SUB_I64:
    ARITH(__builtin_sub_overflow)
MUL_I64:
    ARITH(__builtin_mul_overflow)
ADD_F64:
    DOUBLE(A->d + B->d);
SUB_F64:
    DOUBLE(A->d - B->d);
MUL_F64:
    DOUBLE(A->d * B->d);
DIV_F64:
    DOUBLE(A->d / B->d);
EQ_I64:
    BOOL(A->i == B->i);
NE_I64:
    BOOL(A->i != B->i);
LT_I64:
    BOOL(A->i < B->i);
LE_I64:
    BOOL(A->i <= B->i);
GT_I64:
    BOOL(A->i > B->i);
GE_I64:
    BOOL(A->i >= B->i);
EQ_F64:
    BOOL(A->d == B->d);
NE_F64:
    BOOL(A->d != B->d);
LT_F64:
    BOOL(A->d < B->d);
LE_F64:
    BOOL(A->d <= B->d);
GT_F64:
    BOOL(A->d > B->d);
GE_F64:
    BOOL(A->d >= B->d);
EQ_STR:
    CHARGE_LONG(A);
    BOOL(eq_str(A, B));
NE_STR:
    CHARGE_LONG(A);
    BOOL(!eq_str(A, B));
EQ_I64_FIELD:
    FIELD(v->i == B->i)
NE_I64_FIELD:
    FIELD(v->i != B->i)
LT_I64_FIELD:
    FIELD(v->i < B->i)
LE_I64_FIELD:
    FIELD(v->i <= B->i)
GT_I64_FIELD:
    FIELD(v->i > B->i)
GE_I64_FIELD:
    FIELD(v->i >= B->i)
EQ_F64_FIELD:
    FIELD(v->d == B->d)
NE_F64_FIELD:
    FIELD(v->d != B->d)
LT_F64_FIELD:
    FIELD(v->d < B->d)
LE_F64_FIELD:
    FIELD(v->d <= B->d)
GT_F64_FIELD:
    FIELD(v->d > B->d)
GE_F64_FIELD:
    FIELD(v->d >= B->d)
EQ_STR_FIELD:
    CHARGE_LONG(B);
    FIELD(eq_str(v, B))
NE_STR_FIELD:
    CHARGE_LONG(B);
    FIELD(!eq_str(v, B))
NOT:
    BOOL(!A->b);
I64_TO_F64:
    DOUBLE((double)A->i);
IN_SET:
    if (r->p->sets[s->imm]->strings) CHARGE_LONG(A);
    BOOL(mr_in_set_has(r->p->sets[s->imm], A));
ITER_NEXT:
ITER_NEXT2 : {
    bool done;
    if (!mr_run_next(r, s, &done)) goto FAILED;
    if (done) next = steps + s->imm;
    NEXT;
}
CALL_DYN:
    if (!choose(r, s, A, B, &call)) goto FAILED;
    s = &call;
    goto *labels[s->op];
FUNCTION:
    if (step_fns[s->op](r, s, DST, A, B)) NEXT;
    goto FAILED;
FAILED:;
    if (r->p->trace_nodes) mr_trace_failed(r, s);
    const struct mr_pad *pad = &r->p->pads[s->pad];
    regs[pad->reg] = r->error;
    next = steps + pad->step;
    NEXT;
}

static struct mr_value run_with(struct mr_run *r, struct mr_value *regs) {
    r->regs = regs;
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
    uint32_t n_regs = p->n_regs + MR_ARGS_MAX; /* the last for CALL_DYN */
    if (n_regs <= STACK_REGS) {
        struct mr_value regs[STACK_REGS];
        return run_with(&r, regs);
    }
    return run_with(&r, mr_arena_alloc(f->arena, n_regs * sizeof(struct mr_value)));
}

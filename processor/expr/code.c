/* code.c -- checked AST -> steps.
 *
 * Registers are a stack: a node puts its value into the register it is told and uses those above
 * for its parts. The landing pad of a step is the innermost && or || that may absorb its error,
 * else the end (pad 0).
 */
#include "processor/expr/code.h"

#include "base/mem.h"
#include "processor/expr/in_set.h"
#include "processor/expr/macro.h"
#include "processor/expr/message.h"
#include "processor/expr/trace.h"

struct coder {
    struct mr_arena *arena;
    struct mr_program *p;
    struct mr_expr_step *steps;
    struct mr_value *constants;
    struct mr_pad *pads;
    struct mr_str *places;
    const struct mr_type **types;
    uint32_t cap_steps, cap_constants, cap_pads, cap_places, cap_zones, cap_regexes, cap_makes;
    uint32_t cap_sets;
    const struct mr_ast *place;  /* node of the newest place */
    struct mr_trace_plan *trace; /* NULL: none */
    uint32_t next;               /* free register */
    uint16_t pad;                /* landing pad of the steps made now */
    uint16_t memos;              /* their first register */
    bool full;
};

static void gen(struct coder *c, const struct mr_ast *e, uint16_t dst);

/* ---- growing arrays in the arena */

static void *room(struct coder *c, void *list, uint32_t n, uint32_t *cap, size_t size) {
    if (n < *cap) return list;
    uint32_t more = *cap ? *cap * 2 : 8;
    void *p = mr_arena_alloc(c->arena, more * size);
    if (n) memcpy(p, list, n * size);
    *cap = more;
    return p;
}

static uint16_t place_of(struct coder *c, const struct mr_ast *e) {
    struct mr_program *p = c->p;
    if (c->place == e) return (uint16_t)(p->n_places - 1);
    uint32_t cap = c->cap_places;
    c->places = room(c, c->places, p->n_places, &c->cap_places, sizeof *c->places);
    c->types = room(c, c->types, p->n_places, &cap, sizeof *c->types);
    uint32_t shown = e->len < MR_PLACE_MAX ? e->len : MR_PLACE_MAX;
    c->places[p->n_places] =
        (struct mr_str){mr_arena_strndup(c->arena, e->src->text.p + e->off, shown), e->len};
    c->types[p->n_places++] = e->n && e->args[0] ? e->args[0]->type : e->type;
    c->place = e;
    if (c->trace) mr_trace_place(c->trace, p->n_places - 1u);
    if (p->n_places > UINT16_MAX) c->full = true;
    return (uint16_t)(p->n_places - 1);
}

static uint32_t emit(struct coder *c, const struct mr_ast *e, enum mr_op_code op, uint16_t dst,
                     uint16_t a, uint16_t b, int32_t imm) {
    uint16_t place = place_of(c, e);
    c->steps = room(c, c->steps, c->p->n_steps, &c->cap_steps, sizeof *c->steps);
    c->steps[c->p->n_steps] = (struct mr_expr_step){(uint16_t)op, dst, a, b, imm, c->pad, place};
    return c->p->n_steps++;
}

static void land(struct coder *c, uint32_t jump) {
    c->steps[jump].imm = (int32_t)c->p->n_steps;
}

static uint16_t constant(struct coder *c, struct mr_value v) {
    if (c->p->n_constants >= MR_OPERAND_MAX) {
        c->full = true;
        return MR_OPERAND_CONST;
    }
    c->constants =
        room(c, c->constants, c->p->n_constants, &c->cap_constants, sizeof *c->constants);
    c->constants[c->p->n_constants] = v;
    return (uint16_t)(MR_OPERAND_CONST | c->p->n_constants++);
}

static uint16_t type_constant(struct coder *c, const struct mr_type *t) {
    return constant(c, (struct mr_value){.tag = MR_V_TYPE, .type = t});
}

static uint16_t registers(struct coder *c, uint32_t n) {
    uint32_t first = c->next;
    if (n > MR_OPERAND_MAX || first + n > MR_OPERAND_MAX - MR_ARGS_MAX) {
        c->full = true;
        return 0;
    }
    c->next += n;
    if (c->next > c->p->n_regs) c->p->n_regs = c->next;
    return (uint16_t)first;
}

static uint16_t pad_new(struct coder *c, uint16_t reg) {
    c->pads = room(c, c->pads, c->p->n_pads, &c->cap_pads, sizeof *c->pads);
    c->pads[c->p->n_pads] = (struct mr_pad){0, reg};
    if (c->p->n_pads >= UINT16_MAX) c->full = true;
    return (uint16_t)c->p->n_pads++;
}

/* A constant, or a new register that holds e. */
static uint16_t operand(struct coder *c, const struct mr_ast *e) {
    if (e->kind == MR_AST_LIT) return constant(c, e->value);
    if (e->kind == MR_AST_VAR && !c->trace) return e->var->reg; /* only its macro writes there */
    uint16_t r = registers(c, 1);
    gen(c, e, r);
    return r;
}

/* Into registers side by side; returns the first. */
static uint16_t in_a_row(struct coder *c, struct mr_ast *const *args, uint32_t n) {
    uint16_t first = registers(c, n);
    for (uint32_t i = 0; i < n && !c->full; i++) {
        uint32_t saved = c->next;
        gen(c, args[i], (uint16_t)(first + i));
        c->next = saved;
    }
    return first;
}

/* ---- reads */

int mr_type_tag(const struct mr_type *t) {
    static const int8_t tags[] = {
        [MR_T_NULL] = MR_V_NULL,
        [MR_T_BOOL] = MR_V_BOOL,
        [MR_T_INT] = MR_V_INT,
        [MR_T_UINT] = MR_V_UINT,
        [MR_T_DOUBLE] = MR_V_DOUBLE,
        [MR_T_STRING] = MR_V_STRING,
        [MR_T_BYTES] = MR_V_BYTES,
        [MR_T_TIMESTAMP] = MR_V_TIMESTAMP,
        [MR_T_DURATION] = MR_V_DURATION,
        [MR_T_LIST] = MR_V_LIST,
        [MR_T_MAP] = MR_V_MAP,
        [MR_T_STRUCT] = MR_V_STRUCT,
        [MR_T_OPTIONAL] = -1,
        [MR_T_DYN] = -1,
        [MR_T_TYPE] = MR_V_TYPE,
        [MR_T_WRAPPER] = -1,
        [MR_T_ERROR] = -1,
        [MR_T_IP] = MR_V_IP,
        [MR_T_CIDR] = MR_V_CIDR,
        [MR_T_ABSTRACT] = -1,
        [MR_T_PARAM] = -1,
    };
    return tags[t->kind];
}

enum load { PLAIN, ANY, OPT };

static const uint16_t field_ops[] = {MR_OP_LOAD_FIELD, MR_OP_LOAD_FIELD_ANY, MR_OP_LOAD_FIELD_OPT};
static const uint16_t extra_ops[] = {MR_OP_LOAD_EXTRA, MR_OP_LOAD_EXTRA_ANY, MR_OP_LOAD_EXTRA_OPT};
static const uint16_t get_ops[] = {MR_OP_GET, MR_OP_GET_ANY, MR_OP_GET_OPT};

static enum load load_of(const struct mr_type *t, uint16_t *ret_tag) {
    bool optional = t->kind == MR_T_OPTIONAL;
    int tag = mr_type_tag(optional ? t->elem : t);
    *ret_tag = tag < 0 ? MR_V_ERROR : (uint16_t)tag;
    return optional ? OPT : tag < 0 ? ANY : PLAIN;
}

static void gen_load(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    uint16_t tag;
    enum load l = load_of(e->type, &tag);
    bool field = e->kind == MR_AST_FIELD;
    (field ? c->p->fields : c->p->extras_used)[e->index] = true;
    emit(c, e, (field ? field_ops : extra_ops)[l], dst, 0, tag, e->index);
}

/* A field of a message that is read whether it is set or not. */
static void gen_message_get(struct coder *c, const struct mr_ast *e, const struct mr_type *s,
                            uint16_t dst) {
    uint16_t from = operand(c, e->args[0]);
    uint16_t unset = constant(c, s->message->fields[e->index].unset);
    emit(c, e, MR_OP_MESSAGE_GET, dst, from, unset, e->index);
}

static void gen_get(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    const struct mr_ast *left = e->args[0];
    uint16_t tag;
    bool through = left->type->kind == MR_T_OPTIONAL;
    const struct mr_type *s = through ? left->type->elem : left->type;
    const struct mr_field *f = &s->fields[e->index];
    bool opt = f->optional || e->opt || (s->message && e->type->kind == MR_T_OPTIONAL);
    /* Outside of strict mode what may be missing was asked for: it is there, or that fails. */
    bool there = s->message && c->p->wide && mr_message_has_presence(s, (uint32_t)e->index);
    /* An optional result may come from the parent alone. */
    enum load l = load_of(opt || there ? e->type : f->type, &tag);
    if (s->message && !opt && !there) {
        gen_message_get(c, e, s, dst);
        return;
    }
    if (left->kind == MR_AST_FIELD && !through && l == PLAIN && left->index <= UINT16_MAX &&
        e->index <= UINT16_MAX) {
        c->p->fields[left->index] = true;
        emit(c, e, MR_OP_LOAD_FIELD2, dst, (uint16_t)left->index, (uint16_t)e->index, tag);
        return;
    }
    gen(c, left, dst);
    uint32_t absent = through ? emit(c, e, MR_OP_JABSENT, 0, dst, 0, 0) : 0;
    emit(c, e, (enum mr_op_code)get_ops[l], dst, dst, tag, e->index);
    if (through) land(c, absent);
}

static void gen_index(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    const struct mr_ast *left = e->args[0];
    bool through = left->type->kind == MR_T_OPTIONAL, has = e->op == MR_OP_HAS_KEY;
    gen(c, left, dst);
    uint32_t absent = through ? emit(c, e, MR_OP_JABSENT, 0, dst, 0, 0) : 0;
    uint16_t key = operand(c, e->args[1]);
    emit(c, e, (enum mr_op_code)e->op, dst, dst, key, e->wide);
    if (through && has) {
        uint32_t end = emit(c, e, MR_OP_JMP, 0, 0, 0, 0);
        land(c, absent);
        emit(c, e, MR_OP_MOVE, dst, constant(c, mr_bool(false)), 0, 0);
        land(c, end);
    } else if (through) {
        land(c, absent);
    }
}

static void gen_has(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    const struct mr_ast *x = e->args[0];
    gen(c, x, dst);
    if (x->kind == MR_AST_FAIL || (x->kind == MR_AST_INDEX && x->op == MR_OP_HAS_KEY)) return;
    if (e->op == MR_OP_NON_ZERO) emit(c, e, MR_OP_NON_ZERO, dst, dst, 0, 0);
    emit(c, e, MR_OP_ISSET, dst, dst, 0, 0);
}

/* ---- control */

static void gen_bool(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    gen(c, e, dst);
    if (e->type->kind != MR_T_BOOL) emit(c, e, MR_OP_CHECK, dst, dst, 0, MR_V_BOOL);
}

/* dst holds what is known so far: true (||: false), or the error of an operand. The last operand's
 * own error is the result's, whatever came before. */
static void gen_logic(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    bool and = e->kind == MR_AST_AND;
    uint16_t outer = c->pad, t = registers(c, 1);
    uint32_t *ends = mr_arena_alloc(c->arena, e->n * sizeof *ends);
    for (uint32_t i = 0; i < e->n; i++) {
        bool last = i + 1 == e->n;
        uint16_t pad = last ? outer : pad_new(c, dst);
        c->pad = pad;
        gen_bool(c, e->args[i], i ? t : dst);
        c->pad = outer;
        if (i) emit(c, e, and? MR_OP_AND2 : MR_OP_OR2, dst, t, 0, last);
        ends[i] = last ? 0 : emit(c, e, and? MR_OP_JF : MR_OP_JT, 0, dst, 0, 0);
        if (!last) c->pads[pad].step = c->p->n_steps;
    }
    for (uint32_t i = 0; i + 1 < e->n; i++) land(c, ends[i]);
}

static void gen_cond(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    gen_bool(c, e->args[0], dst);
    uint32_t no = emit(c, e, MR_OP_JF, 0, dst, 0, 0);
    gen(c, e->args[1], dst);
    uint32_t end = emit(c, e, MR_OP_JMP, 0, 0, 0, 0);
    land(c, no);
    gen(c, e->args[2], dst);
    land(c, end);
}

static void gen_coalesce(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    gen(c, e->args[0], dst);
    uint32_t end = emit(c, e, MR_OP_JPRESENT, 0, dst, 0, 0);
    gen(c, e->args[1], dst);
    land(c, end);
}

/* ---- making */

static void gen_elements(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    uint16_t first = in_a_row(c, e->args, e->n);
    uint32_t entry = e->kind == MR_AST_MAP ? 2 : 1;
    struct mr_str marks = {NULL, 0};
    if (e->opts) marks = (struct mr_str){(const char *)e->opts, e->n / entry};
    emit(c, e, e->kind == MR_AST_MAP ? MR_OP_MAKE_MAP : MR_OP_MAKE_LIST, dst, first,
         constant(c, mr_bytesv(marks)), (int32_t)(e->n / entry));
}

static void gen_message(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    uint16_t first = in_a_row(c, e->args, e->n);
    uint16_t type = type_constant(c, e->make->type);
    c->p->makes = room(c, c->p->makes, c->p->n_makes, &c->cap_makes, sizeof *c->p->makes);
    c->p->makes[c->p->n_makes++] = e->make;
    emit(c, e, MR_OP_MAKE_MESSAGE, dst, first, type, (int32_t)(c->p->n_makes - 1));
}

static int32_t fixed_zone(struct coder *c, const struct mr_zone *z) {
    c->p->fixed_zones = room(c, c->p->fixed_zones, c->p->n_fixed_zones, &c->cap_zones, sizeof z);
    c->p->fixed_zones[c->p->n_fixed_zones++] = z;
    return (int32_t)c->p->n_fixed_zones;
}

static void add_regex(struct coder *c, const struct mr_regex *x) {
    struct mr_program *p = c->p;
    p->regexes = room(c, p->regexes, p->n_regexes, &c->cap_regexes, sizeof x);
    p->regexes[p->n_regexes++] = x;
}

static int32_t in_set(struct coder *c, const struct mr_in_set *set) {
    c->p->sets = room(c, c->p->sets, c->p->n_sets, &c->cap_sets, sizeof set);
    c->p->sets[c->p->n_sets] = set;
    return (int32_t)c->p->n_sets++;
}

/* steps.def: the comparisons of a field stand together in the order of the others. */
#define ALIKE(id) (MR_OP_##id##_FIELD - MR_OP_##id == MR_OP_EQ_I64_FIELD - MR_OP_EQ_I64)
_Static_assert(ALIKE(NE_I64) && ALIKE(LT_I64) && ALIKE(LE_I64) && ALIKE(GT_I64) && ALIKE(GE_I64) &&
                   ALIKE(EQ_F64) && ALIKE(NE_F64) && ALIKE(LT_F64) && ALIKE(LE_F64) &&
                   ALIKE(GT_F64) && ALIKE(GE_F64) && ALIKE(EQ_STR) && ALIKE(NE_STR) &&
                   MR_OP_NE_STR - MR_OP_EQ_I64 == 13,
               "gen_field_call counts from the first of them");

/* Field against constant, the commonest condition, is one step. The place of an error is the field.
 */
static bool gen_field_call(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    const struct mr_ast *field = e->n == 2 ? e->args[0] : NULL;
    uint16_t tag;
    if (!field || field->kind != MR_AST_FIELD || field->index > UINT16_MAX || c->trace)
        return false;
    if (e->op < MR_OP_EQ_I64 || e->op > MR_OP_NE_STR || e->args[1]->kind != MR_AST_LIT)
        return false;
    if (load_of(field->type, &tag) != PLAIN) return false;
    c->p->fields[field->index] = true;
    emit(c, field, (enum mr_op_code)(e->op + MR_OP_EQ_I64_FIELD - MR_OP_EQ_I64), dst,
         (uint16_t)field->index, constant(c, e->args[1]->value), tag);
    return true;
}

static void gen_call(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    if (gen_field_call(c, e, dst)) return;
    uint16_t a = e->n > 0 ? operand(c, e->args[0]) : 0;
    uint16_t b = e->n > 2   ? in_a_row(c, e->args + 1, e->n - 1)
                 : e->n > 1 ? operand(c, e->args[1])
                            : 0;
    int32_t imm = e->n > 2 ? (int32_t)e->n : 0;
    if (e->op == MR_OP_CALL_DYN) imm = (int32_t)(e->fn | e->n << 16 | (uint32_t)e->wide << 20);
    if (e->op == MR_OP_CHECK) imm = mr_type_tag(e->type);
    if (e->op == MR_OP_BOX) {
        b = type_constant(c, e->args[0]->type);
        imm = type_constant(c, e->type) & MR_OPERAND_MAX;
    }
    if (e->op == MR_OP_UNBOX) b = type_constant(c, e->type);
    if (e->zone)
        imm = fixed_zone(c, e->zone);
    else if (e->zones && e->op != MR_OP_CALL_DYN)
        imm = 0;
    const struct mr_in_set *set = e->op == MR_OP_IN_LIST ? mr_in_set_new(c->arena, e) : NULL;
    if (set) imm = in_set(c, set);
    if (e->zones) c->p->zones = e->zones;
    if (e->regex) add_regex(c, e->regex);
    if (mr_check_reads_headers(e)) c->p->meta |= 1u << MR_META_HEADERS;
    emit(c, e, set ? MR_OP_IN_SET : (enum mr_op_code)e->op, dst, a, b, imm);
}

/* Of `this` only the fields that stay are read. */
static void gen_record(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    uint16_t first = registers(c, e->n);
    const struct mr_ast *of = e->args[0];
    for (uint32_t i = 0; i < e->n && !c->full; i++) {
        uint32_t saved = c->next;
        if (i == 0 && of->kind == MR_AST_THIS) {
            emit(c, of, MR_OP_THIS, first, 0, 0, 0);
        } else {
            gen(c, e->args[i], (uint16_t)(first + i));
        }
        c->next = saved;
    }
    for (uint32_t i = 0; i < e->type->n_fields && of->kind == MR_AST_THIS; i++) {
        uint16_t from;
        memcpy(&from, e->value.p + 2 * (size_t)i, 2);
        if (!(from & 0x8000)) c->p->fields[from] = true;
    }
    emit(c, e, MR_OP_RECORD, dst, first, constant(c, e->value), 0);
}

/* ---- macros */

/* The body of all() and exists(): as && and || over what it goes over. dst holds what is known. */
static void gen_quantifier(struct coder *c, const struct mr_ast *e, bool all, uint32_t top,
                           uint16_t dst) {
    uint16_t outer = c->pad, t = registers(c, 1), pad = pad_new(c, dst);
    c->pad = pad;
    gen_bool(c, e->args[1], t);
    c->pad = outer;
    emit(c, e, all ? MR_OP_JT : MR_OP_JF, 0, t, 0, (int32_t)top); /* does not decide */
    emit(c, e, MR_OP_MOVE, dst, t, 0, 0);
    uint32_t end = emit(c, e, MR_OP_JMP, 0, 0, 0, 0);
    c->pads[pad].step = emit(c, e, MR_OP_JMP, 0, 0, 0, (int32_t)top);
    land(c, top);
    emit(c, e, MR_OP_RAISE, 0, dst, 0, 0);
    land(c, end);
}

/* What one turn of the other loops does; a condition that is false goes to the next turn. */
static void gen_turn(struct coder *c, const struct mr_ast *e, enum mr_macro_id id, uint32_t top,
                     uint16_t dst) {
    const struct mr_ast *last = e->args[e->n - 1];
    bool one = id == MR_MACRO_EXISTS_ONE, filter = id == MR_MACRO_FILTER;
    uint16_t t = registers(c, 1), first = e->var[0].reg;
    if (e->n == 3 || one || filter) {
        gen_bool(c, e->args[1], t);
        emit(c, e, MR_OP_JF, 0, t, 0, (int32_t)top);
    }
    if (one) {
        emit(c, e, MR_OP_ADD_I64, dst, dst, constant(c, mr_int(1)), 0);
    } else if (filter) {
        emit(c, e, MR_OP_APPEND, dst, first, 0, 0);
    } else {
        uint16_t v = operand(c, last);
        if (id == MR_MACRO_MAP || id == MR_MACRO_SORT_BY) emit(c, e, MR_OP_APPEND, dst, v, 0, 0);
        if (id == MR_MACRO_TO_MAP) emit(c, e, MR_OP_PUT, dst, first, v, 0);
        if (id == MR_MACRO_TO_ENTRIES) emit(c, e, MR_OP_PUT_ALL, dst, v, 0, 0);
    }
    emit(c, e, MR_OP_JMP, 0, 0, 0, (int32_t)top);
    land(c, top);
}

static void gen_loop(struct coder *c, const struct mr_ast *e, const struct mr_macro *m,
                     uint16_t dst) {
    enum mr_macro_id id = (enum mr_macro_id)m->id;
    uint16_t over = registers(c, 2u + m->n_vars), first = (uint16_t)(over + 2);
    for (uint16_t i = 0; i < m->n_vars; i++) e->var[i].reg = (uint16_t)(first + i);
    gen(c, e->args[0], over);
    emit(c, e, MR_OP_ITER, over, over, 0, 0);
    switch (id) {
    case MR_MACRO_MAP:
    case MR_MACRO_SORT_BY:
    case MR_MACRO_FILTER: emit(c, e, MR_OP_NEW_LIST, dst, over, 0, 0); break;
    case MR_MACRO_TO_MAP:
    case MR_MACRO_TO_ENTRIES: emit(c, e, MR_OP_NEW_MAP, dst, over, 0, 0); break;
    case MR_MACRO_EXISTS_ONE: emit(c, e, MR_OP_MOVE, dst, constant(c, mr_int(0)), 0, 0); break;
    default: emit(c, e, MR_OP_MOVE, dst, constant(c, mr_bool(id == MR_MACRO_ALL)), 0, 0);
    }
    uint32_t top =
        emit(c, e, m->n_vars == 2 ? MR_OP_ITER_NEXT2 : MR_OP_ITER_NEXT, first, over, 0, 0);
    if (id == MR_MACRO_ALL || id == MR_MACRO_EXISTS)
        gen_quantifier(c, e, id == MR_MACRO_ALL, top, dst);
    else
        gen_turn(c, e, id, top, dst);
    uint32_t steps = c->p->n_steps - top;
    c->steps[top].b = steps < UINT16_MAX ? (uint16_t)steps : UINT16_MAX;
    if (id == MR_MACRO_SORT_BY) emit(c, e, MR_OP_SORT_BY, dst, over, dst, 0);
    if (id == MR_MACRO_EXISTS_ONE) emit(c, e, MR_OP_EQ_I64, dst, dst, constant(c, mr_int(1)), 0);
}

static void gen_macro(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    const struct mr_macro *m = mr_macro_row(e->fn);
    uint32_t absent = 0;
    if (m->id < MR_MACRO_BIND) {
        gen_loop(c, e, m, dst);
        return;
    }
    e->var->reg = registers(c, 1);
    gen(c, e->args[0], e->var->reg);
    if (m->id != MR_MACRO_BIND) {
        emit(c, e, MR_OP_MOVE, dst, e->var->reg, 0, 0);
        absent = emit(c, e, MR_OP_JABSENT, 0, dst, 0, 0);
        if (e->var->type->kind == MR_T_OPTIONAL) {
            uint16_t type = type_constant(c, e->var->type);
            emit(c, e, MR_OP_UNBOX, e->var->reg, e->var->reg, type, 0);
        }
    }
    gen(c, e->args[1], dst);
    if (absent) land(c, absent);
}

static void gen_part(struct coder *c, const struct mr_ast *e, uint16_t dst);

/* The register gets the value when it is there: a failure on the way leaves nothing behind. */
static void gen(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    if (!e->memo) {
        gen_part(c, e, dst);
        return;
    }
    if (e->memo->let) {
        uint16_t let = (uint16_t)(e->memo->let - 1);
        uint32_t shared = emit(c, e, MR_OP_JSHARED, dst, let, 0, 0);
        gen_part(c, e, dst);
        emit(c, e, MR_OP_SHARE, let, dst, 0, 0);
        land(c, shared);
        c->p->shares = true;
        return;
    }
    uint16_t kept = (uint16_t)(c->memos + e->memo->number - 1);
    uint32_t known = emit(c, e, MR_OP_JKNOWN, dst, kept, 0, 0);
    gen_part(c, e, dst);
    emit(c, e, MR_OP_MOVE, kept, dst, 0, 0);
    land(c, known);
}

static void gen_part(struct coder *c, const struct mr_ast *e, uint16_t dst) {
    uint32_t saved = c->next;
    if (c->full) return;
    int32_t node = c->trace ? mr_trace_begin(c->trace, e) : -1;
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_LIT: emit(c, e, MR_OP_MOVE, dst, constant(c, e->value), 0, 0); break;
    case MR_AST_FIELD:
    case MR_AST_EXTRA: gen_load(c, e, dst); break;
    case MR_AST_META:
        c->p->meta |= 1u << e->index;
        emit(c, e, MR_OP_META, dst, 0, e->type->kind != MR_T_OPTIONAL, e->index);
        break;
    case MR_AST_THIS:
        memset(c->p->fields, true, c->p->row->n_fields);
        emit(c, e, MR_OP_THIS, dst, 0, 0, 0);
        break;
    case MR_AST_GET: gen_get(c, e, dst); break;
    case MR_AST_INDEX: gen_index(c, e, dst); break;
    case MR_AST_HAS: gen_has(c, e, dst); break;
    case MR_AST_AND:
    case MR_AST_OR: gen_logic(c, e, dst); break;
    case MR_AST_COND: gen_cond(c, e, dst); break;
    case MR_AST_COALESCE: gen_coalesce(c, e, dst); break;
    case MR_AST_LIST:
    case MR_AST_MAP: gen_elements(c, e, dst); break;
    case MR_AST_MESSAGE: gen_message(c, e, dst); break;
    case MR_AST_CALL: gen_call(c, e, dst); break;
    case MR_AST_VAR: emit(c, e, MR_OP_MOVE, dst, e->var->reg, 0, 0); break;
    case MR_AST_ROW: gen_record(c, e, dst); break;
    case MR_AST_MACRO: gen_macro(c, e, dst); break;
    case MR_AST_FAIL: emit(c, e, MR_OP_FAIL, dst, constant(c, mr_string(e->name)), 0, 0); break;
    default: __builtin_unreachable();
    }
    if (node >= 0) {
        emit(c, e, MR_OP_TRACE, dst, dst, 0, node);
        mr_trace_end(c->trace);
    }
    c->next = saved;
}

struct mr_program *mr_code(struct mr_arena *a, const struct mr_scope *scope, const struct mr_ast *e,
                           uint32_t n_memos) {
    struct mr_program *p = mr_arena_calloc(a, 1, sizeof *p);
    struct coder c = {.arena = a, .p = p, .next = 1};
    uint32_t n_fields = scope->row ? scope->row->n_fields : 0;
    p->type = e->type->kind == MR_T_OPTIONAL ? e->type->elem : e->type;
    p->optional = e->type->kind == MR_T_OPTIONAL;
    p->field = e->kind == MR_AST_FIELD && !scope->trace ? e->index : -1;
    p->is_constant = e->kind == MR_AST_LIT;
    p->wide = !scope->strict;
    p->constant = e->value;
    p->n_regs = 1;
    p->row = scope->row;
    p->fields = mr_arena_calloc(a, n_fields + 1, sizeof *p->fields);
    p->extras_used = mr_arena_calloc(a, scope->n_extras + 1, sizeof *p->extras_used);
    p->n_extras = (uint32_t)scope->n_extras;
    if (scope->n_extras) {
        struct mr_extra *x = mr_arena_dup(a, scope->extras, scope->n_extras * sizeof *x);
        for (size_t i = 0; i < scope->n_extras; i++) x[i].name = mr_arena_str(a, x[i].name);
        p->extras = x;
    }
    if (scope->trace) c.trace = mr_trace_plan_new(a);
    pad_new(&c, 0);
    c.memos = registers(&c, n_memos);
    if (n_memos) emit(&c, e, MR_OP_FORGET, 0, c.memos, 0, (int32_t)n_memos);
    gen(&c, e, 0);
    c.pads[0].step = emit(&c, e, MR_OP_END, 0, 0, 0, 0);
    p->steps = c.steps;
    p->constants = c.constants;
    p->pads = c.pads;
    p->places = c.places;
    p->types = c.types;
    if (c.trace) mr_trace_planned(c.trace, p);
    return c.full ? NULL : p;
}

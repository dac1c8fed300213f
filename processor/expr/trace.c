/* trace.c -- collects and prints what the parts of an expression gave; see trace.h.
 *
 * Not for the hot path: only programs that were compiled for it come here.
 */
#include "processor/expr/trace.h"

#include "processor/expr/codec.h"

enum {
    VALUES_MAX = 100000, /* that are kept of one evaluation */
    SHOWN_TURNS = 5,     /* values of one part inside of loops */
    SHOWN_TEXT = 48,     /* bytes of a part's text and of a value */
    SHOWN_VALUE = 200,
};

/* ---- planning */

struct mr_trace_plan {
    struct mr_arena *arena;
    struct mr_trace_node *nodes;
    int32_t *open; /* the part around the one that is open, by node */
    uint32_t *places;
    uint32_t n, cap_nodes, cap_open, cap_places;
    int32_t current; /* the open part; -1: none */
};

static void *room(struct mr_arena *a, void *list, uint32_t n, uint32_t *cap, size_t size) {
    if (n < *cap) return list;
    uint32_t more = n < 8 ? 16 : 2 * n;
    void *p = mr_arena_calloc(a, more, size);
    if (*cap) memcpy(p, list, *cap * size);
    *cap = more;
    return p;
}

struct mr_trace_plan *mr_trace_plan_new(struct mr_arena *a) {
    struct mr_trace_plan *t = mr_arena_calloc(a, 1, sizeof *t);
    t->arena = a;
    t->current = -1;
    return t;
}

int32_t mr_trace_begin(struct mr_trace_plan *t, const struct mr_ast *e) {
    if (e->kind == MR_AST_LIT && t->n) return -1;
    const struct mr_trace_node *around = t->current < 0 ? NULL : &t->nodes[t->current];
    if (around && around->off == e->off && around->len == e->len) return -1; /* the same text */
    t->nodes = room(t->arena, t->nodes, t->n, &t->cap_nodes, sizeof *t->nodes);
    t->open = room(t->arena, t->open, t->n, &t->cap_open, sizeof *t->open);
    uint32_t depth = t->current < 0 ? 0 : t->nodes[t->current].depth + 1;
    const struct mr_type *type = e->type->kind == MR_T_OPTIONAL ? e->type->elem : e->type;
    t->nodes[t->n] = (struct mr_trace_node){e->off, e->len, depth, type};
    t->open[t->n] = t->current;
    return t->current = (int32_t)t->n++;
}

void mr_trace_end(struct mr_trace_plan *t) {
    t->current = t->open[t->current];
}

void mr_trace_place(struct mr_trace_plan *t, uint32_t place) {
    t->places = room(t->arena, t->places, place, &t->cap_places, sizeof *t->places);
    t->places[place] = t->current < 0 ? 0 : (uint32_t)t->current;
}

void mr_trace_planned(struct mr_trace_plan *t, struct mr_program *p) {
    p->trace_nodes = t->nodes;
    p->n_trace_nodes = t->n;
    p->place_nodes = t->places;
}

/* ---- running */

static void tell(struct mr_trace *t, int32_t node, const struct mr_value *v) {
    if (!t || t->n == VALUES_MAX) return;
    t->values = room(t->arena, t->values, t->n, &t->cap, sizeof *t->values);
    t->values[t->n++] = (struct mr_trace_value){node, *v};
}

bool mr_step_trace(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                   const struct mr_value *a, const struct mr_value *b) {
    tell(r->f->trace, s->imm, a);
    return true;
}

void mr_trace_failed(struct mr_run *r, const struct mr_expr_step *s) {
    if (r->p->n_trace_nodes) tell(r->f->trace, (int32_t)r->p->place_nodes[s->place], &r->error);
}

/* ---- what became of it */

const struct mr_trace_node *mr_trace_origin(const struct mr_program *p, const struct mr_trace *t,
                                            const struct mr_value *error) {
    for (uint32_t i = 0; i < t->n; i++) {
        const struct mr_trace_value *v = &t->values[i];
        if (v->value.tag == MR_V_ERROR && v->value.fault == error->fault)
            return &p->trace_nodes[v->node];
    }
    return NULL;
}

void mr_trace_value_print(const struct mr_type *type, const struct mr_value *v, struct mr_buf *to) {
    struct mr_fault fault;
    if (v->tag == MR_V_ABSENT)
        mr_buf_cat(to, "absent");
    else if (v->tag == MR_V_ERROR)
        mr_buf_cat(to, "error");
    else if (!mr_write_json(type, v, to, &fault))
        mr_value_print(v, type, to);
}

/* Up to max bytes on one line; whole characters. */
static void print_short(struct mr_str s, size_t max, struct mr_buf *to) {
    size_t n = s.n > max ? max - 3 : s.n;
    while (n < s.n && n && (s.p[n] & 0xc0) == 0x80) n--;
    for (size_t i = 0; i < n; i++) mr_buf_byte(to, s.p[i] == '\n' ? ' ' : (uint8_t)s.p[i]);
    if (n < s.n) mr_buf_cat(to, "...");
}

static void print_text(const struct mr_program *p, uint32_t node, struct mr_buf *to) {
    const struct mr_trace_node *n = &p->trace_nodes[node];
    for (uint32_t i = 0; i < n->depth; i++) mr_buf_cat(to, "  ");
    print_short((struct mr_str){p->text.p + n->off, n->len}, SHOWN_TEXT, to);
}

/* Did a part of it fail, so that it has no value of its own? */
static bool part_failed(const struct mr_program *p, const struct mr_trace *t, uint32_t node) {
    uint32_t end = node + 1; /* behind its parts */
    while (end < p->n_trace_nodes && p->trace_nodes[end].depth > p->trace_nodes[node].depth) end++;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct mr_trace_value *v = &t->values[i];
        if (v->value.tag == MR_V_ERROR && v->node > (int32_t)node && v->node < (int32_t)end)
            return true;
    }
    return false;
}

static void print_values(const struct mr_program *p, const struct mr_trace *t, uint32_t node,
                         struct mr_buf *to) {
    struct mr_buf one;
    uint32_t n = 0;
    mr_buf_init(&one, 0);
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->values[i].node != (int32_t)node || n++ >= SHOWN_TURNS) continue;
        mr_buf_clear(&one);
        mr_trace_value_print(p->trace_nodes[node].type, &t->values[i].value, &one);
        mr_buf_cat(to, n == 1 ? " = " : "; ");
        print_short(mr_buf_view(&one), SHOWN_VALUE, to);
    }
    if (n > SHOWN_TURNS) mr_buf_printf(to, "; ... (%u)", n);
    if (n == 0) mr_buf_cat(to, part_failed(p, t, node) ? " = error" : "   not evaluated");
    mr_buf_done(&one);
}

/* Columns as a terminal counts them, roughly: code points. */
static size_t columns(const struct mr_buf *b, size_t from) {
    size_t n = 0;
    for (size_t i = from; i < b->n; i++) n += (b->p[i] & 0xc0) != 0x80;
    return n;
}

void mr_trace_print(const struct mr_program *p, const struct mr_trace *t, struct mr_buf *to) {
    size_t width = 0;
    for (uint32_t i = 0; i < p->n_trace_nodes; i++) {
        size_t start = to->n;
        print_text(p, i, to);
        if (columns(to, start) > width) width = columns(to, start);
        to->n = start;
    }
    for (uint32_t i = 0; i < p->n_trace_nodes; i++) {
        size_t start = to->n;
        print_text(p, i, to);
        for (size_t n = columns(to, start); n < width; n++) mr_buf_byte(to, ' ');
        print_values(p, t, i, to);
        mr_buf_byte(to, '\n');
    }
}

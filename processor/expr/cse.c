/* cse.c -- equal parts of an expression are evaluated once: where they are read first, and not at
 * all where none is read.
 *
 * A `let` stands in the tree wherever it is named, so a part may be there many times. Equal parts
 * that cost something get a register (struct mr_memo), and code.c writes each of them as
 *     jmp.known  end if the register holds the value;  (the part);  keep;  end:
 * which asks when the program runs and not which place comes first: branches, && and ||, and errors
 * that these absorb need no thought. A part that fails is evaluated again at the next place and
 * fails there as it would have: which error is seen does not change.
 *
 * C1  A part is equal to another one when the same steps, but for registers, come of both.
 * C2  It reads no variable of a macro around it (its value would change from turn to turn); those
 * of macros inside it are told apart by when they were made.
 *
 * The programs of one node have the values of its `let`s in common, in the same way: a part that is
 * equal to a let has its place in the frame (mr_frame.shared) instead of a register.
 *
 * S1  Only of lets that read nothing but fields: what else a frame holds may change from step to
 * step of a node while the row stays the same.
 * S2  A frame has no places when none is read by two programs, or where nobody keeps them from step
 * to step: its programs evaluate each part where it stands.
 */
#include "base/mem.h"
#include "processor/expr/code.h"
#include "processor/expr/macro.h"

enum { MEMOS_MAX = 32, BUCKETS = 256 };

struct shared_let {
    const struct mr_ast *part;
    uint32_t hash;
    uint16_t number; /* from 1; place of the frame: number - 1 */
    uint16_t reads;  /* programs that it is in */
    struct shared_let *next;
};

struct mr_shared {
    struct mr_arena *arena;
    struct shared_let *lets;
    uint16_t n;
    bool read_twice; /* one of them */
};

struct finder {
    struct mr_arena *arena;
    const struct mr_shared *shared;
    struct mr_memo *buckets[BUCKETS]; /* chained by `next` */
};

struct shape { /* of a part */
    uint32_t hash;
    int32_t least_var; /* id of the oldest variable that is read and not made inside; INT32_MAX */
    bool worth;        /* costs more than keeping and asking */
    bool fields_only;  /* nothing else of the frame is read */
};

/* ---- is it worth a register? Steps that are functions, and loops. */

static bool is_function(uint16_t op) {
    static const bool functions[MR_N_OPS] = {
#define STEP(id, text, form)
#define STEP_FN(id, text, form, fn) [MR_OP_##id] = true,
#include "processor/expr/steps.def"
#undef STEP
#undef STEP_FN
    };
    return functions[op];
}

static bool costs(const struct mr_ast *e) {
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_CALL: return e->op == MR_OP_CALL_DYN || is_function(e->op);
    case MR_AST_INDEX:
    case MR_AST_MACRO: return true;
    case MR_AST_LIST:
    case MR_AST_MAP: return e->n > 0;
    default: return false;
    }
}

/* ---- equal */

struct pairing { /* of the variables of two parts */
    bool known;
    int32_t apart;
};

static bool same_constant(const struct mr_value *x, const struct mr_value *y) {
    if (x->tag != y->tag) return false;
    switch ((enum mr_tag)x->tag) {
    case MR_V_ABSENT:
    case MR_V_NULL: return true;
    case MR_V_BOOL: return x->b == y->b;
    case MR_V_STRING:
    case MR_V_BYTES: return x->len == y->len && (!x->len || memcmp(x->p, y->p, x->len) == 0);
    case MR_V_LIST:
        for (uint32_t i = 0; i < x->len && i < y->len; i++)
            if (!same_constant(&x->list[i], &y->list[i])) return false;
        return x->len == y->len;
    default: return x->aux == y->aux && x->u == y->u; /* maps, ...: the very same one */
    }
}

static bool same_vars(const struct mr_ast *x, const struct mr_ast *y, struct pairing *p) {
    if (!p->known) *p = (struct pairing){true, y->index - x->index};
    return y->index - x->index == p->apart;
}

static bool same(const struct mr_ast *x, const struct mr_ast *y, struct pairing *p) {
    bool vars = x->kind == MR_AST_MACRO || x->kind == MR_AST_VAR;
    if (x->kind != y->kind || x->style != y->style || x->opt != y->opt || x->n != y->n)
        return false;
    if (x->wide != y->wide || x->op != y->op || x->fn != y->fn) return false;
    if (x->make != y->make) return false; /* messages: which fields; each its own */
    if (vars ? !same_vars(x, y, p) : x->index != y->index) return false;
    if (!mr_str_eq(x->name, y->name) || !mr_type_eq(x->type, y->type)) return false;
    bool valued = x->kind == MR_AST_LIT || x->kind == MR_AST_ROW; /* ROW: where fields are from */
    if (valued && !same_constant(&x->value, &y->value)) return false;
    if (!x->opts != !y->opts) return false;
    uint32_t marks = x->kind == MR_AST_MAP ? x->n / 2 : x->n;
    if (x->opts && marks && memcmp(x->opts, y->opts, marks * sizeof *x->opts) != 0) return false;
    for (uint32_t i = 0; i < x->n; i++) {
        if (!same(x->args[i], y->args[i], p)) return false;
    }
    return true;
}

/* ---- finding */

static uint32_t mix(uint32_t h, uint32_t x) {
    return (h ^ x) * UINT32_C(0x01000193);
}

static struct shape own_shape(const struct mr_ast *e) {
    struct shape s = {.hash = 0x811c9dc5, .least_var = INT32_MAX, .worth = costs(e)};
    s.fields_only = e->kind != MR_AST_EXTRA && e->kind != MR_AST_META && !mr_check_reads_headers(e);
    bool vars = e->kind == MR_AST_MACRO || e->kind == MR_AST_VAR;
    s.hash = mix(mix(mix(s.hash, e->kind), e->op), e->n);
    if (!vars) s.hash = mix(s.hash, (uint32_t)e->index);
    for (size_t i = 0; i < e->name.n; i++) s.hash = mix(s.hash, (uint8_t)e->name.p[i]);
    if (e->kind == MR_AST_LIT && e->value.tag == MR_V_STRING) s.hash = mix(s.hash, e->value.len);
    if (e->kind == MR_AST_VAR) s.least_var = e->index;
    return s;
}

static uint16_t let_of(const struct mr_shared *shared, const struct mr_ast *e, uint32_t hash) {
    for (struct shared_let *l = shared ? shared->lets : NULL; l; l = l->next) {
        struct pairing p = {false, 0};
        if (l->hash == hash && same(l->part, e, &p)) return l->number;
    }
    return 0;
}

static struct mr_memo *memo_of(struct finder *f, const struct mr_ast *e, uint32_t hash) {
    struct mr_memo **bucket = &f->buckets[hash % BUCKETS];
    for (struct mr_memo *m = *bucket; m; m = m->next) {
        struct pairing p = {false, 0};
        if (m->hash == hash && same(m->first, e, &p)) return m;
    }
    struct mr_memo *m = mr_arena_calloc(f->arena, 1, sizeof *m);
    *m = (struct mr_memo){.first = e, .hash = hash, .next = *bucket};
    m->let = let_of(f->shared, e, hash);
    return *bucket = m;
}

/* Every part that could be kept gets the memo of its equals. */
static struct shape find(struct finder *f, struct mr_ast *e) {
    struct shape s = own_shape(e);
    for (uint32_t i = 0; i < e->n; i++) {
        struct shape part = find(f, e->args[i]);
        s.hash = mix(s.hash, part.hash);
        s.worth |= part.worth;
        s.fields_only &= part.fields_only;
        if (part.least_var < s.least_var) s.least_var = part.least_var;
    }
    if (e->kind == MR_AST_MACRO && s.least_var >= e->index) s.least_var = INT32_MAX;
    if (s.worth && s.least_var == INT32_MAX) e->memo = memo_of(f, e, s.hash);
    return s;
}

static void add_let(struct mr_shared *shared, const struct mr_ast *e, uint32_t hash) {
    if (shared->n == UINT16_MAX) return;
    struct shared_let *l = mr_arena_calloc(shared->arena, 1, sizeof *l);
    *l = (struct shared_let){e, hash, ++shared->n, 0, shared->lets};
    shared->lets = l;
}

/* A program has been made of what was found. */
static void note_lets(const struct finder *f, struct mr_shared *shared) {
    for (uint32_t i = 0; i < BUCKETS; i++) {
        for (const struct mr_memo *m = f->buckets[i]; m; m = m->next) {
            struct shared_let *l = m->let ? shared->lets : NULL;
            while (l && l->number != m->let) l = l->next;
            if (l && l->reads++) shared->read_twice = true;
        }
    }
}

/* Parts of a part that is there already are not read once more. */
static void count(struct mr_ast *e, bool read) {
    if (e->memo && read && e->memo->reads++) read = false;
    for (uint32_t i = 0; i < e->n; i++) count(e->args[i], read);
}

/* Numbers the memos that are read more than once; the others go, but for lets. */
static void number(struct mr_ast *e, uint32_t *n) {
    if (e->memo && e->memo->reads < 2 && !e->memo->let) e->memo = NULL;
    if (e->memo && !e->memo->let && e->memo->number == 0) {
        if (*n < MEMOS_MAX)
            e->memo->number = ++*n;
        else
            e->memo = NULL;
    }
    for (uint32_t i = 0; i < e->n; i++) number(e->args[i], n);
}

uint32_t mr_cse(struct mr_arena *a, const struct mr_scope *scope, struct mr_ast *e) {
    struct finder *f = mr_arena_calloc(a, 1, sizeof *f);
    uint32_t n = 0;
    f->arena = a;
    f->shared = scope->shared;
    struct shape s = find(f, e);
    if (scope->is_let && scope->shared && e->memo && !e->memo->let && s.fields_only)
        add_let(scope->shared, e, s.hash);
    else if (!scope->is_let)
        note_lets(f, scope->shared);
    count(e, true);
    number(e, &n);
    return n;
}

/* ---- lets of a node */

struct mr_shared *mr_shared_new(struct mr_arena *a) {
    struct mr_shared *s = mr_arena_calloc(a, 1, sizeof *s);
    s->arena = a;
    return s;
}

struct mr_value *mr_shared_values(const struct mr_shared *s, const struct mr_value *row,
                                  struct mr_arena *a, struct mr_shares **at) {
    if (!s || !s->read_twice) return NULL;
    if (*at && (*at)->of == s && (*at)->row == row) return (*at)->values;
    struct mr_shares *new = mr_arena_alloc(a, sizeof *new + s->n * sizeof new->values[0]);
    new->of = s;
    new->row = row;
    for (uint16_t i = 0; i < s->n; i++) new->values[i].tag = MR_V_ERROR; /* nothing yet */
    *at = new;
    return new->values;
}

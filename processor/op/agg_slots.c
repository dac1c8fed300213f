/* agg_slots.c -- the aggregator calls of `aggregate:` expressions -> slots and argument programs.
 *
 * Equal calls share a slot, percentiles of one argument one sketch. Arguments are programs over the
 * record; a bound is a number in the text, the rank of a percentile a constant. Over a table a call
 * must be one that a row can be taken out of again.
 */
#include "base/mem.h"
#include "processor/op/agg.h"
#include "processor/op/agg_calls.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>

enum { SLOTS_MAX = 1000, ARGS_MAX = 2 };

void mr_agg_slots_begin(struct mr_check *c, struct mr_agg_slots *s) {
    *s = (struct mr_agg_slots){.table = c->in.table};
    s->slots = mr_arena_calloc(c->arena, SLOTS_MAX, sizeof *s->slots);
    s->texts = mr_arena_calloc(c->arena, SLOTS_MAX, sizeof *s->texts);
    s->states = mr_arena_calloc(c->arena, SLOTS_MAX, sizeof *s->states);
    s->args = mr_arena_calloc(c->arena, ARGS_MAX * SLOTS_MAX, sizeof(struct mr_program *));
}

/* A scalar of the file that is a part of another one; carets stay true. */
static const struct mr_tree *part_of(struct mr_arena *a, const struct mr_tree *whole, size_t at,
                                     struct mr_str text) {
    struct mr_tree *t = mr_arena_alloc(a, sizeof *t);
    *t = *whole;
    t->text = (struct mr_str){mr_arena_strndup(a, text.p, text.n), text.n};
    t->pos = mr_tree_pos(whole, at);
    if (!whole->lines) return t;
    uint32_t line = t->pos.line - whole->pos.line;
    t->n_lines = whole->n_lines - line;
    uint32_t *lines = mr_arena_dup(a, whole->lines + line, t->n_lines * sizeof *lines);
    lines[0] = t->pos.col;
    t->lines = lines;
    return t;
}

static bool bad_call(struct mr_check *c, const struct mr_tree *text, const struct mr_agg_call *call,
                     const char *code, const char *what, const char *hint) {
    struct mr_diag *g = mr_error(c->diags, code, mr_tree_pos(text, call->at), "%.*s(): %s",
                                 MR_STR_ARG(call->name), what);
    g->len = (uint32_t)call->len;
    mr_diag_hint(c->diags, g, "%s", hint);
    return false;
}

/* ---- one call */

static enum mr_agg_fn find_fn(struct mr_str name) {
    int fn = 0;
    while (fn < MR_N_AGG_FNS && !mr_str_is(name, mr_agg_fns[fn].name)) fn++;
    assert(fn < MR_N_AGG_FNS); /* mr_agg_scan looks for these */
    return (enum mr_agg_fn)fn;
}

static const char *example_of(enum mr_agg_fn fn) {
    switch (fn) {
    case MR_AGG_COUNT: return "count_if(condition) counts those that fulfil a condition";
    case MR_AGG_COUNT_IF:
    case MR_AGG_ANY:
    case MR_AGG_EVERY: return "it takes a condition: any(cents > 100)";
    case MR_AGG_MIN_BY:
    case MR_AGG_MAX_BY: return "max_by(url, cents) is the url of the record with most cents";
    case MR_AGG_TOPK: return "topk(url, cents, 3) are the urls of the 3 records with most cents";
    case MR_AGG_PERCENTILE: return "percentile(took_ms, 0.95): 95 of 100 took at most as long";
    case MR_AGG_COLLECT_LIST:
    case MR_AGG_COLLECT_SET: return "say how many values at most: collect_list(url, 100)";
    default: return "for instance sum(cents)";
    }
}

static bool count_is_right(struct mr_check *c, const struct mr_tree *text,
                           const struct mr_agg_call *call, enum mr_agg_fn fn) {
    const struct mr_agg_fn_row *row = &mr_agg_fns[fn];
    static const char *const want[] = {"counts records and takes no argument", "takes one argument",
                                       "takes two arguments"};
    uint32_t n = call->arg.n ? call->commas + 1 : 0, least = row->n_args;
    bool bound = row->behind == MR_BEHIND_BOUND, rank = row->behind == MR_BEHIND_RANK;
    if (n == least + (bound || rank)) return true;
    if (bound && n == least)
        return bad_call(c, text, call, "E-AGG", "needs a bound: how many values are kept at most",
                        example_of(fn));
    const char *what = rank                  ? "takes a value and which percentile, from 0 to 1"
                       : bound && least == 1 ? "takes a value and a bound"
                       : bound && least == 2 ? "takes a value, what it is ranked by, a bound"
                                             : want[least];
    return bad_call(c, text, call, "E-AGG", what, example_of(fn));
}

/* Reported alone: the argument of the outer one does not compile, either. */
static bool none_is_nested(struct mr_check *c, const struct mr_tree *text,
                           const struct mr_agg_call *calls, uint32_t n) {
    bool ok = true;
    for (uint32_t i = 0; i < n; i++)
        if (calls[i].nested)
            ok = bad_call(c, text, &calls[i], "E-AGG", "an aggregator inside another one",
                          "aggregate first, then compute with the result in `output:`");
    return ok;
}

static bool call_is_sound(struct mr_check *c, const struct mr_agg_slots *b,
                          const struct mr_tree *text, const struct mr_agg_call *call,
                          enum mr_agg_fn *ret) {
    *ret = find_fn(call->name);
    if (!count_is_right(c, text, call, *ret)) return false;
    if (!b->table || mr_agg_fns[*ret].back) return true;
    return bad_call(c, text, call, "E-TABLE",
                    "over a table a row that changes must be taken out of its group again, and "
                    "then every row of the group would have to be kept",
                    "there are count, count_if, sum, avg, stddev, any and every; or aggregate the "
                    "stream that the table is made of");
}

/* Argument i with its place in the text. */
static struct mr_str argument(const struct mr_tree *text, const struct mr_agg_call *call,
                              uint32_t i) {
    size_t from = i == 0 ? call->arg_at : call->comma_at[i - 1] + 1;
    size_t to = i < call->commas ? call->comma_at[i] : call->arg_at + call->arg.n;
    const char *p = text->text.p;
    while (from < to && isspace((unsigned char)p[from])) from++;
    while (from < to && isspace((unsigned char)p[to - 1])) to--;
    return (struct mr_str){p + from, to - from};
}

static bool check_type(struct mr_check *c, const struct mr_tree *text,
                       const struct mr_agg_call *call, const struct mr_type *type, bool good,
                       const char *hint) {
    if (good || type->kind == MR_T_ERROR) return true;
    MR_CLEANUP(mr_buf_done) struct mr_buf what = {0};
    mr_buf_cat(&what, "cannot be made of values of type ");
    mr_type_print(type, &what);
    return bad_call(c, text, call, "E-TYPE", mr_buf_cstr(&what), hint);
}

static const char *type_hint(enum mr_agg_fn fn) {
    switch (fn) {
    case MR_AGG_SUM:
    case MR_AGG_AVG: return "it takes int, uint or double (sum: durations, too)";
    case MR_AGG_STDDEV: return "it takes int, uint or double";
    case MR_AGG_PERCENTILE: return "it takes int, uint, double or a duration";
    case MR_AGG_ANY:
    case MR_AGG_EVERY: return "it takes a condition";
    default: return "it takes numbers, strings, bytes, bools, timestamps or durations";
    }
}

static bool check_bound(struct mr_check *c, const struct mr_tree *text,
                        const struct mr_agg_call *call, uint32_t i, struct mr_slot *s) {
    struct mr_str t = argument(text, call, i);
    uint64_t n = 0;
    bool ok = t.n > 0 && t.n < 10;
    for (size_t k = 0; ok && k < t.n; k++) {
        ok = isdigit((unsigned char)t.p[k]);
        n = n * 10 + (uint64_t)(t.p[k] - '0');
    }
    s->limit = (uint32_t)n;
    if (ok && n > 0 && n <= MR_PICKS_LIMIT) return true;
    return bad_call(c, text, call, "E-AGG", "the bound is a number from 1 to 10,000",
                    example_of(s->fn));
}

/* Which percentile: a constant. */
static bool check_rank(struct mr_check *c, struct mr_env *env, const struct mr_tree *text,
                       const struct mr_agg_call *call, uint32_t i, struct mr_slot *s) {
    struct mr_str t = argument(text, call, i);
    size_t at = (size_t)(t.p - text->text.p);
    const struct mr_program *p =
        mr_env_expr(c, env, part_of(c->arena, text, at, t), &mr_type_double);
    if (!p) return false;
    const struct mr_value *v = mr_program_constant(p);
    s->rank = v && v->tag == MR_V_DOUBLE ? v->d : NAN;
    if (s->rank >= 0 && s->rank <= 1) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-AGG", mr_tree_pos(text, at), "%s",
                 v ? "percentile(): which one is a number from 0 to 1"
                   : "percentile(): which one must be known when the topology is compiled");
    g->len = (uint32_t)t.n;
    mr_diag_hint(c->diags, g, "%s", example_of(s->fn));
    return false;
}

/* Programs of the arguments, and what they say of the slot. */
static bool check_arguments(struct mr_check *c, struct mr_env *env, const struct mr_tree *text,
                            const struct mr_agg_call *call, struct mr_slot *s,
                            const struct mr_program **args) {
    const struct mr_agg_fn_row *row = &mr_agg_fns[s->fn];
    for (uint32_t i = 0; i < row->n_args; i++) {
        const struct mr_type *want = s->fn == MR_AGG_COUNT_IF ? &mr_type_bool : NULL;
        struct mr_str t = argument(text, call, i);
        size_t at = (size_t)(t.p - text->text.p);
        args[i] = mr_env_expr(c, env, part_of(c->arena, text, at, t), want);
        if (!args[i]) return false;
        const struct mr_type *type = mr_program_type(args[i]);
        bool good = i == 0 ? mr_slot_ok(s->fn, type) : mr_slot_key_ok(type);
        if (!check_type(c, text, call, type, good, i ? type_hint(MR_AGG_MAX) : type_hint(s->fn)))
            return false;
        if (i == 0)
            s->type = type;
        else
            s->key = type;
        s->optional |= mr_program_optional(args[i]);
    }
    if (row->behind == MR_BEHIND_RANK) return check_rank(c, env, text, call, row->n_args, s);
    return row->behind == MR_BEHIND_NOTHING || check_bound(c, text, call, row->n_args, s);
}

static void pick_types(struct mr_check *c, struct mr_slot *s) {
    if (!mr_slot_is_pick(s->fn)) return;
    struct mr_field *f = mr_arena_calloc(c->arena, 1, sizeof *f);
    *f = (struct mr_field){.name = MR_STR("x"), .type = s->type};
    s->row = mr_type_struct(c->arena, "", 1, f);
    if (mr_agg_fns[s->fn].behind == MR_BEHIND_BOUND) s->list = mr_type_list(c->arena, s->type);
}

/* ---- slots */

static struct mr_str call_text(struct mr_arena *a, const struct mr_agg_call *call,
                               struct mr_str arg) {
    MR_CLEANUP(mr_buf_done) struct mr_buf b = {0};
    mr_buf_str(&b, call->name);
    mr_buf_byte(&b, '(');
    mr_print_text(arg, &b);
    mr_buf_byte(&b, ')');
    return mr_arena_str(a, mr_buf_view(&b));
}

static bool find_text(const struct mr_str *texts, uint32_t n, struct mr_str text, uint32_t *ret) {
    for (*ret = 0; *ret < n; ++*ret)
        if (mr_str_eq(texts[*ret], text)) return true;
    return false;
}

static bool find_slot(const struct mr_agg_slots *b, struct mr_str text, uint32_t *ret) {
    return find_text(b->texts, b->n, text, ret);
}

static uint32_t add_slot(struct mr_agg_slots *b, const struct mr_slot *s, struct mr_str text,
                         struct mr_str state, const struct mr_program *const *args) {
    uint32_t n_args = mr_agg_fns[s->fn].n_args;
    if (!s->shares) memcpy(&b->args[b->n_args], args, n_args * sizeof(struct mr_program *));
    b->n_args += n_args ? n_args : 1;
    b->slots[b->n] = *s;
    b->texts[b->n] = text;
    b->states[b->n] = state;
    return b->n++;
}

static bool add_call(struct mr_check *c, struct mr_env *env, struct mr_agg_slots *b,
                     const struct mr_tree *text, const struct mr_agg_call *call, uint32_t *ret) {
    struct mr_slot s = {.back = b->table};
    const struct mr_program *args[ARGS_MAX] = {NULL};
    if (!call_is_sound(c, b, text, call, &s.fn)) return false;
    struct mr_str name = call_text(c->arena, call, call->arg), state = name;
    if (find_slot(b, name, ret)) return true;
    if (!check_arguments(c, env, text, call, &s, args)) return false;
    if (mr_agg_fns[s.fn].behind == MR_BEHIND_RANK) {
        state = call_text(c->arena, call, argument(text, call, 0));
        if (find_text(b->states, b->n, state, ret)) s.shares = *ret + 1;
    }
    pick_types(c, &s);
    *ret = add_slot(b, &s, name, state, args);
    return true;
}

uint32_t mr_agg_count_slot(struct mr_agg_slots *b) {
    const struct mr_program *none[ARGS_MAX] = {NULL};
    struct mr_slot s = {.fn = MR_AGG_COUNT, .back = b->table};
    uint32_t i;
    return find_slot(b, MR_STR("count()"), &i)
               ? i
               : add_slot(b, &s, MR_STR("count()"), MR_STR("count()"), none);
}

/* sum(n) / count(): a mean without what is behind the point, hardly what is meant. */
static void warn_int_mean(struct mr_check *c, const struct mr_tree *text,
                          const struct mr_agg_call *x, const struct mr_slot *sum,
                          const struct mr_slot *count) {
    const struct mr_agg_call *y = x + 1;
    bool is_count = count->fn == MR_AGG_COUNT || count->fn == MR_AGG_COUNT_IF;
    if (sum->fn != MR_AGG_SUM || sum->type->kind != MR_T_INT || !is_count) return;
    size_t slashes = 0;
    for (size_t at = x->at + x->len; at < y->at; at++) {
        char between = text->text.p[at];
        if (between != '/' && !isspace((unsigned char)between)) return;
        slashes += between == '/';
    }
    if (slashes != 1) return;
    struct mr_diag *g = mr_diag_add(c->diags, MR_WARNING, "W-INTDIV", mr_tree_pos(text, x->at),
                                    "int / int is cut to a whole number");
    g->len = (uint32_t)(y->at + y->len - x->at);
    mr_diag_hint(c->diags, g, "avg(%.*s), or sum(double(%.*s)) / %.*s", MR_STR_ARG(x->arg),
                 MR_STR_ARG(x->arg), (int)y->len, text->text.p + y->at);
}

const struct mr_tree *mr_agg_hoist(struct mr_check *c, struct mr_env *env, struct mr_agg_slots *b,
                                   const struct mr_tree *text) {
    struct mr_agg_call *calls;
    uint32_t n;
    if (text->kind != MR_TREE_SCALAR || !mr_agg_scan(c->arena, text->text, &calls, &n)) {
        mr_check_expr(c, text, NULL); /* says what is wrong with it */
        if (text->kind == MR_TREE_SCALAR)
            mr_error(c->diags, "E-SYNTAX", text->pos, "quotes or brackets do not match");
        return NULL;
    }
    uint32_t *slot = mr_arena_calloc(c->arena, n + 1, sizeof *slot);
    bool ok = true;
    if (n >= SLOTS_MAX - b->n) { /* one is left for count() */
        mr_error(c->diags, "E-AGG", text->pos, "more than %u aggregator calls", SLOTS_MAX - 1);
        return NULL;
    }
    if (!none_is_nested(c, text, calls, n)) return NULL;
    for (uint32_t i = 0; i < n; i++) ok = add_call(c, env, b, text, &calls[i], &slot[i]) && ok;
    if (!ok) return NULL;
    for (uint32_t i = 0; i + 1 < n; i++)
        warn_int_mean(c, text, &calls[i], &b->slots[slot[i]], &b->slots[slot[i + 1]]);
    return part_of(c->arena, text, 0, mr_agg_replace(c->arena, text->text, calls, slot, n));
}

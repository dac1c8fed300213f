/* fns.c -- choosing an overload: by static types in the checker, by tags for dyn values. */
#include "processor/expr/fns.h"

#include "base/mem.h"
#include "processor/expr/macro.h"
#include "processor/expr/url.h"

const struct mr_type mr_type_bottom = {.kind = MR_T_DYN};

static const struct mr_overload rows[] = {
#define OVERLOAD(style, name, op, result, a, b)                                                    \
    {MR_CALL_##style, name, MR_OP_##op, MR_SIG_##result, {MR_SIG_##a, MR_SIG_##b}},
#define OVERLOAD4(style, name, op, result, a, b, c, d)                                             \
    {MR_CALL_##style,                                                                              \
     name,                                                                                         \
     MR_OP_##op,                                                                                   \
     MR_SIG_##result,                                                                              \
     {MR_SIG_##a, MR_SIG_##b, MR_SIG_##c, MR_SIG_##d}},
#include "processor/expr/fns.def"
#undef OVERLOAD
#undef OVERLOAD4
};

static const char *const notyet[] = {
#define NOTYET(name) name,
#define AGGREGATOR(name)
#include "processor/expr/notyet.def"
#undef NOTYET
#undef AGGREGATOR
};

static const char *const aggregators[] = {
#define NOTYET(name)
#define AGGREGATOR(name) name,
#include "processor/expr/notyet.def"
#undef NOTYET
#undef AGGREGATOR
};

static const struct {
    const struct mr_type *type;
    uint8_t tag;
    const char *words;
} sigs[] = {
#define SIG(id, type, tag, words, text) [MR_SIG_##id] = {type, tag, words},
#include "processor/expr/sigs.def"
#undef SIG
};

static const struct mr_type type_type = {.kind = MR_T_TYPE};

struct binding {
    struct mr_arena *arena;
    const struct mr_type *t, *k;
    bool strict, has_dyn;
    bool may_be_absent; /* an argument where that is allowed */
    bool hidden;        /* a dyn stood where T is a part: what that holds is not known */
};

enum match { NO, MAYBE, YES };

const struct mr_overload *mr_fns_row(uint16_t row) {
    return &rows[row];
}

uint16_t mr_fns_op(const struct mr_ast *call) {
    return call->op == MR_OP_CALL_DYN ? rows[call->fn].op : call->op;
}

uint16_t mr_fns_count(void) {
    return MR_ARRAY_LEN(rows);
}

/* ---- types */

static bool holds(const struct mr_type *wrapper, const struct mr_type *t) {
    return t->kind == MR_T_NULL || mr_type_eq(wrapper->elem, t);
}

/* CEL lets null stand for a value of these. Values are looked at when they are used. */
static bool takes_null(const struct mr_type *t) {
    return t->kind == MR_T_TIMESTAMP || t->kind == MR_T_DURATION || t->kind == MR_T_OPTIONAL ||
           t->kind == MR_T_ABSTRACT || mr_type_is_message(t);
}

/* One of them is dyn. */
static const struct mr_type *join_dyn(const struct mr_type *x, const struct mr_type *y) {
    const struct mr_type *d = x->kind == MR_T_DYN && x->elem ? x : y, *other = d == x ? y : x;
    const struct mr_type *o = other->kind == MR_T_DYN ? other->elem : other;
    bool same =
        d->kind == MR_T_DYN && d->elem && o && (o->kind == MR_T_NULL || mr_type_eq(d->elem, o));
    return same ? d : &mr_type_dyn;
}

static const struct mr_type *join_abstract(struct mr_arena *a, const struct mr_type *x,
                                           const struct mr_type *y) {
    enum { MAX = 8 };
    const struct mr_type *params[MAX];
    if (!mr_str_eq(x->name, y->name) || x->n_fields != y->n_fields || x->n_fields > MAX)
        return NULL;
    for (uint32_t i = 0; i < x->n_fields; i++) {
        params[i] = mr_type_join(a, x->fields[i].type, y->fields[i].type);
        if (!params[i]) return NULL;
    }
    return mr_type_abstract(a, x->name, x->n_fields, params);
}

const struct mr_type *mr_type_join(struct mr_arena *a, const struct mr_type *x,
                                   const struct mr_type *y) {
    /* Not mr_type_eq first: it takes list(bottom) and list(dyn) for the same. */
    if (x == y || y == &mr_type_bottom) return x;
    if (x == &mr_type_bottom) return y;
    if (x->kind == MR_T_ERROR || y->kind == MR_T_ERROR) return &mr_type_error;
    if (x->kind == MR_T_DYN || y->kind == MR_T_DYN) return join_dyn(x, y);
    if (x->kind == MR_T_WRAPPER && holds(x, y)) return x;
    if (y->kind == MR_T_WRAPPER && holds(y, x)) return y;
    if (x->kind == MR_T_NULL && takes_null(y)) return mr_type_dyn_of(a, y);
    if (y->kind == MR_T_NULL && takes_null(x)) return mr_type_dyn_of(a, x);
    if (x->kind != y->kind) return NULL;
    const struct mr_type *e, *k;
    switch (x->kind) {
    case MR_T_TYPE: return x;
    case MR_T_ABSTRACT: return join_abstract(a, x, y);
    case MR_T_LIST: e = mr_type_join(a, x->elem, y->elem); return e ? mr_type_list(a, e) : NULL;
    case MR_T_OPTIONAL:
        e = mr_type_join(a, x->elem, y->elem);
        return e ? mr_type_optional(a, e) : NULL;
    case MR_T_MAP:
        k = mr_type_join(a, x->key, y->key);
        e = mr_type_join(a, x->elem, y->elem);
        return e && k ? mr_type_map(a, k, e) : NULL;
    default: return mr_type_eq(x, y) ? x : NULL;
    }
}

static enum match bind(struct binding *b, const struct mr_type **var, const struct mr_type *t) {
    const struct mr_type *j = *var ? mr_type_join(b->arena, t, *var) : t;
    if (!j) return NO;
    *var = j;
    return YES;
}

static bool is_num(const struct mr_type *t) {
    return t->kind == MR_T_INT || t->kind == MR_T_DOUBLE;
}

static bool is_ordered(const struct mr_type *t) {
    return is_num(t) || t->kind == MR_T_UINT || t->kind == MR_T_BOOL || t->kind == MR_T_STRING ||
           t->kind == MR_T_BYTES || t->kind == MR_T_TIMESTAMP || t->kind == MR_T_DURATION;
}

static enum match match_elem(struct binding *b, uint8_t sig, const struct mr_type *e) {
    bool good = e->kind == MR_T_DYN;
    switch ((enum mr_sig)sig) {
    case MR_SIG_STRINGS: return good || e->kind == MR_T_STRING ? YES : NO;
    case MR_SIG_ORD_LIST: good |= is_ordered(e); break;
    case MR_SIG_REALS: return good || is_num(e) || e->kind == MR_T_UINT ? YES : NO;
    case MR_SIG_KEYS: return bind(b, &b->k, e);
    case MR_SIG_SUMS:
        if (e == &mr_type_bottom) e = &mr_type_int; /* `[]` has a sum: a value, so it has a type */
        good |= is_num(e) || e->kind == MR_T_UINT || e->kind == MR_T_DURATION;
        break;
    case MR_SIG_NUMBERS: good |= is_num(e) || e->kind == MR_T_UINT; break;
    case MR_SIG_NESTED:
        if (e->kind == MR_T_LIST) return bind(b, &b->t, e->elem);
        break;
    default: return YES; /* DYNS */
    }
    return good ? bind(b, &b->t, e) : NO;
}

static bool is_or_dyn(const struct mr_type *t, enum mr_type_kind kind) {
    return t->kind == kind || t->kind == MR_T_DYN;
}

static enum match match_maybe(struct binding *b, const struct mr_type *t) {
    if (t->kind == MR_T_OPTIONAL) {
        b->may_be_absent = true;
        t = t->elem;
    }
    return t->kind == MR_T_TIMESTAMP ? YES : NO; /* in JSON there are none */
}

static enum match hidden(struct binding *b) {
    b->hidden = true;
    return MAYBE;
}

static enum match match_sig(struct binding *b, uint8_t sig, const struct mr_type *t) {
    bool dyn = t->kind == MR_T_DYN;
    if (t->kind == MR_T_WRAPPER && sig != MR_SIG_T && sig != MR_SIG_K && sig != MR_SIG_ANY &&
        sig != MR_SIG_DYN) { /* it may be null: found out when it runs */
        enum match m = match_sig(b, sig, t->elem);
        return m == YES ? MAYBE : m;
    }
    switch ((enum mr_sig)sig) {
    case MR_SIG_NONE: return NO;
    case MR_SIG_ANY: return YES;
    case MR_SIG_DYN: return b->has_dyn ? YES : NO;
    case MR_SIG_NUM: return !b->strict && is_num(t) ? YES : NO;
    case MR_SIG_NUM_LIST: return !b->strict && t->kind == MR_T_LIST && is_num(t->elem) ? YES : NO;
    case MR_SIG_T: return bind(b, &b->t, t);
    case MR_SIG_K: return bind(b, &b->k, t);
    case MR_SIG_TYPE: return dyn ? MAYBE : t->kind == MR_T_TYPE ? YES : NO;
    case MR_SIG_LIST:
        if (dyn) return hidden(b);
        return t->kind == MR_T_LIST ? bind(b, &b->t, t->elem) : NO;
    case MR_SIG_ORD:
        if (!dyn && !is_ordered(t)) return NO;
        if (bind(b, &b->t, t) == NO) return NO;
        return dyn ? MAYBE : YES;
    case MR_SIG_REAL: return dyn ? MAYBE : is_num(t) || t->kind == MR_T_UINT ? YES : NO;
    case MR_SIG_ORD_LIST:
    case MR_SIG_SUMS:
    case MR_SIG_NUMBERS:
    case MR_SIG_NESTED:
    case MR_SIG_DYNS:
    case MR_SIG_STRINGS:
    case MR_SIG_REALS:
    case MR_SIG_KEYS:
        if (dyn) return hidden(b);
        return t->kind == MR_T_LIST ? match_elem(b, sig, t->elem) : NO;
    case MR_SIG_MAP:
        if (dyn) return hidden(b);
        if (t->kind != MR_T_MAP || bind(b, &b->k, t->key) == NO) return NO;
        return bind(b, &b->t, t->elem);
    case MR_SIG_FLAGS:
        if (dyn) return MAYBE;
        if (t->kind != MR_T_MAP) return NO;
        return is_or_dyn(t->key, MR_T_STRING) && is_or_dyn(t->elem, MR_T_BOOL) ? YES : NO;
    case MR_SIG_MAYBE_TS: return match_maybe(b, t);
    case MR_SIG_OPTIONAL: return t->kind == MR_T_OPTIONAL ? bind(b, &b->t, t->elem) : NO;
    default: return dyn ? MAYBE : t->kind == sigs[sig].type->kind ? YES : NO;
    }
}

static const struct mr_type *result_type(struct binding *b, uint8_t sig) {
    const struct mr_type *t = b->t ? b->t : &mr_type_bottom;
    switch ((enum mr_sig)sig) {
    case MR_SIG_T: return t;
    case MR_SIG_LIST: return mr_type_list(b->arena, t);
    case MR_SIG_STRINGS: return mr_type_list(b->arena, &mr_type_string);
    case MR_SIG_INTS: return mr_type_list(b->arena, &mr_type_int);
    case MR_SIG_DYNS: return mr_type_list(b->arena, &mr_type_dyn);
    case MR_SIG_OPT_DOUBLE: return mr_type_optional(b->arena, &mr_type_double);
    case MR_SIG_OPT_STRING: return mr_type_optional(b->arena, &mr_type_string);
    case MR_SIG_MAYBE_INT:
        return b->may_be_absent ? mr_type_optional(b->arena, &mr_type_int) : &mr_type_int;
    case MR_SIG_MAP: return mr_type_map(b->arena, b->k ? b->k : &mr_type_bottom, t);
    case MR_SIG_OPTIONAL: return mr_type_optional(b->arena, t);
    case MR_SIG_TYPE: return &type_type;
    case MR_SIG_DYN: return &mr_type_dyn;
    default: return sigs[sig].type;
    }
}

/* What an argument of a signature stands as; NULL: as it is. */
static const struct mr_type *param_type(struct binding *b, uint8_t sig) {
    switch ((enum mr_sig)sig) {
    case MR_SIG_ANY:
    case MR_SIG_DYN: return &mr_type_dyn;
    case MR_SIG_MAP: return mr_type_map(b->arena, b->k, b->t);
    case MR_SIG_NESTED:
        return mr_type_list(b->arena, b->t == &mr_type_dyn ? b->t : mr_type_list(b->arena, b->t));
    case MR_SIG_T:
    case MR_SIG_LIST:
    case MR_SIG_OPTIONAL:
    case MR_SIG_DYNS: return result_type(b, sig);
    default: return NULL;
    }
}

static struct mr_fit_result fitting(struct binding *b, const struct mr_overload *o, uint32_t n,
                                    const struct mr_type *result) {
    struct mr_fit_result r = {.type = result, .op = o->op, .through = b->may_be_absent};
    /* An optional in an optional is boxed. */
    if (o->result == MR_SIG_OPTIONAL && b->t && b->t->kind == MR_T_OPTIONAL) b->t = &mr_type_dyn;
    for (uint32_t i = 0; i < n; i++) r.args[i] = param_type(b, o->args[i]);
    return r;
}

uint32_t mr_fns_arity(const struct mr_overload *o) {
    uint32_t n = 0;
    while (n < MR_ARGS_MAX && o->args[n] != MR_SIG_NONE) n++;
    return n;
}

bool mr_fns_arg_fits(const struct mr_overload *o, uint32_t arg, const struct mr_type *t) {
    struct mr_arena a;
    mr_arena_init(&a);
    struct binding b = {.arena = &a, .has_dyn = t->kind == MR_T_DYN};
    bool fits = match_sig(&b, o->args[arg], t) != NO;
    mr_arena_done(&a);
    return fits;
}

const char *mr_sig_name(uint8_t sig) {
    return sigs[sig].words;
}

static bool is_named(const struct mr_overload *o, enum mr_call_style style, struct mr_str name) {
    return o->style == style && mr_str_is(name, o->name);
}

enum mr_fit mr_fns_fit(struct mr_arena *a, enum mr_call_style style, struct mr_str name,
                       uint32_t n_args, const struct mr_type *const *types, bool strict,
                       struct mr_fit_result *ret) {
    int first = -1;
    bool known = false;
    const struct mr_type *maybe = NULL;
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        const struct mr_overload *o = &rows[i];
        if (!is_named(o, style, name)) continue;
        known = true;
        if (mr_fns_arity(o) != n_args) continue;
        if (first < 0) first = (int)i;
        struct binding b = {.arena = a, .strict = strict};
        enum match m = YES;
        for (uint32_t k = 0; k < n_args; k++) b.has_dyn |= types[k]->kind == MR_T_DYN;
        for (uint32_t k = 0; k < n_args && m != NO; k++) {
            enum match one = match_sig(&b, o->args[k], types[k]);
            if (one < m) m = one;
        }
        if (m == NO) continue;
        if (m == MAYBE && b.hidden) b.k = &mr_type_dyn; /* what is in it will be seen */
        if (m == MAYBE && (!b.t || b.hidden)) b.t = &mr_type_dyn;
        const struct mr_type *result = result_type(&b, o->result);
        if (m == YES) {
            *ret = fitting(&b, o, n_args, result);
            ret->row = (uint16_t)first;
            return MR_FIT_STATIC;
        }
        maybe = !maybe || mr_type_eq(maybe, result) ? result : &mr_type_dyn;
    }
    if (!known) return MR_FIT_UNKNOWN;
    if (!maybe) return MR_FIT_NONE;
    /* Beside a dyn that holds a double an int becomes a double. */
    if (!strict && style == MR_CALL_OPERATOR && maybe->kind == MR_T_INT) maybe = &mr_type_dyn;
    *ret = (struct mr_fit_result){.type = maybe, .op = MR_OP_CALL_DYN, .row = (uint16_t)first};
    for (uint32_t i = 0; i < n_args; i++) {
        bool plain = rows[first].args[i] == MR_SIG_MAYBE_TS; /* absent, or what it is */
        ret->args[i] = plain ? NULL : &mr_type_dyn;
    }
    return MR_FIT_DYNAMIC;
}

/* Does o take these types, those that are not known left out? Then the type of argument i: NULL if
 * any would do. */
static bool takes_known(const struct mr_overload *o, struct binding *b, uint32_t n,
                        const struct mr_type *const *types, uint32_t i,
                        const struct mr_type **ret) {
    for (uint32_t k = 0; k < n; k++) {
        if (types[k] != &mr_type_bottom && match_sig(b, o->args[k], types[k]) != YES) return false;
    }
    uint8_t sig = o->args[i];
    *ret = sig == MR_SIG_T ? b->t : sig == MR_SIG_K ? b->k : sigs[sig].type;
    return true;
}

const struct mr_type *mr_fns_first_type(struct mr_arena *a, enum mr_call_style style,
                                        struct mr_str name, uint32_t n,
                                        const struct mr_type *const *types, uint32_t i) {
    const struct mr_type *first = NULL;
    const char *words = NULL;
    for (size_t r = 0; r < MR_ARRAY_LEN(rows); r++) {
        const struct mr_overload *o = &rows[r];
        struct binding b = {.arena = a, .strict = true};
        const struct mr_type *t;
        if (!is_named(o, style, name) || mr_fns_arity(o) != n) continue;
        if (!takes_known(o, &b, n, types, i, &t)) continue;
        if (!t && (o->args[i] == MR_SIG_T || o->args[i] == MR_SIG_K)) return NULL;
        if (!t || (words && strcmp(sigs[o->args[i]].words, words) >= 0)) continue;
        first = t;
        words = sigs[o->args[i]].words;
    }
    return first;
}

/* ---- at run time */

static bool match_tag(uint8_t sig, const struct mr_value *v) {
    if (sig == MR_SIG_NONE || sig == MR_SIG_OPTIONAL || sig == MR_SIG_NUM ||
        sig == MR_SIG_NUM_LIST) {
        return false;
    }
    if (sig == MR_SIG_MAYBE_TS) return false; /* never dyn */
    return sigs[sig].tag == 0 ? v->tag != MR_V_ABSENT : v->tag == sigs[sig].tag;
}

static bool mixes(const struct mr_value *a, const struct mr_value *b) {
    return (a->tag == MR_V_INT && b->tag == MR_V_DOUBLE) ||
           (a->tag == MR_V_DOUBLE && b->tag == MR_V_INT);
}

static bool match_tags(const struct mr_overload *o, const struct mr_value *args, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (!match_tag(o->args[i], &args[i])) return false;
    }
    return true;
}

int mr_fns_choose(uint16_t first, const struct mr_value *args, uint32_t n, bool wide,
                  bool *ret_widen) {
    const struct mr_value doubles[2] = {mr_double(0), mr_double(0)};
    *ret_widen =
        wide && n == 2 && rows[first].style == MR_CALL_OPERATOR && mixes(&args[0], &args[1]);
    if (*ret_widen) args = doubles;
    for (size_t i = first; i < MR_ARRAY_LEN(rows); i++) {
        const struct mr_overload *o = &rows[i];
        if (o->style != rows[first].style || strcmp(o->name, rows[first].name)) break;
        if (mr_fns_arity(o) == n && match_tags(o, args, n)) return o->op;
    }
    return -1;
}

/* ---- names */

int mr_fns_first(enum mr_call_style style, struct mr_str name, uint32_t n_args) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (is_named(&rows[i], style, name) && mr_fns_arity(&rows[i]) == n_args) return (int)i;
    }
    return -1;
}

bool mr_fns_known(enum mr_call_style style, struct mr_str name) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (is_named(&rows[i], style, name)) return true;
    }
    return false;
}

bool mr_fns_takes_absent(enum mr_call_style style, struct mr_str name, uint32_t i) {
    for (size_t k = 0; k < MR_ARRAY_LEN(rows) && i < MR_ARGS_MAX; k++) {
        uint8_t sig = rows[k].args[i];
        bool takes = sig == MR_SIG_OPTIONAL || sig == MR_SIG_MAYBE_TS;
        if (takes && is_named(&rows[k], style, name)) return true;
    }
    return false;
}

static bool is_one_of(struct mr_str name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (mr_str_is(name, names[i])) return true;
    }
    return false;
}

bool mr_fns_space(struct mr_str name) {
    const char *dot = memchr(name.p, '.', name.n);
    size_t n = dot ? (size_t)(dot - name.p) + 1 : 0;
    for (size_t i = 0; i < MR_ARRAY_LEN(rows) && n; i++) {
        if (rows[i].style == MR_CALL_GLOBAL && !strncmp(rows[i].name, name.p, n)) return true;
    }
    return false;
}

bool mr_fns_notyet(struct mr_str name) {
    return is_one_of(name, notyet, MR_ARRAY_LEN(notyet));
}

bool mr_fns_aggregator(struct mr_str name) {
    return is_one_of(name, aggregators, MR_ARRAY_LEN(aggregators));
}

const char *mr_fns_nearest(enum mr_call_style style, struct mr_str name) {
    static const char *const extra[] = {"orValue", "or"}; /* done by the checker */
    const char *names[MR_ARRAY_LEN(rows) + MR_ARRAY_LEN(extra) + MR_N_MACROS];
    size_t n = 0;
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (rows[i].style == style) names[n++] = rows[i].name;
    }
    for (size_t i = 0; i < MR_ARRAY_LEN(extra) && style == MR_CALL_METHOD; i++) {
        names[n++] = extra[i];
    }
    for (uint16_t i = 0; i < MR_N_MACROS; i++) {
        if (mr_macro_row(i)->style == style) names[n++] = mr_macro_row(i)->name;
    }
    return mr_str_nearest(name.p, names, n);
}

/* reference.c -- the reference evaluator: names, paths, macros, literals, what absorbs errors. */
#include "tests/expr/reference.h"

#include "base/mem.h"

enum { MAX_WORK = 200000 };

static struct ref eval(struct ref_env *env, const struct mr_ast *e) {
    return ref_eval(env, e);
}

static bool failed(const struct ref *v) {
    return v->tag == REF_ERROR;
}

static bool is(struct mr_str s, const char *word) {
    return mr_str_is(s, word);
}

static struct ref literal(const struct mr_value *v) {
    switch (v->tag) {
    case MR_V_NULL: return (struct ref){.tag = REF_NULL};
    case MR_V_BOOL: return ref_bool(v->b);
    case MR_V_INT: return ref_int(v->i);
    case MR_V_UINT: return ref_uint(v->u);
    case MR_V_DOUBLE: return ref_double(v->d);
    case MR_V_STRING: return ref_text(REF_STRING, v->p, v->len);
    default: return ref_text(REF_BYTES, v->p, v->len);
    }
}

/* ---- names and paths */

static struct ref name(struct ref_env *env, const struct mr_ast *e) {
    static const char *const types[] = {"int",    "uint",  "double",    "bool",
                                        "string", "bytes", "null_type", "type"};
    for (const struct ref_name *v = e->rooted ? NULL : env->vars; v; v = v->next) {
        if (mr_str_eq(v->name, e->name)) return v->value;
    }
    if (!env->strict && is(e->name, "this")) return env->row;
    struct ref key = ref_text(REF_STRING, e->name.p, e->name.n);
    const struct ref *field = ref_lookup(&env->row, &key);
    if (field) return *field;
    for (size_t i = 0; i < MR_ARRAY_LEN(types); i++) {
        if (is(e->name, types[i])) return ref_text(REF_TYPE, types[i], strlen(types[i]));
    }
    return ref_unknown(env, "a name");
}

/* A part of what is no optional; *ret_there: is there one. */
static struct ref part(struct ref_env *env, const struct ref *of, const struct ref *key,
                       bool *ret_there) {
    const struct ref *found = NULL;
    *ret_there = true;
    if (of->tag == REF_MAP || of->tag == REF_RECORD) {
        found = ref_lookup(of, key);
    } else if (of->tag == REF_LIST && ref_is_number(key)) {
        long double i = ref_number(key);
        if (i != (long double)(int64_t)i) return ref_failed;
        if (i >= 0 && i < (long double)of->n) found = &of->at[(size_t)i];
    } else {
        return ref_failed;
    }
    *ret_there = found && (of->tag != REF_RECORD || found->tag != REF_NONE);
    return found ? *found : ref_failed;
}

/* `soft`: absent where something is missing on the way, as in `a.b[i] ?? x`. */
static struct ref path(struct ref_env *env, const struct mr_ast *e, bool soft) {
    bool there;
    if (e->kind != MR_AST_SELECT && e->kind != MR_AST_INDEX) return eval(env, e);
    struct ref of = soft ? path(env, e->args[0], true) : eval(env, e->args[0]);
    struct ref key = e->kind == MR_AST_SELECT ? ref_text(REF_STRING, e->name.p, e->name.n)
                                              : eval(env, e->args[1]);
    if (failed(&of) || failed(&key)) return ref_failed;
    bool through = of.tag == REF_SOME || of.tag == REF_NONE; /* stays an optional */
    if (of.tag == REF_NONE) return ref_none;
    if (of.tag == REF_SOME) of = of.at[0];
    struct ref v = part(env, &of, &key, &there);
    if (!there && failed(&v) && !soft && !e->opt && !through) return ref_failed;
    if (!there) return ref_none;
    if (failed(&v)) return ref_failed;
    return e->opt || through ? ref_some(env, v) : v;
}

static struct ref has(struct ref_env *env, const struct mr_ast *e) {
    struct ref v = ref_none;
    bool there = false;
    if (e->kind != MR_AST_SELECT) {
        v = eval(env, e);
        return failed(&v) ? v : ref_bool(v.tag != REF_NONE);
    }
    struct ref of = env->strict ? eval(env, e->args[0]) : path(env, e->args[0], true);
    struct ref key = ref_text(REF_STRING, e->name.p, e->name.n);
    if (of.tag == REF_SOME) of = of.at[0];
    if (of.tag == REF_NONE) return ref_bool(false);
    if (of.tag != REF_MAP && of.tag != REF_RECORD) return ref_failed;
    part(env, &of, &key, &there);
    return ref_bool(there);
}

static struct ref coalesce(struct ref_env *env, const struct mr_ast *e) {
    struct ref a = path(env, e->args[0], true);
    if (a.tag == REF_NONE) return eval(env, e->args[1]);
    return a.tag == REF_SOME ? a.at[0] : a;
}

/* ---- control */

static struct ref logic(struct ref_env *env, const struct mr_ast *e) {
    bool decides = e->kind == MR_AST_OR, bad = false;
    for (uint32_t i = 0; i < e->n; i++) {
        struct ref v = eval(env, e->args[i]);
        if (v.tag == REF_BOOL && v.b == decides) return v;
        bad = bad || v.tag != REF_BOOL;
    }
    return bad ? ref_failed : ref_bool(!decides);
}

static struct ref cond(struct ref_env *env, const struct mr_ast *e) {
    struct ref c = eval(env, e->args[0]);
    if (c.tag != REF_BOOL) return ref_failed;
    return eval(env, e->args[c.b ? 1 : 2]);
}

/* ---- literals of lists and maps */

/* What stands behind a `?`: false if it is left out. */
static bool unwrap(struct ref *v) {
    if (v->tag == REF_NONE) return false;
    if (v->tag == REF_SOME) *v = v->at[0];
    return true;
}

static struct ref list(struct ref_env *env, const struct mr_ast *e) {
    struct ref r = ref_seq(env, REF_LIST, e->n);
    r.n = 0;
    for (uint32_t i = 0; i < e->n; i++) {
        struct ref v = eval(env, e->args[i]);
        if (failed(&v)) return v;
        if (e->opts && e->opts[i] && !unwrap(&v)) continue;
        r.at[r.n++] = v;
    }
    return r;
}

static bool put(struct ref *map, struct ref key, struct ref value) {
    bool fits =
        key.tag == REF_STRING || key.tag == REF_INT || key.tag == REF_UINT || key.tag == REF_BOOL;
    if (!fits || ref_lookup(map, &key)) return false;
    map->at[2 * map->n] = key;
    map->at[2 * map->n++ + 1] = value;
    return true;
}

static struct ref map_literal(struct ref_env *env, const struct mr_ast *e) {
    struct ref r = ref_seq(env, REF_MAP, e->n / 2);
    r.n = 0;
    for (uint32_t i = 0; i < e->n; i += 2) {
        struct ref k = eval(env, e->args[i]), v = eval(env, e->args[i + 1]);
        if (failed(&k) || failed(&v)) return ref_failed;
        if (e->opts && e->opts[i / 2] && !unwrap(&v)) continue;
        if (!put(&r, k, v)) return ref_failed;
    }
    return r;
}

/* ---- macros */

enum macro { ALL, EXISTS, ONE, MAP, FILTER, TO_LIST, TO_MAP, TO_ENTRIES, SORT_BY };

static const struct {
    const char *name;
    enum macro macro;
    uint32_t n; /* arguments with the receiver; one more: there is a condition */
    uint32_t vars;
    bool may_filter;
} macros[] = {
    {"all", ALL, 3, 1, false},
    {"all", ALL, 4, 2, false},
    {"exists", EXISTS, 3, 1, false},
    {"exists", EXISTS, 4, 2, false},
    {"exists_one", ONE, 3, 1, false},
    {"existsOne", ONE, 3, 1, false},
    {"existsOne", ONE, 4, 2, false},
    {"map", MAP, 3, 1, true},
    {"filter", FILTER, 3, 1, false},
    {"transformList", TO_LIST, 4, 2, true},
    {"transformMap", TO_MAP, 4, 2, true},
    {"transformMapEntry", TO_ENTRIES, 4, 2, true},
    {"sortBy", SORT_BY, 3, 1, false},
};

/* The variables of element i of a list or map. */
static void element(const struct ref *over, size_t i, uint32_t n_vars, struct ref *ret) {
    bool map = over->tag != REF_LIST;
    struct ref key = map ? over->at[2 * i] : ref_int((int64_t)i);
    struct ref value = map ? over->at[2 * i + 1] : over->at[i];
    ret[0] = n_vars == 2 || map ? key : value;
    ret[1] = value;
}

static bool put_all(struct ref *map, const struct ref *entries) {
    for (size_t i = 0; i < entries->n; i++) {
        if (!put(map, entries->at[2 * i], entries->at[2 * i + 1])) return false;
    }
    return true;
}

struct loop {
    enum macro macro;
    const struct mr_ast *condition, *body;
    struct ref result; /* of what is made so far */
    size_t ones;
    bool bad; /* an error that another element may absorb */
};

/* One element. true: no more are looked at, the result is there. */
static bool turn(struct ref_env *env, struct loop *l, const struct ref *x) {
    struct ref c = l->condition ? eval(env, l->condition) : ref_bool(true), v;
    struct ref *r = &l->result;
    bool stop = c.tag != REF_BOOL;
    if (!stop && !c.b) return false;
    v = stop ? ref_failed : eval(env, l->body);
    if (l->macro == ALL || l->macro == EXISTS) {
        bool decided = v.tag == REF_BOOL && v.b == (l->macro == EXISTS);
        l->bad = l->bad || v.tag != REF_BOOL;
        if (decided) *r = v;
        return decided;
    }
    stop = failed(&v) || ((l->macro == ONE || l->macro == FILTER) && v.tag != REF_BOOL);
    if (!stop && l->macro == ONE) l->ones += v.b;
    if (!stop && l->macro == FILTER && v.b) r->at[r->n++] = x[0];
    if (!stop && (l->macro == MAP || l->macro == TO_LIST || l->macro == SORT_BY)) r->at[r->n++] = v;
    if (!stop && l->macro == TO_MAP) stop = !put(r, x[0], v);
    if (!stop && l->macro == TO_ENTRIES) stop = v.tag != REF_MAP || v.n > 1 || !put_all(r, &v);
    if (stop) *r = ref_failed;
    return stop;
}

/* over, in the order of its keys; equal ones stay in their order. */
static struct ref sort_by(struct ref_env *env, const struct ref *over, struct ref *keys) {
    struct ref r = ref_seq(env, REF_LIST, over->n);
    if (over->tag != REF_LIST) return ref_failed;
    r.n = 0;
    for (size_t i = 0; i < over->n; i++) {
        size_t at = i;
        for (size_t k = 0; k < over->n; k++) {
            int c = ref_cmp(&keys->at[i], &keys->at[k]);
            if (c == 3) return ref_failed;
            if (c == 2) return ref_unknown(env, "NaN in sortBy");
        }
        struct ref key = keys->at[i];
        for (; at > 0 && ref_cmp(&keys->at[at - 1], &key) > 0; at--) {
            keys->at[at] = keys->at[at - 1];
            r.at[at] = r.at[at - 1];
        }
        keys->at[at] = key;
        r.at[at] = over->at[i];
        r.n++;
    }
    return r;
}

static struct ref macro(struct ref_env *env, const struct mr_ast *e, size_t row) {
    uint32_t vars = macros[row].vars, filters = e->n > macros[row].n;
    struct ref over = eval(env, e->args[0]), x[2];
    const struct ref_name *outer = env->vars;
    struct loop l = {.macro = macros[row].macro,
                     .condition = filters ? e->args[1 + vars] : NULL,
                     .body = e->args[1 + vars + filters]};
    if (over.tag != REF_LIST && over.tag != REF_MAP) return ref_failed;
    bool to_map = l.macro == TO_MAP || l.macro == TO_ENTRIES;
    l.result = ref_seq(env, to_map ? REF_MAP : REF_LIST, over.n);
    l.result.n = 0;
    bool stopped = false;
    for (size_t i = 0; !stopped && i < over.n; i++) {
        element(&over, i, vars, x);
        struct ref_name a = {e->args[1]->name, x[0], outer}, b = {e->args[2]->name, x[1], &a};
        env->vars = vars == 2 ? &b : &a;
        stopped = turn(env, &l, x);
    }
    env->vars = outer;
    if (stopped) return l.result;
    if (l.bad) return ref_failed;
    if (l.macro == ALL || l.macro == EXISTS) return ref_bool(l.macro == ALL);
    if (l.macro == ONE) return ref_bool(l.ones == 1);
    return l.macro == SORT_BY ? sort_by(env, &over, &l.result) : l.result;
}

static struct ref bind(struct ref_env *env, const struct mr_ast *e, struct ref v,
                       const struct mr_ast *body) {
    struct ref_name x = {e->name, v, env->vars};
    if (failed(&v)) return v;
    env->vars = &x;
    struct ref r = eval(env, body);
    env->vars = x.next;
    return r;
}

/* optMap and optFlatMap: args[1] is the variable. */
static struct ref opt_map(struct ref_env *env, const struct mr_ast *e, bool flat) {
    struct ref a = eval(env, e->args[0]);
    if (failed(&a) || a.tag == REF_NONE) return a;
    struct ref v = bind(env, e->args[1], a.tag == REF_SOME ? a.at[0] : a, e->args[2]);
    return failed(&v) || flat ? v : ref_some(env, v);
}

/* ---- calls */

/* The name of a function in a namespace: `math.abs` is parsed as a method of `math`. */
static bool namespaced(struct ref_env *env, const struct mr_ast *e, struct mr_str *ret) {
    static const char *const spaces[] = {"math", "sets", "lists", "strings", "optional",
                                         "cel",  "time", "hash",  "regex",   "base64"};
    const struct mr_ast *r = e->n ? e->args[0] : NULL;
    if (e->style != MR_CALL_METHOD || !r || r->kind != MR_AST_IDENT) return false;
    for (size_t i = 0; i < MR_ARRAY_LEN(spaces); i++) {
        if (!is(r->name, spaces[i])) continue;
        *ret = mr_str(mr_arena_printf(env->arena, "%s.%s", spaces[i], e->name.p));
        return true;
    }
    return false;
}

/* Of optionals; what is no optional is a field that is there. */
static bool optional_method(struct ref_env *env, const struct mr_ast *e, struct ref *ret) {
    static const char *const names[] = {"hasValue", "value", "or", "orValue"};
    size_t i = 0;
    while (i < 4 && !is(e->name, names[i])) i++;
    if (i == 4 || e->style != MR_CALL_METHOD || e->n != (i < 2 ? 1 : 2)) return false;
    struct ref a = eval(env, e->args[0]);
    bool none = a.tag == REF_NONE;
    *ret = a;
    if (failed(&a)) return true;
    if (i == 0) *ret = ref_bool(!none);
    if (i == 1 || (i == 3 && !none)) *ret = none ? ref_failed : a.tag == REF_SOME ? a.at[0] : a;
    if (i >= 2 && none) *ret = eval(env, e->args[1]);
    return true;
}

static bool is_macro(const struct mr_ast *e, size_t *ret_row) {
    if (e->style != MR_CALL_METHOD) return false;
    for (size_t i = 0; i < MR_ARRAY_LEN(macros); i++) {
        if (!is(e->name, macros[i].name)) continue;
        *ret_row = i;
        if (e->n == macros[i].n || (macros[i].may_filter && e->n == macros[i].n + 1)) return true;
    }
    return false;
}

static struct ref call(struct ref_env *env, const struct mr_ast *e) {
    struct mr_str full = e->name;
    size_t row = 0, first = namespaced(env, e, &full);
    struct ref r;
    if (first && is(full, "cel.bind") && e->n == 4)
        return bind(env, e->args[1], eval(env, e->args[2]), e->args[3]);
    if (!first && is_macro(e, &row)) return macro(env, e, row);
    if (e->style == MR_CALL_METHOD && e->n == 3 && is(e->name, "optMap"))
        return opt_map(env, e, false);
    if (e->style == MR_CALL_METHOD && e->n == 3 && is(e->name, "optFlatMap"))
        return opt_map(env, e, true);
    if (!first && optional_method(env, e, &r)) return r;
    struct ref args = ref_seq(env, REF_LIST, e->n);
    bool bad = false;
    for (size_t i = first; i < e->n; i++) {
        args.at[i - first] = eval(env, e->args[i]);
        bad = bad || failed(&args.at[i - first]);
    }
    return bad ? ref_failed : ref_call(env, full, args.at, e->n - first);
}

struct ref ref_eval(struct ref_env *env, const struct mr_ast *e) {
    if (++env->work > MAX_WORK) return ref_unknown(env, "much work");
    switch ((enum mr_ast_kind)e->kind) {
    case MR_AST_LIT: return literal(&e->value);
    case MR_AST_IDENT: return name(env, e);
    case MR_AST_SELECT:
    case MR_AST_INDEX: return path(env, e, false);
    case MR_AST_CALL: return call(env, e);
    case MR_AST_LIST: return list(env, e);
    case MR_AST_MAP: return map_literal(env, e);
    case MR_AST_COND: return cond(env, e);
    case MR_AST_AND:
    case MR_AST_OR: return logic(env, e);
    case MR_AST_COALESCE: return coalesce(env, e);
    case MR_AST_HAS: return has(env, e->args[0]);
    default: return ref_unknown(env, "messages");
    }
}

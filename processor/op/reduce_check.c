/* reduce_check.c -- `reduce: {field: expr}` and `init:` -> struct mr_reducer, and the rest of a
 * reduce step.
 *
 * The fields are those of `acc`, so an expression decides the type of what it reads. With `init`
 * the type is that of the first value (an int may turn out to be a double); without, each field
 * gets the first type that its expression gives back when `acc` has it.
 */
#include "base/mem.h"
#include "processor/op/agg.h"
#include "processor/op/reduce.h"

struct solving {
    struct mr_check *c;
    struct mr_env *env;
    const struct mr_tree *map;    /* field: expression */
    struct mr_field *fields;      /* of acc, as far as known; else dyn */
    const struct mr_type **inits; /* by field; NULL: no `init` */
    bool *known;
};

/* ---- one expression */

/* Compiles field i; quiet: only to see whether it does. */
static const struct mr_program *compile(struct solving *s, uint32_t i, const struct mr_type *want,
                                        bool quiet) {
    struct mr_check *c = s->c;
    struct mr_diags *diags = c->diags, silent;
    struct mr_extra *acc = (struct mr_extra *)&c->scope.extras[MR_REDUCE_ACC];
    acc->type = mr_type_struct(c->arena, "acc", s->map->n, s->fields);
    acc->optional = s->inits == NULL;
    mr_diags_init(&silent, c->arena, "", MR_STR(""));
    if (quiet) c->diags = &silent;
    const struct mr_program *p = mr_env_expr(c, s->env, &s->map->items[i], want);
    c->diags = diags;
    mr_diags_done(&silent);
    return p;
}

/* Does field i come out as what it is when it goes in as a T (which may be absent)? */
static bool fits(struct solving *s, uint32_t i, const struct mr_type *t, bool optional) {
    s->fields[i].type = t;
    s->fields[i].optional = optional;
    const struct mr_program *p = compile(s, i, NULL, true);
    return p && mr_type_eq(mr_program_type(p), t) && mr_program_optional(p) == optional;
}

static bool try_type(struct solving *s, uint32_t i, const struct mr_type *t) {
    s->known[i] = fits(s, i, t, false) || fits(s, i, t, true);
    return s->known[i];
}

static bool try_lists(struct solving *s, uint32_t i, const struct mr_type *const *scalars,
                      size_t n) {
    const struct mr_type *row = s->c->in.row;
    for (size_t k = 0; k < n; k++)
        if (try_type(s, i, mr_type_list(s->c->arena, scalars[k]))) return true;
    for (uint32_t k = 0; row && k < row->n_fields; k++)
        if (try_type(s, i, mr_type_list(s->c->arena, row->fields[k].type))) return true;
    return false;
}

static bool try_types(struct solving *s, uint32_t i) {
    static const struct mr_type *const scalars[] = {
        &mr_type_int,  &mr_type_double,    &mr_type_string,   &mr_type_bool,
        &mr_type_uint, &mr_type_timestamp, &mr_type_duration, &mr_type_bytes};
    enum { N = MR_ARRAY_LEN(scalars) };
    const struct mr_type *row = s->c->in.row;
    if (s->inits) {
        const struct mr_type *first = s->inits[i];
        bool empty = first->kind == MR_T_LIST && first->elem->kind == MR_T_DYN; /* `[]` */
        if (empty && try_lists(s, i, scalars, N)) return true;
        return try_type(s, i, first) ||
               (first->kind == MR_T_INT && try_type(s, i, &mr_type_double));
    }
    for (size_t k = 0; k < N; k++)
        if (try_type(s, i, scalars[k])) return true;
    if (try_lists(s, i, scalars, N)) return true;
    for (uint32_t k = 0; row && k < row->n_fields; k++)
        if (try_type(s, i, row->fields[k].type)) return true;
    return false;
}

/* A field may read others of acc, so what is known is used in the next round. */
static void solve(struct solving *s) {
    for (uint32_t round = 0, news = 1; news && round <= s->map->n; round++) {
        news = 0;
        for (uint32_t i = 0; i < s->map->n; i++) {
            if (s->known[i]) continue;
            if (try_types(s, i))
                news++;
            else
                s->fields[i] = (struct mr_field){.name = s->map->keys[i].text,
                                                 .type = s->inits ? s->inits[i] : &mr_type_dyn};
        }
    }
}

static bool cannot_tell(struct solving *s, uint32_t i) {
    const struct mr_tree *name = &s->map->keys[i];
    struct mr_diag *g = mr_error(s->c->diags, "E-TYPE", s->map->items[i].pos,
                                 s->inits ? "`%s` does not keep the type that `init` gives it"
                                          : "the type of `%s` cannot be told from its expression",
                                 name->text.p);
    g->len = (uint32_t)s->map->items[i].text.n;
    mr_diag_hint(s->c->diags, g,
                 s->inits ? "init and the expression must give the same type"
                          : "say what it starts with: init: {%s: '0'}",
                 name->text.p);
    return false;
}

static bool compile_all(struct solving *s, struct mr_reducer *to) {
    bool ok = true;
    for (uint32_t i = 0; i < to->n; i++) {
        const struct mr_type *t = s->fields[i].type;
        const struct mr_type *want = !s->known[i]            ? NULL
                                     : s->fields[i].optional ? mr_type_optional(s->c->arena, t)
                                                             : t;
        to->fields[i] = compile(s, i, want, false);
        ok &= to->fields[i] != NULL && (s->known[i] || cannot_tell(s, i));
    }
    return ok;
}

/* ---- init */

static bool wants_map(struct mr_check *c, const struct mr_tree *t, const char *key) {
    if (t->kind == MR_TREE_MAP && t->n > 0) return true;
    struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", t->pos, "`%s` takes a map of fields", key);
    mr_diag_hint(c->diags, g, "%s: {total: '%s'}", key,
                 strcmp(key, "init") == 0 ? "0" : "acc.total + cents");
    return false;
}

/* The first values: constants. */
static bool check_init(struct mr_check *c, const struct mr_tree *init, const struct mr_tree *map,
                       struct solving *s, struct mr_value *to) {
    struct mr_scope scope = {
        .params = c->scope.params, .n_params = c->scope.n_params, .messages = c->scope.messages};
    struct mr_frame frame = {.arena = c->arena};
    bool ok = true;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_tree *t = mr_tree_get(init, map->keys[i].text.p);
        if (!t) {
            struct mr_diag *g =
                mr_error(c->diags, "E-CLAUSE", init->pos,
                         "`init` does not say what `%s` starts with", map->keys[i].text.p);
            mr_diag_hint(c->diags, g, "it has all fields of `reduce`, or leave it out");
            return false;
        }
        const struct mr_program *p = mr_expr_compile(c->arena, c->diags, t, &scope, NULL);
        if (!p) {
            ok = false;
            continue;
        }
        s->inits[i] = mr_program_type(p);
        to[i] = mr_eval(p, &frame);
        if (to[i].tag == MR_V_ERROR || to[i].tag == MR_V_ABSENT) {
            mr_error(c->diags, "E-CLAUSE", t->pos, "`init` has no value here");
            ok = false;
        }
    }
    return ok;
}

static bool check_init_names(struct mr_check *c, const struct mr_tree *init,
                             const struct mr_tree *map) {
    const char **names = mr_arena_alloc(c->arena, (map->n + 1) * sizeof *names);
    for (uint32_t i = 0; i < map->n; i++) names[i] = map->keys[i].text.p;
    return wants_map(c, init, "init") && mr_check_keys(c, init, "`init`", names, map->n);
}

static void widen(const struct mr_type *t, struct mr_value *v) {
    if (t->kind == MR_T_DOUBLE && v->tag == MR_V_INT) *v = mr_double((double)v->i);
}

/* ---- the clause */

static bool check_clause(struct mr_check *c) {
    if (!c->in.table) return wants_map(c, c->clause, "reduce");
    struct mr_diag *g = mr_error(c->diags, "E-TABLE", c->clause->pos,
                                 "`reduce` over a table: what a row has added cannot be taken out "
                                 "again");
    mr_diag_hint(c->diags, g, "`aggregate` can: count, sum, avg and others");
    return false;
}

/* `acc` is one name more in scope. */
static void add_acc(struct mr_check *c) {
    struct mr_extra *extras = mr_arena_calloc(c->arena, MR_REDUCE_EXTRAS, sizeof *extras);
    memcpy(extras, c->scope.extras, c->scope.n_extras * sizeof *extras);
    extras[MR_REDUCE_ACC].name = MR_STR("acc");
    c->scope.extras = extras;
    c->scope.n_extras = MR_REDUCE_EXTRAS;
}

bool mr_reducer_check(struct mr_check *c, struct mr_reducer *to) {
    const struct mr_tree *init = mr_tree_get(c->tree, "init");
    if (!check_clause(c)) return false;
    mr_env_begin(c, &to->env);
    add_acc(c);
    to->n = c->clause->n;
    struct solving s = {.c = c, .env = &to->env, .map = c->clause};
    s.fields = mr_arena_calloc(c->arena, to->n, sizeof *s.fields);
    s.known = mr_arena_calloc(c->arena, to->n, sizeof *s.known);
    struct mr_value *first = mr_arena_calloc(c->arena, to->n, sizeof *first);
    if (init) {
        s.inits = mr_arena_calloc(c->arena, to->n, sizeof(struct mr_type *));
        if (!check_init_names(c, init, c->clause) || !check_init(c, init, c->clause, &s, first))
            return false;
    }
    for (uint32_t i = 0; i < to->n; i++)
        s.fields[i] = (struct mr_field){.name = c->clause->keys[i].text,
                                        .type = init ? s.inits[i] : &mr_type_dyn};
    to->fields = mr_arena_calloc(c->arena, to->n, sizeof(struct mr_program *));
    solve(&s);
    if (!compile_all(&s, to)) return false;
    for (uint32_t i = 0; i < to->n; i++) widen(s.fields[i].type, &first[i]);
    if (init) to->init = first;
    to->acc = mr_type_struct(c->arena, "", to->n, s.fields);
    return true;
}

void mr_reducer_shape(const struct mr_reducer *f, struct mr_buf *to) {
    for (uint32_t i = 0; i < f->n; i++) {
        mr_buf_printf(to, " %s: ", f->acc->fields[i].name.p);
        mr_print_text(mr_program_text(f->fields[i]), to);
        mr_buf_byte(to, ' ');
        mr_type_print(f->acc->fields[i].type, to);
    }
}

void mr_reducer_explain(const struct mr_reducer *f, struct mr_buf *to) {
    for (uint32_t i = 0; i < f->n; i++) {
        mr_buf_printf(to, "%s%s: ", i ? ", " : "", f->acc->fields[i].name.p);
        mr_print_text(mr_program_text(f->fields[i]), to);
    }
}

/* ---- the step */

static bool check_emit(struct mr_check *c, struct mr_reduce_conf *conf) {
    struct mr_agg_conf as = {0};
    if (!mr_agg_check_emit(c, &as)) return false;
    conf->each = as.emit == MR_EMIT_EACH;
    return true;
}

static bool name_is_free(struct mr_check *c, const struct mr_str *groups, uint32_t n, uint32_t i) {
    const struct mr_tree *name = &c->clause->keys[i];
    for (uint32_t k = 0; k < n; k++) {
        if (!mr_str_eq(groups[k], name->text)) continue;
        struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos,
                                     "`%s` is a field of the result already", name->text.p);
        mr_diag_hint(c->diags, g, "the result has the group's names and the fields of `reduce`");
        return false;
    }
    return true;
}

static bool make_types(struct mr_check *c, struct mr_reduce_conf *conf) {
    const struct mr_reducer *of = &conf->of;
    const struct mr_tree *by = mr_tree_get(c->tree, "group_by");
    struct mr_str *names;
    conf->n_groups = mr_group_names(c, by, &names);
    conf->key = c->in.key ? c->in.key : &mr_type_bytes;
    mr_key_codec_init(&conf->codec, c->arena, c->in.key, c->in.key_format);
    struct mr_field *row = mr_arena_calloc(c->arena, conf->n_groups + of->n, sizeof *row);
    bool whole = conf->key->kind == MR_T_STRUCT && conf->n_groups != 1;
    for (uint32_t i = 0; i < conf->n_groups; i++) {
        row[i] = whole ? conf->key->fields[i] : (struct mr_field){.type = conf->key};
        row[i].name = names[i];
    }
    bool ok = true;
    for (uint32_t i = 0; i < of->n; i++) ok &= name_is_free(c, names, conf->n_groups, i);
    memcpy(row + conf->n_groups, of->acc->fields, of->n * sizeof *row);
    conf->row = mr_type_struct(c->arena, "", conf->n_groups + of->n, row);
    return ok;
}

static void say_results(struct mr_check *c, struct mr_reduce_conf *conf) {
    c->conf = conf;
    c->keyed = true;
    c->null_key_default = MR_NULL_KEY_DLQ;
    c->store_kind = MR_STORE_PLAIN;
    c->out.row = conf->row;
    c->out.value_format = NULL;
    c->out.meta = 0;
    c->out.table = true;
    c->out.windowed = false;
    c->out.key_moved = false;
    bool mixed = c->in.mixed || c->in.key_moved;
    if (c->out.exact && (mixed || !conf->each)) {
        c->out.exact = false;
        c->out.why_not = mixed ? "`reduce` depends on the order of the inputs"
                               : "rows between the last ones depend on when commits are made";
    }
    if (!c->shape) return;
    mr_buf_cat(c->shape, "reduce key ");
    mr_type_print(conf->key, c->shape);
    mr_reducer_shape(&conf->of, c->shape);
}

bool mr_reduce_check(struct mr_check *c) {
    struct mr_reduce_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    if (!mr_reducer_check(c, &conf->of) || !check_emit(c, conf) || !make_types(c, conf))
        return false;
    say_results(c, conf);
    return true;
}

/* check_special.c -- functions whose meaning is not one of types alone: those that make a record of
 * another one, implies(a, b), which is an `||`, and header(name), which reads `meta`.
 *
 * Records have a static type, so which fields are added or left out must be known here.
 */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"

enum { NEW_FIELD = 0x8000 };

static void wrong(struct mr_checker *c, struct mr_ast *e, const struct mr_ast *at, const char *text,
                  const char *hint) {
    struct mr_diag *g = mr_check_error(c, "E-TYPE", at, "%s", text);
    if (g) mr_diag_hint(c->diags, g, "%s", hint);
    mr_check_bad(e);
}

/* ---- records: the result's fields and where each comes from */

struct record {
    struct mr_field *fields;
    uint16_t *from; /* step `record` */
    uint32_t n;
};

static struct record record_of(struct mr_checker *c, const struct mr_type *t, uint32_t more) {
    struct record r = {.n = t->n_fields};
    r.fields = mr_arena_alloc(c->arena, (r.n + more) * sizeof *r.fields);
    r.from = mr_arena_alloc(c->arena, (r.n + more) * sizeof *r.from);
    for (uint32_t i = 0; i < r.n; i++) {
        r.fields[i] = t->fields[i];
        r.from[i] = (uint16_t)i;
    }
    return r;
}

static int find(const struct record *r, struct mr_str name) {
    for (uint32_t i = 0; i < r->n; i++) {
        if (mr_str_eq(r->fields[i].name, name)) return (int)i;
    }
    return -1;
}

static void become_record(struct mr_checker *c, struct mr_ast *e, const struct record *r) {
    struct mr_type *t = mr_arena_calloc(c->arena, 1, sizeof *t);
    t->kind = MR_T_STRUCT;
    t->n_fields = r->n;
    t->fields = r->fields;
    e->kind = MR_AST_ROW;
    e->type = t;
    e->opts = NULL;
    e->value = mr_bytesv(((struct mr_str){(const char *)r->from, 2 * (size_t)r->n}));
}

/* The name that an argument writes; false: it is none. */
static bool name_of(const struct mr_ast *x, struct mr_str *ret) {
    if (x->kind != MR_AST_LIT || x->value.tag != MR_V_STRING) return false;
    *ret = (struct mr_str){x->value.p, x->value.len};
    return true;
}

static void no_field(struct mr_checker *c, struct mr_ast *e, const struct mr_ast *at,
                     const struct mr_type *t, struct mr_str name) {
    const char *word = mr_arena_strndup(c->arena, name.p, name.n);
    const char *near = mr_check_near_field(c, t, mr_str(word));
    struct mr_diag *g = mr_check_error(c, "E-FIELD", at, "no field `%s` in the record", word);
    if (g && near) mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    mr_check_bad(e);
}

/* record.without("a", "b"), record.without(["a", "b"]) */
static void check_without(struct mr_checker *c, struct mr_ast *e, const struct mr_type *t) {
    struct record r = record_of(c, t, 0);
    bool list = e->n == 2 && e->args[1]->kind == MR_AST_LIST;
    struct mr_ast *const *names = list ? e->args[1]->args : e->args + 1;
    uint32_t n = list ? e->args[1]->n : e->n - 1;
    if (n == 0) {
        wrong(c, e, e, "`without` leaves nothing out", "name a field: r.without(\"a\")");
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct mr_str name;
        if (!name_of(names[i], &name)) {
            wrong(c, e, names[i], "a field of a record is named by a constant string",
                  "it is written r.without(\"a\", \"b\")");
            return;
        }
        int at = find(&r, name);
        if (at < 0) {
            no_field(c, e, names[i], t, name);
            return;
        }
        r.n--;
        memmove(r.fields + at, r.fields + at + 1, (r.n - (uint32_t)at) * sizeof *r.fields);
        memmove(r.from + at, r.from + at + 1, (r.n - (uint32_t)at) * sizeof *r.from);
    }
    e->n = 1;
    become_record(c, e, &r);
}

/* The field that entry i of a map literal makes. false: reported. */
static bool check_entry(struct mr_checker *c, struct mr_ast *e, uint32_t i, struct mr_field *ret) {
    struct mr_ast *map = e->args[1], *key = map->args[2 * i], *x = map->args[2 * i + 1];
    struct mr_str name;
    if (!name_of(key, &name)) {
        wrong(c, e, key, "a field of a record is named by a constant string",
              "it is written r.with({\"a\": 1})");
        return false;
    }
    const struct mr_type *v = mr_check_ast(c, x);
    bool optional = v->kind == MR_T_OPTIONAL, marked = map->opts && map->opts[i];
    if (v->kind == MR_T_ERROR) {
        mr_check_bad(e);
        return false;
    }
    if (marked && !optional) {
        wrong(c, e, x, "an element with `?` is an optional, this is never absent",
              "leave the `?` out");
        return false;
    }
    *ret = (struct mr_field){.name = mr_arena_str(c->arena, name)};
    ret->name.p = mr_arena_strndup(c->arena, name.p, name.n);
    ret->type = optional ? v->elem : v;
    ret->optional = optional;
    return true;
}

/* record.with({"a": value}): a field that is there gets the new value and type where it stands. */
static void check_with(struct mr_checker *c, struct mr_ast *e, const struct mr_type *t) {
    struct mr_ast *map = e->n == 2 ? e->args[1] : e;
    if (map->kind != MR_AST_MAP) {
        wrong(c, e, map, "`with` on a record takes a map literal, so that its fields are known",
              "it is written r.with({\"a\": 1})");
        return;
    }
    uint32_t n = map->n / 2;
    struct record r = record_of(c, t, n);
    struct mr_ast **args = mr_arena_alloc(c->arena, (1 + n) * sizeof *args);
    args[0] = e->args[0];
    for (uint32_t i = 0; i < n; i++) {
        struct mr_field f;
        if (!check_entry(c, e, i, &f)) return;
        args[1 + i] = map->args[2 * i + 1];
        int at = find(&r, f.name);
        if (at >= 0 && r.from[at] & NEW_FIELD) {
            wrong(c, e, map->args[2 * i], "a field comes twice", "give each field one value");
            return;
        }
        if (at < 0) at = (int)r.n++;
        r.fields[at] = f;
        r.from[at] = (uint16_t)(NEW_FIELD | i);
    }
    e->args = args;
    e->n = 1 + n;
    become_record(c, e, &r);
}

/* false: the receiver is no record; the arguments are checked. */
static bool check_record(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *t = mr_check_value(c, e->args[0]);
    bool good = t->kind != MR_T_ERROR;
    if (t->kind == MR_T_STRUCT && t->n_fields < NEW_FIELD) {
        if (mr_str_is(e->name, "with"))
            check_with(c, e, t);
        else
            check_without(c, e, t);
        return true;
    }
    for (uint32_t i = 1; i < e->n; i++) {
        good = mr_check_value(c, e->args[i])->kind != MR_T_ERROR && good;
    }
    if (!good) mr_check_bad(e);
    return !good;
}

/* ---- implies, header */

static void check_implies(struct mr_checker *c, struct mr_ast *e) {
    struct mr_ast *x = mr_arena_dup(c->arena, e->args[0], sizeof *x);
    struct mr_ast *no = e->args[0];
    *no = (struct mr_ast){.kind = MR_AST_CALL,
                          .style = MR_CALL_OPERATOR,
                          .depth = (uint16_t)(x->depth + 1),
                          .off = x->off,
                          .len = x->len,
                          .name_off = x->off,
                          .n = 1,
                          .args = mr_arena_dup(c->arena, &x, sizeof x),
                          .name = MR_STR("!"),
                          .src = x->src};
    e->kind = MR_AST_OR;
    mr_check_ast(c, e);
}

/* The argument is checked; `meta.headers` must exist here. */
static bool check_header(struct mr_checker *c, struct mr_ast *e) {
    if (c->scope->meta >> MR_META_HEADERS & 1) return false;
    struct mr_diag *g = mr_check_at(c, MR_ERROR, "E-META", e, e->name_off, (uint32_t)e->name.n,
                                    "there are no headers here");
    if (g && !c->scope->meta) {
        mr_diag_hint(c->diags, g, "rows of an aggregate come from many records");
    }
    mr_check_bad(e);
    return true;
}

bool mr_check_reads_headers(const struct mr_ast *e) {
    return e->kind == MR_AST_CALL && mr_fns_op(e) == MR_OP_HEADER;
}

bool mr_check_special(struct mr_checker *c, struct mr_ast *e, bool *ret_args_checked) {
    bool method = e->style == MR_CALL_METHOD;
    *ret_args_checked = false;
    if (method && (mr_str_is(e->name, "with") || mr_str_is(e->name, "without"))) {
        *ret_args_checked = true;
        return check_record(c, e);
    }
    if (method || c->scope->strict) return false;
    if (mr_str_is(e->name, "implies")) {
        if (e->n == 2)
            check_implies(c, e);
        else
            wrong(c, e, e, "`implies` takes two conditions", "it is written implies(a, b)");
        return true;
    }
    return mr_str_is(e->name, "header") && check_header(c, e);
}

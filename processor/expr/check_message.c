/* check_message.c -- protobuf in expressions: message literals, names of messages and of the
 * values of enums, extensions.
 */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/message.h"
#include "processor/expr/steps.h"

/* ---- names */

static const struct mr_type *find_message(struct mr_checker *c, const struct mr_ast *e) {
    const char *full;
    const struct mr_type *t = NULL;
    if (!c->scope->messages) return NULL;
    for (uint32_t i = 0; !t && (full = mr_check_candidate(c, e->name, e->rooted, i)); i++)
        t = mr_messages_find(c->scope->messages, mr_str(full));
    return t;
}

bool mr_check_message_name(struct mr_checker *c, struct mr_ast *e, struct mr_str name) {
    int32_t number;
    if (!c->scope->messages) return false;
    const struct mr_type *t = mr_messages_find(c->scope->messages, name);
    bool value = !t && mr_messages_enum(c->scope->messages, name, &number);
    if (!t && !value) return false;
    e->kind = MR_AST_LIT;
    e->n = 0;
    if (value) {
        e->value = mr_int(number);
        e->type = &mr_type_int;
    } else {
        t = t->message->cel;
        e->value = (struct mr_value){.tag = MR_V_TYPE, .type = t};
        e->type = mr_type_type(c->arena, t);
    }
    return true;
}

static void no_message(struct mr_checker *c, struct mr_ast *e) {
    if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "no message `%s`", e->name.p);
        return;
    }
    struct mr_diag *g = mr_check_at(c, MR_ERROR, "E-NAME", e, e->name_off, (uint32_t)e->name.n,
                                    mr_arena_printf(c->arena, "no message `%s`", e->name.p));
    const char *near = c->scope->messages
                           ? mr_messages_nearest(c->scope->messages, e->name, c->scope->container)
                           : NULL;
    if (g && near)
        mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    else if (g && !c->scope->messages)
        mr_diag_hint(c->diags, g, "a map literal makes a nested value: {\"a\": 1}");
    mr_check_bad(e);
}

struct mr_field mr_check_field(const struct mr_checker *c, const struct mr_type *t, uint32_t i) {
    struct mr_field f = t->fields[i];
    if (c->scope->strict || !t->message || !mr_message_has_presence(t, i)) return f;
    f.optional = true;
    if (f.type->kind == MR_T_WRAPPER) f.type = f.type->elem;
    return f;
}

/* ---- literals */

static bool assignable(struct mr_checker *c, const struct mr_type *to, const struct mr_type *from);

static bool is_nullable(const struct mr_type *t) {
    return t->kind == MR_T_WRAPPER || t->kind == MR_T_TIMESTAMP || t->kind == MR_T_DURATION ||
           t->kind == MR_T_DYN || (t->kind == MR_T_STRUCT && t->message);
}

/* May an expression of type `from` stand for a field of type `to`, as far as types tell? */
static bool assignable(struct mr_checker *c, const struct mr_type *to, const struct mr_type *from) {
    if (from->kind == MR_T_DYN || from->kind == MR_T_ERROR || to->kind == MR_T_DYN) return true;
    if (from->kind == MR_T_NULL && is_nullable(to)) return true;
    if (to->kind == MR_T_WRAPPER) to = to->elem;
    if (from->kind == MR_T_WRAPPER) from = from->elem;
    if (!c->scope->strict && from->kind == MR_T_INT && to->kind == MR_T_DOUBLE) return true;
    if (to->kind != from->kind) return false;
    switch (to->kind) {
    case MR_T_LIST: return assignable(c, to->elem, from->elem);
    case MR_T_MAP: return assignable(c, to->key, from->key) && assignable(c, to->elem, from->elem);
    default: return mr_type_eq(to, from);
    }
}

static bool check_entry(struct mr_checker *c, const struct mr_type *t, uint32_t field,
                        struct mr_ast *x, bool opt) {
    const struct mr_type *to = t->fields[field].type;
    const struct mr_type *from = opt ? mr_check_ast(c, x) : mr_check_value(c, x);
    if (from->kind == MR_T_ERROR) return false;
    if (opt && !mr_check_as_optional(c, x)) {
        mr_check_error(c, "E-TYPE", x, "a field with `?` takes an optional, this is `%s`",
                       mr_check_type_text(c, from));
        return false;
    }
    if (opt) from = x->type->elem;
    bool null_value = t->message->fields[field].item.null_value && from->kind == MR_T_NULL;
    if (!assignable(c, to, from) && !null_value && !c->scope->unchecked) {
        struct mr_diag *g = mr_check_error(c, "E-TYPE", x, "the field is `%s`, this is `%s`",
                                           mr_check_type_text(c, to), mr_check_type_text(c, from));
        if (g && from->kind == MR_T_INT && to->kind == MR_T_UINT)
            mr_diag_hint(c->diags, g, "write `1u`, or convert with uint()");
        return false;
    }
    /* What is not known to be of its very type is looked at when it runs. */
    const struct mr_type *as = mr_type_eq(to, from) ? to : &mr_type_dyn;
    mr_check_coerce(c, x, opt ? mr_type_optional(c->arena, as) : as);
    return true;
}

static int find_field(struct mr_checker *c, const struct mr_ast *e, const struct mr_type *t,
                      const struct mr_ast *key) {
    int i = mr_type_field(t, key->name);
    if (i >= 0 || c->scope->unchecked) return i;
    struct mr_diag *g =
        mr_check_error(c, "E-FIELD", key, "no field `%s` in `%s`", key->name.p, e->name.p);
    const char *near = mr_check_near_field(c, t, key->name);
    if (g && near) mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    return i;
}

const struct mr_type *mr_check_message(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_type *t = find_message(c, e);
    struct mr_make *m = mr_arena_calloc(c->arena, 1, sizeof *m);
    uint32_t n = e->n / 2, *fields = mr_arena_alloc(c->arena, (n + 1) * sizeof *fields);
    struct mr_ast **values = mr_arena_alloc(c->arena, (n + 1) * sizeof *values);
    bool good = true;
    if (!t) {
        no_message(c, e);
        return e->type;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (e->args[2 * i]->kind == MR_AST_ERROR) return mr_check_bad(e);
        int field = find_field(c, e, t, e->args[2 * i]);
        if (field < 0 && c->scope->unchecked) {
            mr_check_fail_later(c, e, "no field `%s`", e->args[2 * i]->name.p);
            return e->type;
        }
        good = field >= 0 && good;
        fields[i] = field < 0 ? 0 : (uint32_t)field;
        values[i] = e->args[2 * i + 1];
        if (field >= 0) good = check_entry(c, t, fields[i], values[i], e->opts[i]) && good;
    }
    if (!good) return mr_check_bad(e);
    *m = (struct mr_make){.type = t, .n = n, .fields = fields, .opts = e->opts};
    e->make = m;
    e->args = values;
    e->n = n;
    return e->type = t->message->cel;
}

/* ---- extensions */

static const char *plain_path(struct mr_checker *c, const struct mr_ast *e) {
    if (e->kind == MR_AST_IDENT) return e->name.p;
    if (e->kind != MR_AST_SELECT || e->opt) return NULL;
    const char *left = plain_path(c, e->args[0]);
    return left ? mr_arena_printf(c->arena, "%s.%s", left, e->name.p) : NULL;
}

bool mr_check_extension(struct mr_checker *c, struct mr_ast *e) {
    bool has = mr_str_is(e->name, "proto.hasExt");
    if (e->style != MR_CALL_GLOBAL || (!has && !mr_str_is(e->name, "proto.getExt"))) return false;
    const char *name = e->n == 2 ? plain_path(c, e->args[1]) : NULL;
    if (!name) {
        struct mr_diag *g = mr_check_error(c, "E-TYPE", e,
                                           "`%s` takes a message and the name of "
                                           "an extension",
                                           e->name.p);
        if (g) mr_diag_hint(c->diags, g, "%s(m, pkg.name)", e->name.p);
        mr_check_bad(e);
        return true;
    }
    struct mr_ast *select = mr_arena_dup(c->arena, e, sizeof *e);
    select->kind = MR_AST_SELECT;
    select->name = mr_str(name);
    select->name_off = e->args[1]->off;
    select->n = 1;
    if (has) {
        e->kind = MR_AST_HAS;
        e->args = mr_arena_dup(c->arena, &select, sizeof select);
        e->n = 1;
    } else {
        *e = *select;
    }
    mr_check_ast(c, e);
    return true;
}

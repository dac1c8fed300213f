/* params.c -- `params:`, typed constants that expressions read as params.x.
 *
 *   limit: 5                              the type that the scalar has
 *   window: {type: duration, value: 5m}   bool int uint double string timestamp duration
 * A run can override them by flag: the text is read by the type that the file gives.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/topology/graph.h"

#include <stdlib.h>

static const struct mr_type *const types[] = {
    &mr_type_string, NULL, &mr_type_bool, &mr_type_int, &mr_type_double,
}; /* by enum mr_core */

static const char *const type_names[] = {
    "bool", "int", "uint", "double", "string", "timestamp", "duration",
};
static const struct mr_type *const named_types[] = {
    &mr_type_bool,   &mr_type_int,       &mr_type_uint,     &mr_type_double,
    &mr_type_string, &mr_type_timestamp, &mr_type_duration,
};

/* The constant as an expression: what the compiler of expressions makes of it is what it is. */
static const char *as_expression(struct mr_arena *a, enum mr_type_kind kind, const char *text) {
    if (kind == MR_T_TIMESTAMP) return mr_arena_printf(a, "timestamp(\"%s\")", text);
    if (kind == MR_T_UINT) return mr_arena_printf(a, "%su", text);
    if (kind == MR_T_DOUBLE) return mr_arena_printf(a, "double(%s)", text);
    return text;
}

static bool is_word(const char *text, const char *set) {
    return *text && text[strspn(text, set)] == 0;
}

/* Only what can stand in a literal: the text must not become another expression. */
static bool looks_right(enum mr_type_kind kind, const char *text) {
    switch (kind) {
    case MR_T_INT:
    case MR_T_UINT: return is_word(text, "-0123456789xXabcdefABCDEF");
    case MR_T_DOUBLE: return is_word(text, "+-.0123456789eE");
    case MR_T_TIMESTAMP: return is_word(text, "0123456789-:.TZtz+");
    default: return true;
    }
}

/* false: the text is not a value of that type. */
static bool parse_value(struct mr_arena *a, const struct mr_type *type, struct mr_str text,
                        struct mr_value *ret) {
    if (type->kind == MR_T_STRING) {
        *ret = mr_string(text);
        return true;
    }
    if (type->kind == MR_T_BOOL) {
        *ret =
            mr_bool(mr_str_is(text, "true") || mr_str_is(text, "True") || mr_str_is(text, "TRUE"));
        return ret->b || mr_str_is(text, "false") || mr_str_is(text, "False") ||
               mr_str_is(text, "FALSE");
    }
    if (type->kind == MR_T_DURATION) {
        int64_t ms;
        *ret = (struct mr_value){.tag = MR_V_DURATION};
        return mr_parse_duration(text, &ms) && !__builtin_mul_overflow(ms, 1000000, &ret->i);
    }
    if (!looks_right(type->kind, text.p)) return false;
    struct mr_tree t = {.kind = MR_TREE_SCALAR,
                        .style = MR_STYLE_QUOTED,
                        .text = mr_str(as_expression(a, type->kind, text.p))};
    struct mr_diags scratch;
    mr_diags_init(&scratch, a, "", t.text);
    struct mr_scope scope = {0};
    const struct mr_program *p = mr_expr_compile(a, &scratch, &t, &scope, type);
    mr_diags_done(&scratch);
    const struct mr_value *v = p ? mr_program_constant(p) : NULL;
    if (!v || v->tag == MR_V_ERROR) return false;
    *ret = *v;
    return true;
}

static const char *override_of(const struct mr_compiler *c, const char *name) {
    const char *value = NULL;
    for (size_t i = 0; i < c->conf->n_params; i++)
        if (strcmp(c->conf->params[i].name, name) == 0) value = c->conf->params[i].value;
    return value;
}

static bool find_type(struct mr_compiler *c, const struct mr_tree *t,
                      const struct mr_tree **ret_value, const struct mr_type **ret_type) {
    if (t->kind == MR_TREE_SCALAR) {
        *ret_value = t;
        *ret_type = types[mr_yaml_core(t)];
        if (*ret_type) return true;
        mr_error(c->diags, "E-KIND", t->pos, "a parameter needs a value");
        return false;
    }
    if (!mr_is_map(c->diags, t, "a parameter") ||
        !mr_words_check(c->diags, t, MR_PLACE_PARAM, "a parameter", NULL))
        return false;
    int type;
    const struct mr_tree *word = mr_tree_get(t, "type");
    *ret_value = mr_tree_get(t, "value");
    if (!word || !*ret_value) {
        struct mr_diag *g = mr_error(c->diags, "E-MISSING", t->pos, "a parameter has no `%s`",
                                     word ? "value" : "type");
        mr_diag_hint(c->diags, g, "write {type: duration, value: 5m}, or only a value");
        return false;
    }
    if (!mr_read_word(c->diags, word, type_names, MR_ARRAY_LEN(type_names), &type)) return false;
    *ret_type = named_types[type];
    return mr_read_string(c->diags, *ret_value, "a value") != NULL;
}

static bool read_param(struct mr_compiler *c, const struct mr_tree *name, const struct mr_tree *t,
                       struct mr_param *ret) {
    const struct mr_tree *value;
    if (!mr_name_ok(c->diags, name, "a parameter") || !find_type(c, t, &value, &ret->type))
        return false;
    ret->name = name->text;
    const char *flag = override_of(c, name->text.p);
    struct mr_str text = flag ? mr_str(mr_arena_strdup(c->arena, flag)) : value->text;
    if (parse_value(c->arena, ret->type, text, &ret->value)) return true;
    struct mr_buf type;
    mr_buf_init(&type, 0);
    mr_type_print(ret->type, &type);
    struct mr_diag *g = mr_error(c->diags, "E-VALUE", value->pos, "`%s` is not of type %s%s",
                                 text.p, mr_buf_cstr(&type), flag ? " (given by flag)" : "");
    if (!flag) g->len = (uint32_t)text.n;
    mr_buf_done(&type);
    return false;
}

static struct mr_value zero_of(const struct mr_type *type) {
    static const uint8_t tags[] = {
        [MR_T_BOOL] = MR_V_BOOL,         [MR_T_INT] = MR_V_INT,
        [MR_T_UINT] = MR_V_UINT,         [MR_T_DOUBLE] = MR_V_DOUBLE,
        [MR_T_STRING] = MR_V_STRING,     [MR_T_TIMESTAMP] = MR_V_TIMESTAMP,
        [MR_T_DURATION] = MR_V_DURATION,
    };
    return type ? (struct mr_value){.tag = tags[type->kind]} : MR_ABSENT;
}

bool mr_check_params(struct mr_compiler *c, const struct mr_tree *tree) {
    size_t errors = c->diags->n_errors;
    uint32_t n = tree && mr_is_map(c->diags, tree, "`params`") ? tree->n : 0;
    c->params = mr_arena_calloc(c->arena, n + 1, sizeof *c->params);
    for (uint32_t i = 0; i < n; i++) {
        struct mr_param *p = &c->params[c->n_params++];
        if (read_param(c, &tree->keys[i], &tree->items[i], p)) continue;
        p->name = tree->keys[i].text; /* told already: what reads it is not at fault */
        p->value = zero_of(p->type);
        if (!p->type) p->type = &mr_type_error;
    }
    struct mr_pos none = {0};
    for (size_t i = 0; i < c->conf->n_params; i++)
        if (!n || !mr_tree_get(tree, c->conf->params[i].name))
            mr_error(c->diags, "E-NAME", none, "the file has no parameter `%s`",
                     c->conf->params[i].name);
    return c->diags->n_errors == errors;
}

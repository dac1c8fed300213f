/* check_wrong.c -- calls that fit no function: which part does not fit, and how it is written.
 *
 * One message for one mistake: about the receiver, the number of arguments, the one argument that
 * does not fit, or all of them together. Hints can be pasted: they quote what was written.
 */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/hints.h"
#include "processor/expr/macro.h"

enum { QUOTED = 60 };

struct mr_diag *mr_check_at_name(struct mr_checker *c, const char *code, const struct mr_ast *e,
                                 const char *text) {
    return mr_check_at(c, MR_ERROR, code, e, e->name_off, (uint32_t)e->name.n, text);
}

/* What was written for a part; `...` when that is long or goes over lines. */
const char *mr_check_quote(struct mr_checker *c, const struct mr_ast *e) {
    const char *s = e->src->text.p + e->off;
    if (e->len > QUOTED || memchr(s, '\n', e->len)) return "...";
    return mr_arena_strndup(c->arena, s, e->len);
}

static bool is_literal(const struct mr_ast *e, uint8_t tag) {
    return e->kind == MR_AST_LIT && e->value.tag == tag;
}

static bool is_number(const struct mr_type *t) {
    return t->kind == MR_T_INT || t->kind == MR_T_UINT || t->kind == MR_T_DOUBLE;
}

static bool is_scalar(const struct mr_type *t) {
    return is_number(t) || t->kind == MR_T_BOOL || t->kind == MR_T_TIMESTAMP ||
           t->kind == MR_T_DURATION;
}

/* ---- conversions */

static const char *to_duration(struct mr_checker *c, const struct mr_ast *e, const char *s) {
    if (is_literal(e, MR_V_INT)) return mr_arena_printf(c->arena, "write `duration(\"%ss\")`", s);
    if (is_literal(e, MR_V_STRING)) return mr_arena_printf(c->arena, "write `duration(%s)`", s);
    if (e->type && e->type->kind != MR_T_INT) return NULL;
    return mr_arena_printf(c->arena, "seconds are `duration(string(%s) + \"s\")`", s);
}

const char *mr_check_convert(struct mr_checker *c, const struct mr_ast *e,
                             const struct mr_type *got, enum mr_type_kind want) {
    const char *s = mr_check_quote(c, e);
    bool loose = e->kind == MR_AST_COND || e->kind == MR_AST_AND || e->kind == MR_AST_OR;
    if (loose) s = mr_arena_printf(c->arena, "(%s)", s);
    bool number = is_number(got), text = got->kind == MR_T_STRING;
    const char *form = NULL;
    if (got->kind == MR_T_DYN) number = text = true; /* what it holds is seen when it runs */
    switch (want) {
    case MR_T_STRING:
        if (is_scalar(got) || got->kind == MR_T_BYTES) form = "make it text: `string(%s)`";
        if (got->kind == MR_T_LIST) form = "its texts as one: `%s.join(\", \")`";
        if (got->kind == MR_T_STRUCT || got->kind == MR_T_MAP) form = "as JSON: `json.format(%s)`";
        break;
    case MR_T_INT:
        if (got->kind == MR_T_DOUBLE) form = "cut towards zero it is `int(%s)`";
        if (text || got->kind == MR_T_UINT) form = "make it a number: `int(%s)`";
        if (got->kind == MR_T_TIMESTAMP) form = "seconds since 1970 are `int(%s)`";
        if (got->kind == MR_T_DURATION) form = "its seconds are `%s.getSeconds()`";
        if (got->kind == MR_T_BOOL) form = "write `%s ? 1 : 0`";
        break;
    case MR_T_UINT:
        if (number || text) form = "make it one: `uint(%s)`";
        break;
    case MR_T_DOUBLE:
        if (number || text) form = "make it a double: `double(%s)`";
        break;
    case MR_T_BOOL:
        if (number) form = "there is no truth in numbers: `%s != 0`";
        if (text) form = "there is no truth in texts: `%s != \"\"`";
        if (got->kind == MR_T_LIST || got->kind == MR_T_MAP) form = "write `size(%s) > 0`";
        break;
    case MR_T_TIMESTAMP:
        if (text) form = "write `timestamp(%s)`";
        if (got->kind == MR_T_INT) form = "of seconds since 1970: `timestamp(%s)`";
        break;
    case MR_T_DURATION: return to_duration(c, e, s);
    case MR_T_LIST:
        if (got->kind != MR_T_MAP && got->kind != MR_T_LIST) form = "a list of one is `[%s]`";
        break;
    default: break;
    }
    if (!form) return NULL;
    const char *at = strstr(form, "%s");
    return mr_arena_printf(c->arena, "%.*s%s%s", (int)(at - form), form, s, at + 2);
}

/* ---- methods and functions */

/* The field of a record that is most likely meant: its first number. */
static const char *some_field(const struct mr_ast *e) {
    const struct mr_type *t = e->n ? e->args[0]->type : NULL;
    if (t && t->kind == MR_T_LIST) t = t->elem;
    for (uint32_t i = 0; t && i < t->n_fields; i++) {
        if (is_number(t->fields[i].type) && !t->fields[i].optional) return t->fields[i].name.p;
    }
    return t && t->n_fields ? t->fields[0].name.p : "part";
}

/* $0, $1, $f and $n of a hint. */
static const char *fill(struct mr_checker *c, const struct mr_ast *e, const char *form) {
    struct mr_buf b;
    mr_buf_init(&b, 100);
    for (; *form; form++) {
        uint32_t i = form[1] == '1';
        if (form[0] != '$') {
            mr_buf_byte(&b, form[0]);
        } else if (*++form == 'n') {
            mr_buf_cat(&b, e->name.p);
        } else if (*form == 'f') {
            mr_buf_cat(&b, some_field(e));
        } else {
            mr_buf_cat(&b, i < e->n ? mr_check_quote(c, e->args[i]) : "x");
        }
    }
    const char *s = mr_arena_strndup(c->arena, b.p, b.n);
    mr_buf_done(&b);
    return s;
}

static const char *receiver_hint(struct mr_checker *c, const struct mr_ast *e,
                                 const struct mr_type *t) {
    enum { ANY = -1, RECORDS = -2, LIST = MR_T_LIST, MAP = MR_T_MAP, STRING = MR_T_STRING };
    enum { TIMESTAMP = MR_T_TIMESTAMP, STRUCT = MR_T_STRUCT };
    bool records = t->kind == MR_T_LIST && t->elem->kind == MR_T_STRUCT;
    static const struct {
        const char *name;
        int kind;
        const char *form;
    } hints[] = {
#define RECEIVER(name, kind, form) {name, kind, form},
#include "processor/expr/wrong.def"
#undef RECEIVER
    };
    for (size_t i = 0; i < MR_ARRAY_LEN(hints); i++) {
        if (!mr_str_is(e->name, hints[i].name)) continue;
        if (hints[i].kind == RECORDS && records) return fill(c, e, hints[i].form);
        if (hints[i].kind == ANY || hints[i].kind == (int)t->kind) return fill(c, e, hints[i].form);
    }
    bool time = !strncmp(e->name.p, "get", 3);
    if (time && (t->kind == MR_T_STRING || t->kind == MR_T_INT))
        return fill(c, e, "of a time: `timestamp($0).$n()`");
    if (!time && is_scalar(t) && mr_fns_takes_at(MR_CALL_METHOD, e->name, 0, &mr_type_string))
        return fill(c, e, "make it text: `string($0).$n(...)`");
    return NULL;
}

/* The names of what argument i may be, where the others fit: "`int` or `string`". */
static const char *wanted(struct mr_checker *c, const struct mr_ast *e,
                          const struct mr_type *const *types, uint32_t i) {
    enum { MAX = 6 };
    const char *seen[MAX], *text = "";
    size_t n = 0;
    for (int row = -1; (row = mr_fns_row_but(e, types, i, row)) >= 0;) {
        const char *name = mr_sig_name(mr_fns_row((uint16_t)row)->args[i]);
        bool again = !strcmp(name, "dyn") || n == MAX;
        for (size_t k = 0; k < n; k++) again = again || !strcmp(seen[k], name);
        if (again) continue;
        seen[n++] = name;
        text = mr_arena_printf(c->arena, "%s%s%s", text, *text ? " or " : "", name);
    }
    return n && n < MAX ? text : NULL;
}

static enum mr_type_kind kind_named(const char *name) {
    static const struct mr_type *const types[] = {&mr_type_string, &mr_type_int,
                                                  &mr_type_double, &mr_type_timestamp,
                                                  &mr_type_uint,   &mr_type_duration};
    static const char *const names[] = {"string", "int", "double", "timestamp", "uint", "duration"};
    if (!strcmp(name, "number")) return MR_T_DOUBLE;
    if (!strncmp(name, "bool", 4)) return MR_T_BOOL;
    if (!strncmp(name, "int or", 6)) return MR_T_INT;
    for (size_t i = 0; i < MR_ARRAY_LEN(names); i++) {
        if (!strcmp(names[i], name)) return types[i]->kind;
    }
    return strncmp(name, "list", 4) ? MR_T_DYN : MR_T_LIST;
}

/* A method that what stands before the dot does not have. */
static bool wrong_receiver(struct mr_checker *c, const struct mr_ast *e,
                           const struct mr_type *const *types) {
    const char *of = "";
    if (e->style != MR_CALL_METHOD || mr_fns_takes_at(MR_CALL_METHOD, e->name, 0, types[0]))
        return false;
    of = mr_fns_receivers(c->arena, e->name);
    struct mr_diag *g =
        mr_check_at_name(c, "E-TYPE", e,
                         mr_arena_printf(c->arena, "`%s` is a method of %s, this is `%s`",
                                         e->name.p, of, mr_check_type_text(c, types[0])));
    const char *hint = receiver_hint(c, e, types[0]);
    if (g && hint) mr_diag_hint(c->diags, g, "%s", hint);
    return true;
}

/* One argument does not fit: the message stands under it. */
static bool wrong_argument(struct mr_checker *c, const struct mr_ast *e,
                           const struct mr_type *const *types) {
    const char *names = NULL;
    uint32_t at = 0;
    for (uint32_t i = e->style == MR_CALL_METHOD; e->n > 1 && i < e->n; i++) {
        const char *one = wanted(c, e, types, i);
        if (one && names) return false; /* this or that: no telling */
        if (one) at = i;
        if (one) names = one;
    }
    if (!names) return false;
    const struct mr_ast *x = e->args[at];
    struct mr_diag *g = mr_check_error(c, "E-TYPE", x, "`%s` takes %s here, this is `%s`",
                                       e->name.p, names, mr_check_type_text(c, types[at]));
    const char *hint = mr_check_convert(c, x, types[at], kind_named(names));
    if (g && hint) mr_diag_hint(c->diags, g, "%s", hint);
    return true;
}

static const char *how_many(struct mr_checker *c, const struct mr_ast *e) {
    uint32_t least, most, self = e->style == MR_CALL_METHOD;
    mr_fns_counts((enum mr_call_style)e->style, e->name, &least, &most);
    least -= self;
    most -= self;
    const char *s = most == 1 ? "" : "s";
    if (least == most && most == 0) return "no arguments";
    if (least == most) return mr_arena_printf(c->arena, "%u argument%s", most, s);
    return mr_arena_printf(c->arena, "%u %s %u argument%s", least, most == least + 1 ? "or" : "to",
                           most, s);
}

static void hint_forms(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e) {
    bool method = e->style == MR_CALL_METHOD;
    if (!g) return;
    mr_diag_hint(c->diags, g, "%s %s", method ? "it is written" : "it takes",
                 mr_fns_takes(c->arena, (enum mr_call_style)e->style, e->name));
}

static void wrong_call(struct mr_checker *c, const struct mr_ast *e,
                       const struct mr_type *const *types) {
    const char *text;
    struct mr_diag *g;
    if (e->n && wrong_receiver(c, e, types)) return;
    if (e->n > MR_ARGS_MAX || mr_fns_first((enum mr_call_style)e->style, e->name, e->n) < 0) {
        uint32_t n = e->n - (e->style == MR_CALL_METHOD);
        text = mr_arena_printf(c->arena, "`%s` takes %s, here %s %u", e->name.p, how_many(c, e),
                               n == 1 ? "is" : "are", n);
        g = mr_check_at_name(c, "E-TYPE", e, text);
        hint_forms(c, g, e);
        return;
    }
    if (wrong_argument(c, e, types)) return;
    text = mr_arena_printf(c->arena, "`%s` cannot take `%s`", e->name.p,
                           mr_check_type_text(c, types[0]));
    for (uint32_t i = 1; i < e->n; i++) {
        text = mr_arena_printf(c->arena, "%s%s `%s`", text, i + 1 < e->n ? "," : " and",
                               mr_check_type_text(c, types[i]));
    }
    g = mr_check_at_name(c, "E-TYPE", e, text);
    const char *names = e->n == 1 ? wanted(c, e, types, 0) : NULL;
    const char *hint = names ? mr_check_convert(c, e->args[0], types[0], kind_named(names)) : NULL;
    if (g && hint) {
        mr_diag_hint(c->diags, g, "%s", hint);
    } else {
        hint_forms(c, g, e);
    }
}

void mr_check_no_overload(struct mr_checker *c, struct mr_ast *e,
                          const struct mr_type *const *types) {
    int first = mr_fns_first((enum mr_call_style)e->style, e->name, e->n);
    if (c->scope->unchecked) {
        if (first < 0) {
            mr_check_fail_later(c, e, "no overload of `%s`", e->name.p);
            return;
        }
        e->op = MR_OP_CALL_DYN;
        e->fn = (uint16_t)first;
        e->type = &mr_type_dyn;
        return;
    }
    for (uint32_t i = 0; i < e->n && i < MR_ARGS_MAX && !c->scope->strict; i++) {
        if (types[i]->kind != MR_T_OPTIONAL) continue;
        mr_check_absent(c, e->args[i]);
        mr_check_bad(e);
        return;
    }
    if (e->style == MR_CALL_OPERATOR) {
        mr_check_wrong_operator(c, e, types);
    } else {
        wrong_call(c, e, types);
    }
    mr_check_bad(e);
}

/* ---- names that are no function */

static bool has_bad_argument(const struct mr_ast *e) {
    for (uint32_t i = 0; i < e->n; i++) {
        if (e->args[i]->kind == MR_AST_ERROR) return true;
    }
    return false;
}

/* f(x, y) for the method x.f(y), and the other way round. */
static void hint_other_style(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e) {
    const char *rest = "";
    for (uint32_t i = 1; i < e->n; i++) {
        rest = mr_arena_printf(c->arena, "%s%s%s", rest, i > 1 ? ", " : "",
                               mr_check_quote(c, e->args[i]));
    }
    const char *self = e->n ? mr_check_quote(c, e->args[0]) : "x";
    if (e->style == MR_CALL_METHOD) {
        mr_diag_hint(c->diags, g, "it is a function: %s(%s%s%s)", e->name.p, self,
                     *rest ? ", " : "", rest);
    } else {
        bool dot = e->n && e->args[0]->kind != MR_AST_AND && e->args[0]->kind != MR_AST_OR &&
                   e->args[0]->kind != MR_AST_COND;
        mr_diag_hint(c->diags, g, dot ? "it is a method: %s.%s(%s)" : "it is a method: (%s).%s(%s)",
                     self, e->name.p, rest);
    }
}

static void hint_aggregator(struct mr_checker *c, struct mr_diag *g, const struct mr_ast *e) {
    const char *name = e->name.p;
    bool most = mr_str_is(e->name, "max"), least = mr_str_is(e->name, "min");
    if ((most || least) && e->n > 1) {
        mr_diag_hint(c->diags, g,
                     "the %s of several is math.%s(a, b); `%s` of one is an aggregator in "
                     "`aggregate:`",
                     most ? "greatest" : "least", most ? "greatest" : "least", name);
    } else if (mr_fns_known(MR_CALL_METHOD, e->name)) {
        mr_diag_hint(c->diags, g,
                     "`%s` is an aggregator: it stands in `aggregate:`, whose fields `having:` and "
                     "`output:` read; of a list it is x.%s()",
                     name, name);
    } else {
        mr_diag_hint(c->diags, g,
                     "`%s` is an aggregator: it stands in `aggregate:`, whose fields `having:` and "
                     "`output:` read",
                     name);
    }
}

void mr_check_unknown_function(struct mr_checker *c, struct mr_ast *e) {
    bool method = e->style == MR_CALL_METHOD;
    if (c->scope->unchecked) {
        mr_check_fail_later(c, e, "unknown function `%s`", e->name.p);
        return;
    }
    const char *known = mr_hint(MR_HINT_CALL, e->name);
    enum mr_call_style other = method ? MR_CALL_GLOBAL : MR_CALL_METHOD;
    bool elsewhere = mr_fns_known(other, e->name) || mr_macro_known(other, e->name);
    if (has_bad_argument(e) && (known || elsewhere || mr_fns_aggregator(e->name))) {
        mr_check_bad(e); /* one mistake, told by the parser */
        return;
    }
    struct mr_diag *g = mr_check_at_name(
        c, "E-FUNC", e,
        mr_arena_printf(c->arena, "no %s `%s`", method ? "method" : "function", e->name.p));
    const char *near = mr_fns_nearest((enum mr_call_style)e->style, e->name);
    if (g && known) {
        mr_diag_hint(c->diags, g, "%s", fill(c, e, known));
    } else if (g && !method && mr_fns_aggregator(e->name)) {
        hint_aggregator(c, g, e);
    } else if (g && elsewhere) {
        hint_other_style(c, g, e);
    } else if (g && near) {
        mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    }
    mr_check_bad(e);
}

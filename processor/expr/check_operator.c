/* check_operator.c -- operators between types that do not go together: what is meant, most often.
 */
#include "processor/expr/check.h"

#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/numtext.h"

struct sides {
    const struct mr_ast *x, *y;
    const struct mr_type *a, *b;
    const char *p, *q; /* as they were written */
};

static bool has(const struct sides *s, enum mr_type_kind kind) {
    return s->a->kind == kind || (s->b && s->b->kind == kind);
}

static bool both(const struct sides *s, enum mr_type_kind kind) {
    return s->a->kind == kind && s->b && s->b->kind == kind;
}

static bool is_number(const struct mr_type *t) {
    return t->kind == MR_T_INT || t->kind == MR_T_UINT || t->kind == MR_T_DOUBLE;
}

static bool compares(const struct mr_ast *e) {
    static const char *const names[] = {"==", "!=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < MR_ARRAY_LEN(names); i++) {
        if (mr_str_is(e->name, names[i])) return true;
    }
    return false;
}

static bool is_text(const struct mr_ast *e) {
    return e->kind == MR_AST_LIT && e->value.tag == MR_V_STRING;
}

static bool number_in(const struct mr_ast *e) {
    double d;
    return is_text(e) && mr_parse_double((struct mr_str){e->value.p, e->value.len}, &d);
}

/* One is text, the other is not. */
static const char *with_text(struct mr_checker *c, const struct mr_ast *e, const struct sides *s) {
    bool left = s->a->kind == MR_T_STRING;
    const struct mr_ast *text = left ? s->x : s->y, *other = left ? s->y : s->x;
    const struct mr_type *t = left ? s->b : s->a;
    const char *q = mr_check_quote(c, other), *p = mr_check_quote(c, text);
    if (mr_str_is(e->name, "%"))
        return mr_arena_printf(c->arena, "a text is filled in by `%s.format([%s])`", p, q);
    if (mr_str_is(e->name, "+") && t->kind == MR_T_LIST && !left)
        return mr_arena_printf(c->arena, "one element is `[%s]`", p);
    if (mr_str_is(e->name, "+") && t->kind == MR_T_LIST)
        return mr_arena_printf(c->arena, "the texts of a list: `%s.join(\", \")`", q);
    if (mr_str_is(e->name, "+")) return mr_check_convert(c, other, t, MR_T_STRING);
    if (t->kind == MR_T_TIMESTAMP || t->kind == MR_T_DURATION)
        return mr_check_convert(c, text, &mr_type_string, t->kind);
    if (t->kind == MR_T_TYPE && is_text(text))
        return mr_arena_printf(c->arena, "types have names: `int`, `double`, `string`, `list`");
    if (t->kind == MR_T_BOOL && is_text(text)) return "a bool is `true` or `false`, without quotes";
    if (is_number(t) && number_in(text))
        return mr_arena_printf(c->arena, "a number stands without quotes: `%.*s`",
                               (int)text->value.len, text->value.p);
    if (is_number(t) && !is_text(text))
        return mr_arena_printf(c->arena, "compare as numbers: `%s(%s)`",
                               t->kind == MR_T_DOUBLE ? "double" : "int", p);
    return is_number(t) ? mr_check_convert(c, other, t, MR_T_STRING) : NULL;
}

/* a < b < c */
static const char *in_a_row(struct mr_checker *c, const struct mr_ast *e, const struct sides *s) {
    const struct mr_ast *first = s->x;
    if (s->a->kind != MR_T_BOOL || first->kind != MR_AST_CALL || !compares(first) ||
        first->style != MR_CALL_OPERATOR || !is_number(s->b)) {
        return NULL;
    }
    return mr_arena_printf(c->arena, "write `%s && %s %s %s`", s->p,
                           mr_check_quote(c, first->args[1]), e->name.p, s->q);
}

static const char *with_time(struct mr_checker *c, const struct mr_ast *e, const struct sides *s) {
    bool left = s->a->kind == MR_T_TIMESTAMP || s->a->kind == MR_T_DURATION;
    const struct mr_ast *other = left ? s->y : s->x;
    enum mr_type_kind kind = left ? s->a->kind : s->b->kind;
    const struct mr_type *t = left ? s->b : s->a;
    if (both(s, MR_T_TIMESTAMP)) return "between two times there is `-`, a duration";
    if (t->kind == MR_T_INT && !compares(e)) kind = MR_T_DURATION;
    if (kind == MR_T_DURATION && is_number(t) && strchr("*/", e->name.p[0]))
        return mr_arena_printf(c->arena, "seconds can be reckoned with: `%s.getSeconds()`",
                               left ? s->p : s->q);
    if (has(s, MR_T_DURATION) && has(s, MR_T_TIMESTAMP) && compares(e))
        return "of a time: how long ago it is, `meta.timestamp - t`";
    return mr_check_convert(c, other, t, kind);
}

static const char *with_uint(struct mr_checker *c, const struct sides *s) {
    const struct mr_ast *other = s->a->kind == MR_T_UINT ? s->y : s->x;
    if (!s->b) return "a uint is never negative: `int(x)` may be";
    if (other->kind == MR_AST_LIT && other->value.tag == MR_V_INT && other->value.i >= 0)
        return mr_arena_printf(c->arena, "uint does not mix with others: write `%lldu`",
                               (long long)other->value.i);
    return "uint does not mix with others: write `1u` or convert with int()";
}

static const char *of_in(struct mr_checker *c, const struct sides *s) {
    if (both(s, MR_T_STRING))
        return mr_arena_printf(c->arena, "write `%s.contains(%s)`", s->q, s->p);
    if (s->b->kind == MR_T_LIST) return mr_check_convert(c, s->x, s->a, s->b->elem->kind);
    if (s->b->kind == MR_T_STRUCT)
        return mr_arena_printf(c->arena, "fields are declared: `has(%s.field)`", s->q);
    return mr_arena_printf(c->arena, "a list stands in brackets: `[%s]`", s->q);
}

static const char *of_not(struct mr_checker *c, const struct sides *s) {
    if (is_number(s->a)) return mr_arena_printf(c->arena, "write `%s == 0`", s->p);
    if (s->a->kind == MR_T_STRING) return mr_arena_printf(c->arena, "write `%s == \"\"`", s->p);
    if (s->a->kind == MR_T_LIST || s->a->kind == MR_T_MAP)
        return mr_arena_printf(c->arena, "write `size(%s) == 0`", s->p);
    return NULL;
}

static const char *hint(struct mr_checker *c, const struct mr_ast *e, const struct sides *s) {
    const char *row = s->b ? in_a_row(c, e, s) : NULL;
    if (row) return row;
    if (has(s, MR_T_NULL) && s->b && compares(e) && !c->scope->strict)
        return mr_arena_printf(c->arena, "`%s` is always there, and a null field is absent",
                               s->a->kind == MR_T_NULL ? s->q : s->p);
    if (has(s, MR_T_NULL)) return "a null field is absent: use has(f) or `??`";
    if (mr_str_is(e->name, "in")) return of_in(c, s);
    if (mr_str_is(e->name, "!")) return of_not(c, s);
    if (mr_str_is(e->name, "+") && has(s, MR_T_LIST) && !has(s, MR_T_STRING)) {
        bool left = s->a->kind == MR_T_LIST;
        return both(s, MR_T_LIST)
                   ? NULL
                   : mr_arena_printf(c->arena, "one element is `[%s]`", left ? s->q : s->p);
    }
    if (mr_str_is(e->name, "+") && both(s, MR_T_MAP)) {
        return mr_arena_printf(c->arena, "write `%s.with(%s)`", s->p, s->q);
    }
    if (has(s, MR_T_UINT) && (!s->b || (is_number(s->a) && is_number(s->b))))
        return with_uint(c, s);
    if (s->b && has(s, MR_T_STRING) && !both(s, MR_T_STRING)) return with_text(c, e, s);
    if (s->b && (has(s, MR_T_TIMESTAMP) || has(s, MR_T_DURATION))) return with_time(c, e, s);
    if (mr_str_is(e->name, "-") && both(s, MR_T_STRING))
        return mr_arena_printf(c->arena, "a part is left out by `%s.replace(%s, \"\")`", s->p,
                               s->q);
    if (mr_str_is(e->name, "-") && !s->b) return mr_check_convert(c, s->x, s->a, MR_T_INT);
    if (has(s, MR_T_BOOL) && s->b && compares(e)) return "a bool is `true` or `false`, no number";
    if (mr_str_is(e->name, "%")) return "`%` takes whole numbers only";
    if (has(s, MR_T_OPTIONAL) || !c->scope->strict) return NULL;
    return s->b && is_number(s->a) && is_number(s->b) ? "numbers of several types: double(x)"
                                                      : NULL;
}

void mr_check_wrong_operator(struct mr_checker *c, const struct mr_ast *e,
                             const struct mr_type *const *types) {
    struct sides s = {.x = e->args[0], .a = types[0], .p = mr_check_quote(c, e->args[0])};
    const char *text;
    if (e->n > 1) {
        s.y = e->args[1];
        s.b = types[1];
        s.q = mr_check_quote(c, s.y);
        text = mr_arena_printf(c->arena, "`%s` cannot take `%s` and `%s`", e->name.p,
                               mr_check_type_text(c, s.a), mr_check_type_text(c, s.b));
    } else {
        text = mr_arena_printf(c->arena, "`%s` cannot take `%s`", e->name.p,
                               mr_check_type_text(c, s.a));
    }
    struct mr_diag *g = mr_check_at_name(c, "E-TYPE", e, text);
    const char *h = hint(c, e, &s);
    if (g && h) mr_diag_hint(c->diags, g, "%s", h);
}

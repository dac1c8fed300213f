/* fns_tell.c -- what a name takes, for messages: asked when no overload fits. */
#include "processor/expr/fns.h"

enum { FORMS = 4 };

static bool is_named(const struct mr_overload *o, enum mr_call_style style, struct mr_str name) {
    return o->style == style && mr_str_is(name, o->name);
}

/* Rows that repeat others for values whose types are not known. */
static bool is_shadow(const struct mr_overload *o) {
    return o->args[0] == MR_SIG_DYN || o->args[0] == MR_SIG_NUM || o->args[0] == MR_SIG_NUM_LIST;
}

const char *mr_fns_takes(struct mr_arena *a, enum mr_call_style style, struct mr_str name) {
    const char *text = "";
    bool method = style == MR_CALL_METHOD;
    uint32_t n = 0;
    for (uint16_t i = 0; i < mr_fns_count(); i++) {
        const struct mr_overload *o = mr_fns_row(i);
        if (!is_named(o, style, name) || is_shadow(o)) continue;
        if (n++ == FORMS) return mr_arena_printf(a, "%s, ...", text);
        text = mr_arena_printf(a, "%s%s", text, *text ? ", " : "");
        const char *self = mr_sig_name(o->args[0]);
        const char *form = strchr(self, ' ') ? "%s(%s).%s" : "%s%s.%s";
        if (method) text = mr_arena_printf(a, form, text, self, o->name);
        text = mr_arena_printf(a, "%s(", text);
        for (uint32_t k = method; k < mr_fns_arity(o); k++) {
            text =
                mr_arena_printf(a, "%s%s%s", text, k > method ? ", " : "", mr_sig_name(o->args[k]));
        }
        text = mr_arena_printf(a, "%s)", text);
    }
    return text;
}

const char *mr_fns_receivers(struct mr_arena *a, struct mr_str name) {
    const char *text = "", *last = "";
    for (uint16_t i = 0; i < mr_fns_count(); i++) {
        const struct mr_overload *o = mr_fns_row(i);
        if (!is_named(o, MR_CALL_METHOD, name) || is_shadow(o)) continue;
        const char *one = mr_sig_name(o->args[0]);
        if (!strcmp(one, last)) continue;
        if (!strstr(text, one)) text = mr_arena_printf(a, "%s%s%s", text, *text ? " or " : "", one);
        last = one;
    }
    return text;
}

void mr_fns_counts(enum mr_call_style style, struct mr_str name, uint32_t *least, uint32_t *most) {
    *least = MR_ARGS_MAX;
    *most = 0;
    for (uint16_t i = 0; i < mr_fns_count(); i++) {
        const struct mr_overload *o = mr_fns_row(i);
        if (!is_named(o, style, name)) continue;
        uint32_t n = mr_fns_arity(o);
        if (n < *least) *least = n;
        if (n > *most) *most = n;
    }
}

bool mr_fns_takes_at(enum mr_call_style style, struct mr_str name, uint32_t arg,
                     const struct mr_type *t) {
    for (uint16_t i = 0; i < mr_fns_count(); i++) {
        const struct mr_overload *o = mr_fns_row(i);
        if (is_named(o, style, name) && arg < mr_fns_arity(o) && mr_fns_arg_fits(o, arg, t))
            return true;
    }
    return false;
}

int mr_fns_row_but(const struct mr_ast *e, const struct mr_type *const *types, uint32_t but,
                   int after) {
    for (uint16_t i = (uint16_t)(after + 1); i < mr_fns_count(); i++) {
        const struct mr_overload *o = mr_fns_row(i);
        bool fits = is_named(o, (enum mr_call_style)e->style, e->name) && !is_shadow(o) &&
                    mr_fns_arity(o) == e->n && !mr_fns_arg_fits(o, but, types[but]);
        for (uint32_t k = 0; k < e->n && fits; k++)
            fits = k == but || mr_fns_arg_fits(o, k, types[k]);
        if (fits) return i;
    }
    return -1;
}

/* accepts.c -- can rows of a type be written in a format? Asked once, when a topology is compiled,
 * so that a sink does not find out with its first record. What only a value can tell (ranges, NaN,
 * what is inside `json`) is left to the write.
 */
#include "processor/expr/codec.h"

static bool fits(const struct mr_type *declared, const struct mr_type *t, const char *path,
                 struct mr_buf *why);

static bool refuse(const struct mr_type *declared, const struct mr_type *t, const char *path,
                   struct mr_buf *why) {
    if (*path) mr_buf_printf(why, "`%s`: ", path);
    mr_type_print(t, why);
    mr_buf_cat(why, " does not go into ");
    mr_type_print(declared, why);
    return false;
}

static bool field_fits(const struct mr_field *f, const struct mr_field *of, const char *path,
                       struct mr_buf *why) {
    struct mr_buf inner;
    mr_buf_init(&inner, 0);
    mr_buf_printf(&inner, "%s%s%.*s", path, *path ? "." : "", MR_STR_ARG(f->name));
    bool ok = fits(of->type, f->type, mr_buf_cstr(&inner), why);
    if (ok && of->proto_explicit && f->optional) {
        mr_buf_printf(why, "`%s` may be absent, but the format requires it", mr_buf_cstr(&inner));
        ok = false;
    }
    mr_buf_done(&inner);
    return ok;
}

/* Every field of the row has a place, and every required field has a value. */
static bool struct_fits(const struct mr_type *declared, const struct mr_type *t, const char *path,
                        struct mr_buf *why) {
    const char *dot = *path ? "." : "";
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const struct mr_field *f = &t->fields[i];
        int at = mr_type_field(declared, f->name);
        if (at >= 0) {
            if (!field_fits(f, &declared->fields[at], path, why)) return false;
            continue;
        }
        mr_buf_printf(why, "no field `%s%s%.*s` in the format", path, dot, MR_STR_ARG(f->name));
        return false;
    }
    for (uint32_t i = 0; i < declared->n_fields; i++) {
        const struct mr_field *f = &declared->fields[i];
        if (!f->proto_explicit || mr_type_field(t, f->name) >= 0) continue;
        mr_buf_printf(why, "the format requires a field `%s%s%.*s`", path, dot,
                      MR_STR_ARG(f->name));
        return false;
    }
    return true;
}

/* A message that an expression made is written by its own description: it is the same one? */
static bool is_same(const struct mr_type *declared, const struct mr_type *t) {
    if (!mr_str_eq(declared->name, t->name)) return false;
    for (uint32_t i = 0; i < declared->n_fields; i++) {
        const struct mr_field *f = &declared->fields[i];
        int at = mr_type_field(t, f->name);
        const struct mr_field *g = at < 0 ? NULL : &t->fields[at];
        if (!g || g->number != f->number || g->proto_type != f->proto_type) return false;
    }
    return true;
}

static bool fits(const struct mr_type *declared, const struct mr_type *t, const char *path,
                 struct mr_buf *why) {
    while (t->kind == MR_T_OPTIONAL) t = t->elem;
    enum mr_type_kind from = t->kind, to = declared->kind;
    if (from == MR_T_DYN || from == MR_T_ERROR || to == MR_T_DYN) return true;
    bool number = from == MR_T_INT || from == MR_T_UINT;
    if (number && (to == MR_T_DOUBLE || to == MR_T_INT || to == MR_T_UINT)) return true;
    if (from == MR_T_STRING && to == MR_T_BYTES) return true;
    if (from != to) return refuse(declared, t, path, why);
    if (to == MR_T_STRUCT && t->message)
        return is_same(declared, t) || refuse(declared, t, path, why);
    if (to == MR_T_STRUCT) return struct_fits(declared, t, path, why);
    if (to == MR_T_MAP && !fits(declared->key, t->key, path, why)) return false;
    if (to == MR_T_MAP || to == MR_T_LIST) return fits(declared->elem, t->elem, path, why);
    return true;
}

bool mr_format_accepts(const struct mr_format *f, const struct mr_type *t, struct mr_buf *why) {
    if (f->kind == MR_F_JSON || f->kind == MR_F_STRUCT) return true;
    return fits(f->type, t, "", why);
}

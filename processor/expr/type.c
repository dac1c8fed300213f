/* type.c -- making, comparing and printing types.
 *
 * Invariant: types are acyclic, so everything here may recurse (their depth is bounded by the
 * compilers that make them, codec.c and descriptor.c). Only messages (message.c) contain
 * themselves: they are compared and printed as wholes.
 */
#include "processor/expr/type.h"

const struct mr_type mr_type_null = {.kind = MR_T_NULL};
const struct mr_type mr_type_bool = {.kind = MR_T_BOOL};
const struct mr_type mr_type_int = {.kind = MR_T_INT};
const struct mr_type mr_type_uint = {.kind = MR_T_UINT};
const struct mr_type mr_type_double = {.kind = MR_T_DOUBLE};
const struct mr_type mr_type_string = {.kind = MR_T_STRING};
const struct mr_type mr_type_bytes = {.kind = MR_T_BYTES};
const struct mr_type mr_type_timestamp = {.kind = MR_T_TIMESTAMP};
const struct mr_type mr_type_duration = {.kind = MR_T_DURATION};
const struct mr_type mr_type_dyn = {.kind = MR_T_DYN};
const struct mr_type mr_type_error = {.kind = MR_T_ERROR};
const struct mr_type mr_type_any = {.kind = MR_T_DYN};
const struct mr_type mr_type_ip = {.kind = MR_T_IP};
const struct mr_type mr_type_cidr = {.kind = MR_T_CIDR};

static bool fields_eq(const struct mr_type *a, const struct mr_type *b) {
    if (a->n_fields != b->n_fields || a->open != b->open) return false;
    for (uint32_t i = 0; i < a->n_fields; i++) {
        const struct mr_field *f = &a->fields[i], *g = &b->fields[i];
        if (f->optional != g->optional || !mr_str_eq(f->name, g->name)) return false;
        if (!mr_type_eq(f->type, g->type)) return false;
    }
    return true;
}

/* Two messages of one name are of one pool, or of two that were made of different files: then they
 * are taken for different. */
static bool struct_eq(const struct mr_type *a, const struct mr_type *b) {
    return !a->message && !b->message && fields_eq(a, b);
}

/* How a field is encoded (wire, number) and what a struct is called are no part of its type. */
bool mr_type_eq(const struct mr_type *a, const struct mr_type *b) {
    if (a == b) return true;
    if (!a || !b || a->kind != b->kind) return false;
    switch (a->kind) {
    case MR_T_LIST:
    case MR_T_OPTIONAL:
    case MR_T_WRAPPER:
    case MR_T_TYPE: return mr_type_eq(a->elem, b->elem);
    case MR_T_MAP: return mr_type_eq(a->key, b->key) && mr_type_eq(a->elem, b->elem);
    case MR_T_STRUCT: return struct_eq(a, b);
    case MR_T_PARAM: return mr_str_eq(a->name, b->name);
    case MR_T_ABSTRACT: return mr_str_eq(a->name, b->name) && fields_eq(a, b);
    default: return true;
    }
}

static struct mr_type *type_new(struct mr_arena *a, enum mr_type_kind kind) {
    struct mr_type *t = mr_arena_calloc(a, 1, sizeof *t);
    t->kind = kind;
    t->name = MR_STR("");
    return t;
}

const struct mr_type *mr_type_list(struct mr_arena *a, const struct mr_type *elem) {
    struct mr_type *t = type_new(a, MR_T_LIST);
    t->elem = elem;
    return t;
}

const struct mr_type *mr_type_map(struct mr_arena *a, const struct mr_type *key,
                                  const struct mr_type *elem) {
    struct mr_type *t = type_new(a, MR_T_MAP);
    t->key = key;
    t->elem = elem;
    return t;
}

const struct mr_type *mr_type_optional(struct mr_arena *a, const struct mr_type *elem) {
    struct mr_type *t = type_new(a, MR_T_OPTIONAL);
    t->elem = elem;
    return t;
}

const struct mr_type *mr_type_wrapper(const struct mr_type *elem) {
    static const struct mr_type wrappers[] = {
        {.kind = MR_T_WRAPPER, .elem = &mr_type_bool},
        {.kind = MR_T_WRAPPER, .elem = &mr_type_int},
        {.kind = MR_T_WRAPPER, .elem = &mr_type_uint},
        {.kind = MR_T_WRAPPER, .elem = &mr_type_double},
        {.kind = MR_T_WRAPPER, .elem = &mr_type_string},
        {.kind = MR_T_WRAPPER, .elem = &mr_type_bytes},
    };
    size_t i = 0;
    while (wrappers[i].elem->kind != elem->kind) i++;
    return &wrappers[i];
}

const struct mr_type *mr_type_type(struct mr_arena *a, const struct mr_type *elem) {
    struct mr_type *t = type_new(a, MR_T_TYPE);
    t->elem = elem;
    return t;
}

const struct mr_type *mr_type_dyn_of(struct mr_arena *a, const struct mr_type *elem) {
    struct mr_type *t = type_new(a, MR_T_DYN);
    t->elem = elem;
    return t;
}

const struct mr_type *mr_type_struct(struct mr_arena *a, const char *name, uint32_t n,
                                     const struct mr_field *fields) {
    struct mr_type *t = type_new(a, MR_T_STRUCT);
    t->name = mr_str(name ? mr_arena_strdup(a, name) : "");
    t->n_fields = n;
    t->fields = fields;
    return t;
}

const struct mr_type *mr_type_abstract(struct mr_arena *a, struct mr_str name, uint32_t n,
                                       const struct mr_type *const *params) {
    struct mr_type *t = type_new(a, MR_T_ABSTRACT);
    struct mr_field *f = mr_arena_calloc(a, n + 1u, sizeof *f);
    for (uint32_t i = 0; i < n; i++)
        f[i] = (struct mr_field){.name = MR_STR(""), .type = params[i]};
    t->name = mr_arena_str(a, name);
    t->n_fields = n;
    t->fields = f;
    return t;
}

const struct mr_type *mr_type_param(struct mr_arena *a, struct mr_str name) {
    struct mr_type *t = type_new(a, MR_T_PARAM);
    t->name = mr_arena_str(a, name);
    return t;
}

int mr_type_field(const struct mr_type *t, struct mr_str name) {
    for (uint32_t i = 0; i < t->n_fields; i++)
        if (mr_str_eq(t->fields[i].name, name)) return (int)i;
    return -1;
}

static const char *kind_name(enum mr_type_kind k) {
    static const char *const names[] = {
        [MR_T_NULL] = "null",         [MR_T_BOOL] = "bool",
        [MR_T_INT] = "int",           [MR_T_UINT] = "uint",
        [MR_T_DOUBLE] = "double",     [MR_T_STRING] = "string",
        [MR_T_BYTES] = "bytes",       [MR_T_TIMESTAMP] = "timestamp",
        [MR_T_DURATION] = "duration", [MR_T_LIST] = "list",
        [MR_T_MAP] = "map",           [MR_T_STRUCT] = "struct",
        [MR_T_OPTIONAL] = "optional", [MR_T_DYN] = "json",
        [MR_T_TYPE] = "type",         [MR_T_WRAPPER] = "wrapper",
        [MR_T_ERROR] = "error",       [MR_T_IP] = "net.IP",
        [MR_T_CIDR] = "net.CIDR",     [MR_T_ABSTRACT] = "abstract",
        [MR_T_PARAM] = "param",
    };
    return names[k];
}

static void print_struct(const struct mr_type *t, struct mr_buf *to) {
    static const char *const suffix[] = {
        [MR_WIRE_DEFAULT] = "", [MR_WIRE_MS] = "_ms", [MR_WIRE_S] = "_s", [MR_WIRE_US] = "_us"};
    mr_buf_byte(to, '{');
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const struct mr_field *f = &t->fields[i];
        if (i) mr_buf_cat(to, ", ");
        mr_buf_str(to, f->name);
        mr_buf_cat(to, ": ");
        mr_type_print(f->type, to);
        mr_buf_cat(to, suffix[f->wire]);
        if (f->optional) mr_buf_byte(to, '?');
    }
    mr_buf_byte(to, '}');
}

void mr_type_print(const struct mr_type *t, struct mr_buf *to) {
    switch (t->kind) {
    case MR_T_LIST:
        mr_buf_byte(to, '[');
        mr_type_print(t->elem, to);
        mr_buf_byte(to, ']');
        return;
    case MR_T_MAP:
        mr_buf_byte(to, '{');
        mr_type_print(t->key, to);
        mr_buf_cat(to, ": ");
        mr_type_print(t->elem, to);
        mr_buf_byte(to, '}');
        return;
    case MR_T_OPTIONAL:
    case MR_T_WRAPPER:
    case MR_T_TYPE:
        mr_buf_cat(to, kind_name(t->kind));
        if (!t->elem) return;
        mr_buf_byte(to, '(');
        mr_type_print(t->elem, to);
        mr_buf_byte(to, ')');
        return;
    case MR_T_ABSTRACT:
    case MR_T_PARAM: mr_buf_str(to, t->name); return;
    case MR_T_STRUCT:
        if (t->name.n)
            mr_buf_str(to, t->name);
        else
            print_struct(t, to);
        return;
    default: mr_buf_cat(to, kind_name(t->kind));
    }
}

/* value_box.c -- values that carry their type: records and optionals in places of type dyn.
 *
 * A STRUCT and an optional mean something only together with their static type: a row has no names,
 * an absent value does not say of how many optionals. So where any type may stand they are boxed:
 * MR_V_RECORD, MR_V_OPTIONAL. The rules:
 *
 *   optional(T)            ABSENT, or a value of T; where T is an optional too, T is boxed
 *   dyn                    never STRUCT, and ABSENT is no value of it; all that is in it is boxed
 *   what is in a box       is as in dyn
 *
 * An opened record is a map of what is present, unless it is a message.
 */
#include "processor/expr/value.h"

#include "processor/expr/message.h"

/* ---- types */

bool mr_type_boxes(const struct mr_type *t) {
    switch (t->kind) {
    case MR_T_STRUCT:
    case MR_T_OPTIONAL: return true;
    case MR_T_LIST: return mr_type_boxes(t->elem);
    case MR_T_MAP: return mr_type_boxes(t->elem); /* keys are scalars */
    default: return false;
    }
}

bool mr_type_coerces(const struct mr_type *from, const struct mr_type *to) {
    if (to->kind == MR_T_DYN) return mr_type_boxes(from);
    if (to->kind == MR_T_OPTIONAL && from->kind != MR_T_OPTIONAL)
        return mr_type_coerces(from, to->elem);
    if (to->kind != from->kind) return false;
    switch (to->kind) {
    case MR_T_OPTIONAL: /* what is in an optional of an optional is boxed already */
        return from->elem->kind != MR_T_OPTIONAL && mr_type_coerces(from->elem, to->elem);
    case MR_T_LIST:
    case MR_T_MAP: return mr_type_coerces(from->elem, to->elem);
    default: return false;
    }
}

bool mr_type_is_message(const struct mr_type *t) {
    return t->kind == MR_T_STRUCT && (t->message || (t->n_fields && t->fields[0].number));
}

/* ---- into boxes and out of them */

size_t mr_value_elements(const struct mr_value *v, const struct mr_type *t) {
    size_t n = 1;
    if (t->kind == MR_T_OPTIONAL && v->tag != MR_V_OPTIONAL) return mr_value_elements(v, t->elem);
    bool list = t->kind == MR_T_LIST && v->tag == MR_V_LIST;
    bool map = t->kind == MR_T_MAP && v->tag == MR_V_MAP;
    for (uint32_t i = 0; i < v->len && (list || map) && mr_type_boxes(t->elem); i++)
        n += mr_value_elements(list ? &v->list[i] : &v->map[i].value, t->elem);
    return n;
}

size_t mr_record_elements(const struct mr_value *v) {
    const struct mr_record *r = v->record;
    size_t n = 0;
    for (uint32_t i = 0; i < r->type->n_fields; i++)
        n += mr_value_elements(&r->row[i], r->type->fields[i].type);
    return n;
}

static struct mr_value box_struct(struct mr_arena *a, const struct mr_value *v,
                                  const struct mr_type *t) {
    struct mr_record *r = mr_arena_alloc(a, sizeof *r);
    *r = (struct mr_record){t, v->row};
    return (struct mr_value){.tag = MR_V_RECORD, .record = r};
}

static struct mr_value box_optional(struct mr_arena *a, const struct mr_value *v,
                                    const struct mr_type *t) {
    struct mr_value to = {.tag = MR_V_OPTIONAL};
    if (v->tag == MR_V_ABSENT) return to;
    bool boxed = t->elem->kind == MR_T_OPTIONAL;
    struct mr_value in = boxed ? *v : mr_value_coerce(a, v, t->elem, &mr_type_dyn);
    to.len = 1;
    to.list = mr_arena_dup(a, &in, sizeof in);
    return to;
}

typedef struct mr_value change(struct mr_arena *a, const struct mr_value *v,
                               const struct mr_type *from, const struct mr_type *to);

static struct mr_value change_all(struct mr_arena *a, const struct mr_value *v, change *fn,
                                  const struct mr_type *from, const struct mr_type *to) {
    struct mr_value copy = *v;
    if (v->tag == MR_V_LIST) {
        struct mr_value *list = mr_arena_alloc(a, v->len * sizeof *list);
        for (uint32_t i = 0; i < v->len; i++) list[i] = fn(a, &v->list[i], from, to);
        copy.list = list;
    } else if (v->tag == MR_V_MAP) {
        struct mr_map_entry *map = mr_arena_alloc(a, v->len * sizeof *map);
        for (uint32_t i = 0; i < v->len; i++)
            map[i] = (struct mr_map_entry){v->map[i].key, fn(a, &v->map[i].value, from, to)};
        copy.map = map;
    }
    return copy;
}

static const struct mr_type *elem_of(const struct mr_type *t) {
    return t->kind == MR_T_DYN ? t : t->elem;
}

struct mr_value mr_value_coerce(struct mr_arena *a, const struct mr_value *v,
                                const struct mr_type *from, const struct mr_type *to) {
    if (v->tag == MR_V_ERROR || !mr_type_coerces(from, to)) return *v;
    if (to->kind == MR_T_OPTIONAL)
        return v->tag == MR_V_ABSENT
                   ? *v
                   : mr_value_coerce(a, v, from->kind == MR_T_OPTIONAL ? from->elem : from,
                                     to->elem);
    switch (from->kind) {
    case MR_T_STRUCT: return box_struct(a, v, from);
    case MR_T_OPTIONAL: return box_optional(a, v, from);
    default: return change_all(a, v, mr_value_coerce, from->elem, elem_of(to));
    }
}

static struct mr_value unbox(struct mr_arena *a, const struct mr_value *v,
                             const struct mr_type *from, const struct mr_type *to) {
    if (!mr_type_boxes(to)) return *v;
    if (v->tag == MR_V_RECORD) {
        struct mr_value s = mr_struct(v->record->row);
        s.len = v->record->type->n_fields;
        return s;
    }
    if (v->tag != MR_V_OPTIONAL) return change_all(a, v, unbox, from, to->elem);
    if (v->len == 0) return MR_ABSENT;
    bool boxed = to->elem->kind == MR_T_OPTIONAL;
    return boxed ? *v->list : unbox(a, v->list, from, to->elem);
}

struct mr_value mr_value_unbox(struct mr_arena *a, const struct mr_value *v,
                               const struct mr_type *to) {
    return unbox(a, v, &mr_type_dyn, to);
}

/* ---- records */

static struct mr_value field(struct mr_arena *a, const struct mr_record *r, uint32_t i) {
    const struct mr_value *v = &r->row[i];
    if (mr_message_is_raw_any(v))
        return mr_error_value(a, MR_R_EXPR_ERROR, "an Any that holds no message known here");
    if (r->type->message && v->tag == MR_V_ABSENT)
        return mr_value_coerce(a, &r->type->message->fields[i].unset, r->type->fields[i].type,
                               &mr_type_dyn);
    return mr_value_coerce(a, &r->row[i], r->type->fields[i].type, &mr_type_dyn);
}

struct mr_value mr_record_get(struct mr_arena *a, const struct mr_value *v, struct mr_str name) {
    int i = mr_type_field(v->record->type, name);
    return i < 0 ? MR_ABSENT : field(a, v->record, (uint32_t)i);
}

bool mr_record_has(const struct mr_value *v, struct mr_str name, bool *ret_set) {
    int i = mr_type_field(v->record->type, name);
    if (i < 0) return false;
    *ret_set = v->record->row[i].tag != MR_V_ABSENT;
    return true;
}

struct mr_value mr_record_open(struct mr_arena *a, const struct mr_value *v) {
    const struct mr_record *r = v->record;
    uint32_t n = r->type->n_fields;
    if (mr_type_is_message(r->type)) return *v;
    struct mr_map_entry *map = mr_arena_alloc(a, n * sizeof *map);
    struct mr_value to = {.tag = MR_V_MAP, .map = map};
    for (uint32_t i = 0; i < n; i++) {
        if (r->row[i].tag == MR_V_ERROR) return r->row[i];
        if (r->row[i].tag == MR_V_ABSENT) continue;
        map[to.len++] = (struct mr_map_entry){mr_string(r->type->fields[i].name), field(a, r, i)};
    }
    return to;
}

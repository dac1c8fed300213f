/* step_message.c -- steps of protobuf messages: reading a field that may not be set, and message
 * literals with CEL's rules of assignment (langdef.md of cel-spec, "Field Selection" and
 * "Aggregate values"): ranges, null clears what a message is, Any takes anything, Value, Struct and
 * ListValue take what is JSON.
 */
#include "processor/expr/run.h"

#include "processor/expr/message.h"
#include "processor/expr/protobuf.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

STEP_FN_OF(message_get) { /* imm: the field; b: what it reads as when it is not set */
    const struct mr_value *v = &a->row[s->imm];
    if (mr_message_is_raw_any(v))
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "an Any that holds no message known here");
    *dst = v->tag == MR_V_ABSENT ? *b : *v;
    return true;
}

/* ---- assignment */

struct assign {
    struct mr_run *r;
    const struct mr_expr_step *step;
    struct mr_str field; /* its name */
};

enum fate { FAILED, NONE, SET }; /* NONE: null where a message is: the field is not set */

static enum fate mismatch(const struct assign *x, const struct mr_value *v) {
    mr_run_fail(x->r, x->step, MR_R_EXPR_ERROR, "field `%.*s` cannot take %s", MR_STR_ARG(x->field),
                mr_tag_name(v));
    return FAILED;
}

static enum fate range(const struct assign *x) {
    mr_run_fail(x->r, x->step, MR_R_NUM_RANGE, "field `%.*s`: outside of 32 bits",
                MR_STR_ARG(x->field));
    return FAILED;
}

static enum fate scalar_of(const struct assign *x, uint8_t kind, const struct mr_value *v,
                           struct mr_value *to) {
    static const uint8_t tags[MR_N_PK] = {
        [MR_PK_DOUBLE] = MR_V_DOUBLE, [MR_PK_FLOAT] = MR_V_DOUBLE,  [MR_PK_INT64] = MR_V_INT,
        [MR_PK_INT32] = MR_V_INT,     [MR_PK_SINT64] = MR_V_INT,    [MR_PK_SINT32] = MR_V_INT,
        [MR_PK_SFIXED64] = MR_V_INT,  [MR_PK_SFIXED32] = MR_V_INT,  [MR_PK_UINT64] = MR_V_UINT,
        [MR_PK_UINT32] = MR_V_UINT,   [MR_PK_FIXED64] = MR_V_UINT,  [MR_PK_FIXED32] = MR_V_UINT,
        [MR_PK_BOOL] = MR_V_BOOL,     [MR_PK_STRING] = MR_V_STRING, [MR_PK_BYTES] = MR_V_BYTES,
        [MR_PK_ENUM] = MR_V_INT};
    *to = *v;
    if (v->tag == MR_V_INT && tags[kind] == MR_V_DOUBLE && x->r->p->wide)
        *to = mr_double((double)v->i);
    if (to->tag != tags[kind]) return mismatch(x, v);
    switch (kind) {
    case MR_PK_INT32:
    case MR_PK_SINT32:
    case MR_PK_SFIXED32:
    case MR_PK_ENUM: return v->i < INT32_MIN || v->i > INT32_MAX ? range(x) : SET;
    case MR_PK_UINT32:
    case MR_PK_FIXED32: return v->u > UINT32_MAX ? range(x) : SET;
    case MR_PK_FLOAT: to->d = (double)(float)to->d; return SET;
    default: return SET;
    }
}

static enum fate json_of(const struct assign *x, const struct mr_value *v, struct mr_value *to) {
    const char *problem;
    if (mr_message_to_json(x->r->f->arena, v, &x->r->fuel, to, &problem)) return SET;
    mr_run_fail(x->r, x->step, MR_R_EXPR_ERROR, "field `%.*s`: %s", MR_STR_ARG(x->field), problem);
    return FAILED;
}

/* As it will be read again: lists and maps are packed as ListValue and Struct. */
static enum fate any_of(const struct assign *x, const struct mr_value *v, struct mr_value *to) {
    bool message = v->tag == MR_V_RECORD && v->record->type->message;
    *to = *v;
    switch ((enum mr_tag)v->tag) {
    case MR_V_LIST:
    case MR_V_MAP:
    case MR_V_JSON: return json_of(x, v, to);
    case MR_V_RECORD: return message ? SET : json_of(x, v, to);
    case MR_V_ABSENT:
    case MR_V_STRUCT:
    case MR_V_TYPE:
    case MR_V_ERROR:
    case MR_V_OPTIONAL: return mismatch(x, v);
    default: return SET;
    }
}

static enum fate message_of(const struct assign *x, const struct mr_type *t,
                            const struct mr_value *v, struct mr_value *to) {
    *to = *v;
    if (v->tag == MR_V_STRUCT) return SET; /* its static type is that of the field */
    if (v->tag != MR_V_RECORD || !mr_type_eq(v->record->type, t)) return mismatch(x, v);
    *to = (struct mr_value){.tag = MR_V_STRUCT, .len = t->n_fields, .row = v->record->row};
    return SET;
}

static enum fate item_of(const struct assign *x, const struct mr_message_item *it,
                         const struct mr_value *from, struct mr_value *to) {
    struct mr_value v = *from;
    const struct mr_type *t = it->message;
    if (v.tag == MR_V_JSON) v = mr_run_plain(x->r, x->step, &v);
    bool null = v.tag == MR_V_NULL;
    if (!t) {
        if (null && it->null_value) v = mr_int(0);
        return scalar_of(x, it->kind, &v, to);
    }
    switch ((enum mr_well_known)t->message->well_known) {
    case MR_WK_ANY: return any_of(x, from, to);
    case MR_WK_VALUE: return json_of(x, from, to);
    case MR_WK_STRUCT:
    case MR_WK_LIST:
        if (json_of(x, from, to) == FAILED) return FAILED;
        return to->tag == (it->type->kind == MR_T_MAP ? MR_V_MAP : MR_V_LIST) ? SET
                                                                              : mismatch(x, &v);
    case MR_WK_WRAPPER: return null ? NONE : scalar_of(x, t->message->wrapped, &v, to);
    case MR_WK_TIMESTAMP:
    case MR_WK_DURATION:
        *to = v;
        return null ? NONE : v.tag == mr_type_tag(it->type) ? SET : mismatch(x, &v);
    default: return null ? NONE : message_of(x, t, &v, to);
    }
}

static bool list_of(const struct assign *x, const struct mr_message_field *f,
                    const struct mr_value *v, struct mr_value *to) {
    if (!mr_run_charge(x->r, x->step, v->len)) return false;
    struct mr_value *list = mr_arena_alloc(x->r->f->arena, v->len * sizeof *list);
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->len; i++) {
        enum fate fate = item_of(x, &f->item, &v->list[i], &list[n]);
        if (fate == FAILED) return false;
        n += fate == SET;
    }
    *to = (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
    return true;
}

static bool map_of(const struct assign *x, const struct mr_message_field *f,
                   const struct mr_value *v, struct mr_value *to) {
    if (!mr_run_charge(x->r, x->step, v->len)) return false;
    struct mr_map_entry *map = mr_arena_alloc(x->r->f->arena, v->len * sizeof *map);
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->len; i++) {
        if (item_of(x, &f->key, &v->map[i].key, &map[n].key) == FAILED) return false;
        enum fate fate = item_of(x, &f->item, &v->map[i].value, &map[n].value);
        if (fate == FAILED) return false;
        n += fate == SET;
    }
    *to = (struct mr_value){.tag = MR_V_MAP, .len = n, .map = map};
    return true;
}

static bool put_field(struct assign *x, const struct mr_type *t, uint32_t field,
                      const struct mr_value *from, struct mr_value *row) {
    const struct mr_message_field *f = &t->message->fields[field];
    struct mr_value v = *from, to = MR_ABSENT;
    x->field = t->fields[field].name;
    if (f->shape != MR_MESSAGE_ONE) v = mr_run_plain(x->r, x->step, from);
    if (f->shape == MR_MESSAGE_LIST) {
        if (v.tag != MR_V_LIST) return mismatch(x, &v);
        if (!list_of(x, f, &v, &to)) return false;
    } else if (f->shape == MR_MESSAGE_MAP) {
        if (v.tag != MR_V_MAP) return mismatch(x, &v);
        if (!map_of(x, f, &v, &to)) return false;
    } else {
        enum fate fate = item_of(x, &f->item, &v, &to);
        if (fate == FAILED) return false;
        if (fate == NONE) to = MR_ABSENT;
    }
    mr_message_put(t, row, field, to);
    return true;
}

STEP_FN_OF(make_message) { /* imm: of the program's makes; a: the first value */
    const struct mr_make *m = r->p->makes[s->imm];
    const struct mr_type *t = m->type;
    struct assign x = {.r = r, .step = s};
    const char *problem;
    if (!mr_run_charge(r, s, t->n_fields)) return false;
    struct mr_value *row = mr_arena_calloc(r->f->arena, t->n_fields + 1, sizeof *row);
    for (uint32_t i = 0; i < m->n; i++) {
        if (m->opts[i] && a[i].tag == MR_V_ABSENT) continue;
        if (!put_field(&x, t, m->fields[i], &a[i], row)) return false;
    }
    bool any = t->message->well_known == MR_WK_ANY && row[1].tag == MR_V_BYTES;
    if (any && !mr_run_charge(r, s, row[1].len)) return false; /* its content is read */
    if (!mr_message_unwrap(r->f->arena, t, row, dst, &problem))
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%s", problem);
    if (mr_message_is_raw_any(dst) && t->message->well_known == MR_WK_ANY)
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "an Any that holds no message known here");
    return true;
}

/* avro_write.c -- rows -> Avro binary: the fields of the schema in its order, found by name in the
 * row. Lists and maps are one block. What a row does not have must be null in the schema; its
 * defaults are for readers.
 */
#include "processor/expr/access.h"
#include "processor/expr/avro.h"
#include "processor/expr/json.h"
#include "processor/expr/protobuf.h"

#include <math.h>

struct out {
    struct mr_buf *to;
    struct mr_fault *ret;
    bool json; /* inside of a `json` value: errors of its own have texts that do not last */
};

static bool write_use(struct out *o, const struct mr_avro_use *use, const struct mr_type *row,
                      const struct mr_value *v);

static bool fail_kind(struct out *o) {
    return mr_write_fail(o->ret, MR_R_DECODE_TYPE, "a value of another type than the schema's");
}

static bool fail_range(struct out *o, const char *text) {
    return mr_write_fail(o->ret, MR_R_NUM_RANGE, text);
}

static void put_long(struct out *o, int64_t v) {
    mr_proto_put_varint(o->to, mr_proto_zigzag(v));
}

static void put_text(struct out *o, const struct mr_value *v) {
    put_long(o, v->len);
    mr_buf_add(o->to, v->p, v->len);
}

/* ---- scalars */

static bool put_time(struct out *o, enum mr_avro_time time, const struct mr_value *v) {
    static const int64_t per_second[] = {
        [MR_AVRO_MS] = 1000, [MR_AVRO_US] = 1000000, [MR_AVRO_NS] = 1000000000};
    int64_t whole;
    if (v->tag != MR_V_TIMESTAMP) return fail_kind(o);
    if (time == MR_AVRO_DATE) {
        if (v->aux || v->i % 86400) return fail_range(o, "not midnight UTC: the schema has a date");
        put_long(o, v->i / 86400);
        return true;
    }
    int64_t unit = per_second[time];
    if (__builtin_mul_overflow(v->i, unit, &whole) ||
        __builtin_add_overflow(whole, (int64_t)v->aux / (1000000000 / unit), &whole))
        return fail_range(o, "a time outside 64 bits of nanoseconds");
    put_long(o, whole);
    return true;
}

static bool put_int(struct out *o, const struct mr_avro *node, const struct mr_value *v) {
    if (node->time) return put_time(o, node->time, v);
    if (v->tag != MR_V_INT && v->tag != MR_V_UINT) return fail_kind(o);
    if (v->tag == MR_V_UINT && v->u > INT64_MAX)
        return fail_range(o, "outside the 64 bits of a long");
    if (node->kind == MR_AVRO_INT && (v->i < INT32_MIN || v->i > INT32_MAX))
        return fail_range(o, "outside the 32 bits of an int");
    put_long(o, v->i);
    return true;
}

static bool put_real(struct out *o, const struct mr_avro *node, const struct mr_value *v) {
    double d = v->tag == MR_V_INT ? (double)v->i : v->tag == MR_V_UINT ? (double)v->u : v->d;
    float x = (float)d;
    if (v->tag != MR_V_INT && v->tag != MR_V_UINT && v->tag != MR_V_DOUBLE) return fail_kind(o);
    if (node->kind == MR_AVRO_DOUBLE)
        mr_buf_add(o->to, &d, 8);
    else if (isfinite(d) && !isfinite(x))
        return fail_range(o, "outside the range of a float");
    else
        mr_buf_add(o->to, &x, 4);
    return true;
}

static bool put_bytes(struct out *o, const struct mr_avro *node, const struct mr_value *v) {
    if (v->tag != MR_V_BYTES && v->tag != MR_V_STRING) return fail_kind(o);
    if (node->kind == MR_AVRO_BYTES) {
        put_text(o, v);
        return true;
    }
    if (v->len != node->n)
        return mr_write_fail(o->ret, MR_R_DECODE_TYPE, "not the size of the schema's fixed");
    mr_buf_add(o->to, v->p, v->len);
    return true;
}

static bool put_enum(struct out *o, const struct mr_avro *node, const struct mr_value *v) {
    if (v->tag != MR_V_STRING) return fail_kind(o);
    for (uint32_t i = 0; i < node->n; i++) {
        if (!mr_str_eq(node->symbols[i], (struct mr_str){v->p, v->len})) continue;
        put_long(o, i);
        return true;
    }
    return mr_write_fail(o->ret, MR_R_DECODE_TYPE, "a symbol that the schema's enum does not have");
}

/* ---- lists, maps, records */

static bool put_list(struct out *o, const struct mr_avro *node, const struct mr_type *row,
                     const struct mr_value *v) {
    const struct mr_type *elem = row && row->kind == MR_T_LIST ? row->elem : NULL;
    if (v->tag != MR_V_LIST) return fail_kind(o);
    if (v->len) put_long(o, v->len);
    for (uint32_t i = 0; i < v->len; i++)
        if (!write_use(o, &node->elem, elem, &v->list[i])) return false;
    put_long(o, 0);
    return true;
}

static bool put_map(struct out *o, const struct mr_avro *node, const struct mr_type *row,
                    const struct mr_value *v) {
    const struct mr_type *elem = row && row->kind == MR_T_MAP ? row->elem : NULL;
    uint32_t n = 0;
    if (v->tag != MR_V_MAP) return fail_kind(o);
    for (uint32_t i = 0; i < v->len; i++) n += v->map[i].value.tag != MR_V_ABSENT;
    if (n) put_long(o, n);
    for (uint32_t i = 0; i < v->len; i++) {
        const struct mr_map_entry *e = &v->map[i];
        if (e->value.tag == MR_V_ABSENT) continue;
        if (e->key.tag != MR_V_STRING) return fail_kind(o);
        put_text(o, &e->key);
        if (!write_use(o, &node->elem, elem, &e->value)) return false;
    }
    put_long(o, 0);
    return true;
}

/* An object of a `json` value. */
static bool put_object(struct out *o, const struct mr_avro *node, const struct mr_value *v) {
    static const struct mr_value absent = {.tag = MR_V_ABSENT};
    uint32_t used = 0;
    for (uint32_t i = 0; i < node->n; i++) {
        struct mr_str name = node->type->fields[i].name;
        const struct mr_value *at = &absent;
        for (uint32_t k = 0; k < v->len && at == &absent; k++) {
            const struct mr_value *key = &v->map[k].key;
            bool is = key->tag == MR_V_STRING && key->len == name.n &&
                      memcmp(key->p, name.p, name.n) == 0;
            if (is) at = &v->map[k].value;
        }
        used += at != &absent;
        if (!write_use(o, &node->fields[i], NULL, at)) return false;
    }
    if (used == v->len) return true;
    return mr_write_fail(o->ret, MR_R_DECODE_TYPE, "a field that the schema does not have");
}

static bool put_record(struct out *o, const struct mr_avro *node, const struct mr_type *row,
                       const struct mr_value *v) {
    static const struct mr_value absent = {.tag = MR_V_ABSENT};
    if (v->tag == MR_V_MAP) return put_object(o, node, v);
    if (v->tag != MR_V_STRUCT || !row || row->kind != MR_T_STRUCT) return fail_kind(o);
    for (uint32_t i = 0; i < node->n; i++) {
        struct mr_str name = node->type->fields[i].name;
        bool here = i < row->n_fields && mr_str_eq(row->fields[i].name, name);
        int at = here ? (int)i : mr_type_field(row, name);
        const struct mr_type *t = at < 0 ? NULL : row->fields[at].type;
        if (!write_use(o, &node->fields[i], t, at < 0 ? &absent : &v->row[at])) return false;
    }
    return true;
}

static bool write_value(struct out *o, const struct mr_avro *node, const struct mr_type *row,
                        const struct mr_value *v) {
    switch (node->kind) {
    case MR_AVRO_NULL: return fail_kind(o);
    case MR_AVRO_BOOLEAN:
        if (v->tag != MR_V_BOOL) return fail_kind(o);
        mr_buf_byte(o->to, v->b);
        return true;
    case MR_AVRO_INT:
    case MR_AVRO_LONG: return put_int(o, node, v);
    case MR_AVRO_FLOAT:
    case MR_AVRO_DOUBLE: return put_real(o, node, v);
    case MR_AVRO_BYTES:
    case MR_AVRO_FIXED: return put_bytes(o, node, v);
    case MR_AVRO_STRING:
        if (v->tag != MR_V_STRING) return fail_kind(o);
        put_text(o, v);
        return true;
    case MR_AVRO_ENUM: return put_enum(o, node, v);
    case MR_AVRO_ARRAY: return put_list(o, node, row, v);
    case MR_AVRO_MAP: return put_map(o, node, row, v);
    case MR_AVRO_RECORD: return put_record(o, node, row, v);
    }
    return false;
}

static bool write_json(struct out *o, const struct mr_avro_use *use, const struct mr_value *v) {
    struct out inside = {o->to, o->ret, true};
    struct mr_arena tmp;
    mr_arena_init(&tmp);
    struct mr_value opened = mr_json_open(&tmp, (struct mr_str){v->p, v->len});
    bool ok = write_use(&inside, use, NULL, &opened);
    mr_arena_done(&tmp);
    return ok;
}

static bool write_use(struct out *o, const struct mr_avro_use *use, const struct mr_type *row,
                      const struct mr_value *v) {
    while (row && row->kind == MR_T_OPTIONAL) row = row->elem;
    if (v->tag == MR_V_ERROR)
        return mr_write_fail(o->ret, (enum mr_reason)v->aux,
                             v->fault && !o->json ? v->fault->text
                                                  : "a value that could not be read");
    if (v->tag == MR_V_JSON) return write_json(o, use, v);
    bool only_null = use->of->kind == MR_AVRO_NULL;
    if (v->tag == MR_V_ABSENT || v->tag == MR_V_NULL) {
        if (!only_null && use->branches != 2)
            return mr_write_fail(o->ret, MR_R_DECODE_TYPE,
                                 "no value for a field that the schema requires");
        if (use->branches) put_long(o, only_null ? use->value : !use->value);
        return true;
    }
    if (use->branches) put_long(o, use->value);
    return write_value(o, use->of, row, v);
}

bool mr_avro_write(const struct mr_avro *schema, const struct mr_type *row,
                   const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret) {
    struct out o = {to, ret, false};
    struct mr_avro_use use = {.of = schema};
    return write_use(&o, &use, row, v);
}

/* message_write.c -- messages as CEL sees them -> wire bytes. What a value of google.protobuf.Any,
 * Value, Struct, ListValue, of a wrapper or a time stands for becomes that message again; repeated
 * scalars are packed.
 */
#include "processor/expr/access.h"
#include "processor/expr/json.h"
#include "processor/expr/message.h"
#include "processor/expr/protobuf.h"

static bool put_row(const struct mr_type *t, const struct mr_value *row, int depth,
                    struct mr_buf *to, struct mr_fault *ret);

static void put_tag(struct mr_buf *to, uint32_t number, enum mr_proto_wire wire) {
    mr_proto_put_varint(to, (uint64_t)number << 3 | wire);
}

static void put_text(struct mr_buf *to, uint32_t number, struct mr_str s) {
    put_tag(to, number, MR_PW_BYTES);
    mr_proto_put_varint(to, s.n);
    mr_buf_str(to, s);
}

static bool too_deep(struct mr_fault *ret) {
    return mr_write_fail(ret, MR_R_DECODE_LIMIT, "messages are nested too deeply");
}

/* ---- google.protobuf.Value, Struct and ListValue, of what message_json.c makes */

static bool put_json(const struct mr_value *v, int depth, struct mr_buf *to, struct mr_fault *ret);

static bool put_elements(const struct mr_value *v, int depth, struct mr_buf *to,
                         struct mr_fault *ret) {
    for (uint32_t i = 0; i < v->len; i++) {
        put_tag(to, 1, MR_PW_BYTES);
        size_t from = to->n;
        if (v->tag == MR_V_LIST) {
            if (!put_json(&v->list[i], depth + 1, to, ret)) return false;
        } else {
            const struct mr_map_entry *e = &v->map[i];
            put_text(to, 1, (struct mr_str){e->key.p, e->key.len});
            put_tag(to, 2, MR_PW_BYTES);
            size_t value = to->n;
            if (!put_json(&e->value, depth + 1, to, ret)) return false;
            mr_proto_put_length_before(to, value);
        }
        mr_proto_put_length_before(to, from);
    }
    return true;
}

static bool put_json(const struct mr_value *v, int depth, struct mr_buf *to, struct mr_fault *ret) {
    if (depth > 2 * MR_MESSAGE_DEPTH) return too_deep(ret);
    switch (v->tag) {
    case MR_V_NULL:
        put_tag(to, 1, MR_PW_VARINT);
        mr_buf_byte(to, 0);
        return true;
    case MR_V_DOUBLE:
        put_tag(to, 2, MR_PW_FIXED64);
        mr_buf_add(to, &v->d, 8);
        return true;
    case MR_V_STRING: put_text(to, 3, (struct mr_str){v->p, v->len}); return true;
    case MR_V_BOOL:
        put_tag(to, 4, MR_PW_VARINT);
        mr_buf_byte(to, v->b);
        return true;
    case MR_V_MAP:
    case MR_V_LIST: {
        put_tag(to, v->tag == MR_V_MAP ? 5 : 6, MR_PW_BYTES);
        size_t from = to->n;
        if (!put_elements(v, depth, to, ret)) return false;
        mr_proto_put_length_before(to, from);
        return true;
    }
    default: return mr_write_fail(ret, MR_R_DECODE_TYPE, "no value of JSON");
    }
}

/* ---- google.protobuf.Any */

static bool put_scalar_field(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                             struct mr_fault *ret) {
    if (mr_message_is_default(v)) return true;
    put_tag(to, 1, mr_proto_wire_of(kind));
    return mr_proto_put_scalar(kind, v, to, ret);
}

/* The message that a value that is none is packed as. */
static const struct {
    const char *name;
    uint8_t kind; /* of a wrapper's value */
} packed[] = {
    [MR_V_NULL] = {"Value", 0},
    [MR_V_BOOL] = {"BoolValue", MR_PK_BOOL},
    [MR_V_INT] = {"Int64Value", MR_PK_INT64},
    [MR_V_UINT] = {"UInt64Value", MR_PK_UINT64},
    [MR_V_DOUBLE] = {"DoubleValue", MR_PK_DOUBLE},
    [MR_V_STRING] = {"StringValue", MR_PK_STRING},
    [MR_V_BYTES] = {"BytesValue", MR_PK_BYTES},
    [MR_V_TIMESTAMP] = {"Timestamp", 0},
    [MR_V_DURATION] = {"Duration", 0},
    [MR_V_LIST] = {"ListValue", 0},
    [MR_V_MAP] = {"Struct", 0},
};

static bool put_any(const struct mr_value *v, int depth, struct mr_buf *to, struct mr_fault *ret) {
    static const char prefix[] = "type.googleapis.com/";
    if (mr_message_is_raw_any(v))
        return put_row(v->record->type, v->record->row, depth + 1, to, ret);
    bool record = v->tag == MR_V_RECORD && v->record->type->message;
    if (!record && v->tag > MR_V_MAP) return mr_write_fail(ret, MR_R_DECODE_TYPE, "no Any of it");
    put_tag(to, 1, MR_PW_BYTES);
    size_t from = to->n;
    mr_buf_cat(to, prefix);
    if (record)
        mr_buf_str(to, v->record->type->name);
    else
        mr_buf_printf(to, "google.protobuf.%s", packed[v->tag].name);
    mr_proto_put_length_before(to, from);
    put_tag(to, 2, MR_PW_BYTES);
    from = to->n;
    bool ok = true;
    if (record)
        ok = put_row(v->record->type, v->record->row, depth + 1, to, ret);
    else if (v->tag == MR_V_TIMESTAMP || v->tag == MR_V_DURATION)
        mr_proto_put_time(v, to);
    else if (v->tag == MR_V_LIST || v->tag == MR_V_MAP)
        ok = put_elements(v, 0, to, ret);
    else
        ok = v->tag == MR_V_NULL ? put_json(v, 0, to, ret)
                                 : put_scalar_field(packed[v->tag].kind, v, to, ret);
    mr_proto_put_length_before(to, from);
    return ok;
}

/* ---- fields */

/* The content of a message, without its length. */
static bool put_content(const struct mr_type *t, const struct mr_value *v, int depth,
                        struct mr_buf *to, struct mr_fault *ret) {
    switch ((enum mr_well_known)t->message->well_known) {
    case MR_WK_WRAPPER: return put_scalar_field(t->message->wrapped, v, to, ret);
    case MR_WK_TIMESTAMP:
    case MR_WK_DURATION: mr_proto_put_time(v, to); return true;
    case MR_WK_ANY: return put_any(v, depth, to, ret);
    case MR_WK_VALUE: return put_json(v, 0, to, ret);
    case MR_WK_STRUCT:
    case MR_WK_LIST: return put_elements(v, 0, to, ret);
    default: return put_row(t, v->row, depth + 1, to, ret);
    }
}

static bool put_item(const struct mr_message_item *it, uint32_t number, const struct mr_value *v,
                     int depth, struct mr_buf *to, struct mr_fault *ret) {
    if (it->kind == MR_PK_GROUP) {
        put_tag(to, number, MR_PW_GROUP);
        bool ok = put_row(it->message, v->row, depth + 1, to, ret);
        put_tag(to, number, MR_PW_END);
        return ok;
    }
    put_tag(to, number, mr_proto_wire_of(it->kind));
    if (!it->message) return mr_proto_put_scalar(it->kind, v, to, ret);
    size_t from = to->n;
    bool ok = put_content(it->message, v, depth, to, ret);
    mr_proto_put_length_before(to, from);
    return ok;
}

static bool put_list(const struct mr_message_item *it, uint32_t number, const struct mr_value *v,
                     int depth, struct mr_buf *to, struct mr_fault *ret) {
    bool packs = !it->message && it->kind != MR_PK_STRING && it->kind != MR_PK_BYTES, ok = true;
    if (packs) put_tag(to, number, MR_PW_BYTES);
    size_t from = to->n;
    for (uint32_t i = 0; i < v->len && ok; i++)
        ok = packs ? mr_proto_put_scalar(it->kind, &v->list[i], to, ret)
                   : put_item(it, number, &v->list[i], depth, to, ret);
    if (packs) mr_proto_put_length_before(to, from);
    return ok;
}

static bool put_row(const struct mr_type *t, const struct mr_value *row, int depth,
                    struct mr_buf *to, struct mr_fault *ret) {
    bool ok = true;
    if (depth > MR_MESSAGE_DEPTH) return too_deep(ret);
    for (uint32_t k = 0; k < t->n_fields && ok; k++) {
        uint32_t i = t->message->by_number[k];
        const struct mr_message_field *f = &t->message->fields[i];
        uint32_t number = t->fields[i].number;
        if (row[i].tag == MR_V_ABSENT) continue;
        if (f->shape == MR_MESSAGE_ONE) {
            ok = put_item(&f->item, number, &row[i], depth, to, ret);
        } else if (f->shape == MR_MESSAGE_LIST) {
            ok = put_list(&f->item, number, &row[i], depth, to, ret);
        }
        for (uint32_t m = 0; f->shape == MR_MESSAGE_MAP && m < row[i].len && ok; m++) {
            put_tag(to, number, MR_PW_BYTES);
            size_t from = to->n;
            ok = put_item(&f->key, 1, &row[i].map[m].key, depth, to, ret) &&
                 put_item(&f->item, 2, &row[i].map[m].value, depth, to, ret);
            mr_proto_put_length_before(to, from);
        }
    }
    return ok;
}

bool mr_message_write(const struct mr_type *t, const struct mr_value *row, struct mr_buf *to,
                      struct mr_fault *ret) {
    return put_row(t, row, 1, to, ret);
}

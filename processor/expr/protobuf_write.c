/* protobuf_write.c -- rows -> messages: fields in the order of the message, found by name in the
 * row; what the row does not have stays unset. Repeated scalars are packed. A scalar without
 * presence is left out when it holds its default, as protobuf does.
 */
#include "processor/expr/access.h"
#include "processor/expr/json.h"
#include "processor/expr/message.h"
#include "processor/expr/protobuf.h"

static bool write_row(const struct mr_type *message, const struct mr_type *row,
                      const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret);

static bool fail_kind(struct mr_fault *ret) {
    return mr_write_fail(ret, MR_R_DECODE_TYPE, "a value of another type than the message's field");
}

static void put_tag(struct mr_buf *to, uint32_t number, enum mr_proto_wire wire) {
    mr_proto_put_varint(to, (uint64_t)number << 3 | wire);
}

void mr_proto_put_length_before(struct mr_buf *to, size_t from) {
    if (to->full) return;
    size_t n = to->n - from, before = to->n;
    mr_proto_put_varint(to, n);
    if (to->full) return;
    uint8_t length[10];
    size_t n_length = to->n - before;
    memcpy(length, to->p + before, n_length);
    memmove(to->p + from + n_length, to->p + from, n);
    memcpy(to->p + from, length, n_length);
}

/* ---- scalars */

static bool as_int(const struct mr_value *v, int64_t *ret) {
    if (v->tag == MR_V_UINT && v->u > INT64_MAX) return false;
    *ret = v->i;
    return v->tag == MR_V_INT || v->tag == MR_V_UINT;
}

static bool as_uint(const struct mr_value *v, uint64_t *ret) {
    if (v->tag == MR_V_INT && v->i < 0) return false;
    *ret = v->u;
    return v->tag == MR_V_INT || v->tag == MR_V_UINT;
}

static bool as_double(const struct mr_value *v, double *ret) {
    *ret = v->tag == MR_V_INT ? (double)v->i : v->tag == MR_V_UINT ? (double)v->u : v->d;
    return v->tag == MR_V_INT || v->tag == MR_V_UINT || v->tag == MR_V_DOUBLE;
}

static bool put_signed(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                       struct mr_fault *ret) {
    int64_t i;
    if (!as_int(v, &i)) return fail_kind(ret);
    bool narrow =
        kind == MR_PK_INT32 || kind == MR_PK_SINT32 || kind == MR_PK_SFIXED32 || kind == MR_PK_ENUM;
    if (narrow && (i < INT32_MIN || i > INT32_MAX))
        return mr_write_fail(ret, MR_R_NUM_RANGE, "outside the 32 bits of the message's field");
    int32_t small = (int32_t)i;
    if (kind == MR_PK_SINT32 || kind == MR_PK_SINT64)
        mr_proto_put_varint(to, mr_proto_zigzag(i));
    else if (kind == MR_PK_SFIXED32)
        mr_buf_add(to, &small, 4);
    else if (kind == MR_PK_SFIXED64)
        mr_buf_add(to, &i, 8);
    else
        mr_proto_put_varint(to, (uint64_t)i);
    return true;
}

static bool put_unsigned(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                         struct mr_fault *ret) {
    uint64_t u;
    if (!as_uint(v, &u)) return fail_kind(ret);
    bool narrow = kind == MR_PK_UINT32 || kind == MR_PK_FIXED32;
    if (narrow && u > UINT32_MAX)
        return mr_write_fail(ret, MR_R_NUM_RANGE, "outside the 32 bits of the message's field");
    uint32_t small = (uint32_t)u;
    if (kind == MR_PK_FIXED32)
        mr_buf_add(to, &small, 4);
    else if (kind == MR_PK_FIXED64)
        mr_buf_add(to, &u, 8);
    else
        mr_proto_put_varint(to, u);
    return true;
}

static bool put_floating(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                         struct mr_fault *ret) {
    double d;
    if (!as_double(v, &d)) return fail_kind(ret);
    float f = (float)d;
    if (kind == MR_PK_FLOAT)
        mr_buf_add(to, &f, 4);
    else
        mr_buf_add(to, &d, 8);
    return true;
}

static bool put_text(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                     struct mr_fault *ret) {
    bool bytes = kind == MR_PK_BYTES && v->tag == MR_V_BYTES;
    if (v->tag != MR_V_STRING && !bytes) return fail_kind(ret);
    mr_proto_put_varint(to, v->len);
    mr_buf_add(to, v->p, v->len);
    return true;
}

bool mr_proto_put_scalar(uint8_t kind, const struct mr_value *v, struct mr_buf *to,
                         struct mr_fault *ret) {
    switch (kind) {
    case MR_PK_DOUBLE:
    case MR_PK_FLOAT: return put_floating(kind, v, to, ret);
    case MR_PK_UINT64:
    case MR_PK_UINT32:
    case MR_PK_FIXED64:
    case MR_PK_FIXED32: return put_unsigned(kind, v, to, ret);
    case MR_PK_STRING:
    case MR_PK_BYTES: return put_text(kind, v, to, ret);
    case MR_PK_BOOL:
        if (v->tag != MR_V_BOOL) return fail_kind(ret);
        mr_buf_byte(to, v->b);
        return true;
    default: return put_signed(kind, v, to, ret);
    }
}

static bool is_default(const struct mr_value *v) {
    switch (v->tag) {
    case MR_V_BOOL: return !v->b;
    case MR_V_STRING:
    case MR_V_BYTES: return v->len == 0;
    default: return v->u == 0; /* of doubles only +0 */
    }
}

/* ---- messages inside */

void mr_proto_put_time(const struct mr_value *v, struct mr_buf *to) {
    int64_t seconds = v->tag == MR_V_TIMESTAMP ? v->i : v->i / 1000000000;
    int64_t ns = v->tag == MR_V_TIMESTAMP ? (int64_t)v->aux : v->i % 1000000000;
    if (seconds) {
        put_tag(to, 1, MR_PW_VARINT);
        mr_proto_put_varint(to, (uint64_t)seconds);
    }
    if (!ns) return;
    put_tag(to, 2, MR_PW_VARINT);
    mr_proto_put_varint(to, (uint64_t)ns);
}

/* Length and content. declared: the message's type; wrapped: kind of a wrapper's value, or 0. */
static bool put_message(const struct mr_type *declared, uint8_t wrapped, const struct mr_type *row,
                        const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret) {
    size_t from = to->n;
    bool ok = true;
    if (wrapped && !is_default(v)) {
        put_tag(to, 1, mr_proto_wire_of(wrapped));
        ok = mr_proto_put_scalar(wrapped, v, to, ret);
    } else if (wrapped) {
        ok = true;
    } else if (declared->kind == MR_T_TIMESTAMP || declared->kind == MR_T_DURATION) {
        if (v->tag != (declared->kind == MR_T_TIMESTAMP ? MR_V_TIMESTAMP : MR_V_DURATION))
            return fail_kind(ret);
        mr_proto_put_time(v, to);
    } else if (row && row->kind == MR_T_STRUCT && row->message && v->tag == MR_V_STRUCT) {
        bool same = declared->kind == MR_T_BYTES || mr_str_eq(declared->name, row->name);
        ok = same ? mr_message_write(row, v->row, to, ret) : fail_kind(ret);
    } else if (declared->kind == MR_T_BYTES) { /* a message that contains itself: as it came */
        if (v->tag != MR_V_BYTES) return fail_kind(ret);
        mr_buf_add(to, v->p, v->len);
    } else {
        ok = write_row(declared, row, v, to, ret);
    }
    if (ok) mr_proto_put_length_before(to, from);
    return ok;
}

static bool put_item(const struct mr_type *declared, uint8_t kind, uint8_t wrapped,
                     const struct mr_type *row, const struct mr_value *v, struct mr_buf *to,
                     struct mr_fault *ret) {
    while (row && row->kind == MR_T_OPTIONAL) row = row->elem;
    if (v->tag == MR_V_ERROR)
        return mr_write_fail(ret, (enum mr_reason)v->aux,
                             v->fault ? v->fault->text : "a value that could not be read");
    if (v->tag == MR_V_JSON) {
        struct mr_arena tmp;
        mr_arena_init(&tmp);
        struct mr_value s = mr_json_scalar(&tmp, (struct mr_str){v->p, v->len});
        bool scalar = s.tag != MR_V_JSON && s.tag != MR_V_ERROR && s.tag != MR_V_NULL;
        bool ok = scalar ? put_item(declared, kind, wrapped, row, &s, to, ret) : fail_kind(ret);
        mr_arena_done(&tmp);
        return ok;
    }
    if (kind == MR_PK_MESSAGE) return put_message(declared, wrapped, row, v, to, ret);
    return mr_proto_put_scalar(kind, v, to, ret);
}

/* ---- fields */

static bool write_list(const struct mr_field *f, const struct mr_type *row,
                       const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret) {
    enum mr_proto_wire wire = mr_proto_wire_of(f->proto_type);
    const struct mr_type *elem = row && row->kind == MR_T_LIST ? row->elem : NULL;
    bool packed = wire != MR_PW_BYTES;
    if (v->tag != MR_V_LIST) return fail_kind(ret);
    if (v->len == 0) return true;
    if (packed) put_tag(to, f->number, MR_PW_BYTES);
    size_t from = to->n;
    for (uint32_t i = 0; i < v->len; i++) {
        if (!packed) put_tag(to, f->number, wire);
        if (!put_item(f->type->elem, f->proto_type, f->proto_value, elem, &v->list[i], to, ret))
            return false;
    }
    if (packed) mr_proto_put_length_before(to, from);
    return true;
}

static bool write_map(const struct mr_field *f, const struct mr_type *row, const struct mr_value *v,
                      struct mr_buf *to, struct mr_fault *ret) {
    const struct mr_type *elem = row && row->kind == MR_T_MAP ? row->elem : NULL;
    if (v->tag != MR_V_MAP) return fail_kind(ret);
    for (uint32_t i = 0; i < v->len; i++) {
        put_tag(to, f->number, MR_PW_BYTES);
        size_t from = to->n;
        put_tag(to, 1, mr_proto_wire_of(f->proto_key));
        if (!mr_proto_put_scalar(f->proto_key, &v->map[i].key, to, ret)) return false;
        put_tag(to, 2, mr_proto_wire_of(f->proto_value));
        if (!put_item(f->type->elem, f->proto_value, 0, elem, &v->map[i].value, to, ret))
            return false;
        mr_proto_put_length_before(to, from);
    }
    return true;
}

static bool write_field(const struct mr_field *f, const struct mr_type *row,
                        const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret) {
    while (row && row->kind == MR_T_OPTIONAL) row = row->elem;
    if (v->tag == MR_V_ABSENT || v->tag == MR_V_NULL) return true;
    if (v->tag != MR_V_ERROR) {
        if (f->type->kind == MR_T_LIST) return write_list(f, row, v, to, ret);
        if (f->type->kind == MR_T_MAP) return write_map(f, row, v, to, ret);
    }
    bool presence = f->optional || f->proto_explicit || f->proto_type == MR_PK_MESSAGE;
    size_t from = to->n;
    put_tag(to, f->number, mr_proto_wire_of(f->proto_type));
    if (!put_item(f->type, f->proto_type, f->proto_value, row, v, to, ret)) return false;
    if (!presence && v->tag != MR_V_JSON && is_default(v)) to->n = from;
    return true;
}

/* The row's field of that name, or -1. Rows mostly list their fields in the message's order: the
 * one behind the last that was found is looked at first, which is a comparison instead of a search.
 */
static int field_behind(const struct mr_type *row, int last, struct mr_str name) {
    uint32_t next = (uint32_t)(last + 1);
    if (next < row->n_fields && mr_str_eq(row->fields[next].name, name)) return (int)next;
    return mr_type_field(row, name);
}

static bool write_row(const struct mr_type *message, const struct mr_type *row,
                      const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret) {
    int last = -1;
    if (v->tag == MR_V_ERROR)
        return mr_write_fail(ret, (enum mr_reason)v->aux,
                             v->fault ? v->fault->text : "a value that could not be read");
    if (v->tag != MR_V_STRUCT || !row || row->kind != MR_T_STRUCT) return fail_kind(ret);
    for (uint32_t i = 0; i < message->n_fields; i++) {
        const struct mr_field *f = &message->fields[i];
        int at = row == message ? (int)i : field_behind(row, last, f->name);
        if (at < 0) continue;
        last = at;
        if (!write_field(f, row->fields[at].type, &v->row[at], to, ret)) return false;
    }
    return true;
}

bool mr_proto_write_row(const struct mr_type *message, const struct mr_type *row,
                        const struct mr_value *v, struct mr_buf *to, struct mr_fault *ret) {
    return write_row(message, row, v, to, ret);
}

/* protobuf.c -- see protobuf.h. */
#include "processor/expr/protobuf.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fixed fields are copied as they are");

bool mr_proto_varint_slow(struct mr_proto_in *in, uint64_t *ret) {
    uint64_t v = 0;
    const uint8_t *p = in->at;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (p == in->end) return false;
        uint8_t c = *p++;
        v |= (uint64_t)(c & 0x7F) << shift; /* of the tenth byte only one bit fits, as everywhere */
        if (c < 0x80) {
            in->at = p;
            *ret = v;
            return true;
        }
    }
    return false;
}

static bool advance(struct mr_proto_in *in, size_t n) {
    if ((size_t)(in->end - in->at) < n) return false;
    in->at += n;
    return true;
}

/* Everything up to the end of group `number`. */
static bool skip_group(struct mr_proto_in *in, uint32_t number) {
    uint32_t open[MR_PROTO_DEPTH], depth = 1, field, wire;
    open[0] = number;
    while (depth) {
        if (!mr_proto_tag(in, &field, &wire)) return false;
        if (wire == MR_PW_GROUP) {
            if (depth == MR_PROTO_DEPTH) return false;
            open[depth++] = field;
        } else if (wire == MR_PW_END) {
            if (open[--depth] != field) return false;
        } else if (!mr_proto_skip(in, field, wire)) {
            return false;
        }
    }
    return true;
}

bool mr_proto_skip(struct mr_proto_in *in, uint32_t number, uint32_t wire) {
    uint64_t v;
    struct mr_str s;
    switch (wire) {
    case MR_PW_VARINT: return mr_proto_varint(in, &v);
    case MR_PW_FIXED64: return advance(in, 8);
    case MR_PW_BYTES: return mr_proto_bytes(in, &s);
    case MR_PW_GROUP: return skip_group(in, number);
    case MR_PW_FIXED32: return advance(in, 4);
    default: return false;
    }
}

void mr_proto_put_varint_long(struct mr_buf *to, uint64_t v) {
    uint8_t tmp[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) tmp[n++] = (uint8_t)(v | 0x80);
    tmp[n++] = (uint8_t)v;
    mr_buf_add(to, tmp, n);
}

enum mr_proto_wire mr_proto_wire_of(uint8_t kind) {
    switch (kind) {
    case MR_PK_DOUBLE:
    case MR_PK_FIXED64:
    case MR_PK_SFIXED64: return MR_PW_FIXED64;
    case MR_PK_FLOAT:
    case MR_PK_FIXED32:
    case MR_PK_SFIXED32: return MR_PW_FIXED32;
    case MR_PK_STRING:
    case MR_PK_BYTES:
    case MR_PK_MESSAGE: return MR_PW_BYTES;
    default: return MR_PW_VARINT;
    }
}

/* protobuf.h -- the protobuf wire format: reading varints and tags, passing over fields.
 *
 * Limits are here: no length is trusted, groups nest at most MR_PROTO_DEPTH deep.
 */
#ifndef MR_EXPR_PROTOBUF_H
#define MR_EXPR_PROTOBUF_H

#include "base/buf.h"

#include <stdint.h>

enum { MR_PROTO_DEPTH = 64 };

enum mr_proto_wire {
    MR_PW_VARINT,
    MR_PW_FIXED64,
    MR_PW_BYTES,
    MR_PW_GROUP,
    MR_PW_END,
    MR_PW_FIXED32
};

/* FieldDescriptorProto.Type */
enum mr_proto_kind {
    MR_PK_DOUBLE = 1,
    MR_PK_FLOAT,
    MR_PK_INT64,
    MR_PK_UINT64,
    MR_PK_INT32,
    MR_PK_FIXED64,
    MR_PK_FIXED32,
    MR_PK_BOOL,
    MR_PK_STRING,
    MR_PK_GROUP,
    MR_PK_MESSAGE,
    MR_PK_BYTES,
    MR_PK_UINT32,
    MR_PK_ENUM,
    MR_PK_SFIXED32,
    MR_PK_SFIXED64,
    MR_PK_SINT32,
    MR_PK_SINT64,
    MR_N_PK
};

struct mr_proto_in {
    const uint8_t *at, *end; /* borrowed */
};

/* The wire type that a value of this kind comes with, when it is not packed. */
enum mr_proto_wire mr_proto_wire_of(uint8_t kind);

static inline struct mr_proto_in mr_proto_in(struct mr_str s) {
    return (struct mr_proto_in){(const uint8_t *)s.p, (const uint8_t *)s.p + s.n};
}

bool mr_proto_varint_slow(struct mr_proto_in *in, uint64_t *ret);

static inline bool mr_proto_varint(struct mr_proto_in *in, uint64_t *ret) {
    if (__builtin_expect(in->at < in->end && *in->at < 0x80, 1)) {
        *ret = *in->at++;
        return true;
    }
    return mr_proto_varint_slow(in, ret);
}

/* A length-delimited field behind its tag. */
static inline bool mr_proto_bytes(struct mr_proto_in *in, struct mr_str *ret) {
    uint64_t n;
    if (!mr_proto_varint(in, &n) || n > (uint64_t)(in->end - in->at)) return false;
    *ret = (struct mr_str){(const char *)in->at, (size_t)n};
    in->at += n;
    return true;
}

static inline bool mr_proto_fixed(struct mr_proto_in *in, void *to, size_t n) {
    if ((size_t)(in->end - in->at) < n) return false;
    memcpy(to, in->at, n); /* little-endian hosts only: checked in protobuf.c */
    in->at += n;
    return true;
}

/* false: malformed. */
static inline bool mr_proto_tag(struct mr_proto_in *in, uint32_t *ret_number, uint32_t *ret_wire) {
    uint64_t tag;
    if (!mr_proto_varint(in, &tag) || tag > UINT32_MAX || tag < 8) return false;
    *ret_number = (uint32_t)tag >> 3;
    *ret_wire = (uint32_t)tag & 7;
    return true;
}

/* Passes over the value of a field. false: malformed. */
bool mr_proto_skip(struct mr_proto_in *in, uint32_t number, uint32_t wire);

void mr_proto_put_varint_long(struct mr_buf *to, uint64_t v);

/* Tags and most lengths take one byte: a third of writing a row was the general loop. */
static inline void mr_proto_put_varint(struct mr_buf *to, uint64_t v) {
    if (v < 0x80 && to->n < to->cap)
        to->p[to->n++] = (char)v;
    else
        mr_proto_put_varint_long(to, v);
}
static inline uint64_t mr_proto_zigzag(int64_t v) {
    return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}
static inline int64_t mr_proto_unzigzag(uint64_t v) {
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

#endif

/* wire.h -- protobuf's wire format by hand, for the codecs of this folder.
 *
 * Why not protobuf-c: it allocates per message and copies every byte. The unit tests hold the
 * bytes written here equal to protobuf-c's, so the .proto files stay the truth.
 *
 * Reading never trusts a length: a reader is a window on borrowed bytes, `bad` is sticky, and the
 * caller checks it once at the end. Minimal varints are not demanded of others, but more than ten
 * bytes, or bits above the 64th, are malformed. Included only by the .c files of this folder.
 */
#ifndef MR_PROTO_WIRE_H
#define MR_PROTO_WIRE_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>
#include <string.h>

enum mr_wire_type { MR_WIRE_VARINT = 0, MR_WIRE_FIXED64 = 1, MR_WIRE_BYTES = 2 };

/* ---- writing */

static inline void mr_wire_varint(struct mr_buf *to, uint64_t v) {
    uint8_t b[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) b[n++] = (uint8_t)v | 0x80;
    b[n++] = (uint8_t)v;
    mr_buf_add(to, b, n);
}

static inline uint64_t mr_wire_zigzag(int64_t v) {
    return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}
static inline int64_t mr_wire_unzigzag(uint64_t v) {
    return (int64_t)(v >> 1 ^ -(v & 1));
}

static inline void mr_wire_uint(struct mr_buf *to, unsigned field, uint64_t v) {
    mr_wire_varint(to, field << 3 | MR_WIRE_VARINT);
    mr_wire_varint(to, v);
}

static inline void mr_wire_sint(struct mr_buf *to, unsigned field, int64_t v) {
    mr_wire_uint(to, field, mr_wire_zigzag(v));
}

static inline void mr_wire_fixed64(struct mr_buf *to, unsigned field, uint64_t v) {
    uint8_t b[8];
    for (int i = 0; i < 8; i++) b[i] = (uint8_t)(v >> 8 * i);
    mr_wire_varint(to, field << 3 | MR_WIRE_FIXED64);
    mr_buf_add(to, b, sizeof b);
}

static inline void mr_wire_bytes(struct mr_buf *to, unsigned field, struct mr_str s) {
    mr_wire_varint(to, field << 3 | MR_WIRE_BYTES);
    mr_wire_varint(to, s.n);
    mr_buf_str(to, s);
}

/* A nested message: begin, its fields, end. The length is put in when it is known. */
static inline size_t mr_wire_begin(struct mr_buf *to, unsigned field) {
    mr_wire_varint(to, field << 3 | MR_WIRE_BYTES);
    return to->n;
}

static inline void mr_wire_end(struct mr_buf *to, size_t mark) {
    size_t inner = to->n - mark;
    mr_wire_varint(to, inner); /* makes the room */
    if (to->full) return;
    uint8_t length[10];
    size_t n = to->n - mark - inner;
    memcpy(length, to->p + mark + inner, n);
    memmove(to->p + mark + n, to->p + mark, inner);
    memcpy(to->p + mark, length, n);
}

/* ---- reading */

struct mr_wire {
    const uint8_t *p, *end; /* borrowed */
    uint64_t seen;          /* bit per field number: a field twice is malformed */
    bool bad;
};

static inline struct mr_wire mr_wire_of(struct mr_str s) {
    const uint8_t *p = (const uint8_t *)s.p;
    return (struct mr_wire){.p = p, .end = p ? p + s.n : p};
}

static inline uint64_t mr_wire_read_varint(struct mr_wire *w) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70 && w->p < w->end; shift += 7) {
        uint8_t b = *w->p++;
        if (shift == 63 && b > 1) break;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80) return v;
    }
    w->bad = true;
    return 0;
}

/* The next field's number (1..63), or 0 at the end or when malformed. */
static inline unsigned mr_wire_next(struct mr_wire *w, enum mr_wire_type *ret_type) {
    if (w->bad || w->p == w->end) return 0;
    uint64_t tag = mr_wire_read_varint(w);
    uint64_t field = tag >> 3;
    if (field == 0 || field > 63 || w->seen >> field & 1) w->bad = true;
    if (w->bad) return 0;
    w->seen |= (uint64_t)1 << field;
    *ret_type = (enum mr_wire_type)(tag & 7);
    return (unsigned)field;
}

static inline uint64_t mr_wire_read_uint(struct mr_wire *w, enum mr_wire_type t, uint64_t max) {
    if (t != MR_WIRE_VARINT) w->bad = true;
    uint64_t v = w->bad ? 0 : mr_wire_read_varint(w);
    if (v > max) w->bad = true;
    return v;
}

static inline int64_t mr_wire_read_sint(struct mr_wire *w, enum mr_wire_type t) {
    return mr_wire_unzigzag(mr_wire_read_uint(w, t, UINT64_MAX));
}

/* Within the range of int32. */
static inline int32_t mr_wire_read_sint32(struct mr_wire *w, enum mr_wire_type t) {
    int64_t v = mr_wire_read_sint(w, t);
    if (v < INT32_MIN || v > INT32_MAX) w->bad = true;
    return (int32_t)v;
}

static inline uint64_t mr_wire_read_fixed64(struct mr_wire *w, enum mr_wire_type t) {
    if (t != MR_WIRE_FIXED64 || w->end - w->p < 8) w->bad = true;
    if (w->bad) return 0;
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v |= (uint64_t)w->p[i] << 8 * i;
    w->p += 8;
    return v;
}

static inline struct mr_str mr_wire_read_bytes(struct mr_wire *w, enum mr_wire_type t) {
    if (t != MR_WIRE_BYTES) w->bad = true;
    uint64_t n = w->bad ? 0 : mr_wire_read_varint(w);
    if (n > (uint64_t)(w->end - w->p)) w->bad = true;
    if (w->bad) return (struct mr_str){NULL, 0};
    struct mr_str s = {(const char *)w->p, n};
    w->p += n;
    return s;
}

static inline bool mr_wire_has(const struct mr_wire *w, unsigned field) {
    return w->seen >> field & 1;
}

#endif

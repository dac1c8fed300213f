/* confluent.c -- see confluent.h. */
#include "processor/expr/confluent.h"
#include "processor/expr/protobuf.h"

enum { NESTED_MAX = 64, V0_BYTES = 5, V1_BYTES = 17, GLUE_BYTES = 18 };

static bool skip_indexes(struct mr_proto_in *in) {
    uint64_t v;
    if (!mr_proto_varint(in, &v)) return false;
    int64_t n = mr_proto_unzigzag(v);
    if (n < 0 || n > NESTED_MAX) return false;
    for (; n; n--)
        if (!mr_proto_varint(in, &v) || mr_proto_unzigzag(v) < 0) return false;
    return true;
}

/* AWS Glue: 3, compression (0 or 5), a UUID. */
static bool is_glue(struct mr_str bytes) {
    return bytes.n >= GLUE_BYTES && bytes.p[0] == 3 && (bytes.p[1] == 0 || bytes.p[1] == 5);
}

const char *mr_confluent_strip(struct mr_str bytes, bool protobuf, struct mr_str *ret) {
    size_t n = bytes.n && bytes.p[0] == 0 ? V0_BYTES : V1_BYTES;
    if (is_glue(bytes))
        return "the record begins with a header of AWS Glue: only Confluent's are read";
    if (bytes.n == 0 || (bytes.p[0] != 0 && bytes.p[0] != 1))
        return "the record has no Confluent header: take `registry: true` away";
    if (bytes.n < n) return "the record ends inside its Confluent header";
    struct mr_proto_in in = mr_proto_in((struct mr_str){bytes.p + n, bytes.n - n});
    if (protobuf && !skip_indexes(&in)) return "the Confluent header has no sound message indexes";
    *ret = (struct mr_str){(const char *)in.at, (size_t)(in.end - in.at)};
    return NULL;
}

const char *mr_confluent_check(struct mr_str header, bool protobuf) {
    struct mr_str rest;
    const char *problem = mr_confluent_strip(header, protobuf, &rest);
    return problem || rest.n ? "its record header holds no schema id of Confluent" : NULL;
}

bool mr_confluent_looks(struct mr_str bytes, uint32_t *ret_id) {
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (bytes.n < V0_BYTES || p[0] != 0) return false;
    *ret_id = (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 8 | p[4];
    return true;
}

void mr_confluent_put(struct mr_buf *to, uint32_t id, bool protobuf) {
    mr_buf_byte(to, 0);
    for (int shift = 24; shift >= 0; shift -= 8) mr_buf_byte(to, (uint8_t)(id >> shift));
    if (protobuf) mr_buf_byte(to, 0);
}

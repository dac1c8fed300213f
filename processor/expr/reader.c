/* reader.c -- formats -> readers: which decoder the bytes of a record go to, and what stands before
 * them where a registry is used.
 */
#include "processor/expr/access.h"
#include "processor/expr/avro.h"
#include "processor/expr/confluent.h"
#include "processor/expr/json.h"
#include "processor/expr/utf8.h"

struct mr_reader {
    const struct mr_format *format;
    const struct mr_json_plan *json;      /* JSON_ROW, STRUCT */
    const struct mr_proto_plan *protobuf; /* PROTOBUF */
    const bool *wanted;                   /* by slot; NULL = all */
};

uint32_t mr_reader_slots(const struct mr_reader *r) {
    return r->format->type->kind == MR_T_STRUCT ? r->format->type->n_fields : 1;
}

struct mr_reader *mr_reader_new(struct mr_arena *a, const struct mr_format *f, const bool *wanted) {
    struct mr_reader *r = mr_arena_calloc(a, 1, sizeof *r);
    r->format = f;
    if (wanted) r->wanted = mr_arena_dup(a, wanted, mr_reader_slots(r));
    if (f->kind == MR_F_PROTOBUF) r->protobuf = mr_proto_plan_new(a, f->type, wanted);
    if (f->kind == MR_F_JSON_ROW || f->kind == MR_F_STRUCT)
        r->json = mr_json_plan_new(a, f->type, wanted);
    return r;
}

static struct mr_value read_string(struct mr_str bytes, struct mr_arena *a) {
    bool ascii;
    if (bytes.n > MR_JSON_MAX) return mr_error_value(a, MR_R_DECODE_LIMIT, "too large");
    if (!mr_utf8_valid(bytes, &ascii))
        return mr_error_value(a, MR_R_DECODE_UTF8, "the string is not valid UTF-8");
    struct mr_value v = mr_string(bytes);
    if (ascii) v.flags = MR_VF_ASCII;
    return v;
}

static struct mr_value read_int(struct mr_str bytes, struct mr_arena *a) {
    uint64_t v = 0;
    if (bytes.n != 8)
        return mr_error_value(a, MR_R_DECODE_TYPE, "an int has 8 bytes, found %zu", bytes.n);
    for (size_t i = 0; i < 8; i++) v = v << 8 | (unsigned char)bytes.p[i];
    return mr_int((int64_t)v);
}

static struct mr_value read_scalar(const struct mr_reader *r, struct mr_str bytes,
                                   struct mr_arena *a) {
    if (r->wanted && !r->wanted[0]) return MR_ABSENT;
    switch (r->format->kind) {
    case MR_F_STRING: return read_string(bytes, a);
    case MR_F_INT: return read_int(bytes, a);
    case MR_F_JSON: return mr_json_read_any(bytes, a);
    default: break;
    }
    if (bytes.n > MR_JSON_MAX) return mr_error_value(a, MR_R_DECODE_LIMIT, "too large");
    return mr_bytesv(bytes);
}

/* ---- headers of registries */

static bool is_json(const struct mr_reader *r) {
    return r->json || r->format->kind == MR_F_JSON;
}

static void all_wrong(const struct mr_reader *r, const char *text, struct mr_value *slots,
                      struct mr_arena *a) {
    struct mr_value v = mr_error_value(a, MR_R_DECODE_SYNTAX, "%s", text);
    for (uint32_t i = 0; i < mr_reader_slots(r); i++)
        slots[i] = !r->wanted || r->wanted[i] ? v : MR_ABSENT;
}

/* A header that nobody has declared. No JSON and no message begins with a byte 0; Avro may, and is
 * asked only when its own reading has failed. */
static bool undeclared(const struct mr_reader *r, struct mr_str bytes, struct mr_value *slots,
                       struct mr_arena *a) {
    uint32_t id;
    struct mr_str rest;
    if (!mr_confluent_looks(bytes, &id) || r->format->kind == MR_F_STRUCT) return false;
    if (mr_confluent_strip(bytes, r->protobuf != NULL, &rest)) return false;
    if (r->format->kind == MR_F_AVRO && !mr_avro_fits(r->format->avro, rest)) return false;
    all_wrong(r,
              mr_arena_printf(
                  a,
                  "the record begins with a Confluent header (schema id %u): add `registry: true`",
                  id),
              slots, a);
    return true;
}

/* ---- records */

static void read_bare(const struct mr_reader *r, struct mr_str bytes, struct mr_value *slots,
                      struct mr_arena *a) {
    bool framed = r->format->registry;
    if (!framed && (is_json(r) || r->protobuf) && undeclared(r, bytes, slots, a)) return;
    if (r->json)
        mr_json_read_row(r->json, bytes, slots, a);
    else if (r->protobuf)
        mr_proto_read_row(r->protobuf, bytes, slots, a);
    else if (r->format->kind != MR_F_AVRO)
        slots[0] = read_scalar(r, bytes, a);
    else if (!mr_avro_read(r->format->avro, r->wanted, bytes, slots, a) && !framed)
        undeclared(r, bytes, slots, a);
}

bool mr_reader_wants_id(const struct mr_reader *r) {
    return r->format->registry;
}

void mr_reader_read_id(const struct mr_reader *r, struct mr_str bytes, struct mr_str id,
                       struct mr_value *slots, struct mr_arena *a) {
    const char *problem = NULL;
    bool protobuf = r->protobuf != NULL;
    if (r->format->registry)
        problem =
            id.p ? mr_confluent_check(id, protobuf) : mr_confluent_strip(bytes, protobuf, &bytes);
    if (problem)
        all_wrong(r, problem, slots, a);
    else
        read_bare(r, bytes, slots, a);
}

void mr_reader_read(const struct mr_reader *r, struct mr_str bytes, struct mr_value *slots,
                    struct mr_arena *a) {
    mr_reader_read_id(r, bytes, (struct mr_str){NULL, 0}, slots, a);
}

bool mr_reader_is_null(const struct mr_reader *r, struct mr_str bytes) {
    if (!is_json(r)) return false;
    if (r->format->registry) mr_confluent_strip(bytes, false, &bytes);
    struct mr_json j = mr_json_of(bytes);
    mr_json_space(&j);
    if (j.end - j.at < 4 || memcmp(j.at, "null", 4) != 0) return false;
    j.at += 4;
    mr_json_space(&j);
    return j.at == j.end;
}

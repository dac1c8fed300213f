/* Bytes -> descriptor sets and messages: the first two bytes are the length of a descriptor set,
 * the rest is a message of the type M that it may define; and, always, of a fixed type. What is
 * read without an error must be written, read again and be the same. The same bytes as a message
 * of expressions: of M in a pool of the set, and of the conformance message, which contains itself
 * and any other in an Any. */
#include "processor/expr/access.h"
#include "tests/expr/cel_messages.h"
#include "tests/fuzz/fuzz_help.h"

static const struct mr_field line_fields[] = {
    {.name = {"sku", 3}, .type = &mr_type_string, .number = 1, .proto_type = 9},
    {.name = {"n", 1}, .type = &mr_type_int, .number = 2, .proto_type = 17},
};
static const struct mr_type line = {
    .kind = MR_T_STRUCT, .name = {"", 0}, .n_fields = 2, .fields = line_fields};
static const struct mr_type lines = {.kind = MR_T_LIST, .elem = &line};
static const struct mr_type ints = {.kind = MR_T_LIST, .elem = &mr_type_int};
static const struct mr_type map = {.kind = MR_T_MAP, .key = &mr_type_string, .elem = &line};
static const struct mr_field fields[] = {
    {.name = {"a", 1}, .type = &mr_type_string, .number = 1, .proto_type = 9},
    {.name = {"b", 1}, .type = &mr_type_double, .number = 2, .proto_type = 2},
    {.name = {"c", 1}, .type = &line, .number = 3, .proto_type = 11, .optional = true},
    {.name = {"d", 1}, .type = &lines, .number = 4, .proto_type = 11},
    {.name = {"e", 1}, .type = &ints, .number = 5, .proto_type = 5},
    {.name = {"f", 1},
     .type = &map,
     .number = 6,
     .proto_type = 11,
     .proto_key = 9,
     .proto_value = 11},
    {.name = {"g", 1}, .type = &mr_type_timestamp, .number = 7, .proto_type = 11, .optional = true},
    {.name = {"h", 1}, .type = &mr_type_duration, .number = 8, .proto_type = 11, .optional = true},
    {.name = {"i", 1},
     .type = &mr_type_int,
     .number = 9,
     .proto_type = 11,
     .proto_value = 3,
     .optional = true},
    {.name = {"j", 1},
     .type = &mr_type_int,
     .number = 10,
     .proto_type = 3,
     .optional = true,
     .proto_oneof = 1},
    {.name = {"k", 1},
     .type = &mr_type_bytes,
     .number = 1111,
     .proto_type = 12,
     .optional = true,
     .proto_oneof = 1},
    {.name = {"l", 1},
     .type = &mr_type_uint,
     .number = 12,
     .proto_type = 7,
     .proto_explicit = true},
};
enum { N = sizeof fields / sizeof *fields };
static const struct mr_type message = {
    .kind = MR_T_STRUCT, .name = {"", 0}, .n_fields = N, .fields = fields};

static void read_message(const struct mr_type *type, struct mr_str bytes, struct mr_arena *a) {
    struct mr_format f = {MR_F_PROTOBUF, type, MR_STR("")};
    struct mr_value *slots = mr_arena_calloc(a, type->n_fields + 1, sizeof *slots);
    struct mr_value *again = mr_arena_calloc(a, type->n_fields + 1, sizeof *slots);
    struct mr_value v = mr_struct(slots);
    struct mr_buf b;
    struct mr_fault fault;
    struct mr_reader *r = mr_reader_new(a, &f, NULL);
    mr_reader_read(r, bytes, slots, a);
    fuzz_print(type, slots);
    mr_buf_init(&b, 1 << 20);
    if (mr_write(&f, type, &v, &b, &fault)) {
        mr_reader_read(r, mr_buf_view(&b), again, a);
        for (uint32_t i = 0; type == &message && i < N; i++)
            if (i != 1) assert(mr_value_eq(&slots[i], &again[i], fields[i].type)); /* 1: NaN */
    }
    mr_buf_done(&b);
}

/* What is written of a message is the same message. */
static void write_value(const struct mr_type *type, const struct mr_value *v, struct mr_arena *a) {
    struct mr_value again;
    struct mr_buf b, twice;
    struct mr_fault fault;
    const char *problem;
    mr_buf_init(&b, 1 << 20);
    mr_buf_init(&twice, 1 << 20);
    if (mr_message_write(type, v->row, &b, &fault) && !b.full) {
        bool ok = mr_message_read(a, type, mr_buf_view(&b), &again, &problem) &&
                  mr_message_write(type, again.row, &twice, &fault);
        assert(ok && mr_str_eq(mr_buf_view(&b), mr_buf_view(&twice)));
    }
    mr_buf_done(&b);
    mr_buf_done(&twice);
}

/* A message of expressions: written, printed, copied, compared, and as JSON. */
static void read_value(const struct mr_type *type, struct mr_str bytes, struct mr_arena *a) {
    struct mr_value v, json, again, copy;
    struct mr_buf b;
    const char *problem;
    int64_t fuel = 1000000;
    if (!mr_message_read(a, type, bytes, &v, &problem)) return;
    if (v.tag == MR_V_STRUCT) write_value(type, &v, a);
    v = mr_value_coerce(a, &v, type, &mr_type_dyn);
    mr_buf_init(&b, 1 << 20);
    mr_value_print(&v, NULL, &b);
    copy = mr_value_copy(a, &v, NULL);
    bool same = mr_value_eq(&v, &copy, NULL);
    assert(same || memmem(b.p, b.n, "NaN", 3) || b.full); /* what holds one is unequal to itself */
    mr_buf_done(&b);
    if (mr_message_to_json(a, &v, &fuel, &json, &problem)) {
        bool ok = mr_message_to_json(a, &json, &fuel, &again, &problem);
        assert(ok || fuel < 500000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct mr_arena a;
    if (size < 2) return 0;
    size_t n = (size_t)data[0] | (size_t)data[1] << 8;
    const char *problem, *p = (const char *)data + 2;
    size -= 2;
    if (n > size) n = size;
    mr_arena_init(&a);
    const struct mr_type *type =
        mr_descriptor_type(&a, (struct mr_str){p, n}, MR_STR("M"), &problem);
    if (type) read_message(type, (struct mr_str){p + n, size - n}, &a);
    read_message(&message, (struct mr_str){p, size}, &a);
    const struct mr_messages *pool = mr_messages_new(&a, (struct mr_str){p, n}, &problem);
    const struct mr_type *m = pool ? mr_messages_find(pool, MR_STR("M")) : NULL;
    if (m) read_value(m, (struct mr_str){p + n, size - n}, &a);
    m = mr_messages_find(cel_messages(), MR_STR("cel.expr.conformance.proto2.TestAllTypes"));
    read_value(m, (struct mr_str){p, size}, &a);
    mr_arena_done(&a);
    return 0;
}

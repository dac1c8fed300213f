/* Bytes -> Avro: the first byte picks what is wanted, the next two are the length of a schema text,
 * the rest is a record of it; and, always, of a fixed schema. What is read whole must be stepped
 * over whole, written, read again and be the same. */
#include "processor/expr/access.h"
#include "processor/expr/avro.h"
#include "tests/fuzz/fuzz_help.h"

#include <string.h>

static const char fixed_schema[] =
    "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
    "{\"name\":\"n\",\"type\":\"null\"},{\"name\":\"b\",\"type\":\"boolean\"},"
    "{\"name\":\"i\",\"type\":[\"null\",\"int\"]},{\"name\":\"l\",\"type\":[\"long\",\"null\"]},"
    "{\"name\":\"f\",\"type\":\"float\"},{\"name\":\"d\",\"type\":\"double\"},"
    "{\"name\":\"s\",\"type\":\"string\"},{\"name\":\"y\",\"type\":\"bytes\"},"
    "{\"name\":\"x\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}},"
    "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}},"
    "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":\"int\"}}"
    "},"
    "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"string\"]}},"
    "{\"name\":\"z\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Z\","
    "\"fields\":[]}}},"
    "{\"name\":\"q\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Q\","
    "\"fields\":[{\"name\":\"t\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}"
    ","
    "{\"name\":\"y\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}}]}}},"
    "{\"name\":\"t\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}}]}";

static const struct mr_avro *parse(struct mr_str text, struct mr_arena *a) {
    struct mr_tree at = {.kind = MR_TREE_SCALAR, .text = MR_STR("x.avsc")};
    struct mr_diags d;
    mr_diags_init(&d, a, "x", MR_STR(""));
    struct mr_schema_file file = {a, &d, &at, "x.avsc", text};
    const struct mr_avro *schema = mr_schema_check(&file) ? mr_avro_parse(&file) : NULL;
    assert((schema == NULL) == (d.n_errors > 0));
    if (mr_schema_check(&file)) mr_json_schema_type(&file); /* the other reader of such texts */
    mr_diags_done(&d);
    return schema;
}

static void print(const struct mr_type *t, const struct mr_value *slots, uint32_t n,
                  struct mr_buf *to) {
    bool row = t->kind == MR_T_STRUCT;
    for (uint32_t i = 0; i < n; i++) mr_value_print(&slots[i], row ? t->fields[i].type : t, to);
}

/* Everything is written, read again and the same: texts are compared, for NaN. */
static void again(const struct mr_format *f, const struct mr_value *slots, uint32_t n,
                  struct mr_arena *a) {
    struct mr_value *second = mr_arena_calloc(a, n + 1, sizeof *second), v = mr_struct(slots);
    struct mr_buf bytes, one, two;
    struct mr_fault fault;
    v.len = n;
    mr_buf_init(&bytes, 1 << 20);
    mr_buf_init(&one, 1 << 20);
    mr_buf_init(&two, 1 << 20);
    bool row = f->type->kind == MR_T_STRUCT;
    bool ok = mr_write(f, f->type, row ? &v : slots, &bytes, &fault);
    if (ok) {
        assert(mr_avro_read(f->avro, NULL, mr_buf_view(&bytes), second, a));
        print(f->type, slots, n, &one);
        print(f->type, second, n, &two);
        assert(mr_str_eq(mr_buf_view(&one), mr_buf_view(&two)));
    }
    mr_buf_done(&bytes);
    mr_buf_done(&one);
    mr_buf_done(&two);
}

static void read_record(const struct mr_avro *schema, uint8_t pick, struct mr_str bytes,
                        struct mr_arena *a) {
    struct mr_format f = {MR_F_AVRO, schema->type, MR_STR(""), schema};
    uint32_t n = schema->kind == MR_AVRO_RECORD ? schema->n : 1;
    struct mr_value *slots = mr_arena_calloc(a, n + 1, sizeof *slots);
    bool *wanted = mr_arena_calloc(a, n + 1, sizeof *wanted);
    struct mr_buf b;
    for (uint32_t i = 0; i < n; i++) wanted[i] = pick >> (i % 8) & 1;
    bool whole = mr_avro_read(schema, NULL, bytes, slots, a);
    if (whole) assert(mr_avro_fits(schema, bytes));
    mr_buf_init(&b, 1 << 20);
    print(schema->type, slots, n, &b);
    mr_buf_done(&b);
    if (whole) again(&f, slots, n, a);
    mr_reader_read(mr_reader_new(a, &f, wanted), bytes, slots, a);
    for (uint32_t i = 0; i < n; i++) assert(wanted[i] || slots[i].tag == MR_V_ABSENT);
    for (uint32_t i = 0; whole && i < n; i++)
        assert(slots[i].tag != MR_V_ERROR || slots[i].aux != MR_R_DECODE_SYNTAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct mr_arena plan;
    static const struct mr_avro *fixed;
    struct mr_arena a;
    if (size < 3) return 0;
    if (!fixed) {
        mr_arena_init(&plan);
        fixed = parse(mr_str(fixed_schema), &plan);
    }
    size_t n = (size_t)data[1] | (size_t)data[2] << 8;
    const char *p = (const char *)data + 3;
    size -= 3;
    if (n > size) n = size;
    mr_arena_init(&a);
    const struct mr_avro *schema = parse((struct mr_str){p, n}, &a);
    if (schema) read_record(schema, data[0], (struct mr_str){p + n, size - n}, &a);
    read_record(fixed, data[0], (struct mr_str){p, size}, &a);
    mr_arena_done(&a);
    return 0;
}

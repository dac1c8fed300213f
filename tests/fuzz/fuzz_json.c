/* Bytes -> JSON records. The first byte picks which fields are wanted. What is read without an
 * error must be written, read again and be the same. */
#include "processor/expr/json.h"
#include "tests/fuzz/fuzz_help.h"

static void read_row(uint8_t pick, struct mr_str text, struct mr_arena *a) {
    const struct mr_type *row = fuzz_type();
    struct mr_format f = {MR_F_JSON_ROW, row, MR_STR("")};
    struct mr_value slots[FUZZ_FIELDS], again[FUZZ_FIELDS], v = mr_struct(slots);
    struct mr_buf b;
    struct mr_fault fault;
    bool wanted[FUZZ_FIELDS];
    for (int i = 0; i < FUZZ_FIELDS; i++) wanted[i] = pick >> (i % 8) & 1;
    struct mr_reader *r = mr_reader_new(a, &f, pick ? wanted : NULL);
    mr_reader_read(r, text, slots, a);
    fuzz_print(row, slots);
    mr_reader_is_null(r, text);
    mr_buf_init(&b, 1 << 20);
    if (mr_write(&f, row, &v, &b, &fault)) {
        mr_reader_read(mr_reader_new(a, &f, NULL), mr_buf_view(&b), again, a);
        for (int i = 0; i < FUZZ_FIELDS; i++) {
            if (slots[i].tag == MR_V_ABSENT || slots[i].tag == MR_V_TIMESTAMP) continue; /* ms */
            if (slots[i].tag == MR_V_JSON) continue; /* may hold what only opening refuses */
            assert(mr_value_eq(&slots[i], &again[i], row->fields[i].type));
        }
    }
    mr_buf_done(&b);
}

static void read_any(struct mr_str text, struct mr_arena *a) {
    struct mr_format f = {MR_F_JSON, &mr_type_dyn, MR_STR("")};
    struct mr_value v;
    struct mr_str slice;
    struct mr_buf b;
    struct mr_fault fault;
    mr_reader_read(mr_reader_new(a, &f, NULL), text, &v, a);
    /* the accessors must be safe on any text, also one that was refused */
    mr_json_get(text, MR_STR("a"), &slice);
    mr_json_at(text, 1, &slice);
    mr_json_size(text);
    mr_json_open(a, text);
    mr_json_eq(text, text);
    mr_buf_init(&b, 1 << 20);
    mr_write_key(&mr_type_dyn, &v, &b, &fault);
    if (mr_write_json(&mr_type_dyn, &v, &b, &fault) && v.tag == MR_V_JSON) {
        mr_buf_clear(&b);
        mr_write_json(&mr_type_dyn, &v, &b, &fault);
        mr_reader_read(mr_reader_new(a, &f, NULL), mr_buf_view(&b), &v, a);
        assert(v.tag == MR_V_JSON); /* what is written can be read */
    }
    mr_buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct mr_arena a;
    if (size < 1) return 0;
    struct mr_str text = {(const char *)data + 1, size - 1};
    mr_arena_init(&a);
    read_row(data[0], text, &a);
    read_any(text, &a);
    mr_arena_done(&a);
    return 0;
}

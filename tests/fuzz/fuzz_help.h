/* fuzz_help.h -- for the fuzzers of record access: a type from its text, arenas. */
#ifndef MR_TESTS_FUZZ_HELP_H
#define MR_TESTS_FUZZ_HELP_H

#include "processor/expr/codec.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char fuzz_row[] =
    "{i: int?, u: uint, d: double?, s: string, b: bytes?, t: timestamp?, ms: timestamp_ms?, "
    "x: duration?, o: bool, l: [string]?, n: [[int]], m: {string: [int]}?, "
    "r: {a: int, b: {c: string?}?}?, j: json?}";
enum { FUZZ_FIELDS = 14 };

/* Made once, never freed. */
static inline const struct mr_type *fuzz_type(void) {
    static struct mr_arena plan;
    static const struct mr_type *type;
    if (type) return type;
    struct mr_diags d;
    struct mr_tree t = {.kind = MR_TREE_SCALAR, .text = mr_str(fuzz_row)};
    mr_arena_init(&plan);
    mr_diags_init(&d, &plan, "x", MR_STR(""));
    type = mr_type_compile(&plan, &d, &t, NULL, NULL, NULL);
    assert(type && type->n_fields == FUZZ_FIELDS);
    mr_diags_done(&d);
    return type;
}

/* Every byte of every value is looked at: ASan sees what should not be read. */
static inline void fuzz_print(const struct mr_type *row, const struct mr_value *slots) {
    struct mr_buf b;
    mr_buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < row->n_fields; i++) mr_value_print(&slots[i], row->fields[i].type, &b);
    mr_buf_done(&b);
}

#endif

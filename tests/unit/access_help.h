/* access_help.h -- for the tests of record access: types from their text, records read and shown
 * as one line. One arena for a whole test program. */
#ifndef MR_TESTS_ACCESS_HELP_H
#define MR_TESTS_ACCESS_HELP_H

#include "processor/expr/codec.h"
#include "tests/check_main.h"

#include <stdlib.h>

static struct mr_arena arena;

/* The diagnostics of the last help_type, "" when there were none. */
static struct mr_buf help_problems;

static inline struct mr_tree help_scalar(const char *text) {
    return (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
}

static inline const struct mr_type *help_try_type(const char *text, const struct mr_tree *types) {
    struct mr_diags d;
    struct mr_tree t = help_scalar(text);
    bool optional;
    enum mr_wire wire;
    mr_diags_init(&d, &arena, "x.yaml", MR_STR(""));
    const struct mr_type *type = mr_type_compile(&arena, &d, &t, types, &optional, &wire);
    mr_buf_clear(&help_problems);
    mr_diags_print(&d, &help_problems);
    ck_assert((type == NULL) == (d.n_errors > 0));
    mr_diags_done(&d);
    return type;
}

static inline const struct mr_type *help_type(const char *text) {
    const struct mr_type *t = help_try_type(text, NULL);
    ck_assert_msg(t != NULL, "%s: %s", text, mr_buf_cstr(&help_problems));
    return t;
}

static inline const char *help_show_type(const struct mr_type *t) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    mr_type_print(t, &b);
    return mr_buf_cstr(&b);
}

static inline const char *help_show(const struct mr_value *v, const struct mr_type *t) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    mr_value_print(v, t, &b);
    return mr_buf_cstr(&b);
}

/* The slots of a row in one line: `1 | "a" | absent`. */
static inline const char *help_show_slots(const struct mr_type *row, const struct mr_value *slots) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    for (uint32_t i = 0; i < row->n_fields; i++) {
        if (i) mr_buf_cat(&b, " | ");
        mr_value_print(&slots[i], row->fields[i].type, &b);
    }
    return mr_buf_cstr(&b);
}

/* Reads bytes from an allocation of their exact size, so that ASan sees every byte too far. */
static inline const char *help_read(const struct mr_format *f, struct mr_str bytes,
                                    const bool *wanted) {
    static struct mr_value slots[64];
    char *copy = malloc(bytes.n ? bytes.n : 1);
    if (bytes.n) memcpy(copy, bytes.p, bytes.n);
    struct mr_reader *r = mr_reader_new(&arena, f, wanted);
    ck_assert_uint_le(mr_reader_slots(r), 64);
    memset(slots, 0xEE, sizeof slots);
    mr_reader_read(r, (struct mr_str){copy, bytes.n}, slots, &arena);
    const char *shown = f->type->kind == MR_T_STRUCT ? help_show_slots(f->type, slots)
                                                     : help_show(&slots[0], f->type);
    free(copy);
    return shown;
}

#endif

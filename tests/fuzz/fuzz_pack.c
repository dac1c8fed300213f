/* Bytes -> packed rows. What is accepted must pack, and that must give the same bytes again. */
#include "tests/fuzz/fuzz_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct mr_type *row = fuzz_type();
    struct mr_value v[FUZZ_FIELDS], w[FUZZ_FIELDS];
    struct mr_arena a;
    struct mr_buf b, c;
    mr_arena_init(&a);
    mr_buf_init(&b, 0);
    mr_buf_init(&c, 0);
    if (mr_row_unpack(row, (struct mr_str){(const char *)data, size}, NULL, v, &a)) {
        fuzz_print(row, v);
        mr_row_pack(row, v, &b);
        bool ok = mr_row_unpack(row, mr_buf_view(&b), NULL, w, &a);
        assert(ok);
        mr_row_pack(row, w, &c);
        bool none[FUZZ_FIELDS] = {false};
        ok = mr_row_unpack(row, mr_buf_view(&b), none, w, &a);
        assert(ok); /* stepping over is never stricter than reading */
        assert(mr_str_eq(mr_buf_view(&b), mr_buf_view(&c)));
    }
    mr_buf_done(&b);
    mr_buf_done(&c);
    mr_arena_done(&a);
    return 0;
}

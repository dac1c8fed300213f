/* Bytes -> repartition frame. What is accepted must write, and that must read as the same again. */
#include "proto/frame.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct mr_rframe f, g;
    struct mr_buf b, c;
    mr_buf_init(&b, 0);
    mr_buf_init(&c, 0);
    if (mr_rframe_read((struct mr_str){(const char *)data, size}, &f)) {
        mr_rframe_write(&f, &b);
        bool ok = mr_rframe_read(mr_buf_view(&b), &g);
        assert(ok);
        mr_rframe_write(&g, &c);
        assert(mr_str_eq(mr_buf_view(&b), mr_buf_view(&c)));
    }
    mr_buf_done(&b);
    mr_buf_done(&c);
    return 0;
}

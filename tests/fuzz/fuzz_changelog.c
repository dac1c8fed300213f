/* First byte: length of the key; then a changelog record's key and value, the identity row, offset
 * metadata: each decoder on its own, then the record into a store of each kind. */
#include "proto/checkpoint.h"
#include "proto/changelog.h"
#include "proto/offset_meta.h"
#include "state/state.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(enum mr_store_kind kind, struct mr_str key, struct mr_str value) {
    struct mr_store_spec spec = {
        .app = "a", .name = "n", .kind = kind, .fingerprint = 1, .max_record_bytes = 1 << 20};
    struct mr_engine *e = mr_engine_open_mem();
    struct mr_store *s;
    bool done;
    enum mr_class c = mr_store_open(e, &spec, &s, NULL);
    assert(c == MR_OK);
    if (mr_store_replay(s, key, value, 0, NULL) == MR_OK) {
        c = mr_store_write_behind(s, 10, &done, NULL);
        assert(c == MR_OK && done);
    }
    mr_store_close(s);
    mr_engine_close(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct mr_str all = {(const char *)data, size};
    struct mr_changelog_key k;
    struct mr_changelog_value v;
    struct mr_checkpoint p;
    struct mr_offset_meta m;
    mr_changelog_value_read(all, &v);
    mr_checkpoint_read(all, &p);
    mr_offset_meta_read(all, &m);
    if (size == 0 || data[0] >= size) return 0;
    struct mr_str key = {all.p + 1, data[0]}, value = {all.p + 1 + data[0], size - 1 - data[0]};
    if (mr_changelog_key_read(key, &k)) {
        struct mr_buf b;
        mr_buf_init(&b, 0);
        mr_changelog_key_write(&k, &b);
        assert(mr_str_eq(mr_buf_view(&b), key));
        mr_buf_done(&b);
    }
    replay(MR_STORE_PLAIN, key, value);
    replay(MR_STORE_VERSIONED, key, value);
    replay(MR_STORE_WINDOW, key, value);
    return 0;
}

/* Bytes -> time zone. The first byte chooses: a whole file, or (odd) the rule of a file that has
 * no transition. What is accepted must give an offset that RFC 9636 allows, at any instant. */
#include "base/buf.h"
#include "processor/expr/civil.h"
#include "processor/expr/zone.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Header and one local time type, twice; the rule comes behind. */
static void add_blocks(struct mr_buf *b) {
    static const char head[44] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 4};
    static const char type[10] = {[6] = 'L', 'M', 'T'};
    for (int i = 0; i < 2; i++) {
        mr_buf_add(b, head, sizeof head);
        mr_buf_add(b, type, sizeof type);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int64_t step = (MR_TIMESTAMP_MAX - MR_TIMESTAMP_MIN) / 97;
    struct mr_arena a;
    struct mr_buf b;
    const char *why;
    if (size < 1) return 0;
    mr_arena_init(&a);
    mr_buf_init(&b, 0);
    if (data[0] & 1) add_blocks(&b);
    mr_buf_add(&b, (const char *)data + 1, size - 1);
    const struct mr_zone *z = mr_zone_decode(&a, MR_STR("X"), mr_buf_view(&b), &why);
    assert(z || *why);
    for (int64_t t = MR_TIMESTAMP_MIN; z && t <= MR_TIMESTAMP_MAX; t += step) {
        int64_t east = mr_zone_offset(z, t);
        assert(east > -26 * 3600 && east < 26 * 3600);
    }
    for (uint32_t i = 0; z && i < z->n; i++) mr_zone_offset(z, z->times[i]);
    mr_buf_done(&b);
    mr_arena_done(&a);
    return 0;
}

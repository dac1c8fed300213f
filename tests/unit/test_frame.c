/* test_frame.c -- repartition frames: bytes equal to protobuf-c's, every field back, limits. */
#include "proto/frame.h"
#include "base/mem.h"
#include "base/rand.h"
#include "repartition.pb-c.h"
#include "tests/check_main.h"

static ProtobufCBinaryData data(struct mr_str s) {
    return (ProtobufCBinaryData){.len = s.n, .data = (uint8_t *)s.p};
}

/* The oracle: the same frame through protobuf-c. Names must be NUL-terminated. */
static size_t packed(const struct mr_rframe *f, uint8_t *to) {
    Millrace__V1__Repartition m = MILLRACE__V1__REPARTITION__INIT;
    Millrace__V1__Origin o = MILLRACE__V1__ORIGIN__INIT;
    m.version = f->has_row && f->old_row.p ? 2 : 1;
    m.sender = f->sender;
    m.sender_time = f->sender_time;
    m.has_sender_idle = m.sender_idle = f->sender_idle;
    if (f->has_row) {
        m.has_row_time = m.has_row_timestamp = m.has_row = true;
        m.row_time = f->row_time;
        m.row_timestamp = f->row_ts;
        m.has_retract = m.retract = f->retract;
        m.row = data(f->row);
        m.has_old_row = f->old_row.p != NULL;
        m.old_row = data(f->old_row);
    }
    if (f->has_row && f->has_origin) {
        m.origin = &o;
        o.source = (char *)f->origin.source.p;
        o.topic = (char *)f->origin.topic.p;
        o.partition = f->origin.partition;
        o.offset = f->origin.offset;
        o.timestamp = f->origin.timestamp;
        o.appended = f->origin.appended;
        o.has_key = f->origin.key.p != NULL;
        o.key = data(f->origin.key);
        o.has_origin_key = f->origin.origin_key.p != NULL;
        o.origin_key = data(f->origin.origin_key);
        o.has_index = f->origin.index != 0;
        o.index = f->origin.index;
    }
    return millrace__v1__repartition__pack(&m, to);
}

static bool same(struct mr_str a, struct mr_str b) {
    return !a.p == !b.p && mr_str_eq(a, b);
}

static void check_back(const struct mr_rframe *f, struct mr_str bytes) {
    struct mr_rframe g;
    ck_assert(mr_rframe_read(bytes, &g));
    ck_assert_uint_eq(g.version, f->has_row && f->old_row.p ? 2 : 1);
    ck_assert_int_eq(g.sender, f->sender);
    ck_assert_int_eq(g.sender_time, f->sender_time);
    ck_assert_int_eq(g.sender_idle, f->sender_idle);
    ck_assert_int_eq(g.has_row, f->has_row);
    if (!f->has_row) return;
    ck_assert_int_eq(g.row_time, f->row_time);
    ck_assert_int_eq(g.row_ts, f->row_ts);
    ck_assert_int_eq(g.retract, f->retract);
    ck_assert(same(g.row, f->row) && same(g.old_row, f->old_row));
    ck_assert_int_eq(g.has_origin, f->has_origin);
    if (!f->has_origin) return;
    const struct mr_frame_origin *o = &f->origin, *p = &g.origin;
    ck_assert(same(p->source, o->source) && same(p->topic, o->topic) && same(p->key, o->key));
    ck_assert(same(p->origin_key, o->origin_key));
    ck_assert(p->partition == o->partition && p->offset == o->offset && p->index == o->index);
    ck_assert(p->timestamp == o->timestamp && p->appended == o->appended);
}

static void check_frame(const struct mr_rframe *f) {
    uint8_t want[4096];
    size_t n = packed(f, want);
    struct mr_buf b = {0};
    mr_rframe_write(f, &b);
    ck_assert_uint_eq(b.n, n);
    ck_assert_mem_eq(b.p, want, n);
    check_back(f, mr_buf_view(&b));
    /* Every cut is malformed, or a whole frame without the fields that are missing. */
    for (size_t i = 0; i < n; i++) {
        struct mr_rframe g;
        char *cut = mr_alloc(i); /* ASan watches its end */
        memcpy(cut, b.p, i);
        if (mr_rframe_read((struct mr_str){cut, i}, &g)) ck_assert(!g.has_row);
        mr_free(cut);
    }
    mr_buf_done(&b);
}

static const struct mr_rframe full = {.sender = 3,
                                      .sender_time = 1700000000123,
                                      .sender_idle = true,
                                      .has_row = true,
                                      .retract = true,
                                      .row_time = 1700000000000,
                                      .row_ts = -5,
                                      .has_origin = true,
                                      .origin = {.source = {"clicks", 6},
                                                 .topic = {"shop.clicks", 11},
                                                 .partition = 7,
                                                 .offset = 123456789012,
                                                 .timestamp = 1,
                                                 .appended = -1,
                                                 .key = {"k", 1},
                                                 .origin_key = {"", 0},
                                                 .index = 9},
                                      .row = {"row bytes", 9}};

START_TEST(equal_to_protobuf_c) {
    struct mr_rframe f = full;
    check_frame(&f);
    f.retract = false;
    f.old_row = MR_STR("old bytes");
    check_frame(&f);
    f.old_row = MR_STR("");
    check_frame(&f);
    f = full;
    f.has_origin = false;
    check_frame(&f);
    f.row = MR_STR("");
    check_frame(&f);
    f.has_row = false;
    check_frame(&f);
    f.sender_time = INT64_MIN;
    f.sender_idle = false;
    check_frame(&f);
    f.sender_time = INT64_MAX;
    check_frame(&f);
}
END_TEST

START_TEST(random_frames) {
    struct mr_rand r;
    static char bytes[300];
    mr_rand_seed(&r, 1);
    for (int i = 0; i < 500; i++) {
        struct mr_rframe f = full;
        f.sender = (int32_t)(mr_rand_next(&r) >> 33);
        f.sender_time = (int64_t)(mr_rand_next(&r) >> mr_rand_below(&r, 64));
        f.row_time = (int64_t)mr_rand_next(&r);
        f.row_ts = -(int64_t)(mr_rand_next(&r) >> (1 + mr_rand_below(&r, 63)));
        f.origin.partition = -1;
        f.origin.index = (uint32_t)mr_rand_next(&r);
        f.origin.key = (struct mr_str){mr_rand_below(&r, 2) ? bytes : NULL, 0};
        if (f.origin.key.p) f.origin.key.n = mr_rand_below(&r, 300);
        f.row.p = bytes;
        f.row.n = mr_rand_below(&r, 300);
        check_frame(&f);
    }
}
END_TEST

/* By hand: 08 01 = version 1; 10 06 = sender 3; 18 02 = time 1. */
static const char mark[] = {8, 1, 16, 6, 24, 2};

static bool reads(const void *p, size_t n) {
    struct mr_rframe f;
    return mr_rframe_read((struct mr_str){p, n}, &f);
}

static bool reads_with(const char *more, size_t n) {
    char b[64];
    memcpy(b, mark, sizeof mark);
    memcpy(b + sizeof mark, more, n);
    return reads(b, sizeof mark + n);
}

START_TEST(refuses) {
    ck_assert(reads(mark, sizeof mark));
    ck_assert(!reads(NULL, 0));
    ck_assert(!reads("\x08\x02\x10\x06\x18\x02", 6));  /* version 2 */
    ck_assert(!reads("\x08\x01\x10\x05\x18\x02", 6));  /* sender -3 */
    ck_assert(!reads("\x08\x01\x18\x02", 4));          /* no sender */
    ck_assert(!reads_with("\x18\x02", 2));             /* a field twice */
    ck_assert(!reads_with("\x28\x02", 2));             /* a row time without a row */
    ck_assert(!reads_with("\x4a\x00", 2));             /* a row without its times */
    ck_assert(!reads_with("\x50\x01", 2));             /* field 10 */
    ck_assert(!reads_with("\x20\x02", 2));             /* a bool of 2 */
    ck_assert(!reads_with("\x25\x01\x01\x01\x01", 5)); /* idle as fixed32 */
    ck_assert(!reads_with("\x4a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)); /* length */
    ck_assert(!reads_with("\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11)); /* 65 bits */
    ck_assert(reads_with("\x28\x02\x30\x02\x4a\x00", 6));
    ck_assert(!reads_with("\x28\x02\x30\x02\x42\x00\x4a\x00", 8)); /* origin without fields */
}
END_TEST

int main(void) {
    Suite *s = suite_create("frame");
    TCase *t = tcase_create("frame");
    tcase_add_test(t, equal_to_protobuf_c);
    tcase_add_test(t, random_frames);
    tcase_add_test(t, refuses);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

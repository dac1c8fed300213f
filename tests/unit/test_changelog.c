/* test_changelog.c -- changelog records and the identity row: bytes, order of keys, limits. */
#include "proto/changelog.h"
#include "proto/checkpoint.h"
#include "base/mem.h"
#include "changelog.pb-c.h"
#include "checkpoint.pb-c.h"
#include "tests/check_main.h"

static const char sixteen[] = "0123456789abcdef";

static struct mr_str write_key(struct mr_buf *b, enum mr_changelog_class c, int64_t n,
                               struct mr_str key) {
    mr_buf_clear(b);
    mr_changelog_key_write(&(struct mr_changelog_key){c, n, key}, b);
    return mr_buf_view(b);
}

START_TEST(keys_by_hand) {
    struct mr_buf b = {0};
    struct mr_changelog_key k;
    ck_assert(mr_str_is(write_key(&b, MR_CL_ENTRY, 0, MR_STR("ab")), "eab"));
    ck_assert(mr_str_is(write_key(&b, MR_CL_CLOCK, 0, MR_STR("")), "c"));
    struct mr_str w = write_key(&b, MR_CL_WINDOW, 258, MR_STR("ab"));
    ck_assert(mr_str_eq(w, (struct mr_str){"w\x80\0\0\0\0\0\1\2ab", 11}));
    ck_assert(mr_changelog_key_read(w, &k));
    ck_assert(k.class == MR_CL_WINDOW && k.number == 258 && mr_str_is(k.key, "ab"));
    struct mr_str v = write_key(&b, MR_CL_VERSION, -1, MR_STR(""));
    ck_assert(mr_str_eq(v, (struct mr_str){"v\x7f\xff\xff\xff\xff\xff\xff\xff", 9}));
    ck_assert(mr_changelog_key_read(v, &k));
    ck_assert(k.class == MR_CL_VERSION && k.number == -1 && k.key.n == 0);
    mr_buf_done(&b);
}
END_TEST

START_TEST(order_is_time_order) {
    static const int64_t times[] = {INT64_MIN, -1700000000000, -256,     -1, 0, 1, 255,
                                    256,       1700000000000,  INT64_MAX};
    char a[8], b[8];
    for (size_t i = 0; i + 1 < MR_ARRAY_LEN(times); i++) {
        mr_be64_order(times[i], a);
        mr_be64_order(times[i + 1], b);
        ck_assert_int_lt(memcmp(a, b, 8), 0);
        ck_assert_int_eq(mr_be64_read(a), times[i]);
    }
}
END_TEST

START_TEST(bad_keys) {
    struct mr_changelog_key k;
    ck_assert(!mr_changelog_key_read((struct mr_str){NULL, 0}, &k));
    ck_assert(!mr_changelog_key_read(MR_STR(""), &k));
    ck_assert(!mr_changelog_key_read(MR_STR("cx"), &k));
    ck_assert(!mr_changelog_key_read(MR_STR("w1234567"), &k));
    ck_assert(!mr_changelog_key_read(MR_STR("v1234567"), &k));
    ck_assert(!mr_changelog_key_read(MR_STR("xab"), &k));
    ck_assert(mr_changelog_key_read(MR_STR("e"), &k) && k.key.n == 0);
}
END_TEST

static void check_value(struct mr_str value) {
    Millrace__V1__ChangelogFrame m = MILLRACE__V1__CHANGELOG_FRAME__INIT;
    struct mr_changelog_value v = {{sixteen, 16}, value}, back;
    struct mr_buf b = {0};
    uint8_t want[2048];
    m.version = 1;
    m.incarnation = (ProtobufCBinaryData){16, (uint8_t *)sixteen};
    m.has_value = value.p != NULL;
    m.value = (ProtobufCBinaryData){value.n, (uint8_t *)value.p};
    size_t n = millrace__v1__changelog_frame__pack(&m, want);
    mr_changelog_value_write(&v, &b);
    ck_assert_uint_eq(b.n, n);
    ck_assert_mem_eq(b.p, want, n);
    ck_assert_uint_le(n, value.n + MR_CHANGELOG_OVERHEAD - 9 - 61 - 21);
    ck_assert(mr_changelog_value_read(mr_buf_view(&b), &back));
    ck_assert(mr_str_is(back.incarnation, sixteen));
    ck_assert(!back.value.p == !value.p && mr_str_eq(back.value, value));
    for (size_t i = 0; i < n; i++) {
        char *cut = mr_alloc(i);
        memcpy(cut, b.p, i);
        bool ok = mr_changelog_value_read((struct mr_str){cut, i}, &back);
        ck_assert(!ok || !back.value.p);
        mr_free(cut);
    }
    mr_buf_done(&b);
}

START_TEST(values_equal_protobuf_c) {
    static char long_value[1000];
    check_value((struct mr_str){NULL, 0});
    check_value(MR_STR(""));
    check_value(MR_STR("x"));
    check_value((struct mr_str){long_value, 127});
    check_value((struct mr_str){long_value, 128});
    check_value((struct mr_str){long_value, sizeof long_value});
}
END_TEST

START_TEST(bad_values) {
    struct mr_changelog_value v;
#define READ(lit) mr_changelog_value_read((struct mr_str){lit, sizeof lit - 1}, &v)
    ck_assert(READ("\x08\x01\x12\x10"
                   "0123456789abcdef"));
    ck_assert(!READ("\x08\x02\x12\x10"
                    "0123456789abcdef"));
    ck_assert(!READ("\x08\x01\x12\x0f"
                    "0123456789abcde"));
    ck_assert(!READ("\x12\x10"
                    "0123456789abcdef"));
    ck_assert(!READ("\x08\x01"));
    ck_assert(!READ("\x08\x01\x12\x10"
                    "0123456789abcdef"
                    "\x1a\x00\x1a\x00"));
    ck_assert(!READ("\x08\x01\x12\x10"
                    "0123456789abcdef"
                    "\x20\x00"));
#undef READ
}
END_TEST

START_TEST(identity_row) {
    Millrace__V1__Checkpoint m = MILLRACE__V1__CHECKPOINT__INIT;
    struct mr_checkpoint p = {.app = MR_STR("app"),
                              .name = MR_STR("node"),
                              .partition = 5,
                              .fingerprint = 0xfedcba9876543210,
                              .incarnation = {sixteen, 16},
                              .position = 1 << 20,
                              .wall_ms = 1700000000000,
                              .low = 77},
                         q;
    struct mr_buf b = {0};
    uint8_t want[256];
    m.version = 1;
    m.app = "app";
    m.name = "node";
    m.partition = 5;
    m.fingerprint = p.fingerprint;
    m.has_incarnation = true;
    m.incarnation = (ProtobufCBinaryData){16, (uint8_t *)sixteen};
    m.position = p.position;
    m.wall_ms = p.wall_ms;
    m.low = p.low;
    size_t n = millrace__v1__checkpoint__pack(&m, want);
    mr_checkpoint_write(&p, &b);
    ck_assert_uint_eq(b.n, n);
    ck_assert_mem_eq(b.p, want, n);
    ck_assert(mr_checkpoint_read(mr_buf_view(&b), &q));
    ck_assert(mr_str_is(q.app, "app") && mr_str_is(q.name, "node") && q.partition == 5);
    ck_assert(q.fingerprint == p.fingerprint && q.position == p.position && q.low == 77);
    ck_assert(q.wall_ms == p.wall_ms && mr_str_is(q.incarnation, sixteen));
    for (size_t i = 0; i < n; i++) ck_assert(!mr_checkpoint_read((struct mr_str){b.p, i}, &q));
    mr_buf_clear(&b);
    p.incarnation.n = 0;
    mr_checkpoint_write(&p, &b);
    ck_assert(mr_checkpoint_read(mr_buf_view(&b), &q) && q.incarnation.n == 0);
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("changelog");
    TCase *t = tcase_create("changelog");
    tcase_add_test(t, keys_by_hand);
    tcase_add_test(t, order_is_time_order);
    tcase_add_test(t, bad_keys);
    tcase_add_test(t, values_equal_protobuf_c);
    tcase_add_test(t, bad_values);
    tcase_add_test(t, identity_row);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

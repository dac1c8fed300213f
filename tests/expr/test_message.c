/* test_message.c -- messages of expressions as bytes: pieces, limits, what stays as it is. Bytes
 * are written by hand from protobuf's encoding, or by another implementation.
 */
#include "tests/expr/cel_messages.h"

#include <check.h>

static struct mr_arena arena;

static void setup(void) {
    mr_arena_init(&arena);
}
static void teardown(void) {
    mr_arena_done(&arena);
}

static const struct mr_type *type_of(const char *name) {
    const struct mr_type *t = mr_messages_find(
        cel_messages(), mr_str(mr_arena_printf(&arena, "cel.expr.conformance.%s", name)));
    ck_assert_ptr_nonnull(t);
    return t;
}

/* As text; what cannot be read: its problem. */
static const char *read_text(const char *type, struct mr_str bytes) {
    const struct mr_type *t = type_of(type);
    const char *problem;
    struct mr_value v;
    struct mr_buf b;
    if (!mr_message_read(&arena, t, bytes, &v, &problem)) return problem;
    mr_buf_init(&b, 0);
    mr_value_print(&v, t, &b);
    const char *s = mr_arena_strndup(&arena, b.p, b.n);
    mr_buf_done(&b);
    return s;
}

#define READS(type, bytes, text) ck_assert_str_eq(read_text(type, MR_STR(bytes)), text)

START_TEST(messages_come_in_pieces) {
    /* 23: standalone_message {1: bb}: the last scalar wins */
    READS("proto3.TestAllTypes", "\xba\x01\x02\x08\x01\xba\x01\x00\xba\x01\x02\x08\x02",
          "{standalone_message: {bb: 2}}");
    /* 102: a timestamp, its seconds in one piece, its nanoseconds in the other */
    READS("proto3.TestAllTypes", "\xb2\x06\x02\x08\x05\xb2\x06\x02\x10\x07",
          "{single_timestamp: timestamp(\"1970-01-01T00:00:05.000000007Z\")}");
    /* 105: a wrapper: there and empty */
    READS("proto3.TestAllTypes", "\xca\x06\x00", "{single_int64_wrapper: 0}");
    /* 104: a Value: the last of its oneof */
    READS("proto3.TestAllTypes", "\xc2\x06\x02\x20\x01\xc2\x06\x03\x1a\x01x",
          "{single_value: \"x\"}");
    /* 103: a Struct: entries of both, the last of a key wins */
    READS("proto3.TestAllTypes",
          "\xba\x06\x09\x0a\x07\x0a\x01\x61\x12\x02\x20\x01"
          "\xba\x06\x09\x0a\x07\x0a\x01\x61\x12\x02\x20\x00",
          "{single_struct: {\"a\": false}}");
    /* 31: packed and not */
    READS("proto3.TestAllTypes", "\xfa\x01\x02\x01\x02\xf8\x01\x03", "{repeated_int32: [1, 2, 3]}");
    /* 400, 402: members of one oneof */
    READS("proto3.TestAllTypes", "\x82\x19\x00\x90\x19\x01", "{oneof_bool: true}");
    /* 403: a group */
    READS("proto2.TestAllTypes", "\x9b\x19\xa0\x19\x05\x9c\x19", "{nestedgroup: {single_id: 5}}");
}
END_TEST

START_TEST(what_is_no_value_is_not_there) {
    /* a default without presence, an empty packed list, an unknown field, another wire type */
    READS("proto3.TestAllTypes", "\x08\x00\xfa\x01\x00\xf8\xff\x7f\x01\x0d\x01\x00\x00\x00", "{}");
    READS("proto2.TestAllTypes", "\x08\x00", "{single_int32: 0}"); /* with presence */
    READS("proto2.TestAllTypes", "\xc0\x3e\x2a", "{cel.expr.conformance.proto2.int32_ext: 42}");
    READS("proto3.TestAllTypes", "\x08", "not a protobuf message");
    READS("proto2.TestAllTypes", "\x9b\x19\xa0\x19\x05\x9c\x20", "not a protobuf message");
    READS("proto3.TestAllTypes", "\x72\x01\xff", "a string is not valid UTF-8");
}
END_TEST

START_TEST(an_any_that_is_not_known_stays) {
    READS("proto3.TestAllTypes", "\xa2\x06\x08\x0a\x03x/y\x12\x01z",
          "{single_any: {type_url: \"x/y\", value: b\"z\"}}");
    READS("proto3.TestAllTypes", "\xa2\x06\x20\x0a\x1bx/google.protobuf.BoolValue\x12\x01\x08",
          "{single_any: {type_url: \"x/google.protobuf.BoolValue\", value: b\"\\x08\"}}");
    READS("proto3.TestAllTypes", "\xa2\x06\x21\x0a\x1bx/google.protobuf.BoolValue\x12\x02\x08\x01",
          "{single_any: true}");
}
END_TEST

/* `depth` messages inside each other, the innermost empty. */
static struct mr_str nested(uint32_t depth) {
    struct mr_str s = MR_STR("");
    for (uint32_t i = 1; i < depth; i++) {
        char *p = mr_arena_alloc(&arena, s.n + 3);
        size_t n = 0;
        p[n++] = 0x0a;
        if (s.n > 127) p[n++] = (char)(s.n | 0x80);
        p[n++] = (char)(s.n > 127 ? s.n >> 7 : s.n);
        memcpy(p + n, s.p, s.n);
        s = (struct mr_str){p, s.n + n};
    }
    return s;
}

START_TEST(nesting_is_bounded) {
    const struct mr_type *t = type_of("proto3.NestedTestAllTypes");
    const char *problem = "";
    struct mr_value v;
    ck_assert(mr_message_read(&arena, t, nested(MR_MESSAGE_DEPTH), &v, &problem));
    ck_assert(!mr_message_read(&arena, t, nested(MR_MESSAGE_DEPTH + 1), &v, &problem));
    ck_assert_str_eq(problem, "messages are nested too deeply");
}
END_TEST

START_TEST(size_is_bounded) {
    enum { N = 100 * 1024 };
    char *p = mr_arena_alloc(&arena, 3 * N);
    for (size_t i = 0; i < N; i++) memcpy(p + 3 * i, "\xe2\x3e\x00", 3); /* 1004: large messages */
    ck_assert_str_eq(read_text("proto2.TestAllTypes", (struct mr_str){p, 3 * N}),
                     "too many messages in it");
}
END_TEST

/* What Python's protobuf 4.25 wrote is written the same way. */
START_TEST(written_as_others_do) {
    static const struct {
        const char *type;
        struct mr_str bytes;
    } rows[] = {
        {"proto2.TestAllTypes",
         MR_STR("\x08\xde\xff\xff\xff\xff\xff\xff\xff\xff\x01(\x05\x30\xfe\x03=+\x00"
                "\x00\x00Q\xff\xff\xff\xff\xff\xff\xff\xff]\x00\x00\xc0\x3fr\x03\x66oo")},
        {"proto2.TestAllTypes",
         MR_STR("\xba\x06\x14\x0a\x12\x0a\x01k\x12\x0d\x32\x0b\x0a\x09\x11\x00\x00\x00"
                "\x00\x00\x00\x00@\xd2\x06\x00\x92\x07\x1a\x0a\x09\x11\x00\x00\x00\x00"
                "\x00\x00\xf0\x3f\x0a\x05\x1a\x03one\x0a\x02\x08\x00\x0a\x02 \x01")},
        {"proto3.TestAllTypes",
         MR_STR("\xa2\x06=\x0a.type.googleapis.com/google.protobuf.Int64Value\x12\x0b"
                "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")},
        {"proto3.TestAllTypes",
         MR_STR("\xfa\x01\x0b\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\xda\x02\x01"
                "\x01\xe2\x02\x01\x61\xe2\x02\x01\x62\xaa\x05\x04\x08\x05\x10\x01\xaa"
                "\x06\x16\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\xfb\xff\xff"
                "\xff\xff\xff\xff\xff\xff\x01\xb2\x06\x06\x08\xd2\x85\xd8\xcc\x04\x9a"
                "\x0e\x07\x0a\x01x\x12\x02\x08\x03")},
        {"proto2.TestAllTypes", MR_STR("\x9b\x19\xa0\x19\x05\x9c\x19\xc0>*")},
        {"proto3.TestAllTypes",
         MR_STR("\x80\x01\x00\xa2\x06\x42\x0a<type.googleapis.com/cel.expr.conformance."
                "proto3.TestAllTypes\x12\x02\x10\x07\xc2\x06\x02\x08\x00")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct mr_type *t = type_of(rows[i].type);
        const char *problem;
        struct mr_fault fault;
        struct mr_value v;
        struct mr_buf b;
        ck_assert(mr_message_read(&arena, t, rows[i].bytes, &v, &problem));
        mr_buf_init(&b, 0);
        ck_assert(mr_message_write(t, v.row, &b, &fault));
        ck_assert_uint_eq(b.n, rows[i].bytes.n);
        ck_assert_mem_eq(b.p, rows[i].bytes.p, b.n);
        mr_buf_done(&b);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("message");
    TCase *c = tcase_create("message");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, messages_come_in_pieces);
    tcase_add_test(c, what_is_no_value_is_not_there);
    tcase_add_test(c, an_any_that_is_not_known_stays);
    tcase_add_test(c, nesting_is_bounded);
    tcase_add_test(c, size_is_bounded);
    tcase_add_test(c, written_as_others_do);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

/* Headers of Confluent's serializers; the bytes are by hand from its description of the wire format
 * (byte 0, id, for protobuf a count and indexes: [1, 0] is 2, 1, 0 as zigzag varints). */
#include "processor/expr/confluent.h"
#include "tests/unit/access_help.h"

#define GUID                                                                                       \
    "\x01"                                                                                         \
    "0123456789abcdef"

static const struct {
    struct mr_str bytes;
    bool protobuf;
    const char *rest; /* or why not */
} cases[] = {
    {MR_STR("\x00\x00\x00\x00\x0cxyz"), false, "xyz"},
    {MR_STR("\x00\x00\x00\x00\x0c"), false, ""},
    {MR_STR("\x00\x00\x00\x00\x0c\x00xyz"), true, "xyz"},
    {MR_STR("\x00\x00\x00\x00\x0c\x04\x02\x00xyz"), true, "xyz"},
    {MR_STR(GUID "xyz"), false, "xyz"},
    {MR_STR(GUID "\x02\x08xyz"), true, "xyz"},
    {MR_STR("\x00\x00\x00\x00"), false, "the record ends inside its Confluent header"},
    {MR_STR("\x01"
            "23456789"),
     false, "the record ends inside its Confluent header"},
    {MR_STR("\x00\x00\x00\x00\x0c"), true, "the Confluent header has no sound message indexes"},
    {MR_STR("\x00\x00\x00\x00\x0c\x04\x02"), true,
     "the Confluent header has no sound message indexes"},
    {MR_STR("\x00\x00\x00\x00\x0c\x01\x02"), true,
     "the Confluent header has no sound message indexes"},
    {MR_STR("\x00\x00\x00\x00\x0c\x02\x01x"), true,
     "the Confluent header has no sound message indexes"},
    {MR_STR("\x00\x00\x00\x00\x0c\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01x"), true,
     "the Confluent header has no sound message indexes"},
    {MR_STR("{}"), false, "the record has no Confluent header: take `registry: true` away"},
    {MR_STR(""), false, "the record has no Confluent header: take `registry: true` away"},
    {MR_STR("\x03\x00"
            "0123456789abcdef{}"),
     false, "the record begins with a header of AWS Glue: only Confluent's are read"},
};

START_TEST(strips) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mr_str rest = MR_STR("");
        const char *problem = mr_confluent_strip(cases[i].bytes, cases[i].protobuf, &rest);
        ck_assert_str_eq(problem ? problem : mr_arena_str(&arena, rest).p, cases[i].rest);
    }
    ck_assert_ptr_null(mr_confluent_check(MR_STR(GUID), false));
    ck_assert_ptr_null(mr_confluent_check(MR_STR(GUID "\x00"), true));
    ck_assert_ptr_nonnull(mr_confluent_check(MR_STR(GUID "x"), false));
    ck_assert_ptr_nonnull(mr_confluent_check(MR_STR("x"), false));
}
END_TEST

/* As records are read: declared and there, declared and missing, there and not declared. */
START_TEST(reads) {
    const struct mr_type *t = help_type("{n: int, s: string}");
    struct mr_format bare = {.kind = MR_F_JSON_ROW, .type = t}, framed = bare;
    struct mr_format any = {.kind = MR_F_JSON, .type = &mr_type_dyn};
    struct mr_str json = MR_STR("\x00\x00\x01\x00\x02{\"n\":5,\"s\":\"a\"}");
    struct mr_str alone = {json.p + 5, json.n - 5};
    bool second[] = {false, true};
    framed.registry = true;
    ck_assert_str_eq(help_read(&framed, json, NULL), "5 | \"a\"");
    ck_assert_str_eq(help_read(&framed, alone, second),
                     "absent | error(decode.syntax: the record has no Confluent header: take "
                     "`registry: true` away)");
    ck_assert_str_eq(help_read(&bare, json, second),
                     "absent | error(decode.syntax: the record begins with a Confluent header "
                     "(schema id 65538): add `registry: true`)");
    ck_assert_ptr_nonnull(strstr(help_read(&any, json, NULL), "(schema id 65538)"));

    struct mr_reader *r = mr_reader_new(&arena, &framed, NULL);
    struct mr_value slots[2];
    ck_assert(mr_reader_wants_id(r) && !mr_reader_wants_id(mr_reader_new(&arena, &bare, NULL)));
    mr_reader_read_id(r, alone, MR_STR(GUID), slots, &arena);
    ck_assert_str_eq(help_show_slots(t, slots), "5 | \"a\"");
    mr_reader_read_id(r, json, MR_STR(GUID), slots, &arena); /* both: the bytes are the record */
    ck_assert_uint_eq(slots[0].tag, MR_V_ERROR);
    mr_reader_read_id(r, alone, MR_STR("?"), slots, &arena);
    ck_assert_ptr_nonnull(strstr(help_show_slots(t, slots), "holds no schema id"));
    ck_assert(mr_reader_is_null(r, MR_STR("\x00\x00\x00\x00\x01null")));
    ck_assert(!mr_reader_is_null(r, MR_STR("\x00\x00\x00\x00\x01nul")));

    struct mr_fault fault;
    struct mr_buf b;
    struct mr_value v = mr_struct(slots);
    mr_buf_init(&b, 0);
    ck_assert(!mr_write(&framed, t, &v, &b, &fault) && b.n == 0);
    ck_assert_str_eq(fault.text, "a Confluent header cannot be written yet");
    mr_confluent_put(&b, 0x01020304, true);
    ck_assert(mr_str_eq(mr_buf_view(&b), MR_STR("\x00\x01\x02\x03\x04\x00")));
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("confluent");
    TCase *t = tcase_create("confluent");
    tcase_add_test(t, strips);
    tcase_add_test(t, reads);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

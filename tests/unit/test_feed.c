/* Proves processor/serve/feed.c: lines and bytes by hand from design.md 8. */
#include "processor/serve/feed.h"
#include "tests/check_main.h"

static const struct mr_format json = {.kind = MR_F_JSON, .type = &mr_type_dyn};
static const struct mr_format string = {.kind = MR_F_STRING, .type = &mr_type_string};
static const struct mr_format number = {.kind = MR_F_INT, .type = &mr_type_int};
static const struct mr_format bytes = {.kind = MR_F_BYTES, .type = &mr_type_bytes};

static struct mr_arena a;
static struct mr_feed_rec rec;
static const char *error;

static void setup(void) {
    mr_arena_init(&a);
}
static void teardown(void) {
    mr_arena_done(&a);
}

static bool read_as(const struct mr_format *key, const struct mr_format *value, const char *line) {
    struct mr_feed_form form = {key, value};
    return mr_feed_read(&a, &form, mr_str(line), &rec, &error);
}

START_TEST(json_stays_byte_for_byte) {
    ck_assert(read_as(&string, &json,
                      "{\"key\":\"u\\u00e4\", \"value\": {\"a\" : 1.0, \"b\":\"\\/\"}, "
                      "\"ts\":1700000000000}\n"));
    ck_assert(mr_str_is(rec.key, "u\xc3\xa4"));
    ck_assert(mr_str_is(rec.value, "{\"a\" : 1.0, \"b\":\"\\/\"}"));
    ck_assert_int_eq(rec.ts, 1700000000000);
    ck_assert_int_eq(rec.partition, -1);
    ck_assert_uint_eq(rec.n_hdrs, 0);
}
END_TEST

START_TEST(defaults_and_nulls) {
    ck_assert(read_as(&json, &json, "{}"));
    ck_assert_ptr_null(rec.key.p);
    ck_assert_ptr_null(rec.value.p);
    ck_assert_int_eq(rec.ts, -1);
    ck_assert(read_as(&string, &json, "{\"key\":null,\"value\":null,\"partition\":3}"));
    ck_assert_ptr_null(rec.key.p);
    ck_assert_ptr_null(rec.value.p);
    ck_assert_int_eq(rec.partition, 3);
    ck_assert(read_as(&string, &string, "{\"key\":\"\",\"value\":\"null\"}"));
    ck_assert(rec.key.p && rec.key.n == 0);
    ck_assert(mr_str_is(rec.value, "null"));
}
END_TEST

START_TEST(numbers_and_raw_bytes) {
    ck_assert(read_as(&number, &number, "{\"key\":258,\"value\":-1}"));
    ck_assert(mr_str_eq(rec.key, MR_STR("\0\0\0\0\0\0\1\2")));
    ck_assert(mr_str_eq(rec.value, MR_STR("\xff\xff\xff\xff\xff\xff\xff\xff")));
    ck_assert(read_as(&bytes, &json, "{\"key\":\"ab\",\"value_base64\":\"AP8=\"}"));
    ck_assert(mr_str_is(rec.key, "ab"));
    ck_assert(mr_str_eq(rec.value, MR_STR("\0\xff")));
    ck_assert(read_as(&number, &json, "{\"key_base64\":\"YWI=\"}"));
    ck_assert(mr_str_is(rec.key, "ab"));
}
END_TEST

START_TEST(headers) {
    ck_assert(read_as(&string, &json,
                      "{\"headers\":{\"a\":\"x\",\"b\":null,\"c\":{\"base64\":\"/w==\"},"
                      "\"d\":[\"1\",\"2\"]}}"));
    ck_assert_uint_eq(rec.n_hdrs, 5);
    ck_assert(mr_str_is(rec.hdrs[0].name, "a") && mr_str_is(rec.hdrs[0].value, "x"));
    ck_assert(mr_str_is(rec.hdrs[1].name, "b") && !rec.hdrs[1].value.p);
    ck_assert(mr_str_eq(rec.hdrs[2].value, MR_STR("\xff")));
    ck_assert(mr_str_is(rec.hdrs[3].name, "d") && mr_str_is(rec.hdrs[3].value, "1"));
    ck_assert(mr_str_is(rec.hdrs[4].name, "d") && mr_str_is(rec.hdrs[4].value, "2"));
}
END_TEST

static void refused(const struct mr_format *key, const char *line, const char *message) {
    ck_assert_msg(!read_as(key, &json, line), "%s", line);
    ck_assert_str_eq(error, message);
}

START_TEST(clear_errors) {
    refused(&string, "{\"keys\":1}", "unknown field `keys`, did you mean `key`?");
    refused(&string, "{\"zzzzzz\":1}", "unknown field `zzzzzz`");
    refused(&string, "{\"key\":1}", "key: a string is expected (format `string`)");
    refused(&number, "{\"key\":\"1\"}", "key: a whole number is expected (format `int`)");
    refused(&number, "{\"key\":1.5}", "key: a whole number is expected (format `int`)");
    refused(&string, "{\"key\":\"a\",\"key\":\"b\"}", "`key` comes twice");
    refused(&string, "{\"key\":\"a\",\"key_base64\":\"\"}", "both `key` and `key_base64`");
    refused(&string, "{\"value\":1,\"value_base64\":\"\"}", "both `value` and `value_base64`");
    refused(&string, "{\"value_base64\":\"*\"}", "value_base64: not base64");
    refused(&string, "{\"ts\":\"1\"}", "ts: a whole number is expected");
    refused(&string, "{\"ts\":-2}", "ts: out of range");
    refused(&string, "{\"partition\":3000000000}", "partition: out of range");
    refused(&string, "{\"headers\":[]}", "headers: a map is expected");
    refused(&string, "{\"headers\":{\"a\":1}}",
            "headers: a string, null or {\"base64\": ...} is expected");
    refused(&string, "[]", "a record is a map: {\"key\":..., \"value\":...}");
    ck_assert(!read_as(&string, &json, "{\"key\":\"a\"} x"));
    ck_assert(!read_as(&string, &json, ""));
    ck_assert(!read_as(&string, &json, "{\"key\":\"\\ud800\"}"));
}
END_TEST

static void written(const struct mr_format *key, const struct mr_format *value, struct mr_msg m,
                    const char *line) {
    struct mr_feed_form form = {key, value};
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_feed_write(&form, &m, 2, &a, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), line);
    mr_buf_done(&b);
}

START_TEST(lines_written) {
    struct mr_hdr hdrs[] = {
        {MR_STR("a"), MR_STR("1")}, {MR_STR("b"), {NULL, 0}}, {MR_STR("a"), MR_STR("\xff")}};
    written(&string, &json,
            (struct mr_msg){.key = MR_STR("u\"1"),
                            .value = MR_STR("{\"a\" :1}"),
                            .ts = 5,
                            .offset = 7,
                            .hdrs = hdrs,
                            .n_hdrs = 3},
            "{\"key\":\"u\\\"1\",\"value\":{\"a\" :1},\"ts\":5,\"headers\":{\"a\":[\"1\","
            "{\"base64\":\"/w==\"}],\"b\":null},\"partition\":2,\"offset\":7}\n");
    written(&number, &json, (struct mr_msg){.key = MR_STR("\0\0\0\0\0\0\1\2"), .ts = -1},
            "{\"key\":258,\"value\":null,\"ts\":-1,\"headers\":{},\"partition\":2,\"offset\":0}\n");
}
END_TEST

/* What is not valid in the format goes out as base64. */
START_TEST(invalid_bytes_written) {
    written(&number, &json, (struct mr_msg){.key = MR_STR("123456789")}, /* an int has 8 bytes */
            "{\"key_base64\":\"MTIzNDU2Nzg5\",\"value\":null,\"ts\":0,\"headers\":{},"
            "\"partition\":2,\"offset\":0}\n");
    written(&number, &json, (struct mr_msg){.key = MR_STR("abc"), .value = MR_STR("{broken")},
            "{\"key_base64\":\"YWJj\",\"value_base64\":\"e2Jyb2tlbg==\",\"ts\":0,\"headers\":{},"
            "\"partition\":2,\"offset\":0}\n");
    written(&string, &json, (struct mr_msg){.key = MR_STR("\xff"), .value = MR_STR("null")},
            "{\"key_base64\":\"/w==\",\"value_base64\":\"bnVsbA==\",\"ts\":0,\"headers\":{},"
            "\"partition\":2,\"offset\":0}\n");
    written(&string, &json, (struct mr_msg){.value = MR_STR("[1,\n2]")},
            "{\"key\":null,\"value_base64\":\"WzEsCjJd\",\"ts\":0,\"headers\":{},"
            "\"partition\":2,\"offset\":0}\n");
}
END_TEST

START_TEST(dead_letters_written) {
    written(NULL, NULL, (struct mr_msg){.key = MR_STR("u1"), .value = MR_STR("{\"a\":1}")},
            "{\"key\":\"u1\",\"value\":{\"a\":1},\"ts\":0,\"headers\":{},\"partition\":2,"
            "\"offset\":0}\n");
    written(NULL, NULL, (struct mr_msg){.key = MR_STR("5"), .value = MR_STR("\xfe")},
            "{\"key\":5,\"value_base64\":\"/g==\",\"ts\":0,\"headers\":{},\"partition\":2,"
            "\"offset\":0}\n");
}
END_TEST

/* An output file is a feed: what was written reads back as the same bytes. */
START_TEST(there_and_back) {
    static const struct mr_str samples[] = {
        {"", 0},          {"a", 1},  {"null", 4},
        {"\"x\"", 3},     {"5", 1},  {"\0\0\0\0\0\0\0\x09", 8},
        {"{\"a\":1}", 7}, {" 5", 2}, {"[1,\r2]", 6},
        {"\xff\x00", 2},
    };
    static const struct mr_format *const formats[] = {&json, &string, &number, &bytes};
    for (size_t f = 0; f < 4; f++)
        for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
            struct mr_feed_form form = {formats[f], formats[f]};
            struct mr_msg m = {.key = samples[i], .value = samples[i], .ts = 12};
            struct mr_buf b;
            mr_buf_init(&b, 0);
            mr_feed_write(&form, &m, 1, &a, &b);
            ck_assert_msg(mr_feed_read(&a, &form, mr_buf_view(&b), &rec, &error), "%s: %s",
                          mr_buf_cstr(&b), error);
            ck_assert_msg(rec.key.p && mr_str_eq(rec.key, samples[i]), "%s", mr_buf_cstr(&b));
            ck_assert(rec.value.p && mr_str_eq(rec.value, samples[i]));
            ck_assert(rec.ts == 12 && rec.partition == 1);
            mr_buf_done(&b);
        }
}
END_TEST

int main(void) {
    Suite *s = suite_create("feed");
    TCase *t = tcase_create("feed");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, json_stays_byte_for_byte);
    tcase_add_test(t, defaults_and_nulls);
    tcase_add_test(t, numbers_and_raw_bytes);
    tcase_add_test(t, headers);
    tcase_add_test(t, clear_errors);
    tcase_add_test(t, lines_written);
    tcase_add_test(t, invalid_bytes_written);
    tcase_add_test(t, dead_letters_written);
    tcase_add_test(t, there_and_back);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* Reading JSON records: every type, every fault with its byte offset, laziness, duplicates, limits.
 * Expected values are by hand. */
#include "processor/expr/json.h"
#include "tests/unit/access_help.h"

static const char *read_as(const char *type, const char *text) {
    struct mr_format f = {MR_F_JSON_ROW, help_type(type), MR_STR("")};
    return help_read(&f, mr_str(text), NULL);
}

struct row {
    const char *type, *text, *shown;
};

static void check_rows(const struct row *rows, size_t n) {
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(strcmp(read_as(rows[i].type, rows[i].text), rows[i].shown) == 0,
                      "%s\nis       %s\nexpected %s", rows[i].text,
                      read_as(rows[i].type, rows[i].text), rows[i].shown);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

START_TEST(scalars) {
    static const struct row rows[] = {
        {"{a: string, b: int, c: bool}", "{\"a\":\"x\",\"b\":-7,\"c\":true}", "\"x\" | -7 | true"},
        {"{a: string, b: int, c: bool}", " { \"c\" : false , \"b\" : 0 ,\n\"a\" : \"\" } ",
         "\"\" | 0 | false"},
        {"{a: int}", "{\"a\":5.0}", "5"},
        {"{a: int}", "{\"a\":1e3}", "1000"},
        {"{a: int}", "{\"a\":-9223372036854775808}", "-9223372036854775808"},
        {"{a: uint}", "{\"a\":18446744073709551615}", "18446744073709551615u"},
        {"{a: double, b: double}", "{\"a\":1,\"b\":-2.5e-3}", "1.0 | -0.0025"},
        {"{a: bytes, b: bytes}", "{\"a\":\"AP+A\",\"b\":\"-_8\"}",
         "b\"\\x00\\xff\\x80\" | b\"\\xfb\\xff\""},
        {"{a: duration}", "{\"a\":\"1h30m\"}", "duration(\"5400s\")"},
        {"{a: string}", "{\"a\":\"q\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00z\"}",
         "\"q\\\"\\\\/\\x08\\x0c\\n\\r\\tä😀z\""},
        {"{ab: int}", "{\"\\u0061b\":1}", "1"},
        {"{a: string}", "{\"a\":\"0123456789abcdef0123456789äbcdef\"}",
         "\"0123456789abcdef0123456789äbcdef\""},
        {"{a: int}", "{\"a\":1}trailing", "1"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(times) {
    static const struct row rows[] = {
        {"{a: timestamp}", "{\"a\":\"2026-02-03T05:05:06.5+01:00\"}",
         "timestamp(\"2026-02-03T04:05:06.5Z\")"},
        {"{a: timestamp_ms, b: timestamp_s, c: timestamp_us}",
         "{\"a\":1770091506789,\"b\":1770091506,\"c\":1770091506789123}",
         "timestamp(\"2026-02-03T04:05:06.789Z\") | timestamp(\"2026-02-03T04:05:06Z\") | "
         "timestamp(\"2026-02-03T04:05:06.789123Z\")"},
        {"{a: timestamp_ms}", "{\"a\":-1}", "timestamp(\"1969-12-31T23:59:59.999Z\")"},
        {"{a: timestamp}", "{\"a\":1770091506789}",
         "error(decode.type: field `a`: expected a timestamp as RFC 3339 string, found a number "
         "(declare timestamp_ms, timestamp_s or timestamp_us) at byte 5)"},
        {"{a: timestamp}", "{\"a\":\"yesterday\"}",
         "error(decode.type: field `a`: not an RFC 3339 timestamp at byte 5)"},
        {"{a: timestamp_ms}", "{\"a\":\"2026-02-03T04:05:06Z\"}",
         "error(decode.type: field `a`: expected an integer, found a string at byte 5)"},
        {"{a: timestamp_s}", "{\"a\":253402300800}",
         "error(num.range: field `a`: not an integral time within the years 0001 to 9999 at byte "
         "5)"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(nested) {
    static const struct row rows[] = {
        {"{u: {n: string, a: int?}, l: [int]}",
         "{\"l\":[1, 2 ,3,4,5],\"u\":{\"x\":[{}],\"n\":\"k\"}}", "{n: \"k\"} | [1, 2, 3, 4, 5]"},
        {"{l: [[string]]}", "{\"l\":[[],[\"a\"],[\"b\",\"c\"]]}", "[[], [\"a\"], [\"b\", \"c\"]]"},
        {"{m: {string: int}}", "{\"m\":{\"x\":1,\"y\":2,\"x\":3,\"z\":null}}",
         "{\"x\": 1, \"y\": 2}"},
        {"{l: [{a: int}], m: {string: json}}",
         "{\"l\":[{\"a\":1},{\"a\":2,\"b\":0}],\"m\":{\"p\":null,\"q\":[1, 2]}}",
         "[{a: 1}, {a: 2}] | {\"p\": null, \"q\": [1, 2]}"},
        {"{j: json, k: json?, l: json}", "{\"j\": {\"a\" : [1, \"x\"]} ,\"k\":null,\"l\":null}",
         "{\"a\" : [1, \"x\"]} | absent | null"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(missing_and_null) {
    static const struct row rows[] = {
        {"{a: int, b: int?}", "{}", "error(decode.type: field `a` is missing) | absent"},
        {"{a: int, b: int?}", "{\"a\":null,\"b\":null}",
         "error(decode.type: field `a` is missing) | absent"},
        {"{a: int?}", "{\"a\":null,\"a\":5}", "absent"},
        {"{u: {n: string}}", "{ \"u\" : {} }",
         "error(decode.type: field `u`: `n` is missing in the object at byte 8)"},
        {"{u: {n: string}}", "{\"u\":{\"n\":null}}",
         "error(decode.type: field `u`: `n` is missing in the object at byte 10)"},
        {"{u: {n: string?}?, v: int}", "{\"u\":{\"n\":null},\"v\":1}", "{} | 1"},
        {"{l: [int]}", "{\"l\":[1,null]}",
         "error(decode.type: field `l`: expected an integer, found null at byte 8)"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(wrong_types) {
    static const struct row rows[] = {
        {"{a: int, b: string}", "{\"a\":\"1\",\"b\":\"x\"}",
         "error(decode.type: field `a`: expected an integer, found a string at byte 5) | \"x\""},
        {"{a: string, b: int}", "{\"a\":{\"x\":[1]},\"b\":2}",
         "error(decode.type: field `a`: expected a string, found an object at byte 5) | 2"},
        {"{a: bool}", "{\"a\":1}",
         "error(decode.type: field `a`: expected a bool, found a number at byte 5)"},
        {"{a: double}", "{\"a\":true}",
         "error(decode.type: field `a`: expected a number, found a bool at byte 5)"},
        {"{a: [int], b: int}", "{\"a\":[1,[2]],\"b\":3}",
         "error(decode.type: field `a`: expected an integer, found a list at byte 8) | 3"},
        {"{a: {string: int}}", "{\"a\":[]}",
         "error(decode.type: field `a`: expected an object, found a list at byte 5)"},
        {"{a: bytes}", "{\"a\":\"***\"}", "error(decode.type: field `a`: not base64 at byte 5)"},
        {"{a: duration}", "{\"a\":\"soon\"}",
         "error(decode.type: field `a`: not a duration such as `1h30m` at byte 5)"},
        {"{a: int, b: int}", "{\"a\":5.5,\"b\":9223372036854775808}",
         "error(num.range: field `a`: not an integer of 64 bits at byte 5) | "
         "error(num.range: field `b`: not an integer of 64 bits at byte 13)"},
        {"{a: uint, b: double}", "{\"a\":-1,\"b\":1e999}",
         "error(num.range: field `a`: not an unsigned integer of 64 bits at byte 5) | "
         "error(num.range: field `b`: outside the range of a double at byte 12)"},
        {"{a: int}", "[1]", "error(decode.type: expected an object, found a list at byte 0)"},
        {"{a: int}", " null", "error(decode.type: expected an object, found null at byte 1)"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(syntax) {
    static const struct row rows[] = {
        {"{a: int, b: int, c: int}", "{\"a\":1,\"b\":x,\"c\":3}",
         "1 | error(decode.syntax: field `b`: not a JSON value at byte 11) | "
         "error(decode.syntax: not a JSON value at byte 11)"},
        {"{a: int, b: int}", "{\"a\":1 \"b\":2}",
         "1 | error(decode.syntax: `,` or a closing bracket is missing at byte 7)"},
        {"{a: int, b: int}", "{\"a\":1,\"b\" 2}",
         "1 | error(decode.syntax: `:` is missing at byte 11)"},
        {"{a: int, b: int}", "{\"a\":1,b:2}",
         "1 | error(decode.syntax: a key is missing at byte 7)"},
        {"{a: int, b: int}", "{\"a\":1,\"b",
         "1 | error(decode.syntax: the text ends here at byte 9)"},
        {"{a: int, b: int}", "{\"a\":1,", "1 | error(decode.syntax: the text ends here at byte 7)"},
        {"{a: int, b: int}", "{\"a\":1,}", "1 | error(decode.syntax: a key is missing at byte 7)"},
        {"{a: int}", "{\"a\":01}", "error(decode.syntax: field `a`: not a JSON number at byte 5)"},
        {"{a: int}", "{\"a\":}", "error(decode.syntax: field `a`: not a JSON value at byte 5)"},
        {"{a: string}", "{\"a\":\"x\ny\"}",
         "error(decode.syntax: field `a`: a control character inside a string at byte 7)"},
        {"{a: string}", "{\"a\":\"\\x\"}",
         "error(decode.syntax: field `a`: not an escape at byte 6)"},
        {"{a: string}", "{\"a\":\"\\u12g4\"}",
         "error(decode.syntax: field `a`: not an escape at byte 6)"},
        {"{a: json, b: int}", "{\"a\":[1,],\"b\":2}",
         "error(decode.syntax: field `a`: not a JSON value at byte 8) | "
         "error(decode.syntax: not a JSON value at byte 8)"},
        {"{a: int}", "", "error(decode.syntax: the text is empty at byte 0)"},
        {"{a: int}", " \n", "error(decode.syntax: the text is empty at byte 2)"},
        {"{a: int}", "hello", "error(decode.syntax: not a JSON value at byte 0)"},
        {"{a: int}", "{\"b\":[1},\"a\":1}",
         "error(decode.syntax: the wrong closing bracket at byte 7)"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(utf8) {
    static const struct row rows[] = {
        {"{a: string, b: int}", "{\"a\":\"\xff\",\"b\":2}",
         "error(decode.utf8: field `a`: the string is not valid UTF-8 at byte 6) | 2"},
        {"{a: string}", "{\"a\":\"\xed\xa0\x80\"}", /* a surrogate */
         "error(decode.utf8: field `a`: the string is not valid UTF-8 at byte 6)"},
        {"{a: string}", "{\"a\":\"\xc0\x80\"}", /* overlong */
         "error(decode.utf8: field `a`: the string is not valid UTF-8 at byte 6)"},
        {"{a: string}", "{\"a\":\"\\ud800\"}",
         "error(decode.utf8: field `a`: half of a surrogate pair in a string at byte 6)"},
        {"{a: json, b: int}", "{\"a\":[\"\xff\"],\"b\":2}",
         "error(decode.utf8: field `a`: the string is not valid UTF-8 at byte 7) | 2"},
        {"{b: int}", "{\"a\":\"\xff\",\"b\":2}", "2"}, /* not read, not checked */
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(lazy) {
    const bool only_b[] = {false, true};
    struct mr_format f = {MR_F_JSON_ROW, help_type("{a: int, b: int}"), MR_STR("")};
    ck_assert_str_eq(help_read(&f, MR_STR("{\"a\":\"bad\",\"b\":2"), only_b), "absent | 2");
    ck_assert_str_eq(help_read(&f, MR_STR("{\"b\":2,\"a\":\xff garbage"), only_b), "absent | 2");
    ck_assert_str_eq(help_read(&f, MR_STR("{\"a\":[1 2 3],\"b\":2"), only_b), "absent | 2");
    ck_assert_str_eq(help_read(&f, MR_STR("{\"a\":1,\"a\":2,\"b\":3,\"b\":4}"), NULL), "1 | 3");
    const bool none[] = {false, false};
    ck_assert_str_eq(help_read(&f, MR_STR("{]"), none), "absent | absent");
}
END_TEST

static struct mr_str brackets(size_t n) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_cat(&b, "{\"a\":");
    for (size_t i = 0; i < n; i++) mr_buf_byte(&b, '[');
    for (size_t i = 0; i < n; i++) mr_buf_byte(&b, ']');
    mr_buf_cat(&b, ",\"b\":1}");
    struct mr_str s = mr_arena_str(&arena, mr_buf_view(&b));
    mr_buf_done(&b);
    return s;
}

START_TEST(limits) {
    struct mr_format f = {MR_F_JSON_ROW, help_type("{a: json, b: int}"), MR_STR("")};
    const bool only_b[] = {false, true};
    ck_assert_ptr_nonnull(strstr(help_read(&f, brackets(64), NULL), "]] | 1"));
    ck_assert_str_eq(help_read(&f, brackets(64), only_b), "absent | 1");
    ck_assert_str_eq(help_read(&f, brackets(65), NULL),
                     "error(decode.limit: field `a`: nested too deeply at byte 69) | "
                     "error(decode.limit: nested too deeply at byte 69)");
    ck_assert_str_eq(help_read(&f, brackets(100000), only_b),
                     "absent | error(decode.limit: nested too deeply at byte 69)");
    struct mr_reader *r = mr_reader_new(&arena, &f, NULL);
    struct mr_value slots[2];
    mr_reader_read(r, (struct mr_str){"{", (size_t)MR_JSON_MAX + 1}, slots, &arena);
    ck_assert_str_eq(help_show(&slots[0], NULL), "error(decode.limit: too large at byte 0)");
}
END_TEST

/* 0.9 MB that would become 288 MB of absent fields. */
START_TEST(too_many_values) {
    struct mr_buf type, text;
    mr_buf_init(&type, 0);
    mr_buf_init(&text, 0);
    for (int i = 0; i < 60; i++) mr_buf_printf(&type, "%sf%d: int?", i ? ", " : "{l: [{", i);
    mr_buf_cat(&type, "}], b: int}");
    for (int i = 0; i < 300000; i++) mr_buf_cat(&text, i ? ",{}" : "{\"l\":[{}");
    mr_buf_cat(&text, "],\"b\":1}");
    struct mr_format f = {MR_F_JSON_ROW, help_type(mr_buf_cstr(&type)), MR_STR("")};
    const char *shown = help_read(&f, mr_buf_view(&text), NULL);
    ck_assert_ptr_nonnull(strstr(shown, "decode.limit: field `l`: too many values in one record"));
    ck_assert_ptr_nonnull(strstr(shown, " | 1"));
    mr_buf_done(&type);
    mr_buf_done(&text);
}
END_TEST

/* 17 MB of a list that takes 16 bytes an element, and as much again while it grows. */
START_TEST(long_list) {
    enum { N = 8500000 };
    struct mr_buf text;
    mr_buf_init(&text, 0);
    mr_buf_cat(&text, "{\"l\":[1");
    for (int i = 0; i < N; i++) mr_buf_cat(&text, ",1");
    mr_buf_cat(&text, "]}");
    struct mr_format f = {MR_F_JSON_ROW, help_type("{l: [int]}"), MR_STR("")};
    const char *shown = help_read(&f, mr_buf_view(&text), NULL);
    ck_assert_ptr_nonnull(strstr(shown, "decode.limit: field `l`: too many values in one record"));
    mr_buf_done(&text);
}
END_TEST

START_TEST(wide_rows) {
    /* 60 fields whose names collide in what a cheap hash sees */
    struct mr_buf t, j, e;
    mr_buf_init(&t, 0);
    mr_buf_init(&j, 0);
    mr_buf_init(&e, 0);
    for (int i = 0; i < 60; i++) {
        mr_buf_printf(&t, "%sf%02dxxxxx_y", i ? ", " : "{", i);
        mr_buf_cat(&t, ": int");
        mr_buf_printf(&j, "%s\"f%02dxxxxx_y\":%d", i ? "," : "{", 59 - i, 59 - i);
        mr_buf_printf(&e, "%s%d", i ? " | " : "", i);
    }
    mr_buf_cat(&t, "}");
    mr_buf_cat(&j, "}");
    ck_assert_str_eq(read_as(mr_buf_cstr(&t), mr_buf_cstr(&j)), mr_buf_cstr(&e));
    mr_buf_done(&t);
    mr_buf_done(&j);
    mr_buf_done(&e);
}
END_TEST

START_TEST(other_formats) {
    struct mr_format any = {MR_F_JSON, &mr_type_dyn, MR_STR("")};
    struct mr_format str = {MR_F_STRING, &mr_type_string, MR_STR("")};
    struct mr_format num = {MR_F_INT, &mr_type_int, MR_STR("")};
    struct mr_format raw = {MR_F_BYTES, &mr_type_bytes, MR_STR("")};
    struct mr_format key = {MR_F_STRUCT, help_type("{a: string, t: timestamp}"), MR_STR("")};
    ck_assert_str_eq(help_read(&any, MR_STR(" [1, {\"a\":2}] "), NULL), "[1, {\"a\":2}]");
    ck_assert_str_eq(help_read(&any, MR_STR("1 2"), NULL),
                     "error(decode.syntax: text behind the value at byte 2)");
    ck_assert_str_eq(help_read(&str, MR_STR("h\xC3\xA4"), NULL), "\"hä\"");
    ck_assert_str_eq(help_read(&str, MR_STR("\xff"), NULL),
                     "error(decode.utf8: the string is not valid UTF-8)");
    ck_assert_str_eq(help_read(&num, MR_STR("\xff\xff\xff\xff\xff\xff\xff\xfe"), NULL), "-2");
    ck_assert_str_eq(help_read(&num, MR_STR("\0\0\0\0\0\0\1\2"), NULL), "258");
    ck_assert_str_eq(help_read(&num, MR_STR("12"), NULL),
                     "error(decode.type: an int has 8 bytes, found 2)");
    ck_assert_str_eq(help_read(&num, MR_STR("123456789"), NULL),
                     "error(decode.type: an int has 8 bytes, found 9)");
    ck_assert_str_eq(help_read(&raw, MR_STR("\xff"), NULL), "b\"\\xff\"");
    ck_assert_str_eq(
        help_read(&key, MR_STR("{\"a\":\"x\",\"t\":\"1970-01-01T00:00:00.000Z\"}"), NULL),
        "\"x\" | timestamp(\"1970-01-01T00:00:00Z\")");
    struct mr_reader *r = mr_reader_new(&arena, &any, NULL), *s = mr_reader_new(&arena, &str, NULL);
    ck_assert(mr_reader_is_null(r, MR_STR("null")) && mr_reader_is_null(r, MR_STR(" null\n")));
    ck_assert(!mr_reader_is_null(r, MR_STR("nul")) && !mr_reader_is_null(r, MR_STR("nullx")));
    ck_assert(!mr_reader_is_null(r, MR_STR("")) && !mr_reader_is_null(s, MR_STR("null")));
}
END_TEST

int main(void) {
    Suite *s = suite_create("json_read");
    TCase *t = tcase_create("json_read");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, scalars);
    tcase_add_test(t, times);
    tcase_add_test(t, nested);
    tcase_add_test(t, missing_and_null);
    tcase_add_test(t, wrong_types);
    tcase_add_test(t, syntax);
    tcase_add_test(t, utf8);
    tcase_add_test(t, lazy);
    tcase_add_test(t, limits);
    tcase_add_test(t, too_many_values);
    tcase_add_test(t, long_list);
    tcase_add_test(t, wide_rows);
    tcase_add_test(t, other_formats);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

/* Writing: JSON, canonical keys, scalar formats, failures. Expected texts by hand. */
#include "tests/unit/access_help.h"

#include <math.h>

static struct mr_fault fault;

static struct mr_value json(const char *text) {
    return (struct mr_value){.tag = MR_V_JSON, .len = (uint32_t)strlen(text), .p = text};
}

/* What mr_write makes of v of type t in a format; "!reason" when it fails. */
static const char *written(const struct mr_format *f, const struct mr_type *t, struct mr_value v) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    mr_buf_cat(&b, "#"); /* what was there stays */
    if (!mr_write(f, t, &v, &b, &fault)) {
        ck_assert_uint_eq(b.n, 1);
        mr_buf_printf(&b, "!%s", mr_reason_name(fault.reason));
    }
    return mr_buf_cstr(&b) + 1;
}

static const char *as_json(const struct mr_type *t, struct mr_value v) {
    struct mr_format f = {MR_F_JSON, &mr_type_dyn, MR_STR("")};
    return written(&f, t, v);
}

static const char *as_key(const struct mr_type *t, struct mr_value v) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    if (!mr_write_key(t, &v, &b, &fault)) mr_buf_printf(&b, "!%s", mr_reason_name(fault.reason));
    return mr_buf_cstr(&b);
}

START_TEST(rows) {
    const struct mr_type *t =
        help_type("{b: string, a: int?, d: double, t: timestamp, u: {x: bool?}, l: [uint]?, "
                  "m: {string: int}, y: bytes, dd: duration, j: json}");
    struct mr_value x[] = {mr_bool(true)}, l[] = {mr_uint(1), mr_uint(UINT64_MAX)};
    struct mr_map_entry m[] = {{mr_string(MR_STR("k")), mr_int(-1)},
                               {mr_string(MR_STR("gone")), MR_ABSENT}};
    struct mr_value v[] = {mr_string(MR_STR("q\"\\\n\x01\x1f/\x7f ä😀")),
                           MR_ABSENT,
                           mr_double(0.1),
                           {.tag = MR_V_TIMESTAMP, .aux = 789999999, .i = 1770091506},
                           mr_struct(x),
                           {.tag = MR_V_LIST, .len = 2, .list = l},
                           {.tag = MR_V_MAP, .len = 2, .map = m},
                           mr_bytesv(MR_STR("\0\xff")),
                           {.tag = MR_V_DURATION, .i = 5400000000000},
                           json("{ \"a b\" : [ 1.0 , \"\\u0041 \" ],\n\"c\":null}")};
    struct mr_format f = {MR_F_JSON_ROW, t, MR_STR("")};
    ck_assert_str_eq(written(&f, t, mr_struct(v)),
                     "{\"b\":\"q\\\"\\\\\\n\\u0001\\u001f/\x7f ä😀\",\"d\":0.1,"
                     "\"t\":\"2026-02-03T04:05:06.789Z\",\"u\":{\"x\":true},"
                     "\"l\":[1,18446744073709551615],\"m\":{\"k\":-1},\"y\":\"AP8=\","
                     "\"dd\":\"5400s\",\"j\":{\"a b\":[1.0,\"\\u0041 \"],\"c\":null}}");
    struct mr_value gone[] = {MR_ABSENT, MR_ABSENT};
    ck_assert_str_eq(as_json(help_type("{a: int?, b: int?}"), mr_struct(gone)), "{}");
}
END_TEST

START_TEST(wire_of_timestamps) {
    struct mr_value at = {.tag = MR_V_TIMESTAMP, .aux = 789123456, .i = 1770091506};
    struct mr_value v[] = {at, at, at};
    const struct mr_type *t = help_type("{a: timestamp_ms, b: timestamp_s, c: timestamp_us}");
    ck_assert_str_eq(as_json(t, mr_struct(v)),
                     "{\"a\":1770091506789,\"b\":1770091506,\"c\":1770091506789123}");
    /* the sink's format says it, the row need not know */
    struct mr_format f = {MR_F_JSON_ROW, help_type("{x: timestamp_us?, a: timestamp_ms}"),
                          MR_STR("")};
    ck_assert_str_eq(written(&f, help_type("{a: timestamp}"), mr_struct(v)),
                     "{\"a\":1770091506789}");
    at = mr_timestamp_ms(-1);
    struct mr_value w[] = {at, at, at};
    ck_assert_str_eq(as_json(t, mr_struct(w)), "{\"a\":-1,\"b\":-1,\"c\":-1000}");
}
END_TEST

START_TEST(any_value) {
    static const struct {
        struct mr_value v;
        const char *text;
    } cases[] = {{{.tag = MR_V_NULL}, "null"},
                 {{.tag = MR_V_ABSENT}, "null"},
                 {{.tag = MR_V_INT, .i = INT64_MIN}, "-9223372036854775808"},
                 {{.tag = MR_V_DOUBLE, .d = 3.0}, "3"},
                 {{.tag = MR_V_DOUBLE, .d = -0.0}, "-0"},
                 {{.tag = MR_V_DOUBLE, .d = 1e21}, "1e+21"},
                 {{.tag = MR_V_DOUBLE, .d = NAN}, "!num.range"},
                 {{.tag = MR_V_DOUBLE, .d = INFINITY}, "!num.range"},
                 {{.tag = MR_V_ERROR, .aux = MR_R_DECODE_UTF8}, "!decode.utf8"},
                 {{.tag = MR_V_STRUCT, .len = 0}, "!expr.error"},
                 {{.tag = MR_V_JSON, .len = 2, .p = "\"x"}, "!decode.syntax"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(as_json(NULL, cases[i].v), cases[i].text);
    struct mr_map_entry numbers[] = {{mr_int(-1), mr_bool(true)}, {mr_bool(false), mr_int(0)}};
    struct mr_value m = {.tag = MR_V_MAP, .len = 2, .map = numbers};
    ck_assert_str_eq(as_json(NULL, m), "{\"-1\":true,\"false\":0}");
    ck_assert(mr_type_optional(&arena, &mr_type_int) != NULL);
    ck_assert_str_eq(as_json(mr_type_optional(&arena, &mr_type_int), mr_int(4)), "4");
}
END_TEST

START_TEST(boxed) {
    struct mr_value row[] = {mr_int(1), MR_ABSENT};
    struct mr_record r = {help_type("{a: int, b: int?}"), row};
    struct mr_value v[] = {{.tag = MR_V_RECORD, .record = &r}, {.tag = MR_V_OPTIONAL}, MR_ABSENT};
    v[2] = (struct mr_value){.tag = MR_V_OPTIONAL, .len = 1, .list = v};
    struct mr_value list = {.tag = MR_V_LIST, .len = 3, .list = v};
    ck_assert_str_eq(as_json(&mr_type_dyn, list), "[{\"a\":1},null,{\"a\":1}]");
}
END_TEST

START_TEST(keys) {
    const struct mr_type *t = help_type("{s: string, n: int, w: timestamp, o: int?, d: double}");
    struct mr_value v[] = {mr_string(MR_STR("a\"ä\n")), mr_int(7), mr_timestamp_ms(300000),
                           MR_ABSENT, mr_double(-0.0)};
    ck_assert_str_eq(as_key(t, mr_struct(v)),
                     "{\"s\":\"a\\\"ä\\n\",\"n\":7,\"w\":\"1970-01-01T00:05:00.000Z\",\"d\":0}");
    ck_assert_str_eq(as_key(&mr_type_string, mr_string(MR_STR("k\""))), "k\"");
    ck_assert_str_eq(as_key(&mr_type_bytes, mr_bytesv(MR_STR("k"))), "k");
    ck_assert_int_eq(
        memcmp(as_key(&mr_type_int, mr_int(-2)), "\xff\xff\xff\xff\xff\xff\xff\xfe", 8), 0);
    ck_assert_int_eq(memcmp(as_key(&mr_type_int, mr_int(258)), "\0\0\0\0\0\0\1\2", 8), 0);
    ck_assert_str_eq(as_key(&mr_type_bool, mr_bool(true)), "true");
    ck_assert_str_eq(as_key(&mr_type_uint, mr_uint(7)), "7");
    ck_assert_str_eq(as_key(&mr_type_timestamp, mr_timestamp_ms(1)),
                     "\"1970-01-01T00:00:00.001Z\"");
    ck_assert_str_eq(as_key(&mr_type_string, MR_ABSENT), "!key.null");
    ck_assert_str_eq(as_key(&mr_type_double, mr_double(NAN)), "!num.range");
    /* equal `json` values give equal keys, however they came */
    ck_assert_str_eq(as_key(&mr_type_dyn, json(" [1.0, 1e0, -0, 1.50, \"\\u0041\\/\"] ")),
                     "[1,1,0,1.5,\"A/\"]");
    ck_assert_str_eq(as_key(&mr_type_dyn, json("\"x\"")), "\"x\"");
    ck_assert_str_eq(as_key(&mr_type_dyn, mr_string(MR_STR("x"))), "\"x\"");
    struct mr_format f = {MR_F_STRUCT, t, MR_STR("")};
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_cat(&b, written(&f, t, mr_struct(v)));
    ck_assert_str_eq(mr_buf_cstr(&b), as_key(t, mr_struct(v)));
    ck_assert_str_eq(help_read(&f, mr_buf_view(&b), NULL),
                     "\"a\\\"ä\\n\" | 7 | timestamp(\"1970-01-01T00:05:00Z\") | absent | 0.0");
    mr_buf_done(&b);
}
END_TEST

START_TEST(scalar_formats) {
    struct mr_format str = {MR_F_STRING, &mr_type_string, MR_STR("")};
    struct mr_format num = {MR_F_INT, &mr_type_int, MR_STR("")};
    struct mr_format raw = {MR_F_BYTES, &mr_type_bytes, MR_STR("")};
    ck_assert_str_eq(written(&str, &mr_type_string, mr_string(MR_STR("a\""))), "a\"");
    ck_assert_str_eq(written(&str, &mr_type_dyn, json("\"\\u0041\"")), "A");
    ck_assert_str_eq(written(&str, &mr_type_int, mr_int(1)), "!decode.type");
    ck_assert_str_eq(written(&str, &mr_type_dyn, json("[1]")), "!decode.type");
    ck_assert_str_eq(written(&raw, &mr_type_string, mr_string(MR_STR("a"))), "a");
    ck_assert_str_eq(written(&raw, &mr_type_int, mr_int(1)), "!decode.type");
    ck_assert_int_eq(memcmp(written(&num, &mr_type_int, mr_int(1)), "\0\0\0\0\0\0\0\1", 8), 0);
    ck_assert_str_eq(written(&num, &mr_type_double, mr_double(1)), "!decode.type");
    struct mr_value e = mr_error_value(&arena, MR_R_NUM_OVERFLOW, "x");
    ck_assert_str_eq(written(&num, &mr_type_int, e), "!num.overflow");
}
END_TEST

START_TEST(limit_of_the_buffer) {
    struct mr_buf b;
    struct mr_value v = mr_string(MR_STR("0123456789"));
    mr_buf_init(&b, 12);
    ck_assert(mr_write_json(&mr_type_string, &v, &b, &fault));
    mr_buf_clear(&b);
    mr_buf_cat(&b, "x");
    ck_assert(!mr_write_json(&mr_type_string, &v, &b, &fault));
    ck_assert_int_eq(fault.reason, MR_R_SIZE);
    ck_assert(b.n == 1 && !b.full);
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("write");
    TCase *t = tcase_create("write");
    tcase_add_test(t, rows);
    tcase_add_test(t, wire_of_timestamps);
    tcase_add_test(t, any_value);
    tcase_add_test(t, boxed);
    tcase_add_test(t, keys);
    tcase_add_test(t, scalar_formats);
    tcase_add_test(t, limit_of_the_buffer);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

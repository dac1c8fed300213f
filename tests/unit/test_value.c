/* Values: equality and order across numbers (CEL), JSON inside, copies, printing, milliseconds. */
#include "processor/expr/json.h"
#include "tests/unit/access_help.h"

#include <math.h>

static struct mr_value json(const char *text) {
    return (struct mr_value){.tag = MR_V_JSON, .len = (uint32_t)strlen(text), .p = text};
}

static struct mr_value list(uint32_t n, const struct mr_value *v) {
    return (struct mr_value){.tag = MR_V_LIST, .len = n, .list = v};
}

static bool eq(struct mr_value a, struct mr_value b) {
    bool same = mr_value_eq(&a, &b, NULL);
    ck_assert_int_eq(mr_value_eq(&b, &a, NULL), same);
    return same;
}

static int cmp(struct mr_value a, struct mr_value b) {
    int c = mr_value_cmp(&a, &b), back = mr_value_cmp(&b, &a);
    ck_assert_int_eq((c > 0) - (c < 0), (back < 0) - (back > 0));
    return (c > 0) - (c < 0);
}

START_TEST(numbers_on_one_line) {
    /* ascending; 2^53 + 1 and 2^63 +- 1 are where rounding would lie */
    struct mr_value order[] = {mr_double(-INFINITY),
                               mr_double(-0x1.0000000000001p63),
                               mr_int(INT64_MIN),
                               mr_int(-2),
                               mr_double(-1.5),
                               mr_int(-1),
                               mr_double(-0.5),
                               mr_int(0),
                               mr_double(0.5),
                               mr_uint(1),
                               mr_double(1.5),
                               mr_double(0x1p53),
                               mr_int((1LL << 53) + 1),
                               mr_double(0x1p53 + 2),
                               mr_int(INT64_MAX),
                               mr_uint(1ULL << 63),
                               mr_uint((1ULL << 63) + 1),
                               mr_uint(UINT64_MAX),
                               mr_double(0x1p64),
                               mr_double(INFINITY),
                               mr_double(NAN)};
    size_t n = sizeof order / sizeof *order;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            ck_assert_msg(cmp(order[i], order[k]) == (i > k) - (i < k), "%zu %zu", i, k);
            ck_assert_int_eq(eq(order[i], order[k]), i == k && i != n - 1);
        }
    ck_assert(eq(mr_int(1), mr_double(1)) && eq(mr_uint(1), mr_int(1)));
    ck_assert(eq(mr_double(-0.0), mr_int(0)) && eq(mr_double(-0.0), mr_double(0)));
    ck_assert(eq(mr_double(-0x1p63), mr_int(INT64_MIN)));
    ck_assert(!eq(mr_int(-1), mr_uint(UINT64_MAX)));
}
END_TEST

START_TEST(other_types) {
    struct mr_value ab = mr_string(MR_STR("ab")), b = mr_string(MR_STR("b"));
    ck_assert(cmp(ab, b) < 0 && cmp(mr_string(MR_STR("a")), ab) < 0 && eq(ab, ab));
    ck_assert(cmp(mr_string(MR_STR("\xC3\xA4")), mr_string(MR_STR("z"))) > 0);
    ck_assert(!eq(ab, mr_bytesv(MR_STR("ab"))) && !eq(mr_int(1), mr_bool(true)));
    ck_assert(cmp(mr_bool(false), mr_bool(true)) < 0);
    struct mr_value t = {.tag = MR_V_TIMESTAMP, .aux = 5, .i = -1};
    struct mr_value u = {.tag = MR_V_TIMESTAMP, .aux = 6, .i = -1};
    ck_assert(cmp(t, u) < 0 && !eq(t, u) && cmp(u, mr_timestamp_ms(0)) < 0);
    struct mr_value xs[] = {mr_int(1), mr_double(2)}, ys[] = {mr_double(1), mr_uint(2), mr_int(3)};
    ck_assert(eq(list(2, xs), list(2, ys)) && !eq(list(2, xs), list(3, ys)));
    ck_assert(cmp(list(2, xs), list(3, ys)) < 0);
    ck_assert(eq(MR_ABSENT, MR_ABSENT) && !eq(MR_ABSENT, (struct mr_value){.tag = MR_V_NULL}));
}
END_TEST

START_TEST(json_values) {
    struct mr_value one[] = {mr_int(1), mr_string(MR_STR("x\n"))};
    ck_assert(eq(json("[1, \"x\\n\"]"), list(2, one)));
    ck_assert(
        eq(json("{\"a\":1,\"b\":[true,null]}"), json(" {\"b\" : [true, null], \"a\" : 1.0} ")));
    ck_assert(eq(json("{\"a\":1,\"a\":2}"), json("{\"a\":1}")));
    ck_assert(!eq(json("{\"a\":1}"), json("{\"a\":1,\"b\":1}")));
    ck_assert(!eq(json("{\"a\":1}"), json("{\"b\":1}")));
    ck_assert(eq(json("\"\\u0041\""), mr_string(MR_STR("A"))) && !eq(json("1"), json("\"1\"")));
    ck_assert(!eq(json("nope"), json("nope")));
    struct mr_str slice;
    struct mr_str doc = mr_str(" { \"a\" : [1, {\"b\":2}] , \"\\u0062\" : \"x\" , \"a\":3 } ");
    ck_assert(mr_json_get(doc, MR_STR("a"), &slice) && mr_str_is(slice, "[1, {\"b\":2}]"));
    ck_assert(mr_json_at(slice, 1, &slice) && mr_str_is(slice, "{\"b\":2}"));
    ck_assert(mr_json_get(doc, MR_STR("b"), &slice) && mr_str_is(slice, "\"x\""));
    ck_assert(!mr_json_get(doc, MR_STR("c"), &slice) && !mr_json_at(doc, 0, &slice));
    ck_assert_uint_eq(mr_json_size(doc), 2);
    ck_assert_uint_eq(mr_json_size(mr_str("[1,[2,3],4]")), 3);
    ck_assert_uint_eq(mr_json_size(mr_str("[]")), 0);
    ck_assert_int_eq(mr_json_kind(mr_str("\n-1")), '0');
    ck_assert_int_eq(mr_json_kind(mr_str("  ")), 0);
}
END_TEST

START_TEST(json_scalars) {
    static const struct {
        const char *text, *shown;
    } rows[] = {{"1", "1"},
                {"-0", "0"},
                {"1.0", "1.0"},
                {"1e2", "100.0"},
                {"true", "true"},
                {" false", "false"},
                {"null", "null"},
                {"\"a\"", "\"a\""},
                {"\"\\u20AC\\ud83d\\ude00\"", "\"€😀\""},
                {"[1,2]", "[1,2]"},
                {"{}", "{}"},
                {"9223372036854775808", "9223372036854776000.0"},
                {"1e999", "error(num.range: a number outside the range of a double)"},
                {"\"\\ud83d\"", "error(decode.utf8: half of a surrogate pair in a string)"},
                {"\"\\ude00\"", "error(decode.utf8: half of a surrogate pair in a string)"},
                {"\"\\ud83d\\u0041\"", "error(decode.utf8: half of a surrogate pair in a string)"},
                {"nul", "error(decode.syntax: not a JSON value)"},
                {"", "error(decode.syntax: not a JSON value)"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mr_value v = mr_json_scalar(&arena, mr_str(rows[i].text));
        ck_assert_str_eq(help_show(&v, NULL), rows[i].shown);
    }
    struct mr_value m = mr_json_open(&arena, mr_str("{\"a\":1,\"b\":[1],\"a\":2}"));
    ck_assert_str_eq(help_show(&m, NULL), "{\"a\": 1, \"b\": [1]}");
    ck_assert_uint_eq(m.map[1].value.tag, MR_V_JSON);
}
END_TEST

START_TEST(copies_borrow_nothing) {
    const struct mr_type *row =
        help_type("{a: string, l: [string], m: {string: json}, s: {b: bytes}}");
    char *text = strdup("12345");
    struct mr_str h = {text, 5};
    struct mr_value items[] = {mr_string(h), mr_string(h)}, inner[] = {mr_bytesv(h)};
    struct mr_map_entry entries[] = {{mr_string(h), {.tag = MR_V_JSON, .len = 5, .p = text}}};
    struct mr_value slots[] = {mr_string(h),
                               list(2, items),
                               {.tag = MR_V_MAP, .len = 1, .map = entries},
                               mr_struct(inner)};
    struct mr_value v = mr_struct(slots); /* len is not set: the type decides */
    struct mr_value c = mr_value_copy(&arena, &v, row);
    ck_assert(mr_value_eq(&v, &c, row));
    memset(text, 'x', 5);
    free(text);
    memset(items, 0, sizeof items);
    memset(entries, 0, sizeof entries);
    memset(inner, 0, sizeof inner);
    ck_assert_str_eq(help_show(&c, row),
                     "{a: \"12345\", l: [\"12345\", \"12345\"], m: {\"12345\": 12345}, "
                     "s: {b: b\"12345\"}}");
    struct mr_value e = mr_error_value(&arena, MR_R_EXPR_ERROR, "no %s", "luck");
    struct mr_value f = mr_value_copy(&arena, &e, NULL);
    ck_assert_ptr_ne(e.fault, f.fault);
    ck_assert_str_eq(help_show(&f, NULL), "error(expr.error: no luck)");
}
END_TEST

START_TEST(printing) {
    struct mr_value d = {.tag = MR_V_DURATION, .i = -1500000000};
    struct mr_value t = {.tag = MR_V_TYPE, .type = &mr_type_int};
    struct mr_value x = mr_timestamp_ms(-1);
    ck_assert_str_eq(help_show(&d, NULL), "duration(\"-1.5s\")");
    ck_assert_str_eq(help_show(&t, NULL), "int");
    ck_assert_str_eq(help_show(&x, NULL), "timestamp(\"1969-12-31T23:59:59.999Z\")");
    struct mr_value v[] = {mr_uint(7),
                           mr_double(2),
                           mr_double(NAN),
                           mr_double(1e300),
                           mr_string(MR_STR("a\"\n\x01")),
                           mr_bytesv(MR_STR("\xff")),
                           MR_ABSENT};
    const char *shown[] = {"7u",         "2.0",   "NaN", "1e+300", "\"a\\\"\\n\\x01\"",
                           "b\"\\xff\"", "absent"};
    for (size_t i = 0; i < 7; i++) ck_assert_str_eq(help_show(&v[i], NULL), shown[i]);
    ck_assert_str_eq(mr_reason_name(MR_R_DECODE_TYPE), "decode.type");
    ck_assert_str_eq(mr_reason_name(MR_R_IDLE), "idle");
}
END_TEST

START_TEST(milliseconds) {
    int64_t ms, cases[] = {0, 1, -1, -999, -1000, -1001, 1770091506789, -62135596800000};
    for (size_t i = 0; i < 8; i++) {
        struct mr_value v = mr_timestamp_ms(cases[i]);
        ck_assert(v.aux < 1000000000 && mr_value_ms(&v, &ms));
        ck_assert_int_eq(ms, cases[i]);
    }
    struct mr_value v = {.tag = MR_V_TIMESTAMP, .aux = 999999, .i = -1};
    ck_assert(mr_value_ms(&v, &ms) && ms == -1000); /* rounded down */
    v.i = INT64_MAX;
    ck_assert(!mr_value_ms(&v, &ms));
    v = mr_int(5);
    ck_assert(!mr_value_ms(&v, &ms));
}
END_TEST

START_TEST(maps_without_duplicates) {
    enum { N = 100 };
    struct mr_map_entry few[3] = {
        {mr_int(1), mr_int(10)}, {mr_int(2), mr_int(20)}, {mr_int(1), mr_int(30)}};
    ck_assert_uint_eq(mr_map_unique(&arena, few, 3, true), 2);
    ck_assert_int_eq(few[0].value.i, 30);
    struct mr_map_entry many[N];
    for (int last = 0; last < 2; last++) {
        for (int i = 0; i < N; i++) many[i] = (struct mr_map_entry){mr_int(i % 40), mr_int(i)};
        ck_assert_uint_eq(mr_map_unique(&arena, many, N, last), 40);
        for (int i = 0; i < 40; i++) {
            ck_assert_int_eq(many[i].key.i, i);
            ck_assert_int_eq(many[i].value.i, !last ? i : i < 20 ? i + 80 : i + 40);
        }
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("value");
    TCase *t = tcase_create("value");
    tcase_add_test(t, numbers_on_one_line);
    tcase_add_test(t, other_types);
    tcase_add_test(t, json_values);
    tcase_add_test(t, json_scalars);
    tcase_add_test(t, copies_borrow_nothing);
    tcase_add_test(t, printing);
    tcase_add_test(t, milliseconds);
    tcase_add_test(t, maps_without_duplicates);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

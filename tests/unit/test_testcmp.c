/* Proves processor/serve/testcmp.c: expectations as YAML, rows as lines of output files. */
#include "processor/serve/testcmp.h"
#include "base/mem.h"
#include "processor/serve/jtext.h"
#include "processor/topology/compile.h"
#include "tests/check_main.h"

static const struct mr_format string = {.kind = MR_F_STRING, .type = &mr_type_string};
static const struct mr_format json = {.kind = MR_F_JSON, .type = &mr_type_dyn};
static const struct mr_output sink = {
    .kind = MR_OUT_SINK, .name = "out", .topic = "out", .key = &string, .value = &json};
static const struct mr_output dlq = {.kind = MR_OUT_DLQ, .name = "dlq"};
static const struct mr_sub sub = {.name = "s", .n_outs = 1, .outs = &sink};
static const struct mr_plan plan = {.name = "x", .n_subs = 1, .subs = &sub};

static struct mr_arena a;
static struct mr_diags d;
static struct mr_buf out;

static void setup(void) {
    mr_arena_init(&a);
    mr_buf_init(&out, 0);
}

static void teardown(void) {
    mr_buf_done(&out);
    mr_diags_done(&d);
    mr_arena_done(&a);
}

static struct mr_test *read_tests(const char *text) {
    struct mr_test *tests;
    size_t n;
    mr_diags_done(&d);
    mr_diags_init(&d, &a, "x.yaml", mr_str(text));
    const struct mr_tree *tree = mr_yaml_read(&a, &d, mr_str(text));
    ck_assert_ptr_nonnull(tree);
    ck_assert(mr_test_read(&a, &d, &plan, tree, &tests, &n));
    return tests;
}

static struct mr_test_rows rows_of(const struct mr_output *o, const char *const *lines, size_t n) {
    struct mr_test_rows r = {.out = o, .n = n};
    r.lines = mr_arena_calloc(&a, n + 1, sizeof *r.lines);
    r.trees = mr_arena_calloc(&a, n + 1, sizeof *r.trees);
    for (size_t i = 0; i < n; i++) {
        r.lines[i] = mr_str(lines[i]);
        ck_assert(mr_jtext_tree(&a, r.lines[i], &r.trees[i]));
    }
    return r;
}

static size_t compare(const char *text, int partitions, const char *const *lines, size_t n) {
    struct mr_test_rows sinks[] = {rows_of(&sink, lines, n), rows_of(&dlq, NULL, 0)};
    struct mr_test_result result = {.sinks = sinks, .n_sinks = 2, .partitions = partitions};
    mr_buf_clear(&out);
    return mr_test_compare("x.yaml", read_tests(text), &result, &out);
}

static bool same(const char *yaml, const char *text) {
    struct mr_tree actual;
    mr_diags_done(&d);
    mr_diags_init(&d, &a, "x.yaml", mr_str(yaml));
    const struct mr_tree *e = mr_yaml_read(&a, &d, mr_str(yaml));
    ck_assert(e && mr_jtext_tree(&a, mr_str(text), &actual));
    return mr_test_same(&e->items[0], &actual.items[0]);
}

START_TEST(values) {
    ck_assert(same("a: 5", "[5]") && same("a: 5", "[5.0]") && same("a: 1e3", "[1000]"));
    ck_assert(!same("a: 5", "[6]") && !same("a: 5", "[\"5\"]") && !same("a: \"5\"", "[5]"));
    ck_assert(!same("a: 9007199254740993", "[9007199254740992]"));
    ck_assert(!same("a: 18446744073709551615", "[18446744073709551614]"));
    ck_assert(same("a: x y", "[\"x y\"]") && !same("a: x", "[\"y\"]"));
    ck_assert(same("a: true", "[true]") && !same("a: true", "[false]"));
    ck_assert(!same("a: \"true\"", "[true]") && !same("a: true", "[\"true\"]"));
    ck_assert(same("a: null", "[null]") && same("a: ~", "[null]") && !same("a: null", "[0]"));
    ck_assert(same("a: [1, {b: c}]", "[[1,{\"b\":\"c\"}]]") && !same("a: [1]", "[[1,2]]"));
    ck_assert(same("a: {b: 1, c: 2}", "[{\"c\":2,\"b\":1}]") && !same("a: {b: 1}", "[{}]"));
    ck_assert(!same("a: {}", "[{\"b\":1}]") && !same("a: {b: 1}", "[{\"c\":1}]"));
    ck_assert(same("a: \"12:00:00\"", "[\"1970-01-02T12:00:00.000Z\"]"));
    ck_assert(same("a: 12:00:00", "[129600000]") && !same("a: 12:00:00", "[129600001]"));
    ck_assert(same("a: \"1970-01-02T13:00:00+01:00\"", "[\"1970-01-02T12:00:00.000Z\"]"));
    ck_assert(!same("a: \"12:00:00\"", "[\"1970-01-02T12:00:01.000Z\"]"));
}
END_TEST

#define ROW(key, value)                                                                            \
    "{\"key\":" key ",\"value\":" value ",\"ts\":86400000,\"headers\":{},"                         \
    "\"partition\":0,\"offset\":0}"

START_TEST(equal_lists_pass) {
    static const char *const lines[] = {ROW("\"u1\"", "{\"n\":1}"), ROW("\"7\"", "null")};
    ck_assert_uint_eq(compare("- expect:\n    out:\n      - {key: u1, value: {n: 1}}\n"
                              "      - {key: 7, value: null, ts: 00:00:00, partition: 0}\n"
                              "    dlq: []\n",
                              1, lines, 2),
                      0);
    ck_assert_uint_eq(out.n, 0);
    ck_assert_uint_eq(compare("- name: nothing expected\n", 1, lines, 2), 0);
}
END_TEST

START_TEST(differences_are_readable) {
    static const char *const lines[] = {
        ROW("\"u1\"", "{\"n\":2,\"x\":\"1970-01-02T12:00:00.000Z\"}"), ROW("\"u2\"", "5"),
        ROW("\"u3\"", "6")};
    ck_assert_uint_eq(compare("- expect:\n    out:\n      - {key: u1, value: {n: 1, m: a}}\n"
                              "      - {key: u2, value: 5}\n",
                              1, lines, 3),
                      4);
    ck_assert_str_eq(mr_buf_cstr(&out), "  x.yaml:3:9: out, row 1\n"
                                        "      value.n: expected 1, got 2\n"
                                        "      value.m: expected a, got nothing\n"
                                        "      value.x: expected nothing, got \"12:00:00\"\n"
                                        "  x.yaml:3:7: out, row not expected\n"
                                        "      " ROW("\"u3\"", "6") "\n");
    ck_assert_uint_eq(compare("- expect:\n    out:\n      - {key: u1}\n    dlq:\n"
                              "      - {key: u9, headers: {mr.reason: late}}\n",
                              1, lines, 1),
                      1);
    ck_assert_str_eq(mr_buf_cstr(&out), "  x.yaml:5:9: dlq, row 1\n"
                                        "      missing: {key: u9, headers: {mr.reason: late}}\n");
}
END_TEST

START_TEST(order_matters_with_one_partition) {
    static const char *const lines[] = {ROW("\"b\"", "1"), ROW("\"a\"", "1"), ROW("\"a\"", "2")};
    const char *text = "- expect:\n    out:\n      - {key: a, value: 1}\n"
                       "      - {key: b, value: 1}\n      - {key: a, value: 2}\n";
    ck_assert_uint_gt(compare(text, 1, lines, 3), 0);
    ck_assert_uint_eq(compare(text, 4, lines, 3), 0);
    /* the order of one key matters always */
    ck_assert_uint_gt(compare("- expect:\n    out:\n      - {key: a, value: 2}\n"
                              "      - {key: a, value: 1}\n      - {key: b, value: 1}\n",
                              4, lines, 3),
                      0);
}
END_TEST

START_TEST(of_headers_only_the_named) {
    static const char *const lines[] = {
        "{\"key\":\"u\",\"value\":null,\"ts\":0,\"headers\":{\"mr.reason\":\"late\","
        "\"mr.offset\":\"7\"},\"partition\":0,\"offset\":0}"};
    ck_assert_uint_eq(compare("- expect:\n    out: [{headers: {mr.reason: late}}]\n", 1, lines, 1),
                      0);
    ck_assert_uint_eq(compare("- expect:\n    out: [{headers: {mr.reason: idle}}]\n", 1, lines, 1),
                      1);
    ck_assert_uint_eq(compare("- expect:\n    out: [{headers: {x: y}}]\n", 1, lines, 1), 1);
}
END_TEST

START_TEST(update_rewrites_expectations_only) {
    static const char *const lines[] = {
        ROW("{\"s\":\"gold\",\"w\":\"1970-01-02T12:00:00.000Z\"}", "{\"n\":1,\"t\":\"a b\"}"),
        ROW("\"5\"", "null")};
    static const char *const dead[] = {
        "{\"key\":\"u\",\"value_base64\":\"e2I=\",\"ts\":0,\"headers\":{\"mr.reason\":"
        "\"decode.syntax\",\"mr.offset\":\"7\"},\"partition\":0,\"offset\":0}"};
    const char *text = "# head\n"
                       "- name: one\n"
                       "  expect:\n"
                       "    out:\n"
                       "      - {key: x}   # gone\n"
                       "\n"
                       "  # stays\n"
                       "  steps: []\n"
                       "- name: two\n"
                       "  steps: []\n"
                       "# tail\n";
    struct mr_test *tests = read_tests(text);
    struct mr_test_rows some[] = {rows_of(&sink, lines, 2), rows_of(&dlq, dead, 1)};
    struct mr_test_rows none[] = {rows_of(&sink, NULL, 0), rows_of(&dlq, dead, 1)};
    struct mr_test_result r1 = {some, 2, 1}, r2 = {none, 2, 1};
    const struct mr_test_result *results[] = {&r1, &r2};
    const struct mr_test *problem;
    ck_assert(mr_test_update(mr_str(text), tests, 2, results, &out, &problem));
    ck_assert_str_eq(mr_buf_cstr(&out), "# head\n"
                                        "- name: one\n"
                                        "  expect:\n"
                                        "    out:\n"
                                        "      - key: {s: gold, w: \"12:00:00\"}\n"
                                        "        value: {n: 1, t: \"a b\"}\n"
                                        "      - key: \"5\"\n"
                                        "        value: null\n"
                                        "    dlq:\n"
                                        "      - key: u\n"
                                        "        value_base64: \"e2I=\"\n"
                                        "        headers: {mr.reason: decode.syntax}\n"
                                        "\n"
                                        "  # stays\n"
                                        "  steps: []\n"
                                        "- name: two\n"
                                        "  steps: []\n"
                                        "  expect:\n"
                                        "    dlq:\n"
                                        "      - key: u\n"
                                        "        value_base64: \"e2I=\"\n"
                                        "        headers: {mr.reason: decode.syntax}\n"
                                        "# tail\n");
    /* What was written is what is expected. */
    char *again = mr_strdup(mr_buf_cstr(&out));
    mr_buf_clear(&out);
    tests = read_tests(again);
    ck_assert_uint_eq(mr_test_compare("x.yaml", &tests[0], &r1, &out), 0);
    ck_assert_uint_eq(mr_test_compare("x.yaml", &tests[1], &r2, &out), 0);
    ck_assert(mr_test_update(mr_str(again), tests, 2, results, &out, &problem));
    ck_assert_str_eq(mr_buf_cstr(&out), again);
    mr_free(again);
}
END_TEST

START_TEST(update_refuses_flow_style) {
    const char *text = "- {name: one, steps: [], expect: {}}\n";
    struct mr_test *tests = read_tests(text);
    struct mr_test_rows none[] = {rows_of(&sink, NULL, 0)};
    struct mr_test_result r = {none, 1, 1};
    const struct mr_test_result *results[] = {&r};
    const struct mr_test *problem = NULL;
    ck_assert(!mr_test_update(mr_str(text), tests, 1, results, &out, &problem));
    ck_assert_ptr_eq(problem, &tests[0]);
}
END_TEST

int main(void) {
    Suite *s = suite_create("testcmp");
    TCase *t = tcase_create("testcmp");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, values);
    tcase_add_test(t, equal_lists_pass);
    tcase_add_test(t, differences_are_readable);
    tcase_add_test(t, order_matters_with_one_partition);
    tcase_add_test(t, of_headers_only_the_named);
    tcase_add_test(t, update_rewrites_expectations_only);
    tcase_add_test(t, update_refuses_flow_style);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

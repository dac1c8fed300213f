/* Proves processor/serve/testfile.c: tests of a topology, written as text, for a plan by hand. */
#include "processor/serve/testfile.h"
#include "processor/topology/compile.h"
#include "tests/check_main.h"

static const struct mr_field fields[] = {
    {.name = {"user", 4}, .type = &mr_type_string},
    {.name = {"ts", 2}, .type = &mr_type_timestamp},
    {.name = {"ms", 2}, .type = &mr_type_timestamp, .wire = MR_WIRE_MS},
    {.name = {"s", 1}, .type = &mr_type_timestamp, .wire = MR_WIRE_S},
    {.name = {"us", 2}, .type = &mr_type_timestamp, .wire = MR_WIRE_US},
};
static const struct mr_type row = {.kind = MR_T_STRUCT, .n_fields = 5, .fields = fields};
static const struct mr_format string = {.kind = MR_F_STRING, .type = &mr_type_string};
static const struct mr_format json_row = {.kind = MR_F_JSON_ROW, .type = &row};
static const struct mr_input inputs[] = {
    {.kind = MR_IN_REPARTITION, .source = "agg", .topic = "agg-repartition"},
    {.kind = MR_IN_SOURCE, .source = "clicks", .topic = "t", .key = &string, .value = &json_row},
};
static const struct mr_output outs[] = {
    {.kind = MR_OUT_REPARTITION, .name = "agg"},
    {.kind = MR_OUT_SINK, .name = "counts"},
    {.kind = MR_OUT_LATE, .name = "a"},
};
static const struct mr_sub sub = {
    .name = "clicks", .n_inputs = 2, .inputs = inputs, .n_outs = 3, .outs = outs};
static const struct mr_plan plan = {.name = "x", .n_subs = 1, .subs = &sub};

static struct mr_arena a;
static struct mr_diags d;
static struct mr_test *tests;
static size_t n;

static void setup(void) {
    mr_arena_init(&a);
}

static void teardown(void) {
    mr_diags_done(&d);
    mr_arena_done(&a);
}

static bool read_text(const char *text) {
    mr_diags_init(&d, &a, "x.yaml", mr_str(text));
    const struct mr_tree *tree = mr_yaml_read(&a, &d, mr_str(text));
    ck_assert_ptr_nonnull(tree);
    return mr_test_read(&a, &d, &plan, tree, &tests, &n);
}

static void complains(const char *text, const char *message) {
    ck_assert(!read_text(text));
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_diags_print(&d, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), message);
    mr_buf_done(&b);
    mr_diags_done(&d);
}

START_TEST(times_of_the_virtual_day) {
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"00:00", 86400000},
                {"12:00:30", 86400000 + 43230000},
                {"12:00:30.5", 86400000 + 43230500},
                {"23:59:59.999", 86400000 + 86399999},
                {"25:00:00", 86400000 + 90000000}};
    static const char *const bad[] = {"",       "12",        "12:60",         "1:00",   "12:00:60",
                                      "12:00:", "12:00:00.", "12:00:00.1234", "12:00 ", "x"};
    int64_t ms;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(mr_test_time(mr_str(good[i].text), &ms) && ms == good[i].ms, "%s",
                      good[i].text);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!mr_test_time(mr_str(bad[i]), &ms), "%s", bad[i]);
}
END_TEST

START_TEST(records_and_steps) {
    ck_assert(
        read_text("- name: one\n"
                  "  steps:\n"
                  "    - {at: \"12:00:30\", clicks: {key: 5, value: {user: u1, ts: \"12:00:30\", "
                  "ms: \"00:00:01\", s: \"00:00:01\", us: \"00:00:01\", more: [1, yes, null]}}}\n"
                  "    - {advance: 6m}\n"
                  "    - {flush: true}\n"
                  "    - {clicks: {key: null, value: null, partition: 2, headers: {h: x}}}\n"
                  "    - {clicks: {key_text: k, value_text: '{broken'}}\n"
                  "  expect: {a: []}\n"
                  "- name: two\n"
                  "  keep_open: true\n"
                  "  steps: []\n"));
    ck_assert_uint_eq(n, 2);
    const struct mr_test *t = &tests[0];
    ck_assert_str_eq(t->name, "one");
    ck_assert_uint_eq(t->n_events, 5);
    ck_assert_int_eq(t->partitions, 3);
    const struct mr_feed_rec *r = &t->events[0].rec;
    ck_assert_ptr_eq(t->events[0].input, &inputs[1]);
    ck_assert_int_eq(r->ts, 86400000 + 43230000);
    ck_assert(mr_str_is(r->key, "5"));
    ck_assert(mr_str_is(r->value,
                        "{\"user\":\"u1\",\"ts\":\"1970-01-02T12:00:30.000Z\",\"ms\":86401000,"
                        "\"s\":86401,\"us\":86401000000,\"more\":[1,\"yes\",null]}"));
    ck_assert_int_eq(t->events[1].kind, MR_TEST_ADVANCE);
    ck_assert_int_eq(t->events[1].advance_ms, 360000);
    ck_assert_int_eq(t->events[2].kind, MR_TEST_FLUSH);
    r = &t->events[3].rec;
    ck_assert(!r->key.p && !r->value.p && r->partition == 2 && r->n_hdrs == 1);
    ck_assert_int_eq(r->ts, 86400000 + 43230000); /* of the last step that said it */
    r = &t->events[4].rec;
    ck_assert(mr_str_is(r->key, "k") && mr_str_is(r->value, "{broken"));
    ck_assert_ptr_nonnull(t->expect);
    ck_assert(!t->keep_open && tests[1].keep_open);
    ck_assert_int_eq(tests[1].partitions, 1);
    ck_assert_ptr_null(tests[1].expect);
}
END_TEST

START_TEST(mistakes_have_positions) {
    complains("- steps: [{clcks: {}}]\n",
              "x.yaml:1:12: error[E-TEST]: no source or table is named `clcks`\n"
              "    1 | - steps: [{clcks: {}}]\n"
              "      |            ^~~~~\n");
    complains("- stpes: []\n", "x.yaml:1:3: error[E-KEY]: unknown key `stpes` in a test\n"
                               "    1 | - stpes: []\n      |   ^~~~~\n"
                               "      = did you mean `steps`?\n");
    complains("- expect: {count: [], dlq: []}\n",
              "x.yaml:1:12: error[E-TEST]: no sink is named `count`\n"
              "    1 | - expect: {count: [], dlq: []}\n      |            ^~~~~\n"
              "      = did you mean `counts`?\n");
    complains("- expect: {agg: []}\n", "x.yaml:1:12: error[E-TEST]: no sink is named `agg`\n"
                                       "    1 | - expect: {agg: []}\n"
                                       "      |            ^~~\n");
    complains("- expect: {counts: 5}\n",
              "x.yaml:1:12: error[E-TEST]: counts: a list of rows is needed\n"
              "    1 | - expect: {counts: 5}\n      |            ^~~~~~\n");
    complains("- steps: [{advance: 6}]\n",
              "x.yaml:1:21: error[E-TEST]: advance: a duration is needed (30s, 6m)\n"
              "    1 | - steps: [{advance: 6}]\n      |                     ^\n");
    complains("- steps: [{at: noon}]\n", "x.yaml:1:16: error[E-TEST]: at: a time is needed "
                                         "(\"12:00:30\")\n"
                                         "    1 | - steps: [{at: noon}]\n"
                                         "      |                ^\n");
    complains("- steps: [{clicks: {kye: 1}}]\n",
              "x.yaml:1:20: error[E-TEST]: unknown field `kye`, did you mean `key`?\n"
              "    1 | - steps: [{clicks: {kye: 1}}]\n      |                    ^\n");
    complains("a: b\n", "x.yaml:1:1: error[E-TEST]: tests: a list is needed\n"
                        "    1 | a: b\n      | ^\n");
}
END_TEST

int main(void) {
    Suite *s = suite_create("testfile");
    TCase *t = tcase_create("testfile");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, times_of_the_virtual_day);
    tcase_add_test(t, records_and_steps);
    tcase_add_test(t, mistakes_have_positions);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

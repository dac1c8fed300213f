/* Proves base/diag.c: the printed form is the one in the head of diag.h. */
#include "base/diag.h"
#include "tests/check_main.h"

static struct mr_arena arena;
static struct mr_diags d;
static struct mr_buf out;

static void begin(const char *source) {
    mr_arena_init(&arena);
    mr_diags_init(&d, &arena, "shop.yaml", mr_str(source));
    mr_buf_init(&out, 0);
}

static void printed(const char *text) {
    mr_diags_print(&d, &out);
    ck_assert_str_eq(mr_buf_cstr(&out), text);
    mr_diags_done(&d);
    mr_buf_done(&out);
    mr_arena_done(&arena);
}

START_TEST(form_of_the_head_comment) {
    begin("\n\n\n\n\n\n\n\n\n\n\n    where: 'profiles.segmnt == \"gold\"'\n");
    struct mr_diag *g =
        mr_error(&d, "E-FIELD", ((struct mr_pos){12, 22}), "no field `%s` in `profiles`", "segmnt");
    g->len = 6;
    mr_diag_hint(&d, g, "did you mean `%s`?", "segment");
    ck_assert_uint_eq(d.n_errors, 1);
    printed("shop.yaml:12:22: error[E-FIELD]: no field `segmnt` in `profiles`\n"
            "   12 |     where: 'profiles.segmnt == \"gold\"'\n"
            "      |                      ^~~~~~\n"
            "      = did you mean `segment`?\n");
}
END_TEST

START_TEST(sorted_by_position_and_stable) {
    begin("ab\ncd");
    mr_error(&d, "E-C", ((struct mr_pos){2, 2}), "third");
    mr_diag_add(&d, MR_WARNING, "W-A", (struct mr_pos){2, 1}, "second");
    mr_error(&d, "E-D", ((struct mr_pos){2, 2}), "fourth");
    mr_error(&d, "E-B", ((struct mr_pos){0, 0}), "first, without a place");
    ck_assert_uint_eq(d.n_errors, 3);
    printed("shop.yaml: error[E-B]: first, without a place\n"
            "shop.yaml:2:1: warning[W-A]: second\n    2 | cd\n      | ^\n"
            "shop.yaml:2:2: error[E-C]: third\n    2 | cd\n      |  ^\n"
            "shop.yaml:2:2: error[E-D]: fourth\n    2 | cd\n      |  ^\n");
}
END_TEST

START_TEST(what_is_in_order_stays) {
    begin("");
    for (uint32_t i = 1; i <= 3; i++) mr_error(&d, "E-A", ((struct mr_pos){i, i}), "x");
    printed("shop.yaml:1:1: error[E-A]: x\nshop.yaml:2:2: error[E-A]: x\n"
            "shop.yaml:3:3: error[E-A]: x\n");
}
END_TEST

START_TEST(tabs_and_utf8_keep_the_caret_in_place) {
    begin("\t\xc3\xa4\xc3\xb6 x\r\n");
    struct mr_diag *g = mr_error(&d, "E-A", ((struct mr_pos){1, 7}), "x");
    g->len = 1;
    printed("shop.yaml:1:5: error[E-A]: x\n    1 | \t\xc3\xa4\xc3\xb6 x\n      | \t   ^\n");
}
END_TEST

START_TEST(no_source_line_behind_the_end) {
    begin("a\n");
    mr_error(&d, "E-A", ((struct mr_pos){9, 1}), "gone");
    mr_error(&d, "E-A", ((struct mr_pos){1, 50}), "wide");
    printed("shop.yaml:1:50: error[E-A]: wide\n    1 | a\n      |  ^\n"
            "shop.yaml:9:1: error[E-A]: gone\n");
}
END_TEST

START_TEST(text_stays_one_line) {
    begin("");
    mr_error(&d, "E-A", ((struct mr_pos){0, 0}), "a\nb\x1b[0m");
    printed("shop.yaml: error[E-A]: a b [0m\n");
}
END_TEST

START_TEST(long_lines_are_cut_around_the_caret) {
    char line[1001];
    memset(line, 'x', 1000);
    line[1000] = 0;
    line[500] = 'Y';
    begin(line);
    mr_error(&d, "E-A", ((struct mr_pos){1, 501}), "far");
    char expected[700];
    char xs[301];
    memset(xs, 'x', 300);
    xs[300] = 0;
    snprintf(expected, sizeof expected,
             "shop.yaml:1:501: error[E-A]: far\n    1 | ...%.80sY%.119s...\n      |    %80s^\n", xs,
             xs, "");
    printed(expected);
}
END_TEST

int main(void) {
    Suite *s = suite_create("diag");
    TCase *t = tcase_create("diag");
    tcase_add_test(t, form_of_the_head_comment);
    tcase_add_test(t, sorted_by_position_and_stable);
    tcase_add_test(t, what_is_in_order_stays);
    tcase_add_test(t, tabs_and_utf8_keep_the_caret_in_place);
    tcase_add_test(t, no_source_line_behind_the_end);
    tcase_add_test(t, text_stays_one_line);
    tcase_add_test(t, long_lines_are_cut_around_the_caret);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

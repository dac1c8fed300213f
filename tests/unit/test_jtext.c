/* Proves processor/serve/jtext.c: texts and trees by hand. */
#include "processor/serve/jtext.h"
#include "tests/check_main.h"

START_TEST(exactly_one_value) {
    static const char *const good[] = {"1", "\"a\"", "{}", "[1, 2]", "{\"a\" : null}", "-0.5e3"};
    static const char *const bad[] = {"",       " 1",       "1 ",        "1 2", "{a:1}", "[1,]",
                                      "\"a",    "\"\x80\"", "\"\n\"",    "nul", "01",    "{\"a\"}",
                                      "[[[1]]", "\"\\x\"",  "\"\\u12\"", "'a'", "NaN"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(!mr_jtext_problem(mr_str(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(mr_jtext_problem(mr_str(bad[i])) != NULL, "%s", bad[i]);
}
END_TEST

START_TEST(depth_has_a_limit) {
    char text[2 * 65];
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    ck_assert_ptr_nonnull(mr_jtext_problem((struct mr_str){text, 130}));
    ck_assert_ptr_null(mr_jtext_problem((struct mr_str){text + 1, 128}));
}
END_TEST

START_TEST(strings_there_and_back) {
    struct mr_arena a;
    struct mr_str text;
    struct mr_buf b;
    mr_arena_init(&a);
    mr_buf_init(&b, 0);
    mr_jtext_quote(MR_STR("a\"b\\c\n\t\x01\xc3\xa4"), &b);
    ck_assert_str_eq(mr_buf_cstr(&b), "\"a\\\"b\\\\c\\n\\t\\u0001\xc3\xa4\"");
    ck_assert(mr_jtext_unquote(&a, mr_buf_view(&b), &text));
    ck_assert(mr_str_is(text, "a\"b\\c\n\t\x01\xc3\xa4"));
    ck_assert(mr_jtext_unquote(&a, MR_STR("\"\\ud83d\\ude00\\/\""), &text));
    ck_assert(mr_str_is(text, "\xf0\x9f\x98\x80/"));
    ck_assert(!mr_jtext_unquote(&a, MR_STR("\"\\ud83d\""), &text));
    ck_assert(!mr_jtext_unquote(&a, MR_STR("5"), &text));
    mr_buf_done(&b);
    mr_arena_done(&a);
}
END_TEST

START_TEST(trees) {
    struct mr_arena a;
    struct mr_tree t;
    mr_arena_init(&a);
    ck_assert(mr_jtext_tree(&a, MR_STR("{\"a\":[1,\"x\",{}],\"b\\n\":null}"), &t));
    ck_assert_int_eq(t.kind, MR_TREE_MAP);
    ck_assert_uint_eq(t.n, 2);
    ck_assert(mr_str_is(t.keys[1].text, "b\n"));
    ck_assert_int_eq(t.items[1].style, MR_STYLE_PLAIN);
    ck_assert(mr_str_is(t.items[1].text, "null"));
    const struct mr_tree *list = mr_tree_get(&t, "a");
    ck_assert_int_eq(list->kind, MR_TREE_LIST);
    ck_assert_uint_eq(list->n, 3);
    ck_assert_uint_eq(list->pos.col, 6);
    ck_assert_int_eq(list->items[1].style, MR_STYLE_QUOTED);
    ck_assert_str_eq(list->items[1].text.p, "x");
    ck_assert_int_eq(list->items[2].kind, MR_TREE_MAP);
    ck_assert_uint_eq(list->items[2].n, 0);
    ck_assert(!mr_jtext_tree(&a, MR_STR("[1"), &t));
    ck_assert(!mr_jtext_tree(&a, MR_STR("[\"\\ud800\"]"), &t));
    mr_arena_done(&a);
}
END_TEST

int main(void) {
    Suite *s = suite_create("jtext");
    TCase *t = tcase_create("jtext");
    tcase_add_test(t, exactly_one_value);
    tcase_add_test(t, depth_has_a_limit);
    tcase_add_test(t, strings_there_and_back);
    tcase_add_test(t, trees);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

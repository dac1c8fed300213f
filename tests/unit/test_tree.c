/* Proves base/tree.c: trees built by hand, positions counted by hand. */
#include "base/tree.h"
#include "tests/check_main.h"

static struct mr_tree scalar(const char *text, uint32_t line, uint32_t col) {
    return (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = {line, col}, .text = mr_str(text)};
}

START_TEST(get_finds_by_key) {
    struct mr_tree keys[] = {scalar("a", 1, 1), scalar("ab", 2, 1)};
    struct mr_tree items[] = {scalar("1", 1, 4), scalar("2", 2, 5)};
    struct mr_tree map = {.kind = MR_TREE_MAP, .n = 2, .keys = keys, .items = items};
    ck_assert_ptr_eq(mr_tree_get(&map, "ab"), &items[1]);
    ck_assert_ptr_eq(mr_tree_get(&map, "a"), &items[0]);
    ck_assert_ptr_null(mr_tree_get(&map, "abc"));
    ck_assert_ptr_null(mr_tree_get(&items[0], "a"));
    ck_assert_ptr_null(mr_tree_get(NULL, "a"));
}
END_TEST

static void at(const struct mr_tree *t, size_t off, uint32_t line, uint32_t col) {
    struct mr_pos p = mr_tree_pos(t, off);
    ck_assert_uint_eq(p.line, line);
    ck_assert_uint_eq(p.col, col);
}

START_TEST(positions_in_one_line) {
    struct mr_tree t = scalar("user_id", 7, 12);
    at(&t, 0, 7, 12);
    at(&t, 5, 7, 17);
    at(&t, 7, 7, 19);  /* behind the end: where something is missing */
    at(&t, 99, 7, 19); /* never further */
}
END_TEST

/*  3 |   where: |
 *  4 |     a &&
 *  5 |       b
 */
START_TEST(positions_in_a_block) {
    static const uint32_t lines[] = {5, 5};
    struct mr_tree t = scalar("a &&\n  b\n", 4, 5);
    t.style = MR_STYLE_BLOCK;
    t.lines = lines;
    t.n_lines = 2;
    at(&t, 0, 4, 5);
    at(&t, 2, 4, 7);
    at(&t, 4, 4, 9); /* the line break itself */
    at(&t, 5, 5, 5);
    at(&t, 7, 5, 7);
    at(&t, 9, 5, 9); /* behind the last line break: still the last line */
}
END_TEST

int main(void) {
    Suite *s = suite_create("tree");
    TCase *t = tcase_create("tree");
    tcase_add_test(t, get_finds_by_key);
    tcase_add_test(t, positions_in_one_line);
    tcase_add_test(t, positions_in_a_block);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

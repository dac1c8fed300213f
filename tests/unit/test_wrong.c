/* test_wrong.c -- tests/golden/wrong: files with a mistake, and exactly what the compiler says.
 *
 *   test_wrong FOLDER
 */
#include "tests/check_main.h"
#include "tests/unit/golden_files.h"

#include "base/mem.h"
#include "processor/topology/compile.h"

START_TEST(says_exactly) {
    struct mr_buf text = {0}, expected = {0}, said = {0};
    golden_pair(_i, ".err", &text, &expected);
    struct mr_arena arena;
    struct mr_diags diags;
    mr_arena_init(&arena);
    const char *name = golden_list[_i]->d_name;
    mr_diags_init(&diags, &arena, name, mr_buf_view(&text));
    struct mr_compile_conf conf = {.file = name, .text = mr_buf_view(&text)};
    struct mr_plan *plan = mr_compile(&conf, &diags);
    mr_diags_print(&diags, &said);
    bool compiled = plan != NULL;
    mr_plan_free(plan);
    mr_diags_done(&diags);
    mr_arena_done(&arena);
    ck_assert_msg(!compiled, "%s compiles", name);
    ck_assert_msg(mr_str_eq(mr_buf_view(&said), mr_buf_view(&expected)),
                  "%s\n---- said\n%s---- expected\n%s----", name, mr_buf_cstr(&said),
                  mr_buf_cstr(&expected));
    mr_buf_done(&text);
    mr_buf_done(&expected);
    mr_buf_done(&said);
}
END_TEST

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    golden_find(argv[1]);
    Suite *s = suite_create("wrong");
    TCase *t = tcase_create("wrong");
    tcase_add_loop_test(t, says_exactly, 0, golden_n);
    suite_add_tcase(s, t);
    int rc = mr_check_run(s);
    golden_done();
    return rc;
}

/* test_plans.c -- tests/golden/plans: topologies and the plan made of them, as text (`.plan`),
 * and its expressions as steps (`.disasm`).
 *
 *   test_plans FOLDER
 * Each file is also compiled with its named things in the opposite order: the plan is the same.
 */
#include "tests/check_main.h"
#include "tests/unit/golden_files.h"

#include "base/mem.h"
#include "processor/topology/compile.h"

static const char *env(void *arg, const char *name) {
    (void)arg;
    return strcmp(name, "STAGE") == 0 ? "test" : NULL;
}

typedef void printer(const struct mr_plan *p, struct mr_buf *to);

static void print_as(printer *print, const char *name, struct mr_str text, struct mr_buf *to) {
    struct mr_arena arena;
    struct mr_diags diags;
    mr_arena_init(&arena);
    mr_diags_init(&diags, &arena, name, text);
    struct mr_compile_conf conf = {.file = name, .text = text, .env = env};
    struct mr_plan *plan = mr_compile(&conf, &diags);
    mr_diags_print(&diags, to);
    if (plan) print(plan, to);
    mr_plan_free(plan);
    mr_diags_done(&diags);
    mr_arena_done(&arena);
}

static void compile(const char *name, struct mr_str text, struct mr_buf *to) {
    print_as(mr_explain_text, name, text, to);
}

static void is_as_printed(int i, const char *ending, printer *print) {
    struct mr_buf text = {0}, expected = {0}, got = {0};
    golden_pair(i, ending, &text, &expected);
    print_as(print, golden_list[i]->d_name, mr_buf_view(&text), &got);
    ck_assert_msg(mr_str_eq(mr_buf_view(&got), mr_buf_view(&expected)),
                  "%s\n---- got\n%s---- expected\n%s----", golden_list[i]->d_name,
                  mr_buf_cstr(&got), mr_buf_cstr(&expected));
    mr_buf_done(&text);
    mr_buf_done(&expected);
    mr_buf_done(&got);
}

START_TEST(plan_is) {
    is_as_printed(_i, ".plan", mr_explain_text);
}
END_TEST

START_TEST(expressions_are) {
    is_as_printed(_i, ".disasm", mr_explain_disasm);
}
END_TEST

/* ---- the order of named things carries no meaning */

/* Lines [from, to) of a section are things that begin at two spaces: written last first. */
static void reverse_things(const char *from, const char *to, struct mr_buf *out) {
    const char *end = to;
    for (const char *p = to; p > from;) {
        p--;
        if (p > from && p[-1] != '\n') continue;
        if (strncmp(p, "  ", 2) != 0 || p[2] == ' ') continue;
        mr_buf_add(out, p, (size_t)(end - p));
        end = p;
    }
}

static void reverse_sections(const char *text, struct mr_buf *out) {
    while (*text) {
        const char *line_end = strchr(text, '\n') + 1;
        const char *section_end = line_end;
        while (*section_end == ' ') section_end = strchr(section_end, '\n') + 1;
        mr_buf_add(out, text, (size_t)(line_end - text));
        reverse_things(line_end, section_end, out);
        text = section_end;
    }
}

START_TEST(order_carries_no_meaning) {
    struct mr_buf text = {0}, expected = {0}, reversed = {0}, got = {0};
    golden_pair(_i, ".plan", &text, &expected);
    reverse_sections(mr_buf_cstr(&text), &reversed);
    ck_assert_uint_eq(reversed.n, text.n);
    compile(golden_list[_i]->d_name, mr_buf_view(&reversed), &got);
    ck_assert_msg(mr_str_eq(mr_buf_view(&got), mr_buf_view(&expected)), "%s\n%s",
                  mr_buf_cstr(&reversed), mr_buf_cstr(&got));
    mr_buf_done(&text);
    mr_buf_done(&expected);
    mr_buf_done(&reversed);
    mr_buf_done(&got);
}
END_TEST

START_TEST(unread_sources_are_not_read) {
    static const char text[] = "topology: t\n"
                               "sources:\n"
                               "  a: {topic: a, value: bytes}\n"
                               "  b: {topic: b, value: bytes}\n"
                               "sinks:\n"
                               "  out: {from: a}\n"
                               "  late: {topic: late}\n";
    static const char head[] = "t.yaml:4:3: warning[W-UNUSED]: nothing reads `b`\n"
                               "    4 |   b: {topic: b, value: bytes}\n"
                               "      |   ^\n"
                               "t.yaml:7:3: warning[W-UNUSED]: no `on_late` or `on_invalid` names "
                               "`late`\n"
                               "    7 |   late: {topic: late}\n"
                               "      |   ^~~~\n"
                               "topology t\n";
    struct mr_buf got = {0};
    compile("t.yaml", mr_str(text), &got);
    ck_assert_msg(strncmp(mr_buf_cstr(&got), head, strlen(head)) == 0, "%s", mr_buf_cstr(&got));
    ck_assert_ptr_null(strstr(mr_buf_cstr(&got), "input b"));
    mr_buf_done(&got);
}
END_TEST

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    golden_find(argv[1]);
    Suite *s = suite_create("plans");
    TCase *t = tcase_create("plans");
    tcase_add_loop_test(t, plan_is, 0, golden_n);
    tcase_add_loop_test(t, expressions_are, 0, golden_n);
    tcase_add_loop_test(t, order_carries_no_meaning, 0, golden_n);
    tcase_add_test(t, unread_sources_are_not_read);
    suite_add_tcase(s, t);
    int rc = mr_check_run(s);
    golden_done();
    return rc;
}

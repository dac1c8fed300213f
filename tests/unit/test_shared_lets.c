/* test_shared_lets.c -- lets that several programs read: evaluated once for a row. Here a row
 * changes behind the programs' backs, which shows whether they looked. */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "tests/check_main.h"

static const struct mr_field fields[] = {
    {.name = MR_STR("a"), .type = &mr_type_int},
    {.name = MR_STR("o"), .type = &mr_type_int, .optional = true},
};
static const struct mr_type row_type = {.kind = MR_T_STRUCT, .n_fields = 2, .fields = fields};
static const struct mr_extra extras[] = {{.name = MR_STR("w"), .type = &mr_type_int}};
static const struct {
    const char *name, *text;
} texts[] = {
    {"u", "string(a)"}, {"v", "u + \"!\""},   {"q", "10 / a"},
    {"e", "string(w)"}, {"l", "[o ?? 0, a]"}, {"cheap", "a + 1"},
};
enum { N = MR_ARRAY_LEN(texts) };

static struct mr_arena arena;
static struct mr_diags diags;
static struct mr_let lets[N];
static struct mr_tree trees[N];
static struct mr_scope scope;
static struct mr_value row[2], other[2], x[1];
static struct mr_shares *shares;

static struct mr_program *compile(const char *text) {
    struct mr_tree *t = mr_arena_calloc(&arena, 1, sizeof *t);
    *t = (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    struct mr_program *p = mr_expr_compile(&arena, &diags, t, &scope, NULL);
    ck_assert_msg(p != NULL, "%s", text);
    return p;
}

static void setup(void) {
    mr_arena_init(&arena);
    mr_diags_init(&diags, &arena, "x", MR_STR(""));
    scope = (struct mr_scope){.row = &row_type,
                              .extras = extras,
                              .n_extras = 1,
                              .lets = lets,
                              .shared = mr_shared_new(&arena),
                              .is_let = true};
    for (size_t i = 0; i < N; i++) {
        trees[i] =
            (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(texts[i].text)};
        lets[i] = (struct mr_let){mr_str(texts[i].name), &trees[i]};
        compile(texts[i].text);
        scope.n_lets++;
    }
    scope.is_let = false;
    shares = NULL;
    row[0] = mr_int(1);
    row[1] = MR_ABSENT;
    other[0] = mr_int(5);
    other[1] = mr_int(6);
    x[0] = mr_int(1);
}

static void teardown(void) {
    mr_diags_done(&diags);
    mr_arena_done(&arena);
}

static struct mr_value eval(const struct mr_program *p, const struct mr_value *of) {
    struct mr_frame f = {.row = of,
                         .extras = x,
                         .arena = &arena,
                         .shared = mr_shared_values(scope.shared, of, &arena, &shares)};
    return mr_eval(p, &f);
}

static void gives(const struct mr_program *p, const struct mr_value *of, const char *text) {
    struct mr_value v = eval(p, of);
    ck_assert_msg(v.tag == MR_V_STRING && mr_str_is((struct mr_str){v.p, v.len}, text),
                  "%s: tag %d `%.*s`", text, v.tag, v.tag == MR_V_STRING ? (int)v.len : 0, v.p);
}

START_TEST(the_second_takes_the_value) {
    struct mr_program *where = compile("u"), *select = compile("u + \"?\""), *both = compile("v");
    gives(where, row, "1");
    row[0] = mr_int(2);
    gives(select, row, "1?");
    gives(both, row, "1!"); /* of v its part is known */
    gives(select, other, "5?");
    gives(where, other, "5");
    gives(where, row, "2"); /* of one row at a time */
}
END_TEST

START_TEST(an_error_is_not_kept) {
    struct mr_program *a = compile("q"), *b = compile("q + 1"),
                      *absorbs = compile("a >= 0 || q > 1");
    row[0] = mr_int(0);
    ck_assert_int_eq(eval(a, row).tag, MR_V_ERROR);
    ck_assert_int_eq(eval(b, row).tag, MR_V_ERROR);
    ck_assert(eval(absorbs, row).b);
    row[0] = mr_int(5);
    ck_assert_int_eq(eval(b, row).i, 3);
    row[0] = mr_int(1);
    ck_assert_int_eq(eval(a, row).i, 2);
}
END_TEST

START_TEST(what_reads_more_than_fields_is_not_shared) {
    struct mr_program *a = compile("e"), *b = compile("e + u"), *c = compile("u");
    gives(c, row, "1");
    gives(a, row, "1");
    x[0] = mr_int(2);
    gives(b, row, "21");
    gives(a, row, "2");
}
END_TEST

/* Where `o` is known to be there the let has other steps, and a list of its own. */
START_TEST(narrowed_lets_are_right) {
    struct mr_program *p = compile("string(l[0])"),
                      *q = compile("has(this.o) ? string(l[0]) : \"-\"");
    gives(p, row, "0");
    gives(q, row, "-");
    gives(q, other, "6");
    gives(p, other, "6");
}
END_TEST

START_TEST(one_reader_has_no_frame) {
    struct mr_program *p = compile("u + u"), *cheap = compile("cheap");
    compile("cheap + 1");
    ck_assert(mr_program_shares(p) && !mr_program_shares(cheap));
    ck_assert_ptr_null(mr_shared_values(scope.shared, row, &arena, &shares));
    gives(p, row, "11");
    compile("u");
    ck_assert_ptr_nonnull(mr_shared_values(scope.shared, row, &arena, &shares));
}
END_TEST

START_TEST(nodes_have_their_own) {
    struct mr_program *p = compile("u");
    compile("u");
    gives(p, row, "1");
    row[0] = mr_int(2);
    struct mr_shared *mine = scope.shared;
    scope.shared = mr_shared_new(&arena);
    scope.is_let = true;
    compile("string(a)");
    scope.is_let = false;
    p = compile("u");
    compile("u");
    gives(p, row, "2");
    scope.shared = mine;
}
END_TEST

START_TEST(steps_say_so) {
    MR_CLEANUP(mr_buf_done) struct mr_buf text = {0};
    mr_program_disasm(compile("u + \"?\""), &text);
    ck_assert_str_eq(mr_buf_cstr(&text), "  0  jmp.shared r1 <- let 0, to 4\n"
                                         "  1  field r2 <- a\n"
                                         "  2  i64.str r1 <- r2\n"
                                         "  3  share let 0 <- r1\n"
                                         "  4  concat r0 <- r1, \"?\"\n"
                                         "  5  end\n");
}
END_TEST

static Suite *suite(void) {
    Suite *s = suite_create("shared_lets");
    TCase *t = tcase_create("shared_lets");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_second_takes_the_value);
    tcase_add_test(t, an_error_is_not_kept);
    tcase_add_test(t, what_reads_more_than_fields_is_not_shared);
    tcase_add_test(t, narrowed_lets_are_right);
    tcase_add_test(t, one_reader_has_no_frame);
    tcase_add_test(t, nodes_have_their_own);
    tcase_add_test(t, steps_say_so);
    suite_add_tcase(s, t);
    return s;
}

int main(void) {
    return mr_check_run(suite());
}

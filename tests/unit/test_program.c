/* test_program.c -- what programs tell of themselves, and the limits of compiling and running. */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "tests/check_main.h"

static struct mr_arena arena;
static struct mr_diags diags;

static const struct mr_field side[] = {{.name = MR_STR("url"), .type = &mr_type_string}};
static const struct mr_type side_type = {.kind = MR_T_STRUCT, .n_fields = 1, .fields = side};
static const struct mr_type list_type = {.kind = MR_T_LIST, .elem = &mr_type_int};
static const struct mr_field fields[] = {
    {.name = MR_STR("a"), .type = &mr_type_int},
    {.name = MR_STR("s"), .type = &mr_type_string},
    {.name = MR_STR("o"), .type = &mr_type_int, .optional = true},
    {.name = MR_STR("clicks"), .type = &side_type},
    {.name = MR_STR("l"), .type = &list_type},
};
static const struct mr_type row_type = {.kind = MR_T_STRUCT, .n_fields = 5, .fields = fields};
static const struct mr_extra extras[] = {{.name = MR_STR("key"), .type = &mr_type_string},
                                         {.name = MR_STR("w"), .type = &mr_type_int}};
static const struct mr_scope scope = {.row = &row_type,
                                      .extras = extras,
                                      .n_extras = 2,
                                      .meta = 1u << MR_META_TOPIC | 1u << MR_META_OFFSET};

static void setup(void) {
    mr_arena_init(&arena);
    mr_diags_init(&diags, &arena, "x", MR_STR(""));
}

static void teardown(void) {
    mr_diags_done(&diags);
    mr_arena_done(&arena);
}

static struct mr_program *compile(const char *text) {
    struct mr_tree t = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    return mr_expr_compile(&arena, &diags, &t, &scope, NULL);
}

static struct mr_value eval(const struct mr_program *p, const struct mr_value *row) {
    struct mr_value x[2] = {MR_ABSENT, mr_int(1)};
    struct mr_frame f = {.row = row, .extras = x, .arena = &arena};
    return mr_eval(p, &f);
}

START_TEST(tells_what_it_reads) {
    struct mr_program *p = compile("clicks.url == \"/\" && (o ?? 1) > w && meta.offset > 2");
    ck_assert_ptr_nonnull(p);
    bool want[] = {false, false, true, true};
    for (uint32_t i = 0; i < 4; i++) ck_assert_int_eq(mr_program_uses_field(p, i), want[i]);
    ck_assert(!mr_program_uses_field(p, 99));
    ck_assert(!mr_program_uses_extra(p, 0));
    ck_assert(mr_program_uses_extra(p, 1));
    ck_assert_uint_eq(mr_program_meta(p), 1u << MR_META_OFFSET);
    ck_assert_int_eq(mr_program_is_field(p), -1);
    ck_assert_ptr_null(mr_program_constant(p));
    ck_assert(mr_program_type(p)->kind == MR_T_BOOL && !mr_program_optional(p));
}
END_TEST

/* The second place has the steps, too, but takes the value when it is there. */
START_TEST(equal_parts_have_a_register) {
    MR_CLEANUP(mr_buf_done) struct mr_buf text = {0};
    struct mr_program *p = compile("string(clicks.url).size() + string(clicks.url).size() > 3");
    ck_assert_ptr_nonnull(p);
    mr_program_disasm(p, &text);
    const char *first = strstr(mr_buf_cstr(&text), "jmp.known");
    ck_assert_ptr_nonnull(strstr(text.p, "forget r1, 1"));
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first + 1, "jmp.known"));
    mr_buf_clear(&text);
    mr_program_disasm(compile("string(clicks.url).size() + w * w > w * w"), &text);
    ck_assert_ptr_null(strstr(mr_buf_cstr(&text), "jmp.known")); /* cheaper to do again */
}
END_TEST

START_TEST(this_reads_all) {
    struct mr_program *p = compile("this == this");
    for (uint32_t i = 0; i < 5; i++) ck_assert(mr_program_uses_field(p, i));
}
END_TEST

START_TEST(constant_parts_read_nothing) {
    struct mr_program *p = compile("true || a > 1");
    ck_assert_ptr_nonnull(mr_program_constant(p));
    ck_assert(mr_program_constant(p)->b);
    ck_assert(!mr_program_uses_field(p, 0));
}
END_TEST

START_TEST(a_field_alone) {
    struct mr_program *p = compile(" this.o");
    ck_assert_int_eq(mr_program_is_field(p), 2);
    ck_assert(mr_program_optional(p) && mr_program_type(p)->kind == MR_T_INT);
    p = compile("s");
    ck_assert_int_eq(mr_program_is_field(p), 1);
    struct mr_value row[5] = {{0}}, v;
    row[1] = mr_error_value(&arena, MR_R_NUM_RANGE, "too large");
    v = eval(p, row);
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_NUM_RANGE);
    row[1] = MR_ABSENT; /* a required field without a value is an error, not absent */
    ck_assert(eval(p, row).tag == MR_V_ERROR);
}
END_TEST

START_TEST(text_outlives_its_source) {
    char text[] = "a + 9223372036854775807";
    struct mr_program *p = compile(text);
    memset(text, '#', sizeof text - 1);
    struct mr_value row[5] = {mr_int(1)}, v = eval(p, row);
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_NUM_OVERFLOW);
    ck_assert_str_eq(v.fault->text, "int overflow in `a + 9223372036854775807`");
    ck_assert(mr_str_is(mr_program_text(p), "a + 9223372036854775807"));
}
END_TEST

START_TEST(a_missing_key_has_its_reason) {
    struct mr_value row[5] = {mr_int(1)}, v = eval(compile("key + \"x\""), row);
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_KEY_NULL);
}
END_TEST

START_TEST(strings_end_at_a_mebibyte) {
    char *half = mr_arena_alloc(&arena, 524288);
    memset(half, 'x', 524288);
    struct mr_str s = {half, 524288};
    struct mr_value row[5] = {mr_int(1), mr_string(s)};
    ck_assert_uint_eq(eval(compile("s + s"), row).len, 1048576);
    struct mr_value v = eval(compile("s + s + \"x\""), row);
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_EXPR_ERROR);
}
END_TEST

START_TEST(work_is_bounded) {
    enum { N = 200000 };
    struct mr_value *list = mr_arena_alloc(&arena, N * sizeof *list);
    for (int i = 0; i < N; i++) list[i] = mr_int(i);
    struct mr_value row[5] = {mr_int(-1)};
    row[4] = (struct mr_value){.tag = MR_V_LIST, .len = N, .list = list};
    struct mr_value v = eval(compile("size(l + l + l)"), row); /* makes 1,000,000 elements */
    ck_assert(v.tag == MR_V_INT && v.i == 3 * N);
    v = eval(compile("a in l + l + l"), row); /* and looks at 600,000 */
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_EXPR_ERROR);
}
END_TEST

/* What compares pays for what it compares, in loops that look at nothing else. */
START_TEST(comparing_is_charged) {
    enum { N = 3000, BYTES = 600000 };
    static const char *const expressions[] = {
        "l.exists(x, s == s.substring(0) && x < 0)",
        "l.exists(x, s != s.substring(0))",
        "l.exists(x, s.startsWith(s) && x < 0)",
        "l.exists(x, !s.endsWith(s))",
        "l.exists(x, s in [s.substring(0)] && x < 0)",
        "l.exists(x, s < s.substring(0))",
        "l.exists(x, double(s) > 0.0 && x < 0)",
        "l.exists(x, [l] == [l.slice(0, 3000)] && x < 0)",
        "l.exists(x, {s: -1} == {s: x})",
        "l.exists(x, [[l]].indexOf([l]) == 1)",
        "l.exists(x, {s: 1}.without(s).size() == 1)",
        "l.exists(x, {s: 1}[s] == 2)",
        "size(l.map(x, s).sort()) < 0",
        "size(l.map(x, s).sortBy(y, y)) < 0",
        "size(l.map(x, s).distinct()) < 0",
    };
    struct mr_value *list = mr_arena_alloc(&arena, N * sizeof *list);
    for (int i = 0; i < N; i++) list[i] = mr_int(i);
    char *digits = mr_arena_alloc(&arena, BYTES);
    memset(digits, '0', BYTES);
    struct mr_str s = {digits, BYTES};
    struct mr_value row[5] = {mr_int(-1), mr_string(s)};
    row[4] = (struct mr_value){.tag = MR_V_LIST, .len = N, .list = list};
    for (size_t i = 0; i < MR_ARRAY_LEN(expressions); i++) {
        struct mr_value v = eval(compile(expressions[i]), row);
        bool error = v.tag == MR_V_ERROR && v.aux == MR_R_EXPR_ERROR;
        ck_assert_msg(error && strstr(v.fault->text, "too much work"), "%s", expressions[i]);
    }
}
END_TEST

/* Lets are compiled in place: a row of them that doubles must not explode. */
START_TEST(loops_are_bounded) {
    enum { N = 100 };
    struct mr_value list[N], row[5] = {mr_int(-1)};
    for (int i = 0; i < N; i++) list[i] = mr_int(i);
    row[4] = (struct mr_value){.tag = MR_V_LIST, .len = N, .list = list};
    struct mr_value v = eval(compile("size(l.map(x, l.filter(y, y > x)))"), row);
    ck_assert(v.tag == MR_V_INT && v.i == N);
    v = eval(compile("l.all(x, l.all(y, l.all(z, x + y + z >= 0)))"), row); /* 1,000,000 turns */
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_EXPR_ERROR);
    ck_assert_ptr_nonnull(strstr(v.fault->text, "does too much work"));
    v = eval(compile("l.map(x, l.map(y, l.map(z, z)))"), row);
    ck_assert(v.tag == MR_V_ERROR && v.aux == MR_R_EXPR_ERROR);
}
END_TEST

START_TEST(loops_know_what_they_read) {
    struct mr_program *p = compile("l.exists(a, a > (o ?? 0))");
    bool want[] = {false, false, true, false, true}; /* the variable `a` is not the field */
    for (uint32_t i = 0; i < 5; i++) ck_assert_int_eq(mr_program_uses_field(p, i), want[i]);
    p = compile("[1, 2].map(x, [x].map(y, x + y))");
    ck_assert_ptr_nonnull(mr_program_constant(p));
    ck_assert_ptr_null(mr_program_constant(compile("[1, 2].map(x, x + a)")));
}
END_TEST

START_TEST(lets_are_bounded) {
    struct mr_tree trees[20];
    struct mr_let lets[20];
    char bodies[20][32], names[20][8];
    for (int i = 0; i < 20; i++) {
        snprintf(names[i], sizeof names[i], "l%d", i);
        snprintf(bodies[i], sizeof bodies[i], i ? "l%d + l%d" : "a + a", i - 1, i - 1);
        trees[i] = (struct mr_tree){.kind = MR_TREE_SCALAR, .text = mr_str(bodies[i])};
        lets[i] = (struct mr_let){mr_str(names[i]), &trees[i]};
    }
    struct mr_scope s = scope;
    struct mr_tree t = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = MR_STR("l10")};
    s.lets = lets;
    s.n_lets = 20;
    struct mr_program *p = mr_expr_compile(&arena, &diags, &t, &s, NULL);
    struct mr_value row[5] = {mr_int(1)};
    ck_assert_int_eq(eval(p, row).i, 2048);
    t.text = MR_STR("l19");
    ck_assert_ptr_null(mr_expr_compile(&arena, &diags, &t, &s, NULL));
    ck_assert_str_eq(diags.list[0].code, "E-LIMIT");
}
END_TEST

/* Each is less deep than one expression may be. */
START_TEST(lets_are_no_deeper_together) {
    struct mr_buf b[2];
    struct mr_tree trees[2];
    struct mr_let lets[2];
    struct mr_scope s = scope;
    struct mr_tree t = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = MR_STR("l0 + l0")};
    for (int i = 0; i < 2; i++) {
        mr_buf_init(&b[i], 0);
        mr_buf_cat(&b[i], i ? "l0" : "a");
        for (int k = 0; k < 400; k++) mr_buf_cat(&b[i], " + a");
        trees[i] = (struct mr_tree){.kind = MR_TREE_SCALAR, .text = mr_buf_view(&b[i])};
        lets[i] = (struct mr_let){mr_str(i ? "l1" : "l0"), &trees[i]};
    }
    s.lets = lets;
    s.n_lets = 2;
    ck_assert_ptr_nonnull(mr_expr_compile(&arena, &diags, &t, &s, NULL));
    t.text = MR_STR("l1");
    ck_assert_ptr_null(mr_expr_compile(&arena, &diags, &t, &s, NULL));
    ck_assert_str_eq(diags.list[0].code, "E-LIMIT");
    for (int i = 0; i < 2; i++) mr_buf_done(&b[i]);
}
END_TEST

START_TEST(many_registers) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_cat(&b, "[");
    for (int i = 0; i < 500; i++) mr_buf_printf(&b, "a + %d,", i);
    mr_buf_cat(&b, "][499]");
    struct mr_value row[5] = {mr_int(7)}, v = eval(compile(mr_buf_cstr(&b)), row);
    ck_assert(v.tag == MR_V_INT && v.i == 506);
    mr_buf_done(&b);
}
END_TEST

static void check_limit(const char *open, const char *middle, const char *close, int n,
                        const char *code) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    for (int i = 0; i < n; i++) mr_buf_cat(&b, open);
    mr_buf_cat(&b, middle);
    for (int i = 0; i < n; i++) mr_buf_cat(&b, close);
    bool good = compile(mr_buf_cstr(&b)) != NULL;
    ck_assert_msg(good == !code, "%s %d", open, n);
    if (code) ck_assert_str_eq(diags.list[diags.n - 1].code, code);
    mr_buf_done(&b);
}

START_TEST(nesting_is_bounded) {
    check_limit("(", "1", ")", 200, NULL);
    check_limit("(", "1", ")", 300, "E-LIMIT");
    check_limit("[", "1", "]", 300, "E-LIMIT");
    check_limit("a > 1 ? 1 : ", "1", "", 300, "E-LIMIT");
    check_limit("o ?? ", "1", "", 300, "E-LIMIT");
    check_limit("!", "true", "", 5000, NULL);
    check_limit("", "1", " + a", 300, NULL);
    check_limit("", "1", " + a", 2000, "E-LIMIT");
    check_limit("a > 1 && ", "true", "", 5000, NULL);
    check_limit("a > 1 && ", "true", "", 12000, "E-LIMIT"); /* longer than 100,000 bytes */
}
END_TEST

static Suite *suite(void) {
    Suite *s = suite_create("program");
    TCase *t = tcase_create("program");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, tells_what_it_reads);
    tcase_add_test(t, equal_parts_have_a_register);
    tcase_add_test(t, this_reads_all);
    tcase_add_test(t, constant_parts_read_nothing);
    tcase_add_test(t, a_field_alone);
    tcase_add_test(t, text_outlives_its_source);
    tcase_add_test(t, a_missing_key_has_its_reason);
    tcase_add_test(t, strings_end_at_a_mebibyte);
    tcase_add_test(t, work_is_bounded);
    tcase_add_test(t, comparing_is_charged);
    tcase_add_test(t, loops_are_bounded);
    tcase_add_test(t, loops_know_what_they_read);
    tcase_add_test(t, lets_are_bounded);
    tcase_add_test(t, lets_are_no_deeper_together);
    tcase_add_test(t, many_registers);
    tcase_add_test(t, nesting_is_bounded);
    suite_add_tcase(s, t);
    return s;
}

int main(void) {
    return mr_check_run(suite());
}

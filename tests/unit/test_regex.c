/* Proves regex.c, mr_re.cc and step_regex.c: limits, linear time, memory. Results and faults are in
 * tests/expr/cases/regex.t. */
#include "processor/expr/expr.h"
#include "processor/expr/regex.h"
#include "tests/check_main.h"

#include <stdlib.h>
#include <time.h>

/* ---- C++'s new and delete, also of RE2 in its library, are these: they are counted. */

void *_Znwm(size_t n);
void *_Znam(size_t n);
void _ZdlPv(void *p);
void _ZdaPv(void *p);
void _ZdlPvm(void *p, size_t n);
void _ZdaPvm(void *p, size_t n);

static long news;

void *_Znwm(size_t n) {
    news++;
    return malloc(n);
}
void *_Znam(size_t n) {
    return _Znwm(n);
}
void _ZdlPv(void *p) {
    free(p);
}
void _ZdaPv(void *p) {
    free(p);
}
void _ZdlPvm(void *p, size_t n) {
    free(p);
}
void _ZdaPvm(void *p, size_t n) {
    free(p);
}

static struct mr_arena plan, batch;
static struct mr_diags diags;
static const struct mr_field fields[] = {{.name = MR_STR("s"), .type = &mr_type_string},
                                         {.name = MR_STR("p"), .type = &mr_type_string}};
static const struct mr_type row_type = {.kind = MR_T_STRUCT, .n_fields = 2, .fields = fields};

static void setup(void) {
    mr_arena_init(&plan);
    mr_arena_init(&batch);
    mr_diags_init(&diags, &plan, "x", MR_STR(""));
}

static void teardown(void) {
    mr_diags_done(&diags);
    mr_arena_done(&batch);
    mr_arena_done(&plan);
}

static struct mr_program *compile(const char *text, bool strict) {
    const struct mr_scope scope = {.row = &row_type, .strict = strict};
    struct mr_tree t = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    return mr_expr_compile(&plan, &diags, &t, &scope, NULL);
}

static struct mr_value eval(const struct mr_program *p, struct mr_str s, const char *pattern) {
    struct mr_value row[2] = {mr_string(s), mr_string(mr_str(pattern))};
    struct mr_frame f = {.row = row, .arena = &batch};
    return mr_eval(p, &f);
}

/* n times `unit`, then `end`. */
static struct mr_str repeat(const char *unit, size_t n, const char *end) {
    size_t len = strlen(unit);
    char *text = mr_arena_alloc(&plan, n * len + strlen(end) + 1);
    for (size_t i = 0; i < n; i++) memcpy(text + i * len, unit, len);
    strcpy(text + n * len, end);
    return mr_str(text);
}

static bool is_error(struct mr_value v, const char *what) {
    return v.tag == MR_V_ERROR && v.fault && strstr(v.fault->text, what);
}

/* ---- memory */

START_TEST(evaluation_allocates_nothing_outside_its_arena) {
    static const char *const texts[] = {
        "s.matches(\"(?i)bot|crawl|spider\")",
        "s.matches_any([\"x+\", \"^curl\"])",
        "s.find(\"[0-9.]+\")",
        "s.findAll(r\"\\w+\")",
        "regex.replace(s, r\"\\d\", \"<\\\\0>\")",
        "regex.extract(s, \"^([a-z]+)/\")",
    };
    struct mr_str s = MR_STR("Mozilla/5.0 (compatible; Googlebot/2.1)");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct mr_program *p = compile(texts[i], false);
        ck_assert_ptr_nonnull(p);
        for (int k = 0; k < 10; k++) eval(p, s, ""); /* the DFA grows, inside its budget */
        long before = news;
        for (int k = 0; k < 1000; k++) ck_assert_int_ne(eval(p, s, "").tag, MR_V_ERROR);
        ck_assert_int_eq(news - before, 0);
        mr_arena_reset(&batch);
    }
    ck_assert_int_gt(news, 0); /* they are counted */
}
END_TEST

/* A pattern that is known only when it runs (strict mode) leaves nothing behind: ASan would say. */
START_TEST(dynamic_patterns_are_freed) {
    struct mr_program *p = compile("s.matches(p) || s.findAll(p).size() > 9", true);
    ck_assert_ptr_nonnull(p);
    ck_assert(eval(p, MR_STR("abc"), "b+").b);
    ck_assert(is_error(eval(p, MR_STR("abc"), "(b"), "`(` is not closed"));
}
END_TEST

/* ---- limits */

START_TEST(sizes_of_patterns) {
    struct mr_regex_error e;
    struct mr_regex x;
    struct mr_str most = repeat("a", MR_REGEX_PATTERN_MAX, "");
    ck_assert(mr_regex_init(&x, most, &e));
    mr_regex_done(&x);
    ck_assert(!mr_regex_init(&x, repeat("a", MR_REGEX_PATTERN_MAX, "a"), &e));
    ck_assert_str_eq(e.text, "a pattern has at most 4096 bytes");
    struct mr_str list[17];
    for (int i = 0; i < 17; i++) list[i] = most;
    ck_assert_ptr_nonnull(mr_regex_any(&plan, NULL, list, 15, &e));
    ck_assert_ptr_null(mr_regex_any(&plan, NULL, list, 17, &e));
    ck_assert_str_eq(e.text, "the patterns have more than 64 KiB");
    ck_assert(!mr_regex_init(&x, MR_STR("\\pL{1000}"), &e));
    ck_assert_str_eq(e.text, "the pattern is too large when compiled");
    ck_assert(!mr_regex_init(&x, MR_STR("(a{1000}){1000}"), &e));
    ck_assert_str_eq(e.text, "too many repetitions");
    ck_assert_uint_eq(e.off, 9);
}
END_TEST

START_TEST(work_is_bounded) {
    struct mr_str words = repeat("ab ", 300000, ""), one = repeat("a", 100000, "");
    ck_assert(is_error(eval(compile("s.findAll(r\"\\w+\")", false), words, ""), "too much work"));
    /* Each search looks at all that is left, and finds one byte. */
    ck_assert(is_error(eval(compile("s.findAll(\"a|a.*b\")", false), one, ""), "too much work"));
    ck_assert(
        is_error(eval(compile("s.findAll(\"(?:a.*b)|a\")", false), one, ""), "too much work"));
    struct mr_str small = repeat("a", 2000, "");
    ck_assert(is_error(eval(compile("regex.replace(s, \"a\", s)", false), small, ""), "1 MiB"));
    /* 1,000 patterns are compiled at most. */
    struct mr_program *p = compile("lists.range(2000).exists(i, s.matches(p + string(i)))", true);
    ck_assert(is_error(eval(p, MR_STR("x"), "y+"), "too much work"));
    mr_arena_reset(&batch);
}
END_TEST

/* Patterns that take others exponential time: some milliseconds here for 100 KB, seconds allowed.
 */
START_TEST(catastrophic_patterns_stay_linear) {
    static const char *const texts[] = {
        "s.matches(\"^(a+)+$\")",         "s.matches(\"^(a|aa)+$\")",   "s.matches(\"(a*)*b\")",
        "s.matches(\"^(a?){30}a{30}$\")", "s.matches(\"(.*)*(.*)*x\")", "s.matches(\"a.{0,200}b\")",
    };
    struct mr_str s = repeat("a", 100000, "!");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        clock_t before = clock();
        struct mr_value v = eval(compile(texts[i], false), s, "");
        ck_assert_int_eq(v.tag, MR_V_BOOL);
        ck_assert(!v.b);
        ck_assert((clock() - before) / CLOCKS_PER_SEC < 5);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("regex");
    TCase *t = tcase_create("regex");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, evaluation_allocates_nothing_outside_its_arena);
    tcase_add_test(t, dynamic_patterns_are_freed);
    tcase_add_test(t, sizes_of_patterns);
    tcase_add_test(t, work_is_bounded);
    tcase_add_test(t, catastrophic_patterns_stay_linear);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

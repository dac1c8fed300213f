/* test_agg_calls.c -- the scanner of aggregator calls; expected values written by hand. */
#include "processor/op/agg_calls.h"

#include "tests/check_main.h"

static struct mr_arena arena;

static void setup(void) {
    mr_arena_init(&arena);
}
static void teardown(void) {
    mr_arena_done(&arena);
}

/* "name:arg|name:arg" and the text with slots 0, 1, 2, ... */
static void finds(const char *text, const char *calls, const char *left) {
    struct mr_agg_call *c;
    uint32_t n, slot[16];
    char got[256] = "";
    ck_assert_msg(mr_agg_scan(&arena, mr_str(text), &c, &n), "%s", text);
    for (uint32_t i = 0; i < n; i++) {
        slot[i] = i;
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s%.*s:%.*s", i ? "|" : "",
                 c[i].nested ? "!" : "", MR_STR_ARG(c[i].name), MR_STR_ARG(c[i].arg));
        ck_assert_int_eq(memcmp(text + c[i].at, c[i].name.p, c[i].name.n), 0);
        ck_assert_int_eq(text[c[i].at + c[i].len - 1], ')');
        ck_assert(c[i].arg.n == 0 || text + c[i].arg_at == c[i].arg.p);
    }
    ck_assert_str_eq(got, calls);
    if (!left) return;
    struct mr_str r = mr_agg_replace(&arena, mr_str(text), c, slot, n);
    ck_assert_str_eq(r.p, left);
    ck_assert_uint_eq(r.n, strlen(text));
}

START_TEST(test_plain) {
    finds("count()", "count:", "_a0    ");
    finds("sum(cents)", "sum:cents", "_a0       ");
    finds("sum( cents ) * 100 / count()", "sum:cents|count:", "_a0          * 100 / _a1    ");
    finds("max (a.b[0](1))", "max:a.b[0](1)", "_a0            ");
    finds("count_if(a > 1 && f(b, c))", "count_if:a > 1 && f(b, c)", NULL);
    finds("1 + 2", "", "1 + 2");
    finds("", "", "");
}
END_TEST

START_TEST(test_not_calls) {
    finds("x.sum(y) + a.?max(b) + counts() + min", "", NULL);
    finds("my_sum(x) + sum_(x)", "", NULL);
    finds("\"sum(x)\" + 'count()' + r\"\\\" + '''it's sum(x)''' + sum(y)", "sum:y", NULL);
    finds("// sum(x)\ncount()", "count:", "// sum(x)\n_a0    ");
    finds("this.`sum(x)` + sum(`a)`)", "sum:`a)`", NULL);
    finds("b'sum(' + br\"(\" + avg(z)", "avg:z", NULL);
}
END_TEST

START_TEST(test_arguments) {
    finds("sum(x == \")\" ? 1 : 0)", "sum:x == \")\" ? 1 : 0", NULL);
    finds("sum([1, 2][0])", "sum:[1, 2][0]", NULL);
    finds("min({'a': (1)}['a'])", "min:{'a': (1)}['a']", NULL);
    finds("sum(max(x))", "sum:max(x)|!max:x", NULL);
    finds("sum(a) + max(b)", "sum:a|max:b", "_a0    + _a1   ");
    struct mr_agg_call *c;
    uint32_t n;
    ck_assert(mr_agg_scan(&arena, mr_str("sum(a, f(b, c), [d, e])"), &c, &n));
    ck_assert_uint_eq(c[0].commas, 2);
}
END_TEST

START_TEST(test_lines_stay) {
    finds("sum(\n  a\n) + 1", "sum:a", "_a0 \n   \n  + 1");
}
END_TEST

START_TEST(test_broken) {
    struct mr_agg_call *c;
    uint32_t n;
    static const char *const bad[] = {"sum(x", "'abc", "sum('x)", "sum((x)", "\"\"\"abc\""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!mr_agg_scan(&arena, mr_str(bad[i]), &c, &n), "%s", bad[i]);
}
END_TEST

START_TEST(test_names) {
    ck_assert(mr_agg_is_name(mr_str("percentile")));
    ck_assert(!mr_agg_is_name(mr_str("size")));
}
END_TEST

int main(void) {
    Suite *s = suite_create("agg_calls");
    TCase *t = tcase_create("agg_calls");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_plain);
    tcase_add_test(t, test_not_calls);
    tcase_add_test(t, test_arguments);
    tcase_add_test(t, test_lines_stay);
    tcase_add_test(t, test_broken);
    tcase_add_test(t, test_names);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

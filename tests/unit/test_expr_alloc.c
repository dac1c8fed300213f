/* Proves that evaluation allocates nothing outside its frame's arena: malloc and its sisters are
 * counted while programs run. The arena has grown before, so not even its chunks show. */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "tests/check_main.h"

#include <stdlib.h>

static __thread bool counting;
static __thread unsigned long calls;

#ifdef __SANITIZE_ADDRESS__
/* ASan has taken the names below for itself; it calls this for each. */
void __sanitizer_malloc_hook(const volatile void *p, size_t n);
void __sanitizer_malloc_hook(const volatile void *p, size_t n) {
    calls += counting;
}
#else
/* The C library's own: names of the program stand before those of libraries, C++'s `new` too. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n) {
    calls += counting;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size) {
    calls += counting;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n) {
    calls += counting;
    return __libc_realloc(p, n);
}
#endif

static const char *const expressions[] = {
    "n + 1 > 2 && s == \"abc\"",
    "s + \"x\" + string(n)",
    "s.size() + s.upperAscii().size() + s.reverse().indexOf(\"a\")",
    "s.substring(1, 2) + s.replace(\"b\", \"c\") + s.trim()",
    "\"a,b,c\".split(s).join(\"-\")",
    "\"%s %d %.2f\".format([s, n, d])",
    "l.map(x, x * 2).filter(x, x > n).sum()",
    "l.exists(x, x == n) || l.all(x, x > 0)",
    "l.sort().distinct().reverse().slice(0, 2)",
    "l.transformMap(i, x, {\"k\": x})",
    "{\"a\": n, \"b\": s}[\"a\"]",
    "s in [\"abc\", \"d\", \"e\"] && n in l",
    "s.matches(\"^a.*c$\") ? 1 : 2",
    "s.matches(\"(?i)bot|crawl|spider\")",
    "regex.replace(s, \"[bc]\", \"x\")",
    "timestamp(t).getHours(\"Europe/Paris\")",
    "timestamp(t) + duration(\"1h\")",
    "double(string(d)) + double(n)",
    "j.a.b + 1",
    "j.list.map(x, x + 1)",
    "j.?missing.orValue(\"none\")",
    "math.greatest(n, 2) + int(math.ceil(d))",
    "j == j.a || [j, n] == [j, 2] || {\"k\": j} == {\"k\": j.a}",
    "size(j) + (j.?esc.hasValue() ? 1 : 0)",
    "[j.a, j.list, j.a].distinct().indexOf(j.list)",
    "1 / (n - n)", /* an error: its text is in the arena, too */
    "int(s)",
    "sets.contains(l, [1]) && bucket(n, [1, 5]) == 1",
};

static struct mr_program *compile(struct mr_arena *a, const struct mr_scope *scope,
                                  const char *text) {
    struct mr_diags d;
    struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    mr_diags_init(&d, a, "test", tree.text);
    struct mr_program *p = mr_expr_compile(a, &d, &tree, scope, NULL);
    ck_assert_msg(p != NULL, "%s: %s", text, d.n ? d.list[0].text : "");
    mr_diags_done(&d);
    return p;
}

START_TEST(evaluation_allocates_in_its_arena_only) {
    struct mr_arena plan, batch;
    mr_arena_init(&plan);
    mr_arena_init(&batch);
    struct mr_field fields[] = {{.name = {"n", 1}, .type = &mr_type_int},
                                {.name = {"d", 1}, .type = &mr_type_double},
                                {.name = {"s", 1}, .type = &mr_type_string},
                                {.name = {"t", 1}, .type = &mr_type_string},
                                {.name = {"l", 1}, .type = mr_type_list(&plan, &mr_type_int)},
                                {.name = {"j", 1}, .type = &mr_type_dyn}};
    struct mr_scope scope = {.row = mr_type_struct(&plan, "", 6, fields)};
    struct mr_value list[] = {mr_int(3), mr_int(1), mr_int(2), mr_int(1)};
    static const char json[] = "{\"a\": {\"b\": 41}, \"list\": [1, 2.5], \"\\u0065sc\": 1}";
    struct mr_value row[] = {mr_int(1),
                             mr_double(2.5),
                             mr_string(MR_STR("abc")),
                             mr_string(MR_STR("2026-02-03T04:05:06.789Z")),
                             {.tag = MR_V_LIST, .len = 4, .list = list},
                             {.tag = MR_V_JSON, .len = sizeof json - 1, .p = json}};
    struct mr_frame frame = {.row = row, .arena = &batch};
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        const struct mr_program *p = compile(&plan, &scope, expressions[i]);
        for (int turn = 0; turn < 3; turn++) { /* the first may grow the arena */
            mr_arena_reset(&batch);
            calls = 0;
            counting = turn > 0;
            mr_eval(p, &frame);
            counting = false;
            ck_assert_msg(calls == 0, "%s: %lu allocations", expressions[i], calls);
        }
    }
    mr_arena_done(&batch);
    mr_arena_done(&plan);
}
END_TEST

START_TEST(allocations_are_counted) { /* else the test above would prove nothing */
    calls = 0;
    counting = true;
    void *p = mr_alloc(8), *q = mr_calloc(1, 8);
    p = mr_realloc(p, 1 << 20);
    counting = false;
    ck_assert_uint_ge(calls, 3);
    mr_free(p);
    mr_free(q);
}
END_TEST

static Suite *suite(void) {
    Suite *s = suite_create("expr_alloc");
    TCase *t = tcase_create("all");
    tcase_add_test(t, evaluation_allocates_in_its_arena_only);
    tcase_add_test(t, allocations_are_counted);
    suite_add_tcase(s, t);
    return s;
}

int main(void) {
    return mr_check_run(suite());
}

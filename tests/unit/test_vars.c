/* test_vars.c -- ${NAME}: where it is resolved, where it is not, what is refused. */
#include "tests/check_main.h"

#include "processor/topology/graph.h"

static struct mr_arena arena;
static struct mr_diags diags;

static void setup(void) {
    mr_arena_init(&arena);
}

static void teardown(void) {
    mr_diags_done(&diags);
    mr_arena_done(&arena);
}

static const char *env(void *arg, const char *name) {
    (void)arg;
    if (strcmp(name, "TOPIC") == 0) return "shop.clicks";
    if (strcmp(name, "EMPTY") == 0) return "";
    if (strcmp(name, "_n1") == 0) return "5";
    if (strcmp(name, "DOLLAR") == 0) return "${TOPIC}";
    return NULL;
}

static const struct mr_tree *resolve(const char *text) {
    mr_diags_done(&diags);
    mr_diags_init(&diags, &arena, "t.yaml", mr_str(text));
    const struct mr_tree *t = mr_yaml_read(&arena, &diags, mr_str(text));
    ck_assert_ptr_nonnull(t);
    struct mr_compile_conf conf = {.file = "t.yaml", .text = mr_str(text), .env = env};
    return mr_vars_resolve(&conf, &arena, &diags, t);
}

/* The topic of the source s, after resolving. */
static const char *topic(const char *value) {
    const struct mr_tree *t =
        resolve(mr_arena_printf(&arena, "sources:\n  s:\n    topic: %s\n", value));
    return mr_tree_get(mr_tree_get(mr_tree_get(t, "sources"), "s"), "topic")->text.p;
}

static void refused(const char *value, uint32_t col, const char *text) {
    topic(value);
    ck_assert_uint_eq(diags.n_errors, 1);
    ck_assert_str_eq(diags.list[0].code, "E-ENV");
    ck_assert_uint_eq(diags.list[0].pos.line, 3);
    ck_assert_uint_eq(diags.list[0].pos.col, col);
    ck_assert_str_eq(diags.list[0].text, text);
}

START_TEST(set_variables) {
    ck_assert_str_eq(topic("${TOPIC}"), "shop.clicks");
    ck_assert_str_eq(topic("'a.${TOPIC}.${_n1}'"), "a.shop.clicks.5");
    ck_assert_str_eq(topic("${TOPIC:-x}"), "shop.clicks");
    ck_assert_str_eq(topic("${TOPIC:?x}"), "shop.clicks");
    ck_assert_str_eq(topic("'${EMPTY}'"), "");
    ck_assert_str_eq(topic("${DOLLAR}"), "${TOPIC}"); /* once */
    ck_assert_str_eq(topic("a$b$"), "a$b$");
    ck_assert_uint_eq(diags.n, 0);
}
END_TEST

START_TEST(defaults) {
    ck_assert_str_eq(topic("${NONE:-x.y}"), "x.y");
    ck_assert_str_eq(topic("'${NONE:-}'"), "");
    ck_assert_str_eq(topic("${EMPTY:-x}"), "x"); /* as in a shell */
    ck_assert_uint_eq(diags.n, 0);
}
END_TEST

START_TEST(errors) {
    refused("${NONE}", 12, "the variable `NONE` is not set");
    ck_assert_str_eq(diags.list[0].hint, "set it, or write a default: ${NONE:-...}");
    refused("'ab${NONE:?name the topic}'", 15, "`NONE` is not set: name the topic");
    refused("${EMPTY:?x}", 12, "`EMPTY` is not set: x");
    refused("${1X}", 12, "this is not a variable");
    refused("${TOPIC:x}", 12, "this is not a variable");
    refused("a${TOPIC", 13, "this is not a variable");
    refused("'${}'", 13, "this is not a variable");
}
END_TEST

START_TEST(a_value_is_a_string) {
    const struct mr_tree *t = resolve("params: {n: '${_n1}', m: \"${_n1}\"}\nx: ${_n1}\n");
    ck_assert_int_eq(mr_yaml_core(mr_tree_get(t, "x")), MR_CORE_STRING);
    ck_assert_str_eq(mr_tree_get(t, "x")->text.p, "5");
}
END_TEST

START_TEST(not_in_expressions_keys_tests) {
    const struct mr_tree *t = resolve("sources:\n"
                                      "  s: {event_time: '${A}', topic: '${TOPIC}'}\n"
                                      "tables:\n"
                                      "  t: {delete: '${A}'}\n"
                                      "nodes:\n"
                                      "  n:\n"
                                      "    from: ['${TOPIC}']\n"
                                      "    join: {table: '${TOPIC}', on: '${A}'}\n"
                                      "    where: '${A}'\n"
                                      "    select: {'${A}': '${A}'}\n"
                                      "    group_by: {a: '${A}'}\n"
                                      "    window: {tumbling: '${_n1}m'}\n"
                                      "    aggregate: {a: 'f(\"${A}\")'}\n"
                                      "  m:\n"
                                      "    join: [{table: '${TOPIC}', on: '${A}'}]\n"
                                      "    group_by: ['${TOPIC}']\n"
                                      "tests: [{name: '${A}'}]\n");
    ck_assert_uint_eq(diags.n, 0);
    const struct mr_tree *n = mr_tree_get(mr_tree_get(t, "nodes"), "n");
    const struct mr_tree *m = mr_tree_get(mr_tree_get(t, "nodes"), "m");
    ck_assert_str_eq(mr_tree_get(n, "from")->items[0].text.p, "shop.clicks");
    ck_assert_str_eq(mr_tree_get(mr_tree_get(n, "join"), "table")->text.p, "shop.clicks");
    ck_assert_str_eq(mr_tree_get(mr_tree_get(n, "join"), "on")->text.p, "${A}");
    ck_assert_str_eq(mr_tree_get(n, "select")->keys[0].text.p, "${A}");
    ck_assert_str_eq(mr_tree_get(n, "aggregate")->items[0].text.p, "f(\"${A}\")");
    ck_assert_str_eq(mr_tree_get(mr_tree_get(n, "window"), "tumbling")->text.p, "5m");
    ck_assert_str_eq(mr_tree_get(&mr_tree_get(m, "join")->items[0], "table")->text.p,
                     "shop.clicks");
    ck_assert_str_eq(mr_tree_get(m, "group_by")->items[0].text.p, "shop.clicks");
}
END_TEST

START_TEST(everywhere) {
    const char *text = "brokers: ${TOPIC}\nworkers: ${_n1}\n${TOPIC}: x\n"
                       "kafka: {a: 'p=${TOPIC};', b: ['${NONE:-c}']}\n";
    mr_diags_init(&diags, &arena, "run.yaml", mr_str(text));
    const struct mr_tree *from = mr_yaml_read(&arena, &diags, mr_str(text));
    const struct mr_tree *t = mr_vars_everywhere(env, NULL, &arena, &diags, from);
    ck_assert_str_eq(mr_tree_get(t, "brokers")->text.p, "shop.clicks");
    ck_assert_str_eq(mr_tree_get(t, "workers")->text.p, "5");
    ck_assert_str_eq(t->keys[2].text.p, "${TOPIC}"); /* never in keys */
    ck_assert_str_eq(mr_tree_get(mr_tree_get(t, "kafka"), "a")->text.p, "p=shop.clicks;");
    ck_assert_str_eq(mr_tree_get(mr_tree_get(t, "kafka"), "b")->items[0].text.p, "c");
    ck_assert_str_eq(mr_tree_get(from, "brokers")->text.p, "${TOPIC}"); /* a copy */
    ck_assert_uint_eq(diags.n, 0);
    mr_diags_done(&diags);
    text = "kafka: {sasl.password: '${NONE}'}\n";
    mr_diags_init(&diags, &arena, "run.yaml", mr_str(text));
    from = mr_yaml_read(&arena, &diags, mr_str(text));
    mr_vars_everywhere(env, NULL, &arena, &diags, from);
    ck_assert_uint_eq(diags.n_errors, 1);
    ck_assert_str_eq(diags.list[0].text, "the variable `NONE` is not set");
}
END_TEST

int main(void) {
    Suite *s = suite_create("vars");
    TCase *t = tcase_create("vars");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, set_variables);
    tcase_add_test(t, defaults);
    tcase_add_test(t, errors);
    tcase_add_test(t, a_value_is_a_string);
    tcase_add_test(t, not_in_expressions_keys_tests);
    tcase_add_test(t, everywhere);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* test_yaml_read.c -- YAML text -> tree: what is refused, exact positions, the core schema. */
#include "tests/check_main.h"

#include "base/mem.h"
#include "processor/topology/compile.h"

#include <stdlib.h>

static struct mr_arena arena;
static struct mr_diags diags;

static void setup(void) {
    mr_arena_init(&arena);
}

static void teardown(void) {
    mr_diags_done(&diags);
    mr_arena_done(&arena);
}

static const struct mr_tree *read_text(const char *text) {
    mr_diags_done(&diags);
    mr_diags_init(&diags, &arena, "t.yaml", mr_str(text));
    return mr_yaml_read(&arena, &diags, mr_str(text));
}

/* Exactly one error, with that code and position. */
static void refused(const char *text, const char *code, uint32_t line, uint32_t col) {
    ck_assert_ptr_null(read_text(text));
    ck_assert_uint_eq(diags.n, 1);
    ck_assert_str_eq(diags.list[0].code, code);
    ck_assert_uint_eq(diags.list[0].pos.line, line);
    ck_assert_uint_eq(diags.list[0].pos.col, col);
}

static void at(struct mr_pos pos, uint32_t line, uint32_t col) {
    ck_assert_uint_eq(pos.line, line);
    ck_assert_uint_eq(pos.col, col);
}

/* The byte of the file at a position. */
static char byte_at(const char *text, struct mr_pos pos) {
    for (uint32_t line = 1; line < pos.line; line++) text = strchr(text, '\n') + 1;
    return text[pos.col - 1];
}

START_TEST(maps_lists_scalars) {
    const struct mr_tree *t = read_text("a: 1\nb: [x, 'y']\nc:\n  d: \"z\"\n");
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(t->kind, MR_TREE_MAP);
    ck_assert_uint_eq(t->n, 3);
    ck_assert_str_eq(t->keys[1].text.p, "b");
    const struct mr_tree *b = mr_tree_get(t, "b");
    ck_assert_int_eq(b->kind, MR_TREE_LIST);
    ck_assert_uint_eq(b->n, 2);
    ck_assert_int_eq(b->items[0].style, MR_STYLE_PLAIN);
    ck_assert_int_eq(b->items[1].style, MR_STYLE_QUOTED);
    ck_assert_str_eq(mr_tree_get(mr_tree_get(t, "c"), "d")->text.p, "z");
    ck_assert_ptr_null(mr_tree_get(t, "e"));
}
END_TEST

START_TEST(positions_of_plain_and_quoted) {
    const struct mr_tree *t = read_text("a: plain\nb: 'quoted'\nc: [1,  \"x\"]\n");
    at(t->pos, 1, 1);
    at(t->keys[0].pos, 1, 1);
    at(t->items[0].pos, 1, 4);
    at(t->items[1].pos, 2, 5); /* behind the quote */
    at(mr_tree_pos(&t->items[1], 3), 2, 8);
    at(t->items[2].pos, 3, 4);
    at(t->items[2].items[1].pos, 3, 10);
}
END_TEST

START_TEST(columns_are_bytes) {
    /* two bytes for the umlaut, four for the emoji; a line break that only libyaml knows (U+2028)
     */
    const struct mr_tree *t =
        read_text("\"\xc3\xa4\": {\xf0\x9f\x98\x80: v}\nb: \"x\xe2\x80\xa8 y\"\nc: [d]\n");
    ck_assert_ptr_nonnull(t);
    at(t->items[0].pos, 1, 7);
    at(t->items[0].items[0].pos, 1, 14);
    at(t->items[1].pos, 2, 5);
    at(t->keys[2].pos, 3, 1);
    at(t->items[2].items[0].pos, 3, 5);
}
END_TEST

START_TEST(block_scalars_keep_file_columns) {
    const char *text = "n:\n  w: |\n    a &&\n      b\n\n    cc\n  x: y\n";
    const struct mr_tree *w = mr_tree_get(mr_tree_get(read_text(text), "n"), "w");
    ck_assert_str_eq(w->text.p, "a &&\n  b\n\ncc\n");
    ck_assert_int_eq(w->style, MR_STYLE_BLOCK);
    at(w->pos, 3, 5);
    for (size_t i = 0; i < w->text.n; i++)
        if (w->text.p[i] != '\n') ck_assert_int_eq(byte_at(text, mr_tree_pos(w, i)), w->text.p[i]);
    at(mr_tree_pos(w, 11), 6, 6); /* the second c */
}
END_TEST

START_TEST(block_scalars_with_indicators) {
    const char *first_blank = "w: |-\n\n   a\n   b\n";
    const struct mr_tree *w = mr_tree_get(read_text(first_blank), "w");
    ck_assert_str_eq(w->text.p, "\na\nb");
    at(mr_tree_pos(w, 1), 3, 4);
    at(mr_tree_pos(w, 3), 4, 4);
    const char *indented = "w: |2\n    a\n   b\n";
    w = mr_tree_get(read_text(indented), "w");
    ck_assert_str_eq(w->text.p, "  a\n b\n");
    at(mr_tree_pos(w, 2), 2, 5);
    at(mr_tree_pos(w, 5), 3, 4);
    const char *crlf = "w: |\r\n  a\r\n  bc\r\nx: 1\r\n";
    w = mr_tree_get(read_text(crlf), "w");
    ck_assert_str_eq(w->text.p, "a\nbc\n");
    at(mr_tree_pos(w, 3), 3, 4);
    const char *folded = "w: >\n  a\n  b\n";
    w = mr_tree_get(read_text(folded), "w");
    ck_assert_str_eq(w->text.p, "a b\n");
    at(w->pos, 2, 3);
    w = mr_tree_get(read_text("w: |\nx: 1\n"), "w");
    ck_assert_uint_eq(w->text.n, 0);
}
END_TEST

START_TEST(refuses_what_is_not_in_the_language) {
    refused("a: &x 1\n", "E-YAML", 1, 4);
    refused("a: 1\nb: !!str 2\n", "E-YAML", 2, 4);
    refused("a: 1\nb: {<<: {c: 1}}\n", "E-YAML", 2, 5);
    refused("a: 1\n? [b, c]\n: 2\n", "E-YAML", 2, 3);
    refused("a: 1\n---\nb: 2\n", "E-YAML", 2, 1);
    refused("%TAG !e! tag:example.com,2000:\n---\na: 1\n", "E-YAML", 1, 1);
    refused("a: \"x\\0y\"\n", "E-YAML", 1, 4);
    refused("", "E-YAML", 1, 1);
    refused("# only a comment\n", "E-YAML", 1, 1);
}
END_TEST

START_TEST(refuses_aliases) {
    ck_assert_ptr_null(read_text("a: &x 1\nb: *x\n"));
    ck_assert_uint_eq(diags.n_errors, 2); /* the anchor and the alias */
    at(diags.list[1].pos, 2, 4);
}
END_TEST

START_TEST(refuses_duplicate_keys) {
    refused("a: 1\nb: 2\na: 3\n", "E-DUP", 3, 1);
    ck_assert_str_eq(diags.list[0].text, "`a` stands twice in this map");
    ck_assert_str_eq(diags.list[0].hint, "the first one is in line 1");
    refused("a: {x: 1, 'x': 2}\n", "E-DUP", 1, 12);
    ck_assert_ptr_nonnull(read_text("a: {x: 1}\nb: {x: 1}\n"));
}
END_TEST

START_TEST(syntax_errors_have_positions) {
    ck_assert_ptr_null(read_text("a: [1, 2\nb: 3\n"));
    ck_assert_uint_eq(diags.n, 1);
    ck_assert_str_eq(diags.list[0].code, "E-YAML");
    ck_assert_uint_eq(diags.list[0].pos.line, 2);
    refused("a: \tb\n\tc: d\n", "E-YAML", 2, 1);
    refused("a: \"\xff\"\n", "E-YAML", 1, 5);
    refused("abc: 1\nb: 'x\x01y'\n", "E-YAML", 2, 6);
}
END_TEST

static char *repeated(const char *head, const char *unit, size_t n) {
    size_t len = strlen(head), more = strlen(unit);
    char *text = malloc(len + n * more + 1);
    memcpy(text, head, len);
    for (size_t i = 0; i < n; i++) memcpy(text + len + i * more, unit, more);
    text[len + n * more] = 0;
    return text;
}

START_TEST(limits_of_depth) {
    char *text = repeated("", "[", 33);
    refused(text, "E-LIMIT", 1, 33);
    free(text);
    ck_assert_ptr_nonnull(
        read_text("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"));
}
END_TEST

START_TEST(limits_of_nodes) {
    char *text = repeated("", "- a\n", 9999); /* with the list itself: 10,000 */
    ck_assert_ptr_nonnull(read_text(text));
    free(text);
    text = repeated("", "- a\n", 10000);
    refused(text, "E-LIMIT", 10000, 3);
    free(text);
}
END_TEST

START_TEST(limits_of_size) {
    char *text = repeated("a: ", "x", (1 << 20) - 3);
    ck_assert_ptr_nonnull(read_text(text));
    free(text);
    text = repeated("a: ", "x", (1 << 20) - 2);
    refused(text, "E-LIMIT", 0, 0);
    free(text);
}
END_TEST

/* https://yaml.org/spec/1.2.2 section 10.3.2, by hand */
START_TEST(core_schema) {
    static const struct {
        const char *text;
        enum mr_core core;
    } cases[] = {
        {"null", MR_CORE_NULL},    {"~", MR_CORE_NULL},      {"", MR_CORE_NULL},
        {"NULL", MR_CORE_NULL},    {"nULL", MR_CORE_STRING}, {"true", MR_CORE_BOOL},
        {"FALSE", MR_CORE_BOOL},   {"yes", MR_CORE_STRING},  {"no", MR_CORE_STRING},
        {"on", MR_CORE_STRING},    {"off", MR_CORE_STRING},  {"0", MR_CORE_INT},
        {"-12", MR_CORE_INT},      {"+7", MR_CORE_INT},      {"0o17", MR_CORE_INT},
        {"0o18", MR_CORE_STRING},  {"0xFf", MR_CORE_INT},    {"0x", MR_CORE_STRING},
        {"1_000", MR_CORE_STRING}, {"1.", MR_CORE_DOUBLE},   {".5", MR_CORE_DOUBLE},
        {"-1e3", MR_CORE_DOUBLE},  {"1e", MR_CORE_STRING},   {".inf", MR_CORE_DOUBLE},
        {"-.INF", MR_CORE_DOUBLE}, {".nan", MR_CORE_DOUBLE}, {"-.nan", MR_CORE_STRING},
        {".", MR_CORE_STRING},     {"30s", MR_CORE_STRING},  {"12:30", MR_CORE_STRING},
        {"1.2.3", MR_CORE_STRING}, {"-", MR_CORE_STRING},
    };
    for (size_t i = 0; i < MR_ARRAY_LEN(cases); i++) {
        struct mr_tree t = {
            .kind = MR_TREE_SCALAR, .style = MR_STYLE_PLAIN, .text = mr_str(cases[i].text)};
        ck_assert_msg(mr_yaml_core(&t) == cases[i].core, "%s", cases[i].text);
        t.style = MR_STYLE_QUOTED;
        ck_assert_int_eq(mr_yaml_core(&t), MR_CORE_STRING);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("yaml_read");
    TCase *t = tcase_create("yaml_read");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, maps_lists_scalars);
    tcase_add_test(t, positions_of_plain_and_quoted);
    tcase_add_test(t, columns_are_bytes);
    tcase_add_test(t, block_scalars_keep_file_columns);
    tcase_add_test(t, block_scalars_with_indicators);
    tcase_add_test(t, refuses_what_is_not_in_the_language);
    tcase_add_test(t, refuses_aliases);
    tcase_add_test(t, refuses_duplicate_keys);
    tcase_add_test(t, syntax_errors_have_positions);
    tcase_add_test(t, limits_of_depth);
    tcase_add_test(t, limits_of_nodes);
    tcase_add_test(t, limits_of_size);
    tcase_add_test(t, core_schema);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

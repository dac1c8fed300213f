/* Types: their text (language.md 3), equality, printing, diagnostics; formats. */
#include "tests/unit/access_help.h"

static struct mr_tree *tree_map(size_t n, const char *const *keys, const struct mr_tree *items) {
    struct mr_tree *t = mr_arena_calloc(&arena, 1, sizeof *t);
    t->kind = MR_TREE_MAP;
    t->pos = (struct mr_pos){1, 1};
    t->n = (uint32_t)n;
    t->keys = mr_arena_calloc(&arena, n, sizeof *t->keys);
    t->items = mr_arena_dup(&arena, items, n * sizeof *items);
    for (size_t i = 0; i < n; i++) t->keys[i] = help_scalar(keys[i]);
    return t;
}

START_TEST(texts) {
    static const struct {
        const char *text, *printed;
    } rows[] = {
        {"int", "int"},
        {" string ", "string"},
        {"json", "json"},
        {"[string]", "[string]"},
        {"[[ int ]]", "[[int]]"},
        {"{string: double}", "{string: double}"},
        {"{string: [uint]}?", "{string: [uint]}"},
        {"{a: int, b: string?}", "{a: int, b: string?}"},
        {"{string: int, b: bytes}", "{string: int, b: bytes}"},
        {"{t: timestamp_ms, u: timestamp_s?, v: timestamp_us, w: timestamp, x: duration}",
         "{t: timestamp_ms, u: timestamp_s?, v: timestamp_us, w: timestamp, x: duration}"},
        {"{user: {name: string, tags: [string]?}, m: {string: {x: bool}}}",
         "{user: {name: string, tags: [string]?}, m: {string: {x: bool}}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_str_eq(help_show_type(help_type(rows[i].text)), rows[i].printed);
}
END_TEST

START_TEST(problems) {
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {"strin", "did you mean `string`?"},
        {"[int", "`]` is missing"},
        {"[int?]", "elements of lists and maps cannot be optional"},
        {"[timestamp_ms]", "can only be the type of a field"},
        {"{a int}", "`:` is missing"},
        {"{a: int", "`}` is missing"},
        {"{a: int, a: string}", "comes twice"},
        {"{: int}", "needs a name"},
        {"int int", "text behind the type"},
        {"int??", "text behind the type"},
        {"", "a type is missing"},
        {"[]", "a type is missing"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[int]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
         "too deeply"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_ptr_null(help_try_type(rows[i].text, NULL));
        ck_assert_msg(strstr(mr_buf_cstr(&help_problems), rows[i].problem) != NULL, "%s: %s",
                      rows[i].text, mr_buf_cstr(&help_problems));
    }
}
END_TEST

START_TEST(named_types) {
    const char *names[] = {"item", "node", "loop", "later", "ms"};
    struct mr_tree items[] = {help_scalar("{sku: string, n: int}"), help_scalar("[item]"),
                              help_scalar("{x: loop}"), help_scalar("int?"),
                              help_scalar("timestamp_ms")};
    struct mr_tree *types = tree_map(5, names, items);
    ck_assert_str_eq(help_show_type(help_try_type("{a: item?, b: node, t: ms}", types)),
                     "{a: item?, b: [item], t: timestamp_ms}");
    ck_assert_ptr_null(help_try_type("{a: loop}", types));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&help_problems), "cannot contain itself"));
    ck_assert_ptr_null(help_try_type("later", types));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&help_problems), "belongs to the field"));
    ck_assert_ptr_null(help_try_type("itme", types));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&help_problems), "did you mean `item`?"));
}
END_TEST

START_TEST(yaml_shapes) {
    /* {tags: [string], m: {string: int}, u: {n: double}} as YAML, not as text */
    struct mr_diags d;
    struct mr_tree one = help_scalar("string");
    struct mr_tree list = {.kind = MR_TREE_LIST, .pos = {1, 1}, .n = 1, .items = &one};
    struct mr_tree value = help_scalar("int"), number = help_scalar("double");
    struct mr_tree inner[] = {list, *tree_map(1, (const char *[]){"string"}, &value),
                              *tree_map(1, (const char *[]){"n"}, &number)};
    struct mr_tree *t = tree_map(3, (const char *[]){"tags", "m", "u"}, inner);
    mr_diags_init(&d, &arena, "x.yaml", MR_STR(""));
    const struct mr_type *type = mr_type_compile(&arena, &d, t, NULL, NULL, NULL);
    ck_assert_str_eq(help_show_type(type), "{tags: [string], m: {string: int}, u: {n: double}}");
    list.n = 0;
    ck_assert_ptr_null(mr_type_compile(&arena, &d, &list, NULL, NULL, NULL));
    mr_diags_done(&d);
}
END_TEST

START_TEST(equality) {
    const char *kinds[] = {"int",
                           "uint",
                           "[int]",
                           "[uint]",
                           "{string: int}",
                           "{string: bool}",
                           "{a: int, b: int}",
                           "{a: int, b: int?}",
                           "{a: int, c: int}",
                           "{a: int}"};
    for (size_t i = 0; i < 10; i++)
        for (size_t k = 0; k < 10; k++)
            ck_assert_int_eq(mr_type_eq(help_type(kinds[i]), help_type(kinds[k])), i == k);
    const struct mr_type *i = &mr_type_int, *u = &mr_type_uint;
    ck_assert(mr_type_eq(mr_type_optional(&arena, i), mr_type_optional(&arena, i)));
    ck_assert(!mr_type_eq(mr_type_optional(&arena, i), mr_type_optional(&arena, u)));
    ck_assert(!mr_type_eq(mr_type_optional(&arena, i), i));
    ck_assert(!mr_type_eq(mr_type_map(&arena, i, u), mr_type_map(&arena, u, u)));
    /* the form on the wire is no part of the type */
    ck_assert(mr_type_eq(help_type("{t: timestamp}"), help_type("{t: timestamp_ms}")));
    ck_assert_str_eq(help_show_type(mr_type_optional(&arena, i)), "optional(int)");
    ck_assert_str_eq(help_show_type(mr_type_map(&arena, i, &mr_type_dyn)), "{int: json}");
    ck_assert_int_eq(mr_type_field(help_type("{a: int, b: int}"), MR_STR("b")), 1);
    ck_assert_int_eq(mr_type_field(help_type("{a: int, b: int}"), MR_STR("bb")), -1);
}
END_TEST

/* What mr_format_compile makes of it, printed; or its diagnostics. */
static const char *format(const struct mr_tree *t) {
    static struct mr_buf b;
    struct mr_diags d;
    mr_buf_clear(&b);
    mr_diags_init(&d, &arena, "x.yaml", MR_STR(""));
    const struct mr_format *f = mr_format_compile(&arena, &d, t, NULL, ".");
    if (f)
        mr_format_print(f, &b);
    else
        mr_diags_print(&d, &b);
    mr_diags_done(&d);
    return mr_buf_cstr(&b);
}

START_TEST(formats) {
    struct mr_tree fields = help_scalar("{a: int, t: timestamp_ms?}"), yes = help_scalar("true");
    struct mr_tree scalar = help_scalar("int"), file = help_scalar("none.bin");
    const char *names[] = {"string", "bytes", "int", "json"};
    for (size_t i = 0; i < 4; i++) {
        struct mr_tree t = help_scalar(names[i]);
        ck_assert_str_eq(format(&t), names[i]);
    }
    struct mr_tree wrong = help_scalar("strng");
    ck_assert_ptr_nonnull(strstr(format(&wrong), "error[E-FORMAT]: no format `strng`"));
    ck_assert_ptr_nonnull(strstr(format(&wrong), "did you mean `string`?"));
    ck_assert_str_eq(format(tree_map(1, (const char *[]){"json"}, &fields)),
                     "{json: {a: int, t: timestamp_ms?}}");
    ck_assert_ptr_nonnull(
        strstr(format(tree_map(1, (const char *[]){"json"}, &scalar)), "E-FORMAT"));
    ck_assert_str_eq(format(tree_map(1, (const char *[]){"avro"}, &file)),
                     "x.yaml:1:1: error[E-SCHEMA]: ./none.bin: No such file or directory\n");
    ck_assert_ptr_nonnull(
        strstr(format(tree_map(1, (const char *[]){"json_schema"}, &file)), "E-SCHEMA"));
    ck_assert_str_eq(
        format(tree_map(2, (const char *[]){"json", "registry"}, (struct mr_tree[]){fields, yes})),
        "{json: {a: int, t: timestamp_ms?}}");
    ck_assert_ptr_nonnull(strstr(format(tree_map(2, (const char *[]){"json", "registry"},
                                                 (struct mr_tree[]){fields, scalar})),
                                 "`registry:` is true or false"));
    ck_assert_ptr_nonnull(strstr(
        format(tree_map(2, (const char *[]){"json", "open"}, (struct mr_tree[]){fields, yes})),
        "E-NOTYET"));
    ck_assert_ptr_nonnull(strstr(
        format(tree_map(2, (const char *[]){"json", "avro"}, (struct mr_tree[]){fields, file})),
        "needs one of"));
    ck_assert_ptr_nonnull(
        strstr(format(tree_map(1, (const char *[]){"jsn"}, &fields)), "did you mean `json`?"));
    ck_assert_ptr_nonnull(
        strstr(format(tree_map(1, (const char *[]){"protobuf"}, &file)), "descriptor"));
    ck_assert_ptr_nonnull(strstr(format(tree_map(2, (const char *[]){"protobuf", "descriptor"},
                                                 (struct mr_tree[]){scalar, file})),
                                 "E-DESCRIPTOR"));
    ck_assert_ptr_nonnull(strstr(format(tree_map(0, NULL, &file)), "E-FORMAT"));
}
END_TEST

START_TEST(rows_for_formats) {
    static const struct {
        const char *declared, *row, *why;
    } rows[] = {
        {"{a: int, b: double?}", "{b: int, a: uint}", ""},
        {"{a: int}", "{}", ""},
        {"{a: bytes, j: json, l: [double]}", "{a: string, j: [int], l: [int]}", ""},
        {"{a: int}", "{a: json}", ""},
        {"{a: int}", "{a: double}", "`a`: double does not go into int"},
        {"{a: {n: [int]}}", "{a: {n: [string]}}", "`a.n`: string does not go into int"},
        {"{a: {n: int}}", "{a: {m: int}}", "no field `a.m` in the format"},
        {"{m: {string: int}}", "{m: {string: bool}}", "`m`: bool does not go into int"},
    };
    struct mr_buf why;
    mr_buf_init(&why, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *row = strcmp(rows[i].row, "{}") == 0 ? NULL : rows[i].row;
        struct mr_format f = {MR_F_JSON_ROW, help_type(rows[i].declared), MR_STR("")};
        const struct mr_type *t = row ? help_type(row) : mr_type_struct(&arena, "", 0, NULL);
        mr_buf_clear(&why);
        ck_assert_int_eq(mr_format_accepts(&f, t, &why), rows[i].why[0] == 0);
        ck_assert_str_eq(mr_buf_cstr(&why), rows[i].why);
    }
    struct mr_format num = {MR_F_INT, &mr_type_int, MR_STR("")};
    struct mr_format any = {MR_F_JSON, &mr_type_dyn, MR_STR("")};
    ck_assert(mr_format_accepts(&num, mr_type_optional(&arena, &mr_type_int), &why));
    ck_assert(!mr_format_accepts(&num, &mr_type_string, &why));
    ck_assert(mr_format_accepts(&any, help_type("{a: int}"), &why));
    struct mr_field required = {.name = MR_STR("n"), .type = &mr_type_int, .proto_explicit = true};
    struct mr_format p = {MR_F_PROTOBUF, mr_type_struct(&arena, "M", 1, &required), MR_STR("M")};
    ck_assert(mr_format_accepts(&p, help_type("{n: int}"), &why));
    mr_buf_clear(&why);
    ck_assert(!mr_format_accepts(&p, help_type("{n: int?}"), &why));
    ck_assert_str_eq(mr_buf_cstr(&why), "`n` may be absent, but the format requires it");
    mr_buf_clear(&why);
    ck_assert(!mr_format_accepts(&p, mr_type_struct(&arena, "", 0, NULL), &why));
    ck_assert_str_eq(mr_buf_cstr(&why), "the format requires a field `n`");
    mr_buf_done(&why);
}
END_TEST

int main(void) {
    Suite *s = suite_create("type");
    TCase *t = tcase_create("type");
    tcase_add_test(t, texts);
    tcase_add_test(t, problems);
    tcase_add_test(t, named_types);
    tcase_add_test(t, yaml_shapes);
    tcase_add_test(t, equality);
    tcase_add_test(t, formats);
    tcase_add_test(t, rows_for_formats);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

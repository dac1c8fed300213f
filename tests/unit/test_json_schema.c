/* JSON Schema as the source of a row's type: which type, which warnings, which mistakes. What the
 * keywords mean is the draft's (2020-12, validation vocabulary); what becomes `json` is ours. */
#include "processor/expr/access.h"
#include "processor/expr/schema.h"
#include "tests/unit/access_help.h"

/* The type printed, or NULL; diagnostics in help_problems. */
static const char *type_of(const char *schema) {
    struct mr_tree at = help_scalar("x.json");
    struct mr_diags d;
    mr_diags_init(&d, &arena, "x.yaml", MR_STR(""));
    struct mr_schema_file file = {&arena, &d, &at, "x.json", mr_str(schema)};
    const struct mr_type *t = mr_schema_check(&file) ? mr_json_schema_type(&file) : NULL;
    ck_assert((t == NULL) == (d.n_errors > 0));
    mr_buf_clear(&help_problems);
    mr_diags_print(&d, &help_problems);
    mr_diags_done(&d);
    return t ? help_show_type(t) : NULL;
}

/* A schema of one property `a`, required or not. */
static const char *of_property(const char *schema, bool required) {
    const char *text = mr_arena_printf(&arena, "{\"properties\": {\"a\": %s}%s}", schema,
                                       required ? ", \"required\": [\"a\"]" : "");
    return type_of(text);
}

static const struct {
    const char *schema, *type, *says; /* says: of the warning, "" = none */
} types[] = {
    {"{\"type\": \"string\"}", "string", ""},
    {"{\"type\": \"string\", \"format\": \"uuid\", \"pattern\": \"^a\"}", "string", ""},
    {"{\"type\": \"string\", \"format\": \"date-time\"}", "timestamp", ""},
    {"{\"type\": \"string\", \"format\": \"date\"}", "string", ""},
    {"{\"type\": \"string\", \"contentEncoding\": \"base64\"}", "bytes", ""},
    {"{\"type\": \"integer\", \"minimum\": 0}", "int", ""},
    {"{\"type\": \"number\"}", "double", ""},
    {"{\"type\": [\"integer\", \"number\"]}", "double", ""},
    {"{\"type\": \"boolean\"}", "bool", ""},
    {"{\"type\": [\"string\", \"null\"]}", "string?", ""},
    {"{\"type\": [\"null\"]}", "json?", ""},
    {"{\"type\": \"string\", \"nullable\": true}", "string?", ""},
    {"{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}", "[int]", ""},
    {"{\"items\": {\"type\": \"integer\"}}", "[int]", ""},
    {"{\"type\": \"array\"}", "[json]", ""},
    {"{\"type\": \"array\", \"items\": {\"type\": [\"integer\", \"null\"]}}", "[json]",
     "x.json:1:49: elements may be null: the type is `json`"},
    {"{\"type\": \"array\", \"prefixItems\": [{}]}", "[json]", "elements of several types"},
    {"{\"type\": \"object\"}", "{string: json}", ""},
    {"{\"type\": \"object\", \"additionalProperties\": {\"type\": \"number\"}}", "{string: double}",
     ""},
    {"{\"type\": \"object\", \"properties\": {\"b\": {\"type\": \"string\"}, \"c\": true}, "
     "\"required\": [\"c\"]}",
     "{b: string?, c: json}", ""},
    {"{\"enum\": [\"x\", \"y\"]}", "string", ""},
    {"{\"enum\": [\"x\", null]}", "string?", ""},
    {"{\"enum\": [1, 2.5]}", "double", ""},
    {"{\"enum\": [1, 2]}", "int", ""},
    {"{\"const\": true}", "bool", ""},
    {"{\"enum\": [\"x\", 1]}", "json", "several types: the type is `json`"},
    {"{\"type\": [\"string\", \"integer\"]}", "json", "several types: the type is `json`"},
    {"{}", "json", ""},
    {"{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]}", "string?", ""},
    {"{\"oneOf\": [{\"type\": \"integer\"}]}", "int", ""},
    {"{\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"string\"}]}", "json",
     "x.json:1:32: several types: the type is `json`"},
    {"{\"allOf\": [{\"type\": \"integer\"}]}", "int", ""},
    {"{\"allOf\": [{}, {}]}", "json", "allOf of several: the type is `json`"},
    {"{\"type\": \"integer\", \"anyOf\": [{\"minimum\": 5}, {\"maximum\": 1}]}", "int", ""},
    {"{\"type\": \"string\", \"minLenght\": 1}", "string",
     "x.json:1:42: `minLenght` is not looked at\n      = did you mean `minLength`?"},
    {"{\"type\": \"string\", \"x-owner\": 1, \"connect.type\": \"s\"}", "string", ""},
};

START_TEST(properties) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const char *schema = types[i].schema, *type = types[i].type;
        size_t n = strlen(type);
        bool null = type[n - 1] == '?';
        const char *required = mr_arena_printf(&arena, "{a: %s}", type);
        const char *optional = mr_arena_printf(&arena, "{a: %.*s?}", (int)(n - null), type);
        const char *is = of_property(schema, true);
        ck_assert_msg(is && strcmp(is, required) == 0, "%s: %s %s", schema, is,
                      mr_buf_cstr(&help_problems));
        const char *said = mr_buf_cstr(&help_problems);
        ck_assert_msg(types[i].says[0] ? strstr(said, types[i].says) != NULL : said[0] == 0,
                      "%s: %s", schema, said);
        ck_assert_str_eq(of_property(schema, false), optional);
    }
}
END_TEST

START_TEST(references) {
    ck_assert_str_eq(
        type_of("{\"$ref\": \"#/$defs/a~1b\", \"$defs\": {\"a/b\": {\"type\": \"object\", "
                "\"properties\": {\"x\": {\"$ref\": \"#/definitions/n\"}}}}, "
                "\"definitions\": {\"n\": {\"type\": \"integer\"}}}"),
        "{x: int?}");
    ck_assert_str_eq(mr_buf_cstr(&help_problems), "");
    /* a tree: what it holds of itself is json, said once */
    ck_assert_str_eq(type_of("{\"properties\": {\"l\": {\"$ref\": \"#\"}, \"r\": {\"$ref\": "
                             "\"#\"}}, \"required\": [\"l\"]}"),
                     "{l: json, r: json?}");
    ck_assert_str_eq(mr_buf_cstr(&help_problems),
                     "x.yaml:1:1: warning[W-SCHEMA]: x.json:1:1: this schema contains itself: the "
                     "type is `json`\n");
}
END_TEST

static const struct {
    const char *schema, *says;
} mistakes_cases[] = {
    {"{\"type\": \"strin\"}", "x.json:1:10: no type `strin`"},
    {"{\"type\": \"strin\"}", "did you mean `string`?"},
    {"{\"type\": 5}", "`type` takes a name or a list of names"},
    {"{\"type\": []}", "`type` lists no type"},
    {"{\"type\": \"string\"}", "the value of a topic is an object with `properties`"},
    {"{\"properties\": 5}", "`properties` is not an object"},
    {"{\"properties\": {\"a\": 5}}", "x.json:1:22: not a schema"},
    {"{\"properties\": {\"a\": false}}", "nothing is valid here"},
    {"{\"properties\": {\"\": {}}}", "a property needs a name"},
    {"{\"properties\": {\"a\": {}, \"a\": {}}}", "a property comes twice"},
    {"{\"properties\": {\"a\": {\"$ref\": \"#/$defs/b\"}}}",
     "x.json:1:31: `#/$defs/b`: there is nothing in this file"},
    {"{\"properties\": {\"a\": {\"$ref\": \"b.json\"}}}",
     "error[E-NOTYET]: x.json:1:31: `$ref` can only name a place in this file"},
    {"{\"properties\": {\"a\": {\"anyOf\": 5}}}", "a list of schemas is expected"},
    {"{\"properties\": {}} x", "text behind the end"},
};

START_TEST(mistakes) {
    for (size_t i = 0; i < sizeof mistakes_cases / sizeof *mistakes_cases; i++) {
        ck_assert_ptr_null(type_of(mistakes_cases[i].schema));
        ck_assert_msg(strstr(mr_buf_cstr(&help_problems), mistakes_cases[i].says) != NULL, "%s\n%s",
                      mistakes_cases[i].schema, mr_buf_cstr(&help_problems));
    }
    /* 30 schemas of which each holds the next one twice */
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_cat(&b, "{\"properties\": {\"a\": {\"$ref\": \"#/$defs/s0\"}}, \"$defs\": {");
    for (int i = 0; i < 30; i++)
        mr_buf_printf(&b,
                      "\"s%d\": {\"properties\": {\"a\": {\"$ref\": \"#/$defs/s%d\"}, "
                      "\"b\": {\"$ref\": \"#/$defs/s%d\"}}}, ",
                      i, i + 1, i + 1);
    mr_buf_cat(&b, "\"s30\": {}}}");
    ck_assert_ptr_null(type_of(mr_buf_cstr(&b)));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&help_problems), "nested too deeply"));
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("json_schema");
    TCase *t = tcase_create("json_schema");
    tcase_add_test(t, properties);
    tcase_add_test(t, references);
    tcase_add_test(t, mistakes);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

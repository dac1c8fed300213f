/* The JSON scanner against jansson: random documents, whole and damaged, must be accepted or
 * refused by both, and mean the same. Built only where jansson is installed. */
#include "base/rand.h"
#include "processor/expr/json.h"
#include "tests/unit/access_help.h"

#include <inttypes.h>
#include <jansson.h>

static struct mr_rand rnd;
static struct mr_buf doc;

static void space(void) {
    static const char *const all[] = {"", "", "", " ", "\n\t", "  \r\n"};
    mr_buf_cat(&doc, all[mr_rand_below(&rnd, 6)]);
}

static void string(uint32_t unique) {
    static const char *const parts[] = {"a",
                                        "\\\"",
                                        "\\\\",
                                        "\\/",
                                        "\\n",
                                        "\\u0041",
                                        "ä",
                                        "€",
                                        "😀",
                                        "\\u20ac",
                                        "\\ud83d\\ude00",
                                        "0123456789abcdef"};
    mr_buf_byte(&doc, '"');
    if (unique) mr_buf_printf(&doc, "k%u", unique);
    for (uint32_t n = mr_rand_below(&rnd, 6); n; n--)
        mr_buf_cat(&doc, parts[mr_rand_below(&rnd, 12)]);
    mr_buf_byte(&doc, '"');
}

static void number(void) {
    uint64_t n = mr_rand_next(&rnd) >> (1 + mr_rand_below(&rnd, 63));
    if (mr_rand_below(&rnd, 2)) mr_buf_byte(&doc, '-');
    mr_buf_printf(&doc, "%" PRIu64, n);
    if (mr_rand_below(&rnd, 3) == 0) mr_buf_printf(&doc, ".%u", mr_rand_below(&rnd, 100000));
    if (mr_rand_below(&rnd, 4) == 0)
        mr_buf_printf(&doc, "%s%u", mr_rand_below(&rnd, 2) ? "e" : "E-", mr_rand_below(&rnd, 250));
}

static void value(int depth) {
    static const char *const words[] = {"true", "false", "null"};
    uint32_t kind = mr_rand_below(&rnd, depth > 6 ? 5 : 8), n = mr_rand_below(&rnd, 5);
    space();
    if (kind < 2)
        string(0);
    else if (kind < 4)
        number();
    else if (kind == 4)
        mr_buf_cat(&doc, words[mr_rand_below(&rnd, 3)]);
    else {
        bool object = kind == 7;
        mr_buf_byte(&doc, object ? '{' : '[');
        space();
        for (uint32_t i = 0; i < n; i++) {
            if (i) mr_buf_byte(&doc, ',');
            if (object) {
                space();
                string(i + 1);
                space();
                mr_buf_byte(&doc, ':');
            }
            value(depth + 1);
        }
        space();
        mr_buf_byte(&doc, object ? '}' : ']');
    }
    space();
}

static void damage(void) {
    static const char bytes[] = "{}[]\",:\\0-.eEtfnu \n\x01\x7f\xff\xc3";
    uint32_t at = mr_rand_below(&rnd, (uint32_t)doc.n);
    if (mr_rand_below(&rnd, 3) == 0)
        doc.n = at;
    else if (mr_rand_below(&rnd, 2))
        doc.p[at] = bytes[mr_rand_below(&rnd, sizeof bytes - 1)];
    else
        memmove(doc.p + at, doc.p + at + 1, --doc.n - at);
}

static void same(const json_t *j, struct mr_value v);

static void same_object(const json_t *j, const struct mr_value *v) {
    ck_assert_uint_eq(json_object_size(j), v->len);
    for (uint32_t i = 0; i < v->len; i++) {
        const char *key = mr_arena_strndup(&arena, v->map[i].key.p, v->map[i].key.len);
        const json_t *of = json_object_get(j, key);
        ck_assert_msg(of != NULL, "%s", key);
        same(of, v->map[i].value);
    }
}

static void same(const json_t *j, struct mr_value v) {
    if (v.tag == MR_V_JSON) v = mr_json_open(&arena, (struct mr_str){v.p, v.len});
    switch (json_typeof(j)) {
    case JSON_OBJECT:
        ck_assert_uint_eq(v.tag, MR_V_MAP);
        same_object(j, &v);
        break;
    case JSON_ARRAY:
        ck_assert_uint_eq(v.tag, MR_V_LIST);
        ck_assert_uint_eq(json_array_size(j), v.len);
        for (uint32_t i = 0; i < v.len; i++) same(json_array_get(j, i), v.list[i]);
        break;
    case JSON_STRING:
        ck_assert_uint_eq(v.tag, MR_V_STRING);
        ck_assert_uint_eq(json_string_length(j), v.len);
        ck_assert(memcmp(json_string_value(j), v.p, v.len) == 0);
        break;
    case JSON_INTEGER:
        ck_assert_uint_eq(v.tag, MR_V_INT);
        ck_assert_int_eq(json_integer_value(j), v.i);
        break;
    case JSON_REAL:
        ck_assert_uint_eq(v.tag, MR_V_DOUBLE);
        ck_assert(json_real_value(j) == v.d);
        break;
    case JSON_NULL: ck_assert_uint_eq(v.tag, MR_V_NULL); break;
    default: ck_assert(v.tag == MR_V_BOOL && v.b == json_is_true(j));
    }
}

/* What jansson refuses for reasons of its own: ranges, and escapes that only opening judges. */
static bool own_reason(const json_error_t *e) {
    return strstr(e->text, "too big") || strstr(e->text, "overflow") || strstr(e->text, "\\u");
}

START_TEST(random_documents) {
    struct mr_format any = {MR_F_JSON, &mr_type_dyn, MR_STR("")};
    int accepted = 0, refused = 0, n = 40000;
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 5;
    printf("seed %" PRIu64 "\n", seed);
    mr_rand_seed(&rnd, seed);
    for (int i = 0; i < n; i++) {
        mr_buf_clear(&doc);
        value(0);
        for (uint32_t k = mr_rand_below(&rnd, 3); k && doc.n; k--) damage();
        struct mr_value v;
        json_error_t e;
        char *copy = malloc(doc.n ? doc.n : 1);
        if (doc.n) memcpy(copy, doc.p, doc.n);
        mr_reader_read(mr_reader_new(&arena, &any, NULL), (struct mr_str){copy, doc.n}, &v, &arena);
        json_t *j =
            json_loadb(copy, doc.n, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
        bool ok = v.tag != MR_V_ERROR;
        if (j || !own_reason(&e)) {
            if (!j && strstr(e.text, "duplicate")) ok = false;
            ck_assert_msg(ok == (j != NULL), "%.*s\njansson: %s\nis: %s",
                          MR_STR_ARG(mr_buf_view(&doc)), j ? "ok" : e.text, help_show(&v, NULL));
            if (j) same(j, v);
            if (j)
                accepted++;
            else
                refused++;
        }
        json_decref(j);
        free(copy);
        mr_arena_reset(&arena);
    }
    printf("%d accepted, %d refused by both\n", accepted, refused);
    ck_assert(accepted > n / 4 && refused > n / 4);
}
END_TEST

int main(void) {
    Suite *s = suite_create("json_differential");
    TCase *t = tcase_create("json_differential");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, random_documents);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_buf_done(&doc);
    mr_arena_done(&arena);
    return failed;
}

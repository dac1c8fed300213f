/* fuzz_library.c -- libFuzzer: the functions that take a text apart, on any text: url.parse,
 * json.parse, patterns of times, zones, namespaces, upper and lower case.
 *
 * What they make must be sound: strings are UTF-8, JSON that was written reads back as the same,
 * and what is in upper or lower case stays as it is.
 */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "processor/expr/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mr_field fields[] = {{.name = MR_STR("s"), .type = &mr_type_string},
                                         {.name = MR_STR("t"), .type = &mr_type_timestamp},
                                         {.name = MR_STR("d"), .type = &mr_type_duration}};
static const struct mr_type row_type = {.kind = MR_T_STRUCT, .n_fields = 3, .fields = fields};

/* The last one is true, or an error of its JSON. */
static const char *const texts[] = {
    "[url.parse(s)].map(u, [u.scheme, u.host, u.path] + u.query.map(k, u.query[k]))",
    "url.parse(s).query.map(k, k)",
    "[s.lower() == s.lower().lower(), s.upper() == s.upper().upper()]",
    "[t.format(s)]",
    "[t.format(\"%F %T %N %z\", s)]",
    "[string(time.floor(t, d))]",
    "[string(time.floor(t, d, s))]",
    "[uuid5(s, s), hex(hash.sha256(s)), string(hash.xxh64(s))]",
    "json.parse(json.format(json.parse(s))) == json.parse(s)",
};
enum { N = MR_ARRAY_LEN(texts) };

static const struct mr_program *const *programs(void) {
    static struct mr_arena plan;
    static const struct mr_program *list[N];
    struct mr_diags d;
    if (list[0]) return list;
    mr_arena_init(&plan);
    for (size_t i = 0; i < N; i++) {
        struct mr_tree t = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(texts[i])};
        struct mr_scope scope = {.row = &row_type};
        mr_diags_init(&d, &plan, "x", mr_str(texts[i]));
        list[i] = mr_expr_compile(&plan, &d, &t, &scope, NULL);
        mr_diags_done(&d);
    }
    return list;
}

static void check(const struct mr_value *v) {
    assert(v->tag != MR_V_STRING ||
           mr_utf8_valid((struct mr_str){v->len ? v->p : "", v->len}, NULL));
    for (uint32_t i = 0; v->tag == MR_V_LIST && i < v->len; i++) check(&v->list[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int64_t numbers[2] = {0};
    if (size < sizeof numbers) return 0;
    memcpy(numbers, data, sizeof numbers);
    struct mr_str s = {(const char *)data + sizeof numbers, size - sizeof numbers};
    if (!mr_utf8_valid(s, NULL)) return 0;
    int64_t seconds = numbers[0] % INT64_C(62135596800); /* years 0001 .. 3938 */
    struct mr_value row[] = {mr_string(s),
                             {.tag = MR_V_TIMESTAMP, .aux = 999999999, .i = seconds},
                             {.tag = MR_V_DURATION, .i = numbers[1]}};
    struct mr_arena a;
    mr_arena_init(&a);
    struct mr_frame f = {.row = row, .arena = &a};
    for (size_t i = 0; i < N; i++) {
        const struct mr_program *p = programs()[i];
        assert(p);
        struct mr_value v = mr_eval(p, &f);
        check(&v);
        if (i + 1 == N && v.tag == MR_V_BOOL) assert(v.b);
        if (i == 2 && v.tag == MR_V_LIST) assert(v.list[0].b && v.list[1].b);
    }
    mr_arena_done(&a);
    return 0;
}

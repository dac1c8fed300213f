/* fuzz_regex.c -- libFuzzer: a pattern and a text, by the functions of regular expressions.
 *
 * Input: a byte that chooses the function, pattern, 0xff, text, 0xff, replacement. Strict mode
 * takes any pattern when it runs; what comes out must be UTF-8 and made of parts of the text in
 * their order. The same pattern is compiled as a constant, whose result must be the same, and a bad
 * one must have its fault inside of it.
 */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "processor/expr/regex.h"
#include "processor/expr/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mr_field fields[] = {
    {.name = MR_STR("t"), .type = &mr_type_string},
    {.name = MR_STR("p"), .type = &mr_type_string},
    {.name = MR_STR("w"), .type = &mr_type_string},
};
static const struct mr_type row_type = {.kind = MR_T_STRUCT, .n_fields = 3, .fields = fields};

static const char *const calls[] = {
    "t.matches(%s)",           "t.matches_any([%s, 'x'])", "t.find(%s)",
    "t.findAll(%s)",           "t.findAll(%s, 2)",         "regex.extract(t, %s)",
    "regex.extractAll(t, %s)", "regex.replace(t, %s, w)",  "regex.replace(t, %s, w, 1)",
};

/* The result of one call; the pattern is the field p, or (constant) the parameter. */
static struct mr_value call(struct mr_arena *a, const char *form, const struct mr_value *row,
                            bool constant, struct mr_buf *to) {
    const struct mr_param p = {MR_STR("p"), &mr_type_string, row[1]};
    struct mr_scope scope = {.row = &row_type, .strict = !constant, .params = &p, .n_params = 1};
    char *text = mr_arena_printf(a, form, constant ? "params.p" : "p");
    struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    struct mr_frame f = {.row = row, .arena = a};
    struct mr_value v = {.tag = MR_V_ERROR};
    struct mr_diags d;
    mr_diags_init(&d, a, "fuzz", tree.text);
    const struct mr_program *program = mr_expr_compile(a, &d, &tree, &scope, NULL);
    assert(program || constant);
    if (program) v = mr_eval(program, &f);
    if (v.tag != MR_V_ERROR) mr_value_print(&v, mr_program_type(program), to);
    mr_diags_print(&d, to);
    mr_diags_done(&d);
    return v;
}

/* Parts of the text, one behind the other. */
static void check_parts(const struct mr_value *v, const struct mr_value *text) {
    const char *at = text->p;
    for (uint32_t i = 0; v->tag == MR_V_LIST && i < v->len; i++) {
        struct mr_value x = v->list[i];
        assert(x.tag == MR_V_STRING && mr_utf8_valid((struct mr_str){x.p, x.len}, NULL));
        if (x.len == 0) continue;
        assert(x.p >= at && x.p + x.len <= text->p + text->len);
        at = x.p + x.len;
    }
    if (v->tag == MR_V_STRING) assert(mr_utf8_valid((struct mr_str){v->p, v->len}, NULL));
}

static void check_fault(struct mr_str pattern) {
    struct mr_regex x;
    struct mr_regex_error e;
    if (mr_regex_init(&x, pattern, &e)) {
        mr_regex_done(&x);
    } else {
        assert(e.text && e.off <= pattern.n && e.len <= pattern.n - e.off);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct mr_value row[3];
    struct mr_arena a;
    struct mr_buf one, two;
    if (size < 1 || size > 4096) return 0;
    size_t which = data[0] % MR_ARRAY_LEN(calls);
    mr_arena_init(&a);
    const char *p = mr_arena_strndup(&a, (const char *)data + 1, size - 1), *end = p + size - 1;
    static const int order[] = {1, 0, 2};
    for (int i = 0; i < 3; i++) {
        const char *stop = p < end ? memchr(p, 0xff, (size_t)(end - p)) : NULL;
        if (!stop || i == 2) stop = end;
        struct mr_str s = {p, (size_t)(stop - p)};
        if (!mr_utf8_valid(s, NULL)) s.n = 0;
        row[order[i]] = mr_string(s);
        p = stop < end ? stop + 1 : end;
    }
    check_fault((struct mr_str){row[1].p, row[1].len});
    mr_buf_init(&one, 1 << 22);
    mr_buf_init(&two, 1 << 22);
    struct mr_value v = call(&a, calls[which], row, false, &one);
    struct mr_value c = call(&a, calls[which], row, true, &two);
    check_parts(&v, &row[0]);
    if (v.tag != MR_V_ERROR && c.tag != MR_V_ERROR) {
        assert(mr_str_eq(mr_buf_view(&one), mr_buf_view(&two)));
    }
    mr_buf_done(&one);
    mr_buf_done(&two);
    mr_arena_done(&a);
    return 0;
}

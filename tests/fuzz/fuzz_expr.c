/* fuzz_expr.c -- libFuzzer: lexer, parser, checker, folding, steps, disassembly, on any bytes.
 *
 * The first byte chooses the mode (strict, unchecked, wanted type). What compiles is run on two
 * rows, one of them with absent and undecodable fields. Nothing is checked but that it ends well.
 */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "tests/expr/cel_messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mr_type strings = {.kind = MR_T_LIST, .elem = &mr_type_string};
static const struct mr_field side[] = {
    {.name = MR_STR("segment"), .type = &mr_type_string},
    {.name = MR_STR("score"), .type = &mr_type_int, .optional = true}};
static const struct mr_type side_type = {.kind = MR_T_STRUCT, .n_fields = 2, .fields = side};
static const struct mr_field fields[] = {
    {.name = MR_STR("i"), .type = &mr_type_int},
    {.name = MR_STR("d"), .type = &mr_type_double},
    {.name = MR_STR("s"), .type = &mr_type_string},
    {.name = MR_STR("b"), .type = &mr_type_bool},
    {.name = MR_STR("t"), .type = &mr_type_timestamp},
    {.name = MR_STR("l"), .type = &strings},
    {.name = MR_STR("o"), .type = &mr_type_int, .optional = true},
    {.name = MR_STR("j"), .type = &mr_type_dyn, .optional = true},
    {.name = MR_STR("p"), .type = &side_type, .optional = true},
};
enum { N_FIELDS = MR_ARRAY_LEN(fields) };
static const struct mr_type row_type = {
    .kind = MR_T_STRUCT, .n_fields = N_FIELDS, .fields = fields};

static void run(const struct mr_program *p, struct mr_arena *a) {
    static const struct mr_value words[] = {{.tag = MR_V_STRING, .len = 1, .p = "a"}};
    static const char json[] = "{\"a\": [1, 2.5, \"x\"], \"b\": null}";
    struct mr_str s = MR_STR("héllo"), j = mr_str(json);
    struct mr_value inner[2] = {mr_string(s), mr_int(7)};
    struct mr_value row[2][N_FIELDS] = {
        {mr_int(5),
         mr_double(2.5),
         mr_string(s),
         mr_bool(true),
         mr_timestamp_ms(1700000000000),
         {.tag = MR_V_LIST, .len = 1, .list = words},
         mr_int(-1),
         {.tag = MR_V_JSON, .len = (uint32_t)j.n, .p = j.p},
         mr_struct(inner)},
        {mr_int(INT64_MIN),
         mr_double(-0.0),
         {.tag = MR_V_STRING},
         mr_bool(false),
         mr_error_value(a, MR_R_DECODE_TYPE, "broken"),
         {.tag = MR_V_LIST},
         MR_ABSENT,
         MR_ABSENT,
         MR_ABSENT},
    };
    struct mr_origin origin = {.source = "s", .topic = "t", .appended = -1};
    for (int i = 0; i < 2; i++) {
        struct mr_frame f = {.row = row[i], .origin = &origin, .arena = a};
        struct mr_value v = mr_eval(p, &f);
        struct mr_buf b;
        mr_buf_init(&b, 1 << 16);
        mr_value_print(&v, mr_program_type(p), &b);
        mr_program_disasm(p, &b);
        mr_buf_done(&b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct mr_type *const wants[] = {NULL, &mr_type_bool, &mr_type_double,
                                                  &mr_type_string};
    if (size < 1 || size > 4096) return 0;
    struct mr_arena a;
    struct mr_diags d;
    struct mr_buf b;
    mr_arena_init(&a);
    char *text = mr_arena_strndup(&a, (const char *)data + 1, size - 1);
    struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = {text, size - 1}};
    struct mr_scope scope = {.row = &row_type,
                             .messages = cel_messages(),
                             .container = MR_STR("cel.expr.conformance.proto3"),
                             .meta = data[0] & 4 ? (1u << MR_N_META) - 1 : 0,
                             .strict = data[0] & 1,
                             .unchecked = (data[0] & 3) == 3};
    mr_diags_init(&d, &a, "fuzz", tree.text);
    const struct mr_program *p = mr_expr_compile(&a, &d, &tree, &scope, wants[data[0] >> 3 & 3]);
    if (p) run(p, &a);
    mr_buf_init(&b, 1 << 16);
    mr_diags_print(&d, &b);
    mr_buf_done(&b);
    mr_diags_done(&d);
    mr_arena_done(&a);
    return 0;
}

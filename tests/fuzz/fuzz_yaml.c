/* Bytes -> a topology file: the whole compiler, and the printers of what compiles. A file that does
 * not compile has said why. */
#include "base/mem.h"
#include "processor/topology/compile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *env(void *arg, const char *name) {
    (void)arg;
    return name[0] == 'A' ? "value" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct mr_str text = {(const char *)data, size};
    struct mr_arena arena;
    struct mr_diags diags;
    struct mr_buf to;
    mr_arena_init(&arena);
    mr_buf_init(&to, 4 << 20);
    mr_diags_init(&diags, &arena, "f.yaml", text);
    struct mr_compile_conf conf = {.file = "f.yaml", .text = text, .env = env};
    struct mr_plan *plan = mr_compile(&conf, &diags);
    assert(!plan == (diags.n_errors > 0));
    for (size_t i = 0; i < diags.n; i++) assert(strcmp(diags.list[i].code, "E-INTERNAL") != 0);
    mr_diags_print(&diags, &to);
    if (plan) {
        mr_explain_text(plan, &to);
        mr_explain_dot(plan, &to);
        mr_explain_json(plan, &to);
        mr_explain_disasm(plan, &to);
    }
    mr_plan_free(plan);
    mr_diags_done(&diags);
    mr_buf_done(&to);
    mr_arena_done(&arena);
    return 0;
}

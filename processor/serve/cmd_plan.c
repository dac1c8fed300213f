/* cmd_plan.c -- `millrace plan`: what the compiler made of a topology. */
#include "processor/serve/load.h"

static int run(const struct mr_args *a) {
    struct mr_loaded l;
    int code = mr_load(a, a->operands[0], &l);
    if (code == MR_EXIT_OK) {
        struct mr_buf b;
        mr_buf_init(&b, 0);
        if (mr_args_has(a, "dot"))
            mr_explain_dot(l.plan, &b);
        else if (mr_args_has(a, "json"))
            mr_explain_json(l.plan, &b);
        else if (mr_args_has(a, "disasm"))
            mr_explain_disasm(l.plan, &b);
        else
            mr_explain_text(l.plan, &b);
        if (fwrite(b.p, 1, b.n, a->out) != b.n) code = MR_EXIT_FAILED;
        mr_buf_done(&b);
    }
    mr_loaded_done(&l);
    return code;
}

static const struct mr_flag flags[] = {
    {"dot", NULL, "a graph for graphviz"},
    {"disasm", NULL, "every expression as the typed steps that it runs as"},
    {"json", NULL, "JSON for tools"},
    {"param", "NAME=VALUE", "give a `params:` constant another value (may be repeated)"},
};

const struct mr_command mr_cmd_plan = {
    .name = "plan",
    .summary = "show what a topology becomes: tasks, steps, stores, internal topics",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .flags = flags,
    .n_flags = 4,
    .examples = "  millrace plan shop.yaml\n"
                "  millrace plan shop.yaml --dot | dot -Tsvg > shop.svg\n"
                "  millrace plan shop.yaml --disasm\n",
    .run = run,
};

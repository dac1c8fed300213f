/* cmd_check.c -- `millrace check`: compiles topologies and says everything that is wrong. */
#include "processor/serve/load.h"

static int run(const struct mr_args *a) {
    int worst = MR_EXIT_OK;
    for (size_t i = 0; i < a->n_operands; i++) {
        struct mr_loaded l;
        int code = mr_load(a, a->operands[i], &l);
        if (code == MR_EXIT_OK) fprintf(a->out, "%s: ok\n", a->operands[i]);
        mr_loaded_done(&l);
        if (code > worst) worst = code;
    }
    return worst;
}

static const struct mr_flag flags[] = {
    {"param", "NAME=VALUE", "give a `params:` constant another value (may be repeated)"},
};

const struct mr_command mr_cmd_check = {
    .name = "check",
    .summary = "find the mistakes in a topology, without a broker",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = 1000,
    .flags = flags,
    .n_flags = 1,
    .examples = "  millrace check shop.yaml           # exit 78 when something is wrong\n"
                "  millrace check topologies/*.yaml\n",
    .run = run,
};

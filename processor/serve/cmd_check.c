/* cmd_check.c -- `millrace check`: compiles topologies, reads their tests, and says everything that
 * is wrong. */
#include "processor/serve/testload.h"

static int check_topology(const struct mr_args *a, const char *file) {
    struct mr_loaded l;
    struct mr_arena arena;
    struct mr_tests tests;
    mr_arena_init(&arena);
    int code = mr_load(a, file, &l);
    if (code == MR_EXIT_OK && !mr_tests_inside(&arena, &l, a->err, &tests)) code = MR_EXIT_CONFIG;
    if (code == MR_EXIT_OK) fprintf(a->out, "%s: ok\n", file);
    mr_loaded_done(&l);
    mr_arena_done(&arena);
    return code;
}

/* FILE_test.yaml means nothing without the topology beside it, so that one is checked, too. */
static int check_tests(const struct mr_args *a, struct mr_arena *arena, const char *file,
                       const char *topology) {
    struct mr_loaded l;
    struct mr_tests tests;
    int code = mr_load(a, topology, &l);
    if (code != MR_EXIT_OK)
        fprintf(a->err, "%s: has tests of %s, which has to be right first\n", file, topology);
    else if (!mr_tests_load(arena, l.plan, file, a->err, &tests))
        code = MR_EXIT_CONFIG;
    else
        fprintf(a->out, "%s: ok, tests of %s: %zu\n", file, topology, tests.n);
    mr_loaded_done(&l);
    return code;
}

static int run(const struct mr_args *a) {
    int worst = MR_EXIT_OK;
    for (size_t i = 0; i < a->n_operands; i++) {
        struct mr_arena arena;
        mr_arena_init(&arena);
        const char *file = a->operands[i], *topology = mr_tests_topology(&arena, file);
        int code = topology ? check_tests(a, &arena, file, topology) : check_topology(a, file);
        if (code > worst) worst = code;
        mr_arena_done(&arena);
    }
    return worst;
}

static const struct mr_flag flags[] = {
    {"param", "NAME=VALUE", "give a `params:` constant another value (may be repeated)"},
};

const struct mr_command mr_cmd_check = {
    .name = "check",
    .summary = "find the mistakes in a topology and its tests, without a broker",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = 1000,
    .flags = flags,
    .n_flags = 1,
    .examples = "  millrace check shop.yaml           # exit 78 when something is wrong\n"
                "  millrace check shop_test.yaml      # shop.yaml and the tests beside it\n"
                "  millrace check topologies/*.yaml\n",
    .run = run,
};

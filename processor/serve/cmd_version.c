/* cmd_version.c -- `millrace version`. */
#include "processor/serve/cli.h"

static int run(const struct mr_args *a) {
    fprintf(a->out, "millrace %s\n", MR_VERSION);
    return MR_EXIT_OK;
}

const struct mr_command mr_cmd_version = {
    .name = "version",
    .summary = "print the version",
    .operands = "",
    .examples = "  millrace version\n",
    .run = run,
};

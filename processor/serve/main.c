/* main.c -- the program: everything is behind mr_cli (cli.h). */
#include "processor/serve/cli.h"

#include <stdlib.h>

static const char *from_environment(void *arg, const char *name) {
    return getenv(name);
}

int main(int argc, char **argv) {
    return mr_cli(argc, (const char *const *)argv, stdout, stderr, from_environment, NULL);
}

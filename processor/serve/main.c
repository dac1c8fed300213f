/* main.c -- the program: everything is behind mr_cli (cli.h). */
#include "processor/serve/cli.h"

#include <malloc.h>
#include <stdlib.h>

static const char *from_environment(void *arg, const char *name) {
    return getenv(name);
}

/* Fetches are buffers of megabytes that live for milliseconds. By default each is a mapping of its
 * own, and its pages are cleared by the kernel every time: 14 % of the CPU of a stateless join.
 * Kept in the heap they are reused. The memory budget (config.def) is what bounds them, not
 * trimming. */
static void keep_freed_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_TOP_PAD, 4 << 20);
}

int main(int argc, char **argv) {
    keep_freed_memory();
    return mr_cli(argc, (const char *const *)argv, stdout, stderr, from_environment, NULL);
}

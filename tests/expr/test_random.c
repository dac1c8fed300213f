/* test_random.c -- random expressions in every way that must agree (differ.h).
 *
 *   test_expr_random [SEED [COUNT]]
 */
#include "tests/expr/differ.h"

#include "base/rand.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : mr_rand_os();
    int count = argc > 2 ? atoi(argv[2]) : 4000, failed = 0;
    struct differ_counts n = {0};
    struct mr_rand rnd;
    struct mr_buf said;
    mr_buf_init(&said, 0);
    mr_rand_seed(&rnd, seed);
    printf("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < count && failed < 10; i++) {
        uint8_t bytes[160];
        size_t size = 4 + mr_rand_below(&rnd, sizeof bytes - 4);
        for (size_t k = 0; k < size; k++) bytes[k] = (uint8_t)mr_rand_below(&rnd, 256);
        if (differ_bytes(bytes, size, &n, &said)) continue;
        printf("FAIL %s", mr_buf_cstr(&said));
        mr_buf_clear(&said);
        failed++;
    }
    mr_buf_done(&said);
    uint64_t all = n.compared + n.unknown;
    printf(
        "%llu of %llu results are errors, %llu expressions fail as constants; the reference does "
        "not know %.1f %% (of late: %s)\n",
        (unsigned long long)n.errors, (unsigned long long)n.compared,
        (unsigned long long)n.constant, all ? 100.0 * (double)n.unknown / (double)all : 0.0,
        n.why ? n.why : "-");
    printf("%d passed, %d failed\n", (int)n.compared, failed);
    return failed != 0 || n.compared == 0;
}

/* fuzz_eval.c -- libFuzzer: one expression in every way that must agree (tests/expr/differ.h).
 *
 * A first byte of 255: the rest is the text of an expression (mutations of the cases of tests/expr
 * are; see seeds.py). Any other: all bytes are the choices of the generator of expressions.
 */
#include "tests/expr/differ.h"

#include <sanitizer/allocator_interface.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TELL = 1 << 16 }; /* expressions from one line about what the reference knows to the next */

static volatile uint64_t mallocs;

static void count_malloc(const volatile void *p, size_t n) {
    mallocs++;
}

static void count_free(const volatile void *p) {}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct differ_counts counts;
    static uint64_t runs;
    struct mr_buf said;
    if (runs == 0) __sanitizer_install_malloc_and_free_hooks(count_malloc, count_free);
    if (size < 1 || size > 2048) return 0;
    differ_mallocs = &mallocs;
    mr_buf_init(&said, 1 << 20);
    struct mr_str text = {(const char *)data + 1, size - 1};
    bool good =
        *data == 255 ? differ_text(text, &counts, &said) : differ_bytes(data, size, &counts, &said);
    if (!good) {
        fprintf(stderr, "%s", mr_buf_cstr(&said));
        abort();
    }
    mr_buf_done(&said);
    if (++runs % TELL == 0) {
        fprintf(stderr, "%llu results compared, %llu of them errors; not known: %llu\n",
                (unsigned long long)counts.compared, (unsigned long long)counts.errors,
                (unsigned long long)counts.unknown);
    }
    return 0;
}

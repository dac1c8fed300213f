/* differ.h -- one expression, made of bytes, in every way that must agree:
 *
 *   the steps and the reference evaluator (a value, or both an error)
 *   with its literals, and with fields in their places: what is folded, and what is evaluated
 *   strict CEL and millrace mode, where strict has a value
 *   now and once more; with no memory but the arena's; its disassembly
 */
#ifndef MR_TESTS_EXPR_DIFFER_H
#define MR_TESTS_EXPR_DIFFER_H

#include "base/buf.h"

#include <stdint.h>

struct differ_counts {
    uint64_t compared;   /* evaluations that were */
    uint64_t errors;     /* of them: both an error */
    uint64_t unknown;    /* not compared: the reference does not know (`why`: the last reason) */
    uint64_t constant;   /* expressions that are an error when they are compiled */
    uint64_t not_strict; /* texts that do not compile */
    const char *why;
};

/* How many times memory was taken from the C library; NULL: nobody counts. */
extern const volatile uint64_t *differ_mallocs;

/* false: they differ; `said` tells how. */
bool differ_bytes(const uint8_t *bytes, size_t n, struct differ_counts *counts,
                  struct mr_buf *said);
/* An expression as text, in strict mode; what does not compile is fine. */
bool differ_text(struct mr_str text, struct differ_counts *counts, struct mr_buf *said);

#endif

/* generate.h -- typed random expressions out of bytes, the same ones from the same bytes.
 *
 * Every choice takes a byte; where there are none left it is the simplest one, so that fewer bytes
 * make smaller expressions. An expression is written twice: with its literals, and with a field of
 * the row in the place of each.
 */
#ifndef MR_TESTS_EXPR_GENERATE_H
#define MR_TESTS_EXPR_GENERATE_H

#include "processor/expr/type.h"
#include "tests/expr/reference.h"

enum { GEN_FIELDS = 64, GEN_AGAIN = 32 };

struct gen {
    struct mr_arena *arena;
    const uint8_t *bytes, *end;
    bool strict; /* only what CEL has */
    struct mr_buf text, hidden;
    struct mr_field fields[GEN_FIELDS]; /* of the row; those that hide literals are the last */
    struct ref literals[GEN_FIELDS];    /* their values */
    struct mr_type type;
    uint32_t budget;        /* parts that may still be made */
    uint32_t loops, n_vars; /* around this place */
    char var_types[8];
    struct gen_again { /* parts without variables, which may stand again */
        char type;
        size_t from, to, hidden_from, hidden_to;
    } again[GEN_AGAIN];
    uint32_t n_again;
};

void gen_init(struct gen *g, struct mr_arena *a, const uint8_t *bytes, size_t n);
void gen_done(struct gen *g);
void gen_expression(struct gen *g); /* text and hidden, and the row's type */
struct ref gen_row(struct gen *g, uint32_t seed);

#endif

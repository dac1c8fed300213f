/* ops.c -- the table of operators. */
#include "base/mem.h"
#include "processor/op/op.h"

static const struct mr_op_desc *const ops[] = {
#define OP(name) &mr_op_##name,
#include "processor/op/ops.def"
#undef OP
};

static bool reads(const struct mr_op_desc *d, const char *key) {
    for (const char *const *k = d->keys; k && *k; k++)
        if (strcmp(*k, key) == 0) return true;
    return false;
}

/* `add` and `drop` are clauses that the select operator reads as well. */
const struct mr_op_desc *mr_op_find_clause(const char *clause) {
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++)
        if (ops[i]->clause && strcmp(ops[i]->clause, clause) == 0) return ops[i];
    if (strcmp(clause, "add") == 0 || strcmp(clause, "drop") == 0)
        for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++)
            if (reads(ops[i], clause)) return ops[i];
    return NULL;
}

const struct mr_op_desc *mr_op_pick(const struct mr_op_desc *first, const struct mr_tree *node,
                                    const struct mr_tree *value, bool table) {
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++) {
        if (!ops[i]->clause || strcmp(ops[i]->clause, first->clause) != 0) continue;
        if (!ops[i]->takes || ops[i]->takes(node, value, table)) return ops[i];
    }
    return NULL;
}

bool mr_op_key_is_behind(const struct mr_op_desc *op, const char *key) {
    bool behind = false;
    for (size_t i = 0; i < MR_ARRAY_LEN(ops); i++) {
        if (ops[i]->clause && (strcmp(ops[i]->clause, key) == 0 || reads(ops[i], key)))
            return behind;
        behind |= ops[i] == op;
    }
    return false;
}

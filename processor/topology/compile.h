/* compile.h -- topology text -> plan: the four stages in order, each with a printer.
 *
 *   yaml_read  text  -> tree    positions kept, nothing resolved
 *   check      tree  -> graph   names, types, expressions compiled, cycles, joins co-partitioned
 *   split      graph -> subs    repartition topics inserted, stores assigned
 *   plan       subs  -> plan    immutable, shared by all threads
 */
#ifndef MR_TOPOLOGY_COMPILE_H
#define MR_TOPOLOGY_COMPILE_H

#include "base/diag.h"
#include "processor/op/plan.h"

struct mr_setting { /* ${NAME} from the environment, params from flags */
    const char *name, *value;
};

typedef const char *mr_env_cb(void *arg, const char *name); /* NULL: not set */

struct mr_compile_conf {
    const char *file; /* for messages; its folder resolves descriptor files */
    struct mr_str text;
    mr_env_cb *env; /* NULL: no variables are set */
    void *env_arg;
    const struct mr_setting *params;
    size_t n_params;
};

/* NULL when diags has errors (all of the file at once). diags: initialized by the caller with the
 * same file and text; its diagnostics live in its own arena, so they outlive the plan. */
struct mr_plan *mr_compile(const struct mr_compile_conf *conf, struct mr_diags *diags);
void mr_plan_free(struct mr_plan *p);

/* YAML text -> tree (limits of language.md 2). NULL after diagnostics. Also for run.yaml, tests. */
const struct mr_tree *mr_yaml_read(struct mr_arena *a, struct mr_diags *d, struct mr_str text);
/* ${NAME} in all values of a file without expressions (run.yaml): a copy of the tree. */
const struct mr_tree *mr_vars_everywhere(mr_env_cb *env, void *env_arg, struct mr_arena *a,
                                         struct mr_diags *d, const struct mr_tree *root);
/* What a scalar is by the core schema; quoted and block scalars are strings. */
enum mr_core { MR_CORE_STRING, MR_CORE_NULL, MR_CORE_BOOL, MR_CORE_INT, MR_CORE_DOUBLE };
enum mr_core mr_yaml_core(const struct mr_tree *scalar);
/* The `tests:` of the file, or NULL. Their steps and values are read by serve/cmd_test.c. */
const struct mr_tree *mr_plan_tests(const struct mr_plan *p);

/* Printers: text for people, dot for graphviz, JSON for tools. Deterministic: goldens compare. */
void mr_explain_text(const struct mr_plan *p, struct mr_buf *to);
void mr_explain_dot(const struct mr_plan *p, struct mr_buf *to);
void mr_explain_json(const struct mr_plan *p, struct mr_buf *to);
/* Every expression of every step, as the typed steps that it runs as. */
void mr_explain_disasm(const struct mr_plan *p, struct mr_buf *to);

#endif

/* load.h -- what a command works on, read from files: topology -> plan, run.yaml -> settings.
 *
 * Problems are printed as diagnostics, all of a file at once. Knows nothing of brokers.
 */
#ifndef MR_SERVE_LOAD_H
#define MR_SERVE_LOAD_H

#include "processor/broker/broker.h"
#include "processor/serve/cli.h"
#include "processor/topology/compile.h"

enum { MR_FILE_MAX = 1 << 20 };

/* Reads a whole file ("-": standard input), at most max bytes; false: *ret_error is one line. */
bool mr_read_file(const char *path, size_t max, struct mr_buf *to, char error[256]);

void mr_print_diags(struct mr_diags *d, FILE *to);

struct mr_loaded {
    const char *file;   /* borrowed */
    struct mr_buf text; /* of the file */
    struct mr_plan *plan;
    struct mr_setting *params; /* owned array; borrows the command line */
    char *param_texts;         /* owned */
};

/* Compiles the topology of the first operand with `--param name=value` flags. Returns an exit code;
 * diagnostics (warnings, too) go to a->err. mr_loaded_done in any case. */
int mr_load(const struct mr_args *a, const char *file, struct mr_loaded *ret);
void mr_loaded_done(struct mr_loaded *l);

struct mr_run_conf {
    struct mr_arena arena;     /* holds the properties */
    struct mr_config config;   /* with the file of --config read in */
    struct mr_property *props; /* `kafka:` */
    size_t n_props;
};

/* The settings of a command: its flags, environment and `--config FILE`, whose values may hold
 * ${NAME} as those of topologies. As mr_load. */
int mr_load_config(const struct mr_args *a, struct mr_run_conf *ret);
void mr_run_conf_done(struct mr_run_conf *r);

#endif

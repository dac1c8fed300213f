/* cli.h -- the command line: commands, flags, help, did-you-mean.
 *
 * A command is one file cmd_<name>.c with one `struct mr_command`, and one row in commands.def.
 * This file knows no command by name.
 */
#ifndef MR_SERVE_CLI_H
#define MR_SERVE_CLI_H

#include "base/config.h"

#include <stdio.h>

enum mr_exit {
    MR_EXIT_OK = 0,
    MR_EXIT_FAILED = 1,
    MR_EXIT_USAGE = 64,
    MR_EXIT_TEMPORARY = 75, /* try again: brokers out of reach, a call that blocks */
    MR_EXIT_CONFIG = 78,    /* topology, run.yaml, topics: a person must change something */
};

struct mr_flag {
    const char *name; /* without dashes */
    const char *arg;  /* "FILE"; NULL: a switch */
    const char *help; /* one line */
};

struct mr_args;

struct mr_command {
    const char *name, *summary;
    const char *operands; /* "FILE", "" */
    int min_operands, max_operands;
    const struct mr_flag *flags; /* its own */
    size_t n_flags;
    bool takes_config;                   /* all rows of config.def are flags, too */
    const char *examples;                /* text for --help */
    int (*run)(const struct mr_args *a); /* returns an exit code */
};

struct mr_given {
    const struct mr_flag *flag;
    const char *value; /* "" for a switch */
};

struct mr_args {
    const struct mr_command *command;
    const char **operands; /* n_operands of them; owned array, borrowed texts */
    size_t n_operands;
    struct mr_given *given; /* own flags in order; owned array */
    size_t n_given;
    struct mr_config config; /* flags and environment are in it; run.yaml not yet */
    FILE *out, *err;
};

#define COMMAND(name) extern const struct mr_command mr_cmd_##name;
#include "processor/serve/commands.def"
#undef COMMAND

/* The last value of an own flag; NULL = not given. */
const char *mr_args_value(const struct mr_args *a, const char *flag);
static inline bool mr_args_has(const struct mr_args *a, const char *flag) {
    return mr_args_value(a, flag) != NULL;
}
/* The number given with a flag, or def; false after a line on a->err. */
bool mr_args_number(const struct mr_args *a, const char *flag, long min, long max, long def,
                    long *ret);

/* The whole program. env: as getenv (tests give their own). */
int mr_cli(int argc, const char *const *argv, FILE *out, FILE *err,
           const char *(*env)(void *arg, const char *name), void *env_arg);
/* "millrace run: <text>, try `millrace run --help`" on a->err; returns MR_EXIT_USAGE. */
int mr_usage(const struct mr_args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

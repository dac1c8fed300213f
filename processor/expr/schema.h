/* schema.h -- schema files that are JSON (Avro, JSON Schema): loading them, mistakes in them.
 *
 * A mistake stands at the place of the topology that names the file; its text begins with the
 * place in the file itself: `click.avsc:3:14: no type `strin``.
 */
#ifndef MR_EXPR_SCHEMA_H
#define MR_EXPR_SCHEMA_H

#include "base/diag.h"

enum { MR_SCHEMA_FILE_MAX = 16 * 1024 * 1024 };

struct mr_schema_file {
    struct mr_arena *a; /* of the types that are made */
    struct mr_diags *d;
    const struct mr_tree *at; /* in the topology: the scalar that names the file */
    const char *path;
    struct mr_str text; /* whole and checked JSON */
};

/* The bytes of a file that a topology names, relative to dir. NULL: *ret_problem says why. */
const char *mr_schema_path(struct mr_arena *a, const struct mr_tree *name, const char *dir);
bool mr_schema_read(struct mr_arena *a, const char *path, struct mr_str *ret,
                    const char **ret_problem);
/* Reads the file and checks that it is JSON; f->a, d and at are set. false after a diagnostic. */
bool mr_schema_load(struct mr_schema_file *f, const char *dir);
/* Checks f->text. */
bool mr_schema_check(const struct mr_schema_file *f);
/* A mistake (or a warning: codes that begin with W) at a byte of f->text. */
struct mr_diag *mr_schema_error(const struct mr_schema_file *f, const char *code, const char *at,
                                const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The text of a JSON string, unescaped, with a NUL. false: no string. */
bool mr_schema_string(const struct mr_schema_file *f, struct mr_str json, struct mr_str *ret);

#endif

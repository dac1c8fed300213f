/* schema.c -- see schema.h. */
#include "processor/expr/schema.h"
#include "base/mem.h"
#include "processor/expr/json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void file_closep(FILE **f) {
    if (*f) fclose(*f);
}

const char *mr_schema_path(struct mr_arena *a, const struct mr_tree *name, const char *dir) {
    bool absolute = name->text.n && name->text.p[0] == '/';
    return absolute ? name->text.p : mr_arena_printf(a, "%s/%s", dir ? dir : ".", name->text.p);
}

bool mr_schema_read(struct mr_arena *a, const char *path, struct mr_str *ret,
                    const char **ret_problem) {
    FILE *f MR_CLEANUP(file_closep) = fopen(path, "rb");
    *ret_problem = strerror(errno);
    if (!f || fseek(f, 0, SEEK_END) != 0) return false;
    long n = ftell(f);
    *ret_problem = "larger than 16 MiB";
    if (n < 0 || n > MR_SCHEMA_FILE_MAX) return false;
    rewind(f);
    char *p = mr_arena_alloc(a, (size_t)n + 1);
    *ret_problem = "cannot be read";
    if (fread(p, 1, (size_t)n, f) != (size_t)n) return false;
    *ret = (struct mr_str){p, (size_t)n};
    return true;
}

struct mr_diag *mr_schema_error(const struct mr_schema_file *f, const char *code, const char *at,
                                const char *fmt, ...) {
    unsigned line = 1, col = 1;
    va_list args;
    char words[512];
    for (const char *p = f->text.p; p < at; p++) {
        col = *p == '\n' ? 1 : col + 1;
        line += *p == '\n';
    }
    va_start(args, fmt);
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    enum mr_severity severity = code[0] == 'W' ? MR_WARNING : MR_ERROR;
    struct mr_diag *g =
        mr_diag_add(f->d, severity, code, f->at->pos, "%s:%u:%u: %s", f->path, line, col, words);
    g->len = (uint32_t)f->at->text.n;
    return g;
}

bool mr_schema_check(const struct mr_schema_file *f) {
    struct mr_json j = mr_json_of(f->text);
    bool ok = mr_json_check(&j);
    if (ok) mr_json_space(&j);
    if (ok && j.at != j.end) ok = mr_json_fail(&j, MR_R_DECODE_SYNTAX, j.at, "text behind the end");
    if (!ok) mr_schema_error(f, "E-SCHEMA", j.where, "not JSON: %s", j.problem);
    return ok;
}

bool mr_schema_load(struct mr_schema_file *f, const char *dir) {
    const char *problem;
    if (f->at->kind != MR_TREE_SCALAR) {
        mr_error(f->d, "E-FORMAT", f->at->pos, "the name of a schema file is expected");
        return false;
    }
    f->path = mr_schema_path(f->a, f->at, dir);
    if (mr_schema_read(f->a, f->path, &f->text, &problem)) return mr_schema_check(f);
    mr_error(f->d, "E-SCHEMA", f->at->pos, "%s: %s", f->path, problem)->len =
        (uint32_t)f->at->text.n;
    return false;
}

bool mr_schema_string(const struct mr_schema_file *f, struct mr_str json, struct mr_str *ret) {
    if (mr_json_kind(json) != '"') return false;
    struct mr_value v = mr_json_scalar(f->a, json);
    if (v.tag != MR_V_STRING) return false;
    *ret = mr_arena_str(f->a, (struct mr_str){v.p, v.len});
    return true;
}

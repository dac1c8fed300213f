/* golden_files.h -- for tests over a folder: its files with an ending, and whole files as text. */
#ifndef MR_TESTS_GOLDEN_FILES_H
#define MR_TESTS_GOLDEN_FILES_H

#include "base/buf.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dirent **golden_list;
static int golden_n;
static const char *golden_dir;

static inline int golden_is_yaml(const struct dirent *e) {
    size_t n = strlen(e->d_name);
    return n > 5 && strcmp(e->d_name + n - 5, ".yaml") == 0;
}

/* Sorted by name; ends the program when there are none. */
static inline void golden_find(const char *dir) {
    golden_dir = dir;
    golden_n = scandir(dir, &golden_list, golden_is_yaml, alphasort);
    if (golden_n > 0) return;
    fprintf(stderr, "%s: no .yaml files\n", dir);
    exit(1);
}

static inline void golden_done(void) {
    for (int i = 0; i < golden_n; i++) free(golden_list[i]);
    free(golden_list);
}

/* Appends the whole file; false: it cannot be read. */
static inline bool golden_read(const char *path, struct mr_buf *to) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) mr_buf_add(to, part, n);
    fclose(f);
    return true;
}

/* Golden file i, and the one beside it with another ending. */
static inline void golden_pair(int i, const char *ending, struct mr_buf *text,
                               struct mr_buf *expected) {
    char path[4096];
    const char *name = golden_list[i]->d_name;
    snprintf(path, sizeof path, "%s/%s", golden_dir, name);
    ck_assert_msg(golden_read(path, text), "%s", path);
    snprintf(path, sizeof path, "%s/%.*s%s", golden_dir, (int)(strlen(name) - 5), name, ending);
    ck_assert_msg(golden_read(path, expected), "%s is missing", path);
}

#endif

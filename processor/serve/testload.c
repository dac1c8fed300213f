/* testload.c -- see testload.h. */
#include "processor/serve/testload.h"

#include <unistd.h>

static const char ending[] = ".yaml", test_ending[] = "_test.yaml";

/* `from` at the end of the name becomes `to`; NULL when it does not end so. */
static const char *renamed(struct mr_arena *a, const char *file, const char *from, const char *to) {
    size_t n = strlen(file), cut = strlen(from);
    if (n <= cut || strcmp(file + n - cut, from) != 0) return NULL;
    return mr_arena_printf(a, "%.*s%s", (int)(n - cut), file, to);
}

const char *mr_tests_beside(struct mr_arena *a, const char *topology) {
    const char *path = renamed(a, topology, ending, test_ending);
    return path && access(path, F_OK) == 0 ? path : NULL;
}

/* The whole file in the arena; false after a line of text. */
static bool read_text(struct mr_arena *a, const char *file, FILE *err, struct mr_str *ret) {
    char error[256];
    struct mr_buf text = {0};
    bool ok = mr_read_file(file, MR_FILE_MAX, &text, error);
    if (ok)
        *ret = mr_arena_str(a, mr_buf_view(&text));
    else if (err)
        fprintf(err, "%s\n", error);
    mr_buf_done(&text);
    return ok;
}

const char *mr_tests_topology(struct mr_arena *a, const char *file) {
    struct mr_str text;
    struct mr_diags diags;
    const char *topology = renamed(a, file, test_ending, ending);
    if (!topology || !read_text(a, file, NULL, &text)) return NULL;
    mr_diags_init(&diags, a, file, text);
    const struct mr_tree *tree = mr_yaml_read(a, &diags, text);
    mr_diags_done(&diags);
    bool itself = tree && tree->kind == MR_TREE_MAP && mr_tree_get(tree, "topology");
    return itself ? NULL : topology;
}

/* Keys beside `tests:` are slips: nothing else of such a file is read. */
static const struct mr_tree *only_tests(const struct mr_tree *tree, struct mr_diags *d) {
    const struct mr_tree *list = NULL;
    if (tree->kind != MR_TREE_MAP) return tree;
    for (uint32_t i = 0; i < tree->n; i++) {
        const struct mr_tree *key = &tree->keys[i];
        if (mr_str_is(key->text, "tests")) {
            list = &tree->items[i];
            continue;
        }
        struct mr_diag *g = mr_error(d, "E-KEY", key->pos,
                                     "`%s` does not belong into a file of tests", key->text.p);
        g->len = (uint32_t)key->text.n;
    }
    if (!list) {
        struct mr_diag *g = mr_error(d, "E-MISSING", tree->pos, "the file has no `tests`");
        mr_diag_hint(d, g, "a file of tests is a list of them, below `tests:`");
    }
    return list;
}

bool mr_tests_inside(struct mr_arena *a, const struct mr_loaded *l, FILE *err,
                     struct mr_tests *ret) {
    const struct mr_tree *list = mr_plan_tests(l->plan);
    *ret = (struct mr_tests){.file = l->file, .text = mr_buf_view(&l->text)};
    if (!list) return true;
    struct mr_diags diags;
    mr_diags_init(&diags, a, ret->file, ret->text);
    bool ok = mr_test_read(a, &diags, l->plan, list, &ret->tests, &ret->n);
    mr_print_diags(&diags, err);
    mr_diags_done(&diags);
    return ok;
}

bool mr_tests_load(struct mr_arena *a, const struct mr_plan *plan, const char *file, FILE *err,
                   struct mr_tests *ret) {
    struct mr_diags diags;
    *ret = (struct mr_tests){.file = file};
    if (!read_text(a, file, err, &ret->text)) return false;
    mr_diags_init(&diags, a, file, ret->text);
    const struct mr_tree *tree = mr_yaml_read(a, &diags, ret->text);
    const struct mr_tree *list = tree ? only_tests(tree, &diags) : NULL;
    if (list) mr_test_read(a, &diags, plan, list, &ret->tests, &ret->n);
    bool ok = diags.n_errors == 0;
    mr_print_diags(&diags, err);
    mr_diags_done(&diags);
    return ok;
}

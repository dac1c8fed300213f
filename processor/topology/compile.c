/* compile.c -- topology text -> plan: the stages in order. Open this file first.
 *
 *   mr_yaml_read     text -> tree         yaml_read.c
 *   mr_vars_resolve  ${NAME}              vars.c
 *   mr_check_file    tree -> graph        check.c and what it calls
 *   mr_split         graph -> subs        split.c
 *   mr_plan_make     subs -> plan         plan.c
 *
 * Each stage runs only when the one before had no errors; within a stage all of them are found.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

static const char *folder_of(struct mr_arena *a, const char *file) {
    const char *slash = strrchr(file, '/');
    if (!slash) return ".";
    return slash == file ? "/" : mr_arena_strndup(a, file, (size_t)(slash - file));
}

/* A mistake in something that is used twice (a named type) is found twice and told once. */
static void drop_repeats(struct mr_diags *d, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < d->n; i++) {
        const struct mr_diag *g = &d->list[i];
        bool repeated = false;
        for (size_t k = from; k < kept && !repeated; k++)
            repeated = d->list[k].pos.line == g->pos.line && d->list[k].pos.col == g->pos.col &&
                       strcmp(d->list[k].code, g->code) == 0 &&
                       strcmp(d->list[k].text, g->text) == 0;
        if (repeated) {
            d->n_errors -= g->severity == MR_ERROR;
            continue;
        }
        d->list[kept++] = *g;
    }
    d->n = kept;
}

static bool run_stages(struct mr_compiler *c, struct mr_plan_box *box) {
    const struct mr_tree *root = mr_yaml_read(c->arena, c->diags, c->conf->text);
    if (!root) return false;
    size_t errors = c->diags->n_errors;
    root = mr_vars_resolve(c->conf, c->arena, c->diags, root);
    bool ok = mr_check_file(c, root) && c->diags->n_errors == errors;
    if (!ok || !mr_split(c)) return false;
    mr_plan_make(c, box);
    return true;
}

static struct mr_plan_box *box_of(const struct mr_plan *p) {
    return (struct mr_plan_box *)p;
}

struct mr_plan *mr_compile(const struct mr_compile_conf *conf, struct mr_diags *diags) {
    struct mr_plan_box *box = mr_calloc(1, sizeof *box);
    size_t first = diags->n;
    mr_arena_init(&box->arena);
    struct mr_compiler c = {.conf = conf, .arena = &box->arena, .diags = diags};
    c.dir = folder_of(c.arena, conf->file);
    bool ok = run_stages(&c, box);
    drop_repeats(diags, first);
    if (ok) return &box->plan;
    if (diags->n_errors == 0) {
        struct mr_pos none = {0};
        mr_error(diags, "E-INTERNAL", none,
                 "not compiled, and nobody said why: please report this file");
    }
    mr_arena_done(&box->arena);
    mr_free(box);
    return NULL;
}

void mr_plan_free(struct mr_plan *p) {
    if (!p) return;
    struct mr_plan_box *box = box_of(p);
    mr_arena_done(&box->arena);
    mr_free(box);
}

const struct mr_tree *mr_plan_tests(const struct mr_plan *p) {
    return box_of(p)->tests;
}

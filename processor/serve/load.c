/* load.c -- see load.h. */
#include "processor/serve/load.h"
#include "base/mem.h"
#include "processor/serve/testload.h"

#include <errno.h>
#include <stdlib.h>

bool mr_read_file(const char *path, size_t max, struct mr_buf *to, char error[256]) {
    bool standard_input = strcmp(path, "-") == 0;
    FILE *f = standard_input ? stdin : fopen(path, "rb");
    if (!f) {
        snprintf(error, 256, "%s: %s", path, strerror(errno));
        return false;
    }
    char piece[65536];
    size_t n;
    mr_buf_init(to, max);
    while (!to->full && (n = fread(piece, 1, sizeof piece, f)) > 0) mr_buf_add(to, piece, n);
    bool failed = ferror(f) != 0;
    if (failed)
        snprintf(error, 256, "%s: %s", path, strerror(errno));
    else if (to->full)
        snprintf(error, 256, "%s: larger than %zu bytes", path, max);
    if (!standard_input) fclose(f);
    return !failed && !to->full;
}

static const char *from_environment(void *arg, const char *name) {
    return getenv(name);
}

/* `--param name=value` -> settings. false after a usage error. */
static bool read_params(const struct mr_args *a, struct mr_loaded *l, size_t *ret_n) {
    size_t n = 0, bytes = 1;
    for (size_t i = 0; i < a->n_given; i++) bytes += strlen(a->given[i].value) + 1;
    l->params = mr_calloc(a->n_given + 1, sizeof *l->params);
    l->param_texts = mr_alloc(bytes);
    char *at = l->param_texts;
    for (size_t i = 0; i < a->n_given; i++) {
        if (strcmp(a->given[i].flag->name, "param") != 0) continue;
        char *equals;
        memcpy(at, a->given[i].value, strlen(a->given[i].value) + 1);
        if (!(equals = strchr(at, '='))) {
            mr_usage(a, "--param %s: NAME=VALUE is needed", at);
            return false;
        }
        *equals = 0;
        l->params[n++] = (struct mr_setting){at, equals + 1};
        at = equals + 1 + strlen(equals + 1) + 1;
    }
    *ret_n = n;
    return true;
}

void mr_print_diags(struct mr_diags *d, FILE *to) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_diags_print(d, &b);
    if (b.n) fwrite(b.p, 1, b.n, to);
    mr_buf_done(&b);
}

int mr_load(const struct mr_args *a, const char *file, struct mr_loaded *ret) {
    char error[256];
    size_t n_params = 0;
    *ret = (struct mr_loaded){.file = file};
    if (!read_params(a, ret, &n_params)) return MR_EXIT_USAGE;
    if (!mr_read_file(file, MR_FILE_MAX, &ret->text, error)) {
        fprintf(a->err, "millrace %s: %s\n", a->command->name, error);
        return MR_EXIT_CONFIG;
    }
    struct mr_arena arena;
    struct mr_diags diags;
    mr_arena_init(&arena);
    const char *topology = mr_tests_topology(&arena, file);
    if (topology) {
        fprintf(a->err, "millrace %s: %s: has tests of %s; give that one\n", a->command->name, file,
                topology);
        mr_arena_done(&arena);
        return MR_EXIT_CONFIG;
    }
    mr_diags_init(&diags, &arena, file, mr_buf_view(&ret->text));
    struct mr_compile_conf conf = {
        .file = file,
        .text = {mr_buf_cstr(&ret->text), ret->text.n},
        .env = from_environment,
        .params = ret->params,
        .n_params = n_params,
    };
    ret->plan = mr_compile(&conf, &diags);
    mr_print_diags(&diags, a->err);
    mr_diags_done(&diags);
    mr_arena_done(&arena);
    return ret->plan ? MR_EXIT_OK : MR_EXIT_CONFIG;
}

void mr_loaded_done(struct mr_loaded *l) {
    if (l->plan) mr_plan_free(l->plan);
    mr_buf_done(&l->text);
    mr_free(l->params);
    mr_free(l->param_texts);
}

/* ---- run.yaml */

static void read_props(struct mr_run_conf *r, const struct mr_tree *map, struct mr_diags *d) {
    if (map->kind != MR_TREE_MAP) {
        mr_error(d, "E-TYPE", map->pos, "kafka: a map of client properties is needed here");
        return;
    }
    r->props = mr_arena_calloc(&r->arena, map->n, sizeof *r->props);
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_tree *value = &map->items[i];
        if (value->kind != MR_TREE_SCALAR) {
            mr_error(d, "E-TYPE", value->pos, "kafka.%s: a single value is needed here",
                     map->keys[i].text.p);
            continue;
        }
        r->props[r->n_props++] = (struct mr_property){map->keys[i].text.p, value->text.p};
    }
}

static void read_tree(struct mr_run_conf *r, struct mr_str text, struct mr_diags *d) {
    static const char *const others[] = {"kafka"};
    const struct mr_tree *tree = mr_yaml_read(&r->arena, d, text);
    if (tree) tree = mr_vars_everywhere(from_environment, NULL, &r->arena, d, tree);
    if (!tree || d->n_errors || !mr_config_tree(&r->config, tree, others, 1, d)) return;
    const struct mr_tree *kafka = mr_tree_get(tree, "kafka");
    if (kafka) read_props(r, kafka, d);
}

/* The settings that flags and environment have made are ranked above those of the file. */
static void copy_config(const struct mr_config *from, struct mr_config *to) {
    *to = *from;
    for (int id = 0; id < MR_N_CONFIG; id++) {
        if (mr_config_rows[id].type != MR_C_STR) continue;
        char **at = (char **)((char *)to + mr_config_rows[id].at);
        *at = mr_strdup(*at);
    }
}

int mr_load_config(const struct mr_args *a, struct mr_run_conf *ret) {
    const char *file = mr_args_value(a, "config");
    *ret = (struct mr_run_conf){0};
    mr_arena_init(&ret->arena);
    copy_config(&a->config, &ret->config);
    if (!file) return MR_EXIT_OK;
    char error[256];
    struct mr_buf text = {0};
    if (!mr_read_file(file, MR_FILE_MAX, &text, error)) {
        fprintf(a->err, "millrace %s: %s\n", a->command->name, error);
        mr_buf_done(&text);
        return MR_EXIT_CONFIG;
    }
    struct mr_diags diags;
    mr_diags_init(&diags, &ret->arena, file, mr_buf_view(&text));
    read_tree(ret, (struct mr_str){mr_buf_cstr(&text), text.n}, &diags);
    mr_print_diags(&diags, a->err);
    int code = diags.n_errors ? MR_EXIT_CONFIG : MR_EXIT_OK;
    mr_diags_done(&diags);
    mr_buf_done(&text);
    return code;
}

void mr_run_conf_done(struct mr_run_conf *r) {
    mr_config_done(&r->config);
    mr_arena_done(&r->arena);
}

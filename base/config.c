/* config.c -- settings by name from text; see config.h. */
#include "base/config.h"
#include "base/mem.h"
#include "base/units.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const struct mr_config_row mr_config_rows[MR_N_CONFIG] = {
#define CONFIG(type, name, def, min, max, doc)                                                     \
    {#name, MR_C_##type, def, min, max, doc, offsetof(struct mr_config, name)},
#include "base/config.def"
#undef CONFIG
};

enum { NAME_MAX_BYTES = 63 };

void mr_config_init(struct mr_config *c) {
    *c = (struct mr_config){0};
    struct mr_buf error;
    mr_buf_init(&error, 0);
    for (int id = 0; id < MR_N_CONFIG; id++) {
        bool ok = mr_config_set(c, MR_FROM_DEFAULT, id, mr_config_rows[id].def, &error);
        assert(ok && "a default in config.def is not valid");
        (void)ok;
    }
    mr_buf_done(&error);
}

void mr_config_done(struct mr_config *c) {
    for (int id = 0; id < MR_N_CONFIG; id++)
        if (mr_config_rows[id].type == MR_C_STR) mr_freep((char *)c + mr_config_rows[id].at);
    *c = (struct mr_config){0};
}

int mr_config_find(const char *name) {
    for (int id = 0; id < MR_N_CONFIG; id++) {
        const char *a = name, *b = mr_config_rows[id].name;
        while (*a && (*a == '-' ? '_' : *a) == *b) a++, b++;
        if (!*a && !*b) return id;
    }
    return -1;
}

static bool parse_int(const char *text, int64_t *ret) {
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || end == text || *end || isspace((unsigned char)*text)) return false;
    *ret = n;
    return true;
}

/* What the text means as a number; false after a line in error. */
static bool parse_number(const struct mr_config_row *r, const char *text, int64_t *ret,
                         struct mr_buf *error) {
    static const char *const expected[] = {
        [MR_C_INT] = "a whole number",
        [MR_C_BOOL] = "true or false",
        [MR_C_MS] = "a duration with a unit (250ms 30s 5m 1h)",
        [MR_C_BYTES] = "a size with a unit (64KiB 512MiB 2GiB)",
    };
    bool ok = false;
    switch (r->type) {
    case MR_C_INT: ok = parse_int(text, ret); break;
    case MR_C_MS: ok = mr_parse_duration(mr_str(text), ret); break;
    case MR_C_BYTES: ok = mr_parse_size(mr_str(text), ret); break;
    case MR_C_BOOL:
        *ret = strcmp(text, "true") == 0;
        ok = *ret || strcmp(text, "false") == 0;
        break;
    case MR_C_STR: break;
    }
    if (!ok) mr_buf_printf(error, "%s: `%s` is not %s", r->name, text, expected[r->type]);
    return ok;
}

static void add_bound(const struct mr_config_row *r, int64_t bound, struct mr_buf *to) {
    if (r->type == MR_C_MS)
        mr_print_duration(bound, to);
    else if (r->type == MR_C_BYTES)
        mr_print_size(bound, to);
    else
        mr_buf_printf(to, "%lld", (long long)bound);
}

static bool in_range(const struct mr_config_row *r, const char *text, int64_t n,
                     struct mr_buf *error) {
    if ((r->min == 0 && r->max == 0) || (n >= r->min && n <= r->max)) return true;
    mr_buf_printf(error, "%s: %s is not between ", r->name, text);
    add_bound(r, r->min, error);
    mr_buf_cat(error, " and ");
    add_bound(r, r->max, error);
    return false;
}

bool mr_config_set(struct mr_config *c, enum mr_config_from from, int id, const char *text,
                   struct mr_buf *error) {
    const struct mr_config_row *r = &mr_config_rows[id];
    void *at = (char *)c + r->at;
    int64_t n = 0;
    bool unset = r->type == MR_C_BYTES && *text == 0;
    if (r->type != MR_C_STR && !unset &&
        !(parse_number(r, text, &n, error) &&
          (r->type == MR_C_BOOL || in_range(r, text, n, error))))
        return false;
    if (from < c->from[id]) return true;
    c->from[id] = from;
    switch (r->type) {
    case MR_C_STR: {
        char *old = *(char **)at;
        *(char **)at = mr_strdup(text);
        mr_free(old);
        break;
    }
    case MR_C_BOOL: *(bool *)at = n != 0; break;
    default: *(int64_t *)at = n;
    }
    return true;
}

bool mr_config_env(struct mr_config *c, const char *(*get)(void *arg, const char *name), void *arg,
                   struct mr_buf *errors) {
    bool ok = true;
    for (int id = 0; id < MR_N_CONFIG; id++) {
        char name[NAME_MAX_BYTES + 1] = "MILLRACE_";
        size_t n = strlen(name);
        for (const char *p = mr_config_rows[id].name; *p && n < NAME_MAX_BYTES; p++)
            name[n++] = (char)toupper((unsigned char)*p);
        name[n] = 0;
        const char *text = get(arg, name);
        if (!text) continue;
        size_t before = errors->n;
        if (mr_config_set(c, MR_FROM_ENV, id, text, errors)) continue;
        ok = false;
        if (errors->n > before) mr_buf_printf(errors, " (environment %s)\n", name);
    }
    return ok;
}

static void unknown_key(const struct mr_tree *key, const char *const *others, size_t n_others,
                        struct mr_diags *d) {
    const char *names[MR_N_CONFIG + 16];
    size_t n = 0;
    for (int id = 0; id < MR_N_CONFIG; id++) names[n++] = mr_config_rows[id].name;
    for (size_t i = 0; i < n_others && n < MR_ARRAY_LEN(names); i++) names[n++] = others[i];
    struct mr_diag *g = mr_error(d, "E-KEY", key->pos, "unknown setting `%s`", key->text.p);
    g->len = (uint32_t)key->text.n;
    const char *near = mr_str_nearest(key->text.p, names, n);
    if (near) mr_diag_hint(d, g, "did you mean `%s`?", near);
}

static bool is_other(struct mr_str key, const char *const *others, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (mr_str_is(key, others[i])) return true;
    return false;
}

static void read_item(struct mr_config *c, int id, const struct mr_tree *value,
                      struct mr_diags *d) {
    const char *name = mr_config_rows[id].name;
    if (value->kind != MR_TREE_SCALAR) {
        mr_error(d, "E-TYPE", value->pos, "%s: a single value is needed here", name);
        return;
    }
    struct mr_buf error;
    mr_buf_init(&error, 0);
    if (!mr_config_set(c, MR_FROM_FILE, id, value->text.p, &error)) {
        struct mr_diag *g = mr_error(d, "E-VALUE", value->pos, "%s", mr_buf_cstr(&error));
        g->len = (uint32_t)value->text.n;
    }
    mr_buf_done(&error);
}

bool mr_config_tree(struct mr_config *c, const struct mr_tree *map, const char *const *others,
                    size_t n_others, struct mr_diags *d) {
    size_t before = d->n_errors;
    if (map->kind != MR_TREE_MAP) {
        mr_error(d, "E-TYPE", map->pos, "a map of settings is needed here");
        return false;
    }
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_tree *key = &map->keys[i];
        int id = mr_config_find(key->text.p);
        if (id >= 0)
            read_item(c, id, &map->items[i], d);
        else if (!is_other(key->text, others, n_others))
            unknown_key(key, others, n_others, d);
    }
    return d->n_errors == before;
}

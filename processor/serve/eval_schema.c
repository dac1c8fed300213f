/* eval_schema.c -- see eval_schema.h. */
#include "processor/serve/eval_schema.h"
#include "base/mem.h"

static struct mr_tree scalar(const char *text) {
    return (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
}

/* {key: value} or {key: value, key2: value2}, as if it had been written. */
static struct mr_tree map_of(struct mr_arena *a, const char *key, struct mr_tree value,
                             const char *key2, struct mr_tree value2) {
    struct mr_tree keys[] = {scalar(key), scalar(key2)}, items[] = {value, value2};
    return (struct mr_tree){.kind = MR_TREE_MAP,
                            .pos = value.pos,
                            .n = *key2 ? 2 : 1,
                            .items = mr_arena_dup(a, items, sizeof items),
                            .keys = mr_arena_dup(a, keys, sizeof keys)};
}

static bool names_a_format(const struct mr_tree *t) {
    static const char *const keys[] = {"protobuf", "json", "json_schema", "avro", "registry"};
    for (size_t i = 0; i < MR_ARRAY_LEN(keys); i++)
        if (mr_tree_get(t, keys[i])) return true;
    return t->kind == MR_TREE_SCALAR;
}

static const struct mr_format *inline_format(struct mr_arena *a, struct mr_diags *d,
                                             struct mr_str text) {
    const struct mr_tree *t = mr_yaml_read(a, d, text);
    if (!t) return NULL;
    if (names_a_format(t)) return mr_format_compile(a, d, t, NULL, ".");
    struct mr_tree fields = map_of(a, "json", *t, "", (struct mr_tree){0});
    return mr_format_compile(a, d, &fields, NULL, ".");
}

/* ---- of a topology */

static int source_format(const struct mr_args *args, const char *file, const char *name,
                         struct mr_loaded *l, const struct mr_format **ret) {
    int code = mr_load(args, file, l);
    if (code != MR_EXIT_OK) return code;
    struct mr_buf names;
    mr_buf_init(&names, 0);
    for (uint16_t s = 0; s < l->plan->n_subs; s++) {
        const struct mr_sub *sub = &l->plan->subs[s];
        for (uint16_t i = 0; i < sub->n_inputs; i++) {
            for (const struct mr_input *in = &sub->inputs[i]; in; in = in->table) {
                if (!in->value) continue; /* a repartition topic */
                if (strcmp(in->source, name) == 0) *ret = in->value;
                mr_buf_printf(&names, "%s `%s#%s`", names.n ? "," : "", file, in->source);
            }
        }
    }
    if (!*ret) {
        fprintf(args->err, "millrace eval: %s: no source or table `%s`; there are%s\n", file, name,
                mr_buf_cstr(&names));
    }
    mr_buf_done(&names);
    return *ret ? MR_EXIT_OK : MR_EXIT_CONFIG;
}

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

int mr_eval_schema(const struct mr_args *args, struct mr_arena *a, const char *text,
                   struct mr_loaded *l, const struct mr_format **ret) {
    const char *hash = strchr(text, '#');
    const char *file = hash ? mr_arena_strndup(a, text, (size_t)(hash - text)) : text;
    bool is_file = *text != '{' && *text != '[' && strpbrk(text, "#/.");
    *ret = NULL;
    if (is_file && (ends_with(file, ".yaml") || ends_with(file, ".yml")))
        return source_format(args, file, hash ? hash + 1 : "", l, ret);
    struct mr_diags d;
    mr_diags_init(&d, a, "--schema", mr_str(text));
    if (is_file) {
        struct mr_tree t = hash
                               ? map_of(a, "protobuf", scalar(hash + 1), "descriptor", scalar(file))
                               : map_of(a, "json_schema", scalar(file), "", scalar(""));
        *ret = mr_format_compile(a, &d, &t, NULL, ".");
    } else {
        *ret = inline_format(a, &d, mr_str(text));
    }
    mr_print_diags(&d, args->err);
    mr_diags_done(&d);
    return *ret ? MR_EXIT_OK : MR_EXIT_CONFIG;
}

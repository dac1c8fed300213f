/* codec.c -- formats: what `key:` and `value:` say.
 *
 * It knows the formats, not how they are encoded.
 */
#include "processor/expr/access.h"
#include "base/mem.h"
#include "processor/expr/avro.h"
#include "processor/expr/json.h"
#include "processor/expr/message.h"
#include "processor/expr/utf8.h"

/* ---- reading the file */

static const struct mr_format *format_new(struct mr_arena *a, enum mr_format_kind kind,
                                          const struct mr_type *t) {
    struct mr_format *f = mr_arena_calloc(a, 1, sizeof *f);
    f->kind = kind;
    f->type = t;
    return f;
}

static const struct mr_format *scalar_format(struct mr_arena *a, struct mr_diags *d,
                                             const struct mr_tree *t) {
    static const char *const names[] = {"string", "bytes", "int", "json"};
    static const enum mr_format_kind kinds[] = {MR_F_STRING, MR_F_BYTES, MR_F_INT, MR_F_JSON};
    static const struct mr_type *const types[] = {&mr_type_string, &mr_type_bytes, &mr_type_int,
                                                  &mr_type_dyn};
    for (size_t i = 0; i < 4; i++)
        if (mr_str_is(t->text, names[i])) return format_new(a, kinds[i], types[i]);
    struct mr_diag *g = mr_error(d, "E-FORMAT", t->pos, "no format `%.*s`", MR_STR_ARG(t->text));
    g->len = (uint32_t)t->text.n;
    const char *near = mr_str_nearest(t->text.p, names, 4);
    if (near)
        mr_diag_hint(d, g, "did you mean `%s`?", near);
    else
        mr_diag_hint(d, g,
                     "formats: string, bytes, int, json, {json: {field: type}}, "
                     "{protobuf: pkg.Message, descriptor: file}, {avro: file}");
    return NULL;
}

static const struct mr_format *json_format(struct mr_arena *a, struct mr_diags *d,
                                           const struct mr_tree *t, const struct mr_tree *types) {
    const struct mr_type *type = mr_type_compile(a, d, t, types, NULL, NULL);
    if (!type) return NULL;
    if (type->kind == MR_T_DYN) return format_new(a, MR_F_JSON, type);
    if (type->kind == MR_T_STRUCT) return format_new(a, MR_F_JSON_ROW, type);
    mr_error(d, "E-FORMAT", t->pos, "`json:` names fields: {json: {field: type}}");
    return NULL;
}

static const struct mr_format *protobuf_format(struct mr_arena *a, struct mr_diags *d,
                                               const struct mr_tree *t, const char *dir) {
    const struct mr_tree *message = mr_tree_get(t, "protobuf");
    const struct mr_tree *file = mr_tree_get(t, "descriptor");
    const char *problem;
    struct mr_str set;
    if (message->kind != MR_TREE_SCALAR) {
        mr_error(d, "E-FORMAT", message->pos, "`protobuf:` names a message: pkg.Message");
        return NULL;
    }
    if (!file || file->kind != MR_TREE_SCALAR) {
        struct mr_diag *g = mr_error(d, "E-FORMAT", t->pos, "`descriptor: file` is missing");
        mr_diag_hint(d, g, "protoc --include_imports --descriptor_set_out=FILE makes it");
        return NULL;
    }
    const char *path = mr_schema_path(a, file, dir);
    if (!mr_schema_read(a, path, &set, &problem)) {
        mr_error(d, "E-DESCRIPTOR", file->pos, "%s: %s", path, problem);
        return NULL;
    }
    const struct mr_type *type = mr_descriptor_type(a, set, message->text, &problem);
    if (!type) {
        mr_error(d, "E-DESCRIPTOR", message->pos, "%s: %s", path, problem);
        return NULL;
    }
    struct mr_format *f = mr_arena_calloc(a, 1, sizeof *f);
    *f = (struct mr_format){MR_F_PROTOBUF, type, mr_arena_str(a, message->text), .set = set};
    return f;
}

static const struct mr_format *schema_format(struct mr_arena *a, struct mr_diags *d,
                                             const struct mr_tree *t, const char *dir) {
    struct mr_schema_file file = {.a = a, .d = d, .at = t};
    const struct mr_type *type = mr_schema_load(&file, dir) ? mr_json_schema_type(&file) : NULL;
    return type ? format_new(a, MR_F_JSON_ROW, type) : NULL;
}

static const struct mr_format *avro_format(struct mr_arena *a, struct mr_diags *d,
                                           const struct mr_tree *t, const char *dir) {
    struct mr_schema_file file = {.a = a, .d = d, .at = t};
    const struct mr_avro *schema = mr_schema_load(&file, dir) ? mr_avro_parse(&file) : NULL;
    if (!schema) return NULL;
    struct mr_format *f = mr_arena_calloc(a, 1, sizeof *f);
    *f = (struct mr_format){MR_F_AVRO, schema->type, mr_str(file.path), schema};
    return f;
}

struct files {
    struct mr_arena *a;
    const char *dir;
    struct mr_str names[64];
    size_t n;
    struct mr_buf sets; /* one behind the other: protobuf merges them so */
};

static void add_file(struct files *f, const struct mr_tree *file) {
    struct mr_str name = file->text;
    const char *problem;
    struct mr_str set;
    for (size_t i = 0; i < f->n; i++)
        if (mr_str_eq(f->names[i], name)) return;
    if (f->n == MR_ARRAY_LEN(f->names)) return;
    f->names[f->n++] = name;
    if (mr_schema_read(f->a, mr_schema_path(f->a, file, f->dir), &set, &problem))
        mr_buf_str(&f->sets, set);
}

static void find_files(struct files *f, const struct mr_tree *t) {
    const struct mr_tree *file = t->kind == MR_TREE_MAP ? mr_tree_get(t, "descriptor") : NULL;
    if (file && file->kind == MR_TREE_SCALAR && mr_tree_get(t, "protobuf")) add_file(f, file);
    for (uint32_t i = 0; i < t->n; i++) find_files(f, &t->items[i]);
}

const struct mr_messages *mr_format_messages(struct mr_arena *a, const struct mr_tree *t,
                                             const char *dir) {
    struct files f = {.a = a, .dir = dir};
    const char *problem;
    mr_buf_init(&f.sets, 0);
    find_files(&f, t);
    struct mr_str sets = {mr_arena_dup(a, f.sets.n ? f.sets.p : "", f.sets.n), f.sets.n};
    mr_buf_done(&f.sets);
    return sets.n ? mr_messages_new(a, sets, &problem) : NULL;
}
static const char *const known[] = {"json",       "json_schema", "protobuf", "avro",
                                    "descriptor", "registry",    "open"};
enum { N_KNOWN = 7, N_KINDS = 4, OPEN = 6 }; /* the first four: what kind of format it is */

static bool check_keys(struct mr_diags *d, const struct mr_tree *t) {
    bool ok = true;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct mr_tree *key = &t->keys[i];
        size_t k = 0;
        while (k < N_KNOWN && !mr_str_is(key->text, known[k])) k++;
        if (k < OPEN) continue;
        ok = false;
        struct mr_diag *g =
            k == OPEN ? mr_error(d, "E-NOTYET", key->pos, "`open` is reserved and not there yet")
                      : mr_error(d, "E-KEY", key->pos, "no key `%.*s` in a format",
                                 MR_STR_ARG(key->text));
        g->len = (uint32_t)key->text.n;
        const char *near = k == OPEN ? NULL : mr_str_nearest(key->text.p, known, N_KNOWN);
        if (near) mr_diag_hint(d, g, "did you mean `%s`?", near);
    }
    return ok;
}

/* `registry: true` */
static bool read_registry(struct mr_diags *d, const struct mr_tree *t, bool *ret) {
    const struct mr_tree *v = mr_tree_get(t, "registry");
    bool scalar = v && v->kind == MR_TREE_SCALAR;
    *ret = scalar && mr_str_is(v->text, "true");
    if (!v || *ret || (scalar && mr_str_is(v->text, "false"))) return true;
    struct mr_diag *g = mr_error(d, "E-FORMAT", v->pos, "`registry:` is true or false");
    mr_diag_hint(d, g, "schemas come from files: a registry itself is not asked yet");
    return false;
}

static const struct mr_format *map_format(struct mr_arena *a, struct mr_diags *d,
                                          const struct mr_tree *t, const struct mr_tree *types,
                                          const char *dir) {
    const struct mr_tree *of[N_KINDS];
    int n = 0;
    for (int i = 0; i < N_KINDS; i++) n += (of[i] = mr_tree_get(t, known[i])) != NULL;
    if (n != 1) {
        mr_error(d, "E-FORMAT", t->pos,
                 "a format needs one of `json:`, `json_schema:`, `protobuf:` and `avro:`");
        return NULL;
    }
    if (of[2]) return protobuf_format(a, d, t, dir);
    if (mr_tree_get(t, "descriptor")) {
        mr_error(d, "E-FORMAT", t->pos, "`descriptor:` goes with `protobuf:`");
        return NULL;
    }
    if (of[1]) return schema_format(a, d, of[1], dir);
    return of[3] ? avro_format(a, d, of[3], dir) : json_format(a, d, of[0], types);
}

const struct mr_format *mr_format_compile(struct mr_arena *a, struct mr_diags *d,
                                          const struct mr_tree *t, const struct mr_tree *types,
                                          const char *dir) {
    bool registry;
    if (t->kind == MR_TREE_SCALAR) return scalar_format(a, d, t);
    if (t->kind == MR_TREE_LIST) {
        mr_error(d, "E-FORMAT", t->pos, "a format is a name or a map, not a list");
        return NULL;
    }
    if (!check_keys(d, t) || !read_registry(d, t, &registry)) return NULL;
    const struct mr_format *f = map_format(a, d, t, types, dir);
    if (!f || !registry) return f;
    struct mr_format *framed = mr_arena_dup(a, f, sizeof *f);
    framed->registry = true;
    return framed;
}

/* Types are equal without looking at how a timestamp is written: is that the same, too? */
static bool same_wire(const struct mr_type *a, const struct mr_type *b) {
    if (a->kind == MR_T_LIST || a->kind == MR_T_MAP) return same_wire(a->elem, b->elem);
    for (uint32_t i = 0; a->kind == MR_T_STRUCT && i < a->n_fields; i++) {
        if (a->fields[i].wire != b->fields[i].wire) return false;
        if (!same_wire(a->fields[i].type, b->fields[i].type)) return false;
    }
    return true;
}

bool mr_format_same(const struct mr_format *a, const struct mr_format *b) {
    if (a == b) return true;
    if (!a || !b || a->kind != b->kind || a->registry != b->registry) return false;
    if (a->kind == MR_F_AVRO) return mr_avro_same(a->avro, b->avro);
    if (!mr_str_eq(a->message, b->message)) return false;
    if (!a->type || !b->type) return true;
    return mr_type_eq(a->type, b->type) &&
           (a->kind != MR_F_JSON_ROW || same_wire(a->type, b->type));
}

void mr_format_print(const struct mr_format *f, struct mr_buf *to) {
    switch (f->kind) {
    case MR_F_STRING: mr_buf_cat(to, "string"); return;
    case MR_F_BYTES: mr_buf_cat(to, "bytes"); return;
    case MR_F_INT: mr_buf_cat(to, "int"); return;
    case MR_F_JSON: mr_buf_cat(to, "json"); return;
    case MR_F_PROTOBUF: mr_buf_printf(to, "{protobuf: %.*s}", MR_STR_ARG(f->message)); return;
    case MR_F_AVRO: mr_buf_printf(to, "{avro: %.*s}", MR_STR_ARG(f->message)); return;
    case MR_F_JSON_ROW: mr_buf_cat(to, "{json: "); break;
    case MR_F_STRUCT: break;
    }
    mr_type_print(f->type, to);
    if (f->kind == MR_F_JSON_ROW) mr_buf_byte(to, '}');
}

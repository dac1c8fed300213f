/* side.c -- what the joins share at compile time: are the sides keyed alike, how are they named,
 * what row do they make together. */
#include "base/mem.h"
#include "processor/op/internal.h"

bool mr_side_is_stream(const struct mr_tree *join) {
    return mr_tree_get(join, "stream") != NULL;
}

bool mr_side_is_foreign(const struct mr_tree *join) {
    const struct mr_tree *on = mr_tree_get(join, "on");
    return on && !mr_str_is(on->text, "key");
}

static enum mr_format_kind key_kind(const struct mr_flow *f) {
    if (f->key_format)
        return f->key_format->kind == MR_F_JSON_ROW ? MR_F_STRUCT : f->key_format->kind;
    if (!f->key) return MR_F_BYTES;
    switch (f->key->kind) {
    case MR_T_STRING: return MR_F_STRING;
    case MR_T_BYTES: return MR_F_BYTES;
    case MR_T_INT: return MR_F_INT;
    case MR_T_STRUCT: return MR_F_STRUCT;
    default: return MR_F_JSON;
    }
}

static bool same_keys(const struct mr_flow *a, const struct mr_flow *b) {
    if (key_kind(a) != key_kind(b)) return false;
    return !a->key || !b->key || mr_type_eq(a->key, b->key);
}

static void print_key(const struct mr_flow *f, struct mr_buf *to) {
    if (f->key_format)
        mr_format_print(f->key_format, to);
    else if (f->key)
        mr_type_print(f->key, to);
    else
        mr_buf_cat(to, "bytes");
}

bool mr_sides_keyed_alike(struct mr_check *c, const struct mr_tree *at, const char *name,
                          const struct mr_flow *theirs) {
    bool same = same_keys(&c->in, theirs);
    if (same && c->in.windowed == theirs->windowed) return true;
    MR_CLEANUP(mr_buf_done) struct mr_buf our_key = {0};
    MR_CLEANUP(mr_buf_done) struct mr_buf their_key = {0};
    print_key(&c->in, &our_key);
    print_key(theirs, &their_key);
    const char *what = c->in.table ? "table" : "stream";
    struct mr_diag *g;
    if (same) { /* rows of windows lie where their group lies */
        g = mr_error(c->diags, "E-KEY", at->pos,
                     "only one of the two has keys of windows: their rows lie apart");
        mr_diag_hint(c->diags, g, "aggregate both by the same window, or re-key in a node before");
        return false;
    }
    g = mr_error(c->diags, "E-KEY", at->pos, "the %s is keyed by %s, %s `%s` by %s", what,
                 mr_buf_cstr(&our_key), theirs->table ? "table" : "stream", name,
                 mr_buf_cstr(&their_key));
    if (c->in.table)
        mr_diag_hint(c->diags, g, "declare both topics with the same key format");
    else
        mr_diag_hint(c->diags, g,
                     "re-key the stream in a node before: key: 'expression of type %s'",
                     mr_buf_cstr(&their_key));
    return false;
}

bool mr_side_refers(struct mr_check *c, const struct mr_tree *at, const struct mr_type *key,
                    const char *name, const struct mr_flow *theirs) {
    struct mr_flow ours = {.key = key};
    if (same_keys(&ours, theirs)) return true;
    MR_CLEANUP(mr_buf_done) struct mr_buf our_key = {0};
    MR_CLEANUP(mr_buf_done) struct mr_buf their_key = {0};
    print_key(&ours, &our_key);
    print_key(theirs, &their_key);
    struct mr_diag *g =
        mr_error(c->diags, "E-KEY", at->pos, "`on` is %s, table `%s` is keyed by %s",
                 mr_buf_cstr(&our_key), name, mr_buf_cstr(&their_key));
    mr_diag_hint(c->diags, g, "let `on` give a key of `%s`, in its type", name);
    return false;
}

bool mr_sides_named(struct mr_check *c, const struct mr_tree *at, const char *other) {
    if (strcmp(c->input_name, other) != 0) return true;
    struct mr_diag *g =
        mr_error(c->diags, "E-NAME", at->pos, "both sides of this join are called `%s`", other);
    mr_diag_hint(c->diags, g,
                 "call the input of the node something else: `as: name` beside `from`");
    return false;
}

const struct mr_type *mr_sides_type(struct mr_check *c, const struct mr_check_side *other,
                                    bool left_optional, bool right_optional) {
    struct mr_field *to = mr_arena_calloc(c->arena, 2, sizeof *to);
    to[0] = (struct mr_field){.name = mr_arena_str(c->arena, mr_str(c->input_name)),
                              .type = c->in.row,
                              .optional = left_optional};
    to[1] = (struct mr_field){.name = mr_arena_str(c->arena, mr_str(other->name)),
                              .type = other->flow.row,
                              .optional = right_optional};
    return mr_type_struct(c->arena, "", 2, to);
}

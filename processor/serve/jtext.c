/* jtext.c -- see jtext.h. */
#include "processor/serve/jtext.h"
#include "processor/expr/json.h"

const char *mr_jtext_problem(struct mr_str text) {
    struct mr_json j = mr_json_of(text);
    if (text.n > MR_JSON_MAX) return "too long";
    mr_json_space(&j);
    if (j.at != text.p) return "white space before the value";
    if (!mr_json_check(&j)) return j.problem ? j.problem : "not JSON";
    return j.at == j.end ? NULL : "text behind the value";
}

bool mr_jtext_unquote(struct mr_arena *a, struct mr_str text, struct mr_str *ret) {
    if (text.n < 2 || *text.p != '"') return false;
    struct mr_str raw = {text.p + 1, text.n - 2};
    if (memchr(raw.p, '\\', raw.n)) return mr_json_unescape(a, raw, ret);
    *ret = raw;
    return true;
}

void mr_jtext_quote(struct mr_str s, struct mr_buf *to) {
    mr_buf_byte(to, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            mr_buf_printf(to, "\\%c", c);
        else if (c == '\n')
            mr_buf_cat(to, "\\n");
        else if (c == '\t')
            mr_buf_cat(to, "\\t");
        else if (c < 0x20)
            mr_buf_printf(to, "\\u%04x", c);
        else
            mr_buf_byte(to, c);
    }
    mr_buf_byte(to, '"');
}

struct builder {
    struct mr_arena *arena;
    const char *start; /* of the whole text */
};

static struct mr_pos pos_of(const struct builder *b, const char *at) {
    return (struct mr_pos){1, (uint32_t)(at - b->start) + 1};
}

static bool make_scalar(const struct builder *b, struct mr_str text, struct mr_tree *ret) {
    struct mr_str content = text;
    *ret = (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = pos_of(b, text.p)};
    ret->style = *text.p == '"' ? MR_STYLE_QUOTED : MR_STYLE_PLAIN;
    if (ret->style == MR_STYLE_QUOTED && !mr_jtext_unquote(b->arena, text, &content)) return false;
    ret->text = mr_arena_str(b->arena, content);
    return true;
}

static bool make_key(const struct builder *b, const struct mr_json_string *key,
                     struct mr_tree *ret) {
    return make_scalar(b, (struct mr_str){key->raw.p - 1, key->raw.n + 2}, ret);
}

static uint32_t count(struct mr_str text) {
    struct mr_json_iter it;
    struct mr_str element;
    uint32_t n = 0;
    if (mr_json_iter(text, &it))
        while (mr_json_next(&it, NULL, &element)) n++;
    return n;
}

/* Depth is bounded by the check that the whole text has passed. */
static bool make(const struct builder *b, struct mr_str text, struct mr_tree *ret) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str element;
    if (!mr_json_iter(text, &it)) return make_scalar(b, text, ret);
    bool map = it.kind == '{';
    *ret = (struct mr_tree){.kind = map ? MR_TREE_MAP : MR_TREE_LIST, .pos = pos_of(b, text.p)};
    uint32_t n = count(text);
    ret->items = mr_arena_calloc(b->arena, n, sizeof *ret->items);
    if (map) ret->keys = mr_arena_calloc(b->arena, n, sizeof *ret->keys);
    while (mr_json_next(&it, &key, &element)) {
        if (map && !make_key(b, &key, &ret->keys[ret->n])) return false;
        if (!make(b, element, &ret->items[ret->n])) return false;
        ret->n++;
    }
    return true;
}

bool mr_jtext_tree(struct mr_arena *a, struct mr_str text, struct mr_tree *ret) {
    struct builder b = {a, text.p};
    return !mr_jtext_problem(text) && make(&b, text, ret);
}

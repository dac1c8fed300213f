/* tree.c -- looking things up in a positioned tree; see tree.h. */
#include "base/tree.h"

const struct mr_tree *mr_tree_get(const struct mr_tree *map, const char *key) {
    if (!map || map->kind != MR_TREE_MAP) return NULL;
    for (uint32_t i = 0; i < map->n; i++)
        if (mr_str_is(map->keys[i].text, key)) return &map->items[i];
    return NULL;
}

struct mr_pos mr_tree_pos(const struct mr_tree *scalar, size_t off) {
    struct mr_pos pos = scalar->pos;
    if (off > scalar->text.n) off = scalar->text.n;
    if (!scalar->lines || scalar->n_lines == 0) {
        pos.col += (uint32_t)off;
        return pos;
    }
    uint32_t line = 0;
    size_t start = 0; /* of the line that holds `off` */
    for (size_t i = 0; i < off; i++) {
        if (scalar->text.p[i] != '\n' || line + 1 >= scalar->n_lines) continue;
        line++;
        start = i + 1;
    }
    pos.line += line;
    pos.col = scalar->lines[line] + (uint32_t)(off - start);
    return pos;
}

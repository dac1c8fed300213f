/* tree.c -- looking things up in a positioned tree; see tree.h. */
#include "base/tree.h"

const struct mr_tree *mr_tree_get(const struct mr_tree *map, const char *key) {
    if (!map || map->kind != MR_TREE_MAP) return NULL;
    for (uint32_t i = 0; i < map->n; i++)
        if (mr_str_is(map->keys[i].text, key)) return &map->items[i];
    return NULL;
}

static struct mr_pos placed(const struct mr_tree *scalar, size_t off) {
    uint32_t i = scalar->n_places - 1;
    while (i > 0 && scalar->places[i].off > off) i--;
    struct mr_tree_place at = scalar->places[i];
    if (off > at.off) at.pos.col += (uint32_t)(off - at.off);
    return at.pos;
}

struct mr_pos mr_tree_pos(const struct mr_tree *scalar, size_t off) {
    struct mr_pos pos = scalar->pos;
    if (off > scalar->text.n) off = scalar->text.n;
    if (scalar->n_places) return placed(scalar, off);
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

uint32_t mr_tree_len(const struct mr_tree *scalar, size_t off, uint32_t len) {
    if (!scalar->n_places || len < 2) return len;
    struct mr_pos from = mr_tree_pos(scalar, off), to = mr_tree_pos(scalar, off + len);
    if (to.line == from.line && to.col > from.col) return to.col - from.col;
    to = mr_tree_pos(scalar, off + len - 1);
    return to.line == from.line && to.col >= from.col ? to.col + 1 - from.col : len;
}

/* tree.h -- a positioned tree of maps, lists and scalars: what a YAML text says, nothing resolved.
 *
 * Made by processor/topology/yaml_read.c (topologies, tests) and used by everything that reads a
 * configuration. All memory belongs to the arena of the reader; nodes are const afterwards.
 */
#ifndef MR_BASE_TREE_H
#define MR_BASE_TREE_H

#include "base/str.h"

#include <stdint.h>

enum mr_tree_kind { MR_TREE_SCALAR, MR_TREE_MAP, MR_TREE_LIST };

enum mr_tree_style { MR_STYLE_PLAIN, MR_STYLE_QUOTED, MR_STYLE_BLOCK };

struct mr_pos {
    uint32_t line, col; /* 1-based; col counts bytes; 0,0 = no position */
};

/* From byte `off` of a scalar on, up to the next one, its bytes stand in one row from pos on. */
struct mr_tree_place {
    uint32_t off;
    struct mr_pos pos;
};

struct mr_tree {
    enum mr_tree_kind kind;
    enum mr_tree_style style; /* of a scalar: plain scalars may be numbers, bools, null */
    struct mr_pos pos;        /* of its first byte (of the text inside quotes for scalars) */
    struct mr_str text;       /* scalar: its value, NUL-terminated */
    const uint32_t *lines;    /* block scalar: file column of column 1 of each line, else NULL */
    uint32_t n_lines;
    const struct mr_tree_place
        *places; /* scalar: where its parts stand; NULL: in one row, or `lines` */
    uint32_t n_places;
    uint32_t n;            /* children */
    struct mr_tree *items; /* list: n nodes; map: n values */
    struct mr_tree *keys;  /* map: n scalar nodes, in file order */
};

const struct mr_tree *mr_tree_get(const struct mr_tree *map, const char *key); /* NULL = none */
/* The file position of byte `off` of a scalar's value (carets inside expressions). */
struct mr_pos mr_tree_pos(const struct mr_tree *scalar, size_t off);
/* The columns that `len` bytes from `off` take; those behind the end of a line do not count. */
uint32_t mr_tree_len(const struct mr_tree *scalar, size_t off, uint32_t len);

#endif

/* yaml_place.h -- where in the file the bytes of a scalar stand, when they are not all in one row.
 */
#ifndef MR_TOPOLOGY_YAML_PLACE_H
#define MR_TOPOLOGY_YAML_PLACE_H

#include "base/arena.h"
#include "base/tree.h"

enum mr_yaml_form { MR_YAML_PLAIN, MR_YAML_SINGLE, MR_YAML_DOUBLE, MR_YAML_FOLDED };

/* Fills t->places. at: the byte of the source that t->pos names and t's text begins with. */
void mr_yaml_place(struct mr_arena *a, struct mr_str source, size_t at, enum mr_yaml_form form,
                   struct mr_tree *t);

#endif

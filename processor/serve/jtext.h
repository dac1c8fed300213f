/* jtext.h -- the JSON of files: feed lines, output lines, expectations of tests.
 *
 * On top of the scanner of processor/expr/json.h, which decodes records: here texts are kept byte
 * for byte, written, and turned into trees to be compared with YAML. Knows nothing of topics.
 */
#ifndef MR_SERVE_JTEXT_H
#define MR_SERVE_JTEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/tree.h"

/* Is this exactly one value, without white space around it? NULL = yes, else what is wrong. */
const char *mr_jtext_problem(struct mr_str text);
/* The content of a string's (checked) text, in a or borrowed. false: no string, or half of a
 * surrogate pair. */
bool mr_jtext_unquote(struct mr_arena *a, struct mr_str text, struct mr_str *ret);
/* Appends s as a string; s is valid UTF-8. */
void mr_jtext_quote(struct mr_str s, struct mr_buf *to);
/* The value as a tree (col = byte + 1): strings are QUOTED scalars, numbers, true, false and null
 * PLAIN ones. false: not valid. */
bool mr_jtext_tree(struct mr_arena *a, struct mr_str text, struct mr_tree *ret);

#endif

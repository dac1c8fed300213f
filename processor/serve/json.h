/* json.h -- the JSON of files: feed lines, output lines, expectations of tests.
 *
 * Not the decoder of records (processor/expr/codec.h): this one keeps texts byte for byte, and is
 * strict (RFC 8259, valid UTF-8, no duplicate keys are looked for). Knows nothing of topics.
 */
#ifndef MR_SERVE_JSON_H
#define MR_SERVE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/tree.h"

#include <stdint.h>

enum { MR_JSON_DEPTH = 64 };

struct mr_json { /* a scanner over one text */
    const char *at, *end;
    const char *error; /* static; set once, NULL = fine so far */
};

void mr_json_space(struct mr_json *j);
/* Passes one value; its text, without white space around it. p == NULL: error. */
struct mr_str mr_json_value(struct mr_json *j);
/* Passes this byte behind white space, if it is there. */
bool mr_json_take(struct mr_json *j, char c);
/* True when nothing but white space is left. */
bool mr_json_ended(struct mr_json *j);

/* Is this exactly one value, without white space around it? */
bool mr_json_valid(struct mr_str text);
/* Decodes a string's text (with its quotes); false: a lone surrogate. */
bool mr_json_unquote(struct mr_str text, struct mr_buf *to);
/* Appends s as a string. s is valid UTF-8. */
void mr_json_quote(struct mr_str s, struct mr_buf *to);

/* The value as a positioned tree (positions: line 1, col = byte): strings are QUOTED scalars,
 * numbers, true, false and null PLAIN ones. false: not valid JSON. */
bool mr_json_tree(struct mr_arena *a, struct mr_str text, struct mr_tree *ret);

void mr_base64(struct mr_str s, struct mr_buf *to);
bool mr_base64_read(struct mr_str text, struct mr_buf *to); /* padded form only */

#endif

/* feed.h -- files in, files out: a line of JSON is one record (design.md 8).
 *
 *   {"key":..., "value":..., "ts":ms, "headers":{...}, "partition":n}
 *
 * `key` and `value` follow the topic's format: JSON formats: the JSON text itself, byte for byte;
 * `string`: a string; `int`: a number; `bytes`: a string, taken as its UTF-8; null = none.
 * `key_base64` and `value_base64` give raw bytes; lines that are written use them where the bytes
 * have no such form (not valid in the format, or a line break in the JSON text). A header is a
 * string, null, {"base64": "..."}, or a list of these where a name comes several times.
 */
#ifndef MR_SERVE_FEED_H
#define MR_SERVE_FEED_H

#include "processor/broker/broker.h"
#include "processor/expr/codec.h"

enum { MR_FEED_LINE_MAX = 64 << 20, MR_FEED_HEADERS_MAX = 256 };

/* What the topic's readers see. NULL for both sides: dead letters (JSON, else UTF-8, else
 * base64). */
struct mr_feed_form {
    const struct mr_format *key, *value;
};

struct mr_feed_rec {
    struct mr_str key, value; /* p == NULL: none; in the arena or borrowed from the line */
    struct mr_hdr *hdrs;      /* in the arena */
    uint32_t n_hdrs;
    int64_t ts;        /* -1 = not given */
    int32_t partition; /* -1 = not given */
};

/* One line. false: *ret_error says why in one line (in the arena). */
bool mr_feed_read(struct mr_arena *a, const struct mr_feed_form *form, struct mr_str line,
                  struct mr_feed_rec *ret, const char **ret_error);
/* Bytes of one side from JSON text (tests use it too). false: *ret_error. */
bool mr_feed_bytes(struct mr_arena *a, const struct mr_format *f, struct mr_str json,
                   struct mr_str *ret, const char **ret_error);
/* Appends the line of a record, with its line break. */
void mr_feed_write(const struct mr_feed_form *form, const struct mr_msg *m, int32_t partition,
                   struct mr_arena *scratch, struct mr_buf *to);
/* Appends `"key":...` or `"key_base64":...`. */
void mr_feed_write_side(const char *name, const struct mr_format *f, bool dead_letter,
                        struct mr_str bytes, struct mr_arena *scratch, struct mr_buf *to);
void mr_feed_write_headers(const struct mr_msg *m, struct mr_buf *to); /* {"name":"value",...} */

#endif

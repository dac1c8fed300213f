/* testfile.h -- the tests of a topology as their file says them (language.md 7).
 *
 *   tests:
 *     - name: ...
 *       keep_open: true
 *       steps:
 *         - {at: "12:00:00", clicks: {key: u1, value: {...}, headers: {...}, partition: 0}}
 *         - {advance: 6m}
 *         - {flush: true}
 *       expect: {sink: [{key: ..., value: ...}], dlq: []}
 *
 * A record's bytes follow the topic's format, as in feed.h; `key_text` and `value_text` give the
 * bytes as they are (records that are not valid). A time on the virtual day (1970-01-02) is
 * `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`; hours above 23 are later days.
 */
#ifndef MR_SERVE_TESTFILE_H
#define MR_SERVE_TESTFILE_H

#include "base/diag.h"
#include "processor/op/plan.h"
#include "processor/serve/feed.h"

#define MR_TEST_DAY_MS INT64_C(86400000) /* 1970-01-02T00:00:00Z */

enum mr_test_kind { MR_TEST_RECORD, MR_TEST_ADVANCE, MR_TEST_FLUSH };

struct mr_test_event {
    enum mr_test_kind kind;
    const struct mr_input *input; /* RECORD */
    struct mr_feed_rec rec;
    int64_t advance_ms; /* ADVANCE */
};

struct mr_test {
    const struct mr_tree *tree; /* of the whole test */
    const char *name;
    bool keep_open;
    int32_t partitions;           /* that its records name: the highest + 1, at least 1 */
    struct mr_test_event *events; /* in the arena */
    size_t n_events;
    const struct mr_tree *expect; /* map, or NULL */
};

/* Reads a list of tests; false after diagnostics. Everything is made in a. */
bool mr_test_read(struct mr_arena *a, struct mr_diags *d, const struct mr_plan *plan,
                  const struct mr_tree *list, struct mr_test **ret, size_t *ret_n);

/* "12:00:30.5" -> ms since 1970; false: not a time of the virtual day. */
bool mr_test_time(struct mr_str text, int64_t *ret_ms);
/* JSON of a YAML value for a type (NULL: any): times where the type is a timestamp. */
void mr_test_json(const struct mr_tree *t, const struct mr_type *type, enum mr_wire wire,
                  struct mr_buf *to);
/* What a plain scalar is in YAML's core schema. */
enum mr_plain { MR_PLAIN_STRING, MR_PLAIN_NULL, MR_PLAIN_BOOL, MR_PLAIN_NUMBER };
enum mr_plain mr_test_plain(const struct mr_tree *scalar);

#endif

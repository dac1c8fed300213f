/* changes.c -- `changes: true`: a table as the stream of its new rows.
 *
 * Old rows that go, by a delete or before their replacement, are no facts: they are filtered.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

static bool check(struct mr_check *c) {
    static const char *const words[] = {"true"};
    int word;
    if (!mr_check_word(c, c->clause, words, MR_ARRAY_LEN(words), &word)) return false;
    if (!c->in.table) {
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", c->clause->pos,
                                     "`changes` over a stream: it is one already");
        mr_diag_hint(c->diags, g, "leave it out; `latest: true` makes a table of a stream");
        return false;
    }
    c->out.table = false;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (recs[i].flags & MR_RF_RETRACT)
            mr_filtered(&recs[i]);
        else
            mr_emit(op, &recs[i], recs[i]);
    }
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    (void)s;
    mr_buf_cat(to, "its new rows as a stream");
}

const struct mr_op_desc mr_op_changes = {
    .name = "changes",
    .clause = "changes",
    .check = check,
    .process = process,
    .explain = explain,
};

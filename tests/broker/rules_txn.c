/* rules_txn.c -- conformance: transactions, committed offsets, fencing by transactional.id. */
#include "tests/broker/world.h"

#include "base/mem.h"

#define RULE(name, proves, facts) void rule_##name(struct world *w);
#include "tests/broker/rules.def"
#undef RULE

/* ---- visibility */

void rule_open_txn_invisible(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a");
    struct reader *r = read_all(w, tp, "a");
    begin(p);
    send(p, tp, "b c");
    settle(r);
    expect(r, 0, "a");
    commit(p);
    read_n(r, 3);
    expect(r, 0, "a b c");
}

/* Until the records of an open transaction have reached the broker. */
static void until_high(struct world *w, struct mr_tp tp, int64_t want) {
    int64_t low = 0, high = -1;
    for (struct patience t = patience(w); high < want && again(&t);) watermarks(w, tp, &low, &high);
    check(w, high == want, "high watermark %lld, wanted %lld", (long long)high, (long long)want);
}

void rule_end_before_the_end(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a");
    begin(p);
    send(p, tp, "b");
    until_high(w, tp, 3);
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, 1);
    settle(r);
    check(w, r->n_ends[0] == 0, "an end was told in front of an open transaction");
    abort_txn(p);
    read_to_end(r);
    expect(r, 0, "a");
    check(w, r->next[0] == 4, "the end is at %lld, wanted 4", (long long)r->next[0]);
}

void rule_lso_holds_back_others(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w), *q = any_producer(w);
    put(p, tp, "a");
    begin(p);
    send(p, tp, "b");
    until_high(w, tp, 3);
    put(q, tp, "c");
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, 1);
    settle(r);
    expect(r, 0, "a");
    commit(p);
    read_to_end(r);
    expect(r, 0, "a b c");
}

void rule_aborted_invisible(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w), *q = any_producer(w);
    put(p, tp, "a");
    begin(p);
    send(p, tp, "x y");
    abort_txn(p);
    begin(p); /* p, which will abort, and q, which will commit, mixed in one log */
    begin(q);
    send(p, tp, "x");
    send(q, tp, "b");
    send(p, tp, "y");
    send(q, tp, "c");
    send(p, tp, "z");
    commit(q);
    abort_txn(p);
    put(q, tp, "d");
    begin(p);
    send(p, tp, "z");
    abort_txn(p);
    read_all(w, tp, "a b c d");
}

void rule_txn_over_partitions(struct world *w) {
    int t = topic(w, 3);
    struct producer *p = any_producer(w);
    for (int round = 0; round < 2; round++) { /* aborted, then committed */
        begin(p);
        for (int i = 0; i < 3; i++) send(p, tp_of(t, i), round ? "yes" : "no");
        if (round)
            commit(p);
        else
            abort_txn(p);
    }
    for (int i = 0; i < 3; i++) read_all(w, tp_of(t, i), "yes");
}

void rule_abort_and_reuse(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    for (int i = 0; i < 3; i++) {
        begin(p);
        abort_txn(p);
        begin(p);
        send(p, tp, "no");
        abort_txn(p);
        put(p, tp, "yes");
    }
    read_all(w, tp, "yes yes yes");
}

void rule_empty_txn(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    begin(p);
    commit(p);
    put(p, tp, "a");
    begin(p);
    commit(p);
    read_all(w, tp, "a");
}

/* ---- producers come and go */

void rule_close_leaves_txn_open(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w), *q = any_producer(w);
    begin(p);
    send(p, tp, "a");
    until_high(w, tp, 1);
    drop_producer(p);
    put(q, tp, "b");
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    let_time_pass(w, NULL); /* the time-out of the transaction frees b */
    read_n(r, 1);
    expect(r, 0, "b");
}

void rule_init_settles(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *id = fresh_name(w, "p");
    struct producer *p = producer(w, id);
    put(p, tp, "a");
    begin(p);
    send(p, tp, "no");
    until_high(w, tp, 3);
    drop_producer(p);
    struct producer *q = producer(w, id);
    read_all(w, tp, "a"); /* to the end: the old transaction is decided */
    put(q, tp, "b");
    read_all(w, tp, "a b");
}

/* The old one goes on until somebody tells it; whatever it says before FATAL has no effect. */
static void expect_fenced(struct world *w, struct producer *p, struct mr_tp tp, bool in_txn) {
    struct mr_err err = {0};
    if (w->failed) return;
    enum mr_class c = in_txn ? MR_OK : mr_producer_begin(p->p, &err);
    struct mr_out o = {.tp = tp, .value = MR_STR("zombie"), .ts = 1};
    if (c == MR_OK) c = mr_producer_send(p->p, &o, 1, &err);
    if (c == MR_OK) c = try_commit(p);
    check(w, c == MR_FATAL, "%s, wanted FATAL (%s)", mr_class_name(c), err.text);
    check(w, mr_producer_begin(p->p, &err) == MR_FATAL, "it may begin again");
}

void rule_fence_open_txn(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *id = fresh_name(w, "p");
    struct producer *old = producer(w, id);
    begin(old);
    send(old, tp, "no");
    until_high(w, tp, 1);
    struct producer *new = producer(w, id);
    put(new, tp, "a");
    expect_fenced(w, old, tp, true);
    put(new, tp, "b");
    read_all(w, tp, "a b");
}

void rule_fence_idle(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *id = fresh_name(w, "p");
    struct producer *old = producer(w, id);
    put(old, tp, "a");
    struct producer *new = producer(w, id);
    expect_fenced(w, old, tp, false);
    put(new, tp, "b");
    read_all(w, tp, "a b");
}

void rule_fence_is_per_id(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    begin(p);
    send(p, tp, "a");
    put(any_producer(w), tp, "b");
    commit(p);
    put(p, tp, "c");
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, 3);
}

void rule_txn_time_out(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    begin(p);
    send(p, tp, "no");
    until_high(w, tp, 1);
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    let_time_pass(w, NULL);
    read_to_end(r);
    expect(r, 0, "");
    expect_fenced(w, p, tp, true);
}

/* ---- offsets */

static struct reader *lone_member(struct world *w, const char *group, int topic_id, unsigned n) {
    struct reader *m = member(w, "A", group, topic_id, -1);
    m->by_hand = true;
    until_owned(m, n, NULL, 0);
    return m;
}

void rule_committed_none(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    expect_committed(w, fresh_name(w, "g"), tp, -1, "");
}

void rule_offsets_with_commit(struct world *w) {
    int t = topic(w, 2);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, t, 2);
    struct producer *p = any_producer(w);
    begin(p);
    send(p, tp_of(t, 0), "a");
    offset(p, m, tp_of(t, 0), 7, "seven");
    offset(p, m, tp_of(t, 1), 0, "zero");
    commit(p);
    expect_committed(w, g, tp_of(t, 0), 7, "seven");
    expect_committed(w, g, tp_of(t, 1), 0, "zero");
    begin(p); /* offsets alone are a transaction, too */
    offset(p, m, tp_of(t, 0), 8, "eight");
    commit(p);
    expect_committed(w, g, tp_of(t, 0), 8, "eight");
    expect_committed(w, g, tp_of(t, 1), 0, "zero");
}

void rule_offsets_with_abort(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, tp.topic, 1);
    struct producer *p = any_producer(w);
    begin(p);
    offset(p, m, tp, 3, "no");
    abort_txn(p);
    expect_committed(w, g, tp, -1, "");
    begin(p);
    offset(p, m, tp, 5, "yes");
    commit(p);
    begin(p);
    offset(p, m, tp, 9, "no");
    abort_txn(p);
    expect_committed(w, g, tp, 5, "yes");
}

void rule_metadata_bytes(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, tp.topic, 1);
    struct producer *p = any_producer(w);
    char meta[513] = {0};
    for (int i = 0; i < 512; i++) meta[i] = (char)(' ' + i % 95);
    const char *const metas[] = {meta, "", "x", "\"quoted\" \\ {json: [1,2]} ~"};
    for (size_t i = 0; i < MR_ARRAY_LEN(metas); i++) {
        begin(p);
        offset(p, m, tp, (int64_t)i, metas[i]);
        commit(p);
        expect_committed(w, g, tp, (int64_t)i, metas[i]);
    }
}

void rule_metadata_unmoved(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, tp.topic, 1);
    struct producer *p = any_producer(w);
    for (int i = 0; i < 3; i++) {
        const char *meta = mr_arena_printf(&w->arena, "number %d", i);
        begin(p);
        offset(p, m, tp, 4, meta);
        commit(p);
        expect_committed(w, g, tp, 4, meta);
    }
}

void rule_offsets_last_wins(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, tp.topic, 1);
    struct producer *p = any_producer(w);
    begin(p);
    offset(p, m, tp, 1, "one");
    offset(p, m, tp, 2, "two");
    commit(p);
    expect_committed(w, g, tp, 2, "two");
}

void rule_offsets_unsubscribed(struct world *w) {
    int t = topic(w, 1), sibling = topic(w, 3);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, t, 1);
    struct producer *p = any_producer(w);
    begin(p);
    offset(p, m, tp_of(t, 0), 1, "anchor");
    offset(p, m, tp_of(sibling, 2), 5, "sibling");
    commit(p);
    expect_committed(w, g, tp_of(t, 0), 1, "anchor");
    expect_committed(w, g, tp_of(sibling, 2), 5, "sibling");
    expect_committed(w, g, tp_of(sibling, 1), -1, "");
}

void rule_offsets_per_group(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g"), *h = fresh_name(w, "h");
    struct reader *m = lone_member(w, g, tp.topic, 1), *n = lone_member(w, h, tp.topic, 1);
    struct producer *p = any_producer(w);
    begin(p);
    offset(p, m, tp, 1, "g");
    commit(p);
    begin(p);
    offset(p, n, tp, 2, "h");
    commit(p);
    expect_committed(w, g, tp, 1, "g");
    expect_committed(w, h, tp, 2, "h");
}

void rule_unstable_offsets(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 2), 0), other = tp_of(tp.topic, 1);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, tp.topic, 2);
    struct producer *p = any_producer(w);
    begin(p);
    offset(p, m, tp, 1, "old");
    offset(p, m, other, 1, "other");
    commit(p);
    expect_committed(w, g, other, 1, "other");
    begin(p);
    offset(p, m, tp, 2, "new");
    expect_committed(w, g, other, 1, "other"); /* not touched by the open transaction: stable */
    struct mr_err err = {0};
    struct mr_offset o = {.offset = -1};
    if (w->failed) return;
    enum mr_class c = mr_broker_committed(w->b, g, &tp, 1, &o, &w->arena, &err);
    bool early = c == MR_OK && o.offset != 2; /* right only if the transaction was timed out */
    check(w, c == MR_OK || c == MR_RETRY, "committed: %s (%s)", mr_class_name(c), err.text);
    enum mr_class end = try_commit(p);
    check(w, !(early && end == MR_OK), "an offset was given that the open transaction changed");
    if (end == MR_OK)
        expect_committed(w, g, tp, 2, "new");
    else
        expect_committed(w, g, tp, 1, "old");
}

void rule_offsets_need_member(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g");
    struct reader *m = lone_member(w, g, tp.topic, 1), *free_reader = reader(w);
    struct mr_offset o = {tp, 1, MR_STR("")};
    struct mr_err err = {0};
    struct producer *p = any_producer(w), *q = any_producer(w);
    begin(p);
    begin(q);
    if (w->failed) return;
    check(w, mr_producer_offsets(p->p, free_reader->c, &o, 1, &err) != MR_OK,
          "offsets were taken for a free reader");
    check(w, mr_producer_offsets(q->p, m->c, &o, 0, &err) != MR_OK, "an empty list was taken");
    expect_committed(w, g, tp, -1, "");
}

void rule_offsets_before_join(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g");
    struct reader *m = member(w, "A", g, tp.topic, -1); /* never served: not in the group */
    struct producer *p = any_producer(w);
    begin(p);
    send(p, tp, "zombie");
    struct mr_offset o = {tp, 1, MR_STR("")};
    struct mr_err err = {0};
    if (w->failed) return;
    check_class(w, mr_producer_offsets(p->p, m->c, &o, 1, &err), MR_ABORT, &err, "offsets");
    abort_txn(p);
    expect_committed(w, g, tp, -1, "");
    read_all(w, tp, "");
}

void rule_read_back_after_unknown(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const char *g = fresh_name(w, "g"), *id = fresh_name(w, "p");
    struct reader *m = lone_member(w, g, tp.topic, 1);
    struct producer *p = producer(w, id);
    begin(p);
    offset(p, m, tp, 4, "1");
    commit(p);
    drop_producer(p);
    p = producer(w, id);
    expect_committed(w, g, tp, 4, "1"); /* was committed */
    begin(p);
    send(p, tp, "no");
    offset(p, m, tp, 4, "2");
    drop_producer(p);
    p = producer(w, id);
    expect_committed(w, g, tp, 4, "1"); /* was not, and never will be */
    put(p, tp, "yes");
    read_all(w, tp, "yes");
}

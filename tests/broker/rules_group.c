/* rules_group.c -- conformance: members, rebalancing, fencing by the group. */
#include "tests/broker/world.h"

#include "base/mem.h"

#include <stdio.h>

#define RULE(name, proves, facts) void rule_##name(struct world *w);
#include "tests/broker/rules.def"
#undef RULE

/* ---- one member */

void rule_first_member_gets_all(struct world *w) {
    struct reader *a = member(w, "A", fresh_name(w, "g"), topic(w, 3), topic(w, 2));
    until_owned(a, 5, NULL, 0);
    check(w, a->owns[0] && a->owns[1] && a->owns[2] && a->owns[16] && a->owns[17], "%s",
          mr_buf_cstr(&w->log));
    check(w, a->n_revoke == 0 && a->n_lost == 0, "%s", mr_buf_cstr(&w->log));
}

void rule_nothing_before_add(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    put(any_producer(w), tp, "a b");
    struct reader *a = member(w, "A", fresh_name(w, "g"), tp.topic, -1);
    a->by_hand = true;
    until_owned(a, 1, NULL, 0);
    struct mr_err err = {0};
    for (int i = 0; i < 5 && !w->failed; i++) {
        struct mr_fetch *f = NULL;
        pump(a);
        check(w, mr_consumer_fetch(a->c, 0, 10, &f, &err) == MR_OK && !f, "something was read");
    }
    check(w, a->n_assign == 1 && n_owned(a) == 1, "%s", mr_buf_cstr(&w->log));
}

void rule_deferred_assign(struct world *w) {
    int t = topic(w, 2);
    struct producer *p = any_producer(w);
    put(p, tp_of(t, 0), "a b c");
    put(p, tp_of(t, 1), "d e f");
    struct reader *a = member(w, "A", fresh_name(w, "g"), t, -1);
    a->by_hand = true;
    until_owned(a, 2, NULL, 0);
    add(a, tp_of(t, 0), 0, 1); /* the one task is restored early */
    read_n(a, 2);
    settle(a);
    add(a, tp_of(t, 1), 1, 2); /* the other one late */
    read_n(a, 3);
    expect(a, 0, "b c");
    expect(a, 1, "f");
}

void rule_siblings_flow(struct world *w) {
    int t = topic(w, 1), sibling = topic(w, 2);
    struct producer *p = any_producer(w);
    put(p, tp_of(t, 0), "a");
    put(p, tp_of(sibling, 1), "s");
    struct reader *a = member(w, "A", fresh_name(w, "g"), t, -1);
    until_owned(a, 1, NULL, 0);
    add(a, tp_of(sibling, 1), 20, 0);
    put(p, tp_of(t, 0), "b");
    put(p, tp_of(sibling, 1), "u");
    read_n(a, 4);
    expect(a, 0, "a b");
    expect(a, 20, "s u");
    check(w, n_owned(a) == 1, "the sibling was assigned");
    struct mr_tp tp = tp_of(sibling, 1);
    struct mr_err err = {0};
    if (!w->failed) check_class(w, mr_consumer_remove(a->c, &tp, 1, &err), MR_OK, &err, "remove");
    a->reading[20] = false;
    put(p, tp_of(t, 0), "c");
    read_n(a, 5);
    expect(a, 0, "a b c");
}

/* ---- two members */

void rule_two_members_split(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 4);
    struct reader *a = member(w, "A", g, t, -1), *b = member(w, "B", g, t, -1);
    until_owned(a, 2, b, 2);
    settle(a); /* and it stays so */
    settle(b);
    until_owned(a, 2, b, 2);
    for (int i = 0; i < 4; i++)
        check(w, a->owns[i] != b->owns[i], "partition %d has %d owners", i,
              a->owns[i] + b->owns[i]);
    check(w, a->n_lost + b->n_lost == 0, "%s", mr_buf_cstr(&w->log));
}

/* Replays the log of events: a partition has one owner at most at any time. */
static void check_one_owner(struct world *w) {
    char owner[MOST_TAGS] = {0};
    for (const char *p = mr_buf_cstr(&w->log); *p && !w->failed;) {
        char who = p[0], sign = p[1];
        for (p += 2; *p >= '0' && *p <= '9';) {
            int tag = 0;
            while (*p >= '0' && *p <= '9') tag = tag * 10 + (*p++ - '0');
            check(w, owner[tag] == (sign == '+' ? 0 : who), "partition %d: %s", tag,
                  mr_buf_cstr(&w->log));
            owner[tag] = sign == '+' ? who : 0;
            p += *p == ',';
        }
        p += *p == ' ';
    }
}

void rule_revoke_before_assign(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 4);
    struct reader *a = member(w, "A", g, t, -1);
    until_owned(a, 4, NULL, 0);
    struct reader *b = member(w, "B", g, t, -1);
    until_owned(a, 2, b, 2);
    check_one_owner(w);
    unsigned n = 0;
    for (int i = 0; i < 4; i++) n += a->owns[i];
    check(w, n == 2 && a->n_revoke >= 1 && a->n_assign == 1, "A heard too much: %s",
          mr_buf_cstr(&w->log));
}

void rule_retained_keep_flowing(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 2);
    struct producer *p = any_producer(w);
    struct reader *a = member(w, "A", g, t, -1), *b = NULL;
    until_owned(a, 2, NULL, 0);
    enum { ROUNDS = 40 };
    for (int i = 0; i < ROUNDS && !w->failed; i++) { /* a live flow, B comes in the middle */
        put(p, tp_of(t, 0), mr_arena_printf(&w->arena, "%d", i));
        put(p, tp_of(t, 1), mr_arena_printf(&w->arena, "%d", i));
        if (i == ROUNDS / 4) b = member(w, "B", g, t, -1);
        pump(a);
        if (b) pump(b);
    }
    if (b) until_owned(a, 1, b, 1);
    int kept = a->owns[0] ? 0 : 1;
    size_t n = 0;
    for (struct patience x = patience(w); n < ROUNDS && again(&x);) {
        pump(a);
        pump(b);
        n = 0;
        for (size_t i = 0; i < a->n_seen; i++) n += a->seen[i].tag == kept;
    }
    int want = 0;
    for (size_t i = 0; i < a->n_seen && !w->failed; i++) {
        if (a->seen[i].tag != kept) continue;
        check(w, mr_str_is(a->seen[i].m.value, mr_arena_printf(&w->arena, "%d", want)),
              "\"%.*s\" where %d should be", MR_STR_ARG(a->seen[i].m.value), want);
        want++;
    }
    check(w, want == ROUNDS, "%d records of %d", want, ROUNDS);
}

static void commit_all(struct reader *r) {
    struct producer *p = r->revoke_arg;
    begin(p);
    for (int i = 0; i < 2; i++)
        if (r->owns[i]) offset(p, r, r->tps[i], 10 + i, i ? "one" : "zero");
    commit(p);
}

void rule_commit_in_revoke(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 2);
    struct reader *a = member(w, "A", g, t, -1);
    a->by_hand = true;
    a->on_revoke = commit_all;
    a->revoke_arg = any_producer(w);
    until_owned(a, 2, NULL, 0);
    struct reader *b = member(w, "B", g, t, -1);
    b->by_hand = true;
    until_owned(a, 1, b, 1);
    expect_committed(w, g, tp_of(t, 0), 10, "zero");
    expect_committed(w, g, tp_of(t, 1), 11, "one");
    a->on_revoke = NULL;
}

void rule_leave_hands_over(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 2);
    struct reader *a = member(w, "A", g, t, -1), *b = member(w, "B", g, t, -1);
    a->by_hand = b->by_hand = true;
    until_owned(a, 1, b, 1);
    a->on_revoke = commit_all;
    a->revoke_arg = any_producer(w);
    int had = a->owns[0] ? 0 : 1;
    unsigned revokes = a->n_revoke;
    settle(a); /* B has heard of the new generation, A perhaps not: in between it would be lost */
    if (w->failed) return;
    drop_reader(a);
    check(w, a->n_revoke == revokes + 1 && n_owned(a) == 0, "no revoke inside close: %s",
          mr_buf_cstr(&w->log));
    until_owned(b, 2, NULL, 0);
    expect_committed(w, g, tp_of(t, had), 10 + had, had ? "one" : "zero");
    check_one_owner(w);
}

void rule_join_during_txn(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 2), out = topic(w, 1);
    struct producer *p = any_producer(w);
    struct reader *a = member(w, "A", g, t, -1);
    a->by_hand = true;
    until_owned(a, 2, NULL, 0);
    struct reader *b = member(w, "B", g, t, -1);
    b->by_hand = true;
    begin(p);
    send(p, tp_of(out, 0), "x");
    pump(b);
    struct mr_offset o = {tp_of(t, 0), 1, MR_STR("x")};
    struct mr_err err = {0};
    if (w->failed) return;
    enum mr_class c = mr_producer_offsets(p->p, a->c, &o, 1, &err);
    if (c == MR_OK) c = try_commit(p);
    check(w, c == MR_OK || c == MR_ABORT, "%s (%s)", mr_class_name(c), err.text);
    if (c == MR_ABORT) abort_txn(p);
    until_owned(a, 1, b, 1);
    expect_committed(w, g, tp_of(t, 0), c == MR_OK ? 1 : -1, c == MR_OK ? "x" : "");
    read_all(w, tp_of(out, 0), c == MR_OK ? "x" : "");
}

/* ---- members that stop */

/* A does not serve any more until B has everything. */
static void until_taken_over(struct reader *b, unsigned n) {
    let_time_pass(b->w, b);
    until_owned(b, n, NULL, 0);
}

void rule_session_time_out(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 2);
    struct reader *a = member(w, "A", g, t, -1), *b = member(w, "B", g, t, -1);
    a->by_hand = b->by_hand = true;
    until_owned(a, 1, b, 1);
    until_taken_over(b, 2);
    check(w, b->n_lost == 0, "%s", mr_buf_cstr(&w->log));
}

void rule_zombie_offsets(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 2), out = topic(w, 1);
    struct producer *p = any_producer(w), *q = any_producer(w);
    struct reader *a = member(w, "A", g, t, -1), *b = member(w, "B", g, t, -1);
    a->by_hand = b->by_hand = true;
    until_owned(a, 1, b, 1);
    struct mr_tp had = tp_of(t, a->owns[0] ? 0 : 1);
    until_taken_over(b, 2);
    begin(q);
    offset(q, b, had, 100, "new owner");
    commit(q);
    begin(p);
    send(p, tp_of(out, 0), "zombie");
    struct mr_offset o = {had, 50, MR_STR("zombie")};
    struct mr_err err = {0};
    if (w->failed) return;
    check_class(w, mr_producer_offsets(p->p, a->c, &o, 1, &err), MR_ABORT, &err, "offsets");
    abort_txn(p);
    expect_committed(w, g, had, 100, "new owner");
    put(p, tp_of(out, 0), "fine"); /* the producer itself is not fenced */
    read_all(w, tp_of(out, 0), "fine");
}

void rule_lost_and_back(struct world *w) {
    const char *g = fresh_name(w, "g");
    int t = topic(w, 4);
    struct reader *a = member(w, "A", g, t, -1), *b = member(w, "B", g, t, -1);
    a->by_hand = b->by_hand = true;
    until_owned(a, 2, b, 2);
    until_taken_over(b, 4);
    check(w, a->n_lost == 0, "lost outside of serve");
    until_owned(a, 2, b, 2);
    check(w, a->n_lost == 1, "A heard lost %u times: %s", a->n_lost, mr_buf_cstr(&w->log));
}

/* ---- all together */

/* Copies what the member has got since `from`, with offsets, in one transaction. */
static bool copy_some(struct reader *r, struct producer *p, int out, size_t *from) {
    struct world *w = r->w;
    struct mr_err err = {0};
    if (w->failed || *from == r->n_seen) return true;
    begin(p);
    enum mr_class c = MR_OK;
    for (size_t i = *from; i < r->n_seen && c == MR_OK; i++) {
        int tag = r->seen[i].tag;
        struct mr_out o = {.tp = tp_of(out, tag), .value = r->seen[i].m.value, .ts = 1};
        struct mr_offset at = {tp_of(r->topic, tag), r->seen[i].m.offset + 1, MR_STR("")};
        c = r->owns[tag] ? mr_producer_send(p->p, &o, 1, &err) : MR_ABORT;
        if (c == MR_OK) c = mr_producer_offsets(p->p, r->c, &at, 1, &err);
    }
    if (c == MR_OK) c = try_commit(p);
    *from = r->n_seen;
    check(w, c == MR_OK || c == MR_ABORT, "copy: %s (%s)", mr_class_name(c), err.text);
    if (c != MR_ABORT) return true;
    abort_txn(p);
    pump(r); /* first hear what has happened, then rewind what is still owned */
    *from = r->n_seen;
    for (int tag = 0; tag < 4 && !w->failed; tag++) {
        if (!r->reading[tag]) continue;
        struct mr_offset at = committed(w, r->group, tp_of(r->topic, tag));
        if (at.offset < 0) at.offset = 0;
        check_class(w, mr_consumer_seek(r->c, &at, 1, &err), MR_OK, &err, "seek");
    }
    return false;
}

struct copier {
    struct reader *r;
    struct producer *p;
    size_t from;
};

static void copy_in_revoke(struct reader *r) {
    struct copier *c = r->revoke_arg;
    copy_some(r, c->p, r->topic2, &c->from);
}

static size_t count_out(struct world *w, struct reader *r) {
    pump(r);
    return w->failed ? 0 : r->n_seen;
}

void rule_group_copy_exactly_once(struct world *w) {
    enum { N = 60 };
    int in = topic(w, 4), out = topic(w, 4);
    const char *g = fresh_name(w, "g");
    struct producer *feed = any_producer(w);
    struct copier c[2] = {0};
    struct reader *watch = reader(w);
    for (int i = 0; i < 4; i++) add(watch, tp_of(out, i), i, 0);
    for (int i = 0; i < 2; i++) {
        c[i].r = member(w, i ? "B" : "A", g, in, -1);
        c[i].p = any_producer(w);
        c[i].r->topic2 = out;
        c[i].r->revoke_arg = &c[i];
        c[i].r->on_revoke = copy_in_revoke;
    }
    int fed = 0;
    struct patience t = patience(w);
    while ((fed < N || count_out(w, watch) < 4 * N) && again(&t)) {
        for (int i = 0; i < 4 && fed < N; i++)
            put(feed, tp_of(in, i), mr_arena_printf(&w->arena, "%d", fed));
        fed += fed < N;
        for (int i = fed > N / 3; i < (fed > N / 6 ? 2 : 1); i++) { /* A, A and B, B */
            pump(c[i].r);
            copy_some(c[i].r, c[i].p, out, &c[i].from);
        }
        if (fed > N / 3 && c[0].r->c) drop_reader(c[0].r);
    }
    settle(watch);
    char want[1024] = "";
    for (int i = 0, at = 0; i < N; i++) at += snprintf(want + at, 8, "%s%d", i ? " " : "", i);
    for (int i = 0; i < 4; i++) expect(watch, i, want);
    for (int i = 0; i < 2; i++) c[i].r->on_revoke = NULL;
}

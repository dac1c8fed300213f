/* test_sim_group.c -- the group of the in-process broker: random members, generations, killing. */
#include "tests/unit/sim_test.h"

#include "base/mem.h"

enum { PARTS = 7, MEMBERS = 4 };

static int64_t session_ms = 30000;

/* What each member believes; `out` = thrown out, but has not heard of it. */
static struct believer {
    struct mr_consumer *c; /* NULL: not there */
    bool owns[PARTS];
    int64_t served_ms;
    unsigned assigns, revokes, losts;
} who[MEMBERS];

static void assign_cb(void *arg, const struct mr_tp *tps, size_t n) {
    struct believer *me = arg;
    me->assigns++;
    for (size_t i = 0; i < n; i++) {
        for (int j = 0; j < MEMBERS; j++) /* G1: nobody who is alive and in time owns it */
            if (who[j].c && clk.now_ms - who[j].served_ms <= session_ms)
                ck_assert(!who[j].owns[tps[i].partition]);
        me->owns[tps[i].partition] = true;
    }
}

static void revoke_cb(void *arg, const struct mr_tp *tps, size_t n) {
    struct believer *me = arg;
    me->revokes++;
    for (size_t i = 0; i < n; i++) {
        ck_assert(me->owns[tps[i].partition]);
        me->owns[tps[i].partition] = false;
    }
}

static void lost_cb(void *arg, const struct mr_tp *tps, size_t n) {
    struct believer *me = arg;
    revoke_cb(arg, tps, n);
    me->revokes--;
    me->losts++;
    for (int i = 0; i < PARTS; i++) ck_assert(!me->owns[i]);
}

static void join(int i, int topic) {
    who[i] = (struct believer){.served_ms = clk.now_ms};
    struct mr_consumer_conf conf = {.group = "g",
                                    .member = "m",
                                    .anchors = &topic,
                                    .n_anchors = 1,
                                    .events = {&who[i], assign_cb, revoke_cb, lost_cb}};
    ck_assert_int_eq(mr_consumer_open(b, &conf, &who[i].c, NULL), MR_OK);
}

static void serve(int i) {
    who[i].served_ms = clk.now_ms;
    ck_assert_int_eq(mr_consumer_serve(who[i].c, 0, NULL), MR_OK);
}

static void leave(int i) {
    mr_consumer_close(who[i].c);
    for (int p = 0; p < PARTS; p++) ck_assert(!who[i].owns[p]);
    who[i].c = NULL;
}

static int n_owned(int i) {
    int n = 0;
    for (int p = 0; p < PARTS; p++) n += who[i].c && who[i].owns[p];
    return n;
}

static void everybody_serves(void) {
    for (int round = 0; round < 8; round++)
        for (int i = 0; i < MEMBERS; i++)
            if (who[i].c) serve(i);
}

/* After things have calmed down: every partition has one owner, loads differ by one at most. */
static void check_settled(void) {
    int members = 0, least = PARTS, most = 0;
    for (int i = 0; i < MEMBERS; i++) {
        if (!who[i].c) continue;
        members++;
        if (n_owned(i) < least) least = n_owned(i);
        if (n_owned(i) > most) most = n_owned(i);
    }
    for (int p = 0; p < PARTS; p++) {
        int owners = 0;
        for (int i = 0; i < MEMBERS; i++) owners += who[i].c && who[i].owns[p];
        ck_assert_int_eq(owners, members > 0);
    }
    ck_assert(members == 0 || most - least <= 1);
}

START_TEST(random_members) {
    uint64_t seed = 3000 + (uint64_t)_i;
    printf("seed %llu\n", (unsigned long long)seed);
    struct mr_rand r;
    mr_rand_seed(&r, seed);
    session_ms = 30000;
    memset(who, 0, sizeof who);
    int topic = topic_of("t", PARTS, NULL);
    for (int step = 0; step < 800; step++) {
        int i = (int)mr_rand_below(&r, MEMBERS);
        uint32_t dice = mr_rand_below(&r, 40);
        if (!who[i].c) {
            if (dice < 8) join(i, topic);
        } else if (dice == 0) {
            leave(i);
        } else if (dice == 1) {
            mr_sim_kill_consumer(who[i].c);
            who[i] = (struct believer){0};
        } else {
            serve(i);
        }
        if (dice == 2) pass_ms(20000);
        if (step % 100 == 99) {
            for (int k = 0; k < 3; k++) { /* the sessions of the killed end */
                everybody_serves();
                pass_ms(15000);
            }
            everybody_serves();
            check_settled();
        }
    }
    for (int i = 0; i < MEMBERS; i++)
        if (who[i].c) leave(i);
}
END_TEST

START_TEST(sticky_and_quiet) {
    int topic = topic_of("t", PARTS, NULL);
    memset(who, 0, sizeof who);
    for (int i = 0; i < 3; i++) join(i, topic);
    everybody_serves();
    bool before[3][PARTS];
    unsigned revokes = who[0].revokes + who[1].revokes;
    for (int i = 0; i < 3; i++) memcpy(before[i], who[i].owns, sizeof before[i]);
    leave(2); /* the others keep what they have and hear of additions only */
    everybody_serves();
    check_settled();
    ck_assert_uint_eq(who[0].revokes + who[1].revokes, revokes);
    for (int i = 0; i < 2; i++)
        for (int p = 0; p < PARTS; p++) ck_assert(who[i].owns[p] || !before[i][p]);
    unsigned assigns = who[0].assigns + who[1].assigns;
    everybody_serves(); /* nothing to tell any more */
    ck_assert_uint_eq(who[0].assigns + who[1].assigns, assigns);
    leave(0);
    leave(1);
}
END_TEST

static enum mr_class offsets_of(struct mr_producer *p, int i, struct mr_tp tp, int64_t at) {
    struct mr_offset o = {tp, at, MR_STR("")};
    return mr_producer_offsets(p, who[i].c, &o, 1, NULL);
}

static int64_t committed_of(struct mr_tp tp) {
    struct mr_arena a;
    struct mr_offset o = {.offset = -2};
    mr_arena_init(&a);
    enum mr_class c = mr_broker_committed(b, "g", &tp, 1, &o, &a, NULL);
    mr_arena_done(&a);
    return c == MR_OK ? o.offset : -100 - (int)c;
}

START_TEST(stale_generation_aborts) {
    struct mr_tp tp = {topic_of("t", PARTS, NULL), 0};
    memset(who, 0, sizeof who);
    struct mr_producer *p = producer_of("p");
    join(0, tp.topic);
    serve(0);
    join(1, tp.topic);
    serve(1);
    mr_producer_begin(p, NULL);
    ck_assert_int_eq(offsets_of(p, 0, tp, 1), MR_OK); /* the rebalance has only begun */
    serve(0);                                         /* joins: generation 2, and hears revoke */
    serve(1);
    serve(0);
    serve(1); /* generation 3 gives B its partitions */
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    join(2, tp.topic);
    serve(2);
    serve(0);
    serve(1); /* the last one completes generation 4; A has joined, but not heard of it */
    mr_producer_begin(p, NULL);
    ck_assert_int_eq(offsets_of(p, 0, tp, 2), MR_ABORT);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_ABORT);
    ck_assert_int_eq(mr_producer_abort(p, NULL), MR_OK);
    ck_assert_int_eq(committed_of(tp), 1);
    serve(0);
    mr_producer_begin(p, NULL);
    ck_assert_int_eq(offsets_of(p, 0, tp, 3), MR_OK);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    ck_assert_int_eq(committed_of(tp), 3);
    mr_producer_close(p);
    for (int i = 0; i < 3; i++) leave(i);
}
END_TEST

/* broker-facts 3, last row: legal on Kafka, and the new owner waits for it. */
START_TEST(offsets_before_the_pause_commit_after_it) {
    struct mr_tp tp = {topic_of("t", PARTS, NULL), 0};
    memset(who, 0, sizeof who);
    session_ms = 5000;
    mr_sim_timeouts(b, session_ms, 60000);
    struct mr_producer *p = producer_of("p");
    join(0, tp.topic);
    serve(0);
    mr_producer_begin(p, NULL);
    ck_assert_int_eq(offsets_of(p, 0, tp, 50), MR_OK);
    pass_ms(5001); /* A is out */
    join(1, tp.topic);
    serve(1);
    ck_assert_int_eq(n_owned(1), PARTS);
    ck_assert_int_eq(committed_of(tp), -100 - (int)MR_RETRY);
    ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
    ck_assert_int_eq(committed_of(tp), 50);
    serve(0);
    ck_assert_uint_eq(who[0].losts, 1);
    mr_producer_close(p);
    leave(0);
    leave(1);
}
END_TEST

START_TEST(metadata_belong_to_the_caller) {
    struct mr_tp tp = {topic_of("t", PARTS, NULL), 0};
    memset(who, 0, sizeof who);
    struct mr_producer *p = producer_of("p");
    join(0, tp.topic);
    serve(0);
    struct mr_arena a;
    struct mr_offset first = {0};
    mr_arena_init(&a);
    for (int i = 0; i < 2; i++) {
        struct mr_offset o = {tp, i, i ? MR_STR("second") : MR_STR("first")};
        mr_producer_begin(p, NULL);
        ck_assert_int_eq(mr_producer_offsets(p, who[0].c, &o, 1, NULL), MR_OK);
        ck_assert_int_eq(mr_producer_commit(p, NULL), MR_OK);
        if (i == 0) mr_broker_committed(b, "g", &tp, 1, &first, &a, NULL);
    }
    ck_assert(mr_str_is(first.meta, "first"));
    mr_arena_done(&a);
    mr_producer_close(p);
    leave(0);
}
END_TEST

START_TEST(killed_member_is_waited_for) {
    int topic = topic_of("t", PARTS, NULL);
    memset(who, 0, sizeof who);
    join(0, topic);
    serve(0);
    mr_sim_kill_consumer(who[0].c);
    who[0] = (struct believer){0};
    join(1, topic);
    serve(1);
    pass_ms(30000); /* not yet: exactly the session time-out */
    serve(1);
    ck_assert_int_eq(n_owned(1), 0);
    pass_ms(1);
    serve(1);
    ck_assert_int_eq(n_owned(1), PARTS);
    leave(1);
}
END_TEST

START_TEST(topic_made_later_is_assigned) {
    int topic = mr_broker_topic(b, "later");
    memset(who, 0, sizeof who);
    join(0, topic);
    serve(0);
    ck_assert_int_eq(n_owned(0), 0);
    topic_of("later", PARTS, NULL);
    serve(0);
    ck_assert_int_eq(n_owned(0), PARTS);
    leave(0);
}
END_TEST

START_TEST(failed_consumer_loses_in_close) {
    int topic = topic_of("t", PARTS, NULL);
    memset(who, 0, sizeof who);
    join(0, topic);
    serve(0);
    mr_sim_fail(b, MR_SIM_SERVE, 2, MR_FATAL, false);
    serve(0);
    ck_assert_int_eq(mr_consumer_serve(who[0].c, 0, NULL), MR_FATAL);
    ck_assert_int_eq(mr_consumer_serve(who[0].c, 0, NULL), MR_FATAL);
    leave(0);
    ck_assert_uint_eq(who[0].losts, 1);
    ck_assert_uint_eq(who[0].revokes, 0);
    join(1, topic);
    serve(1);
    ck_assert_int_eq(n_owned(1), PARTS);
    leave(1);
}
END_TEST

int main(void) {
    Suite *s = suite_create("sim_group");
    TCase *t = tcase_create("sim_group");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, random_members, 0, 20);
    tcase_add_test(t, sticky_and_quiet);
    tcase_add_test(t, stale_generation_aborts);
    tcase_add_test(t, offsets_before_the_pause_commit_after_it);
    tcase_add_test(t, metadata_belong_to_the_caller);
    tcase_add_test(t, killed_member_is_waited_for);
    tcase_add_test(t, topic_made_later_is_assigned);
    tcase_add_test(t, failed_consumer_loses_in_close);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

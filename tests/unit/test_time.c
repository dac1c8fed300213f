/* test_time.c -- processor/op/time.c: source time against vectors made by the model, the text form,
 * operator time against a naive least-of-all over random histories. */
#include "processor/op/time.h"

#include "base/rand.h"
#include "tests/check_main.h"

struct walk_step {
    bool start, own_clock;
    int64_t jump;
    int64_t ts, kafka_ts;
    const char *key;
    int64_t time;
    unsigned n_run;
    int64_t run[MR_RUN_MAX];
};

#include "tests/unit/source_time_vectors.h"

static const size_t n_steps = sizeof walk_steps / sizeof walk_steps[0];

static void same_state(const struct mr_source_time *a, const struct mr_source_time *b) {
    ck_assert_int_eq(a->time, b->time);
    ck_assert_uint_eq(a->n_run, b->n_run);
    for (unsigned i = 0; i < a->n_run; i++) {
        ck_assert_int_eq(a->run[i].ts, b->run[i].ts);
        ck_assert_uint_eq(a->run[i].key, b->run[i].key);
    }
}

/* Every state survives print and parse, and fits the offset metadata. */
static void check_text(const struct mr_source_time *s) {
    struct mr_buf b = {0};
    struct mr_source_time again;
    mr_source_time_print(s, &b);
    ck_assert_uint_le(b.n, 400);
    for (size_t i = 0; i < b.n; i++) ck_assert(b.p[i] > ' ' && b.p[i] < 127);
    mr_source_time_init(&again, s->max_jump_ms, s->own_clock);
    ck_assert(mr_source_time_parse(&again, mr_buf_view(&b)));
    same_state(s, &again);
    mr_buf_done(&b);
}

START_TEST(test_source_time_is_the_models) {
    struct mr_source_time s = {0};
    for (size_t i = 0; i < n_steps; i++) {
        const struct walk_step *w = &walk_steps[i];
        if (w->start) {
            mr_source_time_init(&s, w->jump, w->own_clock);
            continue;
        }
        uint64_t key = mr_source_time_key(mr_str(w->key));
        struct mr_source_time before = s;
        ck_assert_int_eq(mr_source_time_peek(&s, w->ts, w->kafka_ts, key), w->time);
        same_state(&s, &before);
        ck_assert_int_eq(mr_source_time_take(&s, w->ts, w->kafka_ts, key), w->time);
        ck_assert_int_eq(s.time, w->time);
        ck_assert_uint_eq(s.n_run, w->n_run);
        for (unsigned k = 0; k < s.n_run; k++) ck_assert_int_eq(s.run[k].ts, w->run[k]);
        check_text(&s);
    }
}
END_TEST

START_TEST(test_source_time_text) {
    struct mr_source_time s;
    mr_source_time_init(&s, 100, false);
    ck_assert(mr_source_time_parse(&s, mr_str("-")));
    ck_assert_int_eq(s.time, MR_NO_TIME);
    ck_assert(mr_source_time_parse(&s, mr_str("1500;9000:00000000000000aa")));
    ck_assert_int_eq(s.time, 1500);
    ck_assert_uint_eq(s.n_run, 1);
    ck_assert_int_eq(s.run[0].ts, 9000);
    ck_assert_uint_eq(s.run[0].key, 0xaa);
    static const char *const bad[] = {"", "x", "15x", "15;", "15;9", "15;9:", "15;9:0", "--",
                                      "99999999999999999999", "15;9:00000000000000AA",
                                      "15;9:00000000000000aa;", " 15", "15 ",
                                      /* two keys would have been believed */
                                      "15;9:00000000000000aa;10:00000000000000ab"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!mr_source_time_parse(&s, mr_str(bad[i])), "%s", bad[i]);
        ck_assert_int_eq(s.time, 1500); /* left alone */
    }
}
END_TEST

/* The key hash is in committed metadata: XXH64 of "a" with seed 0 (xxhsum -H1). */
START_TEST(test_source_time_key_is_stable) {
    ck_assert_uint_eq(mr_source_time_key(mr_str("a")), UINT64_C(0xd24ec4f1a98c6e5b));
    ck_assert_uint_eq(mr_source_time_key((struct mr_str){NULL, 0}), 0);
    ck_assert_uint_ne(mr_source_time_key(mr_str("")), 0);
}
END_TEST

/* ---- operator time */

struct naive {
    int64_t now;
    bool idle;
};

static void naive_hear(struct naive *o, const struct mr_heard *h, unsigned n, bool hold) {
    int64_t least = MR_INF_TIME, largest = MR_NO_TIME, to = o->now;
    bool live = false;
    for (unsigned i = 0; i < n; i++) {
        if (h[i].time > largest) largest = h[i].time;
        if (h[i].idle) continue;
        live = true;
        if (h[i].time < least) least = h[i].time;
    }
    if (live) to = least;
    if (!live && !hold) to = largest;
    if (to > o->now) o->now = to;
    o->idle = !live;
}

START_TEST(test_operator_time_is_the_least) {
    struct mr_rand rng;
    uint64_t seed = 7;
    printf("seed %llu\n", (unsigned long long)seed);
    mr_rand_seed(&rng, seed);
    for (int round = 0; round < 400; round++) {
        enum { N = 5 };
        struct mr_heard mine[N], theirs[N];
        unsigned n = 1 + mr_rand_below(&rng, N);
        bool hold = mr_rand_below(&rng, 2);
        for (unsigned i = 0; i < n; i++) mine[i] = theirs[i] = (struct mr_heard){MR_NO_TIME, false};
        struct mr_op_time t = {
            .now = MR_NO_TIME, .out = MR_NO_TIME, .n = (uint16_t)n, .heard = mine, .hold = hold};
        struct naive o = {MR_NO_TIME, false};
        for (int step = 0; step < 60; step++) {
            unsigned up = mr_rand_below(&rng, n);
            int64_t at = theirs[up].time == MR_NO_TIME ? 0 : theirs[up].time;
            at += mr_rand_below(&rng, 3) * 7;
            bool idle = mr_rand_below(&rng, 4) == 0;
            struct naive before = o;
            theirs[up] = (struct mr_heard){at, idle};
            naive_hear(&o, theirs, n, hold);
            bool moved = mr_op_time_hear(&t, (uint16_t)up, at, idle);
            ck_assert_int_eq(t.now, o.now);
            ck_assert_int_eq(t.idle, o.idle);
            ck_assert_int_eq(moved, before.now != o.now || before.idle != o.idle);
        }
    }
}
END_TEST

START_TEST(test_judge) {
    ck_assert_int_eq(mr_judge(100, 99, 99), MR_NOT_LATE);
    ck_assert_int_eq(mr_judge(100, 100, 50), MR_IS_LATE);
    ck_assert_int_eq(mr_judge(100, 50, 100), MR_IS_IDLE);
    ck_assert_int_eq(mr_judge(100, 100, 100), MR_IS_LATE);
    ck_assert_int_eq(mr_judge(100, MR_NO_TIME, MR_NO_TIME), MR_NOT_LATE);
    ck_assert_int_eq(mr_judge(100, MR_NO_TIME, MR_INF_TIME), MR_IS_IDLE);
}
END_TEST

START_TEST(test_time_add_keeps_none_and_infinity) {
    ck_assert_int_eq(mr_time_add(MR_NO_TIME, 5), MR_NO_TIME);
    ck_assert_int_eq(mr_time_add(MR_INF_TIME, -5), MR_INF_TIME);
    ck_assert_int_eq(mr_time_add(10, -5), 5);
    ck_assert_int_eq(mr_time_add(MR_INF_TIME - 3, 5), MR_INF_TIME - 1);
    ck_assert_int_eq(mr_time_add(MR_NO_TIME + 3, -5), MR_NO_TIME + 1);
}
END_TEST

int main(void) {
    Suite *s = suite_create("time");
    TCase *t = tcase_create("time");
    tcase_add_test(t, test_source_time_is_the_models);
    tcase_add_test(t, test_source_time_text);
    tcase_add_test(t, test_source_time_key_is_stable);
    tcase_add_test(t, test_operator_time_is_the_least);
    tcase_add_test(t, test_judge);
    tcase_add_test(t, test_time_add_keeps_none_and_infinity);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

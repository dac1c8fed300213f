/* test_sim.c -- the in-process broker as a whole: feeding, ends, waiting, threads. */
#include "tests/unit/sim_test.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdlib.h>

/* ---- feeding */

START_TEST(append_places_by_murmur2) {
    /* Kafka's own test vectors of murmur2, modulo 7 (computed apart from this code). */
    const struct {
        const char *key;
        int32_t partition;
    } cases[] = {{"21", 3}, {"foobar", 0}, {"a-little-bit-long-string", 1}, {NULL, 0}};
    int t = topic_of("t", 7, NULL);
    for (size_t i = 0; i < MR_ARRAY_LEN(cases); i++) {
        struct mr_out o = {.key = mr_str(cases[i].key), .value = MR_STR("v")};
        int64_t at = mr_sim_append(b, t, -1, &o);
        struct mr_msg m;
        ck_assert(mr_sim_read(b, (struct mr_tp){t, cases[i].partition}, &at, &m));
        ck_assert(mr_str_eq(m.key, o.key));
    }
    ck_assert_int_eq(mr_sim_append(b, t, 7, &(struct mr_out){0}), -1);
    ck_assert_int_eq(mr_sim_append(b, t + 1, 0, &(struct mr_out){0}), -1);
}
END_TEST

static enum mr_end fetch_end(struct mr_consumer *c, size_t *ret_n) {
    struct mr_fetch *f;
    ck_assert_int_eq(mr_consumer_serve(c, 0, NULL), MR_OK);
    ck_assert_int_eq(mr_consumer_fetch(c, 0, 100, &f, NULL), MR_OK);
    *ret_n = f ? f->n : 0;
    if (!f) return MR_END_NOT;
    enum mr_end end = f->end;
    mr_consumer_release(c, f);
    return end;
}

START_TEST(end_of_the_feed_is_final) {
    struct mr_tp tp = {topic_of("t", 1, NULL), 0};
    struct mr_consumer *c = reader_of(tp, 0);
    size_t n;
    append_kv(tp, "k", "v");
    ck_assert_int_eq(fetch_end(c, &n), MR_END_HERE);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_NOT); /* told */
    append_kv(tp, "k", "v");
    mr_sim_end_feed(b, tp.topic);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_FINAL);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_NOT);
    mr_consumer_close(c);
    c = reader_of(tp, 2);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_FINAL);
    mr_consumer_close(c);
}
END_TEST

START_TEST(end_is_told_again_after_a_seek) {
    struct mr_tp tp = {topic_of("t", 1, NULL), 0};
    append_kv(tp, "k", "v");
    struct mr_consumer *c = reader_of(tp, 0);
    struct mr_offset at = {.tp = tp, .offset = 1};
    size_t n;
    ck_assert_int_eq(fetch_end(c, &n), MR_END_HERE);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_NOT);
    ck_assert_int_eq(mr_consumer_seek(c, &at, 1, NULL), MR_OK);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_HERE);
    ck_assert_uint_eq(n, 0);
    mr_consumer_close(c);
}
END_TEST

START_TEST(end_turns_final) {
    struct mr_tp tp = {topic_of("t", 1, NULL), 0};
    struct mr_consumer *c = reader_of(tp, 0);
    size_t n;
    ck_assert_int_eq(fetch_end(c, &n), MR_END_HERE);
    mr_sim_end_feed(b, tp.topic);
    ck_assert_int_eq(fetch_end(c, &n), MR_END_FINAL);
    mr_consumer_close(c);
}
END_TEST

START_TEST(killed_reader_gives_its_fetches_back) {
    struct mr_tp tp = {topic_of("t", 1, NULL), 0};
    append_kv(tp, "k", "v");
    struct mr_consumer *c = reader_of(tp, 0);
    struct mr_fetch *f;
    ck_assert_int_eq(mr_consumer_fetch(c, 0, 1, &f, NULL), MR_OK);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(mr_broker_trim(b, tp, 1, NULL), MR_OK);
    mr_sim_kill_consumer(c);
}
END_TEST

/* ---- threads: a copy through transactions, two members, four input partitions */

enum { PARTS = 4, RECORDS = 4000, WORKERS = 2 };

static int in, out;
static _Atomic int copied;

struct copier {
    pthread_t thread;
    int index;
    struct mr_consumer *c;
    struct mr_producer *p;
    bool owns[PARTS];
};

static void start_reading(void *arg, const struct mr_tp *tps, size_t n) {
    struct copier *w = arg;
    struct mr_arena a;
    mr_arena_init(&a);
    for (size_t i = 0; i < n; i++) {
        struct mr_offset o;
        ck_assert_int_eq(mr_broker_committed(b, "g", &tps[i], 1, &o, &a, NULL), MR_OK);
        if (o.offset < 0) o.offset = 0;
        ck_assert_int_eq(mr_consumer_add(w->c, &o, &tps[i].partition, 1, NULL), MR_OK);
        w->owns[tps[i].partition] = true;
    }
    mr_arena_done(&a);
}

static void stop_reading(void *arg, const struct mr_tp *tps, size_t n) {
    struct copier *w = arg;
    for (size_t i = 0; i < n; i++) w->owns[tps[i].partition] = false;
}

static void rewind_to_committed(struct copier *w, int part) {
    struct mr_arena a;
    struct mr_offset o;
    struct mr_tp tp = {in, part};
    mr_arena_init(&a);
    ck_assert_int_eq(mr_broker_committed(b, "g", &tp, 1, &o, &a, NULL), MR_OK);
    if (o.offset < 0) o.offset = 0;
    if (w->owns[part]) ck_assert_int_eq(mr_consumer_seek(w->c, &o, 1, NULL), MR_OK);
    mr_arena_done(&a);
}

static void copy_fetch(struct copier *w, const struct mr_fetch *f) {
    struct mr_out outs[64];
    for (size_t i = 0; i < f->n; i++)
        outs[i] = (struct mr_out){.tp = {out, f->tp.partition}, .value = f->msgs[i].value, .ts = 1};
    struct mr_offset o = {f->tp, f->next, MR_STR("m")};
    ck_assert_int_eq(mr_producer_begin(w->p, NULL), MR_OK);
    ck_assert_int_eq(mr_producer_send(w->p, outs, f->n, NULL), MR_OK);
    enum mr_class c = mr_producer_offsets(w->p, w->c, &o, 1, NULL);
    if (c == MR_OK) {
        ck_assert_int_eq(mr_producer_commit(w->p, NULL), MR_OK);
        copied += (int)f->n;
        return;
    }
    ck_assert_int_eq(c, MR_ABORT);
    ck_assert_int_eq(mr_producer_abort(w->p, NULL), MR_OK);
    mr_consumer_serve(w->c, 0, NULL);
    rewind_to_committed(w, f->tp.partition);
}

static void *copy(void *arg) {
    struct copier *w = arg;
    struct mr_consumer_conf conf = {.group = "g",
                                    .member = "m",
                                    .anchors = &in,
                                    .n_anchors = 1,
                                    .events = {w, start_reading, stop_reading, stop_reading}};
    ck_assert_int_eq(mr_consumer_open(b, &conf, &w->c, NULL), MR_OK);
    while (copied < PARTS * RECORDS) {
        ck_assert_int_eq(mr_consumer_serve(w->c, 20, NULL), MR_OK);
        for (int i = 0; i < PARTS; i++) {
            struct mr_fetch *f = NULL;
            if (!w->owns[i]) continue;
            ck_assert_int_eq(mr_consumer_fetch(w->c, i, 64, &f, NULL), MR_OK);
            if (f && f->n) copy_fetch(w, f);
            if (f) mr_consumer_release(w->c, f);
        }
    }
    mr_consumer_close(w->c);
    return NULL;
}

static void *feed(void *arg) {
    for (int i = 0; i < RECORDS; i++) {
        char v[16];
        snprintf(v, sizeof v, "%d", i);
        for (int p = 0; p < PARTS; p++) {
            struct mr_out o = {.value = mr_str(v)};
            mr_sim_append(b, in, p, &o);
        }
    }
    return NULL;
}

START_TEST(threads_copy_exactly_once) {
    teardown();
    b = mr_broker_open_sim(mr_clock_real()); /* calls wait here */
    in = topic_of("in", PARTS, NULL);
    out = topic_of("out", PARTS, NULL);
    copied = 0;
    struct copier w[WORKERS] = {0};
    for (int i = 0; i < WORKERS; i++) {
        w[i].index = i;
        w[i].p = producer_of(i ? "p1" : "p0");
        pthread_create(&w[i].thread, NULL, copy, &w[i]);
    }
    pthread_t feeder;
    pthread_create(&feeder, NULL, feed, NULL);
    pthread_join(feeder, NULL);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(w[i].thread, NULL);
        mr_producer_close(w[i].p);
    }
    for (int p = 0; p < PARTS; p++) {
        int64_t at = 0;
        struct mr_msg m;
        for (int i = 0; i < RECORDS; i++) {
            char v[16];
            snprintf(v, sizeof v, "%d", i);
            ck_assert(mr_sim_read(b, (struct mr_tp){out, p}, &at, &m));
            ck_assert(mr_str_is(m.value, v));
        }
        ck_assert(!mr_sim_read(b, (struct mr_tp){out, p}, &at, &m));
    }
}
END_TEST

/* committed waits in one thread until the other one has decided its transaction. */
static void *commit_later(void *arg) {
    struct copier *w = arg;
    int64_t low, high;
    do { /* until the main thread is in its wait, as far as can be seen from outside */
        mr_broker_watermarks(b, (struct mr_tp){in, 0}, &low, &high, NULL);
    } while (high < 1);
    ck_assert_int_eq(mr_producer_commit(w->p, NULL), MR_OK);
    return NULL;
}

START_TEST(committed_waits_for_the_transaction) {
    teardown();
    b = mr_broker_open_sim(mr_clock_real());
    in = topic_of("in", 1, NULL);
    struct mr_tp tp = {in, 0};
    struct copier w = {.p = producer_of("p")};
    struct mr_consumer_conf conf = {
        .group = "g", .anchors = &in, .n_anchors = 1, .events = {&w, NULL, NULL, NULL}};
    ck_assert_int_eq(mr_consumer_open(b, &conf, &w.c, NULL), MR_OK);
    ck_assert_int_eq(mr_consumer_serve(w.c, 0, NULL), MR_OK);
    struct mr_offset o = {tp, 7, MR_STR("seven")};
    ck_assert_int_eq(mr_producer_begin(w.p, NULL), MR_OK);
    ck_assert_int_eq(mr_producer_offsets(w.p, w.c, &o, 1, NULL), MR_OK);
    pthread_create(&w.thread, NULL, commit_later, &w);
    append_kv(tp, "go", "on");
    struct mr_arena a;
    mr_arena_init(&a);
    ck_assert_int_eq(mr_broker_committed(b, "g", &tp, 1, &o, &a, NULL), MR_OK);
    ck_assert_int_eq(o.offset, 7);
    ck_assert(mr_str_is(o.meta, "seven"));
    mr_arena_done(&a);
    pthread_join(w.thread, NULL);
    mr_producer_close(w.p);
    mr_consumer_close(w.c);
}
END_TEST

int main(void) {
    Suite *s = suite_create("sim");
    TCase *t = tcase_create("sim");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, append_places_by_murmur2);
    tcase_add_test(t, end_of_the_feed_is_final);
    tcase_add_test(t, end_is_told_again_after_a_seek);
    tcase_add_test(t, end_turns_final);
    tcase_add_test(t, killed_reader_gives_its_fetches_back);
    tcase_add_test(t, threads_copy_exactly_once);
    tcase_add_test(t, committed_waits_for_the_transaction);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

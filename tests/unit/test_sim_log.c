/* test_sim_log.c -- the log of the in-process broker against naive lists. */
#include "tests/unit/sim_test.h"

#include "base/mem.h"

#include <stdlib.h>

/* ---- random transactions: a list per partition of what was written, and by whom */

enum { PRODUCERS = 3, PARTS = 2, MOST = 4000 };

enum fate { UNDECIDED, COMMITTED, ABORTED, MARKER };

struct entry { /* one offset */
    int producer;
    int value;
    enum fate fate;
};

struct model {
    struct entry log[PARTS][MOST];
    int n[PARTS], low[PARTS];
    bool open[PRODUCERS], wrote[PRODUCERS][PARTS];
    struct mr_producer *p[PRODUCERS];
    struct mr_consumer *c; /* reads both partitions all the time */
    int64_t at[PARTS];     /* its position */
    int topic, values;
};

static void model_end(struct model *m, int who, bool commit) {
    for (int t = 0; t < PARTS; t++) {
        for (int i = 0; i < m->n[t]; i++)
            if (m->log[t][i].producer == who && m->log[t][i].fate == UNDECIDED)
                m->log[t][i].fate = commit ? COMMITTED : ABORTED;
        if (m->wrote[who][t]) m->log[t][m->n[t]++] = (struct entry){-1, 0, MARKER};
        m->wrote[who][t] = false;
    }
    m->open[who] = false;
}

static void model_send(struct model *m, int who, struct mr_rand *r) {
    struct mr_out out[8];
    char text[8][16];
    int n = 1 + (int)mr_rand_below(r, 8);
    for (int i = 0; i < n; i++) {
        int t = (int)mr_rand_below(r, PARTS);
        snprintf(text[i], sizeof text[i], "%d", ++m->values);
        out[i] = (struct mr_out){.tp = {m->topic, t}, .value = mr_str(text[i]), .ts = 1};
        m->log[t][m->n[t]++] = (struct entry){who, m->values, UNDECIDED};
        m->wrote[who][t] = true;
    }
    ck_assert_int_eq(mr_producer_send(m->p[who], out, (size_t)n, NULL), MR_OK);
}

static int value_of(const struct mr_msg *m) {
    char text[16] = "";
    memcpy(text, m->value.p, m->value.n);
    return atoi(text);
}

/* The next visible entry at or behind `at`; m->n: none; *ret_lso: where reading stops. */
static int model_next(const struct model *m, int t, int64_t at, int *ret_lso) {
    int lso = 0;
    while (lso < m->n[t] && (lso < m->low[t] || m->log[t][lso].fate != UNDECIDED)) lso++;
    *ret_lso = lso;
    for (int i = at < m->low[t] ? m->low[t] : (int)at; i < lso; i++)
        if (m->log[t][i].fate == COMMITTED) return i;
    return m->n[t];
}

static void check_read(struct model *m, int t) {
    int64_t at = 0;
    int lso;
    for (struct mr_msg msg;;) {
        int want = model_next(m, t, at, &lso);
        bool more = mr_sim_read(b, (struct mr_tp){m->topic, t}, &at, &msg);
        ck_assert_int_eq(more, want < m->n[t]);
        if (!more) break;
        ck_assert_int_eq(msg.offset, want);
        ck_assert_int_eq(value_of(&msg), m->log[t][want].value);
        ck_assert_int_eq(at, want + 1);
    }
    int64_t low, high;
    mr_broker_watermarks(b, (struct mr_tp){m->topic, t}, &low, &high, NULL);
    ck_assert_int_eq(low, m->low[t]);
    ck_assert_int_eq(high, m->n[t]);
}

static void check_fetch(struct model *m, int t, struct mr_rand *r) {
    struct mr_fetch *f;
    for (;;) {
        int lso;
        ck_assert_int_eq(mr_consumer_fetch(m->c, t, 1 + mr_rand_below(r, 6), &f, NULL), MR_OK);
        if (!f) break;
        for (size_t i = 0; i < f->n; i++) {
            int want = model_next(m, t, m->at[t], &lso);
            ck_assert_int_eq(f->msgs[i].offset, want);
            ck_assert_int_eq(value_of(&f->msgs[i]), m->log[t][want].value);
            m->at[t] = want + 1;
        }
        int after = model_next(m, t, m->at[t], &lso);
        bool end = after == m->n[t] && lso == m->n[t];
        ck_assert_int_eq(f->end, end ? MR_END_HERE : MR_END_NOT);
        m->at[t] = end ? m->n[t] : m->at[t];
        ck_assert_int_eq(f->next, m->at[t]);
        mr_consumer_release(m->c, f);
    }
    int lso; /* everything visible has been given */
    ck_assert_int_eq(model_next(m, t, m->at[t], &lso), m->n[t]);
}

static void model_trim(struct model *m, int t, struct mr_rand *r) {
    if (m->at[t] <= m->low[t] || mr_rand_below(r, 4)) return; /* not past the reader */
    int to = m->low[t] + (int)mr_rand_below(r, (uint32_t)(m->at[t] - m->low[t] + 1));
    m->low[t] = to;
    ck_assert_int_eq(mr_broker_trim(b, (struct mr_tp){m->topic, t}, to, NULL), MR_OK);
}

static void model_step(struct model *m, struct mr_rand *r) {
    static const char *const ids[] = {"p0", "p1", "p2"};
    int who = (int)mr_rand_below(r, PRODUCERS);
    switch (mr_rand_below(r, 12)) {
    default:
        if (!m->open[who]) ck_assert_int_eq(mr_producer_begin(m->p[who], NULL), MR_OK);
        m->open[who] = true;
        model_send(m, who, r);
        break;
    case 0:
    case 1:
        if (!m->open[who]) break;
        ck_assert_int_eq(mr_producer_commit(m->p[who], NULL), MR_OK);
        model_end(m, who, true);
        break;
    case 2:
        if (!m->open[who]) break;
        ck_assert_int_eq(mr_producer_abort(m->p[who], NULL), MR_OK);
        model_end(m, who, false);
        break;
    case 3: /* killed and started again, or fenced by a second one */
        mr_sim_kill_producer(m->p[who]);
        m->p[who] = producer_of(ids[who]);
        model_end(m, who, false);
        break;
    case 4: model_trim(m, (int)mr_rand_below(r, PARTS), r); break;
    }
}

START_TEST(random_transactions_against_lists) {
    uint64_t seed = 1000 + (uint64_t)_i;
    printf("seed %llu\n", (unsigned long long)seed);
    struct mr_rand r;
    mr_rand_seed(&r, seed);
    struct model *m = mr_calloc(1, sizeof *m);
    m->topic = topic_of("t", PARTS, NULL);
    static const char *const ids[] = {"p0", "p1", "p2"};
    for (int i = 0; i < PRODUCERS; i++) m->p[i] = producer_of(ids[i]);
    m->c = reader_of((struct mr_tp){m->topic, 0}, 0);
    struct mr_offset other = {.tp = {m->topic, 1}};
    mr_consumer_add(m->c, &other, (int[]){1}, 1, NULL);
    for (int i = 0; i < 600; i++) {
        model_step(m, &r);
        for (int t = 0; t < PARTS; t++) {
            if (i % 10 == 0) check_read(m, t);
            if (mr_rand_below(&r, 3)) check_fetch(m, t, &r);
        }
    }
    for (int i = 0; i < PRODUCERS; i++) mr_producer_close(m->p[i]);
    mr_consumer_close(m->c);
    mr_free(m);
}
END_TEST

/* ---- the cleaner against a filter over a list */

static const char *const compact[] = {"cleanup.policy", "compact", "delete.retention.ms", "1000",
                                      NULL};

START_TEST(random_compaction_against_a_filter) {
    enum { N = 3000, KEYS = 40 };
    uint64_t seed = 2000 + (uint64_t)_i;
    printf("seed %llu\n", (unsigned long long)seed);
    struct mr_rand r;
    mr_rand_seed(&r, seed);
    struct mr_tp tp = {topic_of("t", 1, compact), 0};
    int key[N];
    bool gone[N] = {0};
    char k[16], v[16];
    struct mr_consumer *c = reader_of(tp, 0);
    struct mr_fetch *held = NULL;
    for (int n = 0; n < N;) {
        for (int i = 1 + (int)mr_rand_below(&r, 300); i > 0 && n < N; i--, n++) {
            key[n] = (int)mr_rand_below(&r, KEYS);
            snprintf(k, sizeof k, "%d", key[n]);
            snprintf(v, sizeof v, "%d", n);
            append_kv(tp, k, v);
        }
        if (!held) mr_consumer_fetch(c, 0, 5, &held, NULL);
        mr_sim_compact(b, tp.topic);
        int last[KEYS]; /* below the last record, which is the active tail */
        memset(last, -1, sizeof last);
        for (int i = 0; i < n - 1; i++) last[key[i]] = i;
        for (int i = 0; i < n - 1; i++) gone[i] = gone[i] || last[key[i]] != i;
        int64_t at = 0;
        struct mr_msg m;
        for (int i = 0; i < n; i++) {
            if (gone[i]) continue;
            ck_assert(mr_sim_read(b, tp, &at, &m));
            ck_assert_int_eq(m.offset, i);
            ck_assert_int_eq(value_of(&m), i);
        }
        ck_assert(!mr_sim_read(b, tp, &at, &m));
    }
    for (size_t i = 0; i < held->n; i++) /* what was borrowed before the cleaner came */
        ck_assert_int_eq(value_of(&held->msgs[i]), (int)held->msgs[i].offset);
    mr_consumer_release(c, held);
    mr_consumer_close(c);
}
END_TEST

static int count(struct mr_tp tp) {
    struct mr_msg m;
    int64_t at = 0;
    int n = 0;
    while (mr_sim_read(b, tp, &at, &m)) n++;
    return n;
}

START_TEST(tombstones_stay_for_delete_retention) {
    struct mr_tp tp = {topic_of("t", 1, compact), 0};
    append_kv(tp, "a", "1");
    append_kv(tp, "a", NULL);
    append_kv(tp, "z", "tail");
    mr_sim_compact(b, tp.topic); /* a=1 goes, the tombstone was seen for the first time */
    ck_assert_int_eq(count(tp), 2);
    pass_ms(999);
    mr_sim_compact(b, tp.topic);
    ck_assert_int_eq(count(tp), 2);
    pass_ms(1);
    mr_sim_compact(b, tp.topic);
    ck_assert_int_eq(count(tp), 1);
}
END_TEST

START_TEST(cleaner_stops_at_open_transaction) {
    struct mr_tp tp = {topic_of("t", 1, compact), 0};
    struct mr_producer *p = producer_of("p");
    append_kv(tp, "a", "1");
    mr_producer_begin(p, NULL);
    send_kv(p, tp, "x", "open");
    append_kv(tp, "a", "2");
    append_kv(tp, "z", "tail");
    mr_sim_compact(b, tp.topic);
    mr_producer_commit(p, NULL);
    ck_assert_int_eq(count(tp), 4); /* a=1 was the last below the LSO */
    mr_sim_compact(b, tp.topic);
    ck_assert_int_eq(count(tp), 3);
    mr_producer_close(p);
}
END_TEST

START_TEST(retention_by_the_clock) {
    const char *const config[] = {"retention.ms", "5000", NULL};
    struct mr_tp tp = {topic_of("t", 1, config), 0};
    struct mr_out o = {.tp = tp, .value = MR_STR("v")};
    for (int i = 0; i < 10; i++) { /* one a second */
        o.ts = clk.now_ms;
        mr_sim_append(b, tp.topic, 0, &o);
        clk.now_ms += 1000;
    }
    mr_sim_tick(b); /* at 10 s: those of 0..4 s are older than 5 s; the one of 5 s is not */
    int64_t low, high;
    mr_broker_watermarks(b, tp, &low, &high, NULL);
    ck_assert_int_eq(low, 5);
    ck_assert_int_eq(high, 10);
    pass_ms(60000);
    mr_broker_watermarks(b, tp, &low, &high, NULL);
    ck_assert_int_eq(low, 10);
    ck_assert_int_eq(count(tp), 0);
}
END_TEST

START_TEST(trim_past_an_open_transaction) {
    struct mr_tp tp = {topic_of("t", 1, NULL), 0};
    struct mr_producer *p = producer_of("p");
    mr_producer_begin(p, NULL);
    send_kv(p, tp, "k", "open");
    append_kv(tp, "k", "a");
    append_kv(tp, "k", "b");
    ck_assert_int_eq(count(tp), 0);
    ck_assert_int_eq(mr_broker_trim(b, tp, 2, NULL), MR_OK);
    ck_assert_int_eq(count(tp), 0); /* Kafka, too: the LSO is the log start, not behind it */
    ck_assert_int_eq(mr_broker_trim(b, tp, 3, NULL), MR_OK);
    append_kv(tp, "k", "c");
    ck_assert_int_eq(mr_broker_trim(b, tp, 4, NULL), MR_OK);
    struct mr_consumer *c = reader_of(tp, 4);
    struct mr_fetch *f;
    ck_assert_int_eq(mr_consumer_fetch(c, 0, 5, &f, NULL), MR_OK);
    ck_assert_ptr_nonnull(f); /* nothing is held back any more */
    ck_assert_int_eq(f->end, MR_END_HERE);
    mr_consumer_release(c, f);
    mr_consumer_close(c);
    mr_producer_abort(p, NULL);
    append_kv(tp, "k", "d");
    ck_assert_int_eq(count(tp), 1);
    mr_producer_close(p);
}
END_TEST

int main(void) {
    Suite *s = suite_create("sim_log");
    TCase *t = tcase_create("sim_log");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, random_transactions_against_lists, 0, 20);
    tcase_add_loop_test(t, random_compaction_against_a_filter, 0, 5);
    tcase_add_test(t, tombstones_stay_for_delete_retention);
    tcase_add_test(t, cleaner_stops_at_open_transaction);
    tcase_add_test(t, retention_by_the_clock);
    tcase_add_test(t, trim_past_an_open_transaction);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

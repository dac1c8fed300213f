/* Proves assign.c and restore.c: from where a task starts, and when it refuses to (exit 78). */
#include "tests/unit/task_sim.h"

#define JOB(history)                                                                               \
    "topology: job\n"                                                                              \
    "sources:\n"                                                                                   \
    "  clicks: {topic: clicks, key: string, value: {json: {n: int}}, idle_after: 1h}\n"            \
    "tables:\n"                                                                                    \
    "  profiles: {topic: profiles, key: string, value: {json: {seg: string}}, idle_after: "        \
    "1h" history "}\n"                                                                             \
    "nodes:\n"                                                                                     \
    "  joined:\n"                                                                                  \
    "    from: clicks\n"                                                                           \
    "    join: {table: profiles, kind: left}\n"                                                    \
    "    select: {n: clicks.n, seg: 'profiles.seg ?? \"none\"'}\n"                                 \
    "sinks:\n"                                                                                     \
    "  out: {from: joined, topic: out, value: json}\n"

static const char job[] = JOB("");
static const char other_job[] = JOB(", history: 1d");

static const struct ts_rec profiles[] = {{"profiles", 0, "a", "{\"seg\":\"red\"}", 1000}};
static const struct ts_rec click_1[] = {{"clicks", 0, "a", "{\"n\":1}", 2000}};
static const struct ts_rec click_2[] = {{"clicks", 0, "a", "{\"n\":2}", 3000}};
static const char one_row[] = "out\n  a {\"n\":1,\"seg\":\"red\"} @2000\n";
static const char two_rows[] = "out\n  a {\"n\":1,\"seg\":\"red\"} @2000\n"
                               "  a {\"n\":2,\"seg\":\"red\"} @3000\n";

static struct mr_plan *plan;

/* ---- steps */

/* Steps worker i until it has been at rest for a while; the exit code when it gave up. */
static int rest(struct ts *t, int i) {
    int code = 0;
    for (int k = 0; k < 60; k++)
        if (!ts_step(t, i, &code)) return code;
    return 0;
}

static void check_rows(struct ts *t, const char *expected) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    ts_rows(t, "out", TS_IN_ORDER, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), expected);
    mr_buf_done(&b);
}

/* The job has run for a while and was stopped properly. */
static void start_seeded(struct ts *t, uint64_t seeds) {
    ts_init(t, plan, 1);
    t->seeds = seeds;
    ts_feed(t, profiles, 1);
    ts_feed(t, click_1, 1);
    ts_open(t, 0);
    ck_assert_int_eq(rest(t, 0), 0);
    ts_close(t, 0);
    check_rows(t, one_row);
}

static void start(struct ts *t) {
    start_seeded(t, 0);
}

static struct mr_tp tp_of(struct ts *t, const char *topic) {
    return (struct mr_tp){mr_broker_topic(t->embed.broker, topic), 0};
}

/* Metadata by hand: what kafka-consumer-groups --reset-offsets leaves. meta NULL: no offset. */
static void set_offset(struct ts *t, const char *topic, int64_t offset, const char *meta) {
    struct sim_broker *s = (struct sim_broker *)t->embed.broker;
    pthread_mutex_lock(&s->lock);
    struct sim_committed *o = mr_sim_group_offset(mr_sim_group(s, t->embed.app), tp_of(t, topic));
    o->offset = meta ? offset : -1;
    mr_free((char *)o->meta.p);
    o->meta = (struct mr_str){mr_strdup(meta ? meta : ""), meta ? strlen(meta) : 0};
    pthread_mutex_unlock(&s->lock);
}

static struct mr_offset offset_of(struct ts *t, const char *topic) {
    struct mr_tp tp = tp_of(t, topic);
    struct mr_offset at;
    struct mr_err err;
    ck_assert(mr_broker_committed(t->embed.broker, t->embed.app, &tp, 1, &at, &t->arena, &err) ==
              MR_OK);
    return at;
}

static void check_refused(struct ts *t, int i, const char *part) {
    int code;
    ck_assert_int_eq(rest(t, i), 78);
    const char *text = mr_worker_error(t->workers[i], &code)->text;
    ck_assert_msg(strstr(text, part) != NULL, "`%s` is not in: %s", part, text);
}

/* It goes on: the next click meets the old state. */
static void check_goes_on(struct ts *t, int i) {
    ts_feed(t, click_2, 1);
    ck_assert_int_eq(rest(t, i), 0);
    check_rows(t, two_rows);
}

static int64_t wipes(struct ts *t) {
    return mr_metrics_sum(t->metrics, MR_M_WIPES);
}

/* The end of a changelog's records, and a log that was made anew. */
static int64_t high_of(struct ts *t, const char *topic) {
    int64_t low, high;
    struct mr_err err;
    ck_assert(mr_broker_watermarks(t->embed.broker, tp_of(t, topic), &low, &high, &err) == MR_OK);
    return high;
}

static void trim(struct ts *t, const char *topic) {
    struct sim_broker *s = (struct sim_broker *)t->embed.broker;
    struct mr_err err;
    s->topics[tp_of(t, topic).topic]->info.delete_ = true; /* as changelogs of windows are */
    ck_assert(mr_broker_trim(t->embed.broker, tp_of(t, topic), high_of(t, topic), &err) == MR_OK);
}

static void make_anew(struct ts *t, const char *topic) {
    struct sim_broker *s = (struct sim_broker *)t->embed.broker;
    struct sim_topic *old = s->topics[tp_of(t, topic).topic];
    pthread_mutex_lock(&s->lock);
    struct sim_part *p = &old->parts[0];
    mr_sim_log_done(p);
    pthread_mutex_unlock(&s->lock);
}

/* ---- offsets */

START_TEST(goes_on_after_a_stop) {
    struct ts t;
    start(&t);
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ck_assert_int_eq(wipes(&t), 0);
    ts_done(&t);
}
END_TEST

/* The first transaction of a task without any record: positions only. */
START_TEST(restarts_before_the_first_record) {
    struct ts t;
    ts_init(&t, plan, 1);
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t, 0), 0);
    ts_crash(&t, 0, 0);
    ts_open(&t, 0);
    ts_expire(&t);
    ts_feed(&t, profiles, 1);
    ts_feed(&t, click_1, 1);
    ck_assert_int_eq(rest(&t, 0), 0);
    check_rows(&t, one_row);
    ts_done(&t);
}
END_TEST

START_TEST(offset_without_metadata) {
    struct ts t;
    start(&t);
    set_offset(&t, "clicks", 1, "");
    ts_open(&t, 0);
    check_refused(&t, 0, "--accept-reset");
    ts_close(&t, 0);
    t.accept_reset = true;
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ts_close(&t, 0);
    t.accept_reset = false; /* once is enough: the metadata are there again */
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t, 0), 0);
    ts_done(&t);
}
END_TEST

/* Retention has passed the committed offset. */
START_TEST(offset_below_the_log_start) {
    struct ts t;
    start(&t);
    ts_feed(&t, click_2, 1);
    trim(&t, "clicks");
    ts_open(&t, 0);
    check_refused(&t, 0,
                  "clicks/0: records were deleted before they were read: the committed "
                  "offset is 1, the log starts at 2; run once with --accept-reset");
    ts_close(&t, 0);
    t.accept_reset = true;
    ts_open(&t, 0);
    ts_feed(&t, (struct ts_rec[]){{"clicks", 0, "a", "{\"n\":3}", 4000}}, 1);
    ck_assert_int_eq(rest(&t, 0), 0);
    check_rows(&t,
               "out\n  a {\"n\":1,\"seg\":\"red\"} @2000\n  a {\"n\":3,\"seg\":\"red\"} @4000\n");
    ts_close(&t, 0);
    t.accept_reset = false; /* once is enough */
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t, 0), 0);
    ts_done(&t);
}
END_TEST

START_TEST(retention_passes_a_running_task) {
    struct ts t;
    start(&t);
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t, 0), 0);
    ts_feed(&t, click_2, 1);
    trim(&t, "clicks");
    check_refused(&t, 0, "the log starts at 2");
    ts_done(&t);
}
END_TEST

START_TEST(all_read_and_all_deleted) {
    struct ts t;
    start(&t);
    trim(&t, "clicks");
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ts_done(&t);
}
END_TEST

/* The anchor's metadata named the incarnation: with local state, and without it, the changelog's
 * own is kept, so that others can still read it. */
static void accept_reset(bool fresh) {
    struct ts t;
    start(&t);
    set_offset(&t, "clicks", 1, "");
    set_offset(&t, "profiles", 1, "");
    t.accept_reset = true;
    ts_open(&t, fresh);
    check_goes_on(&t, fresh);
    ts_close(&t, fresh);
    t.accept_reset = false;
    ts_open(&t, 2); /* with nothing on disk: reads the changelog from its start */
    ck_assert_int_eq(rest(&t, 2), 0);
    ts_feed(&t, (struct ts_rec[]){{"clicks", 0, "a", "{\"n\":3}", 4000}}, 1);
    ck_assert_int_eq(rest(&t, 2), 0);
    check_rows(&t, "out\n  a {\"n\":1,\"seg\":\"red\"} @2000\n  a {\"n\":2,\"seg\":\"red\"} @3000\n"
                   "  a {\"n\":3,\"seg\":\"red\"} @4000\n");
    ck_assert_int_eq(wipes(&t), 0);
    ts_done(&t);
}
START_TEST(accept_reset_keeps_the_incarnation) {
    accept_reset(false);
}
END_TEST
START_TEST(accept_reset_without_local_state) {
    accept_reset(true);
}
END_TEST

START_TEST(no_offset_but_local_state) {
    struct ts t;
    start(&t);
    set_offset(&t, "clicks", 0, NULL);
    set_offset(&t, "profiles", 0, NULL);
    ts_open(&t, 0);
    check_refused(&t, 0, "no committed offset");
    ts_done(&t);
}
END_TEST

START_TEST(no_offset_but_a_changelog) {
    struct ts t;
    start(&t);
    set_offset(&t, "clicks", 0, NULL);
    set_offset(&t, "profiles", 0, NULL);
    ts_open(&t, 1); /* another state directory */
    check_refused(&t, 1, "no committed offset");
    ts_done(&t);
}
END_TEST

START_TEST(a_sibling_without_offset) {
    struct ts t;
    start(&t);
    set_offset(&t, "profiles", 0, NULL);
    ts_open(&t, 0);
    check_refused(&t, 0, "although others of its task have");
    ts_close(&t, 0);
    t.accept_reset = true; /* read again from its start: the table holds the same row */
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ts_done(&t);
}
END_TEST

/* Nothing was ever committed: a crash, or another worker, must find a new task. */
START_TEST(a_first_transaction_never_succeeds) {
    struct ts t;
    ts_init(&t, plan, 1);
    ts_feed(&t, profiles, 1);
    ts_feed(&t, click_1, 1);
    ts_open(&t, 0);
    for (unsigned n = 1; n <= 60; n++)
        mr_sim_fail(t.embed.broker, MR_SIM_OFFSETS, n, MR_ABORT, false);
    ck_assert_int_eq(rest(&t, 0), 0); /* rounds of write-behind come by */
    ck_assert_int_eq(offset_of(&t, "clicks").offset, -1);
    ts_crash(&t, 0, 1000);
    ts_open(&t, 0);
    ts_expire(&t);
    ck_assert_int_eq(rest(&t, 0), 0);
    check_rows(&t, one_row);
    ts_done(&t);
}
END_TEST

/* ---- state */

START_TEST(changelog_trimmed_to_nothing) {
    struct ts t;
    start(&t);
    trim(&t, "job-profiles-changelog");
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ck_assert_int_eq(wipes(&t), 0);
    ts_done(&t);
}
END_TEST

START_TEST(changelog_made_anew) {
    struct ts t;
    start(&t);
    make_anew(&t, "job-profiles-changelog");
    ts_open(&t, 0);
    check_refused(&t, 0, "deleted or recreated");
    ts_done(&t);
}
END_TEST

START_TEST(other_logic) {
    struct ts t;
    start(&t);
    struct mr_plan *other = ts_compile(other_job);
    t.plan = other;
    ts_open(&t, 0);
    check_refused(&t, 0, "other logic");
    ts_close(&t, 0);
    t.plan = plan;
    ts_done(&t);
    mr_plan_free(other);
}
END_TEST

/* Local state of another life of the application: another state directory takes over meanwhile. */
START_TEST(other_incarnation) {
    struct ts t, u;
    start(&t);
    start_seeded(&u, 1000);                /* chooses other incarnations */
    struct mr_engine *mine = t.engines[0]; /* same names, same offsets, other incarnation */
    t.engines[0] = u.engines[0];
    u.engines[0] = mine;
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ck_assert_int_eq(wipes(&t), 1);
    ts_done(&t);
    ts_done(&u);
}
END_TEST

/* The end of the changelog was lost (unclean leader election): state from behind it is no good. */
START_TEST(position_behind_the_end) {
    struct ts t, u;
    start(&t);
    start(&u);
    ts_open(&u, 0);
    for (int i = 0; i < 4; i++) {
        const char *seg = i % 2 ? "{\"seg\":\"red\"}" : "{\"seg\":\"blue\"}";
        ts_feed(&u, &(struct ts_rec){"profiles", 0, "a", seg, 2000}, 1);
        ck_assert_int_eq(rest(&u, 0), 0);
    }
    ts_close(&u, 0);
    ck_assert_int_gt(high_of(&u, "job-profiles-changelog"), high_of(&t, "job-profiles-changelog"));
    struct mr_engine *mine = t.engines[0];
    t.engines[0] = u.engines[0];
    u.engines[0] = mine;
    /* Both lives have the same incarnation: the same seeds. */
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ck_assert_int_eq(wipes(&t), 1);
    ts_done(&t);
    ts_done(&u);
}
END_TEST

/* Twelve tables in one task: their incarnations must fit into the metadata beside the source time.
 */
START_TEST(many_stores) {
    struct mr_buf text;
    mr_buf_init(&text, 0);
    mr_buf_cat(&text,
               "topology: job\nsources:\n"
               "  clicks: {topic: clicks, key: string, value: {json: {n: int}}, idle_after: 1h}\n"
               "tables:\n");
    for (int i = 0; i < 12; i++)
        mr_buf_printf(
            &text, "  t%d: {topic: t%d, key: string, value: {json: {s: string}}, idle_after: 1h}\n",
            i, i);
    mr_buf_cat(&text, "nodes:\n");
    for (int i = 0; i < 12; i++) {
        char from[16] = "clicks";
        if (i) snprintf(from, sizeof from, "n%d", i - 1);
        mr_buf_printf(&text,
                      "  n%d:\n    from: %s\n    join: {table: t%d, kind: left}\n"
                      "    select: {n: '%s.n', s: 't%d.s ?? \"none\"'}\n",
                      i, from, i, from, i);
    }
    mr_buf_cat(&text, "sinks:\n  out: {from: n11, topic: out, value: json}\n");
    struct mr_plan *many = ts_compile(mr_buf_cstr(&text));
    struct ts t;
    ts_init(&t, many, 1);
    ts_feed(&t, (struct ts_rec[]){{"t11", 0, "a", "{\"s\":\"x\"}", 1000}}, 1);
    ts_feed(&t, click_1, 1);
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t, 0), 0);
    ts_close(&t, 0);
    ts_open(&t, 1); /* all are named: each changelog is taken for what it was */
    ts_feed(&t, click_2, 1);
    ck_assert_int_eq(rest(&t, 1), 0);
    check_rows(&t, "out\n  a {\"n\":1,\"s\":\"x\"} @2000\n  a {\"n\":2,\"s\":\"x\"} @3000\n");
    struct mr_offset_meta meta;
    ck_assert(mr_offset_meta_read(offset_of(&t, "clicks").meta, &meta));
    ck_assert_uint_eq(meta.incarnations.n, 12 * 9 + 32);
    ts_done(&t);
    mr_plan_free(many);
    mr_buf_done(&text);
}
END_TEST

/* ---- open transactions */

/* A producer dies with a record of the changelog in an open transaction, which never times out. */
static void leave_open(struct ts *t, const char *id) {
    struct mr_producer *p;
    struct mr_err err;
    struct mr_out rec = {.tp = tp_of(t, "job-profiles-changelog"),
                         .key = MR_STR("not"),
                         .value = MR_STR("committed"),
                         .ts = -1};
    ck_assert(mr_producer_open(t->embed.broker, id, 1 << 20, &p, &err) == MR_OK);
    ck_assert(mr_producer_begin(p, &err) == MR_OK);
    ck_assert(mr_producer_send(p, &rec, 1, &err) == MR_OK);
    mr_sim_kill_producer(p);
}

/* Killed within a commit: its next life settles what it left open, and does not wait for it. */
START_TEST(a_former_life_left_a_transaction_open) {
    struct ts t;
    start(&t);
    leave_open(&t, mr_arena_printf(&t.arena, "job-%s-0", mr_engine_instance(t.engines[0])));
    ts_open(&t, 0);
    check_goes_on(&t, 0);
    ts_done(&t);
}
END_TEST

/* A task that waits for the end of its restore is lost and comes back to the same worker. */
START_TEST(lost_while_it_restores) {
    struct ts t;
    struct mr_producer *p;
    struct mr_err err;
    start(&t);
    leave_open(&t, "zombie");
    ts_open(&t, 0);
    ck_assert_int_eq(rest(&t, 0), 0);
    for (int i = 0; i < 3; i++) {
        t.broker_clock.now_ms += TS_SESSION_MS;
        mr_sim_tick(t.embed.broker);
        ck_assert_int_eq(rest(&t, 0), 0);
    }
    ts_feed(&t, click_2, 1);
    ck_assert_int_eq(rest(&t, 0), 0);
    check_rows(&t, one_row); /* it still waits */
    ck_assert(mr_producer_open(t.embed.broker, "zombie", 1 << 20, &p, &err) == MR_OK);
    mr_producer_close(p);
    ck_assert_int_eq(rest(&t, 0), 0);
    check_rows(&t, two_rows);
    ts_done(&t);
}
END_TEST

/* Every look at the clock takes a while, as calls to brokers do. */
static int64_t slow_now(struct mr_clock *c) {
    return ((struct mr_clock_manual *)c)->now_ms += 20;
}

/* 40 tasks that ask in vain at first: each gets its turn all the same, and no step takes as long as
 * the group would wait for. */
START_TEST(many_tasks_are_opened_in_turns) {
    enum { TASKS = 40, STEP_MOST_MS = 3000 };
    struct ts t;
    int asked = 0, running = 0;
    ts_init(&t, plan, TASKS);
    t.clock.base.mono_ms = slow_now;
    ts_open(&t, 0);
    for (unsigned n = 1; n <= 200; n++)
        mr_sim_fail(t.embed.broker, MR_SIM_COMMITTED, n, MR_RETRY, false);
    for (int k = 0; k < 400 && running < TASKS; k++) {
        int64_t before = t.clock.now_ms;
        ck_assert(ts_step(&t, 0, NULL));
        ck_assert_int_le(t.clock.now_ms - before, STEP_MOST_MS);
        asked = running = 0;
        for (const struct mr_task *of = t.workers[0]->tasks; of; of = of->next) {
            asked += of->open_turn > 0;
            running += of->state == MR_TASK_RUNNING;
        }
        if (k == 40) ck_assert_int_eq(asked, TASKS);
    }
    ck_assert_int_eq(running, TASKS);
    ts_done(&t);
}
END_TEST

int main(void) {
    mr_log_open(getenv("MR_LOG") ? MR_LOG_DEBUG : MR_LOG_ERROR, MR_LOG_TEXT);
    plan = ts_compile(job);
    Suite *s = suite_create("task_assign");
    TCase *c = tcase_create("assign");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, goes_on_after_a_stop);
    tcase_add_test(c, restarts_before_the_first_record);
    tcase_add_test(c, offset_without_metadata);
    tcase_add_test(c, offset_below_the_log_start);
    tcase_add_test(c, retention_passes_a_running_task);
    tcase_add_test(c, all_read_and_all_deleted);
    tcase_add_test(c, accept_reset_keeps_the_incarnation);
    tcase_add_test(c, accept_reset_without_local_state);
    tcase_add_test(c, no_offset_but_local_state);
    tcase_add_test(c, no_offset_but_a_changelog);
    tcase_add_test(c, a_sibling_without_offset);
    tcase_add_test(c, a_first_transaction_never_succeeds);
    tcase_add_test(c, changelog_trimmed_to_nothing);
    tcase_add_test(c, changelog_made_anew);
    tcase_add_test(c, other_logic);
    tcase_add_test(c, other_incarnation);
    tcase_add_test(c, position_behind_the_end);
    tcase_add_test(c, many_stores);
    tcase_add_test(c, a_former_life_left_a_transaction_open);
    tcase_add_test(c, lost_while_it_restores);
    tcase_add_test(c, many_tasks_are_opened_in_turns);
    suite_add_tcase(s, c);
    int failed = mr_check_run(s);
    mr_plan_free(plan);
    return failed;
}

/* rules_log.c -- conformance: records, ends of partitions, topics, the cleaner. */
#include "tests/broker/world.h"

#include "base/mem.h"

#include <stdio.h>

#define RULE(name, proves, facts) void rule_##name(struct world *w);
#include "tests/broker/rules.def"
#undef RULE

/* ---- records */

void rule_produce_read_order(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a b c");
    put(p, tp, "d");
    begin(p);
    send(p, tp, "e f");
    send(p, tp, "g");
    commit(p);
    struct reader *r = read_all(w, tp, "a b c d e f g");
    for (size_t i = 1; i < r->n_seen; i++)
        check(w, r->seen[i - 1].m.offset < r->seen[i].m.offset, "offsets do not rise");
}

static void same(struct world *w, const char *what, struct mr_str got, struct mr_str want) {
    check(w, (got.p == NULL) == (want.p == NULL) && mr_str_eq(got, want),
          "%s: \"%.*s\"%s, wanted \"%.*s\"%s", what, MR_STR_ARG(got), got.p ? "" : " (null)",
          MR_STR_ARG(want), want.p ? "" : " (null)");
}

void rule_nulls_and_headers(struct world *w) {
    struct mr_str null = {0}, empty = MR_STR("");
    const struct mr_hdr hdrs[] = {{MR_STR("b"), MR_STR("1")},
                                  {MR_STR("a"), empty},
                                  {MR_STR("b"), MR_STR("x\0y")},
                                  {MR_STR("n"), null}};
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const struct mr_out out[] = {{tp, empty, empty, NULL, 0, 1},
                                 {tp, null, MR_STR("v"), NULL, 0, 1},
                                 {tp, MR_STR("k"), null, NULL, 0, 1},
                                 {tp, null, null, NULL, 0, 1},
                                 {tp, MR_STR("\0\1"), MR_STR("z"), hdrs, 4, 1}};
    struct producer *p = any_producer(w);
    begin(p);
    send_out(p, out, MR_ARRAY_LEN(out));
    commit(p);
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, MR_ARRAY_LEN(out));
    for (size_t i = 0; i < MR_ARRAY_LEN(out) && !w->failed; i++) {
        const struct mr_msg *m = &r->seen[i].m;
        same(w, "key", m->key, out[i].key);
        same(w, "value", m->value, out[i].value);
        check(w, m->n_hdrs == out[i].n_hdrs, "%u headers", m->n_hdrs);
        for (uint32_t h = 0; h < m->n_hdrs && !w->failed; h++) {
            same(w, "header name", m->hdrs[h].name, hdrs[h].name);
            same(w, "header value", m->hdrs[h].value, hdrs[h].value);
        }
    }
}

void rule_timestamps_kept(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    const int64_t ts[] = {1600000000123, 1, 1500000000000};
    struct producer *p = any_producer(w);
    begin(p);
    for (size_t i = 0; i < 3; i++)
        send_out(p, &(struct mr_out){.tp = tp, .value = MR_STR("v"), .ts = ts[i]}, 1);
    commit(p);
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, 3);
    for (size_t i = 0; i < 3 && !w->failed; i++)
        check(w, r->seen[i].m.ts == ts[i], "timestamp %lld, wanted %lld",
              (long long)r->seen[i].m.ts, (long long)ts[i]);
}

void rule_log_append_time(struct world *w) {
    const char *const config[] = {"message.timestamp.type", "LogAppendTime", NULL};
    struct mr_tp tp = tp_of(topic_with(w, 1, config), 0);
    struct producer *p = any_producer(w);
    begin(p);
    send_out(p, &(struct mr_out){.tp = tp, .value = MR_STR("v"), .ts = 5}, 1);
    commit(p);
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, 1);
    if (!w->failed) check(w, r->seen[0].m.ts > 1000000000000, "not the broker's time");
}

static struct mr_str blob(struct world *w, size_t n) {
    char *p = mr_arena_alloc(&w->arena, n);
    for (size_t i = 0; i < n; i++) p[i] = (char)(i * 2654435761u >> 24);
    return (struct mr_str){p, n};
}

void rule_large_record(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct mr_str big = blob(w, 900000);
    struct producer *p = any_producer(w);
    begin(p);
    send_out(p, &(struct mr_out){.tp = tp, .key = MR_STR("k"), .value = big, .ts = 1}, 1);
    send(p, tp, "small");
    commit(p);
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_n(r, 2);
    if (!w->failed) check(w, mr_str_eq(r->seen[0].m.value, big), "the bytes differ");
}

/* Sends one record that the broker refuses; the transaction must fail, nothing else. */
static void refused(struct world *w, struct mr_tp tp, const struct mr_out *bad) {
    struct producer *p = any_producer(w);
    struct mr_err err = {0};
    put(p, tp, "k=a");
    begin(p);
    if (w->failed) return;
    enum mr_class c = mr_producer_send(p->p, bad, 1, &err);
    if (c == MR_OK) c = try_commit(p);
    check(w, c == MR_ABORT, "%s, wanted ABORT (%s)", mr_class_name(c), err.text);
    abort_txn(p);
    /* Not p: the sequence of a real client has a gap now, it may have to be built anew. */
    put(any_producer(w), tp, "k=b");
    read_all(w, tp, "a b");
}

void rule_too_large_refused(struct world *w) {
    const char *const config[] = {"max.message.bytes", "10000", NULL};
    struct mr_tp tp = tp_of(topic_with(w, 1, config), 0);
    refused(w, tp, &(struct mr_out){.tp = tp, .value = blob(w, 20000), .ts = 1});
}

void rule_compact_needs_key(struct world *w) {
    const char *const config[] = {"cleanup.policy", "compact", NULL};
    struct mr_tp tp = tp_of(topic_with(w, 1, config), 0);
    refused(w, tp, &(struct mr_out){.tp = tp, .value = MR_STR("x"), .ts = 1});
}

/* ---- fetching */

void rule_fetch_max(struct world *w) {
    enum { N = 1000 };
    int t = topic(w, 2);
    struct producer *p = any_producer(w);
    begin(p);
    for (int i = 0; i < N; i++) {
        char *v = mr_arena_printf(&w->arena, "%d", i);
        send_out(p, &(struct mr_out){.tp = tp_of(t, i % 2), .value = mr_str(v), .ts = i}, 1);
    }
    commit(p);
    struct reader *r = reader(w);
    r->max = 7;
    add(r, tp_of(t, 0), 0, 0);
    add(r, tp_of(t, 1), 1, 0);
    read_n(r, N);
    read_to_end(r);
    check(w, r->n_most <= 7, "%zu records in a fetch of 7", r->n_most);
    int next[2] = {0, 1};
    for (size_t i = 0; i < r->n_seen && !w->failed; i++) {
        int tag = r->seen[i].tag;
        check(w, mr_str_is(r->seen[i].m.value, mr_arena_printf(&w->arena, "%d", next[tag])),
              "record %zu is not the next one", i);
        next[tag] += 2;
    }
    check(w, r->n_seen == N, "%zu records", r->n_seen);
}

void rule_paused_is_not_lost(struct world *w) {
    enum { N = 20 };
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    begin(p);
    for (int i = 0; i < N; i++) send_out(p, &(struct mr_out){.tp = tp, .ts = i}, 1);
    commit(p);
    struct reader *r = reader(w);
    r->max = 1;
    add(r, tp, 0, 0);
    read_n(r, 1);
    mr_consumer_pause(r->c, 0, true);
    mr_consumer_pause(r->c, 99, true); /* unknown: ignored */
    struct mr_err err;
    mr_consumer_serve(r->c, 50, &err);
    mr_consumer_pause(r->c, 0, false);
    read_n(r, N);
    check(w, r->n_seen == N, "%zu records", r->n_seen);
}

void rule_borrowed_fetch(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "k=one");
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    struct mr_fetch *f = NULL;
    struct mr_err err = {0};
    for (struct patience t = patience(w); !f && again(&t);) {
        mr_consumer_serve(r->c, 50, &err);
        check_class(w, mr_consumer_fetch(r->c, 0, 1, &f, &err), MR_OK, &err, "fetch");
    }
    if (!check(w, f && f->n == 1, "no record")) return;
    put(p, tp, "two three");
    read_n(r, 2);
    check_class(w, mr_broker_trim(w->b, tp, f->next, &err), MR_OK, &err, "trim");
    check_class(w, mr_consumer_remove(r->c, &tp, 1, &err), MR_OK, &err, "remove");
    r->reading[0] = false;
    same(w, "key", f->msgs[0].key, MR_STR("k"));
    same(w, "value", f->msgs[0].value, MR_STR("one"));
    mr_consumer_release(r->c, f);
    expect(r, 0, "two three");
}

void rule_seek_back(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a b c d");
    struct reader *r = read_all(w, tp, "a b c d");
    struct mr_err err = {0};
    for (int64_t at = 3; at >= 1 && !w->failed; at -= 2) {
        forget(r);
        struct mr_offset o = {.tp = tp, .offset = at};
        check_class(w, mr_consumer_seek(r->c, &o, 1, &err), MR_OK, &err, "seek");
        read_to_end(r);
        expect(r, 0, at == 3 ? "d" : "b c d");
    }
}

void rule_remove_and_add(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 2), 0), other = tp_of(tp.topic, 1);
    struct producer *p = any_producer(w);
    put(p, tp, "a");
    put(p, other, "x");
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    add(r, other, 1, 0);
    read_n(r, 2);
    struct mr_err err = {0};
    if (!w->failed) check_class(w, mr_consumer_remove(r->c, &tp, 1, &err), MR_OK, &err, "remove");
    r->reading[0] = false;
    put(p, tp, "b");
    put(p, other, "y");
    read_n(r, 3);
    settle(r);
    expect(r, 0, "a");
    expect(r, 1, "x y");
    add(r, tp, 2, r->next[0]);
    read_n(r, 4);
    expect(r, 2, "b");
}

void rule_two_readers(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a b");
    struct reader *x = read_all(w, tp, "a b"), *y = reader(w);
    add(y, tp, 5, 1);
    put(p, tp, "c");
    read_n(x, 3);
    read_n(y, 2);
    expect(x, 0, "a b c");
    expect(y, 5, "b c");
}

/* ---- ends */

void rule_empty_topic_end(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct reader *r = read_all(w, tp, "");
    check(w, r->next[0] == 0, "the end is at %lld", (long long)r->next[0]);
}

void rule_end_once_per_change(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a");
    struct reader *r = read_all(w, tp, "a");
    settle(r);
    check(w, r->n_ends[0] == 1, "the end was told %u times", r->n_ends[0]);
    forget(r);
    put(p, tp, "b");
    read_n(r, 1);
    read_to_end(r);
    settle(r);
    check(w, r->n_ends[0] >= 1, "no end after the new record");
    expect(r, 0, "b");
}

void rule_end_behind_marker(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a b");
    struct reader *r = read_all(w, tp, "a b");
    int64_t low, high;
    watermarks(w, tp, &low, &high);
    check(w, high == 3, "high watermark %lld, wanted 3", (long long)high);
    check(w, r->next[0] == high, "the end is at %lld, not at %lld", (long long)r->next[0],
          (long long)high);
}

/* The marker is written a little after commit has returned: a reader at the end has seen it. */
static void until_marker(struct world *w, struct mr_tp tp, int64_t high) {
    int64_t l = 0, h = -1;
    for (struct patience t = patience(w); h < high && again(&t);) watermarks(w, tp, &l, &h);
}

void rule_start_in_hole(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a"); /* 0, marker 1 */
    begin(p);
    send(p, tp, "x y");     /* 2 3, marker 4 */
    until_marker(w, tp, 4); /* what has not left when it is aborted never comes to the log */
    abort_txn(p);
    until_marker(w, tp, 5);
    for (int64_t at = 1; at <= 5 && !w->failed; at++) {
        struct reader *r = reader(w);
        add(r, tp, 0, at);
        read_to_end(r);
        expect(r, 0, "");
        check(w, r->next[0] == 5, "from %lld: the end is at %lld", (long long)at,
              (long long)r->next[0]);
    }
}

void rule_start_in_the_middle(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    put(any_producer(w), tp, "a b c d");
    struct reader *r = reader(w);
    add(r, tp, 3, 2);
    read_to_end(r);
    expect(r, 3, "c d");
}

static void position_fatal(struct world *w, struct mr_tp tp, int64_t at) {
    struct reader *r = reader(w);
    add(r, tp, 0, at);
    for (struct patience t = patience(w); r->class == MR_OK && again(&t);) pump(r);
    check(w, r->class == MR_FATAL, "%s, wanted FATAL", mr_class_name(r->class));
    expect(r, 0, "");
}

void rule_start_beyond_end(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    put(any_producer(w), tp, "a b");
    position_fatal(w, tp, 50);
}

void rule_start_below_low(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct mr_err err = {0};
    put(any_producer(w), tp, "a b c");
    if (!w->failed) check_class(w, mr_broker_trim(w->b, tp, 2, &err), MR_OK, &err, "trim");
    position_fatal(w, tp, 1);
}

/* ---- watermarks, trimming, times */

static void expect_marks(struct world *w, struct mr_tp tp, int64_t low, int64_t high) {
    int64_t l, h;
    watermarks(w, tp, &l, &h);
    check(w, l == low && h == high, "watermarks %lld %lld, wanted %lld %lld", (long long)l,
          (long long)h, (long long)low, (long long)high);
}

void rule_watermarks_count_markers(struct world *w) {
    int t = topic(w, 2);
    expect_marks(w, tp_of(t, 0), 0, 0);
    struct producer *p = any_producer(w);
    put(p, tp_of(t, 0), "a b");
    until_marker(w, tp_of(t, 0), 3);
    expect_marks(w, tp_of(t, 0), 0, 3);
    expect_marks(w, tp_of(t, 1), 0, 0);
    begin(p);
    send(p, tp_of(t, 0), "x");
    until_marker(w, tp_of(t, 0), 4);
    abort_txn(p);
    until_marker(w, tp_of(t, 0), 5);
    expect_marks(w, tp_of(t, 0), 0, 5);
}

void rule_watermarks_of_open_txn(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    begin(p);
    send(p, tp, "a b c");
    until_marker(w, tp, 3);
    expect_marks(w, tp, 0, 3);
    abort_txn(p);
}

void rule_trim_then_low(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct mr_err err = {0};
    put(any_producer(w), tp, "a b c d");
    until_marker(w, tp, 5);
    if (w->failed) return;
    check_class(w, mr_broker_trim(w->b, tp, 2, &err), MR_OK, &err, "trim");
    expect_marks(w, tp, 2, 5);
    check_class(w, mr_broker_trim(w->b, tp, 1, &err), MR_OK, &err, "trim backwards");
    expect_marks(w, tp, 2, 5);
    struct reader *r = reader(w);
    add(r, tp, 0, 2);
    read_to_end(r);
    expect(r, 0, "c d");
    if (w->failed) return;
    check_class(w, mr_broker_trim(w->b, tp, 5, &err), MR_OK, &err, "trim all");
    expect_marks(w, tp, 5, 5);
}

void rule_trim_beyond_end(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct mr_err err = {0};
    put(any_producer(w), tp, "a");
    until_marker(w, tp, 2);
    if (!w->failed)
        check(w, mr_broker_trim(w->b, tp, 9, &err) != MR_OK, "trim beyond the end is OK");
    expect_marks(w, tp, 0, 2);
}

void rule_trim_compact_only(struct world *w) {
    const char *const only[] = {"cleanup.policy", "compact", NULL};
    const char *const both[] = {"cleanup.policy", "compact,delete", NULL};
    struct mr_tp x = tp_of(topic_with(w, 1, only), 0), y = tp_of(topic_with(w, 1, both), 0);
    struct producer *p = any_producer(w);
    put(p, x, "k=a");
    put(p, y, "k=a");
    until_marker(w, x, 2);
    until_marker(w, y, 2);
    struct mr_err err = {0};
    if (w->failed) return;
    check_class(w, mr_broker_trim(w->b, x, 1, &err), MR_FATAL, &err, "trim of compact");
    expect_marks(w, x, 0, 2);
    check_class(w, mr_broker_trim(w->b, y, 1, &err), MR_OK, &err, "trim of compact,delete");
    expect_marks(w, y, 1, 2);
}

void rule_offset_at_time(struct world *w) {
    struct mr_tp tp = tp_of(topic(w, 1), 0);
    struct producer *p = any_producer(w);
    const int64_t ts[] = {1000, 3000, 2000, 4000};
    begin(p);
    for (size_t i = 0; i < 4; i++)
        send_out(p, &(struct mr_out){.tp = tp, .value = MR_STR("v"), .ts = ts[i]}, 1);
    commit(p);
    until_marker(w, tp, 5);
    const struct {
        int64_t ts, want;
    } cases[] = {{0, 0}, {1000, 0}, {1001, 1}, {2500, 1}, {3001, 3}, {4000, 3}};
    struct mr_err err = {0};
    for (size_t i = 0; i < MR_ARRAY_LEN(cases) && !w->failed; i++) {
        int64_t at = -1;
        check_class(w, mr_broker_offset_at(w->b, tp, cases[i].ts, &at, &err), MR_OK, &err,
                    "offset_at");
        check(w, at == cases[i].want, "offset_at(%lld) = %lld, wanted %lld", (long long)cases[i].ts,
              (long long)at, (long long)cases[i].want);
    }
    int64_t at = -1; /* above all: no record from there on (Kafka may give a marker or the end) */
    if (w->failed) return;
    check_class(w, mr_broker_offset_at(w->b, tp, 5000, &at, &err), MR_OK, &err, "offset_at");
    check(w, at == 4 || at == 5, "offset_at(5000) = %lld", (long long)at);
}

/* ---- topics */

void rule_create_idempotent(struct world *w) {
    const char *name = fresh_name(w, "again");
    struct mr_topic_spec spec = {name, 3, NULL};
    struct mr_err err = {0};
    struct mr_topic_info info = {0};
    for (int i = 0; i < 2; i++) {
        check_class(w, mr_broker_create(w->b, &spec, &err), MR_OK, &err, "create");
        spec.partitions = 5;
    }
    int t = mr_broker_topic(w->b, name);
    check(w, t == mr_broker_topic(w->b, name), "two ids for one name");
    check(w, strcmp(mr_broker_topic_name(w->b, t), name) == 0, "the name is lost");
    check_class(w, mr_broker_describe(w->b, t, &info, &err), MR_OK, &err, "describe");
    check(w, info.partitions == 3, "%d partitions, wanted 3", info.partitions);
    put(any_producer(w), tp_of(t, 2), "a");
    read_all(w, tp_of(t, 2), "a");
}

void rule_create_bad_config(struct world *w) {
    const char *const configs[][3] = {{"no.such.setting", "1", NULL},
                                      {"cleanup.policy", "sometimes", NULL},
                                      {"retention.ms", "soon", NULL}};
    struct mr_topic_info info = {0};
    struct mr_err err = {0};
    for (size_t i = 0; i < MR_ARRAY_LEN(configs); i++) {
        const char *name = fresh_name(w, "bad");
        struct mr_topic_spec spec = {name, 1, configs[i]};
        check_class(w, mr_broker_create(w->b, &spec, &err), MR_FATAL, &err, configs[i][0]);
        int t = mr_broker_topic(w->b, name);
        check_class(w, mr_broker_describe(w->b, t, &info, &err), MR_OK, &err, "describe");
        check(w, info.partitions == 0, "the topic was created");
    }
}

void rule_describe_topic(struct world *w) {
    const char *const config[] = {"cleanup.policy",
                                  "compact,delete",
                                  "retention.ms",
                                  "-1",
                                  "delete.retention.ms",
                                  "123456",
                                  "max.message.bytes",
                                  "54321",
                                  "message.timestamp.type",
                                  "LogAppendTime",
                                  NULL};
    int t = topic_with(w, 3, config);
    struct mr_topic_info i = {0};
    struct mr_err err = {0};
    if (w->failed) return;
    check_class(w, mr_broker_describe(w->b, t, &i, &err), MR_OK, &err, "describe");
    check(w, i.partitions == 3, "%d partitions", i.partitions);
    check(w, i.compact && i.delete_ && i.log_append_time, "flags %d %d %d", i.compact, i.delete_,
          i.log_append_time);
    check(w, i.retention_ms == -1 && i.delete_retention_ms == 123456, "retention");
    check(w, i.max_message_bytes == 54321, "max.message.bytes");
    t = topic(w, 1);
    check_class(w, mr_broker_describe(w->b, t, &i, &err), MR_OK, &err, "describe");
    check(w, !i.compact && i.delete_ && !i.log_append_time, "defaults");
    t = mr_broker_topic(w->b, fresh_name(w, "missing"));
    check_class(w, mr_broker_describe(w->b, t, &i, &err), MR_OK, &err, "describe");
    check(w, i.partitions == 0, "a missing topic has partitions");
}

void rule_compaction_keeps_last(struct world *w) {
    /* Small segments that are rolled at once: all but the tail may be cleaned. */
    const char *const config[] = {"cleanup.policy",
                                  "compact",
                                  "segment.ms",
                                  "50",
                                  "min.cleanable.dirty.ratio",
                                  "0.01",
                                  "min.compaction.lag.ms",
                                  "0",
                                  "max.compaction.lag.ms",
                                  "100",
                                  NULL};
    struct mr_tp tp = tp_of(topic_with(w, 1, config), 0);
    struct producer *p = any_producer(w);
    put(p, tp, "a=1 b=1 a=2 c=1");
    put(p, tp, "b=2 a=3 d=1");
    struct reader *r = reader(w);
    struct mr_offset start = {.tp = tp, .offset = 0};
    struct mr_err err = {0};
    add(r, tp, 0, 0);
    for (struct patience t = patience(w); again(&t);) {
        put(p, tp, "tail=x"); /* rolls the active segment */
        run_cleaner(w, tp.topic);
        settle(r);
        forget(r);
        check_class(w, mr_consumer_seek(r->c, &start, 1, &err), MR_OK, &err, "seek");
        read_to_end(r);
        if (!w->failed && r->seen[0].m.offset == 3) break;
    }
    if (w->failed) return;
    static const char *const want[] = {"c", "1", "b", "2", "a", "3", "d", "1"};
    static const int64_t at[] = {3, 5, 6, 7}; /* 0-3, marker 4, 5-7, marker 8, tails */
    check(w, r->n_seen > 4, "%zu records left", r->n_seen);
    for (size_t i = 0; i < 4 && !w->failed; i++) {
        same(w, "key", r->seen[i].m.key, mr_str(want[2 * i]));
        same(w, "value", r->seen[i].m.value, mr_str(want[2 * i + 1]));
        check(w, r->seen[i].m.offset == at[i], "offset %lld, wanted %lld",
              (long long)r->seen[i].m.offset, (long long)at[i]);
    }
}

/* ops_bench.h -- runs one task of a compiled topology without task layer or broker: records in as
 * JSON texts, what leaves out as lines of text. One sub, one partition of each topic.
 */
#ifndef MR_TESTS_OPS_BENCH_H
#define MR_TESTS_OPS_BENCH_H

#include "base/mem.h"
#include "processor/op/graph.h"
#include "processor/topology/compile.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

enum { BENCH_INPUTS = 6, BENCH_OUTS = 8 };

struct ops_bench {
    struct mr_plan *plan;
    const struct mr_sub *sub;
    struct mr_engine *engine;
    struct mr_store *stores[8];
    struct mr_store_spec specs[8];
    struct mr_graph *graph;
    struct mr_source_time time[BENCH_INPUTS], settled[BENCH_INPUTS];
    int64_t offset[BENCH_INPUTS];
    int32_t in_partitions[BENCH_INPUTS];
    struct mr_out_info out_info[BENCH_OUTS];
    struct mr_arena arena; /* records until the bench closes */
    struct mr_buf out;     /* "sink key value @ts" lines */
    size_t seen;           /* emitted records printed */
    size_t max_record_bytes;
    unsigned batch, pushed; /* records per batch; 0 = 1 */
};

static inline void bench_stores(struct ops_bench *b) {
    for (uint16_t i = 0; i < b->sub->n_stores; i++) {
        const struct mr_store_plan *p = &b->sub->stores[i];
        struct mr_err err;
        b->specs[i] = (struct mr_store_spec){.app = "app",
                                             .name = p->name,
                                             .kind = p->kind,
                                             .fingerprint = p->fingerprint,
                                             .max_record_bytes = b->max_record_bytes};
        ck_assert_msg(mr_store_open(b->engine, &b->specs[i], &b->stores[i], &err) == MR_OK, "%s",
                      err.text);
    }
}

static inline void bench_graph(struct ops_bench *b) {
    b->graph = mr_graph_open(&(struct mr_graph_conf){.app = "app",
                                                     .sub = b->sub,
                                                     .stores = b->stores,
                                                     .out_info = b->out_info,
                                                     .in_partitions = b->in_partitions});
    mr_graph_begin(b->graph);
}

static inline void bench_open_sub(struct ops_bench *b, const char *yaml, unsigned sub) {
    struct mr_diags d;
    struct mr_arena a;
    struct mr_str text = mr_str(yaml);
    unsigned batch = b->batch;
    size_t max = b->max_record_bytes;
    memset(b, 0, sizeof *b);
    b->batch = batch;
    b->max_record_bytes = max ? max : 1 << 20;
    mr_arena_init(&a);
    mr_arena_init(&b->arena);
    mr_diags_init(&d, &a, "t.yaml", text);
    b->plan = mr_compile(&(struct mr_compile_conf){.file = "t.yaml", .text = text}, &d);
    if (!b->plan) {
        struct mr_buf e = {0};
        mr_diags_print(&d, &e);
        ck_abort_msg("%s", mr_buf_cstr(&e));
    }
    mr_diags_done(&d);
    mr_arena_done(&a);
    ck_assert_uint_gt(b->plan->n_subs, sub);
    b->sub = &b->plan->subs[sub];
    b->engine = mr_engine_open_mem();
    bench_stores(b);
    for (uint16_t i = 0; i < b->sub->n_inputs; i++) {
        const struct mr_input *in = &b->sub->inputs[i];
        mr_source_time_init(&b->time[i], in->max_jump_ms, in->event_time != NULL);
        b->settled[i] = b->time[i];
        b->in_partitions[i] = 1;
    }
    for (unsigned i = 0; i < BENCH_OUTS; i++)
        b->out_info[i] = (struct mr_out_info){.partitions = 1, .max_ahead_ms = INT64_MAX};
    bench_graph(b);
}

static inline void bench_open(struct ops_bench *b, const char *yaml) {
    bench_open_sub(b, yaml, 0);
    ck_assert_uint_eq(b->plan->n_subs, 1);
}

static inline void bench_close(struct ops_bench *b) {
    mr_graph_close(b->graph);
    for (uint16_t i = 0; i < b->sub->n_stores; i++) mr_store_close(b->stores[i]);
    mr_engine_close(b->engine);
    mr_plan_free(b->plan);
    mr_buf_done(&b->out);
    mr_arena_done(&b->arena);
}

static inline uint16_t bench_input(struct ops_bench *b, const char *source) {
    for (uint16_t i = 0; i < b->sub->n_inputs; i++)
        if (strcmp(b->sub->inputs[i].source, source) == 0) return i;
    ck_abort_msg("no input %s", source);
}

/* A record that is new to the list is printed; text that is not printable as \xx. */
static inline void bench_text(struct mr_buf *to, struct mr_str s) {
    if (!s.p) mr_buf_cat(to, "null");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < ' ' || s.p[i] > '~')
            mr_buf_printf(to, "\\%02x", (unsigned char)s.p[i]);
        else
            mr_buf_byte(to, (uint8_t)s.p[i]);
    }
}

static inline struct mr_str bench_header(const struct mr_emitted *e, const char *name) {
    for (uint32_t i = 0; i < e->n_headers; i++)
        if (mr_str_is(e->headers[i].name, name)) return e->headers[i].value;
    return (struct mr_str){NULL, 0};
}

static inline void bench_print(struct ops_bench *b) {
    size_t n;
    const struct mr_emitted *e = mr_graph_emitted(b->graph, &n);
    for (; b->seen < n; b->seen++) {
        const struct mr_emitted *r = &e[b->seen];
        mr_buf_printf(&b->out, "%s ", b->sub->outs[r->out].name);
        bench_text(&b->out, r->key);
        mr_buf_byte(&b->out, ' ');
        if (b->sub->outs[r->out].kind == MR_OUT_REPARTITION)
            mr_buf_cat(&b->out, "frame");
        else
            bench_text(&b->out, r->value);
        mr_buf_printf(&b->out, " @%" PRId64, r->ts);
        if (bench_header(r, "mr.reason").p) {
            mr_buf_byte(&b->out, ' ');
            mr_buf_str(&b->out, bench_header(r, "mr.reason"));
            mr_buf_byte(&b->out, ' ');
            mr_buf_str(&b->out, bench_header(r, "mr.form"));
        }
        mr_buf_byte(&b->out, '\n');
    }
}

static inline void bench_run(struct ops_bench *b) {
    uint32_t seq;
    const char *text = NULL;
    ck_assert_msg(mr_graph_run(b->graph, &seq, &text), "stopped: %s", text ? text : "?");
    const char *error = mr_graph_ledger_error(b->graph);
    ck_assert_msg(!error, "%s", error);
    mr_graph_begin(b->graph);
    b->pushed = 0;
}

static inline void bench_feed_headers(struct ops_bench *b, const char *source, const char *key,
                                      const char *value, int64_t ts, const struct mr_header *h,
                                      uint32_t n_h) {
    uint16_t i = bench_input(b, source);
    const struct mr_input *in = &b->sub->inputs[i];
    struct mr_origin *o = mr_arena_calloc(&b->arena, 1, sizeof *o);
    *o = (struct mr_origin){.source = in->source,
                            .topic = in->topic,
                            .offset = b->offset[i]++,
                            .appended = ts,
                            .timestamp = ts,
                            .headers = h,
                            .n_headers = n_h};
    if (key) o->key = mr_str(mr_arena_strdup(&b->arena, key));
    if (value) o->value = mr_str(mr_arena_strdup(&b->arena, value));
    struct mr_rec r = {.key = o->key, .origin = o, .ts = ts};
    if (value && !mr_reader_is_null(in->reader, o->value)) {
        struct mr_value *row = mr_arena_calloc(&b->arena, mr_reader_slots(in->reader), sizeof *row);
        mr_reader_read(in->reader, o->value, row, &b->arena);
        r.row = row;
    }
    if (in->event_time && r.row) {
        struct mr_frame f = {.row = r.row, .origin = o, .arena = &b->arena};
        struct mr_value v = mr_eval(in->event_time, &f);
        if (!mr_value_ms(&v, &r.ts)) {
            mr_dead(&r, MR_R_TIME_MISSING, "no event time");
            r.ts = -1;
        }
        o->timestamp = r.ts;
    }
    r.time = b->time[i].time;
    if (r.reason == MR_R_NONE)
        r.time = mr_source_time_take(&b->time[i], r.ts, ts, mr_source_time_key(o->key));
    r.passed = r.time;
    mr_graph_push(b->graph, i, &r);
    if (++b->pushed >= (b->batch ? b->batch : 1)) bench_run(b);
}

static inline void bench_feed(struct ops_bench *b, const char *source, const char *key,
                              const char *value, int64_t ts) {
    bench_feed_headers(b, source, key, value, ts, NULL, 0);
}

static inline void bench_idle(struct ops_bench *b, const char *source, bool idle) {
    uint16_t i = bench_input(b, source);
    mr_graph_hear(b->graph, i, b->time[i].time, idle);
}

static inline void bench_end(struct ops_bench *b) { /* time goes to infinity */
    for (uint16_t i = 0; i < b->sub->n_inputs; i++) mr_graph_hear(b->graph, i, MR_INF_TIME, false);
    bench_run(b);
}

static inline void bench_drop_changelog(void *arg, struct mr_str key, struct mr_str value) {
    (void)arg, (void)key, (void)value;
}

static inline void bench_commit(struct ops_bench *b) {
    bench_run(b);
    mr_graph_commit(b->graph, false);
    const char *error = mr_graph_ledger_error(b->graph);
    ck_assert_msg(!error, "%s", error);
    bench_print(b);
    for (uint16_t i = 0; i < b->sub->n_stores; i++) {
        mr_store_changelog(b->stores[i], bench_drop_changelog, NULL);
        mr_store_commit(b->stores[i], 0, 0);
    }
    mr_graph_committed(b->graph);
    mr_graph_clear(b->graph);
    memcpy(b->settled, b->time, sizeof b->time);
    b->seen = 0;
}

static inline void bench_abort(struct ops_bench *b) {
    bench_run(b);
    for (uint16_t i = 0; i < b->sub->n_stores; i++) mr_store_abort(b->stores[i]);
    mr_graph_abort(b->graph);
    mr_graph_clear(b->graph);
    memcpy(b->time, b->settled, sizeof b->time);
    b->seen = 0;
}

/* A new graph over the same stores, as after a restart; the inputs say their times again. */
static inline void bench_restart(struct ops_bench *b) {
    mr_graph_close(b->graph);
    bench_graph(b);
    for (uint16_t i = 0; i < b->sub->n_inputs; i++)
        if (b->sub->inputs[i].kind != MR_IN_REPARTITION)
            mr_graph_hear(b->graph, i, b->time[i].time, false);
    bench_run(b);
}

/* What has left since the last call. */
static inline void bench_is(struct ops_bench *b, const char *want) {
    bench_run(b);
    bench_print(b);
    ck_assert_str_eq(mr_buf_cstr(&b->out), want);
    mr_buf_clear(&b->out);
}

#endif

/* test_graph.c -- the wrapper around operators: merge order, time first, idleness, ledger, stop;
 * and on random graphs: the same rows at the same operator time at batch sizes 1, 2 and 1,000.
 *
 * Subs are built by hand from tiny operators; no expression, no store.
 */
#include "processor/op/internal.h"

#include "base/mem.h"
#include "base/rand.h"
#include "tests/check_main.h"

#include <stdlib.h>

/* ---- tiny operators */

static void op_pass(struct mr_op *op, struct mr_rec *r, size_t n) {
    for (size_t i = 0; i < n; i++) mr_emit(op, &r[i], r[i]);
}

static void op_odd(struct mr_op *op, struct mr_rec *r, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (r[i].ts % 2)
            mr_emit(op, &r[i], r[i]);
        else
            r[i].fate = MR_FILTERED;
    }
}

static void op_twice(struct mr_op *op, struct mr_rec *r, size_t n) {
    for (size_t i = 0; i < n; i++) {
        mr_emit(op, &r[i], r[i]);
        mr_emit(op, &r[i], r[i]);
    }
}

/* Windows of 10 with grace 3: holds how many rows each has; late by the row's own numbers. */
enum { SIZE = 10, GRACE = 3, WINDOWS = 400 };

struct windows {
    int64_t count[WINDOWS];
};

static void windows_open(struct mr_op *op) {
    op->state = mr_calloc(1, sizeof(struct windows));
}
static void windows_close(struct mr_op *op) {
    mr_free(op->state);
}
static int64_t windows_passes(struct mr_op *op, int64_t O) {
    return mr_time_add(O, -GRACE);
}

static void windows_up_to(struct mr_op *op, int64_t O) {
    struct windows *w = op->state;
    op->deadline = INT64_MAX;
    for (int64_t i = 0; i < WINDOWS; i++) {
        if (!w->count[i]) continue;
        int64_t end = (i + 1) * SIZE;
        if (end + GRACE > O) {
            op->deadline = end + GRACE;
            return;
        }
        char *key =
            mr_arena_printf(mr_op_arena(op), "w%lld x%lld", (long long)i, (long long)w->count[i]);
        w->count[i] = 0;
        mr_emit(
            op, NULL,
            (struct mr_rec){.key = mr_str(key), .ts = end - 1, .time = end - 1, .passed = end - 1});
    }
}

static void windows_time(struct mr_op *op) {
    windows_up_to(op, op->time.now);
}

static void windows_rows(struct mr_op *op, struct mr_rec *r, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct windows *w = op->state;
        int64_t k = r[i].ts / SIZE, at = (k + 1) * SIZE + GRACE;
        if (r[i].passed >= op->deadline) {
            mr_op_time_first(op, &r[i]);
            windows_up_to(op, r[i].passed);
        }
        enum mr_late why = mr_judge(at, r[i].time, r[i].passed);
        if (why != MR_NOT_LATE) {
            r[i].fate = MR_LATE;
            r[i].reason = why == MR_IS_LATE ? MR_R_LATE : MR_R_IDLE;
            continue;
        }
        w->count[k]++;
        if (at < op->deadline) op->deadline = at;
    }
}

static struct mr_buf *logs; /* by step */

static void op_log(struct mr_op *op, struct mr_rec *r, size_t n) {
    for (size_t i = 0; i < n; i++)
        mr_buf_printf(&logs[op->step->id], "%.*s@%lld/%lld ", MR_STR_ARG(r[i].key),
                      (long long)r[i].ts,
                      (long long)(r[i].passed == MR_NO_TIME ? -1 : r[i].passed));
}

static void op_dead(struct mr_op *op, struct mr_rec *r, size_t n) {
    for (size_t i = 0; i < n; i++) mr_dead(&r[i], MR_R_EXPR_ERROR, "no good");
}

static const struct mr_op_desc desc_pass = {.name = "pass", .process = op_pass};
static const struct mr_op_desc desc_odd = {.name = "odd", .process = op_odd};
static const struct mr_op_desc desc_twice = {.name = "twice", .process = op_twice};
static const struct mr_op_desc desc_log = {.name = "log", .process = op_log};
static const struct mr_op_desc desc_dead = {.name = "dead", .process = op_dead};
static const struct mr_op_desc desc_windows = {.name = "windows",
                                               .open = windows_open,
                                               .close = windows_close,
                                               .process = windows_rows,
                                               .advance_time = windows_time,
                                               .passes = windows_passes};

/* ---- subs by hand */

enum { MAX_STEPS = 24, MAX_EDGES = 24 };

struct bench {
    struct mr_step steps[MAX_STEPS];
    struct mr_edge ins[MAX_STEPS][MAX_EDGES], outs[MAX_STEPS][MAX_EDGES];
    struct mr_input inputs[4];
    struct mr_output out;
    struct mr_sub sub;
    int32_t partitions[4];
};

static void start(struct bench *b) {
    memset(b, 0, sizeof *b);
    b->sub =
        (struct mr_sub){.name = "sub", .steps = b->steps, .inputs = b->inputs, .outs = &b->out};
    b->out = (struct mr_output){.kind = MR_OUT_DLQ, .name = "dlq"};
}

static uint16_t add_step(struct bench *b, const struct mr_op_desc *d) {
    uint16_t id = b->sub.n_steps++;
    static const char *const names[MAX_STEPS] = {
        "s0",  "s1",  "s2",  "s3",  "s4",  "s5",  "s6",  "s7",  "s8",  "s9",  "s10", "s11",
        "s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23"};
    b->steps[id] = (struct mr_step){.id = id,
                                    .name = names[id],
                                    .node = names[id],
                                    .clause = "",
                                    .op = d,
                                    .late_out = -1,
                                    .store = -1,
                                    .ins = b->ins[id],
                                    .outs = b->outs[id]};
    return id;
}

static uint16_t add_source(struct bench *b) {
    uint16_t id = add_step(b, &mr_op_source), in = b->sub.n_inputs++;
    b->inputs[in] = (struct mr_input){.kind = MR_IN_SOURCE, .source = "s", .step = id};
    b->partitions[in] = 1;
    return id;
}

static void add_edge(struct bench *b, uint16_t from, uint16_t to) {
    struct mr_step *f = &b->steps[from], *t = &b->steps[to];
    b->ins[to][t->n_ins] = (struct mr_edge){.step = from, .edge = t->n_ins, .time = true};
    b->outs[from][f->n_outs++] = (struct mr_edge){.step = to, .edge = t->n_ins, .time = true};
    t->n_ins++;
}

static struct mr_graph *open_graph(struct bench *b) {
    struct mr_graph *g = mr_graph_open(
        &(struct mr_graph_conf){.app = "test", .sub = &b->sub, .in_partitions = b->partitions});
    mr_graph_begin(g);
    return g;
}

static void open_logs(void) {
    logs = mr_calloc(MAX_STEPS, sizeof *logs);
}
static void close_logs(void) {
    for (unsigned i = 0; i < MAX_STEPS; i++) mr_buf_done(&logs[i]);
    mr_free(logs);
}

static void push(struct mr_graph *g, uint16_t input, const char *key, int64_t ts, int64_t time) {
    mr_graph_push(g, input,
                  &(struct mr_rec){.key = mr_str(key), .ts = ts, .time = time, .passed = time});
}

static void run(struct mr_graph *g) {
    uint32_t seq;
    const char *text;
    ck_assert(mr_graph_run(g, &seq, &text));
    const char *error = mr_graph_ledger_error(g);
    ck_assert_msg(!error, "%s", error);
    mr_graph_begin(g);
}

static void is_log(uint16_t step, const char *want) {
    ck_assert_str_eq(mr_buf_cstr(&logs[step]), want);
}

/* ---- by hand */

START_TEST(test_merge_takes_choice_order) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), y = add_source(&b), m = add_step(&b, &mr_op_merge);
    uint16_t log = add_step(&b, &desc_log);
    add_edge(&b, x, m);
    add_edge(&b, y, m);
    add_edge(&b, m, log);
    struct mr_graph *g = open_graph(&b);
    push(g, 1, "b1", 5, 5);
    push(g, 0, "a1", 7, 7);
    push(g, 1, "b2", 6, 6);
    push(g, 1, "b3", 9, 9);
    push(g, 0, "a2", 8, 8);
    run(g);
    is_log(log, "b1@5/-1 a1@7/5 b2@6/6 b3@9/7 a2@8/8 ");
    bool idle;
    ck_assert_int_eq(mr_graph_input_time(g, 0, &idle), 8);
    ck_assert(!idle);
    mr_graph_close(g);
}
END_TEST

/* What a record's time closes comes before the record, on every path. */
START_TEST(test_time_goes_first) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), p = add_step(&b, &desc_pass), w = add_step(&b, &desc_windows);
    uint16_t m = add_step(&b, &mr_op_merge), log = add_step(&b, &desc_log);
    add_edge(&b, x, p);
    add_edge(&b, x, w);
    add_edge(&b, p, m);
    add_edge(&b, w, m);
    add_edge(&b, m, log);
    struct mr_graph *g = open_graph(&b);
    push(g, 0, "a", 4, 4);
    push(g, 0, "b", 30, 30); /* closes window 0 of a: its row comes first */
    push(g, 0, "c", 5, 30);  /* late in the window, not elsewhere */
    push(g, 0, "d", 31, 31);
    run(g);
    is_log(log, "a@4/1 w0 x1@9/4 b@30/27 c@5/27 d@31/28 ");
    ck_assert_int_eq(mr_graph_op(g, w)->fates[MR_LATE], 1);
    ck_assert_int_eq(mr_graph_op(g, w)->idle, 0);
    mr_graph_hear(g, 0, MR_INF_TIME, false);
    run(g);
    is_log(log, "a@4/1 w0 x1@9/4 b@30/27 c@5/27 d@31/28 w3 x2@39/39 ");
    mr_graph_close(g);
}
END_TEST

/* At a merge, the time of every path is heard before the first row of the event. */
START_TEST(test_merge_hears_all_paths_first) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), p = add_step(&b, &desc_pass), q = add_step(&b, &desc_pass);
    uint16_t m = add_step(&b, &mr_op_merge), log = add_step(&b, &desc_log);
    add_edge(&b, x, p);
    add_edge(&b, x, q);
    add_edge(&b, p, m);
    add_edge(&b, q, m);
    add_edge(&b, m, log);
    struct mr_graph *g = open_graph(&b);
    push(g, 0, "a", 4, 4);
    push(g, 0, "b", 6, 6);
    run(g);
    is_log(log, "a@4/4 a@4/4 b@6/6 b@6/6 ");
    mr_graph_close(g);
}
END_TEST

START_TEST(test_idle_inputs_do_not_hold_time) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), y = add_source(&b), m = add_step(&b, &mr_op_merge);
    uint16_t w = add_step(&b, &desc_windows), log = add_step(&b, &desc_log);
    add_edge(&b, x, m);
    add_edge(&b, y, m);
    add_edge(&b, m, w);
    add_edge(&b, w, log);
    struct mr_graph *g = open_graph(&b);
    push(g, 0, "a", 3, 3);
    push(g, 0, "b", 50, 50);
    run(g);
    is_log(log, "");
    mr_graph_hear(g, 1, MR_NO_TIME, true); /* now only the first input counts */
    run(g);
    is_log(log, "w0 x1@9/9 ");
    push(g, 1, "c", 4, 4); /* only idleness closed its window */
    push(g, 1, "d", 51, 51);
    run(g);
    ck_assert_int_eq(mr_graph_op(g, w)->fates[MR_LATE], 1);
    ck_assert_int_eq(mr_graph_op(g, w)->idle, 1);
    mr_graph_hear(g, 0, 50, true);
    mr_graph_hear(g, 1, 51, true); /* all idle: the largest, and the clock goes on */
    mr_graph_hear(g, 0, 70, true);
    run(g);
    is_log(log, "w0 x1@9/9 w5 x2@59/59 ");
    mr_graph_close(g);
}
END_TEST

START_TEST(test_abort_takes_back_times_and_books) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), w = add_step(&b, &desc_odd), log = add_step(&b, &desc_log);
    add_edge(&b, x, w);
    add_edge(&b, w, log);
    struct mr_graph *g = open_graph(&b);
    push(g, 0, "a", 3, 3);
    run(g);
    mr_graph_commit(g, false);
    mr_graph_committed(g);
    push(g, 0, "b", 8, 8);
    push(g, 0, "c", 9, 9);
    run(g);
    ck_assert_int_eq(mr_graph_op(g, w)->in, 3);
    mr_graph_abort(g);
    ck_assert_int_eq(mr_graph_op(g, w)->in, 1);
    ck_assert_int_eq(mr_graph_op(g, w)->fates[MR_FILTERED], 0);
    ck_assert_int_eq(mr_graph_op(g, w)->time.now, 3);
    bool idle;
    ck_assert_int_eq(mr_graph_input_time(g, 0, &idle), 3);
    push(g, 0, "b", 5, 5);
    run(g);
    is_log(log, "a@3/3 c@9/9 b@5/5 ");
    mr_graph_close(g);
}
END_TEST

START_TEST(test_stop_names_the_first_record) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), y = add_source(&b), odd = add_step(&b, &desc_odd);
    uint16_t bad = add_step(&b, &desc_dead), bad2 = add_step(&b, &desc_dead);
    add_edge(&b, x, odd);
    add_edge(&b, odd, bad);
    add_edge(&b, y, bad2);
    b.steps[bad].on_error = b.steps[bad2].on_error = MR_ERR_STOP;
    struct mr_graph *g = open_graph(&b);
    push(g, 0, "a", 2, 2);
    mr_graph_hear(g, 1, 1, false); /* counts as no record */
    push(g, 0, "b", 4, 4);
    push(g, 1, "c", 4, 4);
    push(g, 0, "d", 5, 5);
    push(g, 1, "e", 6, 6);
    uint32_t seq = 99;
    const char *text = NULL;
    ck_assert(!mr_graph_run(g, &seq, &text));
    ck_assert_uint_eq(seq, 2);
    ck_assert_str_eq(text, "no good");
    mr_graph_begin(g);
    mr_graph_abort(g);
    push(g, 0, "a", 2, 2);
    run(g);
    mr_graph_close(g);
}
END_TEST

START_TEST(test_dead_letters_by_policy) {
    struct bench b;
    start(&b);
    uint16_t x = add_source(&b), bad = add_step(&b, &desc_dead), skip = add_step(&b, &desc_dead);
    add_edge(&b, x, bad);
    add_edge(&b, x, skip);
    b.sub.n_outs = 1;
    b.steps[skip].on_error = MR_ERR_SKIP;
    struct mr_graph *g = open_graph(&b);
    struct mr_header h = {MR_STR("h"), MR_STR("1")};
    struct mr_origin o = {.source = "s",
                          .topic = "t",
                          .partition = 3,
                          .offset = 17,
                          .timestamp = 2,
                          .appended = 44,
                          .key = MR_STR("k"),
                          .value = MR_STR("{bytes}"),
                          .headers = &h,
                          .n_headers = 1};
    mr_graph_push(g, 0,
                  &(struct mr_rec){.key = o.key, .ts = 2, .time = 2, .passed = 2, .origin = &o});
    run(g);
    size_t n;
    const struct mr_emitted *e = mr_graph_emitted(g, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(e->ts, 44);
    ck_assert(mr_str_is(e->key, "k") && mr_str_is(e->value, "{bytes}"));
    static const char *const want[][2] = {
        {"h", "1"},          {"mr.reason", "expr.error"}, {"mr.message", "no good"},
        {"mr.node", "s1"},   {"mr.topic", "t"},           {"mr.partition", "3"},
        {"mr.offset", "17"}, {"mr.timestamp", "2"},       {"mr.form", "record"}};
    ck_assert_uint_eq(e->n_headers, 9);
    for (unsigned i = 0; i < 9; i++) {
        ck_assert(mr_str_is(e->headers[i].name, want[i][0]));
        ck_assert_msg(mr_str_is(e->headers[i].value, want[i][1]), "%s", want[i][0]);
    }
    ck_assert_int_eq(mr_graph_op(g, skip)->fates[MR_DEAD], 1);
    mr_graph_clear(g);
    mr_graph_close(g);
}
END_TEST

/* ---- random graphs */

static void random_sub(struct bench *b, struct mr_rand *rng) {
    static const struct mr_op_desc *const ops[] = {&desc_pass,   &desc_odd,    &desc_twice,
                                                   &mr_op_merge, &mr_op_merge, &desc_windows};
    start(b);
    unsigned sources = 1 + mr_rand_below(rng, 3), middle = 1 + mr_rand_below(rng, 8);
    for (unsigned i = 0; i < sources; i++) add_source(b);
    for (unsigned i = 0; i < middle; i++) {
        const struct mr_op_desc *d = ops[mr_rand_below(rng, MR_ARRAY_LEN(ops))];
        uint16_t id = add_step(b, d);
        unsigned edges = d == &mr_op_merge ? 1 + mr_rand_below(rng, 3) : 1;
        for (unsigned k = 0; k < edges; k++) add_edge(b, (uint16_t)mr_rand_below(rng, id), id);
    }
    uint16_t n = b->sub.n_steps;
    for (uint16_t i = 0; i < n; i++)
        if (b->steps[i].n_outs == 0 || mr_rand_below(rng, 4) == 0)
            add_edge(b, i, add_step(b, &desc_log));
}

struct event {
    uint16_t input;
    bool row, idle;
    int64_t ts, time;
    char key[8];
};

enum { EVENTS = 160 };

static void random_events(struct event *e, const struct bench *b, struct mr_rand *rng) {
    int64_t time[4] = {-1, -1, -1, -1};
    for (int i = 0; i < EVENTS; i++) {
        uint16_t in = (uint16_t)mr_rand_below(rng, b->sub.n_inputs);
        e[i] = (struct event){.input = in, .row = mr_rand_below(rng, 6) != 0};
        int64_t ts = (int64_t)mr_rand_below(rng, 20) - 12 + i * 2;
        if (ts < 0) ts = 0;
        if (e[i].row && ts > time[in]) time[in] = ts;
        e[i].ts = ts;
        e[i].time = time[in] < 0 ? MR_NO_TIME : time[in];
        e[i].idle = !e[i].row && mr_rand_below(rng, 3) != 0;
        snprintf(e[i].key, sizeof e[i].key, "r%d", i);
    }
    for (uint16_t k = 0; k < b->sub.n_inputs; k++)
        e[EVENTS - 1 - k] = (struct event){.input = k, .time = MR_INF_TIME};
}

static void play(struct bench *b, const struct event *e, unsigned batch) {
    struct mr_graph *g = open_graph(b);
    unsigned n = 0;
    for (int i = 0; i < EVENTS; i++) {
        if (e[i].row)
            push(g, e[i].input, e[i].key, e[i].ts, e[i].time);
        else
            mr_graph_hear(g, e[i].input, e[i].time, e[i].idle);
        if (++n == batch) {
            run(g);
            n = 0;
        }
    }
    run(g);
    mr_graph_close(g);
}

/* Start of the first word that differs; SIZE_MAX: none. */
static size_t first_difference(const struct mr_buf *a, const struct mr_buf *b) {
    size_t word = 0;
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (a->p[i] != b->p[i]) return word;
        if (a->p[i] == ' ') word = i + 1;
    }
    return a->n == b->n ? SIZE_MAX : word;
}

START_TEST(test_batches_change_nothing) {
    struct mr_rand rng;
    uint64_t seed = (uint64_t)_i + 1;
    mr_rand_seed(&rng, seed);
    struct bench b;
    struct event e[EVENTS];
    random_sub(&b, &rng);
    random_events(e, &b, &rng);
    struct mr_buf first[MAX_STEPS];
    play(&b, e, 1);
    memcpy(first, logs, sizeof first);
    memset(logs, 0, sizeof first);
    static const unsigned sizes[] = {2, 7, 1000};
    for (unsigned k = 0; k < 3; k++) {
        play(&b, e, sizes[k]);
        for (unsigned i = 0; i < b.sub.n_steps; i++) {
            size_t at = first_difference(&logs[i], &first[i]);
            ck_assert_msg(at == SIZE_MAX, "seed %llu step %u batch %u: %.40s, want %.40s",
                          (unsigned long long)seed, i, sizes[k], mr_buf_cstr(&logs[i]) + at,
                          mr_buf_cstr(&first[i]) + at);
            mr_buf_clear(&logs[i]);
        }
    }
    for (unsigned i = 0; i < MAX_STEPS; i++) mr_buf_done(&first[i]);
}
END_TEST

int main(void) {
    Suite *s = suite_create("graph");
    TCase *t = tcase_create("graph");
    tcase_add_checked_fixture(t, open_logs, close_logs);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_merge_takes_choice_order);
    tcase_add_test(t, test_time_goes_first);
    tcase_add_test(t, test_merge_hears_all_paths_first);
    tcase_add_test(t, test_idle_inputs_do_not_hold_time);
    tcase_add_test(t, test_abort_takes_back_times_and_books);
    tcase_add_test(t, test_stop_names_the_first_record);
    tcase_add_test(t, test_dead_letters_by_policy);
    tcase_add_loop_test(t, test_batches_change_nothing, 0, 300);
    suite_add_tcase(s, t);
    printf("seeds 1 to 300\n");
    return mr_check_run(s);
}

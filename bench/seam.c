/* seam.c -- what the seam costs: an exactly-once copy of a topic through processor/broker and
 * nothing else, to be compared with a raw librdkafka loop that does the same.
 *
 *   seam BROKERS IN OUT GROUP [commit_ms=100] [max=1000] [warm=0] [ts=0|1]
 *
 * One member, one transactional producer; records are sent as they were fetched (no copy), with
 * their offsets, in transactions of commit_ms, until all partitions of IN are at their end. ts=1
 * keeps the timestamps (one call per record in librdkafka; 0: its batch call, the broker's or
 * client's time). Prints one line; CPU is user + system of all threads of this process; `plateau`
 * leaves out the first `warm` records.
 */
#include "base/mem.h"
#include "processor/broker/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { MOST_PARTS = 64, QUEUE_BYTES = 256 << 20 };

struct copy {
    struct mr_broker *b;
    struct mr_consumer *c;
    struct mr_producer *p;
    int in, out;
    const char *group;
    bool owned[MOST_PARTS], at_end[MOST_PARTS];
    struct mr_offset at[MOST_PARTS];
    struct mr_fetch **held; /* fetches whose bytes the open transaction borrows */
    size_t n_held, cap_held;
    struct mr_out *recs; /* scratch of one fetch */
    size_t max, n;       /* records per fetch; records copied */
    bool in_txn, keep_ts;
    long n_txns, n_producers;
    double in_commit;
};

static double seconds(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(enum mr_class c, const struct mr_err *err) {
    if (c == MR_OK) return;
    fprintf(stderr, "seam: %s: %s\n", mr_class_name(c), err->text);
    exit(1);
}

static void on_assign(void *arg, const struct mr_tp *tps, size_t n) {
    struct copy *x = arg;
    struct mr_arena a;
    struct mr_err err;
    mr_arena_init(&a);
    for (size_t i = 0; i < n; i++) {
        int tag = tps[i].partition;
        struct mr_offset o;
        must(mr_broker_committed(x->b, x->group, &tps[i], 1, &o, &a, &err), &err);
        x->at[tag] = (struct mr_offset){.tp = tps[i], .offset = o.offset < 0 ? 0 : o.offset};
        must(mr_consumer_add(x->c, &x->at[tag], &tag, 1, &err), &err);
        x->owned[tag] = true;
    }
    mr_arena_done(&a);
}

static void on_gone(void *arg, const struct mr_tp *tps, size_t n) {
    struct copy *x = arg;
    for (size_t i = 0; i < n; i++) x->owned[tps[i].partition] = false;
}

/* After a slow end the seam asks for a new producer. */
static void begin(struct copy *x) {
    struct mr_err err;
    if (x->in_txn) return;
    while (mr_producer_begin(x->p, &err) == MR_FATAL) {
        mr_producer_close(x->p);
        must(mr_producer_open(x->b, x->group, QUEUE_BYTES, &x->p, &err), &err);
        x->n_producers++;
    }
    x->in_txn = true;
}

static void take(struct copy *x, struct mr_fetch *f) {
    int tag = f->tp.partition;
    struct mr_err err;
    begin(x);
    for (size_t i = 0; i < f->n; i++) {
        const struct mr_msg *m = &f->msgs[i];
        x->recs[i] = (struct mr_out){.tp = {x->out, tag},
                                     .key = m->key,
                                     .value = m->value,
                                     .hdrs = m->hdrs,
                                     .n_hdrs = m->n_hdrs,
                                     .ts = x->keep_ts ? m->ts : -1};
    }
    must(mr_producer_send(x->p, x->recs, f->n, &err), &err);
    x->at[tag].offset = f->next;
    x->at_end[tag] = f->end != MR_END_NOT;
    x->n += f->n;
    if (x->n_held == x->cap_held) {
        x->cap_held = x->cap_held ? x->cap_held * 2 : 256;
        x->held = mr_realloc(x->held, x->cap_held * sizeof *x->held);
    }
    x->held[x->n_held++] = f;
}

static bool fetch_all(struct copy *x) {
    bool any = false;
    struct mr_err err;
    for (int tag = 0; tag < MOST_PARTS; tag++) {
        struct mr_fetch *f;
        if (!x->owned[tag]) continue;
        must(mr_consumer_fetch(x->c, tag, x->max, &f, &err), &err);
        if (f) take(x, f);
        any = any || f;
    }
    return any;
}

static void commit(struct copy *x) {
    struct mr_offset offs[MOST_PARTS];
    size_t n = 0;
    struct mr_err err;
    double start = seconds(CLOCK_MONOTONIC);
    for (int tag = 0; tag < MOST_PARTS; tag++)
        if (x->owned[tag]) offs[n++] = x->at[tag];
    must(mr_producer_offsets(x->p, x->c, offs, n, &err), &err);
    must(mr_producer_commit(x->p, &err), &err);
    x->in_commit += seconds(CLOCK_MONOTONIC) - start;
    for (size_t i = 0; i < x->n_held; i++) mr_consumer_release(x->c, x->held[i]);
    x->n_held = 0;
    x->in_txn = false;
    x->n_txns++;
}

static bool is_done(const struct copy *x) {
    bool any = false;
    for (int tag = 0; tag < MOST_PARTS; tag++) {
        if (x->owned[tag] && !x->at_end[tag]) return false;
        any = any || x->owned[tag];
    }
    return any;
}

static void open_all(struct copy *x, char **argv) {
    struct mr_err err;
    struct mr_broker_conf conf = {.brokers = argv[1], .client_id = "seam"};
    must(mr_broker_open_kafka(&conf, &x->b, &err), &err);
    x->in = mr_broker_topic(x->b, argv[2]);
    x->out = mr_broker_topic(x->b, argv[3]);
    x->group = argv[4];
    struct mr_consumer_conf cc = {.group = x->group,
                                  .member = "0",
                                  .anchors = &x->in,
                                  .n_anchors = 1,
                                  .events = {x, on_assign, on_gone, on_gone},
                                  .queue_bytes = QUEUE_BYTES};
    must(mr_consumer_open(x->b, &cc, &x->c, &err), &err);
    must(mr_producer_open(x->b, x->group, QUEUE_BYTES, &x->p, &err), &err);
    x->recs = mr_alloc(x->max * sizeof *x->recs);
}

static void close_all(struct copy *x) {
    mr_producer_close(x->p);
    mr_consumer_close(x->c);
    mr_broker_close(x->b);
    mr_free(x->recs);
    mr_free(x->held);
}

static void run(struct copy *x, double interval, size_t warm) {
    struct mr_err err;
    double start = seconds(CLOCK_MONOTONIC), begun = 0, warm_cpu = 0, warm_at = start;
    while (x->in_txn || !is_done(x)) {
        must(mr_consumer_serve(x->c, 20, &err), &err);
        bool was_in = x->in_txn;
        fetch_all(x);
        double now = seconds(CLOCK_MONOTONIC);
        if (x->in_txn && !was_in) begun = now;
        if (x->in_txn && (now - begun >= interval || is_done(x))) commit(x);
        if (!warm_cpu && x->n >= warm) {
            warm = x->n;
            warm_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
            warm_at = now;
        }
    }
    double end = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    struct rusage ru;
    getrusage(RUSAGE_SELF, &ru);
    printf("seam ts=%d n=%zu wall_s=%.2f kps=%.1f cpu_s_per_M=%.3f plateau_cpu_s_per_M=%.3f "
           "plateau_kps=%.1f txns=%ld producers=%ld commit_ms=%.2f hwm_MB=%.0f\n",
           x->keep_ts, x->n, end - start, (double)x->n / (end - start) / 1e3,
           cpu / (double)x->n * 1e6, (cpu - warm_cpu) / (double)(x->n - warm) * 1e6,
           (double)(x->n - warm) / (end - warm_at) / 1e3, x->n_txns, x->n_producers,
           x->in_commit / (double)x->n_txns * 1e3, (double)ru.ru_maxrss / 1024);
}

static long option(int argc, char **argv, const char *name, long otherwise) {
    size_t n = strlen(name);
    for (int i = 5; i < argc; i++)
        if (strncmp(argv[i], name, n) == 0 && argv[i][n] == '=')
            return strtol(argv[i] + n + 1, NULL, 10);
    return otherwise;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: seam BROKERS IN OUT GROUP [commit_ms=] [max=] [warm=] [ts=]\n");
        return 64;
    }
    struct copy *x = mr_calloc(1, sizeof *x);
    x->max = (size_t)option(argc, argv, "max", 1000);
    x->keep_ts = option(argc, argv, "ts", 0);
    open_all(x, argv);
    run(x, (double)option(argc, argv, "commit_ms", 100) / 1e3,
        (size_t)option(argc, argv, "warm", 0));
    close_all(x);
    mr_free(x);
    return 0;
}

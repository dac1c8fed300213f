/* state.c -- what a store costs on the hot path: touches of counters, new window entries, commits.
 *
 *   bench_state [keys, default 1000000]
 *
 * Hashes are computed before (as a batch does); each batch of 1,000 is prefetched, then touched.
 * Every key is touched once per transaction of 1,000,000 touches (uniform), so each touch makes an
 * undo record; `again` repeats keys within the transaction. Best of five rounds, ns per operation.
 */
#include "base/mem.h"
#include "base/rand.h"
#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 1000, ROUNDS = 5 };

struct world {
    struct mr_engine *engine;
    struct mr_store *store;
    uint64_t (*keys)[1]; /* 8-byte keys, in random order */
    uint64_t *hashes;
    size_t n;
};

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void open_store(struct world *w, enum mr_store_kind kind) {
    static struct mr_store_spec spec = {
        .app = "bench", .name = "s", .fingerprint = 1, .max_record_bytes = 1 << 20};
    spec.kind = kind;
    w->engine = mr_engine_open_mem();
    if (mr_store_open(w->engine, &spec, &w->store, NULL) != MR_OK) abort();
}

static void close_store(struct world *w) {
    mr_store_close(w->store);
    mr_engine_close(w->engine);
}

static void shuffle(struct world *w, struct mr_rand *r) {
    for (size_t i = w->n - 1; i > 0; i--) {
        size_t j = mr_rand_next(r) % (i + 1);
        uint64_t k = w->keys[i][0], h = w->hashes[i];
        w->keys[i][0] = w->keys[j][0];
        w->hashes[i] = w->hashes[j];
        w->keys[j][0] = k;
        w->hashes[j] = h;
    }
}

static size_t touch_all(struct world *w, struct mr_bucket *b) {
    size_t created = 0;
    for (size_t from = 0; from + BATCH <= w->n; from += BATCH) {
        for (size_t i = from; i < from + BATCH; i++) mr_bucket_prefetch(b, w->hashes[i]);
        for (size_t i = from; i < from + BATCH; i++) {
            bool new;
            struct mr_str key = {(const char *)w->keys[i], 8};
            struct mr_entry *e = mr_bucket_touch(w->store, b, key, w->hashes[i], 8, &new);
            ++*(uint64_t *)mr_entry_value(e);
            created += new;
        }
    }
    return created;
}

static void report(const char *what, double best, size_t n) {
    printf("%-52s %7.1f ns\n", what, best / (double)n);
}

static void sink(void *arg, struct mr_str key, struct mr_str value) {
    *(size_t *)arg += key.n + value.n;
}

static void bench_counters(struct world *w, struct mr_rand *r) {
    double touch = 1e18, again = 1e18, log = 1e18, commit = 1e18;
    open_store(w, MR_STORE_PLAIN);
    struct mr_bucket *b = mr_store_bucket(w->store, MR_BUCKET_PLAIN, true);
    touch_all(w, b);
    mr_store_commit(w->store, 1, 1);
    for (int i = 0; i < ROUNDS; i++) {
        size_t bytes = 0;
        shuffle(w, r);
        double t0 = now_ns();
        touch_all(w, b);
        double t1 = now_ns();
        touch_all(w, b);
        double t2 = now_ns();
        mr_store_changelog(w->store, sink, &bytes);
        double t3 = now_ns();
        mr_store_commit(w->store, i + 2, 1);
        double t4 = now_ns();
        if (t1 - t0 < touch) touch = t1 - t0;
        if (t2 - t1 < again) again = t2 - t1;
        if (t3 - t2 < log) log = t3 - t2;
        if (t4 - t3 < commit) commit = t4 - t3;
    }
    report("touch, first in the transaction (undo record)", touch, w->n);
    report("touch, again in the transaction", again, w->n);
    report("changelog, per changed key", log, w->n);
    report("commit, per changed key", commit, w->n);
    printf("%-52s %7.1f bytes\n", "memory per entry",
           (double)mr_store_memory(w->store) / (double)mr_store_entries(w->store));
    close_store(w);
}

static void bench_small_txns(struct world *w, struct mr_rand *r) {
    double best = 1e18;
    open_store(w, MR_STORE_PLAIN);
    struct mr_bucket *b = mr_store_bucket(w->store, MR_BUCKET_PLAIN, true);
    touch_all(w, b);
    mr_store_commit(w->store, 1, 1);
    size_t all = w->n;
    uint64_t(*keys)[1] = w->keys, *hashes = w->hashes;
    for (int i = 0; i < ROUNDS; i++) {
        shuffle(w, r);
        double t0 = now_ns();
        for (size_t from = 0; from + 50000 <= all; from += 50000) { /* 100 ms at 500,000/s */
            struct world part = *w;
            part.keys = keys + from;
            part.hashes = hashes + from;
            part.n = 50000;
            touch_all(&part, b);
            mr_store_commit(w->store, i + 2, 1);
        }
        double t1 = now_ns();
        if (t1 - t0 < best) best = t1 - t0;
    }
    report("touch + commit, transactions of 50,000", best, w->n);
    close_store(w);
}

static void bench_windows(struct world *w, struct mr_rand *r) {
    double made = 1e18, drop = 1e18;
    open_store(w, MR_STORE_WINDOW);
    for (int i = 0; i < ROUNDS; i++) {
        shuffle(w, r);
        double t0 = now_ns();
        struct mr_bucket *b = mr_store_bucket(w->store, i, true);
        touch_all(w, b);
        double t1 = now_ns();
        mr_store_commit(w->store, i * 2 + 1, 1);
        double t2 = now_ns();
        mr_bucket_close(w->store, b);
        mr_store_commit(w->store, i * 2 + 2, 1);
        double t3 = now_ns();
        if (t1 - t0 < made) made = t1 - t0;
        if (t3 - t2 < drop) drop = t3 - t2;
    }
    report("new window entry (growing table, undo record)", made, w->n);
    report("drop of a whole bucket, per entry", drop, w->n);
    close_store(w);
}

static void bench_disk(struct world *w) {
    bool done = false;
    open_store(w, MR_STORE_PLAIN);
    struct mr_bucket *b = mr_store_bucket(w->store, MR_BUCKET_PLAIN, true);
    touch_all(w, b);
    mr_store_commit(w->store, 1, 1);
    double t0 = now_ns();
    while (!done) mr_store_write_behind(w->store, 10000, &done, NULL);
    double t1 = now_ns();
    mr_store_evict(w->store, 0);
    double t2 = now_ns();
    report("write-behind into the engine in memory, per entry", t1 - t0, w->n);
    report("eviction, per entry", t2 - t1, w->n);
    close_store(w);
}

int main(int argc, char **argv) {
    struct world w = {.n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000};
    struct mr_rand r;
    mr_rand_seed(&r, 42);
    w.n -= w.n % BATCH;
    w.keys = mr_alloc(w.n * sizeof *w.keys);
    w.hashes = mr_alloc(w.n * sizeof *w.hashes);
    for (size_t i = 0; i < w.n; i++) {
        w.keys[i][0] = mr_rand_next(&r);
        w.hashes[i] = mr_store_hash((struct mr_str){(const char *)w.keys[i], 8});
    }
    printf("%zu keys of 8 bytes, counters of 8 bytes, batches of %d\n", w.n, BATCH);
    bench_counters(&w, &r);
    bench_small_txns(&w, &r);
    bench_windows(&w, &r);
    bench_disk(&w);
    mr_free(w.keys);
    mr_free(w.hashes);
    return 0;
}

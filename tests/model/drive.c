/* drive.c -- runs cases of the model tests: many topologies, inputs and schedules in one process.
 *
 * Reads commands from standard input, a line each, and answers each on standard output:
 *
 *   topology BYTES                 the YAML text follows; answers its diagnostics, then `.ok`
 *                                  or `.bad`
 *   case                           forgets the records of the case before; no answer
 *   rec NAME LINE                  a record of a source or table, as in feed files; no answer
 *   run KEY=N ...                  runs the case: answers `SINK LINE` for every row of every sink
 *                                  and of the dead letters, then `.ok restarts=N idle=N` or
 *                                  `.failed TEXT`
 *
 * A run is the real worker on the in-process broker, under a schedule drawn from `seed`: the order
 * of inputs, who steps, where commits fall, who is stopped or crashes. What a schedule may not
 * change is what the tests are for. Knows nothing of expectations.
 */
#include "base/log.h"
#include "base/mem.h"
#include "processor/serve/embed.h"
#include "processor/serve/load.h"
#include "processor/serve/service.h"
#include "processor/task/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    WORKERS_MAX = 4,
    IDLE_IN_A_ROW = 4,
    STEPS_MAX = 1000000,
    SESSION_MS = 300000, /* longer than any session or transaction time-out */
    LINE_MAX_BYTES = 1 << 20,
    START_MS = 86400000,
};

/* What a schedule may do; every key is optional. Chances are per thousand and turn. */
struct schedule {
    long seed, partitions, workers, batch;
    long live;    /* records come while workers run; 0: all are there before the first step */
    long flush;   /* chance of a commit */
    long restart; /* chance that a worker is stopped or all crash */
    long advance; /* chance that the clock moves by up to advance_ms */
    long advance_ms;
    long rocks;     /* RocksDB instead of the engine in memory */
    long flush_ms;  /* interval of write-behind rounds; 0: always */
    long memory;    /* bytes of a worker */
    long end_first; /* feeds end before the first step (not live only) */
};

static const struct {
    const char *key;
    size_t at;
    long initial;
} keys[] = {
#define KEY(name, initial)                                                                         \
    { #name, offsetof(struct schedule, name), initial }
    KEY(seed, 1),       KEY(partitions, 1), KEY(workers, 1),      KEY(batch, 1000),
    KEY(live, 0),       KEY(flush, 0),      KEY(restart, 0),      KEY(advance, 0),
    KEY(advance_ms, 0), KEY(rocks, 0),      KEY(flush_ms, 60000), KEY(memory, 64 << 20),
    KEY(end_first, 0),
#undef KEY
};

struct record {
    const struct mr_input *in;
    struct mr_feed_rec rec;
    bool appended;
};

struct drive {
    struct mr_plan *plan;
    struct mr_arena arena; /* of the records of a case */
    struct record *recs;
    size_t n, cap;
};

struct run {
    struct drive *d;
    struct schedule s;
    struct mr_rand rand;
    struct mr_embed embed;
    struct mr_clock_manual clock, broker_clock;
    struct mr_metrics *metrics;
    struct mr_progress *progress;
    struct mr_engine *engine;
    struct mr_buf dir;
    struct mr_worker *workers[WORKERS_MAX];
    size_t left; /* records not appended yet */
    unsigned restarts, opened;
    struct mr_err *err;
};

/* ---- a run */

static bool chance(struct run *r, long per_thousand) {
    return per_thousand > 0 && mr_rand_below(&r->rand, 1000) < (uint32_t)per_thousand;
}

static bool open_worker(struct run *r, long i) {
    struct mr_worker_conf conf = {.app = r->embed.app,
                                  .index = (int)i,
                                  .plan = r->d->plan,
                                  .broker = r->embed.broker,
                                  .engine = r->engine,
                                  .clock = &r->clock.base,
                                  .seed = (uint64_t)r->s.seed + ++r->opened,
                                  .metrics = r->metrics,
                                  .commit_interval_ms = 100,
                                  .flush_interval_ms = r->s.flush_ms,
                                  .batch = (size_t)r->s.batch,
                                  .progress = r->progress,
                                  .memory_bytes = (size_t)r->s.memory,
                                  .steady = true};
    return mr_worker_open(&conf, &r->workers[i], r->err) == MR_OK;
}

static bool open_workers(struct run *r) {
    for (long i = 0; i < r->s.workers; i++)
        if (!open_worker(r, i)) return false;
    return true;
}

static bool step(struct run *r, long i, enum mr_step_result *ret) {
    int code;
    *ret = mr_worker_step(r->workers[i], 0);
    if (*ret == MR_STEP_FAILED) *r->err = *mr_worker_error(r->workers[i], &code);
    return *ret != MR_STEP_FAILED;
}

/* A worker leaves properly, or the process falls dead and all start again. */
static bool restart(struct run *r) {
    r->restarts++;
    if (mr_rand_below(&r->rand, 2)) {
        long i = (long)mr_rand_below(&r->rand, (uint32_t)r->s.workers);
        mr_worker_close(r->workers[i]);
        r->workers[i] = NULL;
        return open_worker(r, i);
    }
    for (long i = 0; i < r->s.workers; i++) {
        mr_worker_crash(r->workers[i]);
        r->workers[i] = NULL;
    }
    if (!r->s.rocks) mr_engine_mem_crash(r->engine);
    r->broker_clock.now_ms += SESSION_MS;
    mr_sim_tick(r->embed.broker);
    return open_workers(r);
}

/* The next records of a random input: the order inside a partition is kept. */
static bool append_some(struct run *r) {
    size_t at = mr_rand_below(&r->rand, (uint32_t)r->d->n), many = 1 + mr_rand_below(&r->rand, 4);
    while (r->d->recs[at].appended) at = (at + 1) % r->d->n;
    const struct mr_input *in = r->d->recs[at].in;
    int32_t partition = r->d->recs[at].rec.partition;
    for (size_t i = 0; i < r->d->n && many; i++) {
        struct record *rec = &r->d->recs[i];
        if (rec->appended || rec->in != in || rec->rec.partition != partition) continue;
        if (!mr_embed_append(&r->embed, in, &rec->rec, r->err)) return false;
        rec->appended = true;
        r->left--;
        many--;
    }
    return true;
}

static bool append_all(struct run *r) {
    for (size_t i = 0; i < r->d->n; i++) r->d->recs[i].appended = false;
    r->left = r->d->n;
    while (!r->s.live && r->left)
        if (!append_some(r)) return false;
    if (r->s.end_first && !r->s.live) mr_embed_end_feeds(&r->embed);
    return true;
}

/* Random turns until nothing is left to append and, for some turns, nothing to do. */
static bool play(struct run *r) {
    enum mr_step_result result;
    for (long turn = 0, idle = 0; r->left || idle < IDLE_IN_A_ROW * r->s.workers; turn++) {
        if (turn == STEPS_MAX) {
            mr_err_set(r->err, MR_FATAL, 0, "the run does not come to rest");
            return false;
        }
        long who = (long)mr_rand_below(&r->rand, (uint32_t)r->s.workers);
        if (r->left && chance(r, 300) && !append_some(r)) return false;
        if (chance(r, r->s.flush)) mr_worker_flush(r->workers[who]);
        if (r->left && chance(r, r->s.advance))
            r->clock.now_ms += 1 + mr_rand_below(&r->rand, (uint32_t)r->s.advance_ms);
        if (r->restarts < 20 && chance(r, r->s.restart) && !restart(r)) return false;
        if (!step(r, who, &result)) return false;
        idle = result == MR_STEP_WORKED ? 0 : idle + 1;
    }
    return true;
}

static bool finish(struct run *r) {
    enum mr_step_result result = MR_STEP_IDLE;
    mr_embed_end_feeds(&r->embed);
    for (long i = 0; i < STEPS_MAX / 100; i++) {
        long n = 0;
        for (long w = 0; w < r->s.workers; w++) {
            if (i % 2) mr_worker_flush(r->workers[w]);
            if (!step(r, w, &result)) return false;
            n += result == MR_STEP_DONE;
        }
        if (n == r->s.workers) return true;
        if (r->restarts < 40 && chance(r, r->s.restart) && !restart(r)) return false;
    }
    mr_err_set(r->err, MR_FATAL, 0, "the run does not end");
    return false;
}

static bool open_engine(struct run *r) {
    if (!r->s.rocks) {
        r->engine = mr_engine_open_mem();
        return true;
    }
    return mr_make_temp_dir(&r->dir, r->err) &&
           mr_engine_open_rocks(mr_buf_cstr(&r->dir), r->embed.app, (size_t)r->s.memory, &r->engine,
                                r->err) == MR_OK;
}

static void close_workers(struct run *r) {
    for (long i = 0; i < WORKERS_MAX; i++) {
        if (r->workers[i]) mr_worker_close(r->workers[i]);
        r->workers[i] = NULL;
    }
}

static void run_done(struct run *r) {
    close_workers(r);
    if (r->engine) mr_engine_close(r->engine);
    if (r->dir.n) mr_remove_dir(mr_buf_cstr(&r->dir));
    mr_buf_done(&r->dir);
    mr_progress_free(r->progress);
    mr_embed_done(&r->embed);
    mr_metrics_free(r->metrics);
}

/* ---- answers */

struct writing {
    const char *name;
    struct mr_feed_form form;
    struct mr_arena arena;
    struct mr_buf line;
};

static bool write_row(void *arg, int32_t partition, const struct mr_msg *m) {
    struct writing *w = arg;
    mr_buf_clear(&w->line);
    mr_arena_reset(&w->arena);
    mr_feed_write(&w->form, m, partition, &w->arena, &w->line);
    printf("%s ", w->name);
    return fwrite(w->line.p, 1, w->line.n, stdout) == w->line.n;
}

static void write_rows(struct run *r) {
    size_t n;
    const struct mr_output **outs = mr_embed_outputs(&r->embed, &n);
    for (size_t i = 0; i < n; i++) {
        struct writing w = {.name = outs[i]->name, .form = mr_embed_output_form(outs[i])};
        mr_arena_init(&w.arena);
        mr_buf_init(&w.line, 0);
        mr_embed_read(&r->embed, outs[i], write_row, &w);
        mr_buf_done(&w.line);
        mr_arena_done(&w.arena);
    }
}

static void run_case(struct drive *d, const struct schedule *s) {
    struct mr_err err = {0};
    struct run r = {.d = d, .s = *s, .err = &err};
    mr_rand_seed(&r.rand, (uint64_t)s->seed);
    mr_clock_manual_init(&r.clock, START_MS);
    mr_clock_manual_init(&r.broker_clock, START_MS);
    mr_buf_init(&r.dir, 0);
    r.metrics = mr_metrics_new();
    r.progress = mr_progress_new(d->plan);
    bool ok = mr_embed_open(&r.embed, d->plan, d->plan->name, &r.broker_clock.base,
                            (int32_t)s->partitions, &err);
    if (ok) mr_sim_no_wait(r.embed.broker);
    ok = ok && open_engine(&r) && append_all(&r) && open_workers(&r) && play(&r) && finish(&r);
    if (ok) {
        close_workers(&r);
        write_rows(&r);
        printf(".ok restarts=%u idle=%lld\n", r.restarts,
               (long long)mr_metrics_sum(r.metrics, MR_M_IDLE));
    } else {
        printf(".failed %s\n", err.text);
    }
    run_done(&r);
}

/* ---- commands */

static void read_topology(struct drive *d, size_t n) {
    struct mr_arena arena;
    struct mr_diags diags;
    char *text = mr_alloc(n + 1);
    size_t got = fread(text, 1, n, stdin);
    text[got] = 0;
    if (d->plan) mr_plan_free(d->plan);
    mr_arena_init(&arena);
    mr_diags_init(&diags, &arena, "case.yaml", (struct mr_str){text, got});
    struct mr_compile_conf conf = {.file = "case.yaml", .text = {text, got}};
    d->plan = mr_compile(&conf, &diags);
    mr_print_diags(&diags, stdout);
    puts(d->plan ? ".ok" : ".bad");
    mr_diags_done(&diags);
    mr_arena_done(&arena);
    mr_free(text);
}

static bool read_record(struct drive *d, char *text) {
    char *line = strchr(text, ' ');
    const char *problem = "no record";
    struct mr_arena *a = &d->arena;
    if (!line) return false;
    *line++ = 0;
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 64;
        d->recs = mr_realloc(d->recs, d->cap * sizeof *d->recs);
    }
    struct record *rec = &d->recs[d->n++];
    *rec = (struct record){.in = mr_embed_input(d->plan, text)};
    if (!rec->in) return false;
    struct mr_feed_form form = mr_embed_input_form(rec->in);
    struct mr_str copy = mr_arena_str(a, (struct mr_str){line, strlen(line)});
    if (mr_feed_read(a, &form, copy, &rec->rec, &problem)) return true;
    fprintf(stderr, "rec: %s: %s\n", problem, line);
    return false;
}

static bool read_schedule(char *text, struct schedule *s) {
    for (size_t i = 0; i < MR_ARRAY_LEN(keys); i++)
        *(long *)((char *)s + keys[i].at) = keys[i].initial;
    for (char *word; (word = strsep(&text, " "));) {
        char *equals = strchr(word, '=');
        size_t i = 0;
        if (!equals) return false;
        *equals = 0;
        while (i < MR_ARRAY_LEN(keys) && strcmp(keys[i].key, word) != 0) i++;
        if (i == MR_ARRAY_LEN(keys)) return false;
        *(long *)((char *)s + keys[i].at) = strtol(equals + 1, NULL, 10);
    }
    return s->workers >= 1 && s->workers <= WORKERS_MAX && s->batch >= 1 && s->partitions >= 1;
}

static bool command(struct drive *d, char *line) {
    struct schedule s;
    if (strncmp(line, "topology ", 9) == 0) {
        read_topology(d, strtoul(line + 9, NULL, 10));
    } else if (strcmp(line, "case") == 0) {
        mr_arena_reset(&d->arena);
        d->n = 0;
    } else if (!d->plan) {
        return false;
    } else if (strncmp(line, "rec ", 4) == 0) {
        return read_record(d, line + 4);
    } else if (strncmp(line, "run ", 4) == 0 && read_schedule(line + 4, &s)) {
        run_case(d, &s);
    } else {
        return false;
    }
    return true;
}

int main(void) {
    struct drive d = {0};
    char *line = mr_alloc(LINE_MAX_BYTES);
    bool ok = true;
    mr_log_open(MR_LOG_ERROR, MR_LOG_TEXT);
    mr_arena_init(&d.arena);
    while (ok && fgets(line, LINE_MAX_BYTES, stdin)) {
        line[strcspn(line, "\n")] = 0;
        ok = command(&d, line);
        if (!ok) fprintf(stderr, "not understood: %s\n", line);
        fflush(stdout);
    }
    if (d.plan) mr_plan_free(d.plan);
    mr_arena_done(&d.arena);
    mr_free(d.recs);
    mr_free(line);
    return ok ? 0 : 64;
}

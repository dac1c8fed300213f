/* sim.h -- the simulator: a scenario is drawn from a seed, a world runs it, an outcome is judged.
 *
 *   scenario.c   topology, input, sizes, schedule seed, faults: drawn, written, read again
 *   world.c      processes and workers as step machines in one thread; the driver's turns
 *   seam.c       what stands between a worker and the in-process broker: time, faults, interleaving
 *   store.c      the same between a store and the engine in memory
 *   check.c      invariants EOS-1..9 while the world runs
 *   outcome.c    committed outputs, and when two of them are equal
 *   run.c        one scenario judged: world, oracle, undisturbed run
 *   shrink.c     a failing scenario made small
 *
 * A worker that is inside a call of a seam may stand still there while the driver goes on with the
 * others (turns nest): so one thread shows every interleaving at the granularity of calls, up to
 * nesting. A process that dies inside a call is dead from that call on: nothing that it does any
 * more reaches broker or disk; what is left of it in memory is taken away when it is outside.
 */
#ifndef MR_TESTS_SIM_H
#define MR_TESTS_SIM_H

#include "base/rand.h"
#include "processor/broker/sim_internal.h"
#include "processor/serve/embed.h"
#include "processor/task/internal.h"
#include "proto/changelog.h"
#include "state/engine.h"

#include <stdio.h>

enum sim_call {
#define CALL(id, name, fault) SIM_##id,
#include "tests/sim/calls.def"
#undef CALL
    SIM_N_CALLS
};

enum sim_effect {
    SIM_FAIL,
    SIM_FAIL_APPLIED,
    SIM_CRASH_BEFORE,
    SIM_CRASH_AFTER,
    SIM_PAUSE_BEFORE,
    SIM_PAUSE_AFTER,
    SIM_JOIN,
    SIM_LEAVE,
    SIM_KILL,
    SIM_WIPE,
    SIM_JUMP,
    SIM_COMPACT
};

struct sim_fault_row { /* of faults.def */
    const char *name;
    enum sim_call call;
    enum sim_effect effect;
    enum mr_class class;
    unsigned weight, most;
};
extern const struct sim_fault_row sim_faults[];
extern const size_t sim_n_faults;

/* ---- scenario */

struct sim_rec { /* a record of the feed */
    const char *input;
    struct mr_feed_rec rec;
};

struct sim_event { /* a fault of the scenario */
    uint16_t row;  /* of sim_faults */
    uint32_t at;   /* the n-th call of its kind */
    uint32_t arg;  /* what else is to be decided */
};

#define SIM_SETTINGS(X)                                                                            \
    X(partitions) /* of every topic */                                                             \
    X(procs)      /* processes at the start */                                                     \
    X(workers)    /* of each */                                                                    \
    X(batch)      /* records per batch */                                                          \
    X(commit_ms)                                                                                   \
    X(flush_ms)                                                                                    \
    X(session_ms)                                                                                  \
    X(txn_ms)                                                                                      \
    X(step_ms)  /* the clock moves by up to this each turn */                                      \
    X(yield)    /* others go on inside a call in so many of 1000 calls */                          \
    X(pace)     /* records fed per turn; 0: everything is there from the start */                  \
    X(end_turn) /* the feed does not end before */                                                 \
    X(max_skew) /* ms; 0: any */                                                                   \
    X(memory)   /* KiB of a worker's share */

struct sim_gen;

struct sim_scenario {
    struct mr_arena arena;
    uint64_t seed;             /* of the schedule */
    const struct sim_gen *gen; /* NULL: `file` */
    int64_t params[16];        /* of the generator */
    const char *file;          /* topology */
#define X(name) int64_t name;
    SIM_SETTINGS(X)
#undef X
    struct sim_rec *recs;
    size_t n_recs, cap_recs;
    struct sim_event *events;
    size_t n_events;
    struct mr_plan *plan;
};

/* topology: a file, a generator's name, or NULL: any. false: it cannot be compiled or is not for
 * the simulator; *why says so. */
bool sim_draw(struct sim_scenario *s, uint64_t seed, const char *topology, const char **why);
bool sim_scenario_read(struct sim_scenario *s, const char *path, const char **why);
void sim_scenario_write(const struct sim_scenario *s, FILE *to);
/* A copy without some of the records and events (NULL: all are kept); shares the plan. */
void sim_scenario_copy(struct sim_scenario *to, const struct sim_scenario *s, const bool *recs,
                       const bool *events);
void sim_scenario_done(struct sim_scenario *s, bool plan);
/* Records for a topology of the repository: scenario.file, gen_tests.c. */
bool sim_feed_from_tests(struct sim_scenario *s, struct mr_rand *r, const char **why);
void sim_add_rec(struct sim_scenario *s, const char *input, const struct mr_feed_rec *rec);
/* The topologies of the repository that the simulator can run. */
size_t sim_topologies(const char *const **ret);

/* ---- generators: gens.def */

struct sim_expected { /* rows that an oracle says must come, by sink; see outcome.h */
    struct mr_arena *arena;
    struct sim_want {
        const char *sink, *text;
    } * rows;
    size_t n, cap;
    struct {
        const char *name;
        bool last; /* only the last row of a key is known */
    } sinks[8];    /* of which the oracle knows all rows */
    size_t n_sinks;
};
void sim_expect_sink(struct sim_expected *e, const char *name, bool last);
/* "KEY VALUE @TIMESTAMP"; without the timestamp it is not compared. */
void sim_expect(struct sim_expected *e, const char *sink, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

struct sim_gen {
    const char *name;
    unsigned weight;
    void (*draw)(struct mr_rand *r, struct sim_scenario *s); /* params */
    void (*topology)(const struct sim_scenario *s, struct mr_buf *to);
    void (*feed)(struct mr_rand *r, struct sim_scenario *s);
    /* Naive, and knows nothing of the program; NULL: none. */
    void (*oracle)(const struct sim_scenario *s, struct sim_expected *to);
};
extern const struct sim_gen *const sim_gens[];
extern const size_t sim_n_gens;
#define GEN(name) extern const struct sim_gen sim_gen_##name;
#include "tests/sim/gens.def"
#undef GEN

/* ---- world */

enum { SIM_PROCS = 4, SIM_WORKERS = 2, SIM_DEPTH = 3, SIM_OBJECTS = 64 };

struct sim_world;
struct sim_proc;

struct sim_worker {
    struct sim_proc *proc;
    struct mr_worker *w; /* NULL: not running */
    bool inside;         /* a call of it is on the stack */
    bool done;           /* its last step said so */
};

struct sim_store_engine {   /* store.c */
    struct mr_engine base;  /* first */
    struct mr_engine *disk; /* in memory; survives the process */
    struct sim_proc *proc;
    size_t batches; /* written since the last flush */
};

struct sim_proc {
    struct mr_broker broker; /* first: what its workers take for the broker */
    struct sim_world *world;
    int index;
    struct sim_store_engine *engine; /* NULL: not running */
    struct mr_engine *disk;
    struct sim_worker workers[SIM_WORKERS];
    bool wanted;    /* to be running */
    bool dead;      /* died inside a call; taken away when nobody is inside any more */
    bool disk_lost; /* with it */
    size_t kept;    /* batches that survive on its disk */
    unsigned inside;
    unsigned lives;
    int64_t open_at; /* not started before */
};

struct sim_anchor { /* what the broker has decided so far, of a task */
    int64_t commit;
    int64_t offsets[16]; /* by input */
};

struct sim_world {
    const struct sim_scenario *sc;
    struct mr_arena arena;
    struct mr_rand rand;
    struct mr_clock_manual clock;
    struct mr_embed embed;
    struct sim_broker *broker; /* the embed's */
    const struct mr_broker_ops *real;
    struct mr_progress *progress;
    struct sim_proc procs[SIM_PROCS];
    struct sim_worker *current; /* whose call is being served */
    struct {
        void *object;
        struct sim_proc *proc;
    } objects[SIM_OBJECTS]; /* consumers and producers */
    uint32_t calls[SIM_N_CALLS];
    bool *fired; /* by event */
    unsigned depth;
    unsigned turns;
    size_t fed;
    bool ended;                     /* the feeds */
    bool calm;                      /* healing: nothing is disturbed any more */
    struct sim_anchor *anchors[64]; /* [sub][partition] */
    bool idle_inputs;               /* an input was idle before its end */
    bool runs;                      /* a position was committed with records ahead of time */
    bool idled;                     /* a record was late by idleness: results may differ */
    uint64_t hash;                  /* of the trace */
    FILE *trace;
    char failure[1000]; /* the first; "" = none */
    char where[100];
};

/* false: w->failure says why. */
bool sim_world_run(struct sim_world *w, const struct sim_scenario *sc, FILE *trace);
void sim_world_done(struct sim_world *w);
void sim_fail(struct sim_world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sim_trace(struct sim_world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sim_mix(struct sim_world *w, const void *p, size_t n);  /* into the hash of the trace */
void sim_turns_until(struct sim_world *w, int64_t clock_ms); /* the others go on */
void sim_turn(struct sim_world *w);
void sim_kill(struct sim_proc *p, size_t kept, bool disk_lost);

/* ---- seam.c, store.c */

struct sim_visit {                 /* a call under way */
    const struct sim_event *event; /* that hits it, or NULL */
};
void sim_seam_init(struct sim_proc *p); /* its broker */
/* false: the call is not made; *ret is its class. */
bool sim_enter(struct sim_proc *p, enum sim_call call, struct sim_visit *v, enum mr_class *ret,
               struct mr_err *err);
enum mr_class sim_leave(struct sim_proc *p, enum sim_call call, const struct sim_visit *v,
                        enum mr_class got, struct mr_err *err);
struct sim_store_engine *sim_store_open(struct sim_proc *p);

/* ---- check.c */

void sim_check_begin(struct sim_world *w);
void sim_check_decided(struct sim_world *w, const struct sim_txn *t); /* is about to be committed */
/* Have been taken into a transaction. */
void sim_check_offsets(struct sim_world *w, const struct sim_consumer *c,
                       const struct mr_offset *at, size_t n);
void sim_check_worker(struct sim_worker *s); /* outside of any call, after a step */
void sim_check_disk(struct sim_proc *p);     /* after a crash: what is left */
bool sim_all_taken(struct sim_world *w);     /* nothing is left to be read */
void sim_check_end(struct sim_world *w);
/* Not the users' tables: rows that nobody has read would go, which is another input. */
void sim_compact_changelogs(struct sim_world *w);
void sim_sample_idle(struct sim_worker *s);

/* ---- outcome.c */

struct sim_row {
    const char *group; /* partition and key: within it rows keep their order */
    const char *text;  /* all of the row */
    const char *plain; /* key, value, timestamp */
    struct mr_str value;
    size_t number;
    bool gone; /* a tombstone */
};

struct sim_outcome {
    size_t n_sinks;
    struct sim_rows {
        const char *name;
        const struct mr_output *out;
        struct sim_row *rows; /* sorted by group, then number */
        size_t n;
    } * sinks;
};

void sim_outcome_read(struct sim_world *w, struct mr_arena *a, struct sim_outcome *ret);
/* false: they differ where they must not; to says where. */
bool sim_outcome_equal(const struct sim_scenario *sc, const struct sim_outcome *got,
                       const struct sim_outcome *want, struct mr_buf *to);
bool sim_outcome_expected(const struct sim_outcome *got, const struct sim_expected *want,
                          struct mr_buf *to);

/* ---- run.c */

struct sim_stats {
    uint64_t runs, turns, calls, events, idle, idled, ahead, rows, late, oracle, twice;
    uint64_t fired[256]; /* by row of faults.def */
};

/* One scenario, judged. false: why is filled. */
bool sim_judge(const struct sim_scenario *sc, bool twice, FILE *trace, struct mr_buf *why,
               struct sim_stats *stats);

/* ---- shrink.c */

/* In a process of its own: an assertion is a failure, too. */
bool sim_judge_apart(const struct sim_scenario *sc, bool twice, struct mr_buf *why);
void sim_shrink(const struct sim_scenario *sc, const char *why, FILE *to);

#endif

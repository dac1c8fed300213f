/* world.h -- what a rule of the conformance suite sees: a broker, and helpers to use its seam.
 *
 * A rule knows only broker.h. The first check that fails ends the rule: from then on every helper
 * does nothing, so rules need no branches for failure. Waiting is polling `serve` with a bound.
 * Objects that a rule opens are closed behind it.
 */
#ifndef MR_TESTS_BROKER_WORLD_H
#define MR_TESTS_BROKER_WORLD_H

#include "base/buf.h"
#include "processor/broker/broker.h"

enum { MOST_READ = 6000, MOST_TAGS = 32, PATIENCE_MS = 30000 };

struct reader;

struct producer { /* of the suite: knows its id for messages */
    struct world *w;
    struct mr_producer *p; /* NULL after drop */
    struct producer *next;
};

struct seen { /* a record that a reader got; copied */
    int tag;
    struct mr_msg m;
};

struct reader { /* a consumer, and everything that it has got */
    struct world *w;
    const char *name;
    struct mr_consumer *c;            /* NULL after drop */
    struct seen *seen;                /* in order of arrival */
    size_t n_seen, n_fetches, n_most; /* most records in one fetch */
    enum mr_end end[MOST_TAGS];       /* last one told and not overtaken by records, by tag */
    unsigned n_ends[MOST_TAGS];       /* how often one was told */
    int64_t next[MOST_TAGS];          /* `next` of the last fetch; -1 = none */
    struct mr_tp tps[MOST_TAGS];
    bool reading[MOST_TAGS];
    size_t max;          /* records asked for in a fetch */
    enum mr_class class; /* worst answer to serve or fetch */

    /* members */
    const char *group;
    bool owns[MOST_TAGS]; /* anchors, by partition (+ 16 for the second topic) */
    int topic, topic2;
    bool by_hand; /* the rule adds partitions itself */
    unsigned n_assign, n_revoke, n_lost;
    void (*on_revoke)(struct reader *r); /* inside the event; NULL = nothing */
    void *revoke_arg;
    struct reader *next_reader;
};

struct world {
    struct mr_broker *b;
    bool sim;
    char rule[64], run[32];
    bool failed;
    char why[600];
    struct mr_arena arena; /* of the rule */
    struct producer *producers;
    struct reader *readers;
    struct mr_buf log; /* group events in the order in which they happened: "A+0,1 B-2 " */
    unsigned n_names;
};

struct rule {
    const char *name;
    void (*run)(struct world *w);
    const char *proves, *facts; /* section of broker-facts.md, "" = our own rule */
};

/* Fails the rule when cond is false; returns cond && nothing has failed before. */
bool check(struct world *w, bool cond, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool check_class(struct world *w, enum mr_class got, enum mr_class want, const struct mr_err *err,
                 const char *what);

/* Bounded waiting: `for (struct patience p = patience(w); !there && again(&p);) pump(r);` */
struct patience {
    struct world *w;
    int64_t until_ms;
    unsigned turns;
};
struct patience patience(struct world *w);
bool again(struct patience *p);
/* Time-outs of sessions and transactions become due: at once on sim (alive, if not NULL, is served
 * meanwhile), with patience on Kafka. */
void let_time_pass(struct world *w, struct reader *alive);
void run_cleaner(struct world *w, int topic); /* sim: now; Kafka: comes by itself */

/* ---- topics and names; config: name, value, ..., NULL (retention is endless if not named) */
const char *fresh_name(struct world *w, const char *what);
int topic_with(struct world *w, int32_t partitions, const char *const *config);
int topic(struct world *w, int32_t partitions);
struct mr_tp tp_of(int topic, int32_t partition);

/* ---- producers */
struct producer *producer(struct world *w, const char *id); /* id: fresh_name */
struct producer *any_producer(struct world *w);
void begin(struct producer *p);
void send(struct producer *p, struct mr_tp tp, const char *words); /* "k=v": key k; "v": null key */
void send_out(struct producer *p, const struct mr_out *out, size_t n);
void offset(struct producer *p, struct reader *r, struct mr_tp tp, int64_t at, const char *meta);
void commit(struct producer *p);
void abort_txn(struct producer *p);
void put(struct producer *p, struct mr_tp tp, const char *words); /* one transaction */
void drop_producer(struct producer *p);
/* What a fenced or spoiled producer hears at last: goes through offsets (r may be NULL), commit. */
enum mr_class try_commit(struct producer *p);

/* ---- readers */
struct reader *reader(struct world *w);
void add(struct reader *r, struct mr_tp tp, int tag, int64_t at);
void pump(struct reader *r);             /* serves, and fetches what there is */
void read_to_end(struct reader *r);      /* until every tag is at MR_END_HERE */
void read_n(struct reader *r, size_t n); /* until n records have been seen in all */
void settle(struct reader *r);           /* gives wrong things a chance to come */
void forget(struct reader *r);           /* records and ends so far */
void expect(struct reader *r, int tag, const char *words); /* values in order, null = "-" */
struct reader *read_all(struct world *w, struct mr_tp tp, const char *words); /* a new reader */

/* ---- members; tags: partition (+ 16 for the second topic) */
struct reader *member(struct world *w, const char *name, const char *group, int topic, int topic2);
void drop_reader(struct reader *r); /* leaves cleanly */
unsigned n_owned(const struct reader *r);
/* Polls both (b may be NULL) until they own na and nb partitions. */
void until_owned(struct reader *a, unsigned na, struct reader *b, unsigned nb);

/* ---- committed offsets */
struct mr_offset committed(struct world *w, const char *group, struct mr_tp tp);
void expect_committed(struct world *w, const char *group, struct mr_tp tp, int64_t at,
                      const char *meta);
void watermarks(struct world *w, struct mr_tp tp, int64_t *low, int64_t *high);

#endif

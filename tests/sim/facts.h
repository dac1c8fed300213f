/* facts.h -- what generators share: a feed of facts with all that time can do to them, and the same
 * facts read again for an oracle.
 *
 *   {"id":"17","g":"g1","n":5,"ts":123456}     key k0..k7
 *
 * A feed goes forward in time with gaps of hours, records out of order, records ahead of time alone
 * and in runs, null keys, null values and values that are cut off. What an oracle gets beside is
 * `time`, the source time of the record's partition at its own position (language.md 5), worked out
 * here from the text of the language, not with the functions of millrace.
 */
#ifndef MR_TESTS_SIM_FACTS_H
#define MR_TESTS_SIM_FACTS_H

#include "tests/sim/sim.h"

enum { SIM_NONE = -1 }; /* no time yet; no timestamp */

struct sim_feed {
    const char *inputs[2]; /* topics; the second may be NULL */
    int64_t n;             /* records */
    bool declared;         /* event_time: ts, else the Kafka timestamp */
    int64_t max_jump_ms;   /* SIM_NONE: off */
    int64_t idle_ms;       /* idle_after */
    unsigned ids;          /* so many ids; 0: each record has its own */
    unsigned gap;          /* steps of up to so many ms from record to record */
    bool tables;           /* keys are never null, deletes are frequent */
};

struct sim_fact {
    const char *input, *key; /* key NULL: none */
    const char *id, *g;      /* NULL without a value */
    int64_t n;
    int64_t ts;   /* SIM_NONE: it cannot be computed */
    int64_t time; /* of the record */
    int32_t partition;
    bool has_value, broken;
};

/* A generator whose feed is `facts`: these are its first parameters. */
enum { SIM_FEED_N, SIM_FEED_DECLARED, SIM_FEED_MAX_JUMP_S, SIM_FEED_IDLE_MS, SIM_FEED_PARAMS };
/* most: records of a long feed; three of four are short ones. */
void sim_feed_params(struct mr_rand *r, struct sim_scenario *s, unsigned most);
struct sim_feed sim_feed_of(const struct sim_scenario *s);

/* Text of `event_time`, `max_jump` and `idle_after` for a source. */
void sim_feed_clauses(const struct sim_feed *f, struct mr_buf *to);
/* The line of a source of that name. */
void sim_feed_source(const struct sim_feed *f, const char *name, struct mr_buf *to);
int64_t sim_draw_idle_ms(struct mr_rand *r);
void sim_feed_draw(struct mr_rand *r, struct sim_scenario *s, const struct sim_feed *f);
struct sim_fact *sim_facts(const struct sim_scenario *s, const struct sim_feed *f,
                           struct mr_arena *a); /* s->n_recs of them, in the order of the feed */
/* Those of a partition in the order in which a task takes them, if all of them are there from the
 * start: the head with the least min(ts, time), the input named first of equal ones, a head without
 * a time at once. */
size_t sim_facts_of_task(const struct sim_fact *facts, size_t n, const char *const inputs[2],
                         int32_t partition, const struct sim_fact **ret);

/* Source time, a record later. */
struct sim_source_time {
    int64_t time;
    struct {
        int64_t ts;
        const char *key; /* "" : null */
    } run[16];
    size_t n;
};
void sim_source_time(struct sim_source_time *t, const struct sim_feed *f, int64_t ts,
                     int64_t kafka_ts, const char *key);

int64_t sim_number_in(struct mr_str text, const char *name);
const char *sim_text_in(struct mr_arena *a, struct mr_str text, const char *name);
const char *sim_iso(struct mr_arena *a, int64_t ms);

#endif

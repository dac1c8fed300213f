/* time.h -- event time, all of it (language.md 5): source time, operator time, late and closed.
 *
 * Everything else cites this file. Times are ms; MR_NO_TIME = none yet, MR_INF_TIME = the end of
 * all input.
 */
#ifndef MR_OP_TIME_H
#define MR_OP_TIME_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

#define MR_NO_TIME  INT64_MIN
#define MR_INF_TIME INT64_MAX

/* a + ms, where none and infinity stay what they are. */
static inline int64_t mr_time_add(int64_t a, int64_t ms) {
    if (a == MR_NO_TIME || a == MR_INF_TIME) return a;
    int64_t sum;
    if (__builtin_add_overflow(a, ms, &sum)) return ms > 0 ? MR_INF_TIME - 1 : MR_NO_TIME + 1;
    return sum;
}

/* The start of the span of `width` ms that ts lies in; spans start at multiples of it. */
static inline int64_t mr_time_floor(int64_t ts, int64_t width) {
    int64_t m = ts % width;
    return ts - (m < 0 ? m + width : m);
}

/* ---- source time of one input partition, with the max_jump rule ("Ahead") */

enum { MR_RUN_MAX = 10 };

struct mr_run_rec {
    int64_t ts;
    uint64_t key; /* hash of the key bytes; null = 0 */
};

struct mr_source_time {
    int64_t max_jump_ms; /* -1 = off */
    bool own_clock;      /* the source declares event_time */
    int64_t time;        /* MR_NO_TIME = none yet */
    uint8_t n_run;       /* records ahead that do not move time yet; < MR_RUN_MAX after a take */
    struct mr_run_rec run[MR_RUN_MAX];
};

void mr_source_time_init(struct mr_source_time *s, int64_t max_jump_ms, bool own_clock);
/* Takes a record: moves time and returns it (the record's own time). kafka_ts: -1 = none. The key
 * hash must be the same on every machine (mr_source_time_key). */
int64_t mr_source_time_take(struct mr_source_time *s, int64_t ts, int64_t kafka_ts, uint64_t key);
/* What take would return, without moving. */
int64_t mr_source_time_peek(const struct mr_source_time *s, int64_t ts, int64_t kafka_ts,
                            uint64_t key);
uint64_t mr_source_time_key(struct mr_str key); /* p == NULL: null */
/* As part of the offset metadata (EOS-6): ASCII, at most 400 bytes. */
void mr_source_time_print(const struct mr_source_time *s, struct mr_buf *to);
bool mr_source_time_parse(struct mr_source_time *s,
                          struct mr_str text); /* keeps max_jump, own_clock */

/* ---- operator time: the least of what the upstreams have reached, idle ones left out; monotone */

struct mr_heard {
    int64_t time;
    bool idle;
};

struct mr_op_time {
    int64_t now;            /* O */
    int64_t out;            /* what was last passed on downstream; monotone */
    bool idle;              /* all upstreams are idle */
    bool hold;              /* when_idle: hold: with all upstreams idle, now stays */
    uint16_t n;             /* upstreams that count */
    struct mr_heard *heard; /* by upstream; owned by the graph's arena */
};

/* An upstream says its time. Returns true when now or idle has moved. When all are idle, now
 * becomes the largest heard (the clock may move it on: the input says later times, still idle),
 * unless `hold`. */
bool mr_op_time_hear(struct mr_op_time *t, uint16_t upstream, int64_t time, bool idle);

/* ---- fates by time */

enum mr_late { MR_NOT_LATE, MR_IS_LATE, MR_IS_IDLE };
/* closes_at: the time at which it is too late for the record, inclusive (window: end + grace).
 * LATE: its own time has reached it. IDLE: only operator time has, so an input had been idle. */
static inline enum mr_late mr_judge(int64_t closes_at, int64_t own_time, int64_t O) {
    if (own_time != MR_NO_TIME && closes_at <= own_time) return MR_IS_LATE;
    return O != MR_NO_TIME && closes_at <= O ? MR_IS_IDLE : MR_NOT_LATE;
}

#endif

/* time.c -- source time and operator time (language.md 5, "Ahead", "Idle").
 *
 * Pure functions over small structs: no clock, no memory. The same rules in Python, executable,
 * are the model's SourceTime and Op.hear; tests/unit/test_time.c holds the two equal.
 */
#include "processor/op/time.h"

#include <inttypes.h>
#include <xxhash.h>

/* ---- source time */

void mr_source_time_init(struct mr_source_time *s, int64_t max_jump_ms, bool own_clock) {
    *s = (struct mr_source_time){
        .max_jump_ms = max_jump_ms, .own_clock = own_clock, .time = MR_NO_TIME};
}

/* XXH64 with seed 0: the value is written into offset metadata, so it may never change. */
uint64_t mr_source_time_key(struct mr_str key) {
    if (!key.p) return 0;
    uint64_t h = XXH64(key.p, key.n, 0);
    return h ? h : 1;
}

static bool run_is_believed(const struct mr_source_time *s) {
    if (s->n_run >= MR_RUN_MAX) return true;
    for (unsigned i = 1; i < s->n_run; i++)
        if (s->run[i].key != s->run[0].key) return true;
    return false;
}

static void run_drop_first(struct mr_source_time *s) {
    s->n_run--;
    memmove(s->run, s->run + 1, s->n_run * sizeof s->run[0]);
}

/* Keeps the run sorted by time; equal times in order of arrival. */
static void run_insert(struct mr_source_time *s, int64_t ts, uint64_t key) {
    unsigned i = s->n_run;
    for (; i > 0 && s->run[i - 1].ts > ts; i--) s->run[i] = s->run[i - 1];
    s->run[i] = (struct mr_run_rec){ts, key};
    s->n_run++;
}

static int64_t run_take(struct mr_source_time *s, int64_t ts, uint64_t key) {
    run_insert(s, ts, key);
    while (run_is_believed(s)) {
        s->time = s->run[0].ts;
        while (s->n_run && s->run[0].ts <= mr_time_add(s->time, s->max_jump_ms)) {
            s->time = s->run[0].ts;
            run_drop_first(s);
        }
    }
    return s->time;
}

int64_t mr_source_time_take(struct mr_source_time *s, int64_t ts, int64_t kafka_ts, uint64_t key) {
    int64_t J = s->max_jump_ms, before = s->time;
    int64_t ref = before != MR_NO_TIME ? before : kafka_ts >= 0 ? kafka_ts : ts;
    bool two_clocks = s->own_clock && kafka_ts >= 0;
    if (J < 0 || ts <= mr_time_add(ref, J)) { /* an ordinary record ends a run */
        s->n_run = 0;
        s->time = ts > before ? ts : before;
    } else if (two_clocks && ts <= mr_time_add(kafka_ts, J) && ts >= kafka_ts - J) {
        s->n_run = 0; /* (1) the two clocks agree */
        s->time = ts;
    } else if (two_clocks && ts > mr_time_add(kafka_ts, J)) {
        ; /* (2) never followed; a run goes on */
    } else {
        run_take(s, ts, key); /* (3) */
    }
    return s->time;
}

int64_t mr_source_time_peek(const struct mr_source_time *s, int64_t ts, int64_t kafka_ts,
                            uint64_t key) {
    if (s->max_jump_ms < 0 || (s->time != MR_NO_TIME && ts <= mr_time_add(s->time, s->max_jump_ms)))
        return ts > s->time ? ts : s->time;
    struct mr_source_time copy = *s;
    return mr_source_time_take(&copy, ts, kafka_ts, key);
}

/* "<time or ->[;<ts>:<16 hex digits>]..." */
void mr_source_time_print(const struct mr_source_time *s, struct mr_buf *to) {
    if (s->time == MR_NO_TIME)
        mr_buf_cat(to, "-");
    else
        mr_buf_printf(to, "%" PRId64, s->time);
    for (unsigned i = 0; i < s->n_run; i++)
        mr_buf_printf(to, ";%" PRId64 ":%016" PRIx64, s->run[i].ts, s->run[i].key);
}

static bool parse_int(struct mr_str *t, int64_t *ret) {
    bool neg = t->n && *t->p == '-';
    size_t i = neg;
    int64_t v = 0;
    if (i == t->n || t->p[i] < '0' || t->p[i] > '9') return false;
    for (; i < t->n && t->p[i] >= '0' && t->p[i] <= '9'; i++) {
        int digit = t->p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v)) return false;
        if (__builtin_add_overflow(v, neg ? -digit : digit, &v)) return false;
    }
    *ret = v;
    *t = (struct mr_str){t->p + i, t->n - i};
    return true;
}

static bool parse_hex16(struct mr_str *t, uint64_t *ret) {
    uint64_t v = 0;
    if (t->n < 16) return false;
    for (unsigned i = 0; i < 16; i++) {
        char c = t->p[i];
        if (c >= '0' && c <= '9')
            v = v << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            v = v << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    *ret = v;
    *t = (struct mr_str){t->p + 16, t->n - 16};
    return true;
}

static bool parse_byte(struct mr_str *t, char c) {
    if (!t->n || *t->p != c) return false;
    *t = (struct mr_str){t->p + 1, t->n - 1};
    return true;
}

bool mr_source_time_parse(struct mr_source_time *s, struct mr_str text) {
    struct mr_source_time r;
    mr_source_time_init(&r, s->max_jump_ms, s->own_clock);
    if (mr_str_is(text, "-") || (text.n > 1 && text.p[0] == '-' && text.p[1] == ';'))
        parse_byte(&text, '-');
    else if (!parse_int(&text, &r.time))
        return false;
    while (text.n) {
        int64_t ts;
        uint64_t key;
        if (r.n_run >= MR_RUN_MAX - 1 || !parse_byte(&text, ';') || !parse_int(&text, &ts) ||
            !parse_byte(&text, ':') || !parse_hex16(&text, &key))
            return false;
        run_insert(&r, ts, key);
    }
    if (run_is_believed(&r)) return false;
    if (r.max_jump_ms < 0) r.n_run = 0; /* the rule was turned off since */
    *s = r;
    return true;
}

/* ---- operator time */

/* The end of time is when all have said so: one that was idle may have rows on their way yet. */
static int64_t least_or_largest(const struct mr_op_time *t, bool *ret_live) {
    int64_t least = MR_INF_TIME, largest = MR_NO_TIME;
    bool live = false, ended = true;
    for (unsigned i = 0; i < t->n; i++) {
        const struct mr_heard *h = &t->heard[i];
        if (h->idle && h->time == MR_INF_TIME) continue; /* does not count */
        ended &= h->time == MR_INF_TIME;
        if (h->time > largest) largest = h->time;
        if (h->idle) continue;
        live = true;
        if (h->time < least) least = h->time;
    }
    *ret_live = live;
    if (live) return least == MR_INF_TIME && !ended ? t->now : least;
    return t->hold ? t->now : largest;
}

bool mr_op_time_hear(struct mr_op_time *t, uint16_t upstream, int64_t time, bool idle) {
    struct mr_heard *h = &t->heard[upstream];
    if (time < h->time) time = h->time;
    if (time == h->time && idle == h->idle) return false;
    bool was_least = h->idle || idle || t->idle || h->time <= t->now;
    h->time = time;
    h->idle = idle;
    if (!was_least) return false; /* somebody else holds the time back */
    bool live;
    int64_t now = least_or_largest(t, &live);
    bool moved = now > t->now || t->idle == live;
    if (now > t->now) t->now = now;
    t->idle = !live;
    return moved;
}

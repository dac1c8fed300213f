/* step_time.c -- steps on timestamps and durations: in UTC, or in a time zone. */
#include "processor/expr/run.h"

#include "processor/expr/civil.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static const int64_t SECOND = 1000000000;

static bool set_ts(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                   int64_t seconds, int64_t ns) {
    if (ns < 0) {
        seconds--;
        ns += SECOND;
    } else if (ns >= SECOND) {
        seconds++;
        ns -= SECOND;
    }
    if (seconds < MR_TIMESTAMP_MIN || seconds > MR_TIMESTAMP_MAX) {
        return mr_run_fail(r, s, MR_R_NUM_RANGE, "a timestamp outside the years 0001 to 9999");
    }
    *dst = (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = (uint32_t)ns, .i = seconds};
    return true;
}

static bool set_dur(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    bool overflow, int64_t ns) {
    if (overflow) return mr_run_fail(r, s, MR_R_NUM_RANGE, "a duration beyond 292 years");
    *dst = (struct mr_value){.tag = MR_V_DURATION, .i = ns};
    return true;
}

STEP_FN_OF(i64_to_ts) {
    if (a->i < MR_TIMESTAMP_MIN || a->i > MR_TIMESTAMP_MAX) {
        return mr_run_fail(r, s, MR_R_NUM_RANGE, "a timestamp outside the years 0001 to 9999");
    }
    return set_ts(r, s, dst, a->i, 0);
}

STEP_FN_OF(ts_to_i64) {
    *dst = mr_int(a->i);
    return true;
}

STEP_FN_OF(add_ts_dur) {
    return set_ts(r, s, dst, a->i + b->i / SECOND, (int64_t)a->aux + b->i % SECOND);
}

STEP_FN_OF(add_dur_ts) {
    return mr_step_add_ts_dur(r, s, dst, b, a);
}

STEP_FN_OF(sub_ts_dur) {
    return set_ts(r, s, dst, a->i - b->i / SECOND, (int64_t)a->aux - b->i % SECOND);
}

STEP_FN_OF(sub_ts) {
    __int128 x = (__int128)(a->i - b->i) * SECOND + ((int64_t)a->aux - (int64_t)b->aux);
    return set_dur(r, s, dst, x < INT64_MIN || x > INT64_MAX, (int64_t)x);
}

STEP_FN_OF(add_dur) {
    int64_t x;
    bool over = __builtin_add_overflow(a->i, b->i, &x);
    return set_dur(r, s, dst, over, x);
}

STEP_FN_OF(sub_dur) {
    int64_t x;
    bool over = __builtin_sub_overflow(a->i, b->i, &x);
    return set_dur(r, s, dst, over, x);
}

/* ---- parts: of a timestamp the civil ones, of a duration the whole in that unit */

bool mr_run_zone(struct mr_run *r, const struct mr_expr_step *s, int64_t seconds,
                 const struct mr_value *b, int64_t *ret_s) {
    if (s->imm) {
        *ret_s = mr_zone_offset(r->p->fixed_zones[s->imm - 1], seconds);
        return true;
    }
    struct mr_str name = {b->p, b->len};
    if (mr_zone_fixed(name, ret_s)) return true;
    const struct mr_zone *z = mr_zones_find(r->p->zones, name);
    if (!z) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no such time zone");
    *ret_s = mr_zone_offset(z, seconds);
    return true;
}

static bool offset_at(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                      const struct mr_value *b, int64_t *ret_s) {
    return mr_run_zone(r, s, a->i, b, ret_s);
}

#define CIVIL(name, part)                                                                          \
    STEP_FN_OF(ts_##name) {                                                                        \
        struct mr_civil c = mr_civil_of(a->i, 0);                                                  \
        *dst = mr_int(part);                                                                       \
        return true;                                                                               \
    }                                                                                              \
    STEP_FN_OF(ts_##name##_in) {                                                                   \
        int64_t east;                                                                              \
        if (!offset_at(r, s, a, b, &east)) return false;                                           \
        struct mr_civil c = mr_civil_of(a->i, east);                                               \
        *dst = mr_int(part);                                                                       \
        return true;                                                                               \
    }
CIVIL(year, c.year)
CIVIL(month, c.month - 1)
CIVIL(date, c.day)
CIVIL(day_of_month, c.day - 1)
CIVIL(day_of_week, c.week_day)
CIVIL(day_of_year, c.year_day)
CIVIL(hours, c.hour)
CIVIL(minutes, c.minute)
CIVIL(seconds, c.second)

STEP_FN_OF(ts_millis) {
    *dst = mr_int(a->aux / 1000000);
    return true;
}

STEP_FN_OF(ts_millis_in) {
    int64_t east;
    return offset_at(r, s, a, b, &east) && mr_step_ts_millis(r, s, dst, a, b);
}

#define TOTAL(name, x)                                                                             \
    STEP_FN_OF(dur_##name) {                                                                       \
        *dst = mr_int(x);                                                                          \
        return true;                                                                               \
    }
TOTAL(hours, a->i / (3600 * SECOND))
TOTAL(minutes, a->i / (60 * SECOND))
TOTAL(seconds, a->i / SECOND)
TOTAL(millis, a->i / 1000000 % 1000) /* the part, as the conformance vectors have it */

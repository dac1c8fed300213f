/* step_calendar.c -- time by the calendar: rounding down, texts by a pattern, days between. */
#include "processor/expr/run.h"

#include "processor/expr/civil.h"
#include "processor/expr/timetext.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static const int64_t SECOND = 1000000000, DAY_S = 86400;

static __int128 ns_of(int64_t seconds, uint32_t ns) {
    return (__int128)seconds * SECOND + ns;
}

static __int128 floor_to(__int128 t, int64_t unit) {
    __int128 rest = t % unit;
    return t - rest - (rest < 0 ? unit : 0);
}

static bool set(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst, __int128 t) {
    int64_t seconds = (int64_t)(floor_to(t, SECOND) / SECOND);
    if (seconds < MR_TIMESTAMP_MIN || seconds > MR_TIMESTAMP_MAX) {
        return mr_run_fail(r, s, MR_R_NUM_RANGE, "a timestamp outside the years 0001 to 9999");
    }
    uint32_t ns = (uint32_t)(t - (__int128)seconds * SECOND);
    *dst = (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = ns, .i = seconds};
    return true;
}

/* ---- time.floor */

static bool check_unit(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *d) {
    if (d->i > 0) return true;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "time is rounded down to a duration above 0");
}

/* Times are aligned to 1970-01-01T00:00:00, which was a Thursday. */
STEP_FN_OF(time_floor) {
    if (!check_unit(r, s, b)) return false;
    return set(r, s, dst, floor_to(ns_of(a->i, a->aux), b->i));
}

struct local {
    struct mr_run *r;
    const struct mr_expr_step *s;
    const struct mr_value *zone;
};

static bool east_at(const struct local *l, int64_t seconds, int64_t *ret) {
    return mr_run_zone(l->r, l->s, seconds, l->zone, ret);
}

/* The first second in (low, high] whose offset is not that of low: there is one change there. */
static bool change(const struct local *l, int64_t low, int64_t high, int64_t *ret) {
    int64_t before, east;
    if (!east_at(l, low, &before)) return false;
    while (high - low > 1) {
        int64_t mid = low + (high - low) / 2;
        if (!east_at(l, mid, &east)) return false;
        if (east == before)
            low = mid;
        else
            high = mid;
    }
    *ret = high;
    return true;
}

/* When the clocks of the zone show `local` (seconds). Twice: the first time, or `keep` (an offset),
 * if it fits. Never, because they are set forward over it: when that is. */
static bool instant(const struct local *l, int64_t local, int64_t keep, bool first, int64_t *ret) {
    int64_t early, late, east;
    if (!east_at(l, local - DAY_S, &early) || !east_at(l, local + DAY_S, &late)) return false;
    int64_t offsets[3] = {first ? early : keep, first ? late : early, first ? keep : late};
    for (int i = 0; i < 3; i++) {
        if (!east_at(l, local - offsets[i], &east)) return false;
        *ret = local - offsets[i];
        if (east == offsets[i]) return true;
    }
    return change(l, local - late, local - early, ret);
}

/* A unit of days begins when the date does; a shorter one keeps the hours that come twice apart. */
STEP_FN_OF(time_floor_in) {
    struct local l = {r, s, &b[1]};
    int64_t east, at;
    if (!check_unit(r, s, &b[0]) || !east_at(&l, a->i, &east)) return false;
    __int128 t = floor_to(ns_of(a->i + east, a->aux), b[0].i);
    int64_t seconds = (int64_t)(floor_to(t, SECOND) / SECOND);
    uint32_t ns = (uint32_t)(t - (__int128)seconds * SECOND);
    if (!instant(&l, seconds, east, b[0].i >= DAY_S * SECOND, &at)) return false;
    return set(r, s, dst, ns_of(at, ns));
}

/* ---- texts */

static bool format(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                   const struct mr_value *a, const struct mr_value *pattern, int64_t east) {
    struct mr_str f = {pattern->len ? pattern->p : "", pattern->len};
    size_t n = 0, written = 0;
    if (!mr_run_charge(r, s, f.n)) return false;
    if (!mr_time_format(f, a->i, a->aux, east, NULL, &n)) {
        int len = f.n - n < 2 ? 1 : 2;
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "`%.*s` is no part of a time", len, f.p + n);
    }
    char *to = mr_run_bytes(r, s, n);
    if (!to) return false;
    mr_time_format(f, a->i, a->aux, east, to, &written);
    struct mr_value v = mr_string(((struct mr_str){to, n}));
    v.flags = pattern->flags & MR_VF_ASCII;
    *dst = v;
    return true;
}

STEP_FN_OF(ts_format) {
    return format(r, s, dst, a, b, 0);
}

STEP_FN_OF(ts_format_in) {
    int64_t east;
    return mr_run_zone(r, s, a->i, &b[1], &east) && format(r, s, dst, a, &b[0], east);
}

/* ---- days_between: whole days of 24 hours, towards zero */

STEP_FN_OF(days_between) {
    if (a->tag == MR_V_ABSENT || b->tag == MR_V_ABSENT) {
        *dst = MR_ABSENT;
        return true;
    }
    __int128 ns = ns_of(b->i, b->aux) - ns_of(a->i, a->aux);
    *dst = mr_int((int64_t)(ns / ((__int128)DAY_S * SECOND)));
    return true;
}

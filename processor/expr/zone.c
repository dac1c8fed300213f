/* zone.c -- see zone.h. TZif: a header with counts, a block with times of 32 bits, then (version 2
 * and later) header and block again with times of 64 bits, and a POSIX TZ rule between newlines. */
#include "processor/expr/zone.h"

#include "processor/expr/civil.h"

#include <string.h>

enum {
    HEADER = 44,
    TYPES_MAX = 256,
    CHARS_MAX = 4096,
    RULE_MAX = 128,
    DAY_S = 86400,
    OFFSET_MAX = 26 * 3600, /* RFC 9636: -25:59:59 to +25:59:59 */
};

struct header {
    char version;
    uint32_t n_ut, n_std, n_leap, n_times, n_types, n_chars;
};

/* ---- the rule: POSIX TZ. Parsers return where they stopped, or NULL */

static const char *number(const char *p, int max, int *ret) {
    int v = 0;
    if (*p < '0' || *p > '9') return NULL;
    for (; *p >= '0' && *p <= '9'; p++) {
        v = v * 10 + (*p - '0');
        if (v > max) return NULL;
    }
    *ret = v;
    return p;
}

/* `CET`, `<+0530>` */
static const char *abbreviation(const char *p) {
    const char *first = p;
    if (*p == '<') {
        p = strchr(p, '>');
        return p ? p + 1 : NULL;
    }
    while ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')) p++;
    return p - first < 3 ? NULL : p;
}

/* `-1:30`, `02`, `25:00:00` */
static const char *clock_time(const char *p, int hours_max, int32_t *ret_s) {
    int h, m = 0, s = 0, sign = *p == '-' ? -1 : 1;
    if (*p == '-' || *p == '+') p++;
    p = number(p, hours_max, &h);
    if (p && *p == ':') p = number(p + 1, 59, &m);
    if (p && *p == ':') p = number(p + 1, 59, &s);
    *ret_s = p ? sign * (h * 3600 + m * 60 + s) : 0;
    return p;
}

/* `,M3.5.0/2`: the time is 02:00 when none is there. */
static const char *date(const char *p, struct mr_zone_date *ret) {
    int month = 0, week = 0, day = 0;
    if (*p++ != ',') return NULL;
    if (*p == 'M') {
        ret->kind = MR_ZONE_WEEKDAY;
        p = number(p + 1, 12, &month);
        p = p && *p == '.' ? number(p + 1, 5, &week) : NULL;
        p = p && *p == '.' ? number(p + 1, 6, &day) : NULL;
        if (month == 0 || week == 0) return NULL;
    } else if (*p == 'J') {
        ret->kind = MR_ZONE_NO_LEAP;
        p = number(p + 1, 365, &day);
        if (day == 0) return NULL;
    } else {
        ret->kind = MR_ZONE_OF_YEAR;
        p = number(p, 365, &day);
    }
    ret->month = (uint8_t)month;
    ret->week = (uint8_t)week;
    ret->day = (uint16_t)day;
    ret->time_s = 2 * 3600;
    return p && *p == '/' ? clock_time(p + 1, 167, &ret->time_s) : p;
}

/* `CET-1CEST,M3.5.0,M10.5.0/3`: POSIX counts towards the west. */
static bool parse_rule(const char *p, struct mr_zone_rule *r) {
    int32_t west;
    p = abbreviation(p);
    if (p) p = clock_time(p, 24, &west);
    if (!p) return false;
    r->standard_s = -west;
    r->summer = *p != '\0';
    if (!r->summer) return true;
    p = abbreviation(p);
    if (!p) return false;
    r->summer_s = r->standard_s + 3600;
    if (*p != ',') {
        p = clock_time(p, 24, &west);
        if (!p) return false;
        r->summer_s = -west;
    }
    p = date(p, &r->begin);
    if (p) p = date(p, &r->end);
    return p && *p == '\0';
}

static int64_t day_of(const struct mr_zone_date *d, int64_t year) {
    int64_t first = mr_civil_days(year, d->month ? d->month : 1, 1);
    if (d->kind == MR_ZONE_OF_YEAR) return first + d->day;
    if (d->kind == MR_ZONE_NO_LEAP)
        return first + d->day - 1 + (d->day > 59 && mr_civil_leap(year));
    int64_t week_day = ((first + 4) % 7 + 7) % 7;
    int64_t day = (d->day - week_day + 7) % 7 + (d->week - 1) * 7;
    if (day >= mr_civil_month_days(year, d->month)) day -= 7;
    return first + day;
}

/* The latest change that is not after t decides; the years around it too, because a change may be
 * up to a week from its day. At one instant the beginning is later: summer time all year. */
static int64_t rule_offset(const struct mr_zone_rule *r, int64_t t) {
    bool summer = false;
    int64_t latest = INT64_MIN;
    if (!r->summer) return r->standard_s;
    int64_t year = mr_civil_of(t, r->standard_s).year;
    for (int64_t y = year - 1; y <= year + 1; y++) {
        int64_t end = day_of(&r->end, y) * DAY_S + r->end.time_s - r->summer_s;
        int64_t begin = day_of(&r->begin, y) * DAY_S + r->begin.time_s - r->standard_s;
        if (end <= t && end >= latest) {
            latest = end;
            summer = false;
        }
        if (begin <= t && begin >= latest) {
            latest = begin;
            summer = true;
        }
    }
    return summer ? r->summer_s : r->standard_s;
}

int64_t mr_zone_offset(const struct mr_zone *z, int64_t seconds) {
    uint32_t low = 0, high = z->n; /* the number of transitions that are not after it */
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (z->times[mid] <= seconds) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    if (low == z->n && z->has_rule) return rule_offset(&z->rule, seconds);
    return z->offsets[low];
}

/* ---- the file */

static int64_t big_endian(const char *p, int size) {
    uint64_t v = 0;
    for (int i = 0; i < size; i++) v = v << 8 | (unsigned char)p[i];
    return size == 4 ? (int32_t)(uint32_t)v : (int64_t)v;
}

/* Reads the header and cuts it off. */
static const char *read_header(struct mr_str *s, struct header *h) {
    uint32_t *const counts[] = {&h->n_ut,    &h->n_std,   &h->n_leap,
                                &h->n_times, &h->n_types, &h->n_chars};
    if (s->n < HEADER || memcmp(s->p, "TZif", 4) != 0) return "not a TZif file";
    h->version = s->p[4];
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        *counts[i] = (uint32_t)big_endian(s->p + 20 + 4 * i, 4);
    }
    *s = (struct mr_str){s->p + HEADER, s->n - HEADER};
    if (h->version != '\0' && (h->version < '2' || h->version > '4')) return "an unknown version";
    if (h->n_leap) return "it counts leap seconds";
    if (h->n_times > MR_ZONE_TIMES_MAX || h->n_types > TYPES_MAX || h->n_chars > CHARS_MAX) {
        return "too many entries";
    }
    if (h->n_types == 0) return "no local time type";
    if ((h->n_ut && h->n_ut != h->n_types) || (h->n_std && h->n_std != h->n_types)) {
        return "counts that do not fit";
    }
    return NULL;
}

static size_t block_size(const struct header *h, size_t time_size) {
    return h->n_times * (time_size + 1) + h->n_types * 6 + h->n_chars + h->n_std + h->n_ut;
}

/* The block at p, which is whole. */
static const char *read_block(struct mr_arena *a, const struct header *h, const char *p, int size,
                              struct mr_zone *z) {
    const char *index = p + (size_t)h->n_times * (size_t)size, *types = index + h->n_times;
    int64_t *times = mr_arena_alloc(a, (h->n_times + 1) * sizeof *times);
    int32_t *offsets = mr_arena_alloc(a, (h->n_times + 1) * sizeof *offsets);
    for (uint32_t i = 0; i <= h->n_times; i++) {
        uint32_t type = i ? (unsigned char)index[i - 1] : 0;
        if (type >= h->n_types) return "an unknown local time type";
        int64_t east = big_endian(types + type * 6, 4);
        if (east <= -OFFSET_MAX || east >= OFFSET_MAX) return "an offset beyond 26 hours";
        offsets[i] = (int32_t)east;
    }
    for (uint32_t i = 0; i < h->n_times; i++) {
        times[i] = big_endian(p + (size_t)i * (size_t)size, size);
        if (i && times[i] <= times[i - 1]) return "times that do not ascend";
    }
    z->n = h->n_times;
    z->times = times;
    z->offsets = offsets;
    return NULL;
}

/* `\nRULE\n`; RULE may be empty. */
static const char *read_footer(struct mr_str s, struct mr_zone *z) {
    char text[RULE_MAX];
    const char *end = s.n > 1 && *s.p == '\n' ? memchr(s.p + 1, '\n', s.n - 1) : NULL;
    if (!end) return "no rule at its end";
    size_t n = (size_t)(end - s.p - 1);
    if (n == 0) return NULL;
    if (n >= sizeof text || memchr(s.p, '\0', n + 1)) return "a rule that cannot be read";
    memcpy(text, s.p + 1, n);
    text[n] = '\0';
    z->has_rule = parse_rule(text, &z->rule);
    return z->has_rule ? NULL : "a rule that cannot be read";
}

static const char *decode(struct mr_arena *a, struct mr_str s, struct mr_zone *z) {
    struct header h;
    if (s.n > MR_ZONE_FILE_MAX) return "the file is too large";
    const char *why = read_header(&s, &h);
    if (why) return why;
    size_t n = block_size(&h, 4);
    if (n > s.n) return "the file is cut off";
    if (h.version == '\0') return read_block(a, &h, s.p, 4, z);
    s = (struct mr_str){s.p + n, s.n - n};
    why = read_header(&s, &h);
    if (why) return why;
    n = block_size(&h, 8);
    if (n > s.n) return "the file is cut off";
    why = read_block(a, &h, s.p, 8, z);
    return why ? why : read_footer((struct mr_str){s.p + n, s.n - n}, z);
}

const struct mr_zone *mr_zone_decode(struct mr_arena *a, struct mr_str name, struct mr_str file,
                                     const char **ret_why) {
    struct mr_zone *z = mr_arena_calloc(a, 1, sizeof *z);
    z->name = name;
    *ret_why = decode(a, file, z);
    return *ret_why ? NULL : z;
}

/* ---- zones without a file */

bool mr_zone_fixed(struct mr_str name, int64_t *ret_s) {
    const char *p = name.p;
    bool sign = name.n == 6 && (*p == '+' || *p == '-');
    if (mr_str_is(name, "UTC")) {
        *ret_s = 0;
        return true;
    }
    if (name.n != 5 && !sign) return false;
    const char *t = p + sign;
    for (int i = 0; i < 5; i++) {
        if (i == 2 ? t[i] != ':' : t[i] < '0' || t[i] > '9') return false;
    }
    int h = (t[0] - '0') * 10 + t[1] - '0', m = (t[3] - '0') * 10 + t[4] - '0';
    if (h > 23 || m > 59) return false;
    *ret_s = (h * 3600 + m * 60) * (*p == '-' ? -1 : 1);
    return true;
}

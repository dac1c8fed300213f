/* zone.h -- time zones: how far local time is from UTC at an instant.
 *
 * zone.c decodes what the system has of a zone (TZif, RFC 9636) and knows no files; zone_files.c
 * finds and reads them. Everything is read while a topology is compiled and never changes after:
 * zones are shared by threads, and no event ever waits for a file. localtime() and TZ of the
 * process are not used.
 */
#ifndef MR_EXPR_ZONE_H
#define MR_EXPR_ZONE_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MR_ZONE_FILE_MAX = 64 * 1024, /* bytes; those of tzdata have under 4 KiB */
    MR_ZONE_TIMES_MAX = 4096,     /* transitions */
    MR_ZONE_NAME_MAX = 64,
    MR_ZONE_NAMES_MAX = 4096, /* names that are looked at */
};

enum mr_zone_day {
    MR_ZONE_NO_LEAP, /* `J60`: day 1..365, February 29th is never counted */
    MR_ZONE_OF_YEAR, /* `59`: day 0..365 */
    MR_ZONE_WEEKDAY, /* `M3.5.0`: the `week`th (5: the last) weekday `day` of `month` */
};

/* A day of every year, and the local time on it. */
struct mr_zone_date {
    uint8_t kind; /* enum mr_zone_day */
    uint8_t month, week;
    uint16_t day;
    int32_t time_s; /* after midnight; may be before it, or days later */
};

/* What goes on behind the last transition. */
struct mr_zone_rule {
    int32_t standard_s, summer_s;   /* east of UTC */
    bool summer;                    /* false: standard_s all year */
    struct mr_zone_date begin, end; /* of summer time; each in the local time before it */
};

struct mr_zone {
    struct mr_str name;
    uint32_t n;             /* transitions */
    const int64_t *times;   /* of these, ascending, seconds since 1970 */
    const int32_t *offsets; /* n + 1, seconds east of UTC: [i] holds before times[i] */
    bool has_rule;
    struct mr_zone_rule rule; /* from times[n - 1] on; without: offsets[n] */
};

/* Decodes a TZif file of version 1 to 4. NULL: *ret_why says what is wrong with it. */
const struct mr_zone *mr_zone_decode(struct mr_arena *a, struct mr_str name, struct mr_str file,
                                     const char **ret_why);
/* Seconds east of UTC at an instant. */
int64_t mr_zone_offset(const struct mr_zone *z, int64_t seconds);
/* `UTC`, `+05:30`, `-02:30`, `02:00`: zones that need no file. */
bool mr_zone_fixed(struct mr_str name, int64_t *ret_s);

/* ---- zone_files.c: $TZDIR, else /usr/share/zoneinfo */

/* The zone of this name, a fixed one too. NULL: there is none. */
const struct mr_zone *mr_zone_read(struct mr_arena *a, struct mr_str name);

/* All zones of the system, for names that are known when an expression runs. */
struct mr_zones {
    const struct mr_zone *const *list; /* by name, in byte order */
    size_t n;
};

const struct mr_zones *mr_zones_read(struct mr_arena *a);
const struct mr_zone *mr_zones_find(const struct mr_zones *z, struct mr_str name); /* or NULL */
/* The names, without reading the files: for hints. */
const char *const *mr_zone_names(struct mr_arena *a, size_t *ret_n);

#endif

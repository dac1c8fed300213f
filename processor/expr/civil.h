/* civil.h -- dates, RFC 3339 and durations as text: pure arithmetic, UTC, no time zones.
 *
 * A timestamp is seconds since 1970 and nanoseconds 0..999,999,999; years 0001..9999.
 */
#ifndef MR_EXPR_CIVIL_H
#define MR_EXPR_CIVIL_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

#define MR_TIMESTAMP_MIN INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define MR_TIMESTAMP_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

struct mr_civil {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
    int hour, minute, second;
    int week_day; /* 0 = Sunday */
    int year_day; /* 0 = January 1st */
};

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
int64_t mr_civil_days(int64_t year, int month, int day);
/* The civil time `offset_s` east of UTC (0: UTC). */
struct mr_civil mr_civil_of(int64_t seconds, int64_t offset_s);
bool mr_civil_leap(int64_t year);
int mr_civil_month_days(int64_t year, int month);

/* `2026-02-03T04:05:06[.7...](Z|+hh:mm)`, `t` and `z` too; digits behind the ninth are cut off;
 * no leap second. false: not that, or (in UTC) outside the years 0001..9999. */
bool mr_parse_rfc3339(struct mr_str s, int64_t *ret_s, uint32_t *ret_ns);
/* UTC with milliseconds (rounded down): 2026-02-03T04:05:06.789Z. The form that is written. */
void mr_print_rfc3339_ms(int64_t s, uint32_t ns, struct mr_buf *to);
/* UTC with as many digits as there are: CEL's string(timestamp). */
void mr_print_rfc3339(int64_t s, uint32_t ns, struct mr_buf *to);

/* CEL's durations: `1h30m`, `-1.5s`, `100ms 5us 7ns` without spaces; also `d`. ns in int64. */
bool mr_parse_cel_duration(struct mr_str s, int64_t *ret_ns);
/* Seconds as in proto JSON and CEL's string(duration): `5400s`, `-1.5s`, `0.000000007s`. */
void mr_print_cel_duration(int64_t ns, struct mr_buf *to);

#endif

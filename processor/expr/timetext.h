/* timetext.h -- timestamps as text by a pattern, a subset of strftime without a locale: the names
 * of days and months are English.
 *
 *   %Y %y %m %d %e %j   year (4 digits, 2), month, day (`05`, ` 5`), day of the year (001)
 *   %H %I %p %M %S      hour (24, 12 and AM or PM), minute, second
 *   %L %f %N            milli-, micro-, nanoseconds (3, 6, 9 digits), cut off
 *   %A %a %u %w         day of the week: Monday, Mon, 1 to 7 from Monday, 0 to 6 from Sunday
 *   %B %b               January, Jan
 *   %G %V               year and week of ISO 8601
 *   %z %:z %s           +0130, +01:30, seconds since 1970
 *   %F %T %R %%         %Y-%m-%d, %H:%M:%S, %H:%M, a percent sign
 */
#ifndef MR_EXPR_TIMETEXT_H
#define MR_EXPR_TIMETEXT_H

#include "base/str.h"

#include <stdint.h>

/* Appends to `to` from *n on; to == NULL: only counts. false: the pattern holds something unknown,
 * at *n then. east: of UTC, in seconds. */
bool mr_time_format(struct mr_str pattern, int64_t seconds, uint32_t ns, int64_t east, char *to,
                    size_t *n);

#endif

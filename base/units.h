/* units.h -- durations (`250ms 30s 5m 1h 7d`) and sizes (`64KiB 2GiB`): always with a unit. */
#ifndef MR_BASE_UNITS_H
#define MR_BASE_UNITS_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

bool mr_parse_duration(struct mr_str s, int64_t *ret_ms); /* false: no unit, unknown, overflow */
bool mr_parse_size(struct mr_str s, int64_t *ret_bytes);
void mr_print_duration(int64_t ms, struct mr_buf *to); /* the largest exact unit: 90000 -> 90s */
void mr_print_size(int64_t bytes, struct mr_buf *to);

#endif

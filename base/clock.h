/* clock.h -- the clock seam: the only place where time of day is read.
 *
 * Nothing that can reach an output may depend on it except idleness, which is counted
 * (language.md 5). Times are milliseconds since 1970 (wall) or since some start (mono).
 */
#ifndef MR_BASE_CLOCK_H
#define MR_BASE_CLOCK_H

#include <stdint.h>

struct mr_clock {
    int64_t (*wall_ms)(struct mr_clock *c);
    int64_t (*mono_ms)(struct mr_clock *c);
};

struct mr_clock *mr_clock_real(void); /* shared; thread-safe */

struct mr_clock_manual { /* tests, `millrace test`, the simulator */
    struct mr_clock base;
    int64_t now_ms; /* both clocks; moved by whoever owns it */
};
void mr_clock_manual_init(struct mr_clock_manual *c, int64_t now_ms);

#endif

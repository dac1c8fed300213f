/* clock.c -- the real clock and the one that tests move by hand; see clock.h. */
#include "base/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_wall(struct mr_clock *c) {
    return read_ms(CLOCK_REALTIME);
}
static int64_t real_mono(struct mr_clock *c) {
    return read_ms(CLOCK_MONOTONIC);
}

struct mr_clock *mr_clock_real(void) {
    static struct mr_clock real = {real_wall, real_mono}; /* never written */
    return &real;
}

/* Atomic: the owner moves it while worker threads read it. */
static int64_t manual_now(struct mr_clock *c) {
    return __atomic_load_n(&((struct mr_clock_manual *)c)->now_ms, __ATOMIC_RELAXED);
}

void mr_clock_manual_init(struct mr_clock_manual *c, int64_t now_ms) {
    *c = (struct mr_clock_manual){.base = {manual_now, manual_now}, .now_ms = now_ms};
}

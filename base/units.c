/* units.c -- durations and sizes as text; see units.h. */
#include "base/units.h"

struct unit {
    const char *name;
    int64_t factor;
};

/* Largest first: printing takes the first that divides. */
static const struct unit durations[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1},
};
static const struct unit sizes[] = {
    {"TiB", 1ll << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1},
};
enum { N_UNITS = 5 };

static bool parse(struct mr_str s, const struct unit *units, int64_t *ret) {
    int64_t number = 0;
    size_t i = 0;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, s.p[i] - '0', &number))
            return false;
    if (i == 0) return false;
    struct mr_str name = {s.p + i, s.n - i};
    for (int u = 0; u < N_UNITS; u++)
        if (mr_str_is(name, units[u].name))
            return !__builtin_mul_overflow(number, units[u].factor, ret);
    return false;
}

static void print(int64_t n, const struct unit *units, const struct unit *zero, struct mr_buf *to) {
    const struct unit *u = n ? units : zero;
    while (n % u->factor) u++;
    mr_buf_printf(to, "%lld%s", (long long)(n / u->factor), u->name);
}

bool mr_parse_duration(struct mr_str s, int64_t *ret_ms) {
    return parse(s, durations, ret_ms);
}
bool mr_parse_size(struct mr_str s, int64_t *ret_bytes) {
    return parse(s, sizes, ret_bytes);
}

void mr_print_duration(int64_t ms, struct mr_buf *to) {
    print(ms, durations, durations + 3, to);
}
void mr_print_size(int64_t bytes, struct mr_buf *to) {
    print(bytes, sizes, sizes + 4, to);
}

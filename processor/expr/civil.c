/* civil.c -- see civil.h. Eras of 400 years, the year beginning in March. */
#include "processor/expr/civil.h"

enum { DAY_S = 86400, ERA_DAYS = 146097, EPOCH_SHIFT = 719468, NS_DIGITS = 9 };
#define SECOND_NS INT64_C(1000000000)

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

bool mr_civil_leap(int64_t y) {
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int mr_civil_month_days(int64_t year, int month) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && mr_civil_leap(year));
}

int64_t mr_civil_days(int64_t y, int m, int d) {
    y -= m <= 2;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

struct mr_civil mr_civil_of(int64_t seconds, int64_t offset_s) {
    seconds += offset_s;
    int64_t days = floor_div(seconds, DAY_S);
    int64_t in_day = seconds - days * DAY_S;
    int64_t era = floor_div(days + EPOCH_SHIFT, ERA_DAYS);
    int64_t doe = days + EPOCH_SHIFT - era * ERA_DAYS;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int month = (int)((5 * doy + 2) / 153);
    struct mr_civil c;
    c.day = (int)(doy - (153 * month + 2) / 5 + 1);
    c.month = month < 10 ? month + 3 : month - 9;
    c.year = yoe + era * 400 + (c.month <= 2);
    c.hour = (int)(in_day / 3600);
    c.minute = (int)(in_day / 60 % 60);
    c.second = (int)(in_day % 60);
    c.week_day = (int)(((days + 4) % 7 + 7) % 7);
    c.year_day = (int)(days - mr_civil_days(c.year, 1, 1));
    return c;
}

/* n digits at p, or -1. */
static int number(const char *p, int n) {
    int v = 0;
    for (int i = 0; i < n; i++) {
        unsigned digit = (unsigned char)(p[i] - '0');
        if (digit > 9) return -1;
        v = v * 10 + (int)digit;
    }
    return v;
}

static const char *fraction(const char *p, const char *end, uint32_t *ret_ns) {
    const char *first = p;
    uint32_t ns = 0;
    int n = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        if (n < NS_DIGITS) {
            ns = ns * 10 + (uint32_t)(*p - '0');
            n++;
        }
    for (; n < NS_DIGITS; n++) ns *= 10;
    *ret_ns = ns;
    return p == first ? NULL : p;
}

static bool offset(const char *p, const char *end, int64_t *ret_s) {
    if (end - p == 1) {
        *ret_s = 0;
        return *p == 'Z' || *p == 'z';
    }
    if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':') return false;
    int h = number(p + 1, 2), m = number(p + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return false;
    *ret_s = (h * 3600 + m * 60) * (*p == '-' ? -1 : 1);
    return true;
}

bool mr_parse_rfc3339(struct mr_str s, int64_t *ret_s, uint32_t *ret_ns) {
    const char *p = s.p, *end = p + s.n;
    if (s.n < 20 || p[4] != '-' || p[7] != '-' || p[13] != ':' || p[16] != ':') return false;
    if (p[10] != 'T' && p[10] != 't') return false;
    int year = number(p, 4), month = number(p + 5, 2), day = number(p + 8, 2);
    int hour = number(p + 11, 2), minute = number(p + 14, 2), second = number(p + 17, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1) return false;
    if (day > mr_civil_month_days(year, month)) return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    uint32_t ns = 0;
    int64_t east;
    p += 19;
    if (*p == '.') p = fraction(p + 1, end, &ns);
    if (!p || !offset(p, end, &east)) return false;
    int64_t seconds = mr_civil_days(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second;
    seconds -= east;
    if (seconds < MR_TIMESTAMP_MIN || seconds > MR_TIMESTAMP_MAX) return false;
    *ret_s = seconds;
    *ret_ns = ns;
    return true;
}

static void put(char *to, int64_t v, int n) {
    while (n--) {
        to[n] = (char)('0' + v % 10);
        v /= 10;
    }
}

/* `digits` behind the point; 0 = no point. */
static void print(int64_t s, uint32_t ns, int digits, struct mr_buf *to) {
    struct mr_civil c = mr_civil_of(s, 0);
    char text[] = "0000-00-00T00:00:00.000000000Z";
    put(text, c.year, 4);
    put(text + 5, c.month, 2);
    put(text + 8, c.day, 2);
    put(text + 11, c.hour, 2);
    put(text + 14, c.minute, 2);
    put(text + 17, c.second, 2);
    put(text + 20, ns, NS_DIGITS);
    size_t n = digits ? 20 + (size_t)digits : 19;
    text[n++] = 'Z';
    mr_buf_add(to, text, n);
}

static int digits_of(uint32_t ns) {
    int n = NS_DIGITS;
    if (ns == 0) return 0;
    for (; ns % 10 == 0; ns /= 10) n--;
    return n;
}

void mr_print_rfc3339_ms(int64_t s, uint32_t ns, struct mr_buf *to) {
    print(s, ns, 3, to);
}

void mr_print_rfc3339(int64_t s, uint32_t ns, struct mr_buf *to) {
    print(s, ns, digits_of(ns), to);
}

/* ---- durations */

struct unit {
    const char *name;
    int64_t ns;
};

static const struct unit units[] = {
    {"ns", 1},
    {"us", 1000},
    {"\xC2\xB5s", 1000},
    {"\xCE\xBCs", 1000},
    {"ms", 1000000},
    {"s", SECOND_NS},
    {"m", 60 * SECOND_NS},
    {"h", 3600 * SECOND_NS},
    {"d", DAY_S *SECOND_NS},
};

static int64_t unit_ns(struct mr_str name) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (mr_str_is(name, units[i].name)) return units[i].ns;
    return 0;
}

static bool in_number(char c) {
    return (c >= '0' && c <= '9') || c == '.';
}

/* Adds one `12.5h` at p to *sum (of either sign up to 2^127); NULL: malformed. */
static const char *term(const char *p, const char *end, __int128 *sum) {
    __int128 whole = 0, part = 0, scale = 1;
    int n_digits = 0;
    bool point = false;
    for (; p < end && in_number(*p); p++) {
        if (*p == '.') {
            if (point) return NULL;
            point = true;
            continue;
        }
        n_digits++;
        if (!point) {
            whole = whole * 10 + (*p - '0');
            if (whole > (__int128)INT64_MAX + 1) return NULL;
        } else if (scale < INT64_C(1000000000000000000)) { /* further digits are below 1 ns */
            part = part * 10 + (*p - '0');
            scale *= 10;
        }
    }
    const char *name = p;
    while (p < end && !in_number(*p)) p++;
    int64_t ns = unit_ns((struct mr_str){name, (size_t)(p - name)});
    if (n_digits == 0 || ns == 0) return NULL;
    *sum += whole * ns + part * ns / scale;
    return *sum > (__int128)INT64_MAX + 1 ? NULL : p;
}

bool mr_parse_cel_duration(struct mr_str s, int64_t *ret_ns) {
    const char *p = s.p, *end = p + s.n;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    if (end - p == 1 && *p == '0') {
        *ret_ns = 0;
        return true;
    }
    __int128 sum = 0;
    while (p && p < end) p = term(p, end, &sum);
    if (!p) return false;
    if (negative) sum = -sum;
    if (sum > INT64_MAX) return false;
    *ret_ns = (int64_t)sum;
    return true;
}

void mr_print_cel_duration(int64_t ns, struct mr_buf *to) {
    uint64_t v = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint32_t rest = (uint32_t)(v % (uint64_t)SECOND_NS);
    char part[NS_DIGITS];
    put(part, rest, NS_DIGITS);
    mr_buf_printf(to, "%s%llu", ns < 0 ? "-" : "", (unsigned long long)(v / (uint64_t)SECOND_NS));
    if (rest) {
        mr_buf_byte(to, '.');
        mr_buf_add(to, part, (size_t)digits_of(rest));
    }
    mr_buf_byte(to, 's');
}

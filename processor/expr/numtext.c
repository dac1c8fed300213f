/* numtext.c -- see numtext.h.
 *
 * Reading: Clinger's fast path (53-bit digits, |exp| <= 22: one exact multiplication or division),
 * else the C library's correctly rounded strtod in the C locale. Printing: short decimals by exact
 * arithmetic, else %.15e .. %.17e of the C library, checked by reading back.
 */
#include "processor/expr/numtext.h"
#include "base/mem.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static const double power10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

enum { EXP_LIMIT = 1000000, DIGITS_KEPT = 19 };

static locale_t c_locale;
static void make_c_locale(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static double strtod_c(const char *s) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_c_locale);
    return strtod_l(s, NULL, c_locale);
}

static inline bool is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

static inline void add_digit(struct mr_decimal *d, uint8_t digit) {
    if (++d->n_digits <= DIGITS_KEPT)
        d->digits = d->digits * 10 + digit;
    else if (d->n_digits == DIGITS_KEPT + 1)
        d->digit20 = digit;
}

/* Adds a run of digits to d; zeros wait in *zeros until a digit follows them. */
static const char *digits(const char *p, const char *end, struct mr_decimal *d, uint32_t *zeros) {
    for (; p < end && is_digit(*p); p++) {
        if (*p == '0') {
            if (d->n_digits) ++*zeros;
            continue;
        }
        for (; *zeros; --*zeros) add_digit(d, 0);
        add_digit(d, (uint8_t)(*p - '0'));
    }
    return p;
}

static const char *exponent(const char *p, const char *end, int64_t *exp) {
    const char *q = p + 1;
    bool negative = q < end && *q == '-';
    if (q < end && (*q == '-' || *q == '+')) q++;
    if (q == end || !is_digit(*q)) return NULL;
    int64_t e = 0;
    for (; q < end && is_digit(*q); q++)
        if (e < EXP_LIMIT) e = e * 10 + (*q - '0');
    *exp += negative ? -e : e;
    return q;
}

/* The grammar of JSON numbers behind the sign and the check for leading zeros. */
static const char *scan(const char *p, const char *end, struct mr_decimal *d, bool *ok) {
    uint32_t zeros = 0;
    int64_t exp = 0;
    const char *first = p;
    p = digits(p, end, d, &zeros);
    size_t n = (size_t)(p - first);
    if (p < end && *p == '.') {
        const char *q = digits(p + 1, end, d, &zeros);
        size_t fraction = (size_t)(q - p - 1);
        exp -= (int64_t)fraction;
        n += fraction;
        d->integral = false;
        *ok = *ok && fraction > 0;
        p = q;
    }
    *ok = *ok && n > 0;
    if (p < end && (*p == 'e' || *p == 'E')) {
        const char *q = exponent(p, end, &exp);
        d->integral = false;
        if (q)
            p = q;
        else
            *ok = false;
    }
    exp += zeros;
    if (exp > EXP_LIMIT) exp = EXP_LIMIT;
    if (exp < -EXP_LIMIT) exp = -EXP_LIMIT;
    d->exp = d->n_digits ? (int32_t)exp : 0;
    return p;
}

size_t mr_decimal_scan(const char *p, size_t n, struct mr_decimal *ret) {
    const char *end = p + n, *q = p;
    *ret = (struct mr_decimal){.integral = true};
    if (q < end && *q == '-') {
        ret->negative = true;
        q++;
    }
    if (q == end || !is_digit(*q)) return 0;
    if (*q == '0' && q + 1 < end && is_digit(q[1])) return 0;
    bool ok = true;
    q = scan(q, end, ret, &ok);
    return ok ? (size_t)(q - p) : 0;
}

/* |d| as an unsigned number; false: not integral, or above 2^64 - 1. */
static bool magnitude(const struct mr_decimal *d, uint64_t *ret) {
    if (d->exp < 0 || (int64_t)d->n_digits + d->exp > DIGITS_KEPT + 1) return false;
    uint64_t v = d->digits;
    if (d->n_digits > DIGITS_KEPT) {
        if (__builtin_mul_overflow(v, (uint64_t)10, &v)) return false;
        if (__builtin_add_overflow(v, (uint64_t)d->digit20, &v)) return false;
    }
    for (int32_t i = 0; i < d->exp; i++)
        if (__builtin_mul_overflow(v, (uint64_t)10, &v)) return false;
    *ret = v;
    return true;
}

bool mr_decimal_int(const struct mr_decimal *d, int64_t *ret) {
    uint64_t v;
    if (!magnitude(d, &v)) return false;
    if (v > (uint64_t)INT64_MAX + d->negative) return false;
    *ret = d->negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

bool mr_decimal_uint(const struct mr_decimal *d, uint64_t *ret) {
    uint64_t v;
    if (!magnitude(d, &v) || (d->negative && v)) return false;
    *ret = v;
    return true;
}

/* Exact when digits and 10^|exp| both are doubles: one rounding. */
static bool fast_double(const struct mr_decimal *d, double *ret) {
    if (d->n_digits > DIGITS_KEPT || d->digits > (uint64_t)1 << 53) return false;
    if (d->exp < -22 || d->exp > 22) return false;
    double v = (double)d->digits;
    v = d->exp < 0 ? v / power10[-d->exp] : v * power10[d->exp];
    *ret = d->negative ? -v : v;
    return true;
}

static double slow_double(struct mr_str text) {
    char local[128];
    char *z = text.n < sizeof local ? local : mr_alloc(text.n + 1);
    memcpy(z, text.p, text.n);
    z[text.n] = 0;
    double v = strtod_c(z);
    if (z != local) mr_free(z);
    return v;
}

bool mr_decimal_double(const struct mr_decimal *d, struct mr_str text, double *ret) {
    if (fast_double(d, ret)) return true;
    double v = slow_double(text);
    if (isinf(v)) return false;
    *ret = v;
    return true;
}

static bool parse_digits(struct mr_str s, uint64_t *ret) {
    uint64_t v = 0;
    if (s.n == 0) return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i])) return false;
        if (__builtin_mul_overflow(v, (uint64_t)10, &v)) return false;
        if (__builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v)) return false;
    }
    *ret = v;
    return true;
}

static struct mr_str cut_sign(struct mr_str s, bool *ret_negative) {
    *ret_negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+')) return (struct mr_str){s.p + 1, s.n - 1};
    return s;
}

bool mr_parse_int(struct mr_str s, int64_t *ret) {
    bool negative;
    uint64_t v;
    if (!parse_digits(cut_sign(s, &negative), &v)) return false;
    if (v > (uint64_t)INT64_MAX + negative) return false;
    *ret = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

bool mr_parse_uint(struct mr_str s, uint64_t *ret) {
    bool negative;
    struct mr_str rest = cut_sign(s, &negative);
    return !negative && parse_digits(rest, ret);
}

static bool word_is(struct mr_str s, const char *word) {
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

bool mr_parse_double(struct mr_str s, double *ret) {
    bool negative, ok = true;
    struct mr_str rest = cut_sign(s, &negative);
    if (word_is(rest, "nan")) {
        *ret = NAN;
        return true;
    }
    if (word_is(rest, "inf") || word_is(rest, "infinity")) {
        *ret = negative ? -INFINITY : INFINITY;
        return true;
    }
    struct mr_decimal d = {.negative = negative, .integral = true};
    if (rest.n && rest.p[rest.n - 1] == '.' && !memchr(rest.p, 'e', rest.n) &&
        !memchr(rest.p, 'E', rest.n))
        rest.n--; /* `5.` */
    const char *end = rest.p + rest.n;
    if (rest.n == 0 || scan(rest.p, end, &d, &ok) != end || !ok) return false;
    struct mr_str text = s.p[0] == '+' ? rest : s;
    return mr_decimal_double(&d, text, ret);
}

/* ---- printing */

size_t mr_print_uint(uint64_t v, char *to) {
    char tmp[20];
    size_t n = 0;
    do {
        tmp[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    for (size_t i = 0; i < n; i++) to[i] = tmp[n - 1 - i];
    return n;
}

size_t mr_print_int(int64_t v, char *to) {
    if (v >= 0) return mr_print_uint((uint64_t)v, to);
    *to = '-';
    return 1 + mr_print_uint(0 - (uint64_t)v, to + 1);
}

/* Decimals of at most 15 digits with at most 9 of them behind the point: m / 10^k is correctly
 * rounded, so it reads back as v exactly when m is right; and at most one decimal of 15 digits or
 * fewer does, so it is the shortest. */
static bool short_decimal(double v, char digits_[17], size_t *ret_n, int *ret_point) {
    if (v >= 1e15 || v < 1e-5) return false;
    for (int k = 0; k <= 9; k++) {
        double scaled = v * power10[k];
        if (scaled >= 1e15) return false;
        uint64_t m = (uint64_t)(scaled + 0.5);
        if (m == 0 || (double)m / power10[k] != v) continue;
        char text[MR_NUMBER_MAX];
        size_t n = mr_print_uint(m, text);
        *ret_point = (int)n - k;
        while (n > 1 && text[n - 1] == '0') n--;
        memcpy(digits_, text, n);
        *ret_n = n;
        return true;
    }
    return false;
}

/* v with n digits, as digits and point; true if they read back as v. */
static bool try_digits(double v, int n, char digits_[17], int *ret_point) {
    char text[40];
    locale_t before = uselocale(c_locale);
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    uselocale(before);
    digits_[0] = text[0];
    if (n > 1) memcpy(digits_ + 1, text + 2, (size_t)n - 1);
    *ret_point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
    return strtod_c(text) == v;
}

/* Just above a power of two the nearest 16-digit decimal may lie below v, where doubles are twice
 * as dense, and miss; its upper neighbour may hit. */
static bool try_upper_neighbour(double v, int n, char digits_[17], int *ret_point) {
    char text[40];
    int i = n - 1;
    try_digits(v, n, digits_, ret_point);
    while (i >= 0 && digits_[i] == '9') digits_[i--] = '0';
    if (i < 0) return false; /* 999..9: the neighbour has fewer digits and was tried before */
    digits_[i]++;
    snprintf(text, sizeof text, "0%.*se%d", n, digits_, *ret_point - n);
    return strtod_c(text) == v;
}

size_t mr_shortest_digits(double v, char digits_[17], int *ret_point) {
    size_t n;
    if (short_decimal(v, digits_, &n, ret_point)) return n;
    strtod_c("0"); /* makes the C locale */
    /* Up to 15 digits always survive in normal numbers: the first try finds all shorter ones. */
    int first = v < 2.2250738585072014e-308 ? 1 : 15, len = first;
    while (len < 17 && !try_digits(v, len, digits_, ret_point)) {
        if (len == 16 && try_upper_neighbour(v, len, digits_, ret_point)) break;
        len++;
    }
    if (len == 17) try_digits(v, len, digits_, ret_point);
    n = (size_t)len;
    while (n > 1 && digits_[n - 1] == '0') n--;
    return n;
}

static size_t put(char *to, const char *s, size_t n) {
    memcpy(to, s, n);
    return n;
}

static size_t put_zeros(char *to, int n) {
    for (int i = 0; i < n; i++) to[i] = '0';
    return n > 0 ? (size_t)n : 0;
}

/* ECMAScript's Number::toString from digits and point. */
static size_t layout(const char *ds, int n, int point, char *to) {
    size_t at = 0;
    if (n <= point && point <= 21) {
        at += put(to, ds, (size_t)n);
        return at + put_zeros(to + at, point - n);
    }
    if (0 < point && point <= 21) {
        at += put(to, ds, (size_t)point);
        to[at++] = '.';
        return at + put(to + at, ds + point, (size_t)(n - point));
    }
    if (-6 < point && point <= 0) {
        at += put(to, "0.", 2);
        at += put_zeros(to + at, -point);
        return at + put(to + at, ds, (size_t)n);
    }
    to[at++] = ds[0];
    if (n > 1) {
        to[at++] = '.';
        at += put(to + at, ds + 1, (size_t)n - 1);
    }
    to[at++] = 'e';
    if (point - 1 >= 0) to[at++] = '+';
    return at + mr_print_int(point - 1, to + at);
}

size_t mr_print_double(double v, char *to) {
    char ds[17];
    int point;
    size_t at = 0;
    if (isnan(v)) return put(to, "NaN", 3);
    if (signbit(v)) to[at++] = '-';
    v = fabs(v);
    if (isinf(v)) return at + put(to + at, "Infinity", 8);
    if (v == 0) return at + put(to + at, "0", 1);
    size_t n = mr_shortest_digits(v, ds, &point);
    return at + layout(ds, (int)n, point, to + at);
}

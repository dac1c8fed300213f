/* numtext.h -- numbers <-> decimal text, exact and independent of the locale.
 *
 * One scanner of the JSON number grammar serves JSON, CEL conversions and configuration; what a
 * number means (int, uint, double) is decided afterwards, with range checks.
 */
#ifndef MR_EXPR_NUMTEXT_H
#define MR_EXPR_NUMTEXT_H

#include "base/str.h"

#include <stdint.h>

/* A number as written: (-1)^negative * digits * 10^exp, its digits without the zeros at either
 * end. `0` has no digits. */
struct mr_decimal {
    uint64_t digits;   /* of the first 19 digits */
    uint32_t n_digits; /* all of them; above 19 `digits` is not the whole */
    uint8_t digit20;   /* the 20th digit (uint has up to 20) */
    int32_t exp;       /* saturated at +-1,000,000 */
    bool negative;
    bool integral; /* written without `.` and exponent */
};

/* Scans the longest JSON number at p; its length, 0 = none there. */
size_t mr_decimal_scan(const char *p, size_t n, struct mr_decimal *ret);
/* false: not integral (5.5), or outside the type. `5.0` and `1e3` are integral. */
bool mr_decimal_int(const struct mr_decimal *d, int64_t *ret);
bool mr_decimal_uint(const struct mr_decimal *d, uint64_t *ret);
/* Correctly rounded. text: what was scanned. false: overflows to infinity. */
bool mr_decimal_double(const struct mr_decimal *d, struct mr_str text, double *ret);

/* The whole of s. int: [+-]digits. double: as JSON, also with a leading `+`, `.5`, `5.`, leading
 * zeros, and NaN, [+-]Infinity, [+-]inf. false: syntax, or out of range. */
bool mr_parse_int(struct mr_str s, int64_t *ret);
bool mr_parse_uint(struct mr_str s, uint64_t *ret);
bool mr_parse_double(struct mr_str s, double *ret);

enum { MR_NUMBER_MAX = 32 }; /* bytes that the printers need at most */
/* Return the number of bytes written; no NUL. */
size_t mr_print_int(int64_t v, char *to);
size_t mr_print_uint(uint64_t v, char *to);
/* The shortest digits that read back as the same double (of several the nearest), laid out as
 * ECMAScript does (RFC 8785): 1, 0.000001, 1e-7, 100000000000000000000, 1e+21. NaN and infinities
 * as NaN, Infinity, -Infinity. -0 prints as 0 in ECMAScript, but as -0 here: it must read back. */
size_t mr_print_double(double v, char *to);
/* The digits alone: 0.digits * 10^point; v finite and > 0. Returns their number (<= 17). */
size_t mr_shortest_digits(double v, char digits[17], int *ret_point);

#endif

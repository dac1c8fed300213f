/* utf8.c -- UTF-8 validation with a fast path for ASCII, many bytes at a time. */
#include "processor/expr/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

size_t mr_utf8_ascii_prefix(struct mr_str s) {
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= s.n; i += 16)
        if (_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(s.p + i)))) break;
#endif
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word;
        memcpy(&word, s.p + i, 8);
        if (word & 0x8080808080808080u) break;
    }
    while (i < s.n && !((unsigned char)s.p[i] & 0x80)) i++;
    return i;
}

static bool tail(const unsigned char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return false;
    return true;
}

/* Length of the valid sequence at p (n >= 1 bytes are there, the first not ASCII), or 0. */
static size_t sequence(const unsigned char *p, size_t n) {
    unsigned char c = p[0];
    if (c >= 0xC2 && c <= 0xDF) return n >= 2 && tail(p + 1, 1) ? 2 : 0;
    if (c >= 0xE0 && c <= 0xEF) {
        if (n < 3 || !tail(p + 1, 2)) return 0;
        if (c == 0xE0 && p[1] < 0xA0) return 0; /* overlong */
        if (c == 0xED && p[1] > 0x9F) return 0; /* surrogate */
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        if (n < 4 || !tail(p + 1, 3)) return 0;
        if (c == 0xF0 && p[1] < 0x90) return 0; /* overlong */
        if (c == 0xF4 && p[1] > 0x8F) return 0; /* above U+10FFFF */
        return 4;
    }
    return 0;
}

bool mr_utf8_valid(struct mr_str s, bool *ret_ascii) {
    size_t i = mr_utf8_ascii_prefix(s);
    if (ret_ascii) *ret_ascii = i == s.n;
    while (i < s.n) {
        size_t n = sequence((const unsigned char *)s.p + i, s.n - i);
        if (n == 0) return false;
        i += n;
        if (i < s.n && !((unsigned char)s.p[i] & 0x80))
            i += mr_utf8_ascii_prefix((struct mr_str){s.p + i, s.n - i});
    }
    return true;
}

size_t mr_utf8_begun(struct mr_str s, size_t *ret_valid) {
    const unsigned char *p = (const unsigned char *)s.p;
    unsigned char c = p[0];
    *ret_valid = c < 0x80 ? 1 : sequence(p, s.n);
    if (*ret_valid) return *ret_valid;
    size_t wants = c >= 0xF0 && c <= 0xF4 ? 4 : c >= 0xE0 && c <= 0xEF ? 3 : 1, n = 1;
    for (; n < wants && n < s.n && (p[n] & 0xC0) == 0x80; n++) {
        bool second = n == 1; /* which must not be overlong, a surrogate, or above U+10FFFF */
        if (second && ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) ||
                       (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)))
            break;
    }
    return n;
}

size_t mr_utf8_put(char *to, uint32_t c) {
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

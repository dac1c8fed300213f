/* base64.c -- RFC 4648. */
#include "processor/expr/base64.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void mr_base64_write(struct mr_str s, struct mr_buf *to) {
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = 0; i < s.n; i += 3) {
        size_t n = s.n - i < 3 ? s.n - i : 3;
        uint32_t bits = (uint32_t)p[i] << 16;
        if (n > 1) bits |= (uint32_t)p[i + 1] << 8;
        if (n > 2) bits |= p[i + 2];
        char four[4] = {alphabet[bits >> 18], alphabet[bits >> 12 & 63],
                        n > 1 ? alphabet[bits >> 6 & 63] : '=', n > 2 ? alphabet[bits & 63] : '='};
        mr_buf_add(to, four, 4);
    }
}

static int digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool mr_base64_read(struct mr_arena *a, struct mr_str text, struct mr_str *ret) {
    size_t n = text.n;
    if (n % 4 == 0 && n && text.p[n - 1] == '=') n -= text.p[n - 2] == '=' ? 2 : 1;
    if (n % 4 == 1) return false;
    char *to = mr_arena_alloc(a, n / 4 * 3 + 3);
    size_t at = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        int d = digit(text.p[i]);
        if (d < 0) return false;
        bits = bits << 6 | (uint32_t)d;
        if (i % 4 == 0) continue;
        unsigned have = (unsigned)(6 - 2 * (i % 4)); /* bits left behind this byte: 4, 2, 0 */
        to[at++] = (char)(bits >> have);
    }
    if (n % 4 && (bits & (n % 4 == 2 ? 0xFu : 0x3u))) return false; /* stray bits */
    *ret = (struct mr_str){to, at};
    return true;
}

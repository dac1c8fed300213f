/* uuid.c -- see uuid.h. */
#include "processor/expr/uuid.h"

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool mr_uuid_parse(struct mr_str text, uint8_t ret[16]) {
    size_t n = 0;
    if (text.n != 36) return false;
    for (size_t i = 0; i < 36;) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text.p[i++] != '-') return false;
            continue;
        }
        int high = digit(text.p[i]), low = digit(text.p[i + 1]);
        if (high < 0 || low < 0) return false;
        ret[n++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    return true;
}

bool mr_uuid_namespace(struct mr_str text, uint8_t ret[16]) {
    /* RFC 9562, 6.6: they differ in one digit */
    static const char *const names[] = {"dns", "url", "oid", NULL, "x500"};
    static const uint8_t first[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                      0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    for (uint8_t i = 0; i < 5; i++) {
        if (!names[i] || !mr_str_is(text, names[i])) continue;
        memcpy(ret, first, sizeof first);
        ret[3] = (uint8_t)(ret[3] + i);
        return true;
    }
    return mr_uuid_parse(text, ret);
}

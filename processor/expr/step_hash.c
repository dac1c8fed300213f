/* step_hash.c -- hashes of strings and bytes, and UUIDs of names. Their values are in users' data,
 * so none of them may ever change. */
#include "processor/expr/run.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/sha1.h"
#include "base/sha256.h"
#include "processor/expr/uuid.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

enum { BLOCK = 4 }; /* bytes of a slow hash that cost as much as a step */

static struct mr_str bytes(const struct mr_value *v) {
    return (struct mr_str){v->len ? v->p : "", v->len};
}

static struct mr_value ascii(struct mr_str s) {
    struct mr_value v = mr_string(s);
    v.flags = MR_VF_ASCII;
    return v;
}

static void put_hex(char *to, const uint8_t *p, size_t n) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[p[i] >> 4];
        to[2 * i + 1] = digits[p[i] & 15];
    }
}

STEP_FN_OF(xxh64) {
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    struct mr_str x = bytes(a);
    *dst = mr_uint(mr_xxh64(x.p, x.n));
    return true;
}

STEP_FN_OF(sha256) {
    if (!mr_run_charge(r, s, a->len / BLOCK)) return false;
    uint8_t *to = mr_arena_alloc(r->f->arena, 32);
    mr_sha256(bytes(a), to);
    struct mr_str made = {(char *)to, 32};
    *dst = mr_bytesv(made);
    return true;
}

STEP_FN_OF(hex) {
    char *to = mr_run_bytes(r, s, 2 * (size_t)a->len);
    if (!to) return false;
    put_hex(to, (const uint8_t *)bytes(a).p, a->len);
    *dst = ascii((struct mr_str){to, 2 * (size_t)a->len});
    return true;
}

/* RFC 9562, 5.5: the namespace's 16 bytes and the name through SHA-1. */
STEP_FN_OF(uuid5) {
    uint8_t space[16], d[20], mark[] = {8, 13, 18, 23};
    if (!mr_uuid_namespace(bytes(a), space)) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "the namespace is no UUID");
    }
    if (!mr_run_charge(r, s, b->len / BLOCK)) return false;
    mr_sha1((struct mr_str){(char *)space, 16}, bytes(b), d);
    d[6] = (uint8_t)((d[6] & 0x0f) | 0x50); /* version 5 */
    d[8] = (uint8_t)((d[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    char digits[32], *to = mr_arena_alloc(r->f->arena, 36);
    put_hex(digits, d, 16);
    size_t at = 0;
    for (size_t i = 0, m = 0; i < 36; i++) {
        bool dash = m < MR_ARRAY_LEN(mark) && i == mark[m];
        m += dash;
        to[i] = dash ? '-' : digits[at++];
    }
    *dst = ascii((struct mr_str){to, 36});
    return true;
}

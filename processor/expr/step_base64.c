/* step_base64.c -- base64.encode and base64.decode of CEL's encoders extension.
 *
 * Decoding is that of cel-go: the standard alphabet, with or without padding; line ends are
 * skipped, bits that stand behind the last byte are not looked at. (base64.c reads JSON, by other
 * rules.)
 */
#include "processor/expr/base64.h"
#include "processor/expr/run.h"

static bool is_line_end(char c) {
    return c == '\r' || c == '\n';
}

static int digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The end of the text without its padding: one or two `=` that fill the last four characters. */
static uint32_t unpadded(const struct mr_value *v) {
    uint32_t n = 0, end = v->len, pads = 0;
    for (uint32_t i = 0; i < v->len; i++) n += !is_line_end(v->p[i]);
    while (n % 4 == 0 && end && pads < 2 && (v->p[end - 1] == '=' || is_line_end(v->p[end - 1]))) {
        pads += v->p[end - 1] == '=';
        end--;
    }
    return end;
}

bool mr_step_base64_decode(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                           const struct mr_value *a, const struct mr_value *b) {
    char *to = mr_run_bytes(r, s, a->len);
    if (!to) return false;
    uint32_t bits = 0, n = 0, at = 0, end = unpadded(a);
    for (uint32_t i = 0; i < end; i++) {
        int d = digit(a->p[i]);
        if (is_line_end(a->p[i])) continue;
        if (d < 0) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no base64 at byte %u", i);
        bits = bits << 6 | (uint32_t)d;
        if (n++ % 4 == 0) continue;
        to[at++] = (char)(bits >> (2 * (4 - (n - 1) % 4) - 2)); /* behind it: 4, 2, 0 bits */
    }
    if (n % 4 == 1) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "base64 that is cut");
    *dst = (struct mr_value){.tag = MR_V_BYTES, .len = at, .p = to};
    return true;
}

bool mr_step_base64_encode(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                           const struct mr_value *a, const struct mr_value *b) {
    size_t n = ((size_t)a->len + 2) / 3 * 4;
    char *p = mr_run_bytes(r, s, n);
    if (!p) return false;
    struct mr_buf buf = {.p = p, .cap = n, .max = n};
    mr_base64_write((struct mr_str){a->p, a->len}, &buf);
    *dst = (struct mr_value){.tag = MR_V_STRING, .flags = MR_VF_ASCII, .len = (uint32_t)n, .p = p};
    return true;
}

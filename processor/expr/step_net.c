/* step_net.c -- the steps of CEL's network extension: net.IP and net.CIDR.
 *
 * What an address is and may look like is ip.c's. A string that is looked up in a prefix is read on
 * the stack: nothing is allocated for it.
 */
#include "processor/expr/run.h"

#include "processor/expr/ip.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static bool bad_text(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v,
                     const char *what, const char *why) {
    int n = v->len > 50 ? 50 : (int)v->len;
    while (n && n < (int)v->len && (v->p[n] & 0xc0) == 0x80) n--;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "\"%.*s\" is no %s: %s", n, v->p ? v->p : "", what,
                       why);
}

static bool parse_ip(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v,
                     struct mr_ip *ret) {
    const char *why = mr_ip_parse((struct mr_str){v->p, v->len}, ret);
    return !why || bad_text(r, s, v, "IP address", why);
}

static bool parse_cidr(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v,
                       struct mr_ip *ret) {
    const char *why = mr_cidr_parse((struct mr_str){v->p, v->len}, ret);
    return !why || bad_text(r, s, v, "CIDR", why);
}

/* ---- from and to text */

STEP_FN_OF(str_to_ip) {
    struct mr_ip ip;
    if (!parse_ip(r, s, a, &ip)) return false;
    *dst = mr_ip_value(r->f->arena, &ip);
    return true;
}

STEP_FN_OF(str_to_cidr) {
    struct mr_ip ip;
    if (!parse_cidr(r, s, a, &ip)) return false;
    *dst = mr_cidr_value(r->f->arena, &ip);
    return true;
}

STEP_FN_OF(net_to_str) {
    char text[MR_IP_TEXT_MAX];
    uint32_t n = (uint32_t)mr_ip_value_print(a, text);
    *dst = (struct mr_value){.tag = MR_V_STRING,
                             .flags = MR_VF_ASCII,
                             .len = n,
                             .p = mr_arena_dup(r->f->arena, text, n)};
    return true;
}

STEP_FN_OF(is_ip) {
    struct mr_ip ip;
    *dst = mr_bool(!mr_ip_parse((struct mr_str){a->p, a->len}, &ip));
    return true;
}

STEP_FN_OF(is_cidr) {
    struct mr_ip ip;
    *dst = mr_bool(!mr_cidr_parse((struct mr_str){a->p, a->len}, &ip));
    return true;
}

STEP_FN_OF(ip_is_canonical) {
    struct mr_ip ip;
    char text[MR_IP_TEXT_MAX];
    if (!parse_ip(r, s, a, &ip)) return false;
    size_t n = mr_ip_print(&ip, text);
    *dst = mr_bool(n == a->len && memcmp(text, a->p, n) == 0);
    return true;
}

/* ---- addresses */

STEP_FN_OF(ip_family) {
    *dst = mr_int(a->len == 4 ? 4 : 6);
    return true;
}

STEP_FN_OF(ip_unspecified) {
    struct mr_ip ip = mr_ip_of(a);
    *dst = mr_bool(mr_ip_is_unspecified(&ip));
    return true;
}

STEP_FN_OF(ip_loopback) {
    struct mr_ip ip = mr_ip_of(a);
    *dst = mr_bool(mr_ip_is_loopback(&ip));
    return true;
}

STEP_FN_OF(ip_global_unicast) {
    struct mr_ip ip = mr_ip_of(a);
    *dst = mr_bool(mr_ip_is_global_unicast(&ip));
    return true;
}

STEP_FN_OF(ip_link_local_multicast) {
    struct mr_ip ip = mr_ip_of(a);
    *dst = mr_bool(mr_ip_is_link_local_multicast(&ip));
    return true;
}

STEP_FN_OF(ip_link_local_unicast) {
    struct mr_ip ip = mr_ip_of(a);
    *dst = mr_bool(mr_ip_is_link_local_unicast(&ip));
    return true;
}

/* ---- prefixes */

STEP_FN_OF(cidr_contains) { /* b: IP or CIDR */
    struct mr_ip p = mr_ip_of(a), x = mr_ip_of(b);
    *dst = mr_bool(mr_ip_contains(&p, &x));
    return true;
}

STEP_FN_OF(cidr_contains_ip_str) {
    struct mr_ip p = mr_ip_of(a), x;
    if (!parse_ip(r, s, b, &x)) return false;
    *dst = mr_bool(mr_ip_contains(&p, &x));
    return true;
}

STEP_FN_OF(cidr_contains_cidr_str) {
    struct mr_ip p = mr_ip_of(a), x;
    if (!parse_cidr(r, s, b, &x)) return false;
    *dst = mr_bool(mr_ip_contains(&p, &x));
    return true;
}

STEP_FN_OF(cidr_ip) {
    *dst = (struct mr_value){.tag = MR_V_IP, .len = a->len - 1, .p = a->p};
    return true;
}

STEP_FN_OF(cidr_masked) {
    struct mr_ip p = mr_ip_of(a), masked = mr_ip_masked(&p);
    *dst = mr_cidr_value(r->f->arena, &masked);
    return true;
}

STEP_FN_OF(cidr_is_mask) {
    struct mr_ip p = mr_ip_of(a), masked = mr_ip_masked(&p);
    *dst = mr_bool(memcmp(p.at, masked.at, p.len) == 0);
    return true;
}

STEP_FN_OF(cidr_prefix_length) {
    *dst = mr_int((uint8_t)a->p[a->len - 1]);
    return true;
}

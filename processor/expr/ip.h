/* ip.h -- IP addresses and prefixes: their text, and what is asked of them. */
#ifndef MR_EXPR_IP_H
#define MR_EXPR_IP_H

#include "base/str.h"
#include "processor/expr/value.h"

enum { MR_IP_TEXT_MAX = 48 }; /* eight groups, `/128`; more than any address takes */

/* Also the payload of MR_V_IP (`len` bytes of `at`) and MR_V_CIDR (the same, then `bits`). */
struct mr_ip {
    uint8_t at[16]; /* network order */
    uint8_t len;    /* 4 or 16 */
    uint8_t bits;   /* of a prefix: how many count; of an address: all */
};

/* NULL: good; else what is wrong with it, static. */
const char *mr_ip_parse(struct mr_str text, struct mr_ip *ret);
const char *mr_cidr_parse(struct mr_str text, struct mr_ip *ret);
/* Canonical (RFC 5952). Returns the length. */
size_t mr_ip_print(const struct mr_ip *ip, char to[MR_IP_TEXT_MAX]);
size_t mr_cidr_print(const struct mr_ip *ip, char to[MR_IP_TEXT_MAX]);

struct mr_ip mr_ip_of(const struct mr_value *v); /* IP or CIDR */
/* The value's payload is made in a. */
struct mr_value mr_ip_value(struct mr_arena *a, const struct mr_ip *ip);
struct mr_value mr_cidr_value(struct mr_arena *a, const struct mr_ip *ip);
/* Of an IP or CIDR as mr_value_print and JSON write it. Returns the length. */
size_t mr_ip_value_print(const struct mr_value *v, char to[MR_IP_TEXT_MAX]);
/* Do `n` bytes make up the payload of such a value? */
bool mr_ip_payload_ok(enum mr_tag tag, const char *p, size_t n);

/* Is x, with at least as many bits, inside the prefix p? Of different families: false. */
bool mr_ip_contains(const struct mr_ip *p, const struct mr_ip *x);
struct mr_ip mr_ip_masked(const struct mr_ip *p); /* bits that do not count are 0 */
bool mr_ip_is_unspecified(const struct mr_ip *ip);
bool mr_ip_is_loopback(const struct mr_ip *ip);
bool mr_ip_is_global_unicast(const struct mr_ip *ip);
bool mr_ip_is_link_local_unicast(const struct mr_ip *ip);
bool mr_ip_is_link_local_multicast(const struct mr_ip *ip);

#endif

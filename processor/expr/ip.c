/* ip.c -- IP addresses: RFC 4291 text, written as RFC 5952 says.
 *
 * What is accepted is what Go's net/netip accepts, as cel-go's network extension uses it: four
 * decimal fields without leading zeros; groups of one to four hex digits; `::` for at least one
 * group; an IPv4 tail; no zones. An address of ::ffff:0:0/96 stands for the IPv4 address in it:
 * with a dotted tail it is refused, in hex it becomes that address (cel-spec's network_ext), so
 * that one address never has two values. Prefixes of these are refused.
 */
#include "processor/expr/ip.h"

#include "processor/expr/numtext.h"

enum { GROUPS = 8 };

static bool is_mapped(const struct mr_ip *ip) {
    static const uint8_t head[12] = {[10] = 0xff, [11] = 0xff};
    return ip->len == 16 && memcmp(ip->at, head, sizeof head) == 0;
}

/* ---- reading */

static const char *parse_v4(const char *p, const char *end, uint8_t to[4]) {
    for (int field = 0; field < 4; field++) {
        unsigned x = 0;
        const char *first = p;
        while (p < end && *p >= '0' && *p <= '9' && p - first < 4)
            x = x * 10 + (unsigned)(*p++ - '0');
        if (p == first) return "a field of IPv4 is a number";
        if (p - first > 1 && *first == '0') return "a field of IPv4 begins with 0";
        if (x > 255) return "a field of IPv4 is above 255";
        to[field] = (uint8_t)x;
        if (field == 3) break;
        if (p == end || *p != '.') return "IPv4 has four fields";
        p++;
    }
    return p == end ? NULL : "something stands behind the address";
}

static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct reader {
    const char *p, *end;
    uint8_t *to; /* 16 bytes */
    int n;       /* groups read */
    int gap;     /* groups before `::`; -1: none yet */
    bool dotted;
};

/* One group, or the IPv4 tail. */
static const char *parse_group(struct reader *r) {
    const char *first = r->p;
    unsigned x = 0;
    while (r->p < r->end && r->p - first < 5 && hex(*r->p) >= 0)
        x = x << 4 | (unsigned)hex(*r->p++);
    if (r->p == first) return "a group is one to four hex digits";
    if (r->p < r->end && *r->p == '.') {
        if (r->n > GROUPS - 2 || (r->gap < 0 && r->n != GROUPS - 2))
            return "IPv4 stands for the last two groups";
        const char *bad = parse_v4(first, r->end, r->to + 2 * r->n);
        r->p = r->end;
        r->n += 2;
        r->dotted = true;
        return bad;
    }
    if (r->p - first > 4) return "a group is one to four hex digits";
    r->to[2 * r->n] = (uint8_t)(x >> 8);
    r->to[2 * r->n + 1] = (uint8_t)x;
    r->n++;
    return NULL;
}

static const char *parse_groups(struct reader *r) {
    while (r->n < GROUPS) {
        const char *bad = parse_group(r);
        if (bad || r->p == r->end) return bad;
        if (*r->p++ != ':') return "groups are separated by `:`";
        if (r->p == r->end) return "a `:` stands at the end";
        if (*r->p != ':') continue;
        if (r->gap >= 0) return "`::` comes twice";
        r->gap = r->n;
        if (++r->p == r->end) return NULL;
    }
    return "it has more than eight groups";
}

static const char *parse_v6(struct mr_str s, struct mr_ip *ret, bool *dotted) {
    struct reader r = {.p = s.p, .end = s.p + s.n, .to = ret->at, .gap = -1};
    if (s.n >= 2 && s.p[0] == ':' && s.p[1] == ':') {
        r.gap = 0;
        r.p += 2;
    }
    const char *bad = s.n == 2 && r.gap == 0 ? NULL : parse_groups(&r);
    if (bad) return bad;
    if (r.n == GROUPS && r.gap >= 0) return "`::` stands for no group";
    if (r.n < GROUPS && r.gap < 0) return "it has fewer than eight groups";
    if (r.gap >= 0) {
        size_t behind = 2 * (size_t)(r.n - r.gap), zeros = 2 * (size_t)(GROUPS - r.n);
        memmove(ret->at + 16 - behind, ret->at + 2 * r.gap, behind);
        memset(ret->at + 2 * r.gap, 0, zeros);
    }
    *dotted = r.dotted;
    return NULL;
}

/* IPv4 or IPv6 as it is written; *dotted: an IPv6 address with an IPv4 tail. */
static const char *parse(struct mr_str s, struct mr_ip *ret, bool *dotted) {
    *ret = (struct mr_ip){.len = 4, .bits = 32};
    *dotted = false;
    if (s.n > MR_IP_TEXT_MAX) return "it is too long";
    if (s.n && memchr(s.p, '%', s.n)) return "a zone is not allowed";
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.') return parse_v4(s.p, s.p + s.n, ret->at);
        if (s.p[i] != ':') continue;
        ret->len = 16;
        ret->bits = 128;
        return parse_v6(s, ret, dotted);
    }
    return "it has neither `.` nor `:`";
}

const char *mr_ip_parse(struct mr_str text, struct mr_ip *ret) {
    bool dotted;
    const char *bad = parse(text, ret, &dotted);
    if (bad || !is_mapped(ret)) return bad;
    if (dotted) return "an IPv4 address inside IPv6 is written as IPv4";
    memmove(ret->at, ret->at + 12, 4);
    memset(ret->at + 4, 0, 12);
    ret->len = 4;
    ret->bits = 32;
    return NULL;
}

const char *mr_cidr_parse(struct mr_str text, struct mr_ip *ret) {
    const char *slash = text.n ? memrchr(text.p, '/', text.n) : NULL;
    bool dotted;
    if (!slash) return "it has no `/`";
    const char *bad = parse((struct mr_str){text.p, (size_t)(slash - text.p)}, ret, &dotted);
    if (bad) return bad;
    if (is_mapped(ret)) return "an IPv4 address inside IPv6 is written as IPv4";
    const char *p = slash + 1, *end = text.p + text.n;
    unsigned bits = 0;
    if (p == end || end - p > 3 || (end - p > 1 && *p == '0')) return "the bits are no number";
    for (; p < end; p++) {
        if (*p < '0' || *p > '9') return "the bits are no number";
        bits = bits * 10 + (unsigned)(*p - '0');
    }
    if (bits > ret->bits) return "it has fewer bits than the prefix";
    ret->bits = (uint8_t)bits;
    return NULL;
}

/* ---- writing */

static size_t print_v4(const struct mr_ip *ip, char *to) {
    size_t n = 0;
    for (int i = 0; i < 4; i++) {
        if (i) to[n++] = '.';
        n += mr_print_uint(ip->at[i], to + n);
    }
    return n;
}

static unsigned group(const struct mr_ip *ip, int i) {
    return (unsigned)ip->at[2 * i] << 8 | ip->at[2 * i + 1];
}

static size_t print_group(unsigned x, char *to) {
    size_t n = 0;
    for (int shift = 12; shift >= 0; shift -= 4) {
        if (n || x >> shift || shift == 0) to[n++] = "0123456789abcdef"[x >> shift & 15];
    }
    return n;
}

/* The first of the longest runs of at least two zero groups is `::`. */
static size_t print_v6(const struct mr_ip *ip, char *to) {
    int from = -1, len = 1;
    size_t n = 0;
    for (int i = 0; i < GROUPS; i++) {
        int k = i;
        while (k < GROUPS && group(ip, k) == 0) k++;
        if (k - i > len) {
            from = i;
            len = k - i;
        }
    }
    for (int i = 0; i < GROUPS; i++) {
        if (i == from) {
            to[n++] = ':';
            to[n++] = ':';
            i += len - 1;
            continue;
        }
        if (i && i != from + len) to[n++] = ':';
        n += print_group(group(ip, i), to + n);
    }
    return n;
}

size_t mr_ip_print(const struct mr_ip *ip, char to[MR_IP_TEXT_MAX]) {
    return ip->len == 4 ? print_v4(ip, to) : print_v6(ip, to);
}

size_t mr_cidr_print(const struct mr_ip *ip, char to[MR_IP_TEXT_MAX]) {
    size_t n = mr_ip_print(ip, to);
    to[n++] = '/';
    return n + mr_print_uint(ip->bits, to + n);
}

/* ---- values */

struct mr_ip mr_ip_of(const struct mr_value *v) {
    bool cidr = v->tag == MR_V_CIDR;
    struct mr_ip ip = {.len = (uint8_t)(v->len - cidr)};
    memcpy(ip.at, v->p, ip.len);
    ip.bits = cidr ? (uint8_t)v->p[ip.len] : (uint8_t)(8 * ip.len);
    return ip;
}

struct mr_value mr_ip_value(struct mr_arena *a, const struct mr_ip *ip) {
    return (struct mr_value){.tag = MR_V_IP, .len = ip->len, .p = mr_arena_dup(a, ip->at, ip->len)};
}

struct mr_value mr_cidr_value(struct mr_arena *a, const struct mr_ip *ip) {
    char *p = mr_arena_alloc(a, ip->len + 1u);
    memcpy(p, ip->at, ip->len);
    p[ip->len] = (char)ip->bits;
    return (struct mr_value){.tag = MR_V_CIDR, .len = ip->len + 1u, .p = p};
}

size_t mr_ip_value_print(const struct mr_value *v, char to[MR_IP_TEXT_MAX]) {
    struct mr_ip ip = mr_ip_of(v);
    return v->tag == MR_V_CIDR ? mr_cidr_print(&ip, to) : mr_ip_print(&ip, to);
}

bool mr_ip_payload_ok(enum mr_tag tag, const char *p, size_t n) {
    bool cidr = tag == MR_V_CIDR;
    if (n != 4u + cidr && n != 16u + cidr) return false;
    return !cidr || (uint8_t)p[n - 1] <= 8 * (n - 1);
}

/* ---- questions */

bool mr_ip_contains(const struct mr_ip *p, const struct mr_ip *x) {
    size_t whole = p->bits / 8;
    unsigned rest = p->bits % 8;
    if (p->len != x->len || p->bits > x->bits || memcmp(p->at, x->at, whole) != 0) return false;
    return rest == 0 || (p->at[whole] ^ x->at[whole]) >> (8 - rest) == 0;
}

struct mr_ip mr_ip_masked(const struct mr_ip *p) {
    struct mr_ip ip = *p;
    for (unsigned i = 0; i < ip.len; i++) {
        unsigned keep = p->bits > 8 * i ? p->bits - 8 * i : 0;
        if (keep < 8) ip.at[i] &= (uint8_t)(0xff00 >> keep);
    }
    return ip;
}

bool mr_ip_is_unspecified(const struct mr_ip *ip) {
    static const uint8_t zeros[16];
    return memcmp(ip->at, zeros, ip->len) == 0;
}

bool mr_ip_is_loopback(const struct mr_ip *ip) {
    static const uint8_t one[16] = {[15] = 1};
    return ip->len == 4 ? ip->at[0] == 127 : memcmp(ip->at, one, 16) == 0;
}

bool mr_ip_is_link_local_unicast(const struct mr_ip *ip) {
    if (ip->len == 4) return ip->at[0] == 169 && ip->at[1] == 254;
    return ip->at[0] == 0xfe && (ip->at[1] & 0xc0) == 0x80;
}

bool mr_ip_is_link_local_multicast(const struct mr_ip *ip) {
    if (ip->len == 4) return ip->at[0] == 224 && ip->at[1] == 0 && ip->at[2] == 0;
    return ip->at[0] == 0xff && (ip->at[1] & 0x0f) == 2;
}

bool mr_ip_is_global_unicast(const struct mr_ip *ip) {
    static const uint8_t broadcast[4] = {255, 255, 255, 255};
    bool v4 = ip->len == 4;
    bool multicast = v4 ? (ip->at[0] & 0xf0) == 0xe0 : ip->at[0] == 0xff;
    if (v4 && memcmp(ip->at, broadcast, 4) == 0) return false;
    return !multicast && !mr_ip_is_unspecified(ip) && !mr_ip_is_loopback(ip) &&
           !mr_ip_is_link_local_unicast(ip);
}

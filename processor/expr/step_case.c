/* step_case.c -- lower() and upper() beyond ASCII: Unicode's simple mappings, one character for one
 * (by utf8proc), whatever the language is. So "ß" becomes "ẞ", and there is no final sigma.
 *
 * Unicode never changes a mapping that it has given (its stability policy for case pairs), so a
 * newer utf8proc only adds letters that did not exist before.
 */
#include "processor/expr/run.h"

#include "processor/expr/utf8.h"

#include <utf8proc.h>

typedef utf8proc_int32_t map_fn(utf8proc_int32_t c);

/* The mapped code points of t; to == NULL: only their size. */
static size_t map(struct mr_str t, map_fn *fn, char *to) {
    size_t n = 0;
    for (size_t i = 0; i < t.n;) {
        char p[4];
        utf8proc_int32_t c;
        utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)t.p + i, (utf8proc_ssize_t)(t.n - i), &c);
        if (len <= 0) return n; /* never: strings are UTF-8 */
        size_t size = mr_utf8_put(p, (uint32_t)fn(c));
        if (to) memcpy(to + n, p, size);
        n += size;
        i += (size_t)len;
    }
    return n;
}

static bool turn(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                 const struct mr_value *a, map_fn *fn) {
    struct mr_str t = {a->len ? a->p : "", a->len};
    if (!mr_run_charge(r, s, t.n)) return false;
    size_t n = map(t, fn, NULL);
    char *to = mr_run_bytes(r, s, n);
    if (!to) return false;
    map(t, fn, to);
    struct mr_value v = mr_string(((struct mr_str){to, n}));
    /* Few letters leave ASCII's neighbourhood: the Kelvin sign is one. */
    v.flags = mr_utf8_ascii_prefix((struct mr_str){to, n}) == n ? MR_VF_ASCII : 0;
    *dst = v;
    return true;
}

static bool is_ascii(const struct mr_value *v) {
    return v->flags & MR_VF_ASCII || v->len == 0 ||
           mr_utf8_ascii_prefix((struct mr_str){v->p, v->len}) == v->len;
}

bool mr_step_lower(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                   const struct mr_value *a, const struct mr_value *b) {
    if (is_ascii(a)) return mr_step_lower_ascii(r, s, dst, a, b);
    return turn(r, s, dst, a, utf8proc_tolower);
}

bool mr_step_upper(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                   const struct mr_value *a, const struct mr_value *b) {
    if (is_ascii(a)) return mr_step_upper_ascii(r, s, dst, a, b);
    return turn(r, s, dst, a, utf8proc_toupper);
}

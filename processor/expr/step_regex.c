/* step_regex.c -- the steps of regular expressions: CEL's matches, Kubernetes' find and findAll,
 * cel-go's regex extension, millrace's matches_any.
 *
 * Patterns were compiled with the program; one that is not there (strict mode, traces) is compiled
 * for this one evaluation. Results are parts of the text. Matches follow each other as in Go: an
 * empty one that touches the one before it does not count.
 */
#include "processor/expr/run.h"

#include "base/mem.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

enum {
    /* A search passes four bytes in the time of a unit of fuel; it may look further than the match
     * that it returns, so the rest counts a little. */
    BYTES_A_UNIT = 4,
    REST_A_UNIT = 256,
    SEARCH_UNITS = 8,
    COMPILE_UNITS = 1000, /* and as much for 16 bytes of the pattern */
};

static struct mr_str text(const struct mr_value *v) {
    return (struct mr_str){v->len ? v->p : "", v->len};
}

static const struct mr_regex *compiled(const struct mr_run *r, const void *key, size_t n,
                                       bool list) {
    for (uint32_t i = 0; i < r->p->n_regexes; i++) {
        const struct mr_regex *x = r->p->regexes[i];
        if (x->key == key && x->n == n && x->list == list) return x;
    }
    return NULL;
}

/* NULL: it failed. own: of a pattern that is compiled now; the caller frees it. */
static const struct mr_regex *regex_of(struct mr_run *r, const struct mr_expr_step *s,
                                       const struct mr_value *pattern, struct mr_regex *own) {
    struct mr_regex_error e;
    const struct mr_regex *x = compiled(r, pattern->p, pattern->len, false);
    if (x) return x;
    size_t units = COMPILE_UNITS + (size_t)pattern->len * (COMPILE_UNITS / 16);
    if (!mr_run_charge(r, s, units)) return NULL;
    if (mr_regex_init(own, text(pattern), &e)) return own;
    mr_run_fail(r, s, MR_R_EXPR_ERROR, "bad pattern: %s at byte %zu", e.text, e.off + 1);
    return NULL;
}

static struct mr_value part(const struct mr_value *a, struct mr_re_span at) {
    struct mr_value v = {.tag = MR_V_STRING, .flags = a->flags & MR_VF_ASCII};
    v.len = (uint32_t)(at.to - at.from);
    v.p = v.len ? a->p + at.from : "";
    return v;
}

/* ---- searching once */

static size_t next_char(struct mr_str t, size_t i) {
    i++;
    while (i < t.n && (t.p[i] & 0xc0) == 0x80) i++;
    return i;
}

/* The first match from byte `from` on. One that stands inside a character (it is empty, and of a
 * \B) is none. false: failed. */
static bool search(struct mr_run *r, const struct mr_expr_step *s, const struct mr_regex *x,
                   struct mr_str t, size_t from, struct mr_re_span *spans, int n_spans,
                   bool *ret_found) {
    struct mr_re_span at = {0, 0};
    if (x->inside && n_spans == 0) {
        spans = &at;
        n_spans = 1;
    }
    for (;;) {
        bool found = mr_regex_search(x, t, from, spans, n_spans);
        size_t to = found && n_spans ? (size_t)spans->to : t.n;
        size_t units = (to - from) / BYTES_A_UNIT + (t.n - from) / REST_A_UNIT + SEARCH_UNITS;
        if (!mr_run_charge(r, s, units)) return false;
        *ret_found = found;
        if (!found || !x->inside || to >= t.n || (t.p[spans->from] & 0xc0) != 0x80) return true;
        from = next_char(t, to);
    }
}

static bool matches(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                    const struct mr_value *b, bool *ret) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    const struct mr_regex *x = regex_of(r, s, b, &own);
    return x && search(r, s, x, text(a), 0, NULL, 0, ret);
}

STEP_FN_OF(matches) {
    bool found;
    if (!matches(r, s, a, b, &found)) return false;
    *dst = mr_bool(found);
    return true;
}

STEP_FN_OF(matches_any) {
    bool found = false;
    const struct mr_regex *x = compiled(r, b->list, b->len, true);
    if (x && !search(r, s, x, text(a), 0, NULL, 0, &found)) return false;
    for (uint32_t i = 0; !x && !found && i < b->len; i++) {
        struct mr_value pattern = mr_run_plain(r, s, &b->list[i]);
        if (pattern.tag != MR_V_STRING) return mr_run_no_overload(r, s, a, &pattern);
        if (!matches(r, s, a, &pattern, &found)) return false;
    }
    *dst = mr_bool(found);
    return true;
}

STEP_FN_OF(re_find) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    const struct mr_regex *x = regex_of(r, s, b, &own);
    struct mr_re_span span = {0, 0};
    bool found;
    if (!x || !search(r, s, x, text(a), 0, &span, 1, &found)) return false;
    *dst = part(a, span);
    return true;
}

/* What extract and extractAll take out: the group if there is one, else all. false: failed. */
static bool one_group(struct mr_run *r, const struct mr_expr_step *s, const struct mr_regex *x) {
    if (x->groups <= 1) return true;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%d groups in the pattern, one can be taken out",
                       x->groups);
}

STEP_FN_OF(re_extract) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    const struct mr_regex *x = regex_of(r, s, b, &own);
    struct mr_re_span spans[2];
    bool found;
    if (!x || !one_group(r, s, x)) return false;
    if (!search(r, s, x, text(a), 0, spans, 1 + x->groups, &found)) return false;
    const struct mr_re_span *taken = &spans[x->groups];
    bool empty = found && x->groups && taken->from == taken->to; /* took no part: -1, -1 */
    *dst = found && !empty ? part(a, *taken) : MR_ABSENT;
    return true;
}

/* ---- searching again and again */

struct scan {
    const struct mr_regex *x;
    struct mr_str text;
    size_t at;    /* where the next search begins; behind the end: no more */
    int64_t last; /* where the match before ended */
    int n_spans;
    struct mr_re_span spans[MR_RE_GROUPS_MAX]; /* of the match */
};

/* The next match that counts: Go's rule (regexp.allMatches). false: failed. */
static bool next(struct mr_run *r, const struct mr_expr_step *s, struct scan *m, bool *ret_found) {
    bool counts = false;
    while (!counts && m->at <= m->text.n) {
        size_t from = m->at;
        bool found;
        if (!search(r, s, m->x, m->text, from, m->spans, m->n_spans, &found)) return false;
        size_t to = found ? (size_t)m->spans[0].to : from;
        counts = found && (to > from || m->spans[0].from != m->last);
        m->at = !found ? m->text.n + 1 : to > from ? to : next_char(m->text, from);
        m->last = found ? (int64_t)to : m->last;
    }
    *ret_found = counts;
    return true;
}

/* Up to `max` matches as a list, of each the span `which`; skip: not those that are empty. */
static bool collect(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    const struct mr_value *a, const struct mr_regex *x, int which, bool skip,
                    uint64_t max) {
    struct scan m = {.x = x, .text = text(a), .last = -1, .n_spans = which + 1};
    struct mr_value *list = NULL;
    size_t n = 0, cap = 0;
    bool found = max > 0;
    for (uint64_t i = 0; i < max; i++) {
        if (!next(r, s, &m, &found)) return false;
        if (!found) break;
        if (skip && m.spans[which].from == m.spans[which].to) continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 8;
            struct mr_value *more = mr_arena_alloc(r->f->arena, cap * sizeof *more);
            if (n) memcpy(more, list, n * sizeof *more);
            list = more;
        }
        list[n++] = part(a, m.spans[which]);
    }
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)n, .list = list};
    return true;
}

STEP_FN_OF(re_find_all) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    const struct mr_regex *x = regex_of(r, s, b, &own);
    return x && collect(r, s, dst, a, x, 0, false, UINT64_MAX);
}

STEP_FN_OF(re_find_limit) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    const struct mr_regex *x = regex_of(r, s, &b[0], &own);
    uint64_t max = b[1].i < 0 ? UINT64_MAX : b[1].u;
    return x && collect(r, s, dst, a, x, 0, false, max);
}

STEP_FN_OF(re_extract_all) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    const struct mr_regex *x = regex_of(r, s, b, &own);
    if (!x || !one_group(r, s, x)) return false;
    return collect(r, s, dst, a, x, x->groups, x->groups, UINT64_MAX);
}

/* ---- replacing */

struct out {
    char *p;
    size_t n, cap;
};

static bool put(struct mr_run *r, const struct mr_expr_step *s, struct out *o, const char *p,
                size_t n) {
    if (n > o->cap - o->n) {
        size_t cap = o->cap * 2 > o->n + n ? o->cap * 2 : o->n + n + 64;
        if (cap > MR_RUN_STRING_MAX && o->n + n <= MR_RUN_STRING_MAX) cap = MR_RUN_STRING_MAX;
        char *more = mr_run_bytes(r, s, cap);
        if (!more) return false;
        if (o->n) memcpy(more, o->p, o->n);
        o->p = more;
        o->cap = cap;
    }
    if (n) memcpy(o->p + o->n, p, n);
    o->n += n;
    return true;
}

/* `with`, its \0 to \9 being what the groups of the match hold. */
static bool put_replacement(struct mr_run *r, const struct mr_expr_step *s, struct out *o,
                            const struct scan *m, struct mr_str with) {
    size_t from = 0;
    for (size_t i = 0; i < with.n; i++) {
        if (with.p[i] != '\\') continue;
        char c = with.p[i + 1]; /* there is one: the replacement was checked */
        struct mr_re_span g = c == '\\' ? (struct mr_re_span){0, 0} : m->spans[c - '0'];
        if (!put(r, s, o, with.p + from, i - from)) return false;
        if (g.from >= 0 && !put(r, s, o, m->text.p + g.from, (size_t)(g.to - g.from))) return false;
        i++;
        from = c == '\\' ? i : i + 1;
    }
    return put(r, s, o, with.p + from, with.n - from);
}

static bool replace(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    const struct mr_value *a, const struct mr_value *b, uint64_t max) {
    MR_CLEANUP(mr_regex_done) struct mr_regex own = {.re = NULL};
    struct mr_value v = *a;
    struct scan m = {.text = text(a), .last = -1};
    struct mr_regex_error e;
    struct out o = {NULL, 0, 0};
    size_t from = 0;
    uint64_t i;
    bool found;
    m.x = max ? regex_of(r, s, &b[0], &own) : NULL;
    if (max && !m.x) return false;
    bool good = max && mr_regex_replacement(m.x, text(&b[1]), &m.n_spans, &e);
    for (i = 0; i < max; i++) {
        if (!next(r, s, &m, &found)) return false;
        if (!found) break;
        /* As in cel-go, it is wrong only where something is replaced. */
        if (!good) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%s in the replacement", e.text);
        if (!put(r, s, &o, m.text.p + from, (size_t)m.spans[0].from - from)) return false;
        if (!put_replacement(r, s, &o, &m, text(&b[1]))) return false;
        from = (size_t)m.spans[0].to;
        v.flags = a->flags & b[1].flags;
    }
    if (i > 0) {
        if (!put(r, s, &o, m.text.p + from, m.text.n - from)) return false;
        v.p = o.n ? o.p : "";
        v.len = (uint32_t)o.n;
    }
    *dst = v;
    return true;
}

STEP_FN_OF(re_replace) {
    return replace(r, s, dst, a, b, UINT64_MAX);
}

STEP_FN_OF(re_replace_count) {
    return replace(r, s, dst, a, b, b[2].i < 0 ? UINT64_MAX : b[2].u);
}

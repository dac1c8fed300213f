/* values.c -- scalars of the file with diagnostics: durations, words, topics, names. */
#include "base/mem.h"
#include "base/units.h"
#include "processor/topology/graph.h"

#include <errno.h>
#include <stdlib.h>

const char *const mr_words_on_error[3] = {"dlq", "stop", "skip"};
const char *const mr_words_on_null_key[3] = {"pass", "dlq", "drop"};

/* Bare names of expressions, and what would hide something else. */
static const char *const reserved[] = {
    "this", "meta", "params", "window", "key", "acc", "item", "after", "fired_at", "dlq",
};

/* ---- the core schema */

static bool among(struct mr_str s, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (mr_str_is(s, words[i])) return true;
    return false;
}

static size_t digits(const char *p, const char *set) {
    return strspn(p, set);
}

/* [-+]?[0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+ */
static bool is_int(const char *p) {
    if (p[0] == '0' && (p[1] == 'o' || p[1] == 'x')) {
        size_t n = digits(p + 2, p[1] == 'o' ? "01234567" : "0123456789abcdefABCDEF");
        return n && !p[2 + n];
    }
    if (*p == '-' || *p == '+') p++;
    size_t n = digits(p, "0123456789");
    return n && !p[n];
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, .inf, .nan */
static bool is_double(const char *p) {
    static const char *const inf[] = {".inf", ".Inf", ".INF"}, *const nan[] = {".nan", ".NaN",
                                                                               ".NAN"};
    if (among(mr_str(p), nan, 3)) return true;
    if (*p == '-' || *p == '+') p++;
    if (among(mr_str(p), inf, 3)) return true;
    size_t whole = digits(p, "0123456789"), part = 0;
    p += whole;
    if (*p == '.') {
        part = digits(p + 1, "0123456789");
        p += 1 + part;
    }
    if (!whole && !part) return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        if (*p == '-' || *p == '+') p++;
        size_t n = digits(p, "0123456789");
        if (!n) return false;
        p += n;
    }
    return !*p;
}

enum mr_core mr_yaml_core(const struct mr_tree *t) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    if (t->kind != MR_TREE_SCALAR || t->style != MR_STYLE_PLAIN) return MR_CORE_STRING;
    if (among(t->text, nulls, MR_ARRAY_LEN(nulls))) return MR_CORE_NULL;
    if (among(t->text, bools, MR_ARRAY_LEN(bools))) return MR_CORE_BOOL;
    if (is_int(t->text.p)) return MR_CORE_INT;
    return is_double(t->text.p) ? MR_CORE_DOUBLE : MR_CORE_STRING;
}

/* ---- readers */

static const char *kind_name(const struct mr_tree *t) {
    if (t->kind == MR_TREE_SCALAR && mr_yaml_core(t) == MR_CORE_NULL) return "empty";
    static const char *const names[] = {"a scalar", "a map", "a list"};
    return names[t->kind];
}

const char *mr_read_string(struct mr_diags *d, const struct mr_tree *t, const char *what) {
    if (!t) return NULL;
    if (t->kind == MR_TREE_SCALAR && mr_yaml_core(t) != MR_CORE_NULL) return t->text.p;
    mr_error(d, "E-KIND", t->pos, "%s is needed here, this is %s", what, kind_name(t));
    return NULL;
}

bool mr_is_map(struct mr_diags *d, const struct mr_tree *t, const char *what) {
    if (!t) return false;
    if (t->kind == MR_TREE_MAP) return true;
    mr_error(d, "E-KIND", t->pos, "%s must be a map, this is %s", what, kind_name(t));
    return false;
}

bool mr_read_duration(struct mr_diags *d, const struct mr_tree *t, int64_t *ret_ms) {
    const char *text = mr_read_string(d, t, "a duration");
    if (!text) return false;
    if (mr_parse_duration(t->text, ret_ms)) return true;
    bool bare = is_int(text) || is_double(text);
    struct mr_diag *g =
        mr_error(d, "E-UNIT", t->pos, bare ? "`%s` has no unit" : "`%s` is not a duration", text);
    g->len = (uint32_t)t->text.n;
    mr_diag_hint(d, g, "durations look like 250ms, 30s, 5m, 1h, 7d");
    return false;
}

bool mr_read_duration_or(struct mr_diags *d, const struct mr_tree *t, const char *word,
                         int64_t *ret_ms) {
    if (t && t->kind == MR_TREE_SCALAR && mr_str_is(t->text, word)) {
        *ret_ms = -1;
        return true;
    }
    return mr_read_duration(d, t, ret_ms);
}

bool mr_read_word(struct mr_diags *d, const struct mr_tree *t, const char *const *words, size_t n,
                  int *ret) {
    const char *text = mr_read_string(d, t, "a word");
    if (!text) return false;
    struct mr_buf all;
    mr_buf_init(&all, 0);
    for (size_t i = 0; i < n; i++) {
        if (mr_str_is(t->text, words[i])) {
            *ret = (int)i;
            mr_buf_done(&all);
            return true;
        }
        mr_buf_printf(&all, "%s`%s`", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
    }
    struct mr_diag *g = mr_error(d, "E-VALUE", t->pos, "`%s` is not %s", text, mr_buf_cstr(&all));
    g->len = (uint32_t)t->text.n;
    const char *near = mr_str_nearest(text, words, n);
    if (near) mr_diag_hint(d, g, "did you mean `%s`?", near);
    mr_buf_done(&all);
    return false;
}

bool mr_read_topic(struct mr_diags *d, const struct mr_tree *t, const char **ret) {
    const char *text = mr_read_string(d, t, "the name of a topic");
    if (!text) return false;
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    if (n == t->text.n && n > 0 && n <= 249 && strcmp(text, ".") && strcmp(text, "..")) {
        *ret = text;
        return true;
    }
    struct mr_diag *g = mr_error(d, "E-VALUE", t->pos, "`%s` cannot be the name of a topic", text);
    g->len = (uint32_t)t->text.n;
    mr_diag_hint(d, g, "letters, digits, `.`, `_` and `-`, at most 249 of them");
    return false;
}

bool mr_read_int(struct mr_diags *d, const struct mr_tree *t, int64_t min, int64_t max,
                 int64_t *ret) {
    const char *text = mr_read_string(d, t, "a number");
    if (!text) return false;
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (is_int(text) && !*end && !errno && n >= min && n <= max) {
        *ret = n;
        return true;
    }
    mr_error(d, "E-VALUE", t->pos, "`%s` is not a number from %lld to %lld", text, (long long)min,
             (long long)max)
        ->len = (uint32_t)t->text.n;
    return false;
}

/* [a-z][a-z0-9_]* */
static bool matches_name(struct mr_str s) {
    if (s.n == 0 || s.p[0] < 'a' || s.p[0] > 'z') return false;
    return strspn(s.p, "abcdefghijklmnopqrstuvwxyz0123456789_") == s.n;
}

bool mr_name_ok(struct mr_diags *d, const struct mr_tree *name, const char *what) {
    enum { NAME_MAX_BYTES = 100 }; /* topics are made of it, and a prefix */
    struct mr_diag *g;
    if (!matches_name(name->text) || name->text.n > NAME_MAX_BYTES) {
        g = mr_error(d, "E-NAME", name->pos, "`%s` cannot name %s", name->text.p, what);
        mr_diag_hint(d, g, "names are made of a-z, 0-9 and _, and begin with a letter");
    } else if (among(name->text, reserved, MR_ARRAY_LEN(reserved))) {
        g = mr_error(d, "E-NAME", name->pos, "`%s` is reserved, it cannot name %s", name->text.p,
                     what);
    } else {
        return true;
    }
    g->len = (uint32_t)name->text.n;
    return false;
}

/* ---- the same for operators (op.h) */

bool mr_check_name(struct mr_check *c, const struct mr_tree *name, const char *what) {
    return mr_name_ok(c->diags, name, what);
}

bool mr_check_duration(struct mr_check *c, const struct mr_tree *t, int64_t *ret_ms) {
    return !t || mr_read_duration(c->diags, t, ret_ms);
}

bool mr_check_grace(struct mr_check *c, const struct mr_tree *map, const char *what,
                    int64_t *ret_ms) {
    const struct mr_tree *grace = mr_tree_get(map, "grace");
    bool of_node = map == c->tree;
    if (!grace && c->defaults) grace = mr_tree_get(c->defaults, "grace");
    if (grace) return mr_check_duration(c, grace, ret_ms);
    struct mr_diag *g = mr_error(c->diags, "E-GRACE", (of_node ? c->clause : map)->pos,
                                 "%s does not say how long it waits for late records", what);
    mr_diag_hint(c->diags, g, "add `grace: 30s` (or `grace: 0s`)%s, or `defaults: {grace: 30s}`",
                 of_node ? " beside it" : "");
    return false;
}

bool mr_check_word(struct mr_check *c, const struct mr_tree *t, const char *const *words, size_t n,
                   int *ret) {
    return !t || mr_read_word(c->diags, t, words, n, ret);
}

bool mr_check_keys(struct mr_check *c, const struct mr_tree *map, const char *what,
                   const char *const *keys, size_t n) {
    size_t errors = c->diags->n_errors;
    if (!map || !mr_is_map(c->diags, map, what)) return !map;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_tree *key = &map->keys[i];
        if (among(key->text, keys, n)) continue;
        struct mr_diag *g =
            mr_error(c->diags, "E-KEY", key->pos, "%s has no key `%s`", what, key->text.p);
        g->len = (uint32_t)key->text.n;
        const char *near = mr_str_nearest(key->text.p, keys, n);
        if (near) mr_diag_hint(c->diags, g, "did you mean `%s`?", near);
    }
    return c->diags->n_errors == errors;
}

/* testcmp.c -- see testcmp.h. */
#include "processor/serve/testcmp.h"
#include "base/mem.h"
#include "processor/expr/civil.h"
#include "processor/expr/numtext.h"
#include "processor/serve/jtext.h"

#include <assert.h>
#include <stdio.h>

/* ---- equality */

static bool instant(struct mr_str text, int64_t *ret_ms) {
    int64_t s;
    uint32_t ns;
    if (mr_test_time(text, ret_ms)) return true;
    if (!mr_parse_rfc3339(text, &s, &ns) || ns % 1000000) return false;
    *ret_ms = s * 1000 + ns / 1000000;
    return true;
}

static bool same_number(struct mr_str a, struct mr_str b) {
    int64_t i, j;
    uint64_t u, v;
    double x, y;
    if (mr_parse_int(a, &i) && mr_parse_int(b, &j)) return i == j;
    if (mr_parse_uint(a, &u) && mr_parse_uint(b, &v)) return u == v;
    return mr_parse_double(a, &x) && mr_parse_double(b, &y) && x == y;
}

static bool same_scalar(const struct mr_tree *e, const struct mr_tree *a) {
    enum mr_plain expected = mr_test_plain(e), actual = mr_test_plain(a);
    int64_t x, y;
    if (actual == MR_PLAIN_NUMBER && expected == MR_PLAIN_STRING)
        return mr_test_time(e->text, &x) && mr_parse_int(a->text, &y) && x == y;
    if (expected != actual) return false;
    switch (expected) {
    case MR_PLAIN_NULL: return true;
    case MR_PLAIN_BOOL: return (e->text.p[0] | 32) == a->text.p[0];
    case MR_PLAIN_NUMBER: return same_number(e->text, a->text);
    case MR_PLAIN_STRING: break;
    }
    if (mr_str_eq(e->text, a->text)) return true;
    return instant(e->text, &x) && instant(a->text, &y) && x == y;
}

static bool same_map(const struct mr_tree *e, const struct mr_tree *a) {
    if (e->n != a->n) return false;
    for (uint32_t i = 0; i < e->n; i++) {
        const struct mr_tree *other = mr_tree_get(a, e->keys[i].text.p);
        if (!other || !mr_test_same(&e->items[i], other)) return false;
    }
    return true;
}

bool mr_test_same(const struct mr_tree *e, const struct mr_tree *a) {
    if (e->kind != a->kind) return false;
    if (e->kind == MR_TREE_SCALAR) return same_scalar(e, a);
    if (e->kind == MR_TREE_MAP) return same_map(e, a);
    if (e->n != a->n) return false;
    for (uint32_t i = 0; i < e->n; i++)
        if (!mr_test_same(&e->items[i], &a->items[i])) return false;
    return true;
}

/* ---- printing */

static bool is_word(const struct mr_tree *t) {
    if (t->text.n == 0) return false;
    for (size_t i = 0; i < t->text.n; i++) {
        char c = t->text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool inner = i && ((c >= '0' && c <= '9') || c == '-' || c == '.');
        if (!letter && !inner) return false;
    }
    struct mr_tree plain = *t;
    plain.style = MR_STYLE_PLAIN;
    return mr_test_plain(&plain) == MR_PLAIN_STRING;
}

/* As a person would write it in a test: words without quotes, times of the virtual day short. */
static void print_scalar(const struct mr_tree *t, struct mr_buf *to) {
    int64_t s;
    uint32_t ns;
    if (mr_test_plain(t) != MR_PLAIN_STRING || is_word(t)) {
        mr_buf_str(to, t->text);
        return;
    }
    bool time = t->text.n == 24 && mr_parse_rfc3339(t->text, &s, &ns);
    if (!time || s < MR_TEST_DAY_MS / 1000 || s >= 2 * MR_TEST_DAY_MS / 1000) {
        mr_jtext_quote(t->text, to);
        return;
    }
    s -= MR_TEST_DAY_MS / 1000;
    mr_buf_printf(to, "\"%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    if (ns) mr_buf_printf(to, ".%03u", ns / 1000000);
    mr_buf_byte(to, '"');
}

static void print_tree(const struct mr_tree *t, struct mr_buf *to) {
    if (t->kind == MR_TREE_SCALAR) {
        print_scalar(t, to);
        return;
    }
    bool map = t->kind == MR_TREE_MAP;
    mr_buf_byte(to, map ? '{' : '[');
    for (uint32_t i = 0; i < t->n; i++) {
        if (i) mr_buf_cat(to, ", ");
        if (map) print_scalar(&t->keys[i], to);
        if (map) mr_buf_cat(to, ": ");
        print_tree(&t->items[i], to);
    }
    mr_buf_byte(to, map ? '}' : ']');
}

/* ---- differences */

enum { PATH_MAX_BYTES = 200 };

struct diff {
    const char *file;
    struct mr_buf *to;
    size_t n;
    bool head; /* the line that names the row is printed */
    const char *sink;
    struct mr_pos pos;
    size_t row; /* 1-based */
};

static void head(struct diff *d) {
    d->n++;
    if (d->head) return;
    d->head = true;
    mr_buf_printf(d->to, "  %s:%u:%u: %s, row %zu\n", d->file, d->pos.line, d->pos.col, d->sink,
                  d->row);
}

static void differs(struct diff *d, const char *path, const struct mr_tree *e,
                    const struct mr_tree *a) {
    head(d);
    mr_buf_printf(d->to, "      %s: expected ", path);
    if (e)
        print_tree(e, d->to);
    else
        mr_buf_cat(d->to, "nothing");
    mr_buf_cat(d->to, ", got ");
    if (a)
        print_tree(a, d->to);
    else
        mr_buf_cat(d->to, "nothing");
    mr_buf_byte(d->to, '\n');
}

static void compare(struct diff *d, const char *path, const struct mr_tree *e,
                    const struct mr_tree *a);

static void compare_members(struct diff *d, const char *path, const struct mr_tree *e,
                            const struct mr_tree *a, bool subset) {
    char sub[PATH_MAX_BYTES];
    for (uint32_t i = 0; i < e->n; i++) {
        const struct mr_tree *other = mr_tree_get(a, e->keys[i].text.p);
        snprintf(sub, sizeof sub, "%s%s%s", path, *path ? "." : "", e->keys[i].text.p);
        if (other)
            compare(d, sub, &e->items[i], other);
        else
            differs(d, sub, &e->items[i], NULL);
    }
    for (uint32_t i = 0; i < a->n && !subset; i++) {
        if (mr_tree_get(e, a->keys[i].text.p)) continue;
        snprintf(sub, sizeof sub, "%s%s%s", path, *path ? "." : "", a->keys[i].text.p);
        differs(d, sub, NULL, &a->items[i]);
    }
}

static void compare(struct diff *d, const char *path, const struct mr_tree *e,
                    const struct mr_tree *a) {
    bool maps = e->kind == MR_TREE_MAP && a->kind == MR_TREE_MAP;
    /* Of headers only those that the test names: the others hold offsets and the like. */
    if (maps)
        compare_members(d, path, e, a, strcmp(path, "headers") == 0);
    else if (!mr_test_same(e, a))
        differs(d, path, e, a);
}

/* A key or value of a `string` topic: `5` in the test is the text "5". */
static bool same_text(const struct mr_format *f, const struct mr_tree *e, const struct mr_tree *a) {
    bool text = f && (f->kind == MR_F_STRING || f->kind == MR_F_BYTES);
    return text && e->kind == MR_TREE_SCALAR && a->kind == MR_TREE_SCALAR &&
           a->style == MR_STYLE_QUOTED && mr_test_plain(e) != MR_PLAIN_NULL &&
           mr_str_eq(e->text, a->text);
}

static bool same_key(const struct mr_output *out, const struct mr_tree *e,
                     const struct mr_tree *a) {
    const struct mr_tree *x = mr_tree_get(e, "key"), *y = mr_tree_get(a, "key");
    if (!x || !y) return true; /* by raw bytes, or not said: any row */
    return same_text(mr_embed_output_form(out).key, x, y) || mr_test_same(x, y);
}

static void compare_row(struct diff *d, const struct mr_output *out, const struct mr_tree *e,
                        const struct mr_tree *a) {
    struct mr_feed_form form = mr_embed_output_form(out);
    if (e->kind != MR_TREE_MAP) {
        differs(d, "row", e, a);
        return;
    }
    for (uint32_t i = 0; i < e->n; i++) {
        const char *name = e->keys[i].text.p;
        const struct mr_tree *other = mr_tree_get(a, name);
        bool key = strcmp(name, "key") == 0, value = strcmp(name, "value") == 0;
        if (other && (key || value) && same_text(key ? form.key : form.value, &e->items[i], other))
            continue;
        if (other)
            compare(d, name, &e->items[i], other);
        else
            differs(d, name, &e->items[i], NULL);
    }
}

static void missing_row(struct diff *d, const struct mr_tree *e) {
    head(d);
    mr_buf_cat(d->to, "      missing: ");
    print_tree(e, d->to);
    mr_buf_byte(d->to, '\n');
}

static void unexpected_row(struct diff *d, struct mr_str line) {
    d->n++;
    mr_buf_printf(d->to, "  %s:%u:%u: %s, row not expected\n      %.*s\n", d->file, d->pos.line,
                  d->pos.col, d->sink, MR_STR_ARG(line));
}

/* The row that belongs to an expectation: the next, or with several partitions the next of its
 * key. rows->n = none. */
static size_t partner(const struct mr_test_rows *rows, const bool *used, const struct mr_tree *e,
                      bool by_key) {
    for (size_t i = 0; i < rows->n; i++)
        if (!used[i] && (!by_key || same_key(rows->out, e, &rows->trees[i]))) return i;
    return rows->n;
}

static void compare_sink(struct diff *d, const struct mr_tree *expected,
                         const struct mr_test_rows *rows, bool by_key) {
    bool *used = mr_calloc(rows->n + 1, sizeof *used);
    for (uint32_t i = 0; i < expected->n; i++) {
        d->head = false;
        d->row = i + 1;
        d->pos = expected->items[i].pos;
        size_t at = partner(rows, used, &expected->items[i], by_key);
        used[at] = true;
        if (at == rows->n)
            missing_row(d, &expected->items[i]);
        else
            compare_row(d, rows->out, &expected->items[i], &rows->trees[at]);
    }
    d->pos = expected->pos;
    for (size_t i = 0; i < rows->n; i++)
        if (!used[i]) unexpected_row(d, rows->lines[i]);
    mr_free(used);
}

static const struct mr_test_rows *find_sink(const struct mr_test_result *r, const char *name) {
    for (size_t i = 0; i < r->n_sinks; i++)
        if (strcmp(r->sinks[i].out->name, name) == 0) return &r->sinks[i];
    return NULL;
}

size_t mr_test_compare(const char *file, const struct mr_test *test,
                       const struct mr_test_result *result, struct mr_buf *to) {
    struct diff d = {.file = file, .to = to};
    for (uint32_t i = 0; test->expect && i < test->expect->n; i++) {
        const struct mr_tree *name = &test->expect->keys[i], *list = &test->expect->items[i];
        const struct mr_test_rows *rows = find_sink(result, name->text.p);
        d.sink = name->text.p;
        d.pos = name->pos;
        assert(rows && list->kind == MR_TREE_LIST); /* testfile.c has seen to that */
        compare_sink(&d, list, rows, result->partitions > 1);
    }
    return d.n;
}

/* ---- update */

static const struct mr_tree *expect_key(const struct mr_test *t) {
    for (uint32_t i = 0; i < t->tree->n; i++)
        if (mr_str_is(t->tree->keys[i].text, "expect")) return &t->tree->keys[i];
    return NULL;
}

static void print_row(const struct mr_test_rows *rows, size_t row, int indent, struct mr_buf *to) {
    static const char *const sides[] = {"key", "key_base64", "value", "value_base64"};
    const struct mr_tree *tree = &rows->trees[row];
    bool first = true;
    for (int i = 0; i < 4; i++) {
        const struct mr_tree *side = mr_tree_get(tree, sides[i]);
        if (!side) continue;
        mr_buf_printf(to, "%*s%s%s: ", indent, "", first ? "- " : "  ", sides[i]);
        print_tree(side, to);
        mr_buf_byte(to, '\n');
        first = false;
    }
    const struct mr_tree *reason = mr_tree_get(mr_tree_get(tree, "headers"), "mr.reason");
    if (!reason || rows->out->kind == MR_OUT_SINK) return;
    mr_buf_printf(to, "%*s  headers: {mr.reason: ", indent, "");
    print_tree(reason, to);
    mr_buf_cat(to, "}\n");
}

static void print_expect(const struct mr_test *t, const struct mr_test_result *r, int indent,
                         struct mr_buf *to) {
    mr_buf_printf(to, "%*sexpect:\n", indent, "");
    for (size_t i = 0; i < r->n_sinks; i++) {
        const struct mr_test_rows *rows = &r->sinks[i];
        bool named = t->expect && mr_tree_get(t->expect, rows->out->name);
        if (rows->n == 0 && !named) continue;
        mr_buf_printf(to, "%*s%s:%s\n", indent + 2, "", rows->out->name, rows->n ? "" : " []");
        for (size_t k = 0; k < rows->n; k++) print_row(rows, k, indent + 4, to);
    }
}

/* Number of the line after those that belong to the block that starts at `line` in column `col`. */
static uint32_t block_end(struct mr_str text, uint32_t line, uint32_t col) {
    const char *at = text.p, *end = text.p + text.n;
    uint32_t number = 1, last = line;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        const char *word = at;
        while (word < stop && *word == ' ') word++;
        bool blank = word == stop || *word == '#';
        if (number > line && !blank && (uint32_t)(word - at) < col) return last + 1;
        if (number >= line && word < stop) last = *word == '#' && word - at < col ? last : number;
        number++;
        at = stop + 1;
    }
    return last + 1;
}

static const char *line_start(struct mr_str text, uint32_t line) {
    const char *at = text.p, *end = text.p + text.n;
    for (uint32_t i = 1; i < line && at < end; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        at = stop ? stop + 1 : end;
    }
    return at;
}

/* The place of a test's `expect:` in the file: lines [*from, *to), indent of the key. A test
 * without one gets it behind its last line. */
static bool place_of(struct mr_str text, const struct mr_test *t, uint32_t *from, uint32_t *to,
                     int *indent) {
    const struct mr_tree *key = expect_key(t), *first = &t->tree->keys[0];
    if (t->tree->n == 0) return false;
    *indent = (int)first->pos.col - 1;
    if (!key) {
        const struct mr_tree *last = &t->tree->keys[t->tree->n - 1];
        if (t->tree->n > 1 && last->pos.line == first->pos.line) return false;
        *from = *to = block_end(text, last->pos.line, last->pos.col);
        return true;
    }
    for (uint32_t i = 0; i < t->tree->n; i++)
        if (&t->tree->keys[i] != key && t->tree->keys[i].pos.line == key->pos.line) return false;
    if (key->pos.col != first->pos.col || key == first) return false;
    *from = key->pos.line;
    *to = block_end(text, key->pos.line, key->pos.col);
    return true;
}

bool mr_test_update(struct mr_str text, const struct mr_test *tests, size_t n,
                    const struct mr_test_result *const *results, struct mr_buf *to,
                    const struct mr_test **ret_problem) {
    const char *copied = text.p; /* up to here */
    for (size_t i = 0; i < n; i++) {
        uint32_t from, until;
        int indent;
        if (!results[i]) continue;
        *ret_problem = &tests[i];
        if (!place_of(text, &tests[i], &from, &until, &indent)) return false;
        const char *start = line_start(text, from), *stop = line_start(text, until);
        if (start < copied) return false;
        mr_buf_add(to, copied, (size_t)(start - copied));
        if (to->n && to->p[to->n - 1] != '\n') mr_buf_byte(to, '\n');
        print_expect(&tests[i], results[i], indent, to);
        copied = stop;
    }
    mr_buf_add(to, copied, (size_t)(text.p + text.n - copied));
    *ret_problem = NULL;
    return true;
}

/* yaml_place.c -- see yaml_place.h.
 *
 * Walks the source and the value side by side: what YAML writes in another way than it means
 * (escapes, doubled quotes, joined lines) ends a run of bytes that stand next to each other. Where
 * the two do not match (a form of YAML that is not known here) the walk ends, and what follows is
 * placed as if it went on in the same line: never worse than without it.
 */
#include "processor/topology/yaml_place.h"

struct walk {
    struct mr_str source, value;
    size_t i, k;       /* in source, in value */
    struct mr_pos pos; /* of i */
    enum mr_yaml_form form;
    struct mr_tree_place *places;
    uint32_t n, cap;
    struct mr_arena *arena;
};

static int at(const struct walk *w, size_t ahead) {
    return w->i + ahead < w->source.n ? (unsigned char)w->source.p[w->i + ahead] : -1;
}

static bool is_blank(int c) {
    return c == ' ' || c == '\t';
}

static void skip(struct walk *w, size_t n) {
    for (; n && w->i < w->source.n; n--) {
        bool line = w->source.p[w->i++] == '\n';
        w->pos.line += line;
        w->pos.col = line ? 1 : w->pos.col + 1;
    }
}

/* A run begins here. */
static void begin(struct walk *w) {
    if (w->n == w->cap) {
        uint32_t cap = w->cap ? w->cap * 2 : 8;
        struct mr_tree_place *more = mr_arena_alloc(w->arena, cap * sizeof *more);
        if (w->n) memcpy(more, w->places, w->n * sizeof *more);
        w->places = more;
        w->cap = cap;
    }
    w->places[w->n++] = (struct mr_tree_place){(uint32_t)w->k, w->pos};
}

/* Bytes of source, from i, that are a break of lines and the blanks around it; 0 = there is none.
 */
static size_t line_break(const struct walk *w) {
    size_t n = 0;
    if (w->form != MR_YAML_FOLDED) {
        while (is_blank(at(w, n))) n++;
    }
    if (at(w, n) == '\r') n++;
    if (at(w, n) != '\n') return 0;
    while (is_blank(at(w, n)) || at(w, n) == '\n' || at(w, n) == '\r') n++;
    return n;
}

static void join_lines(struct walk *w, size_t n) {
    bool space = w->value.p[w->k] == ' ';
    w->k += space;
    while (!space && w->k < w->value.n && w->value.p[w->k] == '\n') w->k++;
    size_t more = 0; /* lines of a folded block that stand further in keep their blanks */
    while (w->k + more < w->value.n && is_blank(w->value.p[w->k + more])) more++;
    skip(w, n > more ? n - more : n);
    begin(w);
}

static size_t utf8_len(unsigned char c) {
    return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* At a backslash of a text in double quotes. */
static void escape(struct walk *w) {
    int c = at(w, 1);
    if (c == '\n' || c == '\r') { /* the line goes on in the next one */
        skip(w, 1);
        skip(w, line_break(w));
    } else {
        skip(w, c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2);
        w->k += utf8_len((unsigned char)w->value.p[w->k]);
    }
    begin(w);
}

void mr_yaml_place(struct mr_arena *a, struct mr_str source, size_t from, enum mr_yaml_form form,
                   struct mr_tree *t) {
    struct walk w = {source, t->text, from, 0, t->pos, form, NULL, 0, 0, a};
    if (source.n - from >= t->text.n && !memcmp(source.p + from, t->text.p, t->text.n)) return;
    while (form == MR_YAML_FOLDED && w.k < w.value.n && w.value.p[w.k] == '\n') w.k++;
    begin(&w);
    while (w.k < w.value.n && w.i < source.n) {
        size_t n = line_break(&w);
        if (n) {
            join_lines(&w, n);
        } else if (form == MR_YAML_DOUBLE && at(&w, 0) == '\\') {
            escape(&w);
        } else if (source.p[w.i] != w.value.p[w.k]) {
            break;
        } else {
            bool doubled = form == MR_YAML_SINGLE && at(&w, 0) == '\'' && at(&w, 1) == '\'';
            skip(&w, doubled ? 2 : 1);
            w.k++;
            if (doubled) begin(&w);
        }
    }
    t->places = w.places;
    t->n_places = w.n;
}

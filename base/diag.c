/* diag.c -- collecting and printing diagnostics; the form is in the head of diag.h. */
#include "base/diag.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A source line is shown whole up to SHOW_MAX bytes, else a part of it around the caret. */
enum { SHOW_MAX = 200, SHOW_BEFORE = 80 };

void mr_diags_init(struct mr_diags *d, struct mr_arena *a, const char *file, struct mr_str source) {
    *d = (struct mr_diags){.arena = a, .file = file, .source = source};
}

void mr_diags_done(struct mr_diags *d) {
    mr_free(d->list);
    d->list = NULL;
    d->n = d->cap = d->n_errors = 0;
}

static const char *vtext(struct mr_arena *a, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *to = mr_arena_alloc(a, (size_t)n + 1);
    vsnprintf(to, (size_t)n + 1, fmt, again);
    va_end(again);
    for (char *c = to; *c; c++)
        if ((unsigned char)*c < 0x20) *c = ' '; /* one line, whatever a name held */
    return to;
}

struct mr_diag *mr_diag_add(struct mr_diags *d, enum mr_severity s, const char *code,
                            struct mr_pos pos, const char *fmt, ...) {
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 8;
        d->list = mr_realloc(d->list, d->cap * sizeof *d->list);
    }
    va_list ap;
    va_start(ap, fmt);
    struct mr_diag *g = &d->list[d->n++];
    *g = (struct mr_diag){.severity = s, .code = code, .pos = pos};
    g->text = vtext(d->arena, fmt, ap);
    va_end(ap);
    d->n_errors += s == MR_ERROR;
    return g;
}

void mr_diag_hint(struct mr_diags *d, struct mr_diag *g, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    g->hint = vtext(d->arena, fmt, ap);
    va_end(ap);
}

/* The source's line number `line`, without its line break; p == NULL: there is none. */
static struct mr_str source_line(struct mr_str source, uint32_t line) {
    const char *at = source.p, *end = source.p + source.n;
    for (uint32_t i = 1; i < line && at; i++) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (at) at++;
    }
    if (!at || line == 0 || at >= end) return (struct mr_str){0};
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    if (stop > at && stop[-1] == '\r') stop--;
    return (struct mr_str){at, (size_t)(stop - at)};
}

static bool continues(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* How many columns a terminal takes for the character at p: 0 (it joins the one before), 1 or 2.
 * The blocks of East Asian wide characters and emoji, as UAX 11 (Unicode 15) has them. */
static unsigned columns(const char *p, const char *end) {
    static const struct {
        uint32_t from, to;
        unsigned n;
    } blocks[] = {{0x300, 0x36f, 0},     {0x1100, 0x115f, 2},  {0x200b, 0x200f, 0},
                  {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},  {0xac00, 0xd7a3, 2},
                  {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},  {0xfe30, 0xfe6f, 2},
                  {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2},  {0x1f300, 0x1f64f, 2},
                  {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2}};
    unsigned char c = (unsigned char)*p;
    size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    uint32_t v = n == 1 ? c : c & (0x7fu >> n);
    for (size_t i = 1; i < n && p + i < end; i++) v = v << 6 | ((unsigned char)p[i] & 0x3f);
    for (size_t i = 0; i < MR_ARRAY_LEN(blocks); i++) {
        if (v >= blocks[i].from && v <= blocks[i].to) return blocks[i].n;
    }
    return 1;
}

/* `fill` under the characters of line from byte `from` to byte `to`. */
static void underline(struct mr_buf *b, struct mr_str line, size_t from, size_t to, char fill) {
    for (size_t i = from; i < to && i < line.n; i++) {
        if (continues(line.p[i])) continue;
        bool tab = line.p[i] == '\t';
        unsigned n = tab ? 1 : columns(line.p + i, line.p + line.n);
        for (; n; n--) mr_buf_byte(b, tab && fill == ' ' ? '\t' : fill);
    }
}

/* The part of a line that is printed; *col (0-based byte) is moved with it. */
static struct mr_str shown_part(struct mr_str line, size_t *col, bool *cut_before,
                                bool *cut_after) {
    size_t from = 0, to = line.n;
    *cut_before = *cut_after = false;
    if (line.n > SHOW_MAX) {
        from = *col > SHOW_BEFORE ? *col - SHOW_BEFORE : 0;
        while (from > 0 && from < line.n && continues(line.p[from])) from--;
        to = line.n - from > SHOW_MAX ? from + SHOW_MAX : line.n;
        while (to < line.n && continues(line.p[to])) to++;
        *cut_before = from > 0;
        *cut_after = to < line.n;
    }
    *col -= from;
    return (struct mr_str){line.p + from, to - from};
}

static void print_source(const struct mr_diag *g, struct mr_str line, struct mr_buf *to) {
    bool before, after;
    size_t col = g->pos.col ? g->pos.col - 1 : 0;
    if (col > line.n) col = line.n;
    line = shown_part(line, &col, &before, &after);
    mr_buf_printf(to, "%5u | %s", g->pos.line, before ? "..." : "");
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        mr_buf_byte(to, (c < 0x20 && c != '\t') || c == 0x7f ? '?' : c);
    }
    mr_buf_printf(to, "%s\n      | %s", after ? "..." : "", before ? "   " : "");
    underline(to, line, 0, col, ' ');
    mr_buf_byte(to, '^');
    if (col < line.n && columns(line.p + col, line.p + line.n) == 2) mr_buf_byte(to, '~');
    underline(to, line, col + 1, col + g->len, '~');
    mr_buf_byte(to, '\n');
}

static int by_position(const void *a, const void *b) {
    const struct mr_diag *x = *(const struct mr_diag *const *)a;
    const struct mr_diag *y = *(const struct mr_diag *const *)b;
    if (x->pos.line != y->pos.line) return x->pos.line < y->pos.line ? -1 : 1;
    if (x->pos.col != y->pos.col) return x->pos.col < y->pos.col ? -1 : 1;
    return x < y ? -1 : x > y; /* both in one list: in order of their making */
}

/* Columns count characters, as editors do: bytes of one character are one. */
static uint32_t shown_column(const struct mr_diag *g, struct mr_str line) {
    uint32_t col = g->pos.col;
    for (size_t i = 0; line.p && i < line.n && i + 1 < g->pos.col; i++) col -= continues(line.p[i]);
    return col;
}

static void print_one(struct mr_diags *d, const struct mr_diag *g, struct mr_buf *to) {
    mr_buf_cat(to, d->file);
    struct mr_str line = source_line(d->source, g->pos.line);
    if (g->pos.line) mr_buf_printf(to, ":%u:%u", g->pos.line, shown_column(g, line));
    mr_buf_printf(to, ": %s[%s]: %s\n", g->severity == MR_ERROR ? "error" : "warning", g->code,
                  g->text);
    if (line.p) print_source(g, line, to);
    if (g->hint) mr_buf_printf(to, "      = %s\n", g->hint);
}

void mr_diags_print(struct mr_diags *d, struct mr_buf *to) {
    const struct mr_diag **order = mr_alloc((d->n + 1) * sizeof *order);
    for (size_t i = 0; i < d->n; i++) order[i] = &d->list[i];
    qsort(order, d->n, sizeof *order, by_position);
    for (size_t i = 0; i < d->n; i++) print_one(d, order[i], to);
    mr_free(order);
}

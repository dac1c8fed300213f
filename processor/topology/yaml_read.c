/* yaml_read.c -- YAML text -> a positioned tree. The only file that knows libyaml.
 *
 * YAML 1.2 core schema without what makes a file say more than it shows: aliases, anchors, tags,
 * merge keys, duplicate keys and second documents are errors. Scalars stay text (the reader of a
 * field decides what a plain scalar means), so `yes`, `no`, `on`, `off` are strings.
 *
 * Positions count lines at '\n' and columns in bytes; libyaml counts characters, and lines also at
 * other breaks, so its marks are translated through a table of its lines.
 *
 * Must not know: any key of the language.
 */
#include "base/mem.h"
#include "processor/topology/compile.h"
#include "processor/topology/yaml_place.h"

#include <stdio.h>
#include <yaml.h>

enum {
    BYTES_MAX = 1 << 20,
    DEPTH_MAX = 32,
    NODES_MAX = 10000,
};

struct line {          /* a line as libyaml counts them */
    uint32_t start;    /* byte offset */
    uint32_t row;      /* 1-based, counted at '\n' */
    uint32_t row_from; /* byte offset where that row starts */
};

struct reader {
    struct mr_arena *arena;
    struct mr_diags *diags;
    struct mr_str text;
    yaml_parser_t parser;
    struct line *lines; /* owned */
    size_t n_lines;
    uint32_t n_nodes;
    bool stop; /* nothing more can be read: syntax error or over a limit */
};

struct children {                 /* of a map or list, while it is read */
    struct mr_tree *keys, *items; /* owned */
    uint32_t n, cap;
};

/* ---- positions */

/* Bytes of the line break at p as libyaml knows them; 0 = none. */
static size_t break_bytes(const char *p, const char *end) {
    const unsigned char *u = (const unsigned char *)p;
    size_t left = (size_t)(end - p);
    if (u[0] == '\r') return left > 1 && u[1] == '\n' ? 2 : 1;
    if (u[0] == '\n') return 1;
    if (u[0] == 0xc2 && left > 1 && u[1] == 0x85) return 2;
    if (u[0] == 0xe2 && left > 2 && u[1] == 0x80 && (u[2] == 0xa8 || u[2] == 0xa9)) return 3;
    return 0;
}

static void find_lines(struct reader *r) {
    const char *base = r->text.p, *end = base + r->text.n;
    size_t cap = 64;
    struct line at = {0, 1, 0};
    r->lines = mr_alloc(cap * sizeof *r->lines);
    r->lines[r->n_lines++] = at;
    for (const char *p = base; p < end;) {
        size_t n = break_bytes(p, end);
        p += n ? n : 1;
        if (!n) continue;
        at.start = (uint32_t)(p - base);
        if (p[-1] == '\n') {
            at.row++;
            at.row_from = at.start;
        }
        if (r->n_lines == cap) r->lines = mr_realloc(r->lines, (cap *= 2) * sizeof *r->lines);
        r->lines[r->n_lines++] = at;
    }
}

static const struct line *line_at(const struct reader *r, size_t line) {
    return &r->lines[line < r->n_lines ? line : r->n_lines - 1];
}

/* Byte offset of a mark. */
static uint32_t offset_of(const struct reader *r, const yaml_mark_t *m) {
    const char *end = r->text.p + r->text.n;
    const char *p = r->text.p + line_at(r, m->line)->start;
    for (size_t chars = m->column; chars && p < end; chars--) {
        p++;
        while (p < end && ((unsigned char)*p & 0xc0) == 0x80) p++;
    }
    return (uint32_t)(p - r->text.p);
}

static struct mr_pos pos_of(const struct reader *r, const yaml_mark_t *m) {
    const struct line *l = line_at(r, m->line);
    return (struct mr_pos){l->row, offset_of(r, m) - l->row_from + 1};
}

static struct mr_pos pos_of_offset(const struct reader *r, size_t offset) {
    size_t i = r->n_lines - 1;
    while (i > 0 && r->lines[i].start > offset) i--;
    return (struct mr_pos){r->lines[i].row, (uint32_t)(offset - r->lines[i].row_from) + 1};
}

/* Leading spaces of the line at p; *ret_blank: there is nothing else on it. */
static uint32_t leading_spaces(const char *p, const char *end, bool *ret_blank) {
    uint32_t n = 0;
    while (p + n < end && p[n] == ' ') n++;
    *ret_blank = p + n >= end || p[n] == '\n' || p[n] == '\r';
    return n;
}

/* Where the text of a block scalar stands: its lines begin behind the line of the `|` or `>`. */
static void place_block(struct reader *r, const yaml_event_t *e, struct mr_tree *t) {
    size_t first = e->start_mark.line + 1, line = first;
    const char *text = t->text.p, *text_end = text + t->text.n;
    const char *end = r->text.p + r->text.n;
    bool blank;
    while (line < r->n_lines &&
           (leading_spaces(r->text.p + r->lines[line].start, end, &blank), blank))
        line++;
    while (text < text_end && *text == '\n') text++;
    if (line >= r->n_lines || text >= text_end) return; /* empty: stays at its mark */

    uint32_t in_file = leading_spaces(r->text.p + r->lines[line].start, end, &blank);
    uint32_t in_text = leading_spaces(text, text_end, &blank);
    uint32_t col = (in_file > in_text ? in_file - in_text : 0) + 1;
    if (e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE) {
        t->pos = (struct mr_pos){r->lines[line].row, col};
        mr_yaml_place(r->arena, r->text, r->lines[line].start + col - 1, MR_YAML_FOLDED, t);
        return;
    }
    uint32_t n = 1;
    for (size_t i = 0; i < t->text.n; i++) n += t->text.p[i] == '\n';
    uint32_t *cols = mr_arena_alloc(r->arena, n * sizeof *cols);
    for (uint32_t i = 0; i < n; i++) cols[i] = col;
    t->lines = cols;
    t->n_lines = n;
    t->pos = (struct mr_pos){r->lines[first].row, col};
}

/* ---- errors */

static void fail_syntax(struct reader *r) {
    const yaml_parser_t *p = &r->parser;
    struct mr_pos pos = p->error == YAML_READER_ERROR ? pos_of_offset(r, p->problem_offset)
                                                      : pos_of(r, &p->problem_mark);
    struct mr_diag *g = mr_error(r->diags, "E-YAML", pos, "this is not YAML: %s",
                                 p->problem ? p->problem : "out of memory");
    if (p->context && p->error != YAML_READER_ERROR)
        mr_diag_hint(r->diags, g, "%s that began at line %u", p->context,
                     pos_of(r, &p->context_mark).line);
    r->stop = true;
}

static void fail_limit(struct reader *r, struct mr_pos pos, const char *what) {
    mr_error(r->diags, "E-LIMIT", pos, "%s", what);
    r->stop = true;
}

static void refuse(struct reader *r, const yaml_event_t *e, const char *what, const char *hint) {
    mr_diag_hint(r->diags, mr_error(r->diags, "E-YAML", pos_of(r, &e->start_mark), "%s", what),
                 "%s", hint);
}

static void refuse_properties(struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor,
                              const yaml_char_t *tag) {
    if (anchor)
        refuse(r, e, "anchors (`&name`) are not part of the language",
               "write the value where it is used, or use `params:`");
    if (tag)
        refuse(r, e, "tags (`!name`) are not part of the language",
               "leave it out; quote the value if it is a string");
}

/* ---- events -> nodes */

static void done_children(struct children *c) {
    mr_free(c->keys);
    mr_free(c->items);
}

static void read_scalar(struct reader *r, const yaml_event_t *e, struct mr_tree *t) {
    const char *value = (const char *)e->data.scalar.value;
    size_t n = e->data.scalar.length;
    yaml_scalar_style_t style = e->data.scalar.style;
    t->kind = MR_TREE_SCALAR;
    t->text = (struct mr_str){mr_arena_strndup(r->arena, value, n), n};
    t->pos = pos_of(r, &e->start_mark);
    refuse_properties(r, e, e->data.scalar.anchor, e->data.scalar.tag);
    if (memchr(value, 0, n))
        refuse(r, e, "a NUL character in a scalar", "JSON texts can hold it as \\u0000");
    if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
        t->style = MR_STYLE_QUOTED;
        t->pos.col++; /* behind the quote */
        bool single = style == YAML_SINGLE_QUOTED_SCALAR_STYLE;
        mr_yaml_place(r->arena, r->text, offset_of(r, &e->start_mark) + 1,
                      single ? MR_YAML_SINGLE : MR_YAML_DOUBLE, t);
    } else if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
        t->style = MR_STYLE_BLOCK;
        place_block(r, e, t);
    } else {
        t->style = MR_STYLE_PLAIN;
        mr_yaml_place(r->arena, r->text, offset_of(r, &e->start_mark), MR_YAML_PLAIN, t);
    }
}

static bool next_event(struct reader *r, yaml_event_t *e) {
    if (r->stop) return false;
    if (yaml_parser_parse(&r->parser, e)) return true;
    fail_syntax(r);
    return false;
}

/* Is the key usable and new? Diagnostics otherwise; reading goes on either way. */
static void check_key(struct reader *r, const struct mr_tree *key, const struct children *c) {
    if (key->kind != MR_TREE_SCALAR) {
        mr_error(r->diags, "E-YAML", key->pos, "a key must be a word, not a map or a list");
        return;
    }
    if (key->style == MR_STYLE_PLAIN && mr_str_is(key->text, "<<")) {
        struct mr_diag *g = mr_error(r->diags, "E-YAML", key->pos,
                                     "merge keys (`<<`) are not part of the language");
        mr_diag_hint(r->diags, g, "write the keys out");
        return;
    }
    for (uint32_t i = 0; i < c->n; i++) {
        if (c->keys[i].kind != MR_TREE_SCALAR || !mr_str_eq(c->keys[i].text, key->text)) continue;
        struct mr_diag *g =
            mr_error(r->diags, "E-DUP", key->pos, "`%s` stands twice in this map", key->text.p);
        g->len = (uint32_t)key->text.n;
        mr_diag_hint(r->diags, g, "the first one is in line %u", c->keys[i].pos.line);
        return;
    }
}

static void read_node(struct reader *r, const yaml_event_t *e, struct mr_tree *t, int depth);

/* Reads up to the end event of a map or list. */
static void read_children(struct reader *r, struct mr_tree *t, int depth) {
    MR_CLEANUP(done_children) struct children c = {0};
    bool map = t->kind == MR_TREE_MAP;
    yaml_event_type_t last = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (;;) {
        yaml_event_t e;
        if (!next_event(r, &e)) break;
        if (e.type == last) {
            yaml_event_delete(&e);
            break;
        }
        if (c.n == c.cap) {
            c.cap = c.cap ? c.cap * 2 : 8;
            c.items = mr_realloc(c.items, c.cap * sizeof *c.items);
            if (map) c.keys = mr_realloc(c.keys, c.cap * sizeof *c.keys);
        }
        read_node(r, &e, map ? &c.keys[c.n] : &c.items[c.n], depth);
        yaml_event_delete(&e);
        if (map) {
            if (r->stop) break;
            check_key(r, &c.keys[c.n], &c);
            if (!next_event(r, &e)) break;
            read_node(r, &e, &c.items[c.n], depth);
            yaml_event_delete(&e);
        }
        c.n++;
    }
    t->n = c.n;
    t->items = mr_arena_dup(r->arena, c.items, c.n * sizeof *c.items);
    if (map) t->keys = mr_arena_dup(r->arena, c.keys, c.n * sizeof *c.keys);
}

/* e: the event that starts the node; stays the caller's. */
static void read_node(struct reader *r, const yaml_event_t *e, struct mr_tree *t, int depth) {
    *t = (struct mr_tree){.pos = pos_of(r, &e->start_mark), .text = {"", 0}};
    if (++r->n_nodes > NODES_MAX) {
        fail_limit(r, t->pos, "more than 10,000 values in one file");
        return;
    }
    if (e->type == YAML_SCALAR_EVENT) {
        read_scalar(r, e, t);
        return;
    }
    if (e->type == YAML_ALIAS_EVENT) {
        refuse(r, e, "aliases (`*name`) are not part of the language",
               "write the value where it is used, or use `params:`");
        return;
    }
    if (depth >= DEPTH_MAX) {
        fail_limit(r, t->pos, "nested deeper than 32 levels");
        return;
    }
    if (e->type == YAML_MAPPING_START_EVENT) {
        t->kind = MR_TREE_MAP;
        refuse_properties(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    } else {
        t->kind = MR_TREE_LIST;
        refuse_properties(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    }
    read_children(r, t, depth + 1);
}

static void check_directives(struct reader *r, const yaml_event_t *e) {
    if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        refuse(r, e, "tags (`%TAG`) are not part of the language", "leave the directive out");
}

/* The one document of the file; NULL when there is none. */
static struct mr_tree *read_file(struct reader *r) {
    struct mr_tree *root = NULL;
    for (;;) {
        yaml_event_t e;
        if (!next_event(r, &e)) return NULL;
        yaml_event_type_t type = e.type;
        if (type == YAML_DOCUMENT_START_EVENT) {
            check_directives(r, &e);
            if (root) {
                refuse(r, &e, "a second document (`---`) in one file", "make it a file of its own");
                r->stop = true;
            }
        } else if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT ||
                   type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT) {
            root = mr_arena_alloc(r->arena, sizeof *root);
            read_node(r, &e, root, 0);
        }
        yaml_event_delete(&e);
        if (type == YAML_STREAM_END_EVENT) return root;
    }
}

static void done_reader(struct reader *r) {
    yaml_parser_delete(&r->parser);
    mr_free(r->lines);
}

const struct mr_tree *mr_yaml_read(struct mr_arena *a, struct mr_diags *d, struct mr_str text) {
    size_t errors = d->n_errors;
    if (text.n > BYTES_MAX) {
        mr_error(d, "E-LIMIT", (struct mr_pos){0}, "the file is larger than 1 MiB");
        return NULL;
    }
    if (!text.p) text.p = "";
    MR_CLEANUP(done_reader) struct reader r = {.arena = a, .diags = d, .text = text};
    if (!yaml_parser_initialize(&r.parser)) {
        mr_error(d, "E-YAML", (struct mr_pos){0}, "out of memory");
        return NULL;
    }
    find_lines(&r);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
    const struct mr_tree *root = read_file(&r);
    if (d->n_errors > errors) return NULL;
    struct mr_pos top = {1, 1};
    if (!root) mr_error(d, "E-YAML", top, "the file is empty");
    return root;
}

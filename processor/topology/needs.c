/* needs.c -- sets of fields of a row, one level into the sides of a join.
 *
 * Everything here errs towards more: a field too many is decoded for nothing, one too few would
 * be read as absent.
 */
#include "base/mem.h"
#include "processor/topology/graph.h"

#include <ctype.h>

struct mr_needs mr_needs_new(struct mr_arena *a, const struct mr_type *row) {
    struct mr_needs n = {.row = row};
    uint32_t count = row ? row->n_fields : 0;
    n.fields = mr_arena_calloc(a, count + 1, sizeof *n.fields);
    n.parts = mr_arena_calloc(a, count + 1, sizeof *n.parts);
    for (uint32_t i = 0; i < count; i++)
        if (row->fields[i].type->kind == MR_T_STRUCT)
            n.parts[i] = mr_arena_calloc(a, row->fields[i].type->n_fields + 1, sizeof(bool));
    return n;
}

void mr_needs_field(struct mr_needs *n, uint32_t field) {
    n->fields[field] = true;
    for (uint32_t k = 0; n->parts[field] && k < n->row->fields[field].type->n_fields; k++)
        n->parts[field][k] = true;
}

void mr_needs_all(struct mr_needs *n) {
    for (uint32_t i = 0; n->row && i < n->row->n_fields; i++) mr_needs_field(n, i);
}

static void or_parts(struct mr_needs *n, uint32_t field, const bool *parts) {
    for (uint32_t k = 0; parts && k < n->row->fields[field].type->n_fields; k++)
        n->parts[field][k] |= parts[k];
}

void mr_needs_or(struct mr_needs *n, const struct mr_needs *with) {
    for (uint32_t i = 0; n->row && i < n->row->n_fields; i++) {
        n->fields[i] |= with->fields[i];
        or_parts(n, i, with->parts[i]);
    }
}

/* ---- expressions */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static size_t word_at(struct mr_str s, size_t at) {
    size_t n = 0;
    while (at + n < s.n && is_word(s.p[at + n])) n++;
    return n;
}

static size_t skip(struct mr_str s, size_t at, const char *set) {
    while (at < s.n && strchr(set, s.p[at])) at++;
    return at;
}

/* `name` ends at `at`: is it `name.part`? Then the part, else -1. */
static int part_behind(struct mr_str s, size_t at, const struct mr_type *side) {
    at = skip(s, at, " \t\r\n");
    if (at == s.n || s.p[at] != '.') return -1;
    at = skip(s, at + 1, " \t\r\n?");
    struct mr_str part = {s.p + at, word_at(s, at)};
    return mr_type_field(side, part);
}

/* Marks the parts of a side that a text names. Every word counts that is the side's name, also in
 * strings and comments; one that is not followed by a part of it means all parts. */
static bool scan_text(struct mr_needs *n, uint32_t field, struct mr_str s) {
    struct mr_str name = n->row->fields[field].name;
    bool found = false;
    for (size_t at = 0; at < s.n;) {
        size_t len = word_at(s, at);
        struct mr_str word = {s.p + at, len};
        at += len ? len : 1;
        if (mr_str_is(word, "this")) mr_needs_field(n, field);
        if (!mr_str_eq(word, name)) continue;
        found = true;
        int part = part_behind(s, at, n->row->fields[field].type);
        if (part >= 0)
            n->parts[field][part] = true;
        else
            mr_needs_field(n, field);
    }
    return found;
}

void mr_needs_program(struct mr_needs *n, const struct mr_program *p,
                      const struct mr_scope *scope) {
    for (uint32_t i = 0; n->row && i < n->row->n_fields; i++) {
        if (!mr_program_uses_field(p, i)) continue;
        n->fields[i] = true;
        if (!n->parts[i]) continue;
        bool found = scan_text(n, i, mr_program_text(p));
        for (size_t k = 0; k < scope->n_lets; k++)
            found |= scan_text(n, i, scope->lets[k].text->text);
        if (!found) mr_needs_field(n, i);
    }
}

/* ---- against the stream */

void mr_needs_back(struct mr_needs *n, const struct mr_needs *out) {
    if (!n->row || !out->row) return;
    if (n->row == out->row) {
        mr_needs_or(n, out);
        return;
    }
    for (uint32_t o = 0; o < out->row->n_fields; o++) {
        if (!out->fields[o]) continue;
        const struct mr_field *field = &out->row->fields[o];
        if (field->type == n->row) { /* the whole row is a side of a join */
            for (uint32_t k = 0; k < n->row->n_fields; k++)
                if (out->parts[o][k]) mr_needs_field(n, k);
            continue;
        }
        int i = mr_type_field(n->row, field->name);
        if (i < 0 || !mr_type_eq(n->row->fields[i].type, field->type)) continue;
        n->fields[i] = true;
        or_parts(n, (uint32_t)i, out->parts[o]);
    }
}

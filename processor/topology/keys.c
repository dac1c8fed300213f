/* keys.c -- the keys of the language: which stand where, which are not there yet (keys.def). */
#include "base/mem.h"
#include "processor/topology/graph.h"

static const struct mr_key_row rows[] = {
#define NOW                          false
#define LATER                        true
#define KEY(place, key, slot, state) {MR_PLACE_##place, #key, MR_SLOT_##slot, state},
#include "processor/topology/keys.def"
#undef KEY
#undef LATER
#undef NOW
};

enum { NAMES_MAX = 64 };
_Static_assert(MR_ARRAY_LEN(rows) < 2 * NAMES_MAX, "keys of one place fit in NAMES_MAX");

const struct mr_key_row *mr_word_find(enum mr_place place, struct mr_str key) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++)
        if (rows[i].place == place && mr_str_is(key, rows[i].key)) return &rows[i];
    return NULL;
}

static bool among(const char *const *list, struct mr_str key) {
    for (; list && *list; list++)
        if (mr_str_is(key, *list)) return true;
    return false;
}

static void unknown(struct mr_diags *d, const struct mr_tree *key, enum mr_place place,
                    const char *what) {
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < MR_ARRAY_LEN(rows) && n < NAMES_MAX; i++)
        if (rows[i].place == place) names[n++] = rows[i].key;
    struct mr_diag *g = mr_error(d, "E-KEY", key->pos, "%s has no key `%s`", what, key->text.p);
    g->len = (uint32_t)key->text.n;
    const char *near = mr_str_nearest(key->text.p, names, n);
    if (near) mr_diag_hint(d, g, "did you mean `%s`?", near);
}

bool mr_words_check(struct mr_diags *d, const struct mr_tree *map, enum mr_place place,
                    const char *what, const char *const *also) {
    size_t errors = d->n_errors;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct mr_tree *key = &map->keys[i];
        if (among(also, key->text)) continue;
        const struct mr_key_row *row = mr_word_find(place, key->text);
        if (!row) {
            unknown(d, key, place, what);
        } else if (row->later) {
            struct mr_diag *g =
                mr_error(d, "E-NOTYET", key->pos, "`%s` is not there yet", key->text.p);
            g->len = (uint32_t)key->text.n;
        }
    }
    return d->n_errors == errors;
}

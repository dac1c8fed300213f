/* value_map.c -- maps without duplicate keys, as the readers need them. */
#include "base/hash.h"
#include "processor/expr/value.h"

static bool has_text(const struct mr_value *v) {
    return v->tag == MR_V_STRING || v->tag == MR_V_BYTES;
}

static bool same_key(const struct mr_value *a, const struct mr_value *b) {
    if (a->tag != b->tag) return false;
    if (a->tag == MR_V_BOOL) return a->b == b->b;
    if (!has_text(a)) return a->u == b->u;
    return a->len == b->len && (a->len == 0 || memcmp(a->p, b->p, a->len) == 0);
}

static uint64_t key_hash(const struct mr_value *v) {
    if (has_text(v)) return mr_hash(v->p, v->len, 0);
    uint64_t u = v->tag == MR_V_BOOL ? v->b : v->u;
    return mr_hash(&u, sizeof u, 0);
}

static size_t unique_few(struct mr_map_entry *map, size_t n, bool last_wins) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < kept && !same_key(&map[k].key, &map[i].key)) k++;
        if (k == kept)
            map[kept++] = map[i];
        else if (last_wins)
            map[k].value = map[i].value;
    }
    return kept;
}

size_t mr_map_unique(struct mr_arena *a, struct mr_map_entry *map, size_t n, bool last_wins) {
    enum { FEW = 16 };
    if (n <= FEW) return unique_few(map, n, last_wins);
    size_t size = 64, kept = 0;
    while (size < 2 * n) size *= 2;
    uint32_t *table = mr_arena_calloc(a, size, sizeof *table); /* index + 1 */
    for (size_t i = 0; i < n; i++) {
        size_t at = key_hash(&map[i].key) & (size - 1);
        while (table[at] && !same_key(&map[table[at] - 1].key, &map[i].key))
            at = (at + 1) & (size - 1);
        if (!table[at]) {
            map[kept++] = map[i];
            table[at] = (uint32_t)kept;
        } else if (last_wins) {
            map[table[at] - 1].value = map[i].value;
        }
    }
    return kept;
}

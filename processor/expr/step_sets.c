/* step_sets.c -- what looks for equal elements: distinct, CEL's sets extension, Kubernetes'
 * indexOf.
 *
 * Equality is CEL's (mr_run_eq). Few elements are compared one by one; many go through a table in
 * the arena, so that the work grows with the elements and not with their pairs. The table finds
 * elements and never orders them: results are the same either way. Its hash has no seed, so values
 * can be made to collide; what is compared then is charged like everything else.
 */
#include "processor/expr/run.h"

#include "base/hash.h"

#include <math.h>

enum { FEW = 64 }; /* pairs */

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

/* The static type of the elements of the first argument, or NULL. */
static const struct mr_type *elem_type(const struct mr_run *r, const struct mr_expr_step *s) {
    const struct mr_type *t = r->p->types[s->place];
    return t->kind == MR_T_LIST ? t->elem : NULL;
}

static bool is_nan(const struct mr_value *v) {
    return v->tag == MR_V_DOUBLE && isnan(v->d);
}

/* ---- hashing: equal values have equal hashes */

static uint64_t mix(uint64_t h, uint64_t x) {
    return mr_hash(&x, sizeof x, h);
}

/* A number that is whole is the same number in each type. */
static uint64_t hash_number(const struct mr_value *v) {
    if (v->tag != MR_V_DOUBLE) return mix(v->tag == MR_V_INT && v->i < 0, v->u);
    if (v->d >= -0x1p63 && v->d < 0x1p64 && v->d == trunc(v->d)) {
        if (v->d < 0) return mix(1, (uint64_t)(int64_t)v->d);
        return mix(0, (uint64_t)v->d);
    }
    return mix(2, v->u);
}

static bool hash(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *value,
                 const struct mr_type *t, uint64_t *ret);

static bool hash_all(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *list,
                     uint32_t n, const struct mr_type *list_type, uint64_t *ret) {
    uint64_t h = n, one;
    bool row = list_type && list_type->kind == MR_T_STRUCT;
    for (uint32_t i = 0; i < n; i++) {
        const struct mr_type *t = row         ? mr_value_field_type(list_type, i)
                                  : list_type ? list_type->elem
                                              : NULL;
        if (!hash(r, s, &list[i], t, &one)) return false;
        h = mix(h, one);
    }
    *ret = h;
    return true;
}

/* In any order of the entries. */
static bool hash_map(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *map,
                     const struct mr_type *t, uint64_t *ret) {
    uint64_t h = map->len, key, value;
    for (uint32_t i = 0; i < map->len; i++) {
        if (!hash(r, s, &map->map[i].key, t ? t->key : NULL, &key)) return false;
        if (!hash(r, s, &map->map[i].value, t ? t->elem : NULL, &value)) return false;
        h += mix(key, value);
    }
    *ret = h;
    return true;
}

/* Recursion ends with the values: their depth is that of an expression or of JSON, both limited. */
static bool hash(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *value,
                 const struct mr_type *t, uint64_t *ret) {
    while (t && t->kind == MR_T_OPTIONAL) t = t->elem;
    if (!mr_run_charge(r, s, 1)) return false;
    struct mr_value v = mr_run_plain(r, s, value);
    *ret = v.tag;
    switch ((enum mr_tag)v.tag) {
    case MR_V_INT:
    case MR_V_UINT:
    case MR_V_DOUBLE: *ret = hash_number(&v); return true;
    case MR_V_BOOL: *ret = mix(v.tag, v.b); return true;
    case MR_V_DURATION: *ret = mix(v.tag, v.u); return true;
    case MR_V_TIMESTAMP: *ret = mix(v.tag + ((uint64_t)v.aux << 8), v.u); return true;
    case MR_V_STRING:
    case MR_V_BYTES:
    case MR_V_IP:
    case MR_V_CIDR:
        if (!mr_run_charge(r, s, v.len / 16)) return false;
        *ret = mr_hash(v.p, v.len, v.tag);
        return true;
    case MR_V_LIST: return hash_all(r, s, v.list, v.len, t, ret);
    case MR_V_STRUCT: return hash_all(r, s, v.row, mr_value_n_fields(&v, t), t, ret);
    case MR_V_MAP: return hash_map(r, s, &v, t, ret);
    default: return true; /* by tag: nothing else is in them, or they are rare */
    }
}

/* ---- a set of the elements of a list */

struct slot {
    uint32_t hash; /* its upper half */
    uint32_t at;   /* 1 + index of the element; 0: free */
};

struct set {
    const struct mr_value *list;
    const struct mr_type *type;
    struct slot *slots; /* NULL: few elements, no table */
    uint32_t n;         /* elements of list that are in it */
    uint64_t mask;
};

static bool scan(struct mr_run *r, const struct mr_expr_step *s, const struct set *set,
                 const struct mr_value *v, bool *ret) {
    uint32_t i = 0;
    *ret = false;
    while (i < set->n && !*ret)
        if (!mr_run_eq(r, s, &set->list[i++], v, set->type, ret)) return false;
    return mr_run_charge(r, s, i + 1);
}

/* Is v in it? *ret_slot (with a table): where it would stand, NULL: nowhere (NaN equals nothing).
 */
static bool look(struct mr_run *r, const struct mr_expr_step *s, const struct set *set,
                 const struct mr_value *v, bool *ret, struct slot **ret_slot) {
    uint64_t h;
    *ret_slot = NULL;
    if (!set->slots) return scan(r, s, set, v, ret);
    *ret = false;
    if (is_nan(v)) return mr_run_charge(r, s, 1);
    if (!hash(r, s, v, set->type, &h)) return false;
    for (uint64_t i = h & set->mask;; i = (i + 1) & set->mask) {
        struct slot *slot = &set->slots[i];
        if (!mr_run_charge(r, s, 1)) return false;
        if (slot->at && slot->hash == (uint32_t)(h >> 32))
            if (!mr_run_eq(r, s, &set->list[slot->at - 1], v, set->type, ret)) return false;
        if (slot->at && !*ret) continue;
        if (!slot->at) slot->hash = (uint32_t)(h >> 32);
        *ret_slot = slot;
        return true;
    }
}

/* An empty set of elements of list, n at most; pairs: what comparing one by one would cost. */
static bool set_init(struct mr_run *r, const struct mr_expr_step *s, struct set *set,
                     const struct mr_value *list, uint32_t n, uint64_t pairs) {
    *set = (struct set){.list = list, .type = elem_type(r, s)};
    if (pairs <= FEW) return true;
    uint64_t cap = 2 * FEW;
    while (cap < 2 * (uint64_t)n) cap *= 2;
    if (!mr_run_charge(r, s, cap / 8)) return false;
    set->slots = mr_arena_calloc(r->f->arena, cap, sizeof *set->slots);
    set->mask = cap - 1;
    return true;
}

static bool set_fill(struct mr_run *r, const struct mr_expr_step *s, struct set *set,
                     const struct mr_value *list, uint64_t pairs) {
    if (!set_init(r, s, set, list->list, list->len, pairs)) return false;
    for (; set->slots && set->n < list->len; set->n++) {
        struct slot *slot;
        bool found;
        if (!look(r, s, set, &list->list[set->n], &found, &slot)) return false;
        if (slot && !found) slot->at = set->n + 1;
    }
    set->n = list->len;
    return true;
}

/* ---- the functions */

STEP_FN_OF(distinct) {
    struct set set;
    if (!mr_run_charge(r, s, a->len)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, a->len * sizeof *list);
    if (!set_init(r, s, &set, list, a->len, (uint64_t)a->len * a->len)) return false;
    for (uint32_t i = 0; i < a->len; i++) {
        struct slot *slot;
        bool found;
        if (!look(r, s, &set, &a->list[i], &found, &slot)) return false;
        if (found) continue;
        list[set.n++] = a->list[i];
        if (slot) slot->at = set.n;
    }
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = set.n, .list = list};
    return true;
}

/* Are all (any: is one of) the elements of b in a? */
static bool contains(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                     const struct mr_value *b, bool any, bool *ret) {
    struct set set;
    struct slot *slot;
    *ret = !any;
    if (!set_fill(r, s, &set, a, (uint64_t)a->len * b->len)) return false;
    for (uint32_t i = 0; i < b->len && *ret != any; i++) {
        if (!look(r, s, &set, &b->list[i], ret, &slot)) return false;
    }
    return true;
}

STEP_FN_OF(sets_contains) {
    bool all;
    if (!contains(r, s, a, b, false, &all)) return false;
    *dst = mr_bool(all);
    return true;
}

STEP_FN_OF(sets_equivalent) {
    bool all, back = false;
    if (!contains(r, s, a, b, false, &all)) return false;
    if (all && !contains(r, s, b, a, false, &back)) return false;
    *dst = mr_bool(all && back);
    return true;
}

STEP_FN_OF(sets_intersects) {
    bool found;
    if (!contains(r, s, a, b, true, &found)) return false;
    *dst = mr_bool(found);
    return true;
}

STEP_FN_OF(list_index_of) {
    const struct mr_type *t = elem_type(r, s);
    bool found = false;
    uint32_t i = 0;
    for (; i < a->len && !found; i++)
        if (!mr_run_charge(r, s, 1) || !mr_run_eq(r, s, &a->list[i], b, t, &found)) return false;
    *dst = mr_int(found ? (int64_t)i - 1 : -1);
    return true;
}

STEP_FN_OF(list_last_index_of) {
    const struct mr_type *t = elem_type(r, s);
    bool found = false;
    uint32_t i = a->len;
    for (; i && !found; i--)
        if (!mr_run_charge(r, s, 1) || !mr_run_eq(r, s, &a->list[i - 1], b, t, &found))
            return false;
    *dst = mr_int(found ? (int64_t)i : -1);
    return true;
}

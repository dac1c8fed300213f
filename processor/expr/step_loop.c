/* step_loop.c -- the steps of macros: going over a list or a map, and collecting.
 *
 * A loop has three registers in a row: what it goes over (a list or map, opened), the place it is
 * at (an int), and its variable; a fourth when it has two. Lists that are made have room
 * for every element from the start; maps grow.
 */
#include "processor/expr/run.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

/* dst: what to go over, dst[1]: the place */
STEP_FN_OF(iter) {
    struct mr_value v = mr_run_plain(r, s, a);
    if (v.tag == MR_V_ERROR) {
        r->error = v;
        return false;
    }
    if (v.tag != MR_V_LIST && v.tag != MR_V_MAP) return mr_run_no_overload(r, s, &v, NULL);
    if (a->tag == MR_V_JSON && !mr_run_charge(r, s, v.len)) return false; /* room for each */
    dst[0] = v;
    dst[1] = mr_int(0);
    return true;
}

bool mr_run_next(struct mr_run *r, const struct mr_expr_step *s, bool *ret_done) {
    const struct mr_value *over = &r->regs[s->a];
    int64_t at = r->regs[s->a + 1].i++;
    struct mr_value *var = &r->regs[s->dst];
    bool two = s->op == MR_OP_ITER_NEXT2;
    *ret_done = at >= over->len;
    if (*ret_done) return true;
    if (!mr_run_charge(r, s, s->b)) return false;
    if (over->tag == MR_V_MAP) {
        var[0] = over->map[at].key;
        if (two) var[1] = over->map[at].value;
    } else {
        var[0] = two ? mr_int(at) : over->list[at];
        if (two) var[1] = over->list[at];
    }
    return true;
}

STEP_FN_OF(raise) {
    if (a->tag != MR_V_ERROR) return true;
    r->error = *a;
    return false;
}

STEP_FN_OF(new_list) { /* a: as many elements as this has at most */
    if (!mr_run_charge(r, s, a->len)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, a->len * sizeof *list);
    *dst = (struct mr_value){.tag = MR_V_LIST, .list = list};
    return true;
}

STEP_FN_OF(append) {
    struct mr_value *list = (struct mr_value *)dst->list; /* made by new_list, nobody else's yet */
    list[dst->len++] = *a;
    return true;
}

/* ---- maps: they grow, always to a power of two */

STEP_FN_OF(new_map) {
    *dst = (struct mr_value){.tag = MR_V_MAP};
    return true;
}

static bool put(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *map,
                const struct mr_value *key, const struct mr_value *value) {
    uint32_t n = map->len;
    if (n == UINT32_MAX / 2) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a map gets too large");
    if ((n & (n - 1)) == 0) { /* full, or new */
        uint32_t cap = n ? 2 * n : 1;
        if (!mr_run_charge(r, s, 2 * (size_t)cap)) return false;
        struct mr_map_entry *more = mr_arena_alloc(r->f->arena, cap * sizeof *more);
        if (n) memcpy(more, map->map, n * sizeof *more);
        map->map = more;
    }
    struct mr_map_entry *entries = (struct mr_map_entry *)map->map; /* made here */
    entries[map->len++] = (struct mr_map_entry){*key, *value};
    return true;
}

STEP_FN_OF(put) { /* keys come from a list or map: none comes twice */
    return put(r, s, dst, a, b);
}

STEP_FN_OF(put_all) {
    struct mr_value v = mr_run_plain(r, s, a);
    if (v.tag == MR_V_ERROR) {
        r->error = v;
        return false;
    }
    if (v.tag != MR_V_MAP) return mr_run_no_overload(r, s, &v, NULL);
    for (uint32_t i = 0; i < v.len; i++) {
        const struct mr_value *key = &v.map[i].key;
        if (!mr_run_charge(r, s, dst->len + 1u)) return false;
        for (uint32_t k = 0; k < dst->len; k++) {
            bool same;
            if (!mr_run_eq(r, s, &dst->map[k].key, key, NULL, &same)) return false;
            if (same) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a key comes twice");
        }
        if (!put(r, s, dst, key, &v.map[i].value)) return false;
    }
    return true;
}

/* step_sort_by.c -- the end of the macro sortBy: a list in the order of its keys.
 *
 * The loop of the macro has made a key for each element. Stable; the order is that of
 * step_lists.c's sort.
 */
#include "processor/expr/run.h"

struct keyed {
    struct mr_value key;
    uint32_t at; /* the element */
};

static void merge(struct keyed *to, const struct keyed *x, size_t nx, const struct keyed *y,
                  size_t ny) {
    while (nx && ny) {
        if (mr_value_cmp(&y->key, &x->key) < 0) {
            *to++ = *y++;
            ny--;
        } else { /* of equal ones the first stays first */
            *to++ = *x++;
            nx--;
        }
    }
    memcpy(to, nx ? x : y, (nx + ny) * sizeof *to);
}

/* Merges runs of 1, 2, 4, ... elements, there and back; each pass is charged. NULL: out of fuel. */
static struct keyed *sorted(struct mr_run *r, const struct mr_expr_step *s, struct keyed *from,
                            size_t n, size_t pass) {
    struct keyed *to = mr_arena_alloc(r->f->arena, (n + 1) * sizeof *to);
    for (size_t run = 1; run < n; run *= 2) {
        if (!mr_run_charge(r, s, pass)) return NULL;
        for (size_t i = 0; i < n; i += 2 * run) {
            size_t nx = n - i < run ? n - i : run, left = n - i - nx;
            merge(to + i, from + i, nx, from + i + nx, left < run ? left : run);
        }
        struct keyed *t = from;
        from = to;
        to = t;
    }
    return from;
}

bool mr_step_sort_by(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                     const struct mr_value *a, const struct mr_value *b) { /* b: the keys */
    uint32_t n = a->len;
    if (a->tag != MR_V_LIST) return mr_run_no_overload(r, s, a, NULL); /* dyn: a map */
    struct mr_value *keys = mr_run_comparable(r, s, b);
    if (!keys) return false;
    struct keyed *by = mr_arena_alloc(r->f->arena, (n + 1) * sizeof *by);
    for (uint32_t i = 0; i < n; i++) by[i] = (struct keyed){keys[i], i};
    by = sorted(r, s, by, n, mr_run_weight(keys, n));
    if (!by) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, n * sizeof *list);
    for (uint32_t i = 0; i < n; i++) list[i] = a->list[by[i].at];
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
    return true;
}

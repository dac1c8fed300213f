/* in_set.c -- makes the sets of in_set.h. */
#include "processor/expr/in_set.h"

static void put(struct mr_in_slot *slots, uint32_t mask, bool strings, const struct mr_value *v) {
    struct mr_in_slot new = {.first = v->u, .used = true};
    if (strings) {
        new.len = v->len;
        new.p = v->p;
        mr_in_words(v->p, v->len, &new.first, &new.last);
    }
    uint32_t i = mr_in_hash(new.first, new.last, new.len);
    while (slots[i & mask].used) i++;
    slots[i & mask] = new;
}

const struct mr_in_set *mr_in_set_new(struct mr_arena *a, const struct mr_ast *e) {
    const struct mr_ast *list = e->args[1];
    enum mr_type_kind kind = e->args[0]->type->kind;
    uint8_t tag = kind == MR_T_STRING ? MR_V_STRING : kind == MR_T_INT ? MR_V_INT : MR_V_UINT;
    if (kind != MR_T_STRING && kind != MR_T_INT && kind != MR_T_UINT) return NULL;
    if (list->kind != MR_AST_LIT || list->value.tag != MR_V_LIST) return NULL;
    uint32_t n = list->value.len, size = 4;
    for (uint32_t i = 0; i < n; i++)
        if (list->value.list[i].tag != tag) return NULL;
    while (size < 2 * n) size *= 2;
    struct mr_in_slot *slots = mr_arena_calloc(a, size, sizeof *slots);
    struct mr_in_set *set = mr_arena_calloc(a, 1, sizeof *set);
    *set = (struct mr_in_set){tag == MR_V_STRING, size - 1, slots};
    for (uint32_t i = 0; i < n; i++)
        if (!mr_in_set_has(set, &list->value.list[i]))
            put(slots, size - 1, set->strings, &list->value.list[i]);
    return set;
}

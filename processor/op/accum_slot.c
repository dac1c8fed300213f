/* accum_slot.c -- which aggregators there are, what they take and give, where their state lies. */
#include "processor/op/accum.h"

#include "processor/op/picks.h"

const struct mr_agg_fn_row mr_agg_fns[MR_N_AGG_FNS] = {
#define ACCUM(id, name, arguments, behind, back)                                                   \
    [MR_AGG_##id] = {name, arguments, MR_BEHIND_##behind, back},
#include "processor/op/accums.def"
#undef ACCUM
};

static const struct mr_pick_rule pick_rules[MR_N_AGG_FNS] = {
    [MR_AGG_FIRST] = {.limit = 1},
    [MR_AGG_LAST] = {.limit = 1, .latest = true},
    [MR_AGG_MIN_BY] = {.limit = 1, .by = 1},
    [MR_AGG_MAX_BY] = {.limit = 1, .by = -1},
    [MR_AGG_TOPK] = {.limit = MR_PICKS_LIMIT, .by = -1},
    [MR_AGG_COLLECT_LIST] = {.limit = MR_PICKS_LIMIT},
    [MR_AGG_COLLECT_SET] = {.limit = MR_PICKS_LIMIT, .distinct = true},
};

struct mr_pick_rule mr_slot_pick_rule(const struct mr_slot *s) {
    struct mr_pick_rule rule = pick_rules[s->fn];
    if (s->limit) rule.limit = s->limit;
    return rule;
}

bool mr_slot_is_pick(enum mr_agg_fn fn) {
    return pick_rules[fn].limit > 0;
}

static uint32_t n_words(const struct mr_slot *s) {
    if (mr_slot_is_double_sum(s)) return s->back ? 4 : 2;
    switch (s->fn) {
    case MR_AGG_SUM: return s->back ? 2 : 1;
    case MR_AGG_AVG: return 3;
    case MR_AGG_STDDEV:
    case MR_AGG_MIN:
    case MR_AGG_MAX: return 2;
    case MR_AGG_APPROX_DISTINCT:
    case MR_AGG_PERCENTILE: return 0;
    default: return mr_slot_is_pick(s->fn) ? 0 : 1;
    }
}

static bool is_number(const struct mr_type *t) {
    return t->kind == MR_T_INT || t->kind == MR_T_UINT || t->kind == MR_T_DOUBLE;
}

static bool is_text(const struct mr_type *t) {
    return t->kind == MR_T_STRING || t->kind == MR_T_BYTES;
}

bool mr_slot_key_ok(const struct mr_type *t) {
    return is_number(t) || is_text(t) || t->kind == MR_T_TIMESTAMP || t->kind == MR_T_DURATION ||
           t->kind == MR_T_BOOL;
}

static bool can_be_kept(const struct mr_type *t) {
    return t->kind != MR_T_NULL && t->kind != MR_T_TYPE && t->kind != MR_T_OPTIONAL;
}

bool mr_slot_ok(enum mr_agg_fn fn, const struct mr_type *t) {
    if (fn == MR_AGG_COUNT) return t == NULL;
    if (!t) return false;
    switch (fn) {
    case MR_AGG_COUNT_IF:
    case MR_AGG_ANY:
    case MR_AGG_EVERY: return t->kind == MR_T_BOOL;
    case MR_AGG_SUM:
    case MR_AGG_PERCENTILE: return is_number(t) || t->kind == MR_T_DURATION;
    case MR_AGG_AVG:
    case MR_AGG_STDDEV: return is_number(t);
    case MR_AGG_MIN:
    case MR_AGG_MAX:
    case MR_AGG_APPROX_DISTINCT: return mr_slot_key_ok(t);
    default: return can_be_kept(t);
    }
}

const struct mr_type *mr_slot_type(const struct mr_slot *s) {
    switch (s->fn) {
    case MR_AGG_COUNT:
    case MR_AGG_COUNT_IF:
    case MR_AGG_APPROX_DISTINCT: return &mr_type_int;
    case MR_AGG_AVG:
    case MR_AGG_STDDEV: return &mr_type_double;
    case MR_AGG_PERCENTILE:
        return s->type->kind == MR_T_DURATION ? &mr_type_duration : &mr_type_double;
    default: return s->list ? s->list : s->type;
    }
}

bool mr_slot_may_be_absent(const struct mr_slot *s) {
    if (s->fn == MR_AGG_STDDEV) return true; /* of one value there is none */
    bool nothing = s->fn == MR_AGG_AVG || s->fn == MR_AGG_PERCENTILE || mr_slot_is_extreme(s) ||
                   (mr_slot_is_pick(s->fn) && !s->list);
    return s->optional && nothing;
}

void mr_accum_layout(struct mr_accum *a, struct mr_slot *slots, uint32_t n) {
    *a = (struct mr_accum){.slots = slots, .n = n};
    for (uint32_t i = 0; i < n; i++) {
        struct mr_slot *s = &slots[i];
        uint32_t n_args = mr_agg_fns[s->fn].n_args;
        bool pick = mr_slot_is_pick(s->fn);
        s->off = a->fixed;
        s->arg = a->n_args;
        a->n_args += n_args ? n_args : 1;
        if (s->shares) continue;
        s->var = pick || mr_slot_is_sketch(s) || s->fn == MR_AGG_STDDEV ||
                 mr_slot_is_double_sum(s) || (mr_slot_is_extreme(s) && is_text(s->type));
        a->ordered |= pick;
        a->large |= mr_slot_is_sketch(s);
        a->var |= s->var;
        s->words = n_words(s);
        a->fixed += s->words * 8;
    }
}

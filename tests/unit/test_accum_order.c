/* test_accum_order.c -- what is picked, and sums, do not depend on order, on how records are split
 * between states that are merged, nor on what was added and taken out again; picks against a sort.
 */
#include "base/mem.h"
#include "base/rand.h"
#include "processor/op/accum.h"
#include "processor/op/picks.h"
#include "tests/check_main.h"

#include <math.h>
#include <stdlib.h>

enum { RECORDS = 24, CASES = 400 };

struct rec {
    int64_t x, k;
    char prov[2];
};

static const struct mr_field one_int = {.name = {"x", 1}, .type = &mr_type_int};
static const struct mr_type row = {.kind = MR_T_STRUCT, .n_fields = 1, .fields = &one_int};
static const struct mr_type list = {.kind = MR_T_LIST, .elem = &mr_type_int};

#define INT(f, ...)                                                                                \
    { .fn = f, .type = &mr_type_int, .row = &row, __VA_ARGS__ }
static struct mr_slot pick_slots[] = {
    INT(MR_AGG_FIRST, .limit = 0),
    INT(MR_AGG_LAST, .limit = 0),
    INT(MR_AGG_MIN_BY, .limit = 0),
    INT(MR_AGG_MAX_BY, .limit = 0),
    INT(MR_AGG_TOPK, .limit = 3, .list = &list),
    INT(MR_AGG_COLLECT_LIST, .limit = 5, .list = &list),
    INT(MR_AGG_COLLECT_SET, .limit = 4, .list = &list),
};
enum { N_PICKS = sizeof pick_slots / sizeof *pick_slots };

static struct mr_buf added(const struct mr_accum *a, struct mr_buf state, const struct rec *r) {
    struct mr_value args[2 * N_PICKS + 1];
    struct mr_buf next = {0};
    for (uint32_t i = 0; i < a->n; i++) {
        const struct mr_slot *s = &a->slots[i];
        args[s->arg] = mr_int(r->x);
        if (mr_agg_fns[s->fn].n_args > 1) args[s->arg + 1] = mr_int(r->k);
    }
    struct mr_str prov = {r->prov, sizeof r->prov};
    args[a->n_args] = mr_bytesv(prov);
    mr_accum_add(a, mr_buf_view(&state), args, &next);
    mr_buf_done(&state);
    return next;
}

static void shuffle(struct mr_rand *rng, struct rec *r, unsigned n) {
    for (unsigned i = n; i > 1; i--) {
        unsigned k = mr_rand_below(rng, i);
        struct rec t = r[i - 1];
        r[i - 1] = r[k];
        r[k] = t;
    }
}

static int by_rank; /* of the slot that is being checked: 0 none, 1 least, -1 greatest key first */
static int cmp_rank(const void *a, const void *b) {
    const struct rec *x = a, *y = b;
    if (by_rank && x->k != y->k) return (x->k < y->k ? -1 : 1) * by_rank;
    return memcmp(x->prov, y->prov, sizeof x->prov);
}

/* The naive result of a slot: sorted, distinct, cut. */
static uint32_t expected(const struct mr_slot *s, struct rec *r, unsigned n, int64_t *to) {
    uint32_t n_to = 0, limit = s->limit ? s->limit : 1;
    by_rank = s->fn == MR_AGG_MIN_BY ? 1 : s->fn == MR_AGG_MAX_BY || s->fn == MR_AGG_TOPK ? -1 : 0;
    qsort(r, n, sizeof *r, cmp_rank);
    for (unsigned i = 0; i < n && n_to < limit; i++) {
        const struct rec *e = &r[s->fn == MR_AGG_LAST ? n - 1 - i : i];
        bool hidden = false;
        for (uint32_t k = 0; s->fn == MR_AGG_COLLECT_SET && k < n_to; k++) hidden |= to[k] == e->x;
        if (!hidden) to[n_to++] = e->x;
    }
    return n_to;
}

static void check_picks(const struct mr_accum *a, struct mr_str state, struct rec *r, unsigned n) {
    struct mr_arena arena;
    struct mr_value v[N_PICKS];
    int64_t want[RECORDS];
    mr_arena_init(&arena);
    mr_accum_result(a, state, &arena, v);
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t n_want = expected(&a->slots[i], r, n, want);
        const struct mr_value *got = a->slots[i].list ? v[i].list : &v[i];
        ck_assert_uint_eq(a->slots[i].list ? v[i].len : 1, n_want);
        for (uint32_t k = 0; k < n_want; k++)
            ck_assert_msg(got[k].i == want[k], "%s [%u]", mr_agg_fns[a->slots[i].fn].name, k);
    }
    mr_arena_done(&arena);
}

START_TEST(picks_do_not_depend_on_order) {
    struct mr_rand rng;
    struct mr_accum a;
    struct rec r[RECORDS];
    mr_rand_seed(&rng, 11);
    printf("seed 11\n");
    mr_accum_layout(&a, pick_slots, N_PICKS);
    for (int c = 0; c < CASES; c++) {
        unsigned n = 1 + mr_rand_below(&rng, RECORDS), split = mr_rand_below(&rng, n);
        struct mr_buf whole = {0}, left = {0}, right = {0}, both = {0};
        for (unsigned i = 0; i < n; i++)
            r[i] = (struct rec){mr_rand_below(&rng, 6),
                                (int64_t)mr_rand_below(&rng, 5) - 2,
                                {(char)mr_rand_below(&rng, 4), (char)i}};
        shuffle(&rng, r, n);
        for (unsigned i = 0; i < n; i++) {
            whole = added(&a, whole, &r[i]);
            if (i < split)
                left = added(&a, left, &r[i]);
            else
                right = added(&a, right, &r[i]);
        }
        check_picks(&a, mr_buf_view(&whole), r, n);
        if (left.n) {
            ck_assert_ptr_null(mr_accum_merge(&a, mr_buf_view(&left), mr_buf_view(&right), &both));
            ck_assert(mr_str_eq(mr_buf_view(&both), mr_buf_view(&whole)));
        }
        mr_buf_done(&whole);
        mr_buf_done(&left);
        mr_buf_done(&right);
        mr_buf_done(&both);
    }
}
END_TEST

/* Absent arguments are skipped, whichever it is; nothing at all: absent, or an empty list. */
START_TEST(absent_arguments_are_skipped) {
    struct mr_slot slots[] = {INT(MR_AGG_MAX_BY, .optional = true),
                              INT(MR_AGG_TOPK, .limit = 2, .list = &list, .optional = true)};
    struct mr_accum a;
    struct mr_arena arena;
    struct mr_buf state = {0}, next = {0};
    struct mr_value v[2];
    struct mr_value args[] = {mr_int(1), MR_ABSENT, MR_ABSENT, mr_int(1), mr_bytesv(MR_STR("p"))};
    mr_arena_init(&arena);
    mr_accum_layout(&a, slots, 2);
    mr_accum_add(&a, mr_buf_view(&state), args, &next);
    mr_accum_result(&a, mr_buf_view(&next), &arena, v);
    ck_assert_int_eq(v[0].tag, MR_V_ABSENT);
    ck_assert(v[1].tag == MR_V_LIST && v[1].len == 0);
    ck_assert(mr_slot_may_be_absent(&slots[0]) && !mr_slot_may_be_absent(&slots[1]));
    mr_buf_done(&next);
    mr_arena_done(&arena);
}
END_TEST

/* ---- sums, with and without rows that come and go */

static struct mr_slot sum_slots[] = {
    {.fn = MR_AGG_COUNT, .back = true},
    {.fn = MR_AGG_SUM, .type = &mr_type_double, .back = true},
    {.fn = MR_AGG_AVG, .type = &mr_type_double, .back = true},
    {.fn = MR_AGG_STDDEV, .type = &mr_type_double, .back = true},
    {.fn = MR_AGG_SUM, .type = &mr_type_int, .back = true},
    {.fn = MR_AGG_AVG, .type = &mr_type_uint, .back = true},
    {.fn = MR_AGG_ANY, .type = &mr_type_bool, .back = true},
    {.fn = MR_AGG_EVERY, .type = &mr_type_bool, .back = true},
    {.fn = MR_AGG_COUNT_IF, .type = &mr_type_bool, .back = true},
};
enum { N_SUMS = sizeof sum_slots / sizeof *sum_slots };

static double random_double(struct mr_rand *rng) {
    static const double odd[] = {INFINITY, -INFINITY, 0.1, 1e300, -1e300, 1e-200};
    if (mr_rand_below(rng, 10) == 0) return odd[mr_rand_below(rng, 6)];
    return ldexp((double)(int64_t)mr_rand_next(rng), (int)mr_rand_below(rng, 80) - 100);
}

static void sum_args(struct mr_rand *rng, struct mr_value *args) {
    double d = random_double(rng);
    int64_t i = (int64_t)mr_rand_next(rng);
    bool b = mr_rand_below(rng, 2);
    struct mr_value all[N_SUMS] = {MR_ABSENT,    mr_double(d), mr_double(d),
                                   mr_double(d), mr_int(i),    mr_uint((uint64_t)i),
                                   mr_bool(b),   mr_bool(b),   mr_bool(b)};
    memcpy(args, all, sizeof all);
}

static void change(const struct mr_accum *a, struct mr_buf *state, const struct mr_value *args,
                   bool in) {
    struct mr_buf next = {0};
    if (in)
        mr_accum_add(a, mr_buf_view(state), args, &next);
    else
        mr_accum_sub(a, mr_buf_view(state), args, &next);
    mr_buf_done(state);
    *state = next;
}

static void same_results(const struct mr_accum *a, struct mr_str x, struct mr_str y) {
    struct mr_arena arena;
    struct mr_value v[N_SUMS], w[N_SUMS];
    mr_arena_init(&arena);
    mr_accum_result(a, x, &arena, v);
    mr_accum_result(a, y, &arena, w);
    for (uint32_t i = 0; i < a->n; i++) {
        bool nan = v[i].tag == MR_V_DOUBLE && w[i].tag == MR_V_DOUBLE && isnan(v[i].d);
        bool error = v[i].tag == MR_V_ERROR && w[i].tag == MR_V_ERROR;
        ck_assert_msg(error || (nan ? isnan(w[i].d) : v[i].tag == w[i].tag && v[i].i == w[i].i),
                      "%s: %a, %a", mr_agg_fns[a->slots[i].fn].name, v[i].d, w[i].d);
    }
    mr_arena_done(&arena);
}

START_TEST(what_is_taken_out_leaves_no_trace) {
    struct mr_rand rng;
    struct mr_accum a;
    mr_rand_seed(&rng, 12);
    printf("seed 12\n");
    mr_accum_layout(&a, sum_slots, N_SUMS);
    for (int c = 0; c < CASES; c++) {
        struct mr_value stay[8][N_SUMS], go[8][N_SUMS];
        struct mr_buf plain = {0}, busy = {0}, half = {0}, both = {0};
        for (int i = 0; i < 8; i++) {
            sum_args(&rng, stay[i]);
            sum_args(&rng, go[i]);
            change(&a, &busy, go[i], true);
        }
        for (int i = 0; i < 8; i++) {
            change(&a, &plain, stay[i], true);
            change(&a, &busy, stay[7 - i], true);
            change(&a, &busy, go[i], false);
            if (i == 3) mr_buf_str(&half, mr_buf_view(&plain));
        }
        same_results(&a, mr_buf_view(&plain), mr_buf_view(&busy));
        struct mr_buf rest = {0};
        for (int i = 4; i < 8; i++) change(&a, &rest, stay[i], true);
        ck_assert_ptr_null(mr_accum_merge(&a, mr_buf_view(&rest), mr_buf_view(&half), &both));
        same_results(&a, mr_buf_view(&plain), mr_buf_view(&both));
        mr_buf_done(&plain);
        mr_buf_done(&busy);
        mr_buf_done(&half);
        mr_buf_done(&rest);
        mr_buf_done(&both);
    }
}
END_TEST

/* Values by Python's statistics.stdev over fractions. */
START_TEST(stddev_does_not_lose_digits) {
    struct mr_slot slots[] = {{.fn = MR_AGG_STDDEV, .type = &mr_type_double}};
    struct mr_accum a;
    struct mr_arena arena;
    struct mr_value v;
    static const struct {
        double x[4], stddev;
    } cases[] = {
        {{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, 5.477225575051661},
        {{1e15, 1e15 + 0.125, 1e15 + 0.25, 1e15}, 0.11967838846954226},
        {{3, 3, 3, 3}, 0},
        {{-1e150, 1e150, 1e150, -1e150}, 1.1547005383792516e150},
    };
    mr_arena_init(&arena);
    mr_accum_layout(&a, slots, 1);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct mr_buf state = {0};
        for (int i = 0; i < 4; i++) {
            struct mr_value x = mr_double(cases[c].x[i]);
            change(&a, &state, &x, true);
            mr_accum_result(&a, mr_buf_view(&state), &arena, &v);
            if (i == 0) ck_assert_int_eq(v.tag, MR_V_ABSENT);
        }
        ck_assert_msg(fabs(v.d - cases[c].stddev) <= cases[c].stddev * 4e-16, "%zu: %.17g", c, v.d);
        mr_buf_done(&state);
    }
    mr_arena_done(&arena);
}
END_TEST

/* ---- sketches, beside others */

static struct mr_slot large_slots[] = {
    {.fn = MR_AGG_SUM, .type = &mr_type_double},
    {.fn = MR_AGG_APPROX_DISTINCT, .type = &mr_type_int, .optional = true},
    {.fn = MR_AGG_MIN, .type = &mr_type_string},
    {.fn = MR_AGG_PERCENTILE, .type = &mr_type_double, .rank = 0.5},
    INT(MR_AGG_LAST, .limit = 0),
    {.fn = MR_AGG_PERCENTILE, .type = &mr_type_double, .rank = 1, .shares = 4},
    {.fn = MR_AGG_COUNT},
    {.fn = MR_AGG_PERCENTILE, .type = &mr_type_duration, .rank = 0, .optional = true},
};
enum { N_LARGE = sizeof large_slots / sizeof *large_slots };

static void large_args(struct mr_rand *rng, struct mr_value *args) {
    static const char *const words[] = {"b", "abcdefgh", "abcdefghi", "bc", "z"};
    struct mr_value took = mr_int((int64_t)mr_rand_below(rng, 1000000));
    took.tag = MR_V_DURATION;
    struct mr_value all[N_LARGE] = {
        mr_double(mr_rand_below(rng, 100) / 8.0),
        mr_int(mr_rand_below(rng, 2000)),
        mr_string(mr_str(words[mr_rand_below(rng, 5)])),
        mr_double(mr_rand_below(rng, 300)),
        mr_int(mr_rand_below(rng, 500)),
        MR_ABSENT,
        MR_ABSENT,
        mr_rand_below(rng, 2) ? took : MR_ABSENT,
    };
    if (mr_rand_below(rng, 3) == 0) all[1] = MR_ABSENT;
    memcpy(args, all, N_LARGE * sizeof *args);
}

/* A patch gives the bytes that adding gives; merged parts give those of one state. */
START_TEST(patches_and_merges_are_like_adding) {
    enum { ADDS = 3000, PARTS = 3 };
    struct mr_rand rng;
    struct mr_accum a;
    struct mr_buf whole = {0}, patched = {0}, part[PARTS] = {{0}}, patch = {0};
    struct mr_value args[N_LARGE + 1];
    unsigned in_place = 0;
    mr_rand_seed(&rng, 13);
    printf("seed 13\n");
    mr_accum_layout(&a, large_slots, N_LARGE);
    ck_assert(a.large && a.n_args == N_LARGE);
    for (uint32_t i = 0; i < ADDS; i++) {
        char prov[4] = {0, (char)(i >> 16), (char)(i >> 8), (char)i}; /* in order */
        args[N_LARGE] = mr_bytesv(((struct mr_str){prov, sizeof prov}));
        large_args(&rng, args);
        change(&a, &whole, args, true);
        change(&a, &part[mr_rand_below(&rng, PARTS)], args, true);
        mr_buf_clear(&patch);
        if (patched.n && mr_accum_patch(&a, mr_buf_view(&patched), args, &patch)) {
            mr_accum_apply(&a, patched.p, mr_buf_view(&patch), args);
            in_place++;
        } else {
            ck_assert_uint_eq(patch.n, 0);
            change(&a, &patched, args, true);
        }
        ck_assert(mr_str_eq(mr_buf_view(&patched), mr_buf_view(&whole)));
    }
    printf("%u of %u in place\n", in_place, ADDS);
    ck_assert_uint_gt(in_place, ADDS / 3);
    for (int i = 1; i < PARTS; i++) {
        struct mr_buf both = {0};
        ck_assert_ptr_null(mr_accum_merge(&a, mr_buf_view(&part[i]), mr_buf_view(&part[0]), &both));
        mr_buf_done(&part[0]);
        part[0] = both;
    }
    ck_assert(mr_str_eq(mr_buf_view(&part[0]), mr_buf_view(&whole)));
    for (int i = 0; i < PARTS; i++) mr_buf_done(&part[i]);
    mr_buf_done(&whole);
    mr_buf_done(&patched);
    mr_buf_done(&patch);
}
END_TEST

/* ---- keys as bytes */

static int sign(int c) {
    return (c > 0) - (c < 0);
}

START_TEST(order_bytes_compare_like_values) {
    const struct mr_value v[] = {mr_double(-INFINITY),
                                 mr_double(-1.5),
                                 mr_double(-1e-300),
                                 mr_double(-0.0),
                                 mr_double(0),
                                 mr_double(2),
                                 mr_double(1e9),
                                 mr_double(INFINITY),
                                 mr_double(NAN),
                                 mr_int(INT64_MIN),
                                 mr_int(-1),
                                 mr_int(0),
                                 mr_int(7),
                                 mr_uint(0),
                                 mr_uint(UINT64_MAX),
                                 mr_bool(false),
                                 mr_bool(true),
                                 mr_timestamp_ms(-1),
                                 mr_timestamp_ms(0),
                                 mr_timestamp_ms(1),
                                 mr_timestamp_ms(1000),
                                 mr_string(MR_STR("")),
                                 mr_string(MR_STR("a")),
                                 mr_string(MR_STR("ab")),
                                 mr_string(MR_STR("b"))};
    for (size_t i = 0; i < sizeof v / sizeof *v; i++)
        for (size_t k = 0; k < sizeof v / sizeof *v; k++) {
            if (v[i].tag != v[k].tag) continue;
            struct mr_buf a = {0}, b = {0};
            mr_order_bytes(&v[i], &a);
            mr_order_bytes(&v[k], &b);
            ck_assert_int_eq(sign(mr_str_cmp(mr_buf_view(&a), mr_buf_view(&b))),
                             sign(mr_value_cmp(&v[i], &v[k])));
            mr_buf_done(&a);
            mr_buf_done(&b);
        }
}
END_TEST

int main(void) {
    Suite *s = suite_create("accum_order");
    TCase *t = tcase_create("accum_order");
    tcase_set_timeout(t, 30);
    tcase_add_test(t, picks_do_not_depend_on_order);
    tcase_add_test(t, absent_arguments_are_skipped);
    tcase_add_test(t, what_is_taken_out_leaves_no_trace);
    tcase_add_test(t, stddev_does_not_lose_digits);
    tcase_add_test(t, patches_and_merges_are_like_adding);
    tcase_add_test(t, order_bytes_compare_like_values);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

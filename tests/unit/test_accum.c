/* test_accum.c -- accumulators; sums of doubles against math.fsum (gen_accum.py), the rest by hand.
 */
#include "processor/op/accum.h"

#include "base/rand.h"
#include "tests/check_main.h"

#include <math.h>

struct sum_case {
    unsigned n;
    double sum;
    double v[90];
};

#include "tests/unit/accum_sums.h"

/* A state in two buffers that take turns, as agg_run.c has it. */
struct state {
    struct mr_accum a;
    struct mr_slot slots[8];
    struct mr_buf now, next;
    struct mr_arena arena;
};

static void open_state(struct state *s, const struct mr_slot *slots, uint32_t n) {
    memset(s, 0, sizeof *s);
    memcpy(s->slots, slots, n * sizeof *slots);
    mr_arena_init(&s->arena);
    mr_accum_layout(&s->a, s->slots, n);
}

static void close_state(struct state *s) {
    mr_buf_done(&s->now);
    mr_buf_done(&s->next);
    mr_arena_done(&s->arena);
}

static const char *add(struct state *s, const struct mr_value *args) {
    const char *error = mr_accum_error(&s->a, mr_buf_view(&s->now), args);
    if (error) return error;
    if (s->a.var || s->now.n == 0) {
        mr_buf_clear(&s->next);
        mr_accum_add(&s->a, mr_buf_view(&s->now), args, &s->next);
        struct mr_buf t = s->now;
        s->now = s->next;
        s->next = t;
    } else {
        mr_accum_add_fixed(&s->a, s->now.p, args);
    }
    return NULL;
}

static struct mr_value result(struct state *s, unsigned i) {
    struct mr_value v[8];
    mr_accum_result(&s->a, mr_buf_view(&s->now), &s->arena, v);
    return v[i];
}

static struct mr_value text(const char *p) {
    return mr_string(mr_str(p));
}

START_TEST(test_sums_of_doubles_are_exact) {
    const struct mr_slot slots[] = {{.fn = MR_AGG_SUM, .type = &mr_type_double},
                                    {.fn = MR_AGG_AVG, .type = &mr_type_double}};
    struct mr_rand rng;
    mr_rand_seed(&rng, 3);
    printf("seed 3\n");
    for (size_t i = 0; i < sizeof sum_cases / sizeof sum_cases[0]; i++) {
        for (int order = 0; order < 3; order++) {
            struct sum_case c = sum_cases[i];
            struct state s;
            open_state(&s, slots, 2);
            for (unsigned left = c.n; left > 0; left--) {
                unsigned k = order ? mr_rand_below(&rng, left) : 0;
                struct mr_value args[2] = {mr_double(c.v[k]), mr_double(c.v[k])};
                c.v[k] = c.v[left - 1];
                ck_assert_ptr_null(add(&s, args));
            }
            ck_assert_msg(result(&s, 0).d == c.sum, "case %zu: %a, want %a", i, result(&s, 0).d,
                          c.sum);
            ck_assert(result(&s, 1).d == c.sum / c.n);
            close_state(&s);
        }
    }
}
END_TEST

START_TEST(test_doubles_that_are_not_finite) {
    const struct mr_slot slots[] = {{.fn = MR_AGG_SUM, .type = &mr_type_double}};
    struct state s;
    open_state(&s, slots, 1);
    struct mr_value v = mr_double(1.5);
    add(&s, &v);
    v = mr_double(INFINITY);
    add(&s, &v);
    ck_assert(isinf(result(&s, 0).d) && result(&s, 0).d > 0);
    v = mr_double(-INFINITY);
    add(&s, &v);
    ck_assert(isnan(result(&s, 0).d));
    close_state(&s);
    open_state(&s, slots, 1);
    v = mr_double(1.7e308);
    add(&s, &v);
    add(&s, &v);
    v = mr_double(-3);
    add(&s, &v);
    ck_assert(isinf(result(&s, 0).d));
    close_state(&s);
}
END_TEST

START_TEST(test_counts) {
    const struct mr_slot slots[] = {
        {.fn = MR_AGG_COUNT}, {.fn = MR_AGG_COUNT_IF, .type = &mr_type_bool, .optional = true}};
    struct state s;
    open_state(&s, slots, 2);
    struct mr_value rows[][2] = {{MR_ABSENT, mr_bool(true)},
                                 {MR_ABSENT, mr_bool(false)},
                                 {MR_ABSENT, MR_ABSENT},
                                 {MR_ABSENT, mr_bool(true)}};
    for (int i = 0; i < 4; i++) ck_assert_ptr_null(add(&s, rows[i]));
    ck_assert_int_eq(result(&s, 0).i, 4);
    ck_assert_int_eq(result(&s, 1).i, 2);
    close_state(&s);
}
END_TEST

START_TEST(test_integers) {
    const struct mr_slot slots[] = {{.fn = MR_AGG_SUM, .type = &mr_type_int, .optional = true},
                                    {.fn = MR_AGG_AVG, .type = &mr_type_int, .optional = true},
                                    {.fn = MR_AGG_MIN, .type = &mr_type_int, .optional = true},
                                    {.fn = MR_AGG_MAX, .type = &mr_type_int, .optional = true}};
    struct state s;
    open_state(&s, slots, 4);
    struct mr_value none[4] = {MR_ABSENT, MR_ABSENT, MR_ABSENT, MR_ABSENT};
    ck_assert_ptr_null(add(&s, none));
    ck_assert_int_eq(result(&s, 0).i, 0);
    for (unsigned i = 1; i < 4; i++) ck_assert_int_eq(result(&s, i).tag, MR_V_ABSENT);
    static const int64_t xs[] = {7, -3, 10};
    for (int i = 0; i < 3; i++) {
        struct mr_value v = mr_int(xs[i]), args[4] = {v, v, v, v};
        ck_assert_ptr_null(add(&s, args));
    }
    ck_assert_int_eq(result(&s, 0).i, 14);
    ck_assert(result(&s, 1).d == 14.0 / 3);
    ck_assert_int_eq(result(&s, 2).i, -3);
    ck_assert_int_eq(result(&s, 3).i, 10);
    ck_assert(mr_slot_may_be_absent(&s.slots[3]) && !mr_slot_may_be_absent(&s.slots[0]));
    close_state(&s);
}
END_TEST

/* An overflow is an error before anything has changed; avg has 128 bits. */
START_TEST(test_integer_overflow) {
    const struct mr_slot slots[] = {{.fn = MR_AGG_COUNT},
                                    {.fn = MR_AGG_SUM, .type = &mr_type_int},
                                    {.fn = MR_AGG_SUM, .type = &mr_type_uint},
                                    {.fn = MR_AGG_AVG, .type = &mr_type_int}};
    struct state s;
    open_state(&s, slots, 4);
    struct mr_value a[4] = {MR_ABSENT, mr_int(INT64_MAX), mr_uint(1), mr_int(INT64_MAX)};
    ck_assert_ptr_null(add(&s, a));
    ck_assert_ptr_nonnull(add(&s, a));
    ck_assert_int_eq(result(&s, 0).i, 1);
    struct mr_value b[4] = {MR_ABSENT, mr_int(-1), mr_uint(UINT64_MAX), mr_int(INT64_MAX)};
    ck_assert_ptr_nonnull(add(&s, b));
    b[2] = mr_uint(UINT64_MAX - 1);
    ck_assert_ptr_null(add(&s, b));
    ck_assert_int_eq(result(&s, 1).i, INT64_MAX - 1);
    ck_assert_uint_eq(result(&s, 2).u, UINT64_MAX);
    ck_assert(result(&s, 3).d == 0x1p63);
    close_state(&s);
}
END_TEST

START_TEST(test_extremes_of_other_types) {
    const struct mr_slot slots[] = {{.fn = MR_AGG_MAX, .type = &mr_type_timestamp},
                                    {.fn = MR_AGG_MIN, .type = &mr_type_string},
                                    {.fn = MR_AGG_MAX, .type = &mr_type_string},
                                    {.fn = MR_AGG_MIN, .type = &mr_type_double},
                                    {.fn = MR_AGG_MAX, .type = &mr_type_bool},
                                    {.fn = MR_AGG_MIN, .type = &mr_type_duration},
                                    {.fn = MR_AGG_MAX, .type = &mr_type_uint}};
    struct state s;
    open_state(&s, slots, 7);
    static const char *const words[] = {"pear", "fig", "zucchini", ""};
    static const int64_t ms[] = {-1, 1999, 1500, 3};
    static const double ds[] = {2.5, -0.5, 9, -0.25};
    for (int i = 0; i < 4; i++) {
        struct mr_value d = mr_int(100 - i);
        d.tag = MR_V_DURATION;
        struct mr_value args[7] = {mr_timestamp_ms(ms[i]),
                                   text(words[i]),
                                   text(words[i]),
                                   mr_double(ds[i]),
                                   mr_bool(i == 2),
                                   d,
                                   mr_uint(UINT64_MAX - (uint64_t)i)};
        ck_assert_ptr_null(add(&s, args));
    }
    int64_t at;
    struct mr_value v = result(&s, 0);
    ck_assert(mr_value_ms(&v, &at));
    ck_assert_int_eq(at, 1999);
    ck_assert_uint_eq(result(&s, 1).len, 0);
    v = result(&s, 2);
    ck_assert(v.len == 8 && memcmp(v.p, "zucchini", 8) == 0);
    ck_assert(result(&s, 3).d == -0.5);
    ck_assert(result(&s, 4).b);
    ck_assert_int_eq(result(&s, 5).i, 97);
    ck_assert_int_eq(result(&s, 5).tag, MR_V_DURATION);
    ck_assert_uint_eq(result(&s, 6).u, UINT64_MAX);
    close_state(&s);
}
END_TEST

START_TEST(test_types) {
    ck_assert(mr_slot_ok(MR_AGG_COUNT, NULL));
    ck_assert(!mr_slot_ok(MR_AGG_SUM, &mr_type_string));
    ck_assert(!mr_slot_ok(MR_AGG_AVG, &mr_type_duration));
    ck_assert(mr_slot_ok(MR_AGG_SUM, &mr_type_duration));
    ck_assert(mr_slot_ok(MR_AGG_MIN, &mr_type_string));
    ck_assert(!mr_slot_ok(MR_AGG_MAX, &mr_type_dyn));
    struct mr_slot avg = {.fn = MR_AGG_AVG, .type = &mr_type_int};
    ck_assert_ptr_eq(mr_slot_type(&avg), &mr_type_double);
}
END_TEST

int main(void) {
    Suite *s = suite_create("accum");
    TCase *t = tcase_create("accum");
    tcase_add_test(t, test_sums_of_doubles_are_exact);
    tcase_add_test(t, test_doubles_that_are_not_finite);
    tcase_add_test(t, test_counts);
    tcase_add_test(t, test_integers);
    tcase_add_test(t, test_integer_overflow);
    tcase_add_test(t, test_extremes_of_other_types);
    tcase_add_test(t, test_types);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

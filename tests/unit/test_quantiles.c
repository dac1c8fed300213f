/* test_quantiles.c -- percentiles against sorted values, of many distributions; Q1, Q2 of
 * quantiles.h; what collapsing leaves.
 */
#include "processor/op/quantiles.h"

#include "base/mem.h"
#include "base/rand.h"
#include "tests/check_main.h"

#include <math.h>
#include <stdlib.h>

struct state { /* two buffers that take turns */
    struct mr_buf now, next;
};

static void close_state(struct state *s) {
    mr_buf_done(&s->now);
    mr_buf_done(&s->next);
}

static void turn(struct state *s) {
    struct mr_buf t = s->now;
    s->now = s->next;
    s->next = t;
    mr_buf_clear(&s->next);
}

static void add(struct state *s, double x) {
    if (mr_quantiles_fits(mr_buf_view(&s->now), x)) {
        mr_quantiles_set(s->now.p, s->now.n, x);
        return;
    }
    mr_quantiles_add(mr_buf_view(&s->now), x, &s->next);
    turn(s);
}

static double read(const struct state *s, double q) {
    double x = -12345;
    ck_assert(mr_quantiles_read(mr_buf_view(&s->now), q, &x));
    return x;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double uniform(struct mr_rand *rng) { /* 0 < x < 1 */
    return ((double)(mr_rand_next(rng) >> 11) + 0.5) * 0x1p-53;
}

static double normal(struct mr_rand *rng) {
    return sqrt(-2 * log(uniform(rng))) * cos(2 * M_PI * uniform(rng));
}

enum { KINDS = 12 };

static double draw(unsigned kind, struct mr_rand *rng) {
    switch (kind) {
    case 0: return uniform(rng);
    case 1: return -log(uniform(rng)) * 20;               /* exponential */
    case 2: return exp(3 + normal(rng));                  /* log-normal: latencies */
    case 3: return pow(uniform(rng), -1 / 1.1);           /* Pareto, no variance */
    case 4: return normal(rng);                           /* both signs */
    case 5: return mr_rand_below(rng, 10);                /* few integers, zeros */
    case 6: return 7.3;                                   /* one value */
    case 7: return mr_rand_below(rng, 2) ? 1 : 1000;      /* two */
    case 8: return ldexp(1, (int)mr_rand_below(rng, 30)); /* powers of two: bounds of bins */
    case 9: return -exp(normal(rng) * 4);
    case 10: return (double)(int64_t)mr_rand_next(rng); /* any int */
    default: return ldexp(1 + mr_rand_below(rng, 50) / 50.0, 3) * (mr_rand_below(rng, 3) - 1.0);
    }
}

START_TEST(test_percentiles_are_within_one_percent) {
    static const double qs[] = {0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};
    enum { MOST = 4000, CASES = 120 };
    double *x = mr_calloc(MOST, sizeof *x), worst = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct mr_rand rng;
        struct state s = {0};
        mr_rand_seed(&rng, seed);
        uint32_t n = 1 + mr_rand_below(&rng, seed % 3 ? MOST : 12);
        for (uint32_t i = 0; i < n; i++) add(&s, x[i] = draw(seed % KINDS, &rng));
        qsort(x, n, sizeof *x, by_value);
        for (unsigned k = 0; k < sizeof qs / sizeof *qs; k++) {
            double want = x[(size_t)floor(qs[k] * (n - 1))], got = read(&s, qs[k]);
            double error = want == 0 ? fabs(got) : fabs(got - want) / fabs(want);
            ck_assert_msg(error <= 0.01, "seed %lu, q %g: %g, want %g", seed, qs[k], got, want);
            if (error > worst) worst = error;
        }
        ck_assert(read(&s, 0) == x[0] && read(&s, 1) == x[n - 1]);
        close_state(&s);
    }
    printf("seeds 1..%d: largest error %.5f\n", CASES, worst);
    ck_assert(worst > 0.009); /* the bound is near: the cases reach it */
    mr_free(x);
}
END_TEST

START_TEST(test_values_that_are_no_usual_numbers) {
    struct state s = {0};
    double x;
    ck_assert(!mr_quantiles_read(mr_buf_view(&s.now), 0.5, &x));
    add(&s, NAN);
    ck_assert(isnan(read(&s, 0)));
    add(&s, -NAN);
    add(&s, INFINITY);
    add(&s, -INFINITY);
    add(&s, -0.0);
    add(&s, 5e-324);
    add(&s, 1.7976931348623157e308); /* -inf, 0, 0, max, inf, NaN, NaN */
    ck_assert(read(&s, 0) == -INFINITY);
    ck_assert(read(&s, 0.2) == 0 && read(&s, 0.4) == 0);
    ck_assert(fabs(read(&s, 0.5) / 1.7976931348623157e308 - 1) < 0.01);
    ck_assert(read(&s, 0.7) == INFINITY);
    ck_assert(isnan(read(&s, 0.9)) && isnan(read(&s, 1)));
    close_state(&s);
}
END_TEST

static void shuffle(struct mr_rand *rng, double *x, uint32_t n) {
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = mr_rand_below(rng, i);
        double t = x[i - 1];
        x[i - 1] = x[k];
        x[k] = t;
    }
}

/* A value of any size, so that there are more bins than are kept. */
static double wide(struct mr_rand *rng) {
    double x = ldexp(1 + uniform(rng), (int)mr_rand_below(rng, 100) - 50);
    switch (mr_rand_below(rng, 40)) {
    case 0: return 0;
    case 1: return -0.0;
    case 2: return mr_rand_below(rng, 9) ? -x : -INFINITY;
    case 3: return mr_rand_below(rng, 9) ? x : NAN;
    default: return mr_rand_below(rng, 2) ? x : -x;
    }
}

/* Q1: parts of a random bag, each in a random order, merged in a random tree. */
START_TEST(test_bytes_depend_on_the_bag_alone) {
    enum { PARTS = 5, CASES = 16, MOST = 6000 };
    double *x = mr_calloc(MOST, sizeof *x);
    unsigned full = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct mr_rand rng;
        struct state whole = {0}, part[PARTS] = {{{0}}};
        mr_rand_seed(&rng, seed);
        uint32_t n = 1 + (seed % 2 ? MOST / 2 : 0) + mr_rand_below(&rng, seed % 2 ? MOST / 2 : 500);
        for (uint32_t i = 0; i < n; i++) add(&whole, x[i] = wide(&rng));
        shuffle(&rng, x, n);
        for (uint32_t i = 0; i < n; i++) add(&part[mr_rand_below(&rng, PARTS)], x[i]);
        for (uint32_t left = PARTS; left > 1; left--) {
            uint32_t i = mr_rand_below(&rng, left), k = mr_rand_below(&rng, left - 1);
            if (k >= i) k++;
            mr_quantiles_merge(mr_buf_view(&part[i].now), mr_buf_view(&part[k].now), &part[i].next);
            turn(&part[i]);
            struct state t = part[k];
            part[k] = part[left - 1];
            part[left - 1] = t;
        }
        ck_assert_msg(mr_str_eq(mr_buf_view(&whole.now), mr_buf_view(&part[0].now)), "seed %lu",
                      seed);
        full += whole.now.n == 24 + MR_QUANTILES_BINS * 12;
        for (int i = 0; i < PARTS; i++) close_state(&part[i]);
        close_state(&whole);
    }
    printf("seeds 1..%d: %u with all bins\n", CASES, full);
    ck_assert_uint_ge(full, 4);
    mr_free(x);
}
END_TEST

/* 100 octaves have 5,000 bins; the 2,048 highest are 40 of them, and lie above 2^60. */
START_TEST(test_collapsing_keeps_the_upper_ones) {
    struct state s = {0};
    enum { N = 100 * 50 };
    for (uint32_t i = 0; i < N; i++) {
        uint32_t k = i * 2371 % N; /* all, in some order */
        add(&s, ldexp(1 + (k % 50 + 0.5) / 50, (int)(k / 50)));
    }
    ck_assert_uint_eq(s.now.n, 24 + MR_QUANTILES_BINS * 12);
    for (uint32_t k = 0; k < N; k += 7) {
        double want = ldexp(1 + (k % 50 + 0.5) / 50, (int)(k / 50));
        double got = read(&s, (k + 0.5) / (N - 1));
        if (k > N - MR_QUANTILES_BINS)
            ck_assert(fabs(got / want - 1) < 0.01);
        else
            ck_assert(got >= want * 0.99); /* too high */
    }
    close_state(&s);
}
END_TEST

START_TEST(test_what_can_be_read) {
    static char b[64] = {1};
    ck_assert(mr_quantiles_ok((struct mr_str){b, 0}));
    ck_assert(mr_quantiles_ok((struct mr_str){b, 24}));
    ck_assert(!mr_quantiles_ok((struct mr_str){b, 23}));
    b[4] = 3; /* three bins: 12 bytes and 4, 24 */
    ck_assert(mr_quantiles_ok((struct mr_str){b, 64}));
    ck_assert(!mr_quantiles_ok((struct mr_str){b, 60}));
    b[5] = 8; /* 2,051 */
    ck_assert(!mr_quantiles_ok((struct mr_str){b, 24 + 2052 * 4 + 2051 * 8}));
    b[0] = 2; /* another version */
    b[5] = 0;
    ck_assert(!mr_quantiles_ok((struct mr_str){b, 64}));
}
END_TEST

int main(void) {
    Suite *s = suite_create("quantiles");
    TCase *t = tcase_create("quantiles");
    tcase_set_timeout(t, 30);
    tcase_add_test(t, test_percentiles_are_within_one_percent);
    tcase_add_test(t, test_values_that_are_no_usual_numbers);
    tcase_add_test(t, test_bytes_depend_on_the_bag_alone);
    tcase_add_test(t, test_collapsing_keeps_the_upper_ones);
    tcase_add_test(t, test_what_can_be_read);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

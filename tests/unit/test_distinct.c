/* test_distinct.c -- how near the estimate is, against the true number; and D1, D2 of distinct.h.
 */
#include "processor/op/distinct.h"

#include "base/hash.h"
#include "base/rand.h"
#include "tests/check_main.h"

#include <math.h>

enum { DENSE_BYTES = 8 + 12288 };

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

static void add_hash(struct state *s, uint64_t hash) {
    if (mr_distinct_fits(mr_buf_view(&s->now), hash)) {
        mr_distinct_set(s->now.p, s->now.n, hash);
        return;
    }
    mr_distinct_add(mr_buf_view(&s->now), hash, &s->next);
    turn(s);
}

static void add(struct state *s, int64_t i) {
    struct mr_value v = mr_int(i);
    add_hash(s, mr_distinct_hash(&v));
}

static int64_t count(const struct state *s) {
    return mr_distinct_count(mr_buf_view(&s->now));
}

/* As xxHash's Python binding gives them (xxh3_64); part of the state format. */
START_TEST(test_hashes_are_a_format) {
    ck_assert_uint_eq(mr_hash_disk("", 0), UINT64_C(0x2d06800538d394c2));
    ck_assert_uint_eq(mr_hash_disk("a", 1), UINT64_C(0xe6c632b61e964e1f));
    ck_assert_uint_eq(mr_hash_disk("abc", 3), UINT64_C(0x78af5f94892f3950));
    struct mr_value text = mr_string(MR_STR("abc")), zero = mr_double(-0.0), other = mr_double(0);
    ck_assert_uint_eq(mr_distinct_hash(&text), UINT64_C(0x78af5f94892f3950));
    ck_assert_uint_eq(mr_distinct_hash(&zero), mr_distinct_hash(&other));
    zero = mr_double(NAN);
    other = mr_double(-NAN);
    ck_assert_uint_eq(mr_distinct_hash(&zero), mr_distinct_hash(&other));
}
END_TEST

START_TEST(test_few_are_counted_exactly) {
    struct state s = {0};
    ck_assert_int_eq(count(&s), 0);
    for (int64_t i = 0; i < MR_DISTINCT_EXACT; i++) {
        add(&s, i * i);
        add(&s, i / 2 * (i / 2));
        ck_assert_int_eq(count(&s), i + 1);
        ck_assert_uint_eq(s.now.n, 8 + 8 * (size_t)(i + 1));
    }
    add(&s, -1);
    ck_assert_uint_eq(s.now.n, DENSE_BYTES);
    close_state(&s);
}
END_TEST

/* The standard error is 1.04 / sqrt(m), m = 16384 (HyperLogLog, 2007, theorem 1). */
START_TEST(test_error_is_within_its_bounds) {
    static const int64_t sizes[] = {1025, 2000, 5000, 11000, 20000, 41000, 60000};
    enum { RUNS = 40, N_SIZES = sizeof sizes / sizeof *sizes };
    double squares[N_SIZES] = {0}, sums[N_SIZES] = {0}, sigma = 1.04 / 128;
    for (unsigned run = 0; run < RUNS; run++) {
        struct state s = {0};
        int64_t n = 0;
        for (unsigned k = 0; k < N_SIZES; k++) {
            for (; n < sizes[k]; n++) add(&s, (int64_t)run << 32 | n);
            double error = (double)count(&s) / (double)n - 1;
            ck_assert_msg(fabs(error) < 5 * sigma, "run %u, %ld values: off by %g", run, n, error);
            squares[k] += error * error;
            sums[k] += error;
        }
        close_state(&s);
    }
    for (unsigned k = 0; k < N_SIZES; k++) {
        double rms = sqrt(squares[k] / RUNS), bias = sums[k] / RUNS;
        printf("%ld values, runs 0..%d: rms error %.4f, mean %.4f\n", sizes[k], RUNS - 1, rms,
               bias);
        ck_assert(rms < 1.3 * sigma); /* 40 runs know it to 11 % */
        ck_assert(fabs(bias) < 4 * sigma / sqrt(RUNS));
    }
}
END_TEST

/* What real columns look like: numbers one after the other, texts with a common start, doubles. */
START_TEST(test_kinds_of_values) {
    enum { N = 30000 };
    struct state s[3] = {{{0}}};
    for (int i = 0; i < N; i++) {
        char text[32];
        int len = snprintf(text, sizeof text, "user-%06d", i);
        struct mr_value v[3] = {mr_timestamp_ms(1700000000000 + i * 1000), mr_double(i / 100.0),
                                mr_string(((struct mr_str){text, (size_t)len}))};
        for (int k = 0; k < 3; k++) {
            add_hash(&s[k], mr_distinct_hash(&v[k]));
            add_hash(&s[k], mr_distinct_hash(&v[k]));
        }
    }
    for (int k = 0; k < 3; k++) {
        ck_assert(fabs((double)count(&s[k]) / N - 1) < 0.04);
        close_state(&s[k]);
    }
}
END_TEST

/* D1: parts of a random set, each in a random order with repetitions, merged in a random tree. */
START_TEST(test_bytes_depend_on_the_set_alone) {
    enum { PARTS = 6, CASES = 60 };
    static const uint32_t most[] = {5, 300, 900, 1030, 3000, 9000};
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct mr_rand rng;
        struct state whole = {0}, part[PARTS] = {{{0}}};
        mr_rand_seed(&rng, seed);
        uint32_t n = 1 + mr_rand_below(&rng, most[mr_rand_below(&rng, 6)]);
        for (uint32_t i = 0; i < n; i++) add(&whole, i);
        for (uint32_t i = 0; i < n; i++) add(&part[mr_rand_below(&rng, PARTS)], n - 1 - i);
        for (uint32_t i = 0; i < n / 2; i++)
            add(&part[mr_rand_below(&rng, PARTS)], mr_rand_below(&rng, n));
        for (uint32_t left = PARTS; left > 1; left--) {
            uint32_t i = mr_rand_below(&rng, left), k = mr_rand_below(&rng, left - 1);
            if (k >= i) k++;
            mr_distinct_merge(mr_buf_view(&part[i].now), mr_buf_view(&part[k].now), &part[i].next);
            turn(&part[i]);
            struct state t = part[k];
            part[k] = part[left - 1];
            part[left - 1] = t;
        }
        ck_assert_msg(mr_str_eq(mr_buf_view(&whole.now), mr_buf_view(&part[0].now)), "seed %lu",
                      seed);
        for (int i = 0; i < PARTS; i++) close_state(&part[i]);
        close_state(&whole);
    }
}
END_TEST

START_TEST(test_what_can_be_read) {
    static char b[DENSE_BYTES + 1] = {1, 1};
    ck_assert(mr_distinct_ok((struct mr_str){b, 0}));
    ck_assert(!mr_distinct_ok((struct mr_str){b, 7}));
    ck_assert(mr_distinct_ok((struct mr_str){b, DENSE_BYTES}));
    ck_assert(!mr_distinct_ok((struct mr_str){b, DENSE_BYTES - 1}));
    ck_assert(!mr_distinct_ok((struct mr_str){b, DENSE_BYTES + 1}));
    memset(b + 8, 0xff, DENSE_BYTES - 8); /* no hash makes these */
    ck_assert_int_ge(mr_distinct_count((struct mr_str){b, DENSE_BYTES}), 0);
    b[1] = 0;
    b[4] = 2;
    ck_assert(mr_distinct_ok((struct mr_str){b, 24}));
    ck_assert(!mr_distinct_ok((struct mr_str){b, 23}));
    b[0] = 2; /* another version */
    ck_assert(!mr_distinct_ok((struct mr_str){b, 24}));
}
END_TEST

int main(void) {
    Suite *s = suite_create("distinct");
    TCase *t = tcase_create("distinct");
    tcase_set_timeout(t, 30);
    tcase_add_test(t, test_hashes_are_a_format);
    tcase_add_test(t, test_few_are_counted_exactly);
    tcase_add_test(t, test_error_is_within_its_bounds);
    tcase_add_test(t, test_kinds_of_values);
    tcase_add_test(t, test_bytes_depend_on_the_set_alone);
    tcase_add_test(t, test_what_can_be_read);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

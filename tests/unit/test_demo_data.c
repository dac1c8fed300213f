/* Proves processor/serve/demo_data.c: the same bytes every time, lines that are feed lines. */
#include "processor/serve/demo_data.h"
#include "processor/serve/feed.h"
#include "tests/check_main.h"

static const struct mr_format string = {.kind = MR_F_STRING, .type = &mr_type_string};
static const struct mr_format json = {.kind = MR_F_JSON, .type = &mr_type_dyn};

/* Every line is a record; returns how many. */
static int64_t lines_of(const struct mr_buf *b) {
    const struct mr_feed_form form = {&string, &json};
    struct mr_arena a;
    int64_t n = 0;
    mr_arena_init(&a);
    for (const char *at = b->p, *end = b->p + b->n; at < end; n++) {
        struct mr_feed_rec rec;
        const char *error = NULL, *stop = memchr(at, '\n', (size_t)(end - at));
        ck_assert_ptr_nonnull(stop);
        mr_arena_reset(&a);
        bool ok = mr_feed_read(&a, &form, (struct mr_str){at, (size_t)(stop - at)}, &rec, &error);
        ck_assert_msg(ok && rec.key.n == 5 && rec.ts > 0, "%s", error);
        at = stop + 1;
    }
    mr_arena_done(&a);
    return n;
}

START_TEST(clicks) {
    struct mr_buf one, two;
    mr_buf_init(&one, 0);
    mr_buf_init(&two, 0);
    struct mr_demo_counts n = mr_demo_clicks(&one);
    mr_demo_clicks(&two);
    ck_assert(mr_str_eq(mr_buf_view(&one), mr_buf_view(&two)));
    ck_assert_int_eq(n.records, 100000);
    ck_assert_int_eq(lines_of(&one), n.records);
    /* 0.3 % and 0.1 %, five standard deviations */
    ck_assert(n.late > 200 && n.late < 400);
    ck_assert(n.malformed > 50 && n.malformed < 150);
    mr_buf_done(&one);
    mr_buf_done(&two);
}
END_TEST

START_TEST(profiles) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    struct mr_demo_counts n = mr_demo_profiles(&b);
    ck_assert_int_eq(lines_of(&b), n.records);
    ck_assert(n.records > 8300 && n.records < 8700); /* 5,000 - 10 % + 4,000 */
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("demo_data");
    TCase *t = tcase_create("demo_data");
    tcase_add_test(t, clicks);
    tcase_add_test(t, profiles);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

/* test_offset_meta.c -- metadata of committed offsets: the text, and what is not ours. */
#include "proto/offset_meta.h"
#include "base/mem.h"
#include "tests/check_main.h"

static void check(struct mr_offset_meta m, const char *want) {
    struct mr_buf b = {.max = MR_META_MAX};
    struct mr_offset_meta back;
    mr_offset_meta_write(&m, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), want);
    ck_assert(mr_offset_meta_read(mr_buf_view(&b), &back));
    ck_assert_int_eq(back.commit, m.commit);
    ck_assert_uint_eq(back.writer, m.writer);
    ck_assert(mr_str_eq(back.incarnations, m.incarnations));
    ck_assert(mr_str_eq(back.source_time, m.source_time));
    ck_assert_int_eq(back.has_next, m.has_next);
    ck_assert_int_eq(back.next, m.next);
    mr_buf_done(&b);
}

START_TEST(texts) {
    check((struct mr_offset_meta){0}, "mr1 n=0 w=00000000 i= s=");
    check((struct mr_offset_meta){42, 0xc0ffee42,
                                  MR_STR("0a1b2c3d:00112233445566778899aabbccddeeff"),
                                  MR_STR("1700000000000;ab:3")},
          "mr1 n=42 w=c0ffee42 i=0a1b2c3d:00112233445566778899aabbccddeeff s=1700000000000;ab:3");
    check((struct mr_offset_meta){.commit = 3, .has_next = true, .next = 1700000000001},
          "mr1 n=3 w=00000000 i= a=1700000000001 s=");
    check((struct mr_offset_meta){INT64_MAX, 1, MR_STR(""), MR_STR("with spaces")},
          "mr1 n=9223372036854775807 w=00000001 i= s=with spaces");
}
END_TEST

/* The most that a task can have to say fits (the sum is in offset_meta.h). */
START_TEST(worst_case) {
    static char incarnations[MR_META_STORES * 42], time[353];
    memset(incarnations, 'a', sizeof incarnations - 1);
    memset(time, '9', sizeof time - 1);
    struct mr_buf b = {.max = MR_META_MAX};
    struct mr_offset_meta m = {INT64_MAX,    UINT32_MAX, mr_str(incarnations),
                               mr_str(time), true,       INT64_MAX},
                          back;
    mr_offset_meta_write(&m, &b);
    ck_assert(!b.full);
    ck_assert(mr_offset_meta_read(mr_buf_view(&b), &back));
    ck_assert(mr_str_eq(back.source_time, m.source_time));
    mr_buf_done(&b);
}
END_TEST

START_TEST(not_ours) {
    static const char *const bad[] = {"",
                                      "mr1",
                                      "mr1 n=",
                                      "mr2 n=1 i= s=",
                                      "mr1 n=x w=00000000 i= s=",
                                      "mr1 n=-1 w=00000000 i= s=",
                                      "mr1 n=01 w=00000000 i= s=",
                                      "mr1 n=1 i= s=",
                                      "mr1 n=1 w=1234567 i= s=",
                                      "mr1 n=1 w=1234567G i= s=",
                                      "mr1 n=1 w=ABCDEF00 i= s=",
                                      "mr1 n=9223372036854775808 w=00000000 i= s=",
                                      "mr1 n=1 w=00000000 s=",
                                      "mr1 n=1 w=00000000 i= a= s=",
                                      "mr1 n=1 w=00000000 i= a=-5 s=",
                                      "mr1 n=1 w=00000000 i= a=5",
                                      "mr1 n=1 w=00000000 i=a",
                                      "mr1 n=1 w=00000000  i= s=",
                                      " mr1 n=1 w=00000000 i= s=",
                                      "mr1 n=1 w=00000000 i= s=\n",
                                      "mr1 n=1 w=00000000 i=\xc3\xa4 s=",
                                      "{\"v\":1}"};
    struct mr_offset_meta m;
    for (size_t i = 0; i < MR_ARRAY_LEN(bad); i++)
        ck_assert_msg(!mr_offset_meta_read(mr_str(bad[i]), &m), "%s", bad[i]);
    ck_assert(!mr_offset_meta_read((struct mr_str){NULL, 0}, &m));
    static char longest[MR_META_MAX + 1];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "mr1 n=1 w=00000000 i= s=", 24);
    ck_assert(mr_offset_meta_read((struct mr_str){longest, MR_META_MAX}, &m));
    ck_assert(!mr_offset_meta_read((struct mr_str){longest, MR_META_MAX + 1}, &m));
}
END_TEST

int main(void) {
    Suite *s = suite_create("offset_meta");
    TCase *t = tcase_create("offset_meta");
    tcase_add_test(t, texts);
    tcase_add_test(t, worst_case);
    tcase_add_test(t, not_ours);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

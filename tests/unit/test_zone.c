/* The decoder of time zones: files made here, whole and broken. Expected values: RFC 9636 and POSIX
 * by hand; real zones are in tests/expr/cases/zones.t. */
#include "base/buf.h"
#include "processor/expr/civil.h"
#include "processor/expr/zone.h"
#include "tests/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct mr_arena arena;

/* A file to be: what a case changes stands in it. */
struct file {
    char version;
    uint32_t n_leap, n_std, n_types; /* as the header says; 0 types: as many as there are */
    int n;
    int64_t times[4];
    uint8_t types[4];
    int32_t offsets[2];
    const char *rule; /* NULL: no footer */
};

static const struct file good = {.version = '2',
                                 .n = 2,
                                 .times = {1000, 2000},
                                 .types = {1, 0},
                                 .offsets = {3600, -7200},
                                 .rule = "ABC-1"};

static void number(struct mr_buf *b, int64_t v, int size) {
    for (int i = size - 1; i >= 0; i--) mr_buf_byte(b, (char)((uint64_t)v >> (8 * i)));
}

static void add_block(struct mr_buf *b, const struct file *f, int size) {
    mr_buf_cat(b, "TZif");
    mr_buf_byte(b, f->version);
    for (int i = 0; i < 15; i++) mr_buf_byte(b, 0);
    const uint32_t counts[] = {0, f->n_std, f->n_leap, (uint32_t)f->n, f->n_types ? f->n_types : 2,
                               4};
    for (int i = 0; i < 6; i++) number(b, counts[i], 4);
    for (int i = 0; i < f->n; i++) number(b, f->times[i], size);
    for (int i = 0; i < f->n; i++) mr_buf_byte(b, (char)f->types[i]);
    for (int i = 0; i < 2; i++) {
        number(b, f->offsets[i], 4);
        number(b, 0, 2);
    }
    mr_buf_add(b, "ABC", 4);
    for (uint32_t i = 0; i < f->n_std; i++) mr_buf_byte(b, 1);
}

static struct mr_str made(const struct file *f) {
    static struct mr_buf b;
    mr_buf_done(&b);
    mr_buf_init(&b, 0);
    add_block(&b, f, 4);
    if (f->version) add_block(&b, f, 8);
    if (f->rule) mr_buf_printf(&b, "\n%s\n", f->rule);
    return mr_buf_view(&b);
}

static const struct mr_zone *zone(const struct file *f, const char **ret_why) {
    return mr_zone_decode(&arena, MR_STR("X"), made(f), ret_why);
}

static void refused(const struct file *f, const char *why) {
    const char *got = "";
    ck_assert_ptr_null(zone(f, &got));
    ck_assert_str_eq(got, why);
}

START_TEST(transitions) {
    const char *why;
    const struct mr_zone *z = zone(&good, &why);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(mr_zone_offset(z, MR_TIMESTAMP_MIN), 3600);
    ck_assert_int_eq(mr_zone_offset(z, 999), 3600);
    ck_assert_int_eq(mr_zone_offset(z, 1000), -7200);
    ck_assert_int_eq(mr_zone_offset(z, 1999), -7200);
    ck_assert_int_eq(mr_zone_offset(z, 2000), 3600);
    ck_assert_int_eq(mr_zone_offset(z, MR_TIMESTAMP_MAX), 3600);
}
END_TEST

START_TEST(versions) {
    const char *why;
    struct file f = good;
    f.version = '\0';
    f.rule = NULL;
    f.types[1] = 1;
    const struct mr_zone *z = zone(&f, &why); /* the last type goes on */
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(mr_zone_offset(z, MR_TIMESTAMP_MAX), -7200);
    f = good;
    f.rule = ""; /* the same in later versions */
    f.types[1] = 1;
    z = zone(&f, &why);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(mr_zone_offset(z, MR_TIMESTAMP_MAX), -7200);
    f.n = 0;
    f.rule = "<-03>3";
    z = zone(&f, &why);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(mr_zone_offset(z, 0), -3 * 3600);
    f = good;
    f.times[0] = INT64_MIN;
    f.times[1] = INT64_C(1) << 40;
    z = zone(&f, &why);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(mr_zone_offset(z, MR_TIMESTAMP_MIN), -7200);
}
END_TEST

/* Rules of POSIX that tzdata uses little or not. Seconds of 2023 (no leap year) and 2024. */
static const struct {
    const char *rule;
    const char *at;
    int64_t east;
} rules[] = {
    {"AAA0BBB,J60,J61/1", "2024-03-01T01:59:59Z", 0}, /* J60 is March 1st in every year */
    {"AAA0BBB,J60,J61/1", "2024-03-01T02:00:00Z", 3600},
    {"AAA0BBB,J60,J61/1", "2023-03-01T02:00:00Z", 3600},
    {"AAA0BBB,59,60", "2024-02-29T02:00:00Z", 3600}, /* 59 is February 29th of a leap year */
    {"AAA0BBB,59,60", "2023-03-01T02:00:00Z", 3600},
    {"AAA0BBB,59,60", "2023-02-28T23:00:00Z", 0},
    {"AAA0BBB-2,M2.5.4,M3.1.1", "2024-02-29T01:59:59Z", 0}, /* the fifth Thursday, where it is */
    {"AAA0BBB-2,M2.5.4,M3.1.1", "2024-02-29T02:00:00Z", 7200},
    {"AAA0BBB-2,M2.5.4,M3.1.1", "2023-02-23T02:00:00Z", 7200},  /* else the last */
    {"EST5EDT,0/0,J365/25", "2024-01-01T04:59:59Z", -4 * 3600}, /* summer all year */
    {"EST5EDT,0/0,J365/25", "2024-01-01T05:00:00Z", -4 * 3600},
    {"EST5EDT,0/0,J365/25", "2024-07-01T05:00:00Z", -4 * 3600},
    {"IST-1GMT0,M10.5.0,M3.5.0/1", "2024-01-01T00:00:00Z", 0}, /* winter time is the other one */
    {"IST-1GMT0,M10.5.0,M3.5.0/1", "2024-07-01T00:00:00Z", 3600},
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-01-01T00:00:00Z", 11 * 3600},
    {"AAA0BBB,M1.1.1/-167,M6.1.1", "2023-12-25T00:59:59Z", 0}, /* January 1st is a Monday */
    {"AAA0BBB,M1.1.1/-167,M6.1.1", "2023-12-25T01:00:00Z", 3600},
    {"AAA0BBB,M6.1.1,M12.5.0/167", "2024-01-06T21:59:59Z", 3600}, /* December 31st, 7 days later */
    {"AAA0BBB,M6.1.1,M12.5.0/167", "2024-01-06T22:00:00Z", 0},
    {"AAA-0:30:15", "2024-01-01T00:00:00Z", 1815},
};

START_TEST(posix_rules) {
    const char *why;
    uint32_t ns;
    int64_t t;
    struct file f = good;
    f.version = '3';
    f.n = 0;
    f.rule = rules[_i].rule;
    const struct mr_zone *z = zone(&f, &why);
    ck_assert_msg(z != NULL, "%s: %s", f.rule, why);
    ck_assert(mr_parse_rfc3339(mr_str(rules[_i].at), &t, &ns));
    ck_assert_msg(mr_zone_offset(z, t) == rules[_i].east, "%s %s: %lld", f.rule, rules[_i].at,
                  (long long)mr_zone_offset(z, t));
}
END_TEST

START_TEST(broken_rules) {
    static const char *const bad[] = {
        "AB1",
        "A1",
        "1",
        "ABC",
        "ABC25",
        "ABC1:60",
        "ABC1:",
        "ABC1 ",
        "<ABC1",
        "ABC-1DEF",
        "ABC-1DEF,M3.5.0",
        "ABC-1DEF,M3.5.0,",
        "ABC-1DEF,M13.5.0,M10.5.0",
        "ABC-1DEF,M0.5.0,M10.5.0",
        "ABC-1DEF,M3.6.0,M10.5.0",
        "ABC-1DEF,M3.0.0,M10.5.0",
        "ABC-1DEF,M3.5.7,M10.5.0",
        "ABC-1DEF,M3.5,M10.5.0",
        "ABC-1DEF,J0,J5",
        "ABC-1DEF,J366,J5",
        "ABC-1DEF,366,5",
        "ABC-1DEF,M3.5.0/168,M10.5.0",
        "ABC-1DEF,M3.5.0/,M10.5.0",
        "ABC-1DEF,M3.5.0,M10.5.0x",
        "ABC99999999999999999999",
        "ABC-1DE,M3.5.0,M10.5.0",
    };
    struct file f = good;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        f.rule = bad[i];
        refused(&f, "a rule that cannot be read");
    }
    char text[200];
    snprintf(text, sizeof text, "<%0150d>1", 0);
    f.rule = text;
    refused(&f, "a rule that cannot be read");
    f.rule = NULL;
    refused(&f, "no rule at its end");
}
END_TEST

START_TEST(broken_files) {
    struct file f = good;
    f.version = '5';
    refused(&f, "an unknown version");
    f = good, f.n_leap = 1;
    refused(&f, "it counts leap seconds");
    f = good, f.n_types = 257;
    refused(&f, "too many entries");
    f = good, f.n_types = UINT32_MAX;
    refused(&f, "too many entries");
    f = good, f.n_std = 1;
    refused(&f, "counts that do not fit");
    f = good, f.types[0] = 2;
    refused(&f, "an unknown local time type");
    f = good, f.offsets[1] = 26 * 3600;
    refused(&f, "an offset beyond 26 hours");
    f = good, f.offsets[0] = INT32_MIN;
    refused(&f, "an offset beyond 26 hours");
    f = good, f.times[1] = 1000;
    refused(&f, "times that do not ascend");
    f = good, f.times[1] = -1;
    refused(&f, "times that do not ascend");
}
END_TEST

START_TEST(header_limits) {
    const char *why;
    char text[44] = "TZif2";
    struct mr_str s = {text, sizeof text};
    ck_assert_ptr_null(mr_zone_decode(&arena, MR_STR("X"), s, &why));
    ck_assert_str_eq(why, "no local time type");
    memset(text + 20, 0xff, 24);
    memset(text + 28, 0, 4);
    ck_assert_ptr_null(mr_zone_decode(&arena, MR_STR("X"), s, &why));
    ck_assert_str_eq(why, "too many entries");
    memcpy(text, "TZjf", 4);
    ck_assert_ptr_null(mr_zone_decode(&arena, MR_STR("X"), s, &why));
    ck_assert_str_eq(why, "not a TZif file");
    s.n = MR_ZONE_FILE_MAX + 1;
    ck_assert_ptr_null(mr_zone_decode(&arena, MR_STR("X"), s, &why));
    ck_assert_str_eq(why, "the file is too large");
}
END_TEST

/* Every beginning of a good file is refused; each copy is as long as it says (ASan looks). */
START_TEST(cut_off) {
    const char *why;
    struct mr_str s = made(&good);
    for (size_t n = 0; n < s.n; n++) {
        char *copy = malloc(n + 1);
        memcpy(copy, s.p, n);
        copy = realloc(copy, n ? n : 1);
        ck_assert_ptr_null(mr_zone_decode(&arena, MR_STR("X"), (struct mr_str){copy, n}, &why));
        free(copy);
    }
}
END_TEST

static void write_file(const char *dir, const char *name, struct mr_str s) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(s.p, 1, s.n, f), s.n);
    fclose(f);
}

START_TEST(folder_of_zones) {
    char dir[] = "/tmp/millrace_zones_XXXXXX", path[256];
    size_t n;
    ck_assert_ptr_nonnull(mkdtemp(dir));
    setenv("TZDIR", dir, 1);
    write_file(dir, "Good", made(&good));
    write_file(dir, "localtime", made(&good));
    write_file(dir, "zone.tab", MR_STR("x"));
    write_file(dir, "Broken", MR_STR("TZif2"));
    const char *const *names = mr_zone_names(&arena, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(names[0], "Broken");
    ck_assert_str_eq(names[1], "Good");
    const struct mr_zones *all = mr_zones_read(&arena);
    ck_assert_uint_eq(all->n, 1);
    ck_assert_ptr_nonnull(mr_zones_find(all, MR_STR("Good")));
    ck_assert_ptr_null(mr_zones_find(all, MR_STR("Goo")));
    ck_assert_ptr_null(mr_zones_find(all, MR_STR("Goodd")));
    ck_assert_ptr_null(mr_zones_find(all, MR_STR("")));
    ck_assert_ptr_nonnull(mr_zone_read(&arena, MR_STR("Good")));
    ck_assert_ptr_null(mr_zone_read(&arena, MR_STR("Broken")));
    ck_assert_ptr_null(mr_zone_read(&arena, MR_STR("localtime")));
    ck_assert_ptr_nonnull(mr_zone_read(&arena, MR_STR("UTC"))); /* needs no file */
    static const char *const files[] = {"Good", "localtime", "zone.tab", "Broken"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    rmdir(dir);
    ck_assert_uint_eq(mr_zones_read(&arena)->n, 0); /* no folder at all */
    unsetenv("TZDIR");
}
END_TEST

static void open_arena(void) {
    mr_arena_init(&arena);
}

static void close_arena(void) {
    mr_arena_done(&arena);
}

int main(void) {
    Suite *s = suite_create("zone");
    TCase *t = tcase_create("zone");
    tcase_add_checked_fixture(t, open_arena, close_arena);
    tcase_add_test(t, transitions);
    tcase_add_test(t, versions);
    tcase_add_loop_test(t, posix_rules, 0, sizeof rules / sizeof *rules);
    tcase_add_test(t, broken_rules);
    tcase_add_test(t, broken_files);
    tcase_add_test(t, header_limits);
    tcase_add_test(t, cut_off);
    tcase_add_test(t, folder_of_zones);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

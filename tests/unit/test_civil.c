/* Expected values: Python's datetime (rows), hand computation (texts and durations). */
#include "processor/expr/civil.h"
#include "tests/check_main.h"

static const struct {
    int64_t seconds;
    const char *text;
    int week_day, year_day;
} dates[] = {
    {INT64_C(-62135596800), "0001-01-01T00:00:00Z", 1, 0},
    {INT64_C(253402300799), "9999-12-31T23:59:59Z", 5, 364},
    {INT64_C(0), "1970-01-01T00:00:00Z", 4, 0},
    {INT64_C(951825600), "2000-02-29T12:00:00Z", 2, 59},
    {INT64_C(-2203891201), "1900-02-28T23:59:59Z", 3, 58},
    {INT64_C(-2203891200), "1900-03-01T00:00:00Z", 4, 59},
    {INT64_C(4107456000), "2100-02-28T00:00:00Z", 0, 58},
    {INT64_C(4107542400), "2100-03-01T00:00:00Z", 1, 59},
    {INT64_C(-1), "1969-12-31T23:59:59Z", 3, 364},
    {INT64_C(1735689599), "2024-12-31T23:59:59Z", 2, 365},
    {INT64_C(-11670998400), "1600-02-29T00:00:00Z", 2, 59},
    {INT64_C(102873135641), "5229-12-02T07:00:41Z", 0, 335},
    {INT64_C(44485438860), "3379-09-08T18:21:00Z", 3, 250},
    {INT64_C(-20414231320), "1323-02-06T04:11:20Z", 6, 36},
    {INT64_C(92327881866), "4895-10-02T17:51:06Z", 0, 274},
    {INT64_C(-4160426947), "1838-02-28T21:50:53Z", 3, 58},
    {INT64_C(239317030951), "9553-08-28T01:02:31Z", 5, 239},
    {INT64_C(20961091760), "2634-03-26T05:29:20Z", 3, 84},
    {INT64_C(236162183869), "9453-09-06T14:37:49Z", 2, 248},
    {INT64_C(-5733324766), "1788-04-26T01:47:14Z", 6, 116},
    {INT64_C(235298695928), "9426-04-27T12:52:08Z", 4, 116},
    {INT64_C(10383697975), "2299-01-17T16:32:55Z", 2, 16},
    {INT64_C(38715831236), "3196-11-08T21:33:56Z", 5, 312},
    {INT64_C(34448914485), "3061-08-23T06:54:45Z", 5, 234},
    {INT64_C(91205378260), "4860-03-07T19:17:40Z", 0, 66},
    {INT64_C(77442372120), "4424-01-19T18:02:00Z", 5, 18},
    {INT64_C(242506586445), "9654-09-23T04:40:45Z", 3, 265},
    {INT64_C(13656257996), "2402-10-01T12:59:56Z", 2, 273},
    {INT64_C(69480632997), "4171-10-02T23:49:57Z", 3, 274},
    {INT64_C(81215083018), "4543-08-09T09:16:58Z", 5, 220},
    {INT64_C(229454889616), "9241-02-18T21:20:16Z", 1, 48},
    {INT64_C(181426339341), "7719-03-04T21:22:21Z", 6, 62},
    {INT64_C(127301684161), "6004-01-12T02:56:01Z", 1, 11},
    {INT64_C(106048126315), "5330-07-13T20:51:55Z", 4, 193},
    {INT64_C(-36336982871), "0818-07-12T01:38:49Z", 4, 192},
    {INT64_C(19611551848), "2591-06-19T13:17:28Z", 0, 169},
    {INT64_C(-1798463480), "1913-01-04T10:48:40Z", 6, 3},
    {INT64_C(192856273721), "8081-05-15T19:08:41Z", 4, 134},
    {INT64_C(197452482267), "8227-01-08T15:44:27Z", 1, 7},
    {INT64_C(-7940276151), "1718-05-20T15:44:09Z", 5, 139},
    {INT64_C(62424899410), "3948-03-02T09:50:10Z", 2, 61},
    {INT64_C(92955782245), "4915-08-27T02:37:25Z", 2, 238},
    {INT64_C(-4344803893), "1832-04-26T22:01:47Z", 4, 116},
    {INT64_C(11492755491), "2334-03-12T00:04:51Z", 1, 70},
    {INT64_C(242041179193), "9639-12-24T12:53:13Z", 6, 357},
    {INT64_C(22614510895), "2686-08-17T00:34:55Z", 2, 228},
    {INT64_C(-8443202663), "1702-06-12T17:55:37Z", 1, 162},
    {INT64_C(-62015410566), "0004-10-23T01:03:54Z", 6, 296},
    {INT64_C(50946683455), "3584-06-08T16:30:55Z", 5, 159},
    {INT64_C(177449165908), "7593-02-20T18:58:28Z", 6, 50},
    {INT64_C(-39123372389), "0730-03-26T04:33:31Z", 3, 84},
};

static const char *printed(void (*print)(int64_t, uint32_t, struct mr_buf *), int64_t s,
                           uint32_t ns) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    print(s, ns, &b);
    return mr_buf_cstr(&b);
}

START_TEST(dates_agree_with_python) {
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        int64_t s;
        uint32_t ns;
        ck_assert_msg(mr_parse_rfc3339(mr_str(dates[i].text), &s, &ns), "%s", dates[i].text);
        ck_assert_int_eq(s, dates[i].seconds);
        ck_assert_uint_eq(ns, 0);
        ck_assert_str_eq(printed(mr_print_rfc3339, s, 0), dates[i].text);
        struct mr_civil c = mr_civil_of(s, 0);
        ck_assert_int_eq(c.week_day, dates[i].week_day);
        ck_assert_int_eq(c.year_day, dates[i].year_day);
        int64_t day = mr_civil_days(c.year, c.month, c.day);
        ck_assert_int_eq(day * 86400 + c.hour * 3600 + c.minute * 60 + c.second, s);
    }
}
END_TEST

START_TEST(offsets_and_fractions) {
    static const struct {
        const char *text;
        int64_t s;
        uint32_t ns;
    } ok[] = {
        {"1970-01-01T00:00:00.5Z", 0, 500000000},
        {"1970-01-01T00:00:00.000000001Z", 0, 1},
        {"1970-01-01T00:00:00.1234567899Z", 0, 123456789},
        {"1970-01-01t01:00:00z", 3600, 0},
        {"1970-01-01T01:00:00+01:00", 0, 0},
        {"1969-12-31T22:30:00.25-01:30", 0, 250000000},
        {"0001-01-01T00:00:00Z", -62135596800, 0},
        {"9999-12-31T23:59:59.999999999Z", 253402300799, 999999999},
        {"2024-02-29T00:00:00-00:00", 1709164800, 0},
    };
    static const char *const bad[] = {
        "",
        "1970-01-01",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00",
        "1970-1-01T00:00:00Z",
        "1970-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "1970-13-01T00:00:00Z",
        "1970-00-01T00:00:00Z",
        "1970-01-00T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:60Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00+1:00",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00Zx",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z",
        "1970-01-01T00:00:00+01-00",
        "-970-01-01T00:00:00Z",
    };
    int64_t s;
    uint32_t ns;
    for (size_t i = 0; i < sizeof ok / sizeof *ok; i++) {
        ck_assert_msg(mr_parse_rfc3339(mr_str(ok[i].text), &s, &ns), "%s", ok[i].text);
        ck_assert_int_eq(s, ok[i].s);
        ck_assert_uint_eq(ns, ok[i].ns);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!mr_parse_rfc3339(mr_str(bad[i]), &s, &ns), "%s", bad[i]);
}
END_TEST

START_TEST(printing) {
    ck_assert_str_eq(printed(mr_print_rfc3339_ms, 1770091506, 789999999),
                     "2026-02-03T04:05:06.789Z");
    ck_assert_str_eq(printed(mr_print_rfc3339_ms, -1, 0), "1969-12-31T23:59:59.000Z");
    ck_assert_str_eq(printed(mr_print_rfc3339, 0, 120000000), "1970-01-01T00:00:00.12Z");
    ck_assert_str_eq(printed(mr_print_rfc3339, 0, 1), "1970-01-01T00:00:00.000000001Z");
    struct mr_civil c = mr_civil_of(0, -3600);
    ck_assert_int_eq(c.year, 1969);
    ck_assert_int_eq(c.hour, 23);
}
END_TEST

START_TEST(durations) {
    static const struct {
        const char *text;
        int64_t ns;
        const char *printed;
    } ok[] = {
        {"0", 0, "0s"},
        {"1h30m", 5400000000000, "5400s"},
        {"-1.5s", -1500000000, "-1.5s"},
        {"+2m", 120000000000, "120s"},
        {"7ns", 7, "0.000000007s"},
        {"100ms", 100000000, "0.1s"},
        {"5us", 5000, "0.000005s"},
        {"5\xC2\xB5s", 5000, "0.000005s"},
        {"30d", 2592000000000000, "2592000s"},
        {"1d2h3m4.5s", 93784500000000, "93784.5s"},
        {".5h", 1800000000000, "1800s"},
        {"1.000000000000000000000000001s", 1000000000, "1s"},
        {"9223372036854775807ns", INT64_MAX, "9223372036.854775807s"},
        {"-9223372036854775808ns", INT64_MIN, "-9223372036.854775808s"},
    };
    static const char *const bad[] = {"",
                                      "1",
                                      "s",
                                      "1x",
                                      "1h 30m",
                                      "-",
                                      "1.5.5s",
                                      ".s",
                                      "1h30",
                                      "--1s",
                                      "9223372036854775808ns",
                                      "107000d",
                                      "1e3s"};
    int64_t ns;
    struct mr_buf b;
    mr_buf_init(&b, 0);
    for (size_t i = 0; i < sizeof ok / sizeof *ok; i++) {
        ck_assert_msg(mr_parse_cel_duration(mr_str(ok[i].text), &ns), "%s", ok[i].text);
        ck_assert_int_eq(ns, ok[i].ns);
        mr_buf_clear(&b);
        mr_print_cel_duration(ns, &b);
        ck_assert_str_eq(mr_buf_cstr(&b), ok[i].printed);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!mr_parse_cel_duration(mr_str(bad[i]), &ns), "%s", bad[i]);
    mr_buf_done(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("civil");
    TCase *t = tcase_create("civil");
    tcase_add_test(t, dates_agree_with_python);
    tcase_add_test(t, offsets_and_fractions);
    tcase_add_test(t, printing);
    tcase_add_test(t, durations);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

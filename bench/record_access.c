/* record_access.c -- what reading one record costs: nanoseconds per 5-field protobuf message of
 * about 110 bytes, and per 600-byte JSON record of which 3 fields are read.
 *
 * A measuring program, not a test: it prints and asserts only that it read what it should. The
 * minimum of several rounds is printed, in thread CPU time.
 */
#include "processor/expr/codec.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

enum { ROUNDS = 7, RECORDS = 200000 };

static const struct mr_field click_fields[] = {
    {.name = {"user_id", 7}, .type = &mr_type_string, .number = 1, .proto_type = 9},
    {.name = {"url", 3}, .type = &mr_type_string, .number = 2, .proto_type = 9},
    {.name = {"price_cents", 11}, .type = &mr_type_int, .number = 3, .proto_type = 3},
    {.name = {"score", 5}, .type = &mr_type_double, .number = 4, .proto_type = 1},
    {.name = {"ts_ms", 5}, .type = &mr_type_int, .number = 5, .proto_type = 3},
};

static const char json_text[] =
    "{\"event_id\":\"0b6a3c52-6f0e-4be1-9f55-2a1de7a4c9d1\",\"user_id\":\"user-00081932\","
    "\"session\":{\"id\":\"s-55120931\",\"seq\":17,\"first\":false},"
    "\"url\":\"https://shop.example.com/products/garden/hose-20m?utm_source=newsletter&utm_id=7\","
    "\"referrer\":\"https://www.example.org/search?q=garden+hose+20m\","
    "\"ua\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0 Safari/537.36\",\"ip\":\"203.0.113.77\",\"type\":\"view\","
    "\"price_cents\":129900,\"currency\":\"EUR\",\"items\":[{\"sku\":\"A-1\",\"n\":1},"
    "{\"sku\":\"B-22\",\"n\":3}],\"ts\":\"2026-02-03T04:05:06.789Z\",\"v\":3}";

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void measure(const char *what, const struct mr_reader *r, struct mr_str bytes, uint32_t slot,
                    enum mr_tag tag) {
    struct mr_arena a;
    struct mr_value slots[16];
    double best = 1e18;
    mr_arena_init(&a);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < RECORDS; i++) {
            mr_reader_read(r, bytes, slots, &a);
            if ((i & 1023) == 0) mr_arena_reset(&a);
            assert(slots[slot].tag == tag);
        }
        double each = (now_ns() - start) / RECORDS;
        if (each < best) best = each;
    }
    printf("%-36s %4zu bytes %7.1f ns\n", what, bytes.n, best);
    mr_arena_done(&a);
}

static void protobuf(struct mr_arena *a) {
    struct mr_format f = {MR_F_PROTOBUF, mr_type_struct(a, "Click", 5, click_fields), MR_STR("")};
    struct mr_value row[] = {
        mr_string(MR_STR("user-00081932")),
        mr_string(MR_STR("https://shop.example.com/products/garden/hose-20m?utm_src=mail")),
        mr_int(129900), mr_double(0.75), mr_int(1770091506789)};
    struct mr_value v = mr_struct(row);
    struct mr_buf bytes;
    struct mr_fault fault;
    mr_buf_init(&bytes, 0);
    bool ok = mr_write(&f, f.type, &v, &bytes, &fault);
    assert(ok);
    measure("protobuf, 5 of 5 fields", mr_reader_new(a, &f, NULL), mr_buf_view(&bytes), 4,
            MR_V_INT);
    static const bool two[5] = {true, false, false, false, true};
    measure("protobuf, 2 of 5 fields", mr_reader_new(a, &f, two), mr_buf_view(&bytes), 4, MR_V_INT);
    mr_buf_done(&bytes);
}

static void json(struct mr_arena *a) {
    static const struct mr_field fields[] = {
        {.name = {"user_id", 7}, .type = &mr_type_string},
        {.name = {"type", 4}, .type = &mr_type_string},
        {.name = {"ts", 2}, .type = &mr_type_timestamp},
    };
    static const struct mr_field absent[] = {
        {.name = {"user_id", 7}, .type = &mr_type_string},
        {.name = {"campaign", 8}, .type = &mr_type_string, .optional = true},
    };
    struct mr_str text = {json_text, sizeof json_text - 1};
    struct mr_format f = {MR_F_JSON_ROW, mr_type_struct(a, "", 3, fields), MR_STR("")};
    struct mr_format g = {MR_F_JSON_ROW, mr_type_struct(a, "", 2, absent), MR_STR("")};
    static const bool first[3] = {true, false, false};
    measure("JSON, 3 fields, the last at its end", mr_reader_new(a, &f, NULL), text, 2,
            MR_V_TIMESTAMP);
    measure("JSON, 1 field at its beginning", mr_reader_new(a, &f, first), text, 0, MR_V_STRING);
    measure("JSON, 2 fields, one absent", mr_reader_new(a, &g, NULL), text, 1, MR_V_ABSENT);
}

int main(void) {
    struct mr_arena a;
    mr_arena_init(&a);
    protobuf(&a);
    json(&a);
    mr_arena_done(&a);
    return 0;
}

/* Protobuf records: descriptor sets made by protoc, bytes made by protoc --encode (hex below),
 * bytes by hand for what protoc does not write, and random messages packed by protobuf-c.
 * Arguments: the descriptor set of protobuf/access.proto, old.proto and oracle.proto. */
#include "processor/expr/protobuf.h"
#include "tests/unit/access_help.h"
#include "base/rand.h"
#include "tests/unit/oracle.pb-c.h"

#include <inttypes.h>

static const char *descriptor_path;

static struct mr_str unhex(const char *hex) {
    size_t n = strlen(hex) / 2;
    char *p = mr_arena_alloc(&arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        unsigned byte;
        sscanf(hex + 2 * i, "%2x", &byte);
        p[i] = (char)byte;
    }
    return (struct mr_str){p, n};
}

/* The format {protobuf: message, descriptor: path}, or NULL (then help_problems says why). */
static const struct mr_format *try_format(const char *message, const char *path) {
    struct mr_tree keys[] = {help_scalar("protobuf"), help_scalar("descriptor")};
    struct mr_tree items[] = {help_scalar(message), help_scalar(path)};
    struct mr_tree t = {.kind = MR_TREE_MAP, .pos = {1, 1}, .n = 2, .keys = keys, .items = items};
    struct mr_diags d;
    mr_diags_init(&d, &arena, "x.yaml", MR_STR(""));
    const struct mr_format *f = mr_format_compile(&arena, &d, &t, NULL, ".");
    mr_buf_clear(&help_problems);
    mr_diags_print(&d, &help_problems);
    mr_diags_done(&d);
    return f;
}

static const struct mr_format *format(const char *message) {
    const struct mr_format *f = try_format(message, descriptor_path);
    ck_assert_msg(f != NULL, "%s", mr_buf_cstr(&help_problems));
    return f;
}

static const char *fields_of(const char *message) {
    struct mr_type anonymous = *format(message)->type;
    anonymous.name = MR_STR("");
    return help_show_type(&anonymous);
}

START_TEST(descriptors) {
    ck_assert_str_eq(
        fields_of("shop.v1.Click"),
        "{user_id: string, url: string, price_cents: int, score: double, consent: bool, "
        "campaign: string?, item: shop.v1.Item?, items: [shop.v1.Item], tags: [string], "
        "counts: [int], weights: [double], card: string?, voucher: int?, kind: int, raw: bytes, "
        "small: int, at: timestamp?, dwell: duration?, limit: int?, note: string?}");
    ck_assert_str_eq(fields_of("shop.v1.Item"), "{sku: string, delta: int, parent: bytes?}");
    ck_assert_str_eq(
        fields_of("shop.v1.Maps"),
        "{counts: {string: int}, names: {int: string}, items: {string: shop.v1.Item}}");
    ck_assert_str_eq(fields_of("shop.old.Order"),
                     "{id: string, amount: int?, unpacked: [int], line: shop.old.Order.Line?}");
    ck_assert_ptr_null(try_format("shop.v1.Clack", descriptor_path));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&help_problems), "no message `shop.v1.Clack`"));
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_format_print(format("shop.v1.Click"), &b);
    ck_assert_str_eq(mr_buf_cstr(&b), "{protobuf: shop.v1.Click}");
    mr_buf_done(&b);
}
END_TEST

static const char click_hex[] = "0a027531120c68747470733a2f2f782fc3a418ecf60721000000000000e83f2801"
                                "32003a0a0a014110051a030a01504203"
                                "0a01424202100a4a01784a00520d01ffffffffffffffffff01ac025a0800000000"
                                "0000e03f680970feffffffffffffffff"
                                "017a0200ff8001fbffffffffffffffff01c20c0c08f2e785cc0610c0de9cf802ca"
                                "0c1608ffffffffffffffffff011080b6"
                                "ca91feffffffff01d20c00da0c030a016e";
static const char numbers_hex[] = "09000000000000f8bf15cdcccc3d188080808080808080800120ffffffffffff"
                                  "ffffff012880808080f8ffffffff0131ff"
                                  "ffffffffffffff3dffffffff400148ffffffff0f550000008059000000000000"
                                  "008060ffffffff0f68ffffffffffffffff"
                                  "ff017201737a0162c23e020102ca3e080700000008000000d03e00";
static const char maps_hex[] =
    "0a050a016110010a050a01621000120e08ffffffffffffffffff011201781a080a016912030a01411a040a001200";

START_TEST(everything_protoc_encodes) {
    ck_assert_str_eq(
        help_read(format("shop.v1.Click"), unhex(click_hex), NULL),
        "\"u1\" | \"https://x/ä\" | 129900 | 0.75 | true | \"\" | {sku: \"A\", delta: -3, parent: "
        "b\"\\n\\x01P\"} | [{sku: \"B\", delta: 0}, {sku: \"\", delta: 5}] | [\"x\", \"\"] | "
        "[1, -1, 300] | [0.5] | absent | 9 | -2 | b\"\\x00\\xff\" | -5 | "
        "timestamp(\"2026-02-03T04:05:06.789Z\") | duration(\"-1.5s\") | 0 | \"n\"");
    ck_assert_str_eq(
        help_read(format("shop.v1.Numbers"), unhex(numbers_hex), NULL),
        "-1.5 | 0.10000000149011612 | -9223372036854775808 | 18446744073709551615u | -2147483648 | "
        "18446744073709551615u | 4294967295u | true | 4294967295u | -2147483648 | "
        "-9223372036854775808 | -2147483648 | -9223372036854775808 | \"s\" | b\"b\" | [-1, 1] | "
        "[7u, 8u] | 0");
    ck_assert_str_eq(help_read(format("shop.v1.Maps"), unhex(maps_hex), NULL),
                     "{\"a\": 1, \"b\": 0} | {-1: \"x\"} | {\"i\": {sku: \"A\", delta: 0}, \"\": "
                     "{sku: \"\", delta: 0}}");
}
END_TEST

START_TEST(defaults_and_presence) {
    ck_assert_str_eq(
        help_read(format("shop.v1.Click"), MR_STR(""), NULL),
        "\"\" | \"\" | 0 | 0.0 | false | absent | absent | [] | [] | [] | [] | absent | "
        "absent | 0 | b\"\" | 0 | absent | absent | absent | absent");
    ck_assert_str_eq(
        help_read(format("shop.old.Order"), unhex("0a026f3118011802230805242a020800"), NULL),
        "\"o1\" | absent | [1, 2] | {n: 0}");
    ck_assert_str_eq(help_read(format("shop.old.Order"), unhex("1000"), NULL),
                     "error(decode.type: field `id` is missing) | 0 | [] | absent");
    ck_assert_str_eq(
        help_read(format("shop.old.Order"), unhex("0a002a00"), NULL),
        "\"\" | absent | [] | error(decode.type: field `line`: a required field inside "
        "of it is missing)");
}
END_TEST

START_TEST(projection) {
    bool wanted[20] = {false};
    wanted[2] = wanted[11] = true; /* price_cents, card */
    const struct mr_format *f = format("shop.v1.Click");
    const char *none =
        "absent | absent | %s | absent | absent | absent | absent | absent | absent | "
        "absent | absent | %s | absent | absent | absent | absent | absent | absent | "
        "absent | absent";
    char expected[400];
    snprintf(expected, sizeof expected, none, "129900", "absent");
    ck_assert_str_eq(help_read(f, unhex(click_hex), wanted), expected);
    /* card = "c", then voucher = 1, which is not wanted but clears the card; the other way round */
    snprintf(expected, sizeof expected, none, "0", "absent");
    ck_assert_str_eq(help_read(f, unhex("6201636801"), wanted), expected);
    snprintf(expected, sizeof expected, none, "0", "\"c\"");
    ck_assert_str_eq(help_read(f, unhex("6801620163"), wanted), expected);
}
END_TEST

START_TEST(as_protobuf_says) {
    static const struct {
        const char *message, *hex, *slots; /* of the first fields */
    } rows[] = {
        {"oracle.Line", "0a0161100a0a0162", "\"b\" | 5"},              /* the last one wins */
        {"oracle.Line", "f2030161c80105ad0100000000100a", "\"\" | 5"}, /* unknown fields */
        {"oracle.Line", "0805120161100a", "\"\" | 5"}, /* known numbers, other wire types */
        {"oracle.Line", "a30108051b1c0a0161a4010a0162", "\"b\" | 0"}, /* groups, nested */
        {"shop.v1.Maps", "0a050a016110010a050a01611002", "{\"a\": 2} | {} | {}"},
        {"shop.v1.Maps", "0a0210030a00", "{\"\": 0} | {} | {}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_str_eq(help_read(format(rows[i].message), unhex(rows[i].hex), NULL),
                         rows[i].slots);
    /* two parts of one message are merged: line {sku: "a"}, line {delta: 5} */
    bool line[17] = {[12] = true};
    ck_assert_ptr_nonnull(
        strstr(help_read(format("oracle.Order"), unhex("6a030a01616a02100a"), line),
               "{sku: \"a\", delta: 5}"));
    /* packed and not, mixed: counts 1, [2, 3] */
    bool counts[17] = {[15] = true};
    ck_assert_ptr_nonnull(
        strstr(help_read(format("oracle.Order"), unhex("80010182010202038001ffffffff0f"), counts),
               "[1, 2, 3, -1]"));
}
END_TEST

START_TEST(malformed) {
    static const char *const hex[] = {
        "0a",
        "0a05",
        "0a0561",
        "08",
        "10ff",
        "10ffffffffffffffffffff01", /* 11 bytes */
        "00",
        "0000",
        "07",
        "0e00",
        "0c",
        "0b",
        "0b14",
        "0f",
        "ffffffffffffffffff01",
        "0affffffffffffffffff01",
        "110000",
        "150000",
        "0a8080808010",
    };
    const struct mr_format *f = format("oracle.Line");
    for (size_t i = 0; i < sizeof hex / sizeof *hex; i++) {
        const char *shown = help_read(f, unhex(hex[i]), NULL);
        ck_assert_msg(strcmp(shown,
                             "error(decode.syntax: not a protobuf message: field at byte 0) | "
                             "error(decode.syntax: not a protobuf message: field at byte 0)") == 0,
                      "%s: %s", hex[i], shown);
    }
    ck_assert_str_eq(help_read(f, unhex("0a0161100a0a"), NULL),
                     "error(decode.syntax: not a protobuf message: field at byte 5) | "
                     "error(decode.syntax: not a protobuf message: field at byte 5)");
    const bool second[] = {false, true};
    ck_assert_str_eq(help_read(f, unhex("0a01ff100a"), NULL),
                     "error(decode.utf8: field `sku`: the string is not valid UTF-8) | 5");
    ck_assert_str_eq(help_read(f, unhex("0a01ff100a"), second), "absent | 5");
    /* an error stays, also inside lists and messages that go on */
    ck_assert_ptr_nonnull(
        strstr(help_read(format("oracle.Order"), unhex("7a01617a01ff7a0162"), NULL),
               "error(decode.utf8: field `tags`: the string is not valid UTF-8)"));
    ck_assert_ptr_nonnull(
        strstr(help_read(format("oracle.Order"), unhex("6a030a01ff6a030a0161"), NULL),
               "error(decode.utf8: field `line`: the string is not valid UTF-8)"));
    /* at {seconds: 253402300800}; nanos -1 */
    ck_assert_ptr_nonnull(
        strstr(help_read(format("shop.v1.Click"), unhex("c20c07088083d1ffaf07"), NULL),
               "error(num.range: field `at`: not a time"));
    ck_assert_ptr_nonnull(
        strstr(help_read(format("shop.v1.Click"), unhex("c20c0b10ffffffffffffffffff01"), NULL),
               "error(num.range: field `at`: not a time"));
    struct mr_buf deep;
    mr_buf_init(&deep, 0);
    for (int i = 0; i < 65; i++) mr_buf_byte(&deep, 0x1b);
    for (int i = 0; i < 65; i++) mr_buf_byte(&deep, 0x1c);
    ck_assert_ptr_nonnull(strstr(help_read(f, mr_buf_view(&deep), NULL), "decode.syntax"));
    ck_assert_str_eq(help_read(f, (struct mr_str){deep.p + 1, 128}, NULL), "\"\" | 0");
    mr_buf_done(&deep);
}
END_TEST

/* ---- random messages against protobuf-c, both ways */

static uint64_t random_number(struct mr_rand *r) {
    uint64_t v = mr_rand_next(r) >> mr_rand_below(r, 64);
    return mr_rand_below(r, 3) ? v : 0 - v;
}

static char *random_text(struct mr_rand *r) {
    static const char *const parts[] = {"a", "ä", "€", "😀", "0123456789", ""};
    char *text = mr_arena_alloc(&arena, 256);
    *text = 0;
    for (uint32_t n = mr_rand_below(r, 8); n; n--) strcat(text, parts[mr_rand_below(r, 6)]);
    return text;
}

static void fill_line(struct mr_rand *r, Oracle__Line *l) {
    oracle__line__init(l);
    l->sku = random_text(r);
    l->delta = (int64_t)random_number(r);
}

static void fill_order(struct mr_rand *r, Oracle__Order *o) {
    oracle__order__init(o);
    o->id = random_text(r);
    o->a = (int64_t)random_number(r);
    o->b = random_number(r);
    o->c = (int32_t)random_number(r);
    o->d = random_number(r);
    o->e = (uint32_t)random_number(r);
    o->f = mr_rand_below(r, 2);
    o->g = (uint32_t)random_number(r);
    o->h = (int32_t)random_number(r);
    o->i = (double)(int64_t)random_number(r) / 8;
    o->j = (float)(int32_t)random_number(r);
    o->k.data = (uint8_t *)random_text(r);
    o->k.len = strlen((char *)o->k.data);
    if (mr_rand_below(r, 2)) fill_line(r, o->line = mr_arena_alloc(&arena, sizeof *o->line));
    o->n_lines = mr_rand_below(r, 10);
    o->lines = mr_arena_alloc(&arena, 10 * sizeof *o->lines);
    for (size_t i = 0; i < o->n_lines; i++)
        fill_line(r, o->lines[i] = mr_arena_alloc(&arena, sizeof **o->lines));
    o->n_tags = mr_rand_below(r, 4);
    o->tags = mr_arena_alloc(&arena, 4 * sizeof *o->tags);
    for (size_t i = 0; i < o->n_tags; i++) o->tags[i] = random_text(r);
    o->n_counts = mr_rand_below(r, 20);
    o->counts = mr_arena_alloc(&arena, 20 * sizeof *o->counts);
    for (size_t i = 0; i < o->n_counts; i++) o->counts[i] = (int32_t)random_number(r);
    o->n_weights = mr_rand_below(r, 4);
    o->weights = mr_arena_alloc(&arena, 4 * sizeof *o->weights);
    for (size_t i = 0; i < o->n_weights; i++) o->weights[i] = (double)mr_rand_below(r, 1000) / 4;
}

static void same_line(const struct mr_value *v, const Oracle__Line *l) {
    ck_assert_uint_eq(v->tag, MR_V_STRUCT);
    ck_assert(mr_str_is((struct mr_str){v->row[0].p, v->row[0].len}, l->sku));
    ck_assert_int_eq(v->row[1].i, l->delta);
}

static void same_order(const struct mr_value *v, const Oracle__Order *o) {
    ck_assert(mr_str_is((struct mr_str){v[0].p, v[0].len}, o->id));
    ck_assert(v[1].i == o->a && v[2].u == o->b && v[3].i == o->c && v[4].u == o->d);
    ck_assert(v[5].u == o->e && v[6].b == (bool)o->f && v[7].u == o->g && v[8].i == o->h);
    ck_assert(v[9].d == o->i && v[10].d == (double)o->j);
    ck_assert(v[11].len == o->k.len && memcmp(v[11].p, o->k.data, o->k.len) == 0);
    ck_assert_int_eq(v[12].tag != MR_V_ABSENT, o->line != NULL);
    if (o->line) same_line(&v[12], o->line);
    ck_assert_uint_eq(v[13].len, o->n_lines);
    for (size_t i = 0; i < o->n_lines; i++) same_line(&v[13].list[i], o->lines[i]);
    ck_assert_uint_eq(v[14].len, o->n_tags);
    for (size_t i = 0; i < o->n_tags; i++)
        ck_assert(mr_str_is((struct mr_str){v[14].list[i].p, v[14].list[i].len}, o->tags[i]));
    ck_assert_uint_eq(v[15].len, o->n_counts);
    for (size_t i = 0; i < o->n_counts; i++) ck_assert_int_eq(v[15].list[i].i, o->counts[i]);
    ck_assert_uint_eq(v[16].len, o->n_weights);
    for (size_t i = 0; i < o->n_weights; i++) ck_assert(v[16].list[i].d == o->weights[i]);
}

/* Empty messages of two bytes each: 12 MB that would become far more. */
START_TEST(too_many_values) {
    bool wanted[20] = {false};
    struct mr_buf b;
    wanted[7] = true; /* items = 8 */
    mr_buf_init(&b, 0);
    for (int i = 0; i < 6000000; i++) mr_buf_add(&b, "\x42\x00", 2);
    const char *shown = help_read(format("shop.v1.Click"), mr_buf_view(&b), wanted);
    ck_assert_ptr_nonnull(strstr(shown, "decode.limit: field `items`: too many values in one"));
    mr_buf_done(&b);
}
END_TEST

/* Entries of two bytes each, with a message as the value that is not there. */
START_TEST(too_many_entries) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    for (int i = 0; i < 6000000; i++) mr_buf_add(&b, "\x1a\x00", 2);
    const char *shown = help_read(format("shop.v1.Maps"), mr_buf_view(&b), NULL);
    ck_assert_ptr_nonnull(strstr(shown, "decode.limit: field `items`: too many values in one"));
    mr_buf_done(&b);
}
END_TEST

/* A packed field: a byte is a value of sixteen. */
START_TEST(too_many_packed) {
    enum { N = 17000000 };
    struct mr_buf b;
    bool wanted[20] = {false};
    wanted[9] = true; /* counts = 10 */
    mr_buf_init(&b, 0);
    mr_buf_byte(&b, 0x52);
    mr_proto_put_varint(&b, N);
    for (int i = 0; i < N; i++) mr_buf_byte(&b, 1);
    const char *shown = help_read(format("shop.v1.Click"), mr_buf_view(&b), wanted);
    ck_assert_ptr_nonnull(strstr(shown, "decode.limit: field `counts`: too many values in one"));
    mr_buf_done(&b);
}
END_TEST

START_TEST(random_messages_of_protobuf_c) {
    const struct mr_format *f = format("oracle.Order");
    struct mr_reader *reader = mr_reader_new(&arena, f, NULL);
    struct mr_rand r;
    uint64_t seed = 7;
    printf("seed %" PRIu64 "\n", seed);
    mr_rand_seed(&r, seed);
    struct mr_buf written;
    mr_buf_init(&written, 0);
    for (int i = 0; i < 2000; i++) {
        Oracle__Order o;
        struct mr_value slots[17], row = mr_struct(slots);
        struct mr_fault fault;
        fill_order(&r, &o);
        size_t n = oracle__order__get_packed_size(&o);
        uint8_t *bytes = malloc(n + 1);
        ck_assert_uint_eq(oracle__order__pack(&o, bytes), n);
        bytes = realloc(bytes, n ? n : 1);
        mr_reader_read(reader, (struct mr_str){(char *)bytes, n}, slots, &arena);
        same_order(slots, &o);
        mr_buf_clear(&written);
        ck_assert(mr_write(f, f->type, &row, &written, &fault));
        ck_assert_uint_eq(written.n, n);
        ck_assert(memcmp(written.p, bytes, n) == 0);
        free(bytes);
    }
    mr_buf_done(&written);
}
END_TEST

START_TEST(protoc_bytes_come_back) {
    static const struct {
        const char *message, *hex;
    } rows[] = {
        {"shop.v1.Click", click_hex}, {"shop.v1.Numbers", numbers_hex}, {"shop.v1.Maps", maps_hex}};
    for (size_t i = 0; i < 3; i++) {
        const struct mr_format *f = format(rows[i].message);
        struct mr_value slots[20], row = mr_struct(slots);
        struct mr_str bytes = unhex(rows[i].hex);
        struct mr_buf b;
        struct mr_fault fault;
        mr_buf_init(&b, 0);
        mr_reader_read(mr_reader_new(&arena, f, NULL), bytes, slots, &arena);
        ck_assert(mr_write(f, f->type, &row, &b, &fault));
        ck_assert(mr_str_eq(mr_buf_view(&b), bytes));
        mr_buf_done(&b);
    }
}
END_TEST

START_TEST(rows_of_other_types) {
    /* fields are found by name; what is not there stays unset; ints widen; ranges are checked */
    const struct mr_format *f = format("shop.v1.Click");
    const struct mr_type *row = help_type("{score: int, small: int, user_id: json, other: int}");
    struct mr_value v[] = {
        mr_int(2), mr_int(7), {.tag = MR_V_JSON, .len = 3, .p = "\"u\""}, mr_int(1)};
    struct mr_value s = mr_struct(v);
    struct mr_buf b;
    struct mr_fault fault;
    mr_buf_init(&b, 0);
    ck_assert(mr_write(f, row, &s, &b, &fault));
    ck_assert(mr_str_eq(mr_buf_view(&b), unhex("0a0175210000000000000040800107")));
    v[1] = mr_int(INT64_C(1) << 31);
    ck_assert(!mr_write(f, row, &s, &b, &fault));
    ck_assert_int_eq(fault.reason, MR_R_NUM_RANGE);
    v[1] = mr_string(MR_STR("7"));
    ck_assert(!mr_write(f, row, &s, &b, &fault));
    ck_assert_int_eq(fault.reason, MR_R_DECODE_TYPE);
    ck_assert_uint_eq(b.n, 15); /* a failed write leaves nothing behind */
    mr_buf_done(&b);
}
END_TEST

int main(int argc, char **argv) {
    descriptor_path = argc > 1 ? argv[1] : "access.bin";
    Suite *s = suite_create("protobuf_read");
    TCase *t = tcase_create("protobuf_read");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, descriptors);
    tcase_add_test(t, everything_protoc_encodes);
    tcase_add_test(t, defaults_and_presence);
    tcase_add_test(t, projection);
    tcase_add_test(t, as_protobuf_says);
    tcase_add_test(t, malformed);
    tcase_add_test(t, too_many_values);
    tcase_add_test(t, too_many_entries);
    tcase_add_test(t, too_many_packed);
    tcase_add_test(t, random_messages_of_protobuf_c);
    tcase_add_test(t, protoc_bytes_come_back);
    tcase_add_test(t, rows_of_other_types);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

/* Avro: bytes that fastavro wrote (avro_vectors.h), bytes by hand for what it does not write, and
 * schemas with mistakes. Bytes by hand follow the specification, "Binary encoding". */
#include "processor/expr/protobuf.h"
#include "processor/expr/avro.h"
#include "tests/unit/access_help.h"
#include "tests/unit/avro_vectors.h"

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

static const char *hex_of(struct mr_str s) {
    static struct mr_buf b;
    mr_buf_clear(&b);
    for (size_t i = 0; i < s.n; i++) mr_buf_printf(&b, "%02x", (unsigned char)s.p[i]);
    return mr_buf_cstr(&b);
}

/* NULL: help_problems says why. */
static const struct mr_format *try_schema(const char *schema) {
    struct mr_tree at = help_scalar("x.avsc");
    struct mr_diags d;
    mr_diags_init(&d, &arena, "x.yaml", MR_STR(""));
    struct mr_schema_file file = {&arena, &d, &at, "x.avsc", mr_str(schema)};
    const struct mr_avro *avro = mr_schema_check(&file) ? mr_avro_parse(&file) : NULL;
    ck_assert((avro == NULL) == (d.n_errors > 0));
    mr_buf_clear(&help_problems);
    mr_diags_print(&d, &help_problems);
    mr_diags_done(&d);
    if (!avro) return NULL;
    struct mr_format *f = mr_arena_calloc(&arena, 1, sizeof *f);
    *f = (struct mr_format){MR_F_AVRO, avro->type, MR_STR("x.avsc"), avro};
    return f;
}

static const struct mr_format *format(const char *schema) {
    const struct mr_format *f = try_schema(schema);
    ck_assert_msg(f != NULL, "%s\n%s", schema, mr_buf_cstr(&help_problems));
    return f;
}

#define FIELDS(text)      "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" text "]}"
#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":" type "}"

static const char *fields_of(const char *schema) {
    struct mr_type anonymous = *format(schema)->type;
    anonymous.name = MR_STR("");
    return help_show_type(&anonymous);
}

static const char *read_hex(const struct mr_format *f, const char *hex) {
    return help_read(f, unhex(hex), NULL);
}

START_TEST(types) {
    ck_assert_str_eq(
        fields_of(FIELDS(FIELD("n",
                               "\"null\"") "," FIELD("b",
                                                     "\"boolean\"") "," FIELD("i",
                                                                              "\"int\"") "," FIELD("l",
                                                                                                   "["
                                                                                                   "\"null\",\"long\"]") "," FIELD("f",
                                                                                                                                   "[\"float\",\"null\"]") "," FIELD("d",
                                                                                                                                                                     "[\"double\"]") "," FIELD("s",
                                                                                                                                                                                               "{\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}}") "," FIELD("raw",
                                                                                                                                                                                                                                                                      "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4}") "," FIELD("x",
                                                                                                                                                                                                                                                                                                                                                    "{\"type\":\"fixed\",\"name\":\"F\",\"size\":16}") "," FIELD("e",
                                                                                                                                                                                                                                                                                                                                                                                                                 "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}") "," FIELD("a",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     "{\"type\":\"array\",\"items\":\"E\"}") "," FIELD("m", "{\"type\":"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "\"map\","
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "\"values\":[\"null\",\"F\"]}") "," FIELD("t",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}") "," FIELD("o",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}"))),
        "{n: json?, b: bool, i: int, l: int?, f: double?, d: double, s: string, raw: "
        "bytes, "
        "x: bytes, e: string, a: [string], m: {string: bytes}, t: timestamp, o: int}");
    /* names: in the namespace of the record around them, or full */
    const char *spaces =
        "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"a.b\",\"fields\":["
        "{\"name\":\"x\",\"type\":{\"type\":\"record\",\"name\":\"c.Q\",\"fields\":["
        "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}}]}},"
        "{\"name\":\"y\",\"type\":\"c.E\"},{\"name\":\"z\",\"type\":\"c.Q\"}]}";
    ck_assert_str_eq(fields_of(spaces), "{x: c.Q, y: string, z: c.Q}");
    ck_assert_str_eq(help_show_type(format(spaces)->type), "a.b.R");
    ck_assert_str_eq(read_hex(format(spaces), "020002"), "{e: \"B\"} | \"A\" | {e: \"B\"}");
}
END_TEST

/* Written by fastavro: read, written again, cut short, with a byte behind, field by field. */
START_TEST(vectors) {
    const struct mr_format *f = format(avro_vectors[_i].schema);
    const char *shown = avro_vectors[_i].shown;
    struct mr_str bytes = unhex(avro_vectors[_i].hex);
    bool record = f->type->kind == MR_T_STRUCT;
    ck_assert_str_eq(help_read(f, bytes, NULL), shown);

    struct mr_value slots[64], v = mr_struct(slots);
    mr_reader_read(mr_reader_new(&arena, f, NULL), bytes, slots, &arena);
    v.len = f->type->n_fields;
    struct mr_fault fault;
    struct mr_buf b;
    mr_buf_init(&b, 0);
    ck_assert(mr_write(f, f->type, record ? &v : slots, &b, &fault));
    ck_assert_str_eq(hex_of(mr_buf_view(&b)), avro_vectors[_i].hex);

    for (size_t n = 0; n < bytes.n; n++) {
        const char *cut = help_read(f, (struct mr_str){bytes.p, n}, NULL);
        ck_assert_msg(strncmp(cut, "error(decode.syntax: not Avro", 29) == 0, "%zu: %s", n, cut);
    }
    mr_buf_byte(&b, 0);
    ck_assert_ptr_nonnull(strstr(help_read(f, mr_buf_view(&b), NULL), "bytes behind the end"));
    mr_buf_done(&b);

    for (uint32_t i = 0; record && i < f->type->n_fields; i++) {
        struct mr_value one[64];
        bool wanted[64] = {false};
        wanted[i] = true;
        mr_reader_read(mr_reader_new(&arena, f, wanted), bytes, one, &arena);
        for (uint32_t k = 0; k < f->type->n_fields; k++) {
            if (k != i) ck_assert_uint_eq(one[k].tag, MR_V_ABSENT);
            if (k == i) ck_assert(mr_value_eq(&one[k], &slots[k], f->type->fields[k].type));
        }
    }
}
END_TEST

#define LIST     FIELDS(FIELD("l", "{\"type\":\"array\",\"items\":\"int\"}") "," FIELD("n", "\"int\""))
#define STRINGS  FIELDS(FIELD("s", "\"string\"") "," FIELD("t", "\"string\""))
#define MAP      "{\"type\":\"map\",\"values\":[\"null\",\"int\"]}"
#define NO_BYTES "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Z\",\"fields\":[]}}"

static const struct {
    const char *schema, *hex, *shown;
} by_hand_cases[] = {
    /* blocks: two; negative count and size; both kinds; empty */
    {LIST,
     "0202"
     "02"
     "04"
     "00"
     "0a",
     "[1, 2] | 5"},
    {LIST,
     "0304"
     "0204"
     "00"
     "0a",
     "[1, 2] | 5"},
    {LIST,
     "0102"
     "0a"
     "0202"
     "00"
     "00",
     "[5, 1] | 0"},
    {LIST,
     "00"
     "00",
     "[] | 0"},
    /* lists that lie: more elements than bytes, a size that is wrong, the smallest number */
    {LIST,
     "0e02"
     "00"
     "0a",
     "error(decode.syntax: not Avro of this schema: more elements than bytes, at byte 1) | "
     "error(decode.syntax: not Avro of this schema: more elements than bytes, at byte 1)"},
    {LIST,
     "0306"
     "0204"
     "00"
     "0a",
     "error(decode.syntax: not Avro of this schema: a block of another size than it says, at "
     "byte 4) | error(decode.syntax: not Avro of this schema: a block of another size than it "
     "says, at byte 4)"},
    {LIST,
     "ffffffffffffffffff01"
     "02",
     "error(decode.syntax: not Avro of this schema: a block that is not there, at byte 11) | "
     "error(decode.syntax: not Avro of this schema: a block that is not there, at byte 11)"},
    {LIST,
     "0101"
     "00",
     "error(decode.syntax: not Avro of this schema: a block that is not there, at byte 2) | "
     "error(decode.syntax: not Avro of this schema: a block that is not there, at byte 2)"},
    {LIST,
     "ffffffffffffffffff01"
     "0200",
     "error(decode.syntax: not Avro of this schema: more elements than bytes, at byte 11) | "
     "error(decode.syntax: not Avro of this schema: more elements than bytes, at byte 11)"},
    /* numbers: the largest of 32 bits, more, without an end; longer than needed is the same */
    {"\"int\"", "feffffff0f", "2147483647"},
    {"\"int\"", "8080808010",
     "error(decode.syntax: not Avro of this schema: an int of more than 32 bits, at byte 5)"},
    {"\"long\"", "ffffffffffffffffffff01",
     "error(decode.syntax: not Avro of this schema: a number does not end, at byte 0)"},
    {"\"long\"", "8a8000", "5"},
    {"\"boolean\"", "02",
     "error(decode.syntax: not Avro of this schema: a boolean that is neither 0 nor 1, at byte "
     "1)"},
    /* lengths */
    {STRINGS,
     "0261"
     "0462",
     "error(decode.syntax: not Avro of this schema: a length that is not there, at byte 3) | "
     "error(decode.syntax: not Avro of this schema: a length that is not there, at byte 3)"},
    {STRINGS,
     "01"
     "00",
     "error(decode.syntax: not Avro of this schema: a length that is not there, at byte 1) | "
     "error(decode.syntax: not Avro of this schema: a length that is not there, at byte 1)"},
    /* faults of one field: the other one is read */
    {STRINGS,
     "02ff"
     "0262",
     "error(decode.utf8: field `s`: the string is not valid UTF-8) | \"b\""},
    {FIELDS(FIELD("e", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}") "," FIELD(
         "n", "\"int\"")),
     "040a", "error(decode.type: field `e`: a symbol that the enum does not have) | 5"},
    {"{\"type\":\"int\",\"logicalType\":\"date\"}", "feffffff0f",
     "error(num.range: not a time within the years 0001 to 9999)"},
    /* -1 ms, -1 ns: before 1970 */
    {"{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", "01",
     "timestamp(\"1969-12-31T23:59:59.999Z\")"},
    {"{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}", "01",
     "timestamp(\"1969-12-31T23:59:59.999999999Z\")"},
    /* unions: null, a value, a branch that is not there */
    {FIELDS(FIELD("u", "[\"null\",\"int\"]")), "00", "absent"},
    {FIELDS(FIELD("u", "[\"null\",\"int\"]")), "020a", "5"},
    {FIELDS(FIELD("u", "[\"int\",\"null\"]")), "000a", "5"},
    {FIELDS(FIELD("u", "[\"int\"]")), "000a", "5"},
    {FIELDS(FIELD("u", "[\"null\",\"int\"]")), "04",
     "error(decode.syntax: not Avro of this schema: a branch that the union does not have, at "
     "byte 1)"},
    {FIELDS(FIELD("u", "[\"null\"]") "," FIELD("n", "\"null\"")), "00", "absent | absent"},
    /* maps: null is no entry, of equal keys the last counts */
    {MAP,
     "060261020202620002610204"
     "00",
     "{\"a\": 2}"},
    /* elements without bytes: as many as there is room for, then decode.limit */
    {NO_BYTES,
     "04"
     "00",
     "[{}, {}]"},
    {NO_BYTES,
     "feffffffffffffffff01"
     "00",
     "error(decode.limit: not Avro of this schema: too many values without bytes, at byte 10)"},
    {NO_BYTES,
     "808008"
     "808008"
     "00",
     "error(decode.limit: not Avro of this schema: too many values without bytes, at byte 6)"},
    {FIELDS(""), "", ""},
};

START_TEST(by_hand) {
    for (size_t i = 0; i < sizeof by_hand_cases / sizeof *by_hand_cases; i++)
        ck_assert_str_eq(read_hex(format(by_hand_cases[i].schema), by_hand_cases[i].hex),
                         by_hand_cases[i].shown);
}
END_TEST

/* 20 MB of booleans, of which each takes 16 bytes. */
START_TEST(too_many_values) {
    enum { N = 20000000 };
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_proto_put_varint(&b, mr_proto_zigzag(N));
    for (int i = 0; i <= N; i++) mr_buf_byte(&b, 0);
    const char *shown =
        help_read(format(FIELDS(FIELD("l", "{\"type\":\"array\",\"items\":\"boolean\"}"))),
                  mr_buf_view(&b), NULL);
    ck_assert_ptr_nonnull(strstr(shown, "decode.limit: not Avro of this schema: "
                                        "the record takes more than 256 MiB"));
    mr_buf_done(&b);
}
END_TEST

/* What is stepped over is only measured: a block by its size, fixed widths at once. */
START_TEST(stepping_over) {
    bool second[] = {false, true};
    ck_assert_str_eq(help_read(format(LIST),
                               unhex("0304"
                                     "ffff"
                                     "00"
                                     "0a"),
                               second),
                     "absent | 5");
    ck_assert_str_eq(help_read(format(LIST),
                               unhex("04"
                                     "0204"
                                     "00"
                                     "0a"),
                               second),
                     "absent | 5");
    ck_assert_str_eq(help_read(format(STRINGS),
                               unhex("02ff"
                                     "0262"),
                               second),
                     "absent | \"b\"");
    const char *wide =
        FIELDS(FIELD("w", "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"W\","
                          "\"fields\":[{\"name\":\"a\",\"type\":\"double\"},{\"name\":\"b\","
                          "\"type\":\"boolean\"}]}}") "," FIELD("n", "\"int\""));
    ck_assert_str_eq(help_read(format(wide),
                               unhex("02"
                                     "0000000000000000"
                                     "01"
                                     "00"
                                     "0a"),
                               second),
                     "absent | 5");
    /* nothing is wanted: nothing is an error */
    bool none[] = {false, false};
    ck_assert_str_eq(help_read(format(LIST), unhex("ff"), none), "absent | absent");
    /* 40,000 lists in a list, each with a block that claims 65,536 elements */
    const char *nested = "{\"type\":\"array\",\"items\":" NO_BYTES "}";
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_add(&b, "\x80\xf1\x04", 3);
    for (int i = 0; i < 40000; i++) mr_buf_add(&b, "\x80\x80\x08\x00", 4);
    mr_buf_byte(&b, 0);
    size_t before = arena.used;
    ck_assert_ptr_nonnull(strstr(help_read(format(nested), mr_buf_view(&b), NULL), "decode.limit"));
    ck_assert_uint_lt(arena.used - before, 8 << 20);
    mr_buf_done(&b);
}
END_TEST

static const struct {
    const char *schema, *says;
} mistakes_cases[] = {
    {"{\"type\":\"record\",\n \"name\":\"R\",\n "
     "\"fields\":[{\"name\":\"a\",\"type\":\"strin\"}]}",
     "error[E-SCHEMA]: x.avsc:3:31: no type `strin`"},
    {"\"strin\"", "did you mean `string`?"},
    {"{\"type\" \"int\"}", "x.avsc:1:9: not JSON: `:` is missing"},
    {"5", "x.avsc:1:1: not a type"},
    {"{\"name\":\"R\"}", "`type` is missing"},
    {"{\"type\":\"record\",\"fields\":[]}", "`name` is missing"},
    {"{\"type\":\"record\",\"name\":\"1\",\"fields\":[]}", "`1` is not a name"},
    {"{\"type\":\"record\",\"name\":\"R\"}", "a record has a list of `fields`"},
    {FIELDS("{\"name\":\"a\"}"), "field `a` has no `type`"},
    {FIELDS(FIELD("a", "\"int\"") "," FIELD("a", "\"int\"")), "field `a` comes twice"},
    {"{\"type\":\"enum\",\"name\":\"E\"}", "an enum has a list of `symbols`"},
    {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[1]}", "a symbol is not a string"},
    {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}", "`size` of a fixed is a number"},
    {"{\"type\":\"array\"}", "`items` is missing"},
    {"[\"null\",\"int\"]", "error[E-NOTYET]: x.avsc:1:1: a value that may be null: not there yet"},
    {FIELDS(FIELD("a", "[]")), "a union of nothing"},
    {FIELDS(FIELD("a", "[\"null\",\"null\"]")), "null comes twice in a union"},
    {FIELDS(FIELD("a", "[[\"int\"]]")), "a union inside a union"},
    {FIELDS(FIELD("a", "[\"null\",\"int\",\"string\"]")),
     "error[E-NOTYET]: x.avsc:1:72: a union of more than null and one type: not there yet"},
    {"{\"type\":\"array\",\"items\":[\"null\",\"int\"]}",
     "lists whose elements may be null are not there yet"},
    {FIELDS(FIELD("a", "[\"null\",\"R\"]")), "`R` contains itself: not there yet"},
    {FIELDS(FIELD("a", "{\"type\":\"fixed\",\"name\":\"R\",\"size\":1}")), "`R` is defined twice"},
};

START_TEST(mistakes) {
    for (size_t i = 0; i < sizeof mistakes_cases / sizeof *mistakes_cases; i++) {
        ck_assert_ptr_null(try_schema(mistakes_cases[i].schema));
        ck_assert_msg(strstr(mr_buf_cstr(&help_problems), mistakes_cases[i].says) != NULL, "%s\n%s",
                      mistakes_cases[i].schema, mr_buf_cstr(&help_problems));
    }
    /* 40 types of which each holds the one before twice: 2^40 fields in all */
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_cat(&b, "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"z\",\"type\":{"
                   "\"type\":\"record\",\"name\":\"T0\",\"fields\":[]}}");
    for (int i = 1; i <= 40; i++)
        mr_buf_printf(
            &b,
            ",{\"name\":\"f%d\",\"type\":{\"type\":\"record\",\"name\":\"T%d\",\"fields\":[{"
            "\"name\":\"a\",\"type\":\"T%d\"},{\"name\":\"b\",\"type\":\"T%d\"}]}}",
            i, i, i - 1, i - 1);
    mr_buf_cat(&b, "]}");
    ck_assert_ptr_null(try_schema(mr_buf_cstr(&b)));
    ck_assert_ptr_nonnull(strstr(mr_buf_cstr(&help_problems), "too many fields in all"));
    mr_buf_done(&b);
}
END_TEST

/* Rows of another type: found by name, widened, refused. */
static const struct {
    const char *schema, *row, *json, *hex; /* hex, or why not */
} writing_cases[] = {
    {FIELDS(FIELD("a", "\"int\"") "," FIELD("b", "[\"null\",\"string\"]")), "{b: string, a: int}",
     "{\"a\":5,\"b\":\"x\"}", "0a020278"},
    {FIELDS(FIELD("a", "\"int\"") "," FIELD("b", "[\"null\",\"string\"]")), "{a: int}", "{\"a\":5}",
     "0a00"},
    {FIELDS(FIELD("b", "[\"string\",\"null\"]")), "{b: string?}", "{}", "02"},
    {FIELDS(FIELD("a", "\"int\"")), "{a: int?}", "{}",
     "no value for a field that the schema requires"},
    {FIELDS(FIELD("a", "\"int\"")), "{a: int}", "{\"a\":2147483648}",
     "outside the 32 bits of an int"},
    {FIELDS(FIELD("a", "\"double\"")), "{a: int}", "{\"a\":1}", "000000000000f03f"},
    {FIELDS(FIELD("a", "\"float\"")), "{a: double}", "{\"a\":1e300}",
     "outside the range of a float"},
    {FIELDS(FIELD("a", "\"float\"")), "{a: double}", "{\"a\":0.5}", "0000003f"},
    {FIELDS(FIELD("a", "\"long\"")), "{a: uint}", "{\"a\":18446744073709551615}",
     "outside the 64 bits of a long"},
    {FIELDS(FIELD("a", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}")),
     "{a: string}", "{\"a\":\"B\"}", "02"},
    {FIELDS(FIELD("a", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}")),
     "{a: string}", "{\"a\":\"C\"}", "a symbol that the schema's enum does not have"},
    {FIELDS(FIELD("a", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}")), "{a: bytes}",
     "{\"a\":\"YWI=\"}", "6162"},
    {FIELDS(FIELD("a", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}")), "{a: bytes}",
     "{\"a\":\"YQ==\"}", "not the size of the schema's fixed"},
    {FIELDS(FIELD("a", "{\"type\":\"int\",\"logicalType\":\"date\"}")), "{a: timestamp}",
     "{\"a\":\"1969-12-31T00:00:00Z\"}", "01"},
    {FIELDS(FIELD("a", "{\"type\":\"int\",\"logicalType\":\"date\"}")), "{a: timestamp}",
     "{\"a\":\"1970-01-01T00:00:01Z\"}", "not midnight UTC: the schema has a date"},
    {FIELDS(FIELD("a", "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}")),
     "{a: timestamp}", "{\"a\":\"1969-12-31T23:59:59.9989Z\"}", "03"},
    {FIELDS(FIELD("a", "{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}")),
     "{a: timestamp}", "{\"a\":\"9999-01-01T00:00:00Z\"}", "a time outside 64 bits of nanoseconds"},
    /* values of type json: opened as far as the schema says */
    {FIELDS(FIELD(
         "a",
         "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Q\",\"fields\":[" FIELD(
             "x", "\"int\"") "," FIELD("y", "[\"null\",\"string\"]") "]}}")),
     "{a: json}", "{\"a\":[{\"x\":1},{\"y\":\"b\",\"x\":2}]}",
     "04"
     "0200"
     "04020262"
     "00"},
    {FIELDS(FIELD("a", "{\"type\":\"map\",\"values\":\"int\"}")), "{a: json}", "{\"a\":{\"k\":1}}",
     "02026b0200"},
    {FIELDS(
         FIELD("a", "{\"type\":\"record\",\"name\":\"Q\",\"fields\":[" FIELD("x", "\"int\"") "]}")),
     "{a: json}", "{\"a\":{\"x\":1,\"z\":2}}", "a field that the schema does not have"},
    {FIELDS(FIELD("a", "\"string\"")), "{a: json}", "{\"a\":5}",
     "a value of another type than the schema's"},
    {FIELDS(FIELD("a", "[\"null\",\"int\"]")), "{a: json}", "{\"a\":null}", "00"},
    {FIELDS(FIELD("a", "\"double\"")), "{a: json}", "{\"a\":1e999}",
     "a value that could not be read"},
};

START_TEST(writing) {
    for (size_t i = 0; i < sizeof writing_cases / sizeof *writing_cases; i++) {
        const struct mr_type *row = help_type(writing_cases[i].row);
        struct mr_format json = {MR_F_JSON_ROW, row, MR_STR("")};
        struct mr_value slots[8], v = mr_struct(slots);
        struct mr_fault fault;
        struct mr_buf b;
        v.len = row->n_fields;
        mr_reader_read(mr_reader_new(&arena, &json, NULL), mr_str(writing_cases[i].json), slots,
                       &arena);
        mr_buf_init(&b, 0);
        mr_buf_byte(&b, 0xAA);
        bool ok = mr_write(format(writing_cases[i].schema), row, &v, &b, &fault);
        ck_assert_str_eq(ok ? hex_of(mr_buf_view(&b)) + 2 : fault.text, writing_cases[i].hex);
        if (!ok) ck_assert_uint_eq(b.n, 1); /* as it was */
        mr_buf_done(&b);
    }
    struct mr_buf why;
    mr_buf_init(&why, 0);
    const struct mr_format *f = format(STRINGS);
    ck_assert(!mr_format_accepts(f, help_type("{s: string, t: string?}"), &why));
    ck_assert_str_eq(mr_buf_cstr(&why), "`t` may be absent, but the format requires it");
    mr_buf_clear(&why);
    ck_assert(!mr_format_accepts(f, help_type("{s: string}"), &why));
    ck_assert_str_eq(mr_buf_cstr(&why), "the format requires a field `t`");
    mr_buf_done(&why);
}
END_TEST

/* Bytes pass from one to the other only where they mean the same. */
START_TEST(sameness) {
    struct mr_format json[] = {{MR_F_JSON_ROW, help_type("{l: {a: timestamp_ms}}")},
                               {MR_F_JSON_ROW, help_type("{l: {a: timestamp}}")},
                               {MR_F_JSON_ROW, help_type("{l: {a: timestamp_ms}}")}};
    ck_assert(mr_format_same(&json[0], &json[2]) && !mr_format_same(&json[0], &json[1]));
    static const char *const schemas[] = {
        FIELDS(FIELD("a", "\"int\"")),
        FIELDS(FIELD("a", "\"long\"")),
        FIELDS(FIELD("b", "\"int\"")),
        FIELDS(FIELD("a", "[\"null\",\"int\"]")),
        FIELDS(FIELD("a", "[\"int\",\"null\"]")),
        FIELDS(FIELD("a", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}")),
        FIELDS(FIELD("a", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\",\"A\"]}")),
        FIELDS(FIELD("a", "{\"type\":\"array\",\"items\":\"int\"}")),
        FIELDS(FIELD("a", "{\"type\":\"array\",\"items\":\"long\"}")),
        FIELDS(FIELD("a", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":1}")),
        FIELDS(FIELD("a", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}")),
        FIELDS(FIELD("a", "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}")),
        FIELDS(FIELD("a", "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}")),
    };
    size_t n = sizeof schemas / sizeof *schemas;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            ck_assert_int_eq(mr_format_same(format(schemas[i]), format(schemas[k])), i == k);
}
END_TEST

int main(void) {
    Suite *s = suite_create("avro");
    TCase *t = tcase_create("avro");
    tcase_add_test(t, types);
    tcase_add_loop_test(t, vectors, 0, sizeof avro_vectors / sizeof *avro_vectors);
    tcase_add_test(t, by_hand);
    tcase_add_test(t, stepping_over);
    tcase_add_test(t, too_many_values);
    tcase_add_test(t, mistakes);
    tcase_add_test(t, writing);
    tcase_add_test(t, sameness);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

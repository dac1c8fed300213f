/* Packed rows: fixed bytes (the format is on disk), random rows there and back, cut and changed
 * bytes. Expected bytes by hand from the description at the head of pack.c. */
#include "base/rand.h"
#include "tests/unit/access_help.h"

#include <inttypes.h>

static struct mr_buf packed;

static const char *hex(const struct mr_type *t, const struct mr_value *v) {
    static struct mr_buf text;
    mr_buf_clear(&packed);
    mr_row_pack(t, v, &packed);
    mr_buf_clear(&text);
    for (size_t i = 0; i < packed.n; i++) mr_buf_printf(&text, "%02x", (uint8_t)packed.p[i]);
    return mr_buf_cstr(&text);
}

static bool unpack_some(const struct mr_type *t, const void *p, size_t n, const bool *wanted,
                        struct mr_value *to) {
    char *copy = malloc(n ? n : 1);
    if (n) memcpy(copy, p, n);
    struct mr_value slots[16];
    bool ok = mr_row_unpack(t, (struct mr_str){copy, n}, wanted, slots, &arena);
    for (uint32_t i = 0; ok && i < t->n_fields; i++)
        to[i] = mr_value_copy(&arena, &slots[i], t->fields[i].type);
    free(copy);
    return ok;
}

/* Unpacks a copy of exactly these bytes. */
static bool unpack(const struct mr_type *t, const void *p, size_t n, struct mr_value *to) {
    return unpack_some(t, p, n, NULL, to);
}

START_TEST(bytes_on_disk) {
    struct mr_value l[] = {mr_int(-1), mr_int(64)};
    struct mr_map_entry m[] = {{mr_string(MR_STR("k")), mr_bool(true)}};
    struct mr_value s[] = {mr_bool(false), MR_ABSENT};
    static const struct mr_fault f = {MR_R_NUM_RANGE, "x"};
    struct mr_fault of = {MR_R_NUM_RANGE, "x", MR_STR("2.5")};
    static const struct mr_value null = {.tag = MR_V_NULL};
    struct mr_value kr[] = {mr_bool(true), MR_ABSENT};
    const struct mr_record boxed = {help_type("{k: bool, z: int?}"), kr};
    const struct {
        const char *type;
        struct mr_value v;
        const char *bytes;
    } cases[] = {
        {"{a: int}", MR_ABSENT, "0100"},
        {"{a: json}", null, "0101"},
        {"{a: bool}", mr_bool(false), "0102"},
        {"{a: bool}", mr_bool(true), "0103"},
        {"{a: int}", mr_int(150), "0104ac02"},
        {"{a: uint}", mr_uint(150), "01059601"},
        {"{a: double}", mr_double(1), "0106000000000000f03f"},
        {"{a: double}", mr_int(1), "0106000000000000f03f"},
        {"{a: string}", mr_string(MR_STR("hi")), "0107026869"},
        {"{a: bytes}", mr_bytesv(MR_STR("\xff")), "010801ff"},
        {"{a: timestamp}", {.tag = MR_V_TIMESTAMP, .aux = 5, .i = -1}, "01090105"},
        {"{a: duration}", {.tag = MR_V_DURATION, .i = 1}, "010a02"},
        {"{a: [int]}", {.tag = MR_V_LIST, .len = 2, .list = l}, "010b020401048001"},
        {"{a: {string: bool}}", {.tag = MR_V_MAP, .len = 1, .map = m}, "010c0107016b03"},
        {"{a: {x: bool, y: int?}}", mr_struct(s), "010d020200"},
        {"{a: json}", {.tag = MR_V_JSON, .len = 2, .p = "[]"}, "010e025b5d"},
        {"{a: int}", {.tag = MR_V_ERROR, .aux = MR_R_NUM_RANGE, .fault = &f}, "010f050178"},
        {"{a: int}",
         {.tag = MR_V_ERROR, .aux = MR_R_NUM_RANGE, .fault = &of},
         "011005017803322e35"},
        {"{a: json}", {.tag = MR_V_RECORD, .record = &boxed}, "010c0107016b03"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct mr_type *t = help_type(cases[i].type);
        struct mr_value back;
        ck_assert_str_eq(hex(t, &cases[i].v), cases[i].bytes);
        ck_assert(unpack(t, packed.p, packed.n, &back));
        if (back.tag == MR_V_ERROR) {
            ck_assert_uint_eq(back.aux, MR_R_NUM_RANGE);
            ck_assert_str_eq(back.fault->text, "x");
            ck_assert(mr_str_eq(back.fault->raw, cases[i].v.fault->raw));
        } else {
            ck_assert(mr_value_eq(&back, &cases[i].v, t->fields[0].type));
        }
    }
}
END_TEST

START_TEST(refused) {
    static const struct {
        const char *type, *bytes;
        size_t n;
    } cases[] = {
        {"{a: int}", "", 0},
        {"{a: int}", "\x02\x00\x00", 3},        /* two fields */
        {"{a: int}", "\x01", 1},                /* cut */
        {"{a: int}", "\x01\x00\x00", 3},        /* bytes behind the row */
        {"{a: int}", "\x01\x10", 2},            /* no such tag */
        {"{a: int}", "\x01\x05\x01", 3},        /* another type */
        {"{a: int}", "\x01\x01", 2},            /* null is for json */
        {"{a: string}", "\x01\x07\x05hi", 5},   /* length too long */
        {"{a: string}", "\x01\x07\x01\xff", 4}, /* not UTF-8 */
        {"{a: string}", "\x01\x07\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12},
        {"{a: timestamp}", "\x01\x09\x00\x80\x94\xeb\xdc\x03", 8}, /* 10^9 ns */
        {"{a: [int]}", "\x01\x0b\xff\xff\xff\xff\x0f", 7},         /* 2^32 - 1 elements */
        {"{a: {string: int}}", "\x01\x0c\x01\x07\x00", 5},
        {"{a: {x: int}}", "\x01\x0d\x02\x00\x00", 5},
        {"{a: int}", "\x01\x0f\x00\x00", 4}, /* an error without a reason */
        {"{a: int}", "\x01\x0f\x7f\x00", 4},
        {"{a: double}", "\x01\x06\x00\x00", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mr_value v;
        ck_assert_msg(!unpack(help_type(cases[i].type), cases[i].bytes, cases[i].n, &v), "%zu", i);
    }
    /* lists of one inside each other: 64 are read, 65 are not */
    for (size_t n = 64; n <= 65; n++) {
        char deep[160] = {1};
        struct mr_value v;
        for (size_t i = 0; i < n; i++) memcpy(deep + 1 + 2 * i, "\x0b\x01", 2);
        ck_assert_int_eq(unpack(help_type("{a: json}"), deep, 2 * n + 2, &v), n == 64);
    }
}
END_TEST

static const char row_text[] =
    "{i: int?, u: uint?, d: double?, s: string?, b: bytes?, t: timestamp?, x: duration?, o: bool?, "
    "l: [string], m: {string: [int]}, r: {a: int, b: {c: string?}}, j: json}";

static struct mr_value random_string(struct mr_rand *r) {
    static const char *const parts[] = {"", "a", "äö", "0123456789abcdef0123456789"};
    const char *s = parts[mr_rand_below(r, 4)];
    return mr_string(mr_str(s));
}

static struct mr_value *many(uint32_t n) {
    return mr_arena_calloc(&arena, n + 1, sizeof(struct mr_value));
}

static void random_row(struct mr_rand *r, struct mr_value *v) {
    uint64_t n = mr_rand_next(r) >> mr_rand_below(r, 64);
    v[0] = mr_int((int64_t)(0 - n));
    v[1] = mr_uint(n);
    v[2] = mr_double((double)n / 3);
    v[3] = random_string(r);
    v[4] = random_string(r);
    v[4].tag = MR_V_BYTES;
    v[5] = (struct mr_value){.tag = MR_V_TIMESTAMP,
                             .aux = (uint32_t)(n % 1000000000),
                             .i = (int64_t)(n % 253402300800) - 62135596800 % 7};
    v[6] = (struct mr_value){.tag = MR_V_DURATION, .i = (int64_t)n};
    v[7] = mr_bool(n & 1);
    for (int i = 0; i < 8; i++)
        if (mr_rand_below(r, 4) == 0) v[i] = MR_ABSENT;
    uint32_t len = mr_rand_below(r, 5);
    struct mr_value *l = many(len);
    for (uint32_t i = 0; i < len; i++) l[i] = random_string(r);
    v[8] = (struct mr_value){.tag = MR_V_LIST, .len = len, .list = l};
    struct mr_map_entry *m = mr_arena_calloc(&arena, 2, sizeof *m);
    m[0].key = mr_string(MR_STR("x"));
    l = many(len);
    for (uint32_t i = 0; i < len; i++) l[i] = mr_int((int64_t)i - 2);
    m[0].value = (struct mr_value){.tag = MR_V_LIST, .len = len, .list = l};
    v[9] = (struct mr_value){.tag = MR_V_MAP, .len = mr_rand_below(r, 2), .map = m};
    struct mr_value *inner = many(2), *innermost = many(1);
    innermost[0] = random_string(r);
    inner[0] = mr_int((int64_t)n);
    inner[1] = mr_struct(innermost);
    v[10] = mr_struct(inner);
    v[11] = (struct mr_value){.tag = MR_V_JSON, .len = 7, .p = "{\"a\":1}"};
}

START_TEST(random_rows) {
    const struct mr_type *t = help_type(row_text);
    struct mr_rand r;
    uint64_t seed = 11;
    printf("seed %" PRIu64 "\n", seed);
    mr_rand_seed(&r, seed);
    for (int i = 0; i < 500; i++) {
        struct mr_value v[12], back[16];
        random_row(&r, v);
        hex(t, v);
        ck_assert(unpack(t, packed.p, packed.n, back));
        for (int k = 0; k < 12; k++) {
            ck_assert_uint_eq(v[k].tag, back[k].tag);
            ck_assert(mr_value_eq(&v[k], &back[k], t->fields[k].type));
        }
        for (size_t n = 0; n < packed.n; n++) ck_assert(!unpack(t, packed.p, n, back));
        /* fields that are not wanted are stepped over, whatever they hold */
        bool wanted[12];
        for (int k = 0; k < 12; k++) wanted[k] = mr_rand_below(&r, 2);
        ck_assert(unpack_some(t, packed.p, packed.n, wanted, back));
        for (int k = 0; k < 12; k++) {
            struct mr_value expected = wanted[k] ? v[k] : MR_ABSENT;
            ck_assert_uint_eq(expected.tag, back[k].tag);
            ck_assert(mr_value_eq(&expected, &back[k], t->fields[k].type));
        }
        for (size_t n = 0; n < packed.n; n++) ck_assert(!unpack_some(t, packed.p, n, wanted, back));
        /* any change: refused, or a row that packs again */
        for (int k = 0; k < 50; k++) {
            struct mr_str bytes = mr_arena_str(&arena, mr_buf_view(&packed));
            ((char *)bytes.p)[mr_rand_below(&r, (uint32_t)bytes.n)] ^=
                (char)(1 << mr_rand_below(&r, 8));
            if (unpack(t, bytes.p, bytes.n, back)) hex(t, back);
            hex(t, v);
        }
        mr_arena_reset(&arena);
        t = help_type(row_text);
    }
}
END_TEST

/* n lists in each other. */
static struct mr_value nested(int n) {
    struct mr_value v = mr_int(1);
    while (n--)
        v = (struct mr_value){
            .tag = MR_V_LIST, .len = 1, .list = mr_arena_dup(&arena, &v, sizeof v)};
    return v;
}

/* What could not be read back is an error of its field: the others stay. */
START_TEST(deep) {
    const struct mr_type *t = help_type("{a: json, b: int}");
    struct mr_value row[] = {nested(64), mr_int(7)}, back[16];
    hex(t, row);
    ck_assert(unpack(t, packed.p, packed.n, back));
    ck_assert(mr_value_eq(&row[0], &back[0], NULL));
    row[0] = nested(65);
    hex(t, row);
    ck_assert(unpack(t, packed.p, packed.n, back));
    ck_assert(back[0].tag == MR_V_ERROR && back[0].aux == MR_R_DECODE_LIMIT);
    ck_assert(back[1].tag == MR_V_INT && back[1].i == 7);
}
END_TEST

int main(void) {
    Suite *s = suite_create("pack");
    TCase *t = tcase_create("pack");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, bytes_on_disk);
    tcase_add_test(t, refused);
    tcase_add_test(t, random_rows);
    tcase_add_test(t, deep);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_buf_done(&packed);
    mr_arena_done(&arena);
    return failed;
}

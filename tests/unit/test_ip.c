/* Addresses as values: packed rows, JSON, order, and that looking one up allocates nothing. Texts
 * are in tests/expr/cases/net.t. Expected bytes by hand from the heads of ip.h and pack.c. */
#include "processor/expr/expr.h"
#include "processor/expr/ip.h"
#include "tests/unit/access_help.h"

static struct mr_value address(const char *text) {
    struct mr_ip ip;
    const char *bad =
        strchr(text, '/') ? mr_cidr_parse(mr_str(text), &ip) : mr_ip_parse(mr_str(text), &ip);
    ck_assert_msg(!bad, "%s: %s", text, bad);
    return strchr(text, '/') ? mr_cidr_value(&arena, &ip) : mr_ip_value(&arena, &ip);
}

static const struct mr_type *row_of(const struct mr_type *t) {
    struct mr_field *f = mr_arena_calloc(&arena, 1, sizeof *f);
    *f = (struct mr_field){.name = MR_STR("a"), .type = t};
    return mr_type_struct(&arena, "", 1, f);
}

START_TEST(packed) {
    static const struct {
        const char *text;
        size_t n;
        const char *bytes;
    } cases[] = {
        {"10.0.0.1", 7, "\x01\x11\x04\x0a\x00\x00\x01"},
        {"10.0.0.1/8", 8, "\x01\x12\x05\x0a\x00\x00\x01\x08"},
        {"::1", 19, "\x01\x11\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"},
        {"2001:db8::/32", 20, "\x01\x12\x11\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0\x20"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mr_value v = address(cases[i].text), back;
        const struct mr_type *t = row_of(v.tag == MR_V_IP ? &mr_type_ip : &mr_type_cidr);
        struct mr_buf b;
        mr_buf_init(&b, 0);
        mr_row_pack(t, &v, &b);
        ck_assert_uint_eq(b.n, cases[i].n);
        ck_assert_mem_eq(b.p, cases[i].bytes, b.n);
        ck_assert(mr_row_unpack(t, mr_buf_view(&b), NULL, &back, &arena));
        ck_assert(mr_value_eq(&v, &back, t->fields[0].type));
        bool skip = false;
        ck_assert(mr_row_unpack(t, mr_buf_view(&b), &skip, &back, &arena));
        mr_buf_done(&b);
    }
}
END_TEST

START_TEST(damaged_bytes_are_refused) {
    static const struct {
        const struct mr_type *type;
        const char *bytes;
        size_t n;
    } cases[] = {
        {&mr_type_ip, "\x01\x11\x03\x0a\x00\x00", 6},           /* three bytes */
        {&mr_type_ip, "\x01\x11\x05\x0a\x00\x00\x01\x08", 8},   /* a prefix */
        {&mr_type_cidr, "\x01\x12\x04\x0a\x00\x00\x01", 7},     /* no length */
        {&mr_type_cidr, "\x01\x12\x05\x0a\x00\x00\x01\x21", 8}, /* /33 */
        {&mr_type_ip, "\x01\x12\x05\x0a\x00\x00\x01\x08", 8},   /* another type */
        {&mr_type_string, "\x01\x11\x04\x0a\x00\x00\x01", 7},   /* another type */
        {&mr_type_ip, "\x01\x11\x04\x0a\x00\x00", 6},           /* cut */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mr_value v;
        ck_assert_msg(!mr_row_unpack(row_of(cases[i].type),
                                     (struct mr_str){cases[i].bytes, cases[i].n}, NULL, &v, &arena),
                      "case %zu", i);
    }
}
END_TEST

START_TEST(json_is_their_text) {
    struct mr_value list[] = {address("2001:DB8:0:0:0:0:0:1"), address("10.0.0.0/8")};
    struct mr_value v = {.tag = MR_V_LIST, .len = 2, .list = list};
    struct mr_fault f;
    struct mr_buf b;
    mr_buf_init(&b, 0);
    ck_assert(mr_write_json(NULL, &v, &b, &f));
    ck_assert_str_eq(mr_buf_cstr(&b), "[\"2001:db8::1\",\"10.0.0.0/8\"]");
    mr_buf_done(&b);
}
END_TEST

START_TEST(copies_own_their_bytes) {
    struct mr_arena other;
    mr_arena_init(&other);
    struct mr_value v = address("192.0.2.7/24"), copy = mr_value_copy(&other, &v, &mr_type_cidr);
    ck_assert_ptr_ne(v.p, copy.p);
    ck_assert(mr_value_eq(&v, &copy, NULL) && mr_value_cmp(&v, &copy) == 0);
    struct mr_value plain = address("192.0.2.7");
    ck_assert(!mr_value_eq(&v, &plain, NULL) && mr_value_cmp(&v, &plain) != 0);
    mr_arena_done(&other);
}
END_TEST

START_TEST(a_lookup_allocates_nothing) {
    static const struct mr_field field = {.name = MR_STR("x"), .type = &mr_type_string};
    static const struct mr_type row = {.kind = MR_T_STRUCT, .n_fields = 1, .fields = &field};
    struct mr_scope scope = {.row = &row};
    struct mr_diags d;
    struct mr_tree t = help_scalar("cidr(\"10.0.0.0/8\").containsIP(x)");
    mr_diags_init(&d, &arena, "x", MR_STR(""));
    const struct mr_program *p = mr_expr_compile(&arena, &d, &t, &scope, NULL);
    ck_assert_ptr_nonnull(p);
    struct mr_arena run;
    mr_arena_init(&run);
    static const struct {
        const char *text;
        bool inside;
    } cases[] = {{"10.255.0.1", true}, {"11.0.0.1", false}, {"::a00:1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mr_str s = mr_str(cases[i].text);
        struct mr_value x = mr_string(s);
        struct mr_value v = mr_eval(p, &(struct mr_frame){.row = &x, .arena = &run});
        ck_assert_int_eq(v.tag, MR_V_BOOL);
        ck_assert_int_eq(v.b, cases[i].inside);
    }
    ck_assert_uint_eq(run.used, 0);
    mr_arena_done(&run);
    mr_diags_done(&d);
}
END_TEST

int main(void) {
    Suite *s = suite_create("ip");
    TCase *t = tcase_create("ip");
    mr_arena_init(&arena);
    tcase_add_test(t, packed);
    tcase_add_test(t, damaged_bytes_are_refused);
    tcase_add_test(t, json_is_their_text);
    tcase_add_test(t, copies_own_their_bytes);
    tcase_add_test(t, a_lookup_allocates_nothing);
    suite_add_tcase(s, t);
    int failed = mr_check_run(s);
    mr_buf_done(&help_problems);
    mr_arena_done(&arena);
    return failed;
}

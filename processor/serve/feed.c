/* feed.c -- see feed.h. */
#include "processor/serve/feed.h"
#include "processor/expr/base64.h"
#include "processor/expr/confluent.h"
#include "processor/expr/json.h"
#include "processor/expr/utf8.h"
#include "processor/serve/jtext.h"

/* ---- reading */

struct reading {
    struct mr_arena *arena;
    const struct mr_feed_form *form;
    struct mr_feed_rec *rec;
    const char *error; /* NULL = fine so far */
    unsigned seen;     /* bit per field */
};

static bool fail(struct reading *r, const char *fmt, const char *what) {
    r->error = mr_arena_printf(r->arena, fmt, what);
    return false;
}

static bool is_json(const struct mr_format *f) {
    return f->kind == MR_F_JSON || f->kind == MR_F_JSON_ROW || f->kind == MR_F_STRUCT;
}

static bool int_bytes(struct mr_arena *a, struct mr_str json, struct mr_str *ret) {
    int64_t n;
    if (!mr_parse_int(json, &n)) return false;
    uint64_t big = __builtin_bswap64((uint64_t)n);
    *ret = (struct mr_str){mr_arena_dup(a, &big, 8), 8};
    return true;
}

/* Protobuf and Avro have no text of their own: the JSON form of their fields is read and written
 * again. A value that is no row is the one field of one. */
static bool typed_bytes(struct mr_arena *a, const struct mr_format *f, struct mr_str json,
                        struct mr_str *ret, const char **ret_error) {
    const struct mr_field whole = {.name = MR_STR("value"), .type = f->type};
    const struct mr_type one = {.kind = MR_T_STRUCT, .n_fields = 1, .fields = &whole};
    bool scalar = f->type->kind != MR_T_STRUCT;
    const struct mr_format text = {.kind = MR_F_JSON_ROW, .type = scalar ? &one : f->type};
    if (scalar) json = mr_str(mr_arena_printf(a, "{\"value\":%.*s}", MR_STR_ARG(json)));
    struct mr_reader *reader = mr_reader_new(a, &text, NULL);
    uint32_t n = mr_reader_slots(reader);
    struct mr_value *slots = mr_arena_calloc(a, n, sizeof *slots);
    mr_reader_read(reader, json, slots, a);
    for (uint32_t i = 0; i < n; i++)
        if (slots[i].tag == MR_V_ERROR) {
            *ret_error = slots[i].fault ? slots[i].fault->text : "does not fit the format";
            return false;
        }
    struct mr_value row = mr_struct(slots);
    struct mr_fault fault = {0};
    struct mr_buf b;
    row.len = n;
    if (scalar) row = slots[0];
    mr_buf_init(&b, 0);
    bool ok = mr_write(f, f->type, &row, &b, &fault);
    if (ok)
        *ret = mr_arena_str(a, mr_buf_view(&b));
    else
        *ret_error = fault.text ? fault.text : "cannot be written in this format";
    mr_buf_done(&b);
    return ok;
}

/* `registry: true`: records of files and tests have the header of schema 0 before them. */
static bool framed_bytes(struct mr_arena *a, const struct mr_format *f, struct mr_str json,
                         struct mr_str *ret, const char **ret_error) {
    struct mr_format bare = *f;
    struct mr_str content;
    struct mr_buf b;
    bare.registry = false;
    if (!mr_feed_bytes(a, &bare, json, &content, ret_error)) return false;
    mr_buf_init(&b, 0);
    mr_confluent_put(&b, 0, f->kind == MR_F_PROTOBUF);
    mr_buf_str(&b, content);
    *ret = mr_arena_str(a, mr_buf_view(&b));
    mr_buf_done(&b);
    return true;
}

bool mr_feed_bytes(struct mr_arena *a, const struct mr_format *f, struct mr_str json,
                   struct mr_str *ret, const char **ret_error) {
    *ret = (struct mr_str){0};
    if (mr_str_is(json, "null")) return true;
    if (f && f->registry) return framed_bytes(a, f, json, ret, ret_error);
    if (!f || is_json(f)) {
        *ret = json;
        return true;
    }
    switch (f->kind) {
    case MR_F_STRING:
    case MR_F_BYTES:
        if (mr_jtext_unquote(a, json, ret)) return true;
        *ret_error = "a string is expected (format `string`)";
        return false;
    case MR_F_INT:
        if (int_bytes(a, json, ret)) return true;
        *ret_error = "a whole number is expected (format `int`)";
        return false;
    case MR_F_AVRO:
    case MR_F_PROTOBUF: return typed_bytes(a, f, json, ret, ret_error);
    default: return true; /* JSON formats: above */
    }
}

static bool read_base64(struct reading *r, const char *name, struct mr_str json,
                        struct mr_str *ret) {
    struct mr_str text;
    if (mr_str_is(json, "null")) return true;
    if (!mr_jtext_unquote(r->arena, json, &text)) return fail(r, "%s: a string is expected", name);
    return mr_base64_read(r->arena, text, ret) || fail(r, "%s: not base64", name);
}

static bool read_number(struct reading *r, const char *name, struct mr_str json, int64_t max,
                        int64_t *ret) {
    if (!mr_parse_int(json, ret)) return fail(r, "%s: a whole number is expected", name);
    return (*ret >= -1 && *ret <= max) || fail(r, "%s: out of range", name);
}

static bool add_header(struct reading *r, struct mr_str name, struct mr_str json) {
    struct mr_feed_rec *rec = r->rec;
    if (rec->n_hdrs == MR_FEED_HEADERS_MAX) return fail(r, "%s", "headers: too many");
    struct mr_hdr *h = &rec->hdrs[rec->n_hdrs++];
    struct mr_str base64;
    *h = (struct mr_hdr){.name = name};
    if (mr_str_is(json, "null") || mr_jtext_unquote(r->arena, json, &h->value)) return true;
    if (!mr_json_get(json, MR_STR("base64"), &base64))
        return fail(r, "%s", "headers: a string, null or {\"base64\": ...} is expected");
    return read_base64(r, "headers", base64, &h->value);
}

static bool read_header(struct reading *r, struct mr_str name, struct mr_str json) {
    struct mr_json_iter it;
    struct mr_str element;
    if (*json.p != '[') return add_header(r, name, json);
    mr_json_iter(json, &it);
    while (mr_json_next(&it, NULL, &element))
        if (!add_header(r, name, element)) return false;
    return true;
}

/* The content of a key, in the arena or borrowed. */
static bool key_text(struct reading *r, const struct mr_json_string *key, struct mr_str *ret) {
    struct mr_str text = {key->raw.p - 1, key->raw.n + 2};
    return mr_jtext_unquote(r->arena, text, ret) || fail(r, "%s", "a key is not valid Unicode");
}

static bool read_headers(struct reading *r, struct mr_str json) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str element, name;
    if (mr_str_is(json, "null")) return true;
    if (*json.p != '{') return fail(r, "%s", "headers: a map is expected");
    r->rec->hdrs = mr_arena_calloc(r->arena, MR_FEED_HEADERS_MAX, sizeof *r->rec->hdrs);
    mr_json_iter(json, &it);
    while (mr_json_next(&it, &key, &element))
        if (!key_text(r, &key, &name) || !read_header(r, name, element)) return false;
    return true;
}

enum field { KEY, VALUE, TS, HEADERS, PARTITION, KEY_BASE64, VALUE_BASE64, OFFSET, N_FIELDS };

static const char *const field_names[N_FIELDS] = {
    "key", "value", "ts", "headers", "partition", "key_base64", "value_base64", "offset"};

static bool read_side(struct reading *r, const char *name, const struct mr_format *f,
                      struct mr_str json, struct mr_str *ret) {
    const char *why = NULL;
    if (mr_feed_bytes(r->arena, f, json, ret, &why)) return true;
    r->error = mr_arena_printf(r->arena, "%s: %s", name, why);
    return false;
}

static bool read_field(struct reading *r, int field, struct mr_str json) {
    struct mr_feed_rec *rec = r->rec;
    int64_t n = 0;
    switch ((enum field)field) {
    case KEY: return read_side(r, "key", r->form->key, json, &rec->key);
    case VALUE: return read_side(r, "value", r->form->value, json, &rec->value);
    case KEY_BASE64: return read_base64(r, "key_base64", json, &rec->key);
    case VALUE_BASE64: return read_base64(r, "value_base64", json, &rec->value);
    case HEADERS: return read_headers(r, json);
    case TS: return read_number(r, "ts", json, INT64_MAX, &rec->ts);
    case PARTITION:
        if (!read_number(r, "partition", json, INT32_MAX, &n)) return false;
        rec->partition = (int32_t)n;
        return true;
    case OFFSET: /* so that an output file can be a feed; the broker gives its own */
    case N_FIELDS: break;
    }
    return true;
}

static bool unknown_field(struct reading *r, struct mr_str name) {
    const char *word = mr_arena_strndup(r->arena, name.p, name.n);
    const char *near = mr_str_nearest(word, field_names, N_FIELDS);
    r->error = near
                   ? mr_arena_printf(r->arena, "unknown field `%s`, did you mean `%s`?", word, near)
                   : mr_arena_printf(r->arena, "unknown field `%s`", word);
    return false;
}

static bool read_member(struct reading *r, const struct mr_json_string *key, struct mr_str json) {
    struct mr_str name;
    if (!key_text(r, key, &name)) return false;
    int f = 0;
    while (f < N_FIELDS && !mr_str_is(name, field_names[f])) f++;
    if (f == N_FIELDS) return unknown_field(r, name);
    if (r->seen & 1u << f) return fail(r, "`%s` comes twice", field_names[f]);
    r->seen |= 1u << f;
    return read_field(r, f, json);
}

static bool read_line(struct reading *r, struct mr_str line) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str element;
    const char *problem = mr_jtext_problem(line);
    if (problem) return fail(r, "not JSON: %s", problem);
    if (*line.p != '{') return fail(r, "%s", "a record is a map: {\"key\":..., \"value\":...}");
    mr_json_iter(line, &it);
    while (mr_json_next(&it, &key, &element))
        if (!read_member(r, &key, element)) return false;
    unsigned keys = 1u << KEY | 1u << KEY_BASE64, values = 1u << VALUE | 1u << VALUE_BASE64;
    if ((r->seen & keys) == keys) return fail(r, "%s", "both `key` and `key_base64`");
    if ((r->seen & values) == values) return fail(r, "%s", "both `value` and `value_base64`");
    return true;
}

static struct mr_str trim(struct mr_str s) {
    const char *white = " \t\r\n";
    while (s.n && memchr(white, s.p[0], 4)) s.p++, s.n--;
    while (s.n && memchr(white, s.p[s.n - 1], 4)) s.n--;
    return s;
}

bool mr_feed_read(struct mr_arena *a, const struct mr_feed_form *form, struct mr_str line,
                  struct mr_feed_rec *ret, const char **ret_error) {
    struct reading r = {.arena = a, .form = form, .rec = ret};
    *ret = (struct mr_feed_rec){.ts = -1, .partition = -1};
    bool ok =
        line.n <= MR_FEED_LINE_MAX ? read_line(&r, trim(line)) : fail(&r, "%s", "line too long");
    *ret_error = r.error;
    return ok;
}

/* ---- writing */

static bool has_break(struct mr_str s) {
    return memchr(s.p, '\n', s.n) != NULL || memchr(s.p, '\r', s.n) != NULL;
}

/* A JSON text that comes back byte for byte from a line. `null` would come back as none. */
static bool write_json_text(struct mr_str bytes, struct mr_buf *to) {
    if (has_break(bytes) || mr_str_is(bytes, "null") || mr_jtext_problem(bytes)) return false;
    mr_buf_str(to, bytes);
    return true;
}

static bool write_text(struct mr_str bytes, struct mr_buf *to) {
    if (!mr_utf8_valid(bytes, NULL)) return false;
    mr_jtext_quote(bytes, to);
    return true;
}

static bool write_int(struct mr_str bytes, struct mr_buf *to) {
    uint64_t big;
    if (bytes.n != 8) return false;
    memcpy(&big, bytes.p, 8);
    mr_buf_printf(to, "%lld", (long long)__builtin_bswap64(big));
    return true;
}

static bool write_typed(const struct mr_format *f, struct mr_str bytes, struct mr_arena *a,
                        struct mr_buf *to) {
    struct mr_reader *reader = mr_reader_new(a, f, NULL);
    uint32_t n = mr_reader_slots(reader);
    struct mr_value *slots = mr_arena_calloc(a, n, sizeof *slots);
    mr_reader_read(reader, bytes, slots, a);
    for (uint32_t i = 0; i < n; i++)
        if (slots[i].tag == MR_V_ERROR) return false;
    struct mr_value row = mr_struct(slots);
    struct mr_fault fault;
    row.len = n;
    if (f->type->kind != MR_T_STRUCT) row = slots[0];
    return mr_write_json(f->type, &row, to, &fault);
}

static bool write_form(const struct mr_format *f, struct mr_str bytes, struct mr_arena *a,
                       struct mr_buf *to) {
    switch (f->kind) {
    case MR_F_STRING:
    case MR_F_BYTES: return write_text(bytes, to);
    case MR_F_INT: return write_int(bytes, to);
    case MR_F_AVRO:
    case MR_F_PROTOBUF: return write_typed(f, bytes, a, to);
    case MR_F_JSON:
    case MR_F_JSON_ROW:
    case MR_F_STRUCT:
        if (f->registry) mr_confluent_strip(bytes, false, &bytes);
        return write_json_text(bytes, to);
    }
    return false;
}

void mr_feed_write_side(const char *name, const struct mr_format *f, bool dead_letter,
                        struct mr_str bytes, struct mr_arena *scratch, struct mr_buf *to) {
    size_t start = to->n;
    mr_buf_printf(to, "\"%s\":", name);
    if (!bytes.p) {
        mr_buf_cat(to, "null");
        return;
    }
    bool ok = dead_letter || !f ? write_json_text(bytes, to) || write_text(bytes, to)
                                : write_form(f, bytes, scratch, to);
    if (ok) return;
    to->n = start; /* a writer may have given up half-way */
    mr_buf_printf(to, "\"%s_base64\":\"", name);
    mr_base64_write(bytes, to);
    mr_buf_byte(to, '"');
}

static void write_header_value(struct mr_str v, struct mr_buf *to) {
    if (!v.p) {
        mr_buf_cat(to, "null");
    } else if (!write_text(v, to)) {
        mr_buf_cat(to, "{\"base64\":\"");
        mr_base64_write(v, to);
        mr_buf_cat(to, "\"}");
    }
}

/* All values of the name of header i, where it comes first. */
static void write_header(const struct mr_msg *m, uint32_t i, struct mr_buf *to) {
    uint32_t same = 0;
    for (uint32_t k = i; k < m->n_hdrs; k++) same += mr_str_eq(m->hdrs[k].name, m->hdrs[i].name);
    if (!write_text(m->hdrs[i].name, to)) mr_buf_cat(to, "\"\""); /* Kafka: names are UTF-8 */
    mr_buf_cat(to, same > 1 ? ":[" : ":");
    bool first = true;
    for (uint32_t k = i; k < m->n_hdrs; k++) {
        if (!mr_str_eq(m->hdrs[k].name, m->hdrs[i].name)) continue;
        if (!first) mr_buf_byte(to, ',');
        write_header_value(m->hdrs[k].value, to);
        first = false;
    }
    if (same > 1) mr_buf_byte(to, ']');
}

void mr_feed_write_headers(const struct mr_msg *m, struct mr_buf *to) {
    bool first = true;
    mr_buf_byte(to, '{');
    for (uint32_t i = 0; i < m->n_hdrs; i++) {
        bool seen = false;
        for (uint32_t k = 0; k < i && !seen; k++)
            seen = mr_str_eq(m->hdrs[k].name, m->hdrs[i].name);
        if (seen) continue;
        if (!first) mr_buf_byte(to, ',');
        write_header(m, i, to);
        first = false;
    }
    mr_buf_byte(to, '}');
}

void mr_feed_write(const struct mr_feed_form *form, const struct mr_msg *m, int32_t partition,
                   struct mr_arena *scratch, struct mr_buf *to) {
    bool dead_letter = !form->key && !form->value;
    mr_buf_byte(to, '{');
    mr_feed_write_side("key", form->key, dead_letter, m->key, scratch, to);
    mr_buf_byte(to, ',');
    mr_feed_write_side("value", form->value, dead_letter, m->value, scratch, to);
    mr_buf_printf(to, ",\"ts\":%lld,\"headers\":", (long long)m->ts);
    mr_feed_write_headers(m, to);
    mr_buf_printf(to, ",\"partition\":%d,\"offset\":%lld}\n", (int)partition, (long long)m->offset);
}

/* message_json.c -- values as google.protobuf.Value has them: what protobuf calls its JSON mapping.
 *
 * Sources: langdef.md of cel-spec ("Dynamic Values"): how ints, bytes and times become JSON;
 * "ProtoJSON Format" of protobuf for messages: lowerCamelCase names, 64-bit numbers as strings,
 * enums by name, well-known messages in a form of their own.
 */
#include "processor/expr/base64.h"
#include "processor/expr/civil.h"
#include "processor/expr/descriptor.h"
#include "processor/expr/json.h"
#include "processor/expr/message.h"

#include <math.h>
#include <stdio.h>

enum { DEPTH = 2 * MR_MESSAGE_DEPTH };

struct run {
    struct mr_arena *a;
    int64_t *fuel;
    const char *problem; /* static */
};

static bool fail(struct run *r, const char *problem) {
    r->problem = problem;
    return false;
}

static bool charge(struct run *r, size_t n) {
    if ((int64_t)n > *r->fuel) return fail(r, "too large");
    *r->fuel -= (int64_t)n;
    return true;
}

static struct mr_value text(struct run *r, const char *p) {
    return mr_string(mr_str(mr_arena_strdup(r->a, p)));
}

/* ---- values of CEL */

static bool put(struct run *r, const struct mr_value *v, int depth, struct mr_value *to);
static bool put_message(struct run *r, const struct mr_type *t, const struct mr_value *row,
                        int depth, struct mr_value *to);

/* Whole numbers up to 2^53 - 1 are numbers, others text: a double would not be the same. */
static struct mr_value number(struct run *r, const struct mr_value *v) {
    const int64_t safe = (INT64_C(1) << 53) - 1;
    char s[32];
    if (v->tag == MR_V_INT) {
        if (v->i >= -safe && v->i <= safe) return mr_double((double)v->i);
        snprintf(s, sizeof s, "%lld", (long long)v->i);
    } else {
        if (v->u <= (uint64_t)safe) return mr_double((double)v->u);
        snprintf(s, sizeof s, "%llu", (unsigned long long)v->u);
    }
    return text(r, s);
}

static struct mr_value time_text(struct run *r, const struct mr_value *v) {
    char p[64];
    struct mr_buf b = {.p = p, .cap = sizeof p - 1, .max = sizeof p - 1}; /* it cannot grow */
    if (v->tag == MR_V_TIMESTAMP)
        mr_print_rfc3339(v->i, v->aux, &b);
    else
        mr_print_cel_duration(v->i, &b);
    p[b.n] = 0;
    return text(r, p);
}

/* In a message a fraction of seconds has 3, 6 or 9 digits. */
static struct mr_value padded(struct run *r, const struct mr_value *v) {
    struct mr_value s = time_text(r, v);
    const char *dot = memchr(s.p, '.', s.len);
    size_t digits = dot ? s.len - (size_t)(dot - s.p) - 2 : 0;
    if (digits % 3 == 0) return s;
    return mr_string(mr_str(mr_arena_printf(r->a, "%.*s%.*s%c", (int)s.len - 1, s.p,
                                            (int)(3 - digits % 3), "00", s.p[s.len - 1])));
}

static bool bytes_text(struct run *r, const struct mr_value *v, struct mr_value *to) {
    size_t n = ((size_t)v->len + 2) / 3 * 4;
    if (!charge(r, n / 16)) return false;
    struct mr_buf b = {.p = mr_arena_alloc(r->a, n), .cap = n, .max = n};
    mr_base64_write((struct mr_str){v->p, v->len}, &b);
    *to = mr_string(((struct mr_str){b.p, n}));
    return true;
}

static bool put_list(struct run *r, const struct mr_value *v, int depth, struct mr_value *to) {
    if (!charge(r, v->len)) return false;
    struct mr_value *list = mr_arena_alloc(r->a, v->len * sizeof *list);
    for (uint32_t i = 0; i < v->len; i++)
        if (!put(r, &v->list[i], depth + 1, &list[i])) return false;
    *to = (struct mr_value){.tag = MR_V_LIST, .len = v->len, .list = list};
    return true;
}

static bool put_map(struct run *r, const struct mr_value *v, int depth, struct mr_value *to) {
    if (!charge(r, v->len)) return false;
    struct mr_map_entry *map = mr_arena_alloc(r->a, v->len * sizeof *map);
    for (uint32_t i = 0; i < v->len; i++) {
        if (v->map[i].key.tag != MR_V_STRING) return fail(r, "a key of JSON is a string");
        map[i].key = v->map[i].key;
        if (!put(r, &v->map[i].value, depth + 1, &map[i].value)) return false;
    }
    *to = (struct mr_value){.tag = MR_V_MAP, .len = v->len, .map = map};
    return true;
}

static bool put_record(struct run *r, const struct mr_value *v, int depth, struct mr_value *to) {
    if (v->record->type->message) return put_message(r, v->record->type, v->record->row, depth, to);
    struct mr_value map = mr_record_open(r->a, v);
    return map.tag == MR_V_MAP ? put_map(r, &map, depth, to) : fail(r, "no JSON value");
}

static bool put(struct run *r, const struct mr_value *v, int depth, struct mr_value *to) {
    if (depth > DEPTH) return fail(r, "nested too deeply");
    switch ((enum mr_tag)v->tag) {
    case MR_V_NULL:
    case MR_V_BOOL:
    case MR_V_DOUBLE:
    case MR_V_STRING: *to = *v; return true;
    case MR_V_INT:
    case MR_V_UINT: *to = number(r, v); return true;
    case MR_V_BYTES: return bytes_text(r, v, to);
    case MR_V_TIMESTAMP:
    case MR_V_DURATION: *to = time_text(r, v); return true;
    case MR_V_LIST: return put_list(r, v, depth, to);
    case MR_V_MAP: return put_map(r, v, depth, to);
    case MR_V_RECORD: return put_record(r, v, depth, to);
    case MR_V_JSON: {
        if (!charge(r, v->len / 16)) return false;
        struct mr_value open = mr_json_open(r->a, (struct mr_str){v->p, v->len});
        return open.tag == MR_V_JSON ? fail(r, "no JSON value") : put(r, &open, depth + 1, to);
    }
    default: return fail(r, "no JSON value");
    }
}

/* ---- messages */

/* foo_bar -> fooBar */
static size_t camel(struct mr_str name, char *to) {
    size_t n = 0;
    bool upper = false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c == '_') {
            upper = true;
            continue;
        }
        to[n++] = upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        upper = false;
    }
    return n;
}

static struct mr_value field_name(struct run *r, struct mr_str name) {
    if (memchr(name.p, '.', name.n)) /* an extension */
        return mr_string(mr_str(mr_arena_printf(r->a, "[%.*s]", MR_STR_ARG(name))));
    char *p = mr_arena_alloc(r->a, name.n + 1);
    return mr_string(((struct mr_str){p, camel(name, p)}));
}

/* google.protobuf.FieldMask: its paths with commas between them. */
static bool put_mask(struct run *r, const struct mr_value *paths, struct mr_value *to) {
    size_t size = 1, n = 0;
    for (uint32_t i = 0; i < paths->len; i++) size += paths->list[i].len + 1;
    if (!charge(r, size / 16 + paths->len)) return false;
    char *p = mr_arena_alloc(r->a, size);
    for (uint32_t i = 0; i < paths->len; i++) {
        if (i) p[n++] = ',';
        n += camel((struct mr_str){paths->list[i].p, paths->list[i].len}, p + n);
    }
    *to = mr_string(((struct mr_str){p, n}));
    return true;
}

static bool wide(uint8_t kind) {
    return kind == MR_PK_INT64 || kind == MR_PK_SINT64 || kind == MR_PK_SFIXED64 ||
           kind == MR_PK_UINT64 || kind == MR_PK_FIXED64;
}

static struct mr_value enum_name(struct run *r, const struct mr_desc_enum *e, int64_t value) {
    struct mr_str name;
    int32_t of;
    for (uint32_t i = 0; e && mr_desc_enum_value(e, i, &name, &of); i++)
        if (of == value) return mr_string(name);
    return mr_double((double)value);
}

/* kind: of the field, or of what a wrapper holds. */
static bool put_item(struct run *r, const struct mr_message_item *it, const struct mr_value *v,
                     int depth, struct mr_value *to) {
    uint8_t kind = it->message ? it->message->message->wrapped : it->kind;
    char s[32];
    if (it->null_value) {
        *to = (struct mr_value){.tag = MR_V_NULL};
    } else if (it->enumeration) {
        *to = enum_name(r, it->enumeration, v->i);
    } else if (wide(kind)) {
        snprintf(s, sizeof s, v->tag == MR_V_UINT ? "%llu" : "%lld", (unsigned long long)v->u);
        *to = text(r, s);
    } else if (v->tag == MR_V_DOUBLE && !isfinite(v->d) && kind) {
        *to = text(r, isnan(v->d) ? "NaN" : v->d > 0 ? "Infinity" : "-Infinity");
    } else if (v->tag == MR_V_TIMESTAMP || v->tag == MR_V_DURATION) {
        *to = padded(r, v);
    } else if (v->tag == MR_V_STRUCT) {
        return put_message(r, it->message, v->row, depth + 1, to);
    } else {
        return put(r, v, depth + 1, to);
    }
    return true;
}

static struct mr_value key_text(struct run *r, const struct mr_value *key) {
    char s[32];
    if (key->tag == MR_V_STRING) return *key;
    if (key->tag == MR_V_BOOL) return text(r, key->b ? "true" : "false");
    snprintf(s, sizeof s, key->tag == MR_V_UINT ? "%llu" : "%lld", (unsigned long long)key->u);
    return text(r, s);
}

static bool put_field(struct run *r, const struct mr_message_field *f, const struct mr_value *v,
                      int depth, struct mr_value *to) {
    if (f->shape == MR_MESSAGE_ONE) return put_item(r, &f->item, v, depth, to);
    if (!charge(r, v->len)) return false;
    if (f->shape == MR_MESSAGE_LIST) {
        struct mr_value *list = mr_arena_alloc(r->a, v->len * sizeof *list);
        for (uint32_t i = 0; i < v->len; i++)
            if (!put_item(r, &f->item, &v->list[i], depth, &list[i])) return false;
        *to = (struct mr_value){.tag = MR_V_LIST, .len = v->len, .list = list};
        return true;
    }
    struct mr_map_entry *map = mr_arena_alloc(r->a, v->len * sizeof *map);
    for (uint32_t i = 0; i < v->len; i++) {
        map[i].key = key_text(r, &v->map[i].key);
        if (!put_item(r, &f->item, &v->map[i].value, depth, &map[i].value)) return false;
    }
    *to = (struct mr_value){.tag = MR_V_MAP, .len = v->len, .map = map};
    return true;
}

static bool put_message(struct run *r, const struct mr_type *t, const struct mr_value *row,
                        int depth, struct mr_value *to) {
    if (depth > DEPTH) return fail(r, "nested too deeply");
    if (!charge(r, t->n_fields)) return false;
    if (t->message->well_known == MR_WK_ANY) return fail(r, "an Any of an unknown type");
    if (t->message->well_known == MR_WK_FIELD_MASK) return put_mask(r, &row[0], to);
    struct mr_map_entry *map = mr_arena_alloc(r->a, t->n_fields * sizeof *map);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (row[i].tag == MR_V_ABSENT) continue;
        map[n].key = field_name(r, t->fields[i].name);
        if (!put_field(r, &t->message->fields[i], &row[i], depth, &map[n++].value)) return false;
    }
    *to = (struct mr_value){.tag = MR_V_MAP, .len = n, .map = map};
    return true;
}

bool mr_message_to_json(struct mr_arena *a, const struct mr_value *v, int64_t *fuel,
                        struct mr_value *ret, const char **ret_problem) {
    struct run r = {.a = a, .fuel = fuel};
    bool ok = put(&r, v, 0, ret);
    if (!ok) *ret_problem = r.problem;
    return ok;
}

/* value.c -- making, copying and printing values. Comparing is in value_eq.c. */
#include "processor/expr/value.h"
#include "processor/expr/civil.h"
#include "processor/expr/ip.h"
#include "processor/expr/numtext.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

_Static_assert(sizeof(struct mr_value) == 16, "a value is 16 bytes");

const char *mr_reason_name(enum mr_reason r) {
    static const char *const names[] = {
#define REASON(id, name) name,
#include "processor/expr/reasons.def"
#undef REASON
    };
    return names[r];
}

struct mr_value mr_timestamp_ms(int64_t ms) {
    int64_t s = ms / 1000 - (ms % 1000 < 0);
    return (struct mr_value){
        .tag = MR_V_TIMESTAMP, .aux = (uint32_t)(ms - s * 1000) * 1000000, .i = s};
}

bool mr_value_ms(const struct mr_value *v, int64_t *ret_ms) {
    int64_t ms;
    if (v->tag != MR_V_TIMESTAMP || __builtin_mul_overflow(v->i, INT64_C(1000), &ms)) return false;
    return !__builtin_add_overflow(ms, (int64_t)(v->aux / 1000000), ret_ms);
}

struct mr_value mr_error_value(struct mr_arena *a, enum mr_reason r, const char *fmt, ...) {
    va_list ap;
    char text[512];
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct mr_fault *f = mr_arena_alloc(a, sizeof *f);
    f->reason = r;
    f->raw = (struct mr_str){NULL, 0};
    f->text = mr_arena_strndup(a, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
    return (struct mr_value){.tag = MR_V_ERROR, .aux = r, .fault = f};
}

struct mr_value mr_error_with(struct mr_arena *a, const struct mr_value *error, struct mr_str raw) {
    struct mr_value v = *error;
    struct mr_fault *f = mr_arena_dup(a, v.fault, sizeof *f);
    f->raw = raw;
    v.fault = f;
    return v;
}

static const struct mr_type *elem_of(const struct mr_type *t) {
    return t ? t->elem : NULL;
}

/* optional_type(T) holds T itself or ABSENT. */
static const struct mr_type *inside(const struct mr_type *t) {
    while (t && t->kind == MR_T_OPTIONAL) t = t->elem;
    return t;
}

static const struct mr_value *copy_list(struct mr_arena *a, const struct mr_value *v,
                                        const struct mr_type *elem) {
    struct mr_value *to = mr_arena_alloc(a, v->len * sizeof *to);
    for (uint32_t i = 0; i < v->len; i++) to[i] = mr_value_copy(a, &v->list[i], elem);
    return to;
}

static const struct mr_map_entry *copy_map(struct mr_arena *a, const struct mr_value *v,
                                           const struct mr_type *t) {
    struct mr_map_entry *to = mr_arena_alloc(a, v->len * sizeof *to);
    for (uint32_t i = 0; i < v->len; i++) {
        to[i].key = mr_value_copy(a, &v->map[i].key, t ? t->key : NULL);
        to[i].value = mr_value_copy(a, &v->map[i].value, elem_of(t));
    }
    return to;
}

uint32_t mr_value_n_fields(const struct mr_value *v, const struct mr_type *t) {
    return t && t->kind == MR_T_STRUCT ? t->n_fields : v->len;
}

const struct mr_type *mr_value_field_type(const struct mr_type *t, uint32_t i) {
    return t && t->kind == MR_T_STRUCT ? t->fields[i].type : NULL;
}

static const struct mr_value *copy_row(struct mr_arena *a, const struct mr_value *v,
                                       const struct mr_type *t) {
    uint32_t n = mr_value_n_fields(v, t);
    struct mr_value *to = mr_arena_alloc(a, n * sizeof *to);
    for (uint32_t i = 0; i < n; i++)
        to[i] = mr_value_copy(a, &v->row[i], mr_value_field_type(t, i));
    return to;
}

/* Its type stays: types live as long as the plan. */
static const struct mr_record *copy_record(struct mr_arena *a, const struct mr_record *r) {
    struct mr_record *to = mr_arena_alloc(a, sizeof *to);
    struct mr_value v = mr_struct(r->row);
    *to = (struct mr_record){r->type, copy_row(a, &v, r->type)};
    return to;
}

static const struct mr_fault *copy_fault(struct mr_arena *a, const struct mr_fault *f) {
    if (!f) return NULL;
    struct mr_fault *to = mr_arena_alloc(a, sizeof *to);
    to->reason = f->reason;
    to->text = f->text ? mr_arena_strdup(a, f->text) : NULL;
    to->raw = f->raw.p ? (struct mr_str){mr_arena_dup(a, f->raw.p, f->raw.n), f->raw.n} : f->raw;
    return to;
}

struct mr_value mr_value_copy(struct mr_arena *a, const struct mr_value *v,
                              const struct mr_type *t) {
    struct mr_value to = *v;
    t = inside(t);
    switch (v->tag) {
    case MR_V_STRING:
    case MR_V_BYTES:
    case MR_V_IP:
    case MR_V_CIDR:
    case MR_V_JSON: to.p = mr_arena_strndup(a, v->p, v->len); break;
    case MR_V_LIST: to.list = copy_list(a, v, elem_of(t)); break;
    case MR_V_MAP: to.map = copy_map(a, v, t); break;
    case MR_V_STRUCT: to.row = copy_row(a, v, t); break;
    case MR_V_ERROR: to.fault = copy_fault(a, v->fault); break;
    case MR_V_RECORD: to.record = copy_record(a, v->record); break;
    case MR_V_OPTIONAL: to.list = copy_list(a, v, NULL); break;
    default: break;
    }
    return to;
}

/* ---- printing */

static void print_quoted(const char *p, size_t n, bool bytes, struct mr_buf *to) {
    static const char names[256] = {
        ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['"'] = '"', ['\\'] = '\\'};
    if (bytes) mr_buf_byte(to, 'b');
    mr_buf_byte(to, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (names[c]) {
            mr_buf_byte(to, '\\');
            mr_buf_byte(to, (uint8_t)names[c]);
        } else if (c < ' ' || c == 0x7F || (bytes && c >= 0x80)) {
            mr_buf_printf(to, "\\x%02x", c);
        } else {
            mr_buf_byte(to, c);
        }
    }
    mr_buf_byte(to, '"');
}

static void print_double(double d, struct mr_buf *to) {
    char text[MR_NUMBER_MAX];
    size_t n = mr_print_double(d, text);
    mr_buf_add(to, text, n);
    bool whole = isfinite(d) && !memchr(text, '.', n) && !memchr(text, 'e', n);
    if (whole) mr_buf_cat(to, ".0"); /* a double, not an int */
}

static void print_list(const struct mr_value *v, const struct mr_type *t, struct mr_buf *to) {
    mr_buf_byte(to, '[');
    for (uint32_t i = 0; i < v->len; i++) {
        if (i) mr_buf_cat(to, ", ");
        mr_value_print(&v->list[i], elem_of(t), to);
    }
    mr_buf_byte(to, ']');
}

static void print_map(const struct mr_value *v, const struct mr_type *t, struct mr_buf *to) {
    mr_buf_byte(to, '{');
    for (uint32_t i = 0; i < v->len; i++) {
        if (i) mr_buf_cat(to, ", ");
        mr_value_print(&v->map[i].key, t ? t->key : NULL, to);
        mr_buf_cat(to, ": ");
        mr_value_print(&v->map[i].value, elem_of(t), to);
    }
    mr_buf_byte(to, '}');
}

/* Absent fields are left out. */
static void print_row(const struct mr_value *v, const struct mr_type *t, struct mr_buf *to) {
    bool named = t && t->kind == MR_T_STRUCT, comma = false;
    mr_buf_byte(to, '{');
    for (uint32_t i = 0; i < mr_value_n_fields(v, t); i++) {
        if (v->row[i].tag == MR_V_ABSENT) continue;
        if (comma) mr_buf_cat(to, ", ");
        comma = true;
        if (named)
            mr_buf_str(to, t->fields[i].name);
        else
            mr_buf_printf(to, "%u", i);
        mr_buf_cat(to, ": ");
        mr_value_print(&v->row[i], mr_value_field_type(t, i), to);
    }
    mr_buf_byte(to, '}');
}

static void print_record(const struct mr_record *r, struct mr_buf *to) {
    struct mr_value v = mr_struct(r->row);
    print_row(&v, r->type, to);
}

static void print_optional(const struct mr_value *v, struct mr_buf *to) {
    mr_buf_cat(to, v->len ? "optional.of(" : "optional.none(");
    if (v->len) mr_value_print(v->list, NULL, to);
    mr_buf_byte(to, ')');
}

static void print_error(const struct mr_value *v, struct mr_buf *to) {
    mr_buf_printf(to, "error(%s", mr_reason_name((enum mr_reason)v->aux));
    if (v->fault && v->fault->text) mr_buf_printf(to, ": %s", v->fault->text);
    mr_buf_byte(to, ')');
}

static void print_time(const struct mr_value *v, struct mr_buf *to) {
    if (v->tag == MR_V_TIMESTAMP) {
        mr_buf_cat(to, "timestamp(\"");
        mr_print_rfc3339(v->i, v->aux, to);
    } else {
        mr_buf_cat(to, "duration(\"");
        mr_print_cel_duration(v->i, to);
    }
    mr_buf_cat(to, "\")");
}

static void print_net(const struct mr_value *v, struct mr_buf *to) {
    char text[MR_IP_TEXT_MAX];
    mr_buf_cat(to, v->tag == MR_V_IP ? "ip(\"" : "cidr(\"");
    mr_buf_add(to, text, mr_ip_value_print(v, text));
    mr_buf_cat(to, "\")");
}

void mr_value_print(const struct mr_value *v, const struct mr_type *t, struct mr_buf *to) {
    t = inside(t);
    switch ((enum mr_tag)v->tag) {
    case MR_V_ABSENT: mr_buf_cat(to, "absent"); return;
    case MR_V_NULL: mr_buf_cat(to, "null"); return;
    case MR_V_BOOL: mr_buf_cat(to, v->b ? "true" : "false"); return;
    case MR_V_INT: mr_buf_printf(to, "%lld", (long long)v->i); return;
    case MR_V_UINT: mr_buf_printf(to, "%lluu", (unsigned long long)v->u); return;
    case MR_V_DOUBLE: print_double(v->d, to); return;
    case MR_V_STRING:
    case MR_V_BYTES: print_quoted(v->p, v->len, v->tag == MR_V_BYTES, to); return;
    case MR_V_TIMESTAMP:
    case MR_V_DURATION: print_time(v, to); return;
    case MR_V_LIST: print_list(v, t, to); return;
    case MR_V_MAP: print_map(v, t, to); return;
    case MR_V_STRUCT: print_row(v, t, to); return;
    case MR_V_JSON: mr_buf_add(to, v->p, v->len); return;
    case MR_V_TYPE: mr_type_print(v->type, to); return;
    case MR_V_IP:
    case MR_V_CIDR: print_net(v, to); return;
    case MR_V_ERROR: print_error(v, to); return;
    case MR_V_RECORD: print_record(v->record, to); return;
    case MR_V_OPTIONAL: print_optional(v, to); return;
    }
}

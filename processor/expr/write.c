/* write.c -- values -> bytes of a format, JSON and keys. Protobuf is in protobuf_write.c.
 *
 * Written JSON never has white space, so it is one line. Canonical JSON (keys) is the same with
 * what could be written in two ways made one: numbers inside `json` values, -0, escapes.
 * A failed write leaves the buffer as it was.
 */
#include "processor/expr/access.h"
#include "processor/expr/base64.h"
#include "processor/expr/civil.h"
#include "processor/expr/ip.h"
#include "processor/expr/json.h"

#include <math.h>

struct out {
    struct mr_buf *to;
    struct mr_fault *ret;
    bool canonical;
};

bool mr_write_fail(struct mr_fault *ret, enum mr_reason r, const char *text) {
    *ret = (struct mr_fault){r, text};
    return false;
}

static bool write_value(struct out *o, const struct mr_type *t, enum mr_wire wire,
                        const struct mr_value *v);

/* ---- strings and numbers */

static void write_string(struct mr_buf *to, struct mr_str s) {
    static const char names[' '] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    const char *p = s.p, *end = p + s.n;
    mr_buf_byte(to, '"');
    while (p < end) {
        const char *q = p;
        while (q = mr_json_plain_end(q, end, true), q < end && (signed char)*q < 0) q++;
        mr_buf_add(to, p, (size_t)(q - p));
        if (q == end) break;
        unsigned char c = (unsigned char)*q;
        if (c >= ' ' || names[c]) {
            mr_buf_byte(to, '\\');
            mr_buf_byte(to, c >= ' ' ? c : (uint8_t)names[c]);
        } else {
            mr_buf_printf(to, "\\u%04x", c);
        }
        p = q + 1;
    }
    mr_buf_byte(to, '"');
}

static void write_int(struct mr_buf *to, int64_t v) {
    char text[MR_NUMBER_MAX];
    mr_buf_add(to, text, mr_print_int(v, text));
}

static void write_uint(struct mr_buf *to, uint64_t v) {
    char text[MR_NUMBER_MAX];
    mr_buf_add(to, text, mr_print_uint(v, text));
}

static bool write_double(struct out *o, double d) {
    char text[MR_NUMBER_MAX];
    if (!isfinite(d))
        return mr_write_fail(o->ret, MR_R_NUM_RANGE, "NaN and infinities are no JSON numbers");
    if (o->canonical && d == 0) d = 0; /* not -0 */
    mr_buf_add(o->to, text, mr_print_double(d, text));
    return true;
}

static bool write_timestamp(struct out *o, enum mr_wire wire, const struct mr_value *v) {
    static const int64_t per_second[] = {
        [MR_WIRE_MS] = 1000, [MR_WIRE_S] = 1, [MR_WIRE_US] = 1000000};
    if (wire != MR_WIRE_DEFAULT) {
        int64_t unit = per_second[wire]; /* years 0001..9999 in microseconds fit */
        write_int(o->to, v->i * unit + (int64_t)v->aux / (1000000000 / unit));
        return true;
    }
    mr_buf_byte(o->to, '"');
    mr_print_rfc3339_ms(v->i, v->aux, o->to);
    mr_buf_byte(o->to, '"');
    return true;
}

/* ---- `json` values: their own text without its white space */

static bool rewrite_string(struct out *o, struct mr_json *j) {
    const char *first = j->at;
    struct mr_arena tmp;
    struct mr_value v;
    if (!o->canonical) {
        if (!mr_json_skip_string(j)) return false;
        mr_buf_add(o->to, first, (size_t)(j->at - first));
        return true;
    }
    mr_arena_init(&tmp);
    bool ok = mr_json_string_value(j, &tmp, &v);
    if (ok) write_string(o->to, (struct mr_str){v.p, v.len});
    mr_arena_done(&tmp);
    return ok;
}

static bool rewrite_number(struct out *o, struct mr_json *j) {
    struct mr_decimal d;
    int64_t i;
    double x;
    size_t n = mr_decimal_scan(j->at, (size_t)(j->end - j->at), &d);
    struct mr_str text = {j->at, n};
    if (n == 0) return false;
    j->at += n;
    if (!o->canonical)
        mr_buf_str(o->to, text);
    else if (mr_decimal_int(&d, &i))
        write_int(o->to, i);
    else
        return mr_decimal_double(&d, text, &x) && write_double(o, x);
    return true;
}

static bool write_json_text(struct out *o, struct mr_str text) {
    struct mr_json j = mr_json_of(text);
    while (j.at < j.end) {
        char c = *j.at;
        bool ok = true;
        if (c == '"')
            ok = rewrite_string(o, &j);
        else if (c == '-' || (c >= '0' && c <= '9'))
            ok = rewrite_number(o, &j);
        else if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
            j.at++;
        else {
            mr_buf_byte(o->to, (uint8_t)c);
            j.at++;
        }
        if (!ok) return mr_write_fail(o->ret, MR_R_DECODE_SYNTAX, "a json value is not JSON");
    }
    return true;
}

/* ---- lists, maps, rows */

static bool write_list(struct out *o, const struct mr_type *t, const struct mr_value *v) {
    mr_buf_byte(o->to, '[');
    for (uint32_t i = 0; i < v->len; i++) {
        if (i) mr_buf_byte(o->to, ',');
        if (!write_value(o, t ? t->elem : NULL, MR_WIRE_DEFAULT, &v->list[i])) return false;
    }
    mr_buf_byte(o->to, ']');
    return true;
}

static bool write_map_key(struct out *o, const struct mr_value *key) {
    if (key->tag == MR_V_STRING) {
        write_string(o->to, (struct mr_str){key->p, key->len});
        return true;
    }
    if (key->tag != MR_V_INT && key->tag != MR_V_UINT && key->tag != MR_V_BOOL)
        return mr_write_fail(o->ret, MR_R_EXPR_ERROR, "a key of a map that is no JSON key");
    mr_buf_byte(o->to, '"');
    bool ok = write_value(o, NULL, MR_WIRE_DEFAULT, key);
    mr_buf_byte(o->to, '"');
    return ok;
}

static bool write_map(struct out *o, const struct mr_type *t, const struct mr_value *v) {
    bool comma = false;
    mr_buf_byte(o->to, '{');
    for (uint32_t i = 0; i < v->len; i++) {
        const struct mr_map_entry *e = &v->map[i];
        if (e->value.tag == MR_V_ABSENT) continue;
        if (comma) mr_buf_byte(o->to, ',');
        comma = true;
        if (!write_map_key(o, &e->key)) return false;
        mr_buf_byte(o->to, ':');
        if (!write_value(o, t ? t->elem : NULL, MR_WIRE_DEFAULT, &e->value)) return false;
    }
    mr_buf_byte(o->to, '}');
    return true;
}

/* declared: the format's own fields, which say how timestamps are written; may be t or NULL. */
static bool write_row(struct out *o, const struct mr_type *t, const struct mr_type *declared,
                      const struct mr_value *v) {
    bool comma = false;
    if (!t || t->kind != MR_T_STRUCT)
        return mr_write_fail(o->ret, MR_R_EXPR_ERROR, "a struct without a type");
    mr_buf_byte(o->to, '{');
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const struct mr_field *f = &t->fields[i];
        enum mr_wire wire = f->wire;
        if (v->row[i].tag == MR_V_ABSENT) continue;
        if (declared && declared != t) {
            int at = mr_type_field(declared, f->name);
            if (at >= 0) wire = declared->fields[at].wire;
        }
        if (comma) mr_buf_byte(o->to, ',');
        comma = true;
        write_string(o->to, f->name);
        mr_buf_byte(o->to, ':');
        if (!write_value(o, f->type, wire, &v->row[i])) return false;
    }
    mr_buf_byte(o->to, '}');
    return true;
}

static void write_quoted(struct out *o, const struct mr_value *v) {
    char text[MR_IP_TEXT_MAX];
    mr_buf_byte(o->to, '"');
    if (v->tag == MR_V_BYTES)
        mr_base64_write((struct mr_str){v->p, v->len}, o->to);
    else if (v->tag == MR_V_DURATION)
        mr_print_cel_duration(v->i, o->to);
    else if (v->tag == MR_V_IP || v->tag == MR_V_CIDR)
        mr_buf_add(o->to, text, mr_ip_value_print(v, text));
    else
        mr_type_print(v->type, o->to);
    mr_buf_byte(o->to, '"');
}

static bool write_value(struct out *o, const struct mr_type *t, enum mr_wire wire,
                        const struct mr_value *v) {
    while (t && t->kind == MR_T_OPTIONAL) t = t->elem;
    switch ((enum mr_tag)v->tag) {
    case MR_V_ABSENT:
    case MR_V_NULL: mr_buf_cat(o->to, "null"); return true;
    case MR_V_BOOL: mr_buf_cat(o->to, v->b ? "true" : "false"); return true;
    case MR_V_INT: write_int(o->to, v->i); return true;
    case MR_V_UINT: write_uint(o->to, v->u); return true;
    case MR_V_DOUBLE: return write_double(o, v->d);
    case MR_V_STRING: write_string(o->to, (struct mr_str){v->p, v->len}); return true;
    case MR_V_TIMESTAMP: return write_timestamp(o, wire, v);
    case MR_V_BYTES:
    case MR_V_DURATION:
    case MR_V_IP:
    case MR_V_CIDR:
    case MR_V_TYPE: write_quoted(o, v); return true;
    case MR_V_LIST: return write_list(o, t, v);
    case MR_V_MAP: return write_map(o, t, v);
    case MR_V_STRUCT: return write_row(o, t, t, v);
    case MR_V_JSON: return write_json_text(o, (struct mr_str){v->p, v->len});
    case MR_V_RECORD: {
        struct mr_value row = mr_struct(v->record->row);
        return write_row(o, v->record->type, v->record->type, &row);
    }
    case MR_V_OPTIONAL: {
        struct mr_value none = MR_ABSENT;
        return write_value(o, NULL, wire, v->len ? v->list : &none);
    }
    case MR_V_ERROR: break;
    }
    return mr_write_fail(o->ret, (enum mr_reason)v->aux,
                         v->fault ? v->fault->text : "a value that could not be read");
}

/* ---- entries */

/* Ends a write: over the limit is a failure too, and a failure leaves nothing behind. */
static bool finish(struct mr_buf *to, size_t before, bool ok, struct mr_fault *ret) {
    if (ok && to->full) ok = mr_write_fail(ret, MR_R_SIZE, "larger than the limit");
    if (!ok) {
        to->n = before;
        to->full = false;
    }
    return ok;
}

bool mr_write_json(const struct mr_type *t, const struct mr_value *v, struct mr_buf *to,
                   struct mr_fault *ret) {
    struct out o = {to, ret, false};
    size_t before = to->n;
    return finish(to, before, write_value(&o, t, MR_WIRE_DEFAULT, v), ret);
}

static bool write_raw(const struct mr_value *v, struct mr_buf *to) {
    mr_buf_add(to, v->p, v->len);
    return true;
}

static bool write_int8(const struct mr_value *v, struct mr_buf *to) {
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)v->i >> (56 - 8 * i));
    mr_buf_add(to, bytes, 8);
    return true;
}

/* A scalar format takes the value of its own type, and such a value inside `json`. */
static bool write_scalar(enum mr_format_kind kind, const struct mr_value *v, struct mr_buf *to,
                         struct mr_fault *ret) {
    if (v->tag == MR_V_ERROR)
        return mr_write_fail(ret, (enum mr_reason)v->aux,
                             v->fault ? v->fault->text : "a value that could not be read");
    if (kind == MR_F_STRING && v->tag == MR_V_STRING) return write_raw(v, to);
    if (kind == MR_F_BYTES && (v->tag == MR_V_BYTES || v->tag == MR_V_STRING))
        return write_raw(v, to);
    if (kind == MR_F_INT && v->tag == MR_V_INT) return write_int8(v, to);
    if (v->tag == MR_V_JSON) {
        struct mr_arena tmp;
        mr_arena_init(&tmp);
        struct mr_value s = mr_json_scalar(&tmp, (struct mr_str){v->p, v->len});
        bool ok = s.tag != MR_V_JSON && s.tag != MR_V_ERROR && write_scalar(kind, &s, to, ret);
        mr_arena_done(&tmp);
        if (ok) return true;
    }
    return mr_write_fail(ret, MR_R_DECODE_TYPE,
                         kind == MR_F_INT      ? "not an int: the topic's format is int"
                         : kind == MR_F_STRING ? "not a string: the topic's format is string"
                                               : "no bytes: the topic's format is bytes");
}

bool mr_write(const struct mr_format *f, const struct mr_type *t, const struct mr_value *v,
              struct mr_buf *to, struct mr_fault *ret) {
    struct out o = {to, ret, f->kind == MR_F_STRUCT};
    size_t before = to->n;
    bool ok;
    if (f->registry) /* which id? */
        return mr_write_fail(ret, MR_R_EXPR_ERROR, "a Confluent header cannot be written yet");
    switch (f->kind) {
    case MR_F_JSON_ROW:
    case MR_F_STRUCT:
        ok = v->tag == MR_V_STRUCT ? write_row(&o, t, f->type, v)
                                   : write_value(&o, t, MR_WIRE_DEFAULT, v);
        break;
    case MR_F_JSON: ok = write_value(&o, t, MR_WIRE_DEFAULT, v); break;
    case MR_F_AVRO: ok = mr_avro_write(f->avro, t, v, to, ret); break;
    case MR_F_PROTOBUF: ok = mr_proto_write_row(f->type, t, v, to, ret); break;
    default: ok = write_scalar(f->kind, v, to, ret);
    }
    return finish(to, before, ok, ret);
}

bool mr_write_key(const struct mr_type *t, const struct mr_value *v, struct mr_buf *to,
                  struct mr_fault *ret) {
    struct out o = {to, ret, true};
    size_t before = to->n;
    bool ok;
    while (t && t->kind == MR_T_OPTIONAL) t = t->elem;
    if (v->tag == MR_V_ABSENT || v->tag == MR_V_NULL)
        return mr_write_fail(ret, MR_R_KEY_NULL, "the key has no value");
    bool own = t && t->kind != MR_T_DYN; /* a `json` key is JSON, whatever is in it */
    if (own && (v->tag == MR_V_STRING || v->tag == MR_V_BYTES))
        ok = write_raw(v, to);
    else if (own && v->tag == MR_V_INT)
        ok = write_int8(v, to);
    else
        ok = write_value(&o, t, MR_WIRE_DEFAULT, v);
    return finish(to, before, ok, ret);
}

/* pack.c -- rows in state and in repartition frames: our own compact form.
 *
 *   row    = varint(number of fields) value*
 *   value  = tag byte, then what the tag says
 *
 * The tags below are a format on disk: never renumber, add at the end (users of this form keep a
 * format version beside it). Unlike mr_tag they are no one's business but this file's. Every value
 * carries its tag, so a reader needs the row type only to check that the bytes fit it.
 * Reading trusts nothing: lengths, nesting, ranges and UTF-8 are checked, and an element takes at
 * least one byte, so memory is bounded by the bytes.
 */
#include "base/mem.h"
#include "processor/expr/civil.h"
#include "processor/expr/codec.h"
#include "processor/expr/ip.h"
#include "processor/expr/message.h"
#include "processor/expr/protobuf.h"
#include "processor/expr/utf8.h"

#include <assert.h>

enum pack_tag {
    P_ABSENT,
    P_NULL,
    P_FALSE,
    P_TRUE,
    P_INT,       /* zigzag varint */
    P_UINT,      /* varint */
    P_DOUBLE,    /* 8 bytes, little-endian */
    P_STRING,    /* varint length, bytes */
    P_BYTES,     /* the same */
    P_TIMESTAMP, /* zigzag varint seconds, varint nanoseconds */
    P_DURATION,  /* zigzag varint nanoseconds */
    P_LIST,      /* varint n, n values */
    P_MAP,       /* varint n, n keys and values */
    P_STRUCT,    /* varint n, n values */
    P_JSON,      /* varint length, text */
    P_ERROR,     /* reason byte, varint length, text: a field that its reader has yet to judge */
    P_ERROR_OF,  /* the same, then varint length, JSON: what stood there */
    P_IP,        /* varint length, the bytes of ip.h */
    P_CIDR,      /* the same */
    N_TAGS
};

enum { DEPTH = 64 };

static const struct mr_type *inside(const struct mr_type *t) {
    while (t && t->kind == MR_T_OPTIONAL) t = t->elem;
    return t && t->kind == MR_T_DYN ? NULL : t;
}

/* ---- writing */

static void pack_text(enum pack_tag tag, const char *p, size_t n, struct mr_buf *to) {
    mr_buf_byte(to, tag);
    mr_proto_put_varint(to, n);
    mr_buf_add(to, p, n);
}

static void pack_varint(enum pack_tag tag, uint64_t v, struct mr_buf *to) {
    mr_buf_byte(to, tag);
    mr_proto_put_varint(to, v);
}

static void pack_double(double d, struct mr_buf *to) {
    mr_buf_byte(to, P_DOUBLE);
    mr_buf_add(to, &d, 8);
}

static void pack_error(const struct mr_value *v, struct mr_buf *to) {
    const char *text = v->fault && v->fault->text ? v->fault->text : "";
    struct mr_str raw = v->fault ? v->fault->raw : (struct mr_str){NULL, 0};
    mr_buf_byte(to, raw.p ? P_ERROR_OF : P_ERROR);
    mr_buf_byte(to, (uint8_t)v->aux);
    mr_proto_put_varint(to, strlen(text));
    mr_buf_cat(to, text);
    if (!raw.p) return;
    mr_proto_put_varint(to, raw.n);
    mr_buf_str(to, raw);
}

static void pack_type_name(const struct mr_value *v, struct mr_buf *to) {
    struct mr_buf name MR_CLEANUP(mr_buf_done);
    mr_buf_init(&name, 0);
    mr_type_print(v->type, &name);
    pack_text(P_STRING, name.p, name.n, to);
}

/* false: nested deeper than what may be read; the bytes are of no use. */
static bool pack_value(const struct mr_type *t, const struct mr_value *v, int depth,
                       struct mr_buf *to);

/* Where any type may stand there is no type to read it back with: a map of what is in it. */
static bool pack_record(const struct mr_value *v, int depth, struct mr_buf *to) {
    struct mr_arena tmp;
    mr_arena_init(&tmp);
    const struct mr_type *t = v->record->type;
    uint32_t n = 0;
    bool ok = true;
    for (uint32_t i = 0; i < t->n_fields; i++) n += v->record->row[i].tag != MR_V_ABSENT;
    pack_varint(P_MAP, n, to);
    for (uint32_t i = 0; i < t->n_fields && ok; i++) {
        if (v->record->row[i].tag == MR_V_ABSENT) continue;
        struct mr_value field = mr_record_get(&tmp, v, t->fields[i].name);
        pack_text(P_STRING, t->fields[i].name.p, t->fields[i].name.n, to);
        ok = pack_value(NULL, &field, depth + 1, to);
    }
    mr_arena_done(&tmp);
    return ok;
}

/* A message of expressions: its bytes. */
static void pack_message(const struct mr_type *t, const struct mr_value *v, struct mr_buf *to) {
    struct mr_buf bytes MR_CLEANUP(mr_buf_done);
    struct mr_fault fault = {0};
    mr_buf_init(&bytes, 0);
    if (mr_message_write(t, v->row, &bytes, &fault)) {
        pack_text(P_BYTES, bytes.p, bytes.n, to);
        return;
    }
    struct mr_value error = {.tag = MR_V_ERROR, .aux = fault.reason, .fault = &fault};
    pack_error(&error, to);
}

static bool pack_list(const struct mr_type *t, const struct mr_value *v, int depth,
                      struct mr_buf *to) {
    bool ok = true;
    pack_varint(P_LIST, v->len, to);
    for (uint32_t i = 0; i < v->len && ok; i++)
        ok = pack_value(t ? t->elem : NULL, &v->list[i], depth + 1, to);
    return ok;
}

static bool pack_map(const struct mr_type *t, const struct mr_value *v, int depth,
                     struct mr_buf *to) {
    bool ok = true;
    pack_varint(P_MAP, v->len, to);
    for (uint32_t i = 0; i < v->len && ok; i++)
        ok = pack_value(t ? t->key : NULL, &v->map[i].key, depth + 1, to) &&
             pack_value(t ? t->elem : NULL, &v->map[i].value, depth + 1, to);
    return ok;
}

static bool pack_struct(const struct mr_type *t, const struct mr_value *v, int depth,
                        struct mr_buf *to) {
    uint32_t n = mr_value_n_fields(v, t);
    bool ok = true;
    pack_varint(P_STRUCT, n, to);
    for (uint32_t i = 0; i < n && ok; i++)
        ok = pack_value(mr_value_field_type(t, i), &v->row[i], depth + 1, to);
    return ok;
}

static void pack_scalar(const struct mr_type *t, const struct mr_value *v, struct mr_buf *to) {
    bool as_double = t && t->kind == MR_T_DOUBLE; /* ints widen */
    switch ((enum mr_tag)v->tag) {
    case MR_V_NULL: mr_buf_byte(to, P_NULL); return;
    case MR_V_BOOL: mr_buf_byte(to, v->b ? P_TRUE : P_FALSE); return;
    case MR_V_INT:
        if (as_double)
            pack_double((double)v->i, to);
        else
            pack_varint(P_INT, mr_proto_zigzag(v->i), to);
        return;
    case MR_V_UINT: pack_varint(P_UINT, v->u, to); return;
    case MR_V_DOUBLE: pack_double(v->d, to); return;
    case MR_V_STRING: pack_text(P_STRING, v->p, v->len, to); return;
    case MR_V_BYTES: pack_text(P_BYTES, v->p, v->len, to); return;
    case MR_V_JSON: pack_text(P_JSON, v->p, v->len, to); return;
    case MR_V_TIMESTAMP:
        pack_varint(P_TIMESTAMP, mr_proto_zigzag(v->i), to);
        mr_proto_put_varint(to, v->aux);
        return;
    case MR_V_DURATION: pack_varint(P_DURATION, mr_proto_zigzag(v->i), to); return;
    case MR_V_TYPE: pack_type_name(v, to); return;
    case MR_V_IP: pack_text(P_IP, v->p, v->len, to); return;
    case MR_V_CIDR: pack_text(P_CIDR, v->p, v->len, to); return;
    case MR_V_ERROR: pack_error(v, to); return;
    default: mr_buf_byte(to, P_ABSENT);
    }
}

static bool pack_value(const struct mr_type *t, const struct mr_value *v, int depth,
                       struct mr_buf *to) {
    t = inside(t);
    if (depth > DEPTH) return false;
    switch ((enum mr_tag)v->tag) {
    case MR_V_LIST: return pack_list(t, v, depth, to);
    case MR_V_MAP: return pack_map(t, v, depth, to);
    case MR_V_STRUCT:
        if (!t || !t->message) return pack_struct(t, v, depth, to);
        pack_message(t, v, to);
        return true;
    case MR_V_RECORD: return pack_record(v, depth, to);
    case MR_V_OPTIONAL: /* as JSON has it: its value, or none */
        return pack_value(NULL, v->len ? v->list : &(struct mr_value){0}, depth, to);
    default: pack_scalar(t, v, to); return true;
    }
}

void mr_row_pack(const struct mr_type *row, const struct mr_value *values, struct mr_buf *to) {
    static const struct mr_fault deep = {MR_R_DECODE_LIMIT, "nested too deeply", {NULL, 0}};
    static const struct mr_value error = {
        .tag = MR_V_ERROR, .aux = MR_R_DECODE_LIMIT, .fault = &deep};
    mr_proto_put_varint(to, row->n_fields);
    for (uint32_t i = 0; i < row->n_fields; i++) {
        size_t from = to->n;
        if (pack_value(row->fields[i].type, &values[i], 0, to)) continue;
        to->n = from;
        pack_error(&error, to);
    }
}

/* ---- reading */

static bool unpack_value(struct mr_proto_in *in, const struct mr_type *t, struct mr_value *to,
                         struct mr_arena *a, int depth);

/* May a value of this tag stand where type t is declared? */
static bool fits(const struct mr_type *t, uint8_t tag) {
    static const uint8_t kinds[N_TAGS] = {[P_NULL] = MR_T_NULL,
                                          [P_FALSE] = MR_T_BOOL,
                                          [P_TRUE] = MR_T_BOOL,
                                          [P_INT] = MR_T_INT,
                                          [P_UINT] = MR_T_UINT,
                                          [P_DOUBLE] = MR_T_DOUBLE,
                                          [P_STRING] = MR_T_STRING,
                                          [P_BYTES] = MR_T_BYTES,
                                          [P_LIST] = MR_T_LIST,
                                          [P_TIMESTAMP] = MR_T_TIMESTAMP,
                                          [P_DURATION] = MR_T_DURATION,
                                          [P_MAP] = MR_T_MAP,
                                          [P_STRUCT] = MR_T_STRUCT,
                                          [P_JSON] = MR_T_DYN,
                                          [P_IP] = MR_T_IP,
                                          [P_CIDR] = MR_T_CIDR};
    if (!t || tag == P_ABSENT || tag == P_ERROR || tag == P_ERROR_OF) return true;
    if (t->kind == MR_T_TYPE) return tag == P_STRING;
    if (t->kind == MR_T_STRUCT && t->message) return tag == P_BYTES;
    if (t->kind == MR_T_WRAPPER) return tag == P_NULL || fits(t->elem, tag);
    return t->kind == kinds[tag];
}

/* A count of elements that take at least `each` bytes. */
static bool count(struct mr_proto_in *in, uint64_t each, uint32_t *ret) {
    uint64_t n;
    if (!mr_proto_varint(in, &n) || n > (uint64_t)(in->end - in->at) / each) return false;
    *ret = (uint32_t)n;
    return n <= UINT32_MAX;
}

static bool text(struct mr_proto_in *in, enum mr_tag tag, struct mr_value *to) {
    struct mr_str s;
    bool ascii = false;
    if (!mr_proto_bytes(in, &s) || s.n > UINT32_MAX) return false;
    if ((tag == MR_V_IP || tag == MR_V_CIDR) && !mr_ip_payload_ok(tag, s.p, s.n)) return false;
    if (tag == MR_V_STRING && !mr_utf8_valid(s, &ascii)) return false;
    *to = (struct mr_value){.tag = (uint8_t)tag, .len = (uint32_t)s.n, .p = s.p};
    if (ascii) to->flags = MR_VF_ASCII;
    return true;
}

static bool timestamp(struct mr_proto_in *in, struct mr_value *to) {
    uint64_t s, ns;
    if (!mr_proto_varint(in, &s) || !mr_proto_varint(in, &ns) || ns > 999999999) return false;
    *to = (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = (uint32_t)ns, .i = mr_proto_unzigzag(s)};
    return to->i >= MR_TIMESTAMP_MIN && to->i <= MR_TIMESTAMP_MAX;
}

static bool error(struct mr_proto_in *in, bool has_raw, struct mr_value *to, struct mr_arena *a) {
    struct mr_str s, raw = {NULL, 0};
    if (in->at == in->end) return false;
    uint8_t reason = *in->at++;
    if (reason == 0 || reason >= MR_N_REASONS || !mr_proto_bytes(in, &s)) return false;
    if (has_raw && !mr_proto_bytes(in, &raw)) return false;
    *to = mr_error_value(a, (enum mr_reason)reason, "%.*s", MR_STR_ARG(s));
    if (has_raw) *to = mr_error_with(a, to, raw);
    return true;
}

static bool unpack_list(struct mr_proto_in *in, const struct mr_type *t, struct mr_value *to,
                        struct mr_arena *a, int depth) {
    uint32_t n;
    if (!count(in, 1, &n)) return false;
    struct mr_value *list = mr_arena_alloc(a, n * sizeof *list);
    for (uint32_t i = 0; i < n; i++)
        if (!unpack_value(in, t ? t->elem : NULL, &list[i], a, depth + 1)) return false;
    *to = (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
    return true;
}

static bool unpack_map(struct mr_proto_in *in, const struct mr_type *t, struct mr_value *to,
                       struct mr_arena *a, int depth) {
    uint32_t n;
    if (!count(in, 2, &n)) return false;
    struct mr_map_entry *map = mr_arena_alloc(a, n * sizeof *map);
    for (uint32_t i = 0; i < n; i++) {
        if (!unpack_value(in, t ? t->key : NULL, &map[i].key, a, depth + 1)) return false;
        if (!unpack_value(in, t ? t->elem : NULL, &map[i].value, a, depth + 1)) return false;
    }
    *to = (struct mr_value){.tag = MR_V_MAP, .len = n, .map = map};
    return true;
}

static bool unpack_struct(struct mr_proto_in *in, const struct mr_type *t, struct mr_value *to,
                          struct mr_arena *a, int depth) {
    uint32_t n;
    if (!count(in, 1, &n) || (t && n != t->n_fields)) return false;
    struct mr_value *row = mr_arena_alloc(a, n * sizeof *row);
    for (uint32_t i = 0; i < n; i++)
        if (!unpack_value(in, mr_value_field_type(t, i), &row[i], a, depth + 1)) return false;
    *to = (struct mr_value){.tag = MR_V_STRUCT, .len = n, .row = row};
    return true;
}

static bool unpack_message(struct mr_proto_in *in, const struct mr_type *t, struct mr_value *to,
                           struct mr_arena *a) {
    struct mr_str bytes;
    const char *problem;
    return mr_proto_bytes(in, &bytes) && mr_message_read(a, t, bytes, to, &problem);
}

static bool unpack_value(struct mr_proto_in *in, const struct mr_type *t, struct mr_value *to,
                         struct mr_arena *a, int depth) {
    uint64_t v;
    t = inside(t);
    if (in->at == in->end || depth > DEPTH) return false;
    uint8_t tag = *in->at++;
    if (tag >= N_TAGS || !fits(t, tag)) return false;
    *to = MR_ABSENT;
    switch ((enum pack_tag)tag) {
    case P_ABSENT: return true;
    case P_NULL: to->tag = MR_V_NULL; return true;
    case P_FALSE:
    case P_TRUE: *to = mr_bool(tag == P_TRUE); return true;
    case P_INT:
    case P_DURATION:
        if (!mr_proto_varint(in, &v)) return false;
        *to = mr_int(mr_proto_unzigzag(v));
        if (tag == P_DURATION) to->tag = MR_V_DURATION;
        return true;
    case P_UINT: to->tag = MR_V_UINT; return mr_proto_varint(in, &to->u);
    case P_DOUBLE: to->tag = MR_V_DOUBLE; return mr_proto_fixed(in, &to->d, 8);
    case P_STRING: return text(in, MR_V_STRING, to);
    case P_BYTES:
        if (t && t->kind == MR_T_STRUCT) return unpack_message(in, t, to, a);
        return text(in, MR_V_BYTES, to);
    case P_JSON: return text(in, MR_V_JSON, to);
    case P_IP: return text(in, MR_V_IP, to);
    case P_CIDR: return text(in, MR_V_CIDR, to);
    case P_TIMESTAMP: return timestamp(in, to);
    case P_LIST: return unpack_list(in, t, to, a, depth);
    case P_MAP: return unpack_map(in, t, to, a, depth);
    case P_STRUCT: return unpack_struct(in, t, to, a, depth);
    case P_ERROR:
    case P_ERROR_OF: return error(in, tag == P_ERROR_OF, to, a);
    case N_TAGS: break;
    }
    return false;
}

static bool skip_value(struct mr_proto_in *in, int depth);

static bool skip_values(struct mr_proto_in *in, uint64_t n, int depth) {
    for (uint64_t i = 0; i < n; i++)
        if (!skip_value(in, depth + 1)) return false;
    return true;
}

/* Steps over a value without looking into its text: nothing is checked but what leads behind it. */
static bool skip_value(struct mr_proto_in *in, int depth) {
    uint64_t v;
    struct mr_str s;
    if (in->at == in->end || depth > DEPTH) return false;
    switch ((enum pack_tag) * in->at++) {
    case P_ABSENT:
    case P_NULL:
    case P_FALSE:
    case P_TRUE: return true;
    case P_INT:
    case P_DURATION:
    case P_UINT: return mr_proto_varint(in, &v);
    case P_DOUBLE: return mr_proto_fixed(in, &v, 8);
    case P_STRING:
    case P_BYTES:
    case P_IP:
    case P_CIDR:
    case P_JSON: return mr_proto_bytes(in, &s);
    case P_TIMESTAMP: return mr_proto_varint(in, &v) && mr_proto_varint(in, &v);
    case P_LIST:
    case P_STRUCT: return mr_proto_varint(in, &v) && skip_values(in, v, depth);
    case P_MAP:
        return mr_proto_varint(in, &v) && skip_values(in, v, depth) && skip_values(in, v, depth);
    case P_ERROR: return in->at++ < in->end && mr_proto_bytes(in, &s);
    case P_ERROR_OF: return in->at++ < in->end && mr_proto_bytes(in, &s) && mr_proto_bytes(in, &s);
    case N_TAGS: break;
    }
    return false;
}

bool mr_row_unpack(const struct mr_type *row, struct mr_str bytes, const bool *wanted,
                   struct mr_value *values, struct mr_arena *a) {
    struct mr_proto_in in = mr_proto_in(bytes);
    uint64_t n;
    if (!mr_proto_varint(&in, &n) || n != row->n_fields) return false;
    for (uint32_t i = 0; i < row->n_fields; i++) {
        bool skip = wanted && !wanted[i];
        if (skip) values[i] = MR_ABSENT;
        if (!(skip ? skip_value(&in, 0) : unpack_value(&in, row->fields[i].type, &values[i], a, 0)))
            return false;
    }
    return in.at == in.end;
}

struct mr_value *mr_row_own(const struct mr_type *row, struct mr_str bytes, const bool *wanted,
                            struct mr_arena *a) {
    struct mr_value *fields = mr_arena_alloc(a, (row->n_fields + 1) * sizeof *fields);
    bool ok = mr_row_unpack(row, bytes, wanted, fields, a);
    assert(ok);
    return fields;
}

struct mr_value mr_row_own_struct(const struct mr_type *row, struct mr_str bytes,
                                  const bool *wanted, struct mr_arena *a) {
    struct mr_value v = mr_struct(mr_row_own(row, bytes, wanted, a));
    v.len = row->n_fields;
    return v;
}

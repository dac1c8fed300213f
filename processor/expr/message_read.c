/* message_read.c -- wire bytes -> messages as CEL sees them.
 *
 * Two passes: the first fills rows as protobuf says (the last scalar wins, messages merge, repeated
 * scalars come packed or not, a known number with another wire type is an unknown field), with
 * well-known messages as rows of their own. The second goes over what is there and puts what they
 * mean in their place, for a message may come in pieces.
 */
#include "processor/expr/access.h"
#include "processor/expr/civil.h"
#include "processor/expr/message.h"
#include "processor/expr/protobuf.h"
#include "processor/expr/utf8.h"

/* Of rows in one read: two bytes may be a message of a thousand fields. */
enum { SLOTS_MAX = 4 * 1024 * 1024 };

struct run {
    struct mr_arena *a;
    const char *problem; /* static */
    uint32_t *slots;     /* made so far */
};

static bool fail(struct run *r, const char *problem) {
    r->problem = problem;
    return false;
}

static bool malformed(struct run *r) {
    return fail(r, "not a protobuf message");
}

/* ---- first pass */

static struct mr_value new_row(struct run *r, const struct mr_type *t) {
    if (*r->slots <= SLOTS_MAX) *r->slots += t->n_fields + 1; /* above it stays: no overflow */
    bool full = *r->slots > SLOTS_MAX;                        /* whoever reads into it fails */
    return (struct mr_value){
        .tag = MR_V_STRUCT,
        .len = t->n_fields,
        .row = full ? t->message->blank
                    : mr_arena_calloc(r->a, t->n_fields + 1, sizeof(struct mr_value))};
}

static bool read_row(struct run *r, const struct mr_type *t, struct mr_proto_in *in, uint32_t group,
                     int depth, struct mr_value *row);

/* to: a STRUCT that is there already is merged with. */
static bool read_item(struct run *r, const struct mr_message_item *it, uint32_t number,
                      struct mr_proto_in *in, int depth, struct mr_value *to) {
    struct mr_str s;
    if (it->kind == MR_PK_GROUP || it->kind == MR_PK_MESSAGE) {
        struct mr_proto_in inside;
        if (to->tag != MR_V_STRUCT) *to = new_row(r, it->message);
        struct mr_value *row = (struct mr_value *)to->row;
        if (it->kind == MR_PK_GROUP) return read_row(r, it->message, in, number, depth + 1, row);
        if (!mr_proto_bytes(in, &s)) return malformed(r);
        inside = mr_proto_in(s);
        return read_row(r, it->message, &inside, 0, depth + 1, row);
    }
    if (it->kind != MR_PK_STRING && it->kind != MR_PK_BYTES)
        return mr_proto_read_number(in, it->kind, to) || malformed(r);
    bool ascii = false;
    if (!mr_proto_bytes(in, &s)) return malformed(r);
    *to = it->kind == MR_PK_STRING ? mr_string(s) : mr_bytesv(s);
    if (it->kind == MR_PK_STRING && !mr_utf8_valid(s, &ascii))
        return fail(r, "a string is not valid UTF-8");
    if (ascii) to->flags = MR_VF_ASCII;
    return true;
}

/* Room for one more element: arrays have 4, 8, 16 ... of them. */
static void *grow(struct mr_arena *a, const void *p, uint32_t n, size_t size) {
    bool full = n == 0 || (n >= 4 && (n & (n - 1)) == 0);
    if (!full) return (void *)p;
    void *to = mr_arena_alloc(a, (n ? 2 * (size_t)n : 4) * size);
    return n ? memcpy(to, p, n * size) : to;
}

static bool append(struct run *r, const struct mr_message_item *it, uint32_t number,
                   struct mr_proto_in *in, int depth, struct mr_value *list) {
    if (list->tag != MR_V_LIST) *list = (struct mr_value){.tag = MR_V_LIST};
    struct mr_value *at = grow(r->a, list->list, list->len, sizeof *at);
    list->list = at;
    at[list->len] = MR_ABSENT;
    return read_item(r, it, number, in, depth, &at[list->len++]);
}

static bool read_packed(struct run *r, const struct mr_message_item *it, struct mr_proto_in *in,
                        struct mr_value *list) {
    struct mr_str bytes;
    if (!mr_proto_bytes(in, &bytes)) return malformed(r);
    struct mr_proto_in packed = mr_proto_in(bytes);
    while (packed.at < packed.end)
        if (!append(r, it, 0, &packed, 0, list)) return false;
    return true;
}

/* What a map entry without the field holds. */
static struct mr_value entry_default(struct run *r, const struct mr_message_item *it) {
    if (it->message) return new_row(r, it->message);
    switch (it->type->kind) {
    case MR_T_BOOL: return mr_bool(false);
    case MR_T_UINT: return mr_uint(0);
    case MR_T_DOUBLE: return mr_double(0);
    case MR_T_STRING: return (struct mr_value){.tag = MR_V_STRING, .flags = MR_VF_ASCII, .p = ""};
    case MR_T_BYTES: return mr_bytesv(MR_STR(""));
    default: return mr_int(0);
    }
}

static bool read_entry(struct run *r, const struct mr_message_field *f, struct mr_proto_in *in,
                       int depth, struct mr_value *map) {
    struct mr_str bytes;
    uint32_t number, wire;
    if (!mr_proto_bytes(in, &bytes)) return malformed(r);
    if (map->tag != MR_V_MAP) *map = (struct mr_value){.tag = MR_V_MAP};
    struct mr_proto_in entry = mr_proto_in(bytes);
    struct mr_map_entry *at = grow(r->a, map->map, map->len, sizeof *at), *e = &at[map->len++];
    map->map = at;
    *e = (struct mr_map_entry){entry_default(r, &f->key), entry_default(r, &f->item)};
    if (*r->slots > SLOTS_MAX) return fail(r, "too many messages in it");
    while (entry.at < entry.end) {
        bool ok;
        if (!mr_proto_tag(&entry, &number, &wire)) return malformed(r);
        if (number == 1 && wire == mr_proto_wire_of(f->key.kind))
            ok = read_item(r, &f->key, number, &entry, depth, &e->key);
        else if (number == 2 && wire == mr_proto_wire_of(f->item.kind))
            ok = read_item(r, &f->item, number, &entry, depth, &e->value);
        else
            ok = mr_proto_skip(&entry, number, wire) || malformed(r);
        if (!ok) return false;
    }
    return true;
}

static bool read_field(struct run *r, const struct mr_type *t, uint32_t i, uint32_t wire,
                       struct mr_proto_in *in, int depth, struct mr_value *row) {
    const struct mr_message_field *f = &t->message->fields[i];
    uint32_t number = t->fields[i].number;
    uint32_t own = f->item.kind == MR_PK_GROUP ? MR_PW_GROUP : mr_proto_wire_of(f->item.kind);
    if (f->shape == MR_MESSAGE_MAP && wire == MR_PW_BYTES)
        return read_entry(r, f, in, depth, &row[i]);
    if (f->shape == MR_MESSAGE_LIST && wire == MR_PW_BYTES && own != MR_PW_BYTES &&
        own != MR_PW_GROUP)
        return read_packed(r, &f->item, in, &row[i]);
    if (f->shape == MR_MESSAGE_MAP || wire != own)
        return mr_proto_skip(in, number, wire) || malformed(r);
    if (f->shape == MR_MESSAGE_LIST) return append(r, &f->item, number, in, depth, &row[i]);
    struct mr_value v = row[i];
    if (!read_item(r, &f->item, number, in, depth, &v)) return false;
    mr_message_put(t, row, i, v);
    return true;
}

/* group: its number when what is read is one, which ends with its own tag. */
static bool read_row(struct run *r, const struct mr_type *t, struct mr_proto_in *in, uint32_t group,
                     int depth, struct mr_value *row) {
    uint32_t number, wire;
    if (depth > MR_MESSAGE_DEPTH) return fail(r, "messages are nested too deeply");
    if (*r->slots > SLOTS_MAX) return fail(r, "too many messages in it");
    while (in->at < in->end) {
        if (!mr_proto_tag(in, &number, &wire)) return malformed(r);
        if (wire == MR_PW_END) return (group && number == group) || malformed(r);
        int i = mr_message_field_of(t, number);
        bool ok = i < 0 ? mr_proto_skip(in, number, wire) || malformed(r)
                        : read_field(r, t, (uint32_t)i, wire, in, depth, row);
        if (!ok) return false;
    }
    return !group || malformed(r);
}

/* ---- second pass */

static bool settle(struct run *r, const struct mr_type *t, int depth, struct mr_value *v);
static bool unwrap(struct run *r, const struct mr_type *t, const struct mr_value *row, int depth,
                   struct mr_value *ret);

static bool settle_all(struct run *r, const struct mr_message_field *f, int depth,
                       struct mr_value *v) {
    const struct mr_type *t = f->item.message;
    if (f->shape == MR_MESSAGE_MAP) {
        struct mr_map_entry *map = (struct mr_map_entry *)v->map;
        v->len = (uint32_t)mr_map_unique(r->a, map, v->len, true);
        for (uint32_t i = 0; t && i < v->len; i++)
            if (!settle(r, t, depth, &map[i].value)) return false;
    } else if (f->shape == MR_MESSAGE_LIST) {
        for (uint32_t i = 0; t && i < v->len; i++)
            if (!settle(r, t, depth, (struct mr_value *)&v->list[i])) return false;
    } else if (t) {
        return settle(r, t, depth, v);
    }
    return true;
}

/* v: a row as the first pass left it; becomes what a value of the message is. */
static bool settle(struct run *r, const struct mr_type *t, int depth, struct mr_value *v) {
    struct mr_value *row = (struct mr_value *)v->row;
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (row[i].tag == MR_V_ABSENT) continue;
        if (!settle_all(r, &t->message->fields[i], depth + 1, &row[i])) return false;
    }
    return unwrap(r, t, row, depth, v);
}

static bool read(struct run *r, const struct mr_type *t, struct mr_str bytes, int depth,
                 struct mr_value *ret) {
    struct mr_proto_in in = mr_proto_in(bytes);
    *ret = new_row(r, t);
    return read_row(r, t, &in, 0, depth, (struct mr_value *)ret->row) && settle(r, t, depth, ret);
}

/* ---- what well-known messages mean; row: fields 0, 1 ... of them, as message.c checked */

static bool time_of(struct run *r, bool timestamp, const struct mr_value *row,
                    struct mr_value *ret) {
    int64_t s = row[0].tag == MR_V_INT ? row[0].i : 0, ns = row[1].tag == MR_V_INT ? row[1].i : 0;
    int64_t whole;
    if (timestamp) {
        if (s < MR_TIMESTAMP_MIN || s > MR_TIMESTAMP_MAX || ns < 0 || ns > 999999999)
            return fail(r, "not a time within the years 0001 to 9999");
        *ret = (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = (uint32_t)ns, .i = s};
        return true;
    }
    if (__builtin_mul_overflow(s, INT64_C(1000000000), &whole) ||
        __builtin_add_overflow(whole, ns, &whole))
        return fail(r, "a duration outside 64 bits of nanoseconds");
    *ret = (struct mr_value){.tag = MR_V_DURATION, .i = whole};
    return true;
}

static struct mr_value wrapped_of(const struct mr_type *t, const struct mr_value *row) {
    return row[0].tag == MR_V_ABSENT ? t->message->fields[0].unset : row[0];
}

/* google.protobuf.Value: whichever member of its oneof is set. */
static struct mr_value value_of(const struct mr_type *t, const struct mr_value *row) {
    for (uint32_t i = 1; i < t->n_fields; i++)
        if (row[i].tag != MR_V_ABSENT) return row[i];
    return (struct mr_value){.tag = MR_V_NULL};
}

static struct mr_value record(struct run *r, const struct mr_type *t, const struct mr_value *row) {
    struct mr_record *box = mr_arena_alloc(r->a, sizeof *box);
    *box = (struct mr_record){t, row};
    return (struct mr_value){.tag = MR_V_RECORD, .record = box};
}

/* The content, or the Any itself. */
static struct mr_value any_of(struct run *r, const struct mr_type *t, const struct mr_value *row,
                              int depth) {
    struct mr_str url = {row[0].p, row[0].tag == MR_V_STRING ? row[0].len : 0};
    struct mr_str bytes = {row[1].p, row[1].tag == MR_V_BYTES ? row[1].len : 0};
    const char *slash = url.n ? memrchr(url.p, '/', url.n) : NULL;
    struct mr_str name = url;
    if (slash) name = (struct mr_str){slash + 1, url.n - (size_t)(slash + 1 - url.p)};
    const struct mr_type *of = name.n ? mr_messages_find(t->message->pool, name) : NULL;
    struct run inner = {.a = r->a, .slots = r->slots};
    struct mr_value v;
    if (!of || !read(&inner, of, bytes, depth + 1, &v)) return record(r, t, row);
    return v.tag == MR_V_STRUCT ? record(r, of, v.row) : v;
}

static bool unwrap(struct run *r, const struct mr_type *t, const struct mr_value *row, int depth,
                   struct mr_value *ret) {
    switch ((enum mr_well_known)t->message->well_known) {
    case MR_WK_TIMESTAMP: return time_of(r, true, row, ret);
    case MR_WK_DURATION: return time_of(r, false, row, ret);
    case MR_WK_WRAPPER: *ret = wrapped_of(t, row); return true;
    case MR_WK_ANY: *ret = any_of(r, t, row, depth); return true;
    case MR_WK_VALUE: *ret = value_of(t, row); return true;
    case MR_WK_STRUCT:
    case MR_WK_LIST:
        *ret = row[0].tag == MR_V_ABSENT ? t->message->fields[0].unset : row[0];
        return true;
    default: *ret = (struct mr_value){.tag = MR_V_STRUCT, .len = t->n_fields, .row = row};
    }
    return true;
}

bool mr_message_read(struct mr_arena *a, const struct mr_type *t, struct mr_str bytes,
                     struct mr_value *ret, const char **ret_problem) {
    uint32_t slots = 0;
    struct run r = {.a = a, .slots = &slots};
    if (bytes.n > UINT32_MAX / 2) {
        *ret_problem = "too large";
        return false;
    }
    bool ok = read(&r, t, bytes, 1, ret);
    if (!ok) *ret_problem = r.problem;
    return ok;
}

bool mr_message_unwrap(struct mr_arena *a, const struct mr_type *t, const struct mr_value *row,
                       struct mr_value *ret, const char **ret_problem) {
    uint32_t slots = 0;
    struct run r = {.a = a, .slots = &slots};
    bool ok = unwrap(&r, t, row, 1, ret);
    if (!ok) *ret_problem = r.problem;
    return ok;
}

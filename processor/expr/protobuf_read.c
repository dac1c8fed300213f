/* protobuf_read.c -- messages -> rows: one scan over the tags that fills the wanted slots.
 *
 * As protobuf says: the last occurrence of a scalar wins, occurrences of a message are merged,
 * repeated scalars come packed or not, a known number with another wire type is an unknown field,
 * unset scalars hold their default and unset fields with presence are absent.
 *
 * Faults: malformed bytes make an ERROR of every wanted slot (nothing before is final); a string
 * that is not UTF-8 or a time outside its range makes one of its top-level slot.
 */
#include "processor/expr/access.h"
#include "processor/expr/civil.h"
#include "processor/expr/json.h"
#include "processor/expr/protobuf.h"
#include "processor/expr/utf8.h"

enum shape { SINGLE, LIST, MAP };
enum { MISSING = 255 };   /* tag of a required field that has not come yet */
enum { DENSE_MAX = 128 }; /* field numbers below it are looked up by index */

/* How one value is decoded. */
struct item {
    uint8_t kind;                     /* enum mr_proto_kind */
    uint8_t wire;                     /* enum mr_proto_wire that it comes with */
    uint8_t wrapped;                  /* google.protobuf.XValue: kind of X, else 0 */
    enum mr_type_kind type;           /* of a message: STRUCT, TIMESTAMP, DURATION, BYTES */
    const struct mr_proto_plan *plan; /* STRUCT */
};

struct field_plan {
    uint32_t number, slot;
    uint16_t oneof;        /* siblings are cleared when it comes */
    uint8_t shape;         /* enum shape */
    bool wanted;           /* false: only a member of a oneof */
    bool plain;            /* one wanted string or varint without a oneof: the short way */
    struct item key, item; /* MAP has both */
};

struct mr_proto_plan {
    const struct mr_type *type;
    uint32_t n; /* planned fields, by number */
    const struct field_plan *fields;
    uint8_t dense[DENSE_MAX];     /* number -> field + 1, 0 = none */
    const struct mr_value *blank; /* slots before reading */
    bool has_required, has_maps;
};

struct run {
    struct mr_arena *a;
    size_t before;         /* used in a before this record */
    enum mr_reason reason; /* NONE, or why the value of this field is none */
    const char *problem;   /* static */
};

/* ---- plans; one per message type, so that shared types stay shared */

struct memo {
    struct memo *next;
    const struct mr_type *type;
    struct mr_proto_plan *plan;
};

static struct mr_proto_plan *plan_new(struct mr_arena *a, const struct mr_type *t,
                                      const bool *wanted, struct memo **memos);

static const struct mr_proto_plan *nested_plan(struct mr_arena *a, const struct mr_type *t,
                                               struct memo **memos) {
    for (struct memo *m = *memos; m; m = m->next)
        if (m->type == t) return m->plan;
    struct memo *m = mr_arena_alloc(a, sizeof *m);
    *m = (struct memo){NULL, t, plan_new(a, t, NULL, memos)};
    m->next = *memos;
    *memos = m;
    return m->plan;
}

static struct item plan_item(struct mr_arena *a, const struct mr_type *t, uint8_t kind,
                             struct memo **memos) {
    struct item it = {.kind = kind, .wire = mr_proto_wire_of(kind), .type = t->kind};
    if (t->kind == MR_T_STRUCT) it.plan = nested_plan(a, t, memos);
    return it;
}

static struct field_plan plan_field(struct mr_arena *a, const struct mr_field *f, uint32_t slot,
                                    struct memo **memos) {
    struct field_plan p = {
        .number = f->number, .slot = slot, .oneof = f->proto_oneof, .wanted = true};
    if (f->type->kind == MR_T_MAP) {
        p.shape = MAP;
        p.key = plan_item(a, f->type->key, f->proto_key, memos);
        p.item = plan_item(a, f->type->elem, f->proto_value, memos);
        return p;
    }
    p.shape = f->type->kind == MR_T_LIST ? LIST : SINGLE;
    p.item = plan_item(a, p.shape == LIST ? f->type->elem : f->type, f->proto_type, memos);
    p.item.wrapped = f->proto_value;
    p.plain = p.shape == SINGLE && !p.oneof &&
              (p.item.wire == MR_PW_VARINT || p.item.kind == MR_PK_STRING);
    return p;
}

static struct mr_value blank_value(const struct mr_field *f) {
    if (f->optional) return MR_ABSENT;
    if (f->proto_explicit) return (struct mr_value){.tag = MISSING};
    switch (f->type->kind) {
    case MR_T_BOOL: return mr_bool(false);
    case MR_T_UINT: return mr_uint(0);
    case MR_T_DOUBLE: return mr_double(0);
    case MR_T_STRING: return (struct mr_value){.tag = MR_V_STRING, .flags = MR_VF_ASCII, .p = ""};
    case MR_T_BYTES: return mr_bytesv(MR_STR(""));
    case MR_T_LIST: return (struct mr_value){.tag = MR_V_LIST};
    case MR_T_MAP: return (struct mr_value){.tag = MR_V_MAP};
    default: return mr_int(0);
    }
}

static void sort_by_number(struct field_plan *f, uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t k = i; k > 0 && f[k].number < f[k - 1].number; k--) {
            struct field_plan t = f[k];
            f[k] = f[k - 1];
            f[k - 1] = t;
        }
}

static struct mr_proto_plan *plan_new(struct mr_arena *a, const struct mr_type *t,
                                      const bool *wanted, struct memo **memos) {
    struct mr_proto_plan *p = mr_arena_calloc(a, 1, sizeof *p);
    struct field_plan *fields = mr_arena_calloc(a, t->n_fields, sizeof *fields);
    struct mr_value *blank = mr_arena_calloc(a, t->n_fields, sizeof *blank);
    p->type = t;
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const struct mr_field *f = &t->fields[i];
        bool want = !wanted || wanted[i];
        if (want) blank[i] = blank_value(f);
        if (want)
            fields[p->n++] = plan_field(a, f, i, memos);
        else if (f->proto_oneof)
            fields[p->n++] = (struct field_plan){.number = f->number,
                                                 .slot = i,
                                                 .oneof = f->proto_oneof,
                                                 .item.wire = mr_proto_wire_of(f->proto_type)};
        if (want && f->proto_explicit) p->has_required = true;
        if (want && f->type->kind == MR_T_MAP) p->has_maps = true;
    }
    sort_by_number(fields, p->n);
    for (uint32_t i = 0; i < p->n && i < UINT8_MAX; i++)
        if (fields[i].number < DENSE_MAX) p->dense[fields[i].number] = (uint8_t)(i + 1);
    p->fields = fields;
    p->blank = blank;
    return p;
}

const struct mr_proto_plan *mr_proto_plan_new(struct mr_arena *a, const struct mr_type *row,
                                              const bool *wanted) {
    struct memo *memos = NULL;
    return plan_new(a, row, wanted, &memos);
}

static const struct field_plan *find_sparse(const struct mr_proto_plan *p, uint32_t number) {
    uint32_t lo = 0, hi = p->n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (p->fields[mid].number == number) return &p->fields[mid];
        if (p->fields[mid].number < number)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static inline const struct field_plan *find(const struct mr_proto_plan *p, uint32_t number) {
    if (number >= DENSE_MAX) return find_sparse(p, number);
    return p->dense[number] ? &p->fields[p->dense[number] - 1] : NULL;
}

/* ---- values */

static bool read_message(struct run *r, const struct mr_proto_plan *p, struct mr_proto_in in,
                         struct mr_value *slots);

static void fault(struct run *r, enum mr_reason reason, const char *problem) {
    r->reason = reason;
    r->problem = problem;
}

static bool has_memory(struct run *r) {
    bool has = r->a->used - r->before <= MR_RECORD_MEMORY;
    if (!has) fault(r, MR_R_DECODE_LIMIT, "too many values in one record");
    return has;
}

static inline bool read_varint(struct mr_proto_in *in, uint8_t kind, struct mr_value *to) {
    uint64_t v;
    if (!mr_proto_varint(in, &v)) return false;
    switch (kind) {
    case MR_PK_UINT64: *to = mr_uint(v); break;
    case MR_PK_UINT32: *to = mr_uint((uint32_t)v); break;
    case MR_PK_INT64: *to = mr_int((int64_t)v); break;
    case MR_PK_BOOL: *to = mr_bool(v != 0); break;
    case MR_PK_SINT64: *to = mr_int(mr_proto_unzigzag(v)); break;
    case MR_PK_SINT32: *to = mr_int((int32_t)mr_proto_unzigzag((uint32_t)v)); break;
    default: *to = mr_int((int32_t)v); break; /* INT32, ENUM */
    }
    return true;
}

static bool read_fixed32(struct mr_proto_in *in, uint8_t kind, struct mr_value *to) {
    uint32_t v;
    float x;
    if (!mr_proto_fixed(in, &v, 4)) return false;
    memcpy(&x, &v, 4);
    *to = kind == MR_PK_FLOAT     ? mr_double((double)x)
          : kind == MR_PK_FIXED32 ? mr_uint(v)
                                  : mr_int((int32_t)v);
    return true;
}

static bool read_fixed64(struct mr_proto_in *in, uint8_t kind, struct mr_value *to) {
    if (!mr_proto_fixed(in, &to->u, 8)) return false;
    to->flags = 0;
    to->pad = 0;
    to->len = 0;
    to->tag = kind == MR_PK_DOUBLE ? MR_V_DOUBLE : kind == MR_PK_FIXED64 ? MR_V_UINT : MR_V_INT;
    return true;
}

bool mr_proto_read_number(struct mr_proto_in *in, uint8_t kind, struct mr_value *to) {
    switch (mr_proto_wire_of(kind)) {
    case MR_PW_VARINT: return read_varint(in, kind, to);
    case MR_PW_FIXED64: return read_fixed64(in, kind, to);
    default: return read_fixed32(in, kind, to);
    }
}

static inline bool read_string(struct run *r, struct mr_proto_in *in, struct mr_value *to) {
    struct mr_str s;
    bool ascii;
    if (!mr_proto_bytes(in, &s)) return false;
    if (!mr_utf8_valid(s, &ascii)) {
        fault(r, MR_R_DECODE_UTF8, "the string is not valid UTF-8");
        return true;
    }
    *to = mr_string(s);
    if (ascii) to->flags = MR_VF_ASCII;
    return true;
}

/* Timestamp and Duration: {int64 seconds = 1; int32 nanos = 2;}, merged into what is there. */
static bool read_time(struct run *r, struct mr_str bytes, bool timestamp, struct mr_value *to) {
    struct mr_proto_in in = mr_proto_in(bytes);
    bool set = to->tag == MR_V_TIMESTAMP || to->tag == MR_V_DURATION;
    int64_t seconds = 0, ns = 0, whole;
    uint32_t number, wire;
    uint64_t v;
    if (set) seconds = timestamp ? to->i : to->i / 1000000000;
    if (set) ns = timestamp ? (int64_t)to->aux : to->i % 1000000000;
    while (in.at < in.end) {
        if (!mr_proto_tag(&in, &number, &wire)) return false;
        if (wire != MR_PW_VARINT || number > 2) {
            if (!mr_proto_skip(&in, number, wire)) return false;
            continue;
        }
        if (!mr_proto_varint(&in, &v)) return false;
        if (number == 1)
            seconds = (int64_t)v;
        else
            ns = (int32_t)v;
    }
    if (timestamp) {
        if (seconds < MR_TIMESTAMP_MIN || seconds > MR_TIMESTAMP_MAX || ns < 0 || ns > 999999999)
            fault(r, MR_R_NUM_RANGE, "not a time within the years 0001 to 9999");
        *to = (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = (uint32_t)ns, .i = seconds};
        return true;
    }
    if (__builtin_mul_overflow(seconds, INT64_C(1000000000), &whole) ||
        __builtin_add_overflow(whole, ns, &whole))
        fault(r, MR_R_NUM_RANGE, "a duration outside 64 bits of nanoseconds");
    *to = (struct mr_value){.tag = MR_V_DURATION, .i = whole};
    return true;
}

static bool read_item(struct run *r, const struct item *it, struct mr_proto_in *in,
                      struct mr_value *to);

/* google.protobuf.XValue {X value = 1;} */
static bool read_wrapper(struct run *r, const struct item *it, struct mr_str bytes,
                         struct mr_value *to) {
    struct mr_proto_in in = mr_proto_in(bytes);
    const struct mr_type type = {.kind = it->type};
    const struct mr_field f = {.type = &type};
    struct item value = {
        .kind = it->wrapped, .wire = mr_proto_wire_of(it->wrapped), .type = it->type};
    uint32_t number, wire;
    if (to->tag == MR_V_ABSENT) *to = blank_value(&f);
    while (in.at < in.end) {
        if (!mr_proto_tag(&in, &number, &wire)) return false;
        bool known = number == 1 && wire == value.wire;
        if (!(known ? read_item(r, &value, &in, to) : mr_proto_skip(&in, number, wire)))
            return false;
    }
    return true;
}

static bool read_submessage(struct run *r, const struct item *it, struct mr_proto_in *in,
                            struct mr_value *to) {
    struct mr_str bytes;
    if (!mr_proto_bytes(in, &bytes)) return false;
    if (it->wrapped) return read_wrapper(r, it, bytes, to);
    if (it->type == MR_T_TIMESTAMP || it->type == MR_T_DURATION)
        return read_time(r, bytes, it->type == MR_T_TIMESTAMP, to);
    if (it->type != MR_T_STRUCT) { /* a message that contains itself: undecoded */
        *to = mr_bytesv(bytes);
        return true;
    }
    uint32_t n = it->plan->type->n_fields;
    struct mr_value *row = (struct mr_value *)to->row; /* made here before: merged */
    if (!has_memory(r)) return true;
    if (to->tag != MR_V_STRUCT) row = mr_arena_dup(r->a, it->plan->blank, n * sizeof *row);
    *to = (struct mr_value){.tag = MR_V_STRUCT, .len = n, .row = row};
    return read_message(r, it->plan, mr_proto_in(bytes), row);
}

/* The value at in; to: its present value, ABSENT or the default. */
static bool read_item(struct run *r, const struct item *it, struct mr_proto_in *in,
                      struct mr_value *to) {
    struct mr_str s;
    switch (it->wire) {
    case MR_PW_VARINT: return read_varint(in, it->kind, to);
    case MR_PW_FIXED64: return read_fixed64(in, it->kind, to);
    case MR_PW_FIXED32: return read_fixed32(in, it->kind, to);
    default: break;
    }
    if (it->kind == MR_PK_STRING) return read_string(r, in, to);
    if (it->kind == MR_PK_MESSAGE) return read_submessage(r, it, in, to);
    if (!mr_proto_bytes(in, &s)) return false;
    *to = mr_bytesv(s);
    return true;
}

/* Room for one more element: arrays have 4, 8, 16 ... of them. */
static void *grow(struct mr_arena *a, const void *p, uint32_t n, size_t size) {
    bool full = n == 0 || (n >= 4 && (n & (n - 1)) == 0);
    if (!full) return (void *)p;
    void *to = mr_arena_alloc(a, (n ? 2 * (size_t)n : 4) * size);
    return n ? memcpy(to, p, n * size) : to;
}

static bool append(struct run *r, const struct item *it, struct mr_proto_in *in,
                   struct mr_value *list) {
    struct mr_value *at = grow(r->a, list->list, list->len, sizeof *at);
    list->list = at;
    at[list->len] = MR_ABSENT;
    if (!read_item(r, it, in, &at[list->len])) return false;
    list->len++;
    return true;
}

static bool read_packed(struct run *r, const struct item *it, struct mr_proto_in *in,
                        struct mr_value *list) {
    struct mr_str bytes;
    if (!mr_proto_bytes(in, &bytes)) return false;
    struct mr_proto_in packed = mr_proto_in(bytes);
    while (packed.at < packed.end && has_memory(r))
        if (!append(r, it, &packed, list)) return false;
    return true;
}

/* What a map entry without the field holds. */
static struct mr_value default_of(struct run *r, const struct item *it) {
    const struct mr_type type = {.kind = it->type};
    const struct mr_field f = {.type = &type};
    if (it->type == MR_T_STRUCT) {
        uint32_t n = it->plan->type->n_fields;
        const struct mr_value *row = mr_arena_dup(r->a, it->plan->blank, n * sizeof *row);
        return (struct mr_value){.tag = MR_V_STRUCT, .len = n, .row = row};
    }
    if (it->type == MR_T_TIMESTAMP) return mr_timestamp_ms(0);
    if (it->type == MR_T_DURATION) return (struct mr_value){.tag = MR_V_DURATION};
    return blank_value(&f);
}

static bool read_entry(struct run *r, const struct field_plan *f, struct mr_proto_in *in,
                       struct mr_value *map) {
    struct mr_str bytes;
    uint32_t number, wire;
    if (!mr_proto_bytes(in, &bytes)) return false;
    struct mr_proto_in entry = mr_proto_in(bytes);
    struct mr_map_entry *at = grow(r->a, map->map, map->len, sizeof *at), *e = &at[map->len];
    map->map = at;
    e->key = default_of(r, &f->key);
    e->value = default_of(r, &f->item);
    while (entry.at < entry.end) {
        bool ok;
        if (!mr_proto_tag(&entry, &number, &wire)) return false;
        if (number == 1 && wire == f->key.wire)
            ok = read_item(r, &f->key, &entry, &e->key);
        else if (number == 2 && wire == f->item.wire)
            ok = read_item(r, &f->item, &entry, &e->value);
        else
            ok = mr_proto_skip(&entry, number, wire);
        if (!ok) return false;
    }
    map->len++;
    return true;
}

/* ---- messages */

static void clear_siblings(const struct mr_proto_plan *p, const struct field_plan *f,
                           struct mr_value *slots) {
    for (uint32_t i = 0; i < p->n; i++) {
        const struct field_plan *g = &p->fields[i];
        if (g != f && g->oneof == f->oneof && g->wanted) slots[g->slot] = MR_ABSENT;
    }
}

static bool read_shaped(struct run *r, const struct field_plan *f, uint32_t wire,
                        struct mr_proto_in *in, struct mr_value *slot) {
    if (!has_memory(r)) return mr_proto_skip(in, f->number, wire);
    if (f->shape == MAP && wire == MR_PW_BYTES) return read_entry(r, f, in, slot);
    if (f->shape == LIST && wire == f->item.wire) return append(r, &f->item, in, slot);
    if (f->shape == LIST && wire == MR_PW_BYTES) return read_packed(r, &f->item, in, slot);
    return mr_proto_skip(in, f->number, wire);
}

static inline bool read_field(struct run *r, const struct mr_proto_plan *p,
                              const struct field_plan *f, uint32_t wire, struct mr_proto_in *in,
                              struct mr_value *slots) {
    struct mr_value *slot = &slots[f->slot];
    if (f->plain && wire == f->item.wire && slot->tag != MR_V_ERROR)
        return wire == MR_PW_VARINT ? read_varint(in, f->item.kind, slot)
                                    : read_string(r, in, slot);
    if (slot->tag == MR_V_ERROR) return mr_proto_skip(in, f->number, wire);
    if (f->shape != SINGLE) return read_shaped(r, f, wire, in, slot);
    if (wire != f->item.wire) return mr_proto_skip(in, f->number, wire);
    if (f->oneof) clear_siblings(p, f, slots);
    if (!f->wanted) return mr_proto_skip(in, f->number, wire);
    return read_item(r, &f->item, in, slot);
}

static void finish_row(struct run *r, const struct mr_proto_plan *p, struct mr_value *slots,
                       bool top) {
    for (uint32_t i = 0; i < p->n; i++) {
        const struct field_plan *f = &p->fields[i];
        struct mr_value *v = &slots[f->slot];
        if (v->tag == MR_V_MAP && f->shape == MAP)
            v->len = (uint32_t)mr_map_unique(r->a, (struct mr_map_entry *)v->map, v->len, true);
        if (v->tag != MISSING) continue;
        struct mr_str name = p->type->fields[f->slot].name;
        if (top)
            *v =
                mr_error_value(r->a, MR_R_DECODE_TYPE, "field `%.*s` is missing", MR_STR_ARG(name));
        else
            fault(r, MR_R_DECODE_TYPE, "a required field inside of it is missing");
    }
}

/* A nested message. false: malformed. */
static bool read_message(struct run *r, const struct mr_proto_plan *p, struct mr_proto_in in,
                         struct mr_value *slots) {
    uint32_t number, wire;
    while (in.at < in.end) {
        if (!mr_proto_tag(&in, &number, &wire)) return false;
        const struct field_plan *f = find(p, number);
        bool ok = f ? read_field(r, p, f, wire, &in, slots) : mr_proto_skip(&in, number, wire);
        if (!ok) return false;
    }
    if (p->has_required || p->has_maps) finish_row(r, p, slots, false);
    return true;
}

static void fail_all(const struct mr_proto_plan *p, struct mr_value *slots, struct mr_value v) {
    for (uint32_t i = 0; i < p->n; i++)
        if (p->fields[i].wanted) slots[p->fields[i].slot] = v;
}

static struct mr_value field_error(struct run *r, const struct mr_proto_plan *p,
                                   const struct field_plan *f) {
    struct mr_str name = p->type->fields[f->slot].name;
    return mr_error_value(r->a, r->reason, "field `%.*s`: %s", MR_STR_ARG(name), r->problem);
}

void mr_proto_read_row(const struct mr_proto_plan *p, struct mr_str bytes, struct mr_value *slots,
                       struct mr_arena *a) {
    struct run r = {.a = a, .before = a->used};
    struct mr_proto_in in = mr_proto_in(bytes);
    uint32_t number, wire;
    memcpy(slots, p->blank, p->type->n_fields * sizeof *slots);
    if (bytes.n > MR_JSON_MAX) {
        fail_all(p, slots, mr_error_value(a, MR_R_DECODE_LIMIT, "too large: %zu bytes", bytes.n));
        return;
    }
    while (in.at < in.end) {
        size_t offset = (size_t)(in.at - (const uint8_t *)bytes.p);
        bool ok = mr_proto_tag(&in, &number, &wire);
        const struct field_plan *f = ok ? find(p, number) : NULL;
        if (f)
            ok = read_field(&r, p, f, wire, &in, slots);
        else
            ok = ok && mr_proto_skip(&in, number, wire);
        if (!ok) {
            fail_all(p, slots,
                     mr_error_value(a, MR_R_DECODE_SYNTAX,
                                    "not a protobuf message: field at byte %zu", offset));
            return;
        }
        if (!r.reason) continue;
        slots[f->slot] = field_error(&r, p, f);
        r.reason = MR_R_NONE;
    }
    if (p->has_required || p->has_maps) finish_row(&r, p, slots, true);
}

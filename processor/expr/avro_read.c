/* avro_read.c -- Avro binary -> rows: one walk along the schema that decodes what is wanted and
 * steps over the rest.
 *
 * The walk goes to the end of the record even where the last field that is wanted stands before
 * it: bytes of another schema often look right for a while, and only the end shows it.
 *
 * Faults: malformed bytes make an ERROR of every wanted slot (nothing before is final); a string
 * that is not UTF-8, a time outside its range and a symbol that the enum does not have make one of
 * their top-level slot. No length is trusted: an element takes its least bytes, and elements that
 * take none are counted for the whole record (EMPTY_MAX).
 */
#include "processor/expr/access.h"
#include "processor/expr/avro.h"
#include "processor/expr/civil.h"
#include "processor/expr/json.h"
#include "processor/expr/protobuf.h"
#include "processor/expr/utf8.h"

enum { EMPTY_MAX = 65536 };

struct run {
    struct mr_arena *a;
    struct mr_proto_in in; /* its varints and lengths are protobuf's */
    size_t before;         /* what the arena held */
    uint32_t empty;        /* values without bytes that are made so far */
    enum mr_reason reason; /* NONE, or why the value of this field is none */
    const char *problem;   /* static; also of malformed bytes */
    enum mr_reason broken; /* malformed: DECODE_SYNTAX or DECODE_LIMIT */
};

static bool read_use(struct run *r, const struct mr_avro_use *use, struct mr_value *to);
static bool skip_use(struct run *r, const struct mr_avro_use *use);

static bool broken(struct run *r, enum mr_reason reason, const char *problem) {
    r->broken = reason;
    r->problem = problem;
    return false;
}

static bool syntax(struct run *r, const char *problem) {
    return broken(r, MR_R_DECODE_SYNTAX, problem);
}

/* This value is none, but the next one can be read. */
static bool fault(struct run *r, enum mr_reason reason, const char *problem) {
    if (r->reason) return true;
    r->reason = reason;
    r->problem = problem;
    return true;
}

static size_t left(const struct run *r) {
    return (size_t)(r->in.end - r->in.at);
}

/* ---- numbers and lengths */

static bool read_long(struct run *r, int64_t *ret) {
    uint64_t v;
    if (!mr_proto_varint(&r->in, &v)) return syntax(r, "a number does not end");
    *ret = mr_proto_unzigzag(v);
    return true;
}

static bool read_int(struct run *r, int64_t *ret) {
    if (!read_long(r, ret)) return false;
    if (*ret >= INT32_MIN && *ret <= INT32_MAX) return true;
    return syntax(r, "an int of more than 32 bits");
}

static bool take(struct run *r, size_t n, const char **ret) {
    if (left(r) < n) return syntax(r, "the record ends inside a value");
    *ret = (const char *)r->in.at;
    r->in.at += n;
    return true;
}

static bool read_text(struct run *r, struct mr_str *ret) {
    int64_t n;
    if (!read_long(r, &n)) return false;
    if (n < 0 || (uint64_t)n > left(r)) return syntax(r, "a length that is not there");
    ret->n = (size_t)n;
    return take(r, ret->n, &ret->p);
}

/* Which branch of a union; *ret_null: it holds nothing to read. */
static bool read_branch(struct run *r, const struct mr_avro_use *use, bool *ret_null) {
    int64_t n;
    *ret_null = false;
    if (use->branches == 0) return true;
    if (!read_long(r, &n)) return false;
    if (n < 0 || n >= use->branches) return syntax(r, "a branch that the union does not have");
    *ret_null = n != use->value;
    return true;
}

/* Values that take no bytes cost memory all the same. */
/* Is there memory for n values of this size? */
static bool fits(struct run *r, uint64_t n, size_t size) {
    size_t used = r->a->used - r->before;
    if (used <= MR_RECORD_MEMORY && n <= (MR_RECORD_MEMORY - used) / size) return true;
    return broken(r, MR_R_DECODE_LIMIT, "the record takes more than 256 MiB once it is decoded");
}

static bool count_empty(struct run *r, uint64_t n) {
    if (n <= EMPTY_MAX - r->empty) {
        r->empty += (uint32_t)n;
        return true;
    }
    return broken(r, MR_R_DECODE_LIMIT, "too many values without bytes");
}

/* The next block of a list or map; *ret = 0: the end. *ret_end: where it ends, NULL = not told. */
static bool read_block(struct run *r, uint32_t least, uint64_t *ret, const uint8_t **ret_end) {
    int64_t n, size;
    *ret_end = NULL;
    if (!read_long(r, &n)) return false;
    if (n < 0) {
        if (!read_long(r, &size)) return false;
        if (size < 0 || (uint64_t)size > left(r)) return syntax(r, "a block that is not there");
        *ret_end = r->in.at + size;
    }
    *ret = n < 0 ? -(uint64_t)n : (uint64_t)n;
    size_t most = *ret_end ? (size_t)(*ret_end - r->in.at) : left(r);
    if (least && *ret > most / least) return syntax(r, "more elements than bytes");
    return true;
}

static uint32_t least_of(const struct mr_avro *node) {
    const struct mr_avro_use *elem = &node->elem;
    return (elem->branches ? 1 : elem->of->least) + (node->kind == MR_AVRO_MAP);
}

/* ---- stepping over */

static bool skip_blocks(struct run *r, const struct mr_avro *node) {
    uint32_t least = least_of(node);
    bool even = node->kind == MR_AVRO_ARRAY && !node->elem.branches && node->elem.of->even;
    uint64_t n;
    for (;;) {
        const uint8_t *end;
        const char *p;
        struct mr_str key;
        if (!read_block(r, least, &n, &end)) return false;
        if (n == 0) return true;
        if (end) {
            r->in.at = end;
        } else if (even) {
            if (!take(r, n * least, &p)) return false;
        } else {
            for (; n; n--) {
                if (node->kind == MR_AVRO_MAP && !read_text(r, &key)) return false;
                if (!skip_use(r, &node->elem)) return false;
            }
        }
    }
}

static bool skip(struct run *r, const struct mr_avro *node) {
    const char *p;
    struct mr_str s;
    int64_t n;
    if (node->even) return take(r, node->least, &p);
    switch (node->kind) {
    case MR_AVRO_INT:
    case MR_AVRO_ENUM: return read_int(r, &n);
    case MR_AVRO_LONG: return read_long(r, &n);
    case MR_AVRO_BYTES:
    case MR_AVRO_STRING: return read_text(r, &s);
    case MR_AVRO_ARRAY:
    case MR_AVRO_MAP: return skip_blocks(r, node);
    default: break;
    }
    for (uint32_t i = 0; i < node->n; i++)
        if (!skip_use(r, &node->fields[i])) return false;
    return true;
}

static bool skip_use(struct run *r, const struct mr_avro_use *use) {
    bool null;
    return read_branch(r, use, &null) && (null || skip(r, use->of));
}

/* ---- scalars */

static bool read_bool(struct run *r, struct mr_value *to) {
    const char *p;
    if (!take(r, 1, &p)) return false;
    if (*p & ~1) return syntax(r, "a boolean that is neither 0 nor 1");
    *to = mr_bool(*p == 1);
    return true;
}

static bool read_real(struct run *r, bool narrow, struct mr_value *to) {
    const char *p;
    float x;
    double d;
    if (!take(r, narrow ? 4 : 8, &p)) return false;
    memcpy(&x, p, 4);
    if (!narrow) memcpy(&d, p, 8);
    *to = mr_double(narrow ? (double)x : d);
    return true;
}

static bool read_string(struct run *r, struct mr_value *to) {
    struct mr_str s;
    bool ascii;
    if (!read_text(r, &s)) return false;
    if (!mr_utf8_valid(s, &ascii))
        return fault(r, MR_R_DECODE_UTF8, "the string is not valid UTF-8");
    *to = mr_string(s);
    if (ascii) to->flags = MR_VF_ASCII;
    return true;
}

static bool read_time(struct run *r, enum mr_avro_time time, int64_t v, struct mr_value *to) {
    static const int64_t per_second[] = {
        [MR_AVRO_MS] = 1000, [MR_AVRO_US] = 1000000, [MR_AVRO_NS] = 1000000000};
    *to = (struct mr_value){.tag = MR_V_TIMESTAMP};
    if (time == MR_AVRO_DATE) {
        to->i = v * 86400; /* v has 32 bits */
    } else {
        int64_t unit = per_second[time];
        to->i = v / unit - (v % unit < 0);
        to->aux = (uint32_t)((v - to->i * unit) * (1000000000 / unit));
    }
    if (to->i >= MR_TIMESTAMP_MIN && to->i <= MR_TIMESTAMP_MAX) return true;
    return fault(r, MR_R_NUM_RANGE, "not a time within the years 0001 to 9999");
}

static bool read_number(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    int64_t v;
    if (!(node->kind == MR_AVRO_INT ? read_int(r, &v) : read_long(r, &v))) return false;
    if (node->time) return read_time(r, node->time, v, to);
    *to = mr_int(v);
    return true;
}

static bool read_enum(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    int64_t v;
    if (!read_int(r, &v)) return false;
    if (v < 0 || v >= node->n)
        return fault(r, MR_R_DECODE_TYPE, "a symbol that the enum does not have");
    *to = mr_string(node->symbols[v]);
    return true;
}

static bool read_bytes(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    struct mr_str s = {.n = node->n};
    if (!(node->kind == MR_AVRO_FIXED ? take(r, s.n, &s.p) : read_text(r, &s))) return false;
    *to = mr_bytesv(s);
    return true;
}

/* ---- lists, maps, records */

/* Room for n more elements (n > 0); NULL: too many. */
static void *reserve(struct run *r, void *p, uint32_t have, uint32_t n, uint32_t *cap,
                     size_t size) {
    if (n <= *cap - have) return p;
    *cap = n > have ? have + n : 2 * have;
    if (!fits(r, *cap, size)) return NULL;
    void *to = mr_arena_alloc(r->a, *cap * size);
    return have ? memcpy(to, p, have * size) : to;
}

static bool read_list(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    struct mr_value *list = NULL;
    uint32_t n = 0, cap = 0;
    uint64_t more;
    const uint8_t *end;
    for (;;) {
        if (!read_block(r, least_of(node), &more, &end)) return false;
        if (more == 0) break;
        if (node->elem.of->empty && more > EMPTY_MAX)
            return broken(r, MR_R_DECODE_LIMIT, "too many values without bytes");
        list = reserve(r, list, n, (uint32_t)more, &cap, sizeof *list);
        if (!list) return false;
        for (; more; more--, n++)
            if (!read_use(r, &node->elem, &list[n])) return false;
        if (end && end != r->in.at) return syntax(r, "a block of another size than it says");
    }
    *to = (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
    return true;
}

static bool read_map(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    struct mr_map_entry *map = NULL;
    uint32_t n = 0, cap = 0;
    uint64_t more;
    const uint8_t *end;
    for (;;) {
        if (!read_block(r, least_of(node), &more, &end)) return false;
        if (more == 0) break;
        map = reserve(r, map, n, (uint32_t)more, &cap, sizeof *map);
        if (!map) return false;
        for (; more; more--) {
            map[n] = (struct mr_map_entry){0};
            if (!read_string(r, &map[n].key)) return false;
            if (!read_use(r, &node->elem, &map[n].value)) return false;
            n += map[n].value.tag != MR_V_ABSENT; /* null: no such entry */
        }
        if (end && end != r->in.at) return syntax(r, "a block of another size than it says");
    }
    if (!r->reason) n = (uint32_t)mr_map_unique(r->a, map, n, true);
    *to = (struct mr_value){.tag = MR_V_MAP, .len = n, .map = map};
    return true;
}

static bool read_record(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    if (!fits(r, node->n, sizeof(struct mr_value))) return false;
    struct mr_value *row = mr_arena_alloc(r->a, node->n * sizeof *row);
    for (uint32_t i = 0; i < node->n; i++)
        if (!read_use(r, &node->fields[i], &row[i])) return false;
    *to = (struct mr_value){.tag = MR_V_STRUCT, .len = node->n, .row = row};
    return true;
}

static bool read_value(struct run *r, const struct mr_avro *node, struct mr_value *to) {
    switch (node->kind) {
    case MR_AVRO_NULL: return true;
    case MR_AVRO_BOOLEAN: return read_bool(r, to);
    case MR_AVRO_INT:
    case MR_AVRO_LONG: return read_number(r, node, to);
    case MR_AVRO_FLOAT: return read_real(r, true, to);
    case MR_AVRO_DOUBLE: return read_real(r, false, to);
    case MR_AVRO_STRING: return read_string(r, to);
    case MR_AVRO_BYTES:
    case MR_AVRO_FIXED: return read_bytes(r, node, to);
    case MR_AVRO_ENUM: return read_enum(r, node, to);
    case MR_AVRO_ARRAY: return read_list(r, node, to);
    case MR_AVRO_MAP: return read_map(r, node, to);
    case MR_AVRO_RECORD: return read_record(r, node, to);
    }
    return false;
}

static bool read_use(struct run *r, const struct mr_avro_use *use, struct mr_value *to) {
    bool null;
    *to = MR_ABSENT;
    if (!read_branch(r, use, &null)) return false;
    if (null) return true;
    if (use->of->empty && !count_empty(r, use->of->empty)) return false;
    return read_value(r, use->of, to);
}

/* ---- records of a topic */

static struct mr_value error_of(struct run *r, const struct mr_avro *schema, uint32_t slot) {
    if (schema->kind != MR_AVRO_RECORD) return mr_error_value(r->a, r->reason, "%s", r->problem);
    return mr_error_value(r->a, r->reason, "field `%.*s`: %s",
                          MR_STR_ARG(schema->type->fields[slot].name), r->problem);
}

static bool read_slot(struct run *r, const struct mr_avro *schema, const struct mr_avro_use *use,
                      uint32_t slot, struct mr_value *to) {
    r->reason = MR_R_NONE;
    if (!read_use(r, use, to)) return false;
    if (r->reason) *to = error_of(r, schema, slot);
    return true;
}

static bool read_slots(struct run *r, const struct mr_avro *schema, const bool *wanted,
                       struct mr_value *slots) {
    struct mr_avro_use whole = {.of = schema};
    bool record = schema->kind == MR_AVRO_RECORD;
    for (uint32_t i = 0; i < (record ? schema->n : 1); i++) {
        const struct mr_avro_use *use = record ? &schema->fields[i] : &whole;
        bool want = !wanted || wanted[i];
        slots[i] = MR_ABSENT;
        if (!(want ? read_slot(r, schema, use, i, &slots[i]) : skip_use(r, use))) return false;
    }
    return r->in.at == r->in.end || syntax(r, "bytes behind the end of the record");
}

bool mr_avro_read(const struct mr_avro *schema, const bool *wanted, struct mr_str bytes,
                  struct mr_value *slots, struct mr_arena *a) {
    struct run r = {.a = a, .before = a->used, .in = mr_proto_in(bytes)};
    bool large = bytes.n > MR_JSON_MAX;
    if (large) broken(&r, MR_R_DECODE_LIMIT, "the record is larger than 64 MiB");
    if (!large && read_slots(&r, schema, wanted, slots)) return true;
    struct mr_value v = mr_error_value(a, r.broken, "not Avro of this schema: %s, at byte %zu",
                                       r.problem, (size_t)(r.in.at - (const uint8_t *)bytes.p));
    for (uint32_t i = 0; i < (schema->kind == MR_AVRO_RECORD ? schema->n : 1); i++)
        slots[i] = !wanted || wanted[i] ? v : MR_ABSENT;
    return false;
}

bool mr_avro_fits(const struct mr_avro *schema, struct mr_str bytes) {
    struct run r = {.in = mr_proto_in(bytes)};
    return skip(&r, schema) && r.in.at == r.in.end;
}

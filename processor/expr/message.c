/* message.c -- see message.h: making the pool, looking into it, and fields of rows.
 *
 * Two passes: first every message has its (still empty) type, then their fields are made, which may
 * name any of them.
 */
#include "processor/expr/message.h"

#include "base/mem.h"
#include "processor/expr/descriptor.h"
#include "processor/expr/numtext.h"

#include <math.h>
#include <stdlib.h>

struct mr_messages {
    struct mr_desc_set set; /* messages: their type is that of the pool */
    const struct mr_type map_string_dyn, list_dyn;
};

static const struct mr_value empty_string = {
    .tag = MR_V_STRING, .flags = MR_VF_ASCII, .len = 0, .p = ""};

/* ---- well-known messages */

static enum mr_well_known well_known(struct mr_str name) {
    static const struct {
        const char *name;
        enum mr_well_known is;
    } rows[] = {{"google.protobuf.Timestamp", MR_WK_TIMESTAMP},
                {"google.protobuf.Duration", MR_WK_DURATION},
                {"google.protobuf.Any", MR_WK_ANY},
                {"google.protobuf.Struct", MR_WK_STRUCT},
                {"google.protobuf.Value", MR_WK_VALUE},
                {"google.protobuf.ListValue", MR_WK_LIST},
                {"google.protobuf.Empty", MR_WK_EMPTY},
                {"google.protobuf.FieldMask", MR_WK_FIELD_MASK}};
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (mr_str_is(name, rows[i].name)) return rows[i].is;
    }
    return mr_desc_wrapped(name) ? MR_WK_WRAPPER : MR_WK_NONE;
}

static const struct mr_type *cel_type(const struct mr_messages *pool, const struct mr_type *t) {
    switch ((enum mr_well_known)t->message->well_known) {
    case MR_WK_WRAPPER: return mr_type_wrapper(mr_desc_scalar(t->message->wrapped));
    case MR_WK_TIMESTAMP: return &mr_type_timestamp;
    case MR_WK_DURATION: return &mr_type_duration;
    case MR_WK_ANY: return &mr_type_any;
    case MR_WK_STRUCT: return &pool->map_string_dyn;
    case MR_WK_VALUE: return &mr_type_dyn;
    case MR_WK_LIST: return &pool->list_dyn;
    default: return t;
    }
}

/* The code below relies on the fields that these messages have. */
static bool has_fields(const struct mr_type *t) {
    static const struct {
        uint8_t shape, kind;
        const char *name;
    } rows[] = {
        [MR_WK_WRAPPER] = {MR_MESSAGE_ONE, 0, "value"},
        [MR_WK_TIMESTAMP] = {MR_MESSAGE_ONE, MR_PK_INT64, "seconds"},
        [MR_WK_DURATION] = {MR_MESSAGE_ONE, MR_PK_INT64, "seconds"},
        [MR_WK_ANY] = {MR_MESSAGE_ONE, MR_PK_STRING, "type_url"},
        [MR_WK_STRUCT] = {MR_MESSAGE_MAP, MR_PK_MESSAGE, "fields"},
        [MR_WK_VALUE] = {MR_MESSAGE_ONE, MR_PK_ENUM, "null_value"},
        [MR_WK_LIST] = {MR_MESSAGE_LIST, MR_PK_MESSAGE, "values"},
        [MR_WK_FIELD_MASK] = {MR_MESSAGE_LIST, MR_PK_STRING, "paths"},
    };
    static const uint8_t second[] = {
        [MR_WK_TIMESTAMP] = MR_PK_INT32, [MR_WK_DURATION] = MR_PK_INT32, [MR_WK_ANY] = MR_PK_BYTES};
    static const uint8_t of_value[] = {MR_PK_ENUM, MR_PK_DOUBLE,  MR_PK_STRING,
                                       MR_PK_BOOL, MR_PK_MESSAGE, MR_PK_MESSAGE};
    const struct mr_message *m = t->message;
    uint8_t is = m->well_known;
    if (is == MR_WK_NONE || is == MR_WK_EMPTY) return true;
    uint32_t n = is == MR_WK_VALUE ? 6 : is < MR_ARRAY_LEN(second) && second[is] ? 2 : 1;
    if (t->n_fields != n || !mr_str_is(t->fields[0].name, rows[is].name)) return false;
    uint8_t kind = is == MR_WK_WRAPPER ? m->wrapped : rows[is].kind;
    if (m->fields[0].shape != rows[is].shape || m->fields[0].item.kind != kind) return false;
    if (n == 2) return m->fields[1].shape == MR_MESSAGE_ONE && m->fields[1].item.kind == second[is];
    for (uint32_t i = 0; n == 6 && i < n; i++) {
        const struct mr_message_field *f = &m->fields[i];
        if (f->shape != MR_MESSAGE_ONE || f->item.kind != of_value[i] || !f->oneof) return false;
    }
    return kind != MR_PK_MESSAGE || m->fields[0].item.message->message->well_known == MR_WK_VALUE;
}

/* ---- defaults */

static int unoctal(const char *p, const char *end, size_t *ret_n) {
    int v = 0;
    *ret_n = 0;
    while (*ret_n < 3 && p < end && *p >= '0' && *p <= '7') {
        v = v * 8 + (*p++ - '0');
        ++*ret_n;
    }
    return v & 0xff;
}

/* Bytes stand there as a C string would have them; protoc writes octal escapes only. */
static struct mr_value default_bytes(struct mr_arena *a, struct mr_str s) {
    static const char from[] = "abfnrtv\\'\"?", to[] = "\a\b\f\n\r\t\v\\'\"?";
    char *p = mr_arena_alloc(a, s.n + 1);
    size_t n = 0, taken;
    for (const char *c = s.p, *end = c + s.n; c < end; c++) {
        if (*c != '\\' || c + 1 == end) {
            p[n++] = *c;
            continue;
        }
        const char *known = c[1] ? strchr(from, c[1]) : NULL;
        int octal = unoctal(c + 1, end, &taken);
        p[n++] = taken ? (char)octal : known ? to[known - from] : c[1];
        c += taken ? taken : 1;
    }
    return mr_bytesv(((struct mr_str){p, n}));
}

static int32_t enum_number(const struct mr_desc_enum *e, struct mr_str name) {
    struct mr_str s;
    int32_t number, first = 0;
    for (uint32_t i = 0; e && mr_desc_enum_value(e, i, &s, &number); i++) {
        if (i == 0) first = number;
        if (mr_str_eq(s, name)) return number;
    }
    return first;
}

static struct mr_value default_scalar(struct mr_arena *a, const struct mr_message_item *it,
                                      struct mr_str text) {
    const char *s = mr_arena_strndup(a, text.p, text.n);
    switch (it->kind) {
    case MR_PK_BOOL: return mr_bool(mr_str_is(text, "true"));
    case MR_PK_ENUM: return mr_int(enum_number(it->enumeration, text));
    case MR_PK_STRING: return text.n ? mr_string(mr_str(s)) : empty_string;
    case MR_PK_BYTES: return default_bytes(a, text);
    case MR_PK_DOUBLE:
    case MR_PK_FLOAT: {
        double d = mr_str_is(text, "inf")    ? INFINITY
                   : mr_str_is(text, "-inf") ? -INFINITY
                   : mr_str_is(text, "nan")  ? NAN
                                             : strtod(s, NULL); /* no program sets a locale */
        return mr_double(it->kind == MR_PK_FLOAT ? (double)(float)d : d);
    }
    default:
        if (it->type->kind == MR_T_UINT) return mr_uint(strtoull(s, NULL, 10));
        return mr_int(strtoll(s, NULL, 10));
    }
}

static struct mr_value unset_of(struct mr_arena *a, const struct mr_message_field *f,
                                const struct mr_desc_field *d) {
    if (f->shape == MR_MESSAGE_LIST) return (struct mr_value){.tag = MR_V_LIST};
    if (f->shape == MR_MESSAGE_MAP) return (struct mr_value){.tag = MR_V_MAP};
    if (!f->item.message) return default_scalar(a, &f->item, d->default_value);
    switch (f->item.type->kind) {
    case MR_T_TIMESTAMP: return mr_timestamp_ms(0);
    case MR_T_DURATION: return (struct mr_value){.tag = MR_V_DURATION};
    case MR_T_LIST: return (struct mr_value){.tag = MR_V_LIST};
    case MR_T_MAP: return (struct mr_value){.tag = MR_V_MAP};
    case MR_T_STRUCT: {
        const struct mr_type *t = f->item.message;
        return (struct mr_value){.tag = MR_V_STRUCT, .len = t->n_fields, .row = t->message->blank};
    }
    default: return (struct mr_value){.tag = MR_V_NULL};
    }
}

/* ---- fields */

static bool make_item(struct mr_messages *pool, const struct mr_desc_field *d,
                      struct mr_message_item *to) {
    struct mr_desc_set *set = &pool->set;
    *to = (struct mr_message_item){.kind = (uint8_t)d->kind, .type = mr_desc_scalar(d->kind)};
    if (d->kind == MR_PK_ENUM) {
        to->enumeration = mr_desc_find_enum(set, d->type_name);
        to->null_value = mr_str_is(d->type_name, ".google.protobuf.NullValue");
    }
    if (to->type) return true;
    const struct mr_desc_message *m = mr_desc_find(set, d->type_name);
    if (!m || !m->type)
        return mr_desc_fail(
            set, mr_arena_printf(set->a, "no message %.*s in it (protoc --include_imports?)",
                                 MR_STR_ARG(d->type_name)));
    to->message = m->type;
    to->type = cel_type(pool, m->type);
    return true;
}

/* key and value of a map entry. */
static bool make_entry(struct mr_messages *pool, const struct mr_desc_message *entry,
                       struct mr_message_field *to) {
    struct mr_proto_in in = mr_proto_in(entry->bytes);
    uint32_t number, wire;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        struct mr_desc_field d;
        if (number != 2 || wire != MR_PW_BYTES) continue;
        if (!mr_desc_field(&pool->set, s, &d)) return false;
        if (d.number <= 2 && !make_item(pool, &d, d.number == 1 ? &to->key : &to->item))
            return false;
    }
    bool scalar = to->key.type && !to->key.message && to->key.type->kind != MR_T_DOUBLE &&
                  to->key.type->kind != MR_T_BYTES;
    return (scalar && to->item.type) || mr_desc_fail(&pool->set, "a map without key or value");
}

static bool make_field(struct mr_messages *pool, const struct mr_desc_message *m,
                       const struct mr_desc_field *d, struct mr_message_field *to,
                       struct mr_field *named) {
    struct mr_arena *a = pool->set.a;
    bool repeated = d->label == MR_DESC_REPEATED;
    const struct mr_desc_message *entry =
        repeated && d->kind == MR_PK_MESSAGE ? mr_desc_find(&pool->set, d->type_name) : NULL;
    *to = (struct mr_message_field){.shape = repeated ? MR_MESSAGE_LIST : MR_MESSAGE_ONE};
    if (entry && entry->map_entry) {
        to->shape = MR_MESSAGE_MAP;
        if (!make_entry(pool, entry, to)) return false;
        named->type = mr_type_map(a, to->key.type, to->item.type);
    } else {
        if (!make_item(pool, d, &to->item)) return false;
        named->type = repeated ? mr_type_list(a, to->item.type) : to->item.type;
    }
    bool presence = !m->proto3 || d->in_oneof || d->proto3_optional;
    to->implicit = to->shape == MR_MESSAGE_ONE && !to->item.message && !presence;
    if (d->in_oneof && !d->proto3_optional) to->oneof = (uint16_t)(d->oneof + 1);
    to->unset = unset_of(a, to, d);
    named->number = (uint32_t)d->number;
    named->proto_type = (uint8_t)d->kind;
    named->proto_oneof = to->oneof;
    return true;
}

/* ---- messages; both passes go over their fields in the same order */

static uint32_t count_fields(const struct mr_desc_message *m) {
    struct mr_proto_in in = mr_proto_in(m->bytes);
    uint32_t number, wire, n = 0;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) n += number == 2 && wire == MR_PW_BYTES;
    return n;
}

static bool make_fields(struct mr_messages *pool, const struct mr_desc_message *m) {
    struct mr_type *t = (struct mr_type *)m->type;
    struct mr_field *fields = (struct mr_field *)t->fields;
    struct mr_message_field *to = (struct mr_message_field *)t->message->fields;
    struct mr_proto_in in = mr_proto_in(m->bytes);
    uint32_t number, wire, n = 0;
    struct mr_str s;
    uint64_t v;
    bool ok = true;
    while (mr_desc_next(&in, &number, &wire, &s, &v, &ok)) {
        struct mr_desc_field d;
        if (number != 2 || wire != MR_PW_BYTES) continue;
        if (!mr_desc_field(&pool->set, s, &d)) return false;
        if (!make_field(pool, m, &d, &to[n], &fields[n])) return false;
        fields[n++].name = mr_arena_str(pool->set.a, d.name);
    }
    t->n_fields = n; /* extensions come behind */
    return true;
}

static bool make_extension(struct mr_messages *pool, const struct mr_desc_extension *x) {
    struct mr_desc_field d;
    if (!mr_desc_field(&pool->set, x->bytes, &d)) return false;
    const struct mr_desc_message *m = mr_desc_find(&pool->set, d.extendee);
    if (!m || !m->type) return true; /* of a message that is not in it: nothing to extend */
    struct mr_type *t = (struct mr_type *)m->type;
    struct mr_field *f = (struct mr_field *)&t->fields[t->n_fields];
    struct mr_desc_message proto2 = {.proto3 = false}; /* extensions have presence */
    if (!make_field(pool, &proto2, &d, (struct mr_message_field *)&t->message->fields[t->n_fields],
                    f))
        return false;
    f->name = x->scope.n ? mr_str(mr_arena_printf(pool->set.a, "%.*s.%.*s", MR_STR_ARG(x->scope),
                                                  MR_STR_ARG(d.name)))
                         : mr_arena_str(pool->set.a, d.name);
    t->n_fields++;
    return true;
}

static int cmp_numbers(const void *a, const void *b, void *fields) {
    const struct mr_field *f = fields;
    uint32_t x = f[*(const uint32_t *)a].number, y = f[*(const uint32_t *)b].number;
    return (x > y) - (x < y);
}

static void index_numbers(struct mr_messages *pool, struct mr_type *t) {
    uint32_t *order = mr_arena_alloc(pool->set.a, (t->n_fields + 1) * sizeof *order);
    for (uint32_t i = 0; i < t->n_fields; i++) order[i] = i;
    qsort_r(order, t->n_fields, sizeof *order, cmp_numbers, (void *)t->fields);
    ((struct mr_message *)t->message)->by_number = order;
}

static void make_type(struct mr_messages *pool, struct mr_desc_message *m, uint32_t room) {
    struct mr_arena *a = pool->set.a;
    struct mr_message *message = mr_arena_calloc(a, 1, sizeof *message);
    message->pool = pool;
    message->well_known = (uint8_t)well_known(m->full_name);
    message->wrapped = mr_desc_wrapped(m->full_name);
    message->fields = mr_arena_calloc(a, room, sizeof *message->fields);
    message->blank = mr_arena_calloc(a, room, sizeof *message->blank); /* ABSENT is 0 */
    struct mr_type *t = mr_arena_calloc(a, 1, sizeof *t);
    t->kind = MR_T_STRUCT;
    t->name = m->full_name;
    t->fields = mr_arena_calloc(a, room, sizeof *t->fields);
    t->n_fields = room; /* unset_of() may ask before they are made */
    t->message = message;
    message->cel = cel_type(pool, t);
    m->type = t;
}

static bool make_pool(struct mr_messages *pool) {
    struct mr_desc_set *set = &pool->set;
    _Static_assert(MR_V_ABSENT == 0, "blank rows are zero");
    for (size_t i = 0; i < set->n_extensions; i++) {
        struct mr_desc_field d;
        if (!mr_desc_field(set, set->extensions[i].bytes, &d)) return false;
        struct mr_desc_message *m = mr_desc_find(set, d.extendee);
        if (m) m->extensions++;
    }
    for (size_t i = 0; i < set->n_messages; i++) {
        struct mr_desc_message *m = &set->messages[i];
        if (!m->map_entry) make_type(pool, m, count_fields(m) + (uint32_t)m->extensions);
    }
    for (size_t i = 0; i < set->n_messages; i++)
        if (set->messages[i].type && !make_fields(pool, &set->messages[i])) return false;
    for (size_t i = 0; i < set->n_extensions; i++)
        if (!make_extension(pool, &set->extensions[i])) return false;
    for (size_t i = 0; i < set->n_messages; i++) {
        struct mr_type *t = (struct mr_type *)set->messages[i].type;
        if (!t) continue;
        index_numbers(pool, t);
        if (!has_fields(t)) return mr_desc_fail(set, "a google.protobuf message of another form");
    }
    return true;
}

const struct mr_messages *mr_messages_new(struct mr_arena *a, struct mr_str bytes,
                                          const char **ret_problem) {
    struct mr_messages *pool = mr_arena_calloc(a, 1, sizeof *pool);
    struct mr_messages init = {
        .set = {.a = a},
        .map_string_dyn = {.kind = MR_T_MAP, .key = &mr_type_string, .elem = &mr_type_dyn},
        .list_dyn = {.kind = MR_T_LIST, .elem = &mr_type_dyn}};
    memcpy(pool, &init, sizeof init);
    if (mr_desc_read(&pool->set, bytes) && make_pool(pool)) return pool;
    *ret_problem = pool->set.problem;
    return NULL;
}

/* ---- looking up */

const struct mr_type *mr_messages_find(const struct mr_messages *pool, struct mr_str name) {
    const struct mr_desc_message *m = mr_desc_find(&pool->set, name);
    return m ? m->type : NULL;
}

bool mr_messages_enum(const struct mr_messages *pool, struct mr_str name, int32_t *ret) {
    const char *dot = memrchr(name.p, '.', name.n);
    if (!dot) return false;
    struct mr_str of = {name.p, (size_t)(dot - name.p)}, s;
    struct mr_str value = {dot + 1, name.n - of.n - 1};
    const struct mr_desc_enum *e = mr_desc_find_enum(&pool->set, of);
    for (uint32_t i = 0; e && mr_desc_enum_value(e, i, &s, ret); i++)
        if (mr_str_eq(s, value)) return true;
    return false;
}

/* Among those whose full name begins so. */
static const char *nearest(const struct mr_messages *pool, struct mr_str name,
                           struct mr_str prefix) {
    const struct mr_desc_set *set = &pool->set;
    const char **names MR_CLEANUP(mr_freep) = mr_alloc((2 * set->n_messages + 1) * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < set->n_messages; i++) {
        struct mr_str full = set->messages[i].full_name;
        if (!set->messages[i].type || full.n < prefix.n ||
            (prefix.n && memcmp(full.p, prefix.p, prefix.n)))
            continue;
        const char *dot = strrchr(full.p, '.');
        names[n++] = full.p;
        names[n++] = dot ? dot + 1 : full.p;
    }
    const char *near = mr_str_nearest(name.p, names, n);
    for (size_t i = 0; near && i < n; i++)
        if (names[i] == near) return names[i & ~(size_t)1];
    return NULL;
}

const char *mr_messages_nearest(const struct mr_messages *pool, struct mr_str name,
                                struct mr_str package) {
    const char *near = package.n ? nearest(pool, name, package) : NULL;
    return near ? near : nearest(pool, name, MR_STR(""));
}

int mr_message_field_of(const struct mr_type *t, uint32_t number) {
    const uint32_t *order = t->message->by_number;
    uint32_t lo = 0, hi = t->n_fields;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (t->fields[order[mid]].number < number)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < t->n_fields && t->fields[order[lo]].number == number ? (int)order[lo] : -1;
}

/* ---- rows */

bool mr_message_is_default(const struct mr_value *v) {
    switch (v->tag) {
    case MR_V_BOOL: return !v->b;
    case MR_V_STRING:
    case MR_V_BYTES:
    case MR_V_LIST:
    case MR_V_MAP: return v->len == 0;
    case MR_V_INT:
    case MR_V_UINT:
    case MR_V_DOUBLE: return v->u == 0; /* of doubles only +0 */
    default: return false;
    }
}

void mr_message_put(const struct mr_type *t, struct mr_value *row, uint32_t field,
                    struct mr_value v) {
    const struct mr_message_field *fields = t->message->fields, *f = &fields[field];
    bool none = (f->implicit || f->shape != MR_MESSAGE_ONE) && mr_message_is_default(&v);
    for (uint32_t i = 0; f->oneof && i < t->n_fields; i++)
        if (fields[i].oneof == f->oneof) row[i] = MR_ABSENT;
    row[field] = none ? MR_ABSENT : v;
}

bool mr_message_has_presence(const struct mr_type *t, uint32_t field) {
    const struct mr_message_field *f = &t->message->fields[field];
    return f->shape == MR_MESSAGE_ONE && !f->implicit;
}

bool mr_message_is_raw_any(const struct mr_value *v) {
    return v->tag == MR_V_RECORD && v->record->type->message &&
           v->record->type->message->well_known == MR_WK_ANY;
}

/* json_read.c -- objects of declared fields: one pass, lazy, first key wins.
 *
 * The reader walks the keys of the object, fills the slots that are wanted and stops behind the
 * last of them; what it passes over only has to end somewhere. Declared types nest at most
 * MR_TYPE_DEPTH deep, so reading them recurses; everything else (json.c) is iterative.
 *
 * Faults. A value that cannot be read makes an ERROR of its top-level slot (also when the fault is
 * inside a nested value), and the walk goes on behind it. A syntax error ends the walk: every
 * wanted slot that is not filled yet gets it.
 */
#include "processor/expr/access.h"
#include "processor/expr/base64.h"
#include "processor/expr/civil.h"
#include "processor/expr/json.h"

enum { UNSEEN = 255 }; /* tag of a wanted slot whose key has not come yet */

struct value_plan {
    enum mr_type_kind kind;
    enum mr_wire wire;              /* TIMESTAMP */
    const struct value_plan *elem;  /* LIST, MAP */
    const struct mr_json_plan *row; /* STRUCT */
};

struct mr_json_plan {
    const struct mr_type *type;
    uint32_t n_wanted;
    const struct value_plan *fields; /* by field */
    const struct mr_value *blank;    /* slots before reading: ABSENT or UNSEEN */
    uint32_t mask;                   /* of the table */
    const uint32_t *table;           /* open addressing over wanted names: field + 1 */
};

struct run {
    struct mr_json j;
    struct mr_arena *a;
    size_t before;                  /* used in a before this record */
    const struct mr_field *missing; /* with reason TYPE: this nested field is missing */
    enum mr_type_kind expected;     /* with reason TYPE and no problem text */
};

/* ---- plans */

static inline uint32_t name_hash(const char *p, size_t n) {
    if (n == 0) return 0;
    uint32_t ends = (uint32_t)(unsigned char)p[0] * 5 + (unsigned char)p[n - 1];
    return (uint32_t)n * 23 + ends + (uint32_t)(unsigned char)p[n / 2] * 11;
}

static void fill_table(struct mr_arena *a, struct mr_json_plan *p, const bool *wanted) {
    uint32_t size = 8;
    while (size < 4 * p->n_wanted) size *= 2;
    uint32_t *table = mr_arena_calloc(a, size, sizeof *table);
    p->mask = size - 1;
    for (uint32_t i = 0; i < p->type->n_fields; i++) {
        if (wanted && !wanted[i]) continue;
        struct mr_str name = p->type->fields[i].name;
        uint32_t at = name_hash(name.p, name.n) & p->mask;
        while (table[at]) at = (at + 1) & p->mask;
        table[at] = i + 1;
    }
    p->table = table;
}

static void plan_value(struct mr_arena *a, struct value_plan *p, const struct mr_type *t,
                       enum mr_wire wire) {
    p->kind = t->kind;
    p->wire = wire;
    if (t->kind == MR_T_STRUCT) p->row = mr_json_plan_new(a, t, NULL);
    if (t->kind != MR_T_LIST && t->kind != MR_T_MAP) return;
    struct value_plan *elem = mr_arena_calloc(a, 1, sizeof *elem);
    plan_value(a, elem, t->elem, MR_WIRE_DEFAULT);
    p->elem = elem;
}

const struct mr_json_plan *mr_json_plan_new(struct mr_arena *a, const struct mr_type *row,
                                            const bool *wanted) {
    struct mr_json_plan *p = mr_arena_calloc(a, 1, sizeof *p);
    struct value_plan *fields = mr_arena_calloc(a, row->n_fields, sizeof *fields);
    struct mr_value *blank = mr_arena_calloc(a, row->n_fields, sizeof *blank);
    p->type = row;
    p->fields = fields;
    p->blank = blank;
    for (uint32_t i = 0; i < row->n_fields; i++) {
        if (wanted && !wanted[i]) continue;
        plan_value(a, &fields[i], row->fields[i].type, row->fields[i].wire);
        blank[i].tag = UNSEEN;
        p->n_wanted++;
    }
    fill_table(a, p, wanted);
    return p;
}

/* The wanted field of a name, plus 1; 0 = not wanted. */
static inline uint32_t find(const struct mr_json_plan *p, const char *name, size_t n) {
    for (uint32_t at = name_hash(name, n) & p->mask; p->table[at]; at = (at + 1) & p->mask) {
        struct mr_str have = p->type->fields[p->table[at] - 1].name;
        if (have.n == n && memcmp(have.p, name, n) == 0) return p->table[at];
    }
    return 0;
}

/* ---- values */

static bool mismatch(struct run *r, enum mr_type_kind expected) {
    if (!mr_json_kind((struct mr_str){r->j.at, (size_t)(r->j.end - r->j.at)}))
        return mr_json_fail(&r->j, MR_R_DECODE_SYNTAX, r->j.at, "not a JSON value");
    r->expected = expected;
    return mr_json_fail(&r->j, MR_R_DECODE_TYPE, r->j.at, NULL);
}

static bool read_value(struct run *r, const struct value_plan *p, struct mr_value *to);
static bool read_row(struct run *r, const struct mr_json_plan *p, struct mr_value *slots, bool top);

static bool scan_number(struct run *r, enum mr_type_kind expected, struct mr_decimal *d,
                        struct mr_str *ret) {
    struct mr_json *j = &r->j;
    char c = *j->at;
    if (c != '-' && (c < '0' || c > '9')) return mismatch(r, expected);
    size_t n = mr_decimal_scan(j->at, (size_t)(j->end - j->at), d);
    if (n == 0) return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "not a JSON number");
    *ret = (struct mr_str){j->at, n};
    return true;
}

static bool read_number(struct run *r, enum mr_type_kind kind, struct mr_value *to) {
    struct mr_json *j = &r->j;
    struct mr_decimal d;
    struct mr_str text;
    if (!scan_number(r, kind, &d, &text)) return false;
    bool ok;
    if (kind == MR_T_INT) {
        to->tag = MR_V_INT;
        ok = mr_decimal_int(&d, &to->i);
    } else if (kind == MR_T_UINT) {
        to->tag = MR_V_UINT;
        ok = mr_decimal_uint(&d, &to->u);
    } else {
        to->tag = MR_V_DOUBLE;
        ok = mr_decimal_double(&d, text, &to->d);
    }
    if (!ok) {
        static const char *const texts[] = {[MR_T_INT] = "not an integer of 64 bits",
                                            [MR_T_UINT] = "not an unsigned integer of 64 bits",
                                            [MR_T_DOUBLE] = "outside the range of a double"};
        return mr_json_fail(j, MR_R_NUM_RANGE, j->at, texts[kind]);
    }
    j->at += text.n;
    return true;
}

static bool timestamp_of(int64_t v, enum mr_wire wire, struct mr_value *to) {
    static const int64_t per_second[] = {
        [MR_WIRE_MS] = 1000, [MR_WIRE_S] = 1, [MR_WIRE_US] = 1000000};
    int64_t unit = per_second[wire];
    int64_t s = v / unit - (v % unit < 0);
    if (s < MR_TIMESTAMP_MIN || s > MR_TIMESTAMP_MAX) return false;
    to->tag = MR_V_TIMESTAMP;
    to->i = s;
    to->aux = (uint32_t)((v - s * unit) * (1000000000 / unit));
    return true;
}

static bool read_wire_timestamp(struct run *r, enum mr_wire wire, struct mr_value *to) {
    struct mr_decimal d;
    struct mr_str text = {0};
    int64_t v;
    if (!scan_number(r, MR_T_INT, &d, &text)) return false;
    if (!mr_decimal_int(&d, &v) || !timestamp_of(v, wire, to))
        return mr_json_fail(&r->j, MR_R_NUM_RANGE, r->j.at,
                            "not an integral time within the years 0001 to 9999");
    r->j.at += text.n;
    return true;
}

/* A string that is read as something else; the text may be in the arena. */
static bool read_text(struct run *r, enum mr_type_kind expected, struct mr_str *ret) {
    struct mr_value v;
    if (*r->j.at != '"') return mismatch(r, expected);
    if (!mr_json_string_value(&r->j, r->a, &v)) return false;
    *ret = (struct mr_str){v.p, v.len};
    return true;
}

static bool read_timestamp(struct run *r, enum mr_wire wire, struct mr_value *to) {
    struct mr_json *j = &r->j;
    const char *first = j->at;
    struct mr_str text;
    int64_t s;
    uint32_t ns;
    if (wire != MR_WIRE_DEFAULT) return read_wire_timestamp(r, wire, to);
    if (*first == '-' || (*first >= '0' && *first <= '9'))
        return mr_json_fail(j, MR_R_DECODE_TYPE, first,
                            "expected a timestamp as RFC 3339 string, found a number (declare "
                            "timestamp_ms, timestamp_s or timestamp_us)");
    if (!read_text(r, MR_T_TIMESTAMP, &text)) return false;
    if (!mr_parse_rfc3339(text, &s, &ns))
        return mr_json_fail(j, MR_R_DECODE_TYPE, first, "not an RFC 3339 timestamp");
    *to = (struct mr_value){.tag = MR_V_TIMESTAMP, .aux = ns, .i = s};
    return true;
}

static bool read_duration(struct run *r, struct mr_value *to) {
    const char *first = r->j.at;
    struct mr_str text;
    if (!read_text(r, MR_T_DURATION, &text)) return false;
    to->tag = MR_V_DURATION;
    if (!mr_parse_cel_duration(text, &to->i))
        return mr_json_fail(&r->j, MR_R_DECODE_TYPE, first, "not a duration such as `1h30m`");
    return true;
}

static bool read_bytes(struct run *r, struct mr_value *to) {
    const char *first = r->j.at;
    struct mr_str text, bytes;
    if (!read_text(r, MR_T_BYTES, &text)) return false;
    if (!mr_base64_read(r->a, text, &bytes))
        return mr_json_fail(&r->j, MR_R_DECODE_TYPE, first, "not base64");
    *to = mr_bytesv(bytes);
    return true;
}

static bool read_bool(struct run *r, struct mr_value *to) {
    char c = *r->j.at;
    if (c != 't' && c != 'f') return mismatch(r, MR_T_BOOL);
    if (!(c == 't' ? mr_json_word(&r->j, "true", 4) : mr_json_word(&r->j, "false", 5)))
        return false;
    *to = mr_bool(c == 't');
    return true;
}

static bool read_json(struct run *r, struct mr_value *to) {
    const char *first = r->j.at;
    if (!mr_json_check(&r->j)) return false;
    *to = (struct mr_value){.tag = MR_V_JSON, .len = (uint32_t)(r->j.at - first), .p = first};
    return true;
}

/* For n bytes more. */
static bool has_memory(struct run *r, size_t n) {
    if (r->a->used - r->before + n <= MR_RECORD_MEMORY) return true;
    return mr_json_fail(&r->j, MR_R_DECODE_LIMIT, r->j.at, "too many values in one record");
}

static bool read_struct(struct run *r, const struct mr_json_plan *p, struct mr_value *to) {
    uint32_t n = p->type->n_fields;
    if (*r->j.at != '{') return mismatch(r, MR_T_STRUCT);
    if (!has_memory(r, n * sizeof(struct mr_value))) return false;
    struct mr_value *row = mr_arena_alloc(r->a, n * sizeof *row);
    if (!read_row(r, p, row, false)) return false;
    *to = (struct mr_value){.tag = MR_V_STRUCT, .len = n, .row = row};
    return true;
}

/* ---- lists and maps: arrays that double in the arena */

/* Behind `[`, `{` or an element: is there another? Stands at it, or behind the closing bracket. */
static bool more(struct run *r, char close, bool first, bool *ret) {
    struct mr_json *j = &r->j;
    mr_json_space(j);
    if (j->at == j->end) return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "the text ends here");
    *ret = *j->at != close;
    if (!*ret) {
        j->at++;
        return true;
    }
    if (first) return true;
    if (*j->at != ',')
        return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "`,` or a closing bracket is missing");
    j->at++;
    mr_json_space(j);
    if (j->at == j->end) return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "the text ends here");
    return true;
}

/* NULL: too many. */
static void *double_array(struct run *r, void *p, uint32_t n, uint32_t *cap, size_t size) {
    if (n < *cap) return p;
    *cap = *cap ? 2 * *cap : 4;
    if (!has_memory(r, *cap * size)) return NULL;
    void *to = mr_arena_alloc(r->a, *cap * size);
    if (n) memcpy(to, p, n * size);
    return to;
}

static bool read_list(struct run *r, const struct value_plan *p, struct mr_value *to) {
    struct mr_value *list = NULL;
    uint32_t n = 0, cap = 0;
    bool another;
    if (*r->j.at != '[') return mismatch(r, MR_T_LIST);
    r->j.at++;
    for (;; n++) {
        if (!more(r, ']', n == 0, &another)) return false;
        if (!another) break;
        list = double_array(r, list, n, &cap, sizeof *list);
        if (!list) return false;
        if (!read_value(r, p->elem, &list[n])) return false;
    }
    *to = (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
    return true;
}

static bool expect_colon(struct run *r) {
    struct mr_json *j = &r->j;
    mr_json_space(j);
    if (j->at == j->end || *j->at != ':')
        return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "`:` is missing");
    j->at++;
    mr_json_space(j);
    if (j->at == j->end) return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "the text ends here");
    return true;
}

static bool read_map(struct run *r, const struct value_plan *p, struct mr_value *to) {
    struct mr_map_entry *map = NULL;
    uint32_t n = 0, cap = 0;
    bool another;
    if (*r->j.at != '{') return mismatch(r, MR_T_MAP);
    r->j.at++;
    for (bool first = true;; first = false) {
        if (!more(r, '}', first, &another)) return false;
        if (!another) break;
        map = double_array(r, map, n, &cap, sizeof *map);
        if (!map) return false;
        if (*r->j.at != '"')
            return mr_json_fail(&r->j, MR_R_DECODE_SYNTAX, r->j.at, "a key is missing");
        if (!mr_json_string_value(&r->j, r->a, &map[n].key) || !expect_colon(r)) return false;
        if (*r->j.at == 'n' && p->elem->kind != MR_T_DYN) { /* null: absent */
            if (!mr_json_word(&r->j, "null", 4)) return false;
            continue;
        }
        if (!read_value(r, p->elem, &map[n].value)) return false;
        n++;
    }
    n = (uint32_t)mr_map_unique(r->a, map, n, false);
    *to = (struct mr_value){.tag = MR_V_MAP, .len = n, .map = map};
    return true;
}

/* The value at r->j.at, which is no white space and not the end. */
static bool read_value(struct run *r, const struct value_plan *p, struct mr_value *to) {
    *to = MR_ABSENT;
    switch (p->kind) {
    case MR_T_STRING:
        if (*r->j.at != '"') return mismatch(r, MR_T_STRING);
        return mr_json_string_value(&r->j, r->a, to);
    case MR_T_INT:
    case MR_T_UINT:
    case MR_T_DOUBLE: return read_number(r, p->kind, to);
    case MR_T_BOOL: return read_bool(r, to);
    case MR_T_TIMESTAMP: return read_timestamp(r, p->wire, to);
    case MR_T_DURATION: return read_duration(r, to);
    case MR_T_BYTES: return read_bytes(r, to);
    case MR_T_LIST: return read_list(r, p, to);
    case MR_T_MAP: return read_map(r, p, to);
    case MR_T_STRUCT: return read_struct(r, p->row, to);
    default: return read_json(r, to);
    }
}

/* ---- errors as values */

static const char *found(const struct mr_json *j) {
    char kind = mr_json_kind((struct mr_str){j->where, (size_t)(j->end - j->where)});
    switch (kind) {
    case '{': return "an object";
    case '[': return "a list";
    case '"': return "a string";
    case '0': return "a number";
    case 'n': return "null";
    case 0: return "no JSON value";
    default: return "a bool";
    }
}

static struct mr_value error_of(const struct run *r, const struct mr_field *f) {
    static const char *const expected[MR_T_ERROR + 1] = {
        [MR_T_BOOL] = "a bool",        [MR_T_INT] = "an integer",
        [MR_T_UINT] = "an integer",    [MR_T_DOUBLE] = "a number",
        [MR_T_STRING] = "a string",    [MR_T_BYTES] = "a base64 string",
        [MR_T_LIST] = "a list",        [MR_T_MAP] = "an object",
        [MR_T_STRUCT] = "an object",   [MR_T_TIMESTAMP] = "a timestamp as RFC 3339 string",
        [MR_T_DURATION] = "a duration"};
    const struct mr_json *j = &r->j;
    struct mr_str name = f ? f->name : MR_STR("");
    const char *of = f ? "field `" : "", *colon = f ? "`: " : "";
    size_t where = (size_t)(j->where - j->begin);
    if (j->reason == MR_R_DECODE_TYPE && r->missing)
        return mr_error_value(r->a, j->reason,
                              "field `%.*s`: `%.*s` is missing in the object at "
                              "byte %zu",
                              MR_STR_ARG(name), MR_STR_ARG(r->missing->name), where);
    if (j->reason == MR_R_DECODE_TYPE && !j->problem)
        return mr_error_value(r->a, j->reason, "%s%.*s%sexpected %s, found %s at byte %zu", of,
                              MR_STR_ARG(name), colon, expected[r->expected], found(j), where);
    return mr_error_value(r->a, j->reason, "%s%.*s%s%s at byte %zu", of, MR_STR_ARG(name), colon,
                          j->problem, where);
}

/* ---- objects */

/* The key at `at`, up to its value. *ret: its field plus 1, 0 = not wanted. */
static bool read_key(struct run *r, const struct mr_json_plan *p, uint32_t *ret) {
    struct mr_json *j = &r->j;
    if (*j->at != '"') return mr_json_fail(j, MR_R_DECODE_SYNTAX, j->at, "a key is missing");
    const char *first = j->at + 1;
    const char *end = mr_json_plain_end(first, j->end, false);
    if (end < j->end && *end == '"') {
        *ret = find(p, first, (size_t)(end - first));
        j->at = end + 1;
    } else {
        struct mr_value key;
        if (!mr_json_string_value(j, r->a, &key)) return false;
        *ret = find(p, key.p, key.len);
    }
    if (j->end - j->at >= 2 && j->at[0] == ':' && j->at[1] > ' ') {
        j->at++;
        return true;
    }
    return expect_colon(r);
}

static struct mr_value missing(struct run *r, const struct mr_field *f) {
    struct mr_value v =
        mr_error_value(r->a, MR_R_DECODE_TYPE, "field `%.*s` is missing", MR_STR_ARG(f->name));
    v.flags |= MR_VF_MISSING;
    return v;
}

/* Null: absent, or missing where the field is required; `json` keeps it. */
static bool read_null(struct run *r, const struct mr_field *f, struct mr_value *slot, bool top) {
    const char *first = r->j.at;
    if (!mr_json_word(&r->j, "null", 4)) return false;
    *slot = MR_ABSENT;
    if (f->optional) return true;
    if (top) {
        *slot = missing(r, f);
        return true;
    }
    r->missing = f;
    return mr_json_fail(&r->j, MR_R_DECODE_TYPE, first, NULL);
}

static bool read_field(struct run *r, const struct mr_json_plan *p, uint32_t i,
                       struct mr_value *slot, bool top) {
    const struct mr_field *f = &p->type->fields[i];
    const char *first = r->j.at;
    bool ok;
    if (*first == 'n' && (f->optional || p->fields[i].kind != MR_T_DYN))
        ok = read_null(r, f, slot, top);
    else
        ok = read_value(r, &p->fields[i], slot);
    if (ok || !top) return ok;
    *slot = error_of(r, f);
    if (r->j.reason == MR_R_DECODE_SYNTAX) return false;
    r->missing = NULL;
    r->j.at = first;
    if (!mr_json_skip(&r->j)) return false;
    *slot = mr_error_with(r->a, slot, (struct mr_str){first, (size_t)(r->j.at - first)});
    return true;
}

/* What never came: absent, or an error where it is required. */
static bool finish_row(struct run *r, const struct mr_json_plan *p, struct mr_value *slots,
                       const char *first, bool top) {
    for (uint32_t i = 0; i < p->type->n_fields; i++) {
        const struct mr_field *f = &p->type->fields[i];
        if (slots[i].tag != UNSEEN) continue;
        slots[i] = MR_ABSENT;
        if (f->optional) continue;
        if (top) {
            slots[i] = missing(r, f);
            continue;
        }
        r->missing = f;
        return mr_json_fail(&r->j, MR_R_DECODE_TYPE, first, NULL);
    }
    return true;
}

/* As mr_json_skip; most values that are passed over are strings without escapes. */
static inline bool skip_value(struct mr_json *j) {
    if (*j->at == '"') {
        const char *end = mr_json_plain_end(j->at + 1, j->end, false);
        if (end < j->end && *end == '"') {
            j->at = end + 1;
            return true;
        }
    }
    return mr_json_skip(j);
}

/* As `more`, for the next key; most often it follows its comma directly. */
static inline bool more_keys(struct run *r, bool first, bool *ret) {
    struct mr_json *j = &r->j;
    if (!first && j->end - j->at >= 2 && j->at[0] == ',' && j->at[1] == '"') {
        j->at++;
        *ret = true;
        return true;
    }
    return more(r, '}', first, ret);
}

/* The object at `at`. top: errors become values of their slots, and the walk ends behind the last
 * wanted field; otherwise they end it, and it goes on to the end of the object. */
/* slots: of the top they are blank already. */
static bool read_row(struct run *r, const struct mr_json_plan *p, struct mr_value *slots,
                     bool top) {
    struct mr_json *j = &r->j;
    const char *begin = j->at++;
    uint32_t left = p->n_wanted;
    bool another;
    if (!top) memcpy(slots, p->blank, p->type->n_fields * sizeof *slots);
    for (bool first = true; left || !top; first = false) {
        uint32_t field = 0;
        if (!more_keys(r, first, &another)) return false;
        if (!another) return finish_row(r, p, slots, begin, top);
        if (!read_key(r, p, &field)) return false;
        struct mr_value *slot = field ? &slots[field - 1] : NULL;
        if (!slot || slot->tag != UNSEEN) {
            if (!skip_value(j)) return false;
            continue;
        }
        if (!read_field(r, p, field - 1, slot, top)) return false;
        left--;
    }
    return true;
}

static void fill_unseen(const struct mr_json_plan *p, struct mr_value *slots, struct mr_value v) {
    for (uint32_t i = 0; i < p->type->n_fields; i++)
        if (slots[i].tag == UNSEEN) slots[i] = v;
}

void mr_json_read_row(const struct mr_json_plan *p, struct mr_str text, struct mr_value *slots,
                      struct mr_arena *a) {
    struct run r = {.j = mr_json_of(text), .a = a, .before = a->used};
    memcpy(slots, p->blank, p->type->n_fields * sizeof *slots);
    mr_json_space(&r.j);
    bool ok;
    if (text.n > MR_JSON_MAX)
        ok = mr_json_fail(&r.j, MR_R_DECODE_LIMIT, r.j.at, "too large");
    else if (r.j.at == r.j.end)
        ok = mr_json_fail(&r.j, MR_R_DECODE_SYNTAX, r.j.at, "the text is empty");
    else
        ok = *r.j.at == '{' ? read_row(&r, p, slots, true) : mismatch(&r, MR_T_STRUCT);
    if (!ok) fill_unseen(p, slots, error_of(&r, NULL));
}

struct mr_value mr_json_read_any(struct mr_str text, struct mr_arena *a) {
    struct run r = {.j = mr_json_of(text), .a = a, .before = a->used};
    struct mr_value v;
    if (text.n > MR_JSON_MAX) {
        mr_json_fail(&r.j, MR_R_DECODE_LIMIT, r.j.at, "too large");
        return error_of(&r, NULL);
    }
    mr_json_space(&r.j);
    if (!read_json(&r, &v)) return error_of(&r, NULL);
    mr_json_space(&r.j);
    if (r.j.at == r.j.end) return v;
    mr_json_fail(&r.j, MR_R_DECODE_SYNTAX, r.j.at, "text behind the value");
    return error_of(&r, NULL);
}

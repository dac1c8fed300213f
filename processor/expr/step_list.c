/* step_list.c -- steps on lists, maps, JSON and optionals, and what is asked of any value. */
#include "processor/expr/run.h"

#include "processor/expr/fns.h"
#include "processor/expr/json.h"

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

/* ---- making */

static bool skipped(const struct mr_value *marks, uint32_t i, const struct mr_value *v) {
    return marks->len && marks->p[i] && v->tag == MR_V_ABSENT;
}

STEP_FN_OF(make_list) { /* b: marks, one byte an element, or none */
    uint32_t n = (uint32_t)s->imm, len = 0;
    if (!mr_run_charge(r, s, n)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, n * sizeof *list);
    for (uint32_t i = 0; i < n; i++) {
        if (!skipped(b, i, &a[i])) list[len++] = a[i];
    }
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = len, .list = list};
    return true;
}

/* *ret: NULL where there is none. false: out of fuel. */
static bool find(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *map,
                 const struct mr_value *key, const struct mr_map_entry **ret) {
    bool found = false;
    *ret = NULL;
    if (!mr_run_charge(r, s, map->len)) return false;
    for (uint32_t i = 0; i < map->len && !found; i++) {
        if (!mr_run_eq(r, s, &map->map[i].key, key, NULL, &found)) return false;
        if (found) *ret = &map->map[i];
    }
    return true;
}

static bool is_key(const struct mr_value *v) {
    return v->tag == MR_V_INT || v->tag == MR_V_UINT || v->tag == MR_V_BOOL ||
           v->tag == MR_V_STRING;
}

STEP_FN_OF(make_map) {
    uint32_t n = (uint32_t)s->imm;
    if (!mr_run_charge(r, s, n)) return false;
    struct mr_map_entry *map = mr_arena_alloc(r->f->arena, n * sizeof *map);
    struct mr_value v = {.tag = MR_V_MAP, .map = map};
    for (uint32_t i = 0; i < n; i++) {
        if (skipped(b, i, &a[2 * i + 1])) continue;
        struct mr_value key = mr_run_plain(r, s, &a[2 * i]);
        if (!is_key(&key)) {
            return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%s cannot be a key", mr_tag_name(&key));
        }
        const struct mr_map_entry *before;
        if (!find(r, s, &v, &key, &before)) return false;
        if (before) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a key comes twice");
        map[v.len++] = (struct mr_map_entry){key, a[2 * i + 1]};
    }
    *dst = v;
    return true;
}

STEP_FN_OF(concat_list) {
    size_t n = (size_t)a->len + b->len;
    if (!mr_run_charge(r, s, n)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, n * sizeof *list);
    if (a->len) memcpy(list, a->list, a->len * sizeof *list);
    if (b->len) memcpy(list + a->len, b->list, b->len * sizeof *list);
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)n, .list = list};
    return true;
}

/* ---- in */

STEP_FN_OF(in_list) {
    const struct mr_type *t = r->p->types[s->place];
    if (!mr_run_charge(r, s, b->len)) return false;
    bool found = false;
    if (a->tag == MR_V_STRING) {
        for (uint32_t i = 0; i < b->len && !found; i++) {
            const struct mr_value *v = &b->list[i];
            bool no = v->tag == MR_V_STRING && v->len != a->len;
            if (!no && !mr_run_eq(r, s, v, a, NULL, &found)) return false;
        }
    } else {
        for (uint32_t i = 0; i < b->len && !found; i++)
            if (!mr_run_eq(r, s, &b->list[i], a, t, &found)) return false;
    }
    *dst = mr_bool(found);
    return true;
}

STEP_FN_OF(in_map) {
    struct mr_value key = mr_run_plain(r, s, a);
    const struct mr_map_entry *e;
    if (!find(r, s, b, &key, &e)) return false;
    *dst = mr_bool(e != NULL);
    return true;
}

STEP_FN_OF(in_any) {
    struct mr_value v = mr_run_plain(r, s, b);
    if (v.tag == MR_V_LIST) return mr_step_in_list(r, s, dst, a, &v);
    if (v.tag == MR_V_MAP) return mr_step_in_map(r, s, dst, a, &v);
    return mr_run_no_overload(r, s, a, &v);
}

/* ---- index: NULL = not there */

/* An index may be any whole number; -1: outside. */
static bool index_of(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *key,
                     uint32_t len, int64_t *ret) {
    *ret = -1;
    switch (key->tag) {
    case MR_V_INT:
        if (key->i >= 0 && key->i < len) *ret = key->i;
        return true;
    case MR_V_UINT:
        if (key->u < len) *ret = (int64_t)key->u;
        return true;
    case MR_V_DOUBLE:
        if (!(key->d >= 0 && key->d < len)) return true;
        if (key->d != (double)(int64_t)key->d) break;
        *ret = (int64_t)key->d;
        return true;
    default: break;
    }
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%s is no index of a list", mr_tag_name(key));
}

static bool missing(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *key) {
    if (key->tag == MR_V_STRING) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no key \"%.*s\"",
                           key->len > 40 ? 40 : (int)key->len, key->p ? key->p : "");
    }
    if (key->tag == MR_V_INT) {
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no element %lld", (long long)key->i);
    }
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no such key or element");
}

static bool get_json(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                     const struct mr_value *key, struct mr_value *ret) {
    struct mr_str t = {a->p, a->len}, found;
    char kind = mr_json_kind(t);
    bool there;
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    if (kind == '{' && key->tag == MR_V_STRING) {
        there = mr_json_get(t, (struct mr_str){key->p, key->len}, &found);
    } else if (kind == '{') {
        there = false; /* keys of JSON are strings */
    } else {
        int64_t i;
        if (!index_of(r, s, key, UINT32_MAX, &i)) return false;
        there = i >= 0 && mr_json_at(t, (size_t)i, &found);
    }
    *ret = there ? mr_json_scalar(r->f->arena, found) : MR_ABSENT;
    if (ret->tag == MR_V_ERROR) {
        r->error = *ret;
        return false;
    }
    return true;
}

static bool get_record(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                       const struct mr_value *key, struct mr_value *ret) {
    if (!mr_run_charge(r, s, mr_record_elements(a))) return false;
    *ret = mr_record_get(r->f->arena, a, (struct mr_str){key->p, key->len});
    if (ret->tag != MR_V_ERROR) return true;
    r->error = *ret;
    return false;
}

static bool get_dyn(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                    const struct mr_value *b, struct mr_value *ret);

/* Of nothing nothing; what is found is an optional. */
static bool get_optional(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                         const struct mr_value *b, struct mr_value *ret) {
    struct mr_value v = MR_ABSENT;
    if (a->len && !get_dyn(r, s, a->list, b, &v)) return false;
    *ret = (struct mr_value){.tag = MR_V_OPTIONAL, .len = v.tag != MR_V_ABSENT};
    if (ret->len) ret->list = mr_arena_dup(r->f->arena, &v, sizeof v);
    return true;
}

/* *ret: ABSENT = no such key or element. */
static bool get_dyn(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *a,
                    const struct mr_value *b, struct mr_value *ret) {
    struct mr_value key = mr_run_plain(r, s, b), v = *a;
    char kind = v.tag == MR_V_JSON ? mr_json_kind((struct mr_str){v.p, v.len}) : 0;
    if (kind == '{' || kind == '[') return get_json(r, s, &v, &key, ret);
    if (v.tag == MR_V_RECORD && key.tag == MR_V_STRING) return get_record(r, s, &v, &key, ret);
    if (v.tag == MR_V_OPTIONAL) return get_optional(r, s, &v, &key, ret);
    v = mr_run_plain(r, s, &v);
    if (v.tag == MR_V_LIST) {
        int64_t i;
        if (!index_of(r, s, &key, v.len, &i)) return false;
        *ret = i < 0 ? MR_ABSENT : v.list[i];
        return true;
    }
    if (v.tag != MR_V_MAP) return mr_run_no_overload(r, s, &v, &key);
    const struct mr_map_entry *e;
    if (!find(r, s, &v, &key, &e)) return false;
    *ret = e ? e->value : MR_ABSENT;
    return true;
}

STEP_FN_OF(list_get) {
    if (b->i < 0 || b->i >= a->len) return missing(r, s, b);
    *dst = a->list[b->i];
    return true;
}

STEP_FN_OF(list_get_opt) {
    *dst = b->i < 0 || b->i >= a->len ? MR_ABSENT : a->list[b->i];
    return true;
}

STEP_FN_OF(map_get) {
    struct mr_value key = mr_run_plain(r, s, b);
    const struct mr_map_entry *e;
    if (!find(r, s, a, &key, &e)) return false;
    if (!e) return missing(r, s, &key);
    *dst = e->value;
    return true;
}

STEP_FN_OF(map_get_opt) {
    struct mr_value key = mr_run_plain(r, s, b);
    const struct mr_map_entry *e;
    if (!find(r, s, a, &key, &e)) return false;
    *dst = e ? e->value : MR_ABSENT;
    return true;
}

STEP_FN_OF(dyn_get) {
    struct mr_value v;
    if (!get_dyn(r, s, a, b, &v)) return false;
    if (v.tag == MR_V_ABSENT) return missing(r, s, b);
    *dst = v;
    return true;
}

STEP_FN_OF(dyn_get_opt) { /* imm: millrace mode, null.?x is absent */
    struct mr_value v = mr_run_plain(r, s, a);
    if (v.tag == MR_V_NULL && s->imm) {
        *dst = MR_ABSENT;
        return true;
    }
    if (v.tag == MR_V_RECORD && b->tag == MR_V_STRING) { /* a message: one that is not set */
        bool set;
        struct mr_str name = {b->p, b->len};
        if (!mr_record_has(&v, name, &set)) return missing(r, s, b);
        *dst = MR_ABSENT;
        return !set || get_record(r, s, &v, b, dst);
    }
    if (!get_dyn(r, s, a, b, &v)) return false;
    *dst = v;
    return true;
}

STEP_FN_OF(has_key) {
    struct mr_value v = mr_run_plain(r, s, a), key = mr_run_plain(r, s, b);
    if (v.tag == MR_V_OPTIONAL) {
        *dst = mr_bool(false);
        return v.len == 0 || mr_step_has_key(r, s, dst, v.list, &key);
    }
    if (v.tag == MR_V_RECORD && key.tag == MR_V_STRING) { /* a message */
        bool set;
        if (!mr_record_has(&v, (struct mr_str){key.p, key.len}, &set)) return missing(r, s, &key);
        *dst = mr_bool(set);
        return true;
    }
    if (v.tag == MR_V_MAP) {
        const struct mr_map_entry *e;
        if (!find(r, s, &v, &key, &e)) return false;
        *dst = mr_bool(e != NULL);
        return true;
    }
    if (v.tag == MR_V_NULL && s->imm) {
        *dst = mr_bool(false);
        return true;
    }
    return mr_run_no_overload(r, s, &v, &key);
}

/* ---- any value */

STEP_FN_OF(type_of) {
    struct mr_value v = a->tag == MR_V_JSON ? mr_run_plain(r, s, a) : *a;
    bool message = v.tag == MR_V_RECORD && v.record->type->message;
    const struct mr_type *t = message ? v.record->type : mr_type_of_tag[v.tag];
    *dst = (struct mr_value){.tag = MR_V_TYPE, .type = t};
    return true;
}

STEP_FN_OF(check) { /* imm: the tag that is needed */
    struct mr_value v = mr_run_plain(r, s, a);
    if (v.tag == MR_V_INT && s->imm == MR_V_DOUBLE && r->p->wide) v = mr_double((double)v.i);
    if (v.tag != s->imm) {
        struct mr_value wanted = {.tag = (uint8_t)s->imm};
        return mr_run_fail(r, s, MR_R_EXPR_ERROR, "%s is needed, this is %s", mr_tag_name(&wanted),
                           mr_tag_name(&v));
    }
    *dst = v;
    return true;
}

static bool is_zero(const struct mr_value *v, const struct mr_type *t) {
    switch ((enum mr_tag)v->tag) {
    case MR_V_BOOL: return !v->b;
    case MR_V_INT:
    case MR_V_UINT:
    case MR_V_DURATION: return v->i == 0;
    case MR_V_DOUBLE: return v->d == 0;
    case MR_V_STRING:
    case MR_V_BYTES:
    case MR_V_LIST:
    case MR_V_MAP: return v->len == 0;
    case MR_V_TIMESTAMP: return v->i == 0 && v->aux == 0;
    case MR_V_STRUCT:
        for (uint32_t i = 0; i < mr_value_n_fields(v, t); i++) {
            if (v->row[i].tag != MR_V_ABSENT) return false;
        }
        return true;
    case MR_V_RECORD: {
        struct mr_value row = mr_struct(v->record->row);
        return is_zero(&row, v->record->type);
    }
    case MR_V_OPTIONAL: return v->len == 0;
    case MR_V_ABSENT:
    case MR_V_NULL: return true;
    default: return false;
    }
}

STEP_FN_OF(non_zero) {
    struct mr_value v = a->tag == MR_V_JSON ? mr_run_plain(r, s, a) : *a;
    *dst = is_zero(&v, r->p->types[s->place]) ? MR_ABSENT : v;
    return true;
}

STEP_FN_OF(opt_value) {
    if (a->tag == MR_V_ABSENT) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "value() of nothing");
    *dst = *a;
    return true;
}

/* ---- meta */

static struct mr_value c_string(const char *p) {
    struct mr_str s = mr_str(p);
    return mr_string(s);
}

static bool is_earlier(const struct mr_value *map, struct mr_str name) {
    for (uint32_t i = 0; i < map->len; i++)
        if (mr_str_eq((struct mr_str){map->map[i].key.p, map->map[i].key.len}, name)) return true;
    return false;
}

static struct mr_value headers(struct mr_run *r, const struct mr_origin *o) {
    struct mr_map_entry *map = mr_arena_alloc(r->f->arena, o->n_headers * sizeof *map);
    struct mr_value v = {.tag = MR_V_MAP, .map = map};
    for (uint32_t i = 0; i < o->n_headers; i++) {
        struct mr_value name = mr_string(o->headers[i].name);
        if (is_earlier(&v, o->headers[i].name)) continue;
        struct mr_value *list = mr_arena_alloc(r->f->arena, (o->n_headers - i) * sizeof *list);
        uint32_t n = 0;
        for (uint32_t k = i; k < o->n_headers; k++) {
            if (!mr_str_eq(o->headers[k].name, o->headers[i].name)) continue;
            list[n++] = mr_bytesv(o->headers[k].value); /* a null header counts as empty */
        }
        map[v.len++] = (struct mr_map_entry){name, {.tag = MR_V_LIST, .len = n, .list = list}};
    }
    return v;
}

STEP_FN_OF(meta) { /* imm: enum mr_meta_field; b: it must be there */
    const struct mr_origin *o = r->f->origin;
    if (!o) return mr_run_fail(r, s, MR_R_EXPR_ERROR, "no source record");
    struct mr_value v = MR_ABSENT;
    switch ((enum mr_meta_field)s->imm) {
    case MR_META_KEY: v = o->meta_key; break;
    case MR_META_TOPIC: v = c_string(o->topic); break;
    case MR_META_PARTITION: v = mr_int(o->partition); break;
    case MR_META_OFFSET: v = mr_int(o->offset); break;
    case MR_META_TIMESTAMP: v = mr_timestamp_ms(o->timestamp); break;
    case MR_META_APPENDED:
        if (o->appended != -1) v = mr_timestamp_ms(o->appended);
        break;
    case MR_META_HEADERS:
        if (!mr_run_charge(r, s, (size_t)o->n_headers * o->n_headers)) return false;
        v = headers(r, o);
        break;
    case MR_META_SOURCE: v = c_string(o->source); break;
    case MR_META_ORIGIN_KEY: v = o->origin_key; break;
    default: break;
    }
    if (v.tag == MR_V_ERROR) {
        r->error = v;
        return false;
    }
    if (v.tag == MR_V_ABSENT && s->b) {
        return mr_run_fail(r, s, s->imm == MR_META_KEY ? MR_R_KEY_NULL : MR_R_EXPR_ERROR,
                           "no value");
    }
    *dst = v;
    return true;
}

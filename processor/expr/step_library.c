/* step_library.c -- millrace's own functions on URLs, JSON texts, headers, places, maps and lists.
 */
#include "processor/expr/run.h"

#include "processor/expr/codec.h"
#include "processor/expr/json.h"
#include "processor/expr/url.h"
#include "processor/expr/utf8.h"

#include <math.h>

#define STEP_FN_OF(name)                                                                           \
    bool mr_step_##name(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,      \
                        const struct mr_value *a, const struct mr_value *b)

static struct mr_str text(const struct mr_value *v) {
    return (struct mr_str){v->len ? v->p : "", v->len};
}

STEP_FN_OF(url_parse) {
    if (!mr_run_charge(r, s, a->len / 4)) return false;
    *dst = mr_url_parse(r->f->arena, text(a));
    return true;
}

/* ---- JSON as text */

STEP_FN_OF(json_parse) {
    struct mr_json j = mr_json_of(text(a));
    if (!mr_run_charge(r, s, a->len / 16)) return false;
    mr_json_space(&j);
    struct mr_str t = {j.at, (size_t)(j.end - j.at)};
    if (!mr_json_check(&j)) {
        return mr_run_fail(r, s, j.reason, "no JSON: %s at byte %zu", j.problem,
                           (size_t)(j.where - j.begin));
    }
    t.n = (size_t)(j.at - t.p);
    mr_json_space(&j);
    if (j.at < j.end) {
        return mr_run_fail(r, s, MR_R_DECODE_SYNTAX, "no JSON: more text at byte %zu",
                           (size_t)(j.at - j.begin));
    }
    struct mr_value v = mr_json_scalar(r->f->arena, t);
    if (v.tag == MR_V_ERROR) {
        return mr_run_fail(r, s, (enum mr_reason)v.aux, "no JSON: %s", v.fault->text);
    }
    *dst = v;
    return true;
}

/* The writer's buffer lives in the arena and cannot grow: what does not fit is written again. */
STEP_FN_OF(json_format) {
    for (size_t n = 256;; n *= 16) {
        struct mr_fault fault = {0};
        bool last = n >= MR_RUN_STRING_MAX;
        if (last) n = MR_RUN_STRING_MAX;
        char *to = mr_run_bytes(r, s, n);
        if (!to) return false;
        struct mr_buf buf = {.p = to, .cap = n, .max = n};
        if (mr_write_json(r->p->types[s->place], a, &buf, &fault)) {
            struct mr_str made = {buf.p, buf.n};
            struct mr_value v = mr_string(made);
            v.flags = mr_utf8_ascii_prefix(made) == made.n ? MR_VF_ASCII : 0;
            *dst = v;
            return true;
        }
        if (fault.reason != MR_R_SIZE || last) {
            return mr_run_fail(r, s, fault.reason, "%s", fault.text);
        }
    }
}

/* ---- headers */

STEP_FN_OF(header) { /* the first of the name; one without a value is absent */
    const struct mr_origin *o = r->f->origin;
    struct mr_str name = text(a);
    bool is_ascii;
    *dst = MR_ABSENT;
    if (!o) return true;
    if (!mr_run_charge(r, s, o->n_headers)) return false;
    for (uint32_t i = 0; i < o->n_headers; i++) {
        const struct mr_header *h = &o->headers[i];
        if (!mr_str_eq(h->name, name)) continue;
        if (!h->value.p) return true;
        if (!mr_run_charge(r, s, h->value.n / 16)) return false;
        if (!mr_utf8_valid(h->value, &is_ascii)) {
            return mr_run_fail(r, s, MR_R_DECODE_UTF8, "the header is not valid UTF-8");
        }
        *dst = mr_string(h->value);
        dst->flags = is_ascii ? MR_VF_ASCII : 0;
        return true;
    }
    return true;
}

/* ---- places */

static bool degrees(struct mr_run *r, const struct mr_expr_step *s, const struct mr_value *v,
                    double max, const char *what, double *ret) {
    if (v->tag != MR_V_DOUBLE && v->tag != MR_V_INT && v->tag != MR_V_UINT) {
        return mr_run_no_overload(r, s, v, NULL);
    }
    *ret = v->tag == MR_V_DOUBLE ? v->d : v->tag == MR_V_INT ? (double)v->i : (double)v->u;
    if (fabs(*ret) <= max) return true;
    return mr_run_fail(r, s, MR_R_EXPR_ERROR, "a %s is from -%g to %g", what, max, max);
}

/* Metres along the great circle, by the haversine formula on the sphere of the Earth's mean radius
 * R1 (2a + b) / 3 of the WGS 84 ellipsoid (H. Moritz, Geodetic Reference System 1980). sin, cos and
 * asin are the C library's, which are not the same to the last bit everywhere: two machines may
 * differ by some nanometres. */
STEP_FN_OF(geo_distance) {
    static const double radius = 6371008.7714, rad = M_PI / 180;
    double lat1 = 0, lon1 = 0, lat2 = 0, lon2 = 0;
    if (!degrees(r, s, a, 90, "latitude", &lat1) || !degrees(r, s, &b[0], 360, "longitude", &lon1))
        return false;
    if (!degrees(r, s, &b[1], 90, "latitude", &lat2) ||
        !degrees(r, s, &b[2], 360, "longitude", &lon2))
        return false;
    double y = sin((lat2 - lat1) * rad / 2), x = sin((lon2 - lon1) * rad / 2);
    double h = y * y + cos(lat1 * rad) * cos(lat2 * rad) * x * x;
    *dst = mr_double(2 * radius * asin(sqrt(h < 1 ? h : 1)));
    return true;
}

/* ---- maps */

STEP_FN_OF(tags) { /* the keys of what is true */
    if (!mr_run_charge(r, s, a->len)) return false;
    struct mr_value *list = mr_arena_alloc(r->f->arena, a->len * sizeof *list);
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->len; i++) {
        struct mr_value key = mr_run_plain(r, s, &a->map[i].key);
        struct mr_value on = mr_run_plain(r, s, &a->map[i].value);
        if (key.tag != MR_V_STRING || on.tag != MR_V_BOOL) {
            return mr_run_no_overload(r, s, &key, &on);
        }
        if (on.b) list[n++] = key;
    }
    *dst = (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
    return true;
}

/* The entry of map with this key, or NULL. Charges for what it looked at. */
static bool find(struct mr_run *r, const struct mr_expr_step *s, struct mr_map_entry *map,
                 uint32_t n, const struct mr_value *key, struct mr_map_entry **ret) {
    bool found = false;
    *ret = NULL;
    for (uint32_t i = 0; i < n && !found; i++) {
        if (!mr_run_charge(r, s, 1)) return false;
        if (!mr_run_eq(r, s, &map[i].key, key, NULL, &found)) return false;
        if (found) *ret = &map[i];
    }
    return true;
}

STEP_FN_OF(map_with) { /* b's values stand where a had the key, its other entries behind */
    if (!mr_run_charge(r, s, (size_t)a->len + b->len)) return false;
    struct mr_map_entry *map = mr_arena_alloc(r->f->arena, ((size_t)a->len + b->len) * sizeof *map);
    struct mr_value v = {.tag = MR_V_MAP, .len = a->len, .map = map};
    if (a->len) memcpy(map, a->map, a->len * sizeof *map);
    for (uint32_t i = 0; i < b->len; i++) {
        struct mr_map_entry *old;
        struct mr_value key = mr_run_plain(r, s, &b->map[i].key);
        if (!find(r, s, map, a->len, &key, &old)) return false;
        if (old)
            old->value = b->map[i].value;
        else
            map[v.len++] = b->map[i];
    }
    *dst = v;
    return true;
}

static bool without(struct mr_run *r, const struct mr_expr_step *s, struct mr_value *dst,
                    const struct mr_value *a, const struct mr_value *keys, uint32_t n) {
    if (!mr_run_charge(r, s, a->len)) return false;
    struct mr_map_entry *map = mr_arena_alloc(r->f->arena, a->len * sizeof *map);
    struct mr_value v = {.tag = MR_V_MAP, .map = map};
    for (uint32_t i = 0; i < a->len; i++) {
        bool found = false;
        for (uint32_t k = 0; k < n && !found; k++) {
            struct mr_value key = mr_run_plain(r, s, &keys[k]);
            if (!mr_run_charge(r, s, 1)) return false;
            if (!mr_run_eq(r, s, &a->map[i].key, &key, NULL, &found)) return false;
        }
        if (!found) map[v.len++] = a->map[i];
    }
    *dst = v;
    return true;
}

STEP_FN_OF(map_without) {
    return without(r, s, dst, a, b, 1);
}

STEP_FN_OF(map_without_all) {
    return without(r, s, dst, a, b->list, b->len);
}

/* b: for each field of the result where it comes from: field i of the record a, or (0x8000) new
 * value i of those behind a. */
STEP_FN_OF(record) {
    uint32_t n = b->len / 2;
    if (!mr_run_charge(r, s, n)) return false;
    struct mr_value *row = mr_arena_alloc(r->f->arena, n * sizeof *row);
    for (uint32_t i = 0; i < n; i++) {
        uint16_t from;
        memcpy(&from, b->p + 2 * (size_t)i, 2);
        row[i] = from & 0x8000 ? a[1 + (from & 0x7fff)] : a->row[from];
    }
    *dst = mr_struct(row);
    dst->len = n;
    return true;
}

/* ---- lists */

/* Exact for ints; doubles are added in their order. */
STEP_FN_OF(list_avg) {
    __int128 whole = 0;
    double sum = 0;
    if (!mr_run_charge(r, s, a->len)) return false;
    for (uint32_t i = 0; i < a->len; i++) {
        struct mr_value v = mr_run_plain(r, s, &a->list[i]);
        if (v.tag == MR_V_INT)
            whole += v.i;
        else if (v.tag == MR_V_UINT)
            whole += v.u;
        else if (v.tag == MR_V_DOUBLE)
            sum += v.d;
        else
            return mr_run_no_overload(r, s, &v, NULL);
    }
    *dst = a->len ? mr_double((sum + (double)whole) / a->len) : MR_ABSENT;
    return true;
}

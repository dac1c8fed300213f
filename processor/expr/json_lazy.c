/* json_lazy.c -- access to `json` values that were not decoded when they were read. */
#include "processor/expr/json.h"

char mr_json_kind(struct mr_str text) {
    struct mr_json j = mr_json_of(text);
    mr_json_space(&j);
    if (j.at == j.end) return 0;
    char c = *j.at;
    if (c == '-' || (c >= '0' && c <= '9')) return '0';
    return strchr("{[\"tfn", c) && c ? c : 0;
}

bool mr_json_iter(struct mr_str text, struct mr_json_iter *ret) {
    ret->scan = mr_json_of(text);
    ret->first = true;
    mr_json_space(&ret->scan);
    ret->kind = mr_json_kind(text);
    if (ret->kind != '{' && ret->kind != '[') return false;
    ret->scan.at++;
    return true;
}

/* Over the comma between elements; false at the end. */
static bool next_element(struct mr_json_iter *it) {
    struct mr_json *j = &it->scan;
    mr_json_space(j);
    if (j->at == j->end || *j->at == (it->kind == '{' ? '}' : ']')) return false;
    if (!it->first) {
        if (*j->at != ',') return false;
        j->at++;
        mr_json_space(j);
    }
    it->first = false;
    return j->at < j->end;
}

bool mr_json_next(struct mr_json_iter *it, struct mr_json_string *ret_key, struct mr_str *ret) {
    struct mr_json *j = &it->scan;
    if (!next_element(it)) return false;
    if (it->kind == '{') {
        struct mr_json_string key;
        if (*j->at != '"' || !mr_json_string(j, &key)) return false;
        mr_json_space(j);
        if (j->at == j->end || *j->at != ':') return false;
        j->at++;
        mr_json_space(j);
        if (ret_key) *ret_key = key;
    }
    const char *first = j->at;
    if (!mr_json_skip(j)) return false;
    *ret = (struct mr_str){first, (size_t)(j->at - first)};
    return true;
}

bool mr_json_key_is(const struct mr_json_string *key, struct mr_str name) {
    if (!key->escaped) return mr_str_eq(key->raw, name);
    return mr_json_means(key->raw, name);
}

bool mr_json_get(struct mr_str object_text, struct mr_str name, struct mr_str *ret_slice) {
    struct mr_json_iter it;
    struct mr_json_string key;
    if (!mr_json_iter(object_text, &it) || it.kind != '{') return false;
    while (mr_json_next(&it, &key, ret_slice))
        if (mr_json_key_is(&key, name)) return true;
    return false;
}

bool mr_json_at(struct mr_str list_text, size_t i, struct mr_str *ret_slice) {
    struct mr_json_iter it;
    if (!mr_json_iter(list_text, &it) || it.kind != '[') return false;
    while (mr_json_next(&it, NULL, ret_slice))
        if (i-- == 0) return true;
    return false;
}

static struct mr_value not_json(struct mr_arena *a, const struct mr_json *j) {
    return mr_error_value(a, j->reason ? j->reason : MR_R_DECODE_SYNTAX, "%s",
                          j->problem ? j->problem : "not a JSON value");
}

static struct mr_value number_value(struct mr_arena *a, struct mr_str text) {
    struct mr_decimal d;
    int64_t i;
    double x;
    size_t n = mr_decimal_scan(text.p, text.n, &d);
    if (n == 0) return mr_error_value(a, MR_R_DECODE_SYNTAX, "not a JSON value");
    if (d.integral && mr_decimal_int(&d, &i)) return mr_int(i);
    if (mr_decimal_double(&d, (struct mr_str){text.p, n}, &x)) return mr_double(x);
    return mr_error_value(a, MR_R_NUM_RANGE, "a number outside the range of a double");
}

struct mr_value mr_json_scalar(struct mr_arena *a, struct mr_str text) {
    struct mr_json j = mr_json_of(text);
    struct mr_value v;
    mr_json_space(&j);
    struct mr_str rest = {j.at, (size_t)(j.end - j.at)};
    switch (mr_json_kind(rest)) {
    case '"': return mr_json_string_value(&j, a, &v) ? v : not_json(a, &j);
    case '{':
    case '[': return (struct mr_value){.tag = MR_V_JSON, .len = (uint32_t)rest.n, .p = rest.p};
    case '0': return number_value(a, rest);
    case 't': return mr_json_word(&j, "true", 4) ? mr_bool(true) : not_json(a, &j);
    case 'f': return mr_json_word(&j, "false", 5) ? mr_bool(false) : not_json(a, &j);
    case 'n':
        if (!mr_json_word(&j, "null", 4)) return not_json(a, &j);
        return (struct mr_value){.tag = MR_V_NULL};
    default: return not_json(a, &j);
    }
}

/* ---- one level deep */

static size_t count(struct mr_str text) {
    struct mr_json_iter it;
    struct mr_str slice;
    size_t n = 0;
    if (!mr_json_iter(text, &it)) return 0;
    while (mr_json_next(&it, NULL, &slice)) n++;
    return n;
}

static struct mr_value open_list(struct mr_arena *a, struct mr_str text) {
    size_t n = count(text), i = 0;
    struct mr_value *list = mr_arena_alloc(a, n * sizeof *list);
    struct mr_json_iter it;
    struct mr_str slice;
    mr_json_iter(text, &it);
    while (i < n && mr_json_next(&it, NULL, &slice)) list[i++] = mr_json_scalar(a, slice);
    return (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)i, .list = list};
}

static struct mr_value open_map(struct mr_arena *a, struct mr_str text) {
    size_t n = count(text), i = 0;
    struct mr_map_entry *map = mr_arena_alloc(a, n * sizeof *map);
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str slice;
    mr_json_iter(text, &it);
    while (i < n && mr_json_next(&it, &key, &slice)) {
        struct mr_str name = key.raw;
        if (key.escaped && !mr_json_unescape(a, key.raw, &name))
            return mr_error_value(a, MR_R_DECODE_UTF8, "half of a surrogate pair in a key");
        map[i].key = mr_string(name);
        map[i++].value = mr_json_scalar(a, slice);
    }
    n = mr_map_unique(a, map, i, false);
    return (struct mr_value){.tag = MR_V_MAP, .len = (uint32_t)n, .map = map};
}

struct mr_value mr_json_open(struct mr_arena *a, struct mr_str text) {
    switch (mr_json_kind(text)) {
    case '{': return open_map(a, text);
    case '[': return open_list(a, text);
    default: return mr_json_scalar(a, text);
    }
}

size_t mr_json_size_in(struct mr_arena *a, struct mr_str text) {
    if (mr_json_kind(text) != '{') return count(text);
    struct mr_value v = open_map(a, text);
    return v.tag == MR_V_MAP ? v.len : 0;
}

size_t mr_json_size(struct mr_str text) {
    struct mr_arena tmp;
    mr_arena_init(&tmp);
    size_t n = mr_json_size_in(&tmp, text);
    mr_arena_done(&tmp);
    return n;
}

/* Bytes -> JSON text, read by millrace and by jansson: accepted or refused by both, and the same
 * values. */
#include "processor/expr/json.h"
#include "tests/fuzz/fuzz_help.h"

#include <jansson.h>
#include <string.h>

static void same(const json_t *j, struct mr_value v, struct mr_arena *a);

static void same_object(const json_t *j, const struct mr_value *v, struct mr_arena *a) {
    assert(v->tag == MR_V_MAP && json_object_size(j) == v->len);
    for (uint32_t i = 0; i < v->len; i++) {
        const char *key = mr_arena_strndup(a, v->map[i].key.p, v->map[i].key.len);
        const json_t *of = json_object_get(j, key);
        assert(of);
        same(of, v->map[i].value, a);
    }
}

static void same(const json_t *j, struct mr_value v, struct mr_arena *a) {
    if (v.tag == MR_V_JSON) v = mr_json_open(a, (struct mr_str){v.p, v.len});
    switch (json_typeof(j)) {
    case JSON_OBJECT: same_object(j, &v, a); return;
    case JSON_ARRAY:
        assert(v.tag == MR_V_LIST && json_array_size(j) == v.len);
        for (uint32_t i = 0; i < v.len; i++) same(json_array_get(j, i), v.list[i], a);
        return;
    case JSON_STRING:
        assert(v.tag == MR_V_STRING && json_string_length(j) == v.len);
        assert(memcmp(json_string_value(j), v.p, v.len) == 0);
        return;
    case JSON_INTEGER: assert(v.tag == MR_V_INT && json_integer_value(j) == v.i); return;
    case JSON_REAL: assert(v.tag == MR_V_DOUBLE && json_real_value(j) == v.d); return;
    case JSON_NULL: assert(v.tag == MR_V_NULL); return;
    default: assert(v.tag == MR_V_BOOL && v.b == json_is_true(j));
    }
}

/* What jansson refuses for reasons of its own: ranges, keys that come twice or hold a NUL, and
 * escapes that millrace judges when a text is opened. */
static bool own_reason(const char *text) {
    static const char *const reasons[] = {"too big", "overflow", "\\u", "duplicate", "NUL byte"};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strstr(text, reasons[i])) return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct mr_format any = {.kind = MR_F_JSON, .type = &mr_type_dyn};
    struct mr_str text = {(const char *)data, size};
    struct mr_arena a;
    struct mr_value v;
    json_error_t e;
    mr_arena_init(&a);
    mr_reader_read(mr_reader_new(&a, &any, NULL), text, &v, &a);
    if (size && memchr(data, 0, size)) { /* jansson may pass over it; it is never JSON */
        assert(v.tag == MR_V_ERROR);
        mr_arena_done(&a);
        return 0;
    }
    json_t *j =
        json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
    bool limit = v.tag == MR_V_ERROR && v.aux == MR_R_DECODE_LIMIT; /* jansson goes deeper */
    if (!limit && (j || !own_reason(e.text))) assert((v.tag != MR_V_ERROR) == (j != NULL));
    if (j && v.tag != MR_V_ERROR) same(j, v, &a);
    json_decref(j);
    mr_arena_done(&a);
    return 0;
}

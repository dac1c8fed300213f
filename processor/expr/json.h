/* json.h -- JSON text: a scanner, and lazy access to values of type `json` (MR_V_JSON).
 *
 * The text of a MR_V_JSON value was checked as a whole when it was read (mr_json_check): syntax,
 * UTF-8 of its strings, depth. The accessors below rely on nothing of that for memory safety: on
 * text that is not JSON they find nothing.
 *
 * Duplicate keys: the first wins, everywhere.
 */
#ifndef MR_EXPR_JSON_H
#define MR_EXPR_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "processor/expr/numtext.h"
#include "processor/expr/value.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MR_JSON_DEPTH = 64 };             /* nested lists and objects */
enum { MR_JSON_MAX = 64 * 1024 * 1024 }; /* bytes of one text */

/* ---- the scanner */

struct mr_json {
    const char *begin, *at, *end; /* borrowed text; at: next byte */
    enum mr_reason reason;        /* after a failure: DECODE_SYNTAX, _UTF8, _LIMIT, _TYPE, RANGE */
    const char *problem;          /* static: what was wrong */
    const char *where;            /* at which byte */
};

struct mr_json_string {
    struct mr_str raw; /* between the quotes */
    bool escaped;      /* raw holds escapes */
    bool ascii;        /* only ASCII (of what it means, if !escaped) */
};

static inline struct mr_json mr_json_of(struct mr_str text) {
    return (struct mr_json){.begin = text.p, .at = text.p, .end = text.p + text.n};
}

static inline void mr_json_space(struct mr_json *j) {
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\r' || *j->at == '\t'))
        j->at++;
}

/* The first byte that is a quote, a backslash or (strict) a control character or not ASCII. */
static inline const char *mr_json_plain_end(const char *p, const char *end, bool strict) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
    const __m128i space = _mm_set1_epi8(' ');
    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)p);
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
        /* signed: control characters and bytes above 0x7F are both less than a space */
        if (strict) hit = _mm_or_si128(hit, _mm_cmplt_epi8(v, space));
        int mask = _mm_movemask_epi8(hit);
        if (mask) return p + __builtin_ctz((unsigned)mask);
    }
#endif
    for (; p < end; p++) {
        if (*p == '"' || *p == '\\') return p;
        if (strict && (signed char)*p < ' ') return p;
    }
    return p;
}

/* Sets the failure; always false. */
bool mr_json_fail(struct mr_json *j, enum mr_reason r, const char *where, const char *problem);
/* A string at `at` (which is its quote): checks UTF-8, escapes and control characters. */
bool mr_json_string(struct mr_json *j, struct mr_json_string *ret);
/* A string passed over: only its end is looked for. */
bool mr_json_skip_string(struct mr_json *j);
/* The next value passed over: strings end, brackets match; nothing else is checked. */
bool mr_json_skip(struct mr_json *j);
/* The next value passed over and checked in full. */
bool mr_json_check(struct mr_json *j);
/* true, false or null at `at`. */
bool mr_json_word(struct mr_json *j, const char *word, size_t n);
/* What the escapes of a checked string mean, in a. false: half of a surrogate pair. */
bool mr_json_unescape(struct mr_arena *a, struct mr_str raw, struct mr_str *ret);
/* Do the escapes of a checked string mean this text? */
bool mr_json_means(struct mr_str raw, struct mr_str text);
/* The string as a value; the text is borrowed unless it holds escapes. */
bool mr_json_string_value(struct mr_json *j, struct mr_arena *a, struct mr_value *ret);

/* ---- lazy access: text = the slice of a MR_V_JSON value */

/* What the text is: one of `{ [ " 0 t f n`, or 0 (not JSON). */
char mr_json_kind(struct mr_str text);
/* The value of a key of an object; false: no object, or no such key. */
bool mr_json_get(struct mr_str object_text, struct mr_str name, struct mr_str *ret_slice);
/* Element i of a list; false: no list, or outside. */
bool mr_json_at(struct mr_str list_text, size_t i, struct mr_str *ret_slice);
/* Elements of a list or object; 0 for other texts. Keys that come twice count once. */
size_t mr_json_size(struct mr_str text);
size_t mr_json_size_in(struct mr_arena *a, struct mr_str text); /* with memory from a */
/* null, bool, int (no `.` or exponent and fits), double and string become such values (strings
 * with escapes in a); lists and objects stay MR_V_JSON. ERROR: num.range, or not JSON. */
struct mr_value mr_json_scalar(struct mr_arena *a, struct mr_str text);
/* One level deeper than mr_json_scalar: a list becomes MR_V_LIST and an object MR_V_MAP with
 * string keys (wire order, duplicates dropped), their elements MR_V_JSON or scalars. */
struct mr_value mr_json_open(struct mr_arena *a, struct mr_str text);

struct mr_json_iter {
    struct mr_json scan; /* between elements */
    char kind;           /* '{' or '[' */
    bool first;
};
/* false: neither a list nor an object. */
bool mr_json_iter(struct mr_str text, struct mr_json_iter *ret);
/* The next element and, for objects, its raw key (escaped: with its escapes). false: the end. */
bool mr_json_next(struct mr_json_iter *it, struct mr_json_string *ret_key, struct mr_str *ret);

/* Is the key this name? (The key may hold escapes.) */
bool mr_json_key_is(const struct mr_json_string *key, struct mr_str name);
/* Structural equality as of CEL's values: 1 == 1.0, keys in any order. */
bool mr_json_eq(struct mr_str a, struct mr_str b);

#endif

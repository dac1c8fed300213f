/* generate.c -- a grammar of typed expressions: generate.def, texts with places for others.
 *
 * A type is a letter: int i, uint u, double d, bool b, string s, bytes y, timestamp t, duration r,
 * [int] I, [string] S, [double] D, {string: int} M, optional(int) o, optional(string) p, dyn z.
 * In a text `$i` is the place of an int, `$x` and a letter a new variable of that type, which may
 * be used in the places behind it.
 */
#include "tests/expr/generate.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CEL, MORE };

static const struct rule {
    char type;
    bool more; /* than CEL: not in strict mode */
    const char *text;
} rules[] = {
#define RULE(type, in, text) {type, in, text},
#include "tests/expr/generate.def"
#undef RULE
};

/* Beside these, a row has the fields that hide literals. R: a record. Values of bad_ fields may be
 * errors. */
static const struct {
    const char *name;
    char type;
} row[] = {{"i", 'i'},    {"j", 'i'}, {"bad_i", 'i'}, {"u", 'u'},  {"w", 'u'},
           {"d", 'd'},    {"e", 'd'}, {"b", 'b'},     {"c", 'b'},  {"bad_b", 'b'},
           {"s", 's'},    {"t", 's'}, {"y", 'y'},     {"at", 't'}, {"since", 't'},
           {"took", 'r'}, {"l", 'I'}, {"k", 'I'},     {"ls", 'S'}, {"ld", 'D'},
           {"m", 'M'},    {"o", 'o'}, {"q", 'o'},     {"p", 'p'},  {"r", 'R'}};

/* Interesting values. */
static const int64_t ints[] = {0, 1, 2, -1, 3, 10, 7, INT64_MAX, INT64_MIN, 1000000007, 64, -3600};
static const uint64_t uints[] = {0, 1, 2, 3, 10, UINT64_MAX, 1ull << 63, 1000000007};
static const char *const doubles[] = {
    "0.0", "1.0", "-0.0", "0.5", "-2.5", "1e300", "3.0", "100.25", "9007199254740993.0", "1e-7"};
static const char *const strings[] = {"",    "a",    "ab",  "abc", "b",   "é",
                                      "bc",  "日本", "10",  "-3",  "1.5", "true",
                                      "1h",  "2h",   " a ", "aa",  "A",   "2026-01-31T10:20:30.5Z",
                                      "90s", "x€y",  "😀"};
static const int64_t times[] = {0, 1769854830, -1, 951782400, 253402300799, -62135596800, 1e9};
static const int64_t nanos[] = {0,         1,         1500000000,  -1, 3600000000000,
                                INT64_MAX, INT64_MIN, -90000000000};

static uint32_t below(struct gen *g, uint32_t n) {
    uint32_t v = 0;
    if (n > 256 && g->bytes < g->end) v = *g->bytes++ << 8;
    if (g->bytes < g->end) v |= *g->bytes++;
    return v % n;
}

static void both(struct gen *g, const char *text, size_t n) {
    mr_buf_add(&g->text, text, n);
    mr_buf_add(&g->hidden, text, n);
}

static struct ref string(const char *text) {
    return ref_text(REF_STRING, text, strlen(text));
}

/* One of the interesting values of a type; n: any number. */
static struct ref value(char type, uint32_t n) {
    static const char *const bytes[] = {"", "a", "\xff", "ab", "\xc3\xa9", "b"};
    const char *text;
    switch (type) {
    case 'i': return ref_int(ints[n % MR_ARRAY_LEN(ints)]);
    case 'u': return ref_uint(uints[n % MR_ARRAY_LEN(uints)]);
    case 'd': return ref_double(strtod(doubles[n % MR_ARRAY_LEN(doubles)], NULL));
    case 'b': return ref_bool(n % 2);
    case 's': return string(strings[n % MR_ARRAY_LEN(strings)]);
    case 'y': text = bytes[n % MR_ARRAY_LEN(bytes)]; return ref_text(REF_BYTES, text, strlen(text));
    case 't': return ref_time(times[n % MR_ARRAY_LEN(times)], n % 3 ? 0 : 5);
    default: return ref_duration(nanos[n % MR_ARRAY_LEN(nanos)]);
    }
}

/* ---- the row */

static const struct mr_type list_int = {.kind = MR_T_LIST, .elem = &mr_type_int},
                            list_string = {.kind = MR_T_LIST, .elem = &mr_type_string},
                            list_double = {.kind = MR_T_LIST, .elem = &mr_type_double},
                            map_int = {
                                .kind = MR_T_MAP, .key = &mr_type_string, .elem = &mr_type_int};
static const struct mr_field z_fields[] = {{.name = MR_STR("v"), .type = &mr_type_int}};
static const struct mr_type z_type = {.kind = MR_T_STRUCT, .n_fields = 1, .fields = z_fields};
static const struct mr_field r_fields[] = {
    {.name = MR_STR("a"), .type = &mr_type_int},
    {.name = MR_STR("n"), .type = &mr_type_string, .optional = true},
    {.name = MR_STR("z"), .type = &z_type, .optional = true}};
static const struct mr_type r_type = {.kind = MR_T_STRUCT, .n_fields = 3, .fields = r_fields};

static const struct mr_type *type_of(char letter) {
    switch (letter) {
    case 'i':
    case 'o': return &mr_type_int;
    case 'u': return &mr_type_uint;
    case 'd': return &mr_type_double;
    case 'b': return &mr_type_bool;
    case 's':
    case 'p': return &mr_type_string;
    case 'y': return &mr_type_bytes;
    case 't': return &mr_type_timestamp;
    case 'r': return &mr_type_duration;
    case 'I': return &list_int;
    case 'S': return &list_string;
    case 'D': return &list_double;
    case 'M': return &map_int;
    default: return &r_type;
    }
}

static void add_field(struct gen *g, const char *name, char type, struct ref v) {
    uint32_t i = g->type.n_fields++;
    g->fields[i] = (struct mr_field){.name = mr_str(mr_arena_strdup(g->arena, name)),
                                     .type = type_of(type),
                                     .optional = type == 'o' || type == 'p'};
    g->literals[i] = v;
}

void gen_init(struct gen *g, struct mr_arena *a, const uint8_t *bytes, size_t n) {
    *g = (struct gen){.arena = a, .bytes = bytes, .end = bytes + n, .budget = 60};
    mr_buf_init(&g->text, 0);
    mr_buf_init(&g->hidden, 0);
    g->type = (struct mr_type){.kind = MR_T_STRUCT, .fields = g->fields};
    for (size_t i = 0; i < MR_ARRAY_LEN(row); i++) add_field(g, row[i].name, row[i].type, ref_none);
    g->strict = below(g, 2);
}

void gen_done(struct gen *g) {
    mr_buf_done(&g->text);
    mr_buf_done(&g->hidden);
}

static uint32_t roll(uint32_t *seed) { /* Numerical Recipes */
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static struct ref many(struct ref_env *env, char type, uint32_t *seed) {
    static const char *const keys[] = {"a", "b", "abc", ""};
    size_t n = roll(seed) % 4;
    struct ref r = ref_seq(env, type == 'M' ? REF_MAP : REF_LIST, n);
    for (size_t i = 0; i < n; i++) {
        if (type != 'M') {
            r.at[i] = value(type == 'I' ? 'i' : type == 'S' ? 's' : 'd', roll(seed));
            continue;
        }
        r.at[2 * i] = string(keys[i]);
        r.at[2 * i + 1] = value('i', roll(seed));
    }
    return r;
}

static struct ref record(struct ref_env *env, uint32_t *seed) {
    struct ref r = ref_seq(env, REF_RECORD, 3), z = ref_seq(env, REF_RECORD, 1);
    z.at[0] = string("v");
    z.at[1] = value('i', roll(seed));
    for (size_t i = 0; i < 3; i++) r.at[2 * i] = string(r_fields[i].name.p);
    r.at[1] = value('i', roll(seed));
    r.at[3] = roll(seed) % 2 ? value('s', roll(seed)) : ref_none;
    r.at[5] = roll(seed) % 2 ? z : ref_none;
    return r;
}

struct ref gen_row(struct gen *g, uint32_t seed) {
    struct ref_env env = {.arena = g->arena};
    struct ref r = ref_seq(&env, REF_RECORD, g->type.n_fields);
    for (uint32_t i = 0; i < g->type.n_fields; i++) {
        struct ref *v = &r.at[2 * i + 1];
        char t = i < MR_ARRAY_LEN(row) ? row[i].type : 0;
        bool there = roll(&seed) % 2;
        r.at[2 * i] = string(g->fields[i].name.p);
        if (!t) {
            *v = g->literals[i];
        } else if (strchr("ISDM", t)) {
            *v = many(&env, t, &seed);
        } else if (t == 'R') {
            *v = record(&env, &seed);
        } else if (strchr("op", t)) {
            *v = there ? value(t == 'o' ? 'i' : 's', roll(&seed)) : ref_none;
        } else {
            *v = value(t, roll(&seed));
        }
        if (!strncmp(g->fields[i].name.p, "bad", 3) && there) *v = ref_failed;
    }
    return r;
}

/* ---- the expression */

static void write_literal(char type, const struct ref *v, struct mr_buf *to) {
    size_t from = to->n;
    switch (type) {
    case 'i': mr_buf_printf(to, "%" PRId64, v->i); return;
    case 'u': mr_buf_printf(to, "%" PRIu64 "u", v->u); return;
    case 'd':
        mr_buf_printf(to, "%.17g", v->d);
        if (strcspn(mr_buf_cstr(to) + from, ".e") == to->n - from) mr_buf_cat(to, ".0");
        return;
    case 'b': mr_buf_cat(to, v->b ? "true" : "false"); return;
    case 's': mr_buf_printf(to, "\"%.*s\"", (int)v->n, v->p); return;
    case 'y':
        mr_buf_cat(to, "b\"");
        for (size_t i = 0; i < v->n; i++) mr_buf_printf(to, "\\x%02x", (uint8_t)v->p[i]);
        mr_buf_cat(to, "\"");
        return;
    case 't': mr_buf_printf(to, "timestamp(%" PRId64 ")", v->i); return;
    default: mr_buf_printf(to, "duration(\"%" PRId64 "ns\")", v->i);
    }
}

static void literal(struct gen *g, char type) {
    char name[8];
    struct ref v = value(type, below(g, 256));
    if (type == 't') v.u = 0;
    write_literal(type, &v, &g->text);
    if (g->type.n_fields == GEN_FIELDS) {
        write_literal(type, &v, &g->hidden);
        return;
    }
    snprintf(name, sizeof name, "k%u", (unsigned)g->type.n_fields);
    add_field(g, name, type, v);
    mr_buf_cat(&g->hidden, name);
}

static bool variable(struct gen *g, char type) {
    char name[2] = "v";
    for (uint32_t i = g->n_vars; i-- > 0;) {
        if (g->var_types[i] != type || below(g, 2)) continue;
        name[1] = (char)('0' + i);
        both(g, name, 2);
        return true;
    }
    return false;
}

static void leaf(struct gen *g, char type) {
    static const struct {
        char type;
        const char *text;
    } others[] = {{'o', "l[?0]"}, {'p', "ls[?0]"}, {'z', "dyn(i)"}};
    if (variable(g, type)) return;
    for (size_t i = 0; i < MR_ARRAY_LEN(others); i++) {
        if (others[i].type == type) return both(g, others[i].text, strlen(others[i].text));
    }
    if (strchr("iudbsytr", type) && below(g, 3) == 2) return literal(g, type);
    uint32_t n = 0, fields[4] = {0};
    for (size_t i = 0; i < MR_ARRAY_LEN(row) && n < 4; i++) {
        if (row[i].type == type) fields[n++] = (uint32_t)i;
    }
    const char *name = row[fields[below(g, n)]].name;
    both(g, name, strlen(name));
}

static void part(struct gen *g, char type);

/* Of a rule: its text, with parts in its places. */
static void fill(struct gen *g, const char *text) {
    char name[2] = "v";
    uint32_t n_vars = g->n_vars;
    bool bind = strstr(text, "cel.bind"), declared = false; /* not in what is bound */
    bool loop = strstr(text, "$x") && !bind && !strstr(text, "opt");
    g->loops += loop;
    for (const char *p = text; *p; p++) {
        if (*p != '$') {
            both(g, p, 1);
        } else if (*++p == 'x') {
            name[1] = (char)('0' + g->n_vars);
            g->var_types[g->n_vars] = *++p;
            g->n_vars += !bind;
            declared = bind;
            both(g, name, 2);
        } else {
            char type = g->var_types[n_vars];
            part(g, *p);
            if (declared) g->var_types[g->n_vars++] = type;
            declared = false;
        }
    }
    g->loops -= loop;
    g->n_vars = n_vars;
}

static const char *some_rule(struct gen *g, char type) {
    uint32_t n = 0, pick;
    bool vars = g->loops < 3 && g->n_vars + 3 < sizeof g->var_types;
    for (int again = 0; again < 2; again++) {
        pick = again ? below(g, n) : 0;
        n = 0;
        for (size_t i = 0; i < MR_ARRAY_LEN(rules); i++) {
            const struct rule *r = &rules[i];
            if (r->type != type || (r->more && g->strict) || (!vars && strstr(r->text, "$x")))
                continue;
            if (again && n == pick) return r->text;
            n++;
        }
    }
    return NULL;
}

/* What was made before, without variables around it, once more. */
static bool once_more(struct gen *g, char type) {
    if (g->n_again == 0 || g->loops) return false;
    const struct gen_again x = g->again[below(g, g->n_again)];
    if (x.type != type) return false;
    const char *text = mr_arena_strndup(g->arena, g->text.p + x.from, x.to - x.from);
    const char *hidden =
        mr_arena_strndup(g->arena, g->hidden.p + x.hidden_from, x.hidden_to - x.hidden_from);
    mr_buf_cat(&g->text, text);
    mr_buf_cat(&g->hidden, hidden);
    return true;
}

static void part(struct gen *g, char type) {
    uint32_t choice = below(g, 8);
    struct gen_again x = {.type = type, .from = g->text.n, .hidden_from = g->hidden.n};
    if (g->budget == 0 || g->text.n > 4000 || choice < 2) return leaf(g, type);
    if (choice == 2 && once_more(g, type)) return;
    g->budget--;
    fill(g, some_rule(g, type));
    x.to = g->text.n;
    x.hidden_to = g->hidden.n;
    if (g->n_vars == 0 && g->n_again < GEN_AGAIN && x.to - x.from < 200) g->again[g->n_again++] = x;
}

void gen_expression(struct gen *g) {
    static const char tops[] = "bbbiidsIMouytrSDpz";
    part(g, tops[below(g, sizeof tops - 1)]);
}

/* fold_regex.c -- constant patterns of regular expressions: compiled with the program, their faults
 * shown where they stand.
 *
 * Not in strict mode a pattern has to be constant: compiling one takes a thousand times as long as
 * a search, and memory that no arena counts. Patterns that are plain text become contains,
 * startsWith, endsWith or ==.
 */
#include "processor/expr/code.h"
#include "processor/expr/fns.h"

_Static_assert(MR_OP_RE_REPLACE_COUNT - MR_OP_MATCHES == 8 &&
                   MR_OP_RE_REPLACE_COUNT - MR_OP_RE_REPLACE == 1,
               "the steps with a pattern stand together, those with a replacement last");

static bool takes_pattern(const struct mr_ast *e, uint16_t *ret_op) {
    if (e->kind != MR_AST_CALL || e->n < 2) return false;
    *ret_op = mr_fns_op(e);
    return *ret_op >= MR_OP_MATCHES && *ret_op <= MR_OP_RE_REPLACE_COUNT;
}

static bool is_string(const struct mr_ast *e) {
    return e->kind == MR_AST_LIT && e->value.tag == MR_V_STRING;
}

static struct mr_str text_of(const struct mr_value *v) {
    return (struct mr_str){v->len ? v->p : "", v->len};
}

/* ---- where */

/* Bytes in the source of the escape that has `c` behind its backslash. */
static size_t escape_len(char c) {
    if (c == 'x' || c == 'X' || (c >= '0' && c <= '3')) return 4;
    return c == 'u' ? 6 : c == 'U' ? 10 : 2;
}

static size_t utf8_len(char c) {
    unsigned char u = (unsigned char)c;
    return u < 0xc0 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

/* The byte of the source where byte `at` of the string e stands. false: e is not one literal. */
static bool place_in(const struct mr_ast *e, size_t at, uint32_t *ret) {
    struct mr_str src = {e->src->text.p + e->off, e->len}, v = text_of(&e->value);
    size_t i = 0, k = 0;
    bool raw = src.n && (src.p[0] | 0x20) == 'r';
    i += raw;
    if (i >= src.n || (src.p[i] != '"' && src.p[i] != '\'')) return false;
    bool three = src.n - i > 2 && src.p[i + 1] == src.p[i] && src.p[i + 2] == src.p[i];
    i += three && v.n ? 3 : 1;
    while (k < v.n && i < src.n) {
        bool plain = raw || src.p[i] != '\\' || i + 1 >= src.n;
        if (plain && src.p[i] != v.p[k]) return false;
        size_t n = plain ? 1 : utf8_len(v.p[k]);
        if (at >= k && at < k + n) *ret = e->off + (uint32_t)i;
        i += plain ? 1 : escape_len(src.p[i + 1]);
        k += n;
    }
    if (at >= v.n) *ret = e->off + (uint32_t)i;
    return k == v.n && i < src.n;
}

static void report(struct mr_checker *c, const struct mr_ast *e, struct mr_str pattern,
                   const struct mr_regex_error *x) {
    uint32_t from, to;
    struct mr_diag *g;
    if (is_string(e) && place_in(e, x->off, &from) && place_in(e, x->off + x->len, &to)) {
        g = mr_check_at(c, MR_ERROR, "E-REGEX", e, from, to - from, x->text);
    } else {
        g = mr_check_error(c, "E-REGEX", e, "%s at byte %zu of the pattern `%.*s`", x->text,
                           x->off + 1, MR_STR_ARG(pattern));
    }
    if (g && x->hint) mr_diag_hint(c->diags, g, "%s", x->hint);
}

/* ---- patterns */

void mr_fold_written_patterns(struct mr_checker *c, const struct mr_ast *e) {
    uint16_t op;
    struct mr_regex_error error;
    if (c->scope->strict || !takes_pattern(e, &op) || op != MR_OP_MATCHES_ANY) return;
    const struct mr_ast *list = e->args[1];
    for (uint32_t i = 0; list->kind == MR_AST_LIST && i < list->n; i++) {
        struct mr_regex x;
        if (!is_string(list->args[i])) continue;
        struct mr_str pattern = text_of(&list->args[i]->value);
        if (mr_regex_init(&x, pattern, &error)) {
            mr_regex_done(&x);
        } else {
            report(c, list->args[i], pattern, &error);
        }
    }
}

static void compile(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *arg = e->args[1];
    struct mr_regex_error error;
    e->regex = mr_regex_new(c->arena, text_of(&arg->value), &error);
    if (!e->regex && !c->scope->strict) report(c, arg, text_of(&arg->value), &error);
}

static void compile_list(struct mr_checker *c, struct mr_ast *e) {
    const struct mr_ast *arg = e->args[1];
    uint32_t n = arg->value.len;
    struct mr_str *patterns = mr_arena_alloc(c->arena, n * sizeof *patterns);
    struct mr_regex_error error;
    for (uint32_t i = 0; i < n; i++) {
        struct mr_regex x;
        const struct mr_value *v = &arg->value.list[i];
        if (v->tag != MR_V_STRING) return; /* fails when it runs */
        patterns[i] = text_of(v);
        if (mr_regex_init(&x, patterns[i], &error)) {
            mr_regex_done(&x);
            continue;
        }
        if (!c->scope->strict) report(c, arg, patterns[i], &error);
        return;
    }
    e->regex = mr_regex_any(c->arena, arg->value.list, patterns, n, &error);
    if (!e->regex && !c->scope->strict) {
        struct mr_diag *g = mr_check_error(c, "E-REGEX", arg, "%s", error.text);
        if (g) mr_diag_hint(c->diags, g, "many words belong into a table: join it");
    }
}

static void not_constant(struct mr_checker *c, const struct mr_ast *arg, bool list) {
    struct mr_diag *g = mr_check_error(c, "E-REGEX", arg, "%s must be constant",
                                       list ? "a list of patterns" : "a pattern");
    if (!g) return;
    mr_diag_hint(c->diags, g,
                 "write it here or name it `params.x`; text from a record is looked for with "
                 "contains, startsWith, endsWith or `in`");
}

/* `matches` of plain text needs no regular expression. */
static void make_plain(struct mr_checker *c, struct mr_ast *e) {
    static const uint16_t ops[] = {[MR_REGEX_CONTAINS] = MR_OP_CONTAINS,
                                   [MR_REGEX_STARTS] = MR_OP_STARTS_WITH,
                                   [MR_REGEX_ENDS] = MR_OP_ENDS_WITH,
                                   [MR_REGEX_EQUALS] = MR_OP_EQ_STR};
    struct mr_str word;
    struct mr_ast *arg = e->args[1];
    enum mr_regex_plain is = mr_regex_plain(c->arena, text_of(&arg->value), &word);
    if (is == MR_REGEX_NOT_PLAIN) return;
    e->op = ops[is];
    e->regex = NULL;
    arg = mr_arena_dup(c->arena, arg, sizeof *arg);
    arg->value = mr_string(word);
    e->args[1] = arg;
}

/* What of a good pattern does not fit to the function. */
static void check_use(struct mr_checker *c, const struct mr_ast *e, uint16_t op) {
    struct mr_regex_error error;
    bool extract = op == MR_OP_RE_EXTRACT || op == MR_OP_RE_EXTRACT_ALL;
    if (extract && e->regex->groups > 1) {
        struct mr_diag *g =
            mr_check_error(c, "E-REGEX", e->args[1],
                           "%d groups in the pattern, one can be taken out", e->regex->groups);
        if (g) mr_diag_hint(c->diags, g, "the others are `(?:...)`");
    }
    if (e->n < 3 || op < MR_OP_RE_REPLACE || !is_string(e->args[2])) return;
    struct mr_str with = text_of(&e->args[2]->value);
    int groups;
    if (!mr_regex_replacement(e->regex, with, &groups, &error)) {
        report(c, e->args[2], with, &error);
    }
}

void mr_fold_pattern(struct mr_checker *c, struct mr_ast *e) {
    uint16_t op;
    if (c->failed || !takes_pattern(e, &op)) return;
    struct mr_ast *arg = e->args[1];
    bool list = op == MR_OP_MATCHES_ANY;
    if (arg->kind != MR_AST_LIT) {
        if (!c->scope->strict && !c->scope->trace) not_constant(c, arg, list);
        return;
    }
    if (arg->value.tag != (list ? MR_V_LIST : MR_V_STRING)) return; /* fails when it runs */
    if (list) {
        compile_list(c, e);
    } else {
        compile(c, e);
    }
    if (!e->regex) return;
    if (!c->scope->strict) check_use(c, e, op);
    if (e->op == MR_OP_MATCHES) make_plain(c, e);
}

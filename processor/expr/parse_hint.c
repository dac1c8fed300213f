/* parse_hint.c -- see parse_hint.h. */
#include "processor/expr/parse_hint.h"

#include "processor/expr/hints.h"

#include <strings.h>

static bool is_any(struct mr_str s, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (mr_str_is(s, words[i])) return true;
    }
    return false;
}

const char *mr_parse_hint(const struct mr_token *last, const struct mr_token *tok) {
    bool touches = tok->off == last->off + last->len, word = last->kind == MR_TOK_IDENT;
    const char *hint = NULL;
    if (tok->kind == MR_TOK_IDENT && !(word && mr_hint(MR_HINT_WORD, last->text))) {
        hint = mr_hint(MR_HINT_WORD, tok->text);
    }
    if (hint) return hint;
    bool text = tok->kind == MR_TOK_STRING;
    if (word && text && touches && last->len == 1)
        return "texts are put together with `+`, or \"user %s\".format([x])";
    if (word && tok->kind != MR_TOK_END) hint = mr_hint(MR_HINT_WORD, last->text);
    if (hint) return hint;
    if (last->kind == MR_TOK_STRING && tok->kind == MR_TOK_IDENT && touches)
        return "a quote in a text is written `\\\"`, or the text stands in the other quotes";
    if (last->kind == MR_TOK_STRING && text) return "texts are put together with `+`";
    if (tok->kind == MR_TOK_END) return "the expression is not complete";
    return NULL;
}

bool mr_parse_is_reserved(struct mr_str s) {
    static const char *const words[] = {
        "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
        "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};
    return is_any(s, words, sizeof words / sizeof words[0]);
}

const char *mr_parse_reserved(struct mr_arena *a, struct mr_str word, const struct mr_token *next,
                              bool *ret_value_follows) {
    bool value = next->kind == MR_TOK_IDENT || next->kind == MR_TOK_INT ||
                 next->kind == MR_TOK_STRING || next->kind == MR_TOK_DOUBLE;
    const char *hint = NULL;
    *ret_value_follows = value;
    if (value) hint = mr_hint(MR_HINT_WORD, word);
    if (next->kind == MR_TOK_LPAREN) hint = mr_hint(MR_HINT_CALL, word);
    if (hint) return hint;
    return mr_arena_printf(a, "a field of this name is read as `this.%s`", word.p);
}

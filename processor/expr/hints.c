/* hints.c -- see hints.h. */
#include "processor/expr/hints.h"

#include "base/mem.h"

#include <strings.h>

static const struct {
    enum mr_hint_kind kind;
    const char *word, *text;
} rows[] = {
#define HINT(where, word, text) {MR_HINT_##where, word, text},
#include "processor/expr/hints.def"
#undef HINT
};

const char *mr_hint(enum mr_hint_kind k, struct mr_str word) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        if (rows[i].kind == k && strlen(rows[i].word) == word.n &&
            !strncasecmp(rows[i].word, word.p, word.n)) {
            return rows[i].text;
        }
    }
    return NULL;
}

const char *mr_hint_text(struct mr_str rest, size_t *ret_n) {
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        size_t n = strlen(rows[i].word);
        if (rows[i].kind != MR_HINT_TEXT || rest.n < n || memcmp(rest.p, rows[i].word, n)) continue;
        *ret_n = n;
        return rows[i].text;
    }
    *ret_n = 0;
    return NULL;
}

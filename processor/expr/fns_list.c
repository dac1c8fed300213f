/* fns_list.c -- all there is to call, as text: `millrace eval --functions`, and what the function
 * reference in topologies/README.md is compared with.
 */
#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/macro.h"

static const char *const sig_texts[] = {
#define SIG(id, type, tag, words, text) [MR_SIG_##id] = text,
#include "processor/expr/sigs.def"
#undef SIG
};

static const char *sig_text(uint8_t sig) {
    return sig_texts[sig];
}

static void print_args(const struct mr_overload *o, uint32_t first, struct mr_buf *to) {
    mr_buf_byte(to, '(');
    for (uint32_t i = first; i < MR_ARGS_MAX && o->args[i] != MR_SIG_NONE; i++)
        mr_buf_printf(to, "%s%s", i > first ? ", " : "", sig_text(o->args[i]));
    mr_buf_byte(to, ')');
}

/* Comparisons take two of one type, whichever it is: one line instead of ten. */
static void print_operator(const struct mr_overload *o, struct mr_buf *to) {
    uint8_t x = o->args[0], y = o->args[1];
    bool any = x == y && o->result == MR_SIG_BOOL && x != MR_SIG_DYN && x != MR_SIG_NUM;
    const char *a = any ? "T" : sig_text(x), *b = any ? "T" : sig_text(y);
    if (y == MR_SIG_NONE)
        mr_buf_printf(to, "%s%s", o->name, a);
    else if (mr_str_is(mr_str(o->name), "[]"))
        mr_buf_printf(to, "%s[%s]", a, b);
    else
        mr_buf_printf(to, "%s %s %s", a, o->name, b);
}

static void print_row(const struct mr_overload *o, struct mr_buf *to) {
    if (o->style == MR_CALL_OPERATOR) {
        print_operator(o, to);
    } else if (o->style == MR_CALL_METHOD) {
        mr_buf_printf(to, "%s.%s", sig_text(o->args[0]), o->name);
        print_args(o, 1, to);
    } else {
        mr_buf_cat(to, o->name);
        print_args(o, 0, to);
    }
    mr_buf_printf(to, " -> %s\n", sig_text(o->result));
}

/* Does the text end with a line that it has already? Overloads may differ by steps only. */
static bool is_repeated(const struct mr_buf *b, size_t from) {
    size_t n = b->n - from;
    for (size_t i = 0; i + n <= from; i++) {
        bool starts = i == 0 || b->p[i - 1] == '\n';
        if (starts && memcmp(b->p + i, b->p + from, n) == 0) return true;
    }
    return false;
}

void mr_fns_list(struct mr_buf *to) {
#define BUILTIN(signature) mr_buf_cat(to, signature "\n");
#include "processor/expr/builtins.def"
#undef BUILTIN
    for (uint16_t i = 0; i < mr_fns_count(); i++) {
        size_t start = to->n;
        print_row(mr_fns_row(i), to);
        if (is_repeated(to, start)) to->n = start;
    }
    for (uint16_t i = 0; i < MR_N_MACROS; i++) {
        const struct mr_macro *m = mr_macro_row(i);
        mr_buf_printf(to, "%s%s  (macro)\n", m->style == MR_CALL_METHOD ? "e." : "", m->form);
    }
#define NOTYET(name)
#define AGGREGATOR(name) mr_buf_cat(to, name "(...)  (aggregator: in `aggregate:` only)\n");
#include "processor/expr/notyet.def"
#undef NOTYET
#undef AGGREGATOR
}

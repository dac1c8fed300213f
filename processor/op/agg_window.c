/* agg_window.c -- `window:` and `emit:` of an aggregate, at compile time. */
#include "base/mem.h"
#include "base/units.h"
#include "processor/op/agg.h"

#include <ctype.h>

/* ---- window */

static const struct kind { /* by enum mr_agg_window */
    const char *key;
    const char *hint;
} kinds[] = {
    {NULL, NULL},
    {"tumbling", "window: {tumbling: 5m, grace: 30s}"},
    {"hopping", "window: {hopping: 5m, every: 1m, grace: 30s}"},
    {"sliding", "window: {sliding: 5m, grace: 30s}"},
    {"session", "window: {session: 30m, grace: 1m}"},
};

static bool bad_window(struct mr_check *c, const struct mr_tree *at, const char *hint,
                       const char *text) {
    struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", at->pos, "%s", text);
    mr_diag_hint(c->diags, g, "%s", hint);
    return false;
}

static bool check_max_ahead(struct mr_check *c, struct mr_agg_conf *conf, const struct mr_tree *t) {
    conf->max_ahead = 10000;
    if (!t) return true;
    bool ok = t->kind == MR_TREE_SCALAR && t->text.n > 0 && t->text.n < 10;
    int64_t n = 0;
    for (size_t i = 0; ok && i < t->text.n; i++) {
        ok = isdigit((unsigned char)t->text.p[i]);
        n = n * 10 + (t->text.p[i] - '0');
    }
    conf->max_ahead = n;
    if (ok && n > 0) return true;
    return bad_window(c, t, "max_ahead: 10000", "`max_ahead` takes a number of window lengths");
}

/* The one kind that the window names; its size, or NULL after a diagnostic. */
static const struct mr_tree *find_kind(struct mr_check *c, struct mr_agg_conf *conf,
                                       const struct mr_tree *w) {
    const struct mr_tree *size = NULL;
    for (size_t i = 1; i < MR_ARRAY_LEN(kinds); i++) {
        const struct mr_tree *t = mr_tree_get(w, kinds[i].key);
        if (!t) continue;
        if (size) {
            bad_window(c, w, "two nodes over the same input can have one window each",
                       "a window is of one kind: tumbling, hopping, sliding or session");
            return NULL;
        }
        size = t;
        conf->window = (enum mr_agg_window)i;
    }
    if (!size)
        bad_window(c, w, "window: {tumbling: 5m, grace: 30s}, or hopping, sliding, session",
                   "the window has no size");
    return size;
}

static bool check_step(struct mr_check *c, struct mr_agg_conf *conf, const struct mr_tree *w) {
    const struct mr_tree *every = mr_tree_get(w, "every");
    conf->step_ms = conf->size_ms;
    if (conf->window != MR_WIN_HOPPING) {
        if (!every) return true;
        return bad_window(c, every,
                          "hopping windows have it: window: {hopping: 5m, every: 1m, grace: 30s}; "
                          "`emit: {every: 1m}` says how often rows are sent",
                          "`every` says how far apart the starts of hopping windows are");
    }
    if (!every)
        return bad_window(c, w, kinds[conf->window].hint,
                          "`hopping` needs `every`: how far apart the starts of windows are");
    if (!mr_check_duration(c, every, &conf->step_ms)) return false;
    if (conf->step_ms <= 0 || conf->step_ms > conf->size_ms)
        return bad_window(c, every, "`every` lies between 1ms and the size of the window",
                          conf->step_ms > 0 ? "records between two windows would be in none"
                                            : "windows that start 0ms apart");
    int64_t n = (conf->size_ms - 1) / conf->step_ms + 1;
    if (n <= MR_WINDOWS_MAX) return true;
    struct mr_diag *g = mr_error(c->diags, "E-LIMIT", every->pos,
                                 "every record would be in %lld windows, more than %d",
                                 (long long)n, MR_WINDOWS_MAX);
    mr_diag_hint(c->diags, g,
                 "make `every` larger; `sliding` has a window for each record instead");
    return false;
}

static bool check_later(struct mr_check *c, const struct mr_tree *w) {
    static const struct {
        const char *key, *hint;
    } later[] = {
        {"max", "a session ends when nothing has come for its gap"},
        {"zone", "windows start at multiples of their size since 1970, UTC"},
        {"offset", "windows start at multiples of their size since 1970, UTC"},
    };
    for (size_t i = 0; i < MR_ARRAY_LEN(later); i++) {
        const struct mr_tree *t = mr_tree_get(w, later[i].key);
        if (!t) continue;
        struct mr_diag *g = mr_error(c->diags, "E-NOTYET", t->pos,
                                     "`%s` of a window is not there yet", later[i].key);
        mr_diag_hint(c->diags, g, "%s", later[i].hint);
        return false;
    }
    return true;
}

bool mr_agg_check_window(struct mr_check *c, struct mr_agg_conf *conf) {
    static const char *const keys[] = {"tumbling", "hopping", "sliding", "session", "every",
                                       "max",      "zone",    "offset",  "grace",   "max_ahead"};
    const struct mr_tree *w = mr_tree_get(c->tree, "window");
    if (!w) return true;
    if (w->kind != MR_TREE_MAP) return bad_window(c, w, kinds[1].hint, "`window` takes a map");
    if (!mr_check_keys(c, w, "window", keys, MR_ARRAY_LEN(keys)) || !check_later(c, w))
        return false;
    const struct mr_tree *size = find_kind(c, conf, w);
    if (!size) return false;
    conf->windowed = true;
    if (conf->window == MR_WIN_SESSION) conf->ranges = &mr_agg_sessions;
    if (conf->window == MR_WIN_SLIDING) conf->ranges = &mr_agg_sliding;
    if (!mr_check_duration(c, size, &conf->size_ms)) return false;
    if (conf->size_ms <= 0)
        return bad_window(c, size, kinds[conf->window].hint, "a window of no length");
    return check_step(c, conf, w) && mr_check_grace(c, w, "the window", &conf->grace_ms) &&
           check_max_ahead(c, conf, mr_tree_get(w, "max_ahead"));
}

/* ---- emit */

static bool check_every(struct mr_check *c, struct mr_agg_conf *conf, const struct mr_tree *t) {
    static const char *const keys[] = {"every"};
    if (!mr_check_keys(c, t, "emit", keys, MR_ARRAY_LEN(keys))) return false;
    const struct mr_tree *every = mr_tree_get(t, "every");
    conf->emit = MR_EMIT_EVERY;
    if (!every) return bad_window(c, t, "emit: {every: 1m}", "`emit` has no interval");
    if (!mr_check_duration(c, every, &conf->every_ms)) return false;
    if (conf->every_ms > 0) return true;
    return bad_window(c, every, "`emit: each` sends a row for every record", "an interval of 0ms");
}

bool mr_agg_check_emit(struct mr_check *c, struct mr_agg_conf *conf) {
    static const char *const words[] = {"updates", "each", "final"};
    const struct mr_tree *t = mr_tree_get(c->tree, "emit");
    int word = MR_EMIT_UPDATES;
    if (t && t->kind == MR_TREE_MAP) return check_every(c, conf, t);
    if (t && !mr_check_word(c, t, words, MR_ARRAY_LEN(words), &word)) return false;
    conf->emit = (enum mr_agg_emit)word;
    if (conf->emit != MR_EMIT_FINAL || conf->windowed || mr_tree_get(c->tree, "window"))
        return true;
    return bad_window(c, t, "add `window: {tumbling: 5m, grace: 30s}`, or leave `emit` out",
                      "`emit: final` needs a window: without one nothing ever closes");
}

/* ---- what follows from them */

void mr_agg_window_shape(const struct mr_agg_conf *conf, struct mr_buf *to) {
    if (!conf->windowed) return;
    mr_buf_printf(to, " %s %lld", kinds[conf->window].key, (long long)conf->size_ms);
    if (conf->window == MR_WIN_HOPPING) mr_buf_printf(to, " every %lld", (long long)conf->step_ms);
    if (conf->slide_ms) mr_buf_printf(to, " slides %lld", (long long)conf->slide_ms);
}

int64_t mr_agg_mark_ms(const struct mr_agg_conf *conf) {
    int64_t ms = conf->step_ms;
    if (conf->grace_ms > 0 && conf->grace_ms < ms) ms = conf->grace_ms;
    if (conf->every_ms > 0 && conf->every_ms < ms) ms = conf->every_ms;
    return ms;
}

void mr_agg_window_explain(const struct mr_agg_conf *conf, struct mr_buf *to) {
    if (!conf->windowed) return;
    mr_buf_printf(to, "%s ", kinds[conf->window].key);
    mr_print_duration(conf->size_ms, to);
    if (conf->window == MR_WIN_HOPPING) {
        mr_buf_cat(to, " every ");
        mr_print_duration(conf->step_ms, to);
    }
    mr_buf_cat(to, " grace ");
    mr_print_duration(conf->grace_ms, to);
    mr_buf_cat(to, ", ");
}

void mr_agg_emit_explain(const struct mr_agg_conf *conf, struct mr_buf *to) {
    static const char *const emits[] = {"updates", "each", "final", "every "};
    mr_buf_printf(to, "emit %s", emits[conf->emit]);
    if (conf->emit == MR_EMIT_EVERY) mr_print_duration(conf->every_ms, to);
}

/* outcome.c -- committed outputs, and when two of them are equal (EOS-8).
 *
 * What a sink must show in every run follows from the steps above it:
 *   SAME    the same rows per key; in the same order where one input or a close gives it
 *   RECORDS (late records, dead letters) the same, as far as they are records that were read; rows
 *           of an aggregate die as they stand at a commit
 *   LAST    the same last row of each key (rows in between are those of the commits)
 *   NONE    nothing can be said: rows of another input as they happened to stand
 */
#include "tests/sim/sim.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdlib.h>

struct reading {
    struct mr_arena *arena;
    struct sim_rows *rows;
    size_t cap;
};

static const char *printable(struct mr_arena *a, struct mr_str s) {
    char *to = mr_arena_alloc(a, 4 * s.n + 1), *at = to;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 32)
            *at++ = s.p[i];
        else
            at += snprintf(at, 5, "\\x%02x", (uint8_t)s.p[i]);
    }
    *at = 0;
    return to;
}

static bool read_row(void *arg, int32_t partition, const struct mr_msg *m) {
    struct reading *r = arg;
    struct sim_rows *to = r->rows;
    if (to->n == r->cap) {
        struct sim_row *old = to->rows;
        r->cap = r->cap ? 2 * r->cap : 64;
        to->rows = mr_arena_calloc(r->arena, r->cap, sizeof *to->rows);
        if (to->n) memcpy(to->rows, old, to->n * sizeof *old);
    }
    struct mr_buf headers;
    mr_buf_init(&headers, 0);
    for (uint32_t i = 0; i < m->n_hdrs; i++)
        mr_buf_printf(&headers, " %.*s=%s", MR_STR_ARG(m->hdrs[i].name),
                      printable(r->arena, m->hdrs[i].value));
    struct sim_row *row = &to->rows[to->n];
    struct mr_str value = m->value.p ? m->value : MR_STR("null");
    struct mr_str key = m->key.p ? m->key : MR_STR("(null)");
    row->number = to->n++;
    row->gone = !m->value.p;
    const char *shown = printable(r->arena, key);
    row->group = mr_arena_printf(r->arena, "%d %s", partition, shown);
    row->plain = mr_arena_printf(r->arena, "%s %s @%lld", shown, printable(r->arena, value),
                                 (long long)m->ts);
    row->value = mr_arena_str(r->arena, value);
    row->text = mr_arena_printf(r->arena, "%d %s%s", partition, row->plain, mr_buf_cstr(&headers));
    mr_buf_done(&headers);
    return true;
}

static int by_group(const void *a, const void *b) {
    const struct sim_row *x = a, *y = b;
    int c = strcmp(x->group, y->group);
    return c ? c : (x->number > y->number) - (x->number < y->number);
}

static int by_text(const void *a, const void *b) {
    const struct sim_row *x = a, *y = b;
    int c = strcmp(x->group, y->group);
    return c ? c : strcmp(x->text, y->text);
}

void sim_outcome_read(struct sim_world *w, struct mr_arena *a, struct sim_outcome *ret) {
    const struct mr_output **outs = mr_embed_outputs(&w->embed, &ret->n_sinks);
    ret->sinks = mr_arena_calloc(a, ret->n_sinks, sizeof *ret->sinks);
    for (size_t i = 0; i < ret->n_sinks; i++) {
        struct reading r = {a, &ret->sinks[i], 0};
        r.rows->name = mr_arena_strdup(a, outs[i]->name);
        r.rows->out = outs[i];
        mr_embed_read(&w->embed, outs[i], read_row, &r);
        if (r.rows->n) qsort(r.rows->rows, r.rows->n, sizeof *r.rows->rows, by_group);
    }
}

/* ---- what a sink must show */

enum must { SAME, SAME_IN_ORDER, SAME_RECORDS, LAST, NONE };

struct path { /* from a step up to its sources */
    const struct sim_scenario *sc;
    enum must must;
    unsigned streams; /* source inputs met */
    bool repartition, closed;
    bool seen[64][256];
};

static bool reads_repartition(const struct mr_sub *sub) {
    for (uint16_t i = 0; i < sub->n_inputs; i++)
        if (sub->inputs[i].kind == MR_IN_REPARTITION) return true;
    return false;
}

static void worsen(struct path *p, enum must to) {
    if (to > p->must) p->must = to;
}

/* What the step itself adds. A current row is determined where all input was there from the start
 * and one task chooses among its sources; dead letters of an aggregate go by the order of rows. */
static void judge_step(struct path *p, const struct mr_sub *sub, const struct mr_step *s) {
    const char *op = s->op->name;
    bool from_source = true;
    for (uint16_t i = 0; i < s->n_ins; i++) from_source &= sub->steps[s->ins[i].step].exact;
    if (!strcmp(op, "aggregate") && s->exact) p->closed = true;
    if (!strcmp(op, "key")) p->repartition = true; /* one key from several partitions */
    if (s->exact) return;
    if (!strcmp(op, "aggregate"))
        worsen(p, LAST);
    else if (!strcmp(op, "join") && from_source)
        worsen(p, p->sc->pace || reads_repartition(sub) ? NONE : SAME);
    else if (!strcmp(op, "join") || !strcmp(op, "changes"))
        worsen(p, NONE); /* sees the rows between the last ones */
    else if (from_source && s->n_ins && strncmp(op, "repartition", 11))
        worsen(p, NONE);
}

static void walk(struct path *p, const struct mr_sub *sub, uint16_t step);

static void walk_input(struct path *p, const struct mr_sub *sub, uint16_t step) {
    for (uint16_t i = 0; i < sub->n_inputs; i++) {
        const struct mr_input *in = &sub->inputs[i];
        if (in->step != step) continue;
        if (in->kind == MR_IN_SOURCE) p->streams++;
        if (in->kind != MR_IN_REPARTITION) continue;
        p->repartition = true;
        const struct mr_sub *up = &p->sc->plan->subs[in->from_sub];
        for (uint16_t k = 0; k < up->n_steps; k++) {
            if (strcmp(up->steps[k].op->name, "repartition_out")) continue;
            const struct mr_repartition_conf *conf = up->steps[k].conf;
            const struct mr_output *out = &up->outs[conf->out];
            if (out->to_sub == sub->id && out->to_input == i) walk(p, up, k);
        }
    }
}

static void walk(struct path *p, const struct mr_sub *sub, uint16_t step) {
    if (sub->id < 64 && step < 256) {
        if (p->seen[sub->id][step]) return;
        p->seen[sub->id][step] = true;
    }
    const struct mr_step *s = &sub->steps[step];
    judge_step(p, sub, s);
    for (uint16_t i = 0; i < s->n_ins; i++) walk(p, sub, s->ins[i].step);
    walk_input(p, sub, step);
}

/* Every step that can write to the output: late records and dead letters come from many. */
static enum must must_of(const struct sim_scenario *sc, const struct mr_output *out) {
    struct path p = {.sc = sc};
    const struct mr_plan *plan = sc->plan;
    bool is_sink = out->kind == MR_OUT_SINK;
    for (uint16_t s = 0; s < plan->n_subs; s++)
        for (uint16_t i = 0; i < plan->subs[s].n_steps; i++) {
            const struct mr_step *step = &plan->subs[s].steps[i];
            if (!is_sink || !strcmp(step->name, out->name)) walk(&p, &plan->subs[s], i);
        }
    if (!is_sink) return p.must == LAST ? SAME_RECORDS : p.must;
    bool ordered = p.closed || (!p.repartition && p.streams == 1);
    return p.must == SAME && ordered ? SAME_IN_ORDER : p.must;
}

/* ---- comparing */

/* The last rows of the keys that are there in the end. */
static size_t last_rows(const struct sim_rows *r, const struct sim_row **to) {
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if ((i + 1 == r->n || strcmp(r->rows[i].group, r->rows[i + 1].group)) && !r->rows[i].gone)
            to[n++] = &r->rows[i];
    return n;
}

static bool differ(struct mr_buf *to, const char *sink, const char *got, const char *want) {
    mr_buf_printf(to, "EOS-8: %s:\n    got  %s\n    want %s", sink, got ? got : "nothing more",
                  want ? want : "nothing more");
    return false;
}

static bool last_equal(const struct sim_rows *got, const struct sim_rows *want, struct mr_arena *a,
                       struct mr_buf *to) {
    const struct sim_row **x = mr_arena_calloc(a, got->n + 1, sizeof *x);
    const struct sim_row **y = mr_arena_calloc(a, want->n + 1, sizeof *y);
    size_t n = last_rows(got, x), m = last_rows(want, y);
    for (size_t i = 0; i < n || i < m; i++) {
        if (i < n && i < m && !strcmp(x[i]->group, y[i]->group) &&
            mr_str_eq(x[i]->value, y[i]->value))
            continue;
        return differ(to, got->name, i < n ? x[i]->text : NULL, i < m ? y[i]->text : NULL);
    }
    return true;
}

/* records: only those that are still the record that was read. */
static struct sim_row *chosen(const struct sim_rows *r, bool records, bool ordered,
                              struct mr_arena *a, size_t *ret_n) {
    struct sim_row *to = mr_arena_calloc(a, r->n + 1, sizeof *to);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (!records || strstr(r->rows[i].text, "mr.form=record")) to[n++] = r->rows[i];
    if (!ordered) qsort(to, n, sizeof *to, by_text);
    *ret_n = n;
    return to;
}

static bool same_equal(const struct sim_rows *got, const struct sim_rows *want, enum must must,
                       struct mr_arena *a, struct mr_buf *to) {
    size_t n, m;
    bool records = must == SAME_RECORDS, ordered = must == SAME_IN_ORDER;
    struct sim_row *x = chosen(got, records, ordered, a, &n);
    struct sim_row *y = chosen(want, records, ordered, a, &m);
    for (size_t i = 0; i < n || i < m; i++)
        if (i >= n || i >= m || strcmp(x[i].text, y[i].text))
            return differ(to, got->name, i < n ? x[i].text : NULL, i < m ? y[i].text : NULL);
    return true;
}

bool sim_outcome_equal(const struct sim_scenario *sc, const struct sim_outcome *got,
                       const struct sim_outcome *want, struct mr_buf *to) {
    struct mr_arena a;
    bool equal = true;
    mr_arena_init(&a);
    for (size_t i = 0; i < got->n_sinks && equal; i++) {
        enum must must = must_of(sc, got->sinks[i].out);
        if (must == LAST) equal = last_equal(&got->sinks[i], &want->sinks[i], &a, to);
        if (must != LAST && must != NONE)
            equal = same_equal(&got->sinks[i], &want->sinks[i], must, &a, to);
    }
    mr_arena_done(&a);
    return equal;
}

/* ---- an oracle's expectations */

void sim_expect_sink(struct sim_expected *e, const char *name, bool last) {
    e->sinks[e->n_sinks].name = name;
    e->sinks[e->n_sinks++].last = last;
}

void sim_expect(struct sim_expected *e, const char *sink, const char *fmt, ...) {
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (e->n == e->cap) {
        struct sim_want *old = e->rows;
        e->cap = e->cap ? 2 * e->cap : 64;
        e->rows = mr_arena_calloc(e->arena, e->cap, sizeof *e->rows);
        if (e->n) memcpy(e->rows, old, e->n * sizeof *old);
    }
    e->rows[e->n++] = (struct sim_want){sink, mr_arena_strdup(e->arena, text)};
}

static int by_pointed_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *without_time(struct mr_arena *a, const char *row) {
    return mr_arena_strndup(a, row, (size_t)(strrchr(row, '@') - row) - 1);
}

static bool expected_in(const struct sim_rows *got, const struct sim_expected *want, bool last,
                        struct mr_arena *a, struct mr_buf *to) {
    const char **x = mr_arena_calloc(a, got->n + 1, sizeof *x);
    const char **y = mr_arena_calloc(a, want->n + 1, sizeof *y);
    const struct sim_row **rows = mr_arena_calloc(a, got->n + 1, sizeof *rows);
    size_t n = 0, m = 0;
    bool timeless = false;
    for (size_t i = 0; i < want->n; i++) {
        if (strcmp(want->rows[i].sink, got->name)) continue;
        timeless |= !strrchr(want->rows[i].text, '@');
        y[m++] = want->rows[i].text;
    }
    n = last ? last_rows(got, rows) : got->n;
    for (size_t i = 0; i < n; i++) x[i] = last ? rows[i]->plain : got->rows[i].plain;
    if (timeless)
        for (size_t i = 0; i < n; i++) x[i] = without_time(a, x[i]);
    qsort(x, n, sizeof *x, by_pointed_text);
    qsort(y, m, sizeof *y, by_pointed_text);
    for (size_t i = 0; i < n || i < m; i++)
        if (i >= n || i >= m || strcmp(x[i], y[i])) {
            mr_buf_printf(to, "oracle: ");
            return differ(to, got->name, i < n ? x[i] : NULL, i < m ? y[i] : NULL);
        }
    return true;
}

/* Sinks that the oracle says nothing of are not compared: its rows name those that it knows. */
bool sim_outcome_expected(const struct sim_outcome *got, const struct sim_expected *want,
                          struct mr_buf *to) {
    struct mr_arena a;
    bool equal = true;
    mr_arena_init(&a);
    for (size_t i = 0; i < got->n_sinks && equal; i++)
        for (size_t k = 0; k < want->n_sinks && equal; k++)
            if (!strcmp(got->sinks[i].name, want->sinks[k].name))
                equal = expected_in(&got->sinks[i], want, want->sinks[k].last, &a, to);
    mr_arena_done(&a);
    return equal;
}

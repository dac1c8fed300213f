/* differ.c -- compiles and evaluates one expression in every way, and compares. */
#include "tests/expr/differ.h"

#include "processor/expr/expr.h"
#include "processor/expr/parse.h"
#include "tests/expr/generate.h"
#include "tests/expr/reference.h"

enum { ROWS = 3, RESERVE = 1 << 20, MANY = 1000 };

const volatile uint64_t *differ_mallocs;

/* A text in one mode. */
struct way {
    const char *name;
    struct mr_tree tree;
    struct mr_scope scope;
    const struct mr_program *program; /* NULL: it is an error when it is compiled */
    bool constant;                    /* because a constant part is one */
    const struct mr_ast *ast;
    struct mr_buf printed; /* the last result */
};

struct differ {
    struct mr_arena plan, batch;
    struct gen gen;
    struct differ_counts *counts;
    struct mr_buf *said;
    bool good;
};

static void open_differ(struct differ *d, const uint8_t *bytes, size_t n,
                        struct differ_counts *counts, struct mr_buf *said) {
    *d = (struct differ){.counts = counts, .said = said, .good = true};
    mr_arena_init(&d->plan);
    mr_arena_init(&d->batch);
    gen_init(&d->gen, &d->plan, bytes, n);
}

static bool close_differ(struct differ *d) {
    gen_done(&d->gen);
    mr_arena_done(&d->plan);
    mr_arena_done(&d->batch);
    return d->good;
}

static void complain(struct differ *d, const struct way *w, const char *what) {
    mr_buf_printf(d->said, "%s: %s\n  %.*s\n", w->name, what, (int)w->tree.text.n, w->tree.text.p);
    d->good = false;
}

/* ---- compiling */

static void compile(struct differ *d, struct way *w, const char *name, struct mr_str text,
                    bool strict, bool must) {
    struct mr_diags diags;
    uint32_t nodes = 0;
    *w = (struct way){.name = name,
                      .tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = text},
                      .scope = {.row = &d->gen.type, .strict = strict}};
    mr_buf_init(&w->printed, 0);
    mr_diags_init(&diags, &d->plan, "differ", text);
    w->program = mr_expr_compile(&d->plan, &diags, &w->tree, &w->scope, NULL);
    for (size_t i = 0; i < diags.n; i++) {
        const struct mr_diag *g = &diags.list[i];
        w->constant = w->constant || !strcmp(g->code, "E-CONST") ||
                      !strcmp(g->text, "places are counted from 0 on"); /* l[-1] */
    }
    if (must && !w->program && !w->constant) {
        complain(d, w, "does not compile");
        mr_diags_print(&diags, d->said);
    }
    if (w->program) {
        w->ast = mr_parse(&d->plan, &diags, &w->tree, strict, &nodes);
        mr_program_disasm(w->program, &w->printed);
    }
    mr_diags_done(&diags);
}

/* ---- evaluating */

/* As text, so that results of all ways can be compared; an error is an error. */
static void print(struct way *w, const struct mr_value *v) {
    mr_buf_clear(&w->printed);
    bool long_one = (v->tag == MR_V_LIST || v->tag == MR_V_MAP) && v->len > MANY;
    if (v->tag == MR_V_ERROR) {
        mr_buf_cat(&w->printed, "error");
    } else if (long_one) {
        mr_buf_printf(&w->printed, "%u elements", v->len);
    } else {
        mr_value_print(v, mr_program_type(w->program), &w->printed);
    }
}

static bool out_of_fuel(const struct mr_value *v) {
    return v->tag == MR_V_ERROR && v->fault && v->fault->text && strstr(v->fault->text, "too ");
}

static void beside_reference(struct differ *d, struct way *w, const struct ref *row,
                             const struct mr_value *got) {
    struct ref_env env = {.arena = &d->batch, .row = *row, .strict = w->scope.strict};
    struct ref want = ref_eval(&env, w->ast);
    if (env.unknown || out_of_fuel(got)) {
        d->counts->unknown++;
        d->counts->why = env.unknown ? env.unknown : "fuel";
        return;
    }
    d->counts->compared++;
    d->counts->errors += want.tag == REF_ERROR;
    if (ref_same(&want, got)) return;
    complain(d, w, "not as the reference");
    mr_buf_cat(d->said, "  reference: ");
    ref_print(&want, d->said);
    mr_buf_cat(d->said, "\n  steps: ");
    mr_value_print(got, mr_program_type(w->program), d->said);
    mr_buf_cat(d->said, "\n  row: ");
    ref_print(row, d->said);
    mr_buf_cat(d->said, "\n");
}

static void evaluate(struct differ *d, struct way *w, const struct ref *row) {
    struct mr_value cells = ref_to_value(&d->plan, row);
    for (int again = 0; again < 2; again++) {
        mr_arena_reset(&d->batch);
        struct mr_frame f = {.row = cells.row, .arena = &d->batch};
        uint64_t before = differ_mallocs ? *differ_mallocs : 0;
        struct mr_value got = mr_eval(w->program, &f);
        uint64_t taken = differ_mallocs ? *differ_mallocs - before : 0;
        /* Strict mode alone compiles patterns while it evaluates (step_regex.c). */
        bool may = w->scope.strict;
        if (taken && !may && d->batch.used < RESERVE)
            complain(d, w, "takes memory outside of the arena");
        char *last = mr_arena_strndup(&d->plan, w->printed.p, w->printed.n);
        print(w, &got);
        if (again && strcmp(last, mr_buf_cstr(&w->printed)))
            complain(d, w, "something else the second time");
        if (again) beside_reference(d, w, row, &got);
    }
}

static void agree(struct differ *d, struct way *a, struct way *b, bool errors_may_be_values) {
    const char *x = mr_buf_cstr(&a->printed), *y = mr_buf_cstr(&b->printed);
    if (!strcmp(x, y) || (errors_may_be_values && !strcmp(x, "error"))) return;
    complain(d, a, mr_arena_printf(&d->plan, "`%s`, but %s `%s`", x, b->name, y));
}

static void all_ways(struct differ *d, struct way *ways, uint32_t seed) {
    mr_arena_alloc(&d->batch, RESERVE);
    for (uint32_t i = 0; i < ROWS; i++) {
        struct ref row = gen_row(&d->gen, seed + i);
        for (int w = 0; w < 4; w++) {
            if (ways[w].program) evaluate(d, &ways[w], &row);
        }
        if (ways[0].program && ways[1].program) agree(d, &ways[0], &ways[1], false);
        if (ways[2].program && ways[0].program) agree(d, &ways[2], &ways[0], true);
        if (ways[2].program && ways[3].program) agree(d, &ways[2], &ways[3], false);
    }
    for (int w = 0; w < 4; w++) mr_buf_done(&ways[w].printed);
}

bool differ_bytes(const uint8_t *bytes, size_t n, struct differ_counts *counts,
                  struct mr_buf *said) {
    struct differ d;
    struct way ways[4] = {0};
    uint32_t seed = n ? bytes[n - 1] : 0;
    open_differ(&d, bytes, n, counts, said);
    gen_expression(&d.gen);
    struct mr_str text = mr_str(mr_buf_cstr(&d.gen.text));
    struct mr_str hidden = mr_str(mr_buf_cstr(&d.gen.hidden));
    compile(&d, &ways[0], "millrace", text, false, true);
    compile(&d, &ways[1], "millrace, hidden", hidden, false, true);
    if (d.gen.strict) {
        compile(&d, &ways[2], "strict", text, true, true);
        compile(&d, &ways[3], "strict, hidden", hidden, true, true);
    }
    counts->constant += ways[0].constant;
    all_ways(&d, ways, seed);
    return close_differ(&d);
}

bool differ_text(struct mr_str text, struct differ_counts *counts, struct mr_buf *said) {
    struct differ d;
    struct way ways[4] = {0};
    open_differ(&d, (const uint8_t *)"", 0, counts, said);
    compile(&d, &ways[2], "strict", text, true, false);
    counts->not_strict += !ways[2].program;
    if (ways[2].program) compile(&d, &ways[0], "millrace", text, false, false);
    all_ways(&d, ways, (uint32_t)text.n);
    return close_differ(&d);
}

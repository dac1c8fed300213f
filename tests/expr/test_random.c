/* test_random.c -- steps against a naive evaluator, on random expressions.
 *
 *   test_random [SEED [COUNT]]
 *
 * The generator makes a typed tree, prints it as text for the compiler, and evaluates the tree
 * itself, one node at a time, by CEL's rules: errors are values, && and || absorb them, absent
 * stays absent until `??` or has(). Nothing here uses the compiler's own trees or steps. Results
 * must be equal, or both errors.
 */
#include "tests/expr/naive.h"

#include "base/rand.h"
#include "processor/expr/expr.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum type { INT, DOUBLE, STRING, BOOL, LIST, OPT_INT, N_TYPES };

struct tree {
    enum kind kind;
    enum type type;
    int n, field;
    struct tree *a[4];
    struct mr_value lit;
};

/* The row: what the fields are called; two of each type, the second one may fail or be absent. */
static const struct {
    const char *name;
    enum type type;
} fields[] = {{"i", INT},    {"j", INT},     {"bad_i", INT}, {"d", DOUBLE}, {"e", DOUBLE},
              {"s", STRING}, {"t", STRING},  {"b", BOOL},    {"c", BOOL},   {"bad_b", BOOL},
              {"l", LIST},   {"o", OPT_INT}, {"q", OPT_INT}};
enum { N_FIELDS = sizeof fields / sizeof *fields };

static struct mr_rand rnd;
static struct mr_arena arena;
static struct mr_value row[N_FIELDS];

/* Variables of macros, all int, x0 the outermost: how many there are where a tree is made, and
 * their values where it is evaluated. */
enum { MAX_VARS = 3 };
static int n_vars;
static struct mr_value vars[MAX_VARS];

static uint32_t below(uint32_t n) {
    return mr_rand_below(&rnd, n);
}

/* ---- making trees */

static struct tree *make(enum type t, int depth);

static struct tree *node(enum kind k, enum type t) {
    struct tree *x = mr_arena_calloc(&arena, 1, sizeof *x);
    x->kind = k;
    x->type = t;
    return x;
}

static struct tree *with(enum kind k, enum type t, struct tree *a, struct tree *b) {
    struct tree *x = node(k, t);
    x->a[0] = a;
    x->a[1] = b;
    x->n = b ? 2 : 1;
    return x;
}

static int64_t some_int(void) {
    static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, 2, 100, 1000000007};
    return below(4) ? (int64_t)below(7) - 2 : edges[below(8)];
}

static double some_double(void) {
    static const double values[] = {0.0, -0.0, 1.0, 0.5, -2.5, 1e300, 3.0, 100.25};
    return values[below(8)];
}

static struct mr_value some_string(void) {
    static const char *const words[] = {"", "a", "ab", "abc", "b", "é", "bc", "zz"};
    struct mr_str s = mr_str(words[below(8)]);
    return mr_string(s);
}

static struct mr_value some_list(void) {
    uint32_t n = below(4);
    struct mr_value *list = mr_arena_alloc(&arena, (n + 1) * sizeof *list);
    for (uint32_t i = 0; i < n; i++) list[i] = mr_int((int64_t)below(5));
    return (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
}

static struct tree *leaf(enum type t) {
    if (t == INT && n_vars && below(2)) {
        struct tree *x = node(VAR, INT);
        x->field = (int)below((uint32_t)n_vars);
        return x;
    }
    if (t == OPT_INT || t == LIST || below(4)) {
        for (;;) {
            int f = (int)below(N_FIELDS);
            if (fields[f].type != t) continue;
            struct tree *x = node(FIELD, t);
            x->field = f;
            return x;
        }
    }
    struct tree *x = node(LIT, t);
    if (t == INT) x->lit = mr_int(some_int());
    if (t == DOUBLE) x->lit = mr_double(some_double());
    if (t == STRING) x->lit = some_string();
    if (t == BOOL) x->lit = mr_bool(below(2));
    return x;
}

static struct tree *make_cond(enum type t, int depth) {
    struct tree *x = with(COND, t, make(BOOL, depth), make(t, depth));
    x->a[2] = make(t, depth);
    x->n = 3;
    return x;
}

/* A macro over a list, while there may be more inside each other; else a leaf. */
static struct tree *make_macro(enum kind k, enum type t, int depth) {
    if (n_vars == MAX_VARS) return leaf(t);
    struct tree *over = make(LIST, depth);
    int n = n_vars++;
    struct tree *x = with(k, t, over, make(k == MAP ? INT : BOOL, depth));
    if (k == MAP_IF) x->a[x->n++] = make(INT, depth);
    x->field = n;
    n_vars = n;
    return x;
}

static struct tree *make_int(int depth) {
    switch (below(10)) {
    case 0: return make_cond(INT, depth);
    case 1: return with(COALESCE, INT, make(OPT_INT, depth), make(INT, depth));
    case 2: return with(SIZE, INT, make(below(2) ? STRING : LIST, depth), NULL);
    case 3: return with(INDEX, INT, make(LIST, depth), make(INT, depth));
    case 4: return with(TO_INT, INT, make(DOUBLE, depth), NULL);
    case 5: return with(NEG, INT, make(INT, depth), NULL);
    default: return with((enum kind)(ADD + below(5)), INT, make(INT, depth), make(INT, depth));
    }
}

static struct tree *make_double(int depth) {
    if (below(6) == 0) return make_cond(DOUBLE, depth);
    if (below(6) == 0) return with(TO_DOUBLE, DOUBLE, make(INT, depth), NULL);
    if (below(6) == 0) return with(NEG, DOUBLE, make(DOUBLE, depth), NULL);
    bool mixed = below(3) == 0, left = below(2);
    struct tree *a = make(mixed && left ? INT : DOUBLE, depth);
    struct tree *b = make(mixed && !left ? INT : DOUBLE, depth);
    return with((enum kind)(ADD + below(4)), DOUBLE, a, b);
}

static struct tree *make_string(int depth) {
    if (below(4) == 0) return make_cond(STRING, depth);
    if (below(4) == 0) return with(TO_STRING, STRING, make(INT, depth), NULL);
    return with(ADD, STRING, make(STRING, depth), make(STRING, depth));
}

static struct tree *make_bool(int depth) {
    static const enum type comparable[] = {INT, DOUBLE, STRING, INT};
    enum type t = comparable[below(4)];
    struct tree *x;
    if (below(5) == 0) return make_macro((enum kind)(ALL + below(3)), BOOL, depth);
    switch (below(8)) {
    case 0: return make_cond(BOOL, depth);
    case 1: return with(NOT, BOOL, make(BOOL, depth), NULL);
    case 2: return with(IN, BOOL, make(INT, depth), make(LIST, depth));
    case 3: return with(HAS, BOOL, leaf(OPT_INT), NULL);
    case 4:
        return with((enum kind)(STARTS + below(3)), BOOL, make(STRING, depth), make(STRING, depth));
    case 5:
    case 6:
        x = node(below(2) ? AND : OR, BOOL);
        x->n = 2 + (int)below(3);
        for (int i = 0; i < x->n; i++) x->a[i] = make(BOOL, depth);
        return x;
    default:
        x = with((enum kind)(EQ + below(6)), BOOL, make(t, depth), make(t, depth));
        if (t == DOUBLE && below(2)) x->a[below(2)] = make(INT, depth);
        return x;
    }
}

/* Parts of the expression that are whole without the variables around them: they may stand again.
 */
enum { AGAIN_MAX = 64, AGAIN_NODES = 12 };
static struct tree *again[AGAIN_MAX];
static int n_again;

static int nodes_of(const struct tree *x, bool *macros) {
    int n = 1;
    *macros |= x->kind >= ALL;
    for (int i = 0; i < x->n; i++) n += nodes_of(x->a[i], macros);
    return n;
}

static struct tree *made_before(enum type t) {
    bool macros = false;
    if (n_again == 0) return NULL;
    struct tree *x = again[below((uint32_t)n_again)];
    nodes_of(x, &macros);
    return x->type == t && !(macros && n_vars) ? x : NULL;
}

static struct tree *make_new(enum type t, int depth);

static struct tree *make(enum type t, int depth) {
    bool macros = false;
    struct tree *x = below(4) ? NULL : made_before(t);
    if (x) return x;
    if (depth <= 0 || below(6) == 0) return leaf(t);
    x = make_new(t, depth - 1);
    if (n_vars == 0 && n_again < AGAIN_MAX && nodes_of(x, &macros) <= AGAIN_NODES)
        again[n_again++] = x;
    return x;
}

static struct tree *make_new(enum type t, int depth) {
    switch (t) {
    case INT: return make_int(depth);
    case DOUBLE: return make_double(depth);
    case STRING: return make_string(depth);
    case BOOL: return make_bool(depth);
    case LIST: {
        if (below(3) == 0) return make_macro((enum kind)(MAP + below(3)), LIST, depth);
        if (below(2)) return with(ADD, LIST, make(LIST, depth), make(LIST, depth));
        struct tree *x = node(MAKE, LIST);
        x->n = 1 + (int)below(3);
        for (int i = 0; i < x->n; i++) x->a[i] = make(INT, depth);
        return x;
    }
    default:
        if (below(2)) return leaf(OPT_INT);
        return with(INDEX_OPT, OPT_INT, make(LIST, depth), make(INT, depth));
    }
}

/* ---- as text */

static void print(const struct tree *x, struct mr_buf *to);

static void print_list(const struct tree *x, const char *open, const char *between,
                       const char *close, struct mr_buf *to) {
    mr_buf_cat(to, open);
    for (int i = 0; i < x->n; i++) {
        if (i) mr_buf_cat(to, between);
        print(x->a[i], to);
    }
    mr_buf_cat(to, close);
}

static void print_macro(const struct tree *x, struct mr_buf *to) {
    static const char *const macros[] = {[ALL] = "all", [EXISTS] = "exists", [ONE] = "exists_one",
                                         [MAP] = "map", [MAP_IF] = "map",    [FILTER] = "filter"};
    mr_buf_byte(to, '(');
    print(x->a[0], to);
    mr_buf_printf(to, ").%s(x%d", macros[x->kind], x->field);
    for (int i = 1; i < x->n; i++) {
        mr_buf_cat(to, ", ");
        print(x->a[i], to);
    }
    mr_buf_byte(to, ')');
}

static void print(const struct tree *x, struct mr_buf *to) {
    static const char *const between[] = {
        [ADD] = " + ",  [SUB] = " - ", [MUL] = " * ", [DIV] = " / ", [MOD] = " % ",
        [AND] = " && ", [OR] = " || ", [EQ] = " == ", [NE] = " != ", [LT] = " < ",
        [LE] = " <= ",  [GT] = " > ",  [GE] = " >= ", [IN] = " in ", [COALESCE] = " ?? "};
    static const char *const calls[] = {[SIZE] = "size(",
                                        [TO_INT] = "int(",
                                        [TO_DOUBLE] = "double(",
                                        [TO_STRING] = "string(",
                                        [HAS] = "has(",
                                        [NOT] = "!(",
                                        [NEG] = "-("};
    static const char *const methods[] = {[INDEX] = "[",
                                          [INDEX_OPT] = "[?",
                                          [STARTS] = ".startsWith(",
                                          [ENDS] = ".endsWith(",
                                          [CONTAINS] = ".contains("};
    switch (x->kind) {
    case VAR: mr_buf_printf(to, "x%d", x->field); return;
    case ALL:
    case EXISTS:
    case ONE:
    case MAP:
    case MAP_IF:
    case FILTER: print_macro(x, to); return;
    case LIT:
        if (x->type == DOUBLE && signbit(x->lit.d)) mr_buf_byte(to, '(');
        mr_value_print(&x->lit, NULL, to);
        if (x->type == DOUBLE && signbit(x->lit.d)) mr_buf_byte(to, ')');
        return;
    case FIELD: mr_buf_cat(to, fields[x->field].name); return;
    case SIZE:
    case TO_INT:
    case TO_DOUBLE:
    case TO_STRING:
    case HAS:
    case NOT:
    case NEG: print_list(x, calls[x->kind], "", ")", to); return;
    case INDEX:
    case INDEX_OPT:
    case STARTS:
    case ENDS:
    case CONTAINS:
        mr_buf_byte(to, '(');
        print(x->a[0], to);
        mr_buf_byte(to, ')');
        mr_buf_cat(to, methods[x->kind]);
        print(x->a[1], to);
        mr_buf_cat(to, x->kind == INDEX || x->kind == INDEX_OPT ? "]" : ")");
        return;
    case MAKE: print_list(x, "[", ", ", "]", to); return;
    case COND:
        mr_buf_byte(to, '(');
        print(x->a[0], to);
        mr_buf_cat(to, " ? ");
        print(x->a[1], to);
        mr_buf_cat(to, " : ");
        print(x->a[2], to);
        mr_buf_byte(to, ')');
        return;
    default: print_list(x, "(", between[x->kind], ")", to);
    }
}

/* ---- the naive evaluator */

static struct mr_value eval(const struct tree *x);

static struct mr_value eval_logic(const struct tree *x) {
    bool decides = x->kind == OR, failed = false;
    for (int i = 0; i < x->n; i++) {
        struct mr_value v = eval(x->a[i]);
        if (v.tag == MR_V_ERROR)
            failed = true;
        else if (v.b == decides)
            return mr_bool(decides);
    }
    return failed ? FAILED : mr_bool(!decides);
}

static struct mr_value eval_make(const struct tree *x) {
    struct mr_value *list = mr_arena_alloc(&arena, (size_t)x->n * sizeof *list);
    for (int i = 0; i < x->n; i++) {
        list[i] = eval(x->a[i]);
        if (list[i].tag == MR_V_ERROR) return FAILED;
    }
    return (struct mr_value){.tag = MR_V_LIST, .len = (uint32_t)x->n, .list = list};
}

/* all and exists look at every element until one decides; the others stop at an error. */
static struct mr_value eval_macro(const struct tree *x) {
    struct mr_value over = eval(x->a[0]);
    if (over.tag == MR_V_ERROR) return FAILED;
    struct mr_value *list = mr_arena_alloc(&arena, (over.len + 1) * sizeof *list);
    bool absorbs = x->kind == ALL || x->kind == EXISTS, failed = false;
    uint32_t n = 0;
    for (uint32_t i = 0; i < over.len; i++) {
        vars[x->field] = over.list[i];
        struct mr_value v = eval(x->a[1]);
        if (v.tag == MR_V_ERROR && !absorbs) return FAILED;
        if (v.tag == MR_V_ERROR) failed = true;
        if (absorbs && v.tag != MR_V_ERROR && v.b == (x->kind == EXISTS)) return v;
        if (absorbs || (x->kind != MAP && !v.b)) continue;
        if (x->kind == MAP_IF) {
            v = eval(x->a[2]);
            if (v.tag == MR_V_ERROR) return FAILED;
        }
        list[n++] = x->kind == FILTER || x->kind == ONE ? over.list[i] : v;
    }
    if (absorbs) return failed ? FAILED : mr_bool(x->kind == ALL);
    if (x->kind == ONE) return mr_bool(n == 1);
    return (struct mr_value){.tag = MR_V_LIST, .len = n, .list = list};
}

static struct mr_value eval(const struct tree *x) {
    if (x->kind == VAR) return vars[x->field];
    if (x->kind >= ALL) return eval_macro(x);
    if (x->kind == LIT) return x->lit;
    if (x->kind == FIELD) return row[x->field];
    if (x->kind == AND || x->kind == OR) return eval_logic(x);
    if (x->kind == MAKE) return eval_make(x);
    struct mr_value a = eval(x->a[0]);
    if (a.tag == MR_V_ERROR) return FAILED;
    if (x->kind == COND) return eval(x->a[a.b ? 1 : 2]);
    if (x->kind == COALESCE) return a.tag == MR_V_ABSENT ? eval(x->a[1]) : a;
    struct mr_value b = x->n > 1 ? eval(x->a[1]) : MR_ABSENT;
    return b.tag == MR_V_ERROR ? FAILED : naive_apply(&arena, x->kind, a, b);
}

/* ---- the comparison */

static void fill_row(void) {
    for (int f = 0; f < N_FIELDS; f++) {
        switch (fields[f].type) {
        case INT: row[f] = mr_int(some_int()); break;
        case DOUBLE: row[f] = mr_double(some_double()); break;
        case STRING: row[f] = some_string(); break;
        case BOOL: row[f] = mr_bool(below(2)); break;
        case LIST: row[f] = some_list(); break;
        default: row[f] = below(2) ? MR_ABSENT : mr_int(some_int());
        }
        if (!strncmp(fields[f].name, "bad", 3) && below(2)) row[f] = FAILED;
    }
}

static bool same(const struct mr_value *a, const struct mr_value *b) {
    if (a->tag != b->tag) return false;
    if (a->tag == MR_V_ERROR) return true;
    if (a->tag == MR_V_DOUBLE) {
        return (isnan(a->d) && isnan(b->d)) || (a->d == b->d && signbit(a->d) == signbit(b->d));
    }
    return mr_value_eq(a, b, NULL);
}

static const struct mr_type *row_type(void) {
    static struct mr_type list = {.kind = MR_T_LIST, .elem = &mr_type_int};
    static const struct mr_type *const types[N_TYPES] = {
        &mr_type_int, &mr_type_double, &mr_type_string, &mr_type_bool, &list, &mr_type_int};
    static struct mr_field f[N_FIELDS];
    static struct mr_type t = {.kind = MR_T_STRUCT, .n_fields = N_FIELDS, .fields = f};
    for (int i = 0; i < N_FIELDS; i++) {
        f[i] = (struct mr_field){.name = mr_str(fields[i].name),
                                 .type = types[fields[i].type],
                                 .optional = fields[i].type == OPT_INT};
    }
    return &t;
}

struct counts {
    int passed, failed, constant_errors, errors;
};

static void complain(const char *text, const struct mr_value *want, const struct mr_value *got,
                     struct mr_diags *d) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_buf_printf(&b, "FAIL %s\n  naive: ", text);
    if (want) mr_value_print(want, NULL, &b);
    mr_buf_cat(&b, "\n  steps: ");
    if (got) mr_value_print(got, NULL, &b);
    if (d) mr_diags_print(d, &b);
    printf("%s\n", mr_buf_cstr(&b));
    mr_buf_done(&b);
}

static void one(const struct mr_scope *scope, struct counts *n) {
    static const enum type tops[] = {BOOL, BOOL, INT, DOUBLE, STRING, LIST, OPT_INT};
    n_again = 0;
    struct tree *x = make(tops[below(7)], 2 + (int)below(4));
    struct mr_buf text;
    struct mr_diags d;
    mr_buf_init(&text, 0);
    print(x, &text);
    struct mr_tree tree = {
        .kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(mr_buf_cstr(&text))};
    mr_diags_init(&d, &arena, "random", tree.text);
    const struct mr_program *p = mr_expr_compile(&arena, &d, &tree, scope, NULL);
    bool constant = false;
    for (size_t i = 0; i < d.n; i++) constant = constant || !strcmp(d.list[i].code, "E-CONST");
    if (!p && constant) {
        n->constant_errors++;
    } else if (!p) {
        n->failed++;
        complain(tree.text.p, NULL, NULL, &d);
    }
    for (int i = 0; p && i < 6; i++) {
        fill_row();
        struct mr_frame f = {.row = row, .arena = &arena};
        struct mr_value want = eval(x), got = mr_eval(p, &f);
        bool good = same(&want, &got);
        n->errors += want.tag == MR_V_ERROR;
        if (good)
            n->passed++;
        else
            n->failed++;
        if (!good) complain(tree.text.p, &want, &got, NULL);
    }
    mr_diags_done(&d);
    mr_buf_done(&text);
    mr_arena_reset(&arena);
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : mr_rand_os();
    int count = argc > 2 ? atoi(argv[2]) : 4000;
    struct counts n = {0};
    struct mr_scope scope = {.row = row_type()};
    printf("seed %llu\n", (unsigned long long)seed);
    mr_rand_seed(&rnd, seed);
    mr_arena_init(&arena);
    for (int i = 0; i < count && n.failed < 10; i++) one(&scope, &n);
    mr_arena_done(&arena);
    printf("%d of the results are errors, %d expressions fail as constants\n", n.errors,
           n.constant_errors);
    printf("%d passed, %d failed\n", n.passed, n.failed);
    return n.failed != 0 || n.passed == 0;
}

/* test_expr.c -- runs case files: expressions with their type and value, or their diagnostics.
 *
 *   test_expr FILE.t...
 *
 * Cases are separated by empty lines; `#` begins a comment, `%` a directive (cases.h), which stays
 * in force. The first line of a case is the expression (`| ` lines: a block scalar, its column 1
 * at file column 5), then
 *
 *   type                                E-CODE line:col+len text
 *   value                               hint, or -
 *
 * `type?` is a result that may be absent. Warnings stand behind the value in the same form as
 * errors. Values are printed as mr_value_print does. `> r0 <- ...` lines: the disassembly.
 *
 *   test_expr --wrong N FILE.t...    fails also when fewer than N expressions get a diagnostic
 */
#include "tests/expr/cases.h"

#include <stdio.h>
#include <stdlib.h>

struct lines {
    char *at[64];
    int n, first_line;
};

static const char *file;
static int passed, failed, wrong;

static void print_diags(const struct mr_diags *d, struct mr_buf *to) {
    for (size_t i = 0; i < d->n; i++) {
        const struct mr_diag *g = &d->list[i];
        mr_buf_printf(to, "%s %u:%u+%u %s\n%s\n", g->code, g->pos.line, g->pos.col, g->len, g->text,
                      g->hint ? g->hint : "-");
    }
}

/* The expression as a scalar; returns the number of lines that it takes. */
static int expression(struct mr_arena *a, const struct lines *l, struct mr_tree *ret) {
    *ret = (struct mr_tree){.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(l->at[0])};
    if (strncmp(l->at[0], "| ", 2)) return 1;
    uint32_t *lines = mr_arena_alloc(a, (size_t)l->n * sizeof *lines);
    char *text = "";
    int i = 0;
    for (; i < l->n && !strncmp(l->at[i], "| ", 2); i++) {
        text = mr_arena_printf(a, "%s%s\n", text, l->at[i] + 2);
        lines[i] = 5;
    }
    ret->style = MR_STYLE_BLOCK;
    ret->pos.col = 5;
    ret->text = mr_str(text);
    ret->lines = lines;
    ret->n_lines = (uint32_t)i;
    return i;
}

static void evaluate(struct case_scope *c, struct mr_arena *a, const struct mr_program *p,
                     bool disasm, struct mr_buf *to) {
    c->frame.arena = a;
    struct mr_value v = mr_eval(p, &c->frame);
    mr_type_print(mr_program_type(p), to);
    mr_buf_cat(to, mr_program_optional(p) ? "?\n" : "\n");
    mr_value_print(&v, mr_program_type(p), to);
    mr_buf_byte(to, '\n');
    if (!disasm) return;
    struct mr_buf text;
    mr_buf_init(&text, 0);
    mr_program_disasm(p, &text);
    char *line = strtok((char *)mr_buf_cstr(&text), "\n");
    for (; line; line = strtok(NULL, "\n")) mr_buf_printf(to, ">%s\n", line);
    mr_buf_done(&text);
}

static void run_case(struct case_scope *c, const struct lines *l) {
    struct mr_arena a;
    struct mr_tree tree;
    struct mr_diags d;
    struct mr_buf got, want;
    mr_arena_init(&a);
    mr_buf_init(&got, 0);
    mr_buf_init(&want, 0);
    int n = expression(&a, l, &tree);
    bool disasm = false;
    for (int i = n; i < l->n; i++) {
        mr_buf_printf(&want, "%s\n", l->at[i]);
        disasm = disasm || l->at[i][0] == '>';
    }
    mr_diags_init(&d, &a, file, tree.text);
    const struct mr_program *p = mr_expr_compile(&a, &d, &tree, &c->scope, c->want);
    if (p) evaluate(c, &a, p, disasm, &got);
    print_diags(&d, &got);
    wrong += d.n > 0;
    if (!strcmp(mr_buf_cstr(&got), mr_buf_cstr(&want))) {
        passed++;
    } else {
        failed++;
        printf("%s:%d: %s\n--- expected\n%s--- got\n%s", file, l->first_line, tree.text.p,
               mr_buf_cstr(&want), mr_buf_cstr(&got));
    }
    mr_diags_done(&d);
    mr_buf_done(&want);
    mr_buf_done(&got);
    mr_arena_done(&a);
}

static void end_case(struct case_scope *c, struct lines *l) {
    if (l->n) run_case(c, l);
    for (int i = 0; i < l->n; i++) free(l->at[i]);
    l->n = 0;
}

static void run_file(const char *name) {
    struct case_scope c;
    struct lines l = {.n = 0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    FILE *f = fopen(name, "r");
    if (!f) {
        perror(name);
        exit(1);
    }
    file = name;
    mr_arena_init(&c.arena);
    case_reset(&c);
    for (int no = 1; (len = getline(&line, &cap, f)) > 0; no++) {
        if (line[len - 1] == '\n') line[len - 1] = 0;
        if (!*line) {
            end_case(&c, &l);
        } else if (*line == '%' && l.n == 0) {
            case_directive(&c, line);
        } else if ((*line != '#' || l.n) && l.n < 64) {
            if (l.n == 0) l.first_line = no;
            l.at[l.n++] = strdup(line);
        }
    }
    end_case(&c, &l);
    free(line);
    fclose(f);
    mr_arena_done(&c.arena);
}

int main(int argc, char **argv) {
    bool counted = argc > 2 && !strcmp(argv[1], "--wrong");
    int least = counted ? atoi(argv[2]) : 0;
    for (int i = counted ? 3 : 1; i < argc; i++) run_file(argv[i]);
    printf("%d passed, %d failed; %d wrong expressions\n", passed, failed, wrong);
    if (wrong < least) printf("at least %d were expected\n", least);
    return failed != 0 || passed == 0 || wrong < least;
}

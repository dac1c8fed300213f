/* cel_conformance.c -- runs conformance vectors of CEL in strict mode.
 *
 *   cel_conformance FILE.jsonl [--types] [--both] [--list FILE] [--shrink] [NAME...]
 *
 *   NAME     only vectors of these files (`basic`, `math_ext`) or of this id
 *   --types  the type that is deduced must be the one of the reference checker (cel_go.type) where
 *            the vector itself names none, and what that rejects must not compile
 *   --both   what passes must be the same in millrace mode, or not compile there for one of the
 *            reasons that mode has of its own
 *   --list   the expected failures, instead of cel_expected.txt: an id, a tab and a reason a line
 *   --shrink writes the list without the vectors that pass; nothing is ever added
 *
 * Prints each failure, then the counts. A vector that fails and is on the list counts apart; one
 * that is on the list and passes is a failure: the list only shrinks.
 */
#include "base/mem.h"
#include "processor/expr/json.h"
#include "tests/expr/cel_vector.h"

#include <stdio.h>
#include <stdlib.h>

struct listed {
    char *id, *line;
    bool passed;
};

struct runner {
    bool types, both, shrink;
    const char *list_path;
    char *const *names;
    int n_names;
    struct listed *list;
    size_t n_list, cap_list;
    int passed, failed, expected;
};

/* ---- the list */

static void read_list(struct runner *r) {
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *f = fopen(r->list_path, "r");
    while (f && (n = getline(&line, &cap, f)) > 0) {
        if (r->n_list == r->cap_list) {
            r->cap_list = r->cap_list ? 2 * r->cap_list : 64;
            r->list = mr_realloc(r->list, r->cap_list * sizeof *r->list);
        }
        struct listed *l = &r->list[r->n_list++];
        *l = (struct listed){.line = mr_strdup(line)};
        size_t id = strcspn(line, "\t\n");
        line[id] = 0;
        l->id = mr_strdup(*line == '#' ? "" : line);
    }
    free(line);
    if (f) fclose(f);
}

static struct listed *find_listed(struct runner *r, const struct vector *v) {
    for (size_t i = 0; i < r->n_list; i++) {
        if (mr_str_is(v->id, r->list[i].id)) return &r->list[i];
    }
    return NULL;
}

static void done_list(struct runner *r) {
    FILE *f = r->shrink ? fopen(r->list_path, "w") : NULL;
    for (size_t i = 0; i < r->n_list; i++) {
        if (f && !r->list[i].passed) fputs(r->list[i].line, f);
        free(r->list[i].id);
        free(r->list[i].line);
    }
    if (f) fclose(f);
    free(r->list);
}

/* ---- one vector: why it fails goes to `why` */

static struct mr_program *compile(struct vector *v, bool strict, struct mr_diags *d) {
    struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = v->expr};
    struct mr_scope scope = v->scope;
    scope.strict = strict;
    scope.unchecked = strict && scope.unchecked;
    mr_diags_init(d, &v->arena, "vector", v->expr);
    return mr_expr_compile(&v->arena, d, &tree, &scope, NULL);
}

static void program_type(struct vector *v, const struct mr_program *p, struct mr_buf *to) {
    const struct mr_type *t = mr_program_type(p);
    vector_print_type(mr_program_optional(p) ? mr_type_optional(&v->arena, t) : t, to);
}

static bool same_type(struct vector *v, const struct mr_program *p, struct mr_str want,
                      const char *whose, struct mr_buf *why) {
    MR_CLEANUP(mr_buf_done) struct mr_buf b = {0};
    program_type(v, p, &b);
    if (mr_str_eq(want, mr_buf_view(&b))) return true;
    mr_buf_printf(why, "the type is %s, %s has %.*s\n", mr_buf_cstr(&b), whose, MR_STR_ARG(want));
    return false;
}

/* As the reference checker has it; where that fails the vector it is no measure. */
static bool check_type(struct vector *v, const struct mr_program *p, struct mr_buf *why) {
    struct mr_str go = vector_member(v->json, "cel_go");
    struct mr_str want = vector_text(&v->arena, vector_member(go, "type"));
    if (want.n == 0 || v->scope.unchecked || mr_str_is(vector_member(go, "pass"), "false"))
        return true;
    if (!mr_str_is(want, "!error")) return same_type(v, p, want, "cel-go", why);
    mr_buf_cat(why, "it compiles, cel-go rejects it\n");
    return false;
}

/* A compile error; of a feature that is missing it says nothing. */
static bool is_error(const struct mr_diags *d) {
    for (size_t i = 0; i < d->n; i++) {
        if (!strcmp(d->list[i].code, "E-NOTYET")) return false;
    }
    return true;
}

static void print_value(const struct mr_value *v, const struct mr_type *t, struct mr_buf *to) {
    mr_value_print(v, t, to);
    mr_buf_byte(to, '\n');
}

static bool check_value(struct vector *v, const struct mr_program *p, struct mr_value *ret,
                        struct mr_buf *why) {
    struct mr_str expect = vector_member(v->json, "expect"), want = vector_member(expect, "value");
    struct mr_frame f = {.extras = v->values, .arena = &v->arena};
    struct mr_value got = mr_eval(p, &f);
    const struct mr_type *t = mr_program_type(p);
    if (mr_program_optional(p)) t = mr_type_optional(&v->arena, t);
    *ret = mr_value_coerce(&v->arena, &got, t, &mr_type_dyn);
    bool error = vector_member(expect, "error").p;
    struct mr_value wanted = want.p ? vector_value(v, want) : mr_bool(true);
    if (v->unknown) {
        mr_buf_printf(why, "the runner does not know %s\n", v->unknown);
        return false;
    }
    if (error ? got.tag == MR_V_ERROR : vector_same(ret, &wanted)) return true;
    mr_buf_cat(why, "got ");
    print_value(ret, NULL, why);
    return false;
}

/* "Only errors may turn into values": the same value, or a complaint that is its own. */
static bool check_other_mode(struct vector *v, const struct mr_value *strict, struct mr_buf *why) {
    static const char *const lints[] = {"E-ABSENT", "E-CONST", "E-REGEX"};
    struct mr_diags d;
    struct mr_program *p = compile(v, false, &d);
    bool good = false;
    if (p && mr_program_optional(p) && strict->tag != MR_V_OPTIONAL) {
        good = true; /* a field that may be absent: E-ABSENT where a value is needed */
    } else if (p) {
        struct mr_value got;
        MR_CLEANUP(mr_buf_done) struct mr_buf unused = {0};
        check_value(v, p, &got, &unused);
        good = vector_same(&got, strict);
        if (!good) {
            mr_buf_cat(why, "in millrace mode ");
            print_value(&got, NULL, why);
        }
    } else {
        for (size_t i = 0; i < MR_ARRAY_LEN(lints); i++)
            good = good || !strcmp(d.list[0].code, lints[i]);
        if (!good) {
            mr_buf_cat(why, "in millrace mode: ");
            mr_diags_print(&d, why);
        }
    }
    mr_diags_done(&d);
    return good;
}

static bool judge(struct runner *r, struct vector *v, const struct mr_program *p,
                  struct mr_diags *d, struct mr_buf *why) {
    struct mr_str expect = vector_member(v->json, "expect");
    bool error = vector_member(expect, "error").p;
    struct mr_str deduced = vector_member(expect, "deduced_type");
    if (v->unknown) {
        mr_buf_printf(why, "the runner does not know %s\n", v->unknown);
        return false;
    }
    if (!p) {
        if (error && is_error(d)) return true;
        mr_diags_print(d, why);
        return false;
    }
    if (deduced.p && !same_type(v, p, vector_text(&v->arena, deduced), "the vector", why))
        return false;
    if (r->types && !deduced.p && !check_type(v, p, why)) return false;
    if (vector_flag(v, "check_only")) return true;
    struct mr_value got;
    if (!check_value(v, p, &got, why)) return false;
    if (!r->both || error || v->scope.unchecked) return true;
    return check_other_mode(v, &got, why);
}

static void run_vector(struct runner *r, struct mr_str line) {
    struct vector v = {.json = line};
    struct mr_diags d;
    mr_arena_init(&v.arena);
    struct mr_str file = vector_text(&v.arena, vector_member(line, "file"));
    vector_read(&v);
    bool wanted = r->n_names == 0;
    for (int i = 0; i < r->n_names; i++)
        wanted = wanted || mr_str_is(file, r->names[i]) || mr_str_is(v.id, r->names[i]);
    if (wanted) {
        MR_CLEANUP(mr_buf_done) struct mr_buf why = {0};
        struct listed *l = find_listed(r, &v);
        struct mr_program *p = compile(&v, true, &d);
        bool good = judge(r, &v, p, &d, &why);
        mr_diags_done(&d);
        if (l) l->passed = good;
        if (l && good) mr_buf_cat(&why, "it passes: take it off the list\n");
        r->passed += good && !l;
        r->expected += !good && l;
        r->failed += good == (l != NULL);
        if (good == (l != NULL))
            printf("FAIL %.*s: %.*s\n     %s     expected %.*s\n", MR_STR_ARG(v.id),
                   MR_STR_ARG(v.expr), mr_buf_cstr(&why),
                   MR_STR_ARG(vector_member(v.json, "expect")));
    }
    mr_arena_done(&v.arena);
}

static bool arguments(struct runner *r, int argc, char **argv) {
    int i = 2;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--types"))
            r->types = true;
        else if (!strcmp(argv[i], "--both"))
            r->both = true;
        else if (!strcmp(argv[i], "--shrink"))
            r->shrink = true;
        else if (!strcmp(argv[i], "--list") && i + 1 < argc)
            r->list_path = argv[++i];
        else
            return false;
    }
    r->names = argv + i;
    r->n_names = argc > i ? argc - i : 0;
    return argc > 1;
}

int main(int argc, char **argv) {
    struct runner r = {.list_path = CEL_EXPECTED};
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *f = arguments(&r, argc, argv) ? fopen(argv[1], "r") : NULL;
    if (!f) {
        fprintf(stderr, "usage: cel_conformance FILE.jsonl [--types] [--both] [--list FILE] "
                        "[--shrink] [NAME...]\n");
        return 64;
    }
    read_list(&r);
    while ((n = getline(&line, &cap, f)) > 0) {
        if (*line == '{') run_vector(&r, (struct mr_str){line, (size_t)n});
    }
    free(line);
    fclose(f);
    done_list(&r);
    printf("%d expected failures\n%d passed, %d failed\n", r.expected, r.passed, r.failed);
    return r.failed != 0;
}

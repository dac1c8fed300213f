/* expr_bench.c -- what an expression costs: nanoseconds per evaluation of each case of cases.jsonl.
 *
 *   expr_bench CASES.jsonl ROUNDS [NAME]      prints: name <TAB> ns <TAB> result
 *
 * The least of ROUNDS rounds of about 2 ms, in thread CPU time. A case with "read" has the record
 * read from its bytes each time; one with "select" writes its fields as JSON each time. Results
 * are JSON, so that run.py can hold them against cel-go's.
 */
#include "base/mem.h"
#include "processor/expr/expr.h"
#include "processor/expr/json.h"
#include "processor/expr/trace.h"
#include "processor/serve/feed.h"
#include "processor/serve/jtext.h"
#include "processor/serve/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PROGRAMS = 16, ROUND_NS = 2000000, BATCH = 1000 };

struct bench {
    struct mr_arena plan, batch;
    const struct mr_format *format;
    const struct mr_program *programs[PROGRAMS];
    uint32_t n;                /* programs; > 1 or `select`: a row is written */
    const struct mr_type *out; /* select: its row */
    struct mr_reader *reader;
    struct mr_value *slots;
    struct mr_str bytes; /* of the record */
    bool read;
    struct mr_frame frame;
    struct mr_value result[PROGRAMS];
    struct mr_buf written;
};

static void die(const char *what, const char *name) {
    fprintf(stderr, "expr_bench: %s: %s\n", name, what);
    exit(1);
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static struct mr_str member(struct mr_str line, const char *name) {
    struct mr_str text = {0};
    return mr_json_get(line, mr_str(name), &text) ? text : (struct mr_str){0};
}

/* A string of the case, NUL-terminated. */
static const char *text_of(struct bench *b, struct mr_str json) {
    struct mr_str s = {0};
    if (!mr_jtext_unquote(&b->plan, json, &s)) return "";
    return mr_arena_strndup(&b->plan, s.p, s.n);
}

/* ---- preparing */

static void compile(struct bench *b, const struct mr_scope *scope, const char *text) {
    struct mr_diags d;
    struct mr_tree tree = {.kind = MR_TREE_SCALAR, .pos = {1, 1}, .text = mr_str(text)};
    mr_diags_init(&d, &b->plan, "case", tree.text);
    b->programs[b->n] = mr_expr_compile(&b->plan, &d, &tree, scope, NULL);
    mr_print_diags(&d, stderr);
    mr_diags_done(&d);
    if (!b->programs[b->n]) die("does not compile", text);
    b->n++;
}

static void compile_select(struct bench *b, const struct mr_scope *scope, struct mr_str select) {
    struct mr_json_iter it;
    struct mr_json_string key;
    struct mr_str expr;
    struct mr_field *fields = mr_arena_calloc(&b->plan, PROGRAMS, sizeof *fields);
    mr_json_iter(select, &it);
    while (b->n < PROGRAMS && mr_json_next(&it, &key, &expr)) {
        compile(b, scope, text_of(b, expr));
        fields[b->n - 1].name = mr_arena_str(&b->plan, key.raw);
        fields[b->n - 1].type = mr_program_type(b->programs[b->n - 1]);
    }
    b->out = mr_type_struct(&b->plan, "", b->n, fields);
}

static void prepare_format(struct bench *b, const char *text) {
    struct mr_diags d;
    mr_diags_init(&d, &b->plan, "format", mr_str(text));
    const struct mr_tree *t = mr_yaml_read(&b->plan, &d, mr_str(text));
    if (t) b->format = mr_format_compile(&b->plan, &d, t, NULL, ".");
    mr_print_diags(&d, stderr);
    mr_diags_done(&d);
    if (!b->format) die("no format", text);
}

static const struct mr_type *row_type(struct bench *b) {
    const struct mr_type *t = b->format->type;
    if (t->kind == MR_T_STRUCT) return t;
    struct mr_field *value = mr_arena_calloc(&b->plan, 1, sizeof *value);
    *value = (struct mr_field){.name = MR_STR("value"), .type = t};
    return mr_type_struct(&b->plan, "", 1, value);
}

static void prepare(struct bench *b, struct mr_str line) {
    prepare_format(b, text_of(b, member(line, "format")));
    struct mr_scope scope = {.row = row_type(b)};
    struct mr_str select = member(line, "select");
    if (select.p)
        compile_select(b, &scope, select);
    else
        compile(b, &scope, text_of(b, member(line, "expr")));
    bool *wanted = mr_arena_calloc(&b->plan, scope.row->n_fields, sizeof *wanted);
    for (uint32_t f = 0; f < scope.row->n_fields; f++)
        for (uint32_t i = 0; i < b->n; i++) wanted[f] |= mr_program_uses_field(b->programs[i], f);
    const char *why;
    if (!mr_feed_bytes(&b->plan, b->format, member(line, "record"), &b->bytes, &why))
        die("the record", why);
    b->bytes = mr_arena_str(&b->plan, b->bytes);
    b->reader = mr_reader_new(&b->plan, b->format, wanted);
    b->slots = mr_arena_calloc(&b->plan, mr_reader_slots(b->reader), sizeof *b->slots);
    mr_reader_read(b->reader, b->bytes, b->slots, &b->plan);
    b->read = mr_str_is(member(line, "read"), "true");
    b->frame = (struct mr_frame){.row = b->slots, .arena = &b->batch};
}

/* ---- running */

static void once(struct bench *b) {
    struct mr_fault fault;
    if (b->read) mr_reader_read(b->reader, b->bytes, b->slots, &b->batch);
    for (uint32_t i = 0; i < b->n; i++) b->result[i] = mr_eval(b->programs[i], &b->frame);
    if (!b->out) return;
    struct mr_value row = mr_struct(b->result);
    row.len = b->n;
    mr_buf_clear(&b->written);
    if (!mr_write_json(b->out, &row, &b->written, &fault)) die("writing", fault.text);
}

static double round_ns(struct bench *b, long times) {
    double start = now_ns();
    for (long i = 0; i < times; i++) {
        once(b);
        if (i % BATCH == 0) mr_arena_reset(&b->batch);
    }
    return (now_ns() - start) / (double)times;
}

static void run_case(struct mr_str line, int rounds, const char *only) {
    struct bench b = {0};
    mr_arena_init(&b.plan);
    mr_arena_init(&b.batch);
    mr_buf_init(&b.written, 0);
    const char *name = text_of(&b, member(line, "name"));
    if (!only || strstr(name, only)) {
        prepare(&b, line);
        double least = round_ns(&b, 1000);
        long times = (long)(ROUND_NS / (least + 1)) + 1;
        for (int i = 0; i < rounds; i++) {
            double ns = round_ns(&b, times);
            if (ns < least) least = ns;
        }
        if (!b.out) mr_trace_value_print(mr_program_type(b.programs[0]), b.result, &b.written);
        printf("%s\t%.1f\t%.*s\n", name, least, (int)b.written.n, b.written.p);
    }
    mr_buf_done(&b.written);
    mr_arena_done(&b.batch);
    mr_arena_done(&b.plan);
}

int main(int argc, char **argv) {
    char error[256];
    struct mr_buf text = {0};
    if (argc < 3) die("CASES.jsonl ROUNDS [NAME]", "usage");
    if (!mr_read_file(argv[1], MR_FILE_MAX, &text, error)) die(error, argv[1]);
    const char *at = text.p, *end = text.p + text.n;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        if (stop > at)
            run_case((struct mr_str){at, (size_t)(stop - at)}, atoi(argv[2]),
                     argc > 3 ? argv[3] : NULL);
        at = stop + 1;
    }
    mr_buf_done(&text);
    return 0;
}

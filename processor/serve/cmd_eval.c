/* cmd_eval.c -- `millrace eval`: an expression over lines of JSON, to try it out and to see how it
 * comes to its result.
 *
 * Without --schema nothing is known of the records: they are read as `json`, and names are their
 * members (scope `loose`). An error of a record does not end the run: its line of output is
 * `error`, and the exit code says so at the end.
 */
#include "base/mem.h"
#include "processor/expr/fns.h"
#include "processor/expr/message.h"
#include "processor/expr/trace.h"
#include "processor/serve/eval_schema.h"
#include "processor/serve/feed.h"
#include "processor/serve/jtext.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct evaluation {
    const struct mr_args *args;
    struct mr_arena arena;  /* of the program */
    struct mr_arena record; /* of the record at hand */
    struct mr_loaded loaded;
    const struct mr_format *format;
    struct mr_scope scope;
    struct mr_tree text; /* the expression */
    const struct mr_program *program;
    const struct mr_program *traced; /* made when first needed; NULL then: too large */
    const struct mr_reader *reader;
    struct mr_value *slots;
    struct mr_buf line;   /* of output */
    unsigned long number; /* of the line of input; 0: the expression reads none */
    unsigned long failed;
};

/* ---- compiling */

/* Where the lines of the text begin: all at column 1. */
static void set_text(struct evaluation *e, const char *text) {
    uint32_t n = 1;
    for (const char *p = text; *p; p++) n += *p == '\n';
    uint32_t *columns = mr_arena_alloc(&e->arena, n * sizeof *columns);
    for (uint32_t i = 0; i < n; i++) columns[i] = 1;
    e->text = (struct mr_tree){.kind = MR_TREE_SCALAR,
                               .style = MR_STYLE_BLOCK,
                               .pos = {1, 1},
                               .text = mr_str(text),
                               .lines = columns,
                               .n_lines = n};
}

static void set_scope(struct evaluation *e) {
    const struct mr_type *row = e->format->type;
    e->scope.loose = row->kind == MR_T_DYN;
    if (row->kind != MR_T_STRUCT) { /* a value that is no object: one field, `value` */
        struct mr_field *value = mr_arena_calloc(&e->arena, 1, sizeof *value);
        *value = (struct mr_field){.name = MR_STR("value"), .type = row};
        row = mr_type_struct(&e->arena, "", 1, value);
    }
    e->scope.row = row;
    const char *problem;
    struct mr_str set = e->format->set;
    if (set.n) e->scope.messages = mr_messages_new(&e->arena, set, &problem);
    e->reader = mr_reader_new(&e->arena, e->format, NULL);
    e->slots = mr_arena_calloc(&e->arena, mr_reader_slots(e->reader), sizeof *e->slots);
}

static const struct mr_program *compile(struct evaluation *e, bool trace, FILE *err) {
    struct mr_diags d;
    mr_diags_init(&d, &e->arena, "expression", e->text.text);
    e->scope.trace = trace;
    const struct mr_program *p = mr_expr_compile(&e->arena, &d, &e->text, &e->scope, NULL);
    if (err) mr_print_diags(&d, err);
    mr_diags_done(&d);
    return p;
}

static bool reads_record(const struct evaluation *e) {
    for (uint32_t i = 0; i < e->scope.row->n_fields; i++)
        if (mr_program_uses_field(e->program, i)) return true;
    return false;
}

/* ---- one record */

static const struct mr_program *traced(struct evaluation *e) {
    if (!e->traced) e->traced = compile(e, true, NULL);
    return e->traced;
}

/* Says what went wrong with the record, as compilers do. */
static void report(struct evaluation *e, enum mr_reason reason, const char *text, uint32_t off,
                   uint32_t len) {
    struct mr_diags d;
    char where[48] = "expression";
    if (e->number) snprintf(where, sizeof where, "line %lu: expression", e->number);
    mr_diags_init(&d, &e->record, where, e->text.text);
    struct mr_diag *g =
        mr_error(&d, mr_reason_name(reason), mr_tree_pos(&e->text, off), "%s", text);
    g->len = len;
    mr_print_diags(&d, e->args->err);
    mr_diags_done(&d);
    e->failed++;
}

/* A record that could not be read has no place in the expression. */
static void bad_record(struct evaluation *e, enum mr_reason reason, const char *text) {
    fprintf(e->args->err, "line %lu: error[%s]: %s\n", e->number, mr_reason_name(reason), text);
    fprintf(e->args->out, "error\n");
    e->failed++;
}

/* `this` of a record with a field that could not be read is that field's error. */
static struct mr_value whole(struct mr_value v) {
    for (uint32_t i = 0; v.tag == MR_V_STRUCT && i < v.len; i++)
        if (v.row[i].tag == MR_V_ERROR) return v.row[i];
    return v;
}

/* failed: what the program gave; a run with a trace tells where. */
static void bad_value(struct evaluation *e, const struct mr_frame *frame, struct mr_value failed) {
    struct mr_trace trace = {.arena = &e->record};
    struct mr_frame again = *frame;
    const struct mr_program *p = traced(e);
    const struct mr_trace_node *at = NULL;
    again.trace = &trace;
    if (p) {
        struct mr_value v = whole(mr_eval(p, &again));
        if (v.tag == MR_V_ERROR) at = mr_trace_origin(p, &trace, &v);
        if (v.tag == MR_V_ERROR) failed = v;
    }
    report(e, (enum mr_reason)failed.aux, failed.fault ? failed.fault->text : "it failed",
           at ? at->off : 0, at ? at->len : 0);
}

static void print_trace(struct evaluation *e, const struct mr_frame *frame) {
    struct mr_trace trace = {.arena = &e->record};
    struct mr_frame again = *frame;
    again.trace = &trace;
    if (e->number > 1) mr_buf_byte(&e->line, '\n');
    mr_eval(traced(e), &again);
    mr_trace_print(traced(e), &trace, &e->line);
}

static void evaluate(struct evaluation *e) {
    struct mr_frame frame = {.row = e->slots, .arena = &e->record};
    struct mr_value v = whole(mr_eval(e->program, &frame));
    mr_buf_clear(&e->line);
    if (mr_args_has(e->args, "trace")) {
        print_trace(e, &frame);
    } else {
        mr_trace_value_print(mr_program_type(e->program), &v, &e->line);
        mr_buf_byte(&e->line, '\n');
    }
    fwrite(e->line.p, 1, e->line.n, e->args->out);
    if (v.tag == MR_V_ERROR) bad_value(e, &frame, v);
}

static void read_line(struct evaluation *e, struct mr_str line) {
    const char *problem = mr_jtext_problem(line);
    struct mr_str bytes;
    if (problem) {
        bad_record(e, MR_R_DECODE_SYNTAX, problem);
    } else if (mr_str_is(line, "null") && e->format->kind != MR_F_JSON) {
        bad_record(e, MR_R_VALUE_NULL, "the record is null");
    } else if (e->format->kind == MR_F_JSON) {
        mr_reader_read(e->reader, line, e->slots, &e->record);
        evaluate(e);
    } else if (!mr_feed_bytes(&e->record, e->format, line, &bytes, &problem)) {
        bad_record(e, MR_R_DECODE_TYPE, problem);
    } else {
        mr_reader_read(e->reader, bytes, e->slots, &e->record);
        evaluate(e);
    }
}

static int read_lines(struct evaluation *e) {
    char *line = NULL;
    size_t cap = 0;
    ssize_t got;
    if (isatty(STDIN_FILENO))
        fprintf(e->args->err, "millrace eval: records are read from here, a line of JSON each\n");
    errno = 0;
    while ((got = getline(&line, &cap, stdin)) >= 0) {
        struct mr_str text = {line, (size_t)got};
        while (text.n && strchr(" \t\r\n", text.p[text.n - 1])) text.n--;
        while (text.n && strchr(" \t", text.p[0])) text.p++, text.n--;
        e->number++;
        if (!text.n) continue;
        mr_arena_reset(&e->record);
        read_line(e, text);
    }
    int code = e->failed ? MR_EXIT_FAILED : MR_EXIT_OK;
    if (ferror(stdin)) {
        fprintf(e->args->err, "millrace eval: standard input: %s\n", strerror(errno));
        code = MR_EXIT_FAILED;
    }
    free(line); /* getline's */
    return code;
}

/* ---- the command */

static void print_type(struct evaluation *e) {
    struct mr_buf *to = &e->line;
    bool optional = mr_program_optional(e->program);
    if (optional) mr_buf_cat(to, "optional(");
    mr_type_print(mr_program_type(e->program), to);
    mr_buf_cat(to, optional ? ")\n" : "\n");
}

static int run_program(struct evaluation *e) {
    const struct mr_args *a = e->args;
    bool only = mr_args_has(a, "type") || mr_args_has(a, "disasm");
    if (mr_args_has(a, "type")) print_type(e);
    if (mr_args_has(a, "disasm")) mr_program_disasm(e->program, &e->line);
    if (only) {
        fwrite(e->line.p, 1, e->line.n, a->out);
        return MR_EXIT_OK;
    }
    if (reads_record(e)) return read_lines(e);
    evaluate(e);
    return e->failed ? MR_EXIT_FAILED : MR_EXIT_OK;
}

static int evaluate_all(struct evaluation *e) {
    const struct mr_args *a = e->args;
    const char *schema = mr_args_value(a, "schema");
    int code = mr_eval_schema(a, &e->arena, schema ? schema : "json", &e->loaded, &e->format);
    if (code != MR_EXIT_OK) return code;
    e->scope.strict = mr_args_has(a, "strict");
    set_text(e, a->operands[0]);
    set_scope(e);
    e->program = compile(e, false, a->err);
    if (!e->program) return MR_EXIT_CONFIG;
    if (mr_args_has(a, "trace") && !(e->traced = compile(e, true, a->err))) return MR_EXIT_CONFIG;
    return run_program(e);
}

static int list_functions(const struct mr_args *a) {
    struct mr_buf b;
    mr_buf_init(&b, 0);
    mr_fns_list(&b);
    bool ok = fwrite(b.p, 1, b.n, a->out) == b.n;
    mr_buf_done(&b);
    return ok ? MR_EXIT_OK : MR_EXIT_FAILED;
}

static int run(const struct mr_args *a) {
    if (mr_args_has(a, "functions")) return list_functions(a);
    if (!a->n_operands) return mr_usage(a, "EXPR is missing");
    struct evaluation e = {.args = a};
    mr_arena_init(&e.arena);
    mr_arena_init(&e.record);
    mr_buf_init(&e.line, 0);
    int code = evaluate_all(&e);
    mr_buf_done(&e.line);
    mr_loaded_done(&e.loaded);
    mr_arena_done(&e.record);
    mr_arena_done(&e.arena);
    return code;
}

static const struct mr_flag flags[] = {
    {"schema", "TYPE|FILE", "what the records are; without it they are any JSON, unchecked"},
    {"trace", NULL, "show the value of every part of the expression, as a tree"},
    {"type", NULL, "print the type of the result; reads no records"},
    {"disasm", NULL, "print the typed steps that the expression runs as; reads no records"},
    {"functions", NULL, "list all operators, functions, macros and their types"},
    {"strict", NULL, "CEL as it is specified: int and double do not mix, no `??`"},
};

const struct mr_command mr_cmd_eval = {
    .name = "eval",
    .summary = "evaluate an expression over lines of JSON, without a topology",
    .operands = "EXPR",
    .min_operands = 0,
    .max_operands = 1,
    .flags = flags,
    .n_flags = MR_ARRAY_LEN(flags),
    .examples =
        "  millrace eval '\"naive\".size() * 2'\n"
        "  echo '{\"amount\": 7}' | millrace eval 'amount > 5'\n"
        "  millrace eval 'items.map(i, i.price * i.qty).sum()' < orders.jsonl\n"
        "  millrace eval -- '-7 / 2'               # it begins with a dash\n"
        "\n"
        "  Each line of standard input is a record; each line of output is its result: JSON, or\n"
        "  `absent`, or `error` (standard error says where and why, and the exit code is 1).\n"
        "  An expression that reads no record is evaluated once.\n"
        "\n"
        "  Types are checked before the first record when --schema says what the records are:\n"
        "  millrace eval 'amount > 5' --schema \"{user_id: string, amount: 'double?'}\"\n"
        "  millrace eval '(amount ?? 0) > 5' --schema \"{amount: 'double?'}\" < payments.jsonl\n"
        "  millrace eval 'total * 2' --schema shop.yaml#orders < orders.jsonl   # of a topology\n"
        "  millrace eval 'id' --schema \"{protobuf: shop.Order, descriptor: shop.bin}\"\n"
        "\n"
        "  How does it come to that?\n"
        "  echo '{\"a\": 3, \"tags\": [\"x\"]}' | millrace eval --trace 'a > 5 || \"y\" in tags'\n"
        "  millrace eval --functions | grep timestamp\n",
    .run = run,
};

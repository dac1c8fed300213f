/* cmd_test.c -- `millrace test`: runs the tests that stand in a topology, or in FILE_test.yaml
 * beside it (language.md 7). */
#include "base/log.h"
#include "base/mem.h"
#include "processor/serve/testcmp.h"
#include "processor/serve/testload.h"

#include <errno.h>

enum { DEFAULT_BATCH = 1000 };

struct testing {
    const struct mr_args *args;
    struct mr_test_conf conf;
    const char *only; /* part of a name, or NULL */
    bool update;
    size_t passed, failed;
};

static bool write_whole(const char *file, struct mr_str text, struct mr_err *err) {
    struct mr_buf temporary;
    mr_buf_init(&temporary, 0);
    mr_buf_printf(&temporary, "%s.new", file);
    const char *path = mr_buf_cstr(&temporary);
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(text.p, 1, text.n, f) == text.n;
    if (f) ok = fclose(f) == 0 && ok;
    ok = ok && rename(path, file) == 0;
    if (!ok) mr_err_set(err, MR_FATAL, errno, "%s: %s", file, strerror(errno));
    mr_buf_done(&temporary);
    return ok;
}

static void rewrite(struct testing *t, const struct mr_tests *src,
                    const struct mr_test_result *const *results) {
    struct mr_buf to;
    struct mr_err err = {0};
    const struct mr_test *problem = NULL;
    mr_buf_init(&to, 0);
    bool ok = mr_test_update(src->text, src->tests, src->n, results, &to, &problem);
    if (!ok)
        fprintf(t->args->err,
                "%s:%u: `%s` cannot be rewritten: write name, steps and expect on lines of their "
                "own\n",
                src->file, problem->tree->pos.line, problem->name);
    else if (!mr_str_eq(mr_buf_view(&to), src->text)) {
        ok = write_whole(src->file, mr_buf_view(&to), &err);
        fprintf(ok ? t->args->out : t->args->err, "%s\n", ok ? "expectations rewritten" : err.text);
    }
    if (!ok) t->failed++;
    mr_buf_done(&to);
}

/* Runs one test and says how it went; NULL when it could not be run. */
static const struct mr_test_result *run_one(struct testing *t, struct mr_arena *a,
                                            const struct mr_plan *plan, const struct mr_tests *src,
                                            const struct mr_test *test) {
    struct mr_test_result *result = mr_arena_calloc(a, 1, sizeof *result);
    struct mr_err err = {0};
    struct mr_buf text;
    mr_buf_init(&text, 0);
    bool ran = mr_test_run(a, plan, test, &t->conf, result, &err);
    size_t differences = ran && !t->update ? mr_test_compare(src->file, test, result, &text) : 0;
    bool ok = ran && differences == 0;
    fprintf(t->args->out, "%s %s", ok ? "ok  " : "FAIL", test->name);
    if (t->conf.restart) fprintf(t->args->out, " (%u restarts)", result->restarts);
    fprintf(t->args->out, "\n");
    if (!ran)
        fprintf(t->args->out, "  %s:%u:%u: %s\n", src->file, test->tree->pos.line,
                test->tree->pos.col, err.text);
    if (text.n) fwrite(text.p, 1, text.n, t->args->out);
    fflush(t->args->out);
    if (ok)
        t->passed++;
    else
        t->failed++;
    mr_buf_done(&text);
    return ran ? result : NULL;
}

static void run_tests(struct testing *t, struct mr_arena *a, const struct mr_plan *plan,
                      const struct mr_tests *src) {
    const struct mr_test_result **results = mr_arena_calloc(a, src->n, sizeof *results);
    for (size_t i = 0; i < src->n; i++)
        if (!t->only || strstr(src->tests[i].name, t->only))
            results[i] = run_one(t, a, plan, src, &src->tests[i]);
    if (t->update) rewrite(t, src, results);
}

/* The tests inside the topology, unless only those of `tests_file` are wanted; then those of the
 * file beside it. */
static void run_loaded(struct testing *t, struct mr_arena *a, const struct mr_loaded *l,
                       const char *tests_file) {
    struct mr_tests src;
    bool inside = !tests_file;
    if (inside && mr_tests_inside(a, l, t->args->err, &src))
        run_tests(t, a, l->plan, &src);
    else if (inside)
        t->failed++;
    if (inside) tests_file = mr_tests_beside(a, l->file);
    if (tests_file && mr_tests_load(a, l->plan, tests_file, t->args->err, &src))
        run_tests(t, a, l->plan, &src);
    else if (tests_file)
        t->failed++;
}

static int run_file(struct testing *t, const char *file) {
    struct mr_loaded l;
    struct mr_arena a;
    mr_arena_init(&a);
    const char *topology = mr_tests_topology(&a, file);
    size_t before = t->passed + t->failed;
    int code = mr_load(t->args, topology ? topology : file, &l);
    if (code == MR_EXIT_OK) {
        run_loaded(t, &a, &l, topology ? file : NULL);
        if (t->passed + t->failed == before) fprintf(t->args->out, "%s: no tests\n", file);
    }
    mr_loaded_done(&l);
    mr_arena_done(&a);
    return code;
}

static bool read_conf(const struct mr_args *a, struct testing *t) {
    long batch, partitions;
    const char *engine = mr_args_value(a, "engine");
    if (!mr_args_number(a, "batch", 1, 100000, DEFAULT_BATCH, &batch)) return false;
    if (!mr_args_number(a, "partitions", 1, 1000, 0, &partitions)) return false;
    bool rocks = engine && strcmp(engine, "rocks") == 0;
    if (engine && !rocks && strcmp(engine, "mem") != 0) {
        mr_usage(a, "--engine: `rocks` or `mem` is needed, not `%s`", engine);
        return false;
    }
    t->conf = (struct mr_test_conf){.batch = (size_t)batch,
                                    .partitions = (int32_t)partitions,
                                    .restart = mr_args_has(a, "restart"),
                                    .rocks = rocks};
    t->only = mr_args_value(a, "only");
    t->update = mr_args_has(a, "update");
    return true;
}

static int run(const struct mr_args *a) {
    struct testing t = {.args = a};
    if (!read_conf(a, &t)) return MR_EXIT_USAGE;
    mr_log_open(mr_args_has(a, "verbose") ? MR_LOG_DEBUG : MR_LOG_ERROR, MR_LOG_TEXT);
    int worst = MR_EXIT_OK;
    for (size_t i = 0; i < a->n_operands; i++) {
        int code = run_file(&t, a->operands[i]);
        if (code > worst) worst = code;
    }
    fprintf(a->out, "%zu passed, %zu failed\n", t.passed, t.failed);
    return worst ? worst : t.failed ? MR_EXIT_FAILED : MR_EXIT_OK;
}

static const struct mr_flag flags[] = {
    {"update", NULL, "rewrite the expectations in the file with what came out"},
    {"only", "TEXT", "only tests whose name has this in it"},
    {"param", "NAME=VALUE", "give a `params:` constant another value (may be repeated)"},
    {"batch", "N", "records per batch; must not change a result [1000]"},
    {"restart", NULL, "stop or crash the worker after every commit; must not change a result"},
    {"engine", "rocks|mem", "where state is kept; must not change a result [mem]"},
    {"partitions", "N", "partitions of every topic; rows are then compared key by key"},
    {"verbose", NULL, "log everything"},
};

const struct mr_command mr_cmd_test = {
    .name = "test",
    .summary = "run the tests that stand in a topology",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = 1000,
    .flags = flags,
    .n_flags = sizeof flags / sizeof *flags,
    .examples = "  millrace test shop.yaml\n"
                "  millrace test shop_test.yaml           # only those beside shop.yaml\n"
                "  millrace test shop.yaml --only late --verbose\n"
                "  millrace test shop.yaml --update       # then look at the diff\n"
                "\nA test in the file:\n"
                "  tests:\n"
                "    - name: counts clicks\n"
                "      steps:\n"
                "        - {at: \"12:00:30\", clicks: {key: u1, value: {url: /a}}}\n"
                "        - {advance: 6m}\n"
                "      expect:\n"
                "        per_user: [{key: u1, value: {clicks: 1}}]\n",
    .run = run,
};

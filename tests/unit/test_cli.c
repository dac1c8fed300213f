/* Proves processor/serve/cli.c. The commands of the table are replaced by ones that say what they
 * were given: this file knows no real command. */
#include "processor/serve/cli.h"
#include "tests/check_main.h"

#include <stdlib.h>

static int say(const struct mr_args *a) {
    fprintf(a->out, "%s", a->command->name);
    for (size_t i = 0; i < a->n_operands; i++) fprintf(a->out, " [%s]", a->operands[i]);
    for (size_t i = 0; i < a->n_given; i++)
        fprintf(a->out, " %s=%s", a->given[i].flag->name, a->given[i].value);
    fprintf(a->out, " workers=%d insecure=%d", (int)a->config.workers, a->config.insecure);
    long n;
    if (!mr_args_number(a, "number", 1, 9, 4, &n)) return MR_EXIT_USAGE;
    fprintf(a->out, " n=%ld\n", n);
    return MR_EXIT_OK;
}

static const struct mr_flag flags[] = {
    {"feed", "NAME=FILE", "a feed"}, {"dry", NULL, "a switch"}, {"number", "N", "a number"}};

#define FAKE(cmd, min, max, config)                                                                \
    const struct mr_command mr_cmd_##cmd = {.name = #cmd,                                          \
                                            .summary = "does " #cmd,                               \
                                            .operands = max ? "FILE" : "",                         \
                                            .min_operands = min,                                   \
                                            .max_operands = max,                                   \
                                            .flags = flags,                                        \
                                            .n_flags = 3,                                          \
                                            .takes_config = config,                                \
                                            .examples = "  an example\n",                          \
                                            .run = say}
FAKE(run, 1, 1, true);
FAKE(check, 1, 9, false);
FAKE(plan, 1, 1, false);
FAKE(test, 1, 9, false);
FAKE(eval, 0, 1, false);
FAKE(demo, 0, 0, false);
FAKE(version, 0, 0, false);

static char out_text[16384], err_text[16384];
static const char *variable, *value;

static const char *env(void *arg, const char *name) {
    return variable && strcmp(name, variable) == 0 ? value : NULL;
}

/* Runs `millrace <words>`; returns the exit code. */
static int millrace(const char *line) {
    char words[512];
    const char *argv[32] = {"millrace"};
    int argc = 1;
    snprintf(words, sizeof words, "%s", line);
    for (char *w = strtok(words, " "); w; w = strtok(NULL, " ")) argv[argc++] = w;
    memset(out_text, 0, sizeof out_text);
    memset(err_text, 0, sizeof err_text);
    FILE *out = fmemopen(out_text, sizeof out_text - 1, "w");
    FILE *err = fmemopen(err_text, sizeof err_text - 1, "w");
    int code = mr_cli(argc, argv, out, err, env, NULL);
    fclose(out);
    fclose(err);
    return code;
}

START_TEST(operands_and_flags) {
    ck_assert_int_eq(millrace("run x.yaml --feed a=b --dry --feed=c=d --workers 3 --insecure"), 0);
    ck_assert_str_eq(out_text, "run [x.yaml] feed=a=b dry= feed=c=d workers=3 insecure=1 n=4\n");
    ck_assert_int_eq(millrace("check a b --number 9"), 0);
    ck_assert_str_eq(out_text, "check [a] [b] number=9 workers=1 insecure=0 n=9\n");
    ck_assert_int_eq(millrace("check a --number 1 --number 9"), 0); /* the last one counts */
    ck_assert_str_eq(out_text, "check [a] number=1 number=9 workers=1 insecure=0 n=9\n");
    ck_assert_int_eq(millrace("run -- --dry"), 0); /* behind `--` nothing is a flag */
    ck_assert_str_eq(out_text, "run [--dry] workers=1 insecure=0 n=4\n");
    ck_assert_int_eq(millrace("run - --insecure=false"), 0);
    ck_assert_str_eq(out_text, "run [-] workers=1 insecure=0 n=4\n");
    ck_assert_int_eq(millrace("--version"), 0);
    ck_assert_str_eq(out_text, "version workers=1 insecure=0 n=4\n");
}
END_TEST

static void usage(const char *line, const char *message) {
    ck_assert_int_eq(millrace(line), 64);
    ck_assert_str_eq(err_text, message);
}

START_TEST(usage_errors_teach) {
    usage("rnu x",
          "millrace: unknown command `rnu`; did you mean `run`?\nTry `millrace --help`.\n");
    usage("frobnicate", "millrace: unknown command `frobnicate`\nTry `millrace --help`.\n");
    usage("run x --fed a",
          "millrace run: unknown flag --fed; did you mean --feed?\nTry `millrace run --help`.\n");
    usage("run x --stat-dir a", "millrace run: unknown flag --stat-dir; did you mean --state-dir?\n"
                                "Try `millrace run --help`.\n");
    usage("check x --workers 3",
          "millrace check: unknown flag --workers\nTry `millrace check --help`.\n");
    usage("run", "millrace run: FILE is missing\nTry `millrace run --help`.\n");
    usage("run a b", "millrace run: unexpected `b`\nTry `millrace run --help`.\n");
    usage("run a --feed", "millrace run: --feed needs a value\nTry `millrace run --help`.\n");
    usage("run a --dry=1", "millrace run: --dry takes no value\nTry `millrace run --help`.\n");
    usage("run a -x", "millrace run: unknown flag -x\nTry `millrace run --help`.\n");
    usage("run a --workers 0", "millrace run: --workers: 0 is not between 1 and 256\n"
                               "Try `millrace run --help`.\n");
    usage("run a --number 0", "millrace run: --number: a number between 1 and 9 is needed, not "
                              "`0`\nTry `millrace run --help`.\n");
    usage("run a --number 10", "millrace run: --number: a number between 1 and 9 is needed, not "
                               "`10`\nTry `millrace run --help`.\n");
}
END_TEST

START_TEST(help_shows_examples_flags_and_settings) {
    ck_assert_int_eq(millrace("run --help"), 0);
    ck_assert_ptr_nonnull(strstr(out_text, "Usage: millrace run FILE [flags]"));
    ck_assert_ptr_nonnull(strstr(out_text, "  an example\n"));
    ck_assert_ptr_nonnull(strstr(out_text, "--feed NAME=FILE"));
    ck_assert_ptr_nonnull(strstr(out_text, "--commit-interval TIME"));
    char text[16384];
    memcpy(text, out_text, sizeof text);
    ck_assert_int_eq(millrace("help run"), 0);
    ck_assert_str_eq(out_text, text);
    ck_assert_int_eq(millrace(""), 0);
    ck_assert_ptr_nonnull(strstr(out_text, "does demo"));
    ck_assert_int_eq(millrace("check --help"), 0);
    ck_assert_ptr_null(strstr(out_text, "--commit-interval"));
}
END_TEST

START_TEST(environment) {
    variable = "MILLRACE_WORKERS";
    value = "7";
    ck_assert_int_eq(millrace("run x"), 0);
    ck_assert_str_eq(out_text, "run [x] workers=7 insecure=0 n=4\n");
    ck_assert_int_eq(millrace("run x --workers 2"), 0);
    ck_assert_str_eq(out_text, "run [x] workers=2 insecure=0 n=4\n");
    value = "x";
    ck_assert_int_eq(millrace("run x"), 78);
    ck_assert_str_eq(err_text,
                     "workers: `x` is not a whole number (environment MILLRACE_WORKERS)\n");
    variable = NULL;
}
END_TEST

int main(void) {
    Suite *s = suite_create("cli");
    TCase *t = tcase_create("cli");
    tcase_add_test(t, operands_and_flags);
    tcase_add_test(t, usage_errors_teach);
    tcase_add_test(t, help_shows_examples_flags_and_settings);
    tcase_add_test(t, environment);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

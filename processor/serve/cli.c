/* cli.c -- see cli.h. */
#include "processor/serve/cli.h"
#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

static const struct mr_command *const commands[] = {
#define COMMAND(name) &mr_cmd_##name,
#include "processor/serve/commands.def"
#undef COMMAND
};

enum { N_COMMANDS = MR_ARRAY_LEN(commands), NAMES_MAX = 96, HELP_COLUMN = 30 };

const char *mr_args_value(const struct mr_args *a, const char *flag) {
    for (size_t i = a->n_given; i-- > 0;)
        if (strcmp(a->given[i].flag->name, flag) == 0) return a->given[i].value;
    return NULL;
}

bool mr_args_number(const struct mr_args *a, const char *flag, long min, long max, long def,
                    long *ret) {
    const char *text = mr_args_value(a, flag);
    *ret = def;
    if (!text) return true;
    char *end;
    errno = 0;
    *ret = strtol(text, &end, 10);
    if (!errno && end != text && !*end && *ret >= min && *ret <= max) return true;
    mr_usage(a, "--%s: a number between %ld and %ld is needed, not `%s`", flag, min, max, text);
    return false;
}

int mr_usage(const struct mr_args *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fprintf(a->err, "millrace %s: ", a->command->name);
    vfprintf(a->err, fmt, ap);
    fprintf(a->err, "\nTry `millrace %s --help`.\n", a->command->name);
    va_end(ap);
    return MR_EXIT_USAGE;
}

/* ---- help */

static void help_line(FILE *out, const char *left, const char *text) {
    int n = fprintf(out, "  %s", left);
    if (n >= HELP_COLUMN) n = fprintf(out, "\n") - 1;
    fprintf(out, "%*s%s\n", HELP_COLUMN - n, "", text);
}

static int help_all(FILE *out) {
    fprintf(out, "millrace -- a stateful stream processor for Kafka: topologies in YAML\n\n"
                 "Usage: millrace COMMAND [flags]\n\nCommands:\n");
    for (int i = 0; i < N_COMMANDS; i++) help_line(out, commands[i]->name, commands[i]->summary);
    fprintf(out, "\nFirst steps:\n"
                 "  millrace demo                 see it work, without a broker\n"
                 "  millrace check shop.yaml      find the mistakes in a topology\n"
                 "  millrace test shop.yaml       run the tests that stand in the file\n"
                 "  millrace run shop.yaml --brokers localhost:9092\n\n"
                 "`millrace COMMAND --help` shows flags and examples of a command.\n"
                 "Exit codes: 0 ok, 1 failed, 64 usage, 75 temporary failure, 78 configuration.\n");
    return MR_EXIT_OK;
}

static void help_config(FILE *out) {
    fprintf(out, "\nSettings (also in run.yaml, and as MILLRACE_<NAME> in the environment):\n");
    for (int i = 0; i < MR_N_CONFIG; i++) {
        const struct mr_config_row *r = &mr_config_rows[i];
        static const char *const kinds[] = {" TEXT", " N", "", " TIME", " SIZE"};
        char left[80], text[320];
        int n = snprintf(left, sizeof left, "--%s%s", r->name, kinds[r->type]);
        for (int k = 0; k < n; k++)
            if (left[k] == '_') left[k] = '-';
        snprintf(text, sizeof text, *r->def ? "%s [%s]" : "%s", r->doc, r->def);
        help_line(out, left, text);
    }
}

static int help_command(FILE *out, const struct mr_command *c) {
    fprintf(out, "millrace %s -- %s\n\nUsage: millrace %s%s%s [flags]\n", c->name, c->summary,
            c->name, *c->operands ? " " : "", c->operands);
    if (*c->examples) fprintf(out, "\nExamples:\n%s", c->examples);
    if (c->n_flags) fprintf(out, "\nFlags:\n");
    for (size_t i = 0; i < c->n_flags; i++) {
        char left[80];
        snprintf(left, sizeof left, "--%s%s%s", c->flags[i].name, c->flags[i].arg ? " " : "",
                 c->flags[i].arg ? c->flags[i].arg : "");
        help_line(out, left, c->flags[i].help);
    }
    if (c->takes_config) help_config(out);
    return MR_EXIT_OK;
}

/* ---- parsing */

static const struct mr_command *find_command(const char *name) {
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int unknown_command(const char *name, FILE *err) {
    const char *names[N_COMMANDS];
    for (int i = 0; i < N_COMMANDS; i++) names[i] = commands[i]->name;
    const char *near = mr_str_nearest(name, names, N_COMMANDS);
    fprintf(err, "millrace: unknown command `%s`", name);
    if (near) fprintf(err, "; did you mean `%s`?", near);
    fprintf(err, "\nTry `millrace --help`.\n");
    return MR_EXIT_USAGE;
}

static const struct mr_flag *find_flag(const struct mr_command *c, const char *name) {
    for (size_t i = 0; i < c->n_flags; i++)
        if (strcmp(c->flags[i].name, name) == 0) return &c->flags[i];
    return NULL;
}

static int unknown_flag(const struct mr_args *a, const char *name) {
    const struct mr_command *c = a->command;
    const char *names[NAMES_MAX];
    char dashed[MR_N_CONFIG][64];
    size_t n = 0;
    for (size_t i = 0; i < c->n_flags && n < NAMES_MAX; i++) names[n++] = c->flags[i].name;
    for (int i = 0; c->takes_config && i < MR_N_CONFIG && n < NAMES_MAX; i++) {
        snprintf(dashed[i], sizeof dashed[i], "%s", mr_config_rows[i].name);
        for (char *p = dashed[i]; *p; p++)
            if (*p == '_') *p = '-';
        names[n++] = dashed[i];
    }
    const char *near = mr_str_nearest(name, names, n);
    if (near) return mr_usage(a, "unknown flag --%s; did you mean --%s?", name, near);
    return mr_usage(a, "unknown flag --%s", name);
}

struct parsing {
    struct mr_args *args;
    int argc, at;
    const char *const *argv;
};

/* The value of a flag: behind `=`, or the next argument. NULL after a usage error. */
static const char *flag_value(struct parsing *p, const char *name, const char *inline_value) {
    if (inline_value) return inline_value;
    if (p->at < p->argc) return p->argv[p->at++];
    mr_usage(p->args, "--%s needs a value", name);
    return NULL;
}

static int config_flag(struct parsing *p, int id, const char *name, const char *inline_value) {
    bool is_switch = mr_config_rows[id].type == MR_C_BOOL && !inline_value;
    const char *value = is_switch ? "true" : flag_value(p, name, inline_value);
    if (!value) return MR_EXIT_USAGE;
    struct mr_buf error;
    mr_buf_init(&error, 0);
    int code = MR_EXIT_OK;
    if (!mr_config_set(&p->args->config, MR_FROM_FLAG, id, value, &error))
        code = mr_usage(p->args, "--%s", mr_buf_cstr(&error));
    mr_buf_done(&error);
    return code;
}

static int parse_flag(struct parsing *p, const char *text) {
    char name[64];
    const char *equals = strchr(text, '=');
    size_t n = equals ? (size_t)(equals - text) : strlen(text);
    if (n >= sizeof name) n = sizeof name - 1;
    memcpy(name, text, n);
    name[n] = 0;
    const char *inline_value = equals ? equals + 1 : NULL;
    const struct mr_flag *flag = find_flag(p->args->command, name);
    int id = p->args->command->takes_config ? mr_config_find(name) : -1;
    if (!flag && id < 0) return unknown_flag(p->args, name);
    if (!flag) return config_flag(p, id, name, inline_value);
    if (!flag->arg && inline_value) return mr_usage(p->args, "--%s takes no value", name);
    const char *value = flag->arg ? flag_value(p, name, inline_value) : "";
    if (!value) return MR_EXIT_USAGE;
    p->args->given[p->args->n_given++] = (struct mr_given){flag, value};
    return MR_EXIT_OK;
}

/* Returns an exit code; *ret_help: only help was asked for. */
static int parse(struct parsing *p, bool *ret_help) {
    struct mr_args *a = p->args;
    int code = MR_EXIT_OK;
    bool flags = true; /* until `--` */
    while (p->at < p->argc && code == MR_EXIT_OK) {
        const char *text = p->argv[p->at++];
        if (!flags)
            a->operands[a->n_operands++] = text;
        else if (strcmp(text, "--") == 0)
            flags = false;
        else if (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0)
            *ret_help = true;
        else if (strncmp(text, "--", 2) == 0 && text[2])
            code = parse_flag(p, text + 2);
        else if (text[0] == '-' && text[1])
            code = mr_usage(a, "unknown flag %s", text);
        else
            a->operands[a->n_operands++] = text;
    }
    if (*ret_help || code) return code;
    const struct mr_command *c = a->command;
    if ((int)a->n_operands < c->min_operands) return mr_usage(a, "%s is missing", c->operands);
    if ((int)a->n_operands > c->max_operands)
        return mr_usage(a, "unexpected `%s`", a->operands[c->max_operands]);
    return MR_EXIT_OK;
}

static int run_command(struct mr_args *a, int argc, const char *const *argv,
                       const char *(*env)(void *, const char *), void *env_arg) {
    struct mr_buf errors;
    struct parsing p = {a, argc, 0, argv};
    bool help = false;
    mr_buf_init(&errors, 0);
    int code = parse(&p, &help);
    if (code == MR_EXIT_OK && help) {
        help_command(a->out, a->command);
    } else if (code == MR_EXIT_OK && !mr_config_env(&a->config, env, env_arg, &errors)) {
        fprintf(a->err, "%s", mr_buf_cstr(&errors));
        code = MR_EXIT_CONFIG;
    } else if (code == MR_EXIT_OK) {
        code = a->command->run(a);
    }
    mr_buf_done(&errors);
    return code;
}

int mr_cli(int argc, const char *const *argv, FILE *out, FILE *err,
           const char *(*env)(void *arg, const char *name), void *env_arg) {
    const char *name = argc > 1 ? argv[1] : "--help";
    bool help = strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
    if (help || (strcmp(name, "help") == 0 && argc == 2)) return help_all(out);
    bool help_of = strcmp(name, "help") == 0;
    if (help_of) name = argv[2];
    if (strcmp(name, "--version") == 0) name = "version";
    const struct mr_command *c = find_command(name);
    if (!c) return unknown_command(name, err);
    if (help_of) return help_command(out, c);

    struct mr_args a = {.command = c, .out = out, .err = err};
    a.operands = mr_calloc((size_t)argc, sizeof *a.operands);
    a.given = mr_calloc((size_t)argc, sizeof *a.given);
    mr_config_init(&a.config);
    int code = run_command(&a, argc - 2, argv + 2, env, env_arg);
    mr_config_done(&a.config);
    mr_free(a.operands);
    mr_free(a.given);
    return code;
}

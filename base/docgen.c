/* docgen.c -- prints CONFIGURATION.md and METRICS.md from the rows of config.def and metrics.def.
 *
 *   docgen config|metrics                print the page
 *   docgen config|metrics --check FILE   exit 1 when FILE is not this page
 *
 * A tool of the build, not a part of the library.
 */
#include "base/buf.h"
#include "base/config.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>

/* In a table of Markdown. */
static void cell(struct mr_buf *b, const char *s) {
    for (; *s; s++) mr_buf_printf(b, *s == '|' ? "\\%c" : "%c", *s);
}

static void config_row(struct mr_buf *b, const struct mr_config_row *r) {
    static const char *const types[] = {"text", "number", "true, false", "duration", "size"};
    mr_buf_printf(b, "| `%s` | `--", r->name);
    for (const char *p = r->name; *p; p++) mr_buf_byte(b, *p == '_' ? '-' : (uint8_t)*p);
    mr_buf_cat(b, "` | `MILLRACE_");
    for (const char *p = r->name; *p; p++) mr_buf_byte(b, (uint8_t)toupper((unsigned char)*p));
    mr_buf_printf(b, "` | %s | ", types[r->type]);
    if (*r->def) mr_buf_printf(b, "`%s`", r->def);
    mr_buf_cat(b, " | ");
    cell(b, r->doc);
    if (r->max)
        mr_buf_printf(b, " (%lld to %lld%s)", (long long)r->min, (long long)r->max,
                      r->type == MR_C_MS ? " ms" : "");
    mr_buf_cat(b, " |\n");
}

static void config_page(struct mr_buf *b) {
    mr_buf_cat(b,
               "# Configuration\n\n"
               "Where a topology runs; what it computes is in its own file. Each setting can be "
               "given as a flag, as an\nenvironment variable or in the file of `--config` "
               "(`run.yaml`). The first of these that is given wins.\nThe map `kafka:` of "
               "`run.yaml` holds properties of the Kafka client (`security.protocol`, ...), passed "
               "through.\nA value there may hold `${NAME}`, `${NAME:-default}`, `${NAME:?message}` "
               "for an environment variable, as\nin topologies.\nDurations and sizes carry a unit: "
               "`250ms 30s 5m 1h`, `64KiB 2GiB`.\n\n"
               "Made by `docgen config` from `base/config.def`: change the rows, not this "
               "page.\n\n"
               "| `run.yaml` | flag | environment | type | default | meaning |\n"
               "|---|---|---|---|---|---|\n");
    for (int i = 0; i < MR_N_CONFIG; i++) config_row(b, &mr_config_rows[i]);
}

static void metrics_page(struct mr_buf *b) {
    static const struct {
        const char *kind, *name, *labels, *help;
    } rows[] = {
#define METRIC(id, kind, name, labels, help) {#kind, name, labels, help},
#include "base/metrics.def"
#undef METRIC
    };
    mr_buf_cat(b, "# Metrics\n\n"
                  "`/metrics` in Prometheus' text format. Names and labels are stable: a change is "
                  "a breaking change.\nA metric appears once it has a value.\n\n"
                  "Made by `docgen metrics` from `base/metrics.def`: change the rows, not this "
                  "page.\n\n"
                  "| name | kind | labels | meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < MR_ARRAY_LEN(rows); i++) {
        mr_buf_printf(b, "| `%s` | %s | ", rows[i].name,
                      rows[i].kind[0] == 'C' ? "counter" : "gauge");
        if (*rows[i].labels) mr_buf_printf(b, "`%s`", rows[i].labels);
        mr_buf_cat(b, " | ");
        cell(b, rows[i].help);
        mr_buf_cat(b, " |\n");
    }
}

static int check(const struct mr_buf *page, const char *path) {
    FILE *f = fopen(path, "rb");
    char *text = mr_alloc(page->n + 1);
    size_t n = f ? fread(text, 1, page->n + 1, f) : 0;
    bool same = f && n == page->n && memcmp(text, page->p, n) == 0;
    if (f) fclose(f);
    mr_free(text);
    if (!same) fprintf(stderr, "%s is stale: write it again with docgen\n", path);
    printf("%d passed, %d failed\n", same, !same);
    return !same;
}

int main(int argc, char **argv) {
    struct mr_buf page;
    mr_buf_init(&page, 0);
    if (argc > 1 && strcmp(argv[1], "config") == 0)
        config_page(&page);
    else if (argc > 1 && strcmp(argv[1], "metrics") == 0)
        metrics_page(&page);
    int code = 64;
    if (page.n == 0)
        fprintf(stderr, "usage: docgen config|metrics [--check FILE]\n");
    else if (argc == 4 && strcmp(argv[2], "--check") == 0)
        code = check(&page, argv[3]);
    else
        code = fwrite(page.p, 1, page.n, stdout) != page.n;
    mr_buf_done(&page);
    return code;
}

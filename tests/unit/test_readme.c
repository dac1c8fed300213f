/* test_readme.c -- every fenced block of the given files that begins with `topology:` compiles.
 *
 *   test_readme FILE...
 */
#include "tests/check_main.h"
#include "tests/unit/golden_files.h"

#include "base/mem.h"
#include "processor/topology/compile.h"

struct block {
    const char *file;
    unsigned line;
    struct mr_str text;
};

static struct mr_buf files[8];
static struct block blocks[200];
static int n_blocks;

static void add_blocks(const char *file, const char *text) {
    static const char fence[] = "```yaml\n", head[] = "topology:";
    unsigned line = 1;
    for (const char *p = text; *p;) {
        const char *next = strchr(p, '\n');
        if (!next) return;
        const char *body = p + strlen(fence);
        if (strncmp(p, fence, strlen(fence)) == 0 && strncmp(body, head, strlen(head)) == 0) {
            const char *end = strstr(body, "\n```");
            if (!end || n_blocks == (int)MR_ARRAY_LEN(blocks)) {
                fprintf(stderr, "%s:%u: the block has no end, or too many blocks\n", file, line);
                exit(1);
            }
            struct mr_str whole = {body, (size_t)(end + 1 - body)};
            blocks[n_blocks++] = (struct block){file, line, whole};
        }
        p = next + 1;
        line++;
    }
}

START_TEST(compiles) {
    const struct block *b = &blocks[_i];
    struct mr_buf said = {0};
    struct mr_arena arena;
    struct mr_diags diags;
    mr_arena_init(&arena);
    mr_diags_init(&diags, &arena, b->file, b->text);
    struct mr_compile_conf conf = {.file = b->file, .text = b->text};
    struct mr_plan *plan = mr_compile(&conf, &diags);
    mr_diags_print(&diags, &said);
    ck_assert_msg(plan && said.n == 0, "block at %s:%u\n%s", b->file, b->line, mr_buf_cstr(&said));
    mr_plan_free(plan);
    mr_diags_done(&diags);
    mr_arena_done(&arena);
    mr_buf_done(&said);
}
END_TEST

int main(int argc, char **argv) {
    if (argc < 2 || argc > (int)MR_ARRAY_LEN(files)) return 64;
    for (int i = 1; i < argc; i++) {
        if (!golden_read(argv[i], &files[i])) {
            fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return 1;
        }
        add_blocks(argv[i], mr_buf_cstr(&files[i]));
    }
    Suite *s = suite_create("readme");
    TCase *t = tcase_create("readme");
    tcase_add_loop_test(t, compiles, 0, n_blocks);
    suite_add_tcase(s, t);
    int rc = mr_check_run(s);
    for (int i = 0; i < argc; i++) mr_buf_done(&files[i]);
    return n_blocks ? rc : 1;
}

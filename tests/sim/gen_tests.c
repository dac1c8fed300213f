/* gen_tests.c -- input for a topology of the repository, made from the tests that stand beside it.
 *
 * Records of its tests, in their order, some of them changed: no value, no key, cut off, another
 * digit, another place. Played several times, each time later; what comes out is compared with an
 * undisturbed run, so they need not make sense.
 */
#include "tests/sim/sim.h"

#include "base/mem.h"
#include "processor/serve/load.h"
#include "processor/serve/testfile.h"
#include "processor/topology/compile.h"

#include <stdlib.h>

/* The tests in FILE, else in FILE_test.yaml. */
static const struct mr_tree *tests_of(struct sim_scenario *s, struct mr_diags *d) {
    const struct mr_tree *own = mr_plan_tests(s->plan);
    if (own) return own;
    size_t n = strlen(s->file);
    if (n < 5) return NULL;
    const char *path = mr_arena_printf(&s->arena, "%.*s_test.yaml", (int)n - 5, s->file);
    struct mr_buf text;
    char error[256];
    mr_buf_init(&text, 0);
    const struct mr_tree *tree = NULL;
    if (mr_read_file(path, MR_FILE_MAX, &text, error))
        tree = mr_yaml_read(&s->arena, d, mr_arena_str(&s->arena, mr_buf_view(&text)));
    mr_buf_done(&text);
    return tree && tree->kind == MR_TREE_MAP ? mr_tree_get(tree, "tests") : tree;
}

/* Times of the virtual day in a text, as RFC 3339 or as a number of milliseconds. */
static struct mr_str later(struct mr_arena *a, struct mr_str v, int64_t by_ms) {
    struct mr_buf to;
    if (!v.p || by_ms == 0) return v;
    mr_buf_init(&to, 0);
    for (size_t i = 0; i < v.n;) {
        struct tm t = {0};
        int ms, used = 0;
        char at[32] = {0};
        memcpy(at, v.p + i, v.n - i < 31 ? v.n - i : 31);
        size_t digits = strspn(at, "0123456789");
        if (sscanf(at, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &t.tm_year, &t.tm_mon, &t.tm_mday,
                   &t.tm_hour, &t.tm_min, &t.tm_sec, &ms, &used) == 7 &&
            used == 24) {
            t.tm_year -= 1900;
            t.tm_mon--;
            int64_t all = (int64_t)timegm(&t) * 1000 + ms + by_ms;
            time_t s = all / 1000;
            char text[32];
            gmtime_r(&s, &t);
            strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
            mr_buf_printf(&to, "%s.%03dZ", text, (int)(all % 1000));
            i += 24;
        } else if (digits >= 8 && digits <= 9 && atoll(at) >= 86400000) {
            mr_buf_printf(&to, "%lld", atoll(at) + (long long)by_ms);
            i += digits;
        } else {
            size_t n = digits ? digits : 1;
            mr_buf_add(&to, v.p + i, n);
            i += n;
        }
    }
    struct mr_str r = mr_arena_str(a, mr_buf_view(&to));
    mr_buf_done(&to);
    return r;
}

static void change(struct mr_rand *r, struct sim_scenario *s, struct mr_feed_rec *rec) {
    switch (mr_rand_below(r, 60)) {
    case 0: rec->value = (struct mr_str){NULL, 0}; break;
    case 1: rec->key = (struct mr_str){NULL, 0}; break;
    case 2:
        if (rec->value.n) rec->value.n = mr_rand_below(r, (uint32_t)rec->value.n);
        break;
    case 3:
    case 4: {
        if (!rec->value.n) break;
        char *copy = mr_arena_dup(&s->arena, rec->value.p, rec->value.n);
        for (size_t i = mr_rand_below(r, (uint32_t)rec->value.n); i < rec->value.n; i++)
            if (copy[i] >= '0' && copy[i] <= '9') {
                copy[i] = (char)('0' + mr_rand_below(r, 10));
                break;
            }
        rec->value.p = copy;
        break;
    }
    case 5:
        if (rec->ts >= 0) rec->ts += mr_rand_below(r, 200000);
        break;
    case 6:
        if (rec->ts > 200000) rec->ts -= mr_rand_below(r, 200000);
        break;
    default: break;
    }
}

static void play(struct mr_rand *r, struct sim_scenario *s, const struct mr_test *t,
                 int64_t by_ms) {
    for (size_t i = 0; i < t->n_events; i++) {
        const struct mr_test_event *e = &t->events[i];
        if (e->kind != MR_TEST_RECORD || s->n_recs >= 250) continue;
        struct mr_feed_rec rec = e->rec;
        rec.value = later(&s->arena, rec.value, by_ms);
        if (rec.ts >= 0) rec.ts += by_ms;
        if (rec.partition >= s->partitions) rec.partition %= (int32_t)s->partitions;
        change(r, s, &rec);
        sim_add_rec(s, e->input->source, &rec);
        if (s->n_recs > 1 && mr_rand_below(r, 20) == 0) {
            struct sim_rec last = s->recs[s->n_recs - 1];
            s->recs[s->n_recs - 1] = s->recs[s->n_recs - 2];
            s->recs[s->n_recs - 2] = last;
        }
    }
}

bool sim_feed_from_tests(struct sim_scenario *s, struct mr_rand *r, const char **why) {
    struct mr_diags d;
    struct mr_test *tests;
    size_t n = 0;
    mr_diags_init(&d, &s->arena, s->file, (struct mr_str){"", 0});
    const struct mr_tree *list = tests_of(s, &d);
    bool ok = list && mr_test_read(&s->arena, &d, s->plan, list, &tests, &n) && n;
    mr_diags_done(&d);
    *why = "it has no tests to take records from";
    if (!ok) return false;
    int64_t by_ms = 0;
    for (uint32_t times = 1 + mr_rand_below(r, 12); times; times--) {
        play(r, s, &tests[mr_rand_below(r, (uint32_t)n)], by_ms);
        if (mr_rand_below(r, 4)) by_ms += 1000 * mr_rand_below(r, mr_rand_below(r, 3) ? 600 : 7000);
    }
    return s->n_recs > 0;
}

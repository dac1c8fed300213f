/* scenario.c -- what is run: drawn from a seed, written to a file, read from it again.
 *
 * A file of a scenario (seeds/NAME.sim) says everything but the text of its topology:
 *
 *   # why it is here
 *   gen NAME PARAM...            or   topology PATH
 *   seed N
 *   set NAME VALUE               see SIM_SETTINGS
 *   event FAULT N ARG            a row of faults.def at the N-th call of its kind
 *   record INPUT PARTITION TS KEY VALUE [HEADER VALUE]...    bytes in quotes, - = none
 */
#include "tests/sim/sim.h"

#include "base/mem.h"
#include "processor/serve/load.h"
#include "processor/topology/compile.h"

#include <glob.h>
#include <stdlib.h>

#define GEN(name) &sim_gen_##name,
const struct sim_gen *const sim_gens[] = {
#include "tests/sim/gens.def"
};
#undef GEN
const size_t sim_n_gens = MR_ARRAY_LEN(sim_gens);

void sim_add_rec(struct sim_scenario *s, const char *input, const struct mr_feed_rec *rec) {
    if (s->n_recs == s->cap_recs) {
        struct sim_rec *old = s->recs;
        s->cap_recs = s->cap_recs ? 2 * s->cap_recs : 64;
        s->recs = mr_arena_calloc(&s->arena, s->cap_recs, sizeof *s->recs);
        if (s->n_recs) memcpy(s->recs, old, s->n_recs * sizeof *old);
    }
    s->recs[s->n_recs++] = (struct sim_rec){mr_arena_strdup(&s->arena, input), *rec};
}

size_t sim_topologies(const char *const **ret) {
    static glob_t found;
    static bool done;
    static const char *const patterns[] = {"topologies/*.yaml", "tests/golden/cases/*.yaml",
                                           "tests/golden/vectors/*.yaml"};
    if (!done)
        for (size_t i = 0; i < MR_ARRAY_LEN(patterns); i++)
            glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
    done = true;
    *ret = (const char *const *)found.gl_pathv;
    return found.gl_pathc;
}

/* ---- topologies */

static bool compile(struct sim_scenario *s, const char *file, struct mr_str text,
                    const char **why) {
    struct mr_diags d;
    struct mr_compile_conf conf = {.file = file, .text = text};
    mr_diags_init(&d, &s->arena, file, text);
    s->plan = mr_compile(&conf, &d);
    if (!s->plan) {
        struct mr_buf b;
        mr_buf_init(&b, 0);
        mr_diags_print(&d, &b);
        *why = mr_arena_strdup(&s->arena, mr_buf_cstr(&b));
        mr_buf_done(&b);
    }
    mr_diags_done(&d);
    return s->plan != NULL;
}

static bool compile_gen(struct sim_scenario *s, const char **why) {
    struct mr_buf text;
    mr_buf_init(&text, 0);
    s->gen->topology(s, &text);
    bool ok = compile(s, s->gen->name, mr_arena_str(&s->arena, mr_buf_view(&text)), why);
    mr_buf_done(&text);
    return ok;
}

/* A stopped task never ends; where a partition starts may not depend on when it is opened. */
static const char *not_for_us(const struct mr_plan *plan) {
    if (plan->n_subs > 64) return "too large";
    for (uint16_t s = 0; s < plan->n_subs; s++) {
        for (uint16_t i = 0; i < plan->subs[s].n_steps; i++)
            if (plan->subs[s].steps[i].on_error == MR_ERR_STOP) return "on_error: stop";
        for (uint16_t i = 0; i < plan->subs[s].n_inputs; i++)
            if (plan->subs[s].inputs[i].start != MR_START_EARLIEST) return "start:";
    }
    return NULL;
}

static bool compile_file(struct sim_scenario *s, const char **why) {
    struct mr_buf text;
    char error[256];
    mr_buf_init(&text, 0);
    bool ok = mr_read_file(s->file, MR_FILE_MAX, &text, error);
    if (!ok) *why = mr_arena_strdup(&s->arena, error);
    ok = ok && compile(s, s->file, mr_arena_str(&s->arena, mr_buf_view(&text)), why);
    if (ok && (*why = not_for_us(s->plan))) ok = false;
    mr_buf_done(&text);
    return ok;
}

/* ---- settings and faults */

static int64_t one_of(struct mr_rand *r, const int *values, size_t n) {
    return values[mr_rand_below(r, (uint32_t)n)];
}
#define ONE_OF(r, ...)                                                                             \
    one_of(r, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void draw_settings(struct mr_rand *r, struct sim_scenario *s) {
    s->partitions = ONE_OF(r, 1, 2, 2, 3, 4);
    s->procs = ONE_OF(r, 1, 2, 2, 3);
    s->workers = ONE_OF(r, 1, 1, 2);
    s->batch = ONE_OF(r, 1, 2, 3, 10, 10, 1000);
    s->commit_ms = ONE_OF(r, 5, 20, 20, 50, 200);
    s->flush_ms = ONE_OF(r, 10, 50, 50, 500);
    s->session_ms = ONE_OF(r, 300, 1000, 5000);
    s->txn_ms = ONE_OF(r, 200, 800, 4000);
    if (s->txn_ms <= s->commit_ms) s->txn_ms = 800; /* or none would live to its commit */
    s->step_ms = ONE_OF(r, 2, 5, 5, 20);
    s->yield = ONE_OF(r, 0, 10, 50, 200);
    s->pace = mr_rand_below(r, 10) < 7 ? 0 : 1 + mr_rand_below(r, 4);
    s->end_turn = mr_rand_below(r, 10) < 6 ? 0 : mr_rand_below(r, 1000);
    s->max_skew = ONE_OF(r, 0, 1, 50, 2000, 600000);
    s->memory = mr_rand_below(r, 8) ? 65536 : 16 << mr_rand_below(r, 5);
}

static void draw_events(struct mr_rand *r, struct sim_scenario *s) {
    unsigned total = 0;
    for (size_t i = 0; i < sim_n_faults; i++) total += sim_faults[i].weight;
    s->n_events = mr_rand_below(r, 8) ? mr_rand_below(r, 12) : 0;
    s->events = mr_arena_calloc(&s->arena, s->n_events + 1, sizeof *s->events);
    for (size_t i = 0; i < s->n_events; i++) {
        struct sim_event *e = &s->events[i];
        unsigned at = mr_rand_below(r, total);
        while (at >= sim_faults[e->row].weight) at -= sim_faults[e->row++].weight;
        uint32_t most = sim_faults[e->row].most;
        if (mr_rand_below(r, 2)) most = most / 4 + 1; /* early ones meet something */
        e->at = 1 + mr_rand_below(r, most);
        e->arg = (uint32_t)mr_rand_next(r) >> 8;
    }
}

static const struct sim_gen *find_gen(const char *name) {
    for (size_t i = 0; name && i < sim_n_gens; i++)
        if (!strcmp(sim_gens[i]->name, name)) return sim_gens[i];
    return NULL;
}

static const struct sim_gen *draw_gen(struct mr_rand *r) {
    unsigned total = 0;
    for (size_t i = 0; i < sim_n_gens; i++) total += sim_gens[i]->weight;
    unsigned at = mr_rand_below(r, total);
    size_t i = 0;
    while (at >= sim_gens[i]->weight) at -= sim_gens[i++]->weight;
    return sim_gens[i];
}

static bool draw_topology(struct sim_scenario *s, struct mr_rand *r, const char **why) {
    const char *const *files;
    size_t n = sim_topologies(&files);
    if (!s->file && n && mr_rand_below(r, 2)) s->file = files[mr_rand_below(r, (uint32_t)n)];
    if (s->file && compile_file(s, why)) return sim_feed_from_tests(s, r, why);
    if (s->plan) mr_plan_free(s->plan);
    s->plan = NULL;
    return false;
}

bool sim_draw(struct sim_scenario *s, uint64_t seed, const char *topology, const char **why) {
    struct mr_rand r;
    *s = (struct sim_scenario){.seed = seed, .file = topology, .gen = find_gen(topology)};
    mr_arena_init(&s->arena);
    mr_rand_seed(&r, seed);
    draw_settings(&r, s);
    draw_events(&r, s);
    if (!s->gen && draw_topology(s, &r, why)) return true;
    if (!s->gen && topology) return false;
    s->file = NULL;
    s->n_recs = 0;
    if (!s->gen) s->gen = draw_gen(&r);
    s->gen->draw(&r, s);
    s->gen->feed(&r, s);
    return compile_gen(s, why);
}

void sim_scenario_copy(struct sim_scenario *to, const struct sim_scenario *s, const bool *recs,
                       const bool *events) {
    *to = *s;
    mr_arena_init(&to->arena);
    to->n_recs = to->cap_recs = to->n_events = 0;
    to->recs = mr_arena_calloc(&to->arena, s->n_recs + 1, sizeof *to->recs);
    to->events = mr_arena_calloc(&to->arena, s->n_events + 1, sizeof *to->events);
    for (size_t i = 0; i < s->n_recs; i++)
        if (!recs || recs[i]) to->recs[to->n_recs++] = s->recs[i];
    for (size_t i = 0; i < s->n_events; i++)
        if (!events || events[i]) to->events[to->n_events++] = s->events[i];
}

void sim_scenario_done(struct sim_scenario *s, bool plan) {
    if (plan && s->plan) mr_plan_free(s->plan);
    s->plan = NULL;
    mr_arena_done(&s->arena);
}

/* ---- files */

static void write_bytes(struct mr_str b, FILE *to) {
    if (!b.p) {
        fputs(" -", to);
        return;
    }
    fputs(" \"", to);
    for (size_t i = 0; i < b.n; i++) {
        uint8_t c = (uint8_t)b.p[i];
        if (c < 32 || c > 126 || c == '\\' || c == '\'')
            fprintf(to, "\\%02x", c);
        else
            fputc(c == '"' ? '\'' : c, to); /* JSON stays readable */
    }
    fputc('"', to);
}

void sim_scenario_write(const struct sim_scenario *s, FILE *to) {
    if (s->gen) {
        fprintf(to, "gen %s", s->gen->name);
        for (size_t i = 0; i < MR_ARRAY_LEN(s->params); i++)
            fprintf(to, " %lld", (long long)s->params[i]);
        fputc('\n', to);
    } else {
        fprintf(to, "topology %s\n", s->file);
    }
    fprintf(to, "seed %llu\n", (unsigned long long)s->seed);
#define X(name) fprintf(to, "set %s %lld\n", #name, (long long)s->name);
    SIM_SETTINGS(X)
#undef X
    for (size_t i = 0; i < s->n_events; i++)
        fprintf(to, "event %s %u %u\n", sim_faults[s->events[i].row].name, s->events[i].at,
                s->events[i].arg);
    for (size_t i = 0; i < s->n_recs; i++) {
        const struct mr_feed_rec *r = &s->recs[i].rec;
        fprintf(to, "record %s %d %lld", s->recs[i].input, r->partition, (long long)r->ts);
        write_bytes(r->key, to);
        write_bytes(r->value, to);
        for (uint32_t h = 0; h < r->n_hdrs; h++) {
            write_bytes(r->hdrs[h].name, to);
            write_bytes(r->hdrs[h].value, to);
        }
        fputc('\n', to);
    }
}

static int hex(char c) {
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* false: the line is over. */
static bool read_bytes(struct sim_scenario *s, const char **at, struct mr_str *ret) {
    const char *p = *at + strspn(*at, " ");
    if (*p == '-') {
        *ret = (struct mr_str){NULL, 0};
        *at = p + 1;
        return true;
    }
    if (*p++ != '"') return false;
    char *to = mr_arena_alloc(&s->arena, strlen(p) + 1);
    size_t n = 0;
    for (; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1] && p[2]) {
            to[n++] = (char)(hex(p[1]) << 4 | hex(p[2]));
            p += 2;
        } else {
            to[n++] = *p == '\'' ? '"' : *p;
        }
    }
    *at = *p ? p + 1 : p;
    *ret = (struct mr_str){to, n};
    return true;
}

static void read_record(struct sim_scenario *s, const char *line) {
    char input[128];
    int used = 0;
    long long ts;
    int partition;
    if (sscanf(line, "%127s %d %lld%n", input, &partition, &ts, &used) != 3) return;
    struct mr_feed_rec rec = {.partition = partition, .ts = ts};
    const char *at = line + used;
    read_bytes(s, &at, &rec.key);
    read_bytes(s, &at, &rec.value);
    struct mr_hdr h, hdrs[64];
    while (rec.n_hdrs < 64 && read_bytes(s, &at, &h.name) && read_bytes(s, &at, &h.value))
        hdrs[rec.n_hdrs++] = h;
    if (rec.n_hdrs) rec.hdrs = mr_arena_dup(&s->arena, hdrs, rec.n_hdrs * sizeof *hdrs);
    sim_add_rec(s, input, &rec);
}

static bool read_event(struct sim_scenario *s, const char *line) {
    char name[128];
    struct sim_event e = {0};
    if (s->n_events >= 64 || sscanf(line, "%127s %u %u", name, &e.at, &e.arg) != 3) return false;
    while (e.row < sim_n_faults && strcmp(sim_faults[e.row].name, name)) e.row++;
    if (e.row == sim_n_faults) return false;
    s->events[s->n_events++] = e;
    return true;
}

static bool read_gen(struct sim_scenario *s, const char *line) {
    char name[64];
    int used = 0;
    if (sscanf(line, "%63s%n", name, &used) != 1) return false;
    s->gen = find_gen(name);
    char *end = (char *)line + used;
    for (size_t i = 0; i < MR_ARRAY_LEN(s->params); i++) s->params[i] = strtoll(end, &end, 10);
    return s->gen != NULL;
}

static bool read_setting(struct sim_scenario *s, const char *line) {
    char name[64];
    long long value;
    if (sscanf(line, "%63s %lld", name, &value) != 2) return false;
#define X(field)                                                                                   \
    if (!strcmp(name, #field)) {                                                                   \
        s->field = value;                                                                          \
        return true;                                                                               \
    }
    SIM_SETTINGS(X)
#undef X
    return false;
}

static bool read_line(struct sim_scenario *s, char *line) {
    line[strcspn(line, "\n")] = 0;
    if (!line[0] || line[0] == '#') return true;
    char *rest = strchr(line, ' ');
    if (!rest) return false;
    *rest++ = 0;
    if (!strcmp(line, "gen")) return read_gen(s, rest);
    if (!strcmp(line, "topology")) s->file = mr_arena_strdup(&s->arena, rest);
    if (!strcmp(line, "seed")) s->seed = strtoull(rest, NULL, 10);
    if (!strcmp(line, "set")) return read_setting(s, rest);
    if (!strcmp(line, "event")) return read_event(s, rest);
    if (!strcmp(line, "record")) read_record(s, rest);
    return true;
}

bool sim_scenario_read(struct sim_scenario *s, const char *path, const char **why) {
    *s = (struct sim_scenario){0};
    mr_arena_init(&s->arena);
    s->events = mr_arena_calloc(&s->arena, 64, sizeof *s->events);
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    bool ok = f != NULL;
    *why = "cannot be read";
    while (ok && getline(&line, &cap, f) >= 0)
        if (!(ok = read_line(s, line)))
            *why = mr_arena_printf(&s->arena, "not understood: %s", line);
    free(line); /* getline's */
    if (f) fclose(f);
    if (!ok) return false;
    return s->gen ? compile_gen(s, why) : s->file ? compile_file(s, why) : false;
}

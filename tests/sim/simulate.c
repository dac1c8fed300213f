/* simulate.c -- the simulator's command line.
 *
 *   simulate [--seed N] [--schedules K] [--jobs J] [--topology FILE] [--shrink] [--trace] [--stats]
 *   simulate --replay FILE|DIR... [--trace]
 *
 * Runs in the root of the repository (the topologies and seeds are found there). Every schedule has
 * the number of the one before + 1 as its seed. The last line is `N passed, N failed`.
 */
#include "tests/sim/sim.h"

#include "base/log.h"
#include "base/mem.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILURES_MAX = 10, TWICE_EVERY = 8 };

struct options {
    uint64_t seed, schedules;
    int jobs;
    const char *topology;
    bool shrink, trace, stats;
};

struct job {       /* shared with the process that does it */
    uint64_t next; /* seed under way */
    uint64_t passed, failed, unusable;
    struct sim_stats stats;
};

static void save_shrunk(const struct sim_scenario *sc, const char *why) {
    char path[100];
    snprintf(path, sizeof path, "seed-%llu.sim", (unsigned long long)sc->seed);
    FILE *f = fopen(path, "w");
    if (!f) return;
    sim_shrink(sc, why, f);
    fclose(f);
    printf("  shrunk: %s\n", path);
}

static const char *name_of(const struct sim_scenario *sc) {
    return sc->gen ? sc->gen->name : sc->file;
}

static void report(const struct options *o, const struct sim_scenario *sc, uint64_t seed,
                   const char *why) {
    printf("FAILED seed %llu (%s): %s\n", (unsigned long long)seed, name_of(sc), why);
    if (o->shrink) save_shrunk(sc, why);
    fflush(stdout);
}

static void one_seed(const struct options *o, struct job *j, uint64_t seed) {
    struct sim_scenario sc;
    struct mr_buf why;
    const char *problem = "";
    mr_buf_init(&why, 0);
    if (!sim_draw(&sc, seed, o->topology, &problem)) {
        if (!o->topology) printf("FAILED seed %llu: %s\n", (unsigned long long)seed, problem);
        if (o->topology && !j->unusable++) printf("%s: %s\n", o->topology, problem);
        j->failed += !o->topology;
    } else if (sim_judge(&sc, seed % TWICE_EVERY == 0, o->trace ? stdout : NULL, &why, &j->stats)) {
        j->passed++;
    } else {
        j->failed++;
        report(o, &sc, seed, mr_buf_cstr(&why));
    }
    sim_scenario_done(&sc, true);
    mr_buf_done(&why);
}

static void work(const struct options *o, struct job *j) {
    while (j->next < o->seed + o->schedules && j->failed < FAILURES_MAX) {
        one_seed(o, j, j->next);
        j->next += (uint64_t)o->jobs;
    }
    fflush(stdout);
}

/* A seed that ends the process is drawn again, for its name and to be shrunk. */
static void after_death(const struct options *o, struct job *j, int status) {
    struct sim_scenario sc;
    const char *problem;
    char why[100];
    snprintf(why, sizeof why, "signal %d: an assertion?", WTERMSIG(status));
    if (sim_draw(&sc, j->next, o->topology, &problem)) report(o, &sc, j->next, why);
    sim_scenario_done(&sc, true);
    j->failed++;
    j->next += (uint64_t)o->jobs;
}

static pid_t start(const struct options *o, struct job *j) {
    fflush(stdout);
    pid_t child = fork();
    if (child != 0) return child;
    work(o, j);
    _exit(0);
}

static void run_jobs(const struct options *o, struct job *jobs) {
    pid_t pids[64];
    for (int i = 0; i < o->jobs; i++) {
        jobs[i].next = o->seed + (uint64_t)i;
        pids[i] = start(o, &jobs[i]);
    }
    for (int i = 0; i < o->jobs; i++) {
        int status;
        while (waitpid(pids[i], &status, 0) == pids[i] && WIFSIGNALED(status)) {
            after_death(o, &jobs[i], status);
            pids[i] = start(o, &jobs[i]);
        }
        if (WIFEXITED(status) && WEXITSTATUS(status)) jobs[i].failed++; /* a sanitizer's report */
    }
}

static void print_stats(const struct sim_stats *s) {
    const struct {
        const char *what;
        uint64_t n;
    } of[] = {{"runs", s->runs},
              {"turns", s->turns},
              {"calls", s->calls},
              {"rows out", s->rows},
              {"late records", s->late},
              {"runs with idle inputs", s->idle},
              {"with records late by idleness", s->idled},
              {"with a max_jump run at a commit", s->ahead},
              {"held against an oracle", s->oracle},
              {"run twice", s->twice}};
    for (size_t i = 0; i < MR_ARRAY_LEN(of); i++)
        printf("%s%llu %s", i ? ", " : "", (unsigned long long)of[i].n, of[i].what);
    printf("\n");
    printf("%llu events:", (unsigned long long)s->events);
    for (size_t i = 0; i < sim_n_faults; i++)
        printf(" %s %llu", sim_faults[i].name, (unsigned long long)s->fired[i]);
    printf("\n");
}

static int run_seeds(const struct options *o) {
    size_t bytes = 64 * sizeof(struct job);
    struct job *jobs = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (jobs == MAP_FAILED) return 1;
    printf("seed %llu\n", (unsigned long long)o->seed);
    if (o->trace && o->schedules == 1)
        one_seed(o, &jobs[0], o->seed);
    else
        run_jobs(o, jobs);
    struct job all = {0};
    for (int i = 0; i < o->jobs; i++) {
        all.passed += jobs[i].passed;
        all.failed += jobs[i].failed;
        const uint64_t *from = (const uint64_t *)&jobs[i].stats;
        uint64_t *to = (uint64_t *)&all.stats;
        for (size_t k = 0; k < sizeof all.stats / sizeof *to; k++) to[k] += from[k];
    }
    if (o->stats) print_stats(&all.stats);
    printf("%llu passed, %llu failed\n", (unsigned long long)all.passed,
           (unsigned long long)all.failed);
    munmap(jobs, bytes);
    return all.failed > 0;
}

/* ---- regressions */

static bool replay_file(const struct options *o, const char *path) {
    struct sim_scenario sc;
    struct mr_buf why;
    const char *problem = "";
    mr_buf_init(&why, 0);
    bool ok = sim_scenario_read(&sc, path, &problem);
    if (!ok)
        mr_buf_printf(&why, "%s", problem);
    else if (o->trace) {
        struct sim_stats stats = {0};
        ok = sim_judge(&sc, false, stdout, &why, &stats);
    } else
        ok = sim_judge_apart(&sc, true, &why);
    if (!ok) printf("FAILED %s: %s\n", path, mr_buf_cstr(&why));
    if (!ok && o->shrink && sc.plan) save_shrunk(&sc, mr_buf_cstr(&why));
    mr_buf_done(&why);
    sim_scenario_done(&sc, true);
    return ok;
}

static int is_seed(const struct dirent *d) {
    size_t n = strlen(d->d_name);
    return n > 4 && !strcmp(d->d_name + n - 4, ".sim");
}

static void replay(const struct options *o, const char *path, unsigned count[2]) {
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        count[replay_file(o, path)]++;
        return;
    }
    struct dirent **names;
    int n = scandir(path, &names, is_seed, alphasort);
    for (int i = 0; i < n; i++) {
        char file[600];
        snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        count[replay_file(o, file)]++;
        free(names[i]); /* scandir's */
    }
    if (n >= 0) free(names);
}

static int usage(void) {
    fprintf(stderr,
            "simulate [--seed N] [--schedules K] [--jobs J] [--topology FILE] [--shrink] [--trace] "
            "[--stats]\nsimulate --replay FILE|DIR... [--trace] [--shrink]\n");
    return 64;
}

int main(int argc, char **argv) {
    struct options o = {.seed = mr_rand_os() % 1000000000, .schedules = 100, .jobs = 1};
    unsigned count[2] = {0};
    bool replays = false;
    mr_log_open(getenv("MR_LOG") ? MR_LOG_DEBUG : MR_LOG_NONE, MR_LOG_TEXT);
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(a, "--shrink"))
            o.shrink = true;
        else if (!strcmp(a, "--trace"))
            o.trace = true;
        else if (!strcmp(a, "--stats"))
            o.stats = true;
        else if (!strcmp(a, "--replay"))
            replays = true;
        else if (a[0] != '-' && replays)
            replay(&o, a, count);
        else if (!v)
            return usage();
        else if (!strcmp(a, "--seed"))
            o.seed = strtoull(v, NULL, 10), i++;
        else if (!strcmp(a, "--schedules"))
            o.schedules = strtoull(v, NULL, 10), i++;
        else if (!strcmp(a, "--jobs"))
            o.jobs = (int)strtol(v, NULL, 10), i++;
        else if (!strcmp(a, "--topology"))
            o.topology = v, i++;
        else
            return usage();
    }
    if (o.jobs < 1 || o.jobs > 64) return usage();
    if (!replays) return run_seeds(&o);
    printf("%u passed, %u failed\n", count[1], count[0]);
    return count[0] > 0;
}

/* test_kafka_seam.c -- the seam while the broker is killed and started again under it.
 *
 *   test_kafka_seam TOOLS_KAFKA DIR [FAULTS=6]
 *
 * Numbered transactions are made through broker.h as the task layer makes them (commit number in
 * the metadata of the offset, EOS-5) while another process kills the broker: each fault comes after
 * some commits, so it hits a producer at work. Whatever a call answers, the rules of broker.h must
 * be enough to go on; in the end every round must be in the log exactly once and in order.
 * Payloads are freed as soon as broker.h allows: under ASan this shows who still holds them.
 */
#include "base/mem.h"
#include "processor/broker/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORDS = 20, COMMITS_BEFORE = 15, COMMITS_AFTER = 10, MOST_TRIES = 15 };

struct run {
    struct mr_broker *b;
    struct mr_consumer *c;
    struct mr_producer *p;
    struct mr_arena arena;
    int in, out;
    char group[64];
    bool owned, ended;                 /* ended: commit or abort was called for the transaction */
    long done;                         /* rounds committed; the next is number `done` */
    unsigned answers[8][MR_N_CLASSES]; /* by call */
    unsigned n_producers, n_consumers, n_taken; /* taken: commits found done after all */
};

enum call { BEGIN, SEND, OFFSETS, COMMIT, ABORT, SERVE, OPEN, COMMITTED };
static const char *const call_names[] = {"begin", "send",  "offsets", "commit",
                                         "abort", "serve", "open",    "committed"};

static enum mr_class heard(struct run *r, enum call call, enum mr_class c,
                           const struct mr_err *err) {
    r->answers[call][c]++;
    if (c != MR_OK) printf("# %s: %s: %s\n", call_names[call], mr_class_name(c), err->text);
    return c;
}

static void give_up(const char *why) {
    printf("FAILED %s\n0 passed, 1 failed\n", why);
    exit(1);
}

/* ---- the member: one partition, nothing is read from it */

static void on_assign(void *arg, const struct mr_tp *tps, size_t n) {
    ((struct run *)arg)->owned = true;
}

static void on_gone(void *arg, const struct mr_tp *tps, size_t n) {
    ((struct run *)arg)->owned = false;
}

static void open_consumer(struct run *r) {
    struct mr_consumer_conf conf = {.group = r->group,
                                    .member = "0",
                                    .anchors = &r->in,
                                    .n_anchors = 1,
                                    .events = {r, on_assign, on_gone, on_gone},
                                    .queue_bytes = 1 << 20};
    struct mr_err err = {0};
    if (r->c) mr_consumer_close(r->c);
    r->owned = false;
    r->n_consumers++;
    while (heard(r, OPEN, mr_consumer_open(r->b, &conf, &r->c, &err), &err) != MR_OK) continue;
}

static void serve(struct run *r, int ms) {
    struct mr_err err = {0};
    if (heard(r, SERVE, mr_consumer_serve(r->c, ms, &err), &err) == MR_FATAL) open_consumer(r);
}

/* ---- the producer */

static void read_back(struct run *r) {
    struct mr_tp tp = {r->in, 0};
    struct mr_offset o;
    struct mr_err err = {0};
    for (int tries = 0;; tries++) {
        enum mr_class c = mr_broker_committed(r->b, r->group, &tp, 1, &o, &r->arena, &err);
        if (heard(r, COMMITTED, c, &err) == MR_OK) break;
        /* A broker that starts while it is still fenced may skip the markers of a transaction that
         * was about to end ("Couldn't find leader endpoint" in its log): it hangs for ever. */
        if (tries == MOST_TRIES)
            give_up("offsets stay unstable: a transaction hangs in the broker");
        serve(r, 10);
    }
    long number = o.offset < 0 ? 0 : strtol(o.meta.p, NULL, 10);
    if (number != r->done && number != r->done + 1) give_up("a commit number that nobody gave");
    if (number != r->done) r->n_taken++;
    r->done = number;
    mr_arena_reset(&r->arena);
}

static void rebuild(struct run *r) {
    struct mr_err err = {0};
    if (r->p) mr_producer_close(r->p);
    r->n_producers++;
    while (heard(r, OPEN, mr_producer_open(r->b, r->group, 1 << 20, &r->p, &err), &err) != MR_OK)
        serve(r, 10);
    read_back(r);
}

static enum mr_class offsets_and_commit(struct run *r) {
    struct mr_err err = {0};
    char meta[24];
    snprintf(meta, sizeof meta, "%ld", r->done + 1);
    struct mr_offset o = {{r->in, 0}, r->done, mr_str(meta)};
    enum mr_class c;
    do c = heard(r, OFFSETS, mr_producer_offsets(r->p, r->c, &o, 1, &err), &err);
    while (c == MR_RETRY);
    if (c != MR_OK) return c;
    r->ended = true;
    return heard(r, COMMIT, mr_producer_commit(r->p, &err), &err);
}

static enum mr_class transaction(struct run *r, char (*texts)[32]) {
    struct mr_out recs[RECORDS];
    struct mr_err err = {0};
    for (int i = 0; i < RECORDS; i++) {
        snprintf(texts[i], sizeof texts[i], "%ld:%d", r->done, i);
        recs[i] = (struct mr_out){
            .tp = {r->out, 0}, .value = mr_str(texts[i]), .ts = i % 2 ? -1 : 1700000000000};
    }
    r->ended = false;
    enum mr_class c = heard(r, BEGIN, mr_producer_begin(r->p, &err), &err);
    if (c == MR_OK) c = heard(r, SEND, mr_producer_send(r->p, recs, RECORDS, &err), &err);
    return c == MR_OK ? offsets_and_commit(r) : c;
}

static void round_once(struct run *r) {
    char(*texts)[32] = mr_alloc(RECORDS * sizeof *texts); /* its own memory: freed at the end */
    struct mr_err err = {0};
    enum mr_class c = transaction(r, texts);
    if (c == MR_ABORT) {
        r->ended = true;
        c = heard(r, ABORT, mr_producer_abort(r->p, &err), &err);
        if (c == MR_OK) {
            mr_free(texts);
            serve(r, 10);
            return;
        }
    } else if (c == MR_OK) {
        r->done++;
        mr_free(texts);
        return;
    }
    if (r->ended) mr_free(texts); /* commit or abort have let go of it */
    bool ended = r->ended;
    rebuild(r);
    if (!ended) mr_free(texts);
}

static void rounds(struct run *r, long n) {
    for (long until = r->done + n; r->done < until;) {
        serve(r, r->owned ? 0 : 50);
        if (r->owned) round_once(r);
    }
}

/* ---- faults */

/* Killed and started at once; away for longer than transaction.timeout.ms; frozen for longer, with
 * requests in its sockets that it will still carry out. */
static const char *const faults[] = {
    "'%1$s' kill 1 --dir '%2$s' && '%1$s' restart 1 --dir '%2$s'",
    "'%1$s' kill 1 --dir '%2$s' && sleep 14 && '%1$s' restart 1 --dir '%2$s'",
    "read -r p rest < '%2$s/1/pid' && kill -STOP $p && sleep 18 && kill -CONT $p",
};

static pid_t start_fault(int kind, const char *tool, const char *dir) {
    pid_t pid = fork();
    if (pid != 0) return pid;
    char line[1000];
    snprintf(line, sizeof line, faults[kind], tool, dir);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

static void one_fault(struct run *r, int kind, const char *tool, const char *dir) {
    int status = 0;
    rounds(r, COMMITS_BEFORE);
    printf("# fault: %s\n", faults[kind]);
    pid_t pid = start_fault(kind, tool, dir);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        serve(r, r->owned ? 0 : 50);
        if (r->owned) round_once(r);
    }
    if (status != 0) give_up("the broker was not started again");
    rounds(r, COMMITS_AFTER);
}

/* ---- what is in the log */

static long check_log(struct run *r) {
    struct mr_consumer_conf conf = {.member = "check", .queue_bytes = 1 << 20};
    struct mr_consumer *c;
    struct mr_err err = {0};
    struct mr_offset at = {.tp = {r->out, 0}};
    int tag = 0;
    long n = 0, wrong = 0;
    if (mr_consumer_open(r->b, &conf, &c, &err) != MR_OK) give_up(err.text);
    if (mr_consumer_add(c, &at, &tag, 1, &err) != MR_OK) give_up(err.text);
    for (bool end = false; !end;) {
        struct mr_fetch *f;
        mr_consumer_serve(c, 100, &err);
        if (mr_consumer_fetch(c, tag, 100, &f, &err) != MR_OK) give_up(err.text);
        if (!f) continue;
        for (size_t i = 0; i < f->n; i++, n++) {
            char want[32];
            snprintf(want, sizeof want, "%ld:%ld", n / RECORDS, n % RECORDS);
            if (!mr_str_is(f->msgs[i].value, want) && wrong++ < 5)
                printf("# %.*s where %s should be\n", MR_STR_ARG(f->msgs[i].value), want);
        }
        end = f->end == MR_END_HERE;
        mr_consumer_release(c, f);
    }
    mr_consumer_close(c);
    printf("# %ld rounds, %ld records in the log\n", r->done, n);
    return wrong + (n != r->done * RECORDS);
}

static void bootstrap(const char *tool, const char *dir, char *ret, size_t size) {
    char line[1000];
    snprintf(line, sizeof line, "'%s' up --dir '%s'", tool, dir);
    FILE *f = popen(line, "r");
    while (f && fgets(ret, (int)size, f)) continue; /* the last line */
    if (!f || pclose(f) != 0) give_up("tools/kafka up");
    ret[strcspn(ret, "\n")] = 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: test_kafka_seam TOOLS_KAFKA DIR [FAULTS]\n");
        return 64;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct run *r = mr_calloc(1, sizeof *r);
    struct mr_err err = {0};
    char brokers[200] = "", name[80];
    bootstrap(argv[1], argv[2], brokers, sizeof brokers);
    struct mr_broker_conf conf = {.brokers = brokers, .client_id = "seam-test"};
    if (mr_broker_open_kafka(&conf, &r->b, &err) != MR_OK) give_up(err.text);
    mr_arena_init(&r->arena);
    snprintf(r->group, sizeof r->group, "seam-%d", (int)getpid());
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s-%s", r->group, i ? "out" : "in");
        struct mr_topic_spec spec = {.name = name, .partitions = 1};
        if (mr_broker_create(r->b, &spec, &err) != MR_OK) give_up(err.text);
        *(i ? &r->out : &r->in) = mr_broker_topic(r->b, name);
    }
    open_consumer(r);
    rebuild(r);
    int n = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 6;
    for (int i = 0; i < n; i++) one_fault(r, i % (int)MR_ARRAY_LEN(faults), argv[1], argv[2]);
    long wrong = check_log(r);
    for (int c = 0; c <= COMMITTED; c++)
        printf("# %-9s ok %u retry %u abort %u unknown %u fatal %u\n", call_names[c],
               r->answers[c][MR_OK], r->answers[c][MR_RETRY], r->answers[c][MR_ABORT],
               r->answers[c][MR_UNKNOWN], r->answers[c][MR_FATAL]);
    printf("# producers %u, consumers %u, commits found done %u\n", r->n_producers, r->n_consumers,
           r->n_taken);
    mr_producer_close(r->p);
    mr_consumer_close(r->c);
    mr_broker_close(r->b);
    mr_arena_done(&r->arena);
    mr_free(r);
    printf("%d passed, %d failed\n", wrong == 0, wrong != 0);
    return wrong != 0;
}

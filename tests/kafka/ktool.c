/* ktool.c -- the tests' own hand on a real broker, independent of millrace's code.
 *
 * ktool BROKERS create TOPIC PARTITIONS [name=value...]
 *
 * ktool BROKERS load TOPIC < LINES: a record a line: partition ts key value [name=value...]
 *
 * ktool BROKERS dump TOPIC: committed records up to the end, the same form with the offset behind
 * the partition
 *
 * ktool BROKERS count TOPIC...: committed records up to the end, a number a line
 *
 * ktool BROKERS offsets GROUP TOPIC PARTITIONS: committed offsets and their metadata
 *
 * Fields are separated by tabs. Keys, values and header values are base64, `-` is null, `=` empty.
 * Not part of millrace: plain C and librdkafka, errors end it with a message and exit code 1.
 */
#include <librdkafka/rdkafka.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fputs("ktool: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    exit(1);
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put64(const unsigned char *p, size_t n) {
    if (!p) {
        putchar('-');
        return;
    }
    if (n == 0) putchar('=');
    for (size_t i = 0; i < n; i += 3) {
        unsigned v =
            (unsigned)p[i] << 16 | (i + 1 < n ? p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        putchar(alphabet[v >> 18]);
        putchar(alphabet[v >> 12 & 63]);
        putchar(i + 1 < n ? alphabet[v >> 6 & 63] : '=');
        putchar(i + 2 < n ? alphabet[v & 63] : '=');
    }
}

/* In place; returns NULL for null, else s with *n bytes. */
static char *get64(char *s, size_t *n) {
    static signed char of[256];
    if (!of['B'])
        for (int i = 0; i < 64; i++) of[(unsigned char)alphabet[i]] = (signed char)i;
    *n = 0;
    if (!strcmp(s, "-")) return NULL;
    if (!strcmp(s, "=")) return s;
    unsigned char *to = (unsigned char *)s;
    for (const char *p = s; p[0] && p[1]; p += 4) {
        unsigned v = (unsigned)of[(unsigned char)p[0]] << 18 |
                     (unsigned)of[(unsigned char)p[1]] << 12 |
                     (unsigned)of[(unsigned char)p[2]] << 6 | (unsigned)of[(unsigned char)p[3]];
        int pad = p[2] == '=' ? 2 : p[3] == '=' ? 1 : 0;
        to[(*n)++] = (unsigned char)(v >> 16);
        if (pad < 2) to[(*n)++] = (unsigned char)(v >> 8);
        if (pad < 1) to[(*n)++] = (unsigned char)v;
    }
    return s;
}

static rd_kafka_t *handle(rd_kafka_type_t type, const char *brokers) {
    static const char *const set[] = {"enable.auto.commit",
                                      "false",
                                      "isolation.level",
                                      "read_committed",
                                      "enable.partition.eof",
                                      "true",
                                      "auto.offset.reset",
                                      "earliest",
                                      "fetch.wait.max.ms",
                                      "20",
                                      "group.id",
                                      "ktool",
                                      NULL};
    char err[512];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set(c, "bootstrap.servers", brokers, err, sizeof err);
    rd_kafka_conf_set(c, "socket.nagle.disable", "true", err, sizeof err);
    if (type == RD_KAFKA_CONSUMER)
        for (int i = 0; set[i]; i += 2) rd_kafka_conf_set(c, set[i], set[i + 1], err, sizeof err);
    else
        rd_kafka_conf_set(c, "enable.idempotence", "true", err, sizeof err);
    rd_kafka_t *rk = rd_kafka_new(type, c, err, sizeof err);
    if (!rk) die("%s", err);
    return rk;
}

/* Of which all have a leader; -1: not there, or not yet. */
static int ready_partitions(rd_kafka_t *rk, const char *topic) {
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    const struct rd_kafka_metadata *m;
    rd_kafka_resp_err_t e = rd_kafka_metadata(rk, 0, t, &m, 20000);
    if (e) die("metadata of %s: %s", topic, rd_kafka_err2str(e));
    const struct rd_kafka_metadata_topic *at = &m->topics[0];
    int n = at->err ? -1 : at->partition_cnt;
    for (int i = 0; i < n; i++)
        if (at->partitions[i].err) n = -1;
    rd_kafka_metadata_destroy(m);
    rd_kafka_topic_destroy(t);
    return n;
}

static int partitions(rd_kafka_t *rk, const char *topic) {
    int n = ready_partitions(rk, topic);
    if (n < 0) die("%s: there is no such topic", topic);
    return n;
}

static void create(const char *brokers, int ac, char **av) {
    char err[512];
    rd_kafka_t *rk = handle(RD_KAFKA_PRODUCER, brokers);
    rd_kafka_NewTopic_t *t =
        rd_kafka_NewTopic_new(av[0], (int)strtol(av[1], NULL, 10), -1, err, sizeof err);
    for (int i = 2; i < ac; i++) {
        char *eq = strchr(av[i], '=');
        if (!eq) die("%s: name=value", av[i]);
        *eq = 0;
        rd_kafka_NewTopic_set_config(t, av[i], eq + 1);
    }
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    rd_kafka_CreateTopics(rk, &t, 1, NULL, q);
    rd_kafka_event_t *ev = rd_kafka_queue_poll(q, 30000);
    size_t n;
    if (!ev || rd_kafka_event_error(ev)) die("create %s: no answer", av[0]);
    const rd_kafka_topic_result_t **r =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(ev), &n);
    rd_kafka_resp_err_t e = rd_kafka_topic_result_error(r[0]);
    if (e && e != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        die("create %s: %s", av[0], rd_kafka_topic_result_error_string(r[0]));
    /* the controller has it; the brokers hear of it a little later */
    for (int i = 0; ready_partitions(rk, av[0]) < 0; i++) {
        if (i == 1500) die("create %s: not there after 30 s", av[0]);
        rd_kafka_poll(rk, 20);
    }
}

static long failed;
static void delivered(rd_kafka_t *rk, const rd_kafka_message_t *m, void *arg) {
    (void)rk, (void)arg;
    failed += m->err != 0;
}

static void load(const char *brokers, const char *topic) {
    char err[512], *line = NULL;
    size_t cap = 0;
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set(c, "bootstrap.servers", brokers, err, sizeof err);
    rd_kafka_conf_set(c, "enable.idempotence", "true", err, sizeof err);
    rd_kafka_conf_set(c, "queue.buffering.max.kbytes", "262144", err, sizeof err);
    rd_kafka_conf_set(c, "message.max.bytes", "16000000", err, sizeof err);
    rd_kafka_conf_set_dr_msg_cb(c, delivered);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, c, err, sizeof err);
    if (!rk) die("%s", err);
    for (ssize_t n; (n = getline(&line, &cap, stdin)) > 0;) {
        if (line[n - 1] == '\n') line[n - 1] = 0;
        char *rest = line, *part = strsep(&rest, "\t"), *ts = strsep(&rest, "\t"),
             *k = strsep(&rest, "\t"), *v = strsep(&rest, "\t");
        if (!v) die("four fields a line");
        size_t kn, vn, hn;
        char *key = get64(k, &kn), *value = get64(v, &vn);
        rd_kafka_headers_t *h = rd_kafka_headers_new(4);
        for (char *f; (f = strsep(&rest, "\t"));) {
            char *eq = strchr(f, '=');
            if (!eq) die("header: name=base64");
            *eq = 0;
            char *hv = get64(eq + 1, &hn);
            rd_kafka_header_add(h, f, -1, hv, (ssize_t)hn);
        }
        for (;;) {
            rd_kafka_resp_err_t e = rd_kafka_producev(
                rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION((int32_t)strtol(part, NULL, 10)),
                RD_KAFKA_V_TIMESTAMP(strtoll(ts, NULL, 10)), RD_KAFKA_V_KEY(key, kn),
                RD_KAFKA_V_VALUE(value, vn), RD_KAFKA_V_HEADERS(h),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
            if (!e) break;
            if (e != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("produce: %s", rd_kafka_err2str(e));
            rd_kafka_poll(rk, 20);
        }
        rd_kafka_poll(rk, 0);
    }
    if (rd_kafka_flush(rk, 120000) || failed) die("%ld records were not delivered", failed);
}

static void put_message(const rd_kafka_message_t *m) {
    rd_kafka_timestamp_type_t type;
    rd_kafka_headers_t *h;
    printf("%d\t%lld\t%lld\t", m->partition, (long long)m->offset,
           (long long)rd_kafka_message_timestamp(m, &type));
    put64(m->key, m->key_len);
    putchar('\t');
    put64(m->payload, m->len);
    if (!rd_kafka_message_headers(m, &h)) {
        const char *name;
        const void *v;
        size_t n;
        for (size_t i = 0; !rd_kafka_header_get_all(h, i, &name, &v, &n); i++) {
            printf("\t%s=", name);
            put64(v, n);
        }
    }
    putchar('\n');
}

/* Reads a topic up to its present end. */
static long drain(const char *brokers, const char *topic, int print) {
    rd_kafka_t *rk = handle(RD_KAFKA_CONSUMER, brokers);
    int n = partitions(rk, topic), ends = 0;
    long count = 0;
    char *end = calloc((size_t)n, 1);
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(n);
    for (int i = 0; i < n; i++)
        rd_kafka_topic_partition_list_add(l, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(rk, l);
    rd_kafka_topic_partition_list_destroy(l);
    while (ends < n) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 20000);
        if (!m) die("%s: no answer for 20 s", topic);
        if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            ends += !end[m->partition];
            end[m->partition] = 1;
        } else if (m->err) {
            die("%s: %s", topic, rd_kafka_message_errstr(m));
        } else {
            count++;
            if (print) put_message(m);
        }
        rd_kafka_message_destroy(m);
    }
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    free(end);
    return count;
}

/* The group's coordinator is about to be found, or has just moved. */
static int coordinator_comes(rd_kafka_resp_err_t e) {
    return e == RD_KAFKA_RESP_ERR_NOT_COORDINATOR ||
           e == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           e == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
}

static void offsets(const char *brokers, char **av) {
    char err[512];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set(c, "bootstrap.servers", brokers, err, sizeof err);
    rd_kafka_conf_set(c, "group.id", av[0], err, sizeof err);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, c, err, sizeof err);
    int n = (int)strtol(av[2], NULL, 10);
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(n);
    for (int i = 0; i < n; i++) rd_kafka_topic_partition_list_add(l, av[1], i);
    rd_kafka_resp_err_t e;
    for (int i = 0; coordinator_comes(e = rd_kafka_committed(rk, l, 20000)) && i < 1500; i++)
        rd_kafka_poll(rk, 20);
    if (e) die("committed: %s", rd_kafka_err2str(e));
    for (int i = 0; i < n; i++)
        printf("%d\t%lld\t%.*s\n", i, (long long)l->elems[i].offset, (int)l->elems[i].metadata_size,
               (const char *)l->elems[i].metadata);
    rd_kafka_topic_partition_list_destroy(l);
    rd_kafka_destroy(rk);
}

int main(int ac, char **av) {
    if (ac < 4) die("usage: see the head of ktool.c");
    const char *cmd = av[2];
    if (!strcmp(cmd, "create") && ac >= 5)
        create(av[1], ac - 3, av + 3);
    else if (!strcmp(cmd, "load"))
        load(av[1], av[3]);
    else if (!strcmp(cmd, "dump"))
        drain(av[1], av[3], 1);
    else if (!strcmp(cmd, "count"))
        for (int i = 3; i < ac; i++) printf("%ld\n", drain(av[1], av[i], 0));
    else if (!strcmp(cmd, "offsets") && ac == 6)
        offsets(av[1], av + 3);
    else
        die("%s: no such command", cmd);
    fflush(stdout);
    _Exit(0); /* librdkafka's threads are left to the system: nothing is pending */
}

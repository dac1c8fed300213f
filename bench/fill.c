/* fill.c -- writes the CxP stream (cxp.h) to two topics of a broker.
 *
 *   fill BROKERS CLICKS PROFILES PARTITIONS [n=5000000] [users=1000000] [seed=42] [per_ms2=200]
 *        [late=30000] [beyond=0.0005]
 *
 * Keys are 8 bytes big-endian, placed by murmur2 as Java clients do; Kafka timestamp = event time.
 */
#include "cxp.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>

static void set(GenCfg *c, const char *word) {
    const char *v = strchr(word, '=');
    size_t n = v ? (size_t)(v - word) : 0;
    if (n == 1 && word[0] == 'n')
        c->nclicks = strtoull(v + 1, NULL, 10);
    else if (!strncmp(word, "users", n) && n)
        c->users = (uint32_t)strtoul(v + 1, NULL, 10);
    else if (!strncmp(word, "seed", n) && n)
        c->seed = strtoull(v + 1, NULL, 10);
    else if (!strncmp(word, "per_ms2", n) && n)
        c->per_ms2 = (uint32_t)strtoul(v + 1, NULL, 10);
    else if (!strncmp(word, "late", n) && n)
        c->late_max_ms = strtoll(v + 1, NULL, 10);
    else if (!strncmp(word, "beyond", n) && n)
        c->beyond_frac = strtod(v + 1, NULL);
    else {
        fprintf(stderr, "fill: what is %s?\n", word);
        exit(64);
    }
}

int main(int ac, char **av) {
    if (ac < 5) return fprintf(stderr, "usage: see the head of fill.c\n"), 64;
    GenCfg cfg = gen_default();
    for (int i = 5; i < ac; i++) set(&cfg, av[i]);
    char err[512];
    static const char *const conf[] = {"linger.ms",
                                       "20",
                                       "batch.size",
                                       "1000000",
                                       "batch.num.messages",
                                       "10000",
                                       "queue.buffering.max.messages",
                                       "2000000",
                                       "queue.buffering.max.kbytes",
                                       "1048576",
                                       "enable.idempotence",
                                       "true",
                                       NULL};
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set(c, "bootstrap.servers", av[1], err, sizeof err);
    for (int i = 0; conf[i]; i += 2) rd_kafka_conf_set(c, conf[i], conf[i + 1], err, sizeof err);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, c, err, sizeof err);
    if (!rk) return fprintf(stderr, "fill: %s\n", err), 1;
    rd_kafka_topic_t *topics[2] = {rd_kafka_topic_new(rk, av[2], NULL),
                                   rd_kafka_topic_new(rk, av[3], NULL)};
    int partitions = (int)strtol(av[4], NULL, 10);
    Gen g;
    static Rec r;
    gen_init(&g, cfg);
    uint64_t count[2] = {0, 0};
    while (gen_next(&g, &r)) {
        uint8_t key[8];
        be64(key, r.user);
        while (rd_kafka_producev(rk, RD_KAFKA_V_RKT(topics[r.topic]),
                                 RD_KAFKA_V_PARTITION(key_part(r.user, partitions)),
                                 RD_KAFKA_V_TIMESTAMP(r.ts), RD_KAFKA_V_KEY(key, 8),
                                 RD_KAFKA_V_VALUE(r.vlen ? r.v : NULL, r.vlen),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END))
            rd_kafka_poll(rk, 5);
        if (++count[r.topic] % 1000 == 0) rd_kafka_poll(rk, 0);
    }
    if (rd_kafka_flush(rk, 120000)) return fprintf(stderr, "fill: not all was delivered\n"), 1;
    printf("%llu clicks, %llu profile rows\n", (unsigned long long)count[0],
           (unsigned long long)count[1]);
    fflush(stdout);
    _Exit(0);
}

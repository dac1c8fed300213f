/* kafka_conf.c -- settings of librdkafka handles, and their end.
 *
 * Which setting millrace fixes, which it only proposes, and for which handle: one table. The user's
 * properties (`kafka:` of run.yaml) are passed through; those that are fixed are an error, because
 * exactly-once or the memory budget rests on them. Values are never put into errors: they may be
 * secrets. A property that belongs to another kind of handle is ignored by the library.
 */
#include "processor/broker/kafka.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define A MR_KAFKA_FOR_ADMIN
#define G MR_KAFKA_FOR_GROUP
#define R MR_KAFKA_FOR_READER
#define P MR_KAFKA_FOR_PRODUCER

#define TEXT(x)    #x
#define TEXT_OF(x) TEXT(x)

static const struct setting {
    const char *name;
    unsigned roles;
    bool is_fixed;     /* the user must not set it */
    const char *value; /* NULL: set where the handle is made (or never) */
} settings[] = {
    {"bootstrap.servers", 0, true, NULL},
    {"metadata.broker.list", 0, true, NULL},
    {"client.id", 0, true, NULL},
    {"group.id", 0, true, NULL},
    {"group.instance.id", 0, true, NULL},
    {"transactional.id", 0, true, NULL},
    {"socket.nagle.disable", A | G | R | P, false, "true"}, /* librdkafka.md 3.5 */
    {"log.connection.close", A | G | R | P, false, "false"},
    {"topic.metadata.refresh.fast.interval.ms", A | G | R | P, false, "100"},
    {"reconnect.backoff.ms", A | G | R | P, false, "50"},
    {"reconnect.backoff.max.ms", A | G | R | P, false, "1000"},

    /* what is read, and from where: the task layer's decision alone */
    {"enable.auto.commit", A | G | R, true, "false"},
    {"auto.commit.enable", 0, true, NULL},
    {"enable.auto.offset.store", A | G | R, true, "false"},
    {"auto.offset.reset", A | G | R, true, "error"},
    {"isolation.level", G | R, true, "read_committed"},
    {"isolation.level", A, true, "read_uncommitted"}, /* N9: watermarks, not the LSO */
    {"allow.auto.create.topics", A | G | R, true, "false"},
    {"enable.partition.eof", G | R, true, "true"},
    {"check.crcs", G | R, true, "true"},
    {"partition.assignment.strategy", G, true, "cooperative-sticky"},
    {"group.protocol", 0, true, NULL},
    {"queued.max.messages.kbytes", 0, true, NULL}, /* the memory budget */
    {"fetch.message.max.bytes", 0, true, NULL},
    {"max.partition.fetch.bytes", 0, true, NULL},
    {"fetch.max.bytes", 0, true, NULL},
    {"queued.min.messages", G | R, false, "1000000"},
    {"fetch.wait.max.ms", G | R, false, "50"},
    {"fetch.min.bytes", G | R, false, "1"},
    {"fetch.error.backoff.ms", G | R, false, "50"},
    {"socket.receive.buffer.bytes", G | R, false, "1048576"},
    {"session.timeout.ms", G, false, "6000"},
    {"heartbeat.interval.ms", G, false, "300"}, /* N13: the gap of a moving partition */
    {"max.poll.interval.ms", G, false, "60000"},
    {"coordinator.query.interval.ms", G, false, "5000"},

    /* transactions */
    {"enable.idempotence", P, true, "true"},
    {"acks", 0, true, NULL},
    {"request.required.acks", 0, true, NULL},
    {"max.in.flight", 0, true, NULL},
    {"max.in.flight.requests.per.connection", 0, true, NULL},
    {"enable.gapless.guarantee", 0, true, NULL},
    {"transaction.timeout.ms", P, true,
     TEXT_OF(MR_TXN_TIMEOUT_MS)},          /* section 3, 5: bounds every wait */
    {"message.timeout.ms", 0, true, NULL}, /* the library: <= transaction.timeout.ms */
    {"delivery.timeout.ms", 0, true, NULL},
    {"queue.buffering.max.kbytes", 0, true, NULL},
    {"queue.buffering.max.messages", P, true, "2000000"},
    {"delivery.report.only.error", 0, true, NULL}, /* buffers are borrowed until reported */
    {"message.max.bytes", P, false, "104857600"},  /* the topic's limit decides */
    {"linger.ms", P, false, "5"},
    {"retry.backoff.ms", A | G | R, true, "5"}, /* N1 */
    {"retry.backoff.ms", P, true, "2"},         /* N1 */
    {"partitioner", 0, true, NULL},             /* partitions are always given */
};

#undef A
#undef G
#undef R
#undef P
#undef TEXT_OF
#undef TEXT

static bool is_secret(const char *name) {
    return strstr(name, "password") || strstr(name, "secret") || strstr(name, ".key") ||
           strstr(name, "sasl.") || strstr(name, ".pem");
}

enum mr_class mr_kafka_check_props(const struct mr_property *props, size_t n, struct mr_err *err) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    enum mr_class r = MR_OK;
    for (size_t i = 0; r == MR_OK && i < n; i++) {
        const char *name = props[i].name;
        for (size_t k = 0; r == MR_OK && k < MR_ARRAY_LEN(settings); k++)
            if (settings[k].is_fixed && !strcmp(settings[k].name, name))
                r = mr_err_set(err, MR_FATAL, 0, "kafka property %s is set by millrace", name);
        if (r != MR_OK) break;
        char why[200] = "";
        rd_kafka_conf_res_t res = rd_kafka_conf_set(conf, name, props[i].value, why, sizeof why);
        if (res == RD_KAFKA_CONF_UNKNOWN)
            r = mr_err_set(err, MR_FATAL, 0, "kafka property %s is not known to librdkafka %s",
                           name, rd_kafka_version_str());
        else if (res != RD_KAFKA_CONF_OK)
            r = mr_err_set(err, MR_FATAL, 0, "kafka property %s: %s", name,
                           is_secret(name) ? "the value is not valid" : why);
    }
    rd_kafka_conf_destroy(conf);
    return r;
}

void mr_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char why[200];
    rd_kafka_conf_res_t r = rd_kafka_conf_set(conf, name, value, why, sizeof why);
    if (r != RD_KAFKA_CONF_OK) mr_log_error("kafka.conf", "%s", why);
    assert(r == RD_KAFKA_CONF_OK); /* our own, or checked */
}

void mr_kafka_set_int(rd_kafka_conf_t *conf, const char *name, int64_t value, int64_t min,
                      int64_t max) {
    char text[24];
    value = value < min ? min : value > max ? max : value;
    snprintf(text, sizeof text, "%lld", (long long)value);
    mr_kafka_set(conf, name, text);
}

/* Called by the library's threads. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text) {
    mr_log_debug("kafka.client", "%s %s: %s", rk ? rd_kafka_name(rk) : "", facility, text);
}

static void apply(rd_kafka_conf_t *conf, enum mr_kafka_role role, bool fixed) {
    for (size_t i = 0; i < MR_ARRAY_LEN(settings); i++) {
        const struct setting *s = &settings[i];
        if (s->value && s->roles & role && s->is_fixed == fixed)
            mr_kafka_set(conf, s->name, s->value);
    }
}

rd_kafka_conf_t *mr_kafka_conf(const struct kafka_broker *b, enum mr_kafka_role role,
                               const char *name) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    apply(conf, role, false);
    for (size_t i = 0; i < b->n_props; i++) mr_kafka_set(conf, b->props[i].name, b->props[i].value);
    apply(conf, role, true);
    mr_kafka_set(conf, "bootstrap.servers", b->brokers);
    char id[200];
    snprintf(id, sizeof id, "%s%s%s", b->client_id, name ? "-" : "", name ? name : "");
    mr_kafka_set(conf, "client.id", id);
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

enum mr_class mr_kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret,
                           struct mr_err *err) {
    char why[200] = "";
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk) {
        rd_kafka_conf_destroy(conf);
        return mr_err_set(err, MR_FATAL, 0, "kafka client: %s", why);
    }
    *ret = rk;
    return MR_OK;
}

/* ---- the end of a handle */

static void *bury(void *rk) {
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return NULL;
}

bool mr_kafka_destroy(rd_kafka_t *rk, int timeout_ms) {
    if (!rk) return true;
    pthread_t t;
    if (pthread_create(&t, NULL, bury, rk) != 0) {
        bury(rk);
        return true;
    }
    struct timespec until; /* of the machine, as the wait is */
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    if (pthread_clockjoin_np(t, NULL, CLOCK_MONOTONIC, &until) == 0) return true;
    mr_log_debug("kafka.left", "a client did not end within %d ms and is left behind", timeout_ms);
    pthread_detach(t);
    return false;
}

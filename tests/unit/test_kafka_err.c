/* test_kafka_err.c -- the classification of errors, and which properties are refused.
 *
 * Expected values: reference/librdkafka.md 1.4 (what came out when errors were injected: R, A, F)
 * and broker-facts.md section 3 and 6, copied by hand; the policy of broker.h for each call.
 */
#include "processor/broker/kafka.h"
#include "tests/check_main.h"

#define E(name) RD_KAFKA_RESP_ERR_##name

static const struct {
    enum mr_kafka_call call;
    rd_kafka_resp_err_t code;
    char flag; /* what the library says: F, A, R, B for fatal and abortable, or - for none */
    enum mr_class want;
} rows[] = {
    /* init */
    {MR_KAFKA_INIT, E(_TIMED_OUT), 'R', MR_RETRY},
    {MR_KAFKA_INIT, E(PRODUCER_FENCED), 'F', MR_FATAL},
    {MR_KAFKA_INIT, E(INVALID_TRANSACTION_TIMEOUT), 'F', MR_FATAL},
    {MR_KAFKA_INIT, E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), '-', MR_FATAL},
    /* begin: local, so any error means that the object is spoilt */
    {MR_KAFKA_BEGIN, E(_STATE), '-', MR_FATAL},
    {MR_KAFKA_BEGIN, E(_FENCED), 'F', MR_FATAL},
    /* send */
    {MR_KAFKA_SEND, E(_STATE), '-', MR_ABORT},
    {MR_KAFKA_SEND, E(_UNKNOWN_PARTITION), '-', MR_ABORT},
    {MR_KAFKA_SEND, E(MSG_SIZE_TOO_LARGE), '-', MR_ABORT},
    {MR_KAFKA_SEND, E(_FENCED), '-', MR_FATAL},
    /* offsets */
    {MR_KAFKA_OFFSETS, E(_TIMED_OUT), 'R', MR_RETRY},
    {MR_KAFKA_OFFSETS, E(_TRANSPORT), 'R', MR_RETRY},
    {MR_KAFKA_OFFSETS, E(_TIMED_OUT), 'A', MR_ABORT},
    {MR_KAFKA_OFFSETS, E(ILLEGAL_GENERATION), 'A', MR_ABORT},
    {MR_KAFKA_OFFSETS, E(UNKNOWN_MEMBER_ID), 'A', MR_ABORT},
    {MR_KAFKA_OFFSETS, E(FENCED_INSTANCE_ID), 'A', MR_ABORT},
    {MR_KAFKA_OFFSETS, E(UNKNOWN_TOPIC_OR_PART), 'A', MR_ABORT},
    {MR_KAFKA_OFFSETS, E(PRODUCER_FENCED), 'A', MR_FATAL},
    {MR_KAFKA_OFFSETS, E(INVALID_PRODUCER_EPOCH), 'F', MR_FATAL},
    {MR_KAFKA_OFFSETS, E(INVALID_PRODUCER_ID_MAPPING), 'A', MR_FATAL},
    {MR_KAFKA_OFFSETS, E(_FENCED), 'F', MR_FATAL},
    {MR_KAFKA_OFFSETS, E(GROUP_AUTHORIZATION_FAILED), '-', MR_FATAL},
    {MR_KAFKA_OFFSETS, E(INVALID_TXN_STATE), 'B', MR_FATAL},
    /* commit: never RETRY; only the committed offsets tell */
    {MR_KAFKA_COMMIT, E(_INCONSISTENT), 'A', MR_ABORT},
    {MR_KAFKA_COMMIT, E(UNKNOWN_PRODUCER_ID), 'A', MR_ABORT},
    {MR_KAFKA_COMMIT, E(_TIMED_OUT), 'R', MR_UNKNOWN},
    {MR_KAFKA_COMMIT, E(_TRANSPORT), 'R', MR_UNKNOWN},
    {MR_KAFKA_COMMIT, E(INVALID_TXN_STATE), 'F', MR_UNKNOWN},
    {MR_KAFKA_COMMIT, E(_FATAL), '-', MR_UNKNOWN},
    {MR_KAFKA_COMMIT, E(_FENCED), 'F', MR_FATAL},
    {MR_KAFKA_COMMIT, E(INVALID_PRODUCER_ID_MAPPING), 'A', MR_FATAL},
    /* abort: clean or fatal */
    {MR_KAFKA_ABORT, E(_TIMED_OUT), 'R', MR_FATAL},
    {MR_KAFKA_ABORT, E(_CONFLICT), '-', MR_FATAL},
    {MR_KAFKA_ABORT, E(INVALID_TXN_STATE), 'F', MR_FATAL},
    {MR_KAFKA_ABORT, E(_FENCED), 'F', MR_FATAL},
    /* questions and reading: codes without flags */
    {MR_KAFKA_ADMIN, E(_TIMED_OUT), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(_ALL_BROKERS_DOWN), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(NOT_CONTROLLER), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(NOT_LEADER_FOR_PARTITION), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(INVALID_REPLICATION_FACTOR), '-', MR_RETRY}, /* brokers fenced, too few up */
    {MR_KAFKA_ADMIN, E(BROKER_NOT_AVAILABLE), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(REPLICA_NOT_AVAILABLE), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(REQUEST_TIMED_OUT), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(THROTTLING_QUOTA_EXCEEDED), '-', MR_RETRY},
    {MR_KAFKA_ADMIN, E(POLICY_VIOLATION), '-', MR_FATAL},
    {MR_KAFKA_ADMIN, E(INVALID_PARTITIONS), '-', MR_FATAL},
    {MR_KAFKA_ADMIN, E(OFFSET_OUT_OF_RANGE), '-', MR_FATAL},
    {MR_KAFKA_ADMIN, E(INVALID_CONFIG), '-', MR_FATAL},
    {MR_KAFKA_ADMIN, E(TOPIC_AUTHORIZATION_FAILED), '-', MR_FATAL},
    {MR_KAFKA_READ, E(_TRANSPORT), '-', MR_RETRY},
    {MR_KAFKA_READ, E(UNSTABLE_OFFSET_COMMIT), '-', MR_RETRY},
    {MR_KAFKA_READ, E(COORDINATOR_LOAD_IN_PROGRESS), '-', MR_RETRY},
    {MR_KAFKA_READ, E(UNKNOWN_TOPIC_OR_PART), '-', MR_RETRY},
    {MR_KAFKA_READ, E(_MAX_POLL_EXCEEDED), '-', MR_RETRY},
    {MR_KAFKA_READ, E(_AUTO_OFFSET_RESET), '-', MR_FATAL},
    {MR_KAFKA_READ, E(_FATAL), '-', MR_FATAL},
    {MR_KAFKA_READ, E(GROUP_AUTHORIZATION_FAILED), '-', MR_FATAL},
};

START_TEST(errors_have_their_class) {
    struct mr_kafka_fault f = {.code = rows[_i].code,
                               .fatal = rows[_i].flag == 'F' || rows[_i].flag == 'B',
                               .abortable = rows[_i].flag == 'A' || rows[_i].flag == 'B',
                               .retriable = rows[_i].flag == 'R'};
    ck_assert_msg(mr_kafka_classify(rows[_i].call, &f) == rows[_i].want, "%s in call %d: %s",
                  rd_kafka_err2name(f.code), rows[_i].call,
                  mr_class_name(mr_kafka_classify(rows[_i].call, &f)));
}
END_TEST

START_TEST(no_error_is_ok) {
    for (int c = 0; c < MR_KAFKA_N_CALLS; c++) {
        struct mr_kafka_fault f = {0};
        ck_assert_int_eq(mr_kafka_classify((enum mr_kafka_call)c, &f), MR_OK);
    }
    struct mr_err e = {.class = MR_FATAL};
    ck_assert_int_eq(mr_kafka_result(&e, MR_KAFKA_COMMIT, NULL, "commit"), MR_OK);
}
END_TEST

/* Whatever the code: a commit is never called again, and only offsets and init ever are. */
START_TEST(retry_only_where_it_is_meant) {
    for (int code = -200; code < 120; code++)
        for (int flag = 0; flag < 4; flag++) {
            struct mr_kafka_fault f = {(rd_kafka_resp_err_t)code, flag == 1, flag == 2, flag == 3};
            if (!code) continue;
            for (int c = MR_KAFKA_INIT; c < MR_KAFKA_N_CALLS; c++) {
                enum mr_class got = mr_kafka_classify((enum mr_kafka_call)c, &f);
                ck_assert_int_ne(got, MR_OK);
                if (c != MR_KAFKA_INIT && c != MR_KAFKA_OFFSETS) ck_assert_int_ne(got, MR_RETRY);
                if (c != MR_KAFKA_COMMIT) ck_assert_int_ne(got, MR_UNKNOWN);
                if (c == MR_KAFKA_ABORT) ck_assert_int_eq(got, MR_FATAL);
            }
        }
}
END_TEST

START_TEST(error_objects_are_read) {
    struct mr_err e = {0};
    ck_assert_int_eq(mr_kafka_fail(&e, MR_KAFKA_READ, E(_AUTO_OFFSET_RESET), "clicks/3"), MR_FATAL);
    ck_assert_int_eq(e.class, MR_FATAL);
    ck_assert_int_eq(e.code, E(_AUTO_OFFSET_RESET));
    ck_assert_ptr_nonnull(strstr(e.text, "clicks/3"));
    e = (struct mr_err){0};
    rd_kafka_error_t *o = rd_kafka_error_new(E(_STATE), "wrong %s", "moment");
    ck_assert_int_eq(mr_kafka_result(&e, MR_KAFKA_SEND, o, "send"), MR_ABORT);
    ck_assert_ptr_nonnull(strstr(e.text, "wrong moment"));
}
END_TEST

/* ---- properties */

static const struct {
    const char *name, *value;
    bool ok;
} props[] = {
    {"security.protocol", "sasl_ssl", true},
    {"sasl.password", "hunter2", true},
    {"fetch.wait.max.ms", "5", true},
    {"session.timeout.ms", "30000", true},
    {"compression.type", "lz4", true},
    {"enable.auto.commit", "true", false},
    {"isolation.level", "read_uncommitted", false},
    {"acks", "1", false},
    {"transactional.id", "x", false},
    {"group.id", "x", false},
    {"bootstrap.servers", "x:1", false},
    {"enable.idempotence", "false", false},
    {"queue.buffering.max.kbytes", "1", false},
    {"no.such.property", "1", false},
    {"fetch.wait.max.ms", "soon", false},
};

START_TEST(properties_are_checked) {
    struct mr_property p = {props[_i].name, props[_i].value};
    struct mr_err e = {0};
    enum mr_class c = mr_kafka_check_props(&p, 1, &e);
    ck_assert_msg(c == (props[_i].ok ? MR_OK : MR_FATAL), "%s: %s", p.name, e.text);
    if (!props[_i].ok) ck_assert_ptr_nonnull(strstr(e.text, p.name));
}
END_TEST

START_TEST(secrets_stay_out_of_errors) {
    struct mr_property p = {"sasl.oauthbearer.method", "hunter2"};
    struct mr_err e = {0};
    ck_assert_int_eq(mr_kafka_check_props(&p, 1, &e), MR_FATAL);
    ck_assert_ptr_nonnull(strstr(e.text, p.name));
    ck_assert_ptr_null(strstr(e.text, "hunter2"));
}
END_TEST

static void expect_conf(rd_kafka_conf_t *conf, const char *name, const char *want) {
    char got[200];
    size_t n = sizeof got;
    ck_assert_int_eq(rd_kafka_conf_get(conf, name, got, &n), RD_KAFKA_CONF_OK);
    ck_assert_str_eq(got, want);
}

/* What exactly-once rests on (librdkafka.md 1.1, broker-facts N1, N9), and that the user's wishes
 * reach the handle. */
START_TEST(settings_by_role) {
    struct mr_property p[] = {{"linger.ms", "77"}, {"heartbeat.interval.ms", "444"}};
    struct kafka_broker b = {.brokers = "h:1", .client_id = "app", .props = p, .n_props = 2};
    rd_kafka_conf_t *c = mr_kafka_conf(&b, MR_KAFKA_FOR_GROUP, "w0");
    expect_conf(c, "isolation.level", "read_committed");
    expect_conf(c, "auto.offset.reset", "error");
    expect_conf(c, "enable.auto.commit", "false");
    expect_conf(c, "partition.assignment.strategy", "cooperative-sticky");
    expect_conf(c, "retry.backoff.ms", "5");
    expect_conf(c, "heartbeat.interval.ms", "444");
    expect_conf(c, "client.id", "app-w0");
    rd_kafka_conf_destroy(c);
    c = mr_kafka_conf(&b, MR_KAFKA_FOR_ADMIN, NULL);
    expect_conf(c, "isolation.level", "read_uncommitted");
    expect_conf(c, "client.id", "app");
    rd_kafka_conf_destroy(c);
    c = mr_kafka_conf(&b, MR_KAFKA_FOR_PRODUCER, "p");
    expect_conf(c, "enable.idempotence", "true");
    expect_conf(c, "transaction.timeout.ms", "10000");
    expect_conf(c, "retry.backoff.ms", "2");
    expect_conf(c, "linger.ms", "77");
    rd_kafka_conf_destroy(c);
}
END_TEST

int main(void) {
    Suite *s = suite_create("kafka_err");
    TCase *t = tcase_create("errors");
    tcase_add_loop_test(t, errors_have_their_class, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, no_error_is_ok);
    tcase_add_test(t, retry_only_where_it_is_meant);
    tcase_add_test(t, error_objects_are_read);
    suite_add_tcase(s, t);
    t = tcase_create("properties");
    tcase_add_loop_test(t, properties_are_checked, 0, sizeof props / sizeof *props);
    tcase_add_test(t, secrets_stay_out_of_errors);
    tcase_add_test(t, settings_by_role);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}

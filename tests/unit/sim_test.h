/* sim_test.h -- what the unit tests of the in-process broker share: a broker with a manual clock
 * that never waits, and short words for its calls. Expected classes are checked on the spot.
 */
#ifndef MR_TESTS_SIM_TEST_H
#define MR_TESTS_SIM_TEST_H

#include "base/clock.h"
#include "base/rand.h"
#include "processor/broker/sim.h"
#include "tests/check_main.h"

static struct mr_clock_manual clk;
static struct mr_broker *b;

static inline void setup(void) {
    mr_clock_manual_init(&clk, 1700000000000);
    b = mr_broker_open_sim(&clk.base);
    mr_sim_no_wait(b);
}

static inline void teardown(void) {
    mr_broker_close(b);
}

static inline int topic_of(const char *name, int32_t partitions, const char *const *config) {
    struct mr_topic_spec spec = {name, partitions, config};
    ck_assert_int_eq(mr_broker_create(b, &spec, NULL), MR_OK);
    return mr_broker_topic(b, name);
}

static inline struct mr_producer *producer_of(const char *id) {
    struct mr_producer *p = NULL;
    ck_assert_int_eq(mr_producer_open(b, id, 0, &p, NULL), MR_OK);
    return p;
}

static inline enum mr_class send_kv(struct mr_producer *p, struct mr_tp tp, const char *k,
                                    const char *v) {
    struct mr_out o = {.tp = tp, .key = mr_str(k), .value = mr_str(v), .ts = 1000};
    return mr_producer_send(p, &o, 1, NULL);
}

static inline void append_kv(struct mr_tp tp, const char *k, const char *v) {
    struct mr_out o = {.tp = tp, .key = mr_str(k), .value = mr_str(v), .ts = 1000};
    ck_assert_int_ge(mr_sim_append(b, tp.topic, tp.partition, &o), 0);
}

static inline void pass_ms(int64_t ms) {
    clk.now_ms += ms;
    mr_sim_tick(b);
}

static inline struct mr_consumer *reader_of(struct mr_tp tp, int64_t at) {
    struct mr_consumer *c = NULL;
    struct mr_offset o = {.tp = tp, .offset = at};
    int tag = tp.partition;
    ck_assert_int_eq(mr_consumer_open(b, &(struct mr_consumer_conf){.member = "r"}, &c, NULL),
                     MR_OK);
    ck_assert_int_eq(mr_consumer_add(c, &o, &tag, 1, NULL), MR_OK);
    return c;
}

#endif

/* demo_data.c -- see demo_data.h. */
#include "processor/serve/demo_data.h"
#include "base/rand.h"
#include "processor/expr/base64.h"
#include "processor/expr/civil.h"

#include <stdlib.h>

enum {
    SEED = 42,
    USERS = 5000,
    UPDATES = 4000, /* of profiles, during the morning */
    CLICKS = 100000,
    STEP_MS = 72, /* a click every 72 ms: two hours */
    JITTER_MS = 4000,
};

#define START_MS INT64_C(1767600000000) /* 2026-01-05T08:00:00Z */
#define DAY_MS   INT64_C(86400000)

const char mr_demo_topology[] =
    "# Clicks, joined with the profile that was valid when the click was made, counted per "
    "segment\n"
    "# in windows of five minutes.\n"
    "topology: demo\n"
    "\n"
    "sources:\n"
    "  clicks:\n"
    "    topic: shop.clicks\n"
    "    key: string\n"
    "    value: {json: {user_id: string, url: string, type: string, price_cents: 'int?', ts: "
    "timestamp}}\n"
    "    event_time: 'ts'\n"
    "\n"
    "tables:\n"
    "  profiles:\n"
    "    topic: shop.profiles\n"
    "    key: string\n"
    "    value: {json: {segment: string, consent: bool, campaign: 'string?'}}\n"
    "    history: 30d\n"
    "\n"
    "nodes:\n"
    "  enriched:\n"
    "    from: clicks\n"
    "    join: {table: profiles, as_of: event_time, kind: left}\n"
    "    where: 'profiles.consent ?? false'\n"
    "    select:\n"
    "      user_id: 'clicks.user_id'\n"
    "      segment: 'profiles.segment ?? \"unknown\"'\n"
    "      cents:   'clicks.price_cents ?? 0'\n"
    "  per_segment:\n"
    "    from: enriched\n"
    "    group_by: [segment]\n"
    "    window: {tumbling: 5m, grace: 30s}\n"
    "    aggregate: {clicks: 'count()', cents: 'sum(cents)', biggest: 'max(cents)'}\n"
    "    emit: final\n"
    "    on_late: late\n"
    "\n"
    "sinks:\n"
    "  clicks_by_segment_5m: {from: per_segment, topic: shop.clicks_by_segment_5m, value: json}\n"
    "  late: {topic: shop.clicks_late}\n"
    "\n"
    "tests:\n"
    "  - name: uses the profile valid at click time\n"
    "    steps:\n"
    "      - {at: \"12:00:00\", profiles: {key: u1, value: {segment: gold, consent: true}}}\n"
    "      - {at: \"12:01:00\", profiles: {key: u1, value: {segment: vip, consent: true}}}\n"
    "      - {at: \"12:00:30\", clicks: {key: u1, value: {user_id: u1, url: /a, type: view, ts: "
    "\"12:00:30\"}}}\n"
    "      - {advance: 6m}\n"
    "    expect:\n"
    "      clicks_by_segment_5m:\n"
    "        - key: {segment: gold, window_start: \"12:00:00\"}\n"
    "          value: {segment: gold, clicks: 1, cents: 0, biggest: 0, window_start: "
    "\"12:00:00\", window_end: \"12:05:00\"}\n"
    "      late: []\n"
    "      dlq: []\n";

static const char *const segments[] = {"new", "regular", "gold", "vip"};
static const char *const types[] = {"view", "view", "view", "click", "cart", "purchase"};
static const char *const pages[] = {"/", "/search", "/shoes", "/coats", "/cart", "/checkout"};

static const char *pick(struct mr_rand *r, const char *const *of, uint32_t n) {
    return of[mr_rand_below(r, n)];
}

/* Few users make many clicks. */
static uint32_t some_user(struct mr_rand *r) {
    uint64_t a = mr_rand_below(r, USERS), b = mr_rand_below(r, USERS);
    return (uint32_t)(a * b / USERS);
}

/* ---- profiles */

static void add_profile(struct mr_buf *to, struct mr_rand *r, uint32_t user, int64_t ts) {
    mr_buf_printf(to, "{\"key\":\"u%04u\",\"value\":", user);
    if (mr_rand_below(r, 200) == 0) {
        mr_buf_cat(to, "null");
    } else {
        mr_buf_printf(to, "{\"segment\":\"%s\",\"consent\":%s", pick(r, segments, 4),
                      mr_rand_below(r, 10) ? "true" : "false");
        if (mr_rand_below(r, 3) == 0)
            mr_buf_printf(to, ",\"campaign\":\"c%02u\"", mr_rand_below(r, 40));
        mr_buf_byte(to, '}');
    }
    mr_buf_printf(to, ",\"ts\":%lld}\n", (long long)ts);
}

struct mr_demo_counts mr_demo_profiles(struct mr_buf *to) {
    struct mr_rand r;
    mr_rand_seed(&r, SEED);
    /* One user in ten has no profile. Those of the day before first, then the morning's changes. */
    struct mr_demo_counts n = {0};
    for (uint32_t u = 0; u < USERS; u++) {
        if (mr_rand_below(&r, 10) == 0) continue;
        add_profile(to, &r, u, START_MS - DAY_MS + u);
        n.records++;
    }
    for (int64_t i = 0; i < UPDATES; i++) {
        int64_t ts = START_MS + i * CLICKS * STEP_MS / UPDATES;
        add_profile(to, &r, some_user(&r), ts);
        n.records++;
    }
    return n;
}

/* ---- clicks */

static void add_value(struct mr_buf *to, struct mr_rand *r, uint32_t user, int64_t event_ms) {
    const char *type = pick(r, types, 6);
    mr_buf_printf(to, "{\"user_id\":\"u%04u\",\"url\":\"%s\",\"type\":\"%s\"", user,
                  pick(r, pages, 6), type);
    if (strcmp(type, "purchase") == 0)
        mr_buf_printf(to, ",\"price_cents\":%u", 199 + mr_rand_below(r, 30000));
    mr_buf_cat(to, ",\"ts\":\"");
    mr_print_rfc3339_ms(event_ms / 1000, (uint32_t)(event_ms % 1000) * 1000000, to);
    mr_buf_cat(to, "\"}");
}

/* Values as broken clients send them; the text of a whole record from `"value...` on. */
static void add_malformed(struct mr_buf *to, struct mr_rand *r, uint32_t user) {
    switch (mr_rand_below(r, 3)) {
    case 0:
        mr_buf_cat(to, "\"value_base64\":\"");
        mr_base64_write(MR_STR("{\"user_id\":\"u0001\",\"url\":\"/sho"), to);
        mr_buf_byte(to, '"');
        break;
    case 1:
        mr_buf_printf(to,
                      "\"value\":{\"user_id\":\"u%04u\",\"url\":\"/\",\"type\":\"view\","
                      "\"ts\":\"yesterday\"}",
                      user);
        break;
    default:
        mr_buf_printf(to, "\"value\":{\"user_id\":\"u%04u\",\"url\":\"/\",\"type\":\"view\"}",
                      user);
    }
}

struct mr_demo_counts mr_demo_clicks(struct mr_buf *to) {
    struct mr_rand r;
    mr_rand_seed(&r, SEED + 1);
    struct mr_demo_counts n = {.records = CLICKS};
    for (int64_t i = 0; i < CLICKS; i++) {
        uint32_t user = some_user(&r), luck = mr_rand_below(&r, 10000);
        int64_t sent = START_MS + i * STEP_MS, delay = mr_rand_below(&r, JITTER_MS);
        if (luck < 100) delay = mr_rand_below(&r, 25000);           /* slow networks */
        if (luck < 30) delay = 400000 + mr_rand_below(&r, 1200000); /* phones in tunnels */
        mr_buf_printf(to, "{\"key\":\"u%04u\",", user);
        if (luck >= 9990) {
            add_malformed(to, &r, user);
            n.malformed++;
        } else {
            mr_buf_cat(to, "\"value\":");
            add_value(to, &r, user, sent - delay);
            n.late += luck < 30;
        }
        mr_buf_printf(to, ",\"ts\":%lld}\n", (long long)sent);
    }
    return n;
}

/* world.c -- the helpers of the conformance rules: producers, readers, members, waiting. */
#include "tests/broker/world.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- checks and names */

bool check(struct world *w, bool cond, const char *fmt, ...) {
    if (w->failed || cond) return !w->failed;
    w->failed = true;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(w->why, sizeof w->why, fmt, ap);
    va_end(ap);
    return false;
}

bool check_class(struct world *w, enum mr_class got, enum mr_class want, const struct mr_err *err,
                 const char *what) {
    return check(w, got == want, "%s: %s, wanted %s (%s)", what, mr_class_name(got),
                 mr_class_name(want), got == MR_OK ? "" : err->text);
}

const char *fresh_name(struct world *w, const char *what) {
    return mr_arena_printf(&w->arena, "conf-%s-%s-%s-%u", w->run, w->rule, what, w->n_names++);
}

struct mr_tp tp_of(int topic_id, int32_t partition) {
    return (struct mr_tp){topic_id, partition};
}

int topic_with(struct world *w, int32_t partitions, const char *const *config) {
    const char *all[32] = {0};
    size_t n = 0;
    bool named = false;
    for (; config && config[n] && n < 28; n++) {
        all[n] = config[n];
        named = named || strcmp(config[n], "retention.ms") == 0;
    }
    if (!named) { /* most records of the rules are of 1970 */
        all[n] = "retention.ms";
        all[n + 1] = "-1";
    }
    const char *name = fresh_name(w, "t");
    struct mr_topic_spec spec = {name, partitions, all};
    struct mr_err err = {0};
    if (!w->failed) check_class(w, mr_broker_create(w->b, &spec, &err), MR_OK, &err, "create");
    return mr_broker_topic(w->b, name);
}

int topic(struct world *w, int32_t partitions) {
    return topic_with(w, partitions, NULL);
}

/* ---- producers */

struct producer *producer(struct world *w, const char *id) {
    struct producer *p = mr_arena_calloc(&w->arena, 1, sizeof *p);
    p->w = w;
    p->next = w->producers;
    w->producers = p;
    struct mr_err err = {0};
    if (!w->failed)
        check_class(w, mr_producer_open(w->b, id, 1 << 20, &p->p, &err), MR_OK, &err,
                    "producer_open");
    return p;
}

struct producer *any_producer(struct world *w) {
    return producer(w, fresh_name(w, "p"));
}

void begin(struct producer *p) {
    struct mr_err err = {0};
    if (!p->w->failed) check_class(p->w, mr_producer_begin(p->p, &err), MR_OK, &err, "begin");
}

void send_out(struct producer *p, const struct mr_out *out, size_t n) {
    struct mr_err err = {0};
    if (!p->w->failed) check_class(p->w, mr_producer_send(p->p, out, n, &err), MR_OK, &err, "send");
}

void send(struct producer *p, struct mr_tp tp, const char *words) {
    struct mr_out out[64];
    size_t n = 0;
    for (const char *at = mr_arena_strdup(&p->w->arena, words); *at && n < 64;) {
        size_t len = strcspn(at, " "), eq = strcspn(at, "= ");
        struct mr_out o = {.tp = tp, .value = {at, len}, .ts = 1000};
        if (eq < len) {
            o.key = (struct mr_str){at, eq};
            o.value = (struct mr_str){at + eq + 1, len - eq - 1};
            if (mr_str_is(o.value, "-")) o.value = (struct mr_str){0};
        }
        out[n++] = o;
        at += len + (at[len] == ' ');
    }
    send_out(p, out, n);
}

void offset(struct producer *p, struct reader *r, struct mr_tp tp, int64_t at, const char *meta) {
    struct mr_err err = {0};
    struct mr_offset o = {tp, at, mr_str(mr_arena_strdup(&p->w->arena, meta))};
    if (p->w->failed) return;
    check_class(p->w, mr_producer_offsets(p->p, r->c, &o, 1, &err), MR_OK, &err, "offsets");
}

static enum mr_class finish(struct producer *p,
                            enum mr_class (*how)(struct mr_producer *, struct mr_err *),
                            struct mr_err *err) {
    enum mr_class c = MR_RETRY;
    for (struct patience t = patience(p->w); c == MR_RETRY && again(&t);) c = how(p->p, err);
    return c;
}

void commit(struct producer *p) {
    struct mr_err err = {0};
    if (!p->w->failed)
        check_class(p->w, finish(p, mr_producer_commit, &err), MR_OK, &err, "commit");
}

void abort_txn(struct producer *p) {
    struct mr_err err = {0};
    if (!p->w->failed) check_class(p->w, finish(p, mr_producer_abort, &err), MR_OK, &err, "abort");
}

enum mr_class try_commit(struct producer *p) {
    struct mr_err err = {0};
    return p->w->failed ? MR_OK : finish(p, mr_producer_commit, &err);
}

void put(struct producer *p, struct mr_tp tp, const char *words) {
    begin(p);
    send(p, tp, words);
    commit(p);
}

void drop_producer(struct producer *p) {
    mr_producer_close(p->p);
    p->p = NULL;
}

/* ---- readers */

static struct reader *reader_new(struct world *w, const char *name) {
    struct reader *r = mr_arena_calloc(&w->arena, 1, sizeof *r);
    r->w = w;
    r->name = name;
    r->max = 100;
    r->seen = mr_arena_calloc(&w->arena, MOST_READ, sizeof *r->seen);
    for (int i = 0; i < MOST_TAGS; i++) r->next[i] = -1;
    r->next_reader = w->readers;
    w->readers = r;
    return r;
}

static void reader_open(struct reader *r, const struct mr_consumer_conf *conf) {
    struct mr_err err = {0};
    if (!r->w->failed)
        check_class(r->w, mr_consumer_open(r->w->b, conf, &r->c, &err), MR_OK, &err,
                    "consumer_open");
}

struct reader *reader(struct world *w) {
    struct reader *r = reader_new(w, "reader");
    reader_open(r, &(struct mr_consumer_conf){.member = "reader", .queue_bytes = 8 << 20});
    return r;
}

void add(struct reader *r, struct mr_tp tp, int tag, int64_t at) {
    struct mr_err err = {0};
    struct mr_offset o = {.tp = tp, .offset = at};
    if (r->w->failed) return;
    check_class(r->w, mr_consumer_add(r->c, &o, &tag, 1, &err), MR_OK, &err, "add");
    r->tps[tag] = tp;
    r->reading[tag] = true;
    r->end[tag] = MR_END_NOT;
}

static struct mr_str keep(struct world *w, struct mr_str s) {
    return s.p ? mr_arena_str(&w->arena, s) : s;
}

static void note(struct reader *r, int tag, const struct mr_msg *m) {
    struct world *w = r->w;
    if (!check(w, r->n_seen < MOST_READ, "%s: too many records", r->name)) return;
    struct mr_hdr *h = mr_arena_calloc(&w->arena, m->n_hdrs + 1, sizeof *h);
    for (uint32_t i = 0; i < m->n_hdrs; i++) {
        h[i].name = keep(w, m->hdrs[i].name);
        h[i].value = keep(w, m->hdrs[i].value);
    }
    struct seen *s = &r->seen[r->n_seen++];
    *s = (struct seen){tag, *m};
    s->m.key = keep(w, m->key);
    s->m.value = keep(w, m->value);
    s->m.hdrs = h;
}

static bool fetch_one(struct reader *r, int tag) {
    struct mr_err err = {0};
    struct mr_fetch *f = NULL;
    enum mr_class c = mr_consumer_fetch(r->c, tag, r->max, &f, &err);
    if (c > r->class) r->class = c;
    if (!f) return false;
    check(r->w, f->tp.topic == r->tps[tag].topic && f->tp.partition == r->tps[tag].partition,
          "%s: fetch gave another partition", r->name);
    for (size_t i = 0; i < f->n; i++) note(r, tag, &f->msgs[i]);
    if (f->n) check(r->w, f->next > f->msgs[f->n - 1].offset, "next is not behind the records");
    if (f->n > r->n_most) r->n_most = f->n;
    r->n_fetches++;
    r->next[tag] = f->next;
    r->end[tag] = f->end;
    r->n_ends[tag] += f->end != MR_END_NOT;
    mr_consumer_release(r->c, f);
    return true;
}

void pump(struct reader *r) {
    struct mr_err err = {0};
    if (r->w->failed) return;
    enum mr_class c = mr_consumer_serve(r->c, 50, &err);
    if (c > r->class) r->class = c;
    for (int tag = 0; tag < MOST_TAGS; tag++)
        while (r->reading[tag] && !r->w->failed && fetch_one(r, tag)) continue;
}

void read_n(struct reader *r, size_t n) {
    for (struct patience p = patience(r->w); r->n_seen < n && again(&p);) pump(r);
    check(r->w, r->n_seen >= n, "%s got %zu records of %zu", r->name, r->n_seen, n);
}

static bool all_ended(const struct reader *r) {
    for (int i = 0; i < MOST_TAGS; i++)
        if (r->reading[i] && r->end[i] == MR_END_NOT) return false;
    return true;
}

void read_to_end(struct reader *r) {
    for (struct patience p = patience(r->w); !all_ended(r) && again(&p);) pump(r);
    check(r->w, all_ended(r), "%s: no end after %zu records", r->name, r->n_seen);
}

void settle(struct reader *r) {
    for (int i = 0; i < (r->w->sim ? 4 : 20); i++) pump(r);
}

void forget(struct reader *r) {
    r->n_seen = 0;
    memset(r->end, 0, sizeof r->end);
    memset(r->n_ends, 0, sizeof r->n_ends);
}

void expect(struct reader *r, int tag, const char *words) {
    struct mr_buf b MR_CLEANUP(mr_buf_done);
    mr_buf_init(&b, 0);
    for (size_t i = 0; i < r->n_seen; i++) {
        if (r->seen[i].tag != tag) continue;
        if (b.n) mr_buf_byte(&b, ' ');
        if (r->seen[i].m.value.p)
            mr_buf_str(&b, r->seen[i].m.value);
        else
            mr_buf_byte(&b, '-');
    }
    check(r->w, strcmp(mr_buf_cstr(&b), words) == 0, "%s read \"%.200s\", wanted \"%.200s\"",
          r->name, mr_buf_cstr(&b), words);
}

struct reader *read_all(struct world *w, struct mr_tp tp, const char *words) {
    struct reader *r = reader(w);
    add(r, tp, 0, 0);
    read_to_end(r);
    expect(r, 0, words);
    return r;
}

void drop_reader(struct reader *r) {
    mr_consumer_close(r->c);
    r->c = NULL;
}

/* ---- members */

static int tag_of(const struct reader *r, struct mr_tp tp) {
    return tp.partition + (tp.topic == r->topic ? 0 : 16);
}

static void log_event(struct reader *r, char sign, const struct mr_tp *tps, size_t n) {
    mr_buf_printf(&r->w->log, "%s%c", r->name, sign);
    for (size_t i = 0; i < n; i++)
        mr_buf_printf(&r->w->log, "%s%d", i ? "," : "", tag_of(r, tps[i]));
    mr_buf_byte(&r->w->log, ' ');
}

static void assign_cb(void *arg, const struct mr_tp *tps, size_t n) {
    struct reader *r = arg;
    log_event(r, '+', tps, n);
    r->n_assign++;
    for (size_t i = 0; i < n; i++) {
        int tag = tag_of(r, tps[i]);
        check(r->w, !r->owns[tag], "%s: %d assigned twice", r->name, tag);
        r->owns[tag] = true;
        r->tps[tag] = tps[i];
        if (r->by_hand) continue;
        int64_t at = committed(r->w, r->group, tps[i]).offset;
        add(r, tps[i], tag, at < 0 ? 0 : at);
    }
}

static void give_back(struct reader *r, const struct mr_tp *tps, size_t n) {
    for (size_t i = 0; i < n; i++) {
        int tag = tag_of(r, tps[i]);
        check(r->w, r->owns[tag], "%s: %d taken, but not owned", r->name, tag);
        r->owns[tag] = r->reading[tag] = false;
    }
}

static void revoke_cb(void *arg, const struct mr_tp *tps, size_t n) {
    struct reader *r = arg;
    r->n_revoke++;
    if (r->on_revoke) r->on_revoke(r);
    log_event(r, '-', tps, n);
    give_back(r, tps, n);
}

static void lost_cb(void *arg, const struct mr_tp *tps, size_t n) {
    struct reader *r = arg;
    r->n_lost++;
    log_event(r, '!', tps, n);
    give_back(r, tps, n);
}

struct reader *member(struct world *w, const char *name, const char *group, int topic_id,
                      int topic2) {
    struct reader *r = reader_new(w, name);
    r->group = group;
    r->topic = topic_id;
    r->topic2 = topic2;
    int anchors[] = {topic_id, topic2};
    reader_open(
        r, &(struct mr_consumer_conf){.group = group,
                                      .member = mr_arena_printf(&w->arena, "%s-%s", group, name),
                                      .anchors = anchors,
                                      .n_anchors = topic2 >= 0 ? 2 : 1,
                                      .events = {r, assign_cb, revoke_cb, lost_cb},
                                      .queue_bytes = 8 << 20});
    return r;
}

unsigned n_owned(const struct reader *r) {
    unsigned n = 0;
    for (int i = 0; i < MOST_TAGS; i++) n += r->owns[i];
    return n;
}

void until_owned(struct reader *a, unsigned na, struct reader *b, unsigned nb) {
    struct world *w = a->w;
    for (struct patience p = patience(w);
         (n_owned(a) != na || (b && n_owned(b) != nb)) && again(&p);) {
        pump(a);
        if (b) pump(b);
    }
    check(w, n_owned(a) == na && (!b || n_owned(b) == nb),
          "%s owns %u, %s owns %u, wanted %u and %u; events: %.200s", a->name, n_owned(a),
          b ? b->name : "nobody", b ? n_owned(b) : 0, na, nb, mr_buf_cstr(&w->log));
}

/* ---- offsets */

struct mr_offset committed(struct world *w, const char *group, struct mr_tp tp) {
    struct mr_offset o = {.offset = -1};
    struct mr_err err = {0};
    enum mr_class c = w->failed ? MR_OK : MR_RETRY;
    for (struct patience p = patience(w); c == MR_RETRY && again(&p);)
        c = mr_broker_committed(w->b, group, &tp, 1, &o, &w->arena, &err);
    check_class(w, c, MR_OK, &err, "committed");
    return o;
}

void expect_committed(struct world *w, const char *group, struct mr_tp tp, int64_t at,
                      const char *meta) {
    struct mr_offset o = committed(w, group, tp);
    check(w, o.offset == at, "committed %lld, wanted %lld", (long long)o.offset, (long long)at);
    check(w, mr_str_is(o.meta, meta), "metadata \"%.*s\", wanted \"%s\"", MR_STR_ARG(o.meta), meta);
}

void watermarks(struct world *w, struct mr_tp tp, int64_t *low, int64_t *high) {
    struct mr_err err = {0};
    *low = *high = -1;
    if (w->failed) return;
    check_class(w, mr_broker_watermarks(w->b, tp, low, high, &err), MR_OK, &err, "watermarks");
}

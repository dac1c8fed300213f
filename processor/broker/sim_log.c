/* sim_log.c -- a partition of the in-process broker.
 *
 * Offsets are given to records and to markers alike; only records have a slot, so a marker is a
 * hole. A slot is never moved or changed while somebody may borrow it, only its state is:
 *
 *   L1  slots are in offset order, over all segments
 *   L2  below the last stable offset everything is decided: a slot is live (visible), aborted, or
 *       removed by the cleaner
 *   L3  a segment lives as long as the partition or a fetch refers to it
 *
 * It must not know of groups, producers or topics' settings.
 */
#include "processor/broker/sim_internal.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>

enum {
    FIRST_SLOTS = 32,
    MOST_SLOTS = 4096,
    SEG_BYTES = 4 << 20, /* a segment with more is full */
};

static struct sim_seg *seg_new(uint32_t cap) {
    struct sim_seg *s = mr_calloc(1, sizeof *s);
    *s = (struct sim_seg){.refs = 1, .cap = cap, .max_ts = INT64_MIN};
    s->msgs = mr_alloc(cap * sizeof *s->msgs);
    s->txn = mr_alloc(cap * sizeof *s->txn);
    s->state = mr_alloc(cap * sizeof *s->state);
    mr_arena_init(&s->bytes);
    return s;
}

void mr_sim_log_unref(struct sim_seg *s) {
    assert(s->refs > 0);
    if (--s->refs) return;
    mr_arena_done(&s->bytes);
    mr_free(s->msgs);
    mr_free(s->txn);
    mr_free(s->state);
    mr_free(s);
}

void mr_sim_log_done(struct sim_part *p) {
    for (size_t i = 0; i < p->n_segs; i++) mr_sim_log_unref(p->segs[i]);
    mr_free(p->segs);
    mr_free(p->open);
    mr_free(p->rounds);
    *p = (struct sim_part){0};
}

/* ---- writing */

static struct mr_str copy_str(char **at, struct mr_str s) {
    if (!s.p) return s;
    struct mr_str to = {*at, s.n};
    if (s.n) memcpy(*at, s.p, s.n);
    *at += s.n;
    return to;
}

static void seg_add(struct sim_seg *s, struct mr_msg m, uint32_t txn) {
    size_t bytes = m.key.n + m.value.n;
    for (uint32_t i = 0; i < m.n_hdrs; i++) bytes += m.hdrs[i].name.n + m.hdrs[i].value.n;
    size_t table = m.n_hdrs * sizeof *m.hdrs;
    /* At least one byte: an empty string is not a null. */
    char *block = mr_arena_alloc(&s->bytes, table + bytes + 1), *at = block + table;
    m.key = copy_str(&at, m.key);
    m.value = copy_str(&at, m.value);
    struct mr_hdr *hdrs = m.n_hdrs ? (struct mr_hdr *)block : NULL;
    for (uint32_t i = 0; i < m.n_hdrs; i++) {
        struct mr_hdr h = m.hdrs[i];
        hdrs[i].name = copy_str(&at, h.name);
        hdrs[i].value = copy_str(&at, h.value);
    }
    m.hdrs = hdrs;
    if (m.ts > s->max_ts) s->max_ts = m.ts;
    s->msgs[s->n] = m;
    s->txn[s->n] = txn;
    s->state[s->n++] = SIM_LIVE;
}

static struct sim_seg *seg_to_fill(struct sim_part *p) {
    struct sim_seg *last = p->n_segs ? p->segs[p->n_segs - 1] : NULL;
    if (last && last->n < last->cap && last->bytes.used < SEG_BYTES) return last;
    uint32_t cap = last ? last->cap * 2 : FIRST_SLOTS;
    if (cap > MOST_SLOTS) cap = MOST_SLOTS;
    mr_sim_room(&p->segs, p->n_segs, &p->cap_segs, sizeof *p->segs);
    return p->segs[p->n_segs++] = seg_new(cap);
}

static void note_open(struct sim_part *p, uint32_t txn) {
    for (size_t i = p->n_open; i-- > 0;)
        if (p->open[i].txn == txn) return;
    mr_sim_room(&p->open, p->n_open, &p->cap_open, sizeof *p->open);
    p->open[p->n_open++] = (struct sim_open){txn, p->high};
}

int64_t mr_sim_log_append(struct sim_part *p, const struct mr_out *rec, int64_t ts, uint32_t txn) {
    if (txn) note_open(p, txn);
    struct mr_msg m = {.key = rec->key,
                       .value = rec->value,
                       .hdrs = rec->hdrs,
                       .n_hdrs = rec->n_hdrs,
                       .offset = p->high,
                       .ts = ts};
    seg_add(seg_to_fill(p), m, txn);
    return p->high++;
}

/* ---- finding */

/* First segment whose last slot is at or behind the offset. */
static size_t seg_at(const struct sim_part *p, int64_t offset) {
    size_t lo = 0, hi = p->n_segs;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct sim_seg *s = p->segs[mid];
        if (s->msgs[s->n - 1].offset < offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* First slot at or behind the offset, s->n if there is none. */
static uint32_t slot_at(const struct sim_seg *s, int64_t offset) {
    uint32_t lo = 0, hi = s->n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (s->msgs[mid].offset < offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

int64_t mr_sim_log_lso(const struct sim_part *p) {
    int64_t lso = p->high;
    for (size_t i = 0; i < p->n_open; i++)
        if (p->open[i].first < lso) lso = p->open[i].first;
    return lso < p->low ? p->low : lso; /* DeleteRecords may go past an open transaction */
}

struct sim_run mr_sim_log_find(const struct sim_part *p, int64_t offset, size_t max) {
    int64_t lso = mr_sim_log_lso(p);
    if (offset < p->low) offset = p->low;
    if (offset >= lso) return (struct sim_run){0};
    for (size_t i = seg_at(p, offset); i < p->n_segs; i++) {
        struct sim_seg *s = p->segs[i];
        uint32_t end = s->msgs[s->n - 1].offset < lso ? s->n : slot_at(s, lso);
        uint32_t at = slot_at(s, offset), n;
        if (s->n_dead)
            while (at < end && s->state[at] != SIM_LIVE) at++;
        if (at >= end) continue; /* behind the LSO only: the next segments are, too */
        if (end - at > max) end = at + (uint32_t)max;
        n = end - at;
        if (s->n_dead)
            for (n = 1; at + n < end && s->state[at + n] == SIM_LIVE;) n++;
        return (struct sim_run){s, at, n};
    }
    return (struct sim_run){0};
}

int64_t mr_sim_log_offset_at(const struct sim_part *p, int64_t ts) {
    for (size_t i = seg_at(p, p->low); i < p->n_segs; i++) {
        const struct sim_seg *s = p->segs[i];
        if (s->max_ts < ts) continue;
        for (uint32_t j = slot_at(s, p->low); j < s->n; j++)
            if (s->msgs[j].ts >= ts && s->state[j] != SIM_REMOVED) return s->msgs[j].offset;
    }
    return p->high;
}

/* ---- transactions */

void mr_sim_log_end_txn(struct sim_part *p, uint32_t txn, bool commit) {
    size_t k = 0;
    while (k < p->n_open && p->open[k].txn != txn) k++;
    assert(k < p->n_open);
    int64_t first = p->open[k].first;
    p->open[k] = p->open[--p->n_open];
    for (size_t i = commit ? p->n_segs : seg_at(p, first); i < p->n_segs; i++) {
        struct sim_seg *s = p->segs[i];
        for (uint32_t j = slot_at(s, first); j < s->n; j++)
            if (s->txn[j] == txn && s->state[j] == SIM_LIVE) {
                s->state[j] = SIM_ABORTED;
                s->n_dead++;
            }
    }
    p->high++; /* the marker */
}

/* ---- getting shorter */

void mr_sim_log_trim(struct sim_part *p, int64_t before) {
    if (before <= p->low) return;
    assert(before <= p->high);
    p->low = before;
    size_t gone = seg_at(p, before);
    for (size_t i = 0; i < gone; i++) mr_sim_log_unref(p->segs[i]);
    memmove(p->segs, p->segs + gone, (p->n_segs - gone) * sizeof *p->segs);
    p->n_segs -= gone;
}

/* Kafka drops whole segments; this broker's segments of retention are single records. */
void mr_sim_log_expire(struct sim_part *p, int64_t before_ts) {
    int64_t lso = mr_sim_log_lso(p);
    for (size_t i = seg_at(p, p->low); i < p->n_segs; i++) {
        const struct sim_seg *s = p->segs[i];
        for (uint32_t j = slot_at(s, p->low); j < s->n; j++)
            if (s->msgs[j].ts >= before_ts) {
                mr_sim_log_trim(p, s->msgs[j].offset < lso ? s->msgs[j].offset : lso);
                return;
            }
    }
    mr_sim_log_trim(p, lso);
}

/* ---- the cleaner */

struct latest { /* hash table: key -> last live slot below the end of the round */
    const struct mr_msg **slots;
    size_t mask;
};

static const struct mr_msg **latest_of(struct latest *l, struct mr_str key) {
    size_t i = mr_hash(key.p, key.n, 0) & l->mask;
    while (l->slots[i] && !mr_str_eq(l->slots[i]->key, key)) i = (i + 1) & l->mask;
    return &l->slots[i];
}

/* Wall time of the round that cleaned the offset first; INT64_MAX = none so far. */
static int64_t cleaned_at(const struct sim_part *p, int64_t offset) {
    for (size_t i = 0; i < p->n_rounds; i++)
        if (offset < p->rounds[i].end) return p->rounds[i].at_ms;
    return INT64_MAX;
}

/* Runs `visit` over the live slots below `end`. */
struct cleaner {
    struct sim_part *p;
    struct latest latest;
    int64_t end, now_ms, delete_retention_ms;
};

static void clean_note(struct cleaner *c, struct sim_seg *s, uint32_t j) {
    *latest_of(&c->latest, s->msgs[j].key) = &s->msgs[j];
}

static void clean_remove(struct cleaner *c, struct sim_seg *s, uint32_t j) {
    const struct mr_msg *m = &s->msgs[j];
    bool last = *latest_of(&c->latest, m->key) == m;
    if (last && m->value.p) return;
    if (last) {
        int64_t at = cleaned_at(c->p, m->offset);
        if (at == INT64_MAX || c->now_ms - at < c->delete_retention_ms) return;
    }
    s->state[j] = SIM_REMOVED;
    s->n_dead++;
}

static void clean_walk(struct cleaner *c,
                       void (*visit)(struct cleaner *c, struct sim_seg *s, uint32_t j)) {
    for (size_t i = seg_at(c->p, c->p->low); i < c->p->n_segs; i++) {
        struct sim_seg *s = c->p->segs[i];
        for (uint32_t j = slot_at(s, c->p->low); j < s->n && s->msgs[j].offset < c->end; j++)
            if (s->state[j] == SIM_LIVE) visit(c, s, j);
    }
}

/* Gives the memory of dead slots back: a segment that is mostly dead is written anew. */
static void clean_memory(struct sim_part *p, int64_t end) {
    size_t to = 0;
    for (size_t i = 0; i < p->n_segs; i++) {
        struct sim_seg *s = p->segs[i];
        bool whole = i + 1 < p->n_segs && s->msgs[s->n - 1].offset < end;
        if (!whole || s->n_dead * 2 < s->n) {
            p->segs[to++] = s;
            continue;
        }
        if (s->n_dead < s->n) {
            struct sim_seg *fresh = seg_new(s->n - s->n_dead);
            for (uint32_t j = 0; j < s->n; j++)
                if (s->state[j] == SIM_LIVE) seg_add(fresh, s->msgs[j], 0);
            p->segs[to++] = fresh;
        }
        mr_sim_log_unref(s);
    }
    p->n_segs = to;
}

void mr_sim_log_compact(struct sim_part *p, int64_t delete_retention_ms, int64_t now_ms) {
    if (p->n_segs == 0) return;
    /* The active segment is never cleaned; the smallest there can be holds the last record. */
    const struct sim_seg *tail = p->segs[p->n_segs - 1];
    int64_t end = mr_sim_log_lso(p), active = tail->msgs[tail->n - 1].offset;
    if (active < end) end = active;
    size_t slots = 16, n = 0;
    for (size_t i = 0; i < p->n_segs; i++) n += p->segs[i]->n;
    while (slots < n * 2) slots *= 2;
    struct cleaner c = {.p = p,
                        .latest = {mr_calloc(slots, sizeof(struct mr_msg *)), slots - 1},
                        .end = end,
                        .now_ms = now_ms,
                        .delete_retention_ms = delete_retention_ms};
    clean_walk(&c, clean_note);
    clean_walk(&c, clean_remove);
    mr_free(c.latest.slots);
    if (p->n_rounds == 0 || p->rounds[p->n_rounds - 1].end < end) {
        mr_sim_room(&p->rounds, p->n_rounds, &p->cap_rounds, sizeof *p->rounds);
        p->rounds[p->n_rounds++] = (struct sim_round){end, now_ms};
    }
    clean_memory(p, end);
}

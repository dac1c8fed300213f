/* test_state_model.c -- random operations on a store against a naive model (sorted arrays).
 *
 * Touch, put, delete, versions, close, commit, abort, write-behind in small steps, eviction, crash
 * of the engine with any suffix lost, reopening, replay of a recorded changelog (whole, compacted,
 * trimmed, interrupted by the next crash). After each recovery the store must equal the model:
 * proves EOS-2 and EOS-3 for state/. Internal invariants S1-S5 are checked on the way.
 *
 * MR_SEED sets the seed, MR_OPS the number of operations of each run.
 */
#include "base/mem.h"
#include "base/rand.h"
#include "state/internal.h"
#include "tests/check_main.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_KEYS = 40, MAX_RECORD = 100000, LAG = 10 /* of puts, to the horizon */ };

struct row {                  /* of the model: a value, or in versioned stores one version */
    int64_t number;           /* bucket or valid-from */
    struct mr_str key, value; /* owned; value.p == NULL: a version that says deleted */
};

struct side {         /* the whole state, committed or present */
    struct row *rows; /* sorted by (number, key) */
    size_t n, cap;
    char clock[32];
    int64_t closed; /* buckets with start <= it are closed */
};

struct logged {
    struct mr_str key, value;
    int64_t offset;
};

struct run {
    struct mr_rand rand;
    const char *dir; /* NULL: engine in memory */
    struct mr_engine *engine;
    struct mr_store_spec spec;
    struct mr_store *store;
    struct side committed, present;
    struct logged *log; /* committed records */
    size_t n_log, cap_log;
    struct logged *open; /* of the open transaction */
    size_t n_open, cap_open;
    int64_t end, start; /* of the changelog */
    int64_t horizon;
    int64_t wall;
    size_t crashes, commits, compactions;
};

static const char incarnation[] = "0123456789abcdef";

/* ---- the model */

static struct mr_str dup_str(struct mr_str s) {
    if (!s.p) return s;
    char *p = mr_alloc(s.n);
    if (s.n) memcpy(p, s.p, s.n);
    return (struct mr_str){p, s.n};
}

static int row_cmp(const struct row *r, int64_t number, struct mr_str key) {
    if (r->number != number) return r->number < number ? -1 : 1;
    return mr_str_cmp(r->key, key);
}

static size_t side_at(const struct side *m, int64_t number, struct mr_str key, bool *ret_found) {
    size_t i = 0;
    while (i < m->n && row_cmp(&m->rows[i], number, key) < 0) i++;
    *ret_found = i < m->n && row_cmp(&m->rows[i], number, key) == 0;
    return i;
}

static void side_remove(struct side *m, size_t i) {
    mr_free((char *)m->rows[i].key.p);
    mr_free((char *)m->rows[i].value.p);
    memmove(m->rows + i, m->rows + i + 1, (--m->n - i) * sizeof *m->rows);
}

static void side_put(struct side *m, int64_t number, struct mr_str key, struct mr_str value) {
    bool found;
    size_t i = side_at(m, number, key, &found);
    struct row r = {number, dup_str(key), dup_str(value)};
    if (found) side_remove(m, i);
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->rows = mr_realloc(m->rows, m->cap * sizeof *m->rows);
    }
    memmove(m->rows + i + 1, m->rows + i, (m->n++ - i) * sizeof *m->rows);
    m->rows[i] = r;
}

static void side_delete(struct side *m, int64_t number, struct mr_str key) {
    bool found;
    size_t i = side_at(m, number, key, &found);
    if (found) side_remove(m, i);
}

static void side_clear(struct side *m) {
    while (m->n) side_remove(m, m->n - 1);
    mr_free(m->rows);
    *m = (struct side){.closed = INT64_MIN};
}

static void side_copy(struct side *to, const struct side *from) {
    side_clear(to);
    for (size_t i = 0; i < from->n; i++)
        side_put(to, from->rows[i].number, from->rows[i].key, from->rows[i].value);
    memcpy(to->clock, from->clock, sizeof to->clock);
    to->closed = from->closed;
}

/* The last version with valid-from <= at. */
static const struct row *side_version(const struct side *m, struct mr_str key, int64_t at) {
    const struct row *best = NULL;
    for (size_t i = 0; i < m->n && m->rows[i].number <= at; i++)
        if (mr_str_eq(m->rows[i].key, key)) best = &m->rows[i];
    return best;
}

/* ---- helpers */

static struct mr_str key_n(uint32_t i, char *to) {
    int n = snprintf(to, 64, i % 7 == 0 ? "%u" : "key-%u", i);
    if (i % 11 == 0) to[n++] = 0; /* binary, and one key a prefix of another */
    if (i == 1) n = 0;            /* the empty key */
    return (struct mr_str){to, (size_t)n};
}

static struct mr_str random_key(struct run *r, char *to) {
    return key_n(mr_rand_below(&r->rand, r->spec.kind == MR_STORE_VERSIONED ? 12 : N_KEYS), to);
}

static struct mr_str random_value(struct run *r, struct mr_buf *to) {
    static const uint32_t lengths[] = {0, 1, 8, 8, 8, 20, 90, 300, 1000};
    uint32_t n = lengths[mr_rand_below(&r->rand, MR_ARRAY_LEN(lengths))];
    if (mr_rand_below(&r->rand, 200) == 0) n = 40000; /* a block of its own */
    mr_buf_clear(to);
    mr_buf_grow(to, n + 1);
    for (uint32_t i = 0; i < n; i++) mr_buf_byte(to, (uint8_t)mr_rand_next(&r->rand));
    return (struct mr_str){to->p, n};
}

static int64_t random_bucket(struct run *r) {
    if (r->spec.kind != MR_STORE_WINDOW) return MR_BUCKET_PLAIN;
    int64_t base = r->present.closed == INT64_MIN ? -30 : r->present.closed + 10;
    return base + 10 * (int64_t)mr_rand_below(&r->rand, 4);
}

static void log_push(struct logged **list, size_t *n, size_t *cap, struct logged l) {
    if (*n == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        *list = mr_realloc(*list, *cap * sizeof **list);
    }
    (*list)[(*n)++] = l;
}

static void log_clear(struct logged *list, size_t *n) {
    while (*n) {
        --*n;
        mr_free((char *)list[*n].key.p);
        mr_free((char *)list[*n].value.p);
    }
}

/* ---- checks */

static bool sees_row(void *arg, struct mr_str key, struct mr_str value) {
    struct {
        struct mr_store *s;
        struct mr_bucket *b;
        size_t cold;
    } *x = arg;
    size_t at = mr_key_at(mr_store_prefix(x->s));
    struct mr_str k = {key.p + at, key.n - at};
    if (!mr_overlay_find(&x->b->overlay, k, mr_store_hash(k))) x->cold++;
    return true;
}

static void check_cold(struct mr_store *s, struct mr_bucket *b) {
    struct mr_buf from = {0}, to = {0};
    struct {
        struct mr_store *s;
        struct mr_bucket *b;
        size_t cold;
    } x = {s, b, 0};
    mr_key_row(&from, mr_store_prefix(s), MR_ROW_ENTRY, b->start, MR_STR(""));
    mr_key_row(&to, mr_store_prefix(s), MR_ROW_ENTRY, b->start + 1, MR_STR(""));
    s->engine->vt->scan(s->engine, mr_buf_view(&from), mr_buf_view(&to), sees_row, &x, NULL);
    if (!b->unknown) ck_assert_uint_eq(x.cold, b->cold);
    if (x.cold) ck_assert(b->has_rows);
    mr_buf_done(&from);
    mr_buf_done(&to);
}

static void check_invariants(struct run *r) {
    struct mr_store *s = r->store;
    size_t listed = 0, entries = 0, live = 0;
    for (size_t i = 0; i < s->n_buckets; i++) {
        struct mr_bucket *b = s->buckets[i];
        size_t dirty = 0;
        struct mr_entry *e;
        if (i) ck_assert(s->buckets[i - 1]->start < b->start);
        for (size_t at = 0; (e = mr_overlay_each(&b->overlay, &at)); entries++) {
            if (e->committed) {
                listed++;
                ck_assert_ptr_eq(mr_undo_of(e)->entry, e);
                ck_assert_ptr_eq(mr_undo_of(e)->bucket, b);
            } else {
                ck_assert(!(e->flags & MR_EF_DELETED) || (e->flags & MR_EF_DIRTY));
                ck_assert(e->flags & (MR_EF_DIRTY | MR_EF_ON_DISK));
            }
            if (!(e->flags & MR_EF_DIRTY)) continue;
            dirty++;
            bool in_dirty = e->dirty_at < b->dirty.n && b->dirty.v[e->dirty_at] == e;
            bool in_round = e->dirty_at < b->round.n && b->round.v[e->dirty_at] == e;
            ck_assert(in_dirty != in_round);
        }
        ck_assert_uint_eq(dirty, b->dirty.n + b->round.n);
        live += b->overlay.slab.own + (b->overlay.mask + 1) * 8;
        check_cold(s, b);
    }
    ck_assert_uint_eq(listed, s->n_undo);
    ck_assert_uint_eq(entries, mr_store_entries(s));
    ck_assert_uint_eq(live, s->bytes);
}

static void check_bucket(struct run *r, int64_t start) {
    struct mr_bucket *b = mr_store_bucket(r->store, start, false);
    struct mr_arena a;
    size_t n = 0, m = 0;
    const struct mr_entry **list = NULL;
    mr_arena_init(&a);
    if (b) list = mr_bucket_sorted(r->store, b, &a, &n);
    for (size_t i = 0; i < r->present.n; i++) {
        const struct row *row = &r->present.rows[i];
        if (row->number != start) continue;
        ck_assert_uint_lt(m, n);
        ck_assert(mr_str_eq(mr_entry_key(list[m]), row->key));
        ck_assert(
            mr_str_eq((struct mr_str){mr_entry_value(list[m]), list[m]->value_len}, row->value));
        m++;
    }
    ck_assert_uint_eq(m, n);
    mr_arena_done(&a);
}

static void check_version(struct run *r, struct mr_str key, int64_t at) {
    struct mr_str got;
    const struct row *want = side_version(&r->present, key, at);
    bool found = mr_version_at(r->store, key, mr_store_hash(key), at, &got);
    ck_assert_int_eq(found, want && want->value.p);
    if (found) ck_assert(mr_str_eq(got, want->value));
}

static void check_key_versions(struct run *r, struct mr_str key) {
    struct mr_version got;
    const struct row *want = side_version(&r->present, key, INT64_MAX);
    /* What ended before the horizon may be gone; nobody asks for it. */
    for (int64_t at = r->horizon; at < r->horizon + 60; at += 3) check_version(r, key, at);
    bool found = mr_version_latest(r->store, key, mr_store_hash(key), &got);
    bool old_delete = want && !want->value.p && want->number < r->horizon - LAG;
    if (!old_delete) ck_assert_int_eq(found, want != NULL);
    if (!found) return;
    ck_assert_int_eq(got.valid_from, want->number);
    ck_assert(!got.value.p == !want->value.p && mr_str_eq(got.value, want->value));
}

static void check_all(struct run *r) {
    char to[64];
    ck_assert_int_eq(mr_store_health(r->store, NULL), MR_OK);
    ck_assert(mr_str_is(mr_store_clock(r->store), r->present.clock));
    if (r->spec.kind == MR_STORE_VERSIONED) {
        for (uint32_t i = 0; i < N_KEYS; i++) check_key_versions(r, key_n(i, to));
    } else if (r->spec.kind == MR_STORE_PLAIN) {
        check_bucket(r, MR_BUCKET_PLAIN);
    } else {
        int64_t from = r->present.closed == INT64_MIN ? -30 : r->present.closed + 10;
        for (int64_t b = from; b < from + 60; b += 10) check_bucket(r, b);
        struct mr_bucket *oldest = mr_store_oldest(r->store);
        if (oldest) ck_assert_int_ge(mr_bucket_start(oldest), from);
    }
    check_invariants(r);
}

/* ---- operations */

static void op_touch(struct run *r) {
    char to[64];
    struct mr_str key = random_key(r, to);
    int64_t start = random_bucket(r);
    struct mr_bucket *b = mr_store_bucket(r->store, start, true);
    bool new, found;
    mr_bucket_prefetch(b, mr_store_hash(key));
    struct mr_entry *e = mr_bucket_touch(r->store, b, key, mr_store_hash(key), 8, &new);
    size_t i = side_at(&r->present, start, key, &found);
    ck_assert_int_eq(new, !found);
    if (new)
        ck_assert(e->value_len == 8 && memcmp(mr_entry_value(e), "\0\0\0\0\0\0\0", 8) == 0);
    else
        ck_assert(
            mr_str_eq((struct mr_str){mr_entry_value(e), e->value_len}, r->present.rows[i].value));
    if (e->value_len) mr_entry_value(e)[mr_rand_below(&r->rand, e->value_len)] ^= 0x5a;
    side_put(&r->present, start, key, (struct mr_str){mr_entry_value(e), e->value_len});
}

static void op_put(struct run *r) {
    char to[64];
    struct mr_buf value = {0};
    struct mr_str key = random_key(r, to), v = random_value(r, &value);
    int64_t start = random_bucket(r);
    struct mr_bucket *b = mr_store_bucket(r->store, start, true);
    ck_assert(mr_bucket_put(r->store, b, key, mr_store_hash(key), v));
    side_put(&r->present, start, key, v);
    mr_buf_done(&value);
}

static void op_delete(struct run *r) {
    char to[64];
    struct mr_str key = random_key(r, to);
    int64_t start = random_bucket(r);
    struct mr_bucket *b = mr_store_bucket(r->store, start, false);
    if (b) mr_bucket_delete(r->store, b, key, mr_store_hash(key));
    side_delete(&r->present, start, key);
}

static void op_find(struct run *r) {
    char to[64];
    struct mr_str key = random_key(r, to);
    int64_t start = random_bucket(r);
    bool found;
    size_t i = side_at(&r->present, start, key, &found);
    struct mr_bucket *b = mr_store_bucket(r->store, start, false);
    const struct mr_entry *e = b ? mr_bucket_find(r->store, b, key, mr_store_hash(key)) : NULL;
    ck_assert_int_eq(e != NULL, found);
    if (e)
        ck_assert(
            mr_str_eq((struct mr_str){mr_entry_value(e), e->value_len}, r->present.rows[i].value));
}

static void op_version(struct run *r) {
    char to[64];
    struct mr_buf value = {0};
    struct mr_str key = random_key(r, to), v = random_value(r, &value);
    int64_t at = r->horizon - LAG + mr_rand_below(&r->rand, 50); /* as mr_version_prune was told */
    if (mr_rand_below(&r->rand, 5) == 0) v = (struct mr_str){NULL, 0};
    ck_assert(mr_version_put(r->store, key, mr_store_hash(key), at, v));
    side_put(&r->present, at, key, v);
    mr_buf_done(&value);
}

static void op_prune(struct run *r) {
    r->horizon += mr_rand_below(&r->rand, 8);
    mr_version_prune(r->store, r->horizon, r->horizon - LAG);
}

static void op_close(struct run *r) {
    struct mr_bucket *b = mr_store_oldest(r->store);
    if (!b) return;
    int64_t start = mr_bucket_start(b);
    struct mr_bucket *next = mr_bucket_next(r->store, b);
    mr_bucket_close(r->store, b);
    ck_assert_ptr_eq(mr_store_oldest(r->store), next);
    ck_assert_ptr_null(mr_store_bucket(r->store, start, false));
    for (size_t i = r->present.n; i-- > 0;)
        if (r->present.rows[i].number <= start) side_remove(&r->present, i);
    r->present.closed = start;
    snprintf(r->present.clock, sizeof r->present.clock, "closed %" PRId64, start);
    mr_store_set_clock(r->store, mr_str(r->present.clock));
}

static void record(void *arg, struct mr_str key, struct mr_str value) {
    struct run *r = arg;
    for (size_t i = 0; i < r->n_open; i++) ck_assert(!mr_str_eq(r->open[i].key, key));
    log_push(&r->open, &r->n_open, &r->cap_open, (struct logged){dup_str(key), dup_str(value), 0});
}

static void op_commit(struct run *r) {
    int64_t from = r->end;
    mr_store_changelog(r->store, record, r);
    for (size_t i = 0; i < r->n_open; i++) {
        r->open[i].offset = r->end++;
        log_push(&r->log, &r->n_log, &r->cap_log, r->open[i]);
    }
    r->n_open = 0;
    r->end++; /* the marker */
    /* Any lower bound of the end is a right position. */
    int64_t known = from + mr_rand_below(&r->rand, (uint32_t)(r->end - from) + 1);
    if (mr_rand_below(&r->rand, 2)) known = r->end;
    mr_store_commit(r->store, known, ++r->wall);
    ck_assert(!mr_store_dirty(r->store));
    side_copy(&r->committed, &r->present);
    r->commits++;
    int64_t trim;
    if (mr_rand_below(&r->rand, 4) == 0 && mr_store_trim_point(r->store, &trim)) {
        ck_assert_int_le(trim, r->end);
        if (trim > r->start) r->start = trim;
    }
}

static void op_abort(struct run *r) {
    mr_store_abort(r->store);
    side_copy(&r->present, &r->committed);
}

static void op_write_behind(struct run *r) {
    bool done;
    size_t max = 1 + mr_rand_below(&r->rand, 12);
    ck_assert_int_eq(mr_store_write_behind(r->store, max, &done, NULL), MR_OK);
}

/* ---- crash and recovery */

static void open_engine(struct run *r) {
    struct mr_err err = {0};
    if (!r->dir)
        r->engine = mr_engine_open_mem();
    else if (mr_engine_open_rocks(r->dir, "app", 32 << 20, &r->engine, &err) != MR_OK)
        ck_abort_msg("%s", err.text);
}

static bool superseded(const struct run *r, size_t i) {
    for (size_t j = i + 1; j < r->n_log; j++)
        if (mr_str_eq(r->log[j].key, r->log[i].key)) return true;
    return false;
}

/* false: crashed on the way. */
static bool replay(struct run *r, int64_t position) {
    bool compacted = mr_rand_below(&r->rand, 2), done;
    bool crash = mr_rand_below(&r->rand, 3) == 0;
    for (size_t i = 0; i < r->n_log; i++) {
        const struct logged *l = &r->log[i];
        if (l->offset < position || l->offset < r->start) continue;
        if (compacted && superseded(r, i)) continue;
        struct mr_err err = {0};
        if (mr_store_replay(r->store, l->key, l->value, l->offset, &err) != MR_OK)
            ck_abort_msg("%s", err.text);
        if (mr_rand_below(&r->rand, 4) == 0)
            ck_assert_int_eq(mr_store_write_behind(r->store, 5, &done, NULL), MR_OK);
        if (mr_rand_below(&r->rand, 50) == 0) mr_store_evict(r->store, 0);
        if (crash && mr_rand_below(&r->rand, 60) == 0) return false;
    }
    return true;
}

static int64_t clock_closed(struct mr_store *s) {
    struct mr_str c = mr_store_clock(s);
    char text[32] = "";
    int64_t closed = INT64_MIN;
    memcpy(text, c.p ? c.p : "", c.n);
    sscanf(text, "closed %" SCNd64, &closed);
    return closed;
}

static void recover(struct run *r) {
    struct mr_str id;
    int64_t position, wall;
    for (;;) {
        ck_assert_int_eq(mr_store_open(r->engine, &r->spec, &r->store, NULL), MR_OK);
        enum mr_identity is = mr_store_identity(r->store, &id, &position, &wall);
        ck_assert_int_ne(is, MR_ID_FINGERPRINT);
        if (is == MR_ID_KNOWN && mr_rand_below(&r->rand, 10) == 0) {
            mr_store_wipe(r->store);
            is = mr_store_identity(r->store, &id, &position, &wall);
            ck_assert_int_eq(is, MR_ID_NEW);
        }
        ck_assert_int_le(position, r->end);
        if (is == MR_ID_NEW) ck_assert_int_eq(position, 0);
        if (id.n) ck_assert(mr_str_is(id, incarnation));
        if (replay(r, position)) break;
        mr_store_close(r->store);
        if (!r->dir) mr_engine_mem_crash_keep(r->engine, mr_rand_below(&r->rand, 6));
    }
    mr_store_restored(r->store, r->end, clock_closed(r->store));
    if (mr_store_identity(r->store, &id, &position, &wall), id.n == 0)
        mr_store_set_incarnation(r->store, mr_str(incarnation));
    side_copy(&r->present, &r->committed);
    check_all(r);
}

static void op_crash(struct run *r) {
    mr_store_close(r->store);
    if (r->dir) { /* a clean end: everything reaches the disk. For kill -9: test_process below */
        mr_engine_close(r->engine);
        open_engine(r);
    } else {
        mr_engine_mem_crash_keep(r->engine, mr_rand_below(&r->rand, 8));
    }
    r->crashes++;
    recover(r);
}

/* ---- runs */

static void step(struct run *r) {
    uint32_t x = mr_rand_below(&r->rand, 1000);
    bool versions = r->spec.kind == MR_STORE_VERSIONED, windows = r->spec.kind == MR_STORE_WINDOW;
    if (x < 300)
        versions ? op_version(r) : op_touch(r);
    else if (x < 450)
        versions ? op_version(r) : op_put(r);
    else if (x < 520)
        versions ? op_prune(r) : op_delete(r);
    else if (x < 600)
        versions ? check_key_versions(r, MR_STR("key-2")) : op_find(r);
    else if (x < 730)
        op_commit(r);
    else if (x < 770)
        op_abort(r);
    else if (x < 930)
        op_write_behind(r);
    else if (x < 950)
        mr_store_evict(r->store, mr_rand_below(&r->rand, 2) ? 0 : 5000);
    else if (x < 970)
        windows ? op_close(r) : (void)0;
    else if (x < 980) {
        snprintf(r->present.clock, sizeof r->present.clock, "closed %" PRId64, r->present.closed);
        mr_store_set_clock(r->store, mr_str(r->present.clock));
    } else if (x < 985 && windows && mr_store_oldest(r->store)) {
        mr_bucket_rewrite(r->store, mr_store_oldest(r->store));
    } else if (x < 995)
        check_all(r);
    else
        op_crash(r);
}

static uint64_t seed(void) {
    static uint64_t chosen;
    const char *text = getenv("MR_SEED");
    if (text) return strtoull(text, NULL, 10);
    if (!chosen) chosen = mr_rand_os() % 1000000;
    return chosen;
}

static void begin(struct run *r, enum mr_store_kind kind, const char *dir, uint64_t s) {
    *r = (struct run){.dir = dir, .horizon = 100};
    r->committed.closed = r->present.closed = INT64_MIN;
    r->spec = (struct mr_store_spec){.app = "app",
                                     .name = "store",
                                     .partition = 3,
                                     .kind = kind,
                                     .fingerprint = 77,
                                     .max_record_bytes = MAX_RECORD};
    mr_rand_seed(&r->rand, s * 3 + kind);
    open_engine(r);
    recover(r);
}

static void finish(struct run *r) {
    op_crash(r);
    mr_store_close(r->store);
    mr_engine_close(r->engine);
    side_clear(&r->committed);
    side_clear(&r->present);
    log_clear(r->log, &r->n_log);
    mr_free(r->log);
    mr_free(r->open);
}

static long ops(long by_default) {
    const char *text = getenv("MR_OPS");
    return text ? atol(text) : by_default;
}

/* Keeps the model small: versions that nobody can ask for any more. */
static void side_prune(struct side *m, int64_t horizon) {
    for (size_t i = m->n; i-- > 0;) {
        const struct row *at_horizon = side_version(m, m->rows[i].key, horizon);
        if (at_horizon && m->rows[i].number < at_horizon->number) side_remove(m, i);
    }
}

/* The cleaner: with everything on disk, old tombstones may go, too. */
static void compact(struct run *r) {
    bool done;
    for (int rounds = 0; rounds < 2; rounds++) /* the first may have been under way */
        for (done = false; !done;)
            ck_assert_int_eq(mr_store_write_behind(r->store, 1000, &done, NULL), MR_OK);
    ck_assert_int_eq(mr_engine_flush(r->engine, NULL), MR_OK);
    size_t n = 0;
    for (size_t i = 0; i < r->n_log; i++) {
        struct logged l = r->log[i];
        if (superseded(r, i) || !l.value.p || l.offset < r->start) {
            r->log[i].key.n = 0; /* its key equals no other's: all have a class byte */
            mr_free((char *)l.key.p);
            mr_free((char *)l.value.p);
        } else {
            r->log[n++] = l;
        }
    }
    r->n_log = n;
    r->compactions++;
    if (r->spec.kind != MR_STORE_VERSIONED) return;
    side_prune(&r->committed, r->horizon);
    side_prune(&r->present, r->horizon);
}

static void run_ops(struct run *r, long n) {
    for (long i = 0; i < n; i++) {
        step(r);
        if (i % 16 == 0) check_invariants(r);
        if (r->n_log > 1000) compact(r);
    }
}

static char *temp_dir(char *to) {
    const char *base = getenv("TMPDIR");
    snprintf(to, 200, "%s/mr-state-XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(to));
    return to;
}

static void remove_dir(const char *dir) {
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(mem_engine) {
    struct run r;
    printf("seed %" PRIu64 " kind %d\n", seed(), _i);
    begin(&r, (enum mr_store_kind)_i, NULL, seed());
    run_ops(&r, ops(20000));
    printf("  %zu commits, %zu crashes, %zu compactions\n", r.commits, r.crashes, r.compactions);
    finish(&r);
}
END_TEST

START_TEST(rocks_engine) {
    struct run r;
    char dir[200];
    printf("rocks: seed %" PRIu64 " kind %d\n", seed(), _i);
    begin(&r, (enum mr_store_kind)_i, temp_dir(dir), seed());
    run_ops(&r, ops(20000) / 5);
    finish(&r);
    remove_dir(dir);
}
END_TEST

/* ---- a process that ends without closing anything: what RocksDB's memtables held is lost */

static void file_str(FILE *f, struct mr_str s) {
    int64_t n = s.p ? (int64_t)s.n : -1;
    ck_assert_uint_eq(fwrite(&n, sizeof n, 1, f), 1);
    if (s.n) ck_assert_uint_eq(fwrite(s.p, s.n, 1, f), 1);
}

static struct mr_str str_file(FILE *f) {
    int64_t n;
    ck_assert_uint_eq(fread(&n, sizeof n, 1, f), 1);
    if (n < 0) return (struct mr_str){NULL, 0};
    char *p = mr_alloc((size_t)n);
    if (n) ck_assert_uint_eq(fread(p, (size_t)n, 1, f), 1);
    return (struct mr_str){p, (size_t)n};
}

static void save(const struct run *r, FILE *f) {
    size_t n[] = {r->n_log, r->committed.n};
    int64_t x[] = {r->end, r->start, r->horizon, r->committed.closed};
    fwrite(n, sizeof n, 1, f);
    fwrite(x, sizeof x, 1, f);
    fwrite(r->committed.clock, sizeof r->committed.clock, 1, f);
    for (size_t i = 0; i < n[0]; i++) {
        fwrite(&r->log[i].offset, 8, 1, f);
        file_str(f, r->log[i].key);
        file_str(f, r->log[i].value);
    }
    for (size_t i = 0; i < n[1]; i++) {
        fwrite(&r->committed.rows[i].number, 8, 1, f);
        file_str(f, r->committed.rows[i].key);
        file_str(f, r->committed.rows[i].value);
    }
    fflush(f);
}

static void load(struct run *r, FILE *f) {
    size_t n[2];
    int64_t x[4], number;
    ck_assert_uint_eq(fread(n, sizeof n, 1, f), 1);
    ck_assert_uint_eq(fread(x, sizeof x, 1, f), 1);
    ck_assert_uint_eq(fread(r->committed.clock, sizeof r->committed.clock, 1, f), 1);
    r->end = x[0], r->start = x[1], r->horizon = x[2], r->committed.closed = x[3];
    for (size_t i = 0; i < n[0]; i++) {
        struct logged l;
        ck_assert_uint_eq(fread(&l.offset, 8, 1, f), 1);
        l.key = str_file(f);
        l.value = str_file(f);
        log_push(&r->log, &r->n_log, &r->cap_log, l);
    }
    for (size_t i = 0; i < n[1]; i++) {
        ck_assert_uint_eq(fread(&number, 8, 1, f), 1);
        struct mr_str key = str_file(f), value = str_file(f);
        side_put(&r->committed, number, key, value);
        mr_free((char *)key.p);
        mr_free((char *)value.p);
    }
}

START_TEST(killed_process) {
    struct run r;
    char dir[200];
    temp_dir(dir);
    FILE *f = tmpfile();
    pid_t pid = fork();
    if (pid == 0) {
        begin(&r, (enum mr_store_kind)_i, dir, seed() + 1);
        run_ops(&r, 600 + mr_rand_below(&r.rand, 200));
        save(&r, f);
        _exit(0); /* nothing is closed, nothing flushed */
    }
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    rewind(f);
    r = (struct run){.dir = dir};
    r.committed.closed = r.present.closed = INT64_MIN;
    r.spec = (struct mr_store_spec){.app = "app",
                                    .name = "store",
                                    .partition = 3,
                                    .kind = (enum mr_store_kind)_i,
                                    .fingerprint = 77,
                                    .max_record_bytes = MAX_RECORD};
    mr_rand_seed(&r.rand, seed() + 2);
    load(&r, f);
    fclose(f);
    open_engine(&r);
    recover(&r);
    run_ops(&r, 100);
    finish(&r);
    remove_dir(dir);
}
END_TEST

int main(void) {
    Suite *s = suite_create("state_model");
    TCase *t = tcase_create("model");
    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, mem_engine, MR_STORE_PLAIN, MR_STORE_WINDOW + 1);
    tcase_add_loop_test(t, rocks_engine, MR_STORE_PLAIN, MR_STORE_WINDOW + 1);
    tcase_add_loop_test(t, killed_process, MR_STORE_PLAIN, MR_STORE_WINDOW + 1);
    suite_add_tcase(s, t);
    seed(); /* one for all forks */
    return mr_check_run(s);
}

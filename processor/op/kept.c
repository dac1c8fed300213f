/* kept.c -- the rows that a stream-stream join keeps (kept.h). */
#include "processor/op/kept.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

#ifdef MR_TINY
enum { CHUNK_ROWS = 2, CHUNK_BYTES = 256 };
#else
enum { CHUNK_ROWS = 64, CHUNK_BYTES = 16384 };
#endif

struct head {
    uint32_t n, last;
};

struct item {
    int64_t ts, time;
    uint32_t len, matched;
};

enum { PREFIX = 5 }; /* bytes before the key */

void mr_kept_init(struct mr_kept *k, struct mr_store *store, int64_t size_ms) {
    *k = (struct mr_kept){.store = store, .size_ms = size_ms};
}

void mr_kept_done(struct mr_kept *k) {
    mr_buf_done(&k->id);
    mr_buf_done(&k->next);
}

int64_t mr_kept_bucket(const struct mr_kept *k, int64_t ts) {
    return mr_time_floor(ts, k->size_ms);
}

/* ---- entries */

static struct mr_str entry_key(struct mr_kept *k, unsigned side, uint32_t chunk,
                               struct mr_str key) {
    mr_buf_clear(&k->id);
    mr_buf_byte(&k->id, (uint8_t)side);
    for (int shift = 24; shift >= 0; shift -= 8) mr_buf_byte(&k->id, (uint8_t)(chunk >> shift));
    mr_buf_str(&k->id, key);
    return mr_buf_view(&k->id);
}

static struct mr_str find_chunk(struct mr_kept *k, struct mr_bucket *b, unsigned side,
                                uint32_t chunk, struct mr_str key) {
    struct mr_str id = entry_key(k, side, chunk, key);
    const struct mr_entry *e = mr_bucket_find(k->store, b, id, mr_store_hash(id));
    return e ? (struct mr_str){mr_entry_value(e), e->value_len} : (struct mr_str){NULL, 0};
}

static struct head head_of(struct mr_str chunk) {
    struct head h = {0};
    if (chunk.p) memcpy(&h, chunk.p, sizeof h);
    return h;
}

static size_t padded(uint32_t len) {
    return ((size_t)len + 7u) & ~(size_t)7u;
}

/* The row at *offset, which moves on to the next. */
static struct mr_kept_row next_row(struct mr_str chunk, uint32_t *offset) {
    struct item it;
    assert(*offset + sizeof it <= chunk.n);
    memcpy(&it, chunk.p + *offset, sizeof it);
    struct mr_kept_row r = {.ts = it.ts, .time = it.time, .matched = it.matched != 0};
    r.at.offset = *offset;
    r.row = (struct mr_str){chunk.p + *offset + sizeof it, it.len};
    *offset += (uint32_t)(sizeof it + padded(it.len));
    assert(*offset <= chunk.n);
    return r;
}

/* ---- finding */

static void add_row(struct mr_kept_rows *to, struct mr_kept_row r, struct mr_arena *a) {
    if (to->n == to->cap) {
        size_t cap = to->cap ? to->cap * 2 : 8;
        struct mr_kept_row *v = mr_arena_alloc(a, cap * sizeof *v);
        if (to->n) memcpy(v, to->v, to->n * sizeof *v);
        to->v = v;
        to->cap = cap;
    }
    r.row.p = r.row.n ? mr_arena_dup(a, r.row.p, r.row.n) : "";
    size_t i = to->n++;
    for (; i > 0 && to->v[i - 1].ts > r.ts; i--) to->v[i] = to->v[i - 1];
    to->v[i] = r;
}

static void find_in(struct mr_kept *k, struct mr_bucket *b, unsigned side, struct mr_str key,
                    int64_t from, int64_t to, struct mr_arena *a, struct mr_kept_rows *ret) {
    uint32_t last = 0;
    for (uint32_t chunk = 0; chunk <= last; chunk++) {
        struct mr_str bytes = find_chunk(k, b, side, chunk, key);
        if (!bytes.p) return;
        struct head h = head_of(bytes);
        if (chunk == 0) last = h.last;
        uint32_t offset = sizeof h;
        for (uint32_t i = 0; i < h.n; i++) {
            struct mr_kept_row r = next_row(bytes, &offset);
            if (r.ts < from || r.ts > to) continue;
            r.at.bucket = mr_bucket_start(b);
            r.at.chunk = chunk;
            add_row(ret, r, a);
        }
    }
}

void mr_kept_find(struct mr_kept *k, unsigned side, struct mr_str key, int64_t from, int64_t to,
                  struct mr_arena *a, struct mr_kept_rows *ret) {
    *ret = (struct mr_kept_rows){0};
    int64_t end = mr_kept_bucket(k, to);
    for (int64_t start = mr_kept_bucket(k, from); start <= end; start += k->size_ms) {
        struct mr_bucket *b = mr_store_bucket(k->store, start, false);
        if (b) find_in(k, b, side, key, from, to, a, ret);
    }
}

struct mr_kept_row mr_kept_read(struct mr_kept *k, unsigned side, struct mr_str key,
                                struct mr_kept_at at, struct mr_arena *a) {
    struct mr_bucket *b = mr_store_bucket(k->store, at.bucket, false);
    assert(b);
    uint32_t offset = at.offset;
    struct mr_kept_row r = next_row(find_chunk(k, b, side, at.chunk, key), &offset);
    r.at = at;
    r.row.p = r.row.n ? mr_arena_dup(a, r.row.p, r.row.n) : "";
    return r;
}

/* ---- changing */

/* Appends to the bytes of a chunk; the result is in k->next. */
static uint32_t append(struct mr_kept *k, struct mr_str chunk, const struct mr_kept_row *row) {
    static const char zero[8];
    struct head h = head_of(chunk);
    struct item it = {row->ts, row->time, (uint32_t)row->row.n, row->matched};
    h.n++;
    mr_buf_clear(&k->next);
    mr_buf_add(&k->next, &h, sizeof h);
    if (chunk.p) mr_buf_add(&k->next, chunk.p + sizeof h, chunk.n - sizeof h);
    uint32_t offset = (uint32_t)k->next.n;
    mr_buf_add(&k->next, &it, sizeof it);
    mr_buf_str(&k->next, row->row);
    mr_buf_add(&k->next, zero, padded(it.len) - it.len);
    return offset;
}

static bool put_chunk(struct mr_kept *k, struct mr_bucket *b, unsigned side, uint32_t chunk,
                      struct mr_str key) {
    struct mr_str id = entry_key(k, side, chunk, key);
    return mr_bucket_put(k->store, b, id, mr_store_hash(id), mr_buf_view(&k->next));
}

static struct mr_entry *touch(struct mr_kept *k, struct mr_bucket *b, unsigned side, uint32_t chunk,
                              struct mr_str key) {
    struct mr_str id = entry_key(k, side, chunk, key);
    bool new;
    struct mr_entry *e = mr_bucket_touch(k->store, b, id, mr_store_hash(id), 0, &new);
    assert(!new);
    return e;
}

bool mr_kept_add(struct mr_kept *k, unsigned side, struct mr_str key, const struct mr_kept_row *row,
                 struct mr_kept_at *ret_at) {
    struct mr_bucket *b = mr_store_bucket(k->store, mr_kept_bucket(k, row->ts), true);
    struct mr_str bytes = find_chunk(k, b, side, 0, key);
    uint32_t was = head_of(bytes).last, chunk = was;
    if (chunk > 0) bytes = find_chunk(k, b, side, chunk, key);
    if (bytes.p && (head_of(bytes).n >= CHUNK_ROWS ||
                    bytes.n + sizeof(struct item) + row->row.n > CHUNK_BYTES)) {
        chunk++;
        bytes = (struct mr_str){NULL, 0};
    }
    uint32_t offset = append(k, bytes, row);
    if (!put_chunk(k, b, side, chunk, key)) {
        if (!bytes.p) return false;
        offset = append(k, (struct mr_str){NULL, 0}, row); /* the topic's limit is a small one */
        if (!put_chunk(k, b, side, ++chunk, key)) return false;
    }
    if (chunk != was) {
        struct mr_entry *e = touch(k, b, side, 0, key);
        memcpy(mr_entry_value(e) + offsetof(struct head, last), &chunk, sizeof chunk);
    }
    *ret_at = (struct mr_kept_at){mr_bucket_start(b), chunk, offset};
    return true;
}

void mr_kept_set_matched(struct mr_kept *k, unsigned side, struct mr_str key,
                         struct mr_kept_at at) {
    struct mr_bucket *b = mr_store_bucket(k->store, at.bucket, false);
    assert(b);
    uint32_t matched = 1;
    struct mr_entry *e = touch(k, b, side, at.chunk, key);
    memcpy(mr_entry_value(e) + at.offset + offsetof(struct item, matched), &matched,
           sizeof matched);
}

/* ---- a whole bucket */

void mr_kept_unmatched(struct mr_kept *k, struct mr_bucket *b, struct mr_arena *a,
                       void (*cb)(void *arg, unsigned side, struct mr_str key, int64_t ts,
                                  struct mr_kept_at at),
                       void *arg) {
    size_t n;
    const struct mr_entry **e = mr_bucket_sorted(k->store, b, a, &n);
    for (size_t i = 0; i < n; i++) {
        struct mr_str id = mr_entry_key(e[i]);
        struct mr_str bytes = {mr_entry_value(e[i]), e[i]->value_len};
        struct mr_kept_at at = {.bucket = mr_bucket_start(b)};
        for (unsigned c = 1; c < PREFIX; c++) at.chunk = at.chunk << 8 | (uint8_t)id.p[c];
        uint32_t offset = sizeof(struct head);
        for (uint32_t r = head_of(bytes).n; r > 0; r--) {
            struct mr_kept_row row = next_row(bytes, &offset);
            at.offset = row.at.offset;
            struct mr_str key = {id.p + PREFIX, id.n - PREFIX};
            if (!row.matched) cb(arg, (uint8_t)id.p[0], key, row.ts, at);
        }
    }
}

void mr_kept_prefetch(struct mr_kept *k, unsigned side, struct mr_str key, int64_t ts) {
    struct mr_bucket *b = mr_store_bucket(k->store, mr_kept_bucket(k, ts), false);
    if (b) mr_bucket_prefetch(b, mr_store_hash(entry_key(k, side, 0, key)));
}

/* versioned.c -- the versions of a key, packed into the value of one entry.
 *
 * In memory: all versions of the key, sorted by valid-from (one each: the later arrival wins), as
 * head, items, bytes. On disk: chunks of at most 64 versions or 16 KiB; all rows of a key are
 * written in one batch. In the changelog: one record per (key, valid-from), found by comparing the
 * committed with the present versions.
 * The packed form never leaves this machine, so its numbers are in host order.
 */
#include "state/internal.h"
#include "base/mem.h"

#include <assert.h>

#ifdef MR_TINY
enum { CHUNK_VERSIONS = 2, CHUNK_BYTES = 64, PRUNE_KEYS = 2 };
#else
enum { CHUNK_VERSIONS = 64, CHUNK_BYTES = 16384, PRUNE_KEYS = 64 };
#endif
enum { PACK_MAX = 1 << 30 };

struct head {
    uint32_t n, n_chunks; /* n_chunks: of the first row on disk; else 0 */
};

struct item {
    int64_t valid_from;
    uint32_t off, len; /* within the bytes; len == DELETE: deleted from here on */
};

#define DELETE UINT32_MAX

struct versions { /* a view on packed bytes */
    uint32_t n;
    const struct item *items;
    const char *bytes;
};

static struct versions view(struct mr_str packed) {
    if (!packed.p) return (struct versions){0};
    const struct head *h = (const struct head *)packed.p;
    const struct item *items = (const struct item *)(h + 1);
    return (struct versions){h->n, items, (const char *)(items + h->n)};
}

static struct mr_str value_of(const struct versions *v, uint32_t i) {
    const struct item *it = &v->items[i];
    if (it->len == DELETE) return (struct mr_str){NULL, 0};
    return (struct mr_str){v->bytes + it->off, it->len};
}

/* The first version with valid_from >= at. */
static uint32_t lower(const struct versions *v, int64_t at) {
    uint32_t lo = 0, hi = v->n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (v->items[mid].valid_from < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* ---- packing: n items, then their bytes */

struct packer {
    struct mr_buf *to;
    size_t start; /* of the head in to */
    uint32_t n, room;
};

static struct packer pack_begin(struct mr_buf *to, uint32_t n) {
    struct packer p = {.to = to, .start = to->n, .room = n};
    struct head h = {.n = n};
    mr_buf_add(to, &h, sizeof h);
    mr_buf_grow(to, n * sizeof(struct item));
    to->n += n * sizeof(struct item);
    return p;
}

static void pack_add(struct packer *p, int64_t valid_from, struct mr_str value) {
    size_t at = p->start + sizeof(struct head) + p->n * sizeof(struct item);
    size_t bytes = p->start + sizeof(struct head) + p->room * sizeof(struct item);
    struct item it = {valid_from, (uint32_t)(p->to->n - bytes), DELETE};
    if (value.p) it.len = (uint32_t)value.n;
    memcpy(p->to->p + at, &it, sizeof it);
    mr_buf_str(p->to, value);
    p->n++;
}

static void pack_range(struct packer *p, const struct versions *v, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) pack_add(p, v->items[i].valid_from, value_of(v, i));
}

/* ---- reading */

static struct versions versions_of(struct mr_store *s, struct mr_str key, uint64_t hash) {
    struct mr_entry *e = mr_entry_lookup(s, s->buckets[0], key, hash);
    return e ? view(mr_entry_present(e)) : (struct versions){0};
}

bool mr_version_at(struct mr_store *s, struct mr_str key, uint64_t hash, int64_t at,
                   struct mr_str *ret) {
    assert(s->spec.kind == MR_STORE_VERSIONED);
    struct versions v = versions_of(s, key, hash);
    uint32_t i = lower(&v, at);
    if (i < v.n && v.items[i].valid_from == at) i++;
    if (i == 0) return false;
    *ret = value_of(&v, i - 1);
    return ret->p != NULL;
}

bool mr_version_latest(struct mr_store *s, struct mr_str key, uint64_t hash,
                       struct mr_version *ret) {
    assert(s->spec.kind == MR_STORE_VERSIONED);
    struct versions v = versions_of(s, key, hash);
    if (v.n == 0) return false;
    *ret = (struct mr_version){v.items[v.n - 1].valid_from, value_of(&v, v.n - 1)};
    return true;
}

/* ---- writing */

/* How many of the first versions have ended at or before the horizon; all of them when the only
 * one that is left is a delete that no version can come under any more. */
static uint32_t ended(const struct versions *v, const struct mr_horizon *h) {
    uint32_t i = 0;
    if (h->ended == INT64_MIN || v->n == 0) return 0;
    while (i + 1 < v->n && v->items[i + 1].valid_from <= h->ended) i++;
    int64_t from = v->items[i].valid_from;
    bool over = v->items[i].len == DELETE && from <= h->ended && from < h->first;
    return i + 1 == v->n && over ? v->n : i;
}

static void set(struct mr_store *s, struct mr_str key, uint64_t hash, struct versions v,
                uint32_t drop) {
    struct mr_bucket *b = s->buckets[0];
    if (drop == v.n) { /* also when there are none */
        mr_bucket_delete(s, b, key, hash);
        return;
    }
    struct mr_buf MR_CLEANUP(mr_buf_done) fewer = {0};
    if (drop > 0) {
        struct packer p = pack_begin(&fewer, v.n - drop);
        pack_range(&p, &v, drop, v.n);
        mr_entry_set(s, b, key, hash, mr_buf_view(&fewer));
    } else {
        mr_entry_set(s, b, key, hash, mr_buf_view(&s->pack));
    }
}

/* The versions v with valid_from set to value (NULL: taken away), in s->pack. */
static struct versions edited(struct mr_store *s, struct versions v, int64_t valid_from,
                              const struct mr_str *value) {
    uint32_t i = lower(&v, valid_from);
    uint32_t behind = i < v.n && v.items[i].valid_from == valid_from ? i + 1 : i;
    mr_buf_clear(&s->pack);
    struct packer p = pack_begin(&s->pack, v.n - (behind - i) + (value ? 1 : 0));
    pack_range(&p, &v, 0, i);
    if (value) pack_add(&p, valid_from, *value);
    pack_range(&p, &v, behind, v.n);
    return view(mr_buf_view(&s->pack));
}

bool mr_version_put(struct mr_store *s, struct mr_str key, uint64_t hash, int64_t valid_from,
                    struct mr_str value) {
    assert(s->spec.kind == MR_STORE_VERSIONED);
    if (!mr_store_fits(s, key, value.n)) return false;
    struct mr_entry *e = mr_entry_lookup(s, s->buckets[0], key, hash);
    struct mr_str present = e ? mr_entry_present(e) : (struct mr_str){NULL, 0};
    if (present.n + value.n + sizeof(struct item) + sizeof(struct head) > PACK_MAX) return false;
    struct versions v = edited(s, view(present), valid_from, &value);
    set(s, key, hash, v, ended(&v, &s->horizon));
    return true;
}

void mr_versions_replay(struct mr_store *s, struct mr_str key, int64_t valid_from,
                        const struct mr_str *value) {
    uint64_t hash = mr_store_hash(key);
    struct versions v = edited(s, versions_of(s, key, hash), valid_from, value);
    set(s, key, hash, v, 0);
}

static void prune_entry(struct mr_store *s, struct mr_entry *e) {
    struct mr_str packed = mr_entry_present(e);
    struct versions v = view(packed);
    uint32_t drop = ended(&v, &s->horizon);
    if (drop == 0) return;
    set(s, mr_entry_key(e), e->hash, v, drop);
}

void mr_version_prune(struct mr_store *s, int64_t horizon, int64_t first) {
    assert(s->spec.kind == MR_STORE_VERSIONED);
    if (horizon > s->horizon.ended) s->horizon.ended = horizon;
    s->horizon.first = first;
    for (int n = 0; n < PRUNE_KEYS; n++) {
        struct mr_entry *e = mr_overlay_each(&s->buckets[0]->overlay, &s->prune_hand);
        if (!e) {
            s->prune_hand = 0;
            return;
        }
        prune_entry(s, e);
    }
}

/* ---- changelog */

static void emit(struct mr_store *s, struct mr_str key, const struct versions *v, uint32_t i,
                 bool tombstone, mr_changelog_cb cb, void *arg) {
    struct mr_changelog_key k = {
        .class = MR_CL_VERSION, .number = v->items[i].valid_from, .key = key};
    struct mr_str value = value_of(v, i);
    mr_changelog_emit(s, &k, value.p ? &value : NULL, tombstone, cb, arg);
}

void mr_versions_diff(struct mr_store *s, struct mr_str key, struct mr_str committed,
                      struct mr_str present, mr_changelog_cb cb, void *arg) {
    struct versions was = view(committed), is = view(present);
    for (uint32_t i = 0, j = 0; i < was.n || j < is.n;) {
        bool gone = j == is.n || (i < was.n && was.items[i].valid_from < is.items[j].valid_from);
        bool new = !gone && (i == was.n || is.items[j].valid_from < was.items[i].valid_from);
        if (gone) {
            emit(s, key, &was, i++, true, cb, arg);
        } else if (new) {
            emit(s, key, &is, j++, false, cb, arg);
        } else {
            struct mr_str a = value_of(&was, i++), b = value_of(&is, j);
            if (!a.p != !b.p || !mr_str_eq(a, b)) emit(s, key, &is, j, false, cb, arg);
            j++;
        }
    }
}

/* ---- disk */

static uint32_t chunk_end(const struct versions *v, uint32_t from) {
    size_t bytes = 0;
    uint32_t i = from;
    for (; i < v->n && i - from < CHUNK_VERSIONS; i++) {
        bytes += sizeof(struct item) + value_of(v, i).n;
        if (i > from && bytes > CHUNK_BYTES) break;
    }
    return i;
}

void mr_versions_write(struct mr_store *s, struct mr_str key, struct mr_str value,
                       bool *ret_chunked) {
    struct versions v = view(value);
    uint32_t n_chunks = 0;
    for (uint32_t i = 0; i < v.n; i = chunk_end(&v, i)) n_chunks++;
    uint32_t from = 0;
    for (uint32_t c = 0; c < n_chunks; c++) {
        uint32_t to = chunk_end(&v, from);
        mr_buf_clear(&s->pack);
        struct packer p = pack_begin(&s->pack, to - from);
        pack_range(&p, &v, from, to);
        if (c == 0) ((struct head *)s->pack.p)->n_chunks = n_chunks;
        mr_buf_clear(&s->row);
        mr_key_row(&s->row, mr_store_prefix(s), c ? MR_ROW_CHUNK : MR_ROW_ENTRY,
                   c ? (int64_t)c : MR_BUCKET_PLAIN, key);
        mr_batch_put(&s->batch, mr_buf_view(&s->row), mr_buf_view(&s->pack));
        from = to;
    }
    *ret_chunked = n_chunks > 1;
}

/* Bytes of a row as versions; what is on disk is not trusted. */
static bool check(struct mr_str row, struct versions *ret) {
    if (row.n < sizeof(struct head)) return false;
    struct head h;
    memcpy(&h, row.p, sizeof h);
    if (h.n > (row.n - sizeof h) / sizeof(struct item)) return false;
    struct versions v = view(row);
    size_t bytes = row.n - sizeof h - h.n * sizeof(struct item);
    for (uint32_t i = 0; i < v.n; i++) {
        const struct item *it = &v.items[i];
        if (i && it[-1].valid_from >= it->valid_from) return false;
        if (it->off > bytes) return false;
        if (it->len != DELETE && it->len > bytes - it->off) return false;
    }
    *ret = v;
    return true;
}

static bool get_chunk(struct mr_store *s, struct mr_str key, uint32_t c, struct mr_buf *to) {
    struct mr_err err;
    bool found;
    mr_buf_clear(&s->row);
    mr_buf_clear(to);
    mr_key_row(&s->row, mr_store_prefix(s), c ? MR_ROW_CHUNK : MR_ROW_ENTRY,
               c ? (int64_t)c : MR_BUCKET_PLAIN, key);
    return s->engine->vt->get(s->engine, mr_buf_view(&s->row), to, &found, &err) == MR_OK && found;
}

bool mr_versions_read(struct mr_store *s, struct mr_str key, struct mr_str first,
                      struct mr_str *ret, bool *ret_chunked) {
    struct mr_buf MR_CLEANUP(mr_buf_done) rows = {0}, MR_CLEANUP(mr_buf_done) chunk = {0};
    struct mr_buf MR_CLEANUP(mr_buf_done) items = {0};
    struct versions v;
    mr_buf_str(&rows, first); /* a copy is aligned */
    if (!check(mr_buf_view(&rows), &v)) return false;
    uint32_t n_chunks = ((const struct head *)rows.p)->n_chunks;
    *ret_chunked = n_chunks > 1;
    uint32_t n = v.n;
    for (uint32_t c = 1; c < n_chunks; c++) { /* count, and keep the rows */
        if (!get_chunk(s, key, c, &chunk) || !check(mr_buf_view(&chunk), &v)) return false;
        uint64_t length = chunk.n;
        mr_buf_add(&items, &length, sizeof length);
        mr_buf_str(&items, mr_buf_view(&chunk));
        while (items.n % 8) mr_buf_byte(&items, 0);
        n += v.n;
    }
    mr_buf_clear(&s->pack);
    struct packer p = pack_begin(&s->pack, n);
    v = view(mr_buf_view(&rows));
    pack_range(&p, &v, 0, v.n);
    for (size_t at = 0; at < items.n;) {
        uint64_t length;
        memcpy(&length, items.p + at, sizeof length);
        v = view((struct mr_str){items.p + at + sizeof length, length});
        pack_range(&p, &v, 0, v.n);
        at += sizeof length + ((length + 7) & ~(uint64_t)7);
    }
    *ret = mr_buf_view(&s->pack);
    return true;
}

void mr_versions_delete_chunks(struct mr_store *s, struct mr_str key) {
    struct head h;
    if (!get_chunk(s, key, 0, &s->value) || s->value.n < sizeof h) return;
    memcpy(&h, s->value.p, sizeof h);
    for (uint32_t c = 1; c < h.n_chunks; c++) {
        mr_buf_clear(&s->row);
        mr_key_row(&s->row, mr_store_prefix(s), MR_ROW_CHUNK, c, key);
        mr_batch_delete(&s->batch, mr_buf_view(&s->row));
    }
}

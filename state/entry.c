/* entry.c -- the entries of a bucket: find, touch, put, delete, sorted.
 *
 * Everything that writes lists the entry first (mr_entry_list), so that the committed value is kept
 * (EOS-2, S1, S2). A miss asks the disk only when the bucket may have rows that are not in memory.
 */
#include "state/internal.h"
#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

uint64_t mr_store_hash(struct mr_str key) {
    return mr_hash(key.p, key.n, 0x6d696c6c72616365u);
}

bool mr_store_fits(const struct mr_store *s, struct mr_str key, size_t value_len) {
    size_t max = s->spec.max_record_bytes;
    if (max == 0) max = UINT32_MAX / 2;
    return key.n < max && value_len < max && key.n + value_len + MR_CHANGELOG_OVERHEAD <= max;
}

/* ---- memory and disk */

struct mr_entry *mr_entry_take_in(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                  uint64_t hash, struct mr_str row) {
    struct mr_str value = row;
    bool chunked = false;
    if (s->spec.kind == MR_STORE_VERSIONED && !mr_versions_read(s, key, row, &value, &chunked)) {
        struct mr_err err;
        mr_err_set(&err, MR_FATAL, 0, "store %s/%d: a row with versions cannot be read",
                   s->spec.name, (int)s->spec.partition);
        mr_store_fail(s, &err);
        return NULL;
    }
    struct mr_entry *e = mr_overlay_insert(&b->overlay, key, hash, (uint32_t)value.n);
    if (value.n) memcpy(mr_entry_value(e), value.p, value.n);
    e->flags = MR_EF_ON_DISK | (chunked ? MR_EF_CHUNKED : 0);
    assert(b->unknown || b->cold > 0);
    if (!b->unknown) b->cold--;
    return e;
}

static struct mr_entry *read_in(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                uint64_t hash) {
    struct mr_err err;
    bool found;
    if (s->failed) return NULL;
    mr_buf_clear(&s->row);
    mr_buf_clear(&s->value);
    mr_key_row(&s->row, mr_store_prefix(s), MR_ROW_ENTRY, b->start, key);
    if (s->engine->vt->get(s->engine, mr_buf_view(&s->row), &s->value, &found, &err) != MR_OK) {
        mr_store_fail(s, &err);
        return NULL;
    }
    return found ? mr_entry_take_in(s, b, key, hash, mr_buf_view(&s->value)) : NULL;
}

struct mr_entry *mr_entry_lookup(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                 uint64_t hash) {
    struct mr_entry *e = mr_overlay_find(&b->overlay, key, hash);
    if (!e && (b->cold || b->unknown)) e = read_in(s, b, key, hash);
    if (e && !(e->flags & MR_EF_REF)) e->flags |= MR_EF_REF;
    return e;
}

const struct mr_entry *mr_bucket_find(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                      uint64_t hash) {
    struct mr_entry *e = mr_entry_lookup(s, b, key, hash);
    return e && !(e->flags & MR_EF_DELETED) ? e : NULL;
}

/* ---- writing */

static void undo_push(struct mr_store *s, struct mr_undo *u) {
    if (s->n_undo == s->cap_undo) {
        s->cap_undo = s->cap_undo ? s->cap_undo * 2 : 64;
        s->undo = mr_realloc(s->undo, s->cap_undo * sizeof(struct mr_undo *));
    }
    s->undo[s->n_undo++] = u;
}

void mr_entry_list(struct mr_store *s, struct mr_bucket *b, struct mr_entry *e) {
    if (e->committed) return;
    uint32_t n = e->flags & MR_EF_DELETED ? 0 : e->value_len;
    struct mr_undo *u = mr_arena_alloc(&s->arena, sizeof *u + n);
    u->entry = e;
    u->bucket = b;
    u->copy.key_len = 0;
    u->copy.value_len = n;
    u->copy.flags = e->flags;
    if (n) memcpy(mr_entry_value(&u->copy), mr_entry_value(e), n);
    e->committed = &u->copy;
    undo_push(s, u);
}

void mr_entry_mark_dirty(struct mr_bucket *b, struct mr_entry *e) {
    if (e->flags & MR_EF_DIRTY) return;
    struct mr_dirty *d = &b->dirty;
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 16;
        d->v = mr_realloc(d->v, d->cap * sizeof(struct mr_entry *));
    }
    assert(d->n < UINT32_MAX);
    e->dirty_at = (uint32_t)d->n;
    e->flags |= MR_EF_DIRTY;
    d->v[d->n++] = e;
}

struct mr_entry *mr_entry_room(struct mr_bucket *b, struct mr_entry *e, uint32_t n) {
    if (n <= mr_entry_cap(e)) return e;
    struct mr_entry *to = mr_overlay_move(&b->overlay, e, n);
    if (e->committed) mr_undo_of(e)->entry = to;
    if (e->flags & MR_EF_DIRTY) {
        struct mr_dirty *d = &b->round;
        if (e->dirty_at >= d->n || d->v[e->dirty_at] != e) d = &b->dirty;
        d->v[e->dirty_at] = to;
    }
    return to;
}

/* A new entry without a committed value, listed. */
static struct mr_entry *make(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                             uint64_t hash, uint32_t value_len) {
    struct mr_entry *e = mr_overlay_insert(&b->overlay, key, hash, value_len);
    e->flags = MR_EF_DELETED | MR_EF_REF;
    mr_entry_list(s, b, e);
    return e;
}

struct mr_entry *mr_bucket_touch(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                 uint64_t hash, uint32_t value_len, bool *ret_new) {
    struct mr_entry *e = mr_entry_lookup(s, b, key, hash);
    *ret_new = !e || (e->flags & MR_EF_DELETED);
    if (!e)
        e = make(s, b, key, hash, value_len);
    else
        mr_entry_list(s, b, e);
    if (!*ret_new) return e;
    struct mr_entry *old = e;
    e = mr_entry_room(b, e, value_len);
    if (e != old) mr_overlay_free(&b->overlay, old);
    e->flags &= (uint8_t)~MR_EF_DELETED;
    e->value_len = value_len;
    memset(mr_entry_value(e), 0, value_len);
    return e;
}

void mr_entry_set(struct mr_store *s, struct mr_bucket *b, struct mr_str key, uint64_t hash,
                  struct mr_str value) {
    struct mr_entry *e = mr_entry_lookup(s, b, key, hash);
    if (!e)
        e = make(s, b, key, hash, (uint32_t)value.n);
    else
        mr_entry_list(s, b, e);
    struct mr_entry *old = e;
    e = mr_entry_room(b, e, (uint32_t)value.n);
    e->flags &= (uint8_t)~MR_EF_DELETED;
    e->value_len = (uint32_t)value.n;
    if (value.n) memmove(mr_entry_value(e), value.p, value.n); /* it may lie in old */
    if (e != old) mr_overlay_free(&b->overlay, old);
}

bool mr_bucket_put(struct mr_store *s, struct mr_bucket *b, struct mr_str key, uint64_t hash,
                   struct mr_str value) {
    if (!mr_store_fits(s, key, value.n)) return false;
    mr_entry_set(s, b, key, hash, value);
    return true;
}

void mr_bucket_delete(struct mr_store *s, struct mr_bucket *b, struct mr_str key, uint64_t hash) {
    struct mr_entry *e = mr_entry_lookup(s, b, key, hash);
    if (!e || (e->flags & MR_EF_DELETED)) return;
    mr_entry_list(s, b, e);
    e->flags |= MR_EF_DELETED;
}

/* ---- all of a bucket */

struct read_all {
    struct mr_store *s;
    struct mr_bucket *b;
    struct mr_buf keys; /* with versions: length, bytes; rows with chunks are read afterwards */
};

static bool read_row(void *arg, struct mr_str row, struct mr_str value) {
    struct read_all *r = arg;
    size_t at = mr_key_at(mr_store_prefix(r->s));
    struct mr_str key = {row.p + at, row.n - at};
    uint64_t hash = mr_store_hash(key);
    if (mr_overlay_find(&r->b->overlay, key, hash)) return true;
    if (r->s->spec.kind == MR_STORE_VERSIONED) {
        uint32_t n = (uint32_t)key.n;
        mr_buf_add(&r->keys, &n, sizeof n);
        mr_buf_str(&r->keys, key);
    } else {
        mr_entry_take_in(r->s, r->b, key, hash, value);
    }
    return true;
}

static void read_all(struct mr_store *s, struct mr_bucket *b) {
    struct mr_buf MR_CLEANUP(mr_buf_done) from = {0}, MR_CLEANUP(mr_buf_done) to = {0};
    struct read_all r = {.s = s, .b = b};
    struct mr_err err;
    if (s->failed || (!b->unknown && b->cold == 0)) return;
    mr_key_row(&from, mr_store_prefix(s), MR_ROW_ENTRY, b->start, MR_STR(""));
    if (b->start < INT64_MAX)
        mr_key_row(&to, mr_store_prefix(s), MR_ROW_ENTRY, b->start + 1, MR_STR(""));
    else
        mr_key_class(&to, mr_store_prefix(s), MR_ROW_ENTRY + 1);
    if (s->engine->vt->scan(s->engine, mr_buf_view(&from), mr_buf_view(&to), read_row, &r, &err) !=
        MR_OK)
        mr_store_fail(s, &err);
    for (size_t at = 0; at < r.keys.n;) {
        uint32_t n;
        memcpy(&n, r.keys.p + at, sizeof n);
        struct mr_str key = {r.keys.p + at + sizeof n, n};
        read_in(s, b, key, mr_store_hash(key));
        at += sizeof n + n;
    }
    mr_buf_done(&r.keys);
    if (s->failed) return;
    b->unknown = false;
    b->cold = 0;
}

struct sort_item {
    uint64_t head; /* first eight key bytes, big-endian: most comparisons end here */
    const struct mr_entry *e;
};

static int by_key(const void *a, const void *b) {
    const struct sort_item *x = a, *y = b;
    if (x->head != y->head) return x->head < y->head ? -1 : 1;
    return mr_str_cmp(mr_entry_key(x->e), mr_entry_key(y->e));
}

static uint64_t head_of(struct mr_str key) {
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) v = v << 8 | (i < key.n ? (uint8_t)key.p[i] : 0);
    return v;
}

const struct mr_entry **mr_bucket_entries(struct mr_store *s, struct mr_bucket *b,
                                          struct mr_arena *a, size_t *ret_n) {
    read_all(s, b);
    const struct mr_entry **list = mr_arena_alloc(a, b->overlay.n * sizeof(struct mr_entry *));
    size_t n = 0;
    struct mr_entry *e;
    for (size_t at = 0; (e = mr_overlay_each(&b->overlay, &at));)
        if (!(e->flags & MR_EF_DELETED)) list[n++] = e;
    *ret_n = n;
    return list;
}

const struct mr_entry **mr_bucket_sorted(struct mr_store *s, struct mr_bucket *b,
                                         struct mr_arena *a, size_t *ret_n) {
    const struct mr_entry **list = mr_bucket_entries(s, b, a, ret_n);
    size_t n = *ret_n;
    struct sort_item *items = mr_arena_alloc(a, n * sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct sort_item){head_of(mr_entry_key(list[i])), list[i]};
    if (n) qsort(items, n, sizeof *items, by_key);
    for (size_t i = 0; i < n; i++) list[i] = items[i].e;
    return list;
}

void mr_bucket_rewrite(struct mr_store *s, struct mr_bucket *b) {
    struct mr_entry *e;
    read_all(s, b);
    for (size_t at = 0; (e = mr_overlay_each(&b->overlay, &at));) {
        mr_entry_list(s, b, e);
        e->flags |= MR_EF_FORCE;
    }
    b->rewritten = true;
    s->n_marked++;
}

void mr_bucket_freshen(struct mr_store *s, struct mr_bucket *b) {
    enum { SLACK = 10000 };
    size_t entries = b->overlay.n + b->cold;
    if (b->low < 0 || s->next - b->low <= (int64_t)(4 * entries + SLACK)) return;
    mr_bucket_rewrite(s, b);
}

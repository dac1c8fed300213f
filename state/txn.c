/* txn.c -- the open transaction of a store: its changes, its changelog, commit and abort.
 *
 * EOS-2: until mr_store_commit nothing of it is on disk, and mr_store_abort walks the list back:
 * values, created and deleted entries, closed and new buckets, the clock.
 * EOS-3: the changelog of a commit is absolute values, one record per changed key.
 */
#include "state/internal.h"

#include <assert.h>

bool mr_store_dirty(const struct mr_store *s) {
    return s->n_undo > 0 || s->clock_changed || s->n_closed > 0;
}

size_t mr_store_n_changes(const struct mr_store *s) {
    return s->n_undo;
}

struct mr_change mr_store_change(struct mr_store *s, size_t i) {
    assert(i < s->n_undo);
    const struct mr_undo *u = s->undo[i];
    return (struct mr_change){.bucket = u->bucket->start,
                              .key = mr_entry_key(u->entry),
                              .committed = mr_entry_present(&u->copy),
                              .present = mr_entry_present(u->entry)};
}

static bool changed(struct mr_str committed, struct mr_str present) {
    return !committed.p != !present.p || !mr_str_eq(committed, present);
}

/* The walks over the list meet each entry once, in no order of memory: fetched ahead. */
static void prefetch(const struct mr_store *s, size_t i) {
    enum { AHEAD = 16 };
    if (i + AHEAD < s->n_undo) __builtin_prefetch(s->undo[i + AHEAD]->entry, 1);
}

/* ---- changelog */

/* Bytes of a frame around a value: version, incarnation, tag and length of the value. */
enum { FRAME_MAX = 2 + 2 + MR_INCARNATION_LEN + 1 + 5 };

void mr_changelog_emit(struct mr_store *s, const struct mr_changelog_key *k,
                       const struct mr_str *value, bool tombstone, mr_changelog_cb cb, void *arg) {
    size_t n = 1 + 8 + k->key.n, m = FRAME_MAX + (value ? value->n : 0);
    struct mr_buf key = {.p = mr_arena_alloc(&s->arena, n), .cap = n, .max = n};
    mr_changelog_key_write(k, &key);
    if (tombstone) {
        cb(arg, mr_buf_view(&key), (struct mr_str){NULL, 0});
        return;
    }
    struct mr_buf frame = {.p = mr_arena_alloc(&s->arena, m), .cap = m, .max = m};
    struct mr_changelog_value v = {.incarnation = {s->incarnation, MR_INCARNATION_LEN}};
    if (value) v.value = *value;
    mr_changelog_value_write(&v, &frame);
    assert(!key.full && !frame.full);
    cb(arg, mr_buf_view(&key), mr_buf_view(&frame));
}

static void emit_change(struct mr_store *s, const struct mr_undo *u, mr_changelog_cb cb,
                        void *arg) {
    struct mr_str committed = mr_entry_present(&u->copy), present = mr_entry_present(u->entry);
    bool force = (u->entry->flags & MR_EF_FORCE) && present.p;
    if (u->bucket->closed || (!force && !changed(committed, present))) return;
    if (s->spec.kind == MR_STORE_VERSIONED) {
        mr_versions_diff(s, mr_entry_key(u->entry), committed, present, cb, arg);
        return;
    }
    struct mr_changelog_key k = {.class = MR_CL_ENTRY, .key = mr_entry_key(u->entry)};
    if (u->bucket->start != MR_BUCKET_PLAIN) {
        k.class = MR_CL_WINDOW;
        k.number = u->bucket->start;
    }
    mr_changelog_emit(s, &k, &present, !present.p, cb, arg);
}

void mr_store_changelog(struct mr_store *s, mr_changelog_cb cb, void *arg) {
    assert(!s->failed); /* what was computed from a failed read must never be committed */
    for (size_t i = 0; i < s->n_undo; i++) {
        prefetch(s, i);
        emit_change(s, s->undo[i], cb, arg);
    }
    if (!s->clock_changed) return;
    struct mr_changelog_key k = {.class = MR_CL_CLOCK};
    struct mr_str clock = mr_buf_view(&s->clock);
    mr_changelog_emit(s, &k, &clock, clock.n == 0, cb, arg);
}

/* ---- commit and abort */

static void copy_buf(struct mr_buf *to, const struct mr_buf *from) {
    mr_buf_clear(to);
    mr_buf_str(to, mr_buf_view(from));
}

/* S4: no entry stays without a value, unless its row on disk is still to be deleted. */
static bool drop_if_gone(struct mr_bucket *b, struct mr_entry *e) {
    if ((e->flags & (MR_EF_DELETED | MR_EF_DIRTY | MR_EF_ON_DISK)) != MR_EF_DELETED) return false;
    mr_overlay_remove(&b->overlay, e);
    return true;
}

static void commit_entry(struct mr_store *s, struct mr_undo *u, int64_t from) {
    struct mr_entry *e = u->entry;
    struct mr_bucket *b = u->bucket;
    if (b->closed) return; /* goes as a whole */
    bool differs = changed(mr_entry_present(&u->copy), mr_entry_present(e));
    e->committed = NULL;
    e->flags &= (uint8_t)~MR_EF_FORCE;
    if (b->low < 0) b->low = from;
    if (differs && !drop_if_gone(b, e))
        mr_entry_mark_dirty(b, e);
    else if (!differs)
        drop_if_gone(b, e);
}

static void end(struct mr_store *s) {
    s->n_undo = s->n_closed = s->n_marked = 0;
    s->clock_changed = false;
    mr_arena_reset(&s->arena);
}

static void commit_buckets(struct mr_store *s, int64_t from) {
    for (size_t i = s->n_buckets; (s->n_closed || s->n_marked) && i-- > 0;) {
        struct mr_bucket *b = s->buckets[i];
        if (b->rewritten) b->low = from;
        b->fresh = b->rewritten = false;
        if (b->closed) mr_bucket_drop(s, i);
    }
}

void mr_store_commit(struct mr_store *s, int64_t next, int64_t wall_ms) {
    int64_t from = s->next; /* the transaction's records lie at or behind it */
    for (size_t i = 0; i < s->n_undo; i++) {
        prefetch(s, i);
        commit_entry(s, s->undo[i], from);
    }
    commit_buckets(s, from);
    if (s->clock_changed) {
        copy_buf(&s->clock_committed, &s->clock);
        s->clock_dirty = true;
        s->clock_low = from;
    }
    s->horizon_committed = s->horizon;
    if (next > s->next) s->next = next;
    s->wall_ms = wall_ms;
    end(s);
}

static void abort_entry(struct mr_undo *u) {
    struct mr_entry *e = u->entry;
    e->committed = NULL;
    e->flags &= (uint8_t) ~(MR_EF_FORCE | MR_EF_DELETED);
    e->flags |= u->copy.flags & MR_EF_DELETED;
    if (drop_if_gone(u->bucket, e)) return;
    /* A block never shrinks while its entry is listed, so the old value has room. */
    assert(u->copy.value_len <= mr_entry_cap(e));
    e->value_len = u->copy.value_len;
    if (e->value_len) memcpy(mr_entry_value(e), mr_entry_value(&u->copy), e->value_len);
}

void mr_store_abort(struct mr_store *s) {
    while (s->n_undo) abort_entry(s->undo[--s->n_undo]);
    for (size_t i = s->n_buckets; (s->n_closed || s->n_marked) && i-- > 0;) {
        s->buckets[i]->closed = s->buckets[i]->rewritten = false;
        if (s->buckets[i]->fresh) mr_bucket_forget(s, i);
    }
    if (s->clock_changed) copy_buf(&s->clock, &s->clock_committed);
    s->horizon = s->horizon_committed;
    end(s);
}

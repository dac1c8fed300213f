/* restore.c -- the way back: records of the changelog into the store.
 *
 * A record is an absolute value, so replaying from any position at or before the stored one gives
 * the same (EOS-3; the proof is in checkpoint.c). Each record is a transaction of its own that is
 * committed at once: a long restore is written behind like live work, and goes on where it was.
 */
#include "state/internal.h"

#include <assert.h>

static enum mr_class bad(struct mr_store *s, int64_t offset, struct mr_err *err, const char *what) {
    return mr_err_set(err, MR_FATAL, 0, "changelog of %s/%d: record %lld %s", s->spec.name,
                      (int)s->spec.partition, (long long)offset, what);
}

static enum mr_changelog_class class_of(enum mr_store_kind kind) {
    switch (kind) {
    case MR_STORE_WINDOW: return MR_CL_WINDOW;
    case MR_STORE_VERSIONED: return MR_CL_VERSION;
    case MR_STORE_PLAIN: break;
    }
    return MR_CL_ENTRY;
}

static bool is_side(const struct mr_store *s, const struct mr_changelog_key *k) {
    return s->spec.kind == MR_STORE_PLAIN && k->class == MR_CL_WINDOW &&
           k->number == MR_BUCKET_SIDE;
}

/* An entry whose row on disk is not of interest: no read. */
static void replay_blind(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                         const struct mr_str *value) {
    uint64_t hash = mr_store_hash(key);
    if (b->unknown && !mr_overlay_find(&b->overlay, key, hash)) {
        struct mr_entry *e = mr_overlay_insert(&b->overlay, key, hash, 0);
        e->flags = MR_EF_ON_DISK; /* maybe; as an empty value, replaced below */
        mr_entry_mark_dirty(b, e);
    }
    if (value)
        mr_entry_set(s, b, key, hash, *value);
    else
        mr_bucket_delete(s, b, key, hash);
}

enum mr_class mr_store_replay(struct mr_store *s, struct mr_str key, struct mr_str value,
                              int64_t offset, struct mr_err *err) {
    struct mr_changelog_key k;
    struct mr_changelog_value v = {0};
    assert(!mr_store_dirty(s));
    if (s->failed) return mr_store_health(s, err);
    if (!mr_changelog_key_read(key, &k)) return bad(s, offset, err, "has a malformed key");
    if (value.p) {
        if (!mr_changelog_value_read(value, &v)) return bad(s, offset, err, "is malformed");
        if (!s->has_incarnation) mr_store_set_incarnation(s, v.incarnation);
        if (memcmp(v.incarnation.p, s->incarnation, MR_INCARNATION_LEN) != 0)
            return bad(s, offset, err, "is of another incarnation: another topic of this name");
        if (!v.value.p && k.class != MR_CL_VERSION) return bad(s, offset, err, "has no value");
    }
    if (k.class == MR_CL_CLOCK) {
        mr_store_set_clock(s, value.p ? v.value : MR_STR(""));
    } else if (k.class != class_of(s->spec.kind) && !is_side(s, &k)) {
        return bad(s, offset, err, "is of another kind of store");
    } else if (k.class == MR_CL_VERSION) {
        mr_versions_replay(s, k.key, k.number, value.p ? &v.value : NULL);
    } else {
        int64_t start = k.class == MR_CL_WINDOW ? k.number : MR_BUCKET_PLAIN;
        struct mr_bucket *b = mr_store_bucket(s, start, value.p != NULL);
        if (b) replay_blind(s, b, k.key, value.p ? &v.value : NULL);
    }
    if (offset > s->next) s->next = offset; /* the record lies here, not before */
    mr_store_commit(s, offset + 1, s->wall_ms);
    return mr_store_health(s, err);
}

void mr_store_restored(struct mr_store *s, int64_t next, int64_t close_before) {
    assert(!mr_store_dirty(s));
    if (next > s->next) s->next = next;
    if (s->spec.kind != MR_STORE_WINDOW || close_before == INT64_MIN) return;
    while (s->n_buckets && s->buckets[0]->start <= close_before &&
           s->buckets[0]->start != MR_BUCKET_SIDE)
        mr_bucket_drop(s, 0);
}

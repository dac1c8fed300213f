/* checkpoint.c -- write-behind: committed values to disk, between batches, without stopping.
 *
 * A round:  P := the committed changelog position; all dirty entries are "the round"
 *           several batches: the COMMITTED value (or deletion) of each of them, as it is then
 *           last batch: the committed clock, the identity row with P, its wall clock and low
 *           flush
 *
 * Proof of EOS-3, "state on disk + changelog from the stored position = committed state":
 *
 *  (a) Write q(k) for the changelog position up to which the row on disk of key k (no row =
 *      deleted) tells k's committed value. When the identity row says P, q(k) >= P for all k: if k
 *      was dirty when the round began, the round has written a value committed at or behind P; if
 *      not, its row was right at P (S3) and later rounds only write later values. Batches reach the
 *      disk as a prefix (engine.h), the identity row is the last of its round: if it survives, so
 *      do they.
 *  (b) Rows are never ahead of what the changelog gives: only committed values enter (S2), so
 *      q(k) <= E, the end of the committed changelog, which a restore reads to.
 *  (c) Replay from P to E. Let r(k) be the last record of k below E. r(k) >= P: the replay ends
 * with it, whatever the row was, because values are absolute; compaction keeps that record or, if
 * it is a tombstone, the restore happens before the topic's delete.retention.ms is over (the task
 *      wipes otherwise: wall clock of P). r(k) < P: k has not changed since P <= q(k): the row is
 *      right and no record touches it. For versions read (key, valid-from) for k: the rows of a
 *      key are one batch, and replay sets or takes away single versions.
 *  (d) A replay cut short by a crash has run to some P' with rounds of its own: the rows it has
 *      written tell values as of positions >= P' again (entries it has passed), or are older rows
 *      with q(k) >= P; those that have a record between P and P' were made dirty by it and are in
 *      the round. So (a) holds for P'.
 *  (e) A bucket is deleted on disk after the commit C that closed it is known. Survives the
 * deletion and not a P behind C: the replay from P makes a part of the bucket again, and C's clock,
 *      which is in the changelog at or behind P, makes mr_store_restored drop it. Trimming the
 *      changelog keeps everything from the lowest offset that an open bucket or the clock needs
 *      (mr_store_trim_point): what is cut off belongs to closed buckets. Rows of an open bucket
 *      found on disk need no record below the stored `low`.
 *  (f) No identity row: mr_store_open clears the rows of the unfinished first round away, and the
 *      whole changelog is read.
 *
 * Must not know: Kafka, and when a round is due (the task says so).
 */
#include "state/internal.h"
#include "proto/checkpoint.h"

#include <assert.h>

enum { BATCH_BYTES = 4 << 20 };

static bool any_dirty(const struct mr_store *s) {
    for (size_t i = 0; i < s->n_buckets; i++)
        if (s->buckets[i]->dirty.n) return true;
    return false;
}

static bool up_to_date(const struct mr_store *s) {
    if (s->next == 0 && !s->has_incarnation && !s->stored && !s->clock_dirty && !any_dirty(s))
        return true; /* nothing has ever happened */
    return s->stored && s->stored_position == s->next && s->stored_wall_ms == s->wall_ms &&
           s->stored_incarnation == s->has_incarnation && !s->clock_dirty && !any_dirty(s);
}

static void begin_round(struct mr_store *s) {
    int64_t low = mr_store_low(s);
    s->round = (struct mr_round){.active = true,
                                 .position = s->next,
                                 .wall_ms = s->wall_ms,
                                 .low = low < 0 ? s->next : low,
                                 .hint = INT64_MIN};
    for (size_t i = 0; i < s->n_buckets; i++) {
        struct mr_bucket *b = s->buckets[i];
        assert(b->round.n == 0);
        struct mr_dirty empty = b->round;
        b->round = b->dirty;
        b->dirty = empty;
    }
}

static struct mr_bucket *next_of_round(struct mr_store *s) {
    for (size_t i = mr_bucket_index(s, s->round.hint); i < s->n_buckets; i++)
        if (s->buckets[i]->round.n) {
            s->round.hint = s->buckets[i]->start;
            return s->buckets[i];
        }
    return NULL;
}

static void put_row(struct mr_store *s, struct mr_bucket *b, struct mr_entry *e,
                    struct mr_str value) {
    struct mr_str key = mr_entry_key(e);
    bool chunked = false;
    if (e->flags & MR_EF_CHUNKED) mr_versions_delete_chunks(s, key);
    if (s->spec.kind == MR_STORE_VERSIONED) {
        mr_versions_write(s, key, value, &chunked);
    } else {
        mr_buf_clear(&s->row);
        mr_key_row(&s->row, mr_store_prefix(s), MR_ROW_ENTRY, b->start, key);
        mr_batch_put(&s->batch, mr_buf_view(&s->row), value);
    }
    e->flags &= (uint8_t)~MR_EF_CHUNKED;
    e->flags |= MR_EF_ON_DISK | (chunked ? MR_EF_CHUNKED : 0);
    b->has_rows = true;
}

static void delete_row(struct mr_store *s, struct mr_bucket *b, struct mr_entry *e) {
    if (e->flags & MR_EF_ON_DISK) {
        if (e->flags & MR_EF_CHUNKED) mr_versions_delete_chunks(s, mr_entry_key(e));
        mr_buf_clear(&s->row);
        mr_key_row(&s->row, mr_store_prefix(s), MR_ROW_ENTRY, b->start, mr_entry_key(e));
        mr_batch_delete(&s->batch, mr_buf_view(&s->row));
    }
    e->flags &= (uint8_t) ~(MR_EF_ON_DISK | MR_EF_CHUNKED);
}

static void write_entry(struct mr_store *s, struct mr_bucket *b, struct mr_entry *e) {
    struct mr_str value = mr_entry_committed(e);
    e->flags &= (uint8_t)~MR_EF_DIRTY;
    if (value.p) {
        put_row(s, b, e, value);
        return;
    }
    delete_row(s, b, e);
    if (!e->committed) mr_overlay_remove(&b->overlay, e); /* S4 */
}

static void write_identity(struct mr_store *s) {
    struct mr_checkpoint p = {.app = mr_str(s->spec.app),
                              .name = mr_str(s->spec.name),
                              .partition = s->spec.partition,
                              .fingerprint = s->spec.fingerprint,
                              .position = s->round.position,
                              .wall_ms = s->round.wall_ms,
                              .low = s->round.low};
    if (s->has_incarnation) p.incarnation = (struct mr_str){s->incarnation, MR_INCARNATION_LEN};
    mr_buf_clear(&s->row);
    mr_buf_clear(&s->value);
    mr_key_class(&s->row, mr_store_prefix(s), MR_ROW_IDENTITY);
    mr_checkpoint_write(&p, &s->value);
    mr_batch_put(&s->batch, mr_buf_view(&s->row), mr_buf_view(&s->value));
}

static void write_clock(struct mr_store *s) {
    if (!s->clock_dirty) return;
    mr_buf_clear(&s->row);
    mr_key_class(&s->row, mr_store_prefix(s), MR_ROW_CLOCK);
    if (s->clock_committed.n)
        mr_batch_put(&s->batch, mr_buf_view(&s->row), mr_buf_view(&s->clock_committed));
    else
        mr_batch_delete(&s->batch, mr_buf_view(&s->row));
}

static enum mr_class write_batch(struct mr_store *s) {
    struct mr_err err;
    if (s->failed || s->batch.n == 0) return mr_store_health(s, NULL);
    enum mr_class c = s->engine->vt->write(s->engine, &s->batch, &err);
    if (c != MR_OK) mr_store_fail(s, &err);
    return mr_store_health(s, NULL);
}

static enum mr_class end_round(struct mr_store *s) {
    struct mr_err err;
    write_clock(s);
    write_identity(s);
    if (write_batch(s) != MR_OK) return MR_FATAL;
    /* A new wall clock alone is not worth a file. */
    bool news = !s->stored || s->stored_position != s->round.position;
    if (news && s->engine->vt->flush(s->engine, false, &err) != MR_OK) {
        mr_store_fail(s, &err);
        return MR_FATAL;
    }
    s->clock_dirty = false;
    s->stored = true;
    s->stored_incarnation = s->has_incarnation;
    s->stored_position = s->round.position;
    s->stored_wall_ms = s->round.wall_ms;
    s->round.active = false;
    return MR_OK;
}

enum mr_class mr_store_write_behind(struct mr_store *s, size_t max, bool *ret_done,
                                    struct mr_err *err) {
    *ret_done = false;
    if (s->failed) return mr_store_health(s, err);
    if (!s->round.active) {
        *ret_done = up_to_date(s);
        if (*ret_done) return MR_OK;
        begin_round(s);
    }
    mr_batch_clear(&s->batch);
    struct mr_bucket *b = NULL;
    for (size_t n = 0; n < max && s->batch.ops.n < BATCH_BYTES; n++) {
        if (!(b = next_of_round(s))) break;
        write_entry(s, b, b->round.v[--b->round.n]);
    }
    if (next_of_round(s)) {
        if (write_batch(s) != MR_OK) return mr_store_health(s, err);
        return MR_OK;
    }
    if (end_round(s) != MR_OK) return mr_store_health(s, err);
    *ret_done = true;
    return MR_OK;
}

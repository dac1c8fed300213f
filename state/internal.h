/* internal.h -- what the files of state/ share: a store, its buckets, the open transaction.
 *
 * Life of an entry's value (flags, in brackets what the overlay holds):
 *
 *   absent --touch--> listed, new --commit--> dirty --write-behind--> clean [on disk] --evict-->
 * gone |                     ^ |                      | abort: gone             | +------- touch
 * --------+--> listed (its committed
 *                                              +---- commit ------------+     value in an mr_undo)
 *
 * Invariants (asserted in tests/unit/test_state_model.c):
 *   S1  an entry is on the undo list iff e->committed, and then once;
 *   S2  the committed value of a listed entry is in its mr_undo, of another one in the entry;
 *   S3  DIRTY iff the committed value differs (or may) from the row on disk; then the entry is in
 *       exactly one of its bucket's lists, dirty or round, at e->dirty_at;
 *   S4  without ON_DISK there is no row on disk; a clean entry that is not listed is either on
 *       disk or a deleted one, and deleted, clean, unlisted entries do not exist;
 *   S5  b->cold = keys of the bucket on disk whose entry is not in memory, unless b->unknown.
 */
#ifndef MR_STATE_INTERNAL_H
#define MR_STATE_INTERNAL_H

#include "base/buf.h"
#include "proto/changelog.h"
#include "state/engine.h"
#include "state/keys.h"
#include "state/overlay.h"
#include "state/state.h"

enum mr_entry_flag {
    MR_EF_DELETED = 1, /* there is no value */
    MR_EF_DIRTY = 2,
    MR_EF_ON_DISK = 4,  /* there may be a row on disk */
    MR_EF_REF = 8,      /* used since the eviction clock came by */
    MR_EF_FORCE = 16,   /* goes into the next changelog even if it has not changed */
    MR_EF_CHUNKED = 32, /* the row on disk has further chunks */
};

struct mr_undo {            /* in the transaction's arena */
    struct mr_entry *entry; /* follows moves */
    struct mr_bucket *bucket;
    uint64_t pad;
    struct mr_entry copy; /* last: key_len 0, then the value; flags & DELETED: there was none */
};

struct mr_dirty {
    struct mr_entry **v; /* owned */
    size_t n, cap;
};

struct mr_bucket {
    int64_t start;
    struct mr_overlay overlay;
    struct mr_dirty dirty; /* since the round began, or for the next one */
    struct mr_dirty round; /* still to be written in this round */
    size_t cold;           /* S5 */
    bool unknown;          /* rows of an earlier run are on disk: cold is not known */
    bool has_rows;         /* there may be rows on disk */
    bool fresh;            /* made in the open transaction */
    bool closed;           /* in the open transaction */
    bool rewritten;        /* in the open transaction: all entries are in its changelog */
    int64_t low;           /* no changelog record of it lies before this offset; -1 = none */
};

struct mr_round { /* of write-behind */
    bool active;
    int64_t position, wall_ms, low; /* of the store when the round began */
    int64_t hint;                   /* buckets before this start have nothing more to write */
};

struct mr_horizon { /* as mr_version_prune was told; INT64_MIN = none */
    int64_t ended, first;
};

struct mr_store {
    struct mr_engine *engine;
    struct mr_store_spec spec;
    struct mr_buf prefix;       /* of its rows */
    struct mr_bucket **buckets; /* owned; by start */
    size_t n_buckets, cap_buckets;
    struct mr_bucket *last;  /* the last one found, or NULL */
    size_t bytes, n_entries; /* in memory, over all buckets */

    /* the open transaction */
    struct mr_arena arena; /* undo records and changelog bytes */
    struct mr_undo **undo; /* in order of first touch */
    size_t n_undo, cap_undo;
    size_t n_closed, n_marked; /* buckets closed; made or rewritten */
    struct mr_buf clock, clock_committed;
    bool clock_changed; /* they differ */

    /* what is committed */
    int64_t next, wall_ms; /* changelog position, wall clock of its commit */
    int64_t clock_low;     /* as mr_bucket.low, of the clock; -1 = none */
    bool clock_dirty;      /* clock_committed is not on disk */
    char incarnation[MR_INCARNATION_LEN];
    bool has_incarnation;

    /* what is on disk */
    enum mr_identity identity;
    bool stored; /* there is an identity row, with: */
    bool stored_incarnation;
    int64_t stored_position, stored_wall_ms;
    struct mr_round round;

    struct mr_horizon horizon; /* of versions */
    struct mr_horizon
        horizon_committed; /* an abort goes back: rows that are read again must stay */
    size_t prune_hand;     /* slot of the only bucket */

    struct mr_batch batch;          /* scratch */
    struct mr_buf row, value, pack; /* scratch: row key, row value, packed versions */
    bool failed;                    /* the engine failed: err; the store is of no more use */
    struct mr_err err;
};

/* ---- store.c */
void mr_store_fail(struct mr_store *s, const struct mr_err *err);
struct mr_str mr_store_prefix(const struct mr_store *s);

/* ---- window.c: buckets */
struct mr_bucket *mr_bucket_add(struct mr_store *s, int64_t start); /* must not exist */
size_t mr_bucket_index(const struct mr_store *s, int64_t start);    /* first with start >= */
void mr_bucket_drop(struct mr_store *s, size_t index);              /* memory and disk */
void mr_bucket_forget(struct mr_store *s, size_t index);            /* memory only */
int64_t mr_store_low(const struct mr_store *s);                     /* trim point, -1 = none */

/* ---- entry.c: entries. List and lookup include deleted ones */
struct mr_entry *mr_entry_lookup(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                 uint64_t hash);
/* Takes a clean value from disk in; the key is not in memory. */
struct mr_entry *mr_entry_take_in(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                  uint64_t hash, struct mr_str row_value);
void mr_entry_list(struct mr_store *s, struct mr_bucket *b, struct mr_entry *e);
/* Room for n bytes; the value is kept. The entry may move. */
struct mr_entry *mr_entry_room(struct mr_bucket *b, struct mr_entry *e, uint32_t n);
/* Replaces the value without looking at limits; lists it. */
void mr_entry_set(struct mr_store *s, struct mr_bucket *b, struct mr_str key, uint64_t hash,
                  struct mr_str value);
void mr_entry_mark_dirty(struct mr_bucket *b, struct mr_entry *e);

static inline struct mr_undo *mr_undo_of(const struct mr_entry *e) {
    return (struct mr_undo *)((char *)e->committed - offsetof(struct mr_undo, copy));
}

/* Values as mr_change shows them: p == NULL when there is none. */
static inline struct mr_str mr_entry_present(const struct mr_entry *e) {
    if (e->flags & MR_EF_DELETED) return (struct mr_str){NULL, 0};
    return (struct mr_str){mr_entry_value(e), e->value_len};
}

static inline struct mr_str mr_entry_committed(const struct mr_entry *e) {
    return mr_entry_present(e->committed ? e->committed : e);
}

/* ---- versioned.c */
/* The changelog records of one changed key. */
void mr_versions_diff(struct mr_store *s, struct mr_str key, struct mr_str committed,
                      struct mr_str present, mr_changelog_cb cb, void *arg);
/* Sets or takes away (value == NULL) one version, listed; for replay. */
void mr_versions_replay(struct mr_store *s, struct mr_str key, int64_t valid_from,
                        const struct mr_str *value);
/* Rows of a value: the first chunk with the number of chunks, then the others. */
void mr_versions_write(struct mr_store *s, struct mr_str key, struct mr_str value,
                       bool *ret_chunked);
/* All chunks from disk behind the first row's value; the result is in s->pack. */
bool mr_versions_read(struct mr_store *s, struct mr_str key, struct mr_str first,
                      struct mr_str *ret, bool *ret_chunked);
/* Deletes the further chunks in s->batch. */
void mr_versions_delete_chunks(struct mr_store *s, struct mr_str key);

/* ---- txn.c */
/* The bytes of one changelog record, in the transaction's arena. */
void mr_changelog_emit(struct mr_store *s, const struct mr_changelog_key *k,
                       const struct mr_str *value, bool tombstone, mr_changelog_cb cb, void *arg);

#endif

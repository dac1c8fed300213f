/* state.h -- stores: overlay in memory first, RocksDB behind, changelog beside. Never sees Kafka.
 *
 * A store belongs to one task (node x partition) and one thread. It holds entries (key bytes ->
 * value bytes) in buckets: a plain store has one bucket, a window store one per window start.
 * The value of an entry is opaque here; operators lay their accumulators and rows out in it.
 *
 * Transactions (EOS-2): the first touch of an entry in a transaction puts its committed value on
 * the undo list. mr_store_abort walks the list back, mr_store_commit forgets it, the changelog of
 * a commit and the rows of `emit: updates` are walks over it. Buckets that were closed in the
 * transaction and the clock are on the same list.
 *
 * Disk (EOS-3): committed values only, and never ahead of what a replay of the changelog from the
 * stored position would give. One RocksDB for the process (mr_engine), WAL off.
 */
#ifndef MR_STATE_STATE_H
#define MR_STATE_STATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

/* ---- the engine: what is on disk. Two implementations: RocksDB, and memory (tests, sim) */

struct mr_engine;

/* Locks dir and opens <dir>/db; FATAL when locked, corrupt or of another application. Keeps the
 * instance id of this process in <dir>/instance. Thread-safe afterwards. */
enum mr_class mr_engine_open_rocks(const char *dir, const char *app, size_t memory_bytes,
                                   struct mr_engine **ret, struct mr_err *err);
/* Loses what was not flushed when mr_engine_mem_crash is called (simulator). */
struct mr_engine *mr_engine_open_mem(void);
void mr_engine_mem_crash(struct mr_engine *e);
/* The same, but the first `keep` batches written since the last flush survive: what a crash loses
 * is a suffix, of any length. Stores must be closed before. */
void mr_engine_mem_crash_keep(struct mr_engine *e, size_t keep);
void mr_engine_close(struct mr_engine *e); /* flushes */
enum mr_class mr_engine_flush(struct mr_engine *e, struct mr_err *err);
const char *mr_engine_instance(struct mr_engine *e); /* 8 hex digits, stable per state directory */

/* ---- stores */

enum mr_store_kind {
    MR_STORE_PLAIN,     /* tables, aggregates without window: changelog compact */
    MR_STORE_VERSIONED, /* tables with history: value = versions; changelog (key, version) */
    MR_STORE_WINDOW,    /* buckets by window start: changelog compact,delete */
};

struct mr_store_spec {      /* from the plan; borrowed for the life of the store */
    const char *app, *name; /* name = the node's */
    int32_t partition;
    enum mr_store_kind kind;
    uint64_t fingerprint;    /* of everything that shapes the state */
    size_t max_record_bytes; /* of the changelog topic; values above are refused (reason size) */
};

struct mr_entry { /* in its bucket's slab; may move when its value grows */
    uint64_t hash;
    struct mr_entry *committed; /* internal: listed in the open transaction (the value before it,
                                   in an mr_undo); NULL = not listed */
    uint32_t key_len, value_len;
    uint32_t dirty_at; /* internal: its place in a list of dirty entries */
    uint8_t flags;     /* internal: enum mr_entry_flag */
    uint8_t class;     /* internal: size of its block */
    uint8_t pad[2];
    char data[]; /* key, padding to 8, value */
};

struct mr_bucket;
struct mr_store;

#define MR_BUCKET_PLAIN INT64_MIN /* the bucket of plain and versioned stores */
/* A bucket beside the others, in plain and window stores: entries that are no windows, deleted one
 * by one. Neither oldest nor next, never closed. */
#define MR_BUCKET_SIDE  INT64_MAX

enum mr_class mr_store_open(struct mr_engine *e, const struct mr_store_spec *spec,
                            struct mr_store **ret, struct mr_err *err);
void mr_store_close(struct mr_store *s); /* an open transaction is aborted */
/* FATAL once the engine has failed under a read or a write of this store: then nothing that the
 * open transaction has made may be committed (mr_store_changelog asserts it). */
enum mr_class mr_store_health(const struct mr_store *s, struct mr_err *err);

/* The bucket of a window start; NULL when absent and !create. Cheap for the last one used. */
struct mr_bucket *mr_store_bucket(struct mr_store *s, int64_t start, bool create);
int64_t mr_bucket_start(const struct mr_bucket *b);
/* The oldest bucket that is neither closed nor dropped; NULL = none. */
struct mr_bucket *mr_store_oldest(struct mr_store *s);
struct mr_bucket *mr_bucket_next(struct mr_store *s, struct mr_bucket *b); /* by start */
/* The first of these whose start is at or behind `start`; NULL = none. */
struct mr_bucket *mr_store_from(struct mr_store *s, int64_t start);

static inline struct mr_str mr_entry_key(const struct mr_entry *e) {
    return (struct mr_str){e->data, e->key_len};
}
static inline char *mr_entry_value(const struct mr_entry *e) {
    return (char *)e->data + ((e->key_len + 7u) & ~7u);
}

/* Hash for find/insert; the same for all stores, so that a batch hashes once. */
uint64_t mr_store_hash(struct mr_str key);
void mr_bucket_prefetch(const struct mr_bucket *b, uint64_t hash);
/* The entry with a value, or NULL. Reads RocksDB only if it may hold the key and memory does not.
 */
const struct mr_entry *mr_bucket_find(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                      uint64_t hash);
/* For writing: the entry, listed in the undo list and dirty; made with value_len zero bytes when
 * absent (*ret_new = true) and otherwise with its present value. Pointer valid until the next
 * call on the store. */
struct mr_entry *mr_bucket_touch(struct mr_store *s, struct mr_bucket *b, struct mr_str key,
                                 uint64_t hash, uint32_t value_len, bool *ret_new);
/* Replaces the value (any length). false: key + value exceed max_record_bytes, nothing changed. */
bool mr_bucket_put(struct mr_store *s, struct mr_bucket *b, struct mr_str key, uint64_t hash,
                   struct mr_str value);
void mr_bucket_delete(struct mr_store *s, struct mr_bucket *b, struct mr_str key, uint64_t hash);
/* Would mr_bucket_put take a value of this length? */
bool mr_store_fits(const struct mr_store *s, struct mr_str key, size_t value_len);

/* All entries with a value, sorted by key bytes (those on disk are read in). Borrowed until the
 * next call on the store; the array is in a. */
const struct mr_entry **mr_bucket_sorted(struct mr_store *s, struct mr_bucket *b,
                                         struct mr_arena *a, size_t *ret_n);
const struct mr_entry **mr_bucket_entries(struct mr_store *s, struct mr_bucket *b,
                                          struct mr_arena *a, size_t *ret_n); /* in no order */
/* Lists every entry, so that the changelog of this commit holds the whole bucket again and the
 * offsets before it are not needed any more (an old bucket that holds back the trimming). */
void mr_bucket_rewrite(struct mr_store *s, struct mr_bucket *b);
/* The same when the changelog has grown far beyond what the bucket holds: a side bucket's entries
 * come and go, its trim point would stay. Call it before each commit. */
void mr_bucket_freshen(struct mr_store *s, struct mr_bucket *b);
/* Marks the bucket closed within the transaction; it goes when the commit is known (after that
 * from disk and, by the task, from the changelog). */
void mr_bucket_close(struct mr_store *s, struct mr_bucket *b);

/* What the open transaction has touched, in order of first touch. committed: value before it
 * (p == NULL: there was none); present: value now (p == NULL: deleted). */
struct mr_change {
    int64_t bucket;
    struct mr_str key, committed, present;
};
size_t mr_store_n_changes(const struct mr_store *s);
/* i < mr_store_n_changes(s). Borrowed until the next call that writes. */
struct mr_change mr_store_change(struct mr_store *s, size_t i);

/* The node's clock (EOS-6): an entry of its own, same undo list, opaque bytes <= 16 KiB. */
void mr_store_set_clock(struct mr_store *s, struct mr_str clock); /* no-op when unchanged */
struct mr_str mr_store_clock(const struct mr_store *s);           /* n == 0: none yet */

/* ---- versioned view: versions of a key, sorted by (valid_from, arrival) */

struct mr_version {
    int64_t valid_from;
    struct mr_str value; /* p == NULL: deleted from here on */
};
/* Adds a version; equal valid_from: the later one wins (replaces). false as mr_bucket_put. */
bool mr_version_put(struct mr_store *s, struct mr_str key, uint64_t hash, int64_t valid_from,
                    struct mr_str value);
/* The version valid at `at`: the last with valid_from <= at. false: none, or a delete. */
bool mr_version_at(struct mr_store *s, struct mr_str key, uint64_t hash, int64_t at,
                   struct mr_str *ret);
bool mr_version_latest(struct mr_store *s, struct mr_str key, uint64_t hash,
                       struct mr_version *ret);
/* Versions whose validity ended at or before horizon may be dropped: done key by key when a key is
 * touched, and a bounded number of other keys in memory per call. The one valid at the horizon
 * stays. A delete that is the last version of its key goes when it is valid at the horizon and lies
 * before `first`: no version that is still to come is valid from before `first`, so none can come
 * back from under it (INT64_MIN: that is not known, deletes stay). */
void mr_version_prune(struct mr_store *s, int64_t horizon, int64_t first);

/* ---- commit */

/* The changelog of the open transaction: one record per changed key (and the clock). Keys and
 * values are changelog bytes (proto/changelog.h frames with the incarnation), borrowed until
 * commit or abort. value.p == NULL: tombstone. */
typedef void (*mr_changelog_cb)(void *arg, struct mr_str key, struct mr_str value);
void mr_store_changelog(struct mr_store *s, mr_changelog_cb cb, void *arg);
bool mr_store_dirty(const struct mr_store *s); /* has the open transaction touched anything? */

/* The transaction is known to be committed; next = changelog offset behind its last record as far
 * as known (a lower bound is right, too: replay is idempotent). wall_ms: now. */
void mr_store_commit(struct mr_store *s, int64_t next, int64_t wall_ms);
void mr_store_abort(struct mr_store *s);
/* Buckets dropped by the last commit: the start of the oldest bucket that is still open and the
 * first changelog offset that it needs, for DeleteRecords. false: nothing to trim. */
bool mr_store_trim_point(struct mr_store *s, int64_t *ret_offset);

/* ---- restore */

enum mr_identity {
    MR_ID_NEW,        /* nothing stored: replay the whole changelog */
    MR_ID_KNOWN,      /* replay from position */
    MR_ID_FINGERPRINT /* stored by another logic: refuse (exit 78) */
};
/* The incarnation is 16 bytes; "" = not chosen yet. position: next changelog offset to replay;
 * wall_ms: of the commit it belongs to. */
enum mr_identity mr_store_identity(struct mr_store *s, struct mr_str *ret_incarnation,
                                   int64_t *ret_position, int64_t *ret_wall_ms);
void mr_store_set_incarnation(struct mr_store *s, struct mr_str sixteen_bytes);
void mr_store_wipe(struct mr_store *s); /* memory and disk; the incarnation is forgotten */
/* One changelog record (committed). FATAL: malformed, or of another incarnation than set. */
enum mr_class mr_store_replay(struct mr_store *s, struct mr_str key, struct mr_str value,
                              int64_t offset, struct mr_err *err);
/* Ends a restore at `next`: drops what the committed clock says is closed (close_before: buckets
 * with start <= it; INT64_MIN = none). */
void mr_store_restored(struct mr_store *s, int64_t next, int64_t close_before);

/* ---- write-behind and memory; called between batches, never inside a transaction's walk */

/* Goes on with the round of write-behind, at most `max` entries. *ret_done: a round has ended
 * (everything dirty when it began is written, then the position). */
enum mr_class mr_store_write_behind(struct mr_store *s, size_t max, bool *ret_done,
                                    struct mr_err *err);
size_t mr_store_memory(const struct mr_store *s);
size_t mr_store_entries(const struct mr_store *s); /* in memory */
/* Gives back clean entries until at most `bytes` are held, or nothing clean is left. */
void mr_store_evict(struct mr_store *s, size_t bytes);

#endif

/* rocks.c -- the engine on RocksDB; the only file that includes rocksdb/c.h.
 *
 * One DB per process, one column family, WAL off: memtables reach the disk in the order in which
 * they were filled, so a crash loses a suffix (engine.h). No file deletion by range, which would
 * break that. One block cache and db_write_buffer_size bound the memory (the C header of Debian 12
 * has no write buffer manager).
 *
 * In the state directory: LOCK (flock; holds the pid of the holder), instance (8 hex digits), db/.
 * RocksDB is thread-safe, so nothing here takes a lock.
 */
#include "state/engine.h"
#include "base/mem.h"
#include "base/rand.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <rocksdb/c.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FORMAT = 1 }; /* of all rows; in the row below */

#define ENGINE_ROW "\0millrace" /* value: format, space, application */

struct rocks {
    struct mr_engine base;
    int lock_fd; /* -1 = not held */
    rocksdb_t *db;
    rocksdb_options_t *options;
    rocksdb_block_based_table_options_t *table;
    rocksdb_cache_t *cache;
    rocksdb_readoptions_t *read, *read_scan;
    rocksdb_writeoptions_t *write;
    rocksdb_flushoptions_t *flush_wait, *flush_later;
};

static struct rocks *rocks_of(struct mr_engine *e) {
    return (struct rocks *)e;
}

/* Takes RocksDB's message. */
static enum mr_class failed(struct mr_err *err, const char *what, char *message) {
    mr_err_set(err, MR_FATAL, 0, "RocksDB %s: %s", what, message);
    rocksdb_free(message);
    return MR_FATAL;
}

/* ---- the vtable */

static enum mr_class rocks_get(struct mr_engine *e, struct mr_str key, struct mr_buf *ret,
                               bool *ret_found, struct mr_err *err) {
    struct rocks *r = rocks_of(e);
    char *message = NULL;
    *ret_found = false;
    rocksdb_pinnableslice_t *slice = rocksdb_get_pinned(r->db, r->read, key.p, key.n, &message);
    if (message) return failed(err, "get", message);
    if (!slice) return MR_OK;
    size_t n;
    const char *p = rocksdb_pinnableslice_value(slice, &n);
    mr_buf_add(ret, p, n);
    rocksdb_pinnableslice_destroy(slice);
    *ret_found = true;
    return MR_OK;
}

static enum mr_class rocks_scan(struct mr_engine *e, struct mr_str from, struct mr_str to,
                                mr_scan_cb cb, void *arg, struct mr_err *err) {
    struct rocks *r = rocks_of(e);
    rocksdb_iterator_t *it = rocksdb_create_iterator(r->db, r->read_scan);
    for (rocksdb_iter_seek(it, from.p, from.n); rocksdb_iter_valid(it); rocksdb_iter_next(it)) {
        struct mr_str key, value;
        key.p = rocksdb_iter_key(it, &key.n);
        value.p = rocksdb_iter_value(it, &value.n);
        if (mr_str_cmp(key, to) >= 0 || !cb(arg, key, value)) break;
    }
    char *message = NULL;
    rocksdb_iter_get_error(it, &message);
    rocksdb_iter_destroy(it);
    return message ? failed(err, "scan", message) : MR_OK;
}

static enum mr_class rocks_write(struct mr_engine *e, const struct mr_batch *b,
                                 struct mr_err *err) {
    struct rocks *r = rocks_of(e);
    rocksdb_writebatch_t *w = rocksdb_writebatch_create();
    enum mr_batch_op op;
    struct mr_str x, y;
    for (size_t at = 0; mr_batch_next(b, &at, &op, &x, &y);) {
        switch (op) {
        case MR_BATCH_PUT: rocksdb_writebatch_put(w, x.p, x.n, y.p, y.n); break;
        case MR_BATCH_DELETE: rocksdb_writebatch_delete(w, x.p, x.n); break;
        case MR_BATCH_DELETE_RANGE: rocksdb_writebatch_delete_range(w, x.p, x.n, y.p, y.n); break;
        }
    }
    char *message = NULL;
    rocksdb_write(r->db, r->write, w, &message);
    rocksdb_writebatch_destroy(w);
    return message ? failed(err, "write", message) : MR_OK;
}

static enum mr_class rocks_flush(struct mr_engine *e, bool wait, struct mr_err *err) {
    struct rocks *r = rocks_of(e);
    char *message = NULL;
    rocksdb_flush(r->db, wait ? r->flush_wait : r->flush_later, &message);
    return message ? failed(err, "flush", message) : MR_OK;
}

static void rocks_close(struct mr_engine *e) {
    struct rocks *r = rocks_of(e);
    if (r->db) rocksdb_close(r->db);
    if (r->read) rocksdb_readoptions_destroy(r->read);
    if (r->read_scan) rocksdb_readoptions_destroy(r->read_scan);
    if (r->write) rocksdb_writeoptions_destroy(r->write);
    if (r->flush_wait) rocksdb_flushoptions_destroy(r->flush_wait);
    if (r->flush_later) rocksdb_flushoptions_destroy(r->flush_later);
    if (r->options) rocksdb_options_destroy(r->options);
    if (r->table) rocksdb_block_based_options_destroy(r->table);
    if (r->cache) rocksdb_cache_destroy(r->cache);
    if (r->lock_fd >= 0) close(r->lock_fd); /* the lock goes with it; the file stays */
    mr_engine_done(e);
    mr_free(r);
}

static const struct mr_engine_vt vt = {.get = rocks_get,
                                       .scan = rocks_scan,
                                       .write = rocks_write,
                                       .flush = rocks_flush,
                                       .close = rocks_close};

/* ---- the state directory */

static enum mr_class make_dirs(const char *dir, struct mr_err *err) {
    char *path MR_CLEANUP(mr_freep) = mr_strdup(dir);
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != 0) continue;
        char keep = *p;
        *p = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return mr_err_set(err, MR_FATAL, errno, "state directory %s: %s", path,
                              strerror(errno));
        *p = keep;
        if (!keep) return MR_OK;
    }
}

static char *join(const char *dir, const char *name) {
    size_t n = strlen(dir), m = strlen(name);
    char *path = mr_alloc(n + m + 2);
    memcpy(path, dir, n);
    path[n] = '/';
    memcpy(path + n + 1, name, m + 1);
    return path;
}

static enum mr_class take_lock(struct rocks *r, const char *dir, struct mr_err *err) {
    char *path MR_CLEANUP(mr_freep) = join(dir, "LOCK");
    char pid[24] = "";
    r->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (r->lock_fd < 0) return mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
    if (flock(r->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        int code = errno;
        ssize_t n = pread(r->lock_fd, pid, sizeof pid - 1, 0);
        pid[n > 0 ? n : 0] = 0;
        pid[strcspn(pid, "\n")] = 0;
        return mr_err_set(err, MR_FATAL, code, "state directory %s is in use by process %s", dir,
                          pid[0] ? pid : "?");
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(r->lock_fd, 0) != 0 || pwrite(r->lock_fd, pid, (size_t)n, 0) != n)
        return mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
    return MR_OK;
}

static bool is_instance(const char *s, size_t n) {
    return n >= 8 && strspn(s, "0123456789abcdef") == 8;
}

/* Written to a file of another name first: a crash leaves the old id, the new one or none. */
static enum mr_class take_instance(struct rocks *r, const char *dir, struct mr_err *err) {
    char *path MR_CLEANUP(mr_freep) = join(dir, "instance");
    char *fresh MR_CLEANUP(mr_freep) = join(dir, "instance.new");
    char text[16] = "";
    FILE *f = fopen(path, "re");
    if (f) {
        size_t n = fread(text, 1, sizeof text - 1, f);
        fclose(f);
        if (!is_instance(text, n))
            return mr_err_set(err, MR_FATAL, 0, "%s does not hold an instance id", path);
        memcpy(r->base.instance, text, 8);
        return MR_OK;
    }
    snprintf(r->base.instance, sizeof r->base.instance, "%08" PRIx32, (uint32_t)mr_rand_os());
    f = fopen(fresh, "we");
    bool ok =
        f && fprintf(f, "%s\n", r->base.instance) > 0 && fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (f) ok = fclose(f) == 0 && ok;
    if (!ok || rename(fresh, path) != 0)
        return mr_err_set(err, MR_FATAL, errno, "%s: %s", path, strerror(errno));
    return MR_OK;
}

/* ---- opening */

/* Half of the budget for blocks (with index and filter blocks), a quarter for memtables; the rest
 * is what RocksDB takes beside (iterators, compactions). */
static void set_options(struct rocks *r, size_t memory) {
    if (memory < 16 << 20) memory = 16 << 20;
    r->cache = rocksdb_cache_create_lru(memory / 2);
    r->table = rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(r->table, r->cache);
    rocksdb_block_based_options_set_filter_policy(r->table,
                                                  rocksdb_filterpolicy_create_bloom_full(10));
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(r->table, 1);
    rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(r->table, 1);
    rocksdb_block_based_options_set_block_size(r->table, 8192);
    r->options = rocksdb_options_create();
    rocksdb_options_set_create_if_missing(r->options, 1);
    rocksdb_options_set_block_based_table_factory(r->options, r->table);
    rocksdb_options_set_write_buffer_size(r->options, memory / 8);
    rocksdb_options_set_db_write_buffer_size(r->options, memory / 4);
    rocksdb_options_set_max_write_buffer_number(r->options, 4);
    rocksdb_options_set_compaction_style(r->options, rocksdb_universal_compaction);
    rocksdb_options_set_compression(r->options, rocksdb_no_compression);
    rocksdb_options_set_max_background_jobs(r->options, 2);
    rocksdb_options_set_max_open_files(r->options, 256);
    rocksdb_options_set_info_log_level(r->options, 2); /* warnings */
    rocksdb_options_set_max_log_file_size(r->options, 1 << 20);
    rocksdb_options_set_keep_log_file_num(r->options, 2);
    rocksdb_options_set_stats_dump_period_sec(r->options, 0);
    rocksdb_options_set_skip_stats_update_on_db_open(r->options, 1);
    r->read = rocksdb_readoptions_create();
    r->read_scan = rocksdb_readoptions_create();
    rocksdb_readoptions_set_fill_cache(r->read_scan, 0); /* a closed bucket is read once */
    r->write = rocksdb_writeoptions_create();
    rocksdb_writeoptions_disable_WAL(r->write, 1);
    r->flush_wait = rocksdb_flushoptions_create();
    r->flush_later = rocksdb_flushoptions_create();
    rocksdb_flushoptions_set_wait(r->flush_later, 0);
}

static enum mr_class check_owner(struct rocks *r, const char *dir, const char *app,
                                 struct mr_err *err) {
    struct mr_str row = MR_STR(ENGINE_ROW);
    struct mr_buf MR_CLEANUP(mr_buf_done) is = {0}, MR_CLEANUP(mr_buf_done) want = {0};
    bool found;
    mr_buf_printf(&want, "%d %s", FORMAT, app);
    enum mr_class c = rocks_get(&r->base, row, &is, &found, err);
    if (c != MR_OK) return c;
    if (found && !mr_str_eq(mr_buf_view(&is), mr_buf_view(&want)))
        return mr_err_set(err, MR_FATAL, 0, "state directory %s holds \"%.*s\", not \"%s\"", dir,
                          (int)is.n, is.p, mr_buf_cstr(&want));
    if (found) return MR_OK;
    struct mr_batch b;
    mr_batch_init(&b);
    mr_batch_put(&b, row, mr_buf_view(&want));
    c = rocks_write(&r->base, &b, err);
    mr_batch_done(&b);
    return c != MR_OK ? c : rocks_flush(&r->base, true, err);
}

static enum mr_class open_in(struct rocks *r, const char *dir, const char *app, size_t memory,
                             struct mr_err *err) {
    enum mr_class c;
    char *message = NULL;
    char *path MR_CLEANUP(mr_freep) = join(dir, "db");
    if ((c = make_dirs(dir, err)) != MR_OK) return c;
    if ((c = take_lock(r, dir, err)) != MR_OK) return c;
    if ((c = take_instance(r, dir, err)) != MR_OK) return c;
    set_options(r, memory);
    r->db = rocksdb_open(r->options, path, &message);
    if (message) return failed(err, "open", message);
    return check_owner(r, dir, app, err);
}

enum mr_class mr_engine_open_rocks(const char *dir, const char *app, size_t memory_bytes,
                                   struct mr_engine **ret, struct mr_err *err) {
    struct rocks *r = mr_calloc(1, sizeof *r);
    mr_engine_init(&r->base, &vt);
    r->lock_fd = -1;
    enum mr_class c = open_in(r, dir, app, memory_bytes, err);
    if (c != MR_OK) {
        rocks_close(&r->base);
        return c;
    }
    *ret = &r->base;
    return MR_OK;
}

/* mem.c -- the engine's twin in memory: a skip list, and a log that takes back what a crash loses.
 *
 * Deterministic: the heights of the skip list come from a fixed seed. Thread-safe by one mutex.
 * Each change keeps what was there before, until the next flush; a crash walks that log back, batch
 * by batch, so that exactly a suffix of the batches is lost.
 */
#include "state/engine.h"
#include "base/mem.h"
#include "base/rand.h"

#include <assert.h>
#include <stdio.h>

enum { HEIGHT_MAX = 16 };

struct row {
    uint32_t key_len, value_len;
    char *data; /* owned: key, value */
    unsigned height;
    struct row *next[]; /* height pointers */
};

struct undone { /* what a batch replaced: value_len == ABSENT: the key was not there */
    size_t batch;
    struct mr_str key, value; /* key owned, value in the same block; value.p == NULL: absent */
};

struct mem {
    struct mr_engine base;
    pthread_mutex_t lock;
    struct row *head;
    struct mr_rand rand;
    size_t n_batches; /* since the last flush */
    struct undone *log;
    size_t n_log, cap_log;
};

static struct mem *mem_of(struct mr_engine *e) {
    return (struct mem *)e;
}

static struct mr_str row_key(const struct row *r) {
    return (struct mr_str){r->data, r->key_len};
}
static struct mr_str row_value(const struct row *r) {
    return (struct mr_str){r->data + r->key_len, r->value_len};
}

/* before[i]: the last row of level i whose key is less. Returns the first row with key >= key. */
static struct row *seek(struct mem *m, struct mr_str key, struct row **before) {
    struct row *r = m->head;
    for (int i = HEIGHT_MAX - 1; i >= 0; i--) {
        while (r->next[i] && mr_str_cmp(row_key(r->next[i]), key) < 0) r = r->next[i];
        if (before) before[i] = r;
    }
    return r->next[0];
}

static char *data_of(struct mr_str key, struct mr_str value) {
    char *data = mr_alloc(key.n + value.n);
    if (key.n) memcpy(data, key.p, key.n);
    if (value.n) memcpy(data + key.n, value.p, value.n);
    return data;
}

static void row_free(struct row *r) {
    mr_free(r->data);
    mr_free(r);
}

static void put(struct mem *m, struct mr_str key, struct mr_str value) {
    struct row *before[HEIGHT_MAX], *r = seek(m, key, before);
    if (r && mr_str_eq(row_key(r), key)) {
        char *data = data_of(key, value);
        mr_free(r->data);
        r->data = data;
        r->value_len = (uint32_t)value.n;
        return;
    }
    unsigned height = 1;
    while (height < HEIGHT_MAX && mr_rand_below(&m->rand, 4) == 0) height++;
    r = mr_alloc(sizeof *r + height * sizeof r->next[0]);
    *r = (struct row){.key_len = (uint32_t)key.n,
                      .value_len = (uint32_t)value.n,
                      .data = data_of(key, value),
                      .height = height};
    for (unsigned i = 0; i < height; i++) {
        r->next[i] = before[i]->next[i];
        before[i]->next[i] = r;
    }
}

static void delete (struct mem *m, struct mr_str key) {
    struct row *before[HEIGHT_MAX], *r = seek(m, key, before);
    if (!r || !mr_str_eq(row_key(r), key)) return;
    for (unsigned i = 0; i < r->height; i++) before[i]->next[i] = r->next[i];
    row_free(r);
}

static void remember(struct mem *m, struct mr_str key, const struct row *r) {
    if (m->n_log == m->cap_log) {
        m->cap_log = m->cap_log ? m->cap_log * 2 : 64;
        m->log = mr_realloc(m->log, m->cap_log * sizeof *m->log);
    }
    struct mr_str value = r ? row_value(r) : (struct mr_str){NULL, 0};
    char *data = data_of(key, value);
    m->log[m->n_log++] =
        (struct undone){m->n_batches, {data, key.n}, {r ? data + key.n : NULL, value.n}};
}

static void remember_one(struct mem *m, struct mr_str key) {
    struct row *r = seek(m, key, NULL);
    remember(m, key, r && mr_str_eq(row_key(r), key) ? r : NULL);
}

static void delete_range(struct mem *m, struct mr_str from, struct mr_str to) {
    for (struct row *r; (r = seek(m, from, NULL)) && mr_str_cmp(row_key(r), to) < 0;) {
        remember(m, row_key(r), r);
        struct mr_str key = m->log[m->n_log - 1].key; /* outlives the row */
        delete (m, key);
    }
}

static enum mr_class mem_get(struct mr_engine *e, struct mr_str key, struct mr_buf *ret,
                             bool *ret_found, struct mr_err *err) {
    struct mem *m = mem_of(e);
    pthread_mutex_lock(&m->lock);
    struct row *r = seek(m, key, NULL);
    *ret_found = r && mr_str_eq(row_key(r), key);
    if (*ret_found) mr_buf_str(ret, row_value(r));
    pthread_mutex_unlock(&m->lock);
    return MR_OK;
}

static enum mr_class mem_scan(struct mr_engine *e, struct mr_str from, struct mr_str to,
                              mr_scan_cb cb, void *arg, struct mr_err *err) {
    struct mem *m = mem_of(e);
    pthread_mutex_lock(&m->lock);
    for (struct row *r = seek(m, from, NULL); r; r = r->next[0])
        if (mr_str_cmp(row_key(r), to) >= 0 || !cb(arg, row_key(r), row_value(r))) break;
    pthread_mutex_unlock(&m->lock);
    return MR_OK;
}

static enum mr_class mem_write(struct mr_engine *e, const struct mr_batch *b, struct mr_err *err) {
    struct mem *m = mem_of(e);
    enum mr_batch_op op;
    struct mr_str x, y;
    pthread_mutex_lock(&m->lock);
    for (size_t at = 0; mr_batch_next(b, &at, &op, &x, &y);) {
        if (op == MR_BATCH_DELETE_RANGE) {
            delete_range(m, x, y);
            continue;
        }
        remember_one(m, x);
        if (op == MR_BATCH_PUT)
            put(m, x, y);
        else
            delete (m, x);
    }
    m->n_batches++;
    pthread_mutex_unlock(&m->lock);
    return MR_OK;
}

static void forget_log(struct mem *m) {
    for (size_t i = 0; i < m->n_log; i++) mr_free((char *)m->log[i].key.p);
    m->n_log = m->n_batches = 0;
}

static enum mr_class mem_flush(struct mr_engine *e, bool wait, struct mr_err *err) {
    struct mem *m = mem_of(e);
    pthread_mutex_lock(&m->lock);
    forget_log(m);
    pthread_mutex_unlock(&m->lock);
    return MR_OK;
}

static void mem_close(struct mr_engine *e) {
    struct mem *m = mem_of(e);
    forget_log(m);
    for (struct row *r = m->head, *next; r; r = next) {
        next = r->next[0];
        row_free(r);
    }
    mr_free(m->log);
    pthread_mutex_destroy(&m->lock);
    mr_engine_done(e);
    mr_free(m);
}

static const struct mr_engine_vt vt = {
    .get = mem_get, .scan = mem_scan, .write = mem_write, .flush = mem_flush, .close = mem_close};

struct mr_engine *mr_engine_open_mem(void) {
    static _Atomic unsigned n_opened; /* engines of one process are different instances */
    struct mem *m = mr_calloc(1, sizeof *m);
    mr_engine_init(&m->base, &vt);
    snprintf(m->base.instance, sizeof m->base.instance, "%08x", n_opened++);
    pthread_mutex_init(&m->lock, NULL);
    mr_rand_seed(&m->rand, 1);
    m->head = mr_calloc(1, sizeof *m->head + HEIGHT_MAX * sizeof m->head->next[0]);
    m->head->height = HEIGHT_MAX;
    return &m->base;
}

void mr_engine_mem_crash_keep(struct mr_engine *e, size_t keep) {
    assert(e->vt == &vt && e->n_held == 0);
    struct mem *m = mem_of(e);
    while (m->n_log > 0 && m->log[m->n_log - 1].batch >= keep) {
        struct undone *u = &m->log[--m->n_log];
        if (u->value.p)
            put(m, u->key, u->value);
        else
            delete (m, u->key);
        mr_free((char *)u->key.p);
    }
    forget_log(m); /* what has survived is on disk now */
}

void mr_engine_mem_crash(struct mr_engine *e) {
    mr_engine_mem_crash_keep(e, 0);
}

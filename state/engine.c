#include "state/engine.h"
#include "base/mem.h"

#include <assert.h>

/* ---- batches */

void mr_batch_init(struct mr_batch *b) {
    *b = (struct mr_batch){0};
}

void mr_batch_done(struct mr_batch *b) {
    mr_buf_done(&b->ops);
}

void mr_batch_clear(struct mr_batch *b) {
    mr_buf_clear(&b->ops);
    b->n = 0;
}

static void add(struct mr_batch *b, enum mr_batch_op op, struct mr_str x, struct mr_str y) {
    uint32_t lengths[2] = {(uint32_t)x.n, (uint32_t)y.n};
    mr_buf_byte(&b->ops, (uint8_t)op);
    mr_buf_add(&b->ops, lengths, sizeof lengths);
    mr_buf_str(&b->ops, x);
    mr_buf_str(&b->ops, y);
    b->n++;
}

void mr_batch_put(struct mr_batch *b, struct mr_str key, struct mr_str value) {
    add(b, MR_BATCH_PUT, key, value);
}

void mr_batch_delete(struct mr_batch *b, struct mr_str key) {
    add(b, MR_BATCH_DELETE, key, MR_STR(""));
}

void mr_batch_delete_range(struct mr_batch *b, struct mr_str from, struct mr_str to) {
    add(b, MR_BATCH_DELETE_RANGE, from, to);
}

bool mr_batch_next(const struct mr_batch *b, size_t *at, enum mr_batch_op *ret_op,
                   struct mr_str *ret_a, struct mr_str *ret_b) {
    if (*at == b->ops.n) return false;
    const char *p = b->ops.p + *at;
    uint32_t lengths[2];
    memcpy(lengths, p + 1, sizeof lengths);
    *ret_op = (enum mr_batch_op)p[0];
    *ret_a = (struct mr_str){p + 9, lengths[0]};
    *ret_b = (struct mr_str){p + 9 + lengths[0], lengths[1]};
    *at += 9 + (size_t)lengths[0] + lengths[1];
    return true;
}

/* ---- what both engines share */

void mr_engine_init(struct mr_engine *e, const struct mr_engine_vt *vt) {
    *e = (struct mr_engine){.vt = vt};
    pthread_mutex_init(&e->lock, NULL);
}

void mr_engine_done(struct mr_engine *e) {
    pthread_mutex_destroy(&e->lock);
    mr_free(e->held);
}

void mr_engine_close(struct mr_engine *e) {
    if (!e) return;
    assert(e->n_held == 0);
    e->vt->flush(e, true, NULL); /* failed: the changelog has it */
    e->vt->close(e);
}

enum mr_class mr_engine_flush(struct mr_engine *e, struct mr_err *err) {
    return e->vt->flush(e, true, err);
}

const char *mr_engine_instance(struct mr_engine *e) {
    return e->instance;
}

bool mr_engine_hold(struct mr_engine *e, struct mr_str prefix) {
    bool ok = true;
    pthread_mutex_lock(&e->lock);
    for (size_t i = 0; i < e->n_held && ok; i++) ok = !mr_str_eq(e->held[i], prefix);
    if (ok) {
        if (e->n_held == e->cap_held) {
            e->cap_held = e->cap_held ? e->cap_held * 2 : 16;
            e->held = mr_realloc(e->held, e->cap_held * sizeof *e->held);
        }
        e->held[e->n_held++] = prefix;
    }
    pthread_mutex_unlock(&e->lock);
    return ok;
}

void mr_engine_let_go(struct mr_engine *e, struct mr_str prefix) {
    pthread_mutex_lock(&e->lock);
    for (size_t i = 0; i < e->n_held; i++)
        if (mr_str_eq(e->held[i], prefix)) {
            e->held[i] = e->held[--e->n_held];
            break;
        }
    pthread_mutex_unlock(&e->lock);
}

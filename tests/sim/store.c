/* store.c -- between a process's stores and its disk, which outlives it: an engine in memory.
 *
 * A crash loses a suffix of the batches written since the last flush (state/mem.c). What a dead
 * process still writes never arrives.
 */
#include "tests/sim/sim.h"

#include "base/mem.h"

static struct sim_store_engine *of(struct mr_engine *e) {
    return (struct sim_store_engine *)e;
}

#define VISIT(e, call, expr)                                                                       \
    struct sim_visit visit;                                                                        \
    enum mr_class class;                                                                           \
    if (!sim_enter((e)->proc, call, &visit, &class, err)) return class;                            \
    class = (expr);                                                                                \
    return sim_leave((e)->proc, call, &visit, class, err)

static enum mr_class get(struct mr_engine *b, struct mr_str key, struct mr_buf *ret,
                         bool *ret_found, struct mr_err *err) {
    struct sim_store_engine *e = of(b);
    VISIT(e, SIM_STORE_GET, e->disk->vt->get(e->disk, key, ret, ret_found, err));
}

static enum mr_class scan(struct mr_engine *b, struct mr_str from, struct mr_str to, mr_scan_cb cb,
                          void *arg, struct mr_err *err) {
    struct sim_store_engine *e = of(b);
    VISIT(e, SIM_STORE_SCAN, e->disk->vt->scan(e->disk, from, to, cb, arg, err));
}

static enum mr_class write_counted(struct sim_store_engine *e, const struct mr_batch *b,
                                   struct mr_err *err) {
    e->batches++;
    return e->disk->vt->write(e->disk, b, err);
}

static enum mr_class write(struct mr_engine *b, const struct mr_batch *batch, struct mr_err *err) {
    struct sim_store_engine *e = of(b);
    VISIT(e, SIM_STORE_WRITE, write_counted(e, batch, err));
}

static enum mr_class flush_counted(struct sim_store_engine *e, bool wait, struct mr_err *err) {
    e->batches = 0;
    return e->disk->vt->flush(e->disk, wait, err);
}

static enum mr_class flush(struct mr_engine *b, bool wait, struct mr_err *err) {
    struct sim_store_engine *e = of(b);
    VISIT(e, SIM_STORE_FLUSH, flush_counted(e, wait, err));
}

static void close_engine(struct mr_engine *b) {
    mr_engine_done(b);
    mr_free(b);
}

static const struct mr_engine_vt vt = {
    .get = get, .scan = scan, .write = write, .flush = flush, .close = close_engine};

struct sim_store_engine *sim_store_open(struct sim_proc *p) {
    struct sim_store_engine *e = mr_calloc(1, sizeof *e);
    mr_engine_init(&e->base, &vt);
    snprintf(e->base.instance, sizeof e->base.instance, "%08x", (unsigned)p->index);
    e->disk = p->disk;
    e->proc = p;
    return e;
}

/* provenance.c -- where a row comes from, as bytes in provenance order (language.md 5).
 *
 *   timestamp, source name, partition, offset      of a record that was read
 *   timestamp, node name, partition, key           of a row that a window made
 * Bytes compare like these, so that whatever depends on the order of rows can keep them beside
 * what it has picked, and never depends on the order of arrival. A row with neither (behind an
 * aggregate without a close) has its timestamp alone.
 */
#include "processor/op/internal.h"

static char *put_be(char *to, uint64_t v, unsigned bytes) {
    while (bytes-- > 0) *to++ = (char)(uint8_t)(v >> (8 * bytes));
    return to;
}

static char *put_int(char *to, int64_t v) {
    return put_be(to, (uint64_t)v ^ UINT64_C(1) << 63, 8);
}

struct mr_str mr_provenance(const struct mr_rec *r, struct mr_arena *a) {
    enum { FIXED = 8 + 1 + 4 + 8 };
    const struct mr_origin *o = r->origin;
    size_t source = o && o->source ? strlen(o->source) : 0;
    size_t key = o && !o->topic && o->key.p ? o->key.n : 0;
    char *p = mr_arena_alloc(a, FIXED + source + key);
    char *at = put_int(p, r->ts);
    if (!o) return (struct mr_str){p, (size_t)(at - p)};
    memcpy(at, o->source ? o->source : "", source);
    at += source;
    *at++ = 0;
    at = put_be(at, (uint32_t)o->partition, 4);
    at = put_int(at, o->offset);
    if (key) memcpy(at, o->key.p, key);
    return (struct mr_str){p, (size_t)(at - p) + key};
}

const struct mr_origin *mr_origin_made(struct mr_op *op, struct mr_str key, int64_t ts) {
    struct mr_origin *o = mr_arena_calloc(mr_op_arena(op), 1, sizeof *o);
    o->source = op->step->node;
    o->partition = op->graph->conf.partition;
    o->timestamp = ts;
    o->appended = -1;
    o->key = key;
    return o;
}

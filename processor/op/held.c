/* held.c -- a record as bytes in a store, and back; see held.h.
 *
 * number of headers, then per header two lengths, name and value; then a repartition frame, which
 * has the row, its times and its origin. Lengths are 4 bytes, little-endian.
 */
#include "processor/op/held.h"

#include "base/mem.h"
#include "proto/frame.h"

#include <assert.h>
#include <xxhash.h>

enum { NULL_VALUE = -1 };

void mr_held_check(struct mr_check *c, struct mr_held_conf *conf) {
    conf->row = conf->row_and_key = c->in.row;
    conf->record_key = c->in.record_key;
    if (conf->record_key) /* whether it is read is not known yet */
        conf->row_and_key =
            mr_flow_packed(c->arena, c->in.row, &(struct mr_record_key){.read = true});
    mr_key_codec_init(&conf->meta_key, c->arena, c->scope.meta_key, NULL);
    for (uint32_t i = 0; c->row_fields_read && i < c->in.row->n_fields; i++)
        c->row_fields_read[i] = true;
    c->out.value_format = NULL;
}

static const struct mr_type *type_of(const struct mr_held_conf *conf) {
    return conf->record_key && conf->record_key->read ? conf->row_and_key : conf->row;
}

/* ---- headers */

static void put_int(struct mr_buf *to, int32_t v) {
    mr_buf_add(to, &v, sizeof v);
}

static int32_t get_int(struct mr_str *s) {
    int32_t v;
    assert(s->n >= sizeof v); /* we wrote it */
    memcpy(&v, s->p, sizeof v);
    *s = (struct mr_str){s->p + sizeof v, s->n - sizeof v};
    return v;
}

static struct mr_str get_bytes(struct mr_str *s, size_t n) {
    struct mr_str ret = {s->p, n};
    assert(s->n >= n);
    *s = (struct mr_str){s->p + n, s->n - n};
    return ret;
}

static void put_headers(const struct mr_origin *o, struct mr_buf *to) {
    put_int(to, o ? (int32_t)o->n_headers : 0);
    for (uint32_t i = 0; o && i < o->n_headers; i++) {
        const struct mr_header *h = &o->headers[i];
        put_int(to, (int32_t)h->name.n);
        put_int(to, h->value.p ? (int32_t)h->value.n : NULL_VALUE);
        mr_buf_str(to, h->name);
        if (h->value.p) mr_buf_str(to, h->value);
    }
}

static const struct mr_header *get_headers(struct mr_str *s, struct mr_arena *a, uint32_t *ret_n) {
    *ret_n = (uint32_t)get_int(s);
    struct mr_header *h = mr_arena_calloc(a, *ret_n + 1u, sizeof *h);
    for (uint32_t i = 0; i < *ret_n; i++) {
        int32_t name = get_int(s), value = get_int(s);
        h[i].name = get_bytes(s, (size_t)name);
        if (value != NULL_VALUE) h[i].value = get_bytes(s, (size_t)value);
    }
    return h;
}

/* ---- records */

void mr_held_write(const struct mr_held_conf *conf, const struct mr_rec *r, struct mr_buf *to) {
    MR_CLEANUP(mr_buf_done) struct mr_buf row = {0};
    struct mr_rframe f = {
        .version = MR_FRAME_VERSION, .has_row = true, .row_time = r->time, .row_ts = r->ts};
    mr_row_pack(type_of(conf), r->row, &row);
    f.row = mr_buf_view(&row);
    mr_origin_to_frame(r->origin, ~0u, r->index, &f);
    if (r->origin && r->origin->origin_key.tag == MR_V_ABSENT) /* its key is the one it came with */
        f.origin.origin_key = (struct mr_str){NULL, 0};
    put_headers(r->origin, to);
    mr_rframe_write(&f, to);
}

void mr_held_read(const struct mr_held_conf *conf, struct mr_str bytes, struct mr_arena *a,
                  struct mr_rec *ret) {
    struct mr_rframe f;
    uint32_t n_headers;
    const struct mr_header *headers = get_headers(&bytes, a, &n_headers);
    const struct mr_type *type = type_of(conf);
    struct mr_value *row = mr_arena_alloc(a, (type->n_fields + 1) * sizeof *row);
    bool ok = mr_rframe_read(bytes, &f) && mr_row_unpack(type, f.row, NULL, row, a);
    assert(ok); /* we wrote it */
    ret->ts = f.row_ts;
    ret->time = f.row_time;
    ret->row = row;
    struct mr_origin *o = mr_origin_from_frame(&conf->meta_key, &f, a);
    if (o) {
        o->headers = headers;
        o->n_headers = n_headers;
    }
    ret->origin = o;
}

void mr_held_big(struct mr_buf *to, uint64_t v, unsigned bytes) {
    while (bytes-- > 0) mr_buf_byte(to, (uint8_t)(v >> (8 * bytes)));
}

void mr_held_sortable(struct mr_buf *to, struct mr_str key) {
    for (size_t i = 0; i < key.n; i++) {
        mr_buf_byte(to, (uint8_t)key.p[i]);
        if (!key.p[i]) mr_buf_byte(to, 0xff);
    }
    mr_buf_byte(to, 0);
    mr_buf_byte(to, 0);
}

void mr_held_provenance(const struct mr_held_conf *conf, const struct mr_rec *r,
                        struct mr_buf *to) {
    MR_CLEANUP(mr_buf_done) struct mr_buf row = {0};
    const struct mr_origin *o = r->origin;
    if (o && o->source) mr_buf_cat(to, o->source);
    mr_buf_byte(to, 0);
    mr_held_big(to, o ? (uint32_t)o->partition : 0, 4);
    mr_held_big(to, o ? (uint64_t)o->offset : 0, 8);
    if (o && !mr_origin_is_read(o) && o->key.p) mr_held_sortable(to, o->key);
    mr_held_big(to, o ? o->index : 0, 4);
    mr_held_big(to, r->index, 2);
    if (r->row) mr_row_pack(type_of(conf), r->row, &row);
    mr_held_big(to, XXH64(row.p, row.n, 0), 8); /* the same on every machine */
}

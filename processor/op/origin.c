/* origin.c -- what `meta` reads, in and out of a frame: repartitions and held records. */
#include "processor/op/internal.h"
#include "proto/frame.h"

void mr_origin_to_frame(const struct mr_origin *o, uint32_t meta, uint32_t index,
                        struct mr_rframe *f) {
    const struct mr_str none = {NULL, 0};
    if (!o) return;
    bool key = meta & (1u << MR_META_KEY | 1u << MR_META_ORIGIN_KEY);
    key |= !mr_origin_is_read(o); /* part of its provenance */
    f->has_origin = true;
    f->origin = (struct mr_frame_origin){
        .source = mr_str(o->source),
        .topic = o->topic ? mr_str(o->topic) : none,
        .partition = o->partition,
        .offset = o->offset,
        .timestamp = o->timestamp,
        .appended = o->appended,
        .key = key ? o->key : none,
        .origin_key = key ? o->key : none,
        .index = index,
    };
}

static const char *dup_name(struct mr_arena *a, struct mr_str s) {
    return s.p ? mr_arena_strndup(a, s.p, s.n) : NULL;
}

struct mr_origin *mr_origin_from_frame(const struct mr_key_codec *codec, const struct mr_rframe *f,
                                       struct mr_arena *a) {
    if (!f->has_origin) return NULL;
    const struct mr_frame_origin *from = &f->origin;
    struct mr_origin *o = mr_arena_calloc(a, 1, sizeof *o);
    *o = (struct mr_origin){
        .source = dup_name(a, from->source),
        .topic = dup_name(a, from->topic),
        .partition = from->partition,
        .offset = from->offset,
        .index = from->index,
        .timestamp = from->timestamp,
        .appended = from->appended,
        .key = from->key,
        .value = {NULL, 0},
    };
    o->meta_key = mr_key_read(codec, from->key, a);
    o->origin_key = mr_key_read(codec, from->origin_key, a);
    return o;
}

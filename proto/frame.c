#include "proto/frame.h"
#include "proto/wire.h"

/* Field numbers of repartition.proto. */
enum {
    VERSION = 1,
    SENDER,
    SENDER_TIME,
    SENDER_IDLE,
    ROW_TIME,
    ROW_TS,
    RETRACT,
    ORIGIN,
    ROW,
    OLD_ROW
};
enum {
    O_SOURCE = 1,
    O_TOPIC,
    O_PARTITION,
    O_OFFSET,
    O_TS,
    O_APPENDED,
    O_KEY,
    O_ORIGIN_KEY,
    O_INDEX
};

#define BIT(field) ((uint64_t)1 << (field))

static const uint64_t frame_required = BIT(VERSION) | BIT(SENDER) | BIT(SENDER_TIME);
static const uint64_t row_required = BIT(ROW_TIME) | BIT(ROW_TS) | BIT(ROW);
static const uint64_t row_fields =
    BIT(ROW_TIME) | BIT(ROW_TS) | BIT(RETRACT) | BIT(ORIGIN) | BIT(ROW) | BIT(OLD_ROW);
static const uint64_t origin_required =
    BIT(O_PARTITION) | BIT(O_OFFSET) | BIT(O_TS) | BIT(O_APPENDED);

static void origin_write(const struct mr_frame_origin *o, struct mr_buf *to) {
    size_t mark = mr_wire_begin(to, ORIGIN);
    if (o->source.p) mr_wire_bytes(to, O_SOURCE, o->source);
    if (o->topic.p) mr_wire_bytes(to, O_TOPIC, o->topic);
    mr_wire_sint(to, O_PARTITION, o->partition);
    mr_wire_sint(to, O_OFFSET, o->offset);
    mr_wire_sint(to, O_TS, o->timestamp);
    mr_wire_sint(to, O_APPENDED, o->appended);
    if (o->key.p) mr_wire_bytes(to, O_KEY, o->key);
    if (o->origin_key.p) mr_wire_bytes(to, O_ORIGIN_KEY, o->origin_key);
    if (o->index) mr_wire_uint(to, O_INDEX, o->index);
    mr_wire_end(to, mark);
}

void mr_rframe_write(const struct mr_rframe *f, struct mr_buf *to) {
    mr_wire_uint(to, VERSION, f->old_row.p ? MR_FRAME_VERSION_OLD_ROW : MR_FRAME_VERSION);
    mr_wire_sint(to, SENDER, f->sender);
    mr_wire_sint(to, SENDER_TIME, f->sender_time);
    if (f->sender_idle) mr_wire_uint(to, SENDER_IDLE, 1);
    if (!f->has_row) return;
    mr_wire_sint(to, ROW_TIME, f->row_time);
    mr_wire_sint(to, ROW_TS, f->row_ts);
    if (f->retract) mr_wire_uint(to, RETRACT, 1);
    if (f->has_origin) origin_write(&f->origin, to);
    mr_wire_bytes(to, ROW, f->row);
    if (f->old_row.p) mr_wire_bytes(to, OLD_ROW, f->old_row);
}

static bool origin_read(struct mr_str bytes, struct mr_frame_origin *o) {
    struct mr_wire w = mr_wire_of(bytes);
    enum mr_wire_type t;
    for (unsigned field; (field = mr_wire_next(&w, &t));) {
        switch (field) {
        case O_SOURCE: o->source = mr_wire_read_bytes(&w, t); break;
        case O_TOPIC: o->topic = mr_wire_read_bytes(&w, t); break;
        case O_PARTITION: o->partition = mr_wire_read_sint32(&w, t); break;
        case O_OFFSET: o->offset = mr_wire_read_sint(&w, t); break;
        case O_TS: o->timestamp = mr_wire_read_sint(&w, t); break;
        case O_APPENDED: o->appended = mr_wire_read_sint(&w, t); break;
        case O_KEY: o->key = mr_wire_read_bytes(&w, t); break;
        case O_ORIGIN_KEY: o->origin_key = mr_wire_read_bytes(&w, t); break;
        case O_INDEX: o->index = (uint32_t)mr_wire_read_uint(&w, t, UINT32_MAX); break;
        default: return false;
        }
    }
    return !w.bad && (w.seen & origin_required) == origin_required;
}

bool mr_rframe_read(struct mr_str bytes, struct mr_rframe *ret) {
    struct mr_rframe f = {0};
    struct mr_wire w = mr_wire_of(bytes);
    struct mr_str origin = {NULL, 0};
    enum mr_wire_type t;
    for (unsigned field; (field = mr_wire_next(&w, &t));) {
        switch (field) {
        case VERSION: f.version = (uint32_t)mr_wire_read_uint(&w, t, UINT32_MAX); break;
        case SENDER: f.sender = mr_wire_read_sint32(&w, t); break;
        case SENDER_TIME: f.sender_time = mr_wire_read_sint(&w, t); break;
        case SENDER_IDLE: f.sender_idle = mr_wire_read_uint(&w, t, 1); break;
        case ROW_TIME: f.row_time = mr_wire_read_sint(&w, t); break;
        case ROW_TS: f.row_ts = mr_wire_read_sint(&w, t); break;
        case RETRACT: f.retract = mr_wire_read_uint(&w, t, 1); break;
        case ORIGIN: origin = mr_wire_read_bytes(&w, t); break;
        case ROW: f.row = mr_wire_read_bytes(&w, t); break;
        case OLD_ROW: f.old_row = mr_wire_read_bytes(&w, t); break;
        default: return false;
        }
    }
    if (w.bad || (w.seen & frame_required) != frame_required) return false;
    bool old_row = mr_wire_has(&w, OLD_ROW);
    if (f.version != (old_row ? MR_FRAME_VERSION_OLD_ROW : MR_FRAME_VERSION)) return false;
    if (f.sender < 0 || (old_row && f.retract)) return false;
    f.has_row = mr_wire_has(&w, ROW);
    f.has_origin = mr_wire_has(&w, ORIGIN);
    if (f.has_row ? (w.seen & row_required) != row_required : (w.seen & row_fields) != 0)
        return false;
    if (f.has_origin && !origin_read(origin, &f.origin)) return false;
    *ret = f;
    return true;
}

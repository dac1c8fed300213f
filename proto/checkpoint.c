#include "proto/checkpoint.h"
#include "proto/changelog.h"
#include "proto/wire.h"

/* Field numbers of checkpoint.proto. */
enum { VERSION = 1, APP, NAME, PARTITION, FINGERPRINT, INCARNATION, POSITION, WALL, LOW };

void mr_checkpoint_write(const struct mr_checkpoint *c, struct mr_buf *to) {
    mr_wire_uint(to, VERSION, MR_CHECKPOINT_VERSION);
    mr_wire_bytes(to, APP, c->app);
    mr_wire_bytes(to, NAME, c->name);
    mr_wire_sint(to, PARTITION, c->partition);
    mr_wire_fixed64(to, FINGERPRINT, c->fingerprint);
    if (c->incarnation.n) mr_wire_bytes(to, INCARNATION, c->incarnation);
    mr_wire_sint(to, POSITION, c->position);
    mr_wire_sint(to, WALL, c->wall_ms);
    mr_wire_sint(to, LOW, c->low);
}

bool mr_checkpoint_read(struct mr_str bytes, struct mr_checkpoint *ret) {
    struct mr_checkpoint c = {0};
    struct mr_wire w = mr_wire_of(bytes);
    uint64_t version = 0;
    enum mr_wire_type t;
    for (unsigned field; (field = mr_wire_next(&w, &t));) {
        switch (field) {
        case VERSION: version = mr_wire_read_uint(&w, t, UINT32_MAX); break;
        case APP: c.app = mr_wire_read_bytes(&w, t); break;
        case NAME: c.name = mr_wire_read_bytes(&w, t); break;
        case PARTITION: c.partition = mr_wire_read_sint32(&w, t); break;
        case FINGERPRINT: c.fingerprint = mr_wire_read_fixed64(&w, t); break;
        case INCARNATION: c.incarnation = mr_wire_read_bytes(&w, t); break;
        case POSITION: c.position = mr_wire_read_sint(&w, t); break;
        case WALL: c.wall_ms = mr_wire_read_sint(&w, t); break;
        case LOW: c.low = mr_wire_read_sint(&w, t); break;
        default: return false;
        }
    }
    const uint64_t all = ((uint64_t)1 << (LOW + 1)) - 2, maybe = (uint64_t)1 << INCARNATION;
    if (w.bad || version != MR_CHECKPOINT_VERSION || (w.seen | maybe) != all) return false;
    if (mr_wire_has(&w, INCARNATION) && c.incarnation.n != MR_INCARNATION_LEN) return false;
    if (c.position < 0 || c.low < 0) return false;
    *ret = c;
    return true;
}

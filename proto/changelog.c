#include "proto/changelog.h"
#include "proto/wire.h"

/* Field numbers of changelog.proto. */
enum { VERSION = 1, INCARNATION, VALUE };

static bool has_number(enum mr_changelog_class c) {
    return c == MR_CL_WINDOW || c == MR_CL_VERSION;
}

void mr_changelog_key_write(const struct mr_changelog_key *k, struct mr_buf *to) {
    mr_buf_byte(to, (uint8_t)k->class);
    if (has_number(k->class)) {
        char number[8];
        mr_be64_order(k->number, number);
        mr_buf_add(to, number, sizeof number);
    }
    mr_buf_str(to, k->key);
}

bool mr_changelog_key_read(struct mr_str bytes, struct mr_changelog_key *ret) {
    if (!bytes.p || bytes.n == 0) return false;
    struct mr_changelog_key k = {.class = (enum mr_changelog_class)(uint8_t)bytes.p[0]};
    size_t at = 1;
    switch (k.class) {
    case MR_CL_CLOCK:
        if (bytes.n != 1) return false;
        break;
    case MR_CL_ENTRY: break;
    case MR_CL_WINDOW:
    case MR_CL_VERSION:
        if (bytes.n < 9) return false;
        k.number = mr_be64_read(bytes.p + 1);
        at = 9;
        break;
    default: return false;
    }
    k.key = (struct mr_str){bytes.p + at, bytes.n - at};
    *ret = k;
    return true;
}

void mr_changelog_value_write(const struct mr_changelog_value *v, struct mr_buf *to) {
    mr_wire_uint(to, VERSION, MR_CHANGELOG_VERSION);
    mr_wire_bytes(to, INCARNATION, v->incarnation);
    if (v->value.p) mr_wire_bytes(to, VALUE, v->value);
}

bool mr_changelog_value_read(struct mr_str bytes, struct mr_changelog_value *ret) {
    struct mr_changelog_value v = {0};
    struct mr_wire w = mr_wire_of(bytes);
    uint64_t version = 0;
    enum mr_wire_type t;
    for (unsigned field; (field = mr_wire_next(&w, &t));) {
        switch (field) {
        case VERSION: version = mr_wire_read_uint(&w, t, UINT32_MAX); break;
        case INCARNATION: v.incarnation = mr_wire_read_bytes(&w, t); break;
        case VALUE: v.value = mr_wire_read_bytes(&w, t); break;
        default: return false;
        }
    }
    if (w.bad || version != MR_CHANGELOG_VERSION || v.incarnation.n != MR_INCARNATION_LEN)
        return false;
    *ret = v;
    return true;
}

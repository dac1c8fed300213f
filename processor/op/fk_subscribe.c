/* fk_subscribe.c -- `on:` of a join of two tables: a left row goes to where its foreign key lies.
 *
 * What it was before is in the retraction that comes with it, so nothing is kept here. While the
 * foreign key stays the same an update is one row; when it changes, the new one is told before the
 * old one, so that where both lie in one partition a result is replaced and not deleted first.
 * A row whose key is null refers to nobody: it goes on without a key, as it may have a result.
 */
#include "base/mem.h"
#include "processor/op/fk.h"

struct subscribe_conf {
    struct mr_keys on;
    bool keeps; /* a left row has a result without a right one */
};

static const struct mr_type *subscription_type(struct mr_check *c) {
    struct mr_field *to = mr_arena_calloc(c->arena, MR_FK_N_SUBSCRIPTION, sizeof *to);
    to[MR_FK_KEY] = (struct mr_field){.name = MR_STR("key"), .type = &mr_type_bytes};
    to[MR_FK_ROW] = (struct mr_field){.name = MR_STR("row"), .type = c->in.row, .optional = true};
    to[MR_FK_DELETED] =
        (struct mr_field){.name = MR_STR("deleted"), .type = &mr_type_bool, .optional = true};
    return mr_type_struct(c->arena, "", MR_FK_N_SUBSCRIPTION, to);
}

static bool check(struct mr_check *c) {
    struct subscribe_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    const struct mr_tree *join = mr_tree_get(c->tree, "join");
    const struct mr_tree *kind = join ? mr_tree_get(join, "kind") : NULL;
    conf->keeps = kind && mr_str_is(kind->text, "left");
    if (!mr_keys_check(c, &conf->on, c->clause)) return false;
    for (uint32_t i = 0; i < c->in.row->n_fields; i++) c->row_fields_read[i] = true;
    c->out.row = subscription_type(c);
    c->out.value_format = NULL;
    c->out.key = conf->on.type;
    c->out.key_format = NULL;
    c->out.key_moved = true;
    c->out.windowed = false;
    c->conf = conf;
    return true;
}

/* ---- run */

static bool is_whole(const struct mr_step *s, struct mr_rec *r) {
    for (uint32_t i = 0; i < s->in->n_fields; i++)
        if (r->row[i].tag == MR_V_ERROR) {
            mr_fault_of(r, &r->row[i]);
            return false;
        }
    return true;
}

/* false: this row is nobody's: it cannot be computed, or policy has judged its null key. */
static bool foreign_key(struct mr_op *op, struct mr_rec *r, struct mr_buf *buf,
                        struct mr_str *ret) {
    const struct subscribe_conf *conf = op->step->conf;
    if (!r->row || !is_whole(op->step, r) || !mr_keys_make(&conf->on, op, r, buf, ret))
        return false;
    return ret->p || ((r->flags & MR_RF_RETRACT ? op->step->on_null_key == MR_NULL_KEY_PASS
                                                : mr_null_key(op, r)) &&
                      conf->keeps);
}

/* left NULL: it leaves; deleted: for ever. */
static void send(struct mr_op *op, const struct mr_rec *cause, struct mr_str to,
                 const struct mr_value *left, bool deleted) {
    struct mr_value *row = mr_arena_alloc(mr_op_arena(op), MR_FK_N_SUBSCRIPTION * sizeof *row);
    struct mr_rec out = *cause;
    row[MR_FK_KEY] = mr_bytesv(cause->key);
    row[MR_FK_ROW] = MR_ABSENT;
    row[MR_FK_DELETED] = mr_bool(deleted);
    out.flags &= (uint8_t) ~(MR_RF_RECORD | MR_RF_RETRACT);
    if (left) {
        row[MR_FK_ROW] = mr_struct(left);
        row[MR_FK_ROW].len = op->step->in->n_fields;
    } else {
        out.flags |= MR_RF_RETRACT;
    }
    out.key = to;
    out.row = row;
    mr_emit(op, cause, out);
}

static bool same_key(struct mr_str a, struct mr_str b) {
    return a.p && b.p ? mr_str_eq(a, b) : !a.p && !b.p;
}

/* was, now: NULL = none; the same key. */
static void move(struct mr_op *op, struct mr_rec *was, struct mr_rec *now, struct mr_buf *buf) {
    struct mr_str from = {NULL, 0}, to = {NULL, 0};
    bool left = was && foreign_key(op, was, buf, &from);
    bool enters = now && foreign_key(op, now, buf, &to);
    struct mr_rec *cause = now ? now : was;
    if (enters) send(op, cause, to, now->row, false);
    if (left && !(enters && same_key(from, to)))
        send(op, cause, from, NULL, !now);
    else if (!enters && cause->fate == MR_USED)
        mr_filtered(cause);
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    MR_CLEANUP(mr_buf_done) struct mr_buf buf = {0};
    for (size_t i = 0; i < n; i++) {
        if (mr_is_replaced(recs, i, n)) {
            move(op, &recs[i], &recs[i + 1], &buf);
            i++;
        } else if (recs[i].flags & MR_RF_RETRACT) {
            move(op, &recs[i], NULL, &buf);
        } else {
            move(op, NULL, &recs[i], &buf);
        }
    }
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct subscribe_conf *conf = s->conf;
    mr_buf_cat(to, "foreign key ");
    mr_keys_explain(&conf->on, to);
}

const struct mr_op_desc mr_op_fk_subscribe = {
    .name = "fk_subscribe",
    .looks_at_sign = true,
    .check = check,
    .process = process,
    .explain = explain,
};

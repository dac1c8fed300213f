/* fk_result.c -- the last step of a foreign-key join: the one result of a left row.
 *
 * Answers of one foreign key come in their order, those of two in any (fk_join.c). An entry holds
 * the result of each foreign key that has one for the left key: mostly one, two while the row moves
 * from one to the other. The last in the list is shown; what the left row itself has caused goes
 * there, since that is its present foreign key. When both sides have said all, one or none is left.
 * A delete of what was never sent is not sent. An entry: per result length of the foreign key (4;
 * NONE = none), length of the row (4), ts (8), their bytes, padding to 8.
 */
#include "base/mem.h"
#include "processor/op/fk.h"

#define NONE UINT32_MAX

struct head {
    uint32_t by, row;
    int64_t ts;
};

struct member {       /* borrowed from a copy of the entry, or from the answer */
    struct mr_str by; /* p == NULL: no foreign key */
    struct mr_str row;
    int64_t ts;
};

struct members {
    struct member *v;
    uint32_t n;
};

struct result {
    struct mr_buf packed, entry;
};

static bool check(struct mr_check *c) {
    const struct mr_type *row = c->in.row->fields[MR_FK_RESULT].type;
    for (uint32_t i = 0; i < c->in.row->n_fields; i++) c->row_fields_read[i] = true;
    c->out.row = row;
    c->keyed = true;
    c->store_kind = MR_STORE_PLAIN;
    mr_buf_cat(c->shape, "foreign key result ");
    mr_type_print(row, c->shape);
    return true;
}

/* ---- entries */

static size_t padded(size_t n) {
    return (n + 7u) & ~(size_t)7u;
}

/* With room for one more. */
static struct members read_entry(struct mr_op *op, struct mr_bucket *b, struct mr_str key,
                                 uint64_t hash) {
    struct mr_arena *a = mr_op_arena(op);
    const struct mr_entry *e = mr_bucket_find(op->store, b, key, hash);
    struct members m = {NULL, 0};
    size_t len = e ? e->value_len : 0;
    /* rows are read out of it after the store has changed */
    const char *p = len ? mr_arena_dup(a, mr_entry_value(e), len) : "", *end = p + len;
    m.v = mr_arena_alloc(a, (len / sizeof(struct head) + 1) * sizeof *m.v);
    while (p < end) {
        struct head h;
        memcpy(&h, p, sizeof h);
        const char *by = p + sizeof h;
        size_t n = h.by == NONE ? 0 : h.by;
        m.v[m.n++] = (struct member){{h.by == NONE ? NULL : by, n}, {by + n, h.row}, h.ts};
        p = by + padded(n + h.row);
    }
    return m;
}

/* false: too large, nothing changed. */
static bool write_entry(struct mr_op *op, struct mr_bucket *b, struct mr_str key, uint64_t hash,
                        const struct members *m) {
    static const char zero[8];
    struct result *s = op->state;
    mr_buf_clear(&s->entry);
    for (uint32_t i = 0; i < m->n; i++) {
        const struct member *x = &m->v[i];
        struct head h = {x->by.p ? (uint32_t)x->by.n : NONE, (uint32_t)x->row.n, x->ts};
        size_t n = (x->by.p ? x->by.n : 0) + x->row.n;
        mr_buf_add(&s->entry, &h, sizeof h);
        if (x->by.p) mr_buf_str(&s->entry, x->by);
        mr_buf_str(&s->entry, x->row);
        mr_buf_add(&s->entry, zero, padded(n) - n);
    }
    if (m->n) return mr_bucket_put(op->store, b, key, hash, mr_buf_view(&s->entry));
    mr_bucket_delete(op->store, b, key, hash);
    return true;
}

static uint32_t find(const struct members *m, struct mr_str by) {
    uint32_t i = 0;
    while (i < m->n && !(by.p && m->v[i].by.p ? mr_str_eq(by, m->v[i].by) : !by.p && !m->v[i].by.p))
        i++;
    return i;
}

/* ---- answers */

/* The shown row was `was` and is `now`; p == NULL: none. */
static void emit_change(struct mr_op *op, const struct mr_rec *r, struct mr_str was,
                        struct mr_str now, int64_t ts) {
    struct mr_rec out = *r;
    out.ts = ts;
    out.flags &= (uint8_t)~MR_RF_RETRACT;
    if (was.p && (!now.p || op->step->retract)) {
        struct mr_rec gone = out;
        gone.flags |= MR_RF_RETRACT;
        gone.row = mr_row_own(op->step->out, was, NULL, mr_op_arena(op));
        mr_emit(op, r, gone);
    }
    if (!now.p) return;
    out.row = mr_row_own(op->step->out, now, NULL, mr_op_arena(op));
    mr_emit(op, r, out);
}

/* Takes out the member and, with a row, puts it where it belongs. */
static void change(struct members *m, uint32_t at, bool last, const struct member *now) {
    bool there = at < m->n;
    if (there && now && !last) {
        m->v[at] = *now;
        return;
    }
    if (there) memmove(&m->v[at], &m->v[at + 1], (--m->n - at) * sizeof *m->v);
    if (!now) return;
    at = last || !m->n ? m->n : m->n - 1; /* not chosen: whoever is shown stays */
    memmove(&m->v[at + 1], &m->v[at], (m->n++ - at) * sizeof *m->v);
    m->v[at] = *now;
}

static void answer(struct mr_op *op, struct mr_bucket *b, struct mr_rec *r, uint64_t hash) {
    struct result *s = op->state;
    const struct mr_value *by = &r->row[MR_FK_BY];
    struct member now = {.ts = r->ts};
    if (by->tag == MR_V_BYTES) now.by = (struct mr_str){by->len ? by->p : "", by->len};
    bool gone = r->flags & MR_RF_RETRACT;
    struct members m = read_entry(op, b, r->key, hash);
    uint32_t at = find(&m, now.by);
    if (gone && at == m.n) return mr_filtered(r); /* its row did not fit */
    struct member was = {{NULL, 0}, {NULL, 0}, 0};
    if (m.n) was = m.v[m.n - 1];
    bool shown = at + 1 == m.n;
    if (!gone) {
        mr_buf_clear(&s->packed);
        mr_row_pack(op->step->out, r->row[MR_FK_RESULT].row, &s->packed);
        now.row = mr_buf_view(&s->packed);
        if (!now.row.p) now.row.p = "";
        now.row.p = mr_arena_dup(mr_op_arena(op), now.row.p, now.row.n);
    }
    change(&m, at, r->row[MR_FK_CHOSEN].tag == MR_V_BOOL && r->row[MR_FK_CHOSEN].b,
           gone ? NULL : &now);
    if (!write_entry(op, b, r->key, hash, &m))
        return mr_dead(r, MR_R_SIZE, "the result exceeds the changelog's max.message.bytes");
    const struct member *is = m.n ? &m.v[m.n - 1] : NULL;
    shown |= is && is->row.p == now.row.p;
    if (!shown) return; /* of a foreign key that is not the present one */
    emit_change(op, r, was.row, is ? is->row : (struct mr_str){NULL, 0}, is ? is->ts : r->ts);
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    struct mr_bucket *b = mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
    const uint64_t *hash = mr_current_hashes(op, recs, n);
    for (size_t i = 0; i < n; i++) answer(op, b, &recs[i], hash[i]);
}

static void open(struct mr_op *op) {
    op->state = mr_calloc(1, sizeof(struct result));
}

static void close(struct mr_op *op) {
    struct result *s = op->state;
    if (!s) return;
    mr_buf_done(&s->packed);
    mr_buf_done(&s->entry);
    mr_free(s);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    (void)s;
    mr_buf_cat(to, "the one result of each left row");
}

const struct mr_op_desc mr_op_fk_result = {
    .name = "fk_result",
    .check = check,
    .open = open,
    .process = process,
    .close = close,
    .explain = explain,
};

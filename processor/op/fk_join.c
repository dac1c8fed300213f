/* fk_join.c -- `join: {table: T, on: expr}` over a table: rows whose foreign key is T's key.
 *
 * Left rows lie by their key, right rows by theirs, so the join takes two repartitions:
 *
 *   left's partition       fk_subscribe   each left row goes to where its foreign key lies
 *   right's partition      fk_join        keeps the left rows of each right key, makes results
 *   result's partition     fk_result      by left key again: the results become one
 *
 * The whole left row goes along, so that results are made in one place and the answer needs no
 * look back at a left table that may have changed: nothing is waited for, and no sub-topology
 * sends to one above it.
 *
 * Exactness. Of one left key and one foreign key everything goes one way through one task, so it
 * stays in order: the answers are +r1, +r2 (in its place), ..., - (it refers to another key now, or
 * is deleted). When the left row moves from x to y the answers of both race; fk_result keeps one
 * result per foreign key, so +y and -x come to the same in either order: when all has been said
 * only the present foreign key has a result. A stale answer (a right update of x, while the left
 * row lies at y already) only changes x's. Nothing is kept of a left key that is gone. What is seen
 * in between depends on how the partitions race: rows between the last ones are not exact.
 *
 * Rows: what the left row has caused has ts = the larger of both, a right update its own; the
 * delete because a left row refers to another key now, and of a left join every delete, has the
 * left update's (as Kafka Streams has it). time = that of the cause. The left rows of a right key
 * are served in the order of their key bytes.
 *
 * The store, by the first byte of an entry's key (lengths are 4 bytes, NONE = none):
 *   'r' right key             ts (8), packed right row
 *   'h' right key             the first of its left keys
 *   'l' n, right key, left key  length of the one before, of the one behind, both keys: a list
 *   's' n, right key, left key  packed left row
 * A list costs three small entries per subscription, whatever the number of the others.
 */
#include "base/mem.h"
#include "processor/op/fk.h"

#include <assert.h>
#include <stdlib.h>

#define NONE UINT32_MAX

struct fk_join_conf {
    const char *name[2];
    const struct mr_type *left, *right, *result;
    bool keeps; /* a left row has a result without a right one */
};

struct fk_join {
    struct mr_buf id, value, packed;
};

static const char *const kinds[] = {"inner", "left"};

/* ---- check */

static bool takes(const struct mr_tree *node, const struct mr_tree *join, bool table) {
    return table && !mr_side_is_stream(join) && mr_side_is_foreign(join);
}

static bool check_clause(struct mr_check *c) {
    static const char *const keys[] = {"table", "kind", "on"};
    struct mr_diag *g;
    if (!mr_tree_get(c->clause, "table")) {
        g = mr_error(c->diags, "E-CLAUSE", c->clause->pos, "`join` does not say with what");
        mr_diag_hint(c->diags, g, "over a table: join: {table: name, on: 'name_of_a_field'}");
        return false;
    }
    if (!mr_check_keys(c, c->clause, "a join on a foreign key", keys, MR_ARRAY_LEN(keys)))
        return false;
    if (c->input_name) return true;
    g = mr_error(c->diags, "E-STATEFUL", c->clause->pos,
                 "a join of two tables keeps state, and a node has one of these");
    mr_diag_hint(c->diags, g, "make the second join a node of its own");
    return false;
}

static bool check_kind(struct mr_check *c, const struct mr_tree *kind, int *ret) {
    if (!kind) return true;
    if (kind->kind != MR_TREE_SCALAR || !mr_str_is(kind->text, "outer"))
        return mr_check_word(c, kind, kinds, MR_ARRAY_LEN(kinds), ret);
    struct mr_diag *g = mr_error(c->diags, "E-VALUE", kind->pos,
                                 "a join on a foreign key is `inner` or `left`, not `outer`");
    mr_diag_hint(c->diags, g, "a right row that nobody refers to has no left key to be a row of");
    return false;
}

static const struct mr_type *answer_type(struct mr_check *c, const struct mr_type *result) {
    struct mr_field *to = mr_arena_calloc(c->arena, MR_FK_N_ANSWER, sizeof *to);
    to[MR_FK_BY] =
        (struct mr_field){.name = MR_STR("by"), .type = &mr_type_bytes, .optional = true};
    to[MR_FK_CHOSEN] =
        (struct mr_field){.name = MR_STR("chosen"), .type = &mr_type_bool, .optional = true};
    to[MR_FK_RESULT] =
        (struct mr_field){.name = MR_STR("result"), .type = result, .optional = true};
    return mr_type_struct(c->arena, "", MR_FK_N_ANSWER, to);
}

static const struct mr_type *result_type(struct mr_check *c, const struct fk_join_conf *conf) {
    struct mr_field *to = mr_arena_calloc(c->arena, 2, sizeof *to);
    to[0] = (struct mr_field){.name = mr_arena_str(c->arena, mr_str(conf->name[0])),
                              .type = conf->left};
    to[1] = (struct mr_field){.name = mr_arena_str(c->arena, mr_str(conf->name[1])),
                              .type = conf->right,
                              .optional = conf->keeps};
    return mr_type_struct(c->arena, "", 2, to);
}

static bool check_other(struct mr_check *c, const struct mr_tree *at,
                        const struct mr_check_side *other) {
    if (!other->flow.table) {
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", at->pos,
                                     "`%s` is a stream, and the input is a table", other->name);
        mr_diag_hint(c->diags, g, "join the other way round: `from: %s`, `join: {table: %s}`",
                     other->name, c->input_name);
        return false;
    }
    return mr_sides_named(c, at, other->name) &&
           mr_side_refers(c, mr_tree_get(c->clause, "on"), c->in.key, other->name, &other->flow);
}

static void say_results(struct mr_check *c, const struct fk_join_conf *conf,
                        const struct mr_check_side *other) {
    c->other = other;
    c->out.row = answer_type(c, conf->result);
    c->out.value_format = NULL;
    c->out.meta = 0;
    c->out.key_moved = true; /* by left key again: nodes.c says which that is */
    c->keyed = true;
    c->null_key_default = MR_NULL_KEY_PASS; /* fk_subscribe has judged it */
    c->store_kind = MR_STORE_PLAIN;
    for (uint32_t i = 0; i < c->in.row->n_fields; i++) c->row_fields_read[i] = true;
    mr_buf_cat(c->shape, "foreign key ");
    mr_print_text(mr_tree_get(c->clause, "on")->text, c->shape);
    mr_buf_cat(c->shape, " of ");
    mr_type_print(conf->left, c->shape);
    mr_buf_cat(c->shape, " ");
    mr_type_print(conf->right, c->shape);
    if (!c->out.exact) return;
    c->out.exact = false;
    c->out.why_not = other->flow.exact
                         ? "rows between the last ones depend on the order of the inputs"
                         : other->flow.why_not;
}

static bool check(struct mr_check *c) {
    if (!check_clause(c)) return false;
    const struct mr_tree *name = mr_tree_get(c->clause, "table");
    int word = 0;
    if (!check_kind(c, mr_tree_get(c->clause, "kind"), &word)) return false;
    const struct mr_check_side *other = mr_check_find_side(c, name);
    if (!other || !check_other(c, name, other)) return false;
    struct fk_join_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    *conf = (struct fk_join_conf){.name = {c->input_name, other->name},
                                  .left = c->in.row->fields[MR_FK_ROW].type,
                                  .right = other->flow.row,
                                  .keeps = word == 1};
    conf->result = result_type(c, conf);
    say_results(c, conf, other);
    c->conf = conf;
    return true;
}

/* ---- entries */

static struct mr_str id_of(struct mr_op *op, char kind, struct mr_str fk, struct mr_str left) {
    struct fk_join *s = op->state;
    uint32_t n = (uint32_t)fk.n;
    mr_buf_clear(&s->id);
    mr_buf_byte(&s->id, (uint8_t)kind);
    if (left.p) mr_buf_add(&s->id, &n, sizeof n);
    mr_buf_str(&s->id, fk);
    if (left.p) mr_buf_str(&s->id, left);
    return mr_buf_view(&s->id);
}

static struct mr_bucket *bucket(struct mr_op *op) {
    return mr_store_bucket(op->store, MR_BUCKET_PLAIN, true);
}

/* A copy in the batch arena; p == NULL: none. */
static struct mr_str get(struct mr_op *op, char kind, struct mr_str fk, struct mr_str left) {
    struct mr_str id = id_of(op, kind, fk, left);
    const struct mr_entry *e = mr_bucket_find(op->store, bucket(op), id, mr_store_hash(id));
    if (!e) return (struct mr_str){NULL, 0};
    size_t n = e->value_len;
    return (struct mr_str){n ? mr_arena_dup(mr_op_arena(op), mr_entry_value(e), n) : "", n};
}

/* value.p == NULL: a delete. false: too large, nothing changed. */
static bool put(struct mr_op *op, char kind, struct mr_str fk, struct mr_str left,
                struct mr_str value) {
    struct mr_str id = id_of(op, kind, fk, left);
    uint64_t hash = mr_store_hash(id);
    if (value.p) return mr_bucket_put(op->store, bucket(op), id, hash, value);
    mr_bucket_delete(op->store, bucket(op), id, hash);
    return true;
}

static const struct mr_str nobody = {NULL, 0};

/* ---- the list of the left keys of a right key */

struct link {
    struct mr_str before, behind; /* p == NULL: none */
};

static struct link get_link(struct mr_op *op, struct mr_str fk, struct mr_str left) {
    struct mr_str v = get(op, 'l', fk, left);
    struct link l = {nobody, nobody};
    uint32_t n[2];
    assert(v.n >= sizeof n);
    memcpy(n, v.p, sizeof n);
    const char *p = v.p + sizeof n;
    if (n[0] != NONE) l.before = (struct mr_str){p, n[0]};
    if (n[0] != NONE) p += n[0];
    if (n[1] != NONE) l.behind = (struct mr_str){p, n[1]};
    return l;
}

static bool put_link(struct mr_op *op, struct mr_str fk, struct mr_str left, struct link l) {
    struct fk_join *s = op->state;
    uint32_t n[2] = {l.before.p ? (uint32_t)l.before.n : NONE,
                     l.behind.p ? (uint32_t)l.behind.n : NONE};
    mr_buf_clear(&s->value);
    mr_buf_add(&s->value, n, sizeof n);
    if (l.before.p) mr_buf_str(&s->value, l.before);
    if (l.behind.p) mr_buf_str(&s->value, l.behind);
    return put(op, 'l', fk, left, mr_buf_view(&s->value));
}

/* false: keys of this length do not fit; nothing changed. Where three times a key fits, any three
 * keys of such lengths do. */
static bool enlist(struct mr_op *op, struct mr_str fk, struct mr_str left) {
    if (!put_link(op, fk, left, (struct link){left, left})) return false;
    struct mr_str first = get(op, 'h', fk, nobody);
    if (first.p) {
        struct link l = get_link(op, fk, first);
        l.before = left;
        put_link(op, fk, first, l);
    }
    put_link(op, fk, left, (struct link){nobody, first});
    return put(op, 'h', fk, nobody, left);
}

static void delist(struct mr_op *op, struct mr_str fk, struct mr_str left) {
    struct link own = get_link(op, fk, left);
    if (own.behind.p) {
        struct link l = get_link(op, fk, own.behind);
        l.before = own.before;
        put_link(op, fk, own.behind, l);
    }
    if (own.before.p) {
        struct link l = get_link(op, fk, own.before);
        l.behind = own.behind;
        put_link(op, fk, own.before, l);
    } else {
        put(op, 'h', fk, nobody, own.behind);
    }
    put(op, 'l', fk, left, nobody);
    put(op, 's', fk, left, nobody);
}

/* ---- results */

struct right_row {
    struct mr_str packed; /* p == NULL: none */
    int64_t ts;
};

static struct right_row get_right(struct mr_op *op, struct mr_str fk) {
    struct right_row r = {nobody, 0};
    struct mr_str v = fk.p ? get(op, 'r', fk, nobody) : nobody;
    if (!v.p) return r;
    memcpy(&r.ts, v.p, sizeof r.ts);
    r.packed = (struct mr_str){v.p + sizeof r.ts, v.n - sizeof r.ts};
    return r;
}

static bool has_result(const struct mr_op *op, struct mr_str right) {
    const struct fk_join_conf *conf = op->step->conf;
    return right.p || conf->keeps;
}

/* left NULL: there is no result any more. */
static void emit_answer(struct mr_op *op, const struct mr_rec *cause, struct mr_str fk,
                        struct mr_str key, const struct mr_value *left, struct mr_str right,
                        int64_t ts) {
    const struct fk_join_conf *conf = op->step->conf;
    struct mr_arena *a = mr_op_arena(op);
    struct mr_value *row = mr_arena_alloc(a, MR_FK_N_ANSWER * sizeof *row);
    struct mr_rec out = *cause;
    row[MR_FK_BY] = fk.p ? mr_bytesv(fk) : MR_ABSENT;
    row[MR_FK_CHOSEN] = mr_bool(op->step->ins[cause->edge].port == 0);
    row[MR_FK_RESULT] = MR_ABSENT;
    out.flags &= (uint8_t) ~(MR_RF_RECORD | MR_RF_INPUT | MR_RF_RETRACT);
    if (left) {
        struct mr_value *sides = mr_arena_alloc(a, 2 * sizeof *sides);
        sides[0] = *left;
        sides[1] = right.p ? mr_row_own_struct(conf->right, right, NULL, a) : MR_ABSENT;
        row[MR_FK_RESULT] = mr_struct(sides);
        row[MR_FK_RESULT].len = 2;
    } else {
        out.flags |= MR_RF_RETRACT;
    }
    out.key = key;
    out.row = row;
    out.ts = ts;
    out.origin = NULL;
    mr_emit(op, cause, out);
}

/* ---- left rows */

static void leave(struct mr_op *op, struct mr_rec *r, struct mr_str key) {
    if (r->key.p) {
        if (!get(op, 's', r->key, key).p) return mr_filtered(r); /* it did not fit */
        delist(op, r->key, key);
    }
    struct right_row right = get_right(op, r->key);
    bool both = !((const struct fk_join_conf *)op->step->conf)->keeps && r->row[MR_FK_DELETED].b &&
                right.packed.p && right.ts > r->ts;
    if (has_result(op, right.packed))
        emit_answer(op, r, r->key, key, NULL, right.packed, both ? right.ts : r->ts);
}

/* false: it does not fit, nothing changed. */
static bool keep(struct mr_op *op, struct mr_str fk, struct mr_str key,
                 const struct mr_value *row) {
    const struct fk_join_conf *conf = op->step->conf;
    struct fk_join *s = op->state;
    bool known = get(op, 's', fk, key).p;
    mr_buf_clear(&s->packed);
    mr_row_pack(conf->left, row->row, &s->packed);
    struct mr_str packed = mr_buf_view(&s->packed);
    if (!packed.p) packed.p = "";
    if (!put(op, 's', fk, key, packed)) return false;
    if (known || enlist(op, fk, key)) return true;
    put(op, 's', fk, key, nobody);
    return false;
}

static void subscribe(struct mr_op *op, struct mr_rec *r) {
    const struct mr_value *k = &r->row[MR_FK_KEY];
    struct mr_str key = {k->len ? k->p : "", k->len};
    if (r->flags & MR_RF_RETRACT) return leave(op, r, key);
    if (r->key.p && !keep(op, r->key, key, &r->row[MR_FK_ROW]))
        return mr_dead(r, MR_R_SIZE, "the left row exceeds the changelog's max.message.bytes");
    struct right_row right = get_right(op, r->key);
    if (!has_result(op, right.packed)) return;
    int64_t ts = right.packed.p && right.ts > r->ts ? right.ts : r->ts;
    emit_answer(op, r, r->key, key, &r->row[MR_FK_ROW], right.packed, ts);
}

/* ---- right rows */

static int by_bytes(const void *a, const void *b) {
    return mr_str_cmp(*(const struct mr_str *)a, *(const struct mr_str *)b);
}

static struct mr_str *left_keys(struct mr_op *op, struct mr_str fk, size_t *ret_n) {
    struct mr_str *v = NULL;
    size_t n = 0, cap = 0;
    for (struct mr_str k = get(op, 'h', fk, nobody); k.p; k = get_link(op, fk, k).behind) {
        if (n == cap) {
            size_t more = cap ? cap * 2 : 16;
            struct mr_str *to = mr_arena_alloc(mr_op_arena(op), more * sizeof *to);
            if (n) memcpy(to, v, n * sizeof *v);
            v = to;
            cap = more;
        }
        v[n++] = k;
    }
    if (n > 1) qsort(v, n, sizeof *v, by_bytes);
    *ret_n = n;
    return v;
}

/* The row that an update brings; p == NULL: a delete. What cannot be computed is absent. */
static struct mr_str new_right(struct mr_op *op, struct mr_rec *r) {
    const struct fk_join_conf *conf = op->step->conf;
    struct fk_join *s = op->state;
    if (!r->row || (r->flags & MR_RF_RETRACT)) return nobody;
    for (uint32_t i = 0; i < conf->right->n_fields; i++)
        if (r->row[i].tag == MR_V_ERROR) {
            mr_fault_of(r, &r->row[i]);
            return nobody;
        }
    mr_buf_clear(&s->packed);
    mr_buf_add(&s->packed, &r->ts, sizeof r->ts);
    mr_row_pack(conf->right, r->row, &s->packed);
    return mr_buf_view(&s->packed);
}

static void update_right(struct mr_op *op, struct mr_rec *r) {
    const struct fk_join_conf *conf = op->step->conf;
    struct mr_str fk = r->key, was = get_right(op, fk).packed, now = new_right(op, r);
    if (!was.p && !now.p) { /* a delete of what is not there */
        if (r->fate == MR_USED) mr_filtered(r);
        return;
    }
    if (!put(op, 'r', fk, nobody, now))
        return mr_dead(r, MR_R_SIZE, "the right row exceeds the changelog's max.message.bytes");
    if (now.p) now = get_right(op, fk).packed;
    size_t n;
    struct mr_str *keys = left_keys(op, fk, &n);
    for (size_t i = 0; i < n; i++) {
        if (!has_result(op, now)) {
            emit_answer(op, r, fk, keys[i], NULL, now, r->ts);
            continue;
        }
        struct mr_value left =
            mr_row_own_struct(conf->left, get(op, 's', fk, keys[i]), NULL, mr_op_arena(op));
        emit_answer(op, r, fk, keys[i], &left, now, r->ts);
    }
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool right = op->step->ins[recs[i].edge].port == 1;
        if (right && mr_is_replaced(recs, i, n)) continue;
        if (!right)
            subscribe(op, &recs[i]);
        else if (recs[i].key.p)
            update_right(op, &recs[i]);
        else
            mr_filtered(&recs[i]);
    }
}

static void open(struct mr_op *op) {
    op->state = mr_calloc(1, sizeof(struct fk_join));
}

static void close(struct mr_op *op) {
    struct fk_join *s = op->state;
    if (!s) return;
    mr_buf_done(&s->id);
    mr_buf_done(&s->value);
    mr_buf_done(&s->packed);
    mr_free(s);
}

static void explain(const struct mr_step *step, struct mr_buf *to) {
    const struct fk_join_conf *conf = step->conf;
    mr_buf_printf(to, "%s join of table %s with table %s by foreign key", kinds[conf->keeps],
                  conf->name[0], conf->name[1]);
}

const struct mr_op_desc mr_op_fk_join = {
    .name = "fk_join",
    .clause = "join",
    .takes = takes,
    .stateful = true,
    .check = check,
    .open = open,
    .process = process,
    .close = close,
    .explain = explain,
};

/* newkey.c -- new keys from values: what `key` and `group_by` share.
 *
 * One value gives a scalar key (a string is its UTF-8, an int 8 bytes big-endian), several give a
 * struct: canonical JSON in the order of the file. Just `key` leaves the bytes as they are.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

#include <ctype.h>

static bool is_key_type(const struct mr_type *t) {
    switch (t->kind) {
    case MR_T_BOOL:
    case MR_T_INT:
    case MR_T_UINT:
    case MR_T_STRING:
    case MR_T_BYTES:
    case MR_T_TIMESTAMP:
    case MR_T_DURATION:
    case MR_T_ERROR: return true;
    default: return false;
    }
}

static bool is_name(struct mr_str s) {
    if (!s.n || !(isalpha((unsigned char)s.p[0]) || s.p[0] == '_')) return false;
    for (size_t i = 1; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '_') return false;
    return true;
}

static bool is_just_key(const struct mr_program *p) {
    struct mr_str t = mr_program_text(p);
    while (t.n && isspace((unsigned char)t.p[0])) t = (struct mr_str){t.p + 1, t.n - 1};
    while (t.n && isspace((unsigned char)t.p[t.n - 1])) t.n--;
    return mr_str_is(t, "key") && mr_program_uses_extra(p, MR_EXTRA_KEY);
}

static bool check_part(struct mr_check *c, struct mr_keys *k, const struct mr_tree *name,
                       const struct mr_tree *text, struct mr_named *to) {
    const struct mr_program *p = mr_env_expr(c, &k->env, text, NULL);
    if (!p) return false;
    *to = (struct mr_named){.name = name->text, .program = p, .copy = -1};
    if (!is_key_type(mr_program_type(p)) && !is_just_key(p)) {
        MR_CLEANUP(mr_buf_done) struct mr_buf type = {0};
        mr_type_print(mr_program_type(p), &type);
        struct mr_diag *g = mr_error(c->diags, "E-TYPE", text->pos, "a key cannot be of type %s",
                                     mr_buf_cstr(&type));
        mr_diag_hint(c->diags, g, "keys are string, int, uint, bool, bytes, timestamp or duration");
        return false;
    }
    if (mr_program_optional(p) && !is_just_key(p) && !(k->single && c->null_key_ok)) {
        struct mr_diag *g =
            mr_error(c->diags, "E-ABSENT", text->pos, "a part of the key can be absent");
        mr_diag_hint(c->diags, g, "give it a value: '%.*s ?? \"unknown\"'", MR_STR_ARG(text->text));
        return false;
    }
    return true;
}

static bool check_list(struct mr_check *c, struct mr_keys *k, const struct mr_tree *t) {
    bool ok = true;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct mr_tree *item = &t->items[i];
        if (item->kind != MR_TREE_SCALAR || !is_name(item->text)) {
            struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", item->pos,
                                         "a list of key parts holds names of fields");
            mr_diag_hint(c->diags, g, "name an expression: {name: 'expression', ...}");
            ok = false;
            continue;
        }
        ok = check_part(c, k, item, item, &k->fields[i]) && ok;
    }
    return ok;
}

static const struct mr_type *key_type(struct mr_check *c, const struct mr_keys *k) {
    if (k->single) return mr_program_type(k->fields[0].program);
    return mr_named_type(c, k->fields, k->n);
}

bool mr_keys_check(struct mr_check *c, struct mr_keys *k, const struct mr_tree *t) {
    mr_env_begin(c, &k->env);
    k->n = t->kind == MR_TREE_SCALAR ? 1 : t->n;
    k->fields = mr_arena_calloc(c->arena, k->n + 1, sizeof *k->fields);
    k->single = k->n == 1;
    k->field = -1;
    bool ok = true;
    if (t->kind == MR_TREE_SCALAR) {
        ok = check_part(c, k, t, t, &k->fields[0]);
    } else if (t->kind == MR_TREE_LIST) {
        ok = check_list(c, k, t);
    } else {
        for (uint32_t i = 0; i < t->n; i++)
            ok = check_part(c, k, &t->keys[i], &t->items[i], &k->fields[i]) && ok;
    }
    for (uint32_t i = 0; ok && i < k->n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (mr_str_eq(k->fields[i].name, k->fields[j].name)) {
                mr_error(c->diags, "E-NAME", t->items[i].pos, "`%.*s` is there twice",
                         MR_STR_ARG(k->fields[i].name));
                ok = false;
            }
    if (!ok) return false;
    k->type = key_type(c, k);
    k->unchanged = k->single && !k->env.group_key && is_just_key(k->fields[0].program);
    if (k->single) k->field = mr_program_is_field(k->fields[0].program);
    if (k->unchanged) return true;
    c->out.key = k->type;
    c->out.key_format = NULL;
    c->out.key_moved = true;
    c->out.windowed = false;
    return true;
}

static bool same_bytes(const struct mr_value *v) {
    return v->tag == MR_V_STRING || v->tag == MR_V_BYTES;
}

bool mr_keys_make(const struct mr_keys *k, struct mr_op *op, struct mr_rec *r, struct mr_buf *buf,
                  struct mr_str *ret) {
    struct mr_arena *a = mr_op_arena(op);
    struct mr_env_frame f;
    struct mr_value one, *v = &one;
    const struct mr_frame *frame = NULL;
    if (!k->single) v = mr_arena_alloc(a, (k->n + 1) * sizeof *v);
    if (k->field < 0) frame = mr_env_frame(&k->env, r, a, &f);
    for (uint32_t i = 0; i < k->n; i++) {
        v[i] = k->field >= 0 ? r->row[k->field] : mr_eval(k->fields[i].program, frame);
        if (v[i].tag != MR_V_ERROR) continue;
        mr_failed(r, &v[i]);
        return false;
    }
    *ret = (struct mr_str){NULL, 0};
    if (k->single && v->tag == MR_V_ABSENT) return true;
    if (k->single && same_bytes(v)) {
        *ret = (struct mr_str){v->len ? v->p : "", v->len};
        return true;
    }
    struct mr_value whole = mr_struct(v);
    whole.len = k->n;
    struct mr_fault fault;
    mr_buf_clear(buf);
    if (!mr_write_key(k->type, k->single ? v : &whole, buf, &fault)) {
        mr_refused(r, fault.reason, fault.text);
        return false;
    }
    *ret = (struct mr_str){mr_arena_dup(a, buf->p, buf->n), buf->n};
    return true;
}

static const struct mr_value *row_with_key(const struct mr_keys *k, const struct mr_rec *r,
                                           struct mr_arena *a) {
    uint32_t n = k->env.in->n_fields;
    struct mr_value *row = mr_arena_alloc(a, (n + 1) * sizeof *row);
    memcpy(row, r->row, n * sizeof *row);
    row[n] = r->key.p ? mr_bytesv(r->key) : MR_ABSENT;
    return row;
}

void mr_keys_process(const struct mr_keys *k, struct mr_op *op, struct mr_rec *recs, size_t n) {
    MR_CLEANUP(mr_buf_done) struct mr_buf buf = {0};
    bool carried = k->record_key && k->record_key->read;
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i], out = *r;
        if (!r->row) {
            mr_null_value(r);
            continue;
        }
        if (carried) out.row = row_with_key(k, r, mr_op_arena(op));
        if (!k->unchanged && !mr_keys_make(k, op, r, &buf, &out.key)) continue;
        out.shares = r->shares;
        mr_emit(op, r, out);
    }
}

void mr_keys_explain(const struct mr_keys *k, struct mr_buf *to) {
    if (!k->single) mr_buf_byte(to, '{');
    for (uint32_t i = 0; i < k->n; i++) {
        struct mr_str text = mr_program_text(k->fields[i].program);
        if (i) mr_buf_cat(to, ", ");
        if (!mr_str_eq(text, k->fields[i].name)) {
            mr_buf_str(to, k->fields[i].name);
            mr_buf_cat(to, ": ");
        }
        mr_print_text(text, to);
    }
    if (!k->single) mr_buf_byte(to, '}');
    if (k->unchanged) mr_buf_cat(to, " (unchanged)");
    if (k->record_key && k->record_key->read) mr_buf_cat(to, ", carrying the record's key");
}

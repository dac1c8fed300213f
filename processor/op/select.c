/* select.c -- `select: {field: expr}`: the new value; `add:` and `drop:` keep the rest.
 *
 * One step, whichever of the keys is there: `add` replaces a field of the same name in place and
 * appends the others; `drop` leaves fields out. A failing field is an error of the record.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

static bool want_map(struct mr_check *c, const struct mr_tree *t, const char *key) {
    if (t->kind == MR_TREE_MAP && t->n > 0) return true;
    struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", t->pos, "`%s` takes a map of fields", key);
    mr_diag_hint(c->diags, g, "%s: {field: 'expression', ...}", key);
    return false;
}

static bool is_dropped(const struct mr_tree *drop, struct mr_str name) {
    for (uint32_t i = 0; drop && i < drop->n; i++)
        if (mr_str_eq(drop->items[i].text, name)) return true;
    return false;
}

static bool check_drop(struct mr_check *c, const struct mr_tree *drop) {
    if (!drop) return true;
    if (drop->kind != MR_TREE_LIST) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", drop->pos, "`drop` takes a list of field names");
        mr_diag_hint(c->diags, g, "drop: [a, b]");
        return false;
    }
    bool ok = true;
    for (uint32_t i = 0; i < drop->n; i++) {
        const struct mr_tree *t = &drop->items[i];
        if (t->kind == MR_TREE_SCALAR && mr_type_field(c->in.row, t->text) >= 0) continue;
        mr_error(c->diags, "E-FIELD", t->pos, "`drop` names a field that is not there");
        ok = false;
    }
    return ok;
}

/* The input's fields but the dropped ones; fields of `add` stand in place of their namesakes. */
static bool keep_rest(struct mr_check *c, struct mr_shape *s, const struct mr_tree *add,
                      const struct mr_tree *drop) {
    uint32_t n_add = add ? add->n : 0;
    struct mr_named *added = mr_arena_calloc(c->arena, n_add + 1, sizeof *added);
    if (!check_drop(c, drop) || (add && !mr_named_check(c, &s->env, add, added))) return false;
    const struct mr_type *in = c->in.row;
    s->fields = mr_arena_calloc(c->arena, in->n_fields + n_add + 1, sizeof *s->fields);
    bool *placed = mr_arena_calloc(c->arena, n_add + 1, sizeof *placed);
    for (uint32_t i = 0; i < in->n_fields; i++) {
        if (is_dropped(drop, in->fields[i].name)) continue;
        struct mr_named field = {.name = in->fields[i].name, .copy = (int)i};
        for (uint32_t k = 0; k < n_add; k++) {
            if (!mr_str_eq(added[k].name, field.name)) continue;
            field = added[k];
            placed[k] = true;
        }
        if (field.copy >= 0 && c->row_fields_read) c->row_fields_read[i] = true;
        s->fields[s->n++] = field;
    }
    for (uint32_t k = 0; k < n_add; k++)
        if (!placed[k]) s->fields[s->n++] = added[k];
    return true;
}

static bool check(struct mr_check *c) {
    const struct mr_tree *select = mr_tree_get(c->tree, "select");
    const struct mr_tree *add = mr_tree_get(c->tree, "add"), *drop = mr_tree_get(c->tree, "drop");
    struct mr_shape *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    mr_env_begin(c, &conf->env);
    if (select && (add || drop)) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", (add ? add : drop)->pos,
                     "`select` makes the whole value: nothing to %s", add ? "add to" : "drop");
        mr_diag_hint(c->diags, g, "list all fields in `select`, or use `add` and `drop` alone");
        return false;
    }
    if (select) {
        if (!want_map(c, select, "select")) return false;
        conf->n = select->n;
        conf->fields = mr_arena_calloc(c->arena, conf->n, sizeof *conf->fields);
        if (!mr_named_check(c, &conf->env, select, conf->fields)) return false;
    } else {
        if (add && !want_map(c, add, "add")) return false;
        if (!keep_rest(c, conf, add, drop)) return false;
    }
    conf->type = mr_named_type(c, conf->fields, conf->n);
    c->out.row = conf->type;
    c->out.value_format = NULL;
    c->conf = conf;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    mr_shape_process(op->step->conf, op, recs, n);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    mr_shape_explain(s->conf, to);
}

const struct mr_op_desc mr_op_select = {
    .name = "select",
    .clause = "select",
    .builds_row = true,
    .keys = (const char *const[]){"add", "drop", NULL},
    .check = check,
    .process = process,
    .explain = explain,
};

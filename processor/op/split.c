/* split.c -- `split: {name: expr, ..., rest: otherwise}`: each row goes to the first branch whose
 * expression is true.
 *
 * The branches are numbered from 1 in the order of the file (mr_rec.which); each is a step of its
 * own behind this one. A row that no branch takes is filtered.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

struct split_conf {
    struct mr_env env;
    uint32_t n;
    struct mr_str *names;
    const struct mr_program **when; /* by branch; NULL: otherwise */
};

/* ---- check */

static bool is_otherwise(const struct mr_tree *t) {
    return t->kind == MR_TREE_SCALAR && mr_str_is(t->text, "otherwise");
}

/* What stands behind `split` in the order of clauses would apply to all branches. */
static bool check_alone(struct mr_check *c) {
    for (uint32_t i = 0; i < c->tree->n; i++) {
        const struct mr_tree *key = &c->tree->keys[i];
        if (!mr_op_key_is_behind(&mr_op_split, key->text.p)) continue;
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", key->pos, "`%s` in a node with `split`", key->text.p);
        g->len = (uint32_t)key->text.n;
        mr_diag_hint(c->diags, g, "put it into a node that reads a branch: from: %s.name", c->name);
        return false;
    }
    return true;
}

static bool check_branch(struct mr_check *c, struct split_conf *conf, uint32_t i) {
    const struct mr_tree *text = &c->clause->items[i];
    conf->names[i] = c->clause->keys[i].text;
    if (!mr_check_name(c, &c->clause->keys[i], "a branch")) return false;
    if (is_otherwise(text)) {
        if (i + 1 == conf->n) return true;
        struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", text->pos,
                                     "`otherwise` takes everything, so it stands last");
        g->len = (uint32_t)text->text.n;
        return false;
    }
    conf->when[i] = mr_env_expr(c, &conf->env, text, &mr_type_bool);
    return conf->when[i] != NULL;
}

static bool check(struct mr_check *c) {
    const struct mr_tree *t = c->clause;
    if (c->in.table) {
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", t->pos,
                                     "`split` over a table: a row cannot change its branch");
        mr_diag_hint(c->diags, g, "use a node with `where` for each part");
        return false;
    }
    if (t->kind != MR_TREE_MAP || !t->n) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", t->pos, "`split` takes a map of conditions");
        mr_diag_hint(c->diags, g, "split: {big: 'n > 100', rest: otherwise}");
        return false;
    }
    if (!check_alone(c)) return false;
    struct split_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    conf->n = t->n;
    conf->names = mr_arena_calloc(c->arena, conf->n, sizeof *conf->names);
    conf->when = mr_arena_calloc(c->arena, conf->n, sizeof(struct mr_program *));
    mr_env_begin(c, &conf->env);
    bool ok = true;
    for (uint32_t i = 0; i < conf->n; i++) ok = check_branch(c, conf, i) && ok;
    c->conf = conf;
    return ok;
}

/* ---- run */

/* Branch of a record, 0 = none. false: the record has its fate. */
static bool choose(const struct split_conf *conf, struct mr_op *op, struct mr_rec *r,
                   uint16_t *ret) {
    struct mr_env_frame f;
    const struct mr_frame *frame = mr_env_frame(&conf->env, r, mr_op_arena(op), &f);
    *ret = 0;
    for (uint32_t i = 0; i < conf->n; i++) {
        struct mr_value v = conf->when[i] ? mr_eval(conf->when[i], frame) : mr_bool(true);
        if (v.tag == MR_V_ERROR) {
            mr_fault_of(r, &v);
            return false;
        }
        if (v.tag != MR_V_BOOL || !v.b) continue;
        *ret = (uint16_t)(i + 1);
        return true;
    }
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i], out = *r;
        if (!r->row) {
            mr_null_value(r);
            continue;
        }
        if (!choose(op->step->conf, op, r, &out.which)) continue;
        if (out.which)
            mr_emit(op, r, out);
        else
            mr_filtered(r);
    }
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct split_conf *conf = s->conf;
    for (uint32_t i = 0; i < conf->n; i++) {
        if (i) mr_buf_cat(to, ", ");
        mr_buf_str(to, conf->names[i]);
        mr_buf_cat(to, ": ");
        if (conf->when[i])
            mr_print_text(mr_program_text(conf->when[i]), to);
        else
            mr_buf_cat(to, "otherwise");
    }
}

const struct mr_op_desc mr_op_split = {
    .name = "split",
    .clause = "split",
    .check = check,
    .process = process,
    .explain = explain,
};

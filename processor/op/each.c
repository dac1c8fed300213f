/* each.c -- `each: {item: expr}`: one row per element of a list, with the element as a field.
 *
 * The other fields stay, key and times are those of the record. A record with more than
 * ELEMENTS_MAX elements is dead, so that one record cannot fill a batch; none: it is filtered.
 */
#include "base/mem.h"
#include "processor/expr/json.h"
#include "processor/op/internal.h"

enum { ELEMENTS_MAX = 10000 };

struct each_conf {
    struct mr_env env;
    const struct mr_program *list;
    struct mr_str name;
    bool dyn; /* any JSON: whether it is a list shows at run time */
    uint32_t n_fields;
};

/* ---- check */

static bool clause_error(struct mr_check *c, struct mr_pos pos, const char *code,
                         const char *text) {
    struct mr_diag *g = mr_error(c->diags, code, pos, "%s", text);
    mr_diag_hint(c->diags, g, "each: {item: 'a list'}");
    return false;
}

static bool check_name(struct mr_check *c, const struct mr_tree *name) {
    const char *what = NULL;
    if (!mr_str_is(name->text, "item") && !mr_check_name(c, name, "an element")) return false;
    for (size_t i = 0; i < c->scope.n_lets; i++)
        if (mr_str_eq(name->text, c->scope.lets[i].name)) what = "is a `let` already";
    if (mr_type_field(c->in.row, name->text) >= 0) what = "is a field of the record already";
    if (!what) return true;
    struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos, "`%s` %s", name->text.p, what);
    g->len = (uint32_t)name->text.n;
    mr_diag_hint(c->diags, g, "give the element another name: each: {item: '...'}");
    return false;
}

static const struct mr_type *element_type(struct mr_check *c, struct each_conf *conf,
                                          const struct mr_tree *text) {
    const struct mr_type *t = mr_program_type(conf->list);
    if (mr_program_optional(conf->list)) {
        struct mr_diag *g =
            mr_error(c->diags, "E-ABSENT", text->pos, "the list of `each` can be absent");
        mr_diag_hint(c->diags, g, "say what counts then: '... ?? []'");
        return NULL;
    }
    conf->dyn = t->kind == MR_T_DYN;
    if (conf->dyn) return &mr_type_dyn;
    if (t->kind == MR_T_LIST) return t->elem;
    MR_CLEANUP(mr_buf_done) struct mr_buf what = {0};
    mr_type_print(t, &what);
    struct mr_diag *g = mr_error(c->diags, "E-TYPE", text->pos, "`each` takes a list, this is %s",
                                 mr_buf_cstr(&what));
    g->len = (uint32_t)text->text.n;
    return NULL;
}

static bool check(struct mr_check *c) {
    const struct mr_tree *t = c->clause;
    if (c->in.table) {
        struct mr_diag *g = mr_error(c->diags, "E-TABLE", t->pos,
                                     "`each` over a table: a row has one place, its key");
        mr_diag_hint(c->diags, g, "`changes: true` makes a stream of its new rows");
        return false;
    }
    if (t->kind != MR_TREE_MAP || t->n != 1)
        return clause_error(c, t->pos, "E-CLAUSE", "`each` takes one name and a list");
    if (!check_name(c, &t->keys[0])) return false;
    struct each_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    mr_env_begin(c, &conf->env);
    conf->list = mr_env_expr(c, &conf->env, &t->items[0], NULL);
    if (!conf->list) return false;
    const struct mr_type *element = element_type(c, conf, &t->items[0]);
    if (!element) return false;
    conf->name = t->keys[0].text;
    conf->n_fields = c->in.row->n_fields;
    struct mr_field *fields = mr_arena_calloc(c->arena, conf->n_fields + 1, sizeof *fields);
    memcpy(fields, c->in.row->fields, conf->n_fields * sizeof *fields);
    fields[conf->n_fields] =
        (struct mr_field){.name = mr_arena_str(c->arena, conf->name), .type = element};
    c->out.row = mr_type_struct(c->arena, "", conf->n_fields + 1, fields);
    c->out.value_format = NULL;
    c->conf = conf;
    return true;
}

/* ---- run */

/* The list of a record. false: the record has its fate. */
static bool list_of(const struct each_conf *conf, struct mr_op *op, struct mr_rec *r,
                    struct mr_value *ret) {
    struct mr_arena *a = mr_op_arena(op);
    struct mr_env_frame f;
    struct mr_value v = mr_eval(conf->list, mr_env_frame(&conf->env, r, a, &f));
    if (v.tag == MR_V_JSON) v = mr_json_open(a, (struct mr_str){v.p, v.len});
    if (v.tag == MR_V_ERROR) {
        mr_fault_of(r, &v);
        return false;
    }
    if (v.tag != MR_V_LIST) {
        mr_dead(r, MR_R_EXPR_ERROR, "`each` takes a list");
        return false;
    }
    if (v.len > ELEMENTS_MAX) {
        mr_dead(r, MR_R_SIZE, "more than 10000 elements in the list of `each`");
        return false;
    }
    *ret = v;
    return true;
}

static void each_row(const struct each_conf *conf, struct mr_op *op, struct mr_rec *r) {
    struct mr_arena *a = mr_op_arena(op);
    struct mr_value list;
    if (!r->row) return mr_null_value(r);
    if (!list_of(conf, op, r, &list)) return;
    if (!list.len) return mr_filtered(r);
    uint32_t n = conf->n_fields;
    struct mr_value *rows = mr_arena_alloc(a, (size_t)list.len * (n + 1) * sizeof *rows);
    for (uint32_t i = 0; i < list.len; i++, rows += n + 1) {
        struct mr_rec out = *r;
        memcpy(rows, r->row, n * sizeof *rows);
        rows[n] = list.list[i];
        out.row = rows;
        out.flags &= (uint8_t)~MR_RF_RECORD;
        mr_emit(op, r, out);
    }
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) each_row(op->step->conf, op, &recs[i]);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct each_conf *conf = s->conf;
    mr_buf_str(to, conf->name);
    mr_buf_cat(to, ": ");
    mr_print_text(mr_program_text(conf->list), to);
}

const struct mr_op_desc mr_op_each = {
    .name = "each",
    .clause = "each",
    .check = check,
    .process = process,
    .explain = explain,
};
